"""`python -m tests.benchmarks 12 120 1200` measures sites of so many pages.

It prints how long whole builds take beside plain MkDocs on the same finished
content, their memory, what one more page costs, and how long a writer waits
for a figure. It needs Linux, or says nothing of memory.
"""

import argparse
import datetime
import io
import os
import platform
import pstats
import re
import signal
import statistics
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import measure, serve, site

# Another tool that runs pages, with its cache empty and a like site.
JUPYTER_BOOK = {
    "pages": 12,
    "seconds": 24,
    "source": "measured on a 2-core machine",
}
KINDS = "cold", "one edit", "unchanged", "plain"
LIBRARIES = "mkdocs", "mkdocs-material", "Markdown", "matplotlib", "sympy"


def main():
    """Make the sites in a folder, measure them and print what is found."""
    asked = arguments()
    # Killed from outside, it still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder, middles = Path(asked.folder or temporary), {}
        for pages in sorted(set(asked.pages)):
            engine, plain = make(folder, pages)
            seen = measure.compare(engine, plain, asked.repetitions)
            print(table(pages, seen), flush=True)
            middles[pages] = medians(seen)
            if asked.profile:
                print(profile(engine), profile(plain), sep="\n", flush=True)
        if len(middles) > 1:
            print(per_page(middles), flush=True)
        if not asked.no_serve:
            engine = folder / f"engine{min(middles)}"
            print(waiting(engine, asked.repetitions))


def arguments():
    """What the command line asks for."""
    parser = argparse.ArgumentParser("tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("pages", nargs="*", type=int, default=[12], help="pages of a site")
    add("-k", "--repetitions", type=int, default=5, help="rounds (5)")
    add("--folder", help="keep the sites in this new folder")
    add("--no-serve", action="store_true", help="leave the server out")
    add("--profile", action="store_true", help="show where builds spend time")
    return parser.parse_args()


def make(folder, pages):
    """(engine, plain): the folders of two sites of so many pages, built."""
    engine, plain = folder / f"engine{pages}", folder / f"plain{pages}"
    site.write(engine, pages)
    measure.run(measure.BUILD, engine)
    site.write_plain(plain, engine)
    measure.run(measure.BUILD, plain)
    return engine, plain


def machine():
    """What the numbers were measured with and when."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [n.split(": ")[1] for n in lines if n.startswith("model name")]
    model = names[0] if names else platform.processor() or platform.machine()
    tools = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, "
        f"{platform.system()}\nPython {platform.python_version()}, {tools}"
    )


def medians(seen):
    """{kind: the median of its seconds}."""
    return {
        kind: statistics.median(seconds for seconds, *_ in seen[kind])
        for kind in KINDS
    }


def table(pages, seen):
    """The builds of a site of so many pages, a line for each kind."""
    middle, rounds = medians(seen), len(seen["plain"])
    lines = [
        f"\n{pages} pages, seconds of whole builds, rounds: {rounds}",
        f"{'':10}{'median':>9}{'min':>9}{'max':>9}{'/ plain':>9}{'CPU':>9}"
        f"{'MB':>7}",
    ]
    for kind in KINDS:
        seconds, used, memory = zip(*seen[kind], strict=True)
        lines.append(
            f"{kind:10}{middle[kind]:9.2f}{min(seconds):9.2f}"
            f"{max(seconds):9.2f}{middle[kind] / middle['plain']:9.2f}"
            f"{statistics.median(used):9.2f}{max(memory) / 1e6:7.0f}"
        )
    if pages == JUPYTER_BOOK["pages"]:
        ratio = middle["cold"] / JUPYTER_BOOK["seconds"]
        lines.append(
            f"cold is {ratio:.2f} of Jupyter Book's {JUPYTER_BOOK['seconds']} "
            f"s for {pages} pages ({JUPYTER_BOOK['source']})"
        )
    return "\n".join(lines)


def per_page(middles):
    """What one more page costs, from the smallest site to the largest."""
    few, many = min(middles), max(middles)
    costs = []
    for kind in KINDS:
        seconds = middles[many][kind] - middles[few][kind]
        costs.append(f"{kind} {1e3 * seconds / (many - few):.1f}")
    return (
        f"\nmilliseconds for each page more, from {few} to {many} pages: "
        + ", ".join(costs)
    )


def waiting(engine, repetitions):
    """How long a writer waits from a saved snippet to its new figure."""
    who, seconds = serve.latencies(engine, repetitions)
    own = serve.own_time(engine)
    middle, worst = statistics.median(seconds), max(seconds)
    return (
        f"\nfrom a saved snippet to its new figure, seen by {who}: "
        f"median {middle:.2f} s, worst {worst:.2f} s\n"
        f"without the snippet's own {own:.2f} s: "
        f"median {middle - own:.2f} s, worst {worst - own:.2f} s"
    )


def profile(folder):
    """Where an unchanged build spends its time, callees counted in."""
    file, said = folder / "profile", io.StringIO()
    command = [sys.executable, "-m", "cProfile", "-o", file]
    measure.run([*command, *measure.BUILD[1:]], folder)
    stats = pstats.Stats(str(file), stream=said)
    stats.sort_stats("cumulative").print_stats(60)
    # Of a long path, the file and its folder tell enough.
    short = re.sub(
        r"/\S+/(?=[^/\s]+/[^/\s]+$)", "", said.getvalue(), flags=re.M
    )
    return f"{folder.name}: {short}"


if __name__ == "__main__":
    main()
