"""What several rules found is one thing to decide, everywhere: in the notice, the queue, exports and figures."""

from __future__ import annotations

import json
from io import BytesIO

from idle import idle
from making import RAW, notice_of, stored_notice, wrong
from reviewing import app_on, said

from annotations.formats.choice import ExportOptions
from annotations.labels import default_labels
from annotations.origins import suggested
from annotations.spans import raw_span
from store.index.filters import QueueFilter
from store.intake.suggest import add_suggestions
from store.output.export import export
from store.read.notices import notice_annotations
from store.read.open_work import open_work
from store.read.queue import queue_page
from store.read.stats import stats


def made(start, by, score, length=3):
    label = default_labels()["DATE"]
    span = raw_span(start, start + length)
    return suggested(notice_of(RAW), span, label, label.attributes(), by, score, "2026-01-01T00:00:00.000Z")


DAY, MONTH = "dates/day@1", "dates/month@1"
LEARNED = "learned/DATE@ab"
PLACES = [
    made(0, DAY, 0.6), made(0, LEARNED, 0.9),
    made(6, DAY, 0.9), made(6, MONTH, 0.5),
    made(12, MONTH, 0.7),
    made(18, DAY, 0.7),
]  # fmt: skip


def row(database):
    [one] = queue_page(database.connection, "lin", QueueFilter()).rows
    return one.suggestions, bool(queue_page(database.connection, "lin", QueueFilter(open_point="undecided")).rows)


def exported(database):
    out = BytesIO()
    export(database, out, ExportOptions(layer="suggested"))
    [line] = out.getvalue().decode().splitlines()
    return sorted((item["start"], item["suggested_by"]) for item in json.loads(line)["annotations"])


def decided(database):
    return {
        each.rule.partition("/")[2].partition("@")[0]: (each.open, each.accepted, each.rejected)
        for each in stats(database).rules
    }


async def test_a_span_of_several_rules_is_decided_once_everywhere_and_comes_back_with_one_undo(database):
    number = stored_notice(database)
    add_suggestions(database, "admin", [(number, PLACES)])
    before = notice_annotations(database.connection, number)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        model = app.screen.desk.model

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)
            return len(model.suggestions), *row(database)

        assert "4 to accept" in said(app)
        assert row(database) == (4, True)
        # The best of the span is accepted, and the way goes on behind it.
        assert await press("a") == (3, 3, True)
        assert model.current.start == 6
        assert exported(database) == [(6, DAY), (6, MONTH), (12, MONTH), (18, DAY)]
        assert decided(database) == {"day": (2, 1, 0), "DATE": (0, 1, 0), "month": (2, 0, 0)}
        assert open_work(database.connection).undecided == 4
        # Another's layer is another matter: nobody else has decided.
        [other] = queue_page(database.connection, "wang", QueueFilter()).rows
        assert other.suggestions == 4
        # One rejection rejects all of them, and one undo brings all back, as redo takes them again.
        assert await press("x") == (2, 2, True)
        assert decided(database) == {"day": (1, 1, 1), "DATE": (0, 1, 0), "month": (1, 0, 1)}
        assert await press("u") == (3, 3, True)
        assert exported(database) == [(6, DAY), (6, MONTH), (12, MONTH), (18, DAY)]
        assert await press("ctrl+r") == (2, 2, True)
        assert exported(database) == [(12, MONTH), (18, DAY)]
        assert await press("u") == (3, 3, True)
        # To take all of a rule takes what another found as well; to reject all of it leaves that to be looked at.
        model.choose(next(each for each in model.suggestions if each.start == 12))
        assert await press("X", "X") == (2, 2, True)
        assert [each.start for each in model.suggestions] == [6, 18]
        assert await press("u") == (3, 3, True)
        model.choose(next(each for each in model.suggestions if each.start == 12))
        assert await press("A", "A") == (1, 1, True)
        assert decided(database) == {"day": (1, 2, 0), "DATE": (0, 1, 0), "month": (0, 2, 0)}
        assert await press("a") == (0, 0, False)
        assert exported(database) == []
        assert open_work(database.connection).undecided == 0
        assert await press("u", "u", "u") == (4, 4, True)
    # What is stored of a suggestion stays as it was.
    after = notice_annotations(database.connection, number)
    assert [item for item in after if item.annotator is None] == before
    assert wrong(database) == []
