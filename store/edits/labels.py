"""Another label set for a project that has begun: one event of the log, which the state follows at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from annotations.labels import LabelSet
from annotations.relabelling import relabelled, renamed, same_suggestions
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.log.events import labels_change, last_event
from store.project.settings import labels_in
from store.write.labels import refuse_loss
from store.write.permission import check_permission
from store.write.record import record

_AT_ONCE: Final = 1_000
"""Notices whose suggesters are forgotten at once."""


def declare_labels(database: Database, actor: str, labels: LabelSet) -> None:
    """Give a project that has just been made its own label set."""
    with database.write() as connection:
        record(connection, actor, "labels", labels_change(labels_in(connection), labels))


def change_labels(
    database: Database,
    actor: str,
    wanted: LabelSet | None,
    renames: Sequence[tuple[str, str]],
    hide: Collection[str],
    where: str,
    check: Callable[[LabelSet], object],
) -> tuple[LabelSet, LabelSet]:
    """Give a project another label set; annotations, suggestions and filters follow, the log keeps the old names.

    Args:
        database: where.
        actor: who does it.
        wanted: the labels that there shall be, under their new names; None leaves the present ones.
        renames: the present and the new name of each label that is renamed.
        hide: the names of labels to hide.
        where: what declares the labels, for errors.
        check: called with the new label set; it raises where the app cannot use that.

    Returns:
        The label set before and after; the same where nothing changes.

    Raises:
        LabelError: it cannot be used, or something that is in use would be lost; nothing has changed then.
    """

    def following(before: LabelSet) -> LabelSet:
        after = relabelled(before, renamed(before, renames) if wanted is None else wanted, renames, hide, where)
        check(after)
        return after

    while True:
        # What takes seconds is done without the lock, and so is what came in these seconds.
        with database.read() as connection:
            before, known = labels_in(connection), last_event(connection)
            after = following(before)
            check_permission(connection, actor, "labels", labels_change(before, after))
            refuse_loss(connection, before, after)
        if not same_suggestions(before, after):
            _forget_seen(database)
        with database.read() as connection:
            # Where another admin was first, all begins anew, here and below.
            if labels_in(connection) != before:
                continue
            came, known = known, last_event(connection)
            refuse_loss(connection, before, after, since=came)
        with database.write() as connection:
            if labels_in(connection) == before:
                refuse_loss(connection, before, after, since=known)
                record(connection, actor, "labels", labels_change(before, after))
                return before, after


def _forget_seen(database: Database) -> None:
    """Forget in turns which notices suggesters have seen: where the labels stay as they are, they look at them again.

    What they see meanwhile goes with the change of the labels.
    """
    last = database.connection.execute("SELECT coalesce(max(notice), 0) FROM suggested").fetchone()[0]

    def store(connection: Connection, turn: Iterator[int]) -> None:
        for first in turn:
            connection.execute("DELETE FROM suggested WHERE notice BETWEEN ? AND ?", [first, first + _AT_ONCE - 1])

    for _ in in_turns(database, range(0, last + 1, _AT_ONCE), store):
        pass
