"""A small site whose snippets do what none may, among innocent ones."""

import re
import signal
import subprocess
import sys

import pytest
from sites import CONFIG, contents, edit, kept, processes, within, write

INNOCENT = '''\
"""Results that must be the same, whatever runs before, after or beside."""

import os
import random

import matplotlib.pyplot as plt
import mpmath
import numpy as np
import sympy

x = sympy.Symbol("x", real=True)


def third(n):
    """A third of n."""
    return n / 3


def noise(n):
    """A number that is drawn, not chosen."""
    return np.random.default_rng(n).normal() + random.Random(n).random()


def root(n):
    """The root of n + 2 to 30 digits."""
    with mpmath.workdps(30):
        return mpmath.nstr(mpmath.sqrt(n + 2), 30)


def power(n):
    """A rule of powers."""
    return sympy.Eq(sympy.exp(n * x), sympy.exp(x) ** n, evaluate=False)


def curve(n):
    """A curve."""
    t = np.linspace(0, 1, 20)
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot(t, np.exp(-n * t))
    ax.set(xlabel="t", ylabel="y")
    return fig


def weather(n):
    """All that another snippet could have changed, as a text."""
    return repr(
        [
            n,
            os.getenv("STRANGE"),
            os.path.basename(os.getcwd()),
            np.geterr(),
            np.exp(1.0),
            np.linalg.norm([3.0, 4.0]),
            getattr(np, "visits", 0),
            mpmath.mp.dps,
            plt.get_fignums(),
            plt.rcParams["lines.linewidth"],
        ]
    )
'''

