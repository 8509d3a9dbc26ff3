"""docs/images.md: every claim the page makes, proved."""

import base64
import hashlib
import io

import numpy as np
import pytest
from matplotlib.path import Path
from oracle import texts
from PIL import Image, ImageDraw
from scipy.special import expit, softmax
from sklearn.datasets import load_digits, load_sample_image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, jaccard_score
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from snippets import images as page
from snippets._bridge.figure import style, svg
from snippets._bridge.proof import prove
from snippets.disguises import softmax_form

SIZES = [64, 24, 10]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Matrices as small as these are slower on two."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True, scope="module")
def once():
    """What is long runs once for the same arguments, as on the site."""
    kept = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("trained", "library"):
            function = getattr(page, name)

            def remembered(*args, _run=function, **named):
                key = repr((_run.__name__, args, named))
                if key not in kept:
                    kept[key] = _run(*args, **named)
                return kept[key]

            patch.setattr(page, name, remembered)
        yield


def test_the_digits_are_those_of_scikit_learn():
    """1,000 to learn from and 797 others, none twice, white 0 to black 1."""
    images, labels, others, theirs = page.digits()
    assert images.shape == (1000, 64) and others.shape == (797, 64)
    assert images.min() == 0 and images.max() == 1
    whole = load_digits()
    rows = np.c_[np.concatenate([images, others]) * 16, [*labels, *theirs]]
    true = np.c_[whole.data, whole.target]
    assert sorted(map(tuple, rows)) == sorted(map(tuple, true))
    assert not np.array_equal(page.digits(1)[1], labels)


def test_the_network_has_34_units():
    """24 hidden ones and 10 at its output, all sigmoids of weighted sums."""
    weights = page.started(SIZES, 3)
    assert [matrix.shape for matrix in weights] == [(65, 24), (25, 10)]
    assert page.unit_count(SIZES) == sum(m.shape[1] for m in weights) == 34
    images = page.digits()[0][:5]
    values = page.forward(weights, images)
    inner = expit(images @ weights[0][:-1] + weights[0][-1])
    outer = expit(inner @ weights[1][:-1] + weights[1][-1])
    assert values[0] is images
    assert values[1] == pytest.approx(inner, rel=1e-13)
    assert values[2] == pytest.approx(outer, rel=1e-13)


@pytest.mark.parametrize("sizes", [[64, 10], SIZES, [64, 5, 4, 10]])
def test_backpropagation_agrees_with_finite_differences(sizes):
    """In random directions the log-loss changes as the gradient says."""
    images, labels, *_ = page.digits()
    images, wanted = images[:30], np.eye(10)[labels[:30]]
    rng = np.random.default_rng(4)
    weights = page.started(sizes, 4)

    def loss(weights):
        value = page.forward(weights, images)[-1]
        right = np.where(wanted == 1, value, 1 - value)
        return -np.log(right).sum() / 30

    slopes = page.gradients(weights, images, wanted)
    for layer, slope in enumerate(slopes):
        for _ in range(3):
            way = rng.normal(size=slope.shape)

            def moved(h, layer=layer, way=way):
                return loss(
                    [
                        w + h * way if i == layer else w
                        for i, w in enumerate(weights)
                    ]
                )

            change = (moved(1e-5) - moved(-1e-5)) / 2e-5
            assert np.sum(slope * way) == pytest.approx(change, rel=1e-6)


def test_backpropagation_agrees_with_scikit_learn():
    """One step of its network from our weights is a step down our gradient."""
    images, labels, *_ = page.digits()
    images, wanted = images[:50], np.eye(10)[labels[:50]]
    network = MLPClassifier(
        24,
        activation="logistic",
        solver="sgd",
        alpha=0,
        momentum=0,
        learning_rate_init=0.5,
        batch_size=50,
        max_iter=1,
        warm_start=True,
    )
    weights = page.started(SIZES, 7)
    with pytest.warns(ConvergenceWarning):
        network.fit(images, wanted)
    network.coefs_ = [w[:-1].copy() for w in weights]
    network.intercepts_ = [w[-1].copy() for w in weights]
    outputs = page.forward(weights, images)[-1]
    assert network.predict_proba(images) == pytest.approx(outputs, rel=1e-12)
    with pytest.warns(ConvergenceWarning):
        network.fit(images, wanted)
    slopes = page.gradients(weights, images, wanted)
    for layer in (0, 1):
        after = weights[layer] - 0.5 * slopes[layer]
        assert network.coefs_[layer] == pytest.approx(after[:-1], rel=1e-10)
        assert network.intercepts_[layer] == pytest.approx(
            after[-1], rel=1e-10
        )


