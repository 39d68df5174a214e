"""A sample of what a rule has found, as it is shown: the rows, what they say of the rest, and the lines around them.

Nothing here reads or writes; ``sample_reader`` does, and the controllers.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from msgspec.structs import replace

from annotations.counts import counted
from annotations.proportion import wrong_in_rest
from store.edits.long_step import StepReport
from store.edits.undo import Reversal
from store.index.filters import QueueFilter
from store.read.waiting import Wanted
from tui.everywhere.listing import Listing
from tui.everywhere.rows import PlaceRow
from tui.keys.keymap import FooterKey, Keys
from tui.screen import Host
from tui.session.reads import Start
from tui.session.session import Session
from tui.terminal.display import line
from tui.widgets.filter_parts import filter_parts
from tui.widgets.text_rows import TextRows

_NAME_CELLS: Final = 40
"""Cells of a label and a rule in the head at most."""

_SEARCH_CELLS: Final = 20
"""Cells of the search of the queue at most."""


class SampleListing(Listing):
    """The sample, and the lines around it.

    Args:
        session: the session of the reviewer.
        host: opens notices and shows forms.
        keys: the keymap.
        ready: set while keys are meant for the rows that are shown.
        start: runs a coroutine on the event loop.
        queue: which notices are looked at; its order does not count.
    """

    IDS: ClassVar[str] = "sample"
    LINES: ClassVar[int] = 9

    def __init__(
        self, session: Session, host: Host, keys: Keys, ready: asyncio.Event, start: Start, queue: QueueFilter
    ) -> None:
        super().__init__(session, host, keys, ready, start, "", queue)
        self.queue = replace(queue, sort="imported")
        """Which notices are looked at; their search counts here."""
        self.wanted: Wanted | None = None
        """What is to be accepted; None before that is chosen."""
        self.reading = ""
        """What is being read, in words; "" where nothing is."""
        self.is_stopped = False
        """Whether reading was stopped before all was read."""
        self.is_choosing = False
        """Whether it is being asked what is to be accepted."""
        self.rest = 0
        """How many places waited besides the sample when that was drawn."""
        self.taken: StepReport | None = None
        """What was accepted of the rest; None where nothing was."""
        self.step: int | None = None
        """The number of the first event of that."""
        self.is_taken_back = False
        """Whether it was undone."""
        self.left = 0
        """How many of the rest were not come to, where that was stopped."""
        self.told: Final = TextRows(id="sample-told")
        """What the sample says of the rest."""

    @property
    def only(self) -> str | None:
        """The present name of the label of the sample."""
        return None if self.wanted is None else self.session.labels.present_name_of(self.wanted.label)

    @property
    def nothing_to_accept(self) -> str:
        """What is said where a key accepts and nothing is there to accept."""
        return f"decided already: {self.key('undo')} takes a decision back"

    @property
    def reading_stopped(self) -> str:
        """What is said where a key stops reading."""
        return f"stopped; {self.key('choose')} begins anew"

    @property
    def judged(self) -> tuple[int, int]:
        """How many of the sample were right, and how many were wrong."""
        label = self.only or ""
        judged = [row.is_right(self.me, label) for row in self.rows]
        return judged.count(True), judged.count(False)

    @property
    def is_decided(self) -> bool:
        """Whether all of the sample are decided."""
        return bool(self.rows) and sum(self.judged) == len(self.rows)

    @property
    def can_take(self) -> bool:
        """Whether the rest can be accepted now."""
        return self.is_decided and self.rest > 0 and (self.taken is None or self.is_taken_back or self.left > 0)

    def draw_anew(self) -> None:
        """Forget the sample, before another is shown."""
        self.rest, self.taken, self.step, self.is_taken_back, self.left = 0, None, None, False, 0
        self.begin("")

    def show_sample(self, rows: list[PlaceRow], count: int) -> None:
        """Show a sample; ``count`` is how many places it was drawn from."""
        self.rest, self.reading = count - len(rows), ""
        self.add(rows, complete=True)
        self.show()

    def was_taken(self, report: StepReport, step: int | None, left: int) -> None:
        """Show that the rest was accepted.

        Args:
            report: what was done.
            step: the number of its first event.
            left: how many were not come to.
        """
        self.taken, self.step, self.is_taken_back, self.left = report, step, False, left
        self.show_told()
        self.show_keys()

    def reversed(self, reversal: Reversal) -> None:
        """Show where the rest was taken back, or accepted again."""
        if self.step is not None and reversal.event.batch == self.step and reversal.obstacle is None:
            self.is_taken_back = reversal.action == "undo"
        self.show_told()
        self.show_keys()

    def put(self, rows: dict[int, PlaceRow]) -> None:
        """Show what is known of places by now, by their indexes."""
        super().put(rows)
        self.show_found()
        self.show_told()
        self.show_keys()

    # The lines around the rows

    def show(self) -> None:
        """Show all lines, or what to do where there are no rows."""
        super().show()
        self.show_told()

    def _empty_texts(self) -> tuple[str, str]:
        back = self.key("back")
        if self.reading:
            return self.reading, f"{back} goes back"
        if self.is_stopped:
            return "Not all was read", f"{self.key('choose')} begins anew   {back} goes back"
        if self.is_choosing:
            return "What is to be accepted?", f"{back} goes back"
        if self.wanted is not None:
            return (
                "Nothing of this waits for you any more",
                f"{self.key('choose')} chooses another rule   {back} goes back",
            )
        narrows = "in the notices that the queue shows" if self.queue.narrows else "in any notice"
        return f"No suggestion waits for you {narrows}", f"{back} goes back"

    def show_head(self) -> None:
        """Show what is to be accepted, and whether everything is saved."""
        status = self.saving.status
        self.head.show(
            [(" accept many ", "brand"), (line(self._named(), _NAME_CELLS), "strong")],
            [(f"{status} ", "bad" if status.startswith("not") else "good")],
        )

    def _named(self) -> str:
        if self.wanted is None:
            return ""
        return f"{self.only} {self.wanted.rule or 'of all rules'} from {self.wanted.above:g}"

    def show_found(self) -> None:
        """Show the filters, and what of the sample is decided."""
        filters = filter_parts(self.queue, self.me, wide=False)
        if self.queue.search:
            filters = [(f"/{line(self.queue.search, _SEARCH_CELLS)} ", "key"), *filters]
        right, wrong = self.judged
        found = f"{right} right · {wrong} wrong · {len(self.rows) - right - wrong} to decide " if self.rows else ""
        if self.rows and self.reading:
            found = f"{self.reading} "
        self.found_line.show([(" ", "dim"), *(filters or [("all notices", "dim")])], [(found, "plain")])

    def show_told(self) -> None:
        """Show what the sample says of the rest."""
        right, wrong = self.judged
        size = len(self.rows)
        if not size:
            self.told.show("")
        elif self.taken is not None and not self.is_taken_back:
            self.told.show(self._of_the_rest(wrong, size, self.taken.changed))
        elif right + wrong < size:
            self.told.show(
                f"A random sample of {size} of {size + self.rest:,}: {self.key('accept')} where it is right, "
                f"{self.key('reject')} where not. Nothing else is accepted before you say so.",
                "dim",
            )
        elif not self.rest:
            self.told.show("All that wait are in the sample: nothing is left to accept.")
        else:
            low, high = wrong_in_rest(wrong, size, self.rest)
            self.told.show(
                f"{right} of {size} were right. Of the other {self.rest:,}, {low:,} to {high:,} would be wrong, by "
                f"the sample (95 %); {self.key('take')} accepts them all at once.",
                "warn",
            )

    def _of_the_rest(self, wrong: int, size: int, changed: int) -> str:
        accepted, undo = counted(changed, "suggestion"), self.key("undo")
        if self.left:
            take = self.key("take")
            return f"{accepted} accepted, as bulk; {take} goes on with the other {self.left:,}, {undo} takes all back."
        low, high = wrong_in_rest(wrong, size, changed)
        return (
            f"{accepted} accepted, as bulk; by the sample {low:,} to {high:,} of them are wrong. {undo} takes all back."
        )

    def _footer(self) -> list[FooterKey]:
        ends: list[FooterKey] = [(("sample.help",), "help"), (("sample.back",), "back")]
        choose: FooterKey = ("sample.choose",), "another rule"
        if self.reading:
            return [(("sample.clear",), "stop"), *ends]
        if not self.rows:
            return ends if self.wanted is None and not self.is_stopped else [choose, *ends]
        decide: list[FooterKey] = [(("sample.accept",), "right"), (("sample.reject",), "wrong")]
        undo: FooterKey = ("sample.undo",), "undo"
        if self.can_take:
            return [(("sample.take",), "accept the rest"), undo, choose, *ends]
        if self.is_decided:
            return [undo, choose, *ends]
        return [*decide, undo, (("sample.open",), "open"), (("sample.next",), "next"), choose, *ends]
