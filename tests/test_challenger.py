"""docs/challenger.md: every claim the page makes, proved."""

import csv

import numpy as np
import pytest
import sympy
from oracle import DATA, line, texts
from scipy import optimize, special, stats
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from snippets import challenger as page
from snippets._bridge.proof import prove
from snippets.derivative import sigma_prime
from snippets.function import sigma, x

# R's glm on these 23 launches, as printed in the notes of Macalester's Stat
# 155, mac-stat.github.io/Stat155Notes/fitting-the-model.html: 15.0429 and
# -0.2322; errors and likelihood to more digits by statsmodels 0.15.0.
PUBLISHED = [15.0429, -0.2322]
STATSMODELS = {
    "coefficients": [15.042901647702427, -0.23216274421859628],
    "errors": [7.378636384916539, 0.10823652164928503],
    "log-likelihood": -10.157596343933413,
}


def rows(name):
    """The rows of a table of tests/data, without its notes and head."""
    lines = (DATA / name).read_text().splitlines()
    lines = [text for text in lines if not text.startswith("#")]
    return [list(map(int, row)) for row in list(csv.reader(lines))[1:]]


def far(value, expected):
    """The greatest relative error."""
    return np.max(np.abs(np.asarray(value) / expected - 1))


def reference(temperatures=page.TEMPERATURES, hits=page.DAMAGED):
    """The fit that SciPy finds by minimising the log-loss."""
    z = (np.asarray(temperatures) - 70) / 7
    sign = np.where(hits, -1, 1)

    def loss(place):
        return np.sum(np.logaddexp(0, sign * (place[0] + place[1] * z)))

    found = optimize.minimize(loss, [0, 0], method="BFGS", tol=1e-10).x
    return found[0] - 10 * found[1], found[1] / 7


def test_the_launches_are_the_published_ones():
    """Temperatures and damaged rings are those of the data file."""
    pairs = zip(page.TEMPERATURES, page.RINGS, strict=True)
    assert [list(pair) for pair in pairs] == rows("challenger.csv")
    assert page.TEMPERATURES.size == 23 and page.RINGS.sum() == 9
    assert page.DAMAGED.sum() == 7 and set(page.DAMAGED) == {0, 1}
    assert page.coldest() == 53 and page.beyond() == 53 - 31


def test_most_damage_was_on_cool_days():
    """Four of seven damaged launches were below 65 °F, all that were."""
    cool = page.TEMPERATURES < 65
    assert page.DAMAGED[cool].tolist() == [1] * 4


def test_the_fit_is_the_published_one():
    """Coefficients, errors and likelihood agree to all published digits."""
    assert np.round(page.coefficients(), 4).tolist() == PUBLISHED
    found = page.coefficients(), page.errors(), page.log_likelihood()
    for value, known in zip(found, STATSMODELS.values(), strict=True):
        assert far(value, known) < 1e-12
    assert far(page.coefficients(), reference()) < 1e-4
    assert page.least_loss() == -page.log_likelihood() > 10


def test_the_library_returns_the_same():
    """scikit-learn without penalty agrees; with its penalty it is flatter."""
    assert far(page.library(), page.coefficients()) < 1e-7
    model = LogisticRegression().fit(page.TEMPERATURES[:, None], page.DAMAGED)
    assert 0.9 < model.coef_[0, 0] / page.library()[1] < 0.999


def test_the_gradient_is_predicted_minus_true():
    """The derivative of the log-loss is proved to be sigma(x) - y."""
    formula = page.gradient()
    assert prove(formula)[0] == "proved"
    assert formula.rhs.doit() == sigma(x) - page.y
    loss = formula.lhs.expr
    assert loss.subs(page.y, 1) == -sympy.log(sigma(x))
    assert loss.subs(page.y, 0) == -sympy.log(1 - sigma(x))


def test_the_curvature_has_the_weight_of_the_slope():
    """The second derivative of the log-loss is sigma'."""
    second = sympy.Eq(
        sympy.Derivative(page.gradient().lhs.expr, x, 2), sigma_prime(x)
    )
    assert prove(second)[0] == "proved"


