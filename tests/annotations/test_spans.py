"""Offsets and spans: the two kinds never mix, and no span lies outside its text."""

from __future__ import annotations

import msgspec
import pytest

from annotations.errors import SpanError
from annotations.spans import NormalizedSpan, RawSpan, annotated_span, normalized_span, raw_span


def test_spans_of_the_two_texts_are_never_equal():
    assert raw_span(1, 3) != normalized_span(1, 3)


@pytest.mark.parametrize("make", [raw_span, normalized_span])
@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (-2, -1)])
def test_a_reversed_or_negative_span_is_refused(make, start, end):
    with pytest.raises(SpanError, match=f"{start}..{end}"):
        make(start, end)


@pytest.mark.parametrize("make", [raw_span, normalized_span])
def test_a_span_counts_code_points_not_bytes_or_utf_16_units(make):
    text = "甲\U00020bb7乙"
    assert make(1, 2).of(text) == "\U00020bb7"
    assert len(make(1, 3)) == 2


@pytest.mark.parametrize("kind", [RawSpan, NormalizedSpan])
def test_a_span_is_a_pair_in_json(kind):
    span = msgspec.json.decode(b"[2,5]", type=kind)
    assert msgspec.json.encode(span) == b"[2,5]"
    assert (span.start, span.end) == (2, 5)


def test_a_span_read_from_json_is_checked_too():
    # A wrong span in a file is a refusal, with the place where it stands.
    with pytest.raises((SpanError, msgspec.ValidationError)):
        msgspec.json.decode(b"[5,2]", type=RawSpan)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 2), (0, 4), (3, 4), (2, 1), (-1, 2), (0, 10**30)])
def test_a_span_that_no_annotation_can_have_is_refused_with_the_length_of_the_text(start, end):
    with pytest.raises(SpanError, match="3, the length of the raw text"):
        annotated_span(start, end, "三个字")


def test_the_whole_text_can_be_annotated():
    assert annotated_span(0, 3, "三个字") == raw_span(0, 3)


def test_spans_are_in_order_of_start_then_end():
    spans = [raw_span(2, 3), raw_span(0, 9), raw_span(0, 1)]
    assert sorted(spans) == [raw_span(0, 1), raw_span(0, 9), raw_span(2, 3)]
