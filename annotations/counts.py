"""Counts in messages: a number with its noun, in the singular where it is one."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number and what it counts, as ``1 notice`` and ``2,000 notices``.

    Args:
        number: how many there are.
        noun: one of them, whose plural ends in ``s``; what follows behind the first word stays as it is.
    """
    first, space, rest = noun.partition(" ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{space}{rest}"
