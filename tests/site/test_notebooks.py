"""The labs: as published, as handed out, and as built."""

import contextlib
import io
import json
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
from mkdocs.utils import yaml_load
from oracle import exact_sigmoid, ulps
from test_guards import listed, typed

from snippets import challenger
from snippets._bridge import figure
from snippets._bridge.labs import cells
from snippets.derivative import sigmoid_prime
from snippets.function import sigmoid

LABS = ["build", "use", "stress"]
WRONG = [  # a solution's text, what a reader may write, what the check says
    ("build", "1 / (1 + np.exp(-x))", "1 + np.exp(-x)", "return 1 over it"),
    ("build", "1 / (1 + np.exp(-x))", "1 / (1 + np.exp(x))", "It falls"),
    ("build", "1 / (1 + np.exp(-x))", "np.tanh(x)", "e⁰ is 1"),
    ("build", "1 / (1 + np.exp(-x))", "0.5 + x / 9", "it is e²"),
    ("build", "s * (1 - s)", "-s * (1 - s)", "slope is positive"),
    ("build", "s * (1 - s)", "s * (1 + s)", "factors add up to 1"),
    ("build", "s * (1 - s)", "s / 2", "At −1, 0, 1"),
    ("build", ", z) /", ", np.exp(x)) /", "still warns: overflow"),
    ("build", ", z) /", ", 1) /", "stays in the numerator"),
    ("build", ", z) /", ", z + 1e-99 * (z < 0.1)) /", "At −720 it is eˣ"),
    ("build", ", z) /", ", z + 1e-320 * (x < -900)) /", "end at 0 and at 1"),
    ("build", "stable(-x)", "stable(x)", "value of σ at the opposite"),
    ("build", "stable(-x)", "(1 - stable(x))", "do not subtract"),
    ("build", "stable(-x)", "stable(-x) * (1 + (x > 9))", "but 8.4967"),
    ("use", "(p - y)", "(y - p)", "downhill"),
    ("use", "(p - y)", "(p - y) / len(y)", "no average"),
    ("use", "(p - y)", "((p - y) * p)", "It is ["),
    ("use", "w - rate * gradient(w)", "w + rate * gradient(w)", "uphill"),
    ("use", "w - rate * gradient(w)", "w - gradient(w) / 99", "is left"),
    ("use", "row(degrees) @ w", "w[0] + w[1] * degrees", "add up to the 7"),
    ("use", "np.exp(-w[1] * 10 / 7)", "np.exp(w[1] * 10 / 7)", "warmer"),
    ("use", "np.exp(-w[1] * 10 / 7)", "np.exp(-w[1] * 10)", "steps of 7"),
    ("use", "p * (1 - p)", "p", "the slope of σ is"),
    (
        "use",
        "sigmoid(z - reach), sigmoid(z + reach)",
        "sigmoid(z) - reach, sigmoid(z) + reach",
        "add to z, then",
    ),
    ("use", "sigmoid(z - reach)", "sigmoid(z - 2 * reach)", "both ways"),
    ("stress", "(g * slope(z))", "g", "slope of the bend is missing"),
    ("stress", "matrix.T @", "matrix @", "then the transposed"),
    ("stress", "scale = 12", "scale = 4", "It still shrinks"),
    ("stress", "scale = 12", "scale = 20", "It explodes"),
    ("stress", "4 * sigmoid(x) - 2", "sigmoid(x) - 0.5", "stretch it"),
    ("stress", "4 * sigmoid(x) - 2", "4 * sigmoid(x)", "move it down"),
    ("stress", "4 * sigmoid(x) - 2", "x", "Keep the sigmoid"),
    ("stress", "min(1, most / np.linalg.norm(g))", "1", "is still 300"),
    ("stress", "min(1, most / np.linalg.norm(g))", "0.001", "Leave alone"),
    (
        "stress",
        "g * min(1, most / np.linalg.norm(g))",
        "np.clip(g, -most, most)",
        "direction has changed",
    ),
    (
        "stress",
        "most / np.linalg.norm(g))",
        "most / 2 / np.linalg.norm(g))",
        "too short",
    ),
]


