"""Calls in Markdown: where they run, what they show, and how they fail."""

import os
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from markdown.treeprocessors import Treeprocessor

from snippets._bridge.engine import Engine, Pending
from snippets._bridge.job import Piece
from snippets._bridge.work import perform

from .conftest import failures, marked, read, words


@pytest.fixture
def page(topics):
    """A topic `page` with a function for every kind of result."""
    topics.write("other", "def three():\n    return 3\n")
    topics.write(
        "page",
        '''
        import sys
        import warnings

        import matplotlib.pyplot as plt
        import sympy

        x = sympy.Symbol("x", real=True)
        RULE = 1.5


        def one():
            """One and a half."""
            return 1.5


        def minus():
            return -12


        def small():
            return 1.5e-8


        def text():
            return "<b>bold</b> & *starred*"


        def table():
            return {"n": [1, 2], "root": [1.0, 1.41421]}


        def claim():
            """All is well."""
            return {"here": True}


        def identity():
            """A sum in another order."""
            return sympy.Eq(sympy.exp(x) * sympy.exp(-x), 1, evaluate=False)


        def derivation():
            return [("", x), ("add and take away", x + 1 - 1)]


        def figure():
            """A line."""
            fig, ax = plt.subplots()
            ax.plot([1, 2, 3], [1, 2, 3], label="line")
            ax.set(xlabel="x", ylabel="y")
            return fig


        def unlabelled():
            return plt.figure().add_subplot().figure


        def nothing():
            return None


        def thing():
            return object()


        def fail(n=0):
            return 1 / n


        def leave():
            sys.exit(0)


        def warn():
            warnings.warn("mind the step", stacklevel=2)


        def interrupt():
            raise KeyboardInterrupt
        ''',
    )
    return topics


@pytest.fixture
def performed(monkeypatch):
    """(call, form) of what is performed from now on, in order."""
    engine, done = import_module("snippets._bridge.engine"), []

    def note(job, memory):
        if job.expression:
            done.append((job.expression, job.form))
        return perform(job, memory)

    monkeypatch.setattr(engine, "perform", note)
    return done


def value(html, tag):
    """The words in the only element of a kind."""
    (element,) = html.iter(tag)
    return words(element)


# Where a call works.


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("A {{ one() }} here.", "p", "A 1.5 here."),
        ("{{ one() }}", "p", "1.5"),
        ("| a |\n|---|\n| so {{ one() }} |", "td", "so 1.5"),
        ("| {{ one() }} |\n|---|\n| b |", "th", "1.5"),
        ("- a {{ one() }}\n- b", "li", "a 1.5"),
        ("1. a\n\n    {{ one() }} b", "li", "a\n1.5 b"),
        ("> {{ one() }}", "blockquote", "1.5"),
        ("# On {{ one() }} {#on}", "h1", "On 1.5"),
        ("On {{ one() }}\n===", "h1", "On 1.5"),
        ("[so {{ one() }}](b.md)", "a", "so 1.5"),
        ("**so {{ one() }}**", "strong", "so 1.5"),
        ("*{{ one() }}*", "em", "1.5"),
        ("{{ other.three() }} of {{ one():.2f }}", "p", "3 of 1.50"),
        ("({{ one() }}, {{ one() }})", "p", "(1.5, 1.5)"),
        ("{{ one(\n) }} over lines", "p", "1.5 over lines"),
        ("{{\none()\n}}", "p", "1.5"),
        ('<div markdown="1">\nA {{ one() }}\n</div>', "div", "A 1.5"),
    ],
)
def test_a_call_works_in_every_place_of_a_page(page, text, place, said):
    """Sentences, cells, lists, headings and links show the value."""
    html = page.page(text)
    assert failures(html) == []
    assert words(next(html.iter(place))) == said
    assert {d.get("value") for d in html.iter("data")} <= {"1.5", "3"}


