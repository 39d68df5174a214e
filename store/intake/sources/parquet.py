"""Parquet: a row of any table, a few in memory at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from annotations.formats.reading import seekable
from store.errors import SourceError
from store.input.extra import needing
from store.intake.sources.files import File
from store.intake.sources.items import Item, Refusal
from store.intake.sources.rows import Row, RowReader

_AT_ONCE: Final = 64
"""Rows that are in memory at once: each may have a page of a million characters."""

_encode: Final = msgspec.json.Encoder(enc_hook=str).encode
"""What a table has and JSON lacks becomes text: dates in ISO 8601, decimals, bytes in base64."""


def read_parquet(stream: io.BufferedReader, file: File, reader: RowReader) -> Iterator[Item]:
    """The rows of a file; ``where`` and ``STEM-ROW`` count them from 1.

    Args:
        stream: its bytes; where they cannot be read out of order, they are laid aside first.
        file: names the rows.
        reader: makes pages of the rows.

    Raises:
        SourceError: pyarrow is missing, the file is no Parquet, or is damaged.
    """
    with needing("Parquet", "parquet", "pyarrow"):
        import pyarrow as pa  # noqa: PLC0415  # slow to import, and an extra brings it
        from pyarrow import parquet  # noqa: PLC0415

    number = 0
    with seekable(stream) as bottom:
        try:
            table = parquet.ParquetFile(bottom)
            reader.require_raw(table.schema_arrow.names)
            for batch in table.iter_batches(_AT_ONCE):
                for number, row in enumerate(batch.to_pylist(), number + 1):  # noqa: B020  # it goes on counting
                    yield _item(row, number, file, reader)
        except (pa.ArrowException, OSError, ValueError) as error:
            told = f"from row {number + 1} on damaged" if number else "no Parquet that can be read"
            raise SourceError(f"{told}: {' '.join(str(error).split())}") from error


def _item(row: dict[str, Any], number: int, file: File, reader: RowReader) -> Item:
    where = f"{file.where}:{number}"
    try:
        value = msgspec.json.decode(_encode(row))
    except (TypeError, msgspec.MsgspecError, RecursionError) as error:
        return Refusal(where, f"a row that cannot be kept as JSON: {error}")
    return reader.item(Row(value, "utf-8", where, f"{file.stem}-{number}"))
