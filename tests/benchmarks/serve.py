"""How long a writer waits from saving a snippet to seeing its new figure."""

import contextlib
import importlib.util
import re
import shutil
import socket
import statistics
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

from tests.benchmarks.measure import started
from tests.benchmarks.site import edit

PATIENCE = 120  # seconds
PAGE = "page001"


def latencies(folder, repetitions):
    """(who watched, the seconds of each edit) of a site while it is served."""
    with _served(folder) as address, _watcher(f"{address}{PAGE}/") as watcher:
        name, shows = watcher
        seconds = []
        for turn in range(repetitions):
            # The server looks at its files twice a second: meet it anywhere.
            time.sleep(1 + 0.5 * turn / repetitions)
            start = time.perf_counter()
            shows(edit(folder, PAGE))
            seconds.append(time.perf_counter() - start)
    return name, seconds


def own_time(folder):
    """The median of the seconds that the edited function itself takes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    path = folder / "snippets" / f"{PAGE}.py"
    spec = importlib.util.spec_from_file_location(PAGE, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        module.curve()
        seconds.append(time.perf_counter() - start)
        plt.close("all")
    return statistics.median(seconds[1:])  # the first loads what it needs


@contextlib.contextmanager
def _served(folder):
    """The address of a site while it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", host]
    with (
        open(folder / "log", "w", encoding="utf-8") as log,
        started(command, folder, log) as server,
    ):
        _wait(f"http://{host}/{PAGE}/", server, folder / "log")
        yield f"http://{host}/"


def _wait(address, server, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(URLError, ConnectionError):
            return urlopen(address, timeout=PATIENCE).close()
        time.sleep(0.1)
    raise RuntimeError(f"no site is served: {log.read_text('utf-8')}")


@contextlib.contextmanager
def _watcher(address):
    """(name, shows); shows(text) returns once the page shows the text."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        path = None
    if path is None:
        yield "the server's own signal", lambda text: _poll(address, text)
        return
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(
            executable_path=path, args=options
        )
        tab = browser.new_page()
        tab.goto(address)

        def shows(text):
            figure = tab.locator("figure svg text", has_text=text)
            figure.wait_for(timeout=PATIENCE * 1000)

        yield f"Chromium {browser.version}", shows
        browser.close()


def _poll(address, text):
    """What a browser does without showing it: wait for a signal, reload."""
    root, deadline = address.removesuffix(f"{PAGE}/"), time.time() + PATIENCE
    while time.time() < deadline:
        page = urlopen(address, timeout=PATIENCE).read().decode()
        if text in page:
            return
        epoch = re.search(r"livereload\((\d+), \d+\)", page)[1]
        urlopen(f"{root}livereload/{epoch}/0", timeout=PATIENCE).read()
    raise TimeoutError(f"the page never shows {text!r}")
