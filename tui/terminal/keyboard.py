"""Turns what a terminal sends into the keys that a person meant.

While a Chinese input method is on, its full-width brackets, digits and letters stand for the keys that were pressed.

Over a slow line ``esc`` and the next key may arrive together.  A terminal sends the same bytes for ``alt`` and that
key.  textual drops the ``alt`` of punctuation, and with it the ``esc``.  Here ``alt`` is kept; if nothing is bound to
the key with ``alt``, it is taken for ``esc`` and the key.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser  # the only place in textual that sees alt
from textual.keys import Keys, _character_to_key
from textual.message import Message

ALT = "alt+"
"""The prefix of the name of a key with alt."""
_ESC = "\x1b"
_ALT_KEY = 2
"""Characters of a key with alt: escape and the key."""
_WINDOW_REPORT = re.compile(r"\x1b\[[\d:;]*t|\x1b\[\?2048;\d*\$y")
"""A size, or that the terminal can report sizes: to textual each of them means that the mouse is told in pixels.

The driver knows the size, and over a slow line pixels are too many.
"""
_SUB_FIELDS = r"\x1b\[(\d*)(?::(\d*)[\d:]*)?(?:(;\d*)(?::(\d*))?)?(;[\d:]*)?([u~ABCDEFHPQRS])"
"""A key of kitty's protocol: the code, that with shift, the modifiers, the kind of event, the text, the end."""
_RELEASE = "3"
"""The kind of event of a key that is let go."""
_SHIFT = ";2"
"""The modifiers where shift is the only one."""
_MODIFIER = (
    rf"(?:left|right)_(?:shift|control|alt|super|hyper|meta)|iso_level[35]_shift|[a-z]+_lock|{Keys.Ignore.value}"
)
"""Keys that are pressed together with others, and what is no key: some terminals tell them too."""
_HALF_WIDTH = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip("《》【】「」〈〉。、", "<>[][]<>./", strict=True)),
}
"""The key for each full-width character that common Chinese input methods produce."""


class KeyParser(XTermParser):
    """textual's parser, with ``alt`` kept on every printable key, and sequences that it does not know left out."""

    def messages(self, token: str) -> list[Message]:
        """The messages of a text or of one whole sequence, as ``TerminalInput`` gives them."""
        if _WINDOW_REPORT.fullmatch(token):
            return []
        found: list[Message] = []
        try:
            found += self.feed(token)
            if self._timeout_time is not None and len(token) == _ALT_KEY:
                # It may be the beginning of a sequence to textual, but nothing follows.
                self._timeout_time = 0.0
                found += self.tick()
        except (ValueError, OverflowError):
            # A number in it is none, or is no character.
            self._begin()
        if self._timeout_time is not None:
            self._begin()
        return found

    def _begin(self) -> None:
        """Wait for a new sequence: textual would take one that it does not know for keys."""
        self._tokens.clear()
        self._gen = self.parse(self._tokens.append)
        self._awaiting = next(self._gen)
        self._timeout_time = None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002  # textual's
        if len(sequence) == _ALT_KEY and isinstance(ANSI_SEQUENCES_KEYS.get(sequence), str):
            # To textual alt with a digit is the character that some keyboards have there: £ for 3.
            yield events.Key(ALT + _character_to_key(sequence[1]), sequence[1])
            return
        found = re.fullmatch(_SUB_FIELDS, sequence)
        if found is not None:
            # textual cannot read alternative codes and kinds of events.
            code, shifted, modifiers, kind, text, end = found.groups(default="")
            if kind == _RELEASE:
                yield events.Key(Keys.Ignore, sequence)
                return
            if not text and shifted and modifiers == _SHIFT:
                text = f";{shifted}"
            sequence = f"{_ESC}[{code}{modifiers or ';' * bool(text)}{text}{end}"
        for event in super()._sequence_to_key_events(sequence, alt):
            if alt and event.is_printable and not event.key.startswith(ALT):
                yield events.Key(ALT + event.key, event.character)
            else:
                yield event


def half_width(event: events.Key) -> events.Key:
    """The key that a full-width character stands for; any other key unchanged."""
    meant = _HALF_WIDTH.get(event.character or "")
    return events.Key(_character_to_key(meant), meant) if meant is not None else event


def is_modifier(key: str) -> bool:
    """Whether a key, under textual's name, does nothing by itself."""
    return re.fullmatch(_MODIFIER, key) is not None


def split_unbound_alt(event: events.Key, bound: Container[str]) -> list[events.Key]:
    """The keys that a key event stands for: ``esc`` and the key, for a key with ``alt`` that nothing is bound to.

    Args:
        event: the event from the terminal.
        bound: the names of the keys that do something now.
    """
    if not event.key.startswith(ALT) or event.character is None or event.key in bound:
        return [event]
    key = event.key.removeprefix(ALT)
    if key.startswith("shift+"):
        key = event.character
    return [events.Key("escape", "\x1b"), events.Key(key, event.character)]
