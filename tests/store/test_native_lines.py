"""Lines of the native format straight from rows against those that go through values."""

from __future__ import annotations

import io
import shutil
from collections import Counter

import msgspec
import pytest
from hard_cases import AT, all_cases, short_cases, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import annotation_of, normalized_notice, stored_notice
from msgspec.structs import replace
from pyroaring import BitMap
from workplace import SAMPLES

from annotations.alignment import Alignment
from annotations.annotation import GOLD, Review, now
from annotations.decisions import decision_id
from annotations.errors import QuoteError, SpanError
from annotations.formats import native_proof, native_record
from annotations.formats.base import Context
from annotations.formats.choice import ExportOptions
from annotations.formats.losses import Losses, Tally
from annotations.formats.placing import exported_notice
from annotations.formats.registry import format_of
from annotations.labels import default_labels
from annotations.spans import raw_span
from annotations.splits import Split
from store.errors import DamageError, DatabaseError
from store.index.sets import all_notices
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.log.events import Change, annotation_change
from store.open import open_database
from store.output import native
from store.output.export import export_file
from store.output.native import batches, lines_of
from store.output.splits import parts_of
from store.read.notices import each_notice
from store.write.record import record

FILTERS = [
    {},
    {"layer": "all"},
    {"layer": "lin"},
    {"layer": "gold"},
    {"layer": "suggested"},
    {"label": "DATE"},
    {"status": "suggested"},
    {"status": "rejected"},
    {"layer": "lin", "label": "DATE", "status": "manual"},
]


def through_values(connection, options, among=None):
    """What the format itself writes, and the statuses of the annotations in it."""
    statuses, found, out = Counter(), format_of("jsonl"), io.BytesIO()

    def notices():
        for stored, items, reviews in each_notice(connection, among):
            choice = options.choose(items, reviews)
            for item in choice.annotations:
                item.check_quote(stored.notice.raw)
            statuses.update(item.status for item in choice.annotations)
            yield exported_notice(stored.number, stored.notice, choice, reviews, found, None, Losses())

    found.write(notices(), out, Context(default_labels(), "", None, None, "", Losses(), Tally()))
    return out.getvalue(), statuses


def straight(connection, options, among=None):
    """What comes straight from the rows, and the statuses of the annotations in it."""
    numbers = all_notices(connection) if among is None else among
    parts = [lines_of(connection, options, each) for each in batches(numbers)]
    data = b"".join(part.data for part in parts)
    assert data.count(b"\n") == sum(part.notices for part in parts)
    return data, sum((Counter(part.statuses) for part in parts), Counter())


def both(database, **options):
    """The lines of both ways."""
    with database.read() as connection:
        chosen = ExportOptions(**options)
        return straight(connection, chosen), through_values(connection, chosen)


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


@pytest.mark.parametrize("options", FILTERS)
def test_what_comes_straight_from_the_rows_is_the_same_to_the_byte(filled, options):
    found, wanted = both(filled, **options)
    assert found == wanted
    assert found[0].count(b"\n") > 10
    for line in found[0].splitlines():
        native_proof.prove(native_record.decode(line))


def test_the_lines_of_the_hard_cases_are_the_same_to_the_byte(database):
    store(database, all_cases())
    for options in FILTERS:
        found, wanted = both(database, **options)
        assert found == wanted


def test_only_a_damaged_notice_goes_through_values(database, monkeypatch):
    other_way, gone = native._other_way, []
    monkeypatch.setattr(
        native,
        "_other_way",
        lambda connection, number, options: gone.append(number) or other_way(connection, number, options),
    )
    store(database, all_cases())
    stored_notice(database, "说\0完", "nul")
    both(database)
    assert not gone
    with database.write() as connection:
        connection.execute("UPDATE texts SET meta = '' WHERE notice = 2")
    with pytest.raises(DamageError):
        both(database)
    assert gone == [2]


