"""Orders of work in the app: chosen in the queue, followed by every way on to another notice, told in reviews."""

from __future__ import annotations

import random
import threading

import pytest
from idle import idle, press, until
from making import annotation_of, notice_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.edits import work_orders as making_orders
from store.edits.review import set_review
from store.edits.work_orders import renew_order
from store.errors import DatabaseError
from store.index.filters import QueueFilter
from store.index.work_orders import arm_in_order, order_in
from store.log.events import annotation_change
from store.read.notices import notice_reviews
from store.read.queue import numbers_in_queue
from store.write.notices import add_notice
from store.write.record import record
from tui.app import ZhupiApp
from tui.forms.order import OrderScreen
from tui.session.state import State
from tui.widgets.status_line import StatusLine

ME = "lin"
COUNT = 30


@pytest.fixture
def filled(database):
    """Notices with suggestions that are less and less sure, of two sources by turns but for the last."""
    chance = random.Random(1)
    with database.write() as connection:
        for at in range(COUNT):
            text = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(60))
            source = "林业局" if at == COUNT - 1 else ("水务局", "环保局")[at % 2]
            notice = replace(notice_of(text, f"doc-{at}"), title=f"第{at}号", source=source)
            number = add_notice(connection, "importer", notice)
            item = replace(
                annotation_of(text, 0, 3), id=f"s{number}", annotator=None, status="suggested",
                suggested_by="dates/full@1", score=0.99 - 0.4 * at / COUNT,
            )  # fmt: skip
            record(connection, "rules", "suggest", annotation_change(number, None, item))
    return database


def app_of(database, state=None):
    app = ZhupiApp(database, state=state)
    app.session.reviewer = ME
    return app


def shown(app):
    return [row.number for row in app.screen.listing.window.rows]


def order_of(database, sort, **given):
    with database.read() as connection:
        return numbers_in_queue(connection, ME, QueueFilter(sort=sort, **given))


def arm_of(database, number):
    (arm,) = [each.arm for each in notice_reviews(database.connection, number) if each.annotator == ME]
    return arm


def summary(app):
    return app.screen.query_one("#filter-summary", StatusLine).text


def said(app):
    return app.screen.query_one("#queue-position", StatusLine).text


async def test_an_order_is_chosen_and_every_way_on_follows_it(filled):
    app = app_of(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "G", "S")
        assert isinstance(app.screen, OrderScreen)
        await press(pilot, "u")
        order = order_of(filled, "unsure")
        assert order != sorted(order)
        assert shown(app) == order
        assert app.screen.listing.notices.cursor == 0
        assert "unsure first ▾" in summary(app)
        assert "the most unsure first" in said(app)
        assert app.screen.listing.filter == QueueFilter(sort="unsure")
        assert not app.screen.listing.filter.narrows
        # The next free notice, the next and the previous one, and the next behind one that is done.
        await press(pilot, "n")
        assert app.screen.notice == order[0]
        await press(pilot, "J", "J", "K")
        assert app.screen.notice == order[1]
        await press(pilot, "m", "m")
        assert app.screen.notice == order[2]
        await press(pilot, "q")
        assert app.screen.listing.current == order[2]
        assert shown(app) == order
        await press(pilot, "k", "k", "enter", "m", "m", "q", "f", "s", "enter")
        assert shown(app) == order[2:]
        with filled.read() as connection:
            arms = [arm_in_order(connection, "unsure", number) for number in order[:2]]
        assert [arm_of(filled, number) for number in order[:2]] == arms
        # The form of the filter has the orders, too, and makes one that is not there.
        await press(pilot, "escape", "f", "o", "o", "enter")
        assert app.screen.listing.filter.sort == "source"
        sources = [row.source for row in app.screen.listing.window.rows]
        assert {*sources[:3]} >= {"水务局", "环保局"}
        assert "sources in turn" in summary(app)
        await press(pilot, "S", "d")
        assert "no model was learned" in said(app)
        await press(pilot, "S", "i")
        assert shown(app) == sorted(order)
        await press(pilot, "enter", "m", "m")
        assert arm_of(filled, 1 if 1 not in order[:2] else min(set(order) - set(order[:2]))) is None
    # The next session goes on in the order, which is made anew where it is time to.
    set_review(filled, ME, order[4], Review(ME, "done", None, now()))
    with filled.write() as connection:
        connection.execute("UPDATE work_orders SET seconds = 0")
    app = app_of(filled, State(filter=QueueFilter(sort="unsure", status="open"), notice=order[5]))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: shown(app) == order_of(filled, "unsure", status="open"), "the order is made anew")
        assert app.screen.listing.current == order[5]
        assert "unsure first" in summary(app)


async def test_while_an_order_is_made_the_old_one_is_shown_and_keys_go_on(filled, monkeypatch):
    go_on, begun = threading.Event(), threading.Event()
    store = making_orders._store

    def slowly(*arguments):
        begun.set()
        assert go_on.wait(30)
        return store(*arguments)

    app = app_of(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        monkeypatch.setattr(making_orders, "_store", slowly)
        await pilot.press("S", "u")
        while not begun.is_set():
            await pilot.pause(0.01)
        await pilot.press("j", "j")
        assert shown(app) == list(range(1, COUNT + 1))
        assert app.screen.listing.current == 3
        go_on.set()
        await idle(pilot)
        order = order_of(filled, "unsure")
        assert shown(app) == order
        # Whoever has gone on stays at their notice.
        assert app.screen.listing.current == 3

        def fail(*_):
            raise DatabaseError("the disk is gone")

        monkeypatch.setattr(making_orders, "_store", fail)
        await press(pilot, "S", "m")
        assert "in the order as it was" in said(app)
        assert shown(app) == list(range(1, COUNT + 1))
        monkeypatch.setattr(making_orders, "_store", store)
        assert renew_order(filled, "month")
        # What is being made for nobody any more would keep threads from the reads.
        asked = []

        def renew(_, name, *, wanted):
            asked.append((name, wanted))
            return False

        monkeypatch.setattr(making_orders, "renew_if_stale", renew)
        await press(pilot, "S", "u")
        await press(pilot, "S", "l")
        assert [(name, wanted()) for name, wanted in asked] == [("unsure", False), ("length", True)]


async def test_the_form_is_clicked_and_left_and_shows_the_order_of_now(filled):
    app = app_of(filled)
    for size in ((80, 24), (60, 20), (200, 60)):
        async with app_of(filled).run_test(size=size) as pilot:
            app = pilot.app
            await idle(pilot)
            await press(pilot, "S")
            text = app.screen.query("Static").last().render()
            assert "imported" in str(text)
            assert "now" in str(text).split("\n")[0]
            page = app.screen.query("Static").last().region
            assert page.height >= 8, "each order has a row"
            await press(pilot, "escape", "S", "enter", "S", "x")
            assert isinstance(app.screen, OrderScreen)
            await pilot.click("Static", offset=(4, 7))
            await idle(pilot)
            assert app.screen.listing.filter.sort == "length"
            assert shown(app) == order_of(filled, "length")
    with filled.read() as connection:
        assert order_in(connection, "length") is not None
