"""An export proves itself: whatever is changed in it, ``verify`` finds it and names its line."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of
from workplace import SAMPLES

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.errors import SourceError
from store.input import lines as input_lines
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.open import open_database
from store.output.export import export_file
from store.output.verify import Total, verify
from store.read.notices import load_notice

# Line 2 has readings behind its characters, so atomic runs, and a repeated body.
PAGES = ["01-river-chief-meeting.txt", "02-air-quality-campaign.txt", "06-drinking-water-sources.txt"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The bytes of an export and of its manifest: three notices, annotations and reviews on the second."""
    folder = tmp_path_factory.mktemp("exported")
    with open_database(folder / "zhupi.db", create=True) as database:
        report = ingest(database, read_sources([SAMPLES / page for page in PAGES]), "lin", pytest.fail)
        assert report.added == 3
        raw = load_notice(database.connection, 2).notice.raw
        title, metadata, body = (
            region.start
            for region in load_notice(database.connection, 2).notice.regions
            if region.kind in ("title", "metadata", "body")
        )
        for start, end in ((title, title + 4), (title, title + 4), (metadata, metadata + 9), (body + 6, body + 9)):
            add_annotation(database, "lin", 2, annotation_of(raw, start, end))
        for name in ("lin", "chen"):
            set_review(database, name, 2, Review(name, "done", None, now()))
        export_file(database, folder / "a.jsonl", ExportOptions(), "0")
    return (folder / "a.jsonl").read_bytes(), (folder / "a.jsonl.manifest.json").read_bytes()


@pytest.fixture
def rows(exported):
    return [json.loads(line) for line in exported[0].decode().split("\n") if line]


