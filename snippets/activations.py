"""Activations: formulas, curves, slopes, and how far the cheap ones err."""

import math

import matplotlib.pyplot as plt
import numpy as np
import sympy
from scipy.special import erf, ndtr

from snippets._recorded import ACTIVATIONS
from snippets.cost import ratio
from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid, x

beta = sympy.Symbol("β", real=True)
first, second = sympy.symbols("first second", real=True)


class silu(sympy.Function):
    """The activation x·σ(x), also called Swish, as a SymPy function."""

    def _eval_rewrite_as_exp(self, x, **options):
        return x * sigma(x)

    def _latex(self, printer):
        return rf"\mathrm{{SiLU}}({printer.doprint(self.args[0])})"


def gallery():
    """(name, f(x), its values, how smooth it is) of fifteen activations."""
    half, power = sympy.Rational(1, 2), sympy.exp(sympy.Min(0, x))
    line = half + x / 6
    high = sympy.Float("1.7159")
    bell = 1 + sympy.erf(x / sympy.sqrt(2))
    return [
        ("step", (1 + sympy.sign(x)) / 2, "0 to 1", "no, a jump"),
        ("sigmoid", sigma(x), "0 to 1", "yes"),
        ("hard sigmoid", sympy.Min(1, sympy.Max(0, line)), "0 to 1", "no"),
        ("tanh", sympy.tanh(x), "−1 to 1", "yes"),
        (
            "LeCun’s tanh",
            high * sympy.tanh(2 * x / 3),
            "−1.7159 to 1.7159",
            "yes",
        ),
        ("softsign", x / (1 + sympy.Abs(x)), "−1 to 1", "once"),
        ("arctan", sympy.atan(x), "−π/2 to π/2", "yes"),
        ("erf", sympy.erf(x), "−1 to 1", "yes"),
        ("algebraic", x / sympy.sqrt(1 + x**2), "−1 to 1", "yes"),
        ("ReLU", sympy.Max(0, x), "0 to ∞", "no"),
        ("leaky ReLU", sympy.Max(x / 100, x), "−∞ to ∞", "no"),
        ("ELU", sympy.Max(0, x) + power - 1, "−1 to ∞", "once"),
        ("softplus", sympy.log(1 + sympy.exp(x)), "0 to ∞", "yes"),
        ("SiLU", x * sigma(x), "dip to ∞", "yes"),
        ("GELU", x * bell / 2, "dip to ∞", "yes"),
    ]


def respond(name, z):
    """The values of an activation at an array z, and its slopes there.

    Both have the type of z. The step's slope is 0, at its jump too.
    """
    match name:
        case "step":
            return (1 + np.sign(z)) / 2, 0 * z
        case "sigmoid":
            y = sigmoid(z)
            return y, y * (1 - y)
        case "hard sigmoid":
            inside = np.abs(z) < 3
            return np.clip(z / 6 + 1 / 2, 0, 1), inside.astype(z.dtype) / 6
        case "tanh":
            y = np.tanh(z)
            return y, 1 - y**2
        case "LeCun’s tanh":
            y = np.tanh(2 / 3 * z)
            return 1.7159 * y, 1.7159 * 2 / 3 * (1 - y**2)
        case "softsign":
            below = 1 + np.abs(z)
            return z / below, 1 / below**2
        case "arctan":
            return np.arctan(z), 1 / (1 + z**2)
        case "erf":
            return erf(z), 2 / math.sqrt(math.pi) * np.exp(-(z**2))
        case "algebraic":
            below = np.sqrt(1 + z**2)
            return z / below, 1 / below**3
        case "ReLU":
            return np.maximum(z, 0), (z > 0).astype(z.dtype)
        case "leaky ReLU":
            return np.maximum(z, z / 100), np.maximum(
                z > 0, z.dtype.type(0.01)
            )
        case "ELU":
            power = np.exp(np.minimum(z, 0))
            return np.maximum(z, power - 1), power
        case "softplus":
            y = sigmoid(z)
            return np.maximum(z, 0) - np.log(np.maximum(y, 1 - y)), y
        case "SiLU":
            return swish(z, 1)
        case "GELU":
            share = ndtr(z)
            bell = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
            return z * share, share + z * bell
        case "GELU by σ":
            return swish(z, 1.702)
        case "GELU by tanh":
            root = math.sqrt(2 / math.pi)
            y = np.tanh(root * (z + 0.044715 * z * z * z))
            rise = root * (1 + 3 * 0.044715 * z**2)
            return z * (1 + y) / 2, (1 + y + z * (1 - y**2) * rise) / 2
        case "σ − ½":
            y = sigmoid(z)
            return y - 1 / 2, y * (1 - y)
        case "4σ":
            y = sigmoid(z)
            return 4 * y, 4 * y * (1 - y)
        case "4σ − 2":
            y = sigmoid(z)
            return 4 * y - 2, 4 * y * (1 - y)