def test_a_call_works_in_an_admonition(page):
    """An admonition holds values and results of their own."""
    html = page.page("!!! note\n    So {{ one() }}.\n\n    {{ table() }}\n")
    (note,) = marked(html, "admonition")
    assert words(list(note.iter("p"))[1]) == "So 1.5."
    assert len(list(note.iter("td"))) == 4


def test_a_call_works_in_a_tab(page):
    """A tab holds values and results of their own."""
    html = page.page(
        '=== "One"\n\n    So {{ one() }}.\n\n    {{ figure() }}\n'
        '    : A line.\n\n=== "Two"\n\n    {{ one() }}\n'
    )
    one, two = marked(html, "tabbed-block")
    assert words(one.find("p")) == "So 1.5."
    assert len(list(one.iter("figcaption"))) == 1
    assert words(two) == "1.5"


def test_a_result_of_its_own_works_in_a_list(page):
    """A list item may hold a table."""
    html = page.page("- An item.\n\n    {{ table() }}\n\n- {{ one() }}\n")
    first, second = html.iter("li")
    assert value(first, "table") != ""
    assert words(second) == "1.5"


def test_a_heading_keeps_its_id_and_its_words(page):
    """The table of contents has the value, the heading the given id."""
    md = page.markdown()
    html = read(md.convert("# So {{ one():.2f }} {#so}"))
    assert next(html.iter("h1")).get("id") == "so"
    (token,) = md.toc_tokens
    assert (token["id"], token["name"]) == ("so", "So 1.50")


def test_a_call_in_a_caption_is_run(page):
    """A caption is Markdown, over several lines."""
    html = page.page(
        "{{ figure() }}\n: At {{ one():.2f }} the *line*\n  ends."
    )
    (caption,) = html.iter("figcaption")
    assert " ".join(words(caption).split()) == "At 1.50 the line ends."
    assert value(caption, "em") == "line"


@pytest.mark.parametrize(
    "text",
    [
        "`{{ fail() }}`",
        "``{{ fail() }} ` ``",
        "```\n{{ fail() }}\n```",
        "``` python\nf'{{ fail() }}'\n```",
        "~~~\n{{ fail() }}\n~~~",
        "Text.\n\n    {{ fail() }}\n",
        "- a\n\n    ```\n    {{ fail() }}\n    ```\n",
        "!!! note\n\n        {{ fail() }}\n",
        "<pre>\n{{ fail() }}\n</pre>",
        "`a` and `$x$ {{ fail() }}`",
    ],
)
def test_code_is_left_alone(page, text):
    """In code spans, fences and indented code nothing is run."""
    html = page.page(text)
    assert failures(html) == []
    assert "{{ fail() }}" in "".join(html.itertext())


@pytest.mark.parametrize(
    "text",
    ["{{-2}} stays", "{-2}", "a {{x}} b", "{{}} and }}", "{% raw %}"],
)
def test_other_braces_are_left_alone(page, text):
    """Braces without spaces are no calls."""
    html = page.page(text)
    assert words(html) == text


def test_an_attribute_list_is_left_alone(page):
    """{#id} and {.class} keep their meaning beside calls."""
    html = page.page("# On {{ one() }} {#mine .big}\n\nA *b*{.c} {{ one() }}")
    heading = next(html.iter("h1"))
    assert (heading.get("id"), heading.get("class")) == ("mine", "big")
    assert next(html.iter("em")).get("class") == "c"


# Formulas.


def spoken(html):
    """The text of each formula's MathML."""
    return ["".join(math.itertext()) for math in html.iter("math")]


