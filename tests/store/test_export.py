"""Export: filters choose annotations and never notices, and a file is whole with its manifest or not there."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.errors import LabelError
from annotations.formats import registry
from annotations.formats.choice import ExportOptions
from annotations.formats.losses import GOLD_NOT_DONE
from store.db.files import replacing
from store.edits.annotate import add_annotation
from store.errors import StoreError
from store.log.chain import head
from store.log.events import Change, annotation_change
from store.open import open_database
from store.output import native
from store.output.export import export, export_file
from store.output.verify import Total, verify
from store.read.notices import load_notice
from store.write.record import record


def add(database, number, start, **changes):
    item = replace(annotation_of(RAW, start, start + 3), **changes)
    with database.write() as connection:
        record(connection, item.annotator or "rules", "tag", annotation_change(number, None, item))
    return item


@pytest.fixture
def layered(database):
    """Two notices; the first with layers of two people, one of them with a dot in the name, gold, and suggestions."""
    number = stored_notice(database)
    stored_notice(database, RAW + "。", "other")
    # Two rules found the same span; to decide one of their suggestions decides both.
    for name, start in (("open", 9), ("refused", 5), ("taken", 5)):
        add(database, number, start, id=name, annotator=None, status="suggested", suggested_by="dates/1")
    add(database, number, 5, id="taken.lin", status="accepted")
    add(database, number, 5, id="refused.lin.wei", annotator="lin.wei", status="rejected")
    add(database, number, 0, id="a")
    add(database, number, 0, id="b", label="OFFICIAL", attributes={
        "name": None, "title": None, "organisation": None, "organisation_inferred": None, "mention": None,
    })  # fmt: skip
    add(database, number, 1, id="c", annotator="lin.wei")
    add(database, number, 2, id="g", annotator="gold", status="gold")
    return database


def rows(database, **options):
    out = io.BytesIO()
    report = export(database, out, ExportOptions(**options))
    assert report.sha256 == hashlib.sha256(out.getvalue()).hexdigest()
    return [json.loads(line) for line in out.getvalue().split(b"\n") if line]


def ids(database, **options):
    found = rows(database, **options)
    assert [row["doc"] for row in found] == ["page", "other"]
    return [item["id"] for row in found for item in row["annotations"]]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, ["a", "b", "c", "g", "refused", "refused.lin.wei", "taken", "taken.lin", "open"]),
        ({"layer": "all"}, ["a", "b", "c", "g", "refused", "refused.lin.wei", "taken", "taken.lin", "open"]),
        ({"layer": "lin"}, ["a", "b", "taken.lin"]),
        ({"layer": "lin.wei"}, ["c", "refused.lin.wei"]),
        ({"layer": "gold"}, ["g"]),
        ({"layer": "suggested"}, ["open"]),
        ({"layer": "nobody"}, []),
        ({"label": "OFFICIAL"}, ["b"]),
        ({"label": "REQUIREMENT"}, []),
        ({"status": "suggested"}, ["refused", "taken", "open"]),
        ({"status": "rejected"}, ["refused.lin.wei"]),
        ({"layer": "lin", "label": "DATE", "status": "manual"}, ["a"]),
    ],
)
def test_filters_choose_annotations_and_every_notice_stays(layered, options, wanted):
    assert ids(layered, **options) == wanted


def test_a_filtered_export_proves_itself(layered, tmp_path):
    export_file(layered, tmp_path / "a.jsonl", ExportOptions(layer="lin.wei"), "0")
    assert list(verify(tmp_path / "a.jsonl")) == [Total(2)]


def test_spans_are_one_a_line_with_exactly_their_keys(layered):
    found = rows(layered, format="spans", layer="suggested")
    assert found == [
        {
            "doc": "page", "label": "DATE", "start": 9, "end": 12, "text": RAW[9:12],
            "attributes": {"iso": None, "part": None, "mod": None, "role": None, "approx": None},
            "status": "suggested", "annotator": None,
        }
    ]  # fmt: skip
    everything = rows(layered, format="spans", layer="all")
    assert len(everything) == 9
    assert all(RAW[row["start"] : row["end"]] == row["text"] for row in everything)


def test_spans_are_what_people_said_and_only_notices_of_which_they_did_are_counted(layered):
    assert [row["annotator"] for row in rows(layered, format="spans")] == ["gold"]
    assert [row["annotator"] for row in rows(layered, format="spans", layer="lin")] == ["lin", "lin", "lin"]
    told = []
    report = export(layered, io.BytesIO(), ExportOptions("spans"), leave_out=told.append)
    assert (report.notices, str(report.counts)) == (1, "1 annotation, 0 suggestions, 0 decisions")
    assert (report.left_out.unsaid, report.left_out.differing, told) == (1, 0, [])
    report = export(layered, io.BytesIO(), ExportOptions("spans", all_notices=True))
    assert (report.notices, report.left_out.unsaid) == (2, 0)


def test_a_notice_whose_layers_differ_is_left_out_by_name_where_the_format_has_no_annotators(layered, monkeypatch):
    monkeypatch.setitem(registry.FORMATS, "plain", registry.Entry("annotations.formats.doccano", "a notice a line"))
    add(layered, 2, 0, id="x")
    add(layered, 2, 1, id="y", annotator="lin.wei")
    told, out = [], io.BytesIO()
    report = export(layered, out, ExportOptions("plain"), leave_out=told.append)
    (line,) = told
    assert line == f"other ({notice_id_of(layered, 2)}): the layers of lin, lin.wei differ; name one with --layer"
    assert (report.notices, report.left_out.unsaid, report.left_out.differing) == (1, 0, 1)
    assert [row["zhupi_doc"] for row in map(json.loads, out.getvalue().splitlines())] == ["page"]


@pytest.mark.parametrize("layer", [None, "gold", "all"])
def test_gold_that_is_not_done_is_told(layered, tmp_path, layer):
    report = export_file(layered, tmp_path / "a.jsonl", ExportOptions("spans", layer=layer), "1.2.3")
    wanted = {} if layer == "all" else {GOLD_NOT_DONE: {"count": 1, "first": [notice_id_of(layered, 1)]}}
    assert json.loads((tmp_path / "a.jsonl.manifest.json").read_bytes())["warnings"] == wanted
    assert len(list(report.warnings.lines())) == len(wanted)
    with layered.write() as connection:
        record(connection, "lin", "import", Change(1, "review", "gold", None, Review("gold", "done", None, now())))
    assert not export(layered, io.BytesIO(), ExportOptions("spans", layer=layer)).warnings.kinds


def notice_id_of(database, number):
    return load_notice(database.connection, number).notice.id


def test_an_accepted_suggestion_is_one_annotation_one_suggestion_and_one_decision(database, tmp_path):
    number = stored_notice(database)
    for start in range(10):
        add(database, number, start, id=f"s{start}", annotator=None, status="suggested", suggested_by="dates/1")
        add(database, number, start, id=f"s{start}.lin", status="rejected" if start > 7 else "accepted")
    add(database, number, 12, id="own")
    report = export_file(database, tmp_path / "a.jsonl", ExportOptions(), "0")
    assert str(report.counts) == "9 annotations, 10 suggestions, 10 decisions"
    assert list(verify(tmp_path / "a.jsonl")) == [Total(1)]
    assert len(rows(database, format="spans")) == 9


def test_an_unknown_label_is_refused_and_nothing_is_written(layered, tmp_path):
    (tmp_path / "a.jsonl").write_text("before")
    with pytest.raises(LabelError, match="unknown label NOSUCH"):
        export_file(layered, tmp_path / "a.jsonl", ExportOptions(label="NOSUCH"), "0")
    assert (tmp_path / "a.jsonl").read_text() == "before"
    assert files(tmp_path) == ["a.jsonl"]


def files(folder):
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith("zhupi.db"))


def test_the_manifest_has_exactly_the_keys_of_the_contract(layered, tmp_path):
    path = tmp_path / "a.jsonl"
    export_file(layered, path, ExportOptions(label="DATE"), "1.2.3")
    manifest = json.loads((tmp_path / "a.jsonl.manifest.json").read_bytes())
    assert manifest == {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "notices": 2,
        "annotations": 4,
        "options": {
            "format": "jsonl", "layer": None, "label": "DATE", "status": None, "all_notices": False,
            "text": None, "scheme": None, "split": None, "sort": "import", "without_bulk": False,
        },
        "normalizer": "test",
        "zhupi": "1.2.3",
        "suggestions": 3,
        "decisions": 2,
        "left_out": {"unsaid": 0, "differing": 0},
        "not_carried": {},
        "warnings": {},
        "parts": None,
        "moved": None,
        "head": str(head(layered.connection)),
        "release": None,
        "labels": {"REQUIREMENT": "REQUIREMENT", "OFFICIAL": "OFFICIAL", "DATE": "DATE"},
    }  # fmt: skip


def test_a_name_that_says_gzip_gets_the_same_bytes_of_it_each_time(layered, tmp_path, monkeypatch):
    plain, path = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    export_file(layered, plain, ExportOptions(), "0")
    export_file(layered, path, ExportOptions(), "0")
    written = path.read_bytes()
    assert gzip.decompress(written) == plain.read_bytes()
    assert list(verify(path)) == [Total(2)]
    monkeypatch.setattr("time.time", lambda: 10**9)
    export_file(layered, tmp_path / "b.jsonl.gz", ExportOptions(), "0")
    assert (tmp_path / "b.jsonl.gz").read_bytes() == written


def test_an_empty_database_gives_an_empty_export(database, tmp_path):
    export_file(database, tmp_path / "a.jsonl", ExportOptions(), "0")
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert json.loads((tmp_path / "a.jsonl.manifest.json").read_bytes())["normalizer"] is None


def test_a_file_that_was_there_is_replaced_whole_and_keeps_its_permissions(layered, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 10**6)
    path.chmod(0o600)
    export_file(layered, path, ExportOptions(), "0")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(verify(path)) == [Total(2)]
    assert files(tmp_path) == ["a.jsonl", "a.jsonl.manifest.json"]


def test_a_failure_in_the_middle_leaves_what_was_there(layered, tmp_path):
    export_file(layered, tmp_path / "a.jsonl", ExportOptions(), "0")
    before = [(tmp_path / name).read_bytes() for name in files(tmp_path)]

    def fail(notices):
        if notices == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(layered, tmp_path / "a.jsonl", ExportOptions(label="DATE"), "0", fail)
    assert files(tmp_path) == ["a.jsonl", "a.jsonl.manifest.json"]
    assert [(tmp_path / name).read_bytes() for name in files(tmp_path)] == before


@pytest.mark.parametrize("name", [".", "..", "/", "folder", "no/such/folder/a.jsonl"])
def test_what_is_no_file_to_write_is_refused(layered, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(StoreError, match=f"^{name}: "):
        export_file(layered, Path(name), ExportOptions(), "0")
    assert files(tmp_path) == ["folder"]


def test_a_device_or_a_pipe_is_never_replaced(layered, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "null").symlink_to("/dev/null")
    for name in ("pipe", "null"):
        with pytest.raises(StoreError, match="not a file that can be replaced"):
            export_file(layered, tmp_path / name, ExportOptions(), "0")
    assert files(tmp_path) == ["null", "pipe"]


def test_a_manifest_that_cannot_be_replaced_costs_the_export_nothing(layered, tmp_path):
    (tmp_path / "a.jsonl").write_text("before")
    (tmp_path / "a.jsonl.manifest.json").mkdir()
    with pytest.raises(StoreError, match="manifest"):
        export_file(layered, tmp_path / "a.jsonl", ExportOptions(), "0")
    assert (tmp_path / "a.jsonl").read_text() == "before"


def test_a_name_that_is_too_long_is_refused(layered, tmp_path):
    with pytest.raises(StoreError, match="File name too long"):
        export_file(layered, tmp_path / ("長" * 80), ExportOptions(), "0")
    assert files(tmp_path) == []


WRITE = """
import sys
from pathlib import Path
from store.db.files import replacing
with replacing(Path(sys.argv[1])) as out:
    out.write(b"half")
    out.flush()
    print("half", flush=True)
    sys.stdin.read()
