"""docs/series.md: every claim the page makes, proved."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import exact_sigmoid, gaps, line, texts
from scipy.special import expit

from snippets import series as page
from snippets._bridge.proof import prove
from snippets.function import sigma, x

# https://oeis.org/A198631, n = 1, 3, 5, ...
A198631 = [1, -1, 1, -17, 31, -691, 5461, -929569, 3202291, -221930581]


@pytest.mark.parametrize(
    "formula",
    [
        page.split,
        page.pole_pair,
        page.exponentials,
        page.left_tail,
        page.right_tail,
        page.tail_error,
    ],
)
def test_formulas_are_proved(formula):
    """Each of these relations is proved by SymPy, in its domain."""
    assert prove(formula())[0] == "proved"


@pytest.mark.parametrize("formula", [page.taylor, page.partial_fractions])
def test_formulas_are_checked(formula):
    """What SymPy cannot prove agrees to 30 digits at 50 points."""
    assert prove(formula())[0] in ("proved", "checked numerically")


def test_the_formulas_are_the_ones_shown():
    """What is checked is what the page says, where it says."""
    s, e, k, oo = sigma(x), sympy.exp, page.k, sympy.oo
    equation, domain = page.split()
    assert equation.rhs.doit() == 1 - 1 / (e(x) - 1) + 2 / (e(2 * x) - 1)
    assert domain[x] == sympy.Reals - sympy.FiniteSet(0)
    fraction = 2 * x / (x**2 + (2 * k + 1) ** 2 * sympy.pi**2)
    place = sympy.I * sympy.pi * (2 * k + 1)
    pair = page.pole_pair()
    assert pair.lhs.doit() == (x - place) * (x + place)
    assert (1 / fraction).expand() == (pair.rhs.doit() / (2 * x)).expand()
    assert page.partial_fractions().lhs.doit() == s - sympy.Rational(1, 2)
    total = page.partial_fractions().rhs
    assert total.function.doit() == fraction and total.limits == ((k, 0, oo),)
    equation, domain = page.exponentials()
    assert equation.lhs == s and domain[x] == sympy.Interval.open(-oo, 0)
    term = equation.rhs.function.doit()
    assert sympy.simplify(term + (-e(x)) ** k) == 0
    ratio, *where = page.left_tail().lhs.args
    assert ratio.doit() == s / e(x) and where[:2] == [x, -oo]
    ratio, *where = page.right_tail().lhs.args
    assert ratio.doit() == (1 - s) / e(-x) and where[:2] == [x, oo]
    assert page.left_tail().rhs == page.right_tail().rhs == 1
    assert page.tail_error().lhs.doit() == e(x) / s - 1
    assert page.tail_error().rhs == e(x)
    equation, domain = page.taylor()
    assert equation.lhs == s
    assert domain[x] == sympy.Interval.open(-sympy.pi, sympy.pi)
    half, series = equation.rhs.args
    assert half == sympy.Rational(1, 2)
    assert series.limits == ((k, 1, oo),)
    for number in range(1, 6):
        n = 2 * number - 1
        term = series.function.subs(k, number).doit()
        assert term == page.coefficient(n) * x**n


def test_the_coefficients_are_those_of_the_function():
    """SymPy's own series, and mpmath's, have the same coefficients."""
    series = sympy.series(1 / (1 + sympy.exp(-x)), x, 0, 12).removeO()
    for n in range(1, 12):
        assert page.coefficient(n) == series.coeff(x, n)
    with mpmath.workdps(60):
        values = mpmath.taylor(lambda t: 1 / (1 + mpmath.exp(-t)), 0, 20)
        for n in range(1, 21):
            exact = mpmath.mpf(page.coefficient(n).p) / page.coefficient(n).q
            assert abs(values[n] - exact) < 1e-25


def test_the_coefficients_by_bernoulli_numbers():
    """(2^(n + 1) - 1) B_(n + 1)/(n + 1)! by mpmath; even powers vanish."""
    for n in range(1, 30, 2):
        number = Fraction(*mpmath.bernfrac(n + 1))
        value = (2 ** (n + 1) - 1) * number / math.factorial(n + 1)
        assert page.coefficient(n) == sympy.Rational(value)
        assert page.coefficient(n + 1) == 0
    assert sympy.bernoulli(2) == sympy.Rational(1, 6)
    assert sympy.bernoulli(4) == -sympy.Rational(1, 30)


def test_the_beginning_is_the_taylor_polynomial():
    """Its terms stand in their order and are the coefficients' own."""
    terms = page.beginning(9).args
    assert terms[0] == sympy.Rational(1, 2)
    assert [sympy.degree(t, x) for t in terms[1:]] == [1, 3, 5, 7, 9]
    series = sympy.series(1 / (1 + sympy.exp(-x)), x, 0, 10).removeO()
    assert sympy.expand(page.beginning(9).doit() - series) == 0


