"""A network of sigmoids reads digits; one sigmoid cuts out a flower."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.path import Path
from sklearn.datasets import load_digits, load_sample_image
from sklearn.neural_network import MLPClassifier

from snippets.function import sigmoid

# Seen on white and on black.
GREEN, PURPLE = (0.2, 0.6, 0.4), (0.6, 0.35, 0.75)
SHRINK = 7  # pixels of the photograph along one side of ours
# Left, top, width and height, in pixels of the photograph.
PETALS = [(210, 230, 42, 28), (300, 270, 42, 28)]
LEAVES = [(35, 210, 56, 42), (500, 210, 56, 42)]
# Corners of the two blossoms, traced by hand in the photograph.
UPPER = """
    317,85 337,91 365,95 385,104 390,112 405,117 411,132 424,142 430,157
    432,180 442,195 446,220 445,242 440,260 430,275 426,290 412,310 406,322
    385,332 365,347 347,355 325,358 295,360 270,352 247,350 225,335 205,317
    195,300 182,282 172,260 169,235 171,200 176,172 187,167 189,142 202,136
    206,120 227,114 240,100 265,96 282,97 300,87
"""
LOWER = """
    294,427 287,407 300,394 322,392 335,380 347,374 365,380 371,390 380,382
    395,378 410,382 422,380 435,390 441,405 442,417 457,421 470,427
"""


def digits(seed=0):
    """1,000 images to learn from, their digits, 797 others, and theirs.

    An image is a row of 64 pixels from 0, white, to 1, black. Source:
    Alpaydin and Kaynak, 1998, as scikit-learn ships it.
    """
    data = load_digits()
    order = np.random.default_rng(seed).permutation(len(data.target))
    images, labels = data.data[order] / 16, data.target[order]
    return images[:1000], labels[:1000], images[1000:], labels[1000:]


def forward(weights, images):
    """The images and, layer by layer, what the sigmoid units make of them.

    weights has a matrix for each layer, the biases in its last row.
    """
    values = [images]
    for matrix in weights:
        values.append(sigmoid(_with_ones(values[-1]) @ matrix))
    return values


def gradients(weights, images, wanted):
    """The gradient of the log-loss by each weight: backpropagation."""
    values = forward(weights, images)
    error = (values[-1] - wanted) / len(images)
    found = []
    for matrix, value in zip(weights[::-1], values[-2::-1], strict=True):
        found.append(_with_ones(value).T @ error)
        error = error @ matrix[:-1].T * value * (1 - value)
    return found[::-1]


def started(sizes, seed=0):
    """Random weights for layers of these sizes."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=(inputs + 1, units)) / np.sqrt(inputs)
        for inputs, units in zip(sizes[:-1], sizes[1:], strict=True)
    ]


# long: 60 s
def trained(sizes, seed=0, epochs=60, batch=20):
    """Weights of a network that has learnt the digits by gradient descent."""
    images, labels, *_ = digits(seed)
    wanted = np.eye(10)[labels]
    weights = started(sizes, seed)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for part in rng.permutation(len(images)).reshape(-1, batch):
            step = gradients(weights, images[part], wanted[part])
            weights = [w - s for w, s in zip(weights, step, strict=True)]
    return weights


def read(weights, images):
    """The digit whose output is largest, for each image."""
    return forward(weights, images)[-1].argmax(axis=1)


# long: 60 s
def library(seed=0):
    """scikit-learn's network of the same form, trained by its own method."""
    images, labels, *_ = digits(seed)
    network = MLPClassifier(
        24,
        activation="logistic",
        solver="lbfgs",
        alpha=1,
        max_iter=1000,
        random_state=seed,
    )
    return network.fit(images, np.eye(10)[labels])


def unit_count(sizes):
    """How many units a network with layers of these sizes has."""
    return sum(sizes[1:])


def accuracy(sizes, seed=0):
    """The share of the 797 digits that a network reads right."""
    *_, images, labels = digits(seed)
    return np.mean(read(trained(sizes, seed), images) == labels)


