"""The explorers: their mathematics, and every way to move them."""

import math
import random

import numpy as np
import pytest
import sympy
from playwright.sync_api import expect
from scipy.special import expit

from snippets.challenger import DAMAGED, TEMPERATURES
from snippets.function import L, k, moved_slope, moved_value, x, x0

PAGES = ["function/", "derivative/"]
GREATEST = math.nextafter(math.inf, 0)
EVALUATE = """([name, points]) => {
  const live = document.querySelector('.live')
  const names = [...live.querySelectorAll('input')].map(i => i.name)
  const run = new Function(...names, `return ${live.dataset[name]}`)
  return points.map(point => String(run(...point)))
}"""

GAP = """side => {
  const [svg, curve] = [".live svg", ".live [id$='-live-value'] path"].map(
    part => document.querySelector(part).getBoundingClientRect()[side])
  return curve - svg
}"""  # between the curve and the frame of its figure

# Until the theme has the site's map, a link loads its page anew.
MAPPED = """() => performance.getEntriesByType("resource").some(
  entry => entry.name.endsWith("/sitemap.xml"))"""


def points():
    """A thousand (x, k, x0, L) within the sliders' reach, tails included."""
    choose = random.Random(1838)
    ends = [(-8, 8), (-3, 3), (-4, 4), (0.5, 1.5)]
    return [
        [choose.uniform(low, high) for low, high in ends] for _ in range(1000)
    ]


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize(
    "name, expression", [("value", moved_value()), ("slope", moved_slope())]
)
def test_the_browser_computes_what_python_computes(
    visit, where, name, expression
):
    """A thousand points agree to 4 ulps."""
    python = sympy.lambdify((x, k, x0, L), expression, "math")
    shown = visit(where).evaluate(EVALUATE, [name, points()])
    values = np.array([float(value) for value in shown])
    exact = np.array([python(*point) for point in points()])
    assert len(set(values)) > 990
    assert np.all(np.abs(values - exact) <= 4 * np.spacing(np.abs(exact)))


@pytest.mark.parametrize("name", ["value", "slope"])
def test_every_float_gives_a_finite_number(visit, name):
    """The greatest and the least floats included, at the sliders' ends."""
    floats = [0.0, 5e-324, 1e-300, 1.0, 37.0, 745.0, 1e10, 1e300, GREATEST]
    corners = [
        [sign * value, k, x0, height]
        for value in floats
        for sign in (-1, 1)
        for k in (-3, 0, 3)
        for x0 in (-4, 4)
        for height in (0.5, 1.5)
    ]
    shown = visit(PAGES[0]).evaluate(EVALUATE, [name, corners])
    assert all(math.isfinite(float(value)) for value in shown)


def reach(tab):
    """The tab, scrolled to its explorer, which starts when it is near."""
    tab.locator(".live").scroll_into_view_if_needed()
    expect(tab.locator(".live[data-on]")).to_be_visible()
    return tab


@pytest.mark.parametrize("where", PAGES)
def test_the_arrow_keys_move_the_point(visit, where):
    """Each press moves x by a step; value and slope follow, spoken."""
    tab = reach(visit(where))
    slider = tab.locator(".live input[name=x]")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    said = tab.locator(".live .said")
    expect(said).to_have_text("value 0.7503, slope 0.1874")
    assert said.evaluate("e => e.tagName") == "OUTPUT"  # a live region
    spoken = slider.get_attribute("aria-valuetext")
    assert spoken == "1.1: value 0.7503, slope 0.1874"
    for name in ("x position", "k steepness", "x0 centre", "L height"):
        expect(tab.locator(".live").get_by_label(name)).to_be_visible()


def dot(tab):
    """Where the point stands, in the figure's own units."""
    mark = tab.locator(".live [id$='-live-point'] use")
    return [float(mark.get_attribute(a)) for a in ("x", "y")]


@pytest.mark.parametrize("where", PAGES)
def test_the_mouse_drags_the_point(visit, where):
    """The point follows the pointer along the curve, and stops with it."""
    tab = reach(visit(where))
    figure = tab.locator(".live svg")
    box = figure.bounding_box()
    before = dot(tab)
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 20, steps=3)
    after = dot(tab)
    assert after[0] > before[0] and after[1] < before[1]
    tab.mouse.up()
    tab.mouse.move(box["x"] + 20, box["y"] + 20)
    assert dot(tab) == after


