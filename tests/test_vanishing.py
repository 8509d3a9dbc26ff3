"""docs/vanishing.md: every claim the page makes, proved."""

import warnings
from functools import cache

import numpy as np
import pytest
from oracle import line, texts
from scipy.special import expit
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from snippets import images
from snippets import vanishing as page
from snippets._bridge.proof import prove
from snippets.precision import cross_entropy_gradient, squared_gradient

SEEDS = range(5)
SLOPES = {
    "σ": lambda z: expit(z) * expit(-z),
    "σ − ½": lambda z: expit(z) * expit(-z),
    "4σ": lambda z: 1 / np.cosh(z / 2) ** 2,
    "4σ − 2": lambda z: 1 / np.cosh(z / 2) ** 2,
    "σ(4x)": lambda z: 1 / np.cosh(2 * z) ** 2,
    "σ(4x) − ½": lambda z: 1 / np.cosh(2 * z) ** 2,
}
VALUES = {
    "σ": expit,
    "σ − ½": lambda z: np.tanh(z / 2) / 2,
    "4σ": lambda z: 2 + 2 * np.tanh(z / 2),
    "4σ − 2": lambda z: 2 * np.tanh(z / 2),
    "σ(4x)": lambda z: expit(4 * z),
    "σ(4x) − ½": lambda z: np.tanh(2 * z) / 2,
}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Matrices as small as these are slower on two."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True, scope="module")
def once():
    """What is long runs once for the same arguments, as on the site."""
    run = cache(page.trained)

    def trained(depth, unit="σ", rate=1.0, seed=0, epochs=100, gain=1):
        return run(depth, unit, rate, seed, epochs, gain)

    data = load_digits()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "load_digits", lambda: data)
        patch.setattr(page, "trained", trained)
        yield


@pytest.mark.parametrize(
    "formula", [page.chain, page.log_loss_slope, page.squared_slope]
)
def test_the_formulas_are_proved(formula):
    """Two slopes multiply; the logarithm cancels σ′, the square does not."""
    assert prove(formula())[0] == "proved"


def test_the_loss_pulls_where_the_square_does_not():
    """Wrong by x = -10, the log-loss has nearly all its slope."""
    for point in (-10.0, -3.0, 2.0):
        value = page.log_loss_slope().rhs.subs(page.x, point).rewrite("exp")
        exact = cross_entropy_gradient(point, 1)
        assert float(value.doit()) == pytest.approx(exact, rel=1e-12)
        value = page.squared_slope().rhs.subs(page.x, point).rewrite("exp")
        exact = squared_gradient(point, 1)
        assert float(value.doit()) == pytest.approx(exact, rel=1e-9)
    assert -1 < cross_entropy_gradient(-10, 1) < -0.9999


def test_how_many_quarters_a_float_bears():
    """4^-n is lost beside 1 below half its last place, 0 below the least.

    A tie goes to 1 and to 0.
    """
    table = page.limits()
    for place, name in enumerate(table["format"]):
        info = np.finfo(name)
        lost = next(n for n in range(99) if 4.0**-n <= float(info.eps) / 2)
        least = -int(np.log2(float(info.smallest_subnormal)))
        assert table["1 + gradient = 1"][place] == lost
        assert table["gradient = 0"][place] == (least + 1) // 2 + (
            least % 2 == 0
        )
    assert table["1 + gradient = 1"] == [6, 12, 27]
    assert table["gradient = 0"] == [13, 75, 538]
    count = page.layers_until(lambda product: product < 1 / 100, "float64")
    assert count == 4


def test_a_network_is_random():
    """Each weight has the standard deviation g over the root of its inputs."""
    for gain in (1, 3):
        weights = page.network(4, gain, 2)
        shapes = [(65, 24), (25, 24), (25, 24), (25, 24), (25, 10)]
        assert [m.shape for m in weights] == shapes
        for matrix in weights:
            spread = matrix[:-1].std() * np.sqrt(len(matrix) - 1)
            assert spread == pytest.approx(gain, rel=0.15)


@pytest.mark.parametrize("unit", page.UNITS)
def test_backpropagation_agrees_with_finite_differences(unit):
    """In random directions the log-loss changes as the gradient says."""
    rng = np.random.default_rng(1)
    inputs = rng.uniform(size=(7, 64))
    wanted = np.eye(10)[:7]
    weights = page.network(3, 1, 1)
    slopes = page.gradients(weights, inputs, wanted, unit)

    def loss(weights):
        value = page.forward(weights, inputs, unit)[1][-1]
        return -np.log(np.where(wanted == 1, value, 1 - value)).sum() / 7

    for layer, slope in enumerate(slopes):
        way = rng.normal(size=slope.shape)

        def moved(h, layer=layer, way=way):
            news = list(weights)
            news[layer] = news[layer] + h * way
            return loss(news)

        change = (moved(1e-5) - moved(-1e-5)) / 2e-5
        assert np.sum(slope * way) == pytest.approx(change, rel=1e-5)


