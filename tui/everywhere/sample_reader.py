"""Reads for a sample: what waits by rule, the sample of one rule, and what is said of its places by now.

Notices are read some at a time, each time within a snapshot of its own, so that very many of them hold up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from annotations.annotation import Annotation, now
from annotations.counts import counted
from annotations.errors import ZhupiError
from store.db.sqlite import Connection
from store.read.waiting import Draw, Survey, Wanted
from tui.everywhere.reader import Reader
from tui.everywhere.rows import PlaceRow, about_suggestion, rows_of_sample
from tui.everywhere.sample_listing import SampleListing
from tui.session.reads import Reads, Start

if TYPE_CHECKING:
    from annotations.calibration import Calibration

_READ: Final = "waiting"
"""The group of the reads of what waits."""


class SampleReader(Reader):
    """Reads the rows of a sample.

    Args:
        listing: the sample as it is shown.
        start: runs a coroutine on the event loop.
    """

    def __init__(self, listing: SampleListing, start: Start) -> None:
        super().__init__(listing, start)
        self._sample = listing
        self._waiting = Reads(listing.session.database, start)
        self.survey: Survey | None = None
        """What waits by rule; None before it was read."""
        self.calibration: Calibration | None = None
        """What scores mean; None before it was read."""
        self.notices = BitMap()
        """The notices with what the sample was drawn from."""
        self.drawn_at = ""
        """Before when all of that was suggested."""

    def close(self) -> None:
        """Drop all reads."""
        super().close()
        self._waiting.stop()

    @property
    def is_reading(self) -> bool:
        """Whether anything is being read before a sample is shown."""
        return bool(self._sample.reading)

    def read_on(self) -> None:
        """A sample is read as a whole."""

    def stop(self) -> None:
        """Read no further."""
        self._waiting.stop()
        self._sample.reading, self._sample.is_stopped = "", True
        self._sample.show()

    def look_around(self, then: Callable[[Survey], None]) -> None:
        """Read what waits, then go on with it."""
        listing = self._sample
        survey = self.survey = Survey(listing.me, listing.queue)

        def read(connection: Connection) -> bool:
            return survey.read_on(connection)

        def go_on(more: bool) -> None:  # noqa: FBT001  # a result
            if more:
                listing.reading = f"Reading what waits: {survey.looked:,} of {counted(survey.total or 0, 'notice')}"
                listing.show()
                self._waiting.read(_READ, read, go_on, self._not_read_at_all)
            else:
                self._read_scores(lambda: then(survey))

        listing.reading, listing.is_stopped = "Reading what waits", False
        listing.show()
        self._waiting.read(_READ, read, go_on, self._not_read_at_all)

    def _read_scores(self, then: Callable[[], None]) -> None:
        listing = self._sample

        def read(connection: Connection) -> Calibration:
            from store.read.calibration import calibration  # noqa: PLC0415  # not needed before

            return calibration(connection)

        def done(found: Calibration) -> None:
            self.calibration, listing.reading = found, ""
            listing.show()
            then()

        self._waiting.read(_READ, read, done, self._not_read_at_all)

    def draw(self, wanted: Wanted) -> None:
        """Draw a sample of what is wanted, and show it."""
        listing = self._sample
        notices = self.survey.waiting(wanted).notices if self.survey is not None else BitMap()
        draw = Draw(listing.me, wanted, notices)
        listing.wanted, listing.reading, listing.is_choosing = wanted, "Drawing a sample", False
        label = listing.only or ""
        listing.draw_anew()
        self.drawn_at = now()

        def read(connection: Connection) -> tuple[list[PlaceRow] | None, int]:
            if draw.read_on(connection):
                return None, draw.count
            return rows_of_sample(connection, listing.me, draw.sample, label), draw.count

        def done(found: tuple[list[PlaceRow] | None, int]) -> None:
            rows, count = found
            if rows is None:
                self._waiting.read(_READ, read, done, self._not_read_at_all)
                return
            self.notices = draw.notices
            listing.show_sample(rows, count)

        self._waiting.read(_READ, read, done, self._not_read_at_all)

    def said(
        self, connection: Connection, places: Mapping[int, Sequence[PlaceRow]]
    ) -> dict[int, list[tuple[Annotation, ...]]]:
        """What is said about the label of the sample at its places by now."""
        label = self._sample.only or ""
        return {
            number: [
                about_suggestion(each, label, row.suggestion) for each, row in zip(said, places[number], strict=True)
            ]
            for number, said in super().said(connection, places).items()
        }

    def _not_read_at_all(self, error: ZhupiError) -> None:
        listing = self._sample
        listing.reading, listing.is_stopped = "", True
        listing.show()
        listing.say(listing.session.message(error), "bad")
