"""The file under a session, and what lies beside it: whatever is done to them, nothing is said to be saved that is not.

Accidents come from another process: this one would lose its locks to a library that opens the same files.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from making import RAW, annotation_of, stored_notice

from store import open as opening
from store.db.sqlite import WAL_SAFE
from store.edits.annotate import add_annotation
from store.errors import DatabaseError, ReplacedError
from store.open import open_database
from store.output.backup import back_up
from store.read.notices import notice_annotations


@pytest.fixture(params=["wal", "delete"])
def journal(request, monkeypatch):
    """How SQLite keeps a commit whole: both ways that there are."""
    if request.param == "wal" and not WAL_SAFE:
        pytest.skip("with this SQLite there is no write-ahead log")
    monkeypatch.setattr(opening, "WAL_SAFE", request.param == "wal")
    monkeypatch.setattr(opening, "JOURNAL_MODE", request.param)
    return request.param


@pytest.fixture
def path(tmp_path, journal):
    """The path of a database with a notice, beside it ``../copy.db``, a backup, and nothing else."""
    folder = tmp_path / "project"
    folder.mkdir()
    with open_database(folder / "a.db", create=True) as database:
        stored_notice(database)
        back_up(database, tmp_path / "copy.db")
    (folder / "a.db.lock").unlink()
    return folder / "a.db"


@pytest.fixture
def session(path):
    """A session that has saved one annotation since the backup."""
    with open_database(path) as database:
        add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
        yield database


ACCIDENTS = {
    "delete": "rm a.db*",
    "move": "mv a.db elsewhere.db",
    "move all": "mkdir ../to; mv a.db* ../to",
    "move the folder": "mv ../project ../moved",
    "replace": "mv ../copy.db a.db",
    "install": "install -m 660 ../copy.db a.db; rm -f a.db-wal a.db-shm",
    "copy over": "cp ../copy.db a.db",
    "copy over and clear": "cp ../copy.db a.db; rm -f a.db-wal a.db-shm",
    "restore in SQLite": f'"{sys.executable}" -c "$RESTORE"',
    "empty": ": > a.db",
}
"""What somebody types in the folder of the database."""

RESTORE = """
from store.db.sqlite import connect
source, target = connect("../copy.db"), connect("a.db")
with target:
    source.backup(target)
"""


def happen(path, script):
    subprocess.run(
        ["sh", "-ec", script], cwd=path.parent, check=True, capture_output=True, env={**os.environ, "RESTORE": RESTORE}
    )


def files_in(folder):
    return sorted(each.relative_to(folder) for each in folder.rglob("*"))


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_nothing_is_saved_to_a_file_that_is_another_one(session, path, tmp_path, accident):
    happen(path, ACCIDENTS[accident])
    there = files_in(tmp_path)
    content = path.read_bytes() if path.exists() else None
    for _ in range(2):
        with pytest.raises(ReplacedError, match=r"a\.db: the database was (replaced|moved or deleted); start again$"):
            add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))
    assert files_in(tmp_path) == there
    session.close()
    if accident != "restore in SQLite":
        # The end of the session writes nothing there.
        assert (path.read_bytes() if path.exists() else None) == content


def test_a_backup_that_is_copied_over_is_noticed_before_anything_was_saved(path, tmp_path):
    with open_database(path) as session:
        assert len(notice_annotations(session.connection, 1)) == 0
        happen(path, ACCIDENTS["copy over"])
        with pytest.raises(ReplacedError):
            add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))


TAG = """
import sys
from pathlib import Path
from making import RAW, annotation_of
from store.edits.annotate import add_annotation
from store.open import open_database
with open_database(Path("a.db")) as database:
    add_annotation(database, "chen", 1, annotation_of(RAW, 4, 6, annotator="chen"))
