"""Higher derivatives and integrals of the sigmoid."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.derivative import sigma_prime, sigmoid_prime
from snippets.function import sigma, sigmoid, x

t = sympy.Symbol("t", real=True)
f, y, z = sympy.symbols("f y z", real=True)


class softplus(sympy.Function):
    """The integral of the sigmoid, ln(1 + e^x), as a SymPy function."""

    def _eval_rewrite_as_exp(self, x, **options):
        return sympy.log(1 + sympy.exp(x))

    def _latex(self, printer):
        return rf"\mathrm{{softplus}}({printer.doprint(self.args[0])})"


def bend():
    """The second derivative of the sigmoid by the product rule."""
    slope = sympy.Derivative(sigma_prime(x), x)
    factors = sigma_prime(x), 1 - 2 * sigma(x)
    return sympy.Eq(slope, sympy.Mul(*factors, evaluate=False))


def largest_bend():
    """The second derivative of the sigmoid is at most √3/18 in size."""
    slope = sympy.Derivative(sigma_prime(x), x)
    most = sympy.sqrt(3) / 18
    return sympy.And(-most <= slope, slope <= most)


def bend_place():
    """Where the sigmoid bends down most: ln(2 + √3)."""
    return sympy.log(2 + sympy.sqrt(3))


def bend_value():
    """What the sigmoid is where it bends down most."""
    half = sympy.Rational(1, 2)
    return sympy.Eq(sigma(bend_place()), half + sympy.sqrt(3) / 6)


def sigmoid_bend(x):
    """The second derivative of the sigmoid at a real number or array x.

    It is σ′(x)·(1 − 2σ(x)) with tanh in place of a difference that would
    cancel near 0.
    """
    return -np.tanh(np.asarray(x) / 2) * sigmoid_prime(x)


def polynomial(n):
    """The polynomial in y = σ(x) that is the nth derivative of σ.

    Each comes from the one before by the chain rule: its slope, times
    y′ = y(1 − y).
    """
    if n == 0:
        return y
    return sympy.expand(y * (1 - y) * sympy.diff(polynomial(n - 1), y))


def third():
    """The third derivative of the sigmoid, in powers of the sigmoid."""
    terms = sorted(polynomial(3).args, key=sympy.degree)
    powers = [term.subs(y, sigma(x)) for term in terms]
    left = sympy.Derivative(sigma(x), (x, 3))
    return sympy.Eq(left, sympy.Add(*powers, evaluate=False))


def coefficients(last):
    """The coefficients of the derivatives as polynomials in y = σ(x)."""
    rows = range(1, last + 1)
    columns = {"n": list(rows)}
    for k in range(1, last + 2):
        found = [polynomial(n).coeff(y, k) for n in rows]
        name = f"y{'⁰¹²³⁴⁵⁶⁷⁸⁹'[k]}" if k > 1 else "y"
        columns[name] = [int(value) if value else "" for value in found]
    return columns


def largest(n):
    """(x, size): where |σ⁽ⁿ⁾| is largest, for x ≥ 0, and how large.

    Both are exact. z = tanh(x/2) = 2σ(x) − 1 turns the next derivative,
    whose zeros are the candidates, into an even or odd polynomial.
    """
    middle = (1 + z) / 2
    slope = sympy.cancel(polynomial(n + 1).subs(y, middle) / (1 - z**2))
    zeros = sympy.roots(slope, z) if n < 5 else sympy.real_roots(slope)
    size = sympy.Abs(polynomial(n).subs(y, middle))
    top = max((r for r in zeros if r >= 0), key=lambda r: size.subs(z, r).n())
    return 2 * sympy.atanh(top), size.subs(z, top)


def peaks(last):
    """Where each derivative is largest in size, and how large it is."""
    found = [largest(n) for n in range(1, last + 1)]
    return {
        "n": list(range(1, last + 1)),
        "x": [float(where) or 0 for where, _ in found],
        "size": [float(size) for _, size in found],
        "exactly": [_radical(size) for _, size in found],
    }


def _radical(size):
    if size.has(sympy.CRootOf):
        return ""
    return sympy.sqrt(sympy.radsimp(sympy.expand(size**2)))


def gallery():
    """(name, f(x), f′ by f or None) of nine activations."""
    e, sigmoid = sympy.exp(x), 1 / (1 + sympy.exp(-x))
    normal = (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    return [
        ("sigmoid", sigmoid, f * (1 - f)),
        ("tanh", sympy.tanh(x), 1 - f**2),
        ("eˣ", e, f),
        ("softplus", sympy.log(1 + e), 1 - sympy.exp(-f)),
        ("arctan", sympy.atan(x), sympy.cos(f) ** 2),
        ("softsign", x / (1 + sympy.Abs(x)), (1 - sympy.Abs(f)) ** 2),
        ("ELU", sympy.Min(e - 1, sympy.Max(0, x)), sympy.Min(1, 1 + f)),
        ("SiLU", x * sigmoid, None),
        ("GELU", x * normal, None),
    ]


def own_slopes():
    """Activations whose slope is a function of their value."""
    rows = [row for row in gallery() if row[2]]
    return {
        "activation f": [name for name, *_ in rows],
        "slope f′": [slope for *_, slope in rows],
    }


def silu_twice(value):
    """Where SiLU takes a value between its least one and 0, and its slopes."""
    silu = x / (1 + sympy.exp(-x))
    places = [sympy.nsolve(silu - value, start) for start in (-4, -0.5)]
    return {
        "x": list(map(float, places)),
        "SiLU(x)": [float(silu.subs(x, place)) for place in places],
        "slope": [float(silu.diff(x).subs(x, place)) for place in places],
    }


def antiderivative():
    """The slope of softplus is the sigmoid."""
    return sympy.Eq(sympy.Derivative(softplus(x), x), sigma(x))


def softplus_definition():
    """Softplus is the logarithm of 1 + e^x."""
    return sympy.Eq(softplus(x), sympy.log(1 + sympy.exp(x)))


def area_left_of():
    """The area under the sigmoid, left of x, is softplus."""
    area = sympy.Integral(sigma(t), (t, -sympy.oo, x))
    return sympy.Eq(area, softplus(x))


def left_half():
    """The area under the left half of the sigmoid is ln 2."""
    area = sympy.Integral(sigma(x), (x, -sympy.oo, 0))
    return sympy.Eq(area, sympy.log(2))


def whole_slope():
    """The area under the derivative of the sigmoid is 1."""
    area = sympy.Integral(sigma_prime(x), (x, -sympy.oo, sympy.oo))
    return sympy.Eq(area, 1)


def mirrored_softplus():
    """Softplus at x and at -x differ by x."""
    parts = softplus(x), -softplus(-x)
    return sympy.Eq(sympy.Add(*parts, evaluate=False), x)


def stack():
    """The sigmoid, its slope and the slope of its slope, one above another."""
    reach = np.linspace(-7, 7, 161)
    corner = float(largest(2)[0])
    marks = np.array([-corner, 0, corner])
    fig, axes = plt.subplots(3, sharex=True, figsize=(5.6, 5.6))
    rows = [
        (sigmoid, "C0", "σ(x)"),
        (sigmoid_prime, "C1", "σ′(x)"),
        (sigmoid_bend, "C2", "σ″(x)"),
    ]
    for ax, (function, colour, name) in zip(axes, rows, strict=True):
        for mark in marks:
            ax.axvline(mark, color="gray", lw=1, ls="--")
        ax.plot(reach, function(reach), colour, label=name)
        ax.plot(marks, function(marks), f"{colour}o")
        ax.set(ylabel=name, xlim=(-7, 7))
        ax.set_xlabel("x", visible=ax is axes[-1])
    axes[0].text(-6.8, 0.85, "bends up", va="top")
    axes[0].text(6.8, 0.15, "bends down", ha="right")
    return fig


def ridges():
    """The first eight derivatives of the sigmoid, each to its own scale."""
    reach = np.linspace(-7, 7, 161)
    fig, ax = plt.subplots(figsize=(5.6, 5.2))
    for n in range(1, 9):
        where, size = map(float, largest(n))
        run = sympy.lambdify(y, n - 0.45 * polynomial(n) / size)
        tops = np.array([-where, where])
        ax.axhline(n, color="gray", lw=0.6)
        ax.plot(reach, run(sigmoid(reach)), "C1" if n == 1 else "black")
        ax.plot(tops, run(sigmoid(tops)), "C3o")
    ax.grid(False)
    ax.set(xlabel="x", ylabel="n", xlim=(-7, 7), ylim=(8.6, 0.4))
    return fig


def panels():
    """The slope f′ of nine activations against their value f."""
    reach = 7 * np.linspace(-1, 1, 160) ** 3
    fig, axes = plt.subplots(3, 3, figsize=(5.6, 5.8))
    for ax, (name, value, slope) in zip(axes.flat, gallery(), strict=True):
        run = sympy.lambdify(x, [value, value.diff(x)], "math")
        pairs = np.array([run(point) for point in reach])
        pairs = pairs[pairs[:, 0] < 1.5]
        colour = "black" if slope else "C3"
        ax.plot(*pairs.T, "C1" if name == "sigmoid" else colour, label=name)
        ax.set_title(name, fontsize=11)
        ax.set(xlabel="f", ylabel="f′")
        ax.locator_params(nbins=3)
    twice = silu_twice(-0.2)
    axes[2, 1].plot(twice["SiLU(x)"], twice["slope"], "ko--", lw=1, ms=4)
    return fig


def areas():
    """Softplus above, the sigmoid with the area that softplus is, below."""
    reach = np.linspace(-6, 6, 161)
    left = reach[reach <= 0]
    fig, (top, low) = plt.subplots(2, sharex=True, figsize=(5.6, 4.8))
    top.plot(reach, np.maximum(0, reach), "gray", lw=1.2, ls="--")
    top.plot(reach, np.logaddexp(0, reach), "C2", label="softplus(x)")
    top.plot([0, 0], [0, np.log(2)], "black", lw=3)
    top.text(-0.3, np.log(2), "ln 2", ha="right", va="bottom")
    low.fill_between(left, sigmoid(left), color="C0", alpha=0.2, lw=0)
    low.plot(reach, sigmoid(reach), "C0", label="σ(x)")
    low.text(-0.9, 0.1, "ln 2", ha="center")
    top.set_xlabel("x", visible=False)
    top.set(ylabel="softplus(x)", xlim=(-6, 6), ylim=(0, 6))
    low.set(xlabel="x", ylabel="σ(x)", ylim=(0, 1.05))
    return fig
