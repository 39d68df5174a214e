"""A restore: the whole database that was there or the whole backup, whatever happens; and what was there is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from foreign import by_another_program
from making import RAW, annotation_of, stored_notice, wrong

from store.db.database import Database
from store.db.lock import write_lock
from store.db.sqlite import WAL_SAFE, connect
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.errors import DatabaseError, HeldError, RoleError, StoreError
from store.open import open_database
from store.output import restore as restoring
from store.output.backup import back_up
from store.output.restore import restore
from store.project.presence import announce
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations

ME = current_reviewer()
SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture
def backup(database, tmp_path):
    """A backup with one annotation of a database that has two by now."""
    number = stored_notice(database)
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    path = tmp_path / "backups" / "copy.db"
    path.parent.mkdir()
    back_up(database, path)
    add_annotation(database, "lin", number, annotation_of(RAW, 4, 6))
    return path


def count(path):
    with open_database(path, reading=True) as database:
        assert wrong(database) == []
        return len(notice_annotations(database.connection, 1))


DIE = """
import os, sys
from pathlib import Path
from making import RAW, annotation_of
from store.edits.annotate import add_annotation
from store.open import open_database
database = open_database(Path(sys.argv[1]))
add_annotation(database, "lin", 1, annotation_of(RAW, 4, 6))
os._exit(0)
"""


def run(script, *arguments):
    code = f"import sys; sys.path.insert(0, {str(SUPPORT)!r})\n{script}"
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], check=True)


@pytest.fixture
def place(tmp_path):
    """A folder with ``a.db``, of which the third annotation is in the log alone, and a backup with the first."""
    folder = tmp_path / "place"
    folder.mkdir()
    with open_database(folder / "a.db", create=True) as database:
        stored_notice(database)
        add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
        back_up(database, tmp_path / "copy.db")
        add_annotation(database, "lin", 1, annotation_of(RAW, 6, 8))
    run(DIE, folder / "a.db")
    (folder / "a.db-shm").unlink(missing_ok=True)
    return folder


@pytest.mark.parametrize("damage", ["whole", "damaged"])
def test_one_that_is_killed_at_any_step_leaves_the_whole_database_or_the_whole_backup(place, tmp_path, damage):
    if damage == "damaged":
        spoil(place / "a.db")
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, SUPPORT / "killed_restore.py", place, tmp_path / "copy.db", work],
        env={**os.environ, "PYTHONPATH": str(SUPPORT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(steps) > 15
    before = (3, True) if damage == "whole" else (None, False)
    states = [(there, is_whole) for _, there, is_whole, *_ in steps]
    turn = states.index((1, True))
    assert states == [before] * turn + [(1, True)] * (len(steps) - turn), done.stderr
    assert all(each[3:] == [1, True, []] for each in steps), steps


def spoil(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        # All pages: some of them may be in the log, too.
        file.seek(50)
        file.write(b"\xff" * (size - 50))


def test_a_link_to_the_database_is_restored_where_it_leads(database, backup, tmp_path):
    database.close()
    link = tmp_path / "backups" / "link.db"
    link.symlink_to(database.path)
    kept = restore(link, backup).kept
    assert link.is_symlink()
    assert kept.parent == database.path.parent
    assert (count(link), count(kept)) == (1, 2)


@pytest.mark.parametrize("what", ["damaged", "noise", "empty", "missing", "missing with its log"])
def test_where_no_database_can_be_read_the_backup_takes_its_place(database, backup, what):
    path = database.path
    for each in (path, path.with_name(f"{path.name}.lock")):
        each.chmod(0o660)
    database.close()
    if what == "damaged":
        spoil(path)
    elif what in ("noise", "empty"):
        path.write_bytes(b"noise" * 1000 if what == "noise" else b"")
    else:
        path.unlink()
    log = path.with_name(f"{path.name}-wal")
    if what == "missing with its log":
        log.write_bytes(b"left" * 1000)
    before = path.read_bytes() if path.exists() else None
    done = restore(path, backup)
    assert done.events is None
    assert bool(done.unreadable) == (before is not None)
    assert count(path) == 1
    if before is not None:
        assert done.kept.read_bytes() == before
        assert path.stat().st_mode & 0o777 == 0o660
    elif what == "missing":
        assert done.kept is None
    if what == "missing with its log":
        assert done.kept.with_name(f"{done.kept.name}-wal").read_bytes() == b"left" * 1000
    with open_database(path) as again:
        add_annotation(again, "lin", 1, annotation_of(RAW, 4, 6))


def test_a_database_that_is_damaged_within_is_restored_too(database, backup):
    path = database.path
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with path.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 30)
    restore(path, backup)
    assert count(path) == 1


def test_another_program_s_database_is_never_replaced(backup, tmp_path):
    path = tmp_path / "foreign.db"
    by_another_program(path, "CREATE TABLE t (a)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="not a zhupi database"):
        restore(path, backup)
    assert path.read_bytes() == before


def test_a_letter_is_not_taken_for_a_damaged_database(backup, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("dear", encoding="utf-8")
    with pytest.raises(DatabaseError, match="not a database"):
        restore(path, backup)
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("letter")) == ["letter.txt"]


def test_who_comes_while_it_waits_for_the_lock_is_seen(database, backup, monkeypatch):
    copy = restoring._copy

    def meanwhile(*arguments):
        with database.write() as connection:
            announce(connection, "s", "chen", None)
        copy(*arguments)

    monkeypatch.setattr(restoring, "_copy", meanwhile)
    with pytest.raises(StoreError, match="chen is here"):
        restore(database.path, backup)
    assert count(database.path) == 2
    assert not list(database.path.parent.glob("*.before-*"))


def test_what_is_saved_while_it_waits_for_the_lock_is_kept_and_counted(database, backup, monkeypatch):
    copy = restoring._copy

    def meanwhile(*arguments):
        add_annotation(database, "lin", 1, annotation_of(RAW, 7, 9))
        copy(*arguments)

    monkeypatch.setattr(restoring, "_copy", meanwhile)
    done = restore(database.path, backup)
    assert (count(database.path), count(done.kept), done.events) == (1, 3, 2)


def test_what_was_there_is_copied_before_anybody_has_to_wait(database, backup, monkeypatch):
    held = []
    hold = Database.held

    @contextmanager
    def counted(self):
        with hold(self) as connection:
            held.append(self)
            yield connection

    make = restoring._Aside.make

    def meanwhile(self, connection):
        make(self, connection)
        if len(held) < saved:
            add_annotation(writers[-1], "lin", 1, annotation_of(RAW, 10 + len(held), 12 + len(held)))

    writers, saved = [database], 1
    with monkeypatch.context() as patch:
        patch.setattr(Database, "held", counted)
        patch.setattr(restoring._Aside, "make", meanwhile)
        patch.setattr(restoring, "_keep", lambda *_: pytest.fail("it is copied within the lock"))
        done = restore(database.path, backup)
    assert (count(database.path), count(done.kept), done.events) == (1, 3, 2)
    # Where somebody writes all the time, it is copied within the lock at last.
    database.close()
    held.clear()
    with open_database(database.path) as again, monkeypatch.context() as patch:
        writers.append(again)
        saved = 1_000
        patch.setattr(Database, "held", counted)
        patch.setattr(restoring._Aside, "make", meanwhile)
        done = restore(database.path, backup)
    assert (count(database.path), count(done.kept)) == (1, 1 + restoring._COPIES)
    assert not [each for each in database.path.parent.iterdir() if each.name.endswith(".tmp")]


def test_of_two_at_once_the_second_does_not_take_away_what_the_first_put_there(database, backup, monkeypatch):
    copy, path = restoring._copy, database.path
    database.close()

    def meanwhile(*arguments):
        monkeypatch.setattr(restoring, "_copy", copy)
        restore(path, backup)
        copy(*arguments)

    monkeypatch.setattr(restoring, "_copy", meanwhile)
    with pytest.raises(DatabaseError, match="was replaced"):
        restore(path, backup)
    assert count(path) == 1


@pytest.mark.skipif(not WAL_SAFE, reason="needs a write-ahead log")
def test_a_reader_of_an_older_state_is_waited_for_and_told(database, backup):
    reader = connect(database.path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM annotations").fetchone()[0] == 2
    database.patience = 0.1
    add_annotation(database, "lin", 1, annotation_of(RAW, 7, 9))
    with pytest.raises(StoreError, match="somebody is reading it"):
        restore(database.path, backup, permit=impatient)
    assert count(database.path) == 3
    reader.execute("ROLLBACK")
    reader.close()
    restore(database.path, backup)
    assert count(database.path) == 1


def impatient(database):
    database.connection.execute("PRAGMA busy_timeout = 50")
    database.patience = 0.05


def test_a_lock_that_somebody_holds_is_waited_for_and_named(database, backup):
    with write_lock(database.path), pytest.raises(HeldError, match="holds the database"):
        restore(database.path, backup, permit=impatient)
    assert count(database.path) == 2


def test_where_no_database_can_be_asked_the_owner_or_an_admin_of_the_backup_restores(database, backup, monkeypatch):
    path = database.path
    database.close()
    path.write_bytes(b"noise" * 100)
    monkeypatch.setattr(restoring.os, "getuid", lambda: 4711)
    monkeypatch.setattr(restoring, "current_reviewer", lambda: "chen")
    with pytest.raises(RoleError, match="chen is a reviewer here, and only an admin may change the project"):
        restore(path, backup)
    assert path.read_bytes() == b"noise" * 100
    with open_database(backup) as copy:
        add_reviewer(copy, ME, "chen", "admin")
    restore(path, backup)
    assert count(path) == 1


def test_what_a_killed_one_left_is_swept(database, backup):
    path = database.path
    database.close()
    stray = path.with_name(f".{path.name}.0123abcd.tmp")
    shutil.copy(path, stray)
    restore(path, backup)
    assert not stray.exists()
