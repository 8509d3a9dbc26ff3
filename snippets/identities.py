"""The sigmoid's relations: odds, logit, equation, tanh, addition, period."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid, x
from snippets.index import inverse

p, y = sympy.symbols("p y", real=True)


class logit(sympy.Function):
    """The logit, the inverse of the sigmoid, as a SymPy function."""

    def _eval_rewrite_as_log(self, p, **options):
        return sympy.log(p / (1 - p))

    def _latex(self, printer):
        return rf"\operatorname{{logit}}({printer.doprint(self.args[0])})"


def odds():
    """The odds of the sigmoid are e^x."""
    return sympy.Eq(sigma(x) / (1 - sigma(x)), sympy.exp(x))


def balanced_form():
    """The sigmoid is the share of e^(x/2) in the sum of e^(x/2), e^(-x/2)."""
    up, down = sympy.exp(x / 2), sympy.exp(-x / 2)
    return sympy.Eq(sigma(x), up / (up + down))


def logit_definition():
    """The logit is the logarithm of the odds."""
    equation = sympy.Eq(logit(p), sympy.log(p / (1 - p)))
    return equation, {p: sympy.Interval.open(0, 1)}


def sigmoid_of_logit():
    """The sigmoid takes the logit back."""
    equation = sympy.Eq(sigma(logit(p)), p)
    return equation, {p: sympy.Interval.open(0, 1)}


def logit_of_sigmoid():
    """The logit takes the sigmoid back."""
    return sympy.Eq(logit(sigma(x)), x)


def logit_symmetry():
    """The logit of 1 - p is minus the logit of p."""
    equation = sympy.Eq(logit(1 - p), -logit(p))
    return equation, {p: sympy.Interval.open(0, 1)}


def probability(odds):
    """The probability that odds of so many to one mean."""
    return odds / (1 + odds)


def rise(share):
    """How far x moves while the sigmoid rises from 1 - share to share."""
    return 2 * inverse(share)


def odds_table():
    """Whole odds, the probability that they mean, and their logarithm x."""
    wins = [1, 2, 3, 9, 19, 99, 999]
    return {
        "odds": [f"{win}:1" for win in wins],
        "probability σ(x)": [probability(win) for win in wins],
        "logit x": [np.log(win) for win in wins],
    }


def solution(start):
    """The y with y′ = y(1 − y) and y(0) = start, found by SymPy.

    start is a number other than 0, a symbol, or the text of one.
    """
    y = sympy.Function("y")
    equation = sympy.Eq(y(x).diff(x), y(x) * (1 - y(x)))
    begin = {y(0): sympy.sympify(start)}
    return sympy.dsolve(equation, y(x), ics=begin)


def moved_solution():
    """The solution that starts at p is the sigmoid, moved by the logit."""
    left = sympy.together(solution(p).rhs)
    equation = sympy.Eq(left, sigma(x + logit(p)))
    return equation, {p: sympy.Interval.open(0, 1)}


def tanh_from_sigmoid():
    """The hyperbolic tangent is a stretched and moved sigmoid."""
    right = sympy.Add(2 * sigma(2 * x), -1, evaluate=False)
    return sympy.Eq(sympy.tanh(x), right)


def tanh_slope():
    """The slope of tanh is four times a slope of the sigmoid."""
    return sympy.Eq(sympy.Derivative(sympy.tanh(x), x), 4 * sigma_prime(2 * x))


def side_by_side():
    """Limits, value and slope of the sigmoid and of tanh."""
    columns = {"where": ["far left", "at 0", "far right", "slope at 0"]}
    curves = {"σ(x)": 1 / (1 + sympy.exp(-x)), "tanh(x)": sympy.tanh(x)}
    for name, f in curves.items():
        left, right = (sympy.limit(f, x, s * sympy.oo) for s in (-1, 1))
        values = [left, f.subs(x, 0), right, f.diff(x).subs(x, 0)]
        columns[name] = [float(value) for value in values]
    return columns


def addition():
    """The sigmoid of a sum, by the sigmoids of its terms."""
    a, b = sigma(x), sigma(y)
    right = a * b / sympy.Add(a * b, (1 - a) * (1 - b), evaluate=False)
    return sympy.Eq(sigma(x + y), right)


def duplication():
    """The sigmoid of 2x, by the sigmoid of x."""
    a = sigma(x)
    right = a**2 / sympy.Add(a**2, (1 - a) ** 2, evaluate=False)
    return sympy.Eq(sigma(2 * x), right)


def agreement(*probabilities):
    """How likely independent witnesses who agree are right.

    Each alone is right with its probability, between 0 and 1.
    """
    right = np.prod(probabilities)
    wrong = np.prod([1 - p for p in probabilities])
    return right / (right + wrong)


def period():
    """The sigmoid has the period 2πi."""
    return sympy.Eq(sigma(x + 2 * sympy.pi * sympy.I), sigma(x))


def imaginary():
    """On the imaginary axis the sigmoid is a tangent."""
    tangent = 1 + sympy.I * sympy.tan(y / 2)
    right = sympy.Mul(sympy.Rational(1, 2), tangent, evaluate=False)
    equation = sympy.Eq(sigma(sympy.I * y), right)
    return equation, {y: sympy.Interval.open(-sympy.pi, sympy.pi)}


def shares():
    """The sigmoid at x and at -x, together bars of length 1."""
    t = np.linspace(-5, 5, 201)
    fig, ax = plt.subplots()
    ax.plot(t, sigmoid(t), "C0", lw=1.5, label="σ(x)")
    for point in (-4, -2, 0, 2, 4):
        cut = sigmoid(point)
        ax.plot([point] * 2, [0, cut], "C0", lw=9, solid_capstyle="butt")
        ax.plot([point] * 2, [cut, 1], "C2", lw=9, solid_capstyle="butt")
    for point in (-2, 2):
        below, above = f"σ({point})", f"σ({-point})"
        ax.text(point + 0.25, 0.03, below.replace("-", "−"), color="C0")
        ax.text(
            point - 0.25, 0.92, above.replace("-", "−"), color="C2", ha="right"
        )
    ax.set(xlabel="x", ylabel="share of 1", xlim=(-5, 5), ylim=(0, 1))
    return fig


def odds_curves():
    """The sigmoid, and the odds, which e multiplies in each step."""
    t, dots = np.linspace(-3, 7, 201), np.arange(-3, 8)
    fig, (top, bottom) = plt.subplots(2, sharex=True, figsize=(5.6, 4.6))
    for ax, f in (top, sigmoid), (bottom, np.exp):
        ax.plot(t, f(t), "C0")
        ax.plot(dots, f(dots), "C0o", ms=5)
    for start in (0, 4):
        low, high = sigmoid(start), sigmoid(start + 1)
        _step(top, start, low, high, f"+ {high - low:.3f}")
        low, high = np.exp(start), np.exp(start + 1)
        _step(bottom, start, low, high, f"× {high / low:.3f}")
    top.set(xlabel="x", ylabel="probability σ(x)", ylim=(0, 1.05))
    bottom.set(xlabel="x", ylabel="odds", yscale="log", xlim=(-3, 7))
    bottom.minorticks_off()
    bottom.set_yticks(
        [0.1, 1, 10, 100, 1000], ["1:10", "1:1", "10:1", "100:1", "1000:1"]
    )
    return fig


def _step(ax, start, low, high, text):
    end = start + 1
    ax.plot([start, end, end], [low, low, high], "black", lw=1.2)
    ax.annotate(text, (end, low), (4, -11), textcoords="offset points")


def slope_field():
    """The slopes y(1 − y), and five curves that follow them."""
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.grid(False)
    ax.plot(*_field(), "gray", lw=0.8)
    for level in (0, 1):
        ax.axhline(level, color="black", lw=1)
    t = np.linspace(-6, 6, 201)
    for start in (-3, 3):
        ax.plot(t, sigmoid(t - start), "C2", label=f"σ(x{-start:+})")
    below, above = np.linspace(-0.4, -0.002), np.linspace(1.002, 1.4)
    ax.plot(np.log(below / (below - 1)), below, "C3", label="below 0")
    ax.plot(np.log(above / (above - 1)), above, "C3", label="above 1")
    ax.plot(t, sigmoid(t), "C0", lw=2.5, label="σ(x)")
    ax.plot(0, sigmoid(0), "C0o")
    ax.set(xlabel="x", ylabel="y", xlim=(-6, 6), ylim=(-0.4, 1.4))
    return fig


def _field():
    y, place = np.meshgrid(np.arange(-0.3, 1.4, 0.2), np.arange(-5.6, 6, 0.7))
    # A unit of y is drawn four times as long as a unit of x.
    turn = np.arctan(4 * y * (1 - y))
    across, up, gap = 0.2 * np.cos(turn), 0.05 * np.sin(turn), np.nan * turn
    return (
        np.ravel([place - across, place + across, gap], "F"),
        np.ravel([y - up, y + up, gap], "F"),
    )


def anatomy():
    """The general logistic curve, and what L, k and x₀ measure in it."""
    t = np.linspace(-6, 6, 201)
    fig, ax = plt.subplots()
    ax.plot([-2, 2], [0, 1], "gray", lw=1.5)
    ax.plot(t, sigmoid(t), "C0", label="L·σ(k(x − x₀))")
    ax.plot(0, sigmoid(0), "C0o")
    arrow = {"arrowstyle": "<->", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (-2, 1), (2, 1), arrowprops=arrow)
    ax.annotate("", (5, 0), (5, 1), arrowprops=arrow)
    ax.text(0, 1.03, "4/k", ha="center")
    ax.text(4.8, 0.5, "L", ha="right", va="center")
    ax.set(xlabel="x", ylabel="L·σ(k(x − x₀))", xlim=(-6, 6), ylim=(0, 1.15))
    ax.set_xticks([-2, 0, 2], ["x₀ − 2/k", "x₀", "x₀ + 2/k"])
    ax.set_yticks([0, 0.5, 1], ["0", "L/2", "L"])
    return fig


def tangents():
    """The sigmoid, tanh, and their tangents at 0."""
    t = np.linspace(-4, 4, 201)
    fig, ax = plt.subplots(figsize=(5.6, 3.4))
    ax.plot([-2, 2], [0, 1], "gray", lw=1)
    ax.plot([-1, 1], [-1, 1], "gray", lw=1)
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(t, np.tanh(t), "C2", label="tanh(x)")
    ax.text(-3.9, 0.1, "σ(x)", color="C0")
    ax.text(-3.9, -0.93, "tanh(x)", color="C2")
    ax.text(-2, -0.05, "slope ¼", color="gray", ha="center", va="top")
    ax.text(-0.75, -0.93, "slope 1", color="gray")
    ax.set(xlabel="x", ylabel="σ(x) and tanh(x)", xlim=(-4, 4))
    return fig


def square(p, q):
    """What two witnesses can say, and how far to trust them if they agree.

    They are right with the probabilities p and q, independently.
    """
    right, wrong = p * q, (1 - p) * (1 - q)
    share = agreement(p, q)
    fig, (ax, bar) = plt.subplots(
        1, 2, figsize=(5.6, 3.4), width_ratios=[3, 1]
    )
    _area(ax, (0, 0), p, q, "C0")
    _area(ax, (p, q), 1 - p, 1 - q, "C2")
    _area(bar, (0, 0), 1, share, "C0")
    _area(bar, (0, share), 1, 1 - share, "C2")
    middle = {"ha": "center", "va": "center"}
    far = (1 + p) / 2, (1 + q) / 2
    ax.text(p / 2, q / 2, f"both right\n{right:.2f}", **middle)
    ax.text(*far, f"both\nwrong\n{wrong:.2f}", **middle)
    ax.text(p / 2, far[1], "they disagree", color="gray", **middle)
    ax.text(
        far[0], q / 2, "they disagree", rotation=90, color="gray", **middle
    )
    bar.text(0.5, share / 2, f"{share:.3f}", **middle)
    ax.set(xlabel="first witness", ylabel="second witness")
    ax.set_xticks([0, p, 1], ["0", f"{p:g}", "1"])
    ax.set_yticks([0, q, 1], ["0", f"{q:g}", "1"])
    bar.set(xlabel="if they agree", ylabel="share", xticks=[], yticks=[0, 1])
    for each in ax, bar:
        each.grid(False)
        each.set(xlim=(0, 1), ylim=(0, 1))
    return fig


def _area(ax, corner, width, height, color):
    area = plt.Rectangle(corner, width, height, color=color, alpha=0.3, lw=0)
    ax.add_patch(area)


def strips():
    """Lines of equal |σ(z)| in the complex plane, and its poles."""
    real, imaginary = np.meshgrid(
        np.linspace(-4, 4, 65), np.linspace(-11, 11, 221)
    )
    size = 1 / np.abs(1 + np.exp(-real - 1j * imaginary))
    poles = np.pi * np.array([-3, -1, 1, 3])
    fig, ax = plt.subplots(figsize=(5.6, 4))
    ax.contour(
        *(real, imaginary, size, [0.05, 0.2, 0.5, 1, 2]),
        colors="C0",
        linewidths=1,
    )
    ax.plot([-4, 4], [0, 0], "black", lw=2.5)
    ax.plot(0 * poles, poles, "kx", ms=8)
    arrow = {"arrowstyle": "<->", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (-2.4, -np.pi), (-2.4, np.pi), arrowprops=arrow)
    ax.text(-2.3, 1.2, "2π")
    ax.set(xlabel="real part of z", ylabel="imaginary part of z")
    ax.set_yticks([*poles, 0], ["−3π", "−π", "π", "3π", "0"])
    return fig
