"""One cursor and one selection over the two texts of a notice.

The cursor is an offset into the text of one pane; the other pane shows where it falls through the alignment.  A
selection runs from an anchor to the cursor and includes both ends.  Cursor and selection move by atoms, the units that
the alignment does not divide: a reading stays with its host.  Nothing here knows annotations or a screen.
"""

from __future__ import annotations

from typing import Literal

from annotations.notice import Notice
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan, normalized_span, raw_span
from tui.terminal.clusters import cluster
from tui.text import motion
from tui.text.motion import Unit

PaneName = Literal["raw", "normalized"]
Edge = Literal["start", "end"]
"""Which edge of a span or a selection."""


class LinkedCursor:
    """The cursor and the selection in a notice.

    Args:
        notice: the notice.
    """

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.pane: PaneName = "normalized" if notice.normalized else "raw"
        """The pane with the cursor."""
        self.offset = 0
        """The cursor: the offset of the first code point of an atom in the text of ``pane``."""
        self.anchor: int | None = None
        """The offset in the same text where the selection began; None without a selection."""
        self._grown: list[tuple[int | None, int]] = []

    # The cursor

    @property
    def text(self) -> str:
        """The text of the pane with the cursor."""
        return self.notice.raw if self.pane == "raw" else self.notice.normalized

    @property
    def raw_cursor(self) -> RawSpan:
        """The raw span of the atom at the cursor; empty at the end of the text."""
        if self.pane == "raw":
            return self._raw_atom(self.offset)
        return self.notice.alignment.to_raw(self._normalized_atom(self.offset))

    @property
    def normalized_cursor(self) -> NormalizedOffset:
        """The normalized character at the cursor; the next one that survives, where the raw one is left out."""
        if self.pane == "normalized":
            return NormalizedOffset(self.offset)
        return self.notice.alignment.normalized_offset(RawOffset(self.offset))

    def cursor_in(self, pane: PaneName) -> int:
        """The cursor as an offset of the text of ``pane``."""
        return self.raw_cursor.start if pane == "raw" else self.normalized_cursor

    def move_to(self, offset: int, *, select: bool | None = None, ahead: bool = False) -> None:
        """Move the cursor to the atom that holds an offset.

        Args:
            offset: an offset of the text with the cursor, clamped to it.
            select: True starts or extends a selection, False drops it, None extends it where there is one.
            ahead: whether an offset inside an atom means the next atom.  A row may begin with a reading whose host ends
                the row above; a motion down must not land on that host again.
        """
        if select and self.anchor is None:
            self.anchor = self.offset
        elif select is False:
            self.anchor = None
        offset = max(0, min(offset, self._last()))
        start = self._atom_start(offset)
        if ahead and start < offset and self._atom_end(offset) <= self._last():
            start = self._atom_end(offset)
        self.offset = start
        self._moved()

    def move(self, atoms: int, *, select: bool | None = None) -> None:
        """Move the cursor by atoms; ``select`` as in ``move_to``."""
        offset = self.offset
        for _ in range(abs(atoms)):
            offset = self._atom_end(offset) if atoms > 0 else self._atom_start(max(0, offset - 1))
        self.move_to(offset, select=select)

    def switch_pane(self) -> None:
        """Move the cursor to the other pane, and the selection with it."""
        other: PaneName = "normalized" if self.pane == "raw" else "raw"
        anchor = None
        if self.anchor is not None:
            raw_anchor = self._raw_of(self.anchor)
            anchor = raw_anchor if other == "raw" else self.notice.alignment.normalized_offset(RawOffset(raw_anchor))
        offset = self.cursor_in(other)
        self.pane, self.anchor = other, anchor
        self.offset = self._atom_start(max(0, min(offset, self._last())))

    def focus(self, pane: PaneName) -> None:
        """Move the cursor to a pane."""
        if pane != self.pane:
            self.switch_pane()

    def go_to_raw(self, offset: int) -> None:
        """Move the cursor to a raw offset and drop the selection.

        The cursor stays in its pane, unless that is the normalized one and leaves the character out.
        """
        if self.pane == "normalized" and not self.notice.alignment.survives(RawOffset(offset)):
            self.focus("raw")
        self.anchor = None
        self.move_to(offset if self.pane == "raw" else self.notice.alignment.normalized_offset(RawOffset(offset)))

    def move_unit(self, unit: Unit, direction: int) -> None:
        """Move the cursor to the start of the next (1) or previous (-1) word, sentence or paragraph.

        A selection that is extended ends before the punctuation that ends the unit, as the guideline wants.
        """
        forward = direction > 0
        if self.anchor is not None and self.anchor <= self.offset and (forward or self.anchor < self.offset):
            # The selection shrinks to its first character at most.
            end = self._unit_end(unit) if forward else max(self.anchor, self._previous_unit_end(unit))
            self.move_to(end, ahead=False)
        else:
            self.move_to(self._unit_start(unit, direction), ahead=forward)

    def move_to_unit_end(self, unit: Unit) -> None:
        """Move the cursor to the last character of the unit at the cursor, or of the next one where it is there."""
        self.move_to(self._unit_end(unit))

    # The selection

    def select_raw(self, span: RawSpan) -> None:
        """Select a raw span: in the pane with the cursor, or in the raw one where the other does not hold all of it."""
        alignment = self.notice.alignment
        if self.pane == "normalized":
            survives = alignment.to_normalized(span)
            if survives is None or alignment.snap(alignment.to_raw(survives), self.notice.raw) != span:
                self.focus("raw")
        bounds = self.span_in(self.pane, span)
        if bounds is not None:
            self._select(*bounds)

    def swap_ends(self) -> bool:
        """Put the cursor on the other end of the selection; returns whether there is one."""
        if self.anchor is None:
            return False
        self.anchor, self.offset = self.offset, self.anchor
        return True

    @property
    def cursor_is_at_end(self) -> bool:
        """Whether the cursor is at the end of the selection, and not at its start."""
        return self.anchor is not None and self.offset >= self.anchor

    def extend_to_raw(self, span: RawSpan) -> None:
        """Move the cursor's end of the selection so that it reaches over a raw span, on whichever side that is."""
        if self.span_in(self.pane, span) is None:
            self.focus("raw")
        bounds = self.span_in(self.pane, span)
        if bounds is not None and self.anchor is not None:
            self.move_to(bounds[0] if bounds[0] < self.anchor else bounds[1] - 1)

    @property
    def selection(self) -> RawSpan | None:
        """The selection as a raw span; None without one, or where nothing of the text is selected."""
        if self.anchor is None:
            return None
        low, high = sorted((self.anchor, self.offset))
        if self.pane == "raw":
            if not self.notice.raw:
                return None
            span = RawSpan(RawOffset(self._atom_start(low)), RawOffset(self._atom_end(high)))
        else:
            if not self.notice.normalized:
                return None
            normalized = NormalizedSpan(self._normalized_atom(low).start, self._normalized_atom(high).end)
            span = self.notice.alignment.to_raw(normalized)
        return self.notice.alignment.snap(span, self.notice.raw) if span.start < span.end else None

    def selection_in(self, pane: PaneName) -> tuple[int, int] | None:
        """The selection in offsets of the text of ``pane``; None without one, or where nothing of it survives."""
        span = self.selection
        return self.span_in(pane, span) if span is not None else None

    def span_in(self, pane: PaneName, span: RawSpan) -> tuple[int, int] | None:
        """A raw span in offsets of the text of ``pane``; None where nothing of it survives."""
        if pane == "raw":
            return span.start, span.end
        survives = self.notice.alignment.to_normalized(span)
        return (survives.start, survives.end) if survives else None

    def drop_selection(self) -> bool:
        """Drop the selection; returns whether there was one."""
        had = self.anchor is not None
        self.anchor = None
        return had

    def grow(self) -> Unit | None:
        """Grow the selection to the word at the cursor, then to the clause, the sentence, the paragraph around it.

        Returns:
            The kind of unit that is selected now; None where nothing larger is left.
        """
        if not self.text:
            return None
        bounds = self._selected()
        start, end = bounds or (self.offset, self._atom_end(self.offset))
        for unit in motion.UNITS:
            low, high = self._unit_around(start, end, unit)
            if (low, high) != (start, end) or bounds is None:
                state = self.anchor, self.offset
                kept = self._grown if self._is_grown() else [state]
                self._select(low, high)
                if self._selected() == bounds:
                    continue
                self._grown = [*kept, (self.anchor, self.offset)]
                return unit
        return None

    def select_unit(self, unit: Unit) -> None:
        """Select the unit at the cursor; ``grow`` and ``shrink`` go on from there."""
        if not self.text:
            return
        state = None, self.offset
        self._select(*self._unit_around(self.offset, self._atom_end(self.offset), unit))
        self._grown = [state, (self.anchor, self.offset)]

    def shrink(self) -> bool:
        """Undo the last growth of the selection; returns whether there was one."""
        if not self._is_grown():
            return False
        self._grown = self._grown[:-1]
        self.anchor, self.offset = self._grown[-1]
        return True

    def _is_grown(self) -> bool:
        """Whether the selection is still as the last growth left it."""
        return len(self._grown) > 1 and self._grown[-1] == (self.anchor, self.offset)

    def _selected(self) -> tuple[int, int] | None:
        """The selection in offsets of the text with the cursor, in whole atoms."""
        if self.anchor is None or not self.text:
            return None
        low, high = sorted((self.anchor, self.offset))
        return self._atom_start(low), self._atom_end(high)

    def _select(self, start: int, end: int) -> None:
        """Select a stretch of the text with the cursor, in whole atoms."""
        self.anchor, self.offset = self._atom_start(start), self._atom_start(max(start, end - 1))

    def move_selection_edge(self, edge: Edge, direction: int, unit: Unit | None) -> None:
        """Move one edge of the selection by a character, or by a word; the selection never becomes empty."""
        bounds = self._selected()
        if bounds is not None:
            self._select(*self._moved_edge(bounds, edge, direction, unit))

    def with_edge_moved(self, span: RawSpan, edge: Edge, direction: int, unit: Unit | None) -> RawSpan:
        """A raw span with one edge moved by a character or a word of the text with the cursor.

        The other edge stays.  An edge skips white space and never falls inside an atom.  Where the span would become
        empty it is returned as it is.
        """
        alignment, raw = self.notice.alignment, self.notice.raw
        survives = alignment.to_normalized(span) if self.pane == "normalized" else None
        if self.pane == "normalized" and survives is None:
            # Nothing of the span is left in the normalized text: its edges can only move in the raw text.
            self.focus("raw")
        bounds = (span.start, span.end) if survives is None else (survives.start, survives.end)
        moved = self._moved_edge(bounds, edge, direction, unit)
        if moved == bounds:
            return span
        wider = raw_span(*moved) if survives is None else alignment.to_raw(normalized_span(*moved))
        wider = alignment.snap(wider, raw)
        return raw_span(wider.start, span.end) if edge == "start" else raw_span(span.start, wider.end)

    def _moved_edge(self, bounds: tuple[int, int], edge: Edge, direction: int, unit: Unit | None) -> tuple[int, int]:
        start, end = bounds
        at = self._edge_step(start if edge == "start" else end, direction, unit)
        if edge == "start":
            while direction < 0 < at and self.text[at].isspace():
                at -= 1
            while direction > 0 and at < end and self.text[at].isspace():
                at += 1
            start = self._atom_start(at) if direction < 0 else at
        else:
            while direction > 0 and at < len(self.text) and self.text[at - 1].isspace():
                at += 1
            while direction < 0 and at > start and self.text[at - 1].isspace():
                at -= 1
            end = self._atom_end(at - 1) if direction > 0 else at
        if start >= end or self.text[start:end].isspace():
            return bounds
        return start, end

    def _edge_step(self, at: int, direction: int, unit: Unit | None) -> int:
        if unit is not None:
            # A word may end inside an atom of the raw text; an edge may not.
            step = self._word_edge(at, direction)
            inside = 0 < step < len(self.text) and self._atom_start(step) < step
            return (self._atom_end(step) if direction > 0 else self._atom_start(step)) if inside else step
        if direction > 0:
            return self._atom_end(at) if at < len(self.text) else at
        return self._atom_start(at - 1) if at > 0 else 0

    def _moved(self) -> None:
        """Called after each motion; subclasses override it."""

    # Atoms

    def _last(self) -> int:
        """The last offset that the cursor can have: 0 in an empty text."""
        return max(0, len(self.text) - 1)

    def _raw_atom(self, offset: int) -> RawSpan:
        raw = self.notice.raw
        if offset >= len(raw):
            return raw_span(len(raw), len(raw))
        atom = self.notice.alignment.atom(RawOffset(offset), raw)
        return raw_span(cluster(raw, atom.start)[0], max(atom.end, cluster(raw, offset)[1]))

    def _normalized_atom(self, offset: int) -> NormalizedSpan:
        text = self.notice.normalized
        if offset >= len(text):
            return normalized_span(len(text), len(text))
        return normalized_span(*cluster(text, offset))

    def _atom_start(self, offset: int) -> int:
        return self._raw_atom(offset).start if self.pane == "raw" else self._normalized_atom(offset).start

    def _atom_end(self, offset: int) -> int:
        return self._raw_atom(offset).end if self.pane == "raw" else self._normalized_atom(offset).end

    def _raw_of(self, offset: int) -> int:
        """The raw offset of an offset of the text with the cursor."""
        if self.pane == "raw":
            return offset
        return self.notice.alignment.raw_character(NormalizedOffset(offset)).start

    # Units.  Words are those of the normalized text, so that no word is divided by a reading

    def _in_words_of(self, offset: int) -> tuple[str, int] | None:
        """The normalized text and the offset in it, for a raw offset that survives; None for any other."""
        if self.pane == "raw" and self.notice.alignment.survives(RawOffset(min(offset, self._last()))):
            return self.notice.normalized, self.notice.alignment.normalized_offset(RawOffset(offset))
        return None

    def _raw_edge(self, normalized_edge: int, *, end: bool) -> int:
        """The raw offset of the start, or of the end, of a stretch of normalized text."""
        alignment = self.notice.alignment
        if end and normalized_edge > 0:
            return alignment.raw_character(NormalizedOffset(normalized_edge - 1)).end
        return alignment.raw_character(NormalizedOffset(normalized_edge)).start

    def _unit_start(self, unit: Unit, direction: int) -> int:
        step = motion.next_start if direction > 0 else motion.previous_start
        inside = self._in_words_of(self.offset) if unit == "word" else None
        if inside is None:
            return step(self.text, self.offset, unit)
        return self._raw_edge(step(*inside, unit), end=False)

    def _unit_end(self, unit: Unit) -> int:
        last = self._atom_end(self.offset) - 1
        inside = self._in_words_of(self.offset) if unit == "word" else None
        if inside is None:
            return motion.next_end(self.text, max(self.offset, last), unit)
        return self._raw_edge(motion.next_end(*inside, unit) + 1, end=True) - 1

    def _previous_unit_end(self, unit: Unit) -> int:
        inside = self._in_words_of(self.offset) if unit == "word" else None
        if inside is None:
            return motion.previous_end(self.text, self.offset, unit)
        return self._raw_edge(motion.previous_end(*inside, unit), end=False)

    def _unit_around(self, start: int, end: int, unit: Unit) -> tuple[int, int]:
        inside = self._in_words_of(start) if unit == "word" else None
        if inside is None:
            return motion.around(self.text, start, end, unit)
        text, low = inside
        high = self.notice.alignment.normalized_offset(RawOffset(self._atom_start(max(start, end - 1)))) + 1
        low, high = motion.around(text, low, max(low + 1, min(high, len(text))), unit)
        return self._raw_edge(low, end=False), self._raw_edge(high, end=True)

    def _word_edge(self, at: int, direction: int) -> int:
        inside = self._in_words_of(at if direction > 0 else max(0, at - 1))
        if inside is None:
            return motion.next_edge(self.text, at, direction)
        text, here = inside
        edge = motion.next_edge(text, here if direction > 0 else here + 1, direction)
        return self._raw_edge(edge, end=direction > 0)
