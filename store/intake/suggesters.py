"""The suggesters of a project: those of this installation, and those that the project has of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotations.errors import LearningError
from annotations.labels import LabelSet
from annotations.suggest import Suggester, suggesters
from store.db.database import Database
from store.db.sqlite import Connection
from store.project.learned import SETTING, lessons_in, load_models
from store.project.patterns import patterns_in
from store.project.settings import labels_of


def suggesters_of(database: Database, names: Sequence[str], refuse: Callable[[str], None]) -> list[Suggester]:
    """The suggesters with these names; without names all that there are for this database.

    Args:
        database: whose patterns and models count too.
        names: the names.
        refuse: told one line where models of the project cannot be used; the others suggest all the same.

    Raises:
        SuggesterError: a name is unknown, or a suggester of another package cannot be loaded.
        LearningError: models that are asked for by name cannot be used.
        DamageError: a pattern of the project is damaged.
    """
    own: list[Suggester] = []
    labels = labels_of(database)
    patterns = patterns_in(database.connection)
    if patterns:
        from annotations.suggest.patterns import Patterns  # noqa: PLC0415  # most projects have none

        own.append(Patterns(patterns, labels))
    if lessons_in(database.connection).digests:
        try:
            own.append(_learned(database.connection, labels))
        except LearningError as error:
            if SETTING in names:
                raise
            refuse(str(error))
    return suggesters(names, own)


def _learned(connection: Connection, labels: LabelSet) -> Suggester:
    from annotations.learning.learned import Learned  # noqa: PLC0415  # as above

    try:
        import pycrfsuite  # noqa: F401, PLC0415  # an extra
    except ImportError as error:
        raise LearningError("the models of this project need python-crfsuite: install zhupi[learn]") from error
    return Learned(load_models(connection), labels)