class Stopped(Exception):
    """A check has failed."""


def play(path, gaps=(), old="", new=""):
    """(the names, what each check printed) of a lab that a reader runs.

    The solutions with these numbers still have their gaps, and in the others
    old has become new. Raises Stopped, with its words, at a check that fails.
    """
    names, said, number, exercise = {}, [], -1, None
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    for cell in cells(path):
        source = cell.source
        if cell.kind == "markdown":
            continue
        if cell.kind == "exercise":
            exercise = source
            continue
        if cell.kind == "solution":
            number += 1
            source = exercise if number in gaps else source.replace(old, new)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                with figure.style():
                    exec(compile(source, str(path), "exec"), names)
            except AssertionError as error:
                assert cell.kind == "check"
                raise Stopped(str(error)) from None
        if cell.kind == "check":
            said.append(out.getvalue())
    return names, said


@pytest.fixture(scope="module")
def scripts(root):
    """{name: the path} of the labs."""
    return {path.stem: path for path in (root / "docs/labs").glob("*")}


@pytest.fixture(scope="module")
def played(scripts):
    """{name: what play returns} of the labs as published."""
    with warnings.catch_warnings():
        return {name: play(path) for name, path in scripts.items()}


def exercises(path):
    """How many gaps a lab has."""
    return sum(cell.kind == "exercise" for cell in cells(path))


def test_the_labs_are_in_the_navigation(root, scripts):
    """All of them, and these tests know them."""
    config = yaml_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    found = [page for page in listed(config["nav"]) if "/" in page]
    assert found == [f"labs/{name}.py" for name in LABS]
    assert scripts.keys() == set(LABS)


