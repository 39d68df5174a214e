"""What a suggester gets: the normalized text of a notice and its bylines, each with the way back to raw text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from annotations.alignment import Alignment
from annotations.labels import Label, LabelSet, Reader
from annotations.notice import Notice
from annotations.spans import RawSpan, raw_span
from annotations.values.dated_text import DatedText


class Zone:
    """A normalized text that a suggester reads, with its alignment to raw text.

    Args:
        text: the text; each line is a paragraph.
        alignment: the alignment between a stretch of raw text and ``text``.
        start: where that stretch begins in the raw text of the notice, in code points.
        title: how many code points at the beginning of ``text`` are the title.
    """

    def __init__(self, text: str, alignment: Alignment, start: int = 0, title: int = 0) -> None:
        self.text = text
        self.title = title
        self.dated = DatedText(text, shared=True)
        """The text with what the suggesters and the readers of values share of it."""
        self._alignment = alignment
        self._start = start

    def raw(self, start: int, end: int) -> RawSpan:
        """The raw span of ``text[start:end]``, which must not be empty."""
        first, last = self._alignment.raw_bounds(start, end)
        return raw_span(self._start + first, self._start + last)


class Page:
    """A notice as a suggester sees it.

    Args:
        notice: the notice.
        labels: the label set of the project.
    """

    def __init__(self, notice: Notice, labels: LabelSet) -> None:
        self.notice = notice
        self.body = Zone(notice.normalized, notice.alignment, title=_title_length(notice))
        self.lexicon = labels.lexicon
        """The word lists of the project: the lists that ship, with the project's words added."""
        self._labels = labels

    def labels(self, reader: Reader) -> Sequence[Label]:
        """The labels whose values ``reader`` reads, but for hidden ones; a project may have none or several."""
        return [label for label in self._labels.shown if label.reader == reader]

    @cached_property
    def bylines(self) -> tuple[Zone, ...]:
        """The regions of metadata, which the normalized text leaves out; each is normalized by itself."""
        return tuple(_bylines(self.notice))


def page_of(notice: Notice, labels: LabelSet) -> Page:
    """The page of a notice."""
    return Page(notice, labels)


def _title_length(notice: Notice) -> int:
    end = 0
    for region in notice.regions:
        if region.kind == "title" and (found := notice.alignment.to_normalized(raw_span(region.start, region.end))):
            # A title region further down has body above it, so it does not lengthen the title at the top.
            end = found.end if found.start <= end + 1 else end
    return end


def _bylines(notice: Notice) -> Iterator[Zone]:
    from annotations.normalize import normalize  # noqa: PLC0415  # slow to import, and a page may have no byline
    from annotations.regions import Region  # noqa: PLC0415  # as above

    for region in notice.regions:
        if region.kind == "metadata":
            raw = notice.raw[region.start : region.end]
            found = normalize(raw, regions=[Region("body", raw_span(0, 0).start, raw_span(0, len(raw)).end)])
            yield Zone(found.normalized, found.alignment, region.start)
