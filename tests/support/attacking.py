"""A database in which everything happened once, and another program that changes it as it likes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from making import annotation_of
from msgspec.structs import replace
from workplace import SAMPLES

from annotations.annotation import Annotation, Review, now
from annotations.learning.trial import Trial
from annotations.muting import rule_of
from annotations.notice_attributes import NoticeAttribute
from annotations.origins import adjudicated, decided
from annotations.spans import raw_span
from annotations.suggest import RULES, suggesters
from annotations.suspects import Reason, Suspect
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.adjudicate import complete, decide
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.assign import assign
from store.edits.fields import correct_fields
from store.edits.guideline import set_guideline
from store.edits.hide import hide_suggestions
from store.edits.keep import keep
from store.edits.labels import change_labels
from store.edits.leases import take_next
from store.edits.mute import mute
from store.edits.people import add_reviewer, remove_reviewer, set_joining
from store.edits.regions import override_region
from store.edits.review import set_notice_attributes, set_review
from store.edits.undo import redo, undo
from store.edits.work_orders import renew_order
from store.index import bands
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.intake.sources import Source, read_sources
from store.intake.suggest import suggest_stored
from store.log.events import PROJECT, Change
from store.log.training_results import TrainingResult
from store.open import open_database
from store.project.learned import SETTING, Lesson, Lessons, packed
from store.project.presence import announce
from store.project.reviewers import current_reviewer
from store.project.settings import Setting, labels_of
from store.read.adjudication import open_differences
from store.read.notices import load_notice, notice_annotations
from store.read.suspects import Look
from store.write.record import record
from store.write.suspects import note_look, put_suspects

HTML = "<html><head><title>临江县治水</title></head><body><p>临江县各乡镇要于4月底前完成排查。</p></body></html>"
ME = current_reviewer()


def lead(database: Database, item: str) -> None:
    """What a lead has to do with: questions, an experiment, what is muted, training."""
    hide_suggestions(database, ME, 0.5)
    [first] = database.connection.execute("SELECT suggested_by, label FROM annotations WHERE annotator IS NULL LIMIT 1")
    mute(database, ME, rule_of(first["suggested_by"]), first["label"], muted=True)
    set_review(database, "lin", 2, Review("lin", "open", "看", now()))
    asked = ask(database, "lin", 1, None, "这是一项要求吗", None)
    answer(database, ME, 1, asked, "是")
    ask(database, "lin", 1, ME, "这里呢", item)
    with database.write() as connection:
        result = TrainingResult("wu", "check", 3, 4, 2, 3, now())
        record(connection, ME, "training", Change(1, "training", "wu", None, result))


def make_worked_database(path: Path) -> None:
    """A database in which every table has rows, and every column a value somewhere."""
    with open_database(path, create=True) as database:
        pages = sorted(SAMPLES.glob("0[1-3]*.txt"))
        ingest(database, read_sources(pages), ME, pytest.fail)
        page = Source(
            "html", "临江县治水\n临江县各乡镇要于4月底前完成排查。\n", "utf-8", "a.html", title="临江县治水",
            source="水务局", published="2023-04-12", url="https://example.org/1", html=HTML, extractor="test",
        )  # fmt: skip
        nearly = Source("copy", f"{pages[0].read_text(encoding='utf-8')}\n又及。\n", "utf-8", "copy.txt")
        with database.write() as connection:
            # Keys of the next ones come late.
            bands.seal(connection, 0)
        ingest(database, [page, nearly], ME, pytest.fail)
        suggest_stored(database, "rules", suggesters(RULES), [1, 2, 3, 4], pytest.fail)
        add_reviewer(database, ME, "lin", "adjudicator")
        add_reviewer(database, ME, "wu", "reviewer")
        remove_reviewer(database, ME, "wu")
        set_guideline(database, ME, "# 指南\n")
        set_joining(database, ME, closed=True)
        raw = load_notice(database.connection, 1).notice.raw
        items = [annotation_of(raw, start, start + 3) for start in range(4)]
        for item in items:
            add_annotation(database, "lin", 1, item)
        change_annotation(database, "lin", 1, items[2], replace(items[2], comment="甲", unsure=True))
        delete_annotation(database, "lin", 1, items[0])
        undo(database, "lin")
        redo(database, "lin")
        undo(database, "lin")
        suggestion = next(each for each in notice_annotations(database.connection, 1) if each.annotator is None)
        add_annotation(database, "lin", 1, decided(suggestion, "lin", "accepted"))
        wanted = replace(labels_of(database), notice=(NoticeAttribute("topic", "choice", ("水", "大气")),))
        change_labels(database, ME, wanted, [], [], "labels.toml", lambda _: None)
        set_notice_attributes(database, "lin", 1, "lin", {"topic": "水"})
        set_review(database, "lin", 1, Review("lin", "done", "好", now()))
        lead(database, items[1].id)
        look_again(database, items[1])
        assign(database, "lin", [1, 2], "lin")
        correct_fields(database, "lin", 1, load_notice(database.connection, 1).notice.fields, {"title": "新的标题"})
        override_region(database, "lin", 2, 0, "boilerplate")
        raw = load_notice(database.connection, 3).notice.raw
        for name, end in (("li", 2), ("wang", 3)):
            add_annotation(database, name, 3, annotation_of(raw, 0, end, annotator=name))
            set_review(database, name, 3, Review(name, "done", None, now()))
        with database.read() as connection:
            (case,) = open_differences(connection, 3)
        gold = adjudicated(raw, raw_span(0, 2), "DATE", case.about.members[0][0].attributes)
        decide(database, "lin", 3, case, [gold], "taken", ["li"])
        complete(database, "lin", 3)
        assert take_next(database, ME) is not None
        with database.write() as connection:
            announce(connection, "s", "lin", 1)
            _learn(connection)
        renew_order(database, "unsure")
    _merge_a_copy(path)
    _note_bulk(path)


def _learn(connection: Connection) -> None:
    """Have a model, and somebody who is about to learn another."""
    digest, data = packed(b"no real one")
    lessons = Lessons("1", (Lesson(Trial("DATE", 10, 60, 0.9, 0.9, 0.9), "0" * 64, digest),))
    change = Change(PROJECT, "setting", SETTING, None, Setting(msgspec.json.encode(lessons).decode()))
    record(connection, ME, "learn", change)
    connection.execute("INSERT INTO models (digest, data) VALUES (?, ?)", [digest, data])
    connection.execute("INSERT INTO found_by_models (version, notice, found) VALUES ('2', 1, '[]')")
    connection.execute("INSERT INTO suggested (notice, suggester, version, agreed) VALUES (5, 'learned', '1', 2)")
    connection.execute("INSERT INTO order_renewals VALUES ('month', 'host 1', ?)", [now()])
    connection.execute("INSERT INTO learning (one, actor, process, until) VALUES (1, ?, 'host:1', ?)", [ME, now()])


def look_again(database: Database, item: Annotation) -> None:
    """Have suspects of a second look on an annotation of lin: one that is open, and one that was kept."""
    reason = Reason("model", "label", 0.9, "OFFICIAL", "甲", 1, 2, "x")
    found = [
        Suspect(key, "lin", item.id, item.label, item.start, item.end, False, (reason,), 0.5)
        for key in ("open", "kept")
    ]
    with database.write() as connection:
        put_suspects(connection, 1, found, now())
        note_look(connection, ME, Look(now(), 1, 1, 2, {"model": 2}, ("DATE",)))
    keep(database, "lin", 1, found[1])


def _merge_a_copy(path: Path) -> None:
    """Have one annotation changed here and in a copy, which is merged then."""
    copy = Path(shutil.copy(path, path.with_name("copy.db")))
    for each, unsure in ((path, True), (copy, False)):
        with open_database(each) as database:
            item = next(one for one in notice_annotations(database.connection, 1) if one.annotator == "lin")
            change_annotation(database, "lin", 1, item, replace(item, comment="此处不同", unsure=unsure))
    with open_database(path) as database:
        merge(database, ME, [copy], {}, lambda _: None, pytest.fail)
    copy.unlink()


def _note_bulk(path: Path) -> None:
    """Have an annotation that is bulk by a note beside its event, as a migration leaves it."""
    about = "annotator = 'wang'"
    tamper(
        path,
        (f"UPDATE events SET bulk = 1 WHERE key IN (SELECT id FROM annotations WHERE {about})",),
        (f"UPDATE annotations SET bulk = 1 WHERE {about}",),
    )


def tamper(path: Path, *statements: tuple[Any, ...]) -> int:
    """Change the file as another program would: triggers out of the way, and back again behind it."""
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA ignore_check_constraints = ON")
    triggers = plain.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        plain.execute(f"DROP TRIGGER {name}")
    changed = sum(plain.execute(*statement).rowcount for statement in statements)
    for _, sql in triggers:
        plain.execute(sql)
    plain.close()
    return changed


def but_conflicts(lines: Iterable[str]) -> list[str]:
    """What ``check`` finds, but for the conflict that the worked database has."""
    return [line for line in lines if not line.startswith("conflict:")]
