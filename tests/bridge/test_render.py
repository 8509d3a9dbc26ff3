"""A value as HTML: its type decides what it looks like."""

import decimal
import fractions
import json
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy

from snippets._bridge.call import parse
from snippets._bridge.job import Failed, Piece
from snippets._bridge.render import program, render, typeset
from snippets._bridge.work import perform

from .conftest import marked, read, words

x = sympy.Symbol("x", real=True)


class sigma(sympy.Function):
    """A function of this test, 1/(1 + e^-x)."""

    def _eval_rewrite_as_exp(self, x, **options):
        return 1 / (1 + sympy.exp(-x))


@pytest.fixture
def job(topics):
    """The job of a call of page.f with a format."""
    topics.write("page", 'def f():\n    """A thing."""\n')

    def make(form, spec="", text="f()"):
        return parse(f"{text}:{spec}", topics.package, "page").job(form)

    return make


@pytest.fixture
def inline(job):
    """The tree of a value in a sentence."""

    def make(value, spec="", **text):
        return read(render(job("inline", spec, **text), value).html)

    return make


@pytest.fixture
def block(job):
    """The tree of a value that stands by itself."""

    def make(value, spec=""):
        made = render(job("alone", spec), value)
        tree = read(made.html + made.tools)
        tree.set("kind", made.kind)
        return tree

    return make


# In a sentence.


@pytest.mark.parametrize(
    ("value", "spec", "exact", "shown"),
    [
        (0.7310585786300049, ".4f", "0.7310585786300049", "0.7311"),
        (0.5, "", "0.5", "0.5"),
        (-0.25, "", "-0.25", "−0.25"),
        (-0.25, ".0%", "-0.25", "−25%"),
        (1234567, ",", "1234567", "1,234,567"),
        (-3, "", "-3", "−3"),
        (7, ".2f", "7", "7.00"),
        (True, "", "True", "True"),
        (1e-17, "", "1e-17", "1 × 10−17"),
        (1e22, "", "1e+22", "1 × 1022"),
        (-1.5e-7, ".2e", "-1.5e-07", "−1.50 × 10−7"),
        (12.5, "+.1f", "12.5", "+12.5"),
        (2 - 3j, "", "(2-3j)", "(2−3j)"),
        (float("inf"), "", "inf", "inf"),
        (-float("inf"), "", "-inf", "−inf"),
        (np.float64(0.1), "", "0.1", "0.1"),
        (np.float32(0.5), ".3f", "0.5", "0.500"),
        (np.float64(1e-9), ".1e", "1e-09", "1.0 × 10−9"),
        (np.int64(-4), "", "-4", "−4"),
        (np.bool_(True), "", "True", "True"),
        (fractions.Fraction(1, 3), "", "1/3", "1/3"),
        (decimal.Decimal("0.10"), "", "0.10", "0.10"),
        (sympy.Rational(1, 3), ".3f", "1/3", "0.333"),
        (sympy.Integer(1), ".0f", "1", "1"),
        (sympy.pi, ".4f", "pi", "3.1416"),
    ],
)
def test_a_number_is_shown_with_its_exact_value(
    inline, value, spec, exact, shown
):
    """A number is formatted, and keeps its value and its call."""
    (data,) = inline(value, spec)
    assert data.tag == "data"
    assert data.get("value") == exact
    assert data.get("title").endswith("page.py: f()")
    assert words(data) == shown


def test_a_power_of_ten_is_raised(inline):
    """The exponent of a number is a superscript without zeros."""
    (raised,) = inline(-2.5e-08, ".1e").iter("sup")
    assert words(raised) == "−8"


@pytest.mark.parametrize(
    ("value", "spec", "shown"),
    [
        ("a word", "", "a word"),
        ("1 < 2 & <b>", "", "1 < 2 & <b>"),
        ("e-mail 1e-5", "", "e-mail 1e-5"),
        ("left", ">6", "  left"),
        (np.str_("σ"), "", "σ"),
    ],
)
def test_a_string_is_shown_as_it_is(inline, value, spec, shown):
    """A string is text, never HTML, and keeps its hyphens."""
    tree = inline(value, spec)
    assert list(tree) == []
    assert tree.text == shown


