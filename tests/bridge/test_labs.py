"""Labs: what their cells show, and what pages and notebooks make of them."""

import ast
import json
import re
from pathlib import Path
from types import SimpleNamespace

import jupytext
import nbformat
import pytest
from mkdocs.config.defaults import MkDocsConfig

from snippets._bridge import labs
from snippets._bridge.call import maths
from snippets._bridge.job import Failed, Piece
from snippets._bridge.labs import (
    Cell,
    cells,
    handed_out,
    job,
    on_files,
    on_page_markdown,
    on_pre_page,
    written,
)
from snippets._bridge.work import perform

from .conftest import read, words

LAB = """\
# %% [markdown]
# # One
#
# The first `words`,
# on two lines.
#
# More: [a](../function.md#code), [b](../derivative.md), [c](other.py).

# %% [markdown]
# And $x^2$.

# %%
import math

import sympy

# %% tags=["exercise"]
def f(x):
    return ...


# %% tags=["solution"]
def f(x):
    return "`$x$ {{ f(x) }}"


# %% tags=["check"]
print(f(1))
math.pi > 3

# %%
sympy.Symbol("x") + 1

# %%
f(2)
"""
FIGURE = """\
# %%
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1], "C0")
ax.set(xlabel="t", ylabel="y")
ax.set_title("Up & away")
plt.show()
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """lab(text): the path of a lab with that text."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "docs" / "labs"
    folder.mkdir(parents=True)

    def make(text=LAB):
        path = folder / "one.py"
        path.write_text(text, encoding="utf-8")
        return path

    return make


class Engine:
    """Runs jobs here, and notes what is begun."""

    def __init__(self):
        """Begin with none."""
        self.begun = []

    def begin(self, job):
        """Note a job."""
        self.begun.append(job)

    def result(self, job):
        """What a job makes, or raise its failure."""
        made = perform(job)
        if isinstance(made, Failed):
            raise made
        return made


def shown(path):
    """[HTML, TeX] of what each cell of a lab shows."""
    made = perform(job(path))
    assert isinstance(made, Piece), made
    return json.loads(made.html)


# The cells, and what they show.


def test_a_lab_is_read_cell_by_cell(lab):
    """Each has its kind, its source and the line of its mark."""
    found = cells(lab())
    kinds = "markdown markdown code exercise solution check code code".split()
    assert [cell.kind for cell in found] == kinds
    lines = LAB.split("\n")
    assert all(lines[cell.line - 1].startswith("# %%") for cell in found)
    assert found[1] == Cell("markdown", "And $x^2$.", 9)


def test_a_header_of_jupytext_is_no_cell(lab):
    """What JupyterLab adds to a script that it saves changes nothing."""
    header = "# ---\n# jupyter:\n#   jupytext:\n#     a: b\n# ---\n\n"
    moved = [Cell(c.kind, c.source, c.line + 6) for c in cells(lab())]
    assert cells(lab(header + LAB)) == moved


def test_text_before_the_first_cell_is_refused(lab):
    """It would belong to no line of the page."""
    path = lab("x = 1\n\n" + LAB)
    with pytest.raises(ValueError, match="one.py: text stands before the"):
        cells(path)


def test_solutions_run_and_exercises_do_not(lab):
    """A check sees the solution; imports come before all that is watched."""
    made = job(lab())
    assert made.modules == ["math", "sympy"]
    assert [part[1] for part in made.parts[:2]] == [13, 15]
    text = "\n".join(part[2] for part in made.parts)
    assert "return ..." not in text and "math.pi" in text
    assert made.text == LAB and not made.trusted


def test_a_cell_shows_what_it_prints_and_its_last_value(lab):
    """As a notebook does: text, then the value if it is not None."""
    found = shown(lab())
    nothing = ["", ""]
    assert found[:2] == [nothing, nothing]
    text, tex = found[2]
    assert (words(read(text)), tex) == ("`$x$ {{ f(x) }}\nTrue", "")
    assert found[3] == ["", "1 + x"]
    assert "'`$x$ {{ f(x) }}'" in words(read(found[4][0]))


def test_cells_share_their_names(lab):
    """An empty cell is none the worse."""
    path = lab("# %%\na = 1\n\n# %%\n\n# %%\na += 1\na\n\n# %%\na = 3\n")
    said = [words(read(html)) for html, _ in shown(path)]
    assert said == ["", "", "2", ""]


