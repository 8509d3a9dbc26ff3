"""TeX as drawings that stand on the line, and as MathML."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from snippets._bridge.tex import SIZE, definitions, mathml, svg, tidy, width


def drawn(tex):
    """The SVG of a formula as a tree, and its glyphs."""
    glyphs = {}
    text = svg(tex, glyphs).replace("xlink:href", "href")
    return ElementTree.fromstring(text), glyphs


def names(tex):
    """The glyphs of a formula in the order in which they are drawn."""
    return [use.get("href")[1:] for use in drawn(tex)[0].iter("use")]


def em(svg, name):
    """A length of a drawing, which is given in em."""
    if name == "depth":
        style = svg.get("style")
        return float(re.fullmatch(r"vertical-align:(.+)em", style)[1])
    return float(svg.get(name).removesuffix("em"))


# Tidying what SymPy writes.


@pytest.mark.parametrize(
    ("tex", "tidied"),
    [
        (r"\sigma{\left(x \right)}", r"\sigma{(x)}"),
        (r"\left(\left(x\right) + 1\right)", "((x) + 1)"),
        (r"f{\left(g{\left(x \right)} \right)}", "f{(g{(x)})}"),
        (r"\left(1 + x\right)^{2}", "(1 + x)^{2}"),
        (r"\sqrt{\left(x\right)}", r"\sqrt{(x)}"),
        (r"\left(\frac{1}{2}\right)", r"\left(\frac{1}{2}\right)"),
        (r"\left(\dfrac{1}{2}\right)", r"\left(\dfrac{1}{2}\right)"),
        (
            r"\left(\left(x\right) + \frac{1}{2}\right)",
            r"\left((x) + \frac{1}{2}\right)",
        ),
        (r"\left[x\right]", r"\left[x\right]"),
        ("(x)", "(x)"),
    ],
)
def test_parentheses_grow_only_around_fractions(tex, tidied):
    """Plain parentheses fit what is one line high; braces stay."""
    assert tidy(tex) == tidied


def test_a_product_keeps_its_factors_apart():
    """Before a fraction or a tall parenthesis there is a thin space."""
    assert tidy(r"\sqrt{2} \frac{1}{2}") == r"\sqrt{2} \, \frac{1}{2}"
    tall = r"\left(\frac{1}{2}\right)"
    assert tidy(rf"e^{{x}} {tall}") == rf"e^{{x}} \, {tall}"
    assert tidy(r"\frac{1} {2}") == r"\frac{1} {2}"


def test_the_ends_of_an_integral_stand_beside_it():
    """As SymPy wants them, above and below, mathtext cannot set them."""
    assert tidy(r"\int\limits_{0}^{1} x\, dx") == r"\int_{0}^{1} x\, dx"


def test_a_displayed_fraction_is_large_and_those_within_are_not():
    r"""\frac outside all braces is \dfrac in a formula of its own."""
    tex = r"\frac{1}{1 + \frac{1}{x}} + e^{\frac{1}{2}} = \frac{3}{4}"
    large = r"\dfrac{1}{1 + \frac{1}{x}} + e^{\frac{1}{2}} = \dfrac{3}{4}"
    assert tidy(tex, display=True) == large
    assert tidy(tex) == tex


@pytest.mark.parametrize(
    ("tex", "tidied"),
    [
        (r"y \ln{(x)}", r"y \, \ln{(x)}"),
        (r"(1 - y)\ln{x}", r"(1 - y) \, \ln{x}"),
        (r"e^{x} \tanh{x}", r"e^{x} \, \tanh{x}"),
        (r"- \ln{x} + \sin{x}", r"- \ln{x} + \sin{x}"),
        (r"2^{\ln 2}", r"2^{\ln 2}"),
        (r"x \lnot y", r"x \lnot y"),
    ],
)
def test_a_function_stands_apart_from_its_factor(tex, tidied):
    """A thin space keeps `y ln x` from being read as one name."""
    assert tidy(tex) == tidied
    assert tidy(tidied) == tidied


@pytest.mark.parametrize("tex", ["", "x", r"\dfrac{1}{2}", r"\sigma'(x)"])
def test_what_is_tidy_stays(tex):
    """Nothing else is touched, and tidying twice is tidying once."""
    assert tidy(tex, display=True) == tex
    assert tidy(tidy(tex)) == tidy(tex)


# Drawing.


def test_a_glyph_is_referred_to_and_its_outline_is_given():
    """Each glyph that a formula uses is in the mapping, and no other."""
    assert set(names("x + x")) == set(drawn("x + x")[1])
    assert len(names("x + x")) == 3
    assert len(drawn("x + x")[1]) == 2


def test_glyphs_are_gathered_over_formulas():
    """A second formula adds its glyphs to those of the first."""
    glyphs = {}
    svg("x", glyphs)
    first = dict(glyphs)
    svg("x + y", glyphs)
    assert first.items() < glyphs.items()


def followed(outline):
    """All points of an outline, by the ways that it says to go."""
    start = here = 0, 0
    for letter, numbers in re.findall(r"([mlqcz])([-\d. ]*)", outline):
        ways = list(map(float, numbers.split()))
        points = [
            (here[0] + dx, here[1] + dy)
            for dx, dy in zip(ways[::2], ways[1::2], strict=True)
        ]
        yield from points
        here = points[-1] if points else start
        start = here if letter == "m" else start


def test_an_outline_is_a_closed_path():
    """Outlines begin with a move, end closed, and have finite numbers."""
    for outline in drawn(r"\sigma(x) = \frac{1}{1 + e^{-x}}")[1].values():
        assert re.fullmatch(r"(m[-\d. ]+([lqc][-\d. ]+)*z)+", outline)


@pytest.mark.parametrize("letter", ["x", "B", "8", r"\sigma"])
def test_an_outline_is_that_of_the_font(letter):
    """Its points are the font's, rounded to tenths, upside down, moved."""
    (outline,) = drawn(letter)[1].values()
    font = FontProperties(size=SIZE, math_fontfamily="cm")
    path = TextPath((0, 0), f"${letter}$", prop=font)
    points = path.vertices[path.codes != Path.CLOSEPOLY] * [1, -1]
    gaps = np.array(list(followed(outline))) - points
    assert np.ptp(gaps, axis=0).max() < 0.11


