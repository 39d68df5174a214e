"""Which files a path stands for.

Nothing here may block, loop or end the import: a link that leads back or a file that is gone is a refusal and the next
file follows.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Literal

import msgspec

from annotations.formats.names import MANIFEST, MANIFEST_ENDING, SUMS, manifests_of
from annotations.formats.recognizing import format_in_manifest
from annotations.formats.registry import NATIVE
from store.input.opening import (
    COMPRESSIONS,
    LIMIT,
    READ_ERRORS,
    STDIN,
    Compression,
    compression_of,
    open_file,
    reason,
)
from store.intake.sources.items import Refusal
from store.intake.sources.receipt import RECEIPT_ENDING, fault, load_receipt, receipt_path
from store.intake.sources.sketches import SKETCHES_ENDING, sketches_path

Format = Literal["txt", "jsonl", "csv", "html", "parquet"]

SUFFIXES: dict[str, Format] = {
    ".txt": "txt",
    ".text": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".parquet": "parquet",
}
"""The suffixes that make a file in a folder a page or a table of pages, each also with that of a compression behind."""

_BESIDE_SHARDS = (RECEIPT_ENDING, SKETCHES_ENDING)
"""The endings of what lies beside prepared shards and is no page."""


class File(msgspec.Struct, frozen=True):
    """A file to read; ``path`` is None for standard input.  ``suffix`` is in lower case, without that of a compression.

    ``stem`` names its pages, ``where`` is its name in messages.  Of a prepared shard ``seen_by`` has name and version
    of each suggester that has seen its notices, ``sketches`` is the file with their sketches, where it is there.
    """

    path: Path | None
    where: str
    stem: str
    suffix: str
    compression: Compression | None
    size: int
    seen_by: tuple[tuple[str, str], ...] = ()
    sketches: Path | None = None

    @property
    def format_by_name(self) -> Format | None:
        """How its suffix tells to read it; None where it tells nothing."""
        return SUFFIXES.get(self.suffix)

    @classmethod
    def at(cls, path: Path, size: int) -> File:
        """The file at a path; a name that is not UTF-8 gets U+FFFD into its stem."""
        name = os.fsencode(path.name).decode("utf-8", "replace")
        compression = compression_of(name)
        inner = name[: -len(compression)] if compression else name
        suffix = PurePath(inner).suffix.lower()
        # 关于2.0版的通知 has no suffix: only known ones are taken off.
        stem = PurePath(inner).stem if suffix in SUFFIXES or suffix == ".md" else inner
        return cls(path, str(path), stem or name, suffix, compression, size)


def find(
    paths: Sequence[str | os.PathLike[str]], wanted: Format | None, pass_over: Callable[[str], None] = lambda _: None
) -> Iterator[File | Refusal]:
    """The files that the paths stand for, in order; folders by path, with all that is below them.

    Args:
        paths: files, folders and ``-`` for standard input.
        wanted: takes only this format's suffixes from folders; None takes all of ``SUFFIXES``.
        pass_over: told the name of each file in a folder that is no page; hidden files and folders are not there.
    """
    for given in paths:
        if os.fspath(given) == STDIN:
            yield File(None, "stdin", "stdin", "", compression=None, size=0)
            continue
        path = Path(given)
        try:
            status = path.stat()
        except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
            yield Refusal(str(path), reason(error))
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield from _page(path, status.st_size, (*manifests_of(path.name), receipt_path(path).name))
            continue
        empty = True
        for found in _below(path, wanted, {(status.st_dev, status.st_ino)}, pass_over):
            empty = False
            yield found
        if empty:
            suffixes = ", ".join(suffix for suffix, format_ in SUFFIXES.items() if wanted in (None, format_))
            yield Refusal(
                str(path), f"no pages in this folder: looked for {suffixes}, each also with {' or '.join(COMPRESSIONS)}"
            )


def _below(
    folder: Path, wanted: Format | None, seen: set[tuple[int, int]], pass_over: Callable[[str], None]
) -> Iterator[File | Refusal]:
    """The pages below a folder in the order of their paths; each folder once, however many links lead to it."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(map(_listed, (entry for entry in entries if not entry.name.startswith("."))))
    except OSError as error:
        yield Refusal(str(folder), reason(error))
        return
    names = {path.name for _, _, path in listed}
    exported = _format_told_by(folder / MANIFEST) if MANIFEST in names else None
    if exported not in (None, NATIVE):
        yield _of_another_format(folder, exported)
        return
    for _, is_folder, path in listed:
        if (exported is not None and path.name in (MANIFEST, SUMS)) or path.name.endswith(_BESIDE_SHARDS):
            continue
        if not is_folder and not _is_page(path.name, wanted):
            pass_over(path.name)
            continue
        try:
            status = path.stat()
        except OSError as error:
            yield Refusal(str(path), reason(error))
            continue
        if exported is not None and not is_folder and not status.st_size:
            # A part of an export may hold no notice.
            continue
        if not is_folder:
            yield from _page(path, status.st_size, names)
        elif (identity := (status.st_dev, status.st_ino)) not in seen:
            seen.add(identity)
            yield from _below(path, wanted, seen, pass_over)


def _page(path: Path, size: int, beside: Container[str]) -> Iterator[File | Refusal]:
    """A file, unless it is an export or a prepared shard that cannot be imported, or holds nothing.

    One of those ``beside`` it says so.
    """
    for name in manifests_of(path.name):
        exported = _format_told_by(path.with_name(name)) if name in beside else None
        if exported not in (None, NATIVE):
            yield _of_another_format(path, exported)
            return
    receipt = receipt_path(path)
    if receipt.name in beside and receipt.exists():
        yield from _prepared(path, size)
    else:
        yield File.at(path, size)


def _prepared(path: Path, size: int) -> Iterator[File | Refusal]:
    """A prepared shard, unless it is none that can be taken as it is, or has no notices."""
    receipt = load_receipt(path)
    if isinstance(receipt, str):
        yield Refusal(str(path), f"its receipt, {receipt_path(path).name}, cannot be used: {receipt}")
        return
    try:
        told = fault(receipt, path)
    except READ_ERRORS as error:
        told = reason(error)
    if told is not None:
        yield Refusal(str(path), told)
    elif receipt.notices:
        sketches = sketches_path(path)
        yield msgspec.structs.replace(
            File.at(path, size),
            seen_by=tuple(receipt.suggesters.items()),
            sketches=sketches if receipt.sketches and sketches.exists() else None,
        )


def _of_another_format(path: Path, name: str | None) -> Refusal:
    return Refusal(
        str(path),
        f"an export in the format {name}, as its manifest says, and no pages: export as {NATIVE} to import all of it, "
        "or take its annotations with --into NAME",
    )


def _format_told_by(manifest: Path) -> str | None:
    """The format of an export, by what may be its manifest; None where it is none, or cannot be read."""
    try:
        with open_file(manifest) as file:
            return format_in_manifest(file.read(LIMIT))
    except READ_ERRORS:
        return None


def _listed(entry: os.DirEntry[str]) -> tuple[bytes, bool, Path]:
    """What orders the entries of a folder as their whole paths would be, and whether it is a folder."""
    try:
        is_folder = entry.is_dir()
    except OSError:
        is_folder = False
    return os.fsencode(entry.name) + (b"/" if is_folder else b""), is_folder, Path(entry.path)


def _is_page(name: str, wanted: Format | None) -> bool:
    name = name.lower()
    suffix = PurePath(name.removesuffix(compression_of(name) or "")).suffix
    return suffix in SUFFIXES and wanted in (None, SUFFIXES[suffix]) and not name.endswith(MANIFEST_ENDING)
