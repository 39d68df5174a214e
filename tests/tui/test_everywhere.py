"""The everywhere screen: every place of a text, decided many at once, while it fills and while others work."""

from __future__ import annotations

import threading

import pytest
from idle import press, until
from making import normalized_notice, wrong
from places import app_of, line

from annotations.annotation import now
from annotations.labels import default_labels
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.db import turns
from store.edits import long_step
from store.edits import places as placing
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.errors import DiskFullError
from store.index.filters import QueueFilter
from store.log.events import Change
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.read.places import find_text
from store.write.notices import add_notice
from store.write.record import record
from tui.everywhere import columns, reader
from tui.everywhere.listing import Listing
from tui.everywhere.rows import PlaceRow, rows_of
from tui.everywhere.screen import EverywhereScreen
from tui.queue.screen import QueueScreen
from tui.review.screen import ReviewScreen
from tui.terminal.width import cells
from tui.widgets.preview_rows import PreviewRows

ME, TEXT = "lin", "林知远"
RAWS = (
    "甲县会议\n来源:甲县水务局 时间:2024-01-01\n副县长林知远出席。林知远讲话。\n",
    "關(guān)於乙縣會(huì)議的通知\n來源:乙縣 時間:2024-01-02\n林知遠(yuǎn)要負(fù)責(zé)整改。\n",
    "无关的通知\n来源:丙县 时间:2024-01-03\n别的文字。\n",
    "丁县\x1b]0;x\x07通报\n来源:丁县 时间:2024-01-04\n[b]林知远[/b]\u202e参加了\x1b[2J调研。\n",
)


@pytest.fixture
def filled(database):
    with database.write() as connection:
        for at, raw in enumerate(RAWS):
            add_notice(connection, "importer", normalized_notice(raw, f"doc-{at + 1}"))
    return database


@pytest.fixture
def app(filled):
    return app_of(filled, ME)


def states(app):
    return [row.state(ME) for row in app.screen.listing.rows]


def own(database, number):
    items = notice_annotations(database.connection, number)
    return [(item.label, item.status) for item in items if item.annotator == ME]


def places(database):
    found = find_text(database, ME, TEXT, QueueFilter())
    return [(each.stored, place.span) for each in found for place in each.places]


def suggest_there(database, label="OFFICIAL"):
    known, found = labels_of(database)[label], places(database)
    with database.write() as connection:
        for stored, span in found:
            item = suggested(stored.notice, span, known, known.attributes(), "rule/x@1", 0.5, now())
            record(connection, "admin", "suggest", Change(stored.number, "annotation", item.id, None, item))


