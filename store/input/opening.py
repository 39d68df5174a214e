"""The bytes of a file that somebody names, decompressed where they are gzip or Zstandard.

Nothing here may block or end the work on other files: a pipe, a file that is gone, a damaged archive is an error that
``reason`` explains.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, get_args

from store.errors import SourceError
from store.handles import HANDLES
from store.input.zstd import MAGIC, ZstandardFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only

LIMIT = 64 * 1024 * 1024
"""The most bytes of one page or one row: what a compressed file may unfold to at a time."""

Compression = Literal[".gz", ".zst"]
"""The ending of a compressed file."""

COMPRESSIONS: Final[tuple[Compression, ...]] = get_args(Compression)

STDIN = "-"

READ_ERRORS = (SourceError, OSError, EOFError, zlib.error, MemoryError)
"""The errors of reading a file that ``reason`` explains."""

_BUFFER = 1 << 16
_GZIP = b"\x1f\x8b"
_IRREGULAR = "neither a file nor a folder: pipe it into zhupi and name it -"


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """The bytes of one file, decompressed; ``-`` is standard input.

    Raises:
        OSError: it cannot be opened.
        SourceError: it is no file.
    """
    with ExitStack() as stack:
        if str(path) == STDIN:
            bottom = stack.enter_context(headed(b"", sys.stdin.buffer))
        elif path.is_dir():
            raise SourceError("a folder: name a file")
        else:
            bottom = stack.enter_context(open_file(path))
        yield unfold(bottom, compression_of(path.name))


def open_file(path: Path) -> io.BufferedReader:
    """The bytes of a regular file, as they are on disk.

    Raises:
        OSError: it cannot be opened.
        SourceError: it is a pipe, a device or a folder, which would block or never end; or the open database.
    """
    # Looking first keeps a device from noticing; not waiting keeps what became a pipe meanwhile from blocking.
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(_IRREGULAR)
    if HANDLES.has(found):
        raise SourceError("the database itself: name another file")
    file: io.BufferedReader = io.BufferedReader(io.FileIO(str(path), opener=_open_without_waiting), _BUFFER)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise SourceError(_IRREGULAR)
    return file


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def compression_of(name: str) -> Compression | None:
    """The ending of a file name that tells how the file is compressed; None where it has none."""
    return next((each for each in COMPRESSIONS if name.lower().endswith(each)), None)


def unfold(stream: io.BufferedReader, compression: Compression | None) -> io.BufferedReader:
    """The bytes of a stream, decompressed where they begin as compressed ones do or were said to be.

    Raises:
        SourceError: they are Zstandard, and the library for it is missing.
    """
    head = stream.peek(4)
    if compression == ".zst" or head.startswith(MAGIC):
        return io.BufferedReader(ZstandardFile(stream), _BUFFER)
    if compression == ".gz" or head.startswith(_GZIP):
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


def read_text(path: Path, most: int) -> str:
    """The text of a file that somebody wrote by hand, in UTF-8 with or without a byte order mark.

    Args:
        path: a regular file; no other is waited for.
        most: bytes of it at most.

    Raises:
        OSError: it cannot be read.
        SourceError: it is no file, is longer than ``most``, or is not UTF-8.
    """
    if path.is_dir():
        raise SourceError("a folder: name a file")
    with open_file(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise SourceError(f"longer than {most:,} bytes, which nobody writes by hand")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8: save it as UTF-8") from error


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
            told = str(error)
        case MemoryError():
            told = "there is not enough memory for it: split it"
        case FileNotFoundError():
            told = "no such file or folder: check the path"
        case PermissionError():
            told = "may not be read: ask its owner for the right to read it"
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            told = "damaged or cut off gzip data: compress it again"
        case OSError(strerror=str(text)):
            told = f"cannot be read: {text.lower()}"
        case _:
            told = f"cannot be read: {error}"
    return told
