"""docs/probability.md: every claim the page makes, proved."""

import itertools

import numpy as np
import pytest
import sympy
from oracle import line, texts
from scipy import optimize
from scipy.special import expit
from scipy.stats import bernoulli, norm
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.datasets import load_digits
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.metrics import log_loss as their_loss

from snippets import probability as page
from snippets._bridge.proof import follows, prove
from snippets.derivative import sigma_prime
from snippets.function import sigma, x

SEEDS = [0, 1, 2, 3]


def test_every_line_of_the_derivation_follows():
    """Each is proved from the one before; all but the first have reasons."""
    reasons, lines = zip(*page.bernoulli(), strict=True)
    assert reasons[0] == "" and all(reasons[1:])
    for before, after in itertools.pairwise(lines):
        assert follows(before, after)


@pytest.mark.parametrize("happened", [0, 1])
@pytest.mark.parametrize("place", [-7, -0.5, 0, 1, 12])
def test_every_line_is_the_bernoulli_distribution(place, happened):
    """Its value is SciPy's logarithm of the probability."""
    known = bernoulli.logpmf(happened, expit(place))
    for _, step in page.bernoulli():
        plain = step.rewrite(sympy.exp).subs({x: place, page.y: happened})
        assert float(plain.evalf(30)) == pytest.approx(known, rel=1e-9)


def test_the_derivation_ends_in_a_product_and_a_normaliser():
    """The last line is x y minus what does not depend on y."""
    last = page.bernoulli()[-1][1].doit()
    assert sympy.diff(last, page.y) == x
    assert last.subs(page.y, 0) == -sympy.log(1 + sympy.exp(x))


def test_the_slope_of_the_normaliser_is_the_mean():
    """Proved; the mean of y is its probability, sigma(x)."""
    assert prove(page.mean())[0] == "proved"
    assert page.mean().rhs == sigma(x)
    assert page.mean().lhs.expr == sympy.log(1 + sympy.exp(x))
    assert bernoulli.mean(expit(1.5)) == pytest.approx(expit(1.5), rel=1e-15)


def test_the_log_loss_has_one_valley():
    """Its second derivative is sigma', which is positive."""
    loss = -page.bernoulli()[0][1]
    bend = sympy.Eq(sympy.Derivative(loss, x, 2), sigma_prime(x))
    assert prove(bend)[0] == "proved"


def test_a_fit_is_right_on_average_on_its_data():
    """The probabilities sum to the damages; a probit's do not."""
    assert page.damages() == 7
    assert page.expected_damages() == pytest.approx(7, rel=1e-12)
    z = (np.asarray(page.TEMPERATURES) - 70) / 7

    def loss(place):
        p = norm.cdf(place[0] + place[1] * z)
        return -np.log(np.where(page.DAMAGED, p, 1 - p)).sum()

    a, b = optimize.minimize(loss, [-1, -1], method="Nelder-Mead").x
    assert abs(norm.cdf(a + b * z).sum() - 7) > 0.001


def test_the_images_are_the_digits_of_the_library():
    """1797 images of 64 pixels from 0 to 1; every one, once."""
    images, hits = page.digits()
    known, labels = load_digits(return_X_y=True)
    assert images.shape == (1797, 64) and images.min() == 0
    assert images.max() == 1 and hits.sum() == np.sum(labels == 8)
    assert sorted(map(tuple, 16 * images)) == sorted(map(tuple, known))
    assert len(page.shown()) == 1797 - 400 - 400 == 997
    assert np.all(page.shown() == hits[800:])


def test_the_scores_are_those_of_the_trained_model():
    """The gradient of the penalised log-loss vanishes on the training set."""
    images, hits = page.digits()
    (scores,) = page.trained()
    design = np.column_stack([np.ones(1797), images])
    place = np.linalg.lstsq(design, scores)[0]
    assert design @ place == pytest.approx(scores, abs=1e-8)
    gap = expit(scores[:400]) - hits[:400]
    slope = images[:400].T @ gap + place[1:] / 1000
    assert (
        np.abs(slope).max() < 1e-4 * np.abs(images[:400].T @ hits[:400]).max()
    )
    assert np.all(page.calibrated()["as trained"] == scores[800:])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_repairs_fit_the_images_held_back(seed):
    """SciPy finds the same T, and the same a and b for Platt's targets."""
    scores = page.trained(seed=seed)[0, 400:800]
    hits = page.digits(seed)[1][400:800]
    warm, a, b = page.settings(seed)
    assert warm == page.temperature(scores, hits)
    assert (a, b) == tuple(page.platt(scores, hits))
    assert (a, b) == tuple(page.platt(scores, hits.astype(int)))
    assert warm == page.temperature(scores, hits.astype(int))

    def loss(place, targets):
        z = place[0] + place[1] * scores
        return np.mean(np.logaddexp(0, z) - targets * z)

    found = optimize.minimize_scalar(
        lambda s: loss([0, s], hits), (0.01, 1), tol=1e-10
    ).x
    assert 1 / warm == pytest.approx(found, rel=1e-5)
    many, few = hits.sum(), 400 - hits.sum()
    targets = np.where(hits, (many + 1) / (many + 2), 1 / (few + 2))
    found = optimize.minimize(loss, [0, 0.1], args=(targets,), tol=1e-9).x
    assert (a, b) == pytest.approx(tuple(found), rel=1e-3)


