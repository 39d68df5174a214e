"""Search in the notice: Simplified finds Traditional, and readings are passed over."""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from annotations.spans import RawSpan
from tui.notice.desk import ReviewBase
from tui.notice.model import ReviewModel


class Searching(ReviewBase):
    """Search and its hits."""

    class Found(Message):
        """A search in a notice has ended."""

        def __init__(self, model: ReviewModel, query: str, hits: list[RawSpan]) -> None:
            super().__init__()
            self.model = model
            self.query = query
            self.hits = hits

    def action_search(self) -> None:
        """Ask what to look for."""
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        if self.model is not None:
            self.app.push_screen(
                PromptScreen("Search this notice", self._query, hint="Simplified finds Traditional", replace=True),
                self._asked,
            )

    _query = ""

    def _asked(self, query: str | None) -> None:
        model = self.model
        if model is None or query is None:
            return
        self._query = query
        if not query.strip():
            model.hits = []
            self._moved()
            return
        self.say("searching…", "dim")
        self._search(model, query)

    @work(thread=True, exclusive=True, group="search", exit_on_error=False)
    def _search(self, model: ReviewModel, query: str) -> None:
        from annotations.locate.finding import Finder  # noqa: PLC0415  # it brings the normalizer

        # Reading a page of a megabyte takes a while: keys go on meanwhile.
        self.post_message(self.Found(model, query, Finder(model.notice).find(query)))

    @on(Found)
    def _found(self, message: Found) -> None:
        model = self.model
        if model is None or message.model is not model:
            return
        model.hits = message.hits
        if not message.hits:
            self._moved()
            self.say(f"not in this notice: {message.query}", "warn")
            return
        number = model.next_hit(1, here=True)
        if number is not None:
            self._show_hit(number)

    def action_hit(self, direction: int) -> None:
        """Go to the next or the previous hit."""
        model = self.model
        number = model.next_hit(direction) if model is not None else None
        if number is None:
            self.say("nothing searched: / searches", "dim")
        else:
            self._show_hit(number)

    def _show_hit(self, number: int) -> None:
        model = self.model
        if model is None:
            return
        hits = model.hits_here
        model.drop_selection()
        model.chosen = None
        model.go_to_raw(hits[number].start)
        self._goal = None
        self._moved()
        others = len(model.hits) - len(hits)
        left_out = f", {others:,} more in what is left out" if others else ""
        self.say(f"{number + 1:,} of {len(hits):,}: {self._query}{left_out}", "dim")
