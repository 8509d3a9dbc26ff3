"""A small site that holds one of each failure, built, mended and served."""

import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from sites import edit

BRIDGE = Path(__file__).parents[2] / "snippets" / "_bridge"

CONFIG = """\
site_name: Miniature
theme: mkdocs
markdown_extensions: [bridge, attr_list, tables]
plugins: []
hooks: [snippets/_bridge/hooks.py]
watch: [snippets]
"""

PLAIN = '''\
"""Numbers, and ways to miss them."""

import sys
import warnings
from math import sqrt

import numpy as np

from snippets.fine import add


def twice(x):
    """Two x."""
    return 2 * x


def next_root(x):
    """The root of x + 1."""
    return sqrt(add(x, 1))


def reciprocal(x):
    """One over x."""
    return 1 / x


def leave(x):
    """One, unless x is 0, which ends the program."""
    return x or sys.exit(0)


def power(x):
    """e to the x."""
    return np.exp(np.float64(x))


def doubtful(x):
    """x, with a warning if it is 0."""
    if not x:
        warnings.warn("be careful")
    return x


def nothing(x):
    """x, or None if it is 0."""
    return x or None


def _hidden():
    return 1
'''

FINE = '''\
"""What another topic borrows."""


def add(x, y):
    """The sum of x and y."""
    return x + y
'''

DRAWN = '''\
"""Figures, with and without labels."""

import matplotlib.pyplot as plt


def line(**labels):
    """A line."""
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set(**labels)
    return fig
'''

SYMBOLIC = '''\
"""Formulas, true and false."""

import sympy

x = sympy.Symbol("x", real=True)


def power(constant):
    """Whether e to the x plus the constant is e to the x."""
    return sympy.Eq(sympy.exp(x) + constant, sympy.exp(x), evaluate=False)


def steps(constant):
    """One line of a derivation and the next."""
    return [("", sympy.exp(x)), ("by magic", sympy.exp(x) * constant)]
'''

TWICE = '''\
"""Two of everything."""


def twice(x):
    """Two x."""
    return 2 * x
'''

SNIPPETS = {
    "__init__": '"""The topics of a small site."""\n',
    "plain": PLAIN,
    "fine": FINE,
    "drawn": DRAWN,
    "symbolic": SYMBOLIC,
    "broken": TWICE.replace("2 * x", "2 *"),
}
MENDED = SNIPPETS | {"broken": TWICE, "lonely": TWICE}

STARTS = {
    "index": "# Start\n\n[Plain](plain.md#plain)\n",
    "fine": "# Fine\n\nIt has {{ add(1, 1) }} legs.\n",
    "plain": "---\ntitle: Plain\nhide: [toc]\n---\n\n\n# Plain {#plain}\n",
    "drawn": "# Drawn\n",
    "symbolic": "---\ntitle: Symbolic\n---\n# Symbolic\n",
    "lonely": "\n\n# Lonely\n",
    "links": "---\ntitle: Links\n---\n\n# Links {#links}\n",
}


@dataclass(frozen=True)
class Failure:
    """A failure: a paragraph, what is wrong in it, its cause, its cure.

    shown is what the build calls it, if not as it is written.
    """

    name: str
    page: str
    paragraph: str
    wrong: str
    cause: str
    right: str
    shown: str = ""

    @property
    def mended(self):
        """The paragraph as it should be."""
        return self.paragraph.replace(self.wrong, self.right)

    def report(self, page):
        """How the build tells of the failure on the page with that text."""
        line = page.count("\n", 0, page.index(self.paragraph))
        line += self.paragraph[: self.paragraph.index(self.wrong)].count("\n")
        place = f"docs/{self.page}.md:{line + 1}"
        return f"{place}: {self.shown or self.wrong}: {self.cause}"


