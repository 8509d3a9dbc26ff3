"""The work: a program run, watched, and what it may not do."""

import decimal
import os
import random
import sys
import warnings

import matplotlib.pyplot as plt
import mpmath
import numpy as np
import pytest

from snippets._bridge import work
from snippets._bridge.cache import Cache
from snippets._bridge.call import parse
from snippets._bridge.job import Failed, Job, Piece
from snippets._bridge.work import evaluate, perform

from .conftest import running


@pytest.fixture
def result(topics):
    """What f() returns when its topic consists of imports and a body."""

    def run(body, imports=""):
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        topics.write("page", f"{imports}\n\n\ndef f():\n{lines}\n")
        return topics.call("f()").run()

    return run


# What a job comes to.


def test_each_form_of_a_job_has_its_piece(topics):
    """A call, a formula and a program to show are pieces of a page."""
    topics.write("page", "def f():\n    return 1.5\n")
    jobs = [
        topics.job("f()", "inline"),
        topics.job("f()", "math"),
        topics.job("f()"),
        topics.job("code(f)"),
        Job("tex", "x"),
        Job("display", "x"),
    ]
    pieces = [perform(job) for job in jobs]
    assert all(isinstance(piece, Piece) for piece in pieces)
    kinds = ["number", "math", "number", "program", "math", "math"]
    assert [piece.kind for piece in pieces] == kinds
    assert pieces[1].html == "{1.5}"
    assert 'display="block"' not in pieces[4].html
    assert 'display="block"' in pieces[5].html


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit", "SystemExit:"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("assert False, 'two\\n  lines'", "AssertionError: two lines"),
        ("return f()", "RecursionError: maximum recursion depth exceeded"),
        ("raise ExceptionGroup('many', [ValueError()])", "ExceptionGroup: m"),
        ("return [0][1]", "IndexError: list index out of range"),
    ],
)
def test_what_a_program_raises_is_a_failure(topics, body, said):
    """Any error, and the end of the program, is told with its line."""
    topics.write("page", f"def f():\n    {body}\n")
    made = topics.perform("f()")
    assert isinstance(made, Failed)
    assert str(made).startswith(said)
    assert str(made).endswith(f" ({topics.package}/page.py:2)")


def test_bad_tex_is_a_failure():
    """A formula has no topic whose line could be told."""
    made = perform(Job("tex", r"\lost"))
    assert isinstance(made, Failed) and str(made).startswith("ValueError: bad")
    assert ".py" not in str(made)


def test_a_result_that_no_page_can_take_is_a_failure(topics, monkeypatch):
    """A page of a hundred megabytes would be built, and never be read."""
    topics.write("page", "def f(n):\n    return 'x' * n\n")
    monkeypatch.setattr(work, "LARGEST", 1000)
    assert topics.perform("f(1000)").kind == "text"
    assert str(topics.perform("f(1001)")) == (
        "ValueError: its HTML has 1,001 characters; a page can take 1,000"
    )


def test_an_interrupt_is_no_failure(topics):
    """Ctrl-C ends the work."""
    topics.write("page", "def f():\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        topics.perform("f()")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "job", [None, Job("tex", "x"), Job("code", "x = 1")], ids=str
)
def test_a_warning_is_an_error_and_only_there(topics, monkeypatch, job):
    """Whatever is warned of while a job runs or is shown fails it."""
    topics.write(
        "page",
        "import warnings\n\n\ndef f():\n    warnings.warn('so so')\n",
    )
    if job:
        shown = "program" if job.form == "code" else "typeset"
        monkeypatch.setattr(
            f"snippets._bridge.render.{shown}",
            lambda *arguments: warnings.warn("so so", stacklevel=1),
        )
    before = warnings.filters[:]
    made = perform(job or topics.job("f()"))
    assert str(made).startswith("UserWarning: so so")
    assert warnings.filters == before


def test_a_program_is_run_as_python_would_run_it(topics):
    """Its name is that of a program, for those who ask for their module."""
    topics.write(
        "page",
        """
        from dataclasses import dataclass


        @dataclass
        class Tree:
            value: int
            left: "Tree | None" = None


        def f():
            return Tree(1, Tree(2)).left.value, Tree.__module__, __name__
        """,
    )
    assert topics.call("f()").run() == (2, "__main__", "__main__")


