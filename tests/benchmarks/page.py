"""The snippets of one page of the benchmark: a sigmoid of height A.

Each page has its own A, in every program and in every formula, so that no two
pages share a result.
"""

import matplotlib.pyplot as plt
import numpy as np
import sympy

A = 2
x = sympy.Symbol("x", real=True)


class f(sympy.Function):
    """The sigmoid of height A as a SymPy function."""

    def _eval_rewrite_as_exp(self, x, **options):
        return A / (1 + sympy.exp(-x))

    def _latex(self, printer):
        return rf"f_{{{A}}}({printer.doprint(self.args[0])})"


def value(x):
    """The sigmoid of height A at x."""
    return A / (1 + np.exp(-x))


def slope(x):
    """The slope of the sigmoid of height A at x."""
    return value(x) * value(-x) / A


def exponential_form():
    """The sigmoid of height A in powers of e to the x."""
    return sympy.Eq(f(x), A * sympy.exp(x) / (1 + sympy.exp(x)))


def tanh_form():
    """The sigmoid of height A is a hyperbolic tangent, moved and scaled."""
    half = sympy.Rational(A, 2)
    right = sympy.Mul(half, 1 + sympy.tanh(x / 2), evaluate=False)
    return sympy.Eq(f(x), right)


def symmetry():
    """The sigmoid of height A at -x is what it lacks to A at x."""
    return sympy.Eq(f(-x), A - f(x))


def odds():
    """The share of A over what is left of it is e to the x."""
    return sympy.Eq(f(x) / (A - f(x)), sympy.exp(x))


def bound():
    """The sigmoid of height A stays below A."""
    return f(x) < A


def increasing():
    """The slope of the sigmoid of height A is positive."""
    return sympy.Derivative(f(x), x) > 0


def identity():
    """The slope is the value times the share of A that is left."""
    left = sympy.Derivative(f(x), x)
    return sympy.Eq(left, f(x) * (1 - f(x) / A))


def largest_slope():
    """The slope of the sigmoid of height A is at most a quarter of A."""
    return sympy.Derivative(f(x), x) <= sympy.Rational(A, 4)


def derivation():
    """The slope of the sigmoid of height A, line by line."""
    e = sympy.exp(-x)
    u = 1 + e
    padded = sympy.Add(u, -1, evaluate=False)
    return [
        ("", sympy.Derivative(f(x), x)),
        ("what f means", sympy.Derivative(A / u, x)),
        ("the reciprocal rule", -A * sympy.Derivative(u, x) / u**2),
        ("the slope of the exponential", A * e / u**2),
        ("add 1 and take it away", A * padded / u**2),
        ("divide both parts by the denominator", A / u * (1 - 1 / u)),
        ("what f means, twice", f(x) * (1 - f(x) / A)),
    ]


def curve():
    """The sigmoid of height A, stretched along x."""
    stretch = 1
    t = np.linspace(-8, 8, 321)
    fig, ax = plt.subplots()
    ax.plot(t, value(t / stretch), "C0", label=f"f(x), height {A}")
    ax.text(-7, 0.8 * A, f"height {A}, stretched by {stretch}")
    ax.set(xlabel="x", ylabel="f(x)", xlim=(-8, 8), ylim=(0, A))
    return fig


def slopes():
    """The slope of the sigmoid of height A and its largest value."""
    t = np.linspace(-8, 8, 321)
    fig, ax = plt.subplots()
    ax.fill_between(t, slope(t), color="C1", alpha=0.15, lw=0)
    ax.plot(t, slope(t), "C1", label="f′(x)")
    ax.axhline(A / 4, color="gray", lw=0.8)
    ax.text(-7, 0.23 * A, f"a quarter of {A}")
    ax.set(xlabel="x", ylabel="f′(x)", xlim=(-8, 8))
    return fig