def test_newton_takes_the_steps_in_the_table():
    """Each step solves with the Hessian that finite differences give."""
    steps = page.iterations()
    path = np.column_stack([steps["intercept"], steps["slope per °F"]])
    assert steps["step"] == list(range(7)) and not path[0].any()
    known = [
        [9.619048, -0.149524],
        [13.655738, -0.211247],
        [14.938289, -0.2306],
        [15.042291, -0.232154],
        [15.042902, -0.232163],
    ]
    assert np.round(path[1:6], 6).tolist() == known
    design = np.column_stack([np.ones(23), page.TEMPERATURES])
    for before, after in zip(path[:-2], path[1:-1], strict=True):
        p = expit(design @ before)
        root = design * np.sqrt(p * (1 - p))[:, None]
        target = (page.DAMAGED - p) / np.sqrt(p * (1 - p))
        step = np.linalg.lstsq(root, target, rcond=None)[0]
        assert far(after - before, step) < 1e-6
    for place, value in zip(path, steps["log-likelihood"], strict=True):
        p = expit(design @ place)
        exact = np.log(np.where(page.DAMAGED, p, 1 - p)).sum()
        assert value == pytest.approx(exact, rel=1e-12)


def test_each_newton_step_doubles_the_digits():
    """From the second on, the digits at least nearly double."""
    path = page.newton(page.TEMPERATURES, page.DAMAGED, steps=5)
    errors = np.abs(path[:, 0] / STATSMODELS["coefficients"][0] - 1)
    digits = -np.log10(errors[2:])
    assert np.all(digits[1:] > 1.9 * digits[:-1]) and digits[-1] > 8


def test_newton_fails_where_a_threshold_separates():
    """No finite fit exists, and it says so."""
    with pytest.raises(np.linalg.LinAlgError):
        page.newton(np.arange(4.0), np.array([0, 0, 1, 1]), steps=200)


def test_descent_never_overshoots():
    """On every scale each of its steps lowers the log-loss."""
    for centre, unit in ((0, 1), (60, 10), (70, 7)):
        inputs = page.scaled(centre, unit)
        walk = page.descent(inputs, page.DAMAGED, 25)
        losses = [page.log_loss(p, inputs, page.DAMAGED) for p in walk]
        assert len(walk) == 26 and np.all(np.diff(losses) < 0)


def test_descent_needs_more_steps_the_worse_the_scale():
    """Counted on two scales, foretold on the raw one; they fit together."""
    few, more = page.steps_needed(70, 7, 6), page.steps_needed(60, 10, 6)
    for centre, unit, steps in ((70, 7, few), (60, 10, more)):
        inputs = page.scaled(centre, unit)
        best = page.newton(inputs, page.DAMAGED)[-1]
        walk = page.descent(inputs, page.DAMAGED, steps)
        assert far(walk[-1], best) < 1e-6 < far(walk[-2], best)
    assert few < 60 < 200 < more
    design = np.column_stack([np.ones(23), page.TEMPERATURES])
    p = expit(design @ page.coefficients())
    curvature = design.T @ (design * (p * (1 - p))[:, None])
    low, high = np.linalg.eigvalsh(curvature)
    longest = 4 / np.linalg.norm(design, 2) ** 2
    steps = np.log(1e-6) / np.log1p(-longest * low)
    assert page.steps_foretold(6) == pytest.approx(steps, rel=1e-6)
    assert page.steps_foretold(6) > 2e7
    assert page.stretch() == pytest.approx(np.sqrt(high / low), rel=1e-6)


