"""The control arm in the app: what is open follows as soon as an admin hides suggestions or shows them again."""

from __future__ import annotations

from idle import idle, until
from making import RAW, notice_of, stored_notice
from merging import ME
from reviewing import app_on, said

from annotations.annotation import now
from annotations.labels import default_labels
from annotations.origins import suggested
from annotations.spans import raw_span
from store.edits.hide import hide_suggestions
from store.log.events import annotation_change
from store.write.record import record
from tui.app import ZhupiApp
from tui.queue.list import NoticeList


def suggest(database, number):
    label = default_labels()["DATE"]
    made = suggested(notice_of(RAW), raw_span(0, 3), label, label.attributes(), "rule@1", None, now())
    with database.write() as connection:
        record(connection, ME, "suggest", annotation_change(number, None, made))


async def test_suggestions_go_and_come_in_an_open_notice_and_in_the_queue(database, watched):
    number = stored_notice(database)
    suggest(database, number)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        assert "1 to accept" in said(app)
        hide_suggestions(database, ME, 1.0)
        await until(pilot, lambda: "to accept" not in said(app), "they are hidden")
        assert "an admin has changed whether suggestions are shown here" in said(app)
        await pilot.press("n")
        assert "0 yours" in said(app)
        hide_suggestions(database, ME, 0.0)
        await until(pilot, lambda: "1 to accept" in said(app), "they are back")
    queue = ZhupiApp(database, reviewer="lin")
    async with queue.run_test(size=(120, 40)) as pilot:
        await idle(queue)

        def waiting():
            return queue.screen.query_one(NoticeList).row_at(0).suggestions

        assert waiting() == 1
        hide_suggestions(database, ME, 1.0)
        await until(pilot, lambda: waiting() == 0, "the row follows")
