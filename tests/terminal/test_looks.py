"""Every theme on every kind of terminal: what is written to it, and that the notice can be read and left."""

from __future__ import annotations

import re
import unicodedata

import pyte.screens
import pytest
from making import RAW

pytestmark = pytest.mark.terminal

GROUNDS = {"dark": "1c1c1c", "light": "ffffff", "high-contrast": "000000", "terminal": "default"}
TRUECOLOUR = re.compile(rb"\x1b\[[0-9;]*[34]8;2;")
OF_256 = re.compile(rb"\x1b\[[0-9;]*[34]8;5;\d")
OF_16 = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])[;m]")
MOUSE = re.compile(rb"\x1b\[\?(?:1000|1002|1003|1006|1015|1016)h")


@pytest.fixture
def filled(workplace):
    (workplace.folder / "page.txt").write_text(RAW, encoding="utf-8")
    workplace.run("import", workplace.folder / "page.txt")
    return workplace


def notice_on(filled, *arguments, **env):
    """The app with the notice open."""
    filled.env.update(env)
    screen = filled.open(100, 24, *arguments)
    screen.wait(r"临江县")
    screen.press("enter")
    screen.wait(r"normalized \d")
    return screen


def leave(screen):
    screen.press("q", "q")
    screen.wait_for_end()


def ground(screen):
    """The background of the text panes."""
    return screen.pyte.buffer[15][60].bg


@pytest.mark.parametrize("theme", GROUNDS)
def test_each_theme_is_drawn_in_256_colours_or_in_those_of_the_terminal(filled, theme):
    screen = notice_on(filled, "--theme", theme, COLORTERM="truecolor")
    assert ground(screen) == GROUNDS[theme]
    assert not TRUECOLOUR.search(screen.output)
    assert bool(OF_256.search(screen.output)) == (theme != "terminal")
    leave(screen)


@pytest.mark.parametrize("theme", GROUNDS)
def test_without_colour_none_is_sent_not_even_a_grey(filled, theme):
    screen = notice_on(filled, "--theme", theme, NO_COLOR="1")
    screen.press("v", "l")
    for wrong in (TRUECOLOUR, OF_256, OF_16):
        assert not wrong.search(screen.output)
    assert any(cell.reverse for row in screen.pyte.buffer.values() for cell in row.values())
    leave(screen)


@pytest.mark.parametrize("term", ["linux", "xterm", "vt100"])
@pytest.mark.parametrize("theme", ["dark", "light", "terminal"])
def test_sixteen_colours_stay_sixteen(filled, term, theme):
    screen = notice_on(filled, "--theme", theme, TERM=term)
    assert OF_16.search(screen.output)
    assert not TRUECOLOUR.search(screen.output)
    assert not OF_256.search(screen.output)
    leave(screen)


def test_a_dumb_terminal_gets_no_looks(filled):
    screen = notice_on(filled, TERM="dumb")
    for wrong in (TRUECOLOUR, OF_256, OF_16):
        assert not wrong.search(screen.output)
    leave(screen)


@pytest.mark.parametrize(("arguments", "listens"), [((), True), (("--no-mouse",), False)])
def test_the_mouse_is_left_alone_when_asked(filled, arguments, listens):
    screen = notice_on(filled, *arguments)
    assert bool(MOUSE.search(screen.output)) == listens
    leave(screen)


def test_the_place_in_the_queue_and_in_the_notice_is_found_again(filled):
    for number in (2, 3, 4):
        (filled.folder / f"{number}.txt").write_text(RAW.replace("临江县", f"第{number}县"), encoding="utf-8")
        filled.run("import", filled.folder / f"{number}.txt")
    screen = filled.open(100, 24)
    screen.wait(r"▌ .*临江县")
    screen.press("j", "j", "enter")
    screen.wait(r"normalized \d")
    screen.press("l", "l", "l", "l")
    place = screen.wait(r"normalized (\d+) of")[1]
    assert int(place) > 1
    leave(screen)
    screen = filled.open(100, 24)
    screen.wait(r"▌ .*第3县")
    screen.press("enter")
    screen.wait(rf"normalized {place} of")
    leave(screen)


def test_a_terminal_that_draws_ambiguous_characters_wide(filled, monkeypatch):
    narrow = pyte.screens.wcwidth
    monkeypatch.setattr(
        pyte.screens,
        "wcwidth",
        lambda c: 2 if unicodedata.east_asian_width(c) == "A" and narrow(c) == 1 else narrow(c),
    )
    raw = "关于“清四乱”的通知①\n" + "各村要落实“河长制”——温度≥20℃，第Ⅲ类水体○○村×3处……" * 8 + "\n"
    (filled.folder / "wide.txt").write_text(raw, encoding="utf-8")
    filled.run("import", filled.folder / "wide.txt")
    config = filled.folder / "config.toml"
    config.write_text('ambiguous_width = "wide"\n', encoding="utf-8")
    filled.env["ZHUPI_CONFIG"] = str(config)
    screen = filled.open(100, 24)
    screen.wait(r"清四乱")
    screen.press("j", "enter")
    screen.wait(r"raw = normalized \d")
    screen.press("z")
    screen.wait(r" normalized \d")
    # The line between the panes stands straight, and every row of the text is whole.
    columns = [[x for x in range(100) if screen.pyte.buffer[y][x].data == "|"] for y in range(2, 10)]
    assert columns == [columns[0]] * 8
    assert len(columns[0]) == 1
    left = "".join(
        "".join(screen.pyte.buffer[y][x].data for x in range(3, columns[0][0])).strip() for y in range(2, 18)
    )
    assert raw.replace("\n", "")[:150] in left
    leave(screen)
