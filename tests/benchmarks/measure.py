"""How long whole builds take and how much memory, in turns."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from tests.benchmarks.site import edit

BUILD = [sys.executable, "-m", "mkdocs", "build", "-q"]
EVERY = 0.05  # seconds between two looks at the memory


def environment(folder):
    """The environment of a build, which keeps its results in its folder."""
    own = {
        "SNIPPETS_CACHE": str(folder / ".cache"),
        "NO_MKDOCS_2_WARNING": "1",
    }
    return os.environ | own


@contextlib.contextmanager
def started(command, folder, output):
    """A process in a folder; in the end it and all its children are ended."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder),
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(command, folder):
    """(seconds, those of the processor, bytes) of a command run to its end.

    All its processes count together. The bytes are their peak, as far as looks
    every 50 ms can tell, each shared page counted once; 0 where the system
    does not tell. Raises RuntimeError with what was said if the command fails.
    """
    peak, used, start = [0], _used(), time.perf_counter()
    with started(command, folder, subprocess.PIPE) as process:
        look = threading.Thread(target=_watch, args=(process, peak))
        look.start()
        said, _ = process.communicate()
        seconds = time.perf_counter() - start
    look.join()
    if process.returncode:
        raise RuntimeError(said)
    return seconds, _used() - used, max(peak)


def compare(engine, plain, repetitions):
    """{kind of build: what run tells of it, once a round}, all in turns.

    Cold starts without any result kept; unchanged comes after a build of the
    same; an edit changes one figure of one page.
    """
    seen = defaultdict(list)

    def build(kind, folder):
        seen[kind].append(run(BUILD, folder))
        print(f"{kind}: {seen[kind][-1][0]:.2f} s", file=sys.stderr)

    for _ in range(repetitions):
        shutil.rmtree(engine / ".cache", ignore_errors=True)
        build("cold", engine)
        build("plain", plain)
        build("unchanged", engine)
        edit(engine, "page001")
        build("one edit", engine)
    return seen


def _used():
    """The processor's seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process, peak):
    while process.returncode is None:
        peak.append(_memory(process.pid))
        time.sleep(EVERY)


def _memory(pid):
    """The bytes of a process and its children; 0 when it has ended."""
    process = Path("/proc", str(pid))
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
        own = next(int(n.split()[1]) for n in lines if n.startswith("Pss:"))
        lists = [p.read_text() for p in process.glob("task/*/children")]
    except (OSError, StopIteration):
        return 0
    children = " ".join(lists).split()
    return own * 1024 + sum(map(_memory, children))
