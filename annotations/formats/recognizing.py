"""Tells which format a file or a folder is in: by its manifest, or by what it looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from annotations.formats.registry import NATIVE

_BY_KEYS: Final = (
    (NATIVE, {"schema", "raw", "runs"}),
    ("w3c", {"@context", "target"}),
    ("prodigy", {"text", "tokens", "spans"}),
    ("doccano", {"text", "label", "zhupi_id"}),
    ("spans", {"doc", "label", "start", "end"}),
)
"""What the first line of a format has, among other keys; of two that fit the first counts."""

_BY_BYTES: Final = ((b"PAR1", "parquet"), *((first, "spacy") for first in (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")))
"""How a file begins that has no lines; a DocBin is a stream of zlib."""

_BY_ENDING: Final = ((".ann", "brat"), (".xmi", "cas"), (".cas.json", "cas"), ("README.md", "hf"))
"""What is in a folder of a format."""


class _Options(msgspec.Struct):
    format: str


class _Manifest(msgspec.Struct):
    """What every manifest has, and nobody else's."""

    sha256: str
    zhupi: str
    options: _Options


def format_in_manifest(content: bytes) -> str | None:
    """The format that a manifest of zhupi tells; None where it is none."""
    try:
        return msgspec.json.decode(content, type=_Manifest).options.format
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def format_of_line(line: bytes) -> str | None:
    """The format of a file, by its first line that is not blank; None where it is none that can be told."""
    told = line.strip()
    if told.startswith(b"["):
        return "label-studio"
    if not told.startswith(b"{"):
        return "conll" if b"\t" in told else None
    try:
        row = msgspec.json.decode(told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return format_of_row(row) if isinstance(row, dict) else None


def format_of_row(row: Mapping[str, object]) -> str | None:
    """The format of a file, by a row of it; None where it is none that can be told."""
    return next((name for name, keys in _BY_KEYS if keys <= row.keys()), None)


def format_of_bytes(first: bytes) -> str | None:
    """The format of a file that has no lines, by its first bytes, four at least; None where it is none."""
    return next((name for magic, name in _BY_BYTES if first.startswith(magic)), None)


def format_of_names(names: Iterable[str]) -> str | None:
    """The format of a folder, by the names of its files; None where it is none that can be told."""
    return next((name for file in names for ending, name in _BY_ENDING if file.endswith(ending)), None)