def test_the_outline_has_the_height_of_the_letter():
    """An x is as high as TeX has it, 0.43 em, upwards being negative."""
    (outline,) = drawn("x")[1].values()
    heights = [y for _, y in followed(outline)]
    assert min(heights) / SIZE == pytest.approx(-0.442, abs=0.01)
    assert max(heights) / SIZE == pytest.approx(0.011, abs=0.01)


def test_definitions_hold_each_outline_once():
    """Outlines stand under their ids, in order, in a hidden drawing."""
    _, glyphs = drawn("b + a + b")
    tree = ElementTree.fromstring(definitions(glyphs))
    paths = [(p.get("id"), p.get("d")) for p in tree.iter("path")]
    assert paths == sorted(glyphs.items())
    (drawing,) = tree.iter("svg")
    assert drawing.get("aria-hidden") == "true"


@pytest.mark.parametrize("tex", ["x", r"\dfrac{1}{1 + e^{-x}}"])
def test_the_width_of_a_formula_is_known_before_it_is_drawn(tex):
    """The width is that of the drawing, in em."""
    drawing = drawn(tex)[0]
    assert width(tex) == pytest.approx(em(drawing, "width"), abs=0.005)


@pytest.mark.parametrize(
    ("tex", "classes"),
    [
        (r"\sigma(x)", ["sigma", None, None, None]),
        (r"\sigma'(x)", ["sigma-prime", "sigma-prime", None, None, None]),
        (r"\sigma \sigma'", ["sigma", "sigma-prime", "sigma-prime"]),
        (r"\sigma' \sigma", ["sigma-prime", "sigma-prime", "sigma"]),
        ("f'(x)", [None] * 5),
        ("x", [None]),
    ],
)
def test_the_sigmoid_and_its_derivative_have_their_classes(tex, classes):
    """σ is of one class, σ and its prime of another, all else of none."""
    uses = drawn(tex)[0].iter("use")
    assert [use.get("class") for use in uses] == classes


