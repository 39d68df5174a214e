"""The pane draws what it is given, no more of it than changed, and reports the mouse in offsets."""

from __future__ import annotations

import unicodedata

import pytest
from rich.style import Style
from textual import events
from textual.app import App
from textual.containers import Horizontal
from textual.message import Message

from tui.terminal.display import visible
from tui.terminal.theme import ZHUPI_DARK
from tui.text import wrap
from tui.text.layout import PaneRow
from tui.widgets.pane_paint import GUTTER
from tui.widgets.text_pane import PaneSpan, TextPane

TEXT = "9月3日下午，云溪市政府副市长李远山召开会议。\n会议要求，各县区要落实责任，确保12月底前完成任务。\n"
PALETTE = {
    "requirement": Style(bgcolor="#00305f"),
    "date": Style(bgcolor="#5f5f00"),
    "suggested": Style(color="#87d787", underline=True),
}
HOSTILE = (
    "\x1b[2J\x1b]52;c;eA==\x07\x9b31m",
    "[/b] [@click=app.quit]x[/] [a=b]",
    "a\u202eb\u2066c\u200fd",
    "\u0301\u0301中\u200d文\ufe0f\ufeff",
    "\ud800\udfff\ufffe\U000e0041\U000e0100",
    "👨\u200d👩\u200d👧 🇨🇳 ☎\ufe0f 1\ufe0f\u20e3",
    "\t\v\f\b\x7f\x00\x85\u2028\u2029",
    "Z" + "\u0301" * 500,
)


def rows_of(text: str, columns: int) -> list[PaneRow]:
    shown = visible(text)
    return [
        PaneRow(start, end)
        for line_start, line_end in wrap.lines(text, 0, len(text))
        for start, end in wrap.rows(text, shown, line_start, line_end, columns)
    ]


class PaneApp(App[None]):
    """Two panes side by side; what they say is kept."""

    CSS = "TextPane { width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name
        self.said: list[Message] = []

    def compose(self):
        with Horizontal():
            yield TextPane("raw", id="left")
            yield TextPane("normalized", id="right")

    @property
    def pane(self) -> TextPane:
        return self.query_one("#left", TextPane)

    def on_mount(self) -> None:
        self.pane.focus()
        for pane in self.query(TextPane):
            pane.use_palette(PALETTE)

    def on_text_pane_resized(self, message: TextPane.Resized) -> None:
        self.said.append(message)

    def on_text_pane_pointed(self, message: TextPane.Pointed) -> None:
        self.said.append(message)

    def on_text_pane_dragged(self, message: TextPane.Dragged) -> None:
        self.said.append(message)

    def on_text_pane_scrolled(self, message: TextPane.Scrolled) -> None:
        self.said.append(message)

    def on_text_pane_fold_pressed(self, message: TextPane.FoldPressed) -> None:
        self.said.append(message)

    def show(self, text: str, rows: list[PaneRow] | None = None, **state) -> TextPane:
        self.pane.show(text, rows if rows is not None else rows_of(text, self.pane.columns), **state)
        self.said.clear()
        return self.pane


@pytest.fixture
async def app():
    running = PaneApp()
    async with running.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        running.pilot = pilot
        yield running


def drawn(pane: TextPane) -> list[str]:
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


def style_at(pane: TextPane, offset: int) -> Style:
    """The style of the cell that shows an offset."""
    y = pane.rows.number_of(offset) - pane.top + 1
    cell = GUTTER + pane.rows.cell_of(offset)
    return next(iter(pane.render_line(y).crop(cell, cell + 1))).style


async def test_rows_stand_below_a_title_that_says_where_the_cursor_is(app):
    pane = app.show(TEXT, cursor=7)
    assert drawn(pane)[:4] == [
        " raw 8 of 51 ─────────────────",
        "   9月3日下午，云溪市政府副市",
        "   长李远山召开会议。",
        "   会议要求，各县区要落实责",
    ]
    assert {pane.render_line(y).cell_length for y in range(pane.size.height)} == {30}


async def test_signs_in_the_gutter_name_the_labels_of_a_row(app):
    spans = [
        PaneSpan(29, 46, "requirement", "R"),
        PaneSpan(39, 44, "date", "D"),
        PaneSpan(39, 41, "suggested", "o"),
        PaneSpan(0, 6, "date", "D"),
        PaneSpan(1, 2, "date", "D"),
    ]
    pane = app.show(TEXT, spans=spans)
    assert [row[:GUTTER] for row in drawn(pane)[1:5]] == ["D  ", "   ", "R  ", "RDo"]


