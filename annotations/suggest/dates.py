"""Suggests DATE: each date expression that can be placed on the calendar, with the span that the guideline wants.

``annotations.values`` finds the expressions and places them.  Here it is decided which of them count: those do not that
are part of a longer number, a duration, something that recurs, or part of the name of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from typing import Final

from msgspec.structs import replace

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives
from annotations.suggest.base import Suggestion
from annotations.suggest.page import Page, Zone
from annotations.suggest.years import REACH, in_context
from annotations.values.date import frame_of, recurs, usual_year, values_of
from annotations.values.dated_text import DatedText
from annotations.values.expression import expressions
from annotations.values.passage import AROUND, Passage
from annotations.values.placing import Day, Frame, Placed, place
from annotations.values.point import Expression

_NEAR: Final = 12
"""How many code points before and behind an expression decide whether it counts."""
_OPENING: Final = "“\"'‘「『"
_CLOSING: Final = "”\"'’」』"
_CERTAIN: Final = 0.95
_LIKELY: Final = 0.8
_POSSIBLE: Final = 0.6
"""The three scores of a date."""


class Dates:
    """The suggester of dates."""

    name = "dates"
    version = "2"

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The dates of the text, and the date of publication in the byline."""
        labels = page.labels("date")
        if not labels:
            return
        notice = page.notice
        for zone in page.bylines:
            yield from self._published(page.lexicon, zone, notice.published, [label.name for label in labels])
        taiwanese = "traditional" in notice.meta.get("flags", ())
        dates = dates_in(page.lexicon, page.body.dated, notice.published, republican=taiwanese)
        for found, placed, rule, score in list(dates):
            for label in labels:
                yield _suggestion(page.body, found, label.name, values_of(found, placed), rule, score)

    @staticmethod
    def _published(lexicon: Lexicon, zone: Zone, published: str | None, labels: list[str]) -> Iterator[Suggestion]:
        frame = frame_of(Passage(zone.text, 0, len(zone.text), lexicon, published, dated=zone.dated))
        for written in expressions(zone.text):
            placed = place(written, frame)
            values = values_of(written, placed, published)
            if placed and values["role"] and written.first.is_day:
                for label in labels:
                    yield _suggestion(zone, written, label, values, "byline", _CERTAIN)
                return


SUGGESTER: Final = Dates()


def _suggestion(
    zone: Zone, found: Expression, label: str, values: dict[str, str | bool | None], rule: str, score: float
) -> Suggestion:
    return Suggestion(zone.raw(found.start, found.end), label, values, rule, score)


def dates_in(
    lexicon: Lexicon, dated: DatedText, published: str | None, *, republican: bool = False
) -> Iterator[tuple[Expression, Placed | None, str, float]]:
    """The dates of a text in order: the expression, its place on the calendar, the rule that takes it, and a score.

    The place is None where the text and the notice do not tell the year, month or day that it counts from.

    Args:
        lexicon: the word lists to read with.
        dated: the normalized text; expressions have its code points.
        published: the ISO date of publication of the notice.
        republican: whether 110年 without 民国 is a year of the Republic of China.
    """
    text, written_in = dated.text, dated.expressions
    base = frame_of(Passage(text, 0, 0, lexicon, published, dated=dated))
    named = "民国" in text
    sure = named or (republican and base.republican())
    republican = republican or named
    day: list[Day] = []
    period: list[tuple[Day, Day]] = []
    frame = Frame(
        base.published,
        lambda: day[-1] if day else None,
        _once(text, written_in, base),
        lambda: period[-1] if period else None,
        lambda: sure,
    )
    before: Expression | None = None
    parted = [*chain.from_iterable(_parted(each, text) for each in written_in)]
    for written, found in zip(parted, [_drawn(each, text) for each in parted], strict=True):
        rule = _rule(
            lexicon,
            found,
            text,
            republican=sure if written.first.short else republican,
            before=before if day or period else None,
        )
        if rule is None:
            continue
        meant = in_context(found, text, before, frame)
        unsure = found.first.short and republican and not sure  # 98年 is 1998, or 2009 by the Republic's years
        placed = None if unsure else place(meant, frame)
        if placed is None and not _placeable(found):
            continue
        if placed and found.first.dated:
            before = meant
            period.append((placed.first, placed.last))
            if found.first.is_day:
                day.append(placed.last)
        yield found, placed, *rule


def _once(text: str, written_in: list[Expression], base: Frame) -> cache:  # type: ignore[valid-type]  # a cached function
    """A function that gives the year that the text states, computed once, when it is first needed."""

    @cache
    def year() -> int | None:
        if base.published is not None:
            return None
        if len(text) <= AROUND:
            return usual_year(text, written_in)
        return usual_year(text[:AROUND], expressions(text[:AROUND]))

    return year


