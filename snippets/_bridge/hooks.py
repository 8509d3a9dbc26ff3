"""What only MkDocs can tell: when a build ends, and where links lead.

Without these hooks the pages are the same, but a dead link does not stop the
build, nor does a failed call unless zensical.py stops it.
"""

import atexit
import functools
import importlib
import logging
import os
import posixpath
import re
import tempfile
import threading
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from mkdocs.exceptions import PluginError

from snippets._bridge.call import jobs
from snippets._bridge.engine import engine

log = logging.getLogger("mkdocs.snippets")
_FAILURE = re.compile(r'<samp class="failure">(.*?)</samp>', re.S)
_TAG = re.compile(
    r"""<!--.*?-->|(<[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)""", re.S
)
_ATTRIBUTE = re.compile(
    r"""\s([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
_serving = False
_next = {}  # a page's file: that of the page that is made after it


def on_startup(command, dirty):
    """Remember whether a person watches: then failures are only shown."""
    global _serving
    _serving = command == "serve"
    # The only date in a site is that of the compressed sitemap.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


def on_files(files, config):
    """Begin what takes long, before the first page is read."""
    if _serving:
        _engine(config).finished = _touch
    pages = [file.abs_src_path for file in files.documentation_pages()]
    _next.clear()
    _next.update(zip(pages, pages[1:], strict=False))
    topics = Path(_package(config).__path__[0]).glob("[!_.]*.py")
    if any(b"# long: " in topic.read_bytes() for topic in topics):
        for page in pages:
            _begin(page, config, lambda job: job.long)


def on_page_markdown(markdown, page, config, files):
    """Begin the next page, so that the workers always have something."""
    following = _next.get(page.file.abs_src_path)
    if following:
        _begin(following, config)


def on_serve(server, config, builder):
    """Build again when what takes long has ended."""
    server.watch(str(_mark()))
    if _engine(config).waited:  # for what may end before the server watches
        timer = threading.Timer(1, _touch)
        timer.daemon = True
        timer.start()


@functools.cache
def _mark():
    """A file that is touched when something that takes long has ended."""
    handle, path = tempfile.mkstemp(prefix="snippets_")
    os.close(handle)
    atexit.register(Path(path).unlink, missing_ok=True)
    return Path(path)


def _touch():
    os.utime(_mark())


def _package(config):
    options = config.mdx_configs.get("bridge", {})
    return importlib.import_module(options.get("package", "snippets"))


def _engine(config):
    return engine(Path(_package(config).__path__[0]).parent)


def _begin(path, config, wanted=bool):
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    for _, job in jobs(text, _package(config).__name__, Path(path).stem):
        if wanted(job):
            _engine(config).begin(job)


def on_env(env, config, files):
    """Stop the build, before a file is written, if anything has failed."""
    pages = {f.url: f.page for f in files.documentation_pages()}
    read = {url: Reader(page.content) for url, page in pages.items()}
    others = {file.url for file in files}
    problems = []
    for url, page in pages.items():
        problems += read[url].failures
        links, seen = read[url].links, Counter()
        causes = {k: dead(k, url, read, others) for k in set(links)}
        for link in filter(causes.get, links):
            place = locate(link, page, seen)
            problems.append(f"{place}: {link}: {causes[link]}")
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


class Reader:
    """The ids, links and failures in the HTML of a page."""

    def __init__(self, html):
        """Read them."""
        self.failures = [unescape(said) for said in _FAILURE.findall(html)]
        self.ids, self.links = set(), []
        for tag in _TAG.findall(html):
            for name, *values in _ATTRIBUTE.findall(tag):
                name, value = name.lower(), unescape("".join(values))
                if value and name in ("id", "name"):
                    self.ids.add(value)
                elif value and name in ("href", "xlink:href", "src", "data"):
                    self.links.append(value)
