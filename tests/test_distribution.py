"""docs/distribution.md: every claim the page makes, proved."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import exact_sigmoid, line, texts
from scipy.special import expit
from scipy.stats import gumbel_r, kstest, kurtosis, logistic, norm

from snippets import distribution as page
from snippets._bridge.proof import prove
from snippets.derivative import sigma_prime
from snippets.function import sigma, x


def axis(figure, row, label):
    """x and y of a curve of one of a figure's axes."""
    (found,) = [
        a for a in figure.axes[row].get_lines() if a.get_label() == label
    ]
    return found.get_xdata(), found.get_ydata()


def exact_error(k, place):
    """σ(kx) − Φ(x) to 30 digits."""
    with mpmath.workdps(30):
        k, place = mpmath.mpf(k), mpmath.mpf(place)
        return 1 / (1 + mpmath.exp(-k * place)) - mpmath.ncdf(place)


def error_slope(k, place):
    """The slope of σ(kx) − Φ(x), by the slopes of its parts."""
    rise = mpmath.exp(-k * place)
    return k * rise / (1 + rise) ** 2 - mpmath.npdf(place)


@pytest.mark.parametrize(
    "formula",
    [page.cumulative, page.mean, page.entropy, page.entropy_by_values],
)
def test_formulas_are_proved(formula):
    """Each of these relations is proved by SymPy."""
    assert prove(formula())[0] == "proved"


@pytest.mark.parametrize(
    "formula",
    [page.gumbel_difference, page.variance, page.squares, page.fourth_moment],
)
def test_formulas_are_checked(formula):
    """What SymPy cannot prove agrees to 30 digits."""
    assert prove(formula())[0] in ("proved", "checked numerically")


def test_the_formulas_are_the_ones_shown():
    """What is checked is what the page says."""
    t, oo, slope = page.t, sympy.oo, sigma_prime(x)
    assert page.cumulative().lhs == sympy.Integral(sigma_prime(t), (t, -oo, x))
    assert page.cumulative().rhs == page.gumbel_difference().rhs == sigma(x)
    luck = page.gumbel_difference().lhs
    assert luck.limits == ((t, -oo, oo),)
    for formula, what in (
        (page.mean, x),
        (page.variance, x**2),
        (page.fourth_moment, x**4),
    ):
        integral = formula().lhs
        assert integral.function.doit() == what * slope
        assert integral.limits == ((x, -oo, oo),)
    assert (-page.entropy().lhs).function.doit() == slope * sympy.log(slope)
    logs = (-page.entropy_by_values().lhs).function.doit()
    assert logs == sympy.log(page.p) + sympy.log(1 - page.p)
    assert (-page.entropy_by_values().lhs).limits == ((page.p, 0, 1),)
    assert page.squares().lhs.limits == ((page.k, 1, oo),)


def test_the_moments_are_those_of_scipy():
    """SciPy's logistic has the mean, variance, kurtosis and entropy."""
    found = [logistic.stats(moments=name) for name in "mvk"]
    found.append(logistic.entropy())
    exact = [page.mean().rhs, page.variance().rhs, page.kurtosis()]
    exact = list(map(float, [*exact, page.entropy().rhs]))
    assert exact[0] == found[0] == 0
    assert exact[1:] == pytest.approx(list(map(float, found[1:])), rel=1e-12)
    assert page.kurtosis() == sympy.Rational(6, 5)


def test_each_term_of_the_tail_has_the_integral_2_over_its_square():
    """Right of 0, k e^-kx times x² has the integral 2/k², times x⁴ 24/k⁴."""
    k = sympy.Symbol("k", positive=True)
    density = k * sympy.exp(-k * x)
    for power, area in (2, 2 / k**2), (4, 24 / k**4):
        assert sympy.integrate(x**power * density, (x, 0, sympy.oo)) == area
    terms = [(-1) ** (n + 1) * n * math.exp(-n * 1.5) for n in range(1, 60)]
    slope = expit(1.5) * expit(-1.5)
    assert math.fsum(terms) == pytest.approx(slope, rel=1e-14)
    assert 4 * page.squares().rhs == page.variance().rhs


def test_a_logit_is_below_x_when_its_number_is_below_sigma():
    """The sample is the logit of uniform numbers, and follows σ."""
    drawn = page.sample(4000)
    uniform = np.random.default_rng(1).uniform(size=4000)
    assert expit(drawn) == pytest.approx(uniform, rel=1e-12)
    assert kstest(drawn, logistic.cdf).pvalue > 0.01
    assert kstest(drawn, norm.cdf).pvalue < 1e-6


def test_the_difference_of_two_gumbel_variables():
    """The integrand is SciPy's Gumbel density times distribution function."""
    lead, luck = 0.7, 0.4
    function = page.gumbel_difference().lhs.function.doit()
    value = float(function.subs({x: lead, page.t: luck}))
    exact = gumbel_r.pdf(luck) * gumbel_r.cdf(luck + lead)
    assert value == pytest.approx(exact, rel=1e-12)
    s = sympy.Symbol("s", positive=True)
    left = sympy.integrate(sympy.exp(-s * 3), (s, 0, sympy.oo))
    assert left == sympy.Rational(1, 3)  # with 1 + e^-x = 3


