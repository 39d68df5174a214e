"""Attributes of whole notices in the database: per layer, logged, undone, filtered, merged, adjudicated, exported."""

from __future__ import annotations

import json
import shutil

import pytest
from adjudicating import CHEN, finish, with_adjudicator
from making import RAW, logged, stored_notice, wrong
from merging import ME, made, merged
from msgspec.structs import replace

from annotations.annotation import GOLD, Review, now
from annotations.errors import AttributeValueError, LabelError
from annotations.formats.choice import ExportOptions
from annotations.formats.foreign.document import TEXT_LABELS, ForeignDocument, Loss
from annotations.labels import default_labels
from annotations.notice_attributes import NoticeAttribute
from store.doctor import findings
from store.edits.adjudicate import complete, reopen
from store.edits.adjudicate_by_rule import adjudicate_by_rule
from store.edits.labels import change_labels
from store.edits.review import set_notice_attributes, set_review, set_reviews
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.index import facets
from store.index.filters import QueueFilter, attribute_filters, with_present_label
from store.intake.foreign import read_foreign
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.intake.sources import Record, Source, read_sources
from store.open import open_database
from store.output.export import export, export_file
from store.project.settings import labels_of
from store.read.agreement import AgreementFilter, project_agreement
from store.read.notices import notice_reviews
from store.read.queue import queue_page

NOTICE = (
    NoticeAttribute("topic", "choice", ("水", "大气=雾霾")),
    NoticeAttribute("audience", "several", ("县", "市", "省")),
    NoticeAttribute("reference", "text"),
    NoticeAttribute("in_force", "date"),
    NoticeAttribute("urgent", "boolean"),
)
ALL = {"topic": "水", "audience": ("县", "省"), "reference": "1号", "in_force": "2021-09-26", "urgent": False}


def declare(database, *notice):
    wanted = replace(labels_of(database), notice=notice)
    change_labels(database, ME, wanted, [], [], "labels.toml", lambda _: None)


@pytest.fixture
def notice(database):
    declare(database, *NOTICE)
    return stored_notice(database)


def said(database, number, annotator="lin"):
    return {each.annotator: each.attributes for each in notice_reviews(database.connection, number)}.get(annotator)


def shown(database, attribute, who="lin"):
    page = queue_page(database.connection, who, QueueFilter(attribute=attribute))
    return [row.number for row in page.rows]


def native(database, tmp_path, name="native.jsonl"):
    path = tmp_path / name
    with path.open("wb") as out:
        export(database, out, ExportOptions())
    return path


def test_they_are_part_of_the_review_beside_its_status_and_undo_takes_them_back(database, notice):
    set_notice_attributes(database, "lin", notice, "lin", ALL)
    assert said(database, notice) == ALL
    set_review(database, "lin", notice, Review("lin", "done", "好", now()))
    set_reviews(database, "lin", [notice], "flagged", "看")
    assert said(database, notice) == ALL
    events = len(logged(database))
    assert set_notice_attributes(database, "lin", notice, "lin", {"topic": "水"}).status == "flagged"
    assert len(logged(database)) == events
    set_notice_attributes(database, "lin", notice, "lin", {"topic": None, "urgent": True})
    rest = {**ALL, "urgent": True}
    del rest["topic"]
    assert said(database, notice) == rest
    assert undo(database, "lin") is not None
    assert said(database, notice) == ALL
    redo(database, "lin")
    assert said(database, notice) == rest
    # Somebody else says something else.
    set_notice_attributes(database, "wu", notice, "wu", {"topic": "大气=雾霾"})
    assert said(database, notice, "wu") == {"topic": "大气=雾霾"}
    assert said(database, notice) == rest
    with pytest.raises(RoleError):
        set_notice_attributes(database, "wu", notice, "lin", {"topic": "水"})
    with pytest.raises(AttributeValueError):
        set_notice_attributes(database, "lin", notice, "lin", {"topic": "林"})
    assert wrong(database) == []