@pytest.mark.parametrize(
    ("method", "ours"), [("temperature", "temperature"), ("sigmoid", "Platt")]
)
def test_scikit_learn_has_both_repairs(method, ours):
    """Its class gives the same probabilities, fitted to the same images."""
    images, hits = page.digits()
    model = LogisticRegression(
        C=1000, solver="newton-cg", tol=1e-6, max_iter=1000
    ).fit(images[:400], hits[:400])
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method=method)
    theirs.fit(images[400:800], hits[400:800])
    found = theirs.predict_proba(images[800:])[:, 1]
    assert found == pytest.approx(expit(page.calibrated()[ours]), rel=1e-6)


def test_the_auc_is_the_chance_of_a_higher_score():
    """Counted pair by pair, eights against other digits."""
    scores, hits = page.calibrated()["as trained"], page.shown()
    higher = scores[hits][:, None] > scores[~hits]
    assert page.ranking(scores, hits) == pytest.approx(
        higher.mean(), rel=1e-12
    )


def test_the_measures_agree_with_scikit_learns():
    """Mistakes, AUC, log-loss, bins; the ECE from the curve's own bins."""
    rows, hits = page.comparison(), page.shown()
    assert rows["method"] == list(page.calibrated())
    for row, scores in enumerate(page.calibrated().values()):
        p = expit(scores)
        right = accuracy_score(hits, p > 0.5, normalize=False)
        assert rows["mistakes"][row] == len(hits) - right
        assert rows["mistakes"][row] == page.mistakes(scores, hits)
        assert rows["AUC"][row] == pytest.approx(
            roc_auc_score(hits, scores), rel=1e-12
        )
        assert rows["AUC"][row] == page.ranking(scores, hits)
        assert rows["log-loss"][row] == pytest.approx(
            their_loss(hits, p), rel=1e-6
        )
        assert rows["log-loss"][row] == page.log_loss(scores, hits)
        seen, said = calibration_curve(hits, p, n_bins=10)
        ours = np.transpose(page.bins(scores, hits))
        assert ours[0] == pytest.approx(said, rel=1e-12)
        assert ours[1] == pytest.approx(seen, rel=1e-12, abs=0)
        assert ours[2].sum() == 997
        sizes, _ = np.histogram(p, np.linspace(0, 1, 11))
        error = np.average(np.abs(said - seen), weights=sizes[sizes > 0])
        assert rows["ECE"][row] == pytest.approx(error, rel=1e-9)
        assert rows["ECE"][row] == page.calibration_error(scores, hits)


def test_the_model_decides_well_and_is_too_sure():
    """94 in 100 right; 24 times as often wrong as it says."""
    scores, hits = page.calibrated()["as trained"], page.shown()
    right = accuracy_score(hits, scores > 0)
    assert page.accuracy() == pytest.approx(right, rel=1e-12) and right > 0.94
    certain = np.maximum(expit(scores), expit(-scores)) > 0.999
    wrong = np.mean((scores > 0)[certain] != hits[certain])
    assert page.level(3) == pytest.approx(0.999, rel=1e-15)
    assert page.sure(page.level(3)) == pytest.approx(wrong, rel=1e-12)
    assert wrong > 20 * 0.001
    assert page.sure(page.level(2), "Platt") < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration_helps_whatever_the_seed(seed):
    """Platt halves the ECE, temperature the log-loss; ranks stay."""
    rows = page.comparison(seed)
    assert rows["ECE"][2] < rows["ECE"][0] / 2
    assert rows["log-loss"][1] < rows["log-loss"][0] / 2
    assert rows["log-loss"][2] < rows["log-loss"][1]
    assert rows["mistakes"][0] == rows["mistakes"][1]
    assert len(set(rows["AUC"])) == 1
    raw, warm, moved = page.calibrated(seed).values()
    assert np.all(np.argsort(raw) == np.argsort(warm))
    assert np.all(np.argsort(raw) == np.argsort(moved))
    assert np.all((raw > 0) == (warm > 0))
    t, a, b = page.settings(seed)
    assert t > 3 and a < 0 < b


