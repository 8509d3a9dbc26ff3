"""The derivative of the sigmoid: derived, bounded, computed, drawn."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.function import explorer as function_explorer
from snippets.function import sigma, sigmoid, x

h = sympy.Symbol("h", real=True)


class sigma_prime(sympy.Function):
    """The derivative of the sigmoid, σ′, as a SymPy function."""

    def _eval_rewrite_as_exp(self, x, **options):
        t = sympy.Dummy("t")
        return sympy.diff(1 / (1 + sympy.exp(-t)), t).subs(t, x)

    def _latex(self, printer):
        return rf"\sigma'({printer.doprint(self.args[0])})"


def identity():
    """The derivative of the sigmoid is the sigmoid times its complement."""
    return sympy.Eq(sigma_prime(x), _product())


def derivation():
    """The derivative of the sigmoid by the reciprocal rule."""
    e = sympy.exp(-x)
    u = 1 + e
    factor, rest = map(sympy.UnevaluatedExpr, (1 / u, e / u))
    padded = _times(sympy.Add(u, -1, evaluate=False), 1 / u)
    return [
        ("", sigma_prime(x)),
        ("the definition of σ", _slope(1 / u)),
        ("the reciprocal rule, (1/u)′ = −u′/u²", _times(-1, _slope(u), u**-2)),
        ("the constant 1 has slope 0", _times(-1, _slope(e), u**-2)),
        ("the chain rule, (eᵛ)′ = eᵛ v′", _times(-1, e, _slope(-x), u**-2)),
        ("−x has slope −1, and the two minus signs cancel", e / u**2),
        ("one factor of the square for each fraction", factor * rest),
        ("add 1 and take it away", factor * sympy.UnevaluatedExpr(padded)),
        ("divide both parts by 1 + e⁻ˣ", factor * (1 - factor)),
        ("the definition of σ, twice", _product()),
    ]


def by_quotient():
    """The derivative of the sigmoid by the quotient rule."""
    e = sympy.exp(x)
    v = 1 + e
    first, second = map(sympy.UnevaluatedExpr, (e / v, 1 / v))
    top = _less(_times(v, _slope(e)), _times(e, _slope(v)))
    done = _less(_times(v, e), _times(e, e))
    return [
        ("", sigma_prime(x)),
        ("σ with eˣ above and below", _slope(e / v)),
        ("the quotient rule, (u/v)′ = (u′v − uv′)/v²", _times(top, v**-2)),
        ("eˣ is its own slope, and 1 has none", _times(done, v**-2)),
        ("multiply out: two terms cancel", e / v**2),
        ("one factor of the square for each fraction", first * second),
        ("σ(x), and 1/(1 + eˣ) = σ(−x) = 1 − σ(x)", _product()),
    ]


def by_inverse():
    """The slope of x, read through the inverse of the sigmoid."""
    s, rest, slope = sigma(x), 1 - sigma(x), sigma_prime(x)
    logs = _less(sympy.log(s), sympy.log(rest))
    parts = sympy.Add(slope / s, slope / rest, evaluate=False)
    return [
        ("", sympy.Integer(1)),
        ("x has slope 1", _slope(x)),
        ("the logit takes σ(x) back to x", _slope(sympy.log(s / rest))),
        ("the logarithm of a quotient", _slope(logs)),
        ("the chain rule, (ln u)′ = u′/u, twice", parts),
        ("a common denominator", _times(slope, s**-1, rest**-1)),
    ]


def sigmoid_prime(x):
    """The derivative of the sigmoid at a real number or array x.

    The result has the shape of x, and its dtype if that is a float,
    else float64. No input overflows, and nothing cancels in the
    tails; near 0 the result may round to one ulp above 1/4. Complex
    x raises TypeError.
    """
    x = 1.0 * np.asarray(x)
    z = np.exp(-np.fabs(x))
    return z / (1 + z) ** 2


def textbook_prime(x):
    """The derivative of the sigmoid as s(1 - s), which cancels in the tail."""
    s = sigmoid(x)
    return s * (1 - s)


def textbook_error(x):
    """The relative error of textbook_prime at x."""
    return abs(textbook_prime(x) / sigmoid_prime(x) - 1)


def area():
    """The area under the derivative of the sigmoid, by SymPy."""
    return sympy.integrate(
        sympy.exp(x) / (1 + sympy.exp(x)) ** 2, (x, -sympy.oo, sympy.oo)
    )


def largest_slope():
    """The slope of the sigmoid is at most a quarter."""
    return sigma_prime(x) <= sympy.Rational(1, 4)


def shortfall():
    """The slope falls short of a quarter by a square."""
    half = sympy.Rational(1, 2)
    root = sympy.Add(sigma(x), -half, evaluate=False)
    return sympy.Eq(half**2 - sigma_prime(x), root**2)


def lipschitz():
    """Over a step of length h the sigmoid climbs by at most a quarter of h."""
    end = sympy.Add(x, h, evaluate=False)
    climb = _less(sigma(end), sigma(x))
    bounds = sympy.And(0 <= climb, climb <= h / 4)
    return bounds, {h: sympy.Interval(0, sympy.oo)}


def secant(start, end):
    """The slope of the straight line between two points of the sigmoid."""
    return (sigmoid(end) - sigmoid(start)) / (end - start)


def iterated(start, times):
    """What comes of applying the sigmoid again and again to a number."""
    value = start
    for _ in range(times):
        value = sigmoid(value)
    return value


def shrinkage(depth):
    """The least factor by which a chain of sigmoids divides a gradient."""
    return 4**depth


def evenness():
    """The slope of the sigmoid is the same at -x and at x."""
    return sympy.Eq(sigma_prime(-x), sigma_prime(x))


def without_square():
    """The derivation's e^-x/(1+e^-x)^2 with its square forgotten."""
    e = sympy.exp(-x)
    return sympy.Eq(e / (1 + e), 1 - sigma(x))


