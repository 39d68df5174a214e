"""What was accepted many at one key is told in the list of a notice, until it is looked at."""

from __future__ import annotations

from idle import idle
from making import normalized_notice, wrong

from annotations.annotation import now
from annotations.origins import suggested
from annotations.spans import raw_span
from store.log.events import Change
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.write.notices import add_notice
from store.write.record import record
from tui.app import ZhupiApp
from tui.widgets.annotation_list import AnnotationList

RAW = "某县会议\n会议要求,河长林知远出席,河长周明达主持,河长陈素云讲话。\n"


async def test_all_of_a_rule_is_bulk_until_each_is_looked_at(database):
    label = labels_of(database)["OFFICIAL"]
    with database.write() as connection:
        number = add_notice(connection, "importer", normalized_notice(RAW))
        notice = load_notice(connection, number).notice
        for name in ("河长林知远", "河长周明达", "河长陈素云"):
            start = RAW.index(name)
            span = raw_span(start, start + 5)
            item = suggested(notice, span, label, label.attributes(), "officials/x@1", 0.9, now())
            record(connection, "rules", "suggest", Change(number, "annotation", item.id, None, item))
    app = ZhupiApp(database, notice=number)

    def marks():
        items = notice_annotations(database.connection, number)
        return [item.bulk for item in items if item.annotator is not None]

    async with app.run_test(size=(120, 40)) as pilot:

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)

        def remarks():
            shown = app.screen.query_one(AnnotationList)
            return [shown.remark(row, 20) for row in shown._shown]

        await press("n", "A", "A")
        assert marks() == [True, True, True]
        assert remarks() == ["bulk", "bulk", "bulk"]
        await press("g", "N", "a")
        assert marks().count(False) == 1
        assert remarks().count("bulk") == 2
        await press("u")
        assert marks() == [True, True, True]
        await press("ctrl+r")
        assert marks().count(False) == 1
        await press("N", "U")
        assert marks().count(False) == 2
        # One alone is no step of many.
        await press("u", "u", "u")
        assert marks() == []
        await press("n", "a", "A", "A")
        assert marks().count(True) == 2
        await press("u", "a", "A", "A")
        assert marks() == [False, False, False]
    assert wrong(database) == []
