"""Annotations as values: their order, their quote, their attributes, what the guideline warns of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import clip, guideline_warnings, in_order, name_fault, new_id, now
from annotations.errors import AttributeValueError, LabelError, QuoteError, SpanError
from annotations.labels import default_labels
from annotations.spans import raw_span

SAME = Alignment.identity(len(RAW))


def test_an_id_is_a_uuid4_in_hex_and_new_each_time():
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", each) for each in ids)


def test_a_time_is_utc_to_the_millisecond():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now())


@pytest.mark.parametrize("name", ["gold", "all", "suggested"])
def test_nobody_is_called_as_a_layer(name):
    assert name_fault(name) == "it is the name of a layer"


@pytest.mark.parametrize("name", ["rules", "learned"])
def test_nobody_is_called_as_what_makes_suggestions(name):
    assert name_fault(name) == "it is the name of what makes suggestions"


def test_the_quote_is_the_text_under_the_span():
    item = annotation_of(RAW, 0, 3)
    item.check_quote(RAW)
    assert item.span == raw_span(0, 3)
    with pytest.raises(QuoteError, match=f"annotation {item.id}: at 0..3 the raw text has “临江县”"):
        replace(item, text="临江市").check_quote(RAW)
    with pytest.raises(QuoteError):
        item.check_quote("丁" + RAW)


@pytest.mark.parametrize("span", [(0, 0), (5, 3), (0, 10**9), (10**9, 10**9 + 1), (-3, 0)])
def test_a_span_outside_the_text_is_refused_before_its_quote(span):
    with pytest.raises(SpanError):
        replace(annotation_of(RAW, 0, 3), start=span[0], end=span[1]).check_quote(RAW)


def test_attributes_must_be_complete_in_order_and_typed():
    labels, item = default_labels(), annotation_of(RAW, 0, 3)
    item.check_attributes(labels)
    for attributes in ({}, {"iso": None}, dict(reversed(item.attributes.items())), {**item.attributes, "iso": "bald"}):
        with pytest.raises(AttributeValueError):
            replace(item, attributes=attributes).check_attributes(labels)
    with pytest.raises(LabelError):
        replace(item, label="NOSUCH").check_attributes(labels)


def test_annotations_stand_in_order_of_start_end_label_id():
    first = replace(annotation_of(RAW, 0, 3), id="b")
    ordered = [
        first,
        replace(first, id="c"),
        replace(first, id="a", label="OFFICIAL"),
        replace(first, id="d", end=4),
        replace(first, id="e", start=1),
    ]
    assert in_order(ordered)
    backwards = ordered[::-1]
    assert sorted(backwards, key=lambda item: item.order) == ordered
    assert not in_order(backwards)
    assert not in_order([first, first])
    # The same id on another span is in order, and twice all the same.
    assert not in_order([first, replace(first, start=1)])
    assert in_order([])


def test_order_is_by_code_point_not_by_utf_16_unit():
    low, high = annotation_of("\ufb01x\U00020bb7x", 0, 1), annotation_of("\ufb01x\U00020bb7x", 0, 1)
    assert in_order([replace(low, id="\ufb01"), replace(high, id="\U00020bb7")])


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (11, 12, ["white space"]),
        (10, 12, ["white space"]),
        (10, 13, ["crosses a line"]),
        (10, 11, []),
    ],
)
def test_the_guideline_warns_of_white_space_at_an_edge_and_of_a_crossed_line(start, end, told):
    assert RAW[11] == "\n"
    found = guideline_warnings(annotation_of(RAW, start, end), [], RAW, SAME)
    assert len(found) == len(told)
    assert all(word in line for word, line in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("start", "end", "crosses"),
    [(0, 6, False), (2, 5, False), (6, 11, True), (6, 14, True), (9, 11, False), (9, 14, True)],
)
def test_a_line_end_may_be_crossed_where_the_normalized_text_joins_two_lines(start, end, crosses):
    raw = "甲乙丙\n丁戊己\n来源:庚\n辛"
    # 来源:庚 is left out, and 己 is a line of its own.
    alignment = Alignment([(0, 3, 0, 3), (4, 6, 3, 5), (6, 6, 5, 6), (6, 7, 6, 7), (7, 8, 7, 8), (13, 14, 8, 9)], 14, 9)
    found = guideline_warnings(annotation_of(raw, start, end), [], "甲乙丙丁戊\n己\n辛", alignment)
    assert any("crosses a line" in line for line in found) is crosses


def test_the_guideline_warns_of_the_same_label_overlapping_only():
    item = annotation_of(RAW, 0, 5)
    assert guideline_warnings(item, [item, annotation_of(RAW, 3, 8)], RAW, SAME) == [
        "it overlaps another DATE, “召开河长制”"
    ]
    harmless = [
        annotation_of(RAW, 5, 8),
        annotation_of(RAW, 3, 8, "OFFICIAL"),
        replace(annotation_of(RAW, 3, 8), status="rejected"),
    ]
    assert guideline_warnings(item, [item, *harmless], RAW, SAME) == []


@given(st.text(), st.integers(1, 40))
def test_a_clipped_quote_is_short_and_ends_with_a_sign_where_it_was_cut(text, most):
    shown = clip(text, most)
    assert len(shown) <= most + 2
    assert (shown == f"“{text}”") == (len(text) <= most or (text.endswith("…") and shown[1:-1] == text))
