"""What a requirement says of itself: whom it binds, by which modal, until when, and which item of a list it is."""

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
"""No subject is longer than this, in code points."""


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of a REQUIREMENT."""
    text, lexicon = passage.quote, passage.lexicon
    cue = _cue(lexicon, text)
    return {
        "addressee": ";".join(_subjects(lexicon, text)) or None,
        "cue": cue,
        "modality": "imperative" if cue is None else "must_not" if cue in _modals(lexicon, "must_not") else "must",
        "deadline": date.limit(text, passage),
        "item": _item(passage),
    }


def offers(attribute: str, passage: Passage) -> list[Offer]:
    """What the form offers for an attribute of a REQUIREMENT."""
    if attribute == "deadline":
        return date.limits(passage)
    lexicon = passage.lexicon
    found = [read(passage).get(attribute)]
    if attribute == "cue":
        found += modal(lexicon, "must", "must_not", "weak").findall(plain(lexicon, passage.quote))
    elif attribute == "addressee":
        found += _subjects(lexicon, passage.quote)
    return [Offer(value, "read from the text") for value in dict.fromkeys(found) if isinstance(value, str)]


def _item(passage: Passage) -> str | None:
    """The ordinal that the requirement begins with, else that of the item it stands in."""
    line = passage.before.rsplit("\n", 1)[-1]
    found = pattern(ENUMERATOR).match(passage.quote)
    item = next(group for group in found.groups() if group) if found else None
    if item is None:
        for each in pattern(_ENUMERATED).finditer(line):
            item = each[1] or each[2] or each[3]
    return item and _topic(line + passage.quote[:4]) + item


def _topic(text: str) -> str:
    """The mark of the topic of an enumeration, 水 in 水环境治理方面,一要; empty where there is none."""
    topics = pattern(_TOPIC).findall(text)
    if not topics:
        return ""
    return next(
        (mark for mark, words, _ in rows("topics.tsv") if any(word in topics[-1] for word in words.split(" "))), ""
    )


def _cue(lexicon: Lexicon, text: str) -> str | None:
    """The first modal, 确保 only if there is no other; what is quoted says nothing."""
    said = plain(lexicon, text)
    first = modal(lexicon, "must", "must_not").search(said)
    found = first or modal(lexicon, "weak").search(said)
    return found[0] if found else None


@derived
def plain(lexicon: Lexicon, text: str) -> str:
    """The text with dots for what holds no modal: quotations, and words such as 主要; as long as it was."""
    hidden = pattern(_QUOTED).sub(lambda match: "·" * len(match[0]), text)
    return _innocent(lexicon).sub(lambda match: "·" * len(match[0]), hidden)


def _subjects(lexicon: Lexicon, text: str) -> list[str]:
    """The subjects of the clauses, in order; a coordination with 、 is one."""
    said = plain(lexicon, text)
    enumerator = pattern(ENUMERATOR).match(text)
    clauses = clauses_of(said, enumerator.end() if enumerator else 0)
    found = (_subject(lexicon, text[start:end], said[start:end]) for start, end in clauses)
    return list(dict.fromkeys(each for each in found if each))


def clauses_of(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the clauses of a text lie; commas in parentheses part none."""
    for mark in pattern(_MARKS).finditer(text, start):
        if mark[0][0] not in "(（":
            yield start, mark.start()
            start = mark.end()
    yield start, len(text)


def _subject(lexicon: Lexicon, clause: str, said: str) -> str | None:
    """The subject of a clause, if it is one that can be bound: what stands before the modal, or opens the clause."""
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
    """A pattern for the modals of some kinds; for a text that is ``plain``."""
    return re.compile(alternatives(_modals(lexicon, *kinds)))


@derived
def _innocent(lexicon: Lexicon) -> re.Pattern[str]:
    """Words that hold a modal and are none: 主要, 应急, 不得不."""
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
    """A subject known by its beginning and its end: 各级各有关部门, 辖区镇街党委、政府."""
    inner = f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》、和及与])"
    closing = f"(?:(?:{_bound(lexicon, 'closing')}){_ASIDE})"
    bodies = f"(?:{_bound(lexicon, 'opening')}){inner}{{0,20}}?{closing}(?:{inner}{{0,6}}?{closing}){{0,3}}"
    unit = f"(?:{bodies}|(?:{_bound(lexicon, 'whole')}){_ASIDE})"
    # Atomic, so that hostile text cannot make it try every way to divide a row of subjects.
    return re.compile(f"(?>{unit})(?>[、和及与]?{unit}|[、和及与]{inner}{{0,10}}?{closing}){{0,8}}+(?![的、])")


@derived
def whole_subject(lexicon: Lexicon) -> re.Pattern[str]:
    """A subject that stands before a modal, and so needs no known beginning: 临江县水务局."""
    inner = f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》])"
    closing = _bound(lexicon, "closing", "whole")
    return re.compile(f"{inner}{{0,{LONGEST_SUBJECT}}}?(?:{closing}|[省市县区州镇乡村盟旗]){_ASIDE}")
