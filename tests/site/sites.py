"""Small sites to build and serve, and what their builds leave behind."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

BRIDGE = Path(__file__).parents[2] / "snippets" / "_bridge"

CONFIG = """\
site_name: Small
theme: {name: null, custom_dir: theme}
markdown_extensions: [bridge]
plugins: []
hooks: [snippets/_bridge/hooks.py]
watch: [snippets]
"""


def write(folder, pages, snippets, config=CONFIG):
    """Make a site of pages and snippets, both texts by name, in a folder.

    Its theme adds nothing to the content of a page.
    """
    files = {f"docs/{name}.md": text for name, text in pages.items()}
    files |= {f"snippets/{name}.py": text for name, text in snippets.items()}
    files |= {
        "mkdocs.yml": config,
        "snippets/__init__.py": "",
        "theme/main.html": "<body>{{ page.content }}</body>",
    }
    shutil.copytree(BRIDGE, folder / "snippets" / "_bridge")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def contents(folder):
    """{path: bytes} of every file in a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in paths}


def kept(cache):
    """{key: when it was made} of all results in the folder of a cache.

    The theme's templates, which are kept there too, are no results.
    """
    path = cache / "snippets.db"
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        ) as d:
            found = dict(d.execute("SELECT key, made FROM kept"))
            return {k: v for k, v in found.items() if k[:9] != "template "}
    except sqlite3.OperationalError:  # there is none yet
        return {}


def processes(folder):
    """The processes that run in a folder: {number: command line}."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(path / "cwd") == str(folder.resolve()):
                command = (path / "cmdline").read_bytes()
                if command:  # else it has ended, and its parent does not care
                    words = command.decode(errors="replace").split("\0")
                    found[int(path.name)] = " ".join(words)
        except OSError:
            continue  # it has ended, or is another user's
    return found


def within(seconds, true):
    """Whether a condition comes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())


class Server:
    """`mkdocs serve` in a folder, for as long as the with statement lasts."""

    def __init__(self, folder, environment):
        """Start it on a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            host = f"127.0.0.1:{free.getsockname()[1]}"
        self.folder, self.url = folder, f"http://{host}/"
        self.said = folder / "log"
        # A server that is killed leaves its site and its mark behind. One that
        # keeps what it has compiled could trust it for too long.
        special = {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
        with open(self.said, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "-a", host],
                cwd=folder,
                env=environment | special,
                stdout=log,
                stderr=log,
            )

    def __enter__(self):
        """It comes to answer later."""
        return self

    def __exit__(self, *_):
        """End it, and whatever else runs in its folder."""
        self.process.kill()
        self.process.wait()
        for number in processes(self.folder):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def get(self, path, timeout=5):
        """What it answers to a path, as text, or "" while it does not."""
        try:
            with urlopen(self.url + path, timeout=timeout) as answer:
                return unescape(answer.read().decode())
        except HTTPError as answer:
            answer.close()
        except (URLError, ConnectionError, TimeoutError):
            pass
        return ""

    def shows(self, page, *texts, seconds=60):
        """Whether a page comes to show all the texts."""
        path = f"{page}/" if page else ""

        def true():
            assert self.process.poll() is None, self.said.read_text("utf-8")
            html = self.get(path)
            return all(text in html for text in texts)

        return within(seconds, true)


def edit(path, old, new):
    """Save a file with a text replaced, within the second of its last save.

    Python would take what it has compiled for new: it counts whole seconds.
    """
    text = path.read_text(encoding="utf-8")
    assert old in text
    second, rest = divmod(path.stat().st_mtime_ns, 10**9)
    path.write_text(text.replace(old, new), encoding="utf-8")
    moment = second * 10**9 + (rest + 10**8) % 10**9
    os.utime(path, ns=(moment, moment))
