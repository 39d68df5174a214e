"""Exports that several processes share: the same bytes, one state, and nobody left, whatever becomes of a worker."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hard_cases import short_cases, store
from making import RAW, annotation_of, stored_notice
from waiting import until

from annotations.formats.choice import ExportOptions
from store.edits.annotate import add_annotation
from store.handles import HANDLES
from store.open import open_database
from store.output import workers
from store.output.export import export
from store.output.verify import Total, verify

SUPPORT = Path(__file__).parents[1] / "support"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture
def filled(database):
    store(database, short_cases())
    for number in range(20):
        raw = f"{RAW}{number}"
        add_annotation(database, "lin", stored_notice(database, raw, f"d{number}"), annotation_of(raw, 0, 3))
    return database


def command(database, many, fate, *arguments):
    return [
        sys.executable, str(SUPPORT / "shared_export.py"), str(many), fate, "export", "--db", str(database.path),
        *map(str, arguments),
    ]  # fmt: skip


def shared_export(database, many, fate, *arguments):
    """The export of some workers: its stdout, what it says, and its exit status."""
    done = subprocess.run(command(database, many, fate, *arguments), capture_output=True)
    return done.stdout, done.stderr.decode().splitlines(), done.returncode


def alone(database, **options):
    out = io.BytesIO()
    export(database, out, ExportOptions(**options))
    return out.getvalue()


def test_notices_sorted_by_id_have_the_same_lines_whoever_makes_them_and_in_every_format(filled):
    wanted = sorted(alone(filled).splitlines(), key=lambda line: json.loads(line)["id"])
    assert alone(filled, sort="id").splitlines() == wanted
    made, said, status = shared_export(filled, 2, "works", "--sort", "id")
    assert (made.splitlines(), status) == (wanted, 0), said
    lines = alone(filled, format="doccano", sort="id", text="raw", all_notices=True).splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    # Where layers differ a notice is left out.
    assert texts == [raw for line in wanted if (raw := json.loads(line)["raw"]) in {*texts}]
    assert len(texts) > 20


@pytest.mark.parametrize("many", [1, 2, 5])
def test_any_number_of_workers_makes_the_same_bytes(filled, tmp_path, many):
    data, said, status = shared_export(filled, many, "nothing")
    assert (data, status) == (alone(filled), 0)
    assert said[0] == f"{many} workers"
    path = tmp_path / "a.jsonl"
    shared_export(filled, many, "nothing", "-o", path)
    assert path.read_bytes() == data
    assert list(verify(path)) == [Total(data.count(b"\n"))]


def test_filters_and_parts_are_shared_too(filled, tmp_path):
    assert shared_export(filled, 2, "nothing", "--layer", "lin", "--label", "DATE")[0] == alone(
        filled, layer="lin", label="DATE"
    )
    split = "a=0.5,b=0.5"
    for many in (0, 3):
        assert shared_export(filled, many, "nothing", "--split", split, "-o", tmp_path / str(many))[2] == 0
    for name in ("a.jsonl", "b.jsonl", "SHA256SUMS", "manifest.json"):
        assert (tmp_path / "3" / name).read_bytes() == (tmp_path / "0" / name).read_bytes()


def open_files():
    return len([*Path("/proc/self/fd").iterdir()])


def test_where_no_process_can_be_started_this_one_does_all_of_it(filled, monkeypatch):
    path, data = filled.path, alone(filled)
    filled.close()
    monkeypatch.setattr(workers, "_how_many", lambda *_: 3)
    begun = iter([os.fork])

    def fork():
        if fork_once := next(begun, None):
            return fork_once()
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    handles, signals = open_files(), signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with workers.sharing(path, ExportOptions()) as shared, open_database(path, reading=True) as database:
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == signals
        out = io.BytesIO()
        export(database, out, ExportOptions(), workers=shared)
    assert out.getvalue() == data
    assert open_files() == handles


@pytest.mark.parametrize("fate", ["killed", "stopped"])
def test_a_worker_that_is_killed_or_stopped_costs_nothing_but_time(filled, fate):
    data, said, status = shared_export(filled, 2, fate)
    assert (data, said[0], status) == (alone(filled), "2 workers", 0)


def test_damage_is_told_in_the_line_that_one_process_has_for_it(filled, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("before")
    with filled.write() as connection:
        connection.execute("UPDATE texts SET runs = '[' WHERE notice = 17")
    told = [shared_export(filled, many, "nothing", "-o", path) for many in (0, 3)]
    assert [said[1:] for _, said, _ in told] == [told[0][1][1:]] * 2
    assert "restore a backup" in told[0][1][1]
    assert len(told[0][1]) == 2
    assert {status for _, _, status in told} == {told[0][2]} != {0}
    assert path.read_text() == "before"
    assert not list(tmp_path.glob("*.tmp"))


def test_all_read_one_state_though_somebody_commits_while_they_begin(filled):
    before = alone(filled)
    data, said, status = shared_export(filled, 3, "late")
    assert (said[0], status) == ("3 workers", 0)
    assert data == alone(filled) != before


def test_where_somebody_always_commits_one_process_does_it_all(filled):
    data, said, status = shared_export(filled, 2, "busy")
    assert (data, said[0], status) == (alone(filled), "0 workers", 0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_the_export_and_nothing_is_half_written(filled, tmp_path, number):
    path = tmp_path / "a.jsonl"
    process = subprocess.Popen(
        command(filled, 3, "stuck", "-o", path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        told, *pids = process.stdout.readline().split()
        assert (told, len(pids)) == (b"stuck", 3)
        process.send_signal(number)
        process.wait()
        until(lambda: not any(Path(f"/proc/{int(pid)}").exists() for pid in pids), "the workers live on", 30)
        said = [line for line in process.stderr.read().decode().splitlines() if line]
    assert process.returncode != 0
    assert not path.exists()
    assert len(said) == (1 if number == signal.SIGKILL else 2)


def test_nothing_is_forked_where_it_does_not_pay_or_is_not_safe(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    monkeypatch.setattr(workers, "processors", lambda: 4)
    path, options = tmp_path / "big.db", ExportOptions()
    path.touch()
    os.truncate(path, 10 * workers._BYTES_EACH)
    with monkeypatch.context() as patched:
        patched.setattr(HANDLES, "_held", {})
        assert workers._how_many(path, options) == 4
        assert workers._how_many(path, ExportOptions("spans")) == 0
        assert workers._how_many(filled.path, options) == 0
        assert workers._how_many(tmp_path / "none.db", options) == 0
        patched.setattr(workers, "processors", lambda: 1)
        assert workers._how_many(path, options) == 0
        patched.setattr(workers, "processors", lambda: 64)
        assert workers._how_many(path, options) == 7
        patched.setattr(workers.threading, "active_count", lambda: 2)
        assert workers._how_many(path, options) == 0
    # The database of this test is open.
    assert workers._how_many(path, options) == 0
