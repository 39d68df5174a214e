"""The list of a notice's annotations, one row each, below the texts; it scrolls to the annotation at the cursor.

A row has the sign of the label, signs of what is unusual, the quote, the values, what decides first before the rest,
and at the right who or which rule made it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from annotations.annotation import Annotation
from annotations.labels import AttributeValue, LabelSet
from tui.terminal.display import field, line
from tui.terminal.width import cells
from tui.widgets.row_list import RowList

GAP = "▁"
"""One cell of the mark for attributes that should be filled and are unset."""
_SIGN = 4
"""Cells of the column with the sign of the label."""
_UNSURE, _COMMENTED, _CONTESTED, SUSPECT = "?", "“", "≠", "!"
"""The signs of doubt, of a comment, of an annotation that merged databases say differently, and of a suspect."""
CONTESTED = "≠ differs elsewhere"
"""Said of an annotation that merged databases say differently."""
BULK: Final = "bulk"
"""Said of an annotation of one's own that was made together with others, and that one has not looked at since."""
MUTED: Final = "muted"
"""Said of a suggestion of a muted rule, where those are shown all the same."""
_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "REQUIREMENT": ("deadline", "modality", "addressee", "item", "cue"),
    "OFFICIAL": ("name", "title", "organisation", "organisation_inferred", "mention"),
    "DATE": ("iso", "role", "mod", "approx", "part"),
}
"""The attributes of the labels that ship, what decides whether an annotation is right first.

Those of any other label stand as the label set declares them.
"""
_INFERRED: Final = "_inferred"
"""The end of the name of an attribute whose value does not stand in the quote."""


class Found(NamedTuple):
    """Which rules and models found a suggestion, the surest first, each as ``suggested_by`` names it.

    ``probability`` is how probably it is accepted by what people decided on these rules so far; None where nobody has.
    ``is_muted`` tells that it is shown only because somebody wants to see what is muted.
    """

    rules: tuple[str, ...]
    probability: float | None
    is_muted: bool = False


class AnnotationRow(NamedTuple):
    """An annotation, its quote as a reader should see it, whether merged databases say it differently, its finders.

    ``suspected`` says in a few words why a second look holds it for an error; "" where none does.
    """

    item: Annotation
    quote: str
    is_contested: bool = False
    found: Found | None = None
    suspected: str = ""


class AnnotationList(RowList[AnnotationRow]):
    """A virtual list of annotations; the current one is marked.

    Args:
        labels: the label set of the project.
        me: the annotator who looks; None names no annotator.
        id: the id of the widget.
    """

    MOST_REMARK = 26
    REMARK_PERCENT = 25

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        annotation_id: str

    def __init__(self, labels: LabelSet, me: str | None = None, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(labels, id=id)
        self._me = me
        self._shown: list[AnnotationRow] = []
        self._sign_cells = 0
        self._row_of: dict[str, int] = {}
        self._starts: list[int] = []

    def show(self, rows: list[AnnotationRow], current: str | None, cursor: int, empty: str) -> None:
        """Show these rows; only what has changed is redrawn.

        Args:
            rows: the annotations, in order.
            current: the id of the current annotation.
            cursor: the raw offset of the cursor; where it is in no annotation, the last one before it is in sight.
            empty: the text of the list where there are no rows.
        """
        if rows is not self._shown:
            self._shown = rows
            self._sign_cells = max((cells(signs(row)) for row in rows), default=0)
            self._row_of = {item.id: at for at, (item, *_) in enumerate(rows)}
            self._starts = [item.start for item, *_ in rows]
        at = self._row_of.get(current) if current is not None else None
        in_sight = at if at is not None else max(0, bisect_right(self._starts, cursor) - 1)
        self.put(rows, at, in_sight, empty)

    def row_pressed(self, number: int) -> None:
        """Post which annotation was clicked."""
        self.post_message(self.Chosen(self._shown[number][0].id))

    def columns(self, row: AnnotationRow, room: int, over: Style) -> Iterator[Segment]:
        """Sign of the label, signs of what is unusual, quote and values."""
        item, quote = row.item, row.quote
        suggested = item.annotator is None
        sign, style = self.sign(item.label)
        # A column that no row of the notice needs takes no room.
        unusual = min(self._sign_cells + 1, max(0, room - _SIGN)) if self._sign_cells else 0
        room -= _SIGN + unusual
        quote_room = max(8, room * 55 // 100)
        shown = line(quote, quote_room)
        yield Segment(field(sign + ("?" if suggested else ""), _SIGN), style + over)
        if unusual:
            yield Segment(field(signs(row), unusual), self.style("warn") + over)
        yield Segment(shown, self.style("suggested" if suggested else "plain") + over)
        yield Segment(" " * (quote_room - cells(shown)), over)
        yield Segment(field("  " + values(item, self._labels), room - quote_room), self.style("plain") + over)

    def remark(self, row: AnnotationRow, most: int) -> str:
        """Who made an annotation, or which rule and how sure it is; before that, that it differs, or is a suspect.

        Of one's own it tells that it is bulk.
        """
        item = row.item
        if row.is_contested:
            return line(CONTESTED, most)
        if row.suspected:
            return line(f"{SUSPECT} {row.suspected}", most)
        if item.annotator is None:
            found = row.found or Found((item.suggested_by or "suggested",), None)
            score = f" {item.score:.2f}" if item.score is not None else ""
            if found.probability is not None:
                # Nothing is sure: 100 % would say so.
                score = f" {min(99, max(1, round(found.probability * 100)))}%"
            # Where the rules are too long, they are cut so that the score stays.
            rules = "+".join(dict.fromkeys(map(self._rule, found.rules)))
            if found.is_muted:
                rules = f"{MUTED} {rules}"
            return line(rules, max(1, most - len(score))) + score
        if self._me is not None and item.annotator != self._me:
            return line(item.annotator, most)
        return line(BULK, most) if item.bulk else ""

    def _rule(self, suggested_by: str) -> str:
        """The rule that made a suggestion, without its suggester and version; the suggester where that is a label."""
        by = suggested_by.rsplit("@", 1)[0]
        suggester, _, rule = by.partition("/")
        return by if not rule else suggester if rule in self._labels else rule


def signs(row: AnnotationRow) -> str:
    """What is unusual about an annotation, a sign each: doubt, a comment, that it differs elsewhere, is a suspect."""
    item, contested, suspected = row.item, row.is_contested, bool(row.suspected)
    found = (
        (suspected, SUSPECT),
        (item.unsure, _UNSURE),
        (item.comment is not None, _COMMENTED),
        (contested, _CONTESTED),
    )
    return "".join(sign for is_so, sign in found if is_so)


def values(item: Annotation, labels: LabelSet) -> str:
    """The attributes that are set, what decides first before the rest, and the comment, joined by ``·``.

    What was inferred stands in brackets; ``GAP`` stands where no attribute is set.
    """
    label = labels.get(item.label)
    first = _FIRST.get(label.first_name if label is not None else "", ())
    ranks = {name: rank for rank, name in enumerate(first)}
    ordered = sorted(item.attributes.items(), key=lambda pair: ranks.get(pair[0], len(ranks)))
    shown = [_value(name, value) for name, value in ordered if value is not None]
    if not shown and item.label in labels and labels[item.label].attribute:
        shown = [GAP * 3]
    if item.comment is not None:
        shown.append(f"“{item.comment}”")
    return " · ".join(shown)


def _value(name: str, value: AttributeValue) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return f"({value})" if name.endswith(_INFERRED) else str(value)
