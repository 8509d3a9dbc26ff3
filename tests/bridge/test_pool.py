"""The pool: workers side by side, each job within its time, all ended."""

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import wait
from dataclasses import replace

import pytest

from snippets._bridge import pool as module
from snippets._bridge.job import Failed, Job
from snippets._bridge.pool import Pool, Worker
from snippets._bridge.work import FORKS

from .conftest import asked, running

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals")
linux = pytest.mark.skipif(not FORKS, reason="no process is copied here")


@pytest.fixture
def started(monkeypatch):
    """The workers of a test, in order; those left are ended after it."""
    made = []

    def note():
        made.append(Worker())
        return made[-1]

    monkeypatch.setattr(module, "Worker", note)
    yield made
    for worker in made:
        with contextlib.suppress(OSError), worker.process:
            worker.process.stdin.close()


@pytest.fixture
def pool(topics, started, tmp_path):
    """pool(size): submit, for calls of a topic that waits and fails."""
    topics.write(
        "page",
        """
        import os
        import time


        def one(n):
            return 1 / n


        def nap(seconds):
            time.sleep(seconds)
            return seconds


        def span(n):
            begun = time.monotonic()
            time.sleep(0.4)
            return f"{begun} {time.monotonic()}"


        # long: 1 s
        def stubborn():
            while True:
                try:
                    time.sleep(20)
                except:
                    pass


        # long: 1 s
        def late():
            return nap(20)


        # long: 90 s
        def later():
            return nap(0)


        def die():
            os._exit(1)


        def process():
            return os.getpid()
        """,
    )

    def make(size, most=1):
        made = Pool(size, most)

        def submit(text, done=lambda answer, seconds: None, first=False):
            job = topics.job(text, "inline")
            return made.submit(job, tmp_path / "memory.db", done, first)

        submit.made = made
        return submit

    return make


def value(future):
    """The value that a number has on a page."""
    return float(future.result().html.split('"')[1])


# Side by side.


def test_a_job_has_a_future(pool):
    """It comes to the piece, or to the failure, that the job comes to."""
    submit = pool(1)
    assert value(submit("one(2)")) == 0.5
    failed = submit("one(0)").result()
    assert isinstance(failed, Failed)
    assert str(failed).startswith("ZeroDivisionError: division by zero (")


def test_nothing_starts_before_there_is_something_to_do(pool, started):
    """A pool that nobody asks has neither a thread nor a process."""
    before = threading.active_count()
    pool(3)
    assert (started, threading.active_count()) == ([], before)


def test_one_worker_is_used_again(pool, started):
    """Jobs that come one after the other need no second worker."""
    submit = pool(4)
    for number in range(1, 6):
        assert value(submit(f"one({number})")) == 1 / number
    assert len(started) == 1


def test_jobs_run_side_by_side(pool, started):
    """As many as there may be workers, and no more."""
    submit = pool(2)
    wait([submit("one(1)"), submit("one(2)")])  # both have begun
    answers = [submit(f"span({n})").result for n in range(4)]
    spans = [[*map(float, answer().html.split())] for answer in answers]
    running = [
        sum(begin <= moment < end for begin, end in spans)
        for moment, _ in spans
    ]
    assert max(running) == 2
    assert len(started) == 2


def test_no_job_waits_without_need(monkeypatch):
    """However quickly jobs come, each has a thread while there may be one."""

    class Fake:
        alive, left = True, 0

        def ask(self, jobs):
            self.left = len(jobs)

        def answer(self, job):
            self.left -= 1
            return job.title.wait() is not None  # for the other one

    monkeypatch.setattr(module, "Worker", Fake)
    for _ in range(300):
        job = Job("tex", "x", title=threading.Barrier(2, timeout=10))
        made = Pool(2)
        futures = [made.submit(job, None, lambda *done: None) for _ in "ab"]
        assert [future.result() for future in futures] == [True, True]


def test_the_longest_begin_first(pool):
    """Of the jobs that wait, one that somebody needs is next, then they."""
    submit, order = pool(1), []
    begun = submit("nap(0.3)")
    texts = ["one(1)", "later()", "one(2)", "one(3)"]
    futures = [
        submit(
            text,
            lambda answer, _, text=text: order.append(text),
            text == "one(3)",
        )
        for text in texts
    ]
    wait([begun, *futures])
    assert order == ["one(3)", "later()", "one(1)", "one(2)"]


