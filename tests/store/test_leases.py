"""What ``n`` hands out: nothing twice, nothing that is another's, and whatever was held comes back."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import stored_notice, wrong

from annotations.annotation import Review, now
from store.edits import leases
from store.edits.assign import assign, share_out
from store.edits.leases import take_next
from store.edits.people import add_reviewer, remove_reviewer
from store.edits.review import set_review
from store.edits.undo import undo
from store.errors import DamageError, StoreError
from store.index.filters import QueueFilter
from store.open import open_database
from store.project import presence
from store.project.reviewers import current_reviewer
from store.read.queue import queue_page

TAKE = """
import sys
from pathlib import Path
from store.open import open_database
from store.edits.leases import take_next
with open_database(Path(sys.argv[1])) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(10):
        print(take_next(database, sys.argv[2]), flush=True)
"""


@pytest.fixture
def numbers(database):
    return [stored_notice(database, f"通知{index}") for index in range(6)]


def done(database, who, number, status="done"):
    set_review(database, who, number, Review(who, status, None, now()))


def test_two_people_never_get_the_same(database, numbers):
    assert take_next(database, "wang") == numbers[0]
    assert take_next(database, "chen") == numbers[1]
    # What one has been handed and has not done comes again, unless one asks for what is behind it.
    assert take_next(database, "wang") == numbers[0]
    assert take_next(database, "wang", behind=numbers[0]) == numbers[2]
    assert [row.leased_to for row in queue_page(database.connection, "li").rows][:4] == ["wang", "chen", "wang", None]


def test_what_somebody_has_reviewed_is_free_for_nobody(database, numbers):
    for number, status in zip(numbers, ("done", "flagged", "skipped"), strict=False):
        done(database, "wang", number, status)
    assert take_next(database, "chen") == numbers[3]
    done(database, "wang", numbers[0], "open")
    assert take_next(database, "li") == numbers[0]


def test_what_is_assigned_goes_to_those_and_to_nobody_else(database, numbers):
    assign(database, "root", numbers[:2], "wang")
    assert take_next(database, "chen") == numbers[2]
    assert take_next(database, "wang") == numbers[0]
    assign(database, "root", numbers[:1], "chen")
    # Each of those whom it is assigned to gets it, whoever else has been there.
    done(database, "wang", numbers[0])
    assert take_next(database, "chen", behind=numbers[-1]) == numbers[0]


def test_a_lease_ends_by_itself_with_a_review_and_with_a_removal(database, numbers, monkeypatch):
    assert take_next(database, "wang") == numbers[0]
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=-1))
    assert take_next(database, "wang") == numbers[0]  # renewed, into the past
    monkeypatch.undo()
    assert take_next(database, "chen") == numbers[0]
    done(database, "chen", numbers[0])
    assert not database.connection.execute("SELECT * FROM leases").fetchall()
    add_reviewer(database, current_reviewer(), "li", "reviewer")
    assert take_next(database, "li") == numbers[1]
    remove_reviewer(database, current_reviewer(), "li")
    assert take_next(database, "wang") == numbers[1]


def test_a_queue_of_others_hands_out_nothing_and_a_search_what_it_finds(database, numbers):
    assert take_next(database, "wang", QueueFilter(status="done")) is None
    assert take_next(database, "wang", QueueFilter(search="通知4")) == numbers[4]
    assert take_next(database, "chen", QueueFilter(search="通知4")) is None


def test_none_is_left(database, numbers):
    for number in numbers:
        assert take_next(database, "wang") == number
        done(database, "wang", number)
    assert take_next(database, "wang") is None
    assert wrong(database) == []


def test_a_damaged_queue_is_told_and_never_asked_for_ever(database, numbers):
    done(database, "wang", numbers[0])
    with database.write() as connection:
        connection.execute("DELETE FROM sets WHERE facet = 'reviewed'")
    with pytest.raises(DamageError, match="check --repair"):
        take_next(database, "chen")


def test_many_processes_at_once_get_different_ones(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, create=True) as database:
        for index in range(30):
            stored_notice(database, f"通知{index}")
    names = [f"r{index}" for index in range(6)]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, path, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in names
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    held = [set(worker.communicate(timeout=60)[0].split()) for worker in workers]
    # Each asks ten times, and gets one: what it holds already.
    assert all(len(each) == 1 for each in held)
    assert len(set.union(*held)) == len(names)


def test_presence_is_told_renewed_and_forgotten(database, numbers, monkeypatch):
    with database.write() as connection:
        presence.announce(connection, "s1", "wang", None)
        presence.announce(connection, "s2", "chen", numbers[0])
    assert [(each.annotator, each.notice) for each in presence.present(database.connection)] == [
        ("chen", numbers[0]),
        ("wang", None),
    ]
    since = presence.present(database.connection)[0].since
    with database.write() as connection:
        presence.announce(connection, "s2", "chen", numbers[0])
        presence.leave(connection, "s1")
    assert [(each.annotator, each.since) for each in presence.present(database.connection)] == [("chen", since)]
    monkeypatch.setattr(presence, "SILENT", timedelta(seconds=-1))
    assert presence.present(database.connection) == []


def test_only_somebody_who_works_renews_a_lease(database, numbers):
    assert take_next(database, "wang") == numbers[0]
    with database.write() as connection:
        connection.execute("UPDATE leases SET until = '2000-01-01T00:00:00.000Z'")
        presence.announce(connection, "s", "wang", numbers[0])
    assert take_next(database, "chen") == numbers[0]
    with database.write() as connection:
        leases.renew(connection, "wang", numbers[0])
    # It is another's by now.
    assert database.connection.execute("SELECT annotator FROM leases").fetchone()[0] == "chen"


def test_sharing_out_is_even_idempotent_and_one_step(database, numbers):
    shared = share_out(database, "root", numbers, ["wang", "chen", "li"], 2)
    assert (shared.made, shared.to, shared.short) == (12, {"wang": 4, "chen": 4, "li": 4}, ())
    assert share_out(database, "root", numbers, ["wang", "chen", "li"], 2).made == 0
    assert [len(row.assignees) for row in queue_page(database.connection, "wang").rows] == [2] * 6
    assert undo(database, "root").size == 12
    assert wrong(database) == []


def test_sharing_out_counts_whoever_has_it_and_names_what_is_short(database, numbers):
    assign(database, "root", numbers[:1], "zhou")
    shared = share_out(database, "root", numbers[:2], ["wang", "wang", "chen"], 2)
    assert shared.made == 3
    with pytest.raises(StoreError, match="cannot go to 3 of 2"):
        share_out(database, "root", numbers, ["wang", "chen"], 3)
    with pytest.raises(StoreError):
        share_out(database, "root", numbers, ["gold", "chen"], 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["wang", "chen", "li"]), st.sampled_from(["n", "m", "done", "assign", "expire"])),
        max_size=25,
    )
)
def test_nobody_is_ever_handed_what_another_holds(tmp_path_factory, steps):
    with open_database(tmp_path_factory.mktemp("leases") / "a.db", create=True) as database:
        numbers = [stored_notice(database, f"通知{index}") for index in range(5)]
        at: dict[str, int | None] = {}
        held: dict[int, str] = {}
        assigned: dict[int, set[str]] = {number: set() for number in numbers}
        reviewed: dict[int, set[str]] = {number: set() for number in numbers}
        for who, what in steps:
            here = at.get(who)
            if what in ("m", "done") and here is not None:
                done(database, who, here)
                reviewed[here].add(who)
                if held.get(here) == who:
                    del held[here]
            if what in ("n", "m"):
                got = take_next(database, who, behind=here if what == "m" else None)
                if got is None:
                    continue
                assert who not in reviewed[got]
                if not assigned[got]:
                    assert not reviewed[got]
                    assert held.get(got, who) == who
                    held[got] = who
                assert not assigned[got] or who in assigned[got]
                at[who] = got
            elif what == "assign" and here is not None:
                assign(database, "root", [here], who)
                assigned[here].add(who)
                held.pop(here, None)
            elif what == "expire":
                with database.write() as connection:
                    connection.execute("UPDATE leases SET until = '2000-01-01T00:00:00.000Z'")
                held.clear()
        assert wrong(database) == []
