# %% [markdown]
# # Build it: the sigmoid and its slope
#
# Write the sigmoid, derive its slope, see both, break them with large inputs
# and mend them. You need the derivative of a quotient, and functions in
# Python.
#
# On the site the lab stands solved. To work through it, take away the notebook
# and open it in Jupyter, or the script. Where a cell has a gap `...`, fill it,
# run the cell, then run the check below it: it says that you are right, or why
# not.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np
import sympy

# %% [markdown]
# ## Write it
#
# The sigmoid turns any real number into one between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# Fill the gap. With `np.exp` the same line serves a number and an array.


# %% tags=["exercise"]
def sigmoid(x):
    """The sigmoid of a number or an array."""
    return ...


# %% tags=["solution"]
def sigmoid(x):
    """The sigmoid of a number or an array."""
    return 1 / (1 + np.exp(-x))


# %% tags=["check"]
mine = sigmoid(np.array([-2.0, 0.0, 2.0]))
assert mine is not ..., "The gap is still there: replace the three dots."
left, middle, right = mine
assert middle != 2, "sigmoid(0) is 2: that is 1 + e⁻ˣ; return 1 over it."
assert middle == 1 / 2, f"sigmoid(0) is {middle}; it is ½, since e⁰ is 1."
assert right > middle, "It falls: the exponent has the wrong sign."
odds = right / (1 - right)
assert np.isclose(odds, np.exp(2)), f"σ/(1 − σ) at 2 is {odds}; it is e²."
print(f"Right: σ(−2) = {left:.4f} and σ(2) = {right:.4f} add up to 1.")

# %% [markdown]
# ## See it

# %%
x = np.linspace(-8, 8, 321)
fig, ax = plt.subplots()
ax.plot(x, sigmoid(x), "C0")
ax.set(xlabel="x", ylabel="σ(x)")
ax.set_title("Flat at both ends, steepest in the middle")
plt.show()

# %% [markdown]
# ## Derive its slope
#
# By the chain rule the derivative of $1/u$ is $-u'/u^2$, here with
# $u = 1 + e^{-x}$ and $u' = -e^{-x}$. SymPy agrees:

# %%
t = sympy.Symbol("t", real=True)
slope = sympy.diff(1 / (1 + sympy.exp(-t)), t)
slope

# %% [markdown]
# Split the fraction, and the sigmoid appears twice:
#
# $$\frac{e^{-x}}{(1 + e^{-x})^2}
# = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}$$
#
# The first factor is $\sigma(x)$. What is the second, written with
# $\sigma(x)$?


# %% tags=["exercise"]
def sigmoid_prime(x):
    """The slope of the sigmoid at x, written with the sigmoid alone."""
    s = sigmoid(x)
    return s * ...


# %% tags=["solution"]
def sigmoid_prime(x):
    """The slope of the sigmoid at x, written with the sigmoid alone."""
    s = sigmoid(x)
    return s * (1 - s)


# %% tags=["check"]
try:
    mine = np.array([sigmoid_prime(x) for x in (-1.0, 0.0, 1.0)])
except TypeError:
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
rise = (sigmoid(1e-5) - sigmoid(-1e-5)) / 2e-5
assert mine[1] > 0, "The slope is positive: σ rises everywhere."
assert np.isclose(mine[1], rise), (
    f"At 0 you have {mine[1]}, but σ rises by {rise:.4f} per unit of x. "
    "The two factors add up to 1."
)
exact = [float(slope.subs(t, point)) for point in (-1, 0, 1)]
assert np.allclose(mine, exact), f"At −1, 0, 1 it is {exact}, not {mine}."
print(f"Right: the slope is σ(1 − σ), at most {mine.max()}.")

# %%
fig, ax = plt.subplots()
ax.plot(x, sigmoid(x), "C0")
ax.plot(x, sigmoid_prime(x), "C1")
ax.text(2.2, 0.8, "σ", color="C0")
ax.text(2.2, 0.14, "σ′", color="C1")
ax.set(xlabel="x", ylabel="value")
ax.set_title("The slope is ¼ where σ is ½, and fades on both sides")
plt.show()

# %% [markdown]
# ## Break it
#
# The mathematics holds for every $x$; the floats do not. Ask for the far left:

# %%
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    print("σ(−1000) =", sigmoid(-1000.0))
    print("σ(−720)  =", sigmoid(-720.0))