def test_the_queue_is_filtered_by_their_values_and_by_what_is_unset(database, notice):
    other = stored_notice(database, RAW + "又及。\n", "other")
    set_notice_attributes(database, "lin", notice, "lin", ALL)
    set_notice_attributes(database, "wu", other, "wu", {"topic": "大气=雾霾"})
    assert shown(database, "topic=水") == shown(database, "audience=县") == shown(database, "urgent=false") == [notice]
    assert shown(database, "audience=市") == shown(database, "urgent=true") == []
    assert shown(database, "topic=") == shown(database, "reference=") == [other]
    assert shown(database, "topic=大气=雾霾", "wu") == [other]
    set_notice_attributes(database, "lin", notice, "lin", {"audience": ("市",), "topic": None})
    assert shown(database, "audience=市") == [notice]
    assert shown(database, "audience=县") == []
    assert shown(database, "topic=") == [notice, other]
    with database.write() as connection:
        facets.rebuild(connection)
    assert shown(database, "audience=市") == [notice]
    assert wrong(database) == []
    labels = labels_of(database)
    assert attribute_filters(labels)[:3] == ["topic=水", "topic=大气=雾霾", "topic="]
    assert with_present_label(QueueFilter(attribute="topic=水"), labels).attribute == "topic=水"
    assert with_present_label(QueueFilter(attribute="colour=红"), labels).attribute is None


def test_the_native_export_has_all_of_them_and_comes_back_to_the_byte(database, notice, tmp_path):
    set_notice_attributes(database, "lin", notice, "lin", {"audience": ("省",), "urgent": True})
    set_review(database, "wu", notice, Review("wu", "done", None, now()))
    path = native(database, tmp_path)
    reviews = {each["annotator"]: each["attributes"] for each in json.loads(path.read_text("utf-8"))["reviews"]}
    nothing = dict.fromkeys(each.name for each in NOTICE)
    assert reviews == {"lin": {**nothing, "audience": ["省"], "urgent": True}, "wu": nothing}
    assert list(reviews["lin"]) == list(nothing)
    with open_database(tmp_path / "again.db", create=True) as again:
        refused = []
        ingest(again, read_sources([path]), ME, refused.append)
        assert len(refused) == 1
        assert "a notice has no attribute audience here; it has none" in refused[0]
        declare(again, *NOTICE)
        ingest(again, read_sources([path]), ME, pytest.fail)
        assert said(again, 1) == {"audience": ("省",), "urgent": True}
        assert native(again, tmp_path, "again.jsonl").read_bytes() == path.read_bytes()
        assert shown(again, "audience=省") == [1]
        assert wrong(again) == []


def test_an_import_into_a_layer_counts_them_as_what_it_does_not_take(database, notice, tmp_path):
    set_notice_attributes(database, "lin", notice, "lin", {"audience": ("省",), "urgent": False})
    set_review(database, "lin", notice, Review("lin", "done", None, now()))
    for name in ("jsonl", "hf", "parquet"):
        export_file(database, tmp_path / name, ExportOptions(name), "0")
        found = [each for each in read_foreign([str(tmp_path / name)]) if isinstance(each, ForeignDocument)]
        losses = [Loss(TEXT_LABELS, "audience"), Loss(TEXT_LABELS, "urgent")]
        assert sorted((loss for each in found for loss in each.losses), key=lambda loss: loss.name) == losses


def test_a_value_in_use_is_never_lost_to_another_label_set(database, notice):
    set_notice_attributes(database, "lin", notice, "lin", {"topic": "水"})
    topic, *rest = NOTICE
    for wanted in (rest, [replace(topic, choices=("大气=雾霾",)), *rest], [NoticeAttribute("topic", "date"), *rest]):
        with pytest.raises(LabelError, match="topic of a notice: 水 would be lost, which 1 review gave"):
            declare(database, *wanted)
    declare(database, topic)
    # What nobody says any more may go, and undo steps over what it would bring back.
    set_notice_attributes(database, "lin", notice, "lin", {"topic": None})
    declare(database)
    undone = undo(database, "lin")
    assert undone is not None
    assert "a notice has no attribute topic here" in (undone.obstacle or "")
    assert said(database, notice) == {}
    assert wrong(database) == []


