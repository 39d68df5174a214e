"""Shards prepared for an import: their pages normalized, and looked at by suggesters, without a database.

A shard becomes a file of native lines, one of their sketches, and a receipt.  ``prepare_shard`` is a function of the
shard and the options alone, so that any process on any machine can run it and the bytes are the same;
``store.intake.engines`` runs it on many.  Where a receipt tells that the work is done, it is not done again.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import msgspec
from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.errors import ZhupiError
from annotations.formats.names import safe_name
from annotations.formats.native_record import encode, record
from annotations.labels import LabelSet
from annotations.near_copies import sketch_of
from annotations.normalize import NORMALIZER
from annotations.notice import Notice
from annotations.suggest import Suggester, suggest, suggesters
from annotations.suggest.pattern import Pattern
from store.db.files import replacing_together
from store.errors import SourceError
from store.input.opening import READ_ERRORS, open_file, reason
from store.input.remote import is_url, laid_aside
from store.intake.finished import notice_of
from store.intake.sources import File, Format, Record, Refusal, Source, Unread, read_file
from store.intake.sources.files import find
from store.intake.sources.receipt import Receipt, fault, file_sha256, load_receipt, receipt_path
from store.intake.sources.sketches import row_of, sketches_path

_FORMATS: Final[tuple[Format, ...]] = ("jsonl", "csv", "parquet")

_LEVEL: Final = 3
"""How hard gzip tries: higher levels take longer than normalizing, and make files a tenth smaller."""

_UNDATED: Final = "1970-01-01T00:00:00.000Z"
"""When a suggestion of a prepared shard was made: each run makes the same bytes, and the import dates it."""

_MOST_REFUSALS: Final = 100
"""So many refused rows are named in a receipt."""

_DIGITS: Final = 8
"""Hex digits of the digest of a path in the name of a prepared shard: shards of one name may lie in many folders."""


class Options(msgspec.Struct, frozen=True):
    """What is to be made of all shards, as every process is told it.

    ``folder`` is where the prepared shards go.  ``suggesters`` has the version of each that is to look at the notices,
    ``labels`` the label set that they know; it is None where nothing is to be suggested.  ``patterns`` are those that
    the project has of its own.  ``words`` are those of the command besides the shards and the folder.
    """

    folder: str
    version: str
    format: Format | None = None
    fields: dict[str, str] = {}
    labels: LabelSet | None = None
    patterns: tuple[Pattern, ...] = ()
    suggesters: dict[str, str] = {}
    words: tuple[str, ...] = ()
    normalizer: str = NORMALIZER


class Job(msgspec.Struct, frozen=True):
    """A shard to prepare: its whole path, or a URL."""

    shard: str
    options: Options


class Outcome(msgspec.Struct, frozen=True):
    """What came of a shard: a receipt, which may have been there already, or why it failed."""

    shard: str
    receipt: Receipt | None = None
    is_new: bool = False
    failure: str | None = None


def suggesters_with(labels: LabelSet | None, patterns: Sequence[Pattern], names: Sequence[str] = ()) -> list[Suggester]:
    """The suggesters of this installation, and the one that looks for the patterns of a project.

    Args:
        labels: the label set of the project.
        patterns: its patterns.
        names: the suggesters that are wanted, all of them where none is named.

    Raises:
        SuggesterError: a name is unknown, or a suggester cannot be loaded.
    """
    if labels is None or not patterns:
        return suggesters(names)
    from annotations.suggest.patterns import Patterns  # noqa: PLC0415  # most projects have none

    return suggesters(names, [Patterns(patterns, labels)])


def shards_in(paths: Sequence[str]) -> Iterator[str | Refusal]:
    """The shards that paths and URLs stand for, each once, by their whole paths; folders by path.

    Prepared shards are none.
    """
    seen: set[str] = set()
    for path in paths:
        for shard in [path] if is_url(path) else map(_shard, find([path], None)):
            if shard not in seen and not (isinstance(shard, str) and _is_prepared(shard)):
                yield shard
            if isinstance(shard, str):
                seen.add(shard)


def _is_prepared(shard: str) -> bool:
    """Whether it has been prepared already, and lies among those that are still to be."""
    return not is_url(shard) and receipt_path(Path(shard)).exists()


def _shard(file: File | Refusal) -> str | Refusal:
    if isinstance(file, Refusal):
        return file
    if file.path is None:
        return Refusal(file.where, "standard input is no shard: name a file")
    # Whoever prepares it may be in another folder.  No link is followed: a link is a name as good as any.
    return os.path.abspath(file.path)  # noqa: PTH100


def prepared_path(shard: str, folder: Path) -> Path:
    """Where a shard is prepared to: named after its stem, and after its whole path or URL."""
    stem = File.at(Path(PurePosixPath(shard).name if is_url(shard) else shard), 0).stem
    digest = sha256(os.fsencode(shard)).hexdigest()[:_DIGITS]
    return folder / f"{safe_name(stem)}-{digest}.jsonl.gz"


def prepare_shard(job: Job) -> Outcome:
    """Prepare a shard, unless a receipt tells that it has been; whatever goes wrong is in the outcome."""
    try:
        return _prepare(job)
    except READ_ERRORS as error:
        failure = reason(error)
    except ZhupiError as error:
        failure = str(error)
    except Exception as error:  # noqa: BLE001  # whatever one shard does, the others go on
        failure = f"{type(error).__name__}: {error}"
    return Outcome(job.shard, failure=failure)


def _prepare(job: Job) -> Outcome:
    options = job.options
    using = suggesters_with(options.labels, options.patterns, [*options.suggesters]) if options.suggesters else []
    here = {each.name: each.version for each in using}
    if (NORMALIZER, here) != (options.normalizer, options.suggesters):
        raise SourceError(
            f"this machine has another zhupi: {_versions(NORMALIZER, here)}, where the command has "
            f"{_versions(options.normalizer, options.suggesters)}; install the same on all"
        )
    prepared = prepared_path(job.shard, Path(options.folder))
    with _local(job.shard, prepared) as (file, digest):
        there = load_receipt(prepared) if prepared.exists() else None
        if isinstance(there, Receipt) and _fits(there, job, digest) and _is_whole(there, prepared):
            return Outcome(job.shard, there)
        wanted = options.format or _format_of(file)
        with replacing_together(prepared, sketches_path(prepared), receipt_path(prepared)) as (out, sketches, beside):
            written = _Shard(out, sketches, using, options.labels)
            written.take(file, wanted, options.fields)
            if file.path is not None and file_sha256(file.path) != digest:
                raise SourceError("it changed while it was read: prepare it again when nobody writes to it")
            out.flush()
            sketches.flush()
            receipt = written.receipt(job, digest, file_sha256(Path(out.name)), file_sha256(Path(sketches.name)))
            beside.write(msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n")
    return Outcome(job.shard, receipt, is_new=True)


@contextmanager
def _local(shard: str, prepared: Path) -> Iterator[tuple[File, str]]:
    """The file of a shard on this machine, and its digest; one of a URL is laid aside beside what is made of it."""
    if is_url(shard):
        with laid_aside(shard, prepared.parent) as path:
            named = File.at(Path(PurePosixPath(shard).name), path.stat().st_size)
            yield replace(named, path=path, where=shard), file_sha256(path)
        return
    path = Path(shard)
    with open_file(path) as file:  # refuses what is no file
        size = os.fstat(file.fileno()).st_size
    yield File.at(path, size), file_sha256(path)


def _format_of(file: File) -> Format:
    """How a shard is read, by its name.

    Raises:
        SourceError: a page is no shard.
    """
    wanted = file.format_by_name
    if wanted not in _FORMATS:
        raise SourceError("no shard of JSONL, CSV or Parquet by its name: name its format, --format jsonl")
    return wanted


def _fits(receipt: Receipt, job: Job, digest: str) -> bool:
    """Whether a receipt is of the same shard and of the same options; the versions are looked at elsewhere."""
    options = job.options
    return (receipt.source_sha256, receipt.suggesters, receipt.labels, receipt.options) == (
        digest,
        options.suggesters,
        _digest_of(options.labels),
        [*options.words],
    )


def _is_whole(receipt: Receipt, prepared: Path) -> bool:
    """Whether a prepared shard can be taken, with all that its receipt tells of."""
    return fault(receipt, prepared) is None and (not receipt.sketches or sketches_path(prepared).exists())


def _digest_of(labels: LabelSet | None) -> str:
    return "" if labels is None else sha256(labels.to_json()).hexdigest()


def _versions(normalizer: str, versions: Mapping[str, str]) -> str:
    return ", ".join([normalizer, *(f"{name} {version}" for name, version in versions.items())])


class _Shard:
    """A prepared shard that is being written."""

    def __init__(self, out: BinaryIO, sketches: BinaryIO, using: Sequence[Suggester], labels: LabelSet | None) -> None:
        self._out = out
        self._sketches = sketches
        self._using = using
        self._labels = labels
        # The ids of notices, as numbers: a million of them take some 100 MB.
        self._seen: set[int] = set()
        self._notices = self._suggestions = self._repeated = self._refused = 0
        self._refusals: list[str] = []

    def take(self, file: File, wanted: Format, fields: Mapping[str, str]) -> None:
        """Write a line for each page of a file."""
        with gzip.GzipFile(filename="", mode="wb", fileobj=self._out, compresslevel=_LEVEL, mtime=0) as lines:
            for item in read_file(file, wanted, fields):
                page = item.read() if isinstance(item, Unread) else item
                if isinstance(page, Refusal) and page.where == file.where:
                    # What could be read of it is not all of it.
                    raise SourceError(page.reason)
                try:
                    self._write(page, lines)
                except ZhupiError as error:
                    self._refuse(f"{page.where}: {error}")
                except MemoryError:
                    self._refuse(f"{page.where}: there is not enough memory for it: split it")

    def receipt(self, job: Job, digest: str, prepared_digest: str, sketches_digest: str) -> Receipt:
        """What was written of a shard with this digest, and the digests of that."""
        options = job.options
        return Receipt(
            schema="zhupi-receipt/1",
            shard=job.shard,
            folder=options.folder,
            options=[*options.words],
            source_sha256=digest,
            sha256=prepared_digest,
            normalizer=NORMALIZER,
            suggesters=options.suggesters,
            labels=_digest_of(options.labels),
            notices=self._notices,
            suggestions=self._suggestions,
            repeated=self._repeated,
            refused=self._refused,
            refusals=self._refusals,
            zhupi=options.version,
            sketches=sketches_digest,
        )

    def _write(self, page: Source | Record | Refusal, lines: gzip.GzipFile) -> None:
        if isinstance(page, Refusal):
            raise SourceError(page.reason)
        if isinstance(page, Record):
            raise SourceError("a native line, which needs no preparing: import it")
        notice = notice_of(page)
        known = int(notice.id, 16)
        if known in self._seen:
            self._repeated += 1
            return
        found = self._suggested(notice)
        lines.write(encode(record(notice, found, ())) + b"\n")
        self._sketches.write(row_of(notice.id, sketch_of(notice.normalized)))
        self._seen.add(known)
        self._notices += 1
        self._suggestions += len(found)

    def _suggested(self, notice: Notice) -> list[Annotation]:
        if self._labels is None:
            return []
        found = suggest(notice, self._labels, self._using)
        return [replace(each, created_at=_UNDATED, updated_at=_UNDATED) for each in found]

    def _refuse(self, line: str) -> None:
        self._refused += 1
        if len(self._refusals) < _MOST_REFUSALS:
            self._refusals.append(line)
