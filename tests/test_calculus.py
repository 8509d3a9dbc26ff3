"""docs/calculus.md: every claim the page makes, proved."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import exact_sigmoid, ulps
from scipy.special import erf, expit

from snippets import calculus as page
from snippets._bridge.proof import prove
from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid, x

# https://oeis.org/A163626, rows 1 to 8
A163626 = [
    [1, -1],
    [1, -3, 2],
    [1, -7, 12, -6],
    [1, -15, 50, -60, 24],
    [1, -31, 180, -390, 360, -120],
    [1, -63, 602, -2100, 3360, -2520, 720],
    [1, -127, 1932, -10206, 25200, -31920, 20160, -5040],
    [1, -255, 6050, -46620, 166824, -317520, 332640, -181440, 40320],
]


def derivative(n, point):
    """The nth derivative of the sigmoid by mpmath's differences."""
    with mpmath.workdps(60):
        return mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), point, n)


def axis(figure, row, label):
    """x and y of a curve of one of a figure's axes."""
    found = [a for a in figure.axes[row].get_lines() if a.get_label() == label]
    return found[0].get_xdata(), found[0].get_ydata()


@pytest.mark.parametrize(
    "formula",
    [
        page.bend,
        page.largest_bend,
        page.bend_value,
        page.antiderivative,
        page.area_left_of,
        page.left_half,
        page.whole_slope,
        page.mirrored_softplus,
    ],
)
def test_formulas_are_proved(formula):
    """Each relation on the page is proved by SymPy."""
    assert prove(formula())[0] == "proved"


def test_the_formulas_are_the_ones_shown():
    """What is proved is what the page says."""
    s, slope = sigma(x), sigma_prime(x)
    bend = sympy.Derivative(slope, x)
    assert page.bend().lhs == bend
    assert page.bend().rhs.doit() == slope * (1 - 2 * s)
    most = 1 / (6 * sympy.sqrt(3))
    assert set(page.largest_bend().args) == {-most <= bend, bend <= most}
    t, oo = page.t, sympy.oo
    area = sympy.Integral
    assert page.antiderivative().lhs == page.softplus(x).diff(x)
    assert page.antiderivative().rhs == s
    assert page.area_left_of().lhs == area(sigma(t), (t, -oo, x))
    assert page.area_left_of().rhs == page.softplus(x)
    assert page.left_half() == sympy.Eq(area(s, (x, -oo, 0)), sympy.log(2))
    assert page.whole_slope() == sympy.Eq(area(slope, (x, -oo, oo)), 1)
    difference = page.softplus(x), -page.softplus(-x)  # as it is written
    assert page.mirrored_softplus().lhs.args == difference
    assert page.mirrored_softplus().rhs == x


def test_softplus_is_defined():
    """It is ln(1 + e^x), and is written with its name."""
    assert prove(page.softplus_definition())[0] == "definition"
    assert page.softplus_definition().rhs == sympy.log(1 + sympy.exp(x))
    assert sympy.latex(page.softplus(x)) == r"\mathrm{softplus}(x)"


@pytest.mark.parametrize("point", [-30, -2, 0, 0.5, 3, 20])
def test_softplus_is_the_area_by_quadrature(point):
    """mpmath's integral of the sigmoid from far left is softplus."""
    with mpmath.workdps(30):
        area = mpmath.quad(
            lambda t: 1 / (1 + mpmath.exp(-t)), [-mpmath.inf, -10, 0, point]
        )
        value = page.softplus(sympy.Rational(point)).rewrite(sympy.exp)
        assert mpmath.almosteq(area, mpmath.mpf(value.evalf(30)), 1e-20)


def test_areas_by_quadrature():
    """ln 2 left of 0, and 1 under the slope, by mpmath."""
    with mpmath.workdps(30):
        half = mpmath.quad(
            lambda t: 1 / (1 + mpmath.exp(-t)), [-mpmath.inf, -10, 0]
        )
        whole = mpmath.quad(
            lambda t: mpmath.sech(t / 2) ** 2 / 4,
            [-mpmath.inf, 0, mpmath.inf],
        )
        assert mpmath.almosteq(half, mpmath.log(2), 1e-20)
        assert mpmath.almosteq(whole, 1, 1e-20)


