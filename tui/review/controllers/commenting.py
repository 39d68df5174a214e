"""The action that comments on an annotation or on the notice."""

from __future__ import annotations

from functools import partial

from annotations.annotation import Annotation, Review, now
from store.edits.review import set_review
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.screen import Controller


class Commenting(Controller):
    """Asks for comments.

    Args:
        desk: the desk with the annotation.
        layer: the layer that is changed.
    """

    def __init__(self, desk: Desk, layer: Layer) -> None:
        self._desk = desk
        self._layer = layer

    def action_comment(self) -> None:
        """Comment on the annotation at the cursor, or on the notice where there is none."""
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        desk = self._desk
        current = desk.model.current
        if self._layer.belongs_to_another(current):
            return
        about = f"Comment on {self._layer.named(current)}" if current is not None else "Comment on this notice"
        before = current.comment if current is not None else desk.comment
        accepts = current is not None and current.annotator is None
        hint = "a comment accepts the suggestion" if accepts else "no text takes it away"
        does = "accept with this comment" if accepts else "comment"
        prompt = PromptScreen(about, before or "", hint=hint, lines=True, does=does)
        prompt.keep_typing(desk.session.drafts, f"{desk.number} comment {current.id if current is not None else ''}")
        desk.ask(prompt, partial(self._commented, current))

    def _commented(self, item: Annotation | None, comment: str | None) -> None:
        if comment is None:
            return
        desk, session = self._desk, self._desk.session
        if item is not None:
            if comment != (item.comment or ""):
                after = self._layer.change(item, comment=comment)
                self._layer.report_change(item, after, "commented" if comment else "no comment")
            return
        desk.comment = comment or None
        review = Review(session.reviewer, desk.review, desk.comment, now())
        desk.write(partial(set_review, session.database, session.reviewer, desk.number, review))
        desk.show_status()
        desk.say("the notice is commented" if comment else "no comment on the notice")
