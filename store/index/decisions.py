"""The column that tells which suggestion an annotation decides, so that no query takes ids apart.

It follows from the id and the owner of an annotation (``annotations.decisions``): ``store.write.record`` fills it in
with the annotation, ``zhupi check`` compares, ``rebuild`` makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotations.decisions import suggestion_id_of
from store.db.sqlite import Connection
from store.index.spans import EVERYTHING, Span


def rebuild(connection: Connection, span: Span = EVERYTHING) -> None:
    """Make the column anew for some notices, inside the caller's transaction."""
    _teach(connection)
    connection.execute(
        "UPDATE annotations SET decides = suggestion_id_of(id, annotator) "
        "WHERE notice BETWEEN :first AND :last AND decides IS NOT suggestion_id_of(id, annotator)",
        span.bounds,
    )


def differences(connection: Connection) -> Iterator[str]:
    """One line where the column is not what the ids tell."""
    _teach(connection)
    wrong = connection.execute(
        "SELECT count(*) FROM annotations WHERE decides IS NOT suggestion_id_of(id, annotator)"
    ).fetchone()[0]
    if wrong:
        yield f"annotations: {wrong:,} decide another suggestion than their ids tell; `zhupi check --repair` mends it"


def _teach(connection: Connection) -> None:
    connection.create_function("suggestion_id_of", 2, suggestion_id_of, deterministic=True)
