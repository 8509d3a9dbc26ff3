"""What a reader does: copy, search, switch the scheme, follow a number."""

import json
import re
import site as packages
import subprocess
import sys
from collections import defaultdict

import pytest
from playwright.sync_api import expect
from theme import LOADED, STARTED

IMPORT = re.compile(r"^(?:import|from) .*$", re.M)
PROSE = ["404.html", "glossary/"]
LONELY = f"import sys; sys.path += {packages.getsitepackages()!r}\n"


def run_alone(programs, folder):
    """Run programs where this project cannot be imported.

    They share an interpreter, but no names.
    """
    own = "{'__name__': '__main__'}"
    runs = [f"exec({program!r}, {own})" for program in programs]
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", LONELY + "\n".join(runs)],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_each_copy_button_copies_what_is_shown(visit, page, tmp_path):
    """The clipboard holds the shown text exactly, and programs run.

    Those share an interpreter that import the same, and the cells of a lab,
    one after the other, also their names.
    """
    tab = visit(page, permissions=["clipboard-read", "clipboard-write"])
    tab.evaluate(
        "document.querySelectorAll('article details').forEach("
        "fold => fold.open = true)"
    )
    copied = []
    for block in tab.locator("article .highlight").all():
        shown = block.locator("code").evaluate("code => code.textContent")
        block.scroll_into_view_if_needed()
        block.hover()
        tab.evaluate("navigator.clipboard.writeText('')")
        block.locator("button[data-md-type=copy], button.copy").click()
        tab.wait_for_function("navigator.clipboard.readText()")
        text = tab.evaluate("navigator.clipboard.readText()")
        assert text.rstrip("\n") == shown.rstrip("\n")
        if "language-python" in block.get_attribute("class"):
            copied.append(text)
    if page.startswith("labs/"):
        copied = ["\n".join(copied)]
    alike = defaultdict(list)
    for program in dict.fromkeys(copied):
        alike[tuple(IMPORT.findall(program))].append(program)
    for programs in alike.values():
        done = run_alone(programs, tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), programs
    assert bool(copied) == (page not in PROSE)


@pytest.mark.parametrize(
    "words, where",
    [
        ("vanishing", "derivative/"),
        ("logit", "identities/"),
        ("slope at most a quarter", "derivative/"),
    ],
)
def test_the_search_finds(visit, words, where):
    """A word, a synonym, and a formula by its name."""
    tab = visit()
    tab.locator("[data-md-component=search-query]").click()
    tab.keyboard.type(words)
    found = f".md-search-result__link[href*='{where}']"
    expect(tab.locator(found)).not_to_have_count(0)


def test_the_search_is_loaded_by_those_who_search(visit):
    """Its index, which grows with the site, is no part of a visit."""
    asked = []
    tab = visit(
        before=lambda tab: tab.on("request", lambda r: asked.append(r.url))
    )
    tab.wait_for_load_state("networkidle")
    tab.locator("article").click()
    assert not [url for url in asked if "search_index" in url]
    with tab.expect_request("**/search/search_index.json"):
        tab.keyboard.press("/")


def test_no_program_clutters_the_search(site):
    """The index holds prose and names, not source code in folds."""
    index = (site / "search" / "search_index.json").read_text()
    assert "The slope of the sigmoid is at most a quarter" in index
    found = {
        entry["location"].split("#")[0]
        for entry in json.loads(index)["docs"]
        if "plt.subplots" in entry["text"]
    }
    assert found == {"commentary/"}  # whose subject the program is


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_follows_the_system(visit, scheme):
    """Page and figure take the colours of the system's scheme."""
    tab = visit("derivative/", color_scheme=scheme)
    name = {"light": "default", "dark": "slate"}[scheme]
    assert tab.locator("body").get_attribute("data-md-color-scheme") == name


def test_the_switch_changes_the_scheme_and_lasts(visit):
    """Two clicks lead to the dark scheme, which a new page keeps."""
    tab = visit("derivative/", color_scheme="light")
    colours = set()
    for _ in range(3):
        tab.locator("form[data-md-component=palette] label:visible").click()
        colours.add(
            tab.evaluate(
                """() => [
                  getComputedStyle(document.body).backgroundColor,
                  getComputedStyle(document.querySelector('figure path[style*='
                    + '"--sigma)"]')).stroke,
                ].join(' ')"""
            )
        )
        if tab.locator("body[data-md-color-scheme=slate]").count():
            tab.reload()
            expect(tab.locator("body")).to_have_attribute(
                "data-md-color-scheme", "slate"
            )
    assert len(colours) == 2


SWITCH = "form[data-md-component=palette] label:visible"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_waits_for_a_reader(visit, scheme):
    """It has not started at rest: scheme and names are right already."""
    tab = visit(still=True, color_scheme=scheme)
    tab.wait_for_load_state("networkidle")
    assert not tab.evaluate(LOADED)
    name = {"light": "default", "dark": "slate"}[scheme]
    body = tab.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", name)
    expect(tab.locator(SWITCH)).to_have_count(1)
    expect(tab.locator("[role=dialog]")).to_have_attribute(
        "aria-label", "Search"
    )


SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "scroll"]
SIGNS += ["focusin", "beforeprint"]


