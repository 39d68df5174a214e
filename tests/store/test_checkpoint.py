"""The log goes into the database while nobody waits for it, and never grows without an end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.db import checkpoint
from store.db.companions import WAL, companion
from store.db.database import Database
from store.db.lock import holder
from store.db.sqlite import WAL_SAFE, Connection
from store.open import open_database
from store.project.settings import keep

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="a rollback journal has no checkpoints")

PAGES = 40
"""What is taken for a long log here: a few commits of the pages below."""


@pytest.fixture
def database(tmp_path, monkeypatch) -> Iterator[Database]:
    monkeypatch.setattr(checkpoint, "_LONG", PAGES)
    monkeypatch.setattr(checkpoint, "_TOO_LONG", 4 * PAGES)
    with open_database(tmp_path / "a.db", create=True) as opened:
        # Its making has left a long log.
        opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield opened


def _write(database: Database, number: int) -> None:
    """Commit ten pages at least, none of which is as it was."""
    with database.write() as connection:
        keep(connection, "guideline", str(number % 10) * 10 * 4096)


def _log(connection: Connection) -> tuple[int, int]:
    """Pages of the log, and how many of them are in the database."""
    return tuple(connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()[1:])


def test_nobody_holds_the_lock_while_the_log_goes_into_the_database(database):
    held = []

    def watch(statement: str) -> None:
        if "PASSIVE" in statement:
            held.append(holder(database.path) is not None)

    database.connection.set_trace_callback(watch)
    for number in range(40):
        _write(database, number)
        assert _log(database.connection)[0] < 2 * PAGES
    assert held
    assert not any(held)


def test_a_log_that_somebody_always_adds_to_begins_anew_all_the_same(database, monkeypatch):
    longest = 0
    with open_database(database.path) as reader, open_database(database.path) as writer:

        def copy_while_others_write(connection: Connection) -> bool:
            if connection is not database.connection or holder(database.path) is not None:
                return copy_log(connection)
            # Whoever reads keeps from being copied what is written from now on, as if it was while the log is copied.
            with reader.read() as reading:
                reading.execute("SELECT count(*) FROM settings").fetchone()
                _write(writer, 5)
                return copy_log(connection)

        copy_log = checkpoint.copy_log
        monkeypatch.setattr("store.db.database.copy_log", copy_while_others_write)
        for number in range(60):
            _write(database, number)
            longest = max(longest, _log(database.connection)[0])
    # Sixty commits of more than ten pages each, and more of the other.
    assert 4 * PAGES < longest < 6 * PAGES


def test_the_file_of_a_log_that_grew_while_somebody_read_is_cut_when_it_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "_LONG", PAGES)
    monkeypatch.setattr(checkpoint, "_TOO_LONG", 4 * PAGES)
    monkeypatch.setattr(checkpoint, "_LARGEST", 20 * PAGES * 4096)
    path = tmp_path / "a.db"
    log = companion(path, WAL)
    with open_database(path, create=True) as database, open_database(path) as reader:
        with reader.read() as reading:
            reading.execute("SELECT count(*) FROM settings").fetchone()
            for number in range(100):
                _write(database, number)
            grown = log.stat().st_size
        assert grown > 30 * PAGES * 4096
        for number in range(30):
            _write(database, number)
        # The next commit behind it writes on from the beginning.
        assert log.stat().st_size < grown / 1.4
