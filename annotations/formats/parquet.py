"""The Parquet format: the rows of ``hf`` in one file, for pandas, DuckDB, Spark and the like.

pyarrow writes a row group as soon as there is enough for one, so memory does not grow with the file.  Another
version of pyarrow may write other bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

import msgspec
from msgspec.structs import replace

from annotations.errors import ZhupiError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Sink, TextKind, needing
from annotations.formats.labelled import LabelledNotice, Refuse
from annotations.formats.rows import COLUMNS, Row, labelled, row_of

_MOST_ROWS: Final = 1_000
_MOST_CHARACTERS: Final = 4_000_000
"""A row group ends with so many rows, or with the row that brings it to so many code points of text."""


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A row for each notice; what each column holds is in the schema of the file, which rows cannot differ from."""
    with needing("parquet"):
        import pyarrow as pa  # noqa: PLC0415  # slow to import, and an extra brings it
        from pyarrow import parquet  # noqa: PLC0415

    span = pa.struct({"start": pa.int64(), "end": pa.int64(), "label": pa.string(), "text": pa.string()})
    columns = {name: pa.list_(span) if name == "spans" else pa.string() for name in COLUMNS}
    types = {"several": pa.list_(pa.string()), "boolean": pa.bool_()}
    if declared := context.labels.notice:
        columns["attributes"] = pa.struct({each.name: types.get(each.type, pa.string()) for each in declared})
    schema = pa.schema(columns)
    with parquet.ParquetWriter(_File(out), schema, compression="zstd") as writer:
        for rows in _groups(row_of(each, context) for each in notices):
            writer.write_table(pa.Table.from_pylist([msgspec.to_builtins(row) for row in rows], schema))


def read(file: BinaryIO, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The notice of each row; a row group is in memory at a time, and of a large one a part."""
    with needing("parquet"):
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415

    number = 0
    try:
        for batch in parquet.ParquetFile(file).iter_batches(_MOST_ROWS):
            rows = batch.to_pylist()
            for number, row in enumerate(rows, number + 1):  # noqa: B020  # it goes on counting
                try:
                    yield replace(labelled(msgspec.convert(row, Row)), where=str(number))
                except (ZhupiError, msgspec.ValidationError) as error:
                    refuse(str(number), str(error))
    except (pa.ArrowException, OSError) as error:
        refuse(str(number + 1), f"not a row of Parquet: {error}")


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in order, as many at a time as make a row group."""
    group: list[Row] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += len(row.text)
        if len(group) >= _MOST_ROWS or characters >= _MOST_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


class _File(io.RawIOBase):
    """A sink as the file that pyarrow asks for."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401  # whatever has bytes; collections.abc.Buffer is of Python 3.12
        content = bytes(data)
        self._out.write(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written


FORMAT = FileFormat(
    write=write, read_binary=read, ending=".parquet", content="binary", carries=frozenset({"notice_attributes"})
)
