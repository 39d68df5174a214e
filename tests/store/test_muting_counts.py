"""Muting in the store: what the queue counts, in turns and ended at any moment, and what stays as it is."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from random import Random

import pytest
from making import RAW, logged, notice_of, stored_notice, wrong
from merging import ME
from msgspec.structs import replace

from annotations.formats.choice import ExportOptions
from annotations.labels import default_labels
from annotations.muting import Muting, is_shown_all_the_same
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.db.sqlite import Connection
from store.doctor import repair
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.labels import change_labels
from store.edits.mute import mute, mute_below, renew_muting
from store.edits.people import add_reviewer
from store.edits.places import PlacesEdit
from store.edits.undo import redo, undo
from store.errors import NotFoundError, RoleError, StoreError
from store.index import facets
from store.index.filters import QueueFilter
from store.intake.suggest import add_suggestions
from store.open import open_database
from store.output.export import export
from store.project.muting import counted_in, muted_of, muting_in
from store.read.adjudication import load_adjudication_of
from store.read.notices import notice_annotations
from store.read.open_work import open_work
from store.read.places import text_page
from store.read.queue import queue_page
from store.read.waiting import waiting_in
from store.write.muting import begin_muting, count_on, spans_to_count

BAD, GOOD, NEAR = "requirements/modal@1", "requirements/item@1", "dates/day@1"
COUNT = 36


def suggestion(raw, start, by, label="REQUIREMENT", score=0.5):
    declared = default_labels()[label]
    span = raw_span(start, start + 2)
    return suggested(notice_of(raw), span, declared, declared.attributes(), by, score, "2026-01-01T00:00:00.000Z")


def raw_of(at):
    return RAW + f"又及{at}。\n"


def made(at):
    """What is suggested in a notice: two spans of the bad rule alone, one that another has found too, maybe a date."""
    raw = raw_of(at)
    items = [
        suggestion(raw, 0, BAD),
        suggestion(raw, 3, BAD),
        suggestion(raw, 6, BAD, score=0.9),
        suggestion(raw, 6, GOOD),
    ]
    return [*items, *([suggestion(raw, 9, NEAR, "DATE")] if at % 3 else [])]


@pytest.fixture
def numbers(database):
    """Notices with suggestions of three rules, on the bad one of which people have decided often."""
    add_reviewer(database, ME, "lin", "reviewer")
    found = [stored_notice(database, raw_of(at), f"page-{at}") for at in range(COUNT)]
    add_suggestions(database, ME, [(number, made(at)) for at, number in enumerate(found)])
    for at, number in enumerate(found[: COUNT // 2]):
        for item in made(at)[:2]:
            status = "accepted" if item.start == 0 and at % 5 == 0 else "rejected"
            add_annotation(database, "lin", number, decided(item, "lin", status))
    return found


def heard(at):
    """The places in a notice that are to be decided while the bad rule is muted."""
    return {item.start for item in made(at) if item.suggested_by != BAD or is_shown_all_the_same(item.id)}


def queue(database, name="wang", **which):
    return {row.number: row.suggestions for row in queue_page(database.connection, name, QueueFilter(**which)).rows}


def test_what_is_muted_is_not_counted_nor_found_and_everything_stored_stays(database, numbers):
    before = queue(database)
    out = BytesIO()
    export(database, out, ExportOptions())
    suggestions = open_work(database.connection).undecided
    muting, changed = mute_below(database, ME, 0.4)
    assert changed
    assert muting.pairs == {("requirements/modal", "REQUIREMENT")}
    assert (muting.muted[0].accepted, muting.muted[0].decisions) == (4, COUNT)
    assert queue(database) == {number: len(heard(at)) for at, number in enumerate(numbers)}
    assert queue(database) != before
    # What another rule has found too is still to be decided, and is filtered by.
    with_requirements = {number for at, number in enumerate(numbers) if heard(at) & {0, 3, 6}}
    assert {*queue(database, label="REQUIREMENT")} == with_requirements
    assert open_work(database.connection).undecided < suggestions
    assert wrong(database) == []
    # Exports hold all of it.
    again = BytesIO()
    export(database, again, ExportOptions())
    assert again.getvalue() == out.getvalue()
    # Of the places of a text those alone that are heard.
    muted = muted_of(database.connection, numbers[-1], notice_annotations(database.connection, numbers[-1]))
    assert {each.acceptance for each in muted.values()} == {4 / COUNT}
    page = text_page(database.connection, "wang", RAW[:2], QueueFilter(), numbers[-1] - 1)
    assert all(item.id not in muted for each in page.found for place in each.places for item in place.said)
    # Nor are they accepted there, waited for, or a layer to adjudicate.
    hidden = next(item for item in notice_annotations(database.connection, numbers[-1]) if item.id in muted)
    assert PlacesEdit(database, "wang", [(numbers[-1], hidden.span)], "accept").run().unchanged == 1
    with database.read() as connection:
        assert hidden.id not in {each.suggestion for each in waiting_in(connection, "wang", numbers)}
        layers = load_adjudication_of(connection, numbers[-1], ("rules",)).cases
    assert hidden.span not in {each.about.span for each in layers}
    # A second time is no event, and 0 ends it.
    events = len(logged(database))
    assert mute_below(database, ME, 0.4) == (muting, False)
    assert renew_muting(database, ME) == (muting, False)
    assert mute_below(database, ME, 0.0) == (Muting(), True)
    assert queue(database) == before
    assert len(logged(database)) == events
    assert counted_in(database.connection).now == ()
    assert wrong(database) == []


def test_who_may_and_what_there_is_to_be_named(database, numbers):
    with pytest.raises(RoleError):
        mute_below(database, "lin", 0.4)
    assert not counted_in(database.connection).now
    with pytest.raises(NotFoundError, match=r"requirements/modal DATE: no suggestion .* there are: dates/day DATE$"):
        mute(database, ME, "requirements/modal", "DATE", muted=True)
    mute_below(database, ME, 0.4)
    assert mute(database, ME, "requirements/modal", "REQUIREMENT", muted=False)[0].pairs == frozenset()
    assert set(queue(database).values()) == {3, 4}
    mute(database, ME, "dates/day", "DATE", muted=True)
    assert not queue(database, label="DATE").keys() - {
        number for at, number in enumerate(numbers) if any(is_shown_all_the_same(item.id) for item in made(at)[4:])
    }
    # What is muted follows its label under another name.
    change_labels(database, ME, None, [("DATE", "DAY")], (), "test", lambda _: None)
    assert {each.label for each in muting_in(database.connection).muted} == {"DATE"}
    items = notice_annotations(database.connection, numbers[1])
    assert len(muted_of(database.connection, numbers[1], items)) == sum(
        item.suggested_by == NEAR and not is_shown_all_the_same(item.id) for item in made(1)
    )
    assert wrong(database) == []


def test_a_rule_comes_back_by_what_people_decide_on_the_share_that_is_shown(database, numbers):
    mute_below(database, ME, 0.4)
    for at, number in enumerate(numbers):
        for item in made(at)[:2]:
            add_annotation(database, "chen", number, decided(item, "chen", "accepted"))
    assert muting_in(database.connection).pairs
    assert renew_muting(database, ME) == (replace(muting_in(database.connection), muted=()), True)
    assert muting_in(database.connection).below == 0.4
    assert wrong(database) == []


def test_counts_are_right_at_every_moment_of_a_change_whatever_people_do_meanwhile(database, numbers, tmp_path):
    rng = Random(3)
    wanted = Muting().named(("requirements/modal", "REQUIREMENT"), {}, muted=True)
    for target in (wanted, Muting(), wanted):
        with database.write() as connection:
            begin_muting(connection, target)
            with pytest.raises(StoreError, match="somebody else"):
                begin_muting(connection, target)
        pieces = spans_to_count(database.connection)
        assert len(pieces) == 1
        # As a million notices would have it: some spans at a time.
        cut = [type(pieces[0])(pieces[0].first, 7), *(type(pieces[0])(at, at + 9) for at in range(8, COUNT, 10))]
        for span in cut:
            with database.write() as connection:
                count_on(connection, target, [span])
            here = [line for line in wrong(database) if "not all counts follow yet" not in line]
            assert here == []
            with database.read() as connection:
                waits = Counter(each.notice for each in waiting_in(connection, "wang", numbers))
            assert dict(waits) == queue(database, open_point="undecided")
            for _ in range(6):
                act(database, rng, rng.randrange(COUNT), numbers)
        # Somebody ends it here.  The next command goes on.
        later = stored_notice(database, f"后来的通知。{rng.random()}\n", "later")
        assert later > COUNT
        assert renew_muting(database, ME)[0] == target
        assert muting_in(database.connection) == target
        assert wrong(database) == []
        before = sets(database.connection)
        with database.write() as connection:
            facets.rebuild(connection)
        assert sets(database.connection) == before
    with open_database(tmp_path / "copy.db", create=True) as copy, database.read() as connection:
        assert counted_in(copy.connection).now == ()
        assert counted_in(connection).reached is None


def act(database, rng, at, numbers):
    """Something that somebody does in a notice: decides, tags, takes back, withdraws."""
    number, name = numbers[at], rng.choice(["lin", "wu"])
    items = notice_annotations(database.connection, number)
    mine = [item for item in items if item.annotator == name]
    waiting = [item for item in items if item.annotator is None]
    match rng.randrange(5):
        case 0 if mine:
            delete_annotation(database, name, number, rng.choice(mine))
        case 1:
            undo(database, name)
        case 2:
            redo(database, name)
        case 3 if mine and (first := mine[0]).end < len(raw_of(at)):
            moved = raw_span(first.start, first.end + 1)
            after = replace(first, end=moved.end, text=moved.of(raw_of(at)))
            change_annotation(database, name, number, first, after)
        case _ if waiting:
            made_now = decided(rng.choice(waiting), name, rng.choice(["accepted", "rejected"]))
            if all(item.id != made_now.id for item in items):
                add_annotation(database, name, number, made_now)
        case _:
            pass


def sets(connection: Connection):
    return [
        [tuple(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall()]
        for table in ("tallies", "sets")
    ]


def test_check_tells_what_another_program_has_made_of_it_and_repairs_it(database, numbers):
    mute_below(database, ME, 0.4)
    for value in ('{"now":[]}', "{", '{"now":["a\\tb"],"reached":5}', json.dumps({"now": 3})):
        with database.write() as connection:
            connection.execute("UPDATE settings SET value = ? WHERE name = 'muting counted'", [value])
        assert any("muted" in line for line in wrong(database)), value
        repair(database, ME)
        assert wrong(database) == []
    with database.write() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'muting counted'")
    assert any("muted" in line for line in wrong(database))
    repair(database, ME)
    assert wrong(database) == []
    assert queue(database)[numbers[0]] == len(heard(0))
