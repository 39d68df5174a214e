"""The tables and lines of ``zhupi diff``: counts first, then what differs, of gold before people before suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, Literal

from annotations.annotation import GOLD
from annotations.formats.native_differences import ASPECTS, SUGGESTED, Difference, FieldChange
from annotations.formats.native_record import NativeAnnotation
from tui.cli.painting import PLAIN_COLUMNS, Painter, Text, Tone
from tui.terminal.display import field, line
from tui.terminal.width import cells

if TYPE_CHECKING:
    from annotations.labels import Hue

_Group = Literal["gold", "people", "suggestions", "notices"]
_GROUPS: Final[tuple[_Group, ...]] = ("gold", "people", "suggestions", "notices")
"""What differences are grouped by, those first that whoever uses a dataset wants to see."""

_COLUMNS: Final = ("added", "removed", *ASPECTS)
_HEADS: Final = ("added", "removed", "moved", "label", "values", "status", "other")

_SIGNS: Final[Mapping[str, tuple[str, Tone]]] = {
    "added": ("+", "added"),
    "removed": ("-", "removed"),
    "changed": ("~", "changed"),
}

_APART: Final = ("notices", "reviews", "questions", "rejections")
"""What is counted apart from annotations: a rejected suggestion is in the layer of whoever rejected it."""

_IN_MEMORY: Final = 1_000_000
"""Bytes of the lines of a group that are kept in memory; more are laid aside in a file."""

_LABEL: Final = 12
_WHO: Final = 10
"""Cells of a label and of a name in a line, and of a name in the table."""

_LEAST_NAME: Final = 20
"""Cells of the first column of the table at least."""


class Report:
    """What is printed of all differences, once all of them are known.

    Args:
        stack: closes the files in which lines are laid aside.
        painter: makes the lines.
        hues: the hue of each label that has one.
        counts_only: whether only counts are printed.
    """

    def __init__(self, stack: ExitStack, painter: Painter, hues: Mapping[str, Hue], *, counts_only: bool) -> None:
        self.number = 0
        self._painter = painter
        self._hues = hues
        self._counts_only = counts_only
        self._apart: dict[str, Counter[str]] = {name: Counter() for name in _APART}
        self._layers: dict[tuple[str, str], Counter[str]] = {}
        self._renamed: list[FieldChange] = []
        self._lines: dict[_Group, IO[bytes]] = {
            group: stack.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  # the stack closes it
            for group in _GROUPS
        }
        self._of: dict[_Group, str] = {}
        """The notice that the last lines of each group are about."""

    def add(self, difference: Difference) -> None:
        """Count a difference, and lay its lines aside."""
        self.number += 1
        if difference.kind == "label":
            self._renamed.extend(difference.fields)
            return
        self._count(difference)
        if self._counts_only:
            return
        group = _group(difference)
        out, notice = self._lines[group], difference.notice or ""
        if self._of.get(group) != notice:
            self._of[group] = notice
            out.writelines(self._head(difference, notice))
        out.writelines(self._told(difference))

    def put(self, before: str, after: str) -> None:
        """Print all of it.

        Args:
            before: what the first of the two is.
            after: what the second is.
        """
        half = (self._painter.columns - 4) // 2
        self._painter.put(Text(line(before, half), "strong"), Text(" → ", "muted"), Text(line(after, half), "strong"))
        if not self.number:
            self._painter.put(Text("no differences"))
            return
        for change in self._renamed:
            was, name = (line(str(value), half) for value in (change.before, change.after))
            self._painter.put(Text("label "), Text(was, "strong"), Text(" is called "), Text(name, "strong"))
        for name, counts in self._apart.items():
            if counts:
                self._painter.put(Text(f"{name}: "), *_told_counts(counts))
        self._put_table()
        for group in _GROUPS:
            lines = self._lines[group]
            if lines.tell():
                self._painter.put()
                self._painter.put(Text(group, "head"))
                lines.seek(0)
                for each in lines:
                    self._painter.write(each)

    def _count(self, difference: Difference) -> None:
        item = difference.item
        if difference.kind != "annotation":
            counts = self._apart[f"{difference.kind}s"]
            if difference.kind == "notice":
                counts.update({each.field.partition(".")[0] for each in difference.fields})
        elif difference.change != "changed" and isinstance(item, NativeAnnotation) and item.status == "rejected":
            counts = self._apart["rejections"]
        else:
            counts = self._layers.setdefault((difference.layer or "", difference.label or ""), Counter())
        counts.update(difference.aspects or [difference.change])

    def _put_table(self) -> None:
        """Print the table of counts: a row for each label of each layer."""
        rows = sorted(self._layers.items(), key=lambda row: (row[0][0] != GOLD, row[0][0] == SUGGESTED, row[0]))
        if not rows:
            return
        numbers = [[f"{counts[name]:,}" for name in _COLUMNS] for _, counts in rows]
        widths = [max(map(len, column)) for column in zip(_HEADS, *numbers, strict=True)]
        room = max(_LEAST_NAME, min(self._painter.columns, PLAIN_COLUMNS) - sum(widths) - 2 * len(widths))
        name = min(room, _WHO + 1 + max(cells(line(label, room)) for (_, label), _ in rows))
        self._painter.put()
        self._painter.put(
            Text(field("annotations", name), "muted"),
            *(Text(f"  {head:>{width}}", "muted") for head, width in zip(_HEADS, widths, strict=True)),
        )
        last = None
        for ((layer, label), counts), shown in zip(rows, numbers, strict=True):
            self._painter.put(
                Text(field("" if layer == last else layer, _WHO), "head" if layer == GOLD else "strong"),
                Text(" " + field(label, name - _WHO - 1), self._hues.get(label)),
                *(
                    Text(
                        f"  {number if counts[column] else '·':>{width}}", _tone(column) if counts[column] else "muted"
                    )
                    for column, number, width in zip(_COLUMNS, shown, widths, strict=True)
                ),
            )
            last = layer

    def _head(self, difference: Difference, notice: str) -> Iterator[bytes]:
        """The line that names a notice."""
        room = self._painter.columns - len(notice) - 2
        doc = line(difference.doc or "", room)
        title = line(difference.title or "", max(0, room - cells(doc) - 2))
        yield self._painter.line(Text(doc, "strong"), Text(f"  {title}" if title else ""), Text(f"  {notice}", "muted"))

    def _told(self, difference: Difference) -> Iterator[bytes]:
        """The lines about a difference."""
        sign, tone = _SIGNS[difference.change]
        begin = [Text(f"  {sign} ", tone)]
        who = difference.layer if _group(difference) == "people" or difference.kind == "review" else None
        if who is not None:
            begin.append(Text(field(who, _WHO) + " "))
        item = difference.item
        if isinstance(item, NativeAnnotation):
            begin.append(Text(field(item.label, _LABEL) + " ", self._hues.get(item.label)))
            values = "" if difference.change == "changed" else _values(item)
            said = f"{item.text}  {values}" if values else item.text
        else:
            begin.append(Text(field(difference.kind, _LABEL) + " "))
            said = "" if item is None else _status(item)
        used = sum(cells(text) for text, _ in begin)
        yield self._painter.line(*begin, Text(line(said, self._painter.columns - used)))
        for each in _gathered(difference):
            yield self._painter.line(Text("      "), *self._field(each))

    def _field(self, change: FieldChange) -> Iterator[Text]:
        """A field with what it was and what it is, each cut where both have no room."""
        name = line(change.field.removeprefix("attributes."), 2 * _LABEL)
        room = self._painter.columns - 6 - cells(name) - 1 - 3
        was, now = _value(change.before), _value(change.after)
        half = max(1, room // 2)
        # Whichever is short leaves its room to the other.
        left = line(was, max(half, room - cells(line(now, half))))
        yield Text(f"{name} ", "muted")
        yield Text(left)
        yield Text(" → ", "muted")
        yield Text(line(now, max(1, room - cells(left))))


def _tone(column: str) -> Tone:
    return _SIGNS[column][1] if column in _SIGNS else "changed"


def _group(difference: Difference) -> _Group:
    if difference.kind != "annotation":
        return "notices"
    layer = difference.layer
    return "gold" if layer == GOLD else "suggestions" if layer == SUGGESTED else "people"


def _told_counts(counts: Counter[str]) -> Iterator[Text]:
    """So many added, removed and changed, and what of them has changed."""
    told = [(name, _SIGNS[name][1]) for name in _SIGNS if counts[name]]
    for number, (name, tone) in enumerate(told):
        yield Text(f"{', ' if number else ''}{counts[name]:,} {name}", tone)
    parts = [f"{name} {number:,}" for name, number in sorted(counts.items()) if name not in _SIGNS]
    if parts:
        yield Text(f" ({', '.join(parts)})")


def _gathered(difference: Difference) -> Iterator[FieldChange]:
    """The fields that have changed as people read them: start, end and text are one span."""
    of_span = {each.field: each for each in difference.fields if each.field in ("start", "end", "text")}
    item = difference.item
    if of_span and isinstance(item, NativeAnnotation):
        now = {"start": item.start, "end": item.end, "text": item.text}
        was = now | {name: each.before for name, each in of_span.items()}
        yield FieldChange("span", *(f"{of['start']}–{of['end']} {of['text']}" for of in (was, now)))
    yield from (each for each in difference.fields if each.field not in of_span)


def _values(item: NativeAnnotation) -> str:
    """The attributes of an annotation that are set, behind the word that it was rejected."""
    values = [f"{name}={_value(value)}" for name, value in item.attributes.items() if value is not None]
    return " ".join(["rejected", *values] if item.status == "rejected" else values)


def _status(item: object) -> str:
    """What stands in the line of a review or a question."""
    told = [getattr(item, name, None) for name in ("status", "comment", "text")]
    return "  ".join(each for each in told if each)


def _value(value: object) -> str:
    import msgspec

    if value is None:
        return "—"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
