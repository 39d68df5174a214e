"""Makes suggestions of the spans that a model predicts.

A predicted span is anchored in raw text.  Its offsets may count in the raw text, in the normalized text, or in a text
that the model saw and the notice does not have.  In the last case, and where a quote does not stand at its offsets, the
quote must be found in the notice exactly once; otherwise the span is refused, never guessed.  Where the model gives no
attributes, they are read from the text.  ``readers`` knows the formats that predictions come in.
"""

from __future__ import annotations

from annotations.annotation import Annotation, clip, now
from annotations.errors import QuoteError, SpanError
from annotations.formats.foreign.document import ForeignSpan
from annotations.labels import LabelSet
from annotations.locate.finding import Finder
from annotations.notice import Notice
from annotations.origins import suggested
from annotations.regions import region_at
from annotations.spans import RawSpan, annotated_span, normalized_span, raw_span
from annotations.values import read_values


def suggestion(notice: Notice, labels: LabelSet, found: ForeignSpan, text: str | None, by: str) -> Annotation:
    """The suggestion that a predicted span makes.

    Args:
        notice: the notice that the span is of.
        labels: the label set of the project.
        found: the span; where it has no attributes, they are read from the text.
        text: the text that its offsets are code points of; None for the raw text.
        by: the name of the model, for a span that does not have it.

    Raises:
        LabelError: the label is unknown or hidden.
        AttributeValueError: an attribute is unknown, or its value is not of its type.
        SpanError: the span lies outside of the text, or has neither offsets nor a quote.
        QuoteError: its quote is not in the notice, or stands there several times.
    """
    label = labels.usable(found.label)
    span = anchor(notice, found, text)
    values = (
        label.attributes(found.attributes) if found.attributes else read_values(label, notice, span, labels.lexicon)
    )
    return suggested(notice, span, label, values, found.by or by, found.score, now())


def anchor(notice: Notice, found: ForeignSpan, text: str | None) -> RawSpan:
    """The raw span of a predicted one: that of its offsets where its quote stands there, else that of its quote.

    Args:
        notice: the notice that the span is of.
        found: the span.
        text: the text that its offsets are code points of; None for the raw text.

    Raises:
        SpanError: the span lies outside of the text, has neither offsets nor a quote, or a fault.
        QuoteError: its quote is not in the notice, or stands there several times.
    """
    if found.fault is not None:
        raise SpanError(found.fault)
    quote = found.quote
    if found.start is not None and found.end is not None:
        start, end = found.start, found.end
        within = notice.raw if text is None else text
        if not 0 <= start < end <= len(within):
            raise SpanError(f"span {start}..{end} does not fit into the text, which ends at {len(within):,}")
        if text is not None and quote is not None and text[start:end] != quote:
            raise QuoteError(f"at {start}..{end} the text has {clip(text[start:end])}, the quote is {clip(quote)}")
        if within == notice.raw and quote in (None, notice.raw[start:end]):
            return annotated_span(start, end, notice.raw)
        if (text is None or text == notice.normalized) and notice.normalized[start:end] == (
            quote or (text and text[start:end])
        ):
            return notice.alignment.to_raw(normalized_span(start, end))
        quote = quote if text is None else text[start:end]
    if not quote:
        raise SpanError("a span needs offsets or a quote")
    return _by_quote(notice, quote)


def _by_quote(notice: Notice, quote: str) -> RawSpan:
    places = Finder(notice).find(quote)
    # The model means the text that is read, not its second copy or the boilerplate of the site.
    kept = [each for each in places if (region := region_at(notice.regions, each.start)) and region.kept]
    places = kept or places
    if not places:
        raise QuoteError(f"{clip(quote)} is not in the notice")
    if len(places) > 1:
        raise QuoteError(f"{clip(quote)} stands in the notice {len(places)} times; give its offsets")
    return raw_span(places[0].start, places[0].end)
