"""Labs: percent scripts that are pages here, and notebooks for readers.

mkdocs-jupyter makes a page of each script. These hooks give that page the
Markdown of its cells, so that links and formulas are those of every page.
"""

import json
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import jupytext
from mkdocs.structure.files import File
from nbformat.v4 import new_markdown_cell

from snippets._bridge import render
from snippets._bridge.hooks import engine_of
from snippets._bridge.job import Failed, Job, libraries
from snippets._bridge.page import versions

_MARK = re.compile(r"# %%(?!\S)")
_IMPORT = re.compile(r"(?:import|from) ")
_LINK = re.compile(r"\]\(\.\./(\w+)\.md")
_FORMATS = {"ipynb": "notebook", "py": "script"}
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "jupytext": {"notebook_metadata_filter": "-all"},
}
# What Markdown would read in HTML, or begin a line with.
_HIDDEN = {ord(sign): f"&#{ord(sign)};" for sign in "\n$`{}"}


@dataclass(frozen=True)
class Cell:
    """A cell of a lab, and the line of the mark above it.

    kind is "markdown", "code", "check", "exercise", which is code with a gap
    that only a reader runs, or "solution", which comes in its place.
    """

    kind: str
    source: str
    line: int


def on_files(files, config):
    """Begin what the labs compute, and add what readers take away."""
    for file in filter(_is_lab, files.documentation_pages()):
        path = Path(file.abs_src_path)
        engine_of(config).begin(job(path))
        for kind, text in handed_out(path, config.site_url).items():
            uri = f"labs/{path.stem}/{path.stem}.{kind}"
            files.append(File.generated(config, uri, content=text))


def on_pre_page(page, config, files):
    """Have a lab rendered as all pages are, not as mkdocs-jupyter would."""
    if _is_lab(page.file):
        del page.render


def on_page_markdown(markdown, page, config, files):
    """The Markdown of a lab, and the first words as its description."""
    if not _is_lab(page.file):
        return None
    path = Path(page.file.abs_src_path)
    words = cells(path)[0].source.replace("`", "").split("\n\n")[1]
    page.meta["description"] = " ".join(words.split())
    return written(path, engine_of(config))


def _is_lab(file):
    return file.src_uri.endswith(".py")


def cells(path):
    """The cells of a lab, in order."""
    text = path.read_text(encoding="utf-8")
    numbered = enumerate(text.split("\n"), start=1)
    marks = [number for number, line in numbered if _MARK.match(line)]
    found = jupytext.reads(text, "py:percent").cells
    if len(found) != len(marks):
        raise ValueError(f"{path}: text stands before the first `# %%`")
    return [
        Cell(_kind(cell), cell.source, line)
        for cell, line in zip(found, marks, strict=True)
    ]


def _kind(cell):
    return (cell.metadata.get("tags") or [cell.cell_type])[0]


def job(path):
    """The job that runs a lab, solutions in the place of exercises."""
    text, file = path.read_text(encoding="utf-8"), str(path)
    imports, parts = [], []
    for cell in cells(path):
        if cell.kind not in ("markdown", "exercise"):
            parts.append((file, cell.line, f"# %%\n{cell.source}"))
            rows = enumerate(cell.source.split("\n"), start=cell.line + 1)
            imports += [(file, *row) for row in rows if _IMPORT.match(row[1])]
    return Job("lab", text, "lab", parts=(*imports, *parts))


def written(path, engine):
    """The Markdown of a lab's page, on the same lines as its script."""
    found, lab = cells(path), job(path)
    lines = [""] * (lab.text.count("\n") + 1)
    results = _results(path, lab, engine)
    for cell in found:
        rows = slice(cell.line, cell.line + cell.source.count("\n") + 1)
        if cell.kind == "markdown":
            lines[rows] = cell.source.split("\n")
            continue
        html, tex = results.get(cell.line, ("", ""))
        html = (
            f'<div class="cell {cell.kind}" data-search-exclude>'
            f"{_program(cell)}{html}</div>"
        )
        lines[cell.line - 1] = html.translate(_HIDDEN)
        if tex:
            lines[cell.line + 1] = f"$${tex}$$"
    lines[found[1].line - 1] = _offer(path, lab) + lines[found[1].line - 1]
    return "\n".join(lines)


def _program(cell):
    """The code of a cell as HTML, folded if a reader need not read it."""
    html = render.program(cell.source + "\n")
    if cell.kind in ("solution", "check"):
        fold = render.folded(cell.kind.capitalize(), html)
        return f'<div class="tools">{fold}</div>'
    return html


def _results(path, lab, engine):
    """{line of a cell: (HTML, TeX) of what it shows, or of its failure}."""
    marks = [part[1] for part in lab.parts if part[2].startswith("# %%")]
    try:
        shown = json.loads(engine.result(lab).html)
        return dict(zip(marks, shown, strict=True))
    except Failed as error:
        told = re.search(r":(\d+)\)$", str(error))
        line = int(told[1]) if told else marks[0]
        number = sum(mark <= line for mark in marks) or 1
        where = f"{os.path.relpath(path)}:{marks[number - 1]}: cell {number}"
        box = f'<samp class="failure">{escape(f"{where}: {error}")}</samp>'
        return {marks[number - 1]: (f"<p>{box}</p>", "")}


def _offer(path, lab):
    """Where to get the lab, and what it needs, as HTML."""
    links = " or a ".join(
        f'<a href="{path.stem}.{kind}" download>{name}</a>'
        for kind, name in _FORMATS.items()
    )
    return (
        f'<p class="offer">Take it away as a {links}. It was run while this '
        f"page was built, with {versions(libraries(lab.text))}.</p>"
    )


def handed_out(path, address):
    """{kind of file: text} of a lab with gaps, its solutions folded.

    Links lead to the site's pages, whose address begins so.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), "py:percent")
    notebook.metadata = _METADATA
    for number, cell in enumerate(notebook.cells):
        if _kind(cell) == "solution":
            fold = "<details><summary>Solution</summary>\n\n```python\n{}\n```"
            source = fold.format(cell.source) + "\n\n</details>"
            cell = notebook.cells[number] = new_markdown_cell(source)
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(rf"]({address}\1/", cell.source)
        cell.id = f"cell-{number + 1}"
    return {
        kind: jupytext.writes(notebook, "py:percent" if kind == "py" else kind)
        for kind in _FORMATS
    }
