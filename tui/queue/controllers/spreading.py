"""The actions that go on to places in all notices of the queue: of a text, or of what a rule has found."""

from __future__ import annotations

from tui.queue.listing import Listing
from tui.screen import Controller


class Spreading(Controller):
    """Shows every place of what is searched for or asked for, or a sample of what a rule has found.

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

    def action_accept_many(self) -> None:
        """Accept all that a rule has found in the notices that are shown, after a sample of it."""
        listing = self._listing
        if listing.total:
            listing.clear_message()
            listing.host.open_sample(listing.filter)

    def _show(self, text: str | None) -> None:
        if text is not None and text.strip():
            self._listing.host.open_everywhere(text.strip(), self._listing.filter)