def test_sigmoid_layers_are_those_of_the_page_on_digits():
    """Values and gradients are those that scikit-learn's were checked by."""
    rng = np.random.default_rng(3)
    inputs, wanted = rng.uniform(size=(5, 64)), np.eye(10)[:5]
    weights = page.network(3, 2, 3)
    values, shares = page.forward(weights, inputs)
    whole = images.forward(weights, inputs)
    for found, exact in zip([*values, shares[-1]], whole, strict=True):
        assert found == pytest.approx(exact, rel=1e-14)
    found = page.gradients(weights, inputs, wanted)
    exact = images.gradients(weights, inputs, wanted)
    for one, other in zip(found, exact, strict=True):
        least = 1e-14 * abs(other).max()  # what cancels in a sum leaves
        assert one == pytest.approx(other, rel=1e-12, abs=least)


def test_the_units_are_what_they_are_called():
    """4σ is four sigmoids, those less something are tanh, the output is σ."""
    z = np.linspace(-3, 3, 13)
    assert list(page.UNITS) == list(VALUES)
    for unit, value in VALUES.items():
        weights = [np.array([[1.0], [0]]), np.array([[1.0], [0]])]
        values, shares = page.forward(weights, z[:, None], unit)
        exact = value(z)
        assert values[1][:, 0] == pytest.approx(exact, rel=1e-12, abs=1e-15)
        assert shares[1][:, 0] == pytest.approx(expit(exact), rel=1e-12)
        assert np.ptp(value(np.array([-99.0, 99]))) == 4 ** (unit[0] == "4")
        assert SLOPES[unit](0) == 4.0 ** (("4" in unit) - 1)
        assert (value(0) == 0) == ("−" in unit)


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_shrink_with_the_depth(seed):
    """To 0.23 a layer at g = 1, to 0.59 at g = 4; less at g = 8."""
    table = page.by_depth(seed)
    assert table.pop("hidden layers") == [1, 2, 5, 10, 20, 50]
    assert list(table) == ["g = 1", "g = 2", "g = 4", "g = 8"]
    rows = np.array(list(table.values()))
    assert np.all(rows < 1 / 2)
    assert np.all(np.diff(rows[:, [2, 4, 5]], axis=0) > 0)
    assert np.all(rows[:3, 2:] < rows[:3, 1:-1])
    rates = rows[:, 5] ** (1 / 50)
    assert 0.22 < rates[0] < 0.24 and 0.57 < rates[2] < 0.6 < rates[3] < 0.85
    found = [page.a_layer(gain, seed) ** 50 for gain in (1, 2, 4, 8)]
    assert found == pytest.approx(rows[:, 5], rel=1e-12)
    assert page.shrinkage(20, 2, seed) == table["g = 2"][4]
    found = page.sizes(20, 2, seed)
    assert table["g = 2"][4] == found[0] / found[-1]


