"""How to compute the sigmoid: formulas in use, their errors, their cost."""

import matplotlib.pyplot as plt
import mpmath
import numpy as np
from scipy.special import expit

from snippets._recorded import SWEEP, TIMES
from snippets.function import sigmoid

CHUNK = 1 << 14  # numbers that fit into the cache of one core

# Where a search through 1.2 · 10⁹ random floats, and one through 2.3 · 10⁸,
# found the largest errors of the recommended formula and of exp.
WORST = [-5.541592931704525, -4.20229703176978]


def naive(x):
    """The sigmoid of a float array x as it is defined.

    Below -709.78 (float64) it overflows: it warns and returns 0.
    """
    return 1 / (1 + np.exp(-x))


def both_branches(x):
    """The sigmoid of a float array x by np.where, which computes both."""
    right = 1 / (1 + np.exp(-x))
    left = np.exp(x) / (1 + np.exp(x))
    return np.where(x >= 0, right, left)


def masked(x):
    """The sigmoid of a float array x, each half by the form that suits it."""
    result, right = np.empty_like(x), x >= 0
    result[right] = 1 / (1 + np.exp(-x[right]))
    z = np.exp(x[~right])
    result[~right] = z / (1 + z)
    return result


def by_tanh(x):
    """The sigmoid of a float array x by the hyperbolic tangent."""
    return 0.5 * (1 + np.tanh(x / 2))


def by_logaddexp(x):
    """The sigmoid of a float array x as e to the power of its logarithm."""
    return np.exp(-np.logaddexp(0, -x))


def clipped(x):
    """The sigmoid of a float array x, held between ±500 first."""
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def fast_sigmoid(x, out=None):
    """The sigmoid of a large array x, by chunks that fit into the cache.

    float16 and float32 are computed in the next wider format and rounded
    once, all else in float64. The result is written to out, which may be
    x itself; without it, to a new array of x's shape, and of x's dtype
    if that is a float. Complex x raises TypeError. Error: at most 4 ulps
    in float64 if exp is right to 1, seen up to 2.4; a hair over 0.5 in
    float32 and float16.
    """
    x = np.asarray(x)
    if out is None:
        out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    work = np.float32 if out.dtype == np.float16 else np.float64
    parts = np.nditer(
        [x, out],
        ["external_loop", "buffered", "zerosize_ok", "copy_if_overlap"],
        [["readonly", "overlap_assume_elementwise"]]
        + [["writeonly", "overlap_assume_elementwise"]],
        op_dtypes=[work, work],
        casting="same_kind",
        buffersize=CHUNK,
    )
    with parts, np.errstate(over="ignore", under="ignore"):
        for part, result in parts:
            _write_sigmoid(part, result)
    return out


