"""The brat format: a folder with ``NAME.txt`` and ``NAME.ann`` for each notice, and ``annotation.conf``.

Offsets are code points.  A span over the end of a line is written as fragments, since a line of ``.ann`` is one line.
For the same reason a comment of several lines cannot be carried, and an attribute with white space in it neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from annotations.annotation import clip
from annotations.errors import QuoteError, SpanError, ZhupiError
from annotations.formats.attribute_text import choices_of, text_of, value_of
from annotations.formats.base import Context, ExportedNotice, Folder, FolderFormat, Part, Placed, TextKind
from annotations.formats.labelled import Files, LabelledNotice, LabelledSpan, Refuse, labelled_span
from annotations.formats.losses import ATTRIBUTES, BLANK, COMMENTS, Losses
from annotations.labels import AttributeValue, LabelSet

CONFIG: Final = "annotation.conf"
"""The file that tells brat which labels and attributes there are."""
UNSURE: Final = "Unsure"
"""The attribute of a span that is in doubt; attributes of labels begin with a small letter."""

_LINE_ENDS: Final = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
"""Whatever ends a line for one program or another."""
_SPAN: Final = re.compile(r"(?P<id>T\d+)\t(?P<label>\S+) (?P<places>\d+ \d+(?:;\d+ \d+)*)\t(?P<quote>.*)")
_ATTRIBUTE: Final = re.compile(r"A\d+\t(?P<name>\S+) (?P<span>T\d+)(?: (?P<value>\S+))?")
_NOTE: Final = re.compile(r"#\d+\tAnnotatorNotes (?P<span>T\d+)\t(?P<note>.*)")
_PLAIN: Final = re.compile(r"[^\s|,:<>]+")
"""A value that the configuration of brat can list."""


def write(parts: Iterable[Part], out: Folder, context: Context) -> None:
    """Two files a notice, in a folder of its own for each part that has a name."""
    for part in parts:
        for each in part.notices:
            with out.file(f"{part.prefix}{each.file_name}.txt") as file:
                file.write(each.text.encode())
            with out.file(f"{part.prefix}{each.file_name}.ann") as file:
                file.write("".join(_lines(each, context.losses)).encode())
    with out.file(CONFIG) as file:
        file.write("".join(_config(context.labels)).encode())


def _lines(each: ExportedNotice, losses: Losses) -> Iterator[str]:
    """The lines of ``.ann``: each span, then its attributes and its note."""
    spans = attributes = notes = 0
    for placed in each.placed:
        fragments = list(fragments_of(each.text, placed.start, placed.end))
        if not "".join(each.text[start:end] for start, end in fragments).strip():
            losses.drop(BLANK, placed.item)
            continue
        spans += 1
        places = ";".join(f"{start} {end}" for start, end in fragments)
        quote = " ".join(each.text[start:end] for start, end in fragments)
        yield f"T{spans}\t{placed.item.label} {places}\t{quote}\n"
        for name, value in _values(placed, losses).items():
            attributes += 1
            yield f"A{attributes}\t{name} T{spans}{value}\n"
        comment = placed.item.comment
        if comment and _LINE_ENDS.search(comment):
            losses.add(COMMENTS, placed.item)
        elif comment:
            notes += 1
            yield f"#{notes}\tAnnotatorNotes T{spans}\t{comment}\n"


def fragments_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a span that have no end of a line in them, in order."""
    for found in _LINE_ENDS.finditer(text, start, end):
        if start < found.start():
            yield start, found.start()
        start = found.end()
    if start < end:
        yield start, end


