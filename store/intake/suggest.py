"""Suggestions into the database: of suggesters run over stored notices, or of a model's predictions in a file.

Each version of a suggester sees each notice once, and again when its text has changed.  A suggestion that a newer
version no longer makes is withdrawn, unless somebody has decided on it: a decision keeps its suggestion.  All of it is
events of the log, like any other change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import msgspec

from annotations.annotation import Annotation
from annotations.decisions import decided_ids
from annotations.errors import SuggesterError
from annotations.labels import LabelSet
from annotations.learning.beside import beside
from annotations.learning.learned import NAME as LEARNED
from annotations.learning.learned import is_learned
from annotations.suggest import Suggester, suggest
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import StoreError
from store.intake.pool import spread
from store.log.events import annotation_change
from store.project.settings import labels_in, labels_of
from store.read.notices import StoredNotice, load_notice, notice_annotations
from store.write.record import record
from store.write.suggested import note_seen

_BATCH = 64
"""Notices that are looked at before what was found is stored."""


class SuggestReport(msgspec.Struct):
    """What a run did: notices seen; suggestions added, there already, and withdrawn since no rule makes them now."""

    notices: int = 0
    added: int = 0
    existing: int = 0
    withdrawn: int = 0
    refused: int = 0


class _Seen(msgspec.Struct, frozen=True):
    """A notice with what suggesters found in it, or why one failed."""

    number: int
    sha256: str
    found: tuple[Annotation, ...] = ()
    failure: str | None = None


def notices_to_suggest(connection: Connection, using: Sequence[Suggester], *, again: bool = False) -> list[int]:
    """The numbers of the notices that one of the suggesters has not seen, in order.

    Args:
        connection: where to look.
        using: the suggesters.
        again: all notices, whoever has seen them.
    """
    if again:
        return [row[0] for row in connection.execute("SELECT number FROM notices ORDER BY number").fetchall()]
    seen = " OR ".join("(suggester = ? AND version = ?)" for _ in using)
    rows = connection.execute(
        "SELECT number FROM notices WHERE (SELECT count(*) FROM suggested "  # noqa: S608  # only placeholders
        f"WHERE notice = number AND ({seen})) < ? ORDER BY number",
        [*(value for each in using for value in (each.name, each.version)), len(using)],
    ).fetchall()
    return [row[0] for row in rows]


def suggest_stored(
    database: Database,
    actor: str,
    using: Sequence[Suggester],
    numbers: Sequence[int],
    refuse: Callable[[str], None],
    *,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> SuggestReport:
    """Run suggesters over stored notices and keep what they find; one that meets other labels than it began with ends.

    Args:
        database: where the notices are.
        actor: whose events the suggestions are.
        using: the suggesters.
        numbers: the numbers of the notices.
        refuse: told one line for each notice on which a suggester failed; the others go on.
        workers: so many processes.
        progress: told how many notices have been seen.

    Raises:
        StoreError: the labels were changed meanwhile; what was kept until then stays.
    """
    report = SuggestReport()
    labels = labels_of(database)
    work = partial(_see, labels=labels, using=tuple(using))
    batch: list[_Seen] = []
    for seen in spread(work, _stored(database, numbers), workers):
        if seen.failure is not None:
            report.refused += 1
            refuse(seen.failure)
        else:
            batch.append(seen)
        report.notices += 1
        if len(batch) == _BATCH:
            _keep_batch(database, actor, using, batch, report, labels)
            batch.clear()
        progress(report.notices)
    _keep_batch(database, actor, using, batch, report, labels)
    return report


def add_suggestions(
    database: Database, actor: str, found: Sequence[tuple[int, Sequence[Annotation]]]
) -> tuple[int, int]:
    """Store suggestions, each lot with the number of its notice.

    Returns:
        How many were added, and how many were there already.
    """
    some = [(number, items) for number, items in found if items]
    added = sum(in_turns(database, some, partial(_add, actor)))
    return added, sum(len(items) for _, items in some) - added


def _add(actor: str, connection: Connection, found: Iterator[tuple[int, Sequence[Annotation]]]) -> int:
    added = 0
    labels = labels_in(connection)
    for number, items in found:
        there = {item.id for item in notice_annotations(connection, number)}
        for item in items:
            if item.id not in there:
                there.add(item.id)
                change = annotation_change(number, None, item)
                added += record(connection, actor, "suggest", change, labels=labels) is not None
    return added


def _stored(database: Database, numbers: Sequence[int]) -> Iterator[StoredNotice]:
    for number in numbers:
        yield load_notice(database.connection, number)


def _see(stored: StoredNotice, *, labels: LabelSet, using: tuple[Suggester, ...]) -> _Seen:
    """What the suggesters find in a notice; it can run in another process."""
    notice = stored.notice
    try:
        return _Seen(stored.number, notice.sha256, tuple(suggest(notice, labels, using)))
    except SuggesterError as error:
        return _Seen(stored.number, notice.sha256, failure=f"{notice.doc}: {error}")


def _keep_batch(
    database: Database,
    actor: str,
    using: Sequence[Suggester],
    batch: Sequence[_Seen],
    report: SuggestReport,
    labels: LabelSet,
) -> None:
    def keep(connection: Connection, turn: Iterator[_Seen]) -> SuggestReport:
        if labels_in(connection) != labels:
            raise StoreError("the labels were changed meanwhile; run `zhupi suggest` again for the rest")
        done = SuggestReport()
        for seen in turn:
            keep_found(connection, actor, using, seen.number, seen.found, done, labels)
        return done

    for done in in_turns(database, batch, keep):
        # Only what has been committed counts.
        report.added += done.added
        report.existing += done.existing
        report.withdrawn += done.withdrawn


class Shown(Protocol):
    """A suggester, as far as storing what it has found needs it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Its version."""


def keep_found(
    connection: Connection,
    actor: str,
    using: Sequence[Shown],
    number: int,
    items: Iterable[Annotation],
    report: SuggestReport,
    labels: LabelSet,
) -> None:
    """Make the suggestions of these suggesters on a notice what they found, but for those somebody has decided."""
    there = {item.id: item for item in notice_annotations(connection, number)}
    decided = decided_ids(there.values())
    by = tuple(f"{each.name}/" for each in using)
    mine = {item.id for item in there.values() if item.annotator is None and (item.suggested_by or "").startswith(by)}
    items = list(items)
    others = _places_of_others(
        [*items, *(item for item in there.values() if item.id in decided or item.id not in mine)]
    )
    found = {
        item.id: item
        for item in items
        if not is_learned(item) or beside([(item.start, item.end)], others.get(item.label, ()))
    }
    for item in there.values():
        if item.id in mine and item.id not in found and item.id not in decided:
            record(connection, actor, "withdraw", annotation_change(number, item, None), labels=labels)
            report.withdrawn += 1
    for item in found.values():
        old = there.get(item.id)
        if old is not None and (old.attributes == item.attributes or old.id in decided):
            report.existing += 1
            continue
        if old is not None:
            # The date of publication is another one now, and so are the values that stand on it.
            record(connection, actor, "withdraw", annotation_change(number, old, None), labels=labels)
            report.withdrawn += 1
        record(connection, actor, "suggest", annotation_change(number, None, item), labels=labels)
        report.added += 1
    agreed = _agreed(items, others)
    note_seen(
        connection, number, ((each.name, each.version, agreed if each.name == LEARNED else None) for each in using)
    )


def _places_of_others(items: Iterable[Annotation]) -> dict[str, set[tuple[int, int]]]:
    """Where something else than a model suggests something, by label."""
    others: dict[str, set[tuple[int, int]]] = {}
    for item in items:
        if item.annotator is None and not is_learned(item):
            others.setdefault(item.label, set()).add((item.start, item.end))
    return others


def _agreed(items: Iterable[Annotation], others: Mapping[str, set[tuple[int, int]]]) -> int:
    """At how many places of others models have found nearly the same, where they are silent."""
    found: dict[str, list[tuple[int, int]]] = {}
    for item in items:
        if is_learned(item):
            found.setdefault(item.label, []).append((item.start, item.end))
    return sum(1 for label, spans in found.items() for place in others.get(label, ()) if not beside([place], spans))