def test_a_figure_stands_below_its_cell(lab):
    """Its title is the caption, its labels name it, its ids are its own."""
    path = lab(f"{FIGURE}\n{FIGURE}")
    first, second = (read(html) for html, _ in shown(path))
    for tree, name in (first, "cell-1-1"), (second, "cell-2-1"):
        (box,) = tree.findall("div")
        assert (box.get("id"), box.get("class")) == (name, "result figure")
        assert words(box.find("figure/figcaption")) == "Up & away"
        drawing = box.find("figure/div/svg")
        assert words(drawing.find("title")) == "y against t"
        assert drawing.get("aria-labelledby").startswith(f"{name}-title")
        texts = [words(text) for text in drawing.iter("text")]
        assert "t" in texts and "Up & away" not in texts


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "a = 1\na / 0",
            "ZeroDivisionError: division by zero (labs/one.py:6)",
        ),
        ("raise SystemExit(0)", "SystemExit: 0 (labs/one.py:5)"),
        ("assert 1 > 2, 'no'", "AssertionError: no (labs/one.py:5)"),
        ("def f(:", "SyntaxError: invalid syntax"),
        ("import nowhere", "No module named 'nowhere' (labs/one.py:5)"),
        ("import warnings\nwarnings.warn('so')", "so (labs/one.py:6)"),
        ("open('f', 'w')", "may not write to f (labs/one.py:5)"),
        ("import os\nos.environ['A'] = '1'", "os.environ (labs/one.py:4)"),
        (FIGURE.replace('"t"', '""'), "label on every axis (labs/one.py:4)"),
        (FIGURE.replace("Up & away", ""), "needs a title, its caption here"),
    ],
)
def test_what_fails_tells_its_line(lab, monkeypatch, cell, said):
    """Whatever a cell does that no snippet may do, or a page cannot show."""
    monkeypatch.delenv("A", raising=False)
    made = perform(job(lab(f"# %%\n1\n\n# %%\n{cell.removeprefix('# %%')}\n")))
    assert isinstance(made, Failed)
    assert said in str(made) and re.search(r"labs/one.py:\d+\)$", str(made))


# The page.


def test_a_page_has_the_lines_of_its_script(lab):
    """So that what fails in its Markdown is told with its line."""
    page = written(lab(), Engine()).split("\n")
    lines = LAB.split("\n")
    assert len(page) == len(lines)
    for number, line in enumerate(lines):
        if line.startswith("# ") and "%%" not in line:
            assert page[number] == line[2:]
    place = lines.index('sympy.Symbol("x") + 1') + 1
    assert page[place] == "$$1 + x$$"
    found = [*maths("\n".join(page))]
    assert found == [(10, "x^2"), (place + 1, "1 + x")]


def test_a_page_shows_gaps_and_folds_solutions(lab, topics):
    """Then the check, folded too, with what it says outside the fold."""
    tree = topics.page(written(lab(), Engine()))
    boxes = {
        box.get("class"): box
        for box in tree.iter("div")
        if box.get("class").startswith("cell ")
    }
    assert "return ..." in words(boxes["cell exercise"])
    assert not boxes["cell exercise"].findall(".//details")
    for kind in "solution", "check":
        (fold,) = boxes[f"cell {kind}"].findall("div/details")
        assert words(fold.find("summary")) == kind.capitalize()
    (output,) = boxes["cell check"].findall("pre")
    assert words(output) == "`$x$ {{ f(x) }}\nTrue"
    assert all("data-search-exclude" in box.keys() for box in boxes.values())
    assert len(tree.findall(".//*[@class='formula']")) == 1
    assert [words(heading) for heading in tree.findall("h1")] == ["One"]


def test_a_page_says_how_to_take_the_lab_away(lab, topics):
    """Both kinds of file, and the libraries with their versions."""
    tree = topics.page(written(lab(), Engine()))
    (offer,) = tree.findall("p[@class='offer']")
    links = [link.get("href") for link in offer.iter("a")]
    assert links == ["one.ipynb", "one.py"]
    said = words(offer)
    assert re.search(r"Python \d+\.\d+\.\d+, sympy \d+\.\d+", said)
    assert "math" not in said


