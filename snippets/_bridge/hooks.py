"""What only MkDocs can tell: when a build ends, and where links lead.

Without these hooks the pages are the same, but a dead link does not stop the
build, nor does a failed call unless zensical.py stops it.
"""

import logging
import posixpath
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from mkdocs.exceptions import PluginError

log = logging.getLogger("mkdocs.bridge")
_serving = False


def on_startup(command, dirty):
    """Remember whether a person watches: then failures are only shown."""
    global _serving
    _serving = command == "serve"


def on_env(env, config, files):
    """Stop the build, before a file is written, if anything has failed."""
    pages = {f.url: f.page for f in files.documentation_pages()}
    read = {url: Reader(page.content) for url, page in pages.items()}
    others = {file.url for file in files}
    problems = []
    for url, page in pages.items():
        problems += read[url].failures
        seen = Counter()
        for link in read[url].links:
            if cause := dead(link, url, read, others):
                problems.append(f"{locate(link, page, seen)}: {link}: {cause}")
    if problems and not _serving:
        count = f"{len(problems)} failure" + "s" * (len(problems) > 1)
        raise PluginError("\n".join([f"{count} in the pages:", *problems]))
    for problem in problems:
        log.error(problem)
    return env


def dead(link, url, pages, others):
    """Why a link on the page at url leads nowhere, or None."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = urljoin("/" + url, unquote(parts.path)) if parts.path else "/" + url
    path = posixpath.normpath(path.lstrip("/") or ".")
    candidates = {path, f"{path}/", path.removesuffix("index.html")}
    target = next((c for c in candidates if c in pages), None)
    if path == "." and target is None:
        target = "" if "" in pages else None
    if target is None:
        return None if candidates & others else "no such page or file"
    if parts.fragment and unquote(parts.fragment) not in pages[target].ids:
        return (
            f"no such anchor on {'the front page' if path == '.' else target}"
        )
    return None


def locate(link, page, seen):
    """docs/page.md:LINE of a link, as well as the source can tell.

    seen counts the dead links of the page that look alike in its source.
    """
    path = Path(page.file.abs_src_path)
    text = path.read_text(encoding="utf-8")
    place = f"{path.parent.name}/{path.name}"
    for part in (link, "#" + urlsplit(link).fragment):
        form = rf"{re.escape(part)}(?![\w./#-])"
        places = [match.start() for match in re.finditer(form, text)]
        if part != "#" and places:
            at = places[min(seen[part], len(places) - 1)]
            seen[part] += 1
            return f"{place}:{text.count(chr(10), 0, at) + 1}"
    return place


class Reader(HTMLParser):
    """The ids, links and failures in the HTML of a page."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.failures = set(), [], []
        self._failing = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note what the tag names or points to."""
        attrs = dict(attrs)
        self.ids |= {attrs[k] for k in ("id", "name") if attrs.get(k)}
        keys = ("href", "src", "xlink:href", "data")
        self.links += [attrs[k] for k in keys if attrs.get(k)]
        if attrs.get("class") == "failure":
            self.failures.append("")
            self._failing = True

    def handle_data(self, data):
        """Note what a failed call says."""
        if self._failing:
            self.failures[-1] += data

    def handle_endtag(self, tag):
        """Leave a failed call."""
        self._failing = self._failing and tag != "samp"
