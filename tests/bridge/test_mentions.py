"""The pages that mention something, listed by another page."""

import pytest

from snippets._bridge.mentions import mentions

from .conftest import failures, marked, words


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four pages in the current folder."""
    monkeypatch.chdir(tmp_path)
    pages = {
        "b": '---\ntitle: "The second"\n---\n\n# B {#top}\n\nAn apple\n  pie.'
        "\n\n## More {#more}\n\nAn apple pie.",
        "a": "# A\n\nAn apple pie (or two).\n\n## Late {#late}",
        "c": "# C\n\nAn applepie, an apple. pie",
        "page": "An apple pie is {{ mentions('an apple pie') }}",
    }
    for name, text in pages.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_words_are_found_wherever_they_are_wrapped(folder):
    """By page, with the title, and the heading above the first of them."""
    found = mentions(folder / "page.md", "apple pie")
    assert found == [("a", "a.md"), ("The second", "b.md#top")]
    assert mentions(folder / "a.md", "apple  pie") == [
        ("The second", "b.md#top"),
        ("page", "page.md"),
    ]


def test_words_are_no_pattern(folder):
    """A dot is a dot, and a bracket a bracket."""
    assert mentions(folder / "page.md", "pie (or") == [("a", "a.md")]
    assert mentions(folder / "page.md", "p.e") == []


def test_the_pages_are_linked_within_a_sentence(folder, topics):
    """In the order of their names; none leave nothing."""
    tree = topics.page('See. {{ mentions("apple\npie") }}')
    assert words(tree) == "See. Cited in a, The second."
    links = [(a.get("href"), words(a)) for a in tree.iter("a")]
    assert links == [("a.md", "a"), ("b.md#top", "The second")]
    tree = topics.page('See. {{ mentions("plum") }}')
    assert words(tree) == "See." and not marked(tree, "census")
    assert failures(tree) == []


@pytest.mark.parametrize("text", ["mentions()", "mentions(a)"])
def test_what_is_no_text_fails(folder, topics, text):
    """It needs words between quotes."""
    assert len(failures(topics.page(f"See {{{{ {text} }}}}."))) == 1