def _placeable(found: Expression) -> bool:
    """Whether an expression could be placed if the notice had a date of publication: 昨天 could, 2月30日 never.

    A lunar day counts without a place: which day of the sun it is depends on a year that may be of either calendar.
    """
    if found.first.lunar:
        return (found.first.lunar.day or 0) <= _LONG_MONTH
    day = Day(date(2020, 6, 15))
    trial = Frame(day.on, lambda: day, lambda: day.on.year, lambda: (day, day))
    return place(found, trial) is not None


def _parted(written: Expression, text: str) -> Iterator[Expression]:
    """An expression as one or two: 2020年和“十四五” is parted into two dates, 5月10日、11日 is one period."""
    first, last = written.first, written.last
    words = text[written.start : written.end]
    apart = last and (
        last.plan
        or last.year is not None
        or last.year_from
        or (last.month and first.days and last.days)
        or (first.bounds and last.bounds)
    )
    joint = _JOINT.search(words) if apart else None
    if joint is None:
        yield written
        return
    for start, end in ((0, joint.start()), (joint.end(), len(words))):
        for each in expressions(words[start:end]):
            at = written.start + start
            yield replace(each, start=at + each.start, end=at + each.end)


def _drawn(written: Expression, text: str) -> Expression:
    """The expression with the span that the guideline wants.

    Quotation marks belong to it only where more of the date follows the closing one: “十四五”期间.
    """
    start, end = written.start, written.end
    while end > start and text[end - 1] in _CLOSING + " ":
        end -= 1
    if start and text[start - 1] in _OPENING and any(mark in text[start:end] for mark in _CLOSING):
        start -= 1
    return written if (start, end) == (written.start, written.end) else replace(written, start=start, end=end)


def _rule(  # noqa: C901, PLR0911, PLR0912  # one kind of expression, one return: they are easier to read side by side
    lexicon: Lexicon, found: Expression, text: str, *, republican: bool, before: Expression | None
) -> tuple[str, float] | None:
    """The rule that takes an expression, with its score; None where the expression does not count."""
    start, end = found.start, found.end
    words = text[start:end]
    ahead, behind = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    first = found.first
    stated = before is not None and start - before.end < REACH
    gap = text[before.end : start] if before and stated else ""
    if (_within_number(ahead, behind, words) and not _is_item(text, start, words)) or recurs(lexicon, text, start):
        return None
    if _IDIOM.search(text[max(0, start - 2) : end + 2]):
        return None
    if first.plan:
        if _LEGAL_PLAN.match(behind):
            return None
        quoted = _opens(ahead[-1:]) or _opens(words[:1])
        sure = quoted or found.since or _NAMED_PLAN.match(words) or _PLAN_BEHIND.match(behind)
        return ("plan", _CERTAIN if sure else _LIKELY) if sure or not _SHORT_PLAN.match(words) else None
    if first.holiday:
        return (
            None
            if _not_a_holiday(lexicon).match(behind) or _is_part_of_a_name(lexicon, found, words, ahead, behind)
            else ("holiday", _LIKELY)
        )
    if first.lunar:
        if _not_a_holiday(lexicon).match(behind):
            return None
        return ("lunar", _LIKELY) if _is_lunar(found, ahead, behind, before if stated else None) else None
    if first.near:
        return "relative-day", _CERTAIN
    if first.season:
        return ("season", _LIKELY) if _counted_season(words) and not _SEASON_NAME.match(behind) else None
    if first.days_from:
        if first.days_from[0] == "stated" and (not stated or _ANY_DAY.search(ahead)):
            return None
        return (
            None if ahead.endswith("的") or (len(words) == 1) or _DAY_NAME.match(behind) else ("relative-day", _LIKELY)
        )
    if first.week:
        if words[0] in "上本这下":
            return "week", _LIKELY
        named = before is not None and before.first.is_day and start - before.end <= 1  # 7月1日,星期三
        if found.last:
            return None  # 星期一至五 comes round again
        return ("week", _LIKELY) if _WEEKDAY_BEHIND.match(behind) and not named else None
    if not first.dated:
        return _time_of_day(words, behind, stated=stated)
    if first.year is not None:
        if _BARE_REPUBLICAN.match(words):
            return ("roc", _LIKELY) if republican and not _COUNTED.match(behind) else None
        if first.month is None and not found.last and _COUNTED_YEAR.match(behind):
            return None
        if first.short and words.endswith("年度") and not republican:
            return None
        if words.isdigit() and len(words) == len("2050"):
            return None if _NUMBER_BEFORE_YEAR.search(ahead) else ("full", _LIKELY)
        return ("roc" if "民国" in words else "full", _CERTAIN)
    if first.year_from:
        if first.year_from[0] == "stated" and (not stated or "\n" in gap or _ANY_DAY.search(ahead)):
            return None
        return ("relative-year", _CERTAIN) if not _YEAR_NAME.match(behind) else None
    if first.month_from and first.month_from[0] == "stated" and (not stated or _ANY_DAY.search(ahead)):
        return None
    if first.month is not None and first.days is None and not found.last and _MONTHS_COUNTED.match(behind):
        return None
    if first.month is None and first.month_from is None and first.bounds is None:
        goes_on = bool(before and before.first.is_day and stated and "\n" not in gap)
        return _bare_day(found, words, ahead, behind, goes_on=goes_on)
    return ("month", _CERTAIN) if first.month_from is None else ("relative-month", _LIKELY)


