"""Make the databases of schema 3 that the tests migrate, with the zhupi that wrote that schema.

    python scripts/make_schema3_databases.py REVISION

REVISION is a commit before the fourth migration.  Its code is taken out of git into a temporary folder and runs there,
so that nothing of today's has a hand in it.  Written are ``tests/data/schema3-*.db.xz``, and the sha256 of the export
that the same zhupi made of each in ``tests/data/schema3.json``.  All text in them is invented: the bundled samples.
"""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"

BUILD = r'''
import hashlib, io, json, os, sys
from contextlib import suppress
from pathlib import Path
from msgspec.structs import replace
from annotations.annotation import Annotation, Review, new_id, now
from annotations.suggest import RULES, suggesters
from store import edits, reviewers
from store.database import Database
from store.errors import ConflictError
from store.export import ExportOptions, export
from store.ingest import ingest
from store.leases import take_next
from store.log import Batch, annotation_change, record
from store.notices import load_notice, notice_annotations
from store.presence import announce
from store.sources import read_sources
from store.suggesting import notices_to_suggest, suggest_stored

here, folder = Path(sys.argv[1]), Path(sys.argv[2])
samples = sorted((here / "store" / "samples").glob("*.txt"))


def refuse(line):
    raise SystemExit(line)


def made(name, pages):
    """A database with the pages, and what the rules suggest on them."""
    database = Database(folder / f"schema3-{name}.db", create=True)
    with database.write() as connection:
        connection.execute("DELETE FROM reviewers")
        # The account that runs this is no part of it.
        reviewers._put(connection, reviewers.Reviewer("admin", "admin", "admin", now(), None))
    ingest(database, read_sources(pages), "admin", refuse)
    using = suggesters(RULES)
    suggest_stored(database, "admin", using, notices_to_suggest(database.connection, using), refuse)
    return database


def suggestions(database, number):
    return [item for item in notice_annotations(database.connection, number) if item.annotator is None]


def decided(item, who, status, **changes):
    at = now()
    return replace(item, id=f"{item.id}.{who}", annotator=who, status=status, created_at=at, updated_at=at, **changes)


def widened(database, number, item):
    """What moves the end of a span by one."""
    raw = load_notice(database.connection, number).notice.raw
    return {"end": item.end + 1, "text": raw[item.start : item.end + 1]}


def manual(database, number, who, start, end, label="DATE"):
    raw = load_notice(database.connection, number).notice.raw
    at = now()
    return Annotation(
        id=new_id(), label=label, start=start, end=end, text=raw[start:end],
        attributes=database.labels[label].attributes(), annotator=who, status="manual", unsure=False, comment=None,
        created_at=at, updated_at=at,
    )


def work(database):
    """Everything that a layer can go through: decisions, moved edges, undo and redo, batches, reviews, regions."""
    who = "lin.wei"
    for number in (1, 2):
        first, second, third, *rest = suggestions(database, number)
        edits.add_annotation(database, who, number, decided(first, who, "accepted"))
        edits.add_annotation(database, who, number, decided(second, who, "rejected"))
        # The account has a dot, and the edge has moved.
        edits.add_annotation(database, who, number, decided(third, who, "accepted", **widened(database, number, third)))
        if rest:
            edits.add_annotations(database, who, number, [decided(each, who, "accepted") for each in rest[:2]])
        edits.undo(database, who)
        edits.redo(database, who)
        edits.undo(database, who)
    item = manual(database, 3, who, 0, 4, "OFFICIAL")
    edits.add_annotation(database, who, 3, item)
    changed = replace(item, comment="两处不一", unsure=True, updated_at=now())
    edits.change_annotation(database, who, 3, item, changed)
    edits.delete_annotation(database, who, 3, changed)
    edits.undo(database, who)
    with suppress(ConflictError):
        edits.change_annotation(database, who, 3, item, replace(item, comment="too late"))
    edits.set_review(database, who, 1, Review(who, "done", None, now()))
    edits.set_review(database, who, 2, Review(who, "flagged", "日期没有年份", now()))
    edits.undo(database, who)
    edits.override_region(database, who, 3, 0, "boilerplate")
    edits.undo(database, who)
    edits.override_region(database, who, 4, 0, "metadata")


def demo():
    database = made("demo", samples)
    work(database)
    return database


def shared():
    database = made("shared", samples[:6])
    for name, role in (("lin.wei", "reviewer"), ("wang", "reviewer"), ("chen", "adjudicator"), ("gate", "service")):
        reviewers.add_reviewer(database, "admin", name, role)
    work(database)
    edits.share_out(database, "admin", [1, 2, 3, 4, 5], ["lin.wei", "wang", "chen"], 2)
    edits.undo(database, "admin")
    edits.assign(database, "admin", [1, 2, 3], "wang")
    edits.unassign(database, "admin", [3], "wang")
    # Two layers on one notice, and a decision that came before its suggestion, as an import may bring it.
    for item in suggestions(database, 1)[:3]:
        edits.add_annotation(database, "wang", 1, decided(item, "wang", "rejected"))
    edits.add_annotation(database, "wang", 1, manual(database, 1, "wang", 2, 6))
    late = replace(manual(database, 5, None, 0, 3), status="suggested", suggested_by="model/late@1", score=0.5)
    with database.write() as connection:
        record(connection, "admin", "import", annotation_change(5, None, decided(late, "wang", "accepted")))
        record(connection, "admin", "import", annotation_change(5, None, late))
    edits.set_reviews(database, "wang", [1, 5, 6], "skipped", "看不清")
    edits.undo(database, "wang")
    take_next(database, "chen")
    reviewers.remove_reviewer(database, "admin", "wang")
    with database.write() as connection:
        announce(connection, new_id(), "lin.wei", 2, active=True)
    return database


told = {}
for make in (demo, shared):
    with make() as database:
        out = io.BytesIO()
        export(database, out, ExportOptions())
        told[make.__name__] = hashlib.sha256(out.getvalue()).hexdigest()
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.connection.execute("VACUUM")
print(json.dumps(told))
'''


def main(revision: str) -> None:
    """Make them with the code of ``revision``."""
    tree = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603, S607  # a revision that whoever runs this names
    with tempfile.TemporaryDirectory() as name:
        folder, code = Path(name), Path(name) / "code"
        with tarfile.open(fileobj=BytesIO(tree)) as archive:
            archive.extractall(code, filter="data")
        env = {**os.environ, "PYTHONPATH": str(code)}
        done = subprocess.run(  # noqa: S603  # this very Python
            [sys.executable, "-c", BUILD, str(code), str(folder)], env=env, cwd=code, stdout=subprocess.PIPE, check=True
        )
        DATA.mkdir(exist_ok=True)
        for path in sorted(folder.glob("schema3-*.db")):
            (DATA / f"{path.name}.xz").write_bytes(lzma.compress(path.read_bytes()))
        exports = json.dumps(json.loads(done.stdout), indent=2)
        (DATA / "schema3.json").write_text(f"{exports}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
