"""docs/derivative.md: every claim the page makes, proved."""

import ast
import inspect
import itertools

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st
from oracle import exact_sigmoid, gaps, line, reference, texts, ulps
from scipy.special import expit
from scipy.stats import logistic

from snippets import derivative as page
from snippets._bridge.proof import follows, prove
from snippets.function import sigma, x

floats = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("point, _, __, slope", reference())
def test_the_slope_agrees_with_mpmath(point, _, __, slope):
    """It is right to 4 ulps from -745 to 745, subnormal values included."""
    assert ulps(page.sigmoid_prime(float(point)), slope) <= 4


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_slope_keeps_the_type_of_floats(dtype):
    """It keeps dtype and shape, and is right to 4 ulps in each precision."""
    points = np.linspace(-9, 9, 37).astype(dtype).reshape(37, 1)
    result = page.sigmoid_prime(points)
    assert result.dtype == dtype and result.shape == points.shape
    for value, point in zip(result[:, 0], points[:, 0], strict=True):
        s = exact_sigmoid(point)
        with mpmath.workdps(60):
            exact = s * exact_sigmoid(-point)
        assert ulps(value, exact) <= 4


def test_the_slope_takes_what_the_sigmoid_takes():
    """Whole numbers become float64; complex is refused; infinities give 0."""
    assert page.sigmoid_prime(np.uint8(3)) == page.sigmoid_prime(3.0)
    assert list(page.sigmoid_prime([np.inf, -np.inf])) == [0, 0]
    assert np.isnan(page.sigmoid_prime(np.nan))
    with pytest.raises(TypeError, match="fabs"):
        page.sigmoid_prime(1j)


@given(floats)
@example(1.896672479743774e-09)
def test_the_slope_is_even_and_at_most_a_quarter(point):
    """Bit for bit even, within [0, 1/4] to one ulp, without a warning."""
    slope = page.sigmoid_prime(point)
    assert 0 <= slope <= np.nextafter(0.25, 1)
    assert slope == page.sigmoid_prime(-point)


@pytest.mark.parametrize(
    "formula",
    [
        page.identity,
        page.largest_slope,
        page.lipschitz,
        page.shortfall,
        page.without_square,
    ],
)
def test_formulas_are_proved(formula):
    """Each relation on the page is proved by SymPy."""
    assert prove(formula())[0] == "proved"


def test_the_formulas_are_the_ones_shown():
    """sigma' = sigma(1 - sigma), sigma' <= 1/4, and what lies between."""
    s, quarter = sigma(x), sympy.Rational(1, 4)
    slope = page.sigma_prime(x)
    assert page.identity().lhs == slope
    assert page.identity().rhs.args == (s, 1 - s)
    assert page.largest_slope() == (slope <= quarter)
    assert page.shortfall().lhs == quarter - slope
    assert page.shortfall().rhs.base.args == (s, -sympy.Rational(1, 2))
    assert page.shortfall().rhs.exp == 2
    e = sympy.exp(-x)
    assert page.without_square().lhs == e / (1 + e)
    assert page.without_square().rhs == 1 - s
    bounds, domain = page.lipschitz()
    climb = sigma(x + page.h) - s
    parts = {part.doit() for part in bounds.args}
    assert parts == {climb >= 0, climb <= page.h / 4}
    assert domain == {page.h: sympy.Interval(0, sympy.oo)}


def test_the_symbol_is_the_derivative():
    """sigma' at 3/2, in exponentials, is mpmath's numerical derivative."""
    value = page.sigma_prime(sympy.Rational(3, 2)).rewrite(sympy.exp)
    with mpmath.workdps(50):
        slope = mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), 1.5)
        assert mpmath.almosteq(mpmath.mpf(value.evalf(50)), slope, 1e-25)
    assert sympy.latex(page.sigma_prime(x)) == r"\sigma'(x)"


DERIVATIONS = [page.derivation, page.by_quotient, page.by_inverse]


def slope_by_mpmath(point):
    """The slope of the sigmoid at a float, to 40 digits."""
    with mpmath.workdps(40):
        return exact_sigmoid(point) * exact_sigmoid(-point)


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_every_line_of_a_derivation_has_the_same_value(derivation):
    """Each line, at five points, is the first by mpmath to 25 digits."""
    for _, step in derivation():
        plain = step.rewrite(sympy.exp).doit().rewrite(sympy.exp)
        for point in (-7, -0.5, 0, 1, 12):
            value = plain.subs(x, sympy.Rational(point)).evalf(40)
            slope = slope_by_mpmath(point)
            first = 1 if derivation is page.by_inverse else slope
            with mpmath.workdps(40):
                assert mpmath.almosteq(mpmath.mpf(value), first, 1e-25)


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_every_line_follows_from_the_one_before(derivation):
    """SymPy proves each step; all lines differ; all have a reason."""
    reasons, steps = zip(*derivation(), strict=True)
    assert len(set(map(sympy.latex, steps))) == len(steps)
    for before, after in itertools.pairwise(steps):
        assert follows(before, after)
    assert reasons[0] == "" and all(reasons[1:])


