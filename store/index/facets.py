"""What the queue filters by, kept beside the state: for each value of each facet, the set of its notices.

A filter at a million notices cannot look at every row: "open" is the absence of a review, and "has suggestions" depends
on who looks.  So the numbers of the notices of each facet (an own label, a status, an assignee …) are stored as sets
(``store.index.sets``), and a filter is an intersection of them.  All of it is a projection of other tables:
``store.write`` brings it up to date in the transaction of the change, ``zhupi check`` compares, ``rebuild`` makes it
anew.

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
year                  year   that were published in that year
month                 month  that were published in that month
undated                      whose date of publication is unknown
flag                  flag   of which the normalizer says that, and nobody has settled it
=========== ========= ====== ==========================================================
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from pyroaring import BitMap

from annotations.annotation import Annotation, Review
from annotations.decisions import decides
from store.db.sqlite import Connection
from store.errors import DamageError
from store.index.sets import BLOCK, Key, add_set, decoded, mark

SUGGESTED: Final[Key] = ("suggested", "", "")
HELD: Final[Key] = ("held", "", "")
REVIEWED: Final[Key] = ("reviewed", "", "")
UNDATED: Final[Key] = ("undated", "", "")

YEAR, MONTH = len("2021"), len("2021-09")
"""Code points of a date that tell its year, and its month."""

KNOWN: Final = ("0", ":")
"""A known date begins with a digit: it lies between these two, the second excluded."""

_MEND: Final = "`zhupi check --repair` makes it anew"

_AT_ONCE: Final = 4_096
"""Numbers that are put into a set at once."""

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


def rename_label(connection: Connection, before: str, after: str) -> None:
    """Bring the facets up to date with another name of a label, which nothing had until now."""
    for table in ("tallies", "sets"):
        connection.execute(
            f"UPDATE {table} SET value = ? WHERE facet = 'label' AND value = ?",  # noqa: S608  # constants
            [after, before],
        )


def add_date(connection: Connection, notice: int, published: str | None) -> None:
    """Bring the facets up to date with the date of a new notice, inside the caller's transaction."""
    for key in _date_sets(published):
        mark(connection, key, notice, there=True)


def follow_date(connection: Connection, notice: int, before: str | None, after: str | None) -> None:
    """Bring the facets up to date with a change of the date of publication, which has been made already."""
    old, new = set(_date_sets(before)), set(_date_sets(after))
    for key in old ^ new:
        mark(connection, key, notice, there=key in new)


def follow_flags(connection: Connection, notice: int, before: Sequence[str], after: Sequence[str]) -> None:
    """Bring the facets up to date with a change of the flags of a notice, which has been made already."""
    for flag in set(before) ^ set(after):
        mark(connection, ("flag", "", flag), notice, there=flag in after)


def date_of(published: str | None) -> str | None:
    """The date that the queue sorts by: none where the year is unknown (XXXX-04-12)."""
    return published if published is not None and KNOWN[0] <= published < KNOWN[1] else None


def _date_sets(published: str | None) -> tuple[Key, ...]:
    date = date_of(published)
    return (UNDATED,) if date is None else (("year", "", date[:YEAR]), ("month", "", date[:MONTH]))


def rebuild(connection: Connection) -> None:
    """Make all of it anew from the tables that it follows from, inside the caller's transaction."""
    connection.execute("DELETE FROM sets")
    connection.execute("DELETE FROM tallies")
    connection.execute(f"INSERT INTO tallies (notice, owner, facet, value, n) {_TALLIES}")
    for key, numbers in _sets(connection).items():
        add_set(connection, key, numbers)


