"""docs/disguises.md: every claim the page makes, proved."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from matplotlib.colors import to_hex
from oracle import relation_and_domain
from scipy import constants, special
from scipy.special import expit, logit

from snippets import disguises as page
from snippets._bridge.proof import prove
from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid
from snippets.identities import logit as symbolic_logit

ABOVE_0 = sympy.Interval.open(0, sympy.oo)
REAL = [-7, -0.5, 0, 3]
POSITIVE = [0.001, 1, 2.5, 40]


def mp_sigma(z):
    """The sigmoid of a number by mpmath."""
    return 1 / (1 + mpmath.exp(-z))


def mp_logit(p):
    """The logit of a number by mpmath."""
    return mpmath.log(p / (1 - p))


def mp_posterior(p, q, r):
    """Bayes' rule, the prior odds times the likelihood ratio first."""
    odds = p / (1 - p) * q / r
    return odds / (1 + odds)


# A formula, its symbols, where it is tried, what both sides are, its domain.
FORMULAS = [
    (
        page.from_odds,
        [page.o],
        [POSITIVE],
        lambda o: 1 / (1 + 1 / o),
        {page.o: ABOVE_0},
    ),
    (
        page.softmax_form,
        [page.a, page.b],
        [REAL, REAL],
        lambda a, b: 1 / (1 + mpmath.exp(b) / mpmath.exp(a)),
        {},
    ),
    (
        page.fermi_form,
        [page.E, page.mu, page.kT],
        [REAL, REAL, POSITIVE[1:]],
        lambda E, mu, kT: mp_sigma(-(E - mu) / kT),
        {page.kT: ABOVE_0},
    ),
    (
        page.hill_form,
        [page.c, page.K, page.n],
        [POSITIVE, POSITIVE, REAL],
        lambda c, K, n: 1 / (1 + (K / c) ** n),
        {page.c: ABOVE_0, page.K: ABOVE_0},
    ),
    (
        page.ionised_form,
        [page.pH, page.pK],
        [[0, 7, 14], [4.75, 9]],
        lambda pH, pK: (
            mpmath.mpf(10) ** -pK
            / (mpmath.mpf(10) ** -pK + mpmath.mpf(10) ** -pH)
        ),
        {},
    ),
    (
        page.elo_form,
        [page.Delta],
        [[-800, 0, 35, 400]],
        lambda d: 1 / (1 + mpmath.mpf(10) ** (-d / 400)),
        {},
    ),
    (
        page.rasch_form,
        [page.theta, page.b],
        [REAL, REAL],
        lambda t, b: mpmath.exp(t) / (mpmath.exp(t) + mpmath.exp(b)),
        {},
    ),
    (
        page.bradley_terry_form,
        [page.pi1, page.pi2],
        [POSITIVE, POSITIVE],
        lambda one, two: 1 - two / (one + two),
        {page.pi1: ABOVE_0, page.pi2: ABOVE_0},
    ),
    (
        page.bayes_form,
        [page.prior, page.hit, page.alarm],
        [[0.01, 0.5, 0.875], POSITIVE, POSITIVE],
        mp_posterior,
        {
            page.prior: sympy.Interval.open(0, 1),
            page.hit: ABOVE_0,
            page.alarm: ABOVE_0,
        },
    ),
    (
        page.buffer_form,
        [page.pH, page.pK],
        [[0, 7, 14], [4.75, 9]],
        lambda pH, pK: (
            mpmath.log(10)
            / 4
            * mpmath.sech(mpmath.log(10) * (pH - pK) / 2) ** 2
        ),
        {},
    ),
]


