"""How much people have tagged under each guideline of a project."""

from __future__ import annotations

from collections import Counter

from annotations.annotation import GOLD
from store.db.sqlite import Connection
from store.log.guideline_versions import GuidelineVersion, guideline_versions, version_at


def tagged_under(connection: Connection) -> list[tuple[GuidelineVersion, int]]:
    """Each guideline with the number of annotations that were changed last under it, the oldest guideline first.

    Raises:
        DamageError: an event of the log is damaged.
    """
    versions, counts = guideline_versions(connection), Counter[int]()
    for at, count in connection.execute(
        "SELECT updated_at, count(*) FROM annotations WHERE annotator <> ? AND status <> 'rejected' "
        "GROUP BY updated_at",
        [GOLD],
    ):
        counts[version_at(versions, at).number] += count
    return [(each, counts[each.number]) for each in versions]
