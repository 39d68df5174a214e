"""Counts of what is said about each notice, from which follows in which sets of ``store.index.facets`` it is.

Each count is of a notice, an owner, a facet and a value:

============ ========= ============ ===================================================================
facet        owner     value        counts
============ ========= ============ ===================================================================
label        annotator label        own annotations that are not rejected
open-point   annotator what is open own annotations that are unsure, have a warning or a comment
gap          annotator label        own annotations without any value
suggested              label        places of suggestions
decided      annotator label        those of these places that the owner has decided
============ ========= ============ ===================================================================

Labels are those of rows, under their first names (``store.log.rows``), and so is nothing counted anew when a label gets
another name, or other attributes: an annotation without any value has a gap where its label has attributes.

A place is a span and a label.  Several suggestions for one place, of two rules or of two versions of one, are one to
decide; those that are muted (``store.project.muting``) are none.  A place is decided when the owner has an annotation
there, be it rejected, or has decided all its suggestions (``annotations.decisions.waiting`` tells the same of one
notice).  Warnings are counted as ``annotations.open_points`` counts them: pairs that overlap, lines crossed, white
space at an edge.

What one change touches is counted where the change is made; all of it is counted anew by one statement, which calls the
same functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Final

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import Annotation, crosses_a_line, has_outer_space
from annotations.decisions import decides
from annotations.errors import AlignmentError
from annotations.labels import AttributeValue
from annotations.muting import is_muted
from annotations.open_points import has_no_value
from annotations.regions import Region
from annotations.spans import raw_span
from store.db.sqlite import Connection, Error
from store.index.spans import Span
from store.project.muting import counted_in, is_heard

Tally = tuple[str, str, str]
"""Owner, facet and value of a count of things on one notice."""

Place = tuple[int, int, str]
"""Start and end in raw code points, and label."""

_regions = msgspec.json.Decoder(tuple[Region, ...])
_runs = msgspec.json.Decoder(list[tuple[int, int, int, int]])
_attributes = msgspec.json.Decoder(dict[str, AttributeValue])

_OF_NOTICE: Final = "AND item.notice = ?"
_BETWEEN: Final = "AND item.notice BETWEEN :first AND :last"


def _said(only: str = "") -> str:
    """What annotations of people count as, one by one; ``only`` narrows it to some, here and below."""
    return f"""
SELECT item.notice AS notice, annotator AS owner, label, unsure, comment IS NOT NULL AS commented,
    has_no_value(attributes) AS gap,
    has_outer_space(quote) + CASE WHEN may_cross_a_line("start", "end", quote, regions)
        THEN crosses_a_line("start", "end", quote, CAST(normalized AS BLOB), runs) ELSE 0 END AS warnings
FROM (SELECT *, CAST(text AS BLOB) AS quote FROM annotations) AS item JOIN texts ON texts.notice = item.notice
WHERE annotator IS NOT NULL AND status <> 'rejected' {only}
"""  # noqa: S608  # constants


def _overlaps(only: str) -> str:
    """Pairs of annotations of one label in one layer that overlap, by the one that comes first, ``item``."""
    return f"""
SELECT item.notice AS notice, item.annotator AS owner FROM annotations AS item JOIN annotations AS other
ON other.notice = item.notice AND other."start" >= item."start" AND other."start" < item."end"
    AND (other."start", other."end", other.id) > (item."start", item."end", item.id)
WHERE item.annotator IS NOT NULL AND item.status <> 'rejected' AND other.annotator = item.annotator
    AND other.status <> 'rejected' AND other.label = item.label {only}
"""  # noqa: S608  # constants


_SUGGESTED: Final = f"""
SELECT DISTINCT notice, label, "start", "end" FROM annotations AS item
WHERE annotator IS NULL AND {is_heard("item")} {_BETWEEN}
"""  # noqa: S608  # constants
"""The places of suggestions."""

_DECIDED: Final = f"""
SELECT suggestion.notice AS notice, item.annotator AS owner, suggestion.label AS label,
    suggestion."start" AS "start", suggestion."end" AS "end"
FROM annotations AS suggestion JOIN annotations AS item ON item.notice = suggestion.notice
    AND item."start" = suggestion."start" AND item."end" = suggestion."end" AND item.label = suggestion.label
