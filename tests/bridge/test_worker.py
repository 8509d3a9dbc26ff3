"""A worker: a process that runs jobs, each as if it were the only one."""

import gc
import io
import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

from snippets._bridge import worker as module
from snippets._bridge.cache import Cache
from snippets._bridge.job import Failed, Job, Piece
from snippets._bridge.pool import Worker
from snippets._bridge.work import FORKS, perform
from snippets._bridge.worker import ending, prepare, serve

from .conftest import asked, running

linux = pytest.mark.skipif(not FORKS, reason="no process is copied here")


@pytest.fixture(scope="module")
def worker():
    """A worker that runs all the jobs of these tests, one by one."""
    made = Worker()
    yield made
    with made.process:
        made.process.stdin.close()
    assert made.process.returncode == 0


@pytest.fixture
def start():
    """Start a worker for one test."""
    started = []

    def begin():
        started.append(Worker())
        return started[-1]

    yield begin
    for made in started:
        with made.process:
            made.process.stdin.close()


@pytest.fixture
def ask(worker, topics, tmp_path):
    """What a call comes to in the worker."""

    def run(text, form="inline"):
        answer = asked(worker, topics.job(text, form), tmp_path / "memory.db")
        assert worker.alive
        return answer

    return run


def written(stream):
    """The values that were pickled into a stream, one after the other."""
    stream.seek(0)
    while stream.tell() < len(stream.getvalue()):
        yield pickle.load(stream)


# What it answers.


def test_jobs_are_answered_in_order(topics):
    """Each job that stands in its input has its answer in the output."""
    topics.write("page", "def f(n):\n    return 1 / n\n")
    texts = ["f(1)", "f(0)", "f(2)"]
    jobs = [topics.job(t, "inline") for t in texts] + [Job("tex", "x")]
    requests, answers = io.BytesIO(), io.BytesIO()
    pickle.dump([(job, None) for job in jobs[:3]], requests)
    pickle.dump([(jobs[3], None)], requests)
    requests.seek(0)
    serve(requests, answers, forks=False)
    kinds = [type(answer) for answer in written(answers)]
    assert kinds == [Piece, Failed, Piece, Piece]


def test_a_worker_answers_as_this_process_does(ask, topics):
    """A piece and a failure are the same, wherever they are made."""
    topics.write(
        "page",
        '''
        import matplotlib.pyplot as plt
        import sympy

        x = sympy.Symbol("x", real=True)


        def number(n):
            return 1 / n


        def formula():
            return sympy.Eq(sympy.exp(x) * sympy.exp(-x), 1, evaluate=False)


        def figure():
            """A line."""
            fig, ax = plt.subplots()
            ax.plot([1, 2, 3], [1, 2, 3], label="line")
            ax.set(xlabel="x", ylabel="y")
            return fig
        ''',
    )
    for text in ("number(3)", "formula()", "figure()", "code(number)"):
        assert ask(text, "alone") == topics.perform(text)
    assert str(ask("number(0)")) == str(topics.perform("number(0)"))


@pytest.mark.parametrize("form", ["tex", "display"])
def test_a_formula_is_answered(worker, form):
    """What runs no code of a snippet needs no copy of the process."""
    answer = asked(worker, Job(form, "x"))
    assert "x" in answer.glyphs or len(answer.glyphs) == 1
    assert isinstance(asked(worker, Job(form, r"\lost")), Failed)


def test_long_functions_are_remembered(ask, topics, tmp_path):
    """A long function runs once, a job with none opens no memory."""
    topics.write(
        "page",
        "import time\n\n\n# long: 60 s\ndef slow():\n"
        "    return time.perf_counter_ns()\n\n\n"
        "def quick():\n    return time.perf_counter_ns()\n",
    )
    assert ask("quick()") != ask("quick()")
    assert not (tmp_path / "memory.db").exists()
    assert ask("slow()") == ask("slow()")
    assert Cache(tmp_path / "memory.db").path.exists()


# What jobs share.


@linux
def test_no_job_sees_what_another_has_done(ask, topics):
    """Whatever is changed in Python or in a library ends with the job."""
    topics.write(
        "page",
        """
        import decimal
        import sys

        import numpy


        def change():
            decimal.getcontext().prec = 3
            sys.setrecursionlimit(99)
            sys.path.append("lost")
            numpy.set_printoptions(3)
            numpy.lost = 1
            return 1


        def look():
            return (
                f"{decimal.getcontext().prec} {sys.getrecursionlimit() > 99} "
                f"{'lost' in sys.path} {hasattr(numpy, 'lost')} "
                f"{numpy.get_printoptions()['precision']}"
            )
        """,
    )
    assert "a snippet may not change" in str(ask("change()"))
    assert ask("look()").html == "28 True False False 8"


@linux
def test_every_job_starts_from_the_same_random_state(start, topics):
    """What no seed decides is an error, never another number."""
    topics.write(
        "page",
        """
        import numpy as np


        def state():
            return str(np.random.get_state()[1][:9])


        def draw():
            return np.random.normal()
        """,
    )
    worker = start()
    drawn, *states = (
        asked(worker, topics.job(text, "inline"))
        for text in ("draw()", "state()", "state()")
    )
    assert "may not change the state of numpy.random" in str(drawn)
    assert states[0] == states[1]


