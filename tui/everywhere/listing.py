"""The places as they are shown: the rows, what is ticked, and the lines around the rows.

Nothing here reads or writes; ``reader`` does, and the controllers.  All of them share one listing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from msgspec.structs import replace

from annotations.counts import counted
from annotations.labels import LabelSet
from store.edits.undo import Reversal
from store.index.filters import QueueFilter, with_present_label
from tui.everywhere.columns import columns, set_heads
from tui.everywhere.list import PlaceList
from tui.everywhere.rows import AROUND, PlaceKey, PlaceRow
from tui.keys.keymap import FooterKey, Keys
from tui.screen import Bottom, Host
from tui.session.reads import Start
from tui.session.saving import Saving
from tui.session.session import Session
from tui.terminal.display import ELLIPSIS, line
from tui.widgets.filter_parts import filter_parts
from tui.widgets.key_bar import KeyBar
from tui.widgets.preview_rows import PreviewRows
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from tui.forms.form import StandingScreen

T = TypeVar("T")

_TEXT_CELLS: Final = 40
"""Cells of the text in the head at most."""
_WIDE: Final = 2
"""Cells of a character, as most are."""
_SHARE: Final = 5
"""Which part of all rows the preview has at least."""


class Listing:
    """The rows, and the lines around them.

    Args:
        session: the session of the reviewer.
        host: opens notices and shows forms.
        keys: the keymap.
        ready: set while keys are meant for the rows that are shown.
        start: runs a coroutine on the event loop.
        text: what is looked for.
        queue: which notices are looked at; its search and its order do not count.
    """

    IDS: ClassVar[str] = "everywhere"
    """What the ids of the bindings of the screen begin with, before a point."""

    LINES: ClassVar[int] = 7
    """Rows of the screen that are neither list nor preview."""

    def __init__(
        self,
        session: Session,
        host: Host,
        keys: Keys,
        ready: asyncio.Event,
        start: Start,
        text: str,
        queue: QueueFilter,
    ) -> None:
        self.session: Final = session
        self.host: Final = host
        self.keys: Final = keys
        self.ready: Final = ready
        self.saving: Final = Saving(session, start, self.show_head, ready)
        self.text = text
        """What is looked for."""
        self.queue = replace(queue, search="", sort="imported")
        """Which notices are looked at."""
        self.rows: list[PlaceRow] = []
        """The places that have been read, in the order of import."""
        self.notices: dict[int, range] = {}
        """The indexes of the rows of each notice."""
        self.is_complete = False
        """Whether all places have been read."""
        self.ticked: set[PlaceKey] = set()
        """What the ticked rows are about."""
        self.doing = ""
        """What is under way: a sentence for the position line."""
        self._message: Part | None = None
        self.head: Final = StatusLine(id="everywhere-head")
        self.found_line: Final = StatusLine(id="everywhere-found")
        """The line with the filters, and how many places there are."""
        self.columns: Final = StatusLine(id="everywhere-columns")
        """The heads of the columns."""
        self.places: Final = PlaceList(session.labels, session.reviewer, id="everywhere-list")
        """The list."""
        self.empty: Final = StatusLine(id="everywhere-empty")
        self.empty_hint: Final = StatusLine(id="everywhere-empty-hint")
        self.rule: Final = StatusLine(id="everywhere-rule", fill="─")
        """The line above the preview, with the title of the notice at the cursor."""
        self.preview: Final = PreviewRows(id="everywhere-preview")
        """The text around the place at the cursor."""
        self.position_line: Final = StatusLine(id="everywhere-position")
        self.key_bar: Final = KeyBar(id="everywhere-keys")

    def ask(self, form: StandingScreen[T], then: Callable[[T | None], None]) -> Awaitable[None]:
        """Show a form below the list; ``then`` gets the answer, or None where it was left."""
        form.stand_below(Bottom(self.places))
        return self.host.ask(form, then)

    @property
    def me(self) -> str:
        """The reviewer who looks."""
        return self.session.reviewer

    @property
    def only(self) -> str | None:
        """The name of the only label that keys accept and reject; None where they do all that is just there."""
        return None

    @property
    def nothing_to_accept(self) -> str:
        """What is said where a key accepts and nothing is there to accept."""
        tags = self.keys.shown(*(f"{self.IDS}.tag_{digit}" for digit in (1, 2, 3)))
        return f"nothing to accept there: {tags} tag it"

    @property
    def reading_stopped(self) -> str:
        """What is said where a key stops reading."""
        return f"stopped; {self.key('last')} reads on"

    def key(self, name: str) -> str:
        """The key of a binding of this screen as it is shown, by the end of its id."""
        return self.keys.shown(f"{self.IDS}.{name}")

    @property
    def current(self) -> PlaceRow | None:
        """The place at the cursor; None in an empty list."""
        return self.places.row_at(self.places.cursor)

    @property
    def targets(self) -> list[PlaceRow]:
        """The places that a key acts on: the ticked ones, else the one at the cursor."""
        current = self.current
        if self.ticked:
            return [row for row in self.rows if row.key in self.ticked]
        return [current] if current is not None else []

    # Rows

    def begin(self, text: str) -> None:
        """Forget all rows, and show that another text is looked for."""
        self.text, self.rows, self.notices, self.is_complete = text, [], {}, False
        self.ticked = set()
        self.places.select(self.ticked)
        self.places.show(self.rows)
        self.show()

    def add(self, rows: Sequence[PlaceRow], *, complete: bool) -> None:
        """Add places that were read; ``complete`` is whether these were the last."""
        first, self.is_complete = not self.rows, complete
        for row in rows:
            at = len(self.rows)
            there = self.notices.get(row.number, range(at, at))
            self.notices[row.number] = range(there.start, at + 1)
            self.rows.append(row)
        if first:
            self.places.show(self.rows)
            self.show()
        else:
            self.places.extend(self.rows)
            self.show_found()
            self.show_position()

    def put(self, rows: dict[int, PlaceRow]) -> None:
        """Show what is known of places by now, by their indexes."""
        self.places.replace_rows({at: row for at, row in rows.items() if self.rows[at] != row})

    def tick(self, keys: Collection[PlaceKey]) -> None:
        """Tick these places and no others."""
        self.ticked = {*keys}
        self.places.select(self.ticked)
        self.show_position()
        self.show_keys()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set; the filter follows a label that was renamed."""
        self.places.use_labels(labels)
        self.queue = with_present_label(self.queue, labels)
        self.show_keys()

    # The lines around the rows

    def show(self) -> None:
        """Show all lines, or what to do where there are no rows."""
        empty = not self.rows
        self.places.screen.set_class(empty, "-empty")
        if empty:
            what, hint = self._empty_texts()
            self.empty.show([(what, "strong")])
            self.empty_hint.show([(hint, "dim")])
        self.fit()
        self.show_head()
        self.show_found()
        self.show_place()
        # Until it is laid out again the preview may have other rows, or none.
        self.preview.call_after_refresh(self.show_place)
        self.show_position()
        self.show_keys()

    def fit(self) -> None:
        """Show the heads at the width of the screen, and give the preview its rows."""
        size = self.places.screen.size
        self.columns.show(set_heads(columns(size.width)))
        free = size.height - self.LINES - len(self.rows) if self.is_complete else 0
        self.preview.styles.height = max(2, size.height // _SHARE, min(free, size.height // 2))

    def _empty_texts(self) -> tuple[str, str]:
        """Why there are no rows, and what to do about it."""
        if not self.is_complete:
            return f"Looking for {self.text}", "the list fills while it is read"
        search, back = self.key("search"), self.key("back")
        hint = f"{search} looks for another text   {back} goes back"
        if self.queue.narrows:
            hint = f"only notices that the filter of the queue shows were looked at; {hint}"
        return f"Nowhere in normalized text: {self.text}", hint

    def show_head(self) -> None:
        """Show what is looked for, and whether everything is saved."""
        status = self.saving.status
        self.head.show(
            [(" everywhere ", "brand"), (line(self.text, _TEXT_CELLS), "strong")],
            [(f"{status} ", "bad" if status.startswith("not") else "good")],
        )

    def show_found(self) -> None:
        """Show the filters, and how many places there are."""
        filters = filter_parts(self.queue, self.me, wide=False)
        more = "" if self.is_complete else "so far "
        found = f"{more}{counted(len(self.rows), 'place')} in {counted(len(self.notices), 'notice')}"
        self.found_line.show([(" ", "dim"), *(filters or [("all notices", "dim")])], [(f"{found} ", "plain")])

    def show_place(self) -> None:
        """Show the title of the notice at the cursor, and the text around the place."""
        row = self.current
        if row is None:
            self.rule.show([])
            self.preview.show("", [])
            return
        self.rule.show([("── ", "dim"), (row.title or row.doc, "plain"), (" ", "dim")])
        # A third of the room at most stands before the place, from the beginning of its paragraph where that fits.
        most = min(AROUND - 1, max(1, self.preview.room // (3 * _WIDE)))
        before = row.before[-most:]
        paragraph = before.rfind("\n") + 1
        if paragraph:
            before = before[paragraph:]
        elif len(row.before) > most:
            before = f"{ELLIPSIS}{before}"
        self.preview.show(f"{before}{row.text}{row.behind}", [(len(before), len(before) + len(row.text))])

    def show_position(self) -> None:
        """Show the position of the cursor, how many places are ticked, what is under way, and the message."""
        if not self.rows:
            self.position_line.show([], [self._message] if self._message is not None else [])
            return
        # The position comes first and keeps its width, so that a step redraws nothing else.
        total = f"{len(self.rows):,}"
        parts: list[Part] = [(f" {self.places.cursor + 1:>{len(total)},}/{total}  ", "dim")]
        if self.ticked:
            parts.append((f"{len(self.ticked):,} ticked  ", "key"))
        if self.doing:
            parts.append((f"{self.doing}  ", "warn"))
        said = [(f"{self._message[0]} ", self._message[1])] if self._message else []
        self.position_line.show(parts, said, short=parts)

    def show_keys(self) -> None:
        """Show the keys that apply now in the footer."""
        self.key_bar.show_keys(self.keys.footer(self._footer()))

    def _footer(self) -> list[FooterKey]:
        """The entries of the footer, the most needed first."""
        ends: list[FooterKey] = [(("everywhere.help",), "help"), (("everywhere.back",), "back")]
        search: FooterKey = ("everywhere.search",), "another text"
        if not self.rows:
            return [search, *ends]
        tags: list[FooterKey] = [
            ((f"everywhere.tag_{digit}",), label.name.lower())
            for digit, label in enumerate(self.session.labels.shown, 1)
        ]
        decide: list[FooterKey] = [(("everywhere.accept",), "accept"), (("everywhere.reject",), "reject")]
        if self.ticked:
            return [*decide, *tags, (("everywhere.clear",), "drop ticks"), (("everywhere.undo",), "undo"), *ends]
        first: list[FooterKey] = [
            (("everywhere.open",), "open"),
            (("everywhere.tick",), "tick"),
            (("everywhere.tick_all",), "all"),
        ]
        return [*first, *decide, *ends[:1], *tags, (("everywhere.next",), "next"), (("everywhere.undo",), "undo"),
                search, *ends[1:]]  # fmt: skip

    @property
    def message(self) -> str | None:
        """The message that is shown; None where there is none."""
        return None if self._message is None else self._message[0]

    def reversed(self, reversal: Reversal) -> None:
        """A step of the reviewer was undone or done again; a subclass may have to show more than its places."""

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message in the position line, until the next key."""
        self._message = (text, look)
        self.show_position()

    def clear_message(self) -> None:
        """Remove the message: it is about an earlier key."""
        if self._message is not None:
            self._message = None
            self.show_position()