def swish(z, beta):
    """The values of z·σ(βz) at an array z, and its slopes there."""
    gate = sigmoid(beta * z)
    return z * gate, gate * (1 + beta * z * (1 - gate))


def plotted(formula, points, slope=False):
    """The values of a formula of x, or of its slope, at an array of points."""
    shown = _plain(formula).diff(x) if slope else _plain(formula)
    return sympy.lambdify(x, shown, ["scipy", "numpy"])(points)


def _plain(formula):
    """A formula with exponentials for sigmoids."""
    return formula.replace(sigma, lambda t: 1 / (1 + sympy.exp(-t)))


def dip(formula):
    """The least value of a formula of x left of 0, by small steps."""
    return plotted(formula, np.linspace(-4, 0, 4001)).min()


def steepest(formula):
    """The largest slope of a formula of x, by steps of a thousandth."""
    return plotted(formula, np.linspace(-8, 8, 16001), slope=True).max()


def mean(formula):
    """The mean value of a formula of x for normal x, variance 1, mean 0."""
    points = np.linspace(-8, 8, 16001)
    weight = np.exp(-(points**2) / 2)
    found = weight @ plotted(formula, points) / weight.sum()
    return round(found, 12) + 0.0  # no −0


def centre(formula):
    """The value about which a formula of x is odd, or "none"."""
    points = np.linspace(0.01, 8, 800)
    sums = plotted(formula, points) + plotted(formula, -points)
    middle = {0: "0", 1: "½"}.get(round(sums[0], 9), "none")
    return middle if np.ptp(sums) < 1e-9 else "none"


def definitions():
    """Fifteen activations: formula, values and smoothness."""
    names, formulas, values, smooth = zip(*gallery(), strict=True)
    return {
        "activation": list(names),
        "f(x)": list(formulas),
        "values": [
            text.replace("dip", f"−{-dip(formula):.3f}")
            for formula, text in zip(formulas, values, strict=True)
        ],
        "smooth": list(smooth),
    }


def properties():
    """Fifteen activations: largest slope, centre, mean and cost."""
    names, formulas, *_ = zip(*gallery(), strict=True)
    slopes = ["∞", *(f"{steepest(f):.3f}" for f in formulas[1:])]
    return {
        "activation": list(names),
        "steepest": slopes,
        "centre": [centre(formula) for formula in formulas],
        "mean": [f"{mean(f):.3f}".replace("-", "−") for f in formulas],
        "cost": [cost(name) for name in names],
    }


def cost(name):
    """Recorded nanoseconds a number for an activation and its slope."""
    return ACTIVATIONS["each"][name]


def dearer(name):
    """How many times the cost of ReLU an activation has."""
    return cost(name) / cost("ReLU")


def value_alone():
    """How many times the cost of ReLU the sigmoid has without its slope."""
    return ratio("σ", "ReLU")


def recorded():
    """On what, with what and when the costs were measured."""
    return "; ".join(
        ACTIVATIONS[key] for key in ("machine", "versions", "date")
    )


def hard_error(slope):
    """The largest error of max(0, min(1, slope·x + ½)) as a sigmoid.

    The slope is at least 1/8. The error is largest where the line ends or,
    for slopes below a quarter, where the sigmoid is as steep as the line.
    """
    at_end = sigmoid(-1 / (2 * slope))
    share = (1 + np.sqrt(np.maximum(1 - 4 * slope, 0))) / 2
    inside = share - 1 / 2 - slope * np.log(share / (1 - share))
    return np.maximum(at_end, inside)


