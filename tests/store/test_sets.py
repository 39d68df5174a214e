"""Stored sets of notices against Python's own sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import notice_of
from pyroaring import BitMap

from store.errors import DamageError
from store.index import sets
from store.index.filters import QueueFilter
from store.index.sets import add_to_sets, mark, nearest, put_sets, stored_set, values_of, walk
from store.open import open_database
from store.read.queue import queue_page
from store.write.notices import add_notice

KEY, OTHER = ("label", "lin", "DATE"), ("label", "chen", "DATE")

numbers = st.sets(st.integers(1, 200_000) | st.integers(65_530, 65_540), max_size=40)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("sets") / "a.db", create=True) as database:
        yield database.connection


@settings(max_examples=200)
@given(
    numbers,
    st.lists(st.tuples(st.integers(65_530, 65_540) | st.integers(1, 200_000), st.booleans()), max_size=30),
    st.sampled_from([1, 3, 65_536]),
)
def test_what_is_marked_is_stored_in_rows_of_one_block(connection, first, marks, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "BLOCK", block)
        connection.execute("DELETE FROM sets")
        put_sets(connection, {KEY: BitMap(first)}, 0, 10**9)
        mark(connection, OTHER, 5, there=True)
        wanted = set(first)
        for number, there in marks:
            mark(connection, KEY, number, there=there)
            (wanted.add if there else wanted.discard)(number)
        assert set(stored_set(connection, [KEY])) == wanted
        assert set(stored_set(connection, [KEY, OTHER])) == wanted | {5}
        rows = connection.execute("SELECT block, numbers FROM sets WHERE owner = 'lin'").fetchall()
        assert {row[0] for row in rows} == {number // block for number in wanted}
        for at, data in rows:
            assert {number // block for number in BitMap.deserialize(data)} == {at}


@settings(max_examples=100)
@given(numbers, numbers, numbers, numbers)
def test_notices_are_put_into_many_sets_and_no_other_set_changes(connection, first, other, added, undated):
    of_nobody, new = ("month", "", "2024-05"), ("month", "", "2024-06")
    connection.execute("DELETE FROM sets")
    put_sets(connection, {of_nobody: BitMap(first), KEY: BitMap(other)}, 0, 10**9)
    add_to_sets(connection, {of_nobody: sorted(added), new: sorted(added), ("undated", "", ""): undated, OTHER: added})
    wanted = {of_nobody: first | added, new: added, ("undated", "", ""): undated, OTHER: added, KEY: other}
    assert {key: set(stored_set(connection, [key])) for key in wanted} == wanted
    for block, data in connection.execute("SELECT block, numbers FROM sets"):
        assert {number // sets.BLOCK for number in BitMap.deserialize(data)} == {block}


@given(numbers, st.integers(-3, 200_003) | st.sampled_from([-(2**63), 2**32, 2**63 - 1]), st.integers(1, 5))
def test_a_walk_goes_through_all_from_anywhere_in_either_direction(members, start, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "_READ_BACK", at_once)
        behind = [number for number in sorted(members) if number >= start]
        before = [number for number in sorted(members, reverse=True) if number <= start]
        assert list(walk(BitMap(members), start)) == behind
        assert list(walk(BitMap(members), start, backwards=True)) == before
        assert nearest(BitMap(members), start) == next(iter(behind), None)
        assert nearest(BitMap(members), start, backwards=True) == next(iter(before), None)


def test_values_are_those_that_have_a_set(connection):
    connection.execute("DELETE FROM sets")
    for value in ("2021-03", "2020-12", "2021-01", "2022-01"):
        mark(connection, ("month", "", value), 1, there=True)
    mark(connection, ("month", "", "2021-03"), 100_000, there=True)
    mark(connection, ("year", "", "2021"), 1, there=True)
    assert values_of(connection, "month", "2021", "2022") == ["2021-01", "2021-03"]


@pytest.mark.parametrize("damage", [b"", b"\xff", b"set", bytes(40)])
def test_a_damaged_set_is_one_clear_line_and_no_crash(database, damage):
    with database.write() as connection:
        number = add_notice(connection, "importer", notice_of("临江县通知"))
        mark(connection, ("status", "lin", "done"), number, there=True)
        connection.execute("UPDATE sets SET numbers = ? WHERE facet = 'status'", [damage])
    with pytest.raises(DamageError, match="`zhupi check --repair` makes it anew"):
        queue_page(database.connection, "lin", QueueFilter(status="done"))