def test_contests_are_won_with_the_chance_sigma():
    """Of a million contests the share won is within 4 deviations of it."""
    for lead in (1, -2):
        chance = expit(lead)
        spread = math.sqrt(chance * (1 - chance) / 1e6)
        won = page.contests_won(lead, 1_000_000)
        assert abs(won - chance) < 4 * spread < 0.002


def test_the_table_of_moments():
    """A sample comes as close as its size lets it, to four errors."""
    table = page.moments(1_000_000)
    assert table["exact"] == [0, sympy.pi**2 / 3, sympy.Rational(6, 5), 2]
    exact = [0, math.pi**2 / 3, 1.2, 2]
    assert table["≈"] == pytest.approx(exact, rel=1e-14)
    drawn = page.sample(1_000_000)
    found = table["sample"]
    assert found[0] == drawn.mean()
    assert found[1] == pytest.approx(drawn.var(), rel=1e-12)
    assert found[3] == pytest.approx(-logistic.logpdf(drawn).mean(), rel=1e-9)
    fourth = np.mean((drawn - drawn.mean()) ** 4) / drawn.var() ** 2
    assert found[2] == pytest.approx(fourth - 3, rel=1e-9)
    for value, known, room in zip(found, exact, table["error"], strict=True):
        assert abs(value - known) < 4 * room


def test_the_standard_errors():
    """They are how much 400 samples of another generator differ."""
    drawn = np.random.default_rng(2).logistic(size=(400, 20_000))
    found = [
        drawn.mean(1),
        drawn.var(1),
        kurtosis(drawn, axis=1),
        -logistic.logpdf(drawn).mean(1),
    ]
    errors = page.moments(1_000_000)["error"]
    for values, error in zip(found, errors, strict=True):
        # A spread of 400 values is itself uncertain by a thirtieth.
        assert values.std() == pytest.approx(error * 50**0.5, rel=0.15)


def test_the_normal_distribution():
    """Its distribution function and density are SciPy's."""
    places = np.linspace(-6, 6, 25)
    assert page.normal(places) == pytest.approx(norm.cdf(places), rel=1e-13)
    density = page.normal_density(places)
    assert density == pytest.approx(norm.pdf(places), rel=1e-13)


def test_the_slopes_and_the_variances_match():
    """k/4 is 1/√(2π) with one k; the variance π²/(3k²) is 1 with the other."""
    slope, spread = page.slope_match(), page.variance_match()
    assert sympy.simplify(slope / 4 - 1 / sympy.sqrt(2 * sympy.pi)) == 0
    assert sympy.simplify(page.variance().rhs / spread**2) == 1
    found = logistic.var(scale=1 / float(spread))
    assert found == pytest.approx(1, rel=1e-12)


def test_the_best_constant():
    """Its errors are equal, and any other k has a larger one."""
    k, a, b = page.minimax()
    assert abs(k - 1.702) < 5e-4
    up, down = exact_error(k, a), exact_error(k, b)
    assert up > 0 > down and abs(up + down) < 1e-15
    with mpmath.workdps(30):
        for place in (a, b):
            assert abs(error_slope(k, mpmath.mpf(place))) < 1e-14
    places = np.linspace(0, 9, 9001)
    gaps = abs(expit(k * places) - norm.cdf(places))
    assert gaps.max() == pytest.approx(float(up), rel=1e-5)
    best = abs(page.largest_error(k)[1])
    for other in (k - 1e-4, k + 1e-4):
        assert abs(page.largest_error(other)[1]) > best * (1 + 1e-4)


def test_a_larger_k_lifts_the_error_right_of_0():
    """σ(kx) grows with k where x is positive."""
    k, place = sympy.symbols("k x", positive=True)
    lifted = sympy.diff(1 / (1 + sympy.exp(-k * place)), k)
    assert lifted.is_positive


@pytest.mark.parametrize("k", [1.5957691216, 1.65, 1.702, 1.8137993642])
def test_the_largest_error(k):
    """mpmath finds the same place and size."""
    place, error = page.largest_error(k)
    with mpmath.workdps(30):
        exact = mpmath.findroot(lambda t: error_slope(k, t), place)
    assert place == pytest.approx(float(exact), abs=1e-5)
    assert error == pytest.approx(float(exact_error(k, exact)), rel=1e-9)


def test_the_table_of_constants():
    """Rows: slope, worst errors, the same rounded, variance."""
    table = page.matches()
    exact = [math.sqrt(8 / math.pi), page.minimax()[0], 1.702]
    exact.append(math.pi / math.sqrt(3))
    assert table["k"] == pytest.approx(exact, rel=1e-14)
    for row, k in enumerate(exact):
        place, error = page.largest_error(k)
        assert table["worst error"][row] == abs(error)
        assert table["at ±x"][row] == place
    assert table["worst error"][1] == min(table["worst error"])
    assert table["match"][0] == "slope at 0"


