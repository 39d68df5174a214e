"""Follows through a text whether it lays obligations: after 会议要求, in a list, in a document's operative part.

A text is cut into pieces, sentences and the items within them, each with the context that it stands in.  Which piece is
a requirement is the business of ``requirements``.  Offsets are code points; everything is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives
from annotations.values.requirement import ENUMERATOR, ORDINAL, plain

_SENTENCE: Final = re.compile(r"[。；;！!]+[”’」』）)\"]*")
_ORDERED: Final = rf"(?:第|其)(?:{ORDINAL})[,，、]"
_COUNTER: Final = rf"(?:(?:{ORDINAL})(?:是|要|则)|{_ORDERED}|[(（](?:{ORDINAL}|\d{{1,2}})[)）]|[①-⑳])"
_CUT: Final = re.compile(rf"(?<=[,，:：、 ”])(?={_COUNTER})")
_COUNTED: Final = re.compile(rf"\s*(?:(?:{ORDINAL})(?:是|要|则|[,，])|{_ORDERED})")
_ENUMERATED: Final = re.compile(ENUMERATOR)
_MAJOR: Final = re.compile(rf"\s*(?:{ORDINAL})、")
_MINOR: Final = re.compile(rf"\s*[(（](?:{ORDINAL}|\d{{1,2}})[)）]")
_HEADING: Final = re.compile("[^,，。；;:：\n]{2,14}")
_DOCUMENT: Final = re.compile(
    "(?:通知|通告|公告|方案|意见|办法|规定|倡议书|倡议|措施|要点|函|令|细则|计划|公开信|提示|告知书|承诺书)$"
)
_DEMANDS: Final = re.compile(
    "(?:提出|作出|做出|强调)了?(?:如下|以下|[一二三四五六七八两几]|具体)?(?:点|个|项|方面)?"
    "(?:具体|明确|工作|重要|几点)*(?:要求|意见|安排|部署|指示)[:：,，]"
)
_LONGEST_HEADING: Final = 40
_LONGEST_INTRODUCTION: Final = 24
_LONGEST_LEAD: Final = 60


class Piece(NamedTuple):
    """A sentence or an item of one: ``[start, end)``, and where what is said begins behind the lead-in.

    ``binding`` says that it stands in a context of obligation, ``enumerated`` that it begins with an enumerator,
    ``counted`` that this is 一是 or its like, ``is_heading`` that it is a line without an end.
    """

    start: int
    content: int
    end: int
    binding: bool
    enumerated: bool
    counted: bool
    is_heading: bool


def pieces(lexicon: Lexicon, text: str, title: int) -> Iterator[Piece]:
    """The pieces of a text in order, without the title.

    Args:
        lexicon: the word lists to read with.
        text: normalized text, one paragraph a line.
        title: so many code points at its beginning are the title.
    """
    state = _State(lexicon, is_document=_is_document(text[:title]))
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        if start >= title and line.strip():
            yield from _of_paragraph(text, start, start + len(line), state)


class _State:
    """What holds from one paragraph to the next.

    Args:
        lexicon: the word lists to read with.
        is_document: whether the title says so, that what follows may lay obligations.
    """

    def __init__(self, lexicon: Lexicon, *, is_document: bool) -> None:
        self.lexicon = lexicon
        self.binding = False
        self.document = False
        self.is_document = is_document
        self.off: int | None = None
        """The level of the heading under which nothing is demanded."""


def _is_document(title: str) -> bool:
    return any(_DOCUMENT.search(line.strip('》" 　”')) for line in title.split("\n"))


def _of_paragraph(text: str, start: int, end: int, state: _State) -> Iterator[Piece]:
    line, lexicon = text[start:end], state.lexicon
    level = 1 if _MAJOR.match(line) else 2 if _MINOR.match(line) else None
    enumerated = _ENUMERATED.match(line)
    if state.is_document and level == 1:
        state.document = True
    _turn_off(line, level, enumerated.end() if enumerated else 0, state)
    behind = enumerated.end() if enumerated else 0
    goes_on = enumerated or _COUNTED.match(line) or _carries_on(lexicon, line)
    if not goes_on or (starts(lexicon, "closes", line, behind) and not state.document):
        state.binding = False
    if state.document and starts(lexicon, "ends", line, 0):
        state.document = False
    for first, last in _sentences(text, start, end):
        whole = (first, last) == (start, end) and not _SENTENCE.search(text, max(first, last - 2), last)
        yield from _of_sentence(text, first, last, state, heading=whole)


def _turn_off(line: str, level: int | None, behind: int, state: _State) -> None:
    """Leave out what stands under a heading such as 指导思想, until the next heading of its level."""
    if level is not None and state.off is not None and level <= state.off:
        state.off = None
    heading = _HEADING.match(line, behind)
    if level is not None and state.off is None and heading and listed(state.lexicon, "off").search(heading[0]):
        state.off = level


def _carries_on(lexicon: Lexicon, line: str) -> bool:
    """Whether a paragraph goes on demanding: it begins with a modal, a command or a topic."""
    return bool(_MODAL_FIRST.match(line) or starts(lexicon, "imperative", line, 0) or _TOPIC_FIRST.match(line))


def _of_sentence(text: str, start: int, end: int, state: _State, *, heading: bool) -> Iterator[Piece]:
    """The pieces of one sentence, and what it does to the context."""
    content = start + _blank(text, start, end)
    modal_only, content = _enter(text, content, end, state)
    if text[max(start, end - _LONGEST_INTRODUCTION) : end].rstrip(":：。;； ").endswith(_introductions(state.lexicon)):
        state.document = True
        return
    binding = (state.binding or state.document) and not modal_only and state.off is None
    cuts = [content, *(found.start() for found in _CUT.finditer(text, content, end)), end]
    for first, last in pairwise(cuts):
        if first == last:
            continue
        counted = _COUNTED.match(text, first, last)
        mark = counted or _ENUMERATED.match(text, first, last)
        if len(cuts) > len("首尾") and first == content and not counted and _is_topic(text[first:last]):
            continue  # 水污染防治方面,一要…
        said = mark.end() if mark and mark.end() < last else first
        behind = said
        if mark and mark[0].endswith("要"):
            said -= 1  # the modal is part of what is said
        inner = _lead(state.lexicon, text, said, last)
        if inner and inner[0] < last:
            said = inner[0]
            binding = inner[1] and state.off is None
            state.binding = inner[1]
            mark = None if not counted else mark
        yield Piece(
            first if mark else said,
            said,
            last,
            binding,
            mark is not None and said <= behind,
            counted is not None and binding,
            heading,
        )


def _enter(text: str, content: int, end: int, state: _State) -> tuple[bool, int]:
    """What the beginning of a sentence does to the context: whether only a modal counts in it, and where it begins."""
    lexicon = state.lexicon
    if starts(lexicon, "closes", text, content):
        state.binding = False
    if starts(lexicon, "ends", text, content):
        state.binding = state.document = False
    modal_only = False
    lead = _lead(lexicon, text, content, end)
    if lead is not None:
        content, state.binding = lead
        modal_only = not state.binding
    demands = _DEMANDS.search(text, content, end)
    if demands:
        content = demands.end()
        state.binding = True
    return modal_only, content


def _is_topic(text: str) -> bool:
    return len(text) < _LONGEST_HEADING and not _MODAL_FIRST.match(text) and _TOPIC_LAST.search(text) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph, their end mark included; marks in quotations of a few words part none."""
    at = start
    quotations = _QUOTED.finditer(text, start, end)
    quoted = next(quotations, None)
    for mark in _SENTENCE.finditer(text, start, end):
        while quoted is not None and quoted.end() <= mark.start():
            quoted = next(quotations, None)
        if quoted is not None and quoted.start() < mark.start() and mark.end() < quoted.end():
            continue
        yield at, mark.end()
        at = mark.end()
    if at < end:
        yield at, end


