"""Some notices by their numbers: what a derived table is made anew of at a time, so that nobody waits for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from store.db.sqlite import Connection
from store.index.numbers import count_notices

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1


class Span(msgspec.Struct, frozen=True):
    """The notices with the numbers ``first`` to ``last``."""

    first: int
    last: int

    @property
    def bounds(self) -> dict[str, int]:
        """Both numbers, as the parameters of a statement."""
        return {"first": self.first, "last": self.last}


EVERYTHING: Final = Span(_LEAST, _MOST)
"""All notices; and whatever another program has noted of numbers that no notice has."""


def spans_of(connection: Connection, notices: int, annotations: int | None = None) -> list[Span]:
    """Spans that are everything together, in order.

    Args:
        connection: for reading.
        notices: how many notices a span has at most.
        annotations: how many annotations it has at most, but for one notice that has more; None where it takes as long
            with any number of them.
    """
    last = count_notices(connection)
    if annotations is None:
        return _between([_LEAST, *range(notices + 1, last + 1, notices)])
    firsts, begin, load = [_LEAST], 1, 0
    for notice, count in connection.execute("SELECT notice, count(*) FROM annotations GROUP BY notice ORDER BY notice"):
        while notice >= begin + notices:
            begin, load = begin + notices, 0
            firsts.append(begin)
        if load and load + count > annotations:
            begin, load = notice, 0
            firsts.append(begin)
        load += count
    return _between([*firsts, *range(begin + notices, last + 1, notices)])


def _between(firsts: Sequence[int]) -> list[Span]:
    return [Span(first, behind - 1) for first, behind in zip(firsts, [*firsts[1:], _MOST + 1], strict=True)]
