"""Logistic regression on the O-rings of the 23 launches before Challenger."""

from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np
import sympy
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression

from snippets.derivative import sigmoid_prime
from snippets.function import definition, sigma, sigmoid, x

# In the order of flight: Dalal, Fowlkes and Hoadley (1989).
TEMPERATURES = np.array(  # °F at the joints
    [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78]
    + [67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
)
RINGS = np.array(  # damaged, of six
    [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0] + [0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 1]
)
DAMAGED = (RINGS > 0).astype(float)
FORECAST = 31  # °F

t, y, a, b = sympy.symbols("t y a b", real=True)


def newton(inputs, hits, trials=1, steps=8):
    """The coefficients of a fit after each of Newton's steps.

    One row a step, the intercept first, from all zeros on. inputs
    holds a number or a row for each observation, hits how often it
    happened in so many trials. When a threshold separates the hits
    there is no best fit: the steps grow until LinAlgError is raised.
    """
    design = _design(inputs)
    path = [np.zeros(design.shape[1])]
    for _ in range(steps):
        z = design @ path[-1]
        gradient = design.T @ (trials * sigmoid(z) - hits)
        weights = trials * sigmoid_prime(z)
        curvature = design.T @ (weights[:, None] * design)
        path.append(path[-1] - np.linalg.solve(curvature, gradient))
    return np.array(path)


def descent(inputs, hits, steps):
    """The coefficients after each step of gradient descent, from zeros on.

    The slope of the sigmoid is at most 1/4, which bounds the curvature of
    the log-loss, and with it the longest step that cannot overshoot.
    """
    design = _design(inputs)
    rate = 4 / np.linalg.eigvalsh(design.T @ design)[-1]
    path = [np.zeros(design.shape[1])]
    for _ in range(steps):
        gradient = design.T @ (sigmoid(design @ path[-1]) - hits)
        path.append(path[-1] - rate * gradient)
    return np.array(path)


def log_loss(coefficients, inputs, hits, trials=1):
    """The sum of the log-losses of all observations."""
    z = _design(inputs) @ coefficients
    return np.sum(trials * np.logaddexp(0, z) - hits * z)


def covariance(coefficients, inputs, trials=1):
    """The covariance of the estimates: the inverse of the curvature."""
    design = _design(inputs)
    weights = trials * sigmoid_prime(design @ coefficients)
    return np.linalg.inv(design.T @ (weights[:, None] * design))


def standard_errors(coefficients, inputs, trials=1):
    """The standard errors of the estimates, the intercept's first."""
    return np.sqrt(np.diag(covariance(coefficients, inputs, trials)))


def coefficients():
    """The intercept and the slope per °F, fitted to the 23 launches."""
    return newton(TEMPERATURES, DAMAGED)[-1]


def errors():
    """The standard errors of the intercept and of the slope."""
    return standard_errors(coefficients(), TEMPERATURES)


def log_likelihood():
    """The logarithm of the probability that the model gives to the data."""
    return -log_loss(coefficients(), TEMPERATURES, DAMAGED)


def library():
    """The intercept and the slope by scikit-learn.

    Without C=inf it would add a penalty and return a flatter curve.
    """
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    model.fit(TEMPERATURES[:, None], DAMAGED)
    return model.intercept_[0], model.coef_[0, 0]


def least_loss():
    """The least log-loss that any intercept and slope can reach."""
    return -log_likelihood()


def coldest():
    """The temperature of the coldest launch, in °F."""
    return TEMPERATURES.min()


def beyond():
    """How far the forecast lies below the coldest launch, in °F."""
    return coldest() - FORECAST


def chance(temperature):
    """The fitted probability of damage at a temperature in °F."""
    intercept, slope = coefficients()
    return sigmoid(intercept + slope * temperature)


def interval(temperature, level=0.95):
    """The ends of the interval for the probability at a temperature.

    It is symmetric on the scale of the log-odds, where the estimate is
    nearly normal; the sigmoid maps it into (0, 1).
    """
    place = np.stack([np.ones_like(temperature), temperature], axis=-1)
    cov = covariance(coefficients(), TEMPERATURES)
    spread = np.sqrt(np.sum(place @ cov * place, axis=-1))
    z = place @ coefficients()
    reach = NormalDist().inv_cdf((1 + level) / 2) * spread
    return sigmoid(z - reach), sigmoid(z + reach)


def gradient():
    """The slope of the log-loss is the predicted minus the true value."""
    loss = -y * sympy.log(sigma(x)) - (1 - y) * sympy.log(1 - sigma(x))
    gap = sympy.Add(sigma(x), -y, evaluate=False)
    return sympy.Eq(sympy.Derivative(loss, x), gap)


def odds_ratio():
    """One degree more multiplies the odds by e to the slope."""
    now, then = sigma(a + b * t), sigma(a + b * (t + 1))
    ratio = sympy.Mul(then / (1 - then), (1 - now) / now, evaluate=False)
    return sympy.Eq(ratio, sympy.exp(b))


def odds_factor(degrees):
    """By what the odds of damage are multiplied over so many degrees."""
    return np.exp(coefficients()[1] * degrees)


def middle():
    """The temperature at which damage is as likely as not, in °F."""
    intercept, slope = coefficients()
    return -intercept / slope


def iterations():
    """Newton's steps from zero: coefficients and log-likelihood."""
    path = newton(TEMPERATURES, DAMAGED, steps=6)
    losses = [log_loss(place, TEMPERATURES, DAMAGED) for place in path]
    return {
        "step": list(range(len(path))),
        "intercept": list(path[:, 0]),
        "slope per °F": list(path[:, 1]),
        "log-likelihood": [-loss for loss in losses],
    }


def scaled(centre, unit):
    """The temperatures of the launches from a centre, in a unit, in °F."""
    return (TEMPERATURES - centre) / unit


def steps_needed(centre, unit, digits):
    """The steps until descent has so many digits, on scaled temperatures."""
    inputs = scaled(centre, unit)
    path = descent(inputs, DAMAGED, 500)
    best = newton(inputs, DAMAGED)[-1]
    far = np.abs(path / best - 1).max(axis=1) > 10.0**-digits
    return len(path) - np.argmax(far[::-1])


def steps_foretold(digits):
    """The steps of descent on raw °F, foretold from the curvature.

    Near the best fit the error in the flattest direction shrinks at each
    step by the factor 1 - rate × least curvature.
    """
    design = _design(TEMPERATURES)
    rate = 4 / np.linalg.eigvalsh(design.T @ design)[-1]
    flattest = np.linalg.eigvalsh(covariance(coefficients(), TEMPERATURES))[-1]
    return digits * np.log(10) / -np.log1p(-rate / flattest)


def stretch():
    """How many times longer than wide the valley is over a and b in °F."""
    short, long = np.linalg.eigvalsh(covariance(coefficients(), TEMPERATURES))
    return np.sqrt(long / short)


def table():
    """The fitted probability of damage, with its 95 % interval."""
    temperatures = np.array([31, 53, 60, 65, 70, 81])
    low, high = interval(temperatures)
    return {
        "°F": list(temperatures),
        "probability": list(chance(temperatures)),
        "from": list(low),
        "to": list(high),
    }


def lowest_chance(curve=stats.logistic):
    """The lower end of the 95 % likelihood interval for damage at 31 °F.

    curve, a distribution of scipy.stats, gives the shape. The best curve
    through this end at 31 °F is one that the likelihood-ratio test just
    does not reject.
    """
    away = scaled(FORECAST, 7)
    best = _fitted(curve, away)
    most = best.fun + stats.chi2.ppf(0.95, 1) / 2

    def excess(z):
        return optimize.minimize_scalar(
            lambda slope: _shape_loss(curve, [z, slope], away) - most
        ).fun

    return curve.cdf(optimize.brentq(excess, 0, best.x[0]))


def other_curves():
    """Three S-curves fitted alike: how well they fit, and what 31 °F gets."""
    rows = {
        "curve": [],
        "log-likelihood": [],
        "at 65 °F": [],
        "at 31 °F": [],
        "at least": [],
    }
    for name, curve in (
        ("normal", stats.norm),
        ("sigmoid", stats.logistic),
        ("Cauchy", stats.cauchy),
    ):
        found = _fitted(curve, scaled(70, 7))
        rows["curve"].append(name)
        rows["log-likelihood"].append(-found.fun)
        for temperature in (65, FORECAST):
            z = found.x @ [1, (temperature - 70) / 7]
            rows[f"at {temperature} °F"].append(curve.cdf(z))
        rows["at least"].append(lowest_chance(curve))
    return rows


def forecast_odds(row):
    """The odds of damage at 31 °F by a row of other_curves()."""
    p = other_curves()["at 31 °F"][row]
    return p / (1 - p)


def threshold(ratio):
    """The probability from which on waiting is cheaper than launching.

    ratio is what a damage costs over what a launch put off for nothing
    costs.
    """
    return 1 / (1 + ratio)


def warm_enough(ratio):
    """The temperature from which on to launch, in °F, at a ratio of costs."""
    intercept, slope = coefficients()
    p = threshold(ratio)
    return (np.log(p / (1 - p)) - intercept) / slope


def decisions():
    """What thresholds after four ratios of costs do to the 23 launches."""
    ratios = [1, 3, 10, 100]
    waits = [chance(TEMPERATURES) >= threshold(ratio) for ratio in ratios]
    return {
        "cost ratio": ratios,
        "threshold": [threshold(ratio) for ratio in ratios],
        "launch from °F": [warm_enough(ratio) for ratio in ratios],
        "put off": [int(wait.sum()) for wait in waits],
        "for nothing": [int(np.sum(wait & (DAMAGED == 0))) for wait in waits],
        "missed": [int(np.sum(~wait & (DAMAGED == 1))) for wait in waits],
    }


def cost(thresholds, ratio, damaged):
    """The cost of deciding the 23 launches by each of some thresholds.

    The unit is a launch put off for nothing. damaged may hold
    probabilities; then the cost is the expected one.
    """
    wait = chance(TEMPERATURES) >= np.reshape(thresholds, (-1, 1))
    return np.sum(np.where(wait, 1 - damaged, ratio * damaged), axis=1)


def variants():
    """Four fits to the data in circulation, and what they say of 31 °F."""
    rows = {
        "data": [],
        "launches": [],
        "intercept": [],
        "slope": [],
        "at 31 °F": [],
    }
    for name, temperatures, hits, trials in _circulating():
        place = newton(temperatures, hits, trials)[-1]
        rows["data"].append(name)
        rows["launches"].append(len(temperatures))
        rows["intercept"].append(place[0])
        rows["slope"].append(place[1])
        rows["at 31 °F"].append(sigmoid(place @ [1, FORECAST]))
    return rows


def curve():
    """The 23 launches and the sigmoid fitted to them, down to 31 °F."""
    degrees = np.linspace(29, 85, 225)
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    ax.axvspan(29, TEMPERATURES.min(), color="gray", alpha=0.12, lw=0)
    ax.fill_between(degrees, *interval(degrees), color="C0", alpha=0.2, lw=0)
    ax.plot(degrees, chance(degrees), "C0", label="probability of damage")
    _scatter(ax)
    ax.plot(FORECAST, chance(FORECAST), "C3D", ms=8)
    ax.annotate(
        "forecast, 31 °F",
        (FORECAST, chance(FORECAST)),
        (-4, -12),
        textcoords="offset points",
        color="C3",
        va="top",
    )
    ax.text(41, 0.12, "never flown", ha="center")
    ax.set(xlabel="temperature in °F", ylabel="probability of damage")
    ax.set(xlim=(29, 85), ylim=(-0.08, 1.14))
    return fig


def surface():
    """The log-loss over both coefficients, and two ways down."""
    inputs = scaled(60, 10)
    walk = descent(inputs, DAMAGED, 120)
    jump = newton(inputs, DAMAGED)
    across, up = np.linspace(-1.1, 2.2, 81), np.linspace(-3.2, 0.3, 81)
    height = [[log_loss([i, j], inputs, DAMAGED) for i in across] for j in up]
    levels = least_loss() + np.linspace(0.2, 3.2, 10) ** 2 / 2
    fig, ax = plt.subplots(figsize=(5.6, 4))
    ax.contour(across, up, height, levels, colors="gray", linewidths=0.8)
    ax.plot(*walk.T, "C2.-", lw=1.2, ms=5, label="gradient descent")
    ax.plot(*jump.T, "C3D-", lw=1.2, ms=5, label="Newton")
    ax.text(0.45, -0.7, "Newton", color="C3")
    ax.text(-0.42, -0.9, "descent", color="C2", ha="right")
    ax.text(0.08, 0.06, "start")
    ax.grid(False)
    ax.set(xlabel="intercept, at 60 °F", ylabel="slope per 10 °F")
    return fig


def explorer():
    """The launches and a sigmoid to be fitted by hand, with its log-loss."""
    intercept, slope = 6.0, -0.1
    degrees = np.linspace(29, 85, 241)
    fig, ax = plt.subplots()
    _scatter(ax)
    ax.plot(
        degrees,
        sigmoid(intercept + slope * degrees),
        "C0",
        label="probability of damage",
        gid="live-value",
    )
    place = sigmoid(intercept + slope * FORECAST)
    ax.plot(FORECAST, place, "C0o", ms=9, gid="live-point")
    ax.set(xlabel="temperature in °F", ylabel="probability of damage")
    ax.set(xlim=(29, 85), ylim=(-0.08, 1.14))
    z = a + b * t
    value = definition().rhs.subs(x, z)
    return {
        "figure": fig,
        "value": value,
        "slope": sympy.diff(value, t),
        "said": {"log-loss": loss_expression()},
        "sliders": [
            (t, "temperature", 29, 85, 1, FORECAST),
            (a, "intercept", 0, 30, 0.1, intercept),
            (b, "slope", -0.4, 0.1, 0.01, slope),
        ],
    }


def loss_expression():
    """The log-loss of all launches as an expression in intercept and slope."""
    return sympy.Add(
        *(
            sympy.log(1 + sympy.exp(-z if hit else z))
            for degrees, hit in zip(TEMPERATURES, DAMAGED, strict=True)
            for z in [a + b * int(degrees)]
        )
    )


def costs(ratio):
    """The cost of the 23 launches at every threshold, real and expected."""
    steps = np.linspace(0, 1, 2001)
    fig, ax = plt.subplots()
    real = cost(steps, ratio, DAMAGED)
    mean = cost(steps, ratio, chance(TEMPERATURES))
    ax.axvline(threshold(ratio), color="gray", lw=1)
    ax.plot(steps, mean, "C2", label="expected by the model")
    ax.plot(steps, real, "C3", lw=1.4, label="what happened")
    ax.text(0.115, 38.5, "what happened", color="C3")
    ax.text(0.6, 46, "expected", color="C2")
    ax.set(xlabel="threshold", ylabel="cost of 23 launches")
    ax.set(xlim=(0, 1), ylim=(0, None))
    return fig


def _design(inputs):
    """One row an observation: a 1 for the intercept, then its inputs."""
    return np.column_stack([np.ones(len(inputs)), inputs])


def _scatter(ax):
    """Draw the launches; the more at one place, the larger the dot."""
    places = np.column_stack([TEMPERATURES, DAMAGED])
    spots, counts = np.unique(places, axis=0, return_counts=True)
    ax.scatter(*spots.T, s=22 * counts, color="black", zorder=3)


def _shape_loss(curve, place, inputs):
    """The log-loss of an S-curve given as a distribution of scipy.stats."""
    z = _design(inputs) @ place
    chances = np.where(DAMAGED, curve.logcdf(z), curve.logsf(z))
    return -np.sum(chances)


def _fitted(curve, inputs):
    """The fit of an S-curve given as a distribution of scipy.stats."""
    return optimize.minimize(
        lambda place: _shape_loss(curve, place, inputs), [0, 0], method="BFGS"
    )


def _circulating():
    """(name, temperatures, hits, trials) of the data in circulation."""
    # Faraway (2006), Extending the Linear Model with R: `orings`.
    order = np.sort(TEMPERATURES)
    faraway = np.zeros(23)
    faraway[[0, 1, 2, 3, 10, 12, 17]] = [5, 1, 1, 1, 1, 1, 1]
    # Montgomery and Runger, Applied Statistics and Probability for Engineers.
    longer = [53, 56, 57, 63, 66, 67, 67, 67, 68, 69, 70, 70]
    longer += [70, 70, 72, 73, 75, 75, 76, 76, 78, 79, 80, 81]
    damaged = np.isin(np.arange(24), [0, 1, 2, 11, 12, 13, 17])
    return [
        ("any ring damaged", TEMPERATURES, DAMAGED, 1),
        ("each of six rings", TEMPERATURES, RINGS, 6),
        ("each ring, Faraway", order, faraway, 6),
        ("any ring, 24 launches", np.array(longer), damaged, 1),
    ]
