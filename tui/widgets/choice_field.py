"""A field with a few options, of which one key chooses one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotations.labels import AttributeValue
from tui.terminal.display import line
from tui.terminal.looks import BAD, DIM, KEY, PLAIN, STRONG, ThemeStyle, style_of
from tui.terminal.width import cells

MOST_DIGITS = 9
"""Options that have a digit."""

Option = tuple[str, AttributeValue]
"""A word and the value that it stands for; the word need not be safe."""


class ChoiceField(Widget, can_focus=True):
    """Options side by side; brackets mark the chosen one, so that no colour is needed.

    Digits and first letters choose an option.  Left, right and space go round the options, and backspace unsets the
    value.  Where the options do not fit into the row, the chosen one is shown alone.

    Args:
        options: the words and their values.
        value: the first value; one that is no option is shown as wrong.
        unset: whether the value may be None.
        digits: whether the digits are shown.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    ChoiceField {
        height: 1;
        &:focus { background: $panel; }
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "option": PLAIN,
        "chosen": STRONG,
        "chosen, focused": KEY,
        "digit": DIM,
        "wrong": BAD,
    }
    """Looks of an option, the chosen option, the digits, and a value that is no option."""

    ALLOW_SELECT = False

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        field: ChoiceField
        value: AttributeValue

        @property
        def control(self) -> ChoiceField:
            """The field, for selectors."""
            return self.field

    def __init__(
        self,
        options: Sequence[Option],
        value: AttributeValue,
        *,
        unset: bool = True,
        digits: bool = True,
        id: str | None = None,  # noqa: A002  # textual's name
    ) -> None:
        super().__init__(id=id)
        self._options = list(options)
        self._unset = unset
        self._digits = digits
        self.value = value
        """The chosen value; None where it is unset."""

    def choose(self, value: AttributeValue) -> None:
        """Choose a value."""
        if value != self.value:
            self.value = value
            self.refresh()
            self.post_message(self.Changed(self, value))

    def cycle(self, by: int) -> None:
        """Choose the next (1) or the previous (-1) option; between the last and the first one the value is unset."""
        ring = [*([None] if self._unset else []), *(value for _, value in self._options)]
        at = ring.index(self.value) if self.value in ring else 0
        self.choose(ring[(at + by) % len(ring)])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # textual's
        """One row."""
        return 1

    def render_line(self, y: int) -> Strip:
        """Draw the options."""
        width = self.size.width
        if y or width <= 0:
            return Strip.blank(width, self.rich_style)
        return Strip([Segment(text, self._style(look)) for text, look in self._parts(width)]).adjust_cell_length(
            width, self.rich_style
        )

    def on_key(self, event: events.Key) -> None:
        """Choose by a key."""
        if event.key in ("left", "right", "space"):
            self.cycle(-1 if event.key == "left" else 1)
        elif event.key in ("backspace", "delete", "0"):
            if self._unset:
                self.choose(None)
        elif not (event.character and self._choose_by(event.character)):
            return
        event.prevent_default().stop()

    def on_click(self, event: events.Click) -> None:
        """Choose the option that was clicked; a click on the chosen one unsets the value."""
        event.stop()
        parts = self._parts(self.size.width)
        if len(parts) != 2 * len(self._options):
            self.cycle(1)
            return
        ends = list(accumulate(cells(text) for text, _ in parts))[1::2]
        for index, end in enumerate(ends):
            if event.x < end:
                self._pressed(index)
                return

    def _pressed(self, index: int) -> None:
        """Choose the option with this index, or unset the value where it is chosen."""
        _, value = self._options[index]
        self.choose(None if value == self.value and self._unset else value)

    def _choose_by(self, character: str) -> bool:
        """Choose by a digit, or the next option with this first letter; returns whether there is one."""
        # isdecimal, since digits are full-width while a Chinese input method is on.
        if character.isdecimal():
            index = int(character) - 1
            if 0 <= index < len(self._options):
                self.choose(self._options[index][1])
                return True
            return False
        found = [value for word, value in self._options if word[:1].lower() == character.lower()]
        if not found:
            return False
        at = found.index(self.value) + 1 if self.value in found else 0
        self.choose(found[at % len(found)])
        return True

    def _parts(self, width: int) -> list[tuple[str, str]]:
        """Texts and looks: a digit and a word for each option, or the chosen option alone."""
        known = [value for _, value in self._options]
        right = self.value is None or self.value in known
        if right:
            for digits in (self._digits, False):
                parts = self._side_by_side(width, digits=digits)
                if self._fits(parts, width):
                    return parts
        place = f" › {known.index(self.value) + 1 if self.value in known else 0}/{len(known)}"
        word = next((word for word, value in self._options if value == self.value), str(self.value or " "))
        shown = line(word, max(1, width - len(place) - 4))
        return [("‹ ", "digit"), (f"[{shown}]", "chosen" if right else "wrong"), (place, "digit")]

    def _side_by_side(self, width: int, *, digits: bool) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = []
        for digit, (word, value) in enumerate(self._options, 1):
            shown = line(word, width)
            parts.append((f"{digit}" if digits and digit <= MOST_DIGITS else "", "digit"))
            parts.append((f"[{shown}] ", "chosen") if value == self.value else (f" {shown}  ", "option"))
        return parts

    @staticmethod
    def _fits(parts: list[tuple[str, str]], width: int) -> bool:
        return sum(cells(text) for text, _ in parts) <= width

    def _style(self, look: str) -> Style:
        focused = f"{look}, focused"
        wanted = self.LOOKS[focused if self.has_focus and focused in self.LOOKS else look]
        return self.rich_style + style_of(self.app, wanted)
