"""The journal: a write-ahead log where SQLite is safe with it, also after one was there that is not."""

from __future__ import annotations

import pytest
from foreign import by_another_program
from making import RAW, annotation_of, stored_notice, wrong

from store.db import database as databases
from store.db.sqlite import JOURNAL_MODE, WAL_SAFE
from store.edits.annotate import add_annotation
from store.errors import DatabaseError
from store.open import open_database
from store.project.presence import announce, leave

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="with this SQLite there is no write-ahead log")


@pytest.fixture
def path(tmp_path):
    """A database on which another SQLite has left a rollback journal."""
    path = tmp_path / "a.db"
    with open_database(path, create=True) as database:
        stored_notice(database)
        assert database.connection.execute("PRAGMA journal_mode = delete").fetchone()[0] == "delete"
    return path


def test_it_goes_back_to_a_log_when_nobody_else_is_there(path):
    with open_database(path) as database:
        assert database.journal_mode == JOURNAL_MODE
        add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
        assert wrong(database) == []


def test_while_a_session_is_open_it_stays_and_check_names_it(path):
    with open_database(path) as database, database.write() as connection:
        announce(connection, "a", "wang", None)
    by_another_program(path, "PRAGMA journal_mode = delete")
    with open_database(path) as database:
        assert database.journal_mode == "delete"
        add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
        [line] = wrong(database)
        assert line.startswith("a rollback journal is used")
        with database.write() as connection:
            leave(connection, "a")
    with open_database(path) as database:
        assert database.journal_mode == JOURNAL_MODE


def test_while_somebody_reads_it_stays_and_nobody_waits(path):
    with open_database(path, reading=True) as first:
        first.connection.execute("PRAGMA journal_mode = delete")
        with first.read() as reading:
            reading.execute("SELECT count(*) FROM events").fetchone()
            with open_database(path) as database:
                assert database.journal_mode == "delete"


def test_an_unsafe_sqlite_does_not_write_once_the_log_is_back(path, monkeypatch):
    with open_database(path) as database:
        monkeypatch.setattr(databases, "WAL_SAFE", False)
        with pytest.raises(DatabaseError, match="start this one anew"):
            add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
