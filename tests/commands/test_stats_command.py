"""``zhupi stats`` on agreement: its tables, its JSON, what it says of doubts and refuses."""

from __future__ import annotations

import json

import pytest
from adjudicating import with_adjudicator
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.labels import default_labels
from store.edits.adjudicate import complete, fill
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.edits.seen_layers import see_layers
from store.open import open_database
from tui.cli.table import put_table
from tui.terminal.width import cells

LONG = "zhaozhaozhaozhaozhaozhaozhaozhao"


@pytest.fixture
def place(workplace):
    """Three notices that two have finished, one of them in doubt, and one that a third has finished too."""
    workplace.run("init")
    with open_database(workplace.folder / "zhupi.db") as database:
        for index in range(3):
            raw = f"{RAW}{index}"
            number = stored_notice(database, raw)
            if index == 1:
                see_layers(database, "li", number, ["chen"])
            for name in ("chen", "li", LONG)[: 3 if not index else 2]:
                item = annotation_of(raw, 20, 22 + (index == 2 and name == "li"), "OFFICIAL", name)
                values = default_labels()["OFFICIAL"].attributes({"name": "林知远"})
                add_annotation(database, name, number, replace(item, attributes=values))
                set_review(database, name, number, Review(name, "done", None, now()))
    return workplace


def test_gold_is_nobodys_progress_and_counts_by_itself(place):
    before = json.loads(place.run("stats", "--json"))
    assert before["gold"] == {"annotations": 0, "ready": 3, "done": 0}
    with open_database(place.folder / "zhupi.db") as database:
        chen = with_adjudicator(database, "sun")
        fill(database, chen, 1)
        complete(database, chen, 1)
        set_review(database, "li", 1, Review("li", "open", None, now()))
        set_review(database, "chen", 1, Review("chen", "open", None, now()))
        set_review(database, LONG, 1, Review(LONG, "open", None, now()))
    after = json.loads(place.run("stats", "--json"))
    assert after["reviewed"] == 2
    assert after["labels"] == before["labels"]
    # Whoever makes gold works, and nothing of it is progress of a layer.
    assert [one["annotator"] for one in after["reviewers"]] == ["chen", "li", "sun", LONG]
    sun = after["reviewers"][2]
    assert (sun["done"], sun["annotations"], sun["pace"]["minutes"], sun["pace"]["notices"]) == (0, 0, 0.0, 0)
    assert after["gold"] == {"annotations": 1, "ready": 2, "done": 0}
    assert "gold: 1 annotation, 0 notices done, 2 ready for it\n" in place.run("stats")


def agreement(place, *arguments):
    return json.loads(place.run("stats", "--json", *arguments))["agreement"]


def test_nobody_to_compare_is_said(workplace):
    workplace.run("init")
    assert "agreement: no notice is finished by two people" in workplace.run("stats")
    assert agreement(workplace)["together"] is None


def test_columns_that_have_no_room_stand_in_a_table_below(capsys):
    names = [f"LABEL_{number}" for number in range(20)]
    put_table(("reviewer", *names), [("zhao", *range(20)), ("li", *range(1000, 1020))], "nobody")
    tables = [table.split("\n") for table in capsys.readouterr().out.strip().split("\n\n")]
    assert [table[0].split()[0] for table in tables] == ["reviewer"] * 3
    assert [name for table in tables for name in table[0].split()[1:]] == names
    assert [table[1].split()[0] for table in tables] == ["zhao"] * 3
    assert all(cells(line) <= 80 for table in tables for line in table)


def test_the_tables_fit_80_columns(place):
    place.run("suggest")
    shown = place.run("stats")
    lines = shown.split("\n")
    assert "agreement of 3 people on 3 notices that two or more finished" in lines
    assert "  1 notice where one saw the other's layer: `--leave-out saw` leaves them out" in lines
    assert max(map(cells, lines)) <= 80
    start = lines.index("agreement of 3 people on 3 notices that two or more finished")
    assert any(line.startswith("OFFICIAL ") and " 0.80 " in line for line in lines[start:])
    assert "  — REQUIREMENT, DATE: no F1 exact, F1 overlap, alpha, since nobody tagged any" in lines
    assert "  — REQUIREMENT, DATE: no kappa, since both have all text in one category" in lines
    assert any(line.startswith("chen · zhaozhao") and "…" in line for line in lines)
    assert any(line.startswith("OFFICIAL name ") and line.endswith("1.00 1.0–1.0") for line in lines)


def test_what_is_asked_of_agreement_shows_it_alone(place):
    assert place.run("stats", "--pair", "li", "chen").startswith("\nagreement of 2 people on 3 notices")
    shown = place.run("stats", "--label", "OFFICIAL")
    assert "pair, OFFICIAL" in shown
    assert "all labels" not in shown
    assert "DATE" not in shown


def test_notices_in_doubt_are_left_out_on_demand(place):
    shown = place.run("stats", "--leave-out", "saw")
    assert "on 2 notices" in shown
    assert "  1 notice where one saw the other's layer: left out" in shown
    found = agreement(place, "--leave-out", "saw", "--leave-out", "bulk")
    assert (found["notices"], found["saw"], found["bulk"], found["left_out"]) == (2, 1, 0, ["saw", "bulk"])
    assert [pair["notices"] for pair in found["pairs"]] == [2, 1, 1]


def test_nothing_left_is_said(place):
    with open_database(place.folder / "zhupi.db") as database:
        for number in (1, 2, 3):
            see_layers(database, "chen", number, ["li", LONG])
            set_review(database, "chen", number, Review("chen", "done", "看过", now()))
        set_review(database, "sun", stored_notice(database, "另一份通知"), Review("sun", "done", None, now()))
    shown = place.run("stats", "--leave-out", "saw", "--pair", "li", "chen")
    assert shown == "\nagreement: all notices finished by li and chen are left out\n"
    assert place.run("stats", "--pair", "sun", "chen") == "\nagreement: no notice is finished by sun and chen\n"
    shown = place.run("stats", "--leave-out", "saw")
    assert "agreement of 2 people on 1 notice that" in shown
    assert f"li · {LONG}"[:23] in shown
    assert shown.count("left out  left out") == 2


def test_the_object_has_figures_intervals_and_reasons(place):
    found = agreement(place)
    assert [pair["annotators"] for pair in found["pairs"]] == [["chen", "li"], ["chen", LONG], ["li", LONG]]
    everything, _, official, date = found["together"]["labels"]
    assert (everything["label"], everything["spans"]) == (None, 10)
    assert official["f1_exact"]["value"] == pytest.approx(0.8)
    assert official["f1_exact"]["low"] <= 0.8 <= official["f1_exact"]["high"]
    assert date["alpha"] == {"undefined": "nobody tagged any"}
    # One notice is too few for an interval.
    assert found["pairs"][1]["agreement"]["labels"][0]["f1_exact"] == {"value": 1.0, "low": None, "high": None}


def test_who_or_what_is_not_there_is_refused_in_one_line(place):
    for arguments, reason, status in (
        (("--pair", "li", "sun"), "sun has finished no notice; those who have: chen, li", 2),
        (("--label", "NOSUCH"), "unknown label NOSUCH", 2),
        (("--pair", "li", "li"), "--pair: li and li are one person; give two", 2),
        (("--leave-out", "all"), "'all' is not one of 'saw', 'bulk'", 2),
    ):
        done = place.call("stats", *arguments)
        assert done.returncode == status
        assert reason in done.stderr
        assert done.stdout == ""
