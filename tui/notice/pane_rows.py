"""The rows of the open notice in both panes: of a long notice first those near the cursor, then all.

It decides when what is laid out still fits, and hands rows to the panes.  It shows nothing else of the notice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from textual.geometry import Size

from annotations.annotation import Annotation
from tui.notice.model import NoticeModel
from tui.text.layout import PaneRow, RemovedText, lay_out
from tui.text.linked_cursor import PaneName
from tui.widgets.text_pane import TextPane

_FIRST_SCREENS: Final = 2
"""Of a long notice so many screens behind the cursor are laid out before the first paint; the rest follows after it."""
_LONG: Final = 40_000
"""Code points of raw text from which a notice is long, where the first screens are no more than half of it."""


class PaneRows:
    """Lays out the open notice for the widths of the panes.

    Args:
        panes: both panes, by name.
    """

    def __init__(self, panes: Mapping[PaneName, TextPane]) -> None:
        self._panes: Final = panes
        self._laid_out_for: tuple[object, tuple[int, int], bool, frozenset[int], int | None] | None = None
        self.raw: list[PaneRow] = []
        """The rows of the raw text."""
        self.unfolded: frozenset[int] = frozenset()
        """Indexes of the regions that are not folded."""

    def begin(self) -> None:
        """Begin with another notice."""
        self._laid_out_for, self.unfolded = None, frozenset()

    @property
    def are_there(self) -> bool:
        """Whether the open notice has rows yet."""
        return self._laid_out_for is not None

    @property
    def until(self) -> int | None:
        """The raw offset up to which a long notice is laid out as yet; None where all of it is."""
        return self._laid_out_for[-1] if self._laid_out_for is not None else None

    @property
    def have_room(self) -> bool:
        """Whether a pane has a width by now."""
        return any(pane.size.width > 0 for pane in self._panes.values())

    def items(self, model: NoticeModel, screen: Size) -> list[Annotation]:
        """The annotations to show with these rows: of a long notice at first those in them.

        So many are listed in any case as the list can have rows.

        Args:
            model: the notice.
            screen: the size of the terminal.
        """
        until, items = self.until if self.are_there else _until_at_first(model, screen), model.items
        if until is None:
            return items
        return items[: max(screen.height, bisect_left(items, until, key=lambda item: item.start))]

    def lay_out(self, model: NoticeModel, screen: Size, *, aligned: bool, whole: bool) -> bool:
        """Lay out the notice, if the rows that there are do not fit; one pane at least must have a width.

        Args:
            model: the notice.
            screen: the size of the terminal.
            aligned: whether the panes stand side by side.
            whole: whether to lay out all of a long notice, and not the first screens of it.

        Returns:
            Whether the panes got other rows.
        """
        # A hidden pane has no width: it gets the layout of the other one until it is shown.
        widths = {name: pane.columns for name, pane in self._panes.items() if pane.size.width > 0}
        fallback = next(iter(widths.values()))
        columns = widths.get("raw", fallback), widths.get("normalized", fallback)
        notice = model.notice
        was_whole = self._laid_out_for is not None and self.until is None
        until = None if whole or was_whole else _until_at_first(model, screen)
        wanted = (notice.id, columns, aligned, self.unfolded, until)
        if wanted == self._laid_out_for:
            return False
        self._laid_out_for = wanted
        layout = lay_out(
            notice.raw,
            notice.normalized,
            notice.regions,
            notice.alignment,
            *columns,
            aligned=aligned,
            unfolded=self.unfolded,
            until=until,
        )
        self.raw = layout.raw
        removed = RemovedText(notice.raw, notice.alignment)
        self._panes["raw"].show(notice.raw, layout.raw, shown=layout.raw_shown, removed=removed)
        self._panes["normalized"].show(notice.normalized, layout.normalized, shown=layout.normalized_shown)
        return True


def _until_at_first(model: NoticeModel, screen: Size) -> int | None:
    """The raw offset up to which a notice is laid out before the first paint; None where it is not long."""
    # A cell holds a code point at most, but for marks.
    until = model.raw_cursor.start + _FIRST_SCREENS * screen.area
    return until if len(model.notice.raw) > max(_LONG, 2 * until) else None