def found(path):
    """The findings about a file; the last thing that ``verify`` yields is how many notices it has."""
    *findings, notices = verify(path)
    assert isinstance(notices, Total)
    return findings


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_an_export_with_its_manifest_is_proved(exported, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(exported[0])
    (tmp_path / "a.jsonl.manifest.json").write_bytes(exported[1])
    assert list(verify(tmp_path / "a.jsonl")) == [Total(3)]


def test_an_export_that_another_program_wrote_again_is_proved(rows, tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(rows), encoding="utf-8")
    assert found(tmp_path / "a.jsonl") == []


def test_the_second_line_has_what_the_cases_need(rows):
    row = rows[1]
    assert any(b - a > d - c == 1 for a, b, c, d in row["runs"])
    assert any(region["kind"] == "duplicate" for region in row["regions"])
    assert [item["normalized_text"] is None for item in row["annotations"]] == [False, False, True, False]
    assert [review["annotator"] for review in row["reviews"]] == ["chen", "lin"]


def set_in(*path):
    """A change of the value at ``path`` into the last argument, or by it where it is a function."""
    *keys, last, value = path

    def change(row):
        part = row
        for key in keys:
            part = part[key]
        part[last] = value(part[last]) if callable(value) else value

    return change


def drop(*path):
    *keys, last = path

    def change(row):
        part = row
        for key in keys:
            part = part[key]
        del part[last]

    return change


def atomic(row):
    return next(i for i, (a, b, c, d) in enumerate(row["runs"]) if b - a > d - c == 1)


def atomic_yields_two(row):
    row["runs"][atomic(row)][3] += 1


def atomic_overlaps(row):
    row["runs"][atomic(row)][0] -= 1


def hole_in_runs(row):
    del row["runs"][atomic(row)]


def swap_annotations(row):
    items = row["annotations"]
    items[0], items[-1] = items[-1], items[0]


def same_id_twice(row):
    row["annotations"][2]["id"] = row["annotations"][1]["id"]


def another_character(text):
    return ("甲" if text[0] != "甲" else "乙") + text[1:]


TAMPERING = {
    "raw": (set_in("raw", another_character), "sha256"),
    "raw longer": (set_in("raw", lambda raw: raw + "。"), "sha256"),
    "raw empty": (set_in("raw", ""), "empty"),
    "raw half a character": (set_in("raw", lambda raw: raw + "\ud800"), "not JSON|half|surrogate"),
    "sha256": (set_in("sha256", "0" * 64), "sha256"),
    "sha256 upper case": (set_in("sha256", str.upper), "sha256"),
    "sha256 with a newline": (set_in("sha256", lambda digest: digest + "\n"), "sha256"),
    "id": (set_in("id", "0" * 16), "id"),
    "id longer": (set_in("id", lambda name: name + "0"), "id"),
    "schema": (set_in("schema", "zhupi/3"), "schema"),
    "schema of the first version": (set_in("schema", "zhupi/1"), "zhupi/1 has no"),
    "key missing": (drop("url"), "url"),
    "key unknown": (lambda row: row.update(colour="red"), "colour"),
    "key of an annotation missing": (drop("annotations", 0, "score"), "score"),
    "key of an annotation unknown": (set_in("annotations", 0, lambda item: {**item, "more": 1}), "more"),
    "key of a review missing": (drop("reviews", 0, "comment"), "comment"),
    "key of a region missing": (drop("regions", 0, "by"), "by"),
    "type of doc": (set_in("doc", 7), "doc"),
    "type of meta": (set_in("meta", []), "meta"),
    "type of start": (set_in("annotations", 0, "start", "0"), "start"),
    "start negative": (set_in("annotations", 0, "start", -1), "start"),
    "start boolean": (set_in("annotations", 0, "start", False), "start"),
    "type of unsure": (set_in("annotations", 0, "unsure", 0), "unsure"),
    "type of an attribute": (set_in("annotations", 0, "attributes", {"iso": 1}), "attributes"),
    "status": (set_in("annotations", 0, "status", "maybe"), "status"),
    "status of a review": (set_in("reviews", 0, "status", "maybe"), "status"),
    "time": (set_in("annotations", 0, "created_at", "2021-09-26"), "created_at"),
    "time with a newline": (set_in("annotations", 0, "created_at", lambda time: time + "\n"), "created_at"),
    "time in other digits": (set_in("annotations", 0, "updated_at", lambda time: "２" + time[1:]), "updated_at"),
    "run of three": (set_in("runs", 0, lambda run: run[:3]), "runs"),
    "run atomic, two characters": (atomic_yields_two, "run"),
    "run overlaps": (atomic_overlaps, "overlaps"),
    "runs with a hole": (hole_in_runs, "hole"),
    "runs end early": (set_in("runs", lambda runs: runs[:-1]), "cover|hole"),
    "run past the raw text": (set_in("runs", -1, lambda run: [run[0], 10**9, run[2], run[3]]), "run"),
    "runs out of order": (set_in("runs", lambda runs: [runs[1], runs[0], *runs[2:]]), "run"),
    "run from a region that is left out": (set_in("regions", -1, "kind", "boilerplate"), "neither title nor body"),
    "normalized longer": (set_in("normalized", lambda text: text + "。"), "cover"),
    "normalized shorter": (set_in("normalized", lambda text: text[:-1]), "hole|cover"),
    "regions with a hole": (set_in("regions", lambda regions: [regions[0], *regions[2:]]), "does not begin where"),
    "regions overlap": (set_in("regions", 1, "start", lambda start: start - 1), "does not begin where"),
    "regions end early": (set_in("regions", lambda regions: regions[:-1]), "regions end at"),
    "regions past the end": (set_in("regions", -1, "end", lambda end: end + 1), "regions end at"),
    "region empty": (set_in("regions", 0, "end", 0), "does not begin where"),
    "region of no kind": (set_in("regions", 0, "kind", "footer"), "kind"),
    "region copies backwards": (set_in("regions", 0, "of", [5, 2]), "5..2"),
    "region copies text outside": (set_in("regions", 0, "of", [0, 10**9]), "outside"),
    "region copies, and is no duplicate": (set_in("regions", -1, "of", [0, 2]), "only duplicates"),
    "quote": (set_in("annotations", 0, "text", another_character), "quote"),
    "span moved": (set_in("annotations", 1, "start", lambda start: start + 1), "raw text has|order"),
    "span past the end": (set_in("annotations", -1, "end", 10**9), "does not fit"),
    "span reversed": (set_in("annotations", 0, "end", 0), "does not fit"),
    "normalized quote": (set_in("annotations", 0, "normalized_text", another_character), "normalized span"),
    "normalized quote null": (set_in("annotations", 0, "normalized_text", None), "normalized span"),
    "normalized span moved": (set_in("annotations", 0, "normalized_end", lambda end: end + 1), "normalized span"),
    "annotations out of order": (swap_annotations, "order"),
    "annotation id twice": (same_id_twice, "order|twice"),
    "annotation without an id": (set_in("annotations", 0, "id", ""), "id"),
    "annotation of nobody": (set_in("annotations", 0, "annotator", None), "nobody"),
    "suggestion of somebody": (set_in("annotations", 0, "status", "suggested"), "suggested by lin"),
    "annotator named as a layer": (set_in("annotations", 0, "annotator", "all"), "“all”"),
    "annotator without a name": (set_in("annotations", 0, "annotator", ""), "“”"),
    "reviewer named as a layer": (set_in("reviews", 0, "annotator", "all"), "“all”"),
    "reviews out of order": (set_in("reviews", lambda reviews: reviews[::-1]), "order"),
    "review twice": (set_in("reviews", 0, "annotator", "lin"), "order|twice"),
}  # fmt: skip


@pytest.mark.parametrize("case", TAMPERING)
def test_whatever_was_changed_is_found_and_its_line_named(rows, tmp_path, case):
    change, told = TAMPERING[case]
    changed = copy.deepcopy(rows)
    change(changed[1])
    assert json.dumps(changed) != json.dumps(rows)  # 0 == False
    text = "".join(json.dumps(row) + "\n" for row in changed)  # ASCII, because half a character cannot be written
    (tmp_path / "a.jsonl").write_text(text, encoding="ascii")
    (line,) = found(tmp_path / "a.jsonl")
    assert line.startswith(f"{tmp_path / 'a.jsonl'}:2: ")
    assert any(word in line for word in told.split("|")), line


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"null", b"7", b'"text"', b"{}", b"\xff\xfe", b"\x00", b"{'schema': 'zhupi/1'}", b"<html>",
        b'{"schema":"zhupi/1","meta":{"a":' + b"[" * 100_000, b'{"schema":' + b"9" * 5000 + b"}",
    ],
    ids=range(13),
)  # fmt: skip
def test_a_line_that_is_no_record_is_found(exported, tmp_path, line):
    first, _, rest = exported[0].partition(b"\n")
    (tmp_path / "a.jsonl").write_bytes(first + b"\n" + line + b"\n" + rest)
    (finding,) = found(tmp_path / "a.jsonl")
    assert finding.startswith(f"{tmp_path / 'a.jsonl'}:2: not ")


