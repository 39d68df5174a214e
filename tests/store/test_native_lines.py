"""Lines of the native format straight from rows against those that go through values."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import annotation_of, stored_notice
from workplace import SAMPLES

from annotations.alignment import Alignment
from annotations.annotation import Review, now
from annotations.errors import QuoteError, SpanError
from annotations.formats import native
from annotations.spans import raw_span
from store.errors import DamageError
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.log.events import Change, annotation_change
from store.output.native import each_line
from store.read.notices import each_notice
from store.write.record import record


def both(database):
    """The lines of both ways."""
    with database.read() as connection:
        straight = [line for line, _, _ in each_line(connection)]
        through = [
            native.encode(native.record(stored.notice, items, reviews)) + b"\n"
            for stored, items, reviews in each_notice(connection)
        ]
    return straight, through


@pytest.fixture
def filled(database):
    ingest(database, read_sources([SAMPLES]), "lin", pytest.fail)
    stored_notice(database, "𠮷田 说：“好”\\ \x00\x1b\x7f\u2028\r\n完", "odd")
    with database.write() as connection:
        for number, raw in connection.execute("SELECT notice, raw FROM texts").fetchall():
            for start in range(0, min(len(raw), 1000) - 4, 9):
                item = annotation_of(raw, start, start + 1 + start % 4)
                record(connection, "lin", "tag", annotation_change(number, None, item))
            review = Review("lin", "done", "看", now())
            record(connection, "lin", "review", Change(number, "review", "lin", None, review))
    return database


def test_what_comes_straight_from_the_rows_is_the_same_to_the_byte(filled):
    straight, through = both(filled)
    assert len(straight) > 10
    assert straight == through
    assert all(native.prove(native.decode(line)) is None for line in straight)


def test_a_stored_record_has_the_keys_of_a_record_in_their_order():
    assert native.StoredRecord.__struct_fields__ == native.NativeRecord.__struct_fields__
    assert native.StoredAnnotation.__struct_fields__ == native.NativeAnnotation.__struct_fields__


def test_stored_json_over_several_lines_is_one_line_in_the_export(filled):
    with filled.write() as connection:
        meta = connection.execute("SELECT meta FROM texts WHERE notice = 2").fetchone()[0]
        connection.execute("UPDATE texts SET meta = ? WHERE notice = 2", [msgspec.json.format(meta)])
    straight, through = both(filled)
    assert straight == through
    assert all(line.count(b"\n") == 1 for line in straight)


@pytest.mark.parametrize("column", ["regions", "runs", "meta"])
@pytest.mark.parametrize("damage", ["", "[", "[1]", "{}x", "7", '[["a"]]', "[[0,9999999,0,9999999]]"])
def test_a_damaged_notice_is_refused(filled, column, damage):
    with filled.write() as connection:
        connection.execute(f"UPDATE texts SET {column} = ? WHERE notice = 2", [damage])
    with pytest.raises(DamageError, match="restore a backup"):
        both(filled)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"iso": [1]}'])
def test_a_damaged_annotation_is_refused(filled, damage):
    with filled.write() as connection:
        connection.execute("UPDATE annotations SET attributes = ? WHERE notice = 2", [damage])
    with pytest.raises(DamageError, match="restore a backup"):
        both(filled)


@pytest.mark.parametrize("change", ["text = 'x'", '"end" = "end" + 1', '"end" = 9999999'])
def test_an_annotation_with_another_quote_is_refused(filled, change):
    with filled.write() as connection:
        connection.execute(f'UPDATE annotations SET {change} WHERE notice = 2 AND "start" = 9')
    with pytest.raises((QuoteError, SpanError), match=r"quote|reaches|does not fit"):
        both(filled)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=20))
def test_spans_in_plain_numbers_have_the_bounds_of_spans(pairs):
    alignment = Alignment([(0, 3, 0, 3), (5, 5, 3, 4), (5, 12, 4, 5), (14, 20, 5, 11), (20, 24, 11, 12)], 41, 12)
    spans = [(min(pair), max(pair)) for pair in pairs]
    found = [alignment.to_normalized(raw_span(*span)) for span in spans]
    assert alignment.normalized_bounds(spans) == [each and (each.start, each.end) for each in found]
