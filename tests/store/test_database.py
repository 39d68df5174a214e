"""One database file: made once by whoever comes first, opened by all, refused when it is something else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from foreign import by_another_program
from making import RAW, annotation_of, stored_notice
from running import plain_user
from sqlite_utils import Migrations

from annotations.labels import LabelSet, default_labels
from store.db import database as database_module
from store.db.sqlite import JOURNAL_MODE, WAL_SAFE, explained
from store.doctor import findings
from store.edits.annotate import add_annotation
from store.edits.labels import declare_labels
from store.errors import DatabaseError, DiskFullError, NewerSchemaError
from store.index.numbers import count_notices
from store.open import open_database
from store.project.settings import keep, labels_of, load_setting
from store.read.notices import notice_annotations
from store.schema.migrations import APPLICATION_ID, migrations
from store.schema.version import SCHEMA_VERSION

CREATE = """
import sys
from pathlib import Path
from store.open import open_database
sys.stdin.read()
with open_database(Path(sys.argv[1]), create=True) as database:
    with database.write() as connection:
        connection.execute("INSERT INTO settings VALUES (?, '1')", [sys.argv[2]])
"""

WRITE_FROM_TWO_THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from store.errors import DatabaseError
from store.open import open_database

def write():
    try:
        with database.write() as connection:
            connection.execute("INSERT INTO settings VALUES (hex(randomblob(8)), '1')")
    except DatabaseError as error:
        return str(error).partition(": ")[2].partition(";")[0]
    with database.read() as connection:
        connection.execute("SELECT count(*) FROM settings").fetchone()
    return "written"

with open_database(Path(sys.argv[1])) as database, ThreadPoolExecutor(1) as other:
    print("opened", flush=True)
    for _ in sys.stdin:
        print(write(), other.submit(write).result(), sep=", ", flush=True)
"""


def start(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_new_database_is_whole_and_synced_on_every_commit(database):
    connection = database.connection
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == JOURNAL_MODE
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert [line for line in findings(database) if WAL_SAFE] == []


def test_bytes_and_nothing_are_stored_as_they_are(database):
    data = b"\0\xff'"
    sql = "SELECT ?1, typeof(?1), ?2, typeof(?2)"
    assert tuple(database.connection.execute(sql, [data, None]).fetchone()) == (data, "blob", None, "null")


def test_the_schema_version_counts_the_migrations():
    assert len(migrations.pending(sqlite_utils_memory())) == SCHEMA_VERSION


def sqlite_utils_memory():
    from sqlite_utils import Database as UtilsDatabase

    return UtilsDatabase(memory=True)


def test_eight_processes_that_make_the_database_at_the_same_instant_all_succeed(tmp_path):
    children = [start(CREATE, tmp_path / "a.db", number) for number in range(8)]
    for child in children:
        child.stdin.close()
    for child in children:
        child.wait()
        assert child.stderr.read() == b""
        child.stdout.close()
        child.stderr.close()
    with open_database(tmp_path / "a.db") as database:
        assert (
            database.connection.execute(
                "SELECT count(*) FROM settings WHERE name NOT IN ('labels', 'project')"
            ).fetchone()[0]
            == 8
        )
        # No event tells of what they did.
        assert len([line for line in findings(database) if "the setting" not in line and WAL_SAFE]) == 0


def test_another_process_may_make_it_between_two_looks(tmp_path, monkeypatch):
    """What this process reads first may be older than what it reads next."""
    path, made = tmp_path / "a.db", []

    def connect_and_be_late(*arguments, **options):
        connection = connect(*arguments, **options)

        def make(statement):
            if "user_version" in statement and not made:
                made.append(True)
                with open_database(path, create=True):
                    pass

        connection.set_trace_callback(make)
        return connection

    connect = database_module.connect
    monkeypatch.setattr(database_module, "connect", connect_and_be_late)
    with open_database(path, create=True) as database:
        assert made
        assert count_notices(database.connection) == 0


def test_a_database_that_was_being_made_is_taken_for_none_of_another_program(tmp_path, monkeypatch):
    """Whoever makes it may be killed behind its first table, and another process may look at it just then."""

    def begin(self, db):
        self.ensure_migrations_table(db)
        raise KeyboardInterrupt

    path = tmp_path / "a.db"
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Migrations, "apply", begin)
        open_database(path, create=True)
    with open_database(path, create=True) as database:
        assert count_notices(database.connection) == 0
        assert [*findings(database)] == []


