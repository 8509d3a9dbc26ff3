"""What is proved is true, and what is false is not proved."""

import subprocess
import sys

import mpmath
import pytest
import sympy
from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Function,
    Ge,
    Gt,
    I,
    Integral,
    Interval,
    Le,
    Limit,
    Lt,
    Max,
    O,
    Range,
    Rational,
    Reals,
    Subs,
    Sum,
    cosh,
    erf,
    exp,
    log,
    oo,
    pi,
    polylog,
    sin,
    sinh,
    sqrt,
    tanh,
)

from snippets._bridge.proof import (
    agreement,
    argument,
    described,
    follows,
    links,
    prove,
    refutation,
    split,
)

x, y, t = sympy.symbols("x y t", real=True)
a, b = sympy.symbols("a b", positive=True)
n = sympy.Symbol("n", integer=True)
p, z = sympy.symbols("p z")
unit, right = Interval.open(0, 1), Interval.open(0, oo)
half, quarter, one = Rational(1, 2), Rational(1, 4), sympy.Integer(1)


class logistic(Function):
    """A function of this test, 1/(1 + e^-x)."""

    def _eval_rewrite_as_exp(self, x, **options):
        return 1 / (1 + exp(-x))


class logit(Function):
    """Its inverse."""

    def _eval_rewrite_as_log(self, p, **options):
        return log(p / (1 - p))


class softplus(Function):
    """What has it as its slope."""

    def _eval_rewrite_as_exp(self, x, **options):
        return log(1 + exp(x))


s, ds = logistic(x), Derivative(logistic(x), x)
density = exp(-t) / (1 + exp(-t)) ** 2
line = (t, -oo, oo)
sixth = (-1) ** (n + 1) * exp(n * x)

