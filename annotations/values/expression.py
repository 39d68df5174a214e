"""Parses date expressions: what is written, without its place on the calendar.

An ``Expression`` has one point (``3月8日下午``, ``今年``, ``前三季度``) or two (``5月10日至12日``), and may have a
suffix (``前``, ``以来``, ``左右``).  Every pattern matches a bounded number of characters, so hostile text takes no
more time than other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Literal, NamedTuple

from annotations.lexicon.numerals import DIGITS, NUMERALS, number
from annotations.lexicon.patterns import alternatives, pattern
from annotations.lexicon.tables import rows

Part = Literal["AM", "PM"]
Mod = Literal["before", "after"]
Base = Literal["published", "stated"]
"""The day that a relative word counts from: that of publication (今年, 昨天), or the one stated before (当年, 当日)."""
Bounds = tuple[int, int, int, int]
"""The first and the last day of a part of a year: month and day of the one, month and day of the other.

Day 0 is the last day of its month.  A last day that would lie before the first is in the next year.
"""


class Point(NamedTuple):
    """A date as it is written; what is not written is None.

    year, month: numbers that are written.
    year_from, month_from: a base and a shift in years or months: ``("published", -1)`` is 去年.
    days_from: a base and the shift in days to the first and to the last day: 今昨两天 has -1 and 0.
    bounds: a part of a year.
    days: the first and the last day of a month; 0 is its last day.
    week: a shift in weeks, None for the latest such weekday, and the weekday from 1, 0 for the whole week.
    plan: the first and the last year of a plan period.
    holiday: a name from ``holidays.tsv``.
    part, clock: the part of the day, and hour and minute.
    season: whether ``bounds`` are those of a season.
    approx: whether the date is only roughly so.
    """

    year: int | None = None
    year_from: tuple[Base, int] | None = None
    bounds: Bounds | None = None
    month: int | None = None
    month_from: tuple[Base, int] | None = None
    days: tuple[int, int] | None = None
    days_from: tuple[Base, int, int] | None = None
    week: tuple[int | None, int] | None = None
    plan: tuple[int, int] | None = None
    holiday: str | None = None
    part: Part | None = None
    clock: tuple[int, int] | None = None
    season: bool = False
    approx: bool = False

    @property
    def dated(self) -> bool:
        """Whether more is written than a time of day."""
        return self._replace(part=None, clock=None) != _NOTHING

    @property
    def is_day(self) -> bool:
        """Whether it is one day: of a month, or counted from another day."""
        if self.days_from:
            return True
        return self.days is not None and self.days[0] == self.days[1] and not self.approx


_NOTHING: Final = Point()


class Expression(NamedTuple):
    """A date expression in a text: its span in code points, its one or two points, and its suffix.

    ``mod``: it has 前 or 后.  ``since``: it has 以来 or the like.  ``approx``: it has 左右 or the like.
    """

    start: int
    end: int
    first: Point
    last: Point | None = None
    mod: Mod | None = None
    since: bool = False
    approx: bool = False

    @property
    def part(self) -> Part | None:
        """The part of the day that is written, of the first point or else the last."""
        return self.first.part or (self.last.part if self.last else None)


LONGEST: Final = 60
"""No date expression is longer than this, in code points."""

CENTURY: Final = 60
"""A year of two digits below this is of the twenty-first century, any other of the twentieth."""

_WIDE: Final = "：．－–—―−~～〜／（）［］　\xa0０１２３４５６７８９○"
_NARROW: Final = ":." + "-" * 8 + "/()[]  0123456789〇"
_FOLDED: Final = str.maketrans(dict(zip(_WIDE, _NARROW, strict=True)))

_N: Final = r"(?:(?<!\d)\d{1,2}(?!\d)|[一二三四五六七八九十廿卅]{1,3})"
_Y: Final = rf"(?:(?<!\d)(?:19|20)\d\d(?!\d)|[一二][{DIGITS}]{{3}})"
_THROUGH: Final = r"\s?(?:至|到|-{1,2})\s?"
_AND: Final = r"\s?(?:至|到|-{1,2}|、|和|及|与)\s?"

_YEARS: Final[Mapping[str, tuple[Base, int]]] = {
    "今年": ("published", 0), "本年": ("published", 0), "全年": ("published", 0), "去年": ("published", -1),
    "上年": ("published", -1), "前年": ("published", -2), "明年": ("published", 1), "来年": ("published", 1),
    "后年": ("published", 2), "当年": ("stated", 0), "同年": ("stated", 0), "次年": ("stated", 1),
    "翌年": ("stated", 1),
}  # fmt: skip
_MONTHS: Final[Mapping[str, tuple[Base, int]]] = {
    "本月": ("published", 0), "上月": ("published", -1), "上个月": ("published", -1), "下月": ("published", 1),
    "下个月": ("published", 1), "当月": ("stated", 0), "同月": ("stated", 0), "次月": ("stated", 1),
}  # fmt: skip
_DAYS: Final[Mapping[str, tuple[Base, int, int]]] = {
    "今日": ("published", 0, 0), "今天": ("published", 0, 0), "本日": ("published", 0, 0), "即日": ("published", 0, 0),
    "昨日": ("published", -1, -1), "昨天": ("published", -1, -1), "前天": ("published", -2, -2),
    "明日": ("published", 1, 1), "明天": ("published", 1, 1), "后天": ("published", 2, 2),
    "今昨两": ("published", -1, 0), "昨今两": ("published", -1, 0), "今明两": ("published", 0, 1),
    "今": ("published", 0, 0), "昨": ("published", -1, -1), "明": ("published", 1, 1),
    "当日": ("stated", 0, 0), "当天": ("stated", 0, 0), "同日": ("stated", 0, 0), "同天": ("stated", 0, 0),
    "次日": ("stated", 1, 1), "翌日": ("stated", 1, 1), "第二天": ("stated", 1, 1), "隔日": ("stated", 1, 1),
    "当": ("stated", 0, 0), "次": ("stated", 1, 1),
}  # fmt: skip
_SHARES: Final = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 0)}
_EDGES: Final = {"初": (1, 1), "中": (15, 15), "底": (0, 0), "末": (0, 0)}
_YEAR_EDGES: Final = {"初": (1, 1), "中": (6, 30), "底": (12, 31), "末": (12, 31), "终": (12, 31)}
_WEEKDAYS: Final = {numeral: day for day, numeral in enumerate("一二三四五六日", 1)} | {"天": 7, "": 0}
_WEEKS: Final = {"上": -1, "本": 0, "这": 0, "下": 1}
_AM: Final = ("凌晨", "清晨", "早上", "早晨", "早间", "早", "晨", "上午", "午前")
_PM: Final = ("下午", "午后", "傍晚", "晚上", "晚间", "晚", "深夜", "夜间")

_MINGUO: Final = rf"(?:中华)?民国\s?(\d{{1,3}}|{_N}|元)\s?年度?|(?<!\d)(1\d\d)(?:\s?年度?|(?=[-./]\d{{1,2}}[-./]\d))"
_COMPACT: Final = r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)"
_YEAR: Final = rf"({_Y})(?:\s?年(?:度|全年)?|(?=\s?[-./]\s?\d{{1,2}}(?!\d))|(?={_AND}{_Y}\s?年))"
_SHORT_YEAR: Final = rf"(?<!\d)(\d\d)年度?(?=\s?{_N}月|[上下]半年|[底末初]|$)"
_YEAR_WORD: Final = f"({alternatives(_YEARS)})度?(?:全年)?"
_YEAR_EDGE: Final = r"(?:(?<=年)|[年岁])([初底末终]|中(?=$|前))"
_HALF: Final = r"([上下])半年度?"
_QUARTER: Final = (
    rf"前([一二两三1-3])个?季度?|第?([一二三四1-4])(?:季度?)?(?:(?:{_THROUGH}|、)第?([一二三四1-4]))?季度([末底])?"
)
_FIRST_MONTHS: Final = rf"[前头]({_N})个?月份?"
_MONTH: Final = rf"({_N})(?:(?:{_THROUGH}|、)({_N}))?\s?月份?|(元)月份?|(?<=\d[-./])\s?(\d{{1,2}})(?![\d:日号])"
_MONTH_WORD: Final = f"({alternatives(_MONTHS)})份?"
_SHARE: Final = "[上中下]旬"
_MONTH_EDGE: Final = r"(?:(?<=月)|(?<=月份)|月)([初底末]|中(?=$|前))"
_DAY: Final = rf"({_N})(?:\s?[日号]|(?={_AND}(?:{_N}\s?月\s?)?{_N}\s?[日号]))|(?<=[-./])\s?(\d{{1,2}})(?![\d:])日?"
_DAY_WORD: Final = (
    rf"({alternatives(word for word in _DAYS if len(word) > 1)})[天日]?|([今昨明当次])(?=[早晚晨])"
    r"|([今昨明])\s?\(\d{1,2}\)\s?[日天]"
)
_WEEK: Final = "([上本这下])个?(?:周|星期)([一二三四五六日天]?)|(?:周|星期)([一二三四五六日天])"
_WEEKDAY: Final = r"\s?\(?(?:星期|周)[一二三四五六日天]\)?"
_PART: Final = alternatives((*_AM, *_PM, "中午", "正午"))
_CLOCK: Final = rf"(?:T|\s)?({_N}):(\d\d)(?::\d\d)?(?:时|分)?|({_N})[点时](?:(半)|(\d\d|{_N})分?|整)?"
_NOT_COUNTED: Final = "(?<![第一二三四五六七八九])"
_NO_COUNT: Final = "(?![日号天时点月年个条分名项家人度万亿千百])"
"""What must not stand behind the name of a plan: 十五日 is no plan."""
_RANGE: Final = f"起?{_AND}"
_SUFFIX: Final = (
    "(?:期间|时期|期内|(?<=[年月])内(?![部容外蒙涝河陆])|之间)?"
    r"(?:\(含[^()]{0,6}\))?"
    "(?P<about>左右|前后|上下)?"
    "(?P<before>之前|以前|前(?![往去夕后期提列三半进沿景不所])|止)?"
    "(?P<after>之后|以后|后(?![续期勤备果台方])|起(?![来草步到火诉止])|开始)?"
    "(?P<since>以来|至今|迄今|来(?=$))?"
)
_BEHIND_NUMBER: Final = r"\s?(?:[年月日号时点:./季-]|个?季|个月|[至到、和及与])"


@cache
def _candidate() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two patterns for the beginning of an expression: for its first character, which is fast, and for more of it.

    They rule out most numbers and small words before an expression is parsed.
    """
    words = {word for word in (*_YEARS, *_MONTHS, *_DAYS, *_AM, *_PM, *_SHARES, "中午", "正午") if len(word) > 1}
    for kind in ("plan", "season", "holiday"):
        words.update(_names(kind)[1])
    firsts = {word[0] for word in words} | set(f"0123456789{NUMERALS}上下前头第本这周星民中年岁月今昨明当次早晚晨")
    whole = re.compile(
        f"[0-9](?=[0-9]{{0,7}}{_BEHIND_NUMBER}|[0-9]{{7}}(?!\\d))|[{NUMERALS}](?=[{NUMERALS}]{{0,4}}{_BEHIND_NUMBER})|{alternatives(words)}"
        "|[上下]半年|[前头][0-9一二三四五六七八九十两]|第[一二三四1-4]|[上本这下]个?(?:周|星期)|周[一二三四五六日天]|星期"
        "|民国|中华民国|[年岁月][初底末终中]|[今昨明当次早晚晨][(0-9早晚晨一二三四五六七八九十\\s]|[早晚晨]"
    )
    return re.compile(f"[{re.escape(''.join(sorted(firsts)))}]"), whole


