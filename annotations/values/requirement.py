"""Reads the values of REQUIREMENT: whom it binds, its modal, its deadline, and which item of an enumeration it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon
from annotations.lexicon.patterns import pattern
from annotations.lexicon.tables import rows
from annotations.values import date
from annotations.values.modals import binding, clauses_of, masked, modal, modals
from annotations.values.offer import Offer
from annotations.values.passage import AROUND, Passage
from annotations.values.subjects import behind_lead, subject_of

ORDINAL: Final = "[一二三四五六七八九十]{1,3}"
ARTICLE: Final = r"第([一二三四五六七八九十百]{1,6}|\d{1,3})条(?![第规的、和款项中之])[ 　]{0,4}"
DECIMAL: Final = r"(\d{1,2}(?:[.．]\d{1,2}){1,3})[ 　]{1,4}(?!\d)"
ENUMERATOR: Final = (
    rf"\s*(?:({ORDINAL})(?:是|要|、|[,，])|{ARTICLE}|{DECIMAL}|第({ORDINAL})[,，、]?|其({ORDINAL})[,，、]?"
    rf"|[(（]({ORDINAL}|\d{{1,2}})[)）]|(\d{{1,2}})(?:[.．、](?!\d)|[)）])|([①-⑳]))"
)
_NUMBERS: Final = frozenset("一二三四五六七八九十第其(（①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
"""What may begin an enumerator besides digits and blanks."""
_OPENS: Final = rf"\s*(?:({ORDINAL})(?:是|要)|[(（]({ORDINAL}|\d{{1,2}})[)）]|第({ORDINAL})[,，])"
"""The enumerator at the beginning of a line or a clause."""
_ENUMERATED: Final = (
    rf"[。；;：:！!\n,，强指要](?:(?<![强指要]){_OPENS}"
    r"|(?:(?<=强)调|(?<=指)出|(?<=要)求)[,，:：](?!一是|一要|第一))"
)
"""Such an enumerator behind a mark, or words that end an enumeration.  It begins with one of a set: that is fast."""
_TOPIC: Final = "(?:^|[。；;，,：:\n])([^。；;，,：:\n]{1,30})(?:方面|领域)[,，:：]?(?:一是|一要|第一|[(（]一[)）])"


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of a REQUIREMENT."""
    return read_all([passage])[0]


def read_all(passages: Sequence[Passage]) -> list[dict[str, AttributeValue]]:
    """The values of several REQUIREMENTs.

    Each step is done for all of them before the next: so its code stays in the caches of the processor.
    """
    texts = [passage.quote for passage in passages]
    said = [masked(passage.lexicon, text) for passage, text in zip(passages, texts, strict=True)]
    clauses = [_clauses(passage.lexicon, each) for passage, each in zip(passages, said, strict=True)]
    cues = [_cue(passage.lexicon, each, cut) for passage, each, cut in zip(passages, said, clauses, strict=True)]
    enumerators = [pattern(ENUMERATOR).match(text) if may_be_numbered(text[:1]) else None for text in texts]
    subjects = [
        _subjects(passage.lexicon, text, each, cut, enumerator)
        for passage, text, each, cut, enumerator in zip(passages, texts, said, clauses, enumerators, strict=True)
    ]
    deadlines = [date.deadline(passage) for passage in passages]
    items = [_item(*each) for each in zip(passages, texts, enumerators, strict=True)]
    return [
        {
            "addressee": ";".join(addressees) or None,
            "cue": cue,
            "modality": _modality(passage.lexicon, cue),
            "deadline": deadline,
            "item": item,
        }
        for passage, addressees, cue, deadline, item in zip(passages, subjects, cues, deadlines, items, strict=True)
    ]


def _modality(lexicon: Lexicon, cue: str | None) -> str:
    return "imperative" if cue is None else "must_not" if cue in modals(lexicon, "must_not") else "must"


