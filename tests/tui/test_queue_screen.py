"""The queue screen: what its keys do to the rows, to the database, and to what is said around them."""

from __future__ import annotations

import asyncio
import threading

import pytest
from idle import PATIENCE, idle, press, until
from making import annotation_of, notice_of
from msgspec.structs import replace
from places import app_of

from annotations.annotation import Review, now
from annotations.notice import NoticeFields
from store.edits.annotate import add_annotation
from store.edits.assign import assign
from store.edits.fields import correct_fields
from store.edits.leases import take_next
from store.edits.people import add_reviewer
from store.edits.review import set_review, set_reviews
from store.errors import DiskFullError
from store.index.filters import QueueFilter
from store.log.assignments import Assignment
from store.log.events import Change, annotation_change
from store.project.reviewers import current_reviewer, people
from store.read import queue
from store.write.notices import add_notice
from store.write.record import record
from tui.app import ZhupiApp
from tui.queue import reader as queue_reading
from tui.queue.filter_line import FilterLine
from tui.queue.screen import QueueScreen
from tui.queue.window import open_window
from tui.widgets.key_bar import KeyBar
from tui.widgets.preview_rows import PreviewRows
from tui.widgets.status_line import StatusLine
from tui.widgets.text_rows import TextRows

ME = "lin"
TITLES = ["临江县召开生态环境会议", "關於河長制的通知", "Notice on water", "我县开展联合执法"]
COUNT = 40


def body(number):
    return f"第{number}号\n会议要求,各乡镇要于4月底前完成第{number}项排查,推进生态文明建设。\n"


@pytest.fixture
def filled(database):
    """Forty notices, their titles by turns, published day by day, every tenth without a date."""
    with database.write() as connection:
        for number in range(1, COUNT + 1):
            day = f"2021-{1 + number % 12:02}-{1 + number % 28:02}" if number % 10 else None
            title = TITLES[number % len(TITLES)]
            text = body(number) if number % 2 else f"第{number}号\n没有别的。\n"
            add_notice(
                connection,
                "importer",
                replace(notice_of(text, f"doc-{number}"), title=title, source="水务局", published=day),
            )
    return database


@pytest.fixture
def app(filled):
    return app_of(filled, ME)


def numbers(app):
    return [row.number for row in app.screen.listing.window.rows]


def head(app):
    return app.screen.query_one("#queue-head", StatusLine).text


def position_line(app):
    return app.screen.query_one("#queue-position", StatusLine).text


def filter_summary(app):
    return app.screen.query_one("#filter-summary", StatusLine).text


def keys(app):
    left, _ = app.screen.query_one(KeyBar).fitting(200)
    return "".join(text for text, _ in left)


def reviews(database):
    rows = database.connection.execute("SELECT notice, status, comment FROM reviews ORDER BY notice").fetchall()
    return [tuple(row) for row in rows]


def assignments(database):
    rows = database.connection.execute("SELECT notice, annotator FROM assignments ORDER BY notice, annotator")
    return [tuple(row) for row in rows.fetchall()]


# Search


async def test_a_search_shows_the_hits_and_esc_brings_all_back(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, *"jjj", "slash", *"河长", "enter")
        assert numbers(app) == [number for number in range(1, COUNT + 1) if number % 4 == 1]
        assert app.screen.listing.notices.cursor == 0
        assert "10 found" in filter_summary(app)
        assert "河长" in filter_summary(app)
        assert app.screen.listing.filter == QueueFilter(search="河长")
        await press(pilot, "j", "escape")
        assert (len(numbers(app)), app.screen.listing.current) == (COUNT, 5)
        assert "found" not in filter_summary(app)


async def test_letters_are_letters_while_a_search_is_typed_and_esc_goes_back_to_where_it_began(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "j", "j", "slash", *"qnSu F")
        assert app.screen.query_one(FilterLine).field.value == "qnSu F"
        await press(pilot, "escape")
        assert isinstance(app.screen, QueueScreen)
        assert (app.screen.listing.current, app.screen.listing.filter) == (3, QueueFilter())
        assert reviews(app.session.database) == []


