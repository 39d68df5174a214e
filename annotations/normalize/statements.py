"""Statements: bylines that may take several lines, a label in one and its value in the next.

An index table that lost its cells stands so: ``发布机构:``, ``青禾县水利局``, ``成文日期:``, ``2022-03-05``.  Both the
search for regions and the reader of the fields read lines through ``statements``, so that they agree.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from annotations.lexicon.patterns import pattern
from annotations.normalize.boilerplate import boilerplate
from annotations.normalize.byline import LONGEST, LONGEST_NAME, Byline, byline, byline_of_short, is_document, iso
from annotations.normalize.byline_labels import last_label
from annotations.normalize.lines import ITEM, LONGEST_TITLE

_FRAGMENT: Final = r"[\d年月日时分秒:./ -]{1,12}"
"""A part of a date in a line of its own."""

_FRAGMENTS: Final = 7
"""The most lines of one date."""

_FORMS: Final = {
    "counter": r"[\d次人a+ |-]{0,8}|[\[(]?[大中小特a+\- \[\]]{1,16}[\])]?",
    "person": r"[^\s,。:;()]{1,5}(?:\s[^\s,。:;()]{1,4})?",
    "title": rf"[^。]{{1,{LONGEST_TITLE}}}",
    "source": rf"[^。]{{1,{LONGEST_NAME}}}",
    "issuer": rf"[^。]{{1,{LONGEST_NAME}}}",
}
"""What may be the value of a label, by its role."""

_VALUE: Final = r"[^。]{1,60}"
"""What may be the value of any other label."""
_BESIDE: Final = 3
"""How many statements away an entry of an index table shows that a weak label is one too."""


class Statement(NamedTuple):
    """A byline and the lines ``first`` to ``last`` that make it up.

    ``text`` is these lines, parted by spaces; the spans of the byline are offsets in it.
    """

    first: int
    last: int
    text: str
    byline: Byline


def statements(texts: Sequence[str]) -> list[Statement]:
    """The statements of a page or of a part of it, in order.

    Args:
        texts: its folded lines.
    """
    found = _read(texts)
    if not found:
        return found
    indexed = [index for index, each in enumerate(found) if each.byline.indexed]
    return [each for index, each in enumerate(found) if not _is_stray(each, index, indexed)]


def _read(texts: Sequence[str]) -> list[Statement]:
    """The statements, those that are stray as well."""
    read: list[Statement] = []
    last = -1
    for index, text in enumerate(texts):
        # Most lines are sentences: no byline has a full stop.
        if "。" in text or index <= last or len(text) > LONGEST:
            continue
        last = index
        whole, found = text, byline_of_short(text)
        if text[-1] == ":":
            label = last_label(text)
            if label is not None and (label[1] or label[0] in ("published", "dated")):
                last = _value_end(texts, index, *label)
                if last > index:
                    whole = " ".join(texts[index : last + 1])
                    found = byline(whole) or found
                elif found is None and label[1]:
                    # The label of an empty value is no text either.
                    found = Byline((), (0, 0), None)
        if found is not None:
            read.append(Statement(index, last, whole, found))
    return read


def _value_end(texts: Sequence[str], index: int, role: str, alone: bool) -> int:  # noqa: FBT001  # as ``last_label`` gives it
    """The last line of the value of the label that ends a line; the line itself where no value follows.

    Args:
        texts: the folded lines.
        index: the line that the label ends.
        role: the role of the label.
        alone: whether the line is nothing but the label.
    """
    if index + 1 == len(texts):
        return index
    if role in ("published", "dated"):
        return _date_end(texts, index)
    value = texts[index + 1]
    return index + 1 if alone and _fits(value, role) else index


def _date_end(texts: Sequence[str], index: int) -> int:
    """The last line of the date that follows a line; some sites write each part of it in a line of its own."""
    end = index
    if iso(texts[index + 1]) is not None and byline(texts[index + 1]) is not None:
        return index + 1
    while end < min(index + _FRAGMENTS, len(texts) - 1) and pattern(_FRAGMENT).match(texts[end + 1]):
        whole = pattern(_FRAGMENT).fullmatch(texts[end + 1]) is not None
        end += 1
        if not whole:
            break
    return end if iso(" ".join(texts[index + 1 : end + 1])) is not None else index


def _fits(value: str, role: str) -> bool:
    """Whether a line may be the value of a label in the line before it."""
    form = pattern(_FORMS.get(role, _VALUE))
    if not form.fullmatch(value) or (role != "counter" and last_label(value) is not None):
        return False
    if role in ("counter", "title"):
        return True
    found = byline(value)
    return not (
        value[-1] in ":;"
        or ITEM.match(value)
        or is_document(value)
        or boilerplate(value.replace(" ", ""))
        or (found is not None and found.labelled)
    )


def _is_stray(statement: Statement, index: int, indexed: list[int]) -> bool:
    """Whether a statement has only weak labels of index tables and none of such a table beside it."""
    fields = statement.byline.fields
    if not fields or statement.byline.date or statement.byline.labelled:
        return False
    if statement.byline.has("published"):
        return False
    at = bisect_left(indexed, index - _BESIDE)
    return at == len(indexed) or indexed[at] > index + _BESIDE