def test_a_formula_is_typeset(page):
    """What stands between dollar signs is drawn and spoken."""
    html = page.page("The sum $a + b$ here.")
    assert spoken(html) == ["a+b"]
    assert "$" not in "".join(html.itertext())
    assert len(list(html.iter("use"))) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$x = {{ minus() }}$", "x=−12"),
        ("$x = {{ one():.2f }}$", "x=1.50"),
        ("$x = {{ small() }}$", "x=1.5×10−8"),
        ("$y + {{ page.x }}$", "y+x"),
        ("$$\nx = {{ one() }}\n$$", "x=1.5"),
        ("$$x =\n{{ one(\n) }}$$", "x=1.5"),
        ("$x_{ {{ other.three() }} }$", "x3"),
        ("$e^{{-2}}$", "e−2"),
        ("$\\frac{{a}}{{b}}$", "ab"),
    ],
)
def test_a_call_in_a_formula_is_run_before_it_is_typeset(page, text, said):
    """A formula takes the value of a call; TeX's own braces stay."""
    text = text.replace("page.x", "x")
    html = page.page(text)
    assert failures(html) == []
    assert [s.replace("-", "−") for s in spoken(html)] == [said]


def test_a_value_in_an_exponent_is_one_group(page):
    """All digits and the sign of a value are raised."""
    html = page.page("$e^{{ minus() }}$")
    assert failures(html) == []
    (power,) = html.iter("msup")
    assert words(power[1]).replace("-", "−") == "−12"


def test_a_formula_of_its_own_is_displayed(page):
    """$$…$$ alone in a paragraph is a block."""
    html = page.page("Text.\n\n$$\n\\frac{a}{b}\n$$\n\nText.")
    (formula,) = html.iter("math")
    assert formula.get("display") == "block"
    assert len(list(html.iter("p"))) == 2
    inline = page.page("So $\\frac{a}{b}$.")
    assert next(inline.iter("math")).get("display") == "inline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"It costs \$5 and \$6.", "It costs $5 and $6."),
        ("It costs $5 and $ 6.", "It costs $5 and $ 6."),
        ("From 5$ to 6$", "From 5$ to 6$"),
        ("`$x$`", "$x$"),
    ],
)
def test_a_dollar_may_be_a_dollar(page, text, said):
    r"""\$, a dollar before a space and one in code begin no formula."""
    html = page.page(text)
    assert words(html) == said
    assert spoken(html) == []


@pytest.mark.parametrize("mark", list(".,;:!?)"))
def test_what_follows_a_formula_stays_on_its_line(page, mark):
    """A comma or full stop cannot wrap away from its formula."""
    html = page.page(f"So $x${mark} and $y$ on.")
    (together,) = marked(html, "nowrap")
    assert len(list(together.iter("math"))) == 1
    assert "".join(together.itertext()).endswith(mark)
    assert len(spoken(html)) == 2


def test_the_outlines_stand_once_on_a_page(page):
    """However many formulas, each glyph has one outline, with one id."""
    html = page.page("# $x$\n\n$x + x$ {{ identity() }} $y$\n\n$$x$$")
    (glyphs,) = marked(html, "glyphs")
    names = [path.get("id") for path in glyphs.iter("path")]
    assert len(names) == len(set(names))
    used = {use.get("xlink:href")[1:] for use in html.iter("use")}
    assert used == set(names)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("# One\n\n$x$", ["h1", "div", "p"]),
        ("$x$\n\n# One", ["div", "p", "h1"]),
        ("$x$", ["div", "p"]),
    ],
)
def test_the_title_stands_before_the_outlines(page, text, tags):
    """A site generator takes a heading for the title if it comes first."""
    assert [element.tag for element in page.page(text)] == tags


def test_a_page_without_formulas_has_no_outlines(page):
    """Outlines are only where something refers to them."""
    assert marked(page.page("{{ one() }}"), "glyphs") == []


# What a call shows.


def test_a_number_keeps_its_value_and_its_call(page):
    """The exact value and the call are in the element."""
    (data,) = page.page("It is {{ one():.3f }}.").iter("data")
    assert (data.get("value"), words(data)) == ("1.5", "1.500")
    assert data.get("title").endswith("one()")


