"""The form for the filter of the queue: one key changes one facet, and the queue follows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec.structs import asdict, replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size

from annotations.annotation import REVIEW_STATUSES
from annotations.labels import LabelSet
from annotations.open_points import OpenPoint
from store.index.filters import (
    QUEUE_SORTS,
    AdjudicationState,
    NearCopies,
    QuestionState,
    QueueFilter,
    SuspectFilter,
    attribute_filters,
    attribute_words,
    ordered_by_suspects,
    with_present_label,
)
from tui.forms.days import DayError, first_day, last_day
from tui.forms.filter_rows import Facet, FilterRows
from tui.forms.form import FormScreen
from tui.widgets.field import TextField
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine
from tui.widgets.text_rows import TextRows

_WHILE_TYPING = ("keep", "leave", "tab", "step")
"""The actions that work while a date is typed."""
_POINTS: list[tuple[OpenPoint, str]] = [
    ("undecided", "undecided"),
    ("unsure", "unsure"),
    ("gap", "gap"),
    ("warning", "warning"),
    ("commented", "comment"),
    ("flagged", "flag"),
]
"""Each kind of open point and its word: so short that all of them fit into a row of 80 cells."""
_COPIES: list[tuple[NearCopies, str]] = [("all", "all"), ("later", "later ones"), ("once", "each text once")]
_GOLD: list[tuple[AdjudicationState, str]] = [("ready", "ready"), ("done", "done")]
_QUESTIONS: list[tuple[QuestionState, str]] = [
    ("waiting", "for you"),
    ("asked", "you asked"),
    ("answered", "answered"),
]
_SUSPECTS: list[tuple[SuspectFilter, str]] = [
    ("any", "all reasons"),
    ("model", "model"),
    ("elsewhere", "elsewhere"),
    ("neighbour", "neighbour"),
    ("rules", "rules"),
]
"""Suspects of one's own layer by reason; those of all layers are offered to whoever sees these."""
_FIELDS = {
    "status": "status", "label": "label", "held": "assignee", "open-point": "open_point", "flag": "flag",
    "near-copies": "near_copies", "gold": "adjudication", "notice": "attribute", "merged": "merged",
    "question": "question", "guideline": "guideline", "suspects": "suspects", "order": "sort",
}  # fmt: skip
"""The field of the filter that each facet turns."""


