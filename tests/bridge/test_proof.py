"""What is proved is true, and what is false is not proved."""

import pytest
import sympy
from sympy import And, Eq, Ge, Gt, Le, Lt, Rational, exp, tanh

from snippets._bridge.proof import follows, prove

x, y = sympy.symbols("x y", real=True)
positive = sympy.Symbol("p", positive=True)


class logistic(sympy.Function):
    """A function of this test, 1/(1 + e^-x)."""

    def _eval_rewrite_as_exp(self, x, **options):
        return 1 / (1 + exp(-x))


s = logistic(x)
ds = sympy.Derivative(s, x)
half = Rational(1, 2)


@pytest.mark.parametrize(
    "relation",
    [
        Eq(s, exp(x) / (1 + exp(x))),
        Eq(s, half * (1 + tanh(x / 2))),
        Eq(logistic(-x), 1 - s),
        Eq(ds, s * (1 - s)),
        Eq(ds, exp(-x) / (1 + exp(-x)) ** 2),
        Eq(s, 1 - 1 / (1 + exp(x))),
        Eq(2 * logistic(2 * x) - 1, tanh(x)),
        Eq(sympy.cosh(x) ** 2 - sympy.sinh(x) ** 2, 1, evaluate=False),
        Eq(exp(x + y), exp(x) * exp(y), evaluate=False),
        Eq(logistic(x - y), exp(x) / (exp(x) + exp(y))),
        Eq(sympy.Integer(2), sympy.Integer(2), evaluate=False),
        Gt(s, 0),
        Lt(s, 1),
        Lt(0, s),
        Gt(1, s),
        Gt(ds, 0),
        Le(ds, Rational(1, 4)),
        Ge(Rational(1, 4), ds),
        Ge(exp(x) + exp(-x), 2),
        Gt(1 + exp(-x), 1, evaluate=False),
        Lt(s, logistic(x + 1)),
        Gt(exp(x) + exp(y), 0, evaluate=False),
        And(0 < s, s < 1),
        And(0 <= ds, ds <= Rational(1, 4)),
        And(s > 0, ds > 0, s < 1),
    ],
    ids=str,
)
def test_what_is_true_is_proved(relation):
    """Identities and inequalities between exponentials are proved."""
    assert prove(relation)[0] == "proved"


@pytest.mark.parametrize(
    "relation",
    [
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
        Eq(sympy.sqrt(x**2), x),
        Eq(sympy.Integer(2), sympy.Integer(3), evaluate=False),
        Lt(s, 0),
        Gt(s, 1),
        Lt(s, half),
        Lt(ds, 0),
        Lt(ds, Rational(1, 4)),
        Le(ds, Rational(249, 1000)),
        Ge(ds, Rational(1, 4)),
        Gt(exp(x) + exp(-x), 2),
        Ge(exp(x) - exp(-x), 0),
        Gt(exp(x), 1),
        Gt(s, logistic(x + 1)),
        Gt(exp(x) - exp(y), 0, evaluate=False),
        And(0 < s, s < half),
        And(half < s, s < 1),
        And(0 < s, Eq(s, 1)),
        sympy.Ne(s, 0),
        sympy.Or(s > 0, s < 1),
        sympy.false,
    ],
    ids=str,
)
def test_what_is_false_or_unknown_is_not_proved(relation):
    """A changed sign, a lost square or a bound too tight fails."""
    with pytest.raises(ValueError, match="cannot prove"):
        prove(relation)


def test_the_part_that_failed_is_named():
    """Of a chain, the complaint has the relation that is not proved."""
    with pytest.raises(ValueError) as caught:
        prove(And(0 < s, s < half))
    assert str(caught.value) == f"cannot prove {s < half}"


def test_a_definition_is_labelled_as_one():
    """A function equated with its own rewriting is defined, not proved."""
    label, how = prove(Eq(s, 1 / (1 + exp(-x))))
    assert label == "definition"
    assert how == "What the left side means, for every real x."


@pytest.mark.parametrize(
    "relation",
    [
        Eq(1 / (1 + exp(-x)), s),
        Eq(s, exp(x) / (1 + exp(x))),
        Eq(2 * s, 2 / (1 + exp(-x))),
    ],
    ids=str,
)
def test_only_the_definition_itself_is_a_definition(relation):
    """The other way round, or in other words, it is a proof."""
    assert prove(relation)[0] == "proved"


@pytest.mark.parametrize(
    ("relation", "domain"),
    [
        (Gt(s, 0), "for every real x."),
        (Eq(exp(y + x), exp(x) * exp(y)), "for every real x and y."),
        (Eq(sympy.Integer(1), sympy.Integer(1), evaluate=False), "for these"),
    ],
)
def test_a_proof_has_its_domain_and_what_checked_it(relation, domain):
    """The text names the symbols and the version of SymPy."""
    how = prove(relation)[1]
    assert domain in how
    assert f"Checked by SymPy {sympy.__version__}" in how


def test_a_symbol_that_is_positive_is_not_called_real():
    """An identity that holds for positive p alone does not claim more."""
    identity = Eq(logistic(sympy.log(positive)), positive / (1 + positive))
    assert "every real" not in prove(identity)[1]


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (Eq(logistic(-x), 1 - s), ["cancels to 0"]),
        (Gt(s, 0), ["only positive factors"]),
        (Le(ds, Rational(1, 4)), ["no negative factor"]),
        (And(s > 0, s < 1), ["only positive factors"]),
        (And(s > 0, ds <= 1), ["only positive factors", "no negative"]),
    ],
)
def test_a_proof_tells_how_it_was_done(relation, words):
    """Each way of proof is told once, also when a chain takes it twice."""
    how = prove(relation)[1]
    assert [how.count(word) for word in words] == [1] * len(words)
    assert how.count("The larger side") + how.count("Both") == len(words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (s, exp(x) * s * exp(-x)),
        (sympy.Derivative(exp(-x), x), -exp(-x)),
        (sympy.UnevaluatedExpr(s) * 2, s + s),
        (1 - s, sympy.UnevaluatedExpr(1 - s)),
        (sympy.Integer(1), exp(x) * exp(-x)),
    ],
)
def test_a_line_follows_when_it_is_equal(one, other):
    """Derivatives are carried out, and what is held back is let go."""
    assert follows(one, other)
    assert not follows(one, other + 1)
    assert not follows(one, -other)
