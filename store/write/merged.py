"""What comes from another database into this one: its events, which change the state, and its notices.

The state is what the events of both add up to (``store.log.register``).  Nobody is asked for a role here: what somebody
did elsewhere was allowed there, and gives them no right in this database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec

from annotations.annotation import Annotation, Review, now
from annotations.formats.native_record import native_regions
from annotations.notice import FIELDS, GIVEN, FieldName, Notice
from annotations.notice_attributes import check_values
from annotations.regions import Region
from annotations.relabelling import followed
from store.db.sqlite import Connection
from store.index.conflicts import note, register_of
from store.index.facets import follow_first
from store.index.sets import marked_together
from store.index.spans import Span
from store.log.chain import Newest, newest
from store.log.corrections import page_fields
from store.log.events import Change, Entity, Event
from store.log.notice_rows import load_notice_row
from store.log.origins import Origin, reported
from store.log.register import MERGED, Register
from store.log.rows import load, load_regions
from store.project.settings import labels_in
from store.read.notices import find_notice
from store.write.append import append_merged
from store.write.fields import put_page_fields
from store.write.notices import Arrivals, FinishedNotice
from store.write.record import put, put_first, stored_change
from store.write.texts import renormalize


@contextmanager
def merging(connection: Connection, actor: str) -> Iterator[Merging]:
    """Merge something in this block, inside the caller's transaction; what follows from it is brought up to date then.

    Args:
        connection: in a write transaction; nothing in the block may read the sets of the queue.
        actor: who merges.
    """
    with marked_together(connection):
        work = Merging(connection, actor)
        yield work
        work.finish()


class Merging:
    """One transaction of a merge.

    Args:
        connection: in a write transaction.
        actor: who merges.
    """

    def __init__(self, connection: Connection, actor: str) -> None:
        self._connection, self._actor = connection, actor
        self._labels = labels_in(connection)
        self._arrivals = Arrivals(connection, actor)
        self.added: list[int] = []
        """The numbers of the notices that were added."""

    @property
    def newest(self) -> Newest:
        """The newest event."""
        return self._arrivals.newest or newest(self._connection)

    def events(self, events: Sequence[Event], *, first: bool = False) -> None:
        """Append events that were made elsewhere, and make the state what all events of their subjects add up to.

        Args:
            events: as ``append_merged`` takes them, all about one notice or about the project.  None of them is in the
                log yet, and whatever they follow is there or among them.
            first: whether they are the first about a notice that has just been added.

        Raises:
            ZhupiError: what they leave does not fit the label set.
        """
        connection, labels = self._connection, self._labels
        regions = next((event.change for event in events if event.change.entity == "regions"), None)
        if regions is not None and not first:
            # Behind the others, whose numbers are given.
            events = [*events, *_regions_here(connection, regions)]
        registers: dict[tuple[Entity, str], Register] = {}
        for event in events:
            change = event.change
            if change.entity in MERGED and (change.entity, change.key) not in registers:
                registers[change.entity, change.key] = (
                    Register(change.entity, labels)
                    if first
                    else register_of(connection, change.entity, change.key, change.notice, labels)
                )
        self._arrivals.newest = append_merged(connection, self.newest, events)
        for event in events:
            if event.change.entity in MERGED:
                registers[event.change.entity, event.change.key].take(event)
        # Whether gold is done follows from all that is said of the notice, so that it comes last.
        for (entity, key), register in sorted(registers.items(), key=lambda item: item[0][0] == "adjudication"):
            if entity != "seen":
                change = Change(events[0].change.notice, entity, key, None, register.state)
                if not first or register.is_contested:
                    note(connection, change, register)
                self._follow(change, first=first)

    def finish(self) -> None:
        """Put the notices that were added into all sets that they belong to by now."""
        if self.added:
            # Numbers are given without a gap, so that these are all that was added.
            follow_first(self._connection, Span(self.added[0], self.added[-1]))

    def notice(
        self, notice: Notice, html: str | None, finished: FinishedNotice | None
    ) -> tuple[int, Literal["added", "changed", "same"]]:
        """Add a notice; of one that is there already, the row of whichever database tells more stands from now on.

        Which one that is follows from the two alone, so that it does not matter which of them came first.

        Args:
            notice: normalized and proved, with the fields that its page or its row tells.
            html: the page that its raw text was extracted from.
            finished: the same as it is going to be stored; None of a notice that is there.

        Returns:
            Its number, and what was done.

        Raises:
            NotFoundError: it was not finished, and is not there.
        """
        connection = self._connection
        added = None if finished is None else self._arrivals.add(finished)
        if added is not None:
            # What is said of it follows at once.
            self._arrivals.compare()
            self.added.append(added)
            return added, "added"
        number = find_notice(connection, notice.id)
        if not tells_more(connection, number, notice, html):
            return number, "same"
        stored = load_notice_row(connection, number)
        connection.execute("UPDATE notices SET doc = ?, url = ? WHERE number = ?", [notice.doc, notice.url, number])
        connection.execute(
            "UPDATE texts SET meta = ?, html = ? WHERE notice = ?",
            [msgspec.json.encode(notice.meta).decode(), html, number],
        )
        put_page_fields(connection, number, _page_fields(notice))
        renormalize(connection, self._actor, number, load_regions(connection, number), stored)
        self._arrivals.newest = None
        return number, "changed"

    def _follow(self, change: Change, *, first: bool) -> None:
        """Make the state what a change leaves; what it changes is looked up here."""
        connection, labels, wanted = self._connection, self._labels, change.after
        if isinstance(wanted, Annotation):
            wanted = followed(wanted, labels)
            wanted.check_attributes(labels)
        elif isinstance(wanted, Review):
            check_values(labels.notice, wanted.attributes)
        if first and isinstance(wanted, Annotation | Review):
            put_first(connection, change.notice, wanted, labels)
            return
        current = load(connection, change.entity, change.key, change.notice, labels=labels)
        if wanted != current:
            done = Change(change.notice, change.entity, change.key, current, wanted)
            put(connection, self._actor, stored_change(done, labels))
            # Other regions make another row, of which an event tells.
            self._arrivals.newest = None


def tells_more(connection: Connection, number: int, notice: Notice, html: str | None) -> bool:
    """Whether the row that another database has of a notice tells more than the one here.

    Args:
        connection: for reading.
        number: the number of the notice here.
        notice: the notice there, with the fields that its page or its row tells.
        html: the page that its raw text was extracted from there.
    """
    row = connection.execute(
        "SELECT doc, url, meta, html FROM notices JOIN texts ON notice = number WHERE number = ?", [number]
    ).fetchone()
    meta = msgspec.json.decode(row["meta"])
    here = _order(row["doc"], row["url"], meta, row["html"], page_fields(connection, number))
    return here > _order(notice.doc, notice.url, notice.meta, html, _page_fields(notice))


def _page_fields(notice: Notice) -> dict[FieldName, str | None]:
    return {name: notice.fields.of(name) for name in FIELDS}


def regions_told(sha256: str, regions: Iterable[Region]) -> Origin:
    """The origin of regions that came with a notice as people had set them.

    Args:
        sha256: the digest of the raw text of the notice.
        regions: its regions.
    """
    return reported(sha256, "regions", "regions", msgspec.json.encode(native_regions(regions)).decode())


def _order(
    doc: str, url: str | None, meta: dict[str, Any], html: str | None, fields: dict[Any, str | None]
) -> tuple[object, ...]:
    """The place of a row among those of one notice; the first one stands.  Times of imports do not count."""
    told = {name: value for name, value in meta.items() if name != "flags"}
    flags = meta.get("flags")
    unsure = isinstance(flags, list) and "encoding-unsure" in flags
    given = told.get(GIVEN)
    own = {name: fields[name] for name in FIELDS if not isinstance(given, list) or name in given}
    row = told.get("fields")
    size = len(told) + (len(row) if isinstance(row, dict) else 0) + sum(value is not None for value in own.values())
    return html is None, url is None, -size, msgspec.json.encode([doc, url, told, unsure, own, html], order="sorted")


def _regions_here(connection: Connection, change: Change) -> Iterator[Event]:
    """The regions that came with a notice as people had set them, as an event, where the log has none of them yet."""
    regions = load_regions(connection, change.notice)
    begun = connection.execute(
        "SELECT 1 FROM events WHERE entity = 'regions' AND key = ? AND notice = ? LIMIT 1", [change.key, change.notice]
    ).fetchone()
    set_by = next((region.by for region in regions if region.by is not None), None)
    if begun is None and set_by is not None:
        (sha256,) = connection.execute("SELECT sha256 FROM notices WHERE number = ?", [change.notice]).fetchone()
        origin = regions_told(sha256, regions)
        told = Change(change.notice, "regions", change.key, None, regions)
        yield Event(0, now(), set_by, "import", told, None, None, None, origin.id, origin)
