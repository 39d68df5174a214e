"""Every key of the review screen in a real terminal, against the screen and the database."""

from __future__ import annotations

import base64
import json
import re

import pytest
from desk import SAMPLE, Desk
from workplace import SAMPLES

pytestmark = pytest.mark.terminal

OFFICIAL = "枫澜市生态环境局青笠分局局长储亦农"


@pytest.fixture(params=[(120, 40), (80, 24)], ids=["120x40", "80x24"])
def desk(request, sampled):
    return Desk(sampled, request.param)


def test_motion_by_characters_rows_words_sentences_and_paragraphs(desk):
    press = desk.press
    press("g", "l", "l")
    assert desk.at == 2
    press("h", "right", "left")
    assert desk.at == 1
    press("}")
    assert desk.here.startswith("10月10日上午")
    press("}")
    assert desk.here.startswith("储亦农介绍")
    press("{")
    assert desk.here.startswith("10月10日上午")
    press(")")
    assert desk.here.startswith("县政府副县长")
    press("(")
    assert desk.here.startswith("10月10日上午")
    press("w", "w")
    assert desk.here.startswith("10日")
    press("b")
    assert desk.here.startswith("月10日")
    press("G")
    assert desk.at == len(desk.text) - 1
    press("home")
    assert desk.at < len(desk.text) - 1
    start = desk.at
    press("end")
    assert desk.at == len(desk.text) - 1
    press("k", "j", "pgup", "pgdn", "up", "down")
    assert desk.at >= start
    press("g")
    assert desk.at == 0
    press("tab")
    desk.wait(r"raw 1,44\d of")


def test_full_width_keys_of_an_input_method_are_the_keys_they_stand_for(desk):
    desk.press("g", "｝")
    assert desk.here.startswith("10月10日上午")
    desk.press("）")
    assert desk.here.startswith("县政府副县长")
    desk.press("（")
    assert desk.here.startswith("10月10日上午")
    desk.press("v", "l", "３")
    desk.wait("1 yours")
    desk.press("》")
    desk.wait("saved ✓")
    assert desk.quotes() == [("DATE", "10月")]
    desk.press("？")
    desk.wait("Review")
    desk.press("esc")


def test_a_selection_grows_shrinks_and_is_dropped(desk):
    desk.find("储亦农")
    desk.press("s")
    desk.wait("word selected")
    desk.press("s", "s")
    desk.wait("sentence selected")
    desk.press("S")
    desk.press("1")
    desk.wait("1 yours")
    desk.wait("saved ✓")
    ((_, clause),) = desk.quotes()
    assert "储亦农" in clause
    assert not re.search("[,，。]", clause)
    desk.press("esc", "g", "shift+right", "shift+right", "shift+down", "esc", "2")
    desk.wait("select first")


def test_tags_carry_what_the_text_tells_and_edges_move_by_character_and_word(desk):
    desk.tag(OFFICIAL[4:], "o")
    desk.wait("储亦农")
    (item,) = desk.annotations()
    assert item["attributes"]["name"] == "储亦农"
    desk.press("[", "[", "[")
    desk.wait("saved ✓")
    assert desk.quotes() == [("OFFICIAL", OFFICIAL[1:])]
    desk.press("[", "<", ">")
    desk.wait("saved ✓")
    assert desk.quotes() == [("OFFICIAL", OFFICIAL)]
    desk.press("\x1b>")
    desk.wait("saved ✓")
    ((_, longer),) = desk.quotes()
    assert longer.startswith(OFFICIAL + "通报")
    desk.press("\x1b<", "\x1b[", "\x1b]", "]", "u")
    desk.wait("undone: change OFFICIAL")
    desk.wait("saved ✓")
    assert desk.quotes() == [("OFFICIAL", OFFICIAL[4:])]


