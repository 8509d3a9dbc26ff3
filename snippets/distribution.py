"""The logistic distribution: its origins, its moments, and the normal."""

import math

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.calculus import t
from snippets.derivative import sigma_prime, sigmoid_prime
from snippets.function import sigma, sigmoid, x
from snippets.identities import p
from snippets.index import inverse

k = sympy.Symbol("k", integer=True)


def cumulative():
    """The sigmoid is the area under its slope, left of x."""
    area = sympy.Integral(sigma_prime(t), (t, -sympy.oo, x))
    return sympy.Eq(area, sigma(x))


def sample(count):
    """Random numbers of the logistic distribution: logits of uniform ones."""
    uniform = np.random.default_rng(1).uniform(size=count)
    return np.log(uniform / (1 - uniform))


def gumbel_difference():
    """The difference of two independent Gumbel variables is logistic."""
    density = sympy.exp(-t - sympy.exp(-t))
    below = sympy.exp(-sympy.exp(-_sum(t, x)))
    area = sympy.Integral(_times(density, below), (t, -sympy.oo, sympy.oo))
    return sympy.Eq(area, sigma(x))


def contests_won(lead, count):
    """The share of contests won with a lead, both sides having Gumbel luck."""
    luck = np.random.default_rng(1).gumbel(size=(2, count))
    return np.mean(lead + luck[0] > luck[1])


def mean():
    """The mean of the logistic distribution is 0."""
    return sympy.Eq(_expected(x), 0)


def variance():
    """The variance of the logistic distribution is π²/3."""
    return sympy.Eq(_expected(x**2), sympy.pi**2 / 3)


def squares():
    """Reciprocals of the squares, with alternating signs, sum to π²/12."""
    terms = sympy.Sum((-1) ** (k - 1) / k**2, (k, 1, sympy.oo))
    return sympy.Eq(terms, sympy.pi**2 / 12)


def fourth_moment():
    """The mean of the fourth power in the logistic distribution."""
    return sympy.Eq(_expected(x**4), 7 * sympy.pi**4 / 15)


def kurtosis():
    """The excess kurtosis of the logistic distribution, from its moments."""
    return fourth_moment().rhs / variance().rhs ** 2 - 3


def entropy():
    """The entropy of the logistic distribution is 2."""
    return sympy.Eq(-_expected(sympy.log(sigma_prime(x))), 2)


def entropy_by_values():
    """The entropy of the logistic distribution, over its values p = σ(x)."""
    logs = _sum(sympy.log(p), sympy.log(1 - p))
    return sympy.Eq(-sympy.Integral(logs, (p, 0, 1)), 2)


def moments(count):
    """Mean, variance, kurtosis and entropy, exact and of a sample.

    The error is the standard error of what is found in the sample.
    """
    drawn = sample(count)
    spread = drawn.var()
    fourth = np.mean((drawn - drawn.mean()) ** 4)
    found = [
        drawn.mean(),
        spread,
        fourth / spread**2 - 3,
        -np.mean(np.log(sigmoid_prime(drawn))),
    ]
    exact = [mean().rhs, variance().rhs, kurtosis(), entropy().rhs]
    # To first order a sample misses as the mean of these does.
    pull = drawn**4 - 2 * fourth / spread * drawn**2
    terms = drawn, drawn**2, pull / spread**2, np.log(sigmoid_prime(drawn))
    return {
        "": ["mean", "variance", "excess kurtosis", "entropy"],
        "exact": exact,
        "≈": list(map(float, exact)),
        "sample": list(map(float, found)),
        "error": [float(np.std(term) / np.sqrt(count)) for term in terms],
    }


def normal(x):
    """The distribution function of the standard normal distribution."""
    return np.vectorize(math.erfc)(-np.asarray(x) / np.sqrt(2)) / 2


def normal_density(x):
    """The density of the standard normal distribution."""
    return np.exp(-(np.asarray(x) ** 2) / 2) / np.sqrt(2 * np.pi)


def slope_match():
    """The k with which σ(kx) has the slope of Φ at 0: √(8/π)."""
    return sympy.sqrt(8 / sympy.pi)


def variance_match():
    """The k with which σ(kx) has the variance of Φ, 1: π/√3."""
    return sympy.pi / sympy.sqrt(3)


