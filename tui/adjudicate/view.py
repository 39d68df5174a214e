"""The view of the adjudicate screen: head, text, versions beside each other, list of differences, footer.

On a high terminal a pane of text stands above the versions, on a low one the versions take its room; the whole text
takes the room of all.  The list takes the rows that it has, a third of the screen at most.  As the view that it stands
on, this one decides nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol

from textual import on
from textual.app import ComposeResult

from annotations.annotation import GOLD, Annotation, ReviewStatus
from annotations.labels import LabelSet
from annotations.spans import RawSpan
from store.read.adjudication import Case
from store.read.queue import DEFAULT_STATUS
from tui.adjudicate.footer import footer_keys
from tui.adjudicate.keys import MOST_TAKEN
from tui.adjudicate.model import GoldModel
from tui.adjudicate.versions import Place, Version, Versions
from tui.adjudicate.wording import (
    AGREED,
    DECIDED,
    DIFFERS,
    ONLY_ONE,
    differing_attributes,
    kind_of,
    remark_of,
    sign_of,
    told,
    values_of,
)
from tui.keys.keymap import Keys
from tui.notice.model import NoticeModel
from tui.notice.view import WIDE, NoticeView
from tui.terminal.theme import ACTIVE
from tui.text.layout import RemovedText
from tui.text.linked_cursor import PaneName
from tui.widgets.annotation_list import AnnotationRow
from tui.widgets.difference_list import DifferenceList, DifferenceRow
from tui.widgets.pane_paint import PaneSpan
from tui.widgets.status_line import Part
from tui.widgets.text_pane import TextPane

_HIGH = 32
"""Rows of the terminal from which a pane of text stands above the versions."""
_AROUND = 1000
"""Code points of raw text before and behind a place in which other annotations of a layer are painted."""


class Choosing(Protocol):
    """What carries out the mouse events of this view."""

    def difference_pressed(self, index: int) -> None:
        """A row of the list was pressed."""

    def version_pressed(self, index: int) -> None:
        """A version was pressed; the one behind the last layer is gold."""


class AdjudicateView(NoticeView):
    """A notice as the adjudicator sees it.

    Args:
        labels: the label set of the project.
        keys: the keymap.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    AdjudicateView {
        & > #versions { height: 1fr; min-height: 4; }
        & > #differences { height: auto; min-height: 2; max-height: 33%; }
        & > #panes { display: none; }

        &.-high > #panes { display: block; height: 1fr; }
        &.-high > #versions { height: 32%; }
        &.-high.-at-raw #normalized { display: none; }
        &.-high.-at-normalized #raw { display: none; }

        &.-whole > #versions, &.-whole > #differences { display: none; }
        &.-whole > #panes { display: block; height: 1fr; }

        &.-asked > #differences { display: none; }

        &.-tiny > * { display: none; }
        &.-tiny > #needs-room { display: block; }
    }
    """

    def __init__(self, labels: LabelSet, keys: Keys, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(labels, keys, GOLD, id=id)
        self.choosing: Choosing | None = None
        """Carries out mouse events; None ignores them."""
        self.whole = False
        """Whether the whole text takes the room of the versions and the list."""
        self._versions = Versions(id="versions")
        self._differences = DifferenceList(labels, id="differences")
        self._pane: PaneName = "normalized"
        self._listed: tuple[object, ...] = ()
        self._difference_rows: list[DifferenceRow] = []
        self._shown_of: tuple[object, ...] = ()
        self._shown: dict[int, tuple[Place, tuple[Version, ...]]] = {}
        self._counted: tuple[object, list[Part], list[Part]] = (None, [], [])
        self._drawn_rows: dict[int, tuple[Case, object, DifferenceRow]] = {}
        self._removed: tuple[str, RemovedText] | None = None

    def below(self) -> ComposeResult:
        """The versions, the counts, the list of differences."""
        yield self._versions
        yield self.counts
        yield self._differences

    @property
    def gold_model(self) -> GoldModel | None:
        """The model that is shown; None before the first notice is opened."""
        return self.model if isinstance(self.model, GoldModel) else None

    @property
    def page(self) -> int:
        """Rows that a page down in the list moves by."""
        return self._differences.page

    @property
    def texts_shown(self) -> bool:
        """Whether a pane of text is shown: on a high terminal, or where the whole text is asked for."""
        return self.whole or self.has_class("-high")

    @property
    def shows_one(self) -> bool:
        """Never: which panes are shown depends on the room and on the whole text."""
        return False

    @property
    def says_the_same(self) -> bool:
        """Never, for the same reason."""
        return False

    @property
    def mapped_pane(self) -> PaneName | None:
        """None but in the whole text: the list of differences is the map of the rest."""
        return super().mapped_pane if self.whole else None

    @property
    def side_by_side(self) -> bool:
        """Whether both panes of text stand side by side, their rows aligned."""
        return self.whole and self.size.width >= WIDE

    def fit(self) -> None:
        """Arrange the parts for the size of the terminal."""
        self.set_class(self.size.height >= _HIGH and not self.whole, "-high")
        self.set_class(self.whole, "-whole")
        if self.model is not None:
            self._pane = self.model.pane
        self.set_class(self._pane == "raw", "-at-raw")
        self.set_class(self._pane == "normalized", "-at-normalized")
        super().fit()

    def show(self, pointed: TextPane | None = None) -> None:
        """Show the model; where the cursor has gone to the other text, that one."""
        if self.model is not None and self.model.pane != self._pane:
            self.fit()
        super().show(pointed)

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set."""
        self._differences.use_labels(labels)
        self._listed = ()
        super().use_labels(labels)

    def rows_of(self, items: list[Annotation]) -> list[AnnotationRow]:
        """None: the list shows cases."""
        del items
        return []

    def active_span(self, model: NoticeModel) -> tuple[RawSpan, str] | None:
        """The raw span of the difference that keys act on, which has no label; else that of the annotation."""
        here = model.here if isinstance(model, GoldModel) else None
        if here is None or not isinstance(model, GoldModel):
            return super().active_span(model)
        return model.span_of(here), ACTIVE

    def show_head(self, number: int, total: int, review: ReviewStatus, status: str, here: Sequence[str] = ()) -> None:
        """Show the head; where a layer has changed since gold was done, the notice is open again."""
        is_open = self.gold_model is not None and bool(self.gold_model.open)
        super().show_head(number, total, DEFAULT_STATUS if is_open else review, status, here)

    def show_below(self) -> None:
        """Show the versions of the difference at the cursor, or of the sentence there, the list, and the keys."""
        model = self.gold_model
        if model is None:
            return
        if not self.whole:
            self._versions.show(*self._shown_versions(model))
            here = model.listed.index(model.here) if model.here in model.listed else None
            self._differences.show(self._rows_of(model), here, self._nothing_differs(model))
        self.show_counts()
        self.key_bar.show_keys(self.keys.footer(footer_keys(model, self.labels)))

    def show_counts(self) -> None:
        """Show how many differences are open and decided, how much is agreed, and the message about the last key."""
        model = self.gold_model
        if model is None:
            return
        if self._counted[0] is not model.open:
            self._counted = model.open, self._counts_of(model), self._counts_of(model, short=True)
        self.counts.show(self._counted[1], self.message_parts, short=self._counted[2])

    def _counts_of(self, model: GoldModel, *, short: bool = False) -> list[Part]:
        """How many there are of each, by sign and word; ``short`` leaves the words out."""
        kinds = [model.cases[index].kind for index in model.open]
        only, agreed = kinds.count("only"), kinds.count("agreed")
        parts: list[Part] = []
        for count, sign, word, look in (
            (len(kinds) - only - agreed, DIFFERS, "differ", "warn"),
            (only, ONLY_ONE, "only one", "warn"),
            (len(model.listed) - len(kinds), DECIDED, "decided", "good"),
            (model.agreed + agreed, AGREED, "agreed", "plain"),
        ):
            if count:
                parts += [
                    ("   " if parts else " ", "dim"),
                    (f"{sign} {count:,}" if short else f"{sign} {count:,} {word}", look),
                ]
        return [*(parts or [(" nothing to compare", "dim")]), (" ", "dim")]

    def _nothing_differs(self, model: GoldModel) -> str:
        """The text of an empty list of differences."""
        if not model.adjudication.is_ready:
            return "Not ready: fewer than two people have finished this notice"
        return f"All agree: {self.keys.shown('adjudicate.done')} marks it done"

    def _rows_of(self, model: GoldModel) -> list[DifferenceRow]:
        """The rows of the list; the same object while nothing in it has changed."""
        listed = model, model.items, model.listed
        if all(old is new for old, new in zip_longest(self._listed, listed)):
            return self._difference_rows
        self._listed = listed
        self._difference_rows = rows = [self._row_of(model, index) for index in model.listed]
        return rows

    def _row_of(self, model: GoldModel, index: int) -> DifferenceRow:
        case = model.cases[index]
        drawn = self._drawn_rows.get(index)
        if drawn is not None and drawn[0] is case and drawn[1] == model.order:
            return drawn[2]
        sign, look = sign_of(case)
        items = [item for version in case.about.members for item in version]
        labels = tuple(dict.fromkeys(item.label for item in items))
        quote = self._quote_of(model, case.about.span, items)
        kind = kind_of(case, model.adjudication.comparison.people)
        row = DifferenceRow(sign, kind, look, labels, quote, remark_of(model, index))
        self._drawn_rows[index] = case, model.order, row
        return row

    def _quote_of(self, model: GoldModel, span: RawSpan, items: list[Annotation]) -> str:
        survives = model.notice.alignment.to_normalized(span)
        return survives.of(model.notice.normalized) if survives is not None else items[0].text

    # The versions

    def _shown_versions(self, model: GoldModel) -> tuple[Place, tuple[Version, ...], RemovedText | None]:
        """The place, the versions of it and what of its text is dim."""
        here = model.here
        state = model, model.items, model.listed, model.order, model.pane, self.labels
        if not all(old is new or old == new for old, new in zip_longest(self._shown_of, state)):
            self._shown_of, self._shown = state, {}
        if here is None:
            shown = self._versions_of(model, None)
        else:
            # What differs from key to key in one case is where the cursor is.
            shown = self._shown[here] = self._shown.get(here) or self._versions_of(model, here)
        place, versions = shown
        place = place._replace(cursor=model.offset, selection=model.selection_in(model.pane))
        return place, versions, self._removed_of(model)

    def _versions_of(self, model: GoldModel, here: int | None) -> tuple[Place, tuple[Version, ...]]:
        span = model.span_of(here) if here is not None else model.raw_cursor
        stretch = model.span_in(model.pane, span) or (model.offset, model.offset)
        versions = model.versions(here) if here is not None else ((),) * len(model.layers)
        edges = {
            edge for version in versions for item in version for edge in model.span_in(model.pane, item.span) or ()
        }
        place = Place(model.text, stretch, tuple(sorted(edges)))
        differing = differing_attributes(model, here) if here is not None else []
        by_label = here is not None and len({item.label for version in versions for item in version}) > 1
        shown: list[Version] = []
        for digit, (layer, version) in enumerate(zip(model.layers, versions, strict=True), 1):
            key = self.keys.shown(f"adjudicate.take_{digit}") if digit <= MOST_TAKEN else " "
            heading: tuple[Part, ...] = ((f"{key} ", "key"), (model.name_of(layer), "strong"))
            spans, marked = self._spans_of(model, span, version, layer)
            values = values_of(version, self.labels, differing, names_label=by_label)
            one = Version(heading, spans, marked, values)
            same = next((at for at, other in enumerate(shown, 1) if _says_the_same(other, one)), None)
            shown.append(one if same is None else one._replace(same=f"{same} {model.name_of(model.layers[same - 1])}"))
        gold = self._gold(model, span, here, differing, names_label=by_label)
        return place, (*shown, gold)

    def _gold(
        self, model: GoldModel, span: RawSpan, here: int | None, differing: list[str], *, names_label: bool
    ) -> Version:
        """What gold has there: in the case, or else at the cursor."""
        heading: tuple[Part, ...] = (("gold ", "strong"),)
        current = model.current
        gold: tuple[Annotation, ...] = (current,) if current is not None and current.annotator == GOLD else ()
        if here is not None:
            case = model.cases[here]
            gold = case.gold
            decision: Part = (f"{DECIDED} {told(case.decision, model)}", "good") if case.decision else ("open", "warn")
            heading = (*heading, decision)
        values = values_of(gold, self.labels, differing, names_label=names_label)
        return Version(heading, *self._spans_of(model, span, gold, None), values)

    def _spans_of(
        self, model: GoldModel, place: RawSpan, version: tuple[Annotation, ...], layer: str | None
    ) -> tuple[tuple[PaneSpan, ...], tuple[int, int] | None]:
        """What a layer says around a place: its version filled, and the stretch that this covers; the rest italic."""
        ids = {item.id for item in version}
        painted: list[PaneSpan] = []
        filled: list[tuple[int, int]] = []
        for item in model.said_around(layer, place.start - _AROUND, place.end + _AROUND):
            stretch = model.span_in(model.pane, item.span)
            if stretch is None:
                continue
            label = self.labels.get(item.label)
            hue, sign = (label.hue, label.sign) if label is not None else ("red", "?")
            style = f"{hue} other"
            if item.id in ids:
                # Of the parts of a split each second one gets the alternate colour.
                style = f"{hue} next" if len(filled) % 2 else hue
                filled.append(stretch)
            painted.append(PaneSpan(*stretch, style, sign))
        marked = (min(start for start, _ in filled), max(end for _, end in filled)) if filled else None
        return tuple(painted), marked

    def _removed_of(self, model: GoldModel) -> RemovedText | None:
        """What of the raw text is dim; None in the normalized text."""
        if model.pane != "raw":
            return None
        if self._removed is None or self._removed[0] != model.notice.id:
            self._removed = model.notice.id, RemovedText(model.notice.raw, model.notice.alignment)
        return self._removed[1]

    @on(DifferenceList.Chosen)
    def _difference_pressed(self, message: DifferenceList.Chosen) -> None:
        if self.choosing is not None and self.model is not None:
            self.choosing.difference_pressed(message.index)

    @on(Versions.Pressed)
    def _version_pressed(self, message: Versions.Pressed) -> None:
        if self.choosing is not None and self.model is not None:
            self.choosing.version_pressed(message.index)


def _says_the_same(one: Version, other: Version) -> bool:
    return (one.spans, one.values) == (other.spans, other.values) and one.marked is not None
