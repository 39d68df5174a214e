"""Each way in which an annotation comes about, and what holds for every one made so."""

from __future__ import annotations

import pytest
from making import RAW, notice_of
from msgspec.structs import replace

from annotations.decisions import decides
from annotations.formats.native_record import native_annotation
from annotations.labels import default_labels
from annotations.origins import carried_over, changed, decided, read, suggested, tagged
from annotations.spans import raw_span

LABELS = default_labels()
VALUES = LABELS["DATE"].attributes()
NOTICE = notice_of(RAW)
LATER = notice_of("丁" + RAW)
AT = "2023-04-12T08:00:00.000Z"


def by_hand(start=0, end=3, who="lin"):
    return tagged(RAW, raw_span(start, end), "DATE", VALUES, who)


def by_rule(start=0, end=3, rule="dates/full@1"):
    return suggested(NOTICE, raw_span(start, end), LABELS["DATE"], VALUES, rule, 0.9, AT)


def test_what_is_tagged_by_hand_is_new_and_sure_and_has_its_quote():
    first, second = by_hand(), by_hand()
    assert first.id != second.id
    first.check_quote(RAW)
    first.check_attributes(LABELS)
    assert (first.annotator, first.status, first.unsure, first.comment) == ("lin", "manual", False, None)
    assert (first.suggested_by, first.score) == (None, None)
    assert first.created_at == first.updated_at


def test_a_suggestion_is_of_nobody_and_the_same_whoever_makes_it():
    item = by_rule()
    item.check_quote(RAW)
    assert (item.annotator, item.status, item.suggested_by, item.score) == (None, "suggested", "dates/full@1", 0.9)
    assert item.created_at == item.updated_at == AT
    assert by_rule() == item
    assert len({item.id, by_rule(end=4).id, by_rule(rule="dates/full@2").id}) == 3


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_a_decision_says_what_the_suggestion_said(status):
    item = by_rule()
    made = decided(item, "lin.wei", status)
    assert decides(made) == item.id
    assert (made.annotator, made.status) == ("lin.wei", status)
    assert made.created_at == made.updated_at > AT
    left = dict.fromkeys(("id", "annotator", "status", "created_at", "updated_at"), "")
    assert replace(made, **left) == replace(item, **left)
    # A file may say anything of a suggestion: whoever decides on it alone has looked at it.
    assert not decided(replace(item, bulk=True), "lin.wei", status).bulk


def test_a_change_changes_what_is_given_and_the_quote_with_its_span():
    item = replace(by_hand(), comment="why", unsure=True, created_at=AT, updated_at=AT)
    moved = changed(item, RAW, span=raw_span(0, 5))
    moved.check_quote(RAW)
    assert moved.updated_at > AT
    assert replace(moved, end=3, text=item.text, updated_at=AT) == item
    other = changed(item, RAW, label="OFFICIAL", attributes={}, unsure=False, comment="")
    assert (other.label, other.attributes, other.unsure, other.comment) == ("OFFICIAL", {}, False, None)
    assert (other.id, other.span, other.created_at) == (item.id, item.span, AT)


@pytest.mark.parametrize("suggestion_first", [True, False])
def test_a_decision_stays_with_its_suggestion_on_the_new_notice(suggestion_first):
    suggestion = by_rule()
    pair = [suggestion, decided(suggestion, "lin.wei", "accepted")]
    items = pair if suggestion_first else pair[::-1]
    moved = [carried_over(each, LATER, raw_span(1, 4)) for each in items]
    new, made = moved if suggestion_first else moved[::-1]
    assert decides(made) == new.id != suggestion.id
    for each in moved:
        each.check_quote(LATER.raw)


def test_what_is_carried_over_is_the_same_in_every_database():
    item = by_hand()
    assert carried_over(item, LATER, raw_span(1, 4)) == carried_over(item, LATER, raw_span(1, 4))
    assert carried_over(item, LATER, raw_span(1, 4)).id != carried_over(item, NOTICE, raw_span(0, 3)).id


def test_what_is_carried_over_in_doubt_is_unsure_and_says_why():
    item = replace(by_hand(), comment="mine")
    moved = carried_over(item, NOTICE, raw_span(3, 6), "it stands there twice")
    assert (moved.unsure, moved.comment) == (True, "mine; it stands there twice")
    assert carried_over(by_hand(), NOTICE, raw_span(3, 6), "twice").comment == "twice"
    sure = carried_over(item, NOTICE, raw_span(0, 3))
    assert (sure.unsure, sure.comment, sure.created_at) == (False, "mine", item.created_at)


def test_what_was_written_down_is_read_as_it_was():
    for item in (by_rule(), replace(by_hand(), comment="why", unsure=True)):
        assert read(native_annotation(item, NOTICE)) == item
