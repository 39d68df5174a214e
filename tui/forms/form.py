"""The base of the forms: a box with fields, with drafts of what is being typed.

A form that is about something on the screen stands below it, in place of the list or the preview, and what it is about
moves up; any other form stands in the middle.

textual sends a character straight to the field with the focus, and other keys to the screen, from where they find their
way.  Of keys that come in a burst (typed ahead, pasted by a script, or held back by a slow line) a tab is overtaken by
the letters behind it.  Here the keys that leave a field have priority: the app runs them, in turn.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from tui.screen import ZhupiScreen
from tui.session.drafts import Drafts, Typed
from tui.terminal.display import visible
from tui.widgets.field import TextField

WIDE_COLUMNS = 60
"""Cells of a screen from which a form has room for long names."""
_DRAFT_SAVED = 0.5
"""Debounce: seconds without a key after which the draft is saved."""
HIGH_ROWS = 20
"""Rows of a screen from which a form has blank rows between its parts."""
_STYLES = {"plain": "", "dim": "$secondary", "good": "$success", "warn": "$warning", "bad": "$error"}
"""How messages of each look are drawn in a frame."""
_LEAST_TEXT = 8
"""Rows of text above a form that stands below, at least; on a high screen it is half of the screen."""
_LEAST_ROWS = 7
"""Rows that such a form has in any case, where it needs as many."""


class Room(Protocol):
    """What leaves room for a form at the bottom of the screen."""

    def make_room(self, form: object, rows: int) -> None:
        """Leave so many rows free for a form; 0 where it is gone."""


class StandingScreen(ModalScreen[ScreenResultType]):
    """A box on top of another screen, in its middle, or below what it is about."""

    DEFAULT_CSS = """
    StandingScreen {
        align: center middle;
        & > Vertical {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
            border: round $secondary;
            border-title-color: $accent;
            padding: 0 2;
        }
        &.-below {
            align: center bottom;
            background: transparent;
            & > Vertical { width: 100%; border: none; border-top: solid $secondary; padding: 0 1; }
        }
    }
    """

    _room: Room | None = None
    _said: Content | None = None
    """What is said of the last key, beside the heading."""
    _lasting = Content("")
    """What is said there as long as nothing is said of a key."""

    def stand_below(self, room: Room) -> None:
        """Stand at the bottom of the screen, where ``room`` leaves room; to be called before the box is shown."""
        self._room = room
        self.add_class("-below")

    @property
    def is_below(self) -> bool:
        """Whether the box stands at the bottom of the screen."""
        return self._room is not None

    def rows_below(self, size: Size) -> int:
        """Rows that the box takes at the bottom of a screen of this size."""
        raise NotImplementedError

    @staticmethod
    def most_below(size: Size) -> int:
        """Rows that a box which can do with fewer takes at most, so that enough of the text stays in sight."""
        return max(_LEAST_ROWS, size.height - 1 - max(_LEAST_TEXT, size.height // 2))

    def heading(self, room: int) -> Content:
        """What stands in the frame, in so many cells at most."""
        raise NotImplementedError

    def show_heading(self, size: Size) -> None:
        """Show what stands in the frame, on a screen of this size: the heading, and the note."""
        note = self._said or self._lasting
        box = self.query_one(Vertical)
        heading = self.heading(max(8, size.width - 6 - (note.cell_length if self.is_below else 0)))
        box.border_title = heading + note if self.is_below else heading
        box.border_subtitle = note

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message about the last key in the frame, until another one is pressed."""
        self._said = Content.styled(f" {visible(text)} ", _STYLES[look])
        self.show_heading(self.app.size)

    def forget_said(self) -> None:
        """Drop the message about the last key."""
        if self._said is not None:
            self._said = None
            self.show_heading(self.app.size)

    def on_mount(self) -> None:
        """Take the room."""
        self.show_heading(self.app.size)
        self._take_room(self.app.size)

    def on_resize(self, event: events.Resize) -> None:
        """Take as much room as is needed now, and show as much of the heading as there is room for."""
        self.show_heading(event.size)
        self._take_room(event.size)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the box with an answer, and give the room back."""
        if self._room is not None:
            self._room.make_room(self, 0)
        return super().dismiss(result)

    def _take_room(self, size: Size) -> None:
        if self._room is not None:
            rows = min(size.height, self.rows_below(size))
            self.query_one(Vertical).styles.height = rows
            self._room.make_room(self, rows)


class FormScreen(StandingScreen[ScreenResultType], ZhupiScreen[ScreenResultType]):
    """A box with fields.

    A subclass gives its bindings priority, and defines ``first``.
    """

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_COLUMNS, "-wide")]  # noqa: RUF012  # textual types them so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH_ROWS, "-high")]  # noqa: RUF012  # as above

    DEFAULT_CSS = """
    FormScreen {
        &.-narrow > Vertical { padding: 0 1; }
        & KeyBar { background: $surface; }
    }
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The field with the focus.

    It is declared again so that it repaints nothing: textual would redraw this screen and the one below it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._drafts: Drafts | None = None
        self._draft = ""
        self._at_first: Typed = {}
        self._saving: asyncio.TimerHandle | None = None

    def keep_typing(self, drafts: Drafts, key: str) -> None:
        """Keep what is typed as a draft until the form is answered; to be called before the form is shown."""
        self._drafts, self._draft = drafts, key

    @property
    def first(self) -> Widget:
        """The field that gets the focus first."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Restore the draft, if the app ended while the form was open, and take keys."""
        self._at_first = self._texts()
        typed = self._drafts.find(self._draft) if self._drafts is not None else None
        if typed is not None and typed.keys() == self._at_first.keys():
            for at, field in enumerate(self.query(TextField)):
                field.value = typed[str(at)]
            self._lasting = Content.styled(" what you were typing is back, esc drops it ", _STYLES["good"])
        self.set_focus(self.first)
        self.ready.set()

    def on_unmount(self) -> None:
        """Cancel the timer that saves the draft."""
        if self._saving is not None:
            self._saving.cancel()

    def keep_draft(self) -> None:
        """Keep in memory what has been typed; the drafts are saved to the disk later."""
        typed = self._texts()
        if self._drafts is not None and typed != self._at_first:
            self._drafts.keep(self._draft, typed)

    def set_aside(self) -> bool:
        """Keep what has been typed as a draft; returns whether there is one."""
        if self._drafts is None or self._texts() == self._at_first:
            return False
        self.keep_draft()
        self._drafts.save_later()
        # The form is dismissed next, which drops the draft of one that was answered.
        self._drafts = None
        return True

    def hang_up(self) -> None:
        """Save what has been typed.

        Other sessions keep drafts in the same file, so that it is written only where a form is open.
        """
        self.keep_draft()
        if self._drafts is not None:
            self._drafts.save()

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the form with an answer, and drop its draft."""
        if self._drafts is not None:
            self._drafts.drop(self._draft)
            self._drafts = None
        return super().dismiss(result)

    @on(TextField.Changed)
    def _typing(self) -> None:
        if self._drafts is None:
            return
        self.keep_draft()
        if self._saving is not None:
            self._saving.cancel()
        self._saving = asyncio.get_running_loop().call_later(_DRAFT_SAVED, self._drafts.save_later)

    def _texts(self) -> Typed:
        return {str(at): field.value for at, field in enumerate(self.query(TextField))}
