"""Finds where a person's name stands in running text, and where the organisation before a title begins.

A name begins with a surname from the list.  It ends before a mark, before a verb that notices use behind names, or
before a word of rjieba's dictionary.  Offsets are code points of normalized text.  Nothing here knows of annotations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final

from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives
from annotations.values.official import compound, former_words, name_parts, surnames, title_before, title_ends, unlikely

_HAN: Final = re.compile(r"[^\W\d_A-Za-z]+")
_MARKS: Final = frozenset(" \t\n　、，,。.．；;：:！!？?（()）【】[]《》<>“”\"'‘’「」『』|/—-…·①②③④⑤⑥⑦⑧⑨⑩")
_CLOSING: Final = _MARKS | frozenset("0123456789")
"""What stands behind a name and ends it: a mark, or a date."""
_LETTERED: Final = re.compile(r"[^\W\d_A-Za-z]{1,8}(?:[·•‧・][^\W\d_A-Za-z]{1,8}){1,3}")
_DOTS: Final = frozenset("·•‧・")
_BLANKS: Final = frozenset(" 　")
_SPACED: Final = re.compile(r"([^\W\d_A-Za-z])[ 　]{1,2}([^\W\d_A-Za-z])")
_FREQUENT: Final = 500
"""A noun of two characters whose frequency is lower can be a name where nothing speaks against it: 文静."""
_RARE: Final = 30
"""A word whose frequency in the dictionary is lower counts as no word."""
_PARTY: Final = re.compile("[省市县区州旗镇乡](?:党?委|党工委)、$")
_STATE: Final = re.compile("[省市县区州旗镇乡]?(?:人民)?政府")
_DAY_ENDS: Final = frozenset(f"{digit}日" for digit in range(10))
_JOINS: Final = ("和", "与", "及", "以及", "暨")
_PARTICLES: Final = ("了", "着", "道")
"""What stands behind a verb of one character: 写了, 谈道."""
_PLACE_BEGINS: Final = frozenset("省市县区镇乡州国局厅政行劳环财商中最自农水住人")
_BODY_ENDS: Final = frozenset("厅局委院办室会府处")
"""The last character of organisations that a name may follow: 办公室林知远主任."""
_LONGEST_BODY: Final = 40
"""No organisation before a title is longer, in code points."""

# How surely a name ends, by what stands behind it; the surest first.
MARKED: Final = 4
"""A mark, or the end of the text."""
FOLLOWED: Final = 3
"""A word of two or more characters that notices use behind names: 主持, 强调."""
BRIEFLY: Final = 2
"""Such a word of one character: 说."""
WORDED: Final = 1
"""Another word of the dictionary."""
TAGGED: Final = 0
"""None of these; but the tagger of the dictionary takes the text for a name."""


def name_at(lexicon: Lexicon, text: str, start: int) -> tuple[int, int] | None:
    """The end of the name that begins at ``start``, and how surely it ends there; None where no name begins."""
    if start >= len(text) or text[start] in _CLOSING:
        return None
    if not _DOTS.isdisjoint(text[start : start + 9]) and (found := _LETTERED.match(text, start)):
        return _lettered(lexicon, text, found)
    if found := name_parts(lexicon).match(text, start):
        return _without_surname(lexicon, text, start, found.end())
    spaced = _SPACED.match(text, start) if text[start + 1 : start + 2] in _BLANKS else None
    if spaced and spaced[1] in surnames(lexicon) and _ends(lexicon, text, spaced.end()):
        return spaced.end(), MARKED
    best: tuple[int, int] | None = None
    for end in _lengths(lexicon, text, start):
        sure = _ends(lexicon, text, end)
        if sure and _may_be_name(lexicon, text[start:end], sure) and (best is None or sure >= best[1]):
            best = end, sure
    if best is None or best[1] == WORDED:
        best = _married(lexicon, text, start) or best
    return best or _tagged(lexicon, text, start)


def name_before(lexicon: Lexicon, text: str, end: int) -> int | None:
    """The start of the name that ends at ``end``; None where none does.

    Before the name must stand a mark, a word of the list ``stop``, or the end of an organisation, unless the dictionary
    knows the name.
    """
    for size in (3, 2, 4):
        start = end - size
        name = text[max(0, start) : end]
        if size == len("欧阳知远") and name[:2] not in compound(lexicon):
            continue
        if start < 0 or not _HAN.fullmatch(name) or not _has_surname(lexicon, name) or name[0] in unlikely(lexicon):
            continue
        before = text[start - 1 : start]
        known = len(name) > len("林望") and is_person(name)
        opened = not before or before in _MARKS or _stop_before(lexicon, text, start) or known or before in _BODY_ENDS
        if opened and _may_be_name(lexicon, name, FOLLOWED) and not is_word(name):
            return start
    return None


def body_before(lexicon: Lexicon, text: str, end: int) -> int:
    """The start of the organisation that ends at ``end``; ``end`` where none does."""
    at, low = end, max(0, end - _LONGEST_BODY)
    while at > low:
        if text[at - 1] in _MARKS or text[at - 2 : at] in _DAY_ENDS:
            at = _with_party(lexicon, text, at)
            break
        if text[at - 2 : at] in former_words(lexicon):
            return at - 2  # the office begins with 时任
        stop = _stop_before(lexicon, text, at)
        if stop and not _joined(lexicon, text, at, stop, end):
            break
        at -= 1
    return _behind_verbs(text, at, end)


def is_no_office(lexicon: Lexicon, title: str | None) -> bool:
    """Whether a title is no public office: 教授, 首席研究员, 总经理."""
    if title is None or title in person_words(lexicon, "no-office"):
        return True
    return title.endswith(tuple(person_words(lexicon, "never")))


def is_whole_name(lexicon: Lexicon, text: str) -> bool:
    """Whether a text, all of it, is a name."""
    found = name_at(lexicon, text, 0)
    return found is not None and found[0] == len(text)


def is_word(text: str) -> bool:
    """Whether a short text is a word of the dictionary other than the name of a person."""
    return has_word(text) and not _tags(text)[0][1].startswith("nr")


def is_person(text: str) -> bool:
    """Whether the dictionary has a text as the name of a person: 王建国."""
    return bool(_jieba().has_word(text)) and _tags(text)[0][1].startswith("nr")


def has_word(text: str) -> bool:
    """Whether a short text is a word of the dictionary that is not rare: 危立 is in it too, but rare."""
    jieba = _jieba()
    return bool(jieba.has_word(text) and jieba.suggest_freq(text) >= _RARE)


@derived
def person_words(lexicon: Lexicon, kind: str) -> frozenset[str]:
    """The words of one kind in ``persons.tsv``."""
    return frozenset(lexicon.words("persons.tsv", kind))


@derived
def person_pattern(lexicon: Lexicon, kind: str) -> re.Pattern[str]:
    """A pattern for the words of one kind in ``persons.tsv``."""
    return re.compile(alternatives(person_words(lexicon, kind)))


def _with_party(lexicon: Lexicon, text: str, at: int) -> int:
    """The start of the first of two bodies that share one, 市委、市政府督查室, where the second begins at ``at``."""
    first = text[max(0, at - len("党工委、")) : at]
    return body_before(lexicon, text, at - 1) if _PARTY.search(first) and _STATE.match(text, at) else at


def _lettered(lexicon: Lexicon, text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """The end of a name of several parts, 阿不都·卡德尔, and how surely it ends; a verb may follow the last part.

    None where a title stands before the name: 县长阿不都·卡德尔.
    """
    first = range(found.start() + 2, found.start() + min(map(found[0].find, filter(found[0].count, "·•‧・"))) + 1)
    if any(title_before(lexicon, text, at) in range(found.start(), at) for at in first):
        return None
    last = max(found[0].rfind(mark) for mark in "·•‧・")
    for end in range(found.end() - 1, found.start() + last + 1, -1):
        followed = person_pattern(lexicon, "follower").match(text, end)
        if followed and len(followed[0]) > 1:
            return end, FOLLOWED
    return found.end(), MARKED


def _without_surname(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The end of a name of parts that has no surname, 乌兰图雅, which begins at ``start`` with a part up to ``end``."""
    longest = re.compile(r"[^\W\d_A-Za-z]{0,6}").match(text, end)
    best: tuple[int, int] | None = None
    for at in range(end, longest.end() + 1 if longest else end):
        sure = _ends(lexicon, text, at)
        if at - start > 1 and sure in (MARKED, FOLLOWED, BRIEFLY) and not _ends_title(lexicon, text, start, at):
            best = at, sure
            break
    return best