def _bare_day(found: Expression, words: str, before: str, behind: str, *, goes_on: bool) -> tuple[str, float] | None:
    """The rule for a day or a part of a month without a month: 26日, 月底; None where it does not count.

    ``goes_on`` says whether the paragraph has named a day before.
    """
    spelt = not words[0].isdigit() and words[0] != "月" and not found.last
    if spelt and not _is_spelt_day(words, behind) and not (goes_on and _CLAUSE_BEFORE.search(before)):
        return None  # 一日, 十日 are durations and names
    if "号" in words or before.endswith("第") or _DAYS_COUNTED.match(behind) or _NUMBER_BEFORE.search(before):
        return None
    return "day", _LIKELY


def _time_of_day(words: str, behind: str, *, stated: bool) -> tuple[str, float] | None:
    """The rule for a time of day: 下午3时, 上午, 18:00; None where no day has been stated before it."""
    clock = _CLOCK.search(words)
    if not stated or (not clock and words not in _PARTS) or behind.startswith("间"):
        return None
    return None if (clock and _NO_CLOCK.match(behind)) or _DECIMAL.search(words) else ("time-of-day", _POSSIBLE)


def _within_number(before: str, behind: str, words: str) -> bool:
    """Whether an expression is part of a longer number: of a document, of a telephone, or a decimal."""
    if _LABELLED_NUMBER.search(before) and not _NAMES_UNIT.search(words):
        return True
    in_number = before[-1:].isascii() and _IN_NUMBER.search(before)
    if in_number or (words[-1].isdigit() and _NUMBER_BEHIND.match(behind)):
        return True
    return bool(_CLOSES_NUMBER.match(behind) and _OPENS_NUMBER.search(before))


def _is_item(text: str, start: int, words: str) -> bool:
    """Whether the number before an expression is an enumerator: 3.2023年6月底前."""
    return _ITEM.search(text, max(0, start - _NEAR), start) is not None and _NAMES_UNIT.search(words) is not None


def _is_spelt_day(words: str, behind: str) -> bool:
    """Whether a day in Chinese numerals is a date: 二十八日表示, 九日(星期一)."""
    return "(" in words or "（" in words or (words.find("日") > 1 and _SAYS.match(behind) is not None)


def _is_lunar(found: Expression, before: str, behind: str, stated: Expression | None) -> bool:
    """Whether a lunar day that lacks its month, 初八, is a date: 初三 is also a form of a school."""
    first = found.first
    if first.lunar is None or first.lunar.month is not None:
        return True
    if stated and (stated.first.lunar or stated.first.holiday == "春节"):
        return True
    return bool(found.mod or found.last or _SPRING_BEHIND.match(behind) or _SPRING_BEFORE.search(before))


def _opens(mark: str) -> bool:
    return bool(mark) and mark in _OPENING


def _is_part_of_a_name(lexicon: Lexicon, found: Expression, words: str, before: str, behind: str) -> bool:
    """Whether a holiday is a given name, 丁国庆: a surname stands before it, and nothing makes it a time."""
    alone = (
        len(words) <= len("劳动节")
        and found.first.year is None
        and found.first.year_from is None
        and found.last is None
        and found.mod is None
    )
    return bool(alone and not _HOLIDAY_BEHIND.match(behind) and before[-1:] in _surnames(lexicon))


def _counted_season(words: str) -> bool:
    """Whether a season counts: 秋冬季 and 今春 do; a bare 汛期 or 春季 names no season of a known year."""
    return words[0] not in "主汛采供暑春夏秋冬" or words[:2] in ("秋冬", "冬春", "春夏", "夏秋")