def test_a_path_that_means_something_to_sqlite_is_a_file_all_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_database(Path(":memory:"), create=True) as database:
        stored_notice(database)
    with open_database(tmp_path / ":memory:") as database:
        assert count_notices(database.connection) == 1


def test_a_relative_path_means_the_same_file_after_the_folder_changed(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    path = (tmp_path / "a.db").relative_to(tmp_path)
    with open_database(path, create=True) as database:
        number = stored_notice(database)
        assert number == 1
    with open_database(tmp_path / "a.db") as database:
        assert count_notices(database.connection) == 1


@pytest.mark.parametrize("create", [True, False])
def test_what_is_no_database_is_refused_and_left_as_it_was(tmp_path, create):
    path = tmp_path / "a.db"
    for content in (b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000):
        path.write_bytes(content)
        with pytest.raises(DatabaseError, match=r"a\.db: "), open_database(path, create=create):
            pass
        assert path.read_bytes() == content


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("statement", ["CREATE TABLE bookmarks (url)", "PRAGMA application_id = 7"])
def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path, create, statement):
    path = tmp_path / "a.db"
    by_another_program(path, statement)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="not a zhupi database"), open_database(path, create=create):
        pass
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database_only_where_one_is_made(tmp_path):
    path = tmp_path / "a.db"
    path.touch()
    with pytest.raises(DatabaseError, match="not a zhupi database"), open_database(path):
        pass
    with open_database(path, create=True) as database:
        assert count_notices(database.connection) == 0


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_a_newer_zhupi_is_refused_and_left_as_it_was(tmp_path, create):
    path = tmp_path / "a.db"
    with open_database(path, create=True) as database, database.write() as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(NewerSchemaError, match="upgrade zhupi"), open_database(path, create=create):
        pass
    assert by_another_program(path, "PRAGMA user_version") == [(SCHEMA_VERSION + 1,)]


