"""Out of the database: one line a notice or a span, from one snapshot, in constant memory."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import msgspec

from annotations.annotation import Annotation, AnnotationStatus
from annotations.formats import native, spans
from store.database import Database
from store.errors import DiskFullError, StoreError
from store.notices import StoredNotice, each_notice, notice_annotations, notice_reviews
from store.sqlite import Connection

ExportFormat = Literal["jsonl", "spans"]


class ExportOptions(msgspec.Struct, frozen=True):
    """Which annotations leave, and in which shape; every notice leaves in any case.

    ``layer`` is an annotator's name, ``gold``, ``suggested`` (what nobody has decided) or ``all``.
    """

    format: ExportFormat = "jsonl"
    layer: str = "all"
    label: str | None = None
    status: AnnotationStatus | None = None


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


class Manifest(msgspec.Struct, frozen=True):
    """What lies beside an export in ``FILE.manifest.json`` to prove it whole."""

    sha256: str
    notices: int
    annotations: int
    options: ExportOptions
    normalizer: str | None
    zhupi: str


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
    """
    if options.label is not None:
        database.labels[options.label]  # raises where there is none
    report, digest = ExportReport(), hashlib.sha256()
    with database.read() as connection:
        for stored in each_notice(connection):
            for line in _lines(connection, stored, options, report):
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
    try:
        with replacing(path) as out:
            report = export(database, out, options, progress)
        manifest = Manifest(
            sha256=report.sha256,
            notices=report.notices,
            annotations=report.annotations,
            options=options,
            normalizer=", ".join(sorted(report.normalizers)) or None,
            zhupi=version,
        )
        with replacing(path.with_name(path.name + ".manifest.json")) as out:
            out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(f"{path}: cannot be written: {error.strerror or error}; nothing was changed there") from error
    return report


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` once the block has ended well: temporary file, fsync, rename, fsync."""
    # Beside the target, so that the rename cannot cross file systems.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(
    connection: Connection, stored: StoredNotice, options: ExportOptions, report: ExportReport
) -> Iterator[bytes]:
    items = list(_chosen(notice_annotations(connection, stored.number), options))
    report.annotations += len(items)
    if options.format == "spans":
        for item in items:
            yield spans.encode(stored.notice.doc, item) + b"\n"
        return
    yield native.encode(native.record(stored.notice, items, notice_reviews(connection, stored.number))) + b"\n"


def _chosen(items: list[Annotation], options: ExportOptions) -> Iterator[Annotation]:
    # Not by the last dot: an account may be called lin.wei.
    decided = {item.id.removesuffix(f".{item.annotator}") for item in items if item.annotator is not None}
    for item in items:
        if options.layer == "suggested":
            chosen = item.annotator is None and item.id not in decided
        else:
            chosen = options.layer in ("all", item.annotator)
        if chosen and options.label in (None, item.label) and options.status in (None, item.status):
            yield item
