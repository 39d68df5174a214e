"""The form that asks for the order of the queue; one key answers."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.content import Content

from store.index.filters import QUEUE_SORTS, QueueSort
from tui.forms.one_key import OneKeyScreen, keys_of

_MEANINGS: Final[dict[QueueSort, str]] = {
    "imported": "as they were imported",
    "newest": "by date, the newest first",
    "oldest": "by date, the oldest first",
    "unsure": "what suggestions are unsure of",
    "disagreement": "what rules and models differ on",
    "source": "one of each source in turn",
    "month": "one of each month in turn",
    "length": "one of each length in turn",
    "suspects": "likely errors, likeliest first",
}

_LETTERS: Final[dict[QueueSort, str]] = {**{sort: sort[0] for sort in QUEUE_SORTS}, "suspects": "w"}
"""The letter of each; that of suspects is the one that they have in the filter."""


class OrderScreen(OneKeyScreen[QueueSort]):
    """Asks for the order of the queue.

    Args:
        sort: the order as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys_of(_LETTERS, "order", "escape,enter,q,ctrl+q")
    """
    | Key | Does |
    | --- | --- |
    | `1` … `9`, or `i` `n` `o` `u` `d` `s` `m` `l` `w` | choose the order |
    | `esc`, `enter` | leave it as it is |
    """

    DEFAULT_CSS = """
    OrderScreen > Vertical { width: 60; }
    OrderScreen.-below > Vertical { width: 100%; }
    """

    WIDTH = 14

    def __init__(self, sort: QueueSort) -> None:
        rows = {each: (f"{digit} {_LETTERS[each]}", _MEANINGS[each]) for digit, each in enumerate(QUEUE_SORTS, 1)}
        super().__init__("First in the queue", rows, sort, Content.styled(" esc leaves it as it is", "$secondary"))
