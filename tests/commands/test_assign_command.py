"""``zhupi assign``: notices by name, all in one step or none."""

from __future__ import annotations

import pytest
from running import page, refusal, run

from store.open import open_database
from store.read.queue import queue_page


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace), page(workplace, "b.txt", "别的通知。\n"))
    workplace.run("reviewers", "add", "chen")
    return workplace


def held(place):
    with open_database(place.folder / "zhupi.db") as database:
        return [row.assignees for row in queue_page(database.connection, "lin").rows]


def test_notices_are_assigned_by_id_or_doc_and_taken_off_again(place):
    name = place.export()[1]["id"]
    done = run(place, "assign", "page", name, "--to", "chen")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 of 2 notices assigned to chen\n")
    assert held(place) == [("chen",), ("chen",)]
    assert run(place, "assign", "page", "--to", "chen").stderr == "0 of 1 notice assigned to chen\n"
    assert run(place, "assign", "page", "--to", "chen", "--off").stderr == "1 of 1 notice taken off chen\n"
    assert held(place) == [(), ("chen",)]


@pytest.mark.parametrize("name", ["gold", "all", "suggested"])
def test_the_name_of_a_layer_is_refused(place, name):
    assert name in refusal(place, "assign", "page", "--to", name, status=1)
    assert held(place) == [(), ()]


def test_a_notice_that_is_not_there_leaves_all_as_they_were(place):
    assert "nosuch" in refusal(place, "assign", "page", "nosuch", "--to", "chen")
    assert held(place) == [(), ()]


def test_a_hostile_name_is_shown_and_refused(place):
    told = "nobody can be called “a␛[31m”: character 2 of it, U+001B, is a control or is not seen"
    assert refusal(place, "assign", "page", "--to", "a\x1b[31m", status=1) == told
    assert held(place) == [(), ()]


def test_notices_are_shared_out_by_filter_and_list(place):
    for name in ("wang", "li"):
        place.run("reviewers", "add", name)
    to = ("--to", "chen", "--to", "wang", "--to", "li")
    done = run(place, "assign", "--all", *to, "--overlap", "2")
    assert done.stderr == "2 notices, 4 assignments made: chen 2, wang 1, li 1\n"
    assert [len(each) for each in held(place)] == [2, 2]
    assert run(place, "assign", "--all", *to, "--overlap", "2").stderr.startswith("2 notices, 0 assignments made")
    place.run("import", page(place, "c.txt", "各乡镇要完成生态修复。\n"), page(place, "d.txt", "生态通知。\n"))
    assert run(place, "assign", "--search", "生态", "--to", "li").stderr == "2 of 2 notices assigned to li\n"
    assert run(place, "assign", "--search", "生态", "--free", "--to", "li").stderr == "0 of 0 notices assigned to li\n"
    assert run(place, "assign", "--list", "-", "--to", "wang", data=b"c\n\nd\n").stderr.startswith("2 of 2")
    assert held(place)[2:] == [("li", "wang")] * 2
    assert (
        run(place, "assign", "--from", "2023-04-12", "--until", "2023-04-12", "--to", "chen", "--off").returncode == 0
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--to", "chen"), "say which"),
        (("page", "--all", "--to", "chen"), "not both"),
        (("page", "--search", "会", "--to", "chen"), "not both"),
        (("--all", "--to", "chen", "--overlap", "1", "--off"), "do not go together"),
        (("--list", "nosuch.txt", "--to", "chen"), "nosuch.txt"),
        (("--all", "--from", "soon", "--to", "chen"), "soon"),
    ],
)
def test_what_cannot_be_meant_is_one_line(place, arguments, told):
    assert told in refusal(place, "assign", *arguments)
    assert held(place) == [(), ()]


def test_more_people_than_there_are_is_refused(place):
    assert "cannot go to 2 of 1" in refusal(place, "assign", "--all", "--to", "chen", "--overlap", "2", status=1)


def test_a_name_that_nobody_here_has_is_refused_or_added(place):
    told = "nobody who annotates here is called cheng; --new adds them as a reviewer"
    assert refusal(place, "assign", "page", "--to", "chen", "--to", "cheng") == told
    assert held(place) == [(), ()]
    done = run(place, "assign", "page", "--to", "chen", "--to", "cheng", "--new")
    assert done.stderr == "1 of 1 notice assigned to chen\n1 of 1 notice assigned to cheng\n"
    assert held(place) == [("chen", "cheng"), ()]
    assert run(place, "assign", "page", "--to", "cheng").returncode == 0
    # None of several is added where one of them cannot be.
    assert "name of a layer" in refusal(place, "assign", "page", "--to", "luo", "--to", "gold", "--new", status=1)
    assert "called luo" in refusal(place, "assign", "page", "--to", "luo")
    # Whoever never came here can be taken off all the same.
    assert run(place, "assign", "page", "--to", "zhao", "--off").stderr == "0 of 1 notice taken off zhao\n"
    assert "do not go together" in refusal(place, "assign", "page", "--to", "zhao", "--off", "--new")