def test_the_digits_that_the_slope_loses_do_not_matter():
    """With the slope to its last digits the gradient is the same to 1e-13."""
    images, labels, *_ = page.digits()
    weights = page.trained(SIZES)
    first, second = weights
    scores = images @ first[:-1] + first[-1]
    slopes = expit(scores) * expit(-scores)
    wanted = np.eye(10)[labels]
    error = (page.forward(weights, images)[-1] - wanted) / 1000
    exact = images.T @ (error @ second[:-1].T * slopes)
    found = page.gradients(weights, images, wanted)[0][:-1]
    gap = np.linalg.norm(found - exact) / np.linalg.norm(exact)
    assert gap < 1e-13
    kept = expit(scores)
    assert np.abs(kept * (1 - kept) / slopes - 1).max() > 100 * gap


def test_training_steps_against_the_gradient():
    """One time through in a single portion is one step of rate 1."""
    images, labels, *_ = page.digits(2)
    weights = page.started(SIZES, 2)
    slopes = page.gradients(weights, images, np.eye(10)[labels])
    found = page.trained(SIZES, 2, epochs=1, batch=1000)
    for after, before, slope in zip(found, weights, slopes, strict=True):
        assert after == pytest.approx(before - slope, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_hidden_layer_helps(seed):
    """It reads 96 % or more, and 24 hidden units always beat none.

    scikit-learn's network, trained in its own way, is within two points.
    """
    *_, images, labels = page.digits(seed)
    table = page.accuracies(seed)
    rows = dict(zip(table["network"], table["on the 797"], strict=True))
    none, ours, theirs = rows.values()
    assert list(rows) == [
        "10 units",
        "24 hidden, 10 units",
        "by scikit-learn",
    ]
    assert 0.93 < none < ours - 0.005 and 0.96 < ours < 0.99
    assert abs(theirs - ours) < 0.02 and none < theirs
    seen = table["on the 1,000"]
    assert seen[0] < seen[1] and min(seen) > 0.97
    guess = page.read(page.trained(SIZES, seed), images)
    assert ours == page.accuracy(SIZES, seed) == accuracy_score(labels, guess)
    guess = page.library(seed).predict_proba(images).argmax(axis=1)
    assert theirs == accuracy_score(labels, guess)
    assert page.library(seed).out_activation_ == "logistic"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_it_errs_it_is_in_doubt(seed):
    """The largest output is near 1 where it is right, and not where wrong."""
    *_, images, labels = page.digits(seed)
    top = page.forward(page.trained(SIZES, seed), images)[-1]
    right = top.argmax(axis=1) == labels
    assert page.mistaken(seed) == np.sum(~right)
    assert np.array_equal(page.mistakes(seed), np.where(~right)[0])
    for truth in (True, False):
        median = np.median(top.max(axis=1)[right == truth])
        assert page.certainty(truth, seed) == pytest.approx(median, rel=1e-12)
    assert page.certainty(True, seed) > 0.99
    assert page.certainty(False, seed) < 0.7


def pictures(figure):
    """The pixels of each picture in a figure, as its axes are ordered."""
    return [
        np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images
    ]


def test_the_outputs_are_those_of_the_digit_shown():
    """The picture, the ten bars and the numbers written beside them."""
    *_, images, _ = page.digits()
    figure = page.outputs()
    (picture,) = pictures(figure)
    ink = 1 - picture[..., 0].ravel() / 255
    assert ink == pytest.approx(images[0], abs=0.04)
    right = figure.axes[1]
    exact = page.forward(page.trained(SIZES), images[:1])[-1][0]
    assert [bar.get_width() for bar in right.patches] == list(exact)
    written = [f"{value:.3f}" for value in exact]
    assert [text.get_text() for text in right.texts] == written
    for text, value in zip(right.texts, exact, strict=True):
        assert text.get_position()[0] > value


def test_the_hidden_units_are_shown_by_their_weights():
    """Each tile is a unit: green above 0, purple below, more is denser."""
    figure = page.units()
    (picture,) = pictures(figure)
    assert texts(figure) == ["1 to 8", "9 to 16", "17 to 24"]
    rows = [text.get_position()[1] for text in figure.axes[0].texts]
    assert rows == [3.5, 12.5, 21.5]
    weights = page.trained(SIZES)[0][:-1]
    assert picture.shape == (26, 71, 4)
    for unit in (0, 7, 8, 23):
        row, column = 9 * (unit // 8), 9 * (unit % 8)
        tile = picture[row : row + 8, column : column + 8].reshape(64, 4)
        green = tile[:, 1] > tile[:, 0]
        assert np.array_equal(green, weights[:, unit] > 0)
        inner = np.abs(weights[:, unit]) < np.quantile(np.abs(weights), 0.98)
        link = np.corrcoef(np.abs(weights[inner, unit]), tile[inner, 3])
        assert link[0, 1] > 0.97
    gaps = picture[8::9], picture[:, 8::9]
    assert all(np.all(gap[..., 3] == 0) for gap in gaps)


def test_the_mistakes_are_shown_with_what_was_said():
    """Twelve pictures, each with the true digit and the network's."""
    *_, images, labels = page.digits()
    figure = page.confusions()
    places = page.mistakes()[:12]
    found = page.read(page.trained(SIZES), images)
    for ax, picture, place in zip(
        figure.axes, pictures(figure), places, strict=True
    ):
        (said,) = [text.get_text() for text in ax.texts]
        assert said == f"{labels[place]}, not {found[place]}"
        assert labels[place] != found[place]
        ink = 1 - picture[..., 0].ravel() / 255
        assert ink == pytest.approx(images[place], abs=0.04)


def test_the_photograph_is_the_one_that_ships():
    """Each pixel is the mean of 7 by 7 of flower.jpg, as Pillow reduces it."""
    whole = Image.fromarray(load_sample_image("flower.jpg"))
    box = whole.crop((0, 0, 637, 427)).reduce(7)
    picture = page.photograph()
    assert picture.shape == (61, 91, 3)
    assert picture * 255 == pytest.approx(np.array(box), abs=0.52)
    assert page.pixel_count() == 61 * 91


def test_the_marked_areas_lie_where_they_say():
    """All petals inside the outline, all leaves outside, 144 pixels."""
    shape = (61, 91)
    petals = page.marked(page.PETALS, shape)
    leaves = page.marked(page.LEAVES, shape)
    assert np.all(page.traced(-5)[petals])
    assert not np.any(page.traced(5)[leaves])
    assert page.mark_count() == petals.sum() + leaves.sum() == 144
    left, top, width, height = page.PETALS[0]
    rows, columns = np.nonzero(page.marked(page.PETALS[:1], shape))
    assert (
        0 <= left - 7 * columns.min() < 7 and np.ptp(columns) + 1 == width / 7
    )
    assert 0 <= top - 7 * rows.min() < 7 and np.ptp(rows) + 1 == height / 7


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("penalty", [1, 0.25])
def test_newton_finds_the_weights_of_scikit_learn(colours, penalty):
    """From two starts, one on each side."""
    picture = page.photograph()
    features = picture if colours else page.brightness(picture)
    assert features.mean() == pytest.approx(picture.mean(), rel=1e-12)
    yes = page.marked(page.PETALS, (61, 91))
    no = page.marked(page.LEAVES, (61, 91))
    pixels = np.concatenate([features[yes], features[no]])
    wanted = np.repeat([1, 0], [yes.sum(), no.sum()])
    other = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=1000)
    other.fit(pixels, wanted)
    exact = [*other.coef_[0], other.intercept_[0]]
    for start in (0.0, -0.3):
        weights = page.fitted(pixels, wanted, penalty, start)
        assert weights == pytest.approx(exact, rel=1e-4)
    if penalty == 1:
        score = other.decision_function(features.reshape(-1, len(exact) - 1))
        found = page.scores(features).ravel()
        assert found == pytest.approx(score, rel=1e-3, abs=1e-3)


def drawn_outline(wider=0):
    """The mask of the outline by Pillow, at seven times the size."""
    sheet = Image.new("L", (637, 427))
    for text in (page.UPPER, page.LOWER):
        corners = [
            tuple(map(int, corner.split(","))) for corner in text.split()
        ]
        ImageDraw.Draw(sheet).polygon(corners, fill=1)
    return np.array(sheet)[3::7, 3::7] == 1


def test_the_outline_is_filled():
    """Pillow fills the same pixels, but for a few on the border."""
    assert np.mean(page.traced() != drawn_outline()) < 0.002
    areas = [page.traced(wider).sum() for wider in (-4, -2, 0, 2, 4)]
    assert areas == sorted(areas) and areas[0] < areas[2] < areas[4]


def test_the_outline_moves_by_as_many_pixels():
    """The area grows by the length of the border times the width."""
    corners = page._corners(page.UPPER)
    sides = np.diff(np.append(corners, corners[:1], axis=0), axis=0)
    border = np.hypot(*sides.T).sum() + 180  # of the lower one, in the picture
    grown = page.traced(3).sum() - page.traced(-3).sum()
    assert grown * 49 == pytest.approx(6 * border, rel=0.15)


def test_the_overlaps():
    """As scikit-learn's Jaccard score; colour is better than brightness."""
    picture, truth = page.photograph(), page.traced().ravel()
    shown = page.overlaps()["overlap"]
    by_light = page.scores(page.brightness(picture)).ravel() > 0
    by_colour = page.scores(picture).ravel() > 0
    assert shown[0] == pytest.approx(jaccard_score(truth, by_light))
    assert shown[1] == pytest.approx(jaccard_score(truth, by_colour))
    assert shown == [
        page.agreement(colours=False),
        page.agreement(),
        page.outline_agreement(1),
    ]
    moved = [jaccard_score(truth, page.traced(d).ravel()) for d in (-1, 1)]
    assert shown[2] == pytest.approx(min(moved))
    assert shown[0] < 0.85 < 0.95 < shown[1] < shown[2] < 1
    labels = page.overlaps()["mask"]
    assert ["brightness" in labels[0], "red" in labels[1]] == [True, True]


@pytest.mark.parametrize("move", [-7, 7])
def test_other_marks_lead_to_the_same(move, monkeypatch):
    """Moved sideways by a pixel of ours, the marks give the same order."""
    for name in ("PETALS", "LEAVES"):
        areas = [(x + move, y, w, h) for x, y, w, h in getattr(page, name)]
        monkeypatch.setattr(page, name, areas)
    assert page.agreement(colours=False) < 0.85 < 0.95 < page.agreement()


def test_where_the_mask_errs():
    """Throats are missed by colour; two buds are taken for flower.

    Brightness misses far more of the flower.
    """
    picture, truth = page.photograph(), page.traced()
    found = page.scores(picture) > 0
    missed = truth & ~found
    assert np.any(missed[23:30, 38:47])  # the middle of the upper blossom
    buds = found & ~page.traced(4)
    assert np.any(buds[50:56, 50:60]) and np.any(buds[54:, 82:])
    dark = page.scores(page.brightness(picture)) > 0
    assert np.sum(truth & ~dark) > 5 * np.sum(missed)


def test_softmax_of_two_is_a_sigmoid():
    """Proved, and SciPy's softmax gives the same shares for every pixel."""
    assert prove(softmax_form())[0] == "proved"
    score = page.scores(page.photograph()).ravel()
    pair = np.column_stack([score + 3, np.full(score.size, 3.0)])
    shares = softmax(pair, axis=1)[:, 0]
    assert expit(score) == pytest.approx(shares, rel=1e-12)


def test_the_segmentation_is_drawn():
    """Photograph, probabilities, mask and outline, and scores under σ."""
    figure = page.segmentation()
    photo, shares, mask = pictures(figure)
    picture = page.photograph()
    plain = ~page.marked(page.PETALS + page.LEAVES, (61, 91))
    assert photo[plain] / 255 == pytest.approx(picture[plain], abs=0.04)
    assert np.all(photo[~plain].mean(axis=1) > 255 * 0.6)
    score = page.scores(picture)
    assert shares[..., 0] / 255 == pytest.approx(expit(score), abs=0.075)
    assert np.array_equal(mask[..., 3] == 255, score > 0)
    assert set(mask[..., 3].ravel()) == {0, 255}
    outlines = figure.axes[2].get_lines()
    for drawn, text in zip(outlines, (page.UPPER, page.LOWER), strict=True):
        corners = (drawn.get_xydata() + 0.5) * 7
        assert corners[:-1] == pytest.approx(page._corners(text))
        assert np.array_equal(corners[0], corners[-1])
    inside = Path(outlines[0].get_xydata()).contains_point((45, 30))
    assert inside and page.traced()[30, 45]
    curve = figure.axes[3]
    (drawn,) = curve.get_lines()
    assert drawn.get_ydata() == pytest.approx(expit(drawn.get_xdata()))
    (stairs,) = curve.patches
    counts, edges, _ = stairs.get_data()
    exact = np.histogram(score, edges)[0]
    assert counts == pytest.approx(exact / exact.max())
    assert exact.sum() == score.size and len(edges) == 41
    middle = np.abs(score) < 1
    assert middle.mean() < 0.1


def test_the_pictures_keep_their_pixels():
    """What stands in the SVG is the array, neither smoothed nor resized."""
    with style():
        figure = page.outputs()
    (pixels,) = pictures(figure)
    text = svg(figure, "a", "title")
    data = text.split("base64,")[1].split('"')[0]
    drawn = np.array(Image.open(io.BytesIO(base64.b64decode(data))))
    assert {drawn.shape[:2]} == {pixels.shape[:2]}
    digest = hashlib.sha256(np.ascontiguousarray(pixels)).digest()
    shown = (drawn[..., :3], drawn[::-1, :, :3])
    assert digest in {
        hashlib.sha256(np.ascontiguousarray(s)).digest() for s in shown
    }
