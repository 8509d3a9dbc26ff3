"""The front page: the sigmoid at a glance."""

import matplotlib.pyplot as plt
import numpy as np

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid


def inverse(p):
    """The x at which the sigmoid is p, for 0 < p < 1: the log of the odds."""
    return np.log(p / (1 - p))


def numbers():
    """Five numbers that place every other value of the sigmoid."""
    return {
        "σ(0)": [sigmoid(0)],
        "σ′(0)": [sigmoid_prime(0)],
        "σ(1)": [sigmoid(1)],
        "σ⁻¹(0.9)": [inverse(0.9)],
        "σ⁻¹(0.99)": [inverse(0.99)],
    }


def overview():
    """The sigmoid, its derivative, and the tangent at 0."""
    t = np.linspace(-7, 7, 281)
    near = np.array([-2, 2])
    fig, ax = plt.subplots(figsize=(5.6, 2.1))
    ax.plot(near, sigmoid(0) + sigmoid_prime(0) * near, "gray", lw=1)
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(t, sigmoid_prime(t), "C1", label="σ′(x)")
    ax.plot([0, 0], [sigmoid(0), sigmoid_prime(0)], "ko", ms=4)
    ax.text(2.6, 0.84, "σ(x)", color="C0", ha="left")
    ax.text(1.8, 0.18, "σ′(x)", color="C1", ha="left")
    ax.set(xlabel="x", ylabel="σ(x) and σ′(x)", xlim=(-7, 7))
    return fig
