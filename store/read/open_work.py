"""What waits for somebody in a project: what a release tells, so that whoever trains on it knows."""

from __future__ import annotations

from typing import Final

import msgspec

from store.db.sqlite import Connection
from store.index.keys import READY
from store.index.sets import stored_set
from store.project.muting import is_heard
from store.read.conflicts import count_conflicts

UNDECIDED: Final = f"""
SELECT notice, label, "start", "end", suggested_by FROM annotations AS one
WHERE annotator IS NULL AND {is_heard("one")}
AND NOT EXISTS (SELECT 1 FROM annotations AS mine WHERE mine.decides = one.id AND mine.notice = one.notice)
AND NOT EXISTS (SELECT 1 FROM annotations AS mine WHERE mine.notice = one.notice AND mine.annotator IS NOT NULL
    AND mine."start" = one."start" AND mine."end" = one."end" AND mine.label = one.label)
"""  # noqa: S608  # constants
"""Suggestions that are not muted, that nobody has decided, and at whose span and label nobody has an annotation."""


class OpenWork(msgspec.Struct, frozen=True):
    """What waits for somebody in a project.

    ``undecided`` counts suggestions that nobody has decided, but for muted ones, ``unsure`` annotations that somebody
    marked so, ``flagged`` reviews, ``not_adjudicated`` notices that two people have finished and whose gold is not
    done, ``conflicts`` what merged databases say differently.  A manifest of an older version lacks these.
    """

    undecided: int
    unsure: int
    flagged: int
    not_adjudicated: int
    conflicts: int = 0


def open_work(connection: Connection) -> OpenWork:
    """What waits for somebody now.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
    """

    def count(sql: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {sql}").fetchone()[0])  # noqa: S608  # constants

    return OpenWork(
        undecided=count(f"({UNDECIDED})"),
        unsure=count("annotations WHERE unsure AND status <> 'rejected'"),
        flagged=count("reviews WHERE status = 'flagged'"),
        not_adjudicated=len(stored_set(connection, [READY])),
        conflicts=count_conflicts(connection),
    )
