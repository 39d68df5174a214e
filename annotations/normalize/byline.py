"""Bylines: lines in which a page states its title, source and publication date, with labels or without.

Examples: ``来源:海洋生态环境处 时间:2021-09-28`` · ``中国产业经济信息网 时间:2021-08-25`` ·
``河北日报 2021年9月28日 08:12``.  The entries of an index table are bylines too: ``索 引 号:000/2022-1`` ·
``[发文字号] 青政发〔2022〕3号`` · ``| 发布机构 | 青禾县 |``.  转自 is not the label of a source.

All functions here take one folded line, and all offsets count its code points.  ``byline_labels`` finds the labels,
``statements`` puts lines together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from annotations.lexicon.numerals import DIGITS, number
from annotations.lexicon.patterns import pattern
from annotations.normalize.byline_labels import INDEX, Label, labels_in, roles

LONGEST: Final = 300
"""The longest byline, in code points."""

LONGEST_NAME: Final = 30
"""The longest source, and the longest text before the first label or date, in code points."""

_YEARS: Final = f"19|20|民国|[一二][{DIGITS}]{{3}}年"
_YEAR: Final = re.compile(_YEARS)
"""A part of every date; it is searched first, because that is much faster than to search a date."""
_ERA: Final = 2
"""The length of 中华, which may stand before the year of a date."""
_HINT: Final = re.compile(f":|{_YEARS}")
"""A part of every byline but one whose label no colon ends; it is searched first for the same reason."""
_DATE: Final = re.compile(
    r"(?<!\d)(?:(?:中华)?民国\s?(\d{2,3})|((?:19|20)\d\d))\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)\s?日?"
    r"(?:[\st]{0,3}(?:\(?(?:星期|周)[一二三四五六日天]\)?\s{0,3})?(\d{1,2})\s?[:时点]\s?(\d{2})(?!\d)(?:[:分]\s?\d{2}(?!\d)秒?|分)?)?"
    rf"|([一二][{DIGITS}]{{3}})年([{DIGITS}十]{{1,2}})月([{DIGITS}十]{{1,3}})日"
)
WEEKDAY: Final = r"\(?(?:星期|周)[一二三四五六日天]\)?"
_CUT: Final = re.compile(r"\s{2,}|(?<!-)\s(?!-)|\|")
_TRIM: Final = " :,;、|/-·[]()【】<>《》“”\"'"
_BEHIND: Final = (
    r"\s{0,4}[|·]\s{0,4}[^,。:;()|\d\s]{2,16}"
    r"|\s{1,8}[^,。:;()|\d\s]{1,12}(?:报|网|社|台|[委局厅部办处科]|政府|中心|频道|发布|在线|客户端)"
)
"""A name behind a date, 2022-03-05 08:30 | 青禾日报."""
_SPEECH: Final = "[?!,;]|请|谢谢|您"
"""What stands in what a person says and not in a name."""
_DOCUMENT: Final = re.compile(
    r"关于|的(?:通知|通告|公告|公示|通报|意见|办法|决定|决议|请示|批复|报告|复函|函|方案|规定|细则|措施)\W{0,3}$"
)
"""A part of the title of a document; no source has it."""


class Field(NamedTuple):
    """A labelled value in a byline.

    ``role`` is a role of ``bylines.tsv``.  ``rank`` tells which label of a role is preferred: the one with the lower
    rank.  A ``weak`` label occurs in the text of notices as well.  The value is ``line[start:end]``.
    """

    role: str
    rank: int
    weak: bool
    start: int
    end: int


class Byline(NamedTuple):
    """A line that is a byline.

    ``name`` is the span of the text before the first label or date, else of a name behind the date; it may be empty.
    ``date`` is the span of the first date that is not the value of a label of another role, None where there is none.
    """

    fields: tuple[Field, ...]
    name: tuple[int, int]
    date: tuple[int, int] | None

    @property
    def labelled(self) -> bool:
        """Whether a label that is not weak shows that this is a byline.

        A date alone may also be the date below a signature, and a weak label, 时间:…, may belong to an invitation.
        """
        return bool([field for field in self.fields if not field.weak])  # a generator takes three times as long

    @property
    def indexed(self) -> bool:
        """Whether a label that is not weak shows that this is an entry of an index table."""
        return bool([field for field in self.fields if field.role in INDEX and not field.weak])

    @property
    def bare(self) -> bool:
        """Whether this is nothing but a date, or a label of nothing: it names nobody and nothing."""
        return not self.fields and not self.name[1]

    def has(self, *roles: str) -> bool:
        """Whether the byline has a label of one of the roles."""
        return bool([field for field in self.fields if field.role in roles])


_DATED: Final = ("published", "dated")
"""The roles whose value is a date."""


def byline(text: str) -> Byline | None:
    """A folded line read as a byline; None when it is none."""
    return None if "。" in text or len(text) > LONGEST else byline_of_short(text)


def byline_of_short(text: str) -> Byline | None:
    """As ``byline``, of a line that is no longer than ``LONGEST`` and has no full stop."""
    if _HINT.search(text) or text[0] in "[【|" or (" " in text and _is_parted(text)):
        return _parsed(text)
    return None


def _is_parted(text: str) -> bool:
    """Whether a line may begin with a label that white space or a bar parts from its value."""
    return " | " in text or text.partition(" ")[0] in roles()


@lru_cache(maxsize=256)
def _parsed(text: str) -> Byline | None:
    """As ``byline``; cached, because a byline is read once for its region and once more for its fields."""
    labels = labels_in(text)
    when = _date(text)
    if labels:
        head = min(labels[0].start, when.start()) if when else labels[0].start
    elif when:
        head = when.start()
    else:
        return None
    if head > LONGEST_NAME:
        return None
    if not labels:
        beside = _name_beside(text, when) if when else None
        if when is None or beside is None or is_document(text[slice(*beside)]):
            return None
        return Byline((), beside, when.span())
    fields = _fields(text, labels)
    if not any(_fits(field, text) for field in fields) or _heads_columns(text, fields):
        return None
    when_span = when.span() if when and not _is_value(when.start(), fields) else None
    return Byline(fields, _trimmed(text, 0, head), when_span)


def _heads_columns(text: str, fields: Sequence[Field]) -> bool:
    """Whether a row has labels and no values, as the head of a table of the text has."""
    return "|" in text and len(fields) > 1 and all(field.start == field.end for field in fields)


def _name_beside(text: str, when: re.Match[str]) -> tuple[int, int] | None:
    """The span of the name beside a date, in a line without labels; None where the line is more than name and date."""
    rest = pattern(WEEKDAY).sub("", text[when.end() :]).strip(_TRIM)
    head = when.start()
    if rest and not head and pattern(_BEHIND).fullmatch(text, when.end() - (text[when.end() - 1] == " ")):
        return _trimmed(text, when.end(), len(text))
    if rest or (head and (text[head - 1] not in _TRIM or text[head - 1] == ":")):
        return None
    name = _trimmed(text, 0, head)
    return None if text[slice(*name)] in roles() else name


def _is_value(date: int, fields: Sequence[Field]) -> bool:
    """Whether the date at an offset is the value of a label that is not that of a publication."""
    return any(field.start <= date < field.end for field in fields if field.role not in ("published", "source"))


def is_document(text: str) -> bool:
    """Whether a folded text has a part that titles of documents have and names of sources do not."""
    return _DOCUMENT.search(text) is not None


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


def all_dates(text: str) -> set[str]:
    """Every date of a folded text of any length in ISO 8601, as ``iso`` gives them."""
    return {found for match in _DATE.finditer(text) if (found := iso(match[0])) is not None}


def date_span(text: str) -> tuple[int, int] | None:
    """The span of the first date of a folded text; None when it has none."""
    match = _date(text)
    return match.span() if match else None


def _date(text: str, start: int = 0, end: int = LONGEST) -> re.Match[str] | None:
    """The first date in ``text[start:end]``."""
    year = _YEAR.search(text, start, end)
    return _DATE.search(text, max(start, year.start() - _ERA), end) if year else None


def _fields(text: str, labels: list[Label]) -> tuple[Field, ...]:
    """The labelled values of a line: each value ends where the next label begins."""
    fields = []
    for index, (_, start, (role, rank, weak)) in enumerate(labels, 1):
        end = labels[index].start if index < len(labels) else len(text)
        if role == "source":
            end = _source_end(text, start, end)
        fields.append(Field(role, rank, weak, *_trimmed(text, start, max(start, end))))
    return tuple(fields)


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
    if field.role in _DATED:
        when = _date(text, field.start, field.end)
        # 时间:5月8日上午9:00 地点:… is an invitation.
        return iso(text[field.start : field.end]) is not None and not (
            field.weak and when and text[when.end() : field.end].strip(_TRIM)
        )
    if field.role in ("source", "issuer"):
        return 0 < field.end - field.start <= LONGEST_NAME
    # 记者:请问今年… is an interview.
    return field.role != "person" or pattern(_SPEECH).search(text, field.start, field.end) is None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without spaces and punctuation at its edges."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end
