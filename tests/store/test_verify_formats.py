"""Exports in the formats of other tools prove themselves, and whatever is changed in them is found."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from formats import INSTALLED, NO_SPACY
from hard_cases import item, long, short_cases, store
from making import notice_of
from msgspec.structs import replace
from pyarrow import parquet

from annotations.errors import FormatError, RecordError
from annotations.formats import read
from annotations.formats.choice import ExportOptions
from annotations.formats.registry import format_of
from store.errors import SourceError
from store.open import open_database
from store.output.export import export_file
from store.output.verify import verify

BINARY = [name for name in INSTALLED if name in ("parquet", "spacy")]
READ = [name for name in INSTALLED if format_of(name).is_read]


@pytest.fixture(scope="module")
def hard(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("hard") / "zhupi.db", create=True) as database:
        store(database, short_cases())
        yield database


def exported(database, name, folder, **options):
    export_file(database, folder / "out", ExportOptions(name, **options), "0")
    return folder / "out"


def found(path):
    *findings, notices = verify(path)
    return [line.removeprefix(str(path.parent)) for line in findings], notices


@pytest.mark.parametrize("options", [{}, {"all_notices": True}, {"label": "DATE"}], ids=["said", "all", "dates"])
@pytest.mark.parametrize("name", READ)
def test_an_export_in_each_format_is_proved(hard, tmp_path, name, options):
    assert found(exported(hard, name, tmp_path, **options))[0] == []


@pytest.mark.parametrize("name", [name for name in READ if format_of(name).annotators])
def test_what_was_suggested_accepted_and_rejected_is_told_apart(database, tmp_path, name):
    raw = "某县召开会议\n"
    mine = item("own", "某县", raw=raw)
    offered = [
        replace(item(each, quote, raw=raw), annotator=None, status="suggested", suggested_by="dates/1")
        for each, quote in (("a", "召开"), ("b", "会议"), ("c", "议"))
    ]
    decided = [
        replace(each, id=f"{each.id}.lin", annotator="lin", status=status)
        for each, status in zip(offered, ("accepted", "rejected"), strict=False)
    ]
    store(database, [(notice_of(raw, "all"), [mine, *offered, *decided], [])])
    path = exported(database, name, tmp_path, layer="all")
    assert found(path)[0] == []
    (notice,) = read(path, text="raw")
    assert sorted(str(span.status) for span in notice.spans) == sorted(
        ["manual", "accepted", "rejected", *["suggested"] * 3]
    )
    assert sorted(span.text for span in notice.said) == ["召开", "某县"]


@pytest.mark.parametrize("name", READ)
def test_a_notice_of_a_megabyte_is_proved(database, tmp_path, name):
    store(database, [long()])
    assert found(exported(database, name, tmp_path))[0] == []


@pytest.mark.parametrize("name", READ)
def test_raw_text_is_proved_too(hard, tmp_path, name):
    if "raw" in format_of(name).texts:
        assert found(exported(hard, name, tmp_path, text="raw"))[0] == []


@pytest.mark.parametrize("name", READ)
def test_without_its_manifest_the_format_is_told_by_what_it_looks_like(hard, tmp_path, name):
    path = exported(hard, name, tmp_path)
    manifest = path / "manifest.json" if path.is_dir() else tmp_path / "out.manifest.json"
    notices = found(path)[1]
    manifest.unlink()
    assert found(path) == ([], notices)


@pytest.mark.parametrize("name", READ)
def test_an_export_in_parts_is_proved_and_read_part_by_part(hard, tmp_path, name):
    path = exported(hard, name, tmp_path, split="train=0.5,dev=0.5")
    assert found(path)[0] == []
    notices = list(read(path))
    assert {each.part for each in notices} == {"train", "dev"}
    assert found(path)[1] == (len(notices), format_of(name).unit)
    ours = ("SHA256SUMS", "manifest.json")
    first = min(each for each in path.rglob("*") if each.is_file() and each.name not in ours)
    first.write_bytes(first.read_bytes() + b"\n\n{")
    findings, _ = found(path)
    assert f"/out: {first.relative_to(path)} was changed" in findings


@pytest.mark.parametrize(
    ("name", "told"), [("conll", "4 sentences"), ("spans", "1 notice with spans"), ("w3c", "1 notice with spans")]
)
def test_what_is_counted_where_a_file_does_not_tell_its_notices_is_said(database, tmp_path, name, told):
    raw = "某县召开会议。\n各镇汇报。通过。\n"
    store(database, [(notice_of(raw, "one"), [item("a", "某县", raw=raw)], []), (notice_of("附件\n", "none"), [], [])])
    path = exported(database, name, tmp_path, all_notices=True)
    assert str(found(path)[1]) == told
    assert len(list(read(path, text="raw"))) == found(path)[1].number


@pytest.mark.parametrize("options", [{}, {"split": "train=0.5,dev=0.5"}], ids=["file", "parts"])
@pytest.mark.parametrize("name", BINARY)
def test_a_damaged_file_that_has_no_lines_is_found(hard, tmp_path, name, options):
    path = exported(hard, name, tmp_path, **options)
    file = path / f"dev.{name}" if path.is_dir() else path
    file.write_bytes(file.read_bytes()[:-20])
    findings = found(path)[0]
    digest = f"/out: {file.name} was changed" if path.is_dir() else "/out.manifest.json: the file beside it has sha256 "
    assert any(line.startswith(digest) for line in findings)
    assert any(re.match(rf"/out(/{file.name})?:\d+: ", line) for line in findings)
    with pytest.raises(RecordError, match=rf"{file}:\d+: "):
        list(read(path))


@pytest.mark.parametrize("name", BINARY)
def test_a_file_that_has_no_lines_is_read_from_gzip_and_from_standard_input(hard, tmp_path, name, monkeypatch):
    plain = exported(hard, name, tmp_path)
    export_file(hard, tmp_path / "a.gz", ExportOptions(name), "0")
    assert found(tmp_path / "a.gz") == found(plain)
    assert list(read(tmp_path / "a.gz")) == list(read(plain))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(plain.read_bytes())))
    *findings, notices = verify(Path("-"))
    assert ([], notices) == (findings, found(plain)[1])


def test_a_span_that_was_moved_in_parquet_is_found_in_its_row(hard, tmp_path):
    path = exported(hard, "parquet", tmp_path)
    table = parquet.read_table(path)
    rows = table.to_pylist()
    rows[0]["spans"][0]["start"] += 1
    rows[1]["spans"] = None
    parquet.write_table(pa.Table.from_pylist(rows, table.schema), path)
    findings = found(path)[0]
    assert findings[0].startswith("/out:1: at 16..22 the text has ")
    assert findings[1].startswith("/out:2: Expected `array`, got `null`")
    assert findings[2].startswith("/out.manifest.json: the file beside it has sha256 ")


@pytest.mark.parametrize(
    ("at", "told"),
    [(28, "/out:1: [E035] Error creating span with start 15 "), (32, "/out:1: span 1000000..22 is not that of its ")],
)
def test_a_span_that_was_moved_in_a_docbin_is_found_in_its_document(hard, tmp_path, at, told):
    tokens = pytest.importorskip("spacy.tokens", reason=NO_SPACY)
    path = exported(hard, "spacy", tmp_path)
    documents = tokens.DocBin(store_user_data=True).from_disk(path)
    spans = bytearray(documents.span_groups[0])
    first = spans.index(b"\xc4\x28") + 2
    spans[first + at : first + at + 4] = (1_000_000).to_bytes(4)
    documents.span_groups[0] = bytes(spans)
    documents.to_disk(path)
    findings = found(path)[0]
    assert findings[0].startswith(told)
    assert findings[1].startswith("/out.manifest.json: the file beside it has sha256 ")


@pytest.mark.parametrize(("name", "package"), [("parquet", "pyarrow"), ("spacy", "spacy"), ("cas", "cassis")])
def test_where_an_extra_is_missing_one_line_says_how_to_install_it(tmp_path, monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)
    path = tmp_path / "out"
    path.mkdir() if name == "cas" else path.touch()
    with pytest.raises(FormatError, match=rf"install zhupi\[{name}\]"):
        list(read(path, format=name))


def in_line(number, change):
    def changed(path):
        lines = path.read_bytes().split(b"\n")
        row = json.loads(lines[number].removesuffix(b","))
        change(row)
        lines[number] = json.dumps(row, ensure_ascii=False).encode() + (b"," if lines[number].endswith(b",") else b"")
        path.write_bytes(b"\n".join(lines))

    return changed


def moved(row):
    row["spans"][0]["start"] += 1


def token_moved(row):
    row["spans"][0]["token_end"] += 1


def token_changed(row):
    row["tokens"][3]["text"] = "x"


def label_moved(row):
    row["label"][0] = [-1, *row["label"][0][1:]]


def label_inside(row):
    at = row["text"].index("𠮷") + 1
    row["label"].append([at, at + 1, "DATE"])


def region_moved(row):
    row["annotations"][0]["result"][0]["value"]["end"] += 1


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("spans", in_line(2, lambda row: row.update(start=row["start"] + 1)), "/out:3: "),
        ("spans", in_line(2, lambda row: row.pop("doc")), "/out:3: "),
        ("prodigy", in_line(0, moved), "/out:1: "),
        ("prodigy", in_line(0, token_moved), "/out:1: span "),
        ("prodigy", in_line(0, token_changed), "/out:1: token 3 is not character 3"),
        ("prodigy", in_line(0, lambda row: row.update(text=row["text"][1:])), "/out:1: "),
        ("doccano", in_line(0, label_moved), "/out:1: "),
        ("doccano", in_line(0, label_inside), "/out:1: "),
        ("label-studio", in_line(1, region_moved), "/out:2: "),
        ("label-studio", in_line(1, lambda row: row.pop("data")), "/out:2: "),
        ("w3c", in_line(1, lambda row: row["target"][0]["selector"][0].update(end=10**6)), "/out:2: "),
    ],
)
def test_a_change_is_found_in_its_line_and_by_the_digest(hard, tmp_path, name, change, told):
    path = exported(hard, name, tmp_path)
    change(path)
    findings, _ = found(path)
    assert findings[0].startswith(told)
    assert any(line.startswith("/out.manifest.json: the file beside it has sha256 ") for line in findings)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("T1\tDATE 15 22\t", "T1\tDATE 15 21\t", "1: the text has"),
        ("T12\tREQUIREMENT 63 68;69 71\t", "T12\tREQUIREMENT 63 68;70 72\t", "27: the text has"),
        ("T1\tDATE 15 22\t", "T1\tDATE 15 2200\t", "1: span 15..2200 does not fit"),
        ("A1\t", "Z1\t", "4: neither a span nor an attribute"),
        ("A1\tname T3 ", "A1\tname T99 ", "4: neither a span nor an attribute"),
    ],
)
def test_a_change_of_annotations_of_brat_is_found_in_its_line(hard, tmp_path, old, new, told):
    path = exported(hard, "brat", tmp_path)
    ann = (path / "page.ann").read_text(encoding="utf-8")
    assert old in ann
    (path / "page.ann").write_text(ann.replace(old, new, 1), encoding="utf-8")
    findings, _ = found(path)
    assert findings[0] == "/out: page.ann was changed"
    assert findings[1].startswith(f"/out/page.ann:{told}")


def test_a_text_of_brat_without_annotations_is_found(hard, tmp_path):
    path = exported(hard, "brat", tmp_path)
    (path / "page.ann").unlink()
    (path / "nothing.txt").unlink()
    findings, _ = found(path)
    assert findings[:2] == ["/out: page.ann is missing", "/out: nothing.txt is missing"]
    assert "/out/page.txt: it has no annotations beside it" in findings
    assert "/out/nothing.ann: it has no text beside it" in findings


def test_a_folder_that_is_no_export_is_refused(tmp_path):
    with pytest.raises(SourceError, match="a folder: name a file, or a folder that an export wrote"):
        list(verify(tmp_path))


def test_a_manifest_that_names_ten_thousand_moved_notices_is_read(hard, tmp_path):
    path = exported(hard, "jsonl", tmp_path, split="train=0.5,dev=0.5")
    manifest = json.loads((path / "manifest.json").read_bytes())
    moved = [{"notice": f"{number:016x}", "before": "dev", "part": "train", "by": "0" * 16} for number in range(10_000)]
    (path / "manifest.json").write_text(json.dumps({**manifest, "moved": moved}, indent=2))
    assert found(path)[0] == []
    exported(hard, "jsonl", tmp_path, split="train=0.5,dev=0.5")
