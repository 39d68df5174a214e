"""Events of what a project had before its log told of it: its label set, settings, people, and notices as they are.

From then on ``zhupi check`` compares all of them with the log.  Of a project that is being made these are its first
events, ``init``; of an older one the events say ``migrate``: what was changed before is not known to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annotations.labels import default_labels
from store.db.sqlite import Connection
from store.log.chain import newest
from store.log.events import PROJECT, Change, dump
from store.log.notice_rows import load_notice_row
from store.project.clock import event_time
from store.project.identity import BACKUP, MIGRATE
from store.project.reviewers import account, everybody
from store.project.settings import keep, labels_in, load_setting

_AT_ONCE: Final = 1_000
"""Notices that are looked at between two writes."""


def log_what_is_there(connection: Connection) -> None:
    """Log what is there as events of whoever opens the database, inside a migration, which then chains them."""
    # A project keeps its labels when zhupi changes, and no start has to read those that ship.
    if load_setting(connection, "labels") is None:
        keep(connection, "labels", default_labels().to_json().decode())
    begun = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM notices) OR EXISTS (SELECT 1 FROM events) OR EXISTS "
        "(SELECT 1 FROM settings WHERE name NOT IN ('labels', 'project'))"
    ).fetchone()[0]
    at, actor, action = event_time(newest(connection).at), account(), MIGRATE if begun else "init"
    _log(connection, at, actor, action, _of_project(connection))
    first = 1
    while numbers := connection.execute(
        "SELECT number, id FROM notices WHERE number >= ? ORDER BY number LIMIT ?", [first, _AT_ONCE]
    ).fetchall():
        rows = (Change(number, "notice", key, None, load_notice_row(connection, number)) for number, key in numbers)
        _log(connection, at, actor, action, rows)
        first = numbers[-1][0] + 1


def _of_project(connection: Connection) -> Iterator[Change]:
    # Events about labels are older than the chain: where there are some, the log tells of them.
    if connection.execute("SELECT 1 FROM events WHERE entity = 'labels'").fetchone() is None:
        yield Change(PROJECT, "labels", "labels", None, labels_in(connection))
    for (name,) in connection.execute(
        "SELECT name FROM settings WHERE name NOT IN ('labels', ?) ORDER BY name", [BACKUP]
    ).fetchall():
        yield Change(PROJECT, "setting", name, None, load_setting(connection, name))
    for each in everybody(connection):
        yield Change(PROJECT, "reviewer", each.name, None, each)


def _log(connection: Connection, at: str, actor: str, action: str, changes: Iterator[Change]) -> None:
    connection.executemany(
        "INSERT INTO events (at, actor, action, notice, entity, key, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            [at, actor, action, change.notice or None, change.entity, change.key, dump(change.after)]
            for change in changes
        ),
    )
