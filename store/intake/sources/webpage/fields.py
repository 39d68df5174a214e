"""What a web page says of itself: title, source, publication date and address.

Chinese government sites carry a standard set of meta tags (政府网站发展指引): ``ArticleTitle``, ``PubDate``,
``ContentSource``, ``ColumnName``, ``SiteName``.  Where they are missing, Open Graph, headings and ``<title>`` tell the
title.  The name of the site is neither a title nor a source.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from annotations.normalize.byline import byline, iso
from annotations.normalize.fields import names_nobody
from annotations.normalize.folding import flat
from store.intake.sources.webpage.markup import Line, visible
from store.intake.sources.webpage.region import Region, key

_TITLES: Final = ("articletitle",)
_GRAPH_TITLES: Final = ("og:title", "twitter:title", "dc.title")
_DATES: Final = (
    "pubdate",
    "article:published_time",
    "og:release_date",
    "publishdate",
    "publish_date",
    "dc.date",
    "date",
)
_SOURCES: Final = ("contentsource",)
_NAMES: Final = ("sitename", "og:site_name", "application-name", "columnname", "columntype", "article:section")
_ADDRESSES: Final = ("og:url", "url")

_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_PART: Final = re.compile(r"[^\s_|｜\-–—>»·]+")
"""A part of the title of a page: the title itself may have several, and the names of column and site are parts, too."""

_MOST_PARTS: Final = 12
"""So many parts of a title are looked at; 12 parts have 78 stretches."""

_SHORTEST_TITLE: Final = 5
"""A shorter title is one only where the meta tag for it says so; in visible code points."""

_LONGEST_TITLE: Final = 200
"""A longer text is no title, whatever the page calls it; in visible code points."""

_LONGEST_SOURCE: Final = 40
"""The longest source, in visible code points."""

_SITE: Final = re.compile(
    r"(?:网|网站|网页|门户|平台|首页|主页|频道|专栏|栏目|目录|信息公开|政务公开|政府|委员会|办公室|中心|大学|[局厅委院部处社])$"
)
"""How names of sites and offices end, and titles hardly ever."""

_DATED: Final = re.compile(r"(?<!\s)\s*[（(]\s*\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?[\s\d:：]*[)）]$")
"""A date in brackets that a site puts behind a title."""

_CUT: Final = re.compile(r"(?:…+|\.{2,})$")
_SAID_TO_BE: Final = re.compile(r"^(?:(?:信息|文章|稿件|内容|消息)?[来來]源|出处)\s*[:：]\s*")

_UNLABELLED: Final = 1000
"""The rank of a date without a label."""

_ADDRESS: Final = re.compile(r"https?://[^\s/]+/\S+")


class Fields(NamedTuple):
    """The fields of a page; None where it does not say them, or where its text is to be asked.

    ``published`` is an ISO date or date-time.
    """

    title: str | None
    source: str | None
    published: str | None
    url: str | None


class Metadata:
    """The metadata of a page.

    Args:
        root: its root element.
    """

    def __init__(self, root: Any) -> None:  # noqa: ANN401  # lxml ships no types
        self._said: dict[str, str] = {}
        for element in root.iter("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop") or ""
            content = _plain(element.get("content") or "")
            if content:
                # Of several that say something the first counts.
                self._said.setdefault(name.strip().lower(), content)
        title = root.find(".//title")
        self._title = _plain("".join(title.itertext())) if title is not None else ""
        self._names = {key(self._said[name]) for name in _NAMES if name in self._said}
        self._links = [
            link.get("href") or "" for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"
        ]

    def titles(self, lines: Sequence[Line]) -> Iterator[str]:
        """What the page may be called, the likeliest first.

        Args:
            lines: the lines of the page, whose headings count.
        """
        given = self._given_title()
        if given is not None:
            yield from self._uncut(given, lines)
        graph = self._first(_GRAPH_TITLES)
        headings = [_DATED.sub("", line.text) for line in lines if line.heading and not line.is_link]
        headings = list(filter(self._may_be_title, headings))
        if graph is not None:
            yield from self._stretches(graph)
        whole = key(self._title)
        yield from (heading for heading in headings if key(heading) in whole)
        yield from self._stretches(self._title)
        yield from headings

    def fields(self, region: Region) -> Fields:
        """The fields of the page whose notice is ``region``."""
        shown = [*_statements(region.above, sure=True), *_statements(region.head)]
        head = [*region.above, *region.head]
        return Fields(
            region.title or self._unseen_title(), self._source(shown, head), self._published(shown), self._address()
        )

    def _first(self, names: Iterable[str]) -> str | None:
        return next((self._said[name] for name in names if name in self._said), None)

    def _given_title(self) -> str | None:
        given = self._first(_TITLES)
        return given if given is not None and visible(given) <= _LONGEST_TITLE else None

    def _may_be_title(self, text: str) -> bool:
        folded = key(text)
        return _SHORTEST_TITLE <= len(folded) <= _LONGEST_TITLE and not self._is_name(text)

    def _is_name(self, text: str) -> bool:
        """Whether a text is the name of the site or its column, or ends as names of sites and offices do."""
        folded = key(text)
        return folded in self._names or _SITE.search(folded) is not None

    def _uncut(self, title: str, lines: Sequence[Line]) -> Iterator[str]:
        """A title; where it was cut off, …, the lines that begin with it."""
        start = key(_CUT.sub("", title))
        if _CUT.search(title) is not None and len(start) >= _SHORTEST_TITLE:
            yield from (line.text for line in lines if not line.is_link and key(line.text).startswith(start))
        yield title

    def _stretches(self, text: str) -> Iterator[str]:
        """The parts of a title and all stretches of them, the longest first, but for names of site and column."""
        parts = _parts(text)[:_MOST_PARTS]
        stretches = {text[first[0] : last[1]] for at, first in enumerate(parts) for last in parts[at:]}
        yield from filter(self._may_be_title, sorted(stretches, key=lambda each: (-visible(each), each)))

    def _unseen_title(self) -> str | None:
        """A title that the page does not show as a line: what the meta tag says, or ``<title>`` less what is a name."""
        given = self._given_title()
        if given is not None and key(given) not in self._names:
            return given
        text = self._first(_GRAPH_TITLES) or self._title
        parts = _parts(text)
        while parts and self._is_name(text[slice(*parts[0])]):
            parts = self._without_columns(text, parts[1:])
        while parts and self._is_name(text[slice(*parts[-1])]):
            parts = self._without_columns(text, parts[:-1], at=-1)
        title = text[parts[0][0] : parts[-1][1]] if parts else ""
        return title if self._may_be_title(title) else None

    def _without_columns(self, text: str, parts: list[tuple[int, int]], at: int = 0) -> list[tuple[int, int]]:
        """Parts of a title without the short ones at one end, next to where the name of a site stood."""
        while len(parts) > 1 and visible(text[slice(*parts[at])]) < _SHORTEST_TITLE:
            parts = parts[1:] if at == 0 else parts[:-1]
        return parts

    def _published(self, shown: Sequence[_Statement]) -> str | None:
        """The date of the byline, or that of the meta tag where they are of one day or the page shows no earlier one.

        A site that has moved has the day of its move in the meta tag.
        """
        given = self._first(_DATES)
        said = _date(given) if given is not None else None
        if said is None:
            return None
        dates = [statement for statement in shown if statement.role == "published"]
        if not dates:
            return said
        best = min(dates, key=lambda statement: (statement.weak, statement.rank))
        if best.value[:10] == said[:10]:
            return max(best.value, said, key=len)
        return best.value if not best.weak or best.value < said else said

    def _source(self, shown: Sequence[_Statement], head: Sequence[Line]) -> str | None:
        """The source of the meta tag; None where it is none, or the text of the page names another one."""
        given = _SAID_TO_BE.sub("", self._first(_SOURCES) or "")
        folded = key(given)
        if not given or visible(given) > _LONGEST_SOURCE or names_nobody(folded.lower()) or "://" in given:
            return None
        if any(folded in key(line.text) and byline(flat(line.text)) is not None for line in head):
            return given
        named = any(statement.role == "source" for statement in shown)
        return None if named or self._is_site(folded) else given

    def _is_site(self, folded: str) -> bool:
        return any(folded in name for name in self._names)

    def _address(self) -> str | None:
        # The address of a site is the same on all its pages and names none of them.
        said = (self._said[name] for name in _ADDRESSES if name in self._said)
        return next((address for address in (*self._links, *said) if _ADDRESS.fullmatch(address)), None)


class _Statement(NamedTuple):
    """What a line before the text states; a better label has a lower rank, and a date without a label is weak."""

    role: str
    rank: int
    weak: bool
    value: str


def _statements(lines: Sequence[Line], *, sure: bool = False) -> Iterator[_Statement]:
    """What lines state; with ``sure`` only what a label that is not weak says."""
    for line in lines:
        text = flat(line.text)
        found = byline(text)
        if found is None:
            continue
        for field in found.fields:
            value = text[field.start : field.end]
            day = iso(value) if field.role == "published" else value
            if day and not (sure and field.weak):
                yield _Statement(field.role, field.rank, field.weak, day)
        if sure:
            continue
        # 2023年5月8日 alone is the date of a resolution; 2023-05-08 is what a site writes.
        if found.date is not None and not found.has("published") and "月" not in text[slice(*found.date)]:
            day = iso(text[slice(*found.date)])
            if day:
                yield _Statement("published", _UNLABELLED, weak=True, value=day)


def _parts(text: str) -> list[tuple[int, int]]:
    """The spans of the parts of a title."""
    return [match.span() for match in _PART.finditer(text)]


def _date(text: str) -> str | None:
    """A date of a meta tag in ISO 8601; midnight is no time of day."""
    found = iso(flat(text))
    return found.removesuffix("T00:00") if found is not None else None


def _plain(text: str) -> str:
    """The text of a meta tag on one line, without markup that was put into it."""
    return " ".join(_TAG.sub("", entities.unescape(text)).split())