def test_a_failure_stands_in_its_cell(lab, topics):
    """It names the page, the line, the cell and the error."""
    path = lab(LAB.replace("math.pi > 3", "1 / 0"))
    tree = topics.page(written(path, Engine()))
    (box,) = tree.findall(".//samp[@class='failure']")
    line = LAB.split("\n").index('# %% tags=["check"]') + 1
    assert words(box) == (
        f"docs/labs/one.py:{line}: cell 3: ZeroDivisionError: division by "
        f"zero (labs/one.py:{line + 2})"
    )
    (cell,) = [d for d in tree.iter("div") if box in [*d.findall("p/samp")]]
    assert cell.get("class") == "cell check"


def test_a_failure_without_a_line_stands_in_the_first_cell(lab):
    """So does that of a process that ended."""
    engine = Engine()

    def fail(_):
        raise Failed("its process ended with exit code 3")

    engine.result = fail
    text = written(lab(), engine)
    told = "docs/labs/one.py:12: cell 1: its process ended with exit code 3"
    assert f'<samp class="failure">{told}</samp>' in text


# What readers take away.


def test_what_is_handed_out_has_gaps(lab):
    """Each cell is there in order; a solution is words in a fold."""
    texts = handed_out(lab(), "https://a.org/")
    notebook = nbformat.reads(texts["ipynb"], 4)
    nbformat.validate(notebook)
    script = jupytext.reads(texts["py"], "py:percent")
    for found in notebook.cells, script.cells:
        kinds = [cell.cell_type for cell in found]
        code, text = "code", "markdown"
        assert kinds == [text, text, code, code, text, code, code, code]
        solution = found[4].source
        assert solution.startswith("<details><summary>Solution</summary>\n\n")
        assert "```python\ndef f(x):\n" in solution
        assert solution.endswith("\n```\n\n</details>")
    names = [cell.id for cell in notebook.cells]
    assert names == [f"cell-{number}" for number in range(1, 9)]
    assert notebook.metadata.kernelspec.name == "python3"
    assert texts["py"].startswith("# %% [markdown]\n# # One\n")
    ast.parse(texts["py"])


def test_links_of_what_is_handed_out_lead_to_the_site(lab):
    """A notebook on a reader's machine has no neighbours."""
    for text in handed_out(lab(), "https://a.org/b/").values():
        assert "[a](https://a.org/b/function/#code)" in text
        assert "[b](https://a.org/b/derivative/)" in text


def test_what_is_handed_out_is_always_the_same(lab):
    """No random name or date is in it."""
    path = lab()
    assert handed_out(path, "") == handed_out(path, "")


# The hooks.


@pytest.fixture
def site(lab, monkeypatch):
    """(files, config, engine) of a site with a lab and a page."""
    engine = Engine()
    monkeypatch.setattr(labs, "engine_of", lambda config: engine)
    config = MkDocsConfig()
    config.load_dict(
        {"site_name": "s", "docs_dir": "docs", "site_url": "https://a.org/"}
    )
    config.validate()
    config.plugins._current_plugin = "labs"

    class Files(list):
        def documentation_pages(self):
            return [*self]

    files = Files(
        SimpleNamespace(src_uri=uri, abs_src_path=str(Path("docs", uri)))
        for uri in ("index.md", "labs/one.py")
    )
    lab()
    return files, config, engine


def test_labs_begin_early_and_bring_their_files(site):
    """The page finds both below its own address."""
    files, config, engine = site
    on_files(files, config)
    assert [begun.text for begun in engine.begun] == [LAB]
    new = {file.url: file.content_string for file in files[2:]}
    assert new == {
        f"labs/one/one.{kind}": text
        for kind, text in handed_out(
            Path("docs/labs/one.py"), "https://a.org/"
        ).items()
    }


def test_a_lab_is_rendered_like_a_page(site):
    """What mkdocs-jupyter has put in the place of that is taken away."""
    files, config, _ = site
    pages = [SimpleNamespace(file=file, render=1) for file in files]
    for page in pages:
        on_pre_page(page, config, files)
    assert [hasattr(page, "render") for page in pages] == [True, False]


def test_a_lab_is_described_by_its_first_words(site):
    """Its page gets Markdown; that of others is left as it is."""
    files, config, engine = site
    pages = [SimpleNamespace(file=file, meta={}) for file in files]
    made = [on_page_markdown("x", page, config, files) for page in pages]
    assert made == [None, written(Path("docs/labs/one.py"), engine)]
    description = "The first words, on two lines."
    assert [page.meta for page in pages] == [{}, {"description": description}]
