"""What a value of an attribute is checked for, whatever declares the attribute: that it is a date, a period, text."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

UNKNOWN_YEAR: Final = "XXXX"
# A leap year, so that XXXX-02-29 can be checked too.
_ANY_YEAR = "2020"
_DAY = re.compile(r"(?:\d{4}|XXXX)-\d\d-\d\d", re.ASCII)
# The hour is checked here, because fromisoformat takes 24:00 in some versions of Python.
_MINUTE = re.compile(r"(?:\d{4}|XXXX)-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?", re.ASCII)


def is_date(text: str) -> bool:
    """Whether ``text`` is an ISO date or date-time to the minute; the year may be XXXX."""
    if not (_DAY.fullmatch(text) or _MINUTE.fullmatch(text)):
        return False
    day = text[: len("2021-09-26")].replace(UNKNOWN_YEAR, _ANY_YEAR)
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def is_period(text: str) -> bool:
    """Whether ``text`` is an ISO date, a date-time, or ``start/end`` in days; the years may be XXXX."""
    start, slash, end = text.partition("/")
    if not slash:
        return is_date(text)
    if not (_DAY.fullmatch(start) and _DAY.fullmatch(end) and is_date(start) and is_date(end)):
        return False
    # Years that are both known, or both unknown, can be compared as they stand.
    comparable = start.startswith(UNKNOWN_YEAR) == end.startswith(UNKNOWN_YEAR)
    return not comparable or start <= end or start.startswith(UNKNOWN_YEAR)


def is_storable(text: str) -> bool:
    """Whether a UTF-8 file can hold ``text``: it has no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