@pytest.mark.parametrize("derivation", DERIVATIONS[:2])
def test_two_derivations_end_in_the_product(derivation):
    """They lead from sigma' to sigma(1 - sigma)."""
    steps = [step for _, step in derivation()]
    assert steps[0] == page.sigma_prime(x)
    assert steps[-1] == page.identity().rhs


def test_the_third_ends_in_a_fraction_that_is_1():
    """Its numerator is sigma', its denominator sigma(1 - sigma)."""
    steps = [step for _, step in page.by_inverse()]
    assert steps[0] == 1
    top, bottom = sympy.fraction(steps[-1])
    assert top == page.sigma_prime(x)
    assert bottom.doit() == sigma(x) * (1 - sigma(x))


def test_the_quotient_rule_is_applied_as_it_is_named():
    """u = e^x and v = 1 + e^x: (u'v - uv')/v^2, and two terms cancel."""
    steps = [step for _, step in page.by_quotient()]
    e = sympy.exp(x)
    slope = sympy.Derivative
    rule = slope(e, x) * (1 + e) - e * slope(1 + e, x)
    assert str(sympy.fraction(steps[2])[0]) == str(rule)
    top = sympy.fraction(steps[3])[0]
    assert sorted(map(sympy.expand, top.args), key=str) == [
        -(e**2),
        e + e**2,
    ]


def test_the_inverse_is_the_logarithm_of_the_odds():
    """Line three differentiates ln(sigma/(1 - sigma)), which is x."""
    steps = [step for _, step in page.by_inverse()]
    logit = steps[2].args[0]
    assert logit == sympy.log(sigma(x) / (1 - sigma(x)))
    value = logit.rewrite(sympy.exp).subs(x, sympy.Rational(7, 3)).evalf(30)
    assert abs(value / sympy.Rational(7, 3) - 1) < 1e-28


def test_one_line_adds_1_and_takes_it_away():
    """The numerator e^-x becomes (1 + e^-x) - 1, before the division."""
    reasons = dict(page.derivation())
    e = sympy.exp(-x)
    (padded,) = [s for r, s in reasons.items() if r.startswith("add 1")]
    assert padded.doit() == e / (1 + e) ** 2
    assert r"\left(1 + e^{- x}\right) - 1" in sympy.latex(padded, order="none")


def test_without_the_square_the_slope_is_wrong():
    """At 1 the line says 1 - sigma(1); the factor is 1 + e^-x."""
    assert page.lost_square(1) == pytest.approx(expit(-1), rel=1e-15)
    for point in (1, -6):
        factor = 1 + float(mpmath.exp(-point))
        assert page.excess(point) == pytest.approx(factor, rel=1e-14)


def test_the_area_under_the_slope_is_1():
    """SymPy integrates it exactly; the logistic distribution agrees."""
    assert page.area() == 1
    assert logistic.cdf(np.inf) - logistic.cdf(-np.inf) == 1


def test_the_textbook_product_loses_its_digits():
    """s(1 - s) is exactly 0 at 40 and off by more than 4 % at 36."""
    assert page.textbook_prime(1) == pytest.approx(
        page.sigmoid_prime(1), rel=1e-15
    )
    assert page.textbook_prime(40) == 0
    slope = float(exact_sigmoid(-36) * exact_sigmoid(36))
    s = expit(36)
    error = abs(s * (1 - s) / slope - 1)
    assert page.textbook_error(36) == pytest.approx(error, rel=1e-9)
    assert 0.04 < page.textbook_error(36) < 0.05


def test_the_curve_of_the_slope():
    """It is the logistic density, marked at its peak (0, 1/4), and shaded."""
    figure = page.curve()
    t, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(t), rel=1e-13)
    assert (t[0], t[-1]) == (-8, 8) and slope.max() == 0.25
    assert texts(figure) == ["σ′(0) = 0.25"]
    peak = figure.axes[0].get_lines()[1]
    assert (*peak.get_xdata(), *peak.get_ydata()) == (0, 0.25)
    (shade,) = figure.axes[0].collections
    points = shade.get_paths()[0].vertices
    assert points[:, 1].min() == 0 and points[:, 1].max() == 0.25
    edge = set(zip(t, slope, strict=True))
    assert edge < {tuple(point) for point in points}
    (note,) = figure.axes[0].texts
    assert note.get_position() == (10, -4) and note.xy == (0, 0.25)
    assert figure.axes[0].get_ylim() == (0, 0.28)


def test_both_curves_and_their_labels():
    """The two curves are expit and the density; labels keep close, clear."""
    figure = page.curves()
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14) and 0.5 in value
    assert (t[0], t[-1]) == (-8, 8) == figure.axes[0].get_xlim()
    t, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(t), rel=1e-13)
    assert (t[0], t[-1]) == (-8, 8) and slope.max() == 0.25
    assert texts(figure) == ["σ(x)", "σ′(x)"]
    for label, own, nearest in gaps(figure):
        assert 1 < own < 15 and nearest > 1, label


