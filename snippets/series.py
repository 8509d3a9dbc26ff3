"""Series for the sigmoid: about 0, over its poles, and in its tails."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.function import sigma, sigmoid, x

k = sympy.Symbol("k", integer=True)


def coefficient(n):
    """The factor of xⁿ in the Taylor series of the sigmoid, for n ≥ 1."""
    top = (2 ** (n + 1) - 1) * sympy.bernoulli(n + 1)
    return top / sympy.factorial(n + 1)


def beginning(last):
    """The Taylor polynomial of the sigmoid up to the power last."""
    terms = [coefficient(n) * x**n for n in range(1, last + 1, 2)]
    return sympy.Add(sympy.Rational(1, 2), *terms, evaluate=False)


def taylor():
    """The sigmoid is its Taylor series within the distance π of 0."""
    numbers = _times(_sum(4**k, -1), sympy.bernoulli(2 * k))
    term = _times(numbers, 1 / sympy.factorial(2 * k), x ** _sum(2 * k, -1))
    series = sympy.Sum(term, (k, 1, sympy.oo))
    equation = sympy.Eq(sigma(x), _sum(sympy.Rational(1, 2), series))
    return equation, {x: sympy.Interval.open(-sympy.pi, sympy.pi)}


def split():
    """The sigmoid by two generating functions of the Bernoulli numbers."""
    one = 1 / _sum(sympy.exp(x), -1)
    two = 2 / _sum(sympy.exp(2 * x), -1)
    left = sympy.Interval.open(-sympy.oo, 0)
    right = sympy.Interval.open(0, sympy.oo)
    equation = sympy.Eq(sigma(x), _sum(1, -one, two))
    return equation, {x: sympy.Union(left, right)}


def at_zero(last):
    """Derivatives at 0, Taylor coefficients, and what two poles foretell."""
    orders = range(1, last + 1, 2)
    return {
        "n": list(orders),
        "σ⁽ⁿ⁾(0)": [coefficient(n) * sympy.factorial(n) for n in orders],
        "coefficient": [float(coefficient(n)) for n in orders],
        "±2/πⁿ⁺¹": [(-1) ** (n // 2) * 2 / np.pi ** (n + 1) for n in orders],
    }


def pole_pair():
    """The denominators of two mirrored poles of the sigmoid, multiplied."""
    place = sympy.I * sympy.pi * _sum(2 * k, 1)
    pair = _times(_sum(x, -place), _sum(x, place))
    return sympy.Eq(pair, _ring())


def partial_fractions():
    """What the sigmoid has above a half: a fraction for each pair of poles."""
    total = sympy.Sum(_fraction(), (k, 0, sympy.oo))
    return sympy.Eq(_sum(sigma(x), -sympy.Rational(1, 2)), total)


def fraction_terms(x, count):
    """The first fractions of the sigmoid at x, in an axis of their own."""
    poles = np.pi * np.arange(1, 2 * count, 2)
    x = np.expand_dims(x, -1)
    return 2 * x / (x**2 + poles**2)


def missed(x, count):
    """What the first fractions of the sigmoid leave of it at x."""
    return sigmoid(x) - 0.5 - fraction_terms(x, count).sum(-1)


def remainder(x, count):
    """What the first fractions leave of the sigmoid, nearly: x/(2π²count)."""
    return x / (2 * np.pi**2 * count)


def exponentials():
    """The sigmoid left of 0 is a geometric series in e^x."""
    term = _times((-1) ** _sum(k, 1), sympy.exp(_times(k, x)))
    series = sympy.Sum(term, (k, 1, sympy.oo))
    left = sympy.Interval.open(-sympy.oo, 0)
    return sympy.Eq(sigma(x), series), {x: left}


def left_tail():
    """Far left the sigmoid is e^x."""
    ratio = _times(sigma(x), _below(sympy.exp(x)))
    return sympy.Eq(sympy.Limit(ratio, x, -sympy.oo), 1)


def right_tail():
    """Far right the complement of the sigmoid is e^-x."""
    ratio = _times(1 - sigma(x), _below(sympy.exp(-x)))
    return sympy.Eq(sympy.Limit(ratio, x, sympy.oo), 1)


def tail_error():
    """The relative error of e^x in place of the sigmoid is e^x."""
    error = _sum(sympy.exp(x) / sigma(x), -1)
    return sympy.Eq(error, sympy.exp(x))


def excess(x):
    """The relative error of e^x in place of the sigmoid of x."""
    return np.exp(x) / sigmoid(x) - 1


def taylor_terms(x, count):
    """The first terms of the Taylor series at x, the half left out.

    They are powers of x/π times numbers near 2/π: powers of x alone would
    overflow where the coefficients underflow.
    """
    orders = np.arange(1, 2 * count, 2)
    numbers = [coefficient(n) * sympy.pi**n for n in map(int, orders)]
    x = np.expand_dims(x, -1)
    return np.array(numbers, float) * (x / np.pi) ** orders


def exponential_terms(x, count):
    """The first terms of the series in e^-x for 1 − σ(x), where x > 0."""
    orders = np.arange(1, count + 1)
    return -((-1.0) ** orders) * np.exp(-orders * np.expand_dims(x, -1))


def needed(terms, total, error):
    """How many terms bring a sum to within an error of its total for good.

    The result is nan if all the terms given do not.
    """
    missed = np.abs(np.cumsum(terms) - total) > error
    if missed[-1]:
        return np.nan
    return int(np.append(np.flatnonzero(missed), -1).max()) + 2


def wall():
    """Taylor polynomials of the sigmoid, above its poles in the plane."""
    fig, (top, low) = plt.subplots(
        2, sharex=True, figsize=(5.6, 6.4), height_ratios=[1, 1.4]
    )
    reach = np.linspace(-8, 8, 321)
    for degree, place in (
        (3, (4.9, -0.7)),
        (5, (3.7, 1.6)),
        (15, (-4.3, 1.3)),
        (33, (-3, -0.7)),
    ):
        value = 0.5 + taylor_terms(reach, (degree + 1) // 2).sum(-1)
        near = np.abs(value - 0.5) < 1.2
        name = f"degree {degree}"
        top.plot(reach[near], value[near], "C2", lw=1.2, label=name)
        top.text(*place, degree, color="C2")
    top.plot(reach, sigmoid(reach), "C0", label="σ(x)")
    top.text(7.9, 0.93, "σ(x)", color="C0", ha="right", va="top")
    across, up = np.meshgrid(np.linspace(-8, 8, 129), np.linspace(-6, 6, 97))
    size = 1 / np.abs(1 + np.exp(-across - 1j * up))
    levels = 2.0 ** np.arange(-5, 2)
    low.contour(across, up, size, levels, colors="gray", linewidths=1)
    low.add_patch(plt.Circle((0, 0), np.pi, color="C2", alpha=0.25, lw=0))
    low.plot([0, 0], [-np.pi, np.pi], "kx", ms=9, mew=2)
    low.text(7.9, 1.7, "|σ(z)| = 1", color="gray", ha="right")
    low.text(0.7, np.pi, "iπ", va="center")
    low.text(0.7, -np.pi, "−iπ", va="center")
    for ax in (top, low):
        for edge in (-np.pi, np.pi):
            ax.axvline(edge, color="C2", lw=1, ls="--")
    top.set_xlabel("x", visible=False)
    top.set(ylabel="σ(x)", xlim=(-8, 8), ylim=(-0.95, 1.95))
    low.set(xlabel="x, real part of z", ylabel="imaginary part of z")
    low.set_aspect("equal", adjustable="datalim")
    low.grid(False)
    return fig


def sums():
    """Sums of the first fractions of the sigmoid, far beyond its bend."""
    reach = np.linspace(-60, 60, 481)
    fig, ax = plt.subplots()
    for count in (1, 4, 16, 64):
        value = 0.5 + fraction_terms(reach, count).sum(-1)
        ax.plot(reach, value, "C3", lw=1.2, label=f"{count} fractions")
        ax.text(60.5, value[-1], count, color="C3", va="center")
    ax.plot(reach, sigmoid(reach), "C0", label="σ(x)")
    ax.set(xlabel="x", ylabel="σ(x) and sums", xlim=(-60, 60))
    return fig


def tails():
    """The sigmoid, its complement and two exponentials on a log scale."""
    reach = np.linspace(-12, 12, 241)
    fig, ax = plt.subplots()
    ax.plot(reach, sigmoid(-reach), "black", label="1 − σ(x)")
    ax.plot(reach, sigmoid(reach), "C0", label="σ(x)")
    ax.plot(reach, np.exp(reach), "C3--", lw=1.2, label="eˣ")
    ax.plot(reach, np.exp(-reach), "C3--", lw=1.2, label="e⁻ˣ")
    ax.text(-6.2, 4e-3, "σ(x)", color="C0", ha="right")
    ax.text(6.2, 4e-3, "1 − σ(x)", ha="left")
    ax.text(2.2, 12, "eˣ", color="C3", ha="right")
    ax.text(-2.2, 12, "e⁻ˣ", color="C3", ha="left")
    ax.set(xlabel="x", ylabel="σ(x) and 1 − σ(x)", yscale="log")
    ax.minorticks_off()
    ax.set(xlim=(-12, 12), ylim=(3e-6, 40))
    ax.set_yticks([1e-5, 1e-3, 0.1, 1], ["10⁻⁵", "10⁻³", "0.1", "1"])
    return fig


def race():
    """How many terms of three series give four decimals of the sigmoid."""
    reach = np.linspace(0.05, 8, 160)
    rise = sigmoid(reach) - 0.5
    kinds = [
        ("Taylor", "C2", taylor_terms, rise, 200),
        ("exponentials", "C3", exponential_terms, sigmoid(-reach), 250),
        ("fractions", "black", fraction_terms, rise, 9000),
    ]
    fig, ax = plt.subplots()
    for name, colour, series, totals, count in kinds:
        rows = zip(series(reach, count), totals, strict=True)
        counts = np.array([needed(*row, 5e-5) for row in rows])
        ends = np.isfinite(counts)
        ax.plot(reach[ends], counts[ends], colour, label=name)
    ax.text(6, 2.5e3, "fractions", ha="center", va="top")
    ax.text(2.7, 60, "Taylor", color="C2", ha="right")
    ax.text(5.3, 1.5, "exponentials", color="C3", va="bottom")
    ax.axvline(np.pi, color="gray", lw=1, ls="--")
    ax.set(xlabel="x", ylabel="terms needed", xlim=(0, 8), yscale="log")
    ax.minorticks_off()
    ax.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    return fig


def _fraction():
    return 2 * x / _ring()


def _ring():
    return _sum(x**2, _times(_sum(2 * k, 1) ** 2, sympy.pi**2))


def _sum(*parts):
    return sympy.Add(*parts, evaluate=False)


def _below(part):
    return sympy.Pow(part, -1, evaluate=False)


def _times(*parts):
    return sympy.Mul(*parts, evaluate=False)
