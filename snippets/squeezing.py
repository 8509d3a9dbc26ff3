"""What a range from 0 to 1 costs: resolution, a centre, the start."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq
from scipy.special import logit

from snippets.derivative import sigmoid_prime
from snippets.exploding import expected
from snippets.function import sigmoid
from snippets.vanishing import trained


def kept(x, dtype="float64"):
    """How many decimal digits of x the logit of its sigmoid brings back."""
    x = np.asarray(x, dtype)
    with np.errstate(divide="ignore"):
        back = logit(sigmoid(x))
    floor = np.finfo(dtype).eps / 2
    return -np.log10(np.clip(np.abs(back / x - 1), floor, 1))


def same_order(seed=0):
    """Whether the sigmoid leaves 1,000 random numbers in their order."""
    x = np.random.default_rng(seed).normal(0, 4, 1000)
    return bool(np.array_equal(np.argsort(x), np.argsort(sigmoid(x))))


def fixed_point():
    """The number that the sigmoid leaves as it is."""
    return brentq(lambda x: sigmoid(x) - x, 0, 1, xtol=1e-15)


def approach():
    """By how much each sigmoid shortens the way to the fixed point."""
    return 1 / sigmoid_prime(fixed_point())


def same_signs(centre, inputs=8, seed=0, examples=10000):
    """The share of examples that move all weights of a unit in one direction.

    The inputs are sigmoids of normal numbers, less the centre.
    """
    rng = np.random.default_rng(seed)
    values = sigmoid(rng.normal(size=(examples, inputs))) - centre
    steps = values * rng.normal(size=(examples, 1))
    return np.mean(np.abs(np.sign(steps).sum(axis=1)) == inputs)


def condition(inputs, centre=0.0):
    """The condition number of so many sigmoids' second moments.

    They are independent, of normal numbers, and less the centre.
    """
    mean = 1 / 2 - centre
    spread = expected(lambda z: (sigmoid(z) - 1 / 2) ** 2, 1)
    return (inputs * mean**2 + spread) / spread


def conditions():
    """Condition numbers of the second moments of a layer's inputs."""
    counts = [16, 64, 256, 1024]
    return {
        "inputs": counts,
        "σ": [condition(count) for count in counts],
        "σ − ½": [condition(count, 1 / 2) for count in counts],
    }


def descent(centre, seed=4, steps=60):
    """The weights of a unit with two inputs, step by step, for a target.

    One example a step, at the rate at which it would be met exactly.
    """
    rng = np.random.default_rng(seed)
    wanted, weights = np.array([1.0, -1.0]), np.zeros(2)
    path = [weights]
    for _ in range(steps):
        inputs = sigmoid(rng.normal(size=2)) - centre
        error = inputs @ (weights - wanted)
        weights = weights - error * inputs / (inputs @ inputs)
        path.append(weights)
    return np.array(path)


def remaining(centre, steps, seed=0):
    """The mean distance from the target after so many steps, of 200 runs."""
    seeds = range(200 * seed, 200 * seed + 200)
    ends = [descent(centre, run, steps)[-1] - [1, -1] for run in seeds]
    return np.mean(np.hypot(*np.transpose(ends)))


def epochs_until(depth, unit, share=0.9, seed=0):
    """The epochs until a network reads this share of new digits."""
    right, _ = trained(depth, unit, seed=seed, epochs=40)
    return int(np.argmax(right > share)) + 1


def training():
    """Epochs until 90 % of new digits are read right, by the unit."""
    return {
        "hidden layers": [1, 2],
        "σ": [epochs_until(depth, "σ") for depth in (1, 2)],
        "σ − ½": [epochs_until(depth, "σ − ½") for depth in (1, 2)],
    }


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


def zigzag():
    """The ways of two weights to their target, with and without a centre."""
    fig, axes = plt.subplots(1, 2, sharey=True, figsize=(5.6, 3.2))
    for ax, centre, title in zip(
        axes, (0, 1 / 2), ("σ", "σ − ½"), strict=True
    ):
        path = descent(centre)
        ax.plot(*path.T, "gray", lw=1, marker="o", ms=3, label=title)
        ax.plot(1, -1, "*", color="C3", ms=12)
        ax.text(1.2, 0.5, title, ha="right")
        ax.set(xlabel="w₁", ylabel="w₂", xlim=(-0.8, 1.4), ylim=(-1.4, 0.8))
        ax.set_aspect("equal")
    return fig
