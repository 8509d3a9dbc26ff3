"""Limits, integrals and sums, each replaced by what it is proved to be."""

import functools

import sympy
from sympy.integrals.risch import risch_integrate

from snippets._bridge.algebra import (
    carried_out,
    defined,
    is_known,
    is_tame,
    quotient,
    reason,
    same,
    signs,
    written_out,
)

_LINE = sympy.Union(sympy.Reals, sympy.FiniteSet(-sympy.oo, sympy.oo))
_AT = sympy.Dummy("x", real=True)
_INTEGRATED = (
    "The integral is the rise of an antiderivative, which is differentiated "
    "to see that it is one."
)
_GEOMETRIC = "The series is geometric, with a ratio between −1 and 1."
_EXPANDED = (
    "Both sides have the same derivatives at 0, as far as they are written."
)


def evaluated(e, domain):
    """(e without limits, integrals and sums, how each was found).

    Raises ValueError when one of them is not found.
    """
    e, how = written_out(e), []
    while nodes := e.atoms(*_METHODS):
        inner = [n for n in nodes if not n.args[0].has(*_METHODS)]
        node = min(inner, key=sympy.default_sort_key)
        value, text = _METHODS[type(node)](node, domain)
        e = e.xreplace({node: value})
        how += text
    return e, how


def _limit(node, domain):
    if node.free_symbols or not is_tame(node.args[0]):
        raise ValueError(f"{node} is not looked for")
    return node.doit(), ["The limit is found by Gruntz’s algorithm."]


def _integral(node, domain):
    ((t, *ends),) = node.limits
    reach = _reach(ends, domain)
    s = sympy.Dummy(str(t), real=True, positive=reach.inf >= 0 or None)
    f = carried_out(node.function.xreplace({t: s}))
    whole = _antiderivative(f, s, reach)
    low, high = (
        sympy.limit(whole, s, end, "+" if end == reach.inf else "-")
        if end.is_number
        else whole.xreplace({s: end})
        for end in ends
    )
    return high - low, [_INTEGRATED]


def _reach(ends, domain):
    """The open interval between the least and the greatest of the ends."""
    sets = [domain.get(end, sympy.FiniteSet(end)) for end in ends]
    if not all(not s.free_symbols and s.is_subset(_LINE) for s in sets):
        raise ValueError(f"it is not known where {ends} are")
    return sympy.Interval.open(
        min(s.inf for s in sets), max(s.sup for s in sets)
    )


def _antiderivative(f, s, reach):
    """What has the slope f all over an open interval, at least."""
    if f.free_symbols != {s}:
        raise ValueError(f"no antiderivative of {f} is looked for")

    def mirrored(inside):
        turn = signs(inside, {s: reach}) == {-1}
        return sympy.log(-inside if turn else inside)

    try:
        whole = risch_integrate(sympy.expand_log(f, force=True), s)
    except NotImplementedError:
        raise ValueError(f"no antiderivative of {f} is found") from None
    whole = whole.replace(sympy.log, mirrored)
    if (
        whole.has(sympy.Integral, sympy.RootSum)
        or not reason("==", sympy.diff(whole, s), f, {s: reach})
        or not defined(whole, {s: reach})
    ):
        raise ValueError(f"no antiderivative of {f} is found")
    return whole


def _sum(node, domain):
    ((k, first, last),) = node.limits
    if last.is_Integer and first.is_Integer and 0 <= last - first < 100:
        return node.doit(), []
    f = node.function
    fraction, meaning = quotient(carried_out(f.subs(k, k + 1) / f))
    ratio = fraction.as_expr().xreplace(meaning)
    terms = domain | {k: sympy.Interval(first, sympy.oo)}
    if (
        last != sympy.oo
        or ratio.has(k)
        or not k.is_integer
        or not is_known(f)
        or not defined(sympy.Tuple(f, ratio), terms)
        or not signs(1 - ratio, domain) == signs(1 + ratio, domain) == {1}
    ):
        raise ValueError(f"{node} is not found")
    return f.subs(k, first) / (1 - ratio), [_GEOMETRIC]


_METHODS = {
    sympy.Limit: _limit,
    sympy.Integral: _integral,
    sympy.Sum: _sum,
}


def expansion(f, series):
    """Why f is a series as far as its O(…) at 0; None if it is not."""
    order = series.getO()
    if order is None or order.point != (0,):
        return None
    f, terms, last = (
        carried_out(e).subs(*order.variables, _AT)
        for e in (f, series.removeO(), order.expr)
    )
    base, count = last.as_base_exp()
    if base != _AT or not (count.is_Integer and count > 0):
        return None
    both = sympy.Tuple(f, terms)
    if not is_known(both) or not defined(both, {_AT: sympy.FiniteSet(0)}):
        return None
    for n in range(count):
        gap = _derivative(f, n) - sympy.diff(terms, _AT, n)
        if not same(gap.subs(_AT, 0), 0):
            return None
    return _EXPANDED


@functools.cache
def _derivative(f, n):
    return sympy.diff(_derivative(f, n - 1), _AT) if n else f
