"""Databases merged: what is the same, what contradicts, what is refused, and what nobody gains."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlite_utils
from clock import set_clock
from making import RAW, annotation_of, wrong
from merging import ME, SUGGESTERS, bring, empty, exported, findings_but_conflicts, made, merged, page
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from annotations.labels import default_labels
from annotations.origins import decided
from store.db.sqlite import connect
from store.doctor import findings, repair
from store.edits.adjudicate import complete
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.hide import hide_suggestions
from store.edits.labels import change_labels
from store.edits.people import add_reviewer, set_joining
from store.edits.review import set_review
from store.edits.settle import settle
from store.edits.training import repeat
from store.edits.undo import undo
from store.errors import NotFoundError, RoleError
from store.index import search_rows
from store.index.conflicts import conflicts
from store.index.filters import QueueFilter
from store.index.shown import shown_notices
from store.intake.merge import merge
from store.intake.suggest import suggest_stored
from store.log import chain
from store.log.chain import newest
from store.log.events import Change, annotation_change, events
from store.log.training_results import TrainingResult, load_training_result
from store.open import open_database
from store.output.export import export
from store.project.reviewers import everybody, joining_is_closed
from store.read.conflicts import told_conflicts
from store.read.notices import find_notice, notice_annotations, notice_reviews
from store.read.pace import WorkLog
from store.read.working_time import milliseconds_of
from store.schema.migrations import contested_notices
from store.write.append import append
from store.write.permission import TRAIN
from store.write.record import record


@pytest.fixture
def one(tmp_path):
    """A database in which li has tagged a date."""
    with made(tmp_path / "one.db", "li", "wang") as database:
        add_annotation(database, "li", 1, annotation_of(RAW, 3, 6, annotator="li"))
        set_review(database, "li", 1, Review("li", "done", None, now()))
    return tmp_path / "one.db"


@pytest.fixture
def copy(one):
    """A copy of it, in which people go on by themselves."""
    return shutil.copy(one, one.with_name("copy.db"))


def move(path, end, comment=None):
    """Let li move the end of the date."""
    with open_database(path) as database:
        (item,) = notice_annotations(database.connection, 1)
        moved = replace(item, end=end, text=RAW[item.start : end], comment=comment, updated_at=now())
        change_annotation(database, "li", 1, item, moved)
        return moved


def ends(path):
    with open_database(path) as database:
        return [item.end for item in notice_annotations(database.connection, 1)]


def refused(into, *files, names=None):
    lines = []
    with open_database(into, create=True) as database:
        merge(database, ME, files, names or {}, lambda _: None, lines.append)
    return lines


def test_two_who_changed_one_annotation_contradict_each_other_until_its_owner_changes_it(one, copy):
    move(one, 7)
    move(copy, 8)
    merged(one, copy)
    with open_database(one) as database:
        (conflict,) = conflicts(database.connection)
        assert shown_notices(database.connection, "li", QueueFilter(merged="contested")) == BitMap([1])
        first, second = conflict.sides
        assert first.id < second.id
        (item,) = notice_annotations(database.connection, 1)
        assert item == first.change.after
        assert [line for line in findings(database) if line.startswith("conflict: ")]
        change_annotation(database, "li", 1, item, replace(item, end=9, text=RAW[3:9], updated_at=now()))
        assert not list(conflicts(database.connection))
        assert wrong(database) == []
    merged(copy, one)
    assert ends(copy) == [9]
    assert findings_but_conflicts(copy) == []
    assert exported(copy) == exported(one)


def test_one_side_deleted_and_the_other_changed_is_a_conflict_too(one, copy):
    move(one, 7)
    with open_database(copy) as database:
        delete_annotation(database, "li", 1, *notice_annotations(database.connection, 1))
    merged(copy, one)
    with open_database(copy) as database:
        (conflict,) = conflicts(database.connection)
        assert {side.change.after is None for side in conflict.sides} == {True, False}


def test_an_adjudicator_settles_what_others_have_and_nobody_else_does(one, copy):
    move(one, 7)
    move(copy, 8)
    merged(one, copy)
    with open_database(one) as database:
        (conflict,) = conflicts(database.connection)
        shown, other = (side.id.hex() for side in conflict.sides)
        with pytest.raises(RoleError, match="may adjudicate"):
            settle(database, "wang", other[:10])
        with pytest.raises(NotFoundError, match="no conflict has a side zz"):
            settle(database, "li", "zz")
        add_reviewer(database, ME, "chen", "adjudicator")
        settle(database, "chen", shown[:10])
        assert notice_annotations(database.connection, 1) == [conflict.sides[0].change.after]
        assert not list(conflicts(database.connection))
        assert wrong(database) == []


def test_to_open_a_conflict_again_is_work_by_hand(one, copy, monkeypatch):
    move(one, 7)
    move(copy, 8)
    merged(one, copy)
    with open_database(one) as database:
        (conflict,) = conflicts(database.connection)
        settle(database, "li", conflict.sides[0].id.hex()[:10])
        set_clock(monkeypatch, datetime.now(UTC) + timedelta(minutes=1))
        assert undo(database, "li").is_contested
        log = WorkLog()
        with database.read() as connection:
            log.read(connection)
            assert log.people["li"].last == milliseconds_of(newest(connection).at)


def test_who_did_the_same_in_both_does_not_contradict(one, copy):
    for path in (one, copy):
        with open_database(path) as database:
            (item,) = notice_annotations(database.connection, 1)
            change_annotation(database, "li", 1, item, replace(item, unsure=True, updated_at=now()))
    merged(one, copy)
    with open_database(one) as database:
        assert not list(conflicts(database.connection))


def test_conflicts_that_are_not_noted_are_found_and_mended(one, copy):
    move(one, 7)
    move(copy, 8)
    merged(one, copy)
    with open_database(one) as database:
        with database.write() as connection:
            connection.execute("DELETE FROM conflicts")
        assert any("not noted as the log has them" in line for line in wrong(database))
        repair(database, ME)
        assert len(list(conflicts(database.connection))) == 1
        # A database of before gets the set of them when it is opened.
        with database.write() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("DELETE FROM sets WHERE facet = 'contested'")
            contested_notices(sqlite_utils.Database(connection))
            connection.execute(f"PRAGMA user_version = {version}")
    assert findings_but_conflicts(one) == []


def test_undo_does_not_reach_what_was_done_elsewhere(one, tmp_path):
    target = tmp_path / "target.db"
    merged(target, one)
    with open_database(target) as database:
        assert undo(database, "li") is None
        (number,) = database.connection.execute("SELECT notice FROM annotations").fetchone()
        add_annotation(database, "li", number, annotation_of(RAW, 8, 9, annotator="li"))
        assert undo(database, "li") is not None
        assert undo(database, "li") is None
    assert len(exported(target)) == len(exported(one))


def test_a_step_that_undo_stepped_over_is_merged(one, copy, tmp_path):
    for path in (one, copy):
        move(path, 7)
    with open_database(copy) as database:
        delete_annotation(database, "li", 1, *notice_annotations(database.connection, 1))
    merged(one, copy)
    with open_database(one) as database:
        (conflict,) = conflicts(database.connection)
        (deletes,) = [each for each in conflict.sides if each.change.after is None]
        settle(database, ME, deletes.id.hex())
        add_reviewer(database, ME, "chen", "adjudicator")
        # Of the annotation nothing is left, and what stands for the step has it neither before nor after.
        assert undo(database, "li").obstacle is not None
    assert exported(merged_into(tmp_path / "target.db", one)) == exported(one)


def test_a_step_over_is_about_the_annotation_that_it_was_about_whoever_has_another_name(one, tmp_path):
    with open_database(one) as database:
        suggest_stored(database, ME, SUGGESTERS, [1], lambda _: None)
        suggestion = next(each for each in notice_annotations(database.connection, 1) if each.annotator is None)
        for status in ("accepted", "rejected"):
            item = decided(suggestion, "li", status)
            add_annotation(database, "li", 1, item)
            with database.write() as connection:
                # It is gone already, so that undo has nothing to change.
                record(connection, ME, "drop", annotation_change(1, item, None))
            assert undo(database, "li") is not None
        add_annotation(database, "li", 1, decided(suggestion, "li", "accepted"))
    target = tmp_path / "target.db"
    merged(target, one, names={"li": "li-b"})
    with open_database(target) as database:
        assert not list(conflicts(database.connection))
        items = notice_annotations(database.connection, find_notice(database.connection, "page"))
        assert [each.status for each in items if each.annotator == "li-b" and each.suggested_by] == ["accepted"]
        assert wrong(database) == []


def merged_into(target, *files):
    merged(target, *files)
    return target


def test_people_and_settings_of_elsewhere_are_history_and_change_nothing(one, tmp_path):
    with open_database(one) as database:
        add_reviewer(database, ME, "zhao", "admin")
        set_joining(database, ME, closed=True)
    target = tmp_path / "target.db"
    with open_database(target, create=True) as database:
        before = everybody(database.connection)
    merged(target, one)
    with open_database(target) as database:
        assert everybody(database.connection) == before
        assert not joining_is_closed(database.connection)
        told = {event.change.key for event in events(database.connection) if event.origin is not None}
        assert {"zhao", "joining"} <= told
        assert wrong(database) == []


def test_a_head_that_was_noted_before_is_proved_after_a_merge(one, copy):
    move(copy, 8)
    with open_database(one) as database:
        noted = chain.head(database.connection)
    merged(one, copy)
    with open_database(one) as database:
        assert list(chain.differences(database.connection, noted)) == []
    plain = connect(one)
    plain.execute("DROP TRIGGER events_are_final")
    plain.execute("UPDATE events SET project = 'another' WHERE origin IS NOT NULL")
    plain.commit()
    assert any("does not bear out its digest" in line for line in chain.differences(plain))
    plain.close()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE events SET actor = 'wang' WHERE number = 8", "does not bear out its digest"),
        ("CREATE TRIGGER t AFTER INSERT ON notices BEGIN DELETE FROM reviewers; END", "the trigger t"),
        ("UPDATE texts SET normalizer = 'older'", "normalize --stored"),
        ("PRAGMA user_version = 99", "newer zhupi"),
        ("PRAGMA application_id = 1", "not a zhupi database"),
    ],
)
def test_a_database_that_is_not_whole_is_refused_and_stays_as_it_is(one, tmp_path, statement, why):
    plain = connect(one)
    (final,) = plain.execute("SELECT sql FROM sqlite_schema WHERE name = 'events_are_final'").fetchone()
    plain.execute("DROP TRIGGER events_are_final")
    plain.execute(statement)
    plain.execute(final)
    plain.commit()
    plain.execute("PRAGMA journal_mode = delete")
    plain.close()
    before = one.read_bytes()
    (line,) = refused(tmp_path / "target.db", one)
    assert why in line
    assert line.startswith(str(one))
    assert one.read_bytes() == before
    assert exported(tmp_path / "target.db") == []


def test_an_event_that_does_not_fit_its_notice_is_refused(one, tmp_path):
    with open_database(one) as database, database.write() as connection:
        (item,) = notice_annotations(connection, 1)
        append(connection, "li", "change", annotation_change(1, item, replace(item, text="别的")))
    (line,) = refused(tmp_path / "target.db", one)
    assert "event 11" in line
    assert "the quote is" in line
    assert findings_but_conflicts(tmp_path / "target.db") == []


def test_a_label_that_has_another_name_there_is_the_same_label(one, tmp_path):
    with open_database(one) as database:
        change_labels(database, ME, None, [("DATE", "DAY")], (), "test", lambda _: None)
    move(one, 7)
    merged(tmp_path / "target.db", one)
    with open_database(tmp_path / "target.db") as database:
        number = find_notice(database.connection, "page")
        assert [item.label for item in notice_annotations(database.connection, number)] == ["DATE"]
        assert wrong(database) == []


def test_a_label_that_is_none_here_is_named(one, tmp_path):
    labels = default_labels()
    more = replace(labels, label=(*labels.label, replace(labels["DATE"], name="PLACE", key="z", sign="P", reader=None)))
    with open_database(one) as database:
        change_labels(database, ME, more, (), (), "test", lambda _: None)
        item = annotation_of(RAW, 10, 12, annotator="li")
        add_annotation(database, "li", 1, replace(item, label="PLACE"))
    (line,) = refused(tmp_path / "target.db", one)
    assert "its label “PLACE” is none here" in line


def test_two_who_share_a_name_stay_two(one, tmp_path):
    target = tmp_path / "target.db"
    merged(target, one, names={"li": "li-b"})
    move(one, 7)
    # What was said the first time holds the next time.
    merged(target, one)
    with open_database(target) as database:
        number = find_notice(database.connection, "page")
        assert [(each.annotator, each.end) for each in notice_annotations(database.connection, number)] == [("li-b", 7)]
        assert wrong(database) == []
        (item,) = notice_annotations(database.connection, number)
        change_annotation(database, "li-b", number, item, replace(item, end=8, text=RAW[3:8], updated_at=now()))
        set_review(database, "li-b", number, Review("li-b", "open", None, now()))
    # Nobody can have another name the next time: what came over first would stay under the old one.
    (line,) = refused(target, one, names={"li": "li-c"})
    assert line.startswith(f"{one}: what li did was merged under the name li-b before")
    # Back where they come from they are called as ever.
    merged(one, target)
    with open_database(one) as database:
        assert [(each.annotator, each.end) for each in notice_annotations(database.connection, 1)] == [("li", 8)]
        assert [(each.annotator, each.status) for each in notice_reviews(database.connection, 1)] == [("li", "open")]
        assert findings_but_conflicts(one) == []


def test_whom_an_export_names_is_not_called_otherwise_the_second_time(one, tmp_path):
    export = tmp_path / "one.jsonl"
    export.write_bytes(b"".join(line + b"\n" for line in exported(one)))
    target = tmp_path / "target.db"
    merged(target, export)
    (line,) = refused(target, export, names={"li": "li-b"})
    assert "what li did was merged under the name li before and stays there; leave out --map-annotator li=li-b" in line
    merged(target, export, names={"wang": "wang-b"})
    merged(tmp_path / "other.db", export, names={"li": "li-b"})
    merged(tmp_path / "other.db", export, names={"li": "li-b"})
    # Of a notice that stands in it twice everything is taken once.
    export.write_bytes(export.read_bytes() * 2)
    merged(tmp_path / "twice.db", export)
    assert exported(tmp_path / "twice.db") == exported(target)


def test_exports_and_databases_are_merged_in_any_order(one, tmp_path):
    early = tmp_path / "early.jsonl"
    early.write_bytes(b"".join(line + b"\n" for line in exported(one)))
    move(one, 7)
    late = tmp_path / "late.jsonl"
    late.write_bytes(b"".join(line + b"\n" for line in exported(one)))
    results = []
    for number, order in enumerate([(early, one), (one, early), (one, late, early)]):
        target = tmp_path / f"{number}.db"
        merged(target, *order)
        merged(target, order[0])
        results.append(exported(target))
        assert findings_but_conflicts(target) == []
        assert ends_of(target) == [7]
    assert results[0] == results[1] == results[2] == sorted(exported(one), key=lambda line: line[:60])
    alone = tmp_path / "alone.db"
    merged(alone, early, late)
    with open_database(alone) as database:
        # Two files tell no order.
        assert len(list(conflicts(database.connection))) == 1


def ends_of(path):
    with open_database(path) as database:
        number = find_notice(database.connection, "page")
        return [item.end for item in notice_annotations(database.connection, number)]


def test_the_row_that_tells_more_stands_whichever_came_first(tmp_path, monkeypatch):
    # Texts that count as long are in several rows of the index, and are normalized before the lock is taken.
    monkeypatch.setattr(search_rows, "LONG", 12)
    monkeypatch.setattr("store.intake.merge._LONG", 12)
    for name, fields in (("plain", {}), ("full", {"url": "https://example.cn/1", "title": "别的标题"})):
        with open_database(tmp_path / f"{name}.db", create=True) as database:
            bring(database, page(RAW, name, **fields))
    results = []
    for order in (["plain", "full"], ["full", "plain"]):
        target = tmp_path / f"{order[0]}-first.db"
        merged(target, *(tmp_path / f"{name}.db" for name in order))
        assert findings_but_conflicts(target) == []
        results.append(exported(target))
    assert results[0] == results[1]
    assert b'"doc":"full"' in results[0][0]
    assert b'"title":"\xe5\x88\xab' in results[0][0]


def test_a_merge_that_ended_early_goes_on_when_it_is_repeated(one, tmp_path):
    target, whole = tmp_path / "target.db", tmp_path / "whole.db"
    with open_database(one) as database:
        bring(
            database,
            *(page(f"第{number}号通知\n各村要在5月{number % 28 + 1}日前完成。\n", f"{number}") for number in range(70)),
        )
        for number in range(3, 70):
            raw = database.connection.execute("SELECT raw FROM texts WHERE notice = ?", [number]).fetchone()[0]
            add_annotation(database, "li", number, annotation_of(raw, 0, 2, annotator="li"))

    class KilledError(Exception):
        pass

    def after_one_turn(_):
        raise KilledError

    empty(target).close()
    for _ in range(3):
        with open_database(target) as database, suppress(KilledError):
            merge(database, ME, [one], {}, lambda _: None, print, after_one_turn)
        assert findings_but_conflicts(target) == []
    merged(target, one)
    merged(whole, one)
    assert exported(target) == exported(whole)


def test_what_was_answered_in_two_places_is_told_in_words(one, tmp_path):
    with open_database(one) as database:
        question = ask(database, "li", 1, "wang", "是不是命令？", None)
    copy = shutil.copy(one, tmp_path / "second.db")
    for path, said in ((one, "是"), (copy, "不是")):
        with open_database(path) as database:
            answer(database, "wang", 1, question, said)
            set_review(database, "wang", 1, Review("wang", "done", said, now()))
    merged(one, copy)
    with open_database(one) as database, database.read() as connection:
        asked, review = told_conflicts(connection)
    assert asked.about == "what li asked, “是不是命令？”"
    assert {side.says for side in asked.sides} == {"wang: “是”", "wang: “不是”"}
    assert {side.says for side in review.sides} == {"done, “是”", "done, “不是”"}


def test_gold_that_is_open_again_is_so_where_it_is_merged_to(one, tmp_path):
    with open_database(one) as database:
        add_reviewer(database, ME, "chen", "reviewer")
        for name in ("li", "wang"):
            set_review(database, name, 2, Review(name, "done", None, now()))
        complete(database, ME, 2)
        # A third layer, behind what was decided.
        set_review(database, "chen", 2, Review("chen", "done", None, now()))
    merged(tmp_path / "target.db", one)
    with open_database(tmp_path / "target.db") as database, database.read() as connection:
        assert shown_notices(connection, ME, QueueFilter(adjudication="ready")) == BitMap([2])
        assert shown_notices(connection, ME, QueueFilter(adjudication="done")) == BitMap()
    assert findings_but_conflicts(tmp_path / "target.db") == []


def trained(path, finished_at, exact):
    """Let chen finish a notice whose gold is done, in training."""
    result = TrainingResult("chen", "training", 2, 3, exact, 2, finished_at)
    with open_database(path) as database:
        with database.write() as connection:
            record(connection, "chen", TRAIN, Change(2, "training", "chen", None, result))
        set_review(database, "chen", 2, Review("chen", "done", None, now()))
    return result


def test_how_somebody_was_trained_is_known_where_it_is_merged_to(one, tmp_path):
    with open_database(one) as database:
        add_reviewer(database, ME, "chen", "reviewer")
        for name in ("li", "wang"):
            set_review(database, name, 2, Review(name, "done", None, now()))
        complete(database, ME, 2)
    copy, target = shutil.copy(one, tmp_path / "second.db"), tmp_path / "target.db"
    later = trained(one, "2026-02-01T00:00:00.000Z", 1)
    first = trained(copy, "2026-01-01T00:00:00.000Z", 2)
    for names in ({}, {"chen": "chen-b"}):
        merged(target, one, names=names)
        with open_database(target) as database, database.read() as connection:
            # A layer that was held against gold is none to adjudicate.
            assert shown_notices(connection, ME, QueueFilter(adjudication="done")) == BitMap([2])
            name = names.get("chen", "chen")
            assert load_training_result(connection, 2, name) == replace(later, annotator=name)
        assert findings_but_conflicts(target) == []
        target = tmp_path / "renamed.db"
    # What counts is how somebody first did it, wherever that was.
    merged(one, copy)
    merged(copy, one)
    for path in (one, copy):
        with open_database(path) as database, database.read() as connection:
            assert load_training_result(connection, 2, "chen") == first
            assert "training" not in {each.entity for each in conflicts(connection)}
        assert findings_but_conflicts(path) == []
    with open_database(one) as database:
        assert repeat(database, ME, "chen") == 1
    merged(copy, one)
    with open_database(copy) as database:
        assert load_training_result(database.connection, 2, "chen") is None


def test_a_review_that_differs_in_its_arm_alone_is_told_so(one, copy):
    with open_database(copy) as database:
        hide_suggestions(database, ME, 1.0)
    for path in (one, copy):
        with open_database(path) as database:
            set_review(database, "wang", 1, Review("wang", "done", None, now()))
    merged(one, copy)
    with open_database(one) as database, database.read() as connection:
        (review,) = told_conflicts(connection)
    assert {side.says for side in review.sides} == {"done", "done, suggestions hidden"}


def test_an_export_of_a_database_decides_none_of_its_conflicts(one, tmp_path):
    names = ("li", "wang", "chen", "zhou", "wu", "he")

    def review(database, status):
        for name in names:
            set_review(database, name, 2, Review(name, status, None, now()))

    with open_database(one) as database:
        review(database, "done")
    copy = shutil.copy(one, tmp_path / "second.db")
    with open_database(one) as database:
        # What stands there says the same as what was left behind, which the other database goes on from.
        review(database, "open")
        review(database, "done")
    with open_database(copy) as database:
        review(database, "flagged")
    merged(one, copy)
    before = exported(one)
    with open_database(one) as database, (tmp_path / "own.jsonl").open("wb") as out:
        export(database, out, ExportOptions())
    merged(one, tmp_path / "own.jsonl")
    assert exported(one) == before
    with open_database(one) as database:
        assert len(list(conflicts(database.connection))) == len(names)


def test_long_notices_that_are_merged_are_indexed(tmp_path, monkeypatch):
    monkeypatch.setattr(search_rows, "LONG", 12)
    with made(tmp_path / "there.db", "li") as database:
        bring(database, page("会议要求,各乡镇要完成排查。\n" * 3, "long"))
    made(tmp_path / "here.db", "li").close()
    merged(tmp_path / "here.db", tmp_path / "there.db")
    with open_database(tmp_path / "here.db") as database:
        assert wrong(database) == []