def test_attributes_comment_and_doubt_are_edited_and_undone(desk):
    desk.tag("10月25日前", "3")
    desk.wait("2022-10-25")
    desk.press("e")
    desk.wait("iso")
    desk.press("\x15", "2022-10-26", "enter")
    desk.wait("changed: DATE")
    desk.press("U")
    desk.wait("unsure: DATE")
    desk.press("c")
    desk.wait("Comment on DATE")
    desk.press("看附件", "enter")
    desk.wait("commented")
    desk.wait("saved ✓")
    (item,) = desk.annotations()
    assert item["attributes"]["iso"] == "2022-10-26"
    assert item["unsure"]
    assert item["comment"] == "看附件"
    desk.press("u", "u", "u")
    desk.wait("saved ✓")
    (item,) = desk.annotations()
    assert item["attributes"]["iso"] == "2022-10-25"
    assert not item["unsure"]
    assert item["comment"] is None


def test_nested_spans_are_chosen_from_the_inside_out_and_relabelled(desk):
    desk.tag("县生态环境保护委员会副主任鄢启澜", "2")
    desk.tag("鄢启澜出席会议", "1")
    desk.find("鄢启澜出席")
    desk.press("i")
    desk.press("3")
    desk.wait("relabelled: DATE")
    desk.press("i", "i", "x")
    desk.wait("deleted")
    desk.wait("saved ✓")
    left = desk.quotes()
    assert len(left) == 1
    desk.press("u")
    desk.wait("undone: delete")
    desk.press("ctrl+r")
    desk.wait("redone: delete")
    desk.wait("saved ✓")
    assert desk.quotes() == left


def test_search_in_the_notice_goes_round_and_finds_traditional_by_simplified(desk):
    desk.press("/")
    desk.wait("enter stay")
    desk.press("生态", "enter")
    found = desk.wait(r"1 of (\d+): 生态")
    count = int(found[1])
    assert count == desk.text.count("生态")
    for number in range(2, count + 1):
        desk.press(".")
        desk.wait(rf"{number} of {count}: 生态")
    desk.press(".")
    desk.wait(rf"1 of {count}: 生态")
    desk.press("3")
    desk.wait("1 yours")
    desk.wait("saved ✓")
    assert desk.quotes() == [("DATE", "生态")]
    desk.press(",")
    desk.wait(rf"{count} of {count}: 生态")
    # In the raw pane the other copy counts as well, readings and all.
    desk.press("tab", ".")
    desk.wait(rf" of {2 * count}: 生态")
    desk.press("/")
    desk.wait("enter stay")
    desk.press("\x15", "砚溪县", "enter")
    desk.wait("not in this notice: 砚溪县")


def test_a_span_is_repeated_in_the_other_copy(desk):
    desk.tag(OFFICIAL, "2")
    desk.press("D")
    desk.wait("tagged in the other copy")
    desk.wait("2 yours")
    desk.wait("saved ✓")
    items = desk.annotations()
    assert [item["normalized_text"] for item in items] == [None, OFFICIAL]
    assert len({item["text"] for item in items}) <= 2
    assert items[0]["attributes"]["name"] == items[1]["attributes"]["name"] == "储亦农"


def test_a_span_is_copied_through_the_terminal_and_into_a_file(desk):
    desk.tag("10月25日前", "3")
    desk.press("y")
    desk.wait("copied 7 characters")
    wanted = base64.b64encode("10月25日前".encode())
    assert b"\x1b]52;c;" + wanted in desk.screen.output
    copied = list(desk.workplace.folder.rglob("copied.txt"))
    assert [path.read_text(encoding="utf-8") for path in copied] == ["10月25日前"]
    assert copied[0].stat().st_mode & 0o077 == 0


def test_flag_with_a_reason_comment_on_the_notice_and_open_again(desk):
    desk.press("esc", "c")
    desk.wait("Comment on this notice")
    desk.press("缺附件", "enter")
    desk.wait("the notice is commented")
    desk.press("f")
    desk.wait("缺附件")
    desk.press("\x15", "正文不全", "enter")
    desk.wait("flagged: “")
    desk.wait("saved ✓")
    reviews = {
        notice["doc"]: [(review["status"], review["comment"]) for review in notice["reviews"]]
        for notice in desk.workplace.export()
    }
    assert reviews[SAMPLE] == [("flagged", "正文不全")]
    desk.press("K")
    desk.wait("2/12|青笠县部署")
    desk.press("u", "u")
    desk.wait("undone: review open")
    desk.press("J", "K")
    desk.wait("青笠县部署")


