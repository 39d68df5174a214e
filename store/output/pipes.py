"""Messages and bytes through a pipe, and how long to wait for whoever is at its other end."""

from __future__ import annotations

import os
import select
from contextlib import ExitStack
from typing import Final, TypeVar

import msgspec

_LENGTH: Final = 8
"""Bytes that say how long a message is."""

_Message = TypeVar("_Message", bound=msgspec.Struct)


def new_pipe(closing: ExitStack) -> tuple[int, int]:
    """The ends of a new pipe, for reading and for writing; they are closed with ``closing``."""
    ends = os.pipe()
    for end in ends:
        closing.callback(os.close, end)
    return ends


def send_message(handle: int, message: msgspec.Struct, patience: int | None = None) -> None:
    """Send a message.

    Raises:
        OSError: nobody reads the pipe, or nothing is taken from it for ``patience`` milliseconds.
    """
    data = msgspec.json.encode(message)
    send(handle, len(data).to_bytes(_LENGTH, "little") + data, patience)


def receive_message(handle: int, kind: type[_Message], patience: int | None = None) -> _Message:
    """The next message.

    Raises:
        EOFError: whoever sends has ended.
        OSError: nothing comes for ``patience`` milliseconds.
    """
    size = int.from_bytes(receive(handle, _LENGTH, patience), "little")
    return msgspec.json.decode(receive(handle, size, patience), type=kind)


def send(handle: int, data: bytes | bytearray | memoryview, patience: int | None = None) -> None:
    """Send bytes.

    Raises:
        OSError: nobody reads the pipe, or nothing is taken from it for ``patience`` milliseconds.
    """
    view = memoryview(data)
    while view:
        if patience is None:
            view = view[os.write(handle, view) :]
            continue
        _wait(handle, select.POLLOUT, patience)
        # A write of no more than this does not wait.
        view = view[os.write(handle, view[: select.PIPE_BUF]) :]


def receive(handle: int, size: int, patience: int | None = None) -> bytearray:
    """So many bytes.

    Raises:
        EOFError: whoever sends them has ended.
        OSError: nothing comes for ``patience`` milliseconds.
    """
    data = bytearray(size)
    view = memoryview(data)
    while view:
        _wait(handle, select.POLLIN, patience)
        read = os.readv(handle, [view])
        if not read:
            raise EOFError
        view = view[read:]
    return data


def _wait(handle: int, event: int, patience: int | None) -> None:
    """Wait until a pipe takes ``select.PIPE_BUF`` bytes, has some to read, or has lost its other end."""
    if patience is None:
        return
    poll = select.poll()
    poll.register(handle, event)
    if not poll.poll(patience):
        raise TimeoutError("whoever is at the other end does nothing")
