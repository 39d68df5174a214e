"""The exact map between raw and normalized offsets.

An alignment is a list of runs ``(raw_start, raw_end, norm_start, norm_end)`` in code points.  Runs are sorted, do not
overlap and cover all of the normalized text; a run of equal lengths maps 1:1, any other is atomic and yields at most
one normalized character (an artefact and its host, white space that became a newline).  Raw text that no run covers
was left out.  A newline that no raw text made has an empty raw range.

The map is kept by construction, never guessed by comparing two texts: see ``normalize.draft``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from annotations.errors import AlignmentError, SpanError
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan

_Values = tuple[int, int, int, int]
"""A run as it is kept: a named tuple costs three times as much to make, and an alignment has many."""


class Run(NamedTuple):
    """One run of an alignment, in code points of either text."""

    raw_start: int
    raw_end: int
    norm_start: int
    norm_end: int

    @property
    def one_to_one(self) -> bool:
        """Whether the two sides are equally long, so that each character has its own counterpart."""
        return self.raw_end - self.raw_start == self.norm_end - self.norm_start


class Alignment:
    """Runs with look-ups in both directions; immutable.

    Args:
        runs: in order; neighbours that continue each other 1:1 are joined.
        raw_length: code points of the raw text.
        normalized_length: code points of the normalized text.

    Raises:
        AlignmentError: the runs are not lawful; the line names the first that is not.
    """

    def __init__(self, runs: Iterable[_Values], raw_length: int, normalized_length: int) -> None:
        self.raw_length = raw_length
        self.normalized_length = normalized_length
        self._runs = tuple(_joined(runs, raw_length, normalized_length))

    # What look-ups search; made for the first of them, for most alignments are only made and stored.

    @cached_property
    def _raw_starts(self) -> list[int]:
        return [run[0] for run in self._runs]

    @cached_property
    def _raw_ends(self) -> list[int]:
        return [run[1] for run in self._runs]

    @cached_property
    def _norm_starts(self) -> list[int]:
        return [run[2] for run in self._runs]

    @classmethod
    def of_lawful(cls, runs: Iterable[_Values], raw_length: int, normalized_length: int) -> Alignment:
        """The map of runs that are lawful and joined by construction, which are not proved again."""
        alignment = cls.__new__(cls)
        alignment.raw_length = raw_length
        alignment.normalized_length = normalized_length
        alignment._runs = tuple(runs)  # noqa: SLF001  # its own, made here
        return alignment

    @classmethod
    def identity(cls, length: int) -> Alignment:
        """The map of a text onto itself."""
        return cls([(0, length, 0, length)] if length else [], length, length)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in order."""
        return tuple(map(Run._make, self._runs))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Alignment):
            return NotImplemented
        return (self._runs, self.raw_length, self.normalized_length) == (
            other._runs,
            other.raw_length,
            other.normalized_length,
        )

    def __hash__(self) -> int:
        return hash((self._runs, self.raw_length, self.normalized_length))

    def __repr__(self) -> str:
        return f"Alignment({len(self._runs)} runs, raw {self.raw_length}, normalized {self.normalized_length})"

    def to_raw(self, span: NormalizedSpan) -> RawSpan:
        """The raw text that made ``normalized[span]``, its artefacts included.

        An empty span gives the empty raw span in front of the character at its offset.

        Raises:
            SpanError: the span reaches past the normalized text.
        """
        if type(span) is not NormalizedSpan:
            raise TypeError(f"to_raw takes a NormalizedSpan, not {type(span).__name__}")
        start, end = span.start, span.end
        if end > self.normalized_length:
            raise SpanError(f"normalized span {start}..{end} reaches past the end, {self.normalized_length}")
        if start == end:
            at = self.raw_character(start).start
            return RawSpan(at, at)
        norm_starts = self._norm_starts
        run = self._runs[bisect_right(norm_starts, start) - 1]
        raw_start = run[0] + start - run[2] if run[1] - run[0] == run[3] - run[2] else run[0]
        if end > run[3]:
            run = self._runs[bisect_left(norm_starts, end) - 1]
        raw_end = run[0] + end - run[2] if run[1] - run[0] == run[3] - run[2] else run[1]
        return RawSpan(RawOffset(raw_start), RawOffset(raw_end))

    def to_normalized(self, span: RawSpan) -> NormalizedSpan | None:
        """What survives of ``raw[span]``; None when nothing does.

        A span that takes in part of an atomic run gets its normalized character.

        Raises:
            SpanError: the span reaches past the raw text.
        """
        if type(span) is not RawSpan:
            raise TypeError(f"to_normalized takes a RawSpan, not {type(span).__name__}")
        start, end = span.start, span.end
        if end > self.raw_length:
            raise SpanError(f"raw span {start}..{end} reaches past the end, {self.raw_length}")
        if start == end:
            return None
        first = bisect_right(self._raw_ends, start)
        last = bisect_left(self._raw_starts, end) - 1
        while first <= last and self._raw_starts[first] == self._raw_ends[first]:
            first += 1  # what no raw text made does not survive from any
        if first > last:
            return None
        a, b, c, d = self._runs[first]
        norm_start = c + max(0, start - a) if b - a == d - c else c
        if last != first:
            a, b, c, d = self._runs[last]
        norm_end = c + min(b, end) - a if b - a == d - c else d
        if norm_start == norm_end:
            return None
        return NormalizedSpan(NormalizedOffset(norm_start), NormalizedOffset(norm_end))

    def raw_character(self, offset: NormalizedOffset) -> RawSpan:
        """The raw text of the one normalized character at ``offset``; at the end, the empty span behind the last."""
        if not 0 <= offset <= self.normalized_length:
            raise SpanError(f"normalized offset {offset} is outside 0..{self.normalized_length}")
        if offset == self.normalized_length:
            end = RawOffset(self._runs[-1][1] if self._runs else self.raw_length)
            return RawSpan(end, end)
        a, b, c, d = self._runs[bisect_right(self._norm_starts, offset) - 1]
        if b - a == d - c:
            return RawSpan(RawOffset(a + offset - c), RawOffset(a + offset - c + 1))
        return RawSpan(RawOffset(a), RawOffset(b))

    def normalized_offset(self, offset: RawOffset) -> NormalizedOffset:
        """The normalized character that the raw character at ``offset`` made, else the next one that survives."""
        if not 0 <= offset <= self.raw_length:
            raise SpanError(f"raw offset {offset} is outside 0..{self.raw_length}")
        index = bisect_right(self._raw_ends, offset)
        if index == len(self._runs):
            return NormalizedOffset(self.normalized_length)
        a, b, c, d = self._runs[index]
        return NormalizedOffset(c + max(0, offset - a) if b - a == d - c else c)

    def survives(self, offset: RawOffset) -> bool:
        """Whether the raw character at ``offset`` has a part in the normalized text."""
        index = bisect_right(self._raw_starts, offset) - 1
        return index >= 0 and offset < self._raw_ends[index]

    def snap(self, span: RawSpan, raw: str) -> RawSpan:
        """The span widened so that no edge falls inside an artefact: a reading stays with its host."""
        if span.start == span.end:
            return span
        first = self.atom(span.start, raw)
        last = self.atom(RawOffset(span.end - 1), raw)
        return RawSpan(min(span.start, first.start), max(span.end, last.end))

    def atom(self, offset: RawOffset, raw: str) -> RawSpan:
        """The raw character at ``offset``, with its artefact: what an edge of a span may not divide.

        White space that became a newline can be divided: only its first and last character matter to a reader.
        """
        index = bisect_right(self._raw_ends, offset)
        if index < len(self._runs) and self._raw_starts[index] <= offset:
            a, b, c, d = self._runs[index]
            if b - a != d - c and not raw[a].isspace():
                return RawSpan(RawOffset(a), RawOffset(b))
        return RawSpan(offset, RawOffset(min(offset + 1, self.raw_length)))

    def then(self, second: Alignment) -> Alignment:
        """This map followed by ``second``, whose raw text is this one's normalized text.

        Raises:
            AlignmentError: the lengths of the text between them differ.
        """
        if second.raw_length != self.normalized_length:
            raise AlignmentError(
                f"maps do not join: one ends with {self.normalized_length} code points, "
                f"the next begins with {second.raw_length}"
            )
        return Alignment(self._composed(second), self.raw_length, second.normalized_length)

    @property
    def _first(self) -> int:
        return self._runs[0][0] if self._runs else 0

    def _composed(self, second: Alignment) -> Iterator[_Values]:
        runs, norm_starts = self._runs, self._norm_starts
        for mid_start, mid_end, norm_start, norm_end in second._runs:
            if mid_end - mid_start != norm_end - norm_start:
                if mid_start == mid_end:
                    # Inserted: it comes from no raw text and stands behind the character before it, or right in
                    # front of the first one: raw text that is left out before that has no part in it.
                    at = self.raw_character(NormalizedOffset(mid_start - 1)).end if mid_start else self._first
                    yield at, at, norm_start, norm_end
                else:
                    hull = self.to_raw(NormalizedSpan(NormalizedOffset(mid_start), NormalizedOffset(mid_end)))
                    yield hull.start, hull.end, norm_start, norm_end
                continue
            shift = norm_start - mid_start
            index = bisect_right(norm_starts, mid_start) - 1
            while index < len(runs) and runs[index][2] < mid_end:
                a, b, c, d = runs[index]
                low, high = max(c, mid_start), min(d, mid_end)
                if b - a == d - c:
                    yield a + low - c, a + high - c, low + shift, high + shift
                else:
                    yield a, b, low + shift, high + shift
                index += 1


