"""What differs between two exports, releases or databases, notice by notice, however large they are.

Both are read in the order of their ids.  Of a file that is in another order, or of several files, an index is made
first: two numbers a notice, never a text.  Lines that are the same to the byte are not read any further.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final, NamedTuple

import msgspec

from annotations.errors import RecordError
from annotations.formats.base import FileFormat
from annotations.formats.choice import ExportOptions
from annotations.formats.names import MANIFEST, manifests_of
from annotations.formats.native_differences import Difference, differences, differences_of_labels, renames
from annotations.formats.native_record import NativeRecord, decode
from annotations.formats.reading import FilesOf, files_of_parts, seekable
from annotations.formats.recognizing import format_in_manifest
from annotations.formats.registry import NATIVE, format_of
from store.db.database import Database
from store.errors import SourceError
from store.index.sets import all_notices
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import LIMIT, READ_ERRORS, opened, reason
from store.output.native import batches, lines_of
from store.project.settings import labels_in
from store.read.notices import sorted_numbers

_PLAIN: Final = re.compile(rb'\{"schema":"zhupi/[12]","id":"([0-9a-f]{16})"')
"""How a line begins that zhupi wrote."""


class _Named(msgspec.Struct):
    """What every line has: it is read to see that the line is JSON, and of which notice."""

    schema: str
    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]


class _Manifest(msgspec.Struct):
    """What is read of the manifest of an export."""

    labels: dict[str, str] | None = None


class Line(NamedTuple):
    """A notice in the native format: its id as a number, the line, and where it stands."""

    key: int
    data: bytes
    where: str


class Side:
    """One of two that are compared: its lines by id, and the notices of which a line is damaged.

    ``labels`` has the first name of each of its labels, by its name; none where nobody tells.
    """

    def __init__(self, lines: Iterator[Line], damaged: set[int], labels: Mapping[str, str]) -> None:
        self.lines = lines
        self.damaged = damaged
        self.labels = labels


Refuse = Callable[[str], None]
"""Told a line for what cannot be read: where, and what is wrong."""


@contextmanager
def side_of_export(path: Path, refuse: Refuse) -> Iterator[Side]:
    """An export in the native format, a file or a folder, gzipped or not; ``-`` is standard input.

    Raises:
        SourceError: it cannot be read, or is in another format; lines of which some can be read are told of.
    """
    with ExitStack() as stack:
        index = _Index(refuse)
        try:
            for file in _files_of(path):
                stream, _ = in_utf_8(stack.enter_context(opened(file)))
                index.add(str(file), stack.enter_context(seekable(stream)))
        except READ_ERRORS as error:
            raise SourceError(f"{path}: {reason(error)}") from error
        if index.is_foreign:
            raise SourceError(f"{path}: no line of it is a native record; name an export in the native format, jsonl")
        yield Side(index.lines(), index.damaged, _labels_of(path))


@contextmanager
def side_of_database(database: Database) -> Iterator[Side]:
    """What a database holds now."""
    with database.read() as connection:

        def lines() -> Iterator[Line]:
            numbers = sorted_numbers(connection, all_notices(connection), "id")
            for some in batches(numbers):
                for line in bytes(lines_of(connection, ExportOptions(), some).data).split(b"\n")[:-1]:
                    found = _PLAIN.match(line)
                    if found is not None:
                        yield Line(int(found[1], 16), line, str(database.path))

        yield Side(lines(), set(), labels_in(connection).first_names)


def compared(before: Side, after: Side, refuse: Refuse) -> Iterator[Difference]:
    """What differs: of the names of labels first, then in the order of the ids of the notices.

    Args:
        before: the first.
        after: the second.
        refuse: told of a line that is no record; what the other has of its notice is passed over.

    Raises:
        DamageError: a notice of a database is damaged.
    """
    renamed = renames(before.labels, after.labels)
    yield from differences_of_labels(renamed)
    passed_over = before.damaged | after.damaged
    for old, new in _pairs(before.lines, after.lines):
        key = old.key if old is not None else new.key if new is not None else None
        if key in passed_over or (old is not None and new is not None and old.data == new.data):
            continue
        try:
            records = _decoded(old), _decoded(new)
        except RecordError as error:
            refuse(str(error))
            continue
        yield from differences(*records, renamed)


def _decoded(line: Line | None) -> NativeRecord | None:
    if line is None:
        return None
    try:
        return decode(line.data)
    except RecordError as error:
        raise RecordError(f"{line.where}: {error}") from error


def _pairs(before: Iterator[Line], after: Iterator[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    """The lines of each notice, of which either may have none."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old.key < new.key):
            yield old, None
            old = next(before, None)
        elif old is None or new.key < old.key:
            yield None, new
            new = next(after, None)
        else:
            yield old, new
            old, new = next(before, None), next(after, None)


