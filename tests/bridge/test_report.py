"""The report: what the snippets are, who uses them, what is kept."""

import re
import subprocess
import sys
import time

import pytest

import snippets
from snippets._bridge import report
from snippets._bridge.engine import Engine
from snippets._bridge.report import main

LINES = {
    "snippets/first.py": '''\
"""A topic."""

import math

from snippets.second import half

LIMIT = 3


def whole(n):
    """A number."""
    return _near(half(n))


class Thing:
    """A thing."""


def idle():
    """Nothing that a page shows."""


def _near(n):
    return math.floor(n) + LIMIT
''',
    "snippets/second.py": "def half(n):\n    return n / 2\n",
    "snippets/_private.py": "def hidden():\n    return 1\n",
    "docs/first.md": "{{ whole(1) }}, {{ whole(2) }} and $x$ {{ lost() }}\n",
    "docs/deep/other.md": "{{ code(first.whole) }} {{ first.Thing().x }}\n",
    "tests/test_first.py": """\
from snippets import first as page
from snippets import second
from snippets.first import idle as lazy, whole
import math


def test_one():
    assert page.whole(1) == page.whole(1)


def test_two():
    lazy(second.half(1), math.pi, page.LIMIT.real)


def helper():
    whole(1)


x = page.Thing
""",
    "tests/deep/test_second.py": "from snippets import second\n\n\n"
    "def test_it():\n    assert second.half(2) == 1\n",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project, whose snippets are those that pages call."""
    for name, text in LINES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "snippets" / ".#first.py").symlink_to("nowhere")
    monkeypatch.setattr(snippets, "__path__", [str(tmp_path / "snippets")])
    return tmp_path


@pytest.fixture
def listed(project, capsys):
    """{topic: {name: columns}} of what the report lists."""

    def run(*arguments):
        main(arguments, project)
        found = {}
        for line in capsys.readouterr().out.splitlines():
            if line[0] != " ":
                rows = found[line] = {}
            else:
                name, *columns = re.split(" {2,}", line.strip())
                rows[name] = columns
        return found

    return run


def keep(project, text, seconds, day):
    """Put a result of the page `first` into the cache."""
    found = report._shown(project)
    cache = Engine(project).cache
    for _, job in found["first", "whole"]:
        if job.expression == text:
            now, time.time = time.time, lambda: day
            try:
                cache.put(job.key, 1, seconds)
            finally:
                time.time = now


def test_every_snippet_is_listed(listed):
    """Public functions and classes, topic by topic, as they stand."""
    found = listed()
    assert {topic: list(rows) for topic, rows in found.items()} == {
        "first": ["whole", "Thing", "idle"],
        "second": ["half"],
    }


def test_only_the_topics_that_are_named_are_listed(listed):
    """In the order in which they are named."""
    assert list(listed("second")) == ["second"]
    assert list(listed("second", "first")) == ["second", "first"]


def test_a_topic_that_is_not_there_is_an_error(project, capsys):
    """It is named, and so is how to ask."""
    with pytest.raises(SystemExit) as caught:
        main(["first", "lost"], project)
    assert caught.value.code == 2
    assert "there is no topic 'lost'" in capsys.readouterr().err


def test_the_pages_that_need_a_snippet_are_listed(listed):
    """Each page once, also if it needs the snippet through another."""
    found = listed()
    rows = {n: row[0] for topic in found.values() for n, row in topic.items()}
    assert rows == {
        "whole": "other, first",
        "Thing": "other",
        "idle": "no page",
        "half": "other, first",
    }


def test_the_tests_that_name_a_snippet_are_listed(listed):
    """How many functions of each file name it, whatever they call it."""
    found = listed()
    rows = {n: row[1] for topic in found.values() for n, row in topic.items()}
    assert rows == {
        "whole": "test_first.py (2)",
        "Thing": "no test",
        "idle": "test_first.py (1)",
        "half": "test_first.py (1), test_second.py (1)",
    }


def test_the_results_that_are_kept_are_told(listed, project):
    """How many of a snippet's, and the last one's seconds and day."""
    state = {name: row[2] for name, row in listed("first")["first"].items()}
    assert set(state.values()) == {"not cached"}
    keep(project, "whole(1)", 2.5, 1_700_000_000)
    row = listed("first")["first"]["whole"]
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(1_700_000_000))
    assert row[2] == f"cached 1 of 3, 2.50 s on {day}"
    assert listed("second")["second"]["half"][2] == row[2]
    keep(project, "whole(2)", 1.25, 1_800_000_000)
    keep(project, "", 0.5, 1_700_000_000)
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(1_800_000_000))
    row = listed("first")["first"]["whole"]
    assert row[2] == f"cached, 1.25 s on {day}"


def test_the_cache_can_be_emptied(listed, project):
    """All results are forgotten, and nothing is listed."""
    keep(project, "whole(1)", 2.5, 1_700_000_000)
    assert listed("--clear") == {}
    assert listed("first")["first"]["whole"][2] == "not cached"


def test_it_is_run_by_the_name_of_the_package(root):
    """python -m snippets lists the project that it stands in."""
    done = subprocess.run(
        [sys.executable, "-m", "snippets", "function"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    title, *rows = done.stdout.splitlines()
    assert title == "function"
    (row,) = [row for row in rows if row.split()[0] == "sigmoid"]
    assert "function" in row and "test_function.py (" in row
