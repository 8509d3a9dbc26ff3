"""docs/squeezing.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
from oracle import exact_sigmoid, line
from scipy.special import expit
from scipy.stats import spearmanr

from snippets import squeezing as page
from snippets._recorded import SWEEP
from snippets.function import step

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_decisions_survive(seed):
    """Ranks are equal, and σ(x) > ½ exactly where x > 0."""
    x = np.random.default_rng(seed).normal(0, 4, 1000)
    assert spearmanr(x, page.sigmoid(x)).statistic == pytest.approx(1, 1e-12)
    assert np.array_equal(page.sigmoid(x) > 1 / 2, x > 0)


def test_floats_may_become_equal_or_change_places():
    """At 0 and on the right; and the record of all float32 saw falls."""
    assert page.sigmoid(1e-17) == 1 / 2 and page.sigmoid(40) == 1
    assert SWEEP["sigmoid"]["falls"] > 0 == SWEEP["fast_sigmoid"]["falls"]


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
    assert (x[0], x[-1]) == (-40, 40)


def test_some_digits_by_mpmath():
    """The exact logit of the float that σ(x) is."""
    for x in (20.0, 36.0):
        with mpmath.workdps(40):
            share = mpmath.mpf(float(page.sigmoid(x)))
            back = mpmath.log(share / (1 - share))
            digits = -mpmath.log10(abs(back / x - 1))
        assert page.kept(x) == pytest.approx(float(digits), abs=0.05)


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
    starts = [way.get_ydata()[0] for way in ways]
    assert starts == sorted(set(starts))
    assert list(np.sign(starts)) == [-1, -1, 0, 1, 1]
    assert goal.get_ydata()[0] == page.fixed_point()


def test_what_ten_steps_leave():
    """The image of all numbers, to 30 digits; a fourth or less each."""
    with mpmath.workdps(30):
        low, high = mpmath.mpf(0), mpmath.mpf(1)
        for times in range(1, 11):
            found = page.width(times)
            assert abs(found / (high - low) - 1) < 1e-9
            assert found <= 4.0 ** (1 - times)
            low, high = (1 / (1 + mpmath.exp(-end)) for end in (low, high))
