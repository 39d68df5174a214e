"""Parses date expressions: what is written, without its place on the calendar.

An ``Expression`` has one point (``3月8日下午``, ``今年``, ``前三季度``) or two (``5月10日至12日``), and may have a
suffix (``前``, ``以来``, ``左右``).  Every pattern matches a bounded number of characters, so hostile text takes no
more time than other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from msgspec.structs import replace

from annotations.lexicon.numerals import DIGITS, NUMERALS, number
from annotations.lexicon.patterns import alternatives, pattern
from annotations.values.date_words import (
    AM,
    DAYS,
    EDGES,
    LUNAR,
    MONTHS,
    PM,
    SHARES,
    TWO_YEARS,
    WEEKDAYS,
    WEEKS,
    YEAR_EDGES,
    YEARS,
    candidate,
    firsts,
    names,
)
from annotations.values.point import NOTHING, REPUBLIC, Expression, Lunar, Mod, Part, Point

LONGEST: Final = 60
"""No date expression is longer than this, in code points."""

CENTURY: Final = 60
"""A year of two digits below this is of the twenty-first century, any other of the twentieth."""

_WIDE: Final = "：．－–—―−~～〜／（）［］　\xa0０１２３４５６７８９○"
_NARROW: Final = ":." + "-" * 8 + "/()[]  0123456789〇"
_FOLDED: Final = dict(zip(_WIDE, _NARROW, strict=True))
_FOLDS: Final = f"[{_WIDE}]"

_N: Final = r"(?:(?<!\d)\d{1,2}(?!\d)|[一二三四五六七八九十廿卅]{1,3})"
_Y: Final = rf"(?:(?<!\d)(?:19|20)\d\d(?!\d)|[一二][{DIGITS}0OＯ]{{3}})"
_THROUGH: Final = r" ?(?:至|到|-{1,2}) ?"
_AND: Final = r" ?(?:至|到|-{1,2}|、|和|及|与) ?"

_MINGUO: Final = (
    rf"(?:中华)?民国 ?(\d{{1,3}}|一百[零〇一二三四五六七八九十]{{0,4}}|{_N}|元)(?: ?年度?|(?=[-./]\d))"
    r"|[今去明] ?\((1?\d\d|20\d\d)\) ?年度?"
    rf"|(?<!\d)(1\d\d)(?: ?年度?|(?=[-./]\d{{1,2}}[-./]\d)|(?={_THROUGH}1\d\d ?年))"
)
_PLAIN: Final = r"(?<!\d)((?:19|20)[0-9]{2})年([0-9]{1,2})月(?:([0-9]{1,2})日|底)"
_COMPACT: Final = r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)"
_YEAR: Final = rf"({_Y})(?: ?年(?:度|全年)?|(?= ?[-./] ?\d{{1,2}}(?!\d))|(?={_AND}{_Y} ?年))"
_UNIT: Final = (
    "[元万亿千百人名个户家条吨公斤克米亩平立度号余多次起件例项套辆台只头株棵处座页字分秒时点份张所篇类种门间室栋幢组位级层届期倍"
    "年月日册本步枚艘架段根块笔批幅轮遍瓦兆焦升毫厘里英周天岁场路至到或以余约微纳]|[美港欧日]元|新台币|英镑"
)
"""What makes four digits a number and no year, where it stands behind them."""
_BARE_YEAR: Final = (
    r"(?<![\d.A-Za-z〔\[:/第-])((?:19[5-9]|20[0-6])\d)"
    rf"(?:(?=-{{1,2}}(?:19|20)\d\d\))|(?=[\"”’」』]?(?!{_UNIT})[一-龥]))"
)
_YEARS_IN_BRACKETS: Final = r"(?<=\()((?:19|20)\d\d)-{1,2}((?:19|20)\d\d)(?=\))"
_YEAR_FIRST: Final = tuple("0123456789一二三四五六七八九上")
_TWO_YEAR_WORD: Final = f"({alternatives(TWO_YEARS)})年"
_DOUBLE_YEAR: Final = (
    rf"({_Y})(?:-{{1,2}}|/|至)(\d\d|[{DIGITS}]{{2}}) ?(?:年度|学年|财政年度)"
    rf"|({_Y}) ?年?(?:-{{1,2}}|/|至|到)({_Y}) ?学年"
)
_DECADE: Final = (
    r"(?:(?:二十|20|上个?)世纪)?(?:(?<!\d)([2-9])0|(?<![一二三四五六七八九])([二三四五六七八九])十)年代([初末中]期?|后期)?"
    r"|(?<!\d)((?:19|20)\d)0年代([初末中]期?|后期)?"
)
_SHORT_YEAR: Final = rf"(?<!\d)(\d\d)年(?:度(?!内)|(?= ?{_N}月|[上下]半年|[底末初]|$))"
_SPELT_YEAR: Final = rf"(?<![{DIGITS}十百千])([五六七八九][{DIGITS}])年(?=[初底末]|[一二三四五六七八九十]{{1,2}}月)"
_ZEROS: Final = str.maketrans("0OＯ", "〇〇〇")
"""A zero among Chinese digits is also written as a digit or a letter: 二0二三年."""
_YEAR_WORD: Final = f"({alternatives(YEARS)})度?(?:全年)?"
_WITHIN_YEAR: Final = "(?<![一二三四五六七八九十两几数多半周近当首次每同0-9])年内(?![部容外蒙])"
_YEAR_EDGE: Final = r"(?:(?<=年)|(?<![0-9〇零一二三四五六七八九十两几])[年岁])([初底末终]|中(?=$|前))"
_HALF: Final = r"([上下])半年度?"
_QUARTER: Final = (
    r"前([一二两三1-3])个?季度?"
    rf"|第?([一二三四1-4])(?:季度?)?(?:(?:{_THROUGH}|、)第?([一二三四1-4]))?季度([末底](?![位尾部层线]))?"
)
_FIRST_MONTHS: Final = rf"[前头]({_N}|两)个?月份?"
_MONTHS_LISTED: Final = rf"({_N})(?:{_THROUGH}({_N})|((?:、{_N}){{1,5}})) ?月份?(?! ?{_N} ?[日号])"
_MONTH: Final = rf"({_N}) ?月份?|(元)月份?|(?<=\d[-./]) ?(\d{{1,2}})(?![\d:日号])"
_MONTH_WORD: Final = f"({alternatives(MONTHS)})份?"
_SHARE: Final = alternatives(SHARES)
_MONTH_EDGE: Final = r"(?:(?<=月)|(?<=月份)|月)([初底末]|中(?=$|前))"
_DAY: Final = rf"({_N})(?: ?[日号]|(?={_AND}(?:{_N} ?月 ?)?{_N} ?[日号]))|(?<=[-./]) ?(\d{{1,2}})(?![\d:])日?"
_TWO_DAYS: Final = rf"({_N})((?:、{_N}){{1,6}}) ?[两三四五六七]日"
_DAY_WORD: Final = (
    rf"({alternatives(word for word in DAYS if len(word) > 1)})(?:(?<=两)[天日])?(?!(?<=两)年)"
    "|([今昨明当次])(?=[早晚晨])"
)
_DAY_IN_BRACKETS: Final = r"[今昨明] ?\((\d{1,2})(?:\) ?[日天]|日\))"
_WEEK: Final = "(上上|下下|[上本这下])个?(?:周|星期|礼拜)([一二三四五六日天末]?)|(?:周|星期)([一二三四五六日天])"
_WEEKDAY: Final = (
    r" ?\((?:星期|周|礼拜)([一二三四五六日天])(?:[、,，][^()\n]{1,8})?\)| ?\((?:农历[^()\n]{2,12}|[今昨明][天日])\)"
    r"| ?(?:星期|周|礼拜)([一二三四五六日天])"
)
_PART: Final = alternatives((*AM, *PM, "中午", "正午"))
_WHOLE_DAY: Final = "当天|当日|同日|全天"
_CLOCK: Final = (
    rf"[T ]?({_N}):(\d\d)(?::\d\d)?(?:时|分)?"
    rf"|(零(?=[点时](?![一二三四五六七八九差]))|{_N})[点时](?:(半)|(\d\d|{_N})分?|整)?"
)
_ZONE: Final = r"许? ?\((?:北京|香港|台北|当地|格林尼治)时间\)|许"
_HOLIDAY_BEHIND: Final = '(?:[”"’」](?=小?长?假|期间|黄金周|[、和前后]))?(?:节日)?(?:(?:小长|长)?假期?|黄金周|佳节)?'
_NATIONAL_DAY: Final = '十一(?=[”"’]?(?:期间|小?长假|假期|黄金周))'
_LUNAR_HINT: Final = (
    rf"(?:{LUNAR}|正月|腊月|冬月|闰|大年|年初|初|廿|[{NUMERALS}]{{1,3}}月初"
    rf"|(?:[今去明]|\d{{4}}|[一二][{DIGITS}]{{3}})年(?:{LUNAR}|正月|腊月|冬月|闰))"
)
_LUNAR_MONTH: Final = rf"(闰)?(?:([正腊冬])|({_N}))月"
_LUNAR_DAY: Final = (
    "(?:(初[一二三四五六七八九十])(?![些个季月年级批次期轮天场条项类中班位名届步])"
    r"|((?:廿|[二三]?十)[一二三四五六七八九]?|\d{1,2})(?![余多个次场名人条家项户])|(底|末))日?"
)
_NEW_YEAR: Final = "大?年(?=初[一二三四五六七八九十])|大年(?=三十)"
_LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}
_NOT_COUNTED: Final = "(?<![第一二三四五六七八九])"
_NO_COUNT: Final = "(?![日号天点月年个条分名项家人度万亿千百]|时(?!期))"
"""What must not stand behind the name of a plan: 十五日 is no plan."""
_RANGE: Final = f"起?{_AND}"
_INDENT: Final = 4
"""An enumerator is looked for behind fewer blanks than this at the beginning of a line."""
NUMBERED: Final = rf"{_N}、"
"""What an enumerator begins with; 3 of 3、4月 is none, but begins like one."""
_ITEM: Final = (
    rf"{_N}、(?=[{NUMERALS}\d])"
    rf"(?!{_N}(?:、{_N})*[两三四五六七]日|{_N}(?:、{_N})* ?月(?! ?(?:{_N} ?[日号]|[底初末中前上下])))"
)
"""An enumerator; 7、8月 and 5、6两日 begin with none."""
_SUFFIX: Final = (
    '(?:[“"]?[两双]节[”"]?(?=期间|假期|前))?'
    "(?:期间|时期|期内|(?<=[年月度])内(?![部容外蒙涝河陆])|之间|(?P<same>(?<=年)同期))?"
    r"(?:\(含[^()]{0,6}\))?"
    "(?P<about>左右|前后|上下|前夕)?"
    "(?:(?P<before>之前|以前|前(?![往去来后期列三半沿景]|不久|所[未没]|提(?![出交供请升])|进(?![行场入驻]))|止)"
    "|(?P<after>之后|以后|后(?![续期勤备果台方])|起(?![来草步到火诉止])|开始))?"
    "(?P<since>以来|至今|迄今|来(?=$))?"
)


# The first characters of what the patterns above match.  A look into a set is far faster than a pattern that fails.
_JOINTS: Final = frozenset("-/至到、")
_YEAR_WORD_FIRST: Final = frozenset(word[0] for word in YEARS)
_MONTH_WORD_FIRST: Final = frozenset(word[0] for word in MONTHS)
_DAY_WORD_FIRST: Final = frozenset(word[0] for word in DAYS)
_PART_FIRST: Final = frozenset(word[0] for word in (*AM, *PM, "中", "正"))
_CLOCK_FIRST: Final = frozenset(" T0123456789一二三四五六七八九十廿卅零")
_SUFFIX_FIRST: Final = frozenset('“"两双期时内之同(左前上以止后起开至迄来')
_LUNAR_FIRST: Final = frozenset(f"农阴旧正腊冬闰大年初廿今去明{NUMERALS}")


@cache
def _plan() -> str:
    """The source of a pattern for a plan period."""
    return f"{_NOT_COUNTED}[“\"'‘「]?({names('plan')[0]})[”\"'’」]?(末)?{_NO_COUNT}"


@cache
def _festival() -> str:
    """The source of a pattern for a day of the lunar calendar that has a name."""
    return f"({names('festival')[0]})夜?"


@cache
def _holiday() -> str:
    """The source of a pattern for a public holiday."""
    return f'(?:(?<=年)[“"])?({names("holiday")[0]}|{_NATIONAL_DAY}){_HOLIDAY_BEHIND}'


@cache
def _years_of_season() -> str:
    """The source of a pattern for the two years before a season, 2023-2024年采暖季, which is that of the first."""
    return rf"({_Y}) ?年?{_THROUGH}(?:{_Y}|\d\d) ?年?度?(?={names('season')[0]})"


def first_expression(text: str) -> Expression | None:
    """The first date expression of a text; None where there is none."""
    return next(expressions(text), None)


def expressions(text: str) -> Iterator[Expression]:
    """The date expressions of a text, in order."""
    folded = pattern(_FOLDS).sub(_fold, text)  # several times faster than to translate every character
    at = 0
    for start in [found.start() for found in candidate().finditer(folded)]:
        if start < at:
            continue
        if (item := _item(folded, start)) is not None:
            at = item
            continue
        written = _expression(folded, start)
        if written:
            yield written
            at = written.end


def _fold(found: re.Match[str]) -> str:
    return _FOLDED[found[0]]


def _item(text: str, start: int) -> int | None:
    """The end of the enumerator that begins a line at ``start``, 5、 of 5、6月10日前; None where there is none."""
    if start and text[max(0, start - _INDENT) : start].strip(" ")[-1:] != "\n":
        return None
    found = pattern(_ITEM).match(text, start)
    return found.end() if found else None


def _expression(text: str, start: int) -> Expression | None:
    scan = _Scan(text, start)
    first = scan.point()
    if first is None:
        return None
    last = None
    while more := scan.last(first, last):
        last = more
    end = scan.at
    if text[end : end + 1] not in _SUFFIX_FIRST:
        return Expression(start, end, first, last)
    suffix = pattern(_SUFFIX).match(text, end)
    assert suffix  # noqa: S101  # every part of it may be missing
    mod: Mod | None = "before" if suffix["before"] else "after" if suffix["after"] else None
    since, approx = bool(suffix["since"]), bool(suffix["about"])
    same = bool(suffix["same"])
    return Expression(start, suffix.end(), first, last, mod, since=since, approx=approx, same=same)


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

    def at_one_of(self, firsts: frozenset[str]) -> bool:
        """Whether the character at ``at`` is one of some."""
        return self.text[self.at : self.at + 1] in firsts

    def gap(self) -> None:
        """Skip a space between the parts of a date."""
        if self.text[self.at : self.at + 1] == " ":
            self.at += 1

    def point(self) -> Point | None:
        """A date; None where none begins here."""
        start = self.at
        plain = self.text.startswith(("20", "19"), start) and self._plain()
        point = plain or self._named() or self._lunar() or self._relative() or self._dated() or NOTHING
        weekday = self._weekday() if point != NOTHING else None
        point = self._timed(replace(point, weekday=weekday) if weekday else point)
        if point == NOTHING:
            self.at = start
            return None
        return point

    def last(self, first: Point, so_far: Point | None) -> Point | None:
        """The second point of a range behind ``first``, or one more day of a list; None where there is none.

        Args:
            first: the first point.
            so_far: the second point, where one has been found: only one more day of the same month may follow it.
        """
        start = self.at
        if not (self.text[self.at : self.at + 1] in "起 至到-、和及与" and self.take(_RANGE)) and not (
            first.holiday and pattern(names("holiday")[0]).match(self.text, self.at)
        ):
            return None
        last = self.point()
        if last and so_far and not _goes_on(first, so_far, last):
            last = None
        if last and last.month and last.days is None and first.days and self.text[self.at - 1].isdigit():
            last = replace(last, month=None, days=(last.month, last.month))  # 2021.9.1-12
        if last is None or not _follows(first, last):
            self.at = start
            return None
        return last

    def _plain(self) -> Point | None:
        """The commonest dates, 2021年9月26日 and 2021年9月底: as the parts are read one by one, but by one pattern."""
        found = self.take(_PLAIN)
        if found is None:
            return None
        day = int(found[3]) or 99 if found[3] else 0
        return Point(year=int(found[1]), month=int(found[2]), days=(day, day))

    def _named(self) -> Point | None:
        """A plan period, with or without quotation marks around it."""
        found = self.take(_plan()) if self.at_one_of(firsts("plan")) else None
        if found is None:
            return None
        first, last = map(int, names("plan")[1][found[1]].split("-"))
        return Point(year=last, bounds=(12, 31, 12, 31)) if found[2] else Point(plan=(first, last))

    def _lunar(self) -> Point | None:
        """A date of the lunar calendar: 正月十五, 农历八月, 九月初九, 除夕; 初八 and 廿三 lack their month."""
        if self.at_one_of(firsts("festival")) and (found := self.take(_festival())):
            month, _, day = names("festival")[1][found[1]].partition("-")
            return Point(lunar=Lunar(int(month), int(day)))
        # The year before such a month may have four digits.
        may_be = self.at_one_of(_LUNAR_FIRST) or self.text[self.at + 4 : self.at + 5] == "年"
        if not (may_be and pattern(_LUNAR_HINT).match(self.text, self.at, self.end)):
            return None
        start = self.at
        marked = bool(self.take(LUNAR))
        point = self._year()
        marked = bool(self.take(LUNAR)) or marked
        if found := self.take(_LUNAR_MONTH):
            month_of = _LUNAR_MONTHS.get(found[2] or "") or number(found[3] or "") or 0
            day_of = self.take(_LUNAR_DAY)
            if 1 <= month_of <= 12 and (marked or found[1] or found[2] or (day_of and day_of[1])):
                return replace(point, lunar=Lunar(month_of, _lunar_day(day_of), bool(found[1])))
        elif found := self.take(_NEW_YEAR):
            day_of = self.take(_LUNAR_DAY)
            if day_of:
                eve = day_of[0] == "三十"
                return replace(point, lunar=Lunar(12, 0) if eve else Lunar(1, _lunar_day(day_of)))
        elif point == NOTHING and self.text[start] in "初廿" and (day_of := self.take(_LUNAR_DAY)):
            return Point(lunar=Lunar(None, _lunar_day(day_of)))
        self.at = start
        return None

    def _relative(self) -> Point | None:
        character = self.text[self.at : self.at + 1]
        if character in _DAY_WORD_FIRST and (found := self.take(_DAY_IN_BRACKETS)):
            day = int(found[1])
            return Point(days=(day, day), near=True)
        if character in _DAY_WORD_FIRST and (found := self.take(_DAY_WORD)):
            return self._glossed(Point(days_from=DAYS[found[1] or found[2]]))
        if character in "上下本这周星" and (found := self.take(_WEEK)):
            return self._glossed(Point(week=(WEEKS.get(found[1]), WEEKDAYS[found[2] or found[3] or ""])))
        return None

    def _glossed(self, point: Point) -> Point:
        """The date in brackets behind 今天 or the like, 今天(4月1日), which tells the day; else ``point``."""
        start = self.at
        if self.take(r" ?\("):
            day = self._month(self._year())
            self._weekday()
            if day.days and day.days[0] == day.days[1] and self.take(r" ?\)"):
                return replace(day, near=True)
        self.at = start
        return point

    def _dated(self) -> Point | None:
        start = self.at
        if self.text[start + 4 : start + 8].isdecimal() and (found := self.take(_COMPACT)):
            day = int(found[3])
            return Point(year=int(found[1]), month=int(found[2]), days=(day, day))
        point = self._year()
        self.gap()
        if self.at_one_of(firsts("holiday")) and (found := self.take(_holiday())):
            return replace(point, holiday=names("holiday")[1].get(found[1], "国庆"), approx=True)
        if self.at_one_of(firsts("season")) and (found := self.take(names("season")[0])):
            first, _, last = names("season")[1][found[0]].partition("/")
            bounds = (int(first[:2]), int(first[3:]), int(last[:2]), int(last[3:]))
            return replace(point, bounds=bounds, season=True, approx=True)
        point = self._stretch(point) or self._month(point)
        if point == NOTHING:
            self.at = start
            return None
        return point

    def _year(self) -> Point:  # noqa: PLR0911  # one way to write a year, one return
        character = self.text[self.at : self.at + 1]
        if character in "中民今去明1" and (found := self.take(_MINGUO)):
            written = _republican(found[1] or found[2] or found[3]) or 0
            written += REPUBLIC if written < REPUBLIC else 0
            return Point(year=written) if written > REPUBLIC else NOTHING
        if years := self._years():
            return years
        if character in "12一二" and (found := self.take(_YEAR)):
            return Point(year=number(found[1] if found[1].isdecimal() else found[1].translate(_ZEROS)))
        if self.text[self.at + 2 : self.at + 3] == "年":
            if found := self.take(_SHORT_YEAR):
                short = int(found[1])
                return Point(year=(2000 if short < CENTURY else 1900) + short, short=True)
            if found := self.take(_SPELT_YEAR):
                return Point(year=1900 + (number(found[1]) or 0))
        if character in _YEAR_WORD_FIRST and (found := self.take(_YEAR_WORD)):
            return Point(year_from=YEARS[found[1]])
        if character == "年" and self.take(_WITHIN_YEAR):
            return Point(year_from=("published", 0))
        if character in "12一二" and (found := self.take(_BARE_YEAR)):
            return Point(year=int(found[1]))
        return NOTHING

    def _years(self) -> Point | None:  # noqa: PLR0911  # as above
        """Several years that are written as one: 今明两年, 2013-14年度, 90年代, (2021-2035), 2023-2024年采暖季."""
        if self.text.startswith(("今", "去", "明"), self.at) and (found := self.take(_TWO_YEAR_WORD)):
            shift, years = TWO_YEARS[found[1]]
            return Point(year_from=("published", shift), years=years)
        if not self.text.startswith(_YEAR_FIRST, self.at):
            return None
        at = self.at
        if self.text.find("年代", at, at + LONGEST) >= 0 and (found := self.take(_DECADE)):
            start = int(found[4]) * 10 if found[4] else 1900 + (number(found[1] or found[2]) or 0) * 10
            return Point(year=start, years=10, approx=bool(found[3] or found[5]))
        if self.text[at - 1 : at] == "(" and (found := self.take(_YEARS_IN_BRACKETS)):
            start, end = int(found[1]), int(found[2])
            return Point(year=start, years=end - start + 1) if end > start else None
        if _JOINTS.isdisjoint(self.text[at + 4 : at + 8]):
            return None  # two years that are joined begin with one of four digits
        if found := self.take(_DOUBLE_YEAR):
            start = number(found[1] or found[3]) or 0
            end = number(found[2] or found[4]) or 0
            end = end if end > 99 else start - start % 100 + end
            return Point(year=start, years=end - start + 1, approx=True) if end > start else None
        if found := self.take(_years_of_season()):
            return Point(year=number(found[1]))
        return None

    def _stretch(self, point: Point) -> Point | None:
        """A part of a year other than a month; ``point`` has the year."""
        character = self.text[self.at : self.at + 1]
        if character in "上下" and (found := self.take(_HALF)):
            return replace(point, bounds=(1, 1, 6, 0) if found[1] == "上" else (7, 1, 12, 0))
        if self.text.find("季", self.at, self.at + LONGEST) >= 0 and (found := self.take(_QUARTER)):
            first = 1 if found[1] else number(found[2]) or 1
            last = number(found[1] or found[3] or found[2]) or first
            if found[4]:
                return replace(point, bounds=(last * 3, 0, last * 3, 0))
            return replace(point, bounds=(first * 3 - 2, 1, last * 3, 0))
        if character in "前头" and (found := self.take(_FIRST_MONTHS)):
            last = number(found[1]) or 0
            return replace(point, bounds=(1, 1, last, 0)) if 1 <= last <= 12 else None
        if character in "年岁初底末终中" and (found := self.take(_YEAR_EDGE)):
            month, day = YEAR_EDGES[found[1]]
            return replace(point, bounds=(month, day, month, day), approx=found[1] in "初中")
        return None

    def _month(self, point: Point) -> Point:
        start = self.at
        self._separator()
        listed = not _JOINTS.isdisjoint(self.text[self.at + 1 : self.at + 5])
        found = pattern(_MONTHS_LISTED).match(self.text, self.at, self.end) if listed else None
        if found and _alike(found[0]):
            self.at = found.end()
            months = [found[1], *(found[2] or found[3].strip("、")).split("、")]
            return replace(point, bounds=(number(months[0]) or 0, 1, number(months[-1]) or 0, 0))
        if found := self.take(_MONTH):
            month = 1 if found[2] else number(found[1] or found[3])
            point = replace(point, month=month)
        elif self.at_one_of(_MONTH_WORD_FIRST) and (found := self.take(_MONTH_WORD)):
            point = replace(point, month_from=MONTHS[found[1]])
        else:
            self.at = start
        start = self.at
        self.gap()
        self._separator()
        character = self.text[self.at : self.at + 1]
        if character in "上中下" and (found := self.take(_SHARE)):
            return replace(point, days=SHARES[found[0]], approx=True)
        if character in "月初底末中" and (found := self.take(_MONTH_EDGE)):
            return replace(point, days=EDGES[found[1]], approx=found[1] in "初中")
        if "、" in self.text[self.at + 1 : self.at + 4] and (found := self.take(_TWO_DAYS)):
            return replace(point, days=(number(found[1]) or 99, number(found[2].rpartition("、")[2]) or 99))
        if found := self.take(_DAY):
            day = number(found[1] or found[2]) or 99
            return replace(point, days=(day, day))
        self.at = start
        return point

    def _separator(self) -> None:
        """Skip a mark between the numbers of a date: 2021-9-26."""
        if self.text[self.at : self.at + 1] in "-./":
            self.take(_SEPARATOR)

    def _weekday(self) -> int | None:
        found = self.take(_WEEKDAY) if self.text[self.at : self.at + 1] in " (星周礼" else None
        return WEEKDAYS[found[1] or found[2]] if found and (found[1] or found[2]) else None

    def _timed(self, point: Point) -> Point:
        if point.is_day and self.text[self.at : self.at + 1] in "当同全":
            self.take(_WHOLE_DAY)
        start = self.at
        self.gap()
        part: Part | None = None
        noon = False
        if self.at_one_of(_PART_FIRST) and (found := self.take(_PART)):
            part = "AM" if found[0] in AM else "PM" if found[0] in PM else None
            noon = part is None
            start = self.at
            self.gap()
        clock = None
        character = self.text[self.at : self.at + 1]
        if (character in _CLOCK_FIRST or character.isdecimal()) and (found := self.take(_CLOCK)):
            hour = number(found[1] or found[3])
            minute = 30 if found[4] else number(found[2] or found[5] or "0")
            if hour is not None and minute is not None:
                clock = (hour + 12 if hour < 12 and (part == "PM" or (noon and hour < 3)) else hour, minute)
            self.take(_ZONE)
            start = self.at
        self.at = start
        return replace(point, part=part, clock=clock) if part or clock else point


_SEPARATOR: Final = r"[-./](?= ?\d)"


def _follows(first: Point, last: Point) -> bool:
    """Whether ``last`` may be the end of a range that begins with ``first``."""
    if not last.dated:
        return first.clock is not None or first.part is not None
    return first.dated and not first.plan == last.plan is not None


def _goes_on(first: Point, so_far: Point, more: Point) -> bool:
    """Whether ``more`` is one more day of a list that has begun: the 12日 of 3月5日、8日和12日."""
    bare = more.month is None and more.month_from is None and more.year is None and more.days_from is None
    return bare and all(point.is_day and point.lunar is None for point in (first, so_far, more))


def _alike(listed: str) -> bool:
    """Whether the numbers of a list are all written in the same digits: 一、10月 is an enumerator and a month."""
    return not (any(map(str.isascii, listed.strip("月份"))) and any(each in NUMERALS for each in listed))


def _lunar_day(found: re.Match[str] | None) -> int | None:
    """The day that a match of ``_LUNAR_DAY`` writes; 0 is the last of its month."""
    if found is None:
        return None
    return 0 if found[3] else number((found[1] or found[2]).removeprefix("初"))


def _republican(written: str) -> int | None:
    """A year of the Republic of China as it is written: 112, 一百一十二, 元."""
    if not written.startswith("一百"):
        return number(written)
    rest = written.removeprefix("一百").lstrip("零〇")
    return 100 + (number(rest) or 0)
