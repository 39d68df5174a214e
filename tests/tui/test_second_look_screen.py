"""A second look in the app: found by the filter, gone through with keys, decided, kept, and undone."""

from __future__ import annotations

import pytest
from forms import HOSTILE, UNSAFE, drawn
from idle import idle, press
from making import annotation_of, notice_of, stored_notice, wrong
from merging import ME
from reviewing import said

from annotations.annotation import Review, now
from annotations.suspects import Reason, Suspect, suspect_id
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.index.filters import QueueFilter
from store.read.notices import notice_annotations
from store.read.suspects import open_suspects, suspect_stats
from store.write.suspects import put_suspects
from tui.app import ZhupiApp


def suspect_in(database, raw, annotation, label, start, end, reason, *, rejected=False):
    """A suspect of one's own layer, as a look makes it."""
    key = suspect_id(notice_of(raw).id, ME, annotation, label, start, end)
    return Suspect(key, ME, annotation, label, start, end, rejected, (reason,), reason.strength)


@pytest.fixture
def looked_at(database):
    """Three notices: one without suspects, one with a wrong label and a missing tag, one with the likeliest error."""
    numbers = []
    for at in range(3):
        raw = f"第{at}号通知{HOSTILE if at == 1 else ''}。\n2023年4月1日，副县长林知远出席会议。\n"
        number = stored_notice(database, raw, f"page-{at}")
        start = raw.index("2023")
        date = annotation_of(raw, start, start + 9, "OFFICIAL" if at else "DATE", ME)
        add_annotation(database, ME, number, date)
        set_review(database, ME, number, Review(ME, "done", None, now()))
        found = []
        if at:
            label = Reason("elsewhere", "label", 0.9 + at / 100, "DATE", "2023年4月1日", 19, 20)
            found.append(suspect_in(database, raw, date.id, "OFFICIAL", start, start + 9, label))
        if at == 1:
            name = raw.index("副县长")
            missing = Reason("model", "missing", 0.8, "OFFICIAL", "副县长林知远")
            found.append(suspect_in(database, raw, None, "OFFICIAL", name, name + 6, missing))
        with database.write() as connection:
            put_suspects(connection, number, found, now())
        numbers.append(number)
    return numbers


def shown_numbers(app):
    """The notices that the queue shows, in order."""
    return [row.number for row in app.screen.listing.window.rows if row is not None]


def outcomes(database):
    """What became of suspects, by reason."""
    return {
        each.reason: (each.open, each.kept, each.changed, each.deleted, each.tagged)
        for each in suspect_stats(database.connection)
    }


async def test_suspects_are_found_by_the_filter_and_gone_through(database, looked_at):
    _, middle, last = looked_at
    app = ZhupiApp(database, reviewer=ME)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await press(pilot, "f", "w", "enter")
        # The likeliest error comes first.
        assert shown_numbers(app) == [last, middle]
        assert "suspects" in "".join(drawn(app))
        await press(pilot, "S", "n")
        assert app.screen.listing.filter.sort == "newest"
        await press(pilot, "S", "w")
        assert shown_numbers(app) == [last, middle]
        await press(pilot, "g", "enter")
        model = app.screen.desk.model
        assert (model.number, model.current.label) == (last, "OFFICIAL")
        assert "19 of 20 others tag “2023年4月1日” as DATE" in said(app)
        assert "! unlike elsewhere" in "".join(drawn(app))
        await press(pilot, "exclamation_mark")
        assert "the only one here · 19 of 20 others" in said(app)
        await press(pilot, "Y")
        assert "kept: OFFICIAL" in said(app)
        assert "no suspect is left here" in said(app)
        # Two presses lead on to the notice that is the next in the order.
        await press(pilot, "exclamation_mark")
        assert "! again opens it" in said(app)
        await press(pilot, "exclamation_mark")
        model = app.screen.desk.model
        assert (model.number, len(model.suspects)) == (middle, 2)
        assert not UNSAFE & set("".join(drawn(app)))
        await press(pilot, "exclamation_mark", "exclamation_mark")
        assert "from the top · 19 of 20 others" in said(app)
        await press(pilot, "P")
        assert "from the end · " in said(app)
        assert model.current.annotator is None
        assert "finds OFFICIAL here" in said(app)
        await press(pilot, "a")
        (made,) = [item for item in model.own if item.text == "副县长林知远"]
        assert (made.label, made.attributes["name"]) == ("OFFICIAL", "林知远")
        await press(pilot, "exclamation_mark", "3")
        assert model.suspects == {}
        assert outcomes(database) == {
            "model": (0, 0, 0, 0, 1), "elsewhere": (0, 1, 1, 0, 0), "neighbour": (0,) * 5, "rules": (0,) * 5,
        }  # fmt: skip
        await press(pilot, "exclamation_mark")
        assert "no suspect is left in any notice" in said(app)
        # Each undo brings one back, here and in the notice before.
        await press(pilot, "u", "u")
        assert len(app.screen.desk.model.suspects) == 2
        await press(pilot, "u")
        assert app.screen.desk.model.number == last
        assert len(app.screen.desk.model.suspects) == 1
        assert "undone: keep as it is" in said(app)
        await press(pilot, "ctrl+r")
        assert app.screen.desk.model.suspects == {}
    assert wrong(database) == []


