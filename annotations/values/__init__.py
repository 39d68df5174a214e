"""Values that a span's own text tells, filled in when somebody tags: dates, names and titles, cues and addressees.

``read_values`` and ``offers`` are the whole of it.  Each module beside them reads for one kind of label; which label
uses which is said by its ``reader`` in the label set.  A value is read or left unset, never guessed, and nothing here
may fail because of what a text holds.  Imported at the first tag, so it must stay cheap to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from annotations.annotation import Annotation
from annotations.labels import Attribute, AttributeValue, Label, Reader
from annotations.lexicon.lists import Lexicon
from annotations.notice import Notice
from annotations.spans import RawSpan
from annotations.values.offer import Offer
from annotations.values.passage import Passage, passage_of

__all__ = ["Offer", "offers", "read_values"]


class _Reader(Protocol):
    def read(self, passage: Passage) -> dict[str, AttributeValue]:
        """The values that the text tells, by the name of their attribute."""

    def offers(self, attribute: str, passage: Passage) -> list[Offer]:
        """Values that the text makes likely for an attribute, the likeliest first."""


@cache
def _reader(name: Reader) -> _Reader:
    """The module that reads for a label, imported when first needed: each has word lists and patterns of its own."""
    return cast("_Reader", import_module(f"annotations.values.{name}"))


def read_values(
    label: Label, notice: Notice, span: RawSpan, lexicon: Lexicon, layer: Sequence[Annotation] = ()
) -> dict[str, AttributeValue]:
    """All declared attributes of ``label`` in order: those that the text tells filled in, the others None.

    Args:
        label: a label without a reader has nothing filled in.
        notice: the notice that the span is of.
        span: raw code points; it may lie in a region that the normalized text leaves out.
        lexicon: the word lists to read with, those of the project's label set.
        layer: what the same annotator has annotated on the notice already; names and days are looked up in it.
    """
    passage = passage_of(notice, span, lexicon, layer) if label.reader else None
    if label.reader is None or passage is None:
        return label.attributes()
    return label.fitting(_reader(label.reader).read(passage))


def offers(
    attribute: Attribute,
    label: Label,
    notice: Notice,
    span: RawSpan,
    lexicon: Lexicon,
    layer: Sequence[Annotation] = (),
) -> list[Offer]:
    """Values worth offering in a form for ``attribute``, the likeliest first; each is valid for it.

    Empty where the label has no reader or the text makes nothing likely.  The other arguments are those of
    ``read_values``.
    """
    passage = passage_of(notice, span, lexicon, layer) if label.reader else None
    if label.reader is None or passage is None:
        return []
    return [each for each in _reader(label.reader).offers(attribute.name, passage) if _fits(attribute, each.value)]


def _fits(attribute: Attribute, value: str) -> bool:
    probe = Label("PROBE", "P", "blue", attribute=(attribute,))
    return probe.fitting({attribute.name: value})[attribute.name] is not None
