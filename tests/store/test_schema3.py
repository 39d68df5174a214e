"""Databases that an earlier zhupi made: they open, are brought up to date, and say the same as before."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
from pathlib import Path

import msgspec
import pytest

from annotations.decisions import decides
from annotations.formats.choice import ExportOptions
from annotations.normalize import NORMALIZER
from store.doctor import findings
from store.edits.undo import redo, undo
from store.open import open_database
from store.output.export import export
from store.read.notices import load_notice, notice_annotations
from tui.notice.model import NoticeModel
from tui.session.session import Said

DATA = Path(__file__).resolve().parents[1] / "data"
EXPORTS = json.loads((DATA / "schema3.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["demo", "shared"])
def old(request, tmp_path):
    """The path of such a database, and the sha256 of its export as the earlier zhupi made it."""
    path = tmp_path / "old.db"
    path.write_bytes(lzma.decompress((DATA / f"schema3-{request.param}.db.xz").read_bytes()))
    return path, EXPORTS[request.param]


def of_today(database):
    """What ``zhupi check`` finds, but for notices that a normalizer of those days made."""
    return [line for line in findings(database) if f"by another version than {NORMALIZER}" not in line]


def test_it_is_whole_and_exports_the_same_bytes(old):
    path, sha256 = old
    with open_database(path) as database:
        assert of_today(database) == []
        kept = dict(map(tuple, database.connection.execute("SELECT k, v FROM search_config")))
        assert (kept["automerge"] > 4, kept["crisismerge"] > 16) == (True, True)
        out = io.BytesIO()
        export(database, out, ExportOptions())
    assert hashlib.sha256(b"".join(map(of_those_days, out.getvalue().splitlines()))).hexdigest() == sha256


def of_those_days(line):
    """A line of an export without what came later, all of which is empty."""
    row = json.loads(line)
    assert row.pop("fields_by") == {"title": None, "source": None, "published": None}
    assert row.pop("questions") == []
    assert not any(item.pop("bulk") for item in row["annotations"])
    assert not any(review.pop("attributes") or review.pop("arm") for review in row["reviews"])
    return msgspec.json.encode({**row, "schema": "zhupi/1"}) + b"\n"


def test_the_column_of_decisions_is_filled_in(old):
    path, _ = old
    with open_database(path) as database:
        rows = database.connection.execute("SELECT id, decides FROM annotations WHERE annotator = 'lin.wei'").fetchall()
        stored = {row["id"]: row["decides"] for row in rows}
        items = [item for number in range(1, 4) for item in notice_annotations(database.connection, number)]
    told = {item.id: decides(item) for item in items if item.annotator == "lin.wei"}
    assert told == stored
    assert any(told.values())
    assert not all(told.values())


def test_nothing_that_was_decided_waits_again(old):
    path, _ = old
    with open_database(path) as database:
        stored = load_notice(database.connection, 1)
        model = NoticeModel(stored, Said(notice_annotations(database.connection, 1)), "lin.wei")
        decided = {decides(item) for item in model.all_items if item.annotator == "lin.wei"}
    assert decided
    assert decided.isdisjoint(item.id for item in model.suggestions)


def test_its_history_goes_on(old):
    path, _ = old
    with open_database(path) as database:
        before = [item for number in range(1, 5) for item in notice_annotations(database.connection, number)]
        steps = 0
        while undo(database, "lin.wei") is not None:
            steps += 1
        assert steps > 8
        assert of_today(database) == []
        while redo(database, "lin.wei") is not None:
            steps -= 1
        # What had been undone in those days comes back as well.
        assert steps <= 0
        assert of_today(database) == []
        after = [item for number in range(1, 5) for item in notice_annotations(database.connection, number)]
    assert {item.id for item in before} <= {item.id for item in after}


def test_a_column_that_tells_something_else_is_found_and_mended(old):
    from store.doctor import repair

    path, _ = old
    with open_database(path) as database:
        with database.write() as connection:
            connection.execute("UPDATE annotations SET decides = 'another' WHERE annotator = 'lin.wei'")
        assert any("decide another suggestion than their ids tell" in line for line in of_today(database))
        repair(database, "lin")
        assert of_today(database) == []
