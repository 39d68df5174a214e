"""The main job, as a reviewer does it: open a page, select, tag, undo, redo, and lose nothing to kill -9."""

from __future__ import annotations

import pytest
from main_job import tag_undo_redo_and_kill
from workplace import SAMPLES

pytestmark = pytest.mark.terminal

SAMPLE = "02-air-quality-campaign"
PAGE = "000_c3050b99c8f9f9b6"


@pytest.fixture(params=[(120, 40), (80, 24)], ids=["120x40", "80x24"])
def size(request):
    return request.param


@pytest.fixture(params=["sample", "page"])
def doc(request, workplace):
    """A notice with artefacts, its first body repeated before title and byline: our own, and a real one."""
    if request.param == "sample":
        workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
        return SAMPLE
    shared = request.getfixturevalue("shared")
    workplace.run("import", shared / "notices" / f"{PAGE}.txt")
    return PAGE


def test_tag_undo_redo_and_kill_right_after_saved(workplace, doc, size):
    tag_undo_redo_and_kill(workplace, workplace.open(*size, "review", "--notice", doc), size)


def test_delete_and_done_survive(sampled, size):
    screen = sampled.open(*size)
    screen.wait("1/12")
    screen.press("enter")
    screen.wait(r"normalized \d")
    screen.press("v", "l", "l", "2")
    screen.wait("1 yours")
    screen.press("x")
    screen.wait("0 yours")
    screen.wait("deleted: OFFICIAL")
    screen.press("m")
    screen.wait("done: “")
    screen.wait("2/12")
    screen.wait("saved ✓")
    screen.press("q")
    screen.wait("done 1 of 12")
    screen.press("q")
    screen.wait_for_end()
    first = sampled.export()[0]
    assert first["annotations"] == []
    assert [review["status"] for review in first["reviews"]] == ["done"]


def test_undo_goes_to_the_notice_where_it_was_done(sampled):
    screen = sampled.open(120, 40, "review", "--notice", "01-river-chief-meeting")
    screen.wait("1/12")
    screen.press("v", "l", "3")
    screen.wait("1 yours")
    screen.press("J")
    screen.wait("2/12")
    screen.press("u")
    screen.wait("1/12")
    screen.wait("undone: tag DATE")
    screen.wait("0 yours")


def test_a_region_gets_another_kind_and_undo_takes_it_back(workplace, size):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    before = workplace.export()[0]
    screen = workplace.open(*size, "review", "--notice", SAMPLE)
    screen.wait(r"normalized \d")
    screen.press("v", "l", "3", "tab", "g", "B")
    screen.wait("This region is")
    screen.press("3")
    screen.wait("duplicate is body now")
    screen.wait("saved ✓")
    after = workplace.export()[0]
    assert len(after["normalized"]) > len(before["normalized"]) + 500
    assert [region["by"] for region in after["regions"] if region["by"]]
    assert [item["text"] for item in after["annotations"]] == ["青笠"]
    screen.press("u")
    screen.wait("undone: kind of region")
    screen.kill()
    assert workplace.export()[0]["normalized"] == before["normalized"]
    workplace.run("check")
