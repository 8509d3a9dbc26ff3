"""Where digits are lost: the derivative, and formulas made of the sigmoid."""

import matplotlib.pyplot as plt
import mpmath
import numpy as np
from scipy.special import logit as scipy_logit

from snippets.derivative import sigmoid_prime, textbook_prime
from snippets.function import sigmoid
from snippets.images import digits as handwritten
from snippets.images import read, started
from snippets.implementation import first

# Where a search through millions of random floats found the largest errors
# of mirrored_prime, of log_sigmoid and, with the other sign, of the others.
WORST = [-6.235118840936183, 4.156310830361731, -4.156310830361731]


def mirrored_prime(x):
    """The derivative of the sigmoid at x as the product σ(x)σ(−x)."""
    return sigmoid(x) * sigmoid(-np.asarray(x))


def log_sigmoid(x):
    """The logarithm of the sigmoid of a number or array of floats.

    Finite for every finite x. No error above 1.8 ulps was seen in float64.
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.fabs(x)))


def log_complement(x):
    """The logarithm of 1 less the sigmoid of a number or array of floats."""
    return log_sigmoid(-np.asarray(x))


def logit(p):
    """The logit of a number or array of float64s between 0 and 1.

    Near 1/2 it is twice the inverse hyperbolic tangent of 2p − 1, which
    is exact there; elsewhere the logarithm of the odds. No error above
    1.4 ulps was seen.
    """
    p = np.asarray(p)
    middle = np.fabs(p - 0.5) < 0.25
    inner = np.where(middle, p, 0.5)
    outer = np.where(middle, 0.25, p)
    with np.errstate(divide="ignore"):  # 0 and 1 have the logits −∞ and ∞
        odds = np.log(outer / (1 - outer))
    return np.where(middle, 2 * np.arctanh(2 * inner - 1), odds)[()]


def cross_entropy(x, y):
    """The log-loss of the logit x for a label y from 0 to 1, in float64.

    It is −ln σ(x) for y = 1 and −ln σ(−x) for y = 0: of the logit, no
    probability is ever rounded. Finite for every finite x.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    return -(y * log_sigmoid(x) + (1 - y) * log_sigmoid(-x))


def cross_entropy_gradient(x, y):
    """The slope σ(x) − y of the log-loss of x with label y, in float64.

    It is σ(x) for y = 0 and −σ(−x) for y = 1, so nothing cancels; between
    them, for a label from 0 to 1, it is their mean with the weights 1 − y, y.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    return (1 - y) * sigmoid(x) - y * sigmoid(-x)


def from_probability(p, y):
    """The log-loss of a probability p with label y, as it is defined."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def clipped_loss(p, y, least=1e-7):
    """The log-loss of p with label y, p held off 0 and 1 before."""
    return from_probability(np.clip(p, least, 1 - least), y)


def squared_gradient(x, y):
    """The slope at the logit x of half the squared distance of σ(x) to y."""
    return (sigmoid(x) - y) * sigmoid_prime(x)


def digits(values, exact):
    """How many decimal digits of values are right, from 0 to 17."""
    wrong = [
        abs(mpmath.mpf(float(value)) / true - 1)
        for value, true in zip(values, exact, strict=True)
    ]
    least = mpmath.mpf("1e-17")
    return [float(-mpmath.log10(min(max(w, least), 1))) for w in wrong]


def lost_digits():
    """The right digits of s(1 − s) and of σ(x)σ(−x) from 0 to 45."""
    fig, ax = plt.subplots()
    for dtype, colour in (np.float64, "C1"), (np.float32, "C3"):
        x = np.linspace(0, 45, 181).astype(dtype)
        with mpmath.workdps(60):
            exact = [_slope(mpmath.mpf(float(point))) for point in x]
            lost = digits(textbook_prime(x), exact)
            kept = digits(mirrored_prime(x), exact)
        name = np.dtype(dtype).name
        ax.plot(x, lost, colour, label=f"s(1 − s), {name}")
        ax.plot(x, kept, colour, ls=":", label=f"σ(x)σ(−x), {name}")
    ax.text(21.5, 9.7, "s(1 − s), float64", color="C1")
    ax.text(0.6, 1, "s(1 − s), float32", color="C3")
    ax.text(44, 13.2, "σ(x)σ(−x), float64", color="C1", ha="right")
    ax.text(44, 5.6, "σ(x)σ(−x), float32", color="C3", ha="right")
    ax.set(xlabel="x", ylabel="right digits", xlim=(0, 45), ylim=(-0.5, 18))
    return fig