def _ends_title(lexicon: Lexicon, text: str, start: int, end: int) -> bool:
    return any(title_before(lexicon, text, at) in range(start, at) for at in range(start + 2, end + 1))


def _married(lexicon: Lexicon, text: str, start: int) -> tuple[int, int] | None:
    """The end of a name with the surname of the husband before one's own, 林郑月华; only where no other name stands."""
    end = start + len("林郑月华")
    name = text[start:end]
    if name[:1] not in surnames(lexicon) or name[1:2] not in surnames(lexicon) - unlikely(lexicon):
        return None
    sure = _ends(lexicon, text, end) if len(name) == end - start and _HAN.fullmatch(name) else 0
    if sure <= WORDED or is_verb(name[2:]) or has_word(name[1:3]) or (is_word(name[2:]) and sure < MARKED):
        return None
    return (end, sure) if _may_be_name(lexicon, name, sure) and _may_be_name(lexicon, name[1:], sure) else None


def _lengths(lexicon: Lexicon, text: str, start: int) -> list[int]:
    """The ends that a name which begins at ``start`` may have, the nearest first; none where no surname begins."""
    if text[start : start + 2] in compound(lexicon):
        ends = (start + 3, start + 4)
    elif text[start : start + 1] in surnames(lexicon):
        ends = (start + 2, start + 3)
    else:
        return []
    return [end for end in ends if end <= len(text) and _HAN.fullmatch(text, start, end)]


