"""docs/saturation.md: every claim the page makes, proved."""

import matplotlib.pyplot as plt
import mpmath
import numpy as np
import pytest
from oracle import exact_sigmoid, line, texts

from snippets import saturation as page
from snippets._recorded import SWEEP
from snippets.function import sigmoid
from snippets.implementation import shared

DIGITS = {"float16": 11, "float32": 24, "float64": 53}
LEAST = {"float16": -24, "float32": -149, "float64": -1074}
TOP = {"float16": 65520, "float32": 2**128 - 2**103}
TOP["float64"] = 2**1024 - 2**970


@pytest.fixture(autouse=True)
def closed():
    """Figures are closed after each test."""
    yield
    plt.close("all")


def exact_atlas(name):
    """The real numbers at which each row of the atlas begins."""
    digits, least = DIGITS[name], LEAST[name]
    with mpmath.workdps(60):
        one = digits * mpmath.log(2)
        overflow = mpmath.log(TOP[name])
        # σσ' is normal while e^x + 2 + e^-x stays below 1/smallest normal
        normal = mpmath.acosh(mpmath.mpf(2) ** (-least - digits) - 1)
        return [
            one,
            mpmath.log(mpmath.mpf(2) ** (digits + 1) - 1),
            *[one] * 3,
            normal,
            *[overflow] * 3,
            (1 - least) * mpmath.log(2),
        ]


@pytest.mark.parametrize("name", DIGITS)
def test_each_row_of_the_atlas_is_where_theory_has_it(name):
    """Every entry is the first float beyond the exact number, or the next."""
    table = page.atlas()
    found = table[name]
    assert len(found) == len(table["from x on"]) == 10
    for value, exact in zip(found, exact_atlas(name), strict=True):
        assert value.dtype == name
        # 1 - s may be subnormal a few floats sooner or later
        assert abs(float(value) - exact) <= 4 * float(np.spacing(value))


@pytest.mark.parametrize("name", DIGITS)
def test_the_first_rows_are_exact(name):
    """1 float before, the sigmoid is below 1; nearest rounding likewise."""
    kind, zero = np.dtype(name).type, np.dtype(name).type(0)
    one = page.beginning_of_one(name)
    assert one == page.atlas()[name][0]
    assert sigmoid(one) == 1 > sigmoid(np.nextafter(one, zero))
    nearest = page.nearest_one(name)
    with mpmath.workdps(60):
        half = mpmath.mpf(2) ** -(DIGITS[name] + 1)
        assert 1 - exact_sigmoid(nearest) <= half
        assert 1 - exact_sigmoid(np.nextafter(nearest, zero)) > half
    assert isinstance(nearest, kind) and nearest > one


@pytest.mark.parametrize("name", DIGITS)
def test_the_borders_by_formula(name):
    """p ln 2, ln(2^(p+1) - 1), and the logarithm of half the smallest."""
    with mpmath.workdps(60):
        one, nearest = exact_atlas(name)[:2]
        zero = -exact_atlas(name)[-1]
        for found, exact in [
            (page.rounding_to_one(name), one),
            (page.perfect_rounding_to_one(name), nearest),
            (page.rounding_to_zero(name), zero),
        ]:
            assert abs(found / exact - 1) < 1e-15
        assert abs(nearest - one - mpmath.log(2)) < 1e-3


def test_bfloat16_is_a_float32_cut_short():
    """There are 255·128 - 1 positive finite ones; the digits are 8."""
    x = page.every_bfloat16()
    assert x.size == 255 * 128 - 1 and np.all(np.diff(x) > 0)
    assert x.dtype == np.float32 and not np.any(x.view(np.uint32) % 2**16)
    normal = x[x >= np.finfo(np.float32).tiny].astype(float)
    assert np.array_equal(page.bfloat16(normal), normal)
    ties = page.bfloat16((normal[:-1] + normal[1:]) / 2)
    assert np.all(
        ties == np.where(np.arange(ties.size) % 2, normal[1:], normal[:-1])
    )


def test_where_a_bfloat16_becomes_1():
    """At 6.25 rounded once, at 5.5625 by steps, and not one float before."""
    with mpmath.workdps(60):
        one, nearest = 8 * mpmath.log(2), mpmath.log(2**9 - 1)
        for border, found, rule in [
            (one, page.bfloat16_one_by_steps(), "rounding_to_one"),
            (nearest, page.bfloat16_one(), "perfect_rounding_to_one"),
        ]:
            before = (found.view(np.uint32) - 2**16).view(np.float32)
            assert before < border < found
            assert abs(getattr(page, rule)("bfloat16") / border - 1) < 1e-15
        x = page.bfloat16_one()
        before = (x.view(np.uint32) - 2**16).view(np.float32)
        assert 1 - exact_sigmoid(x) < mpmath.mpf(2) ** -9
        assert 1 - exact_sigmoid(before) > mpmath.mpf(2) ** -9


