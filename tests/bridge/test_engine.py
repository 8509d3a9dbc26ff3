"""The engine: results are kept ones, or else the work of processes."""

import importlib
import logging
import os
import threading
import time
from pathlib import Path

import pytest

from snippets._bridge.engine import Engine, Pending, engine
from snippets._bridge.job import Failed, Job
from snippets._bridge.pool import Pool
from snippets._bridge.work import perform

from .conftest import running

module = importlib.import_module("snippets._bridge.engine")


@pytest.fixture(scope="module")
def pools():
    """Two pools with a worker each, for all of these tests."""
    return Pool(1), Pool(1)


@pytest.fixture(autouse=True)
def in_workers(in_this_process, monkeypatch, pools):
    """Compute in processes, as a build does."""
    monkeypatch.setattr(module, "CORES", 1)
    for name, pool in zip(("_quick", "_slow"), pools, strict=True):
        monkeypatch.setattr(module, name, pool)


@pytest.fixture
def asked(monkeypatch):
    """The (call, pool) of the jobs that workers are given, in order."""
    seen, submit = [], Pool.submit

    def note(pool, job, memory, done, first):
        name = "slow" if pool is module._slow else "quick"
        name = f"{name}, first" if first else name
        seen.append((job.expression or job.text, name))
        return submit(pool, job, memory, done, first)

    monkeypatch.setattr(Pool, "submit", note)
    return seen


SOURCE = """
import time


def one(n):
    return 1 / n


def now():
    return time.perf_counter_ns()


# long: 20 s
def slow(n):
    time.sleep(0.5)
    return 1 / n
"""


@pytest.fixture
def made(topics, tmp_path):
    """An engine, and a topic that tells how often it was run."""
    topics.write("page", SOURCE)
    return Engine(tmp_path / "project")


@pytest.fixture
def job(topics):
    """The job of a call in a sentence."""
    return lambda text: topics.job(text, "inline")


def failure(made, job):
    """What the engine says of a job that fails."""
    with pytest.raises(Failed) as caught:
        made.result(job)
    return str(caught.value)


# Results.


def test_a_result_is_the_piece_that_a_job_makes(made, job):
    """A worker's piece is the one that this process would make."""
    made.begin(job("one(4)"))
    assert made.result(job("one(4)")) == perform(job("one(4)"))
    assert made.result(Job("tex", "x")) == perform(Job("tex", "x"))


def test_a_failure_is_raised(made, job, topics):
    """Asked for once or twice, it is the same failure."""
    made.begin(job("one(0)"))
    said = f"ZeroDivisionError: division by zero ({topics.package}/page.py:5)"
    assert failure(made, job("one(0)")) == said
    assert failure(made, job("one(0)")) == said


def test_a_job_is_computed_once(made, job, asked):
    """However often it is begun and asked for."""
    for _ in range(3):
        made.begin(job("now()"))
    first = made.result(job("now()"))
    made.begin(job("now()"))
    assert made.result(job("now()")) == first
    assert asked == [("now()", "quick")]


def test_a_failure_is_computed_once(made, job, asked):
    """Until its program changes, a failed job is not tried again."""
    for _ in range(3):
        made.begin(job("one(0)"))
        failure(made, job("one(0)"))
    assert asked == [("one(0)", "quick")]


def test_what_was_not_begun_is_computed_when_it_is_asked_for(made, job, asked):
    """Beginning early only saves time; whoever waits is served first."""
    assert made.result(job("one(8)")).kind == "number"
    assert asked == [("one(8)", "quick, first")]


# What is kept.


def test_the_next_process_finds_the_results(made, job, asked, tmp_path):
    """They are in the folder of the project."""
    first = made.result(job("now()"))
    assert made.cache.path == tmp_path / "project" / ".cache" / "snippets.db"
    assert Engine(tmp_path / "project").result(job("now()")) == first
    assert Engine(tmp_path / "elsewhere").result(job("now()")) != first
    assert len(asked) == 2


def test_the_results_may_be_kept_elsewhere(job, tmp_path, monkeypatch):
    """The environment says where."""
    monkeypatch.setenv("SNIPPETS_CACHE", str(tmp_path / "there"))
    assert Engine(tmp_path).cache.path == tmp_path / "there" / "snippets.db"


def test_a_project_has_one_engine(tmp_path):
    """Each page finds what the pages before it have computed."""
    assert engine(tmp_path) is engine(tmp_path)
    assert engine(tmp_path) is not engine(tmp_path / "other")


def test_failures_are_not_kept(made, job, asked, tmp_path):
    """The next process tries again."""
    failure(made, job("one(0)"))
    failure(Engine(tmp_path / "project"), job("one(0)"))
    assert len(asked) == 2


def test_the_seconds_of_a_result_are_kept(made, job):
    """With each result, how long it took."""
    made.result(job("slow(1)"))
    _, seconds = made.cache.made(job("slow(1)").key)
    assert 0.5 <= seconds < 10


def test_a_changed_topic_is_computed_anew(made, job, topics, asked):
    """And when the change is taken back, what was kept is found."""
    first = made.result(job("one(2)"))
    topics.write("page", SOURCE.replace("1 / n", "2 / n"))
    assert made.result(job("one(2)")).html != first.html
    topics.write("page", SOURCE)
    assert made.result(job("one(2)")) == first
    assert len(asked) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE kept SET value = substr(value, 2)",
        "DELETE FROM kept",
        "DROP TABLE kept",
        None,
    ],
)
def test_a_result_that_is_damaged_is_computed_again(
    made, job, asked, damage, caplog
):
    """A page never shows it."""
    caplog.set_level(logging.ERROR)
    first = made.result(job("one(2)"))
    if damage:
        made.cache._run(damage)
    else:
        made.cache.close()
        made.cache.path.write_bytes(b"garbage" * 999)
    for _ in range(2):
        made.begin(job("one(2)"))
        assert made.result(job("one(2)")) == first
    assert 2 <= len(asked) <= 3


