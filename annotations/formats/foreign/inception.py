"""An exported project of INCEpTION or WebAnno: a file for each document and annotator, and what became of each.

``annotation/DOCUMENT/ANNOTATOR.EXT`` has what an annotator marked in a document, in the format that was chosen for the
export; an XMI is in an archive, with its types.  ``curation/DOCUMENT/…`` has what was curated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

_ENTRY: Final = re.compile(r"/?(?:annotation|curation)/(?P<document>[^/]+)/(?P<annotator>[^/]+)\.(?:zip|tsv|json|xmi)")
_MANIFEST: Final = re.compile(r"exportedproject\d*\.json")
_INITIAL: Final = "INITIAL_CAS"
"""The annotator that stands for a document as nobody has touched it."""
_FINISHED: Final = "FINISHED"


class Entry(NamedTuple):
    """A file of a project: what one annotator marked in one document, which is called by its file there."""

    name: str
    document: str
    annotator: str


class _State(msgspec.Struct):
    name: str | None = None
    user: str | None = None
    state: str | None = None


class _Project(msgspec.Struct):
    annotation_documents: list[_State] = []


def manifest_of(names: Iterable[str]) -> str | None:
    """The file of an archive that tells about a project; None where it is none."""
    return next((name for name in names if _MANIFEST.fullmatch(name)), None)


def entries(names: Iterable[str]) -> list[Entry]:
    """The files of a project with what people marked."""
    found = [Entry(name, *match.groups()) for name in names if (match := _ENTRY.fullmatch(name))]
    return [each for each in found if each.annotator != _INITIAL]


def finished(manifest: bytes) -> set[tuple[str, str]]:
    """The documents that an annotator has finished, each with that annotator; none where that cannot be read."""
    try:
        project = msgspec.json.decode(manifest, type=_Project)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return set()
    return {
        (each.name, each.user)
        for each in project.annotation_documents
        if each.state == _FINISHED and each.name is not None and each.user is not None
    }
