"""A native export as a source of a merge: it has no log, so each state in it is told as an event of its own.

The id of such an event follows from what it says: of two exports that say the same, one is known already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from annotations.annotation import GOLD, now
from annotations.errors import RecordError, ZhupiError
from annotations.labels import LabelSet
from annotations.normalize import NORMALIZER
from annotations.notice import Notice
from annotations.notice_attributes import check_values
from annotations.relabelling import LabelChanges
from store.errors import StoreError
from store.intake.merge.names import Names, already_merged
from store.intake.merge.told import ToldEvent, ToldEvents, ToldNotice, check_state, in_pieces, told_regions, told_state
from store.intake.records import Proved, labelled, proved
from store.intake.sources import Record, Refusal, read_sources
from store.log.events import PROJECT, Change, Entity, Subject


class ExportSource:
    """A native export.

    Args:
        where: its name.
        labels: the label set here.
        names: what people are called here.
        actor: who merges it.
        refuse: told one line for each line of it that cannot be taken; the others go on.
    """

    def __init__(self, where: str, labels: LabelSet, names: Names, actor: str, refuse: Callable[[str], None]) -> None:
        self.where = where
        self.project = ""
        self.head: str | None = None
        self.size: int | None = None
        self.label_changes = LabelChanges()
        self._labels, self._names, self._actor = labels, names, actor
        self._first = {name: label.first_name for name, label in labels.by_any_name.items()}
        self._people = set[str]()
        for told in self._read(refuse):
            self._people |= _people(told)

    def people(self) -> set[str]:
        """The names of those who said something in it, as they are called here."""
        return {self._names.of(name) for name in self._people}

    def told(self, known: Callable[[Iterable[bytes]], set[bytes]]) -> Iterator[ToldNotice | ToldEvents]:
        """Its notices, each with what it says about it, but for those that cannot be taken."""
        for told in self._read():
            notice = _named(told.notice, self._names)
            said = list(self._said(told, self._names))
            there = known(each.event.id for each in said)
            yield from in_pieces(notice, None, [each for each in said if each.event.id not in there])

    def refuse_other_names(self, known: Callable[[Iterable[bytes]], set[bytes]]) -> None:
        """Prove that nobody is to have another name now than an earlier merge of what it says gave them.

        Args:
            known: as for ``told``.

        Raises:
            StoreError: somebody is.
        """
        if not self._names.given:
            return
        for told in self._read():
            for there in sorted(_people(told) & self._names.given.keys()):
                # That of the others stays, so that only what this one said is told otherwise.
                own = Names({name: here for name, here in self._names.given.items() if name != there})
                before, now = (self._ids_of(told, names) for names in (own, self._names))
                if known(before - now):
                    raise StoreError(f"{self.where}: {already_merged(there, there, self._names.given[there])}")

    def _ids_of(self, told: Proved, names: Names) -> set[bytes]:
        return {each.event.id for each in self._said(told, names)}

    def _said(self, told: Proved, names: Names) -> Iterator[ToldEvent]:
        notice = _named(told.notice, names)
        if any(region.by is not None for region in notice.regions):
            yield told_regions(notice, now())
        for item in told.annotations:
            key = names.in_key("annotation", item.id, item)
            yield self._event(notice, item.updated_at, "annotation", key, names.in_state(item, self._first))
        for review in told.reviews:
            state = names.in_state(review, self._first)
            yield self._event(notice, review.updated_at, "review", names.of(review.annotator), state)
        for question in told.questions:
            state = names.in_state(question, self._first)
            yield self._event(notice, question.created_at, "question", question.id, state)
        for field, correction in told.corrections.items():
            yield self._event(notice, now(), "field", field, names.in_state(correction, self._first))

    def _event(self, notice: Notice, at: str, entity: Entity, key: str, state: Subject | None) -> ToldEvent:
        check_state(entity, key, state, notice)
        return told_state(notice, at, self._actor, Change(PROJECT, entity, key, None, state))

    def _read(self, refuse: Callable[[str], object] = lambda _: None) -> Iterator[Proved]:
        """What its lines say; ``refuse`` is told of each that cannot be taken."""
        for item in read_sources([self.where], format="jsonl"):
            try:
                if isinstance(item, Refusal):
                    raise RecordError(item.reason)
                if not isinstance(item, Record):
                    raise RecordError(
                        "no line of a native export, nor a database; `zhupi import` takes pages, and with --into what "
                        "other tools say"
                    )
                told = proved(item)
                if told.notice.normalizer != NORMALIZER:
                    raise RecordError(
                        f"normalized by another version than {NORMALIZER}; import it into a database of its own, run "
                        "`zhupi normalize --stored` there and merge that"
                    )
                items = tuple(labelled(each, self._labels) for each in told.annotations)
                for review in told.reviews:
                    check_values(self._labels.notice, review.attributes)
            except ZhupiError as error:
                refuse(f"{item.where}: {error}")
                continue
            yield replace(told, annotations=items)


def _named(notice: Notice, names: Names) -> Notice:
    return replace(notice, regions=tuple(map(names.in_region, notice.regions)))


def _people(told: Proved) -> set[str]:
    named = (
        *(each.annotator for each in told.annotations if each.status != "gold"),
        *(each.annotator for each in told.reviews),
        *(name for each in told.questions for name in each.names),
        *(each.set_by for each in told.corrections.values()),
        *(each.by for each in told.notice.regions),
    )
    return {name for name in named if name is not None and name != GOLD}
