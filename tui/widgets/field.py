"""A field for one line of text that is safe to show: its value may come from a notice, a model or a clipboard.

textual's ``Input`` writes its value to the terminal as it is, escape sequences included, and a character that is typed
right after a cursor key may overtake that key.  This field shows its value through the display door, measures cells as
the rest of the app does, and handles keys in the order in which they came.  It never changes a value that nobody
edited: what cannot be shown is replaced on the screen and stays in the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.terminal.display import visible
from tui.terminal.width import cells, prefix

MOST_CHARACTERS = 2_000
"""Code points that a field holds at most: with a whole notice pasted by accident every key would be slow."""

_LINE_END = r"(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])"
_LINE_ENDS = re.compile(rf"[ \t]*{_LINE_END}\s*")
# The field runs these actions itself: textual lets the keys bubble up to the app first, where they are overtaken by
# what is typed next.
_EDITING = {
    key: binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding) and binding.action != "submit"
    for key in binding.key.split(",")
}


class TextField(Input):
    """One line of text; ``value`` is the text as given and typed, and only a safe form of it is shown.

    Args:
        value: the first text; kept as it is, whatever it holds.
        placeholder: shown dim while the field is empty; need not be safe.
        select_on_focus: whether typing replaces the text when the field gets the focus.
        lines: whether a text that is pasted keeps its lines, their ends shown as ``↵``; else they are joined.
        id: the id of the widget.
        classes: the classes of the widget.
    """

    DEFAULT_CSS = """
    TextField {
        height: 1;
        border: none;
        padding: 0;
        background: $panel;
        color: $foreground;
        &:focus { border: none; background-tint: $foreground 8%; }
        & > .input--placeholder { color: $secondary; }
        & > .input--cursor { color: $foreground; background: $panel; text-style: reverse; }
        & > .input--selection { color: $foreground; background: $foreground 30%; }
    }
    """

    @dataclass
    class Refused(Message):
        """The field refused what was typed or pasted."""

        field: TextField
        reason: str
        """Why, in one line."""

        @property
        def control(self) -> TextField:
            """The field, for selectors."""
            return self.field

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        select_on_focus: bool = False,
        lines: bool = False,
        id: str | None = None,  # noqa: A002  # textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value, placeholder=placeholder, select_on_focus=select_on_focus, compact=True, id=id, classes=classes
        )
        self._lines = lines
        # A blinking cursor writes to the terminal twice a second.
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace the text between two offsets (code points); every key and every paste ends here.

        Several lines are joined to one, unless the field keeps lines.  A lone surrogate, and more than
        ``MOST_CHARACTERS``, are refused with ``Refused``.
        """
        text = _with_line_feeds(text) if self._lines else one_line(text)
        start, end = sorted((max(0, start), min(len(self.value), end)))
        if not _is_encodable(text):
            self.post_message(self.Refused(self, "not taken: it holds half a character, which no file can hold"))
        elif text and len(self.value) + len(text) - (end - start) > MOST_CHARACTERS:
            self.post_message(self.Refused(self, f"not taken: a field holds {MOST_CHARACTERS:,} characters at most"))
        else:
            super().replace(text, start, end)

    def validate_placeholder(self, placeholder: str) -> str:
        """Make it safe to show."""
        return visible(placeholder)

    def watch_selection(self) -> None:
        """Scroll both cells of a wide character at the cursor into view."""
        shown = visible(self.value)[self.cursor_position : self.cursor_position + 1]
        self.scroll_to_region(
            Region(self._cursor_offset, 0, max(1, cells(shown)), 1), force=True, animate=False
        )  # fmt: skip

    @property
    def content_width(self) -> int:
        """Cells of the text as shown, and one for the cursor behind it."""
        return cells(visible(self.value) or self.placeholder) + 1

    async def on_key(self, event: events.Key) -> None:
        """Edit in the order of the keys, and insert characters that textual takes for unprintable."""
        action = _EDITING.get(event.key)
        character = event.character
        if action is not None:
            event.prevent_default()
            if await self.app.run_action(action, self):
                event.stop()
        elif character is not None and character >= "\xa0" and not event.is_printable:
            # An ideographic space, the joiner of an emoji, a lone surrogate.
            event.prevent_default().stop()
            self.replace(character, *self.selection)

    def on_paste(self, event: events.Paste) -> None:
        """Insert the whole pasted text; textual takes its first line only."""
        event.prevent_default().stop()
        self.replace(event.text, *self.selection)

    @property
    def _value(self) -> Text:
        """The text that textual draws."""
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")

    @property
    def _cursor_offset(self) -> int:
        """The cell of the cursor.

        At the end of the text textual adds one, so that an input method would open its window one cell too far.
        """
        return self._position_to_cell(self.cursor_position)

    def _position_to_cell(self, position: int) -> int:
        return cells(visible(self.value)[:position])

    def _cell_offset_to_index(self, offset: int) -> int:
        return prefix(visible(self.value), offset + self.scroll_offset.x)

    def action_cursor_left(self, select: bool = False) -> None:  # noqa: FBT001, FBT002  # textual's signature
        """Move left by one character with its combining marks."""
        self._step(-1, select=select)

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT001, FBT002  # textual's signature
        """Move right by one character with its combining marks."""
        self._step(1, select=select)

    def _step(self, by: int, *, select: bool) -> None:
        start, at = self.selection
        if not select and start != at:
            self.cursor_position = min(start, at) if by < 0 else max(start, at)
            return
        shown = visible(self.value)
        at += by
        while 0 < at < len(shown) and cells(shown[at]) == 0:
            at += by
        self.selection = Selection(start if select else at, at)


def _with_line_feeds(text: str) -> str:
    """The text with one line feed at the end of each line, and none at its own ends."""
    return re.sub(_LINE_END, "\n", text).strip("\n")


def one_line(text: str) -> str:
    """The lines of a text joined by spaces, or by nothing between two wide characters."""
    lines = [line for line in _LINE_ENDS.split(text.strip("\r\n\x0b\x0c\x85\u2028\u2029")) if line]
    if len(lines) < 2:
        return "".join(lines)
    joints = ["" if _is_wide(before[-1]) and _is_wide(behind[0]) else " " for before, behind in pairwise(lines)]
    return "".join(line + joint for line, joint in zip(lines, [*joints, ""], strict=True))


def _is_wide(character: str) -> bool:
    return cells(visible(character)) == 2


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
