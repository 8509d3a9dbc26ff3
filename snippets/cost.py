"""What a unit's function costs: time a number, share of a dense layer."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit, ndtr

from snippets._recorded import COST
from snippets.implementation import CHUNK


def copy(x, out):
    """Write an array x to out as it is: what any function takes at least."""
    np.copyto(out, x)


def relu(x, out):
    """Write the rectifier of a float array x, max(x, 0), to out."""
    np.maximum(x, 0, out=out)


def by_exp(x, out):
    """Write the sigmoid of a float array x to out, in four steps.

    Below -88 (float32) or -709 (float64) it overflows and warns.
    """
    np.negative(x, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.divide(1, out, out=out)


def gelu(x, out):
    """Write the GELU of a float array x, x times Φ(x), to out."""
    ndtr(x, out)
    np.multiply(x, out, out=out)


def quick_gelu(x, out):
    """Write x times the sigmoid of 1.702 x to out: nearly the GELU.

    Below -52 (float32) or -416 (float64) it overflows and warns.
    """
    np.multiply(x, -1.702, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.divide(x, out, out=out)


UNITS = {
    "a copy": copy,
    "ReLU": relu,
    "eˣ": np.exp,
    "tanh": np.tanh,
    "σ": by_exp,
    "σ, SciPy": expit,
    "GELU by σ": quick_gelu,
    "GELU by Φ": gelu,
}


def chunked(unit, x, out):
    """Write a unit's values of x to out, by chunks that stay in the cache."""
    for first in range(0, x.size, CHUNK):
        part = slice(first, first + CHUNK)
        unit(x[part], out[part])


def dense(x, weights, biases, out):
    """Write the weighted sums of a dense layer to out, one row an example."""
    np.matmul(x, weights, out=out)
    np.add(out, biases, out=out)


def slope(s, out):
    """Write the slope of the sigmoid to out, given its values s."""
    np.subtract(1, s, out=out)
    np.multiply(s, out, out=out)


def costs():
    """Nanoseconds a number on one core, by the function, as recorded."""
    return {"function": list(UNITS)} | {
        f"{dtype}, {where}": [cost(unit, place, dtype) for unit in UNITS]
        for dtype in ("float32", "float64")
        for where, place in (("cache", "cached"), ("memory", "memory"))
    }


def cost(unit, place="cached", dtype="float32"):
    """Nanoseconds a number, as recorded; the place is cached or memory."""
    return COST[place][dtype][unit]


def ratio(unit, other):
    """How many times more a number costs in cache, in float32."""
    return cost(unit) / cost(other)


def slope_cost():
    """Nanoseconds for a slope from the sigmoid's value, as recorded."""
    return COST["slope"]


def sums(width):
    """Nanoseconds for one weighted sum of so many inputs, as recorded."""
    return COST["dense"][COST["widths"].index(width)]


def share(unit, width):
    """The unit's share of the time of a dense layer, as recorded."""
    taken = COST["layer"][unit][COST["widths"].index(width)]
    return taken / (taken + sums(width))


def saved(width):
    """The share of a layer's time that ReLU for the sigmoid would save."""
    place = COST["widths"].index(width)
    saving = COST["layer"]["σ"][place] - COST["layer"]["ReLU"][place]
    return saving / (COST["layer"]["σ"][place] + sums(width))


def weights(width):
    """How many weights and biases a layer has, as wide as its input."""
    return (width + 1) * width


def shares():
    """The unit's share of the time of a dense layer, by its width."""
    fig, ax = plt.subplots(figsize=(5.6, 3.2))
    widths = COST["widths"]
    for unit, color in {"GELU by Φ": "C3", "σ": "C0", "ReLU": "C2"}.items():
        found = [100 * share(unit, width) for width in widths]
        ax.plot(widths, found, color, marker="o", ms=4, label=unit)
        ax.text(15, found[0], unit, color=color, ha="right", va="center")
    ax.set(xscale="log", xlim=(3, 5000), ylim=(0, 100))
    ax.set(xticks=widths, xticklabels=[f"{width:,}" for width in widths])
    ax.set(xlabel="inputs and units of the layer", ylabel="% of the time")
    ax.minorticks_off()
    return fig


def recorded():
    """On what, with what and when the times were measured."""
    return "; ".join(COST[key] for key in ("machine", "versions", "date"))


def program_hash():
    """The hash of the program that was measured."""
    return COST["program"]
