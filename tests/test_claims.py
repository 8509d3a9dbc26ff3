"""docs/claims.md: every claim the page makes, proved."""

import csv
import itertools
import re
from collections import Counter
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy
from oracle import DATA, exact_sigmoid
from scipy import integrate, special, stats

from snippets import claims as page

ROOT = Path(__file__).parents[1]
POINTS = [-30, -3.5, -1, -0.25, 0, 0.5, 2, 7, 30]
FLOATS = np.linspace(-700, 700, 2801)


def holds(claim):
    """Whether a claim holds in each of its readings."""
    return [bool(truth) for truth in claim().values()]


def slope(x):
    """The slope of the sigmoid, by mpmath."""
    return mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), x)


def warns(compute):
    """Whether NumPy speaks of an overflow."""
    try:
        with np.errstate(over="raise"):
            compute()
    except FloatingPointError:
        return True
    return False


# The page as a whole.


@pytest.fixture(scope="module")
def source():
    """The Markdown of the page."""
    return (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shown(source):
    """(topic, claim, verdict, what is said of it) of all on the page."""
    found = []
    for part in source.split("<section ")[1:]:
        topic = re.match(r'class="topic (\w+)"', part)[1]
        entries = re.findall(
            r"^\{\{ (\w+)\(\):(\w+) \}\}\n: (.+?)\n\n", part, re.S | re.M
        )
        found += [(topic, *entry) for entry in entries]
    return found


@pytest.fixture(scope="module")
def ledger():
    """(id, claim, reason) of all that was read or heard."""
    text = (DATA / "claims.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def test_every_claim_that_was_read_is_decided_or_left_for_a_reason(ledger):
    """Of four texts no claim is missing; each has a program or a reason."""
    read = Counter(row[0][:2] for row in ledger if row[0] != "heard")
    assert read == {"S0": 47, "S1": 53, "S2": 22, "S3": 25}
    names = [row[0] for row in ledger if row[0] != "heard"]
    assert names == [
        f"{text}-{number:02d}"
        for text in sorted(read)
        for number in range(1, read[text] + 1)
    ]
    assert all(bool(claim) != bool(reason) for _, claim, reason in ledger)


def test_every_claim_that_is_decided_was_read_or_heard(ledger, shown):
    """The page has the claims of the ledger, each once."""
    names = [claim for _, claim, *_ in shown]
    assert len(names) == len(set(names)) == 45
    assert set(names) == {claim for _, claim, _ in ledger if claim}


def test_what_the_page_calls_a_claim_is_what_its_readings_say(shown):
    """True in all readings, false in none, imprecise in some."""
    for _, name, verdict, _ in shown:
        held = holds(getattr(page, name))
        told = {1: "true", 0: "false"}.get(np.mean(held), "imprecise")
        assert verdict == told, name


def test_whatever_a_reader_ticks_some_claim_remains(source, shown):
    """Each topic has claims of each verdict, and a box for each."""
    seen = {(topic, verdict) for topic, _, verdict, _ in shown}
    boxes = re.findall(r'name="(\w+)" value="(\w+)"', source)
    topics, verdicts = (
        [value for name, value in boxes if name == wanted]
        for wanted in ("topic", "verdict")
    )
    assert seen == set(itertools.product(topics, verdicts))


def test_what_can_be_ticked_is_styled(source):
    """The style sheet brings back what each box stands for."""
    style = (ROOT / "docs/assets/style.css").read_text(encoding="utf-8")
    for name, value in re.findall(r'name="(\w+)" value="(\w+)"', source):
        part = {"topic": f".topic.{value}", "verdict": f".claim:has(.{value})"}
        assert f'[value="{value}"]:checked) {part[name]}' in style


def test_every_claim_leads_to_the_page_that_explains_it(shown):
    """What is right ends with a link."""
    for _, name, _, said in shown:
        assert re.search(r"\]\(\w+\.md(#[\w-]+)?\)$", said), name


# The curve.


def test_the_sigmoid_reaches_0_and_1_in_floats_only():
    """Strictly between 0 and 1 for reals; 0 and 1 for some floats."""
    assert all(0 < exact_sigmoid(x) < 1 for x in [-800, 40, *POINTS])
    assert special.expit(-800) == 0 and special.expit(40) == 1
    assert holds(page.never_reached) == [True, False]


def test_the_sigmoid_is_not_trigonometric():
    """It takes no value twice; tan and sin do."""
    values = [exact_sigmoid(x) for x in POINTS]
    assert all(a < b for a, b in itertools.pairwise(values))
    assert holds(page.trigonometric) == [False]


def test_tanh_is_more_than_moved():
    """2σ(x) − 1 is tanh(x/2), not tanh(x)."""
    for x in (-3, -0.5, 1, 4):
        moved = 2 * special.expit(x) - 1
        assert moved == pytest.approx(np.tanh(x / 2), rel=1e-14)
        assert moved != pytest.approx(np.tanh(x), rel=0.01)
    assert holds(page.only_range) == [False]


def test_not_every_s_is_logistic():
    """Both curves bend once; only one has straight log-odds."""
    t = np.linspace(-6, 6, 120)
    for curve in (special.expit(t), stats.cauchy.cdf(t)):
        bend = np.sign(np.diff(curve, 2))
        assert np.all(np.diff(curve) > 0)
        assert list(bend) == sorted(bend, reverse=True)
        assert set(bend) == {1, -1}
    assert np.ptp(np.diff(special.logit(special.expit(t)))) < 1e-12
    assert np.ptp(np.diff(special.logit(stats.cauchy.cdf(t)))) > 0.01
    assert holds(page.one_word) == [True, False]


def test_the_taylor_series_ends():
    """Partial sums approach the sigmoid at 3 and leave it at 4."""
    terms = mpmath.taylor(lambda t: 1 / (1 + mpmath.exp(-t)), 0, 41)
    for x, nearer in ((3, True), (4, False)):
        misses = [
            abs(mpmath.polyval(terms[last::-1], x) - exact_sigmoid(x))
            for last in (9, 19, 41)
        ]
        assert (misses == sorted(misses, reverse=True)) is nearer
    assert holds(page.everywhere) == [True, False]


def test_other_functions_satisfy_the_equation():
    """A shifted sigmoid has the slope y(1 − y), too."""
    for x in POINTS:
        y = exact_sigmoid(x - 1)
        assert slope(x - 1) == pytest.approx(y * (1 - y), rel=1e-9)
    assert holds(page.only_solution) == [False]


def test_the_sigmoid_is_nearly_normal_but_not_in_the_tail():
    """σ(1.7x) is within a hundredth of the normal curve, but not at −6."""
    x = np.linspace(-8, 8, 16001)
    gap = np.abs(special.expit(1.7 * x) - stats.norm.cdf(x)).max()
    assert page.normal_gap() == pytest.approx(gap, rel=1e-6)
    assert 0.005 < gap < 0.01
    ratio = exact_sigmoid(-1.7 * 6) / mpmath.ncdf(-6)
    assert page.tail_ratio(6) == pytest.approx(float(ratio), rel=1e-9)
    assert ratio > 10
    assert holds(page.nearly_normal) == [True, False]


def test_the_slope_is_a_density():
    """It is positive and its area is 1; its tails are much the heavier."""
    area, _ = integrate.quad(stats.logistic.pdf, -np.inf, np.inf)
    assert area == pytest.approx(1, rel=1e-9)
    assert all(slope(x) > 0 for x in POINTS)
    assert stats.logistic.sf(10) > 1e18 * stats.norm.sf(10)
    assert holds(page.density) == [True, True]


def test_squeezing_loses_floats_alone():
    """The logit gives reals back; float16s share outputs."""
    for x in POINTS:
        with mpmath.workdps(60):
            p = exact_sigmoid(x)
            back = mpmath.log(p / (1 - p))
        assert float(back) == pytest.approx(
            x, rel=1e-15, abs=0 if x else 1e-50
        )
    inputs = np.arange(9, 12, 1 / 64, dtype=np.float16)
    outputs = special.expit(inputs.astype(float)).astype(np.float16)
    assert set(outputs) == {1}
    assert holds(page.information) == [False, True]


# Its slope.


def test_tanh_has_itself_in_its_derivative():
    """The slope of tanh is 1 − tanh²."""
    for x in POINTS[1:-1]:
        own = 1 - mpmath.tanh(x) ** 2
        assert mpmath.diff(mpmath.tanh, x) == pytest.approx(own, rel=1e-9)
    assert holds(page.only_own_slope) == [False]


def test_the_square_is_needed():
    """Without it one has 1 − σ(x), which is not the slope."""
    for x in POINTS[1:-1]:
        wrong = mpmath.exp(-x) / (1 + mpmath.exp(-x))
        assert wrong == pytest.approx(1 - exact_sigmoid(x), rel=1e-12)
        assert wrong > 1.0009 * slope(x)
    assert holds(page.no_square) == [False]


def test_the_slope_is_largest_at_0():
    """It is ¼ there and less elsewhere, by (σ − ½)²."""
    assert slope(0) == pytest.approx(0.25, rel=1e-12)
    for x in POINTS:
        lack = (exact_sigmoid(x) - 0.5) ** 2
        assert 0.25 - slope(x) == pytest.approx(lack, rel=1e-9, abs=1e-20)
    assert holds(page.one_peak) == [True]


def test_no_chord_is_steeper_than_a_quarter():
    """Any two numbers come at least four times closer."""
    for a, b in itertools.combinations(POINTS, 2):
        assert exact_sigmoid(b) - exact_sigmoid(a) < (b - a) / 4
    assert holds(page.closer) == [True]


def test_activity_and_sensitivity_part():
    """The slope peaks at the output ½ and is nearly 0 at nearly 1."""
    assert slope(0) > slope(3) and exact_sigmoid(0) < exact_sigmoid(3)
    assert slope(30) < 1e-12 and exact_sigmoid(30) > 1 - 1e-12
    assert holds(page.most_active) == [False]


def test_small_and_large_outputs_have_small_slopes():
    """At −9 and at 9 alike; the log-loss of an output unit has none."""
    assert slope(-9) == pytest.approx(slope(9), rel=1e-12)
    assert slope(9) < 0.001
    loss = mpmath.diff(lambda t: -mpmath.log(exact(t)), -9)
    assert 0.999 < -loss < 1
    assert holds(page.small_output) == [True, False]


def test_smooth_is_not_steep():
    """At 10 the slope is below a thousandth."""
    assert 4e-5 < slope(10) < 5e-5
    assert holds(page.smooth_everywhere) == [False]


def test_neither_output_nor_slope_can_be_large():
    """Outputs stay below 1, slopes at or below ¼."""
    assert all(exact_sigmoid(x) < 1 and slope(x) <= 0.25 for x in POINTS)
    assert holds(page.large_output) == [False, False]


def test_weights_make_up_for_the_slope():
    """With weights of 1 four times less a layer; with 8, twice more."""
    gradient = mpmath.diff(lambda t: exact(exact(exact(t))), 0)
    assert gradient <= 4**-3
    centred = mpmath.diff(lambda t: exact(8 * (exact(8 * t) - 0.5)), 0)
    assert centred == pytest.approx(4, rel=1e-9)
    # 24 units with weights of 1, each centred by its bias.
    ones = np.ones((24, 24))
    moved = special.expit(ones @ (special.expit(np.zeros(24)) - 0.5 + 1e-6))
    assert np.linalg.norm(moved - 0.5) > 5 * np.linalg.norm([1e-6] * 24)
    assert holds(page.quarter_a_layer) == [True, False, False]


def test_many_small_weights_explode():
    """Twenty layers of 512 units, no weight above 4, and the gradient grows.

    Weights of a standard deviation of 0.7, as the text says of wide layers.
    """
    rng = np.random.default_rng(0)
    value, back, largest = rng.uniform(size=512), np.eye(512), 0
    for _ in range(20):
        weights = 0.7 * rng.normal(size=(512, 512))
        value = special.expit(weights @ value)
        back = (value * (1 - value))[:, None] * weights @ back
        largest = max(largest, np.abs(weights).max())
    assert largest < 4 and np.linalg.norm(back) / np.sqrt(512) > 10


def exact(t):
    """The sigmoid, to be differentiated by mpmath."""
    return 1 / (1 + mpmath.exp(-t))


def test_a_narrow_range_may_be_steep():
    """σ(8x) stays between 0 and 1 with the slope 2."""
    assert mpmath.diff(lambda t: exact(8 * t), 0) == pytest.approx(2, rel=1e-9)
    assert holds(page.narrow_range) == [False]


# In floats.


def test_the_naive_formula_overflows_and_loses_nothing_else():
    """Where it does not overflow, SciPy and it are within a few ulps."""
    assert warns(lambda: 1 / (1 + np.exp(np.float64(800))))
    for x in np.linspace(-700, 700, 57):
        naive = 1 / (1 + np.exp(-x))
        assert float(abs(naive / exact_sigmoid(x) - 1)) < 4 * 2.0**-53
    assert holds(page.unstable) == [True, False]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_500_is_too_late_in_float32(dtype):
    """Its exponential overflows there, but not in float64."""
    late = warns(lambda: np.exp(-np.clip(dtype([-800]), -500, 500)))
    assert late is (dtype == np.float32)
    assert holds(page.clipping)[late] is not late


def test_where_computes_both():
    """Right values, and an overflow."""
    with np.errstate(over="ignore"):
        values = np.where(
            FLOATS >= 0,
            1 / (1 + np.exp(-FLOATS)),
            np.exp(FLOATS) / (1 + np.exp(FLOATS)),
        )
    assert values == pytest.approx(special.expit(FLOATS), rel=1e-15, abs=0)
    beyond = np.array([-740.0, -720.0])  # the naive formula is 0 there
    exponentials = np.exp(beyond) / (1 + np.exp(beyond))
    true = [float(exact_sigmoid(x)) for x in beyond]
    assert exponentials == pytest.approx(true, rel=1e-9, abs=0)
    x = np.array([-800.0])
    assert warns(lambda: np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x)))
    assert holds(page.where) == [True, False, False]


