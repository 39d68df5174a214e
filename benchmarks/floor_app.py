"""The least that a Textual app can be: one line, which changes with each key.  What zhupi costs is divided by this."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class FloorApp(App[None]):
    """A line of text."""

    ENABLE_COMMAND_PALETTE = False

    keys = 0

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready")

    def on_key(self) -> None:
        """Change the line."""
        self.keys += 1
        self.query_one(Static).update(f"key {self.keys}")


if __name__ == "__main__":
    FloorApp().run()