def test_the_call_in_a_title_is_escaped(inline):
    """Quotes and angles of a call do not end its attribute."""
    (data,) = inline(1, text="""f('<"&')""")
    assert data.get("title").endswith("""page.py: f('<"&')""")


@pytest.mark.parametrize(
    "value", [sympy.Integer(-2), sympy.Rational(1, 2), x**2, sigma(x) < 1]
)
def test_a_sympy_value_is_typeset(inline, value):
    """What SymPy made is a formula, drawn and spoken."""
    tree = inline(value)
    assert len(list(tree.iter("math"))) == 1
    assert len(list(tree.iter("use"))) >= 1


@pytest.mark.parametrize(
    "value", [{"n": [1]}, [("", x)], (1, 2), plt.Figure()]
)
def test_what_is_tall_cannot_stand_in_a_sentence(inline, value):
    """Tables, derivations and figures need their own paragraph."""
    what = type(value).__name__
    with pytest.raises(TypeError, match=f"a {what} must stand in a paragraph"):
        inline(value)


@pytest.mark.parametrize("value", [None, object(), np.ones(2), {1}, b"x"])
def test_what_has_no_form_fails(inline, value):
    """None, objects, arrays and the like are no results for a page."""
    what = type(value).__name__
    with pytest.raises(TypeError, match=f"a {what} cannot be shown on a page"):
        inline(value)


def test_a_format_that_does_not_fit_fails(inline):
    """A format for another type is an error, as in Python."""
    with pytest.raises(ValueError, match="Unknown format code 'f'"):
        inline("word", ".2f")
    with pytest.raises(TypeError):
        inline(x**2, ".2f")


# Between dollar signs.


@pytest.mark.parametrize(
    ("value", "spec", "tex"),
    [
        (0.25, ".1f", "0.2"),
        (-3, "", "-3"),
        (1.5e-7, "", r"1.5\times 10^{-7}"),
        (2e30, ".0e", r"2\times 10^{30}"),
        (sympy.Rational(1, 2), "", r"\frac{1}{2}"),
        (sympy.Rational(1, 2), ".2f", "0.50"),
        (sympy.log(x), "", r"\ln{\left(x \right)}"),
        (r"\infty", "", r"\infty"),
        (np.float64(2), "", "2.0"),
    ],
)
def test_a_value_in_a_formula_is_tex(job, value, spec, tex):
    """Numbers, strings and expressions can stand in a formula."""
    made = render(job("math", spec), value)
    assert made.kind == "math"
    assert made.html.removeprefix("{").removesuffix("}") in (tex, tex[:-1])


@pytest.mark.parametrize("value", [None, [1], {"n": [1]}, np.ones(2)])
def test_what_is_no_value_cannot_stand_in_a_formula(job, value):
    """A table or nothing between dollar signs fails."""
    what = type(value).__name__
    with pytest.raises(TypeError, match=f"a {what} cannot stand in a formula"):
        render(job("math"), value)


# Standing alone.


def figure():
    """A figure with labels."""
    made = plt.Figure()
    made.add_subplot().set(xlabel="x", ylabel="y")
    return made


@pytest.mark.parametrize(
    ("value", "spec", "kind"),
    [
        ({"n": [1]}, "", "table"),
        ([("", x), ("so", x + 1 - 1)], "", "derivation"),
        (figure(), "", "figure"),
        (sympy.Eq(sigma(-x), 1 - sigma(x)), "", "formula"),
        (sympy.pi, "", "formula"),
        (sympy.pi, ".2f", "number"),
        (0.5, "", "number"),
        ("word", "", "text"),
    ],
)
def test_what_stands_alone_is_more_than_a_word(job, value, spec, kind):
    """A number alone in a paragraph is a paragraph with a number."""
    assert render(job("alone", spec), value).kind == kind


def test_what_has_no_form_fails_alone_as_well(job):
    """None is no result for a page, wherever the call stands."""
    with pytest.raises(TypeError, match="a NoneType cannot be shown"):
        render(job("alone"), None)