DEAD = "no such page or file"
GRAPH = '{{ line(xlabel="x", ylabel="y") }}'
FAILURES = [
    Failure(
        "a call that raises",
        "plain",
        "The share of\n{{ reciprocal(0) }} is endless.",
        "{{ reciprocal(0) }}",
        "ZeroDivisionError: division by zero (snippets/plain.py:",
        "{{ reciprocal(4) }}",
    ),
    Failure(
        "the same call again",
        "plain",
        "Again {{ reciprocal(0) }} comes out.",
        "{{ reciprocal(0) }}",
        "ZeroDivisionError: division by zero (snippets/plain.py:",
        "{{ reciprocal(4) }}",
    ),
    Failure(
        "a call that raises in a table",
        "plain",
        "| x |\n|---|\n| {{ twice(1) }} |\n| {{ reciprocal(0.0) }} |",
        "{{ reciprocal(0.0) }}",
        "ZeroDivisionError: ",
        "{{ reciprocal(1.0) }}",
    ),
    Failure(
        "a call that raises in a heading",
        "plain",
        "## No {{ reciprocal(-0) }} {#no}",
        "{{ reciprocal(-0) }}",
        "ZeroDivisionError: division by zero (snippets/plain.py:",
        "{{ reciprocal(-1) }}",
    ),
    Failure(
        "a call that exits",
        "plain",
        "- an item\n- {{ leave(0) }}",
        "{{ leave(0) }}",
        "SystemExit: 0 (snippets/plain.py:",
        "{{ leave(1) }}",
    ),
    Failure(
        "an overflow",
        "plain",
        "Grown to {{ power(1000):.1f }}.",
        "{{ power(1000):.1f }}",
        "RuntimeWarning: overflow encountered in exp (snippets/plain.py:",
        "{{ power(10):.1f }}",
    ),
    Failure(
        "a warning",
        "plain",
        "It is {{ doubtful(0) }}.",
        "{{ doubtful(0) }}",
        "UserWarning: be careful (snippets/plain.py:",
        "{{ doubtful(1) }}",
    ),
    Failure(
        "a result without a rendering",
        "plain",
        "{{ nothing(0) }}",
        "{{ nothing(0) }}",
        "TypeError: a NoneType cannot be shown on a page",
        "{{ nothing(1) }}",
    ),
    Failure(
        "an unknown name",
        "plain",
        "It is {{ thrice(1) }}.",
        "{{ thrice(1) }}",
        "LookupError: snippets/plain.py defines no public name 'thrice'",
        "{{ twice(1) }}",
    ),
    Failure(
        "a private name",
        "plain",
        "It is {{ _hidden() }}.",
        "{{ _hidden() }}",
        "ValueError: '_hidden' is private",
        "{{ twice(1) }}",
    ),
    Failure(
        "a name that is imported",
        "plain",
        "It is {{ sqrt(4) }}.",
        "{{ sqrt(4) }}",
        "LookupError: snippets/plain.py defines no public name 'sqrt'",
        "{{ next_root(3) }}",
    ),
    Failure(
        "a syntax error between the braces",
        "plain",
        "It is {{ twice(1 }}.",
        "{{ twice(1 }}",
        "SyntaxError: '(' was never closed",
        "{{ twice(1) }}",
    ),
    Failure(
        "a call without its closing braces",
        "plain",
        "It is {{ twice(7) and so on.",
        "{{ twice(7)",
        "ValueError: this call was not run",
        "{{ twice(7) }}",
        "{{ twice(7) and so on. }}",
    ),
    Failure(
        "a format that does not fit",
        "plain",
        "It is {{ twice(1):q }}.",
        "{{ twice(1):q }}",
        "ValueError: Unknown format code 'q'",
        "{{ twice(1):.1f }}",
    ),
    Failure(
        "an unknown topic",
        "plain",
        "It is {{ nowhere.twice(1) }}.",
        "{{ nowhere.twice(1) }}",
        "LookupError: snippets/plain.py defines no public name 'nowhere'",
        "{{ twice(1) }}",
    ),
    Failure(
        "a snippet with a syntax error",
        "plain",
        "Two fifths are {{ broken.twice(0.2) }}.",
        "{{ broken.twice(0.2) }}",
        "SyntaxError: invalid syntax (broken.py, line 6) (snippets/broken.py:",
        "{{ broken.twice(0.2) }}",
    ),
    Failure(
        "a call hidden in raw HTML",
        "plain",
        "<div>\n{{ twice(3) }}\n</div>",
        "{{ twice(3) }}",
        "ValueError: this call was not run",
        "3 * 2",
    ),
    Failure(
        "a page without a snippet",
        "lonely",
        "It is {{ twice(1) }}.",
        "{{ twice(1) }}",
        "LookupError: snippets/lonely.py does not exist",
        "{{ twice(1) }}",
    ),
    Failure(
        "a figure without a caption",
        "drawn",
        GRAPH,
        GRAPH,
        "ValueError: a figure needs a caption",
        f"{GRAPH}\n: A line.",
    ),
    Failure(
        "a figure without axis labels",
        "drawn",
        '{{ line(xlabel="x") }}\n: A line.',
        '{{ line(xlabel="x") }}',
        "ValueError: a figure needs a label on every axis",
        GRAPH,
    ),
    Failure(
        "a call that raises in a caption",
        "drawn",
        f"{GRAPH}\n: A line,\n  {{{{ plain.reciprocal(0) }}}} long.",
        "{{ plain.reciprocal(0) }}",
        "ZeroDivisionError: division by zero (snippets/plain.py:",
        "{{ plain.reciprocal(1) }}",
    ),
    Failure(
        "a figure in a sentence",
        "drawn",
        'It is {{ line(xlabel="t", ylabel="y") }} again.',
        '{{ line(xlabel="t", ylabel="y") }}',
        "TypeError: a Figure must stand in a paragraph of its own",
        "a line",
    ),
    Failure(
        "a figure in a sentence, after the same with a caption",
        "drawn",
        f"{GRAPH}\n: A line.\n\nIt looks like\n{GRAPH} from afar.",
        f"{GRAPH} from afar",
        "TypeError: a Figure must stand in a paragraph of its own",
        "a line",
        GRAPH,
    ),
    Failure(
        "bad TeX",
        "symbolic",
        r"Half of $\frac{1}$ is it.",
        r"\frac{1}",
        "ValueError: bad TeX ",
        r"\frac{1}{2}",
    ),
    Failure(
        "the same bad TeX after good TeX that begins so",
        "symbolic",
        "Half is $\\frac{1}{2}$ but\nnot $\\frac{1}$.",
        "\\frac{1}$",
        "ValueError: bad TeX ",
        "\\frac{1}{2}$",
        "\\frac{1}",
    ),
    Failure(
        "bad TeX in a paragraph of its own",
        "symbolic",
        "$$\n\\sqrt{x\n$$",
        "$$\n\\sqrt{x",
        "ValueError: bad TeX ",
        "$$\n\\sqrt{x}",
        "\\sqrt{x",
    ),
    Failure(
        "a call that raises in a formula",
        "symbolic",
        "So\n$y = {{ plain.reciprocal(0) }}$.",
        "y = {{ plain.reciprocal(0) }}",
        "ZeroDivisionError: division by zero (snippets/plain.py:",
        "y = {{ plain.reciprocal(1) }}",
    ),
    Failure(
        "a false relation",
        "symbolic",
        "{{ power(1) }}",
        "{{ power(1) }}",
        "ValueError: cannot prove Eq(exp(x) + 1, exp(x))",
        "{{ power(0) }}",
    ),
    Failure(
        "a derivation with a wrong line",
        "symbolic",
        "{{ steps(2) }}",
        "{{ steps(2) }}",
        "ValueError: line 1 (by magic) does not follow",
        "{{ steps(1) }}",
    ),
    Failure(
        "a dead link",
        "links",
        "[Away](gone.md)",
        "gone.md",
        DEAD,
        "fine.md",
    ),
    Failure(
        "the same dead link again",
        "links",
        "Once more, [far away](gone.md)",
        "gone.md",
        DEAD,
        "fine.md",
    ),
    Failure(
        "a dead link that begins another",
        "links",
        "[Nearly](gone.m)",
        "gone.m",
        DEAD,
        "fine.md",
    ),
    Failure(
        "a dead anchor on the page itself",
        "links",
        "[Below](#gone)",
        "#gone",
        "no such anchor on links/",
        "#links",
    ),
    Failure(
        "a dead anchor on another page",
        "links",
        "[Across](fine.md#lost)",
        "fine.md#lost",
        "no such anchor on fine/",
        "fine.md#fine",
        "../fine/#lost",
    ),
    Failure(
        "a dead anchor on the front page",
        "links",
        "[Home](index.md#nothing)",
        "index.md#nothing",
        "no such anchor on the front page",
        "index.md#start",
        "../#nothing",
    ),
    Failure(
        "a dead link in raw HTML",
        "links",
        '<p>\n<a href="../missing/">Away</a></p>',
        "../missing/",
        DEAD,
        "../fine/",
    ),
    Failure(
        "a dead anchor in raw HTML",
        "links",
        '<p><a href="../fine/#absent">Across</a></p>',
        "../fine/#absent",
        "no such anchor on fine/",
        "../fine/#fine",
    ),
    Failure(
        "a dead image",
        "links",
        "A picture:\n![A cat](cat.png)",
        "cat.png",
        DEAD,
        "picture.png",
    ),
]


