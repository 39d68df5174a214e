"""A task of Label Studio, as JSON or JSON-MIN: a text with what each annotator marked, and with predictions.

A region is one or more results with one id: its labels, and what other controls say about it, which are attributes
here.  Label Studio counts UTF-16 units.  An annotation that was submitted is done; one that was cancelled is not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from annotations.errors import RecordError
from annotations.formats.foreign.document import (
    RELATIONS,
    TEXT_LABELS,
    ForeignDocument,
    ForeignSpan,
    Loss,
    Standing,
    counted,
)
from annotations.formats.foreign.values import (
    name_in,
    number_in,
    object_in,
    objects_in,
    offset_in,
    text_in,
)
from annotations.formats.label_studio import UNSURE

_LABELS: Final = ("labels", "hypertextlabels")
"""The types of results that label a region."""
_STANDING: Final[Mapping[str, Standing]] = {
    "annotations": "said", "completions": "said", "drafts": "drafts", "predictions": "suggested",
}  # fmt: skip
"""What a task has, by key; annotations were once called completions."""
_OF_REGION: Final[Mapping[object, Standing]] = {"rejected": "rejected", "suggested": "suggested"}
NO_LABEL: Final = ""
"""Stands for the label of a region that has none."""
_PLACE: Final = frozenset({"start", "end", "startOffset", "endOffset", "globalOffsets"})
"""What a value has besides what it says."""


def is_row(row: Mapping[str, Any]) -> bool:
    """Whether a row is a task of either shape."""
    if isinstance(row.get("data"), dict):
        return any(isinstance(row.get(key), list) for key in ("annotations", "completions", "predictions"))
    return "annotation_id" in row or any(map(_is_regions, row.values()))


def documents(row: Mapping[str, Any]) -> Iterator[ForeignDocument]:
    """The documents of a task: one an annotation, one a draft, one a prediction.

    Raises:
        RecordError: it is no task with a text.
    """
    if not isinstance(row.get("data"), dict):
        yield _minimal(row)
        return
    data = row["data"]
    for key, standing in _STANDING.items():
        for each in objects_in(row, key):
            cancelled = each.get("was_cancelled") is True or each.get("skipped") is True
            yield _document(data, each, "skipped" if cancelled else standing)


def _document(data: Mapping[str, Any], said: Mapping[str, Any], standing: Standing) -> ForeignDocument:
    results = objects_in(said, "result")
    regions = [each for each in results if each.get("type") in _LABELS]
    labelled = {each.get("id") for each in regions}
    losses: list[Loss] = []
    for each in results:
        if each.get("type") == "relation":
            losses.append(Loss(RELATIONS, ""))
        elif each.get("type") not in _LABELS and each.get("id") not in labelled:
            losses.append(Loss(TEXT_LABELS, name_in(each, "from_name") or ""))
    spans = [span for each in regions for span in _spans(each, results, said)]
    text, spans_in_text = _placed(data, spans)
    return ForeignDocument(
        text=text,
        spans=spans_in_text,
        id=text_in(data, "zhupi_id"),
        doc=text_in(data, "zhupi_doc", "doc"),
        annotator=_annotator(said),
        standing=standing,
        done=standing == "said",
        losses=tuple(losses),
    )


def _annotator(said: Mapping[str, Any]) -> str | None:
    """Who made an annotation: a name where there is one, else the number of an account."""
    by = object_in(said, "completed_by")
    return (
        text_in(said, "annotator")
        or text_in(by, "email", "username")
        or name_in(by, "id")
        or name_in(said, "completed_by", "user", "created_username")
    )


def _spans(
    region: Mapping[str, Any], results: Sequence[Mapping[str, Any]], said: Mapping[str, Any]
) -> Iterator[ForeignSpan]:
    """The spans of a region, one for each of its labels."""
    value, meta = object_in(region, "value"), object_in(region, "meta")
    place = object_in(value, "globalOffsets") or value
    told: list[Any] = next((value[key] for key in _LABELS if isinstance(value.get(key), list)), [])
    labels = [each for each in told if isinstance(each, str) and each] or [NO_LABEL]
    noted = meta.get("text")
    notes = [each for each in noted if isinstance(each, str)] if isinstance(noted, list) else []
    unsure = "unsure" in meta
    if unsure and notes[-1:] == [UNSURE]:
        notes.pop()
    status = meta.get("status")
    for label in labels:
        others = [each for each in results if each.get("id") == region.get("id") and each.get("type") not in _LABELS]
        yield ForeignSpan(
            label=label,
            start=offset_in(place, "start"),
            end=offset_in(place, "end"),
            quote=text_in(value, "text"),
            attributes={
                str(each.get("from_name", "")).removeprefix(f"{label}-"): _said(object_in(each, "value"))
                for each in others
            },
            standing=_OF_REGION.get(status[0] if isinstance(status, list) and status else None, "said"),
            unsure=unsure,
            comment="\n".join(notes) or None,
            by=text_in(said, "model_version"),
            score=number_in(region, "score") if "score" in region else number_in(said, "score"),
            name=name_in(region, "id") or "",
            fault="it has no label" if label == NO_LABEL else None,
        )


def _said(value: Mapping[str, Any]) -> object:
    """What a control says: the one value of its list, or all of them."""
    told = next((each for key, each in value.items() if key not in _PLACE | {"text"}), value.get("text"))
    return told[0] if isinstance(told, list) and len(told) == 1 else told


def _placed(data: Mapping[str, Any], spans: Sequence[ForeignSpan]) -> tuple[str, tuple[ForeignSpan, ...]]:
    """The text of a task, and its spans in it; of several fields the one in which all of them fit.

    Raises:
        RecordError: the task has no text.
    """
    known = ("zhupi_id", "zhupi_doc", "zhupi_text")
    texts = sorted(
        (text for name in data if name not in known and (text := text_in(data, name))), key=len, reverse=True
    )
    if isinstance(data.get("text"), str):
        texts.insert(0, data["text"])
    if not texts:
        raise RecordError("data: the task has no text")
    tried = [(text, counted(text, spans, "UTF-16 units")) for text in dict.fromkeys(texts)]
    return next((each for each in tried if all(span.fault is None for span in each[1])), tried[0])


def _is_regions(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "start" in each and "end" in each for each in value)
        and any(isinstance(each.get(key), list) for each in value for key in _LABELS)
    )


def _minimal(row: Mapping[str, Any]) -> ForeignDocument:
    """The document of a row of JSON-MIN: each control has a key with its values; regions are known by their place."""
    controls = {
        key: value for key, value in row.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    regions = [each for key in controls for each in controls[key] if any(name in each for name in _LABELS)]
    results: list[dict[str, Any]] = []
    for key, values in controls.items():
        for each in values:
            if isinstance(each, dict):
                is_region = any(name in each for name in _LABELS)
                results.append({
                    "id": f"{each.get('start')}..{each.get('end')}", "from_name": key, "value": each,
                    "type": "labels" if is_region else "other",
                })  # fmt: skip
    if not regions and "annotation_id" not in row:
        raise RecordError("it has no regions")
    data = {
        key: value for key, value in row.items() if isinstance(value, str) and key not in ("created_at", "updated_at")
    }
    return _document(data, {"result": results, "completed_by": row.get("annotator")}, "said")