async def test_what_is_searched_for_is_ticked_tagged_and_taken_back_in_one_step(app, filled):
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *TEXT, "enter", "E")
        assert isinstance(app.screen, EverywhereScreen)
        assert line(app, "found").endswith("4 places in 3 notices ")
        assert states(app) == [("", ())] * 4
        await press(pilot, "space", "j", "space")
        assert "2 ticked" in line(app, "position")
        await press(pilot, "asterisk", "o")
        assert states(app) == [("tagged", ("OFFICIAL",))] * 4
        assert "tagged OFFICIAL: 4; u takes them back" in line(app, "position")
        assert own(filled, 2) == [("OFFICIAL", "manual")]
        assert line(app, "head").endswith("saved ✓ ")
        await press(pilot, "asterisk")
        assert "all places are decided" in line(app, "position")
        # Once more it has nothing to do; another label is not put on top.
        await press(pilot, "g", "2")
        assert "1 left: had it already" in line(app, "position")
        await press(pilot, "g", "3")
        assert "1 left: you have another label there" in line(app, "position")
        await press(pilot, "u")
        assert states(app) == [("", ())] * 4
        assert "undone: tag OFFICIAL" in line(app, "position")
        await press(pilot, "ctrl+r", "g", "x")
        assert [state for state, _ in states(app)] == ["", *["tagged"] * 3]
        await press(pilot, "u", "u")
        # The place is a hit in its notice, so that a digit tags it there.
        await press(pilot, "G", "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.desk.model.hit is not None
        await press(pilot, "2", "q")
        assert states(app)[-1] == ("tagged", ("OFFICIAL",))
        await press(pilot, "N")
        assert app.screen.listing.places.cursor == 2
        await press(pilot, "question_mark", "escape", "q")
        assert isinstance(app.screen, QueueScreen)
        assert [row.counts for row in app.screen.listing.window.rows][-1] == {"OFFICIAL": 1}
    assert wrong(filled) == []


async def test_a_span_is_looked_for_and_what_is_suggested_is_decided(app, filled):
    suggest_there(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "n", "E")
        assert app.screen.listing.text == TEXT
        assert states(app) == [("suggested", ("OFFICIAL",))] * 4
        await press(pilot, "a", "a")
        assert [state for state, _ in states(app)] == ["tagged", "tagged", "suggested", "suggested"]
        assert app.screen.listing.places.cursor == 2
        await press(pilot, "asterisk", "x")
        assert [state for state, _ in states(app)] == ["tagged", "tagged", "rejected", "rejected"]
        await press(pilot, "a")
        assert "nothing to accept there: 1-3 tag it" in line(app, "position")
        await press(pilot, "q")
        # The notice below shows what was decided.
        assert isinstance(app.screen, ReviewScreen)
        assert {item.status for item in app.screen.desk.model.own} == {"accepted"}
        # Without anything at the cursor the text is asked for; the filter of the queue holds.
        await press(pilot, "g", "escape", "E")
        await press(pilot, *"文字", "enter")
        assert line(app, "found") == " all notices1 place in 1 notice "
        await press(pilot, "slash", *"nowhere", "enter")
        assert line(app, "empty") == "Nowhere in normalized text: nowhere"
        await press(pilot, "space", "a", "j", "enter", "asterisk", "q", "q", "q")


async def test_what_is_read_later_stands_whichever_read_ends_first(app, filled, monkeypatch):
    suggest_there(filled)
    said, put, is_shown, reads = reader.Reader.said, Listing.put, threading.Event(), []

    def slow_at_first(each, connection, places):
        found = said(each, connection, places)
        reads.append(found)
        if len(reads) == 1:
            assert is_shown.wait(10)
        return found

    def shown(listing, rows):
        put(listing, rows)
        is_shown.set()

    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "n", "E")
        monkeypatch.setattr(reader.Reader, "said", slow_at_first)
        monkeypatch.setattr(Listing, "put", shown)
        await pilot.press("a")
        while not reads:
            await pilot.pause()
        await press(pilot, "u")
        assert len(reads) == 2
        assert [state for state, _ in states(app)] == ["suggested"] * 4


async def test_the_filter_of_the_queue_holds_and_others_are_followed(app, filled, watched):
    from annotations.annotation import Review

    set_review(filled, ME, 1, Review(ME, "done", None, now()))
    app.session.state = app.session.state.__class__(filter=QueueFilter(status="open"))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "E", *TEXT, "enter")
        assert line(app, "found") == " open  2 places in 2 notices "
        suggest_there(filled)
        await until(pilot, lambda: states(app)[0] == ("suggested", ("OFFICIAL",)), "what others did is not shown")
        stored, span = places(filled)[2]
        item = next(each for each in notice_annotations(filled.connection, stored.number) if each.span == span)
        add_annotation(filled, ME, stored.number, decided(item, ME, "accepted"))
        await until(pilot, lambda: states(app)[0][0] == "tagged", "what another session did is not shown")


async def test_the_list_fills_while_it_is_used_and_only_as_far_as_it_is_wanted(app, filled, monkeypatch):
    with filled.write() as connection:
        for at in range(60):
            add_notice(
                connection, "importer", normalized_notice(f"第{at}号\n来源:甲县\n{TEXT}到会{at}。\n", f"more-{at}")
            )
    page = reader.text_page
    monkeypatch.setattr(reader, "text_page", lambda *given: page(*given, most=8))
    monkeypatch.setattr(reader, "_AHEAD", 20)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "E", *TEXT, "enter")
        listing = app.screen.listing
        assert not listing.is_complete
        assert 20 <= len(listing.rows) < 30
        assert f"so far {len(listing.rows)} places" in line(app, "found")
        await press(pilot, "asterisk")
        assert "more places are still to be read" in line(app, "position")
        await press(pilot, "escape")
        for _ in range(20):
            await press(pilot, *(() if listing.is_complete else ("G",)))
        assert listing.is_complete
        assert len(listing.rows) == 64
        await press(pilot, "pageup", "pageup", "k", "g", "n")
        assert listing.places.cursor == 1


