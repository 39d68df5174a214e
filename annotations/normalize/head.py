"""Title and byline of a page: where the copy of the text begins that is kept.

They stand before, between or after the copies of a text, a byline above or below the title, and either may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from annotations.normalize.sheet import SHORTEST_TITLE, Sheet

_BETWEEN: Final = 4
"""So many lines may stand between title and text."""

_TITLE_AND_TEXT: Final = 6
"""The score of a title with text behind it."""


class Head(NamedTuple):
    """The line of the title, None if there is none, and the first line behind title and byline."""

    title: int | None
    end: int


def find_head(sheet: Sheet) -> Head:
    """Title and byline of a page: the pair that fits best, the first of equals."""
    best, head = 0, Head(None, 0)
    for first, last in _byline_groups(sheet):
        title, end = _title_beside(sheet, first, last)
        labelled = any(found and found.labelled for found in sheet.bylines[first : last + 1])
        if title is None and not labelled:
            continue
        text = sheet.text_follows(end)
        score = 4 * (title is not None) + labelled + 2 * text - 4 * (text and sheet.text_before(first))
        if score > best:
            best, head = score, Head(title, end)
    unlabelled = _title_before_text(sheet)
    if unlabelled is not None and best < _TITLE_AND_TEXT:
        end = unlabelled + 1
        while end < sheet.count and sheet.bylines[end]:
            end += 1
        return Head(unlabelled, end)
    return head


def _byline_groups(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """First and last line of each stretch of bylines; boilerplate may stand between them."""
    first = last = -1
    for index in range(sheet.count):
        if sheet.bylines[index]:
            if first < 0:
                first = index
            last = index
        elif not sheet.boilerplate[index] and first >= 0:
            yield first, last
            first = -1
    if first >= 0:
        yield first, last


def _title_beside(sheet: Sheet, first: int, last: int) -> tuple[int | None, int]:
    """The title that stands right before or after a byline, and the first line behind both."""
    before = first - 1
    while before >= 0 and (sheet.boilerplate[before] or sheet.is_subtitle(before)):
        before -= 1
    if before >= 0 and sheet.is_title(before):
        return before, last + 1
    after = last + 1
    while after < sheet.count and sheet.boilerplate[after]:
        after += 1
    if after < sheet.count and sheet.is_title(after) and sheet.text_follows(after + 1):
        return after, after + 1
    return None, last + 1


def _title_before_text(sheet: Sheet) -> int | None:
    """The title of a page without byline: the last line like one before the text, or before its second copy."""
    if not sheet.prose:
        first = sheet.plain[:1]
        return first[0] if len(sheet.plain) > 1 and sheet.is_title(first[0]) else None
    starts = [index for index in sheet.prose if sheet.twins[index] == sheet.prose[0]]
    for start in starts:
        short = None
        steps = 0
        for at in range(start - 1, -1, -1):
            if at in sheet.prose_set or steps == _BETWEEN:
                break
            if not sheet.boilerplate[at] and not sheet.bylines[at]:
                steps += 1
                if sheet.is_title(at):
                    if len(sheet.page[at].key) >= SHORTEST_TITLE:
                        return at
                    short = short if short is not None else at
        if short is not None:
            return short
    return None