def test_a_formula_stands_on_the_baseline():
    """What a formula has below the line hangs below the line."""
    letter, fraction = drawn("x")[0], drawn(r"\frac{1}{2}")[0]
    assert em(letter, "depth") == pytest.approx(0, abs=0.02)
    assert em(fraction, "depth") < -0.2
    assert em(drawn(r"\dfrac{1}{2}")[0], "depth") < em(fraction, "depth")


@pytest.mark.parametrize("tex", ["x", r"\dfrac{1}{1 + e^{-x}}", r"\sqrt{2}"])
def test_the_frame_of_a_drawing_has_its_size(tex):
    """The view box is width and height, its zero on the baseline."""
    tree, _ = drawn(tex)
    left, top, wide, height = map(float, tree.get("viewBox").split())
    assert left == 0
    assert wide / SIZE == pytest.approx(em(tree, "width"), abs=0.01)
    assert height / SIZE == pytest.approx(em(tree, "height"), abs=0.01)
    below = (top + height) / SIZE
    assert below == pytest.approx(-em(tree, "depth"), abs=0.015)


def test_an_exponent_is_small_and_raised():
    """A glyph in another size is scaled where it stands."""
    base, exponent = drawn("x^2")[0].iter("use")
    move = r"translate\(\d+ (-\d+)\)scale\(0\.7\)"
    assert base.get("transform") is None
    assert int(re.fullmatch(move, exponent.get("transform"))[1]) < -20


def test_a_fraction_has_its_bar():
    """The bar is a filled path as wide as the fraction, above the line."""
    (bar,) = drawn(r"\dfrac{a + b}{2}")[0].iter("path")
    shape = r"M(-?\d+) (-[\d.]+)h(\d+)v-?[\d.]+h-(\d+)z"
    _, y, there, back = re.fullmatch(shape, bar.get("d")).groups()
    assert there == back and int(there) > 150
    assert float(y) < -10


def test_the_drawing_is_hidden_from_screen_readers():
    """A screen reader has the MathML and leaves the drawing alone."""
    assert drawn("x")[0].get("aria-hidden") == "true"


def test_the_font_is_computer_modern_whatever_is_set():
    """A formula does not depend on the settings of matplotlib."""
    import matplotlib

    with matplotlib.rc_context({"mathtext.fontset": "stix"}):
        assert names("q + 7") == ["Cmmi10-71", "Cmr10-2b", "Cmr10-37"]


def test_two_drawings_are_equal():
    """One formula gives one text."""
    assert svg(r"\sqrt{x}", {}) == svg(r"\sqrt{x}", {})


@pytest.mark.parametrize(
    "tex", [r"\frac{1}{", r"\lost{x}", "x^", r"\left(x", "a_b_c", "}"]
)
def test_bad_tex_fails_with_the_complaint(tex):
    """TeX that cannot be set fails with itself and the reason."""
    with pytest.raises(ValueError, match="bad TeX .*: .+") as caught:
        svg(tex, {})
    assert repr(tex) in str(caught.value)
    assert "\n" not in str(caught.value)


# For the ear.


def test_mathml_says_the_formula():
    """MathML has the structure of the formula, not its drawing."""
    tree = ElementTree.fromstring(mathml(r"\frac{1}{1 + e^{-x}}"))
    space = "{http://www.w3.org/1998/Math/MathML}"
    fraction = tree.find(f".//{space}mfrac")
    assert "".join(fraction.itertext()).replace("−", "-") == "11+e-x"
    assert tree.find(f".//{space}msup") is not None


@pytest.mark.parametrize(
    ("display", "said"), [(False, "inline"), (True, "block")]
)
def test_mathml_tells_how_it_is_displayed(display, said):
    """A formula in a sentence is inline, one of its own a block."""
    tree = ElementTree.fromstring(mathml("x", display))
    assert tree.get("display") == said
