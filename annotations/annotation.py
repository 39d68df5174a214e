"""What annotators say about a notice: annotations of spans, and reviews of the whole notice.

``origins`` makes annotations; here is what one is, how they are ordered, and what is checked of them.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, get_args
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.errors import AttributeValueError, QuoteError
from annotations.labels import AttributeValue, LabelSet
from annotations.notice_attributes import NoticeValue
from annotations.spans import RawSpan, annotated_span, raw_span

AnnotationStatus = Literal["suggested", "accepted", "rejected", "manual", "gold"]
ReviewStatus = Literal["open", "done", "flagged", "skipped"]
ANNOTATION_STATUSES: tuple[AnnotationStatus, ...] = get_args(AnnotationStatus)
REVIEW_STATUSES: tuple[ReviewStatus, ...] = get_args(ReviewStatus)

GOLD: Final = "gold"
"""The layer of what was adjudicated; it is an annotator of that name."""

RESERVED_NAMES: Final = {
    **dict.fromkeys((GOLD, "all", "suggested"), "it is the name of a layer"),
    **dict.fromkeys(("rules", "learned"), "it is the name of what makes suggestions"),
}
"""Names that nobody can have, and why."""

_MOST_NAME: Final = 64
"""The longest name of a person, in code points."""
UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode that no name has: controls, what is not seen, halves of characters, ends of lines.

Characters that are not assigned yet are allowed: the rarest characters of names come with newer versions of Unicode.
"""


class Annotation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A label on a span of raw text by one annotator.

    ``id`` is given by whoever makes the annotation, before it is stored, so that storing it twice is the same as once.
    ``start`` and ``end`` are raw code points, and ``text`` is the quote, the raw text between them.  A suggestion has
    the ``annotator`` None, and in ``suggested_by`` the rule or model that made it.  ``score`` is between 0 and 1.
    Times are UTC, ``YYYY-MM-DDTHH:MM:SS.mmmZ``.  ``bulk`` says that its annotator tagged, accepted or rejected it
    together with others in one step, and has done nothing to it by itself since: nobody knows whether they looked at
    it.
    """

    id: str
    label: str
    start: int
    end: int
    text: str
    attributes: dict[str, AttributeValue]
    annotator: str | None
    status: AnnotationStatus
    unsure: bool
    comment: str | None
    created_at: str
    updated_at: str
    suggested_by: str | None
    score: float | None
    # What came later is left out of the log where there is nothing in it, as it was before.
    bulk: bool = False

    @property
    def span(self) -> RawSpan:
        """The raw span of the annotation."""
        return raw_span(self.start, self.end)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The key by which the annotations of a notice are sorted."""
        return self.start, self.end, self.label, self.id

    def check_quote(self, raw: str) -> None:
        """Prove that the quote is the text under the span.

        Raises:
            SpanError: the span does not fit into ``raw``.
            QuoteError: another text stands there.
        """
        found = annotated_span(self.start, self.end, raw).of(raw)
        if found != self.text:
            raise QuoteError(
                f"annotation {self.id}: at {self.start}..{self.end} the raw text has {clip(found)}, "
                f"the quote is {clip(self.text)}"
            )

    def check_attributes(self, labels: LabelSet) -> None:
        """Prove that the annotation has every attribute of its label, in order, each of its type.

        Raises:
            LabelError: the label is not in ``labels``.
            AttributeValueError: an attribute is missing, unknown, out of order, or has a value not of its type.
        """
        declared = labels[self.label].attributes(self.attributes)
        if list(declared.items()) != list(self.attributes.items()):
            raise AttributeValueError(f"annotation {self.id}: it must have all attributes of {self.label}, in order")


