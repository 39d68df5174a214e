"""The questions about a notice as the log makes them."""

from __future__ import annotations

import msgspec

from annotations.questions import Answer, Question
from store.db.sqlite import Connection, Row
from store.errors import DamageError

_answers = msgspec.json.Decoder(tuple[Answer, ...])


def question_of(row: Row) -> Question:
    """The question of a row of its table.

    Raises:
        DamageError: its answers are no JSON.
    """
    try:
        answers = _answers.decode(row["answers"])
    except msgspec.DecodeError as error:
        raise DamageError(f"question {row['id']} is damaged ({error}); restore a backup") from error
    return Question(
        row["id"],
        row["annotation"],
        row["annotator"],
        row["asked"],
        row["text"],
        row["created_at"],
        answers,
        row["closed_by"],
    )


def load_question(connection: Connection, key: str, notice: int) -> Question | None:
    """The question with an id, about a notice; None where there is none."""
    row = connection.execute("SELECT * FROM questions WHERE id = ? AND notice = ?", [key, notice]).fetchone()
    return question_of(row) if row else None


def notice_questions(connection: Connection, notice: int) -> list[Question]:
    """All questions about a notice, in order of time."""
    rows = connection.execute("SELECT * FROM questions WHERE notice = ? ORDER BY created_at, id", [notice]).fetchall()
    return [question_of(row) for row in rows]