@cache
def _names(kind: str) -> tuple[str, Mapping[str, str]]:
    """The names of one kind in ``calendar.tsv``: the source of a pattern for them, and the value of each."""
    named = {name: value for of, names, value, _ in rows("calendar.tsv") if of == kind for name in names.split(" ")}
    return alternatives(named), named


def first_expression(text: str) -> Expression | None:
    """The first date expression of a text; None where there is none."""
    return next(expressions(text), None)


def expressions(text: str) -> Iterator[Expression]:
    """The date expressions of a text, in order."""
    folded = text.translate(_FOLDED)
    at = 0
    first, candidate = _candidate()
    while found := first.search(folded, at):
        start = found.start()
        written = _expression(folded, start) if candidate.match(folded, start) else None
        if written:
            yield written
        at = written.end if written else start + 1


def _expression(text: str, start: int) -> Expression | None:
    scan = _Scan(text, start)
    first = scan.point()
    if first is None:
        return None
    last = scan.last(first)
    end = scan.at
    suffix = pattern(_SUFFIX).match(text, end)
    assert suffix  # noqa: S101  # every part of it may be missing
    mod: Mod | None = "before" if suffix["before"] else "after" if suffix["after"] else None
    since, approx = bool(suffix["since"]), bool(suffix["about"])
    return Expression(start, suffix.end(), first, last, mod, since=since, approx=approx)


