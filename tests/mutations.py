"""Changes the snippets, one sign at a time, and lists what no test notices.

    python -m tests.mutations [-j JOBS] [-t SECONDS] [-n NUMBER] [TOPIC ...]

A mutant is a topic with one operator, comparison, sign, number or constant
changed. In a copy of the project it is put to the tests of its topic, and to
those of topics that import it if they call the function that is changed; what
killed others goes first. It is killed when they fail or take too long. What
only styles a drawing is counted, but not tested. All of them take hours: -n
tries so many of each topic, chosen by chance.

A survivor is equal to the original, and tests/mutations.toml says why; or all
pages show the same but its program, which does not prove that it is equal; or
it is a gap in the tests. The command fails when there is a gap, or when that
file lists what did not survive.

It forks, so it needs Linux or macOS.
"""

import argparse
import ast
import contextlib
import gc
import hashlib
import importlib
import importlib.util
import inspect
import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from multiprocessing import connection
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]
ENDS = {signal.SIGINT, signal.SIGTERM}
NO_SWAP, NO_SIGN, STRAY = 97, 98, 99  # exit codes that pytest does not use
HOUR, DAY = 3600, 86400  # seconds
GAP = "A GAP: no test notices."
SAME = "No page shows a difference."
STOPS = "No page can be built."
PROGRAM = re.compile(r'<div class="language-python.*?</div>', re.S)
FORK = multiprocessing.get_context("fork")

# What styles a drawing: these keyword arguments, and the places that these
# functions take as arguments of these numbers, where a place is typed.
STYLE = {"alpha", "figsize", "lw", "mew", "ms", "xlim", "ylim"}
PLACES = {"_arrow": {1, 2}, "annotate": {2}, "text": {0, 1}}

# What an operator or a name becomes: each of those after its arrow.
SWAPS = """
    +→- -→+ *→/ /→* **→* <→<=,> <=→<,>= >→>=,< >=→>,<= ==→!= !=→==
    and→or or→and max→min min→max maximum→minimum minimum→maximum
    floor→ceil ceil→floor Eq→Ne Ne→Eq Lt→Le,Gt Le→Lt,Ge Gt→Ge,Lt Ge→Gt,Le
"""
SWAPS = dict(swap.split("→") for swap in SWAPS.split())
OPERATOR = re.compile(rb"#.*|and|or|[-+*/]+|[<>=!]+")

# The fields of a syntax tree where a name, a call or a number can have another
# sign, and the nodes whose fields of these names say something else.
VALUES = {"args", "body", "comparators", "elt", "elts", "left", "orelse"}
VALUES |= {"right", "slice", "value", "values"}
OTHERS = (ast.Attribute, ast.AugAssign, ast.BoolOp, ast.Expr, ast.Starred)


class Mutant(NamedTuple):
    """A topic's source with one change; the first four fields name it."""

    topic: str
    function: str
    line: str
    becomes: str
    source: bytes
    number: int = 0
    change: str = ""
    drawing: bool = False
    body: str = ""  # the function, or method of a class, that it is within


def mutants(topic, source):
    """Every mutant of a topic's source (bytes), in order of place."""
    tree, starts, found = ast.parse(source), [0], {}
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node):
        return (
            starts[node.lineno - 1] + node.col_offset,
            starts[node.end_lineno - 1] + node.end_col_offset,
        )

    unchanged, nodes = ast.dump(tree), list(ast.walk(tree))
    homes, signed, styles = dict.fromkeys(nodes, ""), set(), set()
    bodies = {}  # the name of the function that a node is the work of
    for name, function in _functions(tree):
        inner = itertools.chain(*map(ast.walk, function.body))
        bodies |= dict.fromkeys(inner, name)
    for node in nodes:
        signed.update(_signed(node))
        styles.update(*map(ast.walk, _styles(node)))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = f"{homes[node]}.{node.name}".lstrip(".")
            homes |= dict.fromkeys(ast.walk(node), name)
    for node in nodes:
        edits = list(_edits(node, span, source))
        if node in signed:
            start, end = span(node)
            edits.append((start, end, "-" + source[start:end].decode()))
        for start, end, new in edits:
            text = source[:start] + new.encode() + source[end:]
            if ast.dump(ast.parse(text)) == unchanged:
                raise ValueError(f"{topic}.py: no change at byte {start}")
            row = source.count(b"\n", 0, start)
            lines = (t.split(b"\n")[row].decode() for t in (source, text))
            found[start, text] = Mutant(
                *(topic, homes[node], *map(str.strip, lines), text),
                number=row + 1,
                change=f"{source[start:end].decode()} -> {new}",
                drawing=node in styles,
                body=bodies.get(node, ""),
            )
    return [found[place] for place in sorted(found)]


