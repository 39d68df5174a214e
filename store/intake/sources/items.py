"""What reading files yields: a page, a line of a native export, or the refusal of one of them.

A file's name and a row's words are hostile text until ``tui.terminal.display`` has made them safe; here they stay as
they are.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from annotations.counts import counted
from store.errors import SourceError

MOST_CHARACTERS: Final = 2_000_000
"""Code points of a page at most: a thousand pages of print."""
MOST_LINES: Final = 50_000
"""Lines of a page at most."""
_LINE_ENDS: Final = "\n\r\v\f\x85\u2028\u2029"


class Source(msgspec.Struct, frozen=True):
    """One page, decoded, ready to be normalized and stored; every text in it is valid UTF-8.

    ``doc`` is the file's stem or, for a row, its ``doc`` field or ``STEM-LINE``.  ``raw`` keeps its line ends; a byte
    order mark is not part of it.  ``title``, ``source`` and ``url`` are what the row or the metadata of the HTML gives,
    verbatim, ``published`` is its date in ISO 8601; ``fields`` are the other fields of the row.  ``html`` is what
    ``raw`` was extracted from, ``extractor`` the name and version of what did that.
    """

    doc: str
    raw: str
    encoding: str
    where: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    fields: dict[str, Any] = {}
    html: str | None = None
    extractor: str | None = None


class Record(msgspec.Struct, frozen=True):
    """One line of a native export as UTF-8 JSON, neither decoded into a notice nor proved.

    What follows comes from a prepared shard: ``seen_by`` has name and version of each suggester that has seen the
    notice, ``sketch`` is its row of the sketches, empty where there is none.
    """

    line: bytes
    where: str
    seen_by: tuple[tuple[str, str], ...] = ()
    sketch: bytes = b""


class Refusal(msgspec.Struct, frozen=True):
    """An input that was not taken: ``f"{where}: {reason}"`` is the line to show."""

    where: str
    reason: str


Item = Source | Record | Refusal


def oversize(raw: str) -> str | None:
    """Why a page is too long for the app to open it in a few seconds; None where it is not."""
    if len(raw) > MOST_CHARACTERS:
        return f"{counted(len(raw), 'character')}; a page has {MOST_CHARACTERS:,} at most: split it"
    if len(raw) < MOST_LINES:
        return None
    lines = sum(raw.count(end) for end in _LINE_ENDS) - raw.count("\r\n") + 1
    return f"{counted(lines, 'line')}; a page has {MOST_LINES:,} at most: split it" if lines > MOST_LINES else None


def require_storable(text: str, name: str) -> None:
    """Prove that a text can be stored and exported.

    Raises:
        SourceError: it holds a lone surrogate, as JSON escapes can make one; no UTF-8 file can hold that.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise SourceError(
            f"{name} holds half a character ({half}) at offset {error.start}: it cannot be stored"
        ) from None
