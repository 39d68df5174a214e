"""Reads any export from a file or a folder, for whoever trains something: no database, no terminal.

This is the one module of the package that opens files which it is given; everybody else is handed lines.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from msgspec.structs import replace

from annotations.errors import FormatError, RecordError
from annotations.formats.base import FileFormat, FolderFormat, TextKind
from annotations.formats.labelled import LabelledNotice, Refuse
from annotations.formats.names import MANIFEST, WHOLE, manifests_of
from annotations.formats.recognizing import format_in_manifest, format_of_bytes, format_of_line, format_of_names
from annotations.formats.registry import format_of

_GZIP = ".gz"


def read_export(path: str | os.PathLike[str], *, text: TextKind, name: str | None) -> Iterator[LabelledNotice]:
    """The notices of an export, one after another.  ``annotations.formats.read`` is how others call it."""
    place = Path(path)
    found = format_of(name if name is not None else _name(place))
    if not found.is_read:
        raise FormatError(f"{place}: exports of this format cannot be read; export as jsonl")
    if isinstance(found, FolderFormat):
        if found.read is not None:
            yield from found.read(FilesOf(place), _refuse_in(place), text)
    elif place.is_dir():
        files = [*files_of_parts(FilesOf(place).names(), found)]
        whole = [part for part, _ in files] == [WHOLE]
        for part, file in files:
            for each in _file(place / file, found, text):
                yield replace(each, part=None if whole else part, where=f"{file}:{each.where}")
    else:
        yield from _file(place, found, text)


def _file(place: Path, found: FileFormat, text: TextKind) -> Iterator[LabelledNotice]:
    """The notices of a file."""
    if found.read_binary is not None:
        with _opened(place) as file, seekable(file) as bottom:
            yield from found.read_binary(bottom, _refuse_in(place), text)
    elif found.read is not None:
        yield from found.read(enumerate(_lines(place), 1), _refuse_in(place), text)


@contextmanager
def seekable(file: BinaryIO) -> Iterator[BinaryIO]:
    """A file that can be read from any place: a copy of one that is a pipe or compressed, which is read to its end."""
    if isinstance(getattr(file, "raw", file), FileIO):
        yield file
        return
    with TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


def files_of_parts(names: Iterable[str], found: FileFormat) -> Iterator[tuple[str, str]]:
    """The parts of a folder in which each is a file, each with its file."""
    for name in names:
        if name.endswith(found.ending) and "/" not in name and name != MANIFEST:
            yield name.removesuffix(found.ending), name


class FilesOf:
    """The files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The names of all files, sorted, with ``/`` between a name and the folders that it is in."""
        return sorted(each.relative_to(self._folder).as_posix() for each in self._folder.rglob("*") if each.is_file())

    def content(self, name: str) -> bytes:
        """What is in a file."""
        return (self._folder / name).read_bytes()

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file with their line ends, one after another."""
        with (self._folder / name).open("rb") as file:
            yield from file


def _name(place: Path) -> str:
    """The name of the format of a file or folder: what its manifest tells, else what it looks like."""
    manifests = [place / MANIFEST] if place.is_dir() else [place.with_name(each) for each in manifests_of(place.name)]
    manifest = next((each for each in manifests if each.is_file()), None)
    told = format_in_manifest(manifest.read_bytes()) if manifest is not None else None
    if told is None:
        told = format_of_names(FilesOf(place).names()) if place.is_dir() else _format_of(place)
    if told is None:
        raise FormatError(f"{place}: it looks like no format that zhupi writes; say which it is with format=")
    return told


def _format_of(place: Path) -> str | None:
    """The format that a file looks like."""
    with _opened(place) as file:
        binary = format_of_bytes(file.read(4))
    return binary or format_of_line(next((line for line in _lines(place) if not line.isspace()), b""))


def _opened(place: Path) -> BufferedReader:
    return BufferedReader(gzip.GzipFile(place)) if place.name.endswith(_GZIP) else place.open("rb")


def _lines(place: Path) -> Iterator[bytes]:
    with _opened(place) as file:
        first = file.readline().removeprefix(b"\xef\xbb\xbf")
        yield from chain([first] if first else [], file)


def _refuse_in(place: Path) -> Refuse:
    def refuse(where: str, told: str) -> None:
        raise RecordError(f"{place / where if place.is_dir() else f'{place}:{where}'}: {told}")

    return refuse
