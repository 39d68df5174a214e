"""Prove a native export from its own lines, with no database at hand."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec

from annotations.errors import ZhupiError
from annotations.formats import native
from annotations.formats.registry import NATIVE
from store.errors import SourceError
from store.output.manifest import Counts, Manifest, counted


def verify(path: Path) -> Iterator[str | int]:
    """Yield a line for each claim that does not hold, ``FILE:LINE: what``, and at the end the number of notices.

    Args:
        path: the export; ``-`` is standard input.

    Raises:
        SourceError: the file cannot be read.
    """
    digest, notices, counts = hashlib.sha256(), 0, Counts()
    ids: dict[str, int] = {}
    try:
        with ExitStack() as stack:
            lines = sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))
            for number, line in enumerate(lines, 1):
                digest.update(line)
                notices += 1
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
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    manifest = path.with_name(path.name + ".manifest.json")
    if manifest.exists():
        yield from _against(manifest, digest.hexdigest(), notices, counts)
    if not notices:
        yield f"{path}: empty: an export has one line a notice"
    yield notices


def _against(manifest: Path, digest: str, notices: int, counts: Counts) -> Iterator[str]:
    try:
        claimed = msgspec.json.decode(manifest.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        yield f"{manifest}: not a manifest: {error}"
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
