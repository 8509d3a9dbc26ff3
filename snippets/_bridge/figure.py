"""A matplotlib figure as an inline SVG that follows the page's colours."""

import functools
import io
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

STYLE = Path(__file__).with_name("figure.mplstyle")
COLOURS = {
    "#000000": "currentColor",
    "#ffffff": "var(--page)",
    "#808080": "var(--quiet)",
    "#0000ff": "var(--grid)",
    "#0000c0": "var(--sigma)",
    "#0000c1": "var(--sigma-prime)",
    "#0000c2": "var(--third)",
    "#0000c3": "var(--fourth)",
}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SVG = "{http://www.w3.org/2000/svg}"


@contextmanager
def style():
    """matplotlib as the site draws, whatever a snippet before has set.

    Nothing happens, nor is paid, while no snippet has loaded matplotlib.
    """
    if "matplotlib" not in sys.modules:
        yield
        return
    import matplotlib

    matplotlib.use("Agg")
    with matplotlib.rc_context():
        now = dict.copy(matplotlib.rcParams)
        for name, value in _settings().items():
            if now[name] != value:  # to set takes far longer than to look
                matplotlib.rcParams[name] = value
        try:
            yield
        finally:
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")


@functools.cache
def _settings():
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            matplotlib.rc_params_from_file(STYLE, use_default_template=False)
        )
        return dict.copy(matplotlib.rcParams)


def svg(figure, identity, title):
    """The figure as SVG; identity makes its ids unique on a page.

    Raises ValueError when an axis has no label or a colour is not the
    style's, since it would be invisible in one of the two colour schemes.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    _check(figure)
    stream = io.StringIO()
    empty = dict.fromkeys(["Date", "Creator", "Format", "Type"])
    with style():  # savefig would draw everything twice
        FigureCanvasSVG(figure).print_svg(stream, metadata=empty)
    ElementTree.register_namespace("", _SVG.strip("{}"))
    ElementTree.register_namespace("xlink", _XLINK[1:-5])
    root = ElementTree.fromstring(stream.getvalue())
    root.remove(root.find(f"{_SVG}defs"))
    _clean(root, identity)
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{identity}-title {identity}-desc",
        "width": f"{figure.get_figwidth() * 72:.0f}",
        "height": f"{figure.get_figheight() * 72:.0f}",
        "stroke-linejoin": "round",
        "fill": COLOURS["#000000"],  # matplotlib leaves out what is black
    }
    texts = {"title": title, "desc": describe(figure)}
    for place, (tag, text) in enumerate(texts.items()):
        element = ElementTree.Element(tag, id=f"{identity}-{tag}")
        element.text = text
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def corners(figure):
    """Left, right, bottom, top of the only axes, in data, then in the SVG."""
    (axes,) = figure.axes
    width, height = figure.get_size_inches() * 72
    box = axes.get_position()
    return (
        *axes.get_xlim(),
        *axes.get_ylim(),
        *(box.x0 * width, box.x1 * width),
        *((1 - box.y0) * height, (1 - box.y1) * height),
    )


def describe(figure):
    """What the axes span and where each labelled curve starts and ends."""
    sentences = []
    for axes in figure.axes:
        if axes.axison:
            (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
            sentences.append(
                f"{axes.get_xlabel()} from {left:.3g} to {right:.3g}, "
                f"{axes.get_ylabel()} from {low:.3g} to {high:.3g}."
            )
        for line in axes.get_lines():
            x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
            if line.get_label().startswith("_") or len(x) < 3:
                continue
            top, bottom = y.argmax(), y.argmin()
            sentences.append(
                f"{line.get_label()} goes from {y[0]:.3g} at {x[0]:.3g} to "
                f"{y[-1]:.3g} at {x[-1]:.3g}; it is largest, {y[top]:.3g}, at "
                f"{x[top]:.3g} and smallest, {y[bottom]:.3g}, at "
                f"{x[bottom]:.3g}."
            )
    words = [t.get_text() for axes in figure.axes for t in axes.texts]
    if words:
        sentences.append(f"Written in it: {', '.join(words)}.")
    return " ".join(sentences).replace("-", "−").replace("\n", " ")


def _check(figure):
    for axes in figure.axes:
        if axes.axison and not (axes.get_xlabel() and axes.get_ylabel()):
            raise ValueError("a figure needs a label on every axis")


def _clean(root, identity):
    used = set(re.findall(r'#([^)"]+)', ElementTree.tostring(root, "unicode")))
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used or str(name).startswith("live-"):
            element.set("id", f"{identity}-{name}")
        for key, value in element.items():
            if key == _XLINK:
                value = value.replace("#", f"#{identity}-")
            value = value.replace("url(#", f"url(#{identity}-")
            if key == "style":
                value = re.sub(r"font-family:[^;]*;? ?", "", value)
                value = re.sub("#[0-9a-f]{6}", _colour, value)
            if key in ("d", "x", "y", "transform", "width", "height"):
                value = re.sub(r"-?\d+\.\d+", _rounded, value)
                value = " ".join(value.split())
            if key == "d":
                value = re.sub(r"M[-.\d ]+(?:L[-.\d ]+)+", _steps, value)
            element.set(key, value)
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
        if element.text and not element.text.strip():
            element.text = None
        element.tail = None
    _flatten(root)


def _flatten(parent):
    """Put the children of groups that say nothing in the groups' place."""
    for place, child in reversed(list(enumerate(parent))):
        _flatten(child)
        if child.tag == f"{_SVG}g" and not child.attrib:
            parent[place : place + 1] = list(child)


def _colour(match):
    if match[0] not in COLOURS:
        raise ValueError(
            f"a figure uses the colour {match[0]}, which only one colour "
            'scheme shows well; use "C0" to "C3", "black", "white" or "gray"'
        )
    return COLOURS[match[0]]


def _steps(match):
    """Straight lines by their steps, which have fewer digits than points."""
    tenths = [round(10 * float(n)) for n in re.findall(r"[-.\d]+", match[0])]
    pairs = zip(tenths[:-2], tenths[2:], strict=True)
    steps = [there - here for here, there in pairs]
    text = [f"{n / 10:.1f}".removesuffix(".0") for n in tenths[:2] + steps]
    return f"M{' '.join(text[:2])}l{' '.join(text[2:])}"


def _rounded(match):
    return f"{float(match[0]):.1f}".removesuffix(".0")
