"""A folder of brat: ``NAME.txt`` with the text of a document, ``NAME.ann`` with what was marked in it.

Spans (``T``), their attributes (``A``, in old files ``M``) and notes (``#``) are taken.  The trigger of an event
(``E``) is a span; its arguments, relations (``R``, ``*``) and links (``N``) are counted.  brat counts code points;
other tools that write its format count UTF-16 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from annotations.annotation import clip
from annotations.errors import ZhupiError
from annotations.formats.attribute_text import value_of
from annotations.formats.brat import UNSURE
from annotations.formats.foreign.document import (
    EVENTS,
    PARTS,
    REFERENCES,
    RELATIONS,
    ForeignDocument,
    ForeignSpan,
    Loss,
    TextFiles,
    counted,
)
from annotations.formats.labelled import Refuse

ENDING: Final = ".ann"
"""How a file of annotations ends."""
TEXT_ENDING: Final = ".txt"
"""How the file of its text ends."""

_SPAN: Final = re.compile(
    r"(?P<id>T\S*)\t(?P<label>\S+) (?P<places>\d+ \d+(?:;\d+ \d+)*)(?:\t(?P<quote>.*))?", re.ASCII
)
_ATTRIBUTE: Final = re.compile(r"[AM]\S*\t(?P<name>\S+) (?P<of>\S+)(?: (?P<value>.+))?")
_NOTE: Final = re.compile(r"#\S*\t(?P<kind>\S+) (?P<of>\S+)(?:\t(?P<note>.*))?")
_LOST: Final = {"R": RELATIONS, "*": RELATIONS, "E": EVENTS, "N": REFERENCES}
"""Lines of what zhupi has no place for, by their first character."""
OTHERS: Final = "attributes_and_notes_of_no_span"
"""An attribute or a note of a relation, an event or the whole text."""
_MOST_DIGITS: Final = 10


def documents(files: TextFiles, refuse: Refuse) -> Iterator[ForeignDocument]:
    """A document for each file of annotations that has its text beside it."""
    known = set(files.names())
    for name in files.names():
        if not name.endswith(ENDING):
            continue
        stem = name.removesuffix(ENDING)
        if stem + TEXT_ENDING not in known:
            refuse(name, f"there is no {stem + TEXT_ENDING}, which has its text")
            continue
        try:
            text, lines = files.text(stem + TEXT_ENDING), files.text(name).split("\n")
        except ZhupiError as error:
            refuse(name, str(error))
            continue
        yield _document(text, [line.removesuffix("\r") for line in lines], name, refuse)


def _document(text: str, lines: Sequence[str], name: str, refuse: Refuse) -> ForeignDocument:
    spans: dict[str, _Lines] = {}
    losses: list[Loss] = []
    rest: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if found := _SPAN.fullmatch(line):
            spans[found["id"]] = _Lines(found)
        elif line.strip():
            rest.append((number, line))
    # What is said of a span may stand above it.
    for number, line in rest:
        kind, name_of_line = line[0], line.partition("\t")[0]
        attribute, note = _ATTRIBUTE.fullmatch(line), _NOTE.fullmatch(line)
        if attribute and attribute["of"] in spans:
            spans[attribute["of"]].add_attribute(attribute["name"], attribute["value"])
        elif note and note["of"] in spans:
            spans[note["of"]].add_note(note["note"] or "")
        elif attribute or note:
            losses.append(Loss(OTHERS, name_of_line))
        elif kind in _LOST:
            losses.append(Loss(_LOST[kind], name_of_line))
        else:
            refuse(f"{name}:{number}", "neither a span nor an attribute, a note, a relation, an event or a link")
    placed = counted(text, [each.span for each in spans.values()], "code points")
    return ForeignDocument(
        text=text,
        spans=tuple(_whole(each, text, losses) for each in placed),
        doc=name.rpartition("/")[2].removesuffix(ENDING),
        losses=tuple(losses),
        where=name,
    )


def _whole(span: ForeignSpan, text: str, losses: list[Loss]) -> ForeignSpan:
    """A span as one stretch; one that leaves out more than white space is in doubt, and its comment tells its parts."""
    if not span.parts or span.fault is not None:
        return span
    places = sorted(span.parts)
    between = [text[end:start] for (_, end), (start, _) in pairwise(places)]
    parts = " … ".join(clip(text[start:end]) for start, end in places)
    span = replace(span, quote=text[span.start : span.end], parts=())
    if not any(each.strip() for each in between):
        return span
    losses.append(Loss(PARTS, span.name))
    return replace(span, unsure=True, comment="; ".join(filter(None, (span.comment, f"parts: {parts}"))))


class _Lines:
    """A span while its lines are read."""

    def __init__(self, found: re.Match[str]) -> None:
        # A number that no text can have an offset of is none, however long it is.
        parts = tuple(
            (_offset(start), _offset(end)) for start, end in (part.split(" ") for part in found["places"].split(";"))
        )
        self.span = ForeignSpan(
            label=found["label"],
            start=parts[0][0],
            end=parts[-1][1],
            quote=found["quote"],
            parts=parts if len(parts) > 1 else (),
            name=found["id"],
        )

    def add_attribute(self, name: str, value: str | None) -> None:
        """Add what an attribute says; one without a value is true."""
        if name == UNSURE:
            self.span = replace(self.span, unsure=True)
        else:
            told = True if value is None else value_of(value)
            self.span = replace(self.span, attributes={**self.span.attributes, name: told})

    def add_note(self, note: str) -> None:
        """Add a note; several are one comment."""
        self.span = replace(self.span, comment="\n".join(filter(None, (self.span.comment, note))))


def _offset(digits: str) -> int:
    return int(digits) if len(digits) < _MOST_DIGITS else 10**_MOST_DIGITS
