"""The exact map between offsets of the raw text and offsets of the normalized text.

An alignment is a list of runs ``(raw_start, raw_end, norm_start, norm_end)``, all in code points:

- Runs are sorted and do not overlap.  Together they cover all of the normalized text.
- A run whose two sides are equally long maps 1:1, character by character.
- Any other run is atomic: its raw text makes exactly one normalized character.  Examples are a character with its
  pinyin artefact, ``關(guān)`` → ``关``, and white space that became a newline.
- An inserted newline has an empty raw side.
- Raw text that no run covers is left out of the normalized text.

The normalizer builds the runs while it edits (``normalize.draft``).  They are never guessed by comparing two texts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from annotations.errors import AlignmentError, SpanError
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan

Values = tuple[int, int, int, int]
"""A run as it is stored.  A named tuple takes three times as long to make, and an alignment has many runs."""


class Run(NamedTuple):
    """One run of an alignment, in code points of either text."""

    raw_start: int
    raw_end: int
    norm_start: int
    norm_end: int

    @property
    def one_to_one(self) -> bool:
        """Whether the two sides are equally long, so that each raw character makes one normalized character."""
        return self.raw_end - self.raw_start == self.norm_end - self.norm_start


class Alignment:
    """The runs of one notice, with look-ups in both directions; immutable.

    Args:
        runs: the runs in order.  Adjacent 1:1 runs are joined, and runs without normalized text are dropped.
        raw_length: the length of the raw text, in code points.
        normalized_length: the length of the normalized text, in code points.

    Raises:
        AlignmentError: the runs break a rule of the module's docstring; the message names the first bad run.
    """

    def __init__(self, runs: Iterable[Values], raw_length: int, normalized_length: int) -> None:
        self.raw_length = raw_length
        self.normalized_length = normalized_length
        self._runs = tuple(_joined(runs, raw_length, normalized_length))

    # The columns that look-ups search.  The first look-up makes them: most alignments are only made and stored.

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
    def of_valid(cls, runs: Iterable[Values], raw_length: int, normalized_length: int) -> Alignment:
        """The alignment of runs that are known to be valid and joined.  It does not check them."""
        alignment = cls.__new__(cls)
        alignment.raw_length = raw_length
        alignment.normalized_length = normalized_length
        alignment._runs = tuple(runs)  # noqa: SLF001  # of the object that is made here
        return alignment

    @classmethod
    def identity(cls, length: int) -> Alignment:
        """The alignment of a text of ``length`` code points with itself."""
        return cls([(0, length, 0, length)] if length else [], length, length)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in order."""
        return tuple(map(Run._make, self._runs))

    @property
    def values(self) -> tuple[Values, ...]:
        """The runs, in order, as plain tuples."""
        return self._runs

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
        """The raw span that made ``normalized[span]``, artefacts included.

        An empty span gives the empty raw span in front of the character at its offset.

        Raises:
            SpanError: the span reaches past the normalized text.
        """
        if type(span) is not NormalizedSpan:
            raise TypeError(f"to_raw takes a NormalizedSpan, not {type(span).__name__}")
        start, end = self.raw_bounds(span.start, span.end)
        return RawSpan(RawOffset(start), RawOffset(end))

    def raw_bounds(self, start: int, end: int) -> tuple[int, int]:
        """As ``to_raw``, in plain numbers with ``0 <= start <= end``: a suggester looks up many.

        Raises:
            SpanError: the span reaches past the normalized text.
        """
        if end > self.normalized_length:
            raise SpanError(f"normalized span {start}..{end} reaches past the end, {self.normalized_length}")
        if start == end:
            at = self.raw_character(NormalizedOffset(start)).start
            return at, at
        norm_starts = self._norm_starts
        run = self._runs[bisect_right(norm_starts, start) - 1]
        raw_start = run[0] + start - run[2] if run[1] - run[0] == run[3] - run[2] else run[0]
        if end > run[3]:
            run = self._runs[bisect_left(norm_starts, end) - 1]
        raw_end = run[0] + end - run[2] if run[1] - run[0] == run[3] - run[2] else run[1]
        return raw_start, raw_end

    def to_normalized(self, span: RawSpan) -> NormalizedSpan | None:
        """The normalized span that ``raw[span]`` made; None when the normalized text leaves all of it out.

        A span that covers only a part of an atomic run gets the run's whole normalized character.

        Raises:
            SpanError: the span reaches past the raw text.
        """
        if type(span) is not RawSpan:
            raise TypeError(f"to_normalized takes a RawSpan, not {type(span).__name__}")
        found = self._bounds([(span.start, span.end)], self._raw_starts, self._raw_ends)[0]
        return None if found is None else NormalizedSpan(NormalizedOffset(found[0]), NormalizedOffset(found[1]))

    def normalized_bounds(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int] | None]:
        """As ``to_normalized``, of several raw spans in plain numbers: an export looks up very many.

        Raises:
            SpanError: a span reaches past the raw text.
        """
        # To keep these columns takes longer than to make them, and this alignment may be asked only once.
        return self._bounds(spans, [run[0] for run in self._runs], [run[1] for run in self._runs])

    def _bounds(
        self, spans: Iterable[tuple[int, int]], starts: Sequence[int], ends: Sequence[int]
    ) -> list[tuple[int, int] | None]:
        runs, length = self._runs, self.raw_length
        bounds: list[tuple[int, int] | None] = []
        for start, end in spans:
            if end > length:
                raise SpanError(f"raw span {start}..{end} reaches past the end, {length}")
            first = bisect_right(ends, start)
            last = bisect_left(starts, end) - 1
            while first <= last and starts[first] == ends[first]:
                first += 1  # an inserted newline comes from no raw text
            if first > last or start == end:
                bounds.append(None)
                continue
            a, b, c, d = runs[first]
            norm_start = c if b - a != d - c or start < a else c + start - a
            if last != first:
                a, b, c, d = runs[last]
            norm_end = d if b - a != d - c or end > b else c + end - a
            bounds.append(None if norm_start == norm_end else (norm_start, norm_end))
        return bounds

    def raw_character(self, offset: NormalizedOffset) -> RawSpan:
        """The raw span that made the one normalized character at ``offset``.

        At the end of the text it is the empty span behind the last character.

        Raises:
            SpanError: the offset is outside the normalized text.
        """
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
        """The offset of the normalized character that the raw character at ``offset`` made.

        Where the normalized text leaves the raw character out, it is the offset of the next one that is kept.

        Raises:
            SpanError: the offset is outside the raw text.
        """
        if not 0 <= offset <= self.raw_length:
            raise SpanError(f"raw offset {offset} is outside 0..{self.raw_length}")
        index = bisect_right(self._raw_ends, offset)
        if index == len(self._runs):
            return NormalizedOffset(self.normalized_length)
        a, b, c, d = self._runs[index]
        return NormalizedOffset(c + max(0, offset - a) if b - a == d - c else c)

    def survives(self, offset: RawOffset) -> bool:
        """Whether the normalized text keeps the raw character at ``offset``, alone or as a part of an atomic run."""
        index = bisect_right(self._raw_starts, offset) - 1
        return index >= 0 and offset < self._raw_ends[index]

    def left_out(self, span: RawSpan) -> Iterator[RawSpan]:
        """The stretches of ``raw[span]`` that the normalized text leaves out, in order; no artefact is one.

        Raises:
            SpanError: the span reaches past the raw text.
        """
        if span.end > self.raw_length:
            raise SpanError(f"raw span {span.start}..{span.end} reaches past the end, {self.raw_length}")
        at = span.start
        for index in range(bisect_right(self._raw_ends, at), len(self._runs)):
            start = RawOffset(min(self._raw_starts[index], span.end))
            if at < start:
                yield RawSpan(at, start)
            at = max(at, RawOffset(self._raw_ends[index]))
            if at >= span.end:
                return
        if at < span.end:
            yield RawSpan(at, span.end)

    def snap(self, span: RawSpan, raw: str) -> RawSpan:
        """The span, widened so that no edge divides a character from its pinyin artefact.

        Args:
            span: a span of the raw text; an empty one stays as it is.
            raw: the raw text.
        """
        if span.start == span.end:
            return span
        first = self.atom(span.start, raw)
        last = self.atom(RawOffset(span.end - 1), raw)
        return RawSpan(min(span.start, first.start), max(span.end, last.end))

    def atom(self, offset: RawOffset, raw: str) -> RawSpan:
        """The smallest raw span at ``offset`` that no edge of an annotation may divide.

        It is one raw character, or a character with its pinyin artefact.  White space that became a newline may be
        divided, although its run is atomic.

        Args:
            offset: an offset in the raw text.
            raw: the raw text.
        """
        index = bisect_right(self._raw_ends, offset)
        if index < len(self._runs) and self._raw_starts[index] <= offset:
            a, b, c, d = self._runs[index]
            if b - a != d - c and not raw[a].isspace():
                return RawSpan(RawOffset(a), RawOffset(b))
        return RawSpan(offset, RawOffset(min(offset + 1, self.raw_length)))

    def then(self, second: Alignment) -> Alignment:
        """The composition of this alignment with ``second``.

        Args:
            second: an alignment whose raw text is the normalized text of this one.

        Raises:
            AlignmentError: the text between the two has another length in each of them.
        """
        if second.raw_length != self.normalized_length:
            raise AlignmentError(
                f"maps do not join: one ends at {self.normalized_length}, the next at {second.raw_length}"
            )
        return Alignment(self._composed(second), self.raw_length, second.normalized_length)

    @property
    def _first_raw(self) -> int:
        """Where the first run begins in the raw text."""
        return self._runs[0][0] if self._runs else 0

    def _composed(self, second: Alignment) -> Iterator[Values]:
        """The runs of ``then``; adjacent ones may continue each other."""
        runs, norm_starts = self._runs, self._norm_starts
        for mid_start, mid_end, norm_start, norm_end in second._runs:
            if mid_end - mid_start != norm_end - norm_start:
                if mid_start == mid_end:
                    # An inserted newline stands directly behind the raw text of the character before it.  At the start
                    # of the text it stands directly in front of the first character, behind what is left out there.
                    at = self.raw_character(NormalizedOffset(mid_start - 1)).end if mid_start else self._first_raw
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
    runs: Iterable[Values], raw_length: int, normalized_length: int
) -> Iterator[Values]:
    """The runs after a check; adjacent 1:1 runs are joined, and runs without normalized text are dropped."""
    raw_at = norm_at = 0
    held: Values | None = None  # the last 1:1 run, which the next one may continue
    for run in runs:
        a, b, c, d = run
        if not raw_at <= a <= b <= raw_length or c != norm_at or not c <= d <= normalized_length:
            raise _invalid(run, raw_at, norm_at, raw_length)
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
        raise AlignmentError(f"runs cover {norm_at} of {normalized_length} of the normalized text")
    if held:
        yield held


def _invalid(run: Values, raw_at: int, norm_at: int, raw_length: int) -> AlignmentError:
    """The error that says why ``run`` cannot follow a run that ends at ``raw_at`` and ``norm_at``."""
    a, b, c, d = run
    if not raw_at <= a <= b <= raw_length or c > d:
        return AlignmentError(f"run {[a, b, c, d]} overlaps the one before it or leaves the raw text of {raw_length}")
    return AlignmentError(f"run {[a, b, c, d]} leaves a hole or an overlap in the normalized text at {norm_at}")
