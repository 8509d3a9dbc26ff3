"""What a range from 0 to 1 costs: resolution, and the start."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq
from scipy.special import logit

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid


def kept(x, dtype="float64"):
    """How many decimal digits of x the logit of its sigmoid brings back."""
    x = np.asarray(x, dtype)
    with np.errstate(divide="ignore"):
        back = logit(sigmoid(x))
    floor = np.finfo(dtype).eps / 2
    return -np.log10(np.clip(np.abs(back / x - 1), floor, 1))


def fixed_point():
    """The number that the sigmoid leaves as it is."""
    return brentq(lambda x: sigmoid(x) - x, 0, 1, xtol=1e-15)


def approach():
    """By how much each sigmoid shortens the way to the fixed point."""
    return 1 / sigmoid_prime(fixed_point())


def width(times):
    """How wide an interval is left of all numbers by so many sigmoids."""
    low, high = 0.0, 1.0  # after the first
    for _ in range(times - 1):
        low, high = sigmoid(low), sigmoid(high)
    return high - low


def round_trips():
    """How many digits of x are left in its sigmoid, from -40 to 40."""
    x = np.linspace(-40, 40, 400)  # no 0
    fig, ax = plt.subplots(figsize=(5.6, 3))
    for name, color in ("float64", "C2"), ("float32", "C3"):
        ax.plot(x, kept(x, name), color, lw=1, label=name)
    ax.text(-39, 12.5, "float64", color="C2")
    ax.text(-39, 4.5, "float32", color="C3")
    ax.set(xlabel="x", ylabel="digits of x left in σ(x)")
    ax.set(xlim=(-40, 40), ylim=(-0.5, 17))
    return fig


def orbits():
    """The sigmoid applied again and again to five numbers."""
    fig, ax = plt.subplots(figsize=(5.6, 2.8))
    for start in (-4, -1.5, 0, 2, 4):
        values = [start]
        for _ in range(6):
            values.append(float(sigmoid(values[-1])))
        ax.plot(range(7), values, "C2", lw=1.5, marker="o", ms=4)
    ax.axhline(fixed_point(), color="black", lw=1, ls="--")
    ax.set(xlabel="times σ was applied", ylabel="value", xlim=(-0.1, 6))
    return fig
