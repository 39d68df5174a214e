"""``zhupi patterns`` and ``zhupi suggest --try``: tried, stored, changed, taken out, refused by name."""

from __future__ import annotations

import pytest
from running import annotations, page, refusal, run

from annotations.suggest.base import rule_name

TEXT = "临江县召开会议\n会议要求,河长每月巡河。[b]河长\x1b[31m办公室通报。各鄉鎮排查。\n"
CHIEFS = '[[pattern]]\nname = "chiefs"\nlabel = "OFFICIAL"\nexpression = "河長"\nafter = "每|办"\n'
TOWNS = '[[pattern]]\nname = "towns"\nlabel = "OFFICIAL"\nfile = "towns.txt"\nattributes = { mention = "bare" }\n'


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace, "a.txt", TEXT))
    (workplace.folder / "towns.txt").write_text("乡镇\n\n 村组 \n", encoding="utf-8")
    (workplace.folder / "own.toml").write_text(CHIEFS + TOWNS, encoding="utf-8")
    return workplace


def suggested(place):
    return sorted((rule_name(item["suggested_by"]), item["text"]) for item in annotations(place))


def test_what_a_pattern_finds_is_shown_in_context_and_nothing_is_stored(place):
    done = run(place, "suggest", "--try", "own.toml", env={"COLUMNS": "80"})
    chief, town = done.stdout.splitlines()
    assert "【河长】每月巡河" in chief
    assert chief.endswith("[chiefs]")
    assert "【鄉鎮】排查" in town
    assert done.stderr == "chiefs: 1 place, towns: 1 place; nothing was stored\n"
    assert "【办公】室" in run(place, "suggest", "--try", "办公").stdout
    assert annotations(place) == []
    assert "patterns" not in run(place, "patterns").stdout
    assert "--try" in refusal(place, "suggest", "--try", "x", "--all")
    assert "--try is empty" in refusal(place, "suggest", "--try", " ")
    # What looks like a name is told to be none.
    assert "no pattern is called chief;" in run(place, "suggest", "--try", "chief").stderr


def test_a_value_that_is_none_of_the_attribute_is_not_shown_as_one(place):
    days = CHIEFS.replace("OFFICIAL", "DATE").replace("河長", "(?P<iso>河長)").replace("chiefs", "days")
    (place.folder / "days.toml").write_text(days, encoding="utf-8")
    found = run(place, "suggest", "--try", "days.toml").stdout
    assert "[days]" in found
    assert "iso=" not in found


def test_a_changed_pattern_replaces_its_own_suggestions_only_and_no_decision(place):
    place.run("patterns", "--set", "own.toml")
    assert run(place, "patterns").stdout == "chiefs  OFFICIAL  河長  after: 每|办\ntowns  OFFICIAL  2 words\n"
    place.run("suggest", "--only", "patterns")
    assert suggested(place) == [("chiefs", "河长"), ("towns", "鄉鎮")]
    before = {item["id"] for item in annotations(place)}
    (place.folder / "own.toml").write_text(CHIEFS.replace("每|办", "每|.?\\\\[31m办"), encoding="utf-8")
    place.run("patterns", "--set", "own.toml")
    # A rename of the label changes no pattern.
    place.run("labels", "--rename", "OFFICIAL=PERSON")
    place.run("suggest", "--only", "patterns")
    assert suggested(place) == [("chiefs", "河长"), ("chiefs", "河长"), ("towns", "鄉鎮")]
    assert len(before & {item["id"] for item in annotations(place)}) == 1
    assert "so already" in run(place, "patterns", "--set", "own.toml").stderr
    done = run(place, "patterns", "--remove", "chiefs")
    assert "2 suggestions of removed patterns withdrawn" in done.stderr
    assert suggested(place) == [("towns", "鄉鎮")]
    place.run("check")
    place.run("patterns", "--remove", "towns")
    assert run(place, "patterns", "--toml").stdout == "\n"
    place.run("check")


def test_a_label_set_brings_its_patterns(place):
    labels = place.run("labels", "--toml")
    (place.folder / "labels.toml").write_text(f"{labels}\n{TOWNS}", encoding="utf-8")
    place.run("init", "--db", "new.db", "--labels", "labels.toml")
    listed = place.run("patterns", "--db", "new.db", "--toml")
    assert 'words = ["乡镇","村组"]' in listed
    place.run("labels", "--set", "labels.toml")
    (place.folder / "again.toml").write_text(listed, encoding="utf-8")
    assert "so already" in run(place, "patterns", "--set", "again.toml").stderr


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1", "bad.toml: no patterns"),
        ("[[pattern", "bad.toml: not TOML"),
        (TOWNS.replace("towns.txt", "none.txt"), "bad.toml: pattern towns: none.txt: no such file"),
        (TOWNS.replace("towns.txt", "."), "bad.toml: pattern towns: .: a folder"),
        (TOWNS + 'words = ["a"]\n', "bad.toml: pattern towns: give words or a file"),
        (TOWNS.replace('"towns.txt"', "3"), "bad.toml: pattern towns: file is the name of a file"),
        (CHIEFS.replace("label", "lable"), "bad.toml: pattern 1 (chiefs): no key of a pattern is called “lable”"),
        (f"[[patern]]\n{CHIEFS}", "bad.toml: no table is called “patern”; there are pattern, label, words"),
        (CHIEFS.replace("河長", "(河長"), "bad.toml: pattern chiefs: expression: missing )"),
    ],
)
def test_what_is_no_pattern_is_refused_in_one_line_and_nothing_changes(place, text, line):
    (place.folder / "bad.toml").write_text(text, encoding="utf-8")
    assert refusal(place, "patterns", "--set", "bad.toml", status=1).startswith(line)
    assert refusal(place, "suggest", "--try", "bad.toml", status=1).startswith(line)
    assert place.run("patterns") == ""
    assert "unknown pattern x; there are none" in refusal(place, "patterns", "--remove", "x", status=1)
