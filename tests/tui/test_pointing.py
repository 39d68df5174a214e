"""What the mouse does beyond a press: words and sentences by clicks in a row, ends that are dragged, rows of forms."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from reviewing import app_on, said

from store.edits.annotate import add_annotation
from store.edits.undo import undo
from store.read.notices import load_notice, notice_annotations
from tui.app import ZhupiApp
from tui.forms.filter_rows import FilterRows
from tui.notice.model import NoticeModel
from tui.session.session import Said


def model_of(database, *items):
    return NoticeModel(load_notice(database.connection, stored_notice(database)), Said(list(items)), "lin")


def quote(model):
    return model.selection.of(RAW)


def test_an_end_that_is_dragged_is_the_selection_until_it_is_kept(database):
    item = annotation_of(RAW, 3, 6)
    model = model_of(database, item)
    model.focus("raw")
    model.choose(item)
    assert not model.drag_end(item, 4, 8)  # inside of it a selection begins
    assert model.drag_end(item, 5, 8)
    assert (quote(model), model.reshaped, model.own) == (RAW[3:9], item, [item])
    assert model.drag_end(item, 5, 0)
    assert quote(model) == RAW[3:4]  # never past its start
    model.drop_selection()
    model.choose(item)
    assert model.drag_end(item, 3, 1)
    assert quote(model) == RAW[1:6]
    assert model.drag_end(item, 3, 8)
    assert quote(model) == RAW[5:6]


@pytest.mark.parametrize(("to", "wanted"), [(1, (1, 4)), (5, (3, 6))])
def test_which_end_of_one_character_is_meant_the_way_of_the_mouse_tells(database, to, wanted):
    item = annotation_of(RAW, 3, 4)
    model = model_of(database, item)
    model.focus("raw")
    model.choose(item)
    assert model.drag_end(item, 3, to)
    assert quote(model) == RAW[slice(*wanted)]


def test_ends_of_others_and_of_what_is_not_chosen_stay(database):
    item, other = annotation_of(RAW, 3, 6), annotation_of(RAW, 8, 10, annotator="wang")
    model = model_of(database, item, other)
    model.show_others(True)
    model.focus("raw")
    assert not model.drag_end(None, 5, 7)
    assert not model.drag_end(other, 9, 12)
    model.put(item, None)
    assert not model.drag_end(item, 5, 7)
    assert model.anchor is None


async def test_words_and_sentences_and_a_dragged_end_that_is_one_step(database):
    number = stored_notice(database)
    item = annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        pane, model = app.screen.desk.pane, app.screen.desk.model

        async def drag(start, end):
            def cell(at):
                return pane.rows.cell_of(at) + 3, pane.row_of(at) - pane.top + 1

            await pilot.mouse_down(pane, offset=cell(start))
            await pilot.hover(pane, offset=cell(end))
            await pilot.mouse_up(pane, offset=cell(end))
            await idle(pilot)

        await pilot.click(pane, offset=(4, 1), times=2)
        await idle(pilot)
        assert "word selected" in said(app)
        assert quote(model) == "临江"
        await pilot.click(pane, offset=(4, 2), times=3)
        await idle(pilot)
        assert "sentence selected" in said(app)
        await pilot.press("S")
        assert model.selection is None
        await pilot.press("escape", "g", "i")
        await drag(2, 4)
        assert "new ends: DATE “临江县召开”" in said(app)
        assert [each.text for each in notice_annotations(database.connection, number)] == ["临江县召开"]
        assert undo(database, "lin").change.after == item


async def test_rows_of_forms_and_the_help_are_pressed(database):
    number = stored_notice(database)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("question_mark")
        await idle(pilot)
        keys, guideline = app.screen.query("VerticalScroll")
        await pilot.click(offset=(keys.region.x + 5, keys.region.bottom - 1))
        assert guideline.has_class("-turned")
        await pilot.click(keys, offset=(5, 5))
        await idle(pilot)
        assert app.screen.desk.is_open
        await pilot.press("B")
        await idle(pilot)
        row = app.screen.query_one("Static").region
        await pilot.click(offset=(row.x + 4, row.y + 3))
        await idle(pilot)
        assert "body is boilerplate now" in said(app)
    app = ZhupiApp(database)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("f")
        await idle(pilot)
        rows = app.screen.query_one(FilterRows)
        status = next(facet for facet in rows._facets if facet.name == "status")
        await pilot.click(rows, offset=(3, 0))
        assert app.screen.queue_filter.status == status.options[1][0]
        drawn = rows.render_line(0).text
        await pilot.click(rows, offset=(drawn.index("flagged"), 0))
        assert app.screen.queue_filter.status == "flagged"
        assert rows.chosen == "status"
