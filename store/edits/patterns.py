"""Other patterns for a project: an event of the log for each that is added, changed or removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from annotations.errors import PatternError
from annotations.suggest.base import rule_name
from annotations.suggest.pattern import Pattern
from annotations.suggest.patterns import NAME
from store.db.database import Database
from store.edits.withdraw import withdraw_rules
from store.log.events import PROJECT, Change
from store.project.patterns import PREFIX, patterns_in
from store.project.settings import Setting, load_setting
from store.write.record import record


def set_patterns(database: Database, actor: str, patterns: Sequence[Pattern]) -> list[str]:
    """Keep some patterns beside those that are there; one of the same name is replaced.

    Returns:
        The names of those that are new or changed.
    """
    changed = []
    with database.write() as connection:
        for each in patterns:
            before = load_setting(connection, PREFIX + each.name)
            after = Setting(msgspec.json.encode(each).decode())
            if record(connection, actor, "patterns", _change(each.name, before, after)) is not None:
                changed.append(each.name)
    return changed


def remove_patterns(database: Database, actor: str, names: Collection[str]) -> None:
    """Take some patterns out; what they have suggested is left to ``withdraw_removed``.

    Raises:
        PatternError: there is no pattern of one of the names; then none is removed.
    """
    with database.write() as connection:
        there = [each.name for each in patterns_in(connection)]
        for name in names:
            if name not in there:
                raise PatternError(f"unknown pattern {name}; there are {', '.join(there) or 'none'}")
            before = load_setting(connection, PREFIX + name)
            record(connection, actor, "patterns", _change(name, before, None))


def withdraw_removed(database: Database, actor: str) -> int:
    """Withdraw the suggestions of patterns that are there no more, but for decided ones; returns how many.

    It also ends what an earlier call that was interrupted has left.
    """
    kept = {each.name for each in patterns_in(database.connection)}
    return withdraw_rules(database, actor, NAME, lambda by: rule_name(by) in kept)


def _change(name: str, before: Setting | None, after: Setting | None) -> Change:
    return Change(PROJECT, "setting", PREFIX + name, before, after)
