"""Tells the year of a date that is written without one from what stands before it: other dates, or 定于 and 截止日期为.

Where nothing before it tells the year, ``annotations.values.placing`` takes that of the publication.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from msgspec.structs import replace

from annotations.values.placing import Day, Frame, Placed, place
from annotations.values.point import Expression

REACH: Final = 400
"""当日 and 同年, and the next stage of a plan, refer to a date that ends fewer code points before."""
_NEAR: Final = 12
"""How many code points before an expression may say that it lies ahead."""
_NEWS: Final = 62
"""A day that lies at most so many days before the publication is one that news report on."""
_NEXT: Final = 62
"""The next stage of a plan begins at most so many days after the end of the one before."""
_FAR: Final = 40
"""A sentence goes on with the year of a date that ends at most so many code points before."""
_OTHER_MATTER: Final = re.compile("[。；;！!?？\n的《》]")
_JOINED: Final = re.compile("[、和及与]")
_AHEAD: Final = re.compile(
    "(?:截止(?:日期|时间|日)?|[完办]成?时限|期限)[为是至到:： ]{0,2}$"
    "|(?:[将定拟请须应需]|计划|预[计定]|务必)[于在]$|(?:力争|争取|确保|预计|计划)[于在到]?$"
)


def in_context(found: Expression, text: str, before: Expression | None, frame: Frame) -> Expression:
    """The expression with what the words and the dates before it say of its year.

    Args:
        found: the expression.
        text: the text that it stands in.
        before: the expression that was placed last before it.
        frame: what it is placed by; its period is that of ``before``.
    """
    found = _looking_ahead(found, text)
    year = _year(found, text, before, frame) if before else None
    return replace(found, first=replace(found.first, year=year)) if year else found


def _looking_ahead(found: Expression, text: str) -> Expression:
    """The expression as a deadline, if the words before it say that it lies ahead: 截止日期为9月30日, 定于9月30日."""
    limit = found.mod is None and _AHEAD.search(text, max(0, found.start - _NEAR), found.start)
    return replace(found, mod="before") if limit else found


def _year(found: Expression, text: str, before: Expression, frame: Frame) -> int | None:
    """The year of the date before it, where the sentence goes on with that year; None where it has one of its own.

    2021年3月10日立案,5月6日结案 is all of 2021; 今年二季度供地,四季度开工 and 9月底前提出方案,10月实施 look ahead.  A
    bare year says nothing of the date behind it: 2021年度总结会1月10日召开 has another.
    """
    first, stated = found.first, frame.period()
    own = first.year is not None or first.year_from or first.holiday or first.lunar or first.season or first.near
    if own or first.weekday or stated is None or not (first.month or first.bounds):
        return None
    begin, end = stated
    if found.start - before.end < REACH and (year := _next_stage(before, found, end, frame)):
        return year
    gap = text[before.end : min(found.start, before.end + _FAR + 1)]
    one_year = end.known and begin.on.year == end.on.year
    part = before.first.month or (before.first.bounds and not before.first.season)
    if not (one_year and part) or len(gap) > _FAR or _OTHER_MATTER.search(gap):
        return None
    written = before.first.year is not None or before.first.year_from
    ahead = frame.published is not None and end.on > frame.published
    month = first.month or (first.bounds[0] if first.bounds else 0)
    goes_on = month >= begin.on.month and (written or ahead or _JOINED.fullmatch(gap))
    reported = ahead and first.is_day and found.mod is None and _is_news(place(found, frame), frame)
    return end.on.year if goes_on and not reported else None


def _is_news(placed: Placed | None, frame: Frame) -> bool:
    """Whether a day lies shortly before the publication, so that a page reports on it."""
    return bool(placed and frame.published and 0 <= (frame.published - placed.first.on).days <= _NEWS)


def _next_stage(before: Expression, found: Expression, end: Day, frame: Frame) -> int | None:
    """The year of a stage of a plan that follows closely on one which lies ahead: 9月1日至30日, and then 10月.

    Both must be longer than a day: a single day may well be that of the news, behind a year that is still to run.
    """
    first = found.first
    if frame.published is None or not end.known or end.on <= frame.published:
        return None
    if not all(each.first.month and (each.last or not each.first.is_day) for each in (before, found)):
        return None
    for year in (end.on.year, end.on.year + 1):
        try:
            away = (date(year, first.month or 1, max(1, first.days[0] if first.days else 1)) - end.on).days
        except ValueError:
            continue
        if 0 < away <= _NEXT:
            return year
    return None