def test_minus_signs_and_powers_are_typographic(page):
    """A number has a minus sign and a raised power of ten."""
    html = page.page("{{ minus() }} and {{ small():.1e }}")
    shown = [words(data) for data in html.iter("data")]
    assert shown == ["−12", "1.5 × 10−8"]
    assert value(html, "sup") == "−8"


def test_a_string_is_neither_html_nor_markdown(page):
    """A string shows its letters as they are."""
    html = page.page("So {{ text() }}.")
    assert words(html.find("p")) == "So <b>bold</b> & *starred*."


def test_a_table_is_a_table(page):
    """A dict alone in a paragraph is a table with its caption."""
    html = page.page("{{ table():.2f }}\n: Two roots.")
    assert [words(cell) for cell in html.iter("td")] == [
        *("1", "1.00"),
        *("2", "1.41"),
    ]
    assert value(html, "figcaption") == "Two roots."
    assert list(page.page("{{ table() }}").iter("figcaption")) == []


def test_what_is_wide_can_be_scrolled_by_keys(page):
    """A result that is wider than a phone can be reached by the keyboard."""
    page.write("big", "def f():\n    return {name: [1] for name in 'abcd'}\n")
    reached = [
        [e.get("tabindex") for e in html.iter() if e.get("tabindex")]
        for html in map(page.page, ["{{ big.f() }}", "{{ table() }}"])
    ]
    assert reached == [["0"], []]


def test_a_list_of_pairs_is_a_derivation(page):
    """Pairs of reason and expression are lines with their proof."""
    html = page.page("{{ derivation() }}")
    (line,) = html.iter("li")
    assert "add and take away" in words(line)
    assert len(list(html.iter("details"))) == 1


def test_a_relation_is_a_formula_with_a_proof(page):
    """A relation alone in a paragraph is displayed with its proof."""
    html = page.page("{{ identity() }}")
    (formula,) = html.iter("math")
    assert formula.get("display") == "block"
    assert "proved" in value(html, "details")


def test_a_figure_has_a_caption_and_a_program(page):
    """A figure is a <figure> with its caption and its source."""
    html = page.page("{{ figure() }}\n: A line.")
    assert failures(html) == []
    assert len(list(next(html.iter("figure")).iter("svg"))) == 1
    assert value(html, "figcaption") == "A line."
    assert "def figure():" in value(html, "details")


def test_code_is_a_program(page):
    """code(f) is its program, code(f, part) one line in a sentence."""
    html = page.page("{{ code(one) }}\n\nThe {{ code(one, 'return') }} line.")
    shown = [words(code) for code in html.iter("code")]
    assert shown == [page.program("one").strip(), "return 1.5"]
    assert words(list(html.iter("p"))[0]) == "The return 1.5 line."