def _ends(lexicon: Lexicon, text: str, end: int) -> int:
    """How surely a name ends at ``end``, by what follows it; 0 where nothing shows that it does."""
    if end >= len(text) or text[end] in _CLOSING:
        return MARKED
    followed = person_pattern(lexicon, "follower").match(text, end)
    # 明说 is a word too.  In 王小明说: the mark shows that 说 stands alone.
    alone = followed is not None and len(followed[0]) == 1 and followed[0] not in _JOINS
    alone = alone and end + 1 < len(text) and text[end + 1] not in _MARKS
    if followed and not (alone and has_word(text[end - 1 : end + 1])):
        return FOLLOWED if len(followed[0]) > 1 else BRIEFLY
    if (
        text[end + 1 : end + 2] in _PARTICLES
        and _tags(text[end])[0][1][0] == "v"
        and not has_word(text[end - 1 : end + 1])
    ):
        return FOLLOWED
    ends = title_ends(lexicon)
    if any(text[at - 1 : at] in ends and title_before(lexicon, text, at) == end for at in range(end + 2, end + 6)):
        return BRIEFLY
    word, tag = _tags(text[end : end + 8])[0]
    return WORDED if len(word) > 1 and has_word(word) and tag[0] in "vdpctrfail" else 0


def _has_surname(lexicon: Lexicon, text: str) -> bool:
    return text[:1] in surnames(lexicon) or (text[:2] in compound(lexicon) and len(text) > len("欧阳"))


def _may_be_name(lexicon: Lexicon, text: str, sure: int) -> bool:
    """Whether a text that begins with a surname is a name and not other words.

    Args:
        lexicon: the word lists to read with.
        text: the text; not empty.
        sure: how surely it ends.
    """
    # Behind 和 that joins two names stands no verb: in 李家和表示 it is part of the name.
    ending = text[-1] in person_words(lexicon, "ending") and not (text[-1] == "和" and sure == FOLLOWED)
    if ending or any(text.startswith(word) for word in _not_names(lexicon).get(text[0], ())):
        return False
    if title_before(lexicon, text, len(text)) < len(text):
        return False
    given = text[1:] if len(text) > len("林望") else ""
    if text[0] in unlikely(lexicon) and (sure == WORDED or is_verb(given) or (sure < MARKED and is_word(given))):
        return False
    if sure < MARKED and (is_word(text[:2]) or is_word(text)) and text[:2] not in compound(lexicon):
        # 高明 is in the dictionary and a name all the same; 要求 is not.
        return sure in (FOLLOWED, BRIEFLY) and text[0] not in unlikely(lexicon) and not is_verb(text[:2])
    if is_verb(text) or _is_usual(text):
        return False  # 队长宣讲, 局长程序
    return text[0] not in unlikely(lexicon) or not is_word(text[:2])