async def test_where_nothing_was_found_it_says_who_looks_again(database):
    number = stored_notice(database, "第一号通知。\n", "page")
    app = ZhupiApp(database, reviewer=ME)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(app)
        await press(pilot, "S", "w")
        assert shown_numbers(app) == []
        assert app.screen.listing.filter.suspects == "any"
        assert "The filter finds no suspect" in "".join(drawn(app))
        assert "zhupi suspects --look" in "".join(drawn(app))
        await press(pilot, "S", "i")
        assert app.screen.listing.filter == QueueFilter(suspects="any")
        await press(pilot, "escape")
        assert shown_numbers(app) == [number]


async def test_what_is_missing_is_kept_bare_by_x_and_what_is_wrong_is_deleted(database, looked_at):
    middle = looked_at[1]
    app = ZhupiApp(database, notice=middle, reviewer=ME)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(app)
        # Without the filter it opens as ever, and tells how many there are.
        assert "2!" in "".join(drawn(app)) or "2 suspects" in "".join(drawn(app))
        assert "! unlike elsewhere" in "".join(drawn(app))
        await press(pilot, "g", "P")
        assert app.screen.desk.model.current.annotator is None
        await press(pilot, "x")
        assert "kept: OFFICIAL" in said(app)
        assert {item.status for item in notice_annotations(database.connection, middle)} == {"manual"}
        await press(pilot, "x")
        assert "deleted: OFFICIAL" in said(app)
        assert open_suspects(database.connection, middle, ME) == []
        await press(pilot, "Y")
        assert "no suspect here: ! goes to the next" in said(app)
    assert outcomes(database)["model"][1] == outcomes(database)["elsewhere"][3] == 1
    assert wrong(database) == []


async def test_where_the_cursor_has_gone_to_a_suspect_by_itself_y_goes_on_all_the_same(database, looked_at):
    app = ZhupiApp(database, notice=looked_at[1], reviewer=ME)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(app)
        model = app.screen.desk.model
        model.go_to_raw(model.notice.raw.index("副县长"))
        app.screen.desk.moved()
        assert model.current.annotator is None
        await press(pilot, "Y")
        assert "19 of 20" in said(app)
        assert "no suspect is left" not in said(app)
        assert model.current.id in model.suspects


async def test_m_goes_on_to_the_next_notice_with_suspects(database, looked_at):
    app = ZhupiApp(database, reviewer=ME)
    async with app.run_test(size=(60, 20)) as pilot:
        await idle(app)
        await press(pilot, "f", "w", "enter", "S")
        assert "esc leaves it as it is" in "".join(drawn(app))
        await press(pilot, "escape", "enter")
        await press(pilot, "Y", "m")
        if app.screen.desk.model.number != looked_at[1]:
            await press(pilot, "m")
        assert app.screen.desk.model.number == looked_at[1]


async def test_who_sees_the_layers_of_others_keeps_what_is_right_in_them(database):
    raw = "第一号通知。\n"
    number = stored_notice(database, raw, "page")
    add_reviewer(database, ME, "lin", "reviewer")
    item = annotation_of(raw, 0, 3, "DATE", "lin")
    add_annotation(database, "lin", number, item)
    reason = (Reason("model", "spurious", 0.9, "", "第一号"),)
    found = [
        Suspect("a", "lin", item.id, "DATE", 0, 3, False, reason, 0.9),
        Suspect("b", "lin", None, "OFFICIAL", 3, 5, False, reason, 0.8),
    ]
    with database.write() as connection:
        put_suspects(connection, number, found, now())
    app = ZhupiApp(database, reviewer=ME)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await press(pilot, "f", "W", "enter")
        assert shown_numbers(app) == [number]
        assert "suspects of all" in "".join(drawn(app))
        await press(pilot, "enter")
        assert "suspects in the layers of others: L shows them" in said(app)
        await press(pilot, "L", "exclamation_mark")
        assert "finds no DATE here" in said(app)
        await press(pilot, "x")
        assert "only they change it" in said(app)
        await press(pilot, "exclamation_mark", "Y")
        assert [each.id for each in open_suspects(database.connection, number, "lin")] == ["b"]
        # Undo reads the notice again; what was shown of others is shown still.
        await press(pilot, "u")
        model = app.screen.desk.model
        assert model.others_shown
        assert model.current is not None
        assert model.current.id in model.suspects
        assert "undone: keep as it is" in said(app)
        await press(pilot, "ctrl+r")
        assert app.screen.desk.model.others_shown
    assert [each.id for each in open_suspects(database.connection, number, "lin")] == ["b"]
    # A reviewer is not offered them.
    app = ZhupiApp(database, reviewer="lin")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await press(pilot, "f", "W")
        assert "of all" not in "".join(drawn(app))
        assert app.screen.queue_filter.suspects == "rules"
