"""Suggests OFFICIAL: a holder of public office, with organisation, titles and name, and the span the guideline wants.

A title is found first.  The name is looked for behind it (``市水利局局长林知远``), before it (``林知远副厅长``) or
around it (``林副局长知远``), then the organisation before both.  Further names in a list share the title.  Who has been
named with an office is also found where the bare name stands.  A title without a name is no official.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Final

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon, derived
from annotations.suggest.base import Suggestion
from annotations.suggest.found import Found
from annotations.suggest.names import (
    BRIEFLY,
    FOLLOWED,
    MARKED,
    TAGGED,
    WORDED,
    body_before,
    has_word,
    is_no_office,
    is_person,
    is_verb,
    is_word,
    name_at,
    name_before,
    person_pattern,
    person_words,
)
from annotations.suggest.page import Page
from annotations.suggest.rosters import apart, entries
from annotations.values.official import (
    bodies,
    evident,
    office,
    surnames,
    title_before,
    title_ends,
    title_words,
    unlikely,
)
from annotations.values.passage import Passage

_SCORES: Final = {MARKED: 0.95, FOLLOWED: 0.9, BRIEFLY: 0.85, WORDED: 0.75, TAGGED: 0.6}
_PARENTHESIS: Final = re.compile(r"[(（][^()（）\n]{0,12}[)）]")
_QUALIFIED: Final = re.compile(r"(?:[ 　]?[(（][^()（）\n]{1,14}[)）])?(?:[ 　]{1,3}|[:：][ 　]?)?")
"""What may stand between a title and the name: 助理署长(废物管理) 林知远."""
_TAKEN: Final = re.compile("(?<![主时现拟原曾])任(?!免)")
_JOINER: Final = re.compile(r"(?:[(（][^()（）\n]{0,12}[)）])?\s?(?:、|和|及|与|以及|，|,)\s?")
_GIVEN: Final = re.compile(r"[^\W\d_A-Za-z]{1,2}")
_MOST_LISTED: Final = 60
"""No more names than this share one title."""
_LONGEST_BEHIND: Final = 8
"""How many code points behind a known name are searched for a title."""


class Officials:
    """The suggester of officials, by rules."""

    name = "officials"
    version = "2"

    def suggest(self, page: Page) -> Iterator[Suggestion]:
        """The officials in the normalized text; bylines are not searched."""
        labels = page.labels("official")
        if not labels:
            return
        zone = page.body
        for found in officials_in(page.lexicon, zone.text):
            values = official_values(page.lexicon, found, zone.text)
            for label in labels:
                span = zone.raw(found.start, found.end)
                yield Suggestion(span, label.name, values, found.rule, found.score)


SUGGESTER: Final = Officials()


def official_values(lexicon: Lexicon, found: Found, text: str) -> dict[str, AttributeValue]:
    """The attributes of an official that was found in ``text``; an organisation that is not named may be inferred."""
    inferred = None if found.organisation else evident(found.title, Passage(text, found.start, found.end, lexicon))
    return {
        "name": found.name,
        "title": found.title,
        "organisation": found.organisation,
        "organisation_inferred": inferred,
        "mention": found.mention,
    }


def officials_in(lexicon: Lexicon, text: str) -> list[Found]:
    """The officials of a normalized text, in order; their spans are its code points."""
    masked = _TERM.sub(lambda match: "\0" * len(match[0]), text)
    named = [each for each in entries(lexicon, masked) if not _is_private(lexicon, each, text)]
    masked = _without(masked, named)
    at = 0
    for start, end in list(_titles(lexicon, masked)):
        if start < at:
            continue
        found = (
            _around(lexicon, masked, start, end, at)
            or _behind(lexicon, masked, start, end, at)
            or _before(lexicon, masked, start, end, at)
        )
        if found and not _is_private(lexicon, found, masked):
            named.append(found)
            named += _list_behind(lexicon, masked, found)
            at = named[-1].end
    taken = sorted((each.start, each.end) for each in named)
    for each in sorted(apart(lexicon, masked), key=lambda each: each.start):
        if not _overlaps(taken, each.start, each.end) and not _is_private(lexicon, each, text):
            named.append(each)
            insort(taken, (each.start, each.end))
    return sorted([*named, *_bare(lexicon, masked, named)], key=lambda each: each.start)


def _without(text: str, found: list[Found]) -> str:
    """The text with zero characters where something was found, which is in order."""
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start], "\0" * (each.end - each.start)]
        at = each.end
    return "".join([*pieces, text[at:]])


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps one in ``taken``, which are in order and do not overlap one another."""
    before = bisect_left(taken, (end, 0)) - 1
    return before >= 0 and taken[before][1] > start


