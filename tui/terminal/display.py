"""The display door: the one way of other people's text to a screen, to stdout or to a log.

A notice can hold anything: escape sequences that clear the screen or write to the clipboard, bidirectional controls
that reorder a line, characters without width that hide what is selected.  Widgets and streams pass all of it on.
Everything that zhupi did not write itself (notices, file names, names of labels and reviewers, comments) therefore
passes here and nowhere else.  Nothing in this module reads markup, and it imports textual and rich only where it has
to.

Each code point becomes one code point, so that offsets in the visible text are offsets in the source.  Characters whose
width terminals disagree about are replaced: joiners, variation selectors, enclosing marks, regional indicators and skin
tones become a stand-in of one cell.  An emoji sequence is thus shown as its parts and takes the same cells on every
terminal, and the width of a visible text is the sum of the widths of its characters.  Combining marks stay on their
base, at most ``MOST_MARKS`` of them; a mark without a base becomes a stand-in.  White space of a known width (NBSP,
U+3000) is left as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tui.terminal.marks import ASTRAL, MARK_BLOCKS, possible_mark

if TYPE_CHECKING:
    from textual.content import Content

INVISIBLE = "¦"
"""Stands for a character without shape or without a sure width: format, joiner, selector, tag, flag letter, mark."""
BIDI = "¬"
"""Stands for a control of the writing direction."""
DAMAGED = "␚"
"""Stands for a code point that is no character: a lone surrogate, a noncharacter."""
NEWLINE = "↵"
"""Stands for a line feed where a text is shown in one line."""
ELLIPSIS = "…"
"""Ends a text that was cut."""
MOST_MARKS = 4
"""Marks that a base may carry: more would paint over the rows above and below."""

_OTHER_NEWLINES = "\x85\u2028\u2029"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SHAPELESS = (
    "\xad\u034f\u0488\u0489\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1abe"
    "\u200b-\u200d\u2060-\u2065\u206a-\u206f\u20dd-\u20e0\u20e2-\u20e4\u3164\ua670-\ua672\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb"
)
_SHAPELESS_ASTRAL = (
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f1e6-\U0001f1ff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
_NO_CHARACTER = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"

# Letters and digits but for those of the blocks with marks and the fillers; ASCII; the punctuation of Chinese; the
# arrows, lines and signs that zhupi draws.  Most lines hold nothing else, and one pattern tells that they are as they
# have to be.  It takes half as long to compile as the others, which the first paint then does not wait for.
_MARKED_LETTERS = "\u0300-\u1dff\u2de0-\u2dff\u3164\ua66f-\uabff\ud7b0-\ud7ff\ufb1e\uffa0" + ASTRAL
_PLAIN = re.compile(
    f"(?:[^\\W{_MARKED_LETTERS}]++|[ -~，。、；：？！“”‘’（）《》【】…—·～％×\u2190-\u22ff\u2500-\u27bf]++)*+"
)  # full-width


def visible(text: str, *, keep_newlines: bool = False) -> str:
    """The text with each unsafe or invisible character replaced by one visible character of one cell.

    The result is as long as ``text`` in code points.  The function is idempotent.

    Args:
        text: any string, lone surrogates included.
        keep_newlines: whether line feeds stay, for widgets that draw several lines.
    """
    if text.isascii():
        if text.isprintable():
            return text
    elif _PLAIN.fullmatch(text):
        return text
    elif possible_mark().search(text):
        text = _mark_runs().sub(_with_stray_marks_shown, text)
    if keep_newlines:
        return _suspect().sub(_stand_in_but_newline, text)
    # Line feeds are the most frequent by far, and so are replaced at once.
    return _suspect().sub(_stand_in, text.replace("\n", NEWLINE))


def line(text: str, cells: int) -> str:
    """The text in one line of at most ``cells`` cells: line feeds become ``↵``, and a longer text is cut with ``…``."""
    from tui.terminal import width  # noqa: PLC0415  # slow to import, and most commands do not need it

    # Only as much is looked at as can fit: each cell holds a character and its marks at most.
    shown = visible(text[: (cells + 1) * (MOST_MARKS + 1)])
    if width.cells(shown) <= cells and len(shown) == len(text):
        return shown
    return shown[: width.prefix(shown, cells - 1)] + ELLIPSIS if cells > 0 else ""


def field(text: str, cells: int) -> str:
    """The text in one line of ``cells`` cells: as ``line`` gives it, with blanks behind it."""
    from tui.terminal import width  # noqa: PLC0415  # as above

    shown = line(text, max(0, cells))
    return shown + " " * (cells - width.cells(shown))


def content(text: str, *, keep_newlines: bool = True) -> Content:
    """The text as content of a widget, never as markup."""
    from textual.content import Content  # noqa: PLC0415  # commands draw nothing

    return Content(visible(text, keep_newlines=keep_newlines))


@cache
def _suspect() -> re.Pattern[str]:
    # One range for everything outside the basic plane makes the search ten times faster; what it finds is looked at
    # then.
    return re.compile(f"[\x00-\x1f\x7f-\x9f{_OTHER_NEWLINES}{_BIDI}{_SHAPELESS}{_NO_CHARACTER}{ASTRAL}]")


@cache
def _mark_runs() -> re.Pattern[str]:
    # Only runs that can hold a stray mark: those at the start of a line, and those longer than a base may carry.
    return re.compile(f"(?:\\A|(?<=[\n\r]))[{MARK_BLOCKS}]+|[{MARK_BLOCKS}]{{{MOST_MARKS + 1},}}")


@cache
def _stand_ins() -> tuple[tuple[re.Pattern[str], str], ...]:
    return (
        (re.compile(f"[{_OTHER_NEWLINES}]"), "␤"),
        (re.compile("[\x80-\x9f]"), "␛"),  # a C1 control is an escape and a letter in one code point
        (re.compile(f"[{_BIDI}]"), BIDI),
        (re.compile(f"[{_SHAPELESS}{_SHAPELESS_ASTRAL}]"), INVISIBLE),
        (re.compile(f"[{_NO_CHARACTER}]"), DAMAGED),
    )


def _stand_in(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code & 0xFFFF >= 0xFFFE:
        return DAMAGED
    return next((sign for kind, sign in _stand_ins() if kind.match(character)), character)


def _stand_in_but_newline(match: re.Match[str]) -> str:
    return "\n" if match[0] == "\n" else _stand_in(match)


def _with_stray_marks_shown(match: re.Match[str]) -> str:
    from rich.cells import get_character_cell_size  # noqa: PLC0415  # few texts need it

    start = match.start()
    # The first character of a line has no base: it is treated as if a base had all its marks already.
    used = MOST_MARKS if start == 0 or match.string[start - 1] in "\n\r" else 0
    shown: list[str] = []
    for character in match[0]:
        if get_character_cell_size(character):
            used = 0
        elif used < MOST_MARKS:
            used += 1
        else:
            character = INVISIBLE  # noqa: PLW2901  # replaced by its stand-in
        shown.append(character)
    return "".join(shown)
