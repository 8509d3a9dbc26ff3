"""docs/growth.md: every claim the page makes, proved."""

import csv

import numpy as np
import pytest
import sympy
from oracle import DATA, line, texts
from scipy import optimize
from scipy.special import expit

from snippets import growth as page
from snippets._bridge.proof import prove
from snippets.function import sigma


def counts():
    """{year: population in millions} of the data file."""
    lines = (DATA / "us_census.csv").read_text().splitlines()
    rows = list(csv.reader(line for line in lines if line[0] != "#"))
    return {int(year): int(people) / 1e6 for year, people in rows[1:]}


def published(year):
    """Pearl and Reed's curve in millions, as printed in 1920, equation 18."""
    return 2.9303009 / (0.014854 + np.exp(-0.0313395 * (year - 1780)))


def reference(until):
    """SciPy's fit to the censuses until a year, and its errors."""
    known = {y: p for y, p in counts().items() if y <= until}
    years, people = np.array(list(known.items())).T

    def model(t, limit, rate, midpoint):
        return limit * expit(rate * (t - midpoint))

    start = [200, 0.03, 1915] if until < 1960 else [400, 0.02, 1980]
    place, cov = optimize.curve_fit(model, years, people, start)
    return place, np.sqrt(np.diag(cov))


def test_the_censuses_are_those_of_the_data_file():
    """All 24, to the last person."""
    assert dict(zip(page.YEARS, page.PEOPLE, strict=True)) == counts()
    assert len(page.YEARS) == 24
    assert page.census(1910) == counts()[1910]


def test_the_sigmoid_grows_by_verhulsts_law():
    """P' = r P (1 - P/K) is proved for P = K sigma(r(t - t0))."""
    formula = page.law()
    assert prove(formula)[0] == "proved"
    people = page.K * sigma(page.r * (page.t - page.t0))
    assert formula.lhs.doit() == sympy.diff(people, page.t)
    right = page.r * people * (1 - people / page.K)
    assert sympy.simplify(formula.rhs.doit() - right) == 0


def test_growth_is_steepest_at_half_the_limit():
    """At the midpoint the population is K/2; the slope is largest there."""
    limit, _, midpoint = page.pearl_reed()
    assert page.population(midpoint) == pytest.approx(limit / 2, rel=1e-12)
    t = np.arange(1790, 2051)
    steepest = t[:-1][np.argmax(np.diff(page.population(t)))]
    assert abs(steepest + 0.5 - midpoint) < 1


def test_the_curve_is_the_published_one():
    """K, r and the midpoint follow from the printed equation."""
    limit, rate, midpoint = page.pearl_reed()
    assert round(rate, 7) == 0.0313395
    assert limit == pytest.approx(2.9303009 / 0.014854, rel=5e-5)
    printed = 1780 - np.log(0.014854) / 0.0313395
    assert abs(midpoint - printed) < 0.005
    assert round(limit) == round(197.273)
    for year in range(1790, 1921, 10):
        assert page.population(year) == pytest.approx(
            published(year), rel=2e-5
        )


def test_three_points_determine_the_curve():
    """It passes through them; a curve of other numbers comes back."""
    for year, people in zip(
        (1790, 1850, 1910), page.three_censuses(), strict=True
    ):
        assert page.population(year) == pytest.approx(people, rel=1e-12)
    known = 55.0, 0.17, 33.0
    points = [known[0] * expit(known[1] * (t - known[2])) for t in (5, 20, 35)]
    assert page.three_points(points, 5, 15) == pytest.approx(known, rel=1e-9)


def test_the_reciprocals_are_in_geometric_progression():
    """1/P - 1/K falls by the same factor from census to census."""
    limit = page.pearl_reed()[0]
    a, b, c = (1 / p - 1 / limit for p in page.three_censuses())
    assert b / a == pytest.approx(c / b, rel=1e-9)


def test_the_forecast_and_its_errors():
    """Every row from the printed equation and the data file."""
    rows = page.forecast()
    assert rows["year"] == list(range(1920, 2021, 10))
    for year, people, curve, error in zip(*rows.values(), strict=True):
        assert people == counts()[year]
        assert curve == pytest.approx(published(year), rel=5e-5)
        percent = float(error.replace("−", "-").rstrip("%"))
        exact = 100 * (published(year) / people - 1)
        assert abs(percent - exact) < 0.06
        assert page.error(year) == pytest.approx(curve / people - 1, rel=1e-9)
    assert rows["error"][-1] == "−42.6%"


