"""The lines of a page, each with what it looks like to a rule.

Regions are told line by line, and rules and the search for copies see a line folded (``folding``).
"""

from __future__ import annotations

import msgspec

from annotations.normalize.folding import flat, fold
from annotations.normalize.spaces import paragraphs


class Line(msgspec.Struct, gc=False):
    """One line that is not blank.

    ``start`` and ``end`` are the raw code points it takes without the white space around it; ``text`` is the folded
    line, ``key`` the same without spaces.
    """

    start: int
    end: int
    text: str
    key: str


def lines(raw: str) -> list[Line]:
    """The lines of ``raw`` that are not blank, in order."""
    spans = paragraphs(raw, [(0, len(raw))])
    texts = [raw[start:end] for start, end in spans]
    different = list(dict.fromkeys(texts))  # many pages have most of their lines twice
    folded = dict(zip(different, fold("\n".join(different)).split("\n"), strict=False))
    page = []
    for (start, end), text in zip(spans, texts, strict=True):
        # A line may be nothing but a parenthesised syllable.
        seen = folded[text].strip() or flat(text)
        page.append(Line(start, end, seen, seen.replace(" ", "")))
    return page
