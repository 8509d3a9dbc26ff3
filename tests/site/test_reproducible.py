"""Every build of one tree is the same, to the byte, whatever is around it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sites import contents, kept, processes, within, write

PLAIN = {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}
OTHER = {
    "LC_ALL": "C.UTF-8",
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "1",
    "COLUMNS": "40",
}
GERMAN = {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns"}

MIXED = '''\
"""A little of each kind."""

import matplotlib.pyplot as plt
import numpy as np
import sympy

x = sympy.Symbol("x", real=True)


def noise(seed):
    """A number that is drawn."""
    return np.random.default_rng(seed).normal()


def rule():
    """A rule of powers."""
    return sympy.Eq(sympy.exp(2 * x), sympy.exp(x) ** 2, evaluate=False)


def curve():
    """A curve."""
    fig, ax = plt.subplots()
    ax.plot(np.linspace(0, 1, 5), np.linspace(0, 1, 5) ** 2)
    ax.set(xlabel="t", ylabel="y")
    return fig


# long: 60 s
def experiment(n):
    """What would take long."""
    return np.random.default_rng(n).normal(size=1000).mean()
'''
PAGE = """\
# Mixed

It is {{ noise(1):.3f }}, {{ noise(2):.3f }} or {{ experiment(3) }}: $x^2$.

{{ rule() }}

{{ curve() }}
: A curve.
"""


@pytest.fixture(scope="module")
def run(environment):
    """run(folder, **variables): mkdocs build there, started."""
    clean = {
        name: value
        for name, value in environment.items()
        if name not in ("SOURCE_DATE_EPOCH", "SITE_URL", "LANG")
    }

    def start(folder, umask=-1, limit=None, **variables):
        return subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build"],
            cwd=folder,
            env=clean | variables,
            umask=umask,
            preexec_fn=limit,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.fixture(scope="module")
def build(run):
    """build(folder, **variables): (the warnings of mkdocs build, the site)."""

    def built(folder, **variables):
        shutil.rmtree(folder / "site", ignore_errors=True)
        with run(folder, **variables) as process:
            said, _ = process.communicate()
        assert process.returncode == 0, said
        told = [line for line in said.splitlines() if "INFO  " not in line]
        return told, contents(folder / "site")

    return built


@pytest.fixture(scope="module")
def copy(root):
    """copy(folder): the project's sources in a new folder."""

    def copied(folder):
        folder.mkdir(parents=True)
        unwanted = shutil.ignore_patterns("__pycache__")
        for name in ("docs", "snippets"):
            shutil.copytree(root / name, folder / name, ignore=unwanted)
        shutil.copy(root / "mkdocs.yml", folder)
        return folder

    return copied


@pytest.fixture(scope="module")
def first(build, copy, tmp_path_factory):
    """(folder, site) of a build with nothing kept, by one worker."""
    folder = copy(tmp_path_factory.mktemp("first") / "project")
    told, site = build(folder, SNIPPETS_WORKERS="1", **PLAIN)
    assert told == []
    return folder, site


def differing(site, other):
    """The files that are not the same in two sites."""
    return sorted(p for p in site | other if site.get(p) != other.get(p))


def test_the_site_is_whole(first):
    """What is compared is all that is published."""
    _, site = first
    assert {"index.html", "sitemap.xml.gz", "search/search_index.json"} <= {
        *site
    }


@pytest.mark.parametrize(
    "workers, variables, umask",
    [("4", OTHER, 0o077), ("0", GERMAN, 0o002)],
    ids=["four workers", "no workers"],
)
def test_a_cold_build_elsewhere_is_the_same(
    build, copy, first, tmp_path, workers, variables, umask
):
    """Neither the place, the locale, the zone nor the workers matter."""
    folder = copy(tmp_path / "deep down" / "in Zürich" / "copy")
    told, site = build(
        folder, umask=umask, SNIPPETS_WORKERS=workers, **variables
    )
    assert told == []
    assert differing(site, first[1]) == []


