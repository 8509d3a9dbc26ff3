"""One sigmoid unit draws a line; a hidden layer goes beyond it."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.function import sigma, sigmoid

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0, 1, 1, 0])
x1, x2, w1, w2, b = sympy.symbols("x1 x2 w1 w2 b", real=True)
steepness = sympy.Symbol("k", real=True)


class z(sympy.Function):
    """What a unit with two inputs feeds to σ, as a SymPy function.

    It depends on the weights and the bias too, but does not print them.
    """

    def _eval_rewrite_as_exp(self, x1, x2, w1, w2, b, **options):
        return w1 * x1 + w2 * x2 + b

    def _latex(self, printer):
        first, second = map(printer.doprint, self.args[:2])
        return f"z({first}, {second})"


def score(first, second):
    """z of two inputs, with the weights w1 and w2 and the bias b."""
    return z(first, second, w1, w2, b)


def unit():
    """A unit weighs its inputs and adds its bias."""
    return sympy.Eq(score(x1, x2), w1 * x1 + w2 * x2 + b)


def opposite():
    """Opposite corners of the square have equal sums."""
    return [
        ("", score(0, 0) + score(1, 1)),
        ("the definition of z", w1 + w2 + 2 * b),
        ("the definition of z", score(0, 1) + score(1, 0)),
    ]


def middle():
    """Between its two lines the hidden layer lifts this much."""
    k = steepness
    left = sympy.Add(sigma(k / 2), -sigma(-k / 2), evaluate=False)
    return sympy.Eq(left, sympy.tanh(k / 4))


def least_steepness():
    """The steepness from which on three units compute XOR: 2 ln 3."""
    return 4 * np.arctanh(1 / 2)


def stacked():
    """Two layers without σ are one."""
    v, w, a, x = sympy.symbols("v w a x", real=True)
    whole = sympy.Add(v * (w * x + a), b, evaluate=False)
    return sympy.Eq(whole, sympy.Add(v * w * x, v * a + b, evaluate=False))


def separator(truth):
    """Weights and bias of a unit that computes truth, or None.

    truth says 0 or 1 for each of the CORNERS. Weights of -1, 0 and 1
    are enough where any are.
    """
    for *weights, bias in product(
        (0, 1, -1), (0, 1, -1), (-1.5, -0.5, 0.5, 1.5)
    ):
        above = CORNERS @ weights + bias > 0
        if np.array_equal(above, truth):
            return np.array(weights), bias
    return None


def reachable():
    """How many of the 16 functions of two bits one unit computes."""
    return sum(separator(t) is not None for t in product((0, 1), repeat=4))


def best_unit(seed=0, steps=2000):
    """The outputs for XOR of one unit that gradient descent has trained."""
    inputs = np.c_[CORNERS, np.ones(4)]
    weights = np.random.default_rng(seed).normal(size=3)
    for _ in range(steps):
        weights -= (sigmoid(inputs @ weights) - XOR) @ inputs
    return sigmoid(inputs @ weights)


def hidden(points, k=20):
    """The outputs of two units: "at least one" and "both"."""
    total = np.sum(points, axis=-1)
    return sigmoid(k * (total - 1 / 2)), sigmoid(k * (total - 3 / 2))


def three_units(points, k=20):
    """XOR of the last axis of points: "at least one" but not "both"."""
    one, both = hidden(points, k)
    return sigmoid(k * (one - both - 1 / 2))


def outputs():
    """XOR by one unit, trained, and by three, set by hand."""
    return {
        "x₁, x₂": [f"{first}, {second}" for first, second in CORNERS],
        "XOR": XOR,
        "one unit": best_unit(),
        "three units": three_units(CORNERS),
    }


# long: 60 s
def trained(units, seed=0, networks=100, steps=4000, rate=4.0):
    """Losses and outputs of networks that learn XOR by backpropagation.

    Each has one layer of hidden units and begins at random. The losses
    have a row for each step and a column for each network; the outputs,
    at the end, a row for each network and a column for each corner.
    """
    rng = np.random.default_rng(seed)
    inputs = np.c_[CORNERS, np.ones(4)]
    first = rng.normal(size=(networks, 3, units))
    second = rng.normal(size=(networks, units + 1, 1))
    wanted = XOR[:, None]
    losses = []
    for _ in range(steps):
        inner = sigmoid(inputs @ first)
        layer = np.concatenate([inner, np.ones((networks, 4, 1))], axis=2)
        output = sigmoid(layer @ second)
        right = np.where(wanted, output, 1 - output)
        losses.append(-np.log(right).mean(axis=(1, 2)))
        error = (output - wanted) / 4
        back = error @ second[:, :-1].transpose(0, 2, 1)
        second -= rate * layer.transpose(0, 2, 1) @ error
        first -= rate * inputs.T @ (back * inner * (1 - inner))
    return np.array(losses), output[:, :, 0]


def solved(units, seed=0):
    """How many of 100 random starts end with outputs beyond 0.9 and 0.1."""
    _, output = trained(units, seed)
    return int(np.sum(np.all(np.abs(output - XOR) < 0.1, axis=1)))


def starts():
    """How many of 100 random starts learn XOR, by the size of the layer."""
    sizes = [2, 3, 4, 8]
    return {
        "hidden units": sizes,
        "starts that learn XOR": [solved(size) for size in sizes],
    }


def staircase(units, points):
    """A sine made of sigmoids: one step for each unit of a hidden layer."""
    edges = np.linspace(0, 2 * np.pi, units + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    steps = np.diff(np.sin(edges))
    sharp = 12 / (edges[1] - edges[0])
    return sigmoid(sharp * np.subtract.outer(points, middles)) @ steps


def staircase_error(units):
    """The largest distance of the staircase from the sine."""
    points = np.linspace(0, 2 * np.pi, 2001)
    return np.abs(staircase(units, points) - np.sin(points)).max()


def levels(weights, bias):
    """Where the output of one unit is 0.01, 0.1, 0.5, 0.9 and 0.99."""
    weights = np.asarray(weights)
    fig, ax = plt.subplots(figsize=(5.6, 4))
    side = np.linspace(-2, 3, 2)
    for share in (0.01, 0.1, 0.5, 0.9, 0.99):
        logit = np.log(share / (1 - share))
        half = share == 0.5
        ax.plot(
            (logit - bias - weights[1] * side) / weights[0],
            side,
            "C0",
            lw=3 if half else 1.2,
            label=f"σ = {share:g}",
        )
        place = (logit - bias - weights[1] * 2.55) / weights[0]
        ax.text(place + 0.08, 2.55, f"{share:g}", color="C0")
    start = np.array([0.5, 0.5])
    arrow = {"arrowstyle": "->", "color": "black", "lw": 1.5}
    ax.annotate("", start + weights / 2, start, arrowprops=arrow)
    ax.text(1.6, 0.9, "w")
    ax.set(xlim=(-3, 4), ylim=(-2, 3), aspect="equal")
    ax.set(xlabel="x₁", ylabel="x₂")
    return fig


def functions():
    """The 16 functions of two bits, each with its line if it has one."""
    fig, axes = plt.subplots(4, 4, figsize=(5.6, 4.8))
    for ax, truth in zip(axes.flat, product((0, 1), repeat=4), strict=True):
        ax.axis("off")
        ax.set(xlim=(-1, 2), ylim=(-0.8, 1.8), aspect="equal")
        _draw_points(ax, CORNERS, truth)
        found = separator(truth)
        if found is None:
            ax.text(0.5, 0.5, "no line", ha="center", va="center", color="C3")
        else:
            _draw_line(ax, *found)
    return fig


def folding():
    """The four inputs of XOR before and after the hidden layer."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3))
    for total in (0.5, 1.5):
        left.plot([total + 1, total - 2], [-1, 2], "C0", lw=1.5)
    right.plot([0, 1.5], [-0.5, 1], "C0", lw=1.5)
    one, both = hidden(CORNERS, 8)
    for ax, places in (left, CORNERS), (right, np.c_[one, both]):
        _draw_points(ax, places, XOR)
        ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), aspect="equal")
        ax.set(xticks=[0, 1], yticks=[0, 1])
    left.set(xlabel="x₁", ylabel="x₂")
    right.set(xlabel="h₁, at least one", ylabel="h₂, both")
    return fig


