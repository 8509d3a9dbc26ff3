"""Every program on the pages, run by itself, does what the pages show."""

import ast
import html
import inspect
import json
import os
import re
import runpy
import subprocess
import sys
import sysconfig
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy

from snippets._bridge.call import Call, parse

ALONE = Path(__file__).with_name("alone.py")
VALUES = [-2.0, 0.5, 3.0]
DATA = re.compile(r'<data value="([^"]*)" title="([^"]*)"')
attempt, describe = map(runpy.run_path(ALONE).get, ["attempt", "describe"])


@pytest.fixture(scope="module")
def run_alone(tmp_path_factory):
    """run_alone(jobs): what each (program, expression) of a list comes to.

    The interpreter is fresh, stands in an empty folder, and processes none
    of the files by which the project is installed.
    """
    paths = sysconfig.get_paths()
    folders = sorted({paths["purelib"], paths["platlib"]})

    def run(jobs):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "error", ALONE],
            input=json.dumps({"folders": folders, "jobs": jobs}),
            cwd=tmp_path_factory.mktemp("empty"),
            env=os.environ | {"MPLBACKEND": "Agg"},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="module")
def run_all(run_alone):
    """run_all(jobs): {job: what it comes to}, two interpreters at a time.

    Jobs share an interpreter, but no names, if they import the same: none
    can live on what another has loaded.
    """

    def run(jobs):
        groups = defaultdict(list)
        for program, expression in dict.fromkeys(jobs):
            groups[imports(program)].append((program, expression))
        with ThreadPoolExecutor(2) as pool:
            results = pool.map(run_alone, groups.values())
            pairs = zip(chain(*groups.values()), chain(*results), strict=True)
            return dict(pairs)

    return run


def imports(program):
    """What a program imports."""
    kinds = ast.Import, ast.ImportFrom
    nodes = [n for n in ast.parse(program).body if isinstance(n, kinds)]
    return tuple(map(ast.unparse, nodes))


@pytest.fixture(scope="module")
def results(run_all, calls):
    """[(page, call, result, str(result))] of all calls, run by themselves."""
    runs = [
        (page, call, call.script("result"))
        for page, call in calls
        if not call.shows_code
    ]
    kinds = "result", "str(result)"
    found = run_all([(text, kind) for *_, text in runs for kind in kinds])
    return [
        (page, call, *[found[text, kind] for kind in kinds])
        for page, call, text in runs
    ]


@pytest.fixture(scope="module")
def shown(calls):
    """{program: (page, the function itself)} of all that code() shows."""
    found = {}
    for page, call in calls:
        if call.shows_code:
            topic, name = call.targets[0]
            module = import_module(f"snippets.{topic}")
            found[call.program] = page, getattr(module, name)
    return found


def on_modules(call):
    """What a call returns, its names those of the imported topics."""
    topics = {t: import_module(f"snippets.{t}") for t, _ in call.targets}
    own = {n: getattr(topics[t], n) for t, n in call.targets if t == call.page}
    return eval(call.text, topics | own)


def trials(function):
    """Argument lists: numbers for each parameter that must be given."""
    parameters = inspect.signature(function).parameters.values()
    required = [p for p in parameters if p.default is p.empty]
    return [[value] * len(required) for value in VALUES]


def test_the_project_cannot_be_imported_where_programs_run(run_alone):
    """What runs there needs nothing of ours, but finds the libraries."""
    libraries, ours = run_alone(
        [
            ("import matplotlib, numpy, sympy", "1"),
            ("import snippets", "1"),
        ]
    )
    assert libraries == "int 1"
    assert ours == "ModuleNotFoundError: No module named 'snippets'"


def test_a_program_with_a_name_missing_is_found(run_alone):
    """What raises, warns or prints there is told from what does not."""
    seen = run_alone(
        [
            ("import numpy as np\ndef f(x):\n    return np.exp(x)", "f(0.0)"),
            ("def f(x):\n    return np.exp(x)", "f(0.0)"),
            ("import warnings", "warnings.warn('so so')"),
            ("", "print('hello')"),
        ]
    )
    assert seen == [
        "float64 np.float64(1.0)",
        "NameError: name 'np' is not defined",
        "UserWarning: so so",
        "NoneType None, and prints",
    ]


