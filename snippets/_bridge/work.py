"""Runs one job: the program of its call, watched, then what it shows."""

import contextlib
import decimal
import functools
import importlib
import inspect
import operator
import os
import pickle
import random
import sys
import traceback
import warnings
from pathlib import Path

from snippets._bridge.figure import style
from snippets._bridge.job import Failed, Piece, digest

FORKS = sys.platform == "linux"  # elsewhere libraries may not survive it
_FORBIDDEN = {
    **dict.fromkeys(["os.remove", "os.rename", "os.rmdir"], "remove a file"),
    **dict.fromkeys(["os.mkdir", "os.link", "os.symlink"], "make a file"),
    **dict.fromkeys(["os.truncate", "sqlite3.connect"], "change a file"),
    **dict.fromkeys(["os.chmod", "os.chown", "os.utime"], "change a file"),
    **dict.fromkeys(["os.system", "os.exec", "os.fork"], "start a process"),
    **dict.fromkeys(["os.posix_spawn", "subprocess.Popen"], "start a process"),
    **dict.fromkeys(["os.forkpty", "os.spawn"], "start a process"),
    **dict.fromkeys(["socket.__new__", "socket.connect"], "open a socket"),
    **dict.fromkeys(["socket.getaddrinfo"], "ask the network"),
    **dict.fromkeys(["socket.gethostbyname"], "ask the network"),
    **dict.fromkeys(["os.kill", "os.killpg"], "kill a process"),
}
LARGEST = 5_000_000  # characters of HTML that one result may add to a page
_UNKNOWN = object()
_watching = False


def perform(job, memory=None):
    """The Piece that a job makes, or the Failed that tells why it did not.

    memory keeps what long functions return.
    """
    from snippets._bridge import notebook, render

    try:
        with warnings.catch_warnings(action="error"):
            if job.form == "code":
                return Piece("program", render.program(job.text))
            if job.form == "lab":
                return notebook.run(job)
            if job.trusted:
                return render.typeset(job.text, job.form == "display")
            piece = render.render(job, evaluate(job, memory))
            if len(piece.html) > LARGEST:
                raise ValueError(
                    f"its HTML has {len(piece.html):,} characters; "
                    f"a page can take {LARGEST:,}"
                )
            return piece
    except (Exception, SystemExit) as error:
        return failure(job, error)


def failure(job, error, place=""):
    """The Failed that tells of an error, and where in the topics it arose.

    place is told of what did not arise there.
    """
    traceback.clear_frames(error.__traceback__)  # memory may be short
    said = f"{type(error).__name__}: {error}"
    place = _origin(job, error) or place
    return Failed(" ".join(said.split()) + place)


def evaluate(job, memory=None):
    """What a job's call returns.

    Raises what its program raises, any warning as an error, and RuntimeError
    or PermissionError when it changes anything outside itself.
    """
    names = {"__name__": "__main__"}  # a dataclass looks for its module
    imports, long = len(job.modules), dict(job.long)
    with warnings.catch_warnings(action="error"):
        for part in job.parts[:imports]:
            execute(part, names)
        with style(), watched(job.modules):
            for part in job.parts[imports:]:
                execute(part, names)
                for name in names.keys() & long.keys():
                    program = long.pop(name)
                    names[name] = _remembered(names[name], program, memory)
            value = eval(compile(job.expression, "<page>", "eval"), names)
            _check_figures(value)
    return value


def execute(part, names):
    file, line, text = part
    # After as many empty lines, every error tells its line of the file.
    code = compile("\n" * (line - 1) + text, file, "exec")
    exec(code, names)


def _remembered(function, program, memory):
    """The function, called once for the same arguments and program."""

    @functools.wraps(function)
    def remembered(*args, **named):
        try:
            given = pickle.dumps((args, sorted(named.items())))
        except Exception:  # such arguments cannot be told from others
            return function(*args, **named)
        if not memory:
            return function(*args, **named)
        key = digest(program, given)
        with contextlib.ExitStack() as stack:
            with _unwatched():
                stack.enter_context(memory.alone(key))
                found = memory.get(key)
            if found is None:
                found = [function(*args, **named)]
                with _unwatched():
                    memory.put(key, found)
        return found[0]

    return remembered


