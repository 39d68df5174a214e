"""Runs suggesters over a notice, and makes valid annotations of what they find."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.annotation import Annotation, now
from annotations.errors import SuggesterError, ZhupiError
from annotations.labels import AttributeValue, Label, LabelSet
from annotations.notice import Notice
from annotations.origins import suggested
from annotations.spans import RawSpan, annotated_span
from annotations.suggest.base import Suggester, Suggestion, signature
from annotations.suggest.page import page_of


def suggest(notice: Notice, labels: LabelSet, using: Sequence[Suggester]) -> list[Annotation]:
    """The suggestions of some suggesters for a notice, sorted by start, end, label and id.

    Args:
        notice: the notice.
        labels: the label set of the project.  A suggestion for a label that it lacks or hides is left out, and so is a
            value for an attribute that the label lacks.  A label may be named as it was before it was renamed.
        using: the suggesters.

    Raises:
        SuggesterError: a suggester failed, or gave a span that does not fit the raw text; the message names it.
    """
    page = page_of(notice, labels)
    usable = {name: label for label in labels.shown for name in label.names}
    made: dict[str, Annotation] = {}
    at = now()
    for suggester in using:
        try:
            # Step by step for all of them: in turns each step would drive the code of the others out of the caches.
            found = [(usable[each.label], each) for each in suggester.suggest(page) if each.label in usable]
            values = [label.fitting(each.values) for label, each in found]
            for (label, each), fitting in zip(found, values, strict=True):
                item = _annotation(notice, label, suggester, each, fitting, at)
                made.setdefault(item.id, item)
        except ZhupiError as error:
            raise SuggesterError(f"suggester {suggester.name}: {error}") from error
        except Exception as error:  # code of another package may raise anything
            raise SuggesterError(f"suggester {suggester.name} failed: {type(error).__name__}: {error}") from error
    return sorted(made.values(), key=lambda item: item.order)


def _annotation(
    notice: Notice, label: Label, suggester: Suggester, found: Suggestion, values: dict[str, AttributeValue], at: str
) -> Annotation:
    span = found.span
    if not (type(span) is RawSpan and span.start < span.end <= len(notice.raw)):
        span = annotated_span(span.start, span.end, notice.raw)  # which tells what is wrong with it
    by = signature(suggester.name, found.rule, found.version or suggester.version)
    return suggested(notice, span, label, values, by, round(found.score, 3), at)
