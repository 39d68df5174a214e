"""Spans of one label as a tag for each character, and back: begin, inside, end, single, outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def tags(spans: Iterable[tuple[int, int]], start: int, length: int) -> list[str]:
    """The tags of the characters of ``[start, start + length)``.

    Spans that reach over its ends are left out, and of spans that overlap all but the longest: one model sees one
    layer of spans.

    Args:
        spans: ``[start, end)`` in code points of the text.
        start: where the stretch begins in it.
        length: its code points.
    """
    found = ["O"] * length
    inside = [(a - start, b - start) for a, b in spans if start <= a and b <= start + length]
    for a, b in sorted(inside, key=lambda span: (span[0] - span[1], span)):
        if all(tag == "O" for tag in found[a:b]):
            found[a:b] = ["S"] if b - a == 1 else ["B", *["I"] * (b - a - 2), "E"]
    return found


def spans_of(found: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The spans that tags mean; a span that does not begin or end as it should counts as far as it goes."""
    start = None
    for at, tag in enumerate(found):
        if tag in "OBS" and start is not None:
            yield start, at
            start = None
        if tag == "S":
            yield at, at + 1
        elif tag in "BIE" and start is None:
            start = at
        if tag == "E" and start is not None:
            yield start, at + 1
            start = None
    if start is not None:
        yield start, len(found)
