"""tests/mutations.py: what it changes, what it finds, what it leaves."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import mutations
import pytest

import snippets

FILES = {
    "pyproject.toml": "[tool.pytest.ini_options]",
    "snippets/__init__.py": "",
    "snippets/weak.py": """
def far(x):
    return abs(x) > 1


def halved(x):
    while x > 1:
        x /= 2
    return x


def label(x):
    return str(x)
""",
    "tests/test_weak.py": """
import sys
from snippets.weak import far, halved, label


def test_all():
    assert sys.dont_write_bytecode  # else one mutant may pass for another
    assert far(3) and not far(0)
    assert halved(8.0) == 1
    assert label(1) == "1"
""",
    "snippets/well.py": """
def double(x):
    return 2 * x
""",
    "tests/test_well.py": """
from snippets.well import double


def test_double():
    assert double(3) == 6
""",
    "snippets/early.py": """
def double(x):
    return 2 * x


FOUR = double(2)
""",
    "tests/test_early.py": """
from snippets.early import FOUR


def test_four():
    assert FOUR == 4
""",
    "snippets/used.py": """
class Sum:
    def more(self, x):
        return x + 1
""",
    "tests/test_used.py": """
from snippets.used import Sum


def test_nothing():
    assert Sum()
""",
    "snippets/user.py": """
from snippets.used import Sum


def two():
    return Sum().more(1)
""",
    "tests/test_user.py": """
from snippets.user import two


def test_two():
    assert two() == 2
""",
    "snippets/loop.py": """
def nothing(x):
    while x:
        x -= 1
    return x
""",
    "tests/test_loop.py": """
from snippets.loop import nothing


def test_nothing():
    assert nothing(3) == 0
""",
    "tests/mutations.toml": """
[[weak]]
in = "far"
line = "return abs(x) > 1"
becomes = ["return abs(-x) > 1", "return abs(x) < 1"]
reason = "The distance from 0 knows no sign."
""",
}
FOUND = """\
weak: 15 mutants, 1 equal, 0 on no page, 85.7% of the others killed (2 by \
the clock), 2 gaps; besides 0 of style, 1 before what has no sign, 0 not tried
  snippets/weak.py:3: x -> -x
    return abs(-x) > 1
    The distance from 0 knows no sign.
  snippets/weak.py:3: > -> >=
    return abs(x) >= 1
    A GAP: no test notices.
  snippets/weak.py:3: 1 -> 2
    return abs(x) > 2
    A GAP: no test notices.
  listed, but not a survivor: far
    return abs(x) < 1
"""


@pytest.mark.parametrize(
    "line, changes",
    [
        ("a + b", "-a + b; a - b"),
        ("a * b", "-a * b; a / b"),
        ("(a-b) / c", "(-a-b) / c; (a+b) / c; (a-b) * c; (a-b) / -c"),
        ("a **2", "-a **2; a *2; a **-2; a **3"),
        ("x[i] = 0", "x[-i] = 0; x[i] = 1"),
        ("s -= .7", "s += .7; s -= 1.7"),
        ("s = 1e17", "s = -1e17; s = 2e+17"),
        ("0 < a", "1 < a; 0 <= a; 0 > a; 0 < -a"),
        (
            "a != b <= f",
            "-a != b <= f; a == b <= f; a != -b <= f; "
            "a != b < f; a != b >= f; a != b <= -f",
        ),
        ("return -f(a)", "return f(a); return -f(-a)"),
        ("not a and b", "a and b; not a or b"),
        ("[a, 'b', True]", "[-a, 'b', True]; [a, 'b', False]"),
        ("np.floor(a)", "np.ceil(a); np.floor(-a)"),
        ("f'ä{a:.3g}'", "f'ä{-a:.3g}'"),
        ("'1 + 1'; p.q()", ""),
    ],
)
def test_a_change_is_one_sign(line, changes):
    """Operators, comparisons, signs and constants change one at a time."""
    found = mutations.mutants("topic", line.encode())
    assert "; ".join(mutant.becomes for mutant in found) == changes


def test_what_styles_a_drawing_is_told_from_its_data():
    """Keyword arguments of style, and the place of a label if it is typed."""
    line = b"ax.text(0.5, y, f(2), lw=3); ax.plot(1, ms=4)"
    found = mutations.mutants("topic", line)
    numbers = {m.change.split()[0]: m.drawing for m in found}
    style = {"0.5": True, "y": False, "f(2)": False, "2": False}
    assert numbers == style | {"3": True, "1": False, "4": True}


@pytest.fixture
def project(tmp_path):
    """A project of three topics: hardly tested, well tested, and a loop."""
    if not hasattr(os, "fork"):
        pytest.skip("the command forks")
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(mutations.__file__, root / "tests")
    return root


def command(project, *options):
    """The command, started in a project whose temporary folder is beside."""
    folder = project.with_name("temporary")
    folder.mkdir()
    environment = os.environ | {"TMPDIR": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mutations", "-j2", *options],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def contents(folder):
    """What a folder holds, bytecode aside: bytes of files by their names."""
    return {
        path: path.is_file() and path.read_bytes()
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def test_the_survivors_are_found_and_nothing_else_changes(project):
    """What is listed passes, two gaps and a wrong listing are reported.

    A mutant that runs for ever is killed by the clock.
    """
    before = contents(project)
    done = command(project, "-t2", "weak")
    assert done.communicate() == (FOUND, "") and done.returncode == 1
    assert contents(project) == before


def test_some_may_be_tried_and_what_is_left_is_not_wrong(project):
    """The same ones each time; a listed one may be among those left."""
    done = command(project, "-t2", "-n3", "weak")
    out, error = done.communicate()
    assert error == "" and out.startswith("weak: ")
    head, *rest = out.splitlines()
    assert head.endswith("13 not tried")
    assert not any("listed, but not" in line for line in rest)


@pytest.mark.parametrize(
    "topic, number",
    [
        ("well", 3),
        pytest.param("early", 6, id="called while its topic is imported"),
        pytest.param("used", 3, id="noticed by another topic's tests"),
    ],
)
def test_a_topic_without_gaps_passes(project, topic, number):
    """The command succeeds where every mutant is killed."""
    done = command(project, topic)
    out = done.communicate()[0]
    start = f"{topic}: {number} mutants, 0 equal, 0 on no page, 100.0% of"
    assert out.startswith(start)
    assert done.returncode == 0


def test_a_topic_without_tests_kills_nothing(project):
    """All its mutants are gaps."""
    (project / "tests" / "test_well.py").unlink()
    out, _ = command(project, "well").communicate()
    assert "0.0% of the others killed" in out and "3 gaps" in out


ALONE = """
seen = []


