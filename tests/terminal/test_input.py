"""What a terminal may send: other encodings, old mouse reports, answers, cut sequences, pastes that hold keys."""

from __future__ import annotations

import random
import signal
import sys

import pytest
from workplace import SAMPLES

pytestmark = pytest.mark.terminal


@pytest.fixture
def notice(workplace):
    """The app on a notice."""
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(120, 40, "review", "--notice", "01-river-chief-meeting")
    screen.wait("saved ✓")
    screen.until_quiet()
    return screen


def send(screen, data):
    """Send bytes to the app at once."""
    screen.child.send(data)
    screen.until_quiet()


def leave(screen):
    """Leave the app, which must have gone on until now and end well."""
    # What comes at once might be the rest of a character of another encoding.
    screen.press("esc", "ctrl+q", "ctrl+q")
    screen.wait_for_end()
    assert "Traceback" not in screen.output.decode("utf-8", "replace")
    assert screen.child.exitstatus == 0


def test_another_encoding_tags_nothing_and_is_told_once(workplace, notice):
    # The second byte of many characters of GBK is a digit or a letter, which would tag or accept.
    send(notice, "隆卲亐瓵1A".encode("gb18030"))
    notice.wait("your terminal sends no UTF-8")
    notice.press("v", "l", "1")
    notice.wait("1 yours")
    send(notice, b"\xe1")
    assert "sends no UTF-8" not in notice.text
    leave(notice)
    assert len(workplace.export()[0]["annotations"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b[1114112u",
        b"\x1b[99999999999999999999;9999999u",
        b"\x1b[M !\xe1\xf0",
        b"\x1b[M#\xff\xff",
        b"\x1b[<0;999999999;999999999M",
        b"\x1b[48;99999999;99999999;1;1t",
        b"\x1b[48;0;0;0;0t",
        b"\x1b]11;rgb:1111/2222/3333\x07",
        b"\x1bP>|terminal 1\x1b\\",
        b"\x1b[?1;2c",
        b"\x1b[" + b"1;" * 5_000 + b"m",
        b"\x1b[999z",
    ],
    ids=range(12),
)
def test_what_is_no_key_does_nothing(workplace, notice, data):
    before = notice.text
    send(notice, data)
    assert notice.text == before
    leave(notice)
    assert workplace.export()[0]["annotations"] == []


def test_any_bytes_leave_the_app_at_work(workplace, notice):
    made = random.Random(14)
    pieces = [
        b"\x1b",
        b"[",
        b"]",
        b"O",
        b"<",
        b";",
        b"1",
        b"M",
        b"u",
        b"~",
        b"200~",
        b"\x1b[48;24;80;0;0t",
        b"\x1b[<35;9;9M",
        b"\xff",
        b"\xe5\xae",
        b"\x9b",
        b"\x00",
    ]
    for _ in range(150):
        send(notice, b"".join(made.choices(pieces, k=made.randrange(1, 12))))
    # Whatever they opened or began is closed, a paste among it.
    send(notice, b"\x1b[201~")
    for _ in range(4):
        notice.press("esc")
    notice.wait("normalized")
    workplace.run("check")


def test_a_pasted_escape_makes_no_keys(workplace, notice):
    notice.press("v", "l", "1", "c")
    notice.wait("Comment on")
    send(notice, b"\x1b[200~first line\n\x1b[A1\x1b2A\nlast\x1b[201~")
    notice.press("enter")
    notice.wait("saved ✓")
    leave(notice)
    (item,) = workplace.export()[0]["annotations"]
    assert item["comment"] == "first line\n\x1b[A1\x1b2A\nlast"


def test_a_paste_outside_of_a_field_does_nothing(workplace, notice):
    send(notice, b"\x1b[200~v1A\rmq\x1b[201~")
    leave(notice)
    assert workplace.export()[0]["annotations"] == []


def test_a_paste_with_an_end_inside_makes_no_keys(workplace, notice):
    send(notice, b"\x1b[200~text\x1b[201~vl1mq\x1b[201~")
    leave(notice)
    assert workplace.export()[0]["annotations"] == []
    assert workplace.export()[0]["reviews"] == []


def test_the_size_is_that_of_the_terminal_whatever_the_environment_says(workplace):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    workplace.env |= {"COLUMNS": "40", "LINES": "10"}
    screen = workplace.open(120, 40)
    screen.wait("1/1")
    assert screen.rows[-1].strip()
    assert max(map(len, screen.rows)) > 80
    screen.resize(100, 30)
    assert screen.rows[29].strip()
    leave(screen)


BROKEN = {
    "reading": "from tui.terminal.keyboard import KeyParser as broken; name = 'messages'",
    "action": "from tui.queue.controllers.finding import Finding as broken; name = 'action_open'",
    "drawing": "from tui.queue.list import NoticeList as broken; name = 'render_line'",
    "thread": "from tui.session.watcher import Watcher as broken; name = '_poll'",
    "signal": "from tui.app import ZhupiApp as broken; name = 'end_soon'",
    "end": "from tui.session.session import Session as broken; name = 'close'",
}
"""Where the app breaks: on a key, in a thread, at the end, and so on."""


@pytest.mark.parametrize("place", BROKEN)
def test_an_unexpected_error_is_reported_wherever_it_happens(workplace, place):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    (workplace.folder / "broken.py").write_text(
        "import sys\n"
        f"{BROKEN[place]}\n"
        "def fail(*arguments):\n    raise RuntimeError('no such thing')\n"
        "setattr(broken, name, fail)\n"
        "from tui.__main__ import main\nsys.argv = ['zhupi']\nmain()\n"
    )
    screen = workplace.open(100, 30, command=[sys.executable, str(workplace.folder / "broken.py")])
    if place in ("reading", "action", "signal", "end"):
        screen.wait("1/1")
        screen.child.send({"reading": "j", "action": "\r", "end": "\x11"}.get(place, ""))
    if place == "signal":
        screen.until_quiet()
        screen.child.kill(signal.SIGTERM)
    screen.wait_for_end()
    shown = screen.text.replace("\n", "")
    assert "the app stopped on an error it did not expect (RuntimeError: no such thing)" in shown
    assert "Traceback" not in shown
    assert screen.child.exitstatus not in (0, None)
