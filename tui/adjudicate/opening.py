"""Opens a notice to be adjudicated: what all agree on becomes gold first, as one step that undo takes back."""

from __future__ import annotations

from annotations.errors import ZhupiError
from store.db.database import Database
from store.edits.adjudicate import fill
from store.edits.seen_layers import see_layers
from store.log.adjudications import BY_RULE, load_adjudications
from tui.notice.desk import Desk
from tui.widgets.status_line import Part


class Opening:
    """Fills gold with what agrees, and opens the notice.

    A notice that is read again is not filled again, so that an undo of that step stands.

    Args:
        desk: the desk on which notices are opened.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, number: int, message: Part | None = None, *, at: int | None = None) -> None:
        """Open a notice; keys wait until it is shown.

        Args:
            number: the number of the notice.
            message: what to say once it is open, before what was filled in.
            at: the raw offset (code points) of the cursor; None is the first open difference.
        """
        desk = self._desk
        desk.ready.clear()
        session = desk.session

        def filled(count: int) -> None:
            told = self._told(count)
            said = [part[0] for part in (message, told) if part is not None]
            look = told[1] if message is None and told is not None else message[1] if message is not None else "plain"
            desk.load(number, at=at, message=("; ".join(said), look) if said else None)

        def not_filled(error: ZhupiError) -> None:
            desk.load(number, at=at, message=(session.message(error), "bad"))

        desk.reads.run("fill", lambda: filled_now(session.database, session.reviewer, number), filled, not_filled)

    def _told(self, count: int) -> Part | None:
        if not count:
            return None
        undo = self._desk.key("adjudicate.undo")
        return f"{count:,} agreed taken into gold; {undo} takes {'them' if count > 1 else 'it'} back", "good"


def filled_now(database: Database, adjudicator: str, number: int) -> int:
    """Fill gold with what all agree on, and note whose layers are shown; returns how many cases that has settled.

    Raises:
        RoleError: the adjudicator is none.
        NotFoundError: there is no such notice.
    """
    with database.read() as connection:
        before = load_adjudications(connection, number)
    after = fill(database, adjudicator, number)
    # Whoever annotates the notice too does not do so independently any more.
    see_layers(database, adjudicator, number, after.layers)
    return sum(each.choice in BY_RULE and key not in before for key, each in after.decisions.items())
