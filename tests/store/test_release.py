"""Releases: immutable, whole or not there, each under a tag that the log knows and nobody uses twice."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from making import RAW, annotation_of, stored_notice, wrong

from annotations.formats import read
from annotations.formats.choice import ExportOptions
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.edits.release import release, releases
from store.errors import DiskFullError, RoleError, StoreError
from store.log.chain import head, parse_head
from store.output.export import export, export_file, export_release
from store.output.folder import NewFolder, changes
from store.output.verify import Total, verify
from store.project.reviewers import current_reviewer

KILLED = Path(__file__).parents[1] / "support" / "killed_release.py"


@pytest.fixture
def filled(database):
    for number in range(5):
        raw = f"{RAW}{number}"
        add_annotation(database, "lin", stored_notice(database, raw, f"d{number}"), annotation_of(raw, 0, 3))
    add_reviewer(database, current_reviewer(), "lin", "admin")
    return database


def released(database, tag, path, actor="lin", **options):
    write = partial(export_release, database, options=ExportOptions(**options), version="1")
    return release(database, actor, tag, path, write)


def sorted_export(database):
    out = io.BytesIO()
    export(database, out, ExportOptions(sort="id"))
    return out.getvalue()


def test_a_release_is_the_export_sorted_by_id_with_its_place_in_the_log_and_nobody_may_write_it(filled, tmp_path):
    path, noted = tmp_path / "v1", head(filled.connection)

    def write(folder, note):
        report = export_release(filled, folder, note, ExportOptions(), "1")
        # Somebody goes on working: that is in no release of the moment before.
        raw = f"{RAW}9"
        add_annotation(filled, "lin", stored_notice(filled, raw, "later"), annotation_of(raw, 0, 3))
        return report

    before = sorted_export(filled)
    made = release(filled, "lin", "v1", path, write)
    assert (path / "notices.jsonl").read_bytes() == before
    assert sorted(each.name for each in path.iterdir()) == ["SHA256SUMS", "manifest.json", "notices.jsonl"]
    assert not any(each.stat().st_mode & 0o222 for each in path.iterdir())
    manifest = json.loads((path / "manifest.json").read_bytes())
    assert (manifest["head"], manifest["release"]["position"]) == (str(noted), noted.number)
    assert (manifest["release"]["tag"], manifest["release"]["by"], manifest["notices"]) == ("v1", "lin", 5)
    assert manifest["release"]["open"] == {
        "undecided": 0,
        "unsure": 0,
        "flagged": 0,
        "not_adjudicated": 0,
        "conflicts": 0,
    }
    assert list(verify(path)) == [Total(5)]
    assert [(each.part, each.doc) for each in read(path)] == [
        (None, each["doc"]) for each in map(json.loads, before.splitlines())
    ]
    [known] = releases(filled.connection)
    assert (known.tag, known.by, known.position, known.event) == ("v1", "lin", noted.number, made.event)
    assert known.sha256 == hashlib.sha256((path / "manifest.json").read_bytes()).hexdigest()
    assert made.event > noted.number + 1
    assert wrong(filled) == []


def test_a_tag_is_used_once_and_nothing_takes_the_place_of_a_release_or_goes_into_it(filled, tmp_path):
    path = tmp_path / "v1"
    released(filled, "v1", path)
    kept = {each.name: each.read_bytes() for each in path.iterdir()}
    with pytest.raises(StoreError, match=r"v1 was released on .* by lin .*name another"):
        released(filled, "v1", tmp_path / "other")
    for act in (
        lambda: released(filled, "v2", path),
        lambda: export_file(filled, path, ExportOptions(split="train=0.5,dev=0.5"), "1"),
        lambda: export_file(filled, path / "notices.jsonl", ExportOptions(), "1"),
    ):
        with pytest.raises(StoreError, match=r"release v1, .*name another"):
            act()
    assert {each.name: each.read_bytes() for each in path.iterdir()} == kept
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note").write_text("mine")
    with pytest.raises(StoreError, match="name another"):
        released(filled, "v2", tmp_path / "full")
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith("tmp")] == []
    add_reviewer(filled, "lin", "mei", "adjudicator")
    with pytest.raises(RoleError, match="ask an admin"):
        released(filled, "v2", tmp_path / "v2", actor="mei")
    assert [each.tag for each in releases(filled.connection)] == ["v1"]
    (tmp_path / "v3").mkdir()
    released(filled, "第三版", tmp_path / "v3", format="brat")
    assert list(verify(tmp_path / "v3")) == [Total(5)]


@pytest.mark.parametrize("tag", ["", ".", "../v1", "a/b", "v 1", "con", "v1\n", "-v", "v\u202e1", "v" * 65])
def test_what_is_not_safe_as_a_file_name_is_no_tag(filled, tmp_path, tag):
    with pytest.raises(StoreError, match="no release can be called"):
        released(filled, tag, tmp_path / "v1")


def test_whoever_changes_a_release_is_found_out(filled, tmp_path):
    path = tmp_path / "v1"
    released(filled, "v1", path)
    manifest = json.loads((path / "manifest.json").read_bytes())

    def told(**changed):
        (path / "manifest.json").chmod(0o644)
        (path / "manifest.json").write_text(json.dumps(manifest | changed))
        return [str(each) for each in verify(path)][:-1]

    assert told() == []
    assert "is no head of a log" in told(head="7:xyz")[0]
    assert "its position is" in told(head=f"1:{'0' * 64}")[0]
    told()
    (path / "notices.jsonl").chmod(0o644)
    (path / "notices.jsonl").write_bytes((path / "notices.jsonl").read_bytes().replace(b"lin", b"mei"))
    assert "notices.jsonl was changed" in next(str(each) for each in verify(path))


@pytest.mark.parametrize("moment", ["writing", "logged", "put", "committed", "never"])
def test_a_release_that_was_killed_is_whole_or_not_there_and_the_same_command_ends_it(filled, tmp_path, moment):
    path = tmp_path / "v1"
    done = subprocess.run([sys.executable, KILLED, filled.path, "v1", path, moment], capture_output=True)
    assert done.returncode == (0 if moment == "never" else -signal.SIGKILL), done.stderr
    assert path.exists() == (moment in ("put", "committed", "never"))
    if path.exists():
        assert list(changes(path)) == []
    known = [each.tag for each in releases(filled.connection)]
    assert known == (["v1"] if moment in ("committed", "never") else [])
    if known:
        with pytest.raises(StoreError, match=r"v1 was released"):
            released(filled, "v1", path)
    else:
        released(filled, "v1", path)
    assert list(verify(path)) == [Total(5)]
    assert [each.tag for each in releases(filled.connection)] == ["v1"]
    assert parse_head(json.loads((path / "manifest.json").read_bytes())["head"]).number
    assert [each for each in tmp_path.iterdir() if each.name.endswith(".tmp")] == []
    assert wrong(filled) == []


def test_what_an_unlogged_release_left_aside_is_put_back_by_no_export(filled, tmp_path):
    path = tmp_path / "v1"
    subprocess.run([sys.executable, KILLED, filled.path, "v1", path, "logged"], capture_output=True)
    assert [each for each in tmp_path.iterdir() if each.name.endswith(".tmp")]
    export_file(filled, path, ExportOptions(split="train=0.5,dev=0.5"), "1")
    assert sorted(each.name for each in path.glob("*.jsonl")) == ["dev.jsonl", "train.jsonl"]
    assert [each for each in tmp_path.iterdir() if each.name.endswith(".tmp")] == []


@pytest.mark.parametrize("at", ["sync", "put", "put and then"])
def test_a_disk_without_room_is_one_line_and_leaves_no_release(filled, tmp_path, monkeypatch, at):
    really = getattr(NewFolder, at.split()[0])

    def fail(folder):
        if at == "put and then":
            really(folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(NewFolder, at.split()[0], fail)
        with pytest.raises(DiskFullError, match="No space left on device; nothing was changed"):
            released(filled, "v1", tmp_path / "v1")
    assert not (tmp_path / "v1").exists()
    assert [each for each in tmp_path.iterdir() if each.name.endswith(".tmp")] == []
    assert releases(filled.connection) == []
    released(filled, "v1", tmp_path / "v1")
    assert wrong(filled) == []
