"""The action that answers a question about the notice."""

from __future__ import annotations

from functools import partial
from typing import Final

from annotations.annotation import Annotation, clip
from annotations.errors import ZhupiError
from annotations.questions import Question
from store.edits.ask import answer
from store.log.questions import notice_questions
from tui.notice.desk import Desk
from tui.screen import Controller
from tui.terminal.display import line

_NAME_CELLS: Final = 16
_TEXT_CELLS: Final = 60
"""Cells of a name and of a text in a message at most."""


class Asking(Controller):
    """Answers questions.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def action_question(self) -> None:
        """Show a question about the notice and ask for an answer: one that waits for the reviewer first."""
        desk = self._desk
        desk.ready.clear()
        number = desk.number
        desk.reads.read(
            "question", lambda connection: notice_questions(connection, number), self._choose, self._not_read
        )

    def _choose(self, questions: list[Question]) -> None:
        desk, me = self._desk, self._desk.session.reviewer
        desk.ready.set()
        mine = [each for each in questions if each.waits_for(me)]
        # Then what one has asked, to see what was said, the newest last.
        others = [each for each in questions if me in (each.annotator, each.to) or each.to is None]
        chosen = next(iter(mine), None) or next(reversed(others), None)
        if chosen is None:
            key = desk.key("review.comment")
            desk.say(f"nobody has asked you here; {key} with @name and words asks somebody", "dim")
            return
        self._ask(chosen, len(mine) - 1 if mine else 0)

    def _ask(self, question: Question, more: int) -> None:
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        desk, me = self._desk, self._desk.session.reviewer
        item = next((each for each in desk.model.all_items if each.id == question.annotation), None)
        if item is not None and desk.model.find(item.id) is not None:
            # Several may say the same, and the form is about one of them.
            desk.model.drop_selection()
            desk.model.choose(item)
            desk.jumped()
        about = f" on {_quoted(item)}" if item is not None else ""
        asks = "you asked" if question.annotator == me else f"{line(question.annotator, _NAME_CELLS)} asks"
        to = f" {line(question.to, _NAME_CELLS)}" if question.to is not None and question.to != me else ""
        said = [f"{line(each.annotator, _NAME_CELLS)}: {line(each.text, _TEXT_CELLS)}" for each in question.answers]
        hint = [*said[-2:], *([f"{more} more wait for you"] if more else [])]
        does = "ask once more" if question.annotator == me else "answer"
        prompt = PromptScreen(f"{asks}{to}{about}: {question.text}", hint=" · ".join(hint), lines=True, does=does)
        prompt.keep_typing(desk.session.drafts, f"{desk.number} question {question.id}")
        desk.ask(prompt, partial(self._answered, question))

    def _answered(self, question: Question, text: str | None) -> None:
        if not text:
            return
        desk, session, number = self._desk, self._desk.session, self._desk.number
        desk.write(partial(answer, session.database, session.reviewer, number, question, text), self._closed)

    def _closed(self, question: Question) -> None:
        desk = self._desk
        if question.closed_by is None:
            desk.say("asked once more", "good")
        else:
            desk.say(f"answered: {line(question.annotator, _NAME_CELLS)} finds it among what they asked", "good")

    def _not_read(self, error: ZhupiError) -> None:
        self._desk.ready.set()
        self._desk.say(self._desk.session.message(error), "bad")


def _quoted(item: Annotation) -> str:
    return f"{item.label} {clip(item.text)}"
