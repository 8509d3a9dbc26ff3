"""Changes the snippets, one sign at a time, and lists what no test notices.

    python -m tests.mutations [-j JOBS] [-t SECONDS] [-n NUMBER] [TOPIC ...]

A mutant is a topic with one operator, comparison, sign, number or constant
changed. In a copy of the project it is put to the tests of its topic and of
the topics that import it; it is killed when they fail or take too long. What
only styles a drawing is counted, but not tested. All of them take hours: -n
tries so many of each topic, chosen by chance.

A survivor changes no result, and tests/mutations.toml says why; or it is a
gap in the tests. The command fails when there is a gap, when that file lists
what did not survive, or when less than 95 % of a topic's mutants are killed.

It forks, so it needs Linux or macOS.
"""

import argparse
import ast
import importlib
import importlib.util
import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from multiprocessing import connection
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]
LEAST = 0.95
ENDS = {signal.SIGINT, signal.SIGTERM}
NO_SIGN, STRAY = 98, 99  # exit codes that pytest does not use

# What styles a drawing: these keyword arguments, and the places that these
# functions take as arguments of these numbers, where a place is typed.
STYLE = {"alpha", "figsize", "lw", "ms", "xlim", "ylim"}
PLACES = {"_arrow": {1, 2}, "annotate": {2}, "text": {0, 1}}

# What an operator or a name becomes: each of those after its arrow.
SWAPS = """
    +→- -→+ *→/ /→* **→* <→<=,> <=→<,>= >→>=,< >=→>,<= ==→!= !=→==
    and→or or→and max→min min→max maximum→minimum minimum→maximum
    floor→ceil ceil→floor Eq→Ne Ne→Eq Lt→Le,Gt Le→Lt,Ge Gt→Ge,Lt Ge→Gt,Le
"""
SWAPS = dict(swap.split("→") for swap in SWAPS.split())
OPERATOR = re.compile(rb"#.*|and|or|[-+*/]+|[<>=!]+")

# The fields of a syntax tree where a name, a call or a number can have another
# sign, and the nodes whose fields of these names say something else.
VALUES = {"args", "body", "comparators", "elt", "elts", "left", "orelse"}
VALUES |= {"right", "slice", "value", "values"}
OTHERS = (ast.Attribute, ast.AugAssign, ast.BoolOp, ast.Expr, ast.Starred)


class Mutant(NamedTuple):
    """A topic's source with one change; the first four fields name it."""

    topic: str
    function: str
    line: str
    becomes: str
    source: bytes
    number: int = 0
    change: str = ""
    drawing: bool = False


def mutants(topic, source):
    """Every mutant of a topic's source (bytes), in order of place."""
    tree, starts, found = ast.parse(source), [0], {}
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node):
        return (
            starts[node.lineno - 1] + node.col_offset,
            starts[node.end_lineno - 1] + node.end_col_offset,
        )

    unchanged, nodes = ast.dump(tree), list(ast.walk(tree))
    homes, signed, styles = dict.fromkeys(nodes, ""), set(), set()
    for node in nodes:
        signed.update(_signed(node))
        styles.update(*map(ast.walk, _styles(node)))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = f"{homes[node]}.{node.name}".lstrip(".")
            homes |= dict.fromkeys(ast.walk(node), name)
    for node in nodes:
        edits = list(_edits(node, span, source))
        if node in signed:
            start, end = span(node)
            edits.append((start, end, "-" + source[start:end].decode()))
        for start, end, new in edits:
            text = source[:start] + new.encode() + source[end:]
            if ast.dump(ast.parse(text)) == unchanged:
                raise ValueError(f"{topic}.py: no change at byte {start}")
            row = source.count(b"\n", 0, start)
            lines = (t.split(b"\n")[row].decode() for t in (source, text))
            found[start, text] = Mutant(
                *(topic, homes[node], *map(str.strip, lines), text),
                number=row + 1,
                change=f"{source[start:end].decode()} -> {new}",
                drawing=node in styles,
            )
    return [found[place] for place in sorted(found)]


