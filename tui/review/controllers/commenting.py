"""The action that comments on an annotation or on the notice."""

from __future__ import annotations

from functools import partial
from typing import Final

from annotations.annotation import Annotation, Review, now
from annotations.questions import addressed
from store.edits.ask import ask
from store.edits.review import set_review
from store.project.reviewers import people
from tui.notice.desk import Desk
from tui.notice.layer import Layer
from tui.screen import Controller
from tui.terminal.display import line

_NAME_CELLS: Final = 16
"""Cells of a name in a message at most."""


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
        from tui.forms.prompt import Doubt, PromptScreen  # noqa: PLC0415  # only when asked for

        desk = self._desk
        current = desk.model.current
        if self._layer.belongs_to_another(current):
            return
        about = f"Comment on {self._layer.named(current)}" if current is not None else "Comment on this notice"
        before = current.comment if current is not None else desk.comment
        accepts = current is not None and current.annotator is None
        takes = "a comment accepts the suggestion" if accepts else "no text takes it away"
        hint = f"{takes}; @name and words ask somebody, @ and words anybody"
        does = "accept with this comment" if accepts else "comment"

        def doubt(comment: str) -> Doubt | None:
            fault = self._fault(comment)
            return Doubt(fault) if fault is not None else None

        prompt = PromptScreen(about, before or "", hint=hint, lines=True, does=does, doubt=doubt)
        prompt.keep_typing(desk.session.drafts, f"{desk.number} comment {current.id if current is not None else ''}")
        desk.ask(prompt, partial(self._commented, current))

    def _commented(self, item: Annotation | None, comment: str | None) -> None:
        if comment is None:
            return
        desk, session = self._desk, self._desk.session
        question = addressed(comment)
        if question is not None:
            self._asked(item, *question)
            return
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

    def _asked(self, item: Annotation | None, to: str | None, text: str) -> None:
        """Ask somebody about an annotation, or about the notice; what stands there as a comment stays."""
        desk, session = self._desk, self._desk.session
        about = item.id if item is not None else None
        desk.write(partial(ask, session.database, session.reviewer, desk.number, to, text, about))
        desk.say(f"asked {line(to, _NAME_CELLS) if to is not None else 'anybody'}", "good")

    def _fault(self, comment: str) -> str | None:
        """Why a comment cannot be asked, told while it stands in the form; None where it can, or asks nobody."""
        question = addressed(comment)
        if question is None:
            return None
        to, text = question
        session = self._desk.session
        if not text:
            return "a question has words behind the name: @chen is this an order?"
        if to == session.reviewer:
            return "nobody asks themselves"
        if to is not None and to not in people(session.database.connection):
            return f"nobody here is called {line(to, _NAME_CELLS)}; @NAME asks somebody who works here, @ anybody"
        return None