def test_what_is_done_is_told_with_its_seconds(pool):
    """done hears of the answer before the future does."""
    submit, told = pool(1), []
    future = submit("nap(0.3)", lambda *done: told.append(done))
    answer = future.result()
    ((heard, seconds),) = told
    assert heard is answer
    assert 0.3 <= seconds < 20


def test_what_done_raises_is_for_those_who_wait(pool):
    """An error of ours does not stop the thread, and is not lost."""
    submit = pool(1)

    def fail(answer, seconds):
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        submit("one(1)", fail).result()
    assert value(submit("one(1)")) == 1


# Several at once.


@linux
def test_jobs_that_wait_share_a_process(pool, started):
    """A worker is given as many as it may have, and copies itself once."""
    submit = pool(1, most=3)
    first = submit("nap(0.5)")  # while the others come
    rest = [submit("process()") for _ in range(5)]
    wait([first, *rest])
    copies = [value(future) for future in rest]
    assert copies[0] == copies[1] == copies[2]
    assert copies[2] != copies[3] == copies[4]
    assert len(started) == 1


def test_workers_share_what_waits(pool, started, monkeypatch):
    """None takes what another could do at the same time."""
    taken, ask = [], Worker.ask

    def told(worker, jobs):
        taken.append(len(jobs))
        ask(worker, jobs)

    monkeypatch.setattr(Worker, "ask", told)
    submit = pool(2, most=8)
    first = [submit("nap(0.5)"), submit("nap(0.5)")]
    wait([*first, *(submit(f"one({n})") for n in range(1, 9))])
    assert taken[:2] == [1, 1]
    assert max(taken) <= 5 and sum(taken) == 10


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("one(0)", "ZeroDivisionError"),
        ("die()", "its process ended with exit code 1"),
        ("late()", "TimeoutError: it ran for more than 1 s"),
        ("stubborn()", "TimeoutError: it ran for more than 1 s"),
    ],
)
def test_a_failure_is_that_of_one_job(pool, monkeypatch, bad, said):
    """Those before it and behind it come to what they come to alone."""
    monkeypatch.setattr(module, "START", 2)
    submit = pool(1, most=8)
    first = submit("nap(0.5)")
    rest = [submit(text) for text in ("one(1)", bad, "one(2)", "one(4)")]
    wait([first, *rest])
    assert str(rest[1].result()).startswith(said)
    assert [value(rest[n]) for n in (0, 2, 3)] == [1, 0.5, 0.25]


@linux
def test_after_a_failure_a_new_copy_begins(pool):
    """What has failed may have changed anything."""
    submit = pool(1, most=8)
    first = submit("nap(0.5)")
    texts = ["process()", "one(0)", "process()", "process()"]
    rest = [submit(text) for text in texts]
    wait([first, *rest])
    before, after, last = (value(rest[n]) for n in (0, 2, 3))
    assert before != after == last


# Within its time.


def test_a_job_that_takes_too_long_is_a_failure(pool, started):
    """It is ended in time, and the next job finds a worker."""
    submit = pool(1)
    value(submit("one(1)"))
    begun = time.perf_counter()
    assert str(submit("late()").result()).startswith(
        "TimeoutError: it ran for more than 1 s; a comment `# long: 600 s` "
        "above the function that takes so long allows more"
    )
    assert 1 <= time.perf_counter() - begun < 15
    assert value(submit("one(2)")) == 0.5


@linux
def test_a_job_that_takes_too_long_tells_its_line(pool, topics, started):
    """The copy of a worker knows where it stands, and the worker lives on."""
    answer = pool(1)("late()").result()
    assert str(answer).endswith(f" ({topics.package}/page.py:10)")
    assert len(started) == 1 and started[0].alive


@linux
def test_a_job_that_will_not_end_is_ended(pool, started, monkeypatch):
    """Who lets no error through takes its worker along."""
    monkeypatch.setattr(module, "START", 1)
    submit = pool(1)
    answer = submit("stubborn()").result()
    assert str(answer).startswith("TimeoutError: it ran for more than 1 s; ")
    assert value(submit("one(2)")) == 0.5
    assert len(started) == 2 and not started[0].alive


