"""What the app asks of a screen, and what a screen may ask of the app: the seam between the two.

A screen gets a session and a host, and controllers that do what its keys say.  It knows neither the app nor another
screen.  What it asks for is asked at once and not by a message: while a key waits for a screen to be ready, the app
takes no messages, so a message that opens a screen would come too late for the key that is typed ahead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.screen import Screen, ScreenResultType

from store.read.queue import ALL

if TYPE_CHECKING:
    from store.index.filters import QueueFilter
    from tui.session.session import Session
    from tui.session.state import State
    from tui.session.watcher import Seen


class Host(Protocol):
    """What shows the screens: it decides what is opened and left."""

    def open_notice(self, number: int, queue: QueueFilter = ALL) -> None:
        """Show a notice over the queue; the next ones come from what ``queue`` lets through."""

    def leave(self) -> None:
        """Leave the screen on top; the app, from the last one."""

    def place_changed(self) -> None:
        """Remember where the reviewer is, and tell the others."""

    def ask(self, form: Screen[ScreenResultType], then: Callable[[ScreenResultType | None], None]) -> Awaitable[None]:
        """Show a form; ``then`` gets the answer, None where it was left.  Awaited, the form is there."""

    def copy(self, text: str) -> str:
        """Copy a text for other programs; what to tell about it."""


class ZhupiScreen(Screen[ScreenResultType]):
    """A screen that tells the app when it takes keys; the rest does nothing unless a subclass has something to do."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(name, id, classes)
        self.ready = asyncio.Event()
        """Set while keys are for what is shown; the app holds them back meanwhile."""

    def say(self, text: str, look: str = "plain") -> None:
        """Say one thing about what the last key did."""

    def hang_up(self) -> None:
        """The terminal is gone: keep what is being typed."""


class Controller:
    """One idea of what keys do: methods ``action_*``, installed on a screen under these names.

    It knows what it works on, and neither a screen nor another controller.
    """

    ALWAYS: ClassVar[frozenset[str]] = frozenset()
    """Actions that also do something where nothing is open."""

    def actions(self) -> dict[str, Callable[..., object]]:
        """The actions by name, without ``action_``."""
        names = [name for name in dir(self) if name.startswith("action_")]
        return {name.removeprefix("action_"): getattr(self, name) for name in names}  # because a key names its action


class PlaceScreen(ZhupiScreen[ScreenResultType]):
    """A screen where a reviewer is: the queue, or a notice.  Forms lie over it.

    Args:
        session: who works with what.
        host: what shows it.
    """

    def __init__(self, session: Session, host: Host) -> None:
        super().__init__()
        self.session = session
        self.host = host
        self._owners: dict[str, Controller] = {}

    @property
    def notice(self) -> int | None:
        """The number of the notice that is open here; None where it is none."""
        return None

    @property
    def takes_actions(self) -> bool:
        """Whether there is something for actions to act on."""
        return True

    def go_to_notice(self, number: int) -> None:
        """Show a notice, which somebody asked for by name."""
        raise NotImplementedError

    def follow(self, seen: Seen) -> None:
        """Show what others did, as far as it is on the screen."""

    def remember(self, state: State) -> State:
        """The state with where the reviewer is here."""
        return state

    def start(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        """Run a coroutine beside everything else; an error that nobody expected ends in ``Worker.StateChanged``."""
        self.run_worker(coroutine, name=name, group=name, exit_on_error=False)

    def install(self, *controllers: Controller) -> None:
        """Let controllers do what the keys of this screen say.

        Raises:
            ValueError: two of them, or one and the screen itself, have the same action.
        """
        for controller in controllers:
            for name, action in controller.actions().items():
                if name in self._owners or f"action_{name}" in dir(type(self)):
                    raise ValueError(f"{type(controller).__name__}: somebody else does {name} already")
                self._owners[name] = controller
                setattr(self, f"action_{name}", action if name in controller.ALWAYS else self._guarded(action))

    def _guarded(self, action: Callable[..., object]) -> Callable[..., object]:
        @wraps(action)
        def run(*parameters: object) -> object:
            return action(*parameters) if self.takes_actions else None

        return run
