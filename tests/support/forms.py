"""An app that opens one form and keeps its answer, for the tests of forms."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.widgets import Static

from tui.screen import ZhupiScreen
from tui.terminal.app import TerminalApp
from tui.terminal.theme import ZHUPI_DARK

HOSTILE = "\x1b[2J\x1b]0;owned\x07[/b][@click=app.quit]x[/]\u202e\u200b\x9b1m\t临"
UNSAFE = set("\x1b\x07\u202e\u200b\x9b\t")


class FormApp(TerminalApp):
    """Opens the form that ``make`` makes over a screen of text, in its middle or below."""

    def __init__(self, make, *, below=False):
        super().__init__()
        self.make = make
        self.below = below
        self.answers = []
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name

    def compose(self):
        yield Static("会议要求,各乡镇要完成排查。\n" * 60)

    def readiness(self):
        return self.screen.waits_for if isinstance(self.screen, ZhupiScreen) else None

    def get_line_filters(self):
        # Pictures show a form in the colours of its theme.
        return App.get_line_filters(self)

    def on_mount(self):
        super().on_mount()
        form = self.make()
        if self.below:
            form.stand_below(self)
        self.push_screen(form, self.answers.append)

    def make_room(self, form, rows):
        del form
        self.screen_stack[0].styles.padding = (0, 0, rows, 0)

    def type_ahead(self, *keys):
        """Send keys without waiting for any of them."""
        for key in keys:
            self.post_message(events.Key(key, key if len(key) == 1 else None))


def drawn(app):
    """The rows of the screen as they are drawn."""
    lines = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in line) for line in lines]
