"""Commands that only read, run by somebody who may only read: they work, or one line says why not; nothing is left."""

from __future__ import annotations

import lzma
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from foreign import by_another_program
from running import page, plain_user, refusal, run

from store.db.sqlite import WAL_SAFE

READERS = [
    ("export",), ("export", "--format", "spans"), ("stats",), ("stats", "--json"), ("check",), ("labels",),
    ("guideline",), ("reviewers", "list"), ("backup", "out/copy.db"), ("export", "-o", "out/a.jsonl"),
    ("diff", "now", "now"), ("release",),
]  # fmt: skip
needs_log = pytest.mark.skipif(not WAL_SAFE, reason="with this SQLite there is no write-ahead log")

WRITERS = [("tag", "page", "DATE", "0", "3"), ("import", "page.txt"), ("check", "--repair"), ("suggest",)]

WRITE = """
import sys
from pathlib import Path
from store.edits.guideline import set_guideline
from store.open import open_database
from store.project.reviewers import current_reviewer
with open_database(Path(sys.argv[1])) as database:
    set_guideline(database, current_reviewer(), "the newest words")
    print("written", flush=True)
    sys.stdin.read()
"""

DIE_IN_MID_WRITE = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
for name in ("a", "b"):
    connection.execute("INSERT INTO settings VALUES (?, ?)", [name, "x" * 10**6])
os.kill(os.getpid(), 9)
"""


@contextmanager
def writing(path):
    """A session that has written, and has the database open still."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as session:
        assert session.stdout.readline() == b"written\n"
        yield session


def kill(session):
    session.send_signal(signal.SIGKILL)
    session.communicate()


class Place:
    """A workplace whose database stands in a folder of its own, closed to whoever has no rights of root."""

    def __init__(self, workplace):
        self.workplace = workplace
        self.folder = workplace.folder / "project"
        self.folder.mkdir()
        (workplace.folder / "out").mkdir()
        self.path = self.folder / "coast.db"
        workplace.env["ZHUPI_DB"] = str(self.path)

    def close(self, folder=0o555):
        for each in self.folder.iterdir():
            each.chmod(0o444)
        self.folder.chmod(folder)
        return {each.name: (each.stat().st_ino, each.stat().st_size) for each in self.folder.iterdir()}

    def run(self, *arguments):
        """What a visitor gets; nothing changes beside the database."""
        before = {each.name: each.stat().st_mtime_ns for each in self.folder.iterdir()}
        done = run(self.workplace, *arguments, before=plain_user(), process=True)
        assert {each.name: each.stat().st_mtime_ns for each in self.folder.iterdir()} == before
        return done

    def refusal(self, *arguments):
        before = sorted(self.folder.iterdir())
        line = refusal(self.workplace, *arguments, before=plain_user(), process=True)
        assert sorted(self.folder.iterdir()) == before
        return line


@pytest.fixture
def place(workplace):
    made = Place(workplace)
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "DATE", "0", "3")
    yield made
    made.folder.chmod(0o755)


@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["closed", "open"])
def test_they_work_where_neither_the_file_nor_its_folder_may_be_written(place, folder):
    place.close(folder)
    for command in READERS:
        done = place.run(*command)
        assert done.returncode == 0, (command, done.stderr)
    assert "临江县" in place.run("export").stdout
    place.workplace.run("check", "--db", "out/copy.db")
    place.workplace.run("verify", "out/a.jsonl")


@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["closed", "open"])
def test_what_a_living_session_has_written_is_read_and_the_session_goes_on(place, folder):
    with writing(place.path) as session:
        place.close(folder)
        for command in READERS:
            done = place.run(*command)
            assert done.returncode == 0, (command, done.stderr)
        assert place.run("guideline").stdout == "the newest words\n"
        session.communicate(b"")
        assert session.returncode == 0


@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["closed", "open"])
def test_what_a_killed_session_left_in_the_write_ahead_log_is_read(place, folder):
    with writing(place.path) as session:
        kill(session)
    if WAL_SAFE:
        assert place.path.with_name("coast.db-wal").stat().st_size
    place.close(folder)
    for command in READERS:
        done = place.run(*command)
        assert done.returncode == 0, (command, done.stderr)
    assert place.run("guideline").stdout == "the newest words\n"


@needs_log
@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["closed", "open"])
def test_a_log_that_holds_something_and_has_no_index_is_one_line_until_its_owner_comes(place, folder):
    with writing(place.path) as session:
        kill(session)
    place.path.with_name("coast.db-shm").unlink()
    place.close(folder)
    for command in READERS:
        line = place.refusal(*command)
        assert "coast.db: its last changes are in coast.db-wal" in line
        assert "ask its owner to run `zhupi check`" in line
    for each in (place.folder, *place.folder.iterdir()):
        each.chmod(0o755)
    place.workplace.run("check")
    place.close(folder)
    assert place.run("guideline").stdout == "the newest words\n"


