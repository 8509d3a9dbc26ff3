"""docs/squeezing.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
from oracle import exact_sigmoid, line
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import spearmanr
from threadpoolctl import threadpool_limits

from snippets import squeezing as page
from snippets.exploding import critical
from snippets.function import step

SEEDS = range(5)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Matrices as small as these are slower on two."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_decisions_survive(seed):
    """Ranks are equal, and σ(x) > ½ exactly where x > 0."""
    assert page.same_order(seed)
    x = np.random.default_rng(seed).normal(0, 4, 1000)
    assert spearmanr(x, page.sigmoid(x)).statistic == pytest.approx(1, 1e-12)
    assert np.array_equal(page.sigmoid(x) > 1 / 2, x > 0)


def test_distances_shrink():
    """A step at 8 is a thousandth of a step at 0."""
    for start in (0, 8):
        exact = exact_sigmoid(start + 1) - exact_sigmoid(start)
        assert step(start) == pytest.approx(float(exact), rel=1e-11)
    assert step(8) * 1000 < step(0)


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_digits_are_lost_on_the_right_only(name):
    """All are left of -1; on the right e^x ulps of them go."""
    eps = float(np.finfo(name).eps)
    whole = -np.log10(eps / 2)
    left = page.kept(np.linspace(-40, -2, 77), name)
    assert np.all(left > whole - 0.8)
    for x in (4.0, 8.0, 12.0):
        wanted = -np.log10(eps / 2 * np.exp(x) / x)
        near = page.kept(np.linspace(x - 0.5, x + 0.5, 101), name)
        assert abs(np.median(near) - wanted) < 0.7
    assert page.kept(40, name) == 0
    figure = page.round_trips()
    x, found = line(figure, name)
    assert np.array_equal(found, page.kept(x, name)) and np.all(x != 0)


def test_some_digits_by_mpmath():
    """The exact logit of the float that σ(x) is."""
    for x in (20.0, 36.0):
        with mpmath.workdps(40):
            share = mpmath.mpf(float(page.sigmoid(x)))
            back = mpmath.log(share / (1 - share))
            digits = -mpmath.log10(abs(back / x - 1))
        assert page.kept(x) == pytest.approx(float(digits), abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_move_together(seed):
    """All with σ; with σ − ½ as often as 8 coins fall alike, 2⁻⁷."""
    assert page.same_signs(0, seed=seed) == 1
    found = page.same_signs(1 / 2, seed=seed)
    assert found == pytest.approx(2**-7, abs=0.004) and found > 0.004
    few = page.same_signs(1 / 2, 2, seed)
    assert few == pytest.approx(1 / 2, rel=0.05)


def test_condition_numbers():
    """Those of the exact second moments, by eigenvalues."""

    def density(z):
        return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    second = quad(lambda z: expit(z) ** 2 * density(z), -12, 12)[0]
    spread = second - 1 / 4
    table = page.conditions()
    for place, count in enumerate(table["inputs"][:3]):
        for unit, mean in ("σ", 1 / 2), ("σ − ½", 0):
            moments = np.full((count, count), mean**2) + spread * np.eye(count)
            exact = np.linalg.cond(moments)
            assert table[unit][place] == pytest.approx(exact, rel=1e-8)
    assert page.condition(64) == table["σ"][1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_zigzag(seed):
    """With σ both weights move one way; each step meets its example."""
    for centre in (0, 1 / 2):
        path = page.descent(centre, seed, 20)
        rng = np.random.default_rng(seed)
        for before, after in zip(path[:-1], path[1:], strict=True):
            inputs = expit(rng.normal(size=2)) - centre
            assert after @ inputs == pytest.approx(
                inputs @ [1, -1], rel=1e-6, abs=1e-9
            )
            if centre == 0:
                assert np.prod(after - before) >= 0
    steps = np.diff(page.descent(1 / 2, seed, 20), axis=0)
    assert np.any(np.prod(steps, axis=1) < 0)
    with_mean, centred = page.remaining(0, 20, seed), page.remaining(0.5, 20)
    assert with_mean > 50 * centred > 0
    ends = [page.descent(0, s, 5)[-1] for s in range(200)]
    exact = np.mean(np.linalg.norm(np.array(ends) - [1, -1], axis=1))
    assert page.remaining(0, 5) == pytest.approx(exact)


def test_the_zigzag_is_drawn():
    """Both ways, as they are computed, and the target."""
    figure = page.zigzag()
    for ax, centre in zip(figure.axes, (0, 1 / 2), strict=True):
        way, star = ax.get_lines()
        assert np.array_equal(way.get_xydata(), page.descent(centre))
        assert star.get_xydata().tolist() == [[1, -1]]


def test_a_centre_hardly_matters_in_shallow_networks():
    """Neither unit is always first, and they differ by less than a half."""
    pairs = [
        [page.epochs_until(depth, unit, seed=seed) for unit in ("σ", "σ − ½")]
        for depth in (1, 2)
        for seed in SEEDS
    ]
    gaps = [one - other for one, other in pairs]
    assert min(gaps) < 0 < max(gaps)
    assert all(max(pair) <= 1.5 * min(pair) for pair in pairs)
    table = page.training()
    assert [table["σ"][0], table["σ − ½"][0]] == pairs[0]
    assert [table["σ"][1], table["σ − ½"][1]] == pairs[5]


def test_the_mean_more_than_doubles_the_weights_needed():
    """The border of the theory is beyond 8, and at 4 without the mean."""
    assert critical() > 2 * 4


def test_the_fixed_point():
    """To 15 digits, and each step near it is as short as its slope says."""
    with mpmath.workdps(30):
        exact = mpmath.findroot(lambda x: 1 / (1 + mpmath.exp(-x)) - x, 0.6)
        assert abs(page.fixed_point() / exact - 1) < 1e-15
        factor = 1 / (exact * (1 - exact))
    assert page.approach() == pytest.approx(float(factor), rel=1e-12)
    assert page.approach() > 4


def test_every_start_arrives():
    """Each drawn step is a sigmoid, and six bring all within a thousandth."""
    figure = page.orbits()
    *ways, goal = figure.axes[0].get_lines()
    for way in ways:
        values = way.get_ydata()
        assert values[1:] == pytest.approx(expit(values[:-1]), rel=1e-14)
        assert values[-1] == pytest.approx(page.fixed_point(), rel=1e-3)
    assert len({way.get_ydata()[0] for way in ways}) == 5
    assert goal.get_ydata()[0] == page.fixed_point()
