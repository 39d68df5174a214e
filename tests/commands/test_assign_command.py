"""``zhupi assign``: notices by name, all in one step or none."""

from __future__ import annotations

import pytest
from running import page, refusal, run

from store.database import Database
from store.queue import queue_page


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace), page(workplace, "b.txt", "别的通知。\n"))
    workplace.run("reviewers", "add", "chen")
    return workplace


def held(place):
    with Database(place.folder / "zhupi.db") as database:
        return [row.assignees for row in queue_page(database.connection, "lin").rows]


def test_notices_are_assigned_by_id_or_doc_and_taken_off_again(place):
    name = place.export()[1]["id"]
    done = run(place, "assign", "page", name, "--to", "chen")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 of 2 notices assigned to chen\n")
    assert held(place) == [("chen",), ("chen",)]
    assert run(place, "assign", "page", "--to", "chen").stderr == "0 of 1 notices assigned to chen\n"
    assert run(place, "assign", "page", "--to", "chen", "--off").stderr == "1 of 1 notices taken off chen\n"
    assert held(place) == [(), ("chen",)]


@pytest.mark.parametrize("name", ["gold", "all", "suggested"])
def test_the_name_of_a_layer_is_refused(place, name):
    assert name in refusal(place, "assign", "page", "--to", name, status=1)
    assert held(place) == [(), ()]


def test_a_notice_that_is_not_there_leaves_all_as_they_were(place):
    assert "nosuch" in refusal(place, "assign", "page", "nosuch", "--to", "chen")
    assert held(place) == [(), ()]


def test_a_hostile_name_is_shown_as_it_is_stored(place):
    done = run(place, "assign", "page", "--to", "a\x1b[31m")
    assert done.stderr.startswith("1 of 1 notices assigned to a␛[31m\na␛[31m never worked here")
    assert held(place)[0] == ("a\x1b[31m",)
