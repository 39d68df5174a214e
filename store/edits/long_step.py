"""A step about very many annotations: it goes on in short transactions, so that whoever else writes gets a turn.

What is to be changed is found anew for each lot, from what the database holds: another session may have decided some of
it meanwhile.  All of it is one step of undo.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from annotations.annotation import Annotation
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.edits.annotate import check_change
from store.log.events import ConflictError, annotation_change
from store.project.settings import labels_in
from store.write.record import Batch, record, surroundings_of

_PIECE: Final = 16
"""Changes of one notice that are not parted by a turn of somebody else."""

StepChange = tuple[Annotation | None, Annotation | None]
"""An annotation before and after; None where there is none."""

_Piece = tuple[int, tuple[StepChange, ...]]


class StepReport(msgspec.Struct):
    """How far it is.

    ``done`` places of ``total`` are through, counted a lot at a time, and ``changed`` annotations were made or deleted.
    ``unchanged`` places had nothing to decide, or were tagged so before; ``otherwise`` have another label of one's own;
    ``overlapping`` are passed over, since an annotation of one's own with this label shares a character.  A change that
    another session was faster with is among ``overtaken``.
    """

    total: int
    done: int = 0
    changed: int = 0
    unchanged: int = 0
    otherwise: int = 0
    overlapping: int = 0
    overtaken: int = 0


class LongStep:
    """One step about many annotations; subclasses say what is to be changed.

    Args:
        database: where.
        actor: whose layer is changed.
        total: how many places it is about.
    """

    def __init__(self, database: Database, actor: str, total: int) -> None:
        self.database: Final = database
        self.actor: Final = actor
        self.batch: Batch | None = Batch()
        """The step that the changes are; None where there is one change alone."""
        self._pieces: deque[_Piece] = deque()
        self.report: Final = StepReport(total)
        """How far it is; it may be read in another thread."""

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> StepReport:
        """Do what is left of it; after an error another call goes on with the rest.

        Args:
            goes_on: asked between two transactions; what was done before it said no stays.

        Raises:
            ZhupiError: the database is held or gone, or the actor may not do it.
        """
        while not self.is_complete and goes_on():
            if not self._pieces:
                self.database.check()
                with self.database.read() as connection:
                    self.prepare(connection)
            for stored in in_turns(self.database, tuple(self._pieces), self._store):
                for _ in range(stored):
                    self._pieces.popleft()
                if self._pieces and not goes_on():
                    return self.report
            self.report.done = self.through
        return self.report

    @property
    def is_complete(self) -> bool:
        """Whether all of it is done."""
        return not (self._pieces or self.is_left)

    @property
    def is_left(self) -> bool:
        """Whether there is anything that was not prepared yet."""
        raise NotImplementedError

    @property
    def through(self) -> int:
        """How many of the places were prepared."""
        raise NotImplementedError

    def prepare(self, connection: Connection) -> None:
        """Find what is to be done about the next lot, without the lock, and ``put`` it.

        Args:
            connection: for reading, within one snapshot.
        """
        raise NotImplementedError

    def put(self, number: int, changes: Sequence[StepChange]) -> None:
        """Have changes of one notice stored next."""
        self._pieces.extend((number, tuple(changes[at : at + _PIECE])) for at in range(0, len(changes), _PIECE))

    def _store(self, connection: Connection, turn: Iterator[_Piece]) -> int:
        """Store a turn; returns how many pieces it had."""
        labels, count = labels_in(connection), 0
        for number, changes in turn:
            count += 1
            around = surroundings_of(connection, number)
            for before, after in changes:
                if after is not None:
                    check_change(before, after, labels)
                change, action = annotation_change(number, before, after), "delete" if after is None else "tag"
                try:
                    made = record(
                        connection, self.actor, action, change, batch=self.batch, labels=labels, around=around
                    )
                except ConflictError:
                    self.report.overtaken += 1
                    continue
                if made is None:
                    self.report.unchanged += 1
                else:
                    self.report.changed += 1
        return count
