"""What becomes of the suspects of a second look: which are open, and in which order the queue shows their notices.

A suspect is open until its annotation, or what was missing, is no longer what it was then, or somebody keeps it.
That follows from the layer and from what was kept, so that an undo opens it again.  What is not open any more stays: by
it is counted what reviewers do with suspects.

Sets of the queue have the facet ``suspect``, by layer and kind; under the owner "" are those of any layer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.annotation import Annotation
from annotations.spans import intersection_over_union
from annotations.suspects import SUSPECT_KINDS, Reason, Suspect, SuspectOutcome, has_sentence
from store.db.sqlite import Connection, Row, json_array
from store.index.filters import PageKey
from store.index.keys import ANY_LAYER, Key
from store.index.sets import mark
from store.index.spans import EVERYTHING, Span
from store.log.kept_suspects import KeptSuspect

_SAME: Final = 0.5
"""The intersection over union from which two missing tags of one label are the same one."""

_FEW: Final = 1_024
"""So many notices are looked up and sorted, rather than searched for in the index."""

_reasons = msgspec.json.Decoder(tuple[Reason, ...])

_RANKS: Final = """
SELECT layer, notice, max(rank) AS rank FROM suspects WHERE outcome IS NULL AND notice BETWEEN :first AND :last
GROUP BY layer, notice
UNION ALL SELECT '', notice, max(rank) FROM suspects WHERE outcome IS NULL AND notice BETWEEN :first AND :last
GROUP BY notice
"""

_KINDS: Final = """
SELECT DISTINCT layer, json_extract(reason.value, '$.kind') AS kind, notice FROM suspects
JOIN json_each(iif(json_valid(reasons), reasons, '[]')) AS reason
WHERE outcome IS NULL AND notice BETWEEN :first AND :last
"""


def suspect_of(row: Row) -> Suspect:
    """The suspect of a row of its table; without reasons that are damaged: the next look makes them anew."""
    try:
        reasons = tuple(filter(has_sentence, _reasons.decode(row["reasons"])))
    except msgspec.DecodeError:
        reasons = ()
    return Suspect(
        row["id"],
        row["layer"],
        row["annotation"],
        row["label"],
        row["start"],
        row["end"],
        bool(row["rejected"]),
        reasons,
        row["rank"],
        row["outcome"],
    )


def put_found(connection: Connection, notice: int, found: Sequence[Suspect], at: str) -> list[Suspect]:
    """Put what a look has found in a notice in the place of what is open there, inside the caller's transaction.

    What was kept does not come again, nor what has changed since it was looked at.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        found: its suspects, of all layers.
        at: when they were looked for (UTC).

    Returns:
        Those that are open.
    """
    layers = {
        row[0]
        for row in connection.execute("SELECT DISTINCT layer FROM suspects WHERE notice = ?", [notice]).fetchall()
    }
    connection.execute("DELETE FROM suspects WHERE notice = ? AND outcome IS NULL", [notice])
    there = []
    for each in found:
        if _outcome(connection, notice, each) is None and not _is_kept_nearly(connection, notice, each):
            connection.execute(
                'INSERT OR IGNORE INTO suspects (id, notice, layer, annotation, label, "start", "end", rejected, '
                "reasons, rank, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    each.id, notice, each.layer, each.annotation, each.label, each.start, each.end, int(each.rejected),
                    msgspec.json.encode(each.reasons).decode(), each.rank, at,
                ],
            )  # fmt: skip
            there.append(each)
    _follow_layers(connection, notice, layers | {each.layer for each in found})
    return there


def follow_annotation(connection: Connection, notice: int, before: Annotation | None, after: Annotation | None) -> None:
    """Bring suspects up to date with a change of an annotation, which has been made already."""
    some = after if after is not None else before
    if some is None or some.annotator is None:
        return
    states = [each for each in (before, after) if each is not None]
    first, last = min(each.start for each in states), max(each.end for each in states)
    rows = connection.execute(
        "SELECT * FROM suspects WHERE notice = ? AND layer = ? AND (annotation = ? "
        'OR (annotation IS NULL OR rejected) AND "start" < ? AND "end" > ?)',
        [notice, some.annotator, some.id, last, first],
    ).fetchall()
    _follow(connection, notice, rows)


def follow_kept(connection: Connection, notice: int, change: KeptSuspect) -> None:
    """Bring suspects up to date with something that is kept, or kept no more."""
    rows = connection.execute("SELECT * FROM suspects WHERE id = ? AND notice = ?", [change.id, notice]).fetchall()
    _follow(connection, notice, rows)


def _follow(connection: Connection, notice: int, rows: Iterable[Row]) -> None:
    changed = set()
    for row in rows:
        suspect = suspect_of(row)
        outcome = _outcome(connection, notice, suspect)
        if outcome != suspect.outcome:
            connection.execute("UPDATE suspects SET outcome = ? WHERE id = ?", [outcome, suspect.id])
            changed.add(suspect.layer)
    if changed:
        _follow_layers(connection, notice, changed)


def _outcome(connection: Connection, notice: int, suspect: Suspect) -> SuspectOutcome | None:
    """What was done with a suspect, as its layer is now; None while it is open."""
    found: SuspectOutcome | None = None
    if suspect.annotation is None:
        found = _outcome_of_missing(connection, notice, suspect)
    else:
        row = connection.execute(
            'SELECT label, "start", "end", status FROM annotations WHERE id = ? AND notice = ?',
            [suspect.annotation, notice],
        ).fetchone()
        if row is None:
            found = "deleted"
        elif suspect.rejected and _is_tagged(connection, notice, suspect):
            found = "tagged"
        elif (row["status"] == "rejected") != suspect.rejected:
            found = "tagged" if suspect.rejected else "deleted"
        elif (row["label"], row["start"], row["end"]) != (suspect.label, suspect.start, suspect.end):
            found = "changed"
    if found is None:
        kept = connection.execute("SELECT 1 FROM kept_suspects WHERE id = ?", [suspect.id]).fetchone()
        found = "kept" if kept is not None else None
    return found


def _outcome_of_missing(connection: Connection, notice: int, suspect: Suspect) -> SuspectOutcome | None:
    """Whether something with the label was tagged at a place, or a suggestion of it rejected, which keeps it bare."""
    if _is_tagged(connection, notice, suspect):
        return "tagged"
    rows = connection.execute(
        'SELECT "start", "end" FROM annotations WHERE notice = ? AND annotator = ? AND label = ? '
        'AND status = \'rejected\' AND "start" < ? AND "end" > ?',
        [notice, suspect.layer, suspect.label, suspect.end, suspect.start],
    ).fetchall()
    place = suspect.start, suspect.end
    return "kept" if any(intersection_over_union((row["start"], row["end"]), place) >= _SAME for row in rows) else None


def _is_tagged(connection: Connection, notice: int, suspect: Suspect) -> bool:
    """Whether something with the label is tagged at the place of a suspect."""
    row = connection.execute(
        "SELECT 1 FROM annotations WHERE notice = ? AND annotator = ? AND label = ? AND status <> 'rejected' "
        'AND "start" < ? AND "end" > ? LIMIT 1',
        [notice, suspect.layer, suspect.label, suspect.end, suspect.start],
    ).fetchone()
    return row is not None


def _is_kept_nearly(connection: Connection, notice: int, suspect: Suspect) -> bool:
    """Whether somebody has kept nearly the same place without a tag: a model draws it a little otherwise each time."""
    if suspect.annotation is not None:
        return False
    rows = connection.execute(
        'SELECT "start", "end" FROM kept_suspects WHERE notice = ? AND layer = ? AND label = ? AND annotation IS NULL',
        [notice, suspect.layer, suspect.label],
    ).fetchall()
    place = suspect.start, suspect.end
    return any(intersection_over_union((row["start"], row["end"]), place) >= _SAME for row in rows)


def _follow_layers(connection: Connection, notice: int, layers: Iterable[str]) -> None:
    """Bring the order and the sets up to date for some layers of a notice, and for any layer."""
    span = {"first": notice, "last": notice}
    ranks = {row["layer"]: row["rank"] for row in connection.execute(_RANKS, span).fetchall()}
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(_KINDS, span).fetchall():
        kinds[row["layer"]].add(row["kind"])
        kinds[ANY_LAYER].add(row["kind"])
    for layer in {*layers, ANY_LAYER}:
        if layer in ranks:
            connection.execute(
                "INSERT INTO suspect_ranks (layer, notice, rank) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET rank = excluded.rank",
                [layer, notice, ranks[layer]],
            )
        else:
            connection.execute("DELETE FROM suspect_ranks WHERE layer = ? AND notice = ?", [layer, notice])
        mark(connection, ("suspect", layer, ""), notice, there=layer in ranks)
        for kind in SUSPECT_KINDS:
            mark(connection, ("suspect", layer, kind), notice, there=kind in kinds[layer])


def suspect_sets(connection: Connection, span: Span) -> dict[Key, BitMap]:
    """The sets of the open suspects of some notices as the tables have them."""
    found: dict[Key, BitMap] = defaultdict(BitMap)
    if not _has_tables(connection):
        return found
    for row in connection.execute(_RANKS, span.bounds):
        found["suspect", row["layer"], ""].add(row["notice"])
    for row in connection.execute(_KINDS, span.bounds):
        found["suspect", row["layer"], row["kind"]].add(row["notice"])
        found["suspect", ANY_LAYER, row["kind"]].add(row["notice"])
    return found


def _has_tables(connection: Connection) -> bool:
    """Whether there is anything to look at: migrations make all sets before the one that makes these tables."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'suspects')").fetchone()[0])