# What a program may not do.


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("open('new', 'w')", "write to new"),
        ("open('old', 'a')", "write to old"),
        ("open('old', 'r+')", "write to old"),
        ("open('new', 'x')", "write to new"),
        ("Path('new').write_text('')", "write to new"),
        ("Path('new').touch()", "write to new"),
        ("os.open('new', os.O_CREAT)", "write to new"),
        ("os.open('old', os.O_WRONLY)", "write to old"),
        ("np.save('new', [1])", "write to new.npy"),
        ("plt.Figure().savefig('new')", "write to new"),
        ("os.truncate('old', 0)", "change a file"),
        ("sqlite3.connect('new')", "change a file"),
        ("os.chmod('old', 0)", "change a file"),
        ("os.chown('old', 0, 0)", "change a file"),
        ("os.utime('old')", "change a file"),
        ("os.remove('old')", "remove a file"),
        ("Path('old').unlink()", "remove a file"),
        ("os.rename('old', 'new')", "remove a file"),
        ("os.replace('old', 'new')", "remove a file"),
        ("os.rmdir('folder')", "remove a file"),
        ("shutil.rmtree('folder')", "remove a file"),
        ("os.mkdir('new')", "make a file"),
        ("os.makedirs('new/new')", "make a file"),
        ("os.symlink('old', 'new')", "make a file"),
        ("os.link('old', 'new')", "make a file"),
        ("os.system('touch new')", "start a process"),
        ("os.popen('touch new')", "start a process"),
        ("os.execv('/bin/touch', ['touch', 'new'])", "start a process"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "start a process"),
        ("os.fork() or os._exit(0)", "start a process"),
        ("subprocess.run(['touch', 'new'])", "start a process"),
        ("multiprocessing.Process(target=f).start()", "start a process"),
        ("socket.socket()", "open a socket"),
        ("socket.create_connection(('127.0.0.1', 9))", "ask the network"),
        ("socket.getaddrinfo('localhost', 80)", "ask the network"),
        ("socket.gethostbyname('localhost')", "ask the network"),
        ("os.kill(os.getpid(), 0)", "kill a process"),
        ("os.killpg(os.getpgid(0), 0)", "kill a process"),
    ],
)
def test_a_program_changes_nothing_outside_itself(
    result, tmp_path, monkeypatch, body, reason
):
    """Files, processes and the network are out of its reach."""
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    (place / "old").write_text("old")
    (place / "folder").mkdir()
    names = "multiprocessing os shutil socket sqlite3 subprocess"
    imports = "\n".join(f"import {name}" for name in names.split())
    imports += "\nfrom pathlib import Path\n"
    imports += "\nimport matplotlib.pyplot as plt\nimport numpy as np"
    with pytest.raises(PermissionError, match=f"a snippet may not {reason}"):
        result(f"return {body}", imports)
    assert {path.name for path in place.iterdir()} == {"old", "folder"}
    assert (place / "old").read_text() == "old"


def test_a_program_may_read_and_print(result, tmp_path, capsys):
    """What changes nothing is allowed."""
    (tmp_path / "old").write_text("old")
    text = (
        f"with open({os.devnull!r}, 'w') as hole:\n"
        "    print('unsaid', file=hole)\n"
        "print('said')\n"
        f"with open({str(tmp_path / 'old')!r}) as file:\n"
        "    return file.read()"
    )
    assert result(text) == "old"
    assert capsys.readouterr().out == "said\n"


def test_only_a_program_is_watched(topics, tmp_path):
    """Before and after a job, whether it fails or not, all is allowed."""
    topics.write("page", "def f(n):\n    return 1 / n\n")
    for argument in "10":
        topics.perform(f"f({argument})")
        (tmp_path / argument).write_text("new")
        (tmp_path / argument).unlink()


CHANGES = [
    ("os.chdir('/')", "the working directory"),
    ("os.environ['NEW'] = '1'", "os.environ"),
    ("os.environ.pop('PATH')", "os.environ"),
    ("random.random()", "the state of random"),
    ("random.seed(1)", "the state of random"),
    ("np.random.seed(1)", "the state of numpy.random"),
    ("np.random.normal()", "the state of numpy.random"),
    ("np.seterr(all='ignore')", "numpy.seterr"),
    ("np.set_printoptions(precision=3)", "numpy's print options"),
    ("sys.path.append('/')", "sys.path"),
    ("sys.setrecursionlimit(10**4)", "the recursion limit"),
    ("decimal.getcontext().prec = 50", "the decimal context"),
    ("mpmath.mp.dps = 50", "mpmath.mp"),
    ("plt.rcParams['lines.linewidth'] = 9", "lines.linewidth"),
    ("plt.style.use('ggplot')", "matplotlib.rcParams"),
]
LIBRARIES = (
    "import decimal\nimport os\nimport random\nimport sys\n\n"
    "import matplotlib.pyplot as plt\n"
    "import mpmath\nimport numpy as np"
)


