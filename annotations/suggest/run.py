"""Runs suggesters over a notice: whatever they give becomes lawful annotations, and a failure names its suggester."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.annotation import Annotation, now
from annotations.errors import SuggesterError, ZhupiError
from annotations.labels import LabelSet
from annotations.notice import Notice
from annotations.origins import suggested
from annotations.spans import annotated_span
from annotations.suggest.base import Suggester, Suggestion, signature
from annotations.suggest.page import page_of


def suggest(notice: Notice, labels: LabelSet, using: Sequence[Suggester]) -> list[Annotation]:
    """What suggesters find in a notice, as annotations of nobody, in the order of the contract.

    Args:
        notice: the notice.
        labels: suggestions for a label that is not among them are left out, attributes that it lacks too.
        using: the suggesters.

    Raises:
        SuggesterError: a suggester failed or gave something unlawful; the line names it.
    """
    page = page_of(notice, labels)
    made: dict[str, Annotation] = {}
    at = now()
    for suggester in using:
        try:
            for each in suggester.suggest(page):
                if each.label in labels:
                    item = _annotation(notice, labels, suggester, each, at)
                    made.setdefault(item.id, item)
        except ZhupiError as error:
            raise SuggesterError(f"suggester {suggester.name}: {error}") from error
        except Exception as error:  # others' code: whatever it raises is theirs, and one line here
            raise SuggesterError(f"suggester {suggester.name} failed: {type(error).__name__}: {error}") from error
    return sorted(made.values(), key=lambda item: item.order)


def _annotation(notice: Notice, labels: LabelSet, suggester: Suggester, found: Suggestion, at: str) -> Annotation:
    span = annotated_span(found.span.start, found.span.end, notice.raw)
    by = signature(suggester.name, found.rule, suggester.version)
    values = labels[found.label].fitting(found.values)
    return suggested(notice, span, found.label, values, by, round(found.score, 3), at)