@needs_log
def test_an_index_that_holds_nothing_is_no_hindrance(place):
    with writing(place.path) as session:
        kill(session)
    place.path.with_name("coast.db-shm").write_bytes(b"")
    place.close()
    assert place.run("guideline").stdout == "the newest words\n"


@needs_log
def test_an_empty_log_is_as_good_as_none(place):
    place.path.with_name("coast.db-wal").write_bytes(b"")
    place.close()
    assert "临江县" in place.run("export").stdout


def test_files_that_may_not_even_be_read_are_named(place):
    place.close()
    place.path.chmod(0o000)
    assert "coast.db: cannot be read; ask its owner" in place.refusal("export")


@needs_log
@pytest.mark.parametrize("name", ["coast.db-wal", "coast.db-shm"])
def test_a_log_that_may_not_be_read_is_named(place, name):
    with writing(place.path) as session:
        kill(session)
    place.close()
    (place.folder / name).chmod(0o000)
    line = place.refusal("guideline")
    assert f"coast.db: its last changes are in coast.db-wal, and {name} cannot be read; ask its owner" in line


def test_what_is_no_file_is_one_line_and_nobody_waits(place):
    (place.folder / "folder.db").mkdir()
    os.mkfifo(place.folder / "pipe.db")
    place.close()
    for name in ("folder.db", "pipe.db"):
        assert f"{name}: cannot be opened" in place.refusal("export", "--db", place.folder / name)


def test_a_link_to_it_is_read_like_the_file(place):
    with writing(place.path) as session:
        kill(session)
    place.close()
    (place.workplace.folder / "link.db").symlink_to(place.path)
    assert place.run("guideline", "--db", "link.db").stdout == "the newest words\n"
    assert not list(place.workplace.folder.glob("link.db-*"))


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
def test_commands_that_write_are_refused_in_one_line(place, command):
    place.close(0o777)
    assert "coast.db: cannot be written; ask its owner" in place.refusal(*command)


def test_what_an_older_zhupi_made_is_one_line(place):
    data = Path(__file__).resolve().parents[1] / "data" / "schema3-demo.db.xz"
    place.path.write_bytes(lzma.decompress(data.read_bytes()))
    place.close()
    for command in READERS:
        line = place.refusal(*command)
        assert "made by an older zhupi (schema 3" in line
        assert "ask its owner to run `zhupi check`" in line


@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["closed", "open"])
def test_a_rollback_journal_is_no_hindrance_and_an_unfinished_one_is_told(place, folder):
    by_another_program(place.path, "PRAGMA journal_mode = delete")
    place.close(folder)
    for command in READERS:
        done = place.run(*command)
        # The journal that was left is a finding, to who only reads as well.
        assert done.returncode == (command == ("check",)), (command, done.stderr)
    place.folder.chmod(0o755)
    place.path.chmod(0o644)
    subprocess.run([sys.executable, "-c", DIE_IN_MID_WRITE, place.path], check=False)
    assert place.path.with_name("coast.db-journal").stat().st_size
    place.close(folder)
    assert "coast.db: was left in mid-write" in place.refusal("export")


def test_they_bring_an_older_database_up_to_date_for_those_who_may_write_it(place):
    data = Path(__file__).resolve().parents[1] / "data" / "schema3-demo.db.xz"
    place.path.write_bytes(lzma.decompress(data.read_bytes()))
    place.workplace.run("stats")
    place.close()
    assert place.run("stats").returncode == 0


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_they_work_on_a_read_only_mount_with_and_without_a_log_that_holds_something(place):
    zhupi = Path(sys.executable).with_name("zhupi")

    def mounted(*arguments):
        script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, place.folder, zhupi, *arguments],
            env={**place.workplace.env, "PATH": "/usr/bin:/bin"}, cwd=place.workplace.folder, capture_output=True,
            text=True, timeout=60,
        )  # fmt: skip
        if "mount: " in done.stderr or "unshare: " in done.stderr:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        return done

    for command in READERS:
        done = mounted(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (command, done.stderr)
    with writing(place.path) as session:
        assert mounted("guideline").stdout == "the newest words\n"
        kill(session)
    assert mounted("guideline").stdout == "the newest words\n"
    for command in READERS:
        done = mounted(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (command, done.stderr)
    done = mounted("tag", "page", "DATE", "0", "3")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be written, its disk is mounted for reading only" in done.stderr
