"""CoNLL: a token and its tag a line, a blank line between sentences, ``-DOCSTART-`` between documents.

The token is the first column and the tag the last, as in CoNLL 2002 and 2003.  Tags are BIO, BIOES or BILOU, or IOB1,
where a span begins with ``I`` unless it follows one with the same label: a span that no tag begins is taken as begun.
The file has no text: it is the tokens, those that are words of Latin letters or numbers apart by a space, a sentence a
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annotations.formats.foreign.document import ForeignDocument, ForeignSpan
from annotations.formats.labelled import Refuse

_TAG: Final = re.compile(r"O|[BIESLUM]-\S+")
_START: Final = re.compile(r"-DOCSTART-.*")
_WORD: Final = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")
"""What stands apart from another of its kind."""
_GOING_ON: Final = "IMEL"
_ENDING: Final = "ELSU"
"""Marks of tokens that may go on with a span, and of those that end one."""


def is_text(head: str) -> bool:
    """Whether a text that begins so is of this kind."""
    lines = [line for line in head.split("\n")[:-1] or [head] if line.strip() and line[0] != "#"]
    return bool(lines) and all(_row(line) or _START.match(line) for line in lines[:20])


def documents(text: str, refuse: Refuse) -> Iterator[ForeignDocument]:
    """The documents of a file."""
    document = _Document(told=False)
    for number, line in enumerate(text.split("\n"), 1):
        if _START.match(line):
            yield from document.ended()
            document = _Document(told=True)
        elif not line.strip():
            document.end_sentence()
        elif found := _row(line):
            document.add(*found, number)
        elif line[0] != "#":
            refuse(str(number), "not a token and a tag such as O or B-LABEL")
            document.end_sentence()
    yield from document.ended()


def _row(line: str) -> tuple[str, str] | None:
    """The token and the tag of a line; None where it has none."""
    columns = line.split()
    return (columns[0], columns[-1]) if len(columns) > 1 and _TAG.fullmatch(columns[-1]) else None


class _Document:
    """A document while its lines are read; ``told`` is whether the file tells where it begins."""

    def __init__(self, *, told: bool) -> None:
        self._told = told
        self._text: list[str] = []
        self._length = 0
        self._spans: list[ForeignSpan] = []
        self._open: tuple[str, int] | None = None
        self._end = 0
        self._first = 0

    def add(self, token: str, tag: str, number: int) -> None:
        """Add a token with its tag."""
        self._first = self._first or number
        mark, _, label = tag.partition("-")
        goes_on = self._open is not None and mark in _GOING_ON and self._open[0] == label
        if not goes_on:
            self._close()
        before = self._text[-1] if self._text else ""
        if _WORD.match(before[-1:]) and _WORD.match(token):
            self._put(" ")
        start = self._length
        self._put(token)
        if mark != "O" and not goes_on:
            self._open = (label, start)
        self._end = self._length
        if mark in _ENDING:
            self._close()

    def end_sentence(self) -> None:
        """End a sentence; no span goes on behind it."""
        self._close()
        if self._text and self._text[-1] != "\n":
            self._put("\n")

    def ended(self) -> Iterator[ForeignDocument]:
        """The document, if it has a token."""
        self.end_sentence()
        if self._text:
            yield ForeignDocument(
                text="".join(self._text), spans=tuple(self._spans), joined=not self._told, where=str(self._first)
            )

    def _put(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)

    def _close(self) -> None:
        if self._open is not None:
            label, start = self._open
            self._spans.append(ForeignSpan(label=label, start=start, end=self._end))
            self._open = None