def test_a_table_has_its_columns_by_name(block):
    """A dict is a table: heads, rows, numbers in the call's format."""
    columns = {
        "<n> & m": [1, -2],
        "x": [0.5, np.float64(-1e-9)],
        "word": ["a<b", "-"],
        "math": [x**2, sympy.Rational(1, 2)],
    }
    tree = block(columns, ".1e")
    assert tree.get("kind") == "table"
    heads = list(tree.iter("th"))
    assert [words(head) for head in heads] == ["<n> & m", "x", "word", "math"]
    assert {head.get("scope") for head in heads} == {"col"}
    rows = [list(row.iter("td")) for row in tree.find(".//tbody")]
    shown = [[words(cell) for cell in row[:3]] for row in rows]
    assert shown == [
        ["1", "5.0 × 10−1", "a<b"],
        ["−2", "−1.0 × 10−9", "-"],
    ]
    assert all(list(row[3].iter("math")) for row in rows)
    numbers = [["number" in c.get("class", "") for c in row] for row in rows]
    assert numbers == [[True, True, False, False]] * 2


def test_the_columns_of_a_table_are_equally_long(block):
    """A column that is too short fails instead of losing rows."""
    with pytest.raises(ValueError, match=r"a table has columns of \[1, 2\]"):
        block({"n": [1, 2], "m": [1]})


@pytest.mark.parametrize("columns", [{}, {"n": []}])
def test_a_table_has_rows(block, columns):
    """An empty table fails."""
    with pytest.raises(ValueError, match="a table has columns of"):
        block(columns)


@pytest.mark.parametrize("value", [None, [1], object()])
def test_a_cell_holds_a_value(block, value):
    """What has no form in a cell fails."""
    what = type(value).__name__
    with pytest.raises(TypeError, match=f"a {what} cannot stand in a table"):
        block({"n": [value]})


def derivation(*steps):
    """A derivation of sigma with a wrong or right end."""
    e = sympy.exp(-x)
    return [
        ("", sigma(x)),
        ("the definition of <σ>", 1 / (1 + e)),
        *steps,
    ]


def test_a_derivation_has_a_reason_a_line(block):
    """Each line has its reason, and the proof tells how many there are."""
    steps = derivation(("1 taken away", 1 - 1 / (1 + sympy.exp(x))))
    tree = block(steps)
    assert tree.get("kind") == "derivation"
    lines = list(tree.iter("li"))
    assert [words(marked(line, "reason")[0]) for line in lines] == [
        "the definition of <σ>",
        "1 taken away",
    ]
    assert [len(list(line.iter("math"))) for line in lines] == [2, 1]
    (proof,) = tree.iter("details")
    assert "the 2 lines" in words(proof)
    (line, other) = [t for t in words(proof).splitlines() if "&=" in t]
    assert line.startswith(r"\sigma{\left(x \right)} &= \frac{1}")
    assert r"\text{1 taken away}" in other


@pytest.mark.parametrize(("count", "stacked"), [(2, None), (9, "stacked")])
def test_reasons_stand_below_lines_that_leave_no_room(block, count, stacked):
    """A derivation that is nearly as wide as the text has them there."""
    start = sympy.Add(*[sympy.exp(n * x) for n in range(1, count)])
    tree = block([("", start), ("0 added", start + 0), ("again", start)])
    (lines,) = tree.iter("ol")
    assert lines.get("class") == stacked


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        ([("a wrong sign", 1 / (1 - sympy.exp(-x)))], 2),
        ([("right", sigma(x)), ("wrong", 1 - sigma(x))], 3),
        ([("wrong", -sigma(x)), ("and back", sigma(x))], 2),
    ],
)
def test_a_derivation_with_a_wrong_line_fails(block, steps, line):
    """The line that does not follow from that before it is named."""
    reason = rf"line {line} \({steps[line - 2][0]}\) does not follow"
    with pytest.raises(ValueError, match=reason):
        block(derivation(*steps))


@pytest.mark.parametrize("steps", [[], [1, 2], ["ab", 3], [("", x)]])
def test_a_list_that_is_no_derivation_fails(block, steps):
    """A list without two lines of reason and expression is refused."""
    with pytest.raises((TypeError, ValueError)):
        block(steps)


