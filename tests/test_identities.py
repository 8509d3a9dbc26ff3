"""docs/identities.md: every claim the page makes, proved."""

from itertools import pairwise, product

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import to_hex
from oracle import gaps, line, relation_and_domain, texts
from scipy.integrate import solve_ivp
from scipy.special import expit, logit
from scipy.stats import logistic

from snippets import identities as page
from snippets._bridge.proof import prove
from snippets.function import L, k, sigma, sigmoid, x, x0
from snippets.implementation import decade

UNIT = {page.p: sympy.Interval.open(0, 1)}
PERIOD = {page.y: sympy.Interval.open(-sympy.pi, sympy.pi)}
REAL = [-30.5, -1, 0, 0.125, 3, 20]
SHARES = [1e-9, 0.125, 0.5, 0.75, 0.999]
ANGLES = [-3, -0.5, 0, 1, 3.125]


def mp_sigma(z):
    """The sigmoid of a number by mpmath."""
    return 1 / (1 + mpmath.exp(-z))


def mp_logit(p):
    """The logit of a number by mpmath."""
    return mpmath.log(p) - mpmath.log1p(-p)


# A formula, its symbols, where it is tried, what both sides are, its domain.
FORMULAS = [
    (page.odds, "x", [REAL], mpmath.exp, {}),
    (page.balanced_form, "x", [REAL], mp_sigma, {}),
    (page.logit_definition, "p", [SHARES], mp_logit, UNIT),
    (page.sigmoid_of_logit, "p", [SHARES], lambda p: p, UNIT),
    (page.logit_of_sigmoid, "x", [REAL], lambda x: x, {}),
    (page.logit_symmetry, "p", [SHARES], lambda p: -mp_logit(p), UNIT),
    (
        page.moved_solution,
        "xp",
        [REAL, SHARES],
        lambda x, p: p / (p + (1 - p) * mpmath.exp(-x)),
        UNIT,
    ),
    (page.tanh_from_sigmoid, "x", [REAL], mpmath.tanh, {}),
    (page.tanh_slope, "x", [REAL], lambda x: mpmath.sech(x) ** 2, {}),
    (page.addition, "xy", [REAL, REAL], lambda x, y: mp_sigma(x + y), {}),
    (page.duplication, "x", [REAL], lambda x: mp_sigma(2 * x), {}),
    (page.period, "x", [REAL], mp_sigma, {}),
    (
        page.imaginary,
        "y",
        [ANGLES],
        lambda y: mpmath.mpc(1, mpmath.tan(y / 2)) / 2,
        PERIOD,
    ),
]


@pytest.mark.parametrize("formula, symbols, places, exact, _", FORMULAS)
def test_both_sides_are_what_is_said(formula, symbols, places, exact, _):
    """Each side agrees to 30 digits with mpmath's own functions."""
    relation, _ = relation_and_domain(formula)
    names = {"sigma": mp_sigma, "logit": mp_logit}
    names["sigma_prime"] = lambda z: mp_sigma(z) * mp_sigma(-z)
    arguments = [{"x": x, "p": page.p, "y": page.y}[s] for s in symbols]
    assert relation.free_symbols == set(arguments)
    with mpmath.workdps(60):
        for point in product(*places):
            point = [mpmath.mpf(number) for number in point]
            right = exact(*point)
            for side in (relation.lhs.doit(), relation.rhs.doit()):
                run = sympy.lambdify(arguments, side, [names, "mpmath"])
                assert abs(run(*point) - right) <= 1e-30 * abs(right)


@pytest.mark.parametrize(
    "formula, domain", [(row[0], row[-1]) for row in FORMULAS]
)
def test_formulas_hold_where_they_say(formula, domain):
    """Each is proved, or a definition, on the domain that is meant."""
    assert relation_and_domain(formula)[1] == domain
    labels = ["proved", "definition"]
    if formula is page.imaginary:
        labels.append("checked numerically")
    assert prove(formula())[0] in labels


def test_the_formulas_are_about_what_they_seem():
    """Left stands what the page's sentence is about."""
    s, p, y, e = sigma, page.p, page.y, sympy.exp
    lefts = [relation_and_domain(formula)[0].lhs for formula, *_ in FORMULAS]
    assert lefts[0] == s(x) / (1 - s(x))
    assert lefts[1:6] == [
        *(s(x), page.logit(p), s(page.logit(p)), page.logit(s(x))),
        page.logit(1 - p),
    ]
    assert lefts[7:9] == [sympy.tanh(x), sympy.tanh(x).diff(x, evaluate=False)]
    assert lefts[9:] == [
        *(s(x + y), s(2 * x), s(x + 2 * sympy.pi * sympy.I), s(sympy.I * y))
    ]
    assert page.balanced_form().rhs == e(x / 2) / (e(x / 2) + e(-x / 2))
    assert sympy.latex(page.logit(p)) == r"\operatorname{logit}(p)"