def test_the_automatic_derivative_of_the_stable_formula():
    """A difference finds ¼ at 0, where the rules find 0."""
    rise = exact_sigmoid(1e-9) - exact_sigmoid(-1e-9)
    assert float(rise / 2e-9) == pytest.approx(1 / 4, rel=1e-9)
    assert page.automatic_slope(page.sigmoid, 0) == 0
    assert holds(page.derived) == [True, False]


def test_clipped_probabilities_teach_nothing():
    """A clipped loss is finite and flat; the true one rises with slope 1."""
    p = np.clip(special.expit([20.0, 40.0]), 1e-7, 1 - 1e-7)
    assert list(np.diff(-np.log(1 - p))) == [0]
    true = -special.log_expit([-20.0, -40.0])
    assert np.diff(true) == pytest.approx(20, rel=1e-8)
    assert holds(page.held_off) == [True, False]


def test_near_1_inputs_run_together():
    """The logit of σ(36) is off by hundredths; that of σ(−36) is not."""
    assert abs(special.logit(special.expit(36.0)) - 36) > 0.01
    back = special.logit(special.expit(-36.0))
    assert back == pytest.approx(-36, rel=1e-15)
    assert holds(page.sharp_at_one) == [False]


def test_a_slope_that_is_not_0_may_be_computed_as_0():
    """At 40, s(1 − s) is 0."""
    s = special.expit(40.0)
    assert slope(40) > 0 == s * (1 - s)
    assert holds(page.never_flat) == [True, False]


