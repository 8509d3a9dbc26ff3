"""The claims, filtered: by boxes to tick, without a script."""

import itertools

import pytest
from playwright.sync_api import expect

VERDICTS = "true", "imprecise", "false"
TOPICS = "curve", "slope", "floats", "chances", "networks"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def tab(visit, request):
    """The page, with scripts and without."""
    return visit("claims/", java_script_enabled=request.param)


def seen(tab):
    """(topic, verdict) of each claim that can be seen, in order."""
    found = []
    for topic in TOPICS:
        for claim in tab.locator(f".{topic} .claim .verdict").all():
            if claim.is_visible():
                found.append((topic, claim.text_content()))
    return found


def tick(tab, *values):
    """Tick or untick the boxes of these values by the keyboard."""
    for value in values:
        tab.locator(f".filter [value={value}]").press("Space")


def test_all_claims_are_seen_at_first(tab):
    """Nothing is ticked, and nothing hidden."""
    assert len(seen(tab)) == tab.locator(".claim").count() > 40


def test_boxes_leave_what_they_name(tab):
    """One box of each group leaves what is both; no choice leaves nothing."""
    whole = seen(tab)
    for topic, verdict in itertools.product(TOPICS, VERDICTS):
        tick(tab, topic, verdict)
        left = seen(tab)
        assert left and set(left) == {(topic, verdict)}
        assert len(left) == whole.count((topic, verdict))
        assert tab.locator("h2:visible").count() == 1
        tick(tab, topic, verdict)
    assert seen(tab) == whole


def test_two_boxes_of_a_group_leave_both(tab):
    """True and false claims, without the imprecise ones."""
    whole = seen(tab)
    tick(tab, "true", "false")
    assert seen(tab) == [c for c in whole if c[1] != "imprecise"]
    tick(tab, "floats", "slope")
    assert {topic for topic, _ in seen(tab)} == {"floats", "slope"}


def test_the_printed_claims_have_no_boxes(tab):
    """What was chosen is printed, without the means to choose."""
    tab.emulate_media(media="print")
    expect(tab.locator(".filter")).to_be_hidden()
