"""Plain `zhupi` where there is no database yet: it offers the demo and an import, and quitting makes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.terminal


def begun(workplace):
    screen = workplace.open(80, 24)
    screen.wait("There is no database yet")
    screen.wait("q  quit")
    screen.until_quiet()
    return screen


def status(screen):
    screen.wait_for_end()
    return screen.child.exitstatus


def test_what_is_imported_first_is_in_the_queue(workplace):
    (workplace.folder / "a page.txt").write_text("临江县通知\n各乡镇要排查。\n", encoding="utf-8")
    screen = begun(workplace)
    screen.press("i")
    screen.wait("tab completes")
    screen.press("a", "tab")
    screen.wait("'a page.txt'")
    screen.press("enter")
    screen.wait("1 added")
    screen.press("enter")
    screen.wait("临江县通知")
    screen.press("q")
    assert status(screen) == 0
    assert [notice["doc"] for notice in workplace.export()] == ["a page"]


def test_the_demo_opens_and_quitting_makes_no_database(workplace):
    screen = begun(workplace)
    screen.press("x", "q")
    assert status(screen) == 2
    assert "no such database" in screen.text
    assert not Path(workplace.env["ZHUPI_DB"]).exists()
    screen = begun(workplace)
    screen.press("d")
    screen.wait("done 0 of")
    screen.press("q")
    assert status(screen) == 0