def test_a_warm_build_is_the_same(build, copy, first, tmp_path):
    """Nothing is made again, neither here nor, with this cache, elsewhere."""
    folder, site = first
    before = kept(folder / ".cache")
    _, again = build(folder, **OTHER)
    other = copy(tmp_path / "other")
    _, elsewhere = build(other, SNIPPETS_CACHE=str(folder / ".cache"))
    assert differing(again, site) == differing(elsewhere, site) == []
    assert kept(folder / ".cache") == before
    assert not (other / ".cache").exists()


def test_two_builds_at_once_share_a_cache(build, copy, first, tmp_path):
    """They neither wait for each other for ever nor spoil their results."""
    cache = str(tmp_path / "cache")
    folders = [copy(tmp_path / name) for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda f: build(f, SNIPPETS_CACHE=cache), folders)
        for told, site in made:
            assert told == [] and differing(site, first[1]) == []


def test_a_build_killed_half_way_does_no_harm(
    build, copy, first, run, tmp_path
):
    """The next one goes on with what was kept, and nothing runs on."""
    folder = copy(tmp_path / "killed")
    whole = len(kept(first[0] / ".cache"))
    with run(folder) as process:
        assert within(60, lambda: len(kept(folder / ".cache")) > 5)
        os.kill(process.pid, signal.SIGKILL)
    assert 5 < len(kept(folder / ".cache")) < whole
    assert within(10, lambda: not processes(folder))
    before = kept(folder / ".cache")
    told, site = build(folder)
    assert told == [] and differing(site, first[1]) == []
    assert before.items() <= kept(folder / ".cache").items()


@pytest.fixture(scope="module")
def small(build, tmp_path_factory):
    """(folder, site) of a small site of each kind of result."""
    folder = tmp_path_factory.mktemp("small")
    write(folder, {"index": "# Start\n", "mixed": PAGE}, {"mixed": MIXED})
    told, site = build(folder)
    assert told == [] and b"<svg" in site["mixed/index.html"]
    return folder, site


def nothing(cache):
    """No cache at all."""
    shutil.rmtree(cache)


def garbage(cache):
    """A database that is none."""
    (cache / "snippets.db").write_bytes(b"garbage" * 1000)


def damage(cache):
    """A database with a hole."""
    with open(cache / "snippets.db", "r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 8192)


def folder(cache):
    """A folder where the database should be."""
    (cache / "snippets.db").unlink()
    (cache / "snippets.db").mkdir()


def file(cache):
    """A file where the folder should be."""
    shutil.rmtree(cache)
    cache.write_text("no folder")


def read_only(cache):
    """A folder in which nothing can be written."""
    (cache / "snippets.db").chmod(0o444)
    cache.chmod(0o555)


@pytest.mark.parametrize(
    "spoil, warnings, heals",
    [
        (nothing, 0, True),
        (garbage, 1, True),
        (damage, 1, True),
        (folder, 1, False),
        (file, 1, False),
        (read_only, 1, False),
    ],
)
def test_a_spoilt_cache_does_no_harm(
    build, small, tmp_path, spoil, warnings, heals
):
    """Its results are made again, and one line says why."""
    folder, cache = tmp_path / "copy", tmp_path / "copy" / ".cache"
    shutil.copytree(small[0], folder)
    for rest in cache.glob("snippets.db-*"):
        rest.unlink()  # from which SQLite would mend the database
    spoil(cache)
    if spoil is read_only and os.access(cache, os.W_OK):
        pytest.skip("this user may write everywhere")
    told, site = build(folder)
    if spoil is read_only:
        cache.chmod(0o755)
    assert differing(site, small[1]) == []
    assert len(told) == warnings
    assert all("results are not kept: " in line for line in told)
    if heals:
        assert kept(cache).keys() == kept(small[0] / ".cache").keys()


def test_a_full_disk_does_no_harm(build, small, tmp_path):
    """What cannot be kept is made all the same, and one line says why."""
    folder = tmp_path / "copy"
    shutil.copytree(small[0], folder)
    nothing(folder / ".cache")

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (48 << 10, 48 << 10))

    # The measurement of coverage would complain of the full disk itself.
    told, site = build(folder, limit=full, COVERAGE_PROCESS_CONFIG="")
    assert differing(site, small[1]) == []
    (line,) = told
    assert "results are not kept: " in line
