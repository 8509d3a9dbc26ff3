# %% [markdown]
# # Stress it: a deep network
#
# On its way back through a deep network a gradient is multiplied by slopes in
# each layer, and the slope of the sigmoid is at most ¼. Make gradients vanish,
# make them explode, then cure both. You need the chain rule, and matrices in
# NumPy.
#
# On the site the lab stands solved. To work through it, take away the notebook
# and open it in Jupyter, or the script. Fill each gap `...`, run the cell,
# then run the check below it.

# %%
import matplotlib.pyplot as plt
import numpy as np


def sigmoid(x):
    """The sigmoid of an array, for every float."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def sigmoid_prime(x):
    """The slope of the sigmoid, to its last digits."""
    return sigmoid(x) * sigmoid(-x)


# %% [markdown]
# ## A deep network
#
# Each layer multiplies what comes in by a matrix of random weights, then bends
# it by a function. For 100 units, the weights are drawn with a standard
# deviation of one tenth, one over the root of 100, times a `scale`. All
# numbers below are those of one such network; other seeds give somewhat
# others.


# %%
WIDTH, DEPTH = 100, 30


def network(scale):
    """An input, and the weights of all layers."""
    rng = np.random.default_rng(0)
    spread = scale / np.sqrt(WIDTH)
    weights = rng.normal(0, spread, (DEPTH, WIDTH, WIDTH))
    return rng.normal(size=WIDTH), weights


def forward(h, weights, bend):
    """What comes out of the last layer, and the sums in each layer."""
    sums = []
    for matrix in weights:
        sums.append(matrix @ h)
        h = bend(sums[-1])
    return h, sums


# %% [markdown]
# ## Backward
#
# The chain rule leads back from the last layer to the first. `g` tells how the
# result changes with what leaves a layer. Undo the bend, then the matrix: how
# does the result change with what enters the layer?


# %% tags=["exercise"]
def backward(g, weights, sums, slope):
    """The gradients before each layer, the last layer's first."""
    found = []
    for matrix, z in zip(weights[::-1], sums[::-1], strict=True):
        g = ...
        found.append(g)
    return found


# %% tags=["solution"]
def backward(g, weights, sums, slope):
    """The gradients before each layer, the last layer's first."""
    found = []
    for matrix, z in zip(weights[::-1], sums[::-1], strict=True):
        g = matrix.T @ (g * slope(z))
        found.append(g)
    return found


# %% tags=["check"]
h, weights = network(4)
weights, g, step = weights[:3], np.ones(WIDTH), 1e-5 * np.eye(WIDTH)[0]
sums = forward(h, weights, sigmoid)[1]
mine = backward(g, weights, sums, sigmoid_prime)[-1]
assert mine is not ..., "The gap is still there: replace the three dots."
ends = [forward(h + s, weights, sigmoid)[0].sum() for s in (step, -step)]
rise = (ends[0] - ends[1]) / 2e-5
linear = weights[0].T @ (weights[1].T @ (weights[2].T @ g))
assert not np.allclose(mine, linear), "The slope of the bend is missing."
assert np.isclose(mine[0], rise, rtol=1e-6), (
    f"Moving the first input, the result rises by {rise:.5f} per unit, not by "
    f"{mine[0]:.5f}: g times the slopes, then the transposed matrix."
)
print(f"Right: a step at the input changes the sum by {rise:.5f} times it.")

# %% [markdown]
# ## They vanish
#
# Start from a gradient of length 1 at the end, and see what length is left on
# the way to the first layer.


# %%
def lengths(scale, bend, slope):
    """The length of the gradient after so many layers on the way back."""
    h, weights = network(scale)
    sums = forward(h, weights, bend)[1]
    g = np.ones(WIDTH) / np.sqrt(WIDTH)
    found = backward(g, weights, sums, slope)
    return np.linalg.norm([g, *found], axis=1)


def factor(scale, bend, slope):
    """By what a layer multiplies the gradient, in the geometric mean."""
    return lengths(scale, bend, slope)[-1] ** (1 / DEPTH)


length = lengths(1, sigmoid, sigmoid_prime)[-1]
print(f"Of a gradient of 1, the first of {DEPTH} layers gets {length:.1e}.")
print(f"Each layer multiplies it by {factor(1, sigmoid, sigmoid_prime):.3f}.")

# %% [markdown]
# ## They explode
#
# Larger weights make up for the slope. Try scales until the sigmoid's network
# neither shrinks nor stretches its gradient by more than a tenth a layer.

# %% tags=["exercise"]
scale = ...

# %% tags=["solution"]
scale = 12

# %% tags=["check"]
assert scale is not ..., "The gap is still there: replace the three dots."
mine = factor(scale, sigmoid, sigmoid_prime)
assert mine > 0.9, f"It still shrinks, by {mine:.3f} a layer: a larger scale."
assert mine < 1.1, f"It explodes, by {mine:.3f} a layer: a smaller scale."
sums = forward(*network(scale), sigmoid)[1]
flat = np.mean(sigmoid_prime(np.array(sums)) < 0.01)
print(f"Right: it is multiplied by {mine:.3f} a layer.")
print(f"But {flat:.0%} of the units have a slope below one hundredth.")

