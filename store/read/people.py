"""The names of those who did something in a project, whether they are on its list or not."""

from __future__ import annotations

from annotations.annotation import GOLD
from store.db.sqlite import Connection
from store.errors import NotFoundError
from store.index.sets import owners_of
from store.project.identity import MIGRATE
from store.project.reviewers import people


def names_at_work(connection: Connection) -> set[str]:
    """The names of those who are on the list of reviewers, did something, or are said to have annotated something."""
    rows = connection.execute(
        "SELECT name FROM reviewers WHERE role <> 'service' UNION SELECT actor FROM events WHERE action <> ? "
        "UNION SELECT annotator FROM annotations UNION SELECT annotator FROM reviews",
        [MIGRATE],
    ).fetchall()
    return {row[0] for row in rows} - {None, GOLD}


def require_assignee(connection: Connection, name: str) -> None:
    """Prove that somebody may have notices to review: whoever annotates here, or has some.

    Raises:
        NotFoundError: nobody of that name does.
    """
    if name not in people(connection) and name not in owners_of(connection, "assigned", ""):
        raise NotFoundError(f"nobody here is called {name}; `zhupi reviewers list` tells who is")