def test_ids_are_unique_on_a_page(page):
    """A figure that appears twice, and all its parts, have two ids each."""
    text = "{{ figure() }}\n: One.\n\n{{ identity() }}\n\n"
    html = page.page(text + text.replace("One", "Two"))
    ids = [e.get("id") for e in html.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {"page-figure", "page-figure-2", "page-identity"} <= set(ids)


def test_a_call_runs_once_a_page(page, performed):
    """A call that stands twice on a page has one result."""
    html = page.page("{{ one() }}, {{ one() }}\n\n{{ one() }}")
    assert [words(data) for data in html.iter("data")] == ["1.5"] * 3
    assert performed == [("one()", "alone")]
    page.page("{{ one():.1f }}, {{ one():.2f }}, {{ page.one() }}")
    assert performed[1:] == [("one()", "inline")] * 3


def test_a_call_is_read_anew_for_the_next_page(page, performed):
    """What one page knows of a call, the next does not."""
    md = page.markdown()
    for _ in range(2):
        md.convert("So {{ one() }}.")
        md.reset()
    assert performed == [("one()", "inline")] * 2


def test_a_constant_is_shown(page):
    """A call may name what is no function."""
    html = page.page("{{ RULE }}\n\nSo {{ RULE:.2f }}, ${{ RULE }}$.")
    assert failures(html) == []
    assert [words(data) for data in html.iter("data")] == ["1.5", "1.50"]
    assert spoken(html) == ["1.5"]


def test_every_piece_gets_its_id(page):
    """What stands for the id in a piece does not reach the page."""
    html = page.html("{{ figure() }}\n: C.\n\n{{ figure() }}\n: D.")
    assert Piece.ID not in html
    for name in ("page-figure", "page-figure-2"):
        assert f'aria-labelledby="{name}-title {name}-desc"' in html


def test_a_second_page_starts_clean(page):
    """After a reset nothing of the page before is left."""
    md, text = page.markdown(), "{{ figure() }}\n: $x$ at {{ one() }}.\n\n"
    first = md.convert(text + "{{ fail() }}")
    md.reset()
    second = md.convert("\n" + text + "{{ fail() }}")
    assert first.replace("page.md:4", "page.md:5") == second
    md.reset()
    assert marked(read(md.convert("Words.")), "glyphs") == []


def test_two_conversions_are_equal(page):
    """One page gives one text."""
    text = "{{ figure() }}\n: $x$ {{ one() }}.\n\n{{ identity() }}"
    assert page.html(text) == page.html(text)


def test_the_page_counts_its_results(page):
    """A page with results ends with what was computed, others do not."""
    html = page.page("{{ one() }} {{ one() }}\n\n{{ table() }}")
    assert "2 numbers, 1 table" in words(marked(html, "census")[0])
    assert marked(page.page("Words."), "census") == []
    html = page.page("$x = {{ one() }}$ and {{ one() }}")
    assert "2 numbers" in words(marked(html, "census")[0])


# How a call fails.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ fail() }}", "ZeroDivisionError: division by zero"),
        ("So {{ fail(0) }}", "ZeroDivisionError: division by zero"),
        ("{{ leave() }}", "SystemExit: 0"),
        ("{{ warn() }}", "UserWarning: mind the step"),
        ("{{ nothing() }}", "TypeError: a NoneType cannot be shown"),
        ("{{ thing() }}", "TypeError: a object cannot be shown"),
        ("{{ lost() }}", "LookupError: PACKAGE/page.py defines no public"),
        ("{{ other.lost() }}", "LookupError: PACKAGE/other.py defines no"),
        ("{{ one(1) }}", "TypeError: one() takes 0 positional arguments"),
        ("{{ one( }}", "SyntaxError: '(' was never closed"),
        ("{{ one() + 1 }}", "ValueError: BinOp is not allowed in a call"),
        ("{{ one():q }}", "ValueError: Unknown format code 'q'"),
        ("{{ figure() }}", "ValueError: a figure needs a caption"),
        ("{{ claim():true }}", "ValueError: a claim needs a caption"),
        ("{{ claim():false }}\n: C.", "ValueError: the page calls it 'false'"),
        ("A {{ figure() }}", "TypeError: a Figure must stand in a"),
        ("A {{ table() }}", "TypeError: a dict must stand in a"),
        ("A {{ code(one) }}", "TypeError: a program must stand in a"),
        ("{{ unlabelled() }}\n: C.", "ValueError: a figure needs a label on"),
        ("{{ code(one, 'x') }}", "ValueError: 0 lines of the program hold"),
        ("{{ code(one, 1) }}", "TypeError: 'in <string>' requires string as"),
        ("{{ code() }}", "LookupError: a call names a function; this one"),
    ],
)
def test_a_failed_call_says_why_in_its_place(page, text, said):
    """The box has the page, the line, the call, the type and the reason."""
    html = page.page(f"First line.\n\n{text}\n\nLast line.")
    (box,) = failures(html)
    call = re.search(r"\{\{ .* \}\}", text)[0]
    assert box.startswith(f"page.md:3: {call}: ")
    assert f": {said.replace('PACKAGE', page.package)}" in box
    assert "Last line." in map(words, html.iter("p"))


