"""docs/precision.md: every claim the page makes, proved."""

import matplotlib.pyplot as plt
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import exact_sigmoid, line, texts, ulps
from scipy.special import log_expit

from snippets import precision as page
from snippets.derivative import sigmoid_prime, textbook_prime
from snippets.function import sigmoid
from snippets.images import trained

LOG2 = 53 * np.log(2)  # from there on 1 + z rounds to 1


@pytest.fixture(autouse=True)
def closed():
    """Figures are closed after each test."""
    yield
    plt.close("all")


def exact_logit(p):
    """The logit of a float to 60 digits."""
    with mpmath.workdps(60):
        return mpmath.log(mpmath.mpf(float(p)) / (1 - mpmath.mpf(float(p))))


def exact_loss(x):
    """The logarithm of 1 + e^x to 60 digits."""
    with mpmath.workdps(60):
        return mpmath.log1p(mpmath.exp(mpmath.mpf(float(x))))


@given(st.floats(-745, 745))
def test_the_product_of_mirror_images_is_the_slope(x):
    """It misses by at most 5 ulps, subnormal slopes included."""
    with mpmath.workdps(60):
        exact = exact_sigmoid(x) * exact_sigmoid(-x)
    assert ulps(page.mirrored_prime(x), exact) <= 5
    assert ulps(sigmoid_prime(x), exact) <= 5


def test_the_slope_at_40_is_an_ordinary_number():
    """s(1 - s) is 0 from 53 ln 2 on; the slope is normal up to 708."""
    assert page.mirrored_prime(40) == pytest.approx(np.exp(-40), rel=1e-15)
    assert page.end(textbook_prime) == pytest.approx(LOG2, rel=1e-15)
    assert page.mirrored_prime(700) > np.finfo(float).tiny
    assert page.end(textbook_prime, "float32") == np.float32(24 * np.log(2))
    assert 4.7 < page.error_of_slope() < 5
    assert page.tried() == page.points().size == 2000


@pytest.mark.parametrize(
    "dtype, most", [("float32", 1e-7), ("float64", 2e-16)]
)
def test_what_the_textbook_slope_loses_is_small(dtype, most):
    """s(1 - s) is never off by more than an ulp of a number close to 1."""
    found = page.lost_slope(dtype)
    assert most / 2 < found < most
    for x in np.linspace(-1, 44, 907).astype(dtype):
        with mpmath.workdps(60):
            exact = exact_sigmoid(x) * exact_sigmoid(-x)
            off = abs(mpmath.mpf(float(textbook_prime(x))) - exact)
        assert off <= found * 1.3


def test_learning_by_either_slope_is_the_same():
    """As images.py learns in float64: each weight, but for float32."""
    expected = trained([64, 24, 10])
    for slope in "s(1 − s)", "σ(x)σ(−x)":
        for found, matrix in zip(page.learnt(slope), expected, strict=True):
            assert found.dtype == np.float32
            assert np.abs(found - matrix).max() < 1e-4 * np.abs(matrix).max()
    assert 0 < page.apart() < 1e-5
    assert page.read_alike() == 797


class Seen(Exception):
    """Carries the argument of a function that stands in for another."""


def test_the_slope_is_taken_where_the_unit_is(monkeypatch):
    """At x, not at -x: there s(1 - s) would round otherwise."""

    def stop(x):
        raise Seen(x)

    monkeypatch.setattr(page, "textbook_prime", stop)
    with pytest.raises(Seen) as caught:
        page.learnt("s(1 − s)")
    images = page.handwritten(0)[0]
    low = page.started([64, 24, 10], 0)[0].astype(np.float32)
    part = np.random.default_rng(0).permutation(1000)[:20]
    one = np.ones((20, 1))
    inputs = np.hstack([images[part], one]).astype(np.float32)
    assert np.array_equal(caught.value.args[0], inputs @ low)


def test_a_confident_mistake_is_not_mended_from_the_probability():
    """At 40, label 0, the slope of -ln(1 - p) times s(1 - s) is no number."""
    s = sigmoid(np.float64(40))
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(1 / (1 - s) * textbook_prime(40.0))
    assert page.cross_entropy_gradient(40, 0) == 1


@given(st.floats(-800, 800))
def test_the_logarithms_of_both_shares(x):
    """They agree with mpmath to 4 ulps, and with SciPy to 1e-15."""
    assert ulps(page.log_sigmoid(x), -exact_loss(-x)) <= 4
    assert ulps(page.log_complement(x), -exact_loss(x)) <= 4
    assert page.log_sigmoid(x) == pytest.approx(log_expit(x), rel=1e-15)


def test_the_logarithms_are_finite_where_floats_are():
    """Nothing warns from the lowest float to the highest."""
    top = np.finfo(float).max
    assert list(page.log_sigmoid(np.array([-top, top]))) == [-top, 0]
    assert list(page.cross_entropy([-top, top], [0, 1])) == [0, 0]
    assert list(page.cross_entropy([-top, top], [1, 0])) == [top, top]


