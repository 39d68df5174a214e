"""Predictions of models, line by line: their shapes, their anchors, and what is refused."""

from __future__ import annotations

import json

import pytest
from making import notice_of
from msgspec.structs import replace

from annotations.errors import ZhupiError
from annotations.formats.predictions import anchor, suggestion
from annotations.formats.readers import decode
from annotations.labels import default_labels
from annotations.normalize import normalize

RAW = "𬀩水縣召開會(huì)議\n4月10日,會(huì)議召開。4月12日結束。\n"
MADE = normalize(RAW)
NOTICE = replace(
    notice_of(RAW), normalized=MADE.normalized, regions=MADE.regions, alignment=MADE.alignment, published="2023-04-13"
)


def spans(line, notice=NOTICE):
    found = decode(json.dumps(line, ensure_ascii=False).encode())
    return [suggestion(notice, default_labels(), each, found.text, "model 1") for each in found.spans]


def at(text, quote):
    start = text.index(quote)
    return start, start + len(quote)


def units(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


START, END = at(RAW, "4月10日")
NORM = at(NOTICE.normalized, "4月10日")


@pytest.mark.parametrize(
    "line",
    [
        {"doc": "page", "label": "DATE", "start": START, "end": END, "text": "4月10日"},
        {"doc": "page", "label": "DATE", "text": "4月10日"},
        {"doc": "page", "label": "DATE", "start": NORM[0], "end": NORM[1], "text": "4月10日"},
        {"id": "x", "raw": RAW, "annotations": [{"label": "DATE", "start": START, "end": END, "text": "4月10日"}]},
        {"text": RAW, "spans": [{"start": START, "end": END, "label": "DATE", "token_start": 3, "token_end": 4}]},
        {"text": NOTICE.normalized, "spans": [{"start": NORM[0], "end": NORM[1], "label": "DATE"}], "answer": "accept"},
        {"text": RAW, "label": [[units(RAW, START), units(RAW, END), "DATE"]]},
        {
            "text": RAW,
            "entities": [{"start_offset": units(RAW, START), "end_offset": units(RAW, END), "label": "DATE"}],
        },
        {"text": "又一版:4月10日开会", "labels": [[4, 9, "DATE"]], "doc": "page"},
    ],
    ids=[
        "spans",
        "quote",
        "normalized offsets",
        "native",
        "prodigy",
        "prodigy normalized",
        "doccano",
        "entities",
        "cut",
    ],
)
def test_each_shape_is_anchored_in_raw_text_and_its_values_are_read(line):
    (item,) = spans(line)
    assert (item.start, item.end, item.text) == (START, END, "4月10日")
    assert (item.attributes["iso"], item.suggested_by, item.status) == ("2023-04-10", "model 1", "suggested")


def test_given_attributes_are_kept_and_checked():
    line = {
        "doc": "page",
        "label": "DATE",
        "start": START,
        "end": END,
        "attributes": {"iso": "2020-04-10"},
        "score": 0.4,
    }
    (item,) = spans(line)
    assert (item.attributes["iso"], item.score) == ("2020-04-10", 0.4)
    with pytest.raises(ZhupiError, match="iso=someday"):
        spans({**line, "attributes": {"iso": "someday"}})


def test_what_prodigy_rejected_and_what_a_person_tagged_is_no_prediction():
    assert spans({"text": RAW, "spans": [{"start": 0, "end": 1, "label": "DATE"}], "answer": "reject"}) == []
    tagged = {"label": "DATE", "start": START, "end": END, "annotator": "lin"}
    assert spans({"raw": RAW, "annotations": [tagged]}) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"doc": "page", "label": "WHEN", "start": 0, "end": 1}, "unknown label WHEN"),
        ({"doc": "page", "label": "DATE", "start": 5, "end": 5}, "does not fit"),
        ({"doc": "page", "label": "DATE", "start": 0, "end": 10**9}, "does not fit"),
        ({"doc": "page", "label": "DATE", "start": "0", "end": 1}, "start"),
        ({"doc": "page", "label": "DATE", "text": "5月1日"}, "not in the notice"),
        ({"doc": "page", "label": "DATE", "text": "月"}, "2 times"),
        ({"text": RAW, "label": [[0, 10**6, "DATE"]]}, "does not fit"),
        ({"text": RAW, "label": [[0, "DATE"]]}, "start, end, label"),
        ({"text": RAW, "spans": "DATE"}, "list"),
        ({"some": 1}, "it has some"),
        ([1], "not an object"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(line, told):
    with pytest.raises(ZhupiError, match=told):
        spans(line)


@pytest.mark.parametrize("line", [b"{", b"\xff", b'{"a":1' * 3000, b"[" * 100_000])
def test_what_is_no_json_is_refused(line):
    with pytest.raises(ZhupiError, match="JSON"):
        decode(line)


def test_a_quote_that_differs_from_its_offsets_is_looked_for_where_it_stands():
    found = decode(json.dumps({"doc": "p", "label": "DATE", "start": 0, "end": 3, "text": "4月12日"}).encode()).spans[0]
    assert anchor(NOTICE, found, None).of(RAW) == "4月12日"
