"""The sigmoid in SciPy, scikit-learn and the standard library."""

import math

import numpy as np
from scipy import special
from scipy.special import expit, log_expit
from scipy.stats import logistic
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid
from snippets.implementation import both_branches, naive


def scalar_sigmoid(x):
    """The sigmoid of a Python number x, a float, without NumPy.

    No x overflows, subnormal results stay, and nan stays nan.
    """
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    z = math.exp(x)
    return z / (1 + z)


def overflow(x):
    """What the definition of the sigmoid says of a Python number x."""
    try:
        return str(1 / (1 + math.exp(-x)))
    except OverflowError as error:
        return f"{type(error).__name__}: {error}"


def side_by_side():
    """SciPy's functions of the sigmoid family, beside this site's."""
    points = [-800.0, -720.0, -40.0, 0.0, 2.0, 40.0]
    return {
        "x": [f"{x:g}".replace("-", "−") for x in points],
        "expit(x)": [expit(x) for x in points],
        "logistic.cdf(x)": [logistic.cdf(x) for x in points],
        "sigmoid(x)": [sigmoid(x) for x in points],
        "log_expit(x)": [log_expit(x) for x in points],
    }


def dtypes():
    """The types that come back from SciPy and from the recommended sigmoid."""
    kinds = ["float16", "float32", "float64", "int64", "bool"]
    ones = [np.ones(1, kind) for kind in kinds]
    return {
        "input": kinds,
        "expit": [str(expit(one).dtype) for one in ones],
        "log_expit": [str(log_expit(one).dtype) for one in ones],
        "sigmoid": [str(sigmoid(one).dtype) for one in ones],
    }


def regression():
    """A logistic regression on six points: scores and probabilities."""
    x = np.array([[0.5], [1.0], [1.5], [2.5], [3.0], [3.5]])
    model = LogisticRegression().fit(x, [0, 0, 1, 0, 1, 1])
    score = model.decision_function(x)
    return {
        "x": x[:, 0].tolist(),
        "decision_function": score.tolist(),
        "predict_proba": model.predict_proba(x)[:, 1].tolist(),
        "sigmoid of the score": sigmoid(score).tolist(),
    }


class _Dual:
    """A number with its slope, which is carried along as programs run."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, number):
        return _Dual(self.value + number, self.slope)

    def __mul__(self, number):
        return _Dual(self.value * number, self.slope * number)

    def __radd__(self, number):
        return self + number

    def __rmul__(self, number):
        return self * number

    def __neg__(self):
        return self * -1

    def __truediv__(self, other):
        rise = self.slope * other.value - self.value * other.slope
        return _Dual(self.value / other.value, rise / other.value**2)

    def __rtruediv__(self, number):
        return _Dual(number, 0) / self

    def __ge__(self, number):
        return self.value >= number

    def exp(self):
        power = np.exp(self.value)
        return _Dual(power, power * self.slope)

    def fabs(self):
        # At 0 there is no slope; 0 is what PyTorch takes.
        return _Dual(np.fabs(self.value), np.sign(self.value) * self.slope)

    def __array_function__(self, where, types, arguments, options):
        # np.where: derivatives led backwards multiply what is not taken by 0.
        taken, one, other = arguments
        slope = taken * one.slope + (1 - taken) * other.slope
        return _Dual(where(taken, one.value, other.value), slope)


def automatic_slope(f, x):
    """The slope of f at x that automatic derivatives find, in float32."""
    with np.errstate(all="ignore"):
        return f(_Dual(np.float32(x), np.float32(1))).slope


def automatic_slopes():
    """What automatic derivatives make of three programs, and the slope."""
    programs = {
        "1/(1 + e⁻ˣ)": naive,
        "where, both branches": both_branches,
        "the two lines": sigmoid,
    }
    points = [0, -60, -89, 89]
    return {"program": [*programs, "σ′"]} | {
        f"at {x}".replace("-", "−"): [
            *(automatic_slope(f, x) for f in programs.values()),
            sigmoid_prime(float(x)),
        ]
        for x in points
    }


def calls():
    """Calls of NumPy, SciPy and scikit-learn by what they compute, run."""
    loss = metrics.log_loss([1, 0], [0.9, 0.2])
    rows = [
        ("σ", "scipy.special.expit(2)", special.expit(2)),
        ("σ", "scipy.stats.logistic.cdf(2)", logistic.cdf(2)),
        ("σ(−x)", "scipy.stats.logistic.sf(2)", logistic.sf(2)),
        ("σ′", "scipy.stats.logistic.pdf(2)", logistic.pdf(2)),
        ("ln σ", "scipy.special.log_expit(2)", special.log_expit(2)),
        ("logit", "scipy.special.logit(0.9)", special.logit(0.9)),
        ("logit", "scipy.stats.logistic.ppf(0.9)", logistic.ppf(0.9)),
        ("softplus", "scipy.special.softplus(2)", special.softplus(2)),
        ("softplus", "numpy.logaddexp(0, 2)", np.logaddexp(0, 2)),
        ("tanh", "numpy.tanh(2)", np.tanh(2)),
        ("softmax", "scipy.special.softmax([2, 0])", special.softmax([2, 0])),
        ("Φ", "scipy.special.ndtr(2)", special.ndtr(2)),
        ("probit", "scipy.special.ndtri(0.9)", special.ndtri(0.9)),
        ("SiLU", "2 * scipy.special.expit(2)", 2 * special.expit(2)),
        ("GELU", "2 * scipy.special.ndtr(2)", 2 * special.ndtr(2)),
        ("log-loss", "sklearn.metrics.log_loss([1, 0], [0.9, 0.2])", loss),
    ]
    names, texts, values = zip(*rows, strict=True)
    first = [np.ravel(value)[0] for value in values]
    return {"name": names, "call": texts, "value": first}