@derived
def _not_a_holiday(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(alternatives(lexicon.words("dates.tsv", "not-holiday")))


@derived
def _surnames(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.words("surnames.tsv", "single"))


_LONG_MONTH: Final = 30
"""The days of a long lunar month."""
_CLAUSE_BEFORE: Final = re.compile("[,，。;；、和及与]$")
_ANY_DAY: Final = re.compile("[申请交签订购收受满发成办]$|每[^,，。\n]{0,6}$")
_LEGAL_PLAN: Final = re.compile('[”"’」』]?普法')
"""“八五”普法 is the eighth plan of another kind."""
_SHORT_PLAN: Final = re.compile("[八九十]五(?!五)")
_ITEM: Final = re.compile(r"(?:^|[\n。；;：:!！?？(（])[ 　]*\d{1,2}[.．][ 　]?$")
_NAMES_UNIT: Final = re.compile("[年月日号度]")
_OPENS_NUMBER: Final = re.compile(r"[〔\[【]$")
_CLOSES_NUMBER: Final = re.compile(r"[〕\]】]")
_SAYS: Final = re.compile(
    "[上下]午|[早晚]|凌晨|表示|[说指在于起前至到,，(（]|举行|召开|宣布|公布|会见|会晤|出席|视察|抵达|前往|与|就|向|对"
)
_SPRING_BEHIND: Final = re.compile("[至到、]|上班|开工|复工|返岗|当天|一?早|晚|上午|下午")
_SPRING_BEFORE: Final = re.compile("[从自到至于在]$")
_NUMBER_BEFORE_YEAR: Final = re.compile(
    "(?:[共约计达近超逾过有为了各仅增减均余满足每编号元金价额至]|补[助贴]|奖励|标准|不少于|不低于|以上)$"
)
_JOINT: Final = re.compile('(?<=[年度月日号)）])[、和及与][“"]?')
_IDIOM: Final = re.compile("岁末年初|年头岁尾|第一时间|一[日月季年][一二两三]|一五一十")
_NAMED_PLAN: Final = re.compile(".*(?:期间|时期|末|期内)")
_PLAN_BEHIND: Final = re.compile('规划|[”"’]|时期|期间|以来|末')
_SEASON_NAME: Final = re.compile("奥|[生到运游装]")
_DAY_NAME: Final = re.compile("[头报俱]|下午茶")
_WEEKDAY_BEHIND: Final = re.compile(r"[上下晚早中凌]|[、,，。;；)）前起的]|$")
_PARTS: Final = frozenset(["上午", "下午", "当晚", "晚上", "晚间", "傍晚", "凌晨", "清晨", "中午", "深夜", "午后"])
_CLOCK: Final = re.compile(r"[0-9０-９]\s?[:：]\s?[0-9０-９]{2}|[0-9０-９一二三四五六七八九十]\s?[时点]")
_NO_CLOCK: Final = re.compile("[意要建]|[0-9]")
_DECIMAL: Final = re.compile("[〇零一二三四五六七八九十]点[〇零一二三四五六七八九]+$")
_BARE_REPUBLICAN: Final = re.compile(r"1\d\d\s?(?:年|[-./])")
_COUNTED: Final = re.compile("[以多余来历间]|左右|后|前")
_COUNTED_YEAR: Final = re.compile("[来多余]|历史")
_YEAR_NAME: Final = re.compile("[轻青老纪货画龄]")
_MONTHS_COUNTED: Final = re.compile("[球亮饼票嫂经]|[内间]?龄")
_DAYS_COUNTED: Final = re.compile("[内间游常均报子夜后用照龄产制光志记程语式本历]|以[内上下]|之内|左右|存|[工干]")
_NUMBER_BEFORE: Final = re.compile(
    r"(?:[0-9多几数余近约每满]|工期|期限|限期|为期|历时|连续|超过|不足|至少|最长|最多) ?$"
)
_IN_NUMBER: Final = re.compile(r"(?:[0-9A-Za-z]|[0-9][-./,:])$")
_LABELLED_NUMBER: Final = re.compile(r"(?:电话|热线|传真|邮编|编号|号码|字)[^,。;；\n]{0,6}$")
_NUMBER_BEHIND: Final = re.compile(r"[-.－][0-9]|[0-9A-Za-z%％万亿元吨米个家人公里]|平方")
_HOLIDAY_BEHIND: Final = re.compile(
    "期间|假|长假|节|黄金周|前|后|、|,|，|。|佳节|和|及|两|“|”|来临|将至|临近|国庆|中秋|春节|元旦|端午|清明|五一"
)
