"""The rows of the list of annotations: quotes, what differs elsewhere, and who found a suggestion, how surely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from annotations.annotation import Annotation
from annotations.labels import LabelSet
from annotations.muting import rule_of
from annotations.suspects import KIND_WORDS
from tui.notice.model import NoticeModel
from tui.widgets.annotation_list import AnnotationRow, Found

if TYPE_CHECKING:
    from annotations.calibration import Calibration


def annotation_rows(
    model: NoticeModel | None,
    items: Sequence[Annotation],
    quote: Callable[[Annotation], str],
    labels: LabelSet,
    calibration: Calibration | None,
) -> list[AnnotationRow]:
    """A row for each annotation, in order.

    Args:
        model: the notice; None where none is open.
        items: its annotations, or the first of them.
        quote: the quote of an annotation as a reader should see it.
        labels: the label set.
        calibration: what the scores of suggestions mean; None where that is not known yet.
    """
    contested = model.contested if model is not None else ()
    return [
        AnnotationRow(
            item,
            quote(item),
            ("annotation", item.id) in contested,
            _found(model, item, labels, calibration) if model is not None and item.annotator is None else None,
            _suspected(model, item),
        )
        for item in items
    ]


def _suspected(model: NoticeModel | None, item: Annotation) -> str:
    """Why a second look holds an annotation for an error, in a few words; "" where it does not."""
    suspect = model.suspects.get(item.id) if model is not None else None
    return KIND_WORDS[suspect.reasons[0].kind] if suspect is not None and suspect.reasons else ""


def _found(model: NoticeModel, item: Annotation, labels: LabelSet, calibration: Calibration | None) -> Found:
    """Which rules have found a suggestion, the surest first, and how probably it is accepted if that is known."""
    finders = model.finders_of(item)
    rules = tuple(dict.fromkeys(each.suggested_by or "suggested" for each in sorted(finders, key=_surest_first)))
    is_muted = all(each.id in model.muted for each in finders)
    label = labels.first_name_of(item.label)
    found = [(rule_of(each.suggested_by), each.score) for each in finders]
    if calibration is None or not calibration.is_told(label, (rule for rule, _ in found)):
        return Found(rules, None, is_muted)
    return Found(rules, calibration.probability(label, found), is_muted)


def _surest_first(item: Annotation) -> tuple[float, str]:
    return -(item.score or 0), item.id
