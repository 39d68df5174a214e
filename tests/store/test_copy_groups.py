"""Groups of near-copies: kept up with what comes and changes, the same as made anew, and checked."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import wrong
from texts import BETWEEN, FIRST, LAST, add, edited, text_of

from annotations.near_copies import LEAST, resemblance, sketch_of
from store.db.sqlite import WAL_SAFE
from store.doctor import repair
from store.edits.regions import override_region
from store.edits.undo import undo
from store.index import near_copies
from store.index.keys import COPIES, LATER_COPIES
from store.index.sets import stored_set
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.open import open_database

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")


def groups(database):
    rows = database.connection.execute('SELECT notice, "first" FROM copy_groups ORDER BY notice').fetchall()
    return {row[0]: row[1] for row in rows}


def change(database, notice, text):
    with database.write() as connection:
        before = connection.execute("SELECT normalized FROM texts WHERE notice = ?", [notice]).fetchone()[0]
        connection.execute("UPDATE texts SET normalized = ? WHERE notice = ?", [text, notice])
        near_copies.follow_text(connection, notice, before, text)


def test_the_texts_of_these_tests_are_what_they_claim():
    sketches = [sketch_of(text).minima for text in (FIRST, BETWEEN, LAST)]
    assert resemblance(sketches[0], sketches[1]) >= LEAST
    assert resemblance(sketches[1], sketches[2]) >= LEAST
    assert resemblance(sketches[0], sketches[2]) < LEAST


def test_near_copies_follow_the_earliest(database):
    add(database, FIRST, text_of(2), edited(FIRST, 0.01), text_of(3), edited(FIRST, 0.02), "附件")
    assert groups(database) == {1: 1, 3: 1, 5: 1}
    assert set(stored_set(database.connection, [COPIES])) == {1, 3, 5}
    assert set(stored_set(database.connection, [LATER_COPIES])) == {3, 5}


def test_a_notice_between_two_groups_joins_them_under_the_earlier(database):
    add(database, FIRST, text_of(2), LAST, edited(LAST, 0.005, 5))
    assert groups(database) == {3: 3, 4: 3}
    add(database, BETWEEN)
    assert groups(database) == {1: 1, 3: 1, 4: 1, 5: 1}
    assert set(stored_set(database.connection, [LATER_COPIES])) == {3, 4, 5}


def test_another_text_leaves_its_group_and_parts_what_only_it_had_joined(database):
    add(database, FIRST, LAST, edited(LAST, 0.005, 5), BETWEEN)
    assert groups(database) == {1: 1, 2: 1, 3: 1, 4: 1}
    change(database, 4, text_of(9))
    assert groups(database) == {2: 2, 3: 2}
    change(database, 4, edited(FIRST, 0.01))
    assert groups(database) == {1: 1, 2: 2, 3: 2, 4: 1}
    change(database, 2, "附件")
    assert groups(database) == {1: 1, 4: 1}


def test_near_copies_of_a_notice_whose_text_has_changed_stay_near_copies(database):
    add(database, FIRST, *(edited(FIRST, 0.01, seed) for seed in range(5)))
    change(database, 1, text_of(9))
    assert groups(database) == {2: 2, 3: 2, 4: 2, 5: 2, 6: 2}


def test_a_region_that_is_set_moves_a_notice_out_of_its_group_and_undo_back(database):
    body = "".join(f"第{number}项。{text_of(number, 60)}。\n" for number in range(8))
    pages = [Source(where="x", doc=f"d{n}", raw=f"临江县通知{n}\n\n{body}", encoding="utf-8") for n in range(2)]
    ingest(database, pages, "lin", pytest.fail)
    assert groups(database) == {1: 1, 2: 1}
    override_region(database, "lin", 2, pages[1].raw.index("第3项"), "boilerplate")
    assert groups(database) == {}
    undo(database, "lin")
    assert groups(database) == {1: 1, 2: 1}
    assert wrong(database) == []


def test_near_copies_that_another_had_held_together_are_compared_again(database):
    # The third is between the first two; the fourth resembles all, and is linked to one of their group.
    add(database, edited(FIRST, 0.03, 1), edited(FIRST, 0.03, 2), FIRST, f"{FIRST}甲")
    assert groups(database) == dict.fromkeys((1, 2, 3, 4), 1)
    change(database, 3, text_of(9))
    kept = groups(database)
    assert kept == dict.fromkeys((1, 2, 4), 1)
    repair(database, "lin")
    assert groups(database) == kept


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 6)), max_size=6),
)
def test_whatever_comes_and_changes_groups_are_those_of_the_texts(tmp_path_factory, added, changes):
    def made(family, edits, salt):
        return edited(text_of(family, 200), edits / 100, salt) + str(salt)

    with open_database(tmp_path_factory.mktemp("near") / "a.db", create=True) as database:
        add(database, *(made(family, edits, salt) for salt, (family, edits) in enumerate(added)))
        for salt, (at, family, edits) in enumerate(changes, 100):
            change(database, at % len(added) + 1, made(family, edits, salt))
        with database.read() as connection:
            assert list(near_copies.differences(connection)) == []
        kept = groups(database)
        repair(database, "lin")
        assert groups(database) == kept


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM sketches WHERE notice = 2", "not kept as the text is"),
        ("UPDATE sketches SET minima = x'00' WHERE notice = 4", "not kept as the text is"),
        ("DELETE FROM bands WHERE notice = 1", "not kept as the text is"),
        ("INSERT INTO bands (segment, key, notice) VALUES (0, 1, 1)", "other keys"),
        ("INSERT INTO near_copies (notice, copy_of) VALUES (4, 1)", "kept as a near-copy and none"),
        ("DELETE FROM near_copies WHERE notice = 2", "not as near-copies make it"),
        ("DELETE FROM copy_groups WHERE notice = 1", "not as near-copies make it"),
        ('UPDATE copy_groups SET "first" = 2 WHERE notice = 3', "not as near-copies make it"),
        ("INSERT INTO copy_groups VALUES (4, 4)", "not as near-copies make it"),
        ("DELETE FROM sets WHERE facet = 'copies' AND value = 'later'", "copies later"),
    ],
)
def test_check_finds_what_is_not_as_the_texts_are_and_repair_mends_it(database, statement, told):
    add(database, FIRST, BETWEEN, LAST, text_of(2))
    assert wrong(database) == []
    with database.write() as connection:
        connection.execute(statement)
    assert any(told in line for line in wrong(database))
    repair(database, "lin")
    assert wrong(database) == []


def test_each_of_many_near_copies_is_joined_to_one_of_them(database):
    add(database, *(f"{FIRST}{number}" for number in range(40)))
    assert groups(database) == dict.fromkeys(range(1, 41), 1)
    assert database.connection.execute("SELECT count(*) FROM near_copies").fetchone()[0] == 39


def test_near_copies_that_come_together_are_found_as_if_they_came_one_by_one(database, tmp_path):
    texts = [LAST, *(f"{FIRST}{number}" for number in range(40)), text_of(2), BETWEEN, f"{text_of(2)}0", "附件", "附件"]
    sketches = [(at, sketch_of(text)) for at, text in enumerate(texts, 1)]

    def kept(filled, add_some):
        with filled.write() as connection:
            # Their rows alone, so that what is kept of their texts is to be found.
            connection.executemany(
                "INSERT INTO notices (id, doc, sha256, imported_at) VALUES (?1, '', ?1, '')",
                [(str(at),) for at, _ in sketches],
            )
            add_some(connection)
            return [
                sorted(map(tuple, connection.execute(f"SELECT * FROM {table}")))
                for table in ("sketches", "bands", "near_copies", "copy_groups")
            ]

    def one_by_one(connection):
        for at, sketch in sketches:
            near_copies.add(connection, at, sketch)

    together = kept(database, lambda connection: near_copies.add_together(connection, sketches))
    with open_database(tmp_path / "other.db", create=True) as other:
        assert kept(other, one_by_one) == together
    assert len(together[2]) > 40


@pytest.mark.parametrize("changed", [1, 20], ids=["the first", "another"])
def test_of_a_large_group_few_are_compared_again_and_it_stays_whole(database, monkeypatch, changed):
    monkeypatch.setattr(near_copies, "_MOST_AGAIN", 5)
    compared = []
    again = near_copies._link_again
    monkeypatch.setattr(near_copies, "_link_again", lambda *given: (compared.append(given[1]), again(*given)))
    add(database, FIRST, *(f"{FIRST}{number}" for number in range(40)), text_of(2), f"{text_of(2)}0")
    change(database, changed, text_of(2, 390))
    assert len(compared) <= 6
    with database.read() as connection:
        assert list(near_copies.differences(connection)) == []
    kept = groups(database)
    assert len(set(kept.values())) == 2
    repair(database, "lin")
    assert groups(database) == kept


def test_of_many_that_were_near_copies_those_that_resemble_no_other_are_compared_with_all(database, monkeypatch):
    monkeypatch.setattr(near_copies, "_MOST_AGAIN", 2)
    between = BETWEEN
    sides = [edited(between, 0.04, seed) for seed in range(3, 9)]
    add(database, between, *sides)
    assert set(groups(database).values()) == {1}
    change(database, 1, text_of(9))
    kept = groups(database)
    with database.read() as connection:
        assert list(near_copies.differences(connection)) == []
    repair(database, "lin")
    assert groups(database) == kept
