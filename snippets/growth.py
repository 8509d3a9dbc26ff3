"""Growth towards a limit: Verhulst's law and the population of the US."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

from snippets.derivative import sigmoid_prime
from snippets.function import sigma, sigmoid

# Resident population of the United States in millions, the figures
# that the Census Bureau gives today.
PEOPLE = np.array(
    [3.929214, 5.308483, 7.239881, 9.638453, 12.860702]
    + [17.063353, 23.191876, 31.443321, 38.558371]
    + [50.189209, 62.979766, 76.212168, 92.228496]
    + [106.021537, 123.202624, 132.164569, 151.325798]
    + [179.323175, 203.302031, 226.542199, 248.709873]
    + [281.421906, 308.745538, 331.449281]
)
YEARS = np.arange(1790, 2021, 10)

t, t0, r, K = sympy.symbols("t t0 r K", real=True)


def law():
    """The sigmoid, scaled to a limit K, grows by Verhulst's law."""
    people = K * sigma(r * (t - t0))
    room = 1 - sigma(r * (t - t0))
    growth = sympy.Mul(r, people, room, evaluate=False)
    return sympy.Eq(sympy.Derivative(people, t), growth)


def three_points(people, start, gap):
    """Limit, rate and midpoint of the sigmoid through three points.

    people holds the three populations, gap years apart from the year
    start on. The reciprocals of a sigmoid, less that of its limit, are
    in geometric progression, which gives the limit K.
    """
    a, b, c = people
    limit = (2 * a * b * c - b**2 * (a + c)) / (a * c - b**2)
    first, second = (np.log(p / (limit - p)) for p in (a, b))
    rate = (second - first) / gap
    return limit, rate, start - first / rate


def pearl_reed():
    """Limit in millions, rate per year and midpoint of the 1920 curve.

    Pearl and Reed laid it through the censuses of 1790, 1850 and 1910,
    as published in their time.
    """
    return three_points(three_censuses(), 1790, 60)


def three_censuses():
    """The counts of 1790, 1850 and 1910, in millions, as first published."""
    return 3.929, 23.192, 91.972


def population(year):
    """The population that the curve of 1920 gives for a year, in millions."""
    limit, rate, midpoint = pearl_reed()
    return limit * sigmoid(rate * (year - midpoint))


def error(year):
    """The relative error of the curve of 1920 at a census."""
    return population(year) / census(year) - 1