class RankOrder:
    """The notices with suspects in the order of their first ones, those first that are likeliest to be errors.

    Args:
        connection: for reading, within one snapshot.
        layer: whose suspects; ``ANY_LAYER`` for all.
        shown: the notices that are shown; None for all.
    """

    def __init__(self, connection: Connection, layer: str, shown: BitMap | None) -> None:
        self._connection: Final = connection
        self._layer: Final = layer
        self._shown: Final = shown
        # Where a filter shows few notices, to look for them among all that have suspects would take long.
        self._few: Final = self._ranked(shown) if shown is not None and len(shown) <= _FEW else None

    def _ranked(self, shown: BitMap) -> list[tuple[float, int]]:
        rows = self._connection.execute(
            "SELECT -rank, notice FROM json_each(?) AS given CROSS JOIN suspect_ranks "
            "ON layer = ? AND notice = given.value ORDER BY rank DESC, notice",
            [json_array(shown), self._layer],
        ).fetchall()
        return [(row[0], row[1]) for row in rows]

    def walk(self, key: PageKey | None, *, backwards: bool, including: bool) -> Iterator[PageKey]:
        """The places behind a key; all where there is none.

        A notice whose suspects are settled keeps its place, so that one goes on from there.

        Args:
            key: where from.
            backwards: for the places before the key, or all from the last.
            including: for the place at the very key, too.
        """
        if self._few is not None:
            numbers = iter(self._beyond(self._few, key, backwards=backwards))
        else:
            numbers = self._all(backwards=backwards) if key is None else self._from(key.number, backwards=backwards)
        if key is not None and including and self._has(key.number):
            numbers = chain([key.number], numbers)
        return (PageKey(None, number) for number in numbers if self._shown is None or number in self._shown)

    def _beyond(self, few: list[tuple[float, int]], key: PageKey | None, *, backwards: bool) -> list[int]:
        """Those of a few notices that stand behind or before a key."""
        place = None if key is None else (-self._rank(key.number), key.number)
        if backwards:
            return [number for order, number in reversed(few) if place is None or (order, number) < place]
        return [number for order, number in few if place is None or (order, number) > place]

    def _all(self, *, backwards: bool) -> Iterator[int]:
        order = "rank, notice DESC" if backwards else "rank DESC, notice"
        return self._numbers(f"layer = ? ORDER BY {order}", [self._layer])

    def _from(self, number: int, *, backwards: bool) -> Iterator[int]:
        """Those behind or before a notice: of the same rank, then of lower or higher ones."""
        rank = self._rank(number)
        beside, beyond = ("notice < ? ORDER BY notice DESC", "> ? ORDER BY rank, notice DESC") if backwards else (
            "notice > ? ORDER BY notice", "< ? ORDER BY rank DESC, notice")  # fmt: skip
        yield from self._numbers(f"layer = ? AND rank = ? AND {beside}", [self._layer, rank, number])
        yield from self._numbers(f"layer = ? AND rank {beyond}", [self._layer, rank])

    def _numbers(self, where: str, values: Sequence[object]) -> Iterator[int]:
        rows = self._connection.execute(f"SELECT notice FROM suspect_ranks WHERE {where}", values)  # noqa: S608  # constants
        return (row[0] for row in rows)

    def _has(self, number: int) -> bool:
        sql = "SELECT 1 FROM suspect_ranks WHERE layer = ? AND notice = ?"
        return self._connection.execute(sql, [self._layer, number]).fetchone() is not None

    def _rank(self, number: int) -> float:
        """The rank of a notice, that of settled suspects where none is open; in front of all where it never had one."""
        row = self._connection.execute(
            "SELECT coalesce((SELECT rank FROM suspect_ranks WHERE layer = :layer AND notice = :notice), "
            "(SELECT max(rank) FROM suspects WHERE (:layer = '' OR layer = :layer) AND notice = :notice), 2.0)",
            {"layer": self._layer, "notice": number},
        ).fetchone()
        return float(row[0])


