"""Regions: which stretch of raw text is title, metadata, body, boilerplate or a duplicate.

Every code point of the raw text is in exactly one region.  How they are found is the business of ``normalize``;
this module only says what a lawful list of regions is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from annotations.errors import RegionError
from annotations.spans import RawOffset, RawSpan

RegionKind = Literal["title", "metadata", "body", "boilerplate", "duplicate"]
"""What a region holds; only title and body reach the normalized text."""

REGION_KINDS: tuple[RegionKind, ...] = get_args(RegionKind)


class Region(msgspec.Struct, frozen=True):
    """A stretch of raw text of one kind.

    ``of`` is the span that a duplicate copies, else None.  ``by`` names the reviewer who set the kind; None when a
    rule did.
    """

    kind: RegionKind
    start: RawOffset
    end: RawOffset
    of: RawSpan | None = None
    by: str | None = None

    @property
    def kept(self) -> bool:
        """Whether the region reaches the normalized text."""
        return self.kind in ("title", "body")


def check_tiling(regions: Sequence[Region], raw_length: int) -> None:
    """Prove that ``regions`` tile a raw text of ``raw_length`` code points.

    Raises:
        RegionError: there is a hole, an overlap or an empty region; the line names it.
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
    """The region that holds the code point at ``offset``; None for an empty text."""
    low, high = 0, len(regions)
    while low < high:
        middle = (low + high) // 2
        if regions[middle].end <= offset:
            low = middle + 1
        else:
            high = middle
    return regions[low] if low < len(regions) else None


def overlay(regions: Sequence[Region], overrides: Sequence[Region]) -> tuple[Region, ...]:
    """Regions with others laid over them: what reviewers decided stays when rules find the rest anew.

    Args:
        regions: they tile the raw text.
        overrides: regions of the same text that do not overlap each other, in order.

    Returns:
        Regions that tile the same text; what an override covers in part is cut, and a cut copy keeps what it copies.
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
    return (
        region if (start, end) == (region.start, region.end) else msgspec.structs.replace(region, start=start, end=end)
    )
