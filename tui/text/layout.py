"""The rows of the raw and the normalized pane, laid out so that corresponding text stands side by side.

When the panes are aligned they share one scroll offset: a paragraph starts on the same row in both, and the shorter
side is padded with blank rows.  A long paragraph is aligned piece by piece where its two sides drift apart, as in a
page with a reading after every character, whose raw text is twice as long.  Raw text that the normalized text leaves
out has no counterpart; repeated text and boilerplate fold to one row.  Nothing here draws or keeps state.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import repeat, takewhile
from typing import Final, Literal, NamedTuple

from annotations.alignment import Alignment
from annotations.counts import counted
from annotations.regions import Region
from annotations.spans import NormalizedOffset, RawOffset
from tui.terminal import width
from tui.terminal.display import visible
from tui.text import wrap

RowKind = Literal["text", "blank", "fold"]
"""What a row holds; see ``PaneRow``."""

MOST_ROWS_SHOWN = 2
"""Rows of repeated text or boilerplate up to which it is shown (dim); longer text is folded."""
_FOLDS = {"duplicate": "repeated", "boilerplate": "of site furniture"}

_LEAST_ROWS, _MOST_ROWS = 3, 8
"""Raw rows of a piece of a paragraph whose sides drift apart; few enough that the cursor is in view in both panes."""


class PaneRow(NamedTuple):
    """One row of a pane; ``[start, end)`` is its text, in code points.

    A ``text`` row is empty where the line is empty.  A ``blank`` row is padding and holds no text.  A ``fold`` row
    stands for all of ``[start, end)`` and shows ``label`` instead.
    """

    start: int
    end: int
    kind: RowKind = "text"
    label: str = ""


# A long notice has tens of thousands, and to call the class takes twice as long.
_text_row: Final[Callable[[tuple[int, int, str, str]], PaneRow]] = partial(tuple.__new__, PaneRow)


class Layout(NamedTuple):
    """The rows of both panes; equally many when they are aligned.

    In each pane the starts of the rows that are not blank rise.  An offset belongs to the last of these rows that
    starts at or before it, a line end to the row before it.
    """

    raw: list[PaneRow]
    normalized: list[PaneRow]
    raw_shown: str
    """The raw text as ``display.visible`` makes it, as far as it is laid out."""
    normalized_shown: str
    """The normalized text, likewise."""


class _Block(NamedTuple):
    """A stretch of raw text and the normalized text that starts beside it; either may be empty."""

    raw_start: int
    raw_end: int
    norm_start: int
    norm_end: int
    region: int | None = None
    """Index of the region, when the block is all of a region that the normalized text leaves out."""

    def before(self, raw_offset: int, alignment: Alignment) -> _Block:
        """The part of the block before a raw offset; a region is not divided."""
        if self.raw_end <= raw_offset or self.region is not None:
            return self
        norm_end = min(self.norm_end, alignment.normalized_offset(RawOffset(raw_offset)))
        return self._replace(raw_end=raw_offset, norm_end=norm_end)


def lay_out(  # noqa: PLR0913  # two texts, their alignment, and the widths
    raw: str,
    normalized: str,
    regions: Sequence[Region],
    alignment: Alignment,
    raw_columns: int,
    normalized_columns: int,
    *,
    aligned: bool,
    unfolded: frozenset[int] = frozenset(),
    until: int | None = None,
) -> Layout:
    """The rows of both panes.

    Args:
        raw: the raw text.
        normalized: the normalized text.
        regions: the regions, which cover the raw text without gap or overlap.
        alignment: the map between the two texts.
        raw_columns: cells of a row in the raw pane, at least 1.
        normalized_columns: cells of a row in the normalized pane, at least 1.
        aligned: whether the panes stand side by side, so that corresponding text starts on the same row.
        unfolded: indexes of the regions that are not folded.
        until: the raw offset where to stop, enough for the first screens of a very long notice; later offsets belong to
            the last row then.
    """
    if aligned and abs(raw_columns - normalized_columns) <= 2:
        # With the same width, the same sentence breaks at the same place in both panes.
        raw_columns = normalized_columns = min(raw_columns, normalized_columns)
    blocks = _blocks(raw, normalized, regions, alignment)
    if until is not None:
        # What lies behind is cut off, and is not made visible either.
        some = [block.before(until, alignment) for block in takewhile(lambda block: block.raw_start < until, blocks)]
        blocks = iter(some)
        raw = raw[: max((block.raw_end for block in some), default=0)]
        normalized = normalized[: max((block.norm_end for block in some), default=0)]
    left = _Side(raw, max(1, raw_columns))
    right = _Side(normalized, max(1, normalized_columns), left)
    for block in blocks:
        region = None if block.region is None or block.region in unfolded else regions[block.region]
        if region is not None and region.kind in _FOLDS and left.is_long(block.raw_start, block.raw_end):
            left.fold(block.raw_start, block.raw_end, _FOLDS[region.kind])
        elif not aligned or not _drifts(block, left, right):
            left.add(block.raw_start, block.raw_end)
            right.add(block.norm_start, block.norm_end)
        else:
            for piece in _pieces(block, normalized, alignment, left):
                left.add(piece.raw_start, piece.raw_end)
                right.add(piece.norm_start, piece.norm_end)
                left.pad_with(right)
        if aligned:
            left.pad_with(right)
    return Layout(left.with_a_row(), right.with_a_row(), left.shown, right.shown)


class RemovedText:
    """The parts of the raw text that the normalized text leaves out.

    Runs are looked up for a row when it is drawn, so the cost does not depend on the length of the notice.
    """

    def __init__(self, raw: str, alignment: Alignment) -> None:
        self._raw = raw
        self._runs = alignment.runs
        self._ends = [run[1] for run in self._runs]

    def __call__(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of ``raw[start:end]`` that are left out: artefacts and regions that are not kept."""
        found: list[tuple[int, int]] = []
        at = start
        index = bisect_right(self._ends, start)
        while index < len(self._runs) and self._runs[index].raw_start < end:
            run = self._runs[index]
            if run.raw_start > at:
                found.append((at, run.raw_start))
            # Of an atomic run a reader still sees the host, its first character.
            at = run.raw_end if run.one_to_one or self._raw[run.raw_start].isspace() else run.raw_start + 1
            if max(at, start) < min(run.raw_end, end):
                found.append((max(at, start), min(run.raw_end, end)))
            at = run.raw_end
            index += 1
        if at < end:
            found.append((at, end))
        return found


