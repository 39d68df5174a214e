"""Documents of other tools from files, folders and archives, one after another; what is none is a refusal among them.

What a file is, is told by its content, unless its format is named.  This module knows no database.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from msgspec.structs import replace

from annotations.errors import ZhupiError
from annotations.formats.base import FileFormat
from annotations.formats.cas import TYPES
from annotations.formats.foreign import brat, cas, conll, inception, own, spacy, webanno
from annotations.formats.foreign.document import ForeignDocument
from annotations.formats.foreign.rows import ROW_FORMATS, documents_of, documents_of_line
from annotations.formats.labelled import Refuse
from annotations.formats.names import MANIFEST, SUMS
from annotations.formats.reading import seekable
from annotations.formats.recognizing import format_of_bytes
from annotations.formats.registry import NATIVE, format_of
from store.errors import SourceError
from store.input.containers import Archive, Container, Folder, is_archive
from store.input.decoding import byte_order_mark, decode
from store.input.opening import READ_ERRORS, STDIN, open_file, opened, read_whole, reason
from store.intake.sources import Record, Refusal
from store.intake.sources.files import File
from store.intake.sources.jsonl import read_rows

Found = ForeignDocument | Refusal
PassOver = Callable[[str], None]
"""Told the name of a file that is of no format."""

_ROWS: Final = "rows"
"""A file of JSON, each of whose rows tells its format."""
FORMATS: Final = (*ROW_FORMATS, "parquet", "brat", "cas", "conll", "webanno", "spacy")
"""The formats that can be named."""

_HEAD: Final = 4096
"""So many bytes tell what a file is."""
_SPLIT: Final = "split it"
_JSON: Final = re.compile(r"\s*(?:\{|\[(?!\[?[A-Za-z][\w.-]*\]))")
"""How JSON begins; a table of TOML does not, though its bracket does."""

_CAS: Final = re.compile(r'\s*\{\s*"%[A-Z]')
"""How JSON of UIMA begins."""
_BESIDE: Final = re.compile(r"(?:.*/)?(?:TypeSystem\.xml|.*\.manifest\.json|.*\.config\.xml|.*\.conf)", re.IGNORECASE)
"""What tools put beside their files, in which nobody marked anything."""
_OF_EXPORTS: Final = frozenset({MANIFEST, SUMS, "README.md", "guideline.md"})
_STEM: Final = re.compile(r"\.(?:spacy|parquet|conll|iob|bio|tsv)$", re.IGNORECASE)
"""What is taken off the name of a file to call a document after it, besides the endings of pages."""


def read_foreign(
    paths: Sequence[str], name: str | None = None, pass_over: PassOver = lambda _: None
) -> Iterator[Found]:
    """Read documents, in order.

    Args:
        paths: files, folders, ZIP archives, ``-`` for standard input.
        name: the format, one of ``FORMATS``; None for what each file looks like.
        pass_over: told of the files of folders and archives that are of no format.

    Raises:
        FormatError: an extra that a format needs is not installed.
    """
    for path in paths:
        try:
            yield from _at(path, name, pass_over)
        except READ_ERRORS as error:
            yield Refusal(path, reason(error))


def _at(path: str, name: str | None, pass_over: PassOver) -> Iterator[Found]:
    place = Path(path)
    if path == STDIN:
        with opened(place) as file:
            yield from _file(file, "stdin", "stdin", name)
    elif place.is_dir():
        yield from _all(Folder(place), name, pass_over)
    elif companions := _companions(place, name):
        yield from _all(Folder(place.parent, companions), name, pass_over)
    else:
        with open_file(place) as bottom:
            if is_archive(bottom.peek(4)):
                yield from _all(Archive(bottom, path), name, pass_over)
                return
        with opened(place) as file:
            yield from _file(file, path, place.name, name)


def _companions(place: Path, name: str | None) -> frozenset[str]:
    """The files that make a whole with one; none where it is whole by itself."""
    is_text = place.suffix == brat.TEXT_ENDING and place.with_suffix(brat.ENDING).exists()
    if name in (None, "brat") and (is_text or place.suffix == brat.ENDING):
        return frozenset({place.stem + brat.ENDING, place.stem + brat.TEXT_ENDING})
    if name in (None, "cas") and place.name.endswith(cas.ENDINGS):
        return frozenset({place.name, TYPES, TYPES.lower()})
    return frozenset()


def _all(container: Container, name: str | None, pass_over: PassOver) -> Iterator[Found]:
    """The documents of a folder or an archive."""
    empty = True
    for each in _of_all(container, name, pass_over):
        empty = False
        yield each
    if empty:
        raise SourceError(f"nothing in it is of a format that is known; there are {', '.join(FORMATS)}")


def _of_all(container: Container, name: str | None, pass_over: PassOver) -> Iterator[Found]:
    names = container.names()
    manifest = inception.manifest_of(names)
    if isinstance(container, Archive) and manifest is not None:
        yield from _of_project(container, manifest, name)
        return
    used: set[str] = set()
    for tool, read, endings in (("cas", cas.documents, cas.ENDINGS), ("brat", brat.documents, (brat.ENDING,))):
        mine = [each for each in names if each.endswith(endings)]
        if mine and name in (None, tool):
            faults = _Faults(container.where)
            yield from faults.among(read(_Texts(container), faults.refuse))
            used.update(mine, (f"{each.removesuffix(brat.ENDING)}{brat.TEXT_ENDING}" for each in mine))
    for each in names:
        if each in used or _BESIDE.fullmatch(each) or each.rpartition("/")[2] in _OF_EXPORTS:
            continue
        try:
            with container.opened(each) as file:
                if name is None and _format_of(file) is None:
                    pass_over(each)
                else:
                    yield from _file(file, container.where(each), each.rpartition("/")[2], name)
        except READ_ERRORS as error:
            yield Refusal(container.where(each), reason(error))


def _of_project(container: Archive, manifest: str, name: str | None) -> Iterator[Found]:
    """What each annotator marked in each document of an exported project of INCEpTION."""
    finished = inception.finished(container.content(manifest))
    entries = inception.entries(container.names())
    if not entries:
        raise SourceError("a project of INCEpTION without a secondary format: export it again with UIMA CAS XMI")
    for entry in entries:
        try:
            for each in _of_entry(container, entry.name, name):
                if isinstance(each, ForeignDocument):
                    yield replace(
                        each,
                        annotator=each.annotator or entry.annotator,
                        doc=entry.document.removesuffix(brat.TEXT_ENDING),
                        done=(entry.document, entry.annotator) in finished,
                    )
                else:
                    yield each
        except READ_ERRORS as error:
            yield Refusal(container.where(entry.name), reason(error))


def _of_entry(container: Archive, entry: str, name: str | None) -> Iterator[Found]:
    with container.opened(entry) as file:
        if is_archive(file.peek(4)):
            yield from _all(container.archive(entry), name, lambda _: None)
        else:
            yield from _file(file, container.where(entry), entry.rpartition("/")[2], name)


def _format_of(file: io.BufferedReader) -> str | None:
    """What a file looks like: the name of a format, ``_ROWS``, or None."""
    head = file.peek(_HEAD)[:_HEAD]
    told = format_of_bytes(head)
    if told is not None:
        return told
    mark = byte_order_mark(head)
    text = head.decode("utf-16", "replace") if len(mark) == len("\xff\xfe") else head.decode("utf-8-sig", "replace")
    if _CAS.match(text):
        return "cas"
    if _JSON.match(text):
        return _ROWS
    if text.startswith(webanno.MAGIC):
        return "webanno"
    return "conll" if conll.is_text(text) else None


def _file(file: io.BufferedReader, where: str, name: str, format_: str | None) -> Iterator[Found]:
    """The documents of a file that is whole by itself.

    Args:
        file: its bytes, decompressed.
        where: what it is called in messages.
        name: its name, without the folders that it is in.
        format_: its format; None for what it looks like.

    Raises:
        SourceError: it is of no format, or cannot be read.
    """
    told = format_ or _format_of(file)
    stem = _STEM.sub("", File.at(Path(name), 0).stem)
    if told == _ROWS or told in ROW_FORMATS:
        yield from _rows(file, where, name, None if told == _ROWS else told)
        return
    faults = _Faults(lambda place: f"{where}:{place}" if place else where)
    if told == "conll":
        text = decode(read_whole(file, _SPLIT))[0]
        yield from _called(faults.among(conll.documents(text, faults.refuse)), stem)
    elif told == "webanno":
        text = decode(read_whole(file, _SPLIT))[0]
        yield from _called(faults.among(webanno.documents(text, faults.refuse)), stem)
    elif told in ("spacy", "parquet"):
        read = spacy.documents if told == "spacy" else _of_parquet
        with seekable(file) as bottom:
            yield from _called(faults.among(read(bottom, faults.refuse)), stem)
    elif told == "cas":
        alone = _Alone(f"{stem}{cas.JSON_ENDING}", read_whole(file, _SPLIT))
        yield from _called(_Faults(lambda _: where).among(cas.documents(alone, faults.refuse)), stem)
    else:
        raise SourceError(f"of no format that is known; --format names one of {', '.join(FORMATS)}")


def _rows(file: io.BufferedReader, where: str, name: str, format_: str | None) -> Iterator[Found]:
    for row in read_rows(file, replace(File.at(Path(name), 0), where=where)):
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            if isinstance(row, Record):
                found = [*documents_of_line(row.line, NATIVE)]
            else:
                found = [*documents_of(row.value, format_)]
        except ZhupiError as error:
            yield Refusal(row.where, str(error))
            continue
        doc = None if isinstance(row, Record) else row.doc
        yield from (replace(each, doc=each.doc or doc, where=row.where) for each in found)


def _called(found: Iterable[Found], stem: str) -> Iterator[Found]:
    """Documents that their file does not name, called after it: the only one by its stem, others with their place."""
    waiting = iter(found)
    before = next(waiting, None)
    alone = True
    while before is not None:
        following = next(waiting, None)
        alone = alone and following is None
        if isinstance(before, ForeignDocument) and before.doc is None:
            place = before.where.rpartition(":")[2]
            yield replace(before, doc=stem if alone else f"{stem}-{place}")
        else:
            yield before
        before = following


def _of_parquet(file: BinaryIO, refuse: Refuse) -> Iterator[ForeignDocument]:
    found = format_of("parquet")
    if isinstance(found, FileFormat) and found.read_binary is not None:
        for each in found.read_binary(file, refuse, "raw"):
            yield from own.documents(each)


class _Faults:
    """What a reader of a tool refuses on its way, put among the documents that it reads.

    Args:
        where: what a place in what is read is called in messages.
    """

    def __init__(self, where: Callable[[str], str]) -> None:
        self._where = where
        self._found: list[Refusal] = []

    def refuse(self, place: str, told: str) -> None:
        """Something is refused."""
        self._found.append(Refusal(self._where(place), told))

    def among(self, documents: Iterable[ForeignDocument]) -> Iterator[Found]:
        """The documents, with the refusals of each before it."""
        for each in documents:
            yield from self._told()
            yield replace(each, where=self._where(each.where))
        yield from self._told()

    def _told(self) -> list[Refusal]:
        told, self._found = self._found, []
        return told


class _Texts:
    """The files of a container as a tool reads them: what cannot be read is an error with its reason."""

    def __init__(self, container: Container) -> None:
        self._container = container

    def names(self) -> Sequence[str]:
        """The names of all files."""
        return self._container.names()

    def content(self, name: str) -> bytes:
        """What is in a file."""
        try:
            return self._container.content(name)
        except READ_ERRORS as error:
            raise SourceError(reason(error)) from error

    def text(self, name: str) -> str:
        """A file as text; empty for an empty one."""
        content = self.content(name)
        return decode(content)[0] if content.strip() else ""


class _Alone:
    """One file as a tool reads several."""

    def __init__(self, name: str, content: bytes) -> None:
        self._name, self._content = name, content

    def names(self) -> Sequence[str]:
        """Its name."""
        return [self._name]

    def content(self, name: str) -> bytes:
        """What is in it."""
        if name != self._name:
            raise SourceError(f"there is no {name} beside it")
        return self._content

    def text(self, name: str) -> str:
        """The same as text."""
        return decode(self.content(name))[0]
