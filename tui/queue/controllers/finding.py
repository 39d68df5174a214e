"""Search, filter and order of the queue: the rows follow what is typed, and esc leads back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import events, on
from textual.message import Message

from store.index.filters import QueueFilter, QueueSort
from tui.queue.controllers.following import Following

if TYPE_CHECKING:
    from tui.widgets.field import TextField

SETTLED = 0.2
"""Seconds without a key after which what was typed is searched for."""

_ORDERS: dict[QueueSort, QueueSort] = {"imported": "newest", "newest": "oldest", "oldest": "imported"}
_ORDER_WORDS: dict[QueueSort, str] = {
    "imported": "in the order of import",
    "newest": "newest first",
    "oldest": "oldest first",
}
_ROWS_OF_KEYS = {"down": 1, "up": -1}


class Finding(Following):
    """What is shown, and in which order."""

    class Settled(Message):
        """Nothing more was typed into the search for a while."""

    _place: tuple[int | None, int] = (None, 0)
    """The notice and the row of the screen that the cursor was on when a search or a filter was begun."""
    _settling: asyncio.TimerHandle | None = None

    def show_only(self, which: QueueFilter, *, wait: bool = True, first: bool = False) -> None:
        """Show what ``which`` lets through, the cursor on the same notice if it does, or on the first row."""
        if which == self._filter:
            return
        at, screen_row = self.at, self.notices.screen_row
        self._filter = which
        self.reload(() if at is None or first else (at,), screen_row=screen_row, wait=wait)
        self._show_found()

    def _go_back(self, which: QueueFilter, place: tuple[int | None, int]) -> None:
        """Show what was shown before, the cursor where it was."""
        self._filter = which
        at, screen_row = place
        self.reload(() if at is None else (at,), screen_row=screen_row)
        self._show_found()

    # Search

    async def action_search(self) -> None:
        """Let a search be typed."""
        if self._total:
            self._hush()
            self._place = self.at, self.notices.screen_row
            await self.line.begin(self._filter.search)
            self.set_focus(self.line.field)
            self._show_keys()

    # By name, not with @on: the class of the field is not at hand before it is asked for.

    def on_input_changed(self) -> None:
        """Search when the text has settled."""
        self._stop_settling()
        if self.line.searching:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(SETTLED, self.post_message, self.Settled())

    @on(Settled)
    def _settled(self) -> None:
        if self.line.searching:
            self._search_typed(wait=False)

    def on_text_field_refused(self, message: TextField.Refused) -> None:
        """Tell why the field did not take something."""
        self.say(message.reason, "bad")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click on the list, or tab, takes the search that was typed."""
        if self.line.searching and event.widget is self.notices:
            self._search_typed(wait=False)
            self._end_search()

    def on_key(self, event: events.Key) -> None:
        """Keys that mean nothing to the field of the search move in the hits."""
        if self.line.searching:
            if event.key in _ROWS_OF_KEYS:
                self._walk(_ROWS_OF_KEYS[event.key])
            elif event.key in ("pagedown", "pageup"):
                self._walk(self.notices.page if event.key == "pagedown" else -self.notices.page)

    async def _accept_search(self) -> None:
        """Leave the field and go to the hits."""
        await self._keys_taken()
        self._search_typed(wait=True)
        if self._opening:
            # The next key is for the hits.
            self.ready.clear()
        self._end_search()

    async def _drop_search(self) -> None:
        """Leave the field and take back what was typed and what was searched for before."""
        await self._keys_taken()
        self._end_search()
        if self._filter.search:
            self._go_back(replace(self._filter, search=""), self._place)

    def _search_typed(self, *, wait: bool) -> None:
        self._stop_settling()
        self.show_only(replace(self._filter, search=self.line.field.value.strip()), wait=wait, first=True)

    def _end_search(self) -> None:
        self._stop_settling()
        self.line.end()
        self.set_focus(self.notices)
        self._show_keys()

    def _stop_settling(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None

    async def _keys_taken(self) -> None:
        """Wait until the field has taken the keys that were sent to it."""
        taken = asyncio.Event()
        if self.line.field.call_later(taken.set):
            await taken.wait()

    async def action_clear(self) -> None:
        """Drop the search that is typed, else the selection, else the search, else the filter.

        Where nothing is shown, the selection stays: what hides it comes first.
        """
        self._hush()
        if self.line.searching:
            await self._drop_search()
        elif self.selected and self._window.rows:
            self._select(set())
        elif self._filter.search:
            self.show_only(replace(self._filter, search=""))
        elif self._filter.narrows:
            self.show_only(QueueFilter(sort=self._filter.sort))

    def _select(self, numbers: set[int]) -> None:
        self.selected = numbers
        self.notices.select(numbers)
        self._show_progress()
        self._show_keys()

    # Filter and order

    def action_filter(self) -> None:
        """Ask which notices to show; the rows follow each answer."""
        if self._total:
            self._hush()
            self._with_people(self._ask_filter)

    async def _ask_filter(self, people: list[str]) -> None:
        from tui.forms.filter import FilterScreen  # noqa: PLC0415  # only when asked for

        others = [name for name in people if name != self.zhupi.reviewer]
        before, place = self._filter, (self.at, self.notices.screen_row)
        panel = FilterScreen(before, self.zhupi.labels, self.zhupi.reviewer, others, self._filter_chosen)

        def closed(kept: bool | None) -> None:  # noqa: FBT001  # textual's callback
            if not kept and self._filter != before:
                self._go_back(before, place)

        await self.app.push_screen(panel, closed)

    def _filter_chosen(self, which: QueueFilter) -> None:
        self.show_only(which, wait=False)

    def action_sort(self) -> None:
        """Another order, from its first row."""
        if self._window.rows:
            order = _ORDERS[self._filter.sort]
            self.show_only(replace(self._filter, sort=order), first=True)
            self.say(_ORDER_WORDS[order], "dim")
