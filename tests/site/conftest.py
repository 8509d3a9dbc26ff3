"""The pages of the project, and the calls in them."""

import pytest

from snippets._bridge.call import find, parse


@pytest.fixture(scope="session")
def pages(root):
    """The Markdown files of the project's pages."""
    return sorted((root / "docs").glob("*.md"))


@pytest.fixture(scope="session")
def written(pages):
    """(page, Call) of all that stands between braces, in order."""
    return [
        (page.name, parse(text, "snippets", page.stem))
        for page in pages
        for _, text in find(page.read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="session")
def calls(written):
    """(page, Call) of every call of a snippet in the project's pages."""
    return [(page, call) for page, call in written if not call.ours]