@pytest.mark.parametrize("formula, symbols, places, exact, _", FORMULAS)
def test_both_sides_are_what_is_said(formula, symbols, places, exact, _):
    """Each side agrees to 30 digits with the field's formula by mpmath."""
    relation, _ = relation_and_domain(formula)
    assert relation.free_symbols == set(symbols)
    names = {"sigma": mp_sigma, "logit": mp_logit}
    names["sigma_prime"] = lambda z: mp_sigma(z) * mp_sigma(-z)
    with mpmath.workdps(60):
        sides = [
            sympy.lambdify(symbols, side.doit(), [names, "mpmath"])
            for side in (relation.lhs, relation.rhs)
        ]
        for point in np.stack(np.meshgrid(*places), -1).reshape(
            -1, len(places)
        ):
            point = [mpmath.mpf(float(number)) for number in point]
            for side in sides:
                assert mpmath.almosteq(side(*point), exact(*point), 1e-30)


@pytest.mark.parametrize(
    "formula, domain", [(row[0], row[-1]) for row in FORMULAS]
)
def test_formulas_are_proved_where_they_say(formula, domain):
    """Each is proved on the domain that is meant."""
    assert relation_and_domain(formula)[1] == domain
    assert prove(formula())[0] == "proved"


@pytest.mark.parametrize(
    "formula, inside",
    [
        (page.from_odds, sympy.log(page.o)),
        (page.softmax_form, page.a - page.b),
        (page.fermi_form, (page.mu - page.E) / page.kT),
        (page.hill_form, page.n * sympy.log(page.c / page.K)),
        (page.ionised_form, sympy.log(10) * (page.pH - page.pK)),
        (page.elo_form, sympy.log(10) / 400 * page.Delta),
        (page.rasch_form, page.theta - page.b),
        (page.bradley_terry_form, sympy.log(page.pi1 / page.pi2)),
        (
            page.bayes_form,
            symbolic_logit(page.prior) + sympy.log(page.hit / page.alarm),
        ),
    ],
)
def test_the_right_side_is_the_sigmoid_of_something_affine(formula, inside):
    """Affine in the field's variable, or in its logarithm; the left is not."""
    relation, _ = relation_and_domain(formula)
    assert relation.rhs.func == sigma and not relation.lhs.has(sigma)
    assert sympy.expand(relation.rhs.args[0].doit() - inside) == 0


def test_softmax_of_two():
    """SciPy's softmax; only the difference of the scores matters."""
    assert page.softmax(4, 1) == pytest.approx(
        special.softmax([4, 1])[0], rel=1e-14
    )
    assert page.softmax(4, 1) == pytest.approx(expit(3), rel=1e-14)
    assert page.softmax(14, 11) == pytest.approx(page.softmax(4, 1), rel=1e-14)


def test_the_thermal_energy():
    """Boltzmann's constant in meV per kelvin is SciPy's, at any kelvin."""
    for kelvin in (1, 77, 300):
        exact = 1000 * constants.k * kelvin / constants.e
        assert page.thermal_energy(kelvin) == pytest.approx(exact, rel=1e-14)
    volts = constants.physical_constants["Boltzmann constant in eV/K"][0]
    assert page.thermal_energy(1000) == pytest.approx(1e6 * volts, rel=1e-9)


def test_the_occupation_of_a_state():
    """Half at mu, emptier above it, and nearly a step near absolute zero."""
    heat = constants.k * 300 / constants.e
    assert page.occupation(0, 300) == 0.5
    assert page.occupation(100, 300) == pytest.approx(
        expit(-0.1 / heat), rel=1e-13
    )
    assert page.occupation(-50, 300) == pytest.approx(
        1 - page.occupation(50, 300), rel=1e-13
    )
    assert 0 < page.occupation(1, 1) < 1e-5
    assert 1 - page.occupation(-1, 1) < 1e-5


def test_the_hill_curve_through_two_points():
    """It passes both, and is half full at K."""
    half, n = page.hill_fit((40, 0.75), (95, 0.97))
    assert page.saturation(40, half, n) == pytest.approx(0.75, rel=1e-14)
    assert page.saturation(95, half, n) == pytest.approx(0.97, rel=1e-14)
    assert page.saturation(half, half, n) == 0.5
    for c in (5, 30, 200):
        exact = expit(n * np.log(c / half))
        assert page.saturation(c, half, n) == pytest.approx(exact, rel=1e-13)
    assert page.hill_fit((2, 0.5), (20, 10 / 11)) == pytest.approx((2, 1))
    assert page.blood() == (half, n)


