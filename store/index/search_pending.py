"""The rows of the search index that are still to come: of long notices, a part at a time, each in any transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from store.db.sqlite import Connection
from store.index.search import grams, put_row
from store.index.search_rows import parts_of, parts_there, row_of_part, unmark


def pieces(connection: Connection, notice: int) -> list[Callable[[Connection], None]]:
    """What puts a notice that is marked into the index, when it is done in this order, whatever others do meanwhile.

    Where its text changes meanwhile, it stays marked: whoever does this next has the rest.
    """
    text = _text(connection, notice)
    if text is None:
        return [partial(unmark, notice=notice)]
    there = parts_there(connection, "search", notice)
    parts = parts_of(*text)
    return [
        *(
            partial(_put_part, notice=notice, part=at, text=text, tokens=grams(*part))
            for at, part in enumerate(parts)
            if at not in there
        ),
        partial(_end, notice=notice, text=text, parts=len(parts)),
    ]


def _put_part(connection: Connection, *, notice: int, part: int, text: tuple[str | None, str], tokens: str) -> None:
    if part not in parts_there(connection, "search", notice) and _text(connection, notice) == text:
        put_row(connection, "search", row_of_part(notice, part), tokens)


def _end(connection: Connection, *, notice: int, text: tuple[str | None, str], parts: int) -> None:
    if len(parts_there(connection, "search", notice)) == parts and _text(connection, notice) == text:
        unmark(connection, notice)


def _text(connection: Connection, notice: int) -> tuple[str | None, str] | None:
    """Title and normalized text of a notice as they are now; None where there is no such notice."""
    row = connection.execute(
        "SELECT title, normalized FROM notices JOIN texts ON notice = number WHERE number = ?", [notice]
    ).fetchone()
    return None if row is None else (row["title"], row["normalized"])
