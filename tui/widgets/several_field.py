"""A field for any number of options side by side: digits turn each on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events

from tui.terminal.display import line
from tui.terminal.looks import ThemeStyle
from tui.widgets.choice_field import MOST_DIGITS, ChoiceField


class SeveralField(ChoiceField):
    """Options side by side, of which several may be chosen; brackets mark those that are.

    Digits turn an option on or off.  Left and right go to an option, space turns that one, backspace turns all off.
    Where the options do not fit into the row, the one that was gone to is shown, with how many are chosen.

    Args:
        choices: the options.
        chosen: those that are chosen first; what is no option is dropped.
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        **ChoiceField.LOOKS,
        "here": ThemeStyle("foreground", attributes="underline"),
        "here-chosen": ThemeStyle("foreground", attributes="bold underline"),
        "here-chosen, focused": ThemeStyle("accent", attributes="bold underline"),
    }
    """Beside those of a field of which one is chosen, looks of the option that space turns."""

    def __init__(self, choices: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__([(choice, choice) for choice in choices], None)
        self._choices = tuple(choices)
        self.chosen = tuple(choice for choice in choices if choice in chosen)
        """What is chosen, in the order of the options."""
        self._at = 0

    def turn(self, index: int) -> None:
        """Turn an option on or off, by its index."""
        self._at = index
        turned = {self._choices[index]}
        self._put(tuple(choice for choice in self._choices if (choice in self.chosen) != (choice in turned)))

    def _put(self, chosen: tuple[str, ...]) -> None:
        self.chosen = chosen
        self.refresh()
        self.post_message(self.Changed(self, None))

    def on_key(self, event: events.Key) -> None:
        """Go to an option, or turn one on or off."""
        count = len(self._choices)
        if event.key in ("left", "right"):
            self._at = (self._at + (1 if event.key == "right" else -1)) % count
            self.refresh()
        elif event.key == "space":
            self.turn(self._at)
        elif event.key in ("backspace", "delete", "0"):
            self._put(())
        elif event.character and event.character.isdecimal() and int(event.character) <= count:
            # isdecimal, since digits are full-width while a Chinese input method is on.
            self.turn(int(event.character) - 1)
        else:
            return
        event.prevent_default().stop()

    def _pressed(self, index: int) -> None:
        self.turn(index)

    def _parts(self, width: int) -> list[tuple[str, str]]:
        for digits in (True, False):
            parts = self._side_by_side(width, digits=digits)
            if self._fits(parts, width):
                return parts
        place = f" › {self._at + 1}/{len(self._choices)}, {len(self.chosen)} chosen"
        here = self._choices[self._at]
        shown = line(here, max(1, width - len(place) - 4))
        is_chosen = here in self.chosen
        return [
            ("‹ ", "digit"),
            (f"[{shown}]" if is_chosen else f" {shown} ", "here-chosen" if is_chosen else "here"),
            (place, "digit"),
        ]

    def _side_by_side(self, width: int, *, digits: bool) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = []
        for at, choice in enumerate(self._choices):
            shown = line(choice, width)
            is_chosen, is_here = choice in self.chosen, at == self._at and self.has_focus
            look = ("here-chosen" if is_here else "chosen") if is_chosen else "here" if is_here else "option"
            parts.append((f"{at + 1}" if digits and at < MOST_DIGITS else "", "digit"))
            parts.append((f"[{shown}] " if is_chosen else f" {shown}  ", look))
        return parts
