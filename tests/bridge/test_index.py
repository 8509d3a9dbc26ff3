"""A page that lists the formulas of another."""

import pytest

from snippets._bridge.index import formulas
from snippets._bridge.work import perform

from .conftest import failures, marked, words

TOPIC = """
    import sympy

    x = sympy.Symbol("x", real=True)


    def sum(n=2):
        '''A sum in another order.'''
        return sympy.Eq((x + n) ** 2, x**2 + 2 * n * x + n**2)


    def steps():
        '''A sum, step by step.'''
        return [("", (x + 1) * x), ("multiplied out", x**2 + x)]


    def term():
        '''A term, which claims nothing.'''
        return x**2 + 1


    def table():
        return {"a": [1]}


    def wrong():
        return sympy.Eq(x, x + 1, evaluate=False)


    def half():
        return 0.5
    """
HOME = (
    "---\ntitle: Home\n---\n\n# Home\n\n{{ table() }}\n\nIt is ${{ sum() }}$ "
    "or {{ half() }}.\n\n{{ half() }} begins a line.\n\n{{ half() }}\n\n"
    "{{ steps() }}\n\n"
    "$$x^2$$\n\n{{ code(sum) }}\n\n{{ sum() }}\n\n{{ other.rest() }}\n\n"
    "{{ sum(3) }}\n\n{{ term() }}\n\n{{ wrong() }}\n"
)


class Engine:
    """Results, and the keys of the jobs that were begun and asked for."""

    def __init__(self):
        """Begin with none."""
        self.begun, self.asked = [], []

    def begin(self, job):
        """Note it."""
        self.begun.append(job.key)

    def result(self, job):
        """Perform it."""
        self.asked.append(job.key)
        piece = perform(job)
        if isinstance(piece, Exception):
            raise piece
        return piece


@pytest.fixture
def home(topics, tmp_path, monkeypatch):
    """Two topics, and the page of one in the current folder."""
    topics.write("home", TOPIC)
    topics.write(
        "other",
        "import sympy\n\n\ndef rest():\n    return sympy.Eq(sympy.Integer(1), "
        "sympy.Integer(2) - 1, evaluate=False)\n",
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home.md").write_text(HOME, encoding="utf-8")
    return topics


def test_what_is_claimed_at_home_is_listed_once_in_order(home):
    """No table, no term, no other topic's formula, nothing that fails."""
    found = formulas(HOME, home.package, "home", Engine())
    names = [(call.text, identity) for call, identity, _ in found]
    assert names == [("steps()", "home-steps"), ("sum()", "home-sum-2")]
    assert [piece.kind for *_, piece in found] == ["derivation", "formula"]


def test_the_results_are_those_of_the_page_itself(home):
    """The keys are the page's own, and all begin before one is awaited."""
    engine = Engine()
    formulas(HOME, home.package, "home", engine)
    assert engine.begun == engine.asked
    for text in "sum()", "steps()", "code(sum)":
        assert home.job(text, page="home").key in engine.begun


def test_an_entry_has_name_place_formula_and_proof(home):
    """The name leads to the formula's own place; the search passes it by."""
    tree = home.page("# Index\n\n{{ formulas(home) }}\n\nMore.")
    (entries,) = marked(tree, "entries")
    _, first, name, second = entries
    assert [e.tag for e in entries] == ["dt", "dd", "dt", "dd"]
    assert all(e.get("data-search-exclude") == "" for e in entries)
    (link,) = name
    assert link.get("href") == "home.md#home-sum-2"
    assert words(link) == "A sum in another order"
    assert len(marked(second, "formula")) == 1
    assert len(list(second.iter("math"))) == 1
    assert [words(fold) for fold in second.iter("summary")] == ["proved"]
    shown = [words(code) for code in marked(second, "highlight")]
    assert len(shown) == 2 and "def sum(" in shown[1]
    assert len(marked(first, "derivation")) == 1
    (census,) = marked(tree, "census")
    assert "1 derivation, 1 formula." in words(census)
    ids = {e.get("id") for e in tree.iter()}
    assert all(use.get("xlink:href")[1:] in ids for use in tree.iter("use"))


def test_a_change_of_the_snippet_is_seen(home):
    """The list has the new name when its page would have it."""
    text = "{{ formulas(home) }}"
    assert "in another order" in home.html(text)
    home.write("home", TOPIC.replace("in another order", "anew"))
    assert "A sum anew" in home.html(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("formulas()", "ValueError: formulas(page) needs the name of one"),
        ("formulas('home')", "ValueError: formulas(page) needs the name"),
        ("formulas(home, other)", "ValueError: formulas(page) needs the"),
        ("formulas(gone)", "LookupError: there is no page 'gone.md'"),
    ],
)
def test_a_list_of_nothing_fails(home, text, said):
    """It needs the name of one page that is there."""
    (box,) = failures(home.page(f"{{{{ {text} }}}}"))
    assert f"page.md:1: {{{{ {text} }}}}: {said}" in box


def test_a_list_within_a_sentence_fails(home):
    """It needs a paragraph of its own."""
    assert len(failures(home.page("See {{ formulas(home) }}."))) == 1
