"""The sigmoid on one sheet of paper."""

from snippets.function import sigmoid
from snippets.implementation import naive
from snippets.saturation import FORMATS, beginning


def limits():
    """The x of each format from which on results are exactly 1 or 0."""
    return {
        "format": list(FORMATS),
        "σ(x) = 1": [beginning(_is_one, name) for name in FORMATS],
        "1/(1 + e⁻ˣ) = 0": [-beginning(_overflows, name) for name in FORMATS],
        "σ(x) = 0": [-beginning(_is_zero, name) for name in FORMATS],
    }


def _is_one(x):
    return sigmoid(x) == 1


def _overflows(x):
    return naive(-x) == 0


def _is_zero(x):
    return sigmoid(-x) == 0