def test_a_relation_is_a_formula_with_its_proof(block):
    """A relation is typeset, and its proof is one click away."""
    tree = block(sympy.Eq(sigma(-x), 1 - sigma(x)))
    assert tree.get("kind") == "formula"
    assert next(tree.iter("math")).get("display") == "block"
    (details,) = tree.iter("details")
    assert words(details.find("summary")) == "proved"
    assert "cancels to 0" in words(details)
    assert r"\sigma{\left(- x \right)} = 1 -" in words(details)
    assert "def f():" in words(details)
    assert details.get("open") is None


UNIT = sympy.Interval.open(0, 1)
p = sympy.Symbol("p", real=True)
inverse = sympy.Eq(sigma(sympy.log(p / (1 - p))), p)


def test_a_formula_has_its_domain(block):
    """A relation and the sets of its symbols are one formula."""
    tree = block((inverse, {p: UNIT}))
    assert tree.get("kind") == "formula"
    assert len(list(tree.iter("math"))) == 1
    (domain,) = marked(tree, "domain")
    assert words(domain) == "for every p with 0 < p < 1"
    (details,) = tree.iter("details")
    assert words(details.find("summary")) == "proved"
    assert "for every p with 0 < p < 1." in words(details)
    latex = sympy.latex(inverse, order="none", ln_notation=True)
    assert latex in words(details)


def test_a_formula_for_every_real_number_has_none_beside_it(block):
    """What holds for every real x need not say so, and what does not must."""
    assert marked(block(sympy.Eq(sigma(-x), 1 - sigma(x))), "domain") == []
    a = sympy.Symbol("a", positive=True)
    tree = block(sympy.Eq(sigma(x + sympy.log(a)), a / (a + sympy.exp(-x))))
    (domain,) = marked(tree, "domain")
    assert words(domain) == "for every a > 0"


def test_a_formula_that_fails_in_its_domain_is_not_shown(block):
    """The logarithm of the odds is not there at 0 and 1."""
    with pytest.raises(ValueError, match="has no value at p = 0"):
        block((inverse, {p: sympy.Interval(0, 1)}))


def test_a_formula_with_a_domain_can_stand_in_a_sentence(inline, job):
    """There, and between dollar signs, the relation is typeset."""
    value = inverse, {p: UNIT}
    assert len(list(inline(value).iter("math"))) == 1
    assert render(job("math"), value) == render(job("math"), inverse)


def test_a_definition_says_so(block):
    """What a function is defined as has another label than a proof."""
    tree = block(sympy.Eq(sigma(x), 1 / (1 + sympy.exp(-x))))
    assert words(tree.find(".//summary")) == "definition"


def test_a_relation_that_is_false_fails(block):
    """A relation that cannot be proved is not shown."""
    with pytest.raises(ValueError, match="cannot prove"):
        block(sympy.Eq(sigma(-x), 1 + sigma(x)))


@pytest.mark.parametrize("expression", [x**2 + 1, sympy.pi, x])
def test_an_expression_is_a_formula_without_a_proof(block, expression):
    """An expression claims nothing, so nothing is proved."""
    tree = block(expression)
    assert tree.get("kind") == "formula"
    assert list(tree.iter("details")) == []


def test_a_program_is_highlighted_and_complete():
    """The text of a program is on the page to the letter."""
    text = "def f(x):\n    return x < 1 & 2  # σ, σ′\n"
    tree = read(program(text))
    (code,) = tree.iter("code")
    assert "".join(code.itertext()) == text
    assert [words(s) for s in marked(tree, "sigma")] == ["σ"]
    assert [words(s) for s in marked(tree, "sigma-prime")] == ["σ′"]
    assert len(list(tree.iter("span"))) > 3


def test_a_figure_has_its_program_behind_it(topics):
    """A figure is an SVG, and the program that drew it stands below."""
    topics.write(
        "page",
        '''
        import matplotlib.pyplot as plt


        def f():
            """A drawing. By hand."""
            fig, ax = plt.subplots()
            ax.set(xlabel="x", ylabel="y")
            return fig
        ''',
    )
    result = topics.perform("f()")
    assert result.kind == "figure"
    (svg,) = read(result.html)
    title = svg.find("title")
    assert (svg.tag, words(title)) == ("svg", "A drawing. By hand")
    assert title.get("id").startswith(f"{Piece.ID}-")
    (code,) = read(result.tools).iter("code")
    script = topics.job("f()").script("figure")
    assert "".join(code.itertext()) == script
    assert script.startswith(topics.program("f"))
    assert script.endswith("figure = f()\n")