CULPRIT = '''\
"""What no snippet may do."""

import ctypes
import math
import multiprocessing
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import warnings

import matplotlib.pyplot as plt
import mpmath
import numpy as np

SCALE = 0
STEP = 1 / SCALE  # HERE broken_constant


# long: 1 s
def loops():
    """A loop without end."""
    while True: pass  # HERE loops


# long: 1 s
def sleeps():
    """A long night."""
    time.sleep(1000)  # HERE sleeps


# long: 1 s
def goes_on():
    """A loop that no ordinary error ends."""
    while True:
        try:
            time.sleep(1000)  # HERE goes_on
        except Exception:
            pass


# long: 1 s
def sticks():
    """A loop that nothing but the end of its process ends."""
    return sum(iter(int, 1))


# long: 1 s
def leaves_a_child():
    """One, while a child that no one knows of lives on."""
    if not ctypes.CDLL(None).fork():
        time.sleep(1000)
    return 1


def adds_a_name():
    """How often it was called, counted where others could see it."""
    np.visits = getattr(np, "visits", 0) + 1
    return np.visits


def eats():
    """More and more memory; none of it is touched."""
    eaten = []
    while True:
        eaten.append(bytes(1 << 28))  # HERE eats


def eats_at_once():
    """Very much memory."""
    return np.ones(1 << 45).sum()  # HERE eats_at_once


def leaves():
    """The end of the process."""
    os._exit(3)


def leaves_quietly():
    """The end of the process, as if all were well."""
    os._exit(0)


def aborts():
    """The end of the process, with a loud bang."""
    os.abort()


def crashes():
    """What stands at address 0."""
    return ctypes.string_at(0)


def kills_itself():
    """A signal to the process."""
    os.kill(os.getpid(), signal.SIGKILL)  # HERE kills_itself


def raises_a_signal():
    """A signal by another way."""
    signal.raise_signal(signal.SIGKILL)


def exits():
    """The polite end of the process."""
    sys.exit(0)  # HERE exits


def interrupts():
    """What a key would do."""
    raise KeyboardInterrupt  # HERE interrupts


def breaks_off():
    """An exception that is not an error."""
    raise BaseException("enough")  # HERE breaks_off


def opens():
    """A file."""
    return open("written.txt", "w")  # HERE opens


def appends():
    """A longer file."""
    with open("mkdocs.yml", "a") as stream:  # HERE appends
        stream.write("# more")


def writes_text():
    """A file, in another way."""
    return pathlib.Path("written.txt").write_text("text")  # HERE writes_text


def saves():
    """A file of numbers."""
    np.save("written.npy", [1])  # HERE saves


def draws_into_a_file():
    """A file with a figure."""
    fig, ax = plt.subplots()
    fig.savefig("written.svg")  # HERE draws_into_a_file
    return fig


def stores():
    """A database."""
    return sqlite3.connect("written.db").total_changes  # HERE stores


def makes_a_folder():
    """A folder."""
    os.mkdir("written")  # HERE makes_a_folder


def deletes():
    """One page less."""
    os.remove("docs/index.md")  # HERE deletes


def moves():
    """A page that was."""
    os.replace("docs/index.md", "docs/written.md")  # HERE moves


def cuts():
    """An empty page."""
    os.truncate("docs/index.md", 0)  # HERE cuts


def sets_style():
    """A bold line."""
    plt.rcParams["lines.linewidth"] = 9
    return 1


def seeds():
    """A seed for all."""
    random.seed(1)
    return random.random()


def draws_unseeded():
    """Another number every time."""
    return random.random()


def seeds_numpy():
    """A seed for all of NumPy."""
    np.random.seed(1)
    return np.random.rand()


def moves_away():
    """Another folder."""
    os.chdir("docs")
    return 1


def sets_environment():
    """A strange variable."""
    os.environ["STRANGE"] = "yes"
    return 1


def ignores_overflow():
    """Infinity."""
    np.seterr(all="ignore")
    return np.float64(1e308) * 10


def sets_precision():
    """A third, rather exactly."""
    mpmath.mp.dps = 100
    return str(mpmath.mpf(1) / 3)


def replaces():
    """The exponential, replaced."""
    np.exp = np.cos
    return float(np.exp(1.0))


def replaces_deeply():
    """The length of a vector, replaced."""
    np.linalg.norm = np.sum
    return float(np.linalg.norm([3.0, 4.0]))


def replaces_pi():
    """Three."""
    math.pi = 3
    return math.pi


def leaves_a_figure():
    """A figure, and another that nobody sees."""
    plt.figure()
    return 1


def opens_a_socket():
    """A line to the world."""
    return socket.socket()  # HERE opens_a_socket


def looks_up():
    """The address of a name."""
    return socket.getaddrinfo("localhost", 80)  # HERE looks_up


def starts():
    """A program that outlives this one."""
    return subprocess.Popen(["sleep", "1000"])  # HERE starts


def starts_a_shell():
    """A command."""
    return os.system("sleep 1000 &")  # HERE starts_a_shell


def forks():
    """Two of one."""
    return os.fork() and 1  # HERE forks


def forks_with_terminal():
    """Two of one, one of them at a terminal."""
    return os.forkpty()[0] and 1  # HERE forks_with_terminal


def spawns():
    """A process by the library for it."""
    context = multiprocessing.get_context("spawn")
    context.Process(target=time.sleep, args=[1000]).start()  # HERE spawns


def leaves_a_thread():
    """A thread that outlives the call."""
    threading.Thread(target=time.sleep, args=[1000], daemon=True).start()
    return 1


def asks():
    """What nobody types."""
    return input()  # HERE asks


def returns_a_function():
    """Something without a rendering."""
    return lambda: 1


# long: 60 s
def returns_a_generator():
    """Something that cannot be kept."""
    return (n for n in range(3))


def returns_much():
    """Fifty million letters."""
    return "x" * 50_000_000


def descends(n=0):
    """A staircase without end."""
    return descends(n + 1)  # HERE descends


def warns():
    """A warning."""
    warnings.warn("take care", DeprecationWarning)  # HERE warns
    return 1


def broken_constant():
    """A call that needs a constant that cannot be computed."""
    return STEP
'''

