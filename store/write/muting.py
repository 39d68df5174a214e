"""Has the counts of the queue leave out what is muted, and no more: in turns, or at once where that is a few."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from annotations.muting import Muting
from store.db.sqlite import Connection
from store.errors import StoreError
from store.index import facets
from store.index.numbers import count_notices
from store.index.spans import EVERYTHING, Span, spans_of
from store.project.muting import Counted, counted_in, keep_counted, keys_of, muting_in

_AT_ONCE: Final = (256, 1_000)
"""Notices, and annotations of them, that are counted anew at once."""


def begin_muting(connection: Connection, wanted: Muting) -> None:
    """Begin to count by what is going to be muted, inside the caller's transaction; ``count_on`` goes on.

    Raises:
        StoreError: what somebody else has begun is not at its end.
    """
    counted = counted_in(connection)
    if counted.reached is not None:
        raise StoreError("what is muted is being changed by somebody else; try again in a minute")
    keep_counted(connection, Counted(now=keys_of(wanted), before=counted.now, reached=0, wanted=wanted))


def spans_to_count(connection: Connection) -> list[Span]:
    """What is left to be counted anew, in order: spans of notices for ``count_on``."""
    reached = counted_in(connection).reached
    return [] if reached is None else [span for span in spans_of(connection, *_AT_ONCE) if span.last > reached]


def count_on(connection: Connection, wanted: Muting, spans: Iterable[Span]) -> None:
    """Count some notices anew, inside the caller's transaction; nothing where somebody else has come to the end.

    Args:
        connection: in a write transaction.
        wanted: what is going to be muted.
        spans: spans of notices, in order, each behind the one before.
    """
    counted = counted_in(connection)
    for span in spans:
        if counted.wanted != wanted or counted.reached is None or span.last <= counted.reached:
            continue
        counted = Counted(counted.now, counted.before, span.last, wanted)
        keep_counted(connection, counted)
        if _is_concerned(connection, span, set(counted.now) ^ set(counted.before)):
            facets.recount_suggestions(connection, span)


def follow_muting(connection: Connection) -> None:
    """Bring the counts up to date with the setting, which has been changed already, as far as they are not yet."""
    keys, counted = keys_of(muting_in(connection)), counted_in(connection)
    all_counted = counted.now == keys and (counted.reached is None or counted.reached >= count_notices(connection))
    keep_counted(connection, Counted(now=keys))
    if not all_counted:
        facets.recount_suggestions(connection, EVERYTHING)


def _is_concerned(connection: Connection, span: Span, keys: Iterable[str]) -> bool:
    """Whether some of the notices have suggestions of these rules and labels, as ``Counted`` has them."""
    row = connection.execute(
        "SELECT 1 FROM annotations WHERE notice BETWEEN :first AND :last AND annotator IS NULL AND "
        "substr(coalesce(suggested_by, ''), 1, instr(coalesce(suggested_by, '') || '@', '@') - 1) || char(9) || label "
        "IN (SELECT value FROM json_each(:keys)) LIMIT 1",
        {**span.bounds, "keys": msgspec.json.encode(sorted(keys)).decode()},
    ).fetchone()
    return row is not None
