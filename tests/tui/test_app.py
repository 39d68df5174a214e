"""The app itself: what reaches it when no screen is there to take it."""

from __future__ import annotations

from idle import idle

from annotations.labels import default_labels
from tui.app import ZhupiApp
from tui.session.watcher import Seen


async def test_what_others_do_while_the_app_goes_does_not_end_it(database):
    app = ZhupiApp(database)
    async with app.run_test() as pilot:
        await idle(pilot)
    assert not app.screen_stack
    seen = Seen(touches=(), many=False, events=(), others=(), total=3, labels=default_labels())
    # What was posted before the last screen went is handled after it.
    app._seen_others(app.SeenOthers(seen))
    app._announce_place()