async def test_a_third_label_of_a_row_has_a_sign_and_a_fourth_is_told(app):
    three = [PaneSpan(29, 46, "requirement", "R"), PaneSpan(39, 44, "date", "D"), PaneSpan(42, 43, "other", "O")]
    assert drawn(app.show(TEXT, spans=three))[4][:GUTTER] == "RDO"
    assert drawn(app.show(TEXT, spans=[*three, PaneSpan(45, 46, "suggested", "r")]))[4][:GUTTER] == "RD+"


async def test_spans_lie_on_each_other_and_the_inner_one_is_bold(app):
    pane = app.show(TEXT, spans=[PaneSpan(29, 46, "requirement", "R"), PaneSpan(39, 44, "date", "D")], cursor=0)
    assert style_at(pane, 30).bgcolor.name == "#00305f"
    assert not style_at(pane, 30).bold
    assert style_at(pane, 40).bgcolor.name == "#5f5f00"
    assert style_at(pane, 40).bold
    assert style_at(pane, 48).bgcolor == style_at(pane, 15).bgcolor


async def test_the_active_span_is_marked_over_all_of_it_and_what_lies_in_it_is_underlined(app):
    spans = [PaneSpan(25, 48, "requirement", "R"), PaneSpan(29, 46, "suggested", "o"), PaneSpan(39, 44, "date", "D")]
    pane = app.show(TEXT, spans=[*spans, PaneSpan(31, 33, "hit")], cursor=30)
    pane.use_palette({**PALETTE, "green active": Style(bgcolor="#dadada", bold=True), "hit": Style(bgcolor="#ffff5f")})
    pane.set_state(cursor=30, selection=None, active=PaneSpan(29, 46, "green active"))
    ground = {offset: style_at(pane, offset).bgcolor.name for offset in range(24, 48) if TEXT[offset] != "\n"}
    assert {offset for offset in ground if ground[offset] == "#dadada"} == {29, *range(33, 46)}
    assert ground[31] == ground[32] == "#ffff5f"
    assert all(style_at(pane, offset).bold for offset in range(33, 46))
    assert {offset for offset in range(33, 46) if style_at(pane, offset).underline} == set(range(39, 44))
    pane.set_state(cursor=30, selection=None)
    assert style_at(pane, 40).bgcolor.name == "#5f5f00"


async def test_selection_lies_over_spans_and_the_cursor_over_the_selection(app):
    pane = app.show(TEXT, spans=[PaneSpan(0, 6, "date", "D")], selection=(1, 4), cursor=3)
    looks = [style_at(pane, offset).bgcolor.name for offset in (0, 1, 2, 3, 4)]
    assert looks[0] == looks[4] == "#5f5f00"
    assert looks[1] == looks[2]
    assert len(set(looks)) == 3


async def test_removed_text_is_dim(app):
    pane = app.show(TEXT, removed=lambda start, end: [(max(start, 2), min(end, 5))] if start < 5 else [])
    assert style_at(pane, 2).color != style_at(pane, 6).color
    assert style_at(pane, 1).color == style_at(pane, 6).color or pane.cursor == 1


async def test_the_cursor_is_solid_only_in_the_pane_that_has_the_focus(app):
    pane = app.show(TEXT, cursor=7)
    solid = style_at(pane, 7)
    app.query_one("#right", TextPane).focus()
    await app.pilot.pause()
    mirror = style_at(pane, 7)
    assert mirror.underline
    assert solid.bgcolor != mirror.bgcolor
    assert not solid.underline


async def test_the_cursor_stands_behind_the_row_on_a_line_end(app):
    pane = app.show("甲乙\n丙\n", cursor=2)
    last = list(pane.render_line(1).crop(GUTTER + 4, GUTTER + 5))
    assert last[0].text == " "
    assert last[0].style.bgcolor != pane.rich_style.bgcolor


async def test_the_cursor_covers_a_whole_cluster(app):
    pane = app.show("电☎\ufe0f话", cursor=2)
    assert style_at(pane, 1) != style_at(pane, 3)
    strip = pane.render_line(1).crop(GUTTER + 2, GUTTER + 4)
    assert [segment.text for segment in strip] == ["☎¦"]


