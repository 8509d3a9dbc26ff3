"""The sigmoid under eight other names, each in its own units."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.derivative import sigma_prime
from snippets.function import sigma, sigmoid
from snippets.identities import logit
from snippets.index import inverse

POSITIVE = sympy.Interval.open(0, sympy.oo)
o, c, K, kT = sympy.symbols("o c K kT", positive=True)
pi1, pi2, hit, alarm = sympy.symbols("pi_1 pi_2 q r", positive=True)
a, b, n, E, mu = sympy.symbols("a b n E mu", real=True)
pH, pK, Delta, theta = sympy.symbols("pH pK Delta theta", real=True)
prior = sympy.Symbol("p", real=True)
NAMES = [
    *("softmax", "Fermi–Dirac", "Hill", "Henderson–Hasselbalch"),
    *("Elo", "Rasch", "Bradley–Terry", "Bayes"),
]


def from_odds():
    """A probability is the sigmoid of the logarithm of its odds."""
    equation = sympy.Eq(o / (1 + o), sigma(sympy.log(o)))
    return equation, {o: POSITIVE}


def softmax_form():
    """The softmax of two scores is the sigmoid of their difference."""
    first, second = sympy.exp(a), sympy.exp(b)
    return sympy.Eq(first / (first + second), sigma(a - b))


def softmax(score, other):
    """The share that softmax gives to the first of two scores."""
    weights = np.exp([score, other])
    return weights[0] / weights.sum()


def fermi_form():
    """The Fermi–Dirac occupation is the sigmoid of (μ − E)/kT."""
    left = 1 / (sympy.exp((E - mu) / kT) + 1)
    return sympy.Eq(left, sigma((mu - E) / kT)), {kT: POSITIVE}


def thermal_energy(temperature):
    """Boltzmann's constant times a temperature in kelvin, in meV.

    Exact: the SI defines both constants (2019).
    """
    boltzmann, charge = 1.380649e-23, 1.602176634e-19
    return 1000 * boltzmann * temperature / charge


def occupation(energy, temperature):
    """How often a state so many meV above μ is occupied, at kelvin > 0."""
    return 1 / (np.exp(energy / thermal_energy(temperature)) + 1)


def hill_form():
    """Hill's saturation is the sigmoid of n ln(c/K)."""
    equation = sympy.Eq(c**n / (K**n + c**n), sigma(n * sympy.log(c / K)))
    return equation, {c: POSITIVE, K: POSITIVE}


def saturation(c, K, n):
    """Hill's saturation at concentration c, one half at K, coefficient n."""
    return c**n / (K**n + c**n)


def hill_fit(low, high):
    """The K and n of the Hill curve through two points (c, saturation)."""
    (c1, s1), (c2, s2) = low, high
    n = (inverse(s2) - inverse(s1)) / np.log(c2 / c1)
    return c1 * np.exp(-inverse(s1) / n), n


def ionised_form():
    """The ionised share of an acid is the sigmoid of ln 10 (pH − pK)."""
    left = 1 / (1 + 10 ** (pK - pH))
    return sympy.Eq(left, sigma(_times(sympy.log(10), pH - pK)))


def ionised(units):
    """The ionised share of an acid so many pH units above its pK."""
    return 1 / (1 + 10.0**-units)


def elo_form():
    """Elo's expected score is the sigmoid of ln 10 Δ/400."""
    left = 1 / (1 + 10 ** (-Delta / 400))
    return sympy.Eq(left, sigma(_times(sympy.log(10), Delta / 400)))


def expected_score(difference):
    """Elo's expected score of a player rated higher by difference."""
    return 1 / (1 + 10 ** (-difference / 400))


def rasch_form():
    """Rasch's chance of success is the sigmoid of ability − difficulty."""
    right = sympy.exp(theta - b)
    return sympy.Eq(right / (1 + right), sigma(theta - b))


def success(ability, difficulty):
    """Rasch's chance that a person solves an item, both in logits."""
    odds = np.exp(ability) / np.exp(difficulty)
    return odds / (1 + odds)


def bradley_terry_form():
    """Bradley and Terry's chance is the sigmoid of a ratio's logarithm."""
    equation = sympy.Eq(pi1 / (pi1 + pi2), sigma(sympy.log(pi1 / pi2)))
    return equation, {pi1: POSITIVE, pi2: POSITIVE}


def preference(strength, other):
    """Bradley and Terry's chance that the first of two is preferred."""
    return strength / (strength + other)


def bayes_form():
    """Bayes’ posterior is the sigmoid of prior logit plus evidence."""
    left = prior * hit / (prior * hit + (1 - prior) * alarm)
    right = sigma(logit(prior) + sympy.log(hit / alarm))
    return sympy.Eq(left, right), {
        prior: sympy.Interval.open(0, 1),
        hit: POSITIVE,
        alarm: POSITIVE,
    }


def posterior(prior, hit, alarm):
    """Bayes’ posterior after evidence seen at the rates hit and alarm.

    hit is its rate where the hypothesis is true, alarm where not.
    """
    return prior * hit / (prior * hit + (1 - prior) * alarm)


def buffer_form():
    """The slope of the ionised share is a slope of the sigmoid."""
    left = sympy.Derivative(1 / (1 + 10 ** (pK - pH)), pH)
    slope = sigma_prime(_times(sympy.log(10), pH - pK))
    return sympy.Eq(left, _times(sympy.log(10), slope))


