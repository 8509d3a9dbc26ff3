"""Claims that people repeat; each function decides the one it states."""

import numpy as np
import sympy
from scipy.special import logit

from snippets.challenger import threshold
from snippets.commentary import framed, gap
from snippets.derivative import area, sigmoid_prime, textbook_prime
from snippets.distribution import largest_error, normal, normal_density
from snippets.function import definition, sigmoid, step, x
from snippets.images import accuracy
from snippets.implementation import (
    both_branches,
    clipped,
    complaints,
    first,
    naive,
    worst,
)
from snippets.layers import XOR, separator, stacked, staircase_error
from snippets.libraries import automatic_slope, regression
from snippets.precision import (
    clipped_loss,
    cross_entropy_gradient,
    squared_gradient,
)
from snippets.probability import calibrated, level, sure
from snippets.saturation import distinct, finite
from snippets.series import taylor_terms


def never_reached():
    """The sigmoid never returns 0 or 1."""
    value = definition().rhs
    ends = sigmoid([-800, 40])
    return {
        "for real numbers": _positive(value) and _positive(1 - value),
        "for floats": np.all((0 < ends) & (ends < 1)),
    }


def trigonometric():
    """The sigmoid is a trigonometric function."""
    slope = definition().rhs.diff(x)
    return {"it takes some value twice": not _positive(slope)}


def only_range():
    """The sigmoid differs from tanh only in its range."""
    other = sympy.tanh(x).rewrite(sympy.exp)
    return {
        "2σ(x) − 1, which has the same range, is tanh(x)": _same(
            2 * definition().rhs - 1, other
        )
    }


def one_word():
    """“Sigmoid” and “logistic” mean the same."""
    t = np.linspace(-6, 6, 120)
    turns = np.diff(np.sign(np.diff(sigmoid(t), 2)))
    arctan = 1 / 2 + np.arctan(t) / np.pi
    slopes = np.diff(logit(arctan))
    return {
        "the logistic curve is S-shaped": np.count_nonzero(turns) == 1,
        "every S-shaped curve is logistic": np.ptp(slopes) < 1e-6,
    }


def everywhere():
    """Since it is smooth, the sigmoid equals its Taylor series everywhere."""
    misses = np.array(
        [
            [
                abs(sigmoid(t) - 1 / 2 - taylor_terms(t, n).sum())
                for t in (3, 4)
            ]
            for n in (5, 10, 20, 40)
        ]
    )
    nearer = np.all(np.diff(misses, axis=0) < 0, axis=0)
    return {
        "at x = 3, more terms bring it nearer": nearer[0],
        "at x = 4, more terms bring it nearer": nearer[1],
    }


def density():
    """The slope of the sigmoid is a probability density."""
    return {
        "it is positive": _positive(definition().rhs.diff(x)),
        "its area is 1": area() == 1,
    }


def only_solution():
    """Only the sigmoid satisfies y′ = y(1 − y)."""
    moved = definition().rhs.subs(x, x - 1)
    return {"σ(x − 1) fails": not _same(moved.diff(x), moved * (1 - moved))}


def nearly_normal():
    """σ(1.7x) is the normal distribution function."""
    return {
        "to a hundredth": normal_gap() < 0.01,
        "to a factor of ten at −6": tail_ratio(6) < 10,
    }


def information():
    """Squeezing into the range from 0 to 1 loses information."""
    value = definition().rhs
    odds = value / (1 - value)
    return {
        "of real numbers": not _same(odds, sympy.exp(x)),
        "of floats": distinct() < finite(),
    }


def only_own_slope():
    """Only the sigmoid has itself in its derivative."""
    other = sympy.tanh(x).rewrite(sympy.exp)
    return {
        "the slope of tanh is not 1 − tanh²": not _same(
            other.diff(x), 1 - other**2
        )
    }


def no_square():
    """The derivative of the sigmoid is e⁻ˣ/(1 + e⁻ˣ)."""
    e = sympy.exp(-x)
    return {
        "the slope is e⁻ˣ/(1 + e⁻ˣ)": _same(
            definition().rhs.diff(x), e / (1 + e)
        )
    }


def one_peak():
    """Nowhere is the sigmoid as steep as at 0."""
    return {"σ′ falls short of ¼ by (σ − ½)²": _at_most_a_quarter()}


def closer():
    """The sigmoid brings any two numbers at least four times closer."""
    return {"no slope exceeds ¼": _at_most_a_quarter()}


def most_active():
    """A unit is most active where it is most sensitive."""
    t = np.linspace(-8, 8, 161)
    peaks = np.argmax(sigmoid(t)), np.argmax(sigmoid_prime(t))
    return {"output and slope are largest at one x": peaks[0] == peaks[1]}


def small_output():
    """A unit stops learning when its output is small."""
    return {
        "with the slope as a factor, as in hidden layers": (
            sigmoid_prime(-9) < 0.001
        ),
        "of an output unit with the log-loss and the label 1": (
            abs(cross_entropy_gradient(-9, 1)) < 0.001
        ),
    }