@pytest.mark.parametrize("name", LABS)
def test_each_gap_has_a_solution_and_a_check(scripts, name):
    """In this order, the gap marked by three dots that the solution lacks."""
    kinds = [cell.kind for cell in cells(scripts[name])]
    kinds = [kind for kind in kinds if kind not in ("markdown", "code")]
    assert kinds == ["exercise", "solution", "check"] * (len(kinds) // 3)
    for cell in cells(scripts[name]):
        if cell.kind in ("exercise", "solution"):
            assert ("..." in cell.source) == (cell.kind == "exercise")
    assert len(kinds) >= 9


@pytest.mark.parametrize("name", LABS)
def test_as_published_every_check_says_right(played, scripts, name):
    """With the solutions in."""
    _, said = played[name]
    assert len(said) == exercises(scripts[name])
    assert all(text.startswith("Right") for text in said)


@pytest.mark.parametrize("name", LABS)
def test_as_handed_out_every_check_fails(scripts, name):
    """Whichever gap is left, its check says that it is there still."""
    path = scripts[name]
    gaps = range(exercises(path))
    for left in [set(gaps), *({gap} for gap in gaps)]:
        with pytest.raises(Stopped, match="The gap is still there"):
            play(path, left)


@pytest.mark.parametrize(("name", "old", "new", "why"), WRONG)
def test_a_wrong_answer_is_told_why(scripts, name, old, new, why):
    """Each message of each check answers a mistake that brings it about."""
    solutions = [c.source for c in cells(scripts[name]) if c.kind[0] == "s"]
    assert sum(old in source for source in solutions) == 1
    with pytest.raises(Stopped, match=re.escape(why)):
        play(scripts[name], (), old, new)


@pytest.mark.parametrize("name", LABS)
def test_every_message_has_its_wrong_answer(scripts, name):
    """No check says what no mistake was seen to bring about."""
    checks = [c.source for c in cells(scripts[name]) if c.kind == "check"]
    messages = sum(source.count("assert ") for source in checks)
    gaps = exercises(scripts[name])
    assert messages - gaps == [row[0] for row in WRONG].count(name)


@pytest.mark.parametrize("name", LABS)
def test_a_lab_says_what_it_asks_and_how_to_work_through_it(scripts, name):
    """In its first cell; its title says more than what to do."""
    title, what, how = cells(scripts[name])[0].source.split("\n\n")
    assert re.fullmatch(rf"# {name.capitalize()} it: .+", title)
    assert "You need" in " ".join(what.split())
    assert "To work through it, take away the notebook" in how
    assert "`...`" in how


@pytest.mark.parametrize("name", LABS)
def test_no_lab_has_a_typed_decimal(scripts, name):
    """Every decimal number in its prose is computed, so there is none."""
    found = [c.source for c in cells(scripts[name]) if c.kind == "markdown"]
    assert [typed(source) for source in found] == [[]] * len(found)
    assert not [source for source in found if "{{" in source]


def inputs():
    """Floats of either sign, of every size, and the ends."""
    rng = np.random.default_rng(1)
    sizes = rng.uniform(-700, 700, 2000), rng.uniform(-3, 3, 2000)
    ends = [0, -0.0, 709, -709, -720, -745, 1e3, -1e3, np.inf, -np.inf]
    return np.concatenate([*sizes, ends])


def off(value, exact):
    """By how many units in the last place of exact the values miss it."""
    return np.max(np.abs(value - exact) / np.spacing(np.abs(exact)))


def test_the_built_sigmoid_is_that_of_the_site(played):
    """The mended one to the bit, its slope and the first ones in ulps."""
    names, _ = played["build"]
    x = inputs()
    assert np.array_equal(names["stable"](x), sigmoid(x))
    near = x[np.abs(x) < 700]
    assert off(names["sigmoid"](near), sigmoid(near)) <= 4
    left = near[near < 0]
    assert off(names["sigmoid_prime"](left), sigmoid_prime(left)) <= 8
    assert off(names["stable_prime"](near), sigmoid_prime(near)) <= 8


def test_the_first_lab_says_what_breaks(played):
    """On the left from an overflow, on the right from lost digits."""
    names, _ = played["build"]
    least = np.finfo(float).smallest_subnormal
    assert 0 < 2 * exact_sigmoid(-1000) < float(least)
    with np.errstate(over="ignore"):
        assert names["sigmoid"](-1000.0) == names["sigmoid"](-720.0) == 0
    assert ulps(np.exp(-720.0), exact_sigmoid(-720)) <= 1
    assert names["sigmoid_prime"](0.0) == 1 / 4 == names["sigmoid"](0.0) / 2
    left, right = (names["sigmoid_prime"](x) for x in (-20.0, 20.0))
    assert 1e-9 < abs(left / right - 1) < 1e-6
    assert names["sigmoid_prime"](40.0) == 0 < names["sigmoid_prime"](-40.0)


def test_the_broken_slope_goes_by_steps_and_ends(played):
    """In the last figure of the first lab; the mended one goes on."""
    names, _ = played["build"]
    broken, x = names["broken"], names["x"]
    assert np.all(broken[x > 37] == 0) and np.all(broken[x < 36] > 0)
    steps = len(np.unique(broken[x > 34]))
    assert steps < np.sum(x > 34) / 10
    assert np.all(np.diff(names["stable_prime"](x)) < 0)


def test_descent_ends_by_a_constant_factor(played):
    """Near the bottom each step leaves the same share of the rest."""
    names, _ = played["use"]
    shares = names["gaps"][16:36] / names["gaps"][15:35]
    assert np.all(np.abs(shares / shares[0] - 1) < 0.01) and shares[0] < 0.6


def test_centring_moves_the_balance(played):
    """From where most units are flat to the natural scale of the weights."""
    names, _ = played["stress"]
    scales = names["scales"]
    found = [
        scales[np.argmax(np.array(f) > 1)] for f in names["curves"].values()
    ]
    assert 8 < found[0] < 20 and 1 < found[1] < 1.5
    assert names["flat"] > 1 / 2


def test_the_fit_is_that_of_the_site(played):
    """Data, coefficients, chances, odds, errors and intervals agree."""
    names, _ = played["use"]
    assert np.array_equal(names["fahrenheit"], challenger.TEMPERATURES)
    assert np.array_equal(names["y"], challenger.DAMAGED)
    assert np.array_equal(names["sigmoid"](inputs()), sigmoid(inputs()))
    slope = names["w"][1] / 7
    found = [names["w"][0] - 70 * slope, slope]
    np.testing.assert_allclose(found, challenger.coefficients(), rtol=1e-9)
    least = names["loss"](names["w"])
    np.testing.assert_allclose(least, challenger.least_loss(), rtol=1e-12)
    degrees = np.linspace(25, 90, 66)
    for mine, ours in (
        (names["chance"](degrees), challenger.chance(degrees)),
        (names["interval"](degrees), challenger.interval(degrees)),
        (names["colder"], challenger.odds_factor(-10)),
        (names["covariance"][1, 1] ** 0.5 / 7, challenger.errors()[1]),
    ):
        np.testing.assert_allclose(mine, ours, rtol=1e-8)


def test_the_network_bends_as_the_site_does(played):
    """The sigmoid to the bit, its slope in ulps, the centred one from both."""
    names, _ = played["stress"]
    x = inputs()
    assert np.array_equal(names["sigmoid"](x), sigmoid(x))
    near = x[np.abs(x) < 700]
    assert off(names["sigmoid_prime"](near), sigmoid_prime(near)) <= 8
    assert off(names["centred_prime"](near), 4 * sigmoid_prime(near)) <= 8
    assert np.array_equal(names["centred"](x), 4 * sigmoid(x) - 2)
    exact = 2 * np.tanh(near / 2)
    assert np.max(np.abs(names["centred"](near) - exact)) < 1e-15


def test_gradients_vanish_explode_and_stay(played):
    """What the last figure of the lab says, of its own data."""
    names, _ = played["stress"]
    ends = [
        names["lengths"](*case[1:])[-1] for case in names["cases"].values()
    ]
    assert ends[0] < 1e-18 and ends[1] > 100 and 0.1 < ends[2] < 1
    steps = names["lengths"](1, names["sigmoid"], names["sigmoid_prime"])
    assert np.all(steps[1:] / steps[:-1] < 1 / 2)


@pytest.mark.parametrize("name", LABS)
def test_the_files_to_take_away_are_on_the_site(site, scripts, name):
    """A notebook and a script, with the gaps and without the answers."""
    folder = site / "labs" / name
    assert {path.name for path in folder.iterdir()} == {
        *("index.html", f"{name}.ipynb", f"{name}.py")
    }
    notebook = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))
    code = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    kinds = {cell.source: cell.kind for cell in cells(scripts[name])}
    assert [kinds[source] for source in code] == [
        kind for kind in kinds.values() if kind not in ("markdown", "solution")
    ]
    text = (folder / f"{name}.py").read_text("utf-8")
    assert all(source in text for source in code)
    assert "](../" not in text


@pytest.mark.parametrize("name", LABS)
def test_the_script_to_take_away_stops_at_its_first_check(
    site, tmp_path, name
):
    """Run by itself, in a folder of its own, it says what to do."""
    done = subprocess.run(
        [sys.executable, "-I", site / "labs" / name / f"{name}.py"],
        cwd=tmp_path,
        env={"MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "AssertionError: The gap is still there" in done.stderr


def test_the_search_finds_a_lab_once(site):
    """Its headings and its prose, not its code, its outputs or its files."""
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    found = [e for e in index["docs"] if e["location"].startswith("labs/")]
    places = [entry["location"] for entry in found]
    assert len(set(places)) == len(places) > len(LABS)
    tops = [place for place in places if "#" not in place]
    assert sorted(tops) == sorted(f"labs/{name}/" for name in LABS)
    texts = " ".join(entry["text"] for entry in found)
    assert "np.linspace" not in texts and "Right" not in texts
    assert "goes by steps and ends" in texts  # a caption is prose
