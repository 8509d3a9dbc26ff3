"""Equality and sign of expressions, decided by algebra where it can be.

An expression is read as a quotient of polynomials in its generators: the
symbols and whatever is no sum, product or power of others, such as eˣ, π
and log(p). Two expressions are equal when their difference has numerator 0.
A sign follows from the factors, each of one sign where its generators live,
or from the sign of the slope.
"""

import functools
import itertools

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.polys.fields import field

from snippets._bridge.numeric import enclosed

ANY = frozenset((-1, 0, 1))
KINKED = sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Piecewise
POSITIVE = sympy.Interval.open(0, sympy.oo)
_DEGREE = 100  # of a generator: more takes too long
_SIZE = 24  # of an expression whose slope is looked at, likewise
_SMOOTH = (  # all along the real line
    *(sympy.exp, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.tanh),
    *(sympy.sech, sympy.atan, sympy.asinh, sympy.erf, sympy.erfc),
)
_HALF = sympy.log, sympy.atanh  # along a part of it
_TAME = sympy.exp, sympy.log, HyperbolicFunction  # whose limits are found
_PLAIN = sympy.Add, sympy.Mul, sympy.Pow, sympy.Atom, sympy.Tuple
_HELD = sympy.Derivative, sympy.Subs, sympy.UnevaluatedExpr
_CANCELS = (
    "Both sides, written in exponentials, differ by an expression that "
    "cancels to 0."
)
_SLOPES = "Both sides have the same slope, and the same value at {}."
_FACTORS = (
    "The larger side minus the smaller, as a fraction of polynomials in "
    "exponentials, has {}."
)
_LIMITS = (
    "The sign of the larger side minus the smaller follows from the sign of "
    "its slope and from its limits at the ends."
)
_INTERVALS = (
    "The larger side minus the smaller is positive, by interval arithmetic "
    "on parts that cover all values."
)


class Undefined(ValueError):
    """What may have no value somewhere in its domain."""


def written_out(e):
    """An expression with the functions that a topic defines written out.

    They have `_eval_rewrite_as_exp` or `_eval_rewrite_as_log`; ValueError is
    raised for one that has neither.
    """
    while own := _own(e):
        new = e.rewrite(own, sympy.exp).rewrite(own, sympy.log)
        if new == e:
            raise ValueError(f"{own[0].__name__} is not written out anywhere")
        e = new
    return e


def _own(e):
    kinds = {type(f) for f in e.atoms(sympy.Function)}
    own = [k for k in kinds if not f"{k.__module__}".startswith("sympy.")]
    return tuple(sorted(own, key=str))


def carried_out(e):
    """An expression written out, its derivatives carried out."""

    def carry_out(part):
        if isinstance(part, sympy.UnevaluatedExpr):
            return part.args[0]
        return part.doit(deep=isinstance(part, sympy.Subs))

    return written_out(e).replace(lambda p: isinstance(p, _HELD), carry_out)


def is_tame(e):
    """Whether only exponentials, logarithms and their quotients occur."""
    return _is_made_of(carried_out(e), (*_PLAIN, *_TAME))


def _is_made_of(e, kinds):
    return all(isinstance(p, kinds) for p in sympy.preorder_traversal(e)) and (
        not e.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)
    )


def has_corner(e):
    """Whether a derivative is taken of what may have a corner."""
    return any(d.has(*KINKED) for d in e.atoms(sympy.Derivative))


def reason(sign, left, right, domain):
    """Why left is =, < or <= right in a domain; None if it is not known.

    Raises Undefined if a side is not known to have a value everywhere.
    """
    if sign != "==" and isinstance(left, sympy.Abs):
        (inside,) = left.args
        reasons = [reason(sign, e, right, domain) for e in (inside, -inside)]
        return reasons[0] if all(reasons) else None
    sides = sympy.Tuple(left, right)
    if not is_known(sides):
        return None
    real = all(values.is_subset(sympy.Reals) for values in domain.values())
    if real and not defined(sides, domain):
        raise Undefined("a side is not known to have a value everywhere")
    if sign == "==":
        return _why_equal(right - left, domain, real)
    return _why_less(sign, carried_out(right - left), domain)


def is_known(e):
    """Whether it is known of all that occurs where it is smooth."""
    kinds = *_PLAIN, *_HELD, *_SMOOTH, *_HALF
    return _is_made_of(written_out(e), kinds)


def _why_equal(gap, domain, real):
    if same(gap, 0):
        return _CANCELS
    connected = all(isinstance(v, sympy.Interval) for v in domain.values())
    if not real or not connected:
        return None
    gap = carried_out(gap)
    at = {s: _inside(values) for s, values in domain.items()}
    if all(same(sympy.diff(gap, s), 0) for s in at) and same(gap.subs(at), 0):
        where = " and ".join(f"{s.name} = {value}" for s, value in at.items())
        return _SLOPES.format(where)
    return None


