"""A disk that loses its power: what a program asked of its files is recorded, then cut off and done again in part.

The program runs under strace.  Of what it did before the cut only that is certain which a sync made durable: of each
file what was written before its last ``fsync``, of the folder the files made and removed before its last.  Whatever
came later may be there, or not, or in part, in any order; that is harsher than most file systems are.  A killed program
shows none of this, because the kernel keeps what it wrote.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

IGNORED = ("-shm", ".lock")
"""Ends of the names of files that hold nothing durable."""

_MOODS = ((1, 1, 1), (8, 1, 1), (1, 8, 1), (1, 0, 0), (0, 1, 0))
"""How often what was not synced is kept, dropped or torn at a cut; the last two keep or drop all of it."""

_DONE = ("openat", "lseek", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "unlink", "unlinkat", "mmap")
# What would change a file in a way that is not simulated; that must fail and not go unseen.
_UNKNOWN = (
    *("open", "creat", "writev", "pwritev", "pwritev2", "truncate", "fallocate", "sendfile", "splice"),
    *("copy_file_range", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("sync_file_range", "sync", "syncfs", "io_uring_setup", "io_submit"),
)
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (\?|-?\w+)(.*)\Z")
_UNFINISHED = re.compile(r"((\d+) .*?) ?<unfinished \.\.\.>\Z")
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)\Z")
_HANDLE = re.compile(r"(\d+)<(.*?)>")
_QUOTED = re.compile(r'"([^"]*)"(\.\.\.)?')
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")


class Operation(NamedTuple):
    """One thing done to a file of the folder, or a line that the program told; then ``data`` is that line."""

    kind: Literal["make", "write", "truncate", "sync", "remove", "sync folder", "tell"]
    name: str = ""
    at: int = 0
    data: bytes = b""


def record(command: Sequence[str | Path], folder: Path, trace: Path, env: dict[str, str]) -> list[Operation]:
    """Run a program; what it did to the files in ``folder`` and told on stdout, in this order.

    Args:
        command: the program.
        folder: whose files are looked at; with no symbolic link on the way.
        trace: the file that strace writes to.
        env: the environment of the program.
    """
    # A call in _UNKNOWN may be missing on this machine; the question mark allows that.
    calls = ",".join(f"?{call}" for call in (*_DONE, *_UNKNOWN))
    strace = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", "signal=none", "-e", f"trace={calls}", "-o", trace]
    done = subprocess.run([*strace, *command], env=env, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    with trace.open(encoding="ascii") as lines:
        operations = list(_operations(_whole(lines), folder))
    told = b"".join(operation.data + b"\n" for operation in operations if operation.kind == "tell")
    assert told == done.stdout, "strace has missed something"
    return operations


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a trace; those of a call that another thread interrupted are joined where the call returned."""
    begun: dict[str, str] = {}
    for each in lines:
        line = each.rstrip("\n")
        if unfinished := _UNFINISHED.match(line):
            begun[unfinished[2]] = unfinished[1]
        elif resumed := _RESUMED.match(line):
            yield begun.pop(resumed[1]) + resumed[2]
        else:
            yield line


def _operations(lines: Iterable[str], folder: Path) -> Iterator[Operation]:
    position: dict[str, int] = {}
    for line in lines:
        if not (match := _LINE.match(line)):
            assert " +++ " in line, f"cannot be read: {line[:300]}"
            continue
        call, arguments, result, behind = match[2], match[3], match[4], match[5]
        assert result != "?", f"never returned: {line[:300]}"
        failed = result.startswith("-")
        if failed or call in _UNKNOWN:
            assert failed or not _concerns(call, arguments, folder), f"{call} is not simulated"
            continue
        # An opened file is what the call returned, with its whole path.
        where = f"{result}{behind}" if call == "openat" else arguments
        handle = _HANDLE.search(where)
        if call == "write" and handle and handle[1] == "1":
            told = _data(arguments)[: int(result)]
            assert told.endswith(b"\n"), "a line must be told by one write"
            yield Operation("tell", data=told[:-1])
            continue
        # Memory without a file has no path.
        path = os.fsdecode(_data(arguments) if "unlink" in call else _decoded(handle[2] if handle else ""))
        assert path.startswith("/") or "unlink" not in call, f"removed by a relative path: {path}"
        if path == str(folder):
            if call in ("fsync", "fdatasync"):
                yield Operation("sync folder")
        elif Path(path).parent == folder and not path.endswith(IGNORED):
            assert "(deleted)" not in where, f"{call} on a removed file is not simulated"
            number = handle[1] if handle else ""
            yield from _on_file(call, Path(path).name, arguments, int(result, 0), number, position)


def _concerns(call: str, arguments: str, folder: Path) -> bool:
    """Whether a call that is not simulated may change the files of the folder."""
    return call.startswith(("sync", "io_")) or any(path.startswith(str(folder)) for path in _paths(arguments))


