"""The actions that change notices from the queue: select, flag, assign, undo, redo.

Each change is one step of undo, however many notices it is about, and goes to the writer.  Then the rows are read
again, so that the screen shows what the database holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from annotations.annotation import clip, name_fault
from annotations.counts import counted
from annotations.errors import ZhupiError
from tui.queue.listing import Listing
from tui.queue.reader import Reader
from tui.screen import Controller
from tui.session.reversal import told

if TYPE_CHECKING:
    from store.edits.undo import Reversal
    from tui.forms.flag import Flagged
    from tui.forms.prompt import Doubt

R = TypeVar("R")


class Changing(Controller):
    """Selects, flags and assigns notices, undoes and redoes.

    Args:
        listing: the queue as it is shown, with the selection.
        reader: reads the rows again after a change.
    """

    def __init__(self, listing: Listing, reader: Reader) -> None:
        self._listing = listing
        self._reader = reader

    def action_select(self) -> None:
        """Add the notice at the cursor to the selection, or remove it, and go to the next one."""
        at = self._listing.current
        if at is not None:
            self._listing.clear_message()
            self._listing.select(self._listing.selected ^ {at})
            self._reader.move_cursor(1)

    # Flag

    async def action_flag(self) -> None:
        """Flag or skip the selected notices, or the one at the cursor, with a reason, or set them back to open."""
        from tui.forms.flag import FlagScreen  # noqa: PLC0415  # only when asked for

        listing = self._listing
        row = listing.notices.row_at(listing.notices.cursor)
        numbers = listing.targets
        if row is None:
            return
        listing.clear_message()
        alone = numbers == [row.number]
        asking = FlagScreen(row.status if alone else None, row.comment if alone else None, count=len(numbers))
        if alone:
            # As in the notice, where it goes on too.
            asking.keep_typing(listing.session.drafts, f"{row.number} flag ")
        await listing.ask(asking, partial(self._flagged, numbers))

    def _flagged(self, numbers: list[int], flagged: Flagged | None) -> None:
        from store.edits.review import set_reviews  # noqa: PLC0415  # the first paint must not wait for it

        if flagged is None:
            return
        session = self._listing.session
        word = "open again" if flagged.status == "open" else flagged.status
        self._write(
            partial(set_reviews, session.database, session.reviewer, numbers, flagged.status, flagged.comment),
            lambda changed: (f"{word}: {counted(changed, 'notice')}" if changed else f"already {word}", "plain"),
        )

    # Assign

    def action_assign(self) -> None:
        """Assign the selected notices, or the one at the cursor, to somebody, or take somebody off them."""
        if self._listing.current is not None:
            self._listing.clear_message()
            self._reader.with_people(self._ask_assignee)

    async def _ask_assignee(self, people: list[str]) -> None:
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        listing = self._listing
        numbers = listing.targets
        row = listing.notices.row_at(listing.notices.cursor)
        if row is None:
            return
        held = list(row.assignees) if numbers == [row.number] else []
        # Nobody is offered what is refused.
        me, anybody = listing.session.reviewer, listing.session.may("assign to others")
        known = sorted({*(people if anybody else ()), me} - set(held))
        removable = held if anybody else [name for name in held if name == me]
        title = f"Assign {counted(len(numbers), 'notice')} to" if len(numbers) > 1 else "Assign this notice to"
        hints = [f"now {', '.join(held)}" if held else "a name"]
        if removable or not held:
            hints.append(f"-{removable[0] if removable else 'name'} takes it off")
        offers = [*known, *(f"-{name}" for name in removable)]
        doubt = partial(self._doubt, {*people, me}) if anybody else None
        prompt = PromptScreen(title, hint="; ".join(hints), offers=offers, does="assign", doubt=doubt)
        await listing.ask(prompt, partial(self._assigned, numbers))

    def _doubt(self, people: Collection[str], answer: str) -> Doubt | None:
        """The doubt about a name that nobody here has."""
        from tui.forms.prompt import Doubt  # noqa: PLC0415  # only when asked for

        name = answer.strip()
        if not name or name.startswith("-") or name in people:
            return None
        fault = name_fault(name)
        if fault is not None:
            return Doubt(f"nobody can be called {clip(name)}: {fault}")
        unknown = f"nobody here is called {clip(name)}"
        if not self._listing.session.may("change the project"):
            return Doubt(f"{unknown}: an admin adds people")
        return Doubt(f"{unknown}: enter again adds them as a reviewer", "add and assign")

    def _assigned(self, numbers: list[int], answer: str | None) -> None:
        from store.edits.assign import assign, unassign  # noqa: PLC0415  # the first paint must not wait for it
        from store.edits.people import require_person  # noqa: PLC0415  # as above

        name = (answer or "").strip()
        session = self._listing.session
        off = name.startswith("-")
        name = name.removeprefix("-").strip()
        if not name:
            return
        done, already = ("taken off", "had none of these") if off else ("assigned to", "had this already")

        may_assign, may_add = session.may("assign to others"), session.may("change the project")

        def change() -> int:
            if off:
                return unassign(session.database, session.reviewer, numbers, name)
            if may_assign:
                # Whoever is new is added because of the second press.
                require_person(session.database, session.reviewer, name, new=may_add)
            return assign(session.database, session.reviewer, numbers, name)

        self._write(
            change,
            lambda changed: (
                f"{done} {name}: {counted(changed, 'notice')}" if changed else f"{name} {already}",
                "plain",
            ),
        )

    # Undo and redo

    def action_undo(self) -> None:
        """Undo the reviewer's last step, be it in the queue or in a notice."""
        from store.edits.undo import undo  # noqa: PLC0415  # the first paint must not wait for it

        self._reverse(undo, "nothing to undo")

    def action_redo(self) -> None:
        """Redo the step that was undone last."""
        from store.edits.undo import redo  # noqa: PLC0415  # the first paint must not wait for it

        self._reverse(redo, "nothing to redo")

    def _reverse(self, reverse: Callable[..., Reversal | None], nothing: str) -> None:
        self._listing.clear_message()
        session = self._listing.session
        self._write(
            partial(reverse, session.database, session.reviewer),
            lambda reversal: told(reversal) if reversal is not None else (nothing, "plain"),
            lambda reversal: reversal.change.notice if reversal is not None else None,
        )

    # Writing

    def _write(
        self,
        function: Callable[[], R],
        message: Callable[[R], tuple[str, str]],
        where: Callable[[R], int | None] = lambda _: None,
    ) -> None:
        """Queue a change for the writer; then show its message and read the rows again.  Keys wait meanwhile.

        Args:
            function: makes the change, in the thread of the writer.
            message: the message for the result of ``function``, and its look.
            where: the notice that the cursor goes to, from the result; None keeps the cursor.
        """
        listing = self._listing

        def done(result: R) -> None:
            listing.select(set())
            listing.say(*message(result))
            self._reread(where(result))

        def failed(error: ZhupiError) -> None:
            listing.saving.problem = listing.session.short_message(error)
            listing.say(f"nothing was changed: {listing.session.message(error)}", "bad")
            self._reread(None)

        listing.saving.write(function, done, failed, keys_wait=True)

    def _reread(self, number: int | None) -> None:
        at = [number for number in (number, self._listing.current) if number is not None]
        self._reader.reload(at, near=True, screen_row=self._listing.notices.screen_row)
        self._reader.count()