LATE = "TimeoutError: it ran for more than 1 s"
NOT = "PermissionError: a snippet may not "
CHANGE = "RuntimeError: a snippet may not change "
START = f"{NOT}start a process"
SAID = {
    "loops": LATE,
    "sleeps": LATE,
    "goes_on": LATE,
    "sticks": LATE,
    "leaves_a_child": "RuntimeError: a snippet may not leave a process",
    "adds_a_name": "RuntimeError: a snippet may not change numpy.visits",
    "eats": "MemoryError: ",
    "eats_at_once": "MemoryError: Unable to allocate 256. TiB",
    "leaves": "its process ended with exit code 3",
    "leaves_quietly": "its process ended with exit code 0",
    "aborts": "its process ended with SIGABRT",
    "crashes": "its process ended with SIGSEGV",
    "kills_itself": "PermissionError: a snippet may not kill a process",
    "raises_a_signal": "its process ended with SIGKILL",
    "exits": "SystemExit: 0",
    "interrupts": "KeyboardInterrupt: ",
    "breaks_off": "BaseException: enough",
    "opens": f"{NOT}write to written.txt",
    "appends": f"{NOT}write to mkdocs.yml",
    "writes_text": f"{NOT}write to written.txt",
    "saves": f"{NOT}write to written.npy",
    "draws_into_a_file": f"{NOT}write to written.svg",
    "stores": f"{NOT}change a file",
    "makes_a_folder": f"{NOT}make a file",
    "deletes": f"{NOT}remove a file",
    "moves": f"{NOT}remove a file",
    "cuts": f"{NOT}change a file",
    "sets_style": f"{CHANGE}matplotlib.rcParams['lines.linewidth']",
    "seeds": f"{CHANGE}the state of random",
    "draws_unseeded": f"{CHANGE}the state of random",
    "seeds_numpy": f"{CHANGE}the state of numpy.random",
    "moves_away": f"{CHANGE}the working directory",
    "sets_environment": f"{CHANGE}os.environ",
    "ignores_overflow": f"{CHANGE}numpy.seterr",
    "sets_precision": f"{CHANGE}mpmath.mp",
    "replaces": f"{CHANGE}numpy.exp",
    "replaces_deeply": f"{CHANGE}numpy.linalg.norm",
    "replaces_pi": f"{CHANGE}math.pi",
    "leaves_a_figure": "RuntimeError: a snippet may not leave a figure open",
    "opens_a_socket": f"{NOT}open a socket",
    "looks_up": f"{NOT}ask the network",
    "starts": START,
    "starts_a_shell": START,
    "forks": START,
    "forks_with_terminal": START,
    "spawns": NOT,
    "leaves_a_thread": "RuntimeError: a snippet may not leave a thread run",
    "asks": "EOFError: ",
    "returns_a_function": "TypeError: a function cannot be shown on a page",
    "returns_a_generator": "TypeError: a generator cannot be shown",
    "returns_much": "ValueError: its HTML has 50,000,000 char",
    "descends": "RecursionError: ",
    "warns": "DeprecationWarning: take care",
    "broken_constant": "ZeroDivisionError: ",
}

ODD = '''\
"""What is not wrong, but could make pages depend on each other."""

import itertools
import sys
import warnings

import numpy as np

_seen = []
_count = itertools.count(1)


def grows(n):
    """How often it was called."""
    _seen.append(n)
    return len(_seen)


def counts(n):
    """How often it was called, counted otherwise."""
    return next(_count)


def hushes(n):
    """Infinity, without a warning."""
    warnings.simplefilter("ignore")
    return float(np.float64(1e308) * 10)


def prints(n):
    """n, after a few words."""
    print("some words")
    sys.stderr.write("other words")
    return n


def floods(n):
    """n, after many words."""
    print("words " * 1_000_000)
    return n
'''
UNREADABLE = {
    "reads_latin": (b'"""Caf\xe9."""\n', "SyntaxError: (unicode error)"),
    "reads_nested": (b"x = " + b"(" * 1000 + b"\n", "SyntaxError: too many"),
    "reads_deep": (b"x = " + b"-" * 100_000 + b"1\n", ("Mem", "Recur")),
    "reads_null": (b"x = 1\0\n", "SyntaxError: source code string cannot"),
}

# The number of a page makes its results its own, so that they are computed
# right before and right after what the culprit does.
PAGE = """\
# Page {n}

It is {{{{ innocent.third({n}) }}}} and {{{{ innocent.noise({n}) }}}}.
Here is {{{{ innocent.weather({n}) }}}}.

{{{{ innocent.power({n}) }}}}

Then {culprit} comes.

There is {{{{ innocent.weather(-{n}) }}}}.
It was {{{{ innocent.root({n}) }}}} and {{{{ innocent.noise(100{n}) }}}}.

{{{{ innocent.curve({n}) }}}}
: A curve.
"""
ODD_PAGE = """\
It is {{{{ odd.grows({n}) }}}}, {{{{ odd.grows(-{n}) }}}},
{{{{ odd.counts({n}) }}}}, {{{{ odd.counts(-{n}) }}}}.
There is {{{{ odd.hushes({n}) }}}} and {{{{ innocent.weather(200{n}) }}}}.
"""
LINE = PAGE[: PAGE.index("{culprit}")].count("\n") + 1
PAGES = {
    "index": "# Start\n",
    "after": ODD_PAGE.format(n=2),
    "zero": ODD_PAGE.format(n=1),
} | {
    name: PAGE.format(n=n, culprit="nothing")
    for n, name in enumerate([*SAID, *UNREADABLE], start=1)
}
SNIPPETS = {"innocent": INNOCENT, "culprit": CULPRIT, "odd": ODD}


