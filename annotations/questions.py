"""Questions that people ask each other about a notice or an annotation, with their answers."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from annotations.digest import hex_digest

_SIGN: Final = "@"
"""What a comment begins with that is a question; the name of whoever is asked stands behind it."""


class Answer(msgspec.Struct, frozen=True):
    """What somebody said to a question, and when (UTC)."""

    annotator: str
    text: str
    created_at: str


class Question(msgspec.Struct, frozen=True):
    """A question of ``annotator`` to somebody, or to anybody where ``to`` is None.

    ``annotation`` is the id of the annotation that it is about; None where it is about the notice.  ``answers`` are in
    order of time.  ``closed_by`` is whoever answered it last, None while it waits for an answer.
    """

    id: str
    annotation: str | None
    annotator: str
    to: str | None
    text: str
    created_at: str
    answers: tuple[Answer, ...] = ()
    closed_by: str | None = None

    @property
    def order(self) -> tuple[str, str]:
        """The key by which the questions about a notice are sorted."""
        return self.created_at, self.id

    @property
    def names(self) -> list[str]:
        """Everybody who has to do with it."""
        told = [self.annotator, self.to, self.closed_by, *(answer.annotator for answer in self.answers)]
        return [name for name in told if name is not None]

    def waits_for(self, name: str) -> bool:
        """Whether it waits for an answer of somebody: one that is asked of anybody does not wait for whoever asks."""
        return self.closed_by is None and (self.to == name or (self.to is None and self.annotator != name))

    def is_told_by(self, told: Question) -> bool:
        """Whether a file tells this question: one without the annotation that it is about has it about the notice."""
        return told in (self, replace(self, annotation=None))

    def answered(self, answer: Answer) -> Question:
        """The question with one more answer: that closes it, unless whoever asked goes on asking."""
        closed_by = answer.annotator if answer.annotator != self.annotator else None
        return replace(self, answers=(*self.answers, answer), closed_by=closed_by)

    def carried_over(self, sha256: str, annotation: str | None) -> Question:
        """The question for the notice that replaces its own: under a new id, with its times and all answers.

        Its id follows from the new raw text and from the question: a page that is scraped again in two databases gets
        the same questions.

        Args:
            sha256: the digest of the raw text of the new notice.
            annotation: the id there of the annotation that it is about; None where it is about the notice.
        """
        source = f"{sha256} question carried over {self.id}"
        return replace(self, id=hex_digest(source.encode())[:32], annotation=annotation)


def addressed(comment: str) -> tuple[str | None, str] | None:
    """Whom a comment asks, and what: ``@chen is that an order?`` asks chen, ``@ …`` anybody.

    Returns:
        The name, None for anybody, and the question; None where the comment is no question.
    """
    if not comment.startswith(_SIGN):
        return None
    name, _, text = comment.removeprefix(_SIGN).partition(" ")
    return name or None, text.strip()
