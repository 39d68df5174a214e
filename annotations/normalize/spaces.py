"""White space, invisible characters and the width of letters.

Indents, blank lines and invisible characters are removed, other white space becomes a plain space, full-width letters
and digits become ASCII.  It is not NFKC, which would also change ``％``, ``．`` and ``①``, and the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from annotations.normalize.draft import Draft

INVISIBLE: Final = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
"""Characters without a glyph: joiners, marks of direction, soft hyphen, byte order mark, fillers, annotation marks.

They are what Unicode calls default ignorable in the Basic Multilingual Plane, but the variation selectors: these
belong to the character before them.
"""

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
"""The characters for which ``str.isspace`` holds."""

BLANK: Final = SPACE + INVISIBLE
"""The characters of indents and blank lines."""

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
FOLDED: Final = f"{SPACE.replace(' ', '').replace(chr(10), '')}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
"""The characters that ``narrow_letters`` changes, as the inside of a character class."""

_FOLDED: Final = re.compile(f"[{FOLDED}]")


def paragraphs(raw: str, kept: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    r"""The raw span of each line in some spans of a raw text, without white space at its ends and without blank lines.

    Lines end at ``\r\n``, ``\n`` and ``\r`` only.  ``str.splitlines`` would also divide at characters that occur inside
    paragraphs.

    Args:
        raw: the raw text.
        kept: spans ``(start, end)`` of it, in order, in code points.
    """
    spans = []
    for start, end in kept:
        at = start
        text = raw[start:end]
        if "\r" in text:
            # The length stays the same, so that offsets hold.  The space at the end of a line is stripped below.
            text = text.replace("\r\n", " \n").replace("\r", "\n")
        for line in text.split("\n"):
            if line and (content := line.strip()):
                first = at if content[0] == line[0] else at + len(line) - len(line.lstrip())
                # Few lines have invisible characters at their ends, and the search for them is slow.
                if content[0] in INVISIBLE:
                    content = line.lstrip(BLANK)
                    first = at + len(line) - len(content)
                    content = content.rstrip()
                if content and content[-1] in INVISIBLE:
                    content = content.rstrip(BLANK)
                if content:
                    spans.append((first, first + len(content)))
            at += len(line) + 1
    return spans


def drop_invisible(draft: Draft) -> Draft:
    """The draft without invisible characters."""
    text = draft.text
    return draft.edit((*match.span(), "") for match in _INVISIBLE.finditer(text) if not _joins(text, match.start()))


def _joins(text: str, at: int) -> bool:
    """Whether the character at ``at`` is a zero-width joiner that combines two emoji; it stays in the text."""
    return text[at] == "\u200d" and at > 0 and _is_emoji(text[at - 1]) and _is_emoji(text[at + 1 : at + 2])


def _is_emoji(character: str) -> bool:
    """Whether a character is an emoji or the variation selector behind one; False for an empty string."""
    return "\u2600" <= character <= "\u27bf" or character == "\ufe0f" or "\U0001f000" <= character <= "\U0001faff"


def narrow_letters(text: str) -> str:
    """The text with a plain space for all other white space, and ASCII for full-width letters and digits; 1:1."""
    return _FOLDED.sub(_folded, text)


def _folded(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(code - 0xFEE0) if code > 0xFF00 else " "