def test_raw_descent_shrinks_its_error_as_foretold():
    """Near the fit, a thousand steps shrink the error as the rate says."""
    start = page.coefficients() + [1e-4, 0]
    design = np.column_stack([np.ones(23), page.TEMPERATURES])
    rate = 4 / np.linalg.norm(design, 2) ** 2
    place, errors = start, []
    for _ in range(3000):
        slope = design.T @ (expit(design @ place) - page.DAMAGED)
        place = place - rate * slope
        errors.append(np.abs(place - page.coefficients())[0])
    measured = 2000 * np.log(10) / np.log(errors[999] / errors[2999])
    assert 6 * measured == pytest.approx(page.steps_foretold(6), rel=0.01)


def test_a_degree_multiplies_the_odds():
    """The ratio is proved; its values are e^b and its tenth power."""
    formula = page.odds_ratio()
    assert prove(formula)[0] == "proved"
    assert formula.rhs == sympy.exp(page.b)
    now, then = page.chance(70), page.chance(71)
    ratio = then / (1 - then) * (1 - now) / now
    assert page.odds_factor(1) == pytest.approx(ratio, rel=1e-12)
    assert page.odds_factor(10) == pytest.approx(0.0981138, rel=1e-6)
    assert page.chance(page.middle()) == pytest.approx(0.5, rel=1e-12)


def test_probabilities_and_intervals():
    """The delta method on the log-odds, worked out around 65 °F."""
    rows = page.table()
    a, b = STATSMODELS["coefficients"]
    p = expit(a + b * page.TEMPERATURES)
    root = np.sqrt(p * (1 - p))
    columns = np.column_stack([root, root * (page.TEMPERATURES - 65)])
    _, triangle = np.linalg.qr(columns)
    spots = zip(*rows.values(), strict=True)
    for degrees, p, low, high in spots:
        z = np.dot(STATSMODELS["coefficients"], [1, degrees])
        across = np.linalg.solve(triangle.T, [1, degrees - 65])
        reach = stats.norm.ppf(0.975) * np.linalg.norm(across)
        assert p == pytest.approx(expit(z), rel=1e-11)
        assert logit(low) == pytest.approx(z - reach, rel=1e-7)
        assert logit(high) == pytest.approx(z + reach, rel=1e-7)
        assert page.interval(degrees) == pytest.approx((low, high), rel=1e-9)
        assert page.chance(degrees) == p
    assert rows["°F"] == [31, 53, 60, 65, 70, 81]
    assert page.chance(31) == pytest.approx(0.9996087828849319, rel=1e-12)
    assert page.interval(31)[0] == pytest.approx(0.4816, rel=1e-4)


def test_the_interval_is_wide_where_data_are_few():
    """In log-odds it is narrowest among the launches, widest at 31 °F.

    In probability it is narrower at both ends than in the middle.
    """
    rows = page.table()
    low, high = np.array(rows["from"]), np.array(rows["to"])
    width = logit(high) - logit(low)
    assert width[0] > width[1] > width[2] > width[3] and width[5] > width[4]
    width = high - low
    assert width[0] < width[1] < width[2] and width[5] < width[4] < width[3]
    assert 1.9 < stats.norm.ppf(0.975) < 2


CURVES = {  # the probability at a place on the line, from its formula
    "normal": special.ndtr,
    "sigmoid": expit,
    "Cauchy": lambda z: 1 / 2 + np.arctan(z) / np.pi,
}


@pytest.mark.parametrize("name", CURVES)
def test_the_lower_end_of_the_likelihood_interval(name):
    """The best curve through it, of 4,001 slopes, is just tolerated.

    One slightly lower is rejected; twice the gap in log-loss is the
    square of 1.96.
    """
    rows = page.other_curves()
    row = rows["curve"].index(name)
    lowest = rows["at least"][row]
    f = CURVES[name]
    inverse = {"normal": stats.norm, "Cauchy": stats.cauchy}.get(name)
    spot = inverse.ppf(lowest) if inverse else logit(lowest)
    assert f(spot) == pytest.approx(lowest, rel=1e-12)

    def gap(z):
        slopes = np.linspace(-1, 0.2, 4001)[:, None]
        p = f(z + slopes * (page.TEMPERATURES - 31))
        with np.errstate(divide="ignore"):
            logs = np.log(np.where(page.DAMAGED, p, 1 - p)).sum(axis=1)
        return 2 * (rows["log-likelihood"][row] - logs.max())

    assert gap(spot) == pytest.approx(stats.norm.ppf(0.975) ** 2, rel=1e-4)
    assert gap(spot - 0.1) > gap(spot) > gap(spot + 0.1)
    assert 3 / 4 < lowest < 0.9 and rows["at 31 °F"][row] > 0.97


