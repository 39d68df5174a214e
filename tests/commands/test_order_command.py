"""``zhupi order``, and what follows orders of work: ``suggest``, ``assign``, ``stats``."""

from __future__ import annotations

import json

import pytest
from running import page, refusal, run

from store.index.filters import QueueFilter
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.queue import numbers_in_queue, rows_of


@pytest.fixture
def place(workplace):
    """Notices with more and more dates."""
    pages = [
        page(
            workplace,
            f"{at}.txt",
            "".join(f"{1 + at}月{2 + each}日前，{'县水务局镇环保所'[at:]}要完成排查。" for each in range(at))
            + "又及。\n",
        )
        for at in range(1, 5)
    ]
    workplace.run("import", *pages)
    workplace.run("reviewers", "add", "chen")
    return workplace


def order_of(place, sort):
    with open_database(place.folder / "zhupi.db") as database, database.read() as connection:
        return numbers_in_queue(connection, current_reviewer(), QueueFilter(sort=sort))


def states(place):
    return {each["name"]: each for each in json.loads(place.run("order", "--json"))}


def test_orders_are_shown_made_and_follow_suggestions(place):
    told = run(place, "order")
    assert told.stdout.split("\n")[2].split() == ["unsure", "never"]
    assert told.stderr == "20% of the notices come at random\n"
    assert run(place, "order", "unsure", "month").stderr == "unsure: 4 notices in order\nmonth: 4 notices in order\n"
    made = states(place)
    assert (made["unsure"]["ordered"], made["unsure"]["behind"], made["source"]["made_at"]) == (4, 0, None)
    assert run(place, "order", "--random", "0").stderr.startswith("0% of the notices come at random: ")
    assert order_of(place, "unsure") == [1, 2, 3, 4]
    place.run("suggest")
    found = order_of(place, "unsure")
    assert found != [1, 2, 3, 4]
    assert states(place)["unsure"]["behind"] == 0
    # Nothing new is suggested, so nothing is made anew.
    before = states(place)["unsure"]["made_at"]
    place.run("suggest")
    assert states(place)["unsure"]["made_at"] == before
    lines = run(place, "order").stdout.split("\n")
    assert lines[2].split()[0] == "unsure"
    assert lines[2].split()[-1] == "no"
    assert "already" in run(place, "order", "--random", "0").stderr

    place.run("assign", "--all", "--order", "unsure", "--most", "2", "--to", "chen")
    with open_database(place.folder / "zhupi.db") as database:
        rows = rows_of(database.connection, "chen", range(1, 5))
    assert {row.number for row in rows if "chen" in row.assignees} == {*found[:2]}


def test_what_is_wrong_is_one_line(place):
    assert "'best' is not one of 'unsure'" in refusal(place, "order", "best")
    assert "give a share as" in refusal(place, "order", "--random", "120%")
    assert "--json shows the orders" in refusal(place, "order", "unsure", "--json")
    assert "--most N" in refusal(place, "assign", "--all", "--order", "unsure", "--to", "chen")