def test_what_is_missing_to_1_is_about_the_exponential():
    """1 - sigma(x), over e^-x, comes close to 1 far right."""
    with mpmath.workdps(40):
        for point in (5, 10, 40):
            ratio = mp_sigma(-point) / mpmath.exp(-point)
            assert 1 - mpmath.exp(-point) < ratio < 1


def test_odds_are_read_as_probabilities():
    """Nine to one is 9/10; SciPy's logit gives the logarithm back."""
    assert page.probability(9) == 9 / 10
    table = page.odds_table()
    assert list(table) == ["odds", "probability σ(x)", "logit x"]
    assert table["odds"] == [
        *("1:1", "2:1", "3:1", "9:1", "19:1", "99:1", "999:1")
    ]
    p, logits = table["probability σ(x)"], table["logit x"]
    assert p == [1 / 2, 2 / 3, 3 / 4, 0.9, 0.95, 0.99, 0.999]
    assert logits[0] == 0
    assert logits == pytest.approx(logit(p), rel=1e-12)
    assert expit(logits) == pytest.approx(p, rel=1e-14)


def test_each_nine_adds_about_log_10():
    """From 0.9 to 0.99 to 0.999, to 5 %, and in the end exactly."""
    nines = logit([0.9, 0.99, 0.999, 0.9999])
    assert np.diff(nines) == pytest.approx(3 * [decade()], rel=0.05)
    with mpmath.workdps(60):
        odds = [mpmath.mpf(10) ** n - 1 for n in (40, 41)]
        step = mpmath.log(odds[1]) - mpmath.log(odds[0])
    assert decade() == pytest.approx(float(step), rel=1e-15)


def test_the_rise_from_share_to_share():
    """From 10 % to 90 % it is 2 log 9, from 1 % to 99 % 2 log 99."""
    assert page.rise(0.9) == pytest.approx(logit(0.9) - logit(0.1), rel=1e-14)
    assert page.rise(0.9) == pytest.approx(2 * np.log(9), rel=1e-14)
    assert page.rise(0.99) == pytest.approx(2 * np.log(99), rel=1e-13)


def test_the_bars_are_cut_into_two_shares():
    """Five bars of length 1; a bar is the opposite one upside down."""
    figure = page.shares()
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert (t[0], t[-1]) == (-5, 5)
    _, *bars = figure.axes[0].get_lines()
    lengths = {"C0": {}, "C2": {}}
    for bar in bars:
        place, other = bar.get_xdata()
        low, high = bar.get_ydata()
        assert place == other
        tone = "C0" if low == 0 else "C2"
        assert tone == "C0" or high == 1
        assert to_hex(bar.get_color()) == to_hex(tone)
        lengths[tone][place] = high - low
    assert list(lengths["C0"]) == [-4, -2, 0, 2, 4] == list(lengths["C2"])
    for place, length in lengths["C0"].items():
        assert length == pytest.approx(expit(place), rel=1e-14)
        assert lengths["C2"][-place] == pytest.approx(length, rel=1e-13)


def test_the_shares_are_named():
    """Right below stands the lower share, left above the upper."""
    labels = page.shares().axes[0].texts
    shown = [(t.get_text(), t.get_color()) for t in labels]
    assert shown == [
        *(("σ(−2)", "C0"), ("σ(2)", "C2"), ("σ(2)", "C0"), ("σ(−2)", "C2"))
    ]
    for label, bar in zip(labels, [-2, -2, 2, 2], strict=True):
        place, height = label.get_position()
        lower = label.get_color() == "C0"
        assert (place > bar) == lower == (height < 0.1)
        assert abs(place - bar) < 0.5 and (lower or height > 0.9)


def curves(axes):
    """The data of the curves and of the dots and steps in axes."""
    return [(a.get_xdata(), a.get_ydata()) for a in axes.get_lines()]