def blood():
    """Oxygen in mmHg at which half the haemoglobin holds it, Hill's n.

    From two textbook values: 75% at 40 mmHg, 97% at 95 mmHg.
    """
    return hill_fit((40, 0.75), (95, 0.97))


def examples():
    """Each field's formula in its units, and the sigmoid at its x."""
    half, n = blood()
    heat, ten = thermal_energy(300), np.log(10)
    formula = [
        softmax(4, 1),
        occupation(100, 300),
        saturation(40, half, n),
        ionised(1),
        expected_score(-100),
        success(2, 3),
        preference(2, 1),
        posterior(0.01, 0.9, 0.09),
    ]
    points = [4 - 1, -100 / heat, n * np.log(40 / half), ten]
    points += [ten * -100 / 400, 2 - 3, np.log(2), np.log(1 / 99) + ten]
    return {
        "name": NAMES,
        "example": [
            *("scores 4, 1", "E − μ = 100 meV", "40 mmHg", "pH − pK = 1"),
            *("Δ = −100", "θ = 2, b = 3", "strengths 2, 1"),
            "prior 1:99, evidence 10:1",
        ],
        "its formula": list(map(float, formula)),
        "x": list(map(float, points)),
        "σ(x)": [sigmoid(point) for point in points],
    }


def scales():
    """Each field's variable, its scale, its midpoint, its word for slope."""
    _, n = blood()
    heat, ten = thermal_energy(300), np.log(10)
    return {
        "field": [
            *("nets", "physics", "blood", "acids"),
            *("chess", "tests", "choice", "belief"),
        ],
        "name": NAMES,
        "variable": [
            *("score", "energy", "oxygen", "pH"),
            *("rating", "ability", "strength", "evidence"),
        ],
        "x + 1 is": [
            *("1", f"−{heat:.1f} meV", f"× {np.exp(1 / n):.2f}"),
            *(f"{1 / ten:.3f}", f"{400 / ten:.1f} points", "1 logit"),
            *(f"× {np.e:.2f}", f"{10 / ten:.2f} decibans"),
        ],
        "½ at": [
            *("b", "μ", "K", "pK", "equal", "b", "π₂", "1:1"),
        ],
        "slope": [
            *(
                "inverse temperature",
                "1/kT",
                "Hill coefficient",
                "buffer value",
            ),
            *("—", "discrimination", "—", "—"),
        ],
    }


def rulers():
    """The sigmoid, and below it x in the units of eight fields."""
    half, n = blood()
    heat, ten = thermal_energy(300), np.log(10)
    powers = np.arange(-2, 3)
    logits = np.arange(-4, 5, 2)
    energy = np.arange(-150, 151, 50)
    oxygen = np.array([5, 10, 20, 40, 80, 160])
    marks = [
        ("Softmax: difference of scores", logits, logits),
        ("Fermi–Dirac: E − μ in meV, at 300 K", energy, -energy / heat),
        ("Hill: oxygen in mmHg", oxygen, n * np.log(oxygen / half)),
        ("Henderson–Hasselbalch: pH − pK", powers, ten * powers),
        ("Elo: difference of ratings", 400 * powers, ten * powers),
        ("Rasch: ability − difficulty, in logits", logits, logits),
        (
            "Bradley–Terry: ratio of strengths",
            ["1:100", "1:10", "1:1", "10:1", "100:1"],
            ten * powers,
        ),
        ("Bayes: odds in decibans", 10 * powers, ten * powers),
    ]
    t, found = np.linspace(-6, 6, 241), examples()
    fig, (ax, below) = plt.subplots(
        2, sharex=True, figsize=(5.6, 7.4), height_ratios=[1, 2]
    )
    ax.plot(t, sigmoid(t), "C0", label="σ(x)")
    ax.plot(found["x"], found["its formula"], "C3o", ms=6)
    ax.set(xlabel="x", ylabel="σ(x)", xlim=(-6, 6))
    ax.tick_params(labelbottom=True)
    below.axis("off")
    for row, (name, labels, places) in enumerate(marks):
        below.plot([-6, 6], [-row, -row], "gray", lw=0.8)
        below.text(-6, 0.34 - row, name, va="center")
        below.plot(places, 0 * places - row, "|", color="black", ms=6)
        for place, label in zip(places, labels, strict=True):
            text = f"{label}".replace("-", "−")
            below.text(place, -0.12 - row, text, ha="center", va="top")
        below.plot(found["x"][row], -row, "C3o", ms=6)
    below.set(ylim=(-7.6, 0.6))
    return fig


def hill_axes():
    """Two Hill curves, over the concentration and over its logarithm."""
    half, n = blood()
    fig, (plain, log) = plt.subplots(1, 2, sharey=True, figsize=(5.6, 3))
    for ax, c in (
        (plain, np.linspace(0.01, 110, 221)),
        (log, np.geomspace(1, 1000, 221)),
    ):
        ax.plot(c, saturation(c, half, 1), "C2", label="n = 1")
        ax.plot(c, saturation(c, half, n), "C0", label=f"n = {n:.2f}")
        ax.plot([40, 95], [0.75, 0.97], "C3o", ms=6)
    plain.set(xlabel="oxygen in mmHg", ylabel="saturation", ylim=(0, 1.03))
    log.set(xlabel="oxygen in mmHg (log)", ylabel="saturation", xscale="log")
    log.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    log.minorticks_off()
    plain.text(60, 0.6, "n = 1", color="C2")
    plain.text(36, 0.86, f"n = {n:.2f}", color="C0", ha="right")
    return fig


def _times(*factors):
    return sympy.Mul(*factors, evaluate=False)