def test_blood_is_as_textbooks_have_it():
    """Half saturation lies near 27 mmHg, Hill's coefficient near 2.7."""
    half, n = page.blood()
    assert half == pytest.approx(26.8, abs=0.1) and 2.6 < n < 2.9
    assert n == pytest.approx(np.log((97 / 3) / 3) / np.log(95 / 40))


def test_an_acid_one_and_two_units_above_its_pk():
    """10 of 11 parts, and 100 of 101."""
    assert page.ionised(1) == pytest.approx(10 / 11, rel=1e-15)
    assert page.ionised(2) == pytest.approx(100 / 101, rel=1e-15)
    assert page.ionised(-1) == pytest.approx(1 / 11, rel=1e-15)


def test_the_expected_score_agrees_with_published_tables():
    """To three decimals, as rating lists print it; 400 points are 10/11."""
    published = {100: 0.640, 200: 0.760, 300: 0.849, 400: 0.909, 800: 0.990}
    for points, score in published.items():
        assert round(page.expected_score(points), 3) == score
        assert page.expected_score(-points) == pytest.approx(
            1 - page.expected_score(points), rel=1e-13
        )
    assert page.expected_score(400) == pytest.approx(10 / 11, rel=1e-15)
    assert page.expected_score(200) == pytest.approx(expit(np.log(10) / 2))


def test_the_chance_to_solve_an_item():
    """One logit above the difficulty it is sigma(1), at it one half."""
    assert page.success(1, 0) == pytest.approx(expit(1), rel=1e-15)
    assert page.success(2, 3) == pytest.approx(expit(-1), rel=1e-14)
    assert page.success(3, 3) == 0.5


def test_preference_and_rating_are_one_formula():
    """Strengths 3 and 1 give 3/4; strength 10^(R/400) gives Elo."""
    assert page.preference(3, 1) == 3 / 4 and page.preference(1, 3) == 1 / 4
    for one, two in (1800, 1500), (2000, 2400):
        by_strength = page.preference(10 ** (one / 400), 10 ** (two / 400))
        assert by_strength == pytest.approx(
            page.expected_score(one - two), rel=1e-13
        )


def test_a_test_for_a_rare_disease():
    """Of 10 000 people 90 are ill and found, 891 healthy and alarmed."""
    ill, healthy = 100, 9900
    found, alarmed = ill * 9 // 10, healthy * 9 // 100
    share = Fraction(found, found + alarmed)
    assert share == Fraction(10, 109)
    result = page.posterior(0.01, 0.9, 0.09)
    assert result == pytest.approx(float(share), rel=1e-14)
    by_odds = expit(logit(0.01) + np.log(10))
    assert result == pytest.approx(by_odds, rel=1e-13)
    assert page.posterior(0.3, 0.2, 0.2) == pytest.approx(0.3, rel=1e-15)


def test_each_example_lies_on_the_sigmoid():
    """The fields' formulas and the sigmoid of x agree to 14 digits."""
    table = page.examples()
    assert list(table) == ["name", "example", "its formula", "x", "σ(x)"]
    assert table["name"] == page.NAMES and len(page.NAMES) == 8
    assert table["its formula"] == pytest.approx(table["σ(x)"], rel=1e-14)
    assert table["σ(x)"] == [sigmoid(point) for point in table["x"]]
    heat = constants.k * 300 / constants.e
    half, n = page.blood()
    exact = [
        *(3, -0.1 / heat, n * np.log(40 / half), np.log(10)),
        *(-np.log(10) / 4, -1, np.log(2), np.log(10 / 99)),
    ]
    assert table["x"] == pytest.approx(exact, rel=1e-13)
    assert table["example"] == [
        *("scores 4, 1", "E − μ = 100 meV", "40 mmHg", "pH − pK = 1"),
        *("Δ = −100", "θ = 2, b = 3", "strengths 2, 1"),
        "prior 1:99, evidence 10:1",
    ]


