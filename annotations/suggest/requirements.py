"""Suggests REQUIREMENT: sentences and items that lay an obligation on somebody, as the guideline draws them.

A sentence counts when it holds a modal, or when it commands in a context of obligation: after 会议要求, in an item, in
the operative part of a document.  ``context`` follows that context through a text; here a sentence is judged clause by
clause, and its beginning is found: the enumerator, the addressee, or the first clause that commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from annotations.lexicon.lists import Lexicon, derived
from annotations.suggest.base import Suggestion
from annotations.suggest.context import Piece, listed, pieces, starts, words_of
from annotations.suggest.page import Page
from annotations.values import requirement
from annotations.values.passage import Passage

_SCORES: Final = {"modal": 0.9, "item": 0.85, "imperative": 0.75}
_SHORTEST: Final = 4
"""No obligation is said in fewer code points."""
_MOST_MARKS: Final = 20
"""A span that ends with more marks keeps the rest: counting quotation marks again and again is slow."""
_TRAILING: Final = " 　、,，:：。；;！!"
_PAIRS: Final = {"”": "“", "’": "‘", "）": "（", ")": "(", "」": "「", "』": "『", "》": "《", '"': '"'}


class Found(NamedTuple):
    """A requirement in a text, in code points, with the rule that takes it."""

    start: int
    end: int
    rule: str


class Requirements:
    """The suggester of requirements."""

    name = "requirements"
    version = "1"

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The requirements of the text; the title and the byline hold none."""
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
        text: one paragraph a line.
        title: so many code points at its beginning are the title.
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
    """A clause: where it lies, and what it does."""

    start: int
    end: int
    modal: bool
    subject: bool
    commands: bool
    preface: bool
    topic: bool


def _judged(lexicon: Lexicon, text: str, piece: Piece) -> tuple[int, str] | None:
    """Where the obligation of a piece begins, and the rule that says so; None where there is none."""
    words = text[piece.content : piece.end]
    said = requirement.plain(lexicon, words)
    if not piece.binding and requirement.modal(lexicon, "must", "must_not").search(said) is None:
        return None  # most sentences of a report, told soon
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
        # 要求车站人员严格执行: whoever is named behind the verb of speech itself is bound.
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
    """The first of the clauses that belong to the obligation in the clause at ``at``."""
    while at:
        before, here = clauses[at - 1], clauses[at]
        if before.topic or (binding and before.commands) or (before.preface and not here.subject):
            at -= 1
        else:
            break
    return at


def _clauses(lexicon: Lexicon, piece: str, plain: str, base: int) -> Iterator[_Clause]:
    """The clauses of a piece that hold something.

    Args:
        lexicon: the word lists to read with.
        piece: its text.
        plain: the same without what holds no modal.
        base: where it begins in the text.
    """
    for first, last in requirement.clauses_of(plain, 0):
        words = piece[first:last]
        stripped = words.lstrip()
        if stripped:
            blank = len(words) - len(stripped)
            yield _clause(lexicon, stripped, plain[first + blank : last], base + first + blank)


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
    told = starts(lexicon, "imperative", words, after) or bool(subject and starts(lexicon, "preface", words, after))
    commands = not aim and told and not _MODIFIES.match(words, after)
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
    """Whether what stands before a modal is a subject."""
    words = words.strip()
    return bool(words) and requirement.whole_subject(lexicon).fullmatch(words) is not None


def _skip(lexicon: Lexicon, words: str) -> int:
    """Where a clause begins behind connectives and opening quotation marks."""
    found = _connective(lexicon).match(words)
    return found.end() if found else 0


def _asks_nothing(lexicon: Lexicon, words: str, modal: re.Match[str]) -> bool:
    """Whether a modal binds nobody: 将…, 是否要, 要…的 as an attribute, 请 within a report."""
    if modal[0] in ("请", "敬请"):
        return modal.start() > 0 and not requirement.whole_subject(lexicon).fullmatch(words[: modal.start()].strip())
    if _NO_DEMAND.search(words[: modal.start()]):
        return True
    return bool(_ATTRIBUTE.match(words, modal.end()))


def _reports(lexicon: Lexicon, words: str, *, commanding: bool) -> bool:
    """Whether a sentence without a modal says what was, is, or will be done by the speaker."""
    said = requirement.plain(lexicon, words)
    if (not commanding and listed(lexicon, "stated").search(said)) or _IS.match(said):
        return True
    told = listed(lexicon, "achieved").search(said) or listed(lexicon, "plan").search(said)
    return bool(told or _SPEAKER.match(words))


def _fact_before(text: str, clauses: list[_Clause]) -> bool:
    """Whether what stands before a command is a fact that leads to it, and no subject that does something."""
    words = text[clauses[0].start : clauses[-1].end]
    return len(words) <= 40 and not _SPEAKER.match(words) and len(clauses) == 1


def _is_noun(lexicon: Lexicon, words: str) -> bool:
    """Whether a heading is no sentence: 排查整治重点, 动员部署阶段(3月1日至10日)."""
    bare = re.sub(r"[(（][^()（）]{0,40}[)）]", "", words).strip(_TRAILING)
    if len(bare) < _SHORTEST or bare.endswith("阶段") or bare in words_of(lexicon, "heading"):
        return True
    noun = _NOUN_END.search(bare) or (len(bare) <= len("专项整治任务") and _SHORT_NOUN_END.search(bare))
    return bool(noun) and not _GOVERNS.match(bare)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without marks at its end, and without quotation marks whose partner is outside."""
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
    words = "|".join(sorted(map(re.escape, words_of(lexicon, "connective")), key=len, reverse=True))
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
"""推行河长制是必然要求 says what something is, whatever it begins with."""
_SPEAKER: Final = re.compile("(?:我们|笔者|记者|督察组|督导组|检查组|调研组|专家组|考核组|审计组|指挥部)(?!要)")
_NOUN_END: Final = re.compile(
    "(?:重点|内容|范围|时间|步骤|方式|方法|原则|情况|名单|标准|对象|依据|条件|程序|流程|分工|机构|地点|人员|背景|意义|成效|电话|安排|附则)$"
)
_SHORT_NOUN_END: Final = re.compile("(?:任务|措施|要求|目标|问题|保障|职责|自查)$")
_GOVERNS: Final = re.compile(
    "明确|落实|加强|强化|完善|健全|规范|优化|细化|突出|把握|严格|提高|提升|统一|做好|抓好|开展|制定"
)
"""A heading that begins with one of these is a sentence, whatever it ends with: 明确职责分工."""