def write(folder, paragraphs=(), snippets=MENDED):
    """Make the small site; (page, paragraph) pairs end its pages."""
    texts = dict(STARTS)
    for page, paragraph in paragraphs:
        texts[page] += f"\n{paragraph}\n"
    files = {f"docs/{page}.md": text for page, text in texts.items()}
    files |= {f"snippets/{name}.py": text for name, text in snippets.items()}
    shutil.copytree(BRIDGE, folder / "snippets" / "_bridge")
    (folder / "docs").mkdir()
    for path, text in (files | {"mkdocs.yml": CONFIG}).items():
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "docs" / "picture.png").touch()
    return texts


def left(folder):
    """The files that a build has left in the folder of its site."""
    return [p for p in (folder / "site").rglob("*") if p.is_file()]


@pytest.fixture(scope="module", params=["", "-q"], ids=["loud", "quiet"])
def broken(request, build, tmp_path_factory):
    """(its pages, its folder, what the build said) of the broken site."""
    folder = tmp_path_factory.mktemp("broken")
    pages = write(folder, [(f.page, f.paragraph) for f in FAILURES], SNIPPETS)
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("an earlier build")
    return pages, folder, build(folder, *request.param.split())


@pytest.fixture(scope="module")
def alone(build, tmp_path_factory):
    """(its pages, its folder, the build) of a site for each failure."""

    def run(failure):
        folder = tmp_path_factory.mktemp("alone")
        pages = write(folder, [(failure.page, failure.paragraph)], SNIPPETS)
        return pages, folder, build(folder, "-q")

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(FAILURES, pool.map(run, FAILURES), strict=True))


