"""The file under a session: gone, replaced, under two names; and what is never written over."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from foreign import by_another_program
from making import RAW, annotation_of, notice_of, stored_notice, wrong

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from store.db.companions import LOCK, WAL, companion
from store.db.files import appending, replacing, replacing_together
from store.db.filesystem import refuse_second_name
from store.edits.annotate import add_annotation
from store.errors import DatabaseError, ReplacedError, SourceError, StoreError
from store.input.opening import open_file
from store.open import open_database
from store.output.backup import back_up
from store.output.export import export_file
from store.output.restore import restore
from store.project.presence import announce
from store.read.notices import notice_annotations
from tui.notice.rescue import write_notice

ITEM = annotation_of(RAW, 0, 3)


def delete(path):
    path.unlink()


def move(path):
    path.rename(path.with_name("moved.db"))


def replace_by_copy(path):
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("change", [delete, move, replace_by_copy])
def test_nothing_is_saved_to_a_file_that_the_path_no_longer_names(database, change):
    number = stored_notice(database)
    change(database.path)
    for end in (LOCK, WAL):
        companion(database.path, end).unlink(missing_ok=True)
    there = sorted(database.path.parent.iterdir())
    with pytest.raises(ReplacedError, match=r"the database was (replaced|moved or deleted); start again"):
        add_annotation(database, "lin", number, ITEM)
    assert sorted(database.path.parent.iterdir()) == there


def test_a_commit_is_not_believed_when_the_file_goes_while_it_is_made(database):
    number = stored_notice(database)
    with pytest.raises(ReplacedError), database.write() as connection:
        connection.execute("UPDATE notices SET url = 'x' WHERE number = ?", [number])
        replace_by_copy(database.path)


def test_a_file_with_two_names_is_read_and_not_written(database, tmp_path):
    number = stored_notice(database)
    other = tmp_path / "other.db"
    os.link(database.path, other)
    with pytest.raises(DatabaseError, match="has 2 names"):
        add_annotation(database, "lin", number, ITEM)
    with pytest.raises(DatabaseError, match="has 2 names"):
        open_database(other)
    there = sorted(tmp_path.iterdir())
    for each in (other, database.path):
        with open_database(each, reading=True) as seen:
            assert notice_annotations(seen.connection, number) == []
            assert seen.is_read_only
    assert sorted(tmp_path.iterdir()) == there
    other.unlink()
    add_annotation(database, "lin", number, ITEM)


def test_a_file_that_is_mounted_by_itself_is_not_written(database, tmp_path):
    mounts = tmp_path / "mounts"
    place = str(database.path).replace(" ", "\\040")
    mounts.write_text(f"22 1 8:1 /a.db {place} rw - ext4 /dev/sda1 rw\n", encoding="utf-8")
    with pytest.raises(DatabaseError, match="mounted by itself"):
        refuse_second_name(database.path, mounts)
    mounts.write_text(f"22 1 8:1 / {database.path.parent} rw - ext4 /dev/sda1 rw\n", encoding="utf-8")
    refuse_second_name(database.path, mounts)


def test_over_a_link_the_lock_and_the_log_lie_beside_the_file(database, tmp_path):
    number = stored_notice(database)
    link = tmp_path / "links" / "link.db"
    link.parent.mkdir()
    link.symlink_to(database.path)
    with open_database(link) as linked:
        add_annotation(linked, "lin", number, ITEM)
    assert [each.name for each in link.parent.iterdir()] == ["link.db"]
    assert notice_annotations(database.connection, number) == [ITEM]


@contextmanager
def not_as_root():
    """A folder; the block runs without the rights of root, whom no file is closed to."""
    with TemporaryDirectory(prefix="zhupi-", dir="/tmp") as folder:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def locks_of(path):
    """The locks that this process has on a file."""
    inode = f":{path.stat().st_ino} "
    lines = Path("/proc/locks").read_text(encoding="utf-8").split("\n")
    return [line.split(": ")[1] for line in lines if inode in line and f" {os.getpid()} " in line]


@pytest.fixture
def foreign(tmp_path):
    """A database of another program."""
    path = tmp_path / "foreign.db"
    by_another_program(path, "CREATE TABLE t (a)")
    return path


def test_no_file_takes_the_place_of_a_database_or_its_name(database, foreign, tmp_path):
    before = foreign.read_bytes()
    manifest = tmp_path / "a.jsonl.manifest.json"
    manifest.symlink_to(foreign)
    link = tmp_path / "link.jsonl"
    link.symlink_to(foreign)
    for path in (foreign, link, tmp_path / "a.jsonl"):
        with pytest.raises(StoreError, match="a database, which no other file replaces"):
            export_file(database, path, ExportOptions(), "1")
    for name in ("new.db-wal", "new.db-shm", "new.db-journal", "foreign.db.lock"):
        with pytest.raises(StoreError, match="databases have such files beside them"):
            export_file(database, tmp_path / name, ExportOptions(), "1")
        with pytest.raises(StoreError, match="databases have such files beside them"):
            back_up(database, tmp_path / name)
    assert foreign.read_bytes() == before
    export_file(database, tmp_path / "poetry.lock", ExportOptions(), "1")
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []


def test_a_file_that_cannot_be_read_may_be_a_database():
    with not_as_root() as folder:
        path = folder / "closed.jsonl"
        path.write_text("{}", encoding="utf-8")
        path.chmod(0o200)
        with pytest.raises(StoreError, match="you may not read it, and it may be a database"), replacing(path):
            pass
        assert [each.name for each in folder.iterdir()] == ["closed.jsonl"]


def test_the_file_of_an_open_database_is_not_opened_to_be_looked_at(database):
    number = stored_notice(database)
    database.connection.execute("SELECT 1").fetchone()
    locked = locks_of(database.path)
    assert locked
    with pytest.raises(StoreError, match="a database"), replacing(database.path):
        pass
    with pytest.raises(SourceError, match="the database itself"):
        open_file(database.path)
    with pytest.raises(StoreError, match="the database itself"):
        back_up(database, database.path)
    assert locks_of(database.path) == locked
    add_annotation(database, "lin", number, ITEM)


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", ".lock"])
def test_no_database_is_made_under_a_name_that_another_lives_with(tmp_path, end):
    (tmp_path / "link.db").symlink_to(tmp_path / f"a.db{end}")
    for path in (tmp_path / f"a.db{end}", tmp_path / "link.db"):
        with pytest.raises(StoreError, match="databases have such files beside them"):
            open_database(path, create=True)
    assert [each.name for each in tmp_path.iterdir()] == ["link.db"]


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_what_is_left_of_a_database_that_is_gone_is_not_taken_away_by_a_new_one(tmp_path, end):
    (tmp_path / f"a.db{end}").write_bytes(b"left")
    with pytest.raises(DatabaseError, match="of a database that is gone"):
        open_database(tmp_path / "a.db", create=True)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(f"a.db{end}", b"left")]
    (tmp_path / f"a.db{end}").write_bytes(b"")
    open_database(tmp_path / "a.db", create=True).close()


def test_a_database_in_the_place_of_a_lock_is_not_written_over(database, tmp_path):
    lock = companion(database.path, LOCK)
    shutil.copy(database.path, lock)
    before = lock.read_bytes()
    with pytest.raises(DatabaseError, match="no lock; move it away"):
        stored_notice(database)
    assert lock.read_bytes() == before


def test_what_is_added_to_a_file_is_added_to_no_database_and_to_no_device(database, foreign, tmp_path):
    path = tmp_path / "crashes.txt"
    for line in (b"one\n", b"two\n"):
        with appending(path) as out:
            out.write(line)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"one\ntwo\n", 0o600)
    os.mkfifo(tmp_path / "pipe")
    before = foreign.read_bytes()
    for wrong_path in (foreign, database.path, companion(database.path, WAL), tmp_path / "pipe", tmp_path):
        with pytest.raises((StoreError, OSError)), appending(wrong_path) as out:
            out.write(b"x")
    assert foreign.read_bytes() == before
    assert wrong(database) == []


def test_a_rescued_notice_is_not_written_where_the_database_was(database):
    notice, path = notice_of(RAW), database.path
    review = Review("lin", "done", None, now())
    database.close()
    path.unlink()
    for each in (path, companion(path, WAL)):
        with pytest.raises(StoreError, match="the database itself"):
            write_notice(path, each, notice, [ITEM], review)
        assert not each.exists()


def test_a_backup_replaces_an_earlier_one_of_the_same_project_alone(database, tmp_path):
    number = stored_notice(database)
    kept = tmp_path / "kept.db"
    back_up(database, kept)
    add_annotation(database, "lin", number, ITEM)
    back_up(database, kept)
    with open_database(tmp_path / "other.db", create=True) as other:
        stored_notice(other)
    with pytest.raises(StoreError, match="of another project"):
        back_up(database, tmp_path / "other.db")
    # A copy in which somebody went on working is no earlier state.
    with open_database(kept) as copy:
        add_annotation(copy, "chen", number, annotation_of(RAW, 4, 6, annotator="chen"))
    with pytest.raises(StoreError, match="work that this database does not have"):
        back_up(database, kept)


def test_of_files_that_belong_together_all_take_their_places_or_none(tmp_path, monkeypatch):
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    paths[0].write_text("old", encoding="utf-8")
    rename = type(tmp_path).replace

    def refused(self, target):
        if target == paths[2]:
            raise PermissionError(1, "not here")
        return rename(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", refused)
    with pytest.raises(PermissionError), replacing_together(*paths) as files:
        for file in files:
            file.write(b"new")
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("a", "old")]


def test_what_takes_the_place_of_a_file_keeps_its_rights_and_its_group(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, -1, 4)
    before = path.stat()
    with replacing(path) as out:
        out.write(b"new")
    assert (path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)) == (before.st_gid, 0o640)


def test_what_sqlite_left_of_a_killed_backup_is_swept(database, tmp_path):
    path = tmp_path / "kept.db"
    for end in ("", "-journal", "-wal"):
        (tmp_path / f".kept.db.0123abcd.tmp{end}").write_bytes(b"left")
    back_up(database, path)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".kept")] == []


def test_a_restore_goes_back_keeps_what_was_there_and_ends_open_sessions(database, tmp_path):
    number = stored_notice(database)
    add_annotation(database, "lin", number, ITEM)
    database.path.chmod(0o640)
    kept = tmp_path / "kept.db"
    back_up(database, kept)
    later = annotation_of(RAW, 4, 6)
    add_annotation(database, "lin", number, later)
    with open_database(database.path) as session:
        done = restore(database.path, kept)
        assert done.events == 1
        with pytest.raises(ReplacedError, match="was replaced; start again"):
            add_annotation(session, "lin", number, annotation_of(RAW, 6, 8))
    with open_database(database.path) as now:
        assert notice_annotations(now.connection, number) == [ITEM]
        assert wrong(now) == []
        assert now.path.stat().st_mode & 0o777 == 0o640
    with open_database(done.kept) as before:
        assert {item.id for item in notice_annotations(before.connection, number)} == {ITEM.id, later.id}


def test_a_restore_is_refused_while_others_are_at_work_and_of_anything_else(database, foreign, tmp_path):
    stored_notice(database)
    kept = tmp_path / "kept.db"
    back_up(database, kept)
    with open_database(tmp_path / "other.db", create=True) as other:
        back_up(other, tmp_path / "of-other.db")
    before = database.path.stat().st_ino
    for path, reason in (
        (tmp_path / "of-other.db", "of another project"),
        (foreign, "not a zhupi database"),
        (tmp_path / "nowhere.db", "no such file"),
        (database.path, "the database itself"),
    ):
        with pytest.raises(StoreError, match=reason):
            restore(database.path, path)
    with database.write() as connection:
        announce(connection, "s1", "chen", None)
    with pytest.raises(StoreError, match="chen is here"):
        restore(database.path, kept)
    assert database.path.stat().st_ino == before
    assert restore(database.path, kept, anyway=True).kept.is_file()
