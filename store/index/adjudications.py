"""Which notices are ready for adjudication, and which are done: two of the sets that the queue filters by.

A notice is ready when two people at least have finished it, and its gold is not done.  Its gold is done when the review
of the layer ``gold`` is, and no layer has changed since.  That is known from the digest of what the layers say
(``layers_digest``), which the decision that the notice is done is about: a change that is taken back changes nothing.
Gold that came from a file has no such decision, and stays done.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pyroaring import BitMap

from annotations.annotation import GOLD, Annotation
from annotations.labels import LabelSet
from annotations.notice_attributes import NoticeValue
from store.db.sqlite import Connection
from store.errors import DamageError
from store.index.keys import DONE, READY, Key
from store.index.sets import mark
from store.index.spans import Span
from store.project.settings import labels_in

_LEAST: Final = 2
"""So many people have finished a notice that is adjudicated."""

_FINISHED: Final = f"""
status = 'done' AND annotator <> '{GOLD}' AND NOT EXISTS (
    SELECT 1 FROM training_results AS result
    WHERE result.notice = reviews.notice AND result.annotator = reviews.annotator
)"""  # noqa: S608  # constants
"""The reviews of those whose layer counts: of whoever was trained or checked with a notice it was held against gold."""

_IS_ABOUT_NOTICE: Final = "choice = 'complete'"


def finished_layers(connection: Connection, notice: int, labels: LabelSet) -> dict[str, list[Annotation]]:
    """The layers of those who have finished a notice, by name, in order; what they rejected is not in them.

    Whoever was trained or checked with the notice has none.

    Args:
        connection: for reading.
        notice: the number of the notice.
        labels: the label set that the annotations follow.
    """
    # The first paint of the queue must not wait for it.
    from store.log.rows import ANNOTATION_COLUMNS, annotation_with, in_order  # noqa: PLC0415

    layers: dict[str, list[Annotation]] = {
        row[0]: []
        for row in connection.execute(
            f"SELECT annotator FROM reviews WHERE notice = ? AND {_FINISHED} ORDER BY annotator",  # noqa: S608  # constants
            [notice],
        ).fetchall()
    }
    for row in connection.execute(
        f"SELECT {ANNOTATION_COLUMNS} FROM annotations "  # noqa: S608  # constants
        "WHERE notice = ? AND annotator IS NOT NULL AND status <> 'rejected' "
        'ORDER BY "start", "end", label, id',
        [notice],
    ).fetchall():
        if row["annotator"] in layers:
            layers[row["annotator"]].append(annotation_with(labels, *row))
    return {name: in_order(items, labels) for name, items in layers.items()}


def finished_attributes(connection: Connection, notice: int) -> dict[str, dict[str, NoticeValue]]:
    """The attributes of the whole notice that each of those has set who have finished it, by name, in order."""
    from store.log.rows import review_of  # noqa: PLC0415  # as above

    rows = connection.execute(
        f"SELECT * FROM reviews WHERE notice = ? AND {_FINISHED} ORDER BY annotator",  # noqa: S608  # constants
        [notice],
    ).fetchall()
    return {row["annotator"]: review_of(row).attributes for row in rows}


def is_ready(layers: Collection[str]) -> bool:
    """Whether so many have finished a notice that it can be adjudicated."""
    return len(layers) >= _LEAST


def follow_layer(connection: Connection, notice: int, before: Annotation | None, after: Annotation | None) -> None:
    """Bring the sets up to date with a change of an annotation, which has been made already."""
    if (
        any(item is not None and item.annotator not in (None, GOLD) for item in (before, after))
        and connection.execute(
            f"SELECT 1 FROM adjudications WHERE notice = ? AND {_IS_ABOUT_NOTICE} LIMIT 1",  # noqa: S608  # constant
            [notice],
        ).fetchone()
    ):
        follow_notice(connection, notice)


def follow_notice(connection: Connection, notice: int) -> None:
    """Bring the sets up to date with a change of a review or a decision, which has been made already."""
    (finished, gold) = connection.execute(
        f"SELECT count(*) FILTER (WHERE {_FINISHED}), count(*) FILTER (WHERE annotator = ?) FROM reviews "  # noqa: S608  # constants
        "WHERE notice = ? AND status = 'done'",
        [GOLD, notice],
    ).fetchone()
    done = bool(gold) and _is_complete(connection, notice, labels_in(connection))
    mark(connection, DONE, notice, there=done)
    mark(connection, READY, notice, there=finished >= _LEAST and not done)


def adjudication_sets(connection: Connection, span: Span) -> dict[Key, BitMap]:
    """Both sets as the tables have them, of some notices."""
    try:
        labels = labels_in(connection)
    except DamageError:
        # Check tells of it; what it says of other sets must not be hidden by that.
        labels = LabelSet(())
    done = BitMap(
        row[0]
        for row in connection.execute(
            "SELECT notice FROM reviews WHERE annotator = ? AND status = 'done' AND notice BETWEEN ? AND ?",
            [GOLD, span.first, span.last],
        ).fetchall()
        if _is_complete(connection, row[0], labels)
    )
    finished = BitMap(
        row[0]
        for row in connection.execute(
            f"SELECT notice FROM reviews WHERE {_FINISHED} AND notice BETWEEN ? AND ? "  # noqa: S608  # constants
            "GROUP BY notice HAVING count(*) >= ?",
            [span.first, span.last, _LEAST],
        )
    )
    return {key: numbers for key, numbers in ((READY, finished - done), (DONE, done)) if numbers}


def _is_complete(connection: Connection, notice: int, labels: LabelSet) -> bool:
    """Whether no layer has changed since the gold of a notice was done."""
    from annotations.adjudication.comparison import layers_digest  # noqa: PLC0415  # as above

    known = connection.execute(
        f"SELECT fingerprint FROM adjudications WHERE notice = ? AND {_IS_ABOUT_NOTICE}",  # noqa: S608  # constant
        [notice],
    ).fetchall()
    if not known:
        return True
    digest = layers_digest(finished_layers(connection, notice, labels), labels, finished_attributes(connection, notice))
    return any(row[0] == digest for row in known)
