"""The rows of long notices in the search index, a part at a time, each in any transaction.

Those that are still to come are put in.  Before a long text becomes another one, those that it will not have any more
are taken out.  Meanwhile the notice is marked: a search reads its text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from store.db.sqlite import Connection
from store.index.search import FEW_PARTS, delete_row, grams, put_row
from store.index.search_rows import has_row, is_marked, mark, parts_of, parts_there, row_of_part, unmark


def pieces(connection: Connection, notice: int) -> list[Callable[[Connection], None]]:
    """What puts a notice that is marked into the index, when it is done in this order, whatever others do meanwhile.

    Where its text changes meanwhile, it stays marked: whoever does this next has the rest.
    """
    if not is_marked(connection, "search", notice):
        return []
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


def pieces_out(connection: Connection, notice: int, after: str) -> list[Callable[[Connection], None]]:
    """What takes out of the index the parts that a notice will not have any more, in any order, whatever others do.

    A notice that is not indexed in parts, or of which few are others, has none.  What is done marks the notice.

    Args:
        connection: for reading.
        notice: the number of the notice.
        after: its next normalized text.
    """
    text = _text(connection, notice)
    if text is None or has_row(connection, "search", notice):
        return []
    there, next_parts = parts_there(connection, "search", notice), parts_of(text[0], after)
    others = [
        (at, part)
        for at, part in enumerate(parts_of(*text))
        if at in there and (at >= len(next_parts) or next_parts[at] != part)
    ]
    if len(others) <= FEW_PARTS and len(next_parts) - len(there) <= FEW_PARTS:
        return []
    return [partial(_take_out, notice=notice, part=at, text=text, tokens=grams(*part)) for at, part in others]


def _take_out(connection: Connection, *, notice: int, part: int, text: tuple[str | None, str], tokens: str) -> None:
    if part in parts_there(connection, "search", notice) and _text(connection, notice) == text:
        # Each time anew: another index may have taken the place of the one that was marked.
        mark(connection, "search", notice)
        delete_row(connection, "search", row_of_part(notice, part), tokens)


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