def test_three_good_decades_and_seven_bad_ones():
    """At most 4 % off until 1950; then more at each census, past 40 %."""
    errors = [page.error(year) for year in range(1920, 2021, 10)]
    assert max(np.abs(errors[:4])) < 0.04
    assert np.all(np.diff(errors[3:]) < 0) and errors[4] < -0.1
    assert 0.03 < page.worst(1790, 1910) < 0.035
    assert page.worst(1790, 1910) == abs(page.error(1860))
    assert page.worst(2020, 2020) == -errors[-1] > 0.4


def test_the_census_of_1970_passed_the_limit():
    """That of 1960 did not."""
    limit = page.pearl_reed()[0]
    assert counts()[1960] < limit < counts()[1970]


@pytest.mark.parametrize("until", range(1880, 2021, 10))
def test_the_refitted_limit_is_scipys(until):
    """Limit and standard error agree with curve_fit."""
    place, errors = reference(until)
    limit, error = page.refit(until)
    assert limit == pytest.approx(place[0], rel=1e-4)
    assert error == pytest.approx(errors[0], rel=1e-3)


def test_the_limit_stays_and_then_runs():
    """From 1890 to 1950 near 200 million; then above the population."""
    limits = [page.refit(year)[0] for year in range(1890, 2021, 10)]
    assert min(limits[:7]) > 180 and max(limits[:7]) < 202
    assert np.all(np.diff(limits[6:]) > 0)
    people = [counts()[year] for year in range(1960, 2021, 10)]
    assert np.all(np.diff(limits[7:]) > 0.4 * np.diff(people))
    assert np.all(np.array(limits[7:]) > 1.4 * np.array(people))


def test_the_standard_error_of_1950_did_not_hold():
    """The limit of 2020 lies 50 such errors above that of 1950."""
    limit, error = page.refit(1950)
    assert error < 7 and page.refit(2020)[0] > limit + 40 * error


def test_a_fit_with_a_given_limit_is_the_best_one():
    """SciPy finds the same miss with the same limit; it is about 1 %."""
    known = {y: p for y, p in counts().items() if y <= 1880}
    years, people = np.array(list(known.items())).T
    for limit in (150, 200, 300, 600):

        def model(t, rate, midpoint, limit=limit):
            return limit * expit(rate * (t - midpoint))

        place, _ = optimize.curve_fit(model, years, people, [0.03, 1920])
        missed = np.sqrt(np.mean((model(years, *place) - people) ** 2))
        assert page.misfit(1880, limit) == pytest.approx(missed, rel=1e-5)
        assert 0.008 < missed / people[-1] < 0.013
        assert page.extrapolated(1880, limit, 2020) == pytest.approx(
            model(2020, *place), rel=1e-4
        )
    assert page.fit(years, people, 150)[0] == 150


@pytest.mark.parametrize("end, rel", [(-1, 0.12), (0, 0.06), (2, 0.06)])
@pytest.mark.parametrize("seed", [1838, 1920])
def test_a_limit_is_as_blurred_as_the_linear_theory_says(end, rel, seed):
    """Fits to 800 noisy sigmoids scatter so, whatever the seed."""
    noise, size = np.random.default_rng(seed), 1e-3
    x = np.arange(-4, end + 0.1567, 0.3134)

    def missing(place, data):
        return place[0] - np.logaddexp(0, -place[1] * x - place[2]) - data

    limits = [
        optimize.least_squares(
            missing,
            [0, 1, 0],
            args=(_log(x) + size * noise.normal(size=len(x)),),
        ).x[0]
        for _ in range(800)
    ]
    assert np.std(limits) / size == pytest.approx(page.blur(end), rel=rel)


def _log(x):
    return -np.logaddexp(0, -x)


def test_the_blur_falls_as_the_data_reach_further():
    """From forty to below one; reach is the share of the limit."""
    ends = [-2, -1, 0, 2]
    blurs = [page.blur(end) for end in ends]
    assert np.all(np.diff(blurs) < 0) and blurs[0] > 40 and blurs[-1] < 1
    for end in (-4, *ends):
        assert page.reach(end) == pytest.approx(expit(end), rel=1e-14)
    decade = 10 * page.pearl_reed()[1]
    assert page.blur(0, decade) == pytest.approx(page.blur(0), rel=1e-3)
    limit = page.pearl_reed()[0]
    assert page.reach(-0.14) == pytest.approx(91.972 / limit, rel=0.005)


