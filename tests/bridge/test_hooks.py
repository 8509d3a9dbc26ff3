"""What the hooks find in built pages, and how they stop a build."""

import logging
import os
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import jinja2
import mkdocs.structure.files
import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.theme import Theme

from snippets._bridge import hooks
from snippets._bridge.cache import Cache
from snippets._bridge.hooks import (
    Reader,
    dead,
    locate,
    on_config,
    on_env,
    on_files,
    on_page_markdown,
    on_serve,
    on_startup,
)

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
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.chdir(tmp_path)
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
    env = SimpleNamespace()
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


def test_a_site_has_no_date_but_that_which_is_given(monkeypatch):
    """Without one, what MkDocs dates is from the beginning of time."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    on_startup(command="build", dirty=False)
    assert os.environ["SOURCE_DATE_EPOCH"] == "7"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    on_startup(command="build", dirty=False)
    assert os.environ["SOURCE_DATE_EPOCH"] == "0"


# Beginning early.


@pytest.fixture
def early(topics, tmp_path, monkeypatch):
    """A configuration, the files of two pages, and what is begun of them."""
    topics.write(
        "one",
        "def quick():\n    return 1\n\n\n"
        "# long: 60 s\ndef slow():\n    return 2\n",
    )
    begun = []
    engine = SimpleNamespace(begin=lambda job: begun.append(job.expression))
    monkeypatch.setattr(hooks, "engine", {topics.folder.parent: engine}.get)
    pages = {
        "one": "---\ntitle: A\n---\n\n{{ quick() }} {{ slow() }}\n",
        "two": "{{ one.slow() }} ß {{ one.quick():.1f }} {{ lost() }}\n",
        "three": "Words.\n",
    }
    files = Files()
    for name, text in pages.items():
        path = tmp_path / f"{name}.md"
        path.write_bytes(text.encode("latin-1" if "ß" in text else "utf-8"))
        file = SimpleNamespace(abs_src_path=str(path))
        file.page = SimpleNamespace(file=file)
        files.append(file)
    options = {"bridge": {"package": topics.package}}
    return SimpleNamespace(mdx_configs=options), files, begun


def test_what_takes_long_begins_before_the_first_page(early):
    """Of all pages, and then what the first pages need."""
    config, files, begun = early
    assert on_files(files, config) is None
    rest = ["quick()", "slow()", "slow()", "quick()"]
    assert begun == ["slow()", "slow()", *rest]


@pytest.mark.parametrize("name", [".#two", "_two", "two"])
def test_where_nothing_takes_long_nothing_begins(
    early, topics, monkeypatch, name
):
    """What an editor leaves beside the topics is none of them."""
    config, files, begun = early
    topics.write("one", "def slow():\n    return 2\n")
    path = topics.folder / f"{name}.py"
    if name == "two":
        path.write_bytes("X = 'ß'\n".encode("latin-1"))
    else:
        path.symlink_to("nowhere")
    monkeypatch.setattr(hooks, "AHEAD", 0)
    on_files(files, config)
    assert begun == []


def test_a_lab_is_left_to_its_own_hooks(early, tmp_path, monkeypatch):
    """Its script is not read as if it were Markdown."""
    config, files, begun = early
    path = tmp_path / "lab.py"
    path.write_text("# {{ one.slow() }}", encoding="utf-8")
    lab = SimpleNamespace(abs_src_path=str(path))
    lab.page = SimpleNamespace(file=lab)
    on_files(Files([lab]), config)
    assert begun == []


def test_while_a_page_is_made_a_later_one_begins(early, monkeypatch):
    """Each page begins the one that comes so many later, the last none."""
    monkeypatch.setattr(hooks, "AHEAD", 1)
    config, files, begun = early
    on_files(files, config)
    assert begun[2:] == ["quick()", "slow()"]
    begun.clear()
    told = []
    for file in files:
        assert on_page_markdown("", file.page, config, files) is None
        told.append([*begun])
        begun.clear()
    assert told == [["slow()", "quick()"], [], []]


def test_a_page_that_is_gone_begins_nothing(early):
    """What follows is that of the last build, not of one before it."""
    config, files, begun = early
    on_files(files, config)
    on_files(Files(files[:1]), config)
    begun.clear()
    on_page_markdown("", files[0].page, config, files)
    assert begun == []


def test_the_topics_are_those_of_the_project(early, monkeypatch):
    """Without an option they are the package `snippets`."""
    folders = []
    engine = SimpleNamespace(begin=lambda job: None)
    monkeypatch.setattr(
        hooks, "engine", lambda folder: folders.append(folder) or engine
    )
    root = Path(hooks.__file__).parents[2]
    _, files, _ = early
    config = SimpleNamespace(mdx_configs={})
    files[1].abs_src_path = str(root / "docs" / "function.md")
    on_files(files, config)
    on_page_markdown("", files[0].page, config, files)
    assert set(folders) == {root}


@pytest.fixture
def server(topics, tmp_path):
    """(server, config): what MkDocs hands over when it begins to serve."""
    (tmp_path / "theme").mkdir()
    (tmp_path / "mkdocs.yml").touch()
    config = SimpleNamespace(
        mdx_configs={"bridge": {"package": topics.package}},
        docs_dir=str(topics.folder),
        config_file_path=str(tmp_path / "mkdocs.yml"),
        theme=SimpleNamespace(dirs=[str(tmp_path / "theme")]),
    )
    made = LiveReloadServer(
        print, host="127.0.0.1", port=0, root=str(tmp_path)
    )
    for path in config.docs_dir, config.config_file_path:
        made.watch(path)
    yield made, config
    if made.observer.is_alive():
        made.observer.stop()
        made.observer.join()
    made.server_close()


def test_a_server_builds_again_when_what_takes_long_has_ended(
    server, tmp_path, monkeypatch
):
    """It watches a file that is touched then."""
    monkeypatch.setattr(hooks, "_serving", True)
    made, config = server
    on_files(SimpleNamespace(documentation_pages=list), config)
    watched, watch = [], made.watch
    monkeypatch.setattr(made, "watch", lambda p: watched.append(p) or watch(p))
    on_serve(made, config, builder=None)
    mark = Path(watched[0])
    assert set(watched[1:]) == {config.docs_dir, config.config_file_path}
    os.utime(mark, (0, 0))
    hooks.engine(tmp_path).finished()
    assert mark.stat().st_mtime > 0


@pytest.mark.parametrize("name", ["page.py", "mkdocs.yml", "theme/a.html"])
def test_a_server_looks_at_its_files_often(server, tmp_path, name):
    """It sees a change within less than the half second of MkDocs."""
    made, config = server
    made.watch(config.theme.dirs[0])
    on_serve(made, config, builder=None)
    assert made.observer.timeout == hooks.LOOK < 0.5
    folder = Path(config.docs_dir) if name == "page.py" else tmp_path
    made.observer.start()
    with made._rebuild_cond:
        (folder / name).write_text("new")
        assert made._rebuild_cond.wait_for(lambda: made._want_rebuild, 10)


def test_a_worker_gets_ready_for_the_first_edit(
    server, tmp_path, monkeypatch, topics
):
    """It imports what the calls of the pages, also of nested ones, import."""
    made, config = server
    topics.write("page", "import math\n\n\ndef f():\n    return math.pi\n")
    (topics.folder / "labs").mkdir()
    (topics.folder / "labs" / "a.md").write_text("{{ page.f() }} {{ no( }}")
    asked = []
    monkeypatch.setattr(hooks.engine(tmp_path), "prepare", asked.append)
    on_serve(made, config, builder=None)
    assert asked == [{"math"}]


def test_what_has_ended_before_the_server_watches_is_shown(
    server, tmp_path, monkeypatch
):
    """If a page still says that something runs, it is built once more."""
    timers = []
    monkeypatch.setattr(
        hooks.threading,
        "Timer",
        lambda *given: timers.append(given) or SimpleNamespace(start=list),
    )
    made, config = server
    on_serve(made, config, builder=None)
    assert not timers
    hooks.engine(tmp_path).waited = True
    on_serve(made, config, builder=None)
    ((_, touch),) = timers
    os.utime(hooks._mark(), (0, 0))
    touch()
    assert hooks._mark().stat().st_mtime > 0


@pytest.fixture
def theme(tmp_path, monkeypatch):
    """A configuration whose theme has what is hidden and what is not."""
    engine = SimpleNamespace(cache=Cache(tmp_path / "kept.db"))
    monkeypatch.setattr(hooks, "engine_of", lambda config: engine)
    for name in ("one/.icons/b.svg", "one/c/.d/e.js", "one/c/d.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("one", "two"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "a.css").write_text(name)
    config = MkDocsConfig()
    config.load_dict({"site_name": "A", "docs_dir": str(tmp_path)})
    config.validate()
    config.theme = Theme(name=None, custom_dir=str(tmp_path / "one"))
    config.theme.dirs.append(str(tmp_path / "two"))
    return config


def test_the_files_of_the_theme_are_those_that_mkdocs_finds(theme):
    """It looks into hidden folders, too, and takes nothing from there."""
    found = []
    for _ in range(2):
        env, files = theme.theme.get_env(), mkdocs.structure.files.Files([])
        files.add_files_from_theme(env, theme)
        found.append({file.src_uri: file.abs_src_path for file in files})
        assert env.get_template(".icons/b.svg").render() == "one/.icons/b.svg"
        assert env.get_template("a.css").render() == "one"
        on_config(theme)
    assert found[0] == found[1]
    assert {"a.css", "c/d.css"} <= found[0].keys()
    hidden = {".icons/b.svg", "c/.d/e.js"}
    assert not hidden & {*found[0], *theme.theme.get_env().list_templates()}


def test_a_template_is_compiled_once(theme, monkeypatch, tmp_path):
    """Until its text changes, or what compiles it."""
    compiled = []
    compile_ = jinja2.Environment._compile

    def note(env, source, filename):
        compiled.append(filename)
        return compile_(env, source, filename)

    def rendered(text):
        (tmp_path / "one" / "page.html").write_text(text)
        return theme.theme.get_env().get_template("page.html").render()

    monkeypatch.setattr(jinja2.Environment, "_compile", note)
    on_config(theme)
    assert [rendered(text) for text in "aabb"] == [*"aabb"]
    assert len(compiled) == 2
    monkeypatch.setattr(hooks, "version", lambda library: f"new {library}")
    assert [rendered("b"), rendered("b")] == ["b", "b"]
    assert len(compiled) == 3


def test_the_search_reads_words_only():
    """It sees neither drawings nor colours; the page keeps both."""
    html = (
        '<p>A <svg a="1"><text>b</text>\n</svg><span class="c">d</span>'
        "<math><mi>e</mi></math></p><svg></svg>"
    )
    page = SimpleNamespace(content=html)
    before, after = hooks.on_page_context.methods
    assert before.mkdocs_priority > 0 > after.mkdocs_priority
    before({}, page=page, config=None, nav=None)
    assert page.content == "<p>A d</p>"
    after({}, page=page, config=None, nav=None)
    assert page.content == html
