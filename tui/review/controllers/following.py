"""Follows what others change in the open notice: it is shown at once, and the cursor stays where it is.

The reviewer's own layer may be open in a second session too.  Changes of the two sessions merge, since each event is
about one annotation: what the database holds is shown once no change of one's own is under way.  If both change the
same annotation, the second write is refused, and ``tui.notice.conflicts`` asks which state stays.
"""

from __future__ import annotations

from typing import cast

from annotations.annotation import Annotation, Review
from annotations.notice import FIELD_WORDS, FIELDS, FieldName
from store.edits.seen_layers import see_layers
from store.log.corrections import correction_of
from store.log.events import Event
from tui.notice.desk import Desk
from tui.notice.model import NoticeModel
from tui.screen import Controller
from tui.session.watcher import Seen


class Following(Controller):
    """Shows what other sessions do, and the layers of others.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._noted: set[tuple[int, str]] = set()
        """Notices and those whose layers there are noted as seen."""
        self._shown: NoticeModel | None = None
        desk.on_shown.append(self._note_shown)

    def follow(self, seen: Seen) -> None:
        """Show what the watcher has seen, as far as it is about this notice."""
        desk = self._desk
        desk.show_status()
        if not desk.is_open:
            return
        events = [event for event in seen.events if event.change.notice == desk.number]
        for event in events:
            self._apply_event(event)
        if any(touch.entity == "setting" for touch in seen.touches):
            # It is told only where that shows or hides something here.
            desk.mark_stale("an admin has changed whether suggestions are shown here")
        # Fields come last: what follows from them is told as their change.
        self._apply_corrections([event for event in events if event.change.entity == "field"])
        desk.catch_up()

    def _apply_event(self, event: Event) -> None:
        desk, model = self._desk, self._desk.model
        me, after = desk.session.reviewer, event.change.after
        if event.change.entity == "regions":
            if after != model.notice.regions:
                desk.mark_stale(f"{event.actor} changed the kind of a region")
        elif event.change.entity == "review":
            # The event may be older than what is shown, so the database is asked.
            if event.change.key == me and not desk.has_review(after if isinstance(after, Review) else None):
                desk.mark_stale("changed in another session of yours")
        elif event.change.entity == "annotation" and not model.has_state(event.change.key, after):
            some = after if isinstance(after, Annotation) else event.change.before
            owner = some.annotator if isinstance(some, Annotation) else None
            if owner is None:
                desk.mark_stale("there are new suggestions" if after is not None else "suggestions were withdrawn")
            elif owner == me:
                desk.mark_stale("changed in another session of yours")
            elif model.others_shown:
                self._note_seen({owner})
                desk.mark_stale(f"{owner} changed this notice")

    def _apply_corrections(self, events: list[Event]) -> None:
        """Note which fields are others now than those that are shown."""
        shown = self._desk.model.notice.fields
        after = {cast("FieldName", event.change.key): event.change.after for event in events}
        changed = [field for field in FIELDS if field in after and after[field] != correction_of(shown, field)]
        if changed:
            words = ", ".join(FIELD_WORDS[field] for field in changed)
            self._desk.mark_stale(f"{events[-1].actor} changed the {words}")

    def action_others(self) -> None:
        """Show or hide the layers of others, if the reviewer's role allows it."""
        desk, model = self._desk, self._desk.model
        if not desk.session.may("see the layers of others"):
            desk.say("layers are blind: only an adjudicator or an admin sees those of others", "warn")
            return
        model.show_others(not model.others_shown)
        desk.moved()
        if not model.others_shown:
            desk.say("only your layer", "dim")
            return
        names = sorted(_annotators(model))
        self._note_seen(set(names))
        desk.say(
            f"layers of {', '.join(names)}" if names else "nobody else has tagged here", "plain" if names else "dim"
        )

    def _note_shown(self) -> None:
        """Note whose layers a notice shows that was read again while they were shown."""
        model = self._desk.model
        if model is not self._shown:
            self._shown = model
            self._note_seen(_annotators(model))

    def _note_seen(self, names: set[str]) -> None:
        """Note in the log whose layers are shown: agreement with them is no longer of two who judged independently."""
        desk, number = self._desk, self._desk.number
        fresh = {(number, name) for name in names} - self._noted
        if fresh:
            session = desk.session
            desk.write(
                lambda: see_layers(session.database, session.reviewer, number, names),
                lambda _: self._noted.update(fresh),
            )


def _annotators(model: NoticeModel) -> set[str]:
    """Those whose layers are shown."""
    return {item.annotator for item in model.others if item.annotator is not None}
