"""docs/choosing.md: every claim the page makes, proved."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from scipy.integrate import quad
from scipy.special import expit, log_expit
from scipy.stats import norm, rankdata, spearmanr
from sklearn.datasets import load_digits
from test_activations import FORMS

from snippets import choosing as page
from snippets._recorded import LEARNT

SPECIAL = {"step", "σ − ½", "4σ", "4σ − 2"}
NETWORKS = range(10)


@pytest.fixture(scope="module")
def images():
    """The images that ten networks learn from."""
    return page.splits()[0][:, :800]


def counts(name, depth, start):
    """How many of 797 images each of ten networks reads, as recorded."""
    return np.array(LEARNT[name][start][depth]["right"])


def test_ten_ways_to_cut_the_digits():
    """Each network has every digit once, and its own to learn from."""
    images, labels = page.splits()
    assert images.shape == (10, 1797, 64) and labels.shape == (10, 1797)
    data = load_digits()
    whole = zip(data.data / 16, data.target, strict=True)
    every = {(*row, digit) for row, digit in whole}
    learnt = set()
    for pictures, digits in zip(images, labels, strict=True):
        rows = list(zip(pictures.astype(float), digits, strict=True))
        assert {(*row, digit) for row, digit in rows} == every
        learnt.add(frozenset((*row, digit) for row, digit in rows[:800]))
    assert len(learnt) == 10


@pytest.mark.parametrize("depth", page.DEPTHS)
def test_the_default_start(depth, images):
    """Weights and biases lie evenly between ±1/√n."""
    layers = page.started("tanh", depth, "default", images)
    assert len(layers) == depth + 1
    sizes = [64] + [32] * depth
    for layer, inputs in zip(layers, sizes, strict=True):
        assert layer.shape[:2] == (10, inputs + 1)
        bound = inputs**-0.5
        assert bound * 0.98 < np.abs(layer).max() <= bound * (1 + 1e-6)
        assert layer.std() == pytest.approx(bound / 3**0.5, rel=0.05)
        assert abs(layer.mean()) < bound / 20
        assert len({float(weights[0, 0]) for weights in layer}) == 10
    assert layers[-1].shape[2] == 10
    drawn = np.random.default_rng(0).uniform(-1, 1, layers[0].shape)
    assert layers[0] == pytest.approx(drawn / 8, rel=1e-6)  # one seed for all


@pytest.mark.parametrize("name", FORMS)
def test_the_fitted_start(name, images):
    """The sums that enter a unit have mean 0 and variance 1, to the top."""
    values = images.astype(float)
    for layer in page.started(name, 8, "fitted", images):
        sums = values @ layer[:, :-1] + layer[:, -1:]
        if name != "step":  # a rounded sum may fall on the other side
            assert np.abs(sums.mean(axis=1)).max() < 1e-4
            assert sums.std(axis=1) == pytest.approx(1, rel=1e-4)
        values = FORMS[name][0](sums)


def test_the_start_of_he(images):
    """Normal weights of variance 2/n, and biases 0."""
    layers = page.started("ReLU", 8, "He", images)
    assert all(np.all(layer[:, -1] == 0) for layer in layers)
    for layer, inputs in zip(layers, [64] + [32] * 8, strict=True):
        spread = layer[:, :-1].std()
        assert spread == pytest.approx((2 / inputs) ** 0.5, rel=0.06)
        assert np.abs(layer).max() > 2.5 * spread


@pytest.mark.parametrize("name", ["sigmoid", "ReLU", "GELU"])
def test_backpropagation_agrees_with_finite_differences(name, images):
    """In random directions the log-loss of each network changes as said."""
    few = images[:, :20].astype(float)
    wanted = np.eye(10)[page.splits()[1][:, :20]]
    layers = [
        layer.astype(float)
        for layer in page.started(name, 3, "fitted", images)
    ]
    rng = np.random.default_rng(1)

    def loss(layers):
        values = few
        for layer in layers:
            sums = values @ layer[:, :-1] + layer[:, -1:]
            values = FORMS[name][0](sums)
        both = wanted * log_expit(sums) + (1 - wanted) * log_expit(-sums)
        return -both.sum(axis=(1, 2)) / 20

    slopes = page.gradients(name, layers, few, wanted)
    for place, slope in enumerate(slopes):
        way = rng.normal(size=slope.shape)
        ahead, behind = list(layers), list(layers)
        ahead[place] = layers[place] + 1e-6 * way
        behind[place] = layers[place] - 1e-6 * way
        change = (loss(ahead) - loss(behind)) / 2e-6
        found = np.sum(slope * way, axis=(1, 2))
        assert found == pytest.approx(change, rel=1e-4, abs=1e-6)


def test_the_outputs_are_sigmoids(images):
    """Whatever the hidden units are; the digit is where most is said."""
    layers = page.started("ReLU", 2, "fitted", images)
    values, slopes = page.forward("ReLU", layers, images[:, :9])
    assert len(values) == 4 and len(slopes) == 2
    sums = values[-2] @ layers[-1][:, :-1] + layers[-1][:, -1:]
    assert values[-1] == pytest.approx(expit(sums), rel=1e-5)
    found = page.read("ReLU", layers, images[:, :9])
    assert np.array_equal(found, np.argmax(sums, axis=2))


def test_adam(images):
    """The same counts as an Adam written anew, for ten short trainings."""
    pictures, labels = page.splits()
    wanted = np.eye(10)[labels]
    layers = [
        layer.astype(float)
        for layer in page.started("tanh", 2, "fitted", images)
    ]
    first = [np.zeros_like(layer) for layer in layers]
    second = [np.zeros_like(layer) for layer in layers]
    rng, number = np.random.default_rng(0), 0
    for _ in range(2):
        order = rng.permuted(np.tile(np.arange(800), (10, 1)), axis=1)
        for chunk in np.split(order, 4, axis=1):
            number += 1
            batch = [
                np.take_along_axis(table, chunk[:, :, None], axis=1)
                for table in (images.astype(float), wanted)
            ]
            slopes = page.gradients("tanh", layers, *batch)
            for i, slope in enumerate(slopes):
                first[i] = 0.9 * first[i] + 0.1 * slope
                second[i] = 0.999 * second[i] + 0.001 * slope**2
                mean = first[i] / (1 - 0.9**number)
                size = np.sqrt(second[i] / (1 - 0.999**number)) + 1e-12
                layers[i] = layers[i] - 0.01 * mean / size
    right = page.read("tanh", layers, pictures) == labels
    exact = right[:, 800:1000].sum(axis=1), right[:, 1000:].sum(axis=1)
    found = page.trained("tanh", 2, "fitted", 0.01, epochs=2, batch=200)
    assert found[0] == pytest.approx(exact[0], abs=3)
    assert found[1] == pytest.approx(exact[1], abs=7)
    assert np.all(exact[1] > 200) and len(set(exact[1])) > 5


def test_the_rate_is_chosen_without_the_test(monkeypatch):
    """By what is read of the 200 images, whatever is read of the 797."""

    def trained(name, depth, start, rate):
        assert (name, depth, start) == ("tanh", 8, "fitted")
        return np.full(10, 1000 * rate * (rate < 0.02)), np.full(10, 1 / rate)

    monkeypatch.setattr(page, "trained", trained)
    rate, right = page.chosen("tanh", 8, "fitted")
    assert rate == 0.01 and np.all(right == 100)


def test_what_is_recorded():
    """Fourteen activations and four more, ten networks of each kind."""
    kinds = {name for name in LEARNT if isinstance(LEARNT[name], dict)}
    assert kinds == SPECIAL | set(page.NAMES) and len(page.NAMES) == 14
    for name in kinds:
        starts = {"fitted"} if name[0] == "4" else {"fitted", "default"}
        assert set(LEARNT[name]) == starts | (
            {"He"} if name == "ReLU" else set()
        )
        for start in LEARNT[name]:
            assert list(LEARNT[name][start]) == page.DEPTHS
            for depth in page.DEPTHS:
                right = counts(name, depth, start)
                assert right.shape == (10,) and right.max() <= 797
                assert LEARNT[name][start][depth]["rate"] in page.RATES
                found = page.shares(name, depth, start)
                assert found == pytest.approx(right / 797)
                assert page.share(name, depth, start) == found.mean()
    for key in ("machine", "versions", "date"):
        assert LEARNT[key] in page.recorded()


@pytest.mark.parametrize(
    "name, depth, start",
    [("sigmoid", 2, "fitted"), ("ReLU", 2, "default"), ("tanh", 8, "fitted")],
)
def test_the_record_can_be_repeated(name, depth, start):
    """Trained again, ten networks read as many within 2 in 100."""
    rate = LEARNT[name][start][depth]["rate"]
    again = page.trained(name, depth, start, rate)[1]
    known = counts(name, depth, start)
    assert again.mean() == pytest.approx(known.mean(), abs=8)
    assert again == pytest.approx(known, abs=40)


def test_two_layers_learn_from_either_start():
    """Fitted, each network reads nine of ten; default, most of all."""
    for name in page.NAMES:
        assert np.all(counts(name, 2, "fitted") > 0.9 * 797)
        assert np.all(counts(name, 2, "default") > 0.6 * 797)


def test_eight_layers_need_the_fitted_start():
    """Default, what levels off guesses; fitted, all learn, and learn more."""
    open_ended = {"ReLU", "leaky ReLU", "ELU", "softplus", "SiLU", "GELU"}
    guesses = []
    for name in page.NAMES:
        fitted, default = (counts(name, 8, s) for s in ("fitted", "default"))
        assert np.all(fitted > 0.8 * 797)
        assert np.all(fitted > default)
        if name not in open_ended:
            guesses.extend(default)
    assert len(guesses) == 80 and np.all(np.array(guesses) < 0.2 * 797)
    assert np.sum(np.array(guesses) < 0.15 * 797) >= 76


def test_a_slope_near_one_helps_at_eight_layers():
    """From the default start each ELU and leaky ReLU is ahead of any σ."""
    for name in ("ELU", "leaky ReLU"):
        assert counts(name, 8, "default").min() > 3 * 797 / 10
    assert counts("sigmoid", 8, "default").max() < 0.15 * 797
    for name in page.NAMES:
        assert page.share(name, 8, "default") <= page.share(
            "ELU", 8, "default"
        )


def test_twenty_layers_need_the_fitted_start():
    """Default, no network reads half; fitted, each reads more than half."""
    for name in page.NAMES:
        fitted, default = (counts(name, 20, s) for s in ("fitted", "default"))
        assert np.all(default < 0.5 * 797)
        assert np.all(fitted > 0.55 * 797)


def test_the_order_at_twenty_layers():
    """Each time σ leads GELU and ReLU, and σ − ½ leads it; ELU does mostly."""
    right = {n: counts(n, 20, "fitted") for n in [*page.NAMES, "σ − ½"]}
    for behind in ("GELU", "ReLU", "leaky ReLU"):
        assert np.all(right["sigmoid"] > right[behind])
    assert np.all(right["σ − ½"] > right["sigmoid"])
    assert np.sum(right["ELU"] > right["sigmoid"]) >= 9
    for name in page.NAMES:
        assert right[name].mean() <= right["ELU"].mean()


def test_the_more_a_layer_magnifies_the_less_is_learnt():
    """For each of ten networks, over all activations."""
    names = [*page.NAMES, "σ − ½"]
    factors = [page.growth(name) for name in names]
    for network in NETWORKS:
        right = [counts(name, 20, "fitted")[network] for name in names]
        assert spearmanr(factors, right).statistic < -0.6
    ranks = [
        rankdata(column)
        for column in (
            [page.growth(name) for name in page.NAMES],
            [counts(name, 20, "fitted").mean() for name in page.NAMES],
        )
    ]
    exact = np.corrcoef(ranks)[0, 1]
    assert page.rank_correlation() == pytest.approx(exact, rel=1e-12)
    assert exact < -0.85
    sigmoid, centred = map(page.growth, ("sigmoid", "σ − ½"))
    assert sigmoid == pytest.approx(centred)


def test_the_mean_and_not_the_slope():
    """Centring helps each of ten networks, with slope ¼ and with slope 1."""
    for plain, centred in (("sigmoid", "σ − ½"), ("4σ", "4σ − 2")):
        for network in NETWORKS:
            left, right = (
                counts(name, 20, "fitted")[network]
                for name in (plain, centred)
            )
            assert left < right
    small, large = (page.share(n, 20, "fitted") for n in ("σ − ½", "4σ − 2"))
    assert abs(small - large) < 0.03
    table = page.ablation()
    assert table["hidden units"] == ["sigmoid", "σ − ½", "4σ", "4σ − 2"]
    for row, name in enumerate(table["hidden units"]):
        value, slope = FORMS[name]
        top = {"¼": 0.25, "1": 1.0}[table["largest slope"][row]]
        mean = {"½": 0.5, "0": 0.0, "2": 2.0}[table["mean"][row]]
        assert slope(0) == pytest.approx(top)
        assert value(0) == pytest.approx(mean)
        for depth in (8, 20):
            shown = table[f"depth {depth}"][row]
            assert shown == interval(counts(name, depth, "fitted"))


def test_he_starts_relu_better():
    """At 20 layers, for each of ten networks."""
    he, fitted = (counts("ReLU", 20, start) for start in ("He", "fitted"))
    assert np.all(he > fitted)


def test_a_step_learns_less_the_deeper_it_is():
    """Its hidden layers stay as they are drawn, so each one more loses."""
    for shallow, deep in ((2, 8), (8, 20)):
        before, after = (counts("step", d, "fitted") for d in (shallow, deep))
        assert np.all(before > after)
    for name in page.NAMES:
        assert np.all(
            counts(name, 20, "fitted") > counts("step", 20, "fitted")
        )


def test_the_rates_are_not_at_the_ends():
    """For deep networks from the fitted start, by any of the fourteen."""
    for name in page.NAMES:
        for depth in (8, 20):
            rate = LEARNT[name]["fitted"][depth]["rate"]
            assert page.RATES[0] < rate < page.RATES[-1]


def interval(row):
    """Percent: the mean, the least and the largest."""
    low, mean, high = (
        format(100 * number / 797, ".0f")
        for number in (min(row), sum(row) / len(row), max(row))
    )
    return f"{mean}\xa0({low}–\u2060{high})"  # in one line


@pytest.mark.parametrize("start", ["fitted", "default"])
def test_the_tables(start):
    """Each cell is the mean of ten networks, their least and largest."""
    table = page.table(start)
    assert table.pop("activation") == page.NAMES
    for depth, (head, column) in zip(page.DEPTHS, table.items(), strict=True):
        assert head == f"depth {depth}"
        rows = [counts(name, depth, start) for name in page.NAMES]
        assert column == list(map(interval, rows))
        assert page.least(depth, start) == np.min(rows) / 797
        assert page.most(depth, start) == np.max(rows) / 797


@pytest.mark.parametrize("name", [*page.NAMES, "σ − ½"])
def test_the_growth_of_errors(name):
    """Mean square of the slope over the variance of the value, and over 1."""
    value, slope = FORMS[name]

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
        assert fitted[row] > 0.3 and default[row] < 0.001
    row = page.NAMES.index("ReLU")
    assert fitted[row] == page.fading("ReLU", 20, "fitted")
    assert default[row] == page.fading("ReLU", 20, "default")
    assert default[row] < 1e-6
    assert default[page.NAMES.index("sigmoid")] < 1e-15


def test_fading_is_a_ratio_of_gradients(images):
    """The first layer's over the last's, by roots of mean squares."""
    labels = page.splits()[1][:, :100]
    few = images[:, :100].astype(float)
    layers = page.started("tanh", 2, "fitted", images[:, :100])
    slopes = page.gradients("tanh", layers, few, np.eye(10)[labels])
    sizes = [np.linalg.norm(s) / s.size**0.5 for s in slopes]
    found = page.fading("tanh", 2, "fitted")
    assert found == pytest.approx(sizes[0] / sizes[-1], rel=1e-4)


@pytest.mark.parametrize("name, depth", [("ReLU", 0), ("ReLU", 3)])
def test_likeness_is_a_ratio_of_distances(name, depth, images):
    """Between all pairs of 200 images, written out for each network."""
    pictures, labels = page.splits()
    layers = page.started(name, depth, "fitted", images)
    found = []
    for network in NETWORKS:
        values = pictures[network, 800:1000].astype(float)
        for layer in layers[:-1]:
            values = np.vstack([values.T, np.ones(200)]).T @ layer[network]
            values = FORMS[name][0](values)
        digit = labels[network, 800:1000]
        pairs = {True: [], False: []}
        for i in range(200):
            gaps = np.sum((values[:i] - values[i]) ** 2, axis=1)
            for same in pairs:
                pairs[same].extend(gaps[(digit[:i] == digit[i]) == same])
        found.append(np.mean(pairs[True]) / np.mean(pairs[False]))
    assert page.likeness(name, depth) == pytest.approx(
        np.mean(found), rel=1e-3
    )


def test_layers_scatter_what_is_alike():
    """Sigmoids less than ReLU, after which little likeness is left."""
    images, sigmoids, relus = (
        page.likeness(*what)
        for what in (("ReLU", 0), ("sigmoid", 20), ("ReLU", 20))
    )
    assert images < 0.6 < 0.7 < sigmoids < 0.8 < 0.9 < relus < 1.05


def test_the_results_are_drawn():
    """A mark for each network, in its row, panel and colour, best on top."""
    figure = page.results()
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert sorted(labels) == sorted(page.NAMES)
    means = [page.share(name, 20, "fitted") for name in labels]
    assert means == sorted(means)
    assert figure.axes[0].get_ylim()[0] < figure.axes[0].get_ylim()[1]
    for ax, depth in zip(figure.axes, page.DEPTHS, strict=True):
        assert f"depth {depth}" in ax.get_xlabel()
        for curve, start, colour in zip(
            ax.get_lines(), ("default", "fitted"), ("C3", "C2"), strict=True
        ):
            assert curve.get_label() == start
            assert same_color(curve.get_color(), colour)
            for row, name in enumerate(labels):
                here = curve.get_ydata() == row
                exact = counts(name, depth, start) / 7.97
                assert curve.get_xdata()[here] == pytest.approx(exact)
    said = {t.get_text(): t.get_color() for t in figure.axes[1].texts}
    assert same_color(said["fitted"], "C2")
    assert same_color(said["default"], "C3")


def test_the_order_is_drawn():
    """A row for each, least factor on top, with its mean, least, largest."""
    (ax,) = page.order().axes
    labels = [text.get_text().split("  ") for text in ax.get_yticklabels()]
    names = [name for name, _ in labels]
    assert sorted(names) == sorted([*page.NAMES, "σ − ½"])
    factors = [page.growth(name) for name in names]
    assert factors == sorted(factors, reverse=True)
    assert [said for _, said in labels] == [f"{g:.3f}" for g in factors]
    assert ax.get_ylim()[0] < ax.get_ylim()[1]
    bars, points = ax.get_lines()[::2], ax.get_lines()[1::2]
    for row, (name, bar, point) in enumerate(
        zip(names, bars, points, strict=True)
    ):
        right = counts(name, 20, "fitted") / 7.97
        assert list(bar.get_ydata()) == [row, row]
        assert bar.get_xdata() == pytest.approx([right.min(), right.max()])
        assert point.get_xydata()[0] == pytest.approx([right.mean(), row])
        wanted = "C0" if name == "sigmoid" else "C2"
        assert same_color(point.get_color(), wanted)