def _functions(tree):
    """Yields (name, node) of each function and each method of a class."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.FunctionDef):
                yield f"{node.name}.{part.name}", part


def _styles(node):
    """The parts of a node that only style a drawing."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        yield from (word for word in node.keywords if word.arg in STYLE)
        for i, place in enumerate(node.args):
            for part in getattr(place, "elts", [place]):
                names = (isinstance(n, ast.Name) for n in ast.walk(part))
                if i in PLACES.get(name, ()) and not any(names):
                    yield part


def _signed(node):
    """The parts of a node that a minus is put before."""
    fields = set() if isinstance(node, OTHERS) else VALUES
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            fields = {"left"}  # a + -b is a - b, another mutant
        case ast.BinOp(left=ast.BinOp(op=ast.Add() | ast.Sub())):
            pass
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            fields = {"left"}
        case ast.Subscript():
            fields = {"slice"}
    for field in fields & set(node._fields):
        parts = getattr(node, field)
        for part in parts if isinstance(parts, list) else [parts]:
            match part:
                case ast.Constant(value=int() | float() as value):
                    if value and not isinstance(value, bool):
                        yield part
                case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                    yield part
                case ast.Subscript(ctx=ast.Load()) | ast.Call():
                    yield part


def _edits(node, span, source):
    """(start, end, new text) of each other change that a node suggests."""
    operands = []
    match node:
        case ast.BinOp(left=one, right=other):
            operands = [one, other]
        case ast.AugAssign(target=one, value=other):
            operands = [one, other]
        case ast.Compare(left=one, comparators=others):
            operands = [one, *others]
        case ast.BoolOp(values=operands):
            pass
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            start, end = span(node)
            text = source[start:end].decode()
            yield start, end, re.sub(r"^(-|not)\s*", "", text)
        case ast.Constant(value=bool() as value):
            yield *span(node), str(not value)
        case ast.Constant(value=int() as value):
            yield *span(node), str(value + 1)
        case ast.Constant(value=float() as value):
            more = float(f"{value + 1:.12g}")
            yield *span(node), repr(more if more != value else 2 * value)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in SWAPS:
            for new in SWAPS[name].split(","):
                yield span(node)[1] - len(name), span(node)[1], new
    for one, other in itertools.pairwise(operands):
        for sign in OPERATOR.finditer(source, span(one)[1], span(other)[0]):
            for new in SWAPS.get(sign[0].decode(), "").split(","):
                if new:
                    yield *sign.span(), new


def files_for(topic):
    """The test files of a topic, of all topics that import it, of drawings."""
    found = [topic]
    for name in found:
        for path in sorted((ROOT / "snippets").glob("*.py")):
            uses = f"from snippets.{name} import " in path.read_text("utf-8")
            if uses and path.stem not in found:
                found.append(path.stem)
    files = [f"tests/test_{name}.py" for name in [*found, "drawings"]]
    return [name for name in files if (ROOT / name).is_file()]


