"""docs/choosing.md: every claim the page makes, proved."""

import functools

import numpy as np
import pytest
from matplotlib.colors import same_color
from oracle import exact_sigmoid
from scipy.integrate import quad
from scipy.special import expit, log_expit
from scipy.stats import norm
from test_activations import EXACT

from snippets import choosing as page
from snippets.images import digits

FORMS = [*page.NAMES, "4σ", "4σ − 2"]
EXACT = EXACT | {
    "σ − ½": (lambda t: np.tanh(t / 2) / 2, EXACT["sigmoid"][1]),
    "4σ": (lambda t: 4 * expit(t), lambda t: 4 * EXACT["sigmoid"][1](t)),
    "4σ − 2": (
        lambda t: 2 * np.tanh(t / 2),
        lambda t: 4 * EXACT["sigmoid"][1](t),
    ),
    "GELU, by σ": (
        lambda t: t * expit(1.702 * t),
        lambda t: (
            expit(1.702 * t) + 1.702 * t * expit(1.702 * t) * expit(-1.702 * t)
        ),
    ),
}
AWAY = np.concatenate([np.arange(-7.9, 0, 0.2), np.arange(0.1, 8, 0.2)])


@pytest.fixture(autouse=True)
def once(monkeypatch, trained):
    """What one test has trained the next need not train again."""
    monkeypatch.setattr(page, "trained", trained)


@pytest.fixture(scope="module")
def trained():
    """The experiment, each network trained once for all tests."""
    return functools.cache(page.trained)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_values_and_slopes(name, kind):
    """Each activation and its slope, in the precision that comes in."""
    value, slope = EXACT[name]
    found = page.respond(name, AWAY.astype(kind))
    assert [part.dtype for part in found] == [kind, kind]
    limit = 1e-12 if kind == "float64" else 3e-5
    exact = value(AWAY), slope(AWAY)
    for part, want in zip(found, exact, strict=True):
        assert part == pytest.approx(want, rel=limit, abs=limit / 10)
    far = np.array([-1000.0, 1000.0], kind)
    for part in page.respond(name, far):
        assert np.all(np.isfinite(part))


def test_gelu_by_sigma_is_a_swish():
    """x·σ(βx) with β = 1.702, as one digit more tells."""
    value, _ = page.swish(0.7, 1.702)
    exact = 0.7 * float(exact_sigmoid(0.7 * 1.702))
    assert value == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("depth", page.DEPTHS)
def test_the_default_start(depth):
    """Weights and biases lie evenly between ±1/√n."""
    layers = page.started("tanh", depth, "default")
    assert len(layers) == depth + 1
    sizes = [64] + [32] * depth
    for layer, inputs in zip(layers, sizes, strict=True):
        assert layer.shape[:2] == (page.SEEDS, inputs + 1)
        bound = inputs**-0.5
        assert bound * 0.98 < np.abs(layer).max() <= bound * (1 + 1e-6)
        assert layer.std() == pytest.approx(bound / 3**0.5, rel=0.05)
        assert abs(layer.mean()) < bound / 20
    assert layers[-1].shape[2] == 10


@pytest.mark.parametrize("name", FORMS)
def test_the_fitted_start(name):
    """The sums that enter a unit have mean 0 and variance 1, to the top."""
    layers = page.started(name, 8, "fitted")
    values = digits()[0]
    for layer in layers:
        sums = values @ layer[:, :-1] + layer[:, -1:]
        assert np.abs(sums.mean(axis=1)).max() < 1e-4
        assert sums.std(axis=1) == pytest.approx(1, rel=1e-4)
        values = EXACT[name][0](sums)


def test_the_start_of_he():
    """Normal weights of variance 2/n, and biases 0."""
    layers = page.started("ReLU", 8, "He")
    assert all(np.all(layer[:, -1] == 0) for layer in layers)
    for layer, inputs in zip(layers, [64] + [32] * 8, strict=True):
        spread = layer[:, :-1].std()
        assert spread == pytest.approx((2 / inputs) ** 0.5, rel=0.06)
        assert np.abs(layer).max() > 2.5 * spread


@pytest.mark.parametrize("name", ["sigmoid", "ReLU", "GELU, by σ"])
def test_backpropagation_agrees_with_finite_differences(name):
    """In random directions the log-loss of each network changes as said."""
    images, labels, *_ = digits()
    images, wanted = images[:20], np.eye(10)[labels[:20]]
    layers = [layer.astype(float) for layer in page.started(name, 3, "fitted")]
    rng = np.random.default_rng(1)

    def loss(layers):
        values = images
        for layer in layers:
            sums = values @ layer[:, :-1] + layer[:, -1:]
            values = EXACT[name][0](sums)
        both = wanted * log_expit(sums) + (1 - wanted) * log_expit(-sums)
        return -both.sum(axis=(1, 2)) / 20

    slopes = page.gradients(name, layers, images, wanted)
    for place, slope in enumerate(slopes):
        way = rng.normal(size=slope.shape)
        ahead, behind = list(layers), list(layers)
        ahead[place] = layers[place] + 1e-6 * way
        behind[place] = layers[place] - 1e-6 * way
        change = (loss(ahead) - loss(behind)) / 2e-6
        found = np.sum(slope * way, axis=(1, 2))
        assert found == pytest.approx(change, rel=1e-4, abs=1e-6)


