"""What holds of every page, snippet and test, whoever adds the next one."""

import ast
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mkdocs.utils import yaml_load

from snippets._bridge.call import find, parse
from snippets._bridge.program import statements

NOT_PROSE = re.compile(
    r"""
    \A---\n.*?^---$                                  # front matter
    | ^[ ]*(?P<fence>```+|~~~+).*?^[ ]*(?P=fence)    # a fence
    | (?P<tick>`+)(?:(?!\n\n).)+?(?P=tick)           # a code span
    | \{\{\s.+?\s\}\}                                # a call
    | \]\([^)]*\)                                    # where a link leads
    | https?://[^\s)>]+                              # an address
    | </?[a-z][^>]*>                                 # a tag
    """,
    re.S | re.M | re.X,
)
DECIMAL = re.compile(r"(?<![\w.])[-−]?\d*\.\d+")
FOLDERS = "|".join(["work", "tmp", "root", "home", "Users"])
HOSTS = "|".join(["pypi", "pythonhosted", "npmjs", "anaconda", "crates"])
PRIVATE = re.compile(
    rf"(?<![\w.\-}}])/(?:{FOLDERS})\b|\b(?:{HOSTS})\.(?:org|com|io)\b"
)


def typed(markdown):
    """(line, number) of the decimals typed into a page's prose."""
    prose = NOT_PROSE.sub(lambda m: "\n" * m[0].count("\n"), markdown)
    return [
        (number, found)
        for number, line in enumerate(prose.splitlines(), start=1)
        for found in DECIMAL.findall(line)
    ]


def topics(folder):
    """The names of the topics in a folder of snippets."""
    return sorted(path.stem for path in folder.glob("[!_]*.py"))


def public(folder):
    """(topic, name, node) of all that the topics define for the pages."""
    for topic in topics(folder):
        for name, statement in statements(folder, topic).items():
            if statement.kind == "define" and not name.startswith("_"):
                yield topic, name, statement.node


def need(folder, topic, name, found):
    """Add to found what topic's name needs: itself, its helpers, theirs."""
    statement = statements(folder, topic).get(name)
    if not statement or (topic, name) in found:
        return
    found.add((topic, name))
    if statement.kind == "borrow":
        need(folder, *statement.source, found)
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            need(folder, topic, node.id, found)


def unused(folder, uses):
    """The public names of a folder that no (topic, name) of uses needs."""
    found = set()
    for topic, name in uses:
        need(folder, topic, name, found)
    return [f"{t}.{n}" for t, n, _ in public(folder) if (t, n) not in found]


def calls_its_own(page):
    """Whether a page calls a name without a topic, so one of its own."""
    for _, text in find(page.read_text(encoding="utf-8")):
        call = parse(text, "snippets", page.stem)
        nodes = [] if call.ours else list(ast.walk(call.node))
        bases = [n.value for n in nodes if isinstance(n, ast.Attribute)]
        names = [n for n in nodes if isinstance(n, ast.Name)]
        if any(n not in bases and n.id != "code" for n in names):
            return True
    return False


def missing(root):
    """The files without which pages, snippets and tests bear no one name."""
    pages = list((root / "docs").glob("*.md"))
    wanted = {f"tests/test_{page.stem}.py" for page in pages}
    wanted |= {f"docs/{topic}.md" for topic in topics(root / "snippets")}
    wanted |= {
        f"snippets/{page.stem}.py" for page in pages if calls_its_own(page)
    }
    return sorted(path for path in wanted if not (root / path).is_file())


def untested(folder, uses):
    """The (topic, name) of uses that its topic's test module never names."""
    named = set()
    for topic in {topic for topic, _ in uses}:
        path = folder / f"test_{topic}.py"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for node in ast.walk(ast.parse(text)):
            name = getattr(node, "id", getattr(node, "attr", None))
            named.add((topic, name))
    return sorted(set(uses) - named)


def listed(navigation):
    """The pages in a navigation, whatever groups they stand in."""
    if isinstance(navigation, str):
        return [navigation]
    if isinstance(navigation, dict):
        navigation = navigation.values()
    return [page for part in navigation for page in listed(part)]


def undocumented(folder):
    """The public functions and classes of a folder without a docstring."""
    return [
        f"{topic}.{name}"
        for topic, name, node in public(folder)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not ast.get_docstring(node)
    ]


