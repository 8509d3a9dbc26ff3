"""docs/index.md: every claim the page makes, proved."""

import numpy as np
import pytest
from oracle import exact_sigmoid, gaps, line, texts
from scipy.special import expit, logit
from scipy.stats import logistic

from snippets import index as page


def test_the_five_numbers():
    """Value and slope at 0, the value at 1, and where 0.9 and 0.99 lie."""
    assert {k: v[0] for k, v in page.numbers().items()} == pytest.approx(
        {
            "σ(0)": 1 / 2,
            "σ′(0)": 1 / 4,
            "σ(1)": float(exact_sigmoid(1)),
            "σ⁻¹(0.9)": np.log(9),
            "σ⁻¹(0.99)": np.log(99),
        },
        rel=1e-14,
    )


def test_the_inverse_is_the_logit():
    """It agrees with SciPy, and the sigmoid takes it back."""
    p = np.array([0.001, 0.25, 0.5, 0.9, 0.999])
    assert page.inverse(p) == pytest.approx(logit(p), rel=1e-13)
    assert expit(page.inverse(p)) == pytest.approx(p, rel=1e-13)


def test_by_symmetry_three_numbers_give_another():
    """σ(−1) = 1 − σ(1), and 1 − p has the inverse of p, turned round."""
    assert page.sigmoid(-1) == pytest.approx(1 - page.sigmoid(1), rel=1e-15)
    assert page.inverse(0.1) == pytest.approx(-page.inverse(0.9), rel=1e-15)
    assert page.inverse(0.01) == pytest.approx(-page.inverse(0.99), rel=1e-15)


def test_the_overview_draws_sigmoid_slope_and_tangent():
    """The tangent at 0 has the slope 1/4, and the labels their curves."""
    figure = page.overview()
    t, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert (t[0], t[-1]) == (-7, 7) == figure.axes[0].get_xlim()
    t, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(t), rel=1e-13)
    assert (t[0], t[-1]) == (-7, 7) and slope.max() == 0.25
    tangent, *_, marks = figure.axes[0].get_lines()
    assert list(tangent.get_xdata()) == [-2, 2]
    assert list(tangent.get_ydata()) == [0, 1]
    assert list(marks.get_xdata()) == [0, 0]
    assert list(marks.get_ydata()) == [0.5, 0.25]
    assert texts(figure) == ["σ(x)", "σ′(x)"]
    for label, own, nearest in gaps(figure):
        assert 1 < own < 15 and nearest > 1, label
