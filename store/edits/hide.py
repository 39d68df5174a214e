"""Hiding suggestions on a share of the notices: the control arm of an experiment, which is an event."""

from __future__ import annotations

from store.db.database import Database
from store.log.events import PROJECT, Change
from store.project.control_arm import SETTING, as_setting, control_arm
from store.project.reviewers import require
from store.project.settings import load_setting
from store.write.record import record


def hide_suggestions(database: Database, actor: str, share: float) -> bool:
    """Hide suggestions on a share of the notices from everybody; whether that changed anything.

    Args:
        database: where.
        actor: who.
        share: from 0 to 1; 0 ends the experiment, and what reviews say of it stays.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    with database.write() as connection:
        require(connection, actor, "change the project")
        before = load_setting(connection, SETTING)
        after = as_setting(control_arm(share)) if share else None
        return record(connection, actor, "hide", Change(PROJECT, "setting", SETTING, before, after)) is not None