def test_the_copied_constant_is_a_year_off():
    """With it 1790 is 3 % too high; the right one gives 3.929."""
    value = 197.273 / (1 + np.exp(-0.03134 * (1790 - 1913.25)))
    assert page.copied(1790) == pytest.approx(value, rel=1e-12)
    assert page.copied(1790) / 3.929 > 1.03
    right = 197.273 / (1 + np.exp(-0.03134 * (1790 - page.right_midpoint())))
    assert right == pytest.approx(3.929, rel=1e-12)
    assert 1 < page.right_midpoint() - 1913.25 < 1.1


def points(figure):
    """The (x, y) of each marked set of points in a figure."""
    return [
        list(zip(curve.get_xdata(), curve.get_ydata(), strict=True))
        for curve in figure.axes[0].get_lines()
        if curve.get_linestyle() == "None"
    ]


def test_the_curve_and_all_censuses():
    """The curve is the printed one; dots and diamonds are the counts."""
    figure = page.curve()
    t, people = line(figure, "curve of 1920")
    assert people == pytest.approx(published(t), rel=5e-5)
    dots, diamonds, (middle,) = points(figure)
    assert dict(dots + diamonds) == counts()
    assert dots[-1][0] == 1910 and diamonds[0][0] == 1920
    limit, _, midpoint = page.pearl_reed()
    assert middle == (midpoint, limit / 2)
    assert texts(figure)[0] == "limit 197 million"


def test_the_errors_are_drawn():
    """At every census, dots until 1910, diamonds since."""
    dots, diamonds = points(page.errors())
    drawn = dict(dots + diamonds)
    assert list(drawn) == list(counts()) and dots[-1][0] == 1910
    for year, percent in drawn.items():
        assert percent == pytest.approx(100 * page.error(year), rel=1e-12)


def test_the_rates_fall_on_a_line_and_leave_it():
    """The line is Verhulst's; the 1930s lie below, the 1950s on above."""
    figure = page.rates()
    people, rate = line(figure, "Verhulst's law")
    limit, r, _ = page.pearl_reed()
    assert rate == pytest.approx(100 * r * (1 - people / limit), abs=1e-12)
    assert rate[0] > 3 and people[-1] == limit
    dots, diamonds = points(figure)
    known = list(counts().values())
    for (x, y), before, after in zip(
        dots + diamonds, known, known[1:], strict=False
    ):
        assert x == pytest.approx(np.sqrt(before * after), rel=1e-12)
        assert y == pytest.approx(10 * np.log(after / before), rel=1e-9)
    gaps = [y - 100 * r * (1 - x / limit) for x, y in diamonds]
    assert len(dots) == 12 and len(diamonds) == 11
    assert gaps[2] < -0.3 and min(gaps[4:]) > 1
    assert diamonds[-1][0] > 1.5 * limit and diamonds[-1][1] > 0.6
    assert texts(figure) == ["1910s", "1930s", "1950s", "Verhulst's law"]
    for note, place in zip(figure.axes[0].texts, (0, 2, 4), strict=False):
        assert note.xy == diamonds[place]


def test_the_refits_are_drawn():
    """The diamonds are SciPy's limits; the bars are standard errors."""
    figure = page.refits()
    years, limits = line(figure, "fitted limit")
    assert list(years) == list(range(1880, 2021, 10))
    for year, limit in zip(years, limits, strict=True):
        assert limit == page.refit(year)[0]
    _, people = line(figure, "census")
    assert list(people) == list(counts().values())
    (bars,) = figure.axes[0].collections
    for bar, year in zip(bars.get_segments(), years, strict=True):
        limit, error = page.refit(year)
        assert bar[:, 1] == pytest.approx([limit - error, limit + error])


def test_the_fan_is_one_curve_until_1880():
    """Within a million until then, hundreds of millions apart in 2020."""
    limits = [150, 200, 300, 600]
    figure = page.fan(1880, limits)
    curves = np.array([line(figure, f"limit {n}")[1] for n in limits])
    years = line(figure, "limit 150")[0]
    assert np.ptp(curves[:, years <= 1880], axis=0).max() < 1.2
    assert np.ptp(curves[:, -1]) > 300 and years[-1] == 2020
    for limit, people in zip(limits, curves, strict=True):
        assert people == pytest.approx(
            page.extrapolated(1880, limit, years), rel=1e-12
        )
    dots, diamonds = points(figure)
    assert dict(dots + diamonds) == counts() and dots[-1][0] == 1880
    assert texts(figure) == [*map(str, limits), "limit"]
