"""A process that runs jobs: it reads them from its input, one by one.

It imports libraries once and, where it can, forks for each job, so that no
job sees what another has done to Python or to a library.
"""

import gc
import importlib
import os
import pickle
import select
import signal
import sys
import textwrap
import threading

from snippets._bridge import cache
from snippets._bridge.cache import Cache
from snippets._bridge.job import Failed, Job
from snippets._bridge.work import FORKS, failure, perform

MEMORY = 4 << 30  # bytes that a job may add to those of its process


def serve(requests, answers, forks=FORKS):
    """Answer the (job, path of the memory) that stand in requests."""
    while True:
        try:
            job, path = pickle.load(requests)
        except EOFError:
            return
        prepare(job)
        memory = Cache(path) if job.long else None
        isolated = forks and not job.trusted
        answer = (in_child if isolated else perform)(job, memory)
        pickle.dump(answer, answers)
        answers.flush()


def prepare(job):
    """Import what a job imports, for all jobs to come."""
    new = [name for name in job.modules if name not in sys.modules]
    for name in new:
        try:
            importlib.import_module(name)
            if name in _EXAMPLES:
                _warm_up(name)
        except Exception:
            return  # the job says it better
    if new:
        if "numpy" in sys.modules:
            importlib.import_module("numpy.random")  # it does not by itself
        gc.collect()
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


def in_child(job, memory):
    """What perform returns in a copy of this process, which then ends."""
    source, target = os.pipe()
    child = os.fork()
    if not child:
        os.close(source)
        gc.disable()
        _limit_memory()
        with open(target, "wb") as stream:
            pickle.dump(_in_time(job, memory), stream)
        os._exit(0)
    os.close(target)
    with open(source, "rb", buffering=0) as stream:
        data = _read(stream)
    _, status = os.waitpid(child, 0)
    try:
        return pickle.loads(data)
    except (EOFError, pickle.UnpicklingError):
        return Failed(f"its process ended {ending(status)}")


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
    if threading.active_count() > 1:
        return Failed("RuntimeError: a snippet may not leave a thread running")
    return answer


def _read(stream):
    """All that comes from a child. With whoever asked, both of us end."""
    data, asker = b"", os.getppid()
    while True:
        ready, _, _ = select.select([stream], [], [], 1)
        if os.getppid() != asker:
            os.killpg(0, signal.SIGKILL)
        if ready:
            chunk = stream.read(1 << 20)
            if not chunk:
                return data
            data += chunk


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
    sys.stderr.reconfigure(write_through=True)  # a child may end at any time
    sys.stdout = sys.stderr
    sys.dont_write_bytecode = True
    cache.log.disabled = True  # the asking process says it once
    serve(requests, answers)


if __name__ == "__main__":
    main()
