"""JSON Lines, one row after the other in constant memory; also a ``.json`` file that holds one row or a list of them.

A line that is broken costs that line only.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from store.errors import SourceError
from store.input.decoding import decode
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import LIMIT, headed, read_whole
from store.intake.sources.files import File
from store.intake.sources.items import Item, Record, Refusal
from store.intake.sources.rows import Row, RowReader
from store.intake.sources.sketches import rows_of

_NATIVE_LINE = b'{"schema":"zhupi/'  # how every native export begins its lines: no need to read further here


def read_jsonl(stream: io.BufferedReader, file: File, reader: RowReader) -> Iterator[Item]:
    """The pages of a file.

    Args:
        stream: its bytes.
        file: as for ``read_rows``.
        reader: makes pages of the rows.

    Raises:
        SourceError: the file as a whole cannot be taken.
    """
    for row in read_rows(stream, file):
        yield reader.item(row) if isinstance(row, Row) else row


def read_rows(stream: io.BufferedReader, file: File) -> Iterator[Row | Record | Refusal]:
    """The rows of a file, native records among them as they are, and what is none.

    Args:
        stream: its bytes.
        file: names the rows.  Only a ``.json`` file or standard input may hold one value over many lines.

    Raises:
        SourceError: the file as a whole cannot be taken.
    """
    stream, told = in_utf_8(stream)
    rows = _one_value_or_lines(stream, file) if file.suffix in (".json", "") else _lines(stream, file)
    empty = True
    for row in rows:
        empty = False
        yield msgspec.structs.replace(row, encoding=told) if told and isinstance(row, Row) else row
    if empty:
        raise SourceError("empty: there is no row in it")


def parse(data: bytes) -> tuple[object, str]:
    """The value of a JSON text and the encoding it was in; ``NaN`` and the infinities, which JSON lacks, are null.

    Raises:
        SourceError: it is not JSON.
    """
    try:
        return msgspec.json.decode(data), "utf-8"
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        # The slow way also knows other encodings, half characters and where it breaks.
        text, encoding = decode(data)
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite), encoding
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
        raise SourceError(f"not JSON: {message} at character {error.pos + 1}") from None
    except RecursionError:
        raise SourceError("not JSON that can be read: nested too deeply") from None
    except ValueError:
        raise SourceError("not JSON that can be read: a number is too long") from None


def _no_number(_: str) -> None:
    """What stands for NaN."""


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _one_value_or_lines(stream: io.BufferedReader, file: File) -> Iterator[Row | Record | Refusal]:
    """The row, or the list of rows, that a file is; its lines where its first one is a row and more follow."""
    line = stream.readline(LIMIT)
    # Looking further would wait for a pipe's next row.
    more = file.path is None or bool(stream.peek(1).strip())
    stream = headed(line, stream)
    if more and _is_row(line):
        yield from _lines(stream, file)
        return
    data = read_whole(stream, "make it JSON Lines, one row a line")
    try:
        value, encoding = parse(data)
    except SourceError:
        if data.lstrip().startswith(b"["):
            raise
        yield from _lines(io.BytesIO(data), file)
        return
    if not isinstance(value, list):
        yield Row(value, encoding, file.where, file.stem)
        return
    for number, each in enumerate(value, 1):
        yield Row(each, encoding, f"{file.where}:{number}", f"{file.stem}-{number}")


def _is_row(line: bytes) -> bool:
    try:
        return isinstance(parse(line)[0], dict)
    except SourceError:
        return False


def _lines(stream: BinaryIO, file: File) -> Iterator[Row | Record | Refusal]:
    with rows_of(file.sketches) as sketches:
        yield from _each_line(stream, file, sketches)


def _each_line(stream: BinaryIO, file: File, sketches: Iterator[bytes]) -> Iterator[Row | Record | Refusal]:
    for (number, whole), sketch in zip(numbered(stream), sketches, strict=False):
        where = f"{file.where}:{number}"
        if whole is None:
            yield Refusal(where, TOO_LONG)
            continue
        line = whole.strip()
        if line.startswith(_NATIVE_LINE):
            yield Record(line, where, file.seen_by, sketch)
        elif line:
            try:
                value, encoding = parse(line)
            except SourceError as error:
                yield Refusal(where, str(error))
            else:
                yield Row(value, encoding, where, f"{file.stem}-{number}")