def test_the_comparison_draws_right_and_wrong():
    """The wrong curve is the complement; each label stands by its curve."""
    figure = page.comparison()
    t, wrong = line(figure, "square forgotten")
    assert wrong == pytest.approx(expit(-t), rel=1e-14)
    t, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(t), rel=1e-13)
    assert (t[0], t[-1]) == (-6, 6) == figure.axes[0].get_xlim()
    assert slope.max() == 0.25
    for label, own, nearest in gaps(figure):
        assert 1 < own < 25 and nearest > 1, label


def test_the_sigmoid_begins_with_the_same_two_lines():
    """The first two statements of both functions are equal."""
    one, other = (
        ast.parse(inspect.getsource(function)).body[0].body[1:3]
        for function in (page.sigmoid, page.sigmoid_prime)
    )
    assert list(map(ast.unparse, one)) == list(map(ast.unparse, other))


def test_the_slope_is_even():
    """sigma'(-x) = sigma'(x) is proved."""
    assert page.evenness().lhs == page.sigma_prime(-x)
    assert page.evenness().rhs == page.sigma_prime(x)
    assert prove(page.evenness())[0] == "proved"


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_no_straight_line_is_steeper_than_a_quarter(a, b):
    """|sigma(a) - sigma(b)| <= |a - b|/4, to the rounding."""
    climb = abs(page.sigmoid(a) - page.sigmoid(b))
    assert climb <= abs(a - b) / 4 + 1e-15


def test_a_quarter_is_the_best_bound():
    """From -1/2 to 1/2 the line climbs with tanh(1/4); closer in, with 1/4."""
    with mpmath.workdps(30):
        slope = float(mpmath.tanh(0.25))
    assert page.secant(-0.5, 0.5) == pytest.approx(slope, rel=1e-15)
    assert page.secant(-1e-4, 1e-4) == pytest.approx(0.25, rel=1e-8)
    assert page.secant(1, 3) == pytest.approx(
        (expit(3) - expit(1)) / 2, rel=1e-14
    )


def test_the_curve_keeps_out_of_the_hourglass():
    """Its sides have the slopes ±1/4 and meet on the curve at 0."""
    figure = page.hourglass()
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    shades = [c.get_paths()[0].vertices for c in figure.axes[0].collections]
    sides = [a for a in figure.axes[0].get_lines() if len(a.get_xdata()) == 3]
    for shade, side, sign in zip(shades, sides, (-1, 1), strict=True):
        ends, edge = side.get_xdata(), side.get_ydata()
        assert list(ends) == [-8, 0, 8] and edge[1] == 0.5
        assert list(np.diff(edge) / np.diff(ends)) == [-sign / 4, sign / 4]
        assert np.all(sign * (np.interp(t, ends, edge) - value) >= 0)
        assert (sign * (shade[:, 1] - 0.5)).min() == 0
        assert abs(shade[:, 1]).max() == 3 and abs(shade[:, 0]).max() == 8
    points = [text.get_position() for text in figure.axes[0].texts]
    assert all(abs(y - 0.5) > 0.5 and x == 0 for x, y in points)
    for label, _, nearest in gaps(figure):
        assert nearest > 1, label


@pytest.mark.parametrize("point", [-4, -1, 0.5, 3])
def test_the_curve_keeps_out_wherever_the_hourglass_stands(point):
    """|sigma(t) - sigma(p)| <= |t - p|/4 for all t of the figure."""
    t = np.linspace(-8, 8, 321)
    assert np.all(abs(expit(t) - expit(point)) <= abs(t - point) / 4 + 1e-15)


def test_ten_sigmoids_forget_where_they_started():
    """From -50 and from 50 they come to the fixed point, to four decimals."""
    with mpmath.workdps(30):
        fixed = mpmath.findroot(lambda t: 1 / (1 + mpmath.exp(-t)) - t, 0.66)
        value = mpmath.mpf(-50)
        for _ in range(10):
            value = 1 / (1 + mpmath.exp(-value))
    low, high = page.iterated(-50, 10), page.iterated(50, 10)
    assert low == pytest.approx(float(value), rel=1e-14)
    assert f"{low:.4f}" == f"{high:.4f}" == f"{float(fixed):.4f}"
    assert low < fixed < high
    assert page.iterated(3, 0) == 3


def test_a_chain_of_sigmoids_shrinks_a_gradient():
    """Ten slopes of at most 1/4 multiply to at most 1/1048576."""
    assert page.shrinkage(10) == 1_048_576
    assert page.sigmoid_prime(0) ** 10 == 1 / page.shrinkage(10)


def test_the_explorer_starts_with_both_curves():
    """Its curves are expit and the density; both points stand at x = 1."""
    parts = page.explorer()
    figure = parts["figure"]
    t, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(t), rel=1e-13)
    assert (t[0], t[-1]) == (-8, 8) == figure.axes[0].get_xlim()
    assert slope.max() == 0.25
    marks = {a.get_gid(): a for a in figure.axes[0].get_lines()}
    point = marks["live-slope-point"]
    assert list(point.get_xdata()) == [1]
    assert point.get_ydata() == pytest.approx(logistic.pdf(1), rel=1e-14)
    low, high = figure.axes[0].get_ylim()
    assert low < -1.125 and high > 1.5  # k·L/4 and L at the sliders' ends
