"""What the store reads of decisions, by which the scores of suggestions are calibrated."""

from __future__ import annotations

import pytest
from making import RAW, notice_of, stored_notice
from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.labels import default_labels
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.db.database import Database
from store.edits.annotate import add_annotation, add_annotations, change_annotation
from store.edits.mute import mute
from store.intake.suggest import add_suggestions
from store.project.muting import counted_in
from store.project.reviewers import current_reviewer
from store.read.calibration import calibration, reliability
from store.read.stats import stats

LABELS = default_labels()
AT = "2026-01-01T00:00:00.000Z"


def suggestion(start: int, by: str, score: float | None, label: str = "DATE") -> Annotation:
    declared = LABELS[label]
    return suggested(notice_of(RAW), raw_span(start, start + 2), declared, declared.attributes(), by, score, AT)


def put(database: Database, *items: Annotation) -> int:
    number = stored_notice(database)
    add_suggestions(database, "admin", [(number, list(items))])
    return number


def told(database: Database) -> dict[tuple[str, str], tuple[int, float, float]]:
    return {
        (each.rule, each.label): (each.decisions, each.said, each.accepted) for each in reliability(database.connection)
    }


def test_each_decision_counts_for_every_rule_that_found_the_span(database):
    both = [suggestion(0, "dates/full@1", 0.9), suggestion(0, "learned/DATE@ab", 0.6)]
    alone = [suggestion(3, "dates/full@2", 0.7), suggestion(6, "dates/full@1", 0.8, "OFFICIAL")]
    number = put(database, *both, *alone)
    add_annotation(database, "lin", number, decided(both[0], "lin", "accepted"))
    add_annotation(database, "wang", number, decided(both[1], "wang", "rejected"))
    add_annotation(database, "lin", number, decided(alone[0], "lin", "accepted"))
    assert told(database) == {
        ("dates/full", "DATE"): (3, round((0.9 + 0.9 + 0.7) / 3, 3), round(2 / 3, 3)),
        ("learned/DATE", "DATE"): (2, 0.6, 0.5),
    }
    found = [("dates/full", 0.9), ("learned/DATE", 0.6)]
    assert calibration(database.connection).probability("DATE", found) != pytest.approx(0.9, abs=0.01)


def test_a_name_may_have_any_character(database):
    names = ['a\tb"@1', "c\nd@1", "\x1b[31m\\e"]
    items = [suggestion(at * 3, name, None if at else 0.5) for at, name in enumerate(names)]
    number = put(database, *items, suggestion(0, "dates/full@1", 0.9))
    for item in items:
        add_annotation(database, "lin", number, decided(item, "lin", "accepted"))
    rules = {*names} - {names[0], names[1]} | {'a\tb"', "c\nd", "dates/full"}
    assert {rule for rule, _ in told(database)} == rules
    assert mute(database, current_reviewer(), 'a\tb"', "DATE", muted=True)[0].pairs == {('a\tb"', "DATE")}
    with database.read() as connection:
        assert counted_in(connection).at(number) == {('a\tb"', "DATE")}


def test_the_stats_tell_it(database):
    item = suggestion(0, "dates/full@1", 0.9)
    number = put(database, item)
    assert stats(database).reliability == []
    add_annotation(database, "lin", number, decided(item, "lin", "accepted"))
    [one] = stats(database).reliability
    assert (one.rule, one.decisions, one.said, one.accepted) == ("dates/full", 1, 0.9, 1.0)


def test_who_gives_it_another_label_does_not_accept_it(database):
    item = suggestion(0, "dates/full@1", 0.9)
    number = put(database, item)
    mine = decided(item, "lin", "accepted")
    add_annotation(database, "lin", number, mine)
    official = LABELS["OFFICIAL"]
    change_annotation(
        database, "lin", number, mine, replace(mine, label=official.name, attributes=official.attributes())
    )
    assert told(database) == {("dates/full", "DATE"): (1, 0.9, 0.0)}


def test_what_was_decided_at_one_key_says_nothing_of_a_rule(database):
    items = [suggestion(start, "dates/full@1", 0.9) for start in range(0, 12, 3)]
    number = put(database, *items)
    add_annotations(database, "lin", number, [decided(each, "lin", "accepted") for each in items[:3]])
    assert told(database) == {}
    add_annotation(database, "lin", number, decided(items[3], "lin", "rejected"))
    assert told(database) == {("dates/full", "DATE"): (1, 0.9, 0.0)}


def test_the_error_is_told_once_there_are_decisions_to_hold_it_against(database):
    items = [suggestion(start, "dates/full@1", None) for start in range(40)]
    number = put(database, *items)
    add_annotation(database, "lin", number, decided(items[0], "lin", "accepted"))
    [one] = reliability(database.connection)
    assert (one.said, one.error) == (0.5, None)
    for each in items[1:29]:
        add_annotation(database, "lin", number, decided(each, "lin", "accepted"))
    # Of so few it would be chance.
    [one] = reliability(database.connection)
    assert (one.decisions, one.error) == (29, None)
    for each in items[29:]:
        add_annotation(database, "lin", number, decided(each, "lin", "accepted"))
    [one] = reliability(database.connection)
    assert one.decisions == 40
    assert one.error is not None
    assert one.error < 0.25