def test_a_failure_tells_where_in_the_topic_it_arose(page):
    """The box ends with the file and the line that raised."""
    path = page.folder / "page.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    line = lines.index("    return 1 / n") + 1
    (box,) = failures(page.page("{{ fail() }}"))
    assert box.endswith(f"({page.package}/page.py:{line})")


def test_a_failure_deep_in_a_library_tells_the_line_of_the_topic(page):
    """Of all lines that lead to the error, the topic's last one is told."""
    page.write(
        "deep",
        """
        import json


        def f():
            return json.loads("{")
        """,
    )
    (box,) = failures(page.page("{{ deep.f() }}"))
    assert box.endswith(f"({page.package}/deep.py:5)")


def test_a_failure_in_a_helper_tells_the_line_of_the_helper(page):
    """Of all topics on the way to an error, the last one is told."""
    page.write("low", "def g():\n    return {}[1]\n")
    page.write(
        "high", "from PACKAGE.low import g\n\n\ndef f():\n    return g()\n"
    )
    (box,) = failures(page.page("{{ high.f() }}"))
    assert box.endswith(f"KeyError: 1 ({page.package}/low.py:2)")


def test_a_topic_that_is_not_python_tells_its_line(page):
    """A syntax error in a topic has the file and the line."""
    page.write("broken", "A = 1\n\n\ndef f(:\n    return 1\n")
    (box,) = failures(page.page("{{ broken.f() }}"))
    assert "SyntaxError: " in box
    assert box.endswith(f"({page.package}/broken.py:4)")


def test_an_error_of_the_page_names_no_topic(page):
    """What the page itself did wrong has no place in a topic."""
    (box,) = failures(page.page("{{ one( }}"))
    assert ".py" not in box


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("A = 1\n\n\ndef f(a, a):\n    return 1", 4),
        ("import re\n\n\ndef f():\n    return re.sub('\\d', '', '1')", 5),
        ("A = 1\n\n\ndef f():\n    return A is 1", 5),
        ("A = 1\n\n\ndef f(n=1 / 0):\n    return A", 4),
        ("import math\nimport lost\n\n\ndef f():\n    return lost.x", 2),
        ("A = 'ß\u2028'\n\n\ndef f():\n    return A + 1", 5),
    ],
)
def test_a_failure_tells_where_it_arose_whatever_it_is(page, source, line):
    """Python's own doubts about a source have its line as well."""
    page.write("odd", source)
    (box,) = failures(page.page("{{ odd.f() }}"))
    assert box.endswith(f" ({page.package}/odd.py:{line})")


def test_a_failed_call_is_not_tried_in_another_form(page, performed):
    """What fails in a paragraph of its own might be shown in a sentence."""
    (box,) = failures(page.page("{{ fail() }}"))
    assert box.startswith("page.md:1: {{ fail() }}: ZeroDivisionError")
    assert set(performed) == {("fail()", "alone")}


def test_a_failure_hides_nothing_else(page):
    """What stands before and behind a failed call is shown."""
    html = page.page("{{ one() }}, {{ fail() }}, {{ one() }}\n\n{{ table() }}")
    assert len(failures(html)) == 1
    assert [words(data) for data in html.iter("data")] == ["1.5", "1.5"]
    assert len(list(html.iter("td"))) == 4


def test_the_words_of_a_failure_are_no_html(page):
    """A message with tags or braces is shown letter by letter."""
    page.write(
        "angry",
        """
        def f():
            raise ValueError("<b> {{ one() }} & $x$ " + "two\\nlines")
        """,
    )
    html = page.page("{{ angry.f() }}")
    (box,) = failures(html)
    assert "ValueError: <b> {{ one() }} & $x$ two lines (" in box
    assert list(html.iter("b")) == []


