"""docs/libraries.md: every claim the page makes, proved."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import exact_sigmoid, ulps
from scipy.special import logit
from scipy.stats import logistic

from snippets import libraries as page
from snippets.function import sigmoid


@given(st.floats(-745.1, 800))
def test_the_scalar_sigmoid(x):
    """Python's math gives it to 2.5 ulps, without an error for any float."""
    assert ulps(page.scalar_sigmoid(x), exact_sigmoid(x)) <= 2.5
    assert type(page.scalar_sigmoid(x)) is float


def test_the_scalar_sigmoid_at_the_ends():
    """The limits at ±inf and beyond; nan stays nan."""
    assert page.scalar_sigmoid(math.inf) == page.scalar_sigmoid(1e308) == 1
    assert page.scalar_sigmoid(-math.inf) == page.scalar_sigmoid(-1e308) == 0
    assert math.isnan(page.scalar_sigmoid(math.nan))
    assert page.scalar_sigmoid(-1) == pytest.approx(float(exact_sigmoid(-1)))


def test_the_definition_raises_where_numpy_warns():
    """math.exp(1000) is an OverflowError; math.exp(1) is none."""
    assert page.overflow(-1000).startswith("OverflowError")
    assert float(page.overflow(-1)) == pytest.approx(
        float(exact_sigmoid(-1)), rel=1e-15
    )


def test_scipy_beside_the_sigmoid():
    """All agree but at -720, where only the sigmoid is not 0."""
    table = page.side_by_side()
    columns = list(table.values())[1:]
    assert table["x"] == ["−800", "−720", "−40", "0", "2", "40"]
    for shown, *values in zip(table["x"], *columns, strict=True):
        x = float(shown.replace("−", "-"))
        exact = exact_sigmoid(x)
        one, cdf, ours, log = values
        assert one == cdf
        if x == -720:
            assert one == 0 and ulps(ours, exact) < 1
        elif x > -720:
            assert ulps(one, exact) < 3 and ulps(ours, exact) < 3
        else:
            assert one == ours == 0 and float(exact) == 0
        assert log == pytest.approx(-np.logaddexp(0, -x), rel=1e-14)


def test_the_logistic_law_of_scipy():
    """Its sf is sigma(-x), its pdf the slope; logit is the inverse."""
    x = np.linspace(-30, 30, 61)
    assert logistic.cdf(x) == pytest.approx(sigmoid(x), rel=1e-14)
    assert logistic.sf(x) == pytest.approx(sigmoid(-x), rel=1e-14)
    slope = sigmoid(x) * sigmoid(-x)
    assert logistic.pdf(x) == pytest.approx(slope, rel=1e-13)
    assert logit(sigmoid(x[x < 0])) == pytest.approx(x[x < 0], rel=1e-14)


def test_the_types_that_come_back():
    """float16 stays one with the sigmoid only."""
    table = page.dtypes()
    rows = {row[0]: row[1:] for row in zip(*table.values(), strict=True)}
    assert rows["float32"] == ("float32",) * 3
    assert rows["float64"] == rows["int64"] == ("float64",) * 3
    assert rows["float16"][2] == "float16" and rows["bool"][2] == "float64"
    for kind in rows["float16"][:2]:
        assert np.dtype(kind).itemsize > 2


def test_the_regression():
    """Its probability is the sigmoid of its score, and rises with x."""
    table = page.regression()
    score, probability = table["decision_function"], table["predict_proba"]
    exact = [float(exact_sigmoid(s)) for s in score]
    assert probability == pytest.approx(exact, rel=1e-14)
    assert table["sigmoid of the score"] == pytest.approx(exact, rel=1e-14)
    assert np.all(np.diff(probability) > 0)
    assert table["x"] == [0.5, 1, 1.5, 2.5, 3, 3.5]
    rise = np.diff(score) / np.diff(table["x"])
    assert rise == pytest.approx(rise[0], rel=1e-12)  # it is a straight line
    # The fit is where the slope of its penalised loss is 0.
    y = np.array([0, 0, 1, 0, 1, 1])
    missed = np.array(probability) - y
    assert abs(missed.sum()) < 1e-3
    assert rise[0] + missed @ np.array(table["x"]) == pytest.approx(
        0, abs=1e-3
    )