@pytest.fixture
def unchanged():
    """Undo what a program has changed."""
    place, environment = os.getcwd(), dict(os.environ)
    states = random.getstate(), np.random.get_state(), np.geterr()
    precision, settings = mpmath.mp.prec, dict(plt.rcParams)
    path, limit = sys.path[:], sys.getrecursionlimit()
    with decimal.localcontext(), np.printoptions():
        yield
    sys.path[:] = path
    sys.setrecursionlimit(limit)
    os.chdir(place)
    os.environ.update(environment)
    os.environ.pop("NEW", None)
    random.setstate(states[0])
    np.random.set_state(states[1])
    np.seterr(**states[2])
    mpmath.mp.prec = precision
    with warnings.catch_warnings(action="ignore"):
        plt.rcParams.update(settings)


@pytest.mark.parametrize(("change", "name"), CHANGES)
def test_a_program_leaves_what_others_use_as_it_was(
    result, unchanged, change, name
):
    """What would reach the next program is an error, with its name."""
    with pytest.raises(RuntimeError, match="a snippet may not change ") as got:
        result(f"{change}\nreturn 1", LIBRARIES)
    assert name in str(got.value)


def test_the_first_random_number_of_a_process_is_seen(topics):
    """Also where nothing before has loaded what makes it."""
    topics.write(
        "page",
        "import numpy as np\n\n\ndef f():\n    return np.random.normal()\n",
    )
    text = (
        f"import sys; sys.path.insert(0, {str(topics.folder.parent)!r})\n"
        "from snippets._bridge.call import parse\n"
        "from snippets._bridge.work import perform\n"
        "assert 'numpy' not in sys.modules\n"
        f"job = parse('f()', {topics.package!r}, 'page').job('inline')\n"
        "print(perform(job))"
    )
    said = running(text).stdout
    assert said == (
        "RuntimeError: a snippet may not change the state of numpy.random\n"
    )


def test_a_program_may_undo_what_it_changes(result, unchanged):
    """Contexts and generators of its own are free to use."""
    body = (
        "with mpmath.workdps(50), np.errstate(all='ignore'):\n"
        "    x = float(mpmath.sqrt(2)) + np.log(0.0)\n"
        "with plt.rc_context({'lines.linewidth': 9}):\n"
        "    x += np.random.default_rng(1).normal()\n"
        "x += random.Random(1).random()\n"
        "return x"
    )
    assert result(body, LIBRARIES) == -np.inf


def test_a_program_leaves_its_libraries_as_they_were(
    result, tmp_path, monkeypatch
):
    """No public name of a module, or of one in it, may mean another thing."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "__init__.py").write_text("from . import part\nx, _y = [1], 1\n")
    for name in ("part", "other"):
        (folder / f"{name}.py").write_text("z = 1\n")
    try:
        for change, name in (
            ("library.x = [1]", "library.x"),
            ("library.part.z = 2", "library.part.z"),
            ("library.part = None", "library.part"),
            ("library.part = library", "library.part"),
            ("library.new = 3", "library.new"),
            ("library.part.new = None", "library.part.new"),
        ):
            with pytest.raises(RuntimeError, match=f"not change {name}$"):
                result(f"{change}\nreturn 1", "import library")
            for module in ("library", "library.part"):
                sys.modules.pop(module, None)
        for change in ("library._y = 2", "__import__('library.other')"):
            assert result(f"{change}\nreturn 1", "import library") == 1
    finally:
        for module in ("library", "library.part"):
            sys.modules.pop(module, None)


def test_a_change_that_fails_tells_its_own_error(result, unchanged):
    """What a program raises goes before what it has changed."""
    with pytest.raises(ZeroDivisionError):
        result("random.seed(1)\nreturn 1 / 0", LIBRARIES)


def test_no_figure_stays_open(result):
    """A figure that a program does not return is forgotten by nobody."""
    body = "fig, ax = plt.subplots()\nreturn {}"
    for returned in ("1", "plt.figure()", "{'a': [1]}"):
        with pytest.raises(RuntimeError, match="not leave a figure open"):
            result(body.format(returned), LIBRARIES)
        assert plt.get_fignums() == []


def test_a_figure_that_is_returned_may_be_open(result):
    """Alone, or as a part of what its reader moves."""
    body = "fig, ax = plt.subplots()\nreturn {}"
    assert result(body.format("fig"), LIBRARIES).axes
    assert result(body.format("{'figure': fig}"), LIBRARIES)["figure"].axes
    body = "fig, ax = plt.subplots()\nplt.close(fig)\nreturn 1"
    assert result(body, LIBRARIES) == 1


def test_a_library_that_is_not_loaded_cannot_be_changed(result, monkeypatch):
    """What a program does not use is not looked at."""
    for name in ("numpy", "numpy.random", "mpmath", "matplotlib"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot")
    assert result("return 1") == 1


@pytest.mark.parametrize(
    ("event", "given", "heard"),
    [
        ("open", ("new", "w", os.O_WRONLY | os.O_CREAT), True),
        ("open", ("old", None, os.O_RDWR), True),
        ("open", ("old", "r", 0), False),
        ("open", ("old", "r", None), False),
        ("open", (os.devnull, "w", os.O_WRONLY), False),
        ("os.mkdir", ("new", 511, -1), True),
        ("os.spawn", (0, "new", [], None), True),
        ("os.forkpty", (), True),
        ("os.listdir", (".",), False),
        ("import", ("os", None, None, None, None), False),
    ],
)
def test_what_python_tells_is_heard(monkeypatch, event, given, heard):
    """What would change something is forbidden, while a program runs."""
    assert work._hear(event, given) is None
    with monkeypatch.context() as patch:
        patch.setattr(work, "_watching", True)
        try:
            result = work._hear(event, given)
        except PermissionError as error:
            result = error
    assert isinstance(result, PermissionError) == heard


def test_python_is_listened_to_once(monkeypatch, result):
    """There is no end to an audit hook, so there is one."""
    added = []
    monkeypatch.setattr(sys, "addaudithook", added.append)
    work._listen.cache_clear()
    for _ in range(3):
        assert result("return 1") == 1
    assert added == [work._hear]


# Functions that take long.


SLOW = """
import time


