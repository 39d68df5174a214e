"""The screens that list places of notices, in tests: keys that are pressed, and lines around the list."""

from __future__ import annotations

from idle import idle

from tui.app import ZhupiApp
from tui.widgets.status_line import StatusLine


def app_of(database, reviewer):
    """The app, as a reviewer opens it."""
    app = ZhupiApp(database)
    app.session.reviewer = reviewer
    return app


async def press(pilot, *keys):
    """Press keys, and wait until all is done that they ask for."""
    await pilot.press(*keys)
    await idle(pilot)


def line(app, name):
    """The text of a line of the screen, by the end of its id."""
    return app.screen.query_one(f"#everywhere-{name}", StatusLine).text
