"""Suggests REQUIREMENT: a sentence or an item of one that lays an obligation on somebody.

A sentence counts where it has a modal, or where it is a command in a binding context: after 会议要求, in an
enumeration, or in the operative part of a document; there a norm counts too (``norms``).  ``context`` cuts a text into
pieces and tracks the context.  Here each piece is judged by its clauses, and the start of the span is found: the
enumerator, the addressee, or the first clause that commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives
from annotations.suggest.base import Suggestion
from annotations.suggest.context import Piece, pieces
from annotations.suggest.norms import binds_nobody, is_norm
from annotations.suggest.page import Page
from annotations.values import requirement
from annotations.values.commands import obligation_pattern, obligation_words, starts
from annotations.values.modals import binding, clauses_of, masked, modal
from annotations.values.passage import Passage
from annotations.values.subjects import acting_subject, is_subject, opening_subject

_SCORES: Final = {"modal": 0.9, "item": 0.85, "imperative": 0.75, "norm": 0.65}
_SHORTEST: Final = 4
"""No requirement has fewer code points."""
_MOST_MARKS: Final = 20
"""No more marks than this are cut off at the end of a span: for each, the quotation marks are counted anew."""
_MOST_OF_TOPIC: Final = 8
"""A topic phrase has no more clauses than this."""
_TRAILING: Final = " 　、,，:：。；;！!|"
_CLOSING: Final = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_PAIRS: Final = {"”": "“", "’": "‘", "）": "（", ")": "(", "」": "「", "』": "『", "》": "《", '"': '"'}


class Found(msgspec.Struct, frozen=True, gc=False):
    """The span of a requirement in a text, in code points, with the rule that found it."""

    start: int
    end: int
    rule: str


class Requirements:
    """The suggester of requirements."""

    name = "requirements"
    version = "2"

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The requirements in the normalized text; the title and bylines are not searched."""
        labels = page.labels("requirement")
        if not labels:
            return
        zone, lexicon, published = page.body, page.lexicon, page.notice.published
        found = requirements_in(lexicon, zone.text, zone.title)
        passages = [Passage(zone.text, each.start, each.end, lexicon, published, dated=zone.dated) for each in found]
        for each, values in zip(found, requirement.read_all(passages), strict=True):
            for label in labels:
                span = zone.raw(each.start, each.end)
                yield Suggestion(span, label.name, values, each.rule, _SCORES[each.rule])


SUGGESTER: Final = Requirements()


def requirements_in(lexicon: Lexicon, text: str, title: int = 0) -> list[Found]:
    """The requirements of a normalized text, in order.

    Each step is done for the whole text before the next: its code stays in the caches of the processor, which makes all
    of them together a tenth faster than taking turns.

    Args:
        lexicon: the word lists to read with.
        text: the text, one paragraph a line.
        title: how many code points at the beginning of ``text`` are the title.
    """
    cut = pieces(lexicon, text, title)
    said = [masked(lexicon, text[piece.content : piece.end]) for piece in cut]
    clauses = [_clauses_in(lexicon, text, *each) for each in zip(cut, said, strict=True)]
    judged = [_judged(lexicon, text, *each) for each in zip(cut, said, clauses, strict=True)]
    found: list[Found] = []
    for piece, verdict in zip(cut, judged, strict=True):
        if verdict is not None:
            start, end = _trimmed(text, verdict[0], piece.end)
            if end - start >= _SHORTEST:
                found.append(Found(start, end, verdict[1]))
    return found


