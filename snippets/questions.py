"""Answers to questions that are asked again and again."""

import math

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid
from snippets.precision import cross_entropy, from_probability


def array_error():
    """What the math module says when it is given an array."""
    try:
        return str(math.exp(np.zeros(2)))
    except TypeError as error:
        return f"{type(error).__name__}: {error}"


def textbook_loss(x, y):
    """The log-loss of the sigmoid of x, as it is defined."""
    with np.errstate(all="ignore"):
        return from_probability(sigmoid(x), y)


def least_twice(share):
    """The least log-loss of σ(σ(x)) if this share of the labels is 1.

    Each x is then as large, or as small, as its label asks.
    """
    return share * cross_entropy(1, 1) + (1 - share) * cross_entropy(0, 0)


def quotient_error(x, step, kind="float64"):
    """The relative error of (σ(x + h) − σ(x − h))/2h, computed in floats."""
    kind = np.dtype(kind).type
    point, h = kind(x), kind(step)
    quotient = (sigmoid(point + h) - sigmoid(point - h)) / (2 * h)
    return abs(quotient / sigmoid_prime(float(x)) - 1)


def unlike():
    """The share of numbers from −30 to 30 whose expit is another float."""
    t = np.linspace(-30, 30, 100_001)
    return np.mean(expit(t) != sigmoid(t))


def twice():
    """The sigmoid, and the sigmoid of the sigmoid."""
    t = np.linspace(-8, 8, 321)
    fig, ax = plt.subplots(figsize=(5.6, 2.6))
    for height in (sigmoid(0), sigmoid(1)):
        ax.axhline(height, color="gray", lw=0.8)
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(t, sigmoid(sigmoid(t)), "C3", label="σ(σ(x))")
    ax.text(2.9, 0.88, "σ(x)", color="C0", va="top")
    ax.text(4.2, 0.66, "σ(σ(x))", color="C3", va="top")
    ax.set(xlabel="x", ylabel="output", xlim=(-8, 8))
    return fig