@posix
def test_what_runs_too_long_is_ended_with_all_it_has_started(
    pool, started, monkeypatch
):
    """A worker that does not see to it itself is ended with its copy."""
    monkeypatch.setattr(module, "START", -0.5)  # sooner than the copy itself
    submit = pool(1)
    value(submit("one(1)"))
    (worker,) = started
    group = os.getpgid(worker.process.pid)
    assert group == worker.process.pid != os.getpgid(0)
    future = submit("late()")
    assert str(future.result()).startswith("TimeoutError: it ran for more")
    with pytest.raises(ProcessLookupError):
        for _ in range(100):  # until the system has buried them
            os.killpg(group, 0)
            time.sleep(0.05)


def test_the_limit_does_not_count_for_the_next_job(
    pool, topics, started, monkeypatch
):
    """A job that is done in time leaves its worker alone."""
    submit = pool(1)
    for _ in range(3):
        assert value(submit("later()")) == 0
    monkeypatch.setattr(module, "START", 0)
    job = replace(topics.job("one(1)", "inline"), limit=1)
    for _ in range(3):
        assert asked(started[0], job).kind == "number"
        time.sleep(0.4)
    assert started[0].alive and len(started) == 1


def test_a_limit_that_is_met_in_the_last_moment_harms_no_other(
    pool, topics, started, monkeypatch
):
    """A worker that is being ended is not asked again."""
    monkeypatch.setattr(module, "START", 0)
    submit = pool(1)
    value(submit("one(1)"))
    (worker,), load, kill = started, pickle.load, Worker.kill

    def load_late(stream):
        answer = load(stream)
        time.sleep(1.2)  # its time runs out when it has just answered
        return answer

    def kill_late(worker):
        time.sleep(0.5)
        kill(worker)

    monkeypatch.setattr(module.pickle, "load", load_late)
    monkeypatch.setattr(Worker, "kill", kill_late)
    job = replace(topics.job("one(2)", "inline"), limit=1)
    assert asked(worker, job).kind == "number"
    assert not worker.alive


# Processes that end.


@posix
def test_a_worker_that_has_died_is_replaced(pool, started):
    """Killed while idle, it is noticed before the next job."""
    submit = pool(1)
    value(submit("one(1)"))
    started[0].process.kill()
    started[0].process.wait()
    assert value(submit("one(2)")) == 0.5
    assert len(started) == 2


@posix
def test_a_worker_that_dies_with_its_job_is_told(pool, started):
    """The job fails, the next one does not."""
    submit = pool(1)
    value(submit("one(1)"))
    future = submit("nap(9)")
    time.sleep(0.3)
    started[0].kill()
    assert str(future.result()) == "its process ended with exit code -9"
    assert value(submit("one(2)")) == 0.5


def test_a_worker_that_answers_nonsense_is_told(started, topics, monkeypatch):
    """What cannot be read is no answer."""
    topics.write("page", "def f():\n    return 1\n")
    text = "import sys; sys.stdin.buffer.read(1); print('nonsense')"
    command = [sys.executable, "-c", text]
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _, **options: popen(command, **options)
    )
    answer = asked(module.Worker(), topics.job("f()"))
    assert str(answer) == "its process ended with exit code 0"


def test_where_nothing_is_copied_a_failure_ends_its_worker(
    pool, started, monkeypatch
):
    """What a failed job has changed is gone, and the next job runs."""
    monkeypatch.setattr(module, "FORKS", False)
    submit = pool(1)
    for number in (1, 0, 2, 0, 0, 4):
        answer = submit(f"one({number})").result()
        assert isinstance(answer, Failed) == (number == 0)
        if number == 0:
            assert str(answer).startswith("ZeroDivisionError")
    assert len(started) == 4
    assert [worker.alive for worker in started] == [False] * 3 + [True]


def test_a_failure_leaves_a_copied_worker_alone(pool, started, monkeypatch):
    """Where jobs are copied, nothing has to end."""
    monkeypatch.setattr(module, "FORKS", True)
    submit = pool(1)
    for number in (0, 1, 0):
        submit(f"one({number})").result()
    assert len(started) == 1 and started[0].alive


@posix
def test_a_process_that_is_gone_can_be_ended(started, monkeypatch):
    """It may end by itself in the moment in which it is to be ended."""
    worker = module.Worker()
    with worker.process:
        worker.process.stdin.close()
    monkeypatch.setattr(Worker, "alive", True)
    worker.kill()
    assert worker.process.returncode == 0


