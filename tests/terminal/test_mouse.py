"""A whole notice reviewed with the mouse alone, in a real terminal: what is sent are bytes of the mouse, and no key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from workplace import Workplace

pytestmark = pytest.mark.terminal

TEXT = "青笠縣要求部署工作\n2023年3月9日,鄢啟瀾調研尾礦庫{}。各鎮要在4月底前完成排查。儲亦農參加會議。\n"


class Mouse:
    """A hand on the mouse in front of a terminal."""

    def __init__(self, workplace: Workplace, size: tuple[int, int]) -> None:
        self.rows = size[1]
        self.screen = workplace.open(*size, "review")
        self.wait = self.screen.wait

    def footer(self, word: str, told: str) -> None:
        """Click on what a key of the footer does, and wait for what is said of it."""
        self.screen.click(self.screen.find(word, first_row=self.rows - 1))
        self.wait(told)

    def normalized(self, text: str, at: int = 0) -> tuple[int, int]:
        """The cell of a text in the normalized pane, or of the character ``at`` in it; all of them are wide."""
        left, top = self.screen.find("normalized ")
        x, y = next(place for place in self._places(text) if place[0] >= left and place[1] > top)
        return x + 2 * at, y

    def row(self, text: str) -> tuple[int, int]:
        """The cell of a text in the list of annotations."""
        return list(self._places(text))[-1]

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """The first cell of a text on each row that has it."""
        y = 0
        while y < self.rows:
            try:
                place = self.screen.find(text, first_row=y)
            except AssertionError:
                return
            yield place
            y = place[1] + 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_a_notice_reviewed_with_the_mouse_alone(workplace, size):
    for name in "ab":
        (workplace.folder / f"{name}.txt").write_text(TEXT.format(name), encoding="utf-8")
    workplace.run("import", workplace.folder / "a.txt", workplace.folder / "b.txt")
    workplace.run("suggest")
    mouse = Mouse(workplace, size)
    mouse.wait("1/2")

    # The row with the cursor.
    mouse.screen.click(mouse.screen.find("青笠县"))
    mouse.wait("3 to accept")

    mouse.footer("accept", "accepted: DATE “2023年3月9日”")
    mouse.footer("reject", "rejected: REQUIREMENT")
    mouse.footer("undo", "undone: reject REQUIREMENT")
    mouse.footer("accept", "accepted: REQUIREMENT")

    # A word, tagged, and its end dragged: one step of undo each.
    mouse.screen.click(mouse.normalized("鄢启澜"), 2)
    mouse.wait("word selected")
    mouse.footer("official", "tagged: OFFICIAL “鄢启澜”")
    mouse.screen.mouse_drag(mouse.normalized("鄢启澜", 2), mouse.normalized("鄢启澜", 4))
    mouse.wait("new ends: OFFICIAL “鄢启澜调研”")
    mouse.footer("undo", "undone: change OFFICIAL")
    mouse.screen.mouse_drag(mouse.normalized("鄢启澜"), mouse.normalized("鄢启澜", 1))
    mouse.wait("new ends: OFFICIAL “启澜”")
    mouse.footer("undo", "undone: change OFFICIAL")

    # A sentence; and from its row of the list to a date, whose form is filled in and saved.
    mouse.screen.click(mouse.normalized("储亦农参加"), 3)
    mouse.wait("sentence selected")
    mouse.footer("requirement", "tagged: REQUIREMENT “储亦农参加会议")
    mouse.screen.click(mouse.row("2023年3月9日"))
    mouse.footer("attributes", "publication")
    mouse.screen.click(mouse.screen.find("PM"))
    mouse.wait(r"\[PM\]")
    mouse.screen.click(mouse.screen.find("save ", first_row=1))
    mouse.wait("changed: DATE “2023年3月9日”")

    # On text of no annotation the footer has the rest: on to what is left, and done, which says first what is open.
    mouse.screen.click(mouse.normalized("县要求部署"))
    mouse.footer("next", "▌ D\\?")
    mouse.screen.click(mouse.normalized("县要求部署"))
    mouse.footer("done", "1 undecided.*again marks it done")
    mouse.footer("done", "done: “青笠县")
    mouse.wait("2/2")
    mouse.wait("0 yours · 3 to accept")

    first, second = workplace.export()
    mine = [item for item in first["annotations"] if item["annotator"] is not None]
    assert [(item["label"], item["normalized_text"], item["status"]) for item in mine] == [
        ("DATE", "2023年3月9日", "accepted"),
        ("OFFICIAL", "鄢启澜", "manual"),
        ("REQUIREMENT", "各镇要在4月底前完成排查", "accepted"),
        ("REQUIREMENT", "储亦农参加会议", "manual"),
    ]
    assert mine[0]["attributes"]["part"] == "PM"
    assert [review["status"] for review in first["reviews"]] == ["done"]
    assert second["reviews"] == []
