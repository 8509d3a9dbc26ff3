"""docs/gates.md: every claim the page makes, proved."""

import mpmath
import numpy as np
import pytest
from oracle import gaps, line, texts
from scipy.special import expit

from snippets import gates as page
from snippets._bridge.proof import prove


@pytest.fixture(autouse=True, scope="module")
def once():
    """What is long runs once for the same arguments, as on the site."""
    kept, run = {}, page.trained

    def remembered(*args, **named):
        key = repr((args, sorted(named.items())))
        if key not in kept:
            kept[key] = run(*args, **named)
        return kept[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "trained", remembered)
        yield


def some(seed=0, count=6, length=9):
    """Random parameters, and sequences that use all marks."""
    rng = np.random.default_rng(seed)
    parameters = rng.normal(size=21)
    return parameters, *page.sequences(rng, count, length)


def by_hand(parameters, inputs):
    """Gates and answers of one sequence, number by number."""
    weights, scale = parameters[:-1].reshape(4, 5), parameters[-1]
    content = output = 0.0
    gates, answers = [], []
    for moment in inputs:
        scores = [
            sum(w * v for w, v in zip(row, [*moment, output, 1], strict=True))
            for row in weights
        ]
        i, f, o = (float(expit(score)) for score in scores[:3])
        content = f * content + i * np.tanh(scores[3])
        output = o * np.tanh(content)
        gates.append((i, f, o))
        answers.append(scale * output)
    return np.array(gates), np.array(answers)


def test_the_cell_is_an_lstm():
    """c = f c + i g and h = o tanh(c), with gates that are sigmoids."""
    parameters, inputs, _ = some()
    moments = page.run(parameters, inputs)
    found = page.answers(parameters, inputs)
    for row, sequence in enumerate(inputs):
        gates, answers = by_hand(parameters, sequence)
        assert found[row] == pytest.approx(answers, rel=1e-11)
        drawn = np.array([moment[1][row] for moment in moments])
        assert drawn == pytest.approx(gates, rel=1e-11)
    weights = parameters[:-1].reshape(4, 5)
    one = page.step(weights, inputs[:, 0], np.zeros(6), np.zeros(6))
    assert one[3] == pytest.approx(moments[0][3], rel=1e-12)
    assert page.GATES == ["input", "forget", "output"]


def test_backpropagation_through_time_agrees_with_finite_differences():
    """For each of the 21 parameters, and all marks in the sequences."""
    parameters, inputs, wanted = some(13)
    parameters *= 0.7  # so that no gate is quite shut
    assert {0, 1} == set(inputs[..., 1].ravel()) == set(inputs[..., 2].ravel())

    def loss(parameters):
        gap = page.answers(parameters, inputs) - wanted
        return np.mean(gap**2) / 2

    slope = page.gradient(parameters, inputs, wanted)
    for place, h in enumerate(1e-5 * np.eye(21)):
        change = (loss(parameters + h) - loss(parameters - h)) / 2e-5
        assert slope[place] == pytest.approx(change, rel=1e-5)
    assert np.abs(slope).min() > 1e-4


def test_the_content_carries_its_error_through_the_forget_gate_alone():
    """d c(t) / d c(0) is the product of the forget gates, if h says nothing.

    With the weights of the last output at 0, by finite differences.
    """
    parameters, inputs, _ = some(5)
    weights = parameters[:-1].reshape(4, 5).copy()
    weights[:, 3] = 0
    ends, product = [], 1.0
    for start in (0.3, 0.3 + 1e-5):
        cell, output = np.full(6, start), np.zeros(6)
        product = 1.0
        for t in range(9):
            _, gates, _, cell, output = page.step(
                weights, inputs[:, t], cell, output
            )
            product = product * gates[:, 1]
        ends.append(cell)
    slope = (ends[1] - ends[0]) / 1e-5
    assert slope == pytest.approx(product, rel=1e-4, abs=1e-12)
    assert product.max() > 1e-6


def test_the_task_needs_memory():
    """What is wanted is the last number written, or 0 after a forgetting."""
    inputs, wanted = page.sequences(np.random.default_rng(2), 50, 30)
    assert inputs.shape == (50, 30, 3) and np.abs(inputs).max() <= 1
    for sequence, right in zip(inputs, wanted, strict=True):
        held, after = 0.0, []
        for number, write, forget in sequence:
            held = number if write else 0.0 if forget else held
            after.append(held)
        assert list(right) == after
    assert np.all(inputs[:, 0, 1] == 1)
    share = inputs[:, 1:, 1:].mean(axis=(0, 1))
    assert share == pytest.approx([0.15, 0.15], rel=0.15)
    inputs, wanted = page.fresh(7, 11)
    assert wanted.shape == (7, 11)
    other, _ = page.sequences(np.random.default_rng(0), 7, 11)
    assert not np.array_equal(inputs, other)


