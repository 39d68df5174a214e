"""What a database needs of the place where it lies: a local file system, room, and rights that shut out nobody.

WAL keeps its index in memory that all processes of one host share; over NFS or SMB that memory is not shared, locks are
not kept, and commits get lost.
"""

from __future__ import annotations

import os
import pwd
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from store.db.companions import LOCK, companions
from store.db.sqlite import CANNOT_BE_WRITTEN
from store.errors import DatabaseError, StoreError

SHARED_FOLDER = 0o2770
"""Mode of the folder of a shared database: new files in it belong to the group."""

SHARED_FILE = 0o660
"""Mode of a shared database; SQLite gives the same to the files beside it."""

LITTLE_ROOM = 100_000_000
"""Bytes free on the disk below which ``zhupi check`` says so."""

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(r"(?:nfs|nfs4|cifs|smb\d?|smbfs|afs|ncpfs|fuse\.sshfs)\Z")
_PLACE = 4
"""Which field of a line is the place where something is mounted."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


def file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The type of the file system that a path is on, as Linux calls it; nothing where the system does not tell."""
    there, found, longest = f"{path.absolute().resolve()}/", "", -1
    for place, kind in _mounted(mounts):
        # Of two mounts in one place the later one covers the other.
        if len(place) >= longest and there.startswith(f"{place.rstrip('/')}/"):
            found, longest = kind, len(place)
    return found


def _mounted(mounts: Path) -> Iterator[tuple[str, str]]:
    """Where file systems are mounted, and their types; nothing where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError:
        return
    for line in lines:
        head, _, tail = line.partition(" - ")
        fields = head.split(" ")
        if len(fields) > _PLACE and tail:
            yield _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[_PLACE]), tail.split(" ")[0]


def why_second_name(path: Path, mounts: Path | None = _MOUNTS) -> str:
    """Why a file has two names, in words: each would have a lock and a log of its own; empty where it has one.

    Args:
        path: the database, which need not be there.
        mounts: where the system tells what is mounted; None does not look, since that takes a while.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return ""
    names = found.st_nlink
    if names > 1 and stat.S_ISREG(found.st_mode):
        return (
            f"{path}: has {names} names (hard links), and who writes under one overwrites the other; remove all but "
            f"one, `find FOLDER -inum {found.st_ino}` finds them"
        )
    where = str(path.absolute())
    if mounts is not None and any(place == where for place, _ in _mounted(mounts)):
        return f"{path}: is mounted by itself, apart from what SQLite keeps beside it; mount its folder instead"
    return ""


def refuse_second_name(path: Path, mounts: Path | None = _MOUNTS) -> None:
    """Refuse to write to a file that has two names.

    Args:
        path: as above.
        mounts: as above.

    Raises:
        DatabaseError: there is a hard link to it, or it is mounted apart from its folder.
    """
    if reason := why_second_name(path, mounts):
        raise DatabaseError(reason)


def why_not_written(path: Path) -> str:
    """Why this process may not write a file that is there, and what to do."""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "cannot be written, its disk is mounted for reading only; `zhupi export`, `check` and `stats` work there"
    return CANNOT_BE_WRITTEN


def refuse_network(path: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse a database on a file system of another host.

    Raises:
        DatabaseError: that is where it is.
    """
    kind = file_system(path.parent, mounts)
    if _NETWORK.match(kind):
        raise DatabaseError(
            f"{path}: on a network file system ({kind}), where commits of several hosts overwrite each other; "
            "keep the database on a local disk of one server, and let people log in there"
        )


def make_shared_folder(folder: Path, group: str) -> int:
    """Make a folder in which all files belong to a group; the number of the group.

    A folder that exists is changed only where it is empty: zhupi must not share files of others.

    Raises:
        StoreError: there is no such group, the folder cannot be made the group's, or it holds other files.
    """
    import grp  # noqa: PLC0415  # every start would pay for it

    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise StoreError(f"{group}: no such group; an administrator makes one with `groupadd {group}`") from error
    new = [folder, *(each for each in folder.parents if not each.exists())]
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        found = folder.stat()
        if found.st_gid == number and found.st_mode & 0o2070 == 0o2070:
            return number
        if not folder.is_dir() or any(folder.iterdir()):
            raise StoreError(
                f"{folder}: already there, with other files, and not shared with {group}; name a database in a new "
                f"folder, or share this one yourself: chgrp {group} and chmod 2770"
            ) from None
    except OSError as error:
        raise DatabaseError(f"{error.filename or folder}: cannot be made: {error.strerror}") from error
    try:
        # Folders above it that were made on the way too: with a narrow umask the group could not pass them.
        for each in new:
            os.chown(each, -1, number)
            each.chmod(SHARED_FOLDER)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be given to {group}: {error.strerror}; only its members and root can do that"
        ) from error
    return number


def findings(database: Path) -> Iterator[str]:
    """One line for each thing about the files that will hinder somebody."""
    kind = file_system(database.parent)
    if _NETWORK.match(kind):
        yield f"{database.parent}: a network file system ({kind}); move the database to a local disk"
    free = free_bytes(database.parent)
    if free < LITTLE_ROOM:
        yield f"{database.parent}: only {free // 1_000_000:,} MB are free on this disk; make room before it is full"
    if reason := why_second_name(database):
        yield reason
    main, folder = database.stat(), database.parent.stat()
    shared = bool(main.st_mode & stat.S_IWGRP) and main.st_gid == folder.st_gid and bool(folder.st_mode & stat.S_ISGID)
    if main.st_mode & stat.S_IWOTH:
        yield f"{database}: everybody on this host can write it; chmod o-w"
    if main.st_mode & stat.S_IWGRP and not shared and not _is_private(main.st_gid, main.st_uid):
        yield (
            f"{database}: its group can write it, but its folder does not hand the group on; "
            f"chgrp {_group(main.st_gid)} {database.parent} and chmod 2770 it, or else chmod g-w the database"
        )
    for path in companions(database):
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(found.st_mode):
            yield f"{path}: no file; move it away, zhupi or SQLite needs the place"
            continue
        # Who only reads needs no lock.
        needed = main.st_mode & (0o660 if path.suffix == LOCK else 0o664)
        if found.st_mode & needed != needed or (shared and found.st_gid != main.st_gid):
            yield (
                f"{path}: {stat.filemode(found.st_mode)} of {_group(found.st_gid)} shuts out people whom the database "
                f"lets in ({stat.filemode(main.st_mode)} of {_group(main.st_gid)}); "
                f"chgrp {_group(main.st_gid)} and chmod {needed:o} it"
            )


def free_bytes(folder: Path) -> int:
    """The room that is left on the disk of a folder, in bytes."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _is_private(group: int, owner: int) -> bool:
    """Whether a group is that of one person alone, as many systems give each account one."""
    import grp  # noqa: PLC0415  # as above

    try:
        found = grp.getgrgid(group)
        return found.gr_name == pwd.getpwuid(owner).pw_name and not set(found.gr_mem) - {found.gr_name}
    except KeyError:
        return False


def _group(number: int) -> str:
    import grp  # noqa: PLC0415  # as above

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
