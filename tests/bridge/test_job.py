"""A job: what it computes, and the name under which its result is kept."""

import importlib.metadata
import os
import pickle
import platform
import subprocess
import sys
from dataclasses import replace

import pytest

from snippets._bridge import job as module
from snippets._bridge.job import Job, digest, libraries, surroundings, version


@pytest.fixture
def chain(topics):
    """A function that borrows from a topic that borrows, and so on."""
    topics.write(
        "first",
        "import numpy as np\n\n\ndef a(n):\n    return n * np.pi\n\n\n"
        "def idle():\n    return 1\n",
    )
    for name, before, other in (
        ("second", "first", "a"),
        ("third", "second", "b"),
        ("page", "third", "c"),
    ):
        mine = chr(ord(other) + 1)
        topics.write(
            name,
            f"from PACKAGE.{before} import {other}\n\n\n"
            f"def {mine}(n):\n    return {other}(n) + 1\n\n\n"
            f"def idle_{name}(n):\n    return {mine}(n)\n",
        )
    return topics


def change(topics, name, old, new):
    """Replace a text in a topic."""
    path = topics.folder / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def key(topics, text="d(1):.2f", form="inline"):
    """The key of a call's job, as a new process would find it."""
    return replace(topics.job(text, form)).key


# What decides a key.


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("page", "c(n) + 1\n", "c(n) + 2\n"),
        ("page", "c(n) + 1\n", "c(n) + 1  # One.\n"),
        ("page", "def d", "# A comment on it.\ndef d"),
        ("page", "def d(n):\n", 'def d(n):\n    """More."""\n'),
        ("third", "b(n) + 1", "b(n) - 1"),
        ("second", "a(n) + 1", "a(n) + 1.0"),
        ("first", "n * np", "2 * n * np"),
        ("first", "numpy as np", "math as np"),
    ],
)
def test_the_key_changes_with_the_program(chain, name, old, new):
    """A change of what a call needs, three topics away too, is another key."""
    before = key(chain)
    change(chain, name, old, new)
    assert key(chain) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("page", "\ndef d", "\n\n\n\n\ndef d"),
        ("page", "\ndef d", "\n# A comment apart.\n\n\ndef d"),
        ("page", "from", '"""About this topic."""\n\nfrom'),
        ("page", "def idle_page(n):", "def idle_page(n, m=1):"),
        ("third", "\ndef idle", "\nLOST = 1\n\n\ndef idle"),
        ("first", "return 1", "return 2"),
        ("first", "import numpy", "import sympy\nimport numpy"),
    ],
)
def test_the_key_does_not_change_with_the_rest(chain, name, old, new):
    """Lines, other functions and comments elsewhere decide no result."""
    before = key(chain)
    change(chain, name, old, new)
    assert key(chain) == before


def test_the_key_changes_with_the_call(chain):
    """Arguments, format, form and function each give a key."""
    keys = [
        key(chain, text, form)
        for form in ("inline", "math", "alone")
        for text in (
            *("d(1)", "d(2)", "d(1.0)", "d(n=1)", "d(1):.2f", "d(1):.3f"),
            *("idle_page(1)", "third.c(1)", "d(d(1))", "[d(1)]", "d(1).real"),
        )
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_of_a_formula_is_its_own():
    """In a sentence and displayed, and of another text, it is another."""
    forms = [("tex", "x"), ("display", "x"), ("tex", "y"), ("code", "x")]
    assert len({Job(*form).key for form in forms}) == len(forms)
    assert Job("tex", "x").key == Job("tex", "x").key


@pytest.fixture
def versions(monkeypatch):
    """Say that a library has another version."""
    known = module.version

    def say(name, number):
        monkeypatch.setattr(
            module, "version", lambda n: number if n == name else known(n)
        )
        module._own.cache_clear()

    yield say
    monkeypatch.undo()
    module._own.cache_clear()


@pytest.mark.parametrize("library", ["numpy", "matplotlib", "latex2mathml"])
def test_the_key_changes_with_a_library(chain, versions, library):
    """What a program imports, and what draws for all, has its version."""
    before = key(chain)
    versions(library, "0.0.1")
    assert key(chain) != before


def test_the_key_does_not_change_with_another_library(chain, versions):
    """A library that nothing imports does not count."""
    before = key(chain)
    versions("scipy", "0.0.1")
    assert key(chain) == before


@pytest.mark.parametrize(
    ("owner", "name", "other"),
    [
        (sys, "version", sys.version.replace("3.", "4.", 1)),
        (sys, "platform", "other"),
        (platform, "machine", lambda: "other"),
        (platform, "python_implementation", lambda: "other"),
    ],
)
def test_the_key_changes_with_the_machine(
    chain, monkeypatch, owner, name, other
):
    """Another Python, or another kind of machine, may compute otherwise."""
    before = key(chain)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, other)
        module._own.cache_clear()
        after = key(chain)
    module._own.cache_clear()
    assert after != before


