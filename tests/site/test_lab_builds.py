"""Small sites with labs: what stops their builds, and that they are equal."""

import shutil

import pytest
from sites import CONFIG, Server, contents, edit, kept, write

PLUGIN = """\
  - mkdocs-jupyter: {include: ["labs/*.py"], cache: false}
"""
GOOD = """\
# %% [markdown]
# # Good
#
# It is $x^2$, as [the front page](../index.md) says.

# %%
import matplotlib.pyplot as plt
import numpy as np

from_set = sorted({"a", "b", "c"})
print(*from_set, np.float32(1) / 3)

# %%
fig, ax = plt.subplots()
ax.plot([0, 1, 4], "C2")
ax.set(xlabel="t", ylabel="y")
ax.set_title("A figure")
plt.show()
"""


@pytest.fixture
def small(tmp_path):
    """small(**labs): the folder of a site with these labs."""

    def make(**labs):
        hooks = "[snippets/_bridge/hooks.py, snippets/_bridge/labs.py]"
        config = CONFIG.replace("plugins: []\n", f"plugins:\n{PLUGIN}")
        config = config.replace("[snippets/_bridge/hooks.py]", hooks)
        write(tmp_path, {"index": "# Start\n"}, {}, config)
        (tmp_path / "docs" / "labs").mkdir()
        for name, text in labs.items():
            path = tmp_path / "docs" / "labs" / f"{name}.py"
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return make


def test_a_failing_lab_stops_the_build(build, small):
    """Its page, line and cell are told, as are bad TeX and a dead link."""
    folder = small(
        good=GOOD,
        cell=GOOD.replace("np.float32(1) / 3", "1 / 0"),
        tex=GOOD.replace("$x^2$", r"$\nothing$"),
        link=GOOD.replace("../index.md", "../gone.md"),
        late=GOOD + '\n# %% tags=["check"]\nassert 1 > 2, "No."\n',
    )
    done = build(folder)
    assert done.returncode != 0
    said = [line for line in done.stdout.split("\n") if "docs/" in line]
    wanted = [
        "docs/labs/cell.py:6: cell 1: ZeroDivisionError: division by zero "
        "(labs/cell.py:11)",
        r"docs/labs/tex.py:4: \nothing: ValueError: bad TeX",
        "docs/labs/link.py:4: ../gone.md: no such page or file",
        "docs/labs/late.py:20: cell 3: AssertionError: No. (labs/late.py:21)",
    ]
    for line in wanted:
        assert sum(told.startswith(line) for told in said) == 1, done.stdout
    assert "4 failures in the pages:" in done.stdout
    assert not (folder / "site").exists()


def test_a_lab_that_runs_too_long_stops_the_build(build, small):
    """After the seconds that any call may take."""
    text = GOOD.replace("print(*from_set", "while True: 1\nprint(*from_set")
    done = build(small(slow=text), SNIPPETS_LIMIT="1")
    assert done.returncode != 0
    told = "docs/labs/slow.py:6: cell 1: TimeoutError: it ran for more than 1"
    assert told in done.stdout


def test_builds_of_a_lab_are_identical(build, small):
    """Cold or warm, with whatever hash seed, with workers or without."""
    folder = small(good=GOOD)
    sites = []
    for number, workers in enumerate("120"):
        if number != 1:
            shutil.rmtree(folder / ".cache", ignore_errors=True)
        variables = {"PYTHONHASHSEED": str(number), "TZ": f"UTC{number}"}
        done = build(folder, SNIPPETS_WORKERS=workers, **variables)
        assert done.returncode == 0, done.stdout
        sites.append(contents(folder / "site"))
        if number == 0:
            before = kept(folder / ".cache")
        if number == 1:  # nothing ran again
            assert kept(folder / ".cache") == before
        shutil.rmtree(folder / "site")
    assert {"labs/good/good.py", "labs/good/good.ipynb"} <= {*sites[0]}
    assert b"A figure" in sites[0]["labs/good/index.html"]
    assert sites[0] == sites[1] == sites[2]


def test_a_served_lab_shows_its_failure_in_its_cell(environment, small):
    """And, when it is mended, its result."""
    folder = small(good=GOOD.replace("np.float32(1) / 3", "1 / 0"))
    with Server(folder, environment) as server:
        assert server.shows("labs/good", "good.py:6: cell 1: ZeroDivision")
        edit(folder / "docs" / "labs" / "good.py", "1 / 0", "1 / 4")
        assert server.shows("labs/good", "a b c 0.25")
