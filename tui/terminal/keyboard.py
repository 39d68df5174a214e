"""What a terminal sends, as the keys that a person meant.

With a Chinese input method left on, full-width brackets, digits and letters arrive where their keys were meant.

Over a slow line an ``esc`` and the key after it arrive together, which is also what a terminal sends for ``alt`` and
that key.  Textual drops the ``alt`` of punctuation, and with it the ``esc``.  Here both readings are kept apart as far
as can be: ``alt`` stays, and where nobody has bound it, it was an ``esc`` and a key.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from textual import events
from textual._xterm_parser import XTermParser  # the one place that knows of alt
from textual.keys import _character_to_key

ALT = "alt+"
"""What the name of a key with alt begins with."""
_HALF_WIDTH = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip("《》【】「」〈〉。、", "<>[][]<>./", strict=True)),
}
"""The key that a full-width character stands for: those of the common Chinese input methods."""


class AltParser(XTermParser):
    """Textual's parser, with ``alt`` on every printable key and not on letters and digits alone."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002  # textual's
        for event in super()._sequence_to_key_events(sequence, alt):
            if alt and event.is_printable and not event.key.startswith(ALT):
                yield events.Key(ALT + event.key, event.character)
            else:
                yield event


def keep_alt() -> None:
    """Let the driver for terminals read keys with ``AltParser``."""
    from textual.drivers import linux_driver  # noqa: PLC0415  # tests have no terminal, and need no driver

    linux_driver.XTermParser = AltParser  # type: ignore[attr-defined]  # it takes no parser otherwise


def half_width(event: events.Key) -> events.Key:
    """The key that a full-width character stands for; any other key as it is."""
    meant = _HALF_WIDTH.get(event.character or "")
    return events.Key(_character_to_key(meant), meant) if meant is not None else event


def split_unbound_alt(event: events.Key, bound: Container[str]) -> list[events.Key]:
    """The keys that a key event stands for: of an ``alt`` that nothing is bound to, ``esc`` and the key.

    Args:
        event: what the terminal sent.
        bound: keys that do something now.
    """
    if not event.key.startswith(ALT) or event.character is None or event.key in bound:
        return [event]
    key = event.key.removeprefix(ALT)
    if key.startswith("shift+"):
        key = event.character
    return [events.Key("escape", "\x1b"), events.Key(key, event.character)]
