"""A backup: whole, of one instant, proved before it is in place, and never over anything else."""

from __future__ import annotations

import lzma
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from foreign import by_another_program
from making import RAW, annotation_of, stored_notice, wrong
from waiting import until

from store.db import copying
from store.edits.annotate import add_annotation
from store.errors import DatabaseError, StoreError
from store.log.chain import head
from store.log.events import last_event
from store.open import open_database
from store.output import backup
from store.output.backup import Backup, back_up
from store.project.presence import announce, present
from store.read.notices import notice_annotations

DATA = Path(__file__).resolve().parents[1] / "data"

WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from making import RAW, annotation_of, wrong
from store.edits.annotate import add_annotation
from store.open import open_database
with open_database(Path(sys.argv[1])) as database:
    while True:
        item = annotation_of(RAW, 0, 3)
        add_annotation(database, "lin", 1, item)
        print(item.id, flush=True)
"""


def test_a_copy_holds_all_that_was_there_and_is_whole(database, tmp_path):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    path = tmp_path / "copy.db"
    made = back_up(database, path)
    assert made == Backup(path.stat().st_size, head(database.connection))
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(("copy", ".copy"))) == ["copy.db"]
    with open_database(path) as copy:
        assert notice_annotations(copy.connection, number) == [item]
        assert wrong(copy) == []


def test_it_has_the_rights_of_the_database_and_takes_the_place_of_an_earlier_one(database, tmp_path):
    database.path.chmod(0o640)
    path = tmp_path / "copy.db"
    back_up(database, path)
    assert path.stat().st_mode & 0o777 == 0o640
    number = stored_notice(database)
    back_up(database, path)
    with open_database(path) as copy:
        assert copy.connection.execute("SELECT max(number) FROM notices").fetchone()[0] == number


def test_others_write_while_it_is_made(tmp_path):
    path = tmp_path / "live.db"
    with open_database(path, create=True) as database:
        stored_notice(database)
        tests = Path(__file__).parents[1] / "support"
        with subprocess.Popen([sys.executable, "-c", WRITE, path, tests], stdout=subprocess.PIPE, text=True) as writer:
            written = [writer.stdout.readline().strip() for _ in range(20)]
            for turn in range(5):
                before = last_event(database.connection)
                copy_path = tmp_path / f"copy{turn}.db"
                back_up(database, copy_path)
                with open_database(copy_path) as copy:
                    assert last_event(copy.connection) >= before
                    assert wrong(copy) == []
                    ids = {item.id for item in notice_annotations(copy.connection, 1)}
                assert set(written) <= ids
                until(lambda before=before: last_event(database.connection) > before, "the writer waited")
            writer.kill()


def test_it_tells_how_far_it_is_and_is_of_one_instant_whatever_others_write_meanwhile(database, tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "_STEP", 8)
    number, told, proofs = stored_notice(database), [], []
    before = last_event(database.connection)

    def progress(done, pages):
        told.append((done, pages))
        with open_database(database.path) as other:
            add_annotation(other, "lin", number, annotation_of(RAW, 0, 3))

    path = tmp_path / "copy.db"
    back_up(database, path, progress=progress, proving=lambda: proofs.append(len(told)))
    assert len(told) > 5
    assert told == sorted(told)
    assert {pages for _, pages in told} == {told[-1][0]}
    assert proofs == [len(told)]
    with open_database(path) as copy:
        assert last_event(copy.connection) == before
        assert wrong(copy) == []
    assert last_event(database.connection) == before + len(told)


def test_the_database_itself_and_other_files_are_left_alone(database, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("dear", encoding="utf-8")
    (tmp_path / "link.db").symlink_to(database.path)
    for path, reason in (
        (database.path, "the database itself"),
        (tmp_path / "link.db", "the database itself"),
        (letter, "no backup of zhupi"),
        (tmp_path, "not a file"),
        (tmp_path / "nowhere" / "a.db", "there is no folder"),
    ):
        with pytest.raises((StoreError, OSError), match=reason):
            back_up(database, path)
    other = tmp_path / "other.db"
    by_another_program(other, "CREATE TABLE t (a)")
    with pytest.raises(StoreError, match="no backup of zhupi"):
        back_up(database, other)
    assert letter.read_text(encoding="utf-8") == "dear"
    assert wrong(database) == []


def test_a_copy_that_is_not_whole_never_takes_the_place_of_the_last_good_one(database, tmp_path, monkeypatch):
    number = stored_notice(database)
    path = tmp_path / "copy.db"
    back_up(database, path)
    good = path.read_bytes()
    prove = backup.prove

    def damage(copy, at, **told):
        with copy.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096 * 4)
        prove(copy, at, **told)

    monkeypatch.setattr(backup, "prove", damage)
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    with pytest.raises(DatabaseError):
        back_up(database, path)
    assert path.read_bytes() == good
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".copy")] == []


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", ".lock"])
def test_a_file_that_the_database_lives_with_is_never_replaced(database, tmp_path, end):
    stored_notice(database)
    path = database.path.with_name(database.path.name + end)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(StoreError, match="the database itself"):
        back_up(database, path)
    assert (path.read_bytes() if path.exists() else None) == before
    # By another way to the same folder too.
    (tmp_path / "way").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="the database itself"):
        back_up(database, tmp_path / "way" / path.name)


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_what_another_left_beside_an_earlier_copy_must_not_be_played_into_the_new_one(database, tmp_path, end):
    path = tmp_path / "copy.db"
    back_up(database, path)
    before = path.read_bytes()
    path.with_name(path.name + end).write_bytes(b"left")
    stored_notice(database)
    with pytest.raises(StoreError, match=f"copy.db{end}: .* in use, or was left"):
        back_up(database, path)
    assert path.read_bytes() == before
    path.with_name(path.name + end).write_bytes(b"")
    back_up(database, path)


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(database, tmp_path):
    with pytest.raises(StoreError, match=r"nowhere/copy\.db: cannot be written: there is no folder"):
        back_up(database, tmp_path / "nowhere" / "copy.db")


def test_a_copy_in_which_people_work_is_no_backup_though_it_holds_nothing_new(database, tmp_path):
    stored_notice(database)
    path = tmp_path / "copy.db"
    back_up(database, path)
    with open_database(path, reading=True) as copy:
        assert wrong(copy) == []
    back_up(database, path)
    open_database(path).close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"copy\.db: already there, and a database in which people work, no backup"):
        back_up(database, path)
    assert path.read_bytes() == before


def test_the_shared_database_is_not_replaced_by_a_copy_of_it(database, tmp_path):
    stored_notice(database)
    shutil.copy(database.path, tmp_path / "copy.db")
    back_up(database, tmp_path / "copy2.db")
    database.close()
    before = database.path.read_bytes()
    with open_database(tmp_path / "copy2.db") as copy, pytest.raises(StoreError, match="in which people work"):
        back_up(copy, database.path)
    assert database.path.read_bytes() == before


@pytest.mark.parametrize("in_use", [False, True])
def test_a_backup_of_an_older_zhupi_is_replaced_as_long_as_nobody_has_written_to_it(tmp_path, in_use):
    path, copy = tmp_path / "live.db", tmp_path / "copy.db"
    for each in (path, copy):
        each.write_bytes(lzma.decompress((DATA / "schema3-shared.db.xz").read_bytes()))
    if in_use:
        (tmp_path / "copy.db.lock").touch()
    with open_database(path) as database:
        if in_use:
            with pytest.raises(StoreError, match="in which people work"):
                back_up(database, copy)
        else:
            back_up(database, copy)
            back_up(database, copy)


def test_who_is_there_is_not_copied(database, tmp_path):
    stored_notice(database)
    with database.write() as connection:
        announce(connection, "s", "lin", 1)
    back_up(database, tmp_path / "copy.db")
    with open_database(tmp_path / "copy.db", reading=True) as copy:
        assert present(copy.connection) == []


def test_somebody_who_begins_to_work_in_an_earlier_backup_meanwhile_loses_nothing(database, tmp_path, monkeypatch):
    stored_notice(database)
    path = tmp_path / "copy.db"
    back_up(database, path)
    prove = backup.prove

    def meanwhile(copy, at, **told):
        open_database(path).close()
        prove(copy, at, **told)

    monkeypatch.setattr(backup, "prove", meanwhile)
    with pytest.raises(StoreError, match="in which people work"):
        back_up(database, path)