@pytest.mark.parametrize("deviations", [2, 3, 5, 6])
def test_how_rare_outliers_are(deviations):
    """One in so many values, by SciPy's distributions of variance 1."""
    scale = math.sqrt(3) / math.pi
    chance = 2 * logistic.sf(deviations, scale=scale)
    assert page.rarity(deviations) == pytest.approx(1 / chance, rel=1e-12)
    chance = 2 * norm.sf(deviations)
    assert page.normal_rarity(deviations) == pytest.approx(
        1 / chance, rel=1e-12
    )


def test_the_table_of_outliers():
    """From two deviations on, they are rarer in the normal one."""
    table = page.outliers()
    assert table["beyond"][3] == "±5 standard deviations"
    assert table["logistic: 1 in"][3] == page.rarity(5)
    assert table["normal: 1 in"][3] == page.normal_rarity(5)
    rows = zip(table["logistic: 1 in"], table["normal: 1 in"], strict=True)
    assert all(logistic < normal for logistic, normal in rows)


def test_the_figure_of_the_sampling():
    """Even steps of p lead to their logits, the histogram is the sample's."""
    figure = page.sampling()
    top, low = figure.axes
    steps = [a for a in top.get_lines() if len(a.get_xdata()) == 3]
    shares = [a.get_ydata()[0] for a in steps]
    assert len(steps) == 19
    assert shares == pytest.approx(np.arange(1, 20) / 20, rel=1e-12)
    for step in steps:
        left, place, end = step.get_xdata()
        assert left == -6 and place == end
        assert step.get_ydata()[0] == pytest.approx(expit(place), rel=1e-12)
        assert step.get_ydata()[2] == 0
    t, value = axis(figure, 0, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    t, value = axis(figure, 1, "σ′(x)")
    assert value == pytest.approx(logistic.pdf(t), rel=1e-12)
    (bars,) = low.patches
    heights, edges, _ = bars.get_data()
    drawn = page.sample(20000)
    inside = np.mean((drawn > edges[0]) & (drawn < edges[-1]))
    area = heights.sum() * (edges[1] - edges[0])
    assert area == pytest.approx(inside, rel=1e-9)
    middle = (edges[1:] + edges[:-1]) / 2
    assert abs(heights - logistic.pdf(middle)).max() < 0.02
    assert top.get_xlim() == low.get_xlim() == (-6, 6)


def test_the_figure_of_the_errors():
    """Three error curves, the dots at the two worst places of one."""
    figure = page.errors()
    (axes,) = figure.axes
    factors = {
        "slope": math.sqrt(8 / math.pi),
        "worst errors": page.minimax()[0],
        "variance": math.pi / math.sqrt(3),
    }
    for name, k in factors.items():
        t, gap = line(figure, name)
        exact = [float(exact_error(k, place)) for place in t]
        assert gap == pytest.approx(exact, rel=1e-9, abs=1e-15)
    (dots,) = [a for a in axes.get_lines() if a.get_marker() == "o"]
    up, down = dots.get_ydata()
    assert list(dots.get_xdata()) == list(page.minimax()[1:])
    assert up == pytest.approx(-down, rel=1e-9) and up > 0.009
    assert texts(figure) == [
        "variance matched: k = 1.814",
        "worst errors matched: k = 1.702",
        "slope matched: k = 1.596",
    ]
    curves = {a.get_label(): a.get_color() for a in axes.get_lines()}
    for text in axes.texts:
        name = text.get_text().partition(" matched")[0]
        assert same_color(text.get_color(), curves[name])
    t, gap = line(figure, "slope")
    assert abs(gap[t < 0.3]).max() < 1e-3 and 1.5 < t[gap.argmin()] < 2.1
    t, gap = line(figure, "variance")
    assert t[gap.argmax()] < 1 and abs(gap[t > 2]).max() < 0.005


def test_the_figure_of_the_densities():
    """Variance 1 each; higher, lower and higher again; a straight tail."""
    figure = page.bells()
    top, low = figure.axes
    assert low.get_yscale() == "log" and top.get_yscale() == "linear"
    scale = math.sqrt(3) / math.pi
    for row in (0, 1):
        t, value = axis(figure, row, "logistic")
        assert value == pytest.approx(logistic.pdf(t, scale=scale), rel=1e-12)
        t, bell = axis(figure, row, "normal")
        assert bell == pytest.approx(norm.pdf(t), rel=1e-12)
    higher = value > bell
    assert higher[abs(t) < 0.6].all() and not higher[abs(t + 1.5) < 0.5].any()
    assert higher[abs(t) > 2.5].all()
    bend = np.diff(np.log(value[t > 3]), 2)
    assert abs(bend).max() < 2e-4
    assert np.diff(np.log(bell), 2) == pytest.approx(-(0.05**2), rel=1e-6)
    assert exact_sigmoid(0) == 0.5
