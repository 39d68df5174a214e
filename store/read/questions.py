"""How many questions wait for somebody, and all that wait for an answer."""

from __future__ import annotations

from annotations.questions import Question
from store.db.sqlite import Connection
from store.log.questions import question_of


def count_waiting(connection: Connection, name: str) -> int:
    """How many questions wait for an answer of somebody."""
    (count,) = connection.execute(
        "SELECT count(*) FROM questions WHERE closed_by IS NULL AND (asked = ? OR asked IS NULL AND annotator <> ?)",
        [name, name],
    ).fetchone()
    return int(count)


def open_questions(connection: Connection) -> list[tuple[int, Question]]:
    """All questions that nobody has answered, with the numbers of their notices, the oldest first."""
    rows = connection.execute("SELECT * FROM questions WHERE closed_by IS NULL ORDER BY created_at, id").fetchall()
    return [(row["notice"], question_of(row)) for row in rows]