def by_field():
    """{field: what its own formula gives at a place of its ruler}."""
    half, n = page.blood()
    return {
        "Softmax": lambda v: page.softmax(v, 0),
        "Fermi–Dirac": lambda v: page.occupation(v, 300),
        "Hill": lambda v: page.saturation(v, half, n),
        "Henderson–Hasselbalch": page.ionised,
        "Elo": page.expected_score,
        "Rasch": lambda v: page.success(v, 0),
        "Bradley–Terry": lambda v: page.preference(v, 1),
        "Bayes": lambda v: page.posterior(0.5, 10 ** (v / 10), 1),
    }


def number(text):
    """The number that a label of a ruler shows; a ratio is divided."""
    one, _, other = text.replace("−", "-").partition(":")
    return float(one) / float(other or 1)


def test_the_rulers_measure_x():
    """Each mark stands at the logit of its field's own formula."""
    _, axes = page.rulers().axes
    names = [t for t in axes.texts if t.get_ha() == "left"]
    labels = [t for t in axes.texts if t.get_ha() == "center"]
    assert [t.get_text().split(":")[0] for t in names] == list(by_field())
    seen = 0
    for row, formula in enumerate(by_field().values()):
        place, height = names[row].get_position()
        assert place == -6 and -row < height < 0.5 - row
        base, marks, _ = axes.get_lines()[3 * row : 3 * row + 3]
        assert list(base.get_xdata()) == [-6, 6]
        assert set(base.get_ydata()) == set(marks.get_ydata()) == {-row}
        own = [t for t in labels if -row - 0.5 < t.get_position()[1] < -row]
        places = [t.get_position()[0] for t in own]
        assert places == list(marks.get_xdata())
        for label, place in zip(own, places, strict=True):
            value = formula(number(label.get_text()))
            assert place == pytest.approx(logit(value), rel=1e-9, abs=1e-12)
            seen += 1
    assert seen == len(labels) == 43


def test_the_dots_are_the_examples():
    """On the curve by the fields' formulas, on the rulers at their x."""
    top, below = page.rulers().axes
    curve, dots = top.get_lines()
    t, value = curve.get_data()
    assert value == pytest.approx(expit(t), rel=1e-14)
    assert (t[0], t[-1]) == (-6, 6) == top.get_xlim() == below.get_xlim()
    table = page.examples()
    assert list(dots.get_xdata()) == table["x"]
    assert list(dots.get_ydata()) == table["its formula"]
    for row, dot in enumerate(below.get_lines()[2::3]):
        assert list(dot.get_xdata()) == [table["x"][row]]
        assert list(dot.get_ydata()) == [-row]
        assert to_hex(dot.get_color()) == to_hex(dots.get_color())


def test_one_length_is_a_factor_of_ten():
    """A unit of pH, 400 points, tenfold strength and ten decibans."""
    own = by_field()
    steps = [
        logit(own["Henderson–Hasselbalch"](1)),
        logit(own["Elo"](400)),
        logit(own["Bradley–Terry"](10)),
        logit(own["Bayes"](10)),
    ]
    assert steps == pytest.approx(4 * [np.log(10)], rel=1e-14)


