"""What is proved is true, and what is false is not proved."""

import functools
import subprocess
import sys

import mpmath
import pytest
import sympy
from sympy import (
    Abs,
    And,
    Derivative,
    Function,
    I,
    Integral,
    Interval,
    Limit,
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
    restricted,
    split,
)

# SymPy would evaluate each relation to see whether it is true or false.
Eq, Le, Lt, Ge, Gt = (
    functools.partial(kind, evaluate=False)
    for kind in (sympy.Eq, sympy.Le, sympy.Lt, sympy.Ge, sympy.Gt)
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
wave = (-1) ** (n + 1) * exp(n * x)

DIFFERENCE = (Eq(logit(p), log(p) - log(1 - p)), {p: unit})
GEOMETRIC = (Eq(s, Sum(wave, (n, 1, oo))), {x: Interval.open(-oo, 0)})
SERIES = Eq(s, half + x / 4 - x**3 / 48 + O(x**5))
ENCLOSED = (Lt(exp(x) * s, 1 + x + x**2), {x: Interval(0, 1)})
PROVED = [
    # Rational in exponentials.
    Eq(s, exp(x) / (1 + exp(x))),
    Eq(s, half * (1 + tanh(x / 2))),
    Eq(logistic(-x), 1 - s),
    Eq(ds, s * (1 - s)),
    Eq(ds, exp(-x) / (1 + exp(-x)) ** 2),
    Eq(s, 1 - 1 / (1 + exp(x))),
    Eq(2 * logistic(2 * x) - 1, tanh(x)),
    Eq(cosh(x) ** 2 - sinh(x) ** 2, 1),
    Eq(exp(x + y), exp(x) * exp(y)),
    Eq(logistic(x - y), exp(x) / (exp(x) + exp(y))),
    Eq(one + 1, one * 2),
    Eq((0.5 + s) ** 2, s**2 + s + quarter),
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
    DIFFERENCE,
    (Eq(logit(p), 2 * sympy.atanh(2 * p - 1)), {p: unit}),
    (Eq(logit(p), log(p) - log(1 - p)), {p: Interval.open(half, 1)}),
    (Eq(log(1 - x), log((1 - x) ** 2) / 2), {x: Interval.open(-oo, 0)}),
    (Eq(log(x - 2), log((x - 2) ** 2) / 2), {x: Interval.open(2, oo)}),
    (Eq(log(-x - 2), log((x + 2) ** 2) / 2), {x: Interval.open(-oo, -2)}),
    # Complex numbers, and cases.
    Eq(logistic(z + 2 * pi * I), logistic(z)),
    Eq((exp(2 * z) - 1) / (exp(z) - 1), exp(z) + 1),
    Eq(softplus(x), Max(x, 0) + log(1 + exp(-Abs(x)))),
    (Eq(s**n, (exp(-x) + 1) ** -n), {n: Range(1, 3)}),
    # Limits, integrals and series.
    Eq(Limit(s / exp(x), x, -oo), 1),
    Eq(Limit((1 - s) * exp(x), x, oo), 1),
    Eq(Integral(s, x), softplus(x)),
    Eq(softplus(x), Integral(s, x)),
    Eq(Integral(logistic(t), (t, -oo, x)), softplus(x)),
    Eq(Integral(logistic(t), (t, x, 0)), log(2) - softplus(x)),
    Eq(Integral(density, line), 1),
    Eq(Integral(1 / (1 + t**2), line), pi),
    Eq(-Integral(density * log(density), line), 2),
    Eq(Integral(log(t * (1 - t)), (t, 0, 1)), -2),
    GEOMETRIC,
    Eq(Sum(x**n, (n, 0, 2)), 1 + x + x**2),
    SERIES,
    # Signs.
    Gt(s, 0),
    Lt(s, 1),
    Lt(0, s),
    Gt(1, s),
    Gt(ds, 0),
    Le(ds, quarter),
    Ge(quarter, ds),
    Ge(exp(x) + exp(-x), 2),
    Gt(1 + exp(-x), 1),
    Lt(s, logistic(x + 1)),
    Gt(exp(x) + exp(y), 0),
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
    (Gt(log(4 * x**2 - 4 * x + 2), -1), {x: Interval(0, 1)}),
    (Gt(sqrt(4 * x**2 - 4 * x + 2), half), {x: Interval(0, 1)}),
    (Gt(exp(x) + 1 / (4 * x**2 - 4 * x + 2), 0), {x: Interval(0, 1)}),
    ENCLOSED,
]
NARROW = Abs(logistic(Rational(17, 10) * x) - (1 + erf(x / sqrt(2))) / 2) < 1
CHECKED = [
    Eq(exp(101 * x) + exp(x), exp(x) * (exp(100 * x) + 1)),
    Gt(exp(101 * x) - exp(x) + 1, 0),
    (Gt(exp(n) - n, 0), {n: sympy.Naturals0}),
    (Gt(x * log(x), -1), {x: Interval.Lopen(0, 1)}),
    Eq(Integral(exp(t), (t, 0, 2 * x)), exp(2 * x) - 1),
    Eq(Integral(y * exp(t), (t, 0, 1)), y * (sympy.E - 1)),
    Eq(Integral(1 / sqrt(1 + t**2), (t, 0, 1)), sympy.asinh(1)),
    Eq(softplus(x), -polylog(1, -exp(x))),
    Eq(Integral(t**2 * density, line), pi**2 / 3),
    Eq(Integral(exp(-(t**2)), line), sqrt(pi)),
    (Eq(1 + I * x, exp(I * sympy.atan(x)) * sqrt(1 + x**2)), {x: Reals}),
    (
        Eq(Sum(x ** (2 * n) / n, (n, 1, oo)), -log(1 - x**2)),
        {x: Interval.open(0, half)},
    ),
    NARROW,
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
    Eq(exp(x - y), exp(x) * exp(y)),
    Eq(sqrt(x**2), x),
    Eq(one + 1, one * 3),
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
    Eq(Integral(exp(t), line), 0),
    Eq(1 / (cosh(z) ** 2 - sinh(z) ** 2 - 1), 1),
    Eq(Sum(exp(n * z), (n, 0, oo)), 1 / (1 + exp(z))),
    Eq(Integral(t**2 * density, line), pi**2 / 4),
    (Eq(s, Sum(wave, (n, 0, oo))), {x: Interval.open(-oo, 0)}),
    Eq(Sum(exp(n * x), (n, 0, oo)), 1 / (1 - exp(x))),
    Eq(Sum(x**n, (n, 0, 2)), 1 + x),
    Eq(s, half + x / 4 + x**3 / 48 + O(x**5)),
    Eq(s, half + O(1 / x)),
    Eq(s, half + x / 4 + O(x**3, (x, 1))),
    Eq(half + x / 4 + O(x**3), s),
    Eq(1 / x, 1 / x + O(x**3)),
    Eq(s, half + O(x * exp(x - 1)) + O(sqrt(x))),
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
    Gt(exp(x) - exp(y), 0),
    And(0 < s, s < half),
    And(half < s, s < 1),
    And(0 < s, Eq(s, 1)),
    Le(Abs(Derivative(s, (x, 2))), Rational(96, 1000)),
    Le(Abs(s - logistic(y)), Abs(x - y) / 5),
    Gt(exp(x), 1 + x),
    Ge(exp(x), 1 + Rational(11, 10) * x),
    Gt(Derivative(tanh(a) / a, a), 0),
    (Lt(exp(x) * s, 1 + x), {x: Interval(-1, 1)}),
    Le(Abs(x**2 - 1), 5),
    # True of some numbers only: of others there are branches and signs.
    Eq(sqrt(exp(z)), exp(z / 2)),
    Eq(log(z**2), 2 * log(z)),
    Eq(sqrt(z * p), sqrt(z) * sqrt(p)),
    Eq(log(x**2), 2 * log(x)),
    Eq(sympy.atan(1 / x) + sympy.atan(x), pi / 2),
    Eq(Max(x, -x), O(x**2)),
    Eq(Limit(exp(-x * t), t, oo), 0),
    (
        Eq(Sum((x - 1) ** n / (x - 1), (n, 1, oo)), 1 / (2 - x)),
        {x: Interval.open(0, 2)},
    ),
    Eq(Integral(1 / t**2, (t, -1, 1)), -2),
    Eq(Integral(1 / (t - 1) ** 2, (t, 0, x)), x / (1 - x)),
    Eq(oo, oo),
    Gt(exp(x * I) + exp(-x * I), -3),
    sympy.Ne(s, 0),
    sympy.Or(s > 0, s < 1),
    sympy.false,
]
# True only where both sides have a value, which is not everywhere.
UNDEFINED = [
    Eq((exp(2 * x) - 1) / (exp(x) - 1), exp(x) + 1),
    Eq((exp(2 * x) - 9) / (exp(x) - 3), exp(x) + 3),
    Eq(x / tanh(x), x * (1 + exp(-2 * x)) / (1 - exp(-2 * x))),
    Eq(log(x**2), 2 * log(Abs(x))),
    Eq(Derivative(log(x), x), 1 / x),
    Eq(x ** Rational(3, 2), x * sqrt(x)),
    Eq(sympy.atanh(x), log((1 + x) / (1 - x)) / 2),
    Eq(Derivative(Abs(x), x), sympy.sign(x)),
    (Eq(logistic(logit(p)), p), {p: Interval(0, 1)}),
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


@pytest.mark.parametrize("value", FALSE[:-4] + UNDEFINED, ids=str)
def test_no_argument_is_found_for_what_is_false(value):
    """The proofs tell false from true, without a look at any point."""
    try:
        assert not all(argument(*claim) for claim in claims(value))
    except ValueError as error:
        assert "not known to have a value" in str(error)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (And(0 < s, s < half), f"{s < half}: the sides are 0.519"),
        (Eq(s, 2 * s), "e-9 and 1.8353831738"),
        (Eq(1 / x, 1 / x), "a side has no value at x = 0.0"),
        ((Eq(logit(p), logit(p)), {p: Interval(0, 1)}), "p"),
        (Gt(log(-1 - x**2), 0), "the sides are 0.0 and ("),
        (Eq(one + 1, 3), "the sides are 2.0 and 3.0"),
        (Eq(s**n, s), "cannot prove"),
        (Gt(exp(x), 1 + x), f"cannot prove {exp(x) > 1 + x}"),
        (sympy.Ne(s, 0), f"cannot prove {sympy.Ne(s, 0)}"),
        (7, "cannot prove 7"),
        (Lt(Max(x, 0), x), "the sides are 0.0 and -18"),
        (Lt(Abs(tanh(z)), 1), "of complex numbers"),
        (Eq(Function("f")(x), 1), "f is not written out anywhere"),
        (Gt(1 / (x - 3) ** 2, 0), "a side is not known to have a value"),
    ],
    ids=str,
)
def test_a_complaint_says_what_is_wrong(value, words):
    """It names the link that failed, and a point where one is known."""
    with pytest.raises(ValueError) as caught:
        prove(value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("error", "label"),
    [(10**-31, "checked numerically"), (10**-29, None), (10**-17, None)],
)
def test_thirty_digits_are_needed(error, label):
    """An error in the thirtieth digit is found, whatever refutes it."""
    claim = Eq(erf(x), erf(x) * (1 + Rational(error)))
    if label:
        assert prove(claim)[0] == label
    else:
        with pytest.raises(ValueError, match="cannot prove"):
            prove(claim)


