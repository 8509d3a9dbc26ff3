"""Sigmoids as gates: an LSTM cell that learns to hold and to forget."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.function import sigma, sigmoid, x

GATES = ["input", "forget", "output"]


def half_life(bias):
    """Steps until a forget gate with only this bias has kept one half."""
    return np.log(2) / np.log1p(np.exp(-bias))


def kept(bias, steps):
    """What is left of a memory after so many steps."""
    return sigmoid(bias) ** steps


def half_lives():
    """What a forget gate keeps, by its bias."""
    biases = [0, 1, 2, 3, 5]
    return {
        "bias": biases,
        "kept a step": [sigmoid(b) for b in biases],
        "half-life": [half_life(b) for b in biases],
        "kept after 100": [kept(b, 100) for b in biases],
    }


def bias_for(steps):
    """The bias of a forget gate whose half-life is so many steps."""
    return -np.log(np.expm1(np.log(2) / steps))


def sequences(rng, count=32, length=20):
    """Inputs, and what should be remembered at each moment.

    An input is a number between -1 and 1 and two marks: to write it
    down, or to forget. Where there is neither, the number is noise.
    """
    numbers = rng.uniform(-1, 1, size=(count, length))
    marks = rng.choice(3, p=[0.7, 0.15, 0.15], size=(count, length))
    marks[:, 0] = 1
    wanted = np.zeros((count, length))
    held = np.zeros(count)
    for t in range(length):
        held = np.choose(marks[:, t], [held, numbers[:, t], 0])
        wanted[:, t] = held
    return np.dstack([numbers, marks == 1, marks == 2]), wanted


def step(weights, inputs, cell, output):
    """What a cell sees, its gates, its candidate, its content, its output.

    weights has a row for the input, forget and output gate and for the
    candidate; inputs a row for each of several sequences.
    """
    seen = np.column_stack([inputs, output, np.ones(len(inputs))])
    scores = seen @ weights.T
    gates = sigmoid(scores[:, :3])
    candidate = np.tanh(scores[:, 3])
    cell = gates[:, 1] * cell + gates[:, 0] * candidate
    return seen, gates, candidate, cell, gates[:, 2] * np.tanh(cell)


def run(parameters, inputs):
    """What step returns, for each moment of some sequences."""
    weights = parameters[:-1].reshape(4, 5)
    cell = output = np.zeros(len(inputs))
    moments = []
    for t in range(inputs.shape[1]):
        moments.append(step(weights, inputs[:, t], cell, output))
        *_, cell, output = moments[-1]
    return moments


def answers(parameters, inputs):
    """What the cell remembers at each moment: its output, scaled."""
    outputs = [moment[-1] for moment in run(parameters, inputs)]
    return parameters[-1] * np.column_stack(outputs)


def gradient(parameters, inputs, wanted):
    """The gradient of half the mean squared error, through all moments."""
    weights = parameters[:-1].reshape(4, 5)
    moments = run(parameters, inputs)
    slopes, scale = np.zeros_like(weights), 0
    by_output = by_cell = np.zeros(len(inputs))
    for t in range(len(moments))[::-1]:
        seen, gates, candidate, cell, output = moments[t]
        before = moments[t - 1][3] if t else np.zeros(len(inputs))
        admit, keep, show = gates.T
        error = (parameters[-1] * output - wanted[:, t]) / wanted.size
        scale += error @ output
        by_output = by_output + parameters[-1] * error
        by_cell = by_cell + by_output * show * (1 - np.tanh(cell) ** 2)
        by_gates = np.column_stack(
            [by_cell * candidate, by_cell * before, by_output * np.tanh(cell)]
        )
        by_scores = np.column_stack(
            [
                by_gates * gates * (1 - gates),
                by_cell * admit * (1 - candidate**2),
            ]
        )
        slopes += by_scores.T @ seen
        by_output = by_scores @ weights[:, 3]
        by_cell = by_cell * keep
    return np.append(slopes, scale)


# long: 60 s
def trained(steps=400, gated=True, seed=0, rate=0.05):
    """The 21 parameters of a cell after so many steps of Adam.

    At first all are 0, so every gate is half open, but for the scale.
    Without gates, the gates see nothing: each stays at what suits best.
    """
    rng = np.random.default_rng(seed)
    parameters = np.append(np.zeros(20), 1.0)
    free = np.ones(21)
    if not gated:
        free[:15] = np.tile([0, 0, 0, 0, 1], 3)
    mean = square = np.zeros(21)
    for count in range(1, steps + 1):
        slope = free * gradient(parameters, *sequences(rng))
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        size = np.sqrt(square / (1 - 0.99**count)) + 1e-8
        parameters = parameters - rate * mean / (1 - 0.9**count) / size
    return parameters


def fresh(count, length):
    """Sequences that no cell has learnt from."""
    return sequences(np.random.default_rng(1997), count, length)


def missed(gated=True, seed=0):
    """The mean squared error over the mean square of what is wanted.

    Both are those of new sequences.
    """
    inputs, wanted = fresh(300, 40)
    found = answers(trained(gated=gated, seed=seed), inputs)
    return np.mean((found - wanted) ** 2) / np.mean(wanted**2)


def openings(seed=0):
    """The mean of each gate while the cell holds, writes and forgets."""
    inputs, _ = fresh(300, 40)
    moments = run(trained(seed=seed), inputs)
    gates = np.stack([moment[1] for moment in moments], axis=1)
    write, forget = inputs[..., 1] == 1, inputs[..., 2] == 1
    tasks = {"hold": ~write & ~forget, "write": write, "forget": forget}
    means = [gates[when].mean(axis=0) for when in tasks.values()]
    return {"task": list(tasks)} | {
        f"{name} gate": list(column)
        for name, column in zip(GATES, np.transpose(means), strict=True)
    }


def held_half_life(seed=0):
    """The half-life at the forget gate's mean while it holds."""
    return np.log(1 / 2) / np.log(openings(seed)["forget gate"][0])


