"""What the tests measure by: published digits, ulps, and gaps in figures."""

import csv
import math
from pathlib import Path

import mpmath
import numpy as np
from matplotlib.colors import to_hex

DATA = Path(__file__).with_name("data")


def reference():
    """Rows (x, sigmoid, complement, derivative) to 25 digits, as text."""
    lines = (DATA / "reference_values.csv").read_text().splitlines()
    return list(csv.reader(lines[2:]))


def ulps(value, exact):
    """By how many units in its last place value misses exact: text or mpf.

    The unit is the smallest step between floats of value's type at exact.
    """
    with mpmath.workdps(60):
        unit = np.spacing(np.abs(type(value)(float(exact))))
        return float(abs(mpmath.mpf(float(value)) - mpmath.mpf(exact)) / unit)


def exact_sigmoid(x):
    """The sigmoid of a float to 60 digits."""
    with mpmath.workdps(60):
        return 1 / (1 + mpmath.exp(-mpmath.mpf(float(x))))


def relation_and_domain(formula):
    """The relation of a formula, and the sets that it gives its symbols."""
    made = formula()
    return made if isinstance(made, tuple) else (made, {})


def line(figure, label):
    """The x and y data of the curve that bears a label."""
    axes = figure.axes[0]
    (found,) = [a for a in axes.get_lines() if a.get_label() == label]
    return found.get_xdata(), found.get_ydata()


def texts(figure):
    """The texts written into a figure."""
    return [text.get_text() for text in figure.axes[0].texts]


def gaps(figure):
    """In points: (text, to the curve of its colour, to the nearest curve)."""
    figure.canvas.draw()
    scale = 72 / figure.dpi
    curves = [
        (
            to_hex(curve.get_color()),
            curve.get_transform().transform(curve.get_xydata()),
        )
        for curve in figure.axes[0].get_lines()
        if len(curve.get_xdata()) > 50
    ]
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        apart = [(c, scale * _distance(box, points)) for c, points in curves]
        own = [gap for c, gap in apart if c == to_hex(text.get_color())]
        nearest = min(gap for _, gap in apart)
        yield text.get_text(), min(own, default=math.inf), nearest


def _distance(box, points):
    x, y = points.T
    dx = np.maximum(np.maximum(box.x0 - x, x - box.x1), 0)
    dy = np.maximum(np.maximum(box.y0 - y, y - box.y1), 0)
    return np.hypot(dx, dy).min()
