"""The model of the review screen, without a terminal: one notice, its annotations, the linked cursor, search hits.

The model changes in memory at once.  Whoever changes it sends the same change to the store, and reads the annotations
again if that fails.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from annotations.annotation import Annotation
from annotations.decisions import Decision, layer, waiting
from annotations.labels import AttributeValue, Label, LabelSet
from annotations.origins import decided, tagged
from annotations.relabelling import followed
from annotations.spans import RawSpan
from store.read.notices import StoredNotice
from tui.text.linked_cursor import LinkedCursor

_BLOCK = 64
"""Annotations of a block; see ``NoticeModel.at_cursor``."""


class NoticeModel(LinkedCursor):
    """The annotations of a notice as one annotator sees them, and the linked cursor over its texts.

    Args:
        stored: the notice.
        items: all its annotations, of every layer.
        annotator: the annotator whose layer is edited.
    """

    def __init__(self, stored: StoredNotice, items: Iterable[Annotation], annotator: str) -> None:
        super().__init__(stored.notice)
        self.number = stored.number
        self.annotator = annotator
        self.chosen: str | None = None
        """The id of the annotation that was chosen, or None; it stays chosen while the cursor is on it."""
        self.items: list[Annotation] = []
        """The annotations that are shown, in order; a new list whenever one of them changes."""
        self.hits: list[RawSpan] = []
        """The hits of a search in the notice, in order; a new list for each search."""
        self.own: list[Annotation] = []
        """The annotator's own layer, without what was rejected."""
        self.suggestions: list[Annotation] = []
        """The suggestions that are not decided yet."""
        self.others: list[Annotation] = []
        """The layers of others, while they are shown."""
        self.others_shown = False
        self._by_id: dict[str, Annotation] = {}
        self._offered: dict[str, Annotation] = {}
        self._labels: LabelSet | None = None
        self._starts: list[int] = []
        self._block_ends: list[int] = []
        self.set_items(items)

    # What is said about the notice

    def set_items(self, items: Iterable[Annotation]) -> None:
        """Replace all annotations."""
        self._by_id = {item.id: item for item in items}
        self._derive()

    def update_items(self, items: Iterable[Annotation]) -> bool:
        """Replace all annotations of the same notice; returns whether anything that is shown has changed."""
        before, chosen = self.items, self.chosen
        self._by_id = {item.id: item for item in items}
        self._derive()
        if self.items == before:
            # The list stays the same object, so that nothing is drawn again.
            self.items = before
            return False
        self.chosen = chosen if chosen is not None and self.find(chosen) is not None else None
        return True

    def use_labels(self, labels: LabelSet) -> None:
        """Give all annotations and offers the labels of another label set; an offer of a hidden label goes.

        So gets what is put later, since a form that is open may hold an annotation as it was.
        """
        self._labels = labels
        self._by_id = {item.id: followed(item, labels) for item in self._by_id.values()}
        offered = [followed(item, labels) for item in self._offered.values()]
        shown = {label.name for label in labels.shown}
        self._offered = {item.id: item for item in offered if item.label in shown}
        self._derive()

    @property
    def all_items(self) -> list[Annotation]:
        """All annotations of the notice, also those that are not shown."""
        return list(self._by_id.values())

    def has_state(self, annotation_id: str, state: object) -> bool:
        """Whether an annotation has this state, shown or not; the state None means that there is none with this id."""
        return self._by_id.get(annotation_id) == state

    def show_others(self, shown: bool) -> None:  # noqa: FBT001  # the name of the method says what it is
        """Show or hide the layers of others."""
        self.others_shown = shown
        self._derive()

    def find(self, annotation_id: str) -> Annotation | None:
        """The annotation with this id, if it is shown."""
        return next((item for item in self.items if item.id == annotation_id), None)

    def has(self, annotation_id: str) -> bool:
        """Whether the notice has an annotation with this id, shown or not."""
        return annotation_id in self._by_id

    def put(self, before: Annotation | None, after: Annotation | None) -> None:
        """Apply one change in memory: an annotation is added, replaced or removed.

        What is added or replaced becomes the chosen annotation.

        Args:
            before: the annotation that is replaced or removed; None adds ``after``.
            after: its new state; None removes it.
        """
        if before is not None:
            self._by_id.pop(before.id, None)
        if after is not None:
            self._by_id[after.id] = after if self._labels is None else followed(after, self._labels)
        self.chosen = after.id if after is not None else None
        self._derive()

    def put_all(self, made: Iterable[Annotation]) -> None:
        """Add several annotations in memory; none of them is chosen."""
        self._by_id.update((item.id, item) for item in made)
        self.chosen = None
        self._derive()

    def offer(self, suggestions: Iterable[Annotation]) -> int:
        """Show suggestions that no database holds, while the notice is open; returns how many are new."""
        before = len(self.suggestions)
        self._offered.update((item.id, item) for item in suggestions)
        self._derive()
        return len(self.suggestions) - before

    def _derive(self) -> None:
        """Derive the lists of what is shown from all annotations."""
        own = layer(self._by_id.values(), self.annotator)
        suggested = {**self._offered, **{item.id: item for item in self._by_id.values() if item.annotator is None}}
        undecided = waiting(suggested.values(), own)
        own = [item for item in own if item.status != "rejected"]
        self.others = []
        if self.others_shown:
            of_others = (item for item in self._by_id.values() if item.annotator not in (None, self.annotator))
            self.others = [item for item in of_others if item.status != "rejected"]
        self.items = sorted([*own, *undecided, *self.others], key=lambda item: item.order)
        self.own = [item for item in self.items if item.annotator == self.annotator]
        self.suggestions = [item for item in self.items if item.annotator is None]
        self._starts = [item.start for item in self.items]
        blocks = range(0, len(self.items), _BLOCK)
        self._block_ends = [max(item.end for item in self.items[block : block + _BLOCK]) for block in blocks]
        if self.chosen is not None and self.find(self.chosen) is None:
            self.chosen = None

    # Annotations at the cursor

    def at_cursor(self) -> list[Annotation]:
        """The annotations at the cursor, innermost first."""
        at = self.raw_cursor
        last = bisect_left(self._starts, max(at.end, at.start + 1))
        found: list[Annotation] = []
        # Every key asks for them, and a notice may have thousands of annotations: blocks that end before the cursor are
        # skipped.
        for number in range(-(-last // _BLOCK)):
            if self._block_ends[number] > at.start:
                block = self.items[number * _BLOCK : min(last, (number + 1) * _BLOCK)]
                found += [item for item in block if at.start < item.end]
        return sorted(found, key=lambda item: (item.end - item.start, item.order))

    @property
    def current(self) -> Annotation | None:
        """The annotation that keys act on: the chosen one, else the innermost at the cursor."""
        if self.chosen is not None:
            return self.find(self.chosen)
        around = self.at_cursor()
        return around[0] if around else None

    def choose_enclosing(self) -> None:
        """Choose the innermost annotation at the cursor; if one is chosen, the next outer one, in a circle."""
        around = self.at_cursor()
        if not around:
            return
        ids = [item.id for item in around]
        current = self.current
        at = ids.index(current.id) if current is not None and self.chosen is not None and current.id in ids else -1
        self.chosen = ids[(at + 1) % len(ids)]

    def neighbour(self, direction: int) -> Annotation | None:
        """The suggestion behind (1) or before (-1) the cursor, in a circle.

        Where no suggestion is left it is the annotation; None where there are no annotations either.
        """
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

    def suggestion_at_cursor(self) -> Annotation | None:
        """The suggestion that a decision is about: the chosen one, else the innermost at the cursor."""
        current = self.current
        if current is not None and current.annotator is None:
            return current
        return next((item for item in self.at_cursor() if item.annotator is None), None)

    def of_the_same_rule(self, suggestion: Annotation) -> list[Annotation]:
        """The undecided suggestions in this notice of the rule that made this one, itself included."""
        return [each for each in self.suggestions if each.suggested_by == suggestion.suggested_by]

    def next_suggestion(self, item: Annotation) -> Annotation | None:
        """The suggestion behind this one, in a circle; None where no other is left."""
        others = [each for each in self.suggestions if each.id != item.id]
        return next((each for each in others if each.order > item.order), others[0] if others else None)

    def choose(self, item: Annotation, *, at_end: bool = False) -> None:
        """Choose an annotation and put the cursor on its first character, or on its last one."""
        if at_end:
            self.go_to_raw(item.end - 1)
        else:
            self.go_to_raw(item.start)
        self.chosen = item.id

    @property
    def hits_in_pane(self) -> list[RawSpan]:
        """The hits that the pane with the cursor shows; all hits where it shows none."""
        return [hit for hit in self.hits if self.span_in(self.pane, hit) is not None] or self.hits

    @property
    def hit(self) -> RawSpan | None:
        """The hit that starts at the cursor; tagging treats it like a selection."""
        at = self.raw_cursor
        return next((hit for hit in self.hits if at.start <= hit.start < max(at.end, at.start + 1)), None)

    def next_hit(self, direction: int, *, include_cursor: bool = False) -> int | None:
        """The index in ``hits_in_pane`` of the hit behind or before the cursor, in a circle; None without hits.

        Args:
            direction: 1 for the hit behind the cursor, -1 for the one before it.
            include_cursor: whether a hit at the cursor counts as the one behind it.
        """
        hits = self.hits_in_pane
        if not hits:
            return None
        at = self.raw_cursor.start
        starts = [hit.start for hit in hits]
        if direction > 0:
            return (bisect_left(starts, at) if include_cursor else bisect_right(starts, at)) % len(hits)
        return (bisect_left(starts, at) - 1) % len(hits)

    def new_annotation(
        self, label: Label, span: RawSpan, attributes: dict[str, AttributeValue] | None = None
    ) -> Annotation:
        """A new annotation of the annotator on a span of raw text; without ``attributes`` all of them are unset."""
        values = label.attributes() if attributes is None else attributes
        return tagged(self.notice.raw, span, label.name, values, self.annotator)

    def decided(self, suggestion: Annotation, status: Decision) -> Annotation:
        """The annotation that a decision on a suggestion adds to the annotator's layer.

        The suggestion itself does not change.
        """
        return decided(suggestion, self.annotator, status)

    def _moved(self) -> None:
        """Drop the choice when the cursor has left the chosen annotation."""
        if self.chosen is not None and self.chosen not in {item.id for item in self.at_cursor()}:
            self.chosen = None
