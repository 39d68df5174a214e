"""The id of a project, by which its backups are known; those of an older zhupi too, each brought up to date alone."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from making import RAW, annotation_of, stored_notice

from store.edits.annotate import add_annotation
from store.errors import StoreError
from store.open import open_database
from store.output.backup import back_up
from store.output.restore import restore

DATA = Path(__file__).resolve().parents[1] / "data"


def of_older_zhupi(path, name="shared"):
    """A database that an earlier zhupi made."""
    path.write_bytes(lzma.decompress((DATA / f"schema3-{name}.db.xz").read_bytes()))
    return path


def project_id(database):
    (found,) = database.connection.execute("SELECT value FROM settings WHERE name = 'project'").fetchone()
    return found


def test_copies_of_an_older_database_are_of_one_project_however_they_are_brought_up_to_date(tmp_path):
    live, backup = of_older_zhupi(tmp_path / "live.db"), of_older_zhupi(tmp_path / "backup.db")
    other = of_older_zhupi(tmp_path / "other.db", "demo")
    with open_database(live) as database, open_database(backup) as copy, open_database(other) as third:
        assert project_id(database) == project_id(copy) != project_id(third)


@pytest.mark.parametrize("opened", [False, True])
def test_an_older_backup_is_restored_whether_it_was_opened_by_itself_or_not(tmp_path, opened):
    live, backup = of_older_zhupi(tmp_path / "live.db"), of_older_zhupi(tmp_path / "backup.db")
    if opened:
        open_database(backup).close()
    with open_database(live) as database:
        add_annotation(database, "lin", 1, annotation_of(first_raw(database), 0, 3))
        assert restore(database.path, backup).events == 1


def first_raw(database):
    (raw,) = database.connection.execute("SELECT raw FROM texts WHERE notice = 1").fetchone()
    return raw


@pytest.mark.parametrize("opened", [False, True])
def test_a_database_that_got_its_id_at_random_knows_its_older_backups(tmp_path, opened):
    live, backup = of_older_zhupi(tmp_path / "live.db"), of_older_zhupi(tmp_path / "backup.db")
    if opened:
        open_database(backup).close()
    with open_database(live) as database:
        with database.write() as connection:
            connection.execute("UPDATE settings SET value = 'random' WHERE name = 'project'")
        restore(database.path, backup)
    with open_database(of_older_zhupi(live, "demo")) as database, pytest.raises(StoreError, match="of another project"):
        restore(database.path, backup)


def test_projects_that_are_made_today_are_different_though_they_hold_the_same(tmp_path):
    with open_database(tmp_path / "a.db", create=True) as one, open_database(tmp_path / "b.db", create=True) as other:
        assert project_id(one) != project_id(other)
        for database in (one, other):
            stored_notice(database, RAW)
            with database.write() as connection:
                connection.execute("UPDATE notices SET imported_at = '2026-01-01T00:00:00.000Z'")
        back_up(one, tmp_path / "copy.db")
        with pytest.raises(StoreError, match="of another project"):
            back_up(other, tmp_path / "copy.db")