@pytest.fixture
def script(topics):
    """A program that leaves jobs to a pool, then does as it is told."""

    def make(last, *texts, size=2):
        calls = [
            f"parse({text!r}, {topics.package!r}, 'page').job('inline')"
            for text in texts
        ]
        return (
            "import os, sys, time\n"
            f"sys.path.insert(0, {str(topics.folder.parent)!r})\n"
            "from snippets._bridge import pool\n"
            "from snippets._bridge.call import parse\n"
            f"made = pool.Pool({size})\n"
            "def busy():\n"
            "    return sum(w.left > 0 for w in [*pool._workers])\n"
            "futures = [made.submit(job, 'memory.db', lambda *done: None)\n"
            f"    for job in [{', '.join(calls)}]]\n"
            f"{last}\n"
        )

    return make


def ended(text, timeout=15):
    """What a program says until it, and all it has started, has ended."""
    begun = time.perf_counter()
    done = running(text, timeout=timeout)
    return done.stdout, done.stderr, time.perf_counter() - begun


def test_workers_that_wait_end_with_the_program(pool, script):
    """They are told that nothing more comes, and end by themselves."""
    pool(1)
    text = script(
        "[f.result() for f in futures]\n"
        "import atexit\n"
        "workers = list(pool._workers)\n"
        "atexit.unregister(pool.end)\n"
        "atexit.register(lambda: print(*[\n"
        "    w.process.returncode for w in workers]))\n"
        "atexit.register(pool.end)\n",
        "one(1)",
        "one(2)",
    )
    out, err, _ = ended(text)
    assert set(out.split()) == {"0"} and err == ""


def test_jobs_that_run_end_with_the_program(pool, script):
    """Nobody waits for them, nor for those that wait behind them."""
    pool(1)
    naps = [f"nap(9.{n})" for n in range(6)]
    wait = "while busy() < 2: time.sleep(0.01)\n"
    text = script(f"{wait}time.sleep(0.3)\nprint(busy())", *naps)
    out, err, seconds = ended(text)
    assert (out, err) == ("2\n", "")
    assert seconds < 9


def test_no_job_begins_when_the_program_has_ended(pool, script):
    """A thread that loses its worker at the end starts no other."""
    pool(1)
    naps = [f"nap(9.{n})" for n in range(6)]
    text = script(
        "while busy() < 2: time.sleep(0.01)\n"
        "before = busy()\n"
        "pool.end()\n"
        "time.sleep(0.5)\n"
        "alive = [w for w in pool._workers if w.alive]\n"
        "print(before, len(alive))\n"
        "sys.stdout.flush(); os._exit(0)",
        *naps,
    )
    out, err, _ = ended(text)
    assert (out, err) == ("2 0\n", "")


@posix
def test_a_worker_with_a_broken_pipe_can_be_ended(pool, script):
    """What it could not be told is not told at the end either."""
    pool(1)
    text = script(
        "futures[0].result()\n"
        "(worker,) = pool._workers\n"
        "worker.process.stdin.write(b'1')\n"
        "worker.process.kill(); worker.process.wait()\n",
        "one(1)",
        size=1,
    )
    _, err, _ = ended(text)
    assert err == ""


@posix
def test_a_worker_that_does_not_end_is_ended(pool, script):
    """It is given a second, not more."""
    pool(1)
    text = script(
        "futures[0].result()\n"
        "(worker,) = pool._workers\n"
        "os.kill(worker.process.pid, 19)\n",  # it stops
        "one(1)",
        size=1,
    )
    _, err, seconds = ended(text)
    assert err == "" and seconds < 10


# What is said meanwhile.


def test_a_long_job_is_told_from_time_to_time(
    pool, topics, monkeypatch, caplog
):
    """A person who waits is told what for, and for how long already."""
    monkeypatch.setattr(module, "TELL", 0.2)
    caplog.set_level(logging.INFO, "mkdocs.snippets")
    topics.write(
        "page",
        "import time\n\n\n# long: 9 s\ndef slow():\n    time.sleep(0.9)\n"
        "    return 1\n\n\ndef nap():\n    time.sleep(0.3)\n    return 1\n",
    )
    submit = pool(1)
    submit("nap()").result()
    assert caplog.messages == []
    submit("slow()").result()
    said = caplog.messages
    assert len(said) >= 3
    name = f"{topics.package}/page.py: slow()"
    assert said[0] == f"{name} has run for 0 s"
    assert all(text.startswith(f"{name} has run for ") for text in said)
    time.sleep(0.3)
    assert caplog.messages == said
