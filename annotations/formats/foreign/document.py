"""A document as another tool has it: a text, the spans that somebody marked in it, and what zhupi has no place for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Protocol

import msgspec
from msgspec.structs import replace

from annotations.annotation import clip
from annotations.formats.utf16 import Utf16

Counting = Literal["code points", "UTF-16 units"]
"""What offsets count."""

Standing = Literal["said", "suggested", "rejected", "skipped", "drafts"]
"""What became of something: somebody said it, a model did, somebody rejected or skipped it, or has not submitted it."""

RELATIONS: Final = "relations"
"""A relation between spans."""
EVENTS: Final = "events"
"""An event: its trigger is taken as a span, its arguments are not."""
TEXT_LABELS: Final = "labels_of_whole_texts"
"""A label, a choice or a rating of the whole text."""
REFERENCES: Final = "references_to_knowledge_bases"
"""A link of a span to an entry of a knowledge base."""
PARTS: Final = "discontinuous_spans"
"""A span that leaves out text between its parts: it is taken as one, in doubt, and its comment tells the parts."""


class Loss(msgspec.Struct, frozen=True):
    """Something that zhupi has no place for: its kind, which is words joined by ``_``, and what its file calls it."""

    kind: str
    name: str


class ForeignSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A span, in code points of ``ForeignDocument.text``, or of the raw text of a notice where that is None.

    It has offsets, a quote, or both.  ``parts`` are the stretches that it consists of, where it leaves out text between
    its first and its last; then the quote is theirs, joined by spaces.  ``attributes`` are as the file has them.
    ``by`` is the name of a model, None where the file does not say it.  ``name`` is what its file calls it.  ``fault``
    is why it cannot be taken, whatever the notice.
    """

    label: str
    start: int | None
    end: int | None
    quote: str | None = None
    parts: tuple[tuple[int, int], ...] = ()
    attributes: Mapping[str, Any] = {}
    standing: Standing = "said"
    unsure: bool = False
    comment: str | None = None
    by: str | None = None
    score: float | None = None
    name: str = ""
    fault: str | None = None


class ForeignDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What one person, or a model, marked in one text.

    ``id`` and ``doc`` are those of a notice, where the file names it; ``text`` is None where the file has none.
    ``annotator`` is what the file calls whoever marked it.  ``done`` is whether the file says that they were through
    with it, ``comment`` what they noted about all of it.  ``joined`` is whether it may be several texts behind each
    other, each with lines of its own.  ``where`` is its place in the file: the number of a line, or the name of a file
    in a folder.
    """

    text: str | None
    spans: tuple[ForeignSpan, ...] = ()
    id: str | None = None
    doc: str | None = None
    annotator: str | None = None
    standing: Standing = "said"
    done: bool = False
    comment: str | None = None
    joined: bool = False
    losses: tuple[Loss, ...] = ()
    where: str = ""


_NOWHERE: Final = -1
"""An offset that a text does not have."""


class TextFiles(Protocol):
    """Files by name, of a tool that keeps a document in several; whatever cannot be read raises an error of its own."""

    def names(self) -> Sequence[str]:
        """The names of all files, sorted, with ``/`` between a name and the folders that it is in."""

    def content(self, name: str) -> bytes:
        """What is in a file."""

    def text(self, name: str) -> str:
        """A file as text, whatever its encoding; empty for an empty one."""


def moved(span: ForeignSpan, by: int) -> ForeignSpan:
    """A span with its offsets moved, for a text that lacks the beginning of another."""
    if span.start is None or span.end is None:
        return span
    return replace(span, start=span.start + by, end=span.end + by)


def counted(text: str, spans: Sequence[ForeignSpan], usual: Counting) -> tuple[ForeignSpan, ...]:
    """Spans with their offsets in code points, whatever they count.

    Which it is, is told by what fits: all spans of the document lie in its text, and all quotes are the text under
    them.  Where both countings fit, or neither does, it is the usual one, and what does not fit has a ``fault``.

    Args:
        text: the text.
        spans: the spans as the file has them.
        usual: what the tool counts.
    """
    units = Utf16(text)
    other: Counting = "code points" if usual == "UTF-16 units" else "UTF-16 units"
    first = tuple(_in_code_points(each, text, units, usual) for each in spans)
    if all(each.fault is None for each in first):
        return first
    second = tuple(_in_code_points(each, text, units, other) for each in spans)
    return second if all(each.fault is None for each in second) else first


def _in_code_points(span: ForeignSpan, text: str, units: Utf16, counting: Counting) -> ForeignSpan:
    if span.fault is not None or span.start is None or span.end is None:
        return span

    def offset(at: int) -> int:
        found = at if counting == "code points" else units.code_points(at)
        return _NOWHERE if found is None else found

    given = span.parts or ((span.start, span.end),)
    told = ";".join(f"{start}..{end}" for start, end in given)
    places = [(offset(start), offset(end)) for start, end in given]
    if not all(0 <= start < end <= len(text) for start, end in places):
        if any(start == end for start, end in given):
            return replace(span, fault=f"span {told} is empty: an annotation needs some text")
        size = len(text) if counting == "code points" else units.units(len(text))
        return replace(span, fault=f"span {told} does not fit into the text, which has {size} {counting}")
    found = " ".join(text[start:end] for start, end in places)
    if span.quote is not None and found != span.quote:
        return replace(span, fault=f"at {told} the text has {clip(found)}, the quote is {clip(span.quote)}")
    start, end = min(start for start, _ in places), max(end for _, end in places)
    return replace(span, start=start, end=end, parts=tuple(places) if span.parts else ())
