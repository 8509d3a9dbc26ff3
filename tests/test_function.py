"""docs/function.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from oracle import exact_sigmoid, gaps, line, reference, texts, ulps
from scipy.special import expit

from snippets import function as page
from snippets._bridge.proof import prove

floats = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("x, value, complement, _", reference())
def test_the_sigmoid_agrees_with_mpmath(x, value, complement, _):
    """Both tails are right to 3 ulps, the subnormal ones included."""
    assert ulps(page.sigmoid(float(x)), value) <= 3
    assert ulps(page.sigmoid(-float(x)), complement) <= 3


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_sigmoid_keeps_the_type_of_floats(dtype):
    """It is right to 3 ulps in each precision and keeps dtype and shape."""
    x = np.linspace(-9, 9, 37).astype(dtype).reshape(37, 1)
    result = page.sigmoid(x)
    assert result.dtype == dtype and result.shape == x.shape
    for value, point in zip(result[:, 0], x[:, 0], strict=True):
        assert ulps(value, exact_sigmoid(point)) <= 3


def test_the_sigmoid_takes_numbers_lists_and_whole_numbers():
    """What is not a float becomes float64."""
    for x in (3, [3], np.uint8(3), np.array([3], np.int8)):
        result = page.sigmoid(x)
        assert result.dtype == np.float64
        assert np.all(result == page.sigmoid(3.0))
    assert page.sigmoid(True) == page.sigmoid(1.0)
    assert page.sigmoid([]).shape == (0,)


def test_the_sigmoid_at_the_ends():
    """Infinities give the limits, nan stays nan, complex is refused."""
    assert page.sigmoid(np.inf) == 1 and page.sigmoid(-np.inf) == 0
    assert np.isnan(page.sigmoid(np.nan))
    with pytest.raises(TypeError, match="fabs"):
        page.sigmoid(1j)


@given(floats)
def test_no_input_overflows(x):
    """No float warns (a warning would fail), and SciPy agrees closely."""
    value = page.sigmoid(x)
    assert 0 <= value <= 1
    if x > -700:
        assert value == pytest.approx(expit(x), rel=1e-15, abs=0)


@given(floats, floats)
def test_order_survives(a, b):
    """A larger x never has a value smaller by more than the rounding."""
    low, high = sorted([a, b])
    assert page.sigmoid(low) <= page.sigmoid(high) * (1 + 4e-16)


def test_the_symbols_stand_for_real_numbers():
    """Every formula is stated, and proved, for real x, k, x0 and L."""
    assert all(s.is_real for s in (page.x, page.k, page.x0, page.L))


def test_the_symbol_is_the_same_function():
    """SymPy's sigma, written in exponentials, is the numeric sigmoid."""
    value = page.sigma(sympy.Integer(2)).rewrite(sympy.exp)
    assert float(value) == pytest.approx(expit(2), rel=1e-15)


def mpmath_sides(relation, point):
    """Both sides of a relation at a point, to 50 digits, by mpmath alone."""
    x = mpmath.mpf(point)
    names = {
        "sigma": lambda t: 1 / (1 + mpmath.exp(-t)),
        "Derivative": lambda f, t: f,
    }
    sides = (relation.lhs, relation.rhs)
    with mpmath.workdps(50):
        return [sympy.lambdify(page.x, s, [names, "mpmath"])(x) for s in sides]


@pytest.mark.parametrize(
    "formula",
    [
        page.definition,
        page.exponential_form,
        page.tanh_form,
        page.symmetry,
    ],
)
def test_equations(formula):
    """Each equation is proved, and both sides agree to 45 digits as well."""
    assert prove(formula())[0] in ("proved", "definition")
    for point in ("-30.5", "-1", "0", "0.125", "3", "40"):
        left, right = mpmath_sides(formula(), point)
        assert mpmath.almosteq(left, right, rel_eps=1e-45)


def test_the_forms_are_the_ones_shown():
    """The page shows e^x/(1+e^x), (1+tanh(x/2))/2, and both are sigma(x)."""
    x = page.x
    e = sympy.exp
    assert page.definition().rhs == 1 / (1 + e(-x))
    assert page.exponential_form().rhs == e(x) / (1 + e(x))
    half, moved = sympy.Rational(1, 2), 1 + sympy.tanh(x / 2)
    assert page.tanh_form().rhs.args == (half, moved)
    for form in (page.definition, page.exponential_form, page.tanh_form):
        assert form().lhs == page.sigma(x)