def test_points_where_both_sides_are_0_do_not_count():
    """Two functions that are 0 at every point are not checked at any."""
    claim = Eq(sympy.floor(exp(-(x**2)) / 2), sympy.floor(s / 2))
    ((_, *claim),) = links(*split(claim))
    assert refutation(*claim) is None
    assert agreement(*claim) is None


def test_an_inequality_is_checked_where_it_is_closest():
    """A bound that fails in a narrow place is not seen at the points."""
    slope = Derivative(erf(x), (x, 2)) ** 2
    least = 8 / (pi * sympy.E)
    assert prove(slope <= least + Rational(1, 10**9))[0] == (
        "checked numerically"
    )
    with pytest.raises(ValueError, match="cannot prove"):
        prove(slope < least - Rational(1, 10**9))


@pytest.mark.parametrize(
    "value",
    [
        Eq(s, 1 / (1 + exp(-x))),
        Eq(softplus(x), log(1 + exp(x))),
        (Eq(logit(p), log(p / (1 - p))), {p: unit}),
    ],
    ids=str,
)
def test_a_definition_is_labelled_as_one(value):
    """A function equated with its own rewriting is defined, not proved."""
    label, how = prove(value)
    assert label == "definition"
    assert how.startswith("What the left side means, for every ")


@pytest.mark.parametrize(
    "relation",
    [
        Eq(1 / (1 + exp(-x)), s),
        Eq(s, exp(x) / (1 + exp(x))),
        Eq(2 * s, 2 / (1 + exp(-x))),
        Eq(logistic(2 * x), 1 / (1 + exp(-2 * x))),
        Eq(s, s),
    ],
    ids=str,
)
def test_only_the_definition_itself_is_a_definition(relation):
    """The other way round, or of another argument, it is a proof."""
    assert prove(relation)[0] == "proved"


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        (Gt(s, 0), "for every real x."),
        (Eq(exp(y + x), exp(x) * exp(y)), "for every real x and y."),
        (Eq(one, one), "for these numbers."),
        (Eq(s, half + x / 4 + O(x**2)), "for x near 0."),
    ],
    ids=str,
)
def test_a_proof_has_its_domain_and_what_checked_it(value, domain):
    """The text names the symbols and the version of SymPy."""
    how = prove(value)[1]
    assert how.endswith(f"Checked by SymPy {sympy.__version__} {domain}")


