"""The one width function: how many cells a text takes on a terminal.

It measures *shown* text, as ``display.visible`` makes it.  Each code point of such text has a width of its own (0 for a
mark on its base, else 1 or 2), so that widths add up wherever the text is cut.  The tables are rich's, with which
textual measures its strips; characters of ambiguous width (“ ” — … ①) take one cell there.  For a terminal that draws
them in two cells, ``set_ambiguous`` changes the tables, here and nowhere else.

A *cluster* of the source text is what a reader takes for one character: a letter and its marks, an emoji sequence, a
flag.  ``cluster`` finds it, so that a cursor does not stop inside.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import Literal

import rich.cells
import rich.segment
from rich._unicode_data import load as load_cell_table
from rich.cells import CellTable, get_character_cell_size

from tui.terminal.marks import POSSIBLE_MARK

MOST_JOINED = 32
"""Code points of a cluster on either side of an offset at most; hostile text may join any number."""

_ZWJ = "\u200d"
# Every character of these ranges takes two cells; most of a notice lies here and is counted in runs.
_WIDE_RUNS = re.compile(
    "[\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3000-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3105-\u312f"
    "\u3400-\u4dbf\u4e00-\ua48c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe52\uff01-\uff60]+"
)
_EXTENDS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_PICTURE = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
# Vowels and finals of Hangul have no width, and join as marks do.
_INITIAL = re.compile("[\u1100-\u115f\ua960-\ua97c]")
_AFTER_INITIAL = re.compile("[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]")


class _Widths(dict[str, int]):
    """The cells of single characters, as a cache."""

    ambiguous_wide = False

    def __missing__(self, character: str) -> int:
        width = self[character] = get_character_cell_size(character)
        return width


_widths = _Widths()
_width = _widths.__getitem__

_LINES = range(0x2500, 0x25A0)
"""Box lines and blocks, one cell wide: borders, rules, bars and marks are drawn with them."""
_ASCII_LINES = str.maketrans(
    {
        **dict.fromkeys(map(chr, _LINES), "+"),
        **dict.fromkeys("─┄┅┈┉╌╍═╴╶╸╺╼╾", "-"),
        **dict.fromkeys("│┆┇┊┋╎╏║╵╷╹╻╽╿▏▎▍▌▋▊▉▕▐", "|"),
        # The map of a notice tells by them what is in sight.
        "━": "=",
        "┃": "#",
        **dict.fromkeys("▁▂▃", "_"),
        **dict.fromkeys("▀▄▅▆▇█░▒▓▔", "#"),
    }
)
_PRIVATE = ((0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))
_NARROW = load_cell_table, rich.cells._is_single_cell_widths  # noqa: SLF001  # to restore


def set_ambiguous(kind: Literal["narrow", "wide"]) -> None:
    """Set the width of characters of ambiguous width; to be called before any text is measured.

    With ``wide``, all characters of East Asian Width A take two cells except for box lines and blocks, which have to
    stay one cell wide: ``drawable`` gives what to draw instead of them.
    """
    load, is_single = (_wide_table, _ASCII.issuperset) if kind == "wide" else _NARROW
    # rich has no setting for this.  Its functions, which textual calls, look up both names at each call.
    rich.cells.load_cell_table = load  # type: ignore[attr-defined]
    rich.cells._is_single_cell_widths = is_single  # noqa: SLF001
    rich.segment._is_single_cell_widths = is_single  # type: ignore[attr-defined]  # noqa: SLF001
    rich.cells.get_character_cell_size.cache_clear()
    rich.cells.cached_cell_len.cache_clear()
    _widths.clear()
    _widths.ambiguous_wide = kind == "wide"


def ambiguous_is_wide() -> bool:
    """Whether characters of ambiguous width take two cells."""
    return _widths.ambiguous_wide


def drawable(shown: str) -> str:
    """The text to write where ambiguous characters are wide: box lines and blocks become ASCII of one cell."""
    return shown if shown.isascii() else shown.translate(_ASCII_LINES)


@cache
def _wide_table(unicode_version: str = "auto") -> CellTable:
    """The table of rich, with two cells for ambiguous characters."""
    narrow = _NARROW[0](unicode_version)
    known = {code for start, end, _ in narrow.widths for code in range(start, end + 1)}
    wide = [
        (code, code, 2)
        for code in range(0xA1, 0x1F200)
        if unicodedata.east_asian_width(chr(code)) == "A" and code not in known and code not in _LINES
    ]
    private = [(start, end, 2) for start, end in _PRIVATE]
    return narrow._replace(widths=sorted([*narrow.widths, *wide, *private]))


def cells(shown: str) -> int:
    """The width of a shown text, in cells."""
    if shown.isascii():
        return len(shown)
    rest = _WIDE_RUNS.sub("", shown)
    return 2 * (len(shown) - len(rest)) + (len(rest) if rest.isascii() else sum(map(_width, rest)))


def reach(shown: str) -> list[int]:
    """For each character the cell behind it: the width of ``shown`` up to and including the character."""
    return list(accumulate(map(_width, shown)))


def prefix(shown: str, limit: int) -> int:
    """The number of code points at the start of ``shown`` that fit into ``limit`` cells; marks stay with their base."""
    return bisect_right(reach(shown), limit) if limit > 0 else 0


def cluster(source: str, offset: int) -> tuple[int, int]:
    """The cluster at ``offset``, as ``(start, end)`` with ``start <= offset < end``.

    At the end of the text it is empty.  CRLF is one cluster.
    """
    if offset >= len(source):
        return len(source), len(source)
    start, end = offset, offset + 1
    while start > max(0, offset - MOST_JOINED) and joined(source, start):
        start -= 1
    while end < min(len(source), offset + MOST_JOINED) and joined(source, end):
        end += 1
    return start, end


def can_join(character: str) -> bool:
    """Whether the character belongs to the one before it in some text; LF behind CR is left out."""
    return any(kind.match(character) for kind in (_EXTENDS, _PICTURE, _FLAG_LETTER, _AFTER_INITIAL, POSSIBLE_MARK))


def joined(source: str, offset: int) -> bool:
    """Whether the characters before and at ``offset`` belong to one cluster; ``0 < offset < len(source)``."""
    before, character = source[offset - 1], source[offset]
    if character < "\u0300":
        return character == "\n" and before == "\r"
    if before in "\r\n":
        return False
    if _EXTENDS.match(character) or (_INITIAL.match(before) and _AFTER_INITIAL.match(character)):
        return True
    if before == _ZWJ:
        return _PICTURE.match(character) is not None
    if _FLAG_LETTER.match(character):
        return _flag_letters_before(source, offset) % 2 == 1
    return POSSIBLE_MARK.match(character) is not None and _width(character) == 0


def _flag_letters_before(source: str, offset: int) -> int:
    first = offset
    while first > max(0, offset - 2 * MOST_JOINED) and _FLAG_LETTER.match(source[first - 1]):
        first -= 1
    return offset - first
