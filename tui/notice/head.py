"""The head of a notice: date, title, warnings and source, its place in the queue, and whether everything is saved."""

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
_LEAST_SOURCE: Final = 8
"""Cells that a source takes at least, or all that it has."""
_DAY: Final = len("2021-09-26")
_GAP: Final = "   "
_NO_DATE: Final = "—"
"""Stands for an unknown date, as in the queue."""


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
        self.show(_about(notice, width - sum(cells(text) for text, _ in right) - 1, width), right)


def _about(notice: Notice | None, room: int, width: int) -> list[Part]:
    """Date, title, warnings and source of a notice in ``room`` cells.

    The date is never cut.  A long title is cut first, since it stands in the text as well, down to half of the room
    that both have; then the source is.  On a narrow screen the source takes what the title leaves.
    """
    if notice is None:
        return [(" …", "dim")]
    flags = notice.flags
    date = (notice.published or _NO_DATE)[:_DAY] + (DOUBT if is_unsure(flags, "published") else "")
    sign = f"{DOUBT} " if is_unsure(flags, "title") else ""
    warnings = _GAP + " ".join(warned) if (warned := warnings_of(flags)) else ""
    title, source = visible(notice.title or notice.doc), visible(notice.source or "")
    room = max(0, room - cells(f" {date}  {sign}{warnings}"))
    wanted = cells(_GAP + source) if source else 0
    if cells(title) + wanted > room:
        most = max(room - wanted, room // 2) if width >= _SOURCE_FROM else room
        title = line(title, most)
        left = room - cells(title) - len(_GAP)
        source = line(source, left) if min(cells(source), _LEAST_SOURCE) <= left else ""
    parts: list[Part] = [(f" {date}  ", "dim"), (sign, "warn"), (title, "strong"), (warnings, "warn")]
    return [*(part for part in parts if part[0]), (f"{_GAP}{source}" if source else "", "dim")]
