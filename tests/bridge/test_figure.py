"""A figure as an inline SVG that disturbs nothing else on its page."""

import re
import subprocess
import sys
import warnings
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from snippets._bridge.figure import COLOURS, describe, style, svg

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


def draw(**settings):
    """A figure with a clipped line, a marker, a grid and a legend."""
    with style():
        figure, axes = plt.subplots()
        axes.plot([0, 1, 2], [0, 3, -1], "C0o-", label="zigzag")
        axes.fill_between([0, 1, 2], [0, 1, 0], color="C1", alpha=0.5)
        axes.text(1, 1, "σ(x) – a word")
        axes.legend()
        axes.set(**{"xlabel": "x", "ylabel": "height", **settings})
        return figure


def drawn(figure=None, identity="page-f", title="A zigzag"):
    """The SVG of a figure as a tree."""
    text = svg(figure or draw(), identity, title)
    return ElementTree.fromstring(text)


def ids(tree):
    """The ids in a tree, in order."""
    return [e.get("id") for e in tree.iter() if e.get("id")]


# Ids.


def test_every_id_has_the_identity_as_prefix():
    """Two figures on a page share no id."""
    first, second = drawn(identity="page-f"), drawn(identity="page-f-2")
    assert all(name.startswith("page-f-") for name in ids(first))
    assert all(name.startswith("page-f-2-") for name in ids(second))
    assert not set(ids(first)) & set(ids(second))
    assert len(ids(first)) == len(set(ids(first)))


def test_every_reference_leads_to_an_id():
    """Clipping paths and markers are found under their new ids."""
    text = svg(draw(), "page-f", "A zigzag")
    found = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text)
    aimed = {clip or use for clip, use in found}
    assert len(aimed) >= 2
    assert aimed <= set(ids(ElementTree.fromstring(text)))


def test_an_id_that_nothing_refers_to_is_dropped():
    """Only clipping paths, markers, title and description keep an id."""
    tree = drawn()
    aimed = {use.get(HREF, "")[1:] for use in tree.iter()}
    text = ElementTree.tostring(tree, "unicode")
    clips = set(re.findall(r"url\(#([^)]+)\)", text))
    assert set(ids(tree)) == (
        aimed | clips | set(tree.get("aria-labelledby").split())
    ) - {""}


def test_references_keep_the_old_attribute():
    """Markers are referred to by xlink:href."""
    text = svg(draw(), "page-f", "A zigzag")
    assert 'xlink:href="#page-f-' in text
    assert not re.search(r"(?<!xlink:)href=", text)


# What must not leak into the page, or out of it.


def test_no_style_sheet_leaks_into_the_page():
    """The figure has no <style> and no metadata."""
    tags = {element.tag for element in drawn().iter()}
    assert f"{SVG}style" not in tags
    assert not any("metadata" in tag or "RDF" in tag for tag in tags)


def test_text_is_text_in_the_font_of_the_page():
    """Words stay words and name no font."""
    text = svg(draw(title="$x^2$ and words"), "page-f", "A zigzag")
    assert "font-family" not in text
    assert "DejaVu" not in text and "sans-serif" not in text
    said = {words for words in ElementTree.fromstring(text).itertext()}
    assert {"σ(x) – a word", "zigzag", "height"} <= said


def test_colours_are_those_of_the_page():
    """Every colour is a CSS variable or the colour of the text."""
    text = svg(draw(), "page-f", "A zigzag")
    assert not re.search("#[0-9a-fA-F]{3,8}\\b", text.replace("#page", ""))
    found = re.findall(r"(?:fill|stroke|stop-color): ?([^;\"]+)", text)
    assert set(found) <= {*COLOURS.values(), "none"}
    assert {"var(--sigma)", "var(--sigma-prime)", "var(--grid)"} <= set(found)


@pytest.mark.parametrize(
    ("colour", "variable"),
    [
        ("C0", "var(--sigma)"),
        ("C1", "var(--sigma-prime)"),
        ("C2", "var(--third)"),
        ("C3", "var(--fourth)"),
        ("black", "currentColor"),
        ("white", "var(--page)"),
        ("gray", "var(--quiet)"),
    ],
)
def test_each_colour_of_a_snippet_means_a_variable(colour, variable):
    """The colours that snippets use follow the colour scheme."""
    figure = draw()
    figure.axes[0].axhline(1, color=colour, lw=7)
    (line,) = re.findall(
        r'style="([^"]*stroke-width: 7[^"]*)"', svg(figure, "page-f", "A line")
    )
    assert f"stroke: {variable}" in line