def test_meta_nested_without_end_is_found(rows, tmp_path):
    deep = json.loads("[" * 900 + "]" * 900)
    rows[0]["meta"]["deep"] = deep
    (tmp_path / "a.jsonl").write_text(lines(rows), encoding="utf-8")
    (finding,) = found(tmp_path / "a.jsonl")
    assert "a.jsonl:1: " in finding
    assert "nested too deeply" in finding


def test_a_last_line_that_was_cut_is_found(exported, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(exported[0][:-10])
    (finding,) = found(tmp_path / "a.jsonl")
    assert ":3: not JSON" in finding


def test_an_empty_file_is_found(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"")
    (finding,) = found(tmp_path / "a.jsonl")
    assert "empty" in finding


def test_a_notice_that_stands_twice_is_found_with_both_lines(exported, tmp_path):
    first = exported[0].partition(b"\n")[0]
    (tmp_path / "a.jsonl").write_bytes(exported[0] + first + b"\n")
    (finding,) = found(tmp_path / "a.jsonl")
    assert "a.jsonl:4: notice " in finding
    assert "line 1 too" in finding


def test_every_broken_line_is_named(rows, tmp_path):
    for row in rows:
        row["sha256"] = "0" * 64
    (tmp_path / "a.jsonl").write_text(lines(rows), encoding="utf-8")
    assert [line.partition(".jsonl:")[2][0] for line in found(tmp_path / "a.jsonl")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda manifest: manifest.update(sha256="0" * 64), "has sha256"),
        (
            lambda manifest: manifest.update(notices=4),
            "3 notices with 4 annotations, 0 suggestions, 0 decisions, not 4",
        ),
        (lambda manifest: manifest.update(annotations=5), "0 decisions, not 3 with 5 annotations, 0 suggestions"),
        (lambda manifest: manifest.update(suggestions=1), "0 decisions, not 3 with 4 annotations, 1 suggestion,"),
        (lambda manifest: manifest.update(decisions=1), "0 suggestions, 1 decision"),
        (lambda manifest: (older(manifest), manifest.update(annotations=5)), "with 4 annotations, not 3 with 5"),
        (lambda manifest: manifest.pop("sha256"), "not a manifest"),
        (lambda manifest: manifest.update(notices="3"), "not a manifest"),
        (lambda manifest: manifest["options"].update(format="nosuch"), "not a manifest: unknown format nosuch"),
        (lambda manifest: manifest["options"].update(format="brat"), "of a folder in the format brat"),
    ],
)
def test_a_manifest_that_is_not_of_this_file_is_found(exported, tmp_path, change, told):
    manifest = json.loads(exported[1])
    change(manifest)
    (tmp_path / "a.jsonl").write_bytes(exported[0])
    (tmp_path / "a.jsonl.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (finding,) = found(tmp_path / "a.jsonl")
    assert finding.startswith(f"{tmp_path / 'a.jsonl.manifest.json'}: ")
    assert told in finding


def older(manifest):
    """Make a manifest one of an earlier version, whose number of annotations is that of all kinds."""
    for name in ("suggestions", "decisions", "left_out"):
        del manifest[name]
    manifest["options"] = {"format": "jsonl", "layer": "all", "label": None, "status": None}


def test_a_manifest_of_an_earlier_version_is_proved(exported, tmp_path):
    """It has no number of suggestions and decisions, and counts all as annotations."""
    rows = [json.loads(line) for line in exported[0].decode().split("\n") if line]
    item = rows[1]["annotations"][-1]
    rows[1]["annotations"].append({**item, "id": "z", "annotator": None, "status": "suggested"})
    (tmp_path / "a.jsonl").write_text(lines(rows), encoding="utf-8")
    manifest = json.loads(exported[1])
    older(manifest)
    manifest["annotations"] = 5
    manifest["sha256"] = hashlib.sha256((tmp_path / "a.jsonl").read_bytes()).hexdigest()
    (tmp_path / "a.jsonl.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert list(verify(tmp_path / "a.jsonl")) == [Total(3)]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"a":' + b"[" * 100_000], ids=range(5))
def test_a_manifest_that_is_none_is_found(exported, tmp_path, content):
    (tmp_path / "a.jsonl").write_bytes(exported[0])
    (tmp_path / "a.jsonl.manifest.json").write_bytes(content)
    (finding,) = found(tmp_path / "a.jsonl")
    assert "not a manifest" in finding


def test_a_changed_file_that_proves_itself_still_fails_its_manifest(exported, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(exported[0].partition(b"\n")[2])
    (tmp_path / "a.jsonl.manifest.json").write_bytes(exported[1])
    assert ["has sha256" in line or "2 notices" in line for line in found(tmp_path / "a.jsonl")] == [True, True]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"a\.jsonl: no such file or folder"):
        list(verify(tmp_path / "a.jsonl"))
    with pytest.raises(SourceError, match="a folder: name a file"):
        list(verify(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="pipe it into zhupi and name it -"):
        list(verify(tmp_path / "pipe"))


@pytest.mark.parametrize("manifest", ["a.jsonl", "given"])
@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.jsonl.gz", gzip.compress),
        ("a.jsonl", gzip.compress),
        ("a.jsonl", lambda data: b"\xef\xbb\xbf" + data),
        ("a.jsonl.gz", lambda data: gzip.compress(b"\xef\xbb\xbf" + data)),
        ("a.jsonl", lambda data: data.decode().encode("utf-16")),
    ],
    ids=["gzip", "gzip by another name", "mark", "both", "UTF-16"],
)
def test_what_import_takes_is_proved(exported, tmp_path, name, packed, manifest):
    path = tmp_path / name
    path.write_bytes(packed(exported[0]))
    # Beside the compressed file, or beside what was compressed.
    beside = tmp_path / f"{name if manifest == 'given' else manifest}.manifest.json"
    beside.write_bytes(exported[1])
    assert list(verify(path)) == [Total(3)]
    with open_database(tmp_path / "b.db", create=True) as database:
        assert ingest(database, read_sources([path]), "lin", pytest.fail).added == 3
    path.write_bytes(packed(exported[0].partition(b"\n")[2]))
    assert [line.partition(": ")[0] for line in found(path)] == [str(beside), str(beside)]


def test_gzip_that_was_cut_is_refused(exported, tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(exported[0])[:-20])
    with pytest.raises(SourceError, match=r"a\.jsonl\.gz: damaged or cut off gzip data"):
        list(verify(tmp_path / "a.jsonl.gz"))


def test_a_line_that_no_import_takes_is_found(exported, tmp_path, monkeypatch):
    monkeypatch.setattr(input_lines, "LIMIT", len(exported[0].split(b"\n")[0]) + 1)
    (tmp_path / "a.jsonl").write_bytes(exported[0])
    (tmp_path / "a.jsonl.manifest.json").write_bytes(exported[1])
    sizes = [len(line) + 1 for line in exported[0].split(b"\n")[:-1]]
    wanted = [f"a.jsonl:{number}" for number, size in enumerate(sizes, 1) if size > sizes[0]]
    assert [line.partition(": ")[0].rpartition("/")[2] for line in found(tmp_path / "a.jsonl")] == wanted != []


@settings(deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_one_changed_byte_never_passes_the_manifest_and_never_breaks_verify(exported, tmp_path_factory, at, byte):
    folder = tmp_path_factory.getbasetemp()
    index = int(at * len(exported[0]))
    changed = exported[0][:index] + bytes([byte]) + exported[0][index + 1 :]
    (folder / "b.jsonl").write_bytes(changed)
    (folder / "b.jsonl.manifest.json").write_bytes(exported[1])
    assert (found(folder / "b.jsonl") == []) == (changed == exported[0])