"""


@pytest.mark.parametrize("accident", ["install", "copy over and clear", "restore in SQLite"])
def test_whoever_starts_again_works_on_what_is_there_now(session, path, accident):
    happen(path, ACCIDENTS[accident])
    support = Path(__file__).parents[1] / "support"
    tag = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(support)!r})\n{TAG}"]
    subprocess.run(tag, cwd=path.parent, check=True)
    with pytest.raises(ReplacedError):
        add_annotation(session, "lin", 1, annotation_of(RAW, 7, 9))
    session.close()
    subprocess.run(tag, cwd=path.parent, check=True)
    with open_database(path) as again:
        assert [item.annotator for item in notice_annotations(again.connection, 1)] == ["chen"] * 2
        assert again.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("journal", ["wal"], indirect=True)
@pytest.mark.parametrize(
    "script", ["rm a.db-wal", "rm a.db-shm", "mv a.db-wal b; cp b a.db-wal", "rm a.db-wal a.db-shm"]
)
def test_a_log_that_is_gone_or_another_is_noticed_and_what_was_saved_in_it_is_not_lost(session, path, script):
    happen(path, script)
    with pytest.raises(ReplacedError, match=r"a\.db: the database was replaced; start again$"):
        add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))
    session.close()
    with open_database(path) as again:
        assert len(notice_annotations(again.connection, 1)) == 1
        assert again.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("accident", ["delete", "move", "replace"])
def test_a_commit_is_believed_only_when_the_file_is_still_there(session, path, accident):
    with pytest.raises(ReplacedError), session.write() as connection:
        connection.execute("UPDATE notices SET url = 'x'")
        happen(path, ACCIDENTS[accident])


@pytest.mark.parametrize("accident", ["copy over", "copy over and clear"])
def test_nothing_is_committed_to_a_file_that_became_another_one_meanwhile(session, path, accident):
    with pytest.raises(ReplacedError), session.write() as connection:
        connection.execute("UPDATE notices SET url = 'x'")
        happen(path, ACCIDENTS[accident])
    with pytest.raises(ReplacedError):
        add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))


def test_a_thread_that_comes_later_makes_no_file_in_its_place(session, path):
    happen(path, ACCIDENTS["delete"])
    session._local.held = None
    with pytest.raises(DatabaseError), session.read():
        pass
    assert list(path.parent.iterdir()) == []


def test_a_thread_that_comes_later_does_not_read_another_file(session, path):
    happen(path, ACCIDENTS["replace"])
    session._local.held = None
    with pytest.raises(ReplacedError), session.read():
        pass


def test_a_link_that_leads_elsewhere_by_now_is_noticed(path, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with open_database(link) as database:
        add_annotation(database, "lin", 1, annotation_of(RAW, 0, 3))
        happen(path, "ln -sf copy.db ../link.db")
        with pytest.raises(ReplacedError, match="the database was replaced; start again"):
            add_annotation(database, "lin", 1, annotation_of(RAW, 4, 6))


OTHERS = """
import sys
from pathlib import Path
from store.open import open_database
with open_database(Path("a.db")) as database:
    database.connection.execute(sys.argv[1])
"""


@pytest.mark.parametrize("statement", [
    "PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "CREATE INDEX more ON notices(title)", "ANALYZE",
    "PRAGMA wal_checkpoint(RESTART)", "UPDATE notices SET url = 'y'",
])  # fmt: skip
def test_others_may_do_to_the_file_what_sqlite_does(session, path, statement):
    for number in range(3):
        subprocess.run(
            [sys.executable, "-c", OTHERS, statement if number != 1 else "PRAGMA user_version"],
            cwd=path.parent,
            check=True,
        )
        session.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        add_annotation(session, "lin", 1, annotation_of(RAW, number, number + 2))
        if "INDEX" in statement:
            session.connection.execute("DROP INDEX IF EXISTS more")
    assert len(notice_annotations(session.connection, 1)) == 4


@pytest.mark.parametrize("journal", ["wal"], indirect=True)
def test_a_change_of_the_journal_is_no_replacement(session, path):
    session.connection.execute("PRAGMA journal_mode = delete")
    add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))
    session.connection.execute("PRAGMA journal_mode = wal")
    add_annotation(session, "lin", 1, annotation_of(RAW, 7, 9))
    add_annotation(session, "lin", 1, annotation_of(RAW, 2, 4))


def test_a_full_disk_is_no_replacement(session):
    (pages,) = session.connection.execute("PRAGMA page_count").fetchone()
    session.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseError, match="no room"), session.write() as connection:
        connection.execute("UPDATE notices SET title = ?", ["长" * 100_000])
    session.connection.execute(f"PRAGMA max_page_count = {pages * 10}")
    add_annotation(session, "lin", 1, annotation_of(RAW, 4, 6))
