"""A call: read as the inside of an f-string, then run, with nothing else."""

import os
import sys

import matplotlib.pyplot as plt
import pytest

from snippets._bridge.call import find, jobs, parse
from snippets._bridge.job import LIMIT
from snippets._bridge.program import program
from snippets._bridge.work import perform

from .conftest import alone, read


@pytest.fixture
def page(topics):
    """A topic `page` and a topic `other`, with functions that tell much."""
    topics.write(
        "other",
        '''
        def half(n):
            """Half of n."""
            return n / 2


        def double(n):
            return 2 * n
        ''',
    )
    topics.write(
        "page",
        '''
        from PACKAGE.other import double as twice

        TABLE = {"a:b": [10, 20, 30]}


        def echo(*args, **named):
            """What it is given. Then more."""
            return args, named


        def half(n):
            return n // 2


        def quarter(n):
            """A quarter of n.

            More of it.
            """
            return half(half(n)) + twice(0)


        def z(n):
            return complex(n, -n)


        def _hidden():
            return half(1)
        ''',
    )
    return topics


# How a call is read.


@pytest.mark.parametrize(
    ("text", "call", "spec"),
    [
        ("f()", "f()", ""),
        ("f():.4f", "f()", ".4f"),
        ("f(1):>+10,.2e", "f(1)", ">+10,.2e"),
        ("f():.1%", "f()", ".1%"),
        ("f('a:b')", "f('a:b')", ""),
        ("f('a:b'):.2f", "f('a:b')", ".2f"),
        ("f({1: 2})", "f({1: 2})", ""),
        ("f({'a': 1, 'b': [2]}):d", "f({'a': 1, 'b': [2]})", "d"),
        ("f()['a:b'][0]:d", "f()['a:b'][0]", "d"),
        ("f()::>9", "f()", ":>9"),
    ],
)
def test_a_format_stands_behind_the_colon_that_ends_the_call(text, call, spec):
    """Colons in strings and dicts belong to the call, as in an f-string."""
    made = parse(text, "snippets", "page")
    assert (made.text, made.spec) == (call, spec)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("echo()", ((), {})),
        ("echo(1, 'σ', None, True)", ((1, "σ", None, True), {})),
        ("echo(-1.5, -0x10, 1e-3)", ((-1.5, -16, 0.001), {})),
        ("echo([1, (2, 3)], {'a': -1})", (([1, (2, 3)], {"a": -1}), {})),
        ("echo(1, n=2, _m=[3])", ((1,), {"n": 2, "_m": [3]})),
        ("echo(half(half(9)))", ((2,), {})),
        ("echo(n=other.half(half(7)))", ((), {"n": 1.5})),
        ("-half(4)", -2),
        ("[half(4), other.half(5)]", [2, 2.5]),
        ("TABLE['a:b'][-1]", 30),
        ("z(2).imag", -2.0),
        ("z(2).conjugate().imag", 2.0),
        ("TABLE['a:b'].index(half(41))", 1),
        ("other.half(3)", 1.5),
        ("other.half(n=3)", 1.5),
        ("echo(other.half(half(6)), other.double(1))", ((1.5, 2), {})),
        ("quarter(9)", 2),
    ],
)
def test_a_call_returns_what_python_returns(page, text, value):
    """Calls, literals, items and attributes mean what they mean in Python."""
    assert page.call(text).run() == value


def test_a_function_may_be_named_without_a_call(page):
    """A name alone is the function, which another may be given."""
    assert page.call("half").run()(9) == 4
    ((given,), _) = page.call("echo(other.half)").run()
    assert given(9) == 4.5


@pytest.mark.parametrize("text", ["3.14", "'word'", "[1, 2]", "code()"])
def test_a_literal_alone_is_typed_by_hand(page, text):
    """A call must name a function, or the braces would hide a number."""
    with pytest.raises(LookupError, match="names none"):
        page.call(text).run()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TABLE['a:b'][1:]", [20, 30]),
        ("TABLE['a:b'][0:2]", [10, 20]),
        ("TABLE['a:b'][::-1]", [30, 20, 10]),
    ],
)
def test_a_slice_is_an_item(page, text, value):
    """A slice may stand between square brackets, with its colons."""
    call = page.call(f"{text}:")
    assert (call.run(), call.spec) == (value, "")


