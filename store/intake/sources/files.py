"""Which files a path stands for, and their bytes.

Nothing here may block, loop or end the import: a pipe, a link that leads back, a file that is gone, a damaged archive
is a refusal and the next file follows.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, Literal

import msgspec

from store.errors import SourceError
from store.intake.sources.items import LIMIT, Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only

Format = Literal["txt", "jsonl", "csv", "html"]

SUFFIXES: dict[str, Format] = {
    ".txt": "txt",
    ".text": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
"""The suffixes that make a file in a folder a page or a table of pages, each also with ``.gz`` behind it."""

STDIN = "-"

READ_ERRORS = (SourceError, OSError, EOFError, zlib.error)
"""The errors of reading a file that ``reason`` explains."""

_BUFFER = 1 << 16
_GZIP = b"\x1f\x8b"
_IRREGULAR = "neither a file nor a folder: pipe it into zhupi and name it -"
_MANIFEST = ".manifest.json"  # lies beside an export and is no page


class File(msgspec.Struct, frozen=True):
    """A file to read; ``path`` is None for standard input.  ``suffix`` is in lower case, without ``.gz``."""

    path: Path | None
    where: str
    stem: str
    suffix: str
    compressed: bool
    size: int

    @classmethod
    def at(cls, path: Path, size: int) -> File:
        """The file at a path; a name that is not UTF-8 gets U+FFFD into its stem."""
        name = os.fsencode(path.name).decode("utf-8", "replace")
        compressed = name.lower().endswith(".gz")
        inner = name[:-3] if compressed else name
        suffix = PurePath(inner).suffix.lower()
        # 关于2.0版的通知 has no suffix: only known ones are taken off.
        stem = PurePath(inner).stem if suffix in SUFFIXES or suffix == ".md" else inner
        return cls(path, str(path), stem or name, suffix, compressed, size)


def find(
    paths: Sequence[str | os.PathLike[str]], wanted: Format | None, pass_over: Callable[[str], None] = lambda _: None
) -> Iterator[File | Refusal]:
    """The files that the paths stand for, in order; folders by path, with all that is below them.

    Args:
        paths: files, folders and ``-`` for standard input.
        wanted: takes only this format's suffixes from folders; None takes all of ``SUFFIXES``.
        pass_over: told the name of each file in a folder that is no page; hidden files and folders are not there.
    """
    for given in paths:
        if os.fspath(given) == STDIN:
            yield File(None, "stdin", "stdin", "", compressed=False, size=0)
            continue
        path = Path(given)
        try:
            status = path.stat()
        except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
            yield Refusal(str(path), reason(error))
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield File.at(path, status.st_size)
            continue
        empty = True
        for found in _below(path, wanted, {(status.st_dev, status.st_ino)}, pass_over):
            empty = False
            yield found
        if empty:
            suffixes = ", ".join(suffix for suffix, format_ in SUFFIXES.items() if wanted in (None, format_))
            yield Refusal(str(path), f"no pages in this folder: looked for {suffixes}, each also with .gz")


def _below(
    folder: Path, wanted: Format | None, seen: set[tuple[int, int]], pass_over: Callable[[str], None]
) -> Iterator[File | Refusal]:
    """The pages below a folder in the order of their paths; each folder once, however many links lead to it."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(map(_listed, (entry for entry in entries if not entry.name.startswith("."))))
    except OSError as error:
        yield Refusal(str(folder), reason(error))
        return
    for _, is_folder, path in listed:
        if not is_folder and not _is_page(path.name, wanted):
            pass_over(path.name)
            continue
        try:
            status = path.stat()
        except OSError as error:
            yield Refusal(str(path), reason(error))
            continue
        if not is_folder:
            yield File.at(path, status.st_size)
        elif (identity := (status.st_dev, status.st_ino)) not in seen:
            seen.add(identity)
            yield from _below(path, wanted, seen, pass_over)


def _listed(entry: os.DirEntry[str]) -> tuple[bytes, bool, Path]:
    """What orders the entries of a folder as their whole paths would be, and whether it is a folder."""
    try:
        is_folder = entry.is_dir()
    except OSError:
        is_folder = False
    return os.fsencode(entry.name) + (b"/" if is_folder else b""), is_folder, Path(entry.path)


def _is_page(name: str, wanted: Format | None) -> bool:
    name = name.lower()
    suffix = PurePath(name.removesuffix(".gz")).suffix
    return suffix in SUFFIXES and wanted in (None, SUFFIXES[suffix]) and not name.endswith(_MANIFEST)


def open_file(path: Path) -> io.BufferedReader:
    """The bytes of a regular file, as they are on disk.

    Raises:
        OSError: it cannot be opened.
        SourceError: it is a pipe, a device or a folder, which would block or never end.
    """
    # Looking first keeps a device from noticing; not waiting keeps what became a pipe meanwhile from blocking.
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(_IRREGULAR)
    file: io.BufferedReader = io.BufferedReader(io.FileIO(str(path), opener=_open_without_waiting), _BUFFER)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise SourceError(_IRREGULAR)
    return file


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def unfold(stream: io.BufferedReader, *, compressed: bool) -> io.BufferedReader:
    """The bytes of a stream, decompressed where they are gzip or were said to be."""
    if compressed or stream.peek(2).startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=stream, mode="rb"), _BUFFER)
    return stream


def read_whole(stream: BinaryIO, instead: str) -> bytes:
    """All bytes of one page.

    Raises:
        SourceError: there are more than ``LIMIT``; ``instead`` says what to do.
    """
    data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise SourceError(f"larger than {LIMIT >> 20} MiB: {instead}")
    return data


class Headed(io.RawIOBase):
    """A stream whose first bytes have been read already; closing it leaves the rest open."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = memoryview(head)
        # What the pipe has now: a reader must not wait until the buffer is full.
        self._read: Callable[[int], bytes] = getattr(rest, "read1", rest.read)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill as much of ``buffer`` as one read gives."""
        target = memoryview(buffer).cast("B")
        chunk, self._head = self._head[: len(target)], self._head[len(target) :]
        data = chunk or self._read(len(target))
        target[: len(data)] = data
        return len(data)


def headed(head: bytes, rest: BinaryIO) -> io.BufferedReader:
    """A stream of ``head`` and then ``rest``, which stays open."""
    return io.BufferedReader(Headed(head, rest), _BUFFER)


def reason(error: BaseException) -> str:
    """Why a file cannot be read, and what to do."""
    match error:
        case SourceError():
            return str(error)
        case FileNotFoundError():
            return "no such file or folder: check the path"
        case PermissionError():
            return "may not be read: ask its owner for the right to read it"
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            return "damaged or cut off gzip data: compress it again"
        case OSError(strerror=str(text)):
            return f"cannot be read: {text.lower()}"
        case _:
            return f"cannot be read: {error}"
