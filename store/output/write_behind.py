"""Hashing and writing in a thread of their own, beside the work that makes what is written."""

from __future__ import annotations

from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Final, Self

from annotations.formats.base import Sink

_CHUNK: Final = 262_144
"""Bytes that are handed on at once."""

_WAITING: Final = 4
"""Chunks that wait at most: whoever is faster waits for the disk, and memory stays the same."""


class WriteBehind:
    """A sink that hands on what it gets, in order, while its caller goes on; all of it is written when the block ends.

    What fails in the thread is raised at a later ``write``, or at the end of the block.
    """

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._pending: list[bytes | bytearray] = []
        self._size = 0
        self._chunks: Queue[bytes | bytearray | None] = Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="write-behind", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._pending and kind is None:
            self._hand_on()
        self._chunks.put(None)
        self._thread.join()
        if self._error is not None and kind is None:
            raise self._error

    def write(self, data: bytes | bytearray, /) -> int:
        """Hand on bytes, later; they must stay as they are."""
        self._pending.append(data)
        self._size += len(data)
        if self._size >= _CHUNK:
            self._hand_on()
        return len(data)

    def _hand_on(self) -> None:
        if self._error is not None:
            raise self._error
        # What is large enough by itself is not copied.
        self._chunks.put(self._pending[0] if len(self._pending) == 1 else b"".join(self._pending))
        self._pending.clear()
        self._size = 0

    def _run(self) -> None:
        while (chunk := self._chunks.get()) is not None:
            # After an error the rest is taken and dropped, so that nobody waits for room.
            if self._error is None:
                try:
                    self._out.write(chunk)
                except BaseException as error:  # noqa: BLE001  # raised in the other thread
                    self._error = error
