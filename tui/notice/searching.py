"""Search within the notice: a query in Simplified also matches Traditional text, and readings are skipped.

The search is live: hits are marked and the cursor goes to the first one behind it while the query is typed.  Only some
of them are looked for meanwhile, so that a key costs the same in a page of a megabyte; all are once the query is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from annotations.spans import RawOffset, RawSpan
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel
from tui.screen import Controller
from tui.text.linked_cursor import PaneName

if TYPE_CHECKING:
    from annotations.locate.finding import Finder

_MOST_LIVE = 500
"""Hits that are looked for while a query is typed."""


class _Origin(NamedTuple):
    """Where a search began, which ``esc`` goes back to."""

    model: NoticeModel
    pane: PaneName
    offset: int
    at: int
    chosen: str | None
    searched: str
    hits: list[RawSpan]


class Searching(Controller):
    """Searches the notice and goes from hit to hit.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._origin: _Origin | None = None
        self._found: tuple[str, bool] = "", True
        self._finder: tuple[NoticeModel, Finder] | None = None

    async def action_search(self) -> None:
        """Begin to type a query in the line at the bottom."""
        model = self._desk.model
        self._origin = _Origin(
            model, model.pane, model.offset, model.raw_cursor.start, model.chosen, model.searched, model.hits
        )
        self._found = model.searched, True
        await self._desk.view.begin_search(model.searched, self)
        if model.hits:
            self._tell_live(model.searched)

    def action_hit(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) hit."""
        number = self._desk.model.next_hit(direction)
        if number is None:
            self._desk.say(f"nothing searched: {self._desk.key('review.search')} searches", "dim")
        else:
            self._go_to(number)
            self._desk.say(self._desk.about_hit(number), "dim")

    # While a query is typed

    def typed(self, query: str) -> None:
        """Mark the hits of what has been typed so far."""
        origin = self._origin
        if origin is None or origin.model is not self._desk.model:
            return
        if not query.strip():
            self._desk.reads.drop("search")
            self._show_live(origin, query, ([], True))
            return
        find, at = self._finder_of(origin.model).find_near, RawOffset(origin.at)
        self._desk.reads.run(
            "search", lambda: find(query, at, _MOST_LIVE), lambda found: self._show_live(origin, query, found)
        )

    def _show_live(self, origin: _Origin, query: str, found: tuple[list[RawSpan], bool]) -> None:
        model = self._desk.model
        if origin is not self._origin or origin.model is not model:
            return
        model.hits, is_all = found
        model.searched, self._found = query, (query, is_all)
        if model.anchor is None:
            # A selection grows when the query is taken; meanwhile it stays.
            self._go_back(origin)
            number = model.next_hit(1, include_cursor=True)
            if number is not None:
                model.chosen = None
                model.go_to_raw(model.hits_in_pane[number].start)
        self._desk.jumped()
        self._tell_live(query)

    def _tell_live(self, query: str) -> None:
        """Tell beside the field which hit the cursor is at."""
        model, line = self._desk.model, self._desk.view.search_line
        if not query.strip():
            line.tell("")
        elif not model.hits:
            line.tell("not in this notice", "warn")
        else:
            count, number = len(model.hits_in_pane), model.next_hit(1, include_cursor=True) or 0
            line.tell(f"{number + 1:,} of {count:,}" if self._found[1] else f"more than {count:,}")

    def stepped(self, direction: int) -> None:
        """Go to another hit; the search goes on."""
        number = self._desk.model.next_hit(direction)
        if number is not None:
            self._go_to(number)
            self._tell_live(self._desk.model.searched)

    def dropped(self) -> None:
        """End the search where the cursor is by now: the mouse has put it there."""
        if self._desk.view.search_line.is_typing:
            self._origin = None
            self._desk.view.end_search()

    def left(self) -> None:
        """Go back to where the search began, with the hits of then."""
        origin, self._origin = self._origin, None
        self._desk.reads.drop("search")
        self._desk.view.end_search()
        if origin is not None and origin.model is self._desk.model:
            model = origin.model
            model.searched, model.hits = origin.searched, origin.hits
            if model.anchor is None:
                self._go_back(origin)
            self._desk.jumped()

    def accepted(self, query: str) -> None:
        """Stay at the hit, with all hits marked."""
        origin, self._origin = self._origin, None
        desk, model = self._desk, self._desk.model
        desk.view.end_search()
        if not query.strip():
            desk.reads.drop("search")
            model.searched, model.hits = "", []
            desk.moved()
        elif self._found == (query, True) and model.hits:
            self._arrived()
        else:
            # The next key is meant for what is found.
            find = self._finder_of(model).find
            desk.reads.run(
                "search", lambda: find(query), lambda hits: self._all_found(origin, query, hits), keys_wait=True
            )

    def _all_found(self, origin: _Origin | None, query: str, hits: list[RawSpan]) -> None:
        desk = self._desk
        if origin is None or origin.model is not desk.model:
            return
        desk.model.searched, desk.model.hits = query, hits
        if desk.model.anchor is None and desk.model.hit is None:
            # The cursor is where the last query that was searched for while it was typed has led.
            self._go_back(origin)
        if hits:
            self._arrived()
        else:
            desk.jumped()
            desk.say(f"not in this notice: {query}", "warn")

    def _arrived(self) -> None:
        """Go to the hit at the cursor or behind it, and tell which it is."""
        number = self._desk.model.next_hit(1, include_cursor=True)
        if number is not None:
            self._go_to(number)
            self._desk.say(self._desk.about_hit(number), "dim")

    def _go_back(self, origin: _Origin) -> None:
        model = origin.model
        model.focus(origin.pane)
        model.move_to(origin.offset)
        model.chosen = origin.chosen

    def _go_to(self, number: int) -> None:
        """Put the cursor on a hit, or let the selection reach over it."""
        model = self._desk.model
        hits = model.hits_in_pane
        if model.anchor is not None:
            model.extend_to_raw(hits[number])
        else:
            model.chosen = None
            model.go_to_raw(hits[number].start)
        self._desk.jumped()

    def _finder_of(self, model: NoticeModel) -> Finder:
        from annotations.locate.finding import Finder  # noqa: PLC0415  # it imports the normalizer, which is slow

        if self._finder is None or self._finder[0] is not model:
            self._finder = model, Finder(model.notice)
        return self._finder[1]