def test_where_nothing_can_be_kept_all_is_computed(job, topics, tmp_path):
    """Without a cache the results are the same."""
    topics.write("page", SOURCE)
    (tmp_path / ".cache").write_text("mine")
    made = Engine(tmp_path)
    for _ in range(2):
        made.begin(job("one(2)"))
        assert "0.5" in made.result(job("one(2)")).html
        assert "ZeroDivisionError" in failure(made, job("one(0)"))


# Where a failure arose.


def test_a_failure_moves_with_its_line(made, job, topics):
    """Lines are no part of a key, but of what a failure says."""
    for shift in range(3):
        topics.write("page", "# Apart.\n" * shift + SOURCE[shift == 0 :])
        # Begun for a page that comes later, and done before it comes.
        made.begin(job("one(0)"))
        done = made.result(job("one(1)"))
        assert done.kind == "number"
        said = failure(made, job("one(0)"))
        line = 5 + shift + (shift > 0)
        assert said.endswith(f"page.py:{line})")


def test_a_failure_of_an_older_file_is_not_told(made, job, topics):
    """Not even if its job was begun, and nobody has asked for it."""
    made.begin(job("one(0)"))
    topics.write("page", f"# Apart.\n\n\n{SOURCE}")
    assert failure(made, job("one(0)")).endswith("page.py:9)")


# What takes long.


def test_what_takes_long_does_not_hold_up_the_rest(made, job, asked):
    """Long jobs have a pool of their own."""
    made.begin(job("slow(1)"))
    begun = time.perf_counter()
    made.result(job("one(1)"))
    assert time.perf_counter() - begun < 10
    assert asked == [("slow(1)", "slow"), ("one(1)", "quick, first")]
    assert made.result(job("slow(1)")).kind == "number"


def test_a_build_waits_for_what_takes_long(made, job):
    """Nobody watches, so the page is to be complete."""
    assert "0.5" in made.result(job("slow(2)")).html
    assert failure(made, job("slow(0)")).startswith("ZeroDivisionError")


def test_a_server_does_not_wait_for_what_takes_long(made, job):
    """It is pending until it has ended; then the page is made again."""
    ended = threading.Event()
    made.finished = ended.set
    for text in ("slow(4)", "slow(0)"):
        ended.clear()
        for _ in range(2):
            with pytest.raises(Pending):
                made.result(job(text))
        assert ended.wait(20)
        if text == "slow(0)":
            assert failure(made, job(text)).startswith("ZeroDivisionError")
        else:
            assert "0.25" in made.result(job(text)).html


def test_a_server_waits_for_the_rest(made, job):
    """A short job is shown with its page, and tells nobody that it ended."""
    told = []
    made.finished = lambda: told.append(1)
    made.begin(job("one(1)"))
    assert made.result(job("one(1)")).kind == "number"
    assert told == []


def test_a_server_shows_what_is_kept(made, job):
    """A long job that has run before is not pending."""
    first = made.result(job("slow(1)"))
    made.finished = lambda: None
    made.begin(job("slow(1)"))
    assert made.result(job("slow(1)")) == first


def test_a_worker_may_be_ready_before_somebody_waits(made, job, topics):
    """It has imported what the first job needs, and nothing of it is kept."""
    topics.write(
        "page",
        "import sys\n\n\n"
        "def ready(n):\n    return 'colorsys' in sys.modules\n",
    )
    assert "False" in made.result(job("ready(0)")).html
    made.prepare({"colorsys"}).result()
    assert "True" in made.result(job("ready(1)")).html
    assert not made.cache.made(Job("code", "").key)


# Without workers.


def test_without_workers_all_is_done_here(made, job, asked, monkeypatch):
    """Nothing begins early, nothing is kept, and failures are the same."""
    there = failure(made, job("one(0)"))
    asked.clear()
    monkeypatch.setattr(module, "CORES", 0)
    made.begin(job("one(5)"))
    made.prepare({"colorsys"})
    assert "0.2" in made.result(job("one(5)")).html
    assert made.result(job("now()")) != made.result(job("now()"))
    other = Engine(made.cache.path.parent / "other")
    assert failure(other, job("one(0)")) == there
    assert asked == []


def test_without_workers_what_takes_long_is_remembered(
    made, job, monkeypatch, topics
):
    """Who looks for a fault need not wait twice."""
    topics.write("page", SOURCE.replace("1 / n", "time.perf_counter_ns()"))
    monkeypatch.setattr(module, "CORES", 0)
    assert made.result(job("slow(1)")) == made.result(job("slow(1)"))


@pytest.mark.parametrize(
    ("said", "cores"), [("0", 0), ("3", 3), ("-1", 0), ("", os.cpu_count())]
)
def test_the_environment_says_how_many_workers(said, cores):
    """As many as the machine has cores, unless another number is given."""
    text = (
        "import importlib\n"
        "m = importlib.import_module('snippets._bridge.engine')\n"
        "print(m.CORES, m._quick.size, m._slow.size)"
    )
    root = str(Path(__file__).parents[2])
    done = running(text, SNIPPETS_WORKERS=said, PYTHONPATH=root)
    assert done.stdout.split() == [str(cores)] * 3
