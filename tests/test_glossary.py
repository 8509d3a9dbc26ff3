"""docs/glossary.md: every claim the page makes, proved."""

import importlib
import re
from pathlib import Path

import mpmath
import numpy as np
import pytest

from snippets import glossary as page

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "glossary.md").read_text("utf-8")
ROWS = re.findall(
    r"^\| (.+?) \| (.+) \|$", TEXT.partition("{#calls}")[0], re.M
)
LINK = re.compile(r"\[([^\]]+)\]\((\w+\.md)(?:#([\w-]+))?\)")


def exact():
    """{name: value} to 30 digits of what the calls compute."""
    with mpmath.workdps(30):
        two, nine, e = mpmath.mpf(2), mpmath.mpf("0.9"), mpmath.exp
        sigma = 1 / (1 + e(-two))
        losses = -mpmath.log(nine) - mpmath.log(mpmath.mpf("0.8"))
        return {
            "σ": sigma,
            "σ(−x)": e(-two) / (1 + e(-two)),
            "σ′": e(-two) / (1 + e(-two)) ** 2,
            "log σ": mpmath.log(sigma),
            "logit": mpmath.log(9),
            "softplus": mpmath.log(1 + e(two)),
            "tanh": (e(4) - 1) / (e(4) + 1),
            "softmax": e(two) / (e(two) + 1),
            "Φ": mpmath.ncdf(two),
            "probit": mpmath.sqrt(2) * mpmath.erfinv(2 * nine - 1),
            "SiLU": two * sigma,
            "GELU": two * mpmath.ncdf(two),
            "log-loss": losses / 2,
        }


def test_each_call_gives_what_its_name_means():
    """To 14 digits; and the text of a call is what was run."""
    table, wanted = page.calls(), exact()
    assert set(table["name"]) == set(wanted)
    for name, text, value in zip(*table.values(), strict=True):
        assert value == pytest.approx(float(wanted[name]), rel=1e-14)
        names = re.findall(r"\b((?:scipy|sklearn)\.\w+|numpy)\.", text)
        for module in names:
            importlib.import_module(module)
        tops = {name.split(".")[0] for name in names}
        modules = {top: importlib.import_module(top) for top in tops}
        assert np.ravel(eval(text, modules))[0] == value


def test_names_are_in_order_and_explained_elsewhere():
    """Each has a link, and the place it leads to knows the name."""
    rows = [row for row in ROWS if LINK.search(row[1])]
    assert len(rows) > 20
    order = {"σ′": "sigmoid prime"}
    keys = [order.get(name, name).lower() for name, _ in rows]
    assert keys == sorted(keys)
    for name, meaning in rows:
        (link,) = LINK.findall(meaning)
        text = " ".join((DOCS / link[1]).read_text("utf-8").lower().split())
        if link[2]:
            assert f"{{#{link[2]}}}" in text
        stem = name.split()[0].rstrip("ed").lower()
        assert stem in text or link[0].lower() in text, name


def test_what_is_said_not_to_be_run_is_not_installed():
    """Neither pyproject.toml nor the snippets know these libraries."""
    said = (DOCS.parent / "pyproject.toml").read_text("utf-8")
    for path in (DOCS.parent / "snippets").glob("*.py"):
        said += path.read_text("utf-8")
    for library in "torch", "jax", "tensorflow":
        assert not re.search(rf"import {library}|\"{library}", said)


def test_no_name_of_a_call_is_listed_twice():
    """The tables of this page and of the libraries do not overlap."""
    _, _, here = TEXT.partition("{#elsewhere}")
    calls = re.findall(r"`((?:torch|jax|tf)\.[\w.]+)`", here)
    assert len(calls) == len(set(calls)) > 15
    other = (DOCS / "libraries.md").read_text("utf-8")
    assert [call for call in calls if f"`{call}`" in other] == []
