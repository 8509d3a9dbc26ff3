"""Processes that run jobs side by side, each within its time."""

import atexit
import contextlib
import functools
import itertools
import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import Future
from pathlib import Path

from snippets._bridge.job import Failed
from snippets._bridge.work import FORKS

log = logging.getLogger("mkdocs.snippets")
START = 10  # seconds that a process may need to start and import
TELL = 5  # seconds after which a long job is mentioned again
_workers, _starting = weakref.WeakSet(), threading.Lock()
# Equal on every machine: the order of sets, and the sums of linear algebra.
THREADS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_FIXED = {"PYTHONHASHSEED": "0", "MPLBACKEND": "Agg"} | THREADS


class Worker:
    """A process that runs jobs one by one; left are not answered yet."""

    def __init__(self):
        """Start it."""
        self.left = 0
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(
            [root, *filter(None, [os.getenv("PYTHONPATH")])]
        )
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "snippets._bridge.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | _FIXED | {"PYTHONPATH": path},
            start_new_session=True,
        )
        _workers.add(self)

    def ask(self, jobs):
        """Have it begin with a list of (job, path of the memory)."""
        self.left = len(jobs)
        with contextlib.suppress(OSError):  # its answer will tell
            pickle.dump(jobs, self.process.stdin)
            self.process.stdin.flush()

    def answer(self, job):
        """The Piece or Failed of the first job that it has not answered."""
        expired = threading.Event()

        def expire():
            expired.set()
            self.kill()

        timer = threading.Timer(job.limit + START, expire)
        timer.start()
        try:
            answer = pickle.load(self.process.stdout)
            self.left -= 1
            if isinstance(answer, Failed) and not FORKS:
                with self.process:
                    self.kill()  # and with it whatever the job has changed
            return answer
        except (EOFError, OSError, pickle.UnpicklingError):
            with contextlib.suppress(OSError), self.process:
                code = self.process.wait()
            if expired.is_set():
                return Failed(f"TimeoutError: {job.late}")
            return Failed(f"its process ended with exit code {code}")
        finally:
            if not self.alive:
                self.left = 0
            timer.cancel()
            timer.join()  # it may have begun

    @property
    def alive(self):
        """Whether it can take another job."""
        return self.process.poll() is None

    def kill(self):
        """End it and whatever it has started."""
        if os.name == "posix" and self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()


@atexit.register
def end():
    """End all workers: the idle ones by themselves, others at once."""
    _starting.acquire()  # for ever: threads that still run start no other
    idle = [worker for worker in _workers if not worker.left]
    for worker in idle:
        with contextlib.suppress(OSError):
            worker.process.stdin.close()
    for worker in idle:
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.process.wait(1)
    for worker in list(_workers):
        worker.kill()


class Pool:
    """Up to size workers, started when there is something to do.

    Each is given at most so many jobs at once.
    """

    def __init__(self, size, most=1):
        """Start nothing yet."""
        self.size, self.most = size, most
        self._tasks, self._numbers = queue.PriorityQueue(), itertools.count()
        self._threads = []

    def submit(self, job, memory, done, first=False):
        """A Future of what the job comes to; the longest begin first.

        done is called with that and the seconds it took. What somebody waits
        for may go before all else.
        """
        future = Future()
        turn = not first, -job.limit, next(self._numbers)
        self._tasks.put((turn, job, memory, done, future))
        if self._tasks.unfinished_tasks > len(self._threads) < self.size:
            thread = threading.Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def _run(self):
        worker = None
        while True:
            tasks = self._take()
            for number, (job, _, done, future) in enumerate(tasks):
                begun = time.perf_counter()
                try:
                    worker = _busy(worker, tasks[number:])
                    with _told(job):
                        answer = worker.answer(job)
                    done(answer, time.perf_counter() - begun)
                    tell = functools.partial(future.set_result, answer)
                except BaseException as error:
                    tell = functools.partial(future.set_exception, error)
                self._tasks.task_done()
                tell()

    def _take(self):
        """The next task and this worker's share of those that wait."""
        tasks = [self._tasks.get()]
        more = min(self.most - 1, self._tasks.qsize() // self.size)
        with contextlib.suppress(queue.Empty):
            tasks += (self._tasks.get_nowait() for _ in range(more))
        return [task for _, *task in tasks]


def _busy(worker, tasks):
    """The worker, or a new one in its place, at work on the tasks."""
    if not worker or not worker.alive:
        with _starting:
            worker = Worker()
    if not worker.left:
        worker.ask([(job, memory) for job, memory, *_ in tasks])
    return worker


@contextlib.contextmanager
def _told(job):
    """Say from time to time that a job is still running."""
    begun, done = time.monotonic(), threading.Event()

    def tell():
        while not done.wait(TELL):
            seconds = time.monotonic() - begun
            log.info("%s has run for %.0f s", job.origin, seconds)

    if job.long:
        threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        done.set()