def accuracies(seed=0):
    """The share of digits read right, by who reads."""
    images, labels, others, theirs = digits(seed)
    lone = trained([64, 10], seed)
    layered = trained([64, 24, 10], seed)
    network = library(seed)
    table = {"network": [], "on the 1,000": [], "on the 797": []}
    for name, reads in (
        ("10 units", lambda new: read(lone, new)),
        ("24 hidden, 10 units", lambda new: read(layered, new)),
        ("by scikit-learn", lambda new: network.predict_proba(new).argmax(1)),
    ):
        table["network"].append(name)
        table["on the 1,000"].append(np.mean(reads(images) == labels))
        table["on the 797"].append(np.mean(reads(others) == theirs))
    return table


def mistakes(seed=0):
    """Which of the 797 digits the network reads wrong, by their places."""
    *_, images, labels = digits(seed)
    found = read(trained([64, 24, 10], seed), images)
    return np.flatnonzero(found != labels)


def mistaken(seed=0):
    """How many of the 797 digits the network reads wrong."""
    return len(mistakes(seed))


def certainty(right, seed=0):
    """The median of the largest output where it is right, or wrong."""
    *_, images, _ = digits(seed)
    top = forward(trained([64, 24, 10], seed), images)[-1].max(axis=1)
    wrong = np.isin(np.arange(len(images)), mistakes(seed))
    return np.median(top[wrong != right])


def outputs():
    """One digit and the ten outputs of the network that reads it."""
    *_, images, _ = digits()
    values = forward(trained([64, 24, 10]), images[:1])[-1][0]
    fig, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3.2))
    _show(left, 1 - images[0].reshape(8, 8))
    right.barh(range(10), values, color="C0")
    for digit, value in enumerate(values):
        right.text(value + 0.02, digit, f"{value:.3f}", va="center")
    right.set(xlim=(0, 1.25), xlabel="σ(z)", ylabel="digit")
    right.set(xticks=[0, 0.5, 1], yticks=range(10))
    right.grid(axis="y", visible=False)
    return fig


def units():
    """The weights of the 24 hidden units, as pictures."""
    first, _ = trained([64, 24, 10])
    tiles = first[:-1].T.reshape(3, 8, 8, 8)
    rows = np.pad(tiles, [(0, 0), (0, 0), (0, 1), (0, 1)])
    whole = rows.transpose(0, 2, 1, 3).reshape(27, 72)[:-1, :-1]
    ink = np.minimum(np.abs(whole) / np.quantile(np.abs(tiles), 0.99), 1)
    tone = np.where(whole[..., None] > 0, GREEN, PURPLE)
    picture = np.dstack([tone, np.round(7 * ink) / 7])
    fig, ax = plt.subplots(figsize=(5.6, 2.2))
    _show(ax, picture)
    for row, names in enumerate(["1 to 8", "9 to 16", "17 to 24"]):
        ax.text(-2, 9 * row + 3.5, names, ha="right", va="center")
    return fig


def confusions():
    """The first twelve digits that the network reads wrong."""
    *_, images, labels = digits()
    found = read(trained([64, 24, 10]), images)
    fig, axes = plt.subplots(2, 6, figsize=(5.6, 2.6))
    for ax, place in zip(axes.flat, mistakes(), strict=False):
        _show(ax, 1 - images[place].reshape(8, 8))
        text = f"{labels[place]}, not {found[place]}"
        ax.text(3.5, -0.8, text, ha="center", fontsize=11)
    return fig


def photograph():
    """The flower: an array of rows, columns and red, green, blue, 0 to 1.

    Each pixel is the mean of 49 of the photograph that scikit-learn ships.
    """
    whole = load_sample_image("flower.jpg") / 255
    rows, columns = whole.shape[0] // SHRINK, whole.shape[1] // SHRINK
    whole = whole[: rows * SHRINK, : columns * SHRINK]
    return whole.reshape(rows, SHRINK, columns, SHRINK, 3).mean(axis=(1, 3))


def brightness(picture):
    """The mean of red, green and blue, as the only feature."""
    return picture.mean(axis=2, keepdims=True)


def marked(rectangles, shape):
    """Which pixels lie in the rectangles."""
    found = np.zeros(shape, bool)
    for left, top, width, height in np.array(rectangles) // SHRINK:
        found[top : top + height, left : left + width] = True
    return found


