"""The sigmoid in SciPy, scikit-learn and the standard library."""

import math

import numpy as np
from scipy.special import expit, log_expit
from scipy.stats import logistic
from sklearn.linear_model import LogisticRegression

from snippets.function import sigmoid


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
