"""Every page of the site, held to what all pages promise."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import expect

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = [f"wcag{level}" for level in ("2a", "2aa", "21a", "21aa", "22aa")]
OPTIONS = {
    "light": {
        "runOnly": RULES,
        "rules": {"aria-dialog-name": {"enabled": True}},
    },
    # The rules that look at colours; the others would find the same again.
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
FIRST_VISIT, LATER_VISIT = 120_000, 40_000  # bytes, compressed
INDEX = 80_000  # likewise, of the page that lists all formulas
LAB = 60_000  # likewise, of a lab


FOCUSED = """() => {
  const e = document.activeElement
  if (!e.closest('article')) return null
  const style = getComputedStyle(e), box = e.getBoundingClientRect()
  return {
    marked: style.outlineStyle !== 'none' && e.matches(':focus-visible'),
    inside: box.top < innerHeight && box.bottom > 0,
    wanted: e.matches('a, summary, input'),
  }
}"""


def record(tab, address, seen):
    """Note in seen what the tab asks of the site and what it complains of."""
    tab.on("console", lambda message: seen["said"].append(message.text))
    tab.on("pageerror", lambda error: seen["said"].append(str(error)))

    def asked(request):
        inside = request.url.startswith((address, "data:", "blob:"))
        seen["inside" if inside else "outside"].append(request.url)

    tab.on("request", asked)


def fresh():
    """An empty record."""
    return {"said": [], "inside": [], "outside": []}


def weight(site, url):
    """The compressed size of what a request of the site brings."""
    path = site / urlsplit(url).path.lstrip("/")
    path = path / "index.html" if path.is_dir() else path
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_page_is_quiet_and_asks_no_other_host(visit, address, page):
    """No console message, no error, no request that leaves the site."""
    seen = fresh()
    tab = visit(page, before=lambda tab: record(tab, address, seen))
    tab.mouse.wheel(0, 5000)
    tab.wait_for_timeout(200)
    assert seen["said"] == [] and seen["outside"] == []
    assert seen["inside"]


def most(page):
    """The compressed bytes that a page may have."""
    if page.startswith("labs/"):
        return LAB
    return INDEX if page == "formulas/" else LATER_VISIT


def test_the_first_visit_is_light(visit, address, site, page):
    """All that a first visit brings: 120 KB, of which a page may have 40.

    The index of formulas may have 80, a lab 60.
    """
    seen = fresh()
    visit(page, before=lambda tab: record(tab, address, seen))
    total = sum(weight(site, url) for url in set(seen["inside"]))
    assert 20_000 < total <= FIRST_VISIT + most(page) - LATER_VISIT


def test_a_later_visit_is_lighter(visit, address, site, page):
    """What is new after the front page is no more than a page may have."""
    seen = fresh()
    tab = visit("", before=lambda tab: record(tab, address, seen))
    known = set(seen["inside"])
    tab.goto(address + page, wait_until="networkidle")
    new = set(seen["inside"]) - known | {address + page}
    assert sum(weight(site, url) for url in new) <= most(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, page, scheme):
    """axe-core, WCAG 2.2 AA and more, all folds open; at night colours."""
    tab = visit(page, color_scheme=scheme)
    tab.evaluate(
        "document.querySelectorAll('article details').forEach("
        "fold => fold.open = true)"
    )
    # What is far below would have the height of a guess, and overlap.
    laid_out = "* { content-visibility: visible !important }"
    tab.add_style_tag(content=laid_out)
    tab.add_script_tag(path=AXE)
    options = OPTIONS[scheme] | {"resultTypes": ["violations"]}
    found = tab.evaluate("how => axe.run(document, how)", options)
    problems = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found["violations"]
    ]
    assert "color-contrast" in [rule["id"] for rule in found["passes"]]
    assert scheme == "dark" or len(found["passes"]) > 10
    assert problems == []


def test_formulas_have_the_size_of_the_text_around_them(visit, page):
    """In sentences, captions and tables alike each is as high as it says."""
    tab = visit(page, still=True)
    sizes = tab.evaluate(
        """() => [...document.querySelectorAll('article .math > svg')].map(
          e => e.getBoundingClientRect().height && [
            e.getBoundingClientRect().height,
            parseFloat(e.getAttribute('height')) *
              parseFloat(getComputedStyle(e).fontSize),
          ])"""
    )
    for drawn, said in filter(None, sizes):
        assert drawn == pytest.approx(said, rel=0.05)


# The titles under which the mark that links to them stands alone on a line.
LONELY = """() => {
  const marks = [...document.querySelectorAll("article .headerlink")]
  const alone = marks.filter(mark => {
    const title = document.createRange()
    title.setStart(mark.parentElement, 0)
    title.setEndBefore(mark)
    const {bottom} = title.getBoundingClientRect()
    return mark.getBoundingClientRect().top >= bottom
  })
  return alone.map(mark => mark.parentElement.textContent)
}"""


@pytest.mark.parametrize("width", [320, 360, 640, 768])
def test_a_page_fits_its_width(visit, page, width):
    """It never scrolls sideways, and no title has an empty line.

    Nor when zoomed to 200 % (640 of 1280) or with every fold open.
    """
    tab = visit(page, width)
    tab.evaluate(
        "document.querySelectorAll('article details').forEach("
        "fold => fold.open = true)"
    )
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    tab.evaluate("window.scrollTo(100, 0)")
    assert tab.evaluate("window.scrollX") == 0
    assert tab.evaluate(LONELY) == []


def test_nothing_jumps_while_loading(visit, page):
    """The cumulative layout shift on a slow connection is below 0.01."""

    def slow(tab):
        tools = tab.context.new_cdp_session(tab)
        tools.send("Network.enable")
        tools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 150,
                "downloadThroughput": 200_000,
                "uploadThroughput": 100_000,
            },
        )
        tab.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => {"
            "for (const entry of list.getEntries()) shift += entry.value"
            "}).observe({type: 'layout-shift', buffered: true})"
        )

    for width in (360, 1280):
        tab = visit(page, width, before=slow)
        tab.wait_for_timeout(300)
        assert tab.evaluate("shift") < 0.01


def test_a_page_is_complete_without_scripts(visit, page):
    """Formulas, figures, tables and programs stand there all the same."""
    parts = "article :is(.math svg, figure svg, table, pre code, h2, p, data)"
    with_scripts = visit(page).locator(parts).count()
    tab = visit(page, java_script_enabled=False)
    assert tab.locator(parts).count() == with_scripts
    for figure in tab.locator("article figure svg[role=img]").all():
        expect(figure).to_be_visible()
    for control in tab.locator(".controls").all():
        expect(control).to_be_hidden()


def test_the_keyboard_reaches_everything_in_order(visit, page):
    """Tab walks down the article; what has the focus is seen and marked."""
    tab = visit(page)
    tab.evaluate("document.querySelector('article h1').tabIndex = -1")
    tab.evaluate("document.querySelector('article h1').focus()")
    wanted = tab.evaluate(
        """[...document.querySelectorAll('article :is(a, summary, input)')]
        .filter(e => e.checkVisibility() && e.tabIndex >= 0).length"""
    )
    places = []
    for _ in range(3 * wanted + 10):
        tab.keyboard.press("Tab")
        place = tab.evaluate(FOCUSED)
        if place is None:
            break
        places.append(place)
    assert all(place["marked"] and place["inside"] for place in places)
    assert sum(place["wanted"] for place in places) == wanted


def test_permanent_links_land(visit, address, page):
    """Each result's own link leads to it, and it comes into view.

    The index of formulas has links to the places of others only, and the
    glossary is words alone.
    """
    tab = visit(page, still=True)
    links = tab.locator("article .tools > a").all()
    names = [link.evaluate("link => link.hash.slice(1)") for link in links]
    for name in names:
        tab.goto("about:blank")
        tab.goto(f"{address}{page}#{name}")
        expect(tab.locator(f"[id='{name}']")).to_be_in_viewport()
    none = ("formulas/", "glossary/", "404.html")
    assert bool(links) == (page not in none)


def test_links_between_pages_land(visit, address, page):
    """Each link of the article leads to a page, and to a place on it."""
    tab = visit(page, still=True)
    hrefs = {a.evaluate("a => a.href") for a in tab.locator("article a").all()}
    for href in sorted(hrefs):
        if href.startswith(address):
            answer = tab.request.get(href)
            assert answer.ok, href
            if name := urlsplit(href).fragment:
                assert f'id="{name}"' in answer.text(), href


def test_the_printed_page_is_the_article_alone(visit, page):
    """No navigation, no buttons; no figure is cut at the end of a sheet."""
    tab = visit(page, 794)  # A4 at 96 dots per inch
    tab.emulate_media(media="print")
    for part in (".md-header", ".md-sidebar", ".md-footer", ".tools"):
        for element in tab.locator(part).all():
            expect(element).to_be_hidden()
    for figure in tab.locator("article .result").all():
        style = figure.evaluate("e => getComputedStyle(e).breakInside")
        height = figure.bounding_box()["height"]
        assert style == "avoid" and height < 1000
    assert tab.evaluate("document.documentElement.scrollWidth") <= 794
    assert len(tab.pdf(format="A4")) > 5_000


def test_formulas_are_spoken(visit, page):
    """Each drawn formula is hidden from, and its MathML open to, listeners."""
    tab = visit(page, still=True)
    formulas = tab.locator("article .math").all()
    for formula in formulas:
        assert formula.locator("svg").get_attribute("aria-hidden") == "true"
        assert formula.locator("math").count() == 1
    spoken = tab.locator("article").aria_snapshot()
    assert spoken.count("math") >= len(formulas)
