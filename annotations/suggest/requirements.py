"""Suggests REQUIREMENT: a sentence or an item of one that lays an obligation on somebody.

A sentence counts where it has a modal, or where it is a command in a binding context: after 会议要求, in an
enumeration, or in the operative part of a document.  ``context`` cuts a text into pieces and tracks the context.  Here
each piece is judged by its clauses, and the start of the span is found: the enumerator, the addressee, or the first
clause that commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from annotations.lexicon.lists import Lexicon, derived
from annotations.suggest.base import Suggestion
from annotations.suggest.context import Piece, obligation_pattern, obligation_words, pieces, starts
from annotations.suggest.page import Page
from annotations.values import requirement
from annotations.values.passage import Passage

_SCORES: Final = {"modal": 0.9, "item": 0.85, "imperative": 0.75}
_SHORTEST: Final = 4
"""No requirement has fewer code points."""
_MOST_MARKS: Final = 20
"""No more marks than this are cut off at the end of a span: for each, the quotation marks are counted anew."""
_TRAILING: Final = " 　、,，:：。；;！!"
_PAIRS: Final = {"”": "“", "’": "‘", "）": "（", ")": "(", "」": "「", "』": "『", "》": "《", '"': '"'}


class Found(NamedTuple):
    """The span of a requirement in a text, in code points, with the rule that found it."""

    start: int
    end: int
    rule: str


class Requirements:
    """The suggester of requirements."""

    name = "requirements"
    version = "1"

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The requirements in the normalized text; the title and bylines are not searched."""
        labels = page.labels("requirement")
        if not labels:
            return
        zone = page.body
        for found in requirements_in(page.lexicon, zone.text, zone.title):
            passage = Passage(zone.text, found.start, found.end, page.lexicon, page.notice.published)
            values = requirement.read(passage)
            for label in labels:
                span = zone.raw(found.start, found.end)
                yield Suggestion(span, label.name, values, found.rule, _SCORES[found.rule])


SUGGESTER: Final = Requirements()


def requirements_in(lexicon: Lexicon, text: str, title: int = 0) -> Iterator[Found]:
    """The requirements of a normalized text, in order.

    Args:
        lexicon: the word lists to read with.
        text: the text, one paragraph a line.
        title: how many code points at the beginning of ``text`` are the title.
    """
    for piece in pieces(lexicon, text, title):
        found = _judged(lexicon, text, piece)
        if found is None:
            continue
        start, rule = found
        start, end = _trimmed(text, start, piece.end)
        if end - start >= _SHORTEST:
            yield Found(start, end, rule)


class _Clause(NamedTuple):
    """A clause in code points of the text, and what was found in it.

    ``modal``: it has a modal that binds somebody.  ``subject``: it has a subject.  ``commands``: it is a command.
    ``preface``: it says by what or with what a demand is to be met.  ``topic``: it says what a demand is about.
    """

    start: int
    end: int
    modal: bool
    subject: bool
    commands: bool
    preface: bool
    topic: bool


def _judged(lexicon: Lexicon, text: str, piece: Piece) -> tuple[int, str] | None:
    """The start of the requirement in a piece, and the rule that found it; None where the piece is none."""
    words = text[piece.content : piece.end]
    said = requirement.masked(lexicon, words)
    if not piece.binding and requirement.modal(lexicon, "must", "must_not").search(said) is None:
        return None  # this is enough for most sentences of a report
    clauses = list(_clauses(lexicon, words, said, piece.content))
    if not clauses:
        return None
    bound = next((index for index, clause in enumerate(clauses) if clause.modal), None)
    if bound is None and (
        not piece.binding
        or _reports(lexicon, words, commanding=clauses[0].commands)
        or ((piece.is_heading or piece.enumerated) and len(clauses) == 1 and _is_noun(lexicon, words))
    ):
        return None
    if bound is not None:
        first = _first_of(clauses, bound, binding=piece.binding)
        rule = "modal"
    else:
        # 要求车站人员严格执行: a clause right behind the verb itself needs no other sign of a command.
        governed = text.endswith("要求", 0, piece.content)
        commanding = 0 if governed else next((at for at, clause in enumerate(clauses) if clause.commands), None)
        if commanding is None and not piece.counted:
            return None
        before = clauses[: commanding or 0]
        led = all(clause.preface for clause in before) or _fact_before(text, before)
        if not led and not piece.counted:
            return None
        first = _first_of(clauses, commanding or 0, binding=True)
        rule = "item" if piece.counted else "imperative"
    start = piece.start if piece.enumerated and (first == 0 or piece.counted) else clauses[first].start
    return start, rule