def _tagged(lexicon: Lexicon, text: str, start: int) -> tuple[int, int] | None:
    """The end of what the tagger of the dictionary takes for a name, where nothing else shows an end; else None."""
    ends = _lengths(lexicon, text, start) if text[start] not in unlikely(lexicon) else []
    if not ends:
        return None
    word, tag = _tags(text[start : start + 8])[0]
    # The tagger makes new words of characters that it does not know, and behind a title those are names.
    if (tag == "nr" or not has_word(word)) and start + len(word) in ends and _may_be_name(lexicon, word, MARKED):
        return start + len(word), TAGGED
    return None


def _is_usual(text: str) -> bool:
    """Whether a text is a noun of the dictionary that is no name: one of three characters, or a frequent one of two."""
    if len(text) > len("林望"):
        return is_word(text)
    return _tags(text)[0] == (text, "n") and _jieba().suggest_freq(text) >= _FREQUENT


def is_verb(word: str) -> bool:
    """Whether the dictionary has a text as a verb, an adverb or another small word."""
    return has_word(word) and _tags(word)[0][1][0] in "vdpcr"


def _stop_before(lexicon: Lexicon, text: str, at: int) -> str:
    """The word of the list ``stop`` that ends at ``at``, which an organisation begins behind; empty where none does."""
    for word in _stops(lexicon).get(text[at - 1 : at], ()):
        if text.endswith(word, max(0, at - len(word)), at):
            return word
    return ""


@derived
def _stops(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The words of the list ``stop`` by their last character, the longest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(person_words(lexicon, "stop"), key=len, reverse=True):
        found.setdefault(word[-1], []).append(word)
    return {last: tuple(words) for last, words in found.items()}


def _joined(lexicon: Lexicon, text: str, at: int, stop: str, end: int) -> bool:
    """Whether a word of the list ``stop`` is part of an organisation's name: 住房和城乡建设局, 应对气候变化处.

    Args:
        lexicon: the word lists to read with.
        text: the text.
        at: where the word ends.
        stop: the word.
        end: where the organisation ends.
    """
    begin = at - len(stop)
    if title_before(lexicon, text, begin) < begin:
        return False  # 副主任由市水利局副局长…兼任
    before = text[max(0, begin - 4) : begin]
    if stop in ("和", "与", "及"):
        return any(before.endswith(word) for word in person_words(lexicon, "joined"))
    crossing = text[at - 1 : at + 1]
    inside = crossing in person_words(lexicon, "inside") or (has_word(crossing) and crossing[-1] not in _PLACE_BEGINS)
    if len(stop) == 1 and at < end and inside:
        return True  # 对外联络部, 经济局
    return len(stop) == 1 and has_word(text[at - 2 : at]) and not is_word(stop + text[at : at + 1])


def _behind_verbs(text: str, start: int, end: int) -> int:
    """The start of an organisation without the verbs before it: 会上传达市委, 深入调研县水利局.

    It begins behind the last verb, adverb or the like that a place or an organisation follows.
    """
    at = start
    parts = _tags(text[start:end])
    for (word, tag), (following, kind) in pairwise(parts):
        at += len(word)
        if tag[0] in "vdprft" and tag != "vn" and (kind in ("ns", "nt") or following[0] in "省市县区镇乡州"):
            start = at
    return start


@derived
def _not_names(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The words that look like the beginning of a name and are none, by their first character."""
    found: dict[str, list[str]] = {}
    for word in sorted(person_words(lexicon, "not-name")):
        found.setdefault(word[0], []).append(word)
    return {first: tuple(words) for first, words in found.items()}


def _tags(text: str) -> list[tuple[str, str]]:
    return _jieba().tag(text) or [("", "x")]


class _Segmenter:
    """The functions of rjieba; it is loaded when they are first needed, which takes a tenth of a second."""

    def __init__(self) -> None:
        import rjieba  # noqa: PLC0415  # see above

        self.tag: Callable[[str], list[tuple[str, str]]] = rjieba.tag
        self.has_word: Callable[[str], bool] = rjieba.has_word
        self.suggest_freq: Callable[[str], int] = rjieba.suggest_freq


@cache
def _jieba() -> _Segmenter:
    return _Segmenter()