@pytest.mark.parametrize("marker", ["ko", "kx", "k^"])
def test_black_markers_and_words_have_the_colour_of_the_text(marker):
    """matplotlib writes no fill for black: it comes from the whole figure."""
    figure = draw()
    figure.axes[0].plot([1], [1], marker)
    tree = drawn(figure)
    assert tree.get("fill") == "currentColor"
    filled = [e for e in tree.iter() if "fill" in e.attrib]
    filled += [e for e in tree.iter(f"{SVG}g") if "fill" in e.get("style", "")]
    assert filled == [tree]
    (mark,) = [
        use.get("style")
        for use in tree.iter(f"{SVG}use")
        if "stroke: currentColor" in use.get("style")
    ]
    assert "fill" not in mark or "fill: none" in mark


@pytest.mark.parametrize("colour", ["red", "#1f77b4", "0.9", (0, 0, 0.9, 0.5)])
def test_another_colour_fails(colour):
    """A colour that one of the schemes would hide is refused."""
    figure = draw()
    figure.axes[0].axhline(1, color=colour)
    with pytest.raises(ValueError, match="uses the colour #[0-9a-f]{6}, "):
        svg(figure, "page-f", "A line")


# What the figure says.


def test_a_figure_is_an_image_with_title_and_description():
    """A screen reader finds both by their ids."""
    tree = drawn(title="A <zig> & zag")
    assert tree.get("role") == "img"
    title, desc, *_ = tree
    assert [title.tag, desc.tag] == [f"{SVG}title", f"{SVG}desc"]
    assert tree.get("aria-labelledby").split() == ids(tree)[:2]
    assert title.text == "A <zig> & zag"
    assert desc.text == describe(draw())


def test_a_figure_has_the_size_it_was_drawn_with():
    """Width and height are those of the view box."""
    tree = drawn()
    size = [float(tree.get(key)) for key in ("width", "height")]
    box = [float(number) for number in tree.get("viewBox").split()]
    assert box == pytest.approx([0, 0, *size], abs=0.5)
    assert 380 < size[0] < 440


def test_a_curve_is_drawn_where_its_points_are():
    """Its steps, one after the other, miss none by more than a rounding."""
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 9, (2, 50))
    y[20] = np.nan  # the pen is lifted
    figure = draw()
    (axes,) = figure.axes
    axes.plot(x, y, "black", lw=7)
    text = svg(figure, "page-f", "A walk")
    paths = ElementTree.fromstring(text).iter(f"{SVG}path")
    (path,) = (p.get("d") for p in paths if "width: 7" in p.get("style"))
    found = []
    for run in path.split("M")[1:]:
        first, steps = (
            np.reshape([float(n) for n in part.split()], (-1, 2))
            for part in run.split("l")
        )
        found.append(np.cumsum([*first, *steps], axis=0))
    height = figure.get_figheight() * 72
    wanted = (
        axes.transData.transform(np.column_stack([x, y])) * 72 / figure.dpi
    )
    wanted = np.delete(wanted, 20, axis=0) * [1, -1] + [0, height]
    assert np.concatenate(found) == pytest.approx(wanted, rel=0, abs=0.06)
    assert [len(run) for run in found] == [20, 29]


def test_the_description_states_the_computed_numbers():
    """Ranges, ends and extremes of each curve are told, then the words."""
    figure = draw(xlim=(-0.5, 2), ylim=(-2, 4))
    assert describe(figure) == (
        "x from −0.5 to 2, height from −2 to 4. "
        "zigzag goes from 0 at 0 to −1 at 2; it is largest, 3, at 1 and "
        "smallest, −1, at 2. "
        "Written in it: σ(x) – a word."
    )


def test_the_description_follows_the_data():
    """Other numbers give another description."""
    with style():
        figure, axes = plt.subplots()
        t = np.linspace(-1, 1, 201)
        axes.plot(t, t**2, label="square")
    assert (
        "square goes from 1 at −1 to 1 at 1; it is largest, 1, at −1 and "
        "smallest, 0, at 0."
    ) in describe(figure)


def test_the_description_leaves_out_what_has_no_name():
    """Lines without a label, and those that only mark, are not told."""
    with style():
        figure, axes = plt.subplots()
        axes.axis("off")
        axes.plot([1, 2, 3], [1, 2, 3])
        axes.plot([1, 2], [1, 2], label="mark")
    assert describe(figure) == ""


