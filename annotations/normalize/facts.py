"""Facts about the lines of one page, from which ``head`` and ``page`` decide the regions.

A fact says what a line is by itself: boilerplate, a byline, prose, like a title, or a duplicate of another line.  What
follows from the place of a line is decided in ``head`` and ``page``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import Final

from annotations.lexicon.patterns import pattern
from annotations.normalize.boilerplate import ENDS, boilerplate
from annotations.normalize.byline import Byline
from annotations.normalize.duplicates import duplicate_groups
from annotations.normalize.lines import ITEM, LONGEST_TITLE, Line
from annotations.normalize.statements import statements

_NUMBER: Final = r".*[\[〔(]\d{4}[\])〕].{0,8}号"
"""The number of a document, 冀环办〔2021〕12号.  It is no title, though it may stand where one does."""

_SUBTITLE: Final = re.compile(r"[-—–―]{1,4}[^-—–―]|\([^()]{2,40}\)$")
"""The beginning of a subtitle, dashes before text, or the whole of one in parentheses."""

_BEFORE_SUBTITLE: Final = "-—–―("
"""The characters that it begins with."""

_LONG: Final = 60
"""From this length on a line with a comma is prose, even without a full stop; in folded code points without spaces."""

_WORDS: Final = 4
"""The least number of words of a menu in one line."""

_SHORT_WORD: Final = 4
"""The most code points that they have on average."""

_LEAD_IN: Final = 6
"""A line of at most so many code points that a colon ends is prose only where prose follows it."""

_CREDIT: Final = (
    r"[(【]?(?:.{0,8}(?:记者|通讯员):?[^,。/:()会部局站室协]{2,4}(?:[/(].{2,12})?(?:报道|摄|文)?[)】]?"
    r"|(?:编辑|责编|摄影|图|文|图文|作者|执笔|撰文|供稿)[/:、].{2,24}|[^/]{2,4}/.{2,8}报)"
)
"""Who wrote a text; it is no title."""

_CREDITED: Final = re.compile("记者|通讯员|[/:、]")
"""A part of every credit; it is searched first, because that is faster."""

_BUTTON: Final = (
    r"请?点击.*|欢迎(?:访问|您|光临).*|(?:查看|下载|扫码|扫描|返回|打印|关闭|分享|登录|注册|收藏|复制).{0,6}"
)
"""What a page asks the reader to do; it is no title."""

_ASKS: Final = "请点欢查下扫返打关分登注收复"
"""The characters that it begins with."""


class PageFacts:
    """Facts about the lines of one page.  A line is named by its index.

    Args:
        lines: the lines of the page; at least one.

    Attributes:
        lines: the lines.
        count: how many there are.
        keys: their folded texts without spaces.
        bylines: for each line the byline that it is or belongs to, else None.
        named: the keys of the titles that an index table names.
        boilerplate: for each line the list of the rule that it matches, empty where none does.
        ends: the lines that match a rule of a list in ``ENDS``, in order.
        content: the lines that are neither boilerplate nor byline, in order.
        prose: those of them that are running text; ``prose_set`` is the same as a set.
        next_content: for each line of ``content`` the next one, ``count`` for the last.
        groups: for each line of ``content`` the first line of the group of its duplicates.
        repeated: whether there are duplicates.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.count = len(lines)
        self.keys = [line.key for line in lines]
        self.bylines, self.named = _bylines(lines)
        self._names = sorted(self.named)
        self.boilerplate = [
            "" if found else boilerplate(key) for found, key in zip(self.bylines, self.keys, strict=True)
        ]
        if "links" in self.boilerplate:
            self._keep_headings_of_text()
        content: list[int] = []
        # How many lines up to each one, itself included, separate the lines before from the lines behind.
        separators: list[int] = []
        separating = 0
        self.ends: list[int] = []
        for index, rule in enumerate(self.boilerplate):
            if rule:
                separating += rule != "inline"
                if rule in ENDS:
                    self.ends.append(index)
            elif (found := self.bylines[index]) is None:
                content.append(index)
            else:
                separating += not found.bare
            separators.append(separating)
        self.content = content
        self._separators = separators
        self.prose = _prose(self.keys, content)
        self.prose_set = set(self.prose)
        self.next_content = dict(zip(content, [*content[1:], self.count], strict=True)) if content else {}
        self.groups = duplicate_groups(lines, content, self.separated)
        self.repeated = len({*self.groups.values()}) < len(content)
        groups = [*map(self.groups.__getitem__, self.prose)]
        last = dict(zip(groups, self.prose, strict=True))
        # For each number of prose lines, counted from the first: of the last copies of these lines the earliest.
        self._earliest_last_copy = [*accumulate(map(last.__getitem__, groups), min, initial=self.count)]
        # For each number of prose lines, counted from the first: how long they are together.
        self._mass = [*accumulate(map(len, map(self.keys.__getitem__, self.prose)), initial=0)]

    def _keep_headings_of_text(self) -> None:
        """Take a heading that a sentence follows, 解读, for no heading of links."""
        for index, rule in enumerate(self.boilerplate[:-1]):
            if rule == "links" and not self.bylines[index + 1] and _is_prose(self.keys[index + 1]):
                self.boilerplate[index] = ""

    def is_title(self, index: int) -> bool:
        """Whether a line looks like a title."""
        key = self.keys[index]
        return (
            index not in self.prose_set
            and 1 < len(key) <= LONGEST_TITLE
            and not self.boilerplate[index]
            and not self.bylines[index]
            and key[-1] not in ",、:;"
            and not self.is_number(index)
            and not self.is_subtitle(index)
            and not (_CREDITED.search(key) and pattern(_CREDIT).fullmatch(key))
            and not (key[0] in _ASKS and pattern(_BUTTON).fullmatch(key))
            and not _is_menu(self.lines[index].text)
            and ("\u3400" <= key[0] <= "\u9fff" or any("\u3400" <= character <= "\u9fff" for character in key))
        )

    def is_number(self, index: int) -> bool:
        """Whether a line is the number of a document."""
        key = self.keys[index]
        return key[-1] == "号" and pattern(_NUMBER).fullmatch(key) is not None

    def is_dashed(self, index: int) -> bool:
        """Whether there is such a line and it is a subtitle behind dashes."""
        return 0 <= index < self.count and self.keys[index][0] != "(" and self.is_subtitle(index)

    def is_subtitle(self, index: int) -> bool:
        """Whether a line looks like a subtitle, ——在全市会议上的讲话 or (征求意见稿)."""
        key = self.keys[index]
        return key[0] in _BEFORE_SUBTITLE and _SUBTITLE.match(key) is not None

    def begins_named(self, key: str) -> bool:
        """Whether a title that an index table names begins with ``key``."""
        at = bisect_left(self._names, key)
        return at < len(self._names) and self._names[at].startswith(key)

    def steps_to_prose(self, index: int) -> int | None:
        """How many content lines stand between ``index``, itself included, and the next prose; None without prose."""
        at = bisect_left(self.prose, index)
        if at == len(self.prose):
            return None
        return bisect_left(self.content, self.prose[at]) - bisect_left(self.content, index)

    def unrepeated_prose_before(self, index: int) -> float:
        """The share of the prose that stands before a line; 0 where it stands once more from that line on."""
        at = bisect_left(self.prose, index)
        return self._mass[at] / self._mass[-1] if self._earliest_last_copy[at] < index else 0.0

    def separated(self, first: int, last: int) -> bool:
        """Whether a byline or boilerplate stands between two lines.

        Rules of the list ``inline`` do not count, nor does a date alone: minutes of several days repeat themselves.
        """
        return self._separators[last] > self._separators[first]


