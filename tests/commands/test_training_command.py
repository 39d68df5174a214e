"""``zhupi training``: what is set up and shown, by admins alone."""

from __future__ import annotations

import json

import pytest
from adjudicating import say, with_adjudicator
from making import stored_notice
from running import run

from annotations.annotation import Review, now
from store.edits.adjudicate import complete, fill
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.open import open_database
from store.project.reviewers import current_reviewer

SPANS = ((0, 3), (5, 9))


@pytest.fixture
def place(workplace):
    """A database with a notice whose gold is done, and a reviewer."""
    with open_database(workplace.folder / "zhupi.db", create=True) as database:
        number = stored_notice(database)
        chen = with_adjudicator(database)
        for name in ("li", "wang"):
            say(database, number, name, *SPANS)
        fill(database, chen, number)
        complete(database, chen, number)
    workplace.env["ZHUPI_DB"] = str(workplace.folder / "zhupi.db")
    return workplace


def test_it_is_set_up_and_shows_how_people_do(place):
    done = run(place, "training", "add", "page")
    assert done.stderr == "1 notice to train with, no bar; 0 checks hidden, at a share of 5%\n"
    done = run(place, "training", "terms", "--share", "10%", "--bar", "0.75")
    assert done.stderr == "1 notice to train with, F1 0.75 opens the queue; 0 checks hidden, at a share of 10%\n"
    assert run(place, "training", "terms", "--share", "0.05", "--no-bar").stderr.endswith("share of 5%\n")
    assert "nobody is trained or checked yet" in place.run("training")
    with open_database(place.folder / "zhupi.db") as database:
        add_reviewer(database, current_reviewer(), "zhao", "reviewer")
        say(database, 1, "zhao", SPANS[0], done=False)
        set_review(database, "zhao", 1, Review("zhao", "done", None, now()))
    shown = place.run("training", "list")
    assert "training      page\n" in shown
    assert shown.splitlines()[-1].split() == ["zhao", "1", "of", "1", "0.67", "0.67", "0", "—", "—"]
    told = json.loads(place.run("training", "list", "--json"))
    assert (told["training"], told["checks"], told["people"][0]["f1_exact"]) == (["page"], [], 2 / 3)
    assert "zhao: 1 notice to be done once more" in run(place, "training", "repeat", "zhao").stderr
    assert "the queue is open to zhao" in run(place, "training", "excuse", "zhao").stderr
    assert "zhao gets the training first" in run(place, "training", "require", "zhao").stderr
    assert "0 notices to train with, no bar; 1 check hidden" in run(place, "training", "add", "--check", "page").stderr
    assert "0 checks hidden" in run(place, "training", "remove", "page").stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add"], "Missing argument"),
        (["add", "nothing"], "nothing"),
        (["terms"], "say --share, --bar or --no-bar"),
        (["terms", "--share", "150%"], "give a share as 5% or 0.05"),
        (["terms", "--share", "nan"], "give a share as 5% or 0.05"),
        (["terms", "--bar", "0.8", "--no-bar"], "do not go together"),
        (["require", "nobody"], "no reviewer here is called nobody"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(place, arguments, told):
    done = run(place, "training", *arguments)
    assert done.returncode in (1, 2)
    assert told in done.stderr
