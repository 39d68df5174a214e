"""The finished notices as a second look takes them: their layers, a few notices at a time, as often as is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from pyroaring import BitMap

from annotations.alignment import Alignment
from annotations.annotation import GOLD, Annotation, Review
from annotations.decisions import layer
from annotations.labels import LabelSet
from annotations.normalize.folding import flat
from annotations.second_look.page import Page, Tag
from annotations.second_look.unseen import part_of
from store.db.database import Database
from store.intake.learn import finished_layer
from store.project.control_arm import control_arm_in
from store.project.settings import labels_of
from store.read.finished import finished, trained_layers
from store.read.notices import StoredNotice, each_notice

_AT_ONCE: Final = 32
"""Notices that are read at once."""


class Layer(NamedTuple):
    """A layer of a notice: whose it is, all of it with what was rejected, and as it is looked at."""

    annotator: str
    items: list[Annotation]
    page: Page


class FinishedNotice(NamedTuple):
    """A finished notice.

    ``layers`` are those that are looked at.  ``main`` is what is right about it as far as people know, ``page`` the
    same as it is looked at, and ``counts`` says whether it speaks for its near-copies: one of them does.
    """

    stored: StoredNotice
    layers: list[Layer]
    main: list[Annotation]
    page: Page
    counts: bool
    suggestions: list[Annotation]

    @property
    def counted(self) -> Page | None:
        """The layer that is counted; None where that of a near-copy is."""
        return self.page if self.counts else None


class FinishedPages:
    """The finished notices, but for those on which nobody sees suggestions.

    Args:
        database: where; it is free between two readings.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.labels: Final = labels_of(database)
        with database.read() as connection:
            which = finished(connection)
            self._arm = control_arm_in(connection)
        self._groups, self._gold = which.groups, which.gold
        self._numbers: BitMap = which.notices

    def __iter__(self) -> Iterator[FinishedNotice]:
        yield from self._read(self._numbers)

    def shuffled(self) -> Iterator[FinishedNotice]:
        """The notices that count, in an order that is neither of import nor of chance."""
        order = sorted(self._numbers, key=lambda number: hashlib.sha256(str(number).encode()).digest())
        yield from self._read(number for number in order if self._groups[number] == number)

    def group(self, number: int) -> int:
        """A number that near-copies of a notice have in common."""
        return self._groups[number]

    def part(self, number: int) -> int:
        """The part of a notice, the same for near-copies."""
        return part_of(hashlib.sha256(str(self.group(number)).encode()).hexdigest())

    def _read(self, numbers: Iterable[int]) -> Iterator[FinishedNotice]:
        rest = iter(numbers)
        while some := list(islice(rest, _AT_ONCE)):
            with self._database.read() as connection:
                rows = list(each_notice(connection, some))
                trained = trained_layers(connection, some)
            for stored, items, reviews in rows:
                if self._arm is None or self._arm.arm_of(stored.notice.id) == "shown":
                    yield from self._notice(stored, items, reviews, trained)

    def _notice(
        self,
        stored: StoredNotice,
        items: Sequence[Annotation],
        reviews: Sequence[Review],
        trained: set[tuple[int, str]],
    ) -> Iterator[FinishedNotice]:
        """The notice; nothing where it was opened again meanwhile."""
        number, notice = stored.number, stored.notice
        main = finished_layer(number, items, reviews, self._gold)
        if main is None:
            return
        text = flat(notice.normalized)

        def page(own: Iterable[Annotation]) -> Page:
            return page_of_layer(text, notice.alignment, own, self.labels)

        done = [each.annotator for each in reviews if each.status == "done" and each.annotator != GOLD]
        # Where there is gold nobody's layer counts any more: a hidden check looks like any other notice with gold.
        names = [GOLD] if number in self._gold else [name for name in done if (number, name) not in trained]
        layers = [Layer(name, own, page(own)) for name in names for own in [layer(items, name)]]
        suggestions = [item for item in items if item.annotator is None]
        yield FinishedNotice(stored, layers, main, page(main), self._groups[number] == number, suggestions)


def page_of_layer(text: str, alignment: Alignment, items: Iterable[Annotation], labels: LabelSet) -> Page:
    """A layer as it is looked at.

    Args:
        text: the normalized text, folded.
        alignment: its map.
        items: the layer, maybe with what was rejected.
        labels: the label set of the project.
    """
    tags = [tag_of(alignment, item, labels) for item in items if item.status != "rejected"]
    there = [tag for tag in tags if tag is not None]
    return Page(text, tuple(sorted(there, key=lambda tag: (*tag.span, tag.label, tag.id))))


def tag_of(alignment: Alignment, item: Annotation, labels: LabelSet) -> Tag | None:
    """An annotation as it stands in the normalized text; None where that leaves it out."""
    span = alignment.to_normalized(item.span)
    return None if span is None else Tag(item.id, labels.first_name_of(item.label), span.start, span.end)
