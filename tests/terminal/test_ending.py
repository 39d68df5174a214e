"""Signals and ctrl+c at any moment: a command and the app end with nothing half done, and say so in one line."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys

import pytest
from workplace import SAMPLES

pytestmark = pytest.mark.terminal

NOTES = {
    signal.SIGINT: "zhupi: interrupted; what was finished is kept",
    signal.SIGTERM: "zhupi: ended by SIGTERM; what was finished is kept",
    signal.SIGHUP: "zhupi: ended by SIGHUP; what was finished is kept",
}
SEQUENCE = re.compile(r"\x1b\[[0-9;?<=>]*[ -/]*[@-~]")


def ended(screen):
    """What a program wrote in all, once it has ended; its terminal is as it was before."""
    screen.wait_for_end()
    written = screen.output.decode("utf-8", "replace")
    for begin, end in (("\x1b[?25l", "\x1b[?25h"), ("\x1b[?1049h", "\x1b[?1049l")):
        assert written.rfind(end) >= written.rfind(begin), (begin, written[-300:])
    assert "Traceback" not in written
    assert "Warning" not in written
    return written


def send(screen, number):
    if number == signal.SIGINT:
        screen.child.send("\x03")
    else:
        os.kill(screen.child.pid, number)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Some hundred pages in one file."""
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    text = (SAMPLES / "01-river-chief-meeting.txt").read_text(encoding="utf-8")
    rows = [{"doc": f"page-{number}", "raw": f"第{number}号\n{text}"} for number in range(300)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("number", NOTES, ids=lambda number: number.name)
def test_an_import_is_ended_between_two_pages(workplace, pages, number):
    workplace.run("init")
    screen = workplace.open(100, 24, "import", str(pages))
    screen.wait("importing")
    send(screen, number)
    assert ended(screen).rstrip().endswith(NOTES[number])
    assert screen.child.exitstatus == 128 + number
    workplace.run("check")
    workplace.run("import", pages)
    assert len(workplace.export()) == 300


@pytest.mark.parametrize("number", NOTES, ids=lambda number: number.name)
def test_an_export_leaves_no_temporary_file(workplace, pages, number):
    workplace.run("import", pages)
    # It reads some pages, and stops until the signal is there.
    (workplace.folder / "slow.py").write_text(
        "import sys\n"
        "from itertools import islice\n"
        "from threading import Event\n"
        "from store.output.workers import Workers\n"
        "whole = Workers.each_lines\n"
        "def each_lines(*arguments):\n"
        "    yield from islice(whole(*arguments), 1)\n"
        "    print('at work', file=sys.stderr, flush=True)\n"
        # A signal that comes right before a wait without an end would be looked at behind it.
        "    while not Event().wait(0.1):\n        pass\n"
        "Workers.each_lines = each_lines\n"
        "from tui.__main__ import main\nsys.argv = ['zhupi', 'export', '-o', 'out.jsonl']\nmain()\n"
    )
    screen = workplace.open(100, 24, command=[sys.executable, str(workplace.folder / "slow.py")])
    screen.wait("at work")
    send(screen, number)
    assert ended(screen).rstrip().endswith(NOTES[number])
    assert screen.child.exitstatus == 128 + number
    assert [path.name for path in workplace.folder.glob("*out.jsonl*")] == []


@pytest.mark.parametrize("number", NOTES, ids=lambda number: number.name)
def test_processes_that_share_work_end_with_the_one_that_shares_it(workplace, number):
    # Each works on its piece for longer than the test waits.
    (workplace.folder / "shares.py").write_text(
        "import sys\n"
        "import tui.cli\n"
        "from store.intake import pool\n"
        "from threading import Event\n"
        "def work(piece):\n    print('at work', flush=True)\n    while not Event().wait(0.1):\n        pass\n"
        "def run(arguments):\n"
        "    pool.processors = lambda: 2\n"
        "    try:\n        list(pool.spread(work, range(64), 2))\n"
        "    except BaseException as error:\n        return tui.cli._failed(error)\n"
        "tui.cli.run = run\n"
        "from tui.__main__ import main\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    screen = workplace.open(100, 24, command=[sys.executable, str(workplace.folder / "shares.py")])
    screen.wait(r"at work\s*at work")
    send(screen, number)
    assert ended(screen).rstrip().endswith(NOTES[number])
    assert screen.child.exitstatus == 128 + number


@pytest.mark.parametrize("moment", range(6))
def test_ctrl_c_while_zhupi_is_imported_shows_no_traceback(workplace, moment):
    workplace.run("init")
    # The line that is interrupted is the one at which so many modules have been imported.
    (workplace.folder / "interrupted.py").write_text(
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    begun = False\n"
        "    left = int(sys.argv.pop())\n"
        "    def find_spec(self, name, *_):\n"
        "        # Before that Python starts, which zhupi has no hand in.\n"
        "        self.begun = self.begun or name == 'tui.ending'\n"
        "        self.left -= self.begun\n"
        "        if not self.left:\n            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from tui.__main__ import main\nsys.argv = ['zhupi', 'stats']\nmain()\n"
    )
    code = str(workplace.folder / "interrupted.py")
    screen = workplace.open(100, 24, command=[sys.executable, code, str(1 + 25 * moment)])
    written = ended(screen)
    assert screen.child.signalstatus == signal.SIGINT or screen.child.exitstatus == 130
    assert SEQUENCE.sub("", written).strip() in ("", NOTES[signal.SIGINT])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_the_app_ends_at_any_moment_with_every_write_whole(sampled, number):
    random_ = random.Random(number)
    # Before the terminal is taken, while a notice is opened, and with writes under way.
    for patterns in ((), ("\x1b\\[\\?1049h",), ("raw", "saving|saved")):
        screen = sampled.open(120, 40, "review", "--notice", "01-river-chief-meeting")
        for pattern in patterns:
            while not re.search(pattern, screen.output.decode("utf-8", "replace")):
                assert screen.read(10.0)
        for _ in range(random_.randrange(40) if len(patterns) == 2 else 0):
            screen.child.send("vl1jvl2j")
        os.kill(screen.child.pid, number)
        written = SEQUENCE.sub("", ended(screen).rpartition("\x1b[?1049l")[2]).strip()
        assert written in ("", NOTES[number])
        assert screen.child.exitstatus == 128 + number or screen.child.signalstatus == number
        sampled.run("check")


def test_a_signal_is_heard_while_many_keys_wait(sampled):
    # asyncio hears of signals by a pipe of its own, which is full after some 280 keys.
    (sampled.folder / "busy.py").write_text(
        "import sys\n"
        "from tui.app import ZhupiApp\n"
        "def busy(self):\n"
        "    import asyncio, os, signal\n"
        "    loop = asyncio.get_running_loop()\n"
        "    for _ in range(2000):\n        loop._write_to_self()\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "ZhupiApp.action_help_quit = busy\n"
        "from tui.__main__ import main\nsys.argv = ['zhupi']\nmain()\n"
    )
    screen = sampled.open(100, 30, command=[sys.executable, str(sampled.folder / "busy.py")])
    screen.wait("1/12")
    screen.child.send("\x03")
    ended(screen)
    assert screen.child.exitstatus == 128 + signal.SIGTERM
