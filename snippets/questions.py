"""Answers to questions that are asked again and again."""

import math

import matplotlib.pyplot as plt
import numpy as np

from snippets.function import sigmoid
from snippets.precision import from_probability


def array_error():
    """What the math module says when it is given an array."""
    try:
        return str(math.exp(np.zeros(2)))
    except TypeError as error:
        return f"{type(error).__name__}: {error}"


def textbook_loss(x, y):
    """The cross-entropy of the sigmoid of x, as it is defined."""
    with np.errstate(all="ignore"):
        return from_probability(sigmoid(x), y)


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
