"""docs/questions.md: every claim the page makes, proved."""

import math

import mpmath
import numpy as np
import pytest
from oracle import exact_sigmoid, gaps, line
from scipy import special

from snippets import questions as page
from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid
from snippets.layers import best_unit
from snippets.precision import cross_entropy


def test_the_math_module_takes_no_array():
    """It raises a TypeError, and the page shows what it says."""
    with pytest.raises(TypeError) as caught:
        math.exp(np.zeros(2))
    assert page.array_error() == f"TypeError: {caught.value}"
    assert "array" in page.array_error()


def test_the_naive_sigmoid_of_large_negative_numbers_is_0():
    """Where the right answer is tiny; its logarithm is infinite."""
    with np.errstate(all="ignore"):
        naive = 1 / (1 + np.exp(np.float64(720)))
        assert naive == 0 and np.log(naive) == -np.inf
    assert 0 < sigmoid(-720) < 1e-300


def test_a_rounded_1_makes_the_loss_infinite_or_nan():
    """Infinite for label 0, 0 times −∞ for label 1; from the logit neither."""
    assert special.expit(40.0) == 1
    assert page.textbook_loss(40, 0) == np.inf
    assert math.isnan(page.textbook_loss(40, 1))
    known = -special.log_expit([3.0, -3.0])
    found = [page.textbook_loss(3, 1), page.textbook_loss(3, 0)]
    assert found == pytest.approx(known, rel=1e-14)
    assert cross_entropy(40, 0) == pytest.approx(40, rel=1e-15)
    assert 0 < cross_entropy(40, 1) < 1e-17


def test_the_output_is_a_wrong_input_of_the_slope():
    """Given the output, the slope is never less than the slope at 1."""
    outputs = special.expit(np.linspace(-50, 50, 1001))
    assert np.all(sigmoid_prime(outputs) >= sigmoid_prime(1))
    assert sigmoid_prime(special.expit(1)) > 1.1 * sigmoid_prime(1)


def test_the_sigmoid_of_a_sigmoid_stays_in_the_middle():
    """Between ½ and σ(1), so the loss does not fall below −ln σ(1)."""
    again = special.expit(special.expit(np.linspace(-50, 50, 1001)))
    assert np.all((again >= 0.5) & (again <= special.expit(1)))
    least = -np.log(special.expit(special.expit(np.inf)))
    assert page.least_twice(1) == pytest.approx(least, rel=1e-14)
    rest = -np.log(1 - special.expit(special.expit(-np.inf)))
    assert page.least_twice(0) == pytest.approx(rest, rel=1e-14)
    both = -np.log(special.expit([1.0, -0.0])).mean()
    assert page.least_twice(1 / 2) == pytest.approx(both, rel=1e-14)


@pytest.mark.parametrize(
    "x, step, kind, low, high",
    [
        (10, 1e-3, np.float32, 0.2, 0.4),
        (1, 1e-5, np.float64, 1e-13, 1e-10),
        (1, 1e-12, np.float64, 1e-6, 1e-3),
        (30, 1e-5, np.float64, 0.1, 1.1),
        (-30, 1e-5, np.float64, 1e-12, 1e-9),
    ],
)
def test_why_a_gradient_check_fails(x, step, kind, low, high):
    """By float32, by too small a step, by rounding near 1; not at −30."""
    point, h = kind(x), kind(step)
    rise = special.expit(point + h) - special.expit(point - h)
    with mpmath.workdps(40):
        right = float(exact_sigmoid(x) * exact_sigmoid(-x))
    assert low < abs(rise / (2 * h) / right - 1) < high
    assert low < page.quotient_error(x, step, kind) < high
    assert sigmoid_prime(float(x)) == pytest.approx(right, rel=1e-14)


def test_a_quotient_misses_by_its_step():
    """Where rounding is small, by h²σ‴/6σ′."""
    third = mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), 0.5, 3)
    right = float(exact_sigmoid(0.5) * exact_sigmoid(-0.5))
    wanted = abs(float(third)) / right * 0.01**2 / 6
    found = page.quotient_error(0.5, 0.01)
    assert found == pytest.approx(wanted, rel=1e-3)


def test_last_digits_differ_and_both_are_right():
    """The tolerances of the page let both pass, and nothing that is wrong."""
    t = np.linspace(-30, 30, 100_001)
    assert page.unlike() == np.mean(special.expit(t) != sigmoid(t))
    t = np.concatenate([t, np.linspace(-700, 700, 100_001)])
    np.testing.assert_allclose(sigmoid(t), special.expit(t), rtol=2e-15)
    short = t[np.abs(t) < 80].astype(np.float32)
    wide = special.expit(short.astype(float))
    np.testing.assert_allclose(sigmoid(short), wide, rtol=1e-6)
    assert np.allclose(0, special.expit(-30.0))
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(0, special.expit(-30.0), rtol=2e-15)


def test_logarithms_of_the_shares_from_x():
    """log_expit is finite where the logarithm of the share is not."""
    with np.errstate(divide="ignore"):
        assert np.log(1 - sigmoid(40)) == -np.inf
        assert np.log(sigmoid(-800)) == -np.inf
    for x in (-800.0, 40.0, 2.0):
        with mpmath.workdps(60):
            logarithm = -mpmath.log1p(mpmath.exp(-mpmath.mpf(x)))
            rest = -mpmath.log1p(mpmath.exp(mpmath.mpf(x)))
        assert special.log_expit(x) == pytest.approx(
            float(logarithm), rel=1e-14, abs=0
        )
        assert special.log_expit(-x) == pytest.approx(
            float(rest), rel=1e-14, abs=0
        )


def test_both_are_drawn():
    """The two curves, and where the second stays (grey)."""
    figure = page.twice()
    t, once = line(figure, "σ(x)")
    assert (t[0], t[-1], t.size) == (-8, 8, 321)
    assert once == pytest.approx(special.expit(t), rel=1e-14)
    t, again = line(figure, "σ(σ(x))")
    assert again == pytest.approx(special.expit(special.expit(t)), rel=1e-14)
    low, high = figure.axes[0].get_lines()[:2]
    assert set(low.get_ydata()) == {0.5}
    assert high.get_ydata() == pytest.approx([special.expit(1)] * 2, rel=1e-14)
    assert all(0 < own <= nearest < 25 for _, own, nearest in gaps(figure))


def test_softmax_of_two_and_one_is_the_sigmoid_of_one():
    """Only the difference counts."""
    share = special.softmax([2.0, 1.0])[0]
    assert share == pytest.approx(special.expit(1), rel=1e-14)


def test_one_unit_says_half_to_all_of_xor():
    """The trained unit has learnt nothing."""
    assert best_unit() == pytest.approx([0.5] * 4, rel=1e-6)


def test_ten_layers_divide_by_a_million():
    """With weights of 1, the slope of ten sigmoids is at most 4⁻¹⁰."""
    value, slope = 0.0, 1.0
    for _ in range(10):
        slope *= sigmoid_prime(value)
        value = special.expit(value)
    assert slope <= 4.0**-10
