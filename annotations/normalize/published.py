"""Reads the publication date that somebody states beside a page: a field of a row, or a tag of its HTML.

``byline`` is the one reader of dates as people write them.  This module adds what only programs write: times counted
from 1970, digits without separators, and zones.  A time with a zone becomes China time, because a notice is published
there: ``2023-02-28T16:00:00Z`` is the first of March.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from annotations.normalize.byline import date_span, iso
from annotations.normalize.folding import flat

CHINA: Final = timezone(timedelta(hours=8))
"""China time, which has no summer time since 1992."""

LONGEST: Final = 60
"""No publication date is longer than this, in code points; a longer text only mentions a date."""

_EPOCH: Final = range(631_152_000, 4_102_444_800)
"""The seconds since 1970 that are taken for a date: those of 1990 to 2099."""
_NUMBER: Final = re.compile(r"(\d{9,13})(?:\.\d{1,9})?", re.ASCII)
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[\st]?(\d\d):?(\d\d)(?::?\d\d)?)?(?!\d)", re.ASCII)
_CLOCK: Final = re.compile(r"[:时点]|\d{9}")
"""A part of every time of day, also of one without separators."""
_ZONE: Final = re.compile(
    r"(?<=\d:\d\d)(?::\d\d)?(?:[.,]\d{1,9})?\s?(?P<utc>z|utc|gmt)?(?:(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?)?$",
    re.ASCII,
)
"""What stands behind the minutes of a clock time at the end of a text: seconds, a fraction, the zone."""


def read_published(value: str | float) -> str | None:
    """The publication date that a value states, as ``2023-03-01`` or ``2023-03-01T08:00``; None where it states none.

    A year and a month alone are no date.  Seconds are cut off.

    Args:
        value: a text in any of the ways in which dates are written, or a count of seconds or milliseconds since 1970.
    """
    text = flat(str(value)).strip()
    if not text or len(text) > LONGEST:
        return None
    return _counted(text) or _written(text)


def date_alone(text: str) -> str | None:
    """The date that a text is and nothing else, in any way that a page writes it, as ``read_published`` gives it.

    None for a text with a date in it, and for one whose time of day is none.
    """
    text = flat(text).strip()
    if date_span(text) != (0, len(text)) and not _COMPACT.fullmatch(text):
        return None
    found = _written(text)
    return found if found is None or ("T" in found) == bool(_CLOCK.search(text)) else None


def _counted(text: str) -> str | None:
    """The time that a number of seconds or milliseconds since 1970 is, in China time."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    count = int(found[1])
    seconds = count if count in _EPOCH else count // 1000
    return _minute(datetime.fromtimestamp(seconds, CHINA)) if seconds in _EPOCH else None


def _written(text: str) -> str | None:
    """The date that a folded text writes; a time with a zone in China time."""
    compact = _COMPACT.match(text)
    if compact:
        year, month, day, hour, minute = compact.groups()
        clock = f" {hour}:{minute}" if hour else ""
        text = f"{year}-{month}-{day}{clock}{text[compact.end() :]}"
    zone = _ZONE.search(text)
    found = iso(text[: zone.start()] if zone else text)
    if found is None or zone is None or "T" not in found or not (zone["utc"] or zone["sign"]):
        return found
    ahead = timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
    utc = datetime.fromisoformat(found).replace(tzinfo=UTC) + (ahead if zone["sign"] == "-" else -ahead)
    return _minute(utc.astimezone(CHINA))


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