class _Scan:
    """A parser of points in a folded text, at the offset ``at``.

    Each method that returns a point or a match moves ``at`` behind what it has parsed; where it returns None, ``at``
    stays as it is.
    """

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.end = min(len(text), at + LONGEST)

    def take(self, source: str) -> re.Match[str] | None:
        """The match of a pattern at ``at``; None where there is none."""
        found = pattern(source).match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
        return found

    def gap(self) -> None:
        """Skip a space between the parts of a date."""
        if self.text[self.at : self.at + 1] == " ":
            self.at += 1

    def point(self) -> Point | None:
        """A date; None where none begins here."""
        start = self.at
        point = self._named() or self._relative() or self._dated()
        self._weekday()
        point = self._timed(point or _NOTHING)
        if point == _NOTHING:
            self.at = start
            return None
        return point

    def last(self, first: Point) -> Point | None:
        """The second point of a range behind ``first``; None where there is none."""
        start = self.at
        if not self.take(_RANGE):
            return None
        last = self.point()
        if last and last.month and last.days is None and first.days and self.text[self.at - 1].isdigit():
            last = last._replace(month=None, days=(last.month, last.month))  # 2021.9.1-12
        if last is None or not _follows(first, last):
            self.at = start
            return None
        return last

    def _named(self) -> Point | None:
        """A plan period, with or without quotation marks around it."""
        names, plans = _names("plan")
        found = self.take(f"{_NOT_COUNTED}[“\"'‘「]?({names})[”\"'’」]?(末)?{_NO_COUNT}")
        if found is None:
            return None
        first, last = map(int, plans[found[1]].split("-"))
        return Point(year=last, bounds=(12, 31, 12, 31)) if found[2] else Point(plan=(first, last))

    def _relative(self) -> Point | None:
        if found := self.take(_DAY_WORD):
            return Point(days_from=_DAYS[found[1] or found[2] or found[3]])
        if found := self.take(_WEEK):
            return Point(week=(_WEEKS.get(found[1]), _WEEKDAYS[found[2] or found[3] or ""]))
        return None

    def _dated(self) -> Point | None:
        start = self.at
        if found := self.take(_COMPACT):
            day = int(found[3])
            return Point(year=int(found[1]), month=int(found[2]), days=(day, day))
        point = self._year()
        self.gap()
        holiday, holidays = _names("holiday")
        season, seasons = _names("season")
        if found := self.take(holiday):
            return point._replace(holiday=holidays[found[0]], approx=True)
        if found := self.take(season):
            first, _, last = seasons[found[0]].partition("/")
            bounds = (int(first[:2]), int(first[3:]), int(last[:2]), int(last[3:]))
            return point._replace(bounds=bounds, season=True, approx=True)
        point = self._stretch(point) or self._month(point)
        if point == _NOTHING:
            self.at = start
            return None
        return point

    def _year(self) -> Point:
        if found := self.take(_MINGUO):
            written = number(found[1] or found[2])
            return Point(year=written + 1911) if written else _NOTHING
        if found := self.take(_YEAR):
            return Point(year=number(found[1]))
        if found := self.take(_SHORT_YEAR):
            short = int(found[1])
            return Point(year=(2000 if short < CENTURY else 1900) + short)
        if found := self.take(_YEAR_WORD):
            return Point(year_from=_YEARS[found[1]])
        return _NOTHING

    def _stretch(self, point: Point) -> Point | None:
        """A part of a year other than a month; ``point`` has the year."""
        if found := self.take(_HALF):
            return point._replace(bounds=(1, 1, 6, 0) if found[1] == "上" else (7, 1, 12, 0))
        if found := self.take(_QUARTER):
            first = 1 if found[1] else number(found[2]) or 1
            last = number(found[1] or found[3] or found[2]) or first
            if found[4]:
                return point._replace(bounds=(last * 3, 0, last * 3, 0))
            return point._replace(bounds=(first * 3 - 2, 1, last * 3, 0))
        if found := self.take(_FIRST_MONTHS):
            last = number(found[1]) or 0
            return point._replace(bounds=(1, 1, last, 0)) if 1 <= last <= 12 else None
        if found := self.take(_YEAR_EDGE):
            month, day = _YEAR_EDGES[found[1]]
            return point._replace(bounds=(month, day, month, day), approx=found[1] in "初中")
        return None

    def _month(self, point: Point) -> Point:
        start = self.at
        self.take(_SEPARATOR)
        if found := self.take(_MONTH):
            month = 1 if found[3] else number(found[1] or found[4])
            if found[2]:
                return point._replace(bounds=(month or 0, 1, number(found[2]) or 0, 0))
            point = point._replace(month=month)
        elif found := self.take(_MONTH_WORD):
            point = point._replace(month_from=_MONTHS[found[1]])
        else:
            self.at = start
        start = self.at
        self.gap()
        self.take(_SEPARATOR)
        if found := self.take(_SHARE):
            return point._replace(days=_SHARES[found[0]], approx=True)
        if found := self.take(_MONTH_EDGE):
            return point._replace(days=_EDGES[found[1]], approx=found[1] in "初中")
        if found := self.take(_DAY):
            day = number(found[1] or found[2]) or 99
            return point._replace(days=(day, day))
        self.at = start
        return point

    def _weekday(self) -> None:
        self.take(_WEEKDAY)

    def _timed(self, point: Point) -> Point:
        start = self.at
        self.gap()
        part: Part | None = None
        noon = False
        if found := self.take(_PART):
            part = "AM" if found[0] in _AM else "PM" if found[0] in _PM else None
            noon = part is None
            start = self.at
            self.gap()
        clock = None
        if found := self.take(_CLOCK):
            hour = number(found[1] or found[3])
            minute = 30 if found[4] else number(found[2] or found[5] or "0")
            if hour is not None and minute is not None:
                clock = (hour + 12 if hour < 12 and (part == "PM" or (noon and hour < 3)) else hour, minute)
            start = self.at
        self.at = start
        return point._replace(part=part, clock=clock)


_SEPARATOR: Final = r"[-./](?=\s?\d)"


def _follows(first: Point, last: Point) -> bool:
    """Whether ``last`` may be the end of a range that begins with ``first``."""
    if not last.dated:
        return first.clock is not None or first.part is not None
    return first.dated and not first.plan == last.plan is not None