def test_a_call_may_take_several_lines(page):
    """Line ends and runs of spaces between the words mean nothing."""
    call = page.call("\n  echo(1,\n\t  n  =\n 2)\n  :.2f")
    assert call.run() == ((1,), {"n": 2})
    assert call.spec == ".2f"


def test_a_string_keeps_its_spaces(page):
    """The words of a string argument are passed on as they are written."""
    assert page.call("echo('a  b')").run() == (("a  b",), {})


def test_a_page_may_name_its_own_topic(page):
    """On the page `page`, page.half is half."""
    assert page.call("page.half(9)").run() == 4
    assert page.call("page.half(half(9))").run() == 2


def test_a_function_may_bear_the_name_of_a_topic(page):
    """A name of the page's own topic goes before a topic of that name."""
    page.write("half", "def real():\n    return 'the topic'\n")
    assert page.call("half(9).real").run() == 4
    assert page.call("half.real()", page="about").run() == "the topic"


def test_a_page_without_a_topic_calls_those_of_others(page):
    """A page needs no topic of its own."""
    assert page.call("other.half(1)", page="about").run() == 0.5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("_hidden()", "'_hidden' is private"),
        ("other._half()", "'_half' is private"),
        ("half(1).__class__", "'__class__' is private"),
        ("echo(half(1)._x)", "'_x' is private"),
        ("(lambda: 1)()", "Lambda is not allowed"),
        ("[n for n in TABLE]", "ListComp is not allowed"),
        ("echo(n for n in TABLE)", "GeneratorExp is not allowed"),
        ("{n for n in TABLE}", "SetComp is not allowed"),
        ("{n: 1 for n in TABLE}", "DictComp is not allowed"),
        ("half(1) + 1", "BinOp is not allowed"),
        ("half(1) < 1", "Compare is not allowed"),
        ("half(1) and 1", "BoolOp is not allowed"),
        ("not half(1)", "Not is not allowed"),
        ("1 if half(1) else 2", "IfExp is not allowed"),
        ("f'{half(1)}'", "JoinedStr is not allowed"),
        ("echo(n := 1)", "NamedExpr is not allowed"),
        ("(yield)", "Yield is not allowed"),
        ("echo(*TABLE)", "Starred is not allowed"),
        ("{1, 2}", "Set is not allowed"),
    ],
)
def test_more_than_a_call_is_refused(text, reason):
    """Private names and whatever computes on the page itself fail."""
    with pytest.raises(ValueError, match=reason):
        parse(text, "snippets", "page")


@pytest.mark.parametrize(
    "text",
    ["import os", "half(1", "half 1", "x = 1", "half(1))", ":.2f", "f(:1)"],
)
def test_what_is_not_python_is_a_syntax_error(text):
    """A call that Python cannot read fails as Python fails."""
    with pytest.raises(SyntaxError):
        parse(text, "snippets", "page")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lost(1)", "page.py defines no public name 'lost'"),
        ("echo(lost)", "page.py defines no public name 'lost'"),
        ("twice(1)", "page.py defines no public name 'twice'"),
        ("len([])", "page.py defines no public name 'len'"),
        ("other.lost(1)", "other.py defines no public name 'lost'"),
        ("lost.half(1)", "page.py defines no public name 'lost'"),
        ("other(1)", "page.py defines no public name 'other'"),
        ("code(lost)", "page.py defines no public name 'lost'"),
    ],
)
def test_a_name_that_is_not_there_fails(page, text, reason):
    """A page uses the public names that topics define, and no others."""
    with pytest.raises(LookupError, match=reason):
        page.call(text).run()


def test_a_page_without_a_topic_has_no_bare_names(page):
    """A bare name on a page whose topic does not exist fails."""
    with pytest.raises(LookupError, match="about.py does not exist"):
        page.call("half(1)", page="about").run()


# What a call knows about its function.


def test_the_title_is_the_first_line_of_the_docstring(page):
    """The title is that line without its full stop, or else nothing."""
    assert page.call("quarter(1)").title == "A quarter of n"
    assert page.call("other.half(1)").title == "Half of n"
    assert page.call("half(1)").title == ""


def test_the_outermost_function_is_the_one_that_is_called(page):
    """The program and title of f(g()) are those of f."""
    call = page.call("other.half(quarter(9))")
    assert call.targets == [("other", "half"), ("page", "quarter")]
    assert call.program == page.program("half", "other")