def _origin(job, error):
    """Where in the topics the error arose, if it did there."""
    files = {file for file, *_ in job.parts}
    frames = [*traceback.walk_tb(error.__traceback__)]
    places = [(frame.f_code.co_filename, line) for frame, line in frames]
    if isinstance(error, SyntaxError):
        places.append((error.filename, error.lineno))
    for file, line in reversed(places):
        if file in files:
            path = Path(file)
            return f" ({path.parent.name}/{path.name}:{line})"
    return ""


@functools.cache
def _listen():
    """Begin to hear of what Python does; there is no way to end that."""
    sys.addaudithook(_hear)


def _hear(event, args):
    if not _watching:
        return
    if event == "open":
        path, mode, flags = args
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        if path != os.devnull and (flags or 0) & writes:
            raise PermissionError(f"a snippet may not write to {path}")
    elif event in _FORBIDDEN:
        raise PermissionError(f"a snippet may not {_FORBIDDEN[event]}")


@contextlib.contextmanager
def watched(modules):
    """Forbid what reaches outside, and check that nothing stays changed."""
    global _watching
    _listen()
    before, names, _watching = _state(), _names(modules), True
    try:
        yield
    finally:
        _watching = False
    for name, value in _state().items():
        if value != before.get(name, value):
            raise RuntimeError(f"a snippet may not change {name}")
    for place, now in _names(modules).items():
        for name in _differing(names.get(place, now), now):
            raise RuntimeError(f"a snippet may not change {place}.{name}")


@contextlib.contextmanager
def _unwatched():
    global _watching
    kept, _watching = _watching, False
    try:
        yield
    finally:
        _watching = kept


def _state():
    """What a snippet could change for others, by name."""
    found = {
        "the working directory": os.getcwd(),
        "os.environ": dict(os.environ),
        "the state of random": random.getstate(),
        "sys.path": sys.path[:],
        "the recursion limit": sys.getrecursionlimit(),
        "the decimal context": repr(decimal.getcontext()),
    }
    modules = sys.modules
    if "numpy" in modules:
        state = importlib.import_module("numpy.random").get_state()
        found["the state of numpy.random"] = pickle.dumps(state)
        found["numpy.seterr"] = modules["numpy"].geterr()
        found["numpy's print options"] = modules["numpy"].get_printoptions()
    if "mpmath" in modules:
        found["mpmath.mp"] = modules["mpmath"].mp.prec
    if "matplotlib" in modules:
        settings = modules["matplotlib"].rcParams
        for name, value in dict.items(settings):  # its own looks each up
            found[f"matplotlib.rcParams[{name!r}]"] = value
    return found


def _names(modules):
    """What the names in modules, and in modules in them, stand for."""
    loaded, found = sys.modules, {}
    for name in filter(loaded.get, modules):
        inner = [f"{name}.{key}" for key in vars(loaded[name])]
        for place in filter(loaded.get, [name, *inner]):
            found[place] = dict(vars(loaded[place]))
    return found


def _differing(before, now):
    """The public names that are new or stand for another thing."""
    if len(before) == len(now):
        if all(map(operator.is_, before.values(), now.values())):
            return
    for name, value in now.items():
        known = before.get(name, _UNKNOWN)
        # To import a part of a library changes nothing.
        part = known is _UNKNOWN and inspect.ismodule(value)
        if name[0] != "_" and value is not known and not part:
            yield name


def _check_figures(value):
    if "matplotlib.pyplot" not in sys.modules:
        return
    plt = sys.modules["matplotlib.pyplot"]
    shown = value.get("figure") if isinstance(value, dict) else value
    figures = map(plt.figure, plt.get_fignums())
    if any(figure is not shown for figure in figures):
        raise RuntimeError("a snippet may not leave a figure open")
