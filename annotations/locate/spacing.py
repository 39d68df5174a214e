"""Places in a text that differs from another in its white space alone, as a tool that cuts tokens leaves it."""

from __future__ import annotations

from bisect import bisect_left


def without_space(text: str) -> str:
    """A text without its white space; texts that are the same so differ in nothing else."""
    return "".join(text.split())


class Respaced:
    """The map from one text to another that is the same ``without_space``.

    Args:
        text: the text that offsets are given in.
        other: the text that they are wanted in.
    """

    def __init__(self, text: str, other: str) -> None:
        # Where the characters that are no white space stand in either text.
        self._from = [at for at, each in enumerate(text) if not each.isspace()]
        self._to = [at for at, each in enumerate(other) if not each.isspace()]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The span in the other text, without white space at its edges; None where it has nothing else."""
        first, last = bisect_left(self._from, start), bisect_left(self._from, end) - 1
        return (self._to[first], self._to[last] + 1) if first <= last else None
