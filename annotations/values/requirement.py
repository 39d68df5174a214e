"""Reads the values of REQUIREMENT: whom it binds, its modal, its deadline, and which item of an enumeration it is."""

from __future__ import annotations

import re
from typing import Final

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, pattern
from annotations.lexicon.tables import rows
from annotations.values import date
from annotations.values.commands import starts
from annotations.values.modals import binding, clauses_of, governing, masked, modal, modals
from annotations.values.offer import Offer
from annotations.values.passage import AROUND, Passage

ORDINAL: Final = "[一二三四五六七八九十]{1,3}"
ARTICLE: Final = r"第([一二三四五六七八九十百]{1,6}|\d{1,3})条(?![第规的、和款项中之])[ 　]{0,4}"
DECIMAL: Final = r"(\d{1,2}(?:[.．]\d{1,2}){1,3})[ 　]{1,4}(?!\d)"
ENUMERATOR: Final = (
    rf"\s*(?:({ORDINAL})(?:是|要|、|[,，])|{ARTICLE}|{DECIMAL}|第({ORDINAL})[,，、]?|其({ORDINAL})[,，、]?"
    rf"|[(（]({ORDINAL}|\d{{1,2}})[)）]|(\d{{1,2}})(?:[.．、](?!\d)|[)）])|([①-⑳]))"
)
_ENUMERATED: Final = (
    rf"(?:^|[。；;：:！!\n,，])\s*(?:({ORDINAL})(?:是|要)|[(（]({ORDINAL}|\d{{1,2}})[)）]|第({ORDINAL})[,，])"
    r"|(?:强调|指出|要求)[,，:：](?!一是|一要|第一)"
)
_TOPIC: Final = "(?:^|[。；;，,：:\n])([^。；;，,：:\n]{1,30})(?:方面|领域)[,，:：]?(?:一是|一要|第一|[(（]一[)）])"
_ASIDE: Final = "(?:[(（][^()（）]{1,6}[)）])?"


LONGEST_SUBJECT: Final = 60
"""No subject has more code points."""
_OF_SOMEBODY: Final = "(?:工作|制发|制定|印发|组织|举办|作出)的"
"""Behind a body: what follows is something of that body, 县政府制发的文件."""
LONGEST_ACTING: Final = 30
"""No subject that is known by its last word and the command behind it has more code points."""
_NAME_GOES_ON: Final = (
    "[会局厅署员性网]|采购|购买|投资|巡视|巡察|督察(?!组)|审计(?!局|厅)|办理|科学|处[理置]|部(?:署|分|位)"
    "|社会(?:保障|保险|主义|治理|服务|组织|面)"
)
"""Behind the last word of a body these show that the name goes on, or that it is none."""


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of a REQUIREMENT."""
    text, lexicon = passage.quote, passage.lexicon
    cue = _cue(lexicon, text)
    return {
        "addressee": ";".join(_subjects(lexicon, text)) or None,
        "cue": cue,
        "modality": "imperative" if cue is None else "must_not" if cue in modals(lexicon, "must_not") else "must",
        "deadline": date.deadline(passage),
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
    before = max(0, passage.start - AROUND)
    line = passage.text[max(before, passage.text.rfind("\n", before, passage.start) + 1) : passage.start]
    found = pattern(ENUMERATOR).match(passage.quote)
    item = next(group for group in found.groups() if group) if found else None
    if item is None:
        for each in pattern(_ENUMERATED).finditer(line):
            item = each[1] or each[2] or each[3]
    return item and _topic(line + passage.quote[:4]) + item


def _topic(text: str) -> str:
    """The mark in ``topics.tsv`` for the topic of an enumeration, 水 for 水环境治理方面,一要; empty where none fits."""
    topics = pattern(_TOPIC).findall(text) if "方面" in text or "领域" in text else []
    if not topics:
        return ""
    return next(
        (mark for mark, words, _ in rows("topics.tsv") if any(word in topics[-1] for word in words.split(" "))), ""
    )


def _cue(lexicon: Lexicon, text: str) -> str | None:
    """The first modal of a text that binds somebody, a weak one such as 确保 only where there is no other."""
    found = governing(lexicon, text) or modal(lexicon, "weak").search(masked(lexicon, text))
    return found[0] if found else None


def _subjects(lexicon: Lexicon, text: str) -> list[str]:
    """The subjects of the clauses of a text, in order; subjects that are joined by 、 are one."""
    said = masked(lexicon, text)
    enumerator = pattern(ENUMERATOR).match(text)
    clauses = clauses_of(said, enumerator.end() if enumerator else 0)
    found = (_subject(lexicon, text[start:end], said[start:end]) for start, end in clauses)
    return list(dict.fromkeys(each for each in found if each))


def _subject(lexicon: Lexicon, clause: str, said: str) -> str | None:
    """The subject of a clause where it can be bound: it stands before the modal, or opens the clause; else None."""
    lead = _lead(lexicon).match(clause)
    start = lead.end() if lead else 0
    found = binding(lexicon, said, start, len(said))
    if found and found.start() - start <= LONGEST_SUBJECT:
        before = _adverbs(lexicon).sub("", clause[start : found.start()]).strip()
        if whole_subject(lexicon).fullmatch(before):
            return before
        if found[0].endswith("请"):
            start = found.end()  # 请各单位反馈
    opening = opening_subject(lexicon).match(clause, start)
    if opening and not pattern(_OF_SOMEBODY).match(clause, opening.end()):
        return opening[0]
    by = clause.find("由", start) + 1
    acting = acting_subject(lexicon, clause, start)
    if acting is None and by:
        start, acting = by, acting_subject(lexicon, clause, by)  # 检查由县城管局牵头
    return clause[start:acting] if acting else None


def acting_subject(lexicon: Lexicon, clause: str, start: int) -> int | None:
    """Where the subject ends that opens a clause at ``start`` and stands right before a command; None without one.

    No first word need be known: 生态环境局做好协调.
    """
    if starts(lexicon, "imperative", clause, start) or starts(lexicon, "preface", clause, start):
        return None
    for body in _body(lexicon).finditer(clause, start, start + LONGEST_ACTING):
        if starts(lexicon, "imperative", clause, body.end()):
            return body.end() if _plain(lexicon).fullmatch(clause, start, body.end()) else None
    return None


def _bound(lexicon: Lexicon, *kinds: str) -> str:
    return alternatives(lexicon.words("addressees.tsv", *kinds))


@derived
def _lead(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"(?:{_bound(lexicon, 'lead')})")


@derived
def _adverbs(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"(?:{_bound(lexicon, 'adverb')})+$")


@derived
def _body(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for the last word of a body."""
    return re.compile(f"(?:{_bound(lexicon, 'closing', 'whole')}){_ASIDE}")


@derived
def _plain(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for what holds no verb: no clause has come to what is to be done."""
    return re.compile(f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》])+")


@derived
def opening_subject(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for a subject that opens a clause, known by its first and last words: 辖区镇街党委、政府."""
    inner = f"(?:(?!{_bound(lexicon, 'verb')})[^\\s\\d,，;；:：。！!·“”《》、和及与])"
    closing = f"(?:(?:{_bound(lexicon, 'closing')})(?!{_NAME_GOES_ON}){_ASIDE})"
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
