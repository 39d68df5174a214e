"""What the review screen is about, as a value without a terminal: one notice, one cursor, one selection, one layer.

What people and rules say about a notice, on top of the linked cursor.  The model changes in memory at once; whoever
changes it sends the same change to the store, and reads the layer again if that fails.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from annotations.annotation import Annotation
from annotations.decisions import Decision, layer, waiting
from annotations.labels import AttributeValue, Label
from annotations.origins import decided, tagged
from annotations.spans import RawSpan
from store.read.notices import StoredNotice
from tui.text.linked_cursor import LinkedCursor

_BLOCK = 64


class NoticeModel(LinkedCursor):
    """The state of the review screen.

    Args:
        stored: the notice.
        items: all annotations on it.
        annotator: whose layer is edited.
    """

    def __init__(self, stored: StoredNotice, items: Iterable[Annotation], annotator: str) -> None:
        super().__init__(stored.notice)
        self.number = stored.number
        self.annotator = annotator
        self.chosen: str | None = None
        self.items: list[Annotation] = []
        """What is shown of the annotations, in order; another list whenever one changes."""
        self.hits: list[RawSpan] = []
        """What a search in the notice has found, in order; another list for another search."""
        self.own: list[Annotation] = []
        """The annotator's layer."""
        self.suggestions: list[Annotation] = []
        """The suggestions that wait for a decision."""
        self.others: list[Annotation] = []
        """The layers of others, where they are shown."""
        self.others_shown = False
        self._by_id: dict[str, Annotation] = {}
        self._offered: dict[str, Annotation] = {}
        self._starts: list[int] = []
        self._block_ends: list[int] = []
        self.set_items(items)

    # What is said about the notice

    def set_items(self, items: Iterable[Annotation]) -> None:
        """Show these annotations: the own layer without what was rejected, and the suggestions not yet decided."""
        self._by_id = {item.id: item for item in items}
        self._derive()

    def update_items(self, items: Iterable[Annotation]) -> bool:
        """As ``take``, for the same notice; whether anything that is shown has changed."""
        before, chosen = self.items, self.chosen
        self._by_id = {item.id: item for item in items}
        self._derive()
        if self.items == before:
            # The same list, so that nothing is drawn again.
            self.items = before
            return False
        self.chosen = chosen if chosen is not None and self.find(chosen) is not None else None
        return True

    @property
    def all_items(self) -> list[Annotation]:
        """All annotations of the notice, shown or not."""
        return list(self._by_id.values())

    def has_state(self, annotation_id: str, state: object) -> bool:
        """Whether an annotation is so here, shown or not; None is that there is none."""
        return self._by_id.get(annotation_id) == state

    def show_others(self, shown: bool) -> None:  # noqa: FBT001  # there is nothing else to say
        """Show the layers of others as well, or no longer."""
        self.others_shown = shown
        self._derive()

    def find(self, annotation_id: str) -> Annotation | None:
        """The annotation with this id, if it is shown."""
        return next((item for item in self.items if item.id == annotation_id), None)

    def has(self, annotation_id: str) -> bool:
        """Whether an annotation of this notice has this id, shown or not."""
        return annotation_id in self._by_id

    def put(self, before: Annotation | None, after: Annotation | None) -> None:
        """Change one annotation in memory: add it, replace it or take it out."""
        if before is not None:
            self._by_id.pop(before.id, None)
        if after is not None:
            self._by_id[after.id] = after
        self.chosen = after.id if after is not None else None
        self._derive()

    def put_all(self, made: Iterable[Annotation]) -> None:
        """Add several annotations in memory."""
        self._by_id.update((item.id, item) for item in made)
        self.chosen = None
        self._derive()

    def offer(self, suggestions: Iterable[Annotation]) -> int:
        """Show suggestions that no database holds, for as long as the notice is open; returns how many are new."""
        before = len(self.suggestions)
        self._offered.update((item.id, item) for item in suggestions)
        self._derive()
        return len(self.suggestions) - before

    def _derive(self) -> None:
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
        """The annotations over the cursor, innermost first."""
        at = self.raw_cursor
        last = bisect_left(self._starts, max(at.end, at.start + 1))
        found: list[Annotation] = []
        # Every key asks, and a notice may have thousands: blocks that end before the cursor are passed over.
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
        """Choose the innermost annotation at the cursor; again, the next one out, and round."""
        around = self.at_cursor()
        if not around:
            return
        ids = [item.id for item in around]
        current = self.current
        at = ids.index(current.id) if current is not None and self.chosen is not None and current.id in ids else -1
        self.chosen = ids[(at + 1) % len(ids)]

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

    def suggestion_at_cursor(self) -> Annotation | None:
        """The suggestion that a decision is about: the chosen one, else the innermost at the cursor."""
        current = self.current
        if current is not None and current.annotator is None:
            return current
        return next((item for item in self.at_cursor() if item.annotator is None), None)

    def of_the_same_rule(self, suggestion: Annotation) -> list[Annotation]:
        """The suggestions of this notice that the same rule made, this one among them."""
        return [each for each in self.suggestions if each.suggested_by == suggestion.suggested_by]

    def next_suggestion(self, item: Annotation) -> Annotation | None:
        """The next suggestion in the notice, and round; None where no other is left."""
        others = [each for each in self.suggestions if each.id != item.id]
        return next((each for each in others if each.order > item.order), others[0] if others else None)

    def choose(self, item: Annotation, *, at_end: bool = False) -> None:
        """Choose an annotation, the cursor on its first character, or on its last."""
        if at_end:
            self.go_to_raw(item.end - 1)
        else:
            self.go_to_raw(item.start)
        self.chosen = item.id

    @property
    def hits_in_pane(self) -> list[RawSpan]:
        """The hits that the pane with the cursor shows; all of them where it shows none."""
        return [hit for hit in self.hits if self.span_in(self.pane, hit) is not None] or self.hits

    @property
    def hit(self) -> RawSpan | None:
        """The hit that the cursor stands on the start of; a tag takes it for selected."""
        at = self.raw_cursor
        return next((hit for hit in self.hits if at.start <= hit.start < max(at.end, at.start + 1)), None)

    def next_hit(self, direction: int, *, include_cursor: bool = False) -> int | None:
        """The number of the hit behind the cursor, or before it, and round; None where the search found nothing.

        Args:
            direction: 1 or -1.
            here: whether a hit at the cursor counts as the next one.
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
        """A new annotation of the annotator on a span of raw text; its attributes are unset where none are given."""
        values = label.attributes() if attributes is None else attributes
        return tagged(self.notice.raw, span, label.name, values, self.annotator)

    def decided(self, suggestion: Annotation, status: Decision) -> Annotation:
        """What a decision on a suggestion puts into the annotator's layer; the suggestion stays as it is."""
        return decided(suggestion, self.annotator, status)

    def _moved(self) -> None:
        """A chosen annotation stays chosen while the cursor is on it."""
        if self.chosen is not None and self.chosen not in {item.id for item in self.at_cursor()}:
            self.chosen = None
