"""The benchmark: it compares what is comparable, and prints what it finds."""

import json
import re
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def measured(root, environment, tmp_path_factory):
    """(what the benchmark prints, the folder of its sites), two pages each."""
    folder = tmp_path_factory.mktemp("sites")
    options = ["2", "-k", "1", "--folder", folder]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *options],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, folder


def articles(site):
    """{page: its article without its blanks} of a built site."""
    texts = {}
    for path in sorted(site.glob("page*/index.html")):
        html = path.read_text("utf-8")
        start, end = html.index("<article"), html.index("</article>")
        texts[path.parent.name] = re.sub(r"\s+", "", html[start:end])
    return texts


def test_both_sites_show_the_same(measured):
    """Plain MkDocs makes of the finished Markdown what the engine made."""
    _, folder = measured
    engine = articles(folder / "engine2" / "site")
    # The last edit of a figure came after the plain site was made.
    edited, plain = engine.pop("page001"), articles(folder / "plain2" / "site")
    first = plain.pop("page001")
    assert len(engine) == 1 and engine == plain
    assert first != edited
    assert "stretchedby1" in first and "stretchedby1" not in edited


def test_both_sites_are_found_by_the_same_words(measured):
    """The search, too, has the same work in both."""
    _, folder = measured
    places = []
    for name in "engine2", "plain2":
        index = folder / name / "site" / "search" / "search_index.json"
        sections = json.loads(index.read_text("utf-8"))["docs"]
        places.append([(part["location"], part["title"]) for part in sections])
    assert places[0] == places[1] and len(places[0]) == 10


def test_the_pages_hold_what_they_are_said_to(measured):
    """Two figures, eight formulas and a derivation, each page with its own."""
    _, folder = measured
    pages = articles(folder / "engine2" / "site")
    for html in pages.values():
        kinds = re.findall(r'class="result(\w+)"', html)
        assert sorted(kinds) == ["derivation"] + 2 * ["figure"] + 8 * [
            "formula"
        ]
        assert html.count(">proved<") == 9
    one, other = (set(re.findall("<svg.*?</svg>", p)) for p in pages.values())
    assert one & other == set()


def test_the_table_names_every_kind_of_build(measured):
    """Four lines with a median, its range, its ratio, and what it uses."""
    said, _ = measured
    for kind in "cold", "one edit", "unchanged", "plain":
        (numbers,) = re.findall(rf"^{kind} +(.*)$", said, re.M)
        middle, least, most, *others = map(float, numbers.split())
        assert 0 < least <= middle <= most
        ratio, used, memory = others
        assert ratio > 0 and used > 0
        assert memory > 1 or sys.platform != "linux"
    assert re.search(r"new figure, seen by .*: median \d+\.\d\d s", said)
