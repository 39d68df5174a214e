"""Keys of near-copies in segments: found as in one table, whatever is sealed, comes late or is read by whom."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import wrong
from texts import FIRST, add, edited, text_of

from annotations.near_copies import Sketch, sketch_of
from store.db.sqlite import WAL_SAFE
from store.doctor import repair
from store.index import bands, near_copies
from store.open import open_database

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")

TABLES = ("sketches", "near_copies", "copy_groups")


@pytest.fixture
def small_segments(monkeypatch):
    """Four notices a segment, two segments a group, and filters from the first look-up on, or from never."""
    monkeypatch.setattr(bands, "_BITS", 2)
    monkeypatch.setattr(bands, "_GROUP", 2)
    return lambda *, filtered: monkeypatch.setattr(
        bands._filters, "_are_worth_it", lambda _: filtered if filtered is not None else random.random() < 0.5
    )


def put(connection, *numbers):
    """Rows of notices, and no more of them."""
    connection.executemany(
        "INSERT OR IGNORE INTO notices (number, id, doc, sha256, imported_at) VALUES (?1, ?2, '', ?2, '')",
        [(number, str(number)) for number in numbers],
    )


def bring(connection, notice, keys):
    put(connection, notice)
    bands.keep(connection, [(notice, keys)])
    bands.seal_before(connection, [notice])


def kept(database):
    return [sorted(map(tuple, database.connection.execute(f"SELECT * FROM {table}"))) for table in TABLES]


def sealed(connection):
    return [row[0] for row in connection.execute("SELECT segment FROM band_filters ORDER BY segment").fetchall()]


# The steps: a new notice, other keys of one, a segment is sealed early, a transaction that comes to nothing, and which
# of two sessions does it.  Some keys have the same upper bits, so that filters say yes where they should not.
KEYS = st.lists(st.integers(0, 3).flatmap(lambda high: st.integers(high << 40, (high << 40) + 2)), max_size=6)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "change", "seal"]), st.integers(0, 40), KEYS, st.booleans(), st.booleans()
    ),
    max_size=60,
)  # fmt: skip


@pytest.mark.parametrize("filtered", [True, False, None], ids=["with filters", "without", "now and then"])
@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, most=st.integers(1, 5))
def test_whatever_comes_the_earliest_with_a_key_are_found_as_in_a_dictionary(
    tmp_path_factory, small_segments, filtered, steps, most
):
    small_segments(filtered=filtered)
    path = tmp_path_factory.mktemp("bands") / "a.db"
    model: dict[int, list[int]] = {}
    with open_database(path, create=True) as one, open_database(path) as other:
        for what, at, keys, undone, by_other in steps:
            database = other if by_other else one
            before = dict(model)
            try:
                with database.write() as connection:
                    if what == "new":
                        notice = len(model) + 1
                        bring(connection, notice, keys)
                        model[notice] = keys
                    elif what == "change" and model:
                        notice = at % len(model) + 1
                        bands.forget(connection, notice, model[notice])
                        bands.keep(connection, [(notice, keys)])
                        model[notice] = keys
                    elif what == "seal":
                        bands.seal(connection, at % (bands.segment_of(len(model)) + 1))
                    expect(connection, model, most)
                    end(undone=undone)
            except UndoneError:
                model = before
            expect(one.connection, model, most)
            expect(other.connection, model, most)
        assert list(bands.differences(one.connection)) == []


class UndoneError(Exception):
    pass


def end(*, undone):
    if undone:
        raise UndoneError


def expect(connection, model, most):
    wanted = defaultdict(list)
    for notice, keys in sorted(model.items()):
        for key in set(keys):
            wanted[key].append(notice)
    keys = {key for some in model.values() for key in some} | {7, (1 << 40) + 3}
    assert bands.notices_with(connection, keys, most) == {key: notices[:most] for key, notices in wanted.items()}


def test_a_segment_is_sealed_by_the_first_notice_of_the_next_one(database, small_segments):
    small_segments(filtered=True)
    with database.write() as connection:
        for notice in range(1, 9):
            bring(connection, notice, [notice << 20])
        assert sealed(connection) == [0, 1]
        # What comes late is found, and the segment itself stays as it was sealed.
        bands.forget(connection, 2, [2 << 20])
        bands.keep(connection, [(2, [5 << 20])])
        rows = connection.execute("SELECT segment, notice FROM bands WHERE notice = 2").fetchall()
        assert list(map(tuple, rows)) == [(bands.LATE, 2)]
        assert bands.notices_with(connection, [2 << 20, 5 << 20], 9) == {5 << 20: [2, 5]}


@pytest.mark.parametrize("filtered", [True, False], ids=["with filters", "without"])
def test_groups_are_the_same_in_segments_of_any_size(database, small_segments, monkeypatch, tmp_path, filtered):
    texts = [
        FIRST,
        *(edited(text_of(1 + n % 4), n % 7 / 100, n) for n in range(40)),
        "附件",
        *(f"{FIRST}{n}" for n in range(9)),
    ]
    add(database, *texts)
    small_segments(filtered=filtered)
    with open_database(tmp_path / "small.db", create=True) as small:
        add(small, *texts)
        assert kept(small) == kept(database)
        assert len(sealed(small.connection)) == len(texts) // 4
        assert wrong(small) == []
        before = kept(small)
        with small.write() as connection:
            near_copies.rebuild(connection)
        assert (kept(small), wrong(small)) == (before, [])
        monkeypatch.setattr(near_copies, "_AT_ONCE", 3)
        repair(small, "lin")
        assert (kept(small), wrong(small)) == (before, [])
        assert len(sealed(small.connection)) == len(texts) // 4


def test_a_filter_that_lacks_a_key_is_found_and_made_anew(database, small_segments):
    small_segments(filtered=True)
    add(database, *(text_of(seed) for seed in range(9)))
    assert wrong(database) == []
    for statement, told in (
        (
            "UPDATE band_filters SET keys = (SELECT keys FROM band_filters WHERE segment = 1) WHERE segment = 0",
            "1 filter",
        ),
        ("UPDATE band_filters SET mark = mark + 1", "2 filters"),
        ("UPDATE band_filters SET keys = x'00'", "2 filters"),
        ("DELETE FROM band_filters WHERE segment = 1", "1 filter missing"),
        ("UPDATE bands SET key = key + (1 << 30) WHERE segment = 0", "2 filters damaged, or without keys"),
    ):
        with database.write() as connection:
            connection.execute(statement)
        assert any(told in line for line in wrong(database)), statement
        # Nobody is kept from work by it.
        add(database, text_of(100))
        repair(database, "lin")
        assert wrong(database) == []


def test_another_process_that_adds_and_seals_is_seen(database, small_segments):
    small_segments(filtered=True)
    add(database, *(text_of(seed) for seed in range(6)))
    mine = sketch_of(text_of(50))
    assert bands.notices_with(database.connection, mine.keys, 9) == {}
    script = (
        "import sys; from pathlib import Path; from store.index import bands; bands._BITS = 2\n"
        "from store.open import open_database; from texts import add, text_of\n"
        "with open_database(Path(sys.argv[1])) as database: add(database, text_of(50), *map(text_of, range(60, 66)))"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(database.path)], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert sealed(database.connection) == [0, 1, 2]
    assert bands.notices_with(database.connection, mine.keys, 9) == {key: [7] for key in mine.keys}


def test_who_looks_up_many_in_a_row_reads_filters(database, monkeypatch):
    clock = [0.0]
    filters = bands._Filters()
    for name, value in (("_BITS", 2), ("_FEW", 3), ("_filters", filters), ("monotonic", lambda: clock[0])):
        monkeypatch.setattr(bands, name, value)
    with database.write() as connection:
        for notice in range(1, 9):
            bring(connection, notice, [notice << 20])
        for pause, read in ((10, 0), (10, 0), (10, 0), (0.1, 0), (0.1, 0), (0.1, 1), (100, 1)):
            clock[0] += pause
            assert bands.notices_with(connection, [1 << 20], 9) == {1 << 20: [1]}
            assert len(filters._read) == read


def test_keys_of_an_older_database_are_divided_once(database, small_segments):
    small_segments(filtered=True)
    add(database, *(edited(text_of(seed % 3), seed / 300, seed) for seed in range(11)))
    before = kept(database), sealed(database.connection)
    rows = sorted(map(tuple, database.connection.execute("SELECT * FROM bands")))
    with database.write() as connection:
        connection.execute(
            "CREATE TABLE older (key INTEGER NOT NULL, notice INTEGER NOT NULL, PRIMARY KEY (key, notice)) "
            "STRICT, WITHOUT ROWID"
        )
        connection.execute("INSERT INTO older SELECT key, notice FROM bands")
        connection.execute("DROP TABLE bands")
        connection.execute("DROP TABLE band_filters")
        connection.execute("ALTER TABLE older RENAME TO bands")
        connection.execute(
            "DELETE FROM _sqlite_migrations WHERE name IN ('keys_in_segments', 'search_never_merged_at_once')"
        )
        connection.execute("PRAGMA user_version = 27")
    database.close()
    with open_database(database.path) as again:
        assert (kept(again), sealed(again.connection)) == before
        assert sorted(map(tuple, again.connection.execute("SELECT * FROM bands"))) == rows
        assert wrong(again) == []
        add(again, f"{FIRST}0")
        assert wrong(again) == []


def test_texts_without_words_complete_a_segment_too(database, small_segments):
    small_segments(filtered=True)
    with database.write() as connection:
        put(connection, *range(1, 10))
        near_copies.add_together(connection, [(notice, None) for notice in range(1, 9)])
        near_copies.add_together(connection, [(9, Sketch(b"", (5,)))])
        assert sealed(connection) == [0, 1]
        assert bands.notices_with(connection, [5], 9) == {5: [9]}