class _Clause:
    """A clause in code points of the text, judged only as far as it is asked: most clauses are asked for little.

    ``modal``: it has a modal that binds somebody.  ``condition``: it says when or in which case.  ``aim``: it is a
    purpose.

    Args:
        lexicon: the word lists to read with.
        words: the text of the clause.
        said: the same text as ``modals.masked`` gives it.
        base: where it begins in the whole text, in code points.
        opened: where it begins behind connectives and quotation marks, in code points of ``words``.
        bound: the first modal that binds somebody, in code points of ``said``; None where there is none.
    """

    __slots__ = (
        "_acting", "_bound", "_commands", "_lexicon", "_opened", "_said", "_words", "aim", "condition", "end", "modal",
        "start",
    )  # fmt: skip

    def __init__(
        self, lexicon: Lexicon, words: str, said: str, base: int, opened: int, bound: re.Match[str] | None
    ) -> None:
        self.start = base + opened
        self.end = base + len(words)
        self.condition = words.endswith(_CONDITION)
        self.aim = (
            not self.condition
            and starts(lexicon, "aim", words, opened)
            and not (bound and bound.start() < len("为此要"))
        )
        self.modal = bound is not None and not self.aim
        self._lexicon, self._words, self._said, self._opened, self._bound = lexicon, words, said, opened, bound
        self._acting: int | None = -1
        """Where the subject ends that opens the clause; None where it opens with none, -1 before that is known."""
        self._commands: bool | None = None

    def _acts(self) -> int | None:
        if self._acting == -1:
            lexicon, words, opened = self._lexicon, self._words, self._opened
            self._acting = opening_subject(lexicon, words, opened) or acting_subject(lexicon, words, opened)
        return self._acting

    @property
    def subject(self) -> bool:
        """Whether it has a subject."""
        bound = self._bound
        return self._acts() is not None or bool(
            bound and _whole_before(self._lexicon, self._words[self._opened : bound.start()])
        )

    @property
    def commands(self) -> bool:
        """Whether it is a command."""
        if self._commands is None:
            self._commands = (
                not self.aim
                and not self.condition
                and _commands(self._lexicon, self._words, self._said, self._opened, self._acts())
            )
        return self._commands

    @property
    def preface(self) -> bool:
        """Whether it says by what or with what a demand is to be met."""
        return starts(self._lexicon, "preface", self._words, self._opened)

    @property
    def topic(self) -> bool:
        """Whether it says what a demand is about."""
        return self._words.endswith(_TOPIC_END) and self.preface

    @property
    def opens_topic(self) -> bool:
        """Whether it begins such a phrase, which may go on for several clauses."""
        return self._words.startswith(("对于", "针对", "对那些"), self._opened) and not self.topic

    @property
    def idle(self) -> bool:
        """Whether it is a purpose or a fact."""
        if self.aim:
            return True
        if self._bound or self.condition or _IDLE.search(self._words) is None:
            return False
        return not self.preface and not self.commands


def _clauses_in(lexicon: Lexicon, text: str, piece: Piece, said: str) -> list[_Clause]:
    """The clauses of a piece, as ``_clauses`` gives them; none where it can be no requirement.

    ``said`` is its content as ``modals.masked`` gives it.
    """
    first = modal(lexicon, "must", "must_not").search(said)
    if first is None and not piece.binding:
        return []  # this is enough for most sentences of a report
    words = text[piece.content : piece.end]
    return [] if _ASSIGNS.match(words) else list(_clauses(lexicon, words, said, piece.content, first))


def _judged(lexicon: Lexicon, text: str, piece: Piece, said: str, clauses: list[_Clause]) -> tuple[int, str] | None:
    """The start of the requirement in a piece, and the rule that found it; None where the piece is none."""
    if not clauses:
        return None
    if clauses[-1].modal:
        bound = len(clauses) - 1
        return _start_of(piece, clauses, bound, _first_of(clauses, bound, piece)), "modal"
    names = (piece.is_heading or piece.enumerated) and len(clauses) == 1
    if not piece.binding or (names and _is_noun(lexicon, text[piece.content : piece.end])):
        return None
    return _without_modal(lexicon, text, piece, said, clauses)


def _without_modal(
    lexicon: Lexicon, text: str, piece: Piece, said: str, clauses: list[_Clause]
) -> tuple[int, str] | None:
    """The start of an aim, a norm or a command without a modal, and the rule; None where a piece is none."""
    if piece.norm and obligation_pattern(lexicon, "defines").search(said):
        return None
    if _sets_aims(lexicon, piece, said) or (
        is_norm(lexicon, said, regulates=piece.norm) and not _looks_back(lexicon, said)
    ):
        return piece.start if piece.enumerated else clauses[0].start, "norm"
    commands = (clause.end for clause in clauses if clause.commands and not _ABOUT.match(text, clause.start))
    opening = next(commands, piece.end) - piece.content
    if binds_nobody(lexicon, said, commanding=clauses[0].commands and not clauses[0].subject, opening=opening):
        return None
    return _commanded(text, piece, clauses)


def _commanded(text: str, piece: Piece, clauses: list[_Clause]) -> tuple[int, str] | None:
    """The start of a command without a modal, and the rule; None where the clauses hold none."""
    # 要求车站人员严格执行: a clause right behind the verb itself needs no other sign of a command.
    governed = text.endswith("要求", 0, piece.content)
    commanding = 0 if governed else next((at for at, clause in enumerate(clauses) if clause.commands), None)
    if commanding is None and not piece.counted:
        return None
    before = clauses[: commanding or 0]
    led = all(clause.preface or clause.condition for clause in before) or piece.norm or _fact_before(text, before)
    if not led and not piece.counted:
        return None
    first = _first_of(clauses, commanding or 0, piece)
    return _start_of(piece, clauses, commanding or 0, first), "item" if piece.counted else "imperative"


