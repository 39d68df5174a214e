"""The guidelines that a project has had, as the log tells them, and which one somebody tagged by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec

from annotations.digest import hex_digest
from annotations.guideline import default_guideline
from store.db.sqlite import Connection
from store.log.events import OWN, event_of
from store.project.settings import Setting

_DIGITS: Final = 12

SINCE: Final = f"""
SELECT at FROM events WHERE entity = 'setting' AND key = 'guideline' AND notice IS NULL AND {OWN}
ORDER BY number DESC LIMIT 1
"""  # noqa: S608  # constant
"""Since when the guideline of now holds, in SQL; nothing where it is the one that the project began with."""


class GuidelineVersion(msgspec.Struct, frozen=True):
    """A guideline: the ``number`` of the version, from 1, since when it holds, and who gave it.

    ``since`` is "" and ``by`` None of the one that the project began with.  ``digest`` is the beginning of the SHA-256
    of its text, in hex.
    """

    number: int
    since: str
    by: str | None
    digest: str


def guideline_versions(connection: Connection) -> list[GuidelineVersion]:
    """All guidelines that the project has had, the oldest first.

    Raises:
        DamageError: an event of the log is damaged.
    """
    rows = connection.execute(
        f"SELECT * FROM events WHERE entity = 'setting' AND key = 'guideline' AND {OWN} ORDER BY number"  # noqa: S608  # constant
    ).fetchall()
    events = [event_of(row) for row in rows]
    first = events[0].change.before if events else None
    found = [GuidelineVersion(1, "", None, _digest(first.value if isinstance(first, Setting) else default_guideline()))]
    for event in events:
        after = event.change.after
        if isinstance(after, Setting):
            found.append(GuidelineVersion(len(found) + 1, event.at, event.actor, _digest(after.value)))
    return found


def version_at(versions: Sequence[GuidelineVersion], at: str) -> GuidelineVersion:
    """The version that held at a time, which is that of an annotation changed last then.

    Args:
        versions: as ``guideline_versions`` gives them.
        at: UTC, as an ``Annotation`` has it.
    """
    return versions[max(0, bisect_right([each.since for each in versions], at) - 1)]


def _digest(text: str) -> str:
    return hex_digest(text.encode())[:_DIGITS]
