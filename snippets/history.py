"""The history of the sigmoid, and what a neuron has to do with it."""

import matplotlib.pyplot as plt
import numpy as np

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid

GROWTH, STATISTICS, NETWORKS = "C2", "C3", "black"
EVENTS = [
    (1838, GROWTH, "Verhulst", "growth with a limit"),
    (1845, GROWTH, "Verhulst", "named logistique"),
    (1920, GROWTH, "Pearl, Reed", "found again"),
    (1934, STATISTICS, "Bliss", "probit"),
    (1943, NETWORKS, "McCulloch, Pitts", "units on or off"),
    (1944, STATISTICS, "Berkson", "logit"),
    (1958, STATISTICS, "Cox", "logistic regression"),
    (1986, NETWORKS, "Rumelhart", "errors sent back"),
    (1989, NETWORKS, "Cybenko", "one layer comes close"),
    (1991, NETWORKS, "Hochreiter", "gradients vanish"),
    (1997, NETWORKS, "Hochreiter", "gates: LSTM"),
    (2010, NETWORKS, "Glorot, Bengio", "deep sigmoids fail"),
    (2010, NETWORKS, "Nair, Hinton", "rectified units"),
    (2016, NETWORKS, "Hendrycks, Gimpel", "GELU, SiLU"),
    (2017, NETWORKS, "Ramachandran", "Swish, x·σ(x)"),
]


def timeline():
    """The history of the sigmoid as dates on a line, from 1838 to 2017."""
    first, last = EVENTS[0][0], EVENTS[-1][0]
    rows = np.linspace(first, last, len(EVENTS))
    fig, ax = plt.subplots(figsize=(5.6, 5))
    ax.plot([0, 0], [first, last], "gray", lw=1)
    for (year, colour, who, what), row in zip(EVENTS, rows, strict=True):
        ax.plot([0, 0.12, 0.2], [year, row, row], "gray", lw=0.7)
        ax.plot(0, year, colour, marker="o", ms=6, label=f"{who} {year}")
        text = f"{year}  {who}: {what}"
        ax.text(0.22, row, text, color=colour, va="center")
    ax.set(xlim=(-0.05, 1), ylim=(last + 4, first - 4), ylabel="year")
    ax.set_xlabel("what was found, and by whom", loc="left")
    ax.set_xticks([])
    ax.grid(False)
    return fig


def analogy():
    """Activity σ and sensitivity σ′ of a unit at five strengths of drive."""
    drive = np.array([-6, -2, 0, 2, 6])
    return {
        "drive x": [f"{x:g}".replace("-", "−") for x in drive],
        "activity σ(x)": list(sigmoid(drive)),
        "sensitivity σ′(x)": list(sigmoid_prime(drive)),
    }
