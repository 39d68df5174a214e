"""``zhupi diff`` from a shell."""

from __future__ import annotations

import gzip
import json
import re
import sys

import pytest
from running import lines, page, refusal, run
from workplace import SAMPLES

from tui.cli.painting import Painter, Text, painter
from tui.terminal.width import cells


@pytest.fixture
def place(workplace):
    """A workplace with a release, and what was done since."""
    workplace.run("import", page(workplace), SAMPLES / "08-hostile-control-characters.txt")
    workplace.run("tag", "page", "DATE", "33", "43", "--id", "a" * 32)
    workplace.run("tag", "page", "OFFICIAL", "0", "3")
    workplace.run("release", "v1", "-o", "v1")
    workplace.run("export", "-o", "before.jsonl")
    workplace.run("import", SAMPLES / "01-river-chief-meeting.txt")
    workplace.run("tag", "page", "REQUIREMENT", "12", "16")
    return workplace


def edited(place, name, change):
    rows = lines((place.folder / "before.jsonl").read_text(encoding="utf-8"))
    rows = [row for row in rows if change(row) is not False]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in reversed(rows))
    (place.folder / name).write_text(text, encoding="utf-8")


def test_a_release_a_file_a_folder_and_the_database_are_compared(place):
    found = lines(place.run("diff", "v1", "now", "--json"))
    assert [(each["kind"], each["change"], each["doc"]) for each in found if each["doc"] != "page"] == [
        ("notice", "added", "01-river-chief-meeting")
    ]
    [tagged] = [each for each in found if each["doc"] == "page"]
    assert (tagged["change"], tagged["label"], tagged["item"]["start"], tagged["fields"]) == (
        "added", "REQUIREMENT", 12, [],
    )  # fmt: skip
    assert tagged["layer"] == tagged["item"]["annotator"]
    place.run("export", "--split", "train=0.5,dev=0.5", "-o", "parts")
    (place.folder / "b.jsonl.gz").write_bytes(gzip.compress(place.run("export").encode()))
    for other in ("now", "zhupi.db", "parts", "b.jsonl.gz"):
        for before in ("v1", "before.jsonl", "v1/notices.jsonl"):
            assert lines(place.run("diff", before, other, "--json")) == found
        assert place.run("diff", other, "parts", "--json") == ""
    assert (
        lines(run(place, "diff", "v1", "-", "--json", data=(place.folder / "b.jsonl.gz").read_bytes()).stdout) == found
    )
    assert [each["change"] for each in lines(place.run("diff", "now", "v1", "--json"))] == ["removed"] * len(found)


