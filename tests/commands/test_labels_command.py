"""``zhupi labels`` with a change: labels of a project that has begun are added, renamed, hidden, and none is lost."""

from __future__ import annotations

import json

import pytest
from foreign import by_another_program
from running import annotations, page, refusal, run

from annotations.labels import default_labels_toml

DAY = default_labels_toml().replace('name = "DATE"', 'name = "DAY"')
PLACE = '[[label]]\nname = "PLACE"\nkey = "p"\nsign = "P"\nhue = "red"\n'


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "DATE", "0", "3")
    workplace.run("suggest")
    (workplace.folder / "day.toml").write_text(DAY + PLACE, encoding="utf-8")
    return workplace


def labels(place):
    return {each["name"]: each for each in json.loads(place.run("labels", "--json"))["label"]}


def test_a_label_is_renamed_with_all_that_has_it_and_one_is_added(place):
    before = annotations(place)
    place.run("export", "-o", "before.jsonl")
    done = run(place, "labels", "--set", "day.toml", "--rename", "DATE=DAY")
    assert (done.returncode, done.stdout) == (0, "")
    assert "added: PLACE\nrenamed: DATE to DAY\nthese are the labels now" in done.stderr
    assert "next: zhupi suggest" in done.stderr
    assert list(labels(place)) == ["REQUIREMENT", "OFFICIAL", "DAY", "PLACE"]
    assert annotations(place) == [{**item, "label": item["label"].replace("DATE", "DAY")} for item in before]
    place.run("check")
    assert "0 suggestions added" in run(place, "suggest").stderr
    # What was written before names the label as it was called then.
    assert "0 annotations" not in run(place, "import", "before.jsonl").stderr
    assert len(annotations(place)) == len(before)
    assert place.run("export", "--format", "spans", "--label", "DATE").count('"label":"DAY"')
    assert json.loads(place.run("tag", "page", "DATE", "4", "6"))["label"] == "DAY"
    assert "4 p  PLACE" in place.run("labels")


def test_a_label_is_hidden_and_shown_again(place):
    done = run(place, "labels", "--hide", "DATE")
    assert "hidden: DATE\n" in done.stderr
    assert "2 suggestions of hidden labels withdrawn" in done.stderr
    assert "DATE  hidden: what has it stays" in place.run("labels")
    assert [item["status"] for item in annotations(place) if item["label"] == "DATE"] == ["manual"]
    assert "label DATE is hidden" in refusal(place, "tag", "page", "DATE", "4", "6", status=2)
    place.run("suggest")
    assert [item["status"] for item in annotations(place) if item["label"] == "DATE"] == ["manual"]
    assert "DATE" in place.run("stats")
    (place.folder / "all.toml").write_text(default_labels_toml(), encoding="utf-8")
    assert "shown again: DATE\n" in run(place, "labels", "--set", "all.toml").stderr
    place.run("suggest")
    assert sum(item["label"] == "DATE" for item in annotations(place)) == 3
    place.run("check")


def test_the_labels_of_a_database_are_printed_as_a_file_that_goes_back(place):
    assert place.run("labels", "--toml") == default_labels_toml()
    run(place, "labels", "--rename", "DATE=DAY", "--hide", "OFFICIAL")
    before = labels(place)
    (place.folder / "now.toml").write_text(place.run("labels", "--toml"), encoding="utf-8")
    assert "the labels are so already" in run(place, "labels", "--set", "now.toml").stderr
    assert labels(place) == before
    run(place, "init", "--labels", "now.toml", "--db", "other.db")
    assert json.loads(place.run("labels", "--json", "--db", "other.db")) == json.loads(place.run("labels", "--json"))


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (
            ("--set", "day.toml"),
            1,
            "label DATE would be lost, and 3 annotations with it, suggestions included; say --rename",
        ),
        (("--set", "nosuch.toml"), 1, "nosuch.toml: no such file"),
        (("--set", "day.toml", "--rename", "DATE"), 2, "DATE: give OLD=NEW"),
        (("--set", "day.toml", "--rename", "DATE=DAY", "--json"), 2, "--json and --toml show the labels"),
        (("--rename", "NOSUCH=DAY"), 1, "--rename NOSUCH=DAY: no label is called NOSUCH"),
        (("--rename", "DATE=OFFICIAL"), 1, "OFFICIAL is a label already"),
        (("--rename", "DATE=day"), 1, "label day: a name is capitals"),
        (("--hide", "\x1b[2J"), 1, "no label has that name"),
        (("--set", "clash.toml"), 1, "clash.toml: two labels have the key p: PLACE and PARK"),
        (("--set", "taken.toml"), 1, "taken.toml: label PLACE: its key w is taken by next word"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_changes_nothing(place, arguments, status, told):
    clash = PLACE + PLACE.replace("PLACE", "PARK").replace('sign = "P"', 'sign = "K"')
    (place.folder / "clash.toml").write_text(default_labels_toml() + clash, encoding="utf-8")
    taken = default_labels_toml() + PLACE.replace('key = "p"', 'key = "w"')
    (place.folder / "taken.toml").write_text(taken, encoding="utf-8")
    before = labels(place), annotations(place)
    assert told in refusal(place, "labels", *arguments, status=status)
    assert (labels(place), annotations(place)) == before
    place.run("check")


def test_only_an_admin_changes_labels(place):
    by_another_program(place.env["ZHUPI_DB"], "UPDATE reviewers SET role = 'reviewer'")
    assert "admin" in refusal(place, "labels", "--rename", "DATE=DAY")
    place.run("labels")


def test_what_can_be_said_of_whole_notices_is_declared_shown_and_never_lost(place):
    topic = '[[notice]]\nname = "topic"\ntype = "choice"\nchoices = ["水", "大气"]\n'
    (place.folder / "topic.toml").write_text(default_labels_toml() + topic, encoding="utf-8")
    assert "labels of the whole notice added: topic\n" in run(place, "labels", "--set", "topic.toml").stderr
    assert "M    the whole notice\n       topic                  水 | 大气" in place.run("labels")
    assert topic.replace('"水", ', '"水",') in place.run("labels", "--toml") + "\n"
    (place.folder / "wrong.toml").write_text(default_labels_toml() + topic.replace("choice", "date", 1), "utf-8")
    assert "attribute topic of a notice: choices go with" in refusal(place, "labels", "--set", "wrong.toml", status=1)
    (place.folder / "all.toml").write_text(default_labels_toml(), encoding="utf-8")
    assert "labels of the whole notice dropped" in run(place, "labels", "--set", "all.toml").stderr
