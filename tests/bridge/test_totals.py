"""What all pages show together, counted by one of them."""

import ast

import pytest

from snippets._bridge.engine import Engine
from snippets._bridge.totals import totals

from .conftest import failures, marked, words

TOPIC = """
    import numpy as np
    import sympy

    x = sympy.Symbol("x", real=True)


    def one():
        return np.float64(1)


    def word():
        return "one"


    def rule():
        return sympy.Eq((x + 1) ** 2, x**2 + 2 * x + 1)


    def term():
        return x**2 + 1


    def steps():
        return [("", (x + 1) * x), ("multiplied out", x**2 + x)]


    def table():
        return {"a": [1]}


    def wrong():
        return sympy.Eq(x, x + 1, evaluate=False)
    """
FIRST = (
    "# First\n\n{{ one() }} and $a = {{ one() }}$, {{ word() }}, "
    "`{{ one() }}`.\n\n{{ one() }} begins a line.\n\n$$x^2$$\n\n"
    "{{ rule() }}\n\n"
    "{{ term() }}\n\n{{ steps() }}\n\n{{ table() }}\n\n{{ code(one) }}\n\n"
    '- {{ code(one, "return") }}\n\n{{ wrong() }}\n\n{{ gone() }}\n'
)
SECOND = "{{ first.one() }}\n\n{{ formulas(first) }}\n\n{{ totals() }}\n"
WANTED = {
    "pages": 2,
    "functions that they call or show": 7,
    "numbers in sentences and formulas": 4,
    "formulas": 2,
    "– proved": 1,
    "– terms, which claim nothing": 1,
    "derivations": 1,
    "tables": 1,
    "programs": 1,
    "tests": 2,
}


@pytest.fixture
def site(topics, tmp_path, monkeypatch):
    """Two pages in the current folder, and a test of two functions."""
    topics.write("first", TOPIC)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.md").write_text(FIRST, encoding="utf-8")
    (tmp_path / "second.md").write_text(SECOND, encoding="utf-8")
    (tmp_path / "tests" / "in").mkdir(parents=True)
    (tmp_path / "tests" / "in" / "test_a.py").write_text(
        "def test_a():\n    'def test_c():'\n\n\ndef b():\n    pass\n\n\n"
        "class C:\n    def test_c(self):\n        pass\n"
    )
    (tmp_path / "tests" / "other.py").write_text("def test_d():\n    pass\n")
    return topics


def counted(site, engine, folder):
    """({what: how many}, libraries) of the pages in a folder."""
    job, made = totals(folder, site.package, engine)
    table = ast.literal_eval(job.expression)
    return dict(zip(*table.values(), strict=True)), made


def test_each_result_counts_where_it_stands(site, tmp_path):
    """No text, no list, nothing that fails or is not there."""
    found, made = counted(site, Engine(tmp_path), tmp_path)
    assert found == WANTED
    assert made == {"numpy", "sympy"}


def test_a_change_is_seen(site, tmp_path):
    """The same engine counts anew, and knows what has not changed."""
    engine = Engine(tmp_path)
    counted(site, engine, tmp_path)
    (tmp_path / "first.md").write_text("{{ one() }}, {{ table() }}", "utf-8")
    (tmp_path / "tests" / "in" / "test_a.py").unlink()
    found, _ = counted(site, engine, tmp_path)
    assert found["numbers in sentences and formulas"] == 2
    assert not found.keys() & {"tests", "derivations"}
    site.write("first", TOPIC.replace("np.float64(1)", "'a word'"))
    found, _ = counted(site, engine, tmp_path)
    assert "numbers in sentences and formulas" not in found


def test_the_table_stands_on_the_page(site):
    """With an id, its caption, and the libraries of all at the end."""
    tree = site.page(
        "# All\n\n{{ totals() }}\n: Counted.\n\n{{ first.one() }}"
    )
    (table,) = marked(tree, "result")
    assert table.get("id") == "totals"
    assert words(table).startswith("whathow manypages2functions")
    assert words(next(table.iter("figcaption"))) == "Counted."
    (census,) = marked(tree, "census")
    assert "built: 1 number." in words(census) and "sympy" in words(census)


def test_what_is_no_total_fails(site):
    """It takes no argument, and needs a paragraph of its own."""
    (box,) = failures(site.page("{{ totals(1) }}"))
    assert "ValueError: totals() takes no arguments" in box
    assert len(failures(site.page("See {{ totals() }}."))) == 1