class _Index:
    """Where the line of each notice is, in all files of an export."""

    def __init__(self, refuse: Refuse) -> None:
        self.damaged: set[int] = set()
        self._refuse = refuse
        self._refused = 0
        self._files: list[tuple[str, BinaryIO]] = []
        self._keys = array("Q")
        self._offsets = array("Q")
        self._numbers = array("Q")
        self._ends = array("Q")
        """How many lines the files hold up to the end of each."""
        self._in_order = True

    def add(self, name: str, file: BinaryIO) -> None:
        """Read a file through; it must stay open."""
        named = msgspec.json.Decoder(_Named)
        for number, line in numbered(file):
            if line is not None and line.isspace():
                continue
            key = self._key(named, f"{name}:{number}", line)
            if key is not None and line is not None:
                self._in_order = self._in_order and (not self._keys or self._keys[-1] < key)
                self._keys.append(key)
                self._offsets.append(file.tell() - len(line))
                self._numbers.append(number)
        self._files.append((name, file))
        self._ends.append(len(self._keys))

    @property
    def is_foreign(self) -> bool:
        """Whether there are lines, and none of them can be read."""
        return self._refused > 0 and not self._keys

    def _key(self, named: msgspec.json.Decoder[_Named], where: str, line: bytes | None) -> int | None:
        if line is None:
            self._told(f"{where}: {TOO_LONG}")
            return None
        try:
            return int(named.decode(line).id, 16)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            found = _PLAIN.match(line)
            if found is not None:
                self.damaged.add(int(found[1], 16))
            self._told(f"{where}: not a native record: {error}")
            return None

    def _told(self, line: str) -> None:
        self._refused += 1
        self._refuse(line)

    def lines(self) -> Iterator[Line]:
        """The lines by id; a notice that stands twice is told of, and taken once."""
        last: tuple[int, str] | None = None
        for at in self._order():
            part = next(part for part, end in enumerate(self._ends) if at < end)
            name, file = self._files[part]
            where = f"{name}:{self._numbers[at]}"
            key = self._keys[at]
            if last is not None and last[0] == key:
                self._refuse(f"{where}: notice {key:016x} stands in {last[1]} too, which is the one that counts")
                continue
            file.seek(self._offsets[at])
            last = key, where
            yield Line(key, file.readline().rstrip(b"\r\n"), where)

    def _order(self) -> Iterator[int]:
        if self._in_order:
            yield from range(len(self._keys))
        else:
            yield from array("Q", sorted(range(len(self._keys)), key=self._keys.__getitem__))


def _labels_of(path: Path) -> Mapping[str, str]:
    """The first name of each label, by its name, as the manifest of an export tells; none where there is none."""
    places = [path / MANIFEST] if path.is_dir() else [path.with_name(name) for name in manifests_of(path.name)]
    for place in places:
        try:
            with place.open("rb") as file:
                return msgspec.json.decode(file.read(LIMIT), type=_Manifest).labels or {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            continue
    return {}


def _files_of(path: Path) -> Iterator[Path]:
    """The files in the native format that an export is."""
    if not path.is_dir():
        yield path
        return
    manifest = path / MANIFEST
    told = format_in_manifest(manifest.read_bytes()) if manifest.is_file() else None
    found = format_of(NATIVE)
    parts = (
        [path / name for _, name in files_of_parts(FilesOf(path).names(), found)]
        if isinstance(found, FileFormat)
        else []
    )
    if told not in (None, NATIVE) or not parts:
        what = f"an export in the format {told}" if told is not None else "a folder without an export"
        raise SourceError(f"{what}: name one in the native format, jsonl")
    yield from parts
