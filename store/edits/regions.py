"""The kind of a region, overridden by a reviewer for everybody; the normalized text follows at once.

An override is about one region.  Its event has all regions of the notice, but taking it back leaves alone what has
become of the others.
"""

from __future__ import annotations

from typing import cast

from annotations.errors import SpanError
from annotations.regions import Region, RegionKind, put_region, region_at
from store.db.database import Database
from store.db.sqlite import Connection
from store.log.events import Change, ConflictError
from store.log.rows import load_regions
from store.write.record import record
from store.write.search import indexed_in_turns


def override_region(database: Database, actor: str, notice: int, at: int, kind: RegionKind) -> None:
    """Change the kind of the region that holds the raw offset ``at``, for everybody; the normalized text follows.

    A region that becomes a duplicate copies nothing in particular.

    Raises:
        SpanError: no region of the notice holds that offset.
        ConflictError: somebody else changed the regions meanwhile.
    """
    # It brings the normalizer, and the app rarely needs it.
    from store.write.texts import prepare  # noqa: PLC0415

    with database.read() as connection:
        before = load_regions(connection, notice)
        text = prepare(connection, notice, _overridden(notice, before, at, kind, actor))
    with indexed_in_turns(database, notice, text), database.write() as connection:
        before = load_regions(connection, notice)
        after = _overridden(notice, before, at, kind, actor)
        if after != before:
            record(connection, actor, "override", Change(notice, "regions", str(notice), before, after))


def _overridden(notice: int, before: tuple[Region, ...], at: int, kind: RegionKind, actor: str) -> tuple[Region, ...]:
    """The regions of a notice with another kind of one; the same where it has that kind."""
    region = region_at(before, at)
    if region is None:
        raise SpanError(f"no region of notice {notice} holds the offset {at}")
    if region.kind == kind:
        return before
    return put_region(before, Region(kind, region.start, region.end, None, actor))


def rebased(connection: Connection, change: Change) -> Change:
    """The change of a region, or its inverse, on the regions as they are now.

    Raises:
        ConflictError: the region is no longer there, or somebody has set its kind since.
    """
    current = load_regions(connection, change.notice)
    before, after = cast("tuple[Region, ...]", change.before), cast("tuple[Region, ...]", change.after)
    wanted = current
    for region in after:
        if region in before:
            continue
        now = region_at(current, region.start)
        if now is None or not _same_place(now, region):
            raise ConflictError("its text is divided otherwise by now", change, current)
        if now != region and now not in before:
            raise ConflictError(f"{now.by or 'the normalizer'} has set it since", change, current)
        wanted = put_region(wanted, region)
    return Change(change.notice, "regions", change.key, current, wanted)


def _same_place(one: Region, other: Region) -> bool:
    return (one.start, one.end) == (other.start, other.end)
