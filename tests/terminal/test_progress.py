"""The progress screen in a real terminal: what it shows there, that it follows others, and no byte of hostile text."""

from __future__ import annotations

import re

import pytest
from making import RAW, annotation_of, notice_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.open import open_database
from store.write.notices import add_notice

pytestmark = pytest.mark.terminal

HOSTILE = "会议\x1b]0;owned\x07\x1b[2J[@click=app.quit]x[/]\u202e通知"


def test_what_is_stuck_opens_and_nothing_hostile_is_written(workplace):
    workplace.run("init")
    with open_database(workplace.folder / "zhupi.db") as database:
        with database.write() as connection:
            number = add_notice(connection, "importer", replace(notice_of(RAW, HOSTILE), title=HOSTILE))
        add_annotation(database, "[/b]li", number, annotation_of(RAW, 20, 22, annotator="[/b]li"))
        set_review(database, "[/b]li", number, Review("[/b]li", "flagged", HOSTILE, now()))
        screen = workplace.open(120, 40)
        screen.wait(r"▌ .*会议")
        screen.press("P")
        screen.wait(r"\[1 people\]")
        screen.wait(r"\[/b\]li +0 ")
        screen.press("5")
        screen.wait(r"▌ 会议.*owned.* flag +\[/b\]li")
        # Somebody else flags it, too.
        set_review(database, "wang", number, Review("wang", "flagged", None, now()))
        screen.wait(r"2 flags")
    screen.press("enter")
    screen.wait(r"raw .* normalized")
    screen.press("q")
    screen.wait(r"\[5 stuck 2\]")
    screen.press("q")
    screen.wait(r"enter open")
    screen.press("q")
    screen.wait_for_end()
    assert not re.search("\x1b\\]0|\x1b\\[2Jx|[\u202e]|owned\x07", screen.output.decode())
    assert "Traceback" not in screen.output.decode()
