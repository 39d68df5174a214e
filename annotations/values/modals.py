"""Finds the modals of a sentence, and tells those that bind somebody from those in a name or an attribute.

``应`` of 响应 and ``要`` of 主要 are no modals; 应当 in 违反应当监测的规定 and 不能 in 对不能提供证明的家庭 demand
nothing.  Suggesters and the reader of values ask here, so that a cue is always what made a sentence a requirement.
"""

from __future__ import annotations

import re
from typing import Final

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, any_of, pattern
from annotations.values.commands import starts

_QUOTED: Final = "“[^“”]{0,80}”|《[^《》]{0,80}》"
_ASIDE: Final = "(?<=.)[(（][^()（）]{2,200}[)）]"
_MARKS: Final = r"[,，;；:：。！!\n(（](?:(?<![(（])|[^()（）]{0,40}[)）])"
"""The mark behind a clause, or a parenthesis.  As it begins with one of a set, the search is fast."""
_NO_DEMAND: Final = (
    "将",
    "是否",
    "不仅",
    "才",
    "了",
    "曾",
    "就",
    "何时",
    "谁",
    "不是",
    "为何",
    "为什么",
    "如果",
    "假如",
    "想",
    "打算",
    "准备",
    "不知",
)
_MOST_TRIED: Final = 12
"""No more modals of a clause than this are judged: each looks at the whole clause, which hostile text makes long."""
_OPENING: Final = '“‘「『"  　'
"""What may stand in front of a clause."""
_ASKED: Final = ("如何", "怎么", "怎样", "什么", "哪")
_STATES: Final = (*_ASKED, "看到", "地看到", "清醒看到", "清醒地看到", "清楚看到", "清楚地看到")
_THAT_IS: Final = 6
"""At most so many code points stand between a modal and 的是."""
_PHRASE: Final = "(?:对|对于|因|由于|如|若|凡|凡是|除|将|把|以|按|按照|根据|依照|关于|在|其他|其它|包括|不包括)"
_CITES: Final = "(?:违反|根据|依据|按照|依照|符合|关于|取消|涉及|属于|不属于|存在|具有|包括|规定的|认为)"
_FORBIDDEN: Final = "(?:明确|明令|国家|法律|法规|规定|所|被|或者?|或)$"
_OF_ATTRIBUTES: Final = frozenset(("应", "应当", "应该", "须", "需", "不能", "不可", "不应", "禁止"))
"""Modals that often stand in an attribute: 其他应当提交的材料, 取消不能再申请的限制."""


def governing(lexicon: Lexicon, text: str) -> re.Match[str] | None:
    """The first modal of a text that binds somebody; None where there is none.  Offsets are code points of ``text``."""
    said = masked(lexicon, text)
    first = modal(lexicon, "must", "must_not").search(said)
    if first is None:
        return None  # this is enough for most texts
    for start, end in clauses_of(said, 0):
        if end > first.start() and (found := binding(lexicon, said, start, end)):
            return found
    return None


def binding(lexicon: Lexicon, said: str, start: int, end: int) -> re.Match[str] | None:
    """The first modal of a clause that binds somebody; None where there is none.

    Args:
        lexicon: the word lists to read with.
        said: a text that is ``masked``.
        start: where the clause begins in it, in code points.
        end: where it ends.
    """
    words = modal(lexicon, "must", "must_not")
    found = words.search(said, start, end)
    for _ in range(_MOST_TRIED):
        if found is None:
            break
        before = said[start : found.start()].lstrip(_OPENING)
        if _binds(lexicon, before, found[0], said[found.end() : end].rstrip()):
            return found
        found = words.search(said, found.end(), end)
    return None


def _binds(lexicon: Lexicon, before: str, word: str, behind: str) -> bool:
    """Whether a modal binds somebody, by what stands before and behind it in its clause."""
    if word in ("请", "敬请"):
        return pattern(_ASKS).fullmatch(before) is not None
    if before.endswith(_NO_DEMAND) or _says(behind) or behind.endswith("的") or _is_noun(before, word, behind):
        return False
    if "的" not in behind or "的" in before:
        return True
    of_meetings = not before and word == "应" and behind.startswith("由")  # 应由各部门召开的会议
    if of_meetings or pattern(_PHRASE).match(before) or pattern(_CITES).search(before):
        return False
    return word not in _OF_ATTRIBUTES or not starts(lexicon, "imperative", before, 0)


def _says(behind: str) -> bool:
    """Whether what stands behind a modal makes it one of a statement: 要如何应对, 要说明的是, 要清醒看到."""
    if behind.startswith(_STATES):
        return True
    at = behind.find("的是", 0, _THAT_IS + len("的是"))
    return at >= 0 and "," not in behind[:at] and "，" not in behind[:at]


def _is_noun(before: str, word: str, behind: str) -> bool:
    """Whether a modal is a noun or part of one: 民生之需, 国家禁止的活动."""
    if word == "需":
        return not behind or behind[0] in "、和及的之"
    return word == "禁止" and (behind.startswith("的") or pattern(_FORBIDDEN).search(before) is not None)


def masked(lexicon: Lexicon, text: str) -> str:
    """The text with quotations, asides and words such as 主要 masked by dots, so that no modal is found in them.

    Its length stays the same.
    """
    hidden = pattern(_QUOTED).sub(_dots, text) if "“" in text or "《" in text else text
    if "(" in hidden or "（" in hidden:
        hidden = pattern(_ASIDE).sub(_dots, hidden)
    return _innocent(lexicon).sub(_dots, hidden)


def _dots(match: re.Match[str]) -> str:
    return "·" * len(match[0])


def clauses_of(text: str, start: int) -> list[tuple[int, int]]:
    """The start and end of each clause of a text from ``start`` on; commas in parentheses are skipped."""
    found = []
    for mark in pattern(_MARKS).finditer(text, start):
        at = mark.start()
        if text[at] not in "(（":
            found.append((start, at))
            start = at + 1
    found.append((start, len(text)))
    return found


@derived
def modals(lexicon: Lexicon, *kinds: str) -> frozenset[str]:
    """The modals of some kinds in ``modals.tsv``."""
    return frozenset(lexicon.words("modals.tsv", *kinds))


@derived
def modal(lexicon: Lexicon, *kinds: str) -> re.Pattern[str]:
    """A pattern for the modals of some kinds, for a text that is ``masked``."""
    return re.compile(alternatives(modals(lexicon, *kinds)))


@derived
def _innocent(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for the words that have a modal in them and are none: 主要, 应急, 不得不."""
    return re.compile("|".join((any_of(modals(lexicon, "is")).pattern, *sorted(modals(lexicon, "like")))))


_ASKS: Final = "(?:(?!了|曾|他|她|我|被)[^,，的]){0,14}"
"""What may stand before 请, where it asks the reader: 反馈意见请注明联系人."""
