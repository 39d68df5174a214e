"""``check --repair`` makes what follows from the rest anew in turns: others work meanwhile, and it may end any time."""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import chain, count, repeat
from pathlib import Path

import pytest
from attacking import ME, but_conflicts, make_worked_database, tamper
from making import annotation_of
from workplace import SAMPLES

from store import doctor
from store.db import turns
from store.db.sqlite import WAL_SAFE
from store.edits.annotate import add_annotation
from store.edits.fields import correct_fields
from store.edits.regions import override_region
from store.errors import StoreError
from store.index import facets, near_copies, search_anew
from store.index.search import Query
from store.intake.ingest import ingest
from store.intake.sources import Source
from store.open import open_database
from store.read.notices import load_notice

pytestmark = pytest.mark.skipif(not WAL_SAFE, reason="the SQLite in use is itself a finding")

DAMAGE = (
    ("UPDATE notices SET flags = '[\"x\"]'",),
    ("UPDATE annotations SET decides = 'x'",),
    ("DELETE FROM tallies",),
    ("UPDATE sets SET numbers = (SELECT numbers FROM sets WHERE facet = 'copies') WHERE facet = 'label'",),
    ("UPDATE sets SET numbers = x'00' WHERE facet = 'assigned'",),
    ("INSERT INTO sets SELECT facet, owner, value, 1000, numbers FROM sets WHERE facet = 'year'",),
    ("DELETE FROM near_copies",),
    ("INSERT INTO bands VALUES (0, 5, 1), (0, 5, 1000), (7, 5, 1), (0, -9223372036854775808, 1)",),
    ("UPDATE bands SET segment = 3 WHERE notice = 2",),
    ("UPDATE band_filters SET keys = x'00'",),
    ("UPDATE sketches SET minima = x'00'",),
    ("DELETE FROM search_docsize WHERE id = 1",),
)
"""Something wrong in whatever follows from other tables."""


def steps_of_search(database):
    """Of how many segments the search index begins to merge; FTS5 by itself does of four."""
    return database.connection.execute("SELECT v FROM search_config WHERE k = 'automerge'").fetchone()[0]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("repair") / "worked.db"
    make_worked_database(path)
    return path


@pytest.fixture
def damaged(made, tmp_path):
    path = Path(shutil.copy(made, tmp_path / "damaged.db"))
    assert tamper(path, *DAMAGE) >= len(DAMAGE)
    return path


@pytest.fixture
def small_turns(monkeypatch):
    """Each turn is as small as can be."""
    monkeypatch.setattr(turns, "TURN", 0.0)
    for module in (doctor, near_copies, search_anew):
        monkeypatch.setattr(module, "_AT_ONCE", 1)
    monkeypatch.setattr(facets, "_COMPARED", (1, 1))
    monkeypatch.setattr(near_copies, "_KEYS", 16)
    monkeypatch.setattr(search_anew, "_ROWS", 4)


def between_turns(monkeypatch, do):
    """Call a function after each turn of a repair; returns how many turns there were."""
    done = []

    def in_turns(*work):
        for result in turns.in_turns(*work):
            do()
            done.append(result)
            yield result

    monkeypatch.setattr(doctor, "in_turns", in_turns)
    return done