def test_the_parts_of_a_split_are_the_same_to_the_byte(filled, tmp_path):
    store(filled, short_cases())
    split = "train=0.5,dev=0.3,test=0.2"
    for number, options in enumerate(FILTERS):
        chosen = ExportOptions(split=split, **options)
        out = tmp_path / str(number)
        report = export_file(filled, out, chosen, "1")
        with filled.read() as connection:
            parts = {
                name: through_values(connection, chosen, among)
                for name, among in parts_of(connection, Split.parse(split)).items()
            }
        assert {name: (out / f"{name}.jsonl").read_bytes() for name in parts} == {
            name: data for name, (data, _) in parts.items()
        }
        said = {name: sum(of[each] for each in ("accepted", "manual", "gold")) for name, (_, of) in parts.items()}
        assert {name: (counts.notices, counts.annotations) for name, counts in report.parts.items()} == {
            name: (data.count(b"\n"), said[name]) for name, (data, _) in parts.items()
        }


CHARACTERS = 'a关關(guān)𠮷 \u3000\t\r\n"\\/\x00\x07\x1b\x7f\x85\u2028\u200b\ufeff'
TEXTS = st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=60)
SAID = st.tuples(
    st.integers(0, 59), st.integers(1, 9), st.sampled_from(["DATE", "OFFICIAL"]),
    st.sampled_from(["lin", "lin.wei", GOLD, None]), st.sampled_from([None, "accepted", "rejected"]), st.booleans(),
    st.none() | TEXTS, st.none() | st.floats(0, 1),
)  # fmt: skip


def annotations_of(raw, number, said):
    """Annotations of a notice; a suggestion and the decision of somebody about it are two."""
    for at, (place, length, label, annotator, decision, unsure, comment, score) in enumerate(said):
        start = place % len(raw)
        item = replace(
            annotation_of(raw, start, min(len(raw), start + length), label, annotator or "lin"),
            id=f"a{number}-{at}", created_at=AT, updated_at=AT, unsure=unsure, comment=comment,
            status="gold" if annotator == GOLD else "manual",
        )  # fmt: skip
        if annotator is not None:
            yield item
            continue
        yield replace(
            item, annotator=None, status="suggested", suggested_by="rule/1", score=score, unsure=False, comment=None
        )
        if decision is not None:
            yield replace(item, id=decision_id(item.id, "lin"), status=decision, suggested_by="rule/1", score=score)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, st.lists(SAID, max_size=8)), max_size=5, unique_by=lambda each: each[0]), st.data())
def test_any_database_gives_the_same_bytes_both_ways(tmp_path, empty_database, notices, data):
    with open_database(shutil.copy(empty_database, tmp_path / "any.db")) as database:
        store(
            database,
            [
                (normalized_notice(raw, f"d{number}"), [*annotations_of(raw, number, said)], [])
                for number, (raw, said) in enumerate(notices)
            ],
        )
        among = BitMap(data.draw(st.sets(st.integers(1, len(notices))))) if notices else BitMap()
        options = ExportOptions(**data.draw(st.sampled_from(FILTERS)))
        with database.read() as connection:
            assert straight(connection, options) == through_values(connection, options)
            assert straight(connection, options, among) == through_values(connection, options, among)


def test_stored_json_over_several_lines_is_one_line_in_the_export(filled):
    with filled.write() as connection:
        meta = connection.execute("SELECT meta FROM texts WHERE notice = 2").fetchone()[0]
        connection.execute("UPDATE texts SET meta = ? WHERE notice = 2", [msgspec.json.format(meta)])
    found, wanted = both(filled)
    assert found == wanted


@pytest.mark.parametrize("column", ["regions", "runs", "meta"])
@pytest.mark.parametrize("damage", ["", "[", "[1]", "{}x", "7", '[["a"]]', "[[0,9999999,0,9999999]]"])
def test_a_damaged_notice_is_refused(filled, column, damage):
    with filled.write() as connection:
        connection.execute(f"UPDATE texts SET {column} = ? WHERE notice = 2", [damage])
    with pytest.raises(DamageError, match="restore a backup"):
        both(filled)


@pytest.mark.parametrize("column", ["normalized", "meta"])
def test_text_that_is_no_utf_8_is_refused(filled, column):
    with filled.write() as connection:
        connection.execute(f"UPDATE texts SET {column} = CAST({column} || x'ff' AS TEXT) WHERE notice = 2")
    with pytest.raises(DatabaseError), filled.read() as connection:
        straight(connection, ExportOptions())


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