def _start_of(piece: Piece, clauses: list[_Clause], at: int, first: int) -> int:
    """Where a requirement starts: at the enumerator if its first clause belongs to it, else at the first that does."""
    by_rule = at != 0 and first != 0 and not piece.counted
    return piece.start if piece.enumerated and not by_rule and (first == 0 or piece.counted) else clauses[first].start


def _sets_aims(lexicon: Lexicon, piece: Piece, said: str) -> bool:
    """Whether a sentence sets aims: it stands under 目标任务, or says what the 指导思想 of a document is."""
    if piece.aim and not piece.is_heading:
        return not _looks_back(lexicon, said)
    found = _AIMS_ARE.match(said) if piece.operative else None
    return found is not None and any(word in found[0] for word in (*obligation_words(lexicon, "aims"), "准则"))


def _looks_back(lexicon: Lexicon, said: str) -> bool:
    return obligation_pattern(lexicon, "achieved").search(said) is not None


def _first_of(clauses: list[_Clause], at: int, piece: Piece) -> int:
    """The index of the first clause that belongs to the requirement in ``clauses[at]``."""
    own = clauses[at].subject
    while at:
        if not _belongs(clauses[at - 1], clauses[at], piece):
            break
        at -= 1
    if at and not own:
        at = next(
            (index for index in range(at - 1, max(at - _MOST_OF_TOPIC, 0) - 1, -1) if clauses[index].opens_topic), at
        )
    return at


def _belongs(before: _Clause, here: _Clause, piece: Piece) -> bool:
    """Whether a clause belongs to the requirement that the clause behind it belongs to."""
    if before.idle:
        return False
    if piece.norm or before.topic or (piece.binding and before.commands):
        return True
    if here.subject:
        return before.condition and piece.operative
    return before.preface or before.condition or before.subject


def _clauses(
    lexicon: Lexicon, piece: str, said: str, base: int, modal_first: re.Match[str] | None
) -> Iterator[_Clause]:
    """The clauses of a piece that are neither blank nor a connective, up to the first with a modal that binds somebody.

    Args:
        lexicon: the word lists to read with.
        piece: the text of the piece.
        said: the same text as ``modals.masked`` gives it.
        base: where the piece begins in the whole text, in code points.
        modal_first: the first modal in ``said``, whether it binds somebody or not; None where there is none.
    """
    without = len(said) if modal_first is None else modal_first.start()
    connective, firsts = _connective(lexicon)
    for first, last in clauses_of(said, 0):
        words = piece[first:last]
        stripped = words.lstrip()
        opens = connective.match(stripped) if stripped[:1] in firsts else None
        opened = opens.end() if opens else 0
        if opened < len(stripped):
            begin = first + len(words) - len(stripped)
            own = said[begin:last]
            bound = binding(lexicon, own, opened, len(own)) if last > without else None
            clause = _Clause(lexicon, stripped, own, base + begin, opened, bound)
            yield clause
            if clause.modal:
                return


def _commands(lexicon: Lexicon, words: str, said: str, opened: int, acting: int | None) -> bool:
    """Whether a clause that is neither an aim nor a condition commands: by its verb, or by a word such as 确保."""
    after = acting or opened
    first = words[after : after + 1]
    if (first in _ADVERB_FIRST or first.isdecimal()) and (adverbs := _adverbs().match(words, after)):
        after = adverbs.end()
    command = starts(lexicon, "imperative", words, after) or (acting and starts(lexicon, "preface", words, after))
    return bool(command and not _MODIFIES.match(words, after)) or modal(lexicon, "weak").search(said) is not None


def _whole_before(lexicon: Lexicon, words: str) -> bool:
    """Whether all that stands before a modal is a subject."""
    return is_subject(lexicon, words.strip())


def _fact_before(text: str, clauses: list[_Clause]) -> bool:
    """Whether all that stands before a command is one short clause, a fact that leads to it, not about the speaker."""
    words = text[clauses[0].start : clauses[-1].end]
    return len(words) <= 40 and not _SPEAKER.match(words) and len(clauses) == 1


