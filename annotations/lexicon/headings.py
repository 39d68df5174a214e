"""Words by which titles, offices and sites are told apart, the table ``headings.tsv``."""

from __future__ import annotations

from functools import cache

from annotations.lexicon.tables import rows


@cache
def words_of(what: str) -> tuple[str, ...]:
    """The words of a row of the table, as ``str.endswith`` takes them.

    Args:
        what: ``kind``, ``about``, ``office``, ``authority``, ``column`` or ``site``.
    """
    return tuple(word for name, words, _ in rows("headings.tsv") if name == what for word in words.split(" "))
