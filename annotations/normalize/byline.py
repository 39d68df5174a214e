"""Bylines: lines in which a page states its title, source and publication date, with labels or without.

Examples: ``来源:海洋生态环境处 时间:2021-09-28`` · ``中国产业经济信息网 时间:2021-08-25`` ·
``河北日报 2021年9月28日 08:12``.  转自 is not the label of a source.  All functions here take one folded line, and all
offsets count its code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Final, NamedTuple

from annotations.lexicon.numerals import DIGITS, number
from annotations.lexicon.tables import rows

LONGEST: Final = 300
"""The longest byline, in code points."""

LONGEST_NAME: Final = 30
"""The longest source, and the longest text before the first label or date, in code points."""

_YEARS: Final = f"19|20|民国|[一二][{DIGITS}]{{3}}年"
_YEAR: Final = re.compile(_YEARS)
"""A part of every date; it is searched first, because that is much faster than to search a date."""
_HINT: Final = re.compile(f":|{_YEARS}")
"""A part of every byline; it is searched first for the same reason."""
_DATE: Final = re.compile(
    r"(?<!\d)(?:(?:中华)?民国\s?(\d{2,3})|((?:19|20)\d\d))\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)\s?日?"
    r"(?:[\st]{0,3}(?:\(?(?:星期|周)[一二三四五六日天]\)?\s{0,3})?(\d{1,2})\s?[:时点]\s?(\d{2})(?!\d)(?:[:分]\s?\d{2}(?!\d)秒?|分)?)?"
    rf"|([一二][{DIGITS}]{{3}})年([{DIGITS}十]{{1,2}})月([{DIGITS}十]{{1,3}})日"
)
_WEEKDAY: Final = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_LABEL: Final = re.compile(
    r"(?:^|(?<=[\s|·\[\]()【】<>/;,-]))([^\s:|·\[\]()【】<>/;,、-]{2,8}|[^\W\d_]\s{1,4}[^\W\d_])\s?:"
)
"""A label by its shape: two to eight characters, or two characters with spaces between them, 来　源; then a colon."""
_CUT: Final = re.compile(r"\s{2,}|(?<!-)\s(?!-)|\|")
_TRIM: Final = " :,;、|/-·[]()【】<>《》“”\"'"


class Field(NamedTuple):
    """A labelled value in a byline.

    ``role`` is ``title``, ``source``, ``published`` or ``other``.  ``rank`` tells which label of a role is preferred:
    the one with the lower rank.  A ``weak`` label occurs in the text of notices as well.  The value is
    ``line[start:end]``.
    """

    role: str
    rank: int
    weak: bool
    start: int
    end: int


class Byline(NamedTuple):
    """A line that is a byline.

    ``name`` is the span of the text before the first label or date; it may be empty.  ``date`` is the span of the first
    date, None where there is none.
    """

    fields: tuple[Field, ...]
    name: tuple[int, int]
    date: tuple[int, int] | None

    @property
    def labelled(self) -> bool:
        """Whether a label that is not weak shows that this is a byline.

        A date alone may also be the date below a signature, and a weak label, 时间:…, may belong to an invitation.
        """
        return any(not field.weak for field in self.fields)

    def has(self, role: str) -> bool:
        """Whether the byline has a label of the role."""
        return any(field.role == role for field in self.fields)


def byline(text: str) -> Byline | None:
    """A folded line read as a byline; None when it is none."""
    return None if "。" in text or len(text) > LONGEST or not _HINT.search(text) else _parsed(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Byline | None:
    """As ``byline``; cached, because a byline is read once for its region and once more for its fields."""
    labels = list(_labels_in(text)) if ":" in text else []
    when = _date(text)
    starts = [label.start() for label, _ in labels[:1]]
    if when:
        starts.append(when.start())
    if not starts:
        return None
    head = min(starts)
    if head > LONGEST_NAME:
        return None
    fields = tuple(_fields(text, labels))
    if fields:
        if not any(_fits(field, text) for field in fields):
            return None
    elif when:
        rest = _WEEKDAY.sub("", text[when.end() :]).strip(_TRIM)
        if rest or (head and (text[head - 1] not in _TRIM or text[head - 1] == ":")):
            return None
    return Byline(fields, _trimmed(text, 0, head), when.span() if when else None)


def is_bare_label(text: str) -> bool:
    """Whether a folded line is one known label and nothing else, so that its value stands in the next line."""
    match = _LABEL.fullmatch(text) if text.endswith(":") else None
    return match is not None and "".join(match[1].split()) in _roles()


@lru_cache(maxsize=256)
def iso(text: str) -> str | None:
    """The first date of a folded text in ISO 8601, ``2021-09-28`` or ``2021-01-26T11:56``.

    None when the text has no date, or its first one is no day of the calendar, 2021年2月30日.
    """
    match = _date(text)
    if match is None:
        return None
    roc, common, month, day, hour, minute, chinese_year, chinese_month, chinese_day = match.groups()
    try:
        if chinese_year:
            # What is no number becomes 0, which is on no calendar.
            found = date(number(chinese_year) or 0, number(chinese_month) or 0, number(chinese_day) or 0)
        else:
            found = date(int(common) if common else int(roc) + 1911, int(month), int(day))
    except ValueError:
        return None
    if hour and int(hour) < 24 and int(minute) < 60:
        return f"{found.isoformat()}T{int(hour):02d}:{minute}"
    return found.isoformat()


def _date(text: str, start: int = 0, end: int = LONGEST) -> re.Match[str] | None:
    """The first date in ``text[start:end]``."""
    return _DATE.search(text, start, end) if _YEAR.search(text, start, end) else None


def _labels_in(text: str) -> Iterator[tuple[re.Match[str], _Role]]:
    """The known labels of a line, each with its role."""
    roles = _roles()
    for match in _LABEL.finditer(text):
        known = roles.get("".join(match[1].split()))
        if known:
            yield match, known


def _fields(text: str, labels: list[tuple[re.Match[str], _Role]]) -> Iterator[Field]:
    """The labelled values of a line: each value ends where the next label begins."""
    for index, (label, (role, rank, weak)) in enumerate(labels):
        start = label.end()
        end = labels[index + 1][0].start() if index + 1 < len(labels) else len(text)
        if role == "source":
            end = _source_end(text, start, end)
        yield Field(role, rank, weak, *_trimmed(text, start, end))


def _source_end(text: str, start: int, end: int) -> int:
    """Where a source ends in ``text[start:end]``: before a date, a bar, or white space that touches no hyphen."""
    when = _date(text, start, end)
    if when:
        end = when.start()
    while start < end and text[start] in _TRIM:
        start += 1
    cut = _CUT.search(text, start, end)
    return cut.start() if cut else end


def _fits(field: Field, text: str) -> bool:
    """Whether a value fits the role of its label, so that 时间:下午三点 in a programme is no byline."""
    if field.role == "published":
        return iso(text[field.start : field.end]) is not None
    if field.role == "source":
        return 0 < field.end - field.start <= LONGEST_NAME
    return True


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without spaces and punctuation at its edges."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


_Role = tuple[str, int, bool]
"""The role and the rank of a label, and whether the label is weak."""


@cache
def _roles() -> dict[str, _Role]:
    """The role of each label of ``bylines.tsv``."""
    roles: dict[str, _Role] = {}
    for role, strength, names, _ in rows("bylines.tsv"):
        for name in names.split(" "):
            roles[name] = role, len(roles), strength == "weak"
    return roles