def test_the_description_is_one_line():
    """The words in a figure may have several lines, the description not."""
    figure = draw()
    figure.axes[0].text(0, 0, "two\nlines")
    assert describe(figure).endswith("σ(x) – a word, two lines.")


# Labels.


@pytest.mark.parametrize("label", ["xlabel", "ylabel"])
def test_an_axis_without_a_label_fails(label):
    """Every axis says what it shows."""
    with pytest.raises(ValueError, match="needs a label on every axis"):
        svg(draw(**{label: ""}), "page-f", "A zigzag")


def test_every_pair_of_axes_needs_its_labels():
    """The second of two pairs of axes is checked as well."""
    with style():
        figure, (first, _) = plt.subplots(2)
        first.set(xlabel="x", ylabel="y")
    with pytest.raises(ValueError, match="needs a label on every axis"):
        svg(figure, "page-f", "Two")


def test_axes_that_are_switched_off_need_no_label():
    """A drawing without axes is a figure."""
    with style():
        figure, axes = plt.subplots()
        axes.axis("off")
        axes.plot([1, 2], [1, 2], "C0")
    assert drawn(figure).get("role") == "img"


# The same every time.


def test_two_drawings_are_equal_byte_for_byte():
    """A figure depends on nothing but its snippet."""
    first = svg(draw(), "page-f", "A zigzag")
    assert svg(draw(), "page-f", "A zigzag") == first
    figure = draw()
    assert svg(figure, "page-f", "A zigzag") == first
    assert svg(figure, "page-f", "A zigzag") == first


def test_there_is_no_date_and_no_long_number():
    """Nothing in the file tells when it was made, nor has ten digits."""
    text = svg(draw(), "page-f", "A zigzag")
    assert "Matplotlib" not in text and "date" not in text
    numbers = re.findall(r' (?:d|x|y|width|height|transform)="([^"]+)"', text)
    assert numbers
    assert not re.search(r"\.\d{3}", " ".join(numbers))


def test_settings_of_one_snippet_do_not_reach_the_next():
    """A figure looks the same after a snippet that changed rcParams."""
    first = svg(draw(), "page-f", "A zigzag")
    with style():
        plt.rcParams.update({"lines.linewidth": 9, "svg.fonttype": "path"})
        plt.rcParams["axes.grid"] = False
    assert svg(draw(), "page-f", "A zigzag") == first


def test_settings_made_outside_do_not_reach_a_figure():
    """A figure looks the same whatever is set when it is drawn."""
    first = svg(draw(), "page-f", "A zigzag")
    other = {"font.size": 30, "svg.fonttype": "path", "axes.labelpad": 40}
    figure = draw()
    with matplotlib.rc_context(other):
        assert svg(figure, "page-f", "A zigzag") == first
        assert svg(draw(), "page-f", "A zigzag") == first


def test_the_settings_of_others_are_left_as_they_were():
    """Drawing a figure changes no setting outside."""
    before = dict(plt.rcParams)
    svg(draw(), "page-f", "A zigzag")
    after = dict(plt.rcParams)
    assert {k: v for k, v in after.items() if before[k] != v} == {}


def test_no_figure_stays_open():
    """pyplot forgets the figure once it is drawn, or has failed."""
    draw()
    assert plt.get_fignums() == []
    with pytest.raises(ZeroDivisionError), style():
        plt.figure()
        raise ZeroDivisionError
    assert plt.get_fignums() == []


def test_matplotlib_is_not_loaded_for_a_page_without_figures():
    """Where no snippet has loaded matplotlib, nobody does."""
    text = (
        "import sys\nfrom snippets._bridge.figure import style\n"
        "with style():\n    pass\nprint('matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr


def test_matplotlib_without_pyplot_is_enough(monkeypatch):
    """A snippet may make a Figure without pyplot."""
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot")
    with style():
        figure = matplotlib.figure.Figure()
    assert "matplotlib.pyplot" not in sys.modules
    assert drawn(figure).get("role") == "img"


def test_nothing_is_done_where_matplotlib_is_not_loaded(monkeypatch):
    """The style does not import what a snippet has not imported."""
    monkeypatch.delitem(sys.modules, "matplotlib")
    with style():
        assert "matplotlib" not in sys.modules


def test_drawing_warns_of_what_it_cannot_show():
    """A letter that no font has is not passed over in silence."""
    figure = draw(title="\U0001f9ff \ue123")
    with warnings.catch_warnings(), pytest.raises(UserWarning, match="Glyph"):
        warnings.simplefilter("error")
        svg(figure, "page-f", "A zigzag")
