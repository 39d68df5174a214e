"""What one person does to many places of a text at once: accept, reject or tag them, as one step of undo.

It goes on in short transactions, so that whoever else writes gets a turn between two.  What is to be changed is found
anew for each place, from what the database holds: another session may have decided some of them meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

import msgspec

from annotations.annotation import Annotation
from annotations.decisions import Decision, layer, waiting
from annotations.labels import Label, LabelSet
from annotations.origins import decided, in_bulk, tagged
from annotations.spans import RawSpan
from annotations.values import read_values
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.edits.annotate import check_change
from store.log.events import ConflictError, annotation_change
from store.project.control_arm import arm_in
from store.project.muting import heard
from store.project.settings import labels_in
from store.read.notices import annotations_of, load_notice
from store.write.record import Batch, record, surroundings_of

_AT_ONCE: Final = 128
"""Places that are looked at before what is to be done about them is stored."""

_PIECE: Final = 16
"""Changes of one notice that are not parted by a turn of somebody else."""

Target = tuple[int, RawSpan]
"""A place: the number of its notice, and its raw span."""

_Change = tuple[Annotation | None, Annotation | None]
_Piece = tuple[int, tuple[_Change, ...]]


class PlacesReport(msgspec.Struct):
    """How far it is.

    ``done`` places of ``total`` are through, counted a lot at a time, and ``changed`` annotations were made or deleted.
    ``unchanged`` places had nothing to accept or reject, or were tagged so before; ``otherwise`` have another label of
    one's own.  A change that another session was faster with is among ``overtaken``.
    """

    total: int
    done: int = 0
    changed: int = 0
    unchanged: int = 0
    otherwise: int = 0
    overtaken: int = 0


class PlacesEdit:
    """One step about many places.

    Args:
        database: where.
        actor: whose layer is changed.
        targets: the places; those of a notice side by side.
        wanted: ``accept`` accepts the suggestions that have exactly the span of a place, and wait for the actor.
            ``reject`` rejects them; where there is none, what the actor has said about exactly this span is deleted.
            A label tags the place, or accepts its suggestion with that label; a place within or across an annotation of
            the actor with this label stays as it is, and so does one that has another label of theirs.
    """

    def __init__(
        self, database: Database, actor: str, targets: Iterable[Target], wanted: Literal["accept", "reject"] | Label
    ) -> None:
        self._database = database
        self._actor = actor
        self._left = deque(targets)
        self._wanted = wanted
        self._pieces: deque[_Piece] = deque()
        self._batch: Batch | None = Batch()
        self.report: Final = PlacesReport(len(self._left))
        """How far it is; it may be read in another thread."""

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> PlacesReport:
        """Do what is left of it; after an error another call goes on with the rest.

        Args:
            goes_on: asked between two transactions; what was done before it said no stays.

        Raises:
            ZhupiError: the database is held or gone, or the actor may not do it.
        """
        while (self._pieces or self._left) and goes_on():
            if not self._pieces:
                self._prepare()
            for stored in in_turns(self._database, tuple(self._pieces), self._store):
                for _ in range(stored):
                    self._pieces.popleft()
                if self._pieces and not goes_on():
                    return self.report
            self.report.done = self.report.total - len(self._left)
        return self.report

    def _prepare(self) -> None:
        """Find what is to be done about the next places, without the lock."""
        some = [self._left[at] for at in range(min(_AT_ONCE, len(self._left)))]
        self._database.check()
        with self._database.read() as connection:
            labels = labels_in(connection)
            there = annotations_of(connection, {number for number, _ in some}, labels)
            by_notice: dict[int, list[RawSpan]] = {}
            for number, span in some:
                by_notice.setdefault(number, []).append(span)
            for number, spans in by_notice.items():
                changes = tuple(self._changes(connection, number, spans, there.get(number, []), labels))
                if self.report.total == 1 and len(changes) == 1:
                    # One alone is no batch: where its edge is moved next, that is another step.
                    self._batch = None
                else:
                    changes = tuple((before, None if after is None else in_bulk(after)) for before, after in changes)
                self._pieces.extend((number, changes[at : at + _PIECE]) for at in range(0, len(changes), _PIECE))
        for _ in some:
            self._left.popleft()

    def _changes(
        self, connection: Connection, number: int, spans: list[RawSpan], there: list[Annotation], labels: LabelSet
    ) -> Iterator[_Change]:
        """What is to be done about some places of a notice."""
        own = layer(there, self._actor)
        hidden = arm_in(connection, number) == "hidden"
        open_ones = waiting([] if hidden else heard(connection, number, there), own)
        to_tag: list[RawSpan] = []
        for span in spans:
            mine = [item for item in own if item.span == span and item.status != "rejected"]
            suggestions = [item for item in open_ones if item.span == span]
            if isinstance(self._wanted, Label):
                name = self._wanted.name
                suggestions = [item for item in suggestions if item.label == name]
                if any(item.label == name and _overlap(item, span) for item in own if item.status != "rejected"):
                    self.report.unchanged += 1
                elif mine:
                    self.report.otherwise += 1
                elif suggestions:
                    yield from ((None, decided(item, self._actor, "accepted")) for item in suggestions)
                else:
                    to_tag.append(span)
            elif suggestions:
                status: Decision = "accepted" if self._wanted == "accept" else "rejected"
                yield from ((None, decided(item, self._actor, status)) for item in suggestions)
            elif mine and self._wanted == "reject":
                yield from ((item, None) for item in mine)
            else:
                self.report.unchanged += 1
        if to_tag and isinstance(self._wanted, Label):
            notice, label = load_notice(connection, number).notice, labels.usable(self._wanted.name)
            said = [item for item in own if item.status != "rejected"]
            for span in to_tag:
                values = read_values(label, notice, span, labels.lexicon, said)
                yield None, tagged(notice.raw, span, label.name, values, self._actor)

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
                        connection, self._actor, action, change, batch=self._batch, labels=labels, around=around
                    )
                except ConflictError:
                    self.report.overtaken += 1
                    continue
                if made is None:
                    self.report.unchanged += 1
                else:
                    self.report.changed += 1
        return count


def _overlap(item: Annotation, span: RawSpan) -> bool:
    return item.start < span.end and span.start < item.end