def _first_of(clauses: list[_Clause], at: int, *, binding: bool) -> int:
    """The index of the first clause that belongs to the requirement in ``clauses[at]``."""
    while at:
        before, here = clauses[at - 1], clauses[at]
        if before.topic or (binding and before.commands) or (before.preface and not here.subject):
            at -= 1
        else:
            break
    return at


def _clauses(lexicon: Lexicon, piece: str, masked: str, base: int) -> Iterator[_Clause]:
    """The clauses of a piece that are not blank.

    Args:
        lexicon: the word lists to read with.
        piece: the text of the piece.
        masked: the same text as ``requirement.masked`` gives it.
        base: where the piece begins in the whole text, in code points.
    """
    for first, last in requirement.clauses_of(masked, 0):
        words = piece[first:last]
        stripped = words.lstrip()
        if stripped:
            blank = len(words) - len(stripped)
            yield _clause(lexicon, stripped, masked[first + blank : last], base + first + blank)


def _clause(lexicon: Lexicon, words: str, said: str, base: int) -> _Clause:
    opened = _skip(lexicon, words)
    subject = requirement.opening_subject(lexicon).match(words, opened)
    found = requirement.modal(lexicon, "must", "must_not").search(said)
    aim = starts(lexicon, "aim", words, opened) and not (found and found.start() < len("为此要"))
    modal = found is not None and not aim and not _asks_nothing(lexicon, words, found)
    after = subject.end() if subject else opened
    adverbs = _adverbs().match(words, after)
    after = adverbs.end() if adverbs else after
    preface = starts(lexicon, "preface", words, opened)
    command = starts(lexicon, "imperative", words, after) or bool(subject and starts(lexicon, "preface", words, after))
    commands = not aim and command and not _MODIFIES.match(words, after)
    return _Clause(
        start=base + opened,
        end=base + len(words),
        modal=modal,
        subject=subject is not None or bool(found and _whole_before(lexicon, words[opened : found.start()])),
        commands=commands or (not aim and requirement.modal(lexicon, "weak").search(said) is not None),
        preface=preface,
        topic=preface and _TOPIC_END.search(words) is not None,
    )


def _whole_before(lexicon: Lexicon, words: str) -> bool:
    """Whether all that stands before a modal is a subject."""
    words = words.strip()
    return bool(words) and requirement.whole_subject(lexicon).fullmatch(words) is not None


def _skip(lexicon: Lexicon, words: str) -> int:
    """The offset behind the connectives and opening quotation marks that a clause begins with."""
    found = _connective(lexicon).match(words)
    return found.end() if found else 0


def _asks_nothing(lexicon: Lexicon, words: str, modal: re.Match[str]) -> bool:
    """Whether a modal binds nobody: it stands in 将…, 是否要, an attribute 要…的, or it is a 请 inside of a report."""
    if modal[0] in ("请", "敬请"):
        return modal.start() > 0 and not requirement.whole_subject(lexicon).fullmatch(words[: modal.start()].strip())
    if _NO_DEMAND.search(words[: modal.start()]):
        return True
    return bool(_ATTRIBUTE.match(words, modal.end()))


