"""The project's site, built once for all tests that look at it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

# An error is relative unless a test says otherwise: by default 0 is within the
# tolerance of whatever is below 1e-12.
type(pytest.approx(1.0)).DEFAULT_ABSOLUTE_TOLERANCE = 0

# In the background of a shell nothing hears an interrupt, not even what is
# started here to be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
# The sitemap names the day of the build, and two builds may see midnight.
QUIET = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}
QUIET |= {"SNIPPETS_LIMIT": "300"}  # seconds, for a machine that is busy


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """matplotlib warns of many, and each test is done with its own."""
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")


@pytest.fixture(scope="session", autouse=True)
def folders(tmp_path_factory):
    """Where tests write is made here, lest two threads make it at once."""
    tmp_path_factory.getbasetemp()


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def environment():
    """What mkdocs needs to be told by the environment."""
    return os.environ | QUIET


@pytest.fixture(scope="session")
def build(environment):
    """build(folder, *options, **variables): mkdocs build, run to its end."""

    def run(folder, *options, **variables):
        return subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", *map(str, options)],
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


@pytest.fixture(scope="session")
def address():
    """Where the tests serve the site: its pages know it by this name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


@pytest.fixture(scope="session")
def site(build, address, tmp_path_factory):
    """The folder of the project's site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, "-d", folder, SITE_URL=address)
    assert done.returncode == 0, done.stdout
    return folder
