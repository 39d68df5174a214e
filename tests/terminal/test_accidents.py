"""What happens to a terminal program in a day: no terminal, a hang-up, a small window, hostile text, a full disk."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from workplace import SAMPLES, ZHUPI

from store.db.lock import write_lock

pytestmark = pytest.mark.terminal


def test_without_a_terminal_one_line_and_exit_2(workplace):
    workplace.run("init")
    done = subprocess.run(
        [ZHUPI, "review"], env={**os.environ, **workplace.env}, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert re.fullmatch(r"zhupi: the app needs a terminal.*\n", done.stderr.decode())


def test_without_a_database_one_line_and_exit_2(workplace):
    screen = workplace.open(80, 24, "review", "--notice", "page")
    screen.wait("make one with `zhupi init`")
    assert "Traceback" not in screen.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_a_hostile_notice_reaches_the_terminal_as_stand_ins_only(workplace, size):
    workplace.run("import", SAMPLES / "08-hostile-control-characters.txt")
    notice = workplace.export()[0]
    # A reset is what textual writes too.
    escapes = set(re.findall(r"\x1b\][^\x07\x1b]*|\x1b\[[0-9;]*[A-Za-z]", notice["raw"])) - {"\x1b[0m"}
    assert escapes
    screen = workplace.open(*size)
    screen.wait("1/1")
    screen.press("enter")
    screen.wait(r"normalized \d")
    for _ in range(12):
        screen.press("pgdn")
    screen.press("tab", "g", "v", "G", "1")
    # What is odd about such a span is told where the counts stand.
    screen.wait("▌ R ")
    screen.wait("saved ✓")
    for _ in range(12):
        screen.press("pgdn")
    screen.press("q", "q")
    written = screen.output.decode("utf-8")
    assert "␛" in written
    # Of the notice's own sequences none may come through.
    assert [each for each in escapes if each in written] == []
    assert not re.search(r"\x1b\][^\x07\x1b]*owned", written)
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff]", written)
    after = workplace.export()[0]
    assert after["raw"] == notice["raw"]
    assert (
        after["annotations"][0]["text"]
        == notice["raw"][after["annotations"][0]["start"] :][: len(after["annotations"][0]["text"])]
    )


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_the_app_soon_and_loses_nothing(workplace, number):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(120, 40, "review", "--notice", "01-river-chief-meeting")
    screen.wait("saved ✓")
    screen.press("v", "l", "l", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    screen.child.kill(number)
    screen.wait_for_end()
    assert len(workplace.export()[0]["annotations"]) == 1


@pytest.mark.parametrize("by", ["ctrl+z", "SIGSTOP"])
def test_a_stop_in_mid_save_leaves_no_lock_and_the_app_goes_on_as_it_was(workplace, by):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(80, 24, command=["bash", "--norc", "--noprofile", "-i"])
    screen.child.sendline(f"PS1='at the shell '; {ZHUPI} review --notice 01-river-chief-meeting")
    screen.wait("saved ✓")
    screen.until_quiet()
    for times in range(1, 6):
        # In one write: the change is under way when the stop comes.
        screen.child.send("vl1\x1b[Cll" + ("\x1a" if by == "ctrl+z" else ""))
        if by == "SIGSTOP":
            screen.wait(f"^ {times} yours")
            screen.wait("saved ✓")
            (app,) = subprocess.run(["pgrep", "-P", str(screen.child.pid)], capture_output=True).stdout.split()
            os.kill(int(app), signal.SIGSTOP)
        screen.wait("Stopped")
        screen.wait("^at the shell ")
        with write_lock(Path(workplace.env["ZHUPI_DB"]), patience=0.0):
            pass
        screen.child.sendline("fg")
        # Painted anew, all of it.
        screen.wait(
            rf"\A(?![\s\S]*(Stopped|at the shell)) 2023-03-17  砚溪县[\s\S]*saved ✓\n[\s\S]*^ {times} yours[\s\S]*undo"
        )
        screen.until_quiet()
    screen.press("q", "q")
    screen.wait("^at the shell ")
    assert len(workplace.export()[0]["annotations"]) == 5


def test_a_lost_terminal_ends_the_process(workplace):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(120, 40)
    screen.wait("1/1")
    screen.child.ptyproc.fileobj.close()
    assert os.waitpid(screen.child.pid, 0)[0] == screen.child.pid


def test_keys_typed_ahead_reach_the_notice_they_are_meant_for(sampled):
    screen = sampled.open(120, 40)
    screen.wait("1/12")
    # One write, as a slow line delivers it: open the first, tag, go on, tag in the second, done, tag in the third.
    screen.press("\rvl3Jvl1mvl2q")
    screen.wait(r"▌ .*逄景禾")
    tagged = [[item["label"] for item in notice["annotations"]] for notice in sampled.export()]
    assert tagged[:4] == [["DATE"], ["REQUIREMENT"], ["OFFICIAL"], []]
    screen.press("\rq\rq\rq")
    screen.wait(r"▌ .*逄景禾")
    screen.press("q")
    screen.wait_for_end()


def test_down_never_sticks_where_a_row_begins_with_a_reading(workplace):
    workplace.run("import", SAMPLES / "02-air-quality-campaign.txt")
    screen = workplace.open(120, 40, "review", "--notice", "02-air-quality-campaign")
    screen.wait(r"raw \d")
    screen.press("tab", "g")
    at = -1
    for _ in range(25):
        screen.press("j")
        # On a busy machine the app may not have begun yet.
        now = int(screen.wait(rf"raw (?!{at:,} )([\d,]+) of")[1].replace(",", ""))
        assert now > at
        at = now


def test_any_size_at_any_moment(sampled):
    screen = sampled.open(120, 40)
    screen.wait("1/12")
    for columns, rows in ((20, 5), (80, 24), (200, 60), (20, 5), (120, 40)):
        screen.resize(columns, rows)
    screen.press("enter")
    screen.wait(r"normalized \d")
    screen.resize(20, 5)
    screen.wait("needs 40x12")
    screen.resize(80, 24)
    screen.wait(r"normalized \d")
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.resize(120, 40)
    screen.wait("1 yours")
    screen.wait("saved ✓")


def test_a_full_disk_is_told_and_nothing_saved_is_lost(workplace, tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount], capture_output=True)
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.decode().strip()}")
    try:
        workplace.env["ZHUPI_DB"] = str(mount / "zhupi.db")
        workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
        screen = workplace.open(120, 40, "review", "--notice", "01-river-chief-meeting")
        screen.wait("saved ✓")
        screen.press("v", "l", "2")
        screen.wait("1 yours")
        filler = mount / "filler"
        with filler.open("wb", buffering=0) as out, pytest.raises(OSError, match="No space"):
            while True:
                out.write(b"x" * 4096)
        screen.press("esc", "}", "v", "l", "2")
        for _ in range(30):
            # The log has room for some pages before the disk is really full.
            if "not saved" in screen.text:
                break
            screen.press("esc", "l", "l", "v", "l", "2")
        screen.wait("not saved: .*no room on disk")
        shown = int(screen.wait(r"(\d+) yours")[1])
        screen.press("g")
        filler.unlink()
        screen.press("esc", "G", "v", "1")
        screen.wait("saved ✓")
        screen.wait(f"{shown + 1} yours")
        screen.kill()
        assert len(workplace.export()[0]["annotations"]) == shown + 1
    finally:
        subprocess.run(["umount", "-l", mount], check=True)
