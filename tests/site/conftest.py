"""The pages of the project, and the calls in them."""

import pytest

from snippets._bridge.call import find, parse


@pytest.fixture(scope="session")
def pages(root):
    """The Markdown files of the project's pages."""
    return sorted((root / "docs").glob("*.md"))


@pytest.fixture(scope="session")
def calls(pages):
    """(page, Call) of every call in the project's pages, in order."""
    return [
        (page.name, parse(text, "snippets", page.stem))
        for page in pages
        for _, text in find(page.read_text(encoding="utf-8"))
    ]
