"""The compositor draws less than textual's, and the picture is the same."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, stored_notice
from pyte import Screen, Stream
from reviewing import app_on
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor
from textual.strip import Strip

from tui.terminal.compositor import PartialUpdate, SparseCompositor


@pytest.fixture
def app(database):
    return app_on(database, stored_notice(database, RAW * 5))


def picture(compositor, kind):
    """What a kind of compositor draws of the widgets of another one."""
    drawn = kind._render_chops(compositor, compositor.size.region, lambda _: True)
    return [list(Strip.join(chop.values()).simplify()) for chop in drawn]


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
async def test_the_picture_is_that_of_textual_also_of_a_form_over_a_screen(app, size):
    async with app.run_test(size=size) as pilot:
        for keys in ((), ("v", "l", "3"), ("e",), ("escape", "question_mark")):
            for key in keys:
                await pilot.press(key)
            await idle(pilot)
            compositor = app.screen._compositor
            assert isinstance(compositor, SparseCompositor)
            assert picture(compositor, SparseCompositor) == picture(compositor, Compositor)


async def test_only_rows_that_change_are_drawn_and_nothing_that_is_covered(app, monkeypatch):
    drawn = []

    def render_lines(self, crop):
        drawn.append((self.id, crop.height))
        return self._styles_cache.render_widget(self, crop)

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        # Where both texts are the same one pane shows.
        await pilot.press("z")
        await idle(pilot)
        monkeypatch.setattr("textual.widget.Widget.render_lines", render_lines)
        await pilot.press("l")
        await idle(pilot)
    # The title of each pane, the row of the cursor in it, and the map between the panes in these rows.
    assert {name for name, _ in drawn} == {"raw", "normalized", "map"}
    assert all(rows <= 3 for _, rows in drawn)


def test_the_part_of_a_row_that_has_changed_is_written_and_nothing_beside_it_is_touched():
    console = Console(color_system="256", force_terminal=True, width=20)
    old = Strip([Segment("甲乙ab丙e\u0301x丁 ", Style(bold=True)), Segment("戊己", Style(italic=True))])
    new = Strip([Segment("子丑cd寅e\u0301y卯 ", Style(bold=True)), Segment("辰巳", Style(italic=True))])
    width = old.cell_length

    def shown(*writing):
        screen = Screen(20, 3)
        for text in writing:
            Stream(screen).feed(text)
        return [screen.buffer[1][at].data for at in range(20)]

    def drawn(strip, start, end):
        return PartialUpdate([{}, {2: strip}], [(1, start, end)], [[], [2 + width]]).render_segments(console)

    whole = drawn(old, 0, 20)
    for start in range(20):
        for end in range(start + 1, 21):
            assert shown(whole, drawn(old, start, end)) == shown(whole)
            changed = shown(whole, drawn(new, start, end))
            assert changed[start:end] == shown(drawn(new, 0, 20))[start:end]
    assert drawn(new, 15, 17) == f"\x1b[2;16H{Strip([Segment('辰', Style(italic=True))]).render(console)}"