def may_be_numbered(character: str) -> bool:
    """Whether ``ENUMERATOR`` may begin with a character: a look is far faster than a pattern that fails."""
    return character in _NUMBERS or character.isdecimal() or character.isspace()


def offers(attribute: str, passage: Passage) -> list[Offer]:
    """The values that a form offers for an attribute of a REQUIREMENT."""
    if attribute == "deadline":
        return date.deadlines(passage)
    lexicon, said = passage.lexicon, masked(passage.lexicon, passage.quote)
    found = [read(passage).get(attribute)]
    if attribute == "cue":
        found += modal(lexicon, "must", "must_not", "weak").findall(said)
    elif attribute == "addressee":
        enumerator = pattern(ENUMERATOR).match(passage.quote)
        found += _subjects(lexicon, passage.quote, said, _clauses(lexicon, said), enumerator)
    return [Offer(value, "read from the text") for value in dict.fromkeys(found) if isinstance(value, str)]


def _item(passage: Passage, quote: str, enumerator: re.Match[str] | None) -> str | None:
    """The ordinal that the requirement begins with, else that of the item it stands in; None where it is in none."""
    start = passage.start
    before = max(0, start - AROUND)
    line = passage.text[max(before, passage.text.rfind("\n", before, start) + 1) : start]
    item = next(group for group in enumerator.groups() if group) if enumerator else None
    if item is None:
        opens = pattern(_OPENS).match(line) if may_be_numbered(line[:1]) else None
        item = opens and (opens[1] or opens[2] or opens[3])
        for each in pattern(_ENUMERATED).finditer(line, opens.end() if opens else 0):
            item = each[1] or each[2] or each[3]
    return item and _topic(line + quote[:4]) + item


def _topic(text: str) -> str:
    """The mark in ``topics.tsv`` for the topic of an enumeration, 水 for 水环境治理方面,一要; empty where none fits."""
    topics = pattern(_TOPIC).findall(text) if "方面" in text or "领域" in text else []
    if not topics:
        return ""
    return next(
        (mark for mark, words, _ in rows("topics.tsv") if any(word in topics[-1] for word in words.split(" "))), ""
    )


class _Clause(msgspec.Struct, frozen=True, gc=False):
    """A clause in code points of the text, and its first modal that binds somebody."""

    start: int
    end: int
    modal: re.Match[str] | None


def _clauses(lexicon: Lexicon, said: str) -> list[_Clause]:
    """The clauses of a text that is ``masked``."""
    first = modal(lexicon, "must", "must_not").search(said)
    last = len(said) if first is None else first.start()
    return [
        _Clause(start, end, binding(lexicon, said, start, end) if end > last else None)
        for start, end in clauses_of(said, 0)
    ]


def _cue(lexicon: Lexicon, said: str, clauses: list[_Clause]) -> str | None:
    """The first modal of a text that binds somebody, a weak one such as 确保 only where there is no other."""
    for each in clauses:
        if each.modal:
            return each.modal[0]
    found = modal(lexicon, "weak").search(said)
    return found[0] if found else None


def _subjects(
    lexicon: Lexicon, text: str, said: str, clauses: list[_Clause], enumerator: re.Match[str] | None
) -> list[str]:
    """The subjects of the clauses of a text, in order; subjects that are joined by 、 are one."""
    low = enumerator.end() if enumerator else 0
    found: dict[str, None] = {}
    for each in clauses:
        if each.end >= low and (subject := _subject(lexicon, text, said, each, low)):
            found[subject] = None
    return list(found)


def _subject(lexicon: Lexicon, text: str, said: str, clause: _Clause, low: int) -> str | None:
    """The subject of a clause, which begins at ``low`` at the earliest, where it can be bound; else None."""
    start = max(low, clause.start)
    words = text[start : clause.end]
    lead = behind_lead(lexicon, words)
    found = clause.modal
    if start + lead > clause.start:  # what stands before a modal tells whether it binds
        found = binding(lexicon, said, start + lead, clause.end)
    return subject_of(lexicon, words, lead, (found.start() - start, found[0]) if found else None)