def _styles(node):
    """The parts of a node that only style a drawing."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        yield from (word for word in node.keywords if word.arg in STYLE)
        for i, place in enumerate(node.args):
            for part in getattr(place, "elts", [place]):
                names = (isinstance(n, ast.Name) for n in ast.walk(part))
                if i in PLACES.get(name, ()) and not any(names):
                    yield part


def _signed(node):
    """The parts of a node that a minus is put before."""
    fields = set() if isinstance(node, OTHERS) else VALUES
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            fields = {"left"}  # a + -b is a - b, another mutant
        case ast.BinOp(left=ast.BinOp(op=ast.Add() | ast.Sub())):
            pass
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            fields = {"left"}
        case ast.Subscript():
            fields = {"slice"}
    for field in fields & set(node._fields):
        parts = getattr(node, field)
        for part in parts if isinstance(parts, list) else [parts]:
            match part:
                case ast.Constant(value=int() | float() as value):
                    if value and not isinstance(value, bool):
                        yield part
                case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                    yield part
                case ast.Subscript(ctx=ast.Load()) | ast.Call():
                    yield part


def _edits(node, span, source):
    """(start, end, new text) of each other change that a node suggests."""
    operands = []
    match node:
        case ast.BinOp(left=one, right=other):
            operands = [one, other]
        case ast.AugAssign(target=one, value=other):
            operands = [one, other]
        case ast.Compare(left=one, comparators=others):
            operands = [one, *others]
        case ast.BoolOp(values=operands):
            pass
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            start, end = span(node)
            text = source[start:end].decode()
            yield start, end, re.sub(r"^(-|not)\s*", "", text)
        case ast.Constant(value=bool() as value):
            yield *span(node), str(not value)
        case ast.Constant(value=int() as value):
            yield *span(node), str(value + 1)
        case ast.Constant(value=float() as value):
            yield *span(node), repr(float(f"{value + 1:.12g}"))
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in SWAPS:
            for new in SWAPS[name].split(","):
                yield span(node)[1] - len(name), span(node)[1], new
    for one, other in itertools.pairwise(operands):
        for sign in OPERATOR.finditer(source, span(one)[1], span(other)[0]):
            for new in SWAPS.get(sign[0].decode(), "").split(","):
                if new:
                    yield *sign.span(), new


def files_for(topic):
    """The test files of a topic, then those of all topics that import it."""
    found = [topic]
    for name in found:
        for path in sorted((ROOT / "snippets").glob("*.py")):
            uses = f"from snippets.{name} import " in path.read_text("utf-8")
            if uses and path.stem not in found:
                found.append(path.stem)
    files = [f"tests/test_{name}.py" for name in found]
    return [name for name in files if (ROOT / name).is_file()]


def preload():
    """Import what the children would: the libraries of topics and tests."""
    paths = [*ROOT.glob("snippets/**/*.py"), *ROOT.glob("tests/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in paths)
    for name in sorted(set(re.findall(r"^(?:import|from) (\S+)", text, re.M))):
        first = name.split(".")[0]
        ours = (ROOT / first).exists() or (ROOT / f"tests/{first}.py").exists()
        if not ours and importlib.util.find_spec(first):
            importlib.import_module(name)


class _Signs:
    """A plugin that notices a minus before what has no sign, as a text.

    It leaves out the tests of the built site: a build takes too long.
    """

    seen = False

    def pytest_collection_modifyitems(self, items):
        items[:] = [one for one in items if "site" not in one.fixturenames]

    def pytest_exception_interact(self, call):
        error = str(call.excinfo.value)
        self.seen |= "bad operand type for unary -" in error


def _child(copy, files, limit):
    """Run test files in a copy of the project; ends this process."""
    for end in ENDS:
        signal.signal(end, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    # The kernel ends what takes too long, even when the parent is dead. It
    # counts the time of this process alone: a busy machine kills no mutant.
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_REAL, 20 * limit)
    with open(copy / "log", "wb") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    hypothesis.settings.load_profile("ci")  # the same examples in each run
    options = ["-qx", "--assert=plain", "--tb=short", "-o", "addopts="]
    options += ["-c", "pyproject.toml", "-p", "no:cacheprovider"]
    signs = _Signs()
    code = pytest.main([*options, *files], plugins=[signs])
    package = sys.modules.get("snippets")
    if package and not Path(package.__file__).is_relative_to(copy):
        code = STRAY
    sys.stdout.flush()
    os._exit(NO_SIGN if signs.seen else code)


def run(todo, files, copies, limit):
    """Yields (mutant, exit code) for each mutant, in the order they end."""
    fork = multiprocessing.get_context("fork")
    todo, free, busy = iter(todo), list(copies), {}
    try:
        while True:
            while free and (mutant := next(todo, None)):
                copy = free.pop()
                path = copy / "snippets" / f"{mutant.topic}.py"
                path.write_bytes(mutant.source)
                child = fork.Process(target=_child, args=(copy, files, limit))
                # What a signal raises while Python forks would be lost.
                signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
                child.start()
                busy[child.sentinel] = child, mutant, copy
                signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
            if not busy:
                return
            for sentinel in connection.wait(busy):
                child, mutant, copy = busy.pop(sentinel)
                child.join()
                free.append(copy)
                yield mutant, child.exitcode
    finally:
        for child, *_ in busy.values():
            child.kill()
            child.join()


def examine(topic, copies, reasons, limit, most):
    """Test the mutants of a topic and print the outcome; whether it is good.

    reasons says by name which mutants may survive, and why. At most so many
    are tried, each for so many seconds at most; None sets no such limit.
    """
    path, start = Path("snippets", f"{topic}.py"), time.monotonic()
    source, files = (copies[0] / path).read_bytes(), files_for(topic)
    unchanged = Mutant(topic, "", "", "", source)
    ((_, code),) = run([unchanged], files, copies[:1], limit=3600)
    if code:
        print((copies[0] / "log").read_text("utf-8", "replace"))
        sys.exit(f"{topic}: the tests fail before anything is changed")
    limit = limit or 10 + 5 * (time.monotonic() - start)
    every, codes = mutants(topic, source), {}
    todo = [mutant for mutant in every if not mutant.drawing]
    share = random.Random(0).sample(todo, min(most or len(todo), len(todo)))
    left = {mutant[:4] for mutant in todo} - {mutant[:4] for mutant in share}
    for mutant, code in run(share, files, copies, limit):
        if code == STRAY:
            sys.exit(f"{topic}: the tests import other snippets than ours")
        codes[mutant] = code
        if sys.stderr.isatty():
            progress = f"\r{topic}: {len(codes)} of {len(share)} "
            print(progress, end="", file=sys.stderr, flush=True)
    for copy in copies:
        (copy / path).write_bytes(source)
    tried = [m for m in todo if codes.get(m, NO_SIGN) != NO_SIGN]
    alive = [mutant for mutant in tried if codes[mutant] == 0]
    # Two equal lines of a function share a name: then both must survive.
    names = {m[:4] for m in alive} - {m[:4] for m in tried if codes[m]}
    wrong = [n for n in reasons if n[0] == topic and n not in names | left]
    gaps = [mutant for mutant in alive if mutant[:4] not in reasons]
    clock = (-signal.SIGPROF, -signal.SIGALRM)
    late = [mutant for mutant in tried if codes[mutant] in clock]
    rate = 1 - len(alive) / max(1, len(tried))
    print(
        f"{topic}: {len(tried)} mutants, {rate:.1%} killed ({len(late)} by "
        f"the clock), {len(alive) - len(gaps)} change no result, "
        f"{len(gaps)} gaps; besides {len(every) - len(todo)} of style, "
        f"{len(share) - len(tried)} before what has no sign, "
        f"{len(todo) - len(share)} not tried"
    )
    for mutant in alive:
        change = " ".join(mutant.change.split())
        print(f"  {path}:{mutant.number}: {change}\n    {mutant.becomes}")
        print("   ", reasons.get(mutant[:4], "A GAP: no test notices."))
    for name in wrong:
        print(f"  listed, but not a survivor: {name[1]}\n    {name[3]}")
    return not gaps and not wrong and rate >= LEAST


def main():
    """Test the mutants of the topics named in the command, or of all."""
    # What is recorded is data, and __main__ only starts the list of snippets.
    paths = (ROOT / "snippets").glob("[!_]*.py")
    every = sorted(path.stem for path in paths)
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", default=every)
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count())
    parser.add_argument("-t", dest="limit", type=float, metavar="SECONDS")
    parser.add_argument("-n", dest="most", type=int, metavar="NUMBER")
    options = parser.parse_args()
    listed = (ROOT / "tests" / "mutations.toml").read_text("utf-8")
    reasons = {
        (topic, entry["in"], entry["line"], becomes): entry["reason"]
        for topic, entries in tomllib.loads(listed).items()
        for entry in entries
        for becomes in entry["becomes"]
    }
    if unknown := {*options.topics, *(name[0] for name in reasons)} - {*every}:
        parser.error(f"no such topic: {', '.join(sorted(unknown))}")
    # No window, one thread, and none of the plugins that happen to be there.
    os.environ |= {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    sys.stdout.reconfigure(line_buffering=True)
    for end in ENDS:
        signal.signal(end, lambda *_: sys.exit("interrupted"))
    preload()
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder, str(i)).resolve() for i in range(options.jobs)]
        for copy in copies:
            for name in ("snippets", "tests", "docs"):
                ignore = shutil.ignore_patterns("__pycache__")
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, copy / name, ignore=ignore)
            shutil.copy(ROOT / "pyproject.toml", copy)
        results = [
            examine(topic, copies, reasons, options.limit, options.most)
            for topic in options.topics
        ]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
