"""Bounds of the sigmoid: exponentials, softplus, Jaakkola and Jordan's."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.calculus import softplus
from snippets.derivative import h
from snippets.function import sigma, sigmoid, x

xi = sympy.Symbol("xi", real=True)
POSITIVE = sympy.Interval.open(0, sympy.oo)


class weight(sympy.Function):
    """The λ of Jaakkola and Jordan's bound as a SymPy function."""

    def _eval_rewrite_as_exp(self, xi, **options):
        return _above_half(xi) / (2 * xi)

    def _latex(self, printer):
        return rf"\lambda({printer.doprint(self.args[0])})"


def softplus_bounds():
    """Softplus exceeds the larger of 0 and x, by at most ln 2."""
    hinge = sympy.Max(0, x)
    above = _sum(hinge, sympy.log(2))
    return sympy.And(hinge < softplus(x), softplus(x) <= above)


def softplus_step():
    """Over a step of length h softplus climbs by at most h."""
    climb = _sum(softplus(_sum(x, h)), -softplus(x))
    steps = sympy.And(0 <= climb, climb <= h)
    return steps, {h: sympy.Interval(0, sympy.oo)}


def log_sigmoid():
    """The logarithm of the sigmoid is softplus, turned twice."""
    return sympy.Eq(sympy.log(sigma(x)), -softplus(-x))


def corridor():
    """The sigmoid is less than e^min(0, x), and at least half of that."""
    above = sympy.exp(sympy.Min(0, x))
    return sympy.And(above / 2 <= sigma(x), sigma(x) < above)


def chord():
    """The sigmoid is above ½ by at most a quarter of x, right of 0."""
    rise = _sum(sympy.Rational(1, 2), x / 4)
    return sigma(x) <= rise, {x: sympy.Interval(0, sympy.oo)}


def tangent_bound():
    """The sigmoid lies below each exponential that touches it."""
    touching = sympy.exp(_times(1 - sigma(xi), _sum(x, -xi)))
    return sigma(x) <= _times(sigma(xi), touching)


def log_by_cosh():
    """The logarithm of the sigmoid, by a function of the square of x."""
    even = sympy.log(_times(2, sympy.cosh(x / 2)))
    return sympy.Eq(sympy.log(sigma(x)), _sum(x / 2, -even))


def weight_definition():
    """The weight λ of Jaakkola and Jordan's bound."""
    return sympy.Eq(weight(xi), _above_half(xi) / (2 * xi)), {xi: POSITIVE}


def jaakkola_jordan():
    """Jaakkola and Jordan's lower bound of the sigmoid."""
    squares = _times(-1, weight(xi), _sum(x**2, -(xi**2)))
    half = _times(sympy.Rational(1, 2), _sum(x, -xi))
    bound = _times(sigma(xi), sympy.exp(_sum(half, squares)))
    return sigma(x) >= bound, {xi: POSITIVE}


def quotient_slope():
    """The slope of the logarithm of the sigmoid over its lower bound."""
    parts = sympy.log(sigma(x)), -x / 2, weight(xi) * x**2
    slope = sympy.Derivative(_sum(*parts), x)
    right = _times(2, x, _sum(weight(xi), -weight(x)))
    return sympy.Eq(slope, right), {x: POSITIVE, xi: POSITIVE}


def weight_falls():
    """The weight λ falls."""
    return sympy.Derivative(weight(xi), xi) < 0, {xi: POSITIVE}


def lower_bound(x, touch):
    """Jaakkola and Jordan's bound at x, which touches at ±touch > 0."""
    factor = np.tanh(touch / 2) / (4 * touch)
    power = (x - touch) / 2 - factor * (np.square(x) - touch**2)
    return sigmoid(touch) * np.exp(power)


def upper_bound(x, touch):
    """The exponential at x that touches the sigmoid at touch."""
    return sigmoid(touch) * np.exp(sigmoid(-touch) * (x - touch))


def fill():
    """What softplus has above its hinge at 0, where it has most: ln 2."""
    return np.logaddexp(0, 0)


def kept(x, touch):
    """The share of the sigmoid at x that a lower bound keeps."""
    return lower_bound(x, touch) / sigmoid(x)


def strip():
    """The sigmoid on a logarithmic axis, between bounds a factor 2 apart."""
    t = np.linspace(-6, 6, 241)
    above = np.minimum(1, np.exp(t))
    fig, ax = plt.subplots()
    ax.fill_between(t, above / 2, above, color="C2", alpha=0.25, lw=0)
    ax.plot(t, above, "C2", lw=1, label="above")
    ax.plot(t, above / 2, "C2", lw=1, label="below")
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.text(-2.4, 0.13, "smaller of 1 and eˣ", color="C2", ha="right")
    ax.text(-1.9, 0.04, "half of that", color="C2")
    ax.set(xlabel="x", ylabel="σ(x)", xlim=(-6, 6), yscale="log")
    ax.set(ylim=(1e-3, 1.5))
    ax.minorticks_off()
    ax.set_yticks(
        [1e-3, 0.01, 0.1, 0.5, 1], ["0.001", "0.01", "0.1", "½", "1"]
    )
    return fig


def bells():
    """Jaakkola and Jordan's bounds below the sigmoid, for three ξ."""
    t = np.linspace(-7, 7, 281)
    fig, axes = plt.subplots(2, sharex=True, figsize=(5.6, 6))
    for ax in axes:
        for touch in (1, 2.5, 5):
            places = np.array([-touch, touch])
            bound = lower_bound(t, touch)
            ax.plot(t, bound, "C2", lw=1.2, label=f"ξ = {touch}")
            ax.plot(places, sigmoid(places), "C2o", ms=5)
        ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    top, low = axes
    low.plot(t, upper_bound(t, -2.5), "C3", lw=1.2, label="above")
    low.plot(-2.5, sigmoid(-2.5), "C3o", ms=5)
    for touch in (1, 2.5, 5):
        place = touch - 0.15, sigmoid(touch) + 0.02
        top.text(*place, f"ξ = {touch}", color="C2", ha="right", va="bottom")
    top.set_xlabel("x", visible=False)
    top.set(ylabel="σ(x)", xlim=(-7, 7), ylim=(0, 1.15))
    low.set(xlabel="x", ylabel="σ(x) (log)", yscale="log", ylim=(1e-3, 2))
    low.minorticks_off()
    low.set_yticks([1e-3, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
    return fig


def _above_half(xi):
    return _sum(sigma(xi), -sympy.Rational(1, 2))


def _sum(*parts):
    return sympy.Add(*parts, evaluate=False)


def _times(*factors):
    return sympy.Mul(*factors, evaluate=False)
