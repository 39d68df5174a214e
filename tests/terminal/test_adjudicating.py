"""The adjudicate screen on a real terminal: how it begins and ends, hostile text and names, no colour."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from adjudicating import finish
from workplace import SAMPLES, ZHUPI

from annotations.labels import default_labels
from annotations.origins import tagged
from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.open import open_database
from store.read.notices import load_notice

pytestmark = pytest.mark.terminal

HOSTILE, WIDE = "[/b][@click=app.quit]x", "王" * 30


def layers(workplace, *names):
    """Each of these people tags stretches of the first notice, all of other lengths, and finishes it."""
    with open_database(workplace.folder / "zhupi.db") as database:
        raw = load_notice(database.connection, 1).notice.raw
        for more, name in enumerate(names):
            for start in range(0, len(raw) - 200, 150):
                values = default_labels()["DATE"].attributes()
                item = tagged(raw, raw_span(start, start + 120 + more), "DATE", values, name)
                add_annotation(database, name, 1, item)
            finish(database, 1, name)


def test_without_a_terminal_one_line_and_exit_2(workplace):
    workplace.run("init")
    for arguments, told in (
        (("adjudicate",), "the app needs a terminal"),
        (("adjudicate", "--dry-run"), "--dry-run and --json go with --auto"),
        (("adjudicate", "--auto", "all", "--theme", "light"), "are for the app"),
    ):
        done = subprocess.run(
            [ZHUPI, *arguments], env={**os.environ, **workplace.env}, stdin=subprocess.DEVNULL, capture_output=True
        )
        assert (done.returncode, done.stdout) == (2, b"")
        assert told in done.stderr.decode()
        assert done.stderr.count(b"\n") == 1


def test_where_nothing_is_ready_a_line_says_so(workplace):
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    screen = workplace.open(80, 24, "adjudicate")
    screen.wait("no notice is ready: two people mark one done before it is adjudicated")
    screen.wait_for_end()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_a_hostile_notice_and_hostile_names_reach_the_terminal_as_stand_ins_only(workplace, size):
    workplace.run("import", SAMPLES / "08-hostile-control-characters.txt")
    notice = workplace.export()[0]
    escapes = set(re.findall(r"\x1b\][^\x07\x1b]*|\x1b\[[0-9;]*[A-Za-z]", notice["raw"])) - {"\x1b[0m"}
    layers(workplace, HOSTILE, WIDE)
    screen = workplace.open(*size, "adjudicate")
    screen.wait("≠ edge")
    screen.press("tab", *("j" * 8), "g", *("n" * 4), "1", "=", "x", "z", "pgdn", "tab", "z", "u", "H", "H")
    screen.wait("saved ✓")
    screen.press("q", "q")
    screen.wait_for_end()
    written = screen.output.decode("utf-8")
    assert "[/b]" in written
    assert "王王" in written
    assert [each for each in escapes if each in written] == []
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff]", written)
    assert workplace.export()[0]["raw"] == notice["raw"]


def test_without_colour_signs_and_weight_tell_what_is_what(workplace):
    workplace.run("import", SAMPLES / "02-air-quality-campaign.txt")
    layers(workplace, "li", "wang")
    workplace.env["NO_COLOR"] = "1"
    screen = workplace.open(120, 40, "adjudicate")
    screen.wait("▌ ≠ edge")
    screen.press("1")
    screen.wait("✓ edge")
    screen.press("q", "q")
    screen.wait_for_end()
    assert not re.search(r"\x1b\[[0-9;]*\b[34]8;[25];", screen.output.decode())
