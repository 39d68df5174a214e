"""Tracks what kind of document a text is, which part of it has begun, and under which heading a line stands.

The operative part of a 通知 or 意见 and all of a regulation bind without a modal; a report on what was done does not,
whatever its headings say, and neither does what stands under 存在问题.  ``context`` asks here line by line.
"""

from __future__ import annotations

import re
from typing import Final

from annotations.lexicon.lists import Lexicon
from annotations.values.commands import obligation_pattern, obligation_words, starts
from annotations.values.requirement import ARTICLE, DECIMAL, ORDINAL

_MAJOR: Final = re.compile(rf"\s*(?:(?:{ORDINAL})、|{ARTICLE}|{DECIMAL}|第(?:{ORDINAL})[章节])")
_MINOR: Final = re.compile(rf"\s*[(（](?:{ORDINAL}|\d{{1,2}})[)）]")
_HEADING: Final = re.compile("[^,，。；;:：\n]{2,14}")
_DOCUMENT: Final = re.compile(
    "(?:通知|通告|公告|方案|预案|意见|办法|规定|倡议书|倡议|措施|要点|函|令|细则|计划|公开信|提示|告知书|承诺书|的讲话)$"
)
_REGULATION: Final = re.compile(
    "(?:办法|规定|规则|细则|条例|制度|章程|守则|准则|规程|规范|公约|须知)(?:[(（][^()（）]{1,8}[)）])?$"
)
_IS_TITLE: Final = re.compile("[^,，。;；:：!！\n]{8,40}")
"""A line that may be the title of a document that is printed below a covering letter."""
_FIRST_ARTICLE: Final = re.compile(r"\s*第[一1]条(?![第规的、和款项中之])")
_REPORT: Final = re.compile(
    "(?:报告|总结|汇报|述职|解读|问答|答记者问|综述|回复|(?:工作|完成|落实|整改|进展|处理|办理)情况)$"
)
_EXPLAINS: Final = re.compile("(?:解读|问答|答记者问)$")
"""The title of what explains a document, which may stand below it."""
_HEARD: Final = re.compile("听取|审议并|审议通过|(?<!工)[作做][了出]?[^,，]{0,12}报告|召开|强调|部署")
"""A title with one of these tells of a meeting that dealt with a report, and is none."""
_LIST_OF: Final = re.compile(
    "(?:情形|情况|行为|条件|材料|资料|文件|内容|方式|事项|范围)(?:之一)?(?:的|如下|为|是|有|包括)?[,，]?[^,，。:：]{0,20}[:：]$"
)
"""A sentence that introduces a list of what is no demand: conditions, papers to hand in."""
_LONGEST_LIST: Final = 40
"""How many code points at the end of a line are searched for the words that introduce a list."""


class State:
    """The context, as it is carried from one sentence and paragraph to the next.

    Args:
        lexicon: the word lists to read with.
        title: the lines of the title.
    """

    def __init__(self, lexicon: Lexicon, title: str) -> None:
        lines = [line.strip('》" 　”') for line in title.split("\n")]
        self.lexicon = lexicon
        self.binding = False
        """Whether a verb of speech has opened a binding context."""
        self.document = False
        """Whether the operative part of a document has begun."""
        self.is_document = any(map(_names_document, lines))
        """Whether the title is that of a document (通知, 方案), which can have an operative part."""
        self.is_regulation = any(_REGULATION.search(line) for line in lines)
        self.is_report = any(_REPORT.search(line) and not _HEARD.search(line) for line in lines)
        """Whether the title is that of a report, which lays no obligation without a modal."""
        self.off: int | None = None
        """The level of the heading that nothing is demanded under, 1 or 2; None where there is no such heading."""
        self.idle = False
        """Whether not even a modal binds under that heading."""
        self.aims: int | None = None
        """The level of the heading that aims are set under, which bind; None where there is no such heading."""
        self.listing: int | None = None
        """The level of the line that introduces a list of what is no demand; None outside of such a list."""

    def binds(self) -> bool:
        """Whether a command is a requirement here although it has no modal."""
        return (self.binding or self.document) and self.off is None and not self.is_report and self.listing is None

    def enter(self, line: str, behind: int) -> None:
        """Note what a line begins: a document, its operative part, or what stands under a heading.

        Args:
            line: the line.
            behind: where it begins behind its enumerator, in code points; 0 where it has none.
        """
        level = _level(line)
        if _FIRST_ARTICLE.match(line):
            self.is_document = self.is_regulation = True
        elif not behind and _IS_TITLE.fullmatch(line) and not starts(self.lexicon, "imperative", line, 0):
            self.is_document = self.is_document or ("关于" in line and _names_document(line))
            self.is_regulation = self.is_regulation or (self.is_document and _REGULATION.search(line) is not None)
            self.is_report = self.is_report or _EXPLAINS.search(line) is not None
        if self.is_document and level == 1:
            self.document = True
        if self.listing is not None and (not behind or (level is not None and level <= self.listing)):
            self.listing = None
        if level is not None:
            self._under(level, _HEADING.match(line, behind))

    def leave(self, line: str) -> None:
        """Note whether a line introduces a list of what is no demand."""
        if line.endswith((":", "：")) and _LIST_OF.search(line, max(0, len(line) - _LONGEST_LIST)):
            self.listing = _level(line) or 1

    def _under(self, level: int, heading: re.Match[str] | None) -> None:
        """Note whether a heading is one that nothing is demanded under, 存在问题, or that aims are, 目标任务."""
        if self.off is not None and level <= self.off:
            self.off, self.idle = None, False
        if self.aims is not None and level <= self.aims:
            self.aims = None
        if heading is None:
            return
        if self.aims is None and heading[0].rstrip() in obligation_words(self.lexicon, "aims"):
            self.aims = level
        elif self.off is None:
            # 存在短板 is such a heading, 补齐短板 is a command.
            commands = starts(self.lexicon, "imperative", heading[0], 0)
            self.idle = not commands and obligation_pattern(self.lexicon, "idle").search(heading[0]) is not None
            if self.idle or obligation_pattern(self.lexicon, "off").search(heading[0]):
                self.off = level


def _level(line: str) -> int | None:
    """The level of a line as a heading: 1 for 一、 and 第一条, 2 for (一); None where it is none."""
    return 1 if _MAJOR.match(line) else 2 if _MINOR.match(line) else None


def _names_document(line: str) -> bool:
    return _DOCUMENT.search(line) is not None or _REGULATION.search(line) is not None
