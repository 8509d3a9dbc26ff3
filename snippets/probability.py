"""When a number between 0 and 1 is a probability: link and calibration."""

import matplotlib.pyplot as plt
import numpy as np
import sympy
from scipy import optimize
from scipy.stats import rankdata
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from snippets.challenger import DAMAGED, TEMPERATURES, chance, newton
from snippets.function import sigma, sigmoid, x

DIGIT = 8

y = sympy.Symbol("y", real=True)


def bernoulli():
    """The logarithm of a Bernoulli probability, written with a sigmoid."""
    s, e = sigma(x), sympy.exp(x)
    rest = sympy.log(1 - s)
    last = sympy.Add(x * y, -sympy.log(1 + e), evaluate=False)
    return [
        ("", y * sympy.log(s) + (1 - y) * rest),
        ("collect y", y * sympy.log(s / (1 - s)) + rest),
        ("the log-odds are x", x * y + rest),
        ("the definition of σ", x * y + sympy.log(1 / (1 + e))),
        ("ln(1/u) = −ln u", last),
    ]


def mean():
    """The slope of the normaliser is the mean, and that is the sigmoid."""
    normaliser = sympy.log(1 + sympy.exp(x))
    return sympy.Eq(sympy.Derivative(normaliser, x), sigma(x))


def expected_damages():
    """The sum of the fitted probabilities of the launches before Challenger.

    It equals the number of launches with damage, which damages() counts.
    """
    return chance(TEMPERATURES).sum()


def damages():
    """The number of launches with damage before Challenger."""
    return int(DAMAGED.sum())


def digits(seed=0):
    """The images in a random order, as rows, and which of them show an 8."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(labels))
    return images[order] / 16, labels[order] == DIGIT


def trained(strengths=(1000,), seed=0):
    """Scores that linear models give to the images, a row a model.

    Each has learnt from the first 400 images; the larger its strength,
    the less it is held back from fitting those.
    """
    images, hits = digits(seed)
    scores = []
    for strength in strengths:
        model = LogisticRegression(
            C=strength, solver="newton-cg", tol=1e-6, max_iter=1000
        )
        model.fit(images[:400], hits[:400])
        scores.append(model.decision_function(images))
    return np.array(scores)


def platt(scores, hits):
    """The a and b for which σ(a + b·score) fits the hits best.

    Platt's targets stand in for 0 and 1: the share of hits in each class
    if it had two more images, one of them a hit.
    """
    hits = np.asarray(hits, bool)
    many, few = np.sum(hits), np.sum(~hits)
    targets = np.where(hits, (many + 1) / (many + 2), 1 / (few + 2))
    return newton(scores, targets, steps=20)[-1]


def temperature(scores, hits):
    """The temperature T for which σ(score / T) fits the hits best."""

    def slope(inverse):
        return np.sum((sigmoid(inverse * scores) - hits) * scores)

    return 1 / optimize.brentq(slope, 1e-3, 1e3)


def settings(seed=0):
    """Temperature, and Platt's a and b, by the 400 images held back."""
    (scores,), (_, hits) = trained(seed=seed), digits(seed)
    held = scores[400:800], hits[400:800]
    return temperature(*held), *platt(*held)


def calibrated(seed=0):
    """The scores of the 997 test images before and after calibration."""
    warm, a, b = settings(seed)
    scores = trained(seed=seed)[0, 800:]
    return {
        "as trained": scores,
        "temperature": scores / warm,
        "Platt": a + b * scores,
    }


def shown(seed=0):
    """Which of the test images show the digit."""
    return digits(seed)[1][800:]


def bins(scores, hits, count=10):
    """Mean prediction, share of hits and size of each filled bin."""
    p = sigmoid(scores)
    place = np.minimum((count * p).astype(int), count - 1)
    groups = [place == i for i in range(count) if np.any(place == i)]
    return [(p[g].mean(), hits[g].mean(), int(g.sum())) for g in groups]


def calibration_error(scores, hits):
    """The expected calibration error over ten bins of equal width."""
    found = bins(scores, hits)
    gaps = [size * abs(said - seen) for said, seen, size in found]
    return sum(gaps) / len(scores)


def log_loss(scores, hits):
    """The mean log-loss of the probabilities σ(score)."""
    return np.mean(np.logaddexp(0, scores) - hits * scores)


def mistakes(scores, hits):
    """How many decisions at the threshold of a half are wrong."""
    return int(np.sum((scores > 0) != hits))


def ranking(scores, hits):
    """How often a random hit is ranked above a random miss (the AUC)."""
    ranks, many = rankdata(scores), np.sum(hits)
    below = np.sum(ranks[hits]) - many * (many + 1) / 2
    return below / many / np.sum(~hits)