def test_training_is_adam():
    """The first two steps, from Kingma and Ba's formulas."""
    rng = np.random.default_rng(4)
    start = np.append(np.zeros(20), 1.0)
    one = page.gradient(start, *page.sequences(rng))
    first = start - 0.05 * one / (np.abs(one) + 1e-8)
    assert page.trained(0, seed=4) == pytest.approx(start, abs=0)
    assert page.trained(1, seed=4) == pytest.approx(first, rel=1e-9)
    two = page.gradient(first, *page.sequences(rng))
    mean = (0.09 * one + 0.1 * two) / (1 - 0.9**2)
    square = (0.99 * 0.01 * one**2 + 0.01 * two**2) / (1 - 0.99**2)
    second = first - 0.05 * mean / (np.sqrt(square) + 1e-8)
    assert page.trained(2, seed=4) == pytest.approx(second, rel=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_gates_it_remembers_and_without_it_does_not(seed):
    """From other sequences to learn from, the same on new ones."""
    inputs, wanted = page.fresh(300, 40)
    for gated in (True, False):
        found = page.answers(page.trained(gated=gated, seed=seed), inputs)
        share = ((found - wanted) ** 2).sum() / (wanted**2).sum()
        assert page.missed(gated, seed) == pytest.approx(share, rel=1e-12)
    assert page.missed(True, seed) < 0.01
    assert 0.8 < page.missed(False, seed) < 0.95


def test_without_gates_each_gate_stands_still():
    """Only their biases are learnt, so no gate sees the input."""
    parameters = page.trained(gated=False)
    weights = parameters[:-1].reshape(4, 5)
    assert np.all(weights[:3, :4] == 0) and np.all(weights[:3, 4] != 0)
    inputs, _ = page.fresh(3, 9)
    gates = np.array([m[1] for m in page.run(parameters, inputs)])
    assert np.all(gates == gates[0, 0])
    assert parameters.size == 21


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_gates_do_what_they_are_for(seed):
    """To hold is f near 1 and i near 0; to forget is both near 0.

    To write is i far open and f nearly closed. While it holds, the
    half-life is longer than any sequence that it has learnt from.
    """
    table = page.openings(seed)
    assert list(table) == [
        "task",
        "input gate",
        "forget gate",
        "output gate",
    ]
    assert table["task"] == ["hold", "write", "forget"]
    admit, keep = table["input gate"], table["forget gate"]
    assert admit[0] < 0.02 and keep[0] > 0.98
    assert admit[1] > 0.65 and keep[1] < 0.3
    assert admit[2] < 0.02 and keep[2] < 0.05
    steps = page.held_half_life(seed)
    assert keep[0] ** steps == pytest.approx(0.5, rel=1e-10)
    assert 40 < steps < 90


def test_the_means_of_the_gates():
    """Counted sequence by sequence, with the cell computed by hand."""
    inputs, _ = page.fresh(300, 40)
    seen = {"hold": [], "write": [], "forget": []}
    for sequence in inputs:
        gates, _ = by_hand(page.trained(), sequence)
        for opened, (_, write, forget) in zip(gates, sequence, strict=True):
            task = "write" if write else "forget" if forget else "hold"
            seen[task].append(opened)
    table = page.openings()
    for place, name in enumerate(page.GATES):
        exact = [np.mean(rows, axis=0)[place] for rows in seen.values()]
        assert table[f"{name} gate"] == pytest.approx(exact, rel=1e-9)


def test_a_single_unit_may_stop_half_way():
    """From this random start it never gets far, as the page warns."""
    rng = np.random.default_rng(4)
    parameters = rng.normal(size=21) / 2
    parameters[15], parameters[20] = -0.5, 0.5  # they disagree on the sign
    mean = square = np.zeros(21)
    for count in range(1, 401):
        slope = page.gradient(parameters, *page.sequences(rng))
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        size = np.sqrt(square / (1 - 0.99**count)) + 1e-8
        parameters = parameters - 0.05 * mean / (1 - 0.9**count) / size
    inputs, wanted = page.fresh(300, 40)
    gap = page.answers(parameters, inputs) - wanted
    assert 1 - np.mean(gap**2) / np.mean(wanted**2) < 0.9


def test_the_figure_of_the_memory():
    """Inputs, marks, both cells and the gates below: those of a new one."""
    figure = page.memory()
    inputs, wanted = page.fresh(1, 40)
    top, forget, admit = figure.axes
    small, large = top.get_lines()[:2]
    assert list(small.get_ydata()) == list(inputs[0, :, 0])
    written = np.flatnonzero(inputs[0, :, 1])
    assert list(large.get_xdata()) == list(written)
    assert list(large.get_ydata()) == list(inputs[0, written, 0])
    gates, answers = by_hand(page.trained(), inputs[0])
    _, drawn = line(figure, "with gates")
    assert drawn == pytest.approx(answers, rel=1e-9)
    _, plain = line(figure, "without gates")
    _, exact = by_hand(page.trained(gated=False), inputs[0])
    assert plain == pytest.approx(exact, rel=1e-9)
    assert list(top.get_lines()[4].get_ydata()) == list(wanted[0])
    gap, other = np.abs(drawn - wanted[0]), np.abs(plain - wanted[0])
    assert gap.max() < 0.15 and other.max() > 0.7
    for ax, place in (forget, 1), (admit, 0):
        heights, edges, _ = ax.patches[0].get_data()
        assert list(edges) == [t - 0.5 for t in range(41)]
        assert heights == pytest.approx(gates[:, place], rel=1e-9)
        assert ax.get_ylabel() == f"{page.GATES[place]} gate"
    dotted = [t.get_xdata()[0] for t in forget.get_lines()]
    assert dotted == list(np.flatnonzero(inputs[0, :, 2]))


def test_the_figure_of_the_learning():
    """The forget gate after 0, 25, 50 and 400 steps; at first it is 1/2."""
    inputs, _ = page.fresh(1, 40)
    axes = page.progress().axes
    assert [ax.get_ylabel() for ax in axes] == ["0", "25", "50", "400"]
    write, forget = (np.flatnonzero(inputs[0, :, k]) for k in (1, 2))
    hold = np.setdiff1d(np.arange(40), [*write, *forget])
    apart = []
    for ax in axes:
        gates, _ = by_hand(page.trained(int(ax.get_ylabel())), inputs[0])
        heights, edges, _ = ax.patches[0].get_data()
        assert list(edges) == [t - 0.5 for t in range(41)]
        assert heights == pytest.approx(gates[:, 1], rel=1e-9)
        apart.append(heights[hold].min() - heights[[*write, *forget]].max())
        marks = ax.get_lines()
        places = [mark.get_xdata()[0] for mark in marks]
        assert places == [*write, *forget]
    assert apart[0] == 0 and apart == sorted(apart) and apart[-1] > 0.6


def test_the_half_life_of_a_forget_gate():
    """sigma(b) to the power of it is one half: mpmath, and the table."""
    table = page.half_lives()
    assert table["bias"] == [0, 1, 2, 3, 5]
    for place, b in enumerate(table["bias"]):
        with mpmath.workdps(30):
            share = 1 / (1 + mpmath.exp(-b))
            exact = float(mpmath.log(0.5) / mpmath.log(share))
            left = float(share**100)
        assert table["kept a step"][place] == pytest.approx(float(share))
        assert table["half-life"][place] == pytest.approx(exact, rel=1e-12)
        assert page.half_life(b) == table["half-life"][place]
        assert table["kept after 100"][place] == pytest.approx(left, rel=1e-12)
        assert page.kept(b, 100) == table["kept after 100"][place]
        assert np.exp(b) * np.log(2) < exact < (np.exp(b) + 1) * np.log(2)
    assert page.half_life(1) == pytest.approx(2.2127, rel=1e-4)


def test_the_bounds_of_the_half_life():
    """1/(e^b + 1) < ln(1 + e^-b) < e^-b, far out and near."""
    for b in np.linspace(-5, 30, 141):
        low, high = np.exp(b) * np.log(2), (np.exp(b) + 1) * np.log(2)
        assert low < page.half_life(b) < high


def test_the_bias_for_a_half_life():
    """It gives that half-life, and is about ln(steps / ln 2)."""
    for steps in (1, 10, 100, 1000):
        assert page.half_life(page.bias_for(steps)) == pytest.approx(
            steps, rel=1e-10
        )
    for steps in (100, 1000):
        about = np.log(steps / np.log(2))
        assert page.bias_for(steps) == pytest.approx(about, rel=1e-3)
    assert page.bias_for(100) == pytest.approx(
        float(-mpmath.log(mpmath.mpf(2) ** 0.01 - 1)), rel=1e-12
    )


def test_the_figure_of_the_half_lives():
    """Curves of sigma(b)^t, a dot where each is one half, and its name."""
    figure = page.fading()
    for b in range(6):
        t, share = line(figure, f"b = {b}")
        assert share == pytest.approx(expit(b) ** t, rel=1e-12)
    dots = figure.axes[0].get_lines()[2::2]
    for b, dot in enumerate(dots):
        (t,), (height,) = dot.get_data()
        assert expit(b) ** t == pytest.approx(height) and height == 0.5
    assert len(dots) == 6
    assert texts(figure) == [str(b) for b in range(6)]
    for text, dot in zip(figure.axes[0].texts, dots, strict=True):
        assert 1 < text.get_position()[0] / dot.get_xdata()[0] < 1.2
    assert all(nearest > 0.5 for *_, nearest in gaps(figure))


def test_the_first_lstm_squashed_by_tanh():
    """4 sigma(x) - 2 = 2 tanh(x/2) and 2 sigma(x) - 1 = tanh(x/2): proved."""
    assert prove(page.input_squash())[0] == "proved"
    assert prove(page.output_squash())[0] == "proved"
    for formula, low in (page.input_squash(), -2), (page.output_squash(), -1):
        left = formula.lhs.subs(page.x, -40).rewrite("exp").evalf()
        assert float(left) == pytest.approx(low, rel=1e-12)
        assert formula.lhs.has(page.sigma) and formula.rhs.has(page.x)
