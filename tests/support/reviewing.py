"""The review screen in a test: an app on one notice, and its lines."""

from __future__ import annotations

from tui.app import ZhupiApp
from tui.widgets.status_line import StatusLine


def head(app, behind=0):
    """The head of the notice that is open, behind so many forms."""
    return app.screen_stack[-1 - behind].query_one("#review-head", StatusLine).text


def said(app):
    return app.screen.query_one("#annotations-head", StatusLine).text


def app_on(database, number, reviewer="lin"):
    app = ZhupiApp(database, notice=number)
    app.session.reviewer = reviewer
    return app
