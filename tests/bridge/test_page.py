"""What the results on one page share: ids, outlines, and a census."""

import platform

import numpy as np
import pytest
import sympy

from snippets._bridge.page import Page

from .conftest import read, words


@pytest.fixture
def call(topics):
    """A call of a topic whose functions need different libraries."""
    topics.write(
        "page",
        """
        import json

        import numpy as np
        import sympy


        def f():
            return np.float64(1)


        def f_2():
            return sympy.Symbol("x") + 1


        def long_name():
            return json.loads("1")


        def mixed():
            return f() + f_2()
        """,
    )
    topics.write("other", "def f():\n    return 1\n")
    return topics.call


def said(page):
    """The words of a page's census."""
    return words(read(page.census()))


def test_identities_are_unique_on_a_page(call):
    """The second result of a function has a number, whatever its format."""
    page = Page()
    calls = call("f()"), call("f()"), call("f():.1f")
    names = ["page-f", "page-f-2", "page-f-3"]
    assert [page.identity(made) for made in calls] == names
    assert Page().identity(call("f()")) == "page-f"


def test_a_number_in_a_name_does_not_collide(call):
    """f shown twice and f_2 have three ids, in either order."""
    calls = [call("f()"), call("f()"), call("f_2()"), call("f_2()")]
    for order in (calls, calls[::-1]):
        page = Page()
        assert len({page.identity(made) for made in order}) == 4


def test_an_identity_suits_a_link(call):
    """Underscores become hyphens, and the topic is that of the function."""
    page = Page()
    assert page.identity(call("long_name()")) == "page-long-name"
    assert page.identity(call("other.f()")) == "other-f"
    assert page.identity(call("other.f(f())")) == "other-f-2"


def test_a_page_without_results_has_no_census(call):
    """Where nothing was computed, nothing is said."""
    page = Page()
    page.identity(call("f()"))
    assert page.census() == ""


def test_the_census_counts_what_a_page_computed(call):
    """Numbers, formulas and so on are counted, one or many."""
    page = Page()
    for kind, text in (
        ("number", "f()"),
        ("number", "f()"),
        ("number", "long_name()"),
        ("formula", "f_2()"),
    ):
        page.count(kind, call(text))
    start = "Computed while this page was built: 1 formula, 3 numbers. "
    assert said(page).startswith(start)


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        ("long_name()", []),
        ("f()", [np]),
        ("f_2()", [sympy]),
        ("mixed()", [np, sympy]),
    ],
)
def test_the_census_names_the_libraries(call, text, libraries):
    """Of what has made the results, Python first, with its version."""
    page = Page()
    page.count("number", call(text))
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{m.__name__} {m.__version__}" for m in libraries]
    assert said(page).endswith(f". Made with {', '.join(versions)}.")


def test_libraries_of_all_results_are_named_once(call):
    """However many results a library has made."""
    page = Page()
    for text in ("f()", "f_2()", "mixed()", "f()"):
        page.count("number", call(text))
    for library in (np, sympy):
        assert said(page).count(f"{library.__name__} ") == 1
