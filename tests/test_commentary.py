"""docs/commentary.md: every claim the page makes, proved."""

from fractions import Fraction

import numpy as np
import pytest
from oracle import exact_sigmoid, gaps, line, texts
from scipy.special import expit
from scipy.stats import logistic

from snippets import commentary as page


def test_the_plot():
    """The curves are expit and the density; 0 and the peak are among them."""
    figure = page.plot()
    (axes,) = figure.axes
    x, value = line(figure, "σ(x)")
    assert value == pytest.approx(expit(x), rel=1e-14)
    assert (x[0], x[-1]) == (-6, 6) == axes.get_xlim() and 0 in x
    x, slope = line(figure, "σ′(x)")
    assert slope == pytest.approx(logistic.pdf(x), rel=1e-13)
    assert slope.max() == 0.25
    assert axes.spines["left"].get_position() == "zero"
    visible = [side for side in axes.spines if axes.spines[side].get_visible()]
    assert sorted(visible) == ["bottom", "left"]
    assert list(axes.get_yticks()) == [0.5, 1]
    assert texts(figure) == ["σ(x)", "σ′(x)"]
    name, spot = axes.yaxis.label.get_window_extent(), axes.get_window_extent()
    assert -0.1 < (name.x1 - spot.x0) / spot.width < 0
    assert abs(name.y0 + name.y1 - spot.y0 - spot.y1) < spot.height / 50
    for label, own, nearest in gaps(figure):
        assert 1 < own < 25 and nearest > 1, label


def test_how_close_linspace_comes_to_0():
    """An even number of points straddles 0, an odd one hits it."""
    assert page.step(100) == float(Fraction(20, 99))
    assert page.gap(100) == pytest.approx(10 / 99, rel=1e-14)
    assert page.step(101) == float(Fraction(1, 5)) and page.gap(101) == 0
    s = exact_sigmoid(10 / 99)
    assert page.peak(100) == pytest.approx(float(s * (1 - s)), rel=1e-12)
    assert page.peak(101) == 0.25


def test_arange_leaves_out_the_end_and_misses_0():
    """1200 points, the last near 5.99, the middle one not quite at 0."""
    points = [-6 + Fraction(i, 100) for i in range(2000)]
    inside = [point for point in points if point < 6]
    assert page.arange_count() == len(inside) == 1200
    assert page.arange_last() == pytest.approx(float(inside[-1]), rel=1e-12)
    assert page.arange_last() == -6 + 1199 * (-5.99 - -6)
    found = np.arange(-6, 6, 0.01)
    assert 0 not in found and page.arange_gap() == min(abs(found))
    assert 1e-14 < page.arange_gap() < 1e-12


def test_each_fault_does_what_the_table_says():
    """Five cannot be read, four stop, and one runs."""
    table = page.faults()
    assert table["what happens"] == [
        "SyntaxError",
        "IndentationError",
        "SyntaxError",
        "SyntaxError",
        "SyntaxError",
        "NameError",
        "ValueError",
        "AttributeError",
        "IndexError",
        "it runs",
    ]
    assert len(table["fault"]) == len(table["write"]) == 10
    for code in page.FAULTS.values():
        if not code.startswith((" ", "set_", "color")):
            assert page.outcome(code) == "it runs", code
    assert page.outcome("ax.spines['left'].set_position('center')") == (
        "it runs"
    )
    assert page.outcome("ax.plot(x, y, color='#9621E2')") == "it runs"
    assert page.outcome("def f(x):\n    return x") == "it runs"
    for fault in table["fault"]:
        assert "\n" not in fault


def test_a_text_counts_as_true():
    """frameon='false' draws the frame, frameon=False does not."""
    assert page.framed("false") is True and bool("false")
    assert page.framed(True) is True and page.framed(False) is False