# %% [markdown]
# So a balance exists, but a bad one: the units that happen to be near the
# middle carry the gradient, and the others learn next to nothing. A little
# more, and it explodes.

# %% [markdown]
# ## Cure it
#
# The sigmoid has two faults here. Its slope is at most ¼, and its values lie
# around ½ instead of around 0, so they push the next layer away from the
# middle. Stretch it and move it: keep the shape, but with a slope of 1 at 0
# and a value of 0 there.


# %% tags=["exercise"]
def centred(x):
    """The sigmoid, stretched and moved: through 0 with a slope of 1."""
    return ...


# %% tags=["solution"]
def centred(x):
    """The sigmoid, stretched and moved: through 0 with a slope of 1."""
    return 4 * sigmoid(x) - 2


# %% tags=["check"]
points = np.array([-1e-5, 0, 1e-5])
mine = centred(points)
assert mine is not ..., "The gap is still there: replace the three dots."
rise = (mine[2] - mine[0]) / 2e-5
assert np.isclose(rise, 1), f"At 0 its slope is {rise:.2f}, not 1: stretch it."
assert mine[1] == 0, f"At 0 it is {mine[1]}, not 0: move it down."
assert np.isclose(centred(2.0), 4 * sigmoid(2.0) - 2), "Keep the sigmoid."


def centred_prime(x):
    """The slope of the centred sigmoid."""
    return 4 * sigmoid_prime(x)


print(f"Right: now it is {factor(1, centred, centred_prime):.3f} a layer.")

# %%
scales = np.geomspace(1 / 2, 40, 15)
fig, ax = plt.subplots()
ax.axhline(1, color="gray", lw=1)
curves = {
    "black": [factor(s, sigmoid, sigmoid_prime) for s in scales],
    "C2": [factor(s, centred, centred_prime) for s in scales],
}
for colour, factors in curves.items():
    ax.plot(scales, factors, ".-", color=colour)
ax.text(5, 1 / 2, "sigmoid")
ax.text(1.2, 1.4, "centred", color="C2", ha="right")
ax.set(xlabel="scale of the weights", ylabel="factor per layer")
ax.set(xscale="log", yscale="log")
ax.set_xticks([0.5, 1, 2, 5, 10, 20, 40], "½ 1 2 5 10 20 40".split())
ax.set_yticks([0.1, 0.2, 0.5, 1, 2], "0.1 0.2 0.5 1 2".split())
ax.minorticks_off()
ax.set_title("Centred, it crosses 1 at the natural scale, not at saturation")
plt.show()

# %%
cases = {
    "sigmoid, scale 1": ("black", 1, sigmoid, sigmoid_prime),
    "sigmoid, scale 20": ("C3", 20, sigmoid, sigmoid_prime),
    "centred, scale 1": ("C2", 1, centred, centred_prime),
}
fig, ax = plt.subplots()
for name, (colour, *case) in cases.items():
    found = lengths(*case)
    ax.plot(found, colour)
    ax.text(DEPTH + 1, found[-1], name, color=colour, va="center")
ax.set(xlabel="layers on the way back", ylabel="length of the gradient")
ax.set(yscale="log", xlim=(0, 46), xticks=[0, 10, 20, 30])
ax.set_title("It vanishes, it explodes, it stays")
plt.show()

# %% [markdown]
# ## When it explodes all the same
#
# A network that reads a long text has as many layers as words, and one word
# may be enough to make its gradient explode. So a gradient is shortened before
# it does harm: if it is longer than `most`, to that length, in its own
# direction.


# %% tags=["exercise"]
def clipped(g, most):
    """The gradient g, shortened to a length if it is longer."""
    return g * ...


# %% tags=["solution"]
def clipped(g, most):
    """The gradient g, shortened to a length if it is longer."""
    return g * min(1, most / np.linalg.norm(g))


# %% tags=["check"]
small, large = np.array([0.12, -0.16]), np.array([300.0, -4.0])
try:
    mine = clipped(small, 1), clipped(large, 1)
except TypeError:
    mine = None
assert mine is not None, "The gap is still there: replace the three dots."
assert np.array_equal(mine[0], small), "Leave alone what is short enough."
turn = np.abs(mine[1][1] / mine[1][0] / (large[1] / large[0]) - 1)
assert turn < 1e-9, "Its direction has changed: shorten all numbers alike."
length = np.linalg.norm(mine[1])
assert length < 1.1, f"Its length is still {length:.0f}: divide by that."
assert length > 0.9, f"Its length is {length:.2f} now, which is too short."
print("Right: what is short is left alone, what is long keeps its direction.")

# %% [markdown]
# ## Where to go from here
#
# Why the slope is at most ¼ is proved in [the derivative](../derivative.md);
# where it is too small to be told from 0, in [saturation](../saturation.md);
# what happens while a network learns, in
# [vanishing gradients](../vanishing.md) and
# [exploding gradients](../exploding.md).
