"""The queue in a real terminal: far more notices than one page of rows, and every key, against the database."""

from __future__ import annotations

import json

import pytest
from foreign import by_another_program

pytestmark = pytest.mark.terminal

COUNT = 700
FEW = 60
SUBJECTS = ("河道清理", "生態環境", "water quality", "联合执法")


@pytest.fixture
def filled(workplace):
    """Sixty notices of four kinds, from January to December, every tenth without a date."""
    lines = []
    for number in range(1, FEW + 1):
        day = f"2021-{1 + number % 12:02}-{1 + number % 28:02}" if number % 10 else ""
        title = f"临江县{SUBJECTS[number % len(SUBJECTS)]}第{number}号"
        raw = f"{title}\n来源:临江县水务局 时间:{day}\n会议要求,各乡镇要完成第{number}项排查,保护生态。\n"
        lines.append(json.dumps({"raw": raw}, ensure_ascii=False))
    (workplace.folder / "few.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    workplace.run("import", workplace.folder / "few.jsonl")
    return workplace


def asked(workplace, sql):
    return by_another_program(workplace.env["ZHUPI_DB"], sql)


def reviews(workplace):
    return asked(workplace, "SELECT notice, status, comment FROM reviews ORDER BY notice")


def assignments(workplace):
    return asked(workplace, "SELECT notice, annotator FROM assignments ORDER BY notice, annotator")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_every_page_of_a_long_queue_is_shown(workplace, size):
    lines = (
        json.dumps({"raw": f"临江县第{number}号通知\n各乡镇要于4月底前完成第{number}项排查。\n"}, ensure_ascii=False)
        for number in range(1, COUNT + 1)
    )
    (workplace.folder / "many.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    workplace.run("import", workplace.folder / "many.jsonl")
    screen = workplace.open(*size)
    screen.wait(r"临江县第1号通知")
    screen.press("G")
    screen.wait(rf"临江县第{COUNT}号通知")
    screen.wait(rf"{COUNT}/{COUNT}")
    screen.press("g", "pgdn", "pgdn", "j", "k", "enter")
    screen.wait(r"normalized \d")
    number = int(screen.wait(r"(\d+)/700")[1])
    assert f"临江县第{number}号通知" in screen.rows[0]
    screen.press("J", "q")
    screen.wait(rf"▌ .*临江县第{number + 1}号通知")
    screen.press("q")
    screen.wait_for_end()


def test_motion_reaches_every_row(filled):
    screen = filled.open(80, 24)
    screen.wait(r"▌ .*第1号")
    for key, number in [("j", 2), ("down", 3), ("k", 2), ("up", 1), ("end", FEW), ("home", 1), ("G", FEW), ("g", 1)]:
        screen.press(key)
        screen.wait(rf"▌ .*第{number}号")
        screen.wait(rf" {number}/{FEW} ")
    screen.press("pgdn")
    below = int(screen.wait(r"▌ .*第(\d+)号")[1])
    assert below > 10
    screen.press("pgup")
    screen.wait(r"▌ .*第1号")


def test_search_in_either_script_then_open_and_come_back(filled):
    screen = filled.open(80, 24)
    screen.wait(r"▌ .*第1号")
    screen.press("/", "生", "态", "环", "境", "enter")
    screen.wait(r"▌ .*第1号")
    screen.wait(r"15 found")
    screen.press("j", "enter")
    screen.wait(r"normalized \d")
    screen.press("q")
    screen.wait(r"▌ .*第5号")
    screen.wait(r"/ 生态环境")
    screen.press("esc")
    screen.wait(rf"▌ .*第5号[^▌]* 5/{FEW} ")
    assert "found" not in screen.text
    screen.press("/", "q", "esc")
    screen.wait(r"/ search")
    screen.wait(r"▌ .*第5号")


def test_a_burst_of_keys_arrives_in_order(filled):
    screen = filled.open(120, 40)
    screen.wait(r"▌ .*第1号")
    screen.child.send("/河道\rj  F看不清\r")
    screen.wait(r"flagged: 2 notices")
    assert reviews(filled) == [(8, "flagged", "看不清"), (12, "flagged", "看不清")]


def test_what_is_typed_ahead_reaches_the_panels(filled):
    screen = filled.open(120, 40)
    screen.wait(r"▌ .*第1号")
    screen.child.send("jAwang\r\rfhhh\r")
    screen.wait(r"held wang")
    screen.wait(r"1 found")
    assert assignments(filled) == [(2, "wang")]
    screen.press("esc")
    screen.child.send("fd2021-03\t2021-03\r")
    screen.wait(r"2021-03-01…2021-03-31")


def test_hits_come_while_a_search_is_typed(filled):
    screen = filled.open(80, 24)
    screen.wait(r"▌ .*第1号")
    screen.child.send("/执法")
    screen.wait(r"15 found")
    screen.wait(r"▌ .*联合执法第3号")
    screen.press("down", "enter", "enter")
    screen.wait(r"normalized \d")
    assert "第7号" in screen.rows[0]


def test_no_title_writes_to_the_terminal(workplace):
    hostile = "会议\x1b]0;owned\x07\x1b[2J[@click=app.quit]x[/]\u202e通知"
    raw = f"{hostile}\n会议要求,要完成排查。{hostile}\n"
    (workplace.folder / "hostile.jsonl").write_text(json.dumps({"raw": raw, "title": hostile}) + "\n")
    workplace.run("import", workplace.folder / "hostile.jsonl")
    screen = workplace.open(120, 40)
    screen.wait(r"▌ .*会议")
    screen.press("/", *"通知", "enter", "A", *"wang", "enter", "enter", "F", "enter", "u")
    screen.wait(r"undone")
    assert b"owned\x07" not in screen.output
    assert "\u202e".encode() not in screen.output
    assert "owned" in screen.text


def test_the_filter_panel_turns_and_types(filled):
    screen = filled.open(120, 40)
    screen.wait(r"▌ .*第1号")
    screen.press("F", "enter")
    screen.wait(r"flagged: 1 notice")
    screen.press("f", "s", "s", "s")
    screen.wait(r"1 found")
    screen.press("enter")
    screen.wait(r"status flagged")
    assert screen.text.count("临江县水务局") == 1
    screen.press("esc", "f", "d", *"2021-13", "enter")
    screen.wait(r"2021-13: there is no such day")
    screen.child.send("\x7f\x7f")
    screen.press("0", "3", "tab", *"2021-04", "enter")
    screen.wait(r"2021-03-01…2021-04-30")
    screen.wait(r"\b9 found")
    screen.press("f", "c", "enter")
    screen.wait(rf" [\d·]+/{FEW} ")
    screen.press("S", "n")
    screen.wait(r"newest ▾")
    screen.wait(r"▌ .*2021-12")
    screen.press("S", "i")
    screen.wait(r"▌ .*第1号")


def test_select_flag_assign_undo_and_redo(filled):
    screen = filled.open(80, 24)
    screen.wait(r"▌ .*第1号")
    screen.press(" ", " ")
    screen.wait(r"2 selected")
    screen.press("F", "tab", *"not ours", "enter")
    screen.wait(r"skipped: 2 notices")
    screen.wait(r"saved ✓")
    assert reviews(filled) == [(1, "skipped", "not ours"), (2, "skipped", "not ours")]
    screen.press("g", " ", " ", " ", "A", *"wang", "enter")
    screen.wait(r"nobody here is called “wang”: enter again adds them as a reviewer")
    screen.press("enter")
    screen.wait(r"assigned to wang: 3 notices")
    screen.wait(r"● wang")
    assert assignments(filled) == [(1, "wang"), (2, "wang"), (3, "wang")]
    screen.press("u")
    screen.wait(r"undone: assign to wang, 3 notices")
    assert assignments(filled) == []
    screen.press("ctrl+r")
    screen.wait(r"redone: assign to wang, 3 notices")
    screen.press("n")
    screen.wait(r"normalized \d")
    assert "第4号" in screen.rows[0]
    screen.press("q", "u", "u")
    screen.wait(r"undone: review skipped, 2 notices")
    assert (reviews(filled), assignments(filled)) == ([], [])
    screen.press("u")
    screen.wait(r"nothing to undo")
    assert len(filled.export()) == FEW


def test_the_text_under_the_cursor_follows_when_it_rests(filled):
    screen = filled.open(120, 40)
    screen.wait(r"完成第1项排查")
    screen.press("j", "j")
    screen.wait(r"完成第3项排查")
    screen.press("?")
    screen.wait(r"next free notice")
    screen.press("esc", "q")
    screen.wait_for_end()


def test_every_size_runs_and_tells_that_all_is_saved(filled):
    screen = filled.open(120, 40)
    screen.wait(r"▌ .*第1号")
    for size in ((80, 24), (40, 12), (20, 5), (120, 40)):
        screen.resize(*size)
        screen.wait(r"saved ✓")
        screen.wait(r"▌  ?.*临江县")
    screen.press("f")
    screen.resize(40, 12)
    screen.press("s", "enter")
    screen.resize(80, 24)
    screen.wait(r"open +60 found")


def test_an_empty_queue_says_what_to_do(workplace):
    workplace.run("init")
    screen = workplace.open(40, 12)
    screen.wait(r"No notices yet")
    screen.wait(r"zhupi import PATH")
    screen.press("j", "/", "f", "n", "enter", "q")
    screen.wait_for_end()
