"""Who gets which notice: free ones are handed out under leases, so that nobody gets what another has.

A lease ends by itself, so that the notice of a session that died is free again.  A notice can be kept for one reviewer
and for one adjudicator at a time.  Leases govern what the key ``n`` hands out; anybody may still open any
notice.  They are not in the log, since no annotation depends on them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from annotations.annotation import Review, timestamp
from store.db.database import Database
from store.db.sqlite import Connection
from store.errors import DamageError, NotTrainedError
from store.index.filters import QueueFilter
from store.log.rows import load
from store.project.presence import LEASE, LeaseTask, running_leases
from store.project.reviewers import check_actor, require
from store.project.settings import load_setting
from store.project.training import SETTING
from store.read.queue import ALL, DEFAULT_STATUS, next_free, next_ready, place_of

_MOST_HELD = 20
"""How many notices are kept for somebody at once; who goes on holds the last ones, and the earlier ones are free."""

_MOST_TRIES = 100
"""How often it is tried again after somebody else took the notice that was found."""


def take_next(database: Database, annotator: str, which: QueueFilter = ALL, *, behind: int | None = None) -> int | None:
    """Hand somebody the next free notice of the queue; None where none is free.

    Free is what the annotator has not reviewed and either is to review, or what nobody is to review, nobody has
    reviewed, and nobody else has been handed.  Of a queue that shows another status than open, nothing is free.

    Args:
        database: where.
        annotator: who gets it.
        which: what of the queue, and in which order.
        behind: the number of a notice; the first one behind it comes first, then those before it.

    Whoever is trained gets the notices of that first, whatever the filter, and some get hidden checks in between.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
        RoleError: the annotator works here no longer.
        NotTrainedError: they have done their training, and not well enough for the queue to be open to them.
    """
    if which.status not in (None, DEFAULT_STATUS):
        return None
    with database.read() as connection:
        given = _given_by_training(connection, annotator, which, behind)
    if given is not None:
        with database.write() as connection:
            check_actor(connection, annotator)
            # Several may have it at once, so that it does not matter whether it could be kept.
            _lease(connection, annotator, given, "review")
        return given
    return _taken(database, annotator, partial(next_free, which=which, behind=behind), _take)


def _given_by_training(connection: Connection, annotator: str, which: QueueFilter, behind: int | None) -> int | None:
    """The notice that training or a hidden check has for somebody; None where the queue is to give one.

    Raises:
        NotTrainedError: the queue is not open to them.
    """
    if load_setting(connection, SETTING) is None:
        return None
    # It compares layers, and most projects train nobody.
    from store.read.training import hidden_check, training_step  # noqa: PLC0415

    step = training_step(connection, annotator, behind)
    if step.barred is not None:
        raise NotTrainedError(step.barred)
    return step.notice if step.notice is not None else hidden_check(connection, annotator, which, behind)


def take_next_ready(
    database: Database, adjudicator: str, which: QueueFilter = ALL, *, behind: int | None = None
) -> int | None:
    """Hand an adjudicator the next notice that is ready and that no other adjudicator was handed; None where none is.

    Args:
        database: where.
        adjudicator: who gets it.
        which: what of the queue, and in which order.
        behind: the number of a notice; the first one behind it comes first, then those before it.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
        RoleError: their role does not allow it.
    """
    with database.read() as connection:
        require(connection, adjudicator, "adjudicate")
    return _taken(database, adjudicator, partial(next_ready, which=which, behind=behind), _take_ready)


def _taken(
    database: Database,
    annotator: str,
    search: Callable[[Connection, str], int | None],
    take: Callable[[Connection, str, int], bool],
) -> int | None:
    """The first notice of a search that nobody else takes meanwhile; None where the search finds none."""
    for _ in range(_MOST_TRIES):
        # The search may take a while and is done outside of the write lock; only the taking is done under it.
        with database.read() as connection:
            found = search(connection, annotator)
        if found is None:
            return None
        with database.write() as connection:
            check_actor(connection, annotator)
            if take(connection, annotator, found):
                return found
    # Somebody else may take the notice first, but not each time.
    raise DamageError("what the queue hands out is not what the tables say; an admin runs `zhupi check --repair`")


def renew(connection: Connection, annotator: str, notice: int) -> None:
    """Keep a notice for its holder for as long again; nothing where it was not handed to them."""
    connection.execute("UPDATE leases SET until = ? WHERE notice = ? AND annotator = ?", [_until(), notice, annotator])


def release(connection: Connection, annotator: str, notice: int, task: LeaseTask = "review") -> None:
    """Give a notice back, if it was handed to the annotator for that task."""
    connection.execute("DELETE FROM leases WHERE notice = ? AND task = ? AND annotator = ?", [notice, task, annotator])


def _take(connection: Connection, annotator: str, notice: int) -> bool:
    """Whether the notice could be handed out: somebody else may have been faster."""
    if connection.execute(
        "SELECT 1 FROM assignments WHERE notice = ? AND annotator = ?", [notice, annotator]
    ).fetchone():
        review = load(connection, "review", annotator, notice)
        return not isinstance(review, Review) or review.status == "open"
    taken = connection.execute(
        "SELECT 1 FROM assignments WHERE notice = ? UNION ALL "
        "SELECT 1 FROM reviews WHERE notice = ? AND status <> 'open'",
        [notice, notice],
    ).fetchone()
    return taken is None and _lease(connection, annotator, notice, "review")


def _take_ready(connection: Connection, adjudicator: str, notice: int) -> bool:
    """Whether the notice could be handed out for adjudication: somebody else may have been faster."""
    ready = place_of(connection, adjudicator, QueueFilter(adjudication="ready"), notice)
    return ready is not None and _lease(connection, adjudicator, notice, "adjudicate")


def _lease(connection: Connection, annotator: str, notice: int, task: LeaseTask) -> bool:
    """Keep a notice for somebody, and with it the last ones that they were handed for the same task."""
    connection.execute("DELETE FROM leases WHERE until <= ? OR until > ?", running_leases())
    done = connection.execute(
        "INSERT INTO leases (notice, task, annotator, until) VALUES (?, ?, ?, ?) ON CONFLICT (notice, task) "
        "DO UPDATE SET until = excluded.until WHERE annotator = excluded.annotator RETURNING 1",
        [notice, task, annotator, _until()],
    ).fetchone()
    if done is None:
        return False
    connection.execute(
        "DELETE FROM leases WHERE annotator = ? AND task = ? AND notice NOT IN "
        "(SELECT notice FROM leases WHERE annotator = ? AND task = ? ORDER BY notice = ? DESC, until DESC LIMIT ?)",
        [annotator, task, annotator, task, notice, _MOST_HELD],
    )
    return True


def _until() -> str:
    return timestamp(datetime.now(UTC) + LEASE)
