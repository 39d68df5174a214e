"""Atomic replacement of files: written under a temporary name beside their place, synced, then renamed into it."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import BinaryIO

from store.db.companions import companions
from store.errors import StoreError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` once the block has ended well: temporary file, fsync, rename, fsync.

    A killed process leaves its temporary file behind; the next one that writes ``path`` takes it away.

    Raises:
        StoreError: at ``path`` is something that no file may replace: a folder, a device, a pipe.
    """
    mode = _mode(path)
    _sweep(path)
    # Beside the target, so that the rename cannot cross file systems.
    temporary = beside(path, f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as out:
            # Tells a sweep that this process is alive; where there are no locks, nothing is swept either.
            with suppress(OSError):
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if mode is not None:
                os.fchmod(out.fileno(), mode)
            yield out
            out.flush()
            os.fsync(out.fileno())
            temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def spare_database(database: Path, path: Path) -> None:
    """Refuse to write to a database, or to a file that SQLite or zhupi keeps beside it.

    Raises:
        StoreError: ``path`` is such a file, by this or another name, or would be one.
    """
    for file in (database, *companions(database)):
        if path.resolve() == file.resolve() or (path.exists() and file.exists() and path.samefile(file)):
            raise StoreError(f"{path}: this is the database itself; name another file to write to")


def beside(path: Path, name: str) -> Path:
    """The path of another file in the same folder.

    Raises:
        StoreError: ``path`` names a folder.
    """
    if path.name in ("", ".."):
        raise StoreError(f"{path}: a folder; name a file to write to")
    return path.with_name(name)


def _mode(path: Path) -> int | None:
    """The permissions that a file at ``path`` has and its successor keeps; None where there is none."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise StoreError(f"{path}: not a file that can be replaced; name another")
    return stat.S_IMODE(mode)


def _sweep(path: Path) -> None:
    """Take away what killed processes left of ``path``: temporary files that nobody holds the lock of."""
    for stray in path.parent.glob(f".{escape(path.name)}.{'[0-9a-f]' * 8}.tmp"):
        # Temporary files of other users stay, and so do those that another process is removing now.
        with suppress(OSError), open(stray, opener=_at_once) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stray.unlink()


def _at_once(path: str, flags: int) -> int:
    """Open without waiting and without following a link: the name may be that of somebody else's pipe or link."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
