"""Another program changes whatever it likes, and puts the triggers back: ``check`` finds it, column by column.

The tables and columns are those of the schema: a new one is attacked too, and either found or given a reason here.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from attacking import but_conflicts, make_worked_database, tamper

from store.db.sqlite import WAL_SAFE
from store.doctor import facts, findings, repair
from store.open import open_database

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")

OF_THE_MOMENT = "of the moment: nothing that is said about a notice depends on it"
UNPROVED = {
    "leases": OF_THE_MOMENT,
    "presence": OF_THE_MOMENT,
    "learning": OF_THE_MOMENT,
    "order_renewals": OF_THE_MOMENT,
    "work_orders": "only in which order notices come; it is made anew now and then",
    "order_blocks": "as of work_orders; blocks that are no order of notices are found",
    "text_lengths": "only in which order notices come; what is missing is measured",
    "found_by_models": "what new models find, until it is suggested: their suggestions are events",
    "suspects": "what a second look has found, until the next one: nothing that people say follows from it",
    "second_look": "when that was, and what it looked at",
    "suggested": "only which suggesters look at a notice again; their suggestions are events",
    "search_idx": "only where SQLite begins to look; what it finds is compared, and `--repair` makes it anew",
    "search_config": "only how often SQLite merges what was put in; what it finds is compared",
    "search_data 1": "averages for an order by relevance, which the queue does not have",
    "_sqlite_migrations.id": "a number that sqlite-utils gives",
    "_sqlite_migrations.applied_at": "nothing depends on when a migration was done",
}
"""Tables and columns whose change ``check`` does not see, and why not."""


@pytest.fixture(scope="session")
def worked(tmp_path_factory):
    """The path of a database in which every table has rows, and every column a value somewhere."""
    path = tmp_path_factory.mktemp("tampering") / "worked.db"
    make_worked_database(path)
    return path


@pytest.fixture
def attacked(worked, tmp_path):
    """A copy of it, for somebody with another program."""
    return Path(shutil.copy(worked, tmp_path / "attacked.db"))


def found(path):
    with open_database(path, reading=True) as database:
        assert all(facts(database))  # whatever is damaged
        return but_conflicts(findings(database))


def columns():
    """Each table with each of its columns: table, name of the column, whether it may be null."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        open_database(path, create=True).close()
        plain = sqlite3.connect(path)
        tables = [name for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = [
            (table, name, not (needed or key))
            for table in tables
            if table != "search"  # its parts hold what it holds
            for _, name, _, needed, _, key in plain.execute(f"PRAGMA table_info({table})")
        ]
        plain.close()
    return found


def test_a_database_that_was_worked_on_is_well(worked):
    assert found(worked) == []


@pytest.mark.parametrize(("table", "column", "nullable"), columns())
def test_each_column_that_another_program_changes_is_found(worked, attacked, table, column, nullable):
    plain = sqlite3.connect(worked)
    plain.row_factory = sqlite3.Row
    rows = plain.execute(f'SELECT * FROM "{table}" {"WHERE id <> 1" if table == "search_data" else ""}').fetchall()
    plain.close()
    filled = [row for row in rows if row[column] is not None]
    assert filled, "the fixture has nothing here"
    changes = [(row, another(row[column])) for row in (filled[0], filled[-1])]
    if nullable:
        changes.append((filled[0], None))
        changes += [(row, filled[0][column]) for row in rows if row[column] is None][:1]
    reason = UNPROVED.get(table) or UNPROVED.get(f"{table}.{column}")
    for row, value in changes:
        for left in attacked.parent.glob("attacked.db*"):
            left.unlink()
        shutil.copy(worked, attacked)
        where = " AND ".join(f'"{name}" IS ?' for name in row.keys())  # noqa: SIM118  # a row yields values
        statement = f'UPDATE "{table}" SET "{column}" = ? WHERE {where}'
        try:
            assert tamper(attacked, (statement, [value, *row])) == 1
        except sqlite3.IntegrityError as error:
            # No event is there twice, whoever writes.
            assert "events.origin" in str(error)  # noqa: PT017  # one column alone has such an index
            continue
        told = found(attacked)
        assert told or reason, (table, dict(row), value, told)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("notices", {"number": 9, "id": "0123456789abcdef", "sha256": "x"}), ("texts", {"notice": 9}),
        ("annotations", {"id": "x", "annotator": "zhao"}), ("reviews", {"annotator": "zhao"}),
        ("assignments", {"annotator": "zhao"}), ("corrections", {"field": "source"}), ("events", {"number": 999}),
        ("reviewers", {"name": "zhao"}), ("settings", {"name": "x"}), ("tallies", {"value": "x"}),
        ("sets", {"value": "x"}), ("search_docsize", {"id": 99}), ("sketches", {"notice": 99}),
        ("bands", {"notice": 99}), ("band_filters", {"segment": 9}), ("near_copies", {"copy_of": 2}),
        ("copy_groups", {"notice": 3}), ("_sqlite_migrations", {"id": 99, "name": "x"}),
    ],
)  # fmt: skip
def test_a_row_that_another_program_puts_in_is_found(worked, attacked, table, changed):
    # Of the other tables, those of SQLite, nobody reads a row that nothing names.
    plain = sqlite3.connect(worked)
    plain.row_factory = sqlite3.Row
    row = {**plain.execute(f'SELECT * FROM "{table}" LIMIT 1').fetchone(), **changed}
    plain.close()
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    assert tamper(attacked, (f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [*row.values()])) == 1
    assert found(attacked)