async def test_what_was_typed_is_searched_for_after_a_pause(app, monkeypatch):
    monkeypatch.setattr("tui.queue.controllers.finding.SEARCH_DELAY", 0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"执法")
        await idle(pilot)
        assert len(numbers(app)) == 10
        assert app.screen.listing.line.searching
        await press(pilot, "down", "enter")
        assert (app.screen.listing.current, app.screen.listing.line.searching) == (7, False)


async def test_a_click_on_the_list_takes_the_search_that_was_typed(app, monkeypatch):
    monkeypatch.setattr("tui.queue.controllers.finding.SEARCH_DELAY", 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"执法")
        await idle(pilot)
        await pilot.click(app.screen.listing.notices, offset=(5, 1))
        await idle(pilot)
        await press(pilot, "j")
        assert (app.screen.listing.filter.search, app.screen.listing.line.searching, app.screen.listing.current) == (
            "执法",
            False,
            11,
        )


async def test_keys_typed_ahead_reach_the_hits(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("slash", *"河长", "enter", "j", "space", "G")
        await idle(pilot)
        assert app.screen.listing.selected == {5}
        assert app.screen.listing.current == 37


async def test_a_search_that_finds_nothing_says_so_and_how_to_leave(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"没有人", "enter")
        assert "Nothing found: 没有人" in app.screen.query_one("#queue-empty", StatusLine).text
        assert "esc clears" in app.screen.query_one("#queue-empty-hint", StatusLine).text
        await press(pilot, "j", "enter", "space", "F", "A", "G", "n", "S")
        assert isinstance(app.screen, QueueScreen)
        assert "no free notice" in position_line(app)
        await press(pilot, "escape")
        assert len(numbers(app)) == COUNT
        # The preview is there again, though it had no room a moment ago.
        await idle(pilot)
        assert app.screen.query_one(PreviewRows).text


async def test_hits_in_title_and_text_are_marked(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"生態", "enter")
        assert app.screen.listing.current == 1
        app.screen.reader.read_preview()
        await idle(pilot)
        shown = app.screen.query_one(PreviewRows)
        strip = shown.render_line(0)
        assert "生态" in [segment.text for segment in strip]
        assert "生态" in [segment.text for segment in app.screen.listing.notices.render_line(2)]


# Filter and order


async def test_one_key_each_turns_a_filter_and_the_rows_follow(app, filled):
    set_reviews(filled, ME, [3, 4], "done")
    assign(filled, ME, [4, 5], "chen")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "s", "s")
        assert app.screen.queue_filter.status == "done"
        queue_screen = app.screen_stack[0]
        assert queue_screen.listing.filter.status == "done"
        assert queue_screen.listing.window.total() == 2
        await press(pilot, "h", "h", "h", "enter")
        assert numbers(app) == [4]
        for word in ("status done", "held chen", "1 found"):
            assert word in filter_summary(app)
        await press(pilot, "escape")
        assert app.screen.listing.filter == QueueFilter()
        assert app.screen.listing.current == 4


@pytest.fixture
def flagged(database):
    """Three notices; the first is flagged for its title, the second for being Traditional and for its date."""
    flags = [["title-unsure"], ["traditional", "date-unsure"], []]
    with database.write() as connection:
        for number, each in enumerate(flags, 1):
            notice = replace(notice_of(body(number), f"doc-{number}"), title=TITLES[number], meta={"flags": each})
            add_notice(connection, "importer", notice)
    return database


@pytest.fixture
def flagged_app(flagged):
    app = ZhupiApp(flagged)
    app.session.reviewer = ME
    return app


def rule(app):
    return app.screen.query_one("#queue-rule", StatusLine).text


async def test_the_queue_shows_one_flag_of_pages_at_a_time(flagged_app):
    app = flagged_app
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "p")
        assert app.screen.queue_filter.flag == "date-unsure"
        await press(pilot, "p")
        assert app.screen.queue_filter.flag == "title-unsure"
        await press(pilot, "p", "p", "P", "enter")
        assert numbers(app) == [2]
        assert "traditional" in filter_summary(app)
        assert "1 found" in filter_summary(app)
        await press(pilot, "escape", "f", "s", "s", "p", "enter")
        assert numbers(app) == []
        await press(pilot, "f", "s", "S", "S", "enter")
        assert numbers(app) == [2]