def lost_square(x):
    """What the derivation gives at x when the square is forgotten."""
    return np.exp(-x) / (1 + np.exp(-x))


def excess(x):
    """How many times too large the slope at x is without the square."""
    return lost_square(x) / sigmoid_prime(x)


def curve():
    """The derivative of the sigmoid from -8 to 8."""
    t = np.linspace(-8, 8, 321)
    fig, ax = plt.subplots()
    ax.fill_between(t, sigmoid_prime(t), color="C1", alpha=0.15, lw=0)
    ax.plot(t, sigmoid_prime(t), "C1", label="σ′(x)")
    ax.plot(0, sigmoid_prime(0), "C1o")
    ax.annotate(
        f"σ′(0) = {sigmoid_prime(0)}",
        (0, sigmoid_prime(0)),
        (10, -4),
        textcoords="offset points",
    )
    ax.set(xlabel="x", ylabel="σ′(x)", xlim=(-8, 8), ylim=(0, 0.28))
    return fig


def curves():
    """The sigmoid and its derivative from -8 to 8."""
    t = np.linspace(-8, 8, 321)
    fig, ax = plt.subplots()
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(t, sigmoid_prime(t), "C1", label="σ′(x)")
    ax.text(2.5, 0.88, "σ(x)", color="C0", ha="left", va="top")
    ax.text(1.9, 0.16, "σ′(x)", color="C1")
    ax.set(xlabel="x", ylabel="σ(x) and σ′(x)", xlim=(-8, 8))
    return fig


def hourglass():
    """The sigmoid, and what its slope keeps it out of, seen from 0."""
    t = np.linspace(-8, 8, 321)
    ends = np.array([-8, 0, 8])
    fig, ax = plt.subplots()
    for side in (-1, 1):
        edge = sigmoid(0) + side * np.abs(ends) / 4
        ax.fill_between(ends, edge, 3 * side, color="gray", alpha=0.2, lw=0)
        ax.plot(ends, edge, "gray", lw=1)
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(0, sigmoid(0), "C0o")
    ax.text(0, 1.2, "too steep", ha="center")
    ax.text(0, -0.2, "too steep", ha="center", va="top")
    ax.set(xlabel="x", ylabel="σ(x)", xlim=(-8, 8), ylim=(-0.5, 1.5))
    return fig


def explorer():
    """The derivative of the sigmoid below its curve, ready to be moved."""
    parts = function_explorer()
    (ax,) = parts["figure"].axes
    t = np.linspace(-8, 8, 241)
    ax.plot(t, sigmoid_prime(t), "C1", label="σ′(x)", gid="live-slope")
    ax.plot(1, sigmoid_prime(1), "C1o", ms=7, gid="live-slope-point")
    ax.set(ylabel="value and slope", ylim=(-1.2, 1.6))
    return parts


def comparison():
    """The derivative of the sigmoid with and without its square."""
    t = np.linspace(-6, 6, 241)
    fig, ax = plt.subplots(figsize=(5.6, 2.8))
    ax.plot(t, sigmoid_prime(t), "C1", label="σ′(x)")
    ax.plot(t, lost_square(t), "black", ls="--", label="square forgotten")
    ax.text(-5.8, 0.9, "square forgotten", va="top")
    ax.text(-2.6, 0.12, "σ′(x)", color="C1", ha="right")
    ax.set(xlabel="x", ylabel="slope", xlim=(-6, 6))
    return fig


def _slope(expression):
    return sympy.Derivative(expression, x)


def _times(*factors):
    return sympy.Mul(*factors, evaluate=False)


def _less(one, other):
    return sympy.Add(one, -other, evaluate=False)


def _product():
    return _times(sigma(x), 1 - sigma(x))