def test_the_key_changes_with_the_bridge(chain, monkeypatch, tmp_path):
    """The code and the style that turn a result into HTML decide it too."""
    (tmp_path / "job.py").write_text("1")
    (tmp_path / "figure.mplstyle").write_text("1")
    keys = []
    with monkeypatch.context() as patch:
        patch.setattr(module, "__file__", str(tmp_path / "job.py"))
        for name in ("job.py", "figure.mplstyle", "new.py", "job.pyc"):
            (tmp_path / name).write_text("2")
            module._own.cache_clear()
            keys.append(key(chain))
    module._own.cache_clear()
    assert len(set(keys)) == 3 and keys[2] == keys[3]


def test_the_key_is_the_same_in_every_process(topics):
    """Neither the order of sets nor anything else of a process counts."""
    topics.write("page", "import math\n\n\ndef f():\n    return math.pi\n")
    text = (
        f"import sys; sys.path.insert(0, {str(topics.folder.parent)!r})\n"
        "from snippets._bridge.call import parse\n"
        f"call = parse('f():.2f', {topics.package!r}, 'page')\n"
        "print(call.job('inline').key)"
    )
    seen = {
        subprocess.check_output(
            [sys.executable, "-c", text],
            env=os.environ | {"PYTHONHASHSEED": seed},
            text=True,
        ).strip()
        for seed in ("1", "2")
    }
    assert seen == {key(topics, "f():.2f")}


def test_a_digest_keeps_its_texts_apart():
    """Texts that are joined otherwise have another digest, equal ones not."""
    texts = [("a", "b"), ("ab",), ("a, b",), ("b", "a"), ("a", "b", ""), ()]
    assert len({digest(*text) for text in texts}) == len(texts)
    assert digest("a", "b") == digest("a", "b")


# What a job tells.


def test_the_libraries_are_those_that_a_program_imports():
    """Python's own are none, and a name within a line is none."""
    text = (
        "import json\nfrom os import path\nimport sympy as s\n"
        "from numpy import pi\nimport numpy.linalg\n\n"
        "x = 'import scipy'\n# import mpmath\n"
    )
    assert libraries(text) == ["numpy", "sympy"]


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("numpy", "numpy"),
        ("markdown", "Markdown"),
        ("PIL", "pillow"),
        ("mpl_toolkits", "matplotlib"),
    ],
)
def test_a_version_is_that_of_the_project(name, project):
    """A library may be imported under another name than it is installed."""
    assert version(name) == importlib.metadata.version(project)


def test_what_is_not_installed_has_no_version():
    """A library that is missing is for the job to tell."""
    assert version("not_there") == ""


def test_the_surroundings_are_versions(chain):
    """What decides a result besides its text is told with its names."""
    _, *named = surroundings(chain.job("d(1)").text)
    assert named == [("numpy", importlib.metadata.version("numpy"))]


def test_a_job_knows_its_imports(topics):
    """The modules are told by their whole names."""
    topics.write(
        "page",
        """
        import os.path
        from collections import Counter as C

        import numpy.linalg as la

        FROM = 1
        # import nothing
        imported = 2


        def f():
            return FROM, imported, os.path.sep, C, la
        """,
    )
    names = ["collections", "numpy.linalg", "os.path"]
    assert topics.job("f()").modules == names


def test_only_a_call_runs_code_of_a_snippet(chain):
    """Formulas and programs to show may be trusted."""
    assert Job("tex", "x").trusted and chain.job("code(d)").trusted
    assert not chain.job("d(1)").trusted


def test_a_script_ends_with_the_call(chain):
    """The program, and the result in a variable."""
    job = chain.job("third.c(d(1))")
    assert job.script("x") == f"{job.text}\n\nx = c(d(1))\n"


def test_a_job_can_be_sent(chain):
    """A job is the same on the other side, and so is its key."""
    job = chain.job("d(1):.2f")
    sent = pickle.loads(pickle.dumps(job))
    assert (sent, sent.key, sent.limit) == (job, job.key, job.limit)