def differences(connection: Connection) -> Iterator[str]:
    """One line for each facet that is not what the tables say."""
    stored: dict[Key, BitMap] = defaultdict(BitMap)
    wrong: set[Key] = set()
    for *key, block, data in connection.execute("SELECT facet, owner, value, block, numbers FROM sets"):
        facet, owner, value = key
        try:
            numbers = decoded(data)
        except DamageError:
            wrong.add((facet, owner, value))
            continue
        if not numbers or {numbers.min() // BLOCK, numbers.max() // BLOCK} != {block}:
            wrong.add((facet, owner, value))
        stored[facet, owner, value] |= numbers
    wanted = _sets(connection)
    wrong.update(key for key in stored.keys() | wanted.keys() if stored.get(key) != wanted.get(key))
    for facet, owner, value in sorted(wrong):
        name = " ".join(filter(None, (facet, value, owner)))
        yield f"queue: which notices are {name} is not what the tables say; {_MEND}"
    tallies = "SELECT notice, owner, facet, value, n FROM tallies"
    if connection.execute(
        f"SELECT 1 FROM ({tallies} EXCEPT SELECT * FROM ({_TALLIES})) "  # noqa: S608  # constants
        f"UNION ALL SELECT 1 FROM (SELECT * FROM ({_TALLIES}) EXCEPT {tallies}) LIMIT 1"
    ).fetchone():
        yield f"queue: the counts of annotations are not what the tables say; {_MEND}"


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


_TALLIES = """
SELECT notice, annotator AS owner, 'label' AS facet, label AS value, count(*) AS n FROM annotations
WHERE annotator IS NOT NULL AND status <> 'rejected' GROUP BY notice, annotator, label
UNION ALL
SELECT notice, '', 'suggested', '', count(*) FROM annotations WHERE annotator IS NULL GROUP BY notice
UNION ALL
SELECT mine.notice, mine.annotator, 'decided', '', count(*) FROM annotations AS mine
JOIN annotations AS suggestion ON mine.decides = suggestion.id
WHERE suggestion.annotator IS NULL AND suggestion.notice = mine.notice GROUP BY mine.notice, mine.annotator
"""

_DATED = "published >= '{}' AND published < '{}'".format(*KNOWN)
"""As ``date_of``: the date is known."""

_SETS = f"""
WITH counts AS MATERIALIZED ({_TALLIES})
SELECT 'status', annotator, status, notice FROM reviews WHERE status <> 'open'
UNION ALL SELECT 'reviewed', '', '', notice FROM reviews WHERE status <> 'open'
UNION ALL SELECT 'assigned', annotator, '', notice FROM assignments
UNION ALL SELECT 'held', '', '', notice FROM assignments
UNION ALL SELECT 'label', owner, value, notice FROM counts WHERE facet = 'label'
UNION ALL SELECT 'suggested', '', '', notice FROM counts WHERE facet = 'suggested'
UNION ALL SELECT 'decided', mine.owner, '', mine.notice FROM counts AS mine
    JOIN counts AS whole ON whole.notice = mine.notice AND whole.facet = 'suggested'
    WHERE mine.facet = 'decided' AND mine.n = whole.n
UNION ALL SELECT 'year', '', substr(published, 1, {YEAR}), number FROM notices WHERE {_DATED}
UNION ALL SELECT 'month', '', substr(published, 1, {MONTH}), number FROM notices WHERE {_DATED}
UNION ALL SELECT 'undated', '', '', number FROM notices WHERE published IS NULL OR NOT ({_DATED})
UNION ALL SELECT 'flag', '', flag.value, number FROM notices JOIN json_each(notices.flags) AS flag
    WHERE json_valid(notices.flags)
"""  # noqa: S608  # constants


def _sets(connection: Connection) -> dict[Key, BitMap]:
    """All sets as the tables have them."""
    sets: dict[Key, BitMap] = defaultdict(BitMap)
    read: dict[Key, list[int]] = defaultdict(list)
    for facet, owner, value, notice in connection.execute(_SETS):
        numbers = read[facet, owner, value]
        numbers.append(notice)
        if len(numbers) == _AT_ONCE:
            sets[facet, owner, value].update(numbers)
            numbers.clear()
    for key, numbers in read.items():
        sets[key].update(numbers)
    return sets
