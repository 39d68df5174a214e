"""Questions that people ask each other about a notice, and their answers: each is an event."""

from __future__ import annotations

from annotations.annotation import new_id, now
from annotations.questions import Answer, Question
from store.db.database import Database
from store.errors import NotFoundError, StoreError
from store.log.events import Change
from store.log.questions import load_question
from store.project.reviewers import people
from store.write.permission import ANSWER, ASK
from store.write.record import record


def ask(database: Database, actor: str, notice: int, to: str | None, text: str, annotation: str | None) -> Question:
    """Ask somebody, or anybody, about a notice or an annotation of it.

    Args:
        database: where.
        actor: who asks.
        notice: the number of the notice.
        to: who is asked; None where anybody is.
        text: what.
        annotation: the id of the annotation that it is about; None where it is about the notice.

    Raises:
        NotFoundError: nobody here is called ``to``.
        StoreError: there is no text, or one asks oneself.
    """
    if not text:
        raise StoreError("a question has words behind the name: @chen is this an order?")
    if to == actor:
        raise StoreError("nobody asks themselves")
    with database.write() as connection:
        if to is not None and to not in people(connection):
            raise NotFoundError(f"nobody here is called {to}; @NAME asks somebody who works here, @ alone anybody")
        asked = Question(new_id(), annotation, actor, to, text, now())
        record(connection, actor, ASK, Change(notice, "question", asked.id, None, asked))
    return asked


def answer(database: Database, actor: str, notice: int, question: Question, text: str) -> Question:
    """Answer a question: that closes it, unless whoever asked goes on asking.

    Raises:
        StoreError: there is no text.
        NotFoundError: it was taken back meanwhile.
    """
    if not text:
        raise StoreError("an answer has words")
    with database.write() as connection:
        before = load_question(connection, question.id, notice)
        if before is None:
            raise NotFoundError("the question was taken back meanwhile")
        # Who answers at the same moment as another adds to that.
        after = before.answered(Answer(actor, text, now()))
        record(connection, actor, ANSWER, Change(notice, "question", before.id, before, after))
        return after