def fitted(features, wanted, penalty=1, start=0.0):
    """Weights and bias of one sigmoid unit, by Newton's method.

    They minimise the log-loss plus half the squared weights.
    """
    inputs = _with_ones(features)
    costs = np.array([penalty] * features.shape[1] + [0])
    weights = np.full(inputs.shape[1], start)
    for _ in range(20):
        share = sigmoid(inputs @ weights)
        slope = inputs.T @ (share - wanted) + costs * weights
        bend = inputs.T * (share * (1 - share)) @ inputs + np.diag(costs)
        weights -= np.linalg.solve(bend, slope)
    return weights


def scores(features):
    """What each pixel feeds to the sigmoid, learnt from the marked pixels."""
    yes = marked(PETALS, features.shape[:2])
    no = marked(LEAVES, features.shape[:2])
    wanted = np.repeat([1, 0], [yes.sum(), no.sum()])
    weights = fitted(np.concatenate([features[yes], features[no]]), wanted)
    return features @ weights[:-1] + weights[-1]


def mark_count():
    """How many pixels are marked."""
    shape = photograph().shape[:2]
    return int(marked(PETALS + LEAVES, shape).sum())


def pixel_count():
    """How many pixels the picture has."""
    return photograph()[..., 0].size


def traced(wider=0):
    """Which pixels lie within the hand-traced outline of the blossoms.

    wider moves the outline outwards by pixels of the photograph.
    """
    rows, columns, _ = photograph().shape
    across, down = np.meshgrid(np.arange(columns), np.arange(rows))
    centres = (np.dstack([across, down]).reshape(-1, 2) + 1 / 2) * SHRINK
    pen = 2 * wider  # half of what it draws falls outside
    inside = [
        Path(_corners(text)).contains_points(centres, radius=pen)
        for text in (UPPER, LOWER)
    ]
    return np.any(inside, axis=0).reshape(rows, columns)


def overlap(one, other):
    """Intersection over union of two masks."""
    return np.sum(one & other) / np.sum(one | other)


def agreement(colours=True):
    """Intersection over union of the mask and the traced outline.

    The features of a pixel are its three colours, or its brightness.
    """
    picture = photograph()
    features = picture if colours else brightness(picture)
    return overlap(scores(features) > 0, traced())


def outline_agreement(pixels):
    """The same for the outline and itself, so many pixels wider or narrower.

    The pixels are the photograph's; the lesser of both values.
    """
    return min(overlap(traced(d), traced()) for d in (-pixels, pixels))


def overlaps():
    """Intersection over union with the traced outline, by what is compared."""
    return {
        "mask": [
            "by brightness",
            "by red, green and blue",
            "the outline, a pixel off",
        ],
        "overlap": [
            agreement(colours=False),
            agreement(),
            outline_agreement(1),
        ],
    }


def segmentation():
    """The photograph, the probability, the mask and all scores on σ."""
    picture = photograph()
    found = scores(picture)
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.2))
    (photo, shares), (mask, curve) = axes
    marks = marked(PETALS + LEAVES, found.shape)
    _show(photo, np.where(marks[..., None], (picture + 2) / 3, picture))
    _show(shares, sigmoid(found), shades=7)
    flower = np.full(picture.shape, GREEN)
    _show(mask, np.dstack([flower, found > 0]))
    for text in (UPPER, LOWER):
        corners = _corners(text) / SHRINK - 0.5
        mask.plot(*np.append(corners, corners[:1], axis=0).T, "black", lw=1)
    z = np.linspace(-5, 5, 81)
    counts, edges = np.histogram(found, np.linspace(-5, 5, 41))
    curve.stairs(counts / counts.max(), edges, fill=True, color="gray")
    curve.plot(z, sigmoid(z), "C0", label="σ(z)")
    curve.set(xlabel="z", ylabel="σ(z)", xlim=(-5, 5), ylim=(0, 1.05))
    return fig


def _show(ax, picture, shades=15):
    """Draw a grey or coloured picture, values 0 to 1, pixel by pixel."""
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    # Fewer shades make a smaller file.
    coarse = np.round(picture * shades) / shades
    ax.imshow(np.round(coarse * 255).astype(np.uint8), interpolation="none")
    ax.axis("off")


def _corners(text):
    return np.array([corner.split(",") for corner in text.split()], float)


def _with_ones(rows):
    """The rows with a 1 at the end of each, for the bias."""
    return np.column_stack([rows, np.ones(len(rows))])