@pytest.mark.parametrize("point", [-20, -1.3, -0.001, 1e-9, 0.7, 3, 30])
def test_the_second_derivative(point):
    """It keeps its digits near 0 and in the tails: 8 ulps."""
    s, rest = exact_sigmoid(point), exact_sigmoid(-point)
    with mpmath.workdps(60):
        exact = s * rest * (rest - s)
    assert ulps(page.sigmoid_bend(point), exact) <= 8


def test_the_curve_bends_up_left_of_0_and_down_right():
    """The second derivative has the sign of -x, and is 0 at 0 alone."""
    t = np.linspace(-30, 30, 121)
    assert list(np.sign(page.sigmoid_bend(t))) == list(-np.sign(t))


def test_where_the_curve_bends_most():
    """At ln(2 + √3) = 1.3170 the bend is √3/18 and σ is 1/2 + √3/6."""
    place = float(page.bend_place())
    assert place == pytest.approx(math.acosh(2), rel=1e-15)
    assert float(page.largest(2)[0]) == pytest.approx(place, rel=1e-15)
    most = math.sqrt(3) / 18
    assert page.sigmoid_bend(place) == pytest.approx(-most, rel=1e-14)
    assert page.sigmoid_bend(-place) == pytest.approx(most, rel=1e-14)
    t = np.linspace(-8, 8, 1601)
    assert abs(page.sigmoid_bend(t)).max() == pytest.approx(most, rel=1e-4)
    assert page.bend_value().lhs == sigma(page.bend_place())
    value = float(page.bend_value().rhs)
    assert value == pytest.approx(expit(place), rel=1e-15)


@pytest.mark.parametrize("n", range(1, 9))
def test_the_polynomials_are_oeis_a163626(n):
    """Their coefficients are the published ones, signs included."""
    row = sympy.Poly(page.polynomial(n), page.y).all_coeffs()[::-1]
    assert row == [0, *A163626[n - 1]]


@pytest.mark.parametrize("n", range(9))
def test_the_coefficients_are_stirling_numbers(n):
    """That of y^(k + 1) is (-1)^k k! S(n + 1, k + 1)."""
    from sympy.functions.combinatorial.numbers import stirling

    for k in range(n + 1):
        number = (-1) ** k * sympy.factorial(k) * stirling(n + 1, k + 1)
        assert page.polynomial(n).coeff(page.y, k + 1) == number


@pytest.mark.parametrize("n", range(1, 9))
def test_the_polynomials_are_the_derivatives(n):
    """In y = sigma(x) they agree with mpmath's differences."""
    for point in (-3, 0.25, 1, 4):
        with mpmath.workdps(60):
            value = sympy.lambdify(page.y, page.polynomial(n), "mpmath")(
                exact_sigmoid(point)
            )
            assert mpmath.almosteq(value, derivative(n, point), 1e-20)


def test_the_third_derivative_is_proved():
    """The relation holds, and shows the powers of sigma in their order."""
    relation = page.third()
    assert prove(relation)[0] == "proved"
    assert relation.lhs == sympy.Derivative(sigma(x), (x, 3))
    s = sigma(x)
    assert relation.rhs.doit() == s - 7 * s**2 + 12 * s**3 - 6 * s**4
    powers = [sympy.degree(a, sigma(x)) for a in relation.rhs.args]
    assert powers == [1, 2, 3, 4]


def test_the_table_of_coefficients():
    """It is a triangle of A163626 under the powers of y."""
    table = page.coefficients(6)
    assert list(table) == ["n", "y", "y²", "y³", "y⁴", "y⁵", "y⁶", "y⁷"]
    _, *columns = table.values()
    for n, row in enumerate(zip(*columns, strict=True), start=1):
        assert [v for v in row if v != ""] == A163626[n - 1]
        assert list(row[n + 1 :]) == [""] * (6 - n)
    assert table["n"] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("n", range(1, 9))
