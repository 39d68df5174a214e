"""The queue as a virtual list: any number of rows, drawn from pages that are asked for."""

from __future__ import annotations

from textual import on
from textual.app import App

from annotations.labels import default_labels
from store.queue import PAGE_ROWS, QueueRow
from tui.widgets.notice_list import NoticeList


def row(number, title="临江县召开会议"):
    return QueueRow(number, f"{number:016x}", f"page-{number}", title, "水务局", "2023-04-12", "open", {"DATE": 2}, 0)


class ListApp(App[None]):
    """A list of ``total`` rows that gives each page it is asked for."""

    def __init__(self, total, make=row):
        super().__init__()
        self.total = total
        self.make = make
        self.wanted = []
        self.opened = []

    def compose(self):
        yield NoticeList(default_labels())

    def on_mount(self):
        self.query_one(NoticeList).show(self.total)

    @on(NoticeList.PageWanted)
    def give(self, message):
        self.wanted.append(message.page)
        first = message.page * PAGE_ROWS
        rows = [self.make(number + 1) for number in range(first, min(first + PAGE_ROWS, self.total))]
        self.query_one(NoticeList).give(message.page, rows)

    @on(NoticeList.Opened)
    def open(self, message):
        self.opened.append(message.number)


def drawn(app):
    notices = app.query_one(NoticeList)
    return ["".join(segment.text for segment in notices.render_line(y)) for y in range(notices.size.height)]


async def test_a_million_rows_ask_for_the_pages_in_sight_only():
    app = ListApp(1_000_000)
    async with app.run_test(size=(80, 24)) as pilot:
        notices = app.query_one(NoticeList)
        await pilot.pause()
        assert app.wanted == [0]
        notices.move_to(10**9)
        await pilot.pause()
        assert notices.cursor == 999_999
        assert set(app.wanted) == {0, 999_999 // PAGE_ROWS}
        notices.open_cursor()
        await pilot.pause()
        assert app.opened == [1_000_000]


async def test_every_row_has_the_width_of_the_list_whatever_the_title():
    titles = ["", "a" * 300, "临" * 300, "临a" * 100, "\x1b[2J[/b][@click=app.quit]x[/]\u202e", "❤️👨‍👩‍👧🇨🇳", None]
    app = ListApp(len(titles), lambda number: row(number, titles[number - 1]))
    for size in ((120, 40), (80, 24), (20, 5)):
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            notices = app.query_one(NoticeList)
            for y in range(min(notices.size.height, len(titles))):
                strip = notices.render_line(y)
                assert strip.cell_length == notices.size.width
                assert "\x1b" not in strip.text
                assert "\u202e" not in strip.text
        app = ListApp(len(titles), app.make)


async def test_the_cursor_is_clamped_and_kept_when_the_list_shrinks():
    app = ListApp(10)
    async with app.run_test(size=(80, 24)) as pilot:
        notices = app.query_one(NoticeList)
        notices.move(-5)
        assert notices.cursor == 0
        notices.move(100)
        assert notices.cursor == 9
        notices.show(3)
        await pilot.pause()
        assert notices.cursor == 2


async def test_only_so_many_pages_are_kept():
    app = ListApp(PAGE_ROWS * 60)
    async with app.run_test(size=(80, 24)) as pilot:
        notices = app.query_one(NoticeList)
        for page in range(60):
            notices.move_to(page * PAGE_ROWS)
            await pilot.pause()
        assert notices.row_at(0) is None
        assert notices.row_at(59 * PAGE_ROWS) is not None


async def test_an_empty_list_draws_blank_rows():
    app = ListApp(0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.wanted == []
        assert all(not line.strip() for line in drawn(app))
        app.query_one(NoticeList).move(1)
        app.query_one(NoticeList).open_cursor()
        await pilot.pause()
        assert app.opened == []
