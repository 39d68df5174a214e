"""Cuts a text into sentences and items, and tracks which of them stand in a binding context.

A binding context makes a command a requirement although it has no modal.  It is opened by a verb of speech (会议要求),
goes on through the items of an enumeration, and is the whole operative part of a document and all of a regulation.  A
report on what was done has none, whatever its headings say.  ``requirements`` decides which pieces are requirements.
Offsets are code points; the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import Upcoming, alternatives, any_of
from annotations.suggest.documents import State
from annotations.values.commands import obligation_words, starts
from annotations.values.modals import governing
from annotations.values.requirement import ENUMERATOR, ORDINAL, may_be_numbered
from annotations.values.subjects import opening_subject

_SENTENCE: Final = re.compile(r"[。；;！!|](?:(?<=\|)|[。；;！!]*[”’」』）)\"]*)")
"""The end of a sentence; a bar ends the cell of a table.  As it begins with one of a set, the search is fast."""
_SENTENCE_ENDS: Final = frozenset('。；;！!|”’」』）)"')
"""The last characters of what ``_SENTENCE`` matches."""
_ORDERED: Final = rf"(?:第|其)(?:{ORDINAL})[,，、]"
_COUNTER: Final = rf"(?:(?:{ORDINAL})(?:是|要|则)|{_ORDERED}|[(（](?:{ORDINAL}|\d{{1,2}})[)）]|[①-⑳])"
_CUT: Final = re.compile(rf"[,，:：、 ”](?=[一二三四五六七八九十第其(（①-⑳])(?={_COUNTER})")
"""The mark that a counter stands behind; as it is one of a set, the search is fast."""
_COUNTED: Final = re.compile(rf"\s*(?:(?:{ORDINAL})(?:是|要|则|[,，])|{_ORDERED})")
_ENUMERATED: Final = re.compile(ENUMERATOR)
_POINTS: Final = re.compile(
    "(?:讲|提|谈|强调)(?:出|以下)?[一二三四五六七八九几两][点个](?:具体|工作)?(?:意见|要求|希望)$"
    "|会议(?:研究)?(?:确定|议定|决定|明确)了?(?:如下|以下)?(?:几[项个])?(?:事项|意见|问题|工作)?$"
)
"""The end of a sentence of a speech or of minutes that introduces demands: 我讲三点意见, 会议确定了以下事项."""
_POINTS_END: Final = frozenset("见求望定确了下项个题作")
"""The last characters of what ``_POINTS`` matches."""
_TELLS: Final = re.compile(
    "(?:通报|情况|总结|报告|汇报|案例|案件|名单|结果|介绍|讲话|公示|纪要|解释|答复|回复|内容)(?:公布|公示|说明)?如下$"
)
"""The end of a sentence that introduces an account, not demands."""
_DEMANDS: Final = re.compile(
    "(?:提出|作出|做出|强调)了?(?:如下|以下|[一二三四五六七八两几]|具体)?(?:点|个|项|方面)?"
    "(?:具体|明确|工作|重要|几点)*(?:要求|意见|安排|部署|指示)[:：,，]"
)
_ASKS: Final = re.compile("[,，](?:并|还|同时|并且)?(?:明确|严格)?要求(?![的。,，])")
_LONGEST_TOPIC: Final = 40
"""A topic before an enumeration has fewer code points than this."""
_LONGEST_INTRODUCTION: Final = 24
"""How many code points at the end of a sentence are searched for the words that introduce the operative part."""
_LONGEST_LEAD: Final = 60
"""No lead-in such as 会议要求 has more code points."""


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A sentence or an item of one, ``[start, end)``; ``content`` is where it begins without enumerator and lead-in.

    ``binding``: it stands in a binding context.  ``enumerated``: it begins with an enumerator.  ``counted``: the
    enumerator is 一是, 一要 or the like.  ``is_heading``: it is a whole line without an end mark.  ``operative``: it
    stands in the operative part of a document.  ``norm``: that document is a regulation.  ``aim``: it stands under a
    heading such as 目标任务.
    """

    start: int
    content: int
    end: int
    binding: bool
    enumerated: bool
    counted: bool
    is_heading: bool
    operative: bool
    norm: bool
    aim: bool


def pieces(lexicon: Lexicon, text: str, title: int) -> list[Piece]:
    """The pieces of a text in order, without those of the title.

    Args:
        lexicon: the word lists to read with.
        text: normalized text, one paragraph a line.
        title: how many code points at the beginning of ``text`` are the title.
    """
    state = State(lexicon, text[:title])
    ahead = _Ahead(Upcoming(_verb(lexicon), text), Upcoming(_DEMANDS, text), Upcoming(_CUT, text))
    at = 0
    paragraphs: list[tuple[int, int]] = []
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        if start >= title and line.strip():
            paragraphs.append((start, start + len(line)))
    sentences = [list(_sentences(text, *each)) for each in paragraphs]
    found: list[Piece] = []
    for paragraph, parts in zip(paragraphs, sentences, strict=True):
        _of_paragraph(text, *paragraph, parts, state, ahead, found)
    return found


