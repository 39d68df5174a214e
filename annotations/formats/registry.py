"""The formats of an export, by name; the module of a format is imported when something is written in it.

A format is a module with a function ``lines``.  To add one, write such a module and give it a row in ``FORMATS``: the
command that exports and the store, which writes the file and counts its lines, know formats only from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from annotations.annotation import Annotation, Review
from annotations.notice import Notice


class Format(Protocol):
    """What the module of a format must have."""

    def lines(self, notice: Notice, items: Iterable[Annotation], reviews: Iterable[Review], /) -> Iterable[bytes]:
        """The lines of a notice, each with its newline; none where the format writes nothing of it.

        Args:
            notice: the notice.
            items: the annotations to write, sorted by start, end, label and id; their quotes are checked.
            reviews: the reviews to write, sorted by annotator.
        """


class Entry(NamedTuple):
    """A row of ``FORMATS``: the module of a format, and what a line of it holds, for the help of the command.

    ``annotators`` is whether what is written tells whose an annotation is; else a notice is written once for all.
    """

    module: str
    line: str
    annotators: bool = False


NATIVE: Final = "jsonl"
"""The default: the one format that can be checked by itself and imported again."""

FORMATS: Final[Mapping[str, Entry]] = {
    NATIVE: Entry("annotations.formats.native", "one notice a line, complete (the default)", annotators=True),
    "spans": Entry("annotations.formats.spans", "one span a line", annotators=True),
}


def format_of(name: str) -> Format:
    """The format called ``name``; its module is imported.

    Raises:
        KeyError: the name is not one of ``FORMATS``.
    """
    return cast("Format", import_module(FORMATS[name].module))
