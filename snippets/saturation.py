"""Where floats run out: the inputs at which results become 0, 1 or inf."""

import matplotlib.pyplot as plt
import mpmath
import numpy as np

from snippets.function import sigmoid
from snippets.implementation import every_float16, fast_sigmoid, first, naive

FORMATS = {
    "float16": (11, -24),  # binary digits, exponent of the smallest float
    "float32": (24, -149),
    "float64": (53, -1074),
}
DIGITS = {name: digits for name, (digits, _) in FORMATS.items()} | {
    "bfloat16": 8,  # a format that NumPy does not have
}


def atlas():
    """The first x of each format from which on a result is lost."""
    events = {
        "σ(x) = 1": lambda x: sigmoid(x) == 1,
        "the nearest float to σ(x) is 1": None,
        "1 − σ(x) = 0": lambda x: 1 - sigmoid(x) == 0,
        "σ(x) (1 − σ(x)) = 0": lambda x: sigmoid(x) * (1 - sigmoid(x)) == 0,
        "ln(1 − σ(x)) = −∞": lambda x: np.log(1 - sigmoid(x)) == -np.inf,
        "σ(x) σ(−x) is subnormal": _is_small,
        "eˣ = ∞": lambda x: np.exp(x) == np.inf,
        "1/(1 + eˣ) = 0": lambda x: naive(-x) == 0,
        "ln(1/(1 + eˣ)) = −∞": lambda x: np.log(naive(-x)) == -np.inf,
        "σ(−x) = 0": lambda x: sigmoid(-x) == 0,
    }
    columns = {
        name: [
            beginning(holds, name) if holds else nearest_one(name)
            for holds in events.values()
        ]
        for name in FORMATS
    }
    return {"from x on": list(events)} | columns


def beginning(holds, name):
    """The first positive float of a format for which holds is true."""
    kind = np.dtype(name).type
    with np.errstate(all="ignore"):
        return first(holds, kind(0), np.finfo(kind).max)


def nearest_one(name):
    """The first float of a format whose sigmoid is nearest to 1, to 60 digits.

    The sigmoid is 1 − 1/(1 + eˣ), and halfway between 1 and the float
    below it lies 1 − 2⁻ᵖ⁻¹, with p binary digits; ties go to 1.
    """
    digits, _ = FORMATS[name]
    half = mpmath.mpf(2) ** (-digits - 1)

    def holds(x):
        with mpmath.workdps(60):
            return 1 / (1 + mpmath.exp(mpmath.mpf(float(x)))) <= half

    return beginning(holds, name)


def _is_small(x):
    return sigmoid(x) * sigmoid(-x) < np.finfo(x.dtype).smallest_normal


def rounding_to_one(name):
    """p·ln 2: from there on 1 + e⁻ˣ rounds to 1, with p binary digits."""
    return DIGITS[name] * np.log(2)


def perfect_rounding_to_one(name):
    """ln(2ᵖ⁺¹ − 1): from there on σ(x) itself is nearest to 1."""
    return np.log(2.0 ** (DIGITS[name] + 1) - 1)


def rounding_to_zero(name):
    """The x below which σ(x) is less than half the smallest float."""
    return (FORMATS[name][1] - 1) * np.log(2)


def census():
    """How many finite float16 inputs share the outputs 0, 1/2 and 1."""
    value = fast_sigmoid(every_float16())
    shared = [np.count_nonzero(value == goal) for goal in (0, 0.5, 1)]
    rest = value.size - sum(shared)
    return {
        "output": ["0", "½", "1", "any other", "together"],
        "inputs": [*shared, rest, value.size],
        "share": [count / value.size for count in [*shared, rest, value.size]],
    }


def distinct():
    """How many different outputs the finite float16 inputs have."""
    return np.unique(fast_sigmoid(every_float16())).size


def right_outputs():
    """How many different outputs the positive float16 inputs have."""
    x = every_float16()
    return np.unique(fast_sigmoid(x[x > 0])).size


def left_outputs():
    """How many different outputs the negative float16 inputs have."""
    x = every_float16()
    return np.unique(fast_sigmoid(x[x < 0])).size


def sharing():
    """How many float16 inputs share each output of the sigmoid."""
    output, inputs = np.unique(
        fast_sigmoid(every_float16()), return_counts=True
    )
    fig, ax = plt.subplots(figsize=(5.6, 3))
    ax.plot(output, inputs, "C0", lw=1, label="outputs")
    for goal, place in (0, "left"), (0.5, "left"), (1, "right"):
        many = inputs[output == goal][0]
        ax.plot(goal, many, "C0o", ms=5)
        side = 8 if place == "left" else -8
        ax.annotate(
            f"{many:,} inputs",
            (goal, many),
            (side, -3),
            textcoords="offset points",
            ha=place,
        )
    ax.set(xlabel="output σ(x)", ylabel="inputs with this output")
    ax.set(yscale="log", ylim=(0.7, 40000))
    return fig


def plateaus():
    """The sigmoid of every float16 from 6 to 9, by two programs."""
    x = every_float16()
    x = x[(x >= 6) & (x <= 9)]
    t = np.linspace(6, 9, 301)
    fig, ax = plt.subplots(figsize=(5.6, 3))
    ax.plot(t, sigmoid(t), "gray", lw=1, label="σ(x)")
    style = {"drawstyle": "steps-mid", "lw": 2}
    ax.plot(x, fast_sigmoid(x), "C0", label="rounded once", **style)
    ax.plot(x, sigmoid(x), "C3", label="two lines", **style)
    ax.text(8.98, 0.9988, "rounded once", color="C0", ha="right")
    ax.text(6.5, 0.99912, "two lines", color="C3")
    ax.set(xlabel="x", ylabel="σ(x)", xlim=(6, 9), ylim=(0.9968, 1.0002))
    return fig


def beginning_of_one(name):
    """The first float of a format whose sigmoid is exactly 1."""
    return beginning(lambda x: sigmoid(x) == 1, name)


def bfloat16_one():
    """The first bfloat16 whose sigmoid, rounded once, is exactly 1."""
    x = every_bfloat16()
    return x[bfloat16(sigmoid(x.astype(float))) == 1][0]


def bfloat16_one_by_steps():
    """The first bfloat16 at which 1/(1 + e⁻ˣ), rounded at each step, is 1."""
    x = every_bfloat16()
    z = bfloat16(np.exp(-x.astype(float)))
    return x[bfloat16(1 / bfloat16(1 + z)) == 1][0]


def every_bfloat16():
    """The positive finite bfloat16s, in order, as float32s.

    A bfloat16 is a float32 of which only the first 16 bits are kept.
    """
    return (np.arange(1, 0x7F80, dtype=np.uint32) << 16).view(np.float32)


def bfloat16(x):
    """A float64 array rounded to 8 binary digits, as a bfloat16 has them."""
    part, exponent = np.frexp(x)
    return np.ldexp(np.rint(np.ldexp(part, 8)), exponent - 8)


def finite():
    """The number of finite float16 values."""
    return every_float16().size
