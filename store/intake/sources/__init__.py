"""Pages from files: text, JSONL, CSV, Parquet and HTML, in folders, compressed, or on standard input.

This package knows no database.  It yields pages one at a time, in order, and what cannot be read as a refusal among
them: nothing that a file holds may stop an import.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import BinaryIO, Literal

from store.errors import SourceError
from store.input.opening import READ_ERRORS, STDIN, headed, open_file, read_whole, reason, unfold
from store.intake.sources.columns import ROW_FIELDS
from store.intake.sources.files import File, Format, find
from store.intake.sources.items import Item, Record, Refusal, Source, oversize
from store.intake.sources.jsonl import read_jsonl
from store.intake.sources.parquet import read_parquet
from store.intake.sources.remarks import Remarks
from store.intake.sources.rows import RowReader
from store.intake.sources.table import read_csv
from store.intake.sources.unread import Unread, checked

__all__ = [
    "ROW_FIELDS",
    "File",
    "Format",
    "Item",
    "Record",
    "Refusal",
    "Remarks",
    "Source",
    "Unread",
    "open_sources",
    "oversize",
    "read_file",
    "read_sources",
]

_HEAD = 4096
_ROW = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[{\]])')  # how standard input begins that is JSON, and no page does


def read_sources(
    paths: Sequence[str | os.PathLike[str]],
    *,
    format: Literal["auto"] | Format = "auto",  # noqa: A002  # the option's name
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    progress: Callable[[int, int], None] | None = None,
    remarks: Remarks | None = None,
) -> Iterator[Item]:
    """Read pages lazily, in order; folders by path.  As ``open_sources``, and every file is read here."""
    opened = open_sources(paths, format=format, fields=fields, stdin=stdin, progress=progress, remarks=remarks)
    return (each.read() if isinstance(each, Unread) else each for each in opened)


def open_sources(
    paths: Sequence[str | os.PathLike[str]],
    *,
    format: Literal["auto"] | Format = "auto",  # noqa: A002  # the option's name
    fields: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    progress: Callable[[int, int], None] | None = None,
    remarks: Remarks | None = None,
) -> Iterator[Item | Unread]:
    """Read pages lazily, in order; folders by path.  Files that are one page are left to be read by whoever takes them.

    Args:
        paths: files, folders (with all below them but hidden files and files that are no pages), ``-``.
        format: how to read the files; ``auto`` goes by their suffix, standard input by its first bytes.
        fields: notice field (one of ``ROW_FIELDS``) → its name in the rows of JSONL, CSV and Parquet.
        stdin: what ``-`` reads; by default standard input.
        progress: told the bytes done and the bytes in all; the latter is 0 when standard input is among the paths.
        remarks: collects what else there is to say, as the sources are read.

    Yields:
        Pages, records of native exports, and refusals of what is neither.

    Raises:
        SourceError: ``fields`` names a field that no notice has.
    """
    mapping = dict(fields or {})
    unknown = sorted(mapping.keys() - set(ROW_FIELDS))
    if unknown:
        raise SourceError(f"a notice has no field {unknown[0]}: map one of {', '.join(ROW_FIELDS)}")
    wanted = None if format == "auto" else format
    meter = _Meter(progress, paths, wanted)
    return _items(paths, wanted, mapping, stdin, meter, remarks or Remarks())


class _Meter:
    """Reports to ``progress`` how far the reading is, about a thousand times at most, and when it is done."""

    def __init__(
        self,
        progress: Callable[[int, int], None] | None,
        paths: Sequence[str | os.PathLike[str]],
        wanted: Format | None,
    ) -> None:
        self._progress = progress
        self._total = self._done = self._told = 0
        if progress is not None:
            self._total = sum(each.size for each in find(paths, wanted) if isinstance(each, File))
            if any(os.fspath(path) == STDIN for path in paths):
                self._total = 0

    def at(self, position: int) -> None:
        """So many bytes of the current file are done."""
        done = self._done + position
        if self._progress is not None and (done - self._told) * 1000 > self._total:
            self._told = done
            self._progress(done, self._total)

    def end(self, file: File) -> None:
        """The current file is done."""
        self._done += file.size
        self.at(0)

    def finish(self) -> None:
        """All is done."""
        if self._progress is not None:
            self._progress(self._done, self._total)


def _items(
    paths: Sequence[str | os.PathLike[str]],
    wanted: Format | None,
    mapping: Mapping[str, str],
    stdin: BinaryIO | None,
    meter: _Meter,
    remarks: Remarks,
) -> Iterator[Item | Unread]:
    reader = RowReader(mapping, remarks)
    for file in find(paths, wanted, remarks.pass_over):
        if isinstance(file, Refusal):
            yield file
            continue
        yield from _whole(file, wanted, reader, stdin, meter)
        meter.end(file)
    meter.finish()


def read_file(
    file: File, wanted: Format | None, fields: Mapping[str, str], remarks: Remarks | None = None
) -> Iterator[Item | Unread]:
    """The pages of one file of which it is known where it lies and what it is called.

    Args:
        file: the file.
        wanted: how to read it; None goes by its suffix.
        fields: as for ``open_sources``.
        remarks: as for ``open_sources``.
    """
    remarks = remarks or Remarks()
    reader = RowReader(fields, remarks)
    return _whole(file, wanted, reader, None, _Meter(None, (), wanted))


def _whole(
    file: File, wanted: Format | None, reader: RowReader, stdin: BinaryIO | None, meter: _Meter
) -> Iterator[Item | Unread]:
    try:
        for item in _read(file, wanted, reader, stdin, meter):
            yield item if isinstance(item, Unread) else checked(item)
    except READ_ERRORS as error:
        yield Refusal(file.where, reason(error))


def _read(
    file: File, wanted: Format | None, reader: RowReader, stdin: BinaryIO | None, meter: _Meter
) -> Iterator[Item | Unread]:
    with ExitStack() as stack:
        if file.path is None:
            rest = stdin or sys.stdin.buffer
            bottom = stack.enter_context(headed(rest.read(_HEAD), rest))
        else:
            bottom = stack.enter_context(open_file(file.path))
        stream = unfold(bottom, file.compression)
        for item in _pages(stream, file, wanted or _sniff(stream, file), reader):
            yield item
            if file.path is not None:
                meter.at(bottom.tell())


def _sniff(stream: io.BufferedReader, file: File) -> Format:
    """How to read a file that nobody named the format of: what has no suffix of its own is text."""
    if file.path is not None:
        return file.format_by_name or "txt"
    return "jsonl" if _ROW.match(stream.peek().removeprefix(b"\xef\xbb\xbf")) else "txt"


def _pages(stream: io.BufferedReader, file: File, how: Format, reader: RowReader) -> Iterator[Item | Unread]:
    match how:
        case "jsonl":
            yield from read_jsonl(stream, file, reader)
        case "csv":
            yield from read_csv(stream, file, reader)
        case "parquet":
            yield from read_parquet(stream, file, reader)
        case "html":
            yield Unread(file, how, read_whole(stream, "extract its text and import that"))
        case "txt":
            yield Unread(file, how, read_whole(stream, "split it into pages, or make it JSON Lines"))
