"""Two sessions on one database in real terminals: what one does the other shows, merges, or asks about."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager

import pytest
from tracing import untraceable
from waiting import until
from workplace import SAMPLES

pytestmark = pytest.mark.terminal

SAMPLE = "02-air-quality-campaign"
BOTH = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])


@pytest.fixture
def place(sampled):
    return sampled


def opened(place, size, *arguments):
    screen = place.open(*size, *(arguments or ("review", "--notice", SAMPLE)))
    screen.wait("saved ✓")
    return screen


def seen(screen, pattern, patience=10.0):
    """Wait for what another session did: nothing is pressed here."""
    return screen.wait(pattern, patience)


@BOTH
def test_two_sessions_of_one_layer_merge(place, size):
    one, other = opened(place, size), opened(place, (120, 40))
    one.press("v", "l", "1")
    one.wait("1 yours")
    seen(other, "1 yours")
    seen(other, "changed in another session of yours")
    # Both at once, on different spans.
    one.press("l", "l", "l", "v", "l")
    other.press("G", "h", "h", "v", "l")
    one.child.send("2")
    other.child.send("3")
    for screen in (one, other):
        seen(screen, "3 yours")
        screen.wait("saved ✓")
    # Undo walks the steps of the person, whichever session they were made in.
    one.press("u")
    for screen in (one, other):
        seen(screen, "2 yours")
    assert len(items(place)) == 2
    place.run("check")


def items(place):
    return next(row for row in place.export() if row["doc"] == SAMPLE)["annotations"]


@BOTH
@pytest.mark.parametrize("kept", ["saved", "yours"])
def test_two_states_of_one_annotation_are_shown_side_by_side(place, size, kept):
    one, other = opened(place, size), opened(place, (120, 40))
    one.press("v", "l", "1")
    seen(other, "1 yours")
    one.press("e", "tab", "tab", "tab", "tab", "tab", "tab")
    one.press(*"mine")
    # Meanwhile the same annotation changes elsewhere.
    other.press("n", "U")
    other.wait("saved ✓")
    until(lambda: items(place)[0]["unsure"], "the other session did not save")
    one.press("enter")
    one.wait("Changed in two places")
    assert "saved" in one.text
    assert "yours" in one.text
    assert one.wait(r"unsure\s+yes\s+no")
    assert one.wait(r"comment\s+—\s+mine")
    one.press("enter") if kept == "saved" else one.press("tab", "enter")
    one.wait("saved ✓")
    until(lambda: items(place)[0]["comment"] == (None if kept == "saved" else "mine"), "the choice was not stored")
    assert items(place)[0]["unsure"] is (kept == "saved")
    place.run("check")


def test_what_the_other_session_deleted_is_asked_about_too(place):
    one, other = opened(place, (120, 40)), opened(place, (120, 40))
    one.press("v", "l", "1")
    seen(other, "1 yours")
    one.press("c", *"late")
    other.press("n", "x")
    seen(other, "0 yours")
    one.press("enter")
    one.wait("Changed in two places")
    one.wait("deleted in another session")
    one.press("2", "enter")
    one.wait("1 yours")
    seen(other, "1 yours")
    assert [item["comment"] for item in items(place)] == ["late"]


def test_the_kind_of_a_region_changes_in_the_other_session_too(place):
    one, other = opened(place, (120, 40)), opened(place, (120, 40))
    before = other.wait(r"normalized \d[\d,]* of ([\d,]+)")[1]
    one.press("G", "B")
    one.wait("boilerplate")
    one.press("4")
    one.wait("body is boilerplate now")
    seen(other, "changed the kind of a region")
    assert other.wait(r"normalized \d[\d,]* of ([\d,]+)")[1] != before


def setting(screen, *keys):
    """Open the form of the fields, type into it, and save."""
    screen.press("T")
    screen.wait("This notice, for everybody")
    screen.press(*keys, "enter")


@BOTH
def test_title_and_date_change_in_the_other_session_and_in_the_queue_too(place, size):
    one, other, queue = opened(place, size), opened(place, (120, 40)), opened(place, size, "review")
    setting(one, "全县治水大会", "tab", "tab", "2021-05-06")
    one.wait("title, date set by you")
    seen(other, "2021-05-06  全县治水大会")
    seen(queue, "2021-05-06  全县治水大会")
    row = next(row for row in place.export() if row["doc"] == SAMPLE)
    assert (row["title"], row["published"]) == ("全县治水大会", "2021-05-06")
    assert [row["fields_by"][field] is not None for field in ("title", "source", "published")] == [True, False, True]
    other.press("u")
    other.wait("undone: title, date of “")
    before = next(row for row in place.imported if row["doc"] == SAMPLE)
    title, date = before["title"][:8], before["published"]
    seen(one, "changed the title, date")
    seen(one, f" {title[:4]}.*saved ✓")
    seen(queue, f"{date}  {title}")
    place.run("check")


@BOTH
def test_two_titles_of_one_notice_stand_side_by_side(place, size):
    one, other = opened(place, size), opened(place, (120, 40))
    one.press("T")
    one.wait("This notice, for everybody")
    setting(other, "乙的标题")
    other.wait("title set by you")
    one.press("甲的标题", "enter")
    seen(one, "you set “乙的标题” elsewhere; enter keeps this")
    one.press("enter")
    one.wait("title set by you")
    seen(other, "甲的标题")
    place.run("check")


def test_the_queue_follows(place):
    queue, notice = opened(place, (120, 40), "review"), opened(place, (120, 40))
    seen(queue, "● you")
    notice.press("v", "l", "1")
    seen(queue, r"R1\b")
    notice.press("m")
    seen(queue, "✓ done")
    seen(queue, "● you")
    notice.press("q")
    # Back in the queue they are at no notice.
    until(lambda: (queue.read(0.1), "● you" not in queue.text)[1], "whoever has left a notice is still there")
    notice.press("enter")
    seen(queue, "● you")
    notice.press("q", "q")
    notice.wait_for_end()
    # Nothing is left of whoever has gone.
    until(lambda: (queue.read(0.1), "● you" not in queue.text)[1], "whoever has left is still there")


def test_nothing_is_written_to_a_terminal_where_nothing_happens(place):
    screen = opened(place, (120, 40), "review")
    screen.until_quiet()
    before = len(screen.output)
    # Longer than the watcher takes for several looks.
    assert not screen.read(3.0)
    assert len(screen.output) == before


def test_next_free_goes_on_and_leaves_what_another_session_has(place):
    screen = opened(place, (120, 40), "review")
    screen.press("n")
    screen.wait(r"○ 1/12")
    screen.press("q", "n")
    screen.wait(r"○ 2/12")
    screen.press("m")
    screen.wait(r"○ 3/12")


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL], ids=["hang-up", "term", "kill -9"])
def test_what_is_being_typed_is_there_again(place, end):
    screen = opened(place, (80, 24))
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.press("c", *"half a sentence")
    drafts = list(place.folder.rglob("*.drafts.json"))
    if end == signal.SIGKILL:
        until(lambda: list(place.folder.rglob("*.drafts.json")), "the draft is not on disk")
    os.kill(screen.child.pid, end)
    screen.wait_for_end()
    drafts = list(place.folder.rglob("*.drafts.json"))
    assert [each.stat().st_mode & 0o777 for each in drafts] == [0o600]
    again = opened(place, (80, 24))
    again.wait("what you were typing is kept: c goes on with it")
    again.press("n", "c")
    again.wait("half a sentence")
    again.wait("what you were typing is back")
    again.press(*" more", "enter")
    again.wait("commented")
    again.wait("saved ✓")
    assert [item["comment"] for item in items(place)] == ["half a sentence more"]
    assert not list(place.folder.rglob("*.drafts.json"))


def test_a_form_that_was_left_keeps_no_draft(place):
    screen = opened(place, (80, 24))
    screen.press("c", *"nothing", "esc", "q", "q")
    screen.wait_for_end()
    assert not list(place.folder.rglob("*.drafts.json"))


@BOTH
def test_a_full_disk_is_told_and_saving_goes_on_when_there_is_room(place, tmp_path, size):
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("needs leave to mount a small disk")
    try:
        place.env["ZHUPI_DB"] = str(disk / "small.db")
        place.run("import", SAMPLES / f"{SAMPLE}.txt")
        screen = opened(place, size)
        screen.press("v", "l", "1")
        screen.wait("1 yours")
        screen.wait("saved ✓")
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as out:
            fill(out)
        screen.press("l", "l", "v", "l", "2")
        screen.wait("not saved: no room on disk")
        # What is not saved is not shown, and what was shown is.
        screen.wait("1 yours")
        # It goes on reading.
        screen.press("G", "g", "j")
        screen.press("?")
        screen.wait("by character and row|Move")
        screen.press("esc")
        assert len(items(place)) == 1
        filler.unlink()
        screen.press("g", "w", "v", "l", "3")
        screen.wait("2 yours")
        screen.wait("saved ✓")
        screen.press("q", "q")
        screen.wait_for_end()
        assert len(items(place)) == 2
        place.run("check", status=1)  # for the little room on this disk, and nothing else
    finally:
        for opened_screen in place.screens:
            opened_screen.close()
        subprocess.run(["umount", "-l", disk], check=False)


@contextmanager
def failing(screen, calls, log):
    """Let the disk of a running app fail: whatever of ``calls`` it does comes back with an I/O error."""
    if untraceable():
        pytest.skip(untraceable())
    command = ["strace", "-f", "-p", str(screen.child.pid), "-o", log]
    fault = subprocess.Popen(
        [*command, "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO"], stderr=subprocess.PIPE
    )
    assert b"attached" in fault.stderr.readline()
    try:
        yield
    finally:
        fault.send_signal(signal.SIGINT)
        fault.communicate(timeout=10)


@BOTH
@pytest.mark.parametrize(
    ("calls", "message"),
    [
        ("fsync,fdatasync", "not saved: the disk failed"),
        ("pwrite64", "not saved: the disk failed"),
        # What SQLite says of it depends on what it reads first.
        ("pwrite64,pread64,fsync,fdatasync,ftruncate", "not saved: the (disk failed|database is damaged or its disk)"),
    ],
    ids=["sync", "write", "all"],
)
def test_a_disk_that_fails_is_told_and_costs_nothing_that_was_saved(place, tmp_path, size, calls, message):
    screen = opened(place, size)
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    with failing(screen, calls, tmp_path / "strace.log"):
        screen.press("l", "l", "v", "l", "2")
        screen.wait(message)
        # What is not saved is not shown, what was shown is, and which notice it is stays in sight.
        screen.wait("1 yours")
        assert "青笠" in screen.rows[0]
        screen.press("G", "g", "j", "u")
        screen.wait(message)
        screen.wait("1 yours")
    assert "INJECTED" in (tmp_path / "strace.log").read_text()
    assert len(items(place)) == 1
    screen.press("g", "w", "v", "l", "3")
    screen.wait("2 yours")
    screen.wait("saved ✓")
    screen.press("q", "q")
    screen.wait_for_end()
    assert [item["label"] for item in items(place)] == ["REQUIREMENT", "DATE"]
    place.run("check")


def fill(out):
    """Write until there is no more room."""
    for size in (65536, 4096, 512, 1):
        try:
            while True:
                out.write(b"\0" * size)
        except OSError:
            continue


@BOTH
def test_a_session_shows_at_once_what_an_admin_makes_of_the_labels(place, size):
    screen = opened(place, size)
    screen.press("v", "l", "3")
    screen.wait("1 yours")
    place.run("labels", "--rename", "DATE=DAY")
    seen(screen, "an admin has changed the labels")
    screen.press("esc", "v")
    screen.wait(r"3 day")
    screen.press("esc", "G", "v", "h", "d")
    screen.wait("2 yours")
    screen.wait("saved ✓")
    assert {item["label"] for item in items(place)} == {"DAY"}
    place.run("check")
