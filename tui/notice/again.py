"""Keys that act when they are pressed a second time: the first press says what the second will do."""

from __future__ import annotations

from tui.notice.desk import Desk


class Again:
    """What one controller has asked to be pressed again; it stands as long as the message that said so.

    Args:
        desk: the desk where it is said.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: tuple[object, str] | None = None

    def is_confirmed(self, about: object) -> bool:
        """Whether this press is the second one: the same was asked, and is still said."""
        asked, self._asked = self._asked, None
        return asked == (about, self._desk.view.message)

    def ask(self, about: object, text: str, keys: str, look: str = "warn") -> None:
        """Say what a second press will do.

        Args:
            about: what it will be done to; where that is another thing by then, it is asked anew.
            text: what there is; it is cut where room is short.
            keys: which key does what.
            look: the look of the message.
        """
        self._desk.say_with_keys(text, keys, look)
        self._asked = about, self._desk.view.message
