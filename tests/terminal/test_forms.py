"""The forms in a real terminal: not one byte of hostile text may reach it as it is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from screen import Screen

pytestmark = pytest.mark.terminal

OWNED = "\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07\x1b[5;31m[/b][@click=app.quit]x[/]\u202e\u200b\u2028\x9b7m\t郏"
UNSAFE = re.compile("\x1b\\]52|\x1b\\]0|\x1b\\[5;31m|[\x07\x80-\x9f\u202a-\u202e\u200b-\u200f\u2028\u2029]")

PROGRAM = """
import json, sys
from textual.app import App
from annotations.annotation import Annotation
from annotations.labels import default_labels
from tui.forms.attributes import AttributeForm
from tui.forms.flag import FlagScreen
from tui.forms.prompt import PromptScreen
from tui.terminal.theme import ZHUPI_DARK
from collections import namedtuple

OWNED = json.loads(sys.argv[2])
Offer = namedtuple("Offer", "value gloss")
label = default_labels()["REQUIREMENT"]
values = dict.fromkeys((each.name for each in label.attribute), OWNED)
item = Annotation("1", label.name, 0, 1, OWNED, values, OWNED, "manual", False, OWNED, "", "", None, None)
FORMS = {
    "attributes": lambda: AttributeForm(item, label, OWNED, lambda _: [Offer(OWNED, OWNED)]),
    "prompt": lambda: PromptScreen(OWNED, OWNED, hint=OWNED, offers=[OWNED + "1", OWNED + "2"]),
    "flag": lambda: FlagScreen("flagged", OWNED),
}

class Forms(App):
    def on_mount(self):
        self.register_theme(ZHUPI_DARK)
        self.theme = ZHUPI_DARK.name
        self.push_screen(FORMS[sys.argv[1]](), lambda _: self.exit())

Forms().run()
"""


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)], ids=["120x40", "80x24", "40x12"])
@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("attributes", ["tab", "down", "tab", "tab", "x", "home", "end", "tab", "tab", "tab", "left", "up"]),
        ("prompt", ["home", "end", "left", "down", "down", "x"]),
        ("flag", ["tab", "tab", "home", "end", "x"]),
    ],
)
def test_hostile_text_reaches_the_terminal_as_stand_ins_only(tmp_path: Path, form, keys, size):
    screen = Screen([sys.executable, "-c", PROGRAM, form, json.dumps(OWNED)], *size, {"LANG": "C.UTF-8"}, tmp_path)
    try:
        screen.wait("enter ")
        # What is pasted is as hostile as what was there; the terminal would send it between brackets.
        screen.press(*keys, f"\x1b[200~{OWNED.replace(chr(27), '')}\x1b[201~")
        screen.press("esc")
        screen.wait_for_end()
        # The shape of the pointer is what textual sets.
        written = re.sub("\x1b\\]22;[a-z-]*\x07", "", screen.output.decode("utf-8"))
        assert "␛" in written
        assert UNSAFE.findall(written) == []
        assert "Traceback" not in written
    finally:
        screen.close()


def test_a_cursor_is_seen_without_colour(tmp_path: Path):
    screen = Screen(
        [sys.executable, "-c", PROGRAM, "prompt", '"abc"'], 80, 24, {"LANG": "C.UTF-8", "TERM": "vt100"}, tmp_path
    )
    try:
        screen.wait("abc")
        screen.press("home")
        _, title = screen.find("abc")
        x, y = screen.find("abc", first_row=title + 1)
        assert screen.pyte.buffer[y][x].reverse
        assert not screen.pyte.buffer[y][x + 1].reverse
    finally:
        screen.close()
