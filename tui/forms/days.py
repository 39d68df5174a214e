"""Reads dates as people type them: a year, a month or a day, as its first or its last day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_TYPED = re.compile(
    r"\s*(?P<year>\d{4})(?:\s*[-./年]\s*(?P<month>\d{1,2})(?:\s*[-./月]\s*(?P<day>\d{1,2}))?)?\s*[年月日]?\s*"
)


class DayError(ValueError):
    """The typed text is no date; the message is one line that says how to write one."""


def first_day(typed: str) -> str | None:
    """The first day of the typed year, month or day, as ``2021-09-26``; None for an empty text.

    Raises:
        DayError: the text is no date.
    """
    return _day(typed, last=False)


def last_day(typed: str) -> str | None:
    """The last day of the typed year, month or day; otherwise as ``first_day``."""
    return _day(typed, last=True)


def _day(typed: str, *, last: bool) -> str | None:
    if not typed.strip():
        return None
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise DayError(f"{typed.strip()}: write 2021, 2021-09 or 2021-09-26")
    year = int(found["year"])
    month = int(found["month"] or (12 if last else 1))
    try:
        day = int(found["day"] or (monthrange(year, month)[1] if last else 1))
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise DayError(f"{typed.strip()}: there is no such day") from error
