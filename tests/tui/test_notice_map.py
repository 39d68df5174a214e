"""The divider as a map of the notice: what it shows where, and when it is drawn again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from idle import idle
from making import annotation_of, stored_notice
from relabelling import suggest
from reviewing import app_on

from annotations.suspects import Reason, Suspect
from store.edits.annotate import add_annotation
from tui.text.overview import Mark, overview, signs_of
from tui.widgets.notice_map import NoticeMap

LONG = "".join(f"第{number}条 各乡镇要在{1 + number % 12}月底前完成排查,不得以抽查代替。\n" for number in range(400))


@given(
    rows=st.integers(1, 500), cells=st.integers(1, 60), at=st.integers(0, 499), top=st.integers(0, 499), data=st.data()
)
def test_each_row_has_its_cell_and_what_is_in_view_is_marked(rows, cells, at, top, data):
    at, top = at % rows, top % rows
    height = data.draw(st.integers(1, rows - top))
    shown = overview(signs_of([Mark(at, "r", "blue")], rows, cells), rows, cells, range(top, top + height))
    assert len(shown) == cells
    assert [cell.sign for cell in shown if cell.sign] == ["r"]
    assert shown[at * cells // rows].sign == "r"
    assert any(cell.in_view for cell in shown)
    if top <= at < top + height:
        assert shown[at * cells // rows].in_view


def test_what_is_to_be_decided_comes_first():
    assert signs_of([Mark(3, "o", "green"), Mark(2, "D", "")], 100, 10) == {0: ("o", "green")}


async def test_the_divider_shows_where_the_view_is_and_what_is_open(database):
    number = stored_notice(database, LONG)
    at = LONG.index("第390条")
    suggest(database, number, at, at + 5)
    add_annotation(database, "lin", number, annotation_of(LONG, 0, 4))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        # Both texts are the same: one pane shows, and its title is the map.
        await pilot.press("escape", "g")
        await idle(pilot)
        pane = app.screen.desk.pane
        title = pane.render_line(0)
        assert title.text.startswith(f" raw = normalized 1 of {len(LONG):,} ")
        assert title.text[-pane.map_cells :].startswith("D━")
        assert "d" in title.text[-5:]
        await pilot.click(pane, offset=(pane.size.width - 1, 0))
        await idle(pilot)
        assert app.screen.desk.model.offset > at - 1000
        title = pane.render_line(0)
        assert title.text[-pane.map_cells :].startswith("D─")
        assert [part.style.reverse for part in title if part.text == "d"] == [True]
        await pilot.press("g", "z")
        await idle(pilot)
        divider = app.screen.query_one(NoticeMap)

        def drawn():
            return [divider.render_line(y).text for y in range(1, divider.size.height)]

        assert drawn()[0] == "D┃"
        assert "d│" in drawn()[-2:]
        assert drawn().count(" │") == divider.length - 2 - sum("┃" in each for each in drawn()[1:])
        # Within the view no key draws any of it again.
        refreshed = []
        divider.refresh = lambda *regions, **_: refreshed.append(regions)
        await pilot.press("j", "l", "w", "l")
        await idle(pilot)
        assert not refreshed
        del divider.refresh
        await pilot.click(divider, offset=(1, divider.size.height - 1))
        await idle(pilot)
        assert drawn()[0] == "D│"
        assert "d┃" in drawn()[-2:]
        assert app.screen.desk.model.offset > at - 1000
        await pilot.press("n", "a")
        await idle(pilot)
        assert "D┃" in drawn()[-2:]


async def test_a_suspect_that_is_told_late_is_marked_before_what_else_is_in_its_cell(database):
    number = stored_notice(database, LONG)
    items = [annotation_of(LONG, start, start + 4) for start in (0, 5)]
    for item in items:
        add_annotation(database, "lin", number, item)
    app = app_on(database, number)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        desk = app.screen.desk
        pane = desk.pane

        def title():
            return pane.render_line(0).text[-pane.map_cells :]

        assert title().startswith("D━")
        reason = (Reason("model", "spurious", 0.9, ""),)
        suspect = Suspect("a", "lin", items[1].id, "DATE", 5, 9, False, reason, 0.9)
        desk.model.suspect([(suspect, items[1])])
        desk.view.show_anew()
        assert title().startswith("!━")
        desk.model.settle(suspect)
        desk.view.show_anew()
        assert title().startswith("D━")