def test_a_program_finds_its_own_module(run_alone):
    """As when a reader runs it: a dataclass looks there for what it names."""
    program = (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Tree:\n"
        "    left: 'Tree | None' = None\n"
    )
    assert run_alone([(program, "Tree(Tree()).left.left")]) == [
        "NoneType None"
    ]


def test_every_call_is_the_same_by_itself(results):
    """Each call's program gives, alone, what the tested functions give."""
    differing = [
        (page, call.text, alone)
        for page, call, alone, _ in results
        if alone != attempt(on_modules, call)
    ]
    assert results and not differing


def test_a_call_on_modules_runs_no_program(monkeypatch):
    """What programs are compared with is not made by them."""
    calls = [
        parse("inverse(function.sigmoid(2.5))", "snippets", "index"),
        parse("function.sigmoid(0).shape", "snippets", "function"),
    ]
    for name in ("run", "job", "program"):
        monkeypatch.delattr(Call, name)
    results = [on_modules(call) for call in calls]
    assert results == [pytest.approx(2.5, rel=1e-12), ()]


def test_every_number_shown_is_what_its_program_gives(site, results):
    """The value behind each number of the built pages is its program's."""
    alone = {
        (page, f"snippets/{call.targets[0][0]}.py: {call.text}"): text
        for page, call, _, text in results
    }
    seen = 0
    for page in {page for page, *_ in results}:
        name = page.removesuffix(".md").removesuffix("index")
        built = (site / name / "index.html").read_text(encoding="utf-8")
        for value, title in DATA.findall(built):
            result = alone[page, html.unescape(title)]
            assert result == f"str {html.unescape(value)!r}", (page, title)
            seen += 1
    assert seen


def test_every_program_shown_does_what_its_function_does(run_all, shown):
    """A copied program defines its function, which behaves as the tested."""
    jobs, expected = [], []
    for program, (page, function) in shown.items():
        for trial in trials(function):
            arguments = ", ".join(map(repr, trial))
            jobs.append((program, f"{function.__name__}({arguments})"))
            expected.append((page, attempt(function, *trial)))
    found = run_all(jobs)
    differing = [
        (page, job[1], found[job], result)
        for job, (page, result) in zip(jobs, expected, strict=True)
        if found[job] != result
    ]
    assert jobs and not differing


def test_programs_share_an_interpreter_only_by_their_imports():
    """Another import, or another name for it, is another interpreter."""
    texts = ["import a", "import a as b", "import a.b", "from a import b", ""]
    programs = [f"{text}\n\nx = 1\n" for text in texts]
    assert len(set(map(imports, programs))) == len(programs)
    assert imports("import a\nx = 1\n") == imports("import a\n\n\ny = 2\n")


def test_values_that_differ_are_told_apart():
    """Type, last digit, order, names and curves all count."""
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set(xlabel="x")
    texts = [describe(fig)]
    ax.set(xlabel="t")
    texts.append(describe(fig))
    ax.lines[0].set_ydata([0, 1 + 2**-52])
    texts.append(describe(fig))
    ax.text(0, 0, "here")
    texts.append(describe(fig))
    ax.fill_between([0, 1], [0, 1])
    texts.append(describe(fig))
    ax.bar([0], [1])
    texts.append(describe(fig))
    plt.close(fig)
    x = sympy.Symbol("x")
    values = [
        *(1, 1.0, "1", 1 + 2**-52, np.float64(1), np.float32(1), True),
        *(np.array([1]), np.array([1.0]), [1], (1,), {"a": [1]}, {"b": [1]}),
        *(x, sympy.Symbol("x", real=True), sympy.Integer(1), x + 1),
    ]
    texts += map(describe, values)
    assert len(set(texts)) == len(texts)
    assert describe({"a": [1.5, x]}) == describe({"a": [1.5, x]})
