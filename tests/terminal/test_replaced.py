"""A database that is moved, deleted or restored while somebody has the app open, as in a tmux left over night."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from workplace import SAMPLES

pytestmark = pytest.mark.terminal


def at_work(workplace):
    """The app on a notice with one annotation that is saved."""
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(120, 40, "review", "--notice", "01-river-chief-meeting")
    screen.wait("saved ✓")
    screen.press("v", "l", "1")
    screen.wait("1 yours")
    screen.wait("saved ✓")
    return screen


def restored(workplace, path):
    workplace.run("restore", "--anyway", workplace.folder / "kept.db")


def moved(workplace, path):
    path.rename(path.with_name("moved.db"))


def copied_over(workplace, path):
    shutil.copy(workplace.folder / "kept.db", path.with_name("new.db"))
    path.with_name("new.db").replace(path)


@pytest.mark.parametrize("change", [restored, moved, copied_over])
def test_what_cannot_be_saved_stays_on_the_screen_and_goes_to_a_file(workplace, change):
    screen = at_work(workplace)
    path = Path(workplace.env["ZHUPI_DB"])
    workplace.run("backup", workplace.folder / "kept.db")
    change(workplace, path)
    screen.press("esc", "G", "v", "h", "3")
    screen.wait("Nothing is saved any more")
    for _ in range(120):
        screen.child.send("\x7f")
    screen.until_quiet()
    screen.press(*str(workplace.folder / "mine.jsonl"), "enter")
    screen.wait("written")
    screen.wait("not saved: the database was")
    assert sum(row[:5] in ("  R  ", "▌ D  ") for row in screen.rows[-14:]) == 2
    screen.press("ctrl+q", "ctrl+q")
    screen.wait_for_end()
    kept = json.loads((workplace.folder / "mine.jsonl").read_text(encoding="utf-8"))
    assert len(kept["annotations"]) == 2
    assert path.exists() == (change is not moved)
    if change is moved:
        path.with_name("moved.db").rename(path)
    workplace.run("check")
    workplace.run("verify", workplace.folder / "mine.jsonl")
