"""Title, source and date of publication of a notice, set by a reviewer for everybody.

With another date of publication the values that stand on it are read again (``annotations.redating``), in the same step
of undo.  A suggestion never changes: the old one is withdrawn, and the one of the new date takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from annotations.annotation import Annotation
from annotations.notice import FieldName, NoticeFields, check_field
from annotations.redating import redated
from store.db.database import Database
from store.db.sqlite import Connection
from store.log.corrections import Correction, correction_of
from store.log.events import Change, ConflictError, annotation_change
from store.project.settings import labels_of
from store.read.notices import load_notice, notice_annotations
from store.write.record import Batch, record

_MOST_TRIES: Final = 10
"""How often values are read anew after somebody else has changed the annotations meanwhile."""

_Redated = list[tuple[Annotation, Annotation]]


class Corrected(msgspec.Struct, frozen=True):
    """What a correction did: the fields that it changed, and how many annotations and suggestions were read again."""

    fields: tuple[FieldName, ...]
    redated: int


def correct_fields(
    database: Database,
    actor: str,
    notice: int,
    seen: NoticeFields,
    wanted: Mapping[FieldName, str | None],
) -> Corrected:
    """Set fields of a notice, for everybody, in one step; all of them or none.

    Args:
        database: where.
        actor: who does it.
        notice: the number of the notice.
        seen: the fields as the actor has seen them.
        wanted: the values; None says that a field is unknown.

    Raises:
        FieldError: a value is none that the field can have.
        NotFoundError: there is no such notice.
        ConflictError: somebody else set one of the fields meanwhile.
    """
    for field, value in wanted.items():
        check_field(field, value)
    for _ in range(_MOST_TRIES):
        # Reading values may take a while, and is done outside of the write lock.
        with database.read() as connection:
            items = notice_annotations(connection, notice)
            found = _redated(connection, database, notice, wanted, items)
        with database.write() as connection:
            if found and notice_annotations(connection, notice) != items:
                continue
            batch = Batch()
            changed = [
                field
                for field, value in wanted.items()
                if record(
                    connection,
                    actor,
                    "correct",
                    Change(notice, "field", field, correction_of(seen, field), Correction(value, actor)),
                    batch=batch,
                )
                is not None
            ]
            _redate(connection, actor, notice, found, batch)
        return Corrected(tuple(changed), len(found))
    raise ConflictError(f"others change notice {notice} all the time; try again")


def _redated(
    connection: Connection,
    database: Database,
    notice: int,
    wanted: Mapping[FieldName, str | None],
    items: list[Annotation],
) -> _Redated:
    stored = load_notice(connection, notice).notice
    if "published" not in wanted or wanted["published"] == stored.published:
        return []
    return redated(stored, wanted["published"], items, labels_of(database))


def _redate(connection: Connection, actor: str, notice: int, found: _Redated, batch: Batch) -> None:
    for before, after in found:
        steps: list[tuple[Annotation | None, Annotation | None]] = [(before, after)]
        if before.annotator is None:
            steps = [(before, None), (None, after)]
        for old, new in steps:
            record(connection, actor, "redate", annotation_change(notice, old, new), batch=batch)
