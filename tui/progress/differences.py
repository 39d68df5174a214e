"""On what people differ, as the progress screen shows it: a row for each label and kind, and the example of each row.

Nothing here reads; ``tui.progress.reader`` does.  The text of notices is drawn by the list and the line that show it.
"""

from __future__ import annotations

from typing import Final

from annotations.adjudication.comparison import DIFFERENCE_WORDS, DifferenceKind
from annotations.counts import counted
from store.read.disagreements import Disagreement, Example, Side
from tui.progress.tables import Column, Table
from tui.session.session import Session

_COLUMNS: Final = (
    Column("label"),
    Column("differs", text=True),
    Column("times"),
    Column("notices", spare=True),
    Column("example", text=True),
)
_EXAMPLE: Final = 4
"""The column of the example, which takes what the others leave."""
_NOTHING: Final = "—"
_LETTERS: Final = "AB"
"""What the two sides are called while names are hidden."""

_Key = tuple[tuple[str, ...], DifferenceKind]


class Differences:
    """What people differ on, the most frequent first, and which example each row shows.

    Args:
        session: the session of whoever looks.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: list[Disagreement] | None = None
        self._compared = self._shared = 0
        self._turned: dict[_Key, int] = {}

    @property
    def may_be_seen(self) -> bool:
        """Whether the reviewer may see what others say."""
        return self._session.may("see the layers of others")

    def put(self, found: list[Disagreement], compared: int, shared: int) -> None:
        """Take what was read.

        Args:
            found: the differences by label and kind.
            compared: in how many notices they were looked for.
            shared: how many notices two people have finished.
        """
        self._found, self._compared, self._shared = found, compared, shared

    @property
    def _rows(self) -> list[Disagreement]:
        return self._found if self._found is not None and self.may_be_seen else []

    def examples(self, row: int) -> int:
        """How many examples a row has; 0 where there is no such row."""
        return len(self._rows[row].examples) if row < len(self._rows) else 0

    def example(self, row: int) -> Example | None:
        """The example that a row shows; None where there is no such row."""
        return self._rows[row].examples[self._at(row)] if row < len(self._rows) else None

    def turn(self, row: int, by: int) -> None:
        """Turn a row to the next example, or the one before."""
        self._turned[_key(self._rows[row])] = (self._at(row) + by) % self.examples(row)

    def _at(self, row: int) -> int:
        # There may be fewer examples than there were, once somebody has changed something.
        return min(self._turned.get(_key(self._rows[row]), 0), self.examples(row) - 1)

    def table(self) -> Table:
        """The table: label, kind, how often, in how many notices, and what the two sides of the example say."""
        rows = []
        for at, each in enumerate(self._rows):
            example = each.examples[self._at(at)]
            one, other = (says(side, each.kind, example.text) for side in example.sides)
            what = DIFFERENCE_WORDS[each.kind]
            rows.append((" / ".join(each.labels), what, f"{each.count:,}", f"{each.notices:,}", f"{one} ≠ {other}"))
        return Table(_COLUMNS if rows else (), tuple(rows), "", self._empty(), _EXAMPLE)

    def _empty(self) -> str:
        if not self.may_be_seen:
            return "layers are blind: only an adjudicator or an admin sees on what people differ"
        if self._found is None:
            return "reading the layers …"
        if not self._shared:
            return "no notice is finished by two people"
        return f"nobody differs in {counted(self._compared, 'notice')} that two people have finished"

    def said(self, row: int) -> str:
        """Who says what in the example of a row, and in which notice."""
        example = self.example(row)
        if example is None:
            return ""
        found = self._rows[row]
        hidden = self._session.state.names_hidden
        names = _LETTERS if hidden else [side.annotator for side in example.sides]
        sides = [
            f"{name}: {says(side, found.kind, example.text)}" for name, side in zip(names, example.sides, strict=True)
        ]
        compared, shared = self._compared, counted(self._shared, "notice")
        some = f" (the newest {compared:,} of {shared})" if compared < self._shared else ""
        place = f"example {self._at(row) + 1} of {len(found.examples)}{some}"
        return " · ".join((place, *sides, example.title or example.doc))


def says(side: Side, kind: DifferenceKind, text: str) -> str:
    """What one side of a difference says, in few words.

    Args:
        side: the side.
        kind: how the two sides differ, so that what they share is left out.
        text: that of the example.
    """
    if not side.labels:
        return _NOTHING
    if kind == "attribute":
        return ", ".join(f"{name} {value}" for name, value in side.values) or _NOTHING
    labels = " / ".join(side.labels)
    marked = " + ".join(text[start:end] for start, end in side.marks)
    return f"{labels} {marked}".rstrip() if kind == "label" else marked or labels


def _key(found: Disagreement) -> _Key:
    return found.labels, found.kind
