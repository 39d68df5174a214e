"""The queue as a virtual list: rows that are at hand, drawn one by one, and told when their end comes near."""

from __future__ import annotations

import pytest
from textual import on
from textual.app import App

from annotations.labels import default_labels
from store.read.queue import QueueRow
from tui.queue.columns import columns, set_heads, set_row
from tui.queue.list import NoticeList
from tui.terminal.width import cells

HOSTILE = "\x1b[2J[/b][@click=app.quit]x[/]\u202e"
TITLES = ["", "a" * 300, "临" * 300, "临a" * 100, HOSTILE, "❤️👨‍👩‍👧🇨🇳", None, "e\u0301" * 200, "\u0301临江"]
SIZES = [(120, 40), (100, 30), (80, 24), (60, 20), (40, 12), (20, 5)]


def row(number, title="临江县召开会议", **changes):
    given = {"source": "水务局", "published": "2023-04-12", "status": "open", "counts": {"DATE": 2}, "suggestions": 0}
    return QueueRow(number=number, id=f"{number:016x}", doc=f"page-{number}", title=title, **{**given, **changes})


def some(first, count):
    return [row(number) for number in range(first, first + count)]


class ListApp(App[None]):
    """A list of the rows given."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self.cursor = 0
        self.near = []
        self.opened = []

    def compose(self):
        yield NoticeList(default_labels(), "lin")

    def on_mount(self):
        self.query_one(NoticeList).show(self.rows, self.cursor)

    @on(NoticeList.EdgeNear)
    def tell(self, message):
        self.near.append(message.direction)

    @on(NoticeList.Opened)
    def open(self, message):
        self.opened.append(message.number)


def drawn(notices):
    return ["".join(segment.text for segment in notices.render_line(y)) for y in range(notices.size.height)]


def text_of(found, width=120, **changes):
    looks = {"at_cursor": False, "selected": False, "hits": None, **changes}
    return set_row(found, columns(width), default_labels(), "lin", **looks)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_row_has_the_width_of_the_list_whatever_it_holds(size):
    rows = [
        row(
            number,
            title,
            source=title,
            published=title,
            assignees=(title or "",),
            suggestions=10**6,
            flags=(title or "", "title-unsure", "date-unsure"),
        )
        for number, title in enumerate(TITLES, 1)
    ]
    async with ListApp(rows).run_test(size=size) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        for y in range(notices.size.height):
            strip = notices.render_line(y)
            assert strip.cell_length == notices.size.width
            assert not set(strip.text) & set("\x1b\u202e\u200d")


@pytest.mark.parametrize("width", [size[0] for size in SIZES])
def test_columns_stay_put_whatever_the_title(width):
    given = columns(width)
    assert given.title >= min(width - 6, 16)
    for title in TITLES:
        parts = text_of(row(1, title), width)
        tail = [text for text, look in parts if look == "dim"][-1]
        assert tail.startswith(("◐", " "))


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"status": "done"}, "✓ done"),
        ({"status": "flagged", "assignees": ("lin",)}, "⚑ flagged"),
        ({"status": "skipped"}, "– skipped"),
        ({"counts": {}}, "○"),
        ({}, "◐ you"),
        ({"counts": {}, "assignees": ("lin",)}, "○ you"),
        ({"counts": {}, "assignees": ("chen", "lin")}, "○ you +1"),
        ({"counts": {}, "assignees": ("chen",)}, "● chen"),
        ({"assignees": ("chen", "wang")}, "◐ chen +1"),
    ],
)
def test_the_last_column_tells_the_state_and_who_has_it(changes, shown):
    assert text_of(row(1, **changes))[-1][0].rstrip() == shown
    assert text_of(row(1, **changes), 40)[-1][0] == shown[0]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"counts": {"REQUIREMENT": 5, "OFFICIAL": 2, "DATE": 2}}, "R5 O2 D2"),
        ({"counts": {}, "suggestions": 12}, "           +12"),
        ({"counts": {}, "suggestions": 4683}, "        +4,683"),
        ({"counts": {"REQUIREMENT": 3, "GONE": 1}, "suggestions": 7}, "         R3 +7"),
        ({"counts": {"REQUIREMENT": 333, "OFFICIAL": 444, "DATE": 555}, "suggestions": 666}, "R333 O444… +666"),
    ],
)
def test_counts_by_label_and_what_is_to_be_decided(changes, shown):
    line = "".join(text for text, _ in text_of(row(1, **changes)))
    assert shown in line


def test_an_unknown_date_is_a_dash_and_a_known_one_has_no_time():
    assert text_of(row(1, published=None))[2][0].split() == ["—"]
    assert text_of(row(1, published="2021-01-26T11:56"))[2][0].split() == ["2021-01-26"]
    assert "page-7" in "".join(text for text, _ in text_of(row(7, None)))


def test_what_was_searched_for_is_marked_in_the_title_as_far_as_that_is_shown():
    def hits(text):
        return [(at, at + 2) for at in range(len(text)) if text.startswith("生态", at)]

    marked = [text for text, look in text_of(row(1, "临江生态会议生态"), hits=hits) if look == "hit"]
    assert marked == ["生态", "生态"]
    long = text_of(row(1, "临" * 24 + "生态" * 40), hits=hits)
    assert [text for text, look in long if look == "hit"] == ["生"]
    assert sum(1 for text, _ in long if text.rstrip().endswith("…")) == 1


async def test_the_cursor_is_clamped_and_tells_what_was_not_at_hand():
    async with ListApp(some(1, 10)).run_test(size=(80, 24)) as pilot:
        notices = pilot.app.query_one(NoticeList)
        assert notices.move(-5) == -5
        assert notices.cursor == 0
        assert notices.move(100) == 91
        assert notices.cursor == 9
        notices.show(some(1, 3), 5)
        assert notices.cursor == 2
        notices.open_cursor()
        await pilot.pause()
        assert pilot.app.opened == [3]


async def test_the_first_paint_is_full_of_rows_wherever_the_cursor_is(monkeypatch):
    tops, draw = [], NoticeList.render_line

    def drawn_row(notices, y):
        tops.append(notices.in_sight.start)
        return draw(notices, y)

    monkeypatch.setattr(NoticeList, "render_line", drawn_row)
    app = ListApp(some(1, 200))
    app.cursor = 198
    async with app.run_test(size=(80, 24)):
        assert {*tops} == {200 - 24}


async def test_the_end_is_told_once_before_the_cursor_is_there():
    async with ListApp(some(1, 200)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app, notices = pilot.app, pilot.app.query_one(NoticeList)
        assert app.near == [-1]
        for _ in range(170):
            notices.move(1)
        await pilot.pause()
        assert app.near == [-1, 1]
        notices.extend(some(1, 400))
        await pilot.pause()
        assert app.near == [-1, 1]


async def test_rows_that_come_before_move_nothing_on_the_screen():
    async with ListApp(some(101, 100)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        notices.move(30)
        await pilot.pause()
        before = drawn(notices), notices.screen_row
        notices.extend(some(1, 200), 100)
        await pilot.pause()
        assert (drawn(notices), notices.screen_row) == before
        assert notices.row_at(notices.cursor).number == 131
        notices.extend(some(101, 100), -100)
        assert (drawn(notices), notices.screen_row) == before


async def test_the_cursor_can_be_put_on_a_row_of_the_screen():
    async with ListApp(some(1, 100)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        notices.show(some(1, 100), 50, screen_row=3)
        assert (notices.cursor, notices.screen_row) == (50, 3)
        notices.show(some(1, 100), 1, screen_row=3)
        assert (notices.cursor, notices.screen_row) == (1, 1)
        notices.show(some(1, 100), 99, screen_row=3)
        assert notices.screen_row == 23


async def test_a_list_that_begins_at_a_row_far_down_is_painted_there():
    app = ListApp(some(1, 400))
    app.cursor = 300
    async with app.run_test() as pilot:
        await pilot.pause()
        notices = app.query_one(NoticeList)
        assert 300 in notices.in_sight
        painted = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
        assert painted == [line.rstrip() for line in drawn(notices)]


async def test_a_click_moves_and_a_second_one_opens():
    async with ListApp(some(1, 100)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        await pilot.click(NoticeList, offset=(5, 4))
        assert notices.cursor == 4
        await pilot.click(NoticeList, offset=(5, 4))
        await pilot.pause()
        assert pilot.app.opened == [5]


async def test_selected_notices_are_marked():
    async with ListApp(some(1, 5)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        notices.select({2, 99})
        assert [text[:3] for text in drawn(notices)[:3]] == ["▌  ", " ● ", "   "]
        notices.select(set())
        assert "●" not in "".join(drawn(notices))


async def test_an_empty_list_draws_blank_rows():
    async with ListApp([]).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        notices = pilot.app.query_one(NoticeList)
        assert all(not line.strip() for line in drawn(notices))
        notices.move(1)
        notices.open_cursor()
        await pilot.pause()
        assert pilot.app.opened == []


@pytest.mark.parametrize("width", [size[0] for size in SIZES])
def test_a_title_or_a_date_in_doubt_has_a_sign_and_the_columns_stay_put(width):
    sure = "".join(text for text, _ in text_of(row(1), width))
    for flags, signed in (
        (("traditional", "date-signature"), sure),
        (("title-unsure",), sure.replace("临江县召开会议    ", "? 临江县召开会议  ", 1)),
        (("date-unsure",), sure.replace("2023-04-12 ", "2023-04-12?", 1)),
    ):
        shown = "".join(text for text, _ in text_of(row(1, flags=flags), width))
        if width >= 40:
            assert shown == signed


def test_without_a_title_the_doc_is_in_doubt_and_an_unknown_date_too():
    parts = text_of(row(1, None, published=None, flags=("no-title", "date-unsure")))
    assert ("? ", "flagged") in parts
    shown = "".join(text for text, _ in parts)
    assert shown.strip().startswith("—?")
    assert "? page-1 " in shown


def test_hits_are_marked_behind_the_sign_of_doubt():
    parts = text_of(row(1, flags=("title-unsure",)), hits=lambda _: [(0, 3)])
    assert [text for text, look in parts if look == "hit"] == ["临江县"]


@pytest.mark.parametrize("width", [size[0] for size in SIZES])
def test_heads_stand_above_their_columns(width):
    given = columns(width)
    heads = "".join(text for text, _ in set_heads(given))
    shown = "".join(text for text, _ in text_of(row(1, "title", source="source", status="done"), width))
    assert cells(heads) <= width
    for head in ("title", *(["source"] if given.source else [])):
        assert heads.index(head) == shown.index(head)
    if given.date:
        assert heads.index("date") == shown.index("2023")
    if given.counts:
        assert cells(heads[: heads.index("accept")]) + len("accept") == cells(shown[: shown.index("D2")]) + len("D2")
    if given.status > 1:
        assert heads.index("status") == shown.index("✓")
