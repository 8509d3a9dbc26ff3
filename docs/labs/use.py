# %% [markdown]
# # Use it: 23 launches
#
# Before Challenger broke apart, the rockets of 23 shuttle launches had been
# recovered, and on 7 of these launches a rubber ring in a joint had been
# damaged. The forecast for the next one was 31 °F. Fit a sigmoid to these
# launches by gradient descent, and read from it the probability, the odds and
# the uncertainty. You need the exponential function, and matrices in NumPy.
#
# On the site the lab stands solved. To work through it, take away the notebook
# and open it in Jupyter, or the script. Fill each gap `...`, run the cell,
# then run the check below it.

# %%
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## The data
#
# Temperatures at the rings in °F, and whether any was damaged, in the order of
# flight, after Dalal, Fowlkes and Hoadley
# ([1989](https://doi.org/10.1080/01621459.1989.10478858)).

# %%
fahrenheit = np.array(
    [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78]
    + [67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
)
y = np.array(
    [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0] + [0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
)


def row(degrees):
    """What the model sees of temperatures: 1, and steps of 7 from 70 °F."""
    degrees = np.asarray(degrees)
    return np.stack([np.ones(degrees.shape), (degrees - 70) / 7], axis=-1)


X = row(fahrenheit)
print(
    f"{len(y)} launches, {y.sum()} damaged, the coldest at {min(fahrenheit)}"
)

# %% [markdown]
# ## The model
#
# A straight line in the temperature gives a number $z$, and the sigmoid makes
# a probability of it. The log-loss is the sum of $-\ln p$ over the launches,
# where $p$ is the probability that the model gave to what happened.


# %%
def sigmoid(x):
    """The sigmoid of an array, for every float."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def loss(w):
    """The log-loss of the coefficients w, written so that none overflows."""
    z = X @ w
    return np.sum(np.logaddexp(0, z) - y * z)


print(f"A coin would have a log-loss of {loss(np.zeros(2)):.4f}.")

# %% [markdown]
# ## The gradient
#
# The sigmoid and the logarithm cancel: the slope of the log-loss in $z$ is a
# plain difference of two things. Which?


# %% tags=["exercise"]
def gradient(w):
    """How the log-loss rises with each of the two coefficients."""
    p = sigmoid(X @ w)
    return X.T @ (...)


# %% tags=["solution"]
def gradient(w):
    """How the log-loss rises with each of the two coefficients."""
    p = sigmoid(X @ w)
    return X.T @ (p - y)


# %% tags=["check"]
place, step = np.array([0.3, -0.5]), 1e-5 * np.eye(2)
rise = [(loss(place + s) - loss(place - s)) / 2e-5 for s in step]
try:
    mine = gradient(place)
except (TypeError, ValueError):
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert not np.allclose(mine, np.negative(rise)), "It points downhill: p − y."
assert not np.allclose(mine * len(y), rise), "Sum over launches, no average."
assert np.allclose(mine, rise, rtol=1e-6), f"It is {rise}, not {mine}."
print("Right: the prediction minus the truth, times the input.")

# %% [markdown]
# ## Down the slope
#
# From zeros, step against the gradient, again and again. The slope of the
# sigmoid is at most ¼, which bounds the curvature of the loss; the rate below
# is the largest for which that bound rules out overshooting.

# %%
rate = 4 / np.linalg.eigvalsh(X.T @ X)[-1]


# %% tags=["exercise"]
def descend(steps):
    """The coefficients after each of so many steps."""
    path = [np.zeros(2)]
    for _ in range(steps):
        w = path[-1]
        path.append(...)
    return path


# %% tags=["solution"]
def descend(steps):
    """The coefficients after each of so many steps."""
    path = [np.zeros(2)]
    for _ in range(steps):
        w = path[-1]
        path.append(w - rate * gradient(w))
    return path


# %% tags=["check"]
path = descend(1)
assert path[1] is not ..., "The gap is still there: replace the three dots."
assert loss(path[1]) < loss(path[0]), (
    f"The first step leads from {loss(path[0]):.2f} to {loss(path[1]):.2f}, "
    "uphill or too far: subtract the gradient, times the rate."
)
path = descend(200)
w, left = path[-1], np.linalg.norm(gradient(path[-1]))
assert left < 1e-9, f"After 200 steps a slope of {left:.1e} is left."
print(f"Right: a log-loss of {loss(w):.4f}, and nowhere to go from there.")

# %%
gaps = np.array([loss(w) for w in path[:41]]) - loss(path[-1])
fig, ax = plt.subplots()
ax.plot(gaps, "C2.-")
ax.set(xlabel="step", ylabel="log-loss above the least", yscale="log")
ax.set_title("Near the bottom each step removes the same share of the rest")
plt.show()

# %% [markdown]
# ## The probability
#
# What does the model say of a temperature? Mind that it has not seen degrees.


# %% tags=["exercise"]
def chance(degrees):
    """The probability of damage at temperatures in °F."""
    return sigmoid(...)


# %% tags=["solution"]
def chance(degrees):
    """The probability of damage at temperatures in °F."""
    return sigmoid(row(degrees) @ w)


# %% tags=["check"]
try:
    mine = chance(fahrenheit)
except TypeError:
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert np.isclose(mine.sum(), y.sum()), (
    "At the bottom of the loss the 23 probabilities add up to the 7 damaged "
    f"launches, yours to {mine.sum():.2f}: use row(degrees), as the fit did."
)
for degrees in (31, 53, 66, 81):
    print(f"Right: {chance(degrees):.4f} at {degrees} °F.")

# %% [markdown]
# ## The odds
#
# The odds are $p / (1 - p)$, and their logarithm is the straight line. So each
# degree multiplies them by the same number. How many times as high are the
# odds of damage when it is 10 °F colder?

# %% tags=["exercise"]
colder = ...

# %% tags=["solution"]
colder = np.exp(-w[1] * 10 / 7)

# %% tags=["check"]
odds = [chance(degrees) / (1 - chance(degrees)) for degrees in (55, 65)]
assert colder is not ..., "The gap is still there: replace the three dots."
assert colder > 1, f"{colder:.3f} is below 1: that is for 10 °F warmer."
assert np.isclose(colder, odds[0] / odds[1]), (
    f"From 65 to 55 °F they grow {odds[0] / odds[1]:.2f}-fold, not "
    f"{colder:.2f}-fold: the coefficient is for steps of 7 °F."
)
print(f"Right: 10 °F less make the odds {colder:.2f} times as high.")

# %% [markdown]
# ## The uncertainty
#
# Where the loss is sharply curved, the data leave no choice; where it is flat,
# they say little. The inverse of the curvature is the covariance of the two
# coefficients. Each launch adds to the curvature with a weight: the slope of
# the sigmoid at its $z$, written with $p$.


# %% tags=["exercise"]
def curvature(w):
    """The second derivatives of the log-loss, two by two."""
    p = sigmoid(X @ w)
    weight = ...
    return X.T @ (X * weight[:, None])


# %% tags=["solution"]
def curvature(w):
    """The second derivatives of the log-loss, two by two."""
    p = sigmoid(X @ w)
    weight = p * (1 - p)
    return X.T @ (X * weight[:, None])


# %% tags=["check"]
bend = np.array([(gradient(w + s) - gradient(w - s)) / 2e-5 for s in step])
try:
    mine = curvature(w)
except TypeError:
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert np.allclose(mine, bend), (
    f"The gradient changes by {bend.tolist()}, not by {mine.tolist()}: "
    "the slope of σ is σ(1 − σ)."
)
covariance = np.linalg.inv(mine)
for name, value, error in zip(
    ["at 70 °F", "per 7 °F"], w, np.sqrt(np.diag(covariance)), strict=True
):
    print(f"Right: {value:.3f} ± {error:.3f} {name}.")

# %% [markdown]
# The line at a temperature is uncertain by a `reach` to both sides. A
# probability has no room for that: near 1 there is none above. Where does the
# sigmoid belong?


# %% tags=["exercise"]
def interval(degrees, level=0.95):
    """The lowest and the highest probability, by this rule."""
    at = row(degrees)
    spread = np.sqrt(np.sum(at @ covariance * at, axis=-1))
    reach = NormalDist().inv_cdf((1 + level) / 2) * spread
    z = at @ w
    return ...


# %% tags=["solution"]
def interval(degrees, level=0.95):
    """The lowest and the highest probability, by this rule."""
    at = row(degrees)
    spread = np.sqrt(np.sum(at @ covariance * at, axis=-1))
    reach = NormalDist().inv_cdf((1 + level) / 2) * spread
    z = at @ w
    return sigmoid(z - reach), sigmoid(z + reach)


# %% tags=["check"]
mine = interval(np.array([31, 53, 81]))
assert mine is not ..., "The gap is still there: replace the three dots."
low, high = mine
assert np.all(low > 0) and np.all(high < 1), (
    f"It goes from {low.min():.2f} to {high.max():.2f}, but a probability "
    "lies between 0 and 1: add to z, then take the sigmoid."
)
centre = (np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2
line = row([31, 53, 81]) @ w
assert np.allclose(centre, line), "On the line it reaches as far both ways."
for degrees, *ends in zip((31, 53, 81), low, high, strict=True):
    print(f"Right: from {ends[0]:.4f} to {ends[1]:.7f} at {degrees} °F.")

# %%
degrees = np.linspace(29, 85, 225)
fig, ax = plt.subplots()
ax.fill_between(degrees, *interval(degrees), color="C0", alpha=0.2, lw=0)
ax.plot(degrees, chance(degrees), "C0")
ax.plot(fahrenheit, y, "o", color="black", alpha=0.5)
ax.axvline(31, color="C3", lw=1)
ax.text(32, 0.2, "forecast", color="C3")
ax.set(xlabel="temperature in °F", ylabel="probability of damage")
ax.set_title("Left of the coldest launch the shape of the curve decides")
plt.show()

# %% [markdown]
# ## Where to go from here
#
# The forecast lies far below every launch, so the number is a guess that takes
# the sigmoid's shape for granted. What other shapes say, and what a decision
# costs, stands in [binary classification](../challenger.md); why the sigmoid
# makes probabilities of scores, in [probability](../probability.md).