WHERE suggestion.annotator IS NULL AND {is_heard("suggestion")} AND item.annotator IS NOT NULL {_BETWEEN}
UNION
SELECT suggestion.notice, item.annotator, suggestion.label, suggestion."start", suggestion."end"
FROM annotations AS item JOIN annotations AS suggestion
    ON suggestion.id = item.decides AND suggestion.notice = item.notice
WHERE suggestion.annotator IS NULL AND {is_heard("suggestion")} {_BETWEEN}
GROUP BY suggestion.notice, suggestion."start", suggestion."end", suggestion.label, item.annotator
HAVING count(*) = (SELECT count(*) FROM annotations AS each WHERE each.notice = suggestion.notice
    AND each."start" = suggestion."start" AND each."end" = suggestion."end" AND each.label = suggestion.label
    AND each.annotator IS NULL AND {is_heard("each")})
"""  # noqa: S608  # constants
"""The places of suggestions that somebody has decided, by whom."""


def _warnings(only: str) -> str:
    """Warnings and pairs that overlap, by notice and owner."""
    return f"""
SELECT notice, owner, sum(warnings) AS n FROM (SELECT notice, owner, warnings FROM ({_said(only)})
UNION ALL SELECT notice, owner, 1 FROM ({_overlaps(only)})) GROUP BY notice, owner HAVING n > 0
"""  # noqa: S608  # constants


_OF_SUGGESTIONS: Final = f"""
SELECT notice, '' AS owner, 'suggested' AS facet, label AS value, count(*) AS n FROM ({_SUGGESTED})
    GROUP BY notice, label
