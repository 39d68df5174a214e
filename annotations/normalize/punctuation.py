"""Full-width punctuation on request: for pages whose site wrote Chinese with ASCII commas.

1:1, so the map stays as it is.  Only where Chinese stands beside a mark: ``10:30``, ``1,000`` and ``f(x)`` keep theirs.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_WIDE: Final = str.maketrans(",;:?!()", "，；：？！（）")
_HANZI: Final = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_CHINESE: Final = f"{_HANZI}、。《》「」『』【】〔〕（），；：？！“”‘’…—％"


def full_width(text: str) -> str:
    """The text with full-width ``，；：？！（）`` and ``。`` in Chinese context; as long as it was.

    A pair of parentheses is changed as one: when what it holds or what stands before it is Chinese.  A full stop is
    changed only behind Chinese and where nothing of ASCII follows.
    """
    stops, marks, brackets = _patterns()
    text = _parentheses(stops.sub("。", text), brackets)
    return marks.sub(lambda match: match[0].translate(_WIDE), text)


def _parentheses(text: str, brackets: re.Pattern[str]) -> str:
    """Each pair of ASCII parentheses that belongs to Chinese, widened; pairs nest and do not cross a line."""
    if "(" not in text:
        return text
    pieces = list(text)
    opened: list[tuple[int, bool]] = []  # where a parenthesis opened, and whether Chinese stood before it
    chinese = -2  # where the last Chinese character stood
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
    """Full stops; other marks; brackets, line ends and Chinese.  Compiled when asked for: most pages keep theirs."""
    return (
        re.compile(rf"(?<=[{_CHINESE}])\.(?![!-~])"),
        re.compile(rf"(?<=[{_CHINESE}])[,;:?!]+|[,;:?!]+(?=[{_CHINESE}])"),
        re.compile(rf"[()\n]|[{_HANZI}]+"),
    )
