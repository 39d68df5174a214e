"""Which notices stand in an export more than once, found in the same memory however many there are.

What is to be told of each notice is put into one of many buckets by its id.  What a bucket holds goes into a temporary
file whenever it is long, with the place of what went there before; a small export never comes that far.  At the end one
bucket after the other is read back, and compared within itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from os import SEEK_END
from struct import Struct
from tempfile import TemporaryFile, gettempdir
from typing import IO, Final, NamedTuple, Self
from zlib import crc32

from store.errors import SourceError

_BUCKETS: Final = 1024
"""Of a hundred million notices a hundred thousand share one, which takes some 20 MB when it is read back."""
_LONG: Final = 2048
"""Bytes of a bucket that go into the file."""
_NONE: Final = -1
_HEAD: Final = Struct("<qI")
"""The place of the piece before in the same bucket, and how many bytes follow."""


class Repeat(NamedTuple):
    """A notice that stands in ``where`` again: where it stands first."""

    notice: str
    where: str
    first: str


class Places:
    """Where each notice of an export stands; to be closed by the block that it is for."""

    def __init__(self) -> None:
        self._buckets: Final = [bytearray() for _ in range(_BUCKETS)]
        self._last: Final = array("q", [_NONE]) * _BUCKETS
        self._file: IO[bytes] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, notice: str, where: str) -> None:
        """Take down where a notice stands.

        Args:
            notice: its id.
            where: the number of a line, or the name of a file, or both.

        Raises:
            SourceError: there is no room for it on the disk.
        """
        self._count += 1
        # So that neither has the marks between them in it, whatever it holds.
        key = notice.encode("unicode_escape")
        at = crc32(key) % _BUCKETS
        bucket = self._buckets[at]
        bucket += b"%b\t%d\t%b\n" % (key, self._count, where.encode("unicode_escape"))
        if len(bucket) >= _LONG:
            self._lay_aside(at)

    def repeats(self) -> list[Repeat]:
        """All notices that stand somewhere again, in the order in which they came.

        Raises:
            SourceError: what was laid aside cannot be read back.
        """
        found: list[tuple[int, Repeat]] = []
        for at in range(_BUCKETS):
            lines = [line.split(b"\t") for line in self._content(at).split(b"\n")[:-1]]
            if len({key for key, _, _ in lines}) == len(lines):
                continue
            first: dict[bytes, str] = {}
            for key, number, where in lines:
                told = where.decode("unicode_escape")
                before = first.setdefault(key, told)
                if before != told:
                    found.append((int(number), Repeat(key.decode("unicode_escape"), told, before)))
        return [each for _, each in sorted(found)]

    def _lay_aside(self, at: int) -> None:
        bucket = self._buckets[at]
        try:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115  # ``__exit__`` closes it
            place = self._file.seek(0, SEEK_END)
            self._file.write(_HEAD.pack(self._last[at], len(bucket)) + bucket)
        except OSError as error:
            raise _not_laid_aside(error) from error
        self._last[at] = place
        bucket.clear()

    def _content(self, at: int) -> bytes:
        """What came into a bucket, in its order."""
        return b"".join([*reversed(list(self._pieces(at))), bytes(self._buckets[at])])

    def _pieces(self, at: int) -> Iterator[bytes]:
        """What a bucket has in the file, the newest first."""
        place = self._last[at]
        while self._file is not None and place != _NONE:
            try:
                self._file.seek(place)
                place, size = _HEAD.unpack(self._file.read(_HEAD.size))
                yield self._file.read(size)
            except OSError as error:
                raise _not_laid_aside(error) from error


def _not_laid_aside(error: OSError) -> SourceError:
    return SourceError(f"{gettempdir()}: {error.strerror}; set TMPDIR to a folder with room to work in")
