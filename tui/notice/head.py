"""The head of a notice: title, source, date and warnings, its place in the queue, and whether everything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotations.notice import Notice, is_unsure, warnings_of
from tui.terminal.display import line, visible
from tui.terminal.width import cells
from tui.widgets.signs import DOUBT
from tui.widgets.status_line import Part, StatusLine

_NAME_CELLS: Final = 16
"""Cells of the name of somebody else who has the notice open."""
_PLACE_FROM: Final = 60
"""Cells of the terminal from which the head shows the place in the queue."""
_SOURCE_FROM: Final = 100
"""Cells of the terminal from which the head always shows the source, as the queue does."""


class NoticeHead(StatusLine):
    """The line at the top of a notice."""

    def show_notice(self, notice: Notice | None, place: str, status: str, here: Sequence[str], width: int) -> None:
        """Show the head of a notice.

        Args:
            notice: the notice; None while none is open.
            place: the sign of its review and its place in the queue.
            status: whether everything is saved, in words.
            here: names of others who have the notice open.
            width: cells of the line.
        """
        look = "good" if status.startswith("saved") else "bad" if status.startswith("not") else "warn"
        places: list[Part] = []
        # Where changes wait, who hinders them and since when comes before the place.
        if notice is not None and width >= (_SOURCE_FROM if look == "bad" else _PLACE_FROM):
            places = [(f"{place}  ", "dim")]
        if here:
            more = f" +{len(here) - 1}" if len(here) > 1 else ""
            places.insert(0, (f"{line(here[0], _NAME_CELLS)}{more} here  ", "warn"))
        right: list[Part] = [("  ", "plain"), *places, (f"{status} ", look)]
        title = _title(notice, width - sum(cells(text) for text, _ in right) - 1, width)
        # A long title is cut before the date is: it stands in the text as well.
        self.show(title, right, gives=max(0, len(title) - 2))


def _title(notice: Notice | None, room: int, width: int) -> list[Part]:
    """Title, source, date and warnings of a notice; on a narrow screen no source where ``room`` is short."""
    if notice is None:
        return [(" …", "dim")]
    flags = notice.flags
    sign: list[Part] = [(f" {DOUBT}", "warn")] if is_unsure(flags, "title") else []
    title = f" {notice.title or notice.doc}"
    date = (notice.published or "") + (DOUBT if is_unsure(flags, "published") else "")
    about = [part for part in (notice.source, date, " ".join(warnings_of(flags))) if part]
    whole = cells(visible(f"{title}   {' · '.join(about)}")) + 2 * len(sign)
    if notice.source and width < _SOURCE_FROM and whole > room:
        about = about[1:]
    return [*sign, (title, "strong"), (f"   {' · '.join(about)}", "dim")]