def _inside(values):
    """A simple number in an interval."""
    for number in (0, 1):
        if number in values:
            return sympy.Integer(number)
    low, high = values.inf, values.sup
    if low.is_infinite or high.is_infinite:
        return high - 1 if low.is_infinite else low + 1
    return (low + high) / 2


def _why_less(sign, gap, domain):
    allowed = {1} if sign == "<" else {0, 1}
    if signs(gap, domain, 0) <= allowed:
        kind = "only positive" if sign == "<" else "no negative"
        return _FACTORS.format(f"{kind} factors")
    if signs(gap, domain) <= allowed:
        return _LIMITS
    return _INTERVALS if enclosed(gap, domain) else None


def same(one, other):
    """Whether two expressions are equal wherever both are defined."""
    try:
        return not quotient(carried_out(one - other))[0]
    except ValueError:
        return False


def quotient(e):
    """(element of a field of fractions, {its symbol: a generator}).

    Raises ValueError for a degree that would take too long and for a
    denominator that cancels to 0.
    """
    found = {}
    flat = sympy.sympify(_flat(e, found))
    meaning = {}
    for generator, (symbol, powers) in found.items():
        unit = abs(functools.reduce(sympy.gcd, powers))
        if max(map(abs, powers)) > _DEGREE * unit:
            raise ValueError(f"the degree of {generator} is large")
        flat = flat.xreplace({symbol: symbol ** (1 / unit)})
        if isinstance(generator, sympy.exp):
            meaning[symbol] = sympy.exp(generator.args[0] * unit)
        else:
            meaning[symbol] = generator**unit
    roots = [p for p in flat.atoms(sympy.Pow) if p.is_number]
    roots += [sympy.I] * flat.has(sympy.I)
    try:
        if len(meaning) > 1 and roots:
            return _reduced(flat, meaning, roots)
        domain = sympy.QQ.algebraic_field(*roots) if roots else sympy.QQ
        ours, *_ = field([*meaning, sympy.Dummy()], domain)
        return ours.from_expr(flat), meaning
    except ZeroDivisionError:
        raise ValueError(f"{e} has a denominator of 0") from None


def _reduced(flat, meaning, roots):
    """A quotient with generators for roots too, kept at low powers.

    Among several generators this is much faster than an algebraic field.
    """
    new = {root: sympy.Dummy() for root in roots}
    powers = {symbol: root.as_base_exp() for root, symbol in new.items()}
    meaning = meaning | {symbol: root for root, symbol in new.items()}
    ours, *_ = field([*meaning], sympy.QQ)
    fraction = ours.from_expr(flat.xreplace(new))
    zeros = [
        ours.from_expr(symbol**power.q - base**power.p).numer
        for symbol, (base, power) in powers.items()
    ]
    numer, denom = fraction.numer.rem(zeros), fraction.denom.rem(zeros)
    return ours.new(numer) / ours.new(denom), meaning


def _flat(e, found):
    """An expression with symbols for its generators, which are noted."""

    def generator(what, power=sympy.S.One):
        symbol = sympy.Dummy(positive=True)
        symbol, powers = found.setdefault(what, (symbol, set()))
        powers.add(power)
        return symbol**power

    if e.is_Rational or e is sympy.I:
        return e
    if e.is_Float:
        return sympy.Rational(e)
    if e.is_Add or e.is_Mul:
        return e.func(*(_flat(part, found) for part in e.args))
    if e.is_Pow and e.exp.is_Integer:
        return _flat(e.base, found) ** e.exp
    if e.is_Pow and e.exp.is_Rational:
        if isinstance(e.base, sympy.exp):
            return generator(e)  # not the power of e that it looks like
        return e if e.base.is_Rational else generator(e.base, e.exp)
    if isinstance(e, sympy.exp):
        result = 1
        for term in sympy.Add.make_args(sympy.expand(e.args[0])):
            power = sympy.exp(term)
            if isinstance(power, sympy.exp):
                factor, rest = term.as_coeff_Mul(rational=True)
                result *= generator(sympy.exp(rest), factor)
            else:
                result *= _flat(power, found)
        return result
    plain = _plainer(e)
    return generator(e) if plain == e else _flat(plain, found)


def _plainer(e):
    """An expression in terms of exponentials or simpler logarithms."""
    if e.is_Pow and e.base.is_positive:
        return sympy.exp(e.exp * sympy.log(e.base))
    if e.is_Pow:
        return sympy.expand_power_exp(e)
    if isinstance(e, sympy.log):
        whole = sympy.log(sympy.together(e.args[0]))
        return sympy.expand_log(whole, factor=True)
    if isinstance(e, (HyperbolicFunction, TrigonometricFunction)):
        plain = sympy.expand_trig(e)
        return e.rewrite(sympy.exp) if plain == e else plain
    return e


