"""The form that flags or skips notices with a reason, or sets them back to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from annotations.annotation import ReviewStatus
from annotations.counts import counted
from tui.forms.form import WIDE_COLUMNS, FormScreen
from tui.widgets.choice_field import ChoiceField
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

_WORDS: dict[ReviewStatus, str] = {"flagged": "flag", "skipped": "skip", "open": "open again"}
_MEANINGS: dict[ReviewStatus, str] = {
    "flagged": "Somebody has to look at it: say what is wrong with it.",
    "skipped": "Not yours to do: it is left out, with your reason.",
    "open": "Back to open, as if nobody had been there.",
}


@dataclass(frozen=True)
class Flagged:
    """The answer: a review status, and the reason or None."""

    status: ReviewStatus
    comment: str | None


class FlagScreen(FormScreen[Flagged | None]):
    """Asks for a review status and a reason; dismissed with the answer, or None where it was cancelled.

    Args:
        status: the current status; None where several notices differ.
        comment: the current reason.
        count: how many notices the answer is for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "do it", id="flag.accept", priority=True),
        Binding("escape", "leave", "leave", id="flag.leave", priority=True),
        Binding("tab,down,ctrl+s", "turn(1)", "flag, skip, open again", id="flag.next", priority=True),
        Binding("shift+tab,up", "turn(-1)", "the other way round", id="flag.previous", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | flag, skip or open again, with the reason |
    | `tab` `shift+tab`, up, down, `ctrl+s` | choose which |
    | `esc` | leave |
    """

    DEFAULT_CSS = """
    FlagScreen {
        & #flag-reason { margin: 1 0 0 0; padding: 0 1; }
        & #flag-hint { padding: 0 1; }
        & #flag-keys { margin: 1 0 0 0; }
        &.-low #flag-reason, &.-low #flag-keys { margin: 0; }
        &.-below #flag-reason, &.-below #flag-keys { margin: 0; }
        &.-below #flag-reason, &.-below #flag-hint { padding: 0; }
    }
    """

    def __init__(self, status: ReviewStatus | None = "open", comment: str | None = None, *, count: int = 1) -> None:
        super().__init__()
        self._status = status
        self._comment = comment
        self._count = count

    @property
    def first(self) -> TextField:
        """The field of the reason."""
        return self.query_one(TextField)

    @property
    def _choice(self) -> ChoiceField:
        return self.query_one(ChoiceField)

    def heading(self, room: int) -> Content:
        """What the answer is about."""
        del room
        return Content(" This notice " if self._count == 1 else f" These {counted(self._count, 'notice')} ")

    def rows_below(self, size: Size) -> int:
        """Frame, status, reason, what the status means, keys."""
        hint = self.query_one(TextRows)
        hint.styles.height = hint.most = rows = 1 if size.width >= WIDE_COLUMNS else 2
        return 4 + rows

    def compose(self) -> ComposeResult:
        """The status, the reason, what the status means, the keys."""
        offered = [each for each in _WORDS if each != "open" or self._status != "open"]
        chosen = self._status if self._status in ("flagged", "skipped") else "flagged"
        with Vertical():
            choice = ChoiceField([(_WORDS[each], each) for each in offered], chosen, unset=False, digits=False)
            # Tab changes the status without taking the focus from the reason.
            choice.can_focus = False
            yield choice
            yield TextField(self._comment or "", placeholder="reason", lines=True, id="flag-reason")
            yield TextRows(id="flag-hint")
            yield KeyBar(id="flag-keys")

    def on_mount(self) -> None:
        """Explain the first status."""
        self._explain()

    @on(ChoiceField.Changed)
    @on(TextField.Changed)
    def _explain(self) -> None:
        status = cast("ReviewStatus", self._choice.value)
        self.query_one(TextRows).show(_MEANINGS[status], "dim")
        self.query_one(KeyBar).show_keys([("enter", _WORDS[status]), ("tab", "switch"), ("esc", "leave")])

    @on(TextField.Refused)
    def _refused(self, message: TextField.Refused) -> None:
        self.query_one(TextRows).show(message.reason, "bad")

    def action_accept(self) -> None:
        """Answer."""
        self.dismiss(Flagged(cast("ReviewStatus", self._choice.value), self.first.value.strip() or None))

    def action_leave(self) -> None:
        """Cancel the form."""
        self.dismiss(None)

    def action_turn(self, by: int) -> None:
        """Choose the next (1) or the previous (-1) status."""
        self._choice.cycle(by)