def _is_noun(lexicon: Lexicon, words: str) -> bool:
    """Whether a heading is a noun phrase and no sentence: 排查整治重点, 动员部署阶段(3月1日至10日)."""
    bare = re.sub(r"[(（][^()（）]{0,40}[)）]", "", words).strip(_TRAILING)
    if len(bare) < _SHORTEST or bare.endswith("阶段") or bare in obligation_words(lexicon, "heading"):
        return True
    short = len(bare) <= len("专项整治任务") or "的" in bare
    noun = _NOUN_END.search(bare) or (short and _SHORT_NOUN_END.search(bare))
    return bool(noun) and not _GOVERNS.match(bare)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and marks around it, and without quotation marks whose other half is outside."""
    while start < end and text[start] in '“‘"「『 　':
        if text[start] in _CLOSING and _CLOSING[text[start]] in text[start:end]:
            break
        start += 1
    for _ in range(_MOST_MARKS):
        if end == start:
            break
        last = text[end - 1]
        if last in _TRAILING or (
            last in _PAIRS and text.count(_PAIRS[last], start, end) < text.count(last, start, end)
        ):
            end -= 1
        else:
            break
    return start, end


@derived
def _connective(lexicon: Lexicon) -> tuple[re.Pattern[str], frozenset[str]]:
    """A pattern for what stands before a clause, connectives and opening quotation marks, and its first characters."""
    words = obligation_words(lexicon, "connective")
    firsts = frozenset('“"‘「『') | {word[0] for word in words}
    return re.compile(f'[“"‘「『]?(?:{alternatives(words)})?[“"‘「『]?'), firsts


_ADVERB_FIRST: Final = frozenset("年底也都还均又再更同一尤特首必今下接当共分相")
"""The first characters of what ``_adverbs`` matches, besides digits."""


@cache
def _adverbs() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}日|底|末|[上中下]旬)?|年?底)(?:以|之)?前|\d{1,3}个?(?:工作日|小时|日|天)(?:以)?内|也|都|还|均|又|再|更加|同时|一定|一律|尤其|特别|首先|必然|今后|下一步|接下来|当前|共同|分别|相应)*"
    )


_TOPIC_END: Final = (
    "方面",
    "领域",
    "过程中",
    "工作中",
    "工作上",
    "上",
    "中",
    "时",
    "期间",
    "问题",
    "现象",
    "行为",
    "情况",
    "单位",
    "企业",
    "项目",
    "区域",
    "地区",
    "部位",
    "环节",
    "人员",
    "的",
    "点位",
    "任务",
    "事项",
    "隐患",
)
_MODIFIES: Final = re.compile("(?:[^,，]{1,12}的(?:同时|基础上|过程中|情况下)$)")
_CONDITION: Final = ("的", "时", "后", "前", "之日起", "日起", "期间", "以内", "情况下", "基础上", "前提下", "的同时")
_IDLE: Final = re.compile("形势|严峻|复杂|重要|意义|事关|存在|了|显示|表明|成效|反映")
"""A clause with one of these is a fact, which leads to a demand and is no part of it."""
_ASSIGNS: Final = re.compile(
    "[(（]?(?:牵头|责任|配合|主管|主办|协办|承办)(?:责任)?(?:单位|部门|人)[:：]|[(（][^()（）]{0,200}(?:负责|牵头|配合|落实)[)）]?$"
)
"""Who answers for an item, named behind it."""
_ABOUT: Final = re.compile("[对在凡]|使用|申请")
"""A clause with one of these in front commands nothing by itself: 对符合条件的企业,可申请补贴."""
_AIMS_ARE: Final = re.compile("[^,，。]{2,20}是[,，:：]?")
_SPEAKER: Final = re.compile("(?:我们|笔者|记者|督察组|督导组|检查组|调研组|专家组|考核组|审计组|指挥部)(?!要)")
_NOUN_END: Final = re.compile(
    "(?:重点|内容|范围|时间|时点|步骤|方式|方法|原则|情况|名单|标准|对象|依据|条件|程序|流程|分工|机构|地点|人员|背景|意义|成效|电话|安排|附则|要件|总则)$"
)
_SHORT_NOUN_END: Final = re.compile(
    "(?:任务|措施|要求|目标|问题|保障|职责|自查|政策|区域|评审|奖惩|频次|思想|原则|工作)$"
)
_GOVERNS: Final = re.compile(
    "明确|落实|加强|强化|完善|健全|规范|优化|细化|突出|把握|严格|提高|提升|统一|做好|抓好|开展|制定"
)
"""A heading that begins with one of these verbs is a sentence, whatever it ends with: 明确职责分工."""