def rebuild(connection: Connection, span: Span = EVERYTHING) -> None:
    """Make outcomes and order of the suspects of some notices anew, inside the caller's transaction."""
    rows = connection.execute("SELECT * FROM suspects WHERE notice BETWEEN :first AND :last", span.bounds).fetchall()
    for row in rows:
        outcome = _outcome(connection, row["notice"], suspect_of(row))
        connection.execute("UPDATE suspects SET outcome = ? WHERE id = ?", [outcome, row["id"]])
    connection.execute("DELETE FROM suspect_ranks WHERE notice BETWEEN :first AND :last", span.bounds)
    connection.execute(f"INSERT INTO suspect_ranks (layer, notice, rank) {_RANKS}", span.bounds)


def differences(connection: Connection) -> Iterator[str]:
    """One line where suspects are open that were settled, or the other way, or their order is not what they say."""
    mend = "`zhupi check --repair` makes it anew"
    wrong = sum(
        row["outcome"] != _outcome(connection, row["notice"], suspect_of(row))
        for row in connection.execute("SELECT * FROM suspects")
    )
    if wrong:
        yield f"queue: what became of {wrong:,} suspects is not what their layers say; {mend}"
    stored = "SELECT layer, notice, rank FROM suspect_ranks"
    row = connection.execute(
        f"SELECT 1 FROM ({stored} EXCEPT SELECT * FROM ({_RANKS})) "  # noqa: S608  # constants
        f"UNION ALL SELECT 1 FROM (SELECT * FROM ({_RANKS}) EXCEPT {stored}) LIMIT 1",
        EVERYTHING.bounds,
    ).fetchone()
    if row is not None:
        yield f"queue: the order of suspects is not what they say; {mend}"
