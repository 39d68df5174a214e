"""A folder of an export: written aside, synced and put into its place, and proved by the manifest in it.

``SHA256SUMS`` names every file of the folder with its digest, as ``sha256sum`` writes it, and ``manifest.json`` has the
digest of that.  So whether a folder is still what zhupi wrote can be told, and only such a folder is ever replaced.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from annotations.counts import counted
from annotations.formats.names import MANIFEST, SUMS
from store.db.exchange import exchange
from store.db.files import left_aside, name_aside, refuse_name_of_database, sync_folder
from store.errors import StoreError
from store.input.opening import LIMIT
from store.output.hashing import Hashing
from store.output.written_back import WrittenBack

_WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

_AT_ONCE: Final = 32
"""How many files are synced at once."""


class _Release(msgspec.Struct):
    """What the manifest of a release has of it."""

    tag: str


class _Digest(msgspec.Struct):
    """What every manifest of a folder has."""

    sha256: str
    zhupi: str
    release: _Release | None = None


class NewFolder:
    """A folder that is being written, aside from its place.

    Args:
        path: where it is now.
        place: where it is to be.
        found: what is there now, an empty folder or an export; None where nothing is.
    """

    def __init__(self, path: Path, place: Path, found: os.stat_result | None) -> None:
        self.path = path
        self.place = place
        self._found = found
        self._sums = (path / SUMS).open("xb")
        self._written = Hashing(self._sums)

    @property
    def replaces_something(self) -> bool:
        """Whether there is something in the folder that stands in its place."""
        return self._found is not None and any(self.place.iterdir())

    def close(self) -> None:
        """Write no more."""
        self._sums.close()

    @contextmanager
    def file(self, name: str, /) -> Iterator[Hashing]:
        """A new file in the folder, named in ``SHA256SUMS`` when the block ends well.

        Args:
            name: the name in the folder, with ``/`` behind the folders that it is in.

        Raises:
            StoreError: the name leads out of the folder, or is taken.
        """
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or name != str(place) or any(each in name for each in "\n\r\\"):
            raise StoreError(f"{name}: a file of an export cannot be called so")
        path = self.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as opened:
                written = Hashing(WrittenBack(opened))
                yield written
        except FileExistsError as error:
            raise StoreError(f"{name}: the export has two files of that name") from error
        self._written.write(f"{written.sha256}  {name}\n".encode())

    def end(self) -> str:
        """End the list of digests, once all files are written; its own digest."""
        self._sums.close()
        return self._written.sha256

    def protect(self) -> None:
        """Take from everybody the right to write its files."""
        for file in _files(self.path):
            file.chmod(stat.S_IMODE(file.stat().st_mode) & ~_WRITABLE)

    def sync(self) -> None:
        """Make sure that all of it is on disk."""
        _sync(self.path)

    def put(self) -> None:
        """Let it take its place, once it is on disk."""
        if self._found is not None:
            with suppress(PermissionError):
                os.chown(self.path, -1, self._found.st_gid)
            self.path.chmod(stat.S_IMODE(self._found.st_mode))
        _put(self.path, self.place)
        sync_folder(self.place.parent)


@contextmanager
def replacing_folder(path: Path) -> Iterator[NewFolder]:
    """A folder that takes the place of ``path`` once the block has ended well.

    At ``path`` there may be nothing, an empty folder, or an export whose files are what zhupi wrote and which is no
    release.  The block ends
    the list of digests and puts a manifest into the folder.  The two folders take each other's place at once; where a
    file system cannot do that, ``path`` is missing for a moment.  A killed process leaves its temporary folder behind;
    the next one that writes ``path`` takes it away, or puts it back where nothing is at ``path``.

    Raises:
        StoreError: something else is there.
    """
    with folder_aside(path) as folder:
        yield folder
        folder.sync()
        folder.put()


@contextmanager
def folder_aside(path: Path) -> Iterator[NewFolder]:
    """A folder to be put at ``path``, as ``replacing_folder`` does; it is gone when the block ends and it was not put.

    Raises:
        StoreError: something is there that no export replaces.
    """
    path = path.resolve() if path.is_symlink() else path
    if path.name in ("", ".."):
        raise StoreError(f"{path}: not a folder that can be replaced; name another")
    refuse_name_of_database(path)
    _put_back(path)
    found = _found(path)
    _sweep(path)
    temporary = name_aside(path)
    temporary.mkdir()
    handle = os.open(temporary, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            # Tells a sweep that this process is alive.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with closing(NewFolder(temporary, path, found)) as folder:
            yield folder
    finally:
        os.close(handle)
        shutil.rmtree(temporary, ignore_errors=True)


def changes(path: Path) -> Iterator[str]:
    """Yield a line for whatever is in a folder otherwise than zhupi wrote it.

    Raises:
        OSError: it cannot be read.
    """
    try:
        manifest = _manifest(path)
        listed = _sha256(path / SUMS)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, msgspec.DecodeError):
        yield f"it has no {MANIFEST} or no {SUMS}"
        return
    if manifest.sha256 != listed:
        yield f"{SUMS} has sha256 {listed}, not {manifest.sha256}"
        return
    known = len((MANIFEST, SUMS))
    with (path / SUMS).open("rb") as sums:
        for line in sums:
            digest, _, name = line.decode().removesuffix("\n").partition("  ")
            place = path / name
            if place.is_symlink() or not place.is_file():
                yield f"{name} is missing"
            elif _sha256(place) != digest:
                yield f"{name} was changed"
            known += 1
    more = sum(1 for _ in _files(path)) - known
    if more > 0:
        yield f"it has {counted(more, 'file')} not written with it"


def release_tag(path: Path) -> str | None:
    """The tag of the release that is in a folder, as its manifest says; None where there is none."""
    try:
        manifest = _manifest(path)
    except (OSError, msgspec.DecodeError):
        return None
    return None if manifest.release is None else manifest.release.tag


def _manifest(path: Path) -> _Digest:
    with (path / MANIFEST).open("rb") as file:
        return msgspec.json.decode(file.read(LIMIT), type=_Digest)


def _found(path: Path) -> os.stat_result | None:
    """What is at ``path``, which may be replaced; None where nothing is."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{path}: not a folder; name a new or an empty one")
    tag = release_tag(path)
    if tag is not None:
        raise StoreError(f"{path}: the release {tag}, which nothing replaces; name another folder")
    if any(path.iterdir()) and any(True for _ in changes(path)):
        raise StoreError(
            f"{path}: it is neither empty nor an export whose files are as they were written; name another folder"
        )
    return found


