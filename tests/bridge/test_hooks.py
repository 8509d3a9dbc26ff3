"""What the hooks find in built pages, and how they stop a build."""

import logging
from collections import Counter
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from snippets._bridge import hooks
from snippets._bridge.hooks import Reader, dead, locate, on_env, on_startup

FAILURE = '<p><samp class="failure">{}</samp></p>'


class Files(list):
    """Files of a site; pages are those that have a page."""

    def documentation_pages(self):
        """The files that have a page."""
        return [file for file in self if hasattr(file, "page")]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Files with the given HTML by url, and one asset."""
    monkeypatch.setattr(hooks, "_serving", False)
    (tmp_path / "docs").mkdir()

    def make(**pages):
        files = Files([SimpleNamespace(url="assets/a.svg")])
        for name, (source, html) in pages.items():
            path = tmp_path / "docs" / f"{name}.md"
            path.write_text(source, encoding="utf-8")
            url = "" if name == "index" else f"{name}/"
            file = SimpleNamespace(url=url, abs_src_path=str(path))
            file.page = SimpleNamespace(content=html, file=file)
            files.append(file)
        return files

    return make


# Reading a page.


def test_a_reader_notes_ids_and_names():
    """What a link can lead to are ids, and names of old anchors."""
    read = Reader(
        '<h1 id="a">x</h1><a name="b"></a><p id="">y</p><hr id="c"/>'
    )
    assert read.ids == {"a", "b", "c"}


def test_a_reader_notes_where_links_lead():
    """Links, images, references and objects are links; empty ones not."""
    read = Reader(
        '<a href="b/">x</a><img src="c.png"/><use xlink:href="#g"/>'
        '<object data="d.pdf"></object><a href="">y</a><a>z</a>'
    )
    assert read.links == ["b/", "c.png", "#g", "d.pdf"]


@pytest.mark.parametrize(
    "html",
    [
        "<a href='b'>",
        "<a href=b>",
        "<A HREF = 'b'>",
        '<a\n  class="x"\n  href="b"\n>',
        "<a title='1 > 0' href='b'>",
        '<a title="it\'s <b>" href="b">',
        "<a data-x=\"a href='c'\" title=' src=\"d\"' href=b>",
        "<a hidden href='b'/>",
    ],
)
def test_a_reader_reads_html_as_a_browser_does(html):
    """Attributes may be quoted otherwise, and hold what looks like one."""
    assert Reader(f"<p>x = '\"' {html}y</a>").links == ["b"]
    assert Reader(html.replace("href", "id").replace("HREF", "ID")).ids == {
        "b"
    }


def test_a_reader_leaves_comments_alone():
    """What is commented out is not on the page."""
    html = '<!-- <a href="b" id="c"> \n <i id="d"> --><a href="e">x</a>'
    read = Reader(html)
    assert (read.ids, read.links) == (set(), ["e"])


def test_a_reader_reads_entities():
    """An ampersand in an address is one."""
    read = Reader('<a href="b?c&amp;d=1" id="&lt;e"></a>')
    assert (read.ids, read.links) == ({"<e"}, ["b?c&d=1"])


def test_a_reader_notes_what_failures_say():
    """The words of each failure are read without their entities."""
    html = FAILURE.format("a &lt;b&gt; &#123;c&#125;") + "<p>d</p>"
    assert Reader(html + FAILURE.format("e")).failures == ["a <b> {c}", "e"]


def test_a_reader_of_a_good_page_finds_no_failure():
    """Other samples of output are no failures."""
    assert Reader('<samp class="x">a</samp><samp>b</samp>').failures == []


# Links.


PAGES = {
    "": SimpleNamespace(ids={"top"}),
    "function/": SimpleNamespace(ids={"code", "bei-ß"}),
    "labs/one/": SimpleNamespace(ids=set()),
}
OTHERS = {"assets/a.svg", "", "function/", "labs/one/", "a b.png"}


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("function/", ""),
        ("function/#code", ""),
        ("./function/", ""),
        ("function/index.html", ""),
        ("../function/", "labs/"),
        ("../../function/#code", "labs/one/"),
        ("../labs/one/", "function/"),
        ("#code", "function/"),
        ("#bei-%C3%9F", "function/"),
        ("#top", ""),
        ("", "function/"),
        ("..", "function/"),
        ("../", "function/"),
        ("../#top", "function/"),
        (".", ""),
        ("./", ""),
        ("/", "function/"),
        ("../index.html", "function/"),
        ("/function/", "labs/one/"),
        ("assets/a.svg", ""),
        ("../assets/a.svg#part", "function/"),
        ("a%20b.png", ""),
        ("https://example.org/lost#x", ""),
        ("//example.org/lost", ""),
        ("mailto:a@example.org", ""),
        ("data:image/png;base64,AA", ""),
        ("function/?q=1#code", ""),
    ],
)
def test_a_link_that_leads_somewhere_is_alive(link, url):
    """Pages, anchors, files and the world outside are reached."""
    assert dead(link, url, PAGES, OTHERS) is None


@pytest.mark.parametrize(
    ("link", "url", "cause"),
    [
        ("lost/", "", "no such page or file"),
        ("function.md", "", "no such page or file"),
        ("function/", "function/", "no such page or file"),
        ("../assets/b.svg", "function/", "no such page or file"),
        ("/lost", "", "no such page or file"),
        ("#lost", "function/", "no such anchor on function/"),
        ("#code", "", "no such anchor on the front page"),
        ("../#code", "function/", "no such anchor on the front page"),
        ("../function/#top", "labs/", "no such anchor on function/"),
        ("#Code", "function/", "no such anchor on function/"),
    ],
)
def test_a_link_that_leads_nowhere_is_dead(link, url, cause):
    """A page, file or anchor that is missing is told."""
    assert dead(link, url, PAGES, OTHERS) == cause


@pytest.mark.parametrize("front", ["", "./", "."])
def test_the_front_page_is_found_under_each_of_its_names(front):
    """However the front page's url is written, .. leads there."""
    pages = {front: SimpleNamespace(ids={"top"})}
    assert dead("..", "function/", pages, set()) is None
    assert dead("../#top", "function/", pages, set()) is None
    assert "no such anchor" in dead("../#x", "function/", pages, set())


