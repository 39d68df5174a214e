"""Prove a native export from its own lines, with no database at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from annotations.errors import ZhupiError
from annotations.formats import native
from annotations.formats.registry import NATIVE
from store.errors import SourceError
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import READ_ERRORS, opened, read_text, reason
from store.output.manifest import Counts, Manifest, counted

_MOST_BYTES: Final = 65_536
"""Bytes of a manifest at most."""


def verify(path: Path) -> Iterator[str | int]:
    """Yield a line for each claim that does not hold, ``FILE:LINE: what``, and at the end the number of notices.

    Args:
        path: the export, gzipped or not, with or without a byte order mark; ``-`` is standard input.  The digest of a
            manifest is that of its lines, which are UTF-8 without a mark.

    Raises:
        SourceError: the file cannot be read.
    """
    digest, notices, counts = hashlib.sha256(), 0, Counts()
    ids: dict[str, int] = {}
    whole = True
    try:
        with opened(path) as file:
            for number, line in numbered(in_utf_8(file)[0]):
                notices += 1
                if line is None:
                    whole = False
                    yield f"{path}:{number}: {TOO_LONG}; no import takes it"
                    continue
                digest.update(line)
                if line.isspace():
                    # More may follow that are left out, so that nothing can be said of the whole.
                    whole = False
                    yield f"{path}:{number}: not a record, but a blank line"
                    continue
                try:
                    record = native.decode(line)
                    native.prove(record)
                except ZhupiError as error:
                    yield f"{path}:{number}: {error}"
                    continue
                counts.add(record.annotations)
                if record.id in ids:
                    yield f"{path}:{number}: notice {record.id} stands in line {ids[record.id]} too"
                ids[record.id] = number
    except READ_ERRORS as error:
        raise SourceError(f"{path}: {reason(error)}") from error
    manifest = _manifest_of(path)
    if whole and manifest is not None:
        yield from _against(manifest, digest.hexdigest(), notices, counts)
    if not notices:
        yield f"{path}: empty: an export has one line a notice"
    yield notices


def _manifest_of(path: Path) -> Path | None:
    """The manifest beside a file; a compressed one has that of the file that was compressed."""
    names = [path.name, path.name[:-3]] if path.name.lower().endswith(".gz") else [path.name]
    manifests = (path.with_name(f"{name}.manifest.json") for name in names)
    return next((each for each in manifests if each.exists()), None)


def _against(manifest: Path, digest: str, notices: int, counts: Counts) -> Iterator[str]:
    try:
        claimed = msgspec.json.decode(read_text(manifest, _MOST_BYTES), type=Manifest)
    except (*READ_ERRORS, msgspec.DecodeError, RecursionError) as error:
        told = error if isinstance(error, msgspec.DecodeError | RecursionError) else reason(error)
        yield f"{manifest}: not a manifest: {told}"
        return
    if claimed.sha256 != digest:
        yield f"{manifest}: the file beside it has sha256 {digest}, not {claimed.sha256}"
    if claimed.suggestions is None or claimed.decisions is None:
        told, found = f"{claimed.annotations} annotations", f"{counts.all} annotations"
    else:
        told = counted(claimed.annotations, claimed.suggestions, claimed.decisions)
        found = str(counts)
    if claimed.options.format == NATIVE and (claimed.notices, told) != (notices, found):
        yield f"{manifest}: the file beside it has {notices} notices with {found}, not {claimed.notices} with {told}"
