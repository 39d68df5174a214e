"""What is read from an export: notices with their text and their spans, whatever the format.

A file holds more or less of a notice, by its format.  What it does not tell is None.  Whatever is read here has been
checked: spans lie in their text, and quotes are the text under them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Literal, Protocol

import msgspec
from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import AnnotationStatus, clip
from annotations.errors import QuoteError, SpanError, ZhupiError
from annotations.labels import AttributeValue
from annotations.notice import Notice
from annotations.spans import NormalizedSpan, RawSpan, normalized_span, raw_span

_SAID = ("accepted", "manual", "gold", None)

TextOfNotice = Literal["raw", "normalized"] | None
"""Which text of a notice a text is; None where nobody tells."""


class LabelledSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A label on a span of ``LabelledNotice.text``, in code points.

    ``text`` is the quote.  ``raw`` and ``normalized`` are the span in either text of the notice, where the file tells.
    """

    label: str
    start: int
    end: int
    text: str | None = None
    attributes: Mapping[str, AttributeValue] = {}
    annotator: str | None = None
    status: AnnotationStatus | None = None
    unsure: bool = False
    comment: str | None = None
    raw: RawSpan | None = None
    normalized: NormalizedSpan | None = None


class LabelledNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice with the spans that a file has of it.

    ``text_kind`` is which text of the notice ``text`` is.  ``notice`` is all of it, where the file has all of it.
    ``where`` is the number of its line, or the name of its file in a folder.  ``part`` is the part of a split that it
    is in.  ``notice_attributes`` names the attributes of the whole notice that somebody has set there.
    """

    id: str | None = None
    doc: str | None = None
    text: str | None = None
    text_kind: TextOfNotice = None
    spans: tuple[LabelledSpan, ...] = ()
    notice: Notice | None = None
    where: str = ""
    part: str | None = None
    notice_attributes: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[LabelledSpan, ...]:
        """The spans that people said: accepted, tagged or adjudicated; those of which the file does not tell, too."""
        return tuple(span for span in self.spans if span.status in _SAID)

    @property
    def alignment(self) -> Alignment | None:
        """The map between the two texts, where the file has both."""
        return self.notice.alignment if self.notice is not None else None


Refuse = Callable[[str, str], None]
"""Told where something is wrong (the number of a line, or a file and the number of a line in it) and what."""

Lines = Iterable[tuple[int, bytes]]
"""The lines of a file with their numbers, from 1, with their line ends."""


class Files(Protocol):
    """A folder that is read."""

    def names(self) -> Iterable[str]:
        """The names of its files, sorted, with ``/`` between a name and the folders that it is in."""

    def content(self, name: str) -> bytes:
        """What is in a file."""

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file with their line ends, one after another."""


def labelled_span(
    text: str, kind: TextOfNotice, label: str, start: int, end: int, quote: str | None = None
) -> LabelledSpan:
    """A span of a text, once it is known to lie in it and to be the quote.

    Args:
        text: the text.
        kind: which text of the notice it is.
        label: the label of the span.
        start: where the span begins, in code points.
        end: where it ends.
        quote: the text under it, where the file tells.

    Raises:
        SpanError: it is empty, reversed or reaches out of the text.
        QuoteError: another text stands there.
    """
    if not 0 <= start < end <= len(text):
        raise SpanError(f"span {start}..{end} does not fit into the text, which ends at {len(text):,}")
    found = text[start:end]
    if quote is not None and quote != found:
        raise QuoteError(f"at {start}..{end} the text has {clip(found)}, the quote is {clip(quote)}")
    return LabelledSpan(
        label=label,
        start=start,
        end=end,
        text=found,
        raw=raw_span(start, end) if kind == "raw" else None,
        normalized=normalized_span(start, end) if kind == "normalized" else None,
    )


def check_quote_length(start: int, end: int, quote: str) -> None:
    """Check a span whose text the file does not have, against its quote.

    Raises:
        SpanError: it is empty or reversed.
        QuoteError: the quote has another length.
    """
    if not 0 <= start < end:
        raise SpanError(f"span {start}..{end} is no stretch of text")
    if len(quote) != end - start:
        raise QuoteError(f"{clip(quote)} is {len(quote):,} long, and {start}..{end} is not")


def each_row(lines: Lines, refuse: Refuse, parse: Callable[[bytes], LabelledNotice]) -> Iterator[LabelledNotice]:
    """The notice of each line; one that cannot be parsed is refused."""
    for number, line in lines:
        try:
            yield replace(parse(line), where=str(number))
        except ZhupiError as error:
            refuse(str(number), str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            refuse(str(number), f"not a line of the format: {error}")


def joined(notices: Iterable[LabelledNotice]) -> Iterator[LabelledNotice]:
    """Notices of which a file has several entries behind each other, each once with the spans of all."""
    for _, entries in groupby(notices, key=lambda each: (each.id, each.doc, each.text)):
        first, *others = entries
        yield replace(first, spans=(*first.spans, *(span for each in others for span in each.spans)))
