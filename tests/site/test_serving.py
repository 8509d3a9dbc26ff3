"""Small sites while they are served: broken, mended, changed, ended."""

import re
import signal
import time

import pytest
from sites import Server, edit, kept, processes, within, write

NUMBERS = '''\
"""Numbers."""

from snippets.shared import share


def twice(x):
    """Two x."""
    return 2 * x


def part(x):
    """A share of x."""
    return share(x)
'''
SHARED = '''\
"""What other topics borrow."""


def share(x):
    """An eighth of x."""
    return x / 8
'''
LENGTHY = '''\
"""What takes long."""

import time


# long: 60 s
def experiment(n):
    """n, after a while."""
    time.sleep(3)
    return n


def quick(n):
    """n, at once."""
    return n
'''
PAGES = {
    "index": "# Start\n",
    "numbers": "# Numbers\n\nIt is {{ twice(4) }} or {{ part(4) }}.\n",
    "others": "# Others\n\nIt is {{ numbers.part(1) }}.\n",
    "formulas": "# Formulas\n\nIt is $\\frac{1}{2}$.\n",
}
SNIPPETS = {"numbers": NUMBERS, "shared": SHARED}


@pytest.fixture(scope="module")
def served(environment, tmp_path_factory):
    """A Server of a site without faults, whose snippets have two seconds."""
    folder = tmp_path_factory.mktemp("served")
    write(folder, PAGES, SNIPPETS)
    with Server(folder, environment | {"SNIPPETS_LIMIT": "2"}) as server:
        yield server
        assert server.process.poll() is None, "the server has died"


@pytest.fixture
def begin(environment, tmp_path):
    """begin(pages, snippets, **variables): a Server of such a site."""
    started = []

    def run(pages, snippets, **variables):
        write(tmp_path, pages, snippets)
        started.append(Server(tmp_path, environment | variables))
        return started[-1]

    yield run
    for server in started:
        server.__exit__()


@pytest.mark.parametrize(
    "file, right, wrong, page, box, after",
    [
        (
            "snippets/numbers.py",
            "2 * x",
            "2 / (x - x)",
            "numbers",
            "docs/numbers.md:3: {{ twice(4) }}: ZeroDivisionError: division by"
            " zero (snippets/numbers.py:8)",
            ">8</data>",
        ),
        (
            "snippets/numbers.py",
            "2 * x",
            "2 *",
            "numbers",
            "docs/numbers.md:3: {{ part(4) }}: SyntaxError: invalid syntax "
            "(numbers.py, line 8) (snippets/numbers.py:8)",
            ">0.5</data>",
        ),
        (
            "snippets/numbers.py",
            "2 * x",
            "__import__('os')._exit(1)",
            "numbers",
            "docs/numbers.md:3: {{ twice(4) }}: its process ended with exit "
            "code 1",
            ">8</data>",
        ),
        (
            "snippets/shared.py",
            "return x / 8",
            "while x: pass",
            "others",
            "docs/others.md:3: {{ numbers.part(1) }}: TimeoutError: it ran for"
            " more than 2 s",
            ">0.125</data>",
        ),
        (
            "docs/numbers.md",
            "twice(4)",
            "thrice(4)",
            "numbers",
            "docs/numbers.md:3: {{ thrice(4) }}: LookupError: "
            "snippets/numbers.py defines no public name 'thrice'",
            ">8</data>",
        ),
        (
            "docs/numbers.md",
            "twice(4)",
            "twice(4",
            "numbers",
            "docs/numbers.md:3: {{ twice(4 }}: SyntaxError: '(' was never",
            ">8</data>",
        ),
        (
            "docs/formulas.md",
            "{1}{2}",
            "{1}",
            "formulas",
            "docs/formulas.md:3: \\frac{1}: ValueError: bad TeX",
            "<mfrac>",
        ),
    ],
    ids=[
        "a snippet that raises",
        "a snippet that is not Python",
        "a snippet that ends its process",
        "a helper without end",
        "a name that is not there",
        "a call that is not Python",
        "a formula that is not TeX",
    ],
)
def test_what_breaks_is_told_and_mended(
    served, file, right, wrong, page, box, after
):
    """Its place says what is wrong, until the next save."""
    assert served.shows(page, after)
    edit(served.folder / file, right, wrong)
    assert served.shows(page, f'<samp class="failure">{box}')
    edit(served.folder / file, wrong, right)
    assert served.shows(page, after)
    assert 'class="failure"' not in served.get(f"{page}/")


@pytest.mark.parametrize(
    "broken", ["site_name: [", "markdown_extensions: [bridges]\n"]
)
def test_a_broken_configuration_is_survived(served, broken):
    """The server says what is wrong with mkdocs.yml and waits for the next."""
    assert served.shows("numbers", ">8</data>")
    config = served.folder / "mkdocs.yml"
    right, before = config.read_text("utf-8"), len(served.said.read_bytes())
    config.write_text(broken, "utf-8")
    assert within(60, lambda: b"ERROR" in served.said.read_bytes()[before:]), (
        served.said.read_text("utf-8")
    )
    config.write_text(right, "utf-8")
    assert served.shows("numbers", ">8</data>")
    edit(served.folder / "docs" / "numbers.md", "twice(4)", "twice(5)")
    assert served.shows("numbers", ">10</data>")
    edit(served.folder / "docs" / "numbers.md", "twice(5)", "twice(4)")
    assert served.shows("numbers", ">8</data>")


