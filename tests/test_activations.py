"""docs/activations.md: every claim the page makes, proved."""

import functools

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import exact_sigmoid, line
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import erf, expit, ndtr
from scipy.stats import norm

from snippets import activations as page
from snippets._bridge.proof import prove
from snippets._recorded import ACTIVATIONS, COST
from snippets.function import sigma, x

# Written anew, each with its slope: the oracle of the gallery.
EXACT = {
    "step": (lambda t: np.heaviside(t, 0.5), None),
    "sigmoid": (expit, lambda t: expit(t) * expit(-t)),
    "hard sigmoid": (
        lambda t: np.clip(t + 3, 0, 6) / 6,
        lambda t: (abs(t) < 3) / 6,
    ),
    "tanh": (np.tanh, lambda t: 1 / np.cosh(t) ** 2),
    "LeCun’s tanh": (
        lambda t: 1.7159 * np.tanh(t / 1.5),
        lambda t: 1.7159 / 1.5 / np.cosh(t / 1.5) ** 2,
    ),
    "softsign": (
        lambda t: np.sign(t) - np.sign(t) / (1 + abs(t)),
        lambda t: (1 + abs(t)) ** -2.0,
    ),
    "arctan": (np.arctan, lambda t: 1 / (1 + t**2)),
    "erf": (erf, lambda t: 2 / np.sqrt(np.pi) * np.exp(-(t**2))),
    "algebraic": (
        lambda t: np.sin(np.arctan(t)),
        lambda t: np.cos(np.arctan(t)) ** 3,
    ),
    "ReLU": (lambda t: (t + abs(t)) / 2, lambda t: np.heaviside(t, 0.5)),
    "leaky ReLU": (
        lambda t: np.where(t > 0, t, t / 100),
        lambda t: np.where(t > 0, 1, 0.01),
    ),
    "ELU": (
        lambda t: np.where(t > 0, t, np.expm1(np.minimum(t, 0))),
        lambda t: np.where(t > 0, 1, np.exp(np.minimum(t, 0))),
    ),
    "softplus": (lambda t: np.logaddexp(t, 0), expit),
    "SiLU": (
        lambda t: t * expit(t),
        lambda t: expit(t) + t * expit(t) * expit(-t),
    ),
    "GELU": (lambda t: t * ndtr(t), lambda t: ndtr(t) + t * norm.pdf(t)),
}
ROWS = {name: rest for name, *rest in page.gallery()}
ROOT = np.sqrt(2 / np.pi)
FORMS = EXACT | {
    "GELU by σ": (
        lambda t: t * expit(1.702 * t),
        lambda t: (
            expit(1.702 * t) + 1.702 * t * expit(1.702 * t) * expit(-1.702 * t)
        ),
    ),
    "GELU by tanh": (
        lambda t: t * expit(2 * ROOT * (t + 0.044715 * t**3)),
        lambda t: (
            expit(2 * ROOT * (t + 0.044715 * t**3))
            + 2
            * ROOT
            * t
            * (1 + 0.134145 * t**2)
            * expit(2 * ROOT * (t + 0.044715 * t**3))
            * expit(-2 * ROOT * (t + 0.044715 * t**3))
        ),
    ),
    "σ − ½": (lambda t: np.tanh(t / 2) / 2, EXACT["sigmoid"][1]),
    "4σ": (lambda t: 4 * expit(t), lambda t: 4 * EXACT["sigmoid"][1](t)),
    "4σ − 2": (
        lambda t: 2 * np.tanh(t / 2),
        lambda t: 4 * EXACT["sigmoid"][1](t),
    ),
}
AWAY = np.concatenate([np.arange(-7.9, 0, 0.2), np.arange(0.1, 8, 0.2)])


@functools.cache
def properties():
    """Both tables, made once."""
    found = page.definitions()
    more = page.properties()
    assert found["activation"] == more["activation"] == list(EXACT)
    assert found["f(x)"] == [formula for formula, *_ in ROWS.values()]
    assert found["smooth"] == [said for *_, said in ROWS.values()]
    return found | more


def column(name):
    """A column of the table, by the names of the activations."""
    table = properties()
    return dict(zip(table["activation"], table[name], strict=True))


