"""The labels of bylines, 来源:… and 【发布日期】…: which of them a line holds, and where.

Only the labels of ``bylines.tsv`` are known.  All functions take one folded line; offsets count its code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from annotations.lexicon.patterns import pattern
from annotations.lexicon.tables import rows

LONGEST_LABEL: Final = 8
"""The longest label, in code points without spaces."""

INDEX: Final = ("entry", "issuer", "dated")
"""The roles of labels that stand in index tables."""

_PARTED: Final = (*INDEX, "title", "source", "published")
"""The roles of labels that only white space may part from their value."""

_BRACKETED: Final = r"[\[【]\s?([^\[\]【】:|]{2,12}?)\s?[\]】]\s?:?"
"""What may be a label in brackets, 【发布日期】."""
_BOUNDARY: Final = frozenset(" |·[]()【】<>/;,-")
"""The characters that part a label from what stands before it."""
_CLOSED: Final = frozenset("0123456789日号次〕)]")
"""The characters behind which a label may begin at once, 14号发布日期:…"""
_PREFIX: Final = 4
"""The most code points that a site puts before a label of four, 系统发布时间."""
_SPREAD: Final = 8
"""The most spaces between two letters of a label that is stretched to the width of others, 文        号:…"""
_WHOLE: Final = 4
"""From this length on a label is one with anything before it, in code points without spaces."""

Role = tuple[str, int, bool]
"""The role and the rank of a label, and whether the label is weak."""


class Label(NamedTuple):
    """A label that is known: it is ``line[start:end]`` with what parts it from its value."""

    start: int
    end: int
    role: Role


def labels_in(text: str) -> list[Label]:
    """The known labels of a line, in order."""
    found: list[Label] = []
    if "[" in text or "【" in text:
        found += _bracketed(text)
    if "|" in text:
        found += _cells(text)
    least = max((each.end for each in found), default=0) if found else 0
    colon = text.find(":")
    while colon >= 0:
        # 11:56 is no label.
        if colon > least and text[colon - 1] in _lengths():
            label = _before(text, colon, least)
            if label is not None:
                found.append(label)
                least = label.end
        colon = text.find(":", colon + 1)
    if not found:
        word = text.partition(" ")[0]
        role = roles().get(word)
        # 时间 at the start of a line may be anything; only what is a label and nothing else counts without a colon.
        if role is not None and not role[2] and len(word) > 2 and role[0] in _PARTED:
            found.append(Label(0, len(word), role))
    return sorted(found)


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """For each last character of a label, and for a space behind one, the lengths of such labels, the longest first."""
    found: dict[str, set[int]] = {" ": set()}
    for name in roles():
        found.setdefault(name[-1], set()).add(len(name))
    return {last: tuple(sorted(lengths, reverse=True)) for last, lengths in found.items()}


def _bracketed(text: str) -> Iterator[Label]:
    """The known labels in brackets."""
    for match in pattern(_BRACKETED).finditer(text):
        role = roles().get(match[1].replace(" ", ""))
        if role:
            yield Label(match.start(), match.end(), role)


def _cells(text: str) -> Iterator[Label]:
    """The known labels that fill a cell of a row, | 文号 | 青政发〔2022〕3号 |."""
    at = 0
    for cell in text.split("|"):
        role = roles().get(cell.replace(" ", ""))
        if role and not role[2]:
            yield Label(at + len(cell) - len(cell.lstrip()), min(at + len(cell) + 1, len(text)), role)
        at += len(cell) + 1


def _before(text: str, colon: int, least: int) -> Label | None:
    """The longest known label that ends before a colon.

    Args:
        text: the line.
        colon: the offset of the colon.
        least: where the label before this one ends.
    """
    known = roles()
    most = colon - least
    for length in _lengths()[text[colon - 1]]:
        role = known.get(text[colon - length : colon]) if length <= most else None
        if role:
            start = _start(text, colon - length, length, least)
            return None if start is None else Label(start, colon + 1, role)
    return _spaced(text, colon, least) if " " in text[max(least, colon - LONGEST_LABEL) : colon] else None


def _spaced(text: str, colon: int, least: int) -> Label | None:
    """As ``_before``, for a label with white space in it or behind it, 来　源 :, as ``_before`` cannot find it."""
    places: list[int] = []
    at = colon - 1
    while at >= least and len(places) < LONGEST_LABEL:
        if text[at] != " ":
            if text[at] in _BOUNDARY or text[at] == ":":
                break
            places.append(at)
        elif (places[-1] if places else colon) - at > _SPREAD:
            break
        at -= 1
    places.reverse()
    word = "".join(text[place] for place in places)
    for first in range(len(word) - 1):
        role = roles().get(word[first:])
        if role:
            start = _start(text, places[first], len(word) - first, least)
            return None if start is None else Label(start, colon + 1, role)
    return None


def _start(text: str, at: int, length: int, least: int) -> int | None:
    """Where a label begins whose known part begins at ``at``; None where it is a part of another word.

    Args:
        text: the line.
        at: where the known part begins.
        length: the length of the known part, without spaces.
        least: where the label before this one ends.
    """
    if at == least or text[at - 1] in _BOUNDARY or text[at - 1] in _CLOSED or (least and length > 2):
        return at
    if length < _WHOLE:
        return None
    first = at
    while first > least and text[first - 1] not in _BOUNDARY:
        first -= 1
    return first if at - first <= _PREFIX and text[first:at].isalpha() else None


def last_label(text: str) -> tuple[str, bool] | None:
    """The role of the known label that ends a folded line, so that its value may stand in the next line.

    Returns:
        The role; whether the line is nothing but the label.  None where no label ends the line.
    """
    labels = labels_in(text)
    if not labels or labels[-1].end != len(text):
        return None
    return labels[-1].role[0], labels[-1].start == 0


@cache
def roles() -> dict[str, Role]:
    """The role of each label of ``bylines.tsv``."""
    known: dict[str, Role] = {}
    for role, strength, names, _ in rows("bylines.tsv"):
        for name in names.split(" "):
            known[name] = role, len(known), strength == "weak"
    return known
