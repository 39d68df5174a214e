"""The files that this process has open as databases, by one handle each.

A process that closes any handle of a file loses all locks that it has on it, SQLite's too: another process could then
take the log away under an open connection.  So the file of an open database is opened once, and whoever wants to look
into a file asks here first whether it is one of those.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

FileId = tuple[int, int]
"""Device and inode: which file it is, whatever its name."""


def file_id(status: os.stat_result) -> FileId:
    """Which file it is that was looked at."""
    return status.st_dev, status.st_ino


class Handles:
    """One handle for each file, however many ask for it; closed when all have given it back."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held: dict[FileId, tuple[int, int]] = {}

    def take(self, path: Path) -> tuple[int, FileId]:
        """The handle of a file, and which file it is.

        Raises:
            OSError: it cannot be opened.
        """
        with self._mutex:
            file = file_id(path.stat())
            if file not in self._held:
                # For writing: a file of an overlay becomes another one when it is first opened so.
                handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
                file = file_id(os.fstat(handle))
                self._held.setdefault(file, (handle, 0))
            handle, times = self._held[file]
            self._held[file] = handle, times + 1
            return handle, file

    def give_back(self, file: FileId) -> None:
        """One who took the handle needs it no longer, and has no other handle of the file."""
        with self._mutex:
            handle, times = self._held.pop(file)
            if times > 1:
                self._held[file] = handle, times - 1
            else:
                os.close(handle)

    @property
    def any(self) -> bool:
        """Whether a database is open."""
        with self._mutex:
            return bool(self._held)

    def has(self, status: os.stat_result) -> bool:
        """Whether a file that was looked at is one of those."""
        with self._mutex:
            return file_id(status) in self._held


HANDLES: Final = Handles()
"""Those of this process: locks belong to the process, and so does this."""
