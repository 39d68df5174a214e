"""Sets a notice in one row of the queue: its columns, at any width of the screen.

Columns stay aligned under Chinese, Latin and mixed text.  Titles, sources and names are other people's text and pass
the display door here.  The result is parts of known width, each with the name of a look, and no styles.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from annotations.annotation import ReviewStatus
from annotations.labels import LabelSet
from annotations.notice import is_unsure
from store.index.filters import AdjudicationState
from store.read.queue import QueueRow
from tui.terminal.display import ELLIPSIS, field, line
from tui.terminal.width import cells
from tui.widgets.signs import DOUBT, GOLD_SIGNS, STATUS_SIGNS

Hits = Callable[[str], list[tuple[int, int]]]
"""Finds a search in a text: ``[start, end)`` in code points, sorted."""

UNKNOWN = "—"
"""Shown where the date or the source of a notice is unknown."""

_MARKS, _DATE, _GAP = 3, 10, 2
_UNSURE = f"{DOUBT} "
"""Stands before a title that may be wrong, and before the doc where there is no title."""
_BEGUN, _HELD = "◐", "●"
_COUNTS_HEADS = ("tags +to accept", "+to accept")
"""Above own annotations and open suggestions, where there is room for both and where there is less."""
_GOLD_WORDS: dict[AdjudicationState, str] = {"ready": "ready", "done": "gold"}
_STATUS_LOOKS: dict[ReviewStatus, str] = {"done": "done", "flagged": "flagged"}


class Columns(msgspec.Struct, frozen=True):
    """Widths of the columns in cells; a column of width 0 is left out.

    ``head`` is mark, date and title together: the part of the row that the cursor highlights.
    """

    head: int
    date: int
    source: int
    counts: int
    status: int

    @property
    def title(self) -> int:
        """Cells of the title."""
        return max(0, self.head - _MARKS - (self.date + _GAP if self.date else 0))


def columns(width: int) -> Columns:
    """The columns that fit into a list of ``width`` cells."""
    if width >= 100:
        date, source, counts, status = _DATE, 20 + (width - 100) // 10, cells(_COUNTS_HEADS[0]), 11
    elif width >= 72:
        date, source, counts, status = _DATE, 0, 12, 10
    elif width >= 56:
        date, source, counts, status = _DATE, 0, 0, 9
    else:
        date, source, counts, status = 0, 0, 0, 1
    tail = sum(each + _GAP for each in (source, counts, status) if each)
    return Columns(max(0, width - tail), date, source, counts, status)


def set_row(
    row: QueueRow,
    given: Columns,
    labels: LabelSet,
    me: str,
    *,
    at_cursor: bool,
    selected: bool,
    hits: Hits | None,
    presence: str = "",
) -> list[tuple[str, str]]:
    """The parts of a row from left to right, as ``(text, look)``.

    Args:
        row: the notice.
        given: the columns of the list.
        labels: the label set of the project; its signs stand before the counts.
        me: the reviewer who looks.
        at_cursor: whether the cursor is on this row.
        selected: whether the notice is selected.
        hits: finds the search in the title; None without a search.
        presence: who else has the notice open, and for how long: ``wang 3m``.
    """
    # A blank shares the look of its neighbour, since each change of look costs bytes.
    parts = [("▌", "mark") if at_cursor else (" ", "title"), ("● ", "selected") if selected else ("  ", "title")]
    if given.date:
        date = (row.published or UNKNOWN).partition("T")[0]
        # The sign of doubt takes a cell of the gap, so that dates stay aligned.
        doubt = DOUBT if is_unsure(row.flags, "published") else ""
        parts.append((field(date + doubt, given.date + len(doubt)) + " " * (_GAP - len(doubt)), "title"))
    title = given.title
    if is_unsure(row.flags, "title") and title > len(_UNSURE):
        parts.append((_UNSURE, "flagged"))
        title -= len(_UNSURE)
    parts += _title(row.title or row.doc, title, hits)
    if given.source:
        parts += [_gap(), (field(row.source or UNKNOWN, given.source), "dim")]
    if given.counts:
        parts += [_gap(), *_counts(row, labels, given.counts)]
    text, look = _status(row, me, presence)
    if given.status == 1:
        text = text[0]
    return [*parts, _gap(), (field(text, given.status), look)]


def set_heads(given: Columns) -> list[tuple[str, str]]:
    """The heads of the columns, as ``(text, look)`` like the parts of a row."""
    parts = [" " * _MARKS]
    if given.date:
        parts.append(field("date", given.date) + " " * _GAP)
    parts.append(field("title", given.title))
    if given.source:
        parts += [" " * _GAP, field("source", given.source)]
    if given.counts:
        head = next(each for each in _COUNTS_HEADS if cells(each) <= given.counts)
        parts += [" " * _GAP, " " * (given.counts - cells(head)), head]
    if given.status > 1:
        parts += [" " * _GAP, field("status", given.status)]
    return [("".join(parts), "dim")]


def _gap() -> tuple[str, str]:
    return " " * _GAP, "dim"


def _title(text: str, width: int, hits: Hits | None) -> list[tuple[str, str]]:
    shown = field(text, width)
    found = hits(text) if hits is not None else []
    # The shown text has the offsets of the source, up to where it is cut.
    end = len(shown) if not shown.rstrip().endswith(ELLIPSIS) else shown.rindex(ELLIPSIS)
    parts, at = [], 0
    for start, stop in found:
        low, high = max(at, start), min(stop, end)
        if low < high:
            parts += [(shown[at:low], "title"), (shown[low:high], "hit")]
            at = high
    return [part for part in (*parts, (shown[at:], "title")) if part[0]]


def _counts(row: QueueRow, labels: LabelSet, width: int) -> list[tuple[str, str]]:
    """Own annotations by label and the suggestions to accept, right-aligned: ``R5 O2 D2``, ``R3 +1,212``.

    Where there is no room for both, the own ones are cut.
    """
    own = " ".join(f"{label.sign}{row.counts[label.name]:,}" for label in labels if row.counts.get(label.name))
    wanted = line(f"+{row.suggestions:,}", width) if row.suggestions else ""
    gap = " " if own and wanted else ""
    own = line(own, max(0, width - cells(wanted + gap)))
    pad = " " * (width - cells(own + gap + wanted))
    return [(pad + own + gap, "dim"), *([(wanted, "wanted")] if wanted else [])]


def _status(row: QueueRow, me: str, presence: str) -> tuple[str, str]:
    """The status as sign and word, ``✓ done``; for an open notice who is in it or has it: ``● wang 3m``, ``◐ you``.

    Where nobody is or has it, how far its gold is: ``◇ ready``, ``◆ gold``.
    """
    if row.status != "open":
        return f"{STATUS_SIGNS[row.status]} {row.status}", _STATUS_LOOKS.get(row.status, "dim")
    if presence:
        return f"{_HELD} {presence}", "title"
    held = row.assignees or (() if row.leased_to is None else (row.leased_to,))
    who = "you" if me in held or (row.counts and not held) else "".join(held[:1])
    if row.adjudication is not None and not who:
        return f"{GOLD_SIGNS[row.adjudication]} {_GOLD_WORDS[row.adjudication]}", "dim"
    sign = STATUS_SIGNS["open"] if who in ("you", "") else _HELD
    more = f" +{len(held) - 1}" if len(held) > 1 else ""
    return f"{_BEGUN if row.counts else sign} {who}{more}".rstrip(), "title" if me in held else "dim"
