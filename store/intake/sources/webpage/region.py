"""Which lines of a web page are the notice: its heading, what is stated beside it, the text and its attachments.

The text is the block that holds nearly all running text outside links.  What stands between the heading and the text
stays, and so does an index table above the heading; what is nothing but links goes.  The rules of
``annotations.normalize`` judge the lines that are left, so a line in doubt stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Final, NamedTuple

from annotations.normalize.byline import byline
from annotations.normalize.folding import flat
from store.intake.sources.webpage.markup import Block, Line, Page, visible

_MOST: Final = 0.8
"""The least share of the running text of a page that the block of the text holds."""

_SENTENCE: Final = re.compile(r"[。；！？]|[：:]$")
_PARTED: Final = re.compile(r"[，、,]")
_SHORTEST: Final = 12
"""A shorter line is no running text, whatever ends it; in visible code points outside links."""

_LONG: Final = 30
"""From this length on a line with a comma is running text; in visible code points outside links."""

_OTHER: Final = 0.2
"""What a visible code point of another line counts, in code points of running text."""

_ELSEWHERE: Final = 0.2
"""What a code point counts that stands above the heading, or in a block that is called navigation or the like."""

_RUN: Final = 20
"""So many lines of links between the heading and a text quarter what the text counts."""

_MENU: Final = 0.5
"""A line with a larger share of links is a menu or a path, 当前位置: 首页 > 政务公开."""

_PATH: Final = re.compile(r"位置(?:是|为)?[:：]|首页[>»›/]|(?:[>»›][^>»›]{2,12}){2}")
"""A path to the page, in a line without white space, of which there may be much."""
_ENTRY: Final = re.compile(r"[|\[【]?\s*[^\s:：|\]】，。]{1,8}(?:\s+[^\s:：|\]】，。]{1,4}){0,3}\s*[:：|\]】]")
"""How an entry of an index table begins: 索引号：…, | 文 号 | … |, [发布日期] …."""

_ROW: Final = "| "
"""How the line of a row of a table begins."""

_ATTACHED: Final = re.compile(r"[【\[（(]?(?:相关)?附\s*件")
_ABOVE: Final = 40
"""So many lines above the heading are looked at for an index table; and above the text where there is no heading."""

_BELOW: Final = 20
"""So many lines below the text are looked at for attachments."""


_TOGETHER: Final = 6
"""So many lines of links in a row are a menu, even within a text; fewer may be buttons, beside a heading or below."""

_LONGEST_LABEL: Final = 10
_LONGEST_VALUE: Final = 60
"""The longest label that is put into one line with its value, and the longest value; in visible code points."""

_MOST_TITLES: Final = 120
"""So many titles are looked for; a title in 12 parts has 78 stretches, and headings follow."""

_MOST_WRAPPED: Final = 4
"""The most lines that a title is wrapped over."""

_LONGEST_TAIL: Final = 24
"""The most visible code points that may stand behind a title in the line that is its heading: (2024年1月30日)."""


class Region(NamedTuple):
    """The lines of a page that are the notice.

    ``above`` is the index table above the heading, ``head`` the heading and what follows it up to the running text, and
    ``text`` the rest.  ``title`` is the one of the titles asked for that is the heading; None where none stands on the
    page.
    """

    title: str | None
    above: tuple[Line, ...]
    head: tuple[Line, ...]
    text: tuple[Line, ...]


def find_region(page: Page, titles: Iterable[str]) -> Region | None:
    """The notice on a page; None where the page has no text outside links.

    Args:
        page: its lines.
        titles: what the page may be called, the likeliest first; the first one that stands on the page counts.
    """
    finder = _Finder(page)
    title, heading = finder.heading(titles)
    found = finder.text(heading)
    if found is None:
        return None
    first, last = found
    if heading is None or heading[0] >= last:
        title, heading = None, None
    after = heading[1] if heading else first
    running = [index for index in range(after, last) if finder.running[index]]
    begin, end = (running[0], running[-1] + 1) if running else (after, last)
    start = heading[0] if heading else finder.start(first, begin)
    above = finder.joined(finder.index_table(start), start) if heading else ()
    head = finder.joined(start, begin)
    text = finder.without_menus(begin, end)
    below = [*finder.without_links(end, last), *finder.attachments(last)]
    while below and _is_label(below[-1]):  # of links that are gone
        below.pop()
    return Region(title, tuple(above), tuple(head), (*text, *below))


def key(text: str) -> str:
    """A text as titles are compared: folded and without white space."""
    return "".join(flat(text).split())


class _Finder:
    """What is known about the lines of one page."""

    def __init__(self, page: Page) -> None:
        self._lines = page.lines
        self._blocks = page.blocks
        self.running = [_is_running(line) for line in page.lines]
        self._running_lines = [index for index, running in enumerate(self.running) if running]
        self._navigating = list(map(_is_navigation, page.lines))
        self._links = list(accumulate(map(int, self._navigating), initial=0))
        """How many lines of links stand before each line."""
        self._furniture = [False]
        for block in page.blocks[1:]:
            self._furniture.append(block.furniture or self._furniture[block.parent])

    def heading(self, titles: Iterable[str]) -> tuple[str | None, tuple[int, int] | None]:
        """The first title that stands on the page, and of its places the first that text soon follows."""
        keys = [key(line.text) for line in self._lines]
        for title in islice(dict.fromkeys(titles), _MOST_TITLES):
            places = [place for place in _standing(keys, key(title)) if not self._navigating[place[0]]]
            if places:
                return title, min(places, key=lambda place: (max(_TOGETHER, self._links_before_text(place[1])), place))
        return None, None

    def _links_before_text(self, index: int) -> int:
        """How many lines of links stand before the next running text; more than there are where none follows."""
        at = bisect_left(self._running_lines, index)
        if at == len(self._running_lines):
            return len(self._lines)
        return self._links[self._running_lines[at]] - self._links[index]

    def text(self, heading: tuple[int, int] | None) -> tuple[int, int] | None:
        """The lines of the block that is the text, from and to; None where there is no text outside links."""
        before = list(accumulate(self._weights(heading), initial=0.0))

        def weight(block: Block) -> float:
            return before[block.last] - before[block.first]

        children: list[list[int]] = [[] for _ in self._blocks]
        for index, block in enumerate(self._blocks[1:], 1):
            children[block.parent].append(index)
        total = before[-1]
        if not total:
            return None
        at = 0
        while children[at]:
            inner = max(children[at], key=lambda child: weight(self._blocks[child]))
            if weight(self._blocks[inner]) < _MOST * total:
                break
            at = inner
        return self._with_more_text(at)

    def _weights(self, heading: tuple[int, int] | None) -> Iterator[float]:
        for index, line in enumerate(self._lines):
            if self._navigating[index]:
                yield 0.0
                continue
            weight = (line.visible - line.linked) * (1.0 if self.running[index] else _OTHER)
            if self._furniture[line.block]:
                weight *= _ELSEWHERE
            if heading is not None and index < heading[1]:
                weight *= _ELSEWHERE if index < heading[0] else 0.0
            elif heading is not None:
                weight *= (_RUN / (_RUN + self._links[index] - self._links[heading[0]])) ** 2
            yield weight

    def _with_more_text(self, at: int) -> tuple[int, int]:
        """The lines of a block, or of one around it that holds more running text and few links besides."""
        first, last = self._blocks[at].first, self._blocks[at].last
        texts = list(accumulate(map(self._is_text, range(len(self._lines))), initial=0))
        while at > 0:
            at = self._blocks[at].parent
            around = self._blocks[at]
            more = texts[first] - texts[around.first] + texts[around.last] - texts[last]
            links = self._links[first] - self._links[around.first] + self._links[around.last] - self._links[last]
            if more > links:
                first, last = around.first, around.last
        return first, last

    def _is_text(self, index: int) -> bool:
        return self.running[index] and not self._furniture[self._lines[index].block]

    def index_table(self, heading: int) -> int:
        """Where the index table above a heading begins; where the heading begins if there is none."""
        entries = [index for index in self._above(heading) if _ENTRY.match(self._lines[index].text)]
        return entries[-1] if len(entries) > 1 else heading

    def start(self, first: int, begin: int) -> int:
        """Where a notice without a known heading begins.

        Args:
            first: where the block of its text begins.
            begin: where the running text in it begins.
        """
        links = self._links[begin] - self._links[first]
        below = begin if 2 * links > begin - first else first
        return min(self._above(below), default=below)

    def _above(self, below: int) -> Iterator[int]:
        """The lines without links that stand above a line and belong to it, upwards: up to the path or some links."""
        apart = 0
        for index in range(below - 1, max(-1, below - _ABOVE - 1), -1):
            if _PATH.search("".join(self._lines[index].text.split())) is not None:
                return
            if self._navigating[index]:
                apart += 1
                if apart == _TOGETHER:
                    return
            else:
                apart = 0
                yield index

    def joined(self, first: int, last: int) -> Iterator[Line]:
        """Lines of a head without links; a label whose value is the next element stands in one line with it."""
        index = first
        while index < last:
            line = self._lines[index]
            following = self._lines[index + 1] if index + 1 < last else None
            if following is not None and self._is_label_of(line, following):
                text, linked = f"{line.text} {following.text}", line.linked + following.linked
                yield line._replace(text=text, visible=line.visible + following.visible, linked=linked)
                index += 2
                continue
            # What has no letter is an icon.
            if (not self._navigating[index] or _ATTACHED.match(line.text)) and any(map(str.isalnum, line.text)):
                yield line
            index += 1

    def _is_label_of(self, line: Line, value: Line) -> bool:
        return (
            _is_label(line)
            and value.text[-1] not in ":："
            and value.visible <= _LONGEST_VALUE
            and line.block != value.block
            and self._blocks[value.block].parent in (line.block, self._blocks[line.block].parent)
        )

    def without_menus(self, first: int, last: int) -> Iterator[Line]:
        """Lines of running text, without links that stand together in numbers."""
        index = first
        while index < last:
            end = index
            while end < last and self._navigating[end] and not self._lines[end].file:
                end += 1
            if end - index < _TOGETHER:
                end = max(end, index + 1)
                yield from self._lines[index:end]
            index = end

    def without_links(self, first: int, last: int) -> Iterator[Line]:
        """Lines behind the running text that are no links, but for links to files."""
        for index in range(first, last):
            line = self._lines[index]
            if not self._navigating[index] or line.file or _ATTACHED.match(line.text):
                yield line

    def attachments(self, first: int) -> Iterator[Line]:
        """Lines soon behind the text that lead to its attachments."""
        apart = 0
        for line in self._lines[first : first + _BELOW]:
            if line.file or _ATTACHED.match(line.text):
                apart = 0
                yield line
            elif line.is_link:
                apart += 1
                if apart == _TOGETHER:
                    return


def _is_label(line: Line) -> bool:
    """Whether a line is a label that waits for its value."""
    return line.text[-1] in ":：" and line.visible <= _LONGEST_LABEL


def _is_navigation(line: Line) -> bool:
    """Whether a line is a link, or a menu in one line; a row of a table may have links in some cells."""
    if line.text.startswith(_ROW):
        return line.is_link and not _has_word_beside(line)
    return line.is_link or line.linked > _MENU * line.visible


def _has_word_beside(row: Line) -> bool:
    """Whether a cell of a row that is hardly more than a link is a word and none of it, | 张三 | 局长 |."""
    beside = row.visible - row.linked
    return beside > 0 and any(visible(cell) == beside and cell.strip().isalpha() for cell in row.text.split("|"))


def _is_running(line: Line) -> bool:
    """Whether a line is running text: a sentence, or long and parted by commas; no byline and no row of a table."""
    count = line.visible - line.linked
    if count < _SHORTEST or line.linked > _MENU * line.visible or line.text.startswith(_ROW):
        return False
    ended = _SENTENCE.search(line.text) is not None or (count >= _LONG and _PARTED.search(line.text) is not None)
    return ended and byline(flat(line.text)) is None


def _standing(keys: Sequence[str], wanted: str) -> Iterator[tuple[int, int]]:
    """The lines that are a title, from and to: it may be wrapped over some, and a date may follow it in its line.

    Args:
        keys: the lines, as ``key`` gives them.
        wanted: the title, likewise.
    """
    if not wanted:
        return
    for index, begun in enumerate(keys):
        if begun.startswith(wanted) and len(begun) <= len(wanted) + _LONGEST_TAIL:
            yield index, index + 1
            continue
        end, text = index + 1, begun
        while len(text) < len(wanted) and wanted.startswith(text) and end < min(index + _MOST_WRAPPED, len(keys)):
            text += keys[end]
            end += 1
        if text == wanted:
            yield index, end