def _blank(text: str, start: int, end: int) -> int:
    words = text[start:end]
    return len(words) - len(words.lstrip(" 　"))


def _lead(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[int, bool] | None:
    """Where what is said begins behind 会议要求 and its like, and whether it opens a context; None without one."""
    found = None
    while (lead := _one_lead(lexicon, text, found[0] if found else start, end)) is not None:
        found = lead  # 会议强调,陈县长要求
    return found


def _one_lead(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[int, bool] | None:
    limit = min(end, start + _LONGEST_LEAD)
    found = _speech(lexicon).match(text, start, limit) if _verb(lexicon).search(text, start, limit) else None
    if found is None:
        return None
    before = found["who"]
    if _PREFACED.match(before) or starts(lexicon, "imperative", before, 0) or _modal_in(lexicon, before):
        return None
    opens = found["verb"] in words_of(lexicon, "opens")
    mark = found["mark"]
    if not mark and (found["verb"] in _NEEDS_MARK or not _follows(text, found.end())):
        return None
    return found.end(), opens


def _follows(text: str, at: int) -> bool:
    """Whether what stands behind a verb of speech without a mark is said: 要求各地要, not 要求的 or 要求高."""
    return text[at : at + 1] not in ("的", "高", "了", "和", "、", "。", "较", "是", "为", "有", "及", "下")


def _modal_in(lexicon: Lexicon, words: str) -> bool:
    return _MODAL.search(plain(lexicon, words)) is not None


@derived
def _speech(lexicon: Lexicon) -> re.Pattern[str]:
    verbs = alternatives((*words_of(lexicon, "opens"), *words_of(lexicon, "speaks")))
    return re.compile(
        rf"(?:[^,，。；;！!\n]{{1,40}}(?:后|时|中|际|上|期间)[,，]|[^,，。；;！!\n]{{1,40}}[,，](?=并|他|她))?"
        rf"(?P<who>[^,，。；;！!:：“”\n]{{0,40}}?)(?P<verb>{verbs})(?!了)(?:道|说)?(?P<mark>[,，:：]?[“\"]?|[“\"])"
    )


def starts(lexicon: Lexicon, kind: str, text: str, at: int) -> bool:
    """Whether a word of one kind in ``obligations.tsv`` stands at ``at``."""
    # An alternation of hundreds of words would be tried word by word.
    sizes = _sizes(lexicon, kind).get(text[at : at + 1])
    if sizes is None:
        return False
    known = words_of(lexicon, kind)
    return any(text[at : at + size] in known for size in sizes)


@derived
def _sizes(lexicon: Lexicon, kind: str) -> dict[str, tuple[int, ...]]:
    """How long the words are that begin with a character."""
    found: dict[str, set[int]] = {}
    for word in words_of(lexicon, kind):
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(sizes)) for first, sizes in found.items()}


