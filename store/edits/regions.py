"""The kind of a region, overridden by a reviewer for everybody; the normalized text follows at once."""

from __future__ import annotations

from annotations.errors import SpanError
from annotations.regions import Region, RegionKind, region_at
from store.db.database import Database
from store.log.events import Change
from store.log.rows import load_regions
from store.write.record import record


def override_region(database: Database, actor: str, notice: int, at: int, kind: RegionKind) -> None:
    """Change the kind of the region that holds the raw offset ``at``, for everybody; the normalized text follows.

    A region that becomes a duplicate copies nothing in particular.

    Raises:
        SpanError: no region of the notice holds that offset.
        ConflictError: somebody else changed the regions meanwhile.
    """
    with database.write() as connection:
        before = load_regions(connection, notice)
        region = region_at(before, at)
        if region is None:
            raise SpanError(f"no region of notice {notice} holds the offset {at}")
        if region.kind == kind:
            return
        changed = Region(kind, region.start, region.end, None, actor)
        after = tuple(changed if each is region else each for each in before)
        record(connection, actor, "override", Change(notice, "regions", str(notice), before, after))
