"""Places of a text become suggestions: in short transactions, as one step that undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from annotations.annotation import Annotation, now
from annotations.labels import Label
from annotations.origins import suggested
from annotations.spans import annotated_span
from annotations.values import read_values
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.log.events import annotation_change
from store.project.settings import labels_in, labels_of
from store.read.places import Found, found_by
from store.write.record import Batch, record

_AT_ONCE = 64
"""Notices whose suggestions are made before they are stored."""


class FoundReport(msgspec.Struct):
    """How many places in how many notices, and how many suggestions that made: the others were there already."""

    notices: int = 0
    places: int = 0
    added: int = 0


def suggest_found(
    database: Database, actor: str, label: Label, text: str, found: Iterable[Found]
) -> Iterator[FoundReport]:
    """Make a suggestion of each place; whoever reads the reports drives it.

    Args:
        database: where.
        actor: whose events they are.
        label: the label that they get.
        text: what was looked for.
        found: the notices with its places.

    Yields:
        What has been done so far, once that is committed.
    """
    report, batch = FoundReport(), Batch()
    lexicon = labels_of(database).lexicon
    by, lot = found_by(text), list[tuple[int, list[Annotation]]]()

    def store(connection: Connection, turn: Iterator[tuple[int, list[Annotation]]]) -> int:
        added, now_labels = 0, labels_in(connection)
        for number, items in turn:
            there = _taken(connection, number, now_labels.first_name_of(label.name))
            for item in items:
                if (item.start, item.end) not in there:
                    change = annotation_change(number, None, item)
                    added += record(connection, actor, "find", change, batch=batch, labels=now_labels) is not None
        return added

    def keep() -> FoundReport:
        for added in in_turns(database, lot, store):
            report.added += added
        report.notices += len(lot)
        report.places += sum(len(items) for _, items in lot)
        lot.clear()
        return report

    for each in found:
        notice, at = each.stored.notice, now()
        items = []
        for place in each.places:
            span = annotated_span(place.span.start, place.span.end, notice.raw)
            values = read_values(label, notice, span, lexicon)
            items.append(suggested(notice, span, label, values, by, None, at))
        lot.append((each.stored.number, items))
        if len(lot) == _AT_ONCE:
            yield keep()
    yield keep()


def _taken(connection: Connection, notice: int, label: str) -> set[tuple[int, int]]:
    """The spans of a notice that have a suggestion with a label, whatever made it."""
    rows = connection.execute(
        'SELECT "start", "end" FROM annotations WHERE notice = ? AND label = ? AND annotator IS NULL', [notice, label]
    ).fetchall()
    return {(row["start"], row["end"]) for row in rows}
