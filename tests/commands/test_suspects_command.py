"""``zhupi suspects``: looks at what is finished again, and lists what may be wrong in it, to those who may see it."""

from __future__ import annotations

import json

import pytest
from forms import UNSAFE
from making import annotation_of, stored_notice, wrong
from running import run

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation
from store.edits.keep import keep
from store.edits.people import add_reviewer, set_role
from store.edits.review import set_review
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.suspects import listed_suspects

ME = current_reviewer()
NAME = "副县长林知远"


@pytest.fixture
def place(workplace):
    """Eight notices of this account and of lin in which a name is tagged, once with another label by each."""
    with open_database(workplace.folder / "zhupi.db", create=True) as database:
        add_reviewer(database, ME, "lin", "reviewer")
        for at in range(8):
            raw = f"第{at}号通知\x1b[31m。\n{NAME}出席会议。\n"
            number = stored_notice(database, raw, f"page-{at}")
            start = raw.index(NAME)
            for name, odd in ((ME, 2), ("lin", 5)):
                label = "DATE" if at == odd else "OFFICIAL"
                add_annotation(database, name, number, annotation_of(raw, start, start + 6, label, name))
                set_review(database, name, number, Review(name, "done", None, now()))
    workplace.env["ZHUPI_DB"] = str(workplace.folder / "zhupi.db")
    return workplace


def docs(output):
    return [json.loads(line)["doc"] for line in output.splitlines()]


def test_what_may_be_wrong_is_found_and_listed_with_its_reasons(place):
    assert "no second look yet" in run(place, "suspects").stderr
    done = run(place, "suspects", "--look", "--without-models", "--json")
    told = json.loads(done.stdout)
    assert (told["notices"], told["layers"], told["suspects"], told["models"]) == (8, 16, 2, [])
    assert "16 layers of 8 notices looked at again: 2 suspects (2 elsewhere)" in done.stderr
    done = run(place, "suspects")
    assert "2 suspects listed, of the second look of " in done.stderr
    first, reason, *_ = done.stdout.splitlines()
    assert f"【{NAME}】" in first
    assert "[DATE, " in first
    assert reason.strip() == f"7 of 7 others tag “{NAME}” as OFFICIAL"
    assert not UNSAFE & set(done.stdout.replace("\n", ""))
    assert sorted(docs(run(place, "suspects", "--json").stdout)) == ["page-2", "page-5"]
    assert docs(run(place, "suspects", "--json", "--layer", "lin").stdout) == ["page-5"]
    assert docs(run(place, "suspects", "--json", "--reason", "model").stdout) == []
    assert len(docs(run(place, "suspects", "--json", "--first", "1").stdout)) == 1
    one = json.loads(run(place, "suspects", "--json", "--layer", ME).stdout)
    assert (one["layer"], one["label"], one["text"], one["reasons"][0]["reason"]) == (ME, "DATE", NAME, "elsewhere")
    told = json.loads(run(place, "stats", "--json").stdout)["suspects"]
    assert [(each["reason"], each["open"]) for each in told if each["open"]] == [("elsewhere", 2)]


def test_a_reviewer_sees_and_has_looked_at_nothing_of_others(place):
    run(place, "suspects", "--look", "--without-models")
    with open_database(place.folder / "zhupi.db") as database:
        add_reviewer(database, ME, "boss", "admin")
        set_role(database, "boss", ME, "reviewer")
    assert docs(run(place, "suspects", "--json").stdout) == ["page-2"]
    assert docs(run(place, "suspects", "--json", "--layer", ME).stdout) == ["page-2"]
    for arguments in (("--layer", "lin"), ("--layer", "gold"), ("--look",)):
        done = place.call("suspects", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--look", "--reason", "model"), "--look lists nothing"),
        (("--without-models",), "--without-models goes with --look"),
        (("--reason", "taste"), "'taste' is not one of"),
        (("--first", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_is_told(place, arguments, told):
    done = place.call("suspects", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_what_was_kept_is_counted_and_does_not_come_again(place):
    run(place, "suspects", "--look", "--without-models")
    with open_database(place.folder / "zhupi.db") as database:
        (mine,) = listed_suspects(database.connection, ME)
        keep(database, ME, mine.number, mine.suspect)
    assert "1 suspect (1 elsewhere)" in run(place, "suspects", "--look", "--without-models").stderr
    shown = run(place, "stats").stdout
    row = next(line.split() for line in shown.splitlines() if line.startswith("unlike elsewhere"))
    assert row[2:] == ["1", "1", "0", "0", "0", "0.00"]
    with open_database(place.folder / "zhupi.db") as database:
        assert wrong(database) == []
