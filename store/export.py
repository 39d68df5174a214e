"""Out of the database: one line a notice or a span, from one snapshot, in constant memory."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
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
        QuoteError: the quote of an annotation is not the text under its span.
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
        # Both are written before either takes its place: no room for the second must not cost the first.
        with replacing(_beside(path, f"{path.name}.manifest.json")) as beside, replacing(path) as out:
            report = export(database, out, options, progress)
            manifest = Manifest(
                sha256=report.sha256,
                notices=report.notices,
                annotations=report.annotations,
                options=options,
                normalizer=", ".join(sorted(report.normalizers)) or None,
                zhupi=version,
            )
            beside.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
            beside.flush()
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(f"{path}: cannot be written: {error.strerror or error}; nothing was changed there") from error
    return report


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` once the block has ended well: temporary file, fsync, rename, fsync.

    A killed process leaves its temporary file behind; the next one that writes ``path`` takes it away.

    Raises:
        StoreError: at ``path`` is something that no file may replace: a folder, a device, a pipe.
    """
    mode = _mode(path)
    _sweep(path)
    # Beside the target, so that the rename cannot cross file systems.
    temporary = _beside(path, f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as out:
            # Tells a sweep that this process is alive; where there are no locks, nothing is swept either.
            with suppress(OSError):
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if mode is not None:
                os.fchmod(out.fileno(), mode)
            yield out
            out.flush()
            os.fsync(out.fileno())
            temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _beside(path: Path, name: str) -> Path:
    if path.name in ("", ".."):
        raise StoreError(f"{path}: a folder; name a file to write to")
    return path.with_name(name)


def _mode(path: Path) -> int | None:
    """The permissions that a file at ``path`` has and its successor keeps; None where there is none."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise StoreError(f"{path}: not a file that can be replaced; name another, or leave -o out and use a pipe")
    return stat.S_IMODE(mode)


def _sweep(path: Path) -> None:
    """Take away what killed processes left of ``path``: temporary files that nobody holds the lock of."""
    for stray in path.parent.glob(f".{escape(path.name)}.{'[0-9a-f]' * 8}.tmp"):
        # Somebody else's stay, and so does what another sweep is just taking away.
        with suppress(OSError), open(stray, opener=_at_once) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stray.unlink()


def _at_once(path: str, flags: int) -> int:
    """Open what may be a pipe or a link of somebody else's, and never wait."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


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
    for item in items:
        item.check_quote(stored.notice.raw)
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
