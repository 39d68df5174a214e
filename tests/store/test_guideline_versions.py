"""Guidelines in the log: which one an annotation is of, how much is of each, and what is of an older one."""

from __future__ import annotations

import hashlib

from making import RAW, annotation_of, stored_notice, wrong
from merging import ME, made, merged
from msgspec.structs import replace

from annotations.annotation import now
from annotations.guideline import default_guideline
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.guideline import set_guideline
from store.edits.undo import redo, undo
from store.index import facets
from store.index.filters import QueueFilter
from store.log.guideline_versions import guideline_versions, version_at
from store.open import open_database
from store.read.guideline_versions import tagged_under
from store.read.queue import queue_page


def older(database, who="lin"):
    return [row.number for row in queue_page(database.connection, who, QueueFilter(guideline="older")).rows]


def tag(database, number, start, who="lin"):
    item = replace(annotation_of(RAW, start, start + 3, annotator=who), created_at=now(), updated_at=now())
    add_annotation(database, who, number, item)
    return item


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def tick():
    """Return once the clock of the log has gone on, which counts milliseconds."""
    before = now()
    while now() == before:
        pass


def test_each_annotation_is_of_the_guideline_under_which_it_was_changed_last(database):
    number = stored_notice(database)
    first = tag(database, number, 0)
    tick()
    set_guideline(database, ME, "# 甲\n")
    tick()
    second = tag(database, number, 4)
    tick()
    set_guideline(database, ME, "# 乙\n")
    tick()
    third = replace(first, unsure=True, updated_at=now())
    change_annotation(database, "lin", number, first, third)
    with database.read() as connection:
        versions = guideline_versions(connection)
        counts = [(each.number, each.digest, count) for each, count in tagged_under(connection)]
    assert [version_at(versions, each.updated_at).number for each in (first, second, third)] == [1, 2, 3]
    assert [(each.number, each.by) for each in versions] == [(1, None), (2, ME), (3, ME)]
    assert counts == [(1, digest(default_guideline()), 0), (2, digest("# 甲\n"), 1), (3, digest("# 乙\n"), 1)]


def test_the_queue_shows_what_one_tagged_under_an_older_guideline(database):
    one, two = stored_notice(database), stored_notice(database, RAW + "又及。\n", "other")
    items = [tag(database, one, 0), tag(database, one, 4)]
    tag(database, two, 0, "wu")
    assert older(database) == []
    tick()
    set_guideline(database, ME, "# 甲\n")
    tick()
    assert (older(database), older(database, "wu")) == ([one], [two])
    # What is tagged now is of this one, and so is what is changed now, or gone.
    tag(database, two, 4)
    assert older(database) == [one]
    change_annotation(database, "lin", one, items[0], replace(items[0], unsure=True, updated_at=now()))
    assert older(database) == [one]
    delete_annotation(database, "lin", one, items[1])
    assert older(database) == []
    undo(database, "lin")
    assert older(database) == [one]
    redo(database, "lin")
    assert older(database) == []
    assert wrong(database) == []
    tick()
    set_guideline(database, ME, "# 乙\n")
    assert older(database) == [one, two]
    with database.write() as connection:
        facets.rebuild(connection)
    assert older(database) == [one, two]
    assert wrong(database) == []


def test_a_guideline_of_elsewhere_is_none_here(tmp_path):
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    with made(here, "lin") as database:
        tag(database, 1, 3)
    with made(there, "lin") as database:
        tag(database, 1, 6)
        tick()
        set_guideline(database, ME, "# 甲\n")
        assert older(database) == [1]
    merged(here, there)
    with open_database(here) as database:
        assert older(database) == []
        with database.read() as connection:
            assert [count for _, count in tagged_under(connection)] == [2]
        tick()
        set_guideline(database, ME, "# 乙\n")
        assert older(database) == [1]
        assert wrong(database) == []