@pytest.mark.parametrize("seed", [0, 2])
def test_equal_mistakes_do_not_mean_equal_probabilities(seed):
    """Among the 21 are models with equal mistakes and unlike ECE."""
    rows = page.family(seed)
    assert len(rows) == 21
    wrong, many, low, high = page.twins(seed)
    errors = [error for n, error in rows if n == wrong]
    assert (len(errors), min(errors), max(errors)) == (many, low, high)
    assert many >= 2 and high > 1.4 * low and wrong < 60
    best = max(
        max(e for m, e in rows if m == n) / min(e for m, e in rows if m == n)
        for n, _ in rows
        if n < page.shown(seed).sum()
    )
    assert high / low == best


def test_the_family_is_trained_as_the_model_is():
    """Its strength 1000 is the page's model."""
    strengths = list(np.logspace(-1, 4, 21))
    (same,) = (row for row, c in enumerate(strengths) if abs(c - 1000) < 1e-6)
    assert page.family()[same] == (
        page.comparison()["mistakes"][0],
        pytest.approx(page.comparison()["ECE"][0], rel=1e-3),
    )


def test_the_reliability_is_drawn():
    """Both curves are scikit-learn's, Platt's with standard errors."""
    figure, hits = page.reliability(), page.shown()
    (bars,) = figure.axes[0].collections
    for name in ("as trained", "Platt"):
        said, seen = line(figure, name)
        p = expit(page.calibrated()[name])
        share, mean = calibration_curve(hits, p, n_bins=10)
        assert said == pytest.approx(mean, rel=1e-12)
        assert seen == pytest.approx(share, rel=1e-12)
    sizes, _ = np.histogram(p, np.linspace(0, 1, 11))
    reach = np.sqrt(mean * (1 - mean) / sizes[sizes > 0])
    drawn = [np.ptp(part[:, 1]) / 2 for part in bars.get_segments()]
    assert drawn == pytest.approx(reach, rel=1e-9)
    diagonal = figure.axes[0].get_lines()[0]
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata()) == [0, 1]
    assert texts(figure) == ["as trained", "Platt"]


def test_most_dots_lie_as_near_as_chance_allows():
    """Of Platt's bins most are within two standard errors; by far not so
    before."""
    near = {}
    for name in ("as trained", "Platt"):
        scores = page.calibrated()[name]
        said, seen, size = np.transpose(page.bins(scores, page.shown()))
        off = np.abs(said - seen) / np.sqrt(said * (1 - said) / size)
        near[name] = np.average(off < 2, weights=size), off.max()
    assert near["Platt"][0] > 0.95 and near["Platt"][1] < 3
    assert near["as trained"][0] < 0.1 and near["as trained"][1] > 10


def test_the_three_readings_are_drawn():
    """sigma(x), sigma(x/T), sigma(a + bx), and every image a tick."""
    figure = page.remapped()
    warm, a, b = page.settings()
    for name, scale, shift in (
        ("σ(x)", 1, 0),
        ("σ(x/T)", 1 / warm, 0),
        ("σ(a + b·x)", b, a),
    ):
        z, p = line(figure, name)
        assert p == pytest.approx(expit(shift + scale * z), rel=1e-12)
        assert (z[0], z[-1]) == (-40, 40)
    eights, others = figure.axes[0].get_lines()[:2]
    scores, hits = page.calibrated()["as trained"], page.shown()
    assert sorted(eights.get_xdata()) == sorted(scores[hits])
    assert sorted(others.get_xdata()) == sorted(scores[~hits])
    assert min(eights.get_ydata()) > 1 and max(others.get_ydata()) < 0
    assert np.mean(np.abs(scores) > 5) > 0.8


def test_every_temperature_has_the_same_mistakes():
    """The black line is flat; log-loss is least near the T that was found."""
    figure = page.temperatures()
    t, wrong = line(figure, "mistakes")
    assert len(set(wrong)) == 1
    assert wrong[0] == pytest.approx(1 - page.accuracy(), rel=1e-12)
    scores, hits = page.calibrated()["as trained"], page.shown()
    _, loss = line(figure, "log-loss")
    _, ece = line(figure, "ECE")
    for i in (0, 40, 100):
        p = np.clip(expit(scores / t[i]), 1e-300, None)
        known = -np.mean(
            np.where(hits, np.log(p), -np.logaddexp(0, scores / t[i]))
        )
        assert loss[i] == pytest.approx(known, rel=1e-9)
        assert ece[i] == page.calibration_error(scores / t[i], hits)
    rule = figure.axes[0].get_lines()[-1].get_xdata()
    assert list(rule) == [page.settings()[0]] * 2
    assert 0.7 < t[np.argmin(loss)] / rule[0] < 1.4
    assert np.ptp(ece) > 0.2
    assert texts(figure) == ["log-loss", "ECE", "mistakes"]