@derived
def _introductions(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(words_of(lexicon, "operative"))


@derived
def _verb(lexicon: Lexicon) -> re.Pattern[str]:
    """Any verb of speech: looked for first, for a lead-in is tried at every sentence."""
    return re.compile(alternatives((*words_of(lexicon, "opens"), *words_of(lexicon, "speaks"))))


@derived
def listed(lexicon: Lexicon, kind: str) -> re.Pattern[str]:
    """A pattern for the words of one kind in ``obligations.tsv``."""
    return re.compile(alternatives(words_of(lexicon, kind)))


@derived
def words_of(lexicon: Lexicon, kind: str) -> frozenset[str]:
    """The words of one kind in ``obligations.tsv``."""
    return frozenset(lexicon.words("obligations.tsv", kind))


_QUOTED: Final = re.compile("“[^“”。\n]{0,40}”|《[^《》\n]{0,60}》|[(（][^()（）\n]{0,60}[)）]")
_MODAL: Final = re.compile("要|应|须|必须|务必|不得|严禁")
_MODAL_FIRST: Final = re.compile("(?:要|须|必须|务必|应|应当|请|不得|严禁|确保)")
_TOPIC_FIRST: Final = re.compile(
    "[^,，。;；\n]{2,24}(?:方面|领域)[,，:：]?|(?:在|对|对于|针对)[^,，。;；\n]{2,30}[,，]"
)
_TOPIC_LAST: Final = re.compile("(?:方面|领域|上|中|要|工作|问题)[,，:：]?$|[:：]$")
_PREFACED: Final = re.compile("(?:按照|根据|依据|按|对照|围绕|结合|落实|贯彻|为|因|凡|符合|达到|满足|严格按照)")
_NEEDS_MARK: Final = frozenset(("部署", "安排", "提出", "明确", "说", "认为", "介绍", "指出", "强调", "表示"))