async def test_a_flag_that_no_notice_has_any_more_stays_in_the_filter(flagged_app, flagged):
    app = flagged_app
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "p", "p", "enter")
        assert numbers(app) == [1]
        correct_fields(flagged, ME, 1, NoticeFields(TITLES[1], None, None), {"title": "甲"})
        await press(pilot, "f")
        assert any(value == "title-unsure" for value, _ in app.screen._facets[4].options)
        await press(pilot, "enter", "escape")
        assert numbers(app) == [1, 2, 3]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_flags_stand_above_the_preview_and_leave_when_they_are_settled(flagged_app, flagged, size, watched):
    app = flagged_app
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert "title-unsure" in rule(app)
        await press(pilot, "j")
        app.screen.reader.read_preview()
        assert "traditional" in rule(app)
        assert "date-unsure" in rule(app)
        await press(pilot, "k")
        app.screen.reader.read_preview()
        seen = NoticeFields(TITLES[1], None, None)
        correct_fields(flagged, "chen", 1, seen, {"title": "全县治水会"})
        await until(pilot, lambda: "title-unsure" not in rule(app), "the flag leaves")
        assert "全县治水会" in app.screen.listing.notices.render_line(0).text


async def test_hostile_flags_are_text(database):
    flag = "\x1b[2J[/b][@click=app.quit]x[/]\u202e"
    with database.write() as connection:
        add_notice(connection, "importer", replace(notice_of(body(1)), meta={"flags": [flag]}))
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "p")
        drawn = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert not set(drawn) & {"\x1b", "\u202e"}
        await press(pilot, "enter")
        assert numbers(app) == [1]
        await press(pilot, "enter")
        drawn = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert not set(drawn) & {"\x1b", "\u202e"}


async def test_esc_in_the_filter_leaves_it_as_it_was(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, *"jj", "f", "s", "a", "o", "escape")
        assert app.screen.listing.filter == QueueFilter()
        assert app.screen.listing.current == 3


async def test_dates_are_typed_and_a_wrong_one_is_told_in_one_line(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "d", *"2021-13", "enter")
        assert "2021-13: there is no such day" in app.screen.query_one("#filter-problem").text
        await press(pilot, *["backspace"] * 2, *"03", "tab", *"2021-04", "enter")
        assert app.screen.listing.filter == QueueFilter(published_from="2021-03-01", published_to="2021-04-30")
        published = {row.published[:7] for row in app.screen.listing.window.rows}
        assert published == {"2021-03", "2021-04"}


async def test_dates_the_wrong_way_round_are_told(app):
    async with app.run_test(size=(40, 12)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "tab", *"2022", "tab", *"2021", "enter")
        assert "nothing lies between" in app.screen.query_one("#filter-problem").text
        await press(pilot, "escape", "c", "enter")
        assert app.screen.listing.filter == QueueFilter()


async def test_a_filter_that_hides_all_says_so(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "S", "enter")
        assert app.screen.listing.filter.status == "skipped"
        assert "hides every notice" in app.screen.query_one("#queue-empty", StatusLine).text
        assert "esc" in keys(app)
        await press(pilot, "escape")
        assert len(numbers(app)) == COUNT


async def test_another_order_begins_at_the_first_row(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "G", "S", "n")
        rows = [app.screen.listing.notices.row_at(at).published for at in range(COUNT)]
        assert rows[:36] == sorted(rows[:36], reverse=True)
        assert rows[36:] == [None] * 4
        assert "newest" in filter_summary(app)
        assert app.screen.listing.notices.cursor == 0
        await press(pilot, "S", "3")
        assert app.screen.listing.notices.row_at(0).published == min(rows[:36])
        await press(pilot, "S", "escape", "S", "enter")
        assert "oldest" in filter_summary(app)
        await press(pilot, "S", "i")
        assert app.screen.listing.filter == QueueFilter()


# Selecting, flagging, assigning


