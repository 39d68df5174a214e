"""The model of the review screen, without a terminal: one notice, its annotations, the linked cursor, search hits.

The model changes in memory at once.  Whoever changes it sends the same change to the store, and reads the annotations
again if that fails.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from annotations.annotation import Annotation
from annotations.decisions import Decision, layer, waiting
from annotations.labels import AttributeValue, Label, LabelSet
from annotations.origins import decided, tagged
from annotations.relabelling import followed
from annotations.spans import RawSpan
from annotations.suspects import Suspect
from store.read.notices import StoredNotice
from tui.session.session import Said
from tui.text.linked_cursor import LinkedCursor, PaneName
from tui.text.overlaps import Overlaps

Offered = tuple[Annotation, list[Annotation]]
"""A tag, and the offers that come from it."""


Suspected = tuple[Suspect, Annotation]
"""What a second look holds for an error, and the annotation as it was then, or what stands for one that is missing."""


class _Reshaping(NamedTuple):
    """A selection that began as the span of an annotation."""

    id: str
    came_from: tuple[PaneName, int]
    """The pane and the offset of the cursor before."""
    begun: tuple[int | None, int]
    """Anchor and cursor of the selection while nobody has moved them."""
    at_end: bool = True
    """Whether the mouse drags its end, and not its start."""


class NoticeModel(LinkedCursor):
    """The annotations of a notice as one annotator sees them, and the linked cursor over its texts.

    Args:
        stored: the notice.
        said: what is said about it: all its annotations, of every layer.
        annotator: the annotator whose layer is edited.
    """

    def __init__(self, stored: StoredNotice, said: Said, annotator: str) -> None:
        super().__init__(stored.notice)
        self.number = stored.number
        self.annotator = annotator
        self._chosen: str | None = None
        self._chosen_at = 0
        self.items: list[Annotation] = []
        """The annotations that are shown, in order; a new list whenever one of them changes."""
        self.hits: list[RawSpan] = []
        """The hits of a search in the notice, in order; a new list for each search."""
        self._hits_shown: tuple[list[RawSpan], PaneName, list[RawSpan]] = self.hits, self.pane, self.hits
        self.searched = ""
        """What was searched for."""
        self.own: list[Annotation] = []
        """The annotator's own layer, without what was rejected."""
        self._found_at: dict[tuple[str, int, int], list[Annotation]] = {}
        self.suggestions: list[Annotation] = []
        """The suggestions that are not decided yet."""
        self.muted = said.muted
        """The suggestions that are muted, by their ids, shown or not."""
        self.muted_shown = False
        """Whether they are shown all the same."""
        self.silent: list[Annotation] = []
        """What would be to decide if nothing was muted, and is not shown."""
        self.offers: list[Annotation] = []
        """The same words elsewhere as in tags of the layer: suggestions that no database holds."""
        self.others: list[Annotation] = []
        """The layers of others, while they are shown."""
        self.others_shown = False
        self.contested: set[tuple[str, str]] = {*said.contested}
        """Entity and key of what merged databases say differently, be it shown or not; to change it settles that."""
        self._reshaping: _Reshaping | None = None
        self._by_id: dict[str, Annotation] = {}
        self._offered: list[Offered] = []
        self._offered_by_id: dict[str, Offered] = {}
        self.suspects: dict[str, Suspect] = {}
        """What a second look holds for an error and nobody has settled, by the ids of what is shown for it."""
        self._suspected: list[Suspected] = []
        self._labels: LabelSet | None = None
        self._overlaps = Overlaps()
        self.set_items(said.items)

    @property
    def chosen(self) -> str | None:
        """The id of the annotation that was chosen, or None; it stays chosen while the cursor is on it."""
        return self._chosen

    @chosen.setter
    def chosen(self, annotation_id: str | None) -> None:
        self._chosen, self._chosen_at = annotation_id, self.raw_cursor.start

    # What is said about the notice

    def set_items(self, items: Iterable[Annotation]) -> None:
        """Replace all annotations."""
        self._by_id = {item.id: item for item in items}
        self._derive()

    @property
    def said(self) -> Said:
        """What is said about the notice, as it is shown."""
        return Said(self.all_items, frozenset(self.contested), self.muted)

    def update(self, said: Said) -> bool:
        """Replace all that is said about the same notice; returns whether anything that is shown has changed."""
        before, contested, silent, chosen = self.items, self.contested, self.silent, self.chosen
        self.contested, self.muted = {*said.contested}, said.muted
        self._by_id = {item.id: item for item in said.items}
        self._derive()
        if (self.items, self.contested, self.silent) == (before, contested, silent):
            # The list stays the same object, so that nothing is drawn again.
            self.items = before
            return False
        if chosen is not None and self.find(chosen) is None:
            self.chosen = None
        return True

    def use_labels(self, labels: LabelSet) -> None:
        """Give all annotations the labels of another label set; offers go, since they follow from the labels too.

        So gets what is put later, since a form that is open may hold an annotation as it was.
        """
        self._labels = labels
        self._by_id = {item.id: followed(item, labels) for item in self._by_id.values()}
        self.offer([])

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

    def show_muted(self, shown: bool) -> None:  # noqa: FBT001  # the name of the method says what it is
        """Show muted suggestions as all others, or leave them out."""
        self.muted_shown = shown
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
            self.contested.discard(("annotation", before.id))
        if after is not None:
            self.contested.discard(("annotation", after.id))
            self._by_id[after.id] = after if self._labels is None else followed(after, self._labels)
        self.chosen = after.id if after is not None else None
        self._derive()

    def put_all(self, made: Iterable[Annotation]) -> None:
        """Add several annotations in memory; none of them is chosen."""
        self._by_id.update((item.id, item) for item in made)
        self.chosen = None
        self._derive()

    def offer(self, offered: list[Offered]) -> None:
        """Replace all offers: each is shown as long as its tag stays as it was, and its place is undecided."""
        self._offered = offered
        self._offered_by_id = {each.id: pair for pair in offered for each in (pair[0], *pair[1])}
        self._derive()

    def suspect(self, suspected: list[Suspected]) -> None:
        """Replace what a second look holds for an error: each is shown until the layer says something else there."""
        self._suspected = suspected
        self._derive()

    def settle(self, suspect: Suspect) -> None:
        """Hold something for right from now on."""
        self.suspect([each for each in self._suspected if each[0].id != suspect.id])

    def suspect_beside(self, direction: int) -> Annotation | None:
        """What is shown for the next (1) or previous (-1) suspect, in a circle; None where there is none."""
        pool = [item for item in self.items if item.id in self.suspects]
        if not pool:
            return None
        current = self.current
        if current is not None and self.chosen is not None:
            if current in pool:
                return pool[(pool.index(current) + direction) % len(pool)]
            return _next_to(current, pool, direction)
        starts = [item.start for item in pool]
        at = self.raw_cursor.start
        index = bisect_left(starts, at) if direction > 0 else bisect_left(starts, at) - 1
        return pool[index % len(pool)]

    def _shown_suspects(
        self, own: list[Annotation], undecided: list[Annotation], others: list[Annotation]
    ) -> list[Annotation]:
        """Note which annotations are suspects; returns what stands for tags that are missing."""
        self.suspects = {}
        missing: list[Annotation] = []
        if not self._suspected:
            return missing
        shown_ids = {item.id for item in (*own, *others)}
        for suspect, shown in self._suspected:
            if suspect.annotation is not None and not suspect.rejected:
                current = self._by_id.get(suspect.annotation)
                if current is not None and current.id in shown_ids and _place_of(current) == _place_of(shown):
                    self.suspects[current.id] = suspect
                continue
            beside = next((each for each in undecided if _place_of(each) == _place_of(shown)), None)
            if beside is not None:
                self.suspects[beside.id] = suspect
            elif not any(
                each.label == shown.label and each.start < shown.end and shown.start < each.end for each in own
            ):
                self.suspects[shown.id] = suspect
                missing.append(shown)
        return missing

    def offers_beside(self, item: Annotation | None) -> list[Annotation]:
        """The offers of a tag, or of the tag that an offer comes from; none for any other annotation."""
        if item is None or item.id not in self._offered_by_id or not self.offers:
            return []
        ids = {each.id for each in self._offered_by_id[item.id][1]}
        return [each for each in self.offers if each.id in ids]

    @property
    def had_suggestions(self) -> bool:
        """Whether anything was suggested in the notice that is not muted, decided by now or not."""
        return any(item.annotator is None and self._is_heard(item) for item in self._by_id.values())

    @property
    def to_decide(self) -> list[Annotation]:
        """The suggestions and offers, in order."""
        return [item for item in self.items if item.annotator is None]

    def finders_of(self, suggestion: Annotation) -> list[Annotation]:
        """The suggestions of all rules for the span and label of this one, itself included."""
        return self._found_at.get((suggestion.label, suggestion.start, suggestion.end), [suggestion])

    def _derive(self) -> None:
        """Derive the lists of what is shown from all annotations."""
        own = layer(self._by_id.values(), self.annotator)
        suggested = [item for item in self._by_id.values() if item.annotator is None]
        self._found_at.clear()
        for item in suggested:
            self._found_at.setdefault((item.label, item.start, item.end), []).append(item)
        offers = [offer for tag, made in self._offered if self.has_state(tag.id, tag) for offer in made]
        offered = {offer.id for offer in offers} - self._by_id.keys()
        heard = [item for item in suggested if self._is_heard(item)] if self.muted else suggested
        undecided = waiting([*heard, *(offer for offer in offers if offer.id in offered)], own)
        taken = {(item.label, item.start, item.end) for item in undecided}
        silent = waiting([item for item in suggested if not self._is_heard(item)], own)
        self.silent = [item for item in silent if (item.label, item.start, item.end) not in taken]
        own = [item for item in own if item.status != "rejected"]
        others = []
        if self.others_shown:
            of_others = (item for item in self._by_id.values() if item.annotator not in (None, self.annotator))
            others = [item for item in of_others if item.status != "rejected"]
        missing = self._shown_suspects(own, undecided, others)
        self._show(own, [*undecided, *missing], others)
        apart = offered | {item.id for item in missing}
        self.suggestions = [item for item in self.items if item.annotator is None and item.id not in apart]
        self.offers = [item for item in self.items if item.id in offered]

    def _is_heard(self, suggestion: Annotation) -> bool:
        return self.muted_shown or suggestion.id not in self.muted

    def _show(self, own: list[Annotation], undecided: list[Annotation], others: list[Annotation]) -> None:
        """Show these annotations; what was chosen stays chosen while it is shown."""
        self.others = others
        self.items = sorted([*own, *undecided, *others], key=lambda item: item.order)
        self.own = [item for item in self.items if item.annotator == self.annotator]
        self._overlaps = Overlaps([item.start for item in self.items], [item.end for item in self.items])
        if self.chosen is not None and self.find(self.chosen) is None:
            self.chosen = None

    # Annotations at the cursor

    def at_cursor(self) -> list[Annotation]:
        """The annotations at the cursor, innermost first."""
        at = self.raw_cursor
        found = [self.items[index] for index in self._overlaps.of(at.start, max(at.end, at.start + 1))]
        return sorted(found, key=lambda item: (item.end - item.start, item.order))

    @property
    def current(self) -> Annotation | None:
        """The annotation that keys act on: whose ends are moved, else the chosen one, else the innermost one."""
        if self.reshaped is not None:
            return self.reshaped
        if self.chosen is not None:
            return self.find(self.chosen)
        around = self.at_cursor()
        return around[0] if around else None

    # The selection as the ends of an annotation

    @property
    def reshaped(self) -> Annotation | None:
        """The annotation whose ends the selection is to be; None where there is none."""
        return self.find(self._reshaping.id) if self._reshaping is not None and self.anchor is not None else None

    @property
    def is_reshaped_anew(self) -> bool:
        """Whether an end of that annotation was moved."""
        return self.reshaped is not None and (self._reshaping is None or self._reshaping.begun != self._ends)

    def begin_selection(self) -> None:
        """Start a selection: as the annotation that was just chosen, whose ends can be moved then, else at the cursor.

        Once the cursor has moved within it, something inside it is meant: a date in a requirement.  Asked again before
        an end was moved, it starts at the cursor as it was; else it drops the selection.
        """
        if self.anchor is not None:
            came_from = self._reshaping.came_from if self._reshaping is not None and not self.is_reshaped_anew else None
            again = self.reshaped is not None and came_from is not None
            self.drop_selection()
            if again and came_from is not None:
                self.focus(came_from[0])
                self.anchor = self.offset = came_from[1]
            return
        stayed = self.chosen is not None and self._chosen_at == self.raw_cursor.start
        item = self.find(self.chosen) if self.chosen is not None and stayed else None
        if item is None or item.annotator not in (None, self.annotator):
            self.anchor = self.offset
            return
        came_from = self.pane, self.offset
        self.select_raw(item.span)
        self._reshaping = _Reshaping(item.id, came_from, self._ends)

    def drag_end(self, item: Annotation | None, anchor: int, offset: int) -> bool:
        """Move an end of an annotation as the mouse drags it; returns whether the mouse was pressed on an end of it.

        The span becomes the selection, as by ``begin_selection``, so that nothing is changed before it is kept.  No
        end is dragged past the other.

        Args:
            item: the annotation that was the active one before the button was pressed; None where none was.
            anchor: the offset in the text with the cursor where it was pressed.
            offset: where the mouse is.
        """
        if self.reshaped is None and (item is None or not self._take_end(item, anchor, offset)):
            return False
        fixed = self.anchor if self.anchor is not None else offset
        at_end = self._reshaping is not None and self._reshaping.at_end
        self.move_to(max(fixed, offset) if at_end else min(fixed, offset))
        return True

    def _take_end(self, item: Annotation, anchor: int, offset: int) -> bool:
        """Select an annotation, the cursor on the end that was pressed; returns whether one was pressed."""
        bounds = self.span_in(self.pane, item.span)
        if bounds is None or item.annotator not in (None, self.annotator) or not self.has_state(item.id, item):
            return False
        on_start, on_end = self._atom_start(anchor) == bounds[0], self._atom_end(anchor) == bounds[1]
        if not (on_start or on_end):
            return False
        pane = self.pane
        self.select_raw(item.span)
        if self.pane != pane:
            # This text does not hold all of it.
            self.drop_selection()
            self.focus(pane)
            return False
        # Of a span of one character the way that the mouse takes tells which end is meant.
        at_end = on_end and (not on_start or offset > anchor)
        if not at_end:
            self.swap_ends()
        self._reshaping = _Reshaping(item.id, (pane, anchor), self._ends, at_end=at_end)
        return True

    def drop_selection(self) -> bool:
        """Drop the selection; returns whether there was one."""
        self._reshaping = None
        return super().drop_selection()

    def shrink(self) -> bool:
        """Undo the last growth of the selection; returns whether there was one."""
        shrunk = super().shrink()
        self._forget_ends()
        return shrunk

    @property
    def _ends(self) -> tuple[int | None, int]:
        return self.anchor, self.offset

    def _forget_ends(self) -> None:
        if self.anchor is None:
            self._reshaping = None

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
        """The suggestion or offer behind (1) or before (-1) the cursor, in a circle.

        From a chosen annotation the way begins at its start, so that it leads to what lies inside, and from a tag with
        offers over these first.  Where there is nothing to decide it is the annotation; None where there are no
        annotations either.
        """
        pool = self.to_decide or self.items
        if not pool:
            return None
        current = self.current
        if current is not None and self.chosen is not None and (self.offers_beside(current) or current in pool):
            return self._beside(current, pool, direction)
        if current is not None and self.chosen is not None:
            return _next_to(current, pool, direction)
        starts = [item.start for item in pool]
        at = self.raw_cursor.start
        index = bisect_right(starts, at) if direction > 0 else bisect_left(starts, at) - 1
        return pool[index % len(pool)]

    def is_around_end(self, item: Annotation, direction: int) -> bool:
        """Whether the way from the cursor to this neighbour leads around the end (1) or the start (-1) of the text."""
        current = self.current if self.chosen is not None else None
        if current is not None and self.offers_beside(current):
            # From a tag the way leads over its offers, wherever they are.
            return False
        here = current.start if current is not None else self.raw_cursor.start
        return item is current or (item.start < here if direction > 0 else item.start > here)

    def next_to_decide(self, item: Annotation) -> Annotation | None:
        """What is to be decided behind this suggestion or offer, in a circle; None where nothing else is left."""
        found = self._beside(item, self.to_decide, 1)
        return found if found.id != item.id else None

    def _beside(self, item: Annotation, pool: list[Annotation], direction: int) -> Annotation:
        """The neighbour of an annotation in ``pool``; a tag and its offers are one way, the tag its beginning."""
        offers = self.offers_beside(item)
        if not offers:
            return pool[(pool.index(item) + direction) % len(pool)]
        tag = self._offered_by_id[item.id][0]
        behind = [each for each in offers if each.order > tag.order]
        way = [tag, *behind, *(each for each in offers if each not in behind)]
        at = next((at for at, each in enumerate(way) if each.id == item.id), 0) + direction
        if 0 <= at < len(way):
            return way[at]
        ids = {each.id for each in offers}
        rest = [each for each in pool if each.id not in ids]
        if not rest:
            return way[1] if direction > 0 else way[-1]
        return _next_to(tag, rest, direction)

    def suggestion_at_cursor(self) -> Annotation | None:
        """The suggestion that a decision is about: the chosen one, else the innermost at the cursor."""
        current = self.current
        if current is not None and current.annotator is None:
            return current
        return next((item for item in self.at_cursor() if item.annotator is None), None)

    def of_the_same_rule(self, suggestion: Annotation, status: Decision) -> list[Annotation]:
        """The undecided suggestions in this notice that the rule of this one has found, itself included.

        To reject them leaves out what yet another rule has found: that one may be right.
        """
        rules = {each.suggested_by for each in self.finders_of(suggestion)}
        return [
            each
            for each in self.to_decide
            if suggestion.suggested_by in (found := {one.suggested_by for one in self.finders_of(each)})
            and (status == "accepted" or found <= rules)
        ]

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
        hits, pane, shown = self._hits_shown
        if hits is not self.hits or pane != self.pane:
            # Each key asks for them, and of a common character there are thousands.
            shown = [hit for hit in self.hits if self.span_in(self.pane, hit) is not None] or self.hits
            self._hits_shown = self.hits, self.pane, shown
        return shown

    @property
    def hit(self) -> RawSpan | None:
        """The hit that starts at the cursor; tagging treats it like a selection."""
        at = self.raw_cursor
        index = bisect_left(self.hits, at.start, key=lambda hit: hit.start)
        return next((hit for hit in self.hits[index : index + 1] if hit.start < max(at.end, at.start + 1)), None)

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
        if self.anchor is not None and direction < 0:
            # A selection that reaches over a hit ends at its last character.
            at = next((hit.start for hit in hits if hit.start <= at < hit.end), at)
        find = bisect_left if include_cursor or direction < 0 else bisect_right
        index = find(hits, at, key=lambda hit: hit.start)
        return (index if direction > 0 else index - 1) % len(hits)

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
        self._forget_ends()
        if self.chosen is not None and self.chosen not in {item.id for item in self.at_cursor()}:
            self.chosen = None


def _place_of(item: Annotation) -> tuple[str, int, int]:
    return item.label, item.start, item.end


def _next_to(item: Annotation, pool: list[Annotation], direction: int) -> Annotation:
    """The first of ``pool`` that begins where an annotation does or behind it, or the last before; in a circle."""
    index = bisect_left([each.start for each in pool], item.start)
    return pool[(index if direction > 0 else index - 1) % len(pool)]
