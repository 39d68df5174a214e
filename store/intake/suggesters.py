"""The suggesters of a project: those of this installation, and those that the project has of its own."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.suggest import Suggester, suggesters
from store.db.database import Database
from store.project.patterns import patterns_in
from store.project.settings import labels_of


def suggesters_of(database: Database, names: Sequence[str] = ()) -> list[Suggester]:
    """The suggesters with these names; without names all that there are for this database.

    Raises:
        SuggesterError: a name is unknown, or a suggester of another package cannot be loaded.
        DamageError: a pattern of the project is damaged.
    """
    own: list[Suggester] = []
    patterns = patterns_in(database.connection)
    if patterns:
        from annotations.suggest.patterns import Patterns  # noqa: PLC0415  # most projects have none

        own.append(Patterns(patterns, labels_of(database)))
    return suggesters(names, own)
