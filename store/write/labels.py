"""Another label set: what is stored follows it at once, while the log keeps the names of its time."""

from __future__ import annotations

from typing import Final

import msgspec

from annotations.errors import LabelError
from annotations.labels import Label, LabelSet
from annotations.relabelling import continued, followed, same_suggestions
from store.db.sqlite import Connection
from store.index.facets import rename_label
from store.log.rows import annotation_of
from store.project.settings import keep

_AT_ONCE: Final = 1_000
"""Annotations that are brought up to date at once."""


def put_labels(connection: Connection, before: LabelSet, after: LabelSet) -> None:
    """Keep another label set, and bring annotations and facets up to date, inside the caller's transaction.

    What suggesters would find anew, they look for at their next run.  That no label in use is lost, the caller has
    proved (``refuse_loss``).

    Raises:
        LabelError: an annotation has a value that the new set does not take; the message counts them.
    """
    keep(connection, "labels", after.to_json().decode())
    for old in before:
        new = continued(old, after)
        if new is None:
            continue
        if new.attribute != old.attribute:
            _bring_up_to_date(connection, old, new, after)
        if new.name != old.name:
            connection.execute("UPDATE annotations SET label = ? WHERE label = ?", [new.name, old.name])
            rename_label(connection, old.name, new.name)
    if not same_suggestions(before, after):
        connection.execute("DELETE FROM suggested")


def refuse_loss(connection: Connection, before: LabelSet, after: LabelSet, *, since: int = 0) -> None:
    """Refuse to drop a label that an annotation has, or that undo could bring back.

    Args:
        connection: the database.
        before: the present label set.
        after: the one that is to follow it.
        since: the number of an event up to which nothing is known to have the labels that are dropped: to look through
            a long log takes seconds.

    Raises:
        LabelError: a label would be lost.
    """
    for label in before:
        if continued(label, after) is None:
            _refuse_loss(connection, label, since)


def _refuse_loss(connection: Connection, label: Label, since: int) -> None:
    logged = _is_logged(connection, label, since)
    count = 0
    if logged or not since:
        # Whatever has come since is in the log, too.
        count = connection.execute("SELECT count(*) FROM annotations WHERE label = ?", [label.name]).fetchone()[0]
    if count:
        used = f"{count:,} annotations and suggestions have it"
    elif logged:
        used = "undo can bring back annotations that had it"
    else:
        return
    raise LabelError(
        f"label {label.name} would be lost, and {used}; say --rename {label.name}=NEW or --hide {label.name}"
    )


def _is_logged(connection: Connection, label: Label, since: int) -> bool:
    names = sorted(label.names)
    marks = ", ".join("?" * len(names))
    # By number and by no index: of the annotations' events, which are most, only those behind it are read.
    found = connection.execute(
        "SELECT 1 FROM events NOT INDEXED WHERE number > ? AND entity = 'annotation' "  # noqa: S608  # only placeholders
        f"AND (json_extract(before, '$.label') IN ({marks}) OR json_extract(after, '$.label') IN ({marks})) LIMIT 1",
        [since, *names, *names],
    ).fetchone()
    return found is not None


def _bring_up_to_date(connection: Connection, old: Label, new: Label, after: LabelSet) -> None:
    """Give the annotations of a label the attributes that it has now.

    Raises:
        LabelError: one of them has a value that none of these attributes takes.
    """
    rows = connection.execute("SELECT * FROM annotations WHERE label = ?", [old.name])
    made: list[tuple[str, str]] = []
    lost: dict[str, int] = {}
    while batch := rows.fetchmany(_AT_ONCE):
        for row in batch:
            item = annotation_of(row)
            attributes = followed(item, after).attributes
            kept = new.fitting(attributes)
            for name, value in attributes.items():
                if value is not None and kept.get(name) is None:
                    what = f"{name}={value}" if name in kept else name
                    lost[what] = lost.get(what, 0) + 1
            if [*attributes] != [*item.attributes]:
                made.append((msgspec.json.encode(attributes).decode(), item.id))
    if lost:
        what, count = max(lost.items(), key=lambda each: each[1])
        more = f" ({len(lost) - 1} more values like that)" if len(lost) > 1 else ""
        raise LabelError(
            f"label {new.name}: {what} would be lost, and {count:,} annotations and suggestions have it{more}; "
            "keep what is in use"
        )
    connection.executemany("UPDATE annotations SET attributes = ? WHERE id = ?", made)
