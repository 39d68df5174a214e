"""What an export wrote is no page: its native parts are read, and any other format is refused by name."""

from __future__ import annotations

import os

import pytest
from making import RAW, annotation_of, stored_notice

from annotations.formats.choice import ExportOptions
from store.edits.annotate import add_annotation
from store.intake.sources import Record, Refusal, Remarks, Source, read_sources
from store.output.export import export_file

PARTS = {"split": "train=0.5,dev=0.5"}


def read(*paths, **options):
    return list(read_sources(paths, **options))


def refused(path):
    """Why the one thing that is found is refused."""
    (item,) = read(path)
    return item.reason


def put(path, text="某县召开会议\n"):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def exported(database, tmp_path):
    """Write what is in a database in a format; where it is."""
    add_annotation(database, "lin", stored_notice(database), annotation_of(RAW, 0, 3))

    def write(name, place="out", **options):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        export_file(database, tmp_path / place, ExportOptions(name, **options), "0")
        return tmp_path / place

    return write


def test_the_parts_of_a_native_export_are_read_without_what_proves_them(exported):
    folder, remarks = exported("jsonl", **PARTS), Remarks()
    put(folder / "sub" / "page.txt")
    assert (folder / "train.jsonl").stat().st_size == 0 or (folder / "dev.jsonl").stat().st_size == 0
    assert {type(item) for item in read(folder, remarks=remarks)} == {Source, Record}
    assert remarks.passed_over == {}


@pytest.mark.parametrize(
    ("name", "options"), [("brat", {}), ("hf", {}), ("doccano", PARTS), ("cas", {}), ("label-studio", PARTS)]
)
def test_a_folder_in_another_format_is_refused_by_one_line_wherever_it_lies(exported, tmp_path, name, options):
    folder = exported(name, "pages/out", **options)
    told = (
        f"an export in the format {name}, as its manifest says, and no pages: export as jsonl to import all of it, "
        "or take its annotations with --into NAME"
    )
    assert read(folder) == [Refusal(str(folder), told)]
    put(tmp_path / "pages" / "p.txt")
    assert [getattr(item, "reason", item.where) for item in read(tmp_path / "pages")] == [
        told, str(tmp_path / "pages" / "p.txt"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["doccano", "label-studio", "spans"])
def test_a_file_in_another_format_is_refused_as_its_manifest_says(exported, tmp_path, name):
    path = exported(name, "pages/a.jsonl")
    assert "in the format" in refused(path)
    assert "in the format" in refused(tmp_path / "pages")
    zipped = exported(name, "pages/b.jsonl.gz")
    assert "in the format" in refused(zipped)
    zipped.with_name("b.jsonl.gz.manifest.json").rename(zipped.with_name("b.jsonl.manifest.json"))
    assert "in the format" in refused(zipped)


def test_a_manifest_of_others_or_one_that_cannot_be_read_changes_nothing(tmp_path):
    put(tmp_path / "a.txt")
    put(tmp_path / "a.txt.manifest.json", '{"options": {"format": "brat"}}')
    os.mkfifo(tmp_path / "manifest.json")
    assert [item.doc for item in read(tmp_path) if isinstance(item, Source)] == ["a"]
    (tmp_path / "manifest.json").unlink()
    put(tmp_path / "manifest.json", '{"name": "site", "display": "standalone"}')
    assert "a" in [item.doc for item in read(tmp_path) if isinstance(item, Source)]
