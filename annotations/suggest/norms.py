"""Tells what a sentence without a modal says: that somebody has to act, or what is, was or may be.

A norm of a regulation needs no modal: 由所在单位提出,报领导小组组长批准.  Definitions, effect, who chairs, permissions,
plans of the speaker and what was done bind nobody.  Offsets are code points; patterns are bounded.
"""

from __future__ import annotations

import re
from typing import Final

from annotations.lexicon.lists import Lexicon, derived
from annotations.values.commands import obligation_pattern, obligation_words, starts

_ACT: Final = (
    "负责|提出|报|审|批|决定|组织|牵头|办理|签|汇总|协调|确定|承担|解决|处理|印发|发布|公布|备案|监督|实施|执行|落实"
    "|制定|编制|安排|保障|提供|管理|统筹|研究|审核|通知|保管|登记|核实|验收|挂牌|督办|督促|约谈|检查|指导|协助|配合|统计|收集|整改|治理"
    "|清理|养护|修复|建设|改造|完成|推进|承办|主办|受理|答复"
)
_BY: Final = re.compile(f"(?:^|[^自理])由[^,，。由]{{1,24}}?(?:{_ACT})")
_SUBMIT: Final = re.compile(
    "(?:报|提交|送)[^,，。]{1,24}(?:批准|审批|审定|备案|同意|决定|审核|签发|审议|确定|审查|核准)"
)
_DUTY: Final = re.compile("^[^,，。的]{2,40}?负责(?!人|同志|制|解释|的)")
_PLAN: Final = re.compile("(?<![要须应得])将(?!要|军|来)")
_MOVES: Final = re.compile(
    "[^,，。]{1,60}?(?:纳入|列入|作为|落实到|融入|摆在|放在|贯穿|分解|列为|打造成|变为|转为|(?<![通汇预])报|抄送|移交|结合|用于|交由|送|公之于|向社会)"
)
"""Behind 将, where it moves an object: 将排查情况报县防办."""
_REFRAINS: Final = re.compile(
    "(?:^|[,，])[^,，。]{0,20}?(?<![是而如若凡])(?:一律|原则上|一般|均)?不(?:再)?(?:为|以|发|搞|安排|邀请|组织|举办|摆|送|收|题|接受|参加|干预|插手)"
)
"""What holders of an office do not do, by a regulation: 县领导不为会议题词."""
_CONSISTS: Final = re.compile("由[^,，。]{2,80}组成(?!人员|部门|单位)")
_OURS: Final = re.compile("(?:^|[,，])(?:我们|我局|我委|我厅|我办|本局)")
_OPENING: Final = 10
"""How many code points of a sentence are searched for its subject."""
_MAY: Final = re.compile("(?<![认许无不])可(?![能靠控见行持观信贵比视追回])")
_NAMED: Final = re.compile(
    "[^,，。]{0,10}(?:时间|范围|期限|标准|材料|对象|主体|条件|名额|额度|比例|方式|时点|有效期)(?:为|是|至|以|由|按|从|包括|不|[:：])"
)
"""A sentence whose subject is such a noun says what is, though it may begin like a command: 实施范围为全县."""
_FOUNDS: Final = re.compile(
    "制定(?:本(?:办法|规定|规则|细则|制度|方案|意见|条例|章程|准则|规程|预案|通告|公约|措施|计划)|如下|以下)"
)
"""On what a regulation rests, which binds nobody: 根据有关法律,制定本办法."""
_WORK_OF_OURS: Final = re.compile(
    "(?:同时|此外)?[,，]?(?:我们|笔者|记者|我局|我委|我厅|我办|本局|[^,，各]{0,10}(?:督察组|督导组|检查组|调研组|巡察组|审计组|考核组))(?!要|应|须|需|必须)"
)
_DOES_ONE_FOR_ALL: Final = re.compile(
    "[^,，:：]{2,30}(?<![特尤只但还就凡不可论其于若一二三四五六七八九十])是(?![否以])"
)
"""A sentence that says what something is, though it may begin like a command: 推行河长制是必然要求."""


def is_norm(lexicon: Lexicon, said: str, *, regulates: bool) -> bool:
    """Whether a sentence without a modal says who has to act, or to whom something has to be submitted.

    Args:
        lexicon: the word lists to read with.
        said: the sentence, masked as ``modals.masked`` does.
        regulates: whether it stands in a regulation, where what somebody does not do is a norm too.
    """
    if ("可" in said and _MAY.search(said)) or obligation_pattern(lexicon, "defines").search(said):
        return False
    ours = ("我" in said or "本局" in said) and _OURS.search(said)
    if ours or _CONSISTS.search(said):
        return False
    if regulates and "不" in said and _REFRAINS.search(said):
        return True
    by = "由" in said and _BY.search(said)
    return bool(by or _SUBMIT.search(said) or ("负责" in said and _DUTY.search(said)))


def binds_nobody(lexicon: Lexicon, said: str, *, commanding: bool, opening: int) -> bool:
    """Whether a sentence without a modal reports: what was done, what is, what may be, or what the speaker will do.

    Args:
        lexicon: the word lists to read with.
        said: the sentence, masked as ``modals.masked`` does.
        commanding: whether its first clause is a command.
        opening: where the first clause ends that is a command by itself, in code points; up to there 可 permits.
    """
    if _FOUNDS.search(said) or (not commanding and obligation_pattern(lexicon, "stated").search(said)):
        return True
    if (
        ("是" in said and _DOES_ONE_FOR_ALL.match(said))
        or _NAMED.match(said)
        or _WORK_OF_OURS.match(said)
        or _plans(lexicon, said)
    ):
        return True
    if said.startswith(_permits(lexicon)) or _MAY.search(said[:opening]):
        return True
    if obligation_pattern(lexicon, "superior").search(said[:_OPENING]) and not commanding and not _led(lexicon, said):
        return True
    return obligation_pattern(lexicon, "achieved").search(said) is not None


@derived
def _permits(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(obligation_words(lexicon, "permits"))


def _led(lexicon: Lexicon, said: str) -> bool:
    return starts(lexicon, "preface", said, 0)


def _plans(lexicon: Lexicon, said: str) -> bool:
    """Whether a sentence says what the speaker means to do: 县防办将加大督查, but not 将任务分解到村."""
    for found in _PLAN.finditer(said):
        behind = found.end()
        plans = starts(lexicon, "imperative", said, behind) or starts(lexicon, "plan", said, found.start())
        if plans and not _MOVES.match(said, behind):
            return True
    return False