def test_the_sigmoid_is_bounded_in_the_open_interval():
    """0 < sigma(x) < 1 is proved, and is what the page shows."""
    x = page.x
    assert page.bounds() == sympy.And(page.sigma(x) > 0, page.sigma(x) < 1)
    assert prove(page.bounds())[0] == "proved"


def test_the_denominator_exceeds_1():
    """1 + e^-x > 1 is proved: it is never 0, so the sigmoid is smooth."""
    assert isinstance(page.denominator(), sympy.StrictGreaterThan)
    assert page.denominator().lts == 1
    assert page.denominator().gts == 1 + sympy.exp(-page.x)
    assert prove(page.denominator())[0] == "proved"


def test_the_sigmoid_increases_strictly():
    """Its slope is positive: proved."""
    slope = sympy.Derivative(page.sigma(page.x), page.x)
    assert page.increasing() == (slope > 0)
    assert prove(page.increasing())[0] == "proved"


def test_symmetry_is_about_the_point_0_one_half():
    """sigma(-x) = 1 - sigma(x), whose fixed point is (0, 1/2)."""
    assert page.symmetry().lhs == page.sigma(-page.x)
    assert page.sigmoid(0) == 0.5


def test_equal_steps_climb_unequally():
    """So the sigmoid is not a straight line."""
    for start in (0, 1, 4):
        exact = exact_sigmoid(start + 1) - exact_sigmoid(start)
        assert page.step(start) == pytest.approx(float(exact), rel=1e-13)
    assert page.step(0) > page.step(1) > page.step(4)


def test_the_table_of_values():
    """It runs symmetrically from -10 to 10; its last column is 1 - sigma."""
    table = page.values()
    assert list(table) == ["x", "σ(x)", "1 − σ(x)"]
    points = table["x"]
    assert points == [-10, -6, -4, -2, -1, 0, 1, 2, 4, 6, 10]
    assert table["σ(x)"] == pytest.approx(expit(points), rel=1e-15)
    assert table["1 − σ(x)"] == table["σ(x)"][::-1]


def test_the_tails_share_little():
    """Beyond ±4 lies 1 - (sigma(4) - sigma(-4)) of the interval."""
    exact = 1 - (expit(4) - expit(-4))
    assert page.tails(4) == pytest.approx(exact, rel=1e-14)


def test_the_worked_example():
    """Its three values are e^-1, 1 + e^-1 and sigma(1), to the last bit."""
    table = page.example()
    assert table["step"] == ["e⁻ˣ", "1 + e⁻ˣ", "1 / (1 + e⁻ˣ)"]
    with mpmath.workdps(30):
        power = mpmath.exp(-1)
        exact = [power, 1 + power, 1 / (1 + power)]
    for value, true in zip(table["value at x = 1"], exact, strict=True):
        assert ulps(value, true) <= 1


def test_a_truncated_power_spoils_the_result():
    """Cutting e^-1 to 0.367 gives 1/1.367, too large by 6.4e-4."""
    assert page.truncated(3) == pytest.approx(1 / 1.367, rel=1e-15)
    error = 1 / 1.367 / float(exact_sigmoid(1)) - 1
    assert page.truncation_error(3) == pytest.approx(error, rel=1e-9)
    assert round(page.truncated(3), 4) == 0.7315
    assert round(page.sigmoid(1), 4) == 0.7311


def test_the_neuron_by_hand():
    """2·1.5 - 1·2 - 0.5 = 0.5, and sigma(0.5) by mpmath."""
    call = ([1.5, 2.0], [2.0, -1.0], -0.5)
    assert page.preactivation(*call) == 0.5
    assert ulps(page.neuron(*call), exact_sigmoid(0.5)) <= 2


def test_the_neuron_draws_the_numbers_that_flow():
    """Inputs, weights, sum and output stand in the diagram in this order."""
    figure = page.neuron_diagram([1.5, 2.0], [2.0, -1.0], -0.5)
    shown = [text for text in texts(figure) if text]
    assert shown == [
        "x₁ = 1.5",
        "w₁ = 2",
        "x₂ = 2",
        "w₂ = −1",
        "w·x − 0.5\n= 0.5",
        "σ",
        "0.6225",
    ]
    nothing = page.neuron_diagram([1.0], [1.0], 0.0)
    assert "w·x + 0\n= 1" in texts(nothing)
    positive = page.neuron_diagram([1.0], [1.0], 0.25)
    assert "w·x + 0.25\n= 1.25" in texts(positive)
    places = [t.get_position() for t in figure.axes[0].texts if t.get_text()]
    assert [x for x, _ in places] == sorted(
        (x for x, _ in places), key=lambda x: (x > 1.5, x if x > 1.5 else 0)
    )