@pytest.mark.parametrize("text", ["{{ interrupt() }}", "A {{ interrupt() }}."])
def test_an_interrupt_stops_the_build(page, text):
    """Ctrl-C is not a failure of a call."""
    with pytest.raises(KeyboardInterrupt):
        page.page(text)


def places(html):
    """The lines that the failures of a page tell."""
    return [int(re.match(r"page\.md:(\d+): ", f)[1]) for f in failures(html)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{{ fail() }}\n\n{{ fail() }}", [1, 3]),
        ("A {{ fail() }}\nand\n{{ fail() }}\n\n# {{ fail() }}", [1, 3, 5]),
        ("{{ fail() }} {{ fail() }}\n\n{{ fail() }}", [1, 1, 3]),
        ("{{ fail(\n) }}\n\n{{ fail( ) }}", [1, 4]),
        ("A\n\n- b\n- {{ fail(\n    0) }}", [4]),
        ("`{{ fail() }}`\n\n{{ fail() }}", [3]),
        ("```\n{{ fail() }}\n```\n\n{{ fail() }}", [5]),
        ("~~~\n{{ fail() }}\n~~~\n\n{{ fail() }}", [5]),
        ("A\n\n    {{ fail() }}\n\n{{ fail() }}", [5]),
        ("| a |\n|---|\n| {{ fail() }} |\n| {{ fail() }} |", [3, 4]),
        ("!!! note\n    A\n    {{ fail() }}", [3]),
        ("{{ fail():.1f }}\n\n{{ fail():.2f }}", [1, 3]),
        ("{{ table() }}\n\nA {{ table() }}.", [3]),
        ("A {{ table() }}.\n\n{{ table() }}", [1]),
        ("{{ figure() }}\n: A.\n\n{{ figure() }}", [4]),
        ("{{ one() }}\n\nA {{ one()}}.", [3]),
        ("{{ one() }}\n\n<div>{{ one() }}</div>", [3]),
    ],
)
def test_a_failure_tells_the_line_of_its_call(page, text, lines):
    """Each of several equal calls has its own line; code does not count."""
    assert places(page.page(text)) == lines


@pytest.mark.parametrize(
    "text",
    [
        "<div>\n{{ one() }}\n</div>",
        "<p>{{ one() }}</p>",
        "<div>{{ one()\n}}</div>",
    ],
)
def test_a_call_that_raw_html_hides_is_a_failure(page, text):
    """A call that was not run does not stay on the page unnoticed."""
    (box,) = failures(page.page(text))
    assert re.match(r"page.md:\d: \{\{ one\(\) \}\}: ", box)
    assert "was not run: it needs" in box and 'markdown="1"' in box


@pytest.mark.parametrize(
    "text",
    [
        "A\n\nb {{ one()}} c",
        "A\n\nb {{ one():.2f}} c",
        "A\n\nb {{ one() c",
        "A\n\nb {{ one() } } c",
        "A\n\n- b {{ one()}}",
    ],
)
def test_a_call_without_its_last_space_is_a_failure(page, text):
    """Braces that begin a call and do not end it are told with the line."""
    html = page.page(f"{text}\n\nLast {{{{ other.three() }}}} line.")
    (box,) = failures(html)
    assert box.startswith("page.md:3: ")
    assert "was not run: it needs a space inside both pairs of braces" in box
    assert "Last 3 line." in map(words, html.iter("p"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A\n\n$\\lost$ b", 3),
        ("A\n\n$$\\frac{1$$\n", 3),
        ("A\n\n- b $\\lost$", 3),
        ("A\n\n- b $a +\n  \\lost$ c\n\nLast.", 3),
        ("A\n\n!!! note\n    b $a\n    + \\lost$ c\n\nLast.", 4),
        ("`$\\lost$`\n\n$\\lost$", 3),
    ],
)
def test_bad_tex_is_a_failure(page, text, line):
    """TeX that cannot be set is told with the line on which it begins."""
    (box,) = failures(page.page(text))
    assert re.match(rf"page\.md:{line}(: |-)", box)
    assert "ValueError: bad TeX " in box


