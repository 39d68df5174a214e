"""The formats of an export, by name; a format is imported when something is written in it.

Those that ship are in ``FORMATS``; those of other packages are found by their entry points, once one is asked for.  The
command that exports and the store, which writes the files and counts, know formats only from here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from annotations.errors import FormatError
from annotations.formats.base import FileFormat, FolderFormat, Format

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class Entry(NamedTuple):
    """A row of ``FORMATS``: the module of a format, and what it writes, for the help of the command."""

    module: str
    holds: str


GROUP: Final = "zhupi.formats"
"""The group of entry points for formats of other packages; each names a ``FileFormat`` or a ``FolderFormat``."""

NATIVE: Final = "jsonl"
"""The default: the one format that can be checked by itself and imported again."""

FORMATS: Final[Mapping[str, Entry]] = {
    NATIVE: Entry("annotations.formats.native", "one notice a line, complete (the default)"),
    "spans": Entry("annotations.formats.spans", "one span a line"),
    "prodigy": Entry("annotations.formats.prodigy", "a notice and annotator a line, for Prodigy"),
    "doccano": Entry("annotations.formats.doccano", "a notice a line, for doccano"),
    "label-studio": Entry("annotations.formats.label_studio", "one JSON list of tasks, for Label Studio"),
    "brat": Entry("annotations.formats.brat", "a folder with a text and its annotations a notice, for brat"),
    "conll": Entry("annotations.formats.conll", "a character and its tag a line"),
    "w3c": Entry("annotations.formats.w3c", "one Web Annotation a line"),
    "hf": Entry("annotations.formats.hf", "a folder of rows with a dataset card, for Hugging Face datasets"),
    "parquet": Entry("annotations.formats.parquet", "the rows of hf as a file of Parquet"),
    "spacy": Entry("annotations.formats.spacy", "a DocBin, for spaCy"),
    "cas": Entry("annotations.formats.cas", "a folder with an XMI a notice, for INCEpTION"),
}


def format_names() -> list[str]:
    """The names of all formats, those that ship first."""
    return [*FORMATS, *sorted(set(_others()) - set(FORMATS))]


def format_of(name: str) -> Format:
    """The format called ``name``.

    Raises:
        FormatError: there is none, or it cannot be loaded.
    """
    if name in FORMATS:
        found = import_module(FORMATS[name].module).FORMAT
    else:
        entry = _others().get(name)
        if entry is None:
            raise FormatError(f"unknown format {name}; there are {', '.join(format_names())}")
        try:
            found = entry.load()
        except Exception as error:  # code of another package may raise anything
            raise FormatError(f"format {name} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(found, FileFormat | FolderFormat):
        raise FormatError(f"format {name}: it is neither a FileFormat nor a FolderFormat")
    return found


def _others() -> dict[str, EntryPoint]:
    """The formats of other packages, by name; they are looked for anew where packages are looked for elsewhere."""
    return _entry_points(tuple(sys.path))


@lru_cache(maxsize=1)
def _entry_points(_path: tuple[str, ...]) -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and only this needs it

    return {each.name: each for each in entry_points(group=GROUP)}
