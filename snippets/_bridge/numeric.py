"""Expressions evaluated to many digits, or in intervals, at many points."""

import itertools
import math

import mpmath
import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

SLOW = 36  # digits to which integrals and sums are computed at most
STRIDES = (1, 7, 11, 13, 17, 19)  # no two symbols run through in step
_NAMES = {
    "zoo": "nan",
    "oo": "inf",
    "-oo": "ninf",
    "E": "e",
    "EulerGamma": "euler",
    "Abs": "fabs",
    "LambertW": "lambertw",
    "ceiling": "ceil",
    "euler": "eulernum",
    "conjugate": "conj",
}


def points(domain, count, reach):
    """Numbers for the symbols, spread over scales, and close to the ends."""
    columns = [_spread(values, count, reach) for values in domain.values()]
    for i in range(max(map(len, columns), default=1)):
        chosen = [
            column[i * stride % len(column)]
            for column, stride in zip(columns, STRIDES, strict=False)
        ]
        yield dict(zip(domain, chosen, strict=True))


def _spread(values, count, reach):
    if values.is_Union:
        share = math.ceil(count / len(values.args))
        return [p for part in values.args for p in _spread(part, share, reach)]
    if values.is_subset(sympy.Integers):
        low = values.inf if values.inf.is_finite else -count
        near = (int(low) + i for i in range(2 * count))
        return [number for number in near if number in values][:count]
    steps = [(2 * i + 1) / count - 1 for i in range(count)]
    if not values.is_subset(sympy.Reals):
        line = [reach * u**5 for u in steps]
        return [complex(x, line[3 * i % count]) for i, x in enumerate(line)]
    low, high = values.inf, values.sup
    ends = [end for end in (low, high) if end in values]
    return ends + [_within(low, high, u, reach) for u in steps]


def _within(low, high, u, reach):
    """A number between two ends, dense at those that are finite, or at 0."""
    part = (1 + u) / 2
    if low.is_infinite and high.is_infinite:
        return reach * u**5
    if high.is_infinite:
        return float(low) + reach * part**5
    if low.is_infinite:
        return float(high) - reach * part**5
    smooth = part**3 * (10 - 15 * part + 6 * part**2)
    return float(low) + float(high - low) * smooth


def compiled(e, ctx=mpmath.mp):
    """A function of {symbol: number} that evaluates e in mpmath's context.

    Raises LookupError for what mpmath does not have.
    """
    if e.is_Symbol:
        return lambda at: at[e]
    if e.is_Rational or e.is_Float:
        exact = sympy.Rational(e)
        return lambda at: ctx.mpf(exact.p) / exact.q
    if e is sympy.I:
        return lambda at: ctx.mpc(0, 1)
    if e.is_number and e.is_Atom:
        constant = getattr(ctx, _NAMES.get(str(e), str(e)))
        return lambda at: +constant
    if isinstance(e, (sympy.Integral, sympy.Sum)):
        return _accumulated(e, ctx)
    parts = [compiled(part, ctx) for part in e.args]
    if e.is_Add:
        return lambda at: sum((part(at) for part in parts), ctx.zero)
    if e.is_Mul:
        return lambda at: math.prod((p(at) for p in parts), start=ctx.one)
    if e.is_Pow:
        base, power = parts
        if e.exp.is_Integer:
            return lambda at: base(at) ** int(e.exp)
        return lambda at: base(at) ** power(at)
    name = type(e).__name__
    function = getattr(ctx, _NAMES.get(name, name), None)
    if ctx is mpmath.mp:
        function = {"Max": max, "Min": min}.get(name, function)
    if not function:
        raise LookupError(f"{name} cannot be evaluated")
    return lambda at: function(*(part(at) for part in parts))


def _accumulated(e, ctx):
    """An integral or a sum, over one symbol after the other."""
    if any(len(limit) != 3 for limit in e.limits):
        raise LookupError(f"{e} has no ends")
    value = compiled(e.function, ctx)
    method = ctx.nsum if isinstance(e, sympy.Sum) else _integral
    for symbol, *ends in e.limits:
        ends = [compiled(end, ctx) for end in ends]
        value = _over(method, value, symbol, ends)
    return value


def _over(method, value, symbol, ends):
    def run(at):
        with mpmath.workdps(min(mpmath.mp.dps, SLOW)):
            return method(
                lambda number: value({**at, symbol: number}),
                [end(at) for end in ends],
            )

    return run


