"""The app in a test has no watcher, unless the test asks for one.

What the watcher tells of others comes at any moment.  Where a test writes to the database beside the app, or tells the
app itself what was seen, it would come between a key and what the test looks at.
"""

from __future__ import annotations

import pytest

from tui.session.watcher import Watcher


@pytest.fixture
def watched():
    """To be asked for by a test in which the app sees what others do."""


@pytest.fixture(autouse=True)
def unwatched(request, monkeypatch):
    if "watched" not in request.fixturenames:
        monkeypatch.setattr(Watcher, "start", lambda *_: None)