def comparison(seed=0):
    """The test images before and after calibration, by four measures."""
    found, hits = calibrated(seed), shown(seed)
    measures = {
        "mistakes": mistakes,
        "AUC": ranking,
        "log-loss": log_loss,
        "ECE": calibration_error,
    }
    columns = {"method": list(found)}
    for name, measure in measures.items():
        columns[name] = [measure(scores, hits) for scores in found.values()]
    return columns


def accuracy():
    """The share of the test images that the model decides rightly."""
    return 1 - mistakes(calibrated()["as trained"], shown()) / len(shown())


def level(nines):
    """So many nines after the decimal point: 1 - 10^-nines."""
    return 1 - 10.0**-nines


def sure(bound, method="as trained"):
    """The share of wrong decisions among those made with such certainty."""
    scores, hits = calibrated()[method], shown()
    certain = sigmoid(np.abs(scores)) > bound
    return mistakes(scores[certain], hits[certain]) / np.sum(certain)


def family(seed=0):
    """Mistakes and calibration error of 21 models that differ in strength."""
    scores = trained(np.logspace(-1, 4, 21), seed)[:, 800:]
    hits = shown(seed)
    return [(mistakes(z, hits), calibration_error(z, hits)) for z in scores]


def twins(seed=0):
    """Models of the family that make equally many mistakes.

    That number, how many models make it, and the calibration errors of
    the two among them that differ most. Chosen is the number at which
    they do so most.
    """
    groups = {}
    for wrong, error in family(seed):
        groups.setdefault(wrong, []).append(error)
    wrong = max(groups, key=lambda n: max(groups[n]) / min(groups[n]))
    errors = groups[wrong]
    return wrong, len(errors), min(errors), max(errors)


def reliability():
    """What the model says, and how often it is so, before and after."""
    found, hits = calibrated(), shown()
    fig, ax = plt.subplots(figsize=(5.6, 4))
    ax.plot([0, 1], [0, 1], "gray", lw=1)
    for name, style in (("as trained", "C3D-"), ("Platt", "C2o-")):
        said, seen, sizes = np.transpose(bins(found[name], hits))
        ax.plot(said, seen, style, lw=1.2, ms=6, label=name)
    reach = np.sqrt(said * (1 - said) / sizes)
    ax.errorbar(said, seen, reach, fmt="none", ecolor="C2", elinewidth=1)
    ax.text(0.72, 0.2, "as trained", color="C3")
    ax.text(0.24, 0.6, "Platt", color="C2", ha="right")
    ax.set(xlabel="predicted probability", ylabel="share of eights")
    return fig


def remapped():
    """The scores of the test images and three ways to read them."""
    scores, hits = calibrated()["as trained"], shown()
    warm, a, b = settings()
    z = np.linspace(-40, 40, 401)
    fig, ax = plt.subplots()
    for group, height in ((hits, 1.07), (~hits, -0.07)):
        places = np.full(group.sum(), height)
        ax.plot(scores[group], places, "|", color="gray", ms=8, mew=0.5)
    ax.plot(z, sigmoid(z), "C0", label="σ(x)")
    ax.plot(z, sigmoid(z / warm), "C3", label="σ(x/T)")
    ax.plot(z, sigmoid(a + b * z), "C2", label="σ(a + b·x)")
    ax.text(-1.5, 0.75, "σ(x)", color="C0", ha="right")
    ax.text(8.5, 0.77, "σ(x/T)", color="C3")
    ax.text(16, 0.62, "σ(a + bx)", color="C2")
    ax.set(xlabel="score x", ylabel="probability", xlim=(-40, 40))
    return fig


def temperatures():
    """Mistakes, log-loss and calibration error at every temperature."""
    scores, hits = calibrated()["as trained"], shown()
    steps = np.logspace(-0.5, 2, 101)
    fig, ax = plt.subplots()
    for colour, name, measure in (
        ("C2", "log-loss", log_loss),
        ("C3", "ECE", calibration_error),
        ("black", "mistakes", mistakes),
    ):
        size = len(hits) if measure is mistakes else 1
        values = [measure(scores / step, hits) / size for step in steps]
        ax.semilogx(steps, values, colour, label=name)
    ax.axvline(settings()[0], color="gray", lw=1)
    ax.text(1.1, 0.42, "log-loss", color="C2")
    ax.text(40, 0.24, "ECE", color="C3")
    ax.text(0.35, 0.075, "mistakes")
    ax.set(xlabel="temperature T", ylabel="on the test images")
    ax.set(xlim=(steps[0], 100), ylim=(0, 0.72))
    return fig
