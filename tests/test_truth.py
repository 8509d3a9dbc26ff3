"""docs/truth.md: every claim the page makes, proved."""

import ast
import html
import re
from collections import Counter
from pathlib import Path

import pytest

from snippets._bridge.call import find, parse

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"<tr><td>([^<]*)</td><td[^>]*>(\d+)</td></tr>")
FOOTER = re.compile(r'<p class="census">(.*?)</p>', re.S)
THING = re.compile(
    r"(\d+) (number|formula|derivation|figure|explorer|table|claim)"
)


def article(site, name):
    """The HTML of a page of the built site."""
    path = site / name.replace("index", "") / "index.html"
    return path.read_text("utf-8").partition("</article>")[0]


@pytest.fixture(scope="module")
def census(site):
    """{what: how many} of the table on the page."""
    rows = ROW.findall(article(site, "truth"))
    return {what: int(count) for what, count in rows}


@pytest.fixture(scope="module")
def articles(site):
    """{page: HTML} of all articles but the index of formulas."""
    names = sorted(path.stem for path in (ROOT / "docs").glob("*.md"))
    return {n: article(site, n) for n in names if n != "formulas"}


def test_the_census_is_the_sum_of_the_pages(census, articles):
    """What the pages say at their ends adds up to the table."""
    footers = [FOOTER.search(page) for page in articles.values()]
    found = Counter()
    for footer in filter(None, footers):
        for count, thing in THING.findall(footer[1]):
            found[thing] += int(count)
    assert census["numbers in sentences and formulas"] == found["number"] > 99
    for thing in found.keys() - {"number"}:
        assert census[f"{thing}s"] == found[thing]
    assert len(found) >= 6


def test_the_census_counts_what_is_seen(census, articles):
    """Pages, programs and the words beside formulas, found in the HTML."""
    assert census["pages"] == len(articles) + 1
    whole = "".join(articles.values())
    assert census["programs"] == len(
        re.findall(r'<div class="result program"', whole)
    )
    proved = whole.count("<summary>proved</summary>")
    assert census["– proved"] + census["derivations"] == proved
    checked = whole.count("<summary>checked numerically</summary>")
    assert census["– checked numerically"] == checked > 0
    defined = whole.count("<summary>definition</summary>")
    assert census["– definitions"] == defined > 0
    terms = census["– terms, which claim nothing"]
    assert (
        census["formulas"]
        == terms + defined + checked + proved - (census["derivations"])
    )


def test_the_functions_are_those_that_pages_call(census):
    """Each once, however many pages call it."""
    functions = set()
    for path in (ROOT / "docs").glob("*.md"):
        for _, text in find(path.read_text("utf-8")):
            call = parse(text, "snippets", path.stem)
            if not (call.ours or call.line):
                functions |= set(call.targets)
    assert census["functions that they call or show"] == len(functions)


def test_the_tests_are_counted(census):
    """A line `def test_…` is one, wherever in tests/ it stands."""
    lines = [
        line
        for path in (ROOT / "tests").rglob("test_*.py")
        for line in path.read_text("utf-8").splitlines()
    ]
    # The bridge's tests hold texts of programs, some with tests in them.
    found = sum(line.strip().startswith("def test_") for line in lines)
    assert census["tests"] == pytest.approx(found, rel=0.01)
    (node,) = ast.parse("def test_one(): pass").body
    assert node.name.startswith("test_")


def test_all_libraries_are_named_at_the_end(site, articles):
    """The libraries of every page, with one version each."""
    (said,) = FOOTER.findall(article(site, "truth"))
    for page in articles.values():
        for footer in FOOTER.findall(page):
            for version in footer.partition("Made with ")[2].split(", "):
                assert version.rstrip(".") in said


def test_a_test_with_a_tolerance_would_praise_a_0():
    """The sigmoid at -720 is no 0, and far below a millionth."""
    from snippets.function import sigmoid

    assert 0 < sigmoid(-720) < 1e-300


def programs(page):
    """The texts of the programs on a page, in order."""
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)
    return [html.unescape(re.sub(r"<[^>]*>", "", text)) for text in found]


def test_a_figure_is_saved_and_a_formula_printed(
    articles, tmp_path, monkeypatch, capsys
):
    """By the lines that the page says to add to their programs."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "truth.md").read_text("utf-8")
    adds = re.findall(r"`(figure\.\w+\(.*?\)|print\(.*?\))`", text)
    for name, add in zip(("figure", "formula"), adds, strict=True):
        program, *_ = (
            program
            for program in programs(articles["derivative"])
            if program.splitlines()[-1].startswith(f"{name} = ")
        )
        exec(f"{program}\n{add}", {})
    assert "<svg" in (tmp_path / "figure.svg").read_text("utf-8")
    assert capsys.readouterr().out.startswith("Eq(sigma_prime(x), ")


def test_the_pages_with_displayed_formulas_that_are_typed():
    """Those that the page names; a link is wrapped as the text is."""
    text = (ROOT / "docs" / "truth.md").read_text("utf-8")
    bullet = text.partition("**What is typed.**")[2].partition("\n- ")[0]
    named = set(re.findall(r"\((\w+\.md)\)", bullet))
    pages = (ROOT / "docs").glob("*.md")
    typed = {p.name for p in pages if "$$" in p.read_text("utf-8")}
    assert typed == named


def test_other_libraries_are_not_run(site):
    """None of those that the page names is among those of the build."""
    (said,) = FOOTER.findall(article(site, "truth"))
    made = said.partition("Made with ")[2].lower()
    text = (ROOT / "docs" / "truth.md").read_text("utf-8")
    for name in ("PyTorch", "JAX", "TensorFlow", "Keras"):
        assert name in text.partition("**Other libraries.**")[2]
        assert name.lower().removeprefix("py") not in made


def test_one_formula_is_proved_and_one_checked(site):
    """The two that the page shows are what it says of them."""
    page = article(site, "truth")
    first, second = page.split('class="result formula"')[1:]
    assert "<summary>proved</summary>" in first
    assert "<summary>checked numerically</summary>" in second