def census(year):
    """The population at a census, in millions."""
    return PEOPLE[(year - 1790) // 10]


def worst(first, last):
    """The greatest relative error of the curve from one census to another."""
    return max(abs(error(year)) for year in range(first, last + 1, 10))


def forecast():
    """The curve of 1920 beside each census after it."""
    years = list(range(1920, 2021, 10))
    return {
        "year": years,
        "census": [census(year) for year in years],
        "curve": [population(year) for year in years],
        "error": [f"{error(year):+.1%}".replace("-", "−") for year in years],
    }


def fit(years, people, limit=None, steps=40):
    """Limit, rate and midpoint of the sigmoid of least squares.

    Gauss and Newton's method: fit a plane to what is missing, over and
    over. A limit that is given stays as it is.
    """
    place = np.array([limit or 2 * people[-1], 0.025, years[-1]])
    for _ in range(steps):
        slopes = _slopes(years, place)
        missing = people - place[0] * sigmoid(place[1] * (years - place[2]))
        if limit:
            slopes[:, 0] = 0
        place += np.linalg.lstsq(slopes, missing)[0]
    return place


def refit(until):
    """The limit fitted to all censuses until a year, and its standard error.

    Both are in millions.
    """
    known = until >= YEARS
    years, people = YEARS[known], PEOPLE[known]
    place = fit(years, people)
    missing = people - place[0] * sigmoid(place[1] * (years - place[2]))
    spread = np.sum(missing**2) / (len(years) - 3)
    slopes = _slopes(years, place)
    return place[0], np.sqrt(spread * np.linalg.inv(slopes.T @ slopes)[0, 0])


def reach(end):
    """The share of the limit that is reached at x = end."""
    return sigmoid(end)


def blur(end, spacing=0.3134):
    """By what an error in each count is multiplied in the fitted limit.

    The counts have independent errors of one relative size. They lie on
    the sigmoid from x = -4 to x = end, a decade of Pearl and Reed's
    curve apart.
    """
    x = np.arange(-4, end + spacing / 2, spacing)
    # The logarithm of K·σ(x) by those of K and of the rate, and by x₀.
    slopes = np.column_stack([np.ones_like(x), x * sigmoid(-x), sigmoid(-x)])
    return np.sqrt(np.linalg.inv(slopes.T @ slopes)[0, 0])


def copied(year):
    """A population in millions by a formula copied from course to course."""
    return 197.273 * sigmoid(0.03134 * (year - 1913.25))


def right_midpoint():
    """The midpoint that takes the copied formula through the first census."""
    p = 3.929 / 197.273
    return 1790 - np.log(p / (1 - p)) / 0.03134


def curve():
    """The curve of 1920 and every census, before and after it."""
    years = np.linspace(1780, 2050, 271)
    limit, _, midpoint = pearl_reed()
    past = YEARS <= 1910
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.axhline(limit, color="gray", lw=1, ls="--")
    ax.plot(years, population(years), "C0", label="curve of 1920")
    ax.plot(YEARS[past], PEOPLE[past], "o", color="black", ms=4)
    ax.plot(YEARS[~past], PEOPLE[~past], "C3D", ms=5)
    ax.plot(midpoint, limit / 2, "C0o", ms=9)
    ax.text(1785, limit + 5, f"limit {limit:.0f} million")
    ax.text(midpoint + 8, limit / 2 - 12, "steepest here", color="C0")
    ax.text(1962, 280, "censuses since", color="C3", ha="right")
    ax.set(xlabel="year", ylabel="population in millions")
    ax.set(xlim=(1780, 2050), ylim=(0, 350))
    return fig


def errors():
    """The relative error of the curve of 1920 at every census."""
    missed = np.array([100 * error(year) for year in YEARS])
    past = YEARS <= 1910
    fig, ax = plt.subplots(figsize=(5.6, 2.4))
    ax.axhline(0, color="gray", lw=0.8)
    ax.vlines(YEARS[past], 0, missed[past], color="black", lw=1)
    ax.vlines(YEARS[~past], 0, missed[~past], color="C3", lw=1)
    ax.plot(YEARS[past], missed[past], "o", color="black", ms=4)
    ax.plot(YEARS[~past], missed[~past], "C3D", ms=5)
    ax.set(xlabel="census", ylabel="error in %")
    return fig


def rates():
    """The growth rate of each decade against the population it found."""
    limit, rate, _ = pearl_reed()
    growth = np.diff(np.log(PEOPLE)) / 10
    middle = np.sqrt(PEOPLE[1:] * PEOPLE[:-1])
    ends = np.linspace(0, limit, 61)
    past = YEARS[1:] <= 1910
    fig, ax = plt.subplots()
    right = 100 * rate * (1 - ends / limit)
    ax.plot(ends, right, "C0", label="Verhulst's law")
    ax.plot(middle[past], 100 * growth[past], "o", color="black", ms=4)
    ax.plot(middle[~past], 100 * growth[~past], "C3D", ms=5)
    places = (1910, (-44, -5)), (1930, (-42, -4)), (1950, (7, -4))
    for year, shift in places:
        here = np.flatnonzero(YEARS == year)[0]
        ax.annotate(
            f"{year}s",
            (middle[here], 100 * growth[here]),
            shift,
            textcoords="offset points",
            color="C3",
        )
    ax.text(62, 2.35, "Verhulst's law", color="C0")
    ax.set(xlabel="population in millions", ylabel="growth in % a year")
    ax.set(xlim=(0, 340), ylim=(0, 3.8))
    return fig


def refits():
    """The limit, fitted again after each census, and what was counted."""
    years = YEARS[YEARS >= 1880]
    limits, errors = np.transpose([refit(year) for year in years])
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.errorbar(years, limits, errors, fmt="none", ecolor="C3", elinewidth=1)
    ax.plot(years, limits, "C3D-", lw=1, ms=5, label="fitted limit")
    ax.plot(YEARS, PEOPLE, "o-", color="black", lw=1, ms=4, label="census")
    ax.text(1976, 400, "fitted limit", color="C3", ha="right")
    ax.text(2000, 230, "census")
    ax.set(xlabel="last census known", ylabel="millions")
    ax.set(xlim=(1875, 2025), ylim=(0, None))
    return fig


def fan(until, limits):
    """Sigmoids with given limits, fitted to the censuses until a year."""
    known = until >= YEARS
    years = np.linspace(1790, 2020, 231)
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    for limit in limits:
        people = extrapolated(until, limit, years)
        ax.plot(years, people, "C0", lw=1.4, label=f"limit {limit}")
        ax.text(2023, people[-1], f"{limit}", color="C0", va="center")
    ax.plot(YEARS[known], PEOPLE[known], "o", color="black", ms=4)
    ax.plot(YEARS[~known], PEOPLE[~known], "C3D", ms=5)
    ax.text(2023, 545, "limit", color="C0")
    ax.set(xlabel="year", ylabel="population in millions")
    ax.set(xlim=(1785, 2045), ylim=(0, 590))
    return fig


def misfit(until, limit):
    """The typical miss of a sigmoid with this limit, in millions.

    It is the root of the mean square over the censuses until a year.
    """
    known = until >= YEARS
    people = extrapolated(until, limit, YEARS[known])
    return np.sqrt(np.mean((people - PEOPLE[known]) ** 2))


def extrapolated(until, limit, year):
    """The population of a year by the censuses until another and a limit."""
    known = until >= YEARS
    _, rate, midpoint = fit(YEARS[known], PEOPLE[known], limit)
    return limit * sigmoid(rate * (year - midpoint))


def _slopes(years, place):
    """The slopes of K·σ(r(t − t₀)) by K, r and t₀, a row for each year."""
    limit, rate, midpoint = place
    z = rate * (years - midpoint)
    steep = limit * sigmoid_prime(z)
    return np.column_stack(
        [sigmoid(z), steep * (years - midpoint), -steep * rate]
    )