def test_the_size_is_that_of_the_gradient():
    """The root mean square over the weights of a layer, of 100 digits."""
    inputs, labels, *_ = images.digits(4)
    slopes = images.gradients(
        page.network(2, 3, 4), inputs[:100], np.eye(10)[labels[:100]]
    )
    exact = [np.sqrt((slope**2).mean()) for slope in slopes]
    assert page.sizes(2, 3, 4) == pytest.approx(exact, rel=1e-12)
    assert page.sizes(2, 3, 4, dtype="float32").dtype == "float32"
    assert page.sizes(2, 3, 4, "4σ")[0] > 2 * exact[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_depth_at_which_float32_is_silent(seed):
    """As the rate a layer says, in float64, within a tenth; then all is 0."""
    found = [page.silence(gain, seed) for gain in (1, 2, 4)]
    for gain, count in zip((1, 2, 4), found, strict=True):
        whole = page.sizes(count, gain, seed)
        assert 1e-48 < whole[0] < 1e-43
    assert 65 <= found[0] <= 72 < found[1] < 120 < 170 < found[2] < 200


@pytest.mark.parametrize("seed", SEEDS)
def test_digits_look_alike_further_up(seed):
    """From layer to layer the outputs differ by a quarter as much."""
    found = [page.contrast(layer, seed) for layer in range(1, 6)]
    factors = np.divide(found[1:], found[:-1])
    assert np.all((0.15 < factors) & (factors < 0.3))
    inputs, *_ = images.digits(seed)
    whole = images.forward(page.network(5, 1, seed), inputs)
    exact = np.std(whole[5], axis=0).mean()
    assert found[4] == pytest.approx(exact, rel=1e-9)


def test_training_steps_against_the_gradient():
    """scikit-learn's network, given our start and our order, goes along."""
    right, moved = page.trained(2, seed=1, epochs=2)
    inputs, labels, others, theirs = images.digits(1)
    wanted = np.eye(10)[labels]
    start = page.network(2, 1, 1)
    other = MLPClassifier(
        (24, 24),
        activation="logistic",
        solver="sgd",
        alpha=0,
        momentum=0,
        learning_rate_init=1,
        batch_size=50,
        max_iter=1,
        shuffle=False,
        warm_start=True,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other.fit(inputs, wanted)
        other.coefs_ = [m[:-1].copy() for m in start]
        other.intercepts_ = [m[-1].copy() for m in start]
        rng = np.random.default_rng(1)
        for share, way in zip(right, moved, strict=True):
            order = rng.permutation(1000)
            other.partial_fit(inputs[order], wanted[order])
            read = other.predict_proba(others).argmax(axis=1)
            assert share == np.mean(read == theirs)
            pairs = zip(other.coefs_, other.intercepts_, start, strict=True)
            news = [(np.vstack([a, b]), c) for a, b, c in pairs]
            exact = [
                np.linalg.norm(a - c) / np.linalg.norm(c) for a, c in news
            ]
            assert way == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_three_layers_learn_four_wake_late_five_never(seed):
    """Each further layer delays the start; larger weights help."""
    whole = [page.trained(depth, seed=seed)[0] for depth in range(1, 6)]
    assert all(right[-1] > 0.9 for right in whole[:3])
    assert 0.7 < whole[3][-1] and np.all(whole[3][:20] < 0.2)
    assert np.all(whole[4] < 0.2)
    begun = [int(np.argmax(right > 0.5)) for right in whole[:4]]
    assert begun == sorted(set(begun)) and begun[3] > 30
    for depth in (3, 5):
        assert page.reads(depth, seed) == whole[depth - 1][-1]
    assert page.reads(5, seed, gain=4) > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_upper_layers_move_first(seed):
    """The output at once, the fourth layer next, the other three together."""
    epochs = [page.awakening(layer, seed) for layer in range(1, 6)]
    _, moved = page.trained(4, seed=seed)
    for layer, epoch in enumerate(epochs):
        far = moved[:, layer] > 1 / 2
        assert far[epoch - 1] and not np.any(far[: epoch - 1])
    assert epochs[4] == 1 < epochs[3] + 3 < min(epochs[:3])
    assert max(epochs[:3]) - min(epochs[:3]) <= 2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_centre_decides(seed):
    """No unit of slope ¼ learns, nor one off the centre; two others do.

    They have slope 1 and value 0 at 0, and ranges of 1 and 4. The gradient
    says so before: the slope raises it, and the centre raises it again.
    """
    table = page.ablation(seed)
    assert table["unit"] == list(page.UNITS)
    best = np.max([table[f"rate {rate}"] for rate in page.RATES], axis=0)
    assert max(best[:2]) < 15 and max(best[[2, 4]]) < 35
    assert best[3] > 80 and best[5] > 60
    assert max(table["rate 1"]) < 45
    exact = [page.shrinkage(8, seed=seed, unit=unit) for unit in page.UNITS]
    assert table["gradient"] == exact
    assert max(exact[:2]) * 20 < min(exact[2], exact[4])
    assert exact[2] * 10 < exact[3] < 1 and exact[4] * 2 < exact[5] < 1
    slopes = [page.mean_slope(unit, seed) for unit in page.UNITS]
    assert slopes[0] < slopes[1] < 1 / 4 < slopes[2] < 2 / 3
    assert 0.9 < slopes[3] < 1


def test_the_mean_slope_is_a_mean_of_slopes():
    """Over the hidden layers, by the hyperbolic cosine."""
    inputs, *_ = images.digits()
    for unit, slope in SLOPES.items():
        weights, values, found = page.network(8), inputs, []
        for matrix in weights[:-1]:
            z = values @ matrix[:-1] + matrix[-1]
            found.append(slope(z))
            values = VALUES[unit](z)
        assert page.mean_slope(unit) == pytest.approx(np.mean(found))


def test_the_gradients_are_drawn():
    """A line for each weight scale, a dot for each shallower network."""
    figure = page.by_layer()
    for gain in (1, 2, 4, 8):
        below, size = line(figure, f"g = {gain}")
        whole = page.sizes(50, gain)
        assert list(below) == list(range(51))
        assert size == pytest.approx(whole[::-1] / whole[-1])
    dots = [
        tuple(dot.get_xydata()[0])
        for dot in figure.axes[0].get_lines()
        if dot.get_marker() == "o"
    ]
    exact = [
        (depth, page.shrinkage(depth, gain))
        for gain in (1, 2, 4, 8)
        for depth in (1, 2, 5, 10, 20)
    ]
    assert dots == [pytest.approx(pair) for pair in exact]
    assert texts(figure) == [f"g = {gain}" for gain in (1, 2, 4, 8)]


def test_the_learning_is_drawn():
    """The shares by epoch, and the distances by epoch."""
    figure = page.learning()
    for depth in range(1, 6):
        epochs, right = line(figure, f"{depth}")
        assert list(epochs) == list(range(1, 101))
        assert list(right) == list(page.trained(depth)[0])
    assert texts(figure) == ["1", "2", "3", "4", "5"]
    figure = page.awakenings()
    for layer in range(5):
        epochs, moved = line(figure, f"layer {layer + 1}")
        assert list(epochs) == list(range(1, 101))
        assert list(moved) == list(page.trained(4)[1][:, layer])
    assert texts(figure) == ["layer 4", "output", "layers 1 to 3"]