def learning():
    """The loss of 20 networks of three units while they learn XOR."""
    losses, _ = trained(2)
    steps = np.unique(np.geomspace(1, len(losses), 40).astype(int))
    fig, ax = plt.subplots()
    for run in losses.T[:20]:
        ax.plot(steps, run[steps - 1], "gray", lw=0.8)
    for height, text in (np.log(2), "ln 2"), (np.log(2) / 2, "½ ln 2"):
        ax.axhline(height, color="C3", lw=1, ls="--")
        ax.text(1.1, height - 0.02, text, color="C3", va="top")
    ax.set(xscale="log", xlabel="step", ylabel="log-loss")
    ax.set(xlim=(1, len(losses)), ylim=(0, 1.4))
    return fig


def sums():
    """A sine and the sums of 8 and of 32 sigmoids."""
    points = np.linspace(0, 2 * np.pi, 161)
    fig, ax = plt.subplots(figsize=(5.6, 2.8))
    ax.plot(points, np.sin(points), "black", lw=1, label="sine")
    ax.plot(points, staircase(8, points), "C2", label="8 sigmoids")
    ax.plot(points, staircase(32, points), "C3", ls="--", label="32 sigmoids")
    ax.set(xlabel="x", ylabel="sum", xlim=(0, 2 * np.pi))
    return fig


def _draw_points(ax, points, values):
    for point, value in zip(points, values, strict=True):
        fill = "C2" if value else "white"
        ax.plot(*point, "o", ms=9, mfc=fill, mec="C2")


def _draw_line(ax, weights, bias):
    """Where weights · x + bias is 0, over the whole square."""
    if not np.any(weights):
        return
    foot = -bias * weights / (weights @ weights)
    along = np.array([[-3], [3]]) * [-weights[1], weights[0]]
    ax.plot(*(foot + along).T, "C0", lw=1.5)
