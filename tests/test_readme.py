"""README.md: its picture is drawn by the snippets, its commands are two.

`python tests/test_readme.py` draws the picture anew.
"""

import re
from pathlib import Path

from snippets._bridge import figure
from snippets.index import overview

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "assets" / "overview.svg"


def picture():
    """The overview as an SVG file in the light scheme's colours."""
    css = (ROOT / "docs" / "assets" / "style.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"(--[a-z-]+): (#\w+);", css.split("}")[0]))
    with figure.style():
        drawn = figure.svg(overview(), "overview", "The sigmoid")
    drawn = re.sub(r"var\((--[a-z-]+)\)", lambda m: light[m[1]], drawn)
    paint = (
        f"background:{light['--page']};color:{light['--md-typeset-color']};"
        "font-family:sans-serif"
    )
    return drawn.replace("<svg ", f'<svg style="{paint}" ', 1) + "\n"


def test_the_picture_is_what_the_snippet_draws():
    """The committed file equals the drawing, byte for byte."""
    assert PICTURE.read_text(encoding="utf-8") == picture()


def test_two_commands_set_up_everything():
    """One serves the site, one runs the tests; the gate runs both."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python3 -m venv .*$", readme, re.M)
    assert [command.split("/")[-1] for command in commands] == [
        "mkdocs serve",
        "pytest",
    ]


def test_the_steps_name_what_exists():
    """Each path in the README's tree is there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"^([a-z_/]+/) {2,}", readme, re.M)
    assert len(paths) >= 6
    assert all((ROOT / path).is_dir() for path in paths)


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
