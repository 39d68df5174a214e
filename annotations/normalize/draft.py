"""A text on its way from raw to normalized, and the one edit that keeps its map.

Every step of the chain is a function from draft to draft that says *what* to replace; only ``Draft`` knows how the map
follows.  No step may build runs of its own, and no map is ever guessed by comparing two texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from annotations.alignment import Alignment
from annotations.errors import AlignmentError

Edit = tuple[int, int, str]
"""``(start, end, replacement)`` in code points of the current text."""

_Run = tuple[int, int, int, int]


class Draft:
    """A text with the runs that lead back to the raw text; immutable, an edit gives a new one.

    Args:
        text: the text as it is now.
        runs: those of a lawful alignment: sorted, covering all of ``text``, none that continues the one before it 1:1.
        raw_length: code points of the raw text.
    """

    __slots__ = ("raw_length", "runs", "text")

    def __init__(self, text: str, runs: list[_Run], raw_length: int) -> None:
        self.text: Final = text
        self.runs: Final = runs
        self.raw_length: Final = raw_length

    @classmethod
    def of(cls, raw: str) -> Draft:
        """The draft that nothing has been done to."""
        return cls(raw, [(0, len(raw), 0, len(raw))] if raw else [], len(raw))

    @classmethod
    def lines(cls, raw: str, spans: Iterable[tuple[int, int]]) -> Draft:
        """The draft of a raw text that is reduced to ``spans``, one a line.

        The newline between two comes from the white space that directly follows the first, or from nothing.
        """
        pieces: list[str] = []
        runs: list[_Run] = []
        at = made = 0
        for start, end in spans:
            if pieces:
                gap = raw[at:start]
                space = at + len(gap) - len(gap.lstrip())
                _emit(runs, at, space, made, made + 1)
                made += 1
            pieces.append(raw[start:end])
            at = end
            _emit(runs, start, end, made, made + end - start)
            made += end - start
        return cls("\n".join(pieces), runs, len(raw))

    def edit(self, edits: Iterable[Edit]) -> Draft:
        """The draft with each ``text[start:end]`` replaced.

        A replacement as long as what it replaces maps 1:1.  Any other is empty, and the text goes, or one character,
        which stands for all that it replaces (an empty stretch: it comes from no raw text).

        Args:
            edits: sorted, without overlap.

        Raises:
            AlignmentError: an edit is out of order, leaves the text, or would need a longer atomic run.
        """
        text, size = self.text, len(self.text)
        pieces: list[str] = []
        writer = _Writer(self.runs)
        written = 0
        # Nearly every edit stays within one 1:1 run; what the writer knows of that run is kept at hand.
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
                    raise AlignmentError(f"edit {start}..{end} would need an atomic run of {length} characters")
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
                    # At the start of a run the writer sees whether it continues the one before it.
                    straight = writer.straight if at > writer.low else -1
        if not pieces:
            return self
        pieces.append(text[written:])
        writer.at, writer.made = at, made
        writer.copy(size)
        return Draft("".join(pieces), writer.out, self.raw_length)

    def mapped(self, text: str) -> Draft:
        """The draft with ``text`` in its place, character for character.

        Raises:
            AlignmentError: ``text`` is not as long as the text it replaces.
        """
        if len(text) != len(self.text):
            raise AlignmentError(f"a text of {len(self.text)} cannot map 1:1 to one of {len(text)}")
        return Draft(text, self.runs, self.raw_length)

    def alignment(self) -> Alignment:
        """The map between the raw text and the text as it is now."""
        return Alignment.of_lawful(self.runs, self.raw_length, len(self.text))


def _emit(out: list[_Run], raw_start: int, raw_end: int, start: int, end: int) -> None:
    """Add a run to ``out``, or join it to the last one, if it continues that 1:1."""
    if out and raw_end - raw_start == end - start:
        a, b, c, d = out[-1]
        if b == raw_start and b - a == d - c:
            out[-1] = a, raw_end, c, end
            return
    out.append((raw_start, raw_end, start, end))


class _Writer:
    """Walks through the runs of a draft once and writes those of the next.

    ``straight`` is where the run being read ends in the old text, -1 when it is not 1:1; ``low`` is where it begins
    then, and ``shift`` leads from its offsets to the raw ones.
    """

    __slots__ = ("at", "index", "low", "made", "out", "runs", "shift", "straight")

    def __init__(self, runs: list[_Run]) -> None:
        self.runs = runs
        self.out: list[_Run] = []
        self.index = -1  # the run that is being read
        self.at = 0  # how far the old text has been read
        self.made = 0  # how much of the new text has been written
        self.low, self.shift, self.straight = 0, 0, -1
        self._next()

    def replace(self, start: int, end: int, length: int) -> None:
        """Put ``length`` characters, none or one, in the place of ``start..end`` of the old text."""
        self.copy(start)
        low, high = self._take(end) if end > start else (self._behind(),) * 2
        if length:
            _emit(self.out, low, high, self.made, self.made + 1)
        self.made += length

    def copy(self, end: int) -> None:
        """Carry the runs over as they are, up to ``end`` of the old text."""
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
        """The raw text of the old text from where it has been read up to ``end``; reads it."""
        if self.runs[self.index][3] <= self.at:
            self._next()
        low = self.at + self.shift if self.straight >= 0 else self.runs[self.index][0]
        while self.runs[self.index][3] < end:
            self._next()
        self.at = end
        return low, end + self.shift if self.straight >= 0 else self.runs[self.index][1]

    def _behind(self) -> int:
        """Where the raw text of what has been read ends; where that of the first character begins, if none was."""
        if self.straight >= self.at > self.runs[self.index][2]:
            return self.at + self.shift
        if self.index:
            return self.runs[self.index - 1][1]
        return self.runs[0][0] if self.runs else 0

    def _next(self) -> None:
        self.index += 1
        self.straight = -1
        if self.index < len(self.runs):
            a, b, c, d = self.runs[self.index]
            if b - a == d - c:
                self.low, self.shift, self.straight = c, a - c, d