def best_slope():
    """The slope at which a hard sigmoid errs least, by bisection."""
    low, high = 1 / 8, 1 / 4
    for _ in range(50):
        middle = (low + high) / 2
        if hard_error(middle) > sigmoid(-1 / (2 * middle)):
            low = middle
        else:
            high = middle
    return middle


def hard_errors():
    """How far hard sigmoids err from the sigmoid."""
    slopes = [1 / 6, 1 / 5, 1 / 4, best_slope()]
    return {
        "where": [
            "PyTorch, JAX, Keras 3",
            "Keras 2, ONNX by default",
            "tangent",
            "best",
        ],
        "slope": slopes,
        "largest error": [hard_error(slope) for slope in slopes],
    }


def hard_place():
    """The error of a hard sigmoid of slope 1/6 where it is largest."""
    place = sympy.log(sympy.Add(2, sympy.sqrt(3), evaluate=False))
    line = sympy.Rational(1, 2) + place / 6
    gap = sympy.Add(sigma(place), -line, evaluate=False)
    share, rest = sympy.Rational(1, 6), sympy.Add(sympy.sqrt(3), -place)
    return sympy.Eq(gap, sympy.Mul(share, rest, evaluate=False))


def silu_definition():
    """SiLU is x times the sigmoid of x."""
    return sympy.Eq(silu(x), x * sigma(x))


def silu_slope():
    """The slope of SiLU, by the product rule."""
    slope = sympy.Derivative(silu(x), x)
    return sympy.Eq(slope, sigma(x) + x * sigma_prime(x))


def silu_halves():
    """SiLU at x and at -x differ by x."""
    return sympy.Eq(sympy.Add(silu(x), -silu(-x), evaluate=False), x)


def gelu_forms():
    """(name, formula) of GELU and of its two approximations."""
    root = sympy.sqrt(2 / sympy.pi)
    power = sympy.Float("0.044715") * x**3
    return [
        ("GELU", gallery()[-1][1]),
        ("by σ", x * sigma(sympy.Float("1.702") * x)),
        ("by tanh", x * (1 + sympy.tanh(root * (x + power))) / 2),
    ]


def gelu_errors():
    """How far the two approximations of GELU err, where, and their cost."""
    (_, exact), *others = gelu_forms()
    points = np.linspace(0, 6, 60001)
    errors = [
        np.abs(plotted(formula, points) - plotted(exact, points))
        for _, formula in others
    ]
    return {
        "GELU": [name for name, _ in others],
        "formula": [formula for _, formula in others],
        "largest error": [error.max() for error in errors],
        "at ±x": [points[error.argmax()] for error in errors],
        "cost": [cost(f"GELU {name}") for name, _ in others],
    }


def panels():
    """Fifteen activations and, thin, their slopes, from -4 to 4."""
    fig, axes = plt.subplots(5, 3, figsize=(5.6, 8), sharex=True, sharey=True)
    points = np.linspace(-4, 4, 161)
    for ax, (name, formula, *_) in zip(axes.flat, gallery(), strict=True):
        lone = name == "sigmoid"
        ax.plot(points, sigmoid(points), "gray", lw=1, label="σ")
        value = plotted(formula, points)
        ax.plot(points, value, "C0" if lone else "C2", label=name)
        slope = 0 * points
        if name != "step":
            slope = plotted(formula, points, slope=True)
        colour = "C1" if lone else "C3"
        ax.plot(points, slope, colour, lw=1.2, label="slope")
        ax.set_title(name, fontsize=11)
        ax.set(xlabel="x", ylabel="f", xlim=(-4, 4), ylim=(-1.8, 2.6))
        ax.set(xticks=[-3, 0, 3])
        ax.xaxis.label.set_visible(ax in axes[-1])
        ax.yaxis.label.set_visible(ax in axes[:, 0])
    return fig


