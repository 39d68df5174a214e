"""People and settings of a project into its tables; ``store.write.record`` calls it behind the event."""

from __future__ import annotations

from store.db.sqlite import Connection
from store.project.reviewers import Reviewer
from store.project.settings import Setting, keep


def put_reviewer(connection: Connection, reviewer: Reviewer) -> None:
    """Keep what somebody is here, inside the caller's transaction; whoever was removed stays known."""
    connection.execute(
        "INSERT OR REPLACE INTO reviewers (name, role, added_by, added_at, removed_at) VALUES (?, ?, ?, ?, ?)",
        [reviewer.name, reviewer.role, reviewer.added_by, reviewer.added_at, reviewer.removed_at],
    )
    if reviewer.removed_at is not None:
        connection.execute("DELETE FROM leases WHERE annotator = ?", [reviewer.name])


def put_setting(connection: Connection, name: str, setting: Setting | None) -> None:
    """Keep a setting, or nothing under its name any more, inside the caller's transaction."""
    if setting is None:
        connection.execute("DELETE FROM settings WHERE name = ?", [name])
    else:
        keep(connection, name, setting.value)
