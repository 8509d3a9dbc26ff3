"""Vanishing gradients: products of slopes, and networks they keep still."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid, x
from snippets.images import digits, started

# A hidden unit puts out scale · σ(steep · z) − shift.
UNITS = {
    "σ": (1, 0, 1),
    "σ − ½": (1, 1 / 2, 1),
    "4σ": (4, 0, 1),
    "4σ − 2": (4, 2, 1),
    "σ(4x)": (1, 0, 4),
    "σ(4x) − ½": (1, 1 / 2, 4),
}
RATES = [1, 0.3, 0.1, 0.03]


def chain():
    """The slope of two sigmoids in a row is the product of two slopes."""
    w = sympy.Symbol("w", real=True)
    whole = sympy.Derivative(sigma(w * sigma(x)), x)
    return sympy.Eq(whole, w * sigma_prime(w * sigma(x)) * sigma_prime(x))


def log_loss_slope():
    """The slope of the log-loss of a 1 is the mistake, with no σ′."""
    return sympy.Eq(sympy.Derivative(-sympy.log(sigma(x)), x), sigma(x) - 1)


def squared_slope():
    """The slope of half the squared error of a 1 has σ′ as a factor."""
    wrong = sympy.Add(sigma(x), -1, evaluate=False)
    slope = sympy.Derivative(wrong**2 / 2, x)
    return sympy.Eq(slope, sympy.Mul(wrong, sigma_prime(x), evaluate=False))


def layers_until(holds, name):
    """How many quarters of a format multiply to what makes holds true."""
    quarter = np.dtype(name).type(1 / 4)
    product, count = quarter, 1
    while not holds(product):
        product, count = product * quarter, count + 1
    return count


def limits():
    """How many sigmoids in a row silence a gradient, by the format."""
    formats = ["float16", "float32", "float64"]
    events = {
        "1 + gradient = 1": lambda product: 1 + product == 1,
        "gradient = 0": lambda product: product == 0,
    }
    return {"format": formats} | {
        event: [layers_until(holds, name) for name in formats]
        for event, holds in events.items()
    }


def network(depth, gain=1, seed=0, width=24):
    """Random weights of so many hidden layers, gain/√inputs in size."""
    sizes = [64] + [width] * depth + [10]
    return [gain * matrix for matrix in started(sizes, seed)]


def forward(weights, images, unit="σ"):
    """What each layer receives, and the sigmoids within each layer."""
    scale, shift, steep = UNITS[unit]
    *hidden, last = weights
    values, shares = [images], []
    for matrix in hidden:
        sums = values[-1] @ matrix[:-1] + matrix[-1]
        shares.append(sigmoid(steep * sums))
        values.append(scale * shares[-1] - shift)
    return values, [*shares, sigmoid(values[-1] @ last[:-1] + last[-1])]


def gradients(weights, images, wanted, unit="σ"):
    """The gradient of the log-loss by each layer's weights."""
    scale, _, steep = UNITS[unit]
    values, shares = forward(weights, images, unit)
    error = (shares[-1] - wanted) / len(images)
    found = []
    for layer in reversed(range(len(weights))):
        found.append(np.vstack([values[layer].T @ error, error.sum(axis=0)]))
        if layer:
            share = shares[layer - 1]
            slope = scale * steep * share * (1 - share)
            error = error @ weights[layer][:-1].T * slope
    return found[::-1]


def sizes(depth, gain=1, seed=0, unit="σ", dtype="float64"):
    """The root mean square of each layer's gradient, before training."""
    images, labels, *_ = digits(seed)
    weights = [m.astype(dtype) for m in network(depth, gain, seed)]
    wanted = np.eye(10, dtype=dtype)[labels[:100]]
    slopes = gradients(weights, images[:100].astype(dtype), wanted, unit)
    return np.array([np.sqrt(np.mean(np.square(slope))) for slope in slopes])


def shrinkage(depth, gain=1, seed=0, unit="σ"):
    """The first layer's gradient as a share of the output layer's."""
    found = sizes(depth, gain, seed, unit)
    return found[0] / found[-1]


def a_layer(gain=1, seed=0):
    """The share of the gradient that a layer leaves, the mean over 50."""
    return shrinkage(50, gain, seed) ** (1 / 50)


def by_depth(seed=0):
    """The first layer's gradient as a share of the output layer's."""
    depths = [1, 2, 5, 10, 20, 50]
    return {"hidden layers": depths} | {
        f"g = {gain}": [shrinkage(depth, gain, seed) for depth in depths]
        for gain in (1, 2, 4, 8)
    }


def silence(gain=1, seed=0):
    """How far below the output the gradients are 0, in layers, in float32."""
    weights = network(300, gain, seed)
    images, labels, *_ = digits(seed)
    parts = [matrix.astype("float32") for matrix in weights]
    wanted = np.eye(10, dtype="float32")[labels[:100]]
    slopes = gradients(parts, images[:100].astype("float32"), wanted)
    return [np.any(slope) for slope in slopes[::-1]].index(False)