def explorer():
    """The curve of x·σ(βx), its slope and a point, ready to be moved."""
    gate = 1 / (1 + sympy.exp(-beta * x))
    slope = gate * (1 + beta * x * (1 - gate))
    points = np.linspace(-6, 6, 241)
    value, rise = (
        sympy.lambdify(x, part.subs(beta, 1)) for part in (x * gate, slope)
    )
    fig, ax = plt.subplots()
    ax.plot(points, np.maximum(points, 0), "gray", lw=1, label="ReLU")
    ax.plot(points, value(points), "C2", label="value", gid="live-value")
    ax.plot(points, rise(points), "C3", label="slope", gid="live-slope")
    ax.plot(-1, value(-1.0), "C2o", ms=9, gid="live-point")
    ax.plot(-1, rise(-1.0), "C3o", ms=7, gid="live-slope-point")
    ax.text(-5.8, 0.25, "slope", color="C3")
    ax.text(2.1, 2.5, "x·σ(βx)", color="C2", ha="right")
    ax.set(xlabel="x", ylabel="value and slope", xlim=(-6, 6), ylim=(-2, 4))
    return {
        "figure": fig,
        "value": x * gate,
        "slope": slope,
        "sliders": [
            (x, "position", -6, 6, 0.1, -1),
            (beta, "sharpness", 0, 10, 0.1, 1),
        ],
    }


def gelu_scale():
    """The β at which x·σ(βx) stands in for GELU."""
    return 1.702


def lecun_at_one():
    """What LeCun's tanh makes of 1."""
    return 1.7159 * np.tanh(2 / 3)


def lecun_bend():
    """Where the second derivative of LeCun's tanh is largest in size."""
    return 3 / 2 * np.arctanh(1 / np.sqrt(3))


def overlay():
    """Any two of fifteen activations, with their slopes, to be chosen."""
    names, formulas, *_ = zip(*gallery(), strict=True)
    values = [_browsable(_plain(formula)) for formula in formulas]
    slopes = [_browsable(_plain(formula).diff(x)) for formula in formulas[1:]]
    points, start = np.linspace(-5, 5, 241), np.array([1.0])
    one, two = names.index("sigmoid"), names.index("GELU")
    fig, ax = plt.subplots()
    for place, colour, word, rise in (
        (two, "C3", "second", "its-slope"),
        (one, "C2", "value", "slope"),
    ):
        formula = formulas[place]
        value = plotted(formula, points)
        slope = plotted(formula, points, slope=True)
        ax.plot(points, slope, colour, lw=1, label=rise, gid=f"live-{rise}")
        ax.plot(points, value, colour, label=word, gid=f"live-{word}")
        at = plotted(formula, start)
        mark = "point" if word == "value" else "second-point"
        ax.plot(start, at, colour, marker="o", ms=9, gid=f"live-{mark}")
    ax.text(-4.8, 1.7, "first", color="C2")
    ax.text(-4.8, 1.3, "second", color="C3")
    ax.set(xlabel="x", ylabel="value and slope", xlim=(-5, 5), ylim=(-2, 2.6))
    return {
        "figure": fig,
        "value": _among(first, values),
        "slope": _among(first, [0, *slopes]),
        "said": {
            "second": _among(second, values),
            "its slope": _among(second, [0, *slopes]),
        },
        "sliders": [
            (x, "position", -5, 5, 0.1, 1),
            (first, "first", names, one),
            (second, "second", names, two),
        ],
    }


def _among(number, choices):
    """The one of the choices that a number, from 0 on, selects."""
    *rest, last = enumerate(choices)
    pieces = [(choice, sympy.Eq(number, place)) for place, choice in rest]
    return sympy.Piecewise(*pieces, (last[1], True), evaluate=False)


def _browsable(formula):
    """A formula, or a slope, in functions that a browser has too."""
    step = sympy.Heaviside
    formula = formula.replace(step, lambda t, *_: (1 + sympy.sign(t)) / 2)
    return formula.replace(sympy.erf, _erf)


def _erf(t):
    """The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    near = 1 / (1 + sympy.Float("0.3275911") * sympy.Abs(t))
    numbers = "1.061405429 -1.453152027 1.421413741 -0.284496736 0.254829592"
    total = 0
    for number in numbers.split():
        total = (total + sympy.Float(number)) * near
    return sympy.sign(t) * (1 - total * sympy.exp(-(t**2)))