def _slope(x):
    e = mpmath.exp(-x)
    return e / (1 + e) ** 2


def compositions():
    """Formulas made of the sigmoid: where they lose digits, and what to do.

    The first x, in steps of an eighth, at which the relative error exceeds
    1e-8; the first at which the result is 0 or infinite; the result there;
    the stable form, and its largest error in ulps.
    """
    rows = {
        "σ(x) (1 − σ(x))": (textbook_prime, "σ(x) σ(−x)", mirrored_prime),
        "ln σ(x)": (_log_of_sigmoid, "log_sigmoid(x)", log_sigmoid),
        "ln(1 − σ(x))": (
            log_of_rest,
            "log_complement(x)",
            log_complement,
        ),
        "loss of σ(x), y = 0": (
            _loss_of_sigmoid,
            "cross_entropy(x, 0)",
            _loss_of_logit,
        ),
        "logit(σ(x))": (round_trip, "x", np.asarray),
    }
    exact = [_slope, _exact_log, _exact_rest, _exact_loss, mpmath.mpf]
    return {
        "formula": list(rows),
        "half the digits": [
            loss(row[0], true)
            for row, true in zip(rows.values(), exact, strict=True)
        ],
        "none left": [end(row[0]) for row in rows.values()],
        "it returns": [
            str(_quiet(row[0], end(row[0]))).replace("-", "−")
            for row in rows.values()
        ],
        "instead": [row[1] for row in rows.values()],
        "ulps": [
            error(row[2], true)
            for row, true in zip(rows.values(), exact, strict=True)
        ],
    }


def loss(f, exact):
    """The first x, in steps of 1/8, at which f is off by more than 1e-8."""
    x = np.arange(0.125, 40, 0.125)
    with mpmath.workdps(60):
        true = [exact(mpmath.mpf(point)) for point in x]
        right = digits(_quiet(f, x), true)
    return x[np.array(right) < 8][0]


def end(f, dtype="float64"):
    """The first x at which f returns 0 or an infinity."""
    kind = np.dtype(dtype).type

    def useless(x):
        value = _quiet(f, x)
        return value == 0 or np.isinf(value)

    return first(useless, kind(1), kind(1000))


def lost_slope(dtype):
    """The most that s(1 − s) misses the slope by, in floats of a type."""
    x = np.linspace(0, 45, 4501).astype(dtype)
    with mpmath.workdps(60):
        exact = [_slope(mpmath.mpf(float(point))) for point in x]
        values = textbook_prime(x).tolist()
        misses = [abs(v - e) for v, e in zip(values, exact, strict=True)]
    return float(max(misses))


def error(f, exact):
    """The largest error of f in ulps at the points and the worst known."""
    worst, x = 0, np.concatenate([points(), WORST])
    with mpmath.workdps(60):
        for value, point in zip(f(x), x, strict=True):
            true = exact(mpmath.mpf(point))
            exponent = mpmath.frexp(true)[1] - 53
            gap = abs(mpmath.mpf(float(value)) - true)
            worst = max(worst, float(mpmath.ldexp(gap, -exponent)))
    return worst


