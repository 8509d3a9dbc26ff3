"""The names around the sigmoid, and the calls that compute them."""

import numpy as np
from scipy import special, stats
from sklearn import metrics


def calls():
    """Calls of NumPy, SciPy and scikit-learn by what they compute, run."""
    law, loss = stats.logistic, metrics.log_loss([1, 0], [0.9, 0.2])
    rows = [
        ("σ", "scipy.special.expit(2)", special.expit(2)),
        ("σ", "scipy.stats.logistic.cdf(2)", law.cdf(2)),
        ("σ(−x)", "scipy.stats.logistic.sf(2)", law.sf(2)),
        ("σ′", "scipy.stats.logistic.pdf(2)", law.pdf(2)),
        ("log σ", "scipy.special.log_expit(2)", special.log_expit(2)),
        ("logit", "scipy.special.logit(0.9)", special.logit(0.9)),
        ("logit", "scipy.stats.logistic.ppf(0.9)", law.ppf(0.9)),
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
