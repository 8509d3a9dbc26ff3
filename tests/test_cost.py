"""docs/cost.md: every claim the page makes, proved, or as recorded."""

import numpy as np
import pytest
from oracle import line, texts
from scipy.special import expit, ndtr

from snippets import cost as page
from snippets._recorded import COST

EXACT = {
    "a copy": lambda x: x,
    "ReLU": lambda x: np.where(x > 0, x, 0),
    "eˣ": lambda x: 1 / np.exp(-x),
    "tanh": lambda x: np.sinh(x) / np.cosh(x),
    "σ": expit,
    "σ, SciPy": lambda x: 1 / (1 + np.exp(-x)),
    "GELU by σ": lambda x: x * expit(1.702 * x),
    "GELU by Φ": lambda x: x * ndtr(x),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", page.UNITS)
def test_what_was_measured_is_what_it_is_called(name, dtype):
    """Each function, alone and by chunks, against another formula."""
    x = np.linspace(-5, 5, 40_000, dtype=dtype)
    exact = EXACT[name](x.astype(float))
    whole, parts = np.zeros_like(x), np.zeros_like(x)
    page.UNITS[name](x, whole)
    page.chunked(page.UNITS[name], x, parts)
    for found in whole, parts:
        error = np.abs(found - exact) / np.finfo(dtype).eps
        assert np.all(error <= 16 * np.abs(exact))


def test_the_sigmoid_overflows_where_it_says():
    """Right above the limits; there and below it warns."""
    for dtype, end in ("float32", 88), ("float64", 709):
        x = np.array([-end], dtype)
        with np.errstate(over="raise"):
            page.by_exp(x, x)
        assert x[0] > 0
        with pytest.warns(RuntimeWarning, match="overflow"):
            page.by_exp(np.array([-end - 1], dtype), x)
    for dtype, end in ("float32", 52), ("float64", 416):
        x = np.array([-end], dtype)
        with np.errstate(over="raise"):
            page.quick_gelu(x, np.zeros_like(x))
        with pytest.warns(RuntimeWarning, match="overflow"):
            page.quick_gelu(np.array([-end - 1.5], dtype), x)


def test_the_layer_is_a_dense_layer():
    """Each output is a weighted sum and a bias."""
    rng = np.random.default_rng(0)
    x, weights, biases = (rng.normal(size=n) for n in ((5, 3), (3, 4), 4))
    out = np.zeros((5, 4))
    page.dense(x, weights, biases, out)
    exact = np.einsum("ei,iu->eu", x, weights) + biases
    assert out == pytest.approx(exact, rel=1e-12)
    assert page.weights(4) == 4 * 4 + 4


def test_the_slope_takes_no_exponential():
    """Made of the sigmoid's values it is the slope."""
    x = np.linspace(-5, 5, 41)
    out = np.zeros_like(x)
    page.slope(expit(x), out)
    assert out == pytest.approx(1 / (2 * np.cosh(x / 2)) ** 2, rel=1e-13)
    assert page.slope_cost() == COST["slope"]
    assert page.slope_cost() < page.cost("σ") / 2


def test_the_table_shows_the_record():
    """Each cell is the time of its function, format and place."""
    table = page.costs()
    assert table["function"] == list(page.UNITS) == list(COST["layer"])
    for dtype in ("float32", "float64"):
        for place in ("cached", "memory"):
            times = [page.cost(unit, place, dtype) for unit in page.UNITS]
            assert table[f"{dtype}, {place.removesuffix('d')}"] == times
            assert times == list(COST[place][dtype].values())


def test_what_the_record_says():
    """The conclusions of the page, as far apart as they are told."""
    cost, ratio = page.cost, page.ratio
    assert ratio("σ", "ReLU") == cost("σ") / cost("ReLU")
    assert 2 < ratio("σ", "ReLU") < 5 > ratio("σ, SciPy", "σ") > 2
    assert cost("ReLU") < cost("eˣ") < cost("σ") / 2
    assert cost("GELU by Φ") > 3 * cost("GELU by σ")
    far = [cost(unit, "memory") for unit in ("ReLU", "tanh", "eˣ")]
    assert max(far) < 1.1 * min(far) and min(far) > 1.2 * cost("eˣ")
    assert all(
        cost(unit, "memory", dtype) > cost(unit, "cached", dtype)
        for unit in page.UNITS
        for dtype in ("float32", "float64")
    )


def test_the_shares():
    """A unit's time over the layer's, and what ReLU would save of it."""
    for place, width in enumerate(COST["widths"]):
        layer = {unit: times[place] for unit, times in COST["layer"].items()}
        whole = COST["dense"][place] + layer["σ"]
        assert page.sums(width) == COST["dense"][place]
        assert page.share("σ", width) == pytest.approx(layer["σ"] / whole)
        saved = (layer["σ"] - layer["ReLU"]) / whole
        assert page.saved(width) == pytest.approx(saved)
    assert page.share("ReLU", 1024) < page.share("σ", 1024) < 0.1
    assert page.share("σ", 16) > 0.4 and page.share("σ", 4096) < 0.03
    assert page.saved(16) > 0.2 and page.saved(256) > 2 * page.saved(1024)


def test_the_shares_are_drawn():
    """In per cent, by the width; the wider the layer, the smaller."""
    figure = page.shares()
    for unit in ("σ", "ReLU", "GELU by Φ"):
        widths, found = line(figure, unit)
        exact = [100 * page.share(unit, width) for width in widths]
        assert list(widths) == COST["widths"] and list(found) == exact
        assert np.all(np.diff(found)[1:] < 0)
    assert texts(figure) == ["GELU by Φ", "σ", "ReLU"]


def test_the_record_tells_where_it_comes_from():
    """Machine, versions and date; the program has a hash."""
    told = page.recorded()
    assert all(COST[key] in told for key in ("machine", "versions", "date"))
    assert page.program_hash() == COST["program"]