async def test_selected_notices_are_flagged_with_a_reason_and_one_undo_takes_it_back(app, filled):
    set_review(filled, ME, 2, Review(ME, "done", "schon", now()))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "space", "space", "j", "space")
        assert app.screen.listing.selected == {1, 2, 4}
        assert "3 selected" in position_line(app)
        await press(pilot, "F", *"看不清", "enter")
        assert reviews(filled) == [(number, "flagged", "看不清") for number in (1, 2, 4)]
        assert "flagged: 3 notices" in position_line(app)
        assert head(app).rstrip().endswith("saved ✓")
        assert app.screen.listing.selected == set()
        assert app.screen.listing.notices.row_at(0).status == "flagged"
        await press(pilot, "u")
        assert reviews(filled) == [(2, "done", "schon")]
        assert "undone: review flagged, 3 notices" in position_line(app)
        await press(pilot, "ctrl+r")
        assert len(reviews(filled)) == 3
        assert "redone: review flagged, 3 notices" in position_line(app)


async def test_the_notice_under_the_cursor_is_flagged_where_none_is_selected(app, filled):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "j", "F", "escape")
        assert reviews(filled) == []
        await press(pilot, "F", "enter")
        assert reviews(filled) == [(2, "flagged", None)]
        assert app.screen.listing.current == 2


async def test_assigning_offers_who_is_known_and_takes_off_again(app, filled):
    assign(filled, ME, [9], "wang")
    add_reviewer(filled, current_reviewer(), ME, "adjudicator")
    add_reviewer(filled, current_reviewer(), "wang", "reviewer")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "space", "space", "A", *"wa", "tab", "enter")
        assert assignments(filled) == [(1, "wang"), (2, "wang"), (9, "wang")]
        assert "assigned to wang: 2 notices" in position_line(app)
        await press(pilot, "g", "A", *"-wang", "enter")
        assert assignments(filled) == [(2, "wang"), (9, "wang")]
        assert "taken off wang: 1 notice" in position_line(app)
        await press(pilot, "u", "u")
        assert assignments(filled) == [(9, "wang")]
        assert "undone: assign to wang, 2 notices" in position_line(app)
        for name, told in {"gold": "it is the name of a layer", "wnag": "here is called “wnag”: an admin adds"}.items():
            await press(pilot, "A", *name, "enter")
            assert told in app.screen.query_one("#prompt-hint", TextRows).text
            await press(pilot, "enter", "escape")
        assert assignments(filled) == [(9, "wang")]


async def test_a_name_that_nobody_has_is_added_by_a_second_press(app, filled):
    add_reviewer(filled, current_reviewer(), ME, "admin")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "A", *"lu", "enter")
        prompt = app.screen
        hint = prompt.query_one("#prompt-hint", TextRows)
        assert hint.text == "nobody here is called “lu”: enter again adds them as a reviewer"
        # Another name is another question.
        await press(pilot, "o", "enter")
        assert "is called “luo”: enter again" in hint.text
        assert app.screen is prompt
        assert "luo" not in people(filled.connection)
        await press(pilot, "enter")
        assert "assigned to luo: 1 notice" in position_line(app)
        assert assignments(filled) == [(1, "luo")]
        assert "luo" in people(filled.connection)
        await press(pilot, "j", "A", *"luo", "enter")
        assert assignments(filled) == [(1, "luo"), (2, "luo")]


async def test_nothing_to_undo_is_told(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "u")
        assert "nothing to undo" in position_line(app)
        await press(pilot, "ctrl+r")
        assert "nothing to redo" in position_line(app)


async def test_undo_in_the_queue_tells_of_a_tag_and_goes_to_its_notice(app, filled):
    text = body(7)
    add_annotation(filled, ME, 7, annotation_of(text, 0, 3, annotator=ME))
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "u")
        assert f"undone: tag DATE “{text[:3]}”" in position_line(app)
        assert app.screen.listing.current == 7


async def test_saved_is_not_shown_while_a_write_is_under_way(app, filled, monkeypatch):
    release = threading.Event()
    write = set_reviews

    def slow(*arguments):
        release.wait(10)
        return write(*arguments)

    monkeypatch.setattr("store.edits.review.set_reviews", slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "F")
        await pilot.press("enter")
        await pilot.pause()
        assert head(app).rstrip().endswith("saving…")
        release.set()
        await idle(pilot)
        assert head(app).rstrip().endswith("saved ✓")


