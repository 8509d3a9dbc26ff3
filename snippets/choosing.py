"""One network, ten activations: what trains at depth 2, 8 and 20."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from snippets.function import sigmoid
from snippets.images import digits

NAMES = [
    "sigmoid",
    "hard sigmoid",
    "σ − ½",
    "tanh",
    "softsign",
    "ReLU",
    "ELU",
    "softplus",
    "SiLU",
    "GELU, by σ",
]
DEPTHS = [2, 8, 20]
SEEDS = 5
WIDTH = 32  # hidden units in each layer


def respond(name, z):
    """The values of an activation at an array z, and its slopes there."""
    match name:
        case "sigmoid":
            y = sigmoid(z)
            return y, y * (1 - y)
        case "hard sigmoid":
            y = np.clip(z / 6 + 1 / 2, 0, 1)
            return y, np.where(np.abs(z) < 3, z.dtype.type(1 / 6), 0)
        case "4σ":
            y = sigmoid(z)
            return 4 * y, 4 * y * (1 - y)
        case "4σ − 2":
            y = sigmoid(z)
            return 4 * y - 2, 4 * y * (1 - y)
        case "σ − ½":
            y = sigmoid(z)
            return y - 1 / 2, y * (1 - y)
        case "tanh":
            y = np.tanh(z)
            return y, 1 - y**2
        case "softsign":
            below = 1 + np.abs(z)
            return z / below, 1 / below**2
        case "ReLU":
            return np.maximum(z, 0), (z > 0).astype(z.dtype)
        case "ELU":
            power = np.exp(np.minimum(z, 0))
            return np.maximum(z, power - 1), power
        case "softplus":
            y = sigmoid(z)
            return np.maximum(z, 0) - np.log(np.maximum(y, 1 - y)), y
        case "SiLU":
            return swish(z, 1)
        case "GELU, by σ":
            return swish(z, 1.702)


def swish(z, beta):
    """The values of z·σ(βz) at an array z, and its slopes there."""
    gate = sigmoid(beta * z)
    return z * gate, gate * (1 + beta * z * (1 - gate))


def started(name, depth, start):
    """Weights of five networks, layer by layer, before they learn.

    A layer is an array of network, input and unit, the biases in the
    place after the last input. By default weights and biases are drawn
    evenly from ±1/√n for n inputs; by He weights are normal with the
    variance 2/n and biases 0; fitted, the sums that enter a unit have
    mean 0 and variance 1 over the images to learn from.
    """
    rng = np.random.default_rng(0)
    values = digits()[0].astype("float32")
    layers = []
    for inputs, units in pairwise([64] + [WIDTH] * depth + [10]):
        layer = np.zeros((SEEDS, inputs + 1, units), "float32")
        if start == "default":
            layer[:] = rng.uniform(-1, 1, layer.shape) / np.sqrt(inputs)
        else:
            layer[:, :-1] = rng.normal(size=(SEEDS, inputs, units))
            layer[:, :-1] *= np.sqrt(2 / inputs)
        if start == "fitted":
            sums = values @ layer[:, :-1]
            layer /= sums.std(axis=1, keepdims=True)
            sums = values @ layer[:, :-1]
            layer[:, -1] = -sums.mean(axis=1)
        values, _ = respond(name, values @ layer[:, :-1] + layer[:, -1:])
        layers.append(layer)
    return layers


def forward(name, layers, images):
    """The values of each layer, images first, and the slopes of the hidden.

    The output units are sigmoids, whatever the hidden units are.
    """
    values, slopes = [images], []
    for layer in layers:
        sums = values[-1] @ layer[:, :-1] + layer[:, -1:]
        value, slope = respond(name, sums)
        values.append(value)
        slopes.append(slope)
    values[-1] = sigmoid(sums)
    return values, slopes[:-1]


def gradients(name, layers, images, wanted):
    """The gradient of the log-loss by each layer: backpropagation."""
    values, slopes = forward(name, layers, images)
    error = (values[-1] - wanted) / len(images)
    found = []
    for place in reversed(range(len(layers))):
        by_weight = values[place].swapaxes(-1, -2) @ error
        by_bias = error.sum(axis=1, keepdims=True)
        found.append(np.concatenate([by_weight, by_bias], axis=1))
        if place:
            back = layers[place][:, :-1].swapaxes(1, 2)
            error = error @ back * slopes[place - 1]
    return found[::-1]


def rate(depth):
    """The step length of a network with so many hidden layers."""
    return 0.014 / np.sqrt(depth)


# long: 120 s
def trained(name, depth, start, epochs=8, batch=50):
    """The shares of digits that five networks read right after training.

    The first row is of the 1,000 that they learn from, the second of the
    797 others. They learn by Adam (Kingma and Ba, 2015).
    """
    images, labels, others, theirs = digits()
    images, others = images.astype("float32"), others.astype("float32")
    wanted = np.eye(10, dtype="float32")[labels]
    layers = started(name, depth, start)
    means = [np.zeros_like(layer) for layer in layers]
    squares = [np.zeros_like(layer) for layer in layers]
    rng = np.random.default_rng(0)
    count = 0
    for _ in range(epochs):
        for part in rng.permutation(len(images)).reshape(-1, batch):
            count += 1
            length = np.float32(
                rate(depth) * np.sqrt(1 - 0.99**count) / (1 - 0.9**count)
            )
            slopes = gradients(name, layers, images[part], wanted[part])
            for layer, mean, square, slope in zip(
                layers, means, squares, slopes, strict=True
            ):
                mean += (slope - mean) * np.float32(0.1)
                square += (slope**2 - square) * np.float32(0.01)
                layer -= length * mean / (np.sqrt(square) + np.float32(1e-8))
    return [
        np.mean(read(name, layers, pictures) == truth, axis=1)
        for pictures, truth in ((images, labels), (others, theirs))
    ]


def read(name, layers, images):
    """The digits that each network reads in images: where it says most."""
    return forward(name, layers, images)[0][-1].argmax(axis=-1)


def share(name, depth, start):
    """The mean share of new digits that five networks read right."""
    return np.mean(trained(name, depth, start)[1])


def least(depth, start):
    """The least share of new digits that any of all the networks reads."""
    return min(np.min(trained(n, depth, start)[1]) for n in NAMES)


def most(depth, start):
    """The largest share of new digits that any of all the networks reads."""
    return max(np.max(trained(n, depth, start)[1]) for n in NAMES)


def shares(start):
    """Percent of new digits read right: the mean of five, least, largest."""
    table = {"activation": NAMES}
    for depth in DEPTHS:
        rows = [100 * trained(name, depth, start)[1] for name in NAMES]
        table[f"depth {depth}"] = list(map(_interval, rows))
    return table


def ablation():
    """Percent of new digits read by forms of the sigmoid, 20 layers deep."""
    forms = ["sigmoid", "σ − ½", "4σ", "4σ − 2"]
    rows = [100 * trained(name, 20, "fitted")[1] for name in forms]
    return {
        "hidden units": forms,
        "largest slope": ["¼", "¼", "1", "1"],
        "mean": ["½", "0", "2", "0"],
        "read": list(map(_interval, rows)),
    }


def growth(name):
    """By what a fitted layer multiplies the mean square of an error.

    It is the mean square of the slope over the variance of the value,
    for sums that are normal with mean 0 and variance 1.
    """
    z = np.linspace(-10, 10, 4000)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    value, slope = respond(name, z)
    return weight @ slope**2 / (weight @ (value - weight @ value) ** 2)


def fading(name, depth, start):
    """The first layer's gradient over the last's, before any training.

    Each is the root of the mean square over five networks and weights.
    """
    images, labels, *_ = digits()
    wanted = np.eye(10, dtype="float32")[labels]
    layers = started(name, depth, start)
    slopes = gradients(name, layers, images.astype("float32"), wanted)
    first, last = (
        np.sqrt(np.mean(np.square(s))) for s in (slopes[0], slopes[-1])
    )
    return first / last


def beginnings():
    """How errors grow or fade on their way back, before any training."""
    return {
        "activation": NAMES,
        "fitted, a layer": [growth(name) for name in NAMES],
        "fitted, 20 layers": [fading(name, 20, "fitted") for name in NAMES],
        "default, 20 layers": [fading(name, 20, "default") for name in NAMES],
    }


def results():
    """Shares of new digits read, by activation, depth and start."""
    fig, axes = plt.subplots(1, 3, sharey=True, figsize=(5.6, 4.2))
    rows = np.arange(len(NAMES))
    for ax, depth in zip(axes, DEPTHS, strict=True):
        for start, style in ("default", "C3x"), ("fitted", "C2o"):
            right = [trained(name, depth, start)[1] for name in NAMES]
            places = np.repeat(rows, SEEDS)
            ax.plot(100 * np.ravel(right), places, style, ms=5, label=start)
        ax.set(xlim=(0, 103), xticks=[10, 50, 90], ylim=(9.6, -1.1))
        ax.set(xlabel=f"% read, depth {depth}")
    axes[0].set(yticks=rows, yticklabels=NAMES, ylabel="hidden units")
    axes[1].text(90, -0.7, "fitted", color="C2", ha="center")
    axes[1].text(12, -0.7, "default", color="C3", ha="left")
    return fig


def _interval(row):
    return f"{row.mean():.0f} ({row.min():.0f}–{row.max():.0f})"