def _on_file(
    call: str, name: str, arguments: str, result: int, handle: str, position: dict[str, int]
) -> Iterator[Operation]:
    if call == "openat":
        position.pop(handle, None)
        assert "O_TRUNC" not in arguments, "O_TRUNC is not simulated"
        if "O_CREAT" in arguments:
            yield Operation("make", name)
    elif call == "lseek":
        position[handle] = result
    elif call == "write":
        # Reading moves the position too and is not traced: each write must follow a seek, as SQLite's do.
        assert handle in position, f"{name}: written at an unknown place"
        yield Operation("write", name, position.pop(handle), _data(arguments)[:result])
    elif call == "pwrite64":
        yield Operation("write", name, int(arguments.rpartition(",")[2]), _data(arguments)[:result])
    elif call == "ftruncate":
        yield Operation("truncate", name, int(arguments.rpartition(",")[2]))
    elif call in ("fsync", "fdatasync"):
        yield Operation("sync", name)
    elif call in ("unlink", "unlinkat"):
        yield Operation("remove", name)
    else:
        assert call == "mmap", call
        assert "PROT_WRITE" not in arguments or "MAP_SHARED" not in arguments, f"{name}: written as memory"


def _paths(arguments: str) -> list[str]:
    found = [each[2] for each in _HANDLE.finditer(arguments)] + [each[1] for each in _QUOTED.finditer(arguments)]
    return [os.fsdecode(_decoded(each)) for each in found]


def _data(arguments: str) -> bytes:
    """The bytes of the one text among the arguments."""
    quoted = _QUOTED.search(arguments)
    assert quoted, arguments[:300]
    assert not quoted[2], "strace has cut off what was written"
    return _decoded(quoted[1])


def _decoded(text: str) -> bytes:
    if 4 * text.count("\\x") == len(text):
        # Nothing but escaped bytes, as all that is written is: millions of them.
        return bytes.fromhex(text.replace("\\x", ""))
    # An older strace writes the paths of open files as they are.
    return _BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), text.encode())


class _File:
    """What is durable of a file, and what was done to it since."""

    def __init__(self, content: bytes = b"") -> None:
        self.durable = bytearray(content)
        self.pending: list[Operation] = []

    def sync(self) -> None:
        for operation in self.pending:
            _do(self.durable, operation)
        self.pending.clear()

    def after_power_cut(self, dice: random.Random, mood: tuple[int, int, int]) -> bytes:
        content = bytearray(self.durable)
        fates = dice.choices(("kept", "dropped", "torn"), mood, k=len(self.pending))
        for operation, fate in zip(self.pending, fates, strict=True):
            if fate == "torn" and operation.kind == "write":
                for sector in _sectors(operation):
                    if dice.random() < 0.5:
                        _do(content, sector)
            elif fate != "dropped":
                _do(content, operation)
        return bytes(content)


def _do(content: bytearray, operation: Operation) -> None:
    """Write or truncate; what lies between the end of a file and what is written behind it is zero."""
    end = operation.at + len(operation.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if operation.kind == "truncate":
        del content[operation.at :]
    else:
        content[operation.at : end] = operation.data


def _sectors(write: Operation) -> Iterator[Operation]:
    """A write in parts that each lie in one sector."""
    at, end = write.at, write.at + len(write.data)
    while at < end:
        behind = min(end, (at // SECTOR + 1) * SECTOR)
        yield Operation("write", write.name, at, write.data[at - write.at : behind - write.at])
        at = behind


class Disk:
    """The files of a folder, on a disk that can lose its power.

    Args:
        folder: whose files it begins with; all of that is durable.
    """

    def __init__(self, folder: Path) -> None:
        files = {path.name: _File(path.read_bytes()) for path in folder.iterdir() if not path.name.endswith(IGNORED)}
        # Of each name what the folder has had under it, from the durable entry to the present one.
        self._entries: dict[str, list[_File | None]] = {name: [file] for name, file in files.items()}

    def do(self, operation: Operation) -> None:
        """What a program asks of the disk."""
        kind, name = operation.kind, operation.name
        if kind == "tell":
            return
        if kind == "sync folder":
            for entries in self._entries.values():
                del entries[:-1]
            return
        entries = self._entries.setdefault(name, [None])
        file = entries[-1]
        if kind == "make":
            if file is None:
                entries.append(_File())
            return
        assert file is not None, f"{name}: {kind}, but it is not there"
        if kind == "remove":
            entries.append(None)
        elif kind == "sync":
            file.sync()
        else:
            file.pending.append(operation)

    def after_power_cut(self, dice: random.Random) -> dict[str, bytes]:
        """The files that may be left if the power failed now, by their names."""
        mood = dice.choice(_MOODS)
        left = {name: dice.choice(entries) for name, entries in self._entries.items()}
        return {name: file.after_power_cut(dice, mood) for name, file in left.items() if file is not None}


class Cut(NamedTuple):
    """A power cut: behind how many operations, what was told before it and which files it left."""

    at: int
    told: list[str]
    files: dict[str, bytes]


def power_cuts(disk: Disk, operations: Sequence[Operation], count: int, seed: int) -> Iterator[Cut]:
    """Cut the power ``count`` times at random, each time in another course of the same events.

    Args:
        disk: as it was before the program began.
        operations: what the program did.
        count: how many cuts.
        seed: the same cuts for the same operations.
    """
    dice = random.Random(seed)
    done, told = 0, []
    for at in sorted(dice.choices(range(len(operations) + 1), k=count)):
        for operation in operations[done:at]:
            disk.do(operation)
            if operation.kind == "tell":
                told.append(operation.data.decode())
        done = at
        yield Cut(at, list(told), disk.after_power_cut(dice))