def _write_sigmoid(x, out):
    tail = np.flatnonzero(x < -700)
    power = np.exp(x[tail])  # before out, which may be x, is written to
    np.negative(x, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.divide(1, out, out=out)
    out[tail] = power  # where 1 + e⁻ˣ may be too large for a float


def sweep(f, first, count):
    """The errors of f, as a tally, at count float32s from a bit pattern on.

    The reference is the sigmoid in float64, which is right to 5e-9 of the
    last place of a float32. Inputs whose error cannot be told from half a
    unit by it come back as ties.
    """
    bits = np.arange(first, first + count + 1).astype(np.uint32)
    x = bits.view(np.float32)  # with one more, for the last step
    with np.errstate(all="ignore"):
        value, true = f(x), sigmoid(x.astype(float))
    error = np.abs(value - true) / last_place(true, 24, -149)
    normal = true >= 2.0**-126
    falls = np.diff(value) * np.copysign(1, x[1:]) < 0
    x, value, error, normal = x[:-1], value[:-1], error[:-1], normal[:-1]
    return {
        "normal": np.max(error, where=normal, initial=0),
        "subnormal": np.max(error, where=~normal & (x < 0), initial=0),
        "misrounded": np.count_nonzero(error > 0.5 + 2e-8),
        "ties": x[np.abs(error - 0.5) <= 2e-8],
        "falls": np.count_nonzero(falls),
        "zeros": np.count_nonzero(value == 0),
        "halves": np.count_nonzero(value == 0.5),
        "ones": np.count_nonzero(value == 1),
        "nans": np.count_nonzero(np.isnan(value)),
        "wrong nans": np.count_nonzero(np.isnan(value) != np.isnan(x)),
    }


def last_place(value, digits, least):
    """The unit in the last of so many binary digits of value.

    It is never below 2 to the power of least, the smallest subnormal.
    """
    _, exponent = np.frexp(value)
    return np.ldexp(1.0, np.maximum(exponent - digits, least))


FORMULAS = {
    "recommended": sigmoid,
    "fast": fast_sigmoid,
    "SciPy’s expit": expit,
    "1/(1 + e⁻ˣ)": naive,
    "where, both branches": both_branches,
    "masked": masked,
    "½(1 + tanh(x/2))": by_tanh,
    "exp(−logaddexp(0, −x))": by_logaddexp,
    "clipped to ±500": clipped,
}


def worst(name):
    """The largest error of a formula over the inputs, in ulps.

    Where the sigmoid itself is a subnormal number, it does not count.
    """
    x = inputs()
    x = x[x > -708.39]
    return error(FORMULAS[name](x), true_values(x)).max()


def worst_exp():
    """The largest error of NumPy’s exp at -|x| over the inputs, in ulps."""
    x = -np.fabs(inputs())
    return error(np.exp(x), true_values(x, mpmath.exp)).max()


def count():
    """The number of inputs at which errors are measured."""
    return inputs().size


def comparison():
    """The formulas side by side: errors, limits, warnings, time, memory."""
    x, formulas = inputs(), FORMULAS.values()
    true, normal = true_values(x), x > -708.39
    errors = [error(_quiet(f, x), true) for f in formulas]
    time, arrays = TIMES["formulas"], TIMES["arrays"]
    return {
        "formula": list(FORMULAS),
        "ulps": [e[normal].max() for e in errors],
        "subnormal": [e[~normal].max() for e in errors],
        "0 from": [limit(f, 0, -800) for f in formulas],
        "1 from": [limit(f, 1, 800) for f in formulas],
        "warns": [complaints(f, x) for f in formulas],
        "nan": [complaints(f, [np.nan]) for f in formulas],
        "falls": [falls(f) for f in formulas],
        "time": [time[f.__name__] / time["expit"] for f in formulas],
        "arrays": [arrays[f.__name__] for f in formulas],
    }


def inputs():
    """Floats from -750 to 750, dense where formulas are known to fail."""
    rng = np.random.default_rng(0)
    strata = [
        rng.uniform(-750, 750, 1000),
        rng.uniform(-40, 40, 3000),
        rng.uniform(-2, 2, 1000),
        rng.uniform(-745.2, -708.3, 1000),  # the result is subnormal
        rng.uniform(-36.8, -36.7, 1000),  # 1 + e⁻ˣ has no bit to spare
        rng.uniform(-3.47, -3.42, 1000),  # z is just below 2⁻⁵
        rng.uniform(36.6, 37.6, 500),  # the result becomes 1
        2.0 ** rng.uniform(-1074, 0, 500),
        WORST,
    ]
    return np.sort(np.concatenate(strata))


def error(value, true):
    """By how many units in the last place values miss the true_values."""
    nearest, unit, rest = true
    return np.abs((value - nearest) / unit - rest)


def _exact(x):
    return 1 / (1 + mpmath.exp(-x))


def true_values(x, exact=_exact):
    """The sigmoid of a float64 array x, to 60 digits, in three arrays.

    They hold the nearest floats, the units in their last places, and what
    the floats lack, in these units. Another function may stand for it.
    """
    with mpmath.workdps(60):
        rows = [_true_value(exact(mpmath.mpf(point))) for point in x.tolist()]
    return np.array(rows).T


def _true_value(value):
    exponent = max(mpmath.frexp(value)[1] - 53, -1074)
    nearest = mpmath.mpf(float(value))
    rest = mpmath.ldexp(value - nearest, -exponent)
    return float(nearest), 2.0**exponent, float(rest)


def limit(f, value, end, dtype="float64"):
    """The float on the way from 0 to end from which on f gives value."""

    def reached(x):
        return _quiet(f, np.array([x]))[0] == value

    end = np.dtype(dtype).type(end)
    return first(reached, 0 * end, end) if reached(end) else "never"


def first(holds, start, end):
    """The first float from start to end of which holds is true.

    Start and end are floats of one type and one sign. In between, holds
    must turn from false to true once. Floats of one sign are in the order
    of their bit patterns, so halving the patterns finds it.
    """
    pattern = f"i{start.itemsize}"
    low, high = int(start.view(pattern)), int(end.view(pattern))
    while abs(high - low) > 1:
        middle = (low + high) // 2
        found = holds(np.array(middle, pattern).view(start.dtype)[()])
        low, high = (low, middle) if found else (middle, high)
    return np.array(high, pattern).view(start.dtype)[()]


def complaints(f, x):
    """What NumPy warns of when f is given the floats x."""
    said = set()
    with np.errstate(all="call", under="ignore", call=lambda *a: said.add(a)):
        f(np.array(x))
    return ", ".join(sorted(kind.split()[0] for kind, _ in said)) or "–"


def _quiet(f, x):
    with np.errstate(all="ignore"):
        return f(x)


def falls(f):
    """How often f falls from one float16 to the next, over all of them."""
    return np.count_nonzero(np.diff(_quiet(f, every_float16())) < 0)


def every_float16():
    """All finite float16 values, in order."""
    patterns = np.arange(1 << 16).astype(np.uint16).view(np.float16)
    return np.sort(patterns[np.isfinite(patterns)])


def errors():
    """The largest error of four formulas around each x from -45 to 45."""
    x = np.linspace(-45, 45, 3600) + 1e-3
    true, at = true_values(x), x.reshape(-1, 15)[:, 7]
    curves = {
        "½(1 + tanh(x/2))": ("C2", 1.2),
        "exp(−logaddexp(0, −x))": ("C3", 1.2),
        "1/(1 + e⁻ˣ)": ("gray", 4),
        "recommended": ("black", 1.2),
    }
    fig, ax = plt.subplots()
    for name, (colour, width) in curves.items():
        worst = error(FORMULAS[name](x), true).reshape(-1, 15).max(axis=1)
        ax.plot(at, worst, colour, lw=width, label=name)
    ax.text(-18, 1e10, "½(1 + tanh(x/2))", color="C2")
    ax.text(4, 60, "exp(−logaddexp(0, −x))", color="C3")
    ax.text(-44, 0.05, "1/(1 + e⁻ˣ), and the recommended one", va="top")
    ax.set(xlabel="x", ylabel="error in ulps", yscale="log")
    ax.set(xlim=(-45, 45), ylim=(1e-3, 1e17))
    return fig


def left_tail():
    """The logarithm of the sigmoid's floats at their left end."""
    x = np.linspace(-748, -705, 1721)
    fig, ax = plt.subplots(figsize=(5.6, 2.8))
    ax.plot(x, _log10(sigmoid(x)), "C0", label="recommended")
    ax.plot(x, _log10(expit(x)), "black", ls="--", lw=3, label="expit")
    ax.text(-730, -314, "recommended", color="C0", ha="right")
    ax.text(-711, -307.5, "1/(1 + e⁻ˣ), expit", ha="right")
    ax.set(xlabel="x", ylabel="log₁₀ σ(x)", xlim=(-748, -705))
    ax.set(ylim=(-325, -305))
    return fig


def _log10(values):
    return np.log10(np.where(values > 0, values, np.nan))


def speed(dtype):
    """The time that a number takes, in arrays of 100 to 10 million."""
    sizes, rows = TIMES["sizes"], TIMES[dtype]
    fig, ax = plt.subplots(figsize=(5.6, 3))
    curves = {
        "naive": ("1/(1 + e⁻ˣ)", "gray"),
        "sigmoid": ("recommended", "C3"),
        "expit": ("expit", "black"),
        "fast_sigmoid": ("fast", "C2"),
    }
    for name, (label, colour) in curves.items():
        times = rows[name]
        ax.plot(sizes, times, colour, marker="o", ms=4, label=label)
        ax.text(70, times[0], label, color=colour, ha="right", va="center")
    ax.set(xlabel="numbers in the array", ylabel="ns a number")
    ax.set(xscale="log", yscale="log", xlim=(2, 2e7), ylim=(0.9, 200))
    return fig


def exhaustive():
    """The errors over all 2³² values of a float32, as recorded."""
    names = {
        "recommended": "sigmoid",
        "fast": "fast_sigmoid",
        "SciPy’s expit": "expit",
        "1/(1 + e⁻ˣ)": "naive",
    }
    rows = [SWEEP[name] for name in names.values()]
    return {
        "formula": list(names),
        "ulps": [row["normal"] for row in rows],
        "subnormal": [row["subnormal"] for row in rows],
        "not nearest": [row["misrounded"] for row in rows],
        "falls": [row["falls"] for row in rows],
    }


def recorded(name=None):
    """On what, with what and when the times, or one sweep, were measured."""
    record = SWEEP[name] if name else TIMES
    return "; ".join(record[key] for key in ("machine", "versions", "date"))


def program_hash(name=None):
    """The hash of the program that measured the times, or one sweep."""
    return (SWEEP[name] if name else TIMES)["program"]


def misrounded(name):
    """For how many float32 inputs f misses the nearest float."""
    return SWEEP[name]["misrounded"]


def half_precision(f):
    """The largest error of f in float16, in ulps, over all finite values."""
    x = every_float16()
    true = sigmoid(x.astype(float))
    value = _quiet(f, x).astype(float)
    return np.max(np.abs(value - true) / last_place(true, 11, -24))


def speedup(dtype, size):
    """How many times faster than SciPy’s expit the fast one was recorded."""
    i = TIMES["sizes"].index(size)
    return TIMES[dtype]["expit"][i] / TIMES[dtype]["fast_sigmoid"][i]


def speedup_among_all():
    """How many times faster it was when all formulas were recorded in turn."""
    return 1 / times_slower("fast_sigmoid")


def window(name, x):
    """What a formula makes of the float64 x, without its warning."""
    return _quiet(FORMULAS[name], np.array([x]))[0]


def types():
    """What the recommended sigmoid makes of inputs of different types."""
    inputs = {
        "1": 1,
        "True": True,
        "[0, 1]": [0, 1],
        "uint8": np.uint8([0, 1]),
        "float16": np.float16([0, 1]),
        "float32": np.float32([0, 1]),
        "0-d float32": np.array(1, np.float32),
        "empty float16, 0 × 3": np.empty((0, 3), np.float16),
    }
    results = [np.asarray(sigmoid(given)) for given in inputs.values()]
    return {
        "input": list(inputs),
        "dtype": [str(result.dtype) for result in results],
        "shape": [str(result.shape) for result in results],
    }


def ends():
    """The recommended sigmoid at the inputs that break others."""
    points = [-np.inf, -1000.0, -745.0, -720.0, 0.0, 40.0, 1000.0, np.inf]
    points.append(np.nan)
    return {
        "x": [f"{x:g}".replace("-", "−") for x in points],
        "σ(x)": [sigmoid(x) for x in points],
    }


def decade():
    """How far x moves while e to the power of x grows tenfold."""
    return np.log(10)


def beside(name, count):
    """The gigabytes that a formula needs for float64s, beside its result."""
    return 8e-9 * count * (TIMES["arrays"][name] - 1)


def times_slower(name):
    """How many times longer than expit a formula was recorded to take."""
    return TIMES["formulas"][name] / TIMES["formulas"]["expit"]


def smallest():
    """The smallest positive float64."""
    return np.finfo(float).smallest_subnormal


def chunk():
    """The numbers that the fast sigmoid works on at a time."""
    return CHUNK


def shared(kind):
    """The share of all float32 patterns that the fast sigmoid sends there.

    kind is "zeros", "halves" or "ones".
    """
    return SWEEP["fast_sigmoid"][kind] / 2**32
