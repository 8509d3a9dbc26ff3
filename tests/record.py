"""python -m tests.record: measure what takes minutes, or needs quiet.

python -m tests.record sweep NAME   all float32 values, for one function
python -m tests.record times        the seconds and the memory they take
python -m tests.record cost         the seconds of units, alone and in layers
python -m tests.record activations  the seconds that each takes with its slope
python -m tests.record learnt NAME  what networks of an activation learn

The figures go to snippets/_recorded.py, with the machine, the versions, the
date and a hash of the program that was measured.
"""

import ast
import datetime
import hashlib
import os
import platform
import pprint
import subprocess
import sys
import time
import tracemalloc
from functools import partial
from importlib.metadata import version
from pathlib import Path

import mpmath
import numpy as np
from threadpoolctl import threadpool_limits

from snippets import _recorded, activations, choosing, cost, implementation
from snippets._bridge.program import program
from snippets.function import sigmoid

FILE = Path(_recorded.__file__)
STEP = 1 << 16
SIZES = [10**2, 10**3, 10**4, 10**5, 10**6, 10**7]
WIDTHS = [16, 64, 256, 1024, 4096]
COSTED = ["UNITS", "chunked", "dense", "slope"]


def measured(*names, topic="implementation"):
    """A hash of the program that measures names, whatever its words say."""
    targets = [(topic, name) for name in names]
    tree = ast.parse(program(FILE.parent, *targets).text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            del node.body[0]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


def surroundings():
    """The machine, the versions and the date, in words."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [li.split(":")[1] for li in lines if li.startswith("model name")]
    found = np._core._multiarray_umath.__cpu_features__
    best = [f for f in ("AVX512_SPR", "X86_V4", "X86_V3") if found.get(f)]
    return {
        "machine": f"{' '.join(names[0].split())}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, {best[0]}",
        "versions": f"Python {platform.python_version()}, "
        f"NumPy {version('numpy')}, SciPy {version('scipy')}",
        "date": datetime.date.today().isoformat(),
    }


def sweep(name):
    """The tally of one function over all bit patterns of a float32."""
    function, total, ties = getattr(implementation, name), {}, []
    for first in range(0, 1 << 32, STEP):
        tally = flat(function, first) or implementation.sweep(
            function, first, STEP
        )
        ties.append(tally.pop("ties", []))
        for key, value in tally.items():
            join = max if "normal" in key else int.__add__
            total[key] = join(total.get(key, 0), np.array(value).item())
    ties = np.concatenate(ties).astype(np.float32)
    errors = list(map(tie_error, ties, function(ties)))
    total["misrounded"] += sum(error > 0.5 for error in errors)
    total["ties"] = len(ties)
    total.pop("others", 0)  # all right
    if total["normal"] < 0.6:  # the ties decide what the largest error is
        total["normal"] = float(max(errors, default=0.5))
    return total


def flat(function, first):
    """The tally of a stretch on which each result is the one nearest float.

    The sigmoid rises, so where it rounds to one float at both ends it does
    in between. It is empty where that is not so, or a result differs.
    """
    x = np.arange(first, first + STEP).astype(np.uint32).view(np.float32)
    with np.errstate(all="ignore"):
        low, high = sigmoid(x[[0, -1]].astype(float)).astype(np.float32)
        if not np.array_equal(low, high, equal_nan=True):
            return {}
        if not np.array_equal(function(x), np.full_like(x, low), True):
            return {}
    if np.isnan(low):
        return {"nans": STEP}
    name = {0: "zeros", 0.5: "halves", 1: "ones"}.get(low.item(), "others")
    return {name: STEP}


def tie_error(x, value):
    """The error in ulps, to 60 digits, of a value that misses by about half.

    What decides may lie far beyond the digits of a float64.
    """
    with mpmath.workdps(60):
        true = 1 / (1 + mpmath.exp(-mpmath.mpf(float(x))))
        exponent = max(mpmath.frexp(true)[1] - 24, -149)
        gap = abs(mpmath.mpf(float(value)) - true)
        return mpmath.ldexp(gap, -exponent)


def times():
    """Nanoseconds a number, and arrays of memory, for each formula."""
    rng = np.random.default_rng(0)
    formulas = {f.__name__: f for f in implementation.FORMULAS.values()}
    names = ["naive", "sigmoid", "expit", "fast_sigmoid"]
    few = {name: formulas[name] for name in names}
    found = {"sizes": SIZES, "float64": {}, "float32": {}}
    for dtype in "float64", "float32":
        rows = []
        for size in SIZES:
            x = np.clip(rng.normal(0, 4, size), -16, 16).astype(dtype)
            rows.append(nanoseconds(few, x, 0.8))
        found[dtype] = {name: [row[name] for row in rows] for name in few}
    x = rng.normal(0, 4, 10**6)
    found["formulas"] = nanoseconds(formulas, x, 8)
    found["arrays"] = {name: arrays(name, x) for name in formulas}
    return found | {"program": measured(*formulas)}


def nanoseconds(functions, x, seconds):
    """The least time a number, of rounds of all functions for some seconds."""
    least, end = {}, time.perf_counter() + seconds
    repeats = max(1, 20_000 // x.size)
    with np.errstate(all="ignore"):
        while time.perf_counter() < end:
            for name, function in functions.items():
                start = time.perf_counter()
                for _ in range(repeats):
                    function(x)
                taken = (time.perf_counter() - start) / repeats / x.size * 1e9
                least[name] = min(least.get(name, taken), taken)
    return {name: round(taken, 2) for name, taken in least.items()}


def unit_times():
    """Nanoseconds a number for units, alone and in dense layers."""
    found = {"cached": {}, "memory": {}, "widths": WIDTHS}
    for dtype in "float32", "float64":
        for place, size in ("cached", cost.CHUNK), ("memory", 1 << 26):
            x, out = arguments(size, dtype)
            found[place][dtype] = processor(
                {
                    name: partial(cost.chunked, unit, x, out)
                    for name, unit in cost.UNITS.items()
                },
                size,
                1 if place == "cached" else 12,
            )
    x, out = arguments(cost.CHUNK, "float32")
    slope = {"slope": partial(cost.slope, x, out)}
    layers = [layer(width) for width in WIDTHS]
    return {
        **found,
        **processor(slope, cost.CHUNK, 0.5),
        "dense": [times.pop("dense") for times in layers],
        "layer": {name: [t[name] for t in layers] for name in layers[0]},
        "program": measured(*COSTED, topic="cost"),
    }


def processor(calls, size, seconds):
    """The processor's time a number: the median of rounds of all calls.

    It is blind to what other processes take.
    """
    rounds, end = {name: [] for name in calls}, time.process_time() + seconds
    repeats = max(1, (1 << 20) // size)
    while time.process_time() < end:
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(repeats):
                call()
            rounds[name].append(time.process_time() - start)
    scale = 1e9 / repeats / size
    return {
        name: round(float(np.median(times)) * scale, 2)
        for name, times in rounds.items()
    }


def arguments(size, dtype):
    """Normal numbers, and room for what becomes of them."""
    x = np.random.default_rng(0).standard_normal(size, dtype)
    return x, np.zeros_like(x)  # written to, so that the memory is there


def layer(width):
    """Nanoseconds an output of a float32 layer, for its sums and its units."""
    x, out = arguments(256 * width, "float32")
    weights, _ = arguments(width * width, "float32")
    weights = weights.reshape(width, width) / np.float32(width) ** 0.5
    x, sums = x.reshape(256, width), np.zeros((256, width), "float32")
    every = {"dense": partial(cost.dense, x, weights, weights[0], sums)}
    for name, unit in cost.UNITS.items():
        every[name] = partial(cost.chunked, unit, sums.ravel(), out)
    return processor(every, sums.size, 3)


def arrays(name, x):
    """How many arrays of x's size it takes at once, its result included."""
    function = getattr(implementation, name)
    with np.errstate(all="ignore"):
        tracemalloc.start()
        function(x)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return round(peak / x.nbytes, 1)


def activation_times():
    """Nanoseconds a number for each activation and its slope together.

    The numbers are float32, normal, and as many as a core's cache holds.
    """
    z = np.random.default_rng(0).normal(size=10_000).astype(np.float32)
    names = [name for name, *_ in activations.gallery()]
    names += [f"GELU {name}" for name, _ in activations.gelu_forms()[1:]]
    functions = {n: partial(activations.respond, n) for n in names}
    return {
        "each": nanoseconds(functions, z, 10),
        "program": measured("respond", topic="activations"),
    }


def learnt(name):
    """The rate and what ten networks learn, by start and depth."""
    starts = ["fitted"] if name.startswith("4σ") else ["fitted", "default"]
    starts += ["He"] * (name == "ReLU")
    found = {start: {} for start in starts}
    for start in starts:
        for depth in choosing.DEPTHS:
            rate, right = choosing.chosen(name, depth, start)
            found[start][depth] = {"rate": rate, "right": right.tolist()}
            print(name, start, depth, rate, right, flush=True)
    return found


def write(**new):
    """Write the records anew, with new ones."""
    import importlib

    importlib.reload(_recorded)  # another run may have written
    kept = {k: v for k, v in vars(_recorded).items() if k.isupper()}
    for name, value in new.items():
        kept[name] = kept.get(name, {}) | value
    text = '"""What tests/record.py measured; it writes this file."""\n'
    for name, value in kept.items():
        text += f"\n{name} = {pprint.pformat(value, sort_dicts=False)}\n"
    FILE.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", FILE])


def main(kind, *names):
    """Measure, and write what was found."""
    if kind == "sweep":
        for name in names:
            found = {"program": measured("sweep", name)}  # as it is now
            write(SWEEP={name: sweep(name) | found | surroundings()})
    elif kind == "cost":
        with threadpool_limits(1):
            write(COST=unit_times() | surroundings())
    elif kind == "activations":
        write(ACTIVATIONS=activation_times() | surroundings())
    elif kind == "learnt":
        for name in names:
            found = {"program": measured("chosen", topic="choosing")}
            write(LEARNT={name: learnt(name)} | found | surroundings())
    else:
        write(TIMES=times() | surroundings())


if __name__ == "__main__":
    main(*sys.argv[1:])
