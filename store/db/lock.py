"""The lock file around every write: one writer at a time, in turn, across processes.

SQLite's own busy handler polls and starves; an ``flock`` beside the database keeps the longest wait short.  The lock
belongs to the open file, so a killed process cannot leave it behind.  While it is held, the file says by whom: those
who wait too long are told.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from store.db.accounts import account_name
from store.db.companions import LOCK, companion
from store.db.stops import STOPS
from store.errors import DatabaseError, HeldError

PATIENCE = 30.0
"""Seconds that a writer waits for the others before it gives up."""

_LOCKS: Final = Path("/proc/locks")
_LEFT: Final = 0.005
"""Seconds that the lock is left to whoever waits: at a load of 13 two of sixty missed it, and without it fifteen."""
_RECORD: Final = 512
"""Bytes of the file that say who holds the lock."""
_MOST_NAME: Final = 64
"""Characters of a name in a message: the file may say anything."""


class Work(msgspec.Struct, frozen=True):
    """Who writes to a database, and at what work: a command, or ``review`` for the app."""

    name: str
    task: str


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock: whose process it is, its id, at what work, and since when."""

    name: str
    task: str
    process: int
    since: datetime

    @property
    def is_stopped(self) -> bool:
        """Whether the process was stopped, as by ``kill -STOP``, and so holds the lock until it is continued."""
        with suppress(OSError):
            # The name of the program is in parentheses, and may hold some.
            fields = Path(f"/proc/{self.process}/stat").read_bytes().rpartition(b")")[2].split()
            return fields[:1] in ([b"T"], [b"t"])
        return False

    @property
    def message(self) -> str:
        """Who holds the database since when, and behind a semicolon what to do."""
        since = self.since.astimezone()
        day = "" if since.date() == datetime.now().astimezone().date() else f"{since:%Y-%m-%d} "
        what_to_do = "is stopped: continue or end it" if self.is_stopped else "has to end it; try again then"
        return (
            f"{self.name[:_MOST_NAME]}'s {self.task[:_MOST_NAME]} holds the database since {day}{since:%H:%M}; "
            f"process {self.process} {what_to_do}"
        )


@contextmanager
def write_lock(
    database: Path, work: Work | None = None, patience: float | None = None, *, comes_back: bool = False
) -> Iterator[None]:
    """Hold the write lock of the database at ``database``.

    Args:
        database: the file.
        work: for whom, and for what; None names the account of the process.
        patience: seconds to wait for others; None is ``PATIENCE``.
        comes_back: whether the caller takes it again at once, and so has to leave it to whoever waits.

    Raises:
        HeldError: another process held it all that time; the message says whose.
        DatabaseError: the lock file cannot be opened.
    """
    path = companion(database, LOCK)
    try:
        handle = _open(path, database)
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be opened: {error.strerror}; zhupi needs to write here") from error
    found = os.fstat(handle)
    # A longer one is no lock, and would be overwritten.
    if not stat.S_ISREG(found.st_mode) or found.st_size > _RECORD:
        os.close(handle)
        raise DatabaseError(f"{path}: cannot be opened: no lock; move it away, zhupi keeps its lock here")
    # Who it is takes a look into the list of accounts.
    work = work if work is not None else Work(account_name(os.getuid()), "zhupi")
    handle = _take(handle, database, PATIENCE if patience is None else patience)
    try:
        _sign(handle, work)
        yield
    finally:
        # Blank again: who cannot write the file must not be taken for the one before.
        _put(handle, b"")
        is_waited_for = comes_back and _is_waited_for(handle)
        os.close(handle)
        STOPS.leave()
        # A waiting process gets its turn before this one writes again.  The kernel only wakes it, and while others use
        # the processors this one would be faster.
        if is_waited_for:
            time.sleep(_LEFT)
        else:
            os.sched_yield()


def _is_waited_for(handle: int) -> bool:
    """Whether another process waits for the lock of an open file, as far as the system tells."""
    with suppress(OSError):
        file = f":{os.fstat(handle).st_ino} ".encode()
        # Those who wait have an arrow.
        return any(b"-> FLOCK " in line and file in line for line in _LOCKS.read_bytes().split(b"\n"))
    return False


