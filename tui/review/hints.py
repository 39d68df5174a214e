"""Hints for whoever looks around in the demo: a line about what comes next behind each of the first acts, once.

A hint stands where messages do, beside the one about the act, until the next act.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tui.notice.desk import Desk
from tui.notice.model import NoticeModel
from tui.widgets.status_line import Part

_HINTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "open": ("{} accepts the marked one, {} rejects it", ("review.accept", "review.reject")),
    "decide": ("{} edits its values, {} takes a step back", ("review.attributes", "review.undo")),
    "select": ("{} {} move the end, a digit tags it", ("review.right", "review.word_end")),
    "tag": ("{} {} move its end, {} comments on it", ("review.end_back", "review.end_on", "review.comment")),
    "done": ("{} tells all keys, {} goes back", ("review.help", "review.back")),
}
"""The hint behind each act, with the bindings whose keys it names."""
_ACTS: Final = {
    "action_accept": "decide",
    "action_reject": "decide",
    "action_select": "select",
    "action_grow": "select",
    "action_tag": "tag",
    "action_done": "done",
}
"""The act that an action may be."""


class Hints:
    """Gives the hints of one screen; those that were given are remembered with the place of the reviewer.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._before: tuple[NoticeModel, object, bool] | None = None
        self._is_done = False

    def opened(self) -> Part | None:
        """The hint for a notice that was just opened; behind one that was marked done it is that of this act."""
        model = self._desk.model
        self._desk.view.hint("")
        self._before = model, model.items, False
        hint = (self._is_done and self._take("done")) or self._take("open")
        self._is_done = False
        return (hint, "good") if hint else None

    def acted(self, action: str) -> None:
        """Give the hint behind an action that has done what it is for."""
        desk = self._desk
        if not desk.is_open:
            return
        model = desk.model
        before, self._before = self._before, (model, model.items, model.anchor is not None)
        act = _ACTS.get(action)
        self._is_done = act == "done"
        is_same = before is not None and before[0] is model
        if act == "select":
            has_acted = model.anchor is not None and not (is_same and before is not None and before[2])
        else:
            has_acted = act is not None and is_same and before is not None and before[1] is not model.items
        # A warning is worth more, and the hint stands behind the next such act.
        is_due = act is not None and act != "done" and has_acted and not desk.view.warns
        desk.view.hint(self._take(act) if act is not None and is_due else "")

    def _is_given(self, act: str) -> bool:
        return not self._desk.session.hints or act in self._desk.session.state.hinted

    def _take(self, act: str) -> str:
        """The hint behind an act, once; "" where it was given."""
        if self._is_given(act):
            return ""
        session = self._desk.session
        session.remember(replace(session.state, hinted=(*session.state.hinted, act)))
        text, bindings = _HINTS[act]
        return text.format(*(self._desk.key(binding) for binding in bindings))