def test_odds_grow_by_e_and_probabilities_do_not():
    """Both panels show the same steps; the texts measure them."""
    top, bottom = page.odds_curves().axes
    for axes, exact in (top, expit), (bottom, np.exp):
        (t, value), (dots, at_dots), *steps = curves(axes)
        assert (t[0], t[-1]) == (-3, 7) == axes.get_xlim()
        assert value == pytest.approx(exact(t), rel=1e-14)
        assert list(dots) == list(range(-3, 8))
        assert at_dots == pytest.approx(exact(dots), rel=1e-14)
        for start, (places, heights) in zip((0, 4), steps, strict=True):
            assert list(places) == [start, start + 1, start + 1]
            low, high = exact(start), exact(start + 1)
            assert heights == pytest.approx([low, low, high], rel=1e-14)
        for label in axes.texts:
            assert label.get_position()[0] > 0 > label.get_position()[1]
    rises = [f"+ {expit(a + 1) - expit(a):.3f}" for a in (0, 4)]
    assert [t.get_text() for t in top.texts] == rises == ["+ 0.231", "+ 0.011"]
    assert [t.get_text() for t in bottom.texts] == 2 * [f"× {np.e:.3f}"]


def test_the_odds_axis_is_labelled_by_its_odds():
    """Its ticks are 1:10 to 1000:1, by equal factors."""
    axes = page.odds_curves().axes[1]
    assert axes.get_yscale() == "log"
    for place, label in zip(
        axes.get_yticks(), axes.get_yticklabels(), strict=True
    ):
        more, less = map(int, label.get_text().split(":"))
        assert place == more / less


def test_a_solution_follows_the_equation():
    """SciPy's integrator, from the same start, comes to the same height."""
    exact = 1 / (1 + sympy.exp(-x))
    assert page.solution("1/2").rhs == exact
    for start in ("1/2", "1/10", "6/5", "-1/4"):
        height = page.solution(start).rhs.subs(x, 1)
        path = solve_ivp(
            lambda t, y: y * (1 - y),
            (0, 1),
            [float(sympy.Rational(start))],
            rtol=1e-10,
            atol=1e-12,
        )
        assert path.y[0, -1] == pytest.approx(float(height), rel=1e-7)
    assert page.solution(page.p).rhs.subs(x, 0).simplify() == page.p


def test_in_odds_the_equation_is_that_of_the_exponential():
    """If y' = y(1 - y), then u = y/(1 - y) has u' = u; and back."""
    y, u = sympy.Function("y")(x), sympy.Function("u")(x)
    odds = y / (1 - y)
    slope = odds.diff(x).subs(y.diff(x), y * (1 - y))
    assert sympy.simplify(slope - odds) == 0
    share = u / (1 + u)
    slope = share.diff(x).subs(u.diff(x), u)
    assert sympy.simplify(slope - share * (1 - share)) == 0


def test_the_dashes_have_the_slope_of_the_equation():
    """Each dash, equally long as drawn, rises by y(1 - y) per unit."""
    field = page.slope_field().axes[0].get_lines()[0]
    dashes = field.get_xydata().reshape(-1, 3, 2)
    assert np.isnan(dashes[:, 2]).all() and len(dashes) == 17 * 9
    (left, low), (right, high) = dashes[:, 0].T, dashes[:, 1].T
    middle = (low + high) / 2
    run, rise = right - left, high - low
    slopes = middle * (1 - middle)
    assert rise / run == pytest.approx(slopes, rel=1e-9, abs=1e-12)
    assert np.hypot(run, 4 * rise) == pytest.approx(0.4, rel=1e-12)
    assert middle.min() < -0.25 and middle.max() > 1.25


def test_the_solutions_of_the_field():
    """Those within are moved sigmoids; those outside fall, as solutions."""
    axes = page.slope_field().axes[0]
    drawn = axes.get_lines()
    assert [list(level.get_ydata()) for level in drawn[1:3]] == [
        [0] * 2,
        [1] * 2,
    ]
    for curve in drawn[3:5]:
        t, y = curve.get_data()
        shift = t - logit(y)
        assert to_hex(curve.get_color()) == to_hex("C2")
        assert shift == pytest.approx(shift[0], rel=1e-9)
        assert curve.get_label() == f"σ(x{-shift[0]:+.0f})"
    for curve in drawn[5:7]:
        t, y = curve.get_data()
        assert to_hex(curve.get_color()) == to_hex("C3")
        assert (y > 1).all() or (y < 0).all()
        assert curve.get_label() == ("above 1" if y[0] > 1 else "below 0")
        assert np.all(np.diff(t) * np.diff(y) < 0)
        # y = 1/(1 - Ce^-x) with one C > 0 all along
        assert np.exp(t) * (1 - 1 / y) == pytest.approx(1, rel=1e-12)
    assert axes.get_xlim() == (-6, 6) and axes.get_ylim() == (-0.4, 1.4)
    t, y = line(page.slope_field(), "σ(x)")
    assert y == pytest.approx(expit(t), rel=1e-14)
    start = drawn[-1]
    assert (*start.get_xdata(), *start.get_ydata()) == (0, 0.5)


