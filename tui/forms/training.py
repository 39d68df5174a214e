"""What gold says of a notice that a reviewer has just done in their training, difference by difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size

from annotations.adjudication.comparison import DIFFERENCE_WORDS, Difference, said
from annotations.annotation import Annotation
from annotations.labels import LabelSet
from annotations.notice_attributes import value_words
from store.read.training import Feedback, ValueDifference
from tui.forms.form import HIGH_ROWS, StandingScreen
from tui.screen import ZhupiScreen
from tui.terminal.display import content, line, visible
from tui.widgets.difference_list import DifferenceList, DifferenceRow
from tui.widgets.key_bar import KeyBar
from tui.widgets.text_rows import TextRows

_VALUES_CELLS: Final = 60
"""Cells of the attributes of an annotation at most."""
_LABEL_CELLS: Final = 40
_ROWS_AROUND, _ROWS_AROUND_LOW, _ROWS_AROUND_BELOW = 11, 9, 5
"""Rows of the box that are neither list nor guideline: frame, versions, rule, keys and, with room for them, blanks."""
_GUIDELINE_ROWS: Final = 12
"""Rows of the guideline below the texts at most; it scrolls."""
_MINE, _GOLD = 0, 1
"""Whose members of a difference are whose."""


class TrainingScreen(StandingScreen[None], ZhupiScreen[None]):
    """The differences between a layer and gold, and what the guideline says about the label of the chosen one.

    Args:
        feedback: what gold says.
        labels: the label set.
        quote: the quote of an annotation as a reader should see it; it need not be safe.
        show: shows in the texts above where an annotation stands.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,q,ctrl+q,m", "dismiss", "go on", id="training.go_on", priority=True),
        Binding("j,down,n", "choose(1)", "next difference", id="training.next", priority=True),
        Binding("k,up,N", "choose(-1)", "previous difference", id="training.previous", priority=True),
        Binding("pagedown,space", "scroll(4)", "guideline, down", id="training.page_down", priority=True),
        Binding("pageup", "scroll(-4)", "guideline, up", id="training.page_up", priority=True),
    ]
    """
    | Key | Does |
    | --- | --- |
    | `j` `k`, arrows, `n` `N` | next, previous difference |
    | `pgdn` `pgup`, `space` | scroll the guideline |
    | `enter` `esc` `q` `m` | go on |
    """

    DEFAULT_CSS = """
    TrainingScreen {
        & > Vertical { width: 100; border: round $accent; border-subtitle-color: $secondary; padding: 0 1; }
        & #training-list { min-height: 1; background: $surface; }
        & #training-mine, & #training-gold { padding: 0 2; }
        & #training-mine { margin: 1 0 0 0; }
        & #training-guideline {
            height: auto;
            margin: 1 0 0 0;
            background: $surface;
            scrollbar-size-vertical: 1;
            padding: 0 2;
            border-top: solid $secondary;
            border-title-color: $secondary;
        }
        & Markdown { background: $surface; padding: 0; margin: 0; }
        & MarkdownH1, & MarkdownH2 { color: $accent; text-style: bold; content-align: left middle; margin: 0; }
        & KeyBar { background: $surface; }
        &.-low #training-mine, &.-low #training-guideline { margin: 0; }
        &.-below #training-mine, &.-below #training-guideline { margin: 0; }
    }
    """

    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH_ROWS, "-high")]  # noqa: RUF012  # textual types them so

    def __init__(
        self,
        feedback: Feedback,
        labels: LabelSet,
        quote: Callable[[Annotation], str],
        show: Callable[[Annotation], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._feedback = feedback
        self._labels = labels
        self._quote = quote
        self._show_place = show
        self._rows = [*map(self._row, feedback.differences), *map(self._value_row, feedback.values)]
        self._at = 0
        self._section_of = ""

    def heading(self, room: int) -> Content:
        """How much of gold was found, and what is left of the training."""
        result, left = self._feedback.result, self._feedback.left
        same = f"{result.exact} of {result.gold} as in gold, F1 {self._feedback.f1:.2f}"
        to_go = f"{left:,} more to go" if left else "all of the training is done"
        told = Content.assemble(f" Training: {same}", (f"   {to_go} ", "$secondary"))
        return told if told.cell_length <= room else Content(f" Training: {same} ")

    def rows_below(self, size: Size) -> int:
        """Frame, differences, versions, guideline, keys; where that is too much, differences and guideline scroll."""
        wanted = _ROWS_AROUND_BELOW + max(1, len(self._rows)) + (_GUIDELINE_ROWS if self._rows else 0)
        return min(wanted, self.most_below(size))

    def compose(self) -> ComposeResult:
        """The list, both versions of the chosen difference, the guideline, the keys."""
        from textual.widgets import Markdown  # noqa: PLC0415  # slow to import, and few are trained

        with Vertical():
            yield DifferenceList(self._labels, id="training-list")
            yield TextRows(id="training-mine")
            yield TextRows(id="training-gold")
            with VerticalScroll(can_focus=False, id="training-guideline"):
                yield Markdown(open_links=False)
            yield KeyBar([("j k", "differences"), ("pgdn", "guideline"), ("enter", "go on")])

    def on_mount(self) -> None:
        """Show the first difference, and take keys."""
        self._fit(self.app.size)
        self._show()
        self.ready.set()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the box to the screen."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        """Share the rows of the screen out among the list and the guideline, which both scroll."""
        around = _ROWS_AROUND if size.height >= HIGH_ROWS else _ROWS_AROUND_LOW
        free = max(2, self.rows_below(size) - _ROWS_AROUND_BELOW if self.is_below else size.height - around)
        listed = max(1, min(len(self._rows) or 1, free // 2))
        self.query_one(DifferenceList).styles.max_height = listed
        self.query_one("#training-guideline").styles.max_height = max(1, free - listed)

    def use_labels(self, labels: LabelSet) -> None:
        """Show the signs and hues of another label set."""
        self._labels = labels
        if self.is_mounted:
            self.query_one(DifferenceList).use_labels(labels)

    def action_choose(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) difference."""
        self._at = max(0, min(len(self._rows) - 1, self._at + by))
        self._show()

    def action_scroll(self, rows: int) -> None:
        """Scroll the guideline down by ``rows``, or up where it is negative."""
        self.query_one("#training-guideline", VerticalScroll).scroll_relative(y=rows, animate=False)

    @on(DifferenceList.Chosen)
    def _pressed(self, message: DifferenceList.Chosen) -> None:
        self._at = message.index
        self._show()

    def _show(self) -> None:
        at = self._at if self._rows else None
        self.query_one(DifferenceList).show(self._rows, at, "Nothing differs: you say what gold says.")
        guideline = self.query_one("#training-guideline", VerticalScroll)
        guideline.display = at is not None
        mine, gold = (self.query_one(f"#training-{name}", TextRows) for name in ("mine", "gold"))
        mine.display = gold.display = at is not None
        if at is None:
            return
        count = len(self._feedback.differences)
        if at >= count:
            value = self._feedback.values[at - count]
            versions = value_words(value.mine) or "nothing", value_words(value.gold) or "nothing"
            named, section = value.name, value.section
        else:
            chosen = self._feedback.differences[at]
            versions = self._told(chosen.members[_MINE]), self._told(chosen.members[_GOLD])
            told = (chosen.members[_GOLD] or chosen.members[_MINE])[0]
            self._show_place(told)
            named, section = told.label, self._feedback.sections.get(told.label, "")
        mine.show(f"yours  {versions[_MINE]}", "warn")
        gold.show(f"gold   {versions[_GOLD]}")
        if named != self._section_of:
            self._section_of = named
            guideline.border_title = content(f" guideline: {line(named, _LABEL_CELLS)} ")
            section = visible(section, keep_newlines=True)
            self.run_worker(self._show_section(section), group="section", exclusive=True)

    async def _show_section(self, section: str) -> None:
        from textual.widgets import Markdown  # noqa: PLC0415  # as above

        # The screen may be left while the section is laid out.
        for shown in self.query(Markdown):
            await shown.update(section)
        for guideline in self.query("#training-guideline").results(VerticalScroll):
            guideline.scroll_home(animate=False)

    def _row(self, difference: Difference) -> DifferenceRow:
        mine, gold = difference.members[_MINE], difference.members[_GOLD]
        sign, kind = "≠", DIFFERENCE_WORDS[difference.kind]
        if difference.kind == "only":
            sign, kind = "·", "missing" if gold else "too much"
        labels = tuple(dict.fromkeys(item.label for item in (*gold, *mine)))
        quotes = " ".join(self._quote(item) for item in gold or mine)
        return DifferenceRow(sign, kind, "warn", labels, quotes, self._remark(difference))

    def _value_row(self, value: ValueDifference) -> DifferenceRow:
        quote = f"{value.name}: {value_words(value.gold) or 'nothing'}"
        return DifferenceRow("≠", "notice", "warn", (), quote, "")

    def _remark(self, difference: Difference) -> str:
        """What differs, in a few words: the names of attributes, or the labels."""
        mine, gold = difference.members[_MINE], difference.members[_GOLD]
        if difference.kind == "label":
            return f"gold {gold[0].label}"
        if difference.kind == "attribute":
            values, others = said(mine[0].attributes), said(gold[0].attributes)
            return ", ".join(name for name in {**values, **others} if values.get(name) != others.get(name))
        return ""

    def _told(self, items: tuple[Annotation, ...]) -> str:
        """A version in one line: labels, quotes and the values that are set."""
        told = []
        for item in items:
            values = " · ".join(f"{name} {value}" for name, value in said(item.attributes).items())
            told.append(f"{item.label} {self._quote(item)}" + (f"  {line(values, _VALUES_CELLS)}" if values else ""))
        return "  |  ".join(told) or "nothing"
