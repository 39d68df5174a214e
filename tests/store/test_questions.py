"""Questions: asked of somebody or of anybody, answered, filtered by, undone, exported, imported and merged."""

from __future__ import annotations

import json
import shutil

import pytest
from making import RAW, annotation_of, stored_notice, wrong
from merging import ME, made, merged
from msgspec.structs import replace

from annotations.annotation import now
from annotations.formats.choice import ExportOptions
from annotations.formats.native_proof import prove
from annotations.formats.native_record import decode
from annotations.questions import Answer, addressed
from store.edits.annotate import add_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.people import add_reviewer
from store.edits.undo import redo, undo
from store.errors import NotFoundError, RoleError, StoreError
from store.index import facets
from store.index.filters import QueueFilter
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.log.events import Change
from store.log.questions import notice_questions
from store.open import open_database
from store.output.export import export
from store.read.conflicts import told_conflicts
from store.read.questions import count_waiting
from store.read.queue import queue_page
from store.write.record import record


@pytest.fixture
def notice(database):
    for name in ("li", "wang", "chen"):
        add_reviewer(database, ME, name, "reviewer")
    return stored_notice(database)


def shown(database, who, question):
    return [row.number for row in queue_page(database.connection, who, QueueFilter(question=question)).rows]


def told(database, number=1):
    return [
        (each.annotator, each.to, each.text, each.closed_by) for each in notice_questions(database.connection, number)
    ]


def waiting(database, *names):
    with database.read() as connection:
        return [count_waiting(connection, name) for name in names]


def native(database, path):
    with path.open("wb") as out:
        export(database, out, ExportOptions())
    return path.read_bytes()


@pytest.mark.parametrize(
    ("comment", "asked"),
    [
        ("@chen 这是要求吗", ("chen", "这是要求吗")), ("@ 谁知道", (None, "谁知道")), ("@chen", ("chen", "")),
        ("看 @chen", None), ("", None),
    ],
)  # fmt: skip
def test_a_comment_that_begins_with_a_name_is_a_question(comment, asked):
    assert addressed(comment) == asked


def test_it_waits_for_whoever_is_asked_until_they_answer(database, notice):
    other = stored_notice(database, RAW + "又及。\n", "other")
    asked = ask(database, "li", notice, "chen", "这是要求吗", None)
    ask(database, "li", other, None, "谁知道", None)
    assert waiting(database, "chen", "wang", "li") == [2, 1, 0]
    assert shown(database, "chen", "waiting") == [notice, other]
    assert shown(database, "wang", "waiting") == [other]
    assert shown(database, "li", "waiting") == shown(database, "li", "answered") == []
    assert shown(database, "li", "asked") == [notice, other]
    closed = answer(database, "chen", notice, asked, "是")
    assert (closed.closed_by, [each.text for each in closed.answers]) == ("chen", ["是"])
    assert waiting(database, "chen") == [1]
    assert (shown(database, "li", "asked"), shown(database, "li", "answered")) == ([other], [notice])
    # Whoever asked may go on asking.
    answer(database, "li", notice, closed, "为什么")
    assert waiting(database, "chen") == [2]
    assert shown(database, "chen", "waiting") == [notice, other]
    assert told(database) == [("li", "chen", "这是要求吗", None)]
    undo(database, "li")
    assert told(database) == [("li", "chen", "这是要求吗", "chen")]
    undo(database, "chen")
    assert waiting(database, "chen") == [2]
    redo(database, "chen")
    undo(database, "li")
    assert told(database, other) == []
    with database.write() as connection:
        facets.rebuild(connection)
    assert shown(database, "li", "answered") == [notice]
    assert wrong(database) == []


def test_two_who_answer_at_once_are_both_heard(database, notice):
    asked = ask(database, "li", notice, None, "谁知道", None)
    answer(database, "chen", notice, asked, "我")
    assert [each.annotator for each in answer(database, "wang", notice, asked, "我也").answers] == ["chen", "wang"]


def test_what_cannot_be_asked_is_refused(database, notice):
    for to, text, error in (("nobody", "在吗", NotFoundError), ("li", "在吗", StoreError), ("chen", "", StoreError)):
        with pytest.raises(error):
            ask(database, "li", notice, to, text, None)
    asked = ask(database, "li", notice, "chen", "在吗", None)
    with pytest.raises(StoreError):
        answer(database, "chen", notice, asked, "")
    undo(database, "li")
    with pytest.raises(NotFoundError):
        answer(database, "chen", notice, asked, "在")
    forged = asked.answered(Answer("wang", "在", now()))
    redo(database, "li")
    for actor, action, before, after in (
        ("chen", "answer", asked, forged),
        ("chen", "answer", asked, replace(asked, text="别的")),
        ("chen", "ask", asked, None),
        ("wang", "ask", None, replace(asked, id="x")),
    ):
        with database.write() as connection, pytest.raises(RoleError):
            record(connection, actor, action, Change(notice, "question", (after or before).id, before, after))


