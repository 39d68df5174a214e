"""Search within the notice: a query in Simplified also matches Traditional text, and readings are skipped."""

from __future__ import annotations

from annotations.spans import RawSpan
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel
from tui.screen import Controller


class Searching(Controller):
    """Searches the notice and goes from hit to hit.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._query = ""

    def action_search(self) -> None:
        """Ask for the query."""
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        prompt = PromptScreen("Search this notice", self._query, hint="Simplified finds Traditional", replace=True)
        self._desk.host.ask(prompt, self._asked)

    def action_hit(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) hit."""
        number = self._desk.model.next_hit(direction)
        if number is None:
            self._desk.say(f"nothing searched: {self._desk.key('review.search')} searches", "dim")
        else:
            self._show_hit(number)

    def _asked(self, query: str | None) -> None:
        if query is None:
            return
        model = self._desk.model
        self._query = query
        if not query.strip():
            model.hits = []
            self._desk.moved()
            return
        self._desk.say("searching…", "dim")

        def find() -> list[RawSpan]:
            from annotations.locate.finding import Finder  # noqa: PLC0415  # it imports the normalizer, which is slow

            return Finder(model.notice).find(query)

        # Reading a page of a megabyte takes a while, and keys must not wait for it.
        self._desk.reads.run("search", find, lambda hits: self._found(model, query, hits))

    def _found(self, model: NoticeModel, query: str, hits: list[RawSpan]) -> None:
        if model is not self._desk.model:
            return
        model.hits = hits
        if not hits:
            self._desk.moved()
            self._desk.say(f"not in this notice: {query}", "warn")
            return
        number = model.next_hit(1, include_cursor=True)
        if number is not None:
            self._show_hit(number)

    def _show_hit(self, number: int) -> None:
        model = self._desk.model
        hits = model.hits_in_pane
        if model.anchor is not None:
            model.extend_to_raw(hits[number])
        else:
            model.chosen = None
            model.go_to_raw(hits[number].start)
        self._desk.jumped()
        others = len(model.hits) - len(hits)
        left_out = f", {others:,} more in what is left out" if others else ""
        self._desk.say(f"{number + 1:,} of {len(hits):,}: {self._query}{left_out}", "dim")
