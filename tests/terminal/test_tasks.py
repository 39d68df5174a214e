"""What a reviewer does all day, key by key; the table of docs/tasks.md is what is pressed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from desk import SAMPLE, Desk
from workplace import SAMPLES

pytestmark = pytest.mark.terminal

DOCS = Path(__file__).resolve().parents[2] / "docs" / "tasks.md"
WETLAND = "03-wetland-restoration-visit"


class Task(NamedTuple):
    """What is done, the keys, and how many it took before; of typed text each character counts."""

    what: str
    keys: tuple[str, ...]
    before: int

    @property
    def presses(self):
        return sum(1 if key in NAMED or len(key) == 1 else len(key) for key in self.keys)

    @property
    def row(self):
        shown = " ".join(f"`{key}`" if key in NAMED or key.isascii() else key for key in self.keys)
        return f"| {self.what} | {shown} | {self.presses} | {self.before} |"


NAMED = ("enter", "esc", "tab", "down", "alt+<", "alt+>", "ctrl+s")
SENT = {"alt+<": "\x1b<", "alt+>": "\x1b>", "ctrl+s": "\x13"}

FIND = Task("Find a notice by two characters and open it", ("/", "湿地", "enter", "enter"), 5)
OFFICIAL = Task(
    "Tag an official whose name the page breaks with readings", ("/", "枫澜", "enter", "s", "s", "alt+<", "2"), 8
)
HIT = Task("Tag what was searched for, and its next place too", ("/", "储亦农", "enter", "2", ".", "2"), 8)
SAME = Task("Tag a name, and its four other places too", ("/", "储亦农", "enter", "2", "+"), 7)
EDGE = Task("Mend an edge that is one character off", (">",), 1)
EDGES = Task("Mend an edge that is three characters off, and take that back", (">", ">", ">", "u"), 6)
START = Task("Begin a span fourteen characters later, where its second sentence begins", ("v", "V", ")", "enter"), 10)
NEST = Task("Tag a sentence, then the date in it", ("s", "s", "s", "1", "/", "10月25", "enter", "s", "s", "3"), 14)
DEADLINE = Task("Give a requirement another deadline", ("e", "tab", "tab", "tab", "2022-11-30", "enter"), 15)
UNDO = Task("Undo what was done in two notices", ("u", "u"), 2)
ACCEPT = Task("Accept ten suggestions of a notice that was just opened", ("a",) * 10, 11)
FORM = Task("Accept a suggestion in its form, and go to the next", ("e", "ctrl+s"), 3)
REJECT = Task("Reject three wrong dates", ("x", "x", "x"), 4)
ELSEWHERE = Task("Go on to the next notice with suggestions, past one without", ("n", "n"), 3)
FLAG = Task("Flag a notice with a reason and go on", ("f", "正文不全", "enter"), 6)
NOTHING = Task("Say that there is nothing to tag, and go on", ("m",), 1)

TASKS = (
    FIND, OFFICIAL, HIT, SAME, EDGE, EDGES, START, NEST, DEADLINE, UNDO, ACCEPT, FORM, REJECT, ELSEWHERE, FLAG, NOTHING,
)  # fmt: skip


def do(screen, task):
    for key in task.keys:
        if key in NAMED:
            screen.press(SENT.get(key, key))
        else:
            screen.press(*key)


@pytest.fixture(params=[(120, 40), (80, 24)], ids=["120x40", "80x24"])
def size(request):
    return request.param


@pytest.fixture
def desk(sampled, size):
    return Desk(sampled, size)


def test_the_table_is_what_is_pressed_here():
    rows = [line for line in DOCS.read_text(encoding="utf-8").split("\n") if line.startswith("| ")][2:]
    assert rows == [task.row for task in TASKS]


def test_find_and_open(sampled, size):
    screen = sampled.open(*size)
    screen.wait("/12")
    do(screen, FIND)
    screen.wait(r"1 of \d+: 湿地")
    assert "泊云湖湿地" in next(n for n in sampled.export() if n["doc"] == WETLAND)["normalized"]
    screen.wait("逄景禾专员")


def test_official_across_readings(desk):
    desk.press("g", "}")
    do(desk.screen, OFFICIAL)
    desk.wait("saved ✓")
    [item] = desk.annotations()
    assert item["normalized_text"] == "枫澜市生态环境局青笠分局局长储亦农"
    assert item["attributes"]["name"] == "储亦农"


def test_tag_the_hits_of_a_search(desk):
    do(desk.screen, HIT)
    desk.wait("saved ✓")
    assert desk.quotes() == [("OFFICIAL", "储亦农")] * 2


def test_mend_an_edge(desk):
    desk.tag("10月10", "3")
    do(desk.screen, EDGE)
    desk.wait("saved ✓")
    assert desk.quotes() == [("DATE", "10月10日")]
    assert desk.annotations()[0]["attributes"]["iso"] == "2022-10-10"


def test_a_date_in_a_requirement(desk):
    desk.find("逐户登记")
    desk.press("(", "l", "l")
    do(desk.screen, NEST)
    desk.wait("saved ✓")
    labels = {item["label"]: item for item in desk.annotations()}
    assert "10月25日前" in labels["DATE"]["normalized_text"]
    outer = labels["REQUIREMENT"]
    assert outer["start"] <= labels["DATE"]["start"]
    assert labels["DATE"]["end"] <= outer["end"]


def test_another_deadline(desk):
    desk.tag("各镇要在10月25日前完成散煤复烧排查", "1")
    desk.wait("2022-10-25")
    do(desk.screen, DEADLINE)
    desk.wait("changed: REQUIREMENT")
    desk.wait("saved ✓")
    assert desk.annotations()[0]["attributes"]["deadline"] == "2022-11-30"


def test_undo_in_two_notices(desk):
    desk.tag("10月25日", "3")
    desk.press("J")
    desk.wait("逄景禾专员")
    desk.press("esc", "g", "v", "l", "3")
    desk.wait("1 yours")
    desk.wait("saved ✓")
    do(desk.screen, UNDO)
    desk.wait("青笠县部署")
    desk.wait("undone: tag DATE")
    desk.wait("saved ✓")
    assert all(notice["annotations"] == [] for notice in desk.workplace.export())


def test_reject_wrong_dates(workplace, size):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    [notice] = workplace.export()
    for quote in ("9月", "三季度", "七处"):
        at = notice["raw"].rindex(quote) if quote in notice["raw"] else notice["raw"].rindex("七")
        workplace.run("tag", notice["doc"], "DATE", str(at), str(at + 2))
    [line] = workplace.export()
    for item in line["annotations"]:
        item.update(annotator=None, status="suggested", suggested_by="hand 1")
    (workplace.folder / "suggested.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    workplace.env["ZHUPI_DB"] = str(workplace.folder / "suggested.db")
    workplace.run("import", workplace.folder / "suggested.jsonl")
    desk = Desk(workplace, size)
    desk.wait("3 to accept")
    do(desk.screen, REJECT)
    desk.wait("no suggestion is left")
    desk.wait("saved ✓")
    assert sorted(item["status"] for item in desk.annotations()) == ["rejected"] * 3 + ["suggested"] * 3


def test_flag_and_go_on(desk):
    do(desk.screen, FLAG)
    desk.wait("flagged: “青笠县")
    desk.wait("逄景禾专员")
    reviews = {notice["doc"]: notice["reviews"] for notice in desk.workplace.export()}
    assert [(each["status"], each["comment"]) for each in reviews[SAMPLE]] == [("flagged", "正文不全")]


def test_nothing_to_tag(desk):
    do(desk.screen, NOTHING)
    desk.wait("done: “青笠县")
    desk.wait("逄景禾专员")
    reviews = {notice["doc"]: notice["reviews"] for notice in desk.workplace.export()}
    assert [each["status"] for each in reviews[SAMPLE]] == ["done"]


def test_edges_of_a_span(workplace, size):
    first, second = "会议3月9日上午在县里召开。", "各镇要在4月底前完成散煤复烧排查"
    assert len(first) == 14
    desk = Desk(brought(workplace, a=f"县里的消息\n{first}{second}。\n"), size, "a")
    desk.find(first)
    desk.press("v", ")", ")", "1")
    desk.wait("tagged: REQUIREMENT")
    do(desk.screen, START)
    desk.wait("new ends: REQUIREMENT")
    do(desk.screen, EDGES)
    desk.wait("undone: change REQUIREMENT")
    desk.wait("saved ✓")
    assert desk.quotes() == [("REQUIREMENT", second)]


def test_a_name_and_its_other_places(workplace, size):
    said = "会议请储亦农发言。储亦农说,明天开始。会后储亦农去了工地,储亦农很满意,储亦农到会。\n"
    desk = Desk(brought(workplace, a=said), size, "a")
    do(desk.screen, SAME)
    desk.wait("5 yours")
    desk.wait("saved ✓")
    assert desk.quotes() == [("OFFICIAL", "储亦农")] * 5


def test_suggestions_of_two_notices(workplace, size):
    days = "、".join(f"{day}月{day}日" for day in range(1, 13))
    brought(
        workplace, a=f"县里2023年的检查定于{days}进行。\n", b="没有别的事。\n", c="县里2023年的检查定于8月9日进行。\n"
    )
    workplace.run("suggest")
    desk = Desk(workplace, size, "a")
    desk.wait("0 yours")
    do(desk.screen, ACCEPT)
    desk.wait("10 yours")
    do(desk.screen, FORM)
    desk.wait("11 yours")
    desk.wait("accepted as it is")
    desk.press(*("a" * 2))
    desk.wait("no suggestion is left")
    do(desk.screen, ELSEWHERE)
    desk.wait("0 yours")
    desk.wait("3/3")
    desk.wait("▌ D\\?")


def brought(workplace, **texts):
    """The workplace with these pages imported."""
    for name, text in texts.items():
        (workplace.folder / f"{name}.txt").write_text(text, encoding="utf-8")
        workplace.run("import", workplace.folder / f"{name}.txt")
    return workplace
