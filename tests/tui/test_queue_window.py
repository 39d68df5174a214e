"""The window of the queue: no gap, no row twice, and places that are true or not told."""

from __future__ import annotations

import pytest
from making import notice_of
from msgspec.structs import replace

from store.index.filters import QueueFilter
from store.read.queue import ALL, PAGE_ROWS, queue_page
from store.write.notices import add_notice
from tui.queue import window as queue_window
from tui.queue.window import FIRST_HITS, Window, open_window

COUNT = 2 * PAGE_ROWS + 40
NEWEST = QueueFilter(sort="newest")


@pytest.fixture
def connection(database):
    with database.write() as connection:
        for number in range(1, COUNT + 1):
            day = f"20{10 + number % 7}-01-{1 + number % 28:02}" if number % 9 else None
            add_notice(
                connection, "importer", replace(notice_of(f"临江县通知{number}号", f"doc-{number}"), published=day)
            )
    return database.connection


def numbers(window):
    return [row.number for row in window.rows]


def read_to_the_end(connection, window):
    while window.next is not None:
        window.append(queue_page(connection, "lin", window.queue_filter, window.next))
    while window.previous is not None:
        window.prepend(queue_page(connection, "lin", window.queue_filter, before=window.previous))
    return numbers(window)


@pytest.mark.parametrize("queue_filter", [ALL, NEWEST, QueueFilter(search="通知")], ids=["all", "newest", "search"])
def test_a_window_grown_from_any_place_is_the_whole_queue(connection, queue_filter):
    whole = read_to_the_end(connection, open_window(connection, "lin", queue_filter)[0])
    assert sorted(whole) == list(range(1, COUNT + 1))
    for at in (whole[0], whole[300], whole[-1]):
        window, cursor = open_window(connection, "lin", queue_filter, [at])
        assert numbers(window)[cursor] == at
        assert read_to_the_end(connection, window) == whole


def test_the_last_page_is_read_from_the_end(connection):
    window, cursor = open_window(connection, "lin", ALL, last=True)
    assert numbers(window)[cursor] == COUNT
    assert (window.next, len(window.rows)) == (None, PAGE_ROWS)


def test_a_search_begins_with_its_first_hits(connection):
    window, cursor = open_window(connection, "lin", QueueFilter(search="通知"))
    assert (len(window.rows), cursor) == (FIRST_HITS, 0)
    assert window.total() is None


def test_a_notice_that_is_not_shown_leaves_the_cursor_beside_it_or_on_the_first_row(connection):
    queue_filter = QueueFilter(published_from="2013-01-01", published_to="2013-12-31")
    shown = read_to_the_end(connection, open_window(connection, "lin", queue_filter)[0])
    hidden = next(number for number in range(shown[3], COUNT) if number not in shown)
    window, cursor = open_window(connection, "lin", queue_filter, [hidden], near=True)
    assert numbers(window)[cursor] == shown[4]
    assert open_window(connection, "lin", queue_filter, [hidden])[1] == 0
    window, cursor = open_window(connection, "lin", queue_filter, [COUNT], near=True)
    assert numbers(window)[cursor] == shown[-1]
    window, cursor = open_window(connection, "lin", queue_filter, [hidden, shown[2]])
    assert numbers(window)[cursor] == shown[2]


def test_places_are_told_as_soon_as_an_end_has_been_seen(connection):
    window, _ = open_window(connection, "lin", NEWEST)
    assert window.place(5, None) == 5
    middle = Window(queue_page(connection, "lin", NEWEST, window.next), NEWEST)
    assert middle.place(0, COUNT) is None
    last, cursor = open_window(connection, "lin", NEWEST, last=True)
    assert last.place(cursor, None) is None
    assert last.place(cursor, COUNT) == COUNT - 1
    everything = open_window(connection, "lin", ALL, last=True)[0]
    assert everything.place(0, None) == COUNT - PAGE_ROWS


def test_only_so_many_pages_are_kept_and_the_window_can_go_back(connection, monkeypatch):
    monkeypatch.setattr(queue_window, "MOST_PAGES", 2)
    window, _ = open_window(connection, "lin", ALL)
    shifts = [window.append(queue_page(connection, "lin", ALL, window.next, limit=PAGE_ROWS)) for _ in range(2)]
    assert shifts == [0, PAGE_ROWS]
    assert numbers(window) == list(range(PAGE_ROWS + 1, COUNT + 1))
    assert window.place(0, None) == PAGE_ROWS
    assert window.prepend(queue_page(connection, "lin", ALL, before=window.previous, limit=PAGE_ROWS)) == PAGE_ROWS
    assert numbers(window) == list(range(1, 2 * PAGE_ROWS + 1))
    assert window.next is not None


def test_a_page_that_has_emptied_meanwhile_is_the_end(connection):
    window, _ = open_window(connection, "lin", ALL)
    nothing = queue_page(connection, "lin", QueueFilter(search="没有"))
    assert window.append(nothing) == 0
    assert (window.next, window.total()) == (None, PAGE_ROWS)
    assert open_window(connection, "lin", QueueFilter(search="没有"))[0].rows == []
