"""The lines of a file of JSON Lines, whatever it is encoded in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from store.input.decoding import byte_order_mark, decode
from store.input.opening import LIMIT, read_whole

TOO_LONG = f"a line larger than {LIMIT >> 20} MiB"
"""What is wrong with a line that ``numbered`` leaves out."""


def in_utf_8(stream: io.BufferedReader) -> tuple[io.BufferedReader, str | None]:
    """The stream without its byte order mark, and its encoding where the mark tells that it was not UTF-8.

    Raises:
        SourceError: it is UTF-16 and larger than ``LIMIT``.
    """
    mark = byte_order_mark(stream.peek(3))
    if len(mark) == 2:
        # Line ends are single bytes in every other encoding; UTF-16 has to be rewritten before it can be cut.
        text, told = decode(read_whole(stream, "save it as UTF-8"))
        return io.BufferedReader(io.BytesIO(text.encode())), told
    stream.read(len(mark))
    return stream, None


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their line ends, numbered from 1; None for one that is larger than ``LIMIT``."""
    number = 0
    while line := stream.readline(LIMIT + 1):
        number += 1
        if len(line) <= LIMIT:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LIMIT)
        yield number, None
