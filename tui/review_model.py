"""What the review screen is about, as a value without a terminal: one notice, one cursor, one selection, one layer.

The cursor is an offset into the text of one pane; the other pane shows where that falls through the alignment.  A
selection runs from an anchor to the cursor and takes in both ends, in whole atoms: a reading stays with its host.  The
model changes in memory at once; the screen sends the same change to the store and takes it back if that fails.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Literal

from annotations.annotation import Annotation, new_id, now
from annotations.labels import Label
from annotations.spans import NormalizedOffset, NormalizedSpan, RawOffset, RawSpan, normalized_span, raw_span
from store.notices import StoredNotice
from tui.width import cluster

PaneName = Literal["raw", "normalized"]

_SENTENCE_END = re.compile(r"[。！？；!?;]+[”’」』）)]*|[\r\n]+")
_LINE_END = re.compile(r"[\r\n]+")


class ReviewModel:
    """The state of the review screen.

    Args:
        stored: the notice.
        items: all annotations on it.
        annotator: whose layer is edited.
    """

    def __init__(self, stored: StoredNotice, items: Iterable[Annotation], annotator: str) -> None:
        self.number = stored.number
        self.notice = stored.notice
        self.annotator = annotator
        self.pane: PaneName = "normalized" if stored.notice.normalized else "raw"
        self.offset = 0
        self.anchor: int | None = None
        self.chosen: str | None = None
        self.items: list[Annotation] = []
        self.take(items)

    # What is said about the notice

    def take(self, items: Iterable[Annotation]) -> None:
        """Show these annotations: the own layer without what was rejected, and the suggestions not yet decided."""
        everything = list(items)
        decided = {item.id.rpartition(".")[0] for item in everything if item.annotator == self.annotator}
        self.items = sorted(
            (
                item
                for item in everything
                if (item.annotator == self.annotator and item.status != "rejected")
                or (item.annotator is None and item.id not in decided)
            ),
            key=lambda item: item.order,
        )
        if self.chosen is not None and self.find(self.chosen) is None:
            self.chosen = None

    @property
    def own(self) -> list[Annotation]:
        """The annotator's layer."""
        return [item for item in self.items if item.annotator is not None]

    def find(self, annotation_id: str) -> Annotation | None:
        """The annotation with this id, if it is shown."""
        return next((item for item in self.items if item.id == annotation_id), None)

    def put(self, before: Annotation | None, after: Annotation | None) -> None:
        """Change one annotation in memory: add it, replace it or take it out."""
        gone = {each.id for each in (before, after) if each is not None}
        items = [item for item in self.items if item.id not in gone]
        if after is not None:
            items.append(after)
        self.items = sorted(items, key=lambda item: item.order)
        self.chosen = after.id if after is not None else None

    # The cursor

    @property
    def text(self) -> str:
        """The text of the pane that has the cursor."""
        return self.notice.raw if self.pane == "raw" else self.notice.normalized

    @property
    def raw_cursor(self) -> RawSpan:
        """The raw atom under the cursor; empty at the end of the text."""
        if self.pane == "raw":
            return self._raw_atom(self.offset)
        return self.notice.alignment.to_raw(self._normalized_atom(self.offset))

    @property
    def normalized_cursor(self) -> NormalizedOffset:
        """The normalized character at the cursor, or the next that survives."""
        if self.pane == "normalized":
            return NormalizedOffset(self.offset)
        return self.notice.alignment.normalized_offset(RawOffset(self.offset))

    def cursor_in(self, pane: PaneName) -> int:
        """Where the cursor is in a pane's own offsets."""
        return self.raw_cursor.start if pane == "raw" else self.normalized_cursor

    def move_to(self, offset: int, *, select: bool | None = None, ahead: bool = False) -> None:
        """Put the cursor at an offset of its pane, on the start of an atom.

        Args:
            offset: code points, clamped to the text.
            select: whether the selection grows with it; None keeps a selection that is there.
            ahead: whether an offset inside an atom means the next one.  A row may begin with a reading whose host ends
                the row above: who moves down must not be sent back there.
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
        self._choose_at_cursor()

    def move(self, atoms: int, *, select: bool | None = None) -> None:
        """Move the cursor by so many atoms."""
        offset = self.offset
        for _ in range(abs(atoms)):
            offset = self._atom_end(offset) if atoms > 0 else self._atom_start(max(0, offset - 1))
        self.move_to(offset, select=select)

    def switch_pane(self) -> None:
        """Give the other pane the cursor; a selection goes with it."""
        other: PaneName = "normalized" if self.pane == "raw" else "raw"
        anchor = None
        if self.anchor is not None:
            raw_anchor = self._raw_of(self.anchor)
            anchor = raw_anchor if other == "raw" else self.notice.alignment.normalized_offset(RawOffset(raw_anchor))
        offset = self.cursor_in(other)
        self.pane, self.anchor = other, anchor
        self.offset = self._atom_start(max(0, min(offset, self._last())))

    def focus(self, pane: PaneName) -> None:
        """Give a pane the cursor."""
        if pane != self.pane:
            self.switch_pane()

    def go_to_raw(self, offset: int) -> None:
        """Put the cursor on a raw character, in the pane that has it if that shows it."""
        if self.pane == "normalized" and not self.notice.alignment.survives(RawOffset(offset)):
            self.focus("raw")
        self.anchor = None
        self.move_to(offset if self.pane == "raw" else self.notice.alignment.normalized_offset(RawOffset(offset)))

    def sentence(self, direction: int) -> int:
        """The offset of the next sentence of the pane's text, or of the one before the cursor."""
        return self._unit(_SENTENCE_END, direction)

    def paragraph(self, direction: int) -> int:
        """The offset of the next line of the pane's text, or of the one before the cursor."""
        return self._unit(_LINE_END, direction)

    # The selection

    @property
    def selection(self) -> RawSpan | None:
        """The selected raw text; None without a selection."""
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
        """The selection in a pane's own offsets; None where there is none or nothing of it survives."""
        span = self.selection
        if span is None or pane == "raw":
            return (span.start, span.end) if span else None
        survives = self.notice.alignment.to_normalized(span)
        return (survives.start, survives.end) if survives else None

    def drop_selection(self) -> bool:
        """Forget the selection; whether there was one."""
        had = self.anchor is not None
        self.anchor = None
        return had

    # Annotations at the cursor

    def at_cursor(self) -> list[Annotation]:
        """The annotations over the cursor, innermost first."""
        at = self.raw_cursor
        return sorted(
            (item for item in self.items if item.start < max(at.end, at.start + 1) and at.start < item.end),
            key=lambda item: (item.end - item.start, item.order),
        )

    @property
    def current(self) -> Annotation | None:
        """The annotation that keys act on: the chosen one, else the innermost at the cursor."""
        if self.chosen is not None:
            return self.find(self.chosen)
        around = self.at_cursor()
        return around[0] if around else None

    def choose_next_out(self) -> None:
        """Choose the innermost annotation at the cursor; again, the next one out, and round."""
        around = self.at_cursor()
        if not around:
            return
        ids = [item.id for item in around]
        current = self.current
        at = ids.index(current.id) if current is not None and self.chosen is not None and current.id in ids else -1
        self.chosen = ids[(at + 1) % len(ids)]

    def go_to(self, item: Annotation) -> None:
        """Choose an annotation and put the cursor on its first character."""
        self.go_to_raw(item.start)
        self.chosen = item.id

    def neighbour(self, direction: int) -> Annotation | None:
        """The next or the previous suggestion; the next or previous annotation where no suggestion is left."""
        suggestions = [item for item in self.items if item.annotator is None]
        pool = suggestions or self.items
        if not pool:
            return None
        current = self.current
        if current is not None and current in pool and self.chosen is not None:
            return pool[(pool.index(current) + direction) % len(pool)]
        starts = [item.start for item in pool]
        at = self.raw_cursor.start
        index = bisect_right(starts, at) if direction > 0 else bisect_left(starts, at) - 1
        return pool[index % len(pool)]

    def new_annotation(self, label: Label) -> Annotation | None:
        """An annotation of the annotator on the selection, its attributes unset; None without a selection."""
        span = self.selection
        if span is None:
            return None
        at = now()
        return Annotation(
            id=new_id(),
            label=label.name,
            start=span.start,
            end=span.end,
            text=span.of(self.notice.raw),
            attributes=label.attributes(),
            annotator=self.annotator,
            status="manual",
            unsure=False,
            comment=None,
            created_at=at,
            updated_at=at,
        )

    # Atoms: what a cursor stands on

    def _last(self) -> int:
        """The last offset that the cursor may have: on the last atom, or 0 in an empty text."""
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
        """The raw offset of an offset of the pane that has the cursor."""
        if self.pane == "raw":
            return offset
        return self.notice.alignment.raw_character(NormalizedOffset(offset)).start

    def _unit(self, end: re.Pattern[str], direction: int) -> int:
        text = self.text
        if direction > 0 and self.anchor is not None:
            return self._end_of_unit(end)
        if direction > 0:
            found = end.search(text, self.offset)
            return _skip_space(text, found.end()) if found else len(text)
        # Twenty screens back at the most; a longer sentence is walked in steps.
        low = max(0, self.offset - 4000)
        starts = [low, *(_skip_space(text, found.end()) for found in end.finditer(text, low, self.offset))]
        return max((start for start in starts if start < self.offset), default=0)

    def _end_of_unit(self, end: re.Pattern[str]) -> int:
        """Where a selection that grows by a unit ends: before the mark that ends it, as the guideline wants."""
        at = self.offset
        while (found := end.search(self.text, at)) is not None:
            last = found.start() - 1
            while last > self.offset and self.text[last].isspace():
                last -= 1
            if last > self.offset:
                return last
            at = found.end()
        return len(self.text)

    def _choose_at_cursor(self) -> None:
        """A chosen annotation stays chosen while the cursor is on it."""
        if self.chosen is not None and self.chosen not in {item.id for item in self.at_cursor()}:
            self.chosen = None


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
