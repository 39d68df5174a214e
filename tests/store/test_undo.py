"""Undo and redo go on whatever others did meanwhile: what cannot be taken back is named and stepped over."""

from __future__ import annotations

import pytest
from making import RAW, annotation_of, logged, made_by_an_older_normalizer, stored_notice, wrong
from msgspec.structs import replace

from annotations.annotation import now
from annotations.labels import LabelSet, default_labels
from annotations.normalize import normalize
from annotations.origins import in_one_step
from annotations.regions import region_at
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.assign import assign, unassign
from store.edits.fields import correct_fields
from store.edits.people import add_reviewer, remove_reviewer
from store.edits.regions import override_region
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.intake.ingest import ingest
from store.intake.renormalize import renormalize_older
from store.intake.sources import Source
from store.log.events import Change, annotation_change, labels_change
from store.log.rows import load_regions
from store.project.reviewers import current_reviewer
from store.project.settings import keep
from store.read.notices import load_notice, notice_annotations
from store.read.queue import queue_page
from store.write.append import append
from store.write.record import Batch, record

PAGE = "临江县召开会议\n来源:临江县水务局 时间:2023-04-12\n会议要求,要整改。\n扫一扫在手机打开当前页\n"
FOOT, TITLE = PAGE.index("扫一扫"), 0


@pytest.fixture
def page(database):
    """The number of a notice with regions of its own."""
    ingest(database, [Source("page", PAGE, "utf-8", "page")], "lin", pytest.fail)
    return 1


def kinds(database, number=1):
    regions = load_regions(database.connection, number)
    return [(region.kind, region.by) for region in (region_at(regions, TITLE), region_at(regions, FOOT))]


def imported(database, number, before, after, actor="wu"):
    """Another state of an annotation, from somebody's import."""
    with database.write() as connection:
        record(connection, actor, "import", annotation_change(number, before, after))


def held(database):
    return {row.number: row.assignees for row in queue_page(database.connection, "lin").rows}


def divided(database, number, at):
    """The regions as other rules would find them: cut at another place."""
    with database.write() as connection:
        before = load_regions(connection, number)
        cut = region_at(before, at)
        after = []
        for region in before:
            parts = [replace(region, end=at), replace(region, start=at)] if region is cut else [region]
            after += parts
        record(connection, "wu", "normalize", Change(number, "regions", str(number), before, tuple(after)))


def test_a_region_is_undone_by_itself_whatever_became_of_another(database, page):
    override_region(database, "lin", page, FOOT, "body")
    override_region(database, "wu", page, TITLE, "boilerplate")
    assert undo(database, "lin").obstacle is None
    assert kinds(database) == [("boilerplate", "wu"), ("boilerplate", None)]
    assert redo(database, "lin").obstacle is None
    assert kinds(database) == [("boilerplate", "wu"), ("body", "lin")]
    assert undo(database, "wu").obstacle is None
    assert kinds(database) == [("title", None), ("body", "lin")]
    assert undo(database, "lin").obstacle is None
    assert load_notice(database.connection, page).notice.normalized == normalize(PAGE).normalized
    assert wrong(database) == []


def test_a_region_is_undone_behind_another_normalizer(database, page):
    override_region(database, "lin", page, FOOT, "body")
    divided(database, page, PAGE.index("会议要求") + 2)
    made_by_an_older_normalizer(database)
    list(renormalize_older(database, "wu"))
    assert undo(database, "lin").obstacle is None
    assert kinds(database) == [("title", None), ("boilerplate", None)]
    assert wrong(database) == []


def test_a_region_that_somebody_else_has_set_since_or_that_is_cut_is_stepped_over(database, page):
    item = annotation_of(PAGE, 0, 3)
    add_annotation(database, "lin", page, item)
    override_region(database, "lin", page, FOOT, "body")
    override_region(database, "wu", page, FOOT, "metadata")
    assert undo(database, "lin").obstacle == "wu has set it since"
    assert kinds(database)[1] == ("metadata", "wu")
    assert redo(database, "lin").obstacle == "wu has set it since"
    undo(database, "wu")
    assert undo(database, "lin").obstacle is None
    divided(database, page, FOOT + 1)
    assert redo(database, "lin").obstacle == "its text is divided otherwise by now"
    assert [undo(database, "lin").change.key for _ in range(2)] == [str(page), item.id]
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_an_assignment_that_was_taken_and_given_again_is_stepped_over(database):
    numbers = [stored_notice(database), stored_notice(database, RAW + "又及。\n", "other")]
    assign(database, "lin", numbers[:1], "chen")
    assign(database, "lin", numbers, "zhao")
    unassign(database, "wu", numbers[1:], "zhao")
    assign(database, "wu", numbers[1:], "zhao")
    assert undo(database, "lin").obstacle == "wu has changed it since, in “other”"
    assert undo(database, "lin").obstacle is None
    assert held(database) == {1: ("zhao",), 2: ("zhao",)}
    assert undo(database, "lin") is None


