"""The Label Studio format: one JSON list of tasks, with offsets in UTF-16 units, and the label config beside it.

Attributes are controls of a region: a choice or a yes and no is ``choices``, everything else ``textarea``.  A comment
is the note of its region, and so is doubt; its status stands beside.  Label Studio refuses a task whose
``completed_by`` is nobody that it knows, so that is null, and ``annotator`` tells who it was.  Suggestions are
predictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import msgspec
from msgspec.structs import replace

from annotations.annotation import GOLD, Annotation, AnnotationStatus
from annotations.errors import RecordError, ZhupiError
from annotations.formats.attribute_text import choices_of, text_of, value_of
from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, LabelledSpan, Lines, Refuse, labelled_span
from annotations.formats.utf16 import Utf16
from annotations.labels import AttributeValue, Hue, LabelSet

LABEL: Final = "label"
"""The name of the control that labels a region."""
TEXT: Final = "text"
"""The name of the object that has the text."""
UNSURE: Final = "unsure"
"""The note of a region that is in doubt."""

_COLOURS: Final[Mapping[Hue, str]] = {
    "blue": "#4a7fd4", "green": "#4f9d4f", "yellow": "#c9a227", "magenta": "#b05cb0", "cyan": "#3a9fa8",
    "red": "#cc4444", "orange": "#d98032",
}  # fmt: skip


class TaskData(msgspec.Struct, frozen=True):
    """What a task is about: the text that spans are of, and which notice it is."""

    text: str
    zhupi_id: str
    zhupi_doc: str
    zhupi_text: TextKind | None


class Result(msgspec.Struct, frozen=True):
    """A label of a region, or one attribute of it: results of one region have one ``id``.

    ``value`` has ``start`` and ``end`` in UTF-16 units; ``text`` is the quote in a label, and a list with the value in
    a ``textarea``.
    """

    id: str
    from_name: str
    to_name: str
    type: str
    value: dict[str, Any]
    meta: dict[str, list[str]]


class LabelStudioAnnotation(msgspec.Struct, frozen=True):
    """What one annotator said about a notice; ``ground_truth`` is whether it was adjudicated."""

    completed_by: None
    annotator: str
    ground_truth: bool
    result: list[Result]


class LabelStudioPrediction(msgspec.Struct, frozen=True):
    """What one rule or model suggested for a notice; ``score`` is the least of its suggestions."""

    model_version: str | None
    score: float | None
    result: list[Result]


class LabelStudioTask(msgspec.Struct, frozen=True):
    """A notice; ``id`` is its place in the order of import."""

    id: int
    data: TaskData
    annotations: list[LabelStudioAnnotation]
    predictions: list[LabelStudioPrediction]


class _Value(msgspec.Struct, frozen=True):
    """The value of a result."""

    start: int
    end: int
    text: str | list[str] | None = None
    labels: list[str] = []
    choices: list[str] = []


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A list of tasks, one a line."""
    encode = msgspec.json.Encoder().encode
    begin = b"[\n"
    for each in notices:
        out.write(begin + encode(_task(each, context)))
        begin = b",\n"
    out.write(b"[]\n" if begin == b"[\n" else b"\n]\n")


def label_config(context: Context) -> dict[str, bytes]:
    """The label config of a project, which Label Studio asks for before it takes tasks."""
    return {".config.xml": "".join(_config(context.labels)).encode()}


def control(label: str, attribute: str) -> str:
    """The name of the control for an attribute of a label."""
    return f"{label}-{attribute}"


def _task(each: ExportedNotice, context: Context) -> LabelStudioTask:
    units = Utf16(each.text)
    annotations: list[LabelStudioAnnotation] = []
    predictions: list[LabelStudioPrediction] = []
    for annotator, placed in each.layers():
        if annotator is not None:
            results = [result for found in placed for result in _results(found, each.text, units, context.labels)]
            annotations.append(LabelStudioAnnotation(None, annotator, annotator == GOLD, results))
            continue
        for model in sorted({found.item.suggested_by or "" for found in placed}):
            theirs = [found for found in placed if (found.item.suggested_by or "") == model]
            scores = [found.item.score for found in theirs if found.item.score is not None]
            results = [result for found in theirs for result in _results(found, each.text, units, context.labels)]
            predictions.append(LabelStudioPrediction(model or None, min(scores, default=None), results))
    data = TaskData(each.text, each.notice.id, each.notice.doc, context.text)
    return LabelStudioTask(each.number, data, annotations, predictions)


