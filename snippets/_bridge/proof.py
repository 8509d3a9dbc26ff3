"""Whether a formula is proved, checked or a definition, and for what."""

import functools
import itertools

DIGITS = 30  # to which both sides agree where no proof is found
POINTS = 50  # that count, at least
_DIFFERENTIATED = (
    "An integral without ends is any antiderivative, so the slopes of both "
    "sides are compared."
)


def split(value):
    """(relation, {symbol: set}) of a formula, or None if it is not one.

    A formula is a relation, or a pair of one and the sets of its symbols; a
    symbol without a set has that of its assumptions. Raises ValueError for
    a set that contradicts the assumptions or belongs to no symbol.
    """
    import sympy
    from sympy.logic.boolalg import Boolean

    relation, domain = value, {}
    if isinstance(value, tuple) and [dict] == list(map(type, value[1:])):
        relation, domain = value
    if not isinstance(relation, Boolean) or isinstance(relation, sympy.Expr):
        return None
    symbols = sorted(relation.free_symbols, key=str)
    for symbol, values in domain.items():
        if symbol not in symbols:
            raise ValueError(f"{symbol} has a domain but is not in {relation}")
        if not values.is_subset(_assumed(symbol)):
            raise ValueError(f"{symbol} may not be all of {values}")
    return relation, {s: domain.get(s, _assumed(s)) for s in symbols}


def prove(value):
    """(label, how): "proved", "checked numerically" or "definition", and how.

    Raises ValueError when a formula is neither proved nor seen to hold to 30
    digits at 50 points, with a point at which it fails if there is one.
    """
    import mpmath
    import sympy

    found = split(value)
    if not found:
        raise ValueError(f"cannot prove {value}")
    relation, domain = found
    words = described(domain)
    if relation.has(sympy.Order):
        words = f"{' and '.join(map(_name, domain))} near 0"
    proofs, checks = {}, {}
    for link, *claim in links(relation, domain):
        if fault := refutation(*claim):
            raise ValueError(f"cannot prove {link}: {fault}")
        if _defines(relation):
            return "definition", f"What the left side means, for {words}."
        try:
            how = argument(*claim)
        except ValueError as error:
            raise ValueError(f"cannot prove {link}: {error}") from None
        if how:
            proofs[how] = True
        elif how := agreement(*claim):
            checks[how] = True
        else:
            raise ValueError(f"cannot prove {link}")
    if checks:
        how = f"{' '.join(checks)} Computed by mpmath {mpmath.__version__}."
        how = f"Claimed for {words}. {how}" if domain else how
        return "checked numerically", how
    how = f"{' '.join(proofs)} Checked by SymPy {sympy.__version__}"
    return "proved", f"{how} for {words}."


def follows(one, other, domain=None):
    """Whether two expressions are proved to be equal in a domain."""
    import sympy

    equation = sympy.Eq(one, other, evaluate=False)
    ((_, *claim),) = links(*split((equation, domain or {})))
    try:
        return not refutation(*claim) and bool(argument(*claim))
    except ValueError:  # no value somewhere
        return False


def links(relation, domain):
    """(link, sign, sides, domain) of each link of a chain and finite case.

    The sign is ==, < or <=; the symbols of sides and domain are new ones,
    with all the assumptions that the domain allows. Raises ValueError for
    what is no chain of such.
    """
    import sympy

    chain = isinstance(relation, sympy.And)
    for link in relation.args if chain else [relation]:
        sign = getattr(link, "rel_op", None)
        if sign not in ("==", "<", "<=", ">", ">="):
            raise ValueError(f"cannot prove {link}")
        sets = {s: v for s, v in domain.items() if s in link.free_symbols}
        real = all(v.is_subset(sympy.Reals) for v in sets.values())
        if sign != "==" and not real:
            raise ValueError(f"cannot prove {link} of complex numbers")
        few = [s for s, values in sets.items() if values.is_finite_set]
        new = {s: _dummy(s, v) for s, v in sets.items() if s not in few}
        turned = link.args[::-1] if sign in (">", ">=") else link.args
        for values in itertools.product(*(sets[s] for s in few)):
            at = new | dict(zip(few, values, strict=True))
            sides = sympy.Tuple(*turned).subs(at)
            box = {dummy: sets[s] for s, dummy in new.items()}
            yield link, sign.replace(">", "<"), sides, box