class _Side:
    """The rows of one pane while they are built."""

    def __init__(self, text: str, columns: int, other: _Side | None = None) -> None:
        self.other = other
        self.text = text
        self.shown = visible(text)
        self.has_returns = "\r" in text
        self.columns = columns
        self.rows: list[PaneRow] = []
        self.last_line: tuple[str, list[int]] = "", []
        """The line that was broken last, and the ends of its rows in it."""
        self._at = 0

    def add(self, start: int, end: int) -> None:
        """Add rows for ``text[start:end]``; several blank lines in succession get one row."""
        rows, text = self.rows, self.text
        for line_start, line_end in wrap.lines(text, start, end):
            if _is_blank(text, line_start, line_end):
                if rows and not (rows[-1].kind == "text" and rows[-1].start == rows[-1].end):
                    rows.append(PaneRow(line_start, line_start))
                continue
            if 2 * (line_end - line_start) <= self.columns:
                # No character is wider than two cells.
                rows.append(PaneRow(line_start, line_end))
            else:
                ends = self._row_ends(line_start, line_end)
                rows.extend(map(_text_row, zip([line_start, *ends], ends, repeat("text"), repeat(""))))
        self._at = max(self._at, end)

    def _row_ends(self, start: int, end: int) -> list[int]:
        line = self.text[start:end]
        if self.other is not None and self.other.columns == self.columns and self.other.last_line[0] == line:
            # Most lines are the same in both texts, and breaking them is the most work of all.
            return [start + at for at in self.other.last_line[1]]
        ends = wrap.row_ends(self.text, self.shown, start, end, self.columns)
        self.last_line = line, [at - start for at in ends]
        return ends

    def fold(self, start: int, end: int, what: str) -> None:
        """Add one fold row for all of ``text[start:end]``."""
        self.rows.append(PaneRow(start, end, "fold", f"… {counted(end - start, 'character')} {what} …"))
        self._at = end

    def is_long(self, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` takes more than ``MOST_ROWS_SHOWN`` rows."""
        rows = 0
        for line_start, line_end in wrap.lines(self.text, start, end):
            if not _is_blank(self.text, line_start, line_end):
                # So many code points take more rows in any case; they need not be measured.
                cells = line_end - line_start
                if cells <= self.columns * MOST_ROWS_SHOWN:
                    cells = self.cells(line_start, line_end)
                rows += -(-cells // self.columns)
            if rows > MOST_ROWS_SHOWN:
                return True
        return False

    def cells(self, start: int, end: int) -> int:
        """Cells of ``text[start:end]`` in one row."""
        return width.cells(self.shown[start:end])

    def is_one_line(self, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` has no line end but at its end."""
        at = self.text.find("\n", start, end)
        if self.has_returns and (before := self.text.find("\r", start, end if at < 0 else at)) >= 0:
            at = before
        return at < 0 or at == end - 1 or self.text[at:end].isspace()

    def height(self, start: int, end: int) -> float:
        """How many rows ``text[start:end]`` takes; of one line the last row counts as far as it is filled."""
        if self.is_one_line(start, end):
            return self.cells(start, end) / self.columns
        return sum(
            -(-self.cells(line_start, line_end) // self.columns)
            for line_start, line_end in wrap.lines(self.text, start, end)
            if not _is_blank(self.text, line_start, line_end)
        )

    def pad_with(self, other: _Side) -> None:
        """Add blank rows to the side that has fewer rows."""
        missing = len(other.rows) - len(self.rows)
        if not missing:
            return
        short = self if missing > 0 else other
        short.rows.extend([PaneRow(short._at, short._at, "blank")] * abs(missing))  # noqa: SLF001  # another object of this class

    def with_a_row(self) -> list[PaneRow]:
        """The rows, with an empty one where there is no text: the cursor needs a row."""
        if all(row.kind == "blank" for row in self.rows):
            self.rows[:1] = [PaneRow(0, 0)]
        return self.rows


def _is_blank(text: str, start: int, end: int) -> bool:
    """Whether a line is empty or white space."""
    return start == end or (text[start].isspace() and text[start:end].isspace())


def _blocks(raw: str, normalized: str, regions: Sequence[Region], alignment: Alignment) -> Iterator[_Block]:
    """Divide both texts into blocks: each paragraph with its raw text, and the raw text between paragraphs."""
    left_out = {int(region.start): index for index, region in enumerate(regions) if not region.kept}
    edges = sorted({len(raw), *left_out, *(regions[index].end for index in left_out.values())})
    paragraphs = _paragraphs(raw, normalized, regions, alignment)
    next_paragraph = next(paragraphs, None)
    start = 0
    while start < len(raw) or next_paragraph is not None:
        paragraphs_here: list[tuple[int, int]] = []
        while next_paragraph is not None and (next_paragraph[0] <= start or start == len(raw)):
            paragraphs_here.append(next_paragraph[1:])
            next_paragraph = next(paragraphs, None)
        end = edges[min(bisect_right(edges, start), len(edges) - 1)]
        if next_paragraph is not None:
            end = min(end, next_paragraph[0])
        number = left_out.get(start)
        region = number if number is not None and regions[number].end == end and not paragraphs_here else None
        yield _Block(start, end, *(paragraphs_here[0] if paragraphs_here else (0, 0)), region)
        for norm_start, norm_end in paragraphs_here[1:]:
            yield _Block(end, end, norm_start, norm_end)
        start = end


def _paragraphs(
    raw: str, normalized: str, regions: Sequence[Region], alignment: Alignment
) -> Iterator[tuple[int, int, int]]:
    """Each paragraph of the normalized text as ``(raw_start, start, end)``.

    ``raw_start`` is where the raw line or region of the paragraph begins, or where its own raw text begins if an
    earlier paragraph has begun there.
    """
    starts = [region.start for region in regions]
    has_returns = "\r" in raw
    at = -1
    for start, end in wrap.lines(normalized, 0, len(normalized)):
        source = alignment.raw_character(NormalizedOffset(start)).start
        low = max(at, 0)
        line_start = raw.rfind("\n", low, source) + 1
        if has_returns:
            line_start = max(line_start, raw.rfind("\r", low, source) + 1)
        region_start = starts[bisect_right(starts, source) - 1] if starts else 0
        begins = max(line_start, region_start)
        at = begins if begins > at else max(at, source)
        yield at, start, end


def _drifts(block: _Block, left: _Side, right: _Side) -> bool:
    """Whether the two sides of a paragraph differ by two rows or more."""
    raw_length, norm_length = block.raw_end - block.raw_start, block.norm_end - block.norm_start
    if not raw_length or not norm_length:
        return False
    few = left.columns == right.columns and abs(raw_length - norm_length) * 2 < left.columns
    if few and left.is_one_line(block.raw_start, block.raw_end):
        # Too little was removed to matter; most paragraphs end here and are not measured.
        return False
    raw_rows = left.height(block.raw_start, block.raw_end)
    return abs(raw_rows - right.height(block.norm_start, block.norm_end)) >= 1.5


@cache
def _piece_ends() -> tuple[re.Pattern[str], ...]:
    """The ends of sentences, then those of clauses; compiled when a paragraph drifts."""
    return re.compile("[。！？；!?;]+[”’」』）)》】]*"), re.compile("[，、：,:][”’」』）)》】]*")


def _pieces(block: _Block, normalized: str, alignment: Alignment, left: _Side) -> Iterator[_Block]:
    """Divide a long paragraph into pieces of a few rows that end with a sentence, else with a clause, else anywhere."""
    code_points_per_row = (block.raw_end - block.raw_start) / left.height(block.raw_start, block.raw_end)
    raw_at, norm_at = block.raw_start, block.norm_start
    while True:
        least = alignment.normalized_offset(
            RawOffset(min(block.raw_end, int(raw_at + _LEAST_ROWS * code_points_per_row)))
        )
        most = alignment.normalized_offset(
            RawOffset(min(block.raw_end, int(raw_at + _MOST_ROWS * code_points_per_row) + 1))
        )
        if most >= block.norm_end:
            yield _Block(raw_at, block.raw_end, norm_at, block.norm_end)
            return
        found = next((found for end in _piece_ends() if (found := end.search(normalized, least, most))), None)
        norm_end = max(norm_at + 1, found.end() if found else most)
        raw_end = max(raw_at, alignment.raw_character(NormalizedOffset(norm_end)).start)
        yield _Block(raw_at, raw_end, norm_at, norm_end)
        raw_at, norm_at = raw_end, norm_end