def test_the_order_of_a_set_is_the_same_in_every_worker(topics):
    """Strings are hashed alike, whatever the environment says."""
    topics.write("page", "def f():\n    return str(set('sigmoid'))\n")
    seen = set()
    for seed in ("1", "2"):
        text = (
            f"import sys; sys.path.insert(0, {str(topics.folder.parent)!r})\n"
            "from snippets._bridge.call import parse\n"
            "from snippets._bridge.pool import Worker\n"
            f"job = parse('f()', {topics.package!r}, 'page').job('inline')\n"
            "worker = Worker(); worker.ask([(job, None)]); "
            "print(worker.answer(job).html)"
        )
        seen.add(running(text, PYTHONHASHSEED=seed).stdout)
    assert len(seen) == 1 and "&#x27;" in seen.pop()


# How a job may end.


@linux
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os._exit(3)", "its process ended with exit code 3"),
        ("os._exit(0)", "its process ended with exit code 0"),
        ("os.abort()", "its process ended with SIGABRT"),
        ("signal.raise_signal(9)", "its process ended with SIGKILL"),
        ("ctypes.string_at(1)", "its process ended with SIGSEGV"),
        ("sys.exit(3)", "SystemExit: 3 ("),
    ],
)
def test_a_job_that_ends_its_process_is_a_failure(ask, topics, body, said):
    """The worker lives on, and says how the process ended."""
    topics.write(
        "page",
        "import ctypes\nimport os\nimport signal\nimport sys\n\n\n"
        f"def f():\n    {body}\n\n\ndef g():\n    return 1\n",
    )
    assert str(ask("f()")).startswith(said)
    assert ask("g()").kind == "number"


@linux
def test_an_interrupt_in_a_job_ends_that_job(ask, topics, capfd):
    """What Ctrl-C means for a build, no snippet may say."""
    topics.write("page", "def f():\n    raise KeyboardInterrupt\n")
    assert str(ask("f()")).startswith("KeyboardInterrupt: (")
    topics.write("page", "def f():\n    return 1\n")
    assert ask("f()").kind == "number"


@linux
def test_a_job_that_needs_too_much_memory_is_a_failure(ask, topics):
    """The machine is not brought to a halt."""
    topics.write(
        "page",
        "def f(n):\n    return len(bytearray(n))\n",
    )
    assert ask("f(1000)").kind == "number"
    for size in (module.MEMORY + (1 << 30), 1 << 40):
        assert str(ask(f"f({size})")).startswith("MemoryError")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, "with exit code 0"),
        (3 << 8, "with exit code 3"),
        (9, "with SIGKILL"),
        (15, "with SIGTERM"),
    ],
)
def test_an_ending_is_told_in_words(status, said):
    """A number is an exit code, a signal has a name."""
    assert ending(status) == said


@linux
def test_a_job_may_not_leave_a_thread_behind(ask, topics):
    """What goes on after the result could change what is seen of it."""
    topics.write(
        "page",
        """
        import threading


        def f(wait):
            thread = threading.Thread(target=threading.Event().wait, args=[9])
            thread.daemon = True
            thread.start()
            thread.join(wait)
            return 1


        def g():
            thread = threading.Thread(target=print)
            thread.start()
            thread.join()
            return 1
        """,
    )
    said = "RuntimeError: a snippet may not leave a thread running"
    assert str(ask("f(0)")) == said
    assert ask("g()").kind == "number"


@linux
def test_a_job_may_not_leave_a_process_behind(ask, topics):
    """One that is known is told; one that is hidden ends with the job."""
    topics.write(
        "page",
        """
        import ctypes
        import os
        import time

        libc = ctypes.CDLL(None)


        def child():
            if not libc.fork():
                time.sleep(60)
            return 1


        def grandchild():
            reading, writing = os.pipe()
            if not libc.fork():
                if libc.fork():
                    os._exit(0)
                os.write(writing, str(os.getpid()).encode())
                time.sleep(60)
            libc.wait(None)
            return int(os.read(reading, 20))
        """,
    )
    said = "RuntimeError: a snippet may not leave a process"
    assert str(ask("child()")) == said
    process = int(ask("grandchild()").html.split('"')[1])
    for _ in range(100):
        if not os.path.exists(f"/proc/{process}/exe"):
            break
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{process}/exe")


def test_without_whoever_asked_nothing_goes_on(monkeypatch):
    """A worker that has lost its build ends, with the job that it runs."""
    parents, ended = iter([1, 1, 2]), []

    def end(group, number):
        ended.append((group, number))
        raise SystemExit

    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(os, "killpg", end, raising=False)
    source, target = module.Pipe(duplex=False)
    with source, target, pytest.raises(SystemExit):
        module._received(source)
    assert ended == [(0, 9)]


