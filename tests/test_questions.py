"""docs/questions.md: every claim the page makes, proved."""

import math

import numpy as np
import pytest
from oracle import gaps, line
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
    assert cross_entropy(1, 1) == pytest.approx(least, rel=1e-14)


def test_both_are_drawn():
    """The two curves, and where the second stays (grey)."""
    figure = page.twice()
    t, once = line(figure, "σ(x)")
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