def _joined(  # noqa: C901  # one pass over all runs: an alignment has many
    runs: Iterable[_Values], raw_length: int, normalized_length: int
) -> Iterator[_Values]:
    """The runs, proved lawful; 1:1 neighbours are joined and those that yield nothing left out."""
    raw_at = norm_at = 0
    held: _Values | None = None  # the 1:1 run that may go on
    for run in runs:
        a, b, c, d = run
        if not raw_at <= a <= b <= raw_length or c != norm_at or not c <= d <= normalized_length:
            raise _unlawful(run, raw_at, norm_at, raw_length)
        raw_at, norm_at = b, d
        if c == d:
            continue
        if b - a == d - c:
            if held:
                if held[1] == a:
                    held = held[0], b, held[2], d
                    continue
                yield held
            held = run
            continue
        if d - c > 1:
            raise AlignmentError(f"run {[a, b, c, d]} is atomic but yields more than one normalized character")
        if held:
            yield held
            held = None
        yield run
    if norm_at != normalized_length:
        raise AlignmentError(f"runs cover {norm_at} of {normalized_length} normalized code points")
    if held:
        yield held


def _unlawful(run: _Values, raw_at: int, norm_at: int, raw_length: int) -> AlignmentError:
    """Why a run cannot follow one that ends at ``raw_at`` and ``norm_at``."""
    a, b, c, d = run
    if not raw_at <= a <= b <= raw_length or c > d:
        return AlignmentError(f"run {[a, b, c, d]} overlaps the one before it or leaves the raw text of {raw_length}")
    return AlignmentError(f"run {[a, b, c, d]} leaves a hole or an overlap in the normalized text at {norm_at}")
