"""A process that runs jobs: it reads them from its input, one by one.

It imports libraries once and, where it can, runs jobs in copies of itself. A
copy ends with its last job or with the first that fails, so that nothing of
a failure reaches another job.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import sys
import textwrap
import threading
from multiprocessing.connection import Pipe
from pathlib import Path

from snippets._bridge import cache
from snippets._bridge.cache import Cache
from snippets._bridge.job import Failed, Job
from snippets._bridge.work import FORKS, failure, perform

MEMORY = 4 << 30  # bytes that a job may add to those of its process


def serve(requests, answers, forks=FORKS):
    """Answer the lists of (job, path of the memory) that stand in requests.

    Each job has an answer of its own, in the order of the list.
    """
    while True:
        try:
            asked = pickle.load(requests)
        except EOFError:
            return
        for answer in answered(asked, forks):
            pickle.dump(answer, answers)
            answers.flush()


def answered(asked, forks):
    """Yield the Piece or Failed of each (job, path of the memory)."""
    for job, _ in asked:
        prepare(job)
    while asked:
        job, path = asked[0]
        if forks and not job.trusted:
            made = in_child(asked)
        else:
            made = [perform(job, _memory(job, path))]
        for answer in made:
            yield answer
            asked = asked[1:]


def _memory(job, path):
    return Cache(path) if job.long else None


def prepare(job):
    """Import what a job imports, for all jobs to come."""
    new = [name for name in job.modules if name not in sys.modules]
    if not new:
        return
    gc.disable()  # a third of the time that the imports take
    try:
        for name in new:
            importlib.import_module(name)
            if name in _EXAMPLES:
                _warm_up(name)
        if "numpy" in sys.modules:
            importlib.import_module("numpy.random")  # it does not by itself
    except Exception:
        return  # the job says it better
    finally:
        gc.enable()
        gc.freeze()  # so that a child need not copy it


_EXAMPLES = {
    "matplotlib.pyplot": """
        figure, axes = matplotlib.pyplot.subplots()
        axes.plot([0, 1], "C0", label="a")
        axes.set(xlabel="x", ylabel="y")
        result = figure
    """,
    "sympy": """
        x = sympy.Symbol("x", real=True)
        e = sympy.exp(-x)
        result = sympy.Eq(1 / (1 + e), (1 + sympy.tanh(x / 2)) / 2)
    """,
}


def _warm_up(name):
    """Show one example of what a library is for: much is loaded then only."""
    text = textwrap.dedent(_EXAMPLES[name])
    parts = ("", 1, f"import {name}"), ("", 1, text)
    perform(Job("alone", text, "result", parts=parts))


def in_child(asked):
    """Yield what perform returns for jobs, up to the first that fails.

    They run in one copy of this process, which then ends.
    """
    source, target = Pipe(duplex=False)
    child = os.fork()
    if not child:
        source.close()
        gc.disable()
        _limit_memory()
        for job, path in asked:
            answer = _in_time(job, _memory(job, path))
            target.send(answer)
            if isinstance(answer, Failed):
                break
        with contextlib.suppress(Exception):  # the job may have closed it
            sys.stderr.flush()
        os._exit(0)
    target.close()
    with source:
        for _ in asked:
            try:
                answer = _received(source)
            except (EOFError, OSError, pickle.UnpicklingError):
                _, status = os.waitpid(child, 0)
                yield Failed(f"its process ended {ending(status)}")
                return
            yield answer
            if isinstance(answer, Failed):
                break
        os.waitpid(child, 0)
        if not source.poll(0):  # somebody could still write to it
            _end_others()


def _end_others():
    """End what a job has started, left and forgotten."""
    own = os.getpid(), os.getpgid(0)
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            process = int(place.name)
            if process != own[0] and os.getpgid(process) == own[1]:
                os.kill(process, signal.SIGKILL)


# Unlike the error of this name, it passes through each `except Exception`.
_Expired = type("TimeoutError", (BaseException,), {})


def _in_time(job, memory):
    """What perform returns, or the Failed of all else that ends the job."""

    def expire(*_):
        raise _Expired(job.late)

    signal.signal(signal.SIGALRM, expire)
    signal.alarm(job.limit)
    try:
        answer = perform(job, memory)
        signal.alarm(0)
    except BaseException as error:
        return failure(job, error)
    if isinstance(answer, Failed):
        return answer
    if threading.active_count() > 1:
        return Failed("RuntimeError: a snippet may not leave a thread running")
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
        return Failed("RuntimeError: a snippet may not leave a process")
    return answer


def _received(source):
    """What a child sends next. With whoever asked, both of us end."""
    asker = os.getppid()
    while not source.poll(1):
        if os.getppid() != asker:
            os.killpg(0, signal.SIGKILL)
    return source.recv()


def ending(status):
    """How a process ended, in words, of its wait status."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"with {signal.Signals(-code).name}"
    return f"with exit code {code}"


def _limit_memory():
    import resource

    with open("/proc/self/statm", encoding="ascii") as stream:
        pages = int(stream.read().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main():
    """Serve on the standard streams; what snippets print goes to stderr."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr  # which keeps only an unfinished line back
    sys.dont_write_bytecode = True
    cache.log.disabled = True  # the asking process says it once
    serve(requests, answers)


if __name__ == "__main__":
    main()
