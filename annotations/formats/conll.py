"""The CoNLL format: a character and its tag a line, parted by a tab, and a blank line between sentences.

A token is a character that is no white space.  A token has one tag, so a span that nests in another or crosses it is
not written but counted: of two that overlap the one that begins first is kept, and of those the longest.  A sentence
ends with its punctuation or its line, but never inside a span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Scheme, Sink, TextKind
from annotations.formats.labelled import LabelledNotice, Lines, Refuse, labelled_span
from annotations.formats.losses import BLANK, OVERLAPPING, Losses

OUTSIDE: Final = "O"
"""The tag of a character that is in no span."""

_TAG: Final = re.compile("O|[BIES]-.+")
_SENTENCE: Final = re.compile(r"[^\n。！？!?]*(?:[。！？!?]+[”’」』）)》〉\"']*|\n|$)")
"""A sentence with the punctuation and the quotation marks that end it, or a line with its end."""


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """The sentences of each notice, each with a blank line behind it."""
    for each in notices:
        spans = _flat(each.placed, each.text, context.losses)
        tags = _tags(each.text, spans, context.scheme or "bio")
        for start, end in _sentences(each.text, spans):
            lines = [f"{each.text[at]}\t{tags[at]}\n" for at in range(start, end) if not each.text[at].isspace()]
            if lines:
                out.write("".join((*lines, "\n")).encode())


def _flat(placed: Sequence[Placed], text: str, losses: Losses) -> list[Placed]:
    """Spans that do not overlap, in order; the others are counted."""
    kept: list[Placed] = []
    for each in sorted(placed, key=lambda each: (each.start, -each.end)):
        if text[each.start : each.end].isspace():
            losses.drop(BLANK, each.item)
        elif kept and each.start < kept[-1].end:
            losses.drop(OVERLAPPING, each.item)
        else:
            kept.append(each)
    return kept


def _tags(text: str, spans: Iterable[Placed], scheme: Scheme) -> list[str]:
    """A tag for each character; white space has one too, which is not written."""
    tags = [OUTSIDE] * len(text)
    for item, start, end in spans:
        tokens = [at for at in range(start, end) if not text[at].isspace()]
        for at in tokens:
            tags[at] = f"I-{item.label}"
        tags[tokens[0]] = f"B-{item.label}"
        if scheme == "bioes":
            tags[tokens[-1]] = f"{'S' if len(tokens) == 1 else 'E'}-{item.label}"
    return tags


def _sentences(text: str, spans: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, in order."""
    start, waiting = 0, iter(spans)
    span = next(waiting, None)
    for found in _SENTENCE.finditer(text):
        end = found.end()
        while span is not None and span.end <= end:
            span = next(waiting, None)
        if end == start or (span is not None and span.start < end):
            continue
        yield start, end
        start = end


def read(lines: Lines, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """Each sentence as a notice of its own, whose text are its characters: the file does not tell notices apart."""
    rows: list[tuple[str, str]] = []
    for number, line in lines:
        character, tab, tag = line.decode(errors="replace").rstrip("\r\n").partition("\t")
        if tab and len(character) == 1 and _TAG.fullmatch(tag):
            rows.append((character, tag))
        elif line.isspace():
            yield from _sentence(rows)
            rows = []
        else:
            refuse(str(number), "not a character, a tab and its tag")
    yield from _sentence(rows)


def _sentence(rows: Sequence[tuple[str, str]]) -> Iterator[LabelledNotice]:
    text = "".join(character for character, _ in rows)
    spans: list[tuple[int, int, str]] = []
    for at, (_, tag) in enumerate(rows):
        mark, _, label = tag.partition("-")
        if mark in ("B", "S"):
            spans.append((at, at + 1, label))
        elif mark in ("I", "E") and spans and spans[-1][1:] == (at, label):
            spans[-1] = (spans[-1][0], at + 1, label)
        elif mark != OUTSIDE:
            spans.append((at, at + 1, label))
    if rows:
        found = (labelled_span(text, None, label, start, end) for start, end, label in spans)
        yield LabelledNotice(text=text, spans=tuple(found))


FORMAT = FileFormat(write=write, read=read, unit="sentence", ending=".conll", content="text", schemes=("bio", "bioes"))
