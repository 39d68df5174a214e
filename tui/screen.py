"""The seam between the app and its screens: what the app asks of a screen, and what a screen may ask of the app.

A screen gets a session, a host, and controllers that carry out its key bindings.  It knows neither the app nor another
screen.  It calls its host directly and posts no message: while a key waits for a screen to be ready the app handles no
messages, so a message that opens a screen would be handled after the keys that were typed ahead for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from msgspec.structs import replace
from textual import events
from textual.screen import Screen, ScreenResultType
from textual.worker import WorkType

from store.read.queue import ALL
from tui.terminal.compositor import SparseCompositor

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotations.labels import LabelSet
    from annotations.spans import RawSpan
    from store.index.filters import QueueFilter
    from tui.keys.keymap import Keys
    from tui.session.session import Session
    from tui.session.state import State
    from tui.session.watcher import Seen


class Host(Protocol):
    """What shows the screens; it decides which screen is opened and left."""

    def open_notice(self, number: int, queue: QueueFilter = ALL, place: RawSpan | None = None) -> None:
        """Open a notice on top of the screen.

        Args:
            number: the number of the notice.
            queue: the filter that its next and previous notices come from.
            place: what is marked in it as a hit, with the cursor on it; None is where the reviewer left the notice.
        """

    def open_adjudication(self, number: int, queue: QueueFilter = ALL) -> None:
        """Open a notice to be adjudicated; ``queue`` is the filter that the notices that are ready come from."""

    def open_everywhere(self, text: str, queue: QueueFilter = ALL) -> None:
        """Show every place of a text in the notices that a filter shows."""

    def open_sample(self, queue: QueueFilter = ALL) -> None:
        """Show a sample of what a rule has found in the notices that a filter shows, to accept all of it."""

    def open_progress(self) -> None:
        """Show how far the project is, on top of the queue."""

    def leave(self) -> None:
        """Leave the screen on top; from the last screen, quit the app."""

    def place_changed(self) -> None:
        """Remember where the reviewer is, and announce it to the other sessions."""

    def ask(self, form: Screen[ScreenResultType], then: Callable[[ScreenResultType | None], None]) -> Awaitable[None]:
        """Show a form; ``then`` gets the answer, or None where the form was cancelled.

        Awaiting the result waits until the form is shown.
        """

    def copy(self, text: str) -> str:
        """Copy a text to the clipboard; returns the message to show."""


class Bottom:
    """Leaves room for a form at the bottom of a screen, which has the class ``-asked`` meanwhile.

    Args:
        widget: any widget of the screen.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget

    def make_room(self, form: object, rows: int) -> None:
        """Leave so many rows free; 0 where the form is gone."""
        del form
        screen = self._widget.screen
        screen.set_class(bool(rows), "-asked")
        screen.styles.padding = (0, 0, rows, 0)