# long: 60 s
def learnt(slope, seed=0):
    """The weights of a network that learns digits in float32, by a slope.

    slope is "s(1 − s)" or "σ(x)σ(−x)".
    """
    primes = {"s(1 − s)": textbook_prime, "σ(x)σ(−x)": mirrored_prime}
    images, labels, *_ = handwritten(seed)
    images = np.column_stack([images, np.ones(1000)]).astype(np.float32)
    wanted = np.eye(10, dtype=np.float32)[labels]
    weights = started([64, 24, 10], seed)
    low, high = (matrix.astype(np.float32) for matrix in weights)
    rng = np.random.default_rng(seed)
    for _ in range(60):
        for part in rng.permutation(1000).reshape(-1, 20):
            x = images[part] @ low
            one = np.ones((20, 1), np.float32)
            values = np.hstack([sigmoid(x), one])
            error = (sigmoid(values @ high) - wanted[part]) / 20
            back = error @ high[:-1].T * primes[slope](x)
            high -= values.T @ error
            low -= images[part].T @ back
    return low, high


def apart(seed=0):
    """The most that a weight learnt by one slope differs from the other’s."""
    pairs = zip(
        learnt("s(1 − s)", seed), learnt("σ(x)σ(−x)", seed), strict=True
    )
    return max(np.abs(one - other).max() for one, other in pairs)


def read_alike(seed=0):
    """How many of the 797 other digits both networks take for the same."""
    *_, images, _ = handwritten(seed)
    one, other = learnt("s(1 − s)", seed), learnt("σ(x)σ(−x)", seed)
    return np.count_nonzero(read(one, images) == read(other, images))


def points():
    """Floats from -700 to 700, most of them near 0, to measure errors at."""
    rng = np.random.default_rng(0)
    far, near = rng.uniform(-700, 700, 500), rng.uniform(-40, 40, 1500)
    return np.concatenate([far, near])


def tried():
    """The number of points at which errors are measured."""
    return points().size


def _quiet(f, x):
    with np.errstate(all="ignore"):
        return f(x)


def _log_of_sigmoid(x):
    return np.log(sigmoid(x))


def log_of_rest(x):
    """The logarithm of 1 − σ(x), as it is often written."""
    return np.log(1 - sigmoid(x))


def round_trip(x):
    """The logit of the sigmoid of x, which should be x."""
    return scipy_logit(sigmoid(x))


def _loss_of_sigmoid(x):
    return from_probability(sigmoid(x), 0)


def _loss_of_logit(x):
    return cross_entropy(x, 0)


def _exact_rest(x):
    return _exact_log(-x)


def _exact_loss(x):
    return -_exact_log(-x)


def _exact_log(x):
    return -mpmath.log1p(mpmath.exp(-x))


def neighbour_error():
    """The relative error of ln(p/(1 − p)) at the float just below 1/2."""
    p = np.nextafter(0.5, 0)
    return abs(np.log(p / (1 - p)) / logit(p) - 1)


def cap(least):
    """The largest loss that a probability held off 0 and 1 can have."""
    return -np.log(least)


def losses():
    """The loss of a wrong prediction, of a logit from 0 to 60, in float64."""
    x = np.linspace(0, 60, 481)
    p = sigmoid(x)
    curves = {
        "−ln(1 − p)": ("C3", 1.5, _quiet(lambda p: -np.log(1 - p), p)),
        "p held within 10⁻⁷ of 0 and 1": ("C2", 1.5, clipped_loss(p, 0)),
        "from the logit": ("black", 1, cross_entropy(x, 0)),
    }
    fig, ax = plt.subplots(figsize=(5.6, 3))
    for label, (colour, width, loss) in curves.items():
        drawn = np.where(np.isfinite(loss), loss, np.nan)
        ax.plot(x, drawn, colour, lw=width, label=label)
    gone = end(log_of_rest)
    ax.plot([gone, gone], [gone, 62], "C3", ls=":")
    ax.text(gone + 1, 57, "∞ from here", color="C3")
    ax.text(gone - 1, 38, "−ln(1 − p)", color="C3", ha="right")
    ax.text(59, 10, "p held within 10⁻⁷ of 0 and 1", color="C2", ha="right")
    ax.text(48, 45, "from the logit", ha="left", va="top")
    ax.set(xlabel="logit x of an example with label 0", ylabel="loss")
    ax.set(xlim=(0, 60), ylim=(0, 62))
    return fig


def error_of_slope():
    """The largest error of σ(x)σ(−x) as the derivative, in ulps."""
    return error(mirrored_prime, _slope)
