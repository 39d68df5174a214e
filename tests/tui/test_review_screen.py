"""The review screen: what is shown is what the database holds, also when a write fails."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from reviewing import app_on, head, said
from textual.worker import WorkerFailed

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation, delete_annotation
from store.edits.review import set_review
from store.edits.undo import undo
from store.errors import DatabaseError, DiskFullError
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.log.events import events_since, last_event
from store.read.notices import find_notice, notice_annotations, notice_reviews
from tui.app import ZhupiApp
from tui.forms.conflict import ConflictScreen
from tui.session.watcher import Seen
from tui.widgets.status_line import StatusLine


@pytest.fixture
def app(database):
    return app_on(database, stored_notice(database))


async def test_saved_is_not_shown_while_a_write_is_under_way(app, monkeypatch):
    release = threading.Event()
    write = add_annotation

    def slow(*arguments):
        release.wait(10)
        write(*arguments)

    monkeypatch.setattr("tui.review.layer.add_annotation", slow)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "3")
        await pilot.pause()
        assert "1 yours" in said(app)
        assert head(app).rstrip().endswith("saving…")
        release.set()
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")


async def test_a_failed_write_is_told_and_taken_off_the_screen(app, monkeypatch):
    def fail(*_):
        raise DiskFullError(f"{app.session.database.path}: no room on disk; this change was not saved")

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr("tui.review.layer.add_annotation", fail)
            await pilot.press("v", "l", "3")
            await idle(pilot)
        assert "not saved: no room on disk" in head(app)
        assert "0 yours" in said(app)
        await pilot.press("v", "l", "3")
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")
        assert len(notice_annotations(app.session.database.connection, 1)) == 1


async def test_a_conflict_shows_what_the_other_session_made_of_it(app, database):
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", 1, item)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        delete_annotation(database, "lin", 1, item)
        await pilot.press("1")
        await idle(pilot)
        assert isinstance(app.screen, ConflictScreen)
        await pilot.press("escape")
        await idle(pilot)
        assert "was deleted meanwhile" in said(app)
        assert head(app).rstrip().endswith("saved ✓")
        assert "0 yours" in said(app)


async def test_undo_that_fails_is_told(app, monkeypatch):
    def fail(*_):
        raise DatabaseError("another program holds the database")

    monkeypatch.setattr("tui.notice.undoing.undo", fail)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        assert "not saved: another program" in head(app)


async def test_relabel_keeps_the_span_and_undo_brings_the_label_back(app, database):
    add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3, "DATE"))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("2")
        await idle(pilot)
        [item] = notice_annotations(database.connection, 1)
        assert (item.label, item.start, item.end) == ("OFFICIAL", 0, 3)
        assert list(item.attributes) == ["name", "title", "organisation", "organisation_inferred", "mention"]
        await pilot.press("u")
        await idle(pilot)
        [item] = notice_annotations(database.connection, 1)
        assert item.label == "DATE"


async def test_what_the_guideline_forbids_warns_and_is_stored(app, database):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "j", "3")
        await idle(pilot)
        assert "crosses a line" in said(app)
        assert len(notice_annotations(database.connection, 1)) == 1


async def test_an_error_nobody_expected_is_told_and_keys_go_on(app, monkeypatch):
    def fail(*_):
        raise ValueError("a bug")

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr("tui.notice.undoing.undo", fail)
            await pilot.press("u")
            await pilot.pause()
            with suppress(WorkerFailed):
                await idle(pilot)
        assert "not saved: ValueError: a bug" in head(app)
        await pilot.press("v", "l", "3")
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")


async def test_the_same_label_on_the_same_span_is_not_stored_twice(app, database):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "3", "h", "v", "l", "3")
        await idle(pilot)
        assert "already" in said(app)
        assert len(notice_annotations(database.connection, 1)) == 1


async def test_a_terminal_that_is_too_small_takes_no_changes(app, database):
    async with app.run_test(size=(30, 8)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "3")
        await idle(pilot)
        assert "saved ✓" in app.screen.query_one("#needs-room", StatusLine).text
        assert notice_annotations(database.connection, 1) == []


async def test_an_empty_normalized_text_and_an_empty_queue(database):
    app = ZhupiApp(database)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("j", "G", "enter")
        assert "No notices yet" in app.screen.query_one("#queue-empty", StatusLine).text


async def test_the_queue_shows_what_was_done_in_between_and_where(database):
    for number in range(3):
        stored_notice(database, RAW + f"第{number}号\n", f"page-{number}")
    app = ZhupiApp(database)
    app.session.reviewer = "lin"
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
        await pilot.press("m")
        await idle(pilot)
        await pilot.press("v", "l", "3")
        await idle(pilot)
        await pilot.press("q")
        await idle(pilot)
        notices = app.screen.listing.notices
        assert notices.cursor == 1
        assert [notices.row_at(row).status for row in range(3)] == ["done", "open", "open"]
        assert notices.row_at(1).counts == {"DATE": 1}
        assert "done 1 of 3" in app.screen.query_one("#queue-position", StatusLine).text


async def test_the_kind_of_a_region_is_changed_for_everybody_and_back(database):
    raw = "临江县召开会议\n来源:临江县水务局 时间:2023-04-12\n会议要求,要整改。\n扫一扫在手机打开当前页\n"
    [number] = add_pages(database, raw)
    app = ZhupiApp(database, notice=number)
    app.session.reviewer = "lin"
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("tab", "G", "B", "3")
        await idle(pilot)
        assert "boilerplate is body now" in said(app)
        assert app.screen.desk.model.notice.normalized.endswith("扫一扫在手机打开当前页")
        assert head(app).rstrip().endswith("saved ✓")
        await pilot.press("B", "escape", "u")
        await idle(pilot)
        assert "undone: kind of region" in said(app)
        assert app.screen.desk.model.notice.normalized.endswith("要整改。")


def add_pages(database, *pages):
    items = [
        Source(f"page-{at}", raw, "utf-8", "page", None, None, None, None, {}, None) for at, raw in enumerate(pages)
    ]
    ingest(database, items, "lin", pytest.fail)
    return [find_notice(database.connection, item.doc) for item in items]


async def test_a_click_where_no_notice_could_be_read_ends_nothing(database):
    app = app_on(database, 7)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "not read: no notice has the number 7" in head(app)
        await pilot.click("#normalized", offset=(5, 3))
        await pilot.click("#annotations", offset=(5, 1))
        await pilot.press("j", "1", "a", "v")
        await idle(pilot)
        assert "not read: no notice has the number 7" in head(app)


async def test_going_to_a_notice_from_a_form_leaves_the_form_with_its_own_notice(database):
    first, second = stored_notice(database), stored_notice(database, RAW.replace("临江县", "砚溪县"), "other")
    app = ZhupiApp(database, reviewer="lin")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("enter", "f")
        await idle(pilot)
        app.go_to_notice(second)
        await idle(pilot)
        assert app.screen.notice == second
        await pilot.press("q")
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
    reviews = {number: notice_reviews(database.connection, number) for number in (first, second)}
    assert ([each.status for each in reviews[first]], reviews[second]) == (["flagged"], [])


async def test_the_cursor_stays_in_sight_in_a_lower_window(database):
    app = app_on(database, stored_notice(database, "\n".join(f"第{number}段" for number in range(40))))
    async with app.run_test(size=(80, 50)) as pilot:
        await idle(pilot)
        pane = app.screen.desk.pane
        await pilot.press(*["j"] * (pane.page_rows() - 4))
        await pilot.resize_terminal(80, 20)
        await idle(pilot)
        at = pane.row_of(app.screen.desk.model.offset)
        assert pane.top <= at < pane.top + pane.page_rows()


async def test_the_span_at_the_cursor_is_marked_over_its_whole_length_in_both_panes(database, app):
    item = annotation_of(RAW, at := RAW.index("4月底前"), at + 4)
    add_annotation(database, "lin", 1, item)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        desk = app.screen.desk
        panes = desk.view.panes
        desk.model.go_to_raw(item.start)
        desk.jumped()
        await idle(pilot)
        await pilot.press("l")
        await idle(pilot)
        assert desk.model.chosen is None
        for name, span in (("raw", item.span), ("normalized", desk.model.notice.alignment.to_normalized(item.span))):
            assert panes[name].active == (span.start, span.end, "yellow active", "")
        # Keys act on a selection where there is one.
        await pilot.press("v", "l")
        await idle(pilot)
        assert all(pane.active is None for pane in panes.values())
        await pilot.press("escape", "g")
        await idle(pilot)
        assert all(pane.active is None for pane in panes.values())


async def test_a_review_that_was_taken_back_since_is_not_shown(database):
    number = stored_notice(database)
    app = app_on(database, number)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        before = last_event(database.connection)
        set_review(database, "lin", number, Review("lin", "flagged", "blurred", now()))
        undo(database, "lin")
        flagged, undone = events_since(database.connection, before, number)
        labels = app.session.labels
        # The watcher may read the one before the other is made, and tell of it behind that.
        for events in ((flagged,), (undone,), (flagged, undone)):
            app.screen.follow(Seen((), many=False, events=events, others=(), total=1, labels=labels))
            await idle(pilot)
            assert "○ 1/1" in head(app), events
        set_review(database, "lin", number, Review("lin", "flagged", "blurred", now()))
        app.screen.follow(Seen((), many=False, events=(flagged,), others=(), total=1, labels=labels))
        await idle(pilot)
        assert "⚑ 1/1" in head(app)
        assert "changed in another session of yours" in said(app)