def _results(placed: Placed, text: str, units: Utf16, labels: LabelSet) -> Iterator[Result]:
    item = placed.item
    region = {"start": units.units(placed.start), "end": units.units(placed.end)}
    notes = [*([item.comment] if item.comment else []), *([UNSURE] if item.unsure else [])]
    meta: dict[str, list[str]] = {"status": [item.status]}
    if item.unsure:
        meta["unsure"] = ["true"]
    if notes:
        meta["text"] = notes
    quote = text[placed.start : placed.end]
    yield Result(item.id, LABEL, TEXT, "labels", {**region, "text": quote, "labels": [item.label]}, meta)
    for name, value in item.attributes.items():
        if value is not None:
            kind = _type(item, name, labels)
            key = "choices" if kind == "choices" else "text"
            yield Result(item.id, control(item.label, name), TEXT, kind, {**region, key: [text_of(value)]}, {})


def _type(item: Annotation, name: str, labels: LabelSet) -> str:
    declared = (each for each in labels[item.label].attribute if each.name == name)
    return "choices" if any(map(choices_of, declared)) else "textarea"


def _config(labels: LabelSet) -> Iterator[str]:
    yield f'<View>\n  <Labels name="{LABEL}" toName="{TEXT}">\n'
    for label in labels:
        yield f"    <Label value={quoteattr(label.name)} background={quoteattr(_COLOURS[label.hue])}/>\n"
    yield f'  </Labels>\n  <Text name="{TEXT}" value="${TEXT}" granularity="symbol"/>\n'
    for label in labels:
        for attribute in label.attribute:
            yield (
                f'  <View visibleWhen="region-selected" whenTagName="{LABEL}" whenLabelValue={quoteattr(label.name)}>\n'
                f"    <Header value={quoteattr(attribute.name)}/>\n"
            )
            name = f'name={quoteattr(control(label.name, attribute.name))} toName="{TEXT}" perRegion="true"'
            if choices := choices_of(attribute):
                yield f'    <Choices {name} choice="single-radio">\n'
                yield from (f"      <Choice value={quoteattr(each)}/>\n" for each in choices)
                yield "    </Choices>\n"
            else:
                yield f'    <TextArea {name} maxSubmissions="1"/>\n'
            yield "  </View>\n"
    yield "</View>\n"


def read(lines: Lines, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The notice of each task; a task is a line, as ``write`` writes it, or all of them are one line."""
    for number, line in lines:
        told = line.strip()
        if told in (b"[", b"]", b"[]"):
            continue
        try:
            if told.startswith(b"["):
                tasks = msgspec.json.decode(told, type=list[LabelStudioTask])
            else:
                tasks = [msgspec.json.decode(told.removesuffix(b","), type=LabelStudioTask)]
            notices = [replace(_parse(task), where=str(number)) for task in tasks]
        except (ZhupiError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            refuse(str(number), str(error) if isinstance(error, ZhupiError) else f"not a task: {error}")
        else:
            yield from notices


def _parse(task: LabelStudioTask) -> LabelledNotice:
    units = Utf16(task.data.text)
    spans = [
        span
        for annotator, results in (
            *((each.annotator, each.result) for each in task.annotations),
            *((None, each.result) for each in task.predictions),
        )
        for span in _labelled(results, annotator, task.data, units)
    ]
    return LabelledNotice(
        id=task.data.zhupi_id,
        doc=task.data.zhupi_doc,
        text=task.data.text,
        text_kind=task.data.zhupi_text,
        spans=tuple(spans),
    )


def _labelled(results: list[Result], annotator: str | None, data: TaskData, units: Utf16) -> Iterator[LabelledSpan]:
    told = [msgspec.convert(each.value, _Value) for each in results]
    values: dict[str, dict[str, AttributeValue]] = {}
    for each, value in zip(results, told, strict=True):
        if each.type != "labels":
            values.setdefault(each.id, {})[each.from_name.partition("-")[2]] = _attribute(each.type, value)
    for each, value in zip(results, told, strict=True):
        if each.type == "labels":
            if len(value.labels) != 1 or not isinstance(value.text, str):
                raise RecordError(f"result {each.id}: a region has one label and its quote")
            start, end = units.offset(value.start), units.offset(value.end)
            notes = each.meta.get("text", [])
            yield replace(
                labelled_span(data.text, data.zhupi_text, value.labels[0], start, end, value.text),
                attributes=values.get(each.id, {}),
                annotator=annotator,
                status=msgspec.convert(next(iter(each.meta.get("status", ())), None), AnnotationStatus | None),
                unsure="unsure" in each.meta,
                comment=notes[0] if len(notes) > ("unsure" in each.meta) else None,
            )


def _attribute(kind: str, value: _Value) -> AttributeValue:
    told = value.choices if kind == "choices" else value.text
    if not isinstance(told, list) or len(told) != 1:
        raise RecordError(f"an attribute is one value in a list, not {told}")
    return value_of(told[0]) if kind == "choices" else told[0]


FORMAT = FileFormat(
    write=write,
    read=read,
    annotators=True,
    carries=frozenset({"attributes", "comments", "unsure"}),
    ending=".json",
    beside=label_config,
)
