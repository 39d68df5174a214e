"""What a format is: something that writes a stream of notices into a file or a folder, and says what it can hold.

A module of a format has a value ``FORMAT``, a ``FileFormat`` or a ``FolderFormat``; ``registry`` knows it by name.  A
format is handed notices with the annotations that ``choice`` has chosen, their spans placed in the text that is
written, and where the bytes go.  It knows no path and no database, and holds one notice in memory, never all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Final, Literal, NamedTuple, Protocol

import msgspec

from annotations.annotation import GOLD, Annotation, Review
from annotations.errors import FormatError
from annotations.extras import is_missing
from annotations.formats.labelled import Files, LabelledNotice, Lines, Refuse
from annotations.formats.losses import Losses, Tally
from annotations.labels import LabelSet
from annotations.notice import Notice
from annotations.notice_attributes import NoticeValue

TextKind = Literal["raw", "normalized"]
"""Which text of a notice is written."""

Scheme = Literal["bio", "bioes"]
"""How a format with one label a token marks where a span begins and ends."""

Sort = Literal["import", "id"]
"""What notices are sorted by: the order of import, or their ids."""

Carried = Literal["attributes", "comments", "unsure", "notice_attributes"]
"""What an annotation may have besides its label and its span, or a review, and a format may have no place for."""


class Placed(NamedTuple):
    """An annotation in the text that is written; ``start`` and ``end`` are code points of that text."""

    item: Annotation
    start: int
    end: int


class ExportedNotice(msgspec.Struct, frozen=True):
    """A notice with what is to be written of it.

    ``number`` is its place in the order of import, from 1.  ``annotations`` are those that were chosen, sorted by
    start, end, label and id, their quotes proved; ``annotators`` are those who said something, sorted, whether or not
    an annotation of theirs was chosen; ``reviews`` are all, sorted by annotator.

    ``text`` is the text that is written, ``placed`` are those of ``annotations`` that stand in it, in the same order.
    For a format that writes both texts it is the raw one.

    ``file_name`` is made of ``doc``: safe as the name of a file, short, and the same for no other notice.  It is empty
    where a format writes no folder.
    """

    number: int
    notice: Notice
    annotations: tuple[Annotation, ...]
    annotators: tuple[str, ...]
    reviews: tuple[Review, ...]
    text: str
    placed: tuple[Placed, ...]
    file_name: str = ""

    def notice_attributes(self) -> list[dict[str, NoticeValue]]:
        """The attributes of the whole notice that have a value, of each of those whose layers were chosen.

        Where gold was chosen, it is what gold says alone.
        """
        names = (GOLD,) if GOLD in self.annotators else self.annotators
        return [each.attributes for each in self.reviews if each.annotator in names and each.attributes]

    def layers(self) -> Iterator[tuple[str | None, list[Placed]]]:
        """What each annotator said, those who found nothing included; what nobody has decided comes last, as None's."""
        for annotator in self.annotators:
            yield annotator, [each for each in self.placed if each.item.annotator == annotator]
        suggested = [each for each in self.placed if each.item.annotator is None]
        if suggested:
            yield None, suggested


class Part(NamedTuple):
    """A part of an export, as training data is split; ``name`` is None where an export has one part."""

    name: str | None
    notices: Iterable[ExportedNotice]

    @property
    def prefix(self) -> str:
        """What stands before the names of its files, in a folder that has one for each part with a name."""
        return f"{self.name}/" if self.name is not None else ""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        """Take bytes; they are the caller's again when it returns."""


class Folder(Protocol):
    """Where the files of a folder go."""

    def file(self, name: str, /) -> AbstractContextManager[Sink]:
        """A new file, which is whole when the block ends.

        Args:
            name: the name in the folder, with ``/`` between it and the folders that it is in.  Whatever comes from a
                notice comes through ``ExportedNotice.file_name``.
        """


def _temporary_file() -> BinaryIO:
    from tempfile import TemporaryFile  # noqa: PLC0415  # slow to import, and few formats need it

    return TemporaryFile()