def test_a_check_has_its_domain_and_what_made_it():
    """The text says for what, at how many points, and by which mpmath."""
    made = f"Computed by mpmath {mpmath.__version__}."
    assert prove(CHECKED[7])[1] == (
        "Claimed for every real x. Both sides agree to 30 digits at 53 "
        f"points. {made}"
    )
    assert prove(CHECKED[8])[1] == f"Both sides agree to 30 digits. {made}"
    assert "The larger side is the larger at 53 points" in prove(NARROW)[1]


def test_a_symbol_that_is_positive_is_not_called_real():
    """An identity that holds for positive a alone does not claim more."""
    how = prove(Eq(logistic(log(a)), a / (1 + a)))[1]
    assert how.endswith("for every a > 0.")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Eq(logistic(-x), 1 - s), ["cancels to 0"]),
        (DIFFERENCE, ["same slope, and the same value at p = 1/2"]),
        (Gt(s, 0), ["only positive factors"]),
        (Le(ds, quarter), ["no negative factors"]),
        (And(s > 0, s < 1), ["only positive factors"]),
        (And(s > 0, ds <= 1), ["only positive factors", "no negative"]),
        (Gt(softplus(x), x), ["sign of its slope"]),
        (ENCLOSED, ["interval arithmetic"]),
        (Eq(Limit(s, x, oo), 1), ["Gruntz", "cancels to 0"]),
        (Eq(Integral(s, x), softplus(x)), ["slopes of both", "cancels to 0"]),
        (Eq(Integral(density, line), 1), ["antiderivative", "cancels to 0"]),
        (GEOMETRIC, ["geometric", "cancels to 0"]),
        (SERIES, ["same derivatives at 0"]),
    ],
    ids=str,
)
def test_a_proof_tells_how_it_was_done(value, words):
    """Each way of proof is told once, also when a chain takes it twice."""
    how = prove(value)[1]
    assert [how.count(word) for word in words] == [1] * len(words)
    assert how.count(". ") == len(words) + how.count("1.14. ")


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ({}, "these numbers"),
        ({x: Reals}, "every real x"),
        ({x: Reals, a: right, y: Reals}, "every real x and y and every a > 0"),
        ({p: unit}, "every p with 0 < p < 1"),
        ({p: Interval(-1, 1)}, "every p with −1 ≤ p ≤ 1"),
        ({p: Interval.Lopen(0, pi / 2)}, "every p with 0 < p ≤ π/2"),
        ({x: Interval(-oo, 0)}, "every x ≤ 0"),
        ({x: Interval.open(-oo, 3)}, "every x < 3"),
        ({x: Interval(2, oo)}, "every x ≥ 2"),
        ({x: Reals - {0}}, "every x with x < 0 or x > 0"),
        ({n: sympy.Integers}, "every whole n"),
        ({n: sympy.Naturals0}, "every whole n ≥ 0"),
        ({n: Range(1, 4)}, "n = 1, 2, 3"),
        ({z: sympy.Complexes}, "every complex z where both sides are defined"),
        (
            dict.fromkeys(sympy.symbols("x0 mu R_A"), Reals),
            "every real x₀ and μ and R_A",
        ),
    ],
    ids=str,
)
def test_a_domain_in_words(sets, words):
    """Symbols stand as they are printed, their sets as bounds."""
    assert described(sets) == words


