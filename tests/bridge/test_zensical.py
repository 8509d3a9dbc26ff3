"""A page under Zensical: where it is, and how its failures stop a build."""

import os
import subprocess
import sys

import pytest
from zensical.extensions.context import ContextExtension, Page

from .conftest import failures, read, words

HEAD = "---\ntitle: A\n---\n\n"


@pytest.fixture
def converted(topics, tmp_path, monkeypatch):
    """converted(command, text, name): a page as Zensical converts it."""
    topics.write("page", "def one():\n    return 1\n\ndef bad():\n    1 / 0\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()

    def convert(command, text, name="page.md"):
        (tmp_path / "docs" / name).write_text(HEAD + text, encoding="utf-8")
        config = {"root_dir": str(tmp_path), "docs_dir": "docs"}
        context = ContextExtension(page=Page("", name), config=config)
        md = topics.markdown()
        context.extendMarkdown(md)
        monkeypatch.setattr(sys, "argv", ["zensical", command])
        return md.convert(text)

    return convert


def test_a_failure_has_its_file_and_line(converted):
    """They are those that an editor shows, front matter included."""
    (box,) = failures(read(converted("serve", "# A\n\n{{ bad() }}\n")))
    assert box.startswith(f"{os.path.join('docs', 'page.md')}:7: ")


def test_a_bare_name_is_looked_up_in_the_topic_of_the_page(converted, topics):
    """docs/other.md calls the functions of the topic `other`."""
    topics.write("other", "def three():\n    return 3\n")
    html = converted("build", "{{ three() }} and {{ page.one() }}", "other.md")
    assert [words(data) for data in read(html).iter("data")] == ["3", "1"]


def test_a_build_stops_and_tells_each_failure(converted, capsys):
    """The words are those of the boxes, whose page nobody gets."""
    text = "# A {{ bad() }}\n\n## One {{ one() }}\n\n`<` {{ bad(1 < 2) }}\n"
    boxes = failures(read(converted("serve", text)))
    assert len(boxes) == 2 and "<" in boxes[1]
    assert capsys.readouterr().err == ""
    with pytest.raises(RuntimeError, match="told above: 2$"):
        converted("build", text)
    assert capsys.readouterr().err.splitlines() == boxes


def test_without_zensical_a_failure_stops_nothing(topics):
    """A page converted by itself shows its failures."""
    assert len(failures(topics.page("{{ bad() }} and {{ worse() }}"))) == 2


def test_the_bridge_needs_no_site_generator():
    """It loads neither: whichever converts a page is there already."""
    check = (
        "import sys, snippets._bridge;"
        "assert not {'mkdocs', 'zensical'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