async def test_a_failed_write_is_told_and_the_selection_stays(app, filled, monkeypatch):
    def fail(*_):
        raise DiskFullError(f"{filled.path}: no room on disk; this change was not saved")

    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "space")
        with monkeypatch.context() as patch:
            patch.setattr("store.edits.review.set_reviews", fail)
            await press(pilot, "F", "enter")
        assert "not saved: no room on disk" in head(app)
        assert app.screen.listing.selected == {1}
        await press(pilot, "F", "enter")
        assert head(app).rstrip().endswith("saved ✓")


async def test_an_error_nobody_expected_is_told_and_keys_go_on(app, monkeypatch):
    def fail(*_, **__):
        raise ValueError("a bug")

    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(queue_reading, "open_window", fail)
            await pilot.press("S", "n")
            async with asyncio.timeout(PATIENCE):
                while "ValueError: a bug" not in position_line(app):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)  # because to wait until all is idle would raise the error
        await press(pilot, "S", "o")
        assert len(numbers(app)) == COUNT


# Where one is


async def test_a_notice_that_leaves_the_filter_gives_its_row_to_the_next(app, filled):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "s", "enter", *"jjj")
        row = app.screen.listing.notices.screen_row
        set_reviews(filled, ME, [4], "done")
        app.screen.returned(4)
        await idle(pilot)
        assert (app.screen.listing.current, app.screen.listing.notices.screen_row) == (5, row)


async def test_the_row_is_kept_when_a_notice_is_left_under_a_filter(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *"河长", "enter", "j", "j", "enter")
        assert app.screen.notice == 9
        await press(pilot, "q")
        assert (app.screen.listing.current, app.screen.listing.notices.cursor) == (9, 2)
        assert "河长" in filter_summary(app)


@pytest.mark.parametrize(
    "queue_filter", [QueueFilter(sort="newest"), QueueFilter(search="河长"), QueueFilter(status="open")]
)
async def test_the_queue_can_be_opened_where_somebody_left_it(filled, queue_filter):
    class Reopened(ZhupiApp):
        def get_default_screen(self):
            opened = open_window(self.session.database.connection, ME, queue_filter, [21])
            return QueueScreen(self.session, self, self.keys, COUNT, opened, queue_filter)

    app = Reopened(filled)
    app.session.reviewer = ME
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert (app.screen.listing.filter, app.screen.listing.current) == (queue_filter, 21)
        assert len(numbers(app)) == (10 if queue_filter.search else COUNT)


async def test_keys_go_on_past_the_rows_at_hand(app, monkeypatch):
    monkeypatch.setattr("tui.queue.window.PAGE_ROWS", 3)
    async with app.run_test(size=(40, 8)) as pilot:
        await idle(pilot)
        await pilot.press(*["pagedown"] * 20)
        await idle(pilot)
        assert app.screen.listing.current == COUNT
        assert position_line(app).split()[0] == f"{COUNT}/{COUNT}"
        await pilot.press("g")
        await idle(pilot)
        assert (app.screen.listing.current, position_line(app).split()[0]) == (1, f"1/{COUNT}")
        await pilot.press("G", "k", "k", "pageup")
        await idle(pilot)
        assert app.screen.listing.current == COUNT - 2 - app.screen.listing.notices.page
        assert numbers(app) == sorted(numbers(app))


async def test_the_count_comes_behind_the_first_hits(app, monkeypatch):
    release = threading.Event()
    count = queue.count_queue

    def slow(*arguments):
        release.wait(10)
        return count(*arguments)

    monkeypatch.setattr("tui.queue.window.FIRST_HITS", 5)
    monkeypatch.setattr("tui.queue.window.FILTERED_ROWS", 5)
    monkeypatch.setattr(queue_reading, "count_queue", slow)
    async with app.run_test(size=(80, 10)) as pilot:
        await idle(pilot)
        await pilot.press("slash", *"第", "enter")
        # Not until idle: the count is a thread that goes on.
        async with asyncio.timeout(PATIENCE):
            while "+ found" not in filter_summary(app):
                await pilot.pause()
        await pilot.press("j", "j")
        assert app.screen.listing.current == 3
        release.set()
        await idle(pilot)
        assert f"{COUNT} found" in filter_summary(app)


