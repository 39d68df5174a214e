"""What the queue filters by, kept beside the state: sets of notices as bits, and how many there are of what on each.

A filter at a million notices cannot look at every row: "open" is the absence of a review, and "has suggestions" depends
on who looks.  So for each facet (an own label, a status, an assignee …) the numbers of its notices are bits, 4,096 to a
row, and filters are ANDs and ORs of them.  All of it follows from other tables: ``store.write`` brings it up to date in
the transaction of the change, ``zhupi check`` compares, ``rebuild`` makes it anew.

=========== ========= ====== ==========================================================
facet       owner     value  the notices
=========== ========= ====== ==========================================================
status      annotator status whose review by the owner has that status; open is no facet
label       annotator label  with an own annotation of the owner that is not rejected
suggested                    with suggestions
decided     annotator        all of whose suggestions the owner has decided
assigned    annotator        that the owner is to review
held                         that anybody is to review
reviewed                     that anybody has done, flagged or skipped
month                 month  that are of that month, "" for those of unknown date
=========== ========= ====== ==========================================================
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from annotations.annotation import Annotation, Review
from annotations.decisions import decides
from store.db.sqlite import Connection

CHUNK = 4096
"""Notices in a row of bits: number ``n`` is bit ``n % CHUNK`` of chunk ``n // CHUNK``."""

BEHIND = chr(sys.maxunicode)
"""A date with this added comes behind all that begin with the date."""

Set = tuple[str, str, str]
"""Facet, owner and value."""

SUGGESTED: Set = ("suggested", "", "")
HELD: Set = ("held", "", "")
REVIEWED: Set = ("reviewed", "", "")

_Tally = tuple[str, str, str]
"""Owner, facet and value of a count of things on one notice."""


def follow_review(connection: Connection, notice: int, before: Review | None, after: Review | None) -> None:
    """Bring the facets up to date with a change of a review, which has been made already."""
    for review, there in ((before, False), (after, True)):
        if review is not None and review.status != "open":
            mark(connection, ("status", review.annotator, review.status), notice, there=there)
    anybody = connection.execute(
        "SELECT 1 FROM reviews WHERE notice = ? AND status <> 'open' LIMIT 1", [notice]
    ).fetchone()
    mark(connection, REVIEWED, notice, there=anybody is not None)


def follow_assignment(connection: Connection, notice: int, annotator: str, *, there: bool) -> None:
    """Bring the facets up to date with a change of an assignment, which has been made already."""
    mark(connection, ("assigned", annotator, ""), notice, there=there)
    others = connection.execute("SELECT 1 FROM assignments WHERE notice = ? LIMIT 1", [notice]).fetchone()
    mark(connection, HELD, notice, there=others is not None)


def follow_annotation(connection: Connection, notice: int, before: Annotation | None, after: Annotation | None) -> None:
    """Bring the facets up to date with a change of an annotation, which has been made already."""
    steps: Counter[_Tally] = Counter()
    for item, by in ((before, -1), (after, 1)):
        if item is not None:
            for tally in _counted(connection, notice, item):
                steps[tally] += by
    again = False
    for (owner, facet, value), by in steps.items():
        if by:
            left = _add(connection, notice, (owner, facet, value), by)
            if (facet == "label" and left in (0, by)) or (facet == "decided" and not left):
                mark(connection, (facet, owner, value), notice, there=left > 0)
            again = again or facet != "label"
    if again:
        _decide(connection, notice)


def mark(connection: Connection, which: Set, notice: int, *, there: bool) -> None:
    """Put a notice into a set, or take it out; inside the caller's transaction."""
    chunk, bit = divmod(notice, CHUNK)
    row = connection.execute(
        "SELECT bits FROM members WHERE facet = ? AND owner = ? AND value = ? AND chunk = ?", [*which, chunk]
    ).fetchone()
    before = int.from_bytes(row[0], "little") if row else 0
    after = before | 1 << bit if there else before & ~(1 << bit)
    if after != before:
        _write(connection, which, chunk, after)