def test_what_is_not_any_real_number_is_told_apart():
    """A formula for every real x has no domain to be shown beside it."""
    assert restricted({x: Reals, y: Reals}) == ""
    assert restricted({x: Reals, p: unit}) == "every p with 0 < p < 1"


def test_a_symbol_without_a_domain_has_that_of_its_assumptions():
    """The assumptions of SymPy are sets of numbers."""
    names = "positive negative nonnegative nonpositive nonzero real".split()
    symbols = {k: sympy.Symbol(k, **{k: True}) for k in names}
    whole = sympy.Symbol("whole", integer=True, nonnegative=True)
    relation = Gt(sum(symbols.values()) + whole, 0)
    assert split(relation) == (
        relation,
        {
            symbols["positive"]: right,
            symbols["negative"]: Interval.open(-oo, 0),
            symbols["nonnegative"]: Interval(0, oo),
            symbols["nonpositive"]: Interval(-oo, 0),
            symbols["nonzero"]: Reals - {0},
            symbols["real"]: Reals,
            whole: Range(0, oo),
        },
    )
    assert split(Eq(z, p)) == (
        Eq(z, p),
        {z: sympy.Complexes, p: sympy.Complexes},
    )


@pytest.mark.parametrize(
    "value", [x, x + 1, 7, "x < 1", (x, {}), (x < 1, {}, {}), [], {}], ids=str
)
def test_what_is_no_formula_is_told_from_one(value):
    """Expressions, texts and tables are none."""
    assert split(value) is None