@given(st.floats(1e-300, 1, exclude_max=True))
def test_the_logit(p):
    """It misses by at most 4 ulps, close to 0, 1/2 and 1."""
    assert ulps(page.logit(p), exact_logit(p)) <= 4 or p == 0.5


def test_the_logit_changes_its_formula_where_both_are_good():
    """From 1/5 to 4/5 it misses by less than 1.2 ulps."""
    for p in np.linspace(0.2, 0.8, 1201):
        assert p == 0.5 or ulps(page.logit(p), exact_logit(p)) < 1.2


def test_the_logit_near_one_half():
    """There it is right to 2 ulps; the usual formula is off by a half.

    At the ends it is infinite, without a warning; an array stays one.
    """
    below = np.nextafter(0.5, 0)
    assert ulps(page.logit(below), exact_logit(below)) <= 2
    usual = np.log(below / (1 - below))
    error = abs(mpmath.mpf(float(usual)) / exact_logit(below) - 1)
    assert page.neighbour_error() == pytest.approx(float(error), rel=1e-9)
    assert page.neighbour_error() > 0.1
    assert list(page.logit([0.0, 0.5, 1.0])) == [-np.inf, 0, np.inf]
    for p in (0.25, 0.75, np.nextafter(0.75, 0), np.nextafter(0.25, 1)):
        assert ulps(page.logit(p), exact_logit(p)) <= 2


def test_the_sigmoid_has_lost_what_the_logit_would_need():
    """At 30 the round trip is off by a thousandth; at -30 by nothing."""
    assert page.round_trip(30.0) == pytest.approx(30.001020555434682)
    assert page.round_trip(-30.0) == -30
    assert page.round_trip(37.0) == np.inf


@given(st.floats(-700, 700), st.integers(0, 1))
def test_the_cross_entropy_and_its_slope(x, y):
    """The loss is log(1 + e^±x), the slope sigma - y, to 4 ulps each."""
    sign = 1 - 2 * y
    assert ulps(page.cross_entropy(x, y), exact_loss(sign * x)) <= 4
    slope = page.cross_entropy_gradient(x, y)
    assert ulps(slope, sign * exact_sigmoid(sign * x)) <= 4


@given(st.floats(-700, 700), st.floats(0, 1))
def test_a_label_may_be_a_share(x, y):
    """The loss of 0.9 is nine parts that of 1 and one that of 0."""
    with mpmath.workdps(60):
        share = mpmath.mpf(y)
        exact = share * exact_loss(-x) + (1 - share) * exact_loss(x)
        slope = exact_sigmoid(x) - share
    assert ulps(page.cross_entropy(x, y), exact) <= 5
    off = abs(mpmath.mpf(float(page.cross_entropy_gradient(x, y))) - slope)
    assert off <= 4e-16 * max(float(exact_sigmoid(x)), y)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, bool, float, np.float16])
def test_labels_are_numbers_of_any_kind(kind):
    """Unsigned ones, as images have them, do not wrap round."""
    x, y = np.array([3.0, 3.0, -3.0]), np.array([0, 1, 0]).astype(kind)
    exact = [exact_loss(3), exact_loss(-3), exact_loss(-3)]
    for value, loss in zip(page.cross_entropy(x, y), exact, strict=True):
        assert ulps(value, loss) <= 4
    exact = [exact_sigmoid(3), -exact_sigmoid(-3), exact_sigmoid(-3)]
    found = page.cross_entropy_gradient(x, y)
    for value, slope in zip(found, exact, strict=True):
        assert ulps(value, slope) <= 4
    whole = page.cross_entropy(np.uint8([3]), kind(0))
    assert ulps(whole[0], exact_loss(3)) <= 4
    whole = page.cross_entropy_gradient(np.uint8([3]), kind(1))
    assert ulps(whole[0], -exact_sigmoid(-3)) <= 4


@given(st.floats(0.001, 0.999), st.integers(0, 1))
def test_the_cross_entropy_of_a_probability(p, y):
    """It is -log of the share of the true label; clipping changes none."""
    share = mpmath.mpf(p) if y else 1 - mpmath.mpf(p)
    loss = float(-mpmath.log(share))
    assert page.from_probability(p, y) == pytest.approx(loss, rel=1e-12)
    assert page.clipped_loss(p, y) == page.from_probability(p, y)
    assert page.cross_entropy(page.logit(p), y) == pytest.approx(loss)


def test_a_clipped_loss_has_a_cap():
    """It stops at 7 ln 10, for every logit from there on."""
    cap = 7 * float(mpmath.log(10))
    assert page.cap(1e-7) == pytest.approx(cap, rel=1e-15)
    for x in 20, 40, 700:
        assert page.clipped_loss(sigmoid(x), 0) == pytest.approx(cap, 1e-8)
        assert page.clipped_loss(sigmoid(-x), 1) == pytest.approx(cap)


