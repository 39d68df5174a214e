"""A suggestion in the list tells all rules that found it, and how probably it is accepted."""

from __future__ import annotations

from idle import idle
from making import RAW, notice_of, stored_notice
from reviewing import app_on

from annotations.labels import default_labels
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.intake.suggest import add_suggestions
from store.read.notices import notice_annotations
from tui.widgets.annotation_list import AnnotationList


def made(raw, start, by, score):
    label = default_labels()["DATE"]
    span = raw_span(start, start + 3)
    return suggested(notice_of(raw), span, label, label.attributes(), by, score, "2026-01-01T00:00:00.000Z")


def rows(app):
    shown = app.screen.query_one(AnnotationList)
    return [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]


async def test_rules_that_found_one_span_stand_together_and_the_score_is_what_people_made_of_it(database):
    number = stored_notice(database)
    add_suggestions(
        database,
        "admin",
        [
            (
                number,
                [
                    made(RAW, 0, "dates/day@1", 0.6),
                    made(RAW, 0, "learned/DATE@ab", 0.95),
                    made(RAW, 9, "dates/day@1", 0.6),
                ],
            )
        ],
    )
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        # As the rules say it, as long as nobody has decided on any of them.
        first, second = rows(app)[:2]
        assert first.endswith("learned+day 0.95")
        assert second.endswith("day 0.60")
        await pilot.press("x")
        await idle(pilot)
        assert len(app.screen.desk.model.suggestions) == 1
        assert len(notice_annotations(database.connection, number)) == 4
    other = RAW.replace("临江", "青禾")
    elsewhere = stored_notice(database, other, "other")
    judged = [made(other, start, "dates/day@1", 0.6) for start in range(20)]
    add_suggestions(database, "admin", [(elsewhere, judged)])
    for each in judged:
        add_annotation(database, "wang", elsewhere, decided(each, "wang", "rejected"))
    app = app_on(database, number)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        [row] = [row for row in rows(app) if "day" in row]
        shown = int(row.rpartition(" ")[2].removesuffix("%"))
        assert 1 <= shown < 30
        # Another screen of the same session reads nothing again, and shows the same at once.
        read = app.session.calibration
        await pilot.press("q", "enter")
        await idle(pilot)
        assert app.session.calibration is read
        assert f"{shown}%" in "".join(rows(app))
        # One undo takes the rejection back, and both rules have their span again.
        await pilot.press("u")
        await idle(pilot)
        assert any("learned+day" in row for row in rows(app))