def test_damage_at_31_was_likely_by_the_likelihood():
    """Wald's interval would allow a half; it takes a parabola for granted."""
    lowest = page.lowest_chance()
    assert lowest == pytest.approx(0.8037, rel=1e-4)
    assert lowest == page.other_curves()["at least"][1]
    assert page.interval(31)[0] < 1 / 2
    assert lowest > page.threshold(1 / 4)


def test_the_answer_at_31_is_safe_from_any_one_launch():
    """Without any one launch the odds stay high: the data agree on that."""
    for gone in range(23):
        rest = np.delete(page.TEMPERATURES, gone)
        place = page.newton(rest, np.delete(page.DAMAGED, gone))[-1]
        assert expit(place @ [1, 31]) > 0.99


def test_other_curves_fit_alike_and_differ_at_31():
    """statsmodels' probit agrees; likelihoods differ by less than 0.4."""
    rows = page.other_curves()
    assert rows["curve"][1] == "sigmoid"
    assert np.ptp(rows["log-likelihood"]) < 0.4
    assert np.ptp(rows["at 65 °F"]) < 0.1
    assert rows["at 31 °F"][1] == pytest.approx(page.chance(31), rel=1e-5)
    odds = [page.forecast_odds(row) for row in range(3)]
    p = np.array(rows["at 31 °F"])
    assert odds == pytest.approx(p / (1 - p), rel=1e-9)
    assert odds[0] > 100 * odds[1] > 5000 * odds[2] > 5000 * 20
    z = (page.TEMPERATURES - 70) / 7
    for law, best in zip(
        (stats.norm, stats.logistic, stats.cauchy),
        rows["log-likelihood"],
        strict=True,
    ):

        def loss(place, law=law):
            p = law.cdf(place[0] + place[1] * z)
            return -np.log(np.where(page.DAMAGED, p, 1 - p)).sum()

        found = optimize.minimize(loss, [-1, -1], method="Nelder-Mead")
        assert best == pytest.approx(-found.fun, rel=1e-6)


def test_the_threshold_is_where_both_choices_cost_the_same():
    """At p = 1/(1 + r), r p = 1 - p; at r = 1 that is a half."""
    for ratio in (1, 3, 10, 100):
        p = page.threshold(ratio)
        assert ratio * p == pytest.approx(1 - p, rel=1e-14)
        assert page.chance(page.warm_enough(ratio)) == pytest.approx(
            p, rel=1e-9
        )
    assert page.threshold(1) == 0.5
    assert page.threshold(1 / page.forecast_odds(1)) == pytest.approx(
        page.chance(31), rel=1e-6
    )


def test_the_decisions_are_counted():
    """Counted launch by launch from the data file."""
    rows_ = page.decisions()
    assert rows_["cost ratio"] == [1, 3, 10, 100]
    assert rows_["threshold"] == [page.threshold(r) for r in (1, 3, 10, 100)]
    for ratio, degrees, *counts in zip(
        rows_["cost ratio"],
        *(rows_[k] for k in list(rows_)[2:]),
        strict=True,
    ):
        assert degrees == page.warm_enough(ratio)
        wait = [(t, n) for t, n in rows("challenger.csv") if t < degrees]
        damage = sum(n > 0 for _, n in wait)
        assert counts == [len(wait), len(wait) - damage, 7 - damage]