def _titles(lexicon: Lexicon, text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each title in a text, as long as it can be; 河长 in 河长制 is none."""
    ends = title_ends(lexicon)
    for last in _endings(lexicon).finditer(text):
        end = last.end()
        start = title_before(lexicon, text, end)
        if start == end:
            continue
        if text[end : end + 1] in ends and title_before(lexicon, text, end + 1) <= start:
            continue
        if text[end + 1 : end + 2] in ends and title_before(lexicon, text, end + 2) <= start:
            continue
        yield start, end


def _behind(lexicon: Lexicon, text: str, start: int, end: int, low: int) -> Found | None:
    """The official whose name stands behind the title: 市水利局局长林知远, 市委常委、副市长林知远.

    Args:
        lexicon: the word lists to read with.
        text: the text.
        start: where the title begins.
        end: where it ends.
        low: the official begins here at the earliest: what stands before belongs to the last one.
    """
    at = _QUALIFIED.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing too
    found = name_at(lexicon, text, at)
    if found is None or _titled_within(lexicon, text, at, found[0]):
        return None
    labelled = text[end : end + 1] in (":", "：")
    if at > end and _title_behind(lexicon, text, found[0]):
        return None  # 出席委员：林知远议员 苏望议员
    first = max(low, office_start(lexicon, text, start))
    title, organisation = office(lexicon, text[first:end])
    name = text[at : found[0]]
    if not _is_of_person(lexicon, title, organisation, labelled=labelled):
        return None
    return Found(first, found[0], _joined(name), title, organisation, "full", "title-name", _SCORES[found[1]])


def _is_of_person(lexicon: Lexicon, title: str | None, organisation: str | None, *, labelled: bool) -> bool:
    """Whether a title before a name is a public office of one person: 强化组织领导 and 项目负责人：… are not."""
    if is_no_office(lexicon, title):
        return False
    if title in person_words(lexicon, "group"):
        return not labelled and organisation is not None and organisation.endswith(bodies(lexicon))
    return True


def _titled_within(lexicon: Lexicon, text: str, start: int, end: int) -> bool:
    """Whether a title begins inside of what looks like a name, ``text[start:end]``: 林业局长."""
    ends = range(end + 1, min(end + 3, len(text)) + 1)
    return any(title_before(lexicon, text, at) in range(start + 1, end) for at in ends)


def _is_vague(text: str) -> bool:
    """Whether an office is of many: 各乡镇书记."""
    return text.startswith(("各", "有关", "相关", "其他", "全体", "部分"))


def _before(lexicon: Lexicon, text: str, start: int, end: int, low: int) -> Found | None:
    """The official whose name stands before the title: 林知远副厅长; the arguments are those of ``_behind``."""
    title = text[start:end]
    first = name_before(lexicon, text, start)
    if first is None or first < low or _body_goes_on(lexicon, text, end):
        return None
    if is_no_office(lexicon, title) or title in person_words(lexicon, "group"):
        return None
    begin = max(low, body_before(lexicon, text, first)) if text[first - 1 : first].isalnum() else first
    # Words before the name belong to the official only where they are an organisation: not in 传达林知远副厅长.
    begin = begin if text[begin:first].endswith(bodies(lexicon)) else first
    return Found(begin, end, text[first:start], title, text[begin:first] or None, "full", "name-title", 0.85)


def _body_goes_on(lexicon: Lexicon, text: str, end: int) -> bool:
    """Whether the title that ends at ``end`` is the beginning of something else: 主任会议."""
    return person_pattern(lexicon, "title-goes-on").match(text, end) is not None


def _around(lexicon: Lexicon, text: str, start: int, end: int, low: int) -> Found | None:
    """The official whose title stands inside of the name: 林副局长知远; the arguments are those of ``_behind``."""
    surname = text[start - 1 : start]
    given = _GIVEN.match(text, end)
    if start <= low or surname not in surnames(lexicon) or surname in unlikely(lexicon) or given is None:
        return None
    before = text[start - 2 : start - 1]
    if (before.isalnum() and not text[: start - 1].endswith(bodies(lexicon))) or has_word(text[start - 2 : start]):
        return None
    name = given[0]
    whole = name_at(lexicon, surname + text[end : end + 12], 0)
    if whole is None or whole[1] <= WORDED or name in person_words(lexicon, "follower"):
        return None
    if is_word(name) and not is_person(surname + name) and (whole[1] < MARKED or is_verb(name)):
        return None
    name = text[end : end + whole[0] - 1]
    first = max(low, body_before(lexicon, text, start - 1)) if before.isalnum() else start - 1
    organisation = text[first : start - 1] or None
    return Found(first, end + len(name), surname + name, text[start:end], organisation, "full", "around", 0.7)


def office_start(lexicon: Lexicon, text: str, start: int) -> int:
    """The start of the organisation before the title at ``start``, or before the first of a row of titles.

    In 市委常委、副市长 the title 副市长 has another one before it, whose organisation 市委 begins the row.
    """
    while True:
        body = body_before(lexicon, text, start)
        if text[body - 1 : body] not in ("、", "兼", "，", ",") or body == 0:
            return body
        earlier = title_before(lexicon, text, body - 1)
        first = body_before(lexicon, text, earlier)
        # 任组长，副市长林知远…: who is 组长 stands before it.
        taken = _TAKEN.search(text, max(0, first - 1), earlier)
        if earlier == body - 1 or taken or _is_vague(text[first:earlier]):
            return body
        start = earlier


def _list_behind(lexicon: Lexicon, text: str, first: Found) -> list[Found]:
    """The officials in a list behind ``first``, who share its title: 区领导林知远、苏望、何清."""
    found: list[Found] = []
    if first.rule in ("around", "name-title"):
        return found
    at = first.end
    while len(found) < _MOST_LISTED and (joiner := _JOINER.match(text, at)):
        name = name_at(lexicon, text, joiner.end())
        if name is None or name[1] < (WORDED if joiner[0].strip()[-1:] == "、" else BRIEFLY):
            break
        if _titled_within(lexicon, text, joiner.end(), name[0]):
            break
        if title_before(lexicon, text, name[0] + 2) in (name[0], name[0] + 1):
            break
        if joiner[0].strip()[-1:] in ",，" and text[name[0] : name[0] + 1] != "、":
            break
        written = _joined(text[joiner.end() : name[0]])
        found.append(
            Found(joiner.end(), name[0], written, first.title, first.organisation, "list", "list", _SCORES[name[1]])
        )
        at = name[0]
    return found


def _bare(lexicon: Lexicon, text: str, named: list[Found]) -> Iterator[Found]:
    """The places where the bare name of an official in ``named`` stands."""
    known: dict[str, Found] = {}
    for each in named:
        known.setdefault(each.name, each)
    if not known:
        return
    taken = sorted((each.start, each.end) for each in named)
    for match in re.finditer("|".join(map(re.escape, sorted(known, key=len, reverse=True))), text):
        if _overlaps(taken, *match.span()) or not _stands_alone(lexicon, text, match):
            continue
        of = known[match[0]]
        title = _title_behind(lexicon, text, match.end())
        if title:
            yield Found(match.start(), match.end() + len(title), of.name, title, None, "full", "name-title", 0.85)
        else:
            yield Found(match.start(), match.end(), of.name, of.title, of.organisation, "bare", "bare", 0.9)


def _title_behind(lexicon: Lexicon, text: str, start: int) -> str:
    """The title right behind a known name, 林知远副厅长; empty where there is none."""
    for end in range(min(len(text), start + _LONGEST_BEHIND), start + 1, -1):
        if title_before(lexicon, text, end) == start and not _body_goes_on(lexicon, text, end):
            return text[start:end]
    return ""


def _stands_alone(lexicon: Lexicon, text: str, match: re.Match[str]) -> bool:
    """Whether a name that was found by search is a name there, and not part of other words.

    A name of three characters or more is.  One of two must end surely, and must not make a word with what is before it.
    """
    if len(match[0]) > len("林望"):
        return True
    found = name_at(lexicon, text, match.start())
    before = text[match.start() - 1 : match.start()]
    if found is None or found[0] != match.end() or (before and has_word(before + match[0][0])):
        return False
    return found[1] >= BRIEFLY or not before.isalnum()


def _is_private(lexicon: Lexicon, found: Found, text: str) -> bool:
    """Whether an official that was found holds an office of a company, a newspaper or an association."""
    held = f"{found.organisation or ''}{found.title or ''}"
    chaired = found.organisation if found.title in ("主席", "副主席", "联席主席") else None
    if chaired and not chaired.endswith(bodies(lexicon)):
        return True
    if found.mention == "full":
        held = text[found.start : found.end]
    private, public = person_pattern(lexicon, "private"), person_pattern(lexicon, "public")
    return private.search(held) is not None and public.search(held) is None


def _joined(name: str) -> str:
    return "".join(name.split())


@derived
def _endings(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for the last character of titles, with a look at the one before: it rules out most places fast."""
    before: dict[str, set[str]] = {}
    for word in title_words(lexicon):
        before.setdefault(word[-1], set()).add(word[-2:])
    ends = (
        f"{re.escape(last)}(?<={'|'.join(map(re.escape, sorted(both)))})"
        if min(map(len, both)) > 1
        else re.escape(last)
        for last, both in before.items()
    )
    return re.compile(f"(?:{'|'.join(ends)})(?![办制会])")


_TERM: Final = re.compile(r"习近平(?=新时代|生态文明思想|法治思想|强军思想|外交思想|经济思想|文化思想)")
