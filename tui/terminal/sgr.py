"""Shortens SGR sequences: from one style to the next only the difference is written.

textual ends each run of one style with a reset and begins the next one with its complete style, 30 bytes in all, which
over SSH is most of what a key costs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m|[^\x1b]+|\x1b")

_OFF = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 53: 55}
"""The parameter that ends each attribute; bold and dim end together, and so do the two underlines."""
_FOREGROUND, _BACKGROUND = 38, 48
_DEFAULT_FOREGROUND, _DEFAULT_BACKGROUND = "39", "49"
_LENGTHS = {5: 3, 2: 5}
"""How many parameters a colour has, by the one behind 38 or 48: 5 for one of 256 colours, 2 for red, green and blue."""
_PLAIN = ""
"""The style behind a reset."""


class _State(NamedTuple):
    """A style: its attributes, and its colours as the parameters that set them."""

    attributes: frozenset[int]
    foreground: str
    background: str


def shorten(data: str) -> str:
    """The same output in fewer bytes; everything but styles stays as it is.

    Args:
        data: output for a terminal that is in the plain style; it may end inside a sequence.
    """
    if "\x1b[0m\x1b[" not in data:
        return data
    out: list[str] = []
    current: str | None = _PLAIN
    """The style that is in force; None where styles added up to one that nobody here knows."""
    reset = ""
    """A reset that is still to be written."""
    for match in _SEQUENCE.finditer(data):
        parameters = match[1]
        if parameters is None:
            if reset:
                current = _PLAIN
            out.append(reset + match[0])
            reset = ""
        elif parameters in ("", "0"):
            if reset or not current:
                out.append(match[0])
                reset, current = "", _PLAIN
            else:
                reset = match[0]
        else:
            transition = _transition(current, parameters) if reset and current else None
            out.append(transition if transition is not None else reset + match[0])
            # Without a reset a style adds to the one in force.
            current = parameters if reset or current == _PLAIN else None
            reset = ""
    out.append(reset)
    return "".join(out)


@lru_cache(4096)
def _transition(before: str, after: str) -> str | None:
    """The sequence that leads from one style to another, or a reset with the new style where that is not longer.

    None where one of the styles is not understood.
    """
    old, new = _parsed(before), _parsed(after)
    if old is None or new is None:
        return None
    gone = old.attributes - new.attributes
    off = sorted({_OFF[each] for each in gone})
    # An attribute that ended together with another one has to begin again.
    on = sorted(each for each in new.attributes if each not in old.attributes or _OFF[each] in off)
    parts = [*map(str, off), *map(str, on)]
    if old.foreground != new.foreground:
        parts.append(new.foreground or _DEFAULT_FOREGROUND)
    if old.background != new.background:
        parts.append(new.background or _DEFAULT_BACKGROUND)
    short = f"\x1b[{';'.join(parts)}m" if parts else ""
    return short if len(short) < len(f"\x1b[0;{after}m") else f"\x1b[0;{after}m"


@lru_cache(4096)
def _parsed(parameters: str) -> _State | None:
    """The style that these parameters set behind a reset; None where one of them is not understood."""
    parts = [int(part) if part else 0 for part in parameters.split(";")]
    attributes: set[int] = set()
    foreground = background = ""
    at = 0
    while at < len(parts):
        part = parts[at]
        length = 1
        if part in (_FOREGROUND, _BACKGROUND):
            length = _LENGTHS.get(parts[at + 1] if at + 1 < len(parts) else 0, 0)
            if not length or at + length > len(parts):
                return None
            colour = ";".join(map(str, parts[at : at + length]))
            foreground, background = (colour, background) if part == _FOREGROUND else (foreground, colour)
        elif 30 <= part <= 37 or 90 <= part <= 97:
            foreground = str(part)
        elif 40 <= part <= 47 or 100 <= part <= 107:
            background = str(part)
        elif part in _OFF:
            attributes.add(part)
        else:
            return None
        at += length
    return _State(frozenset(attributes), foreground, background)
