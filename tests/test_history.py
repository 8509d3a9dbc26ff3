"""docs/history.md: every claim the page makes, proved."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from oracle import exact_sigmoid, texts
from scipy.special import expit
from scipy.stats import logistic

from snippets import history as page

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")}
ITEM = re.compile(r"^- (.*(?:\n  .*)*)", re.M)
CALL = re.compile(r'\{\{ mentions\("([^"]+)"\) \}\}')
ADDRESS = re.compile(r"https?://(?:[^\s<>()]|\([^\s<>()]*\))+")
PAPERS = r"https?://(?:doi\.org|arxiv\.org|proceedings\.)[^\s<>]*[^\s<>.,):]"
LICENCES = "https://creativecommons.org/"  # what we may do, no source


def section(text):
    """The items of the list of sources of a page, each in one line."""
    _, _, sources = text.partition("{#sources}")
    return [" ".join(item.split()) for item in ITEM.findall(sources)]


def bibliography():
    """{key: text} of the entries on the page, in order."""
    found = {}
    for item in section(PAGES["history.md"]):
        text, key = re.fullmatch(r"(.*) \{#([\w-]+)\}", item).groups()
        assert key not in found
        found[key] = text
    return found


ENTRIES = bibliography()
# What an entry is known by elsewhere, where it is cited.
SOUGHT = {
    key: CALL.search(text)[1]
    for key, text in ENTRIES.items()
    if CALL.search(text)
}


def cites(text, sought):
    """Whether a text mentions something, its lines wrapped or not."""
    return " ".join(sought.split()) in " ".join(text.split())


def surname(key):
    """The name in a key, as its entry has it."""
    return key.rpartition("-")[0].replace("-", " ")


def test_entries_have_author_title_and_year_in_order():
    """Each key is a surname and a year of its entry, and years rise."""
    dated = {k: v for k, v in ENTRIES.items() if re.search(r"-\d{4}$", k)}
    assert len(dated) > 50 and len(ENTRIES) - len(dated) < 10
    years = [int(key[-4:]) for key in dated]
    assert years == sorted(years)
    for key, text in dated.items():
        assert surname(key) in text.lower(), key
        assert re.search(rf"\b{key[-4:]}\b", ADDRESS.sub("", text)), key


def test_no_source_is_listed_twice():
    """Each address and each title stands once."""
    addresses = ADDRESS.findall(" ".join(ENTRIES.values()))
    assert len(addresses) == len(set(addresses)) > 40
    titles = re.findall("“.*?”", " ".join(ENTRIES.values()))
    assert len(titles) == len(set(titles)) > 40


def test_an_address_is_what_its_entry_is_sought_by():
    """An entry with a DOI or URL is found by that and no other words."""
    for key, sought in SOUGHT.items():
        if found := ADDRESS.search(ENTRIES[key]):
            assert found[0].strip("./").endswith(sought.strip("/")) or (
                key == "oeis"
            )


def test_each_entry_is_cited():
    """By this page, with a link, or by the words of another page."""
    history = PAGES["history.md"].partition("{#sources}")[0]
    others = [text for name, text in PAGES.items() if name != "history.md"]
    for key in ENTRIES:
        here = f"](#{key})" in history
        sought = SOUGHT.get(key)
        elsewhere = sought and any(cites(text, sought) for text in others)
        assert here or elsewhere, key


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"history.md"}))
def test_each_source_of_a_page_is_an_entry(name):
    """What stands in a list of sources, and each paper that is linked."""
    for item in section(PAGES[name]):
        known = [k for k, sought in SOUGHT.items() if cites(item, sought)]
        assert known, item
        for address in ADDRESS.findall(item):
            told = [SOUGHT[key] in address for key in known]
            assert any(told) or address.startswith(LICENCES), address
    for address in re.findall(PAPERS, PAGES[name]):
        assert any(sought in address for sought in SOUGHT.values()), address


def test_a_page_says_of_each_source_what_the_entry_says():
    """The first surname of an entry stands beside its address elsewhere."""
    for key, sought in SOUGHT.items():
        if not re.search(r"-\d{4}$", key):
            continue
        for name in PAGES.keys() - {"history.md"}:
            for item in section(PAGES[name]):
                if cites(item, sought):
                    assert surname(key) in item.lower(), (name, item)


def test_the_built_page_links_to_the_pages_that_cite(site):
    """As many links as pages that cite, each to its place."""
    html = (site / "history" / "index.html").read_text("utf-8")
    for key, sought in SOUGHT.items():
        item = html.partition(f'id="{key}"')[2].partition("</li>")[0]
        links = re.findall(r'href="\.\./([^"]*)"', item)
        wanted = {
            name.removesuffix(".md")
            for name, text in PAGES.items()
            if name != "history.md" and cites(text, sought)
        }
        assert sorted(link.split("/")[0] for link in links) == sorted(wanted)
        assert ("Cited in" in item) == bool(wanted)


def test_the_dates_of_the_timeline_are_those_of_the_sources():
    """Each event is one of an author and a year of the bibliography."""
    years = [year for year, *_ in page.EVENTS]
    assert years == sorted(years)
    for year, _, who, _ in page.EVENTS:
        key = f"{who.split(',')[0].lower()}-{year}"
        assert key in ENTRIES
        for name in who.split(", "):
            assert name in ENTRIES[key]


def test_the_timeline():
    """Dots at their years, earlier ones above; labels apart, in colours."""
    figure = page.timeline()
    (axes,) = figure.axes
    dots = {
        line.get_label(): line
        for line in axes.get_lines()
        if line.get_marker() == "o"
    }
    assert len(dots) == len(page.EVENTS) == len(texts(figure))
    for (year, colour, who, what), text in zip(
        page.EVENTS, axes.texts, strict=True
    ):
        dot = dots[f"{who} {year}"]
        assert list(dot.get_ydata()) == [year]
        assert text.get_color() == colour
        assert to_hex(dot.get_color()) == to_hex(colour)
        assert text.get_text() == f"{year}  {who}: {what}"
    bottom, top = axes.get_ylim()
    assert top < 1838 < 2017 < bottom
    thread = axes.get_lines()[0]
    assert list(thread.get_ydata()) == [1838, 2017]
    assert list(thread.get_xdata()) == [0, 0]
    rows = [text.get_position()[1] for text in axes.texts]
    assert (rows[0], rows[-1]) == (1838, 2017)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    for above, below in zip(boxes, boxes[1:], strict=False):
        assert above.y0 > below.y1
    assert all(box.x1 < axes.get_window_extent().x1 for box in boxes)


def test_the_colours_tell_the_fields_in_the_order_of_the_caption():
    """Growth first, statistics a century later, networks from 1943."""
    first = {}
    for year, colour, *_ in page.EVENTS:
        first.setdefault(colour, year)
    assert list(first) == [page.GROWTH, page.STATISTICS, page.NETWORKS]
    assert first[page.STATISTICS] - first[page.GROWTH] == pytest.approx(
        100, rel=0.05
    )


def test_activity_and_sensitivity_lie_apart():
    """Activity rises with the drive; sensitivity is largest at 0, at ½."""
    table = page.analogy()
    drive = [float(x.replace("−", "-")) for x in table["drive x"]]
    activity, sensitivity = table["activity σ(x)"], table["sensitivity σ′(x)"]
    exact = [float(exact_sigmoid(x)) for x in drive]
    assert activity == pytest.approx(exact, rel=1e-14)
    assert sensitivity == pytest.approx(logistic.pdf(drive), rel=1e-13)
    assert np.argmax(activity) == len(drive) - 1
    assert activity[np.argmax(sensitivity)] == 0.5
    x = np.linspace(-30, 30, 6001)
    assert np.all(np.diff(expit(x)) > 0)
    assert x[np.argmax(logistic.pdf(x))] == pytest.approx(0, abs=1e-9)


def test_the_curve_bends_the_other_way_at_0_only():
    """The slope rises before 0 and falls behind it."""
    x = np.linspace(-20, 20, 4001)
    bend = np.diff(logistic.pdf(x))
    assert np.all(bend[:2000] > 0) and np.all(bend[2000:] < 0)
