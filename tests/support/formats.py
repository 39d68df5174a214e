"""Notices written in a format by hand, without a database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from annotations.annotation import Annotation, Review
from annotations.formats.base import Context, ExportedNotice, FileFormat, FolderFormat, Part
from annotations.formats.choice import Choice, ExportOptions
from annotations.formats.losses import Losses, Tally
from annotations.formats.names import FileNames
from annotations.formats.placing import exported_notice
from annotations.formats.registry import FORMATS, format_of
from annotations.labels import LabelSet, default_labels
from annotations.notice import Notice

Said = tuple[Notice, Sequence[Annotation], Sequence[Review]]
"""A notice, and what is said about it."""


INSTALLED = [name for name in FORMATS if name != "spacy" or find_spec("spacy") is not None]
"""The formats that can be written here: spaCy is too heavy for the tests, and has its turn in ``make readers``."""


NO_SPACY = "spaCy is too heavy for the tests; make readers has it"
"""Why a test of what spaCy writes or reads is skipped."""


class Written:
    """What a format made of notices: bytes by file name (a file has the name ``""``), and what it could not carry."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.losses = Losses()
        self.warnings = Tally()

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
        return self.rows_of("")

    def rows_of(self, name: str) -> list[Any]:
        """The lines of a file of a folder as JSON."""
        return [json.loads(line) for line in self.files[name].decode().split("\n") if line]

    @property
    def lost(self) -> dict[str, list[str]]:
        """The ids of annotations by what could not be carried of them."""
        return {kind: loss.first for kind, loss in self.losses.kinds.items()}


def exported(name: str, said: Sequence[Said], losses: Losses, **options: Any) -> Iterator[ExportedNotice]:
    """Notices as the format called ``name`` is handed them."""
    chosen, names = ExportOptions(name, **options), FileNames(notice.doc for notice, _, _ in said)
    for number, (notice, items, reviews) in enumerate(said, 1):
        choice = chosen.choose(sorted(items, key=lambda each: each.order), reviews)
        if isinstance(choice, Choice):
            file_name = names.of(notice.doc, notice.id)
            yield exported_notice(
                number, notice, choice, reviews, format_of(name), chosen.text, losses, file_name=file_name
            )


def context_of(name: str, written: Written, labels: LabelSet | None = None, **options: Any) -> Context:
    """What an export in the format called ``name`` is about; of the labels that ship where none are given."""
    chosen = ExportOptions(name, **options)
    return Context(
        labels or default_labels(),
        "# Guideline\n",
        chosen.text,
        chosen.scheme,
        "1.2.3",
        written.losses,
        written.warnings,
    )


def write(name: str, said: Sequence[Said], labels: LabelSet | None = None, **options: Any) -> Written:
    """Notices in the format called ``name``, with options of an export."""
    found = format_of(name)
    if not isinstance(found, FileFormat):
        return write_parts(name, {None: said}, labels, **options)
    written = Written()
    with written.file("") as out:
        context = context_of(name, written, labels, **options)
        found.write(exported(name, said, written.losses, **options), out, context)
    return written


def write_parts(
    name: str, parts: Mapping[str | None, Sequence[Said]], labels: LabelSet | None = None, **options: Any
) -> Written:
    """Notices in parts in a format that writes a folder."""
    written, found = Written(), format_of(name)
    assert isinstance(found, FolderFormat)
    made = [Part(part, exported(name, said, written.losses, **options)) for part, said in parts.items()]
    found.write(made, written, context_of(name, written, labels, **options))
    return written