class ZhupiScreen(Screen[ScreenResultType]):
    """A screen of this app, with an event that says when it takes keys.

    ``say``, ``forget_said``, ``hang_up``, ``set_aside`` and ``use_labels`` do nothing unless a subclass overrides them.
    """

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(name, id, classes)
        self._compositor = SparseCompositor()
        self.ready = asyncio.Event()
        """Set while keys are meant for what is shown; while it is clear the app holds keys back."""
        self._was_shown = False

    def on_compose(self) -> None:
        """Have the classes of the breakpoints at the first paint: textual sets them behind it, and paints again."""
        for cells, breakpoints in zip(
            self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True
        ):
            reached = [name for least, name in sorted(breakpoints or ()) if cells >= least]
            self.add_class(*reached[-1:])

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Spare the styles of a screen that is shown for the first time: they were applied as it was composed."""
        if not self._was_shown:
            self._was_shown = True
            event.refresh_styles = False

    def once_painted(self, callback: Callable[[], None]) -> None:
        """Call something behind the first paint of the app, which this screen has had by now, if it did not hold it."""
        callback()

    @property
    def waits_for(self) -> asyncio.Event | None:
        """What keys wait for; None while they are taken."""
        return None if self.ready.is_set() else self.ready

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message about what the last key did."""

    def forget_said(self) -> None:
        """Drop the message about the last key, where only the next key tells that it is read."""

    def hang_up(self) -> None:
        """Keep what is being typed: the terminal is gone."""

    def set_aside(self) -> bool:
        """Keep what is being typed, since the screen is left without an answer; returns whether there is something."""
        return False

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set: that of the project was changed."""


class Controller:
    """Actions that belong to one concern; a screen installs them under their names, ``action_*``.

    A controller knows the model that it works on, and neither a screen nor another controller.
    """

    ALWAYS: ClassVar[frozenset[str]] = frozenset()
    """The names of actions that also run while no notice is open."""

    def actions(self) -> dict[str, Callable[..., object]]:
        """The actions by name, without the prefix ``action_``."""
        names = [name for name in dir(self) if name.startswith("action_")]
        return {name.removeprefix("action_"): getattr(self, name) for name in names}  # because keys name their actions


class PlaceScreen(ZhupiScreen[ScreenResultType], inherit_bindings=False):
    """A screen where the reviewer can be, the queue or a notice; forms are shown on top of it.

    It has no keys of textual's: tab would move the focus, and leave the cursor where it was.

    Args:
        session: the session of the reviewer.
        host: what shows the screen.
    """

    def __init__(self, session: Session, host: Host) -> None:
        super().__init__()
        self.session = session
        self.host = host
        self._owners: dict[str, Controller] = {}

    @property
    def notice(self) -> int | None:
        """The number of the notice that is open; None where none is."""
        return None

    def acted(self, action: str) -> None:
        """Called behind each action of a controller, with the name of its method."""

    @property
    def takes_actions(self) -> bool:
        """Whether the actions of controllers run; those in ``ALWAYS`` run in any case."""
        return True

    def go_to_notice(self, number: int) -> None:
        """Open the notice with this number."""
        raise NotImplementedError

    def follow(self, seen: Seen) -> None:
        """Show what other sessions did, as far as it is on the screen."""

    def returned(self, number: int | None) -> None:
        """Show what was done on the screen that was on top; ``number`` is the notice that was open there, if any."""

    def saving_turned(self) -> None:
        """Show that changes are held up, or that they are saved after that."""

    def tell_set_aside(self) -> None:
        """Tell that what was being typed is kept."""
        self.say("what you were typing is kept", "good")

    def remember(self, state: State) -> State:
        """The state with the place of the reviewer on this screen filled in."""
        return state

    def about_keys(self, keys: Keys, screen: str) -> tuple[str, str] | None:
        """A message, once, that the key of a newer action gave way to one of the reviewer's own; None where none did.

        Args:
            keys: the keymap.
            screen: the head of the ids of the bindings that are looked at.
        """
        session, state = self.session, self.session.state
        for binding_id, key in keys.given_way.items():
            if binding_id not in state.told and binding_id.partition(".")[0] == screen:
                session.remember(replace(state, told=(*state.told, binding_id)))
                what = keys.defaults[binding_id].description
                return f"{key} stays yours; {what}: {keys.shown('app.command_palette')} finds it", "dim"
        return None

    def start(self, function: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """Run a coroutine function as a worker; an unexpected error ends in ``Worker.StateChanged``."""
        work: WorkType[None] = function
        self.run_worker(work, name=name, group=name, exit_on_error=False)

    def install(self, *controllers: Controller) -> None:
        """Make the actions of controllers available to the key bindings of this screen.

        Raises:
            ValueError: an action has two owners, among the controllers and the screen itself.
        """
        for controller in controllers:
            for name, action in controller.actions().items():
                if name in self._owners or f"action_{name}" in dir(type(self)):
                    raise ValueError(f"{type(controller).__name__}: somebody else does {name} already")
                self._owners[name] = controller
                setattr(self, f"action_{name}", self._guarded(action, always=name in controller.ALWAYS))

    def _guarded(self, action: Callable[..., object], *, always: bool) -> Callable[..., object]:
        @wraps(action)
        def run(*parameters: object) -> object:
            if not always and not self.takes_actions:
                return None
            result = action(*parameters)
            self.acted(action.__name__)
            return result

        return run