def refutation(sign, sides, domain):
    """Why a relation is false, seen at a few points; None if it is not."""
    from mpmath import nstr

    few, digits = (3, 20) if _is_slow(sides) else (7, 50)
    third = digits // 3
    possible = sign.replace("<=", "<").replace("<", "<=")  # or too close
    for point, values in _values(sign, sides, domain, few, digits):
        where = "".join(f" at {_name(s)} = {p}" for s, p in point.items())
        if values is None:
            return f"a side has no value{where}"
        if not _holds(possible, *values, third, digits, 0.1**third):
            left, right = (nstr(value, 15) for value in values)
            return f"the sides are {left} and {right}{where}"
    return None


def argument(sign, sides, domain):
    """How a relation is proved in a domain; None if it is not."""
    from sympy import Order

    from snippets._bridge import algebra, calculus

    compared = _compared(sign, sides)
    how = [] if compared == sides else [_DIFFERENTIATED]
    if compared.has(Order):
        return calculus.expansion(*compared)
    if algebra.has_corner(compared):
        return None
    try:
        compared, found = calculus.evaluated(compared, domain)
    except ValueError:
        return None
    reasons = [
        algebra.reason(sign, *case, box)
        for case, box in algebra.cases(compared, domain)
    ]
    how = dict.fromkeys(how + found + reasons)
    return None if None in how else " ".join(how)


def agreement(sign, sides, domain):
    """At how many points a relation holds; None if not at all of enough.

    An inequality must also hold where its sides come closest to each other,
    as far as a search can find that place.
    """
    from snippets._bridge import algebra, numeric

    # An integral or a sum has few digits, whatever it is computed with.
    for digits in [DIGITS + 10] if _is_slow(sides) else [100, 400]:
        found = list(_values(sign, sides, domain, POINTS + 3, digits))
        counted = [values for _, values in found if values and any(values)]
        if len(counted) >= min(POINTS, len(found)) > 0 and all(
            values and _holds(sign, *values, DIGITS, digits)
            for _, values in found
        ):
            break
    else:
        return None
    where = f" at {len(counted)} points" if domain else ""
    if sign == "==":
        return f"Both sides agree to {DIGITS} digits{where}."
    point, _ = min(found, key=lambda pair: pair[1][1] - pair[1][0])
    sides = algebra.carried_out(sides)
    closest = numeric.lowest(sides, domain, point, digits)
    if not _holds(sign, *closest, DIGITS, digits):
        return None
    return (
        f"The larger side is the larger{where}, and where a search finds it "
        "closest to the smaller."
    )


def described(domain):
    """A domain in words, as in "every real x and every p with 0 < p < 1"."""
    import sympy

    real = [_name(s) for s, v in domain.items() if v == sympy.Reals]
    words = [f"every real {' and '.join(real)}"] if real else []
    for symbol, values in domain.items():
        if values != sympy.Reals:
            words.append(_described(_name(symbol), values))
    return " and ".join(words) or "these numbers"


def restricted(domain):
    """The part of a domain in words that is not any real number, if any."""
    import sympy

    rest = {s: v for s, v in domain.items() if v != sympy.Reals}
    return described(rest) if rest else ""


