"""snippets/_recorded.py: the records are those of the programs as they are.

A test that fails here asks for `python -m tests.record`.
"""

import datetime
import re

import mpmath
import numpy as np
import pytest
import record

from snippets._recorded import ACTIVATIONS, COST, LEARNT, SWEEP, TIMES
from snippets.activations import gallery
from snippets.function import sigmoid
from snippets.implementation import FORMULAS


def test_the_times_are_those_of_the_formulas():
    """No formula has changed since its time was measured."""
    names = [f.__name__ for f in FORMULAS.values()]
    assert TIMES["program"] == record.measured(*names)
    assert list(TIMES["formulas"]) == list(TIMES["arrays"]) == names


def test_the_costs_are_those_of_the_units():
    """No unit and no layer has changed since its time was measured."""
    assert COST["program"] == record.measured(*record.COSTED, topic="cost")
    assert COST["widths"] == record.WIDTHS


@pytest.mark.parametrize("name", ["sigmoid", "fast_sigmoid", "expit", "naive"])
def test_the_sweeps_are_those_of_the_formulas(name):
    """Neither the formula nor what measures it has changed since."""
    assert SWEEP[name]["program"] == record.measured("sweep", name)


def test_the_costs_are_those_of_the_activations():
    """No activation has changed since its cost was measured."""
    assert ACTIVATIONS["program"] == record.measured(
        "respond", topic="activations"
    )
    names = [name for name, *_ in gallery()]
    assert list(ACTIVATIONS["each"]) == [*names, "GELU by σ", "GELU by tanh"]


def test_what_was_learnt_was_by_the_program_as_it_is():
    """The training, the starts and the activations are the same still."""
    assert LEARNT["program"] == record.measured("chosen", topic="choosing")


@pytest.mark.parametrize(
    "found", [TIMES, COST, ACTIVATIONS, LEARNT, *SWEEP.values()]
)
def test_a_record_tells_where_and_when_it_was_made(found):
    """Machine, versions, date and program are there."""
    assert re.search(r"\d+ cores", found["machine"])
    assert re.search(r"NumPy [\d.]+, SciPy [\d.]+", found["versions"])
    assert datetime.date.fromisoformat(found["date"])
    assert re.fullmatch("[0-9a-f]{16}", found["program"])


@pytest.mark.parametrize("found", SWEEP.values())
def test_a_sweep_saw_every_float32(found):
    """As many nan came back as there are, and no other is missing."""
    assert found["nans"] == 2 * (2**23 - 1) and not found.get("wrong nans")
    right = np.float32(25 * np.log(2)).view(np.int32)  # 1 from here at most
    assert found["ones"] >= 0x7F800000 - int(right)


def test_the_hash_sees_a_formula_and_not_its_words(monkeypatch):
    """Another formula has another hash; a docstring has none."""
    assert record.measured("naive") != record.measured("clipped")
    real = record.program

    def reworded(*targets):
        text = real(*targets).text.replace("as it is defined", "by heart")
        assert "by heart" in text
        return type("Program", (), {"text": text})

    before = record.measured("naive")
    monkeypatch.setattr(record, "program", reworded)
    assert record.measured("naive") == before


def test_a_flat_stretch_is_one_on_which_nothing_changes():
    """Beyond ±128 and for nan the results are flat, around 1 they are not."""
    assert record.flat(sigmoid, 0x43000000) == {"ones": record.STEP}
    assert record.flat(sigmoid, 0xC3000000) == {"zeros": record.STEP}
    assert record.flat(sigmoid, 0x7FC00000) == {"nans": record.STEP}
    assert record.flat(sigmoid, 0x3F800000) == {}
    assert record.flat(np.tanh, 0) == {}


def test_an_error_of_half_an_ulp_is_decided_to_60_digits():
    """The sigmoid of 3·2^-23 lies 5·10^-14 of an ulp below a tie."""
    x = np.float32(3 * 2.0**-23)
    up, down = np.float32(0.5 + 2.0**-23), np.float32(0.5 + 2.0**-24)
    with mpmath.workdps(60):
        beyond = mpmath.mpf(float(x)) ** 3 / 48 * 2**24
        for value, sign in (up, 1), (down, -1):
            off = (record.tie_error(x, value) - 0.5) * sign
            assert abs(off / beyond - 1) < 1e-10
