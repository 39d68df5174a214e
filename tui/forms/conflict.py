"""Asks which of two states of an annotation stays: the one another session saved, or the one that was refused."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from annotations.annotation import Annotation
from tui.forms.form import FormScreen
from tui.terminal.display import content, line
from tui.terminal.width import cells
from tui.widgets.choice_field import ChoiceField
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

Kept = Literal["saved", "mine"]
"""The state that stays."""

_MOST_CELLS = 28
"""Cells of a value at most."""
_LEAST_CELLS = 8
"""Cells of a value for which there is always room; the table is cut where the screen is narrower."""
_MOST_NAME = 12
"""Cells of a name at most."""
_GAP = 2
"""Blanks between two columns."""


class ConflictScreen(FormScreen[Kept]):
    """Asks which of two states stays; dismissed with the answer.

    Args:
        about: the id of the annotation.
        saved: the annotation in the database; None where it was deleted.
        mine: the refused state; None where it was to be deleted.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "keep it", id="conflict.accept", priority=True),
        Binding("escape", "leave", "keep what is saved", id="conflict.leave", priority=True),
        Binding("tab,down,right", "turn(1)", "the other one", id="conflict.next", priority=True),
        Binding("shift+tab,up,left", "turn(-1)", "the other one", id="conflict.previous", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | keep what is marked |
    | `tab`, arrows | mark the other one |
    | `esc` | keep what is saved |
    """

    DEFAULT_CSS = """
    ConflictScreen {
        & #conflict-rows { height: auto; margin: 1 0; }
        & KeyBar { margin: 1 0 0 0; }
        &.-low #conflict-rows, &.-low KeyBar { margin: 0; }
        &.-below #conflict-rows, &.-below KeyBar { margin: 0; }
    }
    """

    def __init__(self, about: str, saved: Annotation | None, mine: Annotation | None) -> None:
        super().__init__()
        self.about = about
        self.saved = saved
        self.mine = mine

    @property
    def first(self) -> ChoiceField:
        """The choice between the two."""
        return self.query_one(ChoiceField)

    def heading(self, room: int) -> Content:
        """What was changed in two places."""
        some = self.saved or self.mine
        title = f"{some.label} {some.text}" if some is not None else ""
        told = " Changed in two places: "
        return content(f"{told}{line(title, max(0, min(44, room - cells(told))))} ")

    def rows_below(self, size: Size) -> int:
        """Frame, differences, choice, keys; where that is too much, the first differences."""
        rows = min(len(differences(self.saved, self.mine)), max(1, self.most_below(size) - 3))
        self.query_one("#conflict-rows").styles.height = rows
        return 3 + rows

    def compose(self) -> ComposeResult:
        """The differences, one row each, and the choice."""
        with Vertical():
            with Vertical(id="conflict-rows"):
                for row in differences(self.saved, self.mine):
                    yield TextRows(row, most=1)
            choice = ChoiceField(
                [("keep what is saved", "saved"), ("keep yours", "mine")], "saved", unset=False, digits=True
            )
            yield choice
            yield KeyBar([("enter", "keep it"), ("tab", "the other one"), ("esc", "keep what is saved")])

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the width."""
        del event
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        shown = list(self.query("#conflict-rows TextRows").results(TextRows))
        width = shown[0].size.width if shown else 0
        for row, text in zip(shown, differences(self.saved, self.mine, width), strict=False):
            row.show(text)

    def action_accept(self) -> None:
        """Answer with the marked state."""
        self.dismiss("mine" if self.first.value == "mine" else "saved")

    def action_leave(self) -> None:
        """Answer with the saved state."""
        self.dismiss("saved")

    def action_turn(self, by: int) -> None:
        """Mark the other state."""
        self.first.cycle(by)


def differences(saved: Annotation | None, mine: Annotation | None, width: int = 0) -> list[str]:
    """What differs between two states of an annotation, one line each: the name, the saved and one's own value.

    Args:
        saved: the annotation in the database; None where it was deleted.
        mine: the other state; None where the annotation was to be deleted.
        width: the cells of a line; 0 is as many as the lines need.
    """
    if saved is None or mine is None:
        return [
            "saved  deleted in another session" if saved is None else "saved  changed in another session",
            "yours  deleted here" if mine is None else "yours  changed here",
        ]
    parts: list[tuple[str, object, object]] = [
        ("label", saved.label, mine.label),
        ("text", saved.text, mine.text),
        ("start", saved.start, mine.start),
        ("end", saved.end, mine.end),
        *(
            (name, saved.attributes.get(name), mine.attributes.get(name))
            for name in {**saved.attributes, **mine.attributes}
        ),
        ("status", saved.status, mine.status),
        ("unsure", saved.unsure, mine.unsure),
        ("comment", saved.comment, mine.comment),
    ]
    found = [(name, one, other) for name, one, other in parts if one != other]
    names = [line(name, _MOST_NAME) for name, _, _ in found]
    name_cells = max(map(cells, names), default=0)
    room = (width - name_cells) // 2 - _GAP if width else _MOST_CELLS
    most = min(_MOST_CELLS, max(_LEAST_CELLS, room))
    shown = [("", "saved", "yours")]
    shown += [
        (name, _shown(one, most), _shown(other, most)) for name, (_, one, other) in zip(names, found, strict=True)
    ]
    widths = (name_cells, max(cells(row[1]) for row in shown))
    return ["".join((*map(_padded, row, widths), row[2])) for row in shown]


def _padded(text: str, width: int) -> str:
    """A cell of a column, with the gap behind it."""
    return text + " " * (width - cells(text) + _GAP)


def _shown(value: object, most: int) -> str:
    if value is None:
        return "—"
    return line(str(value) if not isinstance(value, bool) else ("yes" if value else "no"), most)
