"""Turns what a terminal sends into the keys that a person meant.

While a Chinese input method is on, its full-width brackets, digits and letters stand for the keys that were pressed.

Over a slow line ``esc`` and the next key may arrive together.  A terminal sends the same bytes for ``alt`` and that
key.  textual drops the ``alt`` of punctuation, and with it the ``esc``.  Here ``alt`` is kept; if nothing is bound to
the key with ``alt``, it is taken for ``esc`` and the key.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from textual import events
from textual._xterm_parser import XTermParser  # the only place in textual that sees alt
from textual.keys import _character_to_key

ALT = "alt+"
"""The prefix of the name of a key with alt."""
_HALF_WIDTH = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip("《》【】「」〈〉。、", "<>[][]<>./", strict=True)),
}
"""The key for each full-width character that common Chinese input methods produce."""


class AltParser(XTermParser):
    """textual's parser, with ``alt`` kept on every printable key, and not only on letters and digits."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002  # textual's
        for event in super()._sequence_to_key_events(sequence, alt):
            if alt and event.is_printable and not event.key.startswith(ALT):
                yield events.Key(ALT + event.key, event.character)
            else:
                yield event


def keep_alt() -> None:
    """Let textual's driver parse keys with ``AltParser``."""
    from textual.drivers import linux_driver  # noqa: PLC0415  # tests have no terminal and do not need it

    linux_driver.XTermParser = AltParser  # type: ignore[attr-defined]  # the driver has no other way to set its parser


def half_width(event: events.Key) -> events.Key:
    """The key that a full-width character stands for; any other key unchanged."""
    meant = _HALF_WIDTH.get(event.character or "")
    return events.Key(_character_to_key(meant), meant) if meant is not None else event


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
