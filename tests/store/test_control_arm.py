"""The control arm: who sees no suggestions where, what reviews say of it, and what it tells."""

from __future__ import annotations

import json

import pytest
from adjudicating import with_adjudicator
from making import RAW, annotation_of, logged, stored_notice, wrong
from merging import ME
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from annotations.origins import decided
from store.edits.annotate import add_annotation
from store.edits.hide import hide_suggestions
from store.edits.review import set_notice_attributes, set_review, set_reviews
from store.errors import RoleError
from store.index import facets
from store.index.filters import QueueFilter
from store.index.keys import HIDDEN
from store.index.sets import stored_set
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.log.events import annotation_change
from store.open import open_database
from store.output.export import export
from store.project.control_arm import control_arm, control_arm_in
from store.read.adjudication import load_adjudication_of
from store.read.arms import compare_arms
from store.read.notices import notice_annotations, notice_reviews, shown_annotations
from store.read.pace import WorkLog
from store.read.queue import queue_page
from store.read.stats import stats
from store.write.record import record
from tui.cli.pace import put_arms

COUNT = 40


@pytest.fixture
def filled(database):
    """Notices with a suggestion each; returns their numbers."""
    with_adjudicator(database)
    numbers = [stored_notice(database, RAW + "又及。\n" * at, f"page-{at}") for at in range(COUNT)]
    for number in numbers:
        suggest(database, number)
    return numbers


def suggest(database, number):
    item = annotation_of(RAW, 0, 3)
    item = replace(item, id=f"s{number}", annotator=None, status="suggested", suggested_by="r/1")
    with database.write() as connection:
        record(connection, ME, "suggest", annotation_change(number, None, item))


def hidden(database):
    with database.read() as connection:
        return list(stored_set(connection, [HIDDEN]))


def arms(database, number):
    return {each.annotator: each.arm for each in notice_reviews(database.connection, number)}


def test_a_larger_share_holds_a_smaller_one_and_none_and_all_are_just_that():
    ids = [f"{at * 2654435761 % 2**64:016x}" for at in range(5000)]
    small, large = ({each for each in ids if control_arm(share).arm_of(each) == "hidden"} for share in (0.1, 0.3))
    assert small < large
    assert 0.07 < len(small) / len(ids) < 0.13
    assert {control_arm(1.0).arm_of(each) for each in (*ids, "f" * 16)} == {"hidden"}
    assert {control_arm(0.0).arm_of(each) for each in (*ids, "0" * 16)} == {"shown"}


def test_nobody_sees_suggestions_there_and_everything_else_stays(database, filled):
    assert hide_suggestions(database, ME, 0.5)
    assert not hide_suggestions(database, ME, 0.5)
    some = hidden(database)
    assert 0.2 * COUNT < len(some) < 0.8 * COUNT
    here = some[0]
    there = next(number for number in filled if number not in some)
    with database.read() as connection:
        assert control_arm_in(connection).share == 0.5
        assert [len(shown_annotations(connection, number)) for number in (here, there)] == [0, 1]
        assert len(notice_annotations(connection, here)) == 1
        assert load_adjudication_of(connection, here, ("rules", "learned")).comparison.layers == ()
        undecided = queue_page(connection, "li", QueueFilter(open_point="undecided")).rows
        labelled = queue_page(connection, "li", QueueFilter(label="DATE")).rows
        counts = {row.number: row.suggestions for row in queue_page(connection, "li", QueueFilter()).rows}
    wanted = [number for number in filled if number not in some]
    assert [row.number for row in undecided] == [row.number for row in labelled] == wanted
    assert all((count == 0) == (number in some) for number, count in counts.items())
    # What comes later is in it too, and what is made anew the same.
    later = [stored_notice(database, f"第{at}则通知。\n", f"later-{at}") for at in range(20)]
    assert {*hidden(database)} & {*later}
    before = hidden(database)
    with database.write() as connection:
        facets.rebuild(connection)
    assert hidden(database) == before
    assert wrong(database) == []
    hide_suggestions(database, ME, 1.0)
    assert len(hidden(database)) == COUNT + 20
    hide_suggestions(database, ME, 0.0)
    assert hidden(database) == []
    assert wrong(database) == []
    with pytest.raises(RoleError):
        hide_suggestions(database, "chen", 0.1)


def test_the_arm_stands_in_each_review_that_began_in_the_experiment_and_stays(database, filled, tmp_path):
    set_review(database, "wu", filled[0], Review("wu", "done", None, now()))
    hide_suggestions(database, ME, 0.5)
    some = hidden(database)
    here, there = some[0], next(number for number in filled if number not in some)
    for number in (here, there):
        set_review(database, "li", number, Review("li", "done", None, now()))
        set_reviews(database, "wang", [number], "flagged", "看")
    assert arms(database, here) | {"wu": None} == {"li": "hidden", "wang": "hidden", "wu": None}
    assert arms(database, there)["li"] == "shown"
    hide_suggestions(database, ME, 0.0)
    set_review(database, "li", here, Review("li", "open", None, now()))
    assert arms(database, here)["li"] == "hidden"
    set_notice_attributes(database, "wu", filled[0], "wu", {})
    assert arms(database, filled[0])["wu"] is None
    path = tmp_path / "native.jsonl"
    with path.open("wb") as out:
        export(database, out, ExportOptions())
    reviews = [each for line in path.read_text("utf-8").splitlines() for each in json.loads(line)["reviews"]]
    assert sorted({str(each["arm"]) for each in reviews}) == ["None", "hidden", "shown"]
    with open_database(tmp_path / "again.db", create=True) as again:
        ingest(again, read_sources([path]), ME, pytest.fail)
        with (tmp_path / "again.jsonl").open("wb") as out:
            export(again, out, ExportOptions())
        assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()
        assert wrong(again) == []
    assert wrong(database) == []


def test_pace_and_agreement_are_told_with_and_without(database, filled, capsys):
    with database.read() as connection:
        log = WorkLog()
        log.read(connection)
        assert compare_arms(connection, log) == []
    hide_suggestions(database, ME, 0.5)
    some = {*hidden(database)}
    for name in ("li", "wang"):
        for number in filled:
            if number not in some:
                suggestion = notice_annotations(database.connection, number)[0]
                add_annotation(database, name, number, decided(suggestion, name, "accepted"))
            else:
                end = 4 if name == "li" else 5
                raw = RAW + "又及。\n" * (number - 1)
                add_annotation(database, name, number, annotation_of(raw, 0, end, annotator=name))
            set_review(database, name, number, Review(name, "done", None, now()))
    with database.read() as connection:
        log = WorkLog()
        log.read(connection)
        without, shown = compare_arms(connection, log)
    assert (without.arm, shown.arm) == ("hidden", "shown")
    assert stats(database).arms == [without, shown]
    put_arms([without, shown])
    _, head, one, other = capsys.readouterr().out.rstrip().split("\n")
    assert (one.split()[0], other.split()[0]) == ("hidden", "shown")
    assert [each.split()[head.split().index("spans/notice")] for each in (one, other)] == ["1.0", "1.0"]
    assert [each.split()[4] for each in (one, other)] == ["0.00", "1.00"]
    assert (without.reviews, shown.reviews) == (2 * len(some), 2 * (COUNT - len(some)))
    assert (without.spans_per_notice, shown.spans_per_notice) == (1.0, 1.0)
    assert without.agreement.together.labels[0].f1_exact.value == 0.0
    assert shown.agreement.together.labels[0].f1_exact.value == 1.0
    assert without.agreement.notices == len(some)
    assert logged(database)