PROVED = [
    # Rational in exponentials.
    Eq(s, exp(x) / (1 + exp(x))),
    Eq(s, half * (1 + tanh(x / 2))),
    Eq(logistic(-x), 1 - s),
    Eq(ds, s * (1 - s)),
    Eq(ds, exp(-x) / (1 + exp(-x)) ** 2),
    Eq(s, 1 - 1 / (1 + exp(x))),
    Eq(2 * logistic(2 * x) - 1, tanh(x)),
    Eq(cosh(x) ** 2 - sinh(x) ** 2, 1, evaluate=False),
    Eq(exp(x + y), exp(x) * exp(y), evaluate=False),
    Eq(logistic(x - y), exp(x) / (exp(x) + exp(y))),
    Eq(one + 1, one * 2, evaluate=False),
    Eq(1 / (1 + 10 ** (x - y)), logistic(log(10) * (y - x))),
    Eq(a**x / (b**x + a**x), logistic(x * log(a / b))),
    Eq(Derivative(s, (x, 2)), s * (1 - s) * (1 - 2 * s)),
    Eq(Subs(Derivative(s, x), x, log(2)), Rational(2, 9)),
    (Eq(logistic(logit(p)), p), {p: unit}),
    (Eq(Derivative(logit(p), p), 1 / (p * (1 - p))), {p: unit}),
    (Eq((exp(2 * x) - 1) / (exp(x) - 1), exp(x) + 1), {x: Reals - {0}}),
    # Logarithms.
    Eq(logit(s), x),
    Eq(softplus(x) - softplus(-x), x),
    Eq(log(s), -softplus(-x)),
    (Eq(logit(p), log(p) - log(1 - p)), {p: unit}),
    (Eq(logit(p), 2 * sympy.atanh(2 * p - 1)), {p: unit}),
    (Eq(logit(p), log(p) - log(1 - p)), {p: Interval.open(half, 1)}),
    (Eq(log(1 - x), log((1 - x) ** 2) / 2), {x: Interval.open(-oo, 0)}),
    (Eq(log(x - 2), log((x - 2) ** 2) / 2), {x: Interval.open(2, oo)}),
    (Eq(log(-x - 2), log((x + 2) ** 2) / 2), {x: Interval.open(-oo, -2)}),
    # Complex numbers, and cases.
    Eq(logistic(z + 2 * pi * I), logistic(z)),
    Eq((exp(2 * z) - 1) / (exp(z) - 1), exp(z) + 1),
    Eq(softplus(x), Max(x, 0) + log(1 + exp(-Abs(x)))),
    (Eq(Derivative(s, (x, n)), Derivative(s, x, n)), {n: Range(1, 3)}),
    # Limits, integrals and series.
    Eq(Limit(s / exp(x), x, -oo), 1),
    Eq(Limit((1 - s) * exp(x), x, oo), 1),
    Eq(Integral(s, x), softplus(x)),
    Eq(softplus(x), Integral(s, x)),
    Eq(Integral(logistic(t), (t, -oo, x)), softplus(x)),
    Eq(Integral(logistic(t), (t, x, 0)), log(2) - softplus(x)),
    Eq(Integral(density, line), 1),
    Eq(-Integral(density * log(density), line), 2),
    Eq(Integral(log(t * (1 - t)), (t, 0, 1)), -2),
    (Eq(s, Sum(sixth, (n, 1, oo))), {x: Interval.open(-oo, 0)}),
    Eq(Sum(x**n, (n, 0, 2)), 1 + x + x**2),
    Eq(s, half + x / 4 - x**3 / 48 + O(x**5), evaluate=False),
    # Signs.
    Gt(s, 0),
    Lt(s, 1),
    Lt(0, s),
    Gt(1, s),
    Gt(ds, 0),
    Le(ds, quarter),
    Ge(quarter, ds),
    Ge(exp(x) + exp(-x), 2),
    Gt(1 + exp(-x), 1, evaluate=False),
    Lt(s, logistic(x + 1)),
    Gt(exp(x) + exp(y), 0, evaluate=False),
    And(0 < s, s < 1),
    And(0 <= ds, ds <= quarter),
    And(s > 0, ds > 0, s < 1),
    Le(Abs(Derivative(s, (x, 2))), 1 / (6 * sqrt(3))),
    Le(Abs(s - logistic(y)), Abs(x - y) / 4),
    Gt(softplus(x), Max(x, 0)),
    Ge(exp(x), 1 + x),
    Lt(Derivative(tanh(a) / a, a), 0),
    (Le(s, half + x / 4), {x: Interval(0, oo)}),
    (Ge(s, half + x / 4), {x: Interval(-oo, 0)}),
    (Le(p * (1 - p), quarter), {p: Interval(0, 1)}),
    (Gt(n**2 + n + 1, 0), {n: sympy.Integers}),
    (Lt(exp(x) * s, 1 + x + x**2), {x: Interval(0, 1)}),
]
CHECKED = [
    Eq(softplus(x), -polylog(1, -exp(x))),
    Eq(Integral(t**2 * density, line), pi**2 / 3),
    Eq(Integral(exp(-(t**2)), line), sqrt(pi)),
    (Eq(1 + I * x, exp(I * sympy.atan(x)) * sqrt(1 + x**2)), {x: Reals}),
    (
        Eq(Sum(x ** (2 * n) / n, (n, 1, oo)), -log(1 - x**2)),
        {x: Interval.open(0, half)},
    ),
    Lt(Abs(logistic(Rational(17, 10) * x) - (1 + erf(x / sqrt(2))) / 2), 1),
    Eq(sympy.gamma(z + 1), z * sympy.gamma(z)),
]
FALSE = [
    Eq(s, exp(x) / (1 - exp(x))),
    Eq(s, half * (1 - tanh(x / 2))),
    Eq(logistic(-x), 1 + s),
    Eq(logistic(-x), s - 1),
    Eq(ds, s * (1 + s)),
    Eq(ds, -s * (1 - s)),
    Eq(ds, exp(-x) / (1 + exp(-x))),
    Eq(ds, exp(x) / (1 + exp(-x)) ** 2),
    Eq(s, 1 + exp(-x)),
    Eq(2 * logistic(2 * x) + 1, tanh(x)),
    Eq(exp(x - y), exp(x) * exp(y), evaluate=False),
    Eq(sqrt(x**2), x),
    Eq(one + 1, one * 3, evaluate=False),
    Eq(a**x / (b**x + a**x), logistic(x * log(b / a))),
    Eq(Derivative(s, (x, 2)), s * (1 - s) * (1 + 2 * s)),
    (Eq(logit(p), log(p) + log(1 - p)), {p: unit}),
    (Eq(logit(p), log(p) - log(1 - p) + 1), {p: unit}),
    Eq(softplus(x) + softplus(-x), x),
    Eq(logistic(z + pi * I), logistic(z)),
    Eq(softplus(x), Max(x, 0) + log(1 + exp(Abs(x)))),
    (Eq(Derivative(s, (x, n)), s**n * (1 - s)), {n: Range(1, 3)}),
    Eq(Limit(s / exp(x), x, -oo), 2),
    Eq(Limit(sin(x), x, oo), 0),
    Eq(Integral(s, x), s),
    Lt(Integral(s, x), softplus(x) + 1),
    Eq(Integral(logistic(t), (t, -oo, x)), softplus(x) + 1),
    Eq(Integral(density, line), 2),
    Eq(Integral(t**2 * density, line), pi**2 / 4),
    (Eq(s, Sum(sixth, (n, 0, oo))), {x: Interval.open(-oo, 0)}),
    Eq(Sum(exp(n * x), (n, 0, oo)), 1 / (1 - exp(x))),
    Eq(Sum(x**n, (n, 0, 2)), 1 + x),
    Eq(s, half + x / 4 + x**3 / 48 + O(x**5), evaluate=False),
    Eq(s, half + O(1 / x), evaluate=False),
    Eq(s, half + x / 4 + O(x**3, (x, 1)), evaluate=False),
    Eq(half + x / 4 + O(x**3), s, evaluate=False),
    Eq(1 / x, 1 / x + O(x**3), evaluate=False),
    Eq(s, half + O(x * exp(x - 1)) + O(sqrt(x)), evaluate=False),
    Lt(s, 0),
    Gt(s, 1),
    Lt(s, half),
    Lt(ds, 0),
    Lt(ds, quarter),
    Le(ds, Rational(249, 1000)),
    Ge(ds, quarter),
    Gt(exp(x) + exp(-x), 2),
    Ge(exp(x) - exp(-x), 0),
    Gt(exp(x), 1),
    Gt(s, logistic(x + 1)),
    Gt(exp(x) - exp(y), 0, evaluate=False),
    And(0 < s, s < half),
    And(half < s, s < 1),
    And(0 < s, Eq(s, 1)),
    Le(Abs(Derivative(s, (x, 2))), Rational(96, 1000)),
    Le(Abs(s - logistic(y)), Abs(x - y) / 5),
    Gt(exp(x), 1 + x),
    Ge(exp(x), 1 + Rational(11, 10) * x),
    Gt(Derivative(tanh(a) / a, a), 0),
    (Lt(exp(x) * s, 1 + x + x**2), {x: Interval(-1, 1)}),
    Le(Abs(x**2 - 1), 5),
    sympy.Ne(s, 0),
    sympy.Or(s > 0, s < 1),
    sympy.false,
]
# Equal only where both sides are defined, which is not everywhere.
UNDEFINED = [
    Eq((exp(2 * x) - 1) / (exp(x) - 1), exp(x) + 1),
    Eq(x / tanh(x), x * (1 + exp(-2 * x)) / (1 - exp(-2 * x))),
    Eq(log(x**2), 2 * log(Abs(x))),
    Eq(exp(log(x)), x, evaluate=False),
    Eq(Derivative(log(x), x), 1 / x),
    Eq(sqrt(x) ** 2, x, evaluate=False),
    Eq(sympy.atanh(x), log((1 + x) / (1 - x)) / 2),
    (Eq(logistic(logit(p)), p), {p: Interval(0, 1)}),
    (Eq((exp(x) - 3) / (exp(x) - 3), 1, evaluate=False), {x: right}),
    (Gt(1 / (x - 2) ** 2, 0), {x: right}),
]


