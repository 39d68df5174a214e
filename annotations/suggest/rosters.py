"""Finds officials where a page is no running text: lists of names with offices, appointments, minutes.

In a list the office stands behind the name, ``林知远 市委副书记、市长``, and belongs to the span.  Where words or the
end of a line part the two, ``任命林知远为市水利局局长``, the name alone is the span, with the values of the office.
Offsets are code points of normalized text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annotations.lexicon.lists import Lexicon
from annotations.lexicon.patterns import pattern
from annotations.suggest.found import Found
from annotations.suggest.names import MARKED, is_no_office, is_whole_name, name_at, name_before, person_words
from annotations.values.official import is_office, office

_LONGEST_OFFICE: Final = 40
_MOST_NAMES: Final = 60
"""No more names than this stand before the title that they share."""
_LINE: Final = re.compile(r"[^\n]+")
_SPACE: Final = re.compile(r"[ \t　]")
_TOKEN: Final = re.compile(r"[^\s:：]+[:：]?")
_BRACKETED: Final = re.compile(r"[(（][^()（）\n]{0,12}[)）]")
_TRAILING: Final = "，,；;。、"
_RUNNING: Final = re.compile(r"[，,；;。！？!?:：“”]")
"""What stands in no office."""
_HELD: Final = re.compile(r"([^，,。；;：:（(\n]{2,40}?)(?:职务|一职)?(?=[，,。；;：:（(\n]|$)")
_GIVES: Final = re.compile("任命|委任|聘任|选举|推选|补选|决定|提名|免去|撤销|解除|罢免")
_NAME_BEHIND: Final = re.compile(
    r"([^\n，,。；;、为]{2,9}?)(?:(?:同志|先生|女士)(?:为|担任的|兼任的|的)?|为|担任的|兼任的|的)"
)
"""The name behind such a verb, and what parts it from the office."""
_TAKES: Final = re.compile("不再担任|不再兼任|获委任为|被任命为|任命为|当选为|当选|拟任|现任|担任|兼任|出任|任|为")
"""What stands between a name at the beginning of a clause and the office."""
_TAKEN_OVER: Final = re.compile("(?<!主)任|担任|兼任")
"""What an entry may say of the part in the list: 市委秘书长担任组长."""
_POST: Final = re.compile("职务")
_HONOURED: Final = ("同志", "先生", "女士")
_OPENED: Final = frozenset("，,。；;：:、\n")
_LINE_ENDS: Final = re.compile(r"\n")
_SENTENCE_ENDS: Final = re.compile(r"[\n。.．]")
_BIOGRAPHY: Final = re.compile(r"([^\n，,]{2,9})[，,][男女][，,][^\n。；]{0,160}?现任")
_IN_APPOSITION: Final = re.compile(r"([^\s，,。；;、：:0-9]{2,4})[，,](?![男女])")
_SPACED_TITLE: Final = re.compile(r"((?:[^\W\d_A-Za-z][ 　]{1,4}){1,4}[^\W\d_A-Za-z])[ 　]?[:：][ 　]?")
_LINES: Final = re.compile(r"([^\n]{2,40})\n(?=([^\n]{2,24})(?:\n|$))")
_AND_OTHERS: Final = re.compile("等(?:[0-9一二两三四五六七八九十几多]{1,3}[位名])?")
_LONGEST_SHARED: Final = 8
"""No title that names share is longer, in code points."""
_BETWEEN: Final = re.compile(r"[ \t　、]{1,4}")


def entries(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The officials in lists that have the office behind the name, parted by a space; one or more in a line."""
    for line in _LINE.finditer(text):
        if _SPACE.search(text, *line.span()):
            yield from _entries_in(lexicon, text, [each.span() for each in _TOKEN.finditer(text, *line.span())])


def _entries_in(lexicon: Lexicon, text: str, tokens: list[tuple[int, int]]) -> Iterator[Found]:
    """The entries of one line; ``tokens`` are its parts between spaces, a label with its colon is one: 组长：.

    An entry begins where the line does, behind a label or behind an entry.
    """
    at, fresh = 0, True
    while at < len(tokens):
        start, end = tokens[at]
        if text[end - 1] in ":：":
            at, fresh = at + 1, True
            continue
        size = _name_size(lexicon, text, tokens, at) if fresh else 0
        held = tokens[at + size] if size and at + size < len(tokens) else (end, end)
        last = _office_end(lexicon, text, *held) if size else None
        fresh = last is not None
        if last is not None:
            name = "".join(_BRACKETED.sub("", text[start : tokens[at + size - 1][1]]).split())
            yield Found(start, last, name, *office(lexicon, text[held[0] : last]), "full", "roster", 0.9)
        at += size + 1 if fresh else 1


def _name_size(lexicon: Lexicon, text: str, tokens: list[tuple[int, int]], at: int) -> int:
    """How many tokens from ``at`` on are one name: two where it is written with a space, 林 望; 0 where none begins."""
    start, end = tokens[at]
    found = name_at(lexicon, text, start)
    if found is None or found[1] < MARKED:
        return 0
    if found[0] == end or _BRACKETED.fullmatch(text, found[0], end):
        return 1
    return 2 if at + 1 < len(tokens) and found[0] == tokens[at + 1][1] else 0


def _office_end(lexicon: Lexicon, text: str, start: int, end: int) -> int | None:
    """The end of the office that a token is, without the marks behind it; None where it is none."""
    held = _BRACKETED.sub("", text[start:end].rstrip(_TRAILING)) if end - start <= _LONGEST_OFFICE else ""
    held = _TAKEN_OVER.split(held, maxsplit=1)[0]
    return start + len(held) if _is_held(lexicon, held) else None


