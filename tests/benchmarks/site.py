"""Two sites with the same content: the engine's, and plain MkDocs'.

The engine's site is what a writer keeps: pages with calls, and snippets. The
plain site is what is left when all is computed: the same Markdown, where the
finished HTML stands in the place of each call. Plain MkDocs still turns the
prose into HTML, carries the results through as raw HTML, and has the same
theme, extensions, search and navigation; only the engine's extension and hooks
are gone. Both write the same articles and the same index for the search.

So the ratio says what a writer pays who calls instead of pasting. It flatters
the engine a little: plain MkDocs reads raw HTML twice, looking for ids and for
Markdown in it, where the engine hands its results round Markdown.
"""

import os
import re
import shutil
from pathlib import Path

import yaml
from mkdocs.utils import yaml_load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CALL = re.compile(r"\{\{ .+? \}\}(?:\n: .+(?:\n  .+)*)?")
RESULT = re.compile(
    r'<data\b|<(?:div|p)\b[^>]* ?class="(?:result|(?P<apart>glyphs|census))\b'
)


def write(folder, count):
    """Make the engine's site of so many pages in a new folder."""
    names = [f"page{number:03}" for number in range(1, count + 1)]
    _start(folder, names, _config())
    package, kept = folder / "snippets", shutil.ignore_patterns("__pycache__")
    bridge = ROOT / "snippets" / "_bridge"
    shutil.copytree(bridge, package / "_bridge", ignore=kept)
    (package / "__init__.py").touch()
    page, snippet = _read(HERE / "page.md"), _read(HERE / "page.py")
    for height, name in enumerate(names, start=2):
        text = page.replace("HEIGHT", str(height))
        text = text.replace("NEXT", names[(height - 1) % count])
        _save(folder / "docs" / f"{name}.md", text)
        text = snippet.replace("\nA = 2\n", f"\nA = {height}\n")
        _save(package / f"{name}.py", text)


def write_plain(folder, engine):
    """Make the plain site in a new folder from the engine's, once built."""
    config, pages = _config(), sorted((engine / "docs").glob("*.md"))
    config["markdown_extensions"].remove("bridge")
    del config["hooks"], config["watch"]
    _start(folder, [page.stem for page in pages], config)
    for page in pages:
        built = _read(engine / "site" / page.stem / "index.html")
        text = finished(_read(page), article(built))
        _save(folder / "docs" / page.name, text)


def finished(markdown, html):
    """A page's Markdown with the results in its HTML instead of its calls."""
    made, outlines, census, end = [], "", "", 0
    for match in RESULT.finditer(html):
        if match.start() < end:
            continue  # it stands within the one before
        end = _end(html, match.start())
        found = html[match.start() : end]
        if match["apart"] == "glyphs":
            outlines += found
        elif match["apart"]:
            census += found
        else:
            made.append(found)
    calls = len(CALL.findall(markdown))
    if len(made) != calls:
        raise ValueError(f"a page has {calls} calls and {len(made)} results")
    left = iter(made)
    text = CALL.sub(lambda call: next(left), markdown)
    front, title, rest = re.split(r"(^# .*$)", text, maxsplit=1, flags=re.M)
    return f"{front}{title}\n\n{outlines}\n{rest}\n{census}\n"


def article(html):
    """What a built page shows between its header and its footer."""
    return html[html.index("<article") : html.index("</article>")]


def edit(folder, name):
    """Change a page's first figure; returns what is then written in it.

    The file is replaced in one step, so that nobody reads half of it.
    """
    path, new = folder / "snippets" / f"{name}.py", folder / "edited"
    text = _read(path)
    height = re.search(r"^A = (\d+)", text, re.M)[1]
    old = int(re.search(r"stretch = (\d+)", text)[1])
    _save(new, text.replace(f"stretch = {old}", f"stretch = {old + 1}"))
    os.replace(new, path)
    return f"height {height}, stretched by {old + 1}"


def _config():
    """The project's settings, without what only labs need."""
    config = yaml_load(_read(ROOT / "mkdocs.yml"))
    config["plugins"] = ["search"]
    config["hooks"] = ["snippets/_bridge/hooks.py"]
    return config


def _start(folder, names, config):
    """What stands in both sites: the settings, the theme, style and script."""
    own = shutil.ignore_patterns("*.md", "labs")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=own)
    config["nav"] = [f"{name}.md" for name in names]
    text = yaml.safe_dump(config, allow_unicode=True)
    _save(folder / "mkdocs.yml", text)


def _end(html, start):
    """Where the element ends whose opening tag is at start."""
    tag, depth = re.compile(r"<(\w+)").match(html, start)[1], 0
    for match in re.compile(rf"<(/?){tag}\b[^>]*>").finditer(html, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    raise ValueError(f"a {tag} is never closed")


def _read(path):
    return path.read_text(encoding="utf-8")


def _save(path, text):
    path.write_text(text, encoding="utf-8")