def test_the_complement_is_lost_in_floats():
    """1 − σ(40) is 0, and σ(−40) is not."""
    for x in POINTS:
        with mpmath.workdps(60):
            assert abs(1 - exact_sigmoid(x) - exact_sigmoid(-x)) < 1e-50
    assert 1 - special.expit(40.0) == 0 < special.expit(-40.0)
    assert page.rest(40) == 0
    assert page.rest(2) == pytest.approx(special.expit(-2), rel=1e-14)
    assert holds(page.complement) == [True, False]


def test_one_comes_before_zero():
    """At 40 the nearest float is 1; at −740 it is not 0."""
    assert float(exact_sigmoid(40)) == 1
    assert float(exact_sigmoid(-740)) > 0
    assert holds(page.lopsided) == [True, True]


def test_the_peak_is_missed():
    """0 is none of the hundred points, and one of a hundred and one."""
    assert 0 not in np.linspace(-10, 10, 100)
    assert 0 in np.linspace(-10, 10, 101)
    assert holds(page.peak_shown) == [False]


def test_the_fourth_decimal_is_wrong():
    """σ(1) rounds to 0.7311; with e⁻¹ cut off, to 0.7315."""
    assert mpmath.nstr(exact_sigmoid(1), 4) == "0.7311"
    assert round(1 / 1.367, 4) == 0.7315
    assert holds(page.value_at_one) == [False]