def test_the_nth_derivative_crosses_its_axis_n_minus_1_times(n):
    """P_n has n + 1 real roots, 0 and 1 and n - 1 simple ones between."""
    roots = sympy.Poly(page.polynomial(n), page.y).real_roots()
    inner = [root for root in roots if 0 < root < 1]
    assert len(roots) == n + 1 and {0, 1} <= set(roots)
    assert len(set(inner)) == n - 1


@pytest.mark.parametrize("n", range(1, 9))
def test_where_each_derivative_is_largest(n):
    """No point of a fine grid exceeds it; mpmath's differences reach it."""
    where, size = map(float, page.largest(n))
    run = sympy.lambdify(page.y, page.polynomial(n))
    grid = abs(run(expit(np.linspace(-12, 12, 24001))))
    assert size * (1 - 1e-5) < grid.max() <= size * (1 + 1e-12)
    assert abs(derivative(n, where)) == pytest.approx(size, rel=1e-12)
    assert where >= 0 and (n % 2 == 0 or where == 0)


def test_the_table_of_peaks():
    """Sizes agree with their exact forms, and grow from n = 2 on."""
    table = page.peaks(8)
    assert table["n"] == list(range(1, 9))
    for where, size, exact, n in zip(
        *[table[key] for key in ("x", "size", "exactly", "n")], strict=True
    ):
        assert (where, size) == tuple(map(float, page.largest(n)))
        if exact != "":
            assert float(exact) == pytest.approx(size, rel=1e-14)
    half, root = sympy.Rational(1, 2), sympy.sqrt(105)
    assert table["exactly"] == [
        half**2,
        sympy.sqrt(3) / 18,
        half**3,
        sympy.sqrt(sympy.Rational(1, 120) + 7 * root / 9000),
        half**2,
        "",
        sympy.Rational(17, 16),
        "",
    ]
    assert table["size"][1:] == sorted(table["size"][1:])
    assert table["size"][1] < 0.1


@pytest.mark.parametrize("n", [9, 15, 21])
def test_in_the_end_the_sizes_grow_like_the_factorial(n):
    """At 0 the nth derivative, n odd, comes close to 2 n!/π^(n + 1)."""
    at_zero = page.polynomial(n).subs(page.y, sympy.Rational(1, 2))
    guess = 2 * sympy.factorial(n) / sympy.pi ** (n + 1)
    assert float(abs(at_zero) / guess) == pytest.approx(1, abs=3.0**-n)


@pytest.mark.parametrize("row", page.own_slopes()["activation f"])
def test_each_slope_follows_from_the_value(row):
    """f' = G(f), by mpmath's differences, on both sides of 0."""
    rows = {name: (value, slope) for name, value, slope in page.gallery()}
    value, slope = rows[row]
    f = sympy.lambdify(x, value, "mpmath")
    g = sympy.lambdify(page.f, slope, "mpmath")
    with mpmath.workdps(40):
        for point in map(mpmath.mpf, (-3, -0.5, 0.25, 2)):
            rise = mpmath.diff(f, point)
            assert mpmath.almosteq(g(f(point)), rise, 1e-15)


@pytest.mark.parametrize("row", ["sigmoid", "tanh", "eˣ", "softplus"])
def test_four_slopes_are_proved(row):
    """SymPy proves f' = G(f) for all x."""
    ((value, slope),) = [r[1:] for r in page.gallery() if r[0] == row]
    rise = sympy.diff(value, x).rewrite(sympy.exp)
    given = slope.subs(page.f, value).rewrite(sympy.exp)
    assert sympy.simplify(rise - given) == 0


def test_the_gallery_names_its_functions():
    """SciPy and NumPy have the same functions under these names."""
    t = np.linspace(-4, 4, 17)
    known = {
        "sigmoid": expit(t),
        "tanh": np.tanh(t),
        "eˣ": np.exp(t),
        "softplus": np.logaddexp(0, t),
        "arctan": np.arctan(t),
        "softsign": t / (1 + abs(t)),
        "ELU": np.where(t > 0, t, np.expm1(t)),
        "SiLU": t * expit(t),
        "GELU": t * (1 + erf(t / np.sqrt(2))) / 2,
    }
    assert [name for name, *_ in page.gallery()] == list(known)
    for name, value, _ in page.gallery():
        run = sympy.lambdify(x, value, "math")
        values = [run(float(point)) for point in t]
        assert values == pytest.approx(known[name], rel=1e-13, abs=1e-15)


