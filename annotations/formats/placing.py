"""Places the chosen annotations of a notice in the text that is written, and counts what is lost on the way.

The raw span is the truth, and in normalized text an annotation has the span that the alignment gives.  Where that does
not say all that the raw span says, it is counted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from annotations.annotation import Annotation, Review
from annotations.formats.base import ExportedNotice, Placed, TextKind, Traits
from annotations.formats.choice import Choice
from annotations.formats.losses import (
    ATTRIBUTES,
    COMMENTS,
    EDGE_INSIDE_ARTEFACT,
    NOTICE_ATTRIBUTES,
    OUTSIDE_TEXT,
    PARTLY_OUTSIDE_TEXT,
    UNSURE,
    Losses,
)
from annotations.notice import Notice


def exported_notice(
    number: int,
    notice: Notice,
    choice: Choice,
    reviews: Iterable[Review],
    traits: Traits,
    text: TextKind | None,
    losses: Losses,
    *,
    file_name: str = "",
) -> ExportedNotice:
    """A notice as a format is handed it.

    Args:
        number: its place in the order of import, from 1.
        notice: the notice.
        choice: what is chosen of it.
        reviews: all reviews of it, sorted by annotator.
        traits: what the format can hold; the losses of the rest are counted here.
        text: the text that is written; None where the format writes both.
        losses: where losses are counted.
        file_name: a name for files about the notice.
    """
    if text == "normalized":
        placed = tuple(_normalized(choice.annotations, notice, losses))
    else:
        placed = tuple(Placed(item, item.start, item.end) for item in choice.annotations)
    for each in placed:
        _count_uncarried(each.item, traits, losses)
    for item in choice.repeated:
        _count_uncarried(item, Traits(carries=frozenset({"attributes"})), losses)
    found = ExportedNotice(
        number,
        notice,
        choice.annotations,
        choice.annotators,
        tuple(reviews),
        notice.normalized if text == "normalized" else notice.raw,
        placed,
        file_name,
    )
    if "notice_attributes" not in traits.carries and found.notice_attributes():
        losses.add(NOTICE_ATTRIBUTES, notice)
    return found


def _normalized(items: Iterable[Annotation], notice: Notice, losses: Losses) -> Iterator[Placed]:
    for item in items:
        span = notice.alignment.to_normalized(item.span)
        if span is None:
            losses.drop(OUTSIDE_TEXT, item)
            continue
        hull = notice.alignment.to_raw(span)
        if notice.raw[hull.start : item.start].strip() or notice.raw[item.end : hull.end].strip():
            losses.add(EDGE_INSIDE_ARTEFACT, item)
        if any(_is_seen(each.of(notice.raw)) for each in notice.alignment.left_out(item.span)):
            losses.add(PARTLY_OUTSIDE_TEXT, item)
        yield Placed(item, span.start, span.end)


def _is_seen(text: str) -> bool:
    """Whether a text has characters that somebody would miss: no white space, no control, none of zero width."""
    return any(not each.isspace() and unicodedata.category(each) not in ("Cc", "Cf") for each in text)


def _count_uncarried(item: Annotation, traits: Traits, losses: Losses) -> None:
    if "attributes" not in traits.carries and any(value is not None for value in item.attributes.values()):
        losses.add(ATTRIBUTES, item)
    if "comments" not in traits.carries and item.comment:
        losses.add(COMMENTS, item)
    if "unsure" not in traits.carries and item.unsure:
        losses.add(UNSURE, item)
