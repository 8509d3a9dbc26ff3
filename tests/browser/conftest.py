"""The built site, served to a real browser."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from theme import STARTED

HINT = "no Chromium, and none could be installed; install it, run pytest again"


@pytest.fixture(scope="session", autouse=True)
def server(site, address):
    """Serves the built site at its address, in a process of its own."""
    place = ("127.0.0.1", int(address.strip("/").rpartition(":")[2]))
    options = ["-m", "http.server", str(place[1]), "-b", place[0], "-d", site]
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(place):
            break
        time.sleep(0.05)
    yield
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, or one that can be installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        if subprocess.run(install, capture_output=True).returncode:
            # A reader without a browser still runs the other tests.
            stop = pytest.fail if os.environ.get("CI") else pytest.skip
            stop(HINT)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
        launched = playwright.chromium.launch(
            executable_path=path, args=options
        )
        yield launched
        launched.close()


@pytest.fixture
def visit(browser, address):
    """visit(page, width, **context): an open page that has come to rest.

    A pointer has moved, unless still, and so the theme has started.
    """
    contexts = []

    def visit(
        page="", width=1280, height=900, before=None, still=False, **options
    ):
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        tab = context.new_page()
        if before:
            before(tab)
        tab.goto(address + page)
        if not still and options.get("java_script_enabled", True):
            tab.evaluate("dispatchEvent(new Event('pointermove'))")
            tab.wait_for_function(STARTED)
        return tab

    yield visit
    for context in contexts:
        context.close()


def pytest_terminal_summary(terminalreporter):
    """Say in one line that the browser tests did not run, and the remedy."""
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [r for r in reports if r.nodeid.startswith("tests/browser/")]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests in tests/browser did not run: {HINT}"
        )


def pytest_generate_tests(metafunc):
    """Run a test that asks for a page once for each page of the site."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", pages(), scope="session")


def pages():
    """The addresses of all pages, from the sources, and the 404 page."""
    docs = Path(__file__).parents[2] / "docs"
    stems = sorted(path.stem for path in docs.glob("*.md"))
    found = ["" if stem == "index" else f"{stem}/" for stem in stems]
    labs = [f"labs/{path.stem}/" for path in sorted(docs.glob("labs/*.py"))]
    return [*found, *labs, "404.html"]
