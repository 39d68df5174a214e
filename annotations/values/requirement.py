"""Reads the values of REQUIREMENT: whom it binds, its modal, its deadline, and which item of an enumeration it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, pattern
from annotations.lexicon.tables import rows
from annotations.values import date
from annotations.values.offer import Offer
from annotations.values.passage import Passage

ORDINAL: Final = "[一二三四五六七八九十]{1,3}"
ENUMERATOR: Final = (
    rf"\s*(?:({ORDINAL})(?:是|要|、|[,，])|第({ORDINAL})[,，、]?|其({ORDINAL})[,，、]?|[(（]({ORDINAL}|\d{{1,2}})[)）]"
    r"|(\d{1,2})(?:[.．、](?!\d)|[)）])|([①-⑳]))"
)
_ENUMERATED: Final = (
    rf"(?:^|[。；;：:！!\n,，])\s*(?:({ORDINAL})(?:是|要)|[(（]({ORDINAL}|\d{{1,2}})[)）]|第({ORDINAL})[,，])"
    r"|(?:强调|指出|要求)[,，:：](?!一是|一要|第一)"
)
_TOPIC: Final = "(?:^|[。；;，,：:\n])([^。；;，,：:\n]{1,30})(?:方面|领域)[,，:：]?(?:一是|一要|第一|[(（]一[)）])"
_MARKS: Final = "[,，;；:：。！!\n]|[(（][^()（）]{0,40}[)）]"
_ASIDE: Final = "(?:[(（][^()（）]{1,6}[)）])?"
_QUOTED: Final = "“[^“”]{0,80}”|《[^《》]{0,80}》"


LONGEST_SUBJECT: Final = 60
"""No subject has more code points."""


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of a REQUIREMENT."""
    text, lexicon = passage.quote, passage.lexicon
    cue = _cue(lexicon, text)
    return {
        "addressee": ";".join(_subjects(lexicon, text)) or None,
        "cue": cue,
        "modality": "imperative" if cue is None else "must_not" if cue in _modals(lexicon, "must_not") else "must",
        "deadline": date.deadline(text, passage),
        "item": _item(passage),
    }


def offers(attribute: str, passage: Passage) -> list[Offer]:
    """The values that a form offers for an attribute of a REQUIREMENT."""
    if attribute == "deadline":
        return date.deadlines(passage)
    lexicon = passage.lexicon
    found = [read(passage).get(attribute)]
    if attribute == "cue":
        found += modal(lexicon, "must", "must_not", "weak").findall(masked(lexicon, passage.quote))
    elif attribute == "addressee":
        found += _subjects(lexicon, passage.quote)
    return [Offer(value, "read from the text") for value in dict.fromkeys(found) if isinstance(value, str)]


def _item(passage: Passage) -> str | None:
    """The ordinal that the requirement begins with, else that of the item it stands in; None where it is in none."""
    line = passage.before.rsplit("\n", 1)[-1]
    found = pattern(ENUMERATOR).match(passage.quote)
    item = next(group for group in found.groups() if group) if found else None
    if item is None:
        for each in pattern(_ENUMERATED).finditer(line):
            item = each[1] or each[2] or each[3]
    return item and _topic(line + passage.quote[:4]) + item


def _topic(text: str) -> str:
    """The mark in ``topics.tsv`` for the topic of an enumeration, 水 for 水环境治理方面,一要; empty where none fits."""
    topics = pattern(_TOPIC).findall(text)
    if not topics:
        return ""
    return next(
        (mark for mark, words, _ in rows("topics.tsv") if any(word in topics[-1] for word in words.split(" "))), ""
    )


def _cue(lexicon: Lexicon, text: str) -> str | None:
    """The first modal in a text outside of quotations, a weak one such as 确保 only where there is no other."""
    said = masked(lexicon, text)
    first = modal(lexicon, "must", "must_not").search(said)
    found = first or modal(lexicon, "weak").search(said)
    return found[0] if found else None


