"""The form that asks which side stands where merged databases say different things: one key takes a side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message

from store.read.conflicts import ToldConflict, ToldSide
from tui.forms.form import FormScreen
from tui.terminal.display import content, line, visible
from tui.terminal.width import cells
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

MOST_DIGITS: Final = 9
"""Sides that have a digit."""
_ROWS: Final = 3
"""Rows of what a side says, at most."""
_AROUND: Final = 6
"""Cells of a row that are not of what a side says."""
_ABOUT_CELLS: Final = 60
_MINUTES: Final = len("2026-11-27T12:29")
"""Code points of a time up to its minutes."""

Answer = str | Literal[1, -1]
"""The id of the side that is to stand; or that the next (1) or the previous (-1) conflict is to be shown."""


class SidesScreen(FormScreen[Answer | None]):
    """Asks which side of a conflict stands; dismissed with the answer, or None where it is left for later.

    Args:
        conflicts: the conflicts of the notice; at least one.
        at: the one that is asked about.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(digit), f"take({digit - 1})", f"side {digit}", id=f"sides.side_{digit}", priority=True)
            for digit in range(1, MOST_DIGITS + 1)
        ),
        Binding("enter", "take_marked", "take the marked side", id="sides.take", priority=True),
        Binding("down,tab,j", "mark(1)", "next side", id="sides.down", priority=True),
        Binding("up,shift+tab,k", "mark(-1)", "previous side", id="sides.up", priority=True),
        Binding("n,right", "other(1)", "next that differs", id="sides.next", priority=True),
        Binding("N,left", "other(-1)", "previous that differs", id="sides.previous", priority=True),
        Binding("escape,q,ctrl+q", "leave", "later", id="sides.leave", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `1` … `9` | this side stands |
    | `enter` | the marked side stands |
    | up, down, `tab` | mark another side |
    | `n` `N` | the next, the previous thing that differs in this notice |
    | `esc` | later |
    """

    DEFAULT_CSS = """
    SidesScreen {
        align: center bottom;
        background: $background 0%;
        & #sides { height: auto; max-height: 70vh; background: $surface; scrollbar-size-vertical: 1; }
        & SideRows { height: auto; }
        & SideRows > TextRows { background: $surface; }
        & SideRows > .says { padding: 0 0 0 4; }
        & SideRows.-marked > TextRows { background: $panel; }
        & KeyBar { margin: 1 0 0 0; }
        &.-low KeyBar { margin: 0; }
        &.-below #sides { height: 1fr; max-height: 100%; }
        &.-below KeyBar { margin: 0; }
    }
    """

    def __init__(self, conflicts: Sequence[ToldConflict], at: int) -> None:
        super().__init__()
        self._conflicts = conflicts
        self._at = at
        self._marked = 0

    @property
    def first(self) -> VerticalScroll:
        """The sides."""
        return self.query_one(VerticalScroll)

    def rows_below(self, size: Size) -> int:
        """Frame, sides, keys; where that is too much, the sides are scrolled."""
        room = max(1, size.width - _AROUND)
        rows = sum(1 + min(_ROWS, -(-cells(visible(side.says)) // room)) for side in self._conflicts[self._at].sides)
        return 2 + min(rows, max(1, self.most_below(size) - 2))

    def heading(self, room: int) -> Content:
        """What differs, and which of the conflicts that is."""
        place = f" · {self._at + 1} of {len(self._conflicts)}" if len(self._conflicts) > 1 else ""
        before = f" Differs elsewhere{place}: "
        about = line(self._conflicts[self._at].about, max(1, min(_ABOUT_CELLS, room - cells(before) - 1)))
        return content(f"{before}{about} ")

    def compose(self) -> ComposeResult:
        """What differs, its sides, the keys."""
        conflict = self._conflicts[self._at]
        with Vertical():
            with VerticalScroll(id="sides"):
                yield from (SideRows(side, at) for at, side in enumerate(conflict.sides))
            yield KeyBar(list(self._keys()))

    def on_mount(self) -> None:
        """Mark the side that is shown."""
        self.action_mark(0)

    def action_mark(self, by: int) -> None:
        """Mark the side that is ``by`` places on, in a circle."""
        rows = list(self.query(SideRows))
        self._marked = (self._marked + by) % len(rows)
        for at, each in enumerate(rows):
            each.mark(marked=at == self._marked)
        rows[self._marked].scroll_visible(animate=False)

    def action_take_marked(self) -> None:
        """Let the marked side stand."""
        self.action_take(self._marked)

    def action_take(self, at: int) -> None:
        """Let a side stand."""
        sides = self._conflicts[self._at].sides
        if at < len(sides):
            self.dismiss(sides[at].id)

    def action_other(self, by: Literal[1, -1]) -> None:
        """Show the next (1) or the previous (-1) conflict."""
        if len(self._conflicts) > 1:
            self.dismiss(by)

    def action_leave(self) -> None:
        """Leave it for later."""
        self.dismiss(None)

    def on_side_rows_pressed(self, message: SideRows.Pressed) -> None:
        """Mark the side that was clicked."""
        self.action_mark(message.at - self._marked)

    def _keys(self) -> Iterator[tuple[str, str]]:
        count = min(len(self._conflicts[self._at].sides), MOST_DIGITS)
        yield f"1-{count}", "this side stands"
        if len(self._conflicts) > 1:
            yield "n", "next"
        yield "esc", "later"
        yield "enter", "the marked one"


class SideRows(Vertical):
    """A side: who said it where and when, and what.

    Args:
        side: the side; need not be safe.
        at: its place among the sides.
    """

    class Pressed(Message):
        """The side was clicked."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, side: ToldSide, at: int) -> None:
        super().__init__()
        self._side = side
        self._at = at

    def compose(self) -> ComposeResult:
        """A row for who and when, and what it says."""
        yield TextRows(self._head(" "), most=1)
        yield TextRows(self._side.says, most=_ROWS, classes="says")

    def mark(self, *, marked: bool) -> None:
        """Mark it, or take the mark away."""
        self.set_class(marked, "-marked")
        self.query(TextRows).first().show(self._head("▌" if marked else " "))

    def _head(self, mark: str) -> str:
        side = self._side
        shown = " · shown now" if side.is_shown else ""
        digit = str(self._at + 1) if self._at < MOST_DIGITS else " "
        return f"{mark}{digit}  {side.actor} {side.where}, {side.at[:_MINUTES].replace('T', ' ')}{shown}"

    def on_click(self, event: events.Click) -> None:
        """Say that it was clicked."""
        event.stop()
        self.post_message(self.Pressed(self._at))