class Review(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one annotator is with a notice, and what they say about the whole of it.

    ``updated_at`` is a time as of an ``Annotation``.  ``attributes`` are those of the notice that have a value.
    ``arm`` is that of an experiment in which the notice was reviewed; None outside of one.
    """

    annotator: str
    status: ReviewStatus
    comment: str | None
    updated_at: str
    # What came later is left out of the log where there is nothing in it, as it was before.
    attributes: dict[str, NoticeValue] = {}
    arm: str | None = None


def reviewed(before: Review | None, annotator: str, status: ReviewStatus, comment: str | None, at: str) -> Review:
    """A review with another status and comment: what else its annotator says about the notice stays.

    Args:
        before: the review until now; None where there is none.
        annotator: whose it is.
        status: how far they are.
        comment: their comment.
        at: when, as ``now`` gives it.
    """
    first = before if before is not None else Review(annotator, status, comment, at)
    return replace(first, status=status, comment=comment, updated_at=at)


@lru_cache(maxsize=1024)
def name_fault(name: str) -> str | None:
    """Why nobody can have this name, in a few words; None for a lawful one.

    The one rule for the names of people, wherever they come from: an account, a command, the app, a file.
    """
    if not name:
        return "a name is not empty"
    if name in RESERVED_NAMES:
        return RESERVED_NAMES[name]
    for at, character in enumerate(name):
        if unicodedata.category(character) in UNSHOWN:
            return f"character {at + 1} of it, U+{ord(character):04X}, is a control or is not seen"
    if name != name.strip():
        return "it begins or ends with white space"
    if len(name) > _MOST_NAME:
        return f"it is longer than {_MOST_NAME} characters"
    return None


def new_id() -> str:
    """An id for an annotation that no other client makes: a uuid4 in hex."""
    return uuid4().hex


def now() -> str:
    """The time of an event: UTC to the millisecond, ``YYYY-MM-DDTHH:MM:SS.mmmZ``."""
    return timestamp(datetime.now(UTC))


def timestamp(at: datetime) -> str:
    """A time in UTC as the log writes it, ``YYYY-MM-DDTHH:MM:SS.mmmZ``."""
    return at.isoformat(timespec="milliseconds")[: len("YYYY-MM-DDTHH:MM:SS.mmm")] + "Z"


def is_time(text: str) -> bool:
    """Whether a text of the form of ``timestamp`` is a time on the calendar."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def guideline_warnings(
    annotation: Annotation, layer: list[Annotation], normalized: str, alignment: Alignment
) -> list[str]:
    """Warnings for the person who made an annotation that the guideline forbids; zhupi stores it all the same.

    Args:
        annotation: the one just made or changed.
        layer: the annotations of the same annotator on the same notice.
        normalized: the normalized text of the notice.
        alignment: its map.

    Returns:
        One line for each rule that is broken.
    """
    warnings = []
    if has_outer_space(annotation.text):
        warnings.append("the span begins or ends with white space")
    if crosses_a_line(annotation.span, annotation.text, normalized, alignment):
        warnings.append("the span crosses a line")
    overlapped = [
        other
        for other in layer
        if other.id != annotation.id
        and other.label == annotation.label
        and other.status != "rejected"
        and other.start < annotation.end
        and annotation.start < other.end
    ]
    if overlapped:
        warnings.append(f"it overlaps another {annotation.label}, {clip(overlapped[0].text)}")
    return warnings


def has_outer_space(quote: str) -> bool:
    """Whether a quote begins or ends with white space."""
    return quote != quote.strip()


def crosses_a_line(span: RawSpan, quote: str, normalized: str, alignment: Alignment) -> bool:
    """Whether a span crosses a line: of the normalized text where that has all of the span, else of the raw text.

    So a line end of the raw text may be crossed where the normalized text has joined two lines.

    Args:
        span: raw code points.
        quote: the raw text of the span.
        normalized: the normalized text of the notice.
        alignment: its map.
    """
    found = alignment.to_normalized(span)
    if found is not None:
        hull = alignment.to_raw(found)
        if hull.start <= span.start and span.end <= hull.end:
            quote = found.of(normalized)
    return any(end in quote.strip() for end in "\r\n")


def in_order(items: list[Annotation]) -> bool:
    """Whether annotations are sorted by start, end, label and id, and no id stands twice."""
    return all(first.order < second.order for first, second in pairwise(items)) and len(
        {item.id for item in items}
    ) == len(items)


def clip(text: str, most: int = 20) -> str:
    """A text in quotation marks for one line of a message, cut to ``most`` code points, ``…`` included."""
    return f"“{text}”" if len(text) <= most else f"“{text[: most - 1]}…”"