def minimax():
    """(k, a, b): the k for which σ(kx) stays closest to Φ.

    There it errs equally far to both sides, at x = a and at x = b. The
    three equations are solved to 20 digits, and the results rounded.
    """
    k, a, b = sympy.symbols("k a b")
    normal = (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    error = 1 / (1 + sympy.exp(-k * x)) - normal
    slope = error.diff(x)
    equations = [
        *(slope.subs(x, a), slope.subs(x, b)),
        error.subs(x, a) + error.subs(x, b),
    ]
    found = sympy.nsolve(equations, [k, a, b], [1.7, 0.6, 2], prec=20)
    return tuple(map(float, found))


def largest_error(k):
    """(x, error): where σ(kx) − Φ(x) is largest in size, for x ≥ 0."""
    places = np.linspace(0, 8, 8001)
    for _ in range(2):
        errors = sigmoid(k * places) - normal(places)
        most = np.abs(errors).argmax()
        found, places = places[most], places[most] + (places - 4) / 4000
    return found, errors[most]


def matches():
    """Four k for which σ(kx) is near Φ, and how near."""
    best, *_ = minimax()
    exact = [slope_match(), best, round(best, 3), variance_match()]
    factors = list(map(float, exact))
    found = [largest_error(k) for k in factors]
    return {
        "match": ["slope at 0", "worst errors", "rounded", "variance"],
        "k": factors,
        "worst error": [abs(float(error)) for _, error in found],
        "at ±x": [float(place) for place, _ in found],
    }


def rarity(deviations):
    """In how many logistic values one is so many deviations out."""
    return 1 / (2 * sigmoid(-float(variance_match()) * deviations))


def normal_rarity(deviations):
    """In how many normal values one is so many deviations out."""
    return 1 / math.erfc(deviations / math.sqrt(2))


def outliers():
    """How rare values far out are, in two distributions of one variance."""
    far = range(2, 7)
    return {
        "beyond": [f"±{n} standard deviations" for n in far],
        "logistic: 1 in": [float(rarity(n)) for n in far],
        "normal: 1 in": [normal_rarity(n) for n in far],
    }


def sampling():
    """Even steps of p, taken to x by the logit, and what becomes of many."""
    reach = np.linspace(-6, 6, 241)
    fig, (top, low) = plt.subplots(2, sharex=True, figsize=(5.6, 5))
    for share in np.arange(1, 20) / 20:
        place = inverse(share)
        top.plot([-6, place, place], [share, share, 0], "gray", lw=1)
    top.plot(reach, sigmoid(reach), "C0", label="σ(x)")
    edges = np.linspace(-6, 6, 49)
    counts, _ = np.histogram(sample(20000), edges)
    heights = counts / 20000 / (edges[1] - edges[0])
    low.stairs(heights, edges, color="gray", alpha=0.4, fill=True)
    low.plot(reach, sigmoid_prime(reach), "C1", label="σ′(x)")
    top.set_xlabel("x", visible=False)
    top.set(ylabel="p = σ(x)", xlim=(-6, 6), ylim=(0, 1))
    low.set(xlabel="x", ylabel="density σ′(x)", ylim=(0, 0.28))
    return fig


def errors():
    """What σ(kx) has more than Φ, for three k."""
    reach = np.linspace(0, 5, 251)
    kinds = [
        ("variance", variance_match(), "C3"),
        ("worst errors", minimax()[0], "black"),
        ("slope", slope_match(), "C2"),
    ]
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.axhline(0, color="gray", lw=0.8)
    for row, (name, factor, colour) in enumerate(kinds):
        factor = float(factor)
        gap = sigmoid(factor * reach) - normal(reach)
        ax.plot(reach, gap, colour, label=name)
        text = f"{name} matched: k = {factor:.3f}"
        ax.text(2.2, 0.021 - 0.004 * row, text, color=colour)
    best, *places = minimax()
    places = np.array(places)
    ax.plot(places, sigmoid(best * places) - normal(places), "ko")
    ax.set(xlabel="x", ylabel="σ(kx) − Φ(x)", xlim=(0, 5), ylim=(-0.02, 0.025))
    return fig


def bells():
    """The logistic and the normal density with variance 1, on two scales."""
    factor = float(variance_match())
    reach = np.linspace(-6, 6, 241)
    fig, axes = plt.subplots(2, sharex=True, figsize=(5.6, 5.4))
    for ax in axes:
        logistic = factor * sigmoid_prime(factor * reach)
        ax.plot(reach, normal_density(reach), "black", label="normal")
        ax.plot(reach, logistic, "C1", label="logistic")
    top, low = axes
    top.text(0.6, 0.41, "logistic", color="C1")
    top.text(1.4, 0.2, "normal")
    low.text(4.3, 2.5e-3, "logistic", color="C1")
    low.text(3.5, 1e-5, "normal", ha="right")
    top.set_xlabel("x", visible=False)
    top.set(ylabel="density", xlim=(-6, 6), ylim=(0, 0.5))
    low.set(xlabel="x", ylabel="density (log)", yscale="log", ylim=(1e-7, 1))
    low.minorticks_off()
    low.set_yticks([1e-6, 1e-4, 0.01, 1], ["10⁻⁶", "10⁻⁴", "0.01", "1"])
    return fig


def _expected(what):
    inside = _times(what, sigma_prime(x))
    return sympy.Integral(inside, (x, -sympy.oo, sympy.oo))


def _sum(*parts):
    return sympy.Add(*parts, evaluate=False)


def _times(*factors):
    return sympy.Mul(*factors, evaluate=False)
