"""The lines of a file of JSON Lines, whatever it is encoded in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from store.errors import SourceError
from store.input.decoding import byte_order_mark, decode
from store.input.opening import LIMIT, read_whole

TOO_LONG = f"a line larger than {LIMIT >> 20} MiB"
"""What is wrong with a line that ``numbered`` leaves out."""

MOST_BLANK: Final = 1_000_000
"""Blank lines behind each other, at most."""


def too_blank(number: int) -> str:
    """What is wrong with a file that has more blank lines up to line ``number``."""
    return f"more than {MOST_BLANK:,} blank lines up to line {number:,}: the rest was not read; take them out"


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
    """The lines with their line ends, numbered from 1; None for one that is larger than ``LIMIT``.

    Of blank lines behind each other only the first is there.

    Raises:
        SourceError: there are more than ``MOST_BLANK`` of them: a few compressed bytes can stand for any number.
    """
    number = blank = 0
    while line := stream.readline(LIMIT + 1):
        number += 1
        blank = blank + 1 if line.isspace() else 0
        if blank > MOST_BLANK:
            raise SourceError(too_blank(number))
        if blank > 1:
            continue
        if len(line) <= LIMIT:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LIMIT)
        yield number, None
