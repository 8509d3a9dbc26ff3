"""What a reader does: copy, search, switch the scheme, follow a number."""

import json
import re
import site as packages
import subprocess
import sys

import pytest
from playwright.sync_api import expect

LONELY = f"import sys; sys.path += {packages.getsitepackages()!r}\n"


def run_alone(program, folder):
    """Run a program where this project cannot be imported."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", LONELY + program],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_each_copy_button_copies_what_is_shown(visit, page, tmp_path):
    """The clipboard holds the shown text exactly, and programs run."""
    tab = visit(page, permissions=["clipboard-read", "clipboard-write"])
    tab.evaluate(
        "document.querySelectorAll('article details').forEach("
        "fold => fold.open = true)"
    )
    copied = set()
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
            copied.add(text)
    for program in copied:
        done = run_alone(program, tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), program
    assert copied or page == "404.html"


@pytest.mark.parametrize(
    "words, where",
    [
        ("vanishing", "derivative/"),
        ("logit", "function/"),
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


def test_no_scheme_is_set_by_restyling_everything(visit):
    """The theme's mark on the body never appears, at the start or later."""
    script = """
        window.seen = new Set()
        const filter = ["data-md-color-scheme", "data-md-color-switching"]
        new MutationObserver(all => {
          for (const one of all) seen.add(one.attributeName)
        }).observe(document, {subtree: true, attributeFilter: filter})
    """
    tab = visit(
        color_scheme="light", before=lambda tab: tab.add_init_script(script)
    )
    for _ in range(2):
        tab.locator("form[data-md-component=palette] label:visible").click()
    expect(tab.locator("body")).to_have_attribute(
        "data-md-color-scheme", "slate"
    )
    assert tab.evaluate("[...seen]") == ["data-md-color-scheme"]


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
