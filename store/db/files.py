"""Atomic replacement of files: written under a temporary name beside their place, synced, then renamed into it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import BinaryIO, Final

from store.db.companions import JOURNAL, LOCK, SHARED_MEMORY, WAL, companions
from store.errors import StoreError
from store.handles import HANDLES

_SQLITE: Final = b"SQLite format 3\0"
"""The first bytes of a database."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` once the block has ended well: temporary file, fsync, rename, fsync.

    A killed process leaves its temporary file behind; the next one that writes ``path`` takes it away.

    Raises:
        StoreError: at ``path`` is something that no file may replace: a folder, a device, a pipe, a database.
    """
    with replacing_together(path) as (out,):
        yield out


@contextmanager
def replacing_together(*paths: Path, database: bool = False) -> Iterator[tuple[BinaryIO, ...]]:
    """As ``replacing``, for files that belong together: all of them take their places, or none does.

    Args:
        paths: the places, in one order or another.
        database: whether databases are written here, which then replace others.
    """
    for path in paths:
        refuse_name_of_database(path)
        if not database:
            _refuse_database(path)
    with ExitStack() as opened:
        written = [opened.enter_context(temporary_file(path)) for path in paths]
        yield tuple(out for out, _ in written)
        for out, _ in written:
            out.flush()
            os.fsync(out.fileno())
        for path in paths if not database else ():
            # Somebody may have made one there meanwhile.
            _refuse_database(path)
        _put([(temporary, path) for (_, temporary), path in zip(written, paths, strict=True)])
    for folder in {path.parent for path in paths}:
        sync_folder(folder)


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """A file of the user alone, to which what is written in the block is added.

    Raises:
        StoreError: at ``path`` is something that no file may replace: a folder, a device, a pipe, a database.
        OSError: it cannot be written.
    """
    refuse_name_of_database(path)
    _refuse_database(path)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR), "ab") as out:
        if not stat.S_ISREG(os.fstat(out.fileno()).st_mode):
            raise StoreError(f"{path}: not a file that can be written; name another")
        yield out


def why_unwritable(path: Path, error: OSError) -> str:
    """One line that says that a file or a folder could not be written, and why."""
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        return f"{path}: cannot be written: there is no folder {path.parent}; make it first"
    return f"{path}: cannot be written: {error.strerror or error}; nothing was changed there"


@contextmanager
def temporary_file(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A temporary file for ``path``, with the rights and the group of what is there, and where it is.

    It is gone when the block ends, unless it was renamed.
    """
    found = _found(path)
    _sweep(path)
    temporary = name_aside(path)
    try:
        with temporary.open("xb") as out:
            # Tells a sweep that this process is alive; where there are no locks, nothing is swept either.
            with suppress(OSError):
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if found is not None:
                with suppress(PermissionError):
                    os.fchown(out.fileno(), -1, found.st_gid)
                os.fchmod(out.fileno(), stat.S_IMODE(found.st_mode))
            yield out, temporary
    finally:
        temporary.unlink(missing_ok=True)


def _put(files: Sequence[tuple[Path, Path]]) -> None:
    """Rename temporary files into their places; where one cannot be, what stood in the other places comes back.

    Args:
        files: each temporary file and its place.
    """
    for _, path in files:
        _refuse_sticky(path)
    kept: list[tuple[Path, Path | None]] = []
    try:
        for temporary, path in files:
            # The last one needs nothing kept: it takes its place, or nothing of it has changed.
            kept.append((path, _kept(path) if len(kept) < len(files) - 1 else None))
            temporary.replace(path)
    except BaseException:
        for path, old in kept[:-1]:
            if old is None:
                path.unlink(missing_ok=True)
            else:
                old.replace(path)
        raise
    finally:
        for _, old in kept:
            if old is not None:
                old.unlink(missing_ok=True)