def claims(value):
    """The claims that the links of a formula make."""
    return [claim for _, *claim in links(*split(value))]


@pytest.mark.parametrize("value", PROVED, ids=str)
def test_what_is_true_is_proved(value):
    """Identities and inequalities of these kinds are proved."""
    assert prove(value)[0] == "proved"


@pytest.mark.parametrize("value", CHECKED, ids=str)
def test_what_is_not_proved_is_checked(value):
    """Where there is no proof, many digits agree at many points."""
    assert prove(value)[0] == "checked numerically"


@pytest.mark.parametrize("value", FALSE + UNDEFINED, ids=str)
def test_what_is_false_or_unknown_is_not_proved(value):
    """A changed sign, a lost square or a bound too tight fails."""
    with pytest.raises(ValueError, match="cannot prove"):
        prove(value)


@pytest.mark.parametrize("value", FALSE[:-3] + UNDEFINED, ids=str)
def test_no_argument_is_found_for_what_is_false(value):
    """The proofs alone tell false from true, without looking at points."""
    assert not all(argument(*claim) for claim in claims(value))


@pytest.mark.parametrize("value", PROVED + CHECKED, ids=str)
def test_nothing_refutes_what_is_true(value):
    """The look at a few points does not take true for false."""
    assert [refutation(*claim) for claim in claims(value)] == [None] * len(
        claims(value)
    )
