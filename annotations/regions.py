"""Regions: which parts of the raw text are title, metadata, body, boilerplate or a duplicate.

Every code point of the raw text is in exactly one region.  This module says what a valid list of regions is;
``normalize.page`` finds the regions of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from annotations.errors import RegionError
from annotations.spans import RawOffset, RawSpan

RegionKind = Literal["title", "metadata", "body", "boilerplate", "duplicate"]
"""The kind of a region.  The normalized text holds only regions of the kinds ``title`` and ``body``."""

REGION_KINDS: tuple[RegionKind, ...] = get_args(RegionKind)


class Region(msgspec.Struct, frozen=True):
    """A part ``[start, end)`` of the raw text, in code points, and its kind.

    ``of`` is the raw span that a duplicate repeats, else None.  ``by`` is the reviewer who set the kind; it is None
    when a rule set it.
    """

    kind: RegionKind
    start: RawOffset
    end: RawOffset
    of: RawSpan | None = None
    by: str | None = None

    @property
    def kept(self) -> bool:
        """Whether the normalized text holds the region."""
        return self.kind in ("title", "body")


def check_tiling(regions: Sequence[Region], raw_length: int) -> None:
    """Check that each code point of a raw text is in exactly one region.

    Args:
        regions: the regions, in order.
        raw_length: the length of the raw text, in code points.

    Raises:
        RegionError: there is a gap, an overlap or an empty region, or a duplicate repeats text outside the raw text;
            the message names the region.
    """
    at = 0
    for region in regions:
        if region.start != at or region.end <= region.start:
            raise RegionError(f"region {region.kind} {region.start}..{region.end} does not begin where {at} ends")
        if region.of is not None and region.of.end > raw_length:
            raise RegionError(f"region {region.kind} {region.start}..{region.end} copies text outside the notice")
        at = region.end
    if at != raw_length:
        raise RegionError(f"regions end at {at}, the raw text at {raw_length}")


def region_at(regions: Sequence[Region], offset: int) -> Region | None:
    """The region that holds the code point at ``offset``; None at and behind the end of the text.

    Args:
        regions: regions that tile a raw text, in order.
        offset: an offset in the raw text, in code points.
    """
    low, high = 0, len(regions)
    while low < high:
        middle = (low + high) // 2
        if regions[middle].end <= offset:
            low = middle + 1
        else:
            high = middle
    return regions[low] if low < len(regions) else None


def put_region(regions: Sequence[Region], wanted: Region) -> tuple[Region, ...]:
    """Regions with ``wanted`` in the place of the region that has the same span, where there is one."""
    return tuple(wanted if (each.start, each.end) == (wanted.start, wanted.end) else each for each in regions)


def overlay(regions: Sequence[Region], overrides: Sequence[Region]) -> tuple[Region, ...]:
    """Regions with overrides in their place: the decisions of reviewers stay when the rules find the regions again.

    Args:
        regions: regions that tile the raw text, in order.
        overrides: regions of the same text, in order, that do not overlap each other.

    Returns:
        Regions that tile the raw text.  A region that an override covers in part is cut.  A duplicate that is cut keeps
        its ``of``.
    """
    result: list[Region] = []
    waiting = list(overrides)
    for region in regions:
        start = region.start
        while waiting and waiting[0].start < region.end:
            override = waiting[0]
            if override.start > start:
                result.append(_part(region, start, override.start))
            if not result or result[-1] is not override:
                result.append(override)
            start = max(start, override.end)
            if override.end > region.end:
                break
            waiting.pop(0)
        if start < region.end:
            result.append(_part(region, start, region.end))
    return tuple(result)


def _part(region: Region, start: RawOffset, end: RawOffset) -> Region:
    """The region, cut to ``[start, end)``."""
    return (
        region if (start, end) == (region.start, region.end) else msgspec.structs.replace(region, start=start, end=end)
    )