def test_a_text_counts_as_true():
    """So the frame stays."""
    assert bool("false") is True
    assert holds(page.frameless) == [False]


# Probability.


def test_a_number_between_0_and_1_need_be_no_probability():
    """The model is wrong more often than it says; not only once."""
    scores = page.calibrated()["as trained"]
    sure = np.abs(scores) > np.log(999)
    assert page.certain() == np.count_nonzero(sure) > 500
    assert scores.shape == sure.shape == (997,)
    assert holds(page.a_probability) == [True, False]


def test_only_the_sigmoid_has_so_simple_a_slope():
    """The normal curve's log-loss has another slope, the sigmoid's that."""
    for curve, right in ((stats.logistic, True), (stats.norm, False)):
        rise = curve.logcdf(1 + 1e-6) - curve.logcdf(1 - 1e-6)
        off = -rise / 2e-6 / (curve.cdf(1) - 1) - 1
        assert (abs(off) < 1e-6) == right
    assert holds(page.any_curve_will_do) == [True, False]


def test_the_threshold_depends_on_the_costs():
    """The expected costs are equal at ½, or at 1 in 11."""
    for ratio, fair in ((1, 1 / 2), (10, 1 / 11)):
        assert ratio * fair == pytest.approx(1 - fair, rel=1e-12)
    assert holds(page.half) == [True, False]