def _reports(lexicon: Lexicon, words: str, *, commanding: bool) -> bool:
    """Whether a sentence without a modal reports: what was done, what is, or what the speaker will do."""
    said = requirement.masked(lexicon, words)
    if (not commanding and obligation_pattern(lexicon, "stated").search(said)) or _IS.match(said):
        return True
    reported = obligation_pattern(lexicon, "achieved").search(said) or obligation_pattern(lexicon, "plan").search(said)
    return bool(reported or _SPEAKER.match(words))


def _fact_before(text: str, clauses: list[_Clause]) -> bool:
    """Whether all that stands before a command is one short clause, a fact that leads to it, not about the speaker."""
    words = text[clauses[0].start : clauses[-1].end]
    return len(words) <= 40 and not _SPEAKER.match(words) and len(clauses) == 1


def _is_noun(lexicon: Lexicon, words: str) -> bool:
    """Whether a heading is a noun phrase and no sentence: 排查整治重点, 动员部署阶段(3月1日至10日)."""
    bare = re.sub(r"[(（][^()（）]{0,40}[)）]", "", words).strip(_TRAILING)
    if len(bare) < _SHORTEST or bare.endswith("阶段") or bare in obligation_words(lexicon, "heading"):
        return True
    noun = _NOUN_END.search(bare) or (len(bare) <= len("专项整治任务") and _SHORT_NOUN_END.search(bare))
    return bool(noun) and not _GOVERNS.match(bare)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and marks around it, and without quotation marks whose other half is outside."""
    while start < end and text[start] in '“‘" 　':
        if text[start] in "“‘" and _partner(text, start, end):
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


def _partner(text: str, start: int, end: int) -> bool:
    return ("”" if text[start] == "“" else "’") in text[start:end]


@derived
def _connective(lexicon: Lexicon) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, obligation_words(lexicon, "connective")), key=len, reverse=True))
    return re.compile(f'[“"‘]?(?:{words})?[“"‘]?')


@cache
def _adverbs() -> re.Pattern[str]:
    return re.compile(
        "(?:也|都|还|均|又|再|更加|同时|一定|一律|尤其|特别|首先|必然|今后|下一步|接下来|当前|共同|分别|相应)*"
    )


_TOPIC_END: Final = re.compile(
    "(?:方面|领域|过程中|工作中|工作上|上|中|时|期间|问题|现象|行为|情况|单位|企业|项目"
    "|区域|地区|部位|环节|人员|的|点位|任务|事项|隐患)$"
)
_MODIFIES: Final = re.compile("(?:[^,，]{1,12}的(?:同时|基础上|过程中|情况下)$)")
_NO_DEMAND: Final = re.compile("将$|是否$|不仅$|才$|了$|曾$|就$|何时$|谁$")
_ATTRIBUTE: Final = re.compile("[^,，]{0,6}的是|(?:清醒|清楚)?地?看到")
_IS: Final = re.compile("[^,，:：]{2,30}(?<![特尤只但还就凡不可论其于若一二三四五六七八九十])是(?![否以])")
"""A sentence that says what something is, though it may begin like a command: 推行河长制是必然要求."""
_SPEAKER: Final = re.compile("(?:我们|笔者|记者|督察组|督导组|检查组|调研组|专家组|考核组|审计组|指挥部)(?!要)")
_NOUN_END: Final = re.compile(
    "(?:重点|内容|范围|时间|步骤|方式|方法|原则|情况|名单|标准|对象|依据|条件|程序|流程|分工|机构|地点|人员|背景|意义|成效|电话|安排|附则)$"
)
_SHORT_NOUN_END: Final = re.compile("(?:任务|措施|要求|目标|问题|保障|职责|自查)$")
_GOVERNS: Final = re.compile(
    "明确|落实|加强|强化|完善|健全|规范|优化|细化|突出|把握|严格|提高|提升|统一|做好|抓好|开展|制定"
)
"""A heading that begins with one of these verbs is a sentence, whatever it ends with: 明确职责分工."""