def follow_date(connection: Connection, notice: int, published: str | None) -> None:
    """Tell of the date of a notice that is new, or has another date now.

    Zones (the dates among the notices of a chunk) and the numbers between which a month lies only grow, so that they
    hold too much rather than too little.
    """
    date, before = (
        date_of(published),
        connection.execute("SELECT date FROM dates WHERE notice = ?", [notice]).fetchone(),
    )
    if before is not None:
        if before[0] == date:
            return
        mark(connection, ("month", "", month_of(before[0])), notice, there=False)
    connection.execute("INSERT OR REPLACE INTO dates (notice, date) VALUES (?, ?)", [notice, date])
    mark(connection, ("month", "", month_of(date)), notice, there=True)
    connection.execute(
        "INSERT INTO date_zones (chunk, earliest, latest) VALUES (?, ?, ?) ON CONFLICT (chunk) DO UPDATE "
        "SET earliest = coalesce(min(earliest, excluded.earliest), earliest, excluded.earliest), "
        "latest = coalesce(max(latest, excluded.latest), latest, excluded.latest)",
        [notice // CHUNK, date, date],
    )
    connection.execute(
        'INSERT INTO months (month, "first", "last") VALUES (?, ?, ?) ON CONFLICT (month) DO UPDATE '
        'SET "first" = min("first", excluded."first"), "last" = max("last", excluded."last")',
        [month_of(date), notice, notice],
    )


def date_of(published: str | None) -> str | None:
    """The date that the queue sorts by: none where the year is unknown (XXXX-04-12)."""
    return published if published is not None and "0" <= published <= ":" else None


def month_of(date: str | None) -> str:
    """The month of a date; nothing for an unknown one."""
    return "" if date is None else date[: len("2021-09")]


def rebuild(connection: Connection) -> None:
    """Make all of it anew from the tables that it follows from, inside the caller's transaction."""
    for table in ("members", "tallies", "dates", "date_zones", "months"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # one of five names
    for number, published in connection.execute("SELECT number, published FROM notices").fetchall():
        follow_date(connection, number, published)
    connection.executemany(
        "INSERT INTO tallies (notice, owner, facet, value, n) VALUES (?, ?, ?, ?, ?)", _tallies(connection)
    )
    for which, chunks in _sets(connection).items():
        for chunk, bits in chunks.items():
            _write(connection, which, chunk, bits)


def differences(connection: Connection) -> Iterator[str]:
    """One line for each kind of facet that is not what the tables say."""
    stored: dict[Set, dict[int, int]] = defaultdict(dict)
    for facet, owner, value, chunk, bits in connection.execute("SELECT * FROM members").fetchall():
        stored[facet, owner, value][chunk] = int.from_bytes(bits, "little")
    wanted = _sets(connection)
    for facet, owner, value in sorted(stored.keys() | wanted.keys()):
        if stored.get((facet, owner, value)) != wanted.get((facet, owner, value)):
            yield f"queue: which notices are {' '.join(filter(None, (facet, value, owner)))} is not what the tables say"
    tallies = {tuple(row) for row in connection.execute("SELECT notice, owner, facet, value, n FROM tallies")}
    if tallies != set(_tallies(connection)):
        yield "queue: the counts of annotations are not what the tables say"
    dates = {row[0]: row[1] for row in connection.execute("SELECT notice, date FROM dates")}
    if dates != {row[0]: date_of(row[1]) for row in connection.execute("SELECT number, published FROM notices")}:
        yield "queue: the dates that it sorts by are not those of the notices"
    outside = connection.execute(
        f"SELECT count(*) FROM dates LEFT JOIN date_zones ON chunk = notice / {CHUNK} "  # noqa: S608  # constants
        "LEFT JOIN months ON month = coalesce(substr(date, 1, 7), '') "
        "WHERE NOT coalesce(date IS NULL OR date BETWEEN earliest AND latest, 0) "
        'OR NOT coalesce(notice BETWEEN "first" AND "last", 0)'
    ).fetchone()[0]
    if outside:
        yield f"queue: {outside} dates are outside of what is known of their stretch"


def _counted(connection: Connection, notice: int, item: Annotation) -> Iterator[_Tally]:
    """What an annotation counts as, given the others that are there now."""
    if item.annotator is None:
        yield "", "suggested", ""
        # Whoever has decided it already: an import may bring the decision first.
        rows = connection.execute(
            "SELECT annotator FROM annotations WHERE decides = ? AND notice = ?", [item.id, notice]
        )
        for (annotator,) in rows.fetchall():
            yield annotator, "decided", ""
        return
    if item.status != "rejected":
        yield item.annotator, "label", item.label
    suggestion = decides(item)
    if (
        suggestion is not None
        and connection.execute(
            "SELECT 1 FROM annotations WHERE id = ? AND notice = ? AND annotator IS NULL", [suggestion, notice]
        ).fetchone()
    ):
        yield item.annotator, "decided", ""


def _add(connection: Connection, notice: int, tally: _Tally, by: int) -> int:
    """Count up or down; returns what it is now."""
    left = connection.execute(
        "INSERT INTO tallies (notice, owner, facet, value, n) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING n",
        [notice, *tally, by],
    ).fetchone()[0]
    if not left:
        connection.execute(
            "DELETE FROM tallies WHERE notice = ? AND owner = ? AND facet = ? AND value = ?", [notice, *tally]
        )
    return int(left)


def _decide(connection: Connection, notice: int) -> None:
    """Mark whether a notice has suggestions, and who has decided all of them."""
    counts = connection.execute(
        "SELECT owner, facet, n FROM tallies WHERE notice = ? AND facet <> 'label'", [notice]
    ).fetchall()
    suggested = sum(n for _, facet, n in counts if facet == "suggested")
    mark(connection, SUGGESTED, notice, there=suggested > 0)
    for owner, facet, n in counts:
        if facet == "decided":
            mark(connection, ("decided", owner, ""), notice, there=n == suggested)


def _write(connection: Connection, which: Set, chunk: int, bits: int) -> None:
    if not bits:
        connection.execute(
            "DELETE FROM members WHERE facet = ? AND owner = ? AND value = ? AND chunk = ?", [*which, chunk]
        )
        return
    connection.execute(
        "INSERT OR REPLACE INTO members (facet, owner, value, chunk, bits) VALUES (?, ?, ?, ?, ?)",
        [*which, chunk, bits.to_bytes((bits.bit_length() + 7) // 8, "little")],
    )


_TALLIES = """
SELECT notice, annotator, 'label', label, count(*) FROM annotations
WHERE annotator IS NOT NULL AND status <> 'rejected' GROUP BY notice, annotator, label
UNION ALL
SELECT notice, '', 'suggested', '', count(*) FROM annotations WHERE annotator IS NULL GROUP BY notice
UNION ALL
SELECT mine.notice, mine.annotator, 'decided', '', count(*) FROM annotations AS mine
JOIN annotations AS suggestion ON mine.decides = suggestion.id
WHERE suggestion.annotator IS NULL AND suggestion.notice = mine.notice GROUP BY mine.notice, mine.annotator
"""

_SETS = """
SELECT 'status', annotator, status, notice FROM reviews WHERE status <> 'open'
UNION ALL SELECT DISTINCT 'reviewed', '', '', notice FROM reviews WHERE status <> 'open'
UNION ALL SELECT 'assigned', annotator, '', notice FROM assignments
UNION ALL SELECT DISTINCT 'held', '', '', notice FROM assignments
"""


def _tallies(connection: Connection) -> Iterator[tuple[int, str, str, str, int]]:
    for row in connection.execute(_TALLIES).fetchall():
        yield tuple(row)


def _sets(connection: Connection) -> dict[Set, dict[int, int]]:
    """All sets as the tables have them, by chunk."""
    sets: dict[Set, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    suggested: dict[int, int] = {}
    decided: list[tuple[str, int, int]] = []

    def put(which: Set, notice: int) -> None:
        sets[which][notice // CHUNK] |= 1 << notice % CHUNK

    for facet, owner, value, notice in connection.execute(_SETS).fetchall():
        put((facet, owner, value), notice)
    for notice, owner, facet, value, n in _tallies(connection):
        if facet == "label":
            put((facet, owner, value), notice)
        elif facet == "suggested":
            suggested[notice] = n
            put(SUGGESTED, notice)
        else:
            decided.append((owner, notice, n))
    for owner, notice, n in decided:
        if n == suggested[notice]:
            put(("decided", owner, ""), notice)
    for number, published in connection.execute("SELECT number, published FROM notices").fetchall():
        put(("month", "", month_of(date_of(published))), number)
    return sets