class FilterScreen(FormScreen[bool]):
    """Asks for a filter; dismissed with whether it is kept.

    Args:
        queue_filter: the filter to begin with.
        labels: the label set of the project.
        me: the reviewer who looks.
        people: the other people who have notices to review or may have some.
        flags: the flags that notices have.
        changed: called with each filter that is chosen on the way.
        sees_others: whether the reviewer sees the layers of others, and so what may be wrong in them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "turn('status', 1)", "status", id="filter.status", priority=True),
        Binding("S", "turn('status', -1)", "status, back", id="filter.status_back", priority=True),
        Binding("l", "turn('label', 1)", "label", id="filter.label", priority=True),
        Binding("L", "turn('label', -1)", "label, back", id="filter.label_back", priority=True),
        Binding("h", "turn('held', 1)", "held by", id="filter.held", priority=True),
        Binding("H", "turn('held', -1)", "held by, back", id="filter.held_back", priority=True),
        Binding("a", "turn('open-point', 1)", "open point", id="filter.open_point", priority=True),
        Binding("A", "turn('open-point', -1)", "open point, back", id="filter.open_point_back", priority=True),
        Binding("p", "turn('flag', 1)", "page flag", id="filter.flag", priority=True),
        Binding("P", "turn('flag', -1)", "page flag, back", id="filter.flag_back", priority=True),
        Binding("n", "turn('near-copies', 1)", "near-copies", id="filter.near_copies", priority=True),
        Binding("N", "turn('near-copies', -1)", "near-copies, back", id="filter.near_copies_back", priority=True),
        Binding("g", "turn('gold', 1)", "gold", id="filter.gold", priority=True),
        Binding("G", "turn('gold', -1)", "gold, back", id="filter.gold_back", priority=True),
        Binding("m", "turn('notice', 1)", "label of the whole notice", id="filter.notice", priority=True),
        Binding("M", "turn('notice', -1)", "label of the whole notice, back", id="filter.notice_back", priority=True),
        Binding("e", "turn('merged', 1)", "merged", id="filter.merged", priority=True),
        Binding("E", "turn('merged', -1)", "merged, back", id="filter.merged_back", priority=True),
        Binding("q", "turn('question', 1)", "question", id="filter.question", priority=True),
        Binding("Q", "turn('question', -1)", "question, back", id="filter.question_back", priority=True),
        Binding("v", "turn('guideline', 1)", "guideline", id="filter.guideline", priority=True),
        Binding("V", "turn('guideline', -1)", "guideline, back", id="filter.guideline_back", priority=True),
        Binding("w", "turn('suspects', 1)", "suspects", id="filter.suspects", priority=True),
        Binding("W", "turn('suspects', -1)", "suspects, back", id="filter.suspects_back", priority=True),
        Binding("o", "turn('order', 1)", "order", id="filter.order", priority=True),
        Binding("O", "turn('order', -1)", "order, back", id="filter.order_back", priority=True),
        Binding("d", "dates", "published", id="filter.dates", priority=True),
        Binding("tab", "tab", "next date", id="filter.tab", priority=True),
        Binding("down", "step(1)", "next", id="filter.down", priority=True),
        Binding("up", "step(-1)", "previous", id="filter.up", priority=True),
        Binding("space,right", "turn_here(1)", "turn", id="filter.turn", priority=True),
        Binding("left", "turn_here(-1)", "turn back", id="filter.turn_back", priority=True),
        Binding("c", "drop", "clear all", id="filter.clear", priority=True),
        Binding("enter", "keep", "keep", id="filter.keep", priority=True),
        Binding("escape", "leave", "as before", id="filter.leave", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `s` `l` `h` `a` `p` | turn status, label, who has it, open point, page flag; shift turns back |
    | `n` `g` `e` `q` `o` | turn near-copies, gold, what differs elsewhere, questions, order; shift turns back |
    | `w` | turn suspects of a second look, all of them or by reason; shift turns back |
    | `v` | turn what you tagged under an older guideline |
    | `m` | turn the labels of the whole notice, where there are some; shift turns back |
    | `d` | go to the dates |
    | `tab` | go to the dates, from one to the other and back |
    | arrows, `space` | choose a filter and turn it |
    | `c` | clear all |
    | `enter` | keep it |
    | `esc` | as it was before |
    """

    DEFAULT_CSS = """
    FilterScreen {
        align: right top;
        background: $background 40%;
        & > Vertical { margin: 2 0 0 0; }
        & #filter-dates { height: 1; }
        & #filter-dates > StatusLine { width: 16; }
        & #filter-dates > TextField { width: 12; }
        & #filter-dates > #filter-to { width: 4; }
        & #filter-problem { margin: 1 0 0 0; height: 1; }
        &.-narrow #filter-dates > TextField { width: 8; }
        &.-low > Vertical { margin: 0; }
        &.-low #filter-problem { margin: 0; }
        &.-below { align: center bottom; background: transparent; }
        &.-below > Vertical, &.-below #filter-problem { margin: 0; }
    }
    """

    def __init__(
        self,
        queue_filter: QueueFilter,
        labels: LabelSet,
        me: str,
        people: Sequence[str],
        flags: Sequence[str],
        changed: Callable[[QueueFilter], None],
        *,
        sees_others: bool = False,
    ) -> None:
        super().__init__()
        self.queue_filter = queue_filter
        """The filter as it is chosen now."""
        self._changed = changed
        names = ["", me, *people]
        if queue_filter.assignee is not None and queue_filter.assignee not in names:
            names.append(queue_filter.assignee)
        held = [(None, "anyone"), ("", "nobody"), (me, "you"), *((name, name) for name in names[2:])]
        known = sorted({*flags, *([queue_filter.flag] if queue_filter.flag is not None else [])})
        self._facets: list[Facet] = [
            Facet("status", "s", "status", [(None, "any"), *((each, each) for each in REVIEW_STATUSES)]),
            _label_facet(labels),
            Facet("held", "h", "held by", held),
            Facet("open-point", "a", "open point", [(None, "any"), *_POINTS]),
            Facet("flag", "p", "page flag", [(None, "any"), *((flag, flag) for flag in known)]),
            Facet("near-copies", "n", "near-copies", [(None, "any"), *_COPIES]),
            Facet("gold", "g", "gold", [(None, "any"), *_GOLD]),
            Facet("question", "q", "question", [(None, "any"), *_QUESTIONS]),
            Facet("guideline", "v", "guideline", [(None, "any"), ("older", "older than now")]),
            *_notice_facets(labels),
            Facet(
                "suspects",
                "w",
                "second look",
                [(None, "any"), *_SUSPECTS, *([("others", "of all")] if sees_others else [])],
            ),
            Facet("merged", "e", "merged", [(None, "any"), ("contested", "differs elsewhere")]),
            Facet("order", "o", "order", [(each, each) for each in QUEUE_SORTS]),
        ]

    def use_labels(self, labels: LabelSet) -> None:
        """Offer other labels; the filter follows a label that was renamed."""
        facets = [_label_facet(labels) if each.name == "label" else each for each in self._facets]
        *facets, order = (each for each in facets if each.name != "notice")
        self._facets = [*facets, *_notice_facets(labels), order]
        self.queue_filter = with_present_label(self.queue_filter, labels)
        if self.is_mounted:
            self.first.offer(self._facets)
            self._show()

    @property
    def first(self) -> FilterRows:
        """The facets."""
        return self.query_one(FilterRows)

    @property
    def typing(self) -> bool:
        """Whether a date is being typed."""
        return isinstance(self.focused, TextField)

    def rows_below(self, size: Size) -> int:
        """Frame, facets, dates, what is wrong with them, keys."""
        del size
        return 4 + len(self._facets)

    def heading(self, room: int) -> Content:
        """What it is."""
        del room
        return Content(" Filter ")

    def compose(self) -> ComposeResult:
        """The facets, the dates, what is wrong with them, the keys."""
        with Vertical():
            yield FilterRows(self._facets)
            with Horizontal(id="filter-dates"):
                yield StatusLine(id="filter-from")
                yield TextField(self.queue_filter.published_from or "", placeholder="2021-09", id="filter-first")
                yield StatusLine(id="filter-to")
                yield TextField(self.queue_filter.published_to or "", placeholder="2021-10-31", id="filter-last")
            yield TextRows(most=1, id="filter-problem")
            keys = [("enter", "keep"), ("esc", "as before"), ("c", "clear all"), ("tab", "dates")]
            yield KeyBar(keys, id="filter-keys")

    def on_mount(self) -> None:
        """Show the filter."""
        self.query_one("#filter-from", StatusLine).show([("  d ", "key"), ("published", "dim")])
        self.query_one("#filter-to", StatusLine).show([(" to ", "dim")])
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # textual's
        """Disable the keys of the facets while a date is typed: letters are text then."""
        return not self.is_mounted or not self.typing or action in _WHILE_TYPING

    def action_turn(self, name: str, by: int) -> None:
        """Choose the next (1) or the previous (-1) value of a facet."""
        facet = next((each for each in self._facets if each.name == name), None)
        if facet is None:
            return
        self.first.choose(name)
        self._set_value(name, facet.next(self._values()[name], by))

    def action_turn_here(self, by: int) -> None:
        """Choose the next (1) or the previous (-1) value of the marked facet."""
        self.action_turn(self.first.chosen, by)

    def action_step(self, by: int) -> None:
        """Mark the next (1) or the previous (-1) facet; behind the last one come the dates."""
        if self.typing:
            self.set_focus(self.first)
        elif not self.first.step(by):
            self.set_focus(self._field("first"))

    def action_dates(self) -> None:
        """Go to the dates."""
        self.set_focus(self._field("first"))

    def action_tab(self) -> None:
        """Go from the facets to the first date, to the second date, and back."""
        if self.focused is self._field("first"):
            self.set_focus(self._field("last"))
        elif self.typing:
            self.set_focus(self.first)
        else:
            self.set_focus(self._field("first"))

    def action_drop(self) -> None:
        """Clear the filter; the search and the order stay."""
        for name in ("first", "last"):
            self._field(name).value = ""
        self._choose(QueueFilter(search=self.queue_filter.search, sort=self.queue_filter.sort))

    def action_keep(self) -> None:
        """Keep the filter, unless a date is wrong."""
        queue_filter = self._with_dates()
        if queue_filter is not None:
            self._choose(queue_filter)
            self.dismiss(True)  # noqa: FBT003  # textual's

    def action_leave(self) -> None:
        """Leave the dates; outside of them, cancel the form."""
        if self.typing:
            self.set_focus(self.first)
        else:
            self.dismiss(False)  # noqa: FBT003  # textual's

    @on(FilterRows.Pressed)
    def _pressed(self, message: FilterRows.Pressed) -> None:
        self.first.choose(message.facet.name)
        self._set_value(message.facet.name, message.value)

    @on(TextField.Changed)
    def _typed(self) -> None:
        queue_filter = self._with_dates()
        if queue_filter is not None:
            self._choose(queue_filter)

    @on(TextField.Refused)
    def _refused(self, message: TextField.Refused) -> None:
        self._show_problem(message.reason)

    def _with_dates(self) -> QueueFilter | None:
        """The filter with the typed dates; where one is wrong, None, and what is wrong is shown."""
        try:
            first, last = first_day(self._field("first").value), last_day(self._field("last").value)
        except DayError as error:
            self._show_problem(str(error))
            return None
        if first and last and first > last:
            self._show_problem(f"{first} is behind {last}: nothing lies between")
            return None
        self._show_problem("")
        return replace(self.queue_filter, published_from=first, published_to=last)

    def _choose(self, queue_filter: QueueFilter) -> None:
        queue_filter = ordered_by_suspects(self.queue_filter, queue_filter)
        if queue_filter != self.queue_filter:
            self.queue_filter = queue_filter
            self._show()
            self._changed(queue_filter)

    def _set_value(self, name: str, value: str | None) -> None:
        self._choose(replace(self.queue_filter, **{_FIELDS[name]: value}))

    def _values(self) -> dict[str, str | None]:
        fields = asdict(self.queue_filter)
        return {facet.name: fields[_FIELDS[facet.name]] for facet in self._facets}

    def _show(self) -> None:
        self.first.show(self._values())

    def _show_problem(self, problem: str) -> None:
        self.query_one("#filter-problem", TextRows).show(problem, "bad")

    def _field(self, name: str) -> TextField:
        return self.query_one(f"#filter-{name}", TextField)


def _notice_facets(labels: LabelSet) -> list[Facet]:
    """The row of what the reviewer said of whole notices, where the label set declares anything of them."""
    options = [(each, attribute_words(each)) for each in attribute_filters(labels)]
    return [Facet("notice", "m", "notice", [(None, "any"), *options])] if options else []


def _label_facet(labels: LabelSet) -> Facet:
    return Facet("label", "l", "label", [(None, "any"), *((label.name, label.name) for label in labels)])