def test_the_table_of_slopes():
    """It names the seven that have a G, and gives it."""
    table = page.own_slopes()
    names = "sigmoid tanh eˣ softplus arctan softsign ELU".split()
    assert table["activation f"] == names
    assert table["slope f′"] == [row[2] for row in page.gallery()[:7]]


def test_silu_has_two_slopes_at_one_value():
    """-0.2 is taken left and right of the least value, falling and rising."""
    table = page.silu_twice(-0.2)
    for place, value, slope in zip(*table.values(), strict=True):
        assert value == pytest.approx(place * expit(place), rel=1e-14)
        assert value == pytest.approx(-0.2, rel=1e-14)
        rise = expit(place) * (1 + place * expit(-place))
        assert slope == pytest.approx(rise, rel=1e-13)
    falling, rising = table["slope"]
    assert falling < 0 < rising
    assert table["x"][0] < -1.2785 < table["x"][1]


@pytest.mark.parametrize("name", ["SiLU", "GELU"])
def test_some_activations_fall_before_they_rise(name):
    """So they take values below 0 twice, with slopes of both signs."""
    ((value,),) = [r[1:2] for r in page.gallery() if r[0] == name]
    run = sympy.lambdify(x, value.diff(x), "math")
    signs = np.sign([run(t) for t in np.linspace(-6, 2, 99)])
    assert (signs[0], signs[-1]) == (-1, 1)
    assert np.count_nonzero(np.diff(signs)) == 1


