"""The log replayed, and compared with the state: annotations, reviews, notices, people, settings and all else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from annotations.annotation import Annotation
from annotations.errors import ZhupiError
from annotations.labels import LabelSet
from annotations.relabelling import followed
from store.db.sqlite import Connection, Row
from store.errors import DamageError
from store.index.conflicts import noted_otherwise
from store.log.events import NO_STATE, PROJECT, SHARED_KEYS, SLICE, Entity, Subject, event_of, rows_by_subject
from store.log.register import MERGED, Register
from store.log.rows import load
from store.project.identity import BACKUP
from store.project.muting import COUNTED

_OWN_KEYS = f"""
SELECT notice, 'annotation' AS entity, id AS key FROM annotations
UNION ALL SELECT number, 'notice', id FROM notices
UNION ALL SELECT notice, 'question', id FROM questions
UNION ALL SELECT notice, 'suspect', id FROM kept_suspects
UNION ALL SELECT NULL, 'reviewer', name FROM reviewers
UNION ALL SELECT NULL, iif(name = 'labels', name, 'setting'), name FROM settings
    WHERE name NOT IN ('{BACKUP}', '{COUNTED}')
"""  # noqa: S608  # constants
"""What is there, of entities that have a key of their own."""

_SHARED_KEYS = (
    "SELECT notice, 'review' AS entity, annotator AS key FROM reviews "
    "UNION ALL SELECT notice, 'assignment', annotator FROM assignments "
    "UNION ALL SELECT notice, 'field', field FROM corrections "
    "UNION ALL SELECT notice, 'adjudication', fingerprint FROM adjudications "
    "UNION ALL SELECT notice, 'training', annotator FROM training_results"
)
"""What is there of the others (``SHARED_KEYS``)."""

_BEGIN_UNLOGGED = ("regions", "labels")
"""The first regions of a notice come with its row, and the first labels of an old project from ``init``, without an
event."""


def differences(connection: Connection, labels: LabelSet) -> Iterator[str]:
    """Replay the log, one subject at a time, and compare each with the state, and its conflicts with those noted.

    The log has labels and attributes of its time; what follows from it has those that there are now.
    """
    contested: set[tuple[int, Entity, str]] = set()
    for (notice, entity, key), rows in groupby(rows_by_subject(connection), key=_subject_of):
        if entity in NO_STATE:
            continue
        register = Register(entity, labels)
        # What stood before the first event of a subject, and before one that cannot be read, is not known.
        known, readable, whole = entity not in _BEGIN_UNLOGGED, True, True
        for row in rows:
            try:
                event = event_of(row)
            except DamageError as error:
                yield f"log: {error}"
                known = readable = whole = False
                continue
            if event.origin is None and known and register.state != _today(event.change.before, labels):
                yield f"log: event {event.number} on {entity} {key} does not follow from the one before"
            register.take(event)
            known, readable = known or event.origin is None or entity in MERGED, True
        if whole and register.is_contested:
            contested.add((notice, entity, key))
        # Of an entity that there is none of, which only another program writes, the events told it.
        if readable and entity in _NAMES:
            yield from _compared(connection, labels, notice, entity, key, register.state)
    for row in _unlogged(connection):
        yield f"log: {_named(row[0] or PROJECT, row[1], row[2])} is not what the log says, which has none"
    yield from noted_otherwise(connection, contested)


def _unlogged(connection: Connection) -> Iterator[Row]:
    """What is there and has no event; no more than a slice of the notices is held in memory."""
    yield from connection.execute(
        f"SELECT * FROM ({_OWN_KEYS}) AS here WHERE NOT EXISTS (SELECT 1 FROM events "  # noqa: S608  # constants
        "WHERE events.entity = here.entity AND events.key = here.key AND events.notice IS here.notice)"
    )
    (last,) = connection.execute(f"SELECT max(notice) FROM ({_SHARED_KEYS})").fetchone()  # noqa: S608  # as above
    for first in range(PROJECT, (last or PROJECT) + 1, SLICE):
        yield from connection.execute(
            f"SELECT * FROM ({_SHARED_KEYS}) WHERE notice BETWEEN ? AND ? "  # noqa: S608  # as above
            "EXCEPT SELECT notice, entity, key FROM events "
            f"WHERE entity IN {SHARED_KEYS} AND notice BETWEEN ? AND ?",
            [first, first + SLICE - 1] * 2,
        )


def _compared(
    connection: Connection, labels: LabelSet, notice: int, entity: Entity, key: str, left: Subject | None
) -> Iterator[str]:
    named = _named(notice, entity, key)
    try:
        current = load(connection, entity, key, notice, labels=labels)
    except ZhupiError as error:
        yield f"log: {named} cannot be compared with the log: {error}"
        return
    if current is None and left is not None:
        yield f"log: {named} is in the log, not in the state"
    elif current != left:
        yield f"log: {named} is not what the log says"


def _today(subject: Subject | None, labels: LabelSet) -> Subject | None:
    return followed(subject, labels) if isinstance(subject, Annotation) else subject


def _subject_of(row: Row) -> tuple[int, Entity, str]:
    return row["notice"] or PROJECT, row["entity"], row["key"]


def _named(notice: int, entity: Entity, key: str) -> str:
    return _NAMES[entity].format(notice=notice, key=key)


_NAMES: Final[Mapping[Entity, str]] = {
    "annotation": "annotation {key}",
    "review": "the review of notice {notice} by {key}",
    "regions": "the regions of notice {notice}",
    "assignment": "the assignment of notice {notice} to {key}",
    "field": "the correction of the {key} of notice {notice}",
    "adjudication": "decision {key} on notice {notice}",
    "notice": "what import stored of notice {key}, its text, fields or meta,",
    "labels": "the label set",
    "reviewer": "reviewer {key}",
    "setting": "the setting {key}",
    "question": "question {key} on notice {notice}",
    "suspect": "kept suspect {key} on notice {notice}",
    "training": "how {key} did notice {notice} in training",
}
