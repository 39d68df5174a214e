"""Muted rules in the app: their suggestions are not shown, and the notice says so; a key shows them for now."""

from __future__ import annotations

import pytest
from idle import idle, until
from making import RAW, notice_of, stored_notice, wrong
from merging import ME
from reviewing import app_on, said

from annotations.annotation import now
from annotations.labels import default_labels
from annotations.muting import is_shown_all_the_same
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.edits.mute import mute, mute_below
from store.intake.suggest import add_suggestions
from tui.app import ZhupiApp
from tui.queue.list import NoticeList
from tui.widgets.annotation_list import AnnotationList

BAD, GOOD = "requirements/modal@1", "requirements/item@1"


def made(raw, start, by, score=0.6):
    label = default_labels()["REQUIREMENT"]
    span = raw_span(start, start + 2)
    return suggested(notice_of(raw), span, label, label.attributes(), by, score, now())


def places(raw, by, count):
    """So many places of suggestions that are muted with their rule."""
    found = (start for start in range(0, len(raw) - 2, 2) if not is_shown_all_the_same(made(raw, start, by).id))
    return [next(found) for _ in range(count)]


@pytest.fixture
def notice(database):
    """A notice with two spans of the bad rule alone, one of both and one of the good one, and one with decisions."""
    number = stored_notice(database)
    first, second, both = places(RAW, BAD, 3)
    items = [made(RAW, first, BAD), made(RAW, second, BAD), made(RAW, both, BAD, 0.9), made(RAW, both, GOOD)]
    alone = both + 10
    items.append(made(RAW, alone, GOOD))
    other = "".join(f"各乡镇要完成第{at}项。" for at in range(20))
    elsewhere = stored_notice(database, other, "other")
    judged = [made(other, start, BAD) for start in range(40)]
    add_suggestions(database, ME, [(number, items), (elsewhere, judged)])
    for at, each in enumerate(judged):
        add_annotation(database, "wang", elsewhere, decided(each, "wang", "accepted" if at % 10 == 0 else "rejected"))
    return number, (first, second, both, alone)


class Keys:
    """The review screen of a test: what is to accept after some keys, by where it begins."""

    def __init__(self, app, pilot):
        self.app, self.pilot = app, pilot

    @property
    def model(self):
        return self.app.screen.desk.model

    async def press(self, *keys):
        await self.pilot.press(*keys)
        await idle(self.pilot)
        return [item.start for item in self.model.suggestions]


async def test_what_is_muted_is_counted_apart_and_no_key_takes_it(database, watched, notice):
    number, (_, _, both, alone) = notice
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        keys = Keys(app, pilot)
        await idle(pilot)
        assert "4 to accept" in said(app)
        await keys.press("percent_sign")
        assert "nothing is muted here" in said(app)
        # An admin mutes it elsewhere: the notice follows.
        mute_below(database, ME, 0.4)
        await until(pilot, lambda: "2 muted" in said(app), "the notice follows")
        await keys.press("j")
        assert "2 to accept · 2 muted (requirements/modal 10%)" in said(app)
        # Its companion stands with both names, and is accepted by that of the rule that is not muted.
        assert await keys.press("n", "n") == [both, alone]
        keys.model.choose(keys.model.suggestions[0])
        assert {each.suggested_by for each in keys.model.finders_of(keys.model.current)} == {BAD, GOOD}
        assert await keys.press("a") == [alone]
        assert {item.suggested_by for item in keys.model.own} == {GOOD}
        # What n and A leave alone, m does not ask for.
        assert await keys.press("A", "A") == []
        await keys.press("n")
        assert "to accept" not in said(app)
        await keys.press("J", "K", "percent_sign")
        await keys.press("m")
        assert "undecided" not in said(app)
    assert wrong(database) == []


async def test_a_key_shows_what_is_muted_for_the_session(database, watched, notice):
    number, (first, second, both, alone) = notice
    mute_below(database, ME, 0.4)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        keys = Keys(app, pilot)
        await idle(pilot)
        assert await keys.press("percent_sign") == sorted([first, second, both, alone])
        assert "shown: 2 muted (requirements/modal 10%); % hides them" in said(app)
        listed = app.screen.query_one(AnnotationList)
        told = [listed.remark(row, 26).rsplit(" ", 1)[0] for row in app.screen.desk.view.rows_of(keys.model.items)]
        assert told == ["muted modal", "muted modal", "modal+item", "item"]
        # They are decided as all others are, and shown in the next notice too.
        keys.model.choose(next(each for each in keys.model.suggestions if each.start == second))
        assert await keys.press("x") == sorted([first, both, alone])
        assert await keys.press("J", "K") == sorted([first, both, alone])
        assert await keys.press("percent_sign") == [both, alone]
        assert "hidden: 1 muted (requirements/modal 10%)" in said(app)
        await keys.press("u", "j")
        assert "2 to accept · 2 muted (requirements/modal 10%)" in said(app)
        mute(database, ME, "requirements/modal", "REQUIREMENT", muted=False)
        await until(pilot, lambda: len(keys.model.suggestions) == 4, "it is kept by name")
    assert wrong(database) == []
    queue = ZhupiApp(database, reviewer="lin")
    async with queue.run_test(size=(120, 40)) as pilot:
        await idle(queue)

        def waiting():
            return queue.screen.query_one(NoticeList).row_at(0).suggestions

        assert waiting() == 4
        mute(database, ME, "requirements/modal", "REQUIREMENT", muted=True)
        await until(pilot, lambda: waiting() == 2, "the row follows")