def holder(database: Path) -> Holder | None:
    """Who holds the lock of a database, as far as the file says; None where it does not."""
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        handle = os.open(companion(database, LOCK), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return msgspec.json.decode(os.pread(handle, _RECORD, 0), type=Holder)
        finally:
            os.close(handle)
    return None


def _open(path: Path, database: Path) -> int:
    """Open the lock file, made with the rights of the database: who may write that may wait for its lock."""
    # Without waiting: the name may be that of a pipe.
    flags = os.O_NONBLOCK | os.O_CLOEXEC
    with suppress(FileNotFoundError):
        try:
            return os.open(path, os.O_RDWR | flags)
        except OSError as error:
            # Reading is enough to lock, if not to say by whom.
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            return os.open(path, os.O_RDONLY | flags)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o666)
    if os.fstat(handle).st_uid == os.geteuid() and database.exists():
        rights = database.stat()
        os.fchmod(handle, rights.st_mode & 0o666)
        with suppress(PermissionError):
            # Root works for the owner of the database, as SQLite does with the files that it makes.
            os.fchown(handle, rights.st_uid if os.geteuid() == 0 else -1, rights.st_gid)
    return handle


def _sign(handle: int, work: Work) -> None:
    _put(handle, msgspec.json.encode(Holder(work.name, work.task, os.getpid(), datetime.now(UTC))))


def _put(handle: int, record: bytes) -> None:
    """Say in the file who holds the lock; nothing where it cannot be written."""
    with suppress(OSError):
        # One write of one length: whoever reads meanwhile finds one record, and not the end of another.
        os.pwrite(handle, record[:_RECORD].ljust(_RECORD), 0)


def _take(handle: int, database: Path, patience: float) -> int:
    """Take the lock; returns the open file that holds it, which may be another one of the same file.

    Raises:
        HeldError: another process held it for so many seconds.
    """
    STOPS.enter()
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        STOPS.leave()
    except BaseException:
        STOPS.leave()
        os.close(handle)
        raise
    else:
        return handle
    wait = _Wait.of(handle)
    try:
        if wait.join(patience):
            return wait.handle
    except BaseException:
        wait.drop()
        raise
    wait.park()
    found = holder(database)
    who = found.message if found is not None else "another zhupi holds the database; try again when it is done"
    raise HeldError(f"{database}: {who}")


def _wait_for_lock(handle: int) -> bool:
    """Wait in the kernel for the lock of an open file; returns whether it is held, False where a signal came.

    ``fcntl.flock`` would go on to wait behind a signal.
    """
    import ctypes  # noqa: PLC0415  # seldom needed

    if not ctypes.CDLL(None, use_errno=True).flock(handle, fcntl.LOCK_EX):
        return True
    number = ctypes.get_errno()
    if number == errno.EINTR:
        return False
    raise OSError(number, os.strerror(number))


class _Wait:
    """A place in the kernel's queue for the lock: the kernel lets waiters in by turns, which polling does not.

    It waits for ever, so that a thread does.  A wait that nobody has the patience for is parked with its place, and
    the next one goes on with it: whoever tries again and again does not wait in many threads.
    """

    _parked: Final[list[_Wait]] = []
    _parking: Final = threading.Lock()

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._mutex = threading.Lock()
        # Let go of when the lock is held: an event would wake twice, and everybody waits for that.
        self._granting = threading.Lock()
        self._granting.acquire()
        self._is_granted = False
        self._is_wanted = True
        self._is_over = False
        threading.Thread(target=self._run, name="zhupi-lock", daemon=True).start()

    @classmethod
    def of(cls, handle: int) -> _Wait:
        """A wait for the lock of an open file: one that is parked, else a new one; it takes the file over."""
        with cls._parking:
            # Another file may have taken the place of the one that is waited for.
            fit = [each for each in cls._parked if each._is_for(handle)]  # noqa: SLF001  # of this class
            for each in fit:
                cls._parked.remove(each)
                if each._want():  # noqa: SLF001  # as above
                    os.close(handle)
                    return each
        return cls(handle)

    def join(self, patience: float) -> bool:
        """Wait so many seconds; whether the lock is held then."""
        if self._granting.acquire(timeout=patience):
            return True
        with self._mutex:
            self._is_wanted = self._is_granted
            return self._is_wanted

    def park(self) -> None:
        """Keep the place in the queue for whoever waits next."""
        with self._parking:
            self._parked.append(self)

    def drop(self) -> None:
        """Let go of the lock as soon as it is held."""
        with self._mutex:
            self._is_wanted = False
            if self._is_granted:
                self._let_go()

    def _run(self) -> None:
        STOPS.enter_when(lambda: _wait_for_lock(self.handle))
        with self._mutex:
            if self._is_wanted:
                self._is_granted = True
                self._granting.release()
            else:
                self._let_go()

    def _let_go(self) -> None:
        self._is_over = True
        os.close(self.handle)
        STOPS.leave()

    def _want(self) -> bool:
        with self._mutex:
            self._is_wanted = not self._is_over
            return self._is_wanted

    def _is_for(self, handle: int) -> bool:
        with self._mutex:
            return self._is_over or os.path.samestat(os.fstat(self.handle), os.fstat(handle))
