"""What others change in the notice that is open: it is shown as it happens, and the cursor stays where it is.

One's own layer may be open in a second session too.  Its edits merge, since each is an event on one annotation: what
the database holds is shown as soon as nothing of one's own is under way.  Where both sessions changed the same
annotation, the second write is refused, and ``base`` asks which state stays.
"""

from __future__ import annotations

from textual import on, work
from textual.message import Message

from annotations.annotation import Annotation, Review
from annotations.errors import ZhupiError
from annotations.regions import Region
from store.log.events import Event
from store.log.rows import load_regions
from store.project.reviewers import may
from store.read.notices import notice_annotations
from tui.notice.desk import ReviewBase
from tui.notice.model import ReviewModel
from tui.session.watcher import Seen

_AGAIN = 1.0
"""Seconds until what could not be read is read once more."""


class Following(ReviewBase):
    """What others do, and the layers of others."""

    _stale: str | None = None
    """Why the annotations have to be read again, in one line; None where they need not be."""

    class Reread(Message):
        """The annotations of a notice have been read again."""

        def __init__(
            self,
            model: ReviewModel,
            shown: list[Annotation],
            items: list[Annotation],
            regions: tuple[Region, ...],
            why: str,
        ) -> None:
            super().__init__()
            self.regions = regions
            self.model = model
            self.shown = shown
            self.items = items
            self.why = why

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is about this notice."""
        self._show_status()
        model = self.model
        if model is None:
            return
        for event in seen.here:
            if event.change.notice == self.number:
                self._follow_event(model, event)
        self.catch_up()

    def _follow_event(self, model: ReviewModel, event: Event) -> None:
        me, after = self.zhupi.reviewer, event.change.after
        if event.change.entity == "regions":
            if after != model.notice.regions:
                self._stale = f"{event.actor} changed the kind of a region"
        elif event.change.entity == "review":
            if event.change.key == me and isinstance(after, Review) and not self.zhupi.writer.pending:
                self._review, self._comment = after.status, after.comment
                self._show_status()
        elif event.change.entity == "annotation" and not model.holds(event.change.key, after):
            some = after if isinstance(after, Annotation) else event.change.before
            owner = some.annotator if isinstance(some, Annotation) else None
            if owner is None:
                self._stale = "there are new suggestions"
            elif owner == me:
                self._stale = "changed in another session of yours"
            elif model.others_shown:
                self._stale = f"{owner} changed this notice"

    def catch_up(self) -> None:
        """Read the annotations again where others changed them, once nothing of one's own is under way."""
        if self._stale is None or self.model is None or self.zhupi.writer.pending or not self.ready.is_set():
            return
        why, self._stale = self._stale, None
        self._read_again_all(self.model, self.model.items, why)

    @work(thread=True, exclusive=True, group="reread", exit_on_error=False)
    def _read_again_all(self, model: ReviewModel, shown: list[Annotation], why: str) -> None:
        try:
            with self.zhupi.database.read() as connection:
                items = notice_annotations(connection, model.number)
                regions = load_regions(connection, model.number)
        except ZhupiError:
            self.app.call_from_thread(self._read_later, why)
            return
        self.post_message(self.Reread(model, shown, items, regions, why))

    def _read_later(self, why: str) -> None:
        """Read the annotations once more when the disk may be well again; a write tells what is wrong with it."""
        self._stale = why
        self.set_timer(_AGAIN, self.catch_up)

    @on(Reread)
    def _reread(self, message: Reread) -> None:
        model = self.model
        if model is None or message.model is not model:
            return
        if message.shown is not model.items or self.zhupi.writer.pending or not self.ready.is_set():
            # Something of one's own was changed meanwhile, which was not there yet when this was read.
            self._stale = message.why
            self.catch_up()
            return
        if message.regions != model.notice.regions:
            # The normalized text is another one.
            self.load(self.number, at=self._raw_cursor(), said=(message.why, "warn"))
            return
        self._saved = message.items
        if model.take_again(message.items):
            self._moved()
            self.say(message.why, "warn")

    # The layers of others

    def action_others(self) -> None:
        """Show the layers of others as well, or no longer, where one's role allows it."""
        model, zhupi = self.model, self.zhupi
        if model is None:
            return
        if not may(zhupi.database.connection, zhupi.reviewer, "see the layers of others"):
            self.say("layers are blind: only an adjudicator or an admin sees those of others", "warn")
            return
        model.show_others(not model.others_shown)
        self._moved()
        if not model.others_shown:
            self.say("only your layer", "dim")
            return
        names = sorted({item.annotator for item in model.others if item.annotator is not None})
        self.say(
            f"layers of {', '.join(names)}" if names else "nobody else has tagged here", "plain" if names else "dim"
        )

    def _is_anothers(self, item: Annotation | None) -> bool:
        """Whether an annotation is in the layer of somebody else: then nothing can be done to it, and that is said."""
        if item is None or item.annotator in (None, self.zhupi.reviewer):
            return False
        self.say(f"this is in the layer of {item.annotator}, and only they change it", "warn")
        return True