def test_the_table_counts_by_layer_and_label_and_tells_gold_first_in_80_columns(place):
    def change(row):
        row["title"] = "\x1b]0;新\x07标题" * 20
        for item in row["annotations"]:
            if item["id"] == "a" * 32:
                item |= {
                    "start": 34,
                    "text": item["text"][1:],
                    "attributes": item["attributes"] | {"iso": "2020-01-01"},
                }
        gold = [item | {"id": "f" * 32, "annotator": "gold", "status": "gold"} for item in row["annotations"]]
        row["annotations"] += gold[:1]

    edited(place, "after.jsonl", change)
    done = run(place, "diff", "v1", "after.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout.splitlines()
    assert told[0] == "v1 (v1) → after.jsonl"
    assert told[1] == "notices: 2 changed (title 2)"
    assert re.fullmatch(r"gold +OFFICIAL +1( +·){6}", told[4])
    assert re.search(r" DATE +· +· +1 +· +1 +· +·$", told[5])
    assert [line for line in told if line in ("gold", "people", "suggestions", "notices")] == [
        "gold",
        "people",
        "notices",
    ]
    assert "\x1b" not in done.stdout
    assert any(re.fullmatch(r" {6}iso \S+ → 2020-01-01", line) for line in told)
    assert any(re.fullmatch(r" {6}span 33–43 .+ → 34–43 .+", line) for line in told)
    assert max(map(cells, told)) <= 80
    assert place.run("diff", "v1", "after.jsonl", "--counts").splitlines() == told[:6]
    gold = lines(place.run("diff", "v1", "after.jsonl", "--json", "--layer", "gold"))
    assert [(each["layer"], each["label"]) for each in gold] == [("gold", "OFFICIAL")]
    [dated] = lines(place.run("diff", "v1", "after.jsonl", "--json", "--label", "DATE"))
    assert [each["to"] for each in dated["fields"] if each["field"] == "attributes.iso"] == ["2020-01-01"]
    assert sorted(dated["fields"][0]) == ["field", "from", "to"]
    assert place.run("diff", "v1", "v1") == "v1 (v1) → v1 (v1)\nno differences\n"


def test_a_damaged_line_is_named_and_its_notice_passed_over(place):
    rows = (place.folder / "before.jsonl").read_bytes().splitlines(keepends=True)
    (place.folder / "broken.jsonl").write_bytes(b"\n".join([rows[0][:200], b"{}", rows[1] + rows[1]]))
    done = run(place, "diff", "v1", "broken.jsonl", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        f"broken.jsonl:{number}" for number in (1, 2, 4)
    ]
    assert "stands in broken.jsonl:3 too" in done.stderr


def test_a_label_that_there_is_not_and_a_file_of_another_format_are_named(place):
    left = place.call("diff", "now", "now", "--label", "OFICIAL")
    assert "now has no label OFICIAL; it has REQUIREMENT, OFFICIAL, DATE" in left.stderr
    (place.folder / "other.jsonl").write_text('{"text": "a"}\n{"text": "b"}\n', encoding="utf-8")
    left = place.call("diff", "other.jsonl", "now")
    assert left.returncode == 1
    assert "other.jsonl: no line of it is a native record" in left.stderr.splitlines()[-1]
    assert left.stdout == ""


def test_what_cannot_be_compared_is_said_in_one_line(place):
    assert "no such file" in refusal(place, "diff", "v1", "nothing.jsonl", status=1)
    place.run("export", "--format", "brat", "-o", "brat")
    assert "format brat" in refusal(place, "diff", "v1", "brat", status=1)
    (place.folder / "empty").mkdir()
    assert "without an export" in refusal(place, "diff", "v1", "empty", status=1)
    assert "cannot both be standard input" in refusal(place, "diff", "-", "-")


def test_colours_stand_around_text_and_come_out_of_none(monkeypatch):
    coloured = Painter({"added": "\x1b[1m"}, 80)
    assert coloured.line(Text("+ ", "added"), Text("\x1b[31m红")) == "\x1b[1m+ \x1b[0m␛[31m红\n".encode()
    assert Painter({}, 80).line(Text("+ ", "added")) == b"+\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert re.fullmatch(rb"\x1b\[[0-9;]*38;5;[0-9]+m\+\x1b\[0m\n", painter().line(Text("+", "added")))
    monkeypatch.setenv("NO_COLOR", "1")
    assert painter().line(Text("+", "added")) == b"+\n"


def test_a_label_that_was_renamed_is_told_once_and_no_annotation_is_relabelled(place):
    place.run("labels", "--rename", "DATE=DAY")
    place.run("tag", "page", "DAY", "20", "22")
    for before in ("v1", "before.jsonl"):
        found = [each for each in lines(place.run("diff", before, "now", "--json")) if each["doc"] in (None, "page")]
        assert found[0] == {
            "kind": "label", "change": "changed", "notice": None, "doc": None, "title": None, "layer": None,
            "label": "DAY", "aspects": [], "fields": [{"field": "name", "from": "DATE", "to": "DAY"}], "item": None,
        }  # fmt: skip
        assert [(each["change"], each["label"]) for each in found[1:]] == [("added", "REQUIREMENT"), ("added", "DAY")]
    assert "label DATE is called DAY" in place.run("diff", "v1", "now").splitlines()
    # Whoever lacks a manifest tells no first names.
    (place.folder / "alone.jsonl").write_bytes((place.folder / "before.jsonl").read_bytes())
    relabelled = lines(place.run("diff", "alone.jsonl", "now", "--json", "--label", "DAY"))
    assert [each["aspects"] for each in relabelled if each["change"] == "changed"] == [["relabelled"]]