def import_alone(root, topic, folder):
    """What importing a topic prints, and leaves in an empty folder."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import snippets.{topic}"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout, [path.name for path in folder.iterdir()]


def plant(folder, **files):
    """Write files, a name's __ standing for the / of its path."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_suffix(".md" if name.startswith("docs") else ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def uses(calls):
    """(topic, name) of every function that the pages call, once each."""
    return sorted({target for _, call in calls for target in call.targets})


def test_no_page_has_a_typed_decimal(pages):
    """Every decimal number in the prose of a page is computed."""
    found = {p.name: typed(p.read_text(encoding="utf-8")) for p in pages}
    assert found == dict.fromkeys(found, [])


@pytest.mark.parametrize(
    "text",
    [
        "It is 0.7311.",
        "| 0.5 |",
        "$x = -0.5$",
        "a `b` c 0.25 `d`",
        "- about .5 of it",
        "{{ sigmoid(1):.4f }} is 0.73",
        "[one](a.md) or 2.5 <b>or</b>",
        "```\n1.5\n```\n0.1",
        "x < 0.5 and y > 0",
    ],
)
def test_a_typed_decimal_is_found(text):
    """One typed decimal is found wherever prose may stand."""
    assert len(typed(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ sigmoid(1.5):.4f }}",
        "{{ neuron([1.5, 2.0],\n -0.5) }}",
        "`0.5` and ``1.5 ` 2.5``",
        "```python\n0.5\n```",
        "    ~~~\n    0.5\n    ~~~",
        "---\nversion: 1.5\n---\n\nText.",
        "[a](https://a.org/1.5/) https://b.org/2.5",
        '<svg width="1.5">',
        "1. An item, ½ of it.",
        "Python at 3 o'clock. 4 is even.",
    ],
)
def test_what_is_computed_or_code_is_not_a_typed_decimal(text):
    """Calls, code, front matter, addresses and tags are left alone."""
    assert typed(text) == []


def test_a_typed_decimal_is_found_in_its_line():
    """The line is the file's, front matter and fences counted."""
    text = "---\na: 1\n---\n\n```\n1.5\n```\n\nIt is\n0.5."
    assert typed(text) == [(10, "0.5")]


def test_every_public_function_serves_a_page(root, uses):
    """What a snippet defines is called by a page or by what one calls."""
    assert unused(root / "snippets", uses) == []


def test_a_function_that_serves_no_page_is_found(tmp_path):
    """Helpers count when borrowed or used, however far down; others do not."""
    plant(
        tmp_path,
        snippets__one="from snippets.two import far as near\n\n"
        "LIMIT = 3\n\n\ndef a(x):\n    return near(x) + b(LIMIT)\n\n\n"
        "def b(x):\n    return x\n\n\ndef idle(c):\n    return c\n",
        snippets__two="def far(x):\n    return _mid(x)\n\n\n"
        "def _mid(x):\n    return deep(x)\n\n\n"
        "def deep(x):\n    return x\n\n\ndef b(x):\n    return deep(x)\n",
    )
    folder = tmp_path / "snippets"
    assert unused(folder, [("one", "a")]) == ["one.idle", "two.b"]
    assert unused(folder, [("one", "a"), ("one", "idle"), ("two", "b")]) == []


def test_pages_snippets_and_tests_bear_one_name(root):
    """A page has its test and its snippet, and a snippet has its page."""
    assert missing(root) == []


def test_a_missing_namesake_is_found(tmp_path):
    """A page of others' calls needs no snippet, but always a test."""
    plant(
        tmp_path,
        docs__full="{{ f() }}",
        docs__own="{{ code(f) }} and {{ full.f(1) }}",
        docs__others="{{ full.f(1) }} and {{ code(full.f) }}, `{{ f() }}`",
        snippets__full="",
        snippets__pageless="",
        tests__test_full="",
        tests__test_own="",
        tests__test_readme="",
    )
    assert missing(tmp_path) == [
        "docs/pageless.md",
        "snippets/own.py",
        "tests/test_others.py",
    ]


def test_every_called_function_is_named_in_its_test(root, uses):
    """The test module of a topic names each function that a page calls."""
    assert untested(root / "tests", uses) == []