@pytest.mark.parametrize("z", [0.5, -2, 4])
def test_a_fraction_generates_the_bernoulli_numbers(z):
    """z/(e^z - 1) is the sum of B_n z^n/n!, with B_1 = -1/2."""
    with mpmath.workdps(30):
        total = mpmath.nsum(
            lambda n: mpmath.bernoulli(int(n)) * z**n / mpmath.factorial(n),
            [0, 150],
            method="d",
        )
        assert mpmath.almosteq(total, z / mpmath.expm1(z), 1e-20)
        assert mpmath.bernoulli(1) == -0.5


def test_the_table_of_derivatives_at_0():
    """Numerators are A198631; the poles' share comes close from n = 9 on."""
    table = page.at_zero(19)
    orders = list(range(1, 20, 2))
    assert table["n"] == orders
    assert [value.p for value in table["σ⁽ⁿ⁾(0)"]] == A198631
    columns = "σ⁽ⁿ⁾(0)", "coefficient", "±2/πⁿ⁺¹"
    rows = zip(orders, *[table[name] for name in columns], strict=True)
    for n, slope, number, share in rows:
        assert float(slope) / math.factorial(n) == pytest.approx(
            number, rel=1e-14
        )
        with mpmath.workdps(60):
            exact = mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), 0, n)
        assert float(slope) == pytest.approx(float(exact), rel=1e-12)
        size = 2 / math.pi ** (n + 1)
        assert abs(share) == pytest.approx(size, rel=1e-13)
        # The further poles contribute the odd numbers' powers.
        rest = sum((2 * j + 1.0) ** -(n + 1) for j in range(1, 10**5))
        assert number / share - 1 == pytest.approx(rest, rel=1e-4, abs=1e-14)


@pytest.mark.parametrize("start", [0, 2, -5])
def test_the_radius_is_the_distance_to_the_poles(start):
    """Coefficients about x, by Cauchy's integral, shrink at that rate."""
    distance, count = math.hypot(start, math.pi), 512
    turn = np.exp(2j * np.pi * np.arange(count) / count)
    values = 1 / (1 + np.exp(-(start + 0.9 * distance * turn)))
    sizes = abs(np.fft.fft(values) / count)[40:60] / 0.9 ** np.arange(40, 60)
    # A pair of poles makes them wave between 0 and 2/distance.
    assert 1 < sizes.max() * distance < 2.1


def test_the_poles():
    """1 + e^-z is 0 at odd multiples of iπ; the residues are 1."""
    with mpmath.workdps(40):
        for k in (-2, -1, 0, 1):
            pole = mpmath.mpc(0, (2 * k + 1) * mpmath.pi)
            assert abs(1 + mpmath.exp(-pole)) < 1e-38
            near = mpmath.mpf(10) ** -20
            value = near / (1 + mpmath.exp(-(pole + near)))
            assert mpmath.almosteq(value, 1, 1e-19)


@pytest.mark.parametrize("point", [-7.0, 0.3, 2.0, 20.0])
def test_the_fractions_sum_up_to_the_sigmoid(point):
    """mpmath sums them all to 1/2 less than the sigmoid."""
    with mpmath.workdps(30):
        total = mpmath.nsum(
            lambda k: 2 * point / (point**2 + ((2 * k + 1) * mpmath.pi) ** 2),
            [0, mpmath.inf],
        )
        assert mpmath.almosteq(total + 0.5, exact_sigmoid(point), 1e-18)
    terms = page.fraction_terms(point, 4)
    poles = [k * math.pi for k in (1, 3, 5, 7)]
    exact = [(1 / (point - 1j * p) + 1 / (point + 1j * p)).real for p in poles]
    assert terms == pytest.approx(exact, rel=1e-14)


def test_what_the_fractions_leave():
    """It is nearly x/(2π²n), so ten times as many give one decimal more."""
    for point, count in ((2, 1000), (0.5, 300), (5, 3000)):
        with mpmath.workdps(30):
            poles = [k * mpmath.pi for k in range(1, 2 * count, 2)]
            terms = [2 * point / (point**2 + pole**2) for pole in poles]
            total = exact_sigmoid(point) - mpmath.mpf(1) / 2 - sum(terms)
        left = page.missed(point, count)
        assert left == pytest.approx(float(total), rel=1e-9)
        assert page.remainder(point, count) == pytest.approx(left, rel=1e-3)
        more = page.missed(point, 10 * count)
        assert left / more == pytest.approx(10, rel=1e-3)


def test_the_relative_error_of_the_exponential():
    """At -5 it is e^-5, at -10 it is e^-10."""
    for point in (-5, -10):
        error = float(mpmath.exp(point))
        assert page.excess(point) == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("point", [0.4, 1.5, 3.0])
