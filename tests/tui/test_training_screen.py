"""Training in the app: gold behind ``m``, difference by difference, and the queue once the bar is reached."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, say, with_adjudicator
from forms import HOSTILE, UNSAFE, FormApp, drawn
from idle import idle, until
from making import RAW, annotation_of, notice_of, stored_notice, wrong
from merging import ME
from reviewing import head, said
from textual.widgets import Markdown

from annotations.adjudication.comparison import compare
from annotations.annotation import GOLD
from annotations.labels import default_labels
from store.edits.adjudicate import complete, fill
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.edits.training import mark, set_terms
from store.log.training_results import TrainingResult
from store.read.notices import notice_reviews
from store.read.training import Feedback, ValueDifference
from tui.app import ZhupiApp
from tui.forms.training import TrainingScreen
from tui.widgets.difference_list import DifferenceList
from tui.widgets.text_rows import TextRows

GOLDEN = ((0, 3, "DATE"), (5, 9, "OFFICIAL"), (12, 16, "DATE"))
RESULT = TrainingResult("zhao", "training", 2, 3, 1, 2, "2026-11-21T08:00:00.000Z")


def form_app(mine, gold, sections, values=()):
    layers = {
        name: [annotation_of(RAW, *span, name) if name != GOLD else annotation_of(RAW, *span, GOLD) for span in spans]
        for name, spans in (("zhao", mine), (GOLD, gold))
    }
    differences = compare(layers, notice_of(RAW).alignment, default_labels()).differences
    feedback = Feedback(1, RESULT, 0.4, differences, sections, 2, values)
    return FormApp(lambda: TrainingScreen(feedback, default_labels(), lambda item: item.text + HOSTILE))


def rows(app):
    return [(row.sign, row.kind, row.remark) for row in app.screen.query_one(DifferenceList)._rows]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_each_difference_stands_beside_the_section_of_its_label(size):
    mine = ((0, 4, "DATE"), (5, 9, "DATE"), (20, 24, "DATE"))
    app = form_app(mine, GOLDEN, {"DATE": f"**日期** {HOSTILE}", "OFFICIAL": "官员"})
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert rows(app) == [
            ("≠", "edge", ""), ("≠", "label", "gold OFFICIAL"), ("·", "missing", ""), ("·", "too much", ""),
        ]  # fmt: skip
        await pilot.press("j")
        assert app.screen.query_one("#training-mine", TextRows).text.startswith("yours  DATE ")
        assert app.screen.query_one("#training-gold", TextRows).text.startswith("gold   OFFICIAL ")
        await until(pilot, lambda: app.screen.query_one(Markdown).source == "官员", "the section is shown")
        await pilot.press("n", "j", "j", "pagedown", "pageup")
        assert app.screen.query_one("#training-gold", TextRows).text == "gold   nothing"
        assert not UNSAFE & set("".join(drawn(app)))
        await pilot.press("enter")
        assert app.answers == [None]


async def test_what_is_said_of_the_whole_notice_comes_last():
    values = (
        ValueDifference("topic", ("水", "气"), ("水",), f"**主题** {HOSTILE}"),
        ValueDifference("urgent", None, True, ""),
    )
    app = form_app(GOLDEN[:2], GOLDEN, {"DATE": "日期"}, values)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert rows(app) == [("·", "missing", ""), ("≠", "notice", ""), ("≠", "notice", "")]
        await pilot.press("j")
        assert app.screen.query_one("#training-mine", TextRows).text == "yours  水、气"
        assert app.screen.query_one("#training-gold", TextRows).text == "gold   水"
        await until(pilot, lambda: "主题" in app.screen.query_one(Markdown).source, "the section is shown")
        await pilot.press("j")
        assert app.screen.query_one("#training-mine", TextRows).text == "yours  nothing"
        assert app.screen.query_one("#training-gold", TextRows).text == "gold   yes"
        assert not UNSAFE & set("".join(drawn(app)))


async def test_nothing_differs():
    app = form_app(GOLDEN, GOLDEN, {})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "k")
        assert any("Nothing differs: you say what gold says." in row for row in drawn(app))
        await pilot.press("m")
        assert app.answers == [None]


async def test_a_newcomer_is_shown_gold_after_each_notice_and_then_gets_the_queue(database):
    with_adjudicator(database)
    for at in range(2):
        number = stored_notice(database, RAW + "又及。\n" * at, f"gold-{at}")
        for name in ("li", "wang"):
            say(database, number, name, *GOLDEN)
        fill(database, CHEN, number)
        complete(database, CHEN, number)
    stored_notice(database, "又一则通知。\n", "free")
    mark(database, ME, [1], "training")
    mark(database, ME, [2], "check")
    set_terms(database, ME, share=0.0, bar=0.9, no_bar=False)
    add_reviewer(database, ME, "zhao", "reviewer")
    for span in GOLDEN[:2]:
        add_annotation(database, "zhao", 1, annotation_of(RAW, *span, "zhao"))
    app = ZhupiApp(database, reviewer="zhao")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(app)
        await pilot.press("n")
        await idle(app)
        assert "1/3" in head(app)
        # Its annotations have no values, so that it asks once.
        await pilot.press("m", "m")
        await until(pilot, lambda: isinstance(app.screen, TrainingScreen) and app.screen.ready.is_set(), "gold")
        assert rows(app) == [("·", "missing", "")]
        # The notice behind is done already: what the watcher tells of that is nothing new.
        assert "✓ 1/3" in head(app, behind=1)
        await pilot.press("enter")
        await idle(app)
        assert "trained to F1 0.80, and 0.90 opens the queue" in said(app)
        await pilot.press("q")
        await idle(app)
        await pilot.press("n")
        await idle(app)
        assert any("trained to F1 0.80, and 0.90 opens the queue; ask an admin" in row for row in drawn(app))
        set_terms(database, ME, share=1.0, bar=0.5, no_bar=False)
        # A hidden check is a notice like any other.
        await pilot.press("n")
        await idle(app)
        assert "2/3" in head(app)
        set_terms(database, ME, share=0.0, bar=0.5, no_bar=False)
        await pilot.press("m")
        await until(pilot, lambda: "3/3" in head(app), "the next notice is open")
        assert "done: “" in said(app)
    assert [each.status for each in notice_reviews(database.connection, 2) if each.annotator == "zhao"] == ["done"]
    assert wrong(database) == []
