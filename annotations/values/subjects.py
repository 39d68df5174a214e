"""Finds whom a clause binds: a subject that is known by its words, or by the command that stands right behind it.

The suggester of requirements and the reader of their values ask here, so that both know the same subjects.  Words that
stand in no subject are searched for once in a clause: a pattern that looked for them at every character would be slow.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Final, NamedTuple

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, any_of, pattern
from annotations.values.commands import opens_action, starts

LONGEST_SUBJECT: Final = 60
"""No subject has more code points before its last word."""
_LONGEST_ACTING: Final = 30
"""No subject that is known by its last word and the command behind it has more code points."""
_ASIDE: Final = "(?:[(（][^()（）]{1,6}[)）])?"
_ASIDE_LAST: Final = "[(（][^()（）]{1,6}[)）]$"
_STOPS: Final = r"\s\d,，;；:：。！!·“”《》"
"""The marks that stand in no subject, as a set of a pattern has them."""
_STOP: Final = f"[{_STOPS}]"
_PLACES: Final = "省市县区州镇乡村盟旗"
"""A subject before a modal may end with one of these, too: 各市要…."""
_OF_SOMEBODY: Final = "(?:工作|制发|制定|印发|组织|举办|作出)的"
"""Behind a body: what follows is something of that body, 县政府制发的文件."""
_NAME_GOES_ON: Final = (
    "[会局厅署员性网]|采购|购买|投资|巡视|巡察|督察(?!组)|审计(?!局|厅)|办理|科学|处[理置]|部(?:署|分|位)"
    "|社会(?:保障|保险|主义|治理|服务|组织|面)"
)
"""Behind the last word of a body these show that the name goes on, or that it is none."""


class _Known(NamedTuple):
    """What is known of subjects: patterns and words of ``addressees.tsv``.

    ``opening`` matches a subject that opens a clause, known by its first and last words, 辖区镇街党委、政府; one begins
    with a character of ``firsts``.  ``body`` matches the last word of a body, and ``verb`` a word that stands in no
    subject.  ``closings`` are the last words of a subject before a modal by their last character, the longest first.
    """

    opening: re.Pattern[str]
    firsts: frozenset[str]
    body: re.Pattern[str]
    verb: re.Pattern[str]
    closings: dict[str, tuple[str, ...]]


def opening_subject(lexicon: Lexicon, text: str, start: int, end: int = sys.maxsize) -> int | None:
    """Where the subject ends that opens a clause at ``start`` and is known by its words; None without one."""
    known = _known(lexicon)
    if text[start : start + 1] not in known.firsts:
        return None
    found = known.opening.match(text, start, end)
    return found.end() if found else None


def acting_subject(lexicon: Lexicon, clause: str, start: int) -> int | None:
    """Where the subject ends that opens a clause at ``start`` and stands right before a command; None without one.

    No first word need be known: 生态环境局做好协调.
    """
    if opens_action(lexicon, clause, start):
        return None
    known = _known(lexicon)
    for body in known.body.finditer(clause, start, start + _LONGEST_ACTING):
        end = body.end()
        if starts(lexicon, "imperative", clause, end):
            verb = known.verb.search(clause, start, end) or pattern(_STOP).search(clause, start, end)
            return end if verb is None else None  # a clause with a verb has come to what is to be done
    return None


def is_subject(lexicon: Lexicon, text: str) -> bool:
    """Whether a text before a modal is a subject, which needs no known first word: 临江县水务局."""
    known = _known(lexicon)
    aside = pattern(_ASIDE_LAST).search(text) if text[-1:] in ")）" else None
    for last in (len(text), aside.start() if aside else 0):
        words = known.closings.get(text[last - 1 : last])
        if words is None or not text.endswith(words, 0, last):
            continue
        before = last - next(len(word) for word in words if text.endswith(word, 0, last))
        if before > LONGEST_SUBJECT:
            continue
        verb = known.verb.search(text)
        if (verb is None or verb.start() >= before) and pattern(_STOP).search(text, 0, before) is None:
            return True
    return False


def subject_of(lexicon: Lexicon, clause: str, start: int, bound: tuple[int, str] | None) -> str | None:
    """The subject of a clause where it can be bound: it stands before the modal, or opens the clause; else None.

    Args:
        lexicon: the word lists to read with.
        clause: the clause.
        start: where it begins behind what belongs to no subject.
        bound: where the modal that binds begins in it, and the modal; None where there is none.
    """
    if bound and bound[0] - start <= LONGEST_SUBJECT:
        before = _without_adverbs(lexicon, clause[start : bound[0]]).strip()
        if is_subject(lexicon, before):
            return before
        if bound[1].endswith("请"):
            start = bound[0] + len(bound[1])  # 请各单位反馈
    opening = opening_subject(lexicon, clause, start)
    if opening and not pattern(_OF_SOMEBODY).match(clause, opening):
        return clause[start:opening]
    by = clause.find("由", start) + 1
    acting = acting_subject(lexicon, clause, start)
    if acting is None and by:
        start, acting = by, acting_subject(lexicon, clause, by)  # 检查由县城管局牵头
    return clause[start:acting] if acting else None


def behind_lead(lexicon: Lexicon, clause: str) -> int:
    """Where a clause begins behind a word that belongs to no subject: 同时, 会议要求."""
    words = _leads(lexicon).get(clause[:1])
    if words is None or not clause.startswith(words):
        return 0
    return next(len(word) for word in words if clause.startswith(word))


def _without_adverbs(lexicon: Lexicon, words: str) -> str:
    adverbs, lasts = _adverbs(lexicon)
    return adverbs.sub("", words) if words[-1:] in lasts else words


def _bound(lexicon: Lexicon, *kinds: str) -> str:
    return alternatives(lexicon.words("addressees.tsv", *kinds))


def _by_last(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        found.setdefault(word[-1], []).append(word)
    return {last: tuple(words) for last, words in found.items()}


@derived
def _leads(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The words before a subject by their first character, the longest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(lexicon.words("addressees.tsv", "lead"), key=len, reverse=True):
        found.setdefault(word[0], []).append(word)
    return {first: tuple(words) for first, words in found.items()}


@derived
def _adverbs(lexicon: Lexicon) -> tuple[re.Pattern[str], frozenset[str]]:
    """A pattern for the adverbs at the end of a text, and the last characters of a text that has some."""
    lasts = {word[-1] for word in lexicon.words("addressees.tsv", "adverb")}
    return re.compile(f"(?:{_bound(lexicon, 'adverb')})+$"), frozenset(lasts | {"\n"})


@derived
def _known(lexicon: Lexicon) -> _Known:
    verb = any_of(lexicon.words("addressees.tsv", "verb"))
    # Most characters begin no verb, so that none need be tried there; the two halves have no character in common.
    begins = "".join(sorted({word[0] for word in lexicon.words("addressees.tsv", "verb")} - set("、和及与")))
    begins = re.escape("".join(pattern(f"[^{_STOPS}]").findall(begins)))
    inner = f"(?:[^{_STOPS}、和及与{begins}]|(?!{verb.pattern})[{begins}])"
    closing = f"(?:(?:{_bound(lexicon, 'closing')})(?!{_NAME_GOES_ON}){_ASIDE})"
    bodies = f"(?:{_bound(lexicon, 'opening')}){inner}{{0,20}}?{closing}(?:{inner}{{0,6}}?{closing}){{0,3}}"
    unit = f"(?:{bodies}|(?:{_bound(lexicon, 'whole')}){_ASIDE})"
    # The groups are atomic: otherwise hostile text could make it try every way to divide a row of subjects.
    opening = f"(?>{unit})(?>[、和及与]?{unit}|[、和及与]{inner}{{0,10}}?{closing}){{0,8}}+(?![的、])"
    closings = frozenset(lexicon.words("addressees.tsv", "closing", "whole"))
    return _Known(
        opening=re.compile(opening),
        firsts=frozenset(word[0] for word in lexicon.words("addressees.tsv", "opening", "whole")),
        body=re.compile(f"(?:{any_of(closings).pattern}){_ASIDE}"),
        verb=verb,
        closings=_by_last(closings | frozenset(_PLACES)),
    )