def defined(e, domain):
    """Whether no pole, no log of 0 and no root of a negative is met."""
    e = carried_out(e) if e.has(sympy.Subs) else written_out(e)
    parts = dict.fromkeys(sympy.preorder_traversal(e))
    return all(
        signs(inside, domain) <= allowed
        for part in parts
        for inside, allowed in _needs(part)
    )


def _needs(part):
    """(expression, signs it may have) for a part to be defined."""
    if isinstance(part, sympy.log):
        return [(part.args[0], {1})]
    if isinstance(part, sympy.atanh):
        return [(1 - part.args[0] ** 2, {1})]
    if part.is_Pow and part.exp.is_integer:
        return [] if part.exp.is_nonnegative else [(part.base, {-1, 1})]
    return [(part.base, {1})] if part.is_Pow else []


def signs(e, domain, depth=2):
    """Those of -1, 0 and 1 that may be the sign of e in a domain.

    With depth 0 only factors are looked at; else also slopes, so often.
    """
    e = carried_out(e)
    return _union(
        _signs(e.xreplace(at), box, depth) for at, box in _boxes(domain)
    )


def _union(sets):
    return frozenset().union(*sets)


def _boxes(domain):
    """(exact values, open intervals) of symbols that together make a domain.

    Whole numbers are taken for all the real numbers between them.
    """
    for parts in itertools.product(*map(_pieces, domain.values())):
        pairs = list(zip(domain, parts, strict=True))
        yield (
            {s: p for s, p in pairs if not isinstance(p, sympy.Set)},
            {s: p for s, p in pairs if isinstance(p, sympy.Set)},
        )


def _pieces(values):
    if values.is_Union:
        return [piece for part in values.args for piece in _pieces(part)]
    if values.is_FiniteSet:
        return list(values)
    if not values.is_subset(sympy.Reals):
        return [values]
    ends = values.inf, values.sup
    return [sympy.Interval.open(*ends), *(e for e in ends if e in values)]


def _signs(e, box, depth):
    """The signs of e when each symbol runs through an open interval."""
    box = {s: values for s, values in box.items() if s in e.free_symbols}
    if found := _known(e):
        return found
    real = all(values.is_subset(sympy.Reals) for values in box.values())
    if not real or e.has(sympy.I):
        return ANY
    found = _factors(e, box, depth)
    if found != ANY:
        return found
    for s, values in box.items():
        if values == sympy.Reals and _is_mixed(e, s):
            return _halves(e, s, box, depth)
    return _slopes(e, box, depth)


def _known(e):
    """The sign that SymPy knows an expression to have, in a set, or None."""
    for sign, known in (
        (1, e.is_extended_positive),
        (-1, e.is_extended_negative),
        (0, e.is_zero),
    ):
        if known:
            return frozenset([sign])
    return None


def _is_mixed(e, s):
    """Whether a symbol occurs both within an exponential and outside."""
    within = [p for p in e.atoms(sympy.exp, HyperbolicFunction) if p.has(s)]
    return within and e.xreplace({p: sympy.Dummy() for p in within}).has(s)


def _halves(e, s, box, depth):
    """The signs of e, found apart for a positive, a negative s and s = 0."""
    u = sympy.Dummy(s.name, positive=True)
    new = {t: values for t, values in box.items() if t != s} | {u: POSITIVE}
    return _union(
        _signs(e.xreplace({s: value}), new, depth)
        for value in (u, -u, sympy.S.Zero)
    )


def _factors(e, box, depth):
    """The signs of e by those of the factors of its fraction."""
    try:
        fraction, meaning = quotient(e)
    except ValueError:
        return ANY
    result = frozenset([1])
    for polynomial in (fraction.numer, fraction.denom):
        lead, factors = polynomial.factor_list()
        lead = _known(polynomial.ring.domain.to_sympy(lead)) or ANY
        result = _times(result, lead)
        for factor, power in factors:
            factor = factor.as_expr()
            found = _polynomial(factor, meaning, box)
            if found == ANY:
                found = _slopes(factor.xreplace(meaning), box, depth)
            result = _times(result, {sign**power for sign in found})
    return result


def _times(some, others):
    return frozenset(a * b for a in some for b in others)


