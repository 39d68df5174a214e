"""Exports in parts: each notice in one, near-copies together, and whom a later notice has moved."""

from __future__ import annotations

import json

import pytest
from making import annotation_of, stored_notice
from texts import BETWEEN, FIRST, LAST, add, edited, text_of

from annotations.errors import FormatError
from annotations.formats.choice import ExportOptions
from annotations.notice import notice_id, raw_sha256
from annotations.splits import Split
from store.edits.annotate import add_annotation
from store.output.export import export, export_file
from store.output.folder import changes
from store.output.splits import Moved, moved, parts_of

PARTS = "train=0.5,dev=0.3,test=0.2"
SPLIT = Split.parse(PARTS)


def id_of(text):
    return notice_id(raw_sha256(text))


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_bytes())


@pytest.fixture
def filled(database):
    for number in range(30):
        text = text_of(number, 60)
        add_annotation(database, "lin", stored_notice(database, text, f"d{number}"), annotation_of(text, 0, 3))
    return database


def written(folder, ending=".jsonl"):
    return {
        path.name.removesuffix(ending): [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in folder.glob(f"*{ending}")
    }


@pytest.mark.parametrize("name", ["jsonl", "spans", "prodigy"])
def test_each_notice_is_in_one_part_and_no_part_is_missing(filled, tmp_path, name):
    out = tmp_path / "out"
    report = export_file(filled, out, ExportOptions(name, split=PARTS), "1")
    parts = written(out)
    assert parts.keys() == {"train", "dev", "test"}
    assert sum(map(len, parts.values())) == 30
    told = manifest_of(out)
    assert told["parts"] == {part: {"notices": len(rows), "annotations": len(rows)} for part, rows in parts.items()}
    assert told["options"]["split"] == PARTS
    assert told["moved"] == []
    assert (report.notices, report.counts.annotations) == (30, 30)
    assert list(changes(out)) == []
    if name == "jsonl":
        assert all(SPLIT.part_of(row["id"]) == part for part, rows in parts.items() for row in rows)


def test_a_folder_format_has_a_folder_a_part_and_a_file_beside_each_file_is_written(filled, tmp_path):
    export_file(filled, tmp_path / "brat", ExportOptions("brat", split=PARTS), "1")
    assert len([*(tmp_path / "brat").glob("*/*.ann")]) == 30
    export_file(filled, tmp_path / "studio", ExportOptions("label-studio", split=PARTS), "1")
    names = sorted(path.name for path in (tmp_path / "studio").iterdir())
    assert [name for name in names if name.startswith("dev")] == ["dev.json", "dev.json.config.xml"]


def test_notices_stay_where_they_are_when_others_come(filled, tmp_path):
    export_file(filled, tmp_path / "a", ExportOptions(split=PARTS), "1")
    add(filled, *(text_of(number, 60) for number in range(100, 140)))
    export_file(filled, tmp_path / "b", ExportOptions(split=PARTS), "1")
    before, after = written(tmp_path / "a"), written(tmp_path / "b")
    for part, rows in before.items():
        assert {row["id"] for row in rows} <= {row["id"] for row in after[part]}


def test_the_same_database_gives_the_same_bytes(filled, tmp_path):
    for name in ("a", "b"):
        export_file(filled, tmp_path / name, ExportOptions("doccano", split=PARTS), "1")
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert first == second


def apart(*texts):
    """A split that puts the first texts into different parts."""
    for share in range(1, 100):
        split = Split.parse(f"a=0.{share:02d},b=0.{100 - share:02d}")
        if len({split.part_of(id_of(text)) for text in texts}) > 1:
            return split
    raise AssertionError


def test_near_copies_lie_where_the_earliest_of_them_does(database):
    copies = [edited(FIRST, 0.01, seed) for seed in range(8)]
    add(database, FIRST, text_of(2), *copies)
    split = apart(FIRST, *copies)
    parts = parts_of(database.connection, split)
    assert {1, 3, 4, 5, 6, 7, 8, 9, 10} <= set(parts[split.part_of(id_of(FIRST))])
    assert moved(database.connection, split) == []


def test_a_notice_between_two_groups_moves_the_later_one_and_is_named(database):
    later = edited(LAST, 0.005, 5)
    add(database, FIRST, LAST, later)
    split = apart(FIRST, LAST)
    assert moved(database.connection, split) == []
    add(database, BETWEEN)
    before, part = split.part_of(id_of(LAST)), split.part_of(id_of(FIRST))
    assert moved(database.connection, split) == [
        Moved(id_of(LAST), before, part, id_of(BETWEEN)),
        Moved(id_of(later), before, part, id_of(BETWEEN)),
    ]
    assert {1, 2, 3, 4} == set(parts_of(database.connection, split)[part])


def test_a_notice_that_brings_two_groups_together_has_not_moved_itself(database):
    add(database, FIRST, LAST, BETWEEN)
    for share in range(1, 100):
        split = Split.parse(f"a=0.{share:02d},b=0.{100 - share:02d}")
        assert id_of(BETWEEN) not in {each.notice for each in moved(database.connection, split)}


def test_an_export_in_parts_is_a_folder(database, tmp_path):
    with pytest.raises(FormatError, match="folder"), (tmp_path / "x").open("wb") as out:
        export(database, out, ExportOptions(split=PARTS))
    with pytest.raises(FormatError, match="NAME=SHARE"):
        ExportOptions(split="train")
