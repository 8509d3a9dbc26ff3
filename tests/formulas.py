"""Formulas made wrong on purpose: none of them may be proved."""

import sympy

from snippets._bridge.proof import links, refutation

EVEN = ("sigma_prime",)  # of whose argument the sign does not matter


def wrong(relation):
    """Versions of a relation with one number, sign or direction changed.

    Each rational number becomes one more, each term, argument, exponent and
    side its negative, and each inequality is turned round. What evaluates to
    the original is left out, and so is the sign of an imaginary term: what
    holds at i holds at -i.
    """
    left, right = map(_evaluated, relation.args)
    pairs = [(side, right) for side in (-left, *_changed(left))]
    pairs += [(left, side) for side in (-right, *_changed(right))]
    if isinstance(relation, sympy.Eq):
        pairs = [pair for pair in pairs if pair[0] != pair[1]]
    else:
        pairs.append((right, left))
    for pair in dict.fromkeys(pairs):
        if pair not in ((left, right), (-left, 0), (0, -right)):
            yield relation.func(*pair, evaluate=False)


def weaker(new, old, domain):
    """Whether an inequality only leaves more room than another one."""
    if isinstance(old, sympy.Eq):
        return False
    claim = sympy.Le(old.gts - old.lts, new.gts - new.lts, evaluate=False)
    return not any(refutation(*claim) for _, *claim in links(claim, domain))


def _evaluated(e):
    return e.func(*map(_evaluated, e.args)) if e.args else e


def _changed(e):
    """Versions of an expression with one number or one sign changed."""
    if e.is_Rational:
        yield e + 1
    if e.is_Pow and e.base == -1:
        yield -e
        return
    for i, part in enumerate(e.args):
        news = list(_changed(part))
        signed = isinstance(e, sympy.Function) and e.func.__name__ not in EVEN
        signed = signed or (e.is_Add and not part.is_imaginary)
        if signed or (e.is_Pow and i == 1):
            news.append(-part)
        if isinstance(e, sympy.Derivative) and not i:  # of what is constant
            news = [new for new in news if not (new - part).is_number]
        for new in news:
            yield e.func(*e.args[:i], new, *e.args[i + 1 :])
