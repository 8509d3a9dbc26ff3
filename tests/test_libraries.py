"""docs/libraries.md: every claim the page makes, proved."""

import importlib
import math
import re
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import exact_sigmoid, ulps
from scipy.special import logit
from scipy.stats import logistic

from snippets import libraries as page
from snippets.function import sigmoid
from snippets.implementation import both_branches, limit, naive

ROOT = Path(__file__).parents[1]


@given(st.floats(-745.1, 800))
def test_the_scalar_sigmoid(x):
    """Python's math gives it to 4 ulps, without an error for any float."""
    assert ulps(page.scalar_sigmoid(x), exact_sigmoid(x)) <= 4
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


def right_slope(x):
    """The slope of the sigmoid to 60 digits, at a float32."""
    with mpmath.workdps(60):
        return float(exact_sigmoid(x) * exact_sigmoid(-x))


@pytest.mark.parametrize("f", [naive, both_branches, sigmoid])
@pytest.mark.parametrize("x", [-40.0, -3.5, -0.25, 0.25, 2.0, 40.0])
def test_automatic_slopes_are_right_elsewhere(f, x):
    """Where no program overflows or bends, all of them find the slope."""
    found = page.automatic_slope(f, x)
    assert found == pytest.approx(right_slope(x), rel=1e-6)


def test_automatic_slopes_where_they_fail():
    """0 at the corner; nan where 0 meets ∞, on the sides that the page names.

    PyTorch 2.14 finds the same twelve numbers.
    """
    table = page.automatic_slopes()
    rows = {row[0]: row[1:] for row in zip(*table.values(), strict=True)}
    assert list(table) == ["program", "at 0", "at −60", "at −89", "at 89"]
    right = [right_slope(x) for x in (0, -60, -89, 89)]
    assert rows["σ′"] == pytest.approx(right, rel=1e-12)
    wrong = {
        "1/(1 + e⁻ˣ)": {1: 0, 2: math.nan},
        "where, both branches": {2: math.nan, 3: math.nan},
        "the two lines": {0: 0},
    }
    for name, misses in wrong.items():
        wanted = [misses.get(i, value) for i, value in enumerate(right)]
        assert rows[name] == pytest.approx(wanted, rel=1e-5, nan_ok=True)


def test_the_naive_slope_is_nan_where_the_formula_is_0():
    """From the float32 at which e⁻ˣ overflows on, and not before."""
    edge = limit(naive, 0, -200, "float32")
    assert math.isnan(page.automatic_slope(naive, edge))
    before = np.nextafter(edge, np.float32(0))
    assert page.automatic_slope(naive, before) == 0
    assert naive(np.float64(edge)) > 0


def test_a_model_that_starts_at_zero_stays_there():
    """Its gradient is a product with the slope at 0, which is exactly 0."""
    assert page.automatic_slope(sigmoid, 0) == 0
    assert page.automatic_slope(naive, 0) == 1 / 4


def exact():
    """{name: value} to 30 digits of what the calls compute."""
    with mpmath.workdps(30):
        two, nine, e = mpmath.mpf(2), mpmath.mpf("0.9"), mpmath.exp
        sigma = 1 / (1 + e(-two))
        losses = -mpmath.log(nine) - mpmath.log(mpmath.mpf("0.8"))
        return {
            "σ": sigma,
            "σ(−x)": e(-two) / (1 + e(-two)),
            "σ′": e(-two) / (1 + e(-two)) ** 2,
            "ln σ": mpmath.log(sigma),
            "logit": mpmath.log(9),
            "softplus": mpmath.log(1 + e(two)),
            "tanh": (e(4) - 1) / (e(4) + 1),
            "softmax": e(two) / (e(two) + 1),
            "Φ": mpmath.ncdf(two),
            "probit": mpmath.sqrt(2) * mpmath.erfinv(2 * nine - 1),
            "SiLU": two * sigma,
            "GELU": two * mpmath.ncdf(two),
            "log-loss": losses / 2,
        }


def test_each_call_gives_what_its_name_means():
    """To 14 digits; and the text of a call is what was run."""
    table, wanted = page.calls(), exact()
    assert set(table["name"]) == set(wanted)
    for name, text, value in zip(*table.values(), strict=True):
        assert value == pytest.approx(float(wanted[name]), rel=1e-14)
        names = re.findall(r"\b((?:scipy|sklearn)\.\w+|numpy)\.", text)
        for module in names:
            importlib.import_module(module)
        tops = {name.split(".")[0] for name in names}
        modules = {top: importlib.import_module(top) for top in tops}
        assert np.ravel(eval(text, modules))[0] == value


def test_what_is_said_not_to_be_run_is_not_installed():
    """Neither pyproject.toml nor the snippets know these libraries."""
    said = (ROOT / "pyproject.toml").read_text("utf-8")
    for path in (ROOT / "snippets").glob("*.py"):
        said += path.read_text("utf-8")
    for library in "torch", "jax", "tensorflow", "keras":
        assert not re.search(rf"import {library}|\"{library}", said)


def test_no_name_of_a_call_is_listed_twice():
    """Each cell of the table names other calls."""
    text = (ROOT / "docs" / "libraries.md").read_text("utf-8")
    _, _, here = text.partition("{#elsewhere}")
    calls = re.findall(r"`((?:torch|jax|tf|keras)\.[\w.]+)", here)
    assert len(calls) > 25
    rows = [row for row in here.split("\n") if row.startswith("|")]
    named = re.findall(r"`((?:torch|jax|tf|keras)\.[\w.]+)", "\n".join(rows))
    assert len(named) == len(set(named))