def test_a_curve_below_0_ends_at_a_finite_x():
    """From −1/4 it falls without bound before ln 5; from 6/5 it nears 1."""
    below, above = (page.solution(start).rhs for start in ("-1/4", "6/5"))
    assert sympy.limit(below, x, sympy.log(5), "-") == -sympy.oo
    assert sympy.limit(above, x, sympy.oo) == 1


def test_the_letters_can_be_read_off_the_curve():
    """The tangent at the centre runs from (x0 - 2/k, 0) to (x0 + 2/k, L)."""
    curve = L / (1 + sympy.exp(-k * (x - x0)))
    height = curve.subs(x, x0)
    slope = sympy.diff(curve, x).subs(x, x0)
    assert height == L / 2
    assert sympy.simplify(height - slope * 2 / k) == 0
    assert sympy.simplify(height + slope * 2 / k) == L


def test_the_drawing_of_the_letters():
    """Drawn for L = k = 1 and x0 = 0, and labelled by the letters."""
    figure = page.anatomy()
    axes = figure.axes[0]
    t, value = line(figure, "L·σ(k(x − x₀))")
    assert value == pytest.approx(expit(t), rel=1e-14)
    tangent, _, centre = axes.get_lines()
    assert list(tangent.get_xdata()) == [-2, 2]
    assert list(tangent.get_ydata()) == [0, 1]
    assert (*centre.get_xdata(), *centre.get_ydata()) == (0, 0.5)
    ticks = {t.get_text(): t.get_position()[0] for t in axes.get_xticklabels()}
    assert ticks == {"x₀ − 2/k": -2, "x₀": 0, "x₀ + 2/k": 2}
    ticks = {t.get_text(): t.get_position()[1] for t in axes.get_yticklabels()}
    assert ticks == {"0": 0, "L/2": 0.5, "L": 1}
    across, up, *names = axes.texts
    assert (across.get_position(), across.xy) == ((2, 1), (-2, 1))
    assert (up.get_position(), up.xy) == ((5, 1), (5, 0))
    assert [t.get_text() for t in names] == ["4/k", "L"]
    assert names[0].get_position() == (0, 1.03)
    assert names[1].get_position() == (4.8, 0.5)


def test_far_left_the_growth_is_exponential():
    """sigma(x)/e^x has the limit 1."""
    ratio = 1 / (1 + sympy.exp(-x)) / sympy.exp(x)
    assert sympy.limit(ratio, x, -sympy.oo) == 1


def test_the_tangents_of_sigmoid_and_tanh():
    """The curves are expit and tanh, the tangents rise by 1/4 and 1."""
    figure = page.tangents()
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    t, value = line(figure, "tanh(x)")
    assert value == pytest.approx(2 * expit(2 * t) - 1, rel=1e-12, abs=1e-15)
    quarter, one, *_ = curves(figure.axes[0])
    for (places, heights), slope, middle in (
        (quarter, 1 / 4, 1 / 2),
        (one, 1, 0),
    ):
        assert np.ptp(heights) == slope * np.ptp(places)
        assert (np.mean(places), np.mean(heights)) == (0, middle)
    assert texts(figure) == ["σ(x)", "tanh(x)", "slope ¼", "slope 1"]
    for label, own, nearest in gaps(figure):
        assert nearest > 1 and (own < 15 or own == np.inf), label


def test_the_table_of_sigmoid_and_tanh():
    """Limits, values and slopes at 0, as SciPy's logistic has them."""
    table = page.side_by_side()
    assert table["where"] == ["far left", "at 0", "far right", "slope at 0"]
    assert table["σ(x)"] == [
        *(expit(-np.inf), expit(0), expit(np.inf), logistic.pdf(0))
    ]
    slope = mpmath.diff(mpmath.tanh, 0)
    assert table["tanh(x)"] == pytest.approx([-1, 0, 1, float(slope)])
    assert table["tanh(x)"][1] == 0


def test_witnesses_who_agree():
    """Counting the four cases, and adding logits, give the same."""
    for p, q in product([0.5, 0.6, 0.9, 0.99], repeat=2):
        cases = {
            (a, b): (p, 1 - p)[a] * (q, 1 - q)[b]
            for a in (0, 1)
            for b in (0, 1)
        }
        share = cases[0, 0] / (cases[0, 0] + cases[1, 1])
        assert page.agreement(p, q) == pytest.approx(share, rel=1e-14)
        both = expit(logit(p) + logit(q))
        assert page.agreement(p, q) == pytest.approx(both, rel=1e-14)
        if p > 0.5 < q:
            assert page.agreement(p, q) > max(p, q)


