"""The pages that mention something, for a page that lists it."""

import re

_TITLE = re.compile(r"""^title: *["']?(.+?)["']?$""", re.M)
_PLACE = re.compile(r"^#+ .*\{#([\w-]+)\}", re.M)


def mentions(page, words):
    """(title, address) of each other page of the folder that has the words.

    They may be wrapped there. The address leads to the heading above them.
    """
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    found = []
    for path in sorted(page.parent.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        match = path.name != page.name and pattern.search(text)
        if match:
            title = _TITLE.search(text)
            places = _PLACE.findall(text, 0, match.start())
            name = title[1] if title else path.stem
            found.append((name, "#".join([path.name, *places[-1:]])))
    return found
