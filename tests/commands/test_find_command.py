"""``zhupi find``: every place of a text, what is said there, and suggestions of them that are one step to undo."""

from __future__ import annotations

import json

import pytest
from running import annotations, lines, page, refusal, run
from workplace import SAMPLES

from store.db import turns
from store.edits.undo import redo, undo
from store.open import open_database
from store.project.reviewers import current_reviewer
from tui.cli.in_context import in_context
from tui.terminal.width import cells

TEXT = "临江县會議\n会议要求,河长每月巡河。\n来源A 河長办 [b]\x1b[31m河长\n"


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace, "a.txt", TEXT), page(workplace, "b.txt", "别处\n无关的文字。\n"))
    return workplace


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("河长", ["河长", "河長", "河长"]),
        ("河長", ["河长", "河長", "河长"]),
        ("要", ["要"]),
        ("会议要求,河长每月巡河。", ["会议要求,河长每月巡河。"]),
        (" 来源Ａ 河長办 ", ["来源A 河長办"]),
        ("求,河", ["求,河"]),
        ("巡河。\n来源", ["巡河。\n来源"]),
        ("不在这里", []),
        ("河长" * 3000, []),
    ],
    ids=["simplified", "traditional", "one", "long", "space", "comma", "lines", "none", "longer"],
)
def test_every_place_is_found_in_either_script(place, wanted, found):
    places = lines(run(place, "find", wanted, "--json").stdout)
    raw = {row["id"]: row["raw"] for row in place.export()}
    assert [each["text"] for each in places] == found
    assert all(raw[each["id"]][each["start"] : each["end"]] == each["text"] for each in places)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_places_fit_the_line_and_tell_what_is_said_there(place, width):
    found = json.loads(place.run("find", "河长", "--json").splitlines()[0])
    place.run("tag", "a", "OFFICIAL", str(found["start"]), str(found["end"]))
    done = run(place, "find", "河长", env={"COLUMNS": str(width)})
    assert done.stderr == "3 places in 1 notice\n"
    assert all(cells(line) <= width for line in done.stdout.splitlines())
    assert done.stdout.count("【河") == 3
    if width > 40:
        assert "[OFFICIAL manual]" in done.stdout.splitlines()[0]


def test_filters_choose_the_notices(sampled):
    everywhere = len(lines(sampled.run("find", "会议", "--json")))
    assert everywhere > 10
    assert sampled.run("find", "会议", "--status", "done") == ""
    assert sampled.run("find", "会议", "--having", "DATE") == ""
    until = sampled.run("find", "会议", "--until", "2023-12-31", "--json")
    assert 0 < len(lines(until)) < everywhere
    # A year or a month is typed as in the filter of the queue.
    assert sampled.run("find", "会议", "--until", "2023", "--json") == until
    for typed in ("soon", ""):
        assert "write 2021, 2021-09 or 2021-09-26" in refusal(sampled, "find", "会议", "--from", typed)
    assert "unknown label NOPE" in refusal(sampled, "find", "会议", "--having", "NOPE", status=2)
    assert "nobody here is called nobody" in refusal(sampled, "find", "会议", "--assignee", "nobody", status=2)
    assert sampled.run("find", "会议", "--assignee", "", "--json") == sampled.run("find", "会议", "--json")


def test_places_become_suggestions_in_many_turns_and_one_step(workplace, monkeypatch):
    # Every turn has room for one notice.
    monkeypatch.setattr(turns, "TURN", 0)
    workplace.run("import", SAMPLES)
    report = json.loads(workplace.run("find", "會議", "--label", "REQUIREMENT", "--suggest", "--json"))
    assert (report["notices"] > 3, report["added"]) == (True, report["places"])
    items = annotations(workplace)
    assert {item["suggested_by"] for item in items} == {items[0]["suggested_by"]}
    assert items[0]["suggested_by"].startswith("find@")
    # The other script is the same text.
    again = run(workplace, "find", "会议", "--label", "REQUIREMENT", "--suggest").stderr
    assert f"0 suggestions added, {report['places']} there already" in again
    with open_database(workplace.folder / "zhupi.db") as database:
        assert undo(database, current_reviewer()).size == report["added"]
        assert workplace.export()[0]["annotations"] == []
        assert redo(database, current_reviewer()).size == report["added"]
    assert len(annotations(workplace)) == report["added"]
    workplace.run("check")


def test_what_it_cannot_do_is_told_in_one_line(place):
    assert "TEXT is empty" in refusal(place, "find", " ")
    assert "--having" in refusal(place, "find", "a", "--label", "DATE")
    assert "go together" in refusal(place, "find", "a", "--suggest")
    assert "unknown label NOPE" in refusal(place, "find", "a", "--suggest", "--label", "NOPE", status=2)


def test_who_said_it_is_not_cut_off_the_end_of_a_line_of_80_columns():
    shown = in_context("page", "前" * 99 + "林知远" + "后" * 99, 99, 102, "no REQUIREMENT, li.wei", 75)
    assert shown.endswith("… [no REQUIREMENT, li.wei]")
    assert cells(shown) <= 75
