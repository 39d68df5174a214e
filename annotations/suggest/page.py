"""What a suggester is given: the text that a reader of the notice sees, the bylines, and the way back to raw text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from annotations.alignment import Alignment
from annotations.labels import Label, LabelSet, Reader
from annotations.notice import Notice
from annotations.spans import RawSpan, normalized_span, raw_span


class Zone:
    """A stretch of text without artefacts, in Simplified characters, with the map to raw text.

    Args:
        text: what is read; its lines are paragraphs.
        alignment: between a stretch of raw text and ``text``.
        start: where that stretch of raw text begins, in raw code points.
        title: so many code points at its beginning are the title.
    """

    def __init__(self, text: str, alignment: Alignment, start: int = 0, title: int = 0) -> None:
        self.text = text
        self.title = title
        self._alignment = alignment
        self._start = start

    def raw(self, start: int, end: int) -> RawSpan:
        """The raw span of ``text[start:end]``, which may not be empty."""
        found = self._alignment.to_raw(normalized_span(start, end))
        return raw_span(self._start + found.start, self._start + found.end)


class Page:
    """A notice as suggesters see it.

    Args:
        notice: the notice.
        labels: the label set of the project.
    """

    def __init__(self, notice: Notice, labels: LabelSet) -> None:
        self.notice = notice
        self.body = Zone(notice.normalized, notice.alignment, title=_title_length(notice))
        self.lexicon = labels.lexicon
        """The word lists to read the notice with: those that ship, with the words of the project."""
        self._labels = labels

    def labels(self, reader: Reader) -> Sequence[Label]:
        """The labels that are read by ``reader``; a project may have none or several."""
        return [label for label in self._labels if label.reader == reader]

    @cached_property
    def bylines(self) -> tuple[Zone, ...]:
        """The regions of metadata, each normalized by itself; the normalized text of the notice leaves them out."""
        return tuple(_bylines(self.notice))


def page_of(notice: Notice, labels: LabelSet) -> Page:
    """The page of a notice."""
    return Page(notice, labels)


def _title_length(notice: Notice) -> int:
    end = 0
    for region in notice.regions:
        if region.kind == "title" and (found := notice.alignment.to_normalized(raw_span(region.start, region.end))):
            # A title further down would be a title in the text, and what stands above it is body.
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