def test_what_layers_agree_on_becomes_gold_with_the_notice_and_a_later_change_opens_it_again(database, notice):
    with_adjudicator(database)
    for who, urgent in (("li", True), ("wang", False)):
        set_notice_attributes(database, who, notice, who, {"topic": "水", "urgent": urgent})
        finish(database, notice, who)
    (outcome,) = adjudicate_by_rule(database, CHEN, [notice], "all")
    assert (outcome.open, outcome.completed) == (1, 0)
    with pytest.raises(RoleError):
        set_notice_attributes(database, "li", notice, GOLD, {"urgent": True})
    set_notice_attributes(database, CHEN, notice, GOLD, {"urgent": True})
    (outcome,) = adjudicate_by_rule(database, CHEN, [notice], "all")
    assert (outcome.open, outcome.completed) == (0, 1)
    assert said(database, notice, GOLD) == {"topic": "水", "urgent": True}
    done = queue_page(database.connection, CHEN, QueueFilter(adjudication="done")).rows
    assert [row.number for row in done] == [notice]
    set_notice_attributes(database, "li", notice, "li", {"topic": "大气=雾霾"})
    assert [row.number for row in queue_page(database.connection, CHEN, QueueFilter(adjudication="ready")).rows] == [
        notice
    ]
    undo(database, "li")
    reopen(database, CHEN, notice)
    assert said(database, notice, GOLD) == {"topic": "水", "urgent": True}
    complete(database, CHEN, notice)
    assert wrong(database) == []


def test_databases_and_exports_are_merged_with_them(tmp_path):
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    with made(here, "li", "wu") as database:
        declare(database, *NOTICE)
        set_notice_attributes(database, "li", 1, "li", {"topic": "水"})
    shutil.copy(here, there)
    with open_database(there) as database:
        set_notice_attributes(database, "wu", 1, "wu", {"topic": "水"})
        set_notice_attributes(database, "li", 1, "li", {"urgent": True})
        path = native(database, tmp_path)
    merged(here, there)
    with open_database(here) as database:
        assert said(database, 1, "li") == {"topic": "水", "urgent": True}
        assert said(database, 1, "wu") == {"topic": "水"}
        assert shown(database, "urgent=true", "li") == [1]
        assert wrong(database) == []
    merged(here, path)
    with open_database(tmp_path / "other.db", create=True) as other:
        refused = []
        merge(other, ME, [there], {}, lambda _: None, refused.append)
        merge(other, ME, [path], {}, lambda _: None, refused.append)
        assert ["a notice has no attribute" in line for line in refused] == [True] * len(refused)
        assert "review there with what this label set does not take" in refused[0]
        assert labels_of(other) == default_labels()


def test_a_page_that_replaces_another_takes_them_over(database):
    declare(database, *NOTICE)
    old, new = (Source("page", raw, "utf-8", "page.txt") for raw in (RAW, RAW + "又及。\n"))
    ingest(database, [old], ME, pytest.fail, replaces=True)
    set_notice_attributes(database, "lin", 1, "lin", {"topic": "水"})
    ingest(database, [new], ME, pytest.fail, replaces=True)
    assert said(database, 2) == {"topic": "水"}
    assert wrong(database) == []


def test_check_finds_values_that_are_not_declared_and_attributes_that_are_no_json(database, notice):
    set_notice_attributes(database, "lin", notice, "lin", {"topic": "水"})
    for attributes, told in (
        ('{"topic":"林"}', "topic=林: it is one of 水, 大气=雾霾"),
        ("no", "a review of lin is damaged"),
    ):
        with database.write() as connection:
            connection.execute("UPDATE reviews SET attributes = ?", [attributes])
        assert any(told in finding for finding in findings(database)), told


def test_a_line_that_says_something_else_of_a_review_is_refused_and_named(database, notice, tmp_path):
    set_notice_attributes(database, "lin", notice, "lin", {"topic": "水"})
    line = native(database, tmp_path).read_bytes()
    refused = []
    ingest(database, [Record(line.replace("水".encode(), "大气=雾霾".encode(), 1), "a")], ME, refused.append)
    set_notice_attributes(database, "lin", notice, "lin", {"topic": None})
    ingest(database, [Record(line, "b")], ME, refused.append)
    assert "b: the review of lin is another one here; it was kept" in refused
    assert said(database, notice) == {}


def test_agreement_tells_how_far_people_say_the_same_of_whole_notices(database, notice):
    other = stored_notice(database, RAW + "又及。\n", "other")
    for number, urgent in ((notice, True), (other, False)):
        set_notice_attributes(database, "li", number, "li", {"topic": "水", "urgent": True})
        set_notice_attributes(database, "wang", number, "wang", {"topic": "水", "urgent": urgent})
        finish(database, number, "li", "wang")
    with database.read() as connection:
        together = project_agreement(connection, AgreementFilter()).together
    found = {each.attribute: (each.notices, each.same.value) for each in together.notice if each.notices}
    assert found == {"topic": (2, 1.0), "urgent": (2, 0.5)}
