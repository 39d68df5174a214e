"""The action that shows every place of a text in the notices of the queue."""

from __future__ import annotations

from tui.queue.listing import Listing
from tui.screen import Controller


class Spreading(Controller):
    """Shows every place of what is searched for, or of a text that is asked for.

    Args:
        listing: the queue as it is shown.
    """

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    async def action_everywhere(self) -> None:
        """Show every place of the search; without one, or where it has several terms, ask for the text."""
        listing = self._listing
        if not listing.total:
            return
        listing.clear_message()
        searched = listing.filter.search
        # The terms of a search may stand anywhere; here the text is meant as it stands.
        if len(searched.split()) == 1:
            self._show(searched)
            return
        from tui.forms.wanted_text import asking_for_text  # noqa: PLC0415  # only when asked for

        await listing.ask(asking_for_text(searched), self._show)

    def _show(self, text: str | None) -> None:
        if text is not None and text.strip():
            self._listing.host.open_everywhere(text.strip(), self._listing.filter)
