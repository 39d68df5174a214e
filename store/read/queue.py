"""The queue: what a reviewer sees of the notices, a page of rows at a time, at the same cost for any number of notices.

A page is reached by a key, never by an OFFSET.  Wide text is not touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import msgspec
from msgspec.structs import replace

from annotations.annotation import ReviewStatus
from store.db.sqlite import Connection, json_array
from store.index.filters import BY_DATE, AdjudicationState, PageKey, QueueFilter
from store.index.flags import flags_of
from store.index.keys import DONE, HIDDEN, READY, Key, date_of
from store.index.numbers import count_notices
from store.project.presence import running_leases
from store.project.settings import labels_in

if TYPE_CHECKING:
    from pyroaring import BitMap

PAGE_ROWS = 256
"""Rows of one page of the whole queue, which is read ahead."""

FILTERED_ROWS = 64
"""Rows of one page under a filter, where each row has to be found; more than a screen shows."""

DEFAULT_STATUS: ReviewStatus = get_args(ReviewStatus)[0]
"""Of a notice that nobody has reviewed: open."""

ALL = QueueFilter()
"""Every notice, in the order of import."""


class QueueRow(msgspec.Struct, frozen=True):
    """A notice as the queue shows it to one reviewer.

    ``counts`` are the reviewer's own annotations by label, rejected ones left out; ``suggestions`` the undecided ones.
    ``comment`` is that of the reviewer's review; ``assignees`` are names in their order.
    ``leased_to`` is who was handed it for review and has it.  ``flags`` are those of the page that nobody has settled.
    ``copy_of`` is the ``doc`` of the earliest notice that it is a near-copy of, None where it is the earliest itself;
    ``has_copies`` is whether it has near-copies.  ``adjudication`` is how far its gold is, None where fewer than two
    people have finished it.
    """

    number: int
    id: str
    doc: str
    title: str | None
    source: str | None
    published: str | None
    status: ReviewStatus
    counts: dict[str, int]
    suggestions: int
    comment: str | None = None
    assignees: tuple[str, ...] = ()
    leased_to: str | None = None
    flags: tuple[str, ...] = ()
    copy_of: str | None = None
    has_copies: bool = False
    adjudication: AdjudicationState | None = None


class QueuePage(msgspec.Struct, frozen=True):
    """Some rows in order; ``next`` is the key behind them, ``previous`` that before them, None where nothing is."""

    rows: list[QueueRow]
    next: PageKey | None
    previous: PageKey | None


def queue_page(
    connection: Connection,
    annotator: str,
    which: QueueFilter = ALL,
    after: PageKey | None = None,
    *,
    before: PageKey | None = None,
    including: bool = False,
    last: bool = False,
    limit: int = FILTERED_ROWS,
) -> QueuePage:
    """A page of the queue: the first one, or as the keys ask.

    Args:
        connection: for reading; within ``Database.read`` where several calls must see the same.
        annotator: who looks.
        which: what is shown, and in which order.
        after: for the page behind this place.
        before: for the page that ends before this place.
        including: whether a row at the very place of the key belongs to the page.
        last: for the last page.
        limit: how many rows at most.
    """
    places = _places(connection, annotator, which)
    backwards = last or before is not None
    key = before if before is not None else None if last else after
    keys = list(islice(places.walk(key, backwards=backwards, including=including), limit + 1))
    more, keys = len(keys) > limit, keys[:limit]
    if backwards:
        keys.reverse()
    # Nothing lies beyond the first or the last page.
    other = key is not None and bool(keys) and _next_to(places, keys[-1 if backwards else 0], backwards=not backwards)
    return QueuePage(
        rows_of(connection, annotator, [each.number for each in keys]),
        keys[-1] if keys and (other if backwards else more) else None,
        keys[0] if keys and (more if backwards else other) else None,
    )


def count_queue(connection: Connection, annotator: str, which: QueueFilter) -> int:
    """How many notices the filter shows: at once for facets alone, else by looking at each; meant for a worker.

    Within ``Database.read(cancel)`` another thread can end it.
    """
    return _places(connection, annotator, which).count()


def numbers_in_queue(connection: Connection, annotator: str, which: QueueFilter) -> list[int]:
    """The numbers of all notices that the filter shows, in order."""
    return [place.number for place in _places(connection, annotator, which).walk(None)]


def numbers_behind(connection: Connection, annotator: str, which: QueueFilter, number: int, limit: int) -> list[int]:
    """The numbers of the first notices behind ``number`` that the filter shows, in the order of import."""
    places = _places(connection, annotator, replace(which, sort="imported"))
    return [place.number for place in islice(places.walk(PageKey(None, number)), limit)]


def place_of(connection: Connection, annotator: str, which: QueueFilter, number: int) -> PageKey | None:
    """The place of a notice in the queue; None where the filter does not show it."""
    key = _key(connection, which, number)
    return key if key is not None and _places(connection, annotator, which).holds(key) else None


def next_in_queue(
    connection: Connection, annotator: str, which: QueueFilter, number: int, direction: Literal[1, -1]
) -> int | None:
    """The notice behind (1) or before (-1) another one in the queue; None where there is none.

    The other one need not be in the queue any more: a notice that has just been done has left that of open ones.
    """
    key = _key(connection, which, number)
    if key is None:
        return None
    found = _next_to(_places(connection, annotator, which), key, backwards=direction < 0)
    return None if found is None else found.number


def count_done(connection: Connection, annotator: str) -> tuple[int, int]:
    """How many notices the annotator has done, and how many there are."""
    return count_queue(connection, annotator, QueueFilter(status="done")), count_notices(connection)


def next_open(connection: Connection, annotator: str, after: int, which: QueueFilter = ALL) -> int | None:
    """The first notice of the queue behind ``after`` that the annotator has not reviewed, else the first before it.

    Of a queue that shows another status, the next one of that.
    """
    key = _key(connection, which, after)
    places = _places(connection, annotator, _open(which))
    behind = _next_to(places, key, backwards=False) if key is not None else None
    found = behind or next(places.walk(None), None)
    return None if found is None or found.number == after else found.number


def next_free(
    connection: Connection, annotator: str, which: QueueFilter = ALL, behind: int | None = None
) -> int | None:
    """The first notice of the queue that is free for the annotator: behind another one, else from the first on.

    Free is an open notice that the annotator is to review, or else one that nobody is to review, nobody has reviewed,
    and nobody else holds a lease on.
    """
    places = _places(connection, annotator, _open(which), free=True)
    key = _key(connection, which, behind) if behind is not None else None
    return _next_unleased(places, leased_by_others(connection, annotator), key)


def next_ready(
    connection: Connection, adjudicator: str, which: QueueFilter = ALL, behind: int | None = None
) -> int | None:
    """The first notice of the queue that is ready for adjudication: behind another one, else from the first on.

    Left out is what another adjudicator holds a lease on.
    """
    leased = connection.execute(
        "SELECT notice FROM leases WHERE task = 'adjudicate' AND annotator <> ? AND until > ? AND until <= ?",
        [adjudicator, *running_leases()],
    ).fetchall()
    places = _places(connection, adjudicator, replace(which, adjudication="ready"))
    key = _key(connection, which, behind) if behind is not None else None
    return _next_unleased(places, {row[0] for row in leased}, key)


def _next_unleased(places: Places, leased: set[int], key: PageKey | None) -> int | None:
    """The first place of some behind a key, else from the first on, that nobody holds a lease on."""
    for start in (None,) if key is None else (key, None):
        for place in places.walk(start):
            if place.number not in leased and (key is None or place.number != key.number):
                return place.number
    return None


def leased_by_others(connection: Connection, annotator: str) -> set[int]:
    """The notices that are kept for other reviewers now, and that the annotator is not to review."""
    rows = connection.execute(
        "SELECT notice FROM leases WHERE task = 'review' AND annotator <> ? AND until > ? AND until <= ? "
        "AND notice NOT IN (SELECT notice FROM assignments WHERE annotator = ?)",
        [annotator, *running_leases(), annotator],
    ).fetchall()
    return {row[0] for row in rows}


def assignees(connection: Connection) -> list[str]:
    """Everybody who has a notice to review, by name."""
    rows = connection.execute("SELECT DISTINCT owner FROM sets WHERE facet = 'assigned' ORDER BY owner").fetchall()
    return [row[0] for row in rows]


def flags_in_use(connection: Connection) -> list[str]:
    """The flags that some notice has, by name."""
    rows = connection.execute("SELECT DISTINCT value FROM sets WHERE facet = 'flag' ORDER BY value").fetchall()
    return [row[0] for row in rows]


def _open(which: QueueFilter) -> QueueFilter:
    return replace(which, status=DEFAULT_STATUS) if which.status is None else which


def _key(connection: Connection, which: QueueFilter, number: int) -> PageKey | None:
    """Where a notice would be in the queue; None where there is no such notice."""
    row = connection.execute("SELECT published FROM notices WHERE number = ?", [number]).fetchone()
    return None if row is None else PageKey(date_of(row[0]) if which.sort in BY_DATE else None, number)


def _stored_set(connection: Connection, key: Key) -> BitMap | tuple[int, ...]:
    """As ``stored_set``, of one key; in most projects most sets are empty."""
    stored = connection.execute("SELECT 1 FROM sets WHERE facet = ? AND owner = ? AND value = ? LIMIT 1", key)
    if stored.fetchone() is None:
        return ()
    from store.index.sets import stored_set  # noqa: PLC0415

    return stored_set(connection, [key])


class Places(Protocol):
    """Some notices in the order of a queue."""

    def walk(self, key: PageKey | None, *, backwards: bool = False, including: bool = False) -> Iterator[PageKey]:
        """The places behind a key; without one, all from the first; backwards those before it, or all from the last.

        Args:
            key: a place, which need not be among them.
            backwards: in the other order.
            including: whether that place belongs to them.
        """

    def holds(self, key: PageKey) -> bool:
        """Whether the notice of a key, which is there, is among them."""

    def count(self) -> int:
        """How many there are."""


class _AllPlaces:
    """All notices in the order of import: what the first screen shows, without anything that a filter needs."""

    def __init__(self, connection: Connection) -> None:
        self._total = count_notices(connection)

    def walk(self, key: PageKey | None, *, backwards: bool = False, including: bool = False) -> Iterator[PageKey]:
        """As ``Places.walk``."""
        step = -1 if backwards else 1
        start = (self._total if backwards else 1) if key is None else key.number + (0 if including else step)
        found = range(min(start, self._total), 0, -1) if backwards else range(max(start, 1), self._total + 1)
        return (PageKey(None, number) for number in found)

    def holds(self, key: PageKey) -> bool:  # noqa: ARG002  # it holds every notice
        """As ``Places.holds``."""
        return True

    def count(self) -> int:
        """As ``Places.count``."""
        return self._total


def _places(connection: Connection, annotator: str, which: QueueFilter, *, free: bool = False) -> Places:
    """What a queue shows."""
    if which == ALL and not free:
        return _AllPlaces(connection)
    from store.read.queue_places import FilteredPlaces  # noqa: PLC0415  # the first screen seldom needs it

    return FilteredPlaces(connection, annotator, which, free=free)


def _next_to(places: Places, key: PageKey, *, backwards: bool) -> PageKey | None:
    """The place next to a key."""
    return next(places.walk(key, backwards=backwards), None)


def rows_of(connection: Connection, annotator: str, numbers: Iterable[int]) -> list[QueueRow]:
    """The rows of notices, in the order given; numbers that no notice has are left out."""
    given = json_array(numbers)
    rows = connection.execute(
        "SELECT notices.*, reviews.status, reviews.comment FROM json_each(?) AS given "
        "CROSS JOIN notices ON number = given.value "
        "LEFT JOIN reviews ON reviews.notice = number AND reviews.annotator = ?",
        [given, annotator],
    ).fetchall()
    labels = labels_in(connection)
    own: dict[int, dict[str, int]] = {}
    suggested: Counter[int] = Counter()
    for notice, facet, value, n in connection.execute(
        "SELECT notice, facet, tallies.value, n FROM json_each(?) AS given CROSS JOIN tallies "
        "ON notice = given.value AND owner IN ('', ?) WHERE (owner = ? OR facet = 'suggested') "
        "AND facet NOT IN ('gap', 'open-point')",
        [given, annotator, annotator],
    ).fetchall():
        if facet == "label":
            own.setdefault(notice, {})[labels.present_name_of(value)] = n
        elif facet in ("suggested", "decided"):
            suggested[notice] += n if facet == "suggested" else -n
    held: dict[int, list[str]] = {}
    for row in connection.execute(
        "SELECT notice, annotator FROM json_each(?) AS given CROSS JOIN assignments ON notice = given.value "
        "ORDER BY notice, annotator",
        [given],
    ).fetchall():
        held.setdefault(row["notice"], []).append(row["annotator"])
    leased = dict(
        connection.execute(
            "SELECT notice, annotator FROM json_each(?) AS given CROSS JOIN leases ON notice = given.value "
            "WHERE task = 'review' AND until > ? AND until <= ?",
            [given, *running_leases()],
        ).fetchall()
    )
    copies = {
        row["notice"]: row["doc"]
        for row in connection.execute(
            'SELECT copy_groups.notice, CASE WHEN "first" < copy_groups.notice THEN doc END AS doc '
            "FROM json_each(?) AS given CROSS JOIN copy_groups ON copy_groups.notice = given.value "
            'JOIN notices ON number = "first"',
            [given],
        ).fetchall()
    }
    ready, done, hidden = (_stored_set(connection, key) for key in (READY, DONE, HIDDEN))
    return [
        QueueRow(
            number=row["number"],
            id=row["id"],
            doc=row["doc"],
            title=row["title"],
            source=row["source"],
            published=row["published"],
            status=row["status"] or DEFAULT_STATUS,
            counts=own.get(row["number"], {}),
            suggestions=suggested[row["number"]] if row["number"] not in hidden else 0,
            comment=row["comment"],
            assignees=tuple(held.get(row["number"], ())),
            leased_to=leased.get(row["number"]),
            flags=flags_of(row["flags"]),
            copy_of=copies.get(row["number"]),
            has_copies=row["number"] in copies,
            adjudication="ready" if row["number"] in ready else "done" if row["number"] in done else None,
        )
        for row in rows
    ]
