"""Rows of annotations under another label set: none changes, and whoever reads one follows the label set."""

from __future__ import annotations

import msgspec
import pytest
from making import RAW, annotation_of, stored_notice, unmerge, wrong
from msgspec.structs import replace
from relabelling import LABELS, exported, give, stored, suggest, with_attributes

from annotations.annotation import Review, now
from annotations.errors import LabelError
from annotations.labels import Attribute
from annotations.origins import decided
from store.edits import labels as changing
from store.edits.annotate import add_annotation, add_annotations
from store.edits.review import set_review
from store.index.filters import QueueFilter
from store.open import open_database
from store.project.settings import labels_of
from store.read.notices import each_notice
from store.read.queue import queue_page
from store.read.stats import stats


@pytest.fixture
def number(database):
    return stored_notice(database)


def test_no_row_changes_with_a_label_set(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    suggest(database, number, 3, 5)

    def rows():
        return [database.connection.execute(f"SELECT * FROM {each}").fetchall() for each in _FOLLOWING]

    before = [[tuple(row) for row in each] for each in rows()]
    give(database, renames=[("DATE", "DAY")])
    give(database, with_attributes("DAY", Attribute("certain", "boolean"), base=labels_of(database)))
    assert [[tuple(row) for row in each] for each in rows()] == before
    assert [(each.label, each.attributes) for each in stored(database)] == [("DAY", {"certain": None})] * 2
    assert wrong(database) == []


_FOLLOWING = ("annotations", "tallies", "sets", "texts", "reviews")
"""Tables that stay as they are, however many rows they have."""


def test_the_order_is_that_of_present_names(database, number):
    names = ("DATE", "OFFICIAL", "REQUIREMENT")
    add_annotations(database, "lin", number, [annotation_of(RAW, 0, 3, name) for name in names])
    give(database, renames=[("DATE", "ZERO"), ("REQUIREMENT", "DUTY")])
    assert [each.label for each in stored(database)] == ["DUTY", "OFFICIAL", "ZERO"]
    straight = [item["label"] for item in msgspec.json.decode(exported(database))["annotations"]]
    assert straight == ["DUTY", "OFFICIAL", "ZERO"]
    with database.read() as connection:
        [(_, items, _)] = each_notice(connection)
    assert items == stored(database)
    [lin] = [each for each in stats(database).reviewers if each.annotator == "lin"]
    assert list(lin.labels.items()) == [("DUTY", 1), ("OFFICIAL", 1), ("ZERO", 1)]


def test_a_first_attribute_is_a_gap_until_it_has_a_value(database, number):
    give(database, with_attributes("DATE"))
    add_annotation(database, "lin", number, replace(annotation_of(RAW, 0, 3), attributes={}))
    assert queue_page(database.connection, "lin", QueueFilter(open_point="gap")).rows == []
    give(database, with_attributes("DATE", Attribute("iso", "period"), base=labels_of(database)))
    assert [row.number for row in queue_page(database.connection, "lin", QueueFilter(open_point="gap")).rows] == [
        number
    ]
    give(database, with_attributes("DATE", base=labels_of(database)))
    assert queue_page(database.connection, "lin", QueueFilter(open_point="gap")).rows == []
    assert wrong(database) == []


def test_a_decision_of_after_another_attribute_is_no_edit_of_its_suggestion(database, number):
    suggestion = suggest(database, number)
    give(database, with_attributes("DATE", Attribute("certain", "boolean"), *LABELS["DATE"].attribute))
    add_annotation(database, "lin", number, decided(stored(database)[0], "lin", "accepted"))
    [rule] = stats(database).rules
    assert (rule.rule, rule.accepted, rule.edited) == (suggestion.suggested_by, 1, 0)


def test_agreement_goes_by_the_label_that_is_meant(database, number):
    for who in ("lin", "wu"):
        add_annotation(database, who, number, annotation_of(RAW, 0, 3, annotator=who))
        set_review(database, who, number, Review(who, "done", None, now()))
        give(database, renames=[("DATE", "DAY")] if who == "lin" else [])
    together = stats(database).agreement.together
    assert {each.label: each.spans for each in together.labels}["DAY"] == 2


def test_the_second_of_two_admins_at_once_goes_by_what_the_first_left(database, number, monkeypatch):
    forget_seen = changing._forget_seen

    def meanwhile(database):
        monkeypatch.setattr(changing, "_forget_seen", forget_seen)
        give(database, renames=[("OFFICIAL", "PERSON")])

    monkeypatch.setattr(changing, "_forget_seen", meanwhile)
    before, after = give(database, hide=["DATE"])
    assert [label.name for label in before] == ["REQUIREMENT", "PERSON", "DATE"]
    assert [label.name for label in after.shown] == ["REQUIREMENT", "PERSON"]
    assert wrong(database) == []


def test_a_value_that_comes_while_others_are_looked_through_is_not_lost(database, number, monkeypatch):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    item = annotation_of(RAW, 3, 5, annotator="wang")

    def meanwhile(_):
        values = LABELS["DATE"].attributes({"mod": "before"})
        add_annotation(database, "wang", number, replace(item, attributes=values))

    monkeypatch.setattr(changing, "_forget_seen", meanwhile)
    with pytest.raises(LabelError, match="label DATE: mod would be lost, and 1 annotation with it"):
        give(database, with_attributes("DATE", *(each for each in LABELS["DATE"].attribute if each.name != "mod")))
    assert labels_of(database) == LABELS


def test_check_finds_a_row_under_another_name_of_its_label(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    give(database, renames=[("DATE", "DAY")])
    with database.write() as connection:
        connection.execute("UPDATE annotations SET label = 'DAY'")
    told = "annotations: 1 have the label DAY, and rows have DATE, its first name; restore a backup"
    assert told in wrong(database)


def test_check_finds_attributes_that_the_label_never_had(database, number):
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    give(database, with_attributes("DATE", Attribute("certain", "boolean")))
    assert wrong(database) == []
    of_before = ",".join(f'"{attribute.name}":null' for attribute in LABELS["DATE"].attribute)
    for attributes in ('{"certain":null}', f"{{{of_before}}}"):
        with database.write() as connection:
            connection.execute("UPDATE annotations SET attributes = ?", [attributes])
        assert wrong(database) == []
    with database.write() as connection:
        connection.execute("""UPDATE annotations SET attributes = '{"part":null}'""")
    assert wrong(database) == [
        "annotations: 1 of DATE have other attributes than it ever had: “part”; restore a backup"
    ]


def test_a_database_of_before_gets_first_names_when_it_is_opened(database, number):
    """Rows of before had the present name of their label."""
    add_annotation(database, "lin", number, annotation_of(RAW, 0, 3))
    suggest(database, number, 3, 5)
    give(database, renames=[("DATE", "DAY")])
    before = exported(database)
    with database.write() as connection:
        connection.execute("UPDATE annotations SET label = 'DAY' WHERE label = 'DATE'")
        connection.execute("UPDATE tallies SET value = 'DAY' WHERE value = 'DATE'")
        connection.execute("UPDATE sets SET value = 'DAY' WHERE value = 'DATE'")
        connection.execute("DELETE FROM tallies WHERE facet = 'gap'")
        connection.execute("DELETE FROM sets WHERE facet = 'gap'")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name IN ('first_names_of_labels', 'older_guidelines')")
        unmerge(connection)
        connection.execute("PRAGMA user_version = 13")
    database.close()
    with open_database(database.path) as again:
        assert wrong(again) == []
        assert exported(again) == before
        rows = again.connection.execute("SELECT DISTINCT label FROM annotations").fetchall()
        assert [row[0] for row in rows] == ["DATE"]
