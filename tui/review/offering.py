"""Offers the same words elsewhere in the notice, as a state that follows from the tags of the layer.

The offers are derived when a notice is opened and after each change of the layer, in a thread: they come with a tag, go
with it, and come back with it.  No database holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Final

from annotations.annotation import Annotation
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel, Offered

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.suggest.propagation import Elsewhere


_PAINTED: Final = 1.0
"""Seconds in which a notice that was opened is painted at the latest."""


class Offering:
    """Derives the offers of the open notice.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._elsewhere: tuple[NoticeModel, LabelSet, Elsewhere] | None = None
        self._seen: tuple[NoticeModel | None, list[Annotation]] = (None, [])
        self._announced: tuple[str, Callable[[str], None]] | None = None
        desk.on_shown.append(self._follow)

    def announce(self, tag: Annotation, say: Callable[[str], None]) -> None:
        """Say how many offers a new tag has, once they are found; nothing where it has none."""
        self._announced = tag.id, say

    def _follow(self) -> None:
        """Derive the offers anew where the layer is another than it was."""
        model = self._desk.model
        if self._seen[0] is model and self._seen[1] is model.own:
            return
        painted = Event()
        if self._seen[0] is model:
            painted.set()
        else:
            self._announced = None
            # Whoever opens a notice sees it first: beside the thread below it would be painted at half the speed.
            self._desk.view.once_painted(painted.set)
        self._seen = model, model.own
        # A rule has looked at the whole notice already; whoever tags by hand has not.
        tags = [item for item in model.own if item.status == "manual"]
        if not tags:
            if model.offers:
                self._show(model, [])
            return
        known = [*model.own, *model.suggestions]

        def find() -> list[Offered]:
            painted.wait(_PAINTED)
            return self._of(model).offers(tags, known)

        # A key may be meant for an offer.
        self._desk.reads.run(
            "offers",
            find,
            lambda found: self._show(model, found),
            keys_wait=True,
        )

    def _of(self, model: NoticeModel) -> Elsewhere:
        from annotations.suggest.propagation import Elsewhere  # noqa: PLC0415  # it imports the normalizer, which is slow

        labels = self._desk.session.labels
        if self._elsewhere is None or self._elsewhere[0] is not model or self._elsewhere[1] is not labels:
            self._elsewhere = model, labels, Elsewhere(model.notice, labels)
        return self._elsewhere[2]

    def _show(self, model: NoticeModel, found: list[Offered]) -> None:
        if model is not self._desk.model:
            return
        before = model.offers
        model.offer(found)
        self._seen = model, model.own
        if model.offers != before:
            self._desk.view.show()
        tag, say = self._announced or ("", lambda _: None)
        self._announced = None
        count = next((len(offers) for source, offers in found if source.id == tag), 0)
        if count:
            desk = self._desk
            take, go = desk.key("review.take_offers"), desk.key("review.next")
            ways = f"{take} takes {'them' if count > 1 else 'it'}" if take else f"{go} goes there"
            say(f"{count:,} more here: {ways}")
