"""Makes suggestions of what a model predicts: anchors its spans in raw text, reads their values where it gives none.

The text that a prediction counts in may be the raw text, the normalized text, or another cut of it; in the last case,
and where offsets do not fit their quote, the quote must be found in the notice exactly once.  Nothing is guessed.
``readers`` says in which shapes predictions come.
"""

from __future__ import annotations

from annotations.annotation import Annotation, clip, now
from annotations.errors import LabelError, QuoteError, SpanError
from annotations.formats.readers import Predicted
from annotations.labels import LabelSet
from annotations.locate.finding import Finder
from annotations.notice import Notice
from annotations.origins import suggested
from annotations.regions import region_at
from annotations.spans import RawSpan, annotated_span, normalized_span, raw_span
from annotations.values import read_values


def suggestion(notice: Notice, labels: LabelSet, found: Predicted, text: str | None, by: str) -> Annotation:
    """The suggestion that a predicted span makes.

    Args:
        notice: the notice that it is about.
        labels: the label set of the project.
        found: the span; without attributes they are read from the text.
        text: what its offsets count in; None for the raw text.
        by: the model, where the span does not say.

    Raises:
        LabelError: the label is unknown.
        AttributeValueError: an attribute is unknown or not of its type.
        SpanError: it lies outside of the text, or nowhere.
        QuoteError: its quote is not there, or stands there several times.
    """
    if found.label not in labels:
        raise LabelError(f"unknown label {found.label}; the label set has {', '.join(each.name for each in labels)}")
    label = labels[found.label]
    span = anchor(notice, found, text)
    values = (
        label.attributes(found.attributes) if found.attributes else read_values(label, notice, span, labels.lexicon)
    )
    return suggested(notice, span, label.name, values, found.by or by, found.score, now())


def anchor(notice: Notice, found: Predicted, text: str | None) -> RawSpan:
    """The raw span of a predicted one: by its offsets where they fit, else by its quote.

    Raises:
        SpanError: it lies outside of the text, or nowhere.
        QuoteError: its quote is not there, or stands there several times.
    """
    quote = found.quote
    if found.start is not None and found.end is not None:
        start, end = found.start, found.end
        within = notice.raw if text is None else text
        if not 0 <= start < end <= len(within):
            raise SpanError(f"span {start}..{end} does not fit into the text, which has {len(within)} code points")
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
    # What is read is meant, not its second copy or the boilerplate of the site.
    kept = [each for each in places if (region := region_at(notice.regions, each.start)) and region.kept]
    places = kept or places
    if not places:
        raise QuoteError(f"{clip(quote)} is not in the notice")
    if len(places) > 1:
        raise QuoteError(f"{clip(quote)} stands in the notice {len(places)} times; give its offsets")
    return raw_span(places[0].start, places[0].end)
