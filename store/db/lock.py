"""The lock file around every write: one writer at a time, in turn, across processes.

SQLite's own busy handler polls and starves; an ``flock`` beside the database keeps the longest wait short.  The lock
belongs to the open file, so a killed process cannot leave it behind.
"""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.db.companions import LOCK, companion
from store.errors import DatabaseError

PATIENCE = 30.0
"""Seconds that a writer waits for the others before it gives up."""


@contextmanager
def write_lock(database: Path) -> Iterator[None]:
    """Hold the write lock of the database at ``database``.

    Raises:
        DatabaseError: the lock file cannot be opened, or another process held it for ``PATIENCE`` seconds.
    """
    path = companion(database, LOCK)
    try:
        handle = _open(path, database)
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be opened: {error.strerror}; zhupi needs to write here") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise DatabaseError(f"{path}: cannot be opened: no file; move it away, zhupi keeps its lock here")
        _wait(handle, path)
        yield
    finally:
        os.close(handle)
        # A waiting process gets its turn before this one writes again.
        os.sched_yield()


def _open(path: Path, database: Path) -> int:
    """Open the lock file, made with the rights of the database: who may write that may wait for its lock."""
    with suppress(FileNotFoundError):
        # Reading is enough to lock.
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    if os.fstat(handle).st_uid == os.geteuid() and database.exists():
        rights = database.stat()
        os.fchmod(handle, rights.st_mode & 0o666)
        with suppress(PermissionError):
            # Root works for the owner of the database, as SQLite does with the files that it makes.
            os.fchown(handle, rights.st_uid if os.geteuid() == 0 else -1, rights.st_gid)
    return handle


def _wait(handle: int, path: Path) -> None:
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    # The kernel lets waiters in by turns, which polling does not.  But it waits for ever, so that a thread waits here.
    held = threading.Event()
    other = os.dup(handle)
    threading.Thread(target=_take, args=(other, held), name="zhupi-lock", daemon=True).start()
    if not held.wait(PATIENCE):
        raise DatabaseError(
            f"{path}: another zhupi has been writing for {PATIENCE:.0f} seconds; try again when it is done"
        )


def _take(handle: int, held: threading.Event) -> None:
    """Wait for the lock; it stays with the open file, and is free again where nobody waits for it any more."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        held.set()
    finally:
        os.close(handle)
