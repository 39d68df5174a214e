"""CSV with a header, row after row in constant memory.

A row that does not fit its header is refused: a comma or a line end that nobody quoted would cut the page's text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TextIO

from annotations.annotation import clip
from store.errors import SourceError
from store.input.decoding import byte_order_mark, decode
from store.input.lines import MOST_BLANK, too_blank
from store.input.opening import LIMIT, headed
from store.intake.sources.files import File
from store.intake.sources.items import Item, Refusal
from store.intake.sources.rows import Row, RowReader

_SAMPLE = 1 << 20
_DELIMITERS = ",;\t"


def read_csv(stream: io.BufferedReader, file: File, reader: RowReader) -> Iterator[Item]:
    """The rows of a file; ``where`` and ``STEM-LINE`` count lines as an editor does, a row is at its first one.

    Args:
        stream: its bytes.
        file: names the rows.
        reader: makes pages of the rows.

    Raises:
        SourceError: the file as a whole cannot be taken.
    """
    text, encoding = _text(stream)
    # The module keeps this for the whole process; nothing else here reads CSV.
    csv.field_size_limit(LIMIT)
    rows = _cells(text, file.where, encoding)
    header: list[str] = []
    for line, cells in rows:
        if isinstance(cells, Refusal):
            yield cells
        elif not header:
            header = _columns(cells)
            reader.require_raw(header)
        elif len(cells) != len(header):
            told = f"{len(cells)} cells where the header has {len(header)}: quote cells that hold commas or line ends"
            yield Refusal(f"{file.where}:{line}", told)
        else:
            value = dict(zip(header, cells, strict=True))
            yield reader.item(Row(value, encoding, f"{file.where}:{line}", f"{file.stem}-{line}"))


def _text(stream: io.BufferedReader) -> tuple[TextIO, str]:
    """The file as text and its encoding, which its first MiB decides."""
    sample = stream.read(_SAMPLE)
    # A line end is one byte in all encodings but UTF-16, so that no character is cut there.
    cut = sample.rfind(b"\n") + 1 if len(sample) == _SAMPLE and len(byte_order_mark(sample)) != 2 else 0
    _, encoding = decode(sample[:cut] if cut else sample)
    rest = headed(sample[len(byte_order_mark(sample)) :], stream)
    return io.TextIOWrapper(rest, encoding=encoding, newline=""), encoding


def _cells(text: TextIO, where: str, encoding: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Each row with the number of its first line; a broken one as its refusal, after which the next line begins one."""
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=lines.delimiter(), strict=True)
    blank = 0
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Refusal(f"{where}:{line}", f"not CSV: {error}")
        except UnicodeDecodeError:
            raise SourceError(f"from line {line} on not {encoding} as before: save it as UTF-8") from None
        else:
            blank = 0 if cells else blank + 1
            if blank > MOST_BLANK:
                raise SourceError(too_blank(line))
            if cells:
                yield line, cells


class _Lines:
    """The lines of a text, each with its line end; one above ``LIMIT`` ends the file before it fills the memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._first = self._read()

    def delimiter(self) -> str:
        """The delimiter of the header's cells: the candidate that occurs most often."""
        return max(_DELIMITERS, key=self._first.count)

    def __iter__(self) -> Iterator[str]:
        line = self._first
        while line:
            yield line
            line = self._read()

    def _read(self) -> str:
        line = self._text.readline(LIMIT)
        if len(line) == LIMIT:
            raise SourceError(f"a line larger than {LIMIT >> 20} MiB: quote the cells of this CSV")
        return line


def _columns(names: list[str]) -> list[str]:
    """The names of the columns.

    Raises:
        SourceError: two have the same, so that one would hide the other.
    """
    names = [name.strip() for name in names]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SourceError(f"two columns are named {clip(twice)}: rename one")
    return names
