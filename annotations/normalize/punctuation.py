"""Full-width punctuation, on request, for pages that write Chinese with ASCII punctuation.

Each mark is replaced by one character, so the map stays as it is.  A mark is replaced only beside Chinese: ``10:30``,
``1,000`` and ``f(x)`` keep theirs.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_WIDE: Final = str.maketrans(",;:?!()", "，；：？！（）")
_HANZI: Final = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CHINESE: Final = f"{_HANZI}、。《》「」『』【】〔〕（），；：？！“”‘’…—％"


def full_width(text: str) -> str:
    """The text with full-width ``，；：？！（）`` and ``。`` beside Chinese; its length stays the same.

    Both parentheses of a pair are changed together: when there is Chinese inside them or directly before them.  A full
    stop is changed only when it stands behind Chinese and no visible ASCII character follows it.
    """
    stops, marks, brackets = _patterns()
    text = _parentheses(stops.sub("。", text), brackets)
    return marks.sub(lambda match: match[0].translate(_WIDE), text)


def _parentheses(text: str, brackets: re.Pattern[str]) -> str:
    """The text with full-width parentheses for the pairs that belong to Chinese.  Pairs nest; none crosses a line."""
    if "(" not in text:
        return text
    pieces = list(text)
    opened: list[tuple[int, bool]] = []  # for each open parenthesis its offset, and whether Chinese stands before it
    chinese = -2  # the offset of the last Chinese character
    for match in brackets.finditer(text):
        at = match.start()
        if match[0] == "(":
            opened.append((at, chinese == at - 1))
        elif match[0] == "\n":
            opened.clear()
        elif match[0] != ")":
            chinese = match.end() - 1
        elif opened:
            start, before = opened.pop()
            if before or chinese > start:
                pieces[start], pieces[at] = "（", "）"
    return "".join(pieces)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for full stops, for other marks, and for parentheses, line ends and Chinese.

    They are compiled at the first use, since punctuation is seldom changed.
    """
    return (
        re.compile(rf"(?<=[{_CHINESE}])\.(?![!-~])"),
        re.compile(rf"(?<=[{_CHINESE}])[,;:?!]+|[,;:?!]+(?=[{_CHINESE}])"),
        re.compile(rf"[()\n]|[{_HANZI}]+"),
    )