def test_the_outputs_are_sigmoids():
    """Whatever the hidden units are; the digit is where most is said."""
    layers = page.started("ReLU", 2, "fitted")
    images = digits()[2][:9].astype("float32")
    values, slopes = page.forward("ReLU", layers, images)
    assert len(values) == 4 and len(slopes) == 2
    sums = values[-2] @ layers[-1][:, :-1] + layers[-1][:, -1:]
    assert values[-1] == pytest.approx(expit(sums), rel=1e-5)
    found = page.read("ReLU", layers, images)
    assert np.array_equal(found, np.argmax(sums, axis=2))


def test_adam(trained):
    """One step of Adam has the length of the rate; many follow its rule."""
    images, labels, others, theirs = digits()
    wanted = np.eye(10)[labels]
    layers = [
        layer.astype(float) for layer in page.started("tanh", 2, "fitted")
    ]
    first = [np.zeros_like(layer) for layer in layers]
    second = [np.zeros_like(layer) for layer in layers]
    rng = np.random.default_rng(0)
    for count in range(1, 11):
        if count in (1, 6):
            parts = iter(rng.permutation(1000).reshape(5, 200))
        part = next(parts)
        slopes = page.gradients("tanh", layers, images[part], wanted[part])
        for i, slope in enumerate(slopes):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.99 * second[i] + 0.01 * slope**2
            mean = first[i] / (1 - 0.9**count)
            size = np.sqrt(second[i] / (1 - 0.99**count)) + 1e-12
            layers[i] = layers[i] - 0.014 / 2**0.5 * mean / size
    found = trained("tanh", 2, "fitted", 2, 200)
    for share, pictures, truth in zip(
        found, (images, others), (labels, theirs), strict=True
    ):
        exact = np.mean(page.read("tanh", layers, pictures) == truth, axis=1)
        assert share == pytest.approx(exact, abs=0.008)
    assert [page.rate(4), page.rate(1)] == [0.007, 0.014]


def test_two_layers_learn_from_either_start(trained):
    """Each network reads more than nine in ten from a fitted start."""
    for name in page.NAMES:
        fitted = trained(name, 2, "fitted")[1]
        default = trained(name, 2, "default")[1]
        assert np.all(fitted > 0.9)
        assert np.all(default > 0.2)
        assert fitted.mean() > default.mean()


def test_eight_layers_need_the_fitted_start(trained):
    """Fitted, all networks learn; default, most guess and none learns well."""
    guessing = 0
    for name in page.NAMES:
        fitted = trained(name, 8, "fitted")[1]
        default = trained(name, 8, "default")[1]
        assert np.all(fitted > 0.8)
        assert np.all(default < 0.7)
        guessing += np.sum(default < 0.15)
    assert guessing > 0.75 * page.SEEDS * len(page.NAMES)


def test_twenty_layers_need_the_fitted_start(trained):
    """Default, each network guesses; fitted, each learns."""
    for name in page.NAMES:
        assert np.all(trained(name, 20, "default")[1] < 0.13)
        assert np.all(trained(name, 20, "fitted")[1] > 0.35)


def test_the_order_at_twenty_layers(trained):
    """For each start ELU and σ − ½ are ahead of σ, and σ of ReLU."""
    right = {n: trained(n, 20, "fitted")[1] for n in page.NAMES}
    for best in ("ELU", "σ − ½"):
        assert np.all(right[best] > right["sigmoid"] + 0.05)
    assert np.all(right["sigmoid"] > right["ReLU"])


def test_the_mean_and_not_the_slope(trained):
    """For each start: mean 0 learns, ½ less, 2 least; the slope is nothing."""
    half, none, two, centred = (
        trained(name, 20, "fitted")[1]
        for name in ("sigmoid", "σ − ½", "4σ", "4σ − 2")
    )
    assert np.all(two < half) and np.all(half < none)
    assert np.all(half < centred)
    assert abs(none.mean() - centred.mean()) < 0.05
    table = page.ablation()
    assert table["hidden units"] == ["sigmoid", "σ − ½", "4σ", "4σ − 2"]
    for row, name in enumerate(table["hidden units"]):
        value, slope = EXACT[name]
        top = {"¼": 0.25, "1": 1.0}[table["largest slope"][row]]
        mean = {"½": 0.5, "0": 0.0, "2": 2.0}[table["mean"][row]]
        assert slope(0) == pytest.approx(top)
        assert value(0) == pytest.approx(mean)
        assert table["read"][row] == interval(trained(name, 20, "fitted")[1])