def test_whoever_was_given_a_notice_again_has_it_when_taking_it_off_is_undone(database):
    number = stored_notice(database)
    assign(database, "lin", [number], "chen")
    unassign(database, "lin", [number], "chen")
    assign(database, "wu", [number], "chen")
    assert undo(database, "lin").obstacle is None
    assert held(database) == {1: ("chen",)}
    assert wrong(database) == []


def test_a_tag_that_was_undone_and_imported_again_and_redone_is_undone(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    undo(database, "lin")
    imported(database, number, None, item)
    assert redo(database, "lin").obstacle is None
    assert undo(database, "lin").change.after is None
    assert notice_annotations(database.connection, number) == []
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_a_tag_that_came_back_as_another_is_left_alone_and_named(database):
    number = stored_notice(database)
    first, item = annotation_of(RAW, 3, 5), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, first)
    add_annotation(database, "lin", number, item)
    undo(database, "lin")
    other = replace(item, comment="看一下", updated_at=now())
    imported(database, number, None, other)
    assert redo(database, "lin").obstacle == "wu has changed it since"
    assert undo(database, "lin").obstacle == "wu has changed it since"
    assert undo(database, "lin").change.key == first.id
    assert notice_annotations(database.connection, number) == [other]
    assert wrong(database) == []


def test_what_was_stepped_over_can_be_undone_once_nothing_stands_in_the_way(database):
    number = stored_notice(database)
    fields = load_notice(database.connection, number).notice.fields
    correct_fields(database, "lin", number, fields, {"title": "甲"})
    correct_fields(database, "wu", number, load_notice(database.connection, number).notice.fields, {"title": "乙"})
    assert undo(database, "lin").obstacle == "wu has changed it since"
    undo(database, "wu")
    assert redo(database, "lin").obstacle is None
    assert undo(database, "lin").obstacle is None
    assert load_notice(database.connection, number).notice.title is None


def test_undo_goes_on_behind_what_is_already_so(database):
    number = stored_notice(database)
    first, second = annotation_of(RAW, 0, 3), annotation_of(RAW, 3, 5)
    add_annotation(database, "lin", number, first)
    add_annotation(database, "lin", number, second)
    delete_annotation(database, "lin", number, second)
    # An import of an older export brings it back.
    imported(database, number, None, second)
    assert undo(database, "lin").change.key == second.id
    assert notice_annotations(database.connection, number) == [first, second]
    assert undo(database, "lin").change.after is None
    assert undo(database, "lin").change.key == first.id
    assert notice_annotations(database.connection, number) == []
    assert wrong(database) == []


def test_of_a_step_of_several_nothing_is_undone_where_one_cannot_be(database):
    number = stored_notice(database)
    items = in_one_step([annotation_of(RAW, at, at + 1) for at in range(3)])
    add_annotations(database, "lin", number, items)
    imported(database, number, items[1], replace(items[1], comment="看一下"))
    before = notice_annotations(database.connection, number)
    reversal = undo(database, "lin")
    assert (reversal.size, reversal.obstacle) == (3, "wu has changed it since")
    assert notice_annotations(database.connection, number) == before
    assert undo(database, "lin") is None
    assert wrong(database) == []


def test_an_annotation_whose_label_is_gone_does_not_come_back(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    delete_annotation(database, "lin", number, item)
    fewer = LabelSet(tuple(each for each in default_labels() if each.name != "DATE"))
    with database.write() as connection:
        # As `zhupi labels` refuses to do it.
        append(connection, "lin", "labels", labels_change(default_labels(), fewer))
        keep(connection, "labels", fewer.to_json().decode())
    assert "DATE" in undo(database, "lin").obstacle
    assert undo(database, "lin").obstacle is None  # it is gone already
    assert wrong(database) == []


def test_events_of_a_batch_are_one_step_whatever_their_author_did_between_them(database):
    number, item, batch = stored_notice(database), annotation_of(RAW, 0, 3), Batch()
    for start in (5, 6, 7):
        with database.write() as connection:
            change = annotation_change(number, None, annotation_of(RAW, start, start + 1))
            record(connection, "lin", "tag", change, batch=batch)
        if start == 5:
            add_annotation(database, "lin", number, item)
    assert undo(database, "lin").size == 3
    assert notice_annotations(database.connection, number) == [item]
    assert redo(database, "lin").size == 3
    assert [undo(database, "lin").size for _ in range(2)] == [3, 1]


def test_whoever_was_removed_undoes_nothing(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_reviewer(database, current_reviewer(), "wu", "reviewer")
    add_annotation(database, "wu", number, replace(item, annotator="wu"))
    remove_reviewer(database, current_reviewer(), "wu")
    with pytest.raises(RoleError):
        undo(database, "wu")
    assert len(logged(database)) == 1


def test_a_change_of_ones_own_other_session_is_named_as_that(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    imported(database, number, item, replace(item, comment="看一下"), actor="lin")
    assert undo(database, "lin").obstacle == "it was changed since"


def test_undo_takes_back_the_newest_of_several_changes_of_one_thing(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    other = replace(item, comment="看一下")
    change_annotation(database, "lin", number, item, other)
    undo(database, "lin")
    assert notice_annotations(database.connection, number) == [item]
    redo(database, "lin")
    assert notice_annotations(database.connection, number) == [other]