def test_all_of_it_is_made_anew_while_others_work(damaged, small_turns, monkeypatch):
    copy = min(SAMPLES.glob("01*.txt")).read_text("utf-8")

    def edits(database):
        raw = load_notice(database.connection, 1).notice.raw
        for number in range(6):
            page = Source(f"new-{number}", f"{copy}\n又{number}及。\n", "utf-8", f"new-{number}.txt")
            yield lambda page=page: ingest(database, [page], ME, pytest.fail)
            item = annotation_of(raw, number + 10, number + 12)
            yield lambda item=item: add_annotation(database, "lin", 1, item)
            yield lambda number=number: _retitle(database, 2, f"鼎新第{number}号")
            kind = ("boilerplate", "body")[number % 2]
            yield lambda kind=kind: override_region(database, "lin", 3, 0, kind)
        # What comes while the next search index is made.
        for number in range(400):
            yield lambda number=number: _retitle(database, 1 + number % 4, f"鼎革第{number}号")

    with open_database(damaged) as database, open_database(damaged) as other:
        others = chain(edits(other), repeat(lambda: None))
        done = between_turns(monkeypatch, lambda: _run(next(others)))
        merged = steps_of_search(database)
        found = doctor.repair(database, ME)
        assert len(done) > 60
        # The next index merges as the one before it does.
        assert steps_of_search(database) == merged > 4
        # Of the search index, what was wrong of a notice is right again with its next title.
        assert {line.partition(":")[0] for line in found} >= {"annotations", "queue", "near-copies"}
        assert but_conflicts(doctor.findings(database)) == []
        for number in range(1, 5):
            title = load_notice(database.connection, number).notice.title
            assert Query(title).numbers(database.connection) == [number]


def test_a_repair_that_ended_before_its_time_is_told_and_done_again(damaged, small_turns, monkeypatch):
    class EndedError(Exception):
        pass

    for steps in count(1, 7):
        path = Path(shutil.copy(damaged, damaged.with_name("again.db")))
        turns_left = iter(range(steps))

        def end(turns_left=turns_left):
            if next(turns_left, None) is None:
                raise EndedError

        with open_database(path) as database:
            with monkeypatch.context() as patch:
                between_turns(patch, end)
                try:
                    doctor.repair(database, ME)
                except EndedError:
                    ended = True
                else:
                    ended = False
            lines = but_conflicts(doctor.findings(database))
            assert any("repaired" in line for line in doctor.facts(database))
            if not ended:
                assert lines == []
                break
            assert not any("none of zhupi's" in line for line in lines), lines
            doctor.repair(database, ME)
            assert but_conflicts(doctor.findings(database)) == []


@pytest.mark.parametrize("at", range(24, 44, 3))
def test_of_two_repairs_at_once_the_later_one_goes_on(damaged, small_turns, monkeypatch, at):
    with open_database(damaged) as database, open_database(damaged) as other:
        turns_left = iter([*repeat(None, at), other])

        def repair_too():
            another = next(turns_left, None)
            if another is not None:
                with monkeypatch.context() as patch:
                    patch.setattr(doctor, "in_turns", turns.in_turns)
                    doctor.repair(another, ME)

        between_turns(monkeypatch, repair_too)
        with suppress(StoreError):  # where both have come to the search index
            doctor.repair(database, ME)
        assert next(turns_left, None) is None
        assert but_conflicts(doctor.findings(database)) == []


def test_a_repair_sweeps_nothing_of_an_index_that_another_has_begun_meanwhile(made, tmp_path):
    with open_database(Path(shutil.copy(made, tmp_path / "two.db"))) as database:

        def do(piece):
            with database.write() as connection:
                piece(connection)

        earlier = search_anew.pieces(database.connection)
        later = search_anew.pieces(database.connection)
        do(earlier[0])
        begun = 3  # its own mark off, nothing swept, its index made
        for piece in later[:begun]:
            do(piece)
        with pytest.raises(StoreError, match="somebody else has begun"):
            do(earlier[1])
        for piece in later[begun:]:
            do(piece)
        assert but_conflicts(doctor.findings(database)) == []


def test_what_is_whole_stays_and_is_no_event(made, tmp_path):
    path = Path(shutil.copy(made, tmp_path / "whole.db"))
    with open_database(path) as database:
        before = list(doctor.facts(database))
        assert doctor.repair(database, ME) == ()
        assert but_conflicts(doctor.findings(database)) == []
        assert list(doctor.facts(database))[1:] == before[1:]


def _retitle(database, number, title):
    fields = load_notice(database.connection, number).notice.fields
    correct_fields(database, "lin", number, fields, {"title": title})


def _run(edit):
    edit()
