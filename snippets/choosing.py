"""One network, fourteen activations: what learns at depth 2, 8 and 20."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr

from snippets._recorded import LEARNT
from snippets.activations import respond
from snippets.function import sigmoid
from snippets.images import digits

NAMES = [
    "sigmoid",
    "hard sigmoid",
    "tanh",
    "LeCun’s tanh",
    "softsign",
    "arctan",
    "erf",
    "algebraic",
    "ReLU",
    "leaky ReLU",
    "ELU",
    "softplus",
    "SiLU",
    "GELU",
]
DEPTHS = [2, 8, 20]
RATES = [0.0003, 0.001, 0.003, 0.01, 0.03]
SEEDS = 10  # networks of a kind
WIDTH = 32  # hidden units in each layer


def splits():
    """Images and digits, cut differently for each of ten networks.

    The first 800 are to learn from, 200 to choose a rate by, 797 to test.
    """
    cut = [digits(seed) for seed in range(SEEDS)]
    images = [np.concatenate([part[0], part[2]]) for part in cut]
    labels = [np.concatenate([part[1], part[3]]) for part in cut]
    return np.array(images, "float32"), np.array(labels)


def started(name, depth, start, images):
    """Weights of ten networks, layer by layer, before they learn.

    A layer is an array of network, input and unit, the biases in the
    place after the last input. By default weights and biases are drawn
    evenly from ±1/√n for n inputs; by He weights are normal with the
    variance 2/n and biases 0; fitted, the sums that enter a unit have
    mean 0 and variance 1 over the images of its network.
    """
    rng = np.random.default_rng(0)
    values, layers = images, []
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
    for layer in layers[:-1]:
        sums = values[-1] @ layer[:, :-1] + layer[:, -1:]
        value, slope = respond(name, sums)
        values.append(value)
        slopes.append(slope)
    sums = values[-1] @ layers[-1][:, :-1] + layers[-1][:, -1:]
    return [*values, sigmoid(sums)], slopes


def gradients(name, layers, images, wanted):
    """The gradient of the log-loss by each layer: backpropagation."""
    values, slopes = forward(name, layers, images)
    error = (values[-1] - wanted) / images.shape[1]
    found = []
    for place in reversed(range(len(layers))):
        by_weight = values[place].swapaxes(1, 2) @ error
        by_bias = error.sum(axis=1, keepdims=True)
        found.append(np.concatenate([by_weight, by_bias], axis=1))
        if place:
            back = layers[place][:, :-1].swapaxes(1, 2)
            error = error @ back * slopes[place - 1]
    return found[::-1]


def trained(name, depth, start, rate, epochs=24, batch=50):
    """How many images each of ten trained networks reads right.

    The first row counts among the 200 to choose a rate by, the second
    among the 797 to test. They learn by Adam (Kingma and Ba, 2014).
    """
    images, labels = splits()
    learn, wanted = images[:, :800], np.eye(10, dtype="float32")[labels]
    layers = started(name, depth, start, learn)
    means = [np.zeros_like(layer) for layer in layers]
    squares = [np.zeros_like(layer) for layer in layers]
    rng = np.random.default_rng(0)
    network, count = np.arange(SEEDS)[:, None], 0
    for _ in range(epochs):
        order = rng.permuted(np.tile(np.arange(800), (SEEDS, 1)), axis=1)
        for first in range(0, 800, batch):
            part = network, order[:, first : first + batch]
            count += 1
            step = rate * (1 - 0.999**count) ** 0.5 / (1 - 0.9**count)
            slopes = gradients(name, layers, learn[part], wanted[part])
            for layer, mean, square, slope in zip(
                layers, means, squares, slopes, strict=True
            ):
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope**2 - square)
                layer -= step * mean / (np.sqrt(square) + 1e-8)
    right = read(name, layers, images) == labels
    return [right[:, 800:1000].sum(axis=1), right[:, 1000:].sum(axis=1)]


def chosen(name, depth, start):
    """The best of five rates, and how many of 797 ten networks then read.

    The best is at which they read most of 200 images, all ten together.
    """
    counts = {rate: trained(name, depth, start, rate) for rate in RATES}
    best = max(RATES, key=lambda rate: counts[rate][0].sum())
    return best, counts[best][1]


def read(name, layers, images):
    """The digits that each network reads in images: where it says most."""
    return forward(name, layers, images)[0][-1].argmax(axis=-1)


def shares(name, depth, start):
    """The recorded shares of 797 images that ten networks read right."""
    return np.array(LEARNT[name][start][depth]["right"]) / 797


def share(name, depth, start):
    """The mean recorded share of images that ten networks read right."""
    return shares(name, depth, start).mean()


def least(depth, start):
    """The least recorded share that any network of the fourteen reads."""
    return min(shares(name, depth, start).min() for name in NAMES)


def most(depth, start):
    """The largest recorded share that any network of the fourteen reads."""
    return max(shares(name, depth, start).max() for name in NAMES)


def table(start):
    """Percent of new digits read right: the mean of ten, least, largest."""
    columns = {"activation": NAMES}
    for depth in DEPTHS:
        rows = [shares(name, depth, start) for name in NAMES]
        columns[f"depth {depth}"] = list(map(_interval, rows))
    return columns


def ablation():
    """Percent of new digits read by forms of the sigmoid, fitted start."""
    forms = ["sigmoid", "σ − ½", "4σ", "4σ − 2"]
    columns = {
        "hidden units": forms,
        "largest slope": ["¼", "¼", "1", "1"],
        "mean": ["½", "0", "2", "0"],
    }
    for depth in DEPTHS[1:]:
        rows = [shares(form, depth, "fitted") for form in forms]
        columns[f"depth {depth}"] = list(map(_interval, rows))
    return columns


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


def rank_correlation():
    """Spearman's correlation of what is read at depth 20 with the growth.

    Over the fourteen activations, from the fitted start.
    """
    factors = [growth(name) for name in NAMES]
    right = [share(name, 20, "fitted") for name in NAMES]
    return spearmanr(factors, right).statistic


def fading(name, depth, start):
    """The first layer's gradient over the last's, before any training.

    Each is the root of the mean square over ten networks and weights, for
    the first 100 images.
    """
    images, labels = splits()
    few, wanted = images[:, :100], np.eye(10, dtype="float32")[labels[:, :100]]
    layers = started(name, depth, start, few)
    slopes = gradients(name, layers, few, wanted)
    first, last = (
        np.sqrt(np.mean(np.square(s, dtype=float)))
        for s in (slopes[0], slopes[-1])
    )
    return first / last


def likeness(name, depth):
    """How far apart images of one digit are, by how far those of two are.

    Squared distances in the last of so many hidden layers, fitted start,
    before any training, on average over ten networks; depth 0 means the
    images themselves.
    """
    images, labels = splits()
    layers = started(name, depth, "fitted", images[:, :800])
    values, _ = forward(name, layers, images[:, 800:1000])
    ratios = []
    for value, label in zip(values[-2], labels[:, 800:1000], strict=True):
        apart = cdist(value, value, "sqeuclidean")
        same = label[:, None] == label
        other = ~np.eye(len(label), dtype=bool)
        ratios.append(apart[same & other].mean() / apart[~same].mean())
    return np.mean(ratios)


def beginnings():
    """How errors grow or fade on their way back, before any training."""
    return {
        "activation": NAMES,
        "fitted, a layer": [growth(name) for name in NAMES],
        "fitted, 20 layers": [fading(name, 20, "fitted") for name in NAMES],
        "default, 20 layers": [fading(name, 20, "default") for name in NAMES],
    }


def results():
    """Percent of new digits read, by activation, depth and start."""
    names = sorted(NAMES, key=lambda name: share(name, 20, "fitted"))
    rows = np.arange(len(names))
    fig, axes = plt.subplots(1, 3, sharey=True, figsize=(5.6, 5))
    for ax, depth in zip(axes, DEPTHS, strict=True):
        for start, style in ("default", "C3x"), ("fitted", "C2o"):
            right = [100 * shares(name, depth, start) for name in names]
            places = np.repeat(rows, SEEDS)
            ax.plot(np.ravel(right), places, style, ms=4, label=start)
        ax.set(xlim=(0, 103), xticks=[10, 50, 90], ylim=(-0.6, len(names)))
        ax.set(xlabel=f"% read, depth {depth}", ylabel="hidden units")
        ax.yaxis.label.set_visible(depth == DEPTHS[0])
    axes[0].set(yticks=rows, yticklabels=names)
    axes[1].text(90, len(names) - 0.6, "fitted", color="C2", ha="center")
    axes[1].text(12, len(names) - 0.6, "default", color="C3", ha="left")
    return fig


def order():
    """Percent of digits read 20 layers deep, by the growth of errors."""
    names = sorted([*NAMES, "σ − ½"], key=growth, reverse=True)
    labels = [f"{name}  {growth(name):.3f}" for name in names]
    fig, ax = plt.subplots(figsize=(5.6, 4.6))
    for row, name in enumerate(names):
        right = 100 * shares(name, 20, "fitted")
        colour = "C0" if name == "sigmoid" else "C2"
        reach = [right.min(), right.max()]
        ax.plot(reach, [row, row], colour, lw=1.5)
        ax.plot(right.mean(), row, colour, marker="o", label=name)
    ax.set(yticks=range(len(names)), yticklabels=labels)
    ax.set(xlabel="% read, depth 20", ylabel="factor of one layer")
    return fig


def recorded():
    """On what, with what and when the networks were trained."""
    return "; ".join(LEARNT[key] for key in ("machine", "versions", "date"))


def _interval(row):
    numbers = 100 * row.mean(), 100 * row.min(), 100 * row.max()
    form = "{:.0f}\N{NO-BREAK SPACE}({:.0f}–\N{WORD JOINER}{:.0f})"
    return form.format(*numbers)