@pytest.fixture
def explorer(topics):
    """The parts of a figure with sliders, and what it comes to."""
    topics.write(
        "page",
        '''
        import matplotlib.pyplot as plt
        import sympy

        x, a, b_2 = sympy.symbols("x a b_2", real=True)


        def f():
            """A line. And its slope."""
            fig, ax = plt.subplots()
            ax.plot([-1, 1], [-1, 1], gid="live-curve")
            ax.set(xlabel="x", ylabel="y", xlim=(-1, 1), ylim=(-2, 2))
            return {
                "figure": fig,
                "value": sympy.exp(a * x) < b_2,
                "slope": a * sympy.exp(a * x),
                "sliders": [(a, "the <slope>", -3, 3, 0.1, 1)],
            }
        ''',
    )
    return topics.call("f()").run(), topics.perform("f()")


def test_a_figure_with_sliders_has_a_slider_a_parameter(explorer):
    """Each slider has its name, meaning, range, step and start."""
    _, result = explorer
    tree = read(result.html)
    assert result.kind == "explorer"
    (slider,) = tree.iter("input")
    keys = ("type", "name", "min", "max", "step", "value")
    values = [slider.get(key) for key in keys]
    assert values == ["range", "a", "-3", "3", "0.1", "1"]
    (label,) = tree.iter("label")
    assert "the <slope>" in words(label)
    assert label.get("for") == slider.get("id")
    assert "1" in map(words, tree.iter("output"))


def test_a_figure_with_sliders_has_its_mathematics(explorer):
    """Value and slope are written for the browser by SymPy."""
    parts, result = explorer
    (live,) = marked(read(result.html), "live")
    assert live.get("data-value") == sympy.jscode(parts["value"])
    assert live.get("data-slope") == sympy.jscode(parts["slope"])
    corners = [float(corner) for corner in live.get("data-corners").split()]
    assert corners[:4] == [-1, 1, -2, 2]
    left, right, bottom, top = corners[4:]
    width, height = parts["figure"].get_size_inches() * 72
    assert 0 < left < right < width
    assert 0 < top < bottom < height


def test_a_figure_with_sliders_may_say_more(topics):
    """Each further number has its words and its mathematics, in order."""
    topics.write(
        "page",
        '''
        import matplotlib.pyplot as plt
        import sympy

        a = sympy.Symbol("a", real=True)


        def f():
            """A line."""
            fig, ax = plt.subplots()
            ax.set(xlabel="x", ylabel="y")
            return {
                "figure": fig,
                "value": a,
                "slope": a,
                "said": {'the "loss" < 1': sympy.exp(a), "log²": 2 * a},
                "sliders": [(a, "slope", -3, 3, 0.1, 1)],
            }
        ''',
    )
    (live,) = marked(read(topics.perform("f()").html), "live")
    said = json.loads(live.get("data-said"))
    assert list(said.items()) == [
        ('the "loss" < 1', "Math.exp(a)"),
        ("log²", "2*a"),
    ]


def test_a_figure_may_have_words_to_choose_from(topics):
    """A list of words, each with its number, and the one it starts with."""
    topics.write(
        "page",
        '''
        import matplotlib.pyplot as plt
        import sympy

        a = sympy.Symbol("a", real=True)


        def f():
            """A line."""
            fig, ax = plt.subplots()
            ax.set(xlabel="x", ylabel="y")
            return {
                "figure": fig,
                "value": a,
                "slope": a,
                "sliders": [(a, "which < one", ["none", "a & b", "c"], 1)],
            }
        ''',
    )
    tree = read(topics.perform("f()").html)
    assert not list(tree.iter("input"))
    (label,), (choice,) = tree.iter("label"), tree.iter("select")
    assert words(label) == "which < one"
    assert label.get("for") == choice.get("id") == f"{Piece.ID}-a"
    assert choice.get("name") == "a"
    options = [(o.get("value"), words(o)) for o in choice.iter("option")]
    assert options == [("0", "none"), ("1", "a & b"), ("2", "c")]
    assert [o.get("selected") is None for o in choice.iter("option")] == [
        True,
        False,
        True,
    ]