async def test_a_fold_row_shows_its_label_and_its_signs(app):
    rows = [PaneRow(0, 7), PaneRow(7, 24, "fold", "… 17 characters repeated …"), PaneRow(24, 24, "blank")]
    pane = app.show(TEXT, rows, spans=[PaneSpan(11, 13, "date", "D")], cursor=12)
    assert drawn(pane)[1:4] == ["   9月3日下午，", "D  … 17 characters repeated …"[:30], ""]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_reaches_no_strip(app, text):
    everything = f"{text}\n中{text}文\n"
    spans = [PaneSpan(start, start + 2, "date", text) for start in range(0, len(everything), 3)]
    rows = [*rows_of(everything, 20), PaneRow(0, len(everything), "fold", text)]
    pane = app.show(everything, rows, spans=spans, selection=(2, 5), cursor=4)
    pane.title = text
    for cursor in range(len(everything)):
        pane.set_state(cursor=cursor, selection=(cursor // 2, cursor))
        for y in range(pane.size.height):
            strip = pane.render_line(y)
            assert strip.cell_length == pane.size.width
            kinds = {unicodedata.category(character) for character in strip.text}
            assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
            assert all(not segment.text or segment.text[0] != "\u0301" for segment in strip)
    await app.pilot.pause()


async def test_a_cursor_step_repaints_only_the_cells_it_left_and_entered(app):
    pane = app.show(TEXT, cursor=0)
    await app.pilot.pause()
    pane.set_state(cursor=1, selection=None)
    regions = sorted((region.y, region.x, region.width) for region in pane._exchange_repaint_regions())
    assert regions == [(0, 0, 15), (1, GUTTER, 3)]
    pane.set_state(cursor=30, selection=None)
    regions = sorted((region.y, region.x, region.width) for region in pane._exchange_repaint_regions())
    assert regions == [(0, 0, 15), (1, GUTTER + 1, 2), (3, GUTTER + 12, 2)]
    pane.set_state(cursor=30, selection=None, spans=[])
    assert not pane._exchange_repaint_regions()


async def test_a_span_repaints_its_rows_and_a_longer_selection_what_was_added(app):
    pane = app.show(TEXT, cursor=0)
    await app.pilot.pause()
    pane.set_state(cursor=0, selection=(2, 4))
    pane._exchange_repaint_regions()
    pane.set_state(cursor=0, selection=(2, 5))
    assert [(region.y, region.x, region.width) for region in pane._exchange_repaint_regions()] == [(1, GUTTER + 6, 2)]
    pane.set_state(cursor=0, selection=(2, 5), spans=[PaneSpan(10, 20, "date", "D")])
    assert [(region.y, region.height) for region in pane._exchange_repaint_regions()] == [(1, 2)]


async def test_what_is_out_of_view_is_not_repainted(app):
    pane = app.show(TEXT * 20, cursor=0)
    await app.pilot.pause()
    pane.set_state(cursor=0, selection=None, spans=[PaneSpan(900, 910, "date", "D")])
    assert not pane._exchange_repaint_regions()


async def test_rows_look_the_same_drawn_anew(app):
    pane = app.show(TEXT, cursor=3)
    pane.set_state(cursor=9, selection=(4, 9), spans=[PaneSpan(6, 20, "requirement", "R")])
    pane.set_state(cursor=8, selection=(4, 8), spans=[PaneSpan(6, 20, "date", "D")])
    kept = [list(pane.render_line(y)) for y in range(pane.size.height)]
    pane._strip_cache.clear()
    assert kept == [list(pane.render_line(y)) for y in range(pane.size.height)]


async def test_the_cursor_keeps_its_cell_over_short_rows(app):
    pane = app.show("一二三四五\n六\n七八九十\n")
    offset, goal = pane.move_rows(3, 1)
    assert (offset, goal) == (6, 6)
    assert pane.move_rows(offset, 1, goal) == (11, 6)
    assert (pane.row_start(9), pane.row_end(9), pane.row_of(9)) == (8, 11, 2)


async def test_the_pane_scrolls_by_a_third_and_keeps_a_margin(app):
    pane = app.show("一行\n" * 100)
    assert pane.page_rows() == 11
    scrolls = 0
    for row in range(60):
        scrolls += pane.scroll_to_offset(row * 3)
        assert pane.top <= row < pane.top + 11
    assert scrolls <= 60 / 3
    assert pane.scroll_to_offset(0)
    assert pane.top == 0
    assert pane.scroll_to_offset(299)
    assert pane.top == 89
    assert not pane.scroll_to_row(500)


async def test_a_shorter_text_leaves_no_rows_behind(app):
    pane = app.show("一行\n" * 100)
    pane.scroll_to_row(80)
    app.show("一行\n")
    await app.pilot.pause()
    assert pane.top == 0
    assert drawn(pane)[1] == "   一行"


async def test_pressing_a_character_points_at_it_on_either_half(app):
    app.show(TEXT)
    await app.pilot.click("#left", offset=(GUTTER + 1, 1))
    await app.pilot.click("#left", offset=(GUTTER + 2, 1))
    await app.pilot.click("#left", offset=(29, 2))
    await app.pilot.click("#left", offset=(0, 11))
    assert [(type(message), message.offset) for message in app.said] == [
        (TextPane.Pointed, 1),
        (TextPane.Pointed, 1),
        (TextPane.Pointed, 22),
        (TextPane.Pointed, 36),
    ]


async def test_dragging_reports_characters_and_its_end(app):
    app.show(TEXT)
    await app.pilot.mouse_down("#left", offset=(GUTTER, 1))
    await app.pilot.hover("#left", offset=(GUTTER + 4, 1))
    await app.pilot.hover("#left", offset=(GUTTER + 2, 3))
    await app.pilot.mouse_up("#left", offset=(GUTTER + 2, 3))
    await app.pilot.pause()
    drags = [
        (message.anchor, message.offset, message.ended) for message in app.said if isinstance(message, TextPane.Dragged)
    ]
    assert drags[-1] == (0, 25, True)
    assert all(anchor == 0 for anchor, _, _ in drags)


async def test_dragging_below_the_last_row_scrolls(app, monkeypatch):
    # Else it goes on scrolling, and on a busy machine more than one row is seen.
    monkeypatch.setattr("tui.widgets.text_pane._DRAG_SCROLL_INTERVAL", 60.0)
    pane = app.show("一行\n" * 100)
    await app.pilot.mouse_down("#left", offset=(GUTTER, 5))
    pane.post_message(
        events.MouseMove(pane, 5, 30, 0, 1, 1, shift=False, meta=False, ctrl=False, screen_x=5, screen_y=30)
    )
    await app.pilot.pause()
    assert pane.top == 1
    assert any(isinstance(message, TextPane.Scrolled) for message in app.said)
    await app.pilot.mouse_up("#left", offset=(GUTTER, 11))


async def test_the_wheel_scrolls_three_rows_and_says_so(app):
    pane = app.show("一行\n" * 100)
    for kind in (events.MouseScrollDown, events.MouseScrollDown, events.MouseScrollUp, events.MouseScrollUp):
        pane.post_message(kind(pane, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False))
    await app.pilot.pause()
    assert [message.top for message in app.said] == [3, 6, 3, 0]


async def test_pressing_a_fold_row_says_which(app):
    fold = PaneRow(7, 24, "fold", "… 17 characters repeated …")
    app.show(TEXT, [PaneRow(0, 7), fold])
    await app.pilot.click("#left", offset=(9, 2))
    assert [(type(message), message.row) for message in app.said] == [(TextPane.FoldPressed, fold)]


async def test_a_new_width_asks_for_new_rows(app):
    assert {(message.control.id, message.control.columns) for message in app.said} == {("left", 26), ("right", 26)}
    app.said.clear()
    await app.pilot.resize_terminal(80, 12)
    await app.pilot.pause()
    assert {(message.pane.id, message.pane.columns) for message in app.said} == {("left", 36), ("right", 36)}


async def test_an_empty_text_and_a_tiny_pane(app):
    pane = app.show("", [PaneRow(0, 0)])
    assert drawn(pane)[0].startswith(" raw empty ─")
    pane.set_state(cursor=0, selection=None)
    await app.pilot.resize_terminal(4, 2)
    await app.pilot.pause()
    assert [pane.render_line(y).cell_length for y in range(2)] == [2, 2]


async def test_many_spans_are_found_by_row(app):
    text = "各县区要落实责任。\n" * 2000
    spans = [PaneSpan(at * 10, at * 10 + 8, "date", "D") for at in range(2000)]
    pane = app.show(text, spans=[PaneSpan(0, len(text), "requirement", "R"), *spans])
    pane.scroll_to_row(1500)
    assert {row[:GUTTER] for row in drawn(pane)[1:]} == {"RD "}