class _Ahead(NamedTuple):
    """What comes next in a text: a verb of speech, what ``_DEMANDS`` matches, a mark before a counter.

    Most sentences have none of them.
    """

    speech: Upcoming
    demands: Upcoming
    cut: Upcoming


def _of_paragraph(
    text: str,
    start: int,
    end: int,
    sentences: list[tuple[int, int]],
    state: State,
    ahead: _Ahead,
    found: list[Piece],
) -> None:
    """Add the pieces of a paragraph to ``found``; the context is changed by it."""
    line, lexicon = text[start:end], state.lexicon
    numbered = may_be_numbered(line[0])
    enumerated = _ENUMERATED.match(line) if numbered else None
    behind = enumerated.end() if enumerated else 0
    state.enter(line, behind)
    goes_on = enumerated or (numbered and _COUNTED.match(line)) or _carries_on(lexicon, line)
    if not goes_on or (starts(lexicon, "closes", line, behind) and not state.document):
        state.binding = False
    if state.document and starts(lexicon, "ends", line, 0):
        state.document = False
    for first, last in sentences:
        whole = (first, last) == (start, end) and not _ends_sentence(text, max(first, last - 2), last)
        _of_sentence(text, first, last, state, ahead, found, heading=whole)
    state.leave(line)


def _ends_sentence(text: str, start: int, end: int) -> bool:
    return text[end - 1] in _SENTENCE_ENDS and _SENTENCE.search(text, start, end) is not None


def _carries_on(lexicon: Lexicon, line: str) -> bool:
    """Whether a paragraph continues the binding context: it begins with a modal, a command or a topic."""
    return bool(_MODAL_FIRST.match(line) or starts(lexicon, "imperative", line, 0) or _TOPIC_FIRST.match(line))


def _of_sentence(
    text: str, start: int, end: int, state: State, ahead: _Ahead, pieces: list[Piece], *, heading: bool
) -> None:
    """Add the pieces of one sentence to ``pieces``; the context is changed by it."""
    lexicon = state.lexicon
    content = start + _blank(text, start, end) if text[start] in " 　" else start
    modal_only, content, led = _enter(text, content, end, state, ahead)
    ending = text[max(start, end - _LONGEST_INTRODUCTION) : end].rstrip(":：。;； ")
    if (ending[-1:] in _POINTS_END and _POINTS.search(ending)) or (
        ending.endswith(_introductions(lexicon).get(ending[-1:], ())) and not _TELLS.search(ending)
    ):
        state.document = True
        return
    if state.idle:
        return
    binding = state.binds() and not modal_only
    asked = None if binding or modal_only or state.is_report else _asked(lexicon, text, content, end)
    if asked is not None:
        content, binding = asked, True
    low = content - 1 if content else 0
    many = ahead.cut.begins_in(low, end)
    cuts = [found.end() for found in _CUT.finditer(text, low, end)] if many else []
    many = bool(cuts)
    cuts.append(end)
    first = content
    for last in cuts:
        if first == last:
            continue
        begin, first = first, last
        counted = mark = None
        if may_be_numbered(text[begin]):
            counted = _COUNTED.match(text, begin, last)
            mark = counted or _ENUMERATED.match(text, begin, last)
        if many and begin == content and not counted and _is_topic(text[begin:last]):
            continue  # 水污染防治方面,一要…
        said = behind = mark.end() if mark and mark.end() < last else begin
        if mark and mark[0].endswith("要"):
            said -= 1  # the modal belongs to the content
        inner = _lead(lexicon, text, said, last, ahead) if said != led or last != end else None
        if inner and inner[0] < last:
            said = inner[0]
            state.binding = inner[1]
            binding = inner[1] and state.binds()
            mark = None if not counted else mark
        operative = state.document and binding
        pieces.append(
            Piece(
                begin if mark else said,
                said,
                last,
                binding,
                mark is not None and said <= behind,
                counted is not None and binding,
                heading,
                operative,
                state.is_regulation and operative,
                state.aims is not None and binding,
            )
        )


def _asked(lexicon: Lexicon, text: str, start: int, end: int) -> int | None:
    """Where the demand begins that a narrative sentence ends with: 他察看河道,要求部门加强巡查; None without one."""
    found = _ASKS.search(text, start, end) if text.find("要求", start, end) >= 0 else None
    if found is None or governing(lexicon, text[start : found.start()]) is not None:
        return None
    at = found.end()
    asks = _MODAL_FIRST.match(text, at) or starts(lexicon, "imperative", text, at)
    return at if asks or opening_subject(lexicon, text, at, end) else None