def _described(name, values):
    import sympy

    if values.is_finite_set:
        return f"{name} = {', '.join(map(_name, values))}"
    if not values.is_subset(sympy.Reals):
        return f"every complex {name} where both sides are defined"
    kind = "whole " if values.is_subset(sympy.Integers) else ""
    parts = values.args if values.is_Union else [values]
    bounds = " or ".join(_bounds(name, part) for part in parts)
    if bounds.startswith(name) and " or " not in bounds:
        return f"every {kind}{bounds}"
    return f"every {kind}{name} with {bounds}"


def _bounds(name, values):
    low, high = values.inf, values.sup
    if low.is_infinite and high.is_infinite:
        return name
    if high.is_infinite:
        return f"{name} {'≥' if low in values else '>'} {_name(low)}"
    above = f"{name} {'≤' if high in values else '<'} {_name(high)}"
    if low.is_infinite:
        return above
    return f"{_name(low)} {'≤' if low in values else '<'} {above}"


def _name(thing):
    from sympy import Symbol, pretty

    if isinstance(thing, Symbol):
        return pretty(Symbol(thing.name), use_unicode=True)
    return str(thing).replace("pi", "π").replace("-", "−")


@functools.cache
def _kinds():
    """What numbers each assumption of SymPy allows, the fewest first."""
    from sympy import Interval, Reals, oo

    return {
        "positive": Interval.open(0, oo),
        "negative": Interval.open(-oo, 0),
        "nonnegative": Interval(0, oo),
        "nonpositive": Interval(-oo, 0),
        "nonzero": Reals - {0},
        "real": Reals,
    }


@functools.cache
def _assumed(symbol):
    """The numbers that a symbol may be by its assumptions."""
    from sympy import Complexes, Integers

    for kind, values in _kinds().items():
        if getattr(symbol, f"is_{kind}"):
            return values & Integers if symbol.is_integer else values
    return Complexes


@functools.cache
def _dummy(symbol, values):
    """A symbol with all the assumptions that its set allows."""
    import sympy

    kinds = {**_kinds(), "integer": sympy.Integers}
    allowed = {k: True for k, most in kinds.items() if values.is_subset(most)}
    return sympy.Dummy(symbol.name, **allowed)


def _defines(relation):
    """Whether a function of a topic is equated with what it is written as."""
    import sympy

    if not isinstance(relation, sympy.Eq):
        return False
    name = relation.lhs
    return (
        isinstance(name, sympy.Function)
        and all(part.is_Symbol for part in name.args)
        and any(
            name.rewrite(type(name), kind) == relation.rhs != name
            for kind in (sympy.exp, sympy.log)
        )
    )


def _compared(sign, sides):
    """Both sides, differentiated if one is an antiderivative."""
    from sympy import Derivative, Integral, Tuple

    for one, other in (sides, sides[::-1]):
        if isinstance(one, Integral) and one.limits == (tuple(one.variables),):
            if sign == "==":
                return Tuple(one.function, Derivative(other, *one.variables))
    return sides


def _is_slow(sides):
    from sympy import Integral, Sum

    return sides.has(Integral, Sum)


def _values(sign, sides, domain, count, digits):
    """(point, both sides) at many points; none if they cannot be computed."""
    from snippets._bridge import algebra, numeric

    sides = _compared(sign, sides)
    if algebra.has_corner(sides):
        return
    # Far out, little is left of the digits of an integral or a sum.
    reach = 6 if len(domain) > 1 or _is_slow(sides) else 40
    points = numeric.points(domain, count, reach)
    try:
        yield from numeric.values(algebra.carried_out(sides), points, digits)
    except LookupError:
        return


def _holds(sign, left, right, wanted, digits, least=0):
    """Whether numbers are equal to so many digits, or in the right order."""
    import mpmath

    size = max(abs(left), abs(right), least)
    if sign == "==":
        return abs(left - right) <= size / 10**wanted
    gap, slack = right - left, size / 10 ** (digits - 10)
    if isinstance(gap, mpmath.mpc):
        return False
    return gap > slack or (sign == "<=" and gap >= -slack)
