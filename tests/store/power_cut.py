"""A power cut, simulated: what a writer wrote and synced is recorded, the files are rebuilt as a disk may have them.

What was synced is there.  Of what was written to a file since its last sync, each write is at random there, not there,
or there in part, in sectors of 512 bytes; a file that was made or removed since its folder was last synced may exist or
not.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

_WRITER = Path(__file__).with_name("power_cut_writer.py")
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)(?:<.*>)?(?: \w+ \(.*\))?$")
_CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,unlinkat"
_FLEETING = ("-shm", ".lock")
"""What nobody expects to outlive a power cut."""
_ON_FILE = re.compile(r"\d+<(.*?)>(?:, |$)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')

Kind = Literal["write", "truncate", "sync", "make", "remove", "sync folder", "acknowledge"]


@dataclass(frozen=True)
class Operation:
    """One thing that the writer did to a file of the folder, or told."""

    kind: Kind
    name: str = ""
    offset: int = 0
    data: bytes = b""


@dataclass
class File:
    """A file on the disk: what is surely there, and what may be."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)
    there: bool = True
    """Whether it surely exists, or surely does not, when ``unsure`` is false."""
    unsure: bool = False


def record(database: Path, synchronous: str, count: int) -> list[Operation]:
    """What a writer does to the folder of ``database``, in order."""
    log = database.with_name("strace.txt")
    command = [
        "strace",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "1000000",
        "-e",
        f"trace={_CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(log),
    ]
    subprocess.run(
        [*command, sys.executable, str(_WRITER), str(database), synchronous, str(count)],
        check=True, stdout=subprocess.PIPE, timeout=120,
    )  # fmt: skip
    with log.open(encoding="ascii", errors="replace") as lines:
        return list(_parsed(lines, database))


def _parsed(lines: Iterator[str], database: Path) -> Iterator[Operation]:
    folder = str(database.parent)
    for line in lines:
        found = _CALL.match(line.rstrip("\n"))
        if found is None or int(found[3]) < 0:
            continue
        call, arguments = found[1], found[2]
        strings = [bytes.fromhex(each.replace("\\x", "")) for each in _STRING.findall(arguments)]
        on_file = _ON_FILE.match(arguments)
        path = _text(on_file[1]) if on_file else ""
        if call in ("openat", "unlink", "unlinkat"):
            path = strings[0].decode() if strings else ""
        at = Path(path)
        if call == "write" and arguments.startswith("1<"):
            yield Operation("acknowledge", strings[0].decode().strip())
        elif path == folder and call in ("fsync", "fdatasync"):
            yield Operation("sync folder")
        elif str(at.parent) == folder and at.name.startswith(database.name) and not at.name.endswith(_FLEETING):
            yield from _of_file(at.name, call, arguments, strings)


def _of_file(name: str, call: str, arguments: str, strings: list[bytes]) -> Iterator[Operation]:
    if call in ("write", "pwrite64"):
        assert call == "pwrite64", f"a write without a place: {arguments[:200]}"
        yield Operation("write", name, int(arguments.rpartition(", ")[2]), strings[0])
    elif call == "ftruncate":
        yield Operation("truncate", name, int(arguments.rpartition(", ")[2]))
    elif call in ("fsync", "fdatasync"):
        yield Operation("sync", name)
    elif call != "openat":
        yield Operation("remove", name)
    elif "O_CREAT" in arguments:
        yield Operation("make", name)


def _text(shown: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), shown)


def cuts(
    operations: list[Operation], before: dict[str, bytes], points: list[int], chance: random.Random, folder: Path
) -> Iterator[tuple[int, set[str]]]:
    """Rebuild ``folder`` as it may be after a power cut at each point.

    Args:
        operations: what the writer did.
        before: the files as they were, by name, all of it on disk.
        points: how many operations had begun, in rising order.
        chance: decides what is there.
        folder: emptied and filled for each point.

    Yields:
        The point, and what had been acknowledged before it.
    """
    files = {name: File(bytearray(data)) for name, data in before.items()}
    acknowledged: set[str] = set()
    done = 0
    for point in points:
        for operation in operations[done:point]:
            _do(files, operation, acknowledged)
        done = point
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, file in files.items():
            exists = chance.random() < 0.5 if file.unsure else file.there
            if exists:
                (folder / name).write_bytes(_after_a_cut(file, chance))
        yield point, set(acknowledged)


def _do(files: dict[str, File], operation: Operation, acknowledged: set[str]) -> None:
    if operation.kind == "acknowledge":
        acknowledged.add(operation.name)
        return
    if operation.kind == "sync folder":
        for file in files.values():
            file.unsure = False
        return
    file = files.setdefault(operation.name, File(there=False))
    if operation.kind == "make":
        if not file.there:
            file.durable.clear()
            file.pending.clear()
            file.there = file.unsure = True
    elif operation.kind == "remove":
        file.there, file.unsure = False, True
    elif operation.kind == "sync":
        for each in file.pending:
            _apply(file.durable, each)
        file.pending.clear()
    else:
        file.pending.append(operation)


def _apply(data: bytearray, operation: Operation) -> None:
    if operation.kind == "truncate":
        del data[operation.offset :]
        data.extend(bytes(operation.offset - len(data)))
        return
    end = operation.offset + len(operation.data)
    if len(data) < end:
        data.extend(bytes(end - len(data)))
    data[operation.offset : end] = operation.data


def _after_a_cut(file: File, chance: random.Random) -> bytes:
    data = bytearray(file.durable)
    for operation in file.pending:
        fate = chance.choice(("there", "not there", "in part"))
        if fate == "there" or (fate == "in part" and operation.kind == "truncate"):
            _apply(data, operation)
        elif fate == "in part":
            for at in range(0, len(operation.data), SECTOR):
                if chance.random() < 0.5:
                    part = operation.data[at : at + SECTOR]
                    _apply(data, Operation("write", operation.name, operation.offset + at, part))
    return bytes(data)
