"""Readers of values: they fill in the attributes of an annotation from the text of its span and around it.

The package is used through ``read_values`` and ``offers``.  Its modules ``date``, ``official`` and ``requirement`` are
the readers; the ``reader`` of a label in the label set names the one that is used for it.  A value is read from the
text or left unset, never guessed, and no text may make a reader fail.  The package is imported at the first tag of a
session, so it must be quick to import.
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
        """The values that the text gives, by the name of the attribute."""

    def offers(self, attribute: str, passage: Passage) -> list[Offer]:
        """Values that are likely for an attribute by the text, the likeliest first."""


@cache
def _reader(name: Reader) -> _Reader:
    """The module of a reader, imported when first needed: each has word lists and patterns of its own to load."""
    return cast("_Reader", import_module(f"annotations.values.{name}"))


def read_values(
    label: Label, notice: Notice, span: RawSpan, lexicon: Lexicon, layer: Sequence[Annotation] = ()
) -> dict[str, AttributeValue]:
    """All attributes of ``label`` in order: those that the text gives, the others None.

    Args:
        label: the label; without a reader all its attributes are None.
        notice: the notice.
        span: raw code points of the notice; it may lie in a region that the normalized text leaves out.
        lexicon: the word lists of the project's label set.
        layer: the annotations of the same annotator on the notice, in which names and days are looked up.
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
    """Values for a form to offer for ``attribute``, the likeliest first; each is valid for the attribute.

    There are none where the label has no reader, or the text makes no value likely.  The other arguments are those of
    ``read_values``.
    """
    passage = passage_of(notice, span, lexicon, layer) if label.reader else None
    if label.reader is None or passage is None:
        return []
    return [each for each in _reader(label.reader).offers(attribute.name, passage) if _fits(attribute, each.value)]


def _fits(attribute: Attribute, value: str) -> bool:
    probe = Label("PROBE", "P", "blue", attribute=(attribute,))
    return probe.fitting({attribute.name: value})[attribute.name] is not None
