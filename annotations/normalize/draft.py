"""The text of a page while it is normalized, and the one edit that keeps its map to the raw text.

Every step of the normalizer takes a draft, says *what* to replace, and gives a new draft.  Only this module knows how
the runs of the map change.  No step may make runs of its own, and no map is ever guessed by comparing two texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from annotations.alignment import Alignment
from annotations.errors import AlignmentError

Edit = tuple[int, int, str]
"""``(start, end, replacement)``; the offsets are code points of the current text."""

_Run = tuple[int, int, int, int]
"""``(raw_start, raw_end, start, end)``; the last two are code points of the current text."""


class Draft:
    """A text with the runs of its map to the raw text; immutable.

    Args:
        text: the current text.
        runs: the runs as ``alignment`` defines them; no 1:1 run continues another one, and none is without text.
        raw_length: the length of the raw text, in code points.
    """

    __slots__ = ("raw_length", "runs", "text")

    def __init__(self, text: str, runs: list[_Run], raw_length: int) -> None:
        self.text: Final = text
        self.runs: Final = runs
        self.raw_length: Final = raw_length

    @classmethod
    def of(cls, raw: str) -> Draft:
        """The draft of a raw text that is not edited yet."""
        return cls(raw, [(0, len(raw), 0, len(raw))] if raw else [], len(raw))

    @classmethod
    def lines(cls, raw: str, spans: Iterable[tuple[int, int]]) -> Draft:
        """The draft that holds only some spans of a raw text, one span a line.

        The newline between two lines maps to the white space directly behind the first, or to an empty raw span where
        there is none.

        Args:
            raw: the raw text.
            spans: spans ``(start, end)`` of it, in order, in code points, without overlap; none is empty.
        """
        pieces: list[str] = []
        runs: list[_Run] = []
        at = made = 0
        low = first = -1  # where the 1:1 run begins that is not written yet, in the raw text and in the new one
        for start, end in spans:
            if low < 0:
                low, first = start, 0
            elif start != at + 1 or not raw[at].isspace():
                gap = raw[at:start]
                space_end = at + len(gap) - len(gap.lstrip())
                if space_end == at + 1:
                    at, made = space_end, made + 1
                    runs.append((low, at, first, made))
                else:
                    runs.append((low, at, first, made))
                    runs.append((at, space_end, made, made + 1))
                    made += 1
                low, first = start, made
            else:
                made += 1
            pieces.append(raw[start:end])
            made += end - start
            at = end
        if low >= 0:
            runs.append((low, at, first, made))
        return cls("\n".join(pieces), runs, len(raw))

    def edit(self, edits: Iterable[Edit]) -> Draft:
        """The draft with each ``text[start:end]`` replaced.

        A replacement that is as long as the text it replaces maps 1:1.  An empty one removes the text.  One of a single
        character makes an atomic run of the text that it replaces; where that is empty, the character maps to an empty
        raw span.

        Args:
            edits: the edits, sorted, without overlap.

        Raises:
            AlignmentError: an edit overlaps the one before it or leaves the text, or its replacement is longer than one
                character and of another length than the text it replaces.
        """
        text, size = self.text, len(self.text)
        pieces: list[str] = []
        writer = _Writer(self.runs)
        written = 0
        # Nearly every edit is inside one 1:1 run.  Such edits are done here, without a call of the writer.
        append = writer.out.append
        at = made = shift = 0
        straight = -1
        for start, end, replacement in edits:
            if not written <= start <= end <= size:
                raise AlignmentError(f"edit {start}..{end} overlaps the one before it or leaves the text of {size}")
            length = len(replacement)
            pieces.append(text[written:start])
            pieces.append(replacement)
            written = end
            if length != end - start:
                if length > 1:
                    raise AlignmentError(f"edit {start}..{end} would need an atomic run of length {length}")
                if start < end <= straight:
                    if start > at:
                        append((at + shift, start + shift, made, made + start - at))
                        made += start - at
                    if length:
                        append((start + shift, end + shift, made, made + 1))
                        made += 1
                    at = end
                else:
                    writer.at, writer.made = at, made
                    writer.replace(start, end, length)
                    at, made, shift = writer.at, writer.made, writer.shift
                    # Only the writer can join what follows to the run before it.
                    straight = writer.straight if at > writer.low and not writer.continues else -1
        if not pieces:
            return self
        pieces.append(text[written:])
        writer.at, writer.made = at, made
        writer.copy(size)
        return Draft("".join(pieces), writer.out, self.raw_length)

    def contracted(self, edits: Sequence[Edit]) -> Draft:
        """As ``edit``, for edits of which each leaves the first character of a longer text; it is faster with many.

        Raises:
            AlignmentError: as for ``edit``.
        """
        if not edits:
            return self
        text, size = self.text, len(self.text)
        pieces: list[str] = []
        out: list[_Run] = []
        piece, append = pieces.append, out.append
        rest = iter(edits)
        start, end, _ = next(rest)
        written = made = 0
        for run in self.runs:
            raw, behind, at, last = run
            if start >= last:
                append(run if made == at else (raw, behind, made, made + last - at))
                made += last - at
                continue
            if behind - raw != last - at:
                return self.edit(edits)
            while start < last:
                if not at <= start < end <= last:
                    return self.edit(edits)
                piece(text[written : start + 1])
                if start > at:
                    append((raw, raw := raw + start - at, made, made := made + start - at))
                append((raw, raw := raw + end - start, made, made := made + 1))
                written = at = end
                start, end, _ = next(rest, (size, size, ""))
            if at < last:
                append((raw, behind, made, made := made + last - at))
        piece(text[written:])
        return Draft("".join(pieces), out, self.raw_length)

    def mapped(self, text: str) -> Draft:
        """The draft with ``text`` in the place of its text, character for character; the runs stay the same.

        Raises:
            AlignmentError: ``text`` is not as long as the current text.
        """
        if len(text) != len(self.text):
            raise AlignmentError(f"a text of {len(self.text)} cannot map 1:1 to one of {len(text)}")
        return Draft(text, self.runs, self.raw_length)

    def alignment(self) -> Alignment:
        """The map between the raw text and the current text."""
        return Alignment.of_valid(self.runs, self.raw_length, len(self.text))


def _emit(out: list[_Run], raw_start: int, raw_end: int, start: int, end: int) -> None:
    """Append a run to ``out``; where it continues the last run 1:1, extend that one instead."""
    if out and raw_end - raw_start == end - start:
        a, b, c, d = out[-1]
        if b == raw_start and b - a == d - c:
            out[-1] = a, raw_end, c, end
            return
    out.append((raw_start, raw_end, start, end))


class _Writer:
    """Reads the runs of a draft once, in order, and writes the runs of the next draft.

    ``index`` is the run that is being read, ``at`` how far the old text has been read, ``made`` how long the new text
    is so far.  For a 1:1 run ``low`` and ``straight`` are where it begins and ends in the old text, and
    ``shift + offset`` is the raw offset of an offset in it.  For an atomic run ``straight`` is -1.
    """

    __slots__ = ("at", "index", "low", "made", "out", "runs", "shift", "straight")

    def __init__(self, runs: list[_Run]) -> None:
        self.runs = runs
        self.out: list[_Run] = []
        self.index = -1
        self.at = 0
        self.made = 0
        self.low, self.shift, self.straight = 0, 0, -1
        self._next()

    @property
    def continues(self) -> bool:
        """Whether the text that is read next continues the last written run 1:1."""
        if not self.out:
            return False
        a, b, c, d = self.out[-1]
        return b == self.at + self.shift and b - a == d - c

    def replace(self, start: int, end: int, length: int) -> None:
        """Replace ``start..end`` of the old text by ``length`` characters, none or one."""
        self.copy(start)
        low, high = self._take(end) if end > start else (self._behind(),) * 2
        if length:
            _emit(self.out, low, high, self.made, self.made + 1)
        self.made += length

    def copy(self, end: int) -> None:
        """Copy the runs up to ``end`` of the old text."""
        while self.at < end:
            a, b, _, d = self.runs[self.index]
            if d > self.at:
                high = min(d, end)
                if self.straight >= 0:
                    a, b = self.at + self.shift, high + self.shift
                _emit(self.out, a, b, self.made, self.made + high - self.at)
                self.made += high - self.at
                self.at = high
            if d <= end:
                self._next()

    def _take(self, end: int) -> tuple[int, int]:
        """Read the old text up to ``end``; give the raw span that made what was read."""
        if self.runs[self.index][3] <= self.at:
            self._next()
        low = self.at + self.shift if self.straight >= 0 else self.runs[self.index][0]
        while self.runs[self.index][3] < end:
            self._next()
        self.at = end
        return low, end + self.shift if self.straight >= 0 else self.runs[self.index][1]

    def _behind(self) -> int:
        """The raw offset behind what has been read; where nothing has been, the raw offset of the first character."""
        if self.straight >= self.at > self.runs[self.index][2]:
            return self.at + self.shift
        if self.index:
            return self.runs[self.index - 1][1]
        return self.runs[0][0] if self.runs else 0

    def _next(self) -> None:
        """Go on to the next run."""
        self.index += 1
        self.straight = -1
        if self.index < len(self.runs):
            a, b, c, d = self.runs[self.index]
            if b - a == d - c:
                self.low, self.shift, self.straight = c, a - c, d