@pytest.mark.parametrize(
    "text",
    [
        "echo(half(9), n=[other.half(-9), quarter(40)])",
        "other.half(half(9))",
        "other.double(3)",
        "page.half(TABLE['a:b'][1])",
        "z(other.half(half(9))).imag",
    ],
)
def test_the_script_of_a_call_runs_by_itself(page, tmp_path, text):
    """A script computes the call's result without the project."""
    (tmp_path / "empty").mkdir()
    call = page.call(text)
    script = call.script("result") + "print(repr(result))\n"
    modules = {"page": page.load(), "other": page.load("other")}
    expected = eval(text, {**vars(modules["page"]), **modules})
    assert alone(tmp_path / "empty", script) == f"{expected!r}\n"


def test_a_script_leaves_the_call_as_it_was(page):
    """Making the script does not change what the call runs."""
    call = page.call("other.half(half(9))")
    before = call.script("result")
    assert call.run() == 2
    assert call.script("result") == before


# How a call runs.


def test_a_warning_is_an_error(topics):
    """A call that warns fails with the warning."""
    topics.write(
        "page",
        """
        import warnings


        def f():
            warnings.warn("mind the step", stacklevel=1)
        """,
    )
    with pytest.raises(UserWarning, match="mind the step"):
        topics.call("f()").run()


@pytest.mark.filterwarnings("ignore")
def test_a_warning_of_numpy_is_an_error_whatever_was_set(topics):
    """An overflow fails even where warnings are ignored."""
    topics.write(
        "page",
        """
        import numpy as np


        def f(x):
            return np.exp(np.float64(x))
        """,
    )
    with pytest.raises(RuntimeWarning, match="overflow"):
        topics.call("f(1000)").run()


def test_a_call_has_no_builtins(page):
    """What a page calls cannot reach Python's own functions."""
    with pytest.raises(LookupError):
        page.call("print(1)").run()


def test_a_figure_is_closed_after_the_call(topics):
    """pyplot keeps no figure, whether the call returns or fails."""
    topics.write(
        "page",
        """
        import matplotlib.pyplot as plt


        def draw(bad):
            fig, ax = plt.subplots()
            ax.plot([1, 2], [3] if bad else [3, 4])
            return fig
        """,
    )
    topics.call("draw(0)").run()
    assert plt.get_fignums() == []
    with pytest.raises(ValueError, match="must have same first dimension"):
        topics.call("draw(1)").run()
    assert plt.get_fignums() == []


def test_a_call_runs_in_the_style_of_the_site(topics):
    """A snippet finds the site's settings, whatever was set before."""
    topics.write(
        "page",
        """
        import matplotlib.pyplot as plt


        def f():
            return plt.rcParams["axes.grid"], plt.rcParams["lines.marker"]
        """,
    )
    with plt.rc_context({"axes.grid": False, "lines.marker": "s"}):
        assert topics.call("f()").run() == (True, "None")


# Code that is shown and not run.


def shown(call):
    """What a call shows as code, and of which kind it is."""
    piece = call.line or perform(call.job("alone"))
    (code,) = read(piece.html).iter("code")
    return "".join(code.itertext()), piece.kind


def test_code_is_the_program_and_runs_nothing(topics):
    """code(f) is the program of f, which is not run."""
    topics.write("page", "X = 1 / 0\n\n\ndef f():\n    return X\n")
    call = topics.call("code(f)")
    assert shown(call) == (topics.program("f"), "program")


def test_code_of_another_topic_is_its_program(page):
    """code(topic.f) is the program of another topic's function."""
    call = page.call("code(other.half)")
    assert shown(call) == (page.program("half", "other"), "program")


def test_code_with_a_part_is_the_line_that_holds_it(page):
    """The line is shown without its indentation, and is no HTML."""
    call = page.call("code(quarter, 'return half')")
    assert shown(call) == ("return half(half(n)) + double(0)", "text")
    page.write("sharp", "def f(x):\n    return x < 1 and x & 2\n")
    call = page.call("code(sharp.f, 'return')")
    assert shown(call) == ("return x < 1 and x & 2", "text")


def test_only_code_with_a_part_is_a_line(page):
    """A call that runs, or shows a whole program, is none."""
    assert page.call("quarter(1)").line is None
    assert page.call("code(quarter)").line is None


