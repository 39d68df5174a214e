"""The brat format: a folder with ``NAME.txt`` and ``NAME.ann`` for each notice, and ``annotation.conf``.

Offsets are code points.  A span over the end of a line is written as fragments, since a line of ``.ann`` is one line.
For the same reason a comment of several lines cannot be carried, and an attribute with white space in it neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from annotations.formats.base import Context, ExportedNotice, Folder, FolderFormat, Part, Placed
from annotations.formats.losses import ATTRIBUTES, BLANK, COMMENTS, Losses
from annotations.labels import AttributeValue, LabelSet

CONFIG: Final = "annotation.conf"
"""The file that tells brat which labels and attributes there are."""
UNSURE: Final = "Unsure"
"""The attribute of a span that is in doubt; attributes of labels begin with a small letter."""

_LINE_ENDS: Final = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
"""Whatever ends a line for one program or another."""
_PLAIN: Final = re.compile(r"[^\s|,:<>]+")
"""A value that the configuration of brat can list."""


def write(parts: Iterable[Part], out: Folder, context: Context) -> None:
    """Two files a notice, in a folder of its own for each part that has a name."""
    for part in parts:
        folder = f"{part.name}/" if part.name is not None else ""
        for each in part.notices:
            with out.file(f"{folder}{each.file_name}.txt") as file:
                file.write(each.text.encode())
            with out.file(f"{folder}{each.file_name}.ann") as file:
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


def _values(placed: Placed, losses: Losses) -> Mapping[str, str]:
    """The attributes of a span, each with what stands behind it."""
    told = {name: _value(value) for name, value in placed.item.attributes.items() if value is not None}
    if any(re.search(r"\s", value) or not value for value in told.values()):
        losses.add(ATTRIBUTES, placed.item)
    values = {name: f" {value}" for name, value in told.items() if value and not re.search(r"\s", value)}
    return {**values, UNSURE: ""} if placed.item.unsure else values


def _value(value: AttributeValue) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _config(labels: LabelSet) -> Iterator[str]:
    yield "[entities]\n"
    yield from (f"{label.name}\n" for label in labels)
    yield "\n[relations]\n\n[events]\n\n[attributes]\n"
    for name in dict.fromkeys(attribute.name for label in labels for attribute in label.attribute):
        declared = [(label, each) for label in labels for each in label.attribute if each.name == name]
        choices = [("true", "false") if each.type == "boolean" else each.choices for _, each in declared]
        values = dict.fromkeys(value for each in choices for value in each)
        # What is free text cannot be declared: brat shows it with a warning.
        if all(choices) and all(_PLAIN.fullmatch(value) for value in values):
            yield f"{name}\tArg:{'|'.join(label.name for label, _ in declared)}, Value:{'|'.join(values)}\n"
    yield f"{UNSURE}\tArg:<ENTITY>\n"


FORMAT = FolderFormat(write=write, carries=frozenset({"attributes", "comments", "unsure"}))
