"""Which formats an export can have, by name; a format's module is imported when something is written in it.

A format is a module with a function ``lines``.  A new one is such a module and a row in ``FORMATS``: the command that
exports and the store, which writes and counts, ask here and know no format themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from annotations.annotation import Annotation, Review
from annotations.notice import Notice


class Format(Protocol):
    """What a format's module has."""

    def lines(self, notice: Notice, items: Iterable[Annotation], reviews: Iterable[Review], /) -> Iterable[bytes]:
        """What a notice becomes: whole lines, each with its newline; none where the format has nothing to say.

        Args:
            notice: the notice.
            items: the annotations that leave with it, in the order of the contract, their quotes checked.
            reviews: how far annotators are with it, by name.
        """


class Known(NamedTuple):
    """What is known of a format before it is imported: its module, and what its lines are, as help says it."""

    module: str
    line: str


NATIVE: Final = "jsonl"
"""The default: the one format that proves itself and can be imported again."""

FORMATS: Final[Mapping[str, Known]] = {
    NATIVE: Known("annotations.formats.native", "one notice a line, complete (the default)"),
    "spans": Known("annotations.formats.spans", "one span a line"),
}


def format_of(name: str) -> Format:
    """The format of a name.

    Raises:
        KeyError: the name is not one of ``FORMATS``.
    """
    return cast("Format", import_module(FORMATS[name].module))