def test_an_edited_snippet_changes_its_page(served):
    """What is saved is shown soon after; how soon is printed, not judged."""
    assert served.shows("numbers", ">8</data>")
    begun = time.monotonic()
    edit(served.folder / "snippets" / "numbers.py", "2 * x", "5 * x")
    assert served.shows("numbers", ">20</data>", ">0.5</data>")
    print(f"{time.monotonic() - begun:.2f} s from save to page")
    edit(served.folder / "snippets" / "numbers.py", "5 * x", "2 * x")
    assert served.shows("numbers", ">8</data>")


def test_an_edited_helper_changes_all_pages_that_use_it(served):
    """They follow it through a topic between."""
    assert served.shows("others", ">0.125</data>")
    edit(served.folder / "snippets" / "shared.py", "x / 8", "x / 5")
    assert served.shows("others", ">0.2</data>")
    assert served.shows("numbers", ">8</data>", ">0.8</data>")
    edit(served.folder / "snippets" / "shared.py", "x / 5", "x / 8")
    assert served.shows("others", ">0.125</data>")


def test_a_new_topic_appears(served):
    """A page and its snippet, saved while the site is served, are there."""
    assert served.shows("numbers", ">8</data>")
    page = served.folder / "docs" / "new.md"
    page.write_text("# New\n\nIt is {{ news(6) }}.\n", "utf-8")
    assert served.shows("new", "snippets/new.py does not exist")
    snippet = served.folder / "snippets" / "new.py"
    snippet.write_text(SHARED.replace("share", "news"), "utf-8")
    assert served.shows("new", ">0.75</data>")


@pytest.mark.parametrize("topic", ["numbers", "shared"])
def test_a_deleted_snippet_is_missed(served, topic):
    """Its pages tell of it, and forget it when it is there again."""
    assert served.shows("numbers", ">8</data>", ">0.5</data>")
    path = served.folder / "snippets" / f"{topic}.py"
    path.rename(served.folder / "away")
    told = f"LookupError: snippets/{topic}.py does not exist"
    assert served.shows("numbers", 'class="failure"', told)
    (served.folder / "away").rename(path)
    assert served.shows("numbers", ">8</data>", ">0.5</data>")


def test_only_what_has_changed_runs_again(served):
    """A changed function makes its own results anew, and no other."""
    assert served.shows("numbers", ">8</data>")
    assert served.shows("others", ">0.125</data>")
    before = kept(served.folder / ".cache")
    edit(served.folder / "snippets" / "numbers.py", "2 * x", "2.5 * x")
    assert served.shows("numbers", ">10.0</data>", ">0.5</data>")
    after = kept(served.folder / ".cache")
    assert len(after.keys() - before) == 1
    assert before.items() <= after.items()
    edit(served.folder / "snippets" / "numbers.py", "2.5 * x", "2 * x")
    assert served.shows("numbers", ">8</data>", ">0.5</data>")
    assert kept(served.folder / ".cache") == after


LENGTHY_PAGES = {
    "index": "# Start\n",
    "lengthy": "It is {{ experiment(7) }} and {{ quick(8) }}.\n",
}
PENDING = (
    '<samp class="pending">docs/lengthy.md:1: {{ experiment(7) }}: running'
)


def follow(server, page, text):
    """How often a browser reloads a page until it shows a text.

    It asks as the script does that MkDocs puts into each page.
    """
    for times in range(9):
        html = server.get(page)
        if text in html:
            return times
        epoch, number = re.search(r"livereload\((\d+), (\d+)\)", html).groups()
        path = f"livereload/{epoch}/{number}"
        assert int(server.get(path, timeout=50)) > int(epoch)
    return None


def test_nobody_waits_for_what_takes_long(begin):
    """The page is there at once; what takes long comes in by itself."""
    server = begin(LENGTHY_PAGES, {"lengthy": LENGTHY})
    assert server.shows("lengthy", PENDING, ">8</data>")
    assert follow(server, "lengthy/", ">7</data>")
    snippet = server.folder / "snippets" / "lengthy.py"
    edit(snippet, "return n\n\n\n", "return n + 10\n\n\n")
    assert server.shows("lengthy", PENDING, ">8</data>")
    assert follow(server, "lengthy/", ">17</data>")
    edit(snippet, "return n + 10", "return n / 0")
    assert server.shows("lengthy", PENDING, ">8</data>")
    assert follow(server, "lengthy/", "ZeroDivisionError: division by zero")


def test_a_site_is_served_where_nothing_can_be_kept(begin):
    """Without a cache too, what takes long comes in by itself."""
    server = begin(
        LENGTHY_PAGES, {"lengthy": LENGTHY}, SNIPPETS_CACHE="mkdocs.yml"
    )
    assert server.shows("lengthy", PENDING, ">8</data>")
    assert follow(server, "lengthy/", ">7</data>")
    assert server.said.read_text("utf-8").count("results are not kept") == 1


@pytest.mark.parametrize(
    "end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=str
)
def test_nothing_runs_on_without_the_server(begin, end):
    """However it ends, its workers end with it, idle or busy."""
    lasting = LENGTHY.replace("sleep(3)", "sleep(600)")
    lasting = lasting.replace("long: 60 s", "long: 600 s")
    server = begin(LENGTHY_PAGES, {"lengthy": lasting})
    assert server.shows("lengthy", PENDING, ">8</data>")
    running = processes(server.folder)
    assert sum("snippets._bridge.worker" in w for w in running.values()) >= 3
    server.process.send_signal(end)
    server.process.wait(20)
    assert within(20, lambda: not processes(server.folder))