def test_a_called_function_that_no_test_names_is_found(tmp_path):
    """An import, a text or another topic's test are no test of a function."""
    plant(
        tmp_path,
        test_one="from one import a\n\nassert page.b() == c(1)\n\n'd'\n",
        test_two="a()\n",
    )
    uses = [("one", name) for name in "abcd"] + [("three", "a")]
    assert untested(tmp_path, uses) == [
        ("one", "a"),
        ("one", "d"),
        ("three", "a"),
    ]


def test_the_navigation_lists_every_page(root, pages):
    """Every page is in the navigation once."""
    config = yaml_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    flat = [page for page in listed(config["nav"]) if "/" not in page]
    assert sorted(flat) == [page.name for page in pages]


def test_pages_are_found_in_groups_of_the_navigation():
    """A navigation nests as it likes."""
    nav = ["a.md", {"B": "b.md"}, {"C": ["c.md", {"D": [{"E": "e.md"}]}]}]
    assert listed(nav) == ["a.md", "b.md", "c.md", "e.md"]


def test_snippets_are_at_most_79_columns_wide(root):
    """A snippet can be read on a phone."""
    wide = [
        f"{path.name}:{number}"
        for path in sorted((root / "snippets").glob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if len(line) > 79
    ]
    assert wide == []


def test_every_public_function_has_a_docstring(root):
    """A reader of a snippet is told what comes back."""
    assert undocumented(root / "snippets") == []


def test_a_missing_docstring_is_found(tmp_path):
    """Functions and classes need one; constants and helpers do not."""
    plant(
        tmp_path,
        one="A = 1\n\n\ndef b():\n    return 1\n\n\nclass C:\n    x = 1\n\n\n"
        "def _d():\n    return 1\n\n\ndef e():\n    '''One.'''\n",
    )
    assert undocumented(tmp_path) == ["one.b", "one.C"]


def test_importing_a_snippet_does_nothing(root, tmp_path):
    """A fresh interpreter imports each topic without a word or a file."""
    names = topics(root / "snippets")
    with ThreadPoolExecutor(2) as pool:
        seen = pool.map(lambda n: import_alone(root, n, tmp_path / n), names)
        seen = dict(zip(names, seen, strict=True))
    assert seen == dict.fromkeys(names, ("", []))


def test_an_import_that_does_something_is_found(tmp_path):
    """A word printed and a file written are both seen."""
    plant(tmp_path, snippets__loud="print('hi')\nopen('f', 'x').close()\n")
    (tmp_path / "snippets" / "__init__.py").touch()
    seen = import_alone(tmp_path, "loud", tmp_path / "empty")
    assert seen == ("hi\n", ["f"])


def test_no_file_names_a_private_place(root):
    """No file of the project knows a machine's folders or a registry."""
    command = ["git", "ls-files", "-z", "--cached", "--others"]
    listing = subprocess.check_output(
        [*command, "--exclude-standard"], cwd=root, text=True
    )
    found = []
    for name in filter(None, listing.split("\0")):
        if name.startswith(".ci/") or not (root / name).is_file():
            continue
        text = (root / name).read_text(encoding="utf-8", errors="ignore")
        found += [(name, match[0]) for match in PRIVATE.finditer(text)]
    assert found == []


def test_no_source_is_ignored(root):
    """What the rooms hold is all known to git, or nobody else would get it."""
    command = ["git", "ls-files", "-z", "--others", "--ignored"]
    listing = subprocess.check_output(
        [*command, "--exclude-standard", "docs", "snippets", "tests"],
        cwd=root,
        text=True,
    )
    ignored = [n for n in listing.split("\0") if n and "__pycache__" not in n]
    assert ignored == []


@pytest.mark.parametrize("folder", FOLDERS.split("|"))
def test_a_private_place_is_found(folder):
    """A machine's folder is seen at the start of a path, not in an address."""
    for text in f"/{folder}/x", f"'/{folder}'", f"file:///{folder}/x":
        assert PRIVATE.search(text)
    for text in f"https://a.org/{folder}/", f"a/{folder}/", f"../{folder}":
        assert not PRIVATE.search(text)


@pytest.mark.parametrize("host", HOSTS.split("|"))
def test_a_registry_is_found(host):
    """A registry's host is seen, and its bare name is only a word."""
    assert PRIVATE.search(f"https://files.{host}.org/simple")
    assert not PRIVATE.search(f"{host} is a word")