def each(test):
    """The test, run for each failure."""
    names = [failure.name for failure in FAILURES]
    return pytest.mark.parametrize("failure", FAILURES, ids=names)(test)


def test_the_small_site_runs_its_own_snippets(tmp_path):
    """What stands in the folder of a site is what its pages call."""
    write(tmp_path)
    command = "import snippets._bridge as b; print(b.__file__)"
    found = subprocess.check_output(
        [sys.executable, "-c", command], cwd=tmp_path, text=True
    )
    assert Path(found.strip()).is_relative_to(tmp_path)


@each
def test_the_build_lists_every_failure(broken, failure):
    """Among all others, each failure is told with its page, line and cause."""
    pages, _, build = broken
    report = failure.report(pages[failure.page])
    starts = [line.startswith(report) for line in build.stdout.splitlines()]
    assert starts.count(True) == 1, report


def test_the_build_lists_nothing_else(broken):
    """The build counts the failures, and there are no others."""
    _, _, build = broken
    assert f"{len(FAILURES)} failures in the pages:" in build.stdout
    assert build.stdout.count("docs/") == len(FAILURES)


def test_a_broken_site_is_not_left_behind(broken):
    """A failed build leaves no site: not its own, nor one from before."""
    _, folder, build = broken
    assert build.returncode != 0
    assert left(folder) == []


@each
def test_each_failure_alone_stops_the_build(alone, failure):
    """One failure is enough: it is told, and nothing is written."""
    pages, folder, build = alone[failure]
    assert build.returncode != 0
    assert "1 failure in the pages:\n" in build.stdout
    assert f"\n{failure.report(pages[failure.page])}" in build.stdout
    assert left(folder) == []


def test_a_failure_names_the_line_of_the_snippet(alone):
    """The line of the snippet that failed follows the cause."""
    for failure in FAILURES:
        _, _, build = alone[failure]
        if found := re.search(r" \(snippets/plain\.py:(\d+)\)", build.stdout):
            line = PLAIN.splitlines()[int(found[1]) - 1]
            assert re.search(r"1 / x|sys\.exit|np\.exp|warnings\.", line)


