"""The screens that list places of notices, in tests: keys that are pressed, and lines around the list."""

from __future__ import annotations

from tui.app import ZhupiApp
from tui.widgets.status_line import StatusLine


def app_of(database, reviewer):
    """The app, as a reviewer opens it."""
    app = ZhupiApp(database)
    app.session.reviewer = reviewer
    return app


def line(app, name):
    """The text of a line of the screen, by the end of its id."""
    return app.screen.query_one(f"#everywhere-{name}", StatusLine).text