def test_between_the_two_borders_1_is_off_by_less_than_an_ulp():
    """An ulp of a number just below 1."""
    for name, digits in DIGITS.items():
        with mpmath.workdps(60):
            gap = 1 - exact_sigmoid(page.beginning_of_one(name))
            assert gap * 2**digits <= 1


def test_the_formats_are_what_numpy_says():
    """Binary digits and the smallest float of each."""
    for name, (digits, least) in page.FORMATS.items():
        info = np.finfo(name)
        assert digits == info.nmant + 1 == DIGITS[name]
        assert 2.0**least == info.smallest_subnormal


def test_beginning_finds_the_first_float():
    """The float after 2 is the first that exceeds 2."""
    for name in DIGITS:
        found = page.beginning(lambda x: x > 2, name)
        assert found == np.nextafter(np.dtype(name).type(2), 3)


def outputs():
    """The sigmoid of each finite float16, by mpmath, rounded once."""
    x = np.arange(1 << 16).astype(np.uint16).view(np.float16)
    x = np.sort(x[np.isfinite(x)])
    small = np.abs(x) < 20
    with np.errstate(under="ignore"):
        value = (x > 0).astype(np.float16)
        value[small] = [
            np.float16(float(exact_sigmoid(point))) for point in x[small]
        ]
    return x, value


def test_the_census():
    """0, 1/2 and 1 take more than half of all inputs; 5620 outputs remain."""
    x, value = outputs()
    table = page.census()
    counts = [np.count_nonzero(value == goal) for goal in (0, 0.5, 1)]
    assert table["inputs"][:3] == counts == [12202, 9218, 13271]
    assert sum(table["inputs"][:4]) == table["inputs"][4] == x.size
    assert table["share"] == [count / x.size for count in table["inputs"]]
    assert page.finite() == x.size == 63488
    assert page.distinct() == len(set(value.tolist())) == 5620
    assert page.left_outputs() == len(set(value[x < 0].tolist()))
    halves = np.arange(0x3800, 0x3C01).astype(np.uint16).view(np.float16)
    assert sorted(set(value[x > 0].tolist())) == halves.tolist()
    assert page.right_outputs() == halves.size == 1025
    assert np.all(np.diff(value.astype(float)) >= 0)
    inner = np.count_nonzero(np.abs(x) <= 1) / x.size
    assert 0.45 < inner < 0.55


def test_the_sharing_is_drawn():
    """Each output with the number of its inputs; three are marked."""
    _, value = outputs()
    output, inputs = np.unique(value, return_counts=True)
    figure = page.sharing()
    x, y = line(figure, "outputs")
    assert np.array_equal(x, output)
    assert np.abs(y - inputs).max() <= 1  # a tie, decided otherwise
    assert texts(figure) == ["12,202 inputs", "9,218 inputs", "13,271 inputs"]
    marks = figure.axes[0].get_lines()[1:]
    assert [mark.get_xdata()[0] for mark in marks] == [0, 0.5, 1]
    assert [mark.get_ydata()[0] for mark in marks] == [12202, 9218, 13271]
    alone = inputs[output < 0.25] == 1
    assert alone.mean() > 0.9 and figure.axes[0].get_yscale() == "log"


def test_the_last_steps_are_drawn():
    """Rounded once, every output occurs; the two lines use every other."""
    figure = page.plateaus()
    x, once = line(figure, "rounded once")
    assert (x[0], x[-1]) == (6, 9) and np.all(np.diff(x) > 0)
    exact = [np.float16(float(exact_sigmoid(point))) for point in x]
    assert np.array_equal(once, exact)
    _, two = line(figure, "two lines")
    assert np.array_equal(two, sigmoid(x))
    gap = np.float16(2.0**-11)
    assert set(np.diff(sorted(set(once.tolist())))) == {gap}
    assert set(np.diff(sorted(set(two.tolist())))) == {2 * gap}
    t, curve = line(figure, "σ(x)")
    assert curve == pytest.approx(1 / (1 + np.exp(-t)), rel=1e-15)
    assert texts(figure) == ["rounded once", "two lines"]


def test_the_shares_of_all_float32():
    """They are the sweep's; its 0s lie beyond 150 ln 2, its 1s beyond 25."""
    for kind in "zeros", "halves", "ones":
        assert shared(kind) == SWEEP["fast_sigmoid"][kind] / 2**32
    infinite = 0x7F800000
    right = np.float32(25 * np.log(2)).view(np.int32)
    left = np.float32(150 * np.log(2)).view(np.int32)
    assert abs(SWEEP["fast_sigmoid"]["ones"] - (infinite - right)) <= 2
    assert abs(SWEEP["fast_sigmoid"]["zeros"] - (infinite - left)) <= 2