class Context(msgspec.Struct, frozen=True):
    """What an export is about, besides its notices.

    ``labels`` and ``guideline`` (Markdown) are those of the project, ``text`` and ``scheme`` were asked for or are the
    defaults of the format; ``text`` is None where a format writes both.  ``zhupi`` is the version that writes.
    ``losses`` counts what the format cannot carry, ``warnings`` what somebody should look at in what it has written.
    ``spool`` makes a temporary file for what a format lays aside until it knows the rest; nobody else sees it.
    """

    labels: LabelSet
    guideline: str
    text: TextKind | None
    scheme: Scheme | None
    zhupi: str
    losses: Losses
    warnings: Tally = msgspec.field(default_factory=Tally)
    spool: Callable[[], BinaryIO] = _temporary_file


Unit = Literal["notice", "notice with spans", "sentence"]
"""What is counted of what was written: one of them."""

NOTICES: Final = "notice"
"""Every notice, those without a span included."""


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What a format can hold.

    ``annotators`` is whether what is written tells whose an annotation is; else a notice is written once for all.
    ``carries`` is what it has a place for: the losses of anything else are counted for it.  ``texts`` are the texts
    that it can be asked to write, and ``text`` is the one that it writes unasked, None where it writes both.
    ``schemes`` are the schemes that it knows, the default first.  ``unit`` is what there are as many of as ``read``
    yields; where that is not every notice, what was written does not tell how many notices it holds.
    """

    annotators: bool = False
    carries: frozenset[Carried] = frozenset()
    texts: tuple[TextKind, ...] = ("normalized", "raw")
    text: TextKind | None = "normalized"
    schemes: tuple[Scheme, ...] = ()
    unit: Unit = NOTICES


ReadBinary = Callable[[BinaryIO, Refuse, TextKind], Iterator[LabelledNotice]]
"""Reads a file that has no lines."""


class FileFormat(Traits, frozen=True, kw_only=True):
    """A format that writes one file.

    ``write`` gets the notices, where the bytes go, and the context.  ``ending`` is how a file of the format ends, with
    its dot.  ``content`` is what a terminal would get.  ``beside`` makes the files that lie beside it, from the context
    alone; each goes by the name of the file and its own ending.  ``read`` reads such a file again: it gets the lines,
    is to tell what is wrong and go on, and for a format with both texts is told which one to read.  A format whose
    content has no lines has ``read_binary`` instead, which gets the file, to be read from any place.
    """

    write: Callable[[Iterable[ExportedNotice], Sink, Context], None]
    ending: str = ".jsonl"
    content: Literal["json", "text", "binary"] = "json"
    beside: Callable[[Context], Mapping[str, bytes]] | None = None
    read: Callable[[Lines, Refuse, TextKind], Iterator[LabelledNotice]] | None = None
    read_binary: ReadBinary | None = None

    @property
    def is_read(self) -> bool:
        """Whether a file of the format can be read again."""
        return self.read is not None or self.read_binary is not None


class FolderFormat(Traits, frozen=True, kw_only=True):
    """A format that writes a folder; ``write`` gets the parts, the folder and the context.

    There is one part at least.  Each can be read once, and only before the next one.  ``read`` is as that of a file,
    for a folder.
    """

    write: Callable[[Iterable[Part], Folder, Context], None]
    read: Callable[[Files, Refuse, TextKind], Iterator[LabelledNotice]] | None = None

    @property
    def is_read(self) -> bool:
        """Whether a folder of the format can be read again."""
        return self.read is not None


Format = FileFormat | FolderFormat


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Import in this block what an extra brings.

    Raises:
        FormatError: the extra is not installed, or cannot be loaded.
    """
    try:
        yield
    except ImportError as error:
        advice = f"install zhupi[{extra}]" if is_missing(error, "zhupi", extra) else f"install zhupi[{extra}] anew"
        raise FormatError(f"the format needs what the extra {extra} brings: {error}; {advice}") from error
