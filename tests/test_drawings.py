"""Each figure of a page is the one that somebody last looked at.

What a curve says is tested beside its snippet. Where its axes end, which ticks
they have and where a label stands is a choice, and no source knows it: it is
written down in tests/data/drawings.json. Having changed a figure and looked at
it, write it down anew by

    PYTHONPATH=. python tests/test_drawings.py
"""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from snippets._bridge.call import jobs
from snippets._bridge.engine import Engine
from snippets._bridge.figure import style

ROOT = Path(__file__).parents[1]
FIGURES = "figure", "explorer"  # kinds of results
KEPT = ROOT / "tests" / "data" / "drawings.json"
drawings = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}


def described(page, call):
    """The lines that describe the figure of a page's call."""
    topics = sorted(p.stem for p in (ROOT / "snippets").glob("[!_]*.py"))
    names = {t: importlib.import_module(f"snippets.{t}") for t in topics}
    own = vars(names[page]) if page in names else {}
    with style():
        drawn, sliders = eval(call, names | own), []
        if isinstance(drawn, dict):
            drawn, sliders = drawn["figure"], drawn["sliders"]
        width, height = drawn.get_size_inches()
        lines = [f"{width:g} by {height:g} inches", *_artists(drawn)]
        lines += [f"slider: {', '.join(map(str, one))}" for one in sliders]
        for axes in drawn.axes:
            lines += [f"axes {axes.get_title()!r}", *_axis(axes.xaxis)]
            lines += [*_axis(axes.yaxis), *_artists(axes)]
        return lines


def _axis(axis):
    """An axis: its label, its scale, where it ends, and its ticks."""
    ends = sorted(axis.get_view_interval())
    places = axis.get_ticklocs()
    labels = axis.get_major_formatter().format_ticks(places)
    shown = [
        f"{_number(place)} {label!r}"
        for place, label in zip(places, labels, strict=True)
        if axis.get_visible() and ends[0] <= place <= ends[1]
    ]
    ends = " to ".join(map(_number, axis.get_view_interval()))
    label = axis.get_label_text() if axis.label.get_visible() else ""
    yield f"{label!r}, {axis.get_scale()}, from {ends}"
    yield f"ticks: {', '.join(shown)}"


def _artists(owner):
    """What is drawn in axes, or in a figure outside of them."""
    for text in owner.texts:
        places = text.get_position(), getattr(text, "xy", None)
        for place in dict.fromkeys(filter(None, places)):
            yield f"text {text.get_text()!r} at {_points([place])}"
    for line in owner.lines:
        look = f"{line.get_linestyle()} {line.get_linewidth():g}"
        if line.get_marker() != "None":
            look += f" {line.get_marker()} {line.get_markersize():g}"
        yield f"line {_label(line)}{look} {_points(line.get_xydata())}"
    for patch in owner.patches:
        corners = patch.get_path().vertices
        corners = patch.get_patch_transform().transform(corners)
        kind = "area" if patch.get_fill() else "outline"
        yield f"{kind} {_label(patch)}{_points(corners)}"
    for group in getattr(owner, "collections", ()):
        yield f"points {_label(group)}{_points(group.get_offsets())}"
        for path in group.get_paths():
            yield f"path {_points(path.vertices)}"
    for image in owner.images:
        values = image.get_array()
        middle, spread = map(_number, (np.mean(values), np.std(values)))
        yield f"image {values.shape}: mean {middle}, deviation {spread}"
    legends = [getattr(owner, "legend_", None), *getattr(owner, "legends", ())]
    for legend in filter(None, legends):
        yield f"legend {[text.get_text() for text in legend.get_texts()]}"


def _label(artist):
    label = str(artist.get_label())
    return "" if label.startswith("_") else f"{label!r} "


def _points(points):
    """How many points there are, and five of them."""
    points = np.ma.filled(np.ma.asarray(points, float), np.nan)
    some = np.linspace(0, len(points) - 1, min(len(points), 5)).astype(int)
    # What is left where two numbers cancel differs between machines.
    least = 1e-9 * np.nanmax(np.abs(points), axis=0, initial=0)
    rounded = np.where(np.abs(points) <= least, 0, points)[some]
    shown = (f"({', '.join(map(_number, point))})" for point in rounded)
    return f"{len(points)}: {' '.join(shown)}"


def _number(value):
    return f"{value:.6g}"


@pytest.mark.parametrize("name", sorted(drawings))
def test_a_figure_is_the_one_last_looked_at(name):
    """Axes, ticks, texts, sliders, and five points of whatever is drawn."""
    assert described(*name.split(": ", 1)) == drawings[name]


def main():
    """Write all figures down."""
    found, results = {}, Engine(ROOT)
    for path in sorted((ROOT / "docs").glob("*.md")):
        for call, job in jobs(path.read_text("utf-8"), "snippets", path.stem):
            if call and not call.ours and results.kind(job)[0] in FIGURES:
                name = f"{path.stem}: {call.text}"
                found[name] = described(path.stem, call.text)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    KEPT.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
