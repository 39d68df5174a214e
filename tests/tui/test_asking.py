"""Questions in the app: asked with a comment, told in the head of the queue, filtered by, and answered."""

from __future__ import annotations

import pytest
from forms import HOSTILE, UNSAFE, drawn
from idle import idle, until
from making import RAW, annotation_of, stored_notice, wrong
from merging import ME
from reviewing import said
from textual.containers import Vertical

from store.edits.annotate import add_annotation
from store.edits.ask import answer, ask
from store.edits.people import add_reviewer
from store.log.questions import notice_questions
from tui.app import ZhupiApp
from tui.widgets.field import TextField
from tui.widgets.status_line import StatusLine
from tui.widgets.text_rows import TextRows


@pytest.fixture
def number(database):
    for name in ("li", "chen"):
        add_reviewer(database, ME, name, "reviewer")
    number = stored_notice(database)
    add_annotation(database, "li", number, annotation_of(RAW, 0, 3, annotator="li"))
    return number


def hint(app):
    return app.screen.query_one("#prompt-hint", TextRows).text


def questions(database, number):
    found = notice_questions(database.connection, number)
    return [(each.annotator, each.to, each.text, each.closed_by) for each in found]


async def test_a_comment_asks_somebody_and_tells_what_cannot_be_asked(database, number):
    app = ZhupiApp(database, notice=number, reviewer="li")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        for typed, told in (
            ("@nobody 在吗", "nobody here is called nobody"),
            ("@li 在吗", "nobody asks themselves"),
            ("@chen", "a question has words behind the name"),
        ):
            # The form stays with what was typed, to be mended.
            await pilot.press("c", *typed, "enter")
            await idle(app)
            assert told in hint(app)
            assert app.screen.query_one(TextField).value == typed
            await pilot.press("escape")
            await idle(app)
        await pilot.press("Q")
        await idle(app)
        assert "nobody has asked you here; c with @name and words asks somebody" in said(app)
        await pilot.press("c", *"@chen 这是日期吗", "enter")
        await idle(app)
        assert "asked chen" in said(app)
        assert questions(database, number) == [("li", "chen", "这是日期吗", None)]
        (asked,) = notice_questions(database.connection, number)
        assert asked.annotation is not None
        # What was answered meanwhile stands in the form, and words there ask on.
        answer(database, "chen", number, asked, HOSTILE + "是")
        await pilot.press("G", "Q")
        await idle(app)
        assert "you asked chen on DATE" in app.screen.query_one(Vertical).border_title
        # What it is about is in sight above the form: several may say the same.
        model = app.screen_stack[-2].desk.model
        assert (model.current.id, model.raw_cursor.start) == (asked.annotation, 0)
        assert "chen: " in "".join(drawn(app))
        assert not UNSAFE & set("".join(drawn(app)))
        await pilot.press(*"为什么", "enter")
        await idle(app)
        assert "asked once more" in said(app)
        assert questions(database, number) == [("li", "chen", "这是日期吗", None)]
        await pilot.press("u")
        await idle(app)
        assert "undone: answer, “page”" in said(app)
        await pilot.press("u")
        await idle(app)
        assert "not undone, it was changed since: question, “page”; stepped over" in said(app)
    assert questions(database, number) == [("li", "chen", "这是日期吗", "chen")]
    assert wrong(database) == []


async def test_the_queue_tells_what_waits_and_an_answer_closes_it(database, number, watched):
    stored_notice(database, "另一则通知。\n", "other")
    app = ZhupiApp(database, reviewer="chen")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(app)

        def head():
            return app.screen_stack[-1].query(StatusLine).first().text

        assert "question" not in head()
        ask(database, "li", number, "chen", f"这是要求吗{HOSTILE}", None)
        await until(pilot, lambda: "1 question " in head(), "the head tells it")
        ask(database, "li", number, None, "谁知道", None)
        await until(pilot, lambda: "2 questions " in head(), "and another one")
        await pilot.press("f", "q", "enter")
        await idle(app)
        assert [row.number for row in app.screen.listing.window.rows] == [number]
        await pilot.press("enter")
        await idle(app)
        assert "li asks “这是要求吗" in said(app)
        await pilot.press("Q")
        await idle(app)
        assert "1 more wait for you" in "".join(drawn(app))
        assert not UNSAFE & set("".join(drawn(app)))
        await pilot.press(*"是", "enter")
        await idle(app)
        assert "answered: li finds it among what they asked" in said(app)
        await pilot.press("Q", "escape", "Q", *"我", "enter")
        await idle(app)
        assert [each[-1] for each in questions(database, number)] == ["chen", "chen"]
        await pilot.press("q")
        await until(pilot, lambda: "question" not in head(), "nothing waits any more")
    assert wrong(database) == []