def contrast(layer, seed=0):
    """How much a hidden layer's outputs differ between digits.

    It is the standard deviation over 1,000 digits, the mean of all units.
    """
    images, *_ = digits(seed)
    _, shares = forward(network(5, 1, seed), images)
    return shares[layer - 1].std(axis=0).mean()


# long: 60 s
def trained(depth, unit="σ", rate=1.0, seed=0, epochs=100, gain=1):
    """Shares read right, and how far each layer has moved, epoch by epoch.

    The shares are of the 797 digits not learnt from; the distances are
    relative to the layer's size at the start.
    """
    images, labels, others, theirs = digits(seed)
    wanted = np.eye(10)[labels]
    first = weights = network(depth, gain, seed)
    rng = np.random.default_rng(seed)
    right, moved = [], []
    for _ in range(epochs):
        for part in rng.permutation(1000).reshape(-1, 50):
            slopes = gradients(weights, images[part], wanted[part], unit)
            pairs = zip(weights, slopes, strict=True)
            weights = [matrix - rate * slope for matrix, slope in pairs]
        outputs = forward(weights, others, unit)[1][-1]
        right.append(np.mean(outputs.argmax(axis=1) == theirs))
        pairs = zip(weights, first, strict=True)
        moved.append([_size(a - b) / _size(b) for a, b in pairs])
    return np.array(right), np.array(moved)


def reads(depth, seed=0, gain=1):
    """The share of digits read right after 100 epochs of training."""
    return trained(depth, seed=seed, gain=gain)[0][-1]


def awakening(layer, seed=0):
    """The epoch in which a layer of four has moved by half its size."""
    _, moved = trained(4, seed=seed)
    return int(np.argmax(moved[:, layer - 1] > 1 / 2)) + 1


def ablation(seed=0):
    """Percent read right by eight hidden layers, by the unit and the rate."""
    table = {
        "unit": list(UNITS),
        "gradient": [shrinkage(8, seed=seed, unit=unit) for unit in UNITS],
    }
    for rate in RATES:
        right = [trained(8, unit, rate, seed, 20)[0][-1] for unit in UNITS]
        table[f"rate {rate}"] = [round(100 * share) for share in right]
    return table


def mean_slope(unit, seed=0):
    """The mean slope of the units of eight hidden layers, before training."""
    images, *_ = digits(seed)
    _, shares = forward(network(8, 1, seed), images, unit)
    share = np.concatenate(shares[:-1])
    scale, _, steep = UNITS[unit]
    return scale * steep * np.mean(share * (1 - share))


def by_layer():
    """The size of the gradient, layer by layer, in networks of 50 layers."""
    fig, ax = plt.subplots(figsize=(5.6, 3.4))
    colors = {1: "C3", 2: "C2", 4: "gray", 8: "black"}
    for gain, color in colors.items():
        whole = sizes(50, gain)[::-1]
        ax.plot(range(51), whole / whole[0], color, label=f"g = {gain}")
        ax.text(51, whole[-1] / whole[0], f"g = {gain}", color=color)
        for depth in (1, 2, 5, 10, 20):
            part = sizes(depth, gain)[::-1]
            ax.plot(depth, part[-1] / part[0], "o", color=color, ms=4)
    ax.set(xlabel="layers below the output", ylabel="size of the gradient")
    ax.set(yscale="log", xlim=(0, 59))
    return fig


def learning():
    """Digits read right by networks of 1 to 5 hidden layers, over time."""
    fig, ax = plt.subplots(figsize=(5.6, 3))
    for depth in range(1, 6):
        right, _ = trained(depth)
        color = ["C2", "C3"][depth // 5]
        epochs = np.arange(1, len(right) + 1)
        ax.plot(epochs, right, color, lw=1.5, label=f"{depth}")
        # Beside the curve where it crosses one half, or above the lost one.
        reached = right.max() > 0.5
        beside = np.argmax(right > 0.5) * 7 // 6 + 3
        place = (beside, 0.38) if reached else (58, 0.13)
        ax.text(*place, f"{depth}", color=color)
    ax.set(xlabel="epoch", ylabel="read right", xlim=(1, 100), ylim=(0, 1))
    return fig


def awakenings():
    """How far each layer of a network of four has moved, over time."""
    _, moved = trained(4)
    fig, ax = plt.subplots(figsize=(5.6, 3))
    colors = ["gray", "gray", "gray", "C2", "C3"]
    for place, color in enumerate(colors):
        label = f"layer {place + 1}"
        ax.plot(range(1, 101), moved[:, place], color, lw=1.5, label=label)
    for place, text in (3, "layer 4"), (4, "output"):
        ax.text(6, moved[5, place] * 1.4, text, color=colors[place])
    ax.text(36, 0.3, "layers 1 to 3", color="gray")
    ax.set(xlabel="epoch", ylabel="distance from the start")
    ax.set(yscale="log", xlim=(1, 100))
    return fig


def _size(matrix):
    return np.sqrt(np.sum(matrix**2))