def test_the_mended_site_is_built(build, tmp_path):
    """With every failure mended the build succeeds, and says no word."""
    write(tmp_path, [(f.page, f.mended) for f in FAILURES])
    done = build(tmp_path, "-q", "--strict")
    assert (done.returncode, done.stdout) == (0, "")
    page = (tmp_path / "site" / "plain" / "index.html").read_text("utf-8")
    assert 'The share of\n<data value="0.25"' in page
    assert "failure" not in page


def test_a_page_may_name_its_own_topic(build, tmp_path):
    """A name with its topic means the same on every page."""
    write(tmp_path, [("fine", "It is {{ fine.add(2, 3) }}.")])
    done = build(tmp_path, "-q")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_mended_site_fails_again_when_its_snippet_does(build, tmp_path):
    """A wrong snippet stops a build that succeeded before."""
    write(tmp_path)
    assert build(tmp_path, "-q").returncode == 0
    assert left(tmp_path)
    snippet = tmp_path / "snippets" / "fine.py"
    snippet.write_text(FINE.replace("x + y", "x / 0"), encoding="utf-8")
    assert build(tmp_path, "-q").returncode != 0
    assert left(tmp_path) == []


@pytest.fixture
def served(environment, tmp_path):
    """(folder, page) of a small site while it is served; page reads a page."""
    paragraphs = {
        "plain": "It is {{ reciprocal(0) }}. It is {{ next_root(8) }}.",
        "fine": "It is {{ add(3, 4) }}.",
    }
    write(tmp_path, paragraphs.items())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", host]

    def page(name):
        with urlopen(f"http://{host}/{name}/", timeout=5) as answer:
            return unescape(answer.read().decode())

    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
        with server:
            try:
                yield tmp_path, page
                assert server.poll() is None, "the server has died"
            finally:
                server.kill()


def shows(page, name, *texts):
    """Whether a served page comes to show all the texts within 20 s."""
    deadline, html = time.monotonic() + 20, ""
    while time.monotonic() < deadline:
        try:
            html = page(name)
        except HTTPError as answer:
            answer.close()
        except (URLError, ConnectionError, TimeoutError):
            html = ""
        if all(text in html for text in texts):
            return True
        time.sleep(0.1)
    print(html)
    return False


def test_a_served_page_shows_its_failure_in_place(served):
    """While serving, a red box says what failed, and the rest is there."""
    _, page = served
    box = (
        'It is <samp class="failure">docs/plain.md:9: {{ reciprocal(0) }}: '
        "ZeroDivisionError: division by zero (snippets/plain.py:"
    )
    assert shows(page, "plain", box, "</samp>. It is <data", ">3.0</data>")
    assert shows(page, "fine", ">7</data>")


def test_a_served_page_follows_its_mended_snippet(served):
    """Saving the mended snippet replaces the box by the result."""
    folder, page = served
    assert shows(page, "plain", 'class="failure"')
    edit(folder / "snippets/plain.py", "1 / x", "1 / (x + 8)")
    assert shows(page, "plain", ">0.125</data>")
    assert 'class="failure"' not in page("plain")


def test_a_served_page_follows_what_its_snippet_borrows(served):
    """A sign flipped in another topic, at equal size, changes the number."""
    folder, page = served
    assert shows(page, "plain", ">3.0</data>")
    edit(folder / "snippets/fine.py", "x + y", "x - y")
    assert shows(page, "fine", ">-1</data>".replace("-", "−"))
    assert shows(page, "plain", f">{7**0.5}</data>")


def test_the_server_outlives_a_snippet_that_is_not_python(served):
    """A snippet saved half-way is told in its place, then forgotten."""
    folder, page = served
    assert shows(page, "fine", ">7</data>")
    edit(folder / "snippets/fine.py", "x + y", "x +")
    assert shows(page, "fine", 'class="failure"', "SyntaxError")
    edit(folder / "snippets/fine.py", "x +", "x + y")
    assert shows(page, "fine", ">7</data>")
    assert shows(page, "plain", ">3.0</data>")


def test_a_served_page_shows_a_dead_link_all_the_same(served):
    """While serving, a dead link takes no page away."""
    folder, page = served
    edit(folder / "docs/fine.md", "legs.", "legs, [all gone](gone.md).")
    assert shows(page, "fine", "all gone")