# The next free notice


async def test_n_opens_the_first_notice_that_is_open_and_nobody_elses(app, filled):
    set_reviews(filled, ME, [1], "done")
    assign(filled, ME, [2, 3], "chen")
    assign(filled, ME, [3], ME)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "G", "n")
        assert app.screen.notice == 3
        await press(pilot, "q")
        assert app.screen.listing.current == 3


def test_no_notice_is_free_where_all_are_done_or_anothers(filled):
    set_reviews(filled, ME, range(1, 31), "done")
    assign(filled, ME, range(31, COUNT + 1), "chen")
    assert take_next(filled, ME) is None
    assert take_next(filled, "chen") == 31
    assert take_next(filled, "chen", QueueFilter(status="done")) is None


async def test_where_no_notice_is_free_it_is_told_how_many_are_done_and_what_to_do(app, filled):
    set_reviews(filled, ME, range(1, COUNT), "done")
    set_reviews(filled, ME, [COUNT], "flagged", "wrong page")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "n")
        assert "no free notice is left: 39 of 40 done, 1 flagged; f finds them" in position_line(app)
        assert "today 39 ▁▁▁▁▁▁█" in position_line(app)
        await press(pilot, "slash", *"河长", "enter", "n")
        assert "no free notice is left among those shown; esc shows all" in position_line(app)


# What is shown around the rows


async def test_the_comment_on_a_notice_stands_above_its_preview(app, filled):
    set_reviews(filled, ME, [1], "flagged", "see \x1b[2J the other")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert "⚑ flagged" in app.screen.listing.notices.render_line(0).text
        assert "⚑ see ␛[2J the other" in app.screen.listing.rule.render_line(0).text
        await press(pilot, "j")
        app.screen.reader.read_preview()
        assert "⚑" not in app.screen.listing.rule.render_line(0).text


async def test_the_preview_takes_the_rows_that_the_list_leaves_free(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        preview = app.screen.query_one(PreviewRows)
        assert preview.size.height == 2
        await press(pilot, "slash", *"第3项", "enter")
        await until(pilot, lambda: preview.size.height == 24 - 6 - 1, "the list has one row")
        assert preview.room == 17 * 74
        await until(pilot, lambda: "第3项" in preview.render_line(0).text, "the hit is shown")
        await pilot.resize_terminal(80, 40)
        await until(pilot, lambda: preview.size.height == 40 - 6 - 1, "the screen is higher")
        await press(pilot, "escape")
        await until(pilot, lambda: preview.size.height == 3, "the list is long again")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)], ids=str)
async def test_every_size_shows_rows_and_saved(app, size):
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert app.screen.listing.notices.size.height >= 1
        _, right = app.screen.query_one("#queue-head", StatusLine).fitting(size[0])
        assert "saved ✓" in "".join(text for text, _ in right)
        assert bool(app.screen.query_one(PreviewRows).size.height) == (size[1] >= 20)
        await press(pilot, "f", "escape", "slash", *"河长", "enter", "question_mark", "escape", "space")
        assert app.screen.listing.selected == {1}


async def test_the_text_under_the_cursor_is_shown_without_the_title_that_stands_above(app, filled):
    with filled.write() as connection:
        add_notice(connection, "importer", replace(notice_of("水文通报\n水位正常。\n", "last"), title="水文通报"))
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "G")
        app.screen.reader.read_preview()
        await idle(pilot)
        assert app.screen.query_one(PreviewRows).text == "水位正常。\n"


async def test_a_suggestion_is_told_until_it_is_decided(app, filled):
    item = replace(annotation_of(body(1), 0, 2), annotator=None, status="suggested", suggested_by="rule")
    with filled.write() as connection:
        record(connection, ME, "import", annotation_change(1, None, item))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "  +1  " in app.screen.listing.notices.render_line(0).text
        await press(pilot, "f", "a", "enter")
        assert numbers(app) == [1]
        assert "undecided" in filter_summary(app)