def test_a_figure_with_sliders_says_no_more_by_itself(explorer):
    """Without further numbers nothing of them stands in the page."""
    _, result = explorer
    (live,) = marked(read(result.html), "live")
    assert live.get("data-said") is None


def test_a_figure_with_sliders_has_its_program(explorer, topics):
    """The program that drew it stands behind it."""
    _, result = explorer
    (code,) = read(result.tools).iter("code")
    script = topics.job("f()").script("parts")
    assert "".join(code.itertext()) == script
    assert script.endswith("parts = f()\n")
    ids = {e.get("id") for e in read(result.html).iter("g")}
    assert f"{Piece.ID}-live-curve" in ids


@pytest.mark.parametrize(
    ("value", "wide"),
    [
        (x**2, False),
        (sympy.Eq(sigma(x), 1 / (1 + sympy.exp(-x))), False),
        (sum(sympy.Symbol(f"x_{n}") for n in range(20)) + 1, True),
        ({name: [1] for name in "abc"}, False),
        ({name: [1] for name in "abcd"}, True),
        ({"code": ["f(x)", "g(x)"], "y": [0.1, 0.2]}, False),
        (
            {"code": ["f(x)", "a_very_long(name)"], "y": [1, 2], "z": [1, 2]},
            True,
        ),
        ([("", x), ("so", x + 1 - 1)], False),
        ([("", (x + 1) ** 9), ("so", ((x + 1) ** 9).expand())], True),
    ],
    ids=str,
)
def test_what_is_too_wide_for_a_phone_is_known(job, value, wide):
    """A long formula, a table of many columns or of long words may scroll."""
    assert render(job("alone"), value).wide is wide


# TeX of SymPy.


@pytest.mark.parametrize(
    ("expression", "tex"),
    [
        (1 / (1 + sympy.exp(-x)), r"\frac{1}{1 + e^{- x}}"),
        (
            sympy.Add(sigma(x), -x, 2, evaluate=False),
            r"\sigma{\left(x \right)} - x + 2",
        ),
        (sympy.Eq(x, 1), "x = 1"),
        (sympy.And(0 < x, x < 1), "0 < x < 1"),
        (sympy.And(x > 0, x < 1), "0 < x < 1"),
        (sympy.And(1 > x, x > -1), "-1 < x < 1"),
        (
            sympy.And(sigma(x) < x, x < 1),
            r"\sigma{\left(x \right)} < x < 1",
        ),
        (sympy.And(0 <= x, x <= 1), r"0 \leq x \leq 1"),
        (sympy.And(0 <= x, x < 1), r"0 \leq x < 1"),
        (sympy.And(0 < x, x <= 1), r"0 < x \leq 1"),
        (
            sympy.And(
                sympy.Lt(0, sympy.exp(x), evaluate=False),
                sympy.exp(x) < 2,
            ),
            "0 < e^{x} < 2",
        ),
    ],
    ids=str,
)
def test_a_chain_is_written_as_one(job, expression, tex):
    """TeX keeps the order of a sum, and a chain keeps its signs."""
    assert render(job("math"), expression).html == tex


@pytest.mark.parametrize(
    "expression",
    [
        sympy.And(x < 0, sigma(x) < 1),
        sympy.And(sympy.Eq(x, 0), sympy.Eq(sigma(x), 1)),
        sympy.And(x > 0, sigma(x) > 0, sigma(x) < 1),
    ],
    ids=str,
)
def test_relations_that_are_no_chain_are_joined(job, expression):
    """Relations without a common middle are written with an and."""
    made = render(job("math"), expression).html
    assert made.count(r"\wedge") == len(expression.args) - 1


# What a page has to know of a piece.