"""


def half_written(path):
    child = subprocess.Popen([sys.executable, "-c", WRITE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"half\n"
    return child


def test_kill_9_in_the_middle_leaves_what_was_there_and_the_next_export_sweeps(layered, tmp_path):
    path = tmp_path / "a[0-9]*.jsonl"
    path.write_text("before")
    child = half_written(path)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert path.read_text() == "before"
    assert len(files(tmp_path)) == 2
    export_file(layered, path, ExportOptions(), "0")
    assert list(verify(path)) == [Total(2)]
    assert files(tmp_path) == [path.name, f"{path.name}.manifest.json"]


def test_a_sweep_leaves_the_file_of_a_living_export_alone(layered, tmp_path):
    path = tmp_path / "a.jsonl"
    child = half_written(path)
    export_file(layered, path, ExportOptions(), "0")
    child.communicate()
    assert child.returncode == 0
    # Each is whole; the later one stays.
    assert path.read_bytes() == b"half"
    assert files(tmp_path) == ["a.jsonl", "a.jsonl.manifest.json"]


def test_a_sweep_takes_nothing_that_is_called_otherwise_and_waits_for_no_pipe(layered, tmp_path):
    names = [".a.jsonl.tmp", ".b.jsonl.0123abcd.tmp", ".a.jsonl.0123abcd.tmp.bak", ".a.jsonl.0123ABCD.tmp"]
    for name in names:
        (tmp_path / name).touch()
    os.mkfifo(tmp_path / ".a.jsonl.0123abcd.tmp")
    with replacing(tmp_path / "a.jsonl") as out:
        out.write(b"x")
    assert set(names) <= set(files(tmp_path))


TAG = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from making import RAW, annotation_of
from msgspec.structs import replace
from store.log.chain import head
from store.open import open_database
from store.log.events import annotation_change
from store.write.record import record
with open_database(Path(sys.argv[1])) as database:
    while True:
        first = annotation_of(RAW, 0, 3)
        with database.write() as connection:
            for number in (1, 2):
                item = replace(first, id=f"{first.id}.{number}")
                record(connection, "lin", "tag", annotation_change(number, None, item))
        print(first.id, flush=True)
"""


