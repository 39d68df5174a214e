"""What each layer says about one place, and gold: side by side where columns have room, else one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.adjudicate.excerpt import Excerpt, excerpt
from tui.adjudicate.wording import SEPARATOR
from tui.terminal.clusters import cluster
from tui.terminal.display import line, visible
from tui.terminal.looks import DIM, KEY, PLAIN, STRONG, TEXT_LOOKS, ThemeStyle, style_of
from tui.terminal.theme import ACTIVE, app_palette
from tui.terminal.width import cells
from tui.widgets.pane_paint import GUTTER, Look, Painter, PaneSpan, RemovedIn, Spans
from tui.widgets.status_line import Part

LEAST_COLUMN: Final = 22
"""Cells of a column below which the versions stand one below the other."""
_KEPT: Final = 32
"""Places whose rows are kept as they were drawn, since adjudicators go back and forth."""
_SEPARATOR: Final = "│"


class Version(NamedTuple):
    """What one layer says: ``spans`` in code points of the text, ``values`` a line for each thing that is to be read.

    ``marked`` is the stretch that the difference is about in this layer; None where it says nothing.  ``same`` names
    the version before it that says the same; "" where none does.
    """

    heading: tuple[Part, ...]
    spans: tuple[PaneSpan, ...]
    marked: tuple[int, int] | None
    values: tuple[tuple[Part, ...], ...]
    same: str = ""


class Place(NamedTuple):
    """The text that versions are shown in, in code points of ``text``.

    ``span`` is what has to be seen of it, ``edges`` what stays of a long one.
    """

    text: str = ""
    span: tuple[int, int] = (0, 0)
    edges: tuple[int, ...] = ()
    cursor: int = 0
    selection: tuple[int, int] | None = None


class _Drawn(NamedTuple):
    """Versions as they were drawn; below each other, the version of each row too."""

    rows: list[Strip]
    version_at: Sequence[int] = ()


class Versions(Widget):
    """The versions of one place; only rows that change are drawn again."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Versions {
        background: $background;
        color: $foreground;
    }
    """

    LOOKS: ClassVar[Mapping[str, ThemeStyle]] = {
        "plain": PLAIN,
        "strong": STRONG,
        "dim": DIM,
        "good": ThemeStyle("success", attributes="bold"),
        "warn": ThemeStyle("warning", attributes="bold"),
        "key": KEY,
        **TEXT_LOOKS,
    }
    """The looks of headings and values, and of the parts of a text as a text pane has them."""

    @dataclass
    class Pressed(Message):
        """A version was clicked; ``index`` is its place among those that are shown."""

        index: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self._place = Place()
        self._versions: tuple[Version, ...] = ()
        self._removed: RemovedIn | None = None
        self._drawn_now: _Drawn | None = None
        self._kept: dict[object, _Drawn] = {}
        self._styles: dict[str, Style] = {}
        self._painted: tuple[object, dict[tuple[int, Look], Strip]] = None, {}
        self._excerpts: tuple[object, Excerpt] | None = None

    def show(self, place: Place, versions: tuple[Version, ...], removed: RemovedIn | None = None) -> None:
        """Show other versions, or another place.

        Args:
            place: the text, and what of it has to be seen.
            versions: one a layer; the last one is gold.
            removed: gives the parts of a stretch of the text that are dim.
        """
        if (place, versions) == (self._place, self._versions):
            return
        before = self._drawn().rows if self.size.width else []
        self._place, self._versions, self._removed = place, versions, removed
        self._drawn_now = None
        after = self._drawn().rows if self.size.width else []
        changed = [row for row, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        if changed:
            self.refresh(Region(0, changed[0], self.size.width, changed[-1] - changed[0] + 1))

    @property
    def in_columns(self) -> bool:
        """Whether the versions stand side by side."""
        count = len(self._versions)
        return count > 0 and (self.size.width - count + 1) // count >= LEAST_COLUMN

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old theme."""
        super().notify_style_update()
        self._styles.clear()
        self._kept.clear()
        self._painted = None, {}
        self._drawn_now = None

    def on_resize(self) -> None:
        """Lay the versions out anew."""
        self._drawn_now = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        drawn = self._drawn().rows
        return drawn[y] if y < len(drawn) else Strip.blank(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Post which version was clicked."""
        count = len(self._versions)
        if self.in_columns:
            self.post_message(self.Pressed(min(count - 1, event.x * count // max(1, self.size.width))))
        elif event.y < len(drawn := self._drawn().version_at):
            self.post_message(self.Pressed(drawn[event.y]))

    # Drawing

    def _drawn(self) -> _Drawn:
        if self._drawn_now is None:
            size = self.size
            wanted = size, self._place, self._versions, self._removed is not None
            if wanted not in self._kept:
                if len(self._kept) >= _KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[wanted] = self._in_columns(size) if self.in_columns else self._one_below_the_other(size)
            self._drawn_now = self._kept[wanted]
        return self._drawn_now

    def _in_columns(self, size: Size) -> _Drawn:
        count, height = len(self._versions), size.height
        room = size.width - count + 1
        widths = [room // count + (at < room % count) for at in range(count)]
        least = min(widths)
        told = [
            [broken for each in version.values for broken in _broken(each, width)]
            for version, width in zip(self._versions, widths, strict=True)
        ]
        values = min(max(map(len, told), default=0), max(1, height // 3))
        rows = max(1, height - 1 - values)
        found = self._excerpt(least, rows)
        columns = [
            [
                self._line([(" ", "dim"), *version.heading, (" ", "dim")], width, fill="─"),
                *text,
                *(self._line(each, width) for each in islice(told[at], values)),
            ]
            for at, (version, width, text) in enumerate(
                zip(self._versions, widths, self._texts(found, least, rows), strict=True)
            )
        ]
        separator = Segment(_SEPARATOR, self._style("") + self._style("dim"))
        nothing = Strip([], 0)
        lines = []
        for row in range(height):
            parts: list[Segment] = []
            for at, column in enumerate(columns):
                parts += [separator] if at else []
                strip = column[row] if row < len(column) else nothing
                parts += strip
                if strip.cell_length < widths[at]:
                    parts.append(Segment(" " * (widths[at] - strip.cell_length), self._style("")))
            lines.append(Strip(parts, size.width))
        return _Drawn(lines)

    def _one_below_the_other(self, size: Size) -> _Drawn:
        width, height = size
        lines: list[Strip] = []
        version_at: list[int] = []
        apart = 1 + sum(version.marked is not None and not version.same for version in self._versions[:-1])
        rows = max(1, (height - len(self._versions)) // max(1, apart))
        found = self._excerpt(width, rows)
        for at, (version, text) in enumerate(zip(self._versions, self._texts(found, width, rows), strict=True)):
            heading = [(" ", "dim"), *version.heading, ("  ", "dim")]
            if version.marked is None and version is not self._versions[-1]:
                block = [self._line([*heading, ("—", "dim")], width)]
            elif version.same:
                block = [self._line([*heading, (f"as {version.same}", "dim")], width)]
            else:
                for number, each in enumerate(version.values):
                    # Below each other, values are indented by blanks; side by side they are parted by a dot.
                    heading += [(SEPARATOR, "dim")] * bool(number) + [part for part in each if part[0].strip()]
                block = [self._line(heading, width), *text]
            lines += block
            version_at += [at] * len(block)
        if len(lines) > height > 0:
            left = len(set(version_at[height - 1 :]))
            lines[height - 1 :] = [self._line([(f"  … {left} more: a larger window shows all", "dim")], width)]
        return _Drawn(lines, version_at)

    def _excerpt(self, width: int, rows: int) -> Excerpt:
        place = self._place
        wanted = place.text, place.span, place.edges, max(1, width - GUTTER - 1), rows
        if self._excerpts is None or self._excerpts[0] != wanted:
            self._excerpts = wanted, excerpt(*wanted)
        return self._excerpts[1]

    def _texts(self, found: Excerpt, width: int, most: int) -> Iterator[list[Strip]]:
        """The text of each version in at most so many rows; layers mostly say the same, and that is drawn once."""
        drawn: dict[object, list[Strip]] = {}
        for version in self._versions:
            says = version.spans, version.marked, version is self._versions[-1]
            if says not in drawn:
                drawn[says] = [*self._text(version, found, width, most)]
            yield drawn[says]

    def _text(self, version: Version, found: Excerpt, width: int, most: int) -> Iterator[Strip]:
        """The text of a version in at most so many rows; where there are more, those around the cursor.

        Layers mostly say the same: a row that looks alike in several columns is painted once.
        """
        place, is_gold = self._place, version is self._versions[-1]
        painted = self._painted_of(found)
        first, last = found.start, found.start + len(found.text)
        spans = Spans([span._replace(start=span.start - first, end=span.end - first)
                       for span in version.spans if span.start < last and first < span.end])  # fmt: skip
        selection, marked = (_moved(stretch, -found.start) for stretch in (place.selection, version.marked))
        # Keys act on a selection where there is one.
        active = PaneSpan(*marked, ACTIVE) if marked is not None and selection is None else None
        at = place.cursor - found.start
        at_row = next((number for number, row in enumerate(found.rows) if row.start <= at < row.end), None)
        top = max(0, min((at_row or 0) - most // 2, len(found.rows) - most))
        for number, row in enumerate(found.rows[top : top + most], top):
            cursor = cluster(found.text, at) if is_gold and number == at_row else None
            look = Look(
                width, spans.overlapping(row.start, row.end), _within(selection, row.start, row.end), cursor,
                active if _within(marked, row.start, row.end) is not None else None, cursor is not None,
            )  # fmt: skip
            known = painted.get((number, look))
            if known is None:
                painter = Painter(self._style, app_palette(self.app))
                known = painted[number, look] = painter.strip(row, found.shown, look, self._removed_in(found))
            yield known

    def _painted_of(self, found: Excerpt) -> dict[tuple[int, Look], Strip]:
        """The rows of a stretch of text that were painted, by number and look."""
        if self._painted[0] is not found:
            self._painted = found, {}
        return self._painted[1]

    def _removed_in(self, found: Excerpt) -> RemovedIn | None:
        removed = self._removed
        if removed is None:
            return None
        return lambda start, end: [
            (first - found.start, last - found.start) for first, last in removed(start + found.start, end + found.start)
        ]

    def _line(self, parts: list[Part], width: int, fill: str = " ") -> Strip:
        segments, room = [], width
        for text, look in parts:
            shown = line(text, room)
            room -= cells(shown)
            segments.append(Segment(shown, self._style("") + self._style(look)))
        segments.append(Segment(fill * room, self._style("") + self._style("dim")))
        return Strip(segments, width)

    def _style(self, part: str) -> Style:
        if part not in self._styles:
            palette = app_palette(self.app)
            if not part:
                self._styles[part] = self.rich_style
            elif part in palette:
                self._styles[part] = palette[part]
            else:
                self._styles[part] = style_of(self.app, self.LOOKS[part])
        return self._styles[part]


def _broken(parts: tuple[Part, ...], width: int) -> list[list[Part]]:
    """A line of values in as many lines as it takes, broken between values."""
    lines: list[list[Part]] = [[]]
    room = width
    for text, look in parts:
        needed = cells(visible(text))
        if needed > room and len(lines[-1]) > 1:
            if lines[-1][-1][0] == SEPARATOR:
                lines[-1].pop()
            lines.append([(" " * GUTTER, "dim")])
            room = width - GUTTER
            if text == SEPARATOR:
                continue
        lines[-1].append((text, look))
        room -= needed
    return lines


def _moved(stretch: tuple[int, int] | None, by: int) -> tuple[int, int] | None:
    return None if stretch is None else (stretch[0] + by, stretch[1] + by)


def _within(stretch: tuple[int, int] | None, start: int, end: int) -> tuple[int, int] | None:
    """The part of a stretch that is between two offsets; None where no part is."""
    if stretch is None:
        return None
    low, high = max(stretch[0], start), min(stretch[1], end)
    return (low, high) if low < high else None