def _polynomial(p, meaning, box):
    """The signs of a polynomial in symbols, each with its meaning."""
    symbols = sorted(p.free_symbols, key=str)
    ranges = [_range(meaning[s], box) for s in symbols]
    if None in ranges:
        return ANY
    if len(symbols) == 1:
        return _sturm(p, *symbols, *ranges)
    result = frozenset()
    for values in itertools.product(*map(_rays, symbols, ranges)):
        moved = p.xreplace(dict(zip(symbols, values, strict=True)))
        top = sympy.numer(sympy.together(moved))
        terms = sympy.Poly(top, *symbols, extension=True).coeffs()
        known = {_known(c) for c in terms}
        result |= known.pop() or ANY if len(known) == 1 else ANY
    return result


def _sturm(p, symbol, interval):
    """The signs of a polynomial in one symbol, which may have no root."""
    low, high = interval
    p = sympy.Poly(p, symbol, extension=True)
    ends = [None if end.is_infinite else end for end in interval]
    roots = p.count_roots(*ends)
    roots -= sum(p.eval(end) == 0 for end in ends if end is not None)
    if roots:
        return ANY
    return _known(p.eval(_inside(sympy.Interval.open(low, high)))) or ANY


def _range(generator, box):
    """Rational bounds, or infinite ones, of a generator; None if not real."""
    if not generator.is_real:
        return None
    low, high = sympy.S.Zero, sympy.oo
    inside = generator
    factor = sympy.S.One
    if isinstance(generator, sympy.exp):
        factor, inside = generator.args[0].as_coeff_Mul()
    if inside in box:
        ends = [factor * box[inside].inf, factor * box[inside].sup]
        is_power = generator != inside
        low, high = sorted(map(sympy.exp, ends)) if is_power else ends
    elif generator.is_number:
        low = high = generator
    elif not generator.is_positive:
        low = -sympy.oo
    return _outward(low, -1), _outward(high, 1)


def _outward(end, side):
    if end.is_infinite or end.is_Rational:
        return end
    return (sympy.floor(end * 2**30) + (side > 0)) / sympy.Integer(2**30)


def _rays(symbol, interval):
    """What a symbol is put as, positive, to run through an interval."""
    low, high = interval
    if low.is_infinite and high.is_infinite:
        return [symbol, -symbol, sympy.S.Zero]
    if high.is_infinite:
        return [low + symbol]
    if low.is_infinite:
        return [high - symbol]
    return [(low + high * symbol) / (1 + symbol)]


def _slopes(e, box, depth):
    """The signs of e by its slope along the first symbol that tells."""
    tame = all(isinstance(f, _TAME) for f in e.atoms(sympy.Function))
    if not depth or not tame or sympy.count_ops(e) > _SIZE:
        return ANY
    if len(box) == 1 and not e.has(sympy.log) and not _is_mixed(e, *box):
        return ANY  # Sturm's theorem has said it all
    for s in box:
        if e.has(s) and not s.is_integer:
            found = _slope(e, s, box, depth - 1)
            if found != ANY:
                return found
    return ANY


def _slope(e, s, box, depth):
    """The signs of e by those of its slope and of its limits at the ends."""
    ends = box[s].inf, box[s].sup
    slope = _signs(sympy.diff(e, s), box, depth)
    if slope <= {0, -1}:
        ends = ends[::-1]
    elif not slope <= {0, 1}:
        return ANY
    for side, end in zip((1, -1), ends, strict=True):
        limit = _limit(e, s, end, box, depth)
        if limit <= {0, side}:
            return frozenset([side, 0] if 0 in slope & limit else [side])
    return ANY


def _limit(e, s, end, box, depth):
    """The signs of the limit of e where s comes to an end of its interval."""
    if e.free_symbols == {s}:
        side = "+" if end == box[s].inf else "-"
        return _known(sympy.limit(e, s, end, side)) or ANY
    value = e.subs(s, end)
    if end.is_infinite or value.has(sympy.oo, sympy.zoo, sympy.nan):
        return ANY
    return _signs(value, box, depth)


def cases(e, domain):
    """(e without |…|, domain) for each sign of what stands between bars.

    Bars stay where no symbol of all the reals can be moved out of them.
    """
    e = e.rewrite((sympy.Max, sympy.Min), sympy.Abs)
    for bars in sorted(e.atoms(sympy.Abs), key=sympy.default_sort_key):
        (inside,) = bars.args
        for s, values in domain.items():
            slope = inside.diff(s)
            if values == sympy.Reals and slope.is_Rational and slope != 0:
                yield from _by_sign(e, s, inside, slope, domain)
                return
    yield e, domain


def _by_sign(e, s, inside, slope, domain):
    u = sympy.Dummy(positive=True)
    rest = {t: values for t, values in domain.items() if t != s}
    for value, new in ((u, {u: POSITIVE}), (-u, {u: POSITIVE}), (0, {})):
        at = sympy.expand(s + (value - inside) / slope)
        yield from cases(e.xreplace({s: at}), rest | new)