def large_output():
    """Gradients explode because a sigmoid can return large values."""
    return {
        "an output can exceed 1": not _positive(1 - definition().rhs),
        "a slope can exceed ¼": not _at_most_a_quarter(),
    }


def smooth_everywhere():
    """Being smooth, the sigmoid has a useful gradient everywhere."""
    return {"at 10 the slope exceeds a thousandth": sigmoid_prime(10) > 0.001}


def quarter_a_layer():
    """Each sigmoid layer divides the gradient by at least four."""
    wide = np.linalg.norm(np.ones((24, 24)), 2)
    return {
        "with one unit a layer and weights of 1": _at_most_a_quarter(),
        "with one unit a layer and a weight of 8": (
            8 * sigmoid_prime(0) <= 1 / 4
        ),
        "with 24 units a layer and weights of 1": (
            wide * sigmoid_prime(0) <= 1 / 4
        ),
    }


def narrow_range():
    """Gradients vanish because the range from 0 to 1 is narrow."""
    steep = definition().rhs.subs(x, 8 * x)
    slope = steep.diff(x).subs(x, 0)
    return {"no curve from 0 to 1 has a slope above 1": bool(slope <= 1)}


def unstable():
    """The naive formula 1/(1 + e⁻ˣ) is numerically unstable."""
    return {
        "for some x it overflows": complaints(naive, [-800.0]) == "overflow",
        "for other x it is off by more than four units in the last place": (
            worst("1/(1 + e⁻ˣ)") > 4
        ),
    }


def clipping():
    """Clipping x to ±500 prevents the overflow."""
    return {
        "in float64": complaints(clipped, [-800.0]) == "–",
        "in float32": complaints(clipped, np.float32([-800])) == "–",
    }


def where():
    """np.where, with a form for either sign, is the stable sigmoid."""
    t = np.linspace(-744, 744, 1489)
    with np.errstate(all="ignore"):
        misses = np.abs(both_branches(t) - sigmoid(t))
    return {
        "its values are right": np.all(misses <= 4 * np.spacing(sigmoid(t))),
        "it does not overflow": complaints(both_branches, [-800.0]) == "–",
        "its automatic derivative is a number at −89, in float32": (
            not np.isnan(automatic_slope(both_branches, -89))
        ),
    }


def derived():
    """The stable formula is stable under automatic derivatives, too."""
    return {
        "at −89, in float32, it gives a number": (
            not np.isnan(automatic_slope(sigmoid, -89))
        ),
        "at 0 it gives ¼": automatic_slope(sigmoid, 0) == 1 / 4,
    }


def held_off():
    """Clipping probabilities to 10⁻⁷ mends the log-loss."""
    losses = clipped_loss(sigmoid([20, 30, 40]), 0)
    return {
        "no loss is infinite": np.all(np.isfinite(losses)),
        "the loss of a mistake still has a slope at 20": np.all(
            np.diff(losses) > 0
        ),
    }


def sharp_at_one():
    """Close to 1 the sigmoid tells inputs apart most precisely."""
    lost = abs(logit(sigmoid(36)) - 36)
    return {"σ(36) gives 36 back, to a hundredth": lost < 0.01}


def never_flat():
    """The slope of the sigmoid is never 0."""
    return {
        "for real numbers": _positive(definition().rhs.diff(x)),
        "for floats, as s(1 − s)": textbook_prime(40) > 0,
    }


def complement():
    """1 − σ(x) is σ(−x)."""
    value = definition().rhs
    return {
        "for real numbers": _same(1 - value, value.subs(x, -x)),
        "for floats": rest(40) == sigmoid(-40),
    }


def lopsided():
    """In floats the sigmoid is 1 long before it is 0."""
    return {
        "at 40 it is 1": sigmoid(40) == 1,
        "at −740 it is not 0": sigmoid(-740) > 0,
    }


def peak_shown():
    """A plot over np.linspace(-10, 10, 100) shows the largest slope."""
    return {"0 is one of its points": gap(100) == 0}


def value_at_one():
    """σ(1) is 0.7315, to four decimals."""
    return {
        "the nearest number of four decimals is 0.7315": abs(
            sigmoid(1) - 0.7315
        )
        <= 0.00005
    }


def frameless():
    """legend(frameon='false') draws no frame."""
    return {"with this argument there is no frame": not framed("false")}


def a_probability():
    """The output of a sigmoid is a probability."""
    value = definition().rhs
    return {
        "it lies between 0 and 1": _positive(value) and _positive(1 - value),
        "of what it calls more than 99.9% sure, at least that share is true": (
            sure(level(3)) <= 1 - level(3)
        ),
    }


def any_curve_will_do():
    """Any curve from 0 to 1 would serve logistic regression as well."""
    p = normal(1.0)
    slope = -normal_density(1.0) / p
    return {
        "the normal one stays between 0 and 1": 0 < normal(-9) < p < 1,
        "its log-loss has the slope p − y": np.isclose(slope, p - 1),
    }


def half():
    """The answer is yes where the output exceeds ½."""
    return {
        "if both mistakes cost the same": threshold(1) == 1 / 2,
        "if one costs ten times as much": threshold(10) == 1 / 2,
    }