def another(value):
    match value:
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 0xFF]) if value else b"x"
        case str():
            return f"{value}x"
        case _:
            return value + 1_000


# The schema


DERIVED = [
    "tallies",
    "sets",
    "sketches",
    "bands",
    "band_filters",
    "near_copies",
    "copy_groups",
    "search",
    "search_data",
    "search_idx",
    "search_docsize",
    "search_config",
]


def schema_objects(kind):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        open_database(path, create=True).close()
        plain = sqlite3.connect(path)
        found = [
            name
            for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = ? ORDER BY name", [kind])
            if not name.startswith(("sqlite_", "_sqlite", "idx__sqlite"))
        ]
        plain.close()
    return found


def plainly(path, *statements):
    plain = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        plain.execute(statement)
    plain.close()


def repaired(path):
    with open_database(path) as database:
        return repair(database, "lin"), but_conflicts(findings(database))


@pytest.mark.parametrize("kind", ["trigger", "index"])
def test_triggers_and_indexes_that_are_gone_are_found_and_made_anew(attacked, kind):
    names = schema_objects(kind)
    assert len(names) > 6
    plainly(attacked, *(f"DROP {kind} {name}" for name in names))
    told = found(attacked)
    assert [line for line in told if line.startswith("schema: ")] == told
    assert sorted(re.findall(f"the {kind} (\\w+) is missing", "\n".join(told))) == names
    done, left = repaired(attacked)
    assert sorted(done) == sorted(line.rpartition(";")[0] for line in told)
    assert left == []


def test_what_was_repaired_stays_in_the_log(attacked):
    plainly(attacked, "DROP TRIGGER events_are_final")
    repaired(attacked)
    with open_database(attacked) as database:
        (fact,) = (line for line in facts(database) if "repaired" in line)
        assert "repaired by lin on 2" in fact
        assert "the trigger events_are_final is missing" in fact
        assert repair(database, "lin") == ()
        assert len([line for line in facts(database) if "repaired" in line]) == 1