def test_an_export_has_them_and_comes_back_to_the_byte(database, notice, tmp_path):
    item = annotation_of(RAW, 0, 3, annotator="li")
    add_annotation(database, "li", notice, item)
    closed = answer(database, "chen", notice, ask(database, "li", notice, "chen", "这是日期吗", item.id), "是")
    ask(database, "wang", notice, None, "谁知道", None)
    line = native(database, tmp_path / "one.jsonl")
    prove(decode(line))
    first, second = json.loads(line)["questions"]
    assert first == {
        "id": closed.id, "annotation": item.id, "annotator": "li", "to": "chen", "text": "这是日期吗",
        "created_at": closed.created_at,
        "answers": [{"annotator": "chen", "text": "是", "created_at": closed.answers[0].created_at}],
        "closed_by": "chen",
    }  # fmt: skip
    assert (second["annotation"], second["to"], second["answers"], second["closed_by"]) == (None, None, [], None)
    with open_database(tmp_path / "again.db", create=True) as again:
        ingest(again, read_sources([tmp_path / "one.jsonl"]), ME, pytest.fail)
        ingest(again, read_sources([tmp_path / "one.jsonl"]), ME, pytest.fail)
        assert native(again, tmp_path / "again.jsonl") == line
        assert waiting(again, "li") == [1]
        assert wrong(again) == []
        answer(again, "wang", 1, notice_questions(again.connection, 1)[1], "补充")
        refused = []
        ingest(again, read_sources([tmp_path / "one.jsonl"]), ME, refused.append)
        assert ["is another one here; it was kept" in each for each in refused] == [True]
    # An annotation that is gone, or filtered out, is none to ask about.
    delete_annotation(database, "li", notice, item)
    assert json.loads(native(database, tmp_path / "gone.jsonl"))["questions"][0]["annotation"] is None
    assert wrong(database) == []


def test_databases_and_exports_are_merged_with_them(tmp_path):
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    with made(here, "li", "chen") as database:
        asked = ask(database, "li", 1, "chen", "这是要求吗", None)
    shutil.copy(here, there)
    with open_database(there) as database:
        answer(database, "chen", 1, asked, "是")
        line = native(database, tmp_path / "there.jsonl")
    with open_database(here) as database:
        ask(database, "chen", 2, "li", "那里呢", None)
    merged(here, there)
    with open_database(here) as database:
        assert told(database) == [("li", "chen", "这是要求吗", "chen")]
        assert waiting(database, "chen", "li") == [0, 1]
        assert wrong(database) == []
    merged(tmp_path / "new.db", tmp_path / "there.jsonl", names={"chen": "chen.x"})
    with open_database(tmp_path / "new.db") as database:
        assert told(database) == [("li", "chen.x", "这是要求吗", "chen.x")]
        assert line.replace(b'"chen"', b'"chen.x"') == native(database, tmp_path / "new.jsonl")
        assert wrong(database) == []


def test_a_file_without_the_annotation_that_a_question_is_about_tells_the_same_question(tmp_path):
    path = tmp_path / "here.db"
    with made(path, "li", "chen") as database:
        item = annotation_of(RAW, 0, 3, annotator="li")
        add_annotation(database, "li", 1, item)
        asked = ask(database, "li", 1, "chen", "这是日期吗", item.id)
        with (tmp_path / "filtered.jsonl").open("wb") as out:
            export(database, out, ExportOptions(label="OFFICIAL"))
        delete_annotation(database, "li", 1, item)
        native(database, tmp_path / "gone.jsonl")
        files = [tmp_path / "filtered.jsonl", tmp_path / "gone.jsonl"]
        ingest(database, read_sources(files), ME, pytest.fail)
        assert notice_questions(database.connection, 1) == [asked]
    merged(path, *files)
    with open_database(path) as database:
        assert notice_questions(database.connection, 1) == [asked]
        assert list(told_conflicts(database.connection)) == []
        closed = answer(database, "chen", 1, asked, "是")
        assert notice_questions(database.connection, 1) == [closed]
        assert wrong(database) == []