def test_the_cost_of_every_threshold():
    """The expected cost is least at 1/(1 + r); the real one turns at 75 °F."""
    figure = page.costs(10)
    at, mean = line(figure, "expected by the model")
    _, real = line(figure, "what happened")
    p = np.array([page.chance(t) for t in page.TEMPERATURES])
    for i in (0, 100, 181, 700, 2000):
        wait = p >= at[i]
        assert (
            real[i]
            == np.where(wait, page.RINGS == 0, 10 * (page.RINGS > 0)).sum()
        )
        expected = np.where(wait, 1 - p, 10 * p).sum()
        assert mean[i] == pytest.approx(expected, rel=1e-12)
    here = np.argmin(np.abs(at - page.threshold(10)))
    assert mean[here] == mean.min()
    warm = page.chance(75)
    before, after = real[at <= warm], real[at > warm]
    assert before.min() == real.min() and after.min() > real.min() + 5
    assert after[0] - before[-1] == 10 - 1
    assert texts(figure) == ["what happened", "expected"]
    assert page.cost(0.5, 10, page.DAMAGED) == 30
    (rule,) = [a for a in figure.axes[0].get_lines() if len(a.get_xdata()) < 3]
    assert list(rule.get_xdata()) == [page.threshold(10)] * 2


def test_the_variants_give_their_published_answers():
    """Dalal's, Faraway's and Montgomery's printed coefficients."""
    rows = page.variants()
    found = list(zip(rows["intercept"], rows["slope"], strict=True))
    assert rows["launches"] == [23, 23, 23, 24]
    assert np.round(found[0], 4).tolist() == PUBLISHED
    assert round(found[1][0], 3) == 5.085 and round(found[1][1], 4) == -0.1156
    assert np.round(found[2], 5).tolist() == [11.66299, -0.21623]
    assert (
        round(found[3][0], 3) == 10.875 and round(found[3][1], 5) == -0.17132
    )
    for (a, b), p in zip(found, rows["at 31 °F"], strict=True):
        assert p == pytest.approx(expit(a + 31 * b), rel=1e-13)
    assert rows["at 31 °F"][1] == min(rows["at 31 °F"])


def test_the_errors_of_the_variants_are_the_published_ones():
    """Faraway 3.2963 and 0.0532, Montgomery 5.703 and 0.08344."""
    _, second, third, fourth = page._circulating()
    _, temperatures, hits, trials = third
    place = page.newton(temperatures, hits, trials)[-1]
    errors = page.standard_errors(place, temperatures, trials)
    assert np.round(errors, 4).tolist() == [3.2963, 0.0532]
    assert hits.sum() == 11 and hits[0] == 5 and temperatures[0] == 53
    assert second[2].sum() == 9
    _, temperatures, hits, _ = fourth
    place = page.newton(temperatures, hits)[-1]
    errors = page.standard_errors(place, temperatures)
    assert round(errors[0], 3) == 5.703 and round(errors[1], 5) == 0.08344


def test_what_the_longer_table_changes():
    """80 °F comes, 58 becomes 56, and damage moves from 63 to 70 °F."""
    ours = sorted(zip(page.TEMPERATURES, page.DAMAGED, strict=True))
    _, temperatures, hits, _ = page._circulating()[3]
    theirs = sorted(zip(temperatures, hits, strict=True))
    for pair in list(ours):
        if pair in theirs:
            ours.remove(pair)
            theirs.remove(pair)
    assert ours == [(58, 1), (63, 1), (70, 0)]
    assert theirs == [(56, 1), (63, 0), (70, 1), (80, 0)]


