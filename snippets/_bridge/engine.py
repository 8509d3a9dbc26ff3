"""Where results come from: kept ones, or else workers."""

import atexit
import functools
import os
import threading
from pathlib import Path

from snippets._bridge.cache import Cache
from snippets._bridge.job import Failed, Job
from snippets._bridge.pool import THREADS, Pool
from snippets._bridge.work import perform

CORES = max(0, int(os.getenv("SNIPPETS_WORKERS") or os.cpu_count()))
if not CORES:  # what computes has the same threads as a worker
    os.environ |= THREADS
# Long jobs have workers of their own, or others would wait for them.
_quick, _slow = Pool(CORES, most=16), Pool(CORES)


class Pending(Exception):
    """A long job that has not ended yet, while somebody is being served."""


class Engine:
    """The results of one project, kept in its folder.

    While serving, finished is called when a long job has ended, and waited
    tells whether a page has been made without one.
    """

    def __init__(self, folder):
        """Begin with what was kept there before."""
        self.folder = folder
        kept = os.getenv("SNIPPETS_CACHE") or Path(folder, ".cache")
        self.cache = Cache(Path(kept, "snippets.db"))
        atexit.register(self.cache.close)
        self.finished, self.waited = None, False
        self._running, self._failed, self._kinds = {}, {}, {}
        self._lock = threading.Lock()

    def begin(self, job):
        """Have it computed, if that is not known or under way."""
        known = _place(job) in self._failed
        if CORES and not known and not self.cache.made(job.key):
            self._begin(job)

    def prepare(self, modules):
        """Have a worker import them before somebody waits for a result.

        It would otherwise start with the first that is not kept. The Future
        of that, or None if there are no workers.
        """
        imports = tuple(("", 1, f"import {name}") for name in sorted(modules))
        job = Job("code", "", parts=imports)
        if CORES:
            return _quick.submit(job, self.cache.path, lambda *_: None)

    def result(self, job):
        """The Piece that the job makes.

        Raises Failed, or Pending if nobody should wait for it.
        """
        place = _place(job)
        answer = self.cache.get(job.key) or self._failed.get(place)
        answer = answer or self._compute(job)
        self._running.pop(place, None)
        if isinstance(answer, Failed):
            raise Failed(*answer.args)
        self._kinds[job.key] = answer.kind, answer.label
        return answer

    def kind(self, job):
        """(kind, label) of the Piece that the job makes; raises as result."""
        if job.key not in self._kinds:
            self.result(job)
        return self._kinds[job.key]

    def _begin(self, job, first=False):
        with self._lock:
            future = self._running.get(_place(job))
            if not future:
                pool = _slow if job.long else _quick
                keep = functools.partial(self._keep, job)
                future = pool.submit(job, self.cache.path, keep, first)
                self._running[_place(job)] = future
        return future

    def _keep(self, job, answer, seconds):
        if isinstance(answer, Failed):
            self._failed[_place(job)] = answer
        else:
            self.cache.put(job.key, answer, seconds)
        if job.long and self.finished:
            self.finished()

    def _compute(self, job):
        if not CORES:
            return perform(job, self.cache)
        future = self._begin(job, first=True)
        if job.long and self.finished and not future.done():
            self.waited = True
            raise Pending
        return future.result()


def _place(job):
    """What decides a failure: it tells lines, which no key knows."""
    return job.key, job.parts


@functools.cache
def engine(folder):
    """The Engine of the project in a folder."""
    return Engine(folder)
