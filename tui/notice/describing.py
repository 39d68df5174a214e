"""The action that says something about the whole notice: the attributes that the label set declares of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotations.notice_attributes import with_values
from store.edits.review import set_notice_attributes
from tui.notice.desk import Desk
from tui.screen import Controller

if TYPE_CHECKING:
    from tui.forms.notice_attributes import Values


class Describing(Controller):
    """Sets the attributes of the whole notice in the layer that is edited.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def action_notice_attributes(self) -> None:
        """Ask for the attributes of the notice in a form."""
        from tui.forms.notice_attributes import NoticeAttributesForm  # noqa: PLC0415  # only when asked for

        desk = self._desk
        declared = desk.session.labels.notice
        if not declared:
            desk.say("the label set declares nothing of whole notices: [[notice]] of `zhupi labels --toml` does", "dim")
            return
        form = NoticeAttributesForm(declared, desk.attributes, desk.contents.notes_on_attributes(desk.model))
        form.keep_typing(desk.session.drafts, f"{desk.number} notice_attributes ")
        desk.ask(form, self._answered)

    def _answered(self, values: Values | None) -> None:
        if values is None:
            return
        desk, session = self._desk, self._desk.session
        if not values:
            desk.say("nothing was changed", "dim")
            return
        desk.attributes = with_values({**desk.attributes, **values})
        desk.write(
            partial(
                set_notice_attributes,
                session.database,
                session.reviewer,
                desk.number,
                desk.annotator,
                values,
                desk.queue.sort,
            )
        )
        desk.moved()
        desk.say(f"said of the notice: {desk.told_of_notice}", "good")