def spoilt(name):
    """The page of a culprit, with the culprit on it."""
    return PAGES[name].replace("nothing", f"{{{{ {call(name)} }}}}")


def call(name):
    """The call that makes a page fail."""
    if name in UNREADABLE:
        return name.replace("reads_", "") + ".f()"
    return f"culprit.{name}()"


def origin(name):
    """What a failure says of the line of the snippet."""
    for number, line in enumerate(CULPRIT.splitlines(), start=1):
        if line.endswith(f"# HERE {name}"):
            return f" (snippets/culprit.py:{number})"
    return ""


def told(build, name):
    """What a build says of a page, after the call."""
    start = f"docs/{name}.md:{LINE}: {{{{ {call(name)} }}}}: "
    lines = build.stdout.splitlines()
    (line,) = [line for line in lines if line.startswith(f"docs/{name}.md")]
    assert line.startswith(start)
    return line.removeprefix(start)


@pytest.fixture(scope="module")
def innocent(build, tmp_path_factory):
    """{path: bytes} of the site without culprits, built in another order."""
    folder = tmp_path_factory.mktemp("innocent") / "same"
    order = [f"{name}.md" for name in reversed(PAGES)]
    write(folder, PAGES, SNIPPETS, f"{CONFIG}nav: {order}\n")
    done = build(folder, "-q", SNIPPETS_WORKERS="2")
    assert (done.returncode, done.stdout) == (0, "")
    return contents(folder / "site")


@pytest.fixture(scope="module")
def faulty(build, tmp_path_factory):
    """(folder, build) of the site with all culprits, one on a page."""
    folder = tmp_path_factory.mktemp("faulty") / "same"
    spoilt_pages = {name: spoilt(name) for name in [*SAID, *UNREADABLE]}
    write(folder, PAGES | spoilt_pages, SNIPPETS)
    for name, (text, _) in UNREADABLE.items():
        topic = call(name).partition(".")[0]
        (folder / "snippets" / f"{topic}.py").write_bytes(text)
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("an earlier build")
    before = {path.name for path in folder.iterdir()}
    done = build(folder, "-q", SNIPPETS_WORKERS="1")
    assert within(5, lambda: not processes(folder)), processes(folder)
    assert {path.name for path in folder.iterdir()} - before <= {".cache"}
    return folder, done


@pytest.fixture(scope="module")
def mended(build, faulty):
    """{path: bytes} of the faulty site, built again without the culprits."""
    folder, failed = faulty
    assert failed.returncode != 0 and contents(folder / "site") == {}
    before = kept(folder / ".cache")
    for name, text in PAGES.items():
        (folder / "docs" / f"{name}.md").write_text(text, "utf-8")
    done = build(folder, "-q", "--strict", SNIPPETS_WORKERS="1")
    assert (done.returncode, done.stdout) == (0, "")
    # So what the pages show was all made next to the culprits.
    assert kept(folder / ".cache") == before
    return contents(folder / "site")


@pytest.mark.parametrize("name", SAID)
def test_each_fault_is_told(faulty, name):
    """The build names the place, the call, what happened, and where."""
    _, build = faulty
    said, at = told(build, name), origin(name)
    assert said.startswith(SAID[name])
    assert said.endswith(at) and ("culprit.py" in said) == bool(at)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_topic_that_cannot_be_read_is_told(faulty, name):
    """Nor does it keep the build from telling of all the others."""
    _, build = faulty
    assert told(build, name).startswith(UNREADABLE[name][1])