@pytest.mark.parametrize(
    ("part", "count"), [("lost", 0), ("return", 3), ("def", 3)]
)
def test_a_part_must_be_found_once(page, part, count):
    """A part in no line or in several lines fails with their number."""
    with pytest.raises(ValueError, match=f"{count} lines .* hold '{part}'"):
        _ = page.call(f"code(quarter, '{part}')").line


# Calls in the source of a page.


def test_calls_are_found_with_their_lines():
    """Each call is told with the line on which it begins."""
    text = "{{ a() }} and {{ b(1):.2f }}\n\n| {{ c(\n  2) }} |\n{{ a() }}"
    assert list(find(text)) == [
        (1, "a()"),
        (1, "b(1):.2f"),
        (3, "c(\n  2)"),
        (5, "a()"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "`{{ f() }}`",
        "`` `{{ f() }} ``",
        "```\n{{ f() }}\n```",
        "```` text\n```\n{{ f() }}\n```\n````",
        "~~~\n{{ f() }}\n~~~",
        "{{f()}}",
        "{{ f()}}",
        "{{f() }}",
        "{ { f() } }",
        "{#id} and {-2}",
        "`a`{{ f()}}`b`",
    ],
)
def test_code_and_other_braces_are_no_calls(text):
    """Code spans, fences and tight braces are left alone."""
    assert list(find(text)) == []
    assert list(find(f"{text}\n\n{{{{ f() }}}}"))[0][1] == "f()"


def test_a_call_may_hold_braces():
    """The braces of a dict do not end a call."""
    (_, call), *_ = find("{{ f({'a': {1: 2}}) }} }}")
    assert call == "f({'a': {1: 2}})"


# What a page needs, read before Markdown reads it.


def needed(page, text):
    """(form, expression or text) of the jobs that a page's source needs."""
    found = jobs(text, page.package, "page")
    return [(job.form, job.expression or job.text) for _, job in found]


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("{{ half(1) }}", ("alone", "half(1)")),
        ("> {{ half(1):.2f }}", ("alone", "half(1)")),
        ("    {{ half(1) }}", ("alone", "half(1)")),
        ("a\n\n{{ half(1) }}\n\nb", ("alone", "half(1)")),
        ("{{ half(1) }}\n: a\n  b", ("alone", "half(1)")),
        ("> a\n>\n> {{ half(1) }}\n>\n> b", ("alone", "half(1)")),
        ("> {{ half(1) }}\n> : a", ("alone", "half(1)")),
        ("!!! note\n    {{ half(1) }}\n", ("alone", "half(1)")),
        ("<div markdown>\n{{ half(1) }}\n</div>", ("alone", "half(1)")),
        ("So {{ half(1) }}.", ("inline", "half(1)")),
        ("| {{ half(1) }} |", ("inline", "half(1)")),
        ("{{ half(1) }}.", ("inline", "half(1)")),
        ("{{ half(1) }}\nb", ("inline", "half(1)")),
        ("a\n{{ half(1) }}", ("inline", "half(1)")),
        ("- a\n  {{ half(1) }}\n", ("inline", "half(1)")),
        ("$x = {{ half(1) }}$", ("math", "half(1)")),
        ("$$\nx = {{ half(1) }}\n$$", ("math", "half(1)")),
        ("$x +\n  1$", ("tex", "x + 1")),
        ("$$\nx\n$$", ("display", "x")),
        ("{{ other.half(1) }}", ("alone", "half(1)")),
    ],
)
def test_what_a_page_needs_is_known_from_its_source(page, text, job):
    """Each call and formula has its job, and the form in which it stands."""
    assert needed(page, text) == [job]


def test_the_program_of_code_is_needed(page):
    """code(f) needs the program in colours, a line of it nothing."""
    text = "{{ code(half) }} {{ code(half, 'return') }}"
    assert needed(page, text) == [("code", page.program("half"))]


