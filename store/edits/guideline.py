"""Another guideline for a project: an event of the log, so that it can be told which one somebody worked by."""

from __future__ import annotations

from store.db.database import Database
from store.log.events import PROJECT, Change
from store.project.settings import Setting, load_setting
from store.write.record import record


def set_guideline(database: Database, actor: str, text: str) -> None:
    """Keep ``text`` as the guideline of a project."""
    with database.write() as connection:
        before = load_setting(connection, "guideline")
        record(connection, actor, "guideline", Change(PROJECT, "setting", "guideline", before, Setting(text)))
