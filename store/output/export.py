"""Export of notices and annotations, in any format, from one snapshot, in constant memory."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.annotation import GOLD
from annotations.errors import FormatError
from annotations.formats.base import Context, ExportedNotice, FileFormat, FolderFormat, Part, Sink
from annotations.formats.choice import ALL, SUGGESTED, ExportOptions, LeftOut
from annotations.formats.losses import GOLD_NOT_DONE, Losses, Tally
from annotations.formats.names import MANIFEST, MANIFEST_ENDING, WHOLE, FileNames
from annotations.formats.placing import exported_notice
from annotations.formats.registry import NATIVE, format_of
from annotations.splits import Split
from store.db.database import Database
from store.db.files import beside, replacing_together, spare_database, why_unwritable
from store.db.sqlite import Connection
from store.errors import DiskFullError, StoreError
from store.index.sets import all_notices
from store.log.chain import head
from store.output.folder import NewFolder, release_tag, replacing_folder
from store.output.hashing import Hashing
from store.output.manifest import Counts, LeftOutCounts, Manifest, PartCounts, ReleaseNote
from store.output.splits import Moved, moved, parts_of
from store.output.workers import Workers
from store.output.written_back import WrittenBack
from store.project.reviewers import strangers
from store.project.settings import guideline_of, labels_of
from store.read.adjudication import notices_with_gold_done
from store.read.notices import each_doc, each_notice, sorted_numbers

_Parts = Mapping[str | None, BitMap | None]
"""The numbers of the notices of each part; one part of all notices is None, and so is its name."""


class ExportReport(msgspec.Struct):
    """What an export holds, what it leaves out, what its format cannot carry, and what it warns of.

    ``head`` is that of the log that it was made from.
    """

    notices: int = 0
    counts: Counts = msgspec.field(default_factory=Counts)
    left_out: LeftOutCounts = msgspec.field(default_factory=LeftOutCounts)
    losses: Losses = msgspec.field(default_factory=Losses)
    warnings: Tally = msgspec.field(default_factory=Tally)
    normalizers: set[str] = msgspec.field(default_factory=set)
    sha256: str = ""
    head: str = ""
    parts: dict[str, PartCounts] | None = None
    moved: list[Moved] | None = None

    @property
    def written(self) -> int:
        """How many annotations of people have been written so far."""
        return self.counts.without(self.losses.dropped).annotations


def export(
    database: Database,
    out: Sink,
    options: ExportOptions,
    progress: Callable[[int], None] | None = None,
    leave_out: Callable[[str], None] = lambda _: None,
    *,
    version: str = "",
    workers: Workers | None = None,
) -> ExportReport:
    """Write an export to ``out``; others may write to the database meanwhile.

    Args:
        database: where from.
        out: gets the bytes.
        options: what to write, in a format that writes one file.
        progress: told how many notices have been looked at.
        leave_out: told one line for each notice that is left out because its layers differ.
        version: the version of zhupi.
        workers: processes that share the work.

    Raises:
        FormatError: the format writes a folder, or needs what is not installed.
        LabelError: ``options.label`` is unknown.
        QuoteError: the quote of an annotation is not the text under its span.
    """
    return _Export(database, options, version, progress, leave_out, workers).into(out)


def export_file(
    database: Database,
    path: Path,
    options: ExportOptions,
    version: str,
    progress: Callable[[int], None] | None = None,
    leave_out: Callable[[str], None] = lambda _: None,
    *,
    workers: Workers | None = None,
) -> ExportReport:
    """Write an export to ``path`` so that it is whole or not there: a file with its manifest beside it, or a folder.

    A file whose name ends with ``.gz`` is gzip; its manifest has the digest of the lines, as ``verify`` reads them.

    Raises:
        FormatError: the format needs what is not installed.
        LabelError: ``options.label`` is unknown.
        QuoteError: the quote of an annotation is not the text under its span.
        StoreError: it cannot be written; what was there before stays as it was.
    """
    refuse_place(database, path)
    run = _Export(database, options, version, progress, leave_out, workers)
    with system_errors_explained(path):
        if isinstance(run.format, FileFormat) and options.split is None:
            run.into_file(path, run.format)
        else:
            run.into_folder(path)
    return run.report


def export_release(
    database: Database,
    folder: NewFolder,
    note: Callable[[Connection], ReleaseNote],
    options: ExportOptions,
    version: str,
    progress: Callable[[int], None] | None = None,
    leave_out: Callable[[str], None] = lambda _: None,
    workers: Workers | None = None,
) -> ExportReport:
    """Write the files of a release to a folder, its manifest too, all from one snapshot; notices are sorted by id.

    Args:
        database: where from.
        folder: where to.
        note: reads from the snapshot what the manifest tells of the release.
        options: what to write.
        version: the version of zhupi.
        progress: told how many notices have been looked at.
        leave_out: told one line for each notice that is left out because its layers differ.
        workers: processes that share the work.

    Raises:
        FormatError: the format needs what is not installed.
        QuoteError: the quote of an annotation is not the text under its span.
        OSError: it cannot be written.
    """
    run = _Export(database, replace(options, sort="id"), version, progress, leave_out, workers)
    run.fill(folder, note)
    return run.report


def stranger_of(database: Database, layer: str | None) -> str | None:
    """The name of a layer that nobody here has or had; None where somebody has, or it is no name of a person."""
    if layer in {None, GOLD, SUGGESTED, ALL}:
        return None
    with database.read() as connection:
        return next(iter(strangers(connection, [layer])), None)


def refuse_place(database: Database, path: Path) -> None:
    """Refuse to write over a database, or into a release.

    Raises:
        StoreError: that is what ``path`` names.
    """
    spare_database(database.path, path)
    tag = release_tag(path.parent)
    if tag is not None:
        raise StoreError(f"{path}: in the release {tag}, into which nothing is written; name another place")


@contextmanager
def system_errors_explained(path: Path) -> Iterator[None]:
    """Errors of the system as one line about ``path``."""
    try:
        yield
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else StoreError
        raise kind(why_unwritable(path, error)) from error


@contextmanager
def _compressed(path: Path, out: BinaryIO) -> Iterator[Sink]:
    """What takes the lines of an export: gzip where its name says so, the same bytes for the same lines."""
    if path.suffix.lower() != ".gz":
        yield WrittenBack(out)
        return
    import gzip  # noqa: PLC0415  # few exports need it

    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as file:
        yield file


class _Export:
    """One export, whatever it is written to."""

    def __init__(
        self,
        database: Database,
        options: ExportOptions,
        version: str,
        progress: Callable[[int], None] | None,
        leave_out: Callable[[str], None],
        workers: Workers | None,
    ) -> None:
        labels = labels_of(database)
        if options.label is not None:
            options = replace(options, label=labels.resolve(options.label).name)
        self.report = ExportReport()
        self._release: ReleaseNote | None = None
        self.format = format_of(options.format)
        self._split = Split.parse(options.split) if options.split is not None else None
        self._looked_at = 0
        self._database = database
        self._options = options
        self._progress = progress
        self._leave_out = leave_out
        self._workers = workers or Workers()
        self._context = Context(
            labels,
            guideline_of(database),
            options.text,
            options.scheme,
            version,
            self.report.losses,
            self.report.warnings,
        )

    def into(self, out: Sink) -> ExportReport:
        """Write it to a stream."""
        if not isinstance(self.format, FileFormat):
            raise FormatError(f"{self._options.format} writes a folder")
        if self._split is not None:
            raise FormatError("an export in parts is a folder")
        hashing = Hashing(out)
        with self._snapshot() as connection:
            self._write(connection, self.format, hashing)
        self.report.counts = self.report.counts.without(self.report.losses.dropped)
        self.report.sha256 = hashing.sha256
        return self.report

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """What the whole export is read from, by this process and its workers."""
        with self._database.read() as connection:
            self._workers.begin(self._database, connection)
            self.report.head = str(head(connection))
            yield connection
        # They end while the file reaches the disk.
        self._workers.stop()

    def _write(self, connection: Connection, file_format: FileFormat, out: Sink, among: BitMap | None = None) -> None:
        """Write the notices of a part, or all, to a stream."""
        if self._options.format != NATIVE:
            file_format.write(self._notices(connection, among=among), out, self._context)
            return
        report = self.report
        among = all_notices(connection) if among is None else among
        for lines in self._workers.each_lines(connection, self._options, among):
            out.write(lines.data)
            report.notices += lines.notices
            report.counts.add_statuses(lines.statuses)
            report.normalizers |= lines.normalizers
            self._show_progress(lines.notices)

    def into_file(self, path: Path, file_format: FileFormat) -> None:
        """Write it to a file, with its manifest and whatever else lies beside it."""
        self._lay_aside_in(path.parent)
        others = file_format.beside(self._context) if file_format.beside is not None else {}
        places = [beside(path, f"{path.name}{ending}") for ending in (MANIFEST_ENDING, *others)]
        # None takes its place without the others: a file that its manifest does not prove is worth little.
        with replacing_together(path, *places) as (out, manifest, *files):
            with _compressed(path, out) as sink:
                self.into(sink)
            manifest.write(self._manifest())
            for file, content in zip(files, others.values(), strict=True):
                file.write(content)

    def _lay_aside_in(self, folder: Path) -> None:
        """Make temporary files where the output has room, too: elsewhere they may lie in memory."""
        self._context = replace(self._context, spool=partial(TemporaryFile, dir=folder))

    def into_folder(self, path: Path) -> None:
        """Write it to a folder, with its manifest in it."""
        with replacing_folder(path) as folder:
            self.fill(folder)

    def fill(self, folder: NewFolder, release: Callable[[Connection], ReleaseNote] | None = None) -> None:
        """Write all files of a folder; ``release`` reads what a release tells besides from the same snapshot."""
        self._lay_aside_in(folder.path.parent)
        with self._snapshot() as connection:
            self._release = None if release is None else release(connection)
            parts = self._parts(connection)
            if isinstance(self.format, FolderFormat):
                names = FileNames(each_doc(connection))
                self.format.write(
                    [Part(name, self._notices_of(connection, names, name, among)) for name, among in parts.items()],
                    folder, self._context,
                )  # fmt: skip
            else:
                self._into_files(connection, folder, self.format, parts)
        self.report.counts = self.report.counts.without(self.report.losses.dropped)
        self.report.sha256 = folder.end()
        (folder.path / MANIFEST).write_bytes(self._manifest())

    def _into_files(self, connection: Connection, folder: NewFolder, file_format: FileFormat, parts: _Parts) -> None:
        """Write a file a part, with whatever else lies beside each."""
        others = file_format.beside(self._context) if file_format.beside is not None else {}
        for part, among in parts.items():
            name = f"{part or WHOLE}{file_format.ending}"
            with folder.file(name) as out, self._counting(part):
                self._write(connection, file_format, out, among)
            for ending, content in others.items():
                with folder.file(f"{name}{ending}") as out:
                    out.write(content)

    def _parts(self, connection: Connection) -> _Parts:
        """The parts of the export."""
        if self._split is None:
            return {None: None}
        self.report.moved = moved(connection, self._split)
        self.report.parts = {name: PartCounts() for name in self._split.names}
        return dict(parts_of(connection, self._split).items())

    def _notices_of(
        self, connection: Connection, names: FileNames, part: str | None, among: BitMap | None
    ) -> Iterator[ExportedNotice]:
        """The notices of a part, which is counted once the format has written all of them."""
        with self._counting(part):
            yield from self._notices(connection, names, among)

    @contextmanager
    def _counting(self, part: str | None) -> Iterator[None]:
        """Count what is written in the block as a part, where there are several."""
        report = self.report
        notices_before, annotations_before = report.notices, report.written
        yield
        if report.parts is not None and part is not None:
            counts = report.parts[part]
            counts.notices = report.notices - notices_before
            counts.annotations = report.written - annotations_before

    def _notices(
        self, connection: Connection, names: FileNames | None = None, among: BitMap | None = None
    ) -> Iterator[ExportedNotice]:
        """What is chosen of each notice, in the order asked for; whatever is given out is counted."""
        report, options = self.report, self._options
        done = notices_with_gold_done(connection)
        among = all_notices(connection) if among is None else among
        for stored, items, reviews in each_notice(connection, sorted_numbers(connection, among, options.sort)):
            notice, choice = stored.notice, options.choose(items, reviews)
            if isinstance(choice, LeftOut):
                self._count_left_out(f"{notice.doc} ({notice.id})", choice)
            else:
                for item in choice.annotations:
                    item.check_quote(notice.raw)
                report.notices += 1
                report.counts.add(choice.annotations)
                report.normalizers.add(notice.normalizer)
                if choice.annotators == (GOLD,) and stored.number not in done:
                    report.warnings.add(GOLD_NOT_DONE, notice)
                yield exported_notice(
                    stored.number, notice, choice, reviews, self.format, options.text, report.losses,
                    file_name="" if names is None else names.of(notice.doc, notice.id),
                )  # fmt: skip
            self._show_progress(1)

    def _show_progress(self, notices: int) -> None:
        """Tell that so many more notices have been looked at."""
        self._looked_at += notices
        if self._progress is not None:
            self._progress(self._looked_at)

    def _count_left_out(self, name: str, left: LeftOut) -> None:
        if not left.differing:
            self.report.left_out.unsaid += 1
            return
        self.report.left_out.differing += 1
        self._leave_out(f"{name}: the layers of {', '.join(left.differing)} differ; name one with --layer")

    def _manifest(self) -> bytes:
        report = self.report
        manifest = Manifest(
            sha256=report.sha256,
            notices=report.notices,
            annotations=report.counts.annotations,
            options=self._options,
            normalizer=", ".join(sorted(report.normalizers)) or None,
            zhupi=self._context.zhupi,
            suggestions=report.counts.suggestions,
            decisions=report.counts.decisions,
            left_out=report.left_out,
            not_carried=report.losses.kinds,
            warnings=report.warnings.kinds,
            parts=report.parts,
            moved=report.moved,
            head=report.head,
            release=self._release,
            labels=self._context.labels.first_names,
        )
        return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