def test_a_call_is_told_with_its_job(page):
    """A job of a call comes with the call, that of a formula with none."""
    found = jobs("{{ half(1) }} $x$", page.package, "page")
    calls = [call and call.text for call, _ in found]
    assert calls == [None, "half(1)"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ half(1 }}",
        "{{ lost(1) }}",
        "{{ _hidden() }}",
        "{{ 1 }}",
        "{{ code(half, 'lost') }}",
        "{{ code(half, 1) }}",
        "{{ code(half, half) }}",
        "{{ missing.f() }}",
        "{{ broken.f() }}",
        "{{ coded.f() }}",
        "{{ barred.f() }}",
        "`{{ half(1) }}` `$x$`",
        "```\n{{ half(1) }}\n```",
    ],
)
def test_what_is_wrong_is_left_to_its_place(page, text, monkeypatch):
    """A call that cannot be read needs nothing, and takes nothing away."""
    page.write("broken", "def f(:\n")
    coded = page.write("coded", "")
    coded.write_bytes("def f():\n    return 'ß'\n".encode("latin-1"))
    barred = page.write("barred", "def f():\n    return 1\n")
    read_bytes = type(barred).read_bytes

    def guarded(path):
        if path == barred:
            raise PermissionError(path)
        return read_bytes(path)

    monkeypatch.setattr(type(barred), "read_bytes", guarded)
    text = f"{text}\n\nSo {{{{ half(9) }}}}."
    assert needed(page, text) == [("inline", "half(9)")]


def test_a_job_is_made_once_for_a_program(page):
    """One call in one form has one job, until its program changes."""
    call = page.call("half(1)")
    first = call.job("inline")
    assert call.job("inline") is first
    assert call.job("alone") is not first
    page.write("page", "def half(n):\n    return n // 2.0\n")
    assert call.job("inline").text == page.program("half") != first.text


# Functions that may take long.


def test_a_comment_allows_a_function_more_time(topics):
    """The seconds of all long functions that a call needs add up."""
    topics.write(
        "page",
        """
        from PACKAGE.other import slow


        def quick():
            return 1


        # It learns.
        # long: 90 s
        def learn():
            return slow()


        def drawn():
            return learn()
        """,
    )
    topics.write("other", "# long: 600 s\ndef slow():\n    return 2\n")
    jobs = {n: topics.job(f"{n}()") for n in ("quick", "learn", "drawn")}
    assert {n: job.limit for n, job in jobs.items()} == {
        "quick": LIMIT,
        "learn": 690,
        "drawn": 690,
    }
    assert jobs["quick"].long == ()
    assert dict(jobs["drawn"].long).keys() == {"slow", "learn"}


@pytest.mark.parametrize(
    "head",
    [
        "# long: 60 s\n# More.\n",
        "# Words.\n#\n# long: 60 s\n",
        "# long: 60 s\n@staticmethod\n",
    ],
)
def test_the_comment_may_stand_among_others(topics, head):
    """Other comments, and decorators, may stand between it and the name."""
    topics.write("page", f"A = 1\n{head}def f():\n    return A\n")
    assert topics.job("f()").limit == 60


@pytest.mark.parametrize(
    "head",
    [
        "# long: 60 s\n\n",
        "# long: 60\n",
        "# long: a minute\n",
        "# long: 1000000 s\n",
        "# It is long: 60 s\n",
        "@staticmethod\n# long: 60 s\n",
    ],
)
def test_another_comment_allows_nothing(topics, head):
    """What does not touch the function, or is written otherwise, is prose."""
    topics.write("page", f"{head}def f():\n    return 1\n")
    job = topics.job("f()")
    assert (job.limit, job.long) == (LIMIT, ())


def test_a_program_is_marked_as_long_by_what_it_needs(topics):
    """A long function that a call does not need allows it nothing."""
    topics.write(
        "page",
        "# long: 60 s\ndef slow():\n    return 1\n\n\n"
        "def f():\n    return 2\n",
    )
    assert program(topics.folder, ("page", "f")).limit == 0
    assert program(topics.folder, ("page", "slow")).limit == 60


# Topics that change while the site is served.


@pytest.fixture
def edit(topics):
    """Write a topic as if it were saved so many milliseconds later."""
    start = 1_700_000_000_000_000_000

    def write(name, source, milliseconds):
        path = topics.write(name, source)
        time = start + milliseconds * 1_000_000
        os.utime(path, ns=(time, time))

    return write


def test_a_changed_topic_gives_another_result(topics, edit):
    """A sign that flips within a second, in a file of one size, is seen."""
    for time, sign in enumerate("+-+-"):
        edit("page", f"def f():\n    return {sign}1\n", 10 * time)
        assert topics.call("f()").run() == int(f"{sign}1")


