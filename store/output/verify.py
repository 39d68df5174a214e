"""Prove an export from its own files, with no database at hand."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
from msgspec.structs import replace

from annotations.counts import counted
from annotations.errors import FormatError
from annotations.formats.base import NOTICES, FileFormat, FolderFormat, Format, ReadBinary, Unit
from annotations.formats.choice import SUGGESTED
from annotations.formats.labelled import LabelledNotice, Refuse
from annotations.formats.names import MANIFEST, manifests_of
from annotations.formats.reading import FilesOf, files_of_parts, seekable
from annotations.formats.recognizing import format_of_bytes, format_of_line, format_of_names
from annotations.formats.registry import NATIVE, format_of
from store.errors import SourceError, StoreError
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import LIMIT, READ_ERRORS, opened, read_text, reason
from store.log.chain import parse_head
from store.output.folder import changes
from store.output.manifest import Counts, Manifest, in_words
from store.output.places import Places


class Total(NamedTuple):
    """How much was looked at; ``unit`` says what is counted: not every format tells its notices apart."""

    number: int
    unit: Unit = NOTICES

    def __str__(self) -> str:
        return counted(self.number, self.unit)


def verify(path: Path) -> Iterator[str | Total]:
    """Yield a line for each claim that does not hold, ``PATH:LINE: what``, and at the end how much was looked at.

    Args:
        path: the export: a folder, or a file, gzipped or not, with or without a byte order mark; ``-`` is standard
            input.  The digest of a manifest is that of a file as it was written, without a mark.

    Raises:
        SourceError: it cannot be read.
    """
    with Places() as places:
        tally = _Tally(path, places)
        try:
            yield from _folder(path, tally) if path.is_dir() else _file(path, tally)
            yield from tally.repeats()
        except READ_ERRORS as error:
            raise SourceError(f"{path}: {reason(error)}") from error
    yield Total(tally.notices, tally.unit)


class _Tally:
    """What was read of an export: how much it holds, and what does not hold."""

    def __init__(self, path: Path, places: Places) -> None:
        self.notices = 0
        self.unit: Unit = NOTICES
        self.whole = True
        """Whether nothing was passed over, so that it can be held against a manifest."""
        self.blank_lines = False
        """Whether a blank line is one of the format."""
        self._path = path
        self._counts = Counts()
        self._untold = 0
        self._places = places
        self._refused: list[str] = []

    def refuse(self, where: str, told: str) -> None:
        """Something does not hold; it counts as a notice of which nothing is known."""
        self.notices += 1
        self._refused.append(f"{self._place(where)}: {told}")

    def believe(self, claimed: Manifest | str) -> None:
        """Count what a manifest claims, where nothing but digests can be held against it."""
        if isinstance(claimed, Manifest):
            self.notices = claimed.notices

    def findings(self, notices: Iterator[LabelledNotice]) -> Iterator[str]:
        """Count notices, and yield a line for whatever does not hold as it is read."""
        for each in notices:
            yield from self._said()
            self.notices += 1
            self._untold += sum(span.status is None for span in each.spans)
            self._counts.add_statuses(span.status for span in each.spans if span.status is not None)
            if each.id is not None:
                self._places.add(each.id, each.where)
        yield from self._said()

    def repeats(self) -> Iterator[str]:
        """Yield a line for each notice that stands there again, once all are read."""
        for each in self._places.repeats():
            yield f"{self._place(each.where)}: notice {each.notice} stands in line {each.first} too"

    def _place(self, where: str) -> str:
        return str(self._path / where) if self._path.is_dir() else f"{self._path}:{where}"

    def _said(self) -> list[str]:
        said, self._refused = self._refused, []
        return said

    def against(self, claimed: Manifest, manifest: Path, found: Format) -> Iterator[str]:
        """Yield a line where a manifest has other numbers."""
        if self._untold:
            # The format tells no status of some, so that only the sum can be compared.
            wanted = claimed.annotations
            if claimed.options.layer == SUGGESTED:
                wanted = claimed.suggestions or 0
            elif claimed.options.status == "rejected":
                wanted = claimed.decisions or 0
            told, has = (counted(each, "annotation") for each in (wanted, self._untold + self._counts.all))
        elif claimed.suggestions is None or claimed.decisions is None:
            told, has = (counted(each, "annotation") for each in (claimed.annotations, self._counts.all))
        else:
            told = in_words(claimed.annotations, claimed.suggestions, claimed.decisions)
            has = str(self._counts)
        notices = self.notices if found.unit == NOTICES else claimed.notices
        if (claimed.notices, told) != (notices, has):
            found_here = counted(notices, "notice")
            yield f"{manifest}: the export has {found_here} with {has}, not {claimed.notices:,} with {told}"


def _file(path: Path, tally: _Tally) -> Iterator[str]:
    manifest = _manifest_of(path)
    claimed = _claimed(manifest)
    digest = hashlib.sha256()
    with opened(path) as file:
        found = _format(claimed) or _by_first_bytes(file)
        if isinstance(found, FileFormat) and found.read_binary is not None:
            yield from tally.findings(_in_binary(found.read_binary, file, tally.refuse, digest))
        elif found is None or (isinstance(found, FileFormat) and found.read is not None):
            lines = _fed(numbered(in_utf_8(file)[0]), tally, digest)
            first = next(lines, None)
            name = format_of_line(first[1]) if first is not None else None
            found = found or format_of(name or NATIVE)
            if isinstance(found, FileFormat) and found.read is not None:
                tally.blank_lines, tally.unit = found.content == "text", found.unit
                yield from tally.findings(found.read(chain([first] if first else [], lines), tally.refuse, "raw"))
        else:
            # Its bytes are all that can be proved.
            _hash(file, digest)
            tally.believe(claimed)
    if manifest is not None and not isinstance(claimed, Manifest):
        yield f"{manifest}: not a manifest: {claimed}"
    elif manifest is not None and isinstance(claimed, Manifest) and tally.whole:
        if claimed.sha256 != digest.hexdigest():
            yield f"{manifest}: the file beside it has sha256 {digest.hexdigest()}, not {claimed.sha256}"
        if isinstance(found, FolderFormat):
            yield f"{manifest}: of a folder in the format {claimed.options.format}, and beside it is a file"
        elif found is not None and found.is_read:
            yield from tally.against(claimed, manifest, found)
    if not tally.notices and found is format_of(NATIVE):
        yield f"{path}: empty: an export has one line a notice"


def _by_first_bytes(file: io.BufferedReader) -> Format | None:
    name = format_of_bytes(file.peek(4))
    return format_of(name) if name is not None else None


def _in_binary(read: ReadBinary, file: BinaryIO, refuse: Refuse, digest: hashlib._Hash) -> Iterator[LabelledNotice]:
    """The notices of a file that has no lines."""
    with seekable(file) as bottom:
        _hash(bottom, digest)
        bottom.seek(0)
        yield from read(bottom, refuse, "raw")


def _hash(file: BinaryIO, digest: hashlib._Hash) -> None:
    while data := file.read(1 << 20):
        digest.update(data)


def _fed(
    lines: Iterator[tuple[int, bytes | None]], tally: _Tally, digest: hashlib._Hash, name: str | None = None
) -> Iterator[tuple[int, bytes]]:
    """Lines as a format reads them; those that none can read are refused, in a folder with the name of their file."""
    for number, line in lines:
        where = str(number) if name is None else f"{name}:{number}"
        if line is None:
            tally.whole = False
            tally.refuse(where, f"{TOO_LONG}; no import takes it")
            continue
        digest.update(line)
        if line.isspace() and not tally.blank_lines:
            # More may follow that are passed over.
            tally.whole = False
            tally.refuse(where, "not a record, but a blank line")
            continue
        yield number, line


def _folder(path: Path, tally: _Tally) -> Iterator[str]:
    manifest = path / MANIFEST if (path / MANIFEST).is_file() else None
    claimed = _claimed(manifest)
    files = FilesOf(path)
    found = _format(claimed)
    if found is None:
        name = format_of_names(files.names())
        if name is None:
            raise SourceError("a folder: name a file, or a folder that an export wrote")
        found = format_of(name)
    if manifest is not None and not isinstance(claimed, Manifest):
        yield f"{manifest}: not a manifest: {claimed}"
    elif isinstance(claimed, Manifest):
        yield from (f"{path}: {change}" for change in changes(path))
        yield from _of_release(manifest, claimed)
    if not found.is_read:
        tally.believe(claimed)
        return
    if isinstance(found, FolderFormat):
        if found.read is not None:
            yield from tally.findings(found.read(files, tally.refuse, "raw"))
    else:
        for _, name in files_of_parts(files.names(), found):
            yield from _part(path / name, name, tally, found)
    if manifest is not None and isinstance(claimed, Manifest) and tally.whole:
        yield from tally.against(claimed, manifest, found)


def _of_release(manifest: Path | None, claimed: Manifest) -> Iterator[str]:
    """Yield a line where a release does not tell its position in the log, or tells two."""
    if claimed.release is None:
        return
    try:
        number = parse_head(claimed.head or "").number
    except StoreError as error:
        yield f"{manifest}: head: {error}"
        return
    if number != claimed.release.position:
        yield f"{manifest}: its head is of event {number}, and its position is {claimed.release.position}"


def _part(path: Path, name: str, tally: _Tally, found: FileFormat) -> Iterator[str]:
    """A file of a folder in which each part is one."""

    def refuse(where: str, told: str) -> None:
        tally.refuse(f"{name}:{where}", told)

    tally.blank_lines, tally.unit = found.content == "text", found.unit
    with opened(path) as file:
        digest = hashlib.sha256()
        if found.read_binary is not None:
            notices = _in_binary(found.read_binary, file, refuse, digest)
        elif found.read is not None:
            notices = found.read(_fed(numbered(in_utf_8(file)[0]), tally, digest, name), refuse, "raw")
        else:
            return
        yield from tally.findings(replace(each, where=f"{name}:{each.where}") for each in notices)


def _manifest_of(path: Path) -> Path | None:
    """The manifest beside a file."""
    return next((each for name in manifests_of(path.name) if (each := path.with_name(name)).exists()), None)


def _claimed(manifest: Path | None) -> Manifest | str:
    """What a manifest claims, or why it cannot be read; nothing where there is none."""
    if manifest is None:
        return ""
    try:
        return msgspec.json.decode(read_text(manifest, LIMIT), type=Manifest)
    except (msgspec.DecodeError, RecursionError, FormatError) as error:
        return str(error)
    except READ_ERRORS as error:
        return reason(error)


def _format(claimed: Manifest | str) -> Format | None:
    return format_of(claimed.options.format) if isinstance(claimed, Manifest) else None
