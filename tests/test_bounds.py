"""docs/bounds.md: every claim the page makes, proved."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import line, texts
from scipy.special import expit, log_expit

from snippets import bounds as page
from snippets._bridge.algebra import written_out
from snippets._bridge.proof import prove
from snippets.calculus import softplus
from snippets.function import sigma, x


@pytest.mark.parametrize(
    "formula",
    [
        page.corridor,
        page.log_sigmoid,
        page.softplus_bounds,
        page.softplus_step,
        page.chord,
        page.log_by_cosh,
        page.quotient_slope,
        page.weight_falls,
    ],
)
def test_formulas_are_proved(formula):
    """Each of these relations is proved by SymPy, in its domain."""
    assert prove(formula())[0] == "proved"


@pytest.mark.parametrize("formula", [page.tangent_bound, page.jaakkola_jordan])
def test_formulas_are_checked(formula):
    """What SymPy cannot prove holds at 50 points, the closest included."""
    assert prove(formula())[0] in ("proved", "checked numerically")


def test_the_weight_is_defined():
    """λ(ξ) is a name for (σ(ξ) − ½)/2ξ, which is tanh(ξ/2)/4ξ."""
    assert prove(page.weight_definition())[0] == "definition"
    equation, domain = page.weight_definition()
    xi = page.xi
    assert sympy.latex(page.weight(xi)) == r"\lambda(\xi)"
    assert domain == {xi: sympy.Interval.open(0, sympy.oo)}
    exact = (sigma(xi) - sympy.Rational(1, 2)) / (2 * xi)
    assert equation.rhs.doit().equals(exact)
    assert equation.lhs == page.weight(xi)
    with mpmath.workdps(30):
        value = mpmath.tanh(0.65) / mpmath.mpf("5.2")
    number = written_out(equation.rhs).subs(xi, 1.3)
    assert float(number) == pytest.approx(float(value), rel=1e-12)


def test_the_formulas_are_the_ones_shown():
    """What is proved is what the page says, where it says."""
    h, xi = page.h, page.xi
    above = sympy.exp(sympy.Min(0, x))
    low, high = above / 2 <= sigma(x), sigma(x) < above
    assert set(page.corridor().args) == {low, high}
    hinge = sympy.Max(0, x)
    parts = {part.doit() for part in page.softplus_bounds().args}
    assert parts == {
        hinge < softplus(x),
        softplus(x) <= hinge + sympy.log(2),
    }
    steps, domain = page.softplus_step()
    climb = softplus(x + h) - softplus(x)
    assert {part.doit() for part in steps.args} == {climb >= 0, climb <= h}
    assert domain == {h: sympy.Interval(0, sympy.oo)}
    assert page.log_sigmoid().lhs == sympy.log(sigma(x))
    assert page.log_sigmoid().rhs == -softplus(-x)
    inequality, domain = page.chord()
    assert inequality.rhs.doit() == sympy.Rational(1, 2) + x / 4
    assert domain == {x: sympy.Interval(0, sympy.oo)}
    assert page.tangent_bound().lts == sigma(x)
    inequality, domain = page.jaakkola_jordan()
    assert inequality.gts == sigma(x) and domain[xi].inf == 0
    slope, domain = page.quotient_slope()
    logarithm = sympy.log(inequality.lts) - sympy.log(inequality.gts)
    logarithm = sympy.expand_log(logarithm.doit(), force=True)
    rest = sympy.expand(slope.lhs.expr.doit() + logarithm)
    assert slope.lhs.has(x) and not rest.has(x)
    assert domain[x].inf == domain[xi].inf == 0
    falls, _ = page.weight_falls()
    assert falls.lts == page.weight(xi).diff(xi) and falls.gts == 0
    half = page.log_by_cosh().rhs.doit()
    assert half == x / 2 - sympy.log(2 * sympy.cosh(x / 2))


def bound(side, touch, place):
    """What stands opposite σ(x) in a formula, as a number."""
    formula = getattr(page, side)()
    inequality = formula[0] if isinstance(formula, tuple) else formula
    (other,) = [part for part in inequality.args if part != sigma(x)]
    return float(written_out(other).subs({page.xi: touch, x: place}))


@pytest.mark.parametrize("touch", [0.5, 1.0, 2.5, 5.0])
@pytest.mark.parametrize("place", [-6.0, -1.0, 0.0, 2.0, 7.0])
def test_the_curves_are_the_formulas(touch, place):
    """The functions that are drawn have the values of the formulas."""
    low = bound("jaakkola_jordan", touch, place)
    assert page.lower_bound(place, touch) == pytest.approx(low, rel=1e-12)
    assert low <= expit(place) * (1 + 1e-14)
    high = bound("tangent_bound", touch, place)
    assert page.upper_bound(place, touch) == pytest.approx(high, rel=1e-12)
    assert high >= expit(place) * (1 - 1e-14)


@pytest.mark.parametrize("touch", [1, 2.5, 5])
def test_the_bounds_touch(touch):
    """They have value and slope of σ: below at ±ξ, above at ξ."""
    for place in (-touch, touch):
        value = page.lower_bound(place, touch)
        assert value == pytest.approx(expit(place), rel=1e-13)
        near = np.array([-1e-3, 1e-3]) + place
        below = expit(near) - page.lower_bound(near, touch)
        assert all(0 < below) and all(below < 1e-6)
    near = np.array([-1e-3, 1e-3]) + touch
    above = page.upper_bound(near, touch) - expit(near)
    assert all(0 < above) and all(above < 1e-6)


def test_the_slope_over_the_square_is_minus_lambda():
    """Divided by the slope of x², that of −ln(2 cosh(x/2)) is −λ(x)."""
    even = -sympy.log(2 * sympy.cosh(x / 2))
    slope = sympy.diff(even, x) / (2 * x)
    weight = (1 / (1 + sympy.exp(-x)) - sympy.Rational(1, 2)) / (2 * x)
    assert written_out(page.weight(x)).equals(weight)
    gap = (slope + weight).rewrite(sympy.exp)
    assert sympy.cancel(sympy.together(gap)) == 0


def test_no_touching_point_is_best_everywhere():
    """A smaller ξ is better near 0 and worse far out."""
    touches = np.array([0.5, 1, 2, 3, 5, 8])
    near, far = (page.lower_bound(place, touches) for place in (0, 9))
    assert np.all(np.diff(near) < 0) and np.all(np.diff(far) > 0)
    for touch in (1, 5):
        share = bound("jaakkola_jordan", touch, 4.0) / expit(4)
        assert page.kept(4, touch) == pytest.approx(share, rel=1e-12)


def test_the_denominator_and_its_larger_term():
    """The larger of 1 and e^-x is half of their sum at least, and not all."""
    for place in np.linspace(-30, 30, 61):
        larger, total = max(1, math.exp(-place)), 1 + math.exp(-place)
        assert total / 2 <= larger < total


def test_the_corner_is_filled_by_ln_2():
    """Softplus exceeds its hinge most at 0."""
    assert page.fill() == pytest.approx(math.log(2), rel=1e-15)
    places = np.linspace(-5, 5, 101)
    excess = -log_expit(-places) - np.maximum(0, places)
    assert excess.argmax() == 50 and excess[50] == page.fill()


def test_the_logarithm_is_concave():
    """Its slope is 1 − σ(x)."""
    slope = sympy.diff(sympy.log(1 / (1 + sympy.exp(-x))), x)
    exact = 1 - 1 / (1 + sympy.exp(-x))
    assert sympy.cancel(sympy.together(slope - exact)) == 0


def test_the_strip():
    """σ runs between the two bounds, one factor of 2 apart."""
    figure = page.strip()
    (axes,) = figure.axes
    t, above = line(figure, "above")
    _, below = line(figure, "below")
    _, value = line(figure, "σ(x)")
    assert axes.get_yscale() == "log"
    assert value == pytest.approx(expit(t), rel=1e-14)
    exact = [min(1, math.exp(place)) for place in t]
    assert above == pytest.approx(exact, rel=1e-14)
    assert above / below == pytest.approx(2, rel=1e-14)
    assert np.all(below <= value * (1 + 1e-14)) and np.all(value < above)
    assert value[[0, -1]] / above[[0, -1]] == pytest.approx(1, rel=3e-3)
    assert t[(value / below).argmin()] == pytest.approx(0, abs=1e-9)
    assert texts(figure) == ["smaller of 1 and eˣ", "half of that"]


def test_the_bells():
    """Three bounds, dots where they touch, and a straight line above."""
    figure = page.bells()
    top, low = figure.axes
    assert low.get_yscale() == "log" and top.get_yscale() == "linear"
    for axes in figure.axes:
        curves = {a.get_label(): a for a in axes.get_lines()}
        for touch in (1, 2.5, 5):
            t, value = curves[f"ξ = {touch}"].get_data()
            factor = (expit(touch) - 0.5) / (2 * touch)
            power = (t - touch) / 2 - factor * (t**2 - touch**2)
            exact = expit(touch) * np.exp(power)
            assert value == pytest.approx(exact, rel=1e-12)
            assert np.diff(np.log(value), 2) == pytest.approx(
                -2 * factor * 0.05**2, rel=1e-6
            )
        t, value = curves["σ(x)"].get_data()
        assert value == pytest.approx(expit(t), rel=1e-14)
        dots = [a for a in axes.get_lines() if a.get_marker() == "o"]
        places = sorted(x for a in dots[:3] for x in a.get_xdata())
        assert places == [-5, -2.5, -1, 1, 2.5, 5]
        for dot in dots:
            heights = expit(np.asarray(dot.get_xdata(), float))
            assert dot.get_ydata() == pytest.approx(heights, rel=1e-14)
    above = {a.get_label(): a for a in low.get_lines()}["above"]
    assert same_color(above.get_color(), "C3")
    t, value = above.get_data()
    assert abs(np.diff(np.log(value), 2)).max() < 1e-12
    assert np.all(value >= expit(t) * (1 - 1e-14))
    assert texts(figure) == ["ξ = 1", "ξ = 2.5", "ξ = 5"]