@pytest.mark.parametrize(
    "formula", [page.silu_slope, page.silu_halves, page.hard_place]
)
def test_formulas_are_proved(formula):
    """The slope of SiLU, its halves, and where the hard sigmoid errs most."""
    assert prove(formula())[0] == "proved"


def test_silu_is_defined():
    """SiLU is x times the sigmoid, and its slope is that by SymPy too."""
    assert prove(page.silu_definition())[0] == "definition"
    assert page.silu_definition() == sympy.Eq(page.silu(x), x * sigma(x))
    assert page.silu_slope().lhs == sympy.Derivative(page.silu(x), x)
    assert page.silu_halves().rhs == x
    assert sympy.latex(page.silu(x)) == r"\mathrm{SiLU}(x)"


@pytest.mark.parametrize("name", EXACT)
def test_formulas_and_slopes(name):
    """Each formula of the table and its slope, away from corners."""
    value, slope = EXACT[name]
    formula, *_ = ROWS[name]
    assert page.plotted(formula, AWAY) == pytest.approx(
        value(AWAY), rel=1e-9, abs=1e-14
    )
    if slope:
        found = page.plotted(formula, AWAY, slope=True)
        assert found == pytest.approx(slope(AWAY), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_what_networks_compute(name, kind):
    """Value and slope together, in the precision that comes in."""
    value, slope = FORMS[name]
    found = page.respond(name, AWAY.astype(kind))
    assert [part.dtype for part in found] == [kind, kind]
    limit = 1e-12 if kind == "float64" else 3e-5
    exact = value(AWAY), slope(AWAY) if slope else 0 * AWAY
    for part, want in zip(found, exact, strict=True):
        assert part == pytest.approx(want, rel=limit, abs=limit / 10)
    far = np.array([-1000.0, 1000.0], kind)
    for part in page.respond(name, far):
        assert np.all(np.isfinite(part))
    assert page.respond("step", np.zeros(1, kind))[0] == 0.5


def test_an_activation_without_a_formula():
    """What has no name has no values."""
    assert page.respond("sigma", AWAY) is None


def test_gelu_by_sigmoid_is_a_swish():
    """x·σ(βx) with β = 1.702, as one digit more tells."""
    value, _ = page.swish(0.7, 1.702)
    exact = 0.7 * float(exact_sigmoid(0.7 * 1.702))
    assert value == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("name", EXACT)
def test_the_centre(name):
    """Half of f(x) + f(−x), where that is the same for every x."""
    value = EXACT[name][0]
    halves = (value(AWAY) + value(-AWAY)) / 2
    flat = np.ptp(halves) < 1e-9
    said = {"0": 0, "½": 0.5, "none": None}[column("centre")[name]]
    assert (said is not None) == flat
    assert not flat or halves == pytest.approx(said, abs=1e-12)
    assert page.centre(ROWS[name][0]) == column("centre")[name]


def test_the_costs():
    """Those that were recorded; ReLU is cheap, and GELU dear in SciPy."""
    each = ACTIVATIONS["each"]
    assert column("cost") == {name: each[name] for name in EXACT}
    assert page.cost("tanh") == each["tanh"]
    for name in ("tanh", "sigmoid", "GELU"):
        ratio = page.dearer(name) * each["ReLU"]
        assert ratio == pytest.approx(each[name])
    assert each["tanh"] < each["sigmoid"] < each["GELU"]
    assert page.dearer("tanh") < 2 and page.dearer("GELU") > 10
    alone = COST["cached"]["float32"]
    assert page.value_alone() * alone["ReLU"] == pytest.approx(alone["σ"])
    for key in ("machine", "versions", "date"):
        assert ACTIVATIONS[key] in page.recorded()


@pytest.mark.parametrize("name", EXACT)
def test_the_largest_slope(name):
    """Among all slopes, that of the table; the step's is infinite."""
    shown = column("steepest")[name]
    if name == "step":
        assert shown == "∞"
        return
    top = EXACT[name][1](np.linspace(-8, 8, 100001)).max()
    assert shown == f"{top:.3f}"
    assert page.steepest(ROWS[name][0]) == pytest.approx(top, rel=1e-6)


@pytest.mark.parametrize("name", EXACT)
def test_the_mean(name):
    """The mean under the normal density, by SciPy's quadrature."""
    value = EXACT[name][0]
    exact = sum(
        quad(lambda t: value(t) * norm.pdf(t), *ends, epsabs=1e-12)[0]
        for ends in ((-9, -3), (-3, 0), (0, 3), (3, 9))
    )
    found = page.mean(ROWS[name][0])
    assert found == pytest.approx(exact, rel=1e-5, abs=1e-9)
    assert column("mean")[name] == f"{abs(exact):.3f}"


def test_the_values():
    """Least and largest value, seen far out and at the dips."""
    shown = column("values")
    ends = {"∞": 1e8, "−∞": -1e6, "π/2": np.pi / 2, "−π/2": -np.pi / 2}
    far = np.array([-1e8, 1e8])
    for name, (value, _) in EXACT.items():
        low, high = shown[name].split(" to ")
        low, high = (
            ends.get(text) or float(text.replace("−", "-"))
            for text in (low, high)
        )
        seen = np.append(value(far), value(AWAY))
        assert seen.max() == pytest.approx(high, rel=1e-6)
        if name not in ("SiLU", "GELU"):
            assert seen.min() == pytest.approx(low, rel=1e-6, abs=1e-6)
        else:
            dip = minimize_scalar(value, bounds=(-3, 0)).fun
            assert low == round(dip, 3)
            assert page.dip(ROWS[name][0]) == pytest.approx(dip, rel=1e-5)


def test_the_least_silu_by_lambert():
    """SiLU is least where W says, at -W(1/e)."""
    exact = -mpmath.lambertw(1 / mpmath.e).real
    assert page.dip(ROWS["SiLU"][0]) == pytest.approx(float(exact), rel=1e-6)


def test_smoothness():
    """Jumps of the value, of the slope, and of the slope's slope at 0.

    The hard sigmoid's corners lie at ±3.
    """
    h = 1e-6
    for name, (value, slope) in EXACT.items():
        at = 3 if name == "hard sigmoid" else 0
        said = ROWS[name][-1]
        if value(at + h) - value(at - h) > 0.1:
            assert said == "no, a jump"
        elif abs(slope(at + h) - slope(at - h)) > 0.1:
            assert said == "no"
        else:
            bends = [
                (slope(at + s * 2e-3) - slope(at + s * 1e-3)) / (s * 1e-3)
                for s in (1, -1)
            ]
            rough = abs(bends[0] - bends[1]) > 0.5
            assert said == ("once" if rough else "yes")


def test_two_families():
    """Nine level off on both sides; six keep a slope near 1 on the right."""
    for place, (name, (_, slope)) in enumerate(EXACT.items()):
        if name != "step":
            far = slope(np.array([-30.0, 30.0]))
            assert far[0] < 0.011
            assert (far[1] < 0.011) == (place < 9)
            assert place < 9 or far[1] == pytest.approx(1)


def test_hard_sigmoids():
    """The largest error, by search, and the best slope, by search."""

    def error(k):
        t = np.linspace(-6, 6, 120001)
        return np.abs(np.clip(k * t + 0.5, 0, 1) - expit(t)).max()

    for k in (1 / 8, 0.15, 1 / 6, 0.177, 0.2, 0.25, 0.5):
        assert page.hard_error(k) == pytest.approx(error(k), rel=1e-6)
    best = minimize_scalar(error, bounds=(0.15, 0.2), method="bounded").x
    assert page.best_slope() == pytest.approx(best, rel=1e-3)
    table = page.hard_errors()
    assert table["slope"][:3] == [1 / 6, 1 / 5, 1 / 4]
    assert table["slope"][3] == page.best_slope()
    exact = [0.0691821517740101, 0.0758581800212436, 0.1192029220221175]
    assert table["largest error"][:3] == pytest.approx(exact, rel=1e-12)
    best = page.hard_error(page.best_slope())
    assert table["largest error"][3] == best == min(table["largest error"])
    assert max(table["largest error"]) == table["largest error"][2]
    assert page.hard_error(1 / 2) == pytest.approx(expit(-1), rel=1e-12)


def test_gelu_by_sigmoid_and_by_tanh():
    """Both formulas, and where they err most."""
    table = page.gelu_errors()
    assert table["GELU"] == ["by σ", "by tanh"]
    names = "GELU by σ", "GELU by tanh"
    assert table["cost"] == [ACTIVATIONS["each"][name] for name in names]
    assert max(table["cost"]) < page.cost("GELU")
    root = np.sqrt(2 / np.pi)
    forms = [
        lambda t: t * expit(page.gelu_scale() * t),
        lambda t: t * (1 + np.tanh(root * (t + 0.044715 * t**3))) / 2,
    ]
    for form, formula, error, place in zip(
        forms,
        table["formula"],
        table["largest error"],
        table["at ±x"],
        strict=True,
    ):
        assert page.plotted(formula, AWAY) == pytest.approx(
            form(AWAY), rel=1e-9
        )

        def miss(t, form=form):
            return -abs(form(t) - t * ndtr(t))

        found = minimize_scalar(miss, bounds=(place - 0.3, place + 0.3))
        assert -found.fun == pytest.approx(error, rel=1e-6)
        assert found.x == pytest.approx(place, abs=2e-3)
        assert place == round(place, 4)  # the step between two points
        coarse = miss(np.linspace(-9, 9, 4001))
        assert -coarse.min() == pytest.approx(error, rel=1e-4)
    names = [name for name, _ in page.gelu_forms()]
    assert names == ["GELU", "by σ", "by tanh"]
    assert page.gelu_scale() == 1.702


def test_lecuns_constants():
    """f(1) is 1 to six digits; the second derivative is largest near 1."""
    with mpmath.workdps(30):
        exact = mpmath.mpf("1.7159") * mpmath.tanh(mpmath.mpf(2) / 3)
    assert page.lecun_at_one() == pytest.approx(float(exact), rel=1e-14)
    assert 1e-6 < 1 - page.lecun_at_one() < 1e-5
    t = np.linspace(0, 3, 300001)
    bend = np.tanh(t / 1.5) / np.cosh(t / 1.5) ** 2
    assert page.lecun_bend() == pytest.approx(t[bend.argmax()], rel=1e-5)


def test_the_panels():
    """Each panel holds σ, its activation, and its slope."""
    figure = page.panels()
    assert [ax.get_title() for ax in figure.axes] == list(EXACT)
    for ax in figure.axes:
        name = ax.get_title()
        drawn = {curve.get_label(): curve for curve in ax.get_lines()}
        t, height = drawn["σ"].get_data()
        assert height == pytest.approx(expit(t), rel=1e-9)
        away = np.abs(np.abs(t) - 3) * np.abs(t) > 1e-9
        value, slope = EXACT[name]
        found = drawn[name].get_ydata()
        assert found[away] == pytest.approx(value(t[away]), abs=1e-9)
        found = drawn["slope"].get_ydata()
        exact = slope(t[away]) if slope else 0 * t[away]
        assert found[away] == pytest.approx(exact, abs=1e-6)
        colours = [drawn[name].get_color(), drawn["slope"].get_color()]
        lone = name == "sigmoid"
        wanted = ["C0", "C1"] if lone else ["C2", "C3"]
        assert all(map(same_color, colours, wanted))


@pytest.mark.parametrize("beta", [0, 0.5, 1, 1.702, 10])
def test_the_explorer(beta):
    """x·σ(βx) and its slope, from the line x/2 to nearly ReLU."""
    parts = page.explorer()
    t = np.linspace(-6, 6, 121)
    at = {page.beta: beta}
    value = sympy.lambdify(x, parts["value"].subs(at))(t)
    slope = sympy.lambdify(x, parts["slope"].subs(at))(t)
    assert value == pytest.approx(t * expit(beta * t), rel=1e-9)
    steps = 1e-6 * np.array([[-1], [1]])
    around = (t + steps) * expit(beta * (t + steps))
    rise = (around[1] - around[0]) / 2e-6
    assert slope * np.ones(121) == pytest.approx(rise, rel=1e-6, abs=1e-8)
    if beta == 0:
        assert value == pytest.approx(t / 2)
    if beta == 10:
        assert np.abs(value - np.maximum(t, 0)).max() < 0.03
    (position, *_), (sharpness, *_) = parts["sliders"]
    assert (position, sharpness) == (x, page.beta)


def test_the_explorer_is_drawn_at_its_start():
    """Before anything moves: SiLU, its slope, ReLU and a point at -1."""
    parts = page.explorer()
    starts = [start for *_, start in parts["sliders"]]
    assert starts == [-1, 1]
    figure = parts["figure"]
    t, value = line(figure, "value")
    assert value == pytest.approx(EXACT["SiLU"][0](t), rel=1e-9)
    assert line(figure, "slope")[1] == pytest.approx(EXACT["SiLU"][1](t))
    assert line(figure, "ReLU")[1] == pytest.approx(EXACT["ReLU"][0](t))
    marks = {
        artist.get_gid(): artist.get_xydata()[0]
        for artist in figure.axes[0].get_lines()
        if len(artist.get_xdata()) == 1
    }
    assert marks["live-point"] == pytest.approx([-1, -expit(-1)])
    rise = EXACT["SiLU"][1](-1)
    assert marks["live-slope-point"] == pytest.approx([-1, rise])


@functools.cache
def overlay():
    """The figure in which any two meet, its formulas ready to be called."""
    parts = page.overlay()
    names = [symbol for symbol, *_ in parts["sliders"]]
    four = [parts["value"], parts["slope"], *parts["said"].values()]
    return parts, [sympy.lambdify(names, part, "numpy") for part in four]


@pytest.mark.parametrize("place, name", list(enumerate(EXACT)))
def test_any_two_meet(place, name):
    """Each can be the first and the second, with its slope beside it."""
    parts, (first, rise, second, its_slope) = overlay()
    assert list(parts["said"]) == ["second", "its slope"]
    (position, *_), one, two = parts["sliders"]
    assert [position, one[0], two[0]] == [x, page.first, page.second]
    assert one[2][place] == two[2][place] == name
    assert [one[1], two[1]] == ["first", "second"]
    t = AWAY[np.abs(AWAY) < 5]
    value, slope = EXACT[name]
    exact = slope(t) if slope else 0 * t
    for other in (0, 14):
        for found in (first(t, place, other), second(t, other, place)):
            assert found == pytest.approx(value(t), rel=1e-6, abs=3e-7)
        for found in (rise(t, place, other), its_slope(t, other, place)):
            assert found + 0 * t == pytest.approx(exact, rel=1e-6, abs=3e-7)


def test_the_overlay_begins_with_two():
    """The sigmoid and GELU, each in its colour, with a point at 1."""
    parts, _ = overlay()
    figure = parts["figure"]
    names = list(EXACT)
    starts = [names[start] for *_, start in parts["sliders"][1:]]
    assert starts == ["sigmoid", "GELU"]
    for name, word, rise, mark, colour in (
        ("sigmoid", "value", "slope", "point", "C2"),
        ("GELU", "second", "its-slope", "second-point", "C3"),
    ):
        lines = {c.get_gid(): c for c in figure.axes[0].get_lines()}
        value, slope = EXACT[name]
        t, height = lines[f"live-{word}"].get_data()
        assert height == pytest.approx(value(t), rel=1e-9)
        t, height = lines[f"live-{rise}"].get_data()
        assert height == pytest.approx(slope(t), rel=1e-9)
        point = lines[f"live-{mark}"].get_xydata()[0]
        assert point == pytest.approx([1, value(1.0)])
        for part in (word, rise, mark):
            assert same_color(lines[f"live-{part}"].get_color(), colour)
    said = {t.get_text(): t.get_color() for t in figure.axes[0].texts}
    assert same_color(said["first"], "C2")
    assert same_color(said["second"], "C3")


def test_pairs_to_compare():
    """SiLU dips deeper than GELU; tanh and algebraic part further out."""
    assert page.dip(ROWS["SiLU"][0]) < page.dip(ROWS["GELU"][0]) - 0.1
    ratio = EXACT["algebraic"][0](AWAY) / EXACT["tanh"][0](AWAY)
    assert ratio[np.abs(AWAY) < 0.4] == pytest.approx(1, abs=0.03)
    assert ratio[np.abs(np.abs(AWAY) - 2) < 0.2].max() < 0.94
