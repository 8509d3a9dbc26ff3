"""What only MkDocs can tell: when a build ends, and where links lead.

Without these hooks the pages are the same, but a dead link does not stop the
build, nor does a failed call unless zensical.py stops it.
"""

import atexit
import contextlib
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

from jinja2 import BytecodeCache, FileSystemLoader
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from watchdog.observers.polling import PollingObserver

from snippets._bridge.call import jobs
from snippets._bridge.engine import engine
from snippets._bridge.job import digest, version
from snippets._bridge.page import failures

log = logging.getLogger("mkdocs.snippets")
_TAG = re.compile(
    r"""<!--.*?-->|(<[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)""", re.S
)
_ATTRIBUTE = re.compile(
    r"""\s([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
_UNREAD = re.compile(r"<(svg|math)\b.*?</\1>|</?span\b[^>]*>", re.S)
LOOK = 0.1  # seconds between two looks at the files, while serving
_serving = False
AHEAD = 16  # pages that begin before it is their turn, so that no worker waits
_later = {}  # a page's file: that of the page that begins with it


def on_startup(command, dirty):
    """Remember whether a person watches: then failures are only shown."""
    global _serving
    _serving = command == "serve"
    # The only date in a site is that of the compressed sitemap.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


@event_priority(100)  # before the search, which fills templates as well
def on_config(config):
    """Spare each build the work of reading the same theme again."""
    make = config.theme.get_env

    def get_env():
        env = make()
        env.loader = Templates(config.theme.dirs, encoding="utf-8")
        env.bytecode_cache = Compiled(engine_of(config).cache)
        return env

    config.theme.get_env = get_env


def on_files(files, config):
    """Begin what takes long, and then the first pages."""
    if _serving:
        engine_of(config).finished = _touch
    paths = [file.abs_src_path for file in files.documentation_pages()]
    pages = [path for path in paths if path.endswith(".md")]
    _later.clear()
    _later.update(zip(pages, pages[AHEAD:], strict=False))
    topics = Path(_package(config).__path__[0]).glob("[!_.]*.py")
    if any(b"# long: " in topic.read_bytes() for topic in topics):
        for page in pages:
            _begin(page, config, lambda job: job.long)
    for page in pages[:AHEAD]:
        _begin(page, config)


def on_page_markdown(markdown, page, config, files):
    """Begin a page whose turn comes soon."""
    later = _later.get(page.file.abs_src_path)
    if later:
        _begin(later, config)


def on_serve(server, config, builder):
    """Look at the files often, and build again when what takes long ends.

    A worker gets ready, so that the first edit is as quick as the others.
    """
    watched = [_mark()]
    for path in (
        config.docs_dir,
        config.config_file_path,
        *config.theme.dirs,
    ):
        with contextlib.suppress(KeyError):  # the theme may not be watched
            server.unwatch(path)
            watched.append(path)
    server.observer = PollingObserver(timeout=LOOK)
    for path in watched:
        server.watch(str(path))
    if engine_of(config).waited:  # for what may end before the server watches
        timer = threading.Timer(1, _touch)
        timer.daemon = True
        timer.start()
    needed = {
        name
        for path in Path(config.docs_dir).glob("**/*.md")
        for _, job in _jobs(path, config)
        for name in job.modules
    }
    engine_of(config).prepare(needed)


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


def engine_of(config):
    """The Engine of the site that has a configuration."""
    return engine(Path(_package(config).__path__[0]).parent)


def _begin(path, config, wanted=bool):
    for _, job in _jobs(path, config):
        if wanted(job):
            engine_of(config).begin(job)


def _jobs(path, config):
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    return jobs(text, _package(config).__name__, Path(path).stem)


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


class Templates(FileSystemLoader):
    """The theme's templates and files. MkDocs copies none that is hidden."""

    def list_templates(self):
        """All their names, but without those in hidden folders: its icons."""
        found = set()
        for top in self.searchpath:
            for folder, folders, files in os.walk(top):
                folders[:] = [name for name in folders if name[0] != "."]
                place = Path(folder).relative_to(top)
                found.update((place / name).as_posix() for name in files)
        return sorted(found)


class Compiled(BytecodeCache):
    """The theme's templates, compiled once and kept with the results."""

    def __init__(self, cache):
        """Keep them in a Cache."""
        self.cache = cache

    def load_bytecode(self, bucket):
        """Take a template from there, if it is the same."""
        if kept := self.cache.get(_compiled(bucket)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket):
        """Keep a template there."""
        self.cache.put(_compiled(bucket), bucket.bytecode_to_string())


def _compiled(bucket):
    made = version("jinja2"), version("mkdocs")  # which sets its options
    return f"template {digest(*made, bucket.key)}"


@event_priority(100)
def _before_search(context, page, config, nav):
    """Show the search a page without what has no words: most of its tags."""
    page.whole, page.content = page.content, _UNREAD.sub("", page.content)


@event_priority(-100)
def _after_search(context, page, config, nav):
    page.content = page.whole


on_page_context = CombinedEvent(_before_search, _after_search)


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
    place = os.path.relpath(path)
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
        self.failures = failures(html)
        self.ids, self.links = set(), []
        for tag in _TAG.findall(html):
            for name, *values in _ATTRIBUTE.findall(tag):
                name, value = name.lower(), unescape("".join(values))
                if value and name in ("id", "name"):
                    self.ids.add(value)
                elif value and name in ("href", "xlink:href", "src", "data"):
                    self.links.append(value)