@pytest.mark.parametrize("sign", [*SIGNS, None])
def test_each_sign_of_a_reader_starts_the_theme(visit, sign):
    """A pointer, a key, a turn of the wheel, a print; or the system's scheme.

    The scheme then follows, as it would have with the theme.
    """
    tab = visit(still=True, color_scheme="light")
    if sign:
        tab.evaluate(f"dispatchEvent(new Event('{sign}'))")
    else:
        tab.emulate_media(color_scheme="dark")
        slate = tab.locator("body[data-md-color-scheme=slate]")
        expect(slate).to_have_count(1)
    tab.wait_for_function(STARTED)


def test_the_first_click_and_the_first_key_are_heard(visit):
    """Though the theme, which acts on them, comes later."""
    held = []

    def hold(tab):
        held.clear()
        tab.route("**/bundle.*.js", lambda route: held.append(route))

    def come(tab):
        assert not tab.evaluate(LOADED)
        assert held
        for route in held:
            route.continue_()
        tab.wait_for_function(STARTED)

    tab = visit(still=True, before=hold, color_scheme="light")
    tab.locator(SWITCH).click()
    come(tab)
    light = "[data-md-color-media='(prefers-color-scheme: light)']"
    expect(tab.locator(f"body{light}")).to_have_count(1)
    for part in ("drawer", "search"):
        tab = visit("", 360, still=True, before=hold)
        tab.locator(f".md-header__button[for=__{part}]").click()
        expect(tab.locator(f"#__{part}")).to_be_checked()
        come(tab)
        expect(tab.locator(f"#__{part}")).to_be_checked()
    tab = visit(still=True, before=hold)
    tab.keyboard.press("/")
    come(tab)
    expect(tab.locator("[data-md-component=search-query]")).to_be_focused()


@pytest.fixture
def restyled(browser):
    """restyled(action): how many elements were styled, each time, by it."""
    session, events, ended = browser.new_browser_cdp_session(), [], []
    session.on("Tracing.dataCollected", lambda new: events.append(new))
    session.on("Tracing.tracingComplete", lambda all: ended.append(all))

    def restyled(tab, action):
        config = {"includedCategories": ["devtools.timeline"]}
        session.send("Tracing.start", {"traceConfig": config})
        action()
        tab.wait_for_timeout(1000)
        session.send("Tracing.end")
        while not ended:
            tab.wait_for_timeout(50)
        return [
            event["args"]["elementCount"]
            for new in events
            for event in new["value"]
            if event["name"] == "UpdateLayoutTree"
        ]

    yield restyled
    session.detach()


def test_the_theme_starts_without_styling_all_anew(visit, restyled):
    """Never a third of the elements at once: the page has been styled."""
    tab = visit(still=True)
    tab.wait_for_load_state("networkidle")
    times = restyled(tab, lambda: tab.mouse.move(2, 2))
    tab.wait_for_function(STARTED)
    there = tab.evaluate("document.querySelectorAll('*').length")
    assert 0 < max(times) < there / 3


def test_a_followed_link_keeps_the_style_sheets(visit):
    """None is loaded again, which would show a page without style."""
    tab = visit()
    sheets = "[...document.querySelectorAll('link[rel=stylesheet]')]"
    count = tab.evaluate(f"{sheets}.map(sheet => sheet.kept = true).length")
    tab.locator("article a[href*=derivative]").first.click()
    expect(tab).to_have_title(re.compile("The derivative"))
    expect(tab.locator("h1")).to_have_text(re.compile("The derivative"))
    assert tab.evaluate(f"{sheets}.map(sheet => sheet.kept)") == [True] * count


def test_the_browser_knows_the_scheme(visit):
    """What it paints itself, as the bars that scroll, follows the switch."""
    tab = visit(color_scheme="light")
    said = "getComputedStyle(document.documentElement).colorScheme"
    assert tab.evaluate(said) == "light"
    for _ in range(2):
        tab.locator("form[data-md-component=palette] label:visible").click()
    assert tab.evaluate(said) == "dark"
    assert tab.locator("meta[name=color-scheme]").count() == 1


def test_a_number_tells_what_made_it(visit):
    """On hover and on tap its function and arguments appear."""
    for options in ({}, {"has_touch": True, "is_mobile": True}):
        tab = visit("derivative/", 360, **options)
        number = tab.locator("article data").first
        number.scroll_into_view_if_needed()
        number.tap() if options else number.hover()
        tooltip = tab.locator(".md-tooltip2--active")
        expect(tooltip).to_have_text(
            re.compile(r"snippets/derivative\.py: lost_square\(1\)")
        )


def test_the_colours_of_sigma_are_the_same_everywhere(visit):
    """Formula and curve paint σ alike, and σ′ alike, and not each other."""
    for scheme in ("light", "dark"):
        tab = visit("derivative/", color_scheme=scheme)
        paint = tab.evaluate(
            """() => ['sigma', 'sigma-prime'].map(name => [
              getComputedStyle(document.querySelector(`use.${name}`)).fill,
              getComputedStyle([...document.querySelectorAll('figure path')]
                .find(p => p.style.stroke == `var(--${name})`)).stroke,
            ])"""
        )
        assert paint[0][0] == paint[0][1] != paint[1][0] == paint[1][1]
