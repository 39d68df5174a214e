"""Every place of a text in the notices, Simplified and Traditional alike, with what is said about it already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from pyroaring import BitMap

from annotations.annotation import GOLD, Annotation
from annotations.decisions import layer, waiting
from annotations.normalize.folding import flat
from annotations.notice import Notice
from annotations.spans import RawSpan, normalized_span
from store.db.database import Database
from store.db.sqlite import Connection
from store.index.filters import QueueFilter
from store.index.keys import HIDDEN
from store.index.search import each_text, spellings
from store.index.sets import stored_set
from store.project.muting import heard
from store.project.reviewers import Task, may
from store.read.notices import StoredNotice, annotations_of, load_notice, notice_annotations
from store.read.queue import numbers_behind

_SEE_GOLD: Final[Task] = "see the layers of others"

_AT_ONCE: Final = 64
"""Notices that are read from one snapshot."""


class Place(msgspec.Struct, frozen=True):
    """A place of a text: ``[start, end)`` in the normalized text of its notice, and the raw span of that.

    ``said`` is what concerns it, of the reviewer who looks, and of suggestions that the reviewer has not decided: all
    that shares a character with the place.  So does gold, for those who may see the layers of others: to anybody else
    it would tell what a hidden check asks.  Suggestions in the control arm, and those that are muted, concern nobody.
    """

    start: int
    end: int
    span: RawSpan
    said: tuple[Annotation, ...]


class Found(msgspec.Struct, frozen=True):
    """A notice with the places of the text in it, in order; at least one."""

    stored: StoredNotice
    places: tuple[Place, ...]
    there: tuple[Annotation, ...]
    """All that anybody has said about the notice."""


class TextPage(msgspec.Struct, frozen=True):
    """Some notices that hold a text; ``behind`` is the number to go on behind, None where no notice is left."""

    found: tuple[Found, ...]
    behind: int | None


def find_text(database: Database, annotator: str, text: str, which: QueueFilter) -> Iterator[Found]:
    """The notices that hold a text, in the order of import, as they are found.

    Between two of them no transaction is open, so that the caller may write.

    Args:
        database: where.
        annotator: who looks.
        text: what is looked for, as it stands: white space in it counts.
        which: which notices; its search and its order do not count.
    """
    at: int | None = 0
    while at is not None:
        with database.read() as connection:
            page = text_page(connection, annotator, text, which, at)
        yield from page.found
        at = page.behind


def text_page(
    connection: Connection, annotator: str, text: str, which: QueueFilter, behind: int = 0, *, most: int = _AT_ONCE
) -> TextPage:
    """A page of what ``find_text`` finds.

    Args:
        connection: for reading, within one snapshot.
        annotator: as for ``find_text``.
        text: as for ``find_text``.
        which: as for ``find_text``.
        behind: the number of the notice that it goes on behind.
        most: notices that are looked at.
    """
    wanted = [each for each in spellings(text) if each.strip()]
    if not wanted:
        return TextPage((), None)
    # A term of the search has no white space; whatever holds the whole text holds each of its terms.
    searched = msgspec.structs.replace(which, search=text)
    form = re.compile("|".join(re.escape(each) for each in sorted(wanted, key=len, reverse=True)))
    numbers = numbers_behind(connection, annotator, searched, behind, most)
    looks = _looks(connection, annotator)
    found = (_found(connection, looks, number, form) for number in numbers)
    return TextPage(tuple(each for each in found if each.places), numbers[-1] if len(numbers) == most else None)


def said_at(
    connection: Connection, annotator: str, places: Mapping[int, Sequence[RawSpan]]
) -> dict[int, list[tuple[Annotation, ...]]]:
    """What is said about places that were found before, as ``Place.said`` has it.

    Args:
        connection: for reading, within one snapshot.
        annotator: who looks.
        places: the raw spans of the places, by the numbers of their notices.

    Returns:
        For each notice what is said about each of its spans, in their order.
    """
    told = {}
    there, looks = annotations_of(connection, places), _looks(connection, annotator)
    for number, spans in places.items():
        said = looks.said(number, there.get(number, []))
        told[number] = [_of_place(said, span) for span in spans]
    return told


def found_by(text: str) -> str:
    """What the suggestions for the places of a text name as their maker: ``find@1f3870be``."""
    digest = hashlib.sha256(spellings(text)[-1].encode()).hexdigest()[:8]
    return f"find@{digest}"


def page_texts(database: Database) -> Iterator[tuple[int, str, str]]:
    """Number, doc and normalized text of every notice, some at a time."""
    with database.read() as connection:
        for number, _, text in each_text(connection):
            (doc,) = connection.execute("SELECT doc FROM notices WHERE number = ?", [number]).fetchone()
            yield number, doc, text


class _Looks(msgspec.Struct, frozen=True):
    """Somebody who looks at places: whether they see gold, and the notices on which nobody sees suggestions."""

    connection: Connection
    annotator: str
    with_gold: bool
    hidden: BitMap

    def said(self, number: int, there: Sequence[Annotation]) -> list[Annotation]:
        """What they see of all that is said about a notice: their own, maybe gold, and what waits for them."""
        own = layer(there, self.annotator)
        suggestions = [] if number in self.hidden else heard(self.connection, number, there)
        return [*own, *(layer(there, GOLD) if self.with_gold else ()), *waiting(suggestions, own)]


def _looks(connection: Connection, annotator: str) -> _Looks:
    return _Looks(connection, annotator, may(connection, annotator, _SEE_GOLD), stored_set(connection, [HIDDEN]))


def _found(connection: Connection, looks: _Looks, number: int, form: re.Pattern[str]) -> Found:
    stored = load_notice(connection, number)
    there = notice_annotations(connection, number)
    said = looks.said(number, there)
    places = tuple(
        _place(stored.notice, *match.span(), said) for match in form.finditer(flat(stored.notice.normalized))
    )
    return Found(stored, places, tuple(there))


def _place(notice: Notice, start: int, end: int, said: Sequence[Annotation]) -> Place:
    span = notice.alignment.to_raw(normalized_span(start, end))
    return Place(start, end, span, _of_place(said, span))


def _of_place(said: Sequence[Annotation], span: RawSpan) -> tuple[Annotation, ...]:
    return tuple(item for item in said if item.start < span.end and span.start < item.end)