print("NumPy says:", *{str(warning.message) for warning in said})
print("e⁻⁷²⁰    =", np.exp(-720.0))

# %% [markdown]
# On the way $e^{-x}$ has overflowed. At −1000 the result is right by luck,
# since no float is as small as the true value. At −720 it is wrong: so far to
# the left the sigmoid is $e^x$, which is a float.
#
# The slope breaks on the other side, and without a warning:

# %%
for point in (-20.0, 20.0, -40.0, 40.0):
    print(f"σ′({point:+.0f}) = {sigmoid_prime(point):.17g}")

# %% [markdown]
# The slope is the same at $-x$ and $x$, but here it is not. Near 1 the floats
# are too coarse for σ: in $1 - \sigma$ most digits cancel, and at 40 all of
# them.

# %% [markdown]
# ## Mend it
#
# Take the exponential of $-|x|$ only, which cannot overflow:
# $z = e^{-|x|}$ lies between 0 and 1. For $x \geq 0$ the sigmoid is
# $1 / (1 + z)$. For $x < 0$ multiply numerator and denominator of
# $1 / (1 + e^{-x})$ by $e^x$, which is $z$ there. What does that leave in the
# numerator?


# %% tags=["exercise"]
def stable(x):
    """The sigmoid of a number or an array, for every float."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, ...) / (1 + z)


# %% tags=["solution"]
def stable(x):
    """The sigmoid of a number or an array, for every float."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


# %% tags=["check"]
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    try:
        mine = stable(np.array([-1000.0, -720.0, -1.0, 0.0, 1.0, 1000.0]))
    except TypeError:
        mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert not said, f"NumPy still warns: {said[0].message}. Use z alone."
assert np.isclose(mine[2], sigmoid(-1.0)), (
    f"At −1 it is {sigmoid(-1.0):.4f}, not {mine[2]:.4f}: "
    "eˣ · 1 stays in the numerator, and that is z."
)
assert mine[1] == np.exp(-720.0), f"At −720 it is eˣ, not {mine[1]}."
assert mine[0] == 0 and mine[-1] == 1, "It should end at 0 and at 1."
print(f"Right: no warning, and σ(−720) = {mine[1]}.")

# %% [markdown]
# Now the slope. Instead of $1 - \sigma(x)$, in which digits cancel, write the
# same factor as one value of σ. The picture tells which: turn the curve by
# half a turn about its middle.


# %% tags=["exercise"]
def stable_prime(x):
    """The slope of the sigmoid at x, to its last digits."""
    return stable(x) * stable(...)


# %% tags=["solution"]
def stable_prime(x):
    """The slope of the sigmoid at x, to its last digits."""
    return stable(x) * stable(-x)


# %% tags=["check"]
try:
    mine = stable_prime(np.array([-40.0, 1.0, 40.0]))
except TypeError:
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert np.isclose(mine[1], sigmoid_prime(1.0)), (
    f"At 1 the slope is {sigmoid_prime(1.0):.4f}, not {mine[1]:.4f}: "
    "1 − σ(x) is the value of σ at the opposite of x."
)
assert mine[2] > 0, "At 40 the digits still cancel: do not subtract from 1."
assert mine[0] == mine[2], f"{mine[0]} at −40, but {mine[2]} at 40."
print(f"Right: the slope at −40 and at 40 is {mine[2]:.4g}.")

# %%
x = np.linspace(32, 44, 481)
broken = sigmoid_prime(x)
fig, ax = plt.subplots()
ax.plot(x, stable_prime(x), "C1", lw=5, alpha=0.4)
ax.plot(x[broken > 0], broken[broken > 0], "C3")
ax.text(40, 3e-17, "σ(x) σ(−x)", color="C1")
ax.text(35.4, 5e-17, "σ (1 − σ)", color="C3", ha="right")
ax.set(xlabel="x", ylabel="slope", yscale="log")
ax.set_title("σ(1 − σ) goes by steps and ends at 0; σ(x)σ(−x) goes on")
plt.show()

# %% [markdown]
# ## Where to go from here
#
# How exact this function is, and a faster one, stand in
# [the sigmoid in code](../implementation.md); how floats round it to 0 and 1,
# in [saturation](../saturation.md); more ways to write its slope, in
# [the derivative](../derivative.md).
