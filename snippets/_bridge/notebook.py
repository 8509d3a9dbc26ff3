"""Runs the cells of a lab in order, and keeps what each of them shows."""

import ast
import contextlib
import io
import json
import sys
import warnings
from html import escape
from pathlib import Path

from snippets._bridge import figure
from snippets._bridge.job import Piece
from snippets._bridge.render import latex
from snippets._bridge.work import execute, failure, watched


def run(job):
    """The Piece of a lab, or the Failed that names a line of a cell.

    The html of the Piece is, in JSON, [HTML, TeX] of what each cell shows.
    """
    imports = len(job.modules)
    names, shown = {"__name__": "__main__"}, []
    for part in job.parts[:imports]:
        execute(part, names)
    # Like a notebook, a page shows a figure below the cell that shows it.
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    for number, part in enumerate(job.parts[imports:], start=1):
        try:
            with figure.style():
                with watched(job.modules):
                    made = _executed(part, names)
                shown.append(_shown(*made, f"cell-{number}"))
        except (Exception, SystemExit) as error:
            path = Path(part[0])
            place = f" ({path.parent.name}/{path.name}:{part[1]})"
            return failure(job, error, place)
    return Piece("lab", json.dumps(shown))


def _executed(part, names):
    """What a cell prints, and what its last line is worth."""
    file, line, text = part
    tree = ast.parse("\n" * (line - 1) + text, file)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        new = ast.Assign([ast.Name("_", ast.Store())], last.value)
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(new, last))
    names["_"] = None
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(tree, file, "exec"), names)
    return said.getvalue(), names["_"]


def _shown(text, value, identity):
    """[HTML, TeX] of what a cell shows."""
    source = ""
    if "sympy" in sys.modules and isinstance(
        value, sys.modules["sympy"].Basic
    ):
        source = latex(value)
    elif value is not None:
        text += repr(value)
    html = ""
    if text:  # the search finds the caption of a figure, not what is printed
        said = escape(text)
        html = f'<pre class="output" data-search-exclude>{said}</pre>'
    plt = sys.modules.get("matplotlib.pyplot")
    for number in plt.get_fignums() if plt else ():
        html += _figure(plt.figure(number), f"{identity}-{number}")
    return html, source


def _figure(drawn, identity):
    """A figure as HTML, its title turned into its caption."""
    axes = drawn.axes[0]
    caption = axes.get_title()
    if not caption:
        raise ValueError("a figure in a lab needs a title, its caption here")
    axes.set_title("")
    title = f"{axes.get_ylabel()} against {axes.get_xlabel()}"
    return (
        f'<div id="{identity}" class="result figure"><figure>'
        f"<div>{figure.svg(drawn, identity, title)}</div>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
        f'<div class="tools"><a href="#{identity}" '
        'aria-label="Link to this">#</a></div></div>'
    )