def test_the_arrows_of_the_neuron_point_onwards():
    """Every arrow runs from left to right, within the drawing."""
    figure = page.neuron_diagram([1.5, 2.0], [2.0, -1.0], -0.5)
    axes = figure.axes[0]
    arrows = [t for t in axes.texts if not t.get_text()]
    assert len(arrows) == 4
    for arrow in arrows:
        (start, _), (end, _) = arrow.get_position(), arrow.xy
        assert axes.get_xlim()[0] < start < end < axes.get_xlim()[1]


def test_each_weight_stands_by_the_arrow_of_its_input():
    """The inputs stand in a column, each arrow starts level with its input.

    The weights stand outside: the upper ones above their arrows.
    """
    figure = page.neuron_diagram([3.0, 4.0, 5.0], [6.0, 7.0, 8.0], 0.0)
    axes = figure.axes[0]
    places = {t.get_text(): t.get_position() for t in axes.texts}
    arrows = [t for t in axes.texts if not t.get_text()]
    low, high = axes.get_ylim()
    assert all(low < height < high for _, height in places.values())
    heights = [places[f"x{'₁₂₃'[i]} = {3 + i}"][1] for i in range(3)]
    assert heights[0] > heights[1] > heights[2]
    for i, height in enumerate(heights):
        start, end = arrows[i].get_position(), arrows[i].xy
        assert start[1] == height
        x, y = places[f"w{'₁₂₃'[i]} = {6 + i}"]
        above = y - np.interp(x, *zip(start, end, strict=True))
        assert 0.1 < (above if i == 0 else -above) < 0.4


def test_the_curve_is_the_sigmoid_with_its_marks():
    """The drawn curve is expit; three marked points lie on it."""
    figure = page.curve()
    x, y = line(figure, "σ(x)")
    assert y == pytest.approx(expit(x), rel=1e-14) and (x[0], x[-1]) == (-8, 8)
    assert {-2, 0, 2} < set(x)
    assert texts(figure) == ["σ(−2) = 0.119", "σ(0) = 0.5", "σ(2) = 0.881"]
    marks = figure.axes[0].get_lines()[3]
    assert list(marks.get_xdata()) == [-2, 0, 2]
    assert marks.get_ydata() == pytest.approx(expit([-2, 0, 2]), rel=1e-14)
    notes = [note.xy for note in figure.axes[0].texts]
    assert notes == list(zip(*marks.get_data(), strict=True))
    limits = [a.get_ydata()[0] for a in figure.axes[0].get_lines()[:2]]
    assert limits == [0, 1]


def test_no_label_of_the_curve_is_crossed():
    """Each label stands right of its mark, clear of the curve."""
    for label, _, nearest in gaps(page.curve()):
        assert nearest > 1, label
    for note in page.curve().axes[0].texts:
        assert note.get_position()[0] > 0 > note.get_position()[1]


def test_the_squeeze_joins_each_number_to_its_value():
    """Seventeen lines join x above to sigma(x) below; none cross."""
    axes = page.squeeze().axes[0]
    rays = axes.get_lines()[2:]
    assert [ray.get_xdata()[0] for ray in rays] == list(range(-8, 9))
    feet = np.array([ray.get_xdata()[1] for ray in rays])
    wanted = 16 * expit(np.arange(-8, 9)) - 8
    assert feet == pytest.approx(wanted, rel=0, abs=4e-15)
    assert np.all(np.diff(feet) > 0)
    assert all(list(ray.get_ydata()) == [1, 0] for ray in rays)


def test_the_squeeze_is_labelled_where_its_numbers_are():
    """Even numbers stand above, quarters of the interval below."""
    axes = page.squeeze().axes[0]
    above, below = [], []
    for text in axes.texts[:-2]:
        x, y = text.get_position()
        value = float(text.get_text().replace("−", "-"))
        assert (value == x and y > 1) or (16 * value - 8 == x and y < 0)
        (above if y > 1 else below).append(value)
    assert above == [-8, -6, -4, -2, 0, 2, 4, 6, 8]
    assert below == [0, 1 / 4, 1 / 2, 3 / 4, 1]
    names = {t.get_text(): t.get_position() for t in axes.texts[-2:]}
    assert names["x"][1] == 1 and names["σ(x)"][1] == 0
    left, right = axes.get_xlim()
    assert all(left < x < -8 for x, _ in names.values()) and right > 8
    base, interval = axes.get_lines()[:2]
    assert list(interval.get_xdata()) == [-8, 8]
    assert list(base.get_xdata()) == [-8.6, 8.6]
    assert set(base.get_ydata()) == {1} and set(interval.get_ydata()) == {0}