def test_a_second_witness():
    """As good: 81 of 82; right half the time: nothing changes."""
    assert page.agreement(0.9, 0.9) == pytest.approx(81 / 82, rel=1e-14)
    assert page.agreement(0.9, 0.5) == pytest.approx(0.9, rel=1e-14)
    assert page.agreement(0.9, 0.8, 0.7) == pytest.approx(
        expit(logit(0.9) + logit(0.8) + logit(0.7)), rel=1e-14
    )


def test_the_square_shows_what_can_happen():
    """The coloured areas are both right and both wrong, then their shares."""
    square, bar = page.square(0.8, 0.7).axes
    areas = [
        (*patch.get_xy(), patch.get_width(), patch.get_height())
        for axes in (square, bar)
        for patch in axes.patches
    ]
    share = 0.56 / (0.56 + 0.06)
    assert np.ravel(areas) == pytest.approx(
        [
            *(0, 0, 0.8, 0.7),
            *(0.8, 0.7, 0.2, 0.3),
            *(0, 0, 1, share),
            *(0, share, 1, 1 - share),
        ]
    )
    tones = [p.get_facecolor() for axes in (square, bar) for p in axes.patches]
    assert tones[:2] == tones[2:] and tones[0] != tones[1]
    shown = {t.get_text(): t.get_position() for t in square.texts}
    assert list(shown) == [
        "both right\n0.56",
        "both\nwrong\n0.06",
        "they disagree",
    ]
    assert shown["both right\n0.56"] == (0.4, 0.35)
    assert shown["both\nwrong\n0.06"] == (0.9, 0.85)
    places = [t.get_position() for t in square.texts[2:]]
    assert places == [(0.4, 0.85), (0.9, 0.35)]
    (label,) = bar.texts
    assert label.get_text() == f"{share:.3f}"
    assert label.get_position() == pytest.approx((0.5, share / 2))
    for axes in (square, bar):
        assert axes.get_xlim() == axes.get_ylim() == (0, 1)
    assert list(square.get_xticks()) == [0, 0.8, 1]
    assert list(square.get_yticks()) == [0, 0.7, 1]
    for axis in (square.xaxis, square.yaxis):
        for place, label in zip(
            axis.get_ticklocs(), axis.get_ticklabels(), strict=True
        ):
            assert place == float(label.get_text())


def test_the_sigmoid_has_no_real_period():
    """It is larger further right, so it never returns to a value."""
    points = np.linspace(-30, 30, 121)
    assert all(a < b for a, b in pairwise(sigmoid(points)))


def test_the_lines_are_of_equal_size():
    """mpmath finds |sigma(z)| along each line; no line turns to another's."""
    lines = page.strips().axes[0].collections[0]
    levels = [0.05, 0.2, 0.5, 1, 2]
    assert list(lines.levels) == levels
    for level, path in zip(levels, lines.get_paths(), strict=True):
        assert len(path.vertices) > 100
        for real, imaginary in path.vertices[::17]:
            size = abs(mp_sigma(mpmath.mpc(real, imaginary)))
            assert size == pytest.approx(level, rel=0.03)


def test_the_picture_repeats_itself():
    """Above, 2πi further, sigma is the same; at the crosses it has poles."""
    rng = np.random.default_rng(0)
    with mpmath.workdps(40):
        for real, imaginary in rng.uniform(-5, 5, (20, 2)):
            z = mpmath.mpc(real, imaginary)
            there = mp_sigma(z + 2j * mpmath.pi)
            assert mpmath.almosteq(there, mp_sigma(z), 1e-35)
        for n in (-3, -1, 1, 3):
            assert abs(1 + mpmath.exp(-n * mpmath.pi * 1j)) < 1e-38
    axes = page.strips().axes[0]
    real_line, poles = axes.get_lines()
    assert list(real_line.get_ydata()) == [0, 0]
    assert list(poles.get_xdata()) == [0] * 4
    assert poles.get_ydata() / np.pi == pytest.approx([-3, -1, 1, 3])
    arrow, name = axes.texts
    assert arrow.get_position()[1] - arrow.xy[1] == pytest.approx(2 * np.pi)
    assert name.get_text() == "2π"
    ticks = {t.get_text(): t.get_position()[1] for t in axes.get_yticklabels()}
    assert ticks == pytest.approx(
        {"−3π": -3 * np.pi, "−π": -np.pi, "0": 0, "π": np.pi, "3π": 3 * np.pi}
    )