def _put_back(path: Path) -> None:
    """Where nothing is at ``path``, put back an export that a killed process was about to replace or to put there."""
    if path.exists():
        return
    for stray in left_aside(path):
        with suppress(OSError), _unheld(stray):
            # A release that is not in its place is one that the log does not know.
            if release_tag(stray) is None and not any(True for _ in changes(stray)):
                stray.rename(path)
                return


@contextmanager
def _unheld(stray: Path) -> Iterator[None]:
    """A temporary folder that no living process writes or removes, held in the block.

    Raises:
        OSError: one does, or it is somebody else's.
    """
    handle = os.open(stray, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _sweep(path: Path) -> None:
    """Take away what killed processes left of ``path``: temporary folders that nobody holds the lock of."""
    for stray in left_aside(path):
        # Those of other users stay, and so do those that another process is writing or removing now.
        with suppress(OSError), _unheld(stray):
            shutil.rmtree(stray)


def _files(folder: Path) -> Iterator[Path]:
    """All that is in a folder and in those below it, but for the folders."""
    for base, folders, names in os.walk(folder):
        yield from (Path(base, name) for name in names)
        yield from (link for name in folders if (link := Path(base, name)).is_symlink())


def _sync(folder: Path) -> None:
    """Make sure that a folder and all in it are on disk."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # slow to import, and only folders need it

    files = _files(folder)
    # A journal takes many at once: one after another would wait for the disk as often as there are files.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while some := list(islice(files, _AT_ONCE * 16)):
            list(pool.map(_sync_file, some))
    for base, _, _ in os.walk(folder):
        sync_folder(Path(base))


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _put(temporary: Path, path: Path) -> None:
    """Let a temporary folder take its place; what was there goes once the new one is there."""
    old = temporary
    try:
        if not exchange(temporary, path):
            old = name_aside(path)
            path.rename(old)
    except FileNotFoundError:
        temporary.rename(path)
        return
    if old != temporary:
        # Whoever is killed here leaves nothing at `path`; the next one puts back what was there.
        try:
            temporary.rename(path)
        except BaseException:
            old.rename(path)
            raise
    shutil.rmtree(old, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
