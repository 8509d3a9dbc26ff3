"""Exploding gradients: bounds on what cannot explode, and where what can."""

import matplotlib.pyplot as plt
import numpy as np
import sympy
from scipy.optimize import brentq

from snippets.derivative import sigma_prime, sigmoid_prime
from snippets.function import sigmoid, x

COLORS = {3: "gray", 4: "black", 5: "C2", 6: "C2", 8: "C3"}


def weighted_slope():
    """The slope of x times σ′ has the sign of 1 − x tanh(x/2)."""
    slope = sympy.Derivative(x * sigma_prime(x), x)
    return sympy.Eq(slope, sigma_prime(x) * (1 - x * sympy.tanh(x / 2)))


def peak():
    """Where x times the slope of the sigmoid is largest: x tanh(x/2) = 1."""
    return brentq(lambda x: x * np.tanh(x / 2) - 1, 1, 2, xtol=1e-15)


def bound():
    """The largest value of x times the slope of the sigmoid."""
    return peak() * sigmoid_prime(peak())


def bound_at(y):
    """More than this a unit without bias cannot multiply a change of y."""
    return bound() / abs(y)


def pull(weight, y):
    """By how much a unit without bias multiplies a change of its input y."""
    return weight * sigmoid_prime(weight * y)


def multiplied(weight, steps):
    """The gradient after so many units that all stand at slope ¼."""
    return (weight / 4) ** steps


def departure(weight, steps, start=1e-6):
    """How far from ½ a chain of σ(w(x − ½)) comes, unit by unit."""
    values = [start]
    for _ in range(steps):
        values.append(sigmoid(weight * values[-1]) - 1 / 2)
    return np.array(values)


def expected(function, spread):
    """The mean of function(spread · Z) for a standard normal Z."""
    z, step = np.linspace(-10, 10, 4001, retstep=True)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return step * np.sum(function(spread * z) * density)


def spread(gain, bias=0.0, centre=0.0):
    """The standard deviation of the weighted sums far up a wide network.

    Weights have the standard deviation gain/√width, biases that of bias,
    and from the outputs of the units centre is taken away.
    """
    found = 1.0
    for _ in range(100):
        square = expected(lambda z: (sigmoid(z) - centre) ** 2, found)
        found = np.sqrt(gain**2 * square + bias**2)
    return found


def growth(gain, bias=0.0, centre=0.0):
    """The factor by which a layer of a wide network changes a gradient."""
    sums = spread(gain, bias, centre)
    return gain * np.sqrt(expected(lambda z: sigmoid_prime(z) ** 2, sums))


def critical(bias=0.0):
    """The weight scale at which gradients neither vanish nor explode."""
    return brentq(lambda gain: growth(gain, bias) - 1, 5, 200, xtol=1e-9)


def simulated(gain, bias=0.0, seed=0, width=128, depth=20):
    """The mean factor a layer in a random network, by backpropagation."""
    rng = np.random.default_rng(seed)
    value = rng.uniform(size=width)
    layers = []
    for _ in range(depth):
        weights = gain * rng.normal(size=(width, width)) / np.sqrt(width)
        z = value @ weights + bias * rng.normal(size=width)
        value = sigmoid(z)
        layers.append(weights * sigmoid_prime(z))
    error = rng.normal(size=(width, 20))
    first = np.sqrt(np.mean(error**2))
    for layer in layers[::-1]:
        error = layer @ error
    return (np.sqrt(np.mean(error**2)) / first) ** (1 / depth)


def grid():
    """Weight scales and bias scales to try."""
    return np.geomspace(2, 64, 11), np.linspace(0, 16, 9)


# long: 60 s
def trials(seed=0):
    """The simulated factor a layer, by bias scale and weight scale."""
    gains, biases = grid()
    return np.array([[simulated(g, b, seed) for g in gains] for b in biases])


def pulls():
    """By how much a unit multiplies a change of its input, by its weight."""
    w = np.linspace(0, 16, 321)
    fig, ax = plt.subplots(figsize=(5.6, 3.2))
    ax.plot(w, w / 4, "gray", lw=1.5, label="y = 0")
    ax.text(5.3, 1.42, "y = 0", color="gray", ha="right")
    for y, text in (1 / 4, "¼"), (1 / 2, "½"), (1, "1"):
        ax.plot(w, pull(w, y), "C2", label=f"y = {text}")
        ax.plot(peak() / y, bound_at(y), "o", color="C2", ms=5)
        ax.text(
            peak() / y,
            bound_at(y) - 0.04,
            f"y = {text}",
            color="C2",
            ha="center",
            va="top",
        )
    ax.axhline(1, color="black", lw=1, ls="--")
    ax.set(xlabel="weight w", ylabel="w σ′(wy)", xlim=(0, 16), ylim=(0, 1.7))
    return fig


def departures():
    """How far from ½ chains of centred sigmoids come, for five weights."""
    fig, ax = plt.subplots(figsize=(5.6, 3))
    for weight, color in COLORS.items():
        away = departure(weight, 60)
        ax.plot(range(61), away, color, label=f"w = {weight}")
        # Where the curve has climbed, or else in the middle.
        place = int(np.argmax(away > 1e-2)) or 12
        ax.annotate(
            f"w = {weight}",
            (place, away[place]),
            (5 if weight < 4 else -5, 2),
            textcoords="offset points",
            color=color,
            ha="left" if weight < 4 else "right",
        )
    ax.set(xlabel="units in the chain", ylabel="distance from ½")
    ax.set(yscale="log", xlim=(0, 60), ylim=(1e-9, 2))
    return fig


def growths():
    """The factor a layer by the weight scale: theory, and networks."""
    gains = np.geomspace(1, 64, 61)
    fig, ax = plt.subplots(figsize=(5.6, 3.4))
    theory = [growth(gain) for gain in gains]
    ax.plot(gains, theory, "C2", label="σ")
    centred = [growth(gain, centre=1 / 2) for gain in gains]
    ax.plot(gains, centred, "gray", ls="--", label="σ − ½")
    tries = np.geomspace(1, 64, 7)
    found = [simulated(gain) for gain in tries]
    ax.plot(tries, found, "o", color="C2", ms=5, label="networks")
    ax.axhline(1, color="black", lw=1)
    ax.text(26, 1.32, "σ", color="C2", va="top")
    ax.text(6, 1.5, "σ − ½", color="gray", ha="right")
    ax.set(xscale="log", yscale="log", xlim=(1, 64))
    ax.set(xticks=[1, 4, 16, 64], xticklabels=["1", "4", "16", "64"])
    ax.set(yticks=[0.25, 0.5, 1, 2, 4], yticklabels="¼ ½ 1 2 4".split())
    ax.set(xlabel="weight scale g", ylabel="factor a layer")
    ax.minorticks_off()
    return fig


def phases():
    """Where gradients vanish and where they explode, by weights and biases."""
    gains, biases = grid()
    found = trials()
    across, up = np.meshgrid(gains, biases)
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    for label, marker, color, which in (
        ("vanish", "v", "C2", found < 1),
        ("explode", "^", "C3", found > 1),
    ):
        ax.plot(
            across[which], up[which], marker, color=color, ms=6, label=label
        )
    heights = np.linspace(0, 17, 9)
    border = [critical(height) for height in heights]
    ax.plot(border, heights, "black", label="theory")
    ax.set(xscale="log", xlim=(1.7, 75), ylim=(-1, 17))
    ax.set(xticks=[2, 4, 8, 16, 32, 64], xticklabels="2 4 8 16 32 64".split())
    ax.set(xlabel="weight scale g", ylabel="bias scale b")
    ax.minorticks_off()
    return fig