async def test_open_points_are_filtered_by_and_turned_both_ways(app, filled):
    set_review(filled, ME, 4, Review(ME, "flagged", "看不清", now()))
    item = replace(annotation_of(body(2), 0, 2), unsure=True, annotator=ME)
    add_annotation(filled, ME, 2, item)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "f", "A")
        assert app.screen.queue_filter.open_point == "flagged"
        await press(pilot, "enter")
        assert numbers(app) == [4]
        assert "flagged with reason" in filter_summary(app)
        await press(pilot, "f", "a", "a", "a", "enter")
        assert numbers(app) == [2]
        assert "unsure" in filter_summary(app)


async def test_the_keys_that_apply_now_are_shown(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "enter open" in keys(app)
        await press(pilot, "space")
        assert "F flag" in keys(app)
        assert "enter open" not in keys(app)
        await press(pilot, "escape", "slash")
        assert "to the hits" in keys(app)


async def test_footer_and_filter_line_can_be_clicked(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)

        async def click(entry, bar="#queue-keys"):
            shown = pilot.app.screen.query_one(bar, KeyBar).render_line(0).text
            await pilot.click(bar, offset=(shown.index(entry) + len(entry) - 1, 0))
            await idle(pilot)

        await click("space select")
        assert app.screen.listing.selected == {1}
        await click("esc clear")
        assert app.screen.listing.selected == set()
        await click("/ search")
        assert app.screen.listing.line.searching
        await click("esc clear")
        assert not app.screen.listing.line.searching
        await click("f filter")
        await click("esc as before", "#filter-keys")
        await pilot.click("#queue-filter", offset=(80, 0))
        await idle(pilot)
        await click("esc as before", "#filter-keys")
        await pilot.click("#queue-filter", offset=(5, 0))
        await idle(pilot)
        assert app.screen.listing.line.searching
        await pilot.press("escape")
        await idle(pilot)
        await click("enter open")
        assert app.screen.notice == 2


async def test_an_empty_database_says_how_to_fill_it(database):
    app = ZhupiApp(database)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "j", "G", "enter", "slash", "f", "S", "n", "space", "F", "A", "escape")
        assert isinstance(app.screen, QueueScreen)
        assert "No notices yet" in app.screen.query_one("#queue-empty", StatusLine).text
        assert "zhupi import" in app.screen.query_one("#queue-empty-hint", StatusLine).text


HOSTILE = "\x1b]0;x\x07[/b][@click=app.quit]x[/]\u202e生态"


async def test_hostile_titles_names_and_searches_reach_no_screen(database):
    with database.write() as connection:
        text = f"{HOSTILE}\n会议要求{HOSTILE}\n"
        add_notice(
            connection, "importer", replace(notice_of(text, HOSTILE), title=HOSTILE, source=HOSTILE, published=HOSTILE)
        )
        # As an earlier zhupi let it in.
        record(connection, ME, "assign", Change(1, "assignment", HOSTILE, None, Assignment(HOSTILE, ME, now())))
    app = ZhupiApp(database)
    app.session.reviewer = ME
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "slash", *HOSTILE, "enter")
        app.screen.reader.read_preview()
        await idle(pilot)
        pictures = [app.export_screenshot()]
        await press(pilot, "f", "h", "h", "h")
        pictures.append(app.export_screenshot())
        await press(pilot, "enter", "A")
        pictures.append(app.export_screenshot())
        await press(pilot, "escape", "u")
        pictures.append(app.export_screenshot())
    for picture in pictures:
        assert not set(picture) & set("\x1b\x07\u202e")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_a_long_message_never_covers_where_the_cursor_is(filled, width):
    app = ZhupiApp(filled)
    async with app.run_test(size=(width, 24)) as pilot:
        await idle(pilot)
        await pilot.press("j", "space")
        app.screen.say("不知道的事情" * 40, "warn")
        await idle(pilot)
        left, right = app.screen.query_one("#queue-position", StatusLine).fitting(width)
        assert "".join(text for text, _ in left).startswith("  3/40  1 selected")
        assert right[0][0].rstrip().endswith("…")
