"""What a second look has found: in a notice, by rank, and what reviewers did with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import msgspec

from annotations.calibration import Curve, Judged
from annotations.suspects import SUSPECT_KINDS, Reason, Suspect, SuspectKind
from store.db.sqlite import Connection
from store.index.keys import ANY_LAYER
from store.index.suspects import suspect_of


class Look(msgspec.Struct, frozen=True):
    """What a second look has looked at, and how much it has found: suspects that are open, and those of each kind.

    ``models`` are the labels, by their first names, of which models have judged; ``made_at`` is when it began (UTC).
    """

    made_at: str
    notices: int
    layers: int
    suspects: int
    kinds: dict[SuspectKind, int]
    models: tuple[str, ...]


class ListedSuspect(msgspec.Struct, frozen=True):
    """A suspect with its notice: the number, the id, the doc and the title of that."""

    number: int
    notice: str
    doc: str
    title: str | None
    suspect: Suspect


class SuspectStats(msgspec.Struct):
    """What became of the suspects for one reason: those that are ``open``, and what reviewers did with the others.

    A suspect with several reasons counts for each.  ``right`` is the share of those settled in which something was
    changed; None where none was settled.
    """

    reason: SuspectKind
    open: int = 0
    kept: int = 0
    changed: int = 0
    deleted: int = 0
    tagged: int = 0
    right: float | None = None


def last_look(connection: Connection) -> Look | None:
    """What the last second look has looked at; None where there was none, or that is damaged."""
    row = connection.execute("SELECT told FROM second_look").fetchone()
    try:
        return None if row is None else msgspec.json.decode(row["told"], type=Look)
    except msgspec.DecodeError:
        return None


def open_suspects(connection: Connection, notice: int, layer: str | None) -> list[Suspect]:
    """The open suspects of a layer in a notice, or of all layers, in order of place."""
    rows = connection.execute(
        "SELECT * FROM suspects WHERE notice = ? AND (? IS NULL OR layer = ?) AND outcome IS NULL "
        'ORDER BY "start", "end", id',
        [notice, layer, layer],
    ).fetchall()
    return [suspect_of(row) for row in rows]


def noticed_before(connection: Connection, at: str) -> list[int]:
    """The numbers of the notices with open suspects that an earlier look than that of a time (UTC) has found."""
    rows = connection.execute(
        "SELECT DISTINCT notice FROM suspects WHERE outcome IS NULL AND found_at < ? ORDER BY notice", [at]
    ).fetchall()
    return [row["notice"] for row in rows]


def listed_suspects(
    connection: Connection, layer: str = ANY_LAYER, kind: SuspectKind | None = None
) -> Iterator[ListedSuspect]:
    """The open suspects of a layer, or of all, those first that are likeliest to be errors.

    Args:
        connection: within one snapshot.
        layer: whose.
        kind: only those with a reason of this kind.
    """
    # One layer is read from its index, and no other.
    of_layer, values = ("", []) if layer == ANY_LAYER else ("AND layer = ?", [layer])
    rows = connection.execute(
        "SELECT suspects.*, notices.id AS notice_id, doc, title FROM suspects "  # noqa: S608  # constants
        f"JOIN notices ON number = suspects.notice WHERE outcome IS NULL {of_layer} "
        'ORDER BY rank DESC, suspects.notice, "start", suspects.id',
        values,
    )
    for row in rows:
        suspect = suspect_of(row)
        if kind is None or kind in suspect.kinds:
            yield ListedSuspect(row["notice"], row["notice_id"], row["doc"], row["title"], suspect)


def suspect_stats(connection: Connection) -> list[SuspectStats]:
    """What became of all suspects that were ever found, by reason; nothing where there was no second look."""
    found = {kind: SuspectStats(kind) for kind in SUSPECT_KINDS}
    rows = connection.execute(
        "SELECT json_extract(reason.value, '$.kind') AS kind, outcome, count(DISTINCT suspects.id) AS n FROM suspects "
        "JOIN json_each(iif(json_valid(reasons), reasons, '[]')) AS reason GROUP BY kind, outcome"
    ).fetchall()
    for row in rows:
        if row["kind"] in found:
            setattr(found[row["kind"]], row["outcome"] or "open", row["n"])
    for each in found.values():
        settled = each.kept + each.changed + each.deleted + each.tagged
        each.right = round((settled - each.kept) / settled, 3) if settled else None
    return list(found.values()) if rows or last_look(connection) is not None else []


def weigher(connection: Connection) -> Callable[[Reason], float]:
    """How probably something is an error for a reason, by what reviewers did with suspects for such reasons so far.

    Until they have, a reason is taken at its word.
    """
    judged: dict[str, list[Judged]] = defaultdict(list)
    rows = connection.execute(
        "SELECT json_extract(reason.value, '$.kind') AS kind, "
        "round(json_extract(reason.value, '$.strength'), 2) AS strength, "
        "count(*) FILTER (WHERE outcome <> 'kept') AS wrong, count(*) FILTER (WHERE outcome = 'kept') AS kept "
        "FROM suspects JOIN json_each(iif(json_valid(reasons), reasons, '[]')) AS reason WHERE outcome IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    for row in rows:
        judged[row["kind"]].append(Judged(row["strength"], row["wrong"], row["kept"]))
    curves = {kind: Curve.fitted(some) for kind, some in judged.items()}
    none = Curve()
    return lambda reason: curves.get(reason.kind, none)(reason.strength)
