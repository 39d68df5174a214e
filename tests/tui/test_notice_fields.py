"""Title, source and date of a notice: who set them, what can be set, and everybody sees it."""

from __future__ import annotations

import pytest
from forms import HOSTILE, UNSAFE, FormApp, drawn
from idle import idle, until
from making import logged
from making import notice_of as notice_of_raw
from msgspec.structs import replace
from reviewing import app_on, head, said

from annotations.notice import FieldsBy, NoticeFields
from store.edits.fields import correct_fields
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.read.notices import load_notice, notice_annotations
from store.write.notices import add_notice
from tui.forms.notice_fields import NoticeFieldsForm, Seen
from tui.review.screen import ReviewScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine
from tui.widgets.text_rows import TextRows

TITLE = "关于整改的通知"
FIELDS = NoticeFields(TITLE, "临江县水务局", "2023-04-12", FieldsBy(source="wang"))
UNKNOWN = NoticeFields(None, None, None)


def form_app(fields=FIELDS, flags=(), typed=None, meanwhile=()):
    return FormApp(lambda: NoticeFieldsForm(Seen(fields, flags, typed, meanwhile), "lin"))


def said_below(app):
    """What the review screen below the form says."""
    return app.screen_stack[-2].query_one("#annotations-head", StatusLine).text


def notes(app):
    return [note.text for note in app.screen.query(TextRows)]


# The form


async def test_enter_answers_with_what_was_changed_and_nothing_else():
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", *"2021-05-06", "enter")
        assert app.answers == [{"published": "2021-05-06"}]


async def test_an_empty_field_is_unknown():
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("backspace", "tab", "backspace", "enter")
        assert app.answers == [{"title": None, "source": None}]


@pytest.mark.parametrize("keys", [["enter"], ["x", "home", "delete", *TITLE, "enter"]])
async def test_what_is_as_it_was_is_not_set(keys):
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert app.answers == [{}]


async def test_escape_leaves_it():
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "escape")
        assert app.answers == [None]


async def test_a_field_that_is_right_as_it_is_can_be_made_ones_own():
    app = form_app(flags=("title-unsure", "traditional"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert notes(app)[0] == "as the page tells it: title-unsure"
        await pilot.press("ctrl+o")
        assert notes(app)[0] == "right as it is: you set it"
        await pilot.press("ctrl+o", "ctrl+o", "tab", "ctrl+o", "ctrl+o", "enter")
        assert app.answers == [{"title": TITLE}]


async def test_it_says_who_set_a_field_and_what_the_page_does_not_tell():
    app = form_app(NoticeFields(None, "临江县水务局", "2023", FieldsBy(source="wang", published="lin")), ("no-title",))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert notes(app) == ["the page does not tell it: no-title", "set by wang", "set by you"]
        await pilot.press(*"新的标题")
        assert notes(app)[0] == "you set it"


@pytest.mark.parametrize("wrong", ["2023", "2023-02-30", "XXXX-04-12", "12.4.", "2023-04-12T25:00"])
async def test_a_wrong_date_is_told_and_not_taken(wrong):
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", *wrong, "shift+tab", "enter")
        assert app.answers == []
        assert notes(app)[2] == "! it is a date, 2021-09-26 or 2021-09-26T11:56"
        assert app.screen.focused is app.screen._fields[2].editor
        await pilot.press("home", "shift+end", *"2021-05-06T08:30", "enter")
        assert app.answers == [{"published": "2021-05-06T08:30"}]


async def test_full_width_digits_are_a_date_and_white_space_is_tidied():
    app = form_app(UNKNOWN)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"\u3000关于  整改 ", "tab", "tab", *"２０２１-０５-０６", "enter")
        assert app.answers == [{"title": "关于 整改", "published": "2021-05-06"}]


async def test_a_date_is_taken_as_the_page_writes_it_and_told_in_full():
    app = form_app(UNKNOWN)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", *"2024年5月26日 8:30")
        assert notes(app)[2] == "you set it: 2024-05-26T08:30"
        await pilot.press("ctrl+up", "enter")
        assert app.answers == [{"published": "2024-05-27T08:30"}]


async def test_the_date_moves_by_days():
    app = form_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "ctrl+up", "ctrl+up", "ctrl+down", "enter")
        assert app.answers == [{"published": "2023-04-13"}]