def read(files: Files, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """A notice for each text that has annotations beside it; its ``doc`` is the name of its files."""
    names = list(files.names())
    known = set(names)
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if dot and ending == "ann" and f"{stem}.txt" not in known:
            refuse(name, "it has no text beside it")
        elif dot and ending == "txt" and f"{stem}.ann" not in known:
            refuse(name, "it has no annotations beside it")
        elif dot and ending == "txt":
            try:
                text = files.content(name).decode()
                lines = files.content(f"{stem}.ann").decode().split("\n")
            except UnicodeDecodeError:
                refuse(name, "it or its annotations are not UTF-8")
                continue
            spans = _parse(lines, text, f"{stem}.ann", refuse)
            part, _, doc = stem.rpartition("/")
            yield LabelledNotice(doc=doc, text=text, spans=tuple(spans), where=name, part=part or None)


def _parse(lines: Sequence[str], text: str, name: str, refuse: Refuse) -> list[LabelledSpan]:
    """The spans of a file of annotations called ``name``; a line that is none is refused."""
    spans: dict[str, LabelledSpan] = {}
    for number, line in enumerate(lines, 1):
        try:
            if found := _SPAN.fullmatch(line):
                spans[found["id"]] = _span(found, text)
            elif (found := _ATTRIBUTE.fullmatch(line)) and found["span"] in spans:
                spans[found["span"]] = _with_attribute(spans[found["span"]], found["name"], found["value"])
            elif (found := _NOTE.fullmatch(line)) and found["span"] in spans:
                spans[found["span"]] = replace(spans[found["span"]], comment=found["note"])
            elif line:
                refuse(f"{name}:{number}", "neither a span nor an attribute or a note of a span above")
        except ZhupiError as error:
            refuse(f"{name}:{number}", str(error))
    return list(spans.values())


def _span(found: re.Match[str], text: str) -> LabelledSpan:
    fragments = [(int(start), int(end)) for start, end in (each.split(" ") for each in found["places"].split(";"))]
    quotes = [labelled_span(text, None, found["label"], start, end).text or "" for start, end in fragments]
    if " ".join(quotes) != found["quote"]:
        raise QuoteError(f"the text has {clip(' '.join(quotes))}, the quote is {clip(found['quote'])}")
    start, end = fragments[0][0], fragments[-1][1]
    if list(fragments_of(text, start, end)) != fragments:
        raise SpanError(f"fragments {found['places']} leave out more than ends of lines")
    return labelled_span(text, None, found["label"], start, end)


def _with_attribute(span: LabelledSpan, name: str, value: str | None) -> LabelledSpan:
    if name == UNSURE:
        return replace(span, unsure=True)
    told: AttributeValue = True if value is None else value_of(value)
    return replace(span, attributes={**span.attributes, name: told})


def _values(placed: Placed, losses: Losses) -> Mapping[str, str]:
    """The attributes of a span, each with what stands behind it."""
    told = {name: text_of(value) for name, value in placed.item.attributes.items() if value is not None}
    if any(re.search(r"\s", value) or not value for value in told.values()):
        losses.add(ATTRIBUTES, placed.item)
    values = {name: f" {value}" for name, value in told.items() if value and not re.search(r"\s", value)}
    return {**values, UNSURE: ""} if placed.item.unsure else values


def _config(labels: LabelSet) -> Iterator[str]:
    yield "[entities]\n"
    yield from (f"{label.name}\n" for label in labels)
    yield "\n[relations]\n\n[events]\n\n[attributes]\n"
    for name in dict.fromkeys(attribute.name for label in labels for attribute in label.attribute):
        declared = [(label, each) for label in labels for each in label.attribute if each.name == name]
        choices = [choices_of(each) for _, each in declared]
        values = dict.fromkeys(value for each in choices for value in each)
        # What is free text cannot be declared: brat shows it with a warning.
        if all(choices) and all(_PLAIN.fullmatch(value) for value in values):
            yield f"{name}\tArg:{'|'.join(label.name for label, _ in declared)}, Value:{'|'.join(values)}\n"
    yield f"{UNSURE}\tArg:<ENTITY>\n"


FORMAT = FolderFormat(write=write, read=read, carries=frozenset({"attributes", "comments", "unsure"}))