def test_yes():
    assert seen.append(0) is None and len(seen) == 1


def test_no():
    test_yes()
"""


@pytest.mark.parametrize("text", ["def test_no():\n    assert False\n", ALONE])
def test_tests_that_fail_beforehand_prove_nothing(project, text):
    """Then the command says so, and tests no mutant; likewise if together."""
    path = project / "tests" / "test_well.py"
    path.write_text(text, encoding="utf-8")
    done = command(project, "well")
    out, error = done.communicate()
    assert "test_" in out and "mutants" not in out
    assert "fail before anything is changed" in error and done.returncode == 1


PART = """
def half(x):
    return x / 2


def letter():
    return "ab"[1]


def unseen():
    return 4
"""
SURVIVED = """\
part: 8 mutants, 0 equal, 3 on no page, 40.0% of the others killed (0 by \
the clock), 3 gaps; besides 0 of style, 0 before what has no sign, 0 not tried
  snippets/part.py:3: x -> -x
    return -x / 2
    A GAP: no test notices.
  snippets/part.py:3: / -> *
    return x * 2
    A GAP: no test notices.
  snippets/part.py:3: 2 -> 3
    return x / 3
    A GAP: no test notices.
  snippets/part.py:7: 1 -> -1
    return "ab"[-1]
    No page shows a difference.
  snippets/part.py:11: 4 -> -4
    return -4
    No page shows a difference.
  snippets/part.py:11: 4 -> 5
    return 5
    No page shows a difference.
"""


def test_what_no_page_shows_is_no_gap(project):
    """A mutant with which no page can be built is killed, too."""
    bridge = Path(snippets.__path__[0], "_bridge")
    shutil.copytree(bridge, project / "snippets" / "_bridge")
    for name, text in {
        "snippets/part.py": PART,
        "tests/test_part.py": "def test_nothing():\n    assert 1",
        "docs/part.md": "{{ half(8) }} {{ letter() }}",
    }.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    out, error = command(project, "part").communicate()
    assert (out, error) == (SURVIVED, "")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_leaves_nothing_behind(project, name):
    """No file, in the tree or beside it, and no process."""
    before, folder = contents(project), project.with_name("temporary")
    started = command(project, "-t100", "loop")
    for _ in range(3000):  # until the mutant runs that has no end
        copies = folder.glob("*/*/snippets/loop.py")
        if any(b"x += 1" in copy.read_bytes() for copy in copies):
            break
        time.sleep(0.01)
    started.send_signal(signal.Signals[name])
    started.communicate(timeout=60)  # the mutant would have longer
    assert started.returncode == 1
    assert contents(project) == before and contents(folder) == {}
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)
