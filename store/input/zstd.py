"""Zstandard data, decompressed a little at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from store.errors import SourceError
from store.input.extra import needing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only

MAGIC: Final = b"\x28\xb5\x2f\xfd"
"""How the data begins."""

_AT_ONCE: Final = 1_024
"""Bytes that are decompressed at once: they unfold to some 32 MB at most."""

_DAMAGED: Final = "damaged or cut off Zstandard data: compress it again"


class ZstandardFile(io.RawIOBase):
    """What a stream of Zstandard frames unfolds to.

    Raises:
        SourceError: the library for it is missing; or, as it is read, the data is damaged or cut off.
    """

    def __init__(self, stream: BinaryIO) -> None:
        with needing("Zstandard data", "zstd", "zstandard"):
            import zstandard  # noqa: PLC0415  # an extra brings it
        self._stream = stream
        self._error = zstandard.ZstdError
        self._frame_of = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = self._frame_of()
        self._begun = False
        self._unread = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill as much of ``buffer`` as is there, and at least a byte unless this is the end."""
        target = memoryview(buffer).cast("B")
        while not self._ready:
            data = self._unread or self._stream.read(_AT_ONCE)
            self._unread = b""
            if not data:
                if self._begun:
                    raise SourceError(_DAMAGED)
                return 0
            self._unfold(data)
        chunk, self._ready = self._ready[: len(target)], self._ready[len(target) :]
        target[: len(chunk)] = chunk
        return len(chunk)

    def _unfold(self, data: bytes) -> None:
        try:
            self._ready = memoryview(self._frame.decompress(data))
        except self._error as error:
            raise SourceError(_DAMAGED) from error
        self._begun = not self._frame.eof
        if self._frame.eof:
            # Another frame may follow.
            self._unread, self._frame = self._frame.unused_data, self._frame_of()
