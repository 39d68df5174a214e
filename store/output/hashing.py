"""The digest of what is being written."""

from __future__ import annotations

import hashlib

from annotations.formats.base import Sink


class Hashing:
    """A sink that hands on what it gets, and has the digest of it."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._digest = hashlib.sha256()

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Hand on bytes."""
        self._out.write(data)
        self._digest.update(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """The digest so far, in hex."""
        return self._digest.hexdigest()
