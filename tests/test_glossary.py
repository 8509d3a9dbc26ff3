"""docs/glossary.md: every claim the page makes, proved."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "glossary.md").read_text("utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+) \|$", TEXT, re.M)
LINK = re.compile(r"\[([^\]]+)\]\((\w+\.md)(?:#([\w-]+))?\)")


def test_names_are_in_order_and_explained_elsewhere():
    """Each has a link, and the place it leads to knows the name."""
    rows = [row for row in ROWS if LINK.search(row[1])]
    assert len(rows) > 20
    order = {"σ′": "sigmoid prime"}
    keys = [order.get(name, name).lower() for name, _ in rows]
    assert keys == sorted(keys)
    for name, meaning in rows:
        (link,) = LINK.findall(meaning)
        text = " ".join((DOCS / link[1]).read_text("utf-8").lower().split())
        if link[2]:
            assert f"{{#{link[2]}}}" in text
        stem = name.split()[0].rstrip("ed").lower()
        assert stem in text or link[0].lower() in text, name
