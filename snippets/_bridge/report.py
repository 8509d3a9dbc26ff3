"""What the snippets are, where they stand, and which results are kept."""

import argparse
import ast
import time
from collections import Counter, defaultdict
from pathlib import Path

from snippets._bridge.call import jobs
from snippets._bridge.engine import Engine
from snippets._bridge.program import program, statements

ROOT = Path(__file__).parents[2]


def main(arguments=None, root=ROOT):
    """Print the snippets of the project in root, or empty its cache."""
    parser = argparse.ArgumentParser("python -m snippets", description=__doc__)
    parser.add_argument("topic", nargs="*", help="list only these topics")
    parser.add_argument(
        "--clear", action="store_true", help="forget all results"
    )
    options = parser.parse_args(arguments)
    cache = Engine(root).cache
    if options.clear:
        cache.clear()
        return
    topics = sorted(p.stem for p in (root / "snippets").glob("[!_.]*.py"))
    if unknown := set(options.topic) - set(topics):
        parser.error(f"there is no topic {min(unknown)!r}")
    shown, tested = _shown(root), _tested(root)
    for topic in options.topic or topics:
        print(topic)
        for name in _public(root, topic):
            used = shown[topic, name], tested[topic, name]
            print(f"  {name:24}", *_row(cache, *used), sep="  ")


def _row(cache, calls, tests):
    """The columns about one snippet: pages, tests, seconds, date."""
    pages = ", ".join(dict.fromkeys(page for page, _ in calls)) or "no page"
    told = ", ".join(f"{k} ({n})" for k, n in sorted(tests.items()))
    made = [cache.made(job.key) for _, job in calls]
    kept = [m for m in made if m]
    state = "not cached"
    if kept:
        day, seconds = max(kept)
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(day))
        share = (
            "" if len(kept) == len(made) else f" {len(kept)} of {len(made)}"
        )
        state = f"cached{share}, {seconds:.2f} s on {day}"
    return f"{pages:28}", f"{told or 'no test':36}", state


def _public(root, topic):
    """The names of the functions and classes of a topic, as they stand."""
    for name, statement in statements(root / "snippets", topic).items():
        kinds = ast.FunctionDef, ast.ClassDef
        if isinstance(statement.node, kinds) and not name.startswith("_"):
            yield name


def _shown(root):
    """{(topic, name): [(page, Job)]} of the calls that need a snippet."""
    found = defaultdict(list)
    for path in sorted((root / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for call, job in jobs(text, "snippets", path.stem):
            if call:
                for target in program(call.folder, *call.targets).names:
                    found[target].append((path.stem, job))
    return found


def _tested(root):
    """{(topic, name): how many functions of each test file name it}."""
    found = defaultdict(Counter)
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules, names = _imports(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                for target in _used(node, modules, names):
                    found[target][path.name] += 1
    return found


def _imports(tree):
    """What a file calls the topics, and the functions it takes from them."""
    modules, names = {}, {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            first, _, topic = node.module.partition(".")
            for alias in node.names if first == "snippets" else ():
                known = alias.asname or alias.name
                if topic:
                    names[known] = topic, alias.name
                else:
                    modules[known] = alias.name
    return modules, names


def _used(function, modules, names):
    """The snippets that a function names, each once."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            found.add(names[node.id])
        elif isinstance(node, ast.Attribute):
            topic = modules.get(getattr(node.value, "id", None))
            if topic:
                found.add((topic, node.attr))
    return found