async def test_a_stored_value_that_nobody_touched_is_no_error():
    app = form_app(NoticeFields(" 甲\n乙 ", None, "12 April"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "x", "enter")
        assert app.answers == [{"source": "x"}]


async def test_keys_typed_ahead_are_all_in_the_answer():
    app = form_app(UNKNOWN)
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead("a", "tab", "b", "tab", *"2021-05-06", "enter")
        await pilot.pause()
        assert app.answers == [{"title": "a", "source": "b", "published": "2021-05-06"}]


async def test_what_another_session_of_ones_own_has_set_is_told_as_such():
    app = form_app(NoticeFields("乙", None, None, FieldsBy(title="lin")), typed={"title": "甲"}, meanwhile=["title"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert notes(app)[0] == "you set “乙” elsewhere; enter keeps this"


async def test_what_was_refused_stands_beside_what_others_set():
    now = NoticeFields("乙", "临江县水务局", "2023-04-12", FieldsBy(title="wang"))
    app = form_app(now, typed={"title": "甲", "published": None}, meanwhile=["title"])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert notes(app)[0] == "wang set “乙”; enter keeps yours"
        await pilot.press("enter")
        assert app.answers == [{"title": "甲", "published": None}]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_hostile_values_and_names_are_shown_as_stand_ins(size):
    fields = NoticeFields(HOSTILE, HOSTILE, HOSTILE, FieldsBy(source=HOSTILE))
    app = form_app(fields, flags=(HOSTILE,), typed={"title": "x"}, meanwhile=["title"])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert not set("".join(drawn(app))) & UNSAFE
        await pilot.press("escape")


@pytest.mark.parametrize(("size", "rows"), [((120, 40), 13), ((80, 24), 13), ((40, 12), 9)])
async def test_all_of_it_is_on_the_screen(size, rows):
    app = form_app(flags=("title-unsure",))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        box = app.screen.query_one("Vertical").region
        assert box.height == rows
        assert "enter save" in "".join(drawn(app))


# In the review screen

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。3月8日,副县长林知远到云溪镇调研。\n"
)


@pytest.fixture
def paged(database):
    """A database with two pages."""
    pages = [Source("page", RAW, "utf-8", "page.txt"), Source("other", RAW + "又及。\n", "utf-8", "other.txt")]
    ingest(database, pages, "importer", pytest.fail)
    return database


def stored(database, number=1):
    return load_notice(database.connection, number).notice


async def fill(pilot, *keys):
    await pilot.press("T")
    await idle(pilot)
    await pilot.press(*keys)
    await idle(pilot)


async def test_what_is_set_is_in_the_head_at_once_and_undone_like_all_else(paged):
    app = app_on(paged, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await fill(pilot, *"全县治水会", "tab", "backspace", "enter")
        assert "title, source set by you" in said(app)
        assert head(app).startswith(" 2023-04-12  全县治水会  ")
        assert stored(paged).fields == NoticeFields("全县治水会", None, "2023-04-12", FieldsBy("lin", "lin"))
        await pilot.press("u")
        await idle(pilot)
        assert "undone: title, source of “临江县召开河长制工作会”" in said(app)
        assert "2023-04-12  临江县召开河长制工作会   临江县水务局" in head(app)
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert "redone: title, source of “全县治水会”" in said(app)
        assert "全县治水会" in head(app)


async def test_another_date_is_in_the_values_at_once(paged):
    app = app_on(paged, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("slash", *"3月8日", "enter", "3")
        await idle(pilot)
        await fill(pilot, "tab", "tab", *"2021-09-01", "enter")
        assert "date set by you; 1 read again by the new date" in said(app)
        [item] = app.screen.desk.model.own
        assert item.attributes["iso"] == "2021-03-08"
        assert notice_annotations(paged.connection, 1) == [item]
        await pilot.press("u")
        await idle(pilot)
        assert app.screen.desk.model.own[0].attributes["iso"] == "2023-03-08"


async def test_nothing_changed_is_nothing_written(paged):
    app = app_on(paged, 1)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await fill(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert logged(paged) == []
        await pilot.press("J")
        await idle(pilot)
        assert app.screen.desk.number == 2


async def test_another_session_sees_it_too(paged, watched):
    app = app_on(paged, 1, "wang")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        correct_fields(paged, "lin", 1, stored(paged).fields, {"title": "全县治水会", "published": None})
        await until(pilot, lambda: "全县治水会" in head(app), "the head follows")
        assert "2023" not in head(app)
        assert "lin changed the title, date" in said(app)


async def test_of_two_who_set_one_field_the_second_sees_both(paged):
    app = app_on(paged, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("T")
        await idle(pilot)
        correct_fields(paged, "wang", 1, stored(paged).fields, {"title": "乙"})
        await pilot.press(*"甲", "tab", *"丙", "enter")
        await idle(pilot)
        assert isinstance(app.screen, NoticeFieldsForm)
        assert notes(app)[:2] == ["wang set “乙”; enter keeps yours", "you set it"]
        assert "wang set the title meanwhile; nothing was changed" in said_below(app)
        assert stored(paged).title == "乙"
        await pilot.press("enter")
        await idle(pilot)
        assert stored(paged).fields == NoticeFields("甲", "丙", "2023-04-12", FieldsBy("lin", "lin"))
        assert head(app).rstrip().endswith("saved ✓")


async def test_what_others_set_stays_where_the_second_leaves_it(paged):
    app = app_on(paged, 1)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("T")
        await idle(pilot)
        correct_fields(paged, "wang", 1, stored(paged).fields, {"title": "乙"})
        await pilot.press(*"甲", "enter")
        await idle(pilot)
        await pilot.press("escape")
        await idle(pilot)
        assert stored(paged).title == "乙"
        assert "乙" in head(app)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_what_the_page_tells_badly_is_said_with_the_key_that_mends_it(database, size):
    flags = ["traditional", "title-unsure", "date-unsure"]
    with database.write() as connection:
        add_notice(
            connection,
            "importer",
            replace(notice_of_raw(RAW), title="甲", published="2023-04-12", meta={"flags": flags}),
        )
    app = app_on(database, 1)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert "title-unsure, date-unsure: T sets it right" in said(app)
        assert head(app).startswith(" 2023-04-12?  ? 甲   title-unsure date-unsure")
        assert ("T", "title, date") in app.screen.query_one("#review-keys", KeyBar)._keys[:5]
        await fill(pilot, "ctrl+o", "tab", "tab", "ctrl+o", "enter")
        assert head(app).startswith(" 2023-04-12  甲  ")
        assert "title, date set by you" in said(app)
        await pilot.press("u")
        await idle(pilot)
        assert head(app).startswith(" 2023-04-12?  ? 甲")


@pytest.mark.parametrize(("size", "source"), [((80, 24), False), ((120, 40), True)])
async def test_a_long_title_leaves_room_for_the_date(database, size, source):
    with database.write() as connection:
        add_notice(
            connection,
            "importer",
            replace(notice_of_raw(RAW), title="关于整改" * 15, source="临江县水务局", published="2023-04-12"),
        )
    app = app_on(database, 1)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        left, _ = app.screen.query_one("#review-head", StatusLine).fitting(size[0])
        shown = "".join(text for text, _ in left)
        assert shown.startswith(" 2023-04-12  关于整改")
        assert ("临江县水务局" in shown) is source
