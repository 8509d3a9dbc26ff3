"""docs/sheet.md: every claim the page makes, proved."""

import numpy as np
import pytest

from snippets import sheet as page
from snippets.function import sigmoid


def test_each_limit_is_where_the_result_changes():
    """At a limit the result is 1 or 0, and one float before it is not."""
    table = page.limits()
    assert table["format"] == ["float16", "float32", "float64"]
    columns = list(table.values())[1:]
    for name, *row in zip(table["format"], *columns, strict=True):
        kind = np.dtype(name).type
        assert [type(limit) for limit in row] == [kind] * 3
        for limit, goal, f in zip(row, (1, 0, 0), FUNCTIONS, strict=True):
            before = np.nextafter(limit, kind(0))
            with np.errstate(over="ignore"):
                assert f(limit) == goal != f(before)
                assert f(limit * kind(1.5)) == goal


def naive(x):
    """The definition, written down again."""
    return 1 / (1 + np.exp(-x))


FUNCTIONS = sigmoid, naive, sigmoid


def test_the_limits_are_those_of_the_formats():
    """ln 2 times digits, the largest float's log, that of half the least."""
    one, naive_zero, zero = list(page.limits().values())[1:]
    for i, name in enumerate(["float16", "float32", "float64"]):
        info = np.finfo(name)
        assert one[i] == pytest.approx((info.nmant + 1) * np.log(2), rel=1e-3)
        largest, least = float(info.max), float(info.smallest_subnormal)
        assert naive_zero[i] == pytest.approx(-np.log(largest), rel=1e-3)
        last = np.log(least) - np.log(2)
        assert zero[i] == pytest.approx(last, rel=1e-3)
