"""Reads the values of DATE: ``3月8日下午``, ``今年以来``, ``“十四五”期间``, ``7月15日18:00前``.

``expression`` parses what is written, and ``placing`` places it on the calendar.  A year that is not written comes from
the date of publication, else from dates in the text, but never from the number of a document.  What cannot be placed
stays unset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, pattern
from annotations.values.dated_text import DatedText
from annotations.values.expression import LONGEST, expressions, first_expression
from annotations.values.offer import Offer
from annotations.values.passage import AROUND, Passage
from annotations.values.placing import Day, Frame, Placed, place
from annotations.values.point import Expression

_IN_NUMBER: Final = r"[\d〔［\[(（第—~～-]$"
"""What stands before the digits of a document's number, or before the end of a period."""
_NOT_BEFORE: Final = "[往去来后期列三半沿景]|不久|所[未没]|提(?![出交供请升])|进(?![行场入驻])"
"""Behind 前 these make it another word, as in a suffix of ``expression``."""
_LIMIT: Final = f"前(?:(?<=[之以]前)|(?<![目提当]前)(?!{_NOT_BEFORE}))|止(?<![防禁停制阻]止)"
"""What may make a date a deadline behind it; where it stands nowhere in a text, there is none.

Each alternative begins with one character: only then does the search skip all others fast.
"""
_BEHIND: Final = 4
"""How many code points behind a span may belong to its expression: 日之前, 日以前."""
_CLAUSE: Final = 16
"""How many code points before an expression are searched for a word that makes it recur."""


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of a DATE."""
    written = first_expression(passage.quote[: LONGEST * 2])
    if written is None:
        return {}
    placed = place(_going_on(written, passage), frame_of(passage))
    return values_of(written, placed, passage.published if passage.in_byline else None)


def _going_on(written: Expression, passage: Passage) -> Expression:
    """The expression as it is to be placed: a deadline where the word that makes it one stands behind the span.

    Somebody who tags 6月30日 in 6月30日前完成 means a day that lies ahead, as whoever tags 6月30日前 does.
    """
    if written.mod is not None or written.end != len(passage.quote):
        return written
    whole = first_expression(passage.text[passage.start : passage.end + _BEHIND])
    same = whole is not None and (whole.start, whole.first, whole.last) == (written.start, written.first, written.last)
    return replace(written, mod=whole.mod) if whole is not None and same else written


def values_of(written: Expression, placed: Placed | None, publication: str | None = None) -> dict[str, AttributeValue]:
    """The values of a DATE that has been parsed and placed.

    Args:
        written: the expression.
        placed: its place on the calendar; None where it has none.
        publication: the ISO date of publication, for an expression in the byline: one of the same day has that role.
    """
    iso = placed.iso if placed else None
    return {
        "iso": iso,
        "part": written.part,
        "mod": written.mod,
        "role": "publication" if _same_day(iso, publication) else None,
        "approx": True if placed and placed.approx else None,
    }


def offers(attribute: str, passage: Passage) -> list[Offer]:
    """The values that a form offers for an attribute of a DATE."""
    if attribute != "iso":
        value = read(passage).get(attribute)
        return [Offer(value, "read from the text")] if isinstance(value, str) else []
    return offers_of(passage.quote, frame_of(passage))


def offers_of(text: str, frame: Frame) -> list[Offer]:
    """The days and periods that the date expression in ``text`` may mean, the likeliest first."""
    written = first_expression(text[: LONGEST * 2])
    if written is None:
        return []
    found: dict[str, str] = {}
    for placed, gloss in _choices(written, frame):
        found.setdefault(placed.iso, gloss)
        if placed.first != placed.last:
            found.setdefault(placed.last.iso, "its last day")
    return [Offer(value, gloss) for value, gloss in found.items()]


def _choices(written: Expression, frame: Frame) -> Iterator[tuple[Placed, str]]:
    placed = place(written, frame)
    if placed:
        yield placed, "as the text says"
    if written.first.year is None and written.first.year_from is None and placed and placed.first.known:
        for year, gloss in (
            (placed.first.on.year + 1, "the year after"),
            (placed.first.on.year - 1, "the year before"),
        ):
            other = place(replace(written, first=replace(written.first, year=year)), frame)
            if other and written.first.month is not None:
                yield other, gloss


def deadline(passage: Passage) -> str | None:
    """The first deadline in a span, 7月15日18:00前 or 年底前, as an ISO day or minute; None where there is none."""
    text = passage.quote
    if "前" not in text and "止" not in text:
        return None
    limit = None
    for found in pattern(_LIMIT).finditer(text):
        limit = found.start()
    if limit is None:
        return None  # much faster than to look for dates
    for written in _dated(passage).within(passage.start, passage.start + len(text)):
        if written.mod == "before" and written.first.dated and not recurs(passage.lexicon, text, written.start):
            placed = place(written, frame_of(passage))
            if placed:
                return Placed(placed.last, placed.last, placed.clock).iso
        if written.end > limit:
            return None
    return None


def recurs(lexicon: Lexicon, text: str, start: int) -> bool:
    """Whether the expression that begins at ``start`` recurs, and so is no one day: 每月5日."""
    return _every(lexicon).search(text, max(0, start - _CLAUSE), start) is not None


@derived
def _every(lexicon: Lexicon) -> re.Pattern[str]:
    words = alternatives(lexicon.words("dates.tsv", "every"))
    units = "年度?|月份?|周|星期|天|日|季度?|学期|个?月|[早晚逢]"
    return re.compile(
        f"(?:{words})(?:(?:{units})(?:[^,，。;；:：!！?？0-9年\n]{{0,{_CLAUSE}}})|[0-9一二两三四五六七八九十]{{1,2}}(?:{units}))?$"
    )


def deadlines(passage: Passage) -> list[Offer]:
    """The deadlines, and then the other dates, in the text of a span, each with the words that it was read from."""
    found: dict[str, str] = {}
    frame = frame_of(passage)
    for written in sorted(expressions(passage.quote), key=lambda each: each.mod != "before"):
        placed = place(written, frame) if written.first.dated else None
        if placed:
            words = passage.quote[written.start : written.end]
            found.setdefault(Placed(placed.last, placed.last, placed.clock).iso, words)
    return [Offer(value, gloss) for value, gloss in found.items()]


def frame_of(passage: Passage) -> Frame:
    """The frame by which the dates of a passage are placed."""
    read = _Read(passage, _dated(passage))
    return Frame(
        read.published, lambda: read.stated[0], lambda: read.year, lambda: read.stated[1], lambda: read.dated.republican
    )


class _Read:
    """What is read from the text around a passage, when it is first asked for."""

    def __init__(self, passage: Passage, dated: DatedText) -> None:
        self.dated = dated
        self.published = _published(passage.published) or dated.signed
        self._passage = passage

    @cached_property
    def year(self) -> int | None:
        return _stated_year(self._passage)

    @cached_property
    def stated(self) -> tuple[Day | None, tuple[Day, Day] | None]:
        frame = Frame(self.published, lambda: None, lambda: self.year, republican=lambda: self.dated.republican)
        return _stated(self._passage, frame)


def _dated(passage: Passage) -> DatedText:
    return passage.dated or DatedText(passage.text, shared=False)


def _published(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[: len("2021-09-26")])
    except ValueError:
        return None


def _same_day(iso: str | None, published: str | None) -> bool:
    day = len("2021-09-26")
    return iso is not None and published is not None and iso[:day] == published[:day]


def _stated_year(passage: Passage) -> int | None:
    """The year that stands most often in the text, in full dates where there are any; None where no year stands.

    Years in the numbers of documents are not counted, and nor is the end of a period.
    """
    dated, span = _dated(passage), (passage.start, passage.end)
    return usual_year(dated.before_and_behind(*span, AROUND), dated.without(*span, AROUND))


def usual_year(text: str, written_in: Iterable[Expression]) -> int | None:
    """The year that stands most often in a text whose expressions have been found, as ``frame_of`` wants it."""
    full: list[int] = []
    bare: list[int] = []
    for written in written_in:
        first = written.first
        if (
            first.year is None
            or first.short
            or first.plan
            or pattern(_IN_NUMBER).search(text, max(0, written.start - 1), written.start)
        ):
            continue
        (full if first.month is not None and first.days else bare).append(first.year)
    years = full or bare
    return max(years, key=years.count) if years else None


def _stated(passage: Passage, frame: Frame) -> tuple[Day | None, tuple[Day, Day] | None]:
    """The day, and the first and last day of the date, that were stated last before the span; None where none was.

    The day may be stated in an annotation.
    """
    start = passage.start - len(passage.before)
    found: tuple[int, Day] | None = None
    period: tuple[Day, Day] | None = None
    for written in _dated(passage).within(start, passage.start):
        if not written.first.dated:
            continue
        placed = place(written, frame._replace(period=_always(period)))
        if placed:
            period = placed.first, placed.last
            if written.first.is_day:
                found = start + written.end, placed.last
    for each in passage.layer:
        iso = each.values.get("iso")
        if each.end <= passage.start and isinstance(iso, str) and (found is None or each.end >= found[0]):
            day = _day_of(iso)
            if day and each.values.get("role") is None:
                found = each.end, day
    return found[1] if found else None, period


def _always(period: tuple[Day, Day] | None) -> Callable[[], tuple[Day, Day] | None]:
    return lambda: period


def _day_of(iso: str) -> Day | None:
    """The day of an ISO value; None where it is a period."""
    if "/" in iso:
        return None
    known = not iso.startswith("XXXX")
    day = _published(iso if known else f"2020{iso[4:]}")
    return Day(day, known) if day else None
