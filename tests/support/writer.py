"""One reviewer who writes as long as they live, and tells of each write what the database must hold now.

Usage: writer.py DATABASE NAME ACKNOWLEDGEMENTS SEED.  A line ``about`` goes before each write and a line ``done``
behind it, so that after a kill it is known which one was under way.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import msgspec
from making import annotation_of
from msgspec.structs import replace

from annotations.annotation import Annotation, Review, now
from annotations.errors import ZhupiError
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.review import set_review
from store.index.numbers import count_notices
from store.open import open_database
from store.read.notices import load_notice, notice_annotations


class Report(msgspec.Struct):
    """A line: ``key`` is an annotation's id, or ``review`` and the number of a notice; ``state`` what it becomes."""

    step: str
    key: str = ""
    state: Annotation | Review | None = None
    error: str = ""


class Lines(msgspec.Struct):
    """As ``Report``, for reading: what a state is depends on its key."""

    step: str
    key: str = ""
    state: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""


def main() -> None:
    """Write until killed."""
    path, name, reports_path = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    chance = random.Random(sys.argv[4])
    out = os.open(reports_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def report(line: Report) -> None:
        os.write(out, msgspec.json.encode(line) + b"\n")

    with open_database(path) as database:
        texts = [load_notice(database.connection, n + 1).notice.raw for n in range(count_notices(database.connection))]
        while True:
            number = chance.randrange(len(texts)) + 1
            try:
                _write_once(database, name, number, texts[number - 1], chance, report)
            except ZhupiError as error:
                report(Report("error", error=str(error)))


def _write_once(database, name, number, raw, chance, report) -> None:
    own = [item for item in notice_annotations(database.connection, number) if item.annotator == name]
    what = chance.choice(("add", "add", "change", "delete", "review"))
    if what == "review":
        state = Review(name, chance.choice(("open", "done", "flagged")), None, now())
        key = f"review {number}"
        report(Report("about", key, state))
        set_review(database, name, number, state)
        report(Report("done", key, state))
        return
    if what == "add" or not own:
        start = chance.randrange(len(raw) - 1)
        item = annotation_of(raw, start, start + 1, annotator=name)
        report(Report("about", item.id, item))
        add_annotation(database, name, number, item)
        report(Report("done", item.id, item))
        return
    item = chance.choice(own)
    after = None if what == "delete" else replace(item, comment=f"{chance.random()}", updated_at=now())
    report(Report("about", item.id, after))
    if after is None:
        delete_annotation(database, name, number, item)
    else:
        change_annotation(database, name, number, item, after)
    report(Report("done", item.id, after))


if __name__ == "__main__":
    main()
