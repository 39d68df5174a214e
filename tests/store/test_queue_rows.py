"""The queue: pages of rows, what counts for whom, and where to go next."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of, notice_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.edits.review import set_review
from store.index.filters import PageKey, QueueFilter
from store.log.events import annotation_change
from store.open import open_database
from store.read.queue import PAGE_ROWS, count_done, next_open, queue_page
from store.write.notices import add_notice
from store.write.record import record


def add(database, number, raw, actor="lin", **changes):
    item = replace(annotation_of(raw, 0, 2, annotator=actor), **changes)
    with database.write() as connection:
        record(connection, actor, "tag", annotation_change(number, None, item))
    return item


def review(database, number, status, actor="lin"):
    set_review(database, actor, number, Review(actor, status, None, now()))


def test_pages_follow_each_other_without_a_gap(database):
    with database.write() as connection:
        for number in range(PAGE_ROWS + 3):
            add_notice(connection, "importer", notice_of(f"通知{number}", f"doc-{number}"))
    page = queue_page(database.connection, "lin", limit=PAGE_ROWS)
    first, second = page.rows, queue_page(database.connection, "lin", after=page.next).rows
    assert [row.number for row in first + second] == list(range(1, PAGE_ROWS + 4))
    assert [row.doc for row in second] == [f"doc-{number}" for number in range(PAGE_ROWS, PAGE_ROWS + 3)]
    assert queue_page(database.connection, "lin", after=PageKey(None, PAGE_ROWS + 3)).rows == []


def test_an_empty_database_has_an_empty_queue(database):
    assert queue_page(database.connection, "lin").rows == []
    assert count_done(database.connection, "lin") == (0, 0)
    assert next_open(database.connection, "lin", 0) is None


def test_a_reviewer_sees_the_own_counts_and_status(database):
    number = stored_notice(database, "临江县通知")
    for _ in range(2):
        add(database, number, "临江县通知")
    add(database, number, "临江县通知", label="OFFICIAL")
    add(database, number, "临江县通知", actor="chen")
    add(database, number, "临江县通知", status="rejected")
    review(database, number, "flagged", "chen")
    (mine,), (theirs,) = (queue_page(database.connection, name).rows for name in ("lin", "chen"))
    assert (mine.counts, mine.status) == ({"DATE": 2, "OFFICIAL": 1}, "open")
    assert (theirs.counts, theirs.status) == ({"DATE": 1}, "flagged")


@pytest.mark.parametrize("name", ["lin", "lin.wei"])
def test_a_suggestion_counts_until_it_is_decided(database, name):
    number = stored_notice(database, "临江县通知")
    add(database, number, "临江县通知", id="s1", annotator=None, status="suggested")
    add(database, number, "临江县通知", id="s2", annotator=None, status="suggested", label="OFFICIAL")
    add(database, number, "临江县通知", actor=name, id=f"s2.{name}", status="rejected", label="OFFICIAL")
    (row,) = queue_page(database.connection, name).rows
    assert (row.suggestions, row.counts) == (1, {})


def test_what_a_newer_version_suggests_at_a_place_that_was_decided_does_not_count_again(database):
    number = stored_notice(database, "临江县通知")
    add(database, number, "临江县通知", id="s1", annotator=None, status="suggested", suggested_by="dates/day@1")
    add(database, number, "临江县通知", id="s1.lin", status="accepted", suggested_by="dates/day@1")
    add(database, number, "临江县通知", id="s2", annotator=None, status="suggested", suggested_by="dates/day@2")
    (row,) = queue_page(database.connection, "lin").rows
    assert (row.suggestions, row.counts) == (0, {"DATE": 1})
    assert queue_page(database.connection, "lin", QueueFilter(open_point="undecided")).rows == []
    (theirs,) = queue_page(database.connection, "chen", QueueFilter(open_point="undecided")).rows
    assert theirs.suggestions == 1


def test_the_filter_of_a_label_shows_what_is_suggested_too(database):
    number = stored_notice(database, "临江县通知")
    add(database, number, "临江县通知", id="s1", annotator=None, status="suggested")
    which = QueueFilter(label="DATE")
    assert [row.number for row in queue_page(database.connection, "lin", which).rows] == [number]
    assert queue_page(database.connection, "lin", QueueFilter(label="OFFICIAL")).rows == []
    add(database, number, "临江县通知", id="s1.lin", status="rejected")
    assert queue_page(database.connection, "lin", which).rows == []
    assert [row.number for row in queue_page(database.connection, "chen", which).rows] == [number]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["open", "done", "flagged", "skipped", None]), min_size=1, max_size=8), st.data())
def test_the_next_notice_is_the_first_open_one_behind_then_before(tmp_path_factory, statuses, data):
    after = data.draw(st.integers(1, len(statuses)))
    with open_database(tmp_path_factory.mktemp("queue") / "a.db", create=True) as database:
        for index, status in enumerate(statuses):
            number = stored_notice(database, f"通知{index}")
            if status:
                review(database, number, status)
        free = [number for number, status in enumerate(statuses, 1) if status in ("open", None)]
        behind, before = [n for n in free if n > after], [n for n in free if n < after]
        assert next_open(database.connection, "lin", after) == next(iter(behind + before), None)
        assert count_done(database.connection, "lin") == (statuses.count("done"), len(statuses))
