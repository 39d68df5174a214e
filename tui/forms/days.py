"""Days as people type them: a year, a month or a day, to the first or the last day that is meant."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_TYPED = re.compile(
    r"\s*(?P<year>\d{4})(?:\s*[-./年]\s*(?P<month>\d{1,2})(?:\s*[-./月]\s*(?P<day>\d{1,2}))?)?\s*[年月日]?\s*"
)


class DayError(ValueError):
    """What was typed is no day; the text is one line that says so."""


def first_day(typed: str) -> str | None:
    """The first day that is meant, as ``2021-09-26``; None where nothing was typed.

    Raises:
        DayError: it means none.
    """
    return _day(typed, last=False)


def last_day(typed: str) -> str | None:
    """The last day that is meant, as ``first_day``."""
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