def test_only_the_squared_error_stops_learning():
    """At -10 with label 1 its slope is 2e4 times below the other's."""
    s = exact_sigmoid(-10)
    assert page.cross_entropy_gradient(-10, 1) == pytest.approx(float(s - 1))
    squared = float((s - 1) * s * (1 - s))
    assert page.squared_gradient(-10, 1) == pytest.approx(squared, rel=1e-9)
    mirrored = page.squared_gradient(10, 0)
    assert mirrored == pytest.approx(-squared, rel=1e-9)


def test_the_compositions():
    """Each loses half its digits near 20, all at 53 ln 2; the others none."""
    table = page.compositions()
    rows = list(zip(*table.values(), strict=True))
    returned = [row[3] for row in rows]
    assert returned == ["0.0", "0.0", "−inf", "inf", "inf"]
    for formula, half, none, _, instead, ulp in rows:
        assert 15 < half < 25
        assert none == pytest.approx(LOG2, rel=1e-14)
        assert ulp == 0 if instead == "x" else 1.5 < ulp < 5
        assert formula != instead
    assert page.end(page.log_of_rest) == rows[2][2]
    assert page.log_of_rest(1.0) == pytest.approx(-float(exact_loss(1)))


def test_where_half_the_digits_are_lost():
    """s(1 - s) is off by more than 1e-8 there, and not an eighth before."""
    (half,) = page.compositions()["half the digits"][:1]
    for x, lost in (half, True), (half - 0.125, False):
        slope = exact_sigmoid(x) * exact_sigmoid(-x)
        off = abs(mpmath.mpf(float(textbook_prime(x))) / slope - 1)
        assert (off > 1e-8) == lost


def test_the_worst_known_are_among_the_points():
    """The slope misses by 4.7 ulps there, the logarithm by 1.7."""
    steep, far, _ = page.WORST
    with mpmath.workdps(60):
        slope = exact_sigmoid(steep) * exact_sigmoid(-steep)
        log = -exact_loss(-far)
    worst = ulps(page.mirrored_prime(steep), slope)
    assert page.error_of_slope() == pytest.approx(worst, rel=1e-9)
    for value, row in (
        (page.log_sigmoid(far), 1),
        (page.log_complement(-far), 2),
    ):
        found = page.compositions()["ulps"][row]
        assert found == pytest.approx(ulps(value, log), rel=1e-9)


def test_error_is_measured_in_ulps():
    """The next float is one unit off, the function itself less than half."""
    exact = mpmath.exp
    near = page.error(lambda x: np.exp(x), exact)
    far = page.error(lambda x: np.nextafter(np.exp(x), np.inf), exact)
    assert 0.4 < near < 1 and 1.3 < far < 2


def test_digits_are_decimal():
    """An error of 1e-3 leaves three; equality counts as 17."""
    exact = [mpmath.mpf(1), mpmath.mpf(2), mpmath.mpf(1)]
    found = page.digits([1.001, 2.0, np.inf], exact)
    assert found == pytest.approx([3, 17, 0], rel=1e-6)


def test_the_lost_digits_are_drawn():
    """The solid curves fall by a digit every ln 10; the dotted stay up."""
    figure = page.lost_digits()
    for dtype, full, end in ("float64", 15, 36.74), ("float32", 6.5, 16.64):
        x, lost = line(figure, f"s(1 − s), {dtype}")
        assert (x[0], x[-1]) == (0, 45) and len(x) == 181
        assert np.all(lost[x > end] == 0) and np.all(lost[x < end - 1] > 0)
        part = (x > 2) & (x < end - 3)
        fall = np.polyfit(x[part], np.array(lost)[part], 1)[0]
        assert -1 / fall == pytest.approx(np.log(10), rel=0.15)
        _, kept = line(figure, f"σ(x)σ(−x), {dtype}")
        assert min(kept) > full
    assert len(texts(figure)) == 4


def test_the_losses_are_drawn():
    """From the logit the loss is log(1 + e^x); the others stop too early."""
    figure = page.losses()
    x, loss = line(figure, "from the logit")
    assert (x[0], x[-1]) == (0, 60)
    assert loss == pytest.approx(np.logaddexp(0, x), rel=1e-15)
    _, naive = line(figure, "−ln(1 − p)")
    assert np.all(np.isnan(naive[x > LOG2]))
    assert naive[x < 30] == pytest.approx(loss[x < 30], rel=1e-3)
    _, clipped = line(figure, "p held within 10⁻⁷ of 0 and 1")
    assert clipped[x > 17] == pytest.approx(7 * np.log(10), rel=1e-8)
    assert clipped[x < 16] == pytest.approx(loss[x < 16], rel=1e-8)
    border = figure.axes[0].get_lines()[3]
    assert set(border.get_xdata()) == {page.end(page.log_of_rest)}
    assert texts(figure) == [
        "∞ from here",
        "−ln(1 − p)",
        "p held within 10⁻⁷ of 0 and 1",
        "from the logit",
    ]