def _integral(f, ends):
    """An integral; over the whole line by the trapezoidal rule in sinh t.

    Its steps are halved until half of the digits stay, since each halving
    doubles how many of them are right.
    """
    if ends != [-mpmath.inf, mpmath.inf]:
        return mpmath.quad(f, ends)

    def term(t):
        return f(mpmath.sinh(t)) * mpmath.cosh(t)

    total, size = term(mpmath.mpf(0)), 0
    old, start, step = mpmath.inf, mpmath.mpf(1), mpmath.mpf(1)
    for _ in range(10):
        for sign in (1, -1):
            more, largest = _side(term, sign * start, sign * step)
            total, size = total + more, max(size, largest)
        new = start * total
        if abs(new - old) <= size * mpmath.sqrt(mpmath.eps) / 100:
            break
        old, start, step = new, start / 2, start
    return new


def _side(term, start, step):
    """(sum, largest size) of the terms on one side, as far as they count."""
    total = largest = mpmath.mpf(0)
    for t in mpmath.arange(start, 25 * mpmath.sign(step), step):
        value = term(t)
        total += value
        largest = max(largest, abs(value))
        if abs(t) > 2 and abs(value) <= largest * mpmath.eps / 100:
            break
    return total, largest


def values(sides, points, digits):
    """(point, values of the sides) at each of the points, to so many digits.

    The values are None where they are not numbers.
    """
    functions = [compiled(side) for side in sides]
    for point in points:
        with mpmath.workdps(digits):
            at = {s: _number(p, digits) for s, p in point.items()}
            try:
                found = [function(at) for function in functions]
            except (ZeroDivisionError, ValueError):
                found = None
            if found and not all(map(mpmath.isfinite, found)):
                found = None
            yield point, found


def _number(given, digits):
    exact = isinstance(given, sympy.Basic)
    return mpmath.mpmathify(sympy.N(given, digits) if exact else given)


def lowest(sides, domain, point, digits):
    """The sides where the right one exceeds the left one least.

    That place is searched for from a point on, along the symbols, in steps
    that become smaller; there may be a lower one elsewhere.
    """
    point = {s: sympy.nsimplify(p, rational=True) for s, p in point.items()}
    ((_, best),) = values(sides, [point], digits)
    moves = list(itertools.product(domain, (1, -1)))
    for halvings in range(24):
        for s, sign in moves * 4:
            there = point[s] + sympy.Rational(sign, 2**halvings)
            if domain[s].contains(there) is sympy.true:
                new = point | {s: there}
                ((_, found),) = values(sides, [new], digits)
                if found and found[1] - found[0] < best[1] - best[0]:
                    point, best = new, found
    return best


def enclosed(e, domain, most=400):
    """Whether e > 0 in all of a bounded domain, by interval arithmetic.

    A box in which the bounds of e are too wide is halved across its longest
    side. The answer is no if there come to be too many boxes.
    """
    iv = mpmath.iv
    e = e.replace(
        lambda part: isinstance(part, HyperbolicFunction),
        lambda part: part.rewrite(sympy.exp),
    )
    sure = sympy.exp, sympy.log, sympy.sin, sympy.cos
    if not all(isinstance(f, sure) for f in e.atoms(sympy.Function)):
        return False
    function = compiled(e, iv)
    ends = [(values.inf, values.sup) for values in domain.values()]
    if not ends or any(end.is_infinite for pair in ends for end in pair):
        return False
    boxes = [[_interval(*pair) for pair in ends]]
    for _ in range(most):
        if not boxes:
            return True
        box = boxes.pop()
        try:
            found = function(dict(zip(domain, box, strict=True)))
        except iv.ComplexResult:
            found = None
        real = isinstance(found, iv.mpf)
        if not (real and found.a > 0 and found.b < iv.inf):
            boxes += _halves(box)
    return False


def _interval(low, high):
    low, high = (compiled(end, mpmath.iv)({}) for end in (low, high))
    return mpmath.iv.mpf([low.a, high.b])


def _halves(box):
    longest = max(range(len(box)), key=lambda i: box[i].delta.b)
    side = box[longest]
    for half in ([side.a, side.mid], [side.mid, side.b]):
        yield box[:longest] + [mpmath.iv.mpf(half)] + box[longest + 1 :]
