"""The progress of a project as it is shown: the figures, which table, whose row, and the lines around it.

Nothing here reads figures; ``tui.progress.reader`` does.  All controllers of the screen share one board.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from annotations.counts import counted
from store.read.agreement import ProjectAgreement
from store.read.disagreements import Example
from store.read.pace import Day
from store.read.stats import Progress
from store.read.stuck import Stuck, StuckKind
from tui.keys.keymap import FooterKey, Keys
from tui.progress.differences import Differences
from tui.progress.figures import FigureList
from tui.progress.plot import DayPlot, nothing_in
from tui.progress.tab_line import TabLine
from tui.progress.tables import (
    KINDS,
    MEASURES,
    Scores,
    Table,
    agreement_table,
    labels_table,
    people_table,
    rules_table,
    scores_table,
    stuck_count,
    stuck_items,
    stuck_table,
)
from tui.progress.tabs import TABS, Tab
from tui.screen import Host
from tui.session.reads import Start
from tui.session.saving import Saving
from tui.session.session import Session
from tui.terminal.display import line
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import Part, StatusLine

_NAME_CELLS: Final = 18
_MOST_DETAIL: Final = 9
"""Rows of the labels of a person at most."""
_WIDE: Final = 100
"""Cells of the screen from which lines say more."""
_TURNS: Final[dict[Tab, str]] = {
    "people": "plot",
    "labels": "person",
    "rules": "scores",
    "agreement": "measure",
    "stuck": "kind",
    "differences": "example",
}
"""What ``h`` and ``l`` turn to in each table."""


class Board:
    """The figures, and the widgets that show them.

    Args:
        session: the session of whoever looks.
        host: opens notices and shows forms.
        keys: the keymap.
        ready: set while keys are meant for what is shown.
        start: runs a coroutine on the event loop.
    """

    def __init__(self, session: Session, host: Host, keys: Keys, ready: asyncio.Event, start: Start) -> None:
        self.session: Final = session
        self.host: Final = host
        self.keys: Final = keys
        self.ready: Final = ready
        self.saving: Final = Saving(session, start, self.show_head, ready)
        self.progress: Progress | None = None
        """The figures; None until they are read."""
        self.agreement: ProjectAgreement | None = None
        """How far people agree; None until it is read."""
        self.scores: Scores | None = None
        """How far scores can be trusted, and what is muted; None until it is read."""
        self.differences: Final = Differences(session)
        """On what people differ."""
        self.tab: Tab = TABS[0]
        self.cursors: dict[Tab, int] = dict.fromkeys(TABS, 0)
        """The row of the cursor in each table."""
        self.turned: dict[Tab, int] = dict.fromkeys(TABS, 0)
        """What each table was turned to: of people the plot, of labels a person, of rules scores, a measure, a kind."""
        self._message: Part | None = None
        self._table = Table((), (), "", "")
        self.head: Final = StatusLine(id="progress-head")
        self.summary: Final = StatusLine(id="progress-summary")
        """The line with how far all is, and whose days the plot shows."""
        self.plot: Final = DayPlot(id="progress-plot")
        self.tabs: Final = TabLine(id="progress-tabs")
        self.heads: Final = StatusLine(id="progress-heads")
        """The heads of the columns."""
        self.list: Final = FigureList(session.labels, id="progress-list")
        self.detail_heads: Final = StatusLine(id="progress-detail-heads")
        self.detail: Final = FigureList(session.labels, id="progress-detail")
        """The labels of the person at the cursor, where there is room for them."""
        self.said: Final = StatusLine(id="progress-said")
        """The line that says what the figures are, and the message about the last key."""
        self.key_bar: Final = KeyBar(id="progress-keys")

    # What is shown

    @property
    def people(self) -> list[str]:
        """The names of those who did something."""
        return [] if self.progress is None else [one.annotator for one in self.progress.reviewers]

    @property
    def person(self) -> str | None:
        """Whose figures are shown; None for those of all people."""
        # The first row, and the first turn, are all people together.
        at = self.cursors["people"] if self.tab == "people" else self.turned["labels"] if self.tab == "labels" else 0
        return self.people[at - 1] if 0 < at <= len(self.people) else None

    @property
    def current(self) -> Stuck | None:
        """What is stuck at the cursor; None in another table, or where nothing is."""
        if self.tab != "stuck" or self.progress is None:
            return None
        items = stuck_items(self.progress, self._kind)
        return items[self.cursors["stuck"]] if items else None

    @property
    def example(self) -> Example | None:
        """The example of the difference at the cursor; None in another table, or where nobody differs."""
        return self.differences.example(self.row) if self.tab == "differences" else None

    @property
    def ways(self) -> int:
        """How many ways there are to turn the table to."""
        people = len(self.people) + 1
        ways: dict[Tab, int] = {
            "people": 2, "labels": people, "rules": 2, "agreement": len(MEASURES), "stuck": len(KINDS) + 1,
            "differences": self.differences.examples(self.cursors["differences"]),
        }  # fmt: skip
        return ways[self.tab]

    @property
    def shows_scores(self) -> bool:
        """Whether the table of rules is turned to their scores."""
        return self.tab == "rules" and bool(self.turned["rules"])

    @property
    def _kind(self) -> StuckKind | None:
        at = self.turned["stuck"]
        return KINDS[at - 1] if at else None

    def _made_table(self) -> Table:
        found = self.progress
        if found is None:
            return Table((), (), "", "reading the figures …")
        match self.tab:
            case "people":
                table = people_table(found)
            case "labels":
                table = labels_table(found, self.session.labels, self.person)
            case "rules":
                table = scores_table(self.scores) if self.shows_scores else rules_table(found)
            case "agreement":
                table = agreement_table(self.agreement, list(MEASURES)[self.turned["agreement"]])
            case "stuck":
                table = stuck_table(found, self._kind, reasons=self.session.may("see the layers of others"))
            case "differences":
                table = self.differences.table()
        return table

    # Changing what is shown

    def use_tab(self, tab: Tab) -> None:
        """Show another table."""
        self.tab = tab
        self.clear_message()
        self.show()

    def turn(self, by: int) -> None:
        """Turn the table to what follows, or comes before."""
        self.clear_message()
        if self.ways > 1:
            if self.tab == "differences":
                self.differences.turn(self.row, by)
            else:
                self.turned[self.tab] = (self.turned[self.tab] + by) % self.ways
            if self.tab == "stuck":
                self.cursors["stuck"] = 0
            self.show()

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest that there is."""
        self.clear_message()
        at = max(0, min(row, len(self._table.rows) - 1))
        if at != self.cursors[self.tab]:
            self.cursors[self.tab] = at
            self.list.show(self._table, at)
            if self.tab == "people":
                self._show_person()
            if self.tab == "differences":
                self._show_said()
                self.show_keys()

    @property
    def row(self) -> int:
        """The row of the cursor."""
        return self.cursors[self.tab]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._table.rows)

    # Showing it

    def show(self) -> None:
        """Show the figures as they are."""
        self.turned["labels"] = min(self.turned["labels"], len(self.people))
        self._table = self._made_table()
        self.cursors[self.tab] = max(0, min(self.cursors[self.tab], len(self._table.rows) - 1))
        self.list.show(self._table, self.cursors[self.tab])
        self.fit()
        self._show_person()
        self._show_tabs()
        self._show_said()
        self.show_head()

    def fit(self) -> None:
        """Show heads and keys at the width of the screen."""
        self.heads.show([(self.list.heads(self._width), "dim")])
        self.show_keys()

    @property
    def _width(self) -> int:
        """Cells of the screen; 0 before the screen is mounted."""
        return self.list.screen.size.width if self.list.is_attached else 0

    def show_head(self) -> None:
        """Show the name of the database, as of when the figures are, and whether everything is saved."""
        status = self.saving.status
        self.head.show(
            [(" 朱批 zhupi", "brand"), (f" · progress of {self.session.database.path.name}", "dim")],
            [
                (f"{line(self.session.reviewer, _NAME_CELLS)} {self.session.role}   ", "dim"),
                (f"{status} ", "bad" if status.startswith("not") else "good"),
            ],
        )

    def _show_person(self) -> None:
        """Show the days of the person at the cursor, or of all, and below the list their labels."""
        self._show_plot()
        if self.list.is_attached:
            self.list.screen.set_class(self.tab == "people" and self.progress is not None, "-people")
        if self.tab == "people" and self.progress is not None:
            labels = labels_table(self.progress, self.session.labels, self.person)
            self.detail.styles.height = min(_MOST_DETAIL, max(1, len(labels.rows)))
            self.detail.show(labels, None)
            self.detail_heads.show([(self.detail.heads(self._width), "dim")])

    def _show_plot(self) -> None:
        """Show the days of the person at the cursor, or of all."""
        found = self.progress
        if found is None:
            self.summary.show([(" reading the figures …", "dim")])
            return
        person = self.person
        days = next((one.days for one in found.reviewers if one.annotator == person), found.days)
        minutes = bool(self.turned["people"])
        today = datetime.now().astimezone().date()
        figures = {each.day: each.minutes if minutes else float(each.done) for each in days}
        self.plot.show(figures, today, nothing_in(found.days, today, minutes=minutes))
        self.summary.show(self._summary(found), [(f"{self._plot_title(days, person, minutes=minutes)} ", "strong")])

    def _summary(self, found: Progress) -> list[Part]:
        parts: list[Part] = [(f" {found.reviewed:,} of {counted(found.notices, 'notice')} reviewed", "plain")]
        gold = found.gold
        if self._width >= _WIDE and (gold.annotations or gold.ready or gold.done):
            parts.append((f"   gold: {gold.done:,} done, {gold.ready:,} ready", "dim"))
        return parts

    def _plot_title(self, days: list[Day], person: str | None, *, minutes: bool) -> str:
        whose = "all people" if person is None else line(person, _NAME_CELLS)
        total = sum(each.minutes if minutes else each.done for each in days)
        return f"{'active minutes' if minutes else 'done'} by day · {whose} · {total:,.0f}"

    def _show_tabs(self) -> None:
        found = self.progress
        self.tabs.show_tabs(self.tab, {} if found is None else {"stuck": stuck_count(found)})

    def _show_said(self) -> None:
        said = self._table.said
        if self.tab == "labels" and self.progress is not None:
            said = f"{'all people' if self.person is None else line(self.person, _NAME_CELLS)}: {said}"
        if self.tab == "differences":
            said = self.differences.said(self.row)
        shown = [(f" {said}", "dim")] if self._message is None else [(f" {self._message[0]}", self._message[1])]
        self.said.show(shown)

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message, until the next key."""
        self._message = (text, look)
        self._show_said()

    def clear_message(self) -> None:
        """Remove the message: it is about an earlier key."""
        if self._message is not None:
            self._message = None
            self._show_said()

    def show_keys(self) -> None:
        """Show the keys that apply now in the footer."""
        self.key_bar.show_keys(self.keys.footer(self._footer()))

    def _footer(self) -> list[FooterKey]:
        keys: list[FooterKey] = []
        if (self.tab == "stuck" and self.rows) or self.example is not None:
            keys.append((("progress.open",), "open"))
        if self.tab == "people" and self.rows:
            keys.append((("progress.open",), "their labels"))
        keys.append((("progress.next_table",), "next table"))
        if self.tab in _TURNS and self.ways > 1:
            keys.append((("progress.previous", "progress.next"), _TURNS[self.tab]))
        keys.append((("progress.down", "progress.up"), "move"))
        return [*keys, (("progress.help",), "help"), (("progress.back",), "queue")]