UNION ALL SELECT notice, owner, 'decided', label, count(*) FROM ({_DECIDED}) GROUP BY notice, owner, label
"""  # noqa: S608  # constants
"""The counts of suggestions and of decisions on them."""

_ANEW: Final = f"""
WITH said AS MATERIALIZED ({_said(_BETWEEN)}),
points AS (
    SELECT notice, owner, 'unsure' AS value, 1 AS n FROM said WHERE unsure
    UNION ALL SELECT notice, owner, 'commented', 1 FROM said WHERE commented
    UNION ALL SELECT notice, annotator, 'commented', 1 FROM reviews AS item
        WHERE comment IS NOT NULL AND status IN ('open', 'done') {_BETWEEN}
    UNION ALL SELECT notice, owner, 'warning', warnings FROM said WHERE warnings
    UNION ALL SELECT notice, owner, 'warning', 1 FROM ({_overlaps(_BETWEEN)})
)
SELECT notice, owner, 'label' AS facet, label AS value, count(*) AS n FROM said GROUP BY notice, owner, label
UNION ALL SELECT notice, owner, 'gap', label, count(*) FROM said WHERE gap GROUP BY notice, owner, label
UNION ALL SELECT notice, owner, 'open-point', value, sum(n) FROM points GROUP BY notice, owner, value
UNION ALL {_OF_SUGGESTIONS}
"""  # noqa: S608  # constants

STORED: Final = "SELECT notice, owner, facet, value, n FROM tallies WHERE notice BETWEEN :first AND :last"
"""The counts of some notices as they are stored."""

_WARNINGS_OF_NOTICE: Final = _warnings(_OF_NOTICE)
_DECIDED_BY: Final = "SELECT annotator FROM annotations WHERE decides = ? AND notice = ?"
_OVERLAPS_OF_ONE: Final = (
    'SELECT count(*) FROM annotations WHERE notice = ? AND "start" > ? AND "start" < ? AND "end" > ? AND label = ? '
    "AND annotator = ? AND status <> 'rejected' AND id <> ?"
)
_LONGEST: Final = 'SELECT coalesce(max("end" - "start"), 0) FROM annotations WHERE notice = ?'


class Surroundings:
    """What the warnings about annotations of a notice depend on besides them: read once for many changes.

    It holds within one transaction, as long as the regions of the notice stay as they are.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
    """

    def __init__(self, connection: Connection, notice: int) -> None:
        self._connection = connection
        self._notice = notice
        self._longest: int | None = None
        self._is_asked = False
        row = connection.execute("SELECT regions FROM texts WHERE notice = ?", [notice]).fetchone()
        self._borders: frozenset[int] = _borders_of(row[0]) if row is not None else frozenset()

    def first(self, item: Annotation) -> int:
        """Where an annotation that overlaps this one can begin, at the earliest."""
        if not self._is_asked:
            # To look for the longest takes as long as to look at all of them, once.
            self._is_asked = True
            return -1
        if self._longest is None:
            (self._longest,) = self._connection.execute(_LONGEST, [self._notice]).fetchone()
        self._longest = max(self._longest, item.end - item.start)
        return item.start - self._longest

    def crosses_a_line(self, item: Annotation) -> bool:
        """Whether an annotation crosses a line of the normalized text."""
        if not _may_cross_at(item.start, item.end, item.text, self._borders):
            return False
        normalized, alignment = self._text
        return alignment is not None and crosses_a_line(item.span, item.text, normalized, alignment)

    @cached_property
    def _text(self) -> tuple[str, Alignment | None]:
        return _text_of(self._connection, self._notice)


def touched_places(
    connection: Connection, notice: int, before: Annotation | None, after: Annotation | None
) -> set[Place]:
    """The places that may be decided otherwise once an annotation has changed."""
    places = set()
    for item in (before, after):
        if item is not None:
            places.add((item.start, item.end, item.label))
            suggestion = decides(item)
            if suggestion is not None:
                rows = connection.execute(
                    'SELECT "start", "end", label FROM annotations WHERE id = ? AND notice = ? AND annotator IS NULL',
                    [suggestion, notice],
                )
                places.update((row[0], row[1], row[2]) for row in rows.fetchall())
    return places


def counted(
    connection: Connection,
    notice: int,
    item: Annotation | None,
    places: Iterable[Place],
    around: Surroundings | None = None,
) -> Counter[Tally]:
    """What an annotation that is stored, and some places, count as at this moment.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        item: the annotation.
        places: the places.
        around: what its warnings depend on, where that has been read for several.
    """
    found: Counter[Tally] = Counter()
    if item is not None and item.annotator is not None and item.status != "rejected":
        found.update(_counted_of(connection, notice, item, around))
    for place in places:
        found.update(_counted_at(connection, notice, place))
    return found


def _counted_at(connection: Connection, notice: int, place: Place) -> Iterator[Tally]:
    """What a place counts as: where it has a suggestion, for all and for everybody who has decided it."""
    there = connection.execute(
        'SELECT id, annotator, suggested_by FROM annotations WHERE notice = ? AND "start" = ? AND "end" = ? '
        "AND label = ?",
        [notice, *place],
    ).fetchall()
    offered, label = [row for row in there if row["annotator"] is None], place[-1]
    if not offered:
        # Most tags are made where nothing is suggested: what is muted need not be read for them.
        return
    muted = counted_in(connection).at(notice)
    suggestions = [row["id"] for row in offered if not is_muted(row["id"], row["suggested_by"], label, muted)]
    if not suggestions:
        return
    yield "", "suggested", label
    decided = [
        {row[0] for row in connection.execute(_DECIDED_BY, [suggestion, notice]).fetchall()}
        for suggestion in suggestions
    ]
    tagged = {row["annotator"] for row in there} - {None}
    for owner in tagged | set.intersection(*decided):
        yield owner, "decided", label


def _counted_of(connection: Connection, notice: int, item: Annotation, around: Surroundings | None) -> Iterator[Tally]:
    """What an annotation in a layer counts as, once for each time."""
    owner = item.annotator or ""
    yield owner, "label", item.label
    if item.unsure:
        yield owner, "open-point", "unsure"
    if has_no_value(item.attributes):
        yield owner, "gap", item.label
    if item.comment is not None:
        yield owner, "open-point", "commented"
    for _ in range(_warnings_of(connection, notice, item, around)):
        yield owner, "open-point", "warning"


def _warnings_of(connection: Connection, notice: int, item: Annotation, around: Surroundings | None) -> int:
    """How many warnings there are about an annotation, those about its pairs with others included."""
    if around is None:
        around = Surroundings(connection, notice)
    at = [notice, around.first(item), item.end, item.start, item.label, item.annotator, item.id]
    overlaps = connection.execute(_OVERLAPS_OF_ONE, at).fetchone()[0]
    return int(overlaps) + has_outer_space(item.text) + around.crosses_a_line(item)


def warnings_in(connection: Connection, notice: int) -> dict[str, int]:
    """How many warnings there are on a notice, by annotator."""
    anew(connection)
    rows = connection.execute(_WARNINGS_OF_NOTICE, [notice, notice]).fetchall()
    return {row["owner"]: row["n"] for row in rows}


def add(connection: Connection, notice: int, tally: Tally, by: int) -> int:
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


def anew(connection: Connection) -> str:
    """The statement that counts some notices anew, for a connection that is taught here what it calls."""
    with suppress(Error):
        connection.execute("SELECT has_no_value('{}')").fetchone()
        # It knows them: whoever teaches it again has it compile all its statements anew.
        return _ANEW
    # Texts come as bytes: what SQLite hands over as text ends at a NUL.
    for name, arguments, function in (
        ("has_no_value", 1, _has_no_value),
        ("has_outer_space", 1, lambda quote: has_outer_space(quote.decode())),
        ("may_cross_a_line", 4, lambda start, end, quote, regions: _may_cross(start, end, quote.decode(), regions)),
        (
            "crosses_a_line",
            5,
            lambda start, end, quote, text, runs: _crosses(start, end, quote.decode(), text.decode(), runs),
        ),
    ):
        connection.create_function(name, arguments, function, deterministic=True)
    return _ANEW


def rebuild(connection: Connection, span: Span) -> None:
    """Make the counts of some notices anew, inside the caller's transaction."""
    statement = anew(connection)
    connection.execute("DELETE FROM tallies WHERE notice BETWEEN :first AND :last", span.bounds)
    connection.execute(f"INSERT INTO tallies (notice, owner, facet, value, n) {statement}", span.bounds)