def test_a_site_without_a_front_page_has_a_dead_link_to_it():
    """A link to a front page that is missing is dead."""
    assert dead("..", "function/", {}, set()) == "no such page or file"


def test_a_link_is_located_in_the_source(site):
    """The line is that of the link, or else of its anchor."""
    source = "---\ntitle: A\n---\n# A\n\n[b](c.png)\n\n[d](e.md#f)\n"
    (_, file) = site(page=(source, ""))
    assert locate("c.png", file.page, Counter()) == "docs/page.md:6"
    assert locate("../e/#f", file.page, Counter()) == "docs/page.md:8"
    assert locate("../lost/", file.page, Counter()) == "docs/page.md"
    assert locate("../lost/#lost", file.page, Counter()) == "docs/page.md"


# Stopping a build.


def test_a_good_site_is_built(site):
    """Without failures the environment is handed on."""
    files = site(
        index=("", '<a href="page/#a">x</a><img src="assets/a.svg"/>'),
        page=("", '<h1 id="a">A</h1><a href="..">x</a>'),
    )
    env = object()
    on_startup(command="build", dirty=False)
    assert on_env(env, config=None, files=files) is env


def test_a_build_stops_with_all_failures(site):
    """Every failed call and dead link of all pages is in the error."""
    files = site(
        index=("", FAILURE.format("docs/index.md:1: one")),
        page=(
            "# A\n\n[x](#lost)\n",
            FAILURE.format("docs/page.md:2: two")
            + FAILURE.format("docs/page.md:5: three")
            + '<a href="#lost">x</a>',
        ),
    )
    on_startup(command="build", dirty=False)
    with pytest.raises(PluginError) as caught:
        on_env(object(), config=None, files=files)
    assert str(caught.value).splitlines() == [
        "4 failures in the pages:",
        "docs/index.md:1: one",
        "docs/page.md:2: two",
        "docs/page.md:5: three",
        "docs/page.md:3: #lost: no such anchor on page/",
    ]


def test_one_failure_is_one_failure(site):
    """The count is a word of its number."""
    files = site(page=("", FAILURE.format("it")))
    on_startup(command="gh-deploy", dirty=False)
    with pytest.raises(PluginError, match="^1 failure in the pages:\nit$"):
        on_env(object(), config=None, files=files)


def test_a_server_tells_its_failures_and_lives_on(site, caplog):
    """While serving each failure is logged, and the page is shown."""
    files = site(page=("", FAILURE.format("one") + '<a href="lost/">x</a>'))
    env = object()
    on_startup(command="serve", dirty=False)
    with caplog.at_level(logging.ERROR):
        assert on_env(env, config=None, files=files) is env
    assert [record.getMessage() for record in caplog.records] == [
        "one",
        "docs/page.md: lost/: no such page or file",
    ]


def test_a_build_after_a_server_stops_again(site):
    """The command that runs decides, not one before it."""
    files = site(page=("", FAILURE.format("one")))
    on_startup(command="serve", dirty=False)
    on_startup(command="build", dirty=False)
    with pytest.raises(PluginError):
        on_env(object(), config=None, files=files)
