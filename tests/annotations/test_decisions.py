"""Decisions: which suggestion an annotation is about, whatever the name of its owner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.decisions import decided_ids, decides, decision_id, layer, suggestion_id_of, waiting
from annotations.origins import decided

NAMES = ["lin", "lin.wei", "a.b.c", ".", "lin.", "王"]


def suggestion(start=0, end=3, label="DATE", score=0.5):
    return replace(annotation_of(RAW, start, end, label), annotator=None, status="suggested", score=score)


@pytest.mark.parametrize("name", NAMES)
def test_a_decision_tells_its_suggestion_whatever_dots_the_name_has(name):
    item = suggestion()
    made = decided(item, name, "accepted")
    assert (made.annotator, made.status, made.text) == (name, "accepted", item.text)
    assert decides(made) == item.id
    assert decides(replace(made, end=5, text=RAW[0:5])) == item.id


def test_what_is_tagged_by_hand_and_a_suggestion_decide_nothing():
    assert decides(annotation_of(RAW, 0, 3)) is None
    assert decides(suggestion()) is None


@pytest.mark.parametrize(("annotation_id", "annotator"), [("abc.wei", "lin.wei"), ("abc.lin", "wei"), (".lin", "lin")])
def test_an_id_that_only_looks_like_a_decision_is_none(annotation_id, annotator):
    assert suggestion_id_of(annotation_id, annotator) is None


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_id_leads_back_to_its_suggestion(suggestion_id, name):
    assert suggestion_id_of(decision_id(suggestion_id, name), name) == suggestion_id


@pytest.mark.parametrize("name", NAMES)
def test_a_suggestion_that_was_accepted_with_another_edge_does_not_wait(name):
    item = suggestion()
    moved = replace(decided(item, name, "accepted"), end=5, text=RAW[0:5])
    assert waiting([item], [moved]) == []
    assert decided_ids([moved]) == {item.id}


def test_what_was_tagged_or_rejected_there_needs_no_other_decision():
    by_hand, rejected = suggestion(0, 3), suggestion(3, 5)
    other = suggestion(3, 5, score=0.9)
    own = [annotation_of(RAW, 0, 3), decided(rejected, "lin", "rejected")]
    assert waiting([by_hand, rejected, other], own) == []


def test_of_several_that_say_the_same_the_likeliest_waits():
    weak, strong, elsewhere = suggestion(score=0.4), suggestion(score=0.9), suggestion(3, 5)
    assert {item.id for item in waiting([weak, strong, elsewhere], [])} == {strong.id, elsewhere.id}


def test_a_layer_is_what_one_annotator_has_said():
    mine, others = annotation_of(RAW, 0, 3), annotation_of(RAW, 0, 3, annotator="wang")
    assert layer([mine, others, suggestion()], "lin") == [mine]