def test_a_changed_helper_reaches_those_who_borrow_it(topics, edit):
    """A change two topics away is seen in what the page calls."""
    borrow = "from PACKAGE.{} import f\n\n\ndef {}():\n    return f()\n"
    edit("second", borrow.format("first", "g"), 0)
    edit(
        "page",
        "from PACKAGE.second import g\n\n\ndef h():\n    return g()\n",
        0,
    )
    for time, sign in enumerate("+-+"):
        edit("first", f"def f():\n    return {sign}1\n", 10 * time)
        assert topics.call("h()").run() == int(f"{sign}1")


def test_a_topic_of_another_size_gives_another_result(topics, edit):
    """A change of the size alone is a change."""
    edit("page", "def f():\n    return 1\n", 0)
    assert topics.call("f()").run() == 1
    edit("page", "def f():\n    return 10\n", 0)
    assert topics.call("f()").run() == 10


def test_a_program_that_has_not_changed_is_not_read_again(topics, edit):
    """Without a change, whatever else is read, it is the same object."""
    edit("page", "def f():\n    return 1\n", 0)
    edit("other", "def g():\n    return 1\n", 0)
    first = program(topics.folder, ("page", "f"))
    edit("other", "def g():\n    return 2\n", 10)
    assert program(topics.folder, ("other", "g")).text.endswith("2\n")
    assert program(topics.folder, ("page", "f")) is first


def test_a_topic_saved_while_it_is_read_is_read_again(
    topics, edit, monkeypatch
):
    """A change between the reading and the next look is not lost."""
    edit("page", "def f():\n    return 1\n", 0)
    read_bytes = type(topics.folder).read_bytes

    def save_after(path):
        source = read_bytes(path)
        if path.stem == "page" and b"1" in source:
            edit("page", "def f():\n    return 2\n", 10)
        return source

    monkeypatch.setattr(type(topics.folder), "read_bytes", save_after)
    topics.program("f")
    assert "return 2" in topics.program("f")


def test_a_topic_that_failed_is_read_again(topics, edit):
    """A topic that cannot be run is tried anew once it is saved."""
    edit("page", "ONE = 1 / 0\n\n\ndef f():\n    return ONE\n", 0)
    with pytest.raises(ZeroDivisionError):
        topics.call("f()").run()
    edit("page", "ONE = 1 / 1\n\n\ndef f():\n    return ONE\n", 10)
    assert topics.call("f()").run() == 1


def test_a_topic_that_is_gone_fails(topics, edit):
    """A deleted topic does not live on in memory."""
    edit("page", "def f():\n    return 1\n", 0)
    assert topics.call("f()").run() == 1
    (topics.folder / "page.py").unlink()
    with pytest.raises(LookupError, match="page.py does not exist"):
        topics.call("f()").run()


def test_a_topic_that_another_borrows_from_may_be_gone(topics, edit):
    """What has lost its helper fails, with the name of the lost topic."""
    edit("other", "def g():\n    return 1\n", 0)
    edit(
        "page",
        "from PACKAGE.other import g\n\n\ndef f():\n    return g()\n",
        0,
    )
    assert topics.call("f()").run() == 1
    (topics.folder / "other.py").unlink()
    with pytest.raises(LookupError, match="other.py does not exist"):
        topics.call("f()").run()


def test_a_helper_of_a_topic_that_failed_is_read_again(topics, edit):
    """A helper that lacked a name is read anew once it has it."""
    edit("other", "def f():\n    return 1\n", 0)
    edit(
        "page",
        "from PACKAGE.other import g\n\n\ndef h():\n    return g()\n",
        0,
    )
    with pytest.raises(LookupError, match="other.py uses 'g', which it"):
        topics.call("h()").run()
    edit("other", "def g():\n    return 22\n", 5000)
    assert topics.call("h()").run() == 22


# What calls share: nothing.


def test_no_topic_is_imported(page):
    """A call runs the text of its program, not the modules of the topics."""
    assert page.call("echo(other.half(quarter(9)))").run() == ((1.0,), {})
    assert not {n for n in sys.modules if n.startswith(f"{page.package}.")}


def test_what_a_call_leaves_in_its_topic_is_gone(topics):
    """A list that grows in one call is as it was in the next."""
    topics.write(
        "page",
        "RUNS = []\n\n\ndef f():\n    RUNS.append(1)\n    return len(RUNS)\n",
    )
    assert [topics.call("f()").run() for _ in range(3)] == [1, 1, 1]
    assert topics.call("[f(), f()]").run() == [1, 2]
