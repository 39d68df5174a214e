"""A folder of an export: whole or not there, proved by its manifest, and nothing but such a folder is replaced."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace

from annotations.formats import registry
from annotations.formats.base import FolderFormat
from annotations.formats.choice import ExportOptions
from store.errors import StoreError
from store.log.events import annotation_change
from store.output.export import export_file
from store.output.folder import changes, replacing_folder
from store.write.record import record


def write(parts, out, _context):
    for part in parts:
        for each in part.notices:
            with out.file(f"{each.file_name}.txt") as file:
                file.write(each.text.encode())
    with out.file("sub/labels.txt") as file:
        file.write(b"DATE\n")


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """A format that writes a file a notice and one in a folder of the folder."""
    monkeypatch.setitem(registry.FORMATS, "plain", registry.Entry("plain", "for a test"))
    monkeypatch.setitem(sys.modules, "plain", type(sys)("plain"))
    sys.modules["plain"].FORMAT = FolderFormat(write=write)


@pytest.fixture
def tagged(database):
    for raw, doc in ((RAW, "1"), (RAW + "。", "1"), (RAW + "！", "../../evil")):
        number = stored_notice(database, raw, doc)
        with database.write() as connection:
            record(connection, "lin", "tag", annotation_change(number, None, annotation_of(raw, 0, 3)))
    return database


def put(database, path):
    return export_file(database, path, ExportOptions("plain"), "0")


def files(folder):
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def left(folder):
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith("zhupi.db"))


def test_names_are_safe_and_the_manifest_proves_all_files(tagged, tmp_path):
    report = put(tagged, tmp_path / "out")
    found = files(tmp_path / "out")
    names = sorted(set(found) - {"manifest.json", "SHA256SUMS"})
    assert [name.partition("-")[0] for name in names] == ["1", "1", "____evil.txt", "sub/labels.txt"]
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(found[name]).hexdigest() for name in names}
    manifest = json.loads(found["manifest.json"])
    assert manifest["sha256"] == hashlib.sha256(found["SHA256SUMS"]).hexdigest() == report.sha256
    assert (manifest["notices"], manifest["options"]["format"]) == (3, "plain")
    assert left(tmp_path) == ["out"]
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True)
    assert checked.returncode == 0


def test_an_empty_folder_and_one_of_ours_are_replaced_and_keep_their_rights(tagged, tmp_path):
    (tmp_path / "out").mkdir(mode=0o700)
    put(tagged, tmp_path / "out")
    first = files(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    put(tagged, tmp_path / "out")
    assert files(tmp_path / "out") == first
    number = stored_notice(tagged, RAW + "?", "more")
    with tagged.write() as connection:
        item = replace(annotation_of(RAW + "?", 0, 3), id="x")
        record(connection, "lin", "tag", annotation_change(number, None, item))
    put(tagged, tmp_path / "out")
    assert set(files(tmp_path / "out")) == {*first, "more.txt"}
    assert left(tmp_path) == ["out"]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "more.txt").write_text("mine"),
        lambda folder: (folder / "sub" / "labels.txt").write_text("mine"),
        lambda folder: (folder / "sub" / "labels.txt").unlink(),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{}"),
        lambda folder: (folder / "SHA256SUMS").write_text(""),
        lambda folder: (folder / "new").symlink_to("/etc"),
    ],
    ids=["more", "changed", "removed", "no manifest", "another manifest", "no sums", "a link"],
)
def test_a_folder_in_which_anything_changed_is_refused_and_stays(tagged, tmp_path, change):
    put(tagged, tmp_path / "out")
    change(tmp_path / "out")
    before = files(tmp_path / "out")
    with pytest.raises(StoreError, match="neither empty nor an export whose files are as they were written"):
        put(tagged, tmp_path / "out")
    assert files(tmp_path / "out") == before
    assert len(list(changes(tmp_path / "out"))) == 1


@pytest.mark.parametrize("name", [".", "..", "/", "file", "pipe", "zhupi.db", "zhupi.db-wal", "no/such/out"])
def test_what_is_no_folder_to_write_is_refused(tagged, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    os.mkfifo("pipe")
    with pytest.raises(StoreError, match=f"^{name}: "):
        put(tagged, Path(name))
    assert left(tmp_path) == ["file", "pipe"]


def test_a_link_to_a_folder_stays_and_the_folder_is_replaced(tagged, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    put(tagged, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert list(changes(tmp_path / "real")) == []


def test_a_failure_in_the_middle_leaves_what_was_there(tagged, tmp_path):
    put(tagged, tmp_path / "out")
    before = files(tmp_path / "out")

    def fail(notices):
        if notices == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(tagged, tmp_path / "out", ExportOptions("plain"), "0", fail)
    assert files(tmp_path / "out") == before
    assert left(tmp_path) == ["out"]


def test_two_files_of_one_name_and_names_that_lead_out_are_refused(tmp_path):
    for names in (["a", "a"], ["../a"], ["/a"], ["a/../b"], ["a\nb"], ["a//b"], [""]):
        with pytest.raises(StoreError), replacing_folder(tmp_path / "out") as folder:
            for name in names:
                with folder.file(name):
                    pass
    assert left(tmp_path) == []


HALF = """
import sys
from pathlib import Path
from store.output.folder import replacing_folder
with replacing_folder(Path(sys.argv[1])) as folder:
    with folder.file("half"):
        print("half", flush=True)
        sys.stdin.read()
    folder.end()
    (folder.path / "manifest.json").write_bytes(b"{}")
"""


def half_written(path):
    child = subprocess.Popen([sys.executable, "-c", HALF, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"half\n"
    return child


def test_kill_9_in_the_middle_leaves_nothing_in_place_and_the_next_export_sweeps(tagged, tmp_path):
    child = half_written(tmp_path / "out")
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert len(left(tmp_path)) == 1
    assert left(tmp_path) != ["out"]
    put(tagged, tmp_path / "out")
    assert left(tmp_path) == ["out"]


def test_a_sweep_leaves_the_folder_of_a_living_export_alone(tagged, tmp_path):
    child = half_written(tmp_path / "out")
    put(tagged, tmp_path / "out")
    assert len(left(tmp_path)) == 2
    child.communicate()
    assert child.returncode == 0
    assert left(tmp_path) == ["out"]
    assert set(files(tmp_path / "out")) == {"SHA256SUMS", "half", "manifest.json"}
