"""``zhupi accept``: a sample is asked about place by place, and then the rest is one step to undo."""

from __future__ import annotations

import json
import re

import pytest
from running import lines, page, run

from store.edits.undo import undo
from store.open import open_database
from store.project.reviewers import current_reviewer

ME = current_reviewer()
TEXT = "临江县會議\n会议要求,\x1b[31m林知远第{}次巡河。\n"
WANTED = ("accept", "--label", "OFFICIAL", "--above", "0.9")


@pytest.fixture
def place(workplace):
    """Twelve notices, in each of which a model has found an official; eight of them surely."""
    workplace.run("import", *(page(workplace, f"{at}.txt", TEXT.format(at)) for at in range(12)))
    found = []
    for at, row in enumerate(workplace.export()):
        start = row["raw"].index("林知远")
        span = {
            "label": "OFFICIAL",
            "start": start,
            "end": start + 3,
            "text": "林知远",
            "score": 0.95 if at < 8 else 0.5,
        }
        found.append(json.dumps({"id": row["id"], "doc": row["doc"], "text": row["raw"], "spans": [span]}))
    (workplace.folder / "found.jsonl").write_text("\n".join(found), encoding="utf-8")
    workplace.run("suggest", "--from", "found.jsonl", "--model", "tagger")
    return workplace


def accept(place, answers, *more):
    return run(place, *WANTED, *more, data="".join(f"{each}\n" for each in answers).encode())


def own(place):
    items = [item for row in place.export() for item in row["annotations"] if item["annotator"] == ME]
    return sorted((item["status"], item["bulk"]) for item in items)


def test_a_sample_and_then_the_rest(place):
    done = accept(place, ["a", "x", "a", "yes"], "--rule", "tagger", "--sample", "3", "--json")
    assert lines(done.stdout) == [{"waiting": 8, "sample": 3, "right": 2, "accepted": 5, "overlapping": 0}]
    assert "OFFICIAL tagger from 0.9: 8 wait, says 0.95\n" in done.stderr
    assert done.stderr.count("【林知远】") == 3
    assert "2 of 3 were right; of the other 5, 0 to 4 would be wrong" in done.stderr
    assert done.stderr.endswith("5 suggestions accepted, as bulk; undo in the app takes it back\n")
    assert done.stderr.count("accepted, as bulk") == 1
    assert "\x1b" not in done.stderr
    assert own(place) == [*[("accepted", False)] * 2, *[("accepted", True)] * 5, ("rejected", False)]
    with open_database(place.folder / "zhupi.db") as database:
        assert undo(database, ME).size == 5
    assert own(place) == [*[("accepted", False)] * 2, ("rejected", False)]
    again = accept(place, ["a"] * 5, "--rule", "tagger", "--json")
    assert lines(again.stdout) == [{"waiting": 5, "sample": 5, "right": 5, "accepted": 0, "overlapping": 0}]
    assert re.search(r"5 wait, says 0.95, people accept \d\d%\n", again.stderr)


@pytest.mark.parametrize(
    ("answers", "stored", "told"),
    [(["a", "q"], 1, "left: 1 decision of the sample stored"), (["a", "a", "no"], 2, "nothing else was accepted")],
)
def test_who_leaves_has_decided_that_much(place, answers, stored, told):
    done = accept(place, answers, "--sample", "2")
    assert (done.returncode, told in done.stderr) == (0, True)
    assert own(place) == [("accepted", False)] * stored


def test_input_that_ends_accepts_nothing_more(place):
    done = accept(place, ["a"], "--sample", "2")
    assert done.returncode != 0
    assert own(place) == [("accepted", False)]


def test_a_dry_run_only_shows(place):
    done = accept(place, [], "--dry-run", "--sample", "2")
    assert done.stdout.count("【林知远】") == 2
    assert done.stdout.count("[0.95]") == 2
    assert "OFFICIAL of all rules from 0.9: 8 wait, says 0.95\n" in done.stderr
    assert own(place) == []
    both = accept(place, [], "--dry-run", "--json")
    assert (both.returncode, both.stdout, "--json tells what was done" in both.stderr) == (2, "", True)


@pytest.mark.parametrize(
    ("arguments", "told", "status"),
    [
        (("--rule", "dates"), "dates: no suggestion waits for .*; there waits of OFFICIAL: tagger 12", 2),
        (("--label", "DATE"), "DATE: no suggestion waits for .*; nothing of DATE waits", 2),
        (("--label", "PLACE"), "PLACE", 2),
        (("--above", "1.5"), "1.5 is not in the range", 2),
        (("--sample", "0"), "0 is not in the range", 2),
        (("--assignee", "nobody-here"), "nobody-here", 2),
        (("--above", "0.96"), "nothing waits from 0.96 on: the highest score is 0.95", 0),
    ],
)
def test_what_is_not_there_is_told(place, arguments, told, status):
    done = run(place, *WANTED, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert re.search(told, done.stderr), done.stderr