def test_a_layer_is_bounded_and_not_normalised():
    """Each output lies between 0 and 1; softmax, not σ, adds up to 1."""
    assert page.total() == pytest.approx(page.outputs().sum(), rel=1e-15)
    assert page.outputs().shape == (10,)
    assert 0 < page.outputs().min() < page.outputs().max() < 1
    assert page.total() > 2
    shares = special.softmax(special.logit(page.outputs()))
    assert shares.sum() == pytest.approx(1, rel=1e-12)
    assert holds(page.normalised) == [True, False]


def test_softmax_of_two_is_a_sigmoid():
    """Of the difference of the scores."""
    for a, b in itertools.product(POINTS, repeat=2):
        share = special.softmax([float(a), float(b)])[0]
        assert share == pytest.approx(special.expit(a - b), rel=1e-12)
    assert holds(page.softmax_of_two) == [True]


def test_no_decision_changes_but_by_rounding():
    """σ(x) exceeds ½ just where x exceeds 0, by more than floats can tell."""
    scores = np.random.default_rng(1).normal(scale=20, size=1000)
    assert np.array_equal(special.expit(scores) > 0.5, scores > 0)
    least = page.narrowest()
    assert 1e-17 < least < 1e-15
    below = np.nextafter(least, 0)
    assert special.expit(below) == 0.5 < special.expit(2 * least)
    assert exact_sigmoid(below) > 0.5
    assert holds(page.less_accurate) == [False, True]


