"""The lines of a page, each with its place in the raw text and its folded text (``folding``).

Every line belongs to one region as a whole.  Rules and the search for duplicates see only the folded text.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from annotations.normalize.folding import flat, fold
from annotations.normalize.spaces import paragraphs

LONGEST_TITLE: Final = 100
"""The longest title, in folded code points without spaces."""

SHORTEST_TITLE: Final = 5
"""A shorter line, 通知, is the title only where no longer line can be; in folded code points without spaces."""

ITEM: Final = re.compile(
    r"\(?[一二三四五六七八九十百\d]{1,3}(?:[)、,:]|\.(?!\d))|第[一二三四五六七八九十百\d]{1,4}[章节条款]|附[件则]|注:"
)
"""The beginning of an item of a list, of a section or of an annex."""


class Line(msgspec.Struct, gc=False):
    """One line that is not blank.

    ``start`` and ``end`` are offsets in the raw text, in code points, without the white space at either end of the
    line.  ``text`` is the folded line, ``key`` the folded line without spaces.
    """

    start: int
    end: int
    text: str
    key: str


def lines(raw: str, known: dict[str, str] | None = None) -> list[Line]:
    """The lines of ``raw`` that are not blank, in order; ``known`` is as for ``fold``."""
    spans = paragraphs(raw, [(0, len(raw))])
    texts = [raw[start:end] for start, end in spans]
    different = list(dict.fromkeys(texts))  # many pages repeat most of their lines
    folded = fold("\n".join(different), known)
    forms: dict[str, tuple[str, str]] = {}
    for text, line, key in zip(different, folded.split("\n"), folded.replace(" ", "").split("\n"), strict=False):
        if key:
            forms[text] = line.strip(), key
        else:  # nothing is left of a line that is only a parenthesised syllable
            whole = flat(text)
            forms[text] = whole, whole.replace(" ", "")
    page = []
    for (start, end), text in zip(spans, texts, strict=True):
        line, key = forms[text]
        page.append(Line(start, end, line, key))
    return page