def test_a_trigger_that_does_something_else_is_found_and_made_anew(attacked):
    plainly(
        attacked,
        "DROP TRIGGER events_are_final",
        "CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT 1; END",
    )
    assert [line for line in found(attacked) if "the trigger events_are_final is another one" in line]
    assert repaired(attacked)[1] == []
    with open_database(attacked) as database:
        assert any("BEFORE UPDATE ON events BEGIN SELECT 1; END" in line for line in facts(database))


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TRIGGER spy AFTER INSERT ON reviews BEGIN SELECT 1; END",
        "CREATE TABLE notes (a TEXT)",
        "CREATE INDEX more ON reviews(status)",
        "CREATE VIEW these AS SELECT * FROM reviews",
        "CREATE TABLE _sqlite_migrations_of_mine (a TEXT)",
        "CREATE TRIGGER spy AFTER INSERT ON _sqlite_migrations BEGIN SELECT 1; END",
    ],
)
def test_what_is_none_of_zhupis_is_found_and_left_for_who_looks(attacked, made):
    plainly(attacked, made)
    told = found(attacked)
    assert len(told) == 1
    assert "is none of zhupi's" in told[0]
    assert repaired(attacked) == ((), told)


@pytest.mark.parametrize("table", schema_objects("table"))
def test_a_table_that_is_gone_is_a_finding_and_not_the_end(attacked, table):
    if table.startswith("search_"):
        plainly(attacked, "PRAGMA writable_schema = ON", f"DELETE FROM sqlite_schema WHERE name = '{table}'")
    else:
        plainly(attacked, "PRAGMA foreign_keys = OFF", f"DROP TABLE {table}")
    told = found(attacked)
    assert any(f"the table {table} is missing" in line for line in told), told
    if table in DERIVED:
        done, left = repaired(attacked)
        assert f"schema: the table {table} is missing" in done
        assert [line for line in left if not line.startswith("integrity: ")] == []


@pytest.mark.parametrize("value", ["", "{", "[]", '{"label":[{"colour":1}]}'])
def test_a_damaged_label_set_is_a_finding_and_not_the_end(attacked, value):
    tamper(attacked, ("UPDATE settings SET value = ? WHERE name = 'labels'", [value]), ("DELETE FROM tallies",))
    told = found(attacked)
    assert any(line.startswith("labels: the label set is damaged") for line in told), told
    assert any("the counts of annotations" in line for line in told)
    assert not any("annotation" in line for line in told if line.startswith(("notice", "log")))


def test_a_label_set_that_is_gone_is_a_finding(attacked):
    tamper(attacked, ("DELETE FROM settings WHERE name = 'labels'",))
    assert any("the label set is missing" in line for line in found(attacked))


def test_another_version_of_the_schema_is_found(attacked):
    plainly(attacked, "PRAGMA user_version = 7")
    assert [line for line in found(attacked) if line.startswith("schema: it says that its version is 7")]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE texts SET meta = CAST(x'ff' AS TEXT) WHERE notice = 1", ["what import stored of notice"]),
        ("UPDATE texts SET raw = CAST(x'ff' AS TEXT) WHERE notice = 1", ["what import stored of notice"]),
        ("UPDATE reviews SET comment = CAST(x'ff' AS TEXT)", ["the review of notice 1 by lin is not what"]),
        ("UPDATE reviewers SET added_by = CAST(x'ff' AS TEXT) WHERE name = 'lin'", ["reviewer lin is not what"]),
        ("UPDATE events SET key = CAST(x'ff' AS TEXT) WHERE number = 6", ["event 6 does not bear out"]),
    ],
)  # fmt: skip
def test_text_that_is_no_utf8_is_a_finding_and_hides_nothing(attacked, statement, told):
    tamper(attacked, (statement,), ("DELETE FROM tallies",), ("UPDATE events SET actor = 'x' WHERE number = 9",))
    lines = found(attacked)
    for each in (*told, "the counts of annotations", "event 9 does not bear out", "no UTF-8 was read"):
        assert any(each in line for line in lines), lines
    assert not any("cannot be checked" in line for line in lines), lines


@pytest.mark.parametrize("table", [name for name in schema_objects("table") if name not in UNPROVED])
def test_rows_that_are_gone_are_found(attacked, table):
    statement = "INSERT INTO search (search) VALUES ('delete-all')" if table == "search" else f"DELETE FROM {table}"
    tamper(attacked, (statement,))
    assert found(attacked)