def test_the_curve_and_its_launches():
    """The curve is expit, within its band; every launch is a dot."""
    figure = page.curve()
    t, p = line(figure, "probability of damage")
    a, b = STATSMODELS["coefficients"]
    assert p == pytest.approx(expit(a + b * t), rel=1e-10)
    assert (t[0], t[-1]) == (29, 85) == figure.axes[0].get_xlim()
    gray, band, dots = (
        figure.axes[0].patches[0],
        *figure.axes[0].collections,
    )
    assert gray.get_x() == 29 and gray.get_x() + gray.get_width() == 53
    low, high = page.interval(t)
    edge = band.get_paths()[0].vertices
    assert edge[:, 1].min() == low.min() and edge[:, 1].max() == high.max()
    drawn = dots.get_offsets().tolist()
    known = {(t, int(n > 0)) for t, n in rows("challenger.csv")}
    assert set(map(tuple, drawn)) == known and len(drawn) == len(known)
    assert dots.get_sizes().sum() == 22 * 23
    mark = figure.axes[0].get_lines()[-1]
    assert list(mark.get_xdata()) == [31]
    assert mark.get_ydata() == pytest.approx(0.9996087828849319, rel=1e-12)
    assert texts(figure) == ["forecast, 31 °F", "never flown"]


def test_the_surface_and_the_two_paths():
    """Both paths start at 0; Newton's ends lowest; contours are true."""
    figure = page.surface()
    walk = np.column_stack(line(figure, "gradient descent"))
    jump = np.column_stack(line(figure, "Newton"))
    inputs = page.scaled(60, 10)
    assert list(inputs[:2]) == [0.6, 1.0]
    assert not walk[0].any() and not jump[0].any()
    a, b = STATSMODELS["coefficients"]
    assert far(jump[-1], [a + 60 * b, 10 * b]) < 1e-10
    slope = np.array(
        [np.sum(0.5 - page.DAMAGED), inputs @ (0.5 - page.DAMAGED)]
    )
    turn = walk[1] @ slope / np.linalg.norm(walk[1]) / np.linalg.norm(slope)
    assert turn == pytest.approx(-1, rel=1e-12)
    (contours,) = figure.axes[0].collections
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        for place in path.vertices[::40]:
            loss = page.log_loss(place, inputs, page.DAMAGED)
            assert loss == pytest.approx(level, rel=0.005)
    assert texts(figure) == ["Newton", "descent", "start"]


def test_the_explorer_starts_where_its_sliders_stand():
    """Curve and point are the value's; the dots are the launches."""
    parts = page.explorer()
    start = {s: v for s, _, _, _, _, v in parts["sliders"]}
    assert list(start) == [page.t, page.a, page.b]
    degrees, p = line(parts["figure"], "probability of damage")
    a, b = start[page.a], start[page.b]
    assert p == pytest.approx(expit(a + b * degrees), rel=1e-12)
    assert parts["value"].subs(start) == pytest.approx(
        expit(a + 31 * b), rel=1e-12
    )
    assert parts["slope"] == sympy.diff(parts["value"], page.t)
    (point,) = [
        curve
        for curve in parts["figure"].axes[0].get_lines()
        if curve.get_gid() == "live-point"
    ]
    assert list(point.get_xdata()) == [31]
    assert point.get_ydata() == pytest.approx(expit(a + 31 * b), rel=1e-12)


def test_the_explorers_log_loss_is_that_of_the_launches():
    """At any place it is SciPy's; at the best fit it is least."""
    loss = sympy.lambdify((page.a, page.b), page.loss_expression())
    z = np.asarray(page.TEMPERATURES)
    for a, b in ((6, -0.1), (15, -0.23), (0, 0.1), (30, -0.4)):
        p = stats.logistic.logcdf(np.where(page.DAMAGED, 1, -1) * (a + b * z))
        assert loss(a, b) == pytest.approx(-p.sum(), rel=1e-12)
        assert loss(a, b) > page.least_loss()
    assert loss(*page.coefficients()) == pytest.approx(
        page.least_loss(), rel=1e-13
    )
    assert page.explorer()["said"] == {"log-loss": page.loss_expression()}


def test_a_steeper_curve_needs_a_larger_intercept():
    """For each steeper slope the best intercept is larger."""
    best = [
        optimize.minimize_scalar(
            lambda a, b=b: page.log_loss(
                [a, b], page.TEMPERATURES, page.DAMAGED
            )
        ).x
        for b in (-0.1, -0.2, -0.3, -0.4)
    ]
    assert np.all(np.diff(best) > 5)
