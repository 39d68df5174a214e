"""The action that changes the kind of a region, for everybody."""

from __future__ import annotations

from functools import partial

from annotations.regions import Region, RegionKind, region_at
from store.edits.regions import override_region
from tui.notice.desk import Desk
from tui.screen import Controller


class Regions(Controller):
    """Overrides kinds of regions.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def action_region_kind(self) -> None:
        """Ask for the kind of the region at the cursor, and change it for everybody."""
        from tui.forms.region_kind import RegionKindScreen  # noqa: PLC0415  # only when asked for

        model = self._desk.model
        region = region_at(model.notice.regions, model.raw_cursor.start)
        if region is not None:
            self._desk.ask(RegionKindScreen(region), partial(self._override, region))

    def _override(self, region: Region, kind: RegionKind | None) -> None:
        if kind is None or kind == region.kind:
            return
        desk, session = self._desk, self._desk.session
        number, at = desk.number, region.start
        # A region of another kind changes the normalized text, so the notice is read again.
        desk.write(
            partial(override_region, session.database, session.reviewer, number, at, kind),
            lambda _: desk.load(number, at=at, message=(f"{region.kind} is {kind} now", "plain")),
            keys_wait=True,
        )