def test_he_starts_relu_better(trained):
    """At 20 layers, for each of the five starts."""
    he = trained("ReLU", 20, "He")[1]
    assert np.all(he > trained("ReLU", 20, "fitted")[1])
    assert page.share("ReLU", 20, "He") == pytest.approx(he.mean())


def test_the_rate_does_not_decide(trained, monkeypatch):
    """At half the rate the mean still decides, and the sigmoid learns."""
    full = page.rate
    monkeypatch.setattr(page, "rate", lambda depth: full(depth) / 2)
    run = trained.__wrapped__
    half, none, relu = (
        run(name, 20, "fitted")[1] for name in ("sigmoid", "σ − ½", "ReLU")
    )
    assert np.all(half > 0.25) and np.all(half < none)
    assert np.mean(half) > 0.9 * np.mean(relu)
    assert np.all(run("sigmoid", 20, "default")[1] < 0.13)


def interval(row):
    """Percent: the mean, the least and the largest."""
    low, mean, high = (
        format(100 * number, ".0f")
        for number in (min(row), sum(row) / len(row), max(row))
    )
    return f"{mean} ({low}–{high})"


@pytest.mark.parametrize("start", ["fitted", "default"])
def test_the_shares(start, trained):
    """Each cell is the mean of five networks, their least and largest."""
    table = page.shares(start)
    assert table.pop("activation") == page.NAMES
    everything = []
    for depth, (head, column) in zip(page.DEPTHS, table.items(), strict=True):
        assert head == f"depth {depth}"
        rows = [trained(name, depth, start)[1] for name in page.NAMES]
        assert column == list(map(interval, rows))
        assert all(len(row) == 5 for row in rows)
        everything = np.concatenate(rows)
        assert page.least(depth, start) == everything.min()
        assert page.most(depth, start) == everything.max()


@pytest.mark.parametrize("name", page.NAMES)
def test_the_growth_of_errors(name):
    """Mean square of the slope over the variance of the value, and over 1."""
    value, slope = EXACT[name]

    def mean(f):
        ends = (-10, -3, 0, 3, 10)
        return sum(
            quad(lambda t: f(t) * norm.pdf(t), a, b)[0]
            for a, b in zip(ends[:-1], ends[1:], strict=True)
        )

    centre = mean(value)
    spread = mean(lambda t: (value(t) - centre) ** 2)
    exact = mean(lambda t: slope(t) ** 2) / spread
    assert page.growth(name) == pytest.approx(exact, rel=1e-3)
    assert exact > 1


def test_the_beginnings():
    """Fitted, no gradient vanishes; default, all do, that of ReLU too."""
    table = page.beginnings()
    assert table["activation"] == page.NAMES
    growth, fitted, default = list(table.values())[1:]
    for row, name in enumerate(page.NAMES):
        assert growth[row] == page.growth(name)
        assert fitted[row] == page.fading(name, 20, "fitted")
        assert default[row] == page.fading(name, 20, "default")
        assert fitted[row] > 0.3 and default[row] < 0.01
    assert page.fading("sigmoid", 20, "default") < 1e-12
    assert page.growth("sigmoid") < 1.1 < 1.4 < page.growth("ReLU")


def test_fading_is_a_ratio_of_gradients():
    """The first layer's over the last's, by roots of mean squares."""
    images, labels, *_ = digits()
    layers = page.started("tanh", 2, "default")
    slopes = page.gradients("tanh", layers, images, np.eye(10)[labels])
    sizes = [np.linalg.norm(s) / s.size**0.5 for s in slopes]
    found = page.fading("tanh", 2, "default")
    assert found == pytest.approx(sizes[0] / sizes[-1], rel=1e-4)


def test_the_figure(trained):
    """A mark for each network, in its row, panel and colour."""
    figure = page.results()
    for ax, depth in zip(figure.axes, page.DEPTHS, strict=True):
        assert f"depth {depth}" in ax.get_xlabel()
        for curve, start, colour in zip(
            ax.get_lines(), ("default", "fitted"), ("C3", "C2"), strict=True
        ):
            assert curve.get_label() == start
            assert same_color(curve.get_color(), colour)
            for row, name in enumerate(page.NAMES):
                here = curve.get_ydata() == row
                exact = 100 * trained(name, depth, start)[1]
                assert curve.get_xdata()[here] == pytest.approx(exact)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == page.NAMES
    said = {t.get_text(): t.get_color() for t in figure.axes[1].texts}
    assert same_color(said["fitted"], "C2")
    assert same_color(said["default"], "C3")
