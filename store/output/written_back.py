"""A file that reaches the disk while more of it is being made: the sync at its end has little left to wait for."""

from __future__ import annotations

import os
from typing import BinaryIO, Final

_STRETCH: Final = 8_000_000
"""Bytes after which the disk is given what has been written."""


class WrittenBack:
    """A sink that writes to a file, and has the kernel begin to write it to disk now and then."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begun = 0
        self._size = 0

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Write bytes."""
        self._file.write(data)
        self._size += len(data)
        if self._size - self._begun >= _STRETCH:
            self._begin()
        return len(data)

    def _begin(self) -> None:
        self._file.flush()
        if hasattr(os, "posix_fadvise"):
            # Python has no sync_file_range.  Linux begins to write what is not to be kept in memory, and does not wait.
            os.posix_fadvise(self._file.fileno(), self._begun, self._size - self._begun, os.POSIX_FADV_DONTNEED)
        self._begun = self._size
