"""The form that asks for one line of text: a comment, a search, a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from tui.forms.form import FormScreen
from tui.terminal.display import content, line, visible
from tui.terminal.width import cells
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.offer_list import MOST_ROWS, OfferList
from tui.widgets.text_rows import TextRows

_DOUBT_CELLS = 70
"""Cells that a doubt takes, more or less."""


class Doubt(NamedTuple):
    """Why an answer is not taken at once."""

    reason: str
    does: str | None = None
    """What ``enter`` does when it is pressed again; None where the answer is not taken at all."""


TITLE_CELLS = 66
"""Cells of a title in the frame of a form at most."""


class PromptScreen(FormScreen[str | None]):
    """Asks for a text in one field; dismissed with the text, which may be empty, or None where it was cancelled.

    Args:
        title: what is asked for; need not be safe.
        value: the text to begin with.
        hint: a line below the field.
        offers: texts to choose from, maybe each with what explains it; those that contain the typed text are shown.
        replace: whether typing replaces ``value``, as in a search, and is not appended to it.
        lines: whether a text that is pasted keeps its lines.
        does: what ``enter`` does, in a word or a few.
        doubt: gives the doubt about an answer; None takes each.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "take it", id="prompt.accept", priority=True),
        Binding("escape", "leave", "leave", id="prompt.leave", priority=True),
        Binding("down,ctrl+n", "offer(1)", "next offer", id="prompt.offer_next", priority=True),
        Binding("up", "offer(-1)", "previous offer", id="prompt.offer_previous", priority=True),
        Binding("tab", "complete", "complete", id="prompt.complete", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `enter` | take the marked offer, or the text |
    | `esc` | leave |
    | `down` `up` `ctrl+n` | mark an offer |
    | `tab` | put the marked or the first offer into the field |
    """

    DEFAULT_CSS = """
    PromptScreen {
        & #prompt-field { margin: 1 0 0 0; padding: 0 1; }
        & #prompt-hint { padding: 0 1; }
        & #prompt-keys { margin: 1 0 0 0; }
        &.-low #prompt-field, &.-low #prompt-keys { margin: 0; }
        &.-below #prompt-field, &.-below #prompt-hint { padding: 0; margin: 0; }
        &.-below #prompt-keys { margin: 0; }
    }
    """

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        hint: str = "",
        offers: Sequence[str] | Mapping[str, str] = (),
        replace: bool = False,
        lines: bool = False,
        does: str = "accept",
        doubt: Callable[[str], Doubt | None] | None = None,
    ) -> None:
        super().__init__()
        self._does = does
        self._doubt_of = doubt
        self._doubted: str | None = None
        self._title = title
        self._given = value
        self._hint = hint
        self._offers = list(offers)
        self._glosses = offers if isinstance(offers, Mapping) else {}
        self._replace = replace
        self._lines = lines

    @property
    def first(self) -> TextField:
        """The field."""
        return self.query_one(TextField)

    def heading(self, room: int) -> Content:
        """What is asked for."""
        return content(f" {line(self._title, min(room, TITLE_CELLS))} ")

    def rows_below(self, size: Size) -> int:
        """Frame, field, offers, hint, keys."""
        hint = self.query_one("#prompt-hint", TextRows)
        longest = max(cells(visible(self._hint)), _DOUBT_CELLS if self._doubt_of is not None else 0)
        hint.styles.height = hint.most = rows = 1 if longest < size.width - 2 else 2
        return 3 + rows + min(len(self._offers), MOST_ROWS)

    def compose(self) -> ComposeResult:
        """The field, the offers, the hint, the keys."""
        with Vertical():
            yield TextField(self._given, select_on_focus=self._replace, lines=self._lines, id="prompt-field")
            yield OfferList(reserve=len(self._offers))
            yield TextRows(self._hint, id="prompt-hint")
            yield KeyBar(self._keys(self._does), id="prompt-keys")

    def on_mount(self) -> None:
        """Show the offers."""
        self._show_offers()
        self._say(self._hint)

    @on(TextField.Changed)
    def _changed(self) -> None:
        self._show_offers()
        self._doubted = None
        self._say(self._hint)
        self._show_keys(self._does)

    @on(TextField.Refused)
    def _refused(self, message: TextField.Refused) -> None:
        self._say(message.reason, "bad")

    @on(OfferList.Taken)
    def _taken(self, message: OfferList.Taken) -> None:
        self._answer(message.value)

    def _answer(self, answer: str) -> None:
        """Answer, unless there is a doubt that has not been told yet."""
        doubt = self._doubt_of(answer) if self._doubt_of is not None else None
        if doubt is None or (doubt.does is not None and self._doubted == answer):
            self.dismiss(answer)
            return
        self._doubted = answer
        self._say(doubt.reason, "warn" if doubt.does is not None else "bad")
        self._show_keys(doubt.does or self._does)

    def _show_keys(self, does: str) -> None:
        self.query_one("#prompt-keys", KeyBar).show_keys(self._keys(does))

    def _show_offers(self) -> None:
        typed = self.first.value.strip().lower()
        found = [offer for offer in self._offers if typed in offer.lower()]
        # Offers that begin with the typed text come before those that only contain it.
        found.sort(key=lambda offer: not offer.lower().startswith(typed))
        shown = [(offer, self._glosses.get(offer, "")) for offer in found if offer != self.first.value]
        self.query_one(OfferList).show(shown)

    def _say(self, text: str, look: str = "dim") -> None:
        hint = self.query_one("#prompt-hint", TextRows)
        # Where the form stands below, nothing moves when a hint comes.
        hint.display = bool(text) or self.is_below
        hint.show(text, look)

    def _keys(self, does: str) -> list[tuple[str, str]]:
        offered = [("↓", "offers"), ("tab", "complete")] if self._offers else []
        return [("enter", does), ("esc", "leave"), *offered]

    def action_accept(self) -> None:
        """Answer with the marked offer, else with the text."""
        marked = self.query_one(OfferList).marked
        self._answer(self.first.value if marked is None else marked)

    def action_leave(self) -> None:
        """Cancel the form."""
        self.dismiss(None)

    def action_offer(self, by: int) -> None:
        """Mark the next (1) or the previous (-1) offer."""
        self.query_one(OfferList).move(by)

    def action_complete(self) -> None:
        """Put the marked offer, or the first one, into the field."""
        offers = self.query_one(OfferList)
        if offers.marked is not None or offers.move(1):
            self.first.value = offers.marked or ""
            self.first.action_end()
