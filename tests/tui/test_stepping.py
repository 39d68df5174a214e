"""From suggestion to suggestion, around the end of the notice, and on to the next notice that has some."""

from __future__ import annotations

from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said

from store.log.events import annotation_change
from store.read.notices import notice_annotations
from store.write.record import record


def suggest(database, number, *starts):
    for at in starts:
        item = replace(annotation_of(RAW, at, at + 2), annotator=None, status="suggested", suggested_by="hand 1")
        with database.write() as connection:
            record(connection, "hand", "import", annotation_change(number, None, item))


async def test_a_notice_opens_at_its_first_suggestion_and_the_way_leads_around_and_to_the_next(database):
    numbers = [stored_notice(database, RAW.replace("。", "。" * more, 1)) for more in (1, 2, 3)]
    suggest(database, numbers[0], 4, 12, 17)
    suggest(database, numbers[2], 4, 12)
    app = app_on(database, numbers[0])
    async with app.run_test(size=(120, 40)) as pilot:

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)
            return said(app)

        await idle(pilot)
        assert app.screen.desk.model.current.start == 4
        assert "from the end: 3 left" in await press("N")
        assert app.screen.desk.model.current.start == 17
        assert "from the top: 3 left" in await press("n")
        # Away from any suggestion the first press shows what the second accepts.
        assert "a again accepts it" in await press("escape", "g", "a")
        assert not app.screen.desk.model.own
        assert "accepted: DATE" in await press("a")
        assert "from the top: 1 left" in await press("N", "n", "N", "x", "N", "n")
        assert "no suggestion is left" in await press("a")
        assert "n again opens it" in await press("n")
        assert app.screen.desk.number == numbers[0]
        await press("n")
        assert (app.screen.desk.number, app.screen.desk.model.current.start) == (numbers[2], 4)
        # Nothing is left in any notice: the way leads over the annotations.
        assert "no suggestion is left in any notice of this queue" in await press("a", "a", "n")
        assert app.screen.desk.model.current.annotator == "lin"
        await press("K")
        assert "nothing tagged yet" in await press("n")
    accepted = [item for item in notice_annotations(database.connection, numbers[2]) if item.annotator == "lin"]
    assert [item.status for item in accepted] == ["accepted"] * 2