def test_a_derivation_of_two_lines_is_no_formula():
    """It is a pair, too."""
    assert split((("", s), ("why", 1 - s))) is None


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ({y: unit}, "y has a domain but is not in"),
        ({a: Interval(0, 1)}, "a may not be all of Interval(0, 1)"),
        ({a: sympy.Complexes}, "a may not be all of"),
    ],
)
def test_a_domain_that_does_not_fit_is_refused(domain, words):
    """It names symbols of the formula and no more than these may be."""
    with pytest.raises(ValueError) as caught:
        split((a > 0, domain) if y in domain else (a < x, domain))
    assert words in str(caught.value)


def test_links_turn_every_inequality_the_same_way():
    """A chain falls into its links, a finite set into its numbers."""
    one = links(*split(And(s > 0, s <= 1)))
    assert {(sign, len(box)) for _, sign, _, box in one} == {
        ("<", 1),
        ("<=", 1),
    }
    found = list(links(*split((Eq(s**n, n), {n: Range(2, 4)}))))
    assert [sides[1] for _, _, sides, _ in found] == [2, 3]
    assert all(list(box.values()) == [Reals] for *_, box in found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (s, exp(x) * s * exp(-x)),
        (Derivative(exp(-x), x), -exp(-x)),
        (sympy.UnevaluatedExpr(s) * 2, s + s),
        (1 - s, sympy.UnevaluatedExpr(1 - s)),
        (one, exp(x) * exp(-x)),
        (log(a * b), log(a) + log(b)),
    ],
)
def test_a_line_follows_when_it_is_equal(first, second):
    """Derivatives are carried out, and what is held back is let go."""
    assert follows(first, second)
    assert not follows(first, second + 1)
    assert not follows(first, -second)
    assert not follows(first, second + Rational(1, 10**30))


def test_a_line_follows_in_its_domain():
    """Where a side has no value, nothing follows."""
    lines = log(p * (1 - p)), log(p) + log(1 - p)
    assert follows(*lines, {p: unit})
    assert not follows(*lines, {p: Interval(0, 1)})
    assert not follows((exp(2 * x) - 9) / (exp(x) - 3), exp(x) + 3)


def test_a_proof_needs_sympy_only_when_it_is_made():
    """Pages without a formula are built without it."""
    text = "import sys, snippets._bridge.proof; print('sympy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True
    )
    assert done.stdout == "False\n"