def test_the_taylor_terms(point):
    """They are mpmath's Taylor coefficients times powers of x."""
    terms = page.taylor_terms(point, 6)
    with mpmath.workdps(60):
        numbers = mpmath.taylor(lambda t: 1 / (1 + mpmath.exp(-t)), 0, 11)
        exact = [float(numbers[n] * point**n) for n in range(1, 12, 2)]
    assert terms == pytest.approx(exact, rel=1e-13)
    assert page.taylor_terms([1.0, 2.0], 3).shape == (2, 3)


@pytest.mark.parametrize("point", [0.5, 2.0, 6.0])
def test_the_exponential_terms(point):
    """They are e^-x - e^-2x + ..., whose sum is 1 - sigma(x)."""
    terms = page.exponential_terms(point, 100)
    e = math.exp(-point)
    assert terms[:3] == pytest.approx([e, -(e**2), e**3], rel=1e-14)
    assert terms.sum() == pytest.approx(expit(-point), rel=1e-14)


def test_how_many_terms_are_needed():
    """Those after which no partial sum is too far from the total again."""
    halves = 0.5 ** np.arange(1, 30)
    assert page.needed(halves, 1, 0.3) == 2
    assert page.needed(halves, 1, 0.25) == 2
    assert page.needed(halves, 1, 0.2) == 3
    assert page.needed(halves, 1, 0.6) == 1
    assert page.needed([1, 5, -5], 1, 0.5) == 3
    assert np.isnan(page.needed(halves, 2, 0.3))


def count_by_mpmath(kind, point):
    """How many terms give the sigmoid to 5e-5, one by one with mpmath."""
    with mpmath.workdps(40):
        t, total, count = mpmath.mpf(point), mpmath.mpf(0), 0
        goal = exact_sigmoid(point) - 0.5
        if kind == "exponentials":
            goal = exact_sigmoid(-point)
        while abs(total - goal) > 5e-5:
            count += 1
            if kind == "Taylor":
                n = 2 * count - 1
                number = page.coefficient(n)
                total += mpmath.mpf(number.p) / number.q * t**n
            elif kind == "exponentials":
                total -= (-mpmath.exp(-t)) ** count
            else:
                pole = (2 * count - 1) * mpmath.pi
                total += 2 * t / (t**2 + pole**2)
        return count


@pytest.mark.parametrize("kind", ["Taylor", "exponentials", "fractions"])
def test_the_race(kind):
    """At several x the curves are counts made by mpmath."""
    figure = page.race()
    places, counts = line(figure, kind)
    for wanted in (0.5, 1.0, 2.0, 3.0):
        i = abs(places - wanted).argmin()
        assert places[i] == pytest.approx(wanted, abs=0.03)
        assert counts[i] == count_by_mpmath(kind, places[i])


def test_who_wins_the_race():
    """Taylor near 0, exponentials from 1½ on; Taylor ends before π."""
    figure = page.race()
    start, taylor = line(figure, "Taylor")
    places, powers = line(figure, "exponentials")
    assert start[-1] < math.pi < start[-1] + 0.15
    powers, places = powers[: len(start)], places[: len(start)]
    assert np.all(powers[places < 1.3] > taylor[places < 1.3])
    assert np.all(powers[places > 1.7] < taylor[places > 1.7])
    places, fractions = line(figure, "fractions")
    assert places[-1] == 8 and len(fractions) == 160
    assert np.all(np.diff(fractions) > 0) and fractions[-1] > 8000
    (dashed,) = [a for a in figure.axes[0].get_lines() if a.is_dashed()]
    assert list(dashed.get_xdata()) == [math.pi, math.pi]
    assert texts(figure) == ["fractions", "Taylor", "exponentials"]
    for label, own, nearest in gaps(figure):
        assert 1 < own < 40 and nearest > 1, label


