"""docs/activations.md: every claim the page makes, proved."""

import functools

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import same_color
from oracle import line
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import erf, expit, ndtr
from scipy.stats import norm

from snippets import activations as page
from snippets._bridge.proof import prove
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
AWAY = np.concatenate([np.arange(-7.9, 0, 0.2), np.arange(0.1, 8, 0.2)])


@functools.cache
def properties():
    """The table, made once."""
    return page.properties()


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
    assert prove(page.silu_definition())[0] in ("proved", "definition")
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
        coarse = miss(np.linspace(-9, 9, 4001))
        assert -coarse.min() == pytest.approx(error, rel=1e-4)
    names = [name for name, _ in page.gelu_forms()]
    assert names == ["GELU", "by σ", "by tanh"]
    assert page.gelu_scale() == 1.702


def test_lecuns_constants():
    """f(1) is 1 to six digits, and the strongest bend lies near 1."""
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