def test_suggestions_are_accepted_rejected_changed_and_never_asked_again(workplace):
    workplace.run("import", SAMPLES / f"{SAMPLE}.txt")
    notice = workplace.export()[0]
    raw, wanted = notice["raw"], []
    for number, (label, quote) in enumerate(
        [("DATE", "10月10日上午"), ("OFFICIAL", "佘向晴"), ("DATE", "9月"), ("DATE", "10月25日前")]
    ):
        at = raw.index(quote, notice["regions"][-1]["start"])
        workplace.run("tag", notice["doc"], label, str(at), str(at + len(quote)))
        wanted.append((f"{number:032x}", quote))
    (line,) = workplace.export()
    for item in line["annotations"]:
        number = next(number for number, quote in wanted if quote == item["text"])
        item.update(id=number, annotator=None, status="suggested", suggested_by="hand 1", score=0.5)
    (workplace.folder / "suggested.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    workplace.env["ZHUPI_DB"] = str(workplace.folder / "suggested.db")
    workplace.run("import", workplace.folder / "suggested.jsonl")
    desk = Desk(workplace, (120, 40))
    desk.wait("4 to accept")
    desk.wait("hand 1")
    desk.press("a")
    desk.wait("accepted: DATE")
    desk.wait("3 to accept")
    desk.press("x")
    desk.wait("rejected: OFFICIAL")
    desk.press(">")
    desk.wait("1 to accept")
    desk.press("N", "a")
    desk.wait("no suggestion is left")
    desk.wait("saved ✓")
    made = {item["id"]: (item["status"], item["normalized_text"]) for item in desk.annotations()}
    me = next(item["annotator"] for item in desk.annotations() if item["annotator"])
    assert made[f"{wanted[0][0]}.{me}"] == ("accepted", "10月10日上午")
    assert made[f"{wanted[1][0]}.{me}"] == ("rejected", "佘向晴")
    assert made[f"{wanted[2][0]}.{me}"] == ("accepted", "9月以")
    assert made[f"{wanted[3][0]}.{me}"] == ("accepted", "10月25日前")
    assert all(made[number][0] == "suggested" for number, _ in wanted)
    desk.press("u")
    desk.wait("undone: accept DATE")
    desk.wait("1 to accept")
    desk.press("q", "q")
    desk.screen.wait_for_end()
    again = Desk(workplace, (120, 40))
    again.wait("1 to accept")


def test_panes_folds_regions_and_the_other_ways_to_select(desk):
    desk.press("tab", "g")
    desk.wait("characters repeated")
    desk.press("enter")
    desk.wait("raw 1 of")
    assert "characters repeated" not in desk.screen.text
    desk.press("enter")
    desk.wait("characters repeated")
    desk.press("z")
    assert "normalized" not in desk.screen.text
    desk.press("z")
    desk.wait("normalized")
    desk.press("B", "3")
    desk.wait("duplicate is body now")
    desk.wait("saved ✓")
    changed = next(notice for notice in desk.workplace.export() if notice["id"] == desk.notice["id"])
    assert changed["regions"][0]["kind"] == "body"
    desk.press("u")
    desk.wait("undone: kind of region")
    desk.press("esc", "G", "\x1b[1;2D", "\x1b[1;2A", "2")
    desk.wait("1 yours")
    desk.wait("saved ✓")
    desk.press("g", "v", "l", "3", "esc", "N")
    desk.wait("2 yours")
    desk.wait("saved ✓")
    assert {label for label, _ in desk.quotes()} == {"OFFICIAL", "DATE"}
    desk.press("?")
    desk.wait("Select and tag|Move")
    desk.press("tab")
    desk.wait("Guideline")
    desk.press("q", "ctrl+q")
    desk.wait("2/12")