@pytest.mark.parametrize(
    "value",
    [
        sympy.Eq(sigma(-x), 1 - sigma(x)),
        x**2,
        {"σ": [x**2, x]},
        [("", x), ("so", x + 1 - 1)],
    ],
    ids=str,
)
def test_a_piece_brings_the_outlines_that_it_refers_to(job, value):
    """Each glyph of a formula is among those that the page is to have."""
    made = render(job("alone"), value)
    used = {use.get("xlink:href")[1:] for use in read(made.html).iter("use")}
    assert used and used == made.glyphs.keys()


def test_a_formula_is_typeset_in_its_style():
    """A formula of its own is larger than one in a sentence."""
    source = r"\frac{a}{b}"
    inline, display = (typeset(source, d) for d in (False, True))
    assert inline.kind == display.kind == "math"
    assert [
        next(read(made.html).iter("math")).get("display")
        for made in (inline, display)
    ] == ["inline", "block"]
    heights = [
        float(next(read(made.html).iter("svg")).get("height")[:-2])
        for made in (inline, display)
    ]
    assert heights[0] < heights[1]
    assert inline.glyphs == display.glyphs != {}


def test_bad_tex_cannot_be_typeset():
    """What mathtext cannot set fails with its complaint."""
    with pytest.raises(ValueError, match=r"bad TeX .*lost"):
        typeset(r"\lost", False)


def test_what_cannot_be_shown_is_a_failure(topics):
    """A result without a form fails as a call that raises does."""
    topics.write("page", "def f():\n    return None\n")
    made = perform(topics.job("f()"))
    assert isinstance(made, Failed)
    assert str(made) == "TypeError: a NoneType cannot be shown on a page"


def test_a_library_that_is_not_loaded_stays_so(monkeypatch, inline):
    """A number is shown without loading SymPy or matplotlib."""
    for name in ("sympy", "matplotlib.figure", "sympy.logic.boolalg"):
        monkeypatch.delitem(sys.modules, name)
    assert words(inline(0.5)) == "0.5"
    assert not {"sympy", "matplotlib.figure"} & sys.modules.keys()


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ({"on paper": True}, "true"),
        ({"on paper": True, "in floats": np.True_}, "true"),
        ({"on paper": False}, "false"),
        ({"on paper": np.False_, "in floats": False}, "false"),
        ({"on paper": True, "in floats": False}, "imprecise"),
        ({"in floats": False, "on paper": True}, "imprecise"),
    ],
)
def test_a_claim_has_the_verdict_of_its_readings(block, readings, verdict):
    """All, none or some hold; each is told, below what is claimed."""
    tree = block(readings, verdict)
    assert tree.get("kind") == "claim"
    (said,) = marked(tree, "verdict")
    assert words(said) == verdict
    assert said.get("class").split() == ["verdict", verdict]
    (claim,) = tree.iter("h3")
    assert words(claim) == "A thing."
    told = {True: "true", False: "false"}
    assert [words(row) for row in tree.iter("li")] == [
        f"“{reading}”: {told[bool(truth)]}"
        for reading, truth in readings.items()
    ]


def test_a_claim_is_no_markup(block):
    """What is read is text."""
    (row,) = block({"a < b & c": True}, "true").iter("li")
    assert words(row) == "“a < b & c”: true"


@pytest.mark.parametrize("spec", ["", "true", "false", ".2f"])
def test_a_claim_that_a_page_calls_otherwise_fails(block, spec):
    """The page and the program must agree on the verdict."""
    with pytest.raises(ValueError, match=f"calls it '{spec}', its program 'i"):
        block({"on paper": True, "in floats": False}, spec)


def test_a_claim_has_its_program(topics):
    """The program that decided it stands behind it, and runs by itself."""
    topics.write("page", 'def f():\n    """All."""\n    return {"a": True}\n')
    result = topics.perform("f():true")
    (code,) = read(result.tools).iter("code")
    script = topics.job("f():true").script("readings")
    assert "".join(code.itertext()) == script
    assert script.endswith("readings = f()\n")


@pytest.mark.parametrize("value", [{"a": 1}, {"a": True, "b": "no"}, {}])
def test_what_is_not_all_true_or_false_is_no_claim(block, value):
    """A number or a text is no truth value, and nothing claims nothing."""
    with pytest.raises((TypeError, ValueError)) as caught:
        block(value, "true")
    assert "calls it" not in str(caught.value)
