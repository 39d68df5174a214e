"""What one person does to many places of a text at once: accept, reject or tag them, as one step of undo.

How it goes on, and that others get their turn, is in ``long_step``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from annotations.annotation import Annotation
from annotations.decisions import Decision, layer, waiting
from annotations.labels import Label, LabelSet
from annotations.origins import decided, in_bulk, tagged
from annotations.spans import RawSpan
from annotations.values import read_values
from store.db.database import Database
from store.db.sqlite import Connection
from store.edits.long_step import LongStep, StepChange
from store.project.control_arm import arm_in
from store.project.muting import heard
from store.project.settings import labels_in
from store.read.notices import annotations_of, load_notice

_AT_ONCE: Final = 128
"""Places that are looked at before what is to be done about them is stored."""

Target = tuple[int, RawSpan]
"""A place: the number of its notice, and its raw span."""


class PlacesEdit(LongStep):
    """One step about many places.

    Args:
        database: where.
        actor: whose layer is changed.
        targets: the places; those of a notice side by side.
        wanted: ``accept`` accepts the suggestions that have exactly the span of a place, and wait for the actor.
            ``reject`` rejects them; where there is none, what the actor has said about exactly this span is deleted.
            A label tags the place, or accepts its suggestion with that label; a place within or across an annotation of
            the actor with this label stays as it is, and so does one that has another label of theirs.
        only: the name of the only label that is accepted or rejected; None accepts or rejects all.
    """

    def __init__(
        self,
        database: Database,
        actor: str,
        targets: Iterable[Target],
        wanted: Literal["accept", "reject"] | Label,
        only: str | None = None,
    ) -> None:
        self._left = deque(targets)
        super().__init__(database, actor, len(self._left))
        self._wanted = wanted
        self._only = only

    @property
    def is_left(self) -> bool:
        """Whether any place was not looked at."""
        return bool(self._left)

    @property
    def through(self) -> int:
        """How many places were looked at."""
        return self.report.total - len(self._left)

    def prepare(self, connection: Connection) -> None:
        """Find what is to be done about the next places."""
        some = [self._left[at] for at in range(min(_AT_ONCE, len(self._left)))]
        labels = labels_in(connection)
        there = annotations_of(connection, {number for number, _ in some}, labels)
        by_notice: dict[int, list[RawSpan]] = {}
        for number, span in some:
            by_notice.setdefault(number, []).append(span)
        for number, spans in by_notice.items():
            items = [item for item in there.get(number, []) if self._only in (None, item.label)]
            changes = list(self._changes(connection, number, spans, items, labels))
            if self.report.total == 1 and len(changes) == 1:
                # One alone is no batch: where its edge is moved next, that is another step.
                self.batch = None
            else:
                changes = [(before, None if after is None else in_bulk(after)) for before, after in changes]
            self.put(number, changes)
        for _ in some:
            self._left.popleft()

    def _changes(
        self, connection: Connection, number: int, spans: list[RawSpan], there: list[Annotation], labels: LabelSet
    ) -> Iterator[StepChange]:
        """What is to be done about some places of a notice."""
        own = layer(there, self.actor)
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
                    yield from ((None, decided(item, self.actor, "accepted")) for item in suggestions)
                else:
                    to_tag.append(span)
            elif suggestions:
                status: Decision = "accepted" if self._wanted == "accept" else "rejected"
                yield from ((None, decided(item, self.actor, status)) for item in suggestions)
            elif mine and self._wanted == "reject":
                yield from ((item, None) for item in mine)
            else:
                self.report.unchanged += 1
        if to_tag and isinstance(self._wanted, Label):
            notice, label = load_notice(connection, number).notice, labels.usable(self._wanted.name)
            said = [item for item in own if item.status != "rejected"]
            for span in to_tag:
                values = read_values(label, notice, span, labels.lexicon, said)
                yield None, tagged(notice.raw, span, label.name, values, self.actor)


def _overlap(item: Annotation, span: RawSpan) -> bool:
    return item.start < span.end and span.start < item.end