def test_a_finger_moves_the_point(visit):
    """A tap on the figure puts the point there."""
    tab = reach(visit(PAGES[0], 360, has_touch=True, is_mobile=True))
    figure = tab.locator(".live svg")
    before = dot(tab)
    box = figure.bounding_box()
    figure.tap(position={"x": 0.25 * box["width"], "y": 50})
    assert dot(tab)[0] < before[0]


def test_the_curve_follows_the_sliders(visit):
    """Height, centre and steepness each change the drawn curve."""
    tab = reach(visit(PAGES[1]))
    for part in ("value", "slope"):
        curve = tab.locator(f".live [id$='-live-{part}'] path")
        drawn = {curve.get_attribute("d")}
        for name, value in (("k", "-2"), ("x0", "1.5"), ("L", "0.75")):
            tab.locator(f".live input[name={name}]").fill(value)
            drawn.add(curve.get_attribute("d"))
        assert len(drawn) == 4
        tab.reload()
        reach(tab)


@pytest.mark.parametrize("where", PAGES)
def test_the_moving_figure_begins_as_the_still_one(visit, where):
    """Scripts redraw the same curve in the same place: nothing jumps."""
    still = visit(where, java_script_enabled=False)
    moving = reach(visit(where))
    still.locator(".live").scroll_into_view_if_needed()
    for tab in (still, moving):
        expect(tab.locator(".live svg")).to_be_visible()
    apart = [abs(a - b) for a, b in zip(dot(still), dot(moving), strict=True)]
    assert max(apart) < 0.1
    for side in ("left", "top", "right", "bottom"):
        gaps = [tab.evaluate(GAP, side) for tab in (still, moving)]
        assert abs(gaps[0] - gaps[1]) < 1


def test_explorers_live_on_through_navigation(visit):
    """To and fro by links, without loading anew, they still answer."""
    tab = visit(PAGES[0])
    tab.wait_for_function(MAPPED)
    tab.evaluate("window.stayed = true")
    for name in ("The derivative", "The function", "The derivative"):
        tab.locator(".md-sidebar--primary").get_by_role(
            "link", name=name
        ).click()
        expect(tab.locator("article h1")).to_contain_text(name)
        reach(tab).locator(".live input[name=x]").fill("0")
        expect(tab.locator(".live .said")).to_contain_text("value 0.5000")
    assert tab.evaluate("window.stayed")


def said_of(a, b):
    """What the page says of the fit with these coefficients, at 31 °F."""
    z = a + b * TEMPERATURES
    loss = np.sum(np.logaddexp(0, np.where(DAMAGED, -z, z)))
    p, rest = expit(a + b * 31), expit(-a - b * 31)
    slope = f"{b * p * rest:.4f}".replace("-", "−")
    return f"value {p:.4f}, slope {slope}, log-loss {loss:.4f}"


def test_a_fit_by_hand_says_its_log_loss(visit):
    """Slope and intercept move it; a better fit has less."""
    tab = reach(visit("challenger/"))
    said = tab.locator(".live .said")
    expect(said).to_have_text(said_of(6, -0.1))
    for name, value in (("a", "15"), ("b", "-0.23")):
        tab.locator(f".live input[name={name}]").fill(value)
    expect(said).to_have_text(said_of(15, -0.23))


def test_two_activations_are_chosen_and_compared(visit):
    """Each list draws its curve, slope and point anew, and says them."""
    tab = visit("activations/").locator(".live").first
    tab.scroll_into_view_if_needed()
    expect(tab).to_have_attribute("data-on", "")
    said = tab.locator(".said")
    expect(said).to_have_text(
        "value 0.7311, slope 0.1966, second 0.8413, its slope 1.0833"
    )
    parts = ["value", "slope", "second", "its-slope"]
    curves = [tab.locator(f"[id$='-live-{part}'] path") for part in parts]
    before = [curve.get_attribute("d") for curve in curves]
    mark = tab.locator("[id$='-live-second-point'] use")
    height = mark.get_attribute("y")
    tab.get_by_role("combobox", name="second").select_option("tanh")
    expect(said).to_have_text(
        "value 0.7311, slope 0.1966, second 0.7616, its slope 0.4200"
    )
    after = [curve.get_attribute("d") for curve in curves]
    same = [old == new for old, new in zip(before, after, strict=True)]
    assert same == [True, True, False, False]
    assert mark.get_attribute("y") != height
    tab.get_by_role("combobox", name="first").select_option("ReLU")
    tab.locator("input[name=x]").fill("-2")
    expect(said).to_have_text(
        "value 0.0000, slope 0.0000, second −0.9640, its slope 0.0707"
    )
