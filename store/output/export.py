"""Export of notices and annotations: one line a notice or a span, from one snapshot, in constant memory."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from annotations.formats.choice import ExportOptions, LeftOut
from annotations.formats.registry import format_of
from store.db.database import Database
from store.db.files import beside, replacing_together, spare_database
from store.errors import DiskFullError, StoreError
from store.output.manifest import Counts, LeftOutCounts, Manifest
from store.project.settings import labels_of
from store.read.notices import each_notice


class Sink(Protocol):
    """Where lines go: a binary file, or something that writes to one."""

    def write(self, line: bytes, /) -> object:
        """Take a whole line."""


class ExportReport(msgspec.Struct):
    """What an export holds, and what it leaves out."""

    notices: int = 0
    counts: Counts = msgspec.field(default_factory=Counts)
    left_out: LeftOutCounts = msgspec.field(default_factory=LeftOutCounts)
    normalizers: set[str] = msgspec.field(default_factory=set)
    sha256: str = ""


def export(
    database: Database,
    out: Sink,
    options: ExportOptions,
    progress: Callable[[int], None] | None = None,
    leave_out: Callable[[str], None] = lambda _: None,
) -> ExportReport:
    """Write an export to ``out``; others may write to the database meanwhile.

    Args:
        database: where from.
        out: gets whole lines.
        options: what to write.
        progress: told how many notices have been looked at.
        leave_out: told one line for each notice that is left out because its layers differ.

    Raises:
        LabelError: ``options.label`` is unknown.
        QuoteError: the quote of an annotation is not the text under its span.
    """
    if options.label is not None:
        options = replace(options, label=labels_of(database).resolve(options.label).name)
    lines = format_of(options.format).lines
    report, digest = ExportReport(), hashlib.sha256()
    with database.read() as connection:
        for number, (stored, items, reviews) in enumerate(each_notice(connection), 1):
            notice, chosen = stored.notice, options.choose(items, reviews)
            if isinstance(chosen, LeftOut):
                _leave_out(f"{notice.doc} ({notice.id})", chosen, report.left_out, leave_out)
            else:
                for item in chosen:
                    item.check_quote(notice.raw)
                for line in lines(notice, chosen, reviews):
                    out.write(line)
                    digest.update(line)
                report.notices += 1
                report.counts.add(chosen)
                report.normalizers.add(notice.normalizer)
            if progress is not None:
                progress(number)
    report.sha256 = digest.hexdigest()
    return report


def export_file(
    database: Database,
    path: Path,
    options: ExportOptions,
    version: str,
    progress: Callable[[int], None] | None = None,
    leave_out: Callable[[str], None] = lambda _: None,
) -> ExportReport:
    """Write an export to ``path`` so that the file is whole or not there, and its manifest beside it.

    Raises:
        StoreError: the file cannot be written; one that was there before stays as it was.
    """
    spare_database(database.path, path)
    try:
        # Neither takes its place without the other: a file that its manifest does not prove is worth little.
        with replacing_together(path, beside(path, f"{path.name}.manifest.json")) as (out, manifest_file):
            report = export(database, out, options, progress, leave_out)
            manifest = Manifest(
                sha256=report.sha256,
                notices=report.notices,
                annotations=report.counts.annotations,
                options=options,
                normalizer=", ".join(sorted(report.normalizers)) or None,
                zhupi=version,
                suggestions=report.counts.suggestions,
                decisions=report.counts.decisions,
                left_out=report.left_out,
            )
            manifest_file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(f"{path}: cannot be written: {error.strerror or error}; nothing was changed there") from error
    return report


def _leave_out(name: str, left: LeftOut, counts: LeftOutCounts, leave_out: Callable[[str], None]) -> None:
    if not left.differing:
        counts.unsaid += 1
        return
    counts.differing += 1
    leave_out(f"{name}: the layers of {', '.join(left.differing)} differ; name one with --layer")