def test_nothing_else_is_told(faulty):
    """No innocent fails because of its neighbour."""
    _, build = faulty
    count = len(SAID) + len(UNREADABLE)
    assert build.returncode != 0
    assert f"{count} failures in the pages:" in build.stdout
    assert build.stdout.count("\ndocs/") == count


@pytest.mark.parametrize("name", [*SAID, *UNREADABLE])
def test_no_fault_changes_what_stands_beside_it(innocent, mended, name):
    """The results before and after a culprit are the same to the byte."""
    path = f"{name}/index.html"
    assert mended[path] == innocent[path]
    assert b"<svg" in mended[path] and b"failure" not in mended[path]


def test_the_order_of_pages_does_not_matter(innocent, mended):
    """A list that grows is empty for each call, whatever was built before."""
    assert mended == innocent
    for name in ("zero", "after"):
        page = mended[f"{name}/index.html"].decode()
        assert re.findall(r">(\d+)</data>", page) == ["1"] * 4
        assert ">inf</data>" in page


def test_what_a_snippet_prints_stays_off_the_page(build, tmp_path):
    """It is for the one who builds, and five megabytes of it do no harm."""
    page = "It is {{ odd.prints(3) }} and {{ odd.floods(5) }}.\n"
    write(tmp_path, {"index": page}, {"odd": ODD})
    done = build(tmp_path, "-q", PYTHONUNBUFFERED="")
    assert done.returncode == 0
    assert "some words\n" in done.stdout and "other words" in done.stdout
    assert done.stdout.count("words") == 1_000_002
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert re.findall(r">(\d+)</data>", html) == ["3", "5"]
    assert "words" not in html


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_build_that_is_stopped_stops(environment, tmp_path, end):
    """It waits for nothing that runs, and leaves nothing running."""
    loop = "def f():\n    while True: pass\n"
    page = "".join(f"{{{{ f({n}) }}}}\n\n" for n in range(5))
    write(tmp_path, {"index": page}, {"index": loop.replace("()", "(n)")})
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment | {"SNIPPETS_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as build:
        # Itself, two workers, and their two children.
        assert within(60, lambda: len(processes(tmp_path)) == 5)
        build.send_signal(end)
        assert build.wait(20) != 0
    assert within(10, lambda: not processes(tmp_path))
    assert not (tmp_path / "site").exists()


def test_faults_do_no_harm_where_nothing_forks(build, innocent, tmp_path):
    """A process that has seen a failure does nothing else any more."""
    names = ["moves_away", "replaces", "leaves"]
    folder = tmp_path / "same"
    pages = {name: spoilt(name) for name in names}
    write(folder, {"index": "# Start\n"} | pages, SNIPPETS)
    edit(
        folder / "snippets/_bridge/work.py", 'sys.platform == "linux"', "False"
    )
    failed = build(folder, "-q", SNIPPETS_WORKERS="1")
    assert f"{len(names)} failures in the pages:" in failed.stdout
    for name in names:
        assert told(failed, name).startswith(SAID[name])
        (folder / "docs" / f"{name}.md").write_text(PAGES[name], "utf-8")
    done = build(folder, "-q", SNIPPETS_WORKERS="1")
    assert (done.returncode, done.stdout) == (0, "")
    for name in names:
        path = f"{name}/index.html"
        assert (folder / "site" / path).read_bytes() == innocent[path]
    assert within(5, lambda: not processes(folder))


LENGTHY = '''\
"""What takes long tells when it was made."""

import time


# long: 60 s
def inner(n):
    """The moment when it was made, twice."""
    time.sleep(1)
    return [time.perf_counter_ns()] * 2


# long: 60 s
def outer(n):
    """The moment when it was made, twice, after that of another."""
    inner(n)
    time.sleep(1)
    return [time.perf_counter_ns()] * 2
'''


@pytest.mark.parametrize("function", ["inner", "outer"])
def test_what_takes_long_is_made_once(build, tmp_path, function):
    """Two calls that need it at the same time share it."""
    page = f"{{{{ {function}(1)[0] }}}} is {{{{ {function}(1)[1] }}}}.\n"
    write(tmp_path, {"index": page}, {"index": LENGTHY})
    done = build(tmp_path, "-q", SNIPPETS_WORKERS="2")
    assert (done.returncode, done.stdout) == (0, "")
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    one, other = re.findall(r">(\d+)</data>", html)
    assert one == other
