"""The queue in a real terminal: far more notices than one page of rows."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.terminal, pytest.mark.xdist_group("terminal")]

COUNT = 700


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
