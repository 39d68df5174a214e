"""The normalized text of a stored notice, made anew from its raw text: for other regions, or by a newer normalizer.

Raw text never changes, and annotations are anchored in it: whatever happens here, no annotation moves.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from annotations.formats.native import native_regions
from annotations.normalize import NORMALIZER, Normalized, normalize
from annotations.regions import Region
from store.db.sqlite import Connection
from store.index.facets import follow_date
from store.index.search import reindex
from store.log.rows import load_regions


def renormalize(connection: Connection, notice: int, regions: Sequence[Region] | None) -> Normalized:
    """Normalize a stored notice again, inside the caller's transaction.

    Title, source and date follow where they were found in the text; those that the source row gave stay.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        regions: its regions from now on; None lets the rules find them.

    Returns:
        What its text is now.
    """
    row = connection.execute(
        "SELECT raw, normalized, regions, meta, title, source, published FROM texts JOIN notices ON number = notice "
        "WHERE notice = ?",
        [notice],
    ).fetchone()
    before = normalize(row["raw"], regions=load_regions(connection, notice))
    found = normalize(row["raw"], regions=regions)
    meta = msgspec.json.decode(row["meta"])
    if "flags" in meta:
        # What was found when the file was decoded holds, whatever is made of its text.
        earlier = meta["flags"] if isinstance(meta["flags"], list) else []
        meta["flags"] = [*found.flags, *(flag for flag in earlier if flag == "encoding-unsure")]
    connection.execute(
        "UPDATE texts SET normalized = ?, normalizer = ?, regions = ?, runs = ?, meta = ? WHERE notice = ?",
        [
            found.normalized,
            NORMALIZER,
            msgspec.json.encode(native_regions(found.regions)).decode(),
            msgspec.json.encode(found.alignment.runs).decode(),
            msgspec.json.encode(meta).decode(),
            notice,
        ],
    )
    fields = {field: row[field] for field in ("title", "source", "published")}
    for field in fields:
        if row[field] == getattr(before, field) != getattr(found, field):
            connection.execute(
                f"UPDATE notices SET {field} = ? WHERE number = ?",  # noqa: S608  # one of three names
                [getattr(found, field), notice],
            )
            fields[field] = getattr(found, field)
    reindex(connection, notice, (row["title"], row["normalized"]), (fields["title"], found.normalized))
    follow_date(connection, notice, row["published"], fields["published"])
    return found
