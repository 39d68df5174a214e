"""Shows suggestions of muted rules all the same, as long as the session lasts."""

from __future__ import annotations

from annotations.muting import in_words
from tui.notice.desk import Desk
from tui.screen import Controller

_MOST_RULES = 3
"""Rules that are named."""


class Muting(Controller):
    """Shows or hides what is muted.

    Args:
        desk: the desk with the notice.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.on_shown.append(self._follow)

    def action_muted(self) -> None:
        """Show suggestions of muted rules in every notice that is opened, or hide them again."""
        desk, model = self._desk, self._desk.model
        if not model.muted:
            desk.say("nothing is muted here", "dim")
            return
        shown = desk.session.muted_shown = not desk.session.muted_shown
        silent = len(model.silent)
        model.show_muted(shown)
        desk.jumped()
        named = f"{silent or len(model.silent):,} muted ({in_words(model.muted.values(), _MOST_RULES)})"
        if shown:
            desk.say_with_keys(f"shown: {named}", f"; {desk.key('review.muted')} hides them")
        else:
            desk.say(f"hidden: {named}")

    def _follow(self) -> None:
        """Show them in a notice that has just been opened, where they are shown at all."""
        desk = self._desk
        if desk.model.muted_shown != desk.session.muted_shown:
            desk.model.show_muted(desk.session.muted_shown)
            desk.view.show()