def test_an_export_is_one_state_while_two_others_write(tmp_path):
    """Each writer puts one annotation on both notices at once: an export has both or neither."""
    with open_database(tmp_path / "a.db", create=True) as database:
        stored_notice(database)
        stored_notice(database, RAW + "。", "other")
        command = [sys.executable, "-c", TAG, str(tmp_path / "a.db"), str(Path(__file__).parents[1] / "support")]
        writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        try:
            acknowledged = {writer.stdout.readline().decode().strip() for writer in writers}
            sizes = []
            for _ in range(8):
                first, second = (
                    {item["id"].removesuffix(f".{number}") for item in row["annotations"]}
                    for number, row in enumerate(rows(database), 1)
                )
                assert first == second
                assert acknowledged <= first
                sizes.append(len(first))
                acknowledged |= {writer.stdout.readline().decode().strip() for writer in writers}
            assert sizes == sorted(sizes)
            assert sizes[-1] > sizes[0]
        finally:
            for writer in writers:
                writer.kill()
                writer.communicate()


def test_an_annotation_added_while_an_export_runs_is_not_in_it(layered, tmp_path, monkeypatch):
    monkeypatch.setattr(native, "_AT_ONCE", 1)

    def add_one(notices):
        if notices == 1:
            with open_database(layered.path) as other:
                add_annotation(other, "lin", 2, annotation_of(RAW, 0, 3))

    report = export_file(layered, tmp_path / "a.jsonl", ExportOptions(), "0", add_one)
    assert report.counts.all == 9
    assert len(ids(layered)) == 10
