"""The sketches beside a prepared shard: what finds near-copies of each text, so that no import makes it again.

A row is of the line of the shard with the same place.  It is as sure as the normalized text of that line: the receipt
has the digest of both.  Where the file or a row is missing, the import makes the sketch itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from annotations.near_copies import PACKED, Sketch, packed, unpacked
from store.input.opening import open_file

SKETCHES_ENDING: Final = ".sketches"
"""What the sketches of a prepared shard have behind the name of the shard."""

_ID: Final = 8
"""Bytes of the id of a notice."""

_ROW: Final = _ID + PACKED


def sketches_path(prepared: Path) -> Path:
    """Where the sketches of a prepared shard lie."""
    return prepared.with_name(prepared.name + SKETCHES_ENDING)


def row_of(notice_id: str, sketch: Sketch | None) -> bytes:
    """The row of a notice: its id and the sketch of its text."""
    return bytes.fromhex(notice_id) + packed(sketch)


def sketch_in(row: bytes, notice_id: str) -> Sketch | None:
    """The sketch of a notice by its row; None where the row is of another one, or has none."""
    if len(row) != _ROW or row[:_ID].hex() != notice_id:
        return None
    return unpacked(row[_ID:])


@contextmanager
def rows_of(path: Path | None) -> Iterator[Iterator[bytes]]:
    """The rows of a file, one after the other, and empty ones behind its end; without a file all are empty.

    Raises:
        OSError: it cannot be read.
        SourceError: it is no regular file.
    """
    if path is None:
        yield _rows(None)
        return
    with open_file(path) as file:
        yield _rows(file)


def _rows(file: BinaryIO | None) -> Iterator[bytes]:
    while True:
        yield b"" if file is None else file.read(_ROW)
