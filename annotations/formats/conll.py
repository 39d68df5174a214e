"""The CoNLL format: a character and its tag a line, parted by a tab, and a blank line between sentences.

A token is a character that is no white space.  A token has one tag, so a span that nests in another or crosses it is
not written but counted: of two that overlap the one that begins first is kept, and of those the longest.  A sentence
ends with its punctuation or its line, but never inside a span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Scheme, Sink
from annotations.formats.losses import BLANK, OVERLAPPING, Losses

OUTSIDE: Final = "O"
"""The tag of a character that is in no span."""

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


FORMAT = FileFormat(write=write, ending=".conll", content="text", schemes=("bio", "bioes"))
