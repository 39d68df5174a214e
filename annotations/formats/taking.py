"""Makes annotations of somebody's layer from the spans that another tool has of a notice.

``predictions.anchor`` finds the raw span of each.  What zhupi has no place for is not altered to fit: it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.errors import AttributeValueError, LabelError, SpanError
from annotations.formats.foreign.document import ForeignDocument, ForeignSpan, Loss
from annotations.formats.predictions import anchor
from annotations.labels import Attribute, AttributeValue, Label, LabelSet
from annotations.locate.spacing import Respaced, without_space
from annotations.notice import Notice
from annotations.origins import taken
from annotations.value_checks import is_storable

UNKNOWN_ATTRIBUTES: Final = "attributes_that_the_label_does_not_have"
"""An attribute that the label set does not declare: the annotation is taken without it."""
WRONG_VALUES: Final = "values_that_an_attribute_cannot_have"
"""A value that is not of the type of its attribute: the annotation is taken without it."""


class Taking:
    """What annotations of one person are made with.

    Args:
        labels: the label set of the project.
        names: for labels that the file calls otherwise, what they are called here.
        annotator: whose layer it is.
        at: when they are made, as ``annotations.annotation.now`` writes times.
    """

    def __init__(self, labels: LabelSet, names: Mapping[str, str], annotator: str, at: str) -> None:
        self._labels = labels
        self._names = names
        self._annotator = annotator
        self._at = at

    def label(self, name: str) -> Label | None:
        """The label that a name in a file means; None where the project has none, or hides it."""
        try:
            return self._labels.usable(self._names.get(name, name))
        except LabelError:
            return None

    def annotation(self, notice: Notice, label: Label, span: ForeignSpan, text: str | None) -> Annotation:
        """The annotation that a span makes, without the attributes that ``losses`` tells.

        Args:
            notice: the notice that the span is of.
            label: the label of the span, as ``label`` found it.
            span: the span.
            text: the text that its offsets are code points of; None for the raw text.

        Raises:
            SpanError: the span lies outside of the text, has neither offsets nor a quote, or a fault.
            QuoteError: its quote is not in the notice, or stands there several times.
        """
        place = anchor(notice, span, text)
        values = label.attributes(dict(_fitting(label, span)))
        if span.comment is not None and not is_storable(span.comment):
            raise SpanError("its comment holds half a character, which no file can hold")
        return taken(notice, place, label, values, self._annotator, self._at, unsure=span.unsure, comment=span.comment)


def losses(label: Label, span: ForeignSpan) -> Iterator[Loss]:
    """The attributes that an annotation with this label is made without."""
    fitting = dict(_fitting(label, span))
    for name, told in span.attributes.items():
        if told not in (None, "") and name not in fitting:
            known = name in label.attribute_names
            yield Loss(WRONG_VALUES if known else UNKNOWN_ATTRIBUTES, f"{span.name or label.name} {name}")


def in_text_of(notice: Notice, document: ForeignDocument) -> ForeignDocument:
    """A document whose text differs from that of a notice in white space alone, with the text of the notice.

    It stays as it is where its text is one of the notice, or is another one altogether.
    """
    text = document.text
    if text is None or text in (notice.raw, notice.normalized):
        return document
    bare = without_space(text)
    same = next((each for each in (notice.normalized, notice.raw) if without_space(each) == bare), None)
    if same is None:
        return document
    there = Respaced(text, same)
    return replace(document, text=same, spans=tuple(_moved(each, there, same) for each in document.spans))


def _moved(span: ForeignSpan, there: Respaced, text: str) -> ForeignSpan:
    if span.fault is not None or span.start is None or span.end is None:
        return span
    found = there.span(span.start, span.end)
    if found is None:
        return replace(span, fault=f"span {span.start}..{span.end} has nothing but white space")
    return replace(span, start=found[0], end=found[1], quote=text[found[0] : found[1]])


def _fitting(label: Label, span: ForeignSpan) -> Iterator[tuple[str, AttributeValue]]:
    """The attributes of a span that its label has, with values of their type."""
    for attribute in label.attribute:
        told = span.attributes.get(attribute.name)
        with suppress(AttributeValueError):
            value = _value(attribute, told)
            if value is not None:
                yield attribute.name, value


def _value(attribute: Attribute, told: object) -> AttributeValue:
    """What a file tells of an attribute as a value of its type: many formats have nothing but text.

    Raises:
        AttributeValueError: it is none.
    """
    if isinstance(told, int | float) and not isinstance(told, bool):
        told = str(told)
    if isinstance(told, str):
        return attribute.parse(told)
    attribute.check(told)
    return told  # type: ignore[return-value]  # check() has proved its type
