"""docs/exploding.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
from oracle import exact_sigmoid, line, texts
from scipy.integrate import quad
from scipy.special import expit

from snippets import exploding as page
from snippets._bridge.proof import prove
from snippets.derivative import lipschitz

SEEDS = range(5)


def slope(z):
    """The slope of the sigmoid, by SciPy."""
    return expit(z) * expit(-z)


def mean(function, spread):
    """The mean over a normal distribution, by SciPy."""

    def inner(z):
        weight = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return function(spread * z) * weight

    return quad(inner, -12, 12, epsabs=1e-14, epsrel=1e-12, limit=200)[0]


def test_the_formula_is_proved():
    """x tanh(x/2) = 1 is where x σ′(x) is largest; errors are quartered."""
    assert prove(page.weighted_slope())[0] == "proved"
    assert prove(lipschitz())[0] == "proved"


def test_the_bound():
    """The peak and the bound to 15 digits, and nothing above it."""
    with mpmath.workdps(30):
        top = mpmath.findroot(lambda x: x * mpmath.tanh(x / 2) - 1, 1.5)
        value = exact_sigmoid(top) * exact_sigmoid(-top) * top
        assert abs(page.peak() / top - 1) < 1e-15
        assert abs(page.bound() / value - 1) < 1e-15
    w = np.linspace(-60, 60, 4801)
    for y in (-2, 0.5, 1):
        found = page.pull(w, y)
        assert found == pytest.approx(w * slope(w * y), rel=1e-12)
        assert np.all(np.abs(found) <= page.bound_at(y))
        assert np.abs(found).max() > 0.999 * page.bound_at(y)
        assert page.bound_at(y) == pytest.approx(page.bound() / abs(y))
    assert page.bound_at(0.5) < 1 / 2


def test_the_centred_chain():
    """Its gradient at ½ is (w/4)^n, by finite differences."""
    for weight in (3, 5, 8):
        away = page.departure(weight, 20, 1e-12)
        exact = (weight / 4) ** 20
        assert page.multiplied(weight, 20) == pytest.approx(exact)
        if weight != 3:
            assert away[8] / 1e-12 == pytest.approx((weight / 4) ** 8, 1e-2)
    assert page.multiplied(8, 20) == 2**20
    assert page.multiplied(5, 20) == pytest.approx((5 / 4) ** 20, rel=1e-12)


def test_chains_run_away_until_they_saturate():
    """Below 4 they return to ½; above they end where the slope is below 1."""
    figure = page.departures()
    assert texts(figure) == [f"w = {weight}" for weight in (3, 4, 5, 6, 8)]
    for weight in (3, 4, 5, 6, 8):
        steps, away = line(figure, f"w = {weight}")
        assert list(steps) == list(range(61)) and away[0] == 1e-6
        following = expit(weight * away[:-1]) - 1 / 2
        # What is near ½ has lost digits that no program keeps.
        assert away[1:] == pytest.approx(following, rel=1e-5, abs=2e-16)
        if weight < 4:
            assert away[-1] < 1e-12
        if weight > 4:
            end = page.departure(weight, 500)[-1]
            assert end > 0.3 and weight * slope(weight * end) < 1


@pytest.mark.parametrize("gain", [1, 4, 10, 40])
@pytest.mark.parametrize("bias", [0, 5])
def test_the_theory_by_quadrature(gain, bias):
    """The spread reproduces itself; the growth is the mean squared slope."""
    found = page.spread(gain, bias)
    square = gain**2 * mean(lambda z: expit(z) ** 2, found) + bias**2
    assert found**2 == pytest.approx(square, rel=1e-9)
    rate = gain * np.sqrt(mean(lambda z: slope(z) ** 2, found))
    assert page.growth(gain, bias) == pytest.approx(rate, rel=1e-9)
    assert page.expected(lambda z: z**2, 3) == pytest.approx(9, rel=1e-12)


def test_the_critical_scale():
    """The theory solved anew, from the other side: for s, then g."""

    def excess(s):
        ratio = mean(lambda z: slope(z) ** 2, s)
        return s**2 * ratio - mean(lambda z: expit(z) ** 2, s)

    low, high = 2.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    gain = low / np.sqrt(mean(lambda z: expit(z) ** 2, low))
    assert page.critical() == pytest.approx(gain, rel=1e-8)
    assert page.spread(page.critical()) == pytest.approx(low, rel=1e-8)
    assert page.growth(page.critical()) == pytest.approx(1, rel=1e-9)


def test_most_units_are_saturated_on_the_border():
    """More than half of all normal sums of that spread lie beyond ±4."""
    beyond = mean(lambda z: abs(z) > 4, page.spread(page.critical()))
    assert 0.5 < beyond < 0.6


def test_biases_move_the_border_to_larger_weights():
    """And without its mean the unit's border is at 4."""
    borders = [page.critical(bias) for bias in (0, 2, 8, 16)]
    assert borders == sorted(borders)
    assert page.growth(3.9, centre=1 / 2) == pytest.approx(3.9 / 4, rel=1e-3)
    assert page.growth(4.5, centre=1 / 2) > 1 > page.growth(4.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_follow_the_theory(seed):
    """Within a tenth up to g = 16, and on the right side of the border."""
    for gain in (1, 4, 8):
        exact = page.growth(gain)
        assert page.simulated(gain, 0, seed) == pytest.approx(exact, rel=0.1)
    assert page.simulated(8, 0, seed) < 1 < page.simulated(16, 0, seed)
    assert page.simulated(64, 0, seed) < page.growth(64)


def test_the_simulation_is_backpropagation():
    """A network of two layers, by the matrices of its slopes."""
    rng = np.random.default_rng(3)
    value, product = rng.uniform(size=40), np.eye(40)
    for _ in range(2):
        weights = 5 * rng.normal(size=(40, 40)) / np.sqrt(40)
        z = value @ weights + 2 * rng.normal(size=40)
        value = expit(z)
        product = product @ weights @ np.diag(slope(z))
    error = rng.normal(size=(40, 20))
    factor = np.linalg.norm(product @ error) / np.linalg.norm(error)
    found = page.simulated(5, 2, 3, width=40, depth=2)
    assert found == pytest.approx(np.sqrt(factor), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_phases_are_those_of_the_theory(seed, monkeypatch):
    """But for networks within a twentieth of the border."""
    gains = np.array([4, 8, 16, 32])
    monkeypatch.setattr(page, "grid", lambda: (gains, np.array([0, 8])))
    found = page.trials(seed)
    assert found.shape == (2, 4)
    assert found[1, 2] == page.simulated(16, 8, seed)
    for row, bias in zip(found, (0, 8), strict=True):
        theory = [page.growth(gain, bias) for gain in gains]
        near = np.abs(np.log(theory)) < 0.1
        assert np.array_equal(row[~near] > 1, np.array(theory)[~near] > 1)


def test_the_phases_are_drawn():
    """Each network once, by its phase, and the border of the theory."""
    figure = page.phases()
    gains, biases = page.grid()
    found = page.trials()
    for label, which in ("vanish", found < 1), ("explode", found > 1):
        x, y = line(figure, label)
        up, across = np.nonzero(which)
        assert list(x) == list(gains[across]) and list(y) == list(biases[up])
    assert np.sum(found < 1) + np.sum(found > 1) == 99
    border, heights = line(figure, "theory")
    for place in (0, 4, 8):
        assert page.growth(border[place], heights[place]) == pytest.approx(1)


def test_the_factors_are_drawn():
    """Theory by weight scale, with and without the mean, and networks."""
    figure = page.growths()
    gains, theory = line(figure, "σ")
    assert theory[::10] == pytest.approx(
        [page.growth(gain) for gain in gains[::10]]
    )
    gains, theory = line(figure, "σ − ½")
    exact = [page.growth(gain, centre=1 / 2) for gain in gains[::10]]
    assert theory[::10] == pytest.approx(exact)
    gains, found = line(figure, "networks")
    assert list(found) == [page.simulated(gain) for gain in gains]
    assert texts(figure) == ["σ", "σ − ½"]


def test_the_pulls_are_drawn():
    """For four inputs, with the largest of each."""
    figure = page.pulls()
    for text, y in ("0", 0), ("¼", 1 / 4), ("½", 1 / 2), ("1", 1):
        w, found = line(figure, f"y = {text}")
        assert found == pytest.approx(w * slope(w * y))
    tops = [a for a in figure.axes[0].get_lines() if a.get_marker() == "o"]
    for dot, y in zip(tops, (1 / 4, 1 / 2, 1), strict=True):
        exact = (page.peak() / y, page.bound() / y)
        assert tuple(dot.get_xydata()[0]) == pytest.approx(exact)
    assert texts(figure) == ["y = 0", "y = ¼", "y = ½", "y = 1"]