def test_polynomials_hug_the_sigmoid_up_to_the_wall():
    """Each is the sum of mpmath's terms, as far as it is drawn."""
    figure = page.wall()
    with mpmath.workdps(60):
        numbers = mpmath.taylor(lambda t: 1 / (1 + mpmath.exp(-t)), 0, 33)
    numbers = [float(number) for number in numbers]
    errors = {}
    for degree in (3, 5, 15, 33):
        t, value = line(figure, f"degree {degree}")
        exact = np.polynomial.Polynomial(numbers[: degree + 1])(t)
        assert value == pytest.approx(exact, rel=1e-9, abs=1e-12)
        assert abs(value - 0.5).max() < 1.2
        places = np.array([2.5, 3.5])
        sums = 0.5 + page.taylor_terms(places, (degree + 1) // 2).sum(-1)
        errors[degree] = abs(sums - expit(places))
    inside, outside = zip(*errors.values(), strict=True)
    assert list(inside) == sorted(inside, reverse=True)
    assert list(outside) == sorted(outside)
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert texts(figure) == ["3", "5", "15", "33", "σ(x)"]


def test_the_disc_ends_at_the_poles_and_at_the_dashed_lines():
    """It is round, has the radius π, and the axes above share its x."""
    figure = page.wall()
    figure.canvas.draw()
    top, low = figure.axes
    assert top.get_xlim() == low.get_xlim() == (-8, 8)
    (disc,) = low.patches
    assert (disc.center, disc.radius) == ((0, 0), math.pi)
    (left, bottom), (right, up) = low.transData.transform(
        [(-math.pi, -math.pi), (math.pi, math.pi)]
    )
    assert right - left == pytest.approx(up - bottom, rel=1e-6)
    poles = [a for a in low.get_lines() if a.get_marker() == "x"]
    assert list(poles[0].get_xdata()) == [0, 0]
    assert list(poles[0].get_ydata()) == [-math.pi, math.pi]
    for axes in figure.axes:
        dashed = [a.get_xdata()[0] for a in axes.get_lines() if a.is_dashed()]
        assert dashed == [-math.pi, math.pi]
    names = {t.get_text(): t.get_position() for t in low.texts}
    assert names["iπ"][1] == math.pi and names["−iπ"][1] == -math.pi


def test_the_lines_are_of_equal_size():
    """On each contour |1/(1 + e^-z)| is its level, 1 among them."""
    low = page.wall().axes[1]
    (contours,) = low.collections
    assert list(contours.levels) == [2.0**n for n in range(-5, 2)]
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        across, up = path.vertices.T
        with np.errstate(over="ignore"):
            size = 1 / abs(1 + np.exp(-(across + 1j * up)))
        assert len(size) > 20
        assert np.median(size) == pytest.approx(level, rel=0.03)
        assert size == pytest.approx(level, rel=0.3)
    (name,) = [t for t in low.texts if "σ" in t.get_text()]
    place, height = name.get_position()
    assert name.get_text() == "|σ(z)| = 1" and place < 8
    assert 0 < height - math.pi / 2 < 0.3


def test_each_sum_falls_back():
    """Sums of n fractions peak, then fall towards 1/2; more last longer."""
    figure = page.sums()
    peaks = []
    for count in (1, 4, 16, 64):
        t, value = line(figure, f"{count} fractions")
        exact = [
            0.5
            + math.fsum(
                2 * p / (p**2 + ((2 * k + 1) * math.pi) ** 2)
                for k in range(count)
            )
            for p in t
        ]
        assert value == pytest.approx(exact, rel=1e-13)
        top = value.argmax()
        peaks.append(value[top])
        assert 0 < t[top] < 10 and np.all(np.diff(value[top:]) < 0)
        assert page.fraction_terms(1e6, count).sum() < 1e-3
    assert peaks == sorted(peaks) and peaks[-1] < 1
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert (t[0], t[-1]) == (-60, 60) == figure.axes[0].get_xlim()
    for text in figure.axes[0].texts:
        place, height = text.get_position()
        t, value = line(figure, f"{text.get_text()} fractions")
        assert place > 60 and height == value[-1]


def test_the_tails_are_straight_on_a_logarithmic_axis():
    """Four curves; from ±4 on the dashed ones hide those they follow."""
    figure = page.tails()
    (axes,) = figure.axes
    assert axes.get_yscale() == "log" and axes.get_xlim() == (-12, 12)
    known = {
        "σ(x)": expit,
        "1 − σ(x)": lambda t: expit(-t),
        "eˣ": np.exp,
        "e⁻ˣ": lambda t: np.exp(-t),
    }
    for name, function in known.items():
        t, value = line(figure, name)
        assert value == pytest.approx(function(t), rel=1e-13)
    for curve in axes.get_lines():
        dashed = curve.get_label().startswith("e")
        assert curve.is_dashed() == dashed
        assert same_color(curve.get_color(), "C3") == dashed
    figure.canvas.draw()
    ends = axes.transData.transform([(-4, expit(-4)), (-4, math.exp(-4))])
    assert (ends[1] - ends[0])[1] * 72 / figure.dpi < 1
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        "10⁻⁵",
        "10⁻³",
        "0.1",
        "1",
    ]
    assert list(axes.get_yticks()) == [1e-5, 1e-3, 0.1, 1]
    for label, _, nearest in gaps(figure):
        assert nearest > 1, label


def test_in_powers_of_e_the_pole_stands_at_the_distance_1():
    """sigma = w/(1 + w) with w = e^x, and e^(iπ) = -1."""
    w = sympy.exp(x)
    assert sympy.simplify(w / (1 + w) - 1 / (1 + sympy.exp(-x))) == 0
    assert sympy.exp(sympy.I * sympy.pi) == -1