def test_the_table_of_scales():
    """One unit of x: the step that adds 1 to the logit of each formula."""
    table = page.scales()
    assert list(table) == [
        *("field", "name", "variable", "x + 1 is", "½ at", "slope")
    ]
    assert table["name"] == page.NAMES
    assert {len(column) for column in table.values()} == {8}
    shown = dict(zip(by_field(), table["x + 1 is"], strict=True))
    units = {name: text.split(" ")[-1] for name, text in shown.items()}
    assert units["Fermi–Dirac"] == "meV" and units["Elo"] == "points"
    assert units["Rasch"] == "logit" and units["Bayes"] == "decibans"
    starts = {"Hill": 40, "Bradley–Terry": 1}
    for name, formula in by_field().items():
        sign, _, factor = shown[name].partition("× ")
        start = starts.get(name, 0)
        end = start * float(factor) if factor else number(sign.split()[0])
        rise = logit(formula(end)) - logit(formula(start))
        assert rise == pytest.approx(1, abs=0.01), name


def test_the_midpoints_and_words_of_the_table():
    """Each formula is one half at its midpoint; three have no word."""
    table = page.scales()
    assert table["½ at"] == [
        *("b", "μ", "K", "pK", "equal", "b", "π₂", "1:1"),
    ]
    half, _ = page.blood()
    for name, formula in by_field().items():
        middle = {"Hill": half, "Bradley–Terry": 1}.get(name, 0)
        assert formula(middle) == pytest.approx(0.5, rel=1e-15), name
    assert table["slope"].count("—") == 3


def test_hill_curves_over_both_axes():
    """They are Hill's; the two points lie on the steeper one."""
    half, n = page.blood()
    plain, log = page.hill_axes().axes
    assert (plain.get_xscale(), log.get_xscale()) == ("linear", "log")
    for axes in (plain, log):
        flat, steep, points = axes.get_lines()
        for curve, power in (flat, 1), (steep, n):
            c, share = curve.get_data()
            assert share == pytest.approx(expit(power * np.log(c / half)))
            assert curve.get_label() == f"n = {power:.3g}"
        c, share = points.get_data()
        assert share == pytest.approx(page.saturation(c, half, n), rel=1e-12)
        assert list(c) == [40, 95]
    names = {t.get_text(): t.get_color() for t in plain.texts}
    assert names == {"n = 1": "C2", f"n = {n:.2f}": "C0"}
    ticks = [
        (t.get_position()[0], t.get_text()) for t in log.get_xticklabels()
    ]
    assert ticks == [(1, "1"), (10, "10"), (100, "100"), (1000, "1000")]


def test_only_the_steeper_hill_curve_bends_twice():
    """Over c, n = 1 only flattens; over log c both are S-shaped."""
    c, K = sympy.symbols("c K", positive=True)
    bend = sympy.diff(c / (K + c), c, 2)
    assert sympy.simplify(bend + 2 * K / (K + c) ** 3) == 0
    for axes in page.hill_axes().axes:
        for curve in axes.get_lines()[:2]:
            c, share = curve.get_data()
            place = np.log(c) if axes.get_xscale() == "log" else c
            bends = np.sign(np.diff(np.diff(share) / np.diff(place)))
            flat = curve.get_label() == "n = 1" and place is c
            assert set(bends) == ({-1} if flat else {-1, 1})


def test_the_buffer_value_is_largest_at_pk():
    """Its only maximum is where pH = pK, a quarter of log 10."""
    u = np.linspace(-3, 3, 6001)
    slopes = np.gradient(page.ionised(u), u)
    assert abs(u[slopes.argmax()]) < 1e-9
    assert slopes.max() == pytest.approx(np.log(10) / 4, rel=1e-6)
    relation = page.buffer_form()
    peak = relation.rhs.doit().subs(page.pH, page.pK).rewrite(sympy.exp)
    assert sympy.simplify(peak - sympy.log(10) / 4) == 0
    assert relation.rhs.has(sigma_prime)


def test_the_information_of_an_item_is_the_slope():
    """The mean square slope of the log-likelihood in theta is sigma'."""
    theta, b = page.theta, page.b
    right = 1 / (1 + sympy.exp(b - theta))
    information = sum(
        chance * sympy.diff(sympy.log(chance), theta) ** 2
        for chance in (right, 1 - right)
    )
    slope = sympy.diff(right, theta)
    assert sympy.simplify(information - slope) == 0
