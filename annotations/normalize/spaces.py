"""Space that a reader does not see as space: indents, blank lines, zero-width characters, full-width letters.

Never NFKC: it changes ``％``, ``．`` and ``①``, and lengths with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from annotations.normalize.draft import Draft, Edit

INVISIBLE: Final = (
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters without width or ink: joiners, marks of direction, soft hyphen, byte order mark."""

SPACE: Final = "".join(
    map(
        chr,
        (
            *range(9, 14),
            *range(28, 33),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
        ),
    )
)
"""What ``str.isspace`` holds for."""

BLANK: Final = SPACE + INVISIBLE
"""What an indent or a blank line is made of."""

_SPACES: Final = re.compile(r"\s*")
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_EMOJI: Final = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_DROPPED: Final = re.compile(f"[{INVISIBLE.replace(chr(0x200D), '')}]|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")
"""A joiner between two emoji makes one picture of them, and stays."""
_FOLDED: Final = re.compile(f"[{SPACE.replace(' ', '').replace(chr(10), '')}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def paragraphs(raw: str, kept: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    r"""The raw spans of the lines in the stretches of ``kept``, without blank lines and the white space around them.

    Lines end at ``\r\n``, ``\n`` and ``\r`` only: ``str.splitlines`` knows more, which occur inside paragraphs.
    """
    spans = []
    for start, end in kept:
        at = start
        text = raw[start:end]
        if "\r" in text:
            # As long as before, so that offsets hold; a space at the end of a line is stripped below.
            text = text.replace("\r\n", " \n").replace("\r", "\n")
        for line in text.split("\n"):
            content = line.strip(BLANK)
            if content:
                first = at + line.index(content)
                spans.append((first, first + len(content)))
            at += len(line) + 1
    return spans


def select(draft: Draft, spans: list[tuple[int, int]]) -> Draft:
    """The draft reduced to ``spans``, one a line.

    The newline between two comes from the white space that directly follows the first, or from nothing.
    """
    return draft.edit(_selection(draft.text, spans))


def _selection(text: str, spans: list[tuple[int, int]]) -> Iterator[Edit]:
    at = 0
    for index, (start, end) in enumerate(spans):
        if start > at:
            yield at, start, ""
        at = end
        if index + 1 < len(spans):
            match = _SPACES.match(text, end)
            at = min(match.end(), spans[index + 1][0]) if match else end
            yield end, at, "\n"
    if at < len(text):
        yield at, len(text), ""


def drop_invisible(draft: Draft) -> Draft:
    """The draft without zero-width characters."""
    if not _INVISIBLE.search(draft.text):
        return draft
    return draft.edit((*match.span(), "") for match in _DROPPED.finditer(draft.text))


def fold_width(draft: Draft) -> Draft:
    """The draft with plain spaces for NBSP, U+3000 and their like, and ASCII for full-width letters and digits."""
    if not _FOLDED.search(draft.text):
        return draft
    return draft.mapped(_FOLDED.sub(_folded, draft.text))


def _folded(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(code - 0xFEE0) if code > 0xFF00 else " "