@linux
def test_a_job_that_nobody_waits_for_ends_by_itself(topics):
    """When a build is killed, its jobs end within their time."""
    topics.write(
        "page",
        """
        import os
        import time


        # long: 1 s
        def f():
            print("begun", flush=True)
            end = time.monotonic() + 20
            while time.monotonic() < end:
                pass
        """,
    )
    text = (
        "import os, sys, threading\n"
        f"sys.path.insert(0, {str(topics.folder.parent)!r})\n"
        "from snippets._bridge.call import parse\n"
        "from snippets._bridge.pool import Worker\n"
        f"job = parse('f()', {topics.package!r}, 'page').job('inline')\n"
        "source, target = os.pipe()\n"
        "os.dup2(target, 2)\n"
        "ask = Worker().ask\n"
        "threading.Thread(target=ask, args=[[(job, 'memory.db')]]).start()\n"
        "assert os.read(source, 5) == b'begun'\n"
        "os.kill(os.getpid(), 9)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=topics.folder,
        stdout=subprocess.PIPE,
    )
    # All that the process has started holds its output open.
    assert process.communicate(timeout=10) == (b"", None)
    assert process.returncode == -signal.SIGKILL


# What a job finds.


def test_what_a_job_prints_does_not_mix_with_answers(topics, start, capfd):
    """It goes where errors go, from Python and from below."""
    topics.write(
        "page",
        "import os\n\n\ndef f():\n    print('said', flush=True)\n"
        "    os.write(1, b'below')\n    return 1\n",
    )
    answer = asked(start(), topics.job("f()", "inline"))
    assert answer.kind == "number"
    out, err = capfd.readouterr()
    assert (out, err) == ("", "said\nbelow")


def test_a_job_has_nothing_to_read(ask, topics):
    """Its input is empty, so that it cannot take another's."""
    topics.write("page", "def f():\n    return input()\n")
    assert str(ask("f()")).startswith("EOFError")


def test_a_worker_finds_libraries_and_compiles_none(
    topics, start, tmp_path, monkeypatch
):
    """It knows the places of this process, and adds nothing to them."""
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "plain_library.py").write_text("x = 1\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    answer = asked(start(), needing(topics, "plain_library"))
    assert "a module cannot be shown" in str(answer)
    assert [path.name for path in folder.iterdir()] == ["plain_library.py"]


def test_libraries_are_imported_once(ask, topics):
    """The first job that needs a library loads it for all."""
    topics.write(
        "page",
        "import os\n\nimport mpmath\n\n\ndef f():\n"
        "    return str((id(mpmath), os.getppid()))\n",
    )
    assert ask("f()").html == ask("f()").html


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Write a library; returns its name."""
    monkeypatch.syspath_prepend(tmp_path)
    names = []

    def write(source):
        names.append(f"library_{len(names)}")
        (tmp_path / f"{names[-1]}.py").write_text(source)
        return names[-1]

    yield write
    for name in names:
        sys.modules.pop(name, None)


def needing(topics, *names):
    """A job whose program imports libraries."""
    lines = [f"import {name}" for name in names]
    uses = ", ".join(names)
    body = f"\n\ndef f():\n    return {uses}\n"
    topics.write("page", "\n".join([*lines, body]))
    return topics.job("f()")


def test_what_is_imported_is_not_copied(topics, library):
    """Objects that stay are kept out of the way of the next copy."""
    name = library("x = [[], {}]\n")
    try:
        prepare(needing(topics, name))
        assert name in sys.modules
        assert gc.get_freeze_count() > 1000
        gc.unfreeze()
        prepare(needing(topics, name))
        assert gc.get_freeze_count() < 1000
    finally:
        gc.unfreeze()


def test_a_library_that_cannot_be_imported_is_for_the_job_to_tell(
    topics, library
):
    """Preparing fails in silence, and the job with its line."""
    job = needing(topics, library("1 / 0\n"))
    assert prepare(job) is None
    answer = topics.perform("f()")
    assert str(answer).startswith("ZeroDivisionError: division by zero")
    assert str(answer).endswith(f"({topics.package}/page.py:1)")


@pytest.mark.parametrize("name", list(module._EXAMPLES))
def test_the_example_of_a_library_can_be_shown(performed, name):
    """What is drawn or proved to load a library is no failure."""
    module._warm_up(name)
    (piece,) = performed
    assert piece.kind in ("figure", "formula")


def test_a_library_is_warmed_up_once(topics, library, performed, monkeypatch):
    """The first job that needs it has its example shown."""
    job = needing(topics, library("x = 1\n"))
    monkeypatch.setitem(module._EXAMPLES, job.modules[0], "result = 1.5")
    try:
        prepare(job)
        prepare(job)
    finally:
        gc.unfreeze()
    assert [piece.kind for piece in performed] == ["number"]


@pytest.fixture
def performed(monkeypatch):
    """What the worker's jobs in this process come to, in order."""
    made = []

    def note(job):
        made.append(perform(job))

    monkeypatch.setattr(module, "perform", note)
    return made
