"""A notice into the database: its row, its texts, and its place in the search index and in the order of dates."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import Final

import msgspec

from annotations.annotation import now
from annotations.formats.native_record import native_regions
from annotations.near_copies import Sketch, sketch_of
from annotations.notice import Notice
from store.db.sqlite import Connection
from store.index import near_copies
from store.index.facets import sets_of_new
from store.index.flags import flags_text
from store.index.keys import HIDDEN, Key
from store.index.search import index, tokens
from store.index.sets import add_to_sets
from store.log.chain import Newest, newest
from store.log.events import Change
from store.log.notice_rows import notice_row
from store.project.control_arm import control_arm_in
from store.write.append import append_together

_OF_NOTICE: Final = ("id", "doc", "sha256", "title", "source", "published", "url", "imported_at", "flags")
_OF_TEXT: Final = ("number", "raw", "normalized", "normalizer", "regions", "runs", "meta", "html")
"""The columns that are stored of a notice, in each of its two tables; ``number`` is called ``notice`` in the second."""

_INSERT_NOTICE: Final = (
    f"INSERT INTO notices ({', '.join(_OF_NOTICE)}) VALUES ({', '.join('?' * len(_OF_NOTICE))}) "  # noqa: S608  # constants
    "ON CONFLICT (id) DO NOTHING"
)
_INSERT_TEXT: Final = (
    "INSERT INTO texts (notice, raw, normalized, normalizer, regions, runs, meta, html) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)

_of_notice: Final = itemgetter(*_OF_NOTICE)
_of_text: Final = itemgetter(*_OF_TEXT)

_TOGETHER: Final = 16_384
"""Characters of notices that are stored by the same statements: a turn may last as much longer as these take, which is
less than one long notice takes by itself.
"""


class FinishedNotice(msgspec.Struct, frozen=True):
    """A notice as it is going to be stored: everything that follows from it alone, so that any process can make it.

    ``columns`` are those of its two rows but its number and the time of import.  ``tokens`` are what the search index
    has of it in one row; None where its text is long, and indexed behind its transaction.
    """

    id: str
    columns: dict[str, str | None]
    flags: tuple[str, ...]
    tokens: str | None
    sketch: Sketch | None

    @property
    def size(self) -> int:
        """How large it is, in characters of its text or of its row of the search index."""
        return len(self.tokens or self.columns["raw"] or "")


def finish(notice: Notice, html: str | None = None, sketch: Sketch | None = None) -> FinishedNotice:
    """A notice, normalized and proved, as it is going to be stored.

    Its fields are those of the page or its row: what people set is recorded behind it (``store.write.record``).

    Args:
        notice: the notice.
        html: the page that its raw text was extracted from.
        sketch: the sketch of its text, where it is known.
    """
    flags = notice.flags
    return FinishedNotice(
        notice.id,
        _columns(notice, flags, html),
        flags,
        tokens(notice.title, notice.normalized),
        sketch or sketch_of(notice.normalized),
    )


def add_notice(connection: Connection, actor: str, notice: Notice, html: str | None = None) -> int | None:
    """Add one notice, inside the caller's transaction, as ``Arrivals`` adds several.

    Args:
        connection: in a write transaction.
        actor: who imports it.
        notice: normalized and proved.
        html: the page that its raw text was extracted from.

    Returns:
        Its number; None when a notice with the same raw text is there already.
    """
    arrivals = Arrivals(connection, actor)
    number = arrivals.add(finish(notice, html))
    arrivals.place()
    return number


class Arrivals:
    """Notices that are added in one transaction: some at a time, and what they are found by once for all of them.

    They are imported at the moment of that transaction.

    Args:
        connection: in a write transaction.
        actor: who imports them.
    """

    def __init__(self, connection: Connection, actor: str) -> None:
        self._connection = connection
        self._actor = actor
        self._waiting: list[tuple[int, dict[str, str | int | None], FinishedNotice]] = []
        self._size = 0
        self._sketches: list[tuple[int, Sketch | None]] = []
        self._sets: defaultdict[Key, list[int]] = defaultdict(list)
        self._arm = control_arm_in(connection)
        self._at = now()
        self.newest: Newest | None = None
        """The newest event, for whoever appends others between two notices; None has it looked up."""

    def add(self, notice: FinishedNotice) -> int | None:
        """Add a notice; ``place`` is to be called before anything is said about it, and before the transaction ends.

        Who says something at once calls ``compare`` before, and ``store.index.facets.follow_first`` behind all of it
        instead.

        Returns:
            Its number; None when a notice with the same raw text is there already.
        """
        columns: dict[str, str | int | None] = {**notice.columns, "imported_at": self._at}
        inserted = self._connection.execute(_INSERT_NOTICE, _of_notice(columns))
        number = inserted.lastrowid
        if not inserted.rowcount or number is None:
            return None
        columns["number"] = number
        self._waiting.append((number, columns, notice))
        if self._arm is not None and self._arm.arm_of(notice.id) == "hidden":
            self._sets[HIDDEN].append(number)
        for key in sets_of_new(notice.columns["published"], notice.flags):
            self._sets[key].append(number)
        self._size += notice.size
        if self._size >= _TOGETHER:
            self.settle()
        return number

    def settle(self) -> None:
        """Store what waits of the notices that were added: their texts, their events, and the words in them."""
        some, connection = self._waiting, self._connection
        if not some:
            return
        connection.executemany(_INSERT_TEXT, [_of_text(columns) for _, columns, _ in some])
        changes = [Change(number, "notice", notice.id, None, notice_row(columns)) for number, columns, notice in some]
        before = self.newest or newest(connection)
        self.newest = append_together(connection, before, self._actor, "import", changes)
        index(connection, [(number, notice.tokens) for number, _, notice in some])
        self._sketches += [(number, notice.sketch) for number, _, notice in some]
        self._waiting, self._size = [], 0

    def compare(self) -> None:
        """Store what waits, and compare what was added with the earlier notices, before its text becomes another."""
        self.settle()
        near_copies.add_together(self._connection, self._sketches)
        self._sketches = []

    def place(self) -> None:
        """Store what waits, compare it, and put what was added into the sets that it belongs to."""
        self.compare()
        add_to_sets(self._connection, self._sets)
        self._sets.clear()
        # What is said from now on is in the log, too.
        self.newest = None


def _columns(notice: Notice, flags: tuple[str, ...], html: str | None) -> dict[str, str | None]:
    return {
        "id": notice.id,
        "doc": notice.doc,
        "sha256": notice.sha256,
        "title": notice.title,
        "source": notice.source,
        "published": notice.published,
        "url": notice.url,
        "flags": flags_text(flags),
        "raw": notice.raw,
        "normalized": notice.normalized,
        "normalizer": notice.normalizer,
        "regions": msgspec.json.encode(native_regions(notice.regions)).decode(),
        "runs": msgspec.json.encode(notice.alignment.values).decode(),
        "meta": msgspec.json.encode(notice.meta).decode(),
        "html": html,
    }