def test_the_stack_joins_what_belongs_together():
    """Three curves on one axis; the marks are at 0 and where σ″ peaks."""
    figure = page.stack()
    t, value = axis(figure, 0, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    t, slope = axis(figure, 1, "σ′(x)")
    assert slope == pytest.approx(expit(t) * expit(-t), rel=1e-13)
    t, bend = axis(figure, 2, "σ″(x)")
    exact = expit(t) * expit(-t) * (expit(-t) - expit(t))
    assert bend == pytest.approx(exact, rel=1e-12, abs=1e-17)
    corner = math.acosh(2)
    for axes in figure.axes:
        assert axes.get_xlim() == (-7, 7) == (t[0], t[-1])
        *lines, curve, marks = axes.get_lines()
        places = [a.get_xdata()[0] for a in lines]
        assert places == pytest.approx([-corner, 0, corner], rel=1e-14)
        assert list(marks.get_xdata()) == places
        heights = np.interp(places, *curve.get_data())
        assert marks.get_ydata() == pytest.approx(heights, abs=1e-3)
        assert same_color(curve.get_color(), marks.get_color())
    up, down = figure.axes[0].texts
    assert (up.get_text(), down.get_text()) == ("bends up", "bends down")
    assert up.get_position()[0] < 0 < down.get_position()[0]


def test_the_ridges_are_the_derivatives():
    """Row n is the nth derivative, upwards, its dots where it is largest."""
    (axes,) = page.ridges().axes
    lines = axes.get_lines()
    low, high = axes.get_ylim()
    assert low > 8.45 and high < 0.55
    for n in range(1, 9):
        base, curve, dots = lines[3 * n - 3 : 3 * n]
        assert list(base.get_ydata()) == [n, n]
        t, height = curve.get_data()
        assert (t[0], t[-1]) == (-7, 7) == axes.get_xlim()
        where, size = map(float, page.largest(n))
        for i in range(0, len(t), 40):
            exact = float(derivative(n, t[i])) / size
            assert (n - height[i]) / 0.45 == pytest.approx(exact, abs=1e-9)
        assert list(dots.get_xdata()) == [-where, where]
        reach = abs(dots.get_ydata() - n)
        assert reach == pytest.approx(0.45, rel=1e-9)
        assert same_color(curve.get_color(), "C1" if n == 1 else "black")


def test_the_panels_draw_slope_against_value():
    """Each is f' over f, cut at 1.5; two dots lie on SiLU's curve."""
    figure = page.panels()
    reach = 7 * np.linspace(-1, 1, 160) ** 3
    known = {
        "sigmoid": (expit(reach), expit(reach) * expit(-reach)),
        "tanh": (np.tanh(reach), np.cosh(reach) ** -2),
        "eˣ": (np.exp(reach), np.exp(reach)),
        "softplus": (np.logaddexp(0, reach), expit(reach)),
        "arctan": (np.arctan(reach), 1 / (1 + reach**2)),
        "softsign": (reach / (1 + abs(reach)), (1 + abs(reach)) ** -2.0),
        "ELU": (
            np.where(reach > 0, reach, np.expm1(reach)),
            np.exp(np.minimum(0, reach)),
        ),
        "SiLU": (
            reach * expit(reach),
            expit(reach) * (1 + reach * expit(-reach)),
        ),
    }
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [*known, "GELU"]
    for row, (name, (value, slope)) in enumerate(known.items()):
        near = value < 1.5
        f, rise = axis(figure, row, name)
        assert f == pytest.approx(value[near], rel=1e-12, abs=1e-15)
        assert rise == pytest.approx(slope[near], rel=1e-11, abs=1e-15)
    colours = [axes.get_lines()[0].get_color() for axes in figure.axes]
    assert same_color(colours, ["C1"] + 6 * ["black"] + 2 * ["C3"])
    dots = figure.axes[7].get_lines()[1]
    assert list(dots.get_xdata()) == page.silu_twice(-0.2)["SiLU(x)"]
    assert list(dots.get_ydata()) == page.silu_twice(-0.2)["slope"]
    _, slopes = axis(figure, 8, "GELU")
    assert slopes[0] < 0 < slopes[-1]


def test_the_areas_show_ln_2_twice():
    """Height at 0 above, shaded area below; the dashed line is max(0, x)."""
    figure = page.areas()
    t, value = axis(figure, 0, "softplus(x)")
    assert value == pytest.approx(np.log1p(np.exp(t)), rel=1e-13)
    t, value = axis(figure, 1, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    top, low = figure.axes
    dashed, _, bar = top.get_lines()
    assert list(dashed.get_ydata()) == list(np.maximum(0, t))
    assert list(bar.get_xdata()) == [0, 0]
    assert bar.get_ydata() == pytest.approx([0, math.log(2)], rel=1e-15)
    (shade,) = low.collections
    edge = shade.get_paths()[0].vertices
    assert edge[:, 0].max() == 0 and edge[:, 0].min() == t[0]
    assert edge[:, 1].max() == 0.5 and edge[:, 1].min() == 0
    turn = edge[:-1, 0] * edge[1:, 1] - edge[1:, 0] * edge[:-1, 1]
    shaded, beyond = abs(turn.sum()) / 2, math.log1p(math.exp(t[0]))
    # The area of the polygon exceeds that under the curve by h²/12 σ′(0).
    shaded -= (t[1] - t[0]) ** 2 / 48
    assert shaded + beyond == pytest.approx(math.log(2), rel=1e-5)
    for axes in figure.axes:
        assert axes.get_xlim() == (-6, 6) == (t[0], t[-1])
        assert [text.get_text() for text in axes.texts] == ["ln 2"]


def test_far_out_softplus_is_0_or_x():
    """At ±30 it is so to 13 digits."""
    value = page.softplus(sympy.Integer(30)).rewrite(sympy.exp).evalf(30)
    assert abs(value / 30 - 1) < 1e-13
    value = page.softplus(sympy.Integer(-30)).rewrite(sympy.exp).evalf(30)
    assert 0 < value < 1e-12


def test_the_sigmoid_of_this_page_is_the_functions():
    """The curves are drawn with the tested sigmoid."""
    assert page.sigmoid is sigmoid