def _kept(path: Path) -> Path | None:
    """A second name for what is at ``path``, until the files that belong to it are in place; None where nothing is."""
    old = name_aside(path)
    try:
        os.link(path, old, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError:
        # No hard links here, or none to files of others.
        path.rename(old)
    return old


def _refuse_sticky(path: Path) -> None:
    """Refuse to replace a file of somebody else in a folder where only owners may.

    Raises:
        PermissionError: that is what is there.
    """
    folder, me = path.parent.stat(), os.geteuid()
    with suppress(FileNotFoundError):
        if folder.st_mode & stat.S_ISVTX and me not in (0, folder.st_uid, path.lstat().st_uid):
            raise PermissionError(errno.EPERM, f"{path.name} is somebody else's, and in this folder only its owner may")


def spare_database(database: Path, path: Path) -> None:
    """Refuse to write to a database, or to a file that SQLite or zhupi keeps beside it.

    Raises:
        StoreError: ``path`` is such a file, by this or another name, or would be one.
    """
    for file in (database, *companions(database)):
        if path.resolve() == file.resolve() or (path.exists() and file.exists() and path.samefile(file)):
            raise StoreError(f"{path}: this is the database itself; name another file to write to")


def refuse_name_of_database(path: Path, *, for_database: bool = False) -> None:
    """Refuse a name that SQLite or zhupi gives to what lies beside a database, wherever a link of that name leads.

    Args:
        path: where something is to be made.
        for_database: whether that is a database, which must not become the lock of a later one.

    Raises:
        StoreError: ``path`` is such a name.
    """
    for file in (path, path.resolve()):
        for ending in (WAL, SHARED_MEMORY, JOURNAL, LOCK):
            base = file.with_name(file.name.removesuffix(ending)) if file.name.removesuffix(ending) else file
            # A lock of something else is nobody's business here.
            if base != file and (ending != LOCK or for_database or _may_be_database(base)):
                raise StoreError(f"{path}: databases have such files beside them; name another file to write to")


def _may_be_database(path: Path) -> bool:
    try:
        return is_database(path)
    except PermissionError:
        return True


def is_database(path: Path) -> bool:
    """Whether there is a database of SQLite at ``path``, or where a link of that name leads.

    Raises:
        PermissionError: there is a file that cannot be read; it may be one.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return False
        # Not opened once more, which would take the locks on it away.
        if HANDLES.has(found):
            return True
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise
    except OSError:
        return False
    try:
        return os.pread(handle, len(_SQLITE), 0) == _SQLITE
    finally:
        os.close(handle)


def _refuse_database(path: Path) -> None:
    try:
        is_one = is_database(path)
    except PermissionError as error:
        raise StoreError(f"{path}: you may not read it, and it may be a database; name another file") from error
    if is_one:
        raise StoreError(f"{path}: a database, which no other file replaces; name another file to write to")


def beside(path: Path, name: str) -> Path:
    """The path of another file in the same folder.

    Raises:
        StoreError: ``path`` names a folder.
    """
    if path.name in ("", ".."):
        raise StoreError(f"{path}: a folder; name a file to write to")
    return path.with_name(name)


def name_aside(path: Path) -> Path:
    """A name that nothing has, beside ``path``, so that a rename to it cannot cross file systems.

    Raises:
        StoreError: ``path`` names a folder.
    """
    return beside(path, f".{path.name}.{os.urandom(4).hex()}.tmp")


def left_aside(path: Path, ending: str = "") -> Iterator[Path]:
    """Whatever has such a name for ``path``, with an ending of SQLite's behind it."""
    return path.parent.glob(f".{escape(path.name)}.{'[0-9a-f]' * 8}.tmp{ending}")


def _found(path: Path) -> os.stat_result | None:
    """What is at ``path``; None where nothing is."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path}: not a file that can be replaced; name another")
    return found


def _sweep(path: Path) -> None:
    """Take away what killed processes left of ``path``: temporary files that nobody holds the lock of."""
    for stray in left_aside(path):
        # Temporary files of other users stay, and so do those that another process is removing now.
        with suppress(OSError), open(stray, opener=_at_once) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stray.unlink()
    for ending in (WAL, SHARED_MEMORY, JOURNAL):
        for stray in left_aside(path, ending):
            # SQLite made it beside a temporary database that is gone.
            with suppress(OSError):
                if not stray.with_name(stray.name.removesuffix(ending)).exists():
                    stray.unlink()


def _at_once(path: str, flags: int) -> int:
    """Open without waiting and without following a link: the name may be that of somebody else's pipe or link."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed in a folder stays so after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
