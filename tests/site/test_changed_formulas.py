"""What the pages prove is not proved of anything else."""

import signal

import pytest
import sympy
from formulas import weaker, wrong

from snippets._bridge.call import jobs
from snippets._bridge.proof import follows, prove, split

PATIENCE = 20  # seconds of computing
# What is changed in these is true as well: λ is even, the exponential is its
# own derivative, and a weight does not matter where the input is 0.
_SLOPE = "bounds: quotient_slope(): Eq(Derivative("
_LINE = "derivative: by_quotient(): Eq("
_SECOND = (
    "((exp(x) + 1)*Derivative(exp(x), (x, 2))"
    " - exp(x)*Derivative(exp(x) + 1, x))/(exp(x) + 1)**2",
    "((exp(x) + 1)*Derivative(exp(x), x)"
    " - exp(x)*Derivative(exp(x) + 1, (x, 2)))/(exp(x) + 1)**2",
)
_ENDS = "((exp(x) + 1)*exp(x) - exp(2*x))/(exp(x) + 1)**2)"
TRUE = {
    f"{_SLOPE}x**2*weight(-xi) - x/2 + log(sigma(x)), x), "
    "2*x*(-weight(x) + weight(xi)))",
    f"{_SLOPE}x**2*weight(xi) - x/2 + log(sigma(x)), x), "
    "2*x*(-weight(-x) + weight(xi)))",
    f"{_SLOPE}x**2*weight(xi) - x/2 + log(sigma(x)), x), "
    "2*x*(-weight(x) + weight(-xi)))",
    *(f"{_LINE}Derivative(exp(x)/(exp(x) + 1), x), {s})" for s in _SECOND),
    *(f"{_LINE}{s}, {_ENDS}" for s in _SECOND),
    "layers: opposite(): "
    "Eq(z(0, 0, -w1, w2, b) + z(1, 1, w1, w2, b), 2*b + w1 + w2)",
    "layers: opposite(): "
    "Eq(z(0, 0, w1, -w2, b) + z(1, 1, w1, w2, b), 2*b + w1 + w2)",
    "layers: opposite(): "
    "Eq(2*b + w1 + w2, z(0, 1, -w1, w2, b) + z(1, 0, w1, w2, b))",
    "layers: opposite(): "
    "Eq(2*b + w1 + w2, z(0, 1, w1, w2, b) + z(1, 0, w1, -w2, b))",
    "bounds: weight_definition(): Eq(weight(-xi), (sigma(xi) - 1/2)/(2*xi))",
    "calculus: largest_bend(): -sqrt(3)/18 <= -Derivative(sigma_prime(x), x)",
    "calculus: largest_bend(): -Derivative(sigma_prime(x), x) <= sqrt(3)/18",
    "calculus: largest_bend(): "
    "Derivative(sigma_prime(x), (x, 2)) <= sqrt(3)/18",
    "derivative: shortfall(): Eq(1/4 - sigma_prime(x), (sigma(-x) - 1/2)**2)",
    "function: bounds(): sigma(-x) > 0",
    "function: bounds(): sigma(-x) < 1",
    "function: denominator(): 2 > 1",
    "function: denominator(): exp(x) + 1 > 1",
}


@pytest.fixture(scope="module")
def results(pages):
    """(page: call, result) of all that stands alone and may be a formula."""
    return [
        (f"{page.stem}: {call.text}", call.run())
        for page in pages
        for call, job in jobs(page.read_text("utf-8"), "snippets", page.stem)
        if call and job.form == "alone" and not job.spec
        if "sympy" in call.program
    ]


@pytest.fixture(scope="module")
def formulas(results):
    """(page: call, link, domain) of each link of each formula on a page."""
    found = []
    for name, value in results:
        relation, domain = split(value) or (sympy.true, {})
        chain = isinstance(relation, sympy.And)
        for link in relation.args if chain else [relation]:
            if link != sympy.true:
                found.append((name, link, domain))
    return found


@pytest.fixture(scope="module")
def lines(results):
    """(page: call, line before, line) of each derivation on a page."""
    return [
        (name, before[1], line[1])
        for name, value in results
        if isinstance(value, list)
        for before, line in zip(value, value[1:], strict=False)
    ]


class TooLong(BaseException):
    """More time than a page would give a call."""


def stop(*_):
    """End what takes too long, like an integral without a value."""
    raise TooLong


def proved(relation, domain):
    """Whether a relation passes for true in a domain, within its time."""
    sets = {s: v for s, v in domain.items() if s in relation.free_symbols}
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        return prove((relation, sets))[0]
    except (ValueError, TooLong):
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_every_formula_passes(formulas):
    """Each is proved, checked or a definition."""
    assert formulas
    assert [name for name, *claim in formulas if not proved(*claim)] == []


def test_no_formula_made_wrong_passes(formulas):
    """One number or sign changed is noticed, in definitions too."""
    passed, tried = [], 0
    for name, link, domain in formulas:
        for changed in wrong(link):
            if not weaker(changed, link, domain):
                tried += 1
                if proved(changed, domain):
                    passed.append(f"{name}: {changed}")
    assert tried > 5 * len(formulas)
    assert set(passed) <= TRUE


def test_no_line_made_wrong_follows(lines):
    """Each line of a derivation is another one when anything is changed."""
    passed, tried = [], 0
    for name, before, line in lines:
        assert follows(before, line), name
        for changed in wrong(sympy.Eq(before, line, evaluate=False)):
            tried += 1
            if follows(*changed.args):
                passed.append(f"{name}: {changed}")
    assert tried > 5 * len(lines) > 0
    assert set(passed) <= TRUE