def test_the_general_curve_is_a_moved_sigmoid():
    """L·sigma(k(x - x0)) = L/(1 + e^(-k(x - x0))) is proved."""
    L, k, x, x0 = page.L, page.k, page.x, page.x0
    assert prove(page.general())[0] == "proved"
    assert page.general().lhs == L * page.sigma(k * (x - x0))
    assert page.general().rhs == L / (1 + sympy.exp(-k * (x - x0)))


numbers = st.floats(-5, 5).filter(lambda value: abs(value) > 1e-3)


@pytest.fixture(scope="module")
def moved():
    """The explorer's value and slope as functions of x, k, x0 and L."""
    symbols = (page.x, page.k, page.x0, page.L)
    both = page.moved_value(), page.moved_slope()
    return [sympy.lambdify(symbols, one, "math") for one in both]


@given(st.floats(-8, 8), numbers, st.floats(-4, 4), numbers)
def test_the_explorer_computes_value_and_slope(moved, x, k, x0, height):
    """They agree with SciPy’s logistic distribution and its density."""
    value, slope = moved
    t = k * (x - x0)
    assert value(x, k, x0, height) == pytest.approx(
        height * expit(t), rel=1e-14
    )
    assert slope(x, k, x0, height) == pytest.approx(
        k * height * expit(t) * expit(-t), rel=1e-13
    )


def test_the_explorer_never_overflows(moved):
    """Far out on either side the exponentials shrink instead of growing."""
    for run, right in zip(moved, (1, 0), strict=True):
        assert run(1000.0, 1.0, 0.0, 1.0) == right
        assert run(-1000.0, 1.0, 0.0, 1.0) == 0


@pytest.mark.parametrize(
    "x", [-2, -sympy.Rational(1, 2), sympy.Rational(1, 2)]
)
def test_each_form_is_used_where_its_exponential_is_below_1(x):
    """Right of the centre it is e^-t, left of it e^t."""
    start = {page.k: 1, page.x0: 0, page.L: 1, page.x: x}
    for formula in page.moved_value(), page.moved_slope():
        powers = formula.subs(start).atoms(sympy.exp)
        assert powers and all(power < 1 for power in powers)


def test_at_the_centre_the_slope_is_a_quarter_of_k_times_L():
    """As the page says of the general curve."""
    at_centre = page.moved_slope().subs(page.x, page.x0)
    assert at_centre.simplify() == page.k * page.L / 4


def test_the_explorer_starts_as_the_sigmoid():
    """Curve, point and tangent are those of x = 1, k = 1, x0 = 0, L = 1."""
    parts = page.explorer()
    marks = {a.get_gid(): a for a in parts["figure"].axes[0].get_lines()}
    t, value = line(parts["figure"], "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert (t[0], t[-1]) == (-8, 8) == parts["figure"].axes[0].get_xlim()
    assert 0.5 in value
    assert list(marks["live-point"].get_xdata()) == [1]
    assert marks["live-point"].get_ydata() == pytest.approx(expit(1))
    tangent = marks["live-tangent"]
    rise = np.diff(tangent.get_ydata()) / np.diff(tangent.get_xdata())
    assert rise == pytest.approx(expit(1) * expit(-1), rel=1e-12)
    assert tangent.get_ydata().mean() == pytest.approx(expit(1), rel=1e-12)
    assert parts["value"] == page.moved_value()
    assert parts["slope"] == page.moved_slope()


def test_the_sliders_start_at_the_sigmoid():
    """They span the drawing and hold the plain sigmoid within."""
    sliders = page.sliders()
    assert [row[0] for row in sliders] == [page.x, page.k, page.x0, page.L]
    assert [row[-1] for row in sliders] == [1, 1, 0, 1]
    spans = [(row[2], row[3], row[4]) for row in sliders]
    assert spans == [
        (-8, 8, 0.1),
        (-3, 3, 0.1),
        (-4, 4, 0.1),
        (0.5, 1.5, 0.05),
    ]
    low, high = page.explorer()["figure"].axes[0].get_ylim()
    assert low < 0 and high > 1.5