def recount_suggestions(connection: Connection, span: Span) -> None:
    """Count suggestions and decisions on them anew in some notices, inside the caller's transaction."""
    connection.execute(
        "DELETE FROM tallies WHERE notice BETWEEN :first AND :last AND facet IN ('suggested', 'decided')", span.bounds
    )
    connection.execute(f"INSERT INTO tallies (notice, owner, facet, value, n) {_OF_SUGGESTIONS}", span.bounds)


def differ(connection: Connection, span: Span) -> bool:
    """Whether the counts of some notices are not what the tables say."""
    statement = anew(connection)
    row = connection.execute(
        f"SELECT 1 FROM ({STORED} EXCEPT SELECT * FROM ({statement})) "  # noqa: S608  # constants
        f"UNION ALL SELECT 1 FROM (SELECT * FROM ({statement}) EXCEPT {STORED}) LIMIT 1",
        span.bounds,
    ).fetchone()
    return row is not None


def _has_no_value(attributes: str) -> bool:
    """As ``has_no_value``; of damaged attributes, which ``zhupi check`` tells, it is not known."""
    try:
        return has_no_value(_attributes.decode(attributes))
    except msgspec.DecodeError:
        return False


def _may_cross(start: int, end: int, quote: str, regions: str) -> bool:
    """As ``_may_cross_at``, with the regions of the notice as they are stored."""
    return "\n" in quote or "\r" in quote or _may_cross_at(start, end, quote, _borders_of(regions))


def _may_cross_at(start: int, end: int, quote: str, borders: Collection[int]) -> bool:
    """Whether a span can cross a line: where its raw text has no line end, lines meet between two regions only."""
    return "\n" in quote or "\r" in quote or any(start < border < end for border in borders)


def _borders_of(regions: str) -> frozenset[int]:
    """Where regions begin, in raw code points; nowhere where they are damaged, which ``zhupi check`` tells."""
    try:
        return frozenset(region.start for region in _regions.decode(regions))
    except msgspec.DecodeError:
        return frozenset()


def _crosses(start: int, end: int, quote: str, normalized: str, runs: str) -> bool:
    """As ``crosses_a_line``; where the runs are damaged, which ``zhupi check`` tells, it is not known."""
    try:
        decoded = _runs.decode(runs)
        alignment = Alignment(decoded, max([end, *(run[1] for run in decoded[-1:])]), len(normalized))
    except (msgspec.DecodeError, AlignmentError):
        return False
    return crosses_a_line(raw_span(start, end), quote, normalized, alignment)


def _text_of(connection: Connection, notice: int) -> tuple[str, Alignment | None]:
    """The normalized text of a notice and its map; no map where it is damaged, which ``zhupi check`` tells."""
    row = connection.execute("SELECT raw, normalized, runs FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        return "", None
    try:
        return row["normalized"], Alignment(_runs.decode(row["runs"]), len(row["raw"]), len(row["normalized"]))
    except (msgspec.DecodeError, AlignmentError):
        return row["normalized"], None