def test_bad_tex_on_two_lines_has_two_lines(page):
    """Equal formulas that fail have each their own line."""
    assert places(page.page("$\\lost$\n\n$\\lost$")) == [1, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$x + {{ fail() }}$", "ZeroDivisionError: division by zero"),
        ("$x + {{ table() }}$", "TypeError: a dict cannot stand in a formula"),
        ("$$x + {{ leave() }}$$", "SystemExit: 0"),
        ("$x + {{ lost() }}$", "LookupError"),
        ("$x + {{ one()}}$", "ValueError"),
    ],
)
def test_a_call_that_fails_in_a_formula_is_a_failure(page, text, said):
    """A formula whose call failed is a box with its line."""
    (box,) = failures(page.page(f"A\n\n{text}"))
    assert box.startswith("page.md:3: ")
    assert said in box


@pytest.mark.filterwarnings("ignore")
def test_a_warning_while_a_figure_is_drawn_is_a_failure(page):
    """A letter that cannot be drawn fails, whatever Python is told."""
    page.write(
        "odd",
        """
        import matplotlib.pyplot as plt


        def f():
            fig, ax = plt.subplots()
            ax.set(xlabel="\\ue123", ylabel="y")
            return fig
        """,
    )
    (box,) = failures(page.page("{{ odd.f() }}\n: C."))
    assert "UserWarning: Glyph" in box


def test_a_false_relation_is_a_failure(page):
    """A formula that is not proved is not shown."""
    page.write(
        "wrong",
        """
        import sympy

        x = sympy.Symbol("x", real=True)


        def f():
            return sympy.exp(x) < 1
        """,
    )
    html = page.page("{{ wrong.f() }}")
    (box,) = failures(html)
    assert "ValueError: cannot prove exp(x) < 1" in box
    assert spoken(html) == []


# While a page is served.


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{ fail() }}", "{{ fail() }}"),
        ("So {{ fail() }}.", "{{ fail() }}"),
        ("$x + {{ fail() }}$", "x + {{ fail() }}"),
    ],
)
def test_what_is_still_running_says_so_in_its_place(
    page, monkeypatch, text, name
):
    """It is no failure, and the rest of the page is there."""
    result = Engine.result

    def wait(engine, job):
        if job.expression == "fail()":
            raise Pending
        return result(engine, job)

    monkeypatch.setattr(Engine, "result", wait)
    html = page.page(f"So {{{{ one() }}}}.\n\n{text}\n")
    (box,) = marked(html, "pending")
    assert words(box) == f"page.md:3: {name}: running"
    assert value(html, "data") == "1.5" and failures(html) == []


# Where the page is.


@pytest.fixture
def filed(page, tmp_path, monkeypatch):
    """Convert a page that a site generator took from a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()

    def convert(name, head, text):
        path = tmp_path / "docs" / name
        path.write_text(head + text, encoding="utf-8")
        links = Treeprocessor()
        links.run = lambda root: None
        links.file = SimpleNamespace(abs_src_path=str(path))
        md = page.markdown()
        md.treeprocessors.register(links, "relpath", 0)
        return read(md.convert(text))

    return convert


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_the_front_matter_counts_as_lines(filed, end):
    """A failure has the file and line that an editor shows."""
    head = "---\ntitle: A\n---\n\n"
    html = filed("page.md", head, f"# A\n\n{{{{ fail() }}}}{end}")
    (box,) = failures(html)
    assert box.startswith(f"{os.path.join('docs', 'page.md')}:7: ")


def test_a_bare_name_is_looked_up_in_the_topic_of_the_page(filed):
    """docs/other.md calls the functions of the topic `other`."""
    html = filed("other.md", "", "{{ three() }} and {{ page.one() }}")
    assert [words(data) for data in html.iter("data")] == ["3", "1.5"]