def input_squash():
    """The 1997 cell's input squashing is twice a tanh."""
    left = sympy.Add(4 * sigma(x), -2, evaluate=False)
    return sympy.Eq(left, 2 * sympy.tanh(x / 2))


def output_squash():
    """The 1997 cell's output squashing is a tanh."""
    left = sympy.Add(2 * sigma(x), -1, evaluate=False)
    return sympy.Eq(left, sympy.tanh(x / 2))


def fading():
    """What forget gates keep over a thousand steps, by their bias."""
    steps = np.geomspace(0.3, 1000, 121)
    fig, ax = plt.subplots(figsize=(5.6, 3))
    ax.axhline(1 / 2, color="gray", lw=1)
    for bias in range(6):
        ax.plot(steps, kept(bias, steps), "black", label=f"b = {bias}")
        ax.plot(half_life(bias), 1 / 2, "C2o", ms=6)
        ax.text(1.15 * half_life(bias), 0.53, f"{bias}", color="C2")
    ax.set(xscale="log", xlim=(0.3, 1000), ylim=(0, 1.02))
    ax.set(xlabel="step", ylabel="share kept")
    return fig


def memory():
    """A sequence, what the cell remembers of it, and its gates."""
    inputs, wanted = fresh(1, 40)
    moments = run(trained(), inputs)
    time = np.arange(40)
    fig, axes = plt.subplots(3, sharex=True, figsize=(5.6, 5))
    top, *rest = axes
    write = inputs[0, :, 1] == 1
    top.plot(time, inputs[0, :, 0], "o", color="gray", ms=4)
    top.plot(time[write], inputs[0, write, 0], "o", color="C2", ms=8)
    top.plot(
        time,
        answers(trained(), inputs)[0],
        "C2",
        drawstyle="steps-mid",
        label="with gates",
    )
    top.plot(
        time,
        answers(trained(gated=False), inputs)[0],
        "C3",
        ls="--",
        drawstyle="steps-mid",
        label="without gates",
    )
    top.plot(time, wanted[0], "black", lw=1, drawstyle="steps-mid")
    top.set(ylabel="memory", ylim=(-1.1, 1.1))
    for ax, gate in zip(rest, (1, 0), strict=True):
        heights = [moment[1][0, gate] for moment in moments]
        ax.stairs(heights, np.arange(41) - 0.5, fill=True, color="C0")
        ax.set(ylabel=f"{GATES[gate]} gate", ylim=(0, 1))
    for ax in axes:
        ax.set(xlim=(-1, 40))
        for t in time[inputs[0, :, 2] == 1]:
            ax.axvline(t, color="gray", lw=1, ls=":")
    rest[-1].set(xlabel="time")
    for ax in axes[:2]:
        ax.set(xlabel=" ")
    return fig


def progress():
    """The forget gate over time before, during and after training."""
    inputs, _ = fresh(1, 40)
    stages = [0, 25, 50, 400]
    fig, axes = plt.subplots(4, sharex=True, figsize=(5.6, 4.6))
    for ax, steps in zip(axes, stages, strict=True):
        heights = [m[1][0, 1] for m in run(trained(steps), inputs)]
        ax.stairs(heights, np.arange(41) - 0.5, fill=True, color="C0")
        ax.set(xlabel=" ", ylabel=f"{steps}", ylim=(0, 1), xlim=(-1, 40))
        for t in np.flatnonzero(inputs[0, :, 1] == 1):
            ax.plot(t, 0.1, "o", color="white", ms=3)
        for t in np.flatnonzero(inputs[0, :, 2] == 1):
            ax.axvline(t, color="gray", lw=1, ls=":")
    axes[-1].set(xlabel="time")
    return fig
