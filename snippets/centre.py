"""What it costs that the sigmoid's outputs are not centred at zero."""

import matplotlib.pyplot as plt
import numpy as np

from snippets.exploding import expected
from snippets.function import sigmoid
from snippets.vanishing import trained

OUTPUTS = {
    "σ": sigmoid,
    "ReLU": lambda z: np.maximum(z, 0),
    "σ − ½": lambda z: sigmoid(z) - 1 / 2,
}
RATES = [1, 2, 3, 4]


def same_signs(centre, inputs=8, seed=0, examples=10000):
    """The share of examples that move all weights of a unit in one direction.

    The inputs are sigmoids of normal numbers, less the centre.
    """
    rng = np.random.default_rng(seed)
    values = sigmoid(rng.normal(size=(examples, inputs))) - centre
    steps = values * rng.normal(size=(examples, 1))
    return np.mean(np.abs(np.sign(steps).sum(axis=1)) == inputs)


def condition(inputs, unit="σ"):
    """The condition number of the second moments of so many inputs.

    They are independent: a unit's outputs for standard normal numbers.
    """
    output = OUTPUTS[unit]
    mean = expected(output, 1)
    spread = expected(lambda z: (output(z) - mean) ** 2, 1)
    return (inputs * mean**2 + spread) / spread


def conditions():
    """Condition numbers of the second moments, by the inputs and the unit."""
    counts = [16, 64, 256, 1024]
    return {"inputs": counts} | {
        unit: [condition(count, unit) for count in counts] for unit in OUTPUTS
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


def epochs_until(unit, rate=1, seed=0, depth=2, share=0.9):
    """The epochs until a network reads this share of new digits.

    Raises IndexError if 20 are too few.
    """
    right, _ = trained(depth, unit, rate, seed, 20)
    return int(np.flatnonzero(right > share)[0]) + 1


def fastest(unit, seed=0):
    """The fewest epochs until 90% are read right, at the best rate."""
    return min(epochs_until(unit, rate, seed) for rate in RATES)


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


def epochs():
    """Epochs until 90% of digits are read right, by the rate and the unit."""
    fig, ax = plt.subplots(figsize=(5.6, 3))
    for unit, color in ("σ", "C2"), ("σ − ½", "C3"):
        for seed in range(3):
            taken = [epochs_until(unit, rate, seed) for rate in RATES]
            label = f"{unit}, {seed}"
            ax.plot(RATES, taken, color, lw=1.5, marker="o", ms=4, label=label)
        ax.text(4.1, taken[-1], unit, color=color, va="center")
    ax.set(xlabel="learning rate", ylabel="epochs until 90%")
    ax.set(xlim=(0.8, 4.7), ylim=(0, 20), xticks=RATES)
    return fig
