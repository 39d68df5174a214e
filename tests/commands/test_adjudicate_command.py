"""``zhupi adjudicate --auto``: from layers of three people to an export of gold that verify has passed."""

from __future__ import annotations

import json

import pytest
from adjudicating import gold, say
from making import RAW, wrong
from running import lines, page, refusal, run

from store.edits.undo import undo
from store.open import open_database
from store.project.reviewers import current_reviewer


@pytest.fixture
def place(workplace):
    """Two notices: of the first three layers differ in part, in the second two have found nothing."""
    workplace.run("import", page(workplace, "a.txt", RAW), page(workplace, "b.txt", f"{RAW}又及。\n"))
    with open_database(workplace.folder / "zhupi.db") as database:
        say(database, 1, "li", (0, 3), (5, 9), (20, 24))
        say(database, 1, "wang", (0, 3), (5, 10))
        say(database, 1, "zhao", (0, 3), (5, 10))
        for name in ("li", "wang"):
            say(database, 2, name)
    return workplace


def golden(place, *options):
    done = run(place, "export", "--format", "spans", "--layer", "gold", *options)
    assert done.returncode == 0
    return [(row["doc"], row["start"], row["end"], row["annotator"], row["status"]) for row in lines(done.stdout)]


def test_what_layers_agree_on_becomes_gold_and_is_exported(place):
    wanted = {
        "rule": "all", "dry_run": True, "notices": 2, "taken": 1, "taken_back": 0, "settled": 1, "open": 2,
        "completed": 1, "refused": [],
    }  # fmt: skip
    assert json.loads(run(place, "adjudicate", "--auto", "all", "--dry-run", "--json").stdout) == wanted
    assert golden(place) == []
    done = run(place, "adjudicate", "--auto", "all", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {**wanted, "dry_run": False})
    path = place.folder / "zhupi.db"
    told = f"2 notices, 1 annotation into gold, 2 differences left open, 1 notice done: {path}\n"
    assert done.stderr == told
    assert golden(place) == [("a", 0, 3, "gold", "gold")]
    done = run(place, "adjudicate", "--auto", "majority")
    assert (done.stdout, done.returncode) == ("", 0)
    assert golden(place) == [("a", 0, 3, "gold", "gold"), ("a", 5, 10, "gold", "gold")]
    # Where there is gold, an export takes that and no other layer.
    assert [row["start"] for row in lines(run(place, "export", "--format", "spans").stdout)] == [0, 5]
    again = run(place, "adjudicate", "--auto", "majority")
    assert again.stderr == f"1 notice, 0 annotations into gold, 1 difference left open, 0 notices done: {path}\n"
    rows = place.export()
    assert [review["status"] for review in rows[1]["reviews"] if review["annotator"] == "gold"] == ["done"]
    with open_database(path) as database:
        assert wrong(database) == []
        undo(database, current_reviewer())
        assert gold(database, 1) == [(0, 3, "DATE")]
        assert wrong(database) == []


def test_gold_comes_back_from_a_native_export_as_it_was(place, tmp_path):
    run(place, "adjudicate", "--auto", "majority")
    first, other = tmp_path / "first.jsonl", ("--db", tmp_path / "other.db")
    run(place, "export", "-o", first)
    assert run(place, "verify", first).returncode == 0
    run(place, "import", first, *other)
    assert run(place, "export", *other).stdout == first.read_text(encoding="utf-8")
    with open_database(tmp_path / "other.db") as database:
        assert wrong(database) == []


def test_a_reviewer_makes_no_gold(place):
    run(place, "reviewers", "add", "chen", "--role", "admin")
    me = current_reviewer()
    run(place, "reviewers", "role", me, "reviewer")
    told = refusal(place, "adjudicate", "--auto", "all")
    assert f"{me} is a reviewer here, and only an adjudicator or an admin may adjudicate" in told
    assert refusal(place, "adjudicate", "--auto", "all", "--dry-run") == told
    assert golden(place) == []


def test_a_rule_that_there_is_not_is_wrong_usage(place):
    assert "'most' is not one of 'all', 'majority'" in refusal(place, "adjudicate", "--auto", "most")


def test_a_damaged_notice_is_named_and_the_rest_goes_on(place):
    with open_database(place.folder / "zhupi.db") as database, database.write() as connection:
        connection.execute("UPDATE texts SET runs = '[' WHERE notice = 1")
    done = run(place, "adjudicate", "--auto", "all")
    assert done.returncode == 1
    refused, told = done.stderr.splitlines()
    assert refused.startswith("refused notice ")
    assert "is damaged" in refused
    assert told.startswith("1 notice, 0 annotations into gold, 0 differences left open, 1 notice done, 1 refused")