# long: 60 s
def slow(n, m=0):
    return n, m, time.perf_counter_ns()


def twice(n):
    return slow(n)[2] + 0 * len(str(n))
"""


@pytest.fixture
def memory(tmp_path):
    """What keeps the values of long functions."""
    with_values = Cache(tmp_path / "memory.db")
    yield with_values
    with_values.close()


@pytest.fixture
def value(topics, memory):
    """What a call returns, with the memory."""
    topics.write("page", SLOW)
    return lambda text: evaluate(topics.job(text), memory)


def edit(topics, old, new):
    """Change the topic."""
    assert old in SLOW
    topics.write("page", SLOW.replace(old, new))


def test_a_long_function_runs_once(value):
    """Its value is remembered by its arguments, however they are named."""
    first = value("slow(1)")
    assert first[:2] == (1, 0)
    assert value("slow(1)") == first
    assert value("[slow(1)]") == [first]
    assert value("slow(2)") != first
    assert value("slow(1, 2)")[:2] == (1, 2)
    assert value("slow(1, m=2)") == value("slow(1, m=2)")
    assert value("slow(m=2, n=1)") == value("slow(n=1, m=2)")
    others = ["slow(1.0)", "slow('1')", "slow([1])", "slow(True)", "slow(-1)"]
    assert len({value(text)[2] for text in ["slow(1)", *others]}) == 6


def test_a_long_function_runs_once_within_a_call(value):
    """Two calls with equal arguments are one, also in one program."""
    one, other = value("[slow(5), slow(5)]")
    assert one == other


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0 * len", "1 * len"),
        ("def twice", "# More.\ndef twice"),
        ("def twice", "LOST = 1\n\n\ndef twice"),
        ("# long", "\n\n\n# long"),
    ],
)
def test_a_change_around_it_does_not_run_it_again(topics, value, old, new):
    """Only what a long function needs itself decides its value."""
    value("twice(1)")
    first = value("slow(1)")
    edit(topics, old, new)
    value("twice(1)")
    assert value("slow(1)") == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return n, m", "return n, 0 + m"),
        ("m=0", "m=0.0"),
        ("# long: 60 s", "# long: 61 s"),
        ("n, m, time", "n, LIMIT, time"),
    ],
)
def test_a_change_of_it_runs_it_again(topics, value, old, new):
    """Its own program, helpers and constants included, decides its value."""
    topics.write("page", f"LIMIT = 1\n{SLOW}")
    first = value("slow(1)")
    topics.write("page", f"LIMIT = 1\n{SLOW}".replace(old, new))
    second = value("slow(1)")
    assert second != first
    topics.write("page", f"LIMIT = 2\n{SLOW}".replace(old, new))
    assert (value("slow(1)") == second) == ("LIMIT" not in new)


def test_another_version_of_a_library_runs_it_again(
    topics, memory, monkeypatch
):
    """What a long function imports decides its value, as it does a result."""
    topics.write(
        "page",
        """
        import time

        import numpy


        # long: 60 s
        def slow(n):
            return numpy.sign(n), time.perf_counter_ns()
        """,
    )
    first = evaluate(topics.job("slow(1)"), memory)
    assert evaluate(topics.job("slow(1)"), memory) == first
    version = "snippets._bridge.job.version"
    monkeypatch.setattr(version, lambda library: "0.0.1")
    parse.cache_clear()
    assert evaluate(topics.job("slow(1)"), memory) != first


def test_without_a_memory_it_runs_every_time(topics):
    """Nothing is remembered where nothing can be kept."""
    topics.write("page", SLOW)
    first, second = (topics.call("slow(1)").run() for _ in range(2))
    assert first[:2] == second[:2] and first != second


@pytest.mark.parametrize("returned", ["None", "0", "[]", "()"])
def test_every_value_is_remembered(topics, memory, returned):
    """Nothing is a value as well."""
    topics.write(
        "page",
        f"# long: 60 s\ndef slow():\n    return {returned}\n\n\n"
        "def f():\n    return slow()\n",
    )
    first = evaluate(topics.job("f()"), memory)
    (key,) = [row[0] for row in memory._run("SELECT key FROM kept")]
    memory.put(key, ["remembered"])
    assert first == eval(returned)
    assert evaluate(topics.job("f()"), memory) == "remembered"


def test_a_decorated_function_is_remembered(topics, memory):
    """Whatever wraps it, in whatever way, it runs once."""
    source = SLOW.replace("import time", "import functools\nimport time")
    for decorator in ("functools.cache", "functools.wraps(len)"):
        topics.write(
            "page", source.replace("def slow", f"@{decorator}\ndef slow")
        )
        values = [evaluate(topics.job("slow(7)"), memory) for _ in range(2)]
        assert values[0] == values[1]


def test_a_long_function_may_call_itself(topics, memory):
    """Each of its calls is remembered."""
    topics.write(
        "page",
        """
        import time


        # long: 60 s
        def slow(n):
            return [time.perf_counter_ns(), *(slow(n - 1) if n else [])]
        """,
    )
    first = evaluate(topics.job("slow(3)"), memory)
    assert len(first) == 4
    assert evaluate(topics.job("slow(2)"), memory) == first[1:]
    assert evaluate(topics.job("slow(4)"), memory)[1:] == first


def test_a_helper_with_another_name_is_remembered(topics, memory):
    """A long function is known by its program, not by its name in another."""
    topics.write("other", SLOW)
    topics.write(
        "page",
        "from PACKAGE.other import slow as late\n\n\n"
        "def slow(n):\n    return late(n)\n",
    )
    job = topics.job("slow(1)")
    assert [name for name, _ in job.long] == ["other_slow"]
    first = evaluate(job, memory)
    assert evaluate(topics.job("other.slow(1)"), memory) == first


@pytest.mark.parametrize("given", ["lambda: 1", "(k for k in [1])", "open"])
def test_what_cannot_be_told_apart_is_not_remembered(topics, memory, given):
    """A function with arguments that have no name runs every time."""
    topics.write("page", f"{SLOW}\n\ndef f():\n    return slow({given})[2]\n")
    job = topics.job("f()")
    first, second = (evaluate(job, memory) for _ in range(2))
    assert (first == second) == (given == "open")


def test_what_cannot_be_written_down_is_not_remembered(topics, memory, caplog):
    """A value of a class of the program is returned all the same."""
    topics.write(
        "page",
        """
        class Net:
            size = 3


        # long: 60 s
        def slow():
            return Net()


        def f():
            return slow().size
        """,
    )
    assert evaluate(topics.job("f()"), memory) == 3
    assert "results are not kept" in caplog.text


def test_a_long_function_is_watched(topics, memory, tmp_path):
    """Remembering writes to the disk; the function may not."""
    new = tmp_path / "new"
    topics.write(
        "page",
        f"""
        from pathlib import Path


        # long: 60 s
        def slow(n):
            return n or Path({str(new)!r}).touch()


        def f(n):
            slow(1)
            return n or Path({str(new)!r}).touch()
        """,
    )
    for text in ("slow(0)", "f(0)", "[slow(1), slow(0)]"):
        with pytest.raises(PermissionError):
            evaluate(topics.job(text), memory)
    assert evaluate(topics.job("f(1)"), memory) == 1
    assert not new.exists()