def test_equal_steps_add_unequal_probabilities():
    """From 0 to 1 twenty times as much as from 4 to 5."""
    rises = np.diff(special.expit([0, 1])), np.diff(special.expit([4, 5]))
    assert 20 < rises[0] / rises[1] < 21
    odds = [special.expit(x) / special.expit(-x) for x in (0, 1, 4, 5)]
    assert odds[1] / odds[0] == pytest.approx(odds[3] / odds[2], rel=1e-12)
    assert holds(page.equal_steps) == [False]


# Networks.


def test_one_unit_has_a_straight_border():
    """Equal sums forbid XOR: no weights of a fine grid compute it."""
    grid = np.linspace(-3, 3, 25)
    w1, w2, b = np.meshgrid(grid, grid, grid)
    right = (b <= 0) & (w1 + b > 0) & (w2 + b > 0) & (w1 + w2 + b <= 0)
    assert not right.any()
    assert holds(page.curved_border) == [False]


def test_sums_of_sigmoids_come_near():
    """A sine by 8, 32, 128 and 512 steps, each time at least half as far.

    Far out a sum of sigmoids is flat, and so leaves any line that is not.
    """
    assert holds(page.any_function) == [True, False]
    far = np.array([1e3, 1e6])
    total = special.expit(np.outer(far, [1, -2, 0.5])) @ [3, 5, -7]
    assert np.ptp(total) == 0
    x = np.linspace(0, 2 * np.pi, 501)
    errors = []
    for units in (8, 512):
        edges = np.linspace(0, 2 * np.pi, units + 1)
        rises = np.diff(np.sin(edges))
        middles = (edges[1:] + edges[:-1]) / 2
        steps = special.expit(12 * (x[:, None] - middles) / edges[1])
        errors.append(np.abs(steps @ rises - np.sin(x)).max())
    assert errors[1] < errors[0] / 8


def test_two_layers_without_activation_are_one():
    """The product of two matrices is a matrix."""
    rng = np.random.default_rng(0)
    x, first, second = (rng.normal(size=(4, 4)) for _ in range(3))
    assert (x @ first) @ second == pytest.approx(
        x @ (first @ second), rel=1e-9
    )
    assert holds(page.one_layer) == [True]


def test_a_network_of_one_hidden_layer_learns_and_one_of_five_does_not():
    """More than nine in ten digits; one in ten."""
    assert holds(page.learns_nothing) == [False, True]


def test_the_log_loss_does_not_forgive():
    """The slope of the squared error vanishes at −10, the log-loss's not."""
    squared = mpmath.diff(lambda t: (exact(t) - 1) ** 2 / 2, -10)
    logarithm = mpmath.diff(lambda t: -mpmath.log(exact(t)), -10)
    assert abs(squared) < 0.001 < 0.999 < abs(logarithm)
    assert holds(page.slow_mistakes) == [True, False]


def test_weights_move_together_for_one_example():
    """All with the sign of its error; not for errors that cancel."""
    rng = np.random.default_rng(5)
    inputs, errors = (
        special.expit(rng.normal(size=(40, 6))),
        rng.normal(size=40),
    )
    for row, error in zip(inputs, errors, strict=True):
        assert set(np.sign(row * error)) == {np.sign(error)}
    together = (errors - errors.mean()) @ inputs
    assert set(np.sign(together)) == {-1, 1}
    assert holds(page.one_direction) == [True, False]


def test_logistic_regression_uses_the_sigmoid():
    """scikit-learn's probabilities are sigmoids of its scores."""
    assert holds(page.out_of_use) == [False]


def test_what_cannot_be_shown_to_hold_does_not():
    """The checks tell unequal, negative and mixed from what they look for."""
    x = page.x
    assert page._same(sympy.exp(x) * 2, 2 * sympy.exp(x))
    assert not page._same(sympy.exp(x), sympy.exp(2 * x))
    assert page._positive(sympy.exp(x)) and not page._positive(x)
    assert not page._positive(-sympy.exp(x))
    assert page._agree(np.array([1.0, 2])) and page._agree(
        np.array([-1.0, -2])
    )
    assert not page._agree(np.array([-1.0, 2, 3]))
    assert not page._agree(np.array([0.0, 2]))