def _is_held(lexicon: Lexicon, text: str) -> bool:
    """Whether a text is a public office and nothing else."""
    if _RUNNING.search(text) or not is_office(lexicon, text):
        return False
    title, _ = office(lexicon, text)
    return not is_no_office(lexicon, title) and title not in person_words(lexicon, "group")


def apart(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The names whose office stands apart from them: appointments, below an office, before a title that they share."""
    yield from _appointed(lexicon, text)
    yield from _below(lexicon, text)
    yield from _before_shared(lexicon, text)
    yield from _behind_spaced(lexicon, text)


def _behind_spaced(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The officials whose title is written with spaces, to fill a column: 主 任：林知远."""
    for match in _at_beginnings(_SPACED_TITLE, _LINE_ENDS, text):
        held = "".join(match[1].split())
        found = name_at(lexicon, text, match.end())
        if found and found[1] == MARKED and _is_held(lexicon, held):
            name = "".join(text[match.end() : found[0]].split())
            yield Found(match.start(1), found[0], name, *office(lexicon, held), "full", "title-name", 0.8)


def _at_beginnings(wanted: re.Pattern[str], ends: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern at the beginning of a text and behind each match of ``ends``; none overlaps the last.

    This is faster than a pattern that looks behind itself at every character.
    """
    free = 0
    if found := wanted.match(text):
        free = found.end()
        yield found
    for end in pattern(f"{ends.pattern}(?={wanted.pattern})").finditer(text):
        at = end.end()
        if at >= free and (found := wanted.match(text, at)):
            free = found.end()
            yield found


def _appointed(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The people whom a text gives or takes an office: 任命林知远为市水利局局长, 免去苏望的市司法局副局长职务."""
    for match in _GIVES.finditer(text):
        if name := _NAME_BEHIND.match(text, match.end()):
            yield from _holder(lexicon, text, *name.span(1), name.end())
    for match in _TAKES.finditer(text):
        yield from _before_verb(lexicon, text, match.start(), match.end())
    for match in _POST.finditer(text):
        of = text.rfind("的", max(0, match.start() - _LONGEST_OFFICE), match.start())
        if of > 0:
            yield from _before_verb(lexicon, text, of, of + 1)
    for match in _at_beginnings(_BIOGRAPHY, _LINE_ENDS, text) if "现任" in text else ():
        yield from _holder(lexicon, text, *match.span(1), match.end())
    for match in _at_beginnings(_IN_APPOSITION, _SENTENCE_ENDS, text):
        for each in _holder(lexicon, text, *match.span(1), match.end()):
            if each.organisation is not None:
                yield each


def _before_verb(lexicon: Lexicon, text: str, end: int, held_at: int) -> Iterator[Found]:
    """The official whose name begins a clause and ends at ``end``, where an office begins at ``held_at``."""
    end -= len("同志") if text.startswith(_HONOURED, max(0, end - len("同志"))) else 0
    start = -1
    for at in (end - 2, end - 3, end - 4):
        if at == 0 or text[at - 1 : at] in _OPENED:
            start = at
            break
    if start >= 0:
        yield from _holder(lexicon, text, start, end, held_at)


def _holder(lexicon: Lexicon, text: str, start: int, end: int, held_at: int) -> Iterator[Found]:
    """The official ``text[start:end]`` where that is a name and an office begins at ``held_at``; else nothing."""
    held = _HELD.match(text, held_at)
    if held and _is_held(lexicon, held[1]) and is_whole_name(lexicon, text[start:end]):
        yield Found(start, end, text[start:end], *office(lexicon, held[1]), "bare", "appointment", 0.7)


def _below(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The names in a line of their own below the line of their office, as minutes and tables have them."""
    for match in _at_beginnings(_LINES, _LINE_ENDS, text):
        if not _is_held(lexicon, match[1]):
            continue
        at, end = match.span(2)
        names: list[tuple[int, int]] = []
        while at < end and (found := name_at(lexicon, text, at)) and found[1] == MARKED and len(names) < _MOST_NAMES:
            names.append((at, found[0]))
            joint = _BETWEEN.match(text, found[0], end)
            at = joint.end() if joint else found[0]
            if joint is None:
                break
        if names and (at == end or _BRACKETED.fullmatch(text, at, end)):
            held = office(lexicon, match[1])
            for first, last in names:
                yield Found(first, last, "".join(text[first:last].split()), *held, "bare", "below", 0.7)


def _before_shared(lexicon: Lexicon, text: str) -> Iterator[Found]:
    """The names before 等 and a title that they share: 林知远、苏望等市领导."""
    for match in _AND_OTHERS.finditer(text):
        at = match.end()
        ends = (
            end for end in range(at + 2, min(at + _LONGEST_SHARED, len(text)) + 1) if is_office(lexicon, text[at:end])
        )
        if (last := max(ends, default=None)) is None or not _is_held(lexicon, text[at:last]):
            continue
        title, organisation = office(lexicon, text[at:last])
        if organisation is not None:
            continue
        end, names = match.start(), 0
        while names < _MOST_NAMES and (start := name_before(lexicon, text, end)) is not None:
            yield Found(start, end, text[start:end], title, None, "list", "shared", 0.7)
            names += 1
            end = start - 1
            if text[end : end + 1] != "、":
                break
