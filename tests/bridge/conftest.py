"""Topics made for one test, pages that call them, programs on their own."""

import contextlib
import importlib
import itertools
import os
import subprocess
import sys
import sysconfig
import textwrap
from html.parser import HTMLParser
from xml.etree import ElementTree

import markdown
import pytest

from snippets._bridge import Bridge, call, pool
from snippets._bridge.program import program
from snippets._bridge.work import perform

EXTENSIONS = [
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
]
_NUMBERS = itertools.count(1)
_VOID = {"br", "hr", "img", "input"}


class Topics:
    """A package of topics, in which PACKAGE stands for its name."""

    def __init__(self, folder):
        """Make the package in a new folder."""
        folder.mkdir()
        (folder / "__init__.py").touch()
        self.folder, self.package = folder, folder.name

    def write(self, name, source):
        """Write a topic; returns its file."""
        path = self.folder / f"{name}.py"
        source = textwrap.dedent(source).replace("PACKAGE", self.package)
        path.write_text(source.lstrip("\n"), encoding="utf-8")
        importlib.invalidate_caches()
        return path

    def load(self, name="page"):
        """The module of a topic."""
        return importlib.import_module(f"{self.package}.{name}")

    def program(self, name, topic="page"):
        """The program of a function."""
        return program(self.folder, (topic, name)).text

    def call(self, text, page="page"):
        """The call that text means on a page."""
        return call.parse(text, self.package, page)

    def job(self, text, form="alone", page="page"):
        """What has to be computed for a call."""
        return self.call(text, page).job(form)

    def perform(self, text, memory=None):
        """What a call that stands alone comes to: a Piece or a Failed."""
        return perform(self.job(text), memory)

    def markdown(self):
        """A converter of pages."""
        bridge = Bridge(package=self.package)
        configs = {"pymdownx.tabbed": {"alternate_style": True}}
        return markdown.Markdown(
            extensions=[*EXTENSIONS, bridge], extension_configs=configs
        )

    def html(self, text):
        """The HTML of a page, as text."""
        return self.markdown().convert(text)

    def page(self, text):
        """The HTML of a page, as a tree."""
        return read(self.html(text))


class _Tree(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.builder = ElementTree.TreeBuilder()
        self.builder.start("page", {})
        self.feed(html)
        self.close()
        self.builder.end("page")

    def handle_starttag(self, tag, attrs):
        self.builder.start(tag, {key: value or "" for key, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag):
        if tag not in _VOID:
            self.builder.end(tag)

    def handle_data(self, data):
        self.builder.data(data)


def read(html):
    """HTML as a tree of elements."""
    return _Tree(html).builder.close()


def words(element):
    """The text in an element."""
    return "".join(element.itertext()).strip()


def marked(tree, name):
    """The elements of a class."""
    return [e for e in tree.iter() if name in e.get("class", "").split()]


def failures(tree):
    """What the failure boxes of a page say."""
    return [words(box) for box in marked(tree, "failure")]


def alone(folder, text):
    """What a program prints to a new interpreter that has only libraries."""
    paths = sorted({sysconfig.get_path(k) for k in ("purelib", "platlib")})
    start = f"import sys; sys.path += {paths}\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-"],
        input=start + text,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return done.stdout


def running(text, timeout=60, **variables):
    """A program of the project, run to its end, which must be a good one."""
    done = subprocess.run(
        [sys.executable, "-c", text],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="session", autouse=True)
def all_workers_end():
    """Those left over when the tests are done, in their own time."""
    yield
    for worker in list(pool._workers):
        with contextlib.suppress(OSError), worker.process:
            worker.process.stdin.close()


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Without workers, unless a test says otherwise, and no cache but its."""
    engine = importlib.import_module("snippets._bridge.engine")
    monkeypatch.setattr(engine, "CORES", 0)
    monkeypatch.delenv("SNIPPETS_CACHE", raising=False)


@pytest.fixture
def topics(tmp_path, monkeypatch):
    """An empty package of topics that can be imported."""
    made = Topics(tmp_path / f"topics_{next(_NUMBERS)}")
    monkeypatch.syspath_prepend(tmp_path)
    yield made
    for name in list(sys.modules):
        if name.split(".")[0] == made.package:
            del sys.modules[name]


@pytest.fixture
def agree(topics, tmp_path_factory):
    """Check that a function's program and its module give the same result."""

    def check(expression, topic="page"):
        name = expression.partition("(")[0]
        text = topics.program(name, topic)
        expected = repr(eval(expression, dict(vars(topics.load(topic)))))
        empty = tmp_path_factory.mktemp("empty")
        printed = alone(empty, f"{text}\n\nprint(repr({expression}))\n")
        assert printed == f"{expected}\n"
        return text

    return check


def asked(worker, job, memory=None):
    """What a job comes to in a worker that is asked for nothing else."""
    worker.ask([(job, memory)])
    return worker.answer(job)
