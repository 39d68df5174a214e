"""What is done to notices from the queue: select, flag, assign, undo and redo.

Each is one step to undo, however many notices it is about, and goes to the writer; then the rows are read again, so
that the screen shows what the database holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from annotations.annotation import Annotation, Review, clip
from annotations.errors import ZhupiError
from store.project.reviewers import require
from tui.queue.controllers.finding import Finding

if TYPE_CHECKING:
    from store.edits.undo import Reversal
    from tui.forms.flag import Flagged

R = TypeVar("R")

_VERBS = {"accepted": "accept", "rejected": "reject"}


class Changing(Finding):
    """Select, flag, assign, undo and redo."""

    def action_select(self) -> None:
        """Select the notice under the cursor or drop it from the selection, and go to the next."""
        at = self.at
        if at is not None:
            self._hush()
            self._select(self.selected ^ {at})
            self._walk(1)

    # Flag

    async def action_flag(self) -> None:
        """Flag or skip what is selected or under the cursor, with a reason, or open it again."""
        from tui.forms.flag import FlagScreen  # noqa: PLC0415  # only when asked for

        row = self.notices.row_at(self.notices.cursor)
        numbers = self._meant()
        if row is None:
            return
        self._hush()
        alone = numbers == [row.number]
        asking = FlagScreen(row.status if alone else None, row.comment if alone else None, count=len(numbers))
        await self.app.push_screen(asking, partial(self._flagged, numbers))

    def _flagged(self, numbers: list[int], flagged: Flagged | None) -> None:
        from store.edits.review import set_reviews  # noqa: PLC0415  # the first paint must not wait for it

        if flagged is None:
            return
        zhupi = self.zhupi
        written = zhupi.writer.submit(
            set_reviews, zhupi.database, zhupi.reviewer, numbers, flagged.status, flagged.comment
        )
        word = "open again" if flagged.status == "open" else flagged.status
        self._follow(written, lambda changed: f"{word}: {_notices(changed)}" if changed else f"already {word}")

    # Assign

    def action_assign(self) -> None:
        """Assign what is selected or under the cursor to somebody, or take somebody off it."""
        if self.at is not None:
            self._hush()
            self._with_people(self._ask_assignee)

    async def _ask_assignee(self, people: list[str]) -> None:
        from tui.forms.prompt import PromptScreen  # noqa: PLC0415  # only when asked for

        numbers = self._meant()
        row = self.notices.row_at(self.notices.cursor)
        if row is None:
            return
        held = list(row.assignees) if numbers == [row.number] else []
        known = sorted({*people, self.zhupi.reviewer} - set(held))
        title = f"Assign {_notices(len(numbers))} to" if len(numbers) > 1 else "Assign this notice to"
        hint = f"now {', '.join(held)}; -{held[0]} takes it off" if held else "a name; -name takes it off"
        prompt = PromptScreen(title, hint=hint, offers=[*known, *(f"-{name}" for name in held)])
        await self.app.push_screen(prompt, partial(self._assigned, numbers))

    def _assigned(self, numbers: list[int], answer: str | None) -> None:
        from store.edits.assign import assign, unassign  # noqa: PLC0415  # the first paint must not wait for it

        name = (answer or "").strip()
        zhupi = self.zhupi
        off = name.startswith("-")
        name = name.removeprefix("-").strip()
        if not name:
            return
        edit = unassign if off else assign

        def change() -> int:
            if name != zhupi.reviewer:
                with zhupi.database.read() as connection:
                    require(connection, zhupi.reviewer, "assign to others")
            return edit(zhupi.database, zhupi.reviewer, numbers, name)

        written = zhupi.writer.submit(change)
        done, already = ("taken off", "had none of these") if off else ("assigned to", "had this already")
        self._follow(written, lambda changed: f"{done} {name}: {_notices(changed)}" if changed else f"{name} {already}")

    # Undo and redo

    def action_undo(self) -> None:
        """Take back the last thing that was done, here or in a notice."""
        from store.edits.undo import undo  # noqa: PLC0415  # the first paint must not wait for it

        self._reverse(undo, "undone", "nothing to undo")

    def action_redo(self) -> None:
        """Do again what was undone last."""
        from store.edits.undo import redo  # noqa: PLC0415  # the first paint must not wait for it

        self._reverse(redo, "redone", "nothing to redo")

    def _reverse(self, reverse: Callable[..., Reversal | None], done: str, nothing: str) -> None:
        self._hush()
        zhupi = self.zhupi
        reversing = zhupi.writer.submit(reverse, zhupi.database, zhupi.reviewer)
        self._follow(
            reversing,
            lambda reversal: f"{done}: {described(reversal)}" if reversal is not None else nothing,
            lambda reversal: reversal.change.notice if reversal is not None else None,
        )

    # Writing

    def _meant(self) -> list[int]:
        """The numbers of the notices that a key is about: those selected, else the one under the cursor."""
        at = self.at
        return sorted(self.selected) or ([at] if at is not None else [])

    def _follow(
        self,
        written: Awaitable[R],
        told: Callable[[R], str],
        where: Callable[[R], int | None] = lambda _: None,
    ) -> None:
        """Tell how a write goes, and show what it left; keys wait for that."""
        self.ready.clear()
        self._show_head()
        self.run_worker(self._written(written, told, where), name="write", group="write", exit_on_error=False)

    async def _written(self, written: Awaitable[R], told: Callable[[R], str], where: Callable[[R], int | None]) -> None:
        there = None
        try:
            result = await written
        except ZhupiError as error:
            self._problem = self.zhupi.brief(error)
            self.say(f"nothing was changed: {self.zhupi.told(error)}", "bad")
        else:
            self._problem = None
            self._select(set())
            self.say(told(result))
            there = where(result)
        self._show_head()
        at = [number for number in (there, self.at) if number is not None]
        self.reload(at, near=True, screen_row=self.notices.screen_row)
        self._count()


def described(reversal: Reversal) -> str:
    """What an undo or a redo took back or did again, in one line; it holds other people's text."""
    change = reversal.change if reversal.event.action == "undo" else reversal.change.inverse
    before, after = change.before, change.after
    many = f" of {_notices(reversal.size)}" if reversal.size > 1 else f" of notice {change.notice:,}"
    if change.entity == "annotation":
        item = after if isinstance(after, Annotation) else before
        if not isinstance(item, Annotation):
            return f"annotation{many}"
        verb = "delete" if after is None else "change" if before is not None else _VERBS.get(item.status, "tag")
        return f"{verb} {item.label} {clip(item.text)}"
    if change.entity == "review":
        return f"{after.status if isinstance(after, Review) else 'review'}{many}"
    if change.entity == "assignment":
        return f"{'assignment' if after is not None else 'taking off'}{many}, {change.key}"
    return f"kind of region{many}"


def _notices(count: int) -> str:
    return f"{count:,} notice{'s' if count != 1 else ''}"
