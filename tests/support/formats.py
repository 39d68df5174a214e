"""Notices written in a format by hand, without a database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from annotations.annotation import Annotation, Review
from annotations.formats.base import Context, ExportedNotice, FileFormat, Part
from annotations.formats.choice import Choice, ExportOptions
from annotations.formats.losses import Losses
from annotations.formats.names import FileNames
from annotations.formats.placing import exported_notice
from annotations.formats.registry import format_of
from annotations.labels import default_labels
from annotations.notice import Notice

Said = tuple[Notice, Sequence[Annotation], Sequence[Review]]
"""A notice, and what is said about it."""


class Written:
    """What a format made of notices: bytes by file name (a file has the name ``""``), and what it could not carry."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.losses = Losses()

    @contextmanager
    def file(self, name: str) -> Iterator[io.BytesIO]:
        assert name not in self.files
        out = io.BytesIO()
        yield out
        self.files[name] = out.getvalue()

    @property
    def text(self) -> str:
        return self.files[""].decode()

    @property
    def rows(self) -> list[Any]:
        """Its lines as JSON."""
        return [json.loads(line) for line in self.text.split("\n") if line]

    @property
    def lost(self) -> dict[str, list[str]]:
        """The ids of annotations by what could not be carried of them."""
        return {kind: loss.first for kind, loss in self.losses.kinds.items()}


def write(name: str, said: Sequence[Said], **options: Any) -> Written:
    """Notices in the format called ``name``, with options of an export."""
    chosen, written, found = ExportOptions(name, **options), Written(), format_of(name)
    context = Context(default_labels(), "# Guideline\n", chosen.text, chosen.scheme, "1.2.3", written.losses)

    names = FileNames(notice.doc for notice, _, _ in said)

    def notices() -> Iterator[ExportedNotice]:
        for number, (notice, items, reviews) in enumerate(said, 1):
            choice = chosen.choose(sorted(items, key=lambda each: each.order), reviews)
            if isinstance(choice, Choice):
                yield exported_notice(
                    number,
                    notice,
                    choice,
                    reviews,
                    found,
                    chosen.text,
                    written.losses,
                    file_name=names.of(notice.doc, notice.id),
                )

    if isinstance(found, FileFormat):
        with written.file("") as out:
            found.write(notices(), out, context)
    else:
        found.write([Part(None, notices())], written, context)
    return written
