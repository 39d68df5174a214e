"""Rows of JSON, whatever tool wrote them: each is read by the module that knows its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import msgspec

from annotations.errors import FormatError, RecordError
from annotations.formats.base import FileFormat
from annotations.formats.foreign import doccano, label_studio, own, prodigy
from annotations.formats.foreign.document import ForeignDocument
from annotations.formats.recognizing import format_of_row
from annotations.formats.registry import NATIVE, format_of


class _Tool(Protocol):
    def is_row(self, row: Mapping[str, Any], /) -> bool: ...

    def documents(self, row: Mapping[str, Any], /) -> Iterator[ForeignDocument]: ...


_TOOLS: Final[Mapping[str, _Tool]] = {"label-studio": label_studio, "prodigy": prodigy, "doccano": doccano}
"""Those that are read as their tools write them, in the order in which a row is tried."""
_OWN: Final = (NATIVE, "spans", "w3c")
"""Those that only zhupi writes so, and that are proved as they are read."""
ROW_FORMATS: Final = (*_TOOLS, *_OWN)
"""The formats whose files are rows of JSON."""


def documents_of(row: object, name: str | None) -> Iterator[ForeignDocument]:
    """The documents of a row.

    Args:
        row: a value of JSON.
        name: the format; None for what the row looks like.

    Raises:
        ZhupiError: it is not of that format, or of none.
    """
    if not isinstance(row, dict):
        raise RecordError("not an object, which a text with its annotations is in all formats")
    told = name or _format_of(row)
    if told is None:
        raise RecordError(
            f"of no format that is known: it has {', '.join(map(str, row)) or 'no keys'}; --format names the format"
        )
    if told in _TOOLS:
        yield from _TOOLS[told].documents(row)
    else:
        try:
            line = msgspec.json.encode(row)
        except UnicodeEncodeError as error:
            raise RecordError("it holds half a character, which no file can hold") from error
        yield from documents_of_line(line, told)


def _format_of(row: dict[str, Any]) -> str | None:
    told = format_of_row(row)
    if told in _OWN:
        return told
    return next((name for name, tool in _TOOLS.items() if tool.is_row(row)), None)


def documents_of_line(line: bytes, name: str) -> Iterator[ForeignDocument]:
    """The documents of a line that zhupi wrote, in one of its own formats.

    Raises:
        ZhupiError: it is not of that format, or does not prove itself.
    """
    found = format_of(name)
    if not isinstance(found, FileFormat) or found.read is None:
        raise FormatError(f"{name}: it is no format of rows")
    faults: list[str] = []
    for each in found.read([(1, line)], lambda _, told: faults.append(told), "raw"):
        if not each.spans and each.text is None:
            raise RecordError("it has no place in the raw text: export it without --text normalized")
        yield from own.documents(each)
    if faults:
        raise RecordError(faults[0])
