"""Hard-wrapped pages: text from PDF and e-mail, in which a paragraph stands on several lines of about one length.

``find_wrapping`` recognises such a page by its raw text alone and says which line ends divide a paragraph and which
lines are page numbers.  It errs on the side of leaving a page as it is: lists, tables, poems and index tables are short
lines too, and joining them would make nonsense of them.  It edits no text and makes no map: that is for ``draft``.

A line continues the one before it when the sentence there is open and nothing begins a paragraph: no blank line, no
indent, no item, no label, no date.  A page is hard-wrapped when many of its lines are continued, these are full (the
next word would not have fitted) or stand below first lines that are indented, and hardly a line is longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from annotations.lexicon.patterns import pattern
from annotations.normalize.draft import Draft
from annotations.normalize.spaces import BLANK, INVISIBLE, paragraphs
from annotations.regions import Region
from annotations.spans import NormalizedOffset, RawOffset, normalized_span

_LONGEST: Final = 80
"""The longest line of a hard-wrapped page, in code points; e-mail has up to 78."""
_NARROWEST: Final = 30
"""The least width of a hard-wrapped page, in cells; a Chinese character takes two.  Verses are narrower."""
_WIDEST: Final = 130
"""The greatest width of a hard-wrapped page, in cells: a page in landscape."""
_FEWEST: Final = 4
"""The least number of line ends that divide a paragraph."""
_LEAST_SHARE: Final = 0.25
"""The least share of lines that have an open sentence and are continued."""
_LEAST_RATIO: Final = 0.65
"""The least number of such lines to one that ends a sentence and is not continued."""
_FULL: Final = 0.6
"""The least share of full lines among those that end in an open sentence.  Below it line ends are ragged, and only
paragraphs with an indented first line or a number are joined."""
_EXCEPTIONS: Final = 0.25
"""The most lines that are not as they should be, to a line that the next one continues: short ones that are continued,
and ones with an open sentence that are not."""
_ENTRIES: Final = 0.35
"""The most lines that look like entries of a list, of those with an open sentence."""
_LINES_A_STOP: Final = 10
"""The most lines to one full stop or semicolon."""
_SHORT: Final = 0.5
"""A line is short below this share of the width."""
_HANGING: Final = 3
"""So many cells a line may be less than full: a mark may hang over the edge of the longest line."""
_MARKED: Final = 0.1
"""From this share of indented lines and blank lines on they mark where paragraphs begin."""
_COMMON_INDENT: Final = 0.15
"""The margin is the least indent that so many of the lines have."""

_SENTENCE_END: Final = r"[。！？；：!?;:…][”’」』）)》】\"']*$|[.][”’」』）)》】\"']*$"
_CLAUSE: Final = "[，。；：！？,;]"
_ITEM: Final = (
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:[、)）]|[.．](?!\d))"
    r"|第[一二三四五六七八九十百零〇\d]{1,5}[编章节条](?=\s|$)|[①-⑳●•◆■□○※▲★]|附件?\s?\d{0,2}[:：]|附件\d{0,2}$"
)
_LABEL: Final = r"[^\s，。；：、,;:]{2,8}[：:](?=.)"
_ALONE: Final = (
    r"\d{1,4}|[\d〇零○一二三四五六七八九]{4}\s?[-./年]\s?[\d一二三四五六七八九十]{1,3}\s?[-./月]"
    r"\s?[\d一二三四五六七八九十]{1,3}\s?日?"
)
_CELLS: Final = r"\t|\||｜|\S(?:\s{2,}|\u3000)\S.*\S(?:\s{2,}|\u3000)\S"
_WORD: Final = "[!-~]+|.[，。、；：！？）”’》】]*"
_WORD_START: Final = "[(\"']?[A-Za-z\u00c0-\u024f]"
_WORD_END: Final = "[0-9A-Za-z\u00c0-\u024f][,.;:!?)%\"']{0,2}$"
_SMALL_END: Final = "[a-z][,.;:]?$"
"""The end of a word that no number continues; PM and 2.5 are one word."""
_READING_BEGUN: Final = "[(（][^()（）]{0,12}$"
_STOP: Final = r"[。；！？;!?]|[.]\s"
_BLANKS: Final = f"[{BLANK}]*"
_MARK: Final = r"[^\w\s]"
_NARROW: Final = "[\u0020-\u007e\u00a0-\u024f]"
_DASH: Final = r"[-－—–―‐─~·•*\s]"
_PAGE_NUMBER: Final = (
    rf"{_DASH}*[-－—–―‐─~·•*]{_DASH}*\d{{1,4}}{_DASH}*[-－—–―‐─~·•*]{_DASH}*"
    r"|第\s*\d{1,4}\s*页(?:\s*[,，/／]?\s*(?:共|总)\s*\d{1,4}\s*页)?|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?"
)
_BARE_NUMBER: Final = r"\d{1,3}"
_APART: Final = 5
"""The fewest lines between two bare page numbers."""


class _Line(NamedTuple):
    """A line that is not blank: its raw span, its text, its width with the indent and its indent, both in cells.

    ``apart`` tells whether a blank line is before it, ``turned`` whether a page number is.
    """

    start: int
    end: int
    text: str
    width: int
    indent: int
    apart: bool
    turned: bool = False


class Wrapping:
    """How a page is wrapped.

    Args:
        raw: the raw text.
        joins: for the end of each line that the next one continues the start of that one, in code points of the raw
            text.  Page numbers may stand between the two.
        numbers: the raw span of each page number, in order.
    """

    def __init__(self, raw: str, joins: Mapping[int, int], numbers: Sequence[tuple[int, int]]) -> None:
        self._raw = raw
        self._joins = joins
        self._numbers = numbers

    @cached_property
    def unwrapped(self) -> Draft:
        """The raw text with one paragraph a line and without page numbers, and its map; for rules about lines."""
        edits = [(end, start, self._between(end, start)) for end, start in self._joins.items()]
        inside = [(end, start) for end, start, _ in edits]
        at = 0
        for start, end in self._numbers:
            while at < len(inside) and inside[at][1] <= start:
                at += 1
            if at == len(inside) or inside[at][0] > start:
                edits.append((start, end, ""))
        return Draft.of(self._raw).edit(sorted(edits))

    def regions(self, found: Iterable[Region]) -> tuple[Region, ...]:
        """The regions of the raw text.

        Args:
            found: the regions of ``unwrapped``; page numbers are cut out of those that are kept.
        """
        return tuple(_merged(self._with_numbers(found)))

    def raw_span(self, span: tuple[int, int]) -> tuple[int, int]:
        """The raw span that a span of ``unwrapped`` comes from, in code points of either text."""
        found = self.unwrapped.alignment().to_raw(normalized_span(*span))
        return found.start, found.end

    def lines(self, spans: Sequence[tuple[int, int]]) -> tuple[Draft, list[tuple[int, int]]]:
        """The draft of some lines of the raw text with one paragraph a line, and the raw span of each paragraph.

        Args:
            spans: the raw spans of these lines, in order.
        """
        edits = []
        whole: list[tuple[int, int]] = []
        reached: list[tuple[int, int]] = []
        at = 0
        for start, end in spans:
            if whole and self._joins.get(whole[-1][1]) == start:
                # Invisible characters behind the line are taken along, so that a space comes from the line end itself.
                reach = _reach(self._raw, whole[-1][1], start)
                at += reach - reached[-1][1]
                reached[-1] = reached[-1][0], reach
                edits.append((at - 1, at, self._between(whole[-1][1], start)))
                whole[-1] = whole[-1][0], end
            else:
                whole.append((start, end))
            reached.append((start, end))
            at += end - start + 1
        return Draft.lines(self._raw, reached).edit(edits), whole

    def _between(self, end: int, start: int) -> str:
        """What takes the place of a line end: a space between Latin words, else nothing."""
        before, behind = self._raw[max(0, end - 4) : end], self._raw[start : start + 2]
        if pattern(_WORD_START).match(behind):
            return " " if pattern(_WORD_END).search(before) else ""
        return " " if behind[0].isdigit() and pattern(_SMALL_END).search(before) else ""

    def _with_numbers(self, found: Iterable[Region]) -> Iterator[Region]:
        """The regions in offsets of the raw text, with page numbers cut out."""
        alignment = self.unwrapped.alignment()
        last = alignment.normalized_length

        def raw(offset: int) -> int:
            if offset == 0:
                return 0
            return alignment.raw_character(NormalizedOffset(offset)).start if offset < last else len(self._raw)

        at = 0
        for region in found:
            start, end = raw(region.start), raw(region.end)
            of = alignment.to_raw(normalized_span(region.of.start, region.of.end)) if region.of is not None else None
            if not region.kept:
                yield Region(region.kind, RawOffset(start), RawOffset(end), of)
                continue
            while at < len(self._numbers) and self._numbers[at][0] < end:
                first, behind = self._numbers[at]
                at += 1
                if first < start:
                    continue
                behind = _indent_start(self._raw, behind, end)
                if _blank_end(self._raw, start, first) == first:
                    first = start
                if first > start:
                    yield Region(region.kind, RawOffset(start), RawOffset(first))
                yield Region("boilerplate", RawOffset(first), RawOffset(behind))
                start = behind
            if start < end:
                yield Region(region.kind, RawOffset(start), RawOffset(end))


def find_wrapping(raw: str) -> Wrapping | None:
    """How a page is wrapped; None for a page that is not, or of which it is not certain."""
    # Nearly every page ends here: it has long lines, or hardly any with a punctuation mark.
    if len(raw) > _LONGEST * (raw.count("\n") + raw.count("\r") + 1):
        return None
    rows = [row for row in raw.replace("\r", "\n").split("\n") if row and not row.isspace()]
    if len(rows) <= _FEWEST or sum(map(_LONGEST.__lt__, map(len, rows))) > _outliers(len(rows)):
        return None
    if sum("，" in row or "。" in row or "," in row for row in rows) < _LEAST_SHARE * len(rows):
        return None
    page = _lines(raw)
    numbers = _page_numbers(page)
    # What follows a page number is on another page: the blank lines between the two part no paragraphs.
    text = [
        line._replace(apart=line.apart and index - 1 not in numbers, turned=index - 1 in numbers)
        for index, line in enumerate(page)
        if index not in numbers
    ]
    if len(text) <= _FEWEST:
        return None
    joins = _Judge(text).joins()
    if joins is None:
        return None
    return Wrapping(
        raw,
        {text[index].end: text[index + 1].start for index in joins},
        [(page[index].start, page[index].end) for index in sorted(numbers)],
    )


class _Judge:
    """Decides about one page whether it is hard-wrapped.

    Args:
        lines: its lines without page numbers.
    """

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.count = len(lines)
        widths = sorted((line.width for line in lines), reverse=True)
        self.width = widths[_outliers(self.count)]
        indents = Counter(line.indent for line in lines)
        common = [indent for indent, count in indents.items() if count >= _COMMON_INDENT * self.count]
        self.margin = min(common, default=0)
        self.closed = [pattern(_SENTENCE_END).search(line.text) is not None for line in lines]
        self.begins = [index == 0 or self._begins(index) for index in range(self.count)]
        marked = sum(line.apart or self._is_indented(line) for line in lines)
        self.marked = marked >= _MARKED * self.count

    def joins(self) -> list[int] | None:
        """The indexes of the lines that the next one continues; None where the page is not hard-wrapped."""
        if not _NARROWEST <= self.width <= _WIDEST:
            return None
        broken = [index for index in range(self.count - 1) if not self.closed[index] and not self.begins[index + 1]]
        if len(broken) < _FEWEST or sum(map(self._is_entry, broken)) > _ENTRIES * len(broken):
            return None
        even = sum(map(self._is_full, broken)) >= _FULL * len(broken)
        found = list(self._paragraphs(self._last_of_even if even else self._last_of_ragged))
        continued = [index for paragraph in found for index in paragraph[:-1]]
        return continued if self._is_text(found, continued) and self._is_rule(continued, broken) else None

    def _is_text(self, found: list[range], continued: list[int]) -> bool:
        """Whether paragraphs of several lines are sentences."""
        marks = sum(len(pattern(_STOP).findall(self.lines[index].text)) for paragraph in found for index in paragraph)
        return marks * _LINES_A_STOP >= len(continued)

    def _is_rule(self, continued: list[int], broken: list[int]) -> bool:
        """Whether so many lines are continued that the page must be hard-wrapped, and few are not as they should be.

        Args:
            continued: the lines that the next one continues, if the page is hard-wrapped.
            broken: the lines with an open sentence behind which no paragraph begins.
        """
        inside = set(continued)
        ends = sum(closed and index not in inside for index, closed in enumerate(self.closed))
        open_ones = len(inside.intersection(broken))
        if open_ones < max(_FEWEST, _LEAST_SHARE * self.count, _LEAST_RATIO * ends):
            return False
        left = sum(
            pattern(_CLAUSE).search(self.lines[index].text) is not None for index in broken if index not in inside
        )
        short = sum(self.lines[index].width < _SHORT * self.width for index in continued)
        return left + short <= _EXCEPTIONS * len(continued)

    def _paragraphs(self, last_of: Callable[[int], int]) -> Iterator[range]:
        """The indexes of the lines of each paragraph that has more than one."""
        first = 0
        while first < self.count:
            last = last_of(first) if self._opens(first) else first
            if last > first:
                yield range(first, last + 1)
            first = last + 1

    def _last_of_even(self, first: int) -> int:
        """The last line of the paragraph that a line begins, where only full lines are continued."""
        at = first
        while at + 1 < self.count and not self.begins[at + 1] and self._is_full(at):
            if self.closed[at] and not (self.marked and self._is_prose(at + 1)):
                break
            at += 1
        return at

    def _last_of_ragged(self, first: int) -> int:
        """The last line of the paragraph that a line begins, where lines may be continued that are not full.

        Such a line may also end a paragraph that has no full stop, so a full stop has to follow.
        """
        if not (self._is_indented(self.lines[first]) or pattern(_ITEM).match(self.lines[first].text)):
            return first
        at = first
        while at + 1 < self.count and not self.closed[at] and not self.begins[at + 1]:
            at += 1
        return at if self.closed[at] else first

    def _opens(self, index: int) -> bool:
        """Whether a line can be the first of several lines of a paragraph; a title or an office cannot."""
        line = self.lines[index]
        if pattern(_CELLS).search(line.text):
            return False
        if pattern(_CLAUSE).search(line.text[:-1]) or pattern(_ITEM).match(line.text):
            return True
        return self._is_full(index) and ((index > 0 and self.closed[index - 1]) or self._is_indented(line))

    def _begins(self, index: int) -> bool:
        """Whether a line begins a paragraph, whatever stands before it."""
        line = self.lines[index]
        if (
            line.apart
            or self._is_indented(line)
            or pattern(_ITEM).match(line.text)
            or pattern(_CELLS).search(line.text)
        ):
            return True
        if line.turned and (line.text[0] in "(（" or pattern(_READING_BEGUN).search(self.lines[index - 1].text)):
            return True  # a character and its reading are one run, in which no page number can be
        return pattern(_ALONE).fullmatch(line.text) is not None or (
            pattern(_LABEL).match(line.text) is not None and not self._is_full(index - 1)
        )

    def _is_indented(self, line: _Line) -> bool:
        return line.indent > self.margin + 1

    def _is_full(self, index: int) -> bool:
        """Whether the next word would not have fitted into a line."""
        if index + 1 == self.count:
            return False
        word = pattern(_WORD).match(self.lines[index + 1].text)
        return word is not None and self.lines[index].width + _cells(word[0]) >= self.width - _HANGING

    def _is_entry(self, index: int) -> bool:
        """Whether a line looks like an entry of a list.

        It ends with a comma, begins or ends with the same characters as the next one, or has its punctuation marks at
        the same places.
        """
        first, second = self.lines[index].text, self.lines[index + 1].text
        if first[-1] in "，、," or first[:2] == second[:2] or first[-2:] == second[-2:]:
            return True
        marks = [(match.start(), match[0]) for match in pattern(_MARK).finditer(first)]
        return len(marks) > 1 and marks == [(match.start(), match[0]) for match in pattern(_MARK).finditer(second)]

    def _is_prose(self, index: int) -> bool:
        """Whether a line is part of a text and no heading: it is full, or has a punctuation mark."""
        return self._is_full(index) or pattern(_CLAUSE).search(self.lines[index].text) is not None


def _lines(raw: str) -> list[_Line]:
    """The lines of a page that are not blank."""
    page: list[_Line] = []
    at = 0
    for start, end in paragraphs(raw, [(0, len(raw))]):
        gap = raw[at:start].replace("\r\n", "\n").replace("\r", "\n")
        edge = gap[gap.rfind("\n") + 1 :]
        indent = 2 * edge.count("\u3000") + edge.count(" ") + edge.count("\t") + edge.count("\xa0")
        text = raw[start:end]
        page.append(_Line(start, end, text, indent + _cells(text), indent, bool(page) and gap.count("\n") > 1))
        at = end
    return page


def _blank_end(raw: str, start: int, end: int) -> int:
    """Where the white space and invisible characters at the beginning of ``raw[start:end]`` end."""
    found = pattern(_BLANKS).match(raw, start, end)
    assert found  # noqa: S101  # it may be empty
    return found.end()


def _reach(raw: str, start: int, end: int) -> int:
    """Where the invisible characters at the beginning of ``raw[start:end]`` end."""
    gap = raw[start:end]
    return start + len(gap) - len(gap.lstrip(INVISIBLE))


def _indent_start(raw: str, start: int, end: int) -> int:
    """Where the first line of ``raw[start:end]`` with a text begins, its indent included; ``end`` without any."""
    text = _blank_end(raw, start, end)
    return start + len(raw[start:text].rstrip(" \t\xa0\u3000")) if text < end else end


def _cells(text: str) -> int:
    """The width of a text in a typeface in which Chinese characters and punctuation are square, in cells."""
    return 2 * len(text) - len(pattern(_NARROW).findall(text))


def _outliers(count: int) -> int:
    """How many of some lines may be longer than a hard-wrapped page is wide: a table, an address."""
    return max(1, count // 50)


def _page_numbers(page: list[_Line]) -> set[int]:
    """The indexes of the lines that are page numbers; bare numbers are, where they count up and stand far apart."""
    found = {
        index for index, line in enumerate(page) if len(line.text) < 20 and pattern(_PAGE_NUMBER).fullmatch(line.text)
    }
    bare = [
        index for index, line in enumerate(page) if len(line.text) < 4 and pattern(_BARE_NUMBER).fullmatch(line.text)
    ]
    values = [int(page[index].text) for index in bare]
    counted = all(second - first == 1 for first, second in pairwise(values))
    if len(bare) > 1 and counted and all(second - first > _APART for first, second in pairwise(bare)):
        found.update(bare)
    return found


def _merged(regions: Iterable[Region]) -> Iterator[Region]:
    """The regions with boilerplate that touches joined."""
    held: Region | None = None
    for region in regions:
        if held is not None and held.kind == region.kind == "boilerplate":
            held = Region("boilerplate", held.start, region.end)
            continue
        if held is not None:
            yield held
        held = region
    if held is not None:
        yield held