def test_a_session_writes_no_more_once_a_newer_zhupi_has_brought_the_schema_up_to_date(database):
    with database.write() as connection:
        keep(connection, "guideline", "before")
    by_another_program(database.path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with (
        pytest.raises(DatabaseError, match="start zhupi anew"),
        database.write() as connection,
    ):
        keep(connection, "guideline", "behind")
    assert not database.connection.in_transaction
    with database.read() as connection:
        assert load_setting(connection, "guideline").value == "before"


def test_a_folder_and_a_file_where_a_folder_should_be_are_refused(tmp_path):
    with pytest.raises(DatabaseError, match="cannot be opened"), open_database(tmp_path, create=True):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot be made"), open_database(tmp_path / "file" / "a.db", create=True):
        pass
    with pytest.raises(DatabaseError, match="no such database"), open_database(tmp_path / "file" / "a.db"):
        pass


def test_a_missing_database_is_not_made_by_looking(tmp_path):
    with (
        pytest.raises(DatabaseError, match="no such database; make one with `zhupi init`"),
        open_database(tmp_path / "a"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_missing_folders_are_made_with_the_database(tmp_path):
    with open_database(tmp_path / "one" / "two" / "a.db", create=True) as database:
        assert count_notices(database.connection) == 0


def test_what_fails_leaves_nothing(database):
    number = stored_notice(database)
    with pytest.raises(RuntimeError), database.write() as connection:
        connection.execute("INSERT INTO settings VALUES ('a', 'b')")
        raise RuntimeError
    with pytest.raises(KeyboardInterrupt), database.write() as connection:
        connection.execute("INSERT INTO settings VALUES ('a', 'b')")
        raise KeyboardInterrupt
    with pytest.raises(DatabaseError), database.write() as connection:
        connection.execute("INSERT INTO settings VALUES ('a', 'b')")
        connection.execute("INSERT INTO no_such_table VALUES (1)")
    assert database.connection.execute("SELECT count(*) FROM settings WHERE name = 'a'").fetchone()[0] == 0
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))


def test_a_snapshot_does_not_see_what_others_write_meanwhile(tmp_path):
    with open_database(tmp_path / "a.db", create=True) as database, open_database(tmp_path / "a.db") as other:
        number = stored_notice(database)
        with other.read() as connection:
            assert notice_annotations(connection, number) == []
            add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
            assert notice_annotations(connection, number) == []
        assert len(notice_annotations(other.connection, number)) == 1


def test_each_thread_has_its_own_connection_and_close_ends_them_all(tmp_path):
    seen = []
    with open_database(tmp_path / "a.db", create=True) as database:
        threads = [threading.Thread(target=lambda: seen.append(database.connection)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(connection) for connection in [*seen, database.connection]}) == 4


def test_threads_that_write_at_once_each_get_their_turn(database):
    number = stored_notice(database)
    items = [annotation_of(RAW, start, start + 2) for start in range(12)]
    threads = [threading.Thread(target=add_annotation, args=(database, "lin", number, item)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notice_annotations(database.connection, number) == items


def test_the_label_set_is_the_default_until_one_is_set(database):
    assert labels_of(database) == default_labels()
    own = LabelSet.from_toml('[[label]]\nname = "SUM"\nkey = "p"\nsign = "S"\nhue = "red"\n', "x")
    declare_labels(database, "lin", own)
    declare_labels(database, "lin", own)
    assert labels_of(database) == own


@pytest.mark.parametrize("value", ["", "{", "[]", '{"label":[{"colour":1}]}'])
def test_a_damaged_label_set_is_one_clear_line(database, value):
    with database.write() as connection:
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('labels', ?)", [value])
    with pytest.raises(DatabaseError, match="label set is damaged"):
        _ = labels_of(database)


WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from making import RAW, annotation_of
from store.open import open_database
from store.edits.annotate import add_annotation
with open_database(Path(sys.argv[1])) as database:
    while True:
        item = annotation_of(RAW, 0, 3)
        add_annotation(database, "lin", 1, item)
        print(item.id, flush=True)
"""


def test_what_was_acknowledged_survives_kill_9_of_two_writers(tmp_path):
    with open_database(tmp_path / "a.db", create=True) as database:
        stored_notice(database)
    acknowledged = []
    for stop_after in (1, 7, 23):
        writers = [start(WRITE, tmp_path / "a.db", Path(__file__).parents[1] / "support") for _ in range(2)]
        # A line that was cut was not read as told.
        read = [[writer.stdout.readline() for _ in range(stop_after)] for writer in writers]
        for writer in writers:
            writer.kill()
        for writer, lines in zip(writers, read, strict=True):
            rest = writer.stdout.read().split(b"\n")[:-1]
            acknowledged += [line.strip().decode() for line in [*lines, *rest]]
            writer.communicate()
    with open_database(tmp_path / "a.db") as database:
        # The notice is one of a test, that no normalizer made.
        assert [line for line in findings(database) if WAL_SAFE and "another version" not in line] == []
        stored = {item.id for item in notice_annotations(database.connection, 1)}
    assert len(acknowledged) >= 62
    assert set(acknowledged) <= stored
    # At most the one that each writer was about.
    assert len(stored) <= len(acknowledged) + 6


@pytest.mark.parametrize(
    ("told", "kind", "words"),
    [
        ("disk I/O error", DatabaseError, "the disk failed"),
        ("database or disk is full", DiskFullError, "no room on disk"),
        ("attempt to write a readonly database", DatabaseError, "cannot be written"),
    ],
)
def test_a_disk_that_fails_in_mid_write_is_one_clear_line_and_leaves_nothing(database, told, kind, words):
    number = stored_notice(database)
    with pytest.raises(kind, match=words) as caught, database.write() as connection:
        connection.execute("UPDATE notices SET doc = 'other' WHERE number = ?", [number])
        raise type(_sqlite_error(connection))(told)
    assert str(caught.value).startswith(f"{database.path}: ")
    assert database.connection.execute("SELECT doc FROM notices").fetchone()[0] == "page"
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))


def test_a_full_disk_that_sqlite_calls_a_failing_one_is_told_as_full(database, monkeypatch):
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=0))
    with pytest.raises(DiskFullError, match="no room on disk"), explained(database.path):
        raise type(_sqlite_error(database.connection))("disk I/O error")


def _sqlite_error(connection):
    """An error of whichever module is in use."""
    try:
        connection.execute("no SQL at all")
    except Exception as error:  # noqa: BLE001  # its class is what is wanted
        return error
    raise AssertionError("that was no error")


WRITE_AND_CHECKPOINT = """
import sys
from pathlib import Path
from store.open import open_database
with open_database(Path(sys.argv[1])) as database:
    with database.write() as connection:
        connection.execute("INSERT INTO settings VALUES ('a', ?)", ["x" * 100_000])
    if len(sys.argv) > 2:
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
"""


needs_log = pytest.mark.skipif(not WAL_SAFE, reason="with this SQLite there is no write-ahead log")


@pytest.fixture
def visited(tmp_path, monkeypatch):
    """The path of a database that this process may only read."""
    with open_database(tmp_path / "a.db", create=True) as database:
        stored_notice(database)
    monkeypatch.setattr(database_module, "may_write", lambda _: False)
    return tmp_path / "a.db"


def write_elsewhere(path, *arguments):
    child = start(WRITE_AND_CHECKPOINT, path, *arguments)
    assert child.communicate()[1] == b""


@needs_log
def test_a_read_without_locks_is_refused_when_somebody_has_written_to_the_file(visited):
    with open_database(visited, reading=True) as database:
        with database.read() as connection:
            assert count_notices(connection) == 1
        with pytest.raises(DatabaseError, match="somebody wrote to it while it was read; run the command again"):  # noqa: SIM117
            with database.read():
                write_elsewhere(visited, "checkpoint")
        with pytest.raises(DatabaseError, match="somebody wrote to it"), database.read() as connection:
            connection.execute("SELECT * FROM no_such_table")
    with open_database(visited, reading=True) as database, database.read() as connection:
        assert count_notices(connection) == 1


@needs_log
def test_a_read_without_locks_stands_while_what_others_write_is_in_the_log(visited):
    with open_database(visited, reading=True) as database, database.read() as connection:
        write_elsewhere(visited)
        assert connection.execute("SELECT count(*) FROM settings WHERE name = 'a'").fetchone()[0] == 0
    # Whoever wrote left last, and the log is there all the same: this process was reading.
    with open_database(visited, reading=True) as database, database.read() as connection:
        assert connection.execute("SELECT count(*) FROM settings WHERE name = 'a'").fetchone()[0] == 1


def test_who_may_only_read_makes_no_lock_file(visited):
    lock = visited.with_name("a.db.lock")
    lock.unlink()
    with open_database(visited, reading=True) as database:
        with pytest.raises(DatabaseError, match="cannot be written"), database.write():
            pass
        assert database.is_read_only
        assert database.journal_mode == JOURNAL_MODE
    assert not lock.exists()


@needs_log
@pytest.mark.parametrize(
    ("first", "later", "meanwhile"),
    [
        # What a connection finds out when it is made, SQLite keeps; of the index of the log, for the whole process.
        (["a.db-shm"], [], "cannot be written, cannot be written"),
        ([], ["a.db", "a.db-wal", "a.db-shm"], "written, cannot be written"),
    ],
)
def test_a_process_writes_again_as_soon_as_the_files_can_be_written(tmp_path, first, later, meanwhile):
    with open_database(tmp_path / "a.db", create=True) as database:
        assert count_notices(database.connection) == 0
        for name in first:
            (tmp_path / name).chmod(0o444)
        command = [*plain_user(), sys.executable, "-c", WRITE_FROM_TWO_THREADS, str(tmp_path / "a.db")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout.readline() == "opened\n"
            for name in later:
                (tmp_path / name).chmod(0o444)
            told = []
            for _ in range(2):
                print(file=child.stdin, flush=True)
                told.append(child.stdout.readline().rstrip("\n"))
                for name in first + later:
                    (tmp_path / name).chmod(0o644)
            child.stdin.close()
        # The labels and the id of the project are there from the beginning.
        assert told == [meanwhile, "written, written"]
