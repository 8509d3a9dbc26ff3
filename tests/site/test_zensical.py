"""The same tree built by Zensical: the same articles, the same failures."""

import os
import re
import shutil
import socket
import subprocess
import sys
from html import unescape
from itertools import zip_longest
from urllib.request import urlopen

import pytest
from test_failures import CONFIG, FAILURES, SNIPPETS, shows, write

ARTICLE = re.compile(r"<article[^>]*>(.*)</article>", re.S)
# Zensical adds where its skip link leads, and drops what its search has read.
OWN = re.compile(
    r'<a id="__skip" tabindex="-1"></a>| data-search-exclude(?:="")?'
)


@pytest.fixture(scope="module")
def zensical(environment):
    """zensical(folder, *options): zensical build, run to its end."""

    def run(folder, *options, **variables):
        return subprocess.run(
            [sys.executable, "-m", "zensical", "build", *options],
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


@pytest.fixture(scope="module")
def twin(root, zensical, address, tmp_path_factory):
    """The folder of the project's site as README.md has Zensical build it."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    options = re.search(r"zensical build (.*)", readme)[1].split()
    folder = tmp_path_factory.mktemp("twin")
    shutil.copy(root / "mkdocs.yml", folder)
    for name in ("docs", "snippets", "tests"):
        shutil.copytree(root / name, folder / name)
    done = zensical(folder, *options, SITE_URL=address)
    assert done.returncode == 0, done.stdout
    return folder / "site"


@pytest.fixture
def small(tmp_path):
    """small(paragraphs, snippets): the folder of a small site."""

    def make(*args):
        write(tmp_path, *args)
        config = CONFIG.replace("theme: mkdocs", "theme: material")
        (tmp_path / "mkdocs.yml").write_text(config, encoding="utf-8")
        return tmp_path

    return make


def articles(site):
    """The lines of the article of each page by its file, labs aside."""
    found = {}
    for page in site.rglob("index.html"):
        name = page.relative_to(site).as_posix()
        if not name.startswith("labs/"):
            (article,) = ARTICLE.findall(page.read_text(encoding="utf-8"))
            article = re.sub(r'"((?:\.\./)?labs/\w+)\.py"', r'"\1/"', article)
            found[name] = OWN.sub("", article).strip().splitlines()
    return found


def told(build):
    """The failed calls that a build tells of, dead links aside."""
    lines = sorted(build.stdout.splitlines())
    return [line for line in lines if re.match(r"docs/(?!links)", line)]


def test_the_articles_are_the_same(site, twin, pages):
    """Every page has the same article, byte for byte."""
    ours, theirs = articles(site), articles(twin)
    assert len(ours) == len(pages)
    assert ours.keys() == theirs.keys()
    for name in ours:
        pairs = zip_longest(ours[name], theirs[name])
        differs = next((pair for pair in pairs if pair[0] != pair[1]), None)
        assert differs is None, name


def test_the_failures_are_the_same(build, zensical, small):
    """Each kind stops both builds in the same words; its page is not built."""
    folder = small([(f.page, f.paragraph) for f in FAILURES], SNIPPETS)
    wanted = told(build(folder))
    assert len(wanted) == sum(f.page != "links" for f in FAILURES)
    done = zensical(folder)
    assert done.returncode != 0
    assert told(done) == wanted
    written = {page.parent.name for page in folder.rglob("index.html")}
    assert written == {"site", "fine", "links"}


def test_a_changed_snippet_is_seen(zensical, small):
    """Its page, itself unchanged, comes from no cache."""
    folder = small()
    snippet = folder / "snippets" / "fine.py"
    page = folder / "site" / "fine" / "index.html"
    text, second = snippet.read_text("utf-8"), int(snippet.stat().st_mtime)

    def built(change):
        nonlocal second
        second += 1  # Zensical looks at whole seconds
        snippet.write_text(text.replace("x + y", change), encoding="utf-8")
        os.utime(snippet, (second, second))
        return zensical(folder)

    for change, value in ("x + y", 2), ("x - y", 0), ("x + 2 * y", 3):
        assert built(change).returncode == 0
        assert f">{value}</data> legs" in page.read_text("utf-8")
    done = built("x / 0")
    assert done.returncode != 0
    (failure,) = told(done)
    assert "{{ add(1, 1) }}: ZeroDivisionError" in failure
    assert told(zensical(folder)) == [failure]
    assert not page.exists()


@pytest.mark.parametrize("link", ["gone.md", "fine.md#gone", "#gone"])
def test_a_dead_link_stops_a_strict_build(zensical, small, link):
    """A page or a heading that is not there is told with its place."""
    folder = small([("links", f"[Far away]({link})")])
    done = zensical(folder, "--strict")
    assert done.returncode != 0
    assert "links.md:7:" in done.stdout and "does not exist" in done.stdout


def test_a_served_page_shows_its_failure_in_place(environment, small):
    """While serving, a red box says what failed, and the server lives on."""
    folder = small([("fine", "It is {{ plain.reciprocal(0) }}.")])
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"localhost:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "zensical", "serve", "-a", host]

    def page(name):
        with urlopen(f"http://{host}/{name}/", timeout=5) as answer:
            return unescape(answer.read().decode())

    box = '<samp class="failure">docs/fine.md:5: {{ plain.reciprocal(0) }}: '
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert shows(page, "fine", box, ">2</data>")
            assert server.poll() is None, "the server has died"
        finally:
            server.kill()