@derived
def masked(lexicon: Lexicon, text: str) -> str:
    """The text with quotations and words such as 主要 masked by dots, so that no modal is found in them.

    Its length stays the same.
    """
    hidden = pattern(_QUOTED).sub(lambda match: "·" * len(match[0]), text)
    return _innocent(lexicon).sub(lambda match: "·" * len(match[0]), hidden)


def _subjects(lexicon: Lexicon, text: str) -> list[str]:
    """The subjects of the clauses of a text, in order; subjects that are joined by 、 are one."""
    said = masked(lexicon, text)
    enumerator = pattern(ENUMERATOR).match(text)
    clauses = clauses_of(said, enumerator.end() if enumerator else 0)
    found = (_subject(lexicon, text[start:end], said[start:end]) for start, end in clauses)
    return list(dict.fromkeys(each for each in found if each))


def clauses_of(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The start and end of each clause of a text from ``start`` on; commas in parentheses are skipped."""
    for mark in pattern(_MARKS).finditer(text, start):
        if mark[0][0] not in "(（":
            yield start, mark.start()
            start = mark.end()
    yield start, len(text)


def _subject(lexicon: Lexicon, clause: str, said: str) -> str | None:
    """The subject of a clause where it can be bound: it stands before the modal, or opens the clause; else None."""
    lead = _lead(lexicon).match(clause)
    start = lead.end() if lead else 0
    found = modal(lexicon, "must", "must_not").search(said, start)
    if found and found.start() - start <= LONGEST_SUBJECT:
        before = _adverbs(lexicon).sub("", clause[start : found.start()]).strip()
        if whole_subject(lexicon).fullmatch(before):
            return before
        if found[0].endswith("请"):
            start = found.end()  # 请各单位反馈
    opening = opening_subject(lexicon).match(clause, start)
    return opening[0] if opening else None


@derived
def _modals(lexicon: Lexicon, *kinds: str) -> frozenset[str]:
    return frozenset(lexicon.words("modals.tsv", *kinds))


@derived
def modal(lexicon: Lexicon, *kinds: str) -> re.Pattern[str]:
    """A pattern for the modals of some kinds, for a text that is ``masked``."""
    return re.compile(alternatives(_modals(lexicon, *kinds)))


@derived
def _innocent(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for the words that have a modal in them and are none: 主要, 应急, 不得不."""
    return re.compile("|".join((alternatives(_modals(lexicon, "is")), *sorted(_modals(lexicon, "like")))))


def _bound(lexicon: Lexicon, *kinds: str) -> str:
    return alternatives(lexicon.words("addressees.tsv", *kinds))


@derived
def _lead(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"(?:{_bound(lexicon, 'lead')})")


@derived
def _adverbs(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"(?:{_bound(lexicon, 'adverb')})+$")


@derived
def opening_subject(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for a subject that opens a clause, known by its first and last words: 辖区镇街党委、政府."""
    inner = f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》、和及与])"
    closing = f"(?:(?:{_bound(lexicon, 'closing')}){_ASIDE})"
    bodies = f"(?:{_bound(lexicon, 'opening')}){inner}{{0,20}}?{closing}(?:{inner}{{0,6}}?{closing}){{0,3}}"
    unit = f"(?:{bodies}|(?:{_bound(lexicon, 'whole')}){_ASIDE})"
    # The groups are atomic: otherwise hostile text could make it try every way to divide a row of subjects.
    return re.compile(f"(?>{unit})(?>[、和及与]?{unit}|[、和及与]{inner}{{0,10}}?{closing}){{0,8}}+(?![的、])")


@derived
def whole_subject(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for a subject before a modal, which needs no known first word: 临江县水务局."""
    inner = f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》])"
    closing = _bound(lexicon, "closing", "whole")
    return re.compile(f"{inner}{{0,{LONGEST_SUBJECT}}}?(?:{closing}|[省市县区州镇乡村盟旗]){_ASIDE}")
