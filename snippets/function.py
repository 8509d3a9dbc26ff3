"""The sigmoid: its forms, properties and values, and one neuron."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

x = sympy.Symbol("x", real=True)
k, x0, L = sympy.symbols("k x0 L", real=True)


class sigma(sympy.Function):
    """The sigmoid as a SymPy function."""

    def _eval_rewrite_as_exp(self, x, **options):
        return 1 / (1 + sympy.exp(-x))


def sigmoid(x):
    """The sigmoid 1/(1 + e^-x) of a real number or array x.

    The result has the shape of x, and its dtype if that is a float (of
    an array in NumPy 1), else float64. No input overflows; complex x
    raises TypeError. Error: at most 4 ulps if z is right to 1; seen up
    to 2.6 in float64, 3.7 in float32 and 1.8 in float16.
    """
    x = 1.0 * np.asarray(x)
    z = np.exp(-np.fabs(x))
    return np.maximum(z, x >= 0) / (1 + z)


def definition():
    """The sigmoid is the reciprocal of 1 + e^-x."""
    return sympy.Eq(sigma(x), 1 / (1 + sympy.exp(-x)))


def exponential_form():
    """The sigmoid is e^x over 1 + e^x."""
    return sympy.Eq(sigma(x), sympy.exp(x) / (1 + sympy.exp(x)))


def tanh_form():
    """The sigmoid is the hyperbolic tangent, moved and scaled."""
    half = sympy.Rational(1, 2)
    right = sympy.Mul(half, 1 + sympy.tanh(x / 2), evaluate=False)
    return sympy.Eq(sigma(x), right)


def bounds():
    """The sigmoid lies strictly between 0 and 1."""
    return sympy.And(0 < sigma(x), sigma(x) < 1)


def denominator():
    """The denominator of the sigmoid exceeds 1."""
    return sympy.Gt(1 + sympy.exp(-x), 1, evaluate=False)


def increasing():
    """The slope of the sigmoid is positive."""
    return sympy.Derivative(sigma(x), x) > 0


def general():
    """The general logistic curve is the sigmoid, stretched and moved."""
    inner = k * (x - x0)
    right = L / (1 + sympy.exp(-inner))
    return sympy.Eq(L * sigma(inner), right)


def moved_value():
    """L·σ(k(x − x₀)), in whichever form of the sigmoid cannot overflow."""
    t = k * (x - x0)
    right, left = definition().rhs, exponential_form().rhs
    return L * sympy.Piecewise(
        (right.subs(x, t), t >= 0), (left.subs(x, t), True)
    )


def moved_slope():
    """The slope of L·σ(k(x − x₀)), in a form that cannot overflow."""
    t = k * (x - x0)
    slope = sympy.diff(definition().rhs, x)
    return (
        k
        * L
        * sympy.Piecewise(
            (slope.subs(x, t), t >= 0), (slope.subs(x, -t), True)
        )
    )


def symmetry():
    """The sigmoid of -x is 1 minus the sigmoid of x."""
    return sympy.Eq(sigma(-x), 1 - sigma(x))


def step(start):
    """By how much the sigmoid rises from start to start + 1."""
    return sigmoid(start + 1) - sigmoid(start)


def values():
    """The sigmoid at whole numbers from -10 to 10, with its complement."""
    points = [-10, -6, -4, -2, -1, 0, 1, 2, 4, 6, 10]
    return {
        "x": points,
        "σ(x)": [sigmoid(point) for point in points],
        "1 − σ(x)": [sigmoid(-point) for point in points],
    }


def tails(distance):
    """The share of (0, 1) that inputs beyond ±distance are mapped to."""
    return 2 * sigmoid(-distance)


def example():
    """The sigmoid at x = 1 in three steps."""
    power = np.exp(-1.0)
    return {
        "step": ["e⁻ˣ", "1 + e⁻ˣ", "1 / (1 + e⁻ˣ)"],
        "value at x = 1": [power, 1 + power, 1 / (1 + power)],
    }


def truncated(digits):
    """The sigmoid at x = 1 when e^-1 is cut off after so many decimals."""
    scale = 10**digits
    return 1 / (1 + np.floor(np.exp(-1.0) * scale) / scale)


def truncation_error(digits):
    """The relative error of truncated(digits)."""
    return truncated(digits) / sigmoid(1) - 1


def neuron(inputs, weights, bias):
    """The output of one sigmoid neuron: the sigmoid of w·x + b."""
    return sigmoid(np.dot(weights, inputs) + bias)


def preactivation(inputs, weights, bias):
    """The sum w·x + b that a neuron feeds to the sigmoid."""
    return np.dot(weights, inputs) + bias


def curve():
    """The sigmoid from -8 to 8."""
    t = np.linspace(-8, 8, 321)
    marks = np.array([-2, 0, 2])
    fig, ax = plt.subplots()
    ax.axhline(0, color="gray", lw=0.8)
    ax.axhline(1, color="gray", lw=0.8)
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(marks, sigmoid(marks), "C0o")
    for mark in marks:
        text = f"σ({mark}) = {sigmoid(mark):.3g}".replace("-", "−")
        ax.annotate(
            text, (mark, sigmoid(mark)), (8, -4), textcoords="offset points"
        )
    ax.set(xlabel="x", ylabel="σ(x)", xlim=(-8, 8))
    return fig


def explorer():
    """The sigmoid with a point and its tangent, ready to be moved."""
    fig, ax = plt.subplots()
    tangent = np.array([-1, 3])
    t = np.linspace(-8, 8, 241)
    height = sigmoid(1) + (tangent - 1) * sigmoid(1) * sigmoid(-1)
    ax.plot(tangent, height, "gray", lw=1.5, gid="live-tangent")
    ax.plot(t, sigmoid(t), "C0", label="σ(x)", gid="live-value")
    ax.plot(1, sigmoid(1), "C0o", ms=9, gid="live-point")
    ax.set(xlabel="x", ylabel="L·σ(k(x − x₀))", xlim=(-8, 8), ylim=(-0.1, 1.6))
    return {
        "figure": fig,
        "value": moved_value(),
        "slope": moved_slope(),
        "sliders": sliders(),
    }


def sliders():
    """The symbols to move: meaning, least, greatest, step, start of each."""
    return [
        (x, "position", -8, 8, 0.1, 1),
        (k, "steepness", -3, 3, 0.1, 1),
        (x0, "centre", -4, 4, 0.1, 0),
        (L, "height", 0.5, 1.5, 0.05, 1),
    ]


def squeeze():
    """The number line folded into the interval from 0 to 1."""
    points = np.arange(-8, 9)
    fig, ax = plt.subplots(figsize=(5.6, 2.6))
    ax.axis("off")
    ax.plot([-8.6, 8.6], [1, 1], "black", lw=1)
    ax.plot([-8, 8], [0, 0], "C0", lw=3)
    for point in points:
        ax.plot([point, 16 * sigmoid(point) - 8], [1, 0], "C0", lw=1)
    for point in points[::2]:
        text = f"{point}".replace("-", "−")
        ax.text(point, 1.06, text, ha="center", va="bottom")
    for share in (0, 0.25, 0.5, 0.75, 1):
        ax.text(16 * share - 8, -0.08, f"{share:g}", ha="center", va="top")
    ax.text(-9.4, 1, "x", ha="right", va="center")
    ax.text(-9.4, 0, "σ(x)", ha="right", va="center", color="C0")
    ax.set(xlim=(-11, 9), ylim=(-0.3, 1.3))
    return fig


def neuron_diagram(inputs, weights, bias):
    """One unit with the numbers that flow through it."""
    total = preactivation(inputs, weights, bias)
    fig, ax = plt.subplots(figsize=(5.6, 2.2))
    ax.axis("off")
    box = {"boxstyle": "round,pad=0.5", "fc": "none"}
    style = {"ha": "center", "va": "center"}
    rows = np.linspace(1, 0, len(inputs))
    for i, (row, value) in enumerate(zip(rows, inputs, strict=True), start=1):
        text = f"x{'₀₁₂₃'[i]} = {value:g}"
        ax.text(0, row, text, bbox=box | {"ec": "gray"}, **style)
        _arrow(ax, (0.62, row), (1.55, 0.5))
        weight = f"w{'₀₁₂₃'[i]} = {weights[i - 1]:g}".replace("-", "−")
        up = 0.18 if row > 0.5 else -0.18
        ax.text(1.3, (row + 0.5) / 2 + up, weight, **style)
    sign = "+" if bias >= 0 else "−"
    text = f"w·x {sign} {abs(bias):g}\n= {total:g}"
    ax.text(2.2, 0.5, text, bbox=box | {"ec": "gray"}, **style)
    _arrow(ax, (2.85, 0.5), (3.45, 0.5))
    ax.text(3.85, 0.5, "σ", color="C0", bbox=box | {"ec": "C0"}, **style)
    _arrow(ax, (4.2, 0.5), (4.75, 0.5))
    ax.text(5.3, 0.5, f"{sigmoid(total):.4f}", color="C0", **style)
    ax.set(xlim=(-0.6, 5.8), ylim=(-0.3, 1.3))
    return fig


def _arrow(ax, start, end):
    arrow = {"arrowstyle": "->", "color": "gray"}
    ax.annotate("", end, start, arrowprops=arrow)