def _bylines(lines: list[Line]) -> tuple[list[Byline | None], frozenset[str]]:
    """For each line the byline that it is or belongs to, else None; the keys of the titles that they name."""
    found: list[Byline | None] = [None] * len(lines)
    named = set()
    dates = []
    for first, last, text, byline in statements([line.text for line in lines]):
        for index in range(first, last + 1):
            found[index] = byline
        if not byline.fields:
            dates.append(first)
        elif byline.has("title"):
            named |= {text[it.start : it.end].replace(" ", "") for it in byline.fields if it.role == "title"}
    # In a list of other pages each has its date, so that dates alternate with titles.
    for before, after in pairwise(dates):
        if after == before + 2 and not (found[before + 1] or _is_prose(lines[before + 1].key)):
            found[before] = None
            if after + 1 < len(lines) and not _is_prose(lines[after + 1].key):
                found[after] = None
    return found, frozenset(named - {""})


def _is_menu(text: str) -> bool:
    """Whether a folded line is a menu: many short words."""
    words = text.split(" ") if text.count(" ") >= _WORDS - 1 else []
    return len(words) >= _WORDS and 1 < len(text.replace(" ", "")) / len(words) <= _SHORT_WORD


def _prose(keys: list[str], content: list[int]) -> list[int]:
    """The lines of ``content`` that are prose."""
    found: list[int] = []
    label = None
    for index in content:
        key = keys[index]
        if "。" in key or _is_prose(key):
            # The label of a menu, 副区长:, is no prose: what it introduces is none either.
            if label is not None:
                found.append(label)
                label = None
            if key[-1] == ":" and len(key) <= _LEAD_IN:
                label = index
            else:
                found.append(index)
        else:
            label = None
    return found


def _is_prose(key: str) -> bool:
    """Whether a line is running text and no heading: it has a full stop, introduces or lists something, or is long."""
    return "。" in key or key[-1] in ";:" or (len(key) >= _LONG and "," in key) or ITEM.match(key) is not None
