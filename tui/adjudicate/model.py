"""The model of the adjudicate screen, without a terminal: what layers say, what was decided of it, and gold.

The layer that is edited is gold.  What people said stands beside it and does not change here.  As in the review screen
the model changes at once, and whoever changes it sends the same change to the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final, Literal

from msgspec.structs import replace

from annotations.adjudication.comparison import meant
from annotations.adjudication.matching import iou
from annotations.annotation import GOLD, Annotation
from annotations.labels import AttributeValue, Label
from annotations.origins import adjudicated
from annotations.spans import RawSpan, raw_span
from store.log.adjudications import BY_RULE, Adjudication
from store.read.adjudication import Case, NoticeAdjudication
from store.read.notices import StoredNotice
from tui.notice.model import NoticeModel
from tui.session.session import Said
from tui.text.overlaps import Overlaps

_LIKE: Final = 0.5
"""Intersection over union from which a tag is about what a case is about, whatever the labels."""


class GoldSaid(Said, frozen=True, kw_only=True):
    """What is said about a notice, with what there is to adjudicate."""

    adjudication: NoticeAdjudication


class GoldModel(NoticeModel):
    """What there is to adjudicate in a notice, gold, and the linked cursor over its texts.

    A case is known by its index in ``cases``.

    Args:
        stored: the notice.
        said: what is said about it.
        names_hidden: whether layers are called by letters.
    """

    def __init__(self, stored: StoredNotice, said: GoldSaid, *, names_hidden: bool = False) -> None:
        self.adjudication = said.adjudication
        """What there is to adjudicate, as it was read."""
        self.cases = _cases_of(said.adjudication)
        """What layers say, and what has become of it, in the order of the text; none while too few have finished."""
        self.listed: list[int] = []
        """The cases that are shown one by one: all but what all agree on and a rule has taken into gold."""
        self.open: list[int] = []
        """Those of them that nobody has decided."""
        self.at: int | None = None
        """The case that was chosen; None where it is the one at the cursor."""
        self._listed: frozenset[int] = frozenset()
        self._names_hidden = names_hidden
        self._order: tuple[int, ...] = ()
        self._derived: NoticeAdjudication | None = None
        self._united: dict[int, list[Annotation]] = {}
        self._overlaps_of_cases = Overlaps()
        self._case_of_member: dict[str, int] = {}
        self._case_of_gold: dict[str, int] = {}
        super().__init__(stored, said, GOLD)

    @property
    def said(self) -> GoldSaid:
        """What is said about the notice, as it is shown."""
        adjudication = self.adjudication
        if adjudication.is_ready:
            adjudication = replace(adjudication, cases=tuple(self.cases))
        return GoldSaid(self.all_items, frozenset(self.contested), adjudication=adjudication)

    def update(self, said: Said) -> bool:
        """Replace all that is said about the same notice; returns whether anything that is shown has changed."""
        if not isinstance(said, GoldSaid):
            return super().update(said)
        at, before = self.at, self.said.adjudication
        start = self.cases[at].about.span.start if at is not None else None
        self.adjudication, self.cases, self.at = said.adjudication, _cases_of(said.adjudication), None
        shown = super().update(said)
        if start is not None:
            self.at = self._case_at(start)
        return shown or before.cases != said.adjudication.cases

    # The layers

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers in the order in which they are shown: of people, and of suggestions that count."""
        return tuple(self.adjudication.comparison.layers[index] for index in self._order)

    @property
    def order(self) -> tuple[bool, tuple[int, ...]]:
        """How layers are called and in which order they stand: while it stays, so does what is shown of them."""
        return self._names_hidden, self._order

    @property
    def names_hidden(self) -> bool:
        """Whether layers are called A, B, … and stand in an order that tells nothing."""
        return self._names_hidden

    def hide_names(self, hidden: bool) -> None:  # noqa: FBT001  # the name of the method says what it is
        """Call layers by letters, or by their names again."""
        self._names_hidden = hidden
        self._derive()

    def name_of(self, layer: str) -> str:
        """The name of a layer as it is shown: its own, or a letter where names are hidden."""
        if not self._names_hidden:
            return layer
        at = self.layers.index(layer) if layer in self.layers else len(ascii_uppercase)
        return ascii_uppercase[at] if at < len(ascii_uppercase) else "somebody"

    def said_around(self, layer: str | None, start: int, end: int) -> list[Annotation]:
        """What a layer says in a stretch of the raw text, in order.

        Args:
            layer: the name of a layer; None is gold.
            start: raw code points.
            end: raw code points.
        """
        if layer is None:
            near_gold = (self.items[index] for index in self._overlaps.of(start, end))
            items = [item for item in near_gold if item.annotator == GOLD]
        else:
            at = self.adjudication.comparison.layers.index(layer)
            near = (self.cases[index].about.members[at] for index in self._overlaps_of_cases.of(start, end))
            items = [item for members in near for item in members]
        return [item for item in items if item.start < end and start < item.end]

    # The cases

    @property
    def agreed(self) -> int:
        """How many cases all agree on, and a rule has taken into gold."""
        return len(self.cases) - len(self.listed)

    @property
    def here(self) -> int | None:
        """The case that keys act on: the chosen one, that of the chosen annotation, or the smallest at the cursor."""
        if self.at is not None:
            return self.at
        chosen = self._by_id.get(self.chosen) if self.chosen is not None else None
        case = self.case_of(chosen) if chosen is not None else None
        return case if case in self._listed else self._case_at(self.raw_cursor.start)

    def span_of(self, index: int) -> RawSpan:
        """The raw span of a case: it covers what layers say and what gold has there."""
        spans = [self.cases[index].about.span, *(item.span for item in self.cases[index].gold)]
        return raw_span(min(span.start for span in spans), max(span.end for span in spans))

    def case_of(self, item: Annotation) -> int | None:
        """The case that an annotation belongs to, of a layer or of gold; None where it is about none."""
        return (self._case_of_gold if item.annotator == GOLD else self._case_of_member).get(item.id)

    def has_decision(self, fingerprint: str, decision: Adjudication | None) -> bool:
        """Whether this is what was decided about a case, or about nothing that layers say now."""
        return all(case.decision == decision for case in self.cases if case.about.fingerprint == fingerprint)

    def versions(self, index: int) -> tuple[tuple[Annotation, ...], ...]:
        """What each layer says in a case, in the order in which layers are shown."""
        members = self.cases[index].about.members
        return tuple(members[layer] for layer in self._order)

    def all_versions(self, index: int) -> list[Annotation]:
        """What the layers say in a case, each span, label and values once."""
        if index not in self._united:
            found: dict[object, Annotation] = {}
            members = (each for version in self.versions(index) for each in version)
            for item in sorted(members, key=lambda each: each.order):
                span = meant(item.span, self.notice.alignment)
                found.setdefault((span, item.label, tuple(item.attributes.items())), item)
            self._united[index] = list(found.values())
        return self._united[index]

    def neighbour_case(self, direction: Literal[1, -1], among: Sequence[int]) -> int | None:
        """The case behind (1) or before (-1) this place, in a circle; None where ``among`` is empty.

        Args:
            direction: 1 or -1.
            among: cases, in the order of the text.
        """
        here = self.here
        if here is not None:
            beyond = [each for each in among if (each > here if direction > 0 else each < here)]
        else:
            cursor = self.raw_cursor.start
            beyond = [each for each in among if (self.cases[each].about.span.start > cursor) == (direction > 0)]
        pool = beyond or among
        if not pool:
            return None
        return pool[0] if direction > 0 else pool[-1]

    def go_to_case(self, index: int) -> None:
        """Choose a case, and put the cursor on its first character."""
        self.drop_selection()
        self.go_to_raw(self.cases[index].about.span.start)
        self.chosen = None
        self.at = index

    def decide(self, index: int, gold: Sequence[Annotation], decision: Adjudication) -> None:
        """Note a decision in memory, and what gold has by it.

        Args:
            index: the case.
            gold: what gold has there from now on.
            decision: what was decided.
        """
        case = self.cases[index]
        for item in case.gold:
            self._by_id.pop(item.id, None)
        self._by_id.update((item.id, item) for item in gold)
        self.cases[index] = Case(case.about, decision, tuple(gold))
        self.chosen = gold[0].id if gold else None
        self._derive()

    # Annotations

    def put(self, before: Annotation | None, after: Annotation | None) -> None:
        """Apply one change of gold in memory; where it is about a case, gold has it there."""
        index = self._case_of_gold.get(before.id) if before is not None else None
        if before is not None and index is not None:
            case = self.cases[index]
            gold = [after if each.id == before.id else each for each in case.gold]
            self.cases[index] = Case(case.about, case.decision, tuple(each for each in gold if each is not None))
        super().put(before, after)

    @property
    def current(self) -> Annotation | None:
        """The annotation that edges and values are changed of.

        The chosen one; else what gold has in the case; else, in an open one, what the first layer says there, which an
        edit takes into gold; else the innermost at the cursor.
        """
        if self.reshaped is not None or self.chosen is not None:
            return super().current
        here = self.here
        if here is None:
            return super().current
        case = self.cases[here]
        if case.gold or case.decision is not None:
            return next(iter(case.gold), None)
        return next((version[0] for version in self.versions(here) if version), None)

    def new_annotation(
        self, label: Label, span: RawSpan, attributes: dict[str, AttributeValue] | None = None
    ) -> Annotation:
        """A new annotation of gold on a span of raw text; without ``attributes`` all of them are unset."""
        values = label.attributes() if attributes is None else attributes
        return adjudicated(self.notice.raw, span, label.name, values)

    def as_gold(self, item: Annotation) -> Annotation:
        """A new annotation of gold that says what another one says; doubts and comments are no part of that."""
        return adjudicated(self.notice.raw, item.span, item.label, item.attributes)

    def is_about(self, item: Annotation, index: int) -> bool:
        """Whether an annotation is about what a case is about: it overlaps a version of its label, or one by half."""
        return any(
            iou(item.span, each.span) >= (_LIKE if each.label != item.label else 1e-9)
            for version in self.versions(index)
            for each in version
        )

    def _derive(self) -> None:
        """Derive what is shown: gold, and the versions of what is open."""
        self._order = self._shuffled()
        if self._derived is not self.adjudication:
            self._read_cases()
        self.listed = [index for index, case in enumerate(self.cases) if not _is_settled_by_rule(case)]
        self._listed = frozenset(self.listed)
        self.open = [index for index in self.listed if self.cases[index].decision is None]
        self._case_of_gold = {item.id: index for index, case in enumerate(self.cases) for item in case.gold}
        gold = [item for item in self._by_id.values() if item.annotator == GOLD and item.status != "rejected"]
        waiting: dict[object, Annotation] = {}
        for index in self.open:
            for item in self.all_versions(index):
                waiting.setdefault((item.start, item.end, item.label), item)
        self._show(gold, [], list(waiting.values()))

    def _read_cases(self) -> None:
        """Derive what follows from what layers say, and stays whatever is decided."""
        self._derived = self.adjudication
        self._united = {}
        spans = [case.about.span for case in self.cases]
        self._overlaps_of_cases = Overlaps([span.start for span in spans], [span.end for span in spans])
        self._case_of_member = {
            item.id: index
            for index, case in enumerate(self.cases)
            for version in case.about.members
            for item in version
        }

    def _shuffled(self) -> tuple[int, ...]:
        """The layers in the order in which they are shown, as indexes into those of the comparison."""
        layers = self.adjudication.comparison.layers
        if not self._names_hidden:
            return tuple(range(len(layers)))
        # The order by name would tell who is who.
        keys = [hashlib.sha256(f"{self.notice.id} {name}".encode()).digest() for name in layers]
        return tuple(sorted(range(len(layers)), key=keys.__getitem__))

    def _case_at(self, raw_offset: int) -> int | None:
        """The smallest listed case that covers an offset; None where none does."""
        covering = set(self._overlaps_of_cases.of(raw_offset, raw_offset + 1))
        gold = (self.items[index] for index in self._overlaps.of(raw_offset, raw_offset + 1))
        covering.update(self._case_of_gold[item.id] for item in gold if item.id in self._case_of_gold)
        return min(sorted(covering & self._listed), key=lambda index: len(self.span_of(index)), default=None)

    def _covers(self, index: int, raw_offset: int) -> bool:
        # Between parts of gold that are far apart a cursor is in no case.
        span, gold = self.cases[index].about.span, self.cases[index].gold
        return span.start <= raw_offset < span.end or any(item.start <= raw_offset < item.end for item in gold)

    def _moved(self) -> None:
        """Drop the choice when the cursor has left the chosen case or annotation."""
        super()._moved()
        if self.at is not None and not self._covers(self.at, self.raw_cursor.start):
            self.at = None


def _cases_of(adjudication: NoticeAdjudication) -> list[Case]:
    return list(adjudication.cases) if adjudication.is_ready else []


def _is_settled_by_rule(case: Case) -> bool:
    """Whether all agree on it, and a rule has taken it into gold."""
    return case.kind == "agreed" and case.decision is not None and case.decision.choice in BY_RULE
