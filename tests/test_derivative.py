"""docs/derivative.md: every claim the page makes, proved."""

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
from snippets.function import sigma, sigmoid, x

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
    [page.identity, page.largest_slope, page.shortfall, page.without_square],
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


def test_the_symbol_is_the_derivative():
    """sigma' at 3/2, in exponentials, is mpmath's numerical derivative."""
    value = page.sigma_prime(sympy.Rational(3, 2)).rewrite(sympy.exp)
    with mpmath.workdps(50):
        slope = mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), 1.5)
        assert mpmath.almosteq(mpmath.mpf(value.evalf(50)), slope, 1e-25)
    assert sympy.latex(page.sigma_prime(x)) == r"\sigma'(x)"


def test_every_line_of_the_derivation_has_the_same_value():
    """Each line, at five points, is the slope by mpmath to 25 digits."""
    for _, step in page.derivation():
        plain = step.rewrite(sympy.exp).doit().rewrite(sympy.exp)
        for point in ("-7", "-0.5", "0", "1", "12"):
            value = plain.subs(x, sympy.Rational(point)).evalf(40)
            s = exact_sigmoid(float(point))
            with mpmath.workdps(40):
                slope = s * exact_sigmoid(-float(point))
                assert mpmath.almosteq(mpmath.mpf(value), slope, 1e-25)


def test_every_line_follows_from_the_one_before():
    """SymPy proves each step; no two lines look the same."""
    steps = [step for _, step in page.derivation()]
    assert len(steps) == 10 and len(set(map(sympy.latex, steps))) == 10
    for before, after in itertools.pairwise(steps):
        assert follows(before, after)
    assert steps[0] == page.sigma_prime(x)
    assert steps[-1] == page.identity().rhs


def test_every_line_has_a_reason():
    """Only the left side stands without one."""
    reasons = [reason for reason, _ in page.derivation()]
    assert reasons[0] == "" and all(reasons[1:])


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
    """SymPy integrates it exactly; the logistic law agrees."""
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


def test_the_sigmoid_on_this_page_is_the_functions():
    """The page shows the code of the sigmoid that it uses."""
    assert sigmoid(0) == 0.5 and page.sigmoid is sigmoid


def test_the_slope_is_even():
    """sigma'(-x) = sigma'(x) is proved."""
    assert page.evenness().lhs == page.sigma_prime(-x)
    assert page.evenness().rhs == page.sigma_prime(x)
    assert prove(page.evenness())[0] == "proved"


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