async def test_a_long_step_can_be_stopped_and_a_full_disk_is_told(app, filled, monkeypatch):
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(placing, "_AT_ONCE", 1)
    stored, stops = placing.PlacesEdit._store, []

    def stopping(edit, connection, turn):
        # As if esc was pressed meanwhile.
        stops.append(app.call_from_thread(app.screen.action_clear))
        return stored(edit, connection, turn)

    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "E", *TEXT, "enter", "asterisk")
        monkeypatch.setattr(placing.PlacesEdit, "_store", stopping)
        await press(pilot, "2")
        assert len(stops) == 1
        assert "tagged OFFICIAL: 1; stopped after 1 of 4" in line(app, "position")
        monkeypatch.setattr(placing.PlacesEdit, "_store", stored)

        def full(*_, **__):
            raise DiskFullError("no room")

        monkeypatch.setattr(long_step, "record", full)
        await press(pilot, "asterisk", "2")
        assert "nothing was changed: no room" in line(app, "position")
        assert line(app, "head").endswith("not saved: no room ")
        assert [state for state, _ in states(app)] == ["tagged", "", "", ""]


HARD = ("河长", "𠮷野家", "a\x1b[31m", "é́́́́́́", "\u202e河", "👩‍👩‍👧", "\n\n", "", "长" * 300)


@pytest.mark.parametrize("width", [20, 47, 48, 60, 71, 72, 80, 99, 100, 120, 200])
def test_a_row_is_as_wide_as_the_list_whatever_the_text_is(width):
    known = default_labels()["OFFICIAL"]
    notice = normalized_notice(RAWS[0])
    item = suggested(notice, raw_span(0, 1), known, known.attributes(), "x/y@1", None, now())
    given = columns.columns(width)
    for before in HARD:
        for text in HARD[:-2]:
            for said in ((), (item,), (decided(item, ME, "rejected"),)):
                row = PlaceRow(1, f"{before}doc", None, raw_span(0, 1), before, text, before, said)
                parts, head = columns.set_row(row, given, ME, at_cursor=True, ticked=True)
                assert sum(cells(part) for part, _ in parts) == width
                assert not any(ord(each) < 32 or each == "\u202e" for part, _ in parts for each in part)
                assert 0 < head < len(parts)
    assert cells(columns.set_heads(given)[0][0]) <= width


def test_rows_hold_what_stands_around_a_place_and_no_more(filled):
    found = next(find_text(filled, ME, "讲话", QueueFilter()))
    (row,) = rows_of(found)
    assert (row.before[-3:], row.text, row.behind) == (TEXT, "讲话", "。")
    assert load_notice(filled.connection, row.number).notice.raw[row.span.start : row.span.end] == "讲话"
    assert row.gold == ()
    assert not row.is_decided(ME)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_text_around_the_place_is_shown_with_the_place_in_it(app, filled, size):
    with filled.write() as connection:
        add_notice(
            connection, "importer", normalized_notice(f"戊县通报\n来源:戊县\n{'前' * 400}{TEXT}{'后' * 400}\n", "long")
        )
    async with app.run_test(size=size) as pilot:
        await press(pilot, "E", *TEXT, "enter", "j")
        preview = app.screen.query_one(PreviewRows)
        assert preview.text.startswith(f"副县长{TEXT}出席。{TEXT}讲话。")
        assert line(app, "rule").startswith("── 甲县会议")
        await press(pilot, "G")
        assert preview.text.startswith("…前")
        at = preview.text.index(TEXT)
        assert preview._hits == [(at, at + len(TEXT))]
        shown = "".join(preview.render_line(y).text for y in range(preview.size.height))
        assert f"前{TEXT}后" in "".join(shown.split())
