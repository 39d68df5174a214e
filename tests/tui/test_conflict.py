"""Two states of an annotation side by side: only what differs, whatever it holds."""

from __future__ import annotations

import pytest
from making import RAW, annotation_of
from msgspec.structs import replace
from textual.app import App

from tui.forms.conflict import ConflictScreen, differences
from tui.terminal.theme import ZHUPI_DARK
from tui.terminal.width import cells
from tui.widgets.text_rows import TextRows

ITEM = annotation_of(RAW, 0, 3)


def test_only_what_differs_is_listed_in_columns():
    saved = replace(ITEM, unsure=True, attributes={**ITEM.attributes, "iso": "2023-04-12"}, updated_at="later")
    mine = replace(ITEM, comment="看一下", label="OFFICIAL", attributes={"name": None})
    assert differences(saved, mine) == [
        "         saved       yours",
        "label    DATE        OFFICIAL",
        "iso      2023-04-12  —",
        "unsure   yes         no",
        "comment  —           看一下",
    ]


def test_a_deletion_is_told():
    assert differences(None, ITEM) == ["saved  deleted in another session", "yours  changed here"]
    assert differences(ITEM, None) == ["saved  changed in another session", "yours  deleted here"]


def test_a_moved_edge_is_shown_with_both_quotes():
    mine = replace(ITEM, end=4, text=RAW[0:4])
    assert [row.split()[0] for row in differences(ITEM, mine)[1:]] == ["text", "end"]


def test_hostile_text_is_shown_and_never_obeyed():
    rows = differences(ITEM, replace(ITEM, comment="\x1b[2J\n[b]x[/b]\u202e" + "长" * 200))
    assert "\x1b" not in "".join(rows)
    assert "\n" not in rows[1]
    assert "[b]x[/b]" in rows[1]
    assert "…" in rows[1]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 18)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_heads_stand_over_their_columns(size):
    saved = replace(
        ITEM, comment="保存的", attributes={**ITEM.attributes, "iso": "2023-04-12", "a_long_name_of_mine": "x"}
    )
    mine = replace(ITEM, comment="自己的评论，写得很长，写得很长，写得很长，写得很长", unsure=True)

    class Asking(App[None]):
        def on_mount(self):
            self.register_theme(ZHUPI_DARK)
            self.push_screen(ConflictScreen(ITEM.id, saved, mine))

    app = Asking()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        rows = [row.render_line(0).text for row in app.screen.query("#conflict-rows TextRows").results(TextRows)]
    head = rows[0]
    assert head.split() == ["saved", "yours"]
    (row,) = [row for row in rows if row.startswith("comment")]
    assert cells(head[: head.index("saved")]) == cells(row[: row.index("保")])
    assert cells(head[: head.index("yours")]) == cells(row[: row.index("自")])
    assert all(cells(row) <= size[0] for row in rows)
