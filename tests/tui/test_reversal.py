"""What an undo or a redo did, in one line: the same on every screen."""

from __future__ import annotations

import pytest
from adjudicating import gold_of, say, state, with_adjudicator
from idle import idle
from making import RAW, annotation_of, normalized_notice, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said

from annotations.annotation import Review, now
from annotations.formats.foreign.document import ForeignDocument, ForeignSpan
from store.edits.adjudicate import complete, decide, fill
from store.edits.adjudicate_by_rule import adjudicate_by_rule
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.assign import assign, unassign
from store.edits.review import set_review, set_reviews
from store.edits.undo import redo, undo
from store.intake.layers import LayerImport, import_layer
from store.log.events import annotation_change
from store.read.notices import load_notice
from store.write.notices import add_notice
from store.write.record import record
from tui.app import ZhupiApp
from tui.session.reversal import described
from tui.widgets.status_line import StatusLine

ITEM = annotation_of(RAW, 0, 3)
TAGGED = "DATE “临江县”"


def tag(database):
    add_annotation(database, "lin", 1, ITEM)


def tag_three(database):
    add_annotations(database, "lin", 1, [ITEM, annotation_of(RAW, 3, 5), annotation_of(RAW, 5, 7)])


def accept(database):
    add_annotation(database, "lin", 1, replace(ITEM, status="accepted", suggested_by="dates/day@1"))


def comment(database):
    tag(database)
    change_annotation(database, "lin", 1, ITEM, replace(ITEM, comment="看一下"))


def relabel(database):
    tag(database)
    other = replace(ITEM, label="OFFICIAL", attributes=annotation_of(RAW, 0, 3, "OFFICIAL").attributes)
    change_annotation(database, "lin", 1, ITEM, other)


def delete(database):
    tag(database)
    delete_annotation(database, "lin", 1, ITEM)


def flag_both(database):
    set_reviews(database, "lin", [1, 2], "flagged")


def mark_done(database):
    set_review(database, "lin", 2, Review("lin", "done", None, now()))


def assign_both(database):
    assign(database, "lin", [1, 2], "lin")


def take_off(database):
    assign_both(database)
    unassign(database, "lin", [2], "lin")


def two_layers(database):
    """Two layers with one agreement and one difference, and lin as an adjudicator."""
    with_adjudicator(database, "lin")
    say(database, 1, "wang", (0, 3), (5, 9))
    say(database, 1, "li", (0, 3), (5, 10))


def take_gold(database):
    two_layers(database)
    case = state(database, 1).cases[1]
    decide(database, "lin", 1, case, [gold_of(case.about.members[1][0])], "taken", ["wang"])


def take_none(database):
    two_layers(database)
    decide(database, "lin", 1, state(database, 1).cases[1], [], "none")


def gold_done(database):
    take_gold(database)
    fill(database, "lin", 1)
    complete(database, "lin", 1)


def gold_by_rule(database):
    two_layers(database)
    say(database, 2, "wang")
    say(database, 2, "li")
    assert list(adjudicate_by_rule(database, "lin", [1, 2], "all"))


def import_for_li(database):
    spans = [ForeignSpan(label="DATE", start=start, end=start + 2) for start in (0, 3)]
    with database.read() as connection:
        texts = [load_notice(connection, number).notice.raw for number in (1, 2)]
    documents = [ForeignDocument(text=text, spans=tuple(spans), done=True) for text in texts]
    import_layer(database, documents, "lin", LayerImport(annotator="li"), list[str]().append)


STEPS = [
    (import_for_li, "4 annotations into li, 2 notices"),
    (take_gold, "gold of wang, “page”"),
    (take_none, "none of it gold, “page”"),
    (gold_done, "gold done, “page”"),
    (gold_by_rule, "gold of li, wang, 2 notices"),
    (tag, f"tag {TAGGED}"),
    (tag_three, f"tag {TAGGED} and 2 more"),
    (accept, f"accept {TAGGED}"),
    (comment, f"change {TAGGED}"),
    (relabel, "DATE → OFFICIAL “临江县”"),
    (delete, f"delete {TAGGED}"),
    (flag_both, "review flagged, 2 notices"),
    (mark_done, "review done, “other”"),
    (assign_both, "assign to lin, 2 notices"),
    (take_off, "take off lin, “other”"),
]


@pytest.fixture
def two(database):
    """A database with two notices."""
    stored_notice(database)
    stored_notice(database, RAW + "第二页\n", "other")
    return database


@pytest.mark.parametrize(("step", "words"), STEPS)
def test_undo_and_redo_are_worded_as_the_change_itself(two, step, words):
    step(two)
    assert described(undo(two, "lin")) == words
    assert described(redo(two, "lin")) == words


@pytest.mark.parametrize(("step", "words"), STEPS)
async def test_the_queue_and_the_review_screen_word_it_alike(two, step, words):
    step(two)
    app = ZhupiApp(two)
    app.session.reviewer = "lin"
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        assert f"undone: {words} " in app.screen.query_one("#queue-position", StatusLine).text
    app = app_on(two, 1)
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert f"redone: {words} " in said(app)


async def test_a_step_that_cannot_be_undone_is_named_on_both_screens(two):
    tag(two)
    with two.write() as connection:
        record(connection, "wu", "import", annotation_change(1, ITEM, replace(ITEM, comment="看一下")))
    words = f"wu has changed it since: tag {TAGGED}; stepped over"
    app = ZhupiApp(two)
    app.session.reviewer = "lin"
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        assert f"not undone, {words}" in app.screen.query_one("#queue-position", StatusLine).text
    app = app_on(two, 1)
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert f"not redone, {words}" in said(app)
        await pilot.press("u", "u")
        await idle(pilot)
        assert "nothing to undo" in said(app)


async def test_a_quote_is_told_as_a_reader_sees_it_from_wherever_it_is_undone(database):
    raw = "關(guān)于召開(kāi)河長(zhǎng)會(huì)議的通知\n"
    with database.write() as connection:
        add_notice(connection, "importer", normalized_notice(raw))
    stored_notice(database, doc="other")
    end = raw.index("的")
    add_annotation(database, "lin", 1, annotation_of(raw, raw.index("河"), end))
    app = ZhupiApp(database)
    app.session.reviewer = "lin"
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        assert "undone: tag DATE “河长会议”" in app.screen.query_one("#queue-position", StatusLine).text
    app = app_on(database, 2)
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert "redone: tag DATE “河长会议”" in said(app)
        await pilot.press("greater_than_sign")
        assert "end moved: DATE “河长会议的”" in said(app)