def _enter(text: str, content: int, end: int, state: State, ahead: _Ahead) -> tuple[bool, int, int]:
    """Change the context by the beginning of a sentence.

    Returns:
        Whether the sentence needs a modal to be a requirement, where its content begins behind a lead-in, and an offset
        at which no further lead-in begins.
    """
    lexicon = state.lexicon
    if text[content : content + 1] in _turns(lexicon):
        if starts(lexicon, "closes", text, content):
            state.binding = False
        if starts(lexicon, "ends", text, content):
            state.binding = state.document = False
    modal_only = False
    lead = _lead(lexicon, text, content, end, ahead)
    if lead is not None:
        content, state.binding = lead
        modal_only = not state.binding
    led = content
    if ahead.demands.begins_in(content, end) and (demands := _DEMANDS.search(text, content, end)):
        content = demands.end()
        state.binding = True
    return modal_only, content, led


def _is_topic(text: str) -> bool:
    return len(text) < _LONGEST_TOPIC and not _MODAL_FIRST.match(text) and _TOPIC_LAST.search(text) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a paragraph, with its end mark; marks in short quotations end none."""
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


def _lead(lexicon: Lexicon, text: str, start: int, end: int, ahead: _Ahead) -> tuple[int, bool] | None:
    """Where the content begins behind the lead-ins of a sentence, such as 会议要求; None where there is none.

    Returns:
        The offset, and whether the last lead-in opens a binding context.
    """
    found = None
    # The pattern of a lead-in is slow.
    while ahead.speech.begins_in(start, min(end, start + _LONGEST_LEAD)):
        lead = _one_lead(lexicon, text, start, end)
        if lead is None:
            break
        found, start = lead, lead[0]  # 会议强调,陈县长要求
    return found


def _one_lead(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[int, bool] | None:
    found = _speech(lexicon).match(text, start, min(end, start + _LONGEST_LEAD))
    if found is None:
        return None
    before = found["who"]
    if _PREFACED.match(before) or _NO_SPEAKER.search(before):
        return None
    if starts(lexicon, "imperative", before, 0) and not (found["mark"] and len(before) <= len("集体约谈")):
        return None
    if governing(lexicon, before) is not None:
        return None
    opens = found["verb"] in obligation_words(lexicon, "opens")
    mark = found["mark"]
    if not mark and (
        (found["verb"] in _NEEDS_MARK and not _MODAL_FIRST.match(text, found.end())) or not _follows(text, found.end())
    ):
        return None
    return found.end(), opens


def _follows(text: str, at: int) -> bool:
    """Whether what is said begins at ``at``, behind a verb of speech without a mark: not in 要求的 or 要求高."""
    return text[at : at + 1] not in ("的", "高", "了", "和", "、", "。", "较", "是", "为", "有", "及", "下")


@derived
def _speech(lexicon: Lexicon) -> re.Pattern[str]:
    verbs = alternatives((*obligation_words(lexicon, "opens"), *obligation_words(lexicon, "speaks")))
    return re.compile(
        rf"(?:[^,，。；;！!\n]{{1,40}}(?:后|时|中|际|上|期间)[,，]|[^,，。；;！!\n]{{1,40}}[,，](?=并|他|她))?"
        rf"(?P<who>[^,，。；;！!:：“”\n]{{0,40}}?)(?P<verb>{verbs})(?!了)(?:道|说)?(?P<mark>[,，:：]?[“\"]?|[“\"])"
    )


@derived
def _introductions(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The words that end an introduction by their last character."""
    words = sorted(obligation_words(lexicon, "operative"))
    return {last: tuple(word for word in words if word[-1] == last) for last in {word[-1] for word in words}}


@derived
def _turns(lexicon: Lexicon) -> frozenset[str]:
    """The first characters of the words that end a context."""
    return frozenset(word[0] for kind in ("closes", "ends") for word in obligation_words(lexicon, kind))


@derived
def _verb(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for any verb of speech."""
    return any_of((*obligation_words(lexicon, "opens"), *obligation_words(lexicon, "speaks")))


_QUOTED: Final = re.compile(r"“[^“”。\n]{0,40}”|《[^《》\n]{0,60}》|\([^()（）\n]{0,60}[)）]|（[^()（）\n]{0,60}[)）]")
_MODAL_FIRST: Final = re.compile("(?:要|须|必须|务必|应|应当|请|不得|严禁|确保)")
_TOPIC_FIRST: Final = re.compile(
    "[^,，。;；\n]{2,24}(?:方面|领域)[,，:：]?|(?:在|对|对于|针对)[^,，。;；\n]{2,30}[,，]"
)
_TOPIC_LAST: Final = re.compile("(?:方面|领域|上|中|要|工作|问题)[,，:：]?$|[:：]$")
_PREFACED: Final = re.compile("(?:按照|根据|依据|按|对照|围绕|结合|落实|贯彻|为|因|凡|符合|达到|满足|严格按照)")
_NO_SPEAKER: Final = re.compile(
    "由|(?:按|照|据|合|的|各项|有关|相关|规定|工作|新|高|总体|任务|落实|达到|满足|技术|管理|质量|标准|具体|明确|纪律|政策|资格|法定|这些|上述)$"
)
"""Before 要求 these make it a noun: 未按要求, 技术要求; and 由所在单位提出 is no speech."""
_NEEDS_MARK: Final = frozenset(("部署", "安排", "提出", "明确", "说", "认为", "介绍", "指出", "强调", "表示"))
