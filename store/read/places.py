"""Places of what is looked for in the texts of the notices."""

from __future__ import annotations

from collections.abc import Iterator

from store.db.database import Database
from store.index.search import each_text


def page_texts(database: Database) -> Iterator[tuple[int, str, str]]:
    """Number, doc and normalized text of every notice, some at a time."""
    with database.read() as connection:
        for number, _, text in each_text(connection):
            (doc,) = connection.execute("SELECT doc FROM notices WHERE number = ?", [number]).fetchone()
            yield number, doc, text
