"""The words that date expressions are made of, with what each says, and how an expression may begin.

``expression`` puts them together.  Names of plans, seasons and holidays are in ``calendar.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from annotations.lexicon.numerals import DIGITS, NUMERALS
from annotations.lexicon.patterns import alternatives
from annotations.lexicon.tables import rows
from annotations.values.point import Base

YEARS: Final[Mapping[str, tuple[Base, int]]] = {
    "今年": ("published", 0), "本年": ("published", 0), "全年": ("published", 0), "去年": ("published", -1),
    "上年": ("published", -1), "前年": ("published", -2), "明年": ("published", 1), "来年": ("published", 1),
    "后年": ("published", 2), "大前年": ("published", -3), "当年": ("stated", 0), "同年": ("stated", 0),
    "次年": ("stated", 1), "翌年": ("stated", 1),
}  # fmt: skip
MONTHS: Final[Mapping[str, tuple[Base, int]]] = {
    "本月": ("published", 0), "上月": ("published", -1), "上个月": ("published", -1), "下月": ("published", 1),
    "下个月": ("published", 1), "上上月": ("published", -2), "上上个月": ("published", -2),
    "下下月": ("published", 2), "下下个月": ("published", 2), "当月": ("stated", 0), "同月": ("stated", 0),
    "次月": ("stated", 1),
}  # fmt: skip
DAYS: Final[Mapping[str, tuple[Base, int, int]]] = {
    "今日": ("published", 0, 0), "今天": ("published", 0, 0), "本日": ("published", 0, 0), "即日": ("published", 0, 0),
    "昨日": ("published", -1, -1), "昨天": ("published", -1, -1), "前天": ("published", -2, -2),
    "大前天": ("published", -3, -3), "大后天": ("published", 3, 3),
    "明日": ("published", 1, 1), "明天": ("published", 1, 1), "后天": ("published", 2, 2),
    "今昨两": ("published", -1, 0), "昨今两": ("published", -1, 0), "今明两": ("published", 0, 1),
    "明后两": ("published", 1, 2),
    "今": ("published", 0, 0), "昨": ("published", -1, -1), "明": ("published", 1, 1),
    "当日": ("stated", 0, 0), "当天": ("stated", 0, 0), "同日": ("stated", 0, 0), "同天": ("stated", 0, 0),
    "次日": ("stated", 1, 1), "翌日": ("stated", 1, 1), "第二天": ("stated", 1, 1), "隔日": ("stated", 1, 1),
    "当": ("stated", 0, 0), "次": ("stated", 1, 1),
}  # fmt: skip
SHARES: Final = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 0), "上中旬": (1, 20), "中下旬": (11, 0)}
EDGES: Final = {"初": (1, 1), "中": (15, 15), "底": (0, 0), "末": (0, 0)}
YEAR_EDGES: Final = {"初": (1, 1), "中": (6, 30), "底": (12, 31), "末": (12, 31), "终": (12, 31)}
TWO_YEARS: Final = {"今明两": (0, 2), "去今两": (-1, 2), "明后两": (1, 2), "今明后三": (0, 3)}
WEEKDAYS: Final = {numeral: day for day, numeral in enumerate("一二三四五六日", 1)} | {"天": 7, "": 0, "末": 8}
WEEKS: Final = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
AM: Final = ("凌晨", "清晨", "早上", "早晨", "早间", "早", "晨", "上午", "午前")
PM: Final = ("下午", "午后", "傍晚", "晚上", "晚间", "晚", "深夜", "夜间")
LUNAR: Final = "农历|阴历|旧历"
_BEHIND_NUMBER: Final = rf" ?(?:[年月日号时点季]|个季|[./:-]{{1,2}} ?\d|[至到、和及与-]{{1,2}} ?[第0-9{NUMERALS}])"


@cache
def candidate() -> re.Pattern[str]:
    """A pattern for the first character of an expression, with a look at more of its beginning.

    It rules out most numbers and small words before an expression is parsed.  Each alternative begins with one
    character: only then does the search skip all others fast.
    """
    spans = (*YEARS, *MONTHS, *DAYS, *TWO_YEARS, *AM, *PM, *SHARES, "中午", "正午", "正月", "腊月", "冬月")
    words = {word for word in spans if len(word) > 1}
    for kind in ("plan", "season", "holiday", "festival"):
        words.update(names(kind)[1])
    behind: dict[str, list[str]] = {}
    for firsts, rests in (*_BEGINNINGS, *((word[0], re.escape(word[1:])) for word in words)):
        for first in firsts:
            behind.setdefault(first, []).append(rests)
    return re.compile("|".join(f"{first}(?={'|'.join(rests)})" for first, rests in behind.items()))


_BEGINNINGS: Final = (
    ("0123456789", rf"(?=[0-9]{{0,7}}{_BEHIND_NUMBER}|[0-9]{{7}}(?!\d))"),
    ("12", r"(?=[0-9]{3}[\"”’」』]?[一-龥])"),
    (NUMERALS, f"(?=[{NUMERALS}]{{0,4}}{_BEHIND_NUMBER})"),
    ("一二", f"[{DIGITS}0O]{{3}}年"),
    ("农阴旧", "历"),
    ("闰初", f"[{NUMERALS}]"),
    ("大", "年初"),
    ("年", "[初底末终中内]"),
    ("岁月", "[初底末终中]"),
    ("廿", ""),
    ("十", '一[”"’期小长假黄]'),
    ("2", "0世纪"),
    ("二", "十世纪"),
    ("上", "个?世纪"),
    ("上下", "半年"),
    ("前头", "[0-9一二三四五六七八九十两]"),
    ("第", "[一二三四1-4][^,。\n]{0,3}季"),
    ("上本这下", "[上本这下]?个?(?:周|星期|礼拜)"),
    ("周", "[一二三四五六日天]"),
    ("星", "期"),
    ("民", "国"),
    ("中", "华民国"),
    ("去", r" ?\("),
    ("今昨明当次", r"[(0-9早晚晨一二三四五六七八九十\s]|[早晚晨]"),
    ("早晚晨", ""),
)
"""How an expression may begin: first characters, and the source of a pattern for what stands behind one of them."""


@cache
def names(kind: str) -> tuple[str, Mapping[str, str]]:
    """The names of one kind in ``calendar.tsv``: the source of a pattern for them, and the value of each."""
    named = {name: value for of, names, value, _ in rows("calendar.tsv") if of == kind for name in names.split(" ")}
    return alternatives(named), named


@cache
def firsts(kind: str) -> frozenset[str]:
    """The first characters of the names of one kind in ``calendar.tsv``, and the quotation marks before them."""
    return frozenset(name[0] for name in names(kind)[1]) | frozenset("“\"'‘「")
