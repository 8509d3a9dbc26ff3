"""A well-known plotting program, repaired and explained line by line."""

import matplotlib.pyplot as plt
import numpy as np

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid


def plot():
    """The sigmoid and its slope, with the vertical axis at 0."""
    x = np.linspace(-6, 6, 241)
    fig, ax = plt.subplots()
    ax.plot(x, sigmoid(x), color="C0", label="σ(x)")
    ax.plot(x, sigmoid_prime(x), color="C1", label="σ′(x)")
    ax.spines["left"].set_position("zero")
    ax.spines[["top", "right"]].set_visible(False)
    ax.text(2.2, 0.83, "σ(x)", color="C0")
    ax.text(1.5, 0.18, "σ′(x)", color="C1")
    ax.set(xlabel="x", ylabel="σ(x) and σ′(x)", xlim=(-6, 6), ylim=(0, 1.05))
    ax.set_yticks([0.5, 1])
    ax.yaxis.set_label_coords(-0.02, 0.5)
    return fig


FAULTS = {
    "Define the # sigmoid": "# Define the sigmoid",
    "def sigmoid(x):\nreturn 1 / (1 + np.exp(-x))": "    return …",
    "plt.show()The curve": "plt.show()",
    "ax.plot(x, y, color='#9621E2″)": "color='#9621E2'",
    "ax.plot(x y)": "ax.plot(x, y)",
    "sax.spines['left']": "ax.spines['left']",
    "ax.spines['left'].set_position('left')": "set_position('center')",
    "ax.xaxis.sticks('bottom')": "ax.xaxis.set_ticks_position('bottom')",
    "(s, slope)[2]": "(s, slope)[1]",
    "ax.legend(frameon='false')": "ax.legend(frameon=False)",
}


def faults():
    """Faults of programs in circulation: what they do, what to write."""
    return {
        "fault": [fault.replace("\n", " ⏎ ") for fault in FAULTS],
        "what happens": [outcome(fault) for fault in FAULTS],
        "write": list(FAULTS.values()),
    }


def outcome(code):
    """The name of the error that a piece of code ends with, or "it runs"."""
    fig, ax = plt.subplots()
    ax.plot([], label="σ(x)")
    names = {"np": np, "plt": plt, "ax": ax}
    names |= dict.fromkeys(("x", "y", "s", "slope"), np.zeros(5))
    try:
        exec(compile(code, "<fault>", "exec"), names)
    except Exception as error:
        return type(error).__name__
    finally:
        plt.close(fig)
    return "it runs"


def framed(frameon):
    """Whether a legend is drawn with a frame when it is told frameon."""
    fig, ax = plt.subplots()
    ax.plot([], label="σ(x)")
    legend = ax.legend(frameon=frameon)
    plt.close(fig)
    return bool(legend.get_frame_on())


def gap(count):
    """How far np.linspace(-10, 10, count) stays away from 0."""
    return np.fabs(np.linspace(-10, 10, count)).min()


def step(count):
    """The step of np.linspace(-10, 10, count)."""
    return 20 / (count - 1)


def peak(count):
    """The largest slope that np.linspace(-10, 10, count) shows."""
    return sigmoid_prime(np.linspace(-10, 10, count)).max()


def arange_count():
    """The number of points of np.arange(-6, 6, 0.01)."""
    return np.arange(-6, 6, 0.01).size


def arange_last():
    """The last point of np.arange(-6, 6, 0.01)."""
    return np.arange(-6, 6, 0.01)[-1]


def arange_gap():
    """How far np.arange(-6, 6, 0.01) stays away from 0."""
    return np.fabs(np.arange(-6, 6, 0.01)).min()
