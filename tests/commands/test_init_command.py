"""``zhupi init`` and ``zhupi labels``: a label set of one's own, from the file to the export."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from running import annotations, page, refusal, run

from annotations.labels import default_labels
from tui.review.keys import REVIEW_BINDINGS

OWN = """
[[label]]
name = "BODY"
key = "r"
sign = "B"
hue = "red"
description = "\\u001b[2J An organisation"
[[label]]
name = "PLACE"
key = "p"
sign = "P"
hue = "blue"
[[label]]
name = "LAW"
key = "o"
sign = "L"
hue = "cyan"
[[label]]
name = "SUM"
key = "t"
sign = "S"
hue = "orange"
[[label.attribute]]
name = "note"
type = "text"
[[label.attribute]]
name = "exact"
type = "boolean"
[[label.attribute]]
name = "unit"
type = "choice"
choices = ["元", "亩"]
[[label.attribute]]
name = "paid"
type = "date"
[[label.attribute]]
name = "during"
type = "period"
"""


@pytest.fixture
def labels(workplace):
    (workplace.folder / "own.toml").write_text(OWN, encoding="utf-8")
    return workplace.folder / "own.toml"


def test_init_makes_a_database_that_checks(workplace):
    done = run(workplace, "init")
    assert (done.returncode, done.stdout) == (0, "")
    workplace.run("check")


def test_init_twice_is_refused_and_keeps_the_first(workplace, labels):
    workplace.run("init", "--labels", labels)
    assert "already there" in refusal(workplace, "init")
    assert "PLACE" in workplace.run("labels")


@pytest.mark.parametrize("command", [("init",), ("labels",), ("labels", "--toml"), ("review",)])
def test_a_folder_that_shuts_people_out_is_told_in_one_line(workplace, monkeypatch, command):
    def shut(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    # As for whoever may not search the folder: root may, in which the tests are often run.
    monkeypatch.setattr(Path, "exists", shut)
    monkeypatch.setattr("tui.cli.review_command.require_terminal", lambda: None)
    assert "cannot be reached, a folder on the way shuts you out" in refusal(workplace, *command)


def test_a_label_set_of_ones_own_end_to_end(workplace, labels):
    workplace.run("init", "--labels", labels)
    workplace.run("import", page(workplace))
    pairs = ["note=a=b 元", "exact=yes", "unit=亩", "paid=2020-02-29T08:00", "during=XXXX-12-01/XXXX-01-31"]
    made = json.loads(workplace.run("tag", "page", "SUM", "0", "3", *(x for pair in pairs for x in ("--attr", pair))))
    assert made["attributes"] == {
        "note": "a=b 元", "exact": True, "unit": "亩", "paid": "2020-02-29T08:00", "during": "XXXX-12-01/XXXX-01-31",
    }  # fmt: skip
    workplace.run("tag", "page", "BODY", "0", "3")
    assert [item["attributes"] for item in annotations(workplace)] == [{}, made["attributes"]]
    assert "the label set has BODY, PLACE, LAW, SUM" in refusal(workplace, "tag", "page", "DATE", "0", "3", status=2)
    assert "it is one of 元, 亩" in refusal(workplace, "tag", "page", "SUM", "0", "3", "--attr", "unit=斤", status=1)
    workplace.run("check")


def test_an_export_goes_round_only_where_its_labels_are(workplace, labels):
    workplace.run("init", "--labels", labels)
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "SUM", "0", "3", "--attr", "exact=no")
    workplace.run("export", "-o", "a.jsonl")
    workplace.run("init", "--labels", labels, "--db", "b.db")
    workplace.run("import", "a.jsonl", "--db", "b.db")
    assert workplace.run("export", "--db", "b.db").encode() == (workplace.folder / "a.jsonl").read_bytes()
    done = run(workplace, "import", "a.jsonl", "--db", "c.db")
    assert done.returncode == 1
    assert "a.jsonl:1: unknown label SUM" in done.stderr
    assert workplace.run("export", "--db", "c.db") == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "missing required field"),
        (b"[[label]", "not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b'[[label]]\nname = "A\\u001b"\nkey = "p"\nsign = "A"\nhue = "red"\n', "label A␛: a name is capitals"),
    ],
    ids=range(5),
)
def test_a_broken_label_file_is_refused_by_name_and_nothing_is_made(workplace, labels, content, told):
    labels.write_bytes(content)
    line = refusal(workplace, "init", "--labels", "own.toml", status=1)
    assert line.startswith("own.toml: ")
    assert told in line
    assert not (workplace.folder / "zhupi.db").exists()


def test_a_label_file_that_is_not_there_is_refused(workplace):
    line = refusal(workplace, "init", "--labels", "nosuch.toml", status=1)
    assert "nosuch.toml: no such file" in line
    assert "a folder: name a file" in refusal(workplace, "init", "--labels", ".", status=1)


@pytest.mark.parametrize("key", ["j", "x", "u", "q", "a", "w"])
def test_a_label_whose_key_is_one_of_the_apps_is_refused_by_name(workplace, labels, key):
    assert any(key in binding.key.split(",") for binding in REVIEW_BINDINGS)
    labels.write_text(OWN.replace('key = "t"', f'key = "{key}"'), encoding="utf-8")
    line = refusal(workplace, "init", "--labels", "own.toml", status=1)
    assert line.startswith(f"own.toml: label SUM: its key {key} is taken by ")
    assert not (workplace.folder / "zhupi.db").exists()


def test_labels_shows_names_keys_and_attributes(workplace, labels):
    workplace.run("init")
    shown = workplace.run("labels")
    for label in default_labels():
        assert label.name in shown
        assert all(attribute.name in shown for attribute in label.attribute)
    assert json.loads(workplace.run("labels", "--json"))["label"][0]["name"] == "REQUIREMENT"
    workplace.run("init", "--labels", labels, "--db", "b.db")
    assert "\x1b" not in workplace.run("labels", "--db", "b.db")
    assert "4 t  SUM" in workplace.run("labels", "--db", "b.db")


def test_the_default_labels_are_printed_as_a_file_that_init_takes(workplace):
    (workplace.folder / "default.toml").write_text(workplace.run("labels", "--toml"), encoding="utf-8")
    workplace.run("init", "--labels", "default.toml")
    assert json.loads(workplace.run("labels", "--json")) == json.loads(default_labels().to_json())
