"""Wait until the app in a test has nothing left to do, and not a moment longer.

Textual guesses whether an app is idle from the time that the process spends, and sleeps meanwhile: some 20 ms for each
key and each pause, and on a busy machine the guess can be wrong.  The event loop knows: where nothing is ready to run
and no thread works for the app, nothing happens any more until a key comes or a timer goes off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App, ScreenStackError
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

PATIENCE = 30.0
AT_ONCE = 0.001
"""A timer that goes off within so many seconds is waited for: it was set to go off as soon as possible."""


async def idle(pilot: Pilot) -> None:
    """Return when all is done that was asked of the app: messages, workers, and so all reading and writing, painting.

    Timers are not waited for, but those that go off at once.  The failure of a worker fails the test.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            await _until_all_is_handled(pilot.app)
            if not pilot.app.workers:
                return
            for worker in list(pilot.app.workers):
                try:
                    await worker.wait()
                except WorkerCancelled:
                    # Another one does what this one was to do, or nobody wants it any more.
                    continue


async def press(pilot: Pilot, *keys: str) -> None:
    """Press keys one right behind the other, and return when all is done that they ask for."""
    await pilot.press(*keys)
    await idle(pilot)


async def until(pilot: Pilot, condition: Callable[[], object], what: str) -> None:
    """Return as soon as ``condition`` holds, for what comes of a timer or of a thread that is no worker."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    await idle(pilot)
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, what
        await asyncio.sleep(0.005)  # because nothing tells of a timer or of a thread
        await idle(pilot)


def know_when_idle() -> None:
    """Let the keys, clicks and pauses of every test wait until all is handled, where textual would sleep and guess."""
    textual.app.wait_for_idle = textual.pilot.wait_for_idle = _wait_for_idle


async def _wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """As textual's; workers are not waited for, so that a test can look at what is shown while one works.

    But an app that holds keys back until a worker is done is waited for: the next key is typed at what it shows then.
    """
    app = active_app.get()
    taken = asyncio.Event()
    if app.call_later(taken.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(taken.wait(), max_sleep)
    await _until_all_is_handled(app)


async def _until_all_is_handled(app: App) -> None:
    loop = asyncio.get_running_loop()
    while True:
        # Whatever is ready runs before this goes on.
        await asyncio.sleep(0)  # because only then the others run
        if loop._ready:
            continue
        soon = loop.time() + AT_ONCE
        # A new size of the terminal is taken in a moment later.
        if app._resize_timer is not None or any(
            timer.when() <= soon and not timer.cancelled() for timer in loop._scheduled
        ):
            await asyncio.sleep(AT_ONCE)  # because a timer is about to go off
            continue
        # Paint now what would be painted a few milliseconds later; what waits for that runs then.  A screen below is
        # painted first: what it shows anew, the one above shows anew.
        try:
            for screen in app._background_screens:
                # Painting marks such a screen as to be painted; what it has to show is its widgets.
                if screen._dirty_widgets or screen._layout_required or screen._scroll_required:
                    screen._on_timer_update()
            app.screen._on_timer_update()
        except ScreenStackError:
            return
        if not loop._ready:
            return
