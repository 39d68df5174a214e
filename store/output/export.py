"""Export of notices and annotations: one line a notice or a span, from one snapshot, in constant memory."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from annotations.annotation import Annotation, Review
from annotations.decisions import decided_ids
from annotations.formats.registry import Format, format_of
from annotations.notice import Notice
from store.db.database import Database
from store.db.files import beside, replacing, spare_database
from store.errors import DiskFullError, StoreError
from store.output.manifest import ExportOptions, Manifest
from store.project.settings import labels_of
from store.read.notices import each_notice


class Sink(Protocol):
    """Where lines go: a binary file, or something that writes to one."""

    def write(self, line: bytes, /) -> object:
        """Take a whole line."""


class ExportReport(msgspec.Struct):
    """What an export holds."""

    notices: int = 0
    annotations: int = 0
    normalizers: set[str] = msgspec.field(default_factory=set)
    sha256: str = ""


def export(
    database: Database,
    out: Sink,
    options: ExportOptions,
    progress: Callable[[int], None] | None = None,
) -> ExportReport:
    """Write an export to ``out``; others may write to the database meanwhile.

    Args:
        database: where from.
        out: gets whole lines.
        options: what to write.
        progress: told how many notices have been written.

    Raises:
        LabelError: ``options.label`` is unknown.
        QuoteError: the quote of an annotation is not the text under its span.
    """
    if options.label is not None:
        labels_of(database)[options.label]  # raises where there is none
    shape = format_of(options.format)
    report, digest = ExportReport(), hashlib.sha256()
    with database.read() as connection:
        for stored, items, reviews in each_notice(connection):
            for line in _lines(stored.notice, items, reviews, options, shape, report):
                out.write(line)
                digest.update(line)
            report.notices += 1
            report.normalizers.add(stored.notice.normalizer)
            if progress is not None:
                progress(report.notices)
    report.sha256 = digest.hexdigest()
    return report


def export_file(
    database: Database,
    path: Path,
    options: ExportOptions,
    version: str,
    progress: Callable[[int], None] | None = None,
) -> ExportReport:
    """Write an export to ``path`` so that the file is whole or not there, and its manifest beside it.

    Raises:
        StoreError: the file cannot be written; one that was there before stays as it was.
    """
    spare_database(database.path, path)
    try:
        # Both files are complete before either takes its place: a full disk must leave the old pair.
        with replacing(beside(path, f"{path.name}.manifest.json")) as manifest_file, replacing(path) as out:
            report = export(database, out, options, progress)
            manifest = Manifest(
                sha256=report.sha256,
                notices=report.notices,
                annotations=report.annotations,
                options=options,
                normalizer=", ".join(sorted(report.normalizers)) or None,
                zhupi=version,
            )
            manifest_file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
            manifest_file.flush()
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(f"{path}: cannot be written: {error.strerror or error}; nothing was changed there") from error
    return report


def _lines(
    notice: Notice,
    items: list[Annotation],
    reviews: list[Review],
    options: ExportOptions,
    shape: Format,
    report: ExportReport,
) -> Iterable[bytes]:
    chosen = list(_chosen(items, options))
    for item in chosen:
        item.check_quote(notice.raw)
    report.annotations += len(chosen)
    return shape.lines(notice, chosen, reviews)


def _chosen(items: list[Annotation], options: ExportOptions) -> Iterator[Annotation]:
    decided = decided_ids(items) if options.layer == "suggested" else set()
    for item in items:
        if options.layer == "suggested":
            chosen = item.annotator is None and item.id not in decided
        else:
            chosen = options.layer in ("all", item.annotator)
        if chosen and options.label in (None, item.label) and options.status in (None, item.status):
            yield item