def preload():
    """Import what the children would: the libraries of topics and tests."""
    paths = [*ROOT.glob("snippets/**/*.py"), *ROOT.glob("tests/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in paths)
    for name in sorted(set(re.findall(r"^(?:import|from) (\S+)", text, re.M))):
        first = name.split(".")[0]
        ours = (ROOT / first).exists() or (ROOT / f"tests/{first}.py").exists()
        if not ours and importlib.util.find_spec(first):
            importlib.import_module(name)


def _hear(calls, copy):
    """Add each function of the topics to a set from now on when it is called.

    It is slow, since Python tells of all functions.
    """
    folder = f"{copy / 'snippets'}{os.sep}"

    def hear(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(folder):
            calls.add((Path(code.co_filename).stem, _name(code)))

    sys.setprofile(hear)


def _have_told(calls, copy):
    """Have each function of the topics tell the set when it is called."""
    for path in (copy / "snippets").glob("*.py"):
        if module := sys.modules.get(f"snippets.{path.stem}"):
            module._calls, tree = calls, ast.parse(path.read_bytes())
            names = []
            for name, function in _functions(tree):
                tell = f"_calls.add({(path.stem, name)})"
                function.body[:0] = ast.parse(tell).body
                names.append(name)
            code = compile(tree, path, "exec")
            for name in names:
                _swap(module, name, code)


def _name(code):
    """The function, or the method of a class, that code is a part of."""
    return code.co_qualname.split(".<locals>")[0]


def _swap(module, function, code):
    """Give a function its code in that of its module; whether it could be."""
    live = module
    for name in function.split("."):
        found = [c for c in code.co_consts if getattr(c, "co_name", 0) == name]
        if len(found) != 1 or not hasattr(live, name):
            return False
        (code,), live = found, inspect.getattr_static(live, name)
    live = inspect.unwrap(live)
    if not inspect.isfunction(live) or _name(live.__code__) != function:
        return False
    live.__code__ = code
    return True


def _swapped(mutant):
    module = sys.modules.get(f"snippets.{mutant.topic}")
    if not module:
        return False
    code = compile(mutant.source, module.__file__, "exec")
    return _swap(module, mutant.body, code)


class _Tests:
    """A plugin that runs tests in an order, new ones first.

    With a pipe it runs what is asked there, each time in a fork: (names of
    tests, mutant, limit). It answers (exit code, seconds, functions called,
    tests that fail).
    """

    def __init__(self, copy, order, pipe):
        self.order, self.pipe, self.target = order, pipe, None
        self.copy, self.signed = copy, False
        self.calls, self.failed = set(), set()

    def pytest_collection_modifyitems(self, items):
        # A build of the site would take too long.
        items[:] = [one for one in items if "site" not in one.fixturenames]
        items.sort(key=lambda one: self.order.get(one.nodeid, -1))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_exception_interact(self, call):
        error = str(call.excinfo.value)
        self.signed |= "bad operand type for unary -" in error

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if not self.pipe:
            return  # and pytest runs them all
        tests = {item.nodeid: item for item in session.items}
        sys.setprofile(None)
        self.pipe.send((list(tests), self.calls))
        _have_told(self.calls, self.copy)
        gc.freeze()  # each fork would copy what it looks through
        while True:
            wanted, mutant, limit = self.pipe.recv()
            source, self.target = FORK.Pipe(duplex=False)
            begun, child = time.perf_counter(), os.fork()
            if not child:
                _limit(limit)
                session.items[:] = [tests[name] for name in wanted]
                self.calls.clear()
                if mutant and not _swapped(mutant):
                    os._exit(NO_SWAP)
                return  # and pytest runs these
            self.target.close()
            told = set(), set()
            with contextlib.suppress(EOFError), source:
                told = source.recv()
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            self.pipe.send((code, time.perf_counter() - begun, *told))


def _limit(seconds):
    """Have the kernel end what takes too long, even when the parent is dead.

    It counts the time of this process alone: a busy machine kills no mutant.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds)


def _pytest(copy, files, order, limit, pipe=None):
    """Run test files in a copy of the project; ends this process."""
    _enter(copy, limit)
    hypothesis.settings.load_profile("ci")  # the same examples in each run
    options = ["-qx", "--assert=plain", "--tb=short", "-o", "addopts="]
    options += ["-c", "pyproject.toml", "-p", "no:cacheprovider"]
    options += [f"--basetemp={copy}.tmp"]
    tests = _Tests(copy, order, pipe)
    if pipe:
        _hear(tests.calls, copy)
    code = pytest.main([*options, *files], plugins=[tests])
    package = sys.modules.get("snippets")
    if package and not Path(package.__file__).is_relative_to(copy):
        code = STRAY
    if tests.target:
        tests.target.send((tests.calls, tests.failed))
    sys.stdout.flush()
    os._exit(NO_SIGN if tests.signed else code)


class Job(NamedTuple):
    """Tests to run, by name, within so many seconds of the processor.

    If the mutant's code cannot be swapped, it is put to the tests of files,
    one list after the other as long as it is alive, in this order. With a
    target, a topic and a function, what pages show of it is wanted instead.
    """

    wanted: list
    limit: float
    mutant: Mutant | None = None
    files: list = []
    order: dict = {}
    target: tuple = ()


def shown(topic, function):
    """Yields what is shown by each call of a page that needs a function.

    If no function is named, the topic is enough. Programs are left out: each
    change of a snippet changes one. Raises RuntimeError where the build stops.
    """
    from snippets._bridge.call import jobs
    from snippets._bridge.program import program
    from snippets._bridge.work import Failed, perform

    for path in sorted(Path("docs").glob("*.md")):
        for call, job in jobs(path.read_text("utf-8"), "snippets", path.stem):
            if not call or call.ours or call.shows_code:
                continue
            names = program(call.folder, *call.targets).names
            if (topic, function) in names or (
                not function and topic in {name for name, _ in names}
            ):
                piece = perform(job)
                if isinstance(piece, Failed):
                    raise RuntimeError(*piece.args)
                yield PROGRAM.sub("", piece.html + piece.tools)


def _show(copy, target, limit, pipe):
    """Send a digest of what pages show of a function; ends this process."""
    _enter(copy, limit)
    try:
        found = hashlib.sha256("".join(shown(*target)).encode()).digest()
        if Path(sys.modules["snippets._bridge"].__file__).is_relative_to(copy):
            pipe.send(found)
    finally:
        os._exit(0)


def _enter(copy, limit):
    """Have this process use a copy of the project, for so many seconds."""
    _limit(limit)
    with open(copy / "log", "wb") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.chdir(copy)
    sys.path.insert(0, str(copy))


def _runner(copy, files, pipe, others):
    """Do the jobs that a pipe asks for, in a copy of the project."""
    os.setpgid(0, 0)  # it and all that it starts are ended together
    for end in ENDS:
        signal.signal(end, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    for other in others:
        other.close()
    ours, theirs = FORK.Pipe()
    host = FORK.Process(target=_pytest, args=(copy, files, {}, DAY, theirs))
    host.start()
    theirs.close()
    with contextlib.suppress(EOFError):  # the host or the parent has ended
        pipe.send(ours.recv())
        while True:
            job = pipe.recv()
            with _changed(copy, job.mutant):
                pipe.send(_done(job, copy, ours))


@contextlib.contextmanager
def _changed(copy, mutant):
    if not mutant:
        yield
        return
    path = copy / "snippets" / f"{mutant.topic}.py"
    kept = path.read_bytes()
    path.write_bytes(mutant.source)
    try:
        yield
    finally:
        path.write_bytes(kept)


def _done(job, copy, host):
    """What a host answers to a job, or a digest of what pages show."""
    if job.target:
        source, target = FORK.Pipe(duplex=False)
        args = copy, job.target, job.limit, target
        child = FORK.Process(target=_show, args=args)
        child.start()
        target.close()
        try:
            return source.recv()
        except EOFError:
            return None
        finally:
            child.join()
    answer = NO_SWAP, 0, set(), set()
    if job.wanted:
        host.send((job.wanted, job.mutant, job.limit))
        answer = host.recv()
    for files in job.files if answer[0] == NO_SWAP else ():
        args = copy, files, job.order, job.limit
        child = FORK.Process(target=_pytest, args=args)
        child.start()
        child.join()
        answer = child.exitcode, 0, set(), set()
        if child.exitcode:
            break
    # No test was there, or it is pytest that failed: then nothing noticed.
    lost = answer[0] in (NO_SWAP, pytest.ExitCode.INTERNAL_ERROR)
    return (0, *answer[1:]) if lost and job.mutant else answer


class Copies:
    """Copies of the project in a folder, whose tests run side by side."""

    def __init__(self):
        """Begin with none."""
        self._copies, self._runners = {}, []
        self._calls, self._seconds, self._kills = {}, {}, Counter()

    def start(self, folder, number, files):
        """Make them, each with a process that collects the tests."""
        for i in range(number):
            copy, (pipe, theirs) = Path(folder, str(i)).resolve(), FORK.Pipe()
            _copy(copy)
            args = copy, files, theirs, [pipe, *self._copies]
            # What a signal raises while Python forks would be lost.
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
            self._runners.append(FORK.Process(target=_runner, args=args))
            self._runners[-1].start()
            self._copies[pipe] = copy
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
            theirs.close()

    def end(self):
        """End all processes."""
        for runner in self._runners:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(runner.pid, signal.SIGKILL)
            runner.kill()
            runner.join()

    def record(self):
        """Run each test alone: what does it call, and how long does it take?

        Exits with what is said if one fails.
        """
        for pipe, copy in self._copies.items():
            tests, self._early = _heard(pipe, copy)
        jobs = (Job([name], HOUR) for name in tests)
        for job, (code, seconds, calls, _), copy in self.run(jobs):
            if code:
                _fail(copy)
            self._calls[job.wanted[0]] = calls
            self._seconds[job.wanted[0]] = seconds
            _progress("tests", len(self._calls), len(tests))

    def check(self, topic):
        """Exits if the tests of a topic fail together, though none did alone.

        Otherwise each of its mutants would seem to be killed.
        """
        own = files_for(topic)[:1]
        tests = [n for n in self._seconds if n.split("::")[0] in own]
        tests.sort(key=self._seconds.get)
        for _, (code, *_), copy in self.run([Job(tests, HOUR)]):
            if code and tests:
                _fail(copy)

    def job(self, mutant, limit):
        """The Job that puts a mutant to the tests.

        These are all of its topic, and others if they call its function.
        """
        files, function = files_for(mutant.topic), (mutant.topic, mutant.body)
        swap = bool(mutant.body) and function not in self._early
        found = []
        for name, seconds in self._seconds.items():
            file = name.split("::")[0]
            calls = not swap or function in self._calls[name]
            if file in (files if calls else files[:1]):
                kills = self._kills[function, name]
                found.append((not calls, -kills, file, seconds, name))
        found.sort(key=lambda one: (*one[:2], files.index(one[2]), one[3]))
        tests = [name for *_, name in found]
        limit = limit or 10 + 5 * sum(map(self._seconds.get, tests))
        tested = {name.split("::")[0] for name in self._seconds}
        parts = [
            [f for f in part if f in tested] for part in (files[:1], files[1:])
        ]
        parts = [part for part in parts if part]
        order = {name: place for place, name in enumerate(tests)}
        return Job(tests if swap else [], limit, mutant, parts, order)

    def learn(self, mutant, tests):
        """Have the tests that kill a mutant tried first on the next ones."""
        for test in tests:
            self._kills[(mutant.topic, mutant.body), test] += 1

    def fates(self, topic, mutants):
        """{mutant: what comes of it on the pages}, of some that survive."""
        targets = {m: (topic, m.function.split(".")[0]) for m in mutants}
        jobs = [Job([], HOUR, None, target=t) for t in {*targets.values()}]
        usual = {job.target: found for job, found, _ in self.run(jobs)}
        jobs = [Job([], HOUR, m, target=t) for m, t in targets.items()]
        return {
            job.mutant: _fate(usual[job.target], found)
            for job, found, _ in self.run(jobs)
        }

    def run(self, jobs):
        """Yields (job, answer, copy) for each job, in the order they end."""
        jobs, free, busy = iter(jobs), list(self._copies), {}
        while True:
            while free and (job := next(jobs, None)):
                pipe = free.pop()
                pipe.send(job)
                busy[pipe] = job
            if not busy:
                return
            for pipe in connection.wait(busy):
                copy = self._copies[pipe]
                yield busy.pop(pipe), _heard(pipe, copy), copy
                free.append(pipe)


def _fate(before, found):
    """What comes of a mutant, by what pages show before and with it."""
    if before is None or found not in (before, None):
        return GAP
    return STOPS if found is None else SAME


def _heard(pipe, copy):
    try:
        return pipe.recv()
    except EOFError:
        _fail(copy)


def _fail(copy):
    print((copy / "log").read_text("utf-8", "replace"))
    sys.exit("the tests fail before anything is changed")


def _copy(folder):
    """Copy what the tests of the topics need."""
    for name in ("snippets", "tests", "docs"):
        ignore = shutil.ignore_patterns("__pycache__")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)


def _progress(what, done, of):
    if sys.stderr.isatty():
        print(
            f"\r{what}: {done} of {of} ", end="", file=sys.stderr, flush=True
        )


def examine(topic, copies, reasons, limit, most):
    """Test the mutants of a topic and print the outcome; whether it is good.

    reasons says by name which mutants may survive, and why. At most so many
    are tried, each for so many seconds at most; None sets no such limit.
    """
    path = Path("snippets", f"{topic}.py")
    every, codes = mutants(topic, (ROOT / path).read_bytes()), {}
    todo = [mutant for mutant in every if not mutant.drawing]
    share = random.Random(0).sample(todo, min(most or len(todo), len(todo)))
    left = {mutant[:4] for mutant in todo} - {mutant[:4] for mutant in share}
    copies.check(topic)
    jobs = (copies.job(mutant, limit) for mutant in share)
    for job, (code, *_, failed), _ in copies.run(jobs):
        if code == STRAY:
            sys.exit(f"{topic}: the tests import other snippets than ours")
        codes[job.mutant] = code
        copies.learn(job.mutant, failed)
        _progress(topic, len(codes), len(share))
    tried = [m for m in todo if codes.get(m, NO_SIGN) != NO_SIGN]
    alive = [mutant for mutant in tried if codes[mutant] == 0]
    fates = {m: reasons.get(m[:4]) for m in alive}
    unknown = [mutant for mutant in alive if not fates[mutant]]
    fates |= copies.fates(topic, unknown)
    alive = [mutant for mutant in alive if fates[mutant] != STOPS]
    # Two equal lines of a function share a name: then both must survive.
    names = {m[:4] for m in alive} - {m[:4] for m in tried if codes[m]}
    wrong = [n for n in reasons if n[0] == topic and n not in names | left]
    gaps = [mutant for mutant in alive if fates[mutant] == GAP]
    clock = (-signal.SIGPROF, -signal.SIGALRM)
    late = [mutant for mutant in tried if codes[mutant] in clock]
    unseen = [mutant for mutant in alive if fates[mutant] == SAME]
    equal = len(alive) - len(gaps) - len(unseen)
    rate = 1 - len(gaps) / max(1, len(tried) - equal - len(unseen))
    print(
        f"{topic}: {len(tried)} mutants, {equal} equal, {len(unseen)} on no "
        f"page, {rate:.1%} of the others killed ({len(late)} by the clock), "
        f"{len(gaps)} gaps; besides {len(every) - len(todo)} of style, "
        f"{len(share) - len(tried)} before what has no sign, "
        f"{len(todo) - len(share)} not tried"
    )
    for mutant in alive:
        change = " ".join(mutant.change.split())
        print(f"  {path}:{mutant.number}: {change}\n    {mutant.becomes}")
        print("   ", fates[mutant])
    for name in wrong:
        print(f"  listed, but not a survivor: {name[1]}\n    {name[3]}")
    return not gaps and not wrong


def main():
    """Test the mutants of the topics named in the command, or of all."""
    # What is recorded is data, and __main__ only starts the list of snippets.
    paths = (ROOT / "snippets").glob("[!_]*.py")
    every = sorted(path.stem for path in paths)
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", default=every)
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count())
    parser.add_argument("-t", dest="limit", type=float, metavar="SECONDS")
    parser.add_argument("-n", dest="most", type=int, metavar="NUMBER")
    options = parser.parse_args()
    listed = (ROOT / "tests" / "mutations.toml").read_text("utf-8")
    reasons = {
        (topic, entry["in"], entry["line"], becomes): entry["reason"]
        for topic, entries in tomllib.loads(listed).items()
        for entry in entries
        for becomes in entry["becomes"]
    }
    if unknown := {*options.topics, *(name[0] for name in reasons)} - {*every}:
        parser.error(f"no such topic: {', '.join(sorted(unknown))}")
    # No window, one thread, and none of the plugins that happen to be there.
    os.environ |= {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    sys.stdout.reconfigure(line_buffering=True)
    for end in ENDS:
        signal.signal(end, lambda *_: sys.exit("interrupted"))
    preload()
    files = itertools.chain(*map(files_for, options.topics))
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies()
        try:
            copies.start(folder, options.jobs, sorted(set(files)))
            copies.record()
            results = [
                examine(topic, copies, reasons, options.limit, options.most)
                for topic in options.topics
            ]
        finally:
            copies.end()
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