def normalised():
    """A layer of sigmoids normalises its outputs."""
    return {
        "each lies between 0 and 1": np.all(np.abs(outputs() - 0.5) < 0.5),
        "together they are 1": np.isclose(total(), 1),
    }


def softmax_of_two():
    """With two classes softmax can do no more than one sigmoid."""
    a, b = sympy.symbols("a b", real=True)
    share = sympy.exp(a) / (sympy.exp(a) + sympy.exp(b))
    return {
        "it is σ of the difference": _same(
            share, definition().rhs.subs(x, a - b)
        )
    }


def less_accurate():
    """Squeezing its score makes a classifier less accurate."""
    value = definition().rhs
    rises, middle = _positive(value.diff(x)), value.subs(x, 0)
    return {
        "for real numbers some decision at ½ changes": (
            not rises or middle != sympy.Rational(1, 2)
        ),
        "for floats some decision at ½ changes": sigmoid(1e-17) <= 1 / 2,
    }


def equal_steps():
    """In logistic regression, equal steps of x add equal probabilities."""
    return {"from 0 to 1 as from 4 to 5": np.isclose(step(0), step(4))}


def curved_border():
    """Being curved, a sigmoid unit can draw a curved border."""
    return {"one unit computes XOR": separator(XOR) is not None}


def any_function():
    """One layer of sigmoids comes as near as you like to any smooth curve."""
    errors = [staircase_error(units) for units in (8, 32, 128, 512)]
    halved = all(b < a / 2 for a, b in zip(errors, errors[1:], strict=False))
    # Each sigmoid of a sum has an end, and so has the sum.
    rest = sympy.limit(x - sympy.Symbol("v") * definition().rhs, x, sympy.oo)
    return {
        "to one period of a sine, each time at half the distance or less, "
        "with four times the units": halved,
        "to the line y = x, over all real numbers": rest.is_finite is True,
    }


def one_layer():
    """Without an activation, many layers do no more than one."""
    two = stacked()
    return {"v(wx + a) + b is one layer": _same(two.lhs, two.rhs)}


def learns_nothing():
    """A network with sigmoids in its hidden layers learns nothing."""
    deep = accuracy([64, 24, 24, 24, 24, 24, 10])
    return {
        "with one hidden layer": accuracy([64, 24, 10]) < 0.2,
        "with five, in this run": deep < 0.2,
    }


def slow_mistakes():
    """A sigmoid that is confident and wrong learns slowly."""
    return {
        "from the squared error": abs(squared_gradient(-10, 1)) < 0.001,
        "from the log-loss": abs(cross_entropy_gradient(-10, 1)) < 0.001,
    }


def one_direction():
    """A unit fed by sigmoids moves all its weights in one direction."""
    rng = np.random.default_rng(0)
    inputs = sigmoid(rng.normal(size=(32, 8)))
    errors = rng.normal(size=(32, 1))
    each, all_ = errors * inputs, (errors - errors.mean()) * inputs
    return {
        "for one example": np.all(_agree(each)),
        "for a batch whose errors add up to 0": _agree(all_.sum(axis=0)),
    }


def out_of_use():
    """Nobody uses the sigmoid any more."""
    found = regression()
    same = np.allclose(found["predict_proba"], found["sigmoid of the score"])
    return {"scikit-learn’s logistic regression does without it": not same}


def normal_gap():
    """The largest distance of σ(1.7x) from the normal distribution."""
    _, error = largest_error(1.7)
    return abs(error)


def tail_ratio(deviations):
    """How many times larger σ(1.7x) is than the normal one, so far left."""
    return sigmoid(-1.7 * deviations) / normal(-deviations)


def certain():
    """How many images a fitted model is more than 99.9% sure of."""
    scores = np.abs(calibrated()["as trained"])
    return np.count_nonzero(sigmoid(scores) > level(3))


def narrowest():
    """The least float64 whose sigmoid exceeds ½."""
    return first(lambda x: sigmoid(x) > 1 / 2, np.float64(0), np.float64(1))


def rest(x):
    """What floats leave of 1 − σ(x)."""
    return 1 - sigmoid(x)


def total():
    """The sum of the outputs of a layer of ten sigmoids."""
    return outputs().sum()


def outputs():
    """The outputs of ten sigmoids, fed with random numbers."""
    return sigmoid(np.random.default_rng(0).normal(size=10))


def _positive(expression):
    """Whether SymPy knows an expression to be positive for all real x."""
    return sympy.factor(expression).is_positive is True


def _same(one, other):
    """Whether SymPy can turn the difference of two expressions into 0."""
    return sympy.simplify(one - other) == 0


def _at_most_a_quarter():
    """Whether ¼ − σ′ is a square, so that no slope exceeds a quarter."""
    value = definition().rhs
    half = sympy.Rational(1, 2)
    return _same(half**2 - value.diff(x), (value - half) ** 2)


def _agree(steps):
    """Whether all steps of a row have one sign."""
    return np.abs(np.sign(steps).sum(axis=-1)) == steps.shape[-1]
