"""What the results on one page share, and what they are."""

import itertools
import platform
import re
from collections import Counter
from html import unescape

from snippets._bridge.job import libraries, version

_FAILURE = re.compile(r'<samp class="failure">(.*?)</samp>', re.S)


class Page:
    """The ids, outlines and counts of one page."""

    def __init__(self):
        """Begin with nothing."""
        self.glyphs, self.identities = {}, set()
        self.counts, self.libraries = Counter(), set()

    def count(self, kind, call):
        """Note a result for the census, and the libraries that made it."""
        self.counts[kind] += 1
        self.libraries |= set(libraries(call.program))

    def identity(self, call):
        """A permanent id: topic-function, with a number if it is taken."""
        name = "-".join(call.targets[0]).replace("_", "-")
        numbered = (f"{name}-{n}" for n in itertools.count(2))
        names = itertools.chain([name], numbered)
        new = next(n for n in names if n not in self.identities)
        self.identities.add(new)
        return new

    def census(self):
        """What was computed for this page, and with what, as HTML."""
        if not self.counts:
            return ""
        things = ", ".join(
            f"{number} {kind}" + "s" * (number > 1)
            for kind, number in sorted(self.counts.items())
        )
        versions = [f"Python {platform.python_version()}"] + [
            f"{name} {version(name)}" for name in sorted(self.libraries)
        ]
        return (
            f'<p class="census">Computed while this page was built: {things}. '
            f"Made with {', '.join(versions)}.</p>"
        )


def failures(html):
    """What the boxes on a page say that stand where a call has failed."""
    return [unescape(said) for said in _FAILURE.findall(html)]
