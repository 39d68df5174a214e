"""MessagePack in a stream of zlib, read a value at a time, without the rest of it in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import msgspec

from annotations.errors import RecordError

_CHUNK: Final = 1 << 16

_MAP, _ITEMS, _TEXT, _NEGATIVE = 0x80, 0x90, 0xA0, 0xE0
"""The first bytes of what is short, of each kind the least: a map, a list, a text; and of numbers below zero."""
_SIZED: Final[Mapping[int, tuple[str, int]]] = {
    0xC4: ("bytes", 1), 0xC5: ("bytes", 2), 0xC6: ("bytes", 4), 0xD9: ("text", 1), 0xDA: ("text", 2), 0xDB: ("text", 4),
    0xDC: ("list", 2), 0xDD: ("list", 4), 0xDE: ("map", 2), 0xDF: ("map", 4),
}  # fmt: skip
"""What a first byte means that has a length behind it, and how many bytes that length has."""
_PLAIN: Final[Mapping[int, int]] = {
    0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,
}  # fmt: skip
"""How many bytes stand behind a first byte that is a number, a truth or nothing."""


class PackedStream:
    """What is compressed in a file, from a place in it on, whoever else reads the file meanwhile.

    Args:
        file: can be read from any place.
        position: how many bytes of what is compressed to pass over.
    """

    def __init__(self, file: BinaryIO, position: int = 0) -> None:
        self.position = 0
        """How many bytes of what is compressed have been read."""
        self._kept: bytearray | None = None
        self._file = file
        self._at = 0
        self._decompressor = zlib.decompressobj()
        self._left = b""
        self.skip(position)

    def read(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            RecordError: there are fewer.
        """
        parts = []
        for part in self._parts(size):
            parts.append(part)
            if self._kept is not None:
                self._kept += part
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Pass over so many bytes."""
        for part in self._parts(size):
            if self._kept is not None:
                self._kept += part

    def head(self) -> tuple[str, int]:
        """What comes next, and how much of it: bytes, or items of a list or a map; see the specification."""
        first = self.read(1)[0]
        if first in _SIZED:
            kind, size = _SIZED[first]
            return kind, int.from_bytes(self.read(size))
        if first in _PLAIN:
            return "plain", _PLAIN[first]
        if first < _MAP or first >= _NEGATIVE:
            return "plain", 0
        if first >= _TEXT:
            return "text", first - _TEXT
        return ("map", first - _MAP) if first < _ITEMS else ("list", first - _ITEMS)

    def skip_item(self) -> None:
        """Pass over what comes next, with all that is in it."""
        left = 1
        while left:
            kind, size = self.head()
            left -= 1
            if kind in ("map", "list"):
                left += 2 * size if kind == "map" else size
            else:
                self.skip(size)

    def item(self) -> Any:  # noqa: ANN401  # whatever it is
        """What comes next, with all that is in it.

        Raises:
            msgspec.DecodeError: it is not MessagePack.
        """
        self._kept = bytearray()
        self.skip_item()
        content, self._kept = self._kept, None
        return msgspec.msgpack.decode(content)

    def _parts(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._left:
                self._left = self._more()
            part, self._left = self._left[:size], self._left[size:]
            size -= len(part)
            self.position += len(part)
            yield part

    def _more(self) -> bytes:
        while not self._decompressor.eof:
            data = self._decompressor.unconsumed_tail
            if not data:
                self._file.seek(self._at)
                data = self._file.read(_CHUNK)
                self._at += len(data)
            if found := self._decompressor.decompress(data, _CHUNK):
                return found
            if not data:
                break
        raise RecordError("it is cut off")
