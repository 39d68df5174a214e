"""The native JSONL as values: its keys, what it writes, what it refuses to read."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import RAW, annotation_of, normalized_notice, notice_of
from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import Annotation, Review
from annotations.errors import RecordError, ZhupiError
from annotations.formats import native_proof, native_record, spans
from annotations.notice import FieldsBy
from annotations.spans import RawOffset

AT = "2026-11-21T08:00:00.000Z"
STORABLE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)


def test_the_keys_and_their_order_are_those_of_the_contract():
    line = native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], [Review("lin", "done", None, AT)])
    row = json.loads(native_record.encode(line))
    assert list(row) == [
        "schema", "id", "doc", "sha256", "title", "source", "published", "url", "raw", "normalized", "normalizer",
        "regions", "runs", "annotations", "fields_by", "questions", "reviews", "meta",
    ]  # fmt: skip
    assert list(row["annotations"][0]) == [
        "id", "label", "start", "end", "text", "normalized_start", "normalized_end", "normalized_text", "attributes",
        "annotator", "status", "unsure", "comment", "created_at", "updated_at", "suggested_by", "score",
        "bulk",
    ]  # fmt: skip
    assert list(row["reviews"][0]) == ["annotator", "status", "comment", "attributes", "arm", "updated_at"]
    assert list(row["fields_by"]) == ["title", "source", "published"]
    assert list(row["regions"][0]) == ["kind", "start", "end", "of", "by"]
    assert row["schema"] == "zhupi/2"


def test_what_is_not_made_yet_is_written_empty():
    line = native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], [Review("lin", "done", None, AT)])
    row = json.loads(native_record.encode(line))
    assert row["questions"] == []
    assert row["fields_by"] == {"title": None, "source": None, "published": None}
    assert row["annotations"][0]["bulk"] is False
    assert (row["reviews"][0]["attributes"], row["reviews"][0]["arm"]) == ({}, None)


def first_version(row):
    """A line as ``zhupi/1`` had it."""
    keys = ("fields_by", "questions")
    return {
        **{key: value for key, value in row.items() if key not in keys},
        "schema": "zhupi/1",
        "annotations": [{key: value for key, value in item.items() if key != "bulk"} for item in row["annotations"]],
        "reviews": [
            {key: value for key, value in item.items() if key not in ("attributes", "arm")} for item in row["reviews"]
        ],
    }


def test_the_first_version_is_read_for_ever():
    line = native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], [Review("lin", "done", None, AT)])
    old = first_version(json.loads(native_record.encode(line)))
    for text in (json.dumps(old), json.dumps(old, ensure_ascii=False, separators=(",", ":"))):
        read = native_record.decode(text.encode())
        native_proof.prove(read)
        assert read == line


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: row.update(fields_by={"title": None, "source": None, "published": None}), "fields_by"),
        (lambda row: row.update(questions=[]), "questions"),
        (lambda row: row["annotations"][0].update(bulk=True), "bulk"),
        (lambda row: row["reviews"][0].update(arm="a"), "arm"),
        (lambda row: row["annotations"][0].pop("score"), "score"),
        (lambda row: row.update(annotations=7), "annotations"),
        (lambda row: row.update(annotations=[7]), "annotations"),
    ],
)
def test_the_first_version_has_exactly_its_own_keys(change, told):
    line = native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], [Review("lin", "done", None, AT)])
    row = first_version(json.loads(native_record.encode(line)))
    change(row)
    with pytest.raises(RecordError, match=told):
        native_record.decode(json.dumps(row).encode())


def corrected(**fields):
    return replace(notice_of(RAW), fields_by=FieldsBy(**dict.fromkeys(fields, "lin")), **fields)


def test_a_field_that_somebody_set_is_one_that_can_be_set():
    native_proof.prove(
        native_record.record(corrected(title="关于整改的通知", source=None, published="2023-04-12T09:30"), [], [])
    )
    for wrong in ({"title": ""}, {"title": " 甲"}, {"source": "甲\n乙"}, {"source": "\x1b[2J"}, {"published": "2023"},
                  {"published": "XXXX-04-12"}, {"published": "2023-02-30"}, {"published": ""}):  # fmt: skip
        with pytest.raises(RecordError, match=f"set by lin: {next(iter(wrong))}"):
            native_proof.prove(native_record.record(corrected(**wrong), [], []))


def test_nobody_called_as_a_layer_has_set_a_field():
    with pytest.raises(RecordError, match="“all”"):
        native_proof.prove(native_record.record(replace(notice_of(RAW), fields_by=FieldsBy(title="all")), [], []))


def question(annotation=None, answers=(), key="q1"):
    return native_record.NativeQuestion(key, annotation, "lin", None, "哪一年?", AT, list(answers), None)


def test_a_question_is_about_the_notice_or_an_annotation_of_it():
    item = annotation_of(RAW, 0, 3)
    line = native_record.record(notice_of(RAW), [item], [])
    answer = native_record.NativeAnswer("wu", "2023", AT)
    native_proof.prove(replace(line, questions=[question(), question(item.id, [answer], "q2")]))
    with pytest.raises(RecordError, match="not in order of time and id, or one stands twice"):
        native_proof.prove(replace(line, questions=[question(), question()]))
    with pytest.raises(RecordError, match="which is not there"):
        native_proof.prove(replace(line, questions=[question("other")]))
    with pytest.raises(RecordError, match="“all”"):
        native_proof.prove(replace(line, questions=[question(None, [replace(answer, annotator="all")])]))


def test_a_line_holds_no_ascii_escapes_but_those_json_needs():
    line = native_record.encode(native_record.record(notice_of('关\u200b于\U00020bb7"\\\n\x1b\u2028'), [], []))
    assert "关\u200b于\U00020bb7".encode() in line
    assert rb"\"\\\n\u001b" in line
    assert "\u2028".encode() in line
    assert b"\n" not in line


def test_a_span_that_the_normalized_text_leaves_out_has_null_for_each_normalized_key():
    notice = replace(
        notice_of("甲乙丙"),
        normalized="丙",
        alignment=Alignment([(2, 3, 0, 1)], 3, 1),
    )
    out = native_record.native_annotation(annotation_of("甲乙丙", 0, 2), notice)
    assert (out.normalized_start, out.normalized_end, out.normalized_text) == (None, None, None)
    part = native_record.native_annotation(annotation_of("甲乙丙", 1, 3), notice)
    assert (part.normalized_start, part.normalized_end, part.normalized_text) == (0, 1, "丙")


@settings(deadline=None)
@given(STORABLE, st.data())
def test_whatever_a_page_holds_its_record_proves_itself_and_is_read_as_it_was(raw, data):
    notice = normalized_notice(raw)
    start = data.draw(st.integers(0, len(raw) - 1))
    item = annotation_of(raw, start, data.draw(st.integers(start + 1, len(raw))))
    line = native_record.encode(native_record.record(notice, [item], []))
    read = native_record.decode(line)
    native_proof.prove(read)
    assert read.notice() == notice
    assert [native_record.plain_annotation(each) for each in read.annotations] == [item]
    assert native_record.encode(read) == line
    row = json.loads(line)
    (out,) = row["annotations"]
    assert row["raw"][out["start"] : out["end"]] == out["text"]
    if out["normalized_text"] is not None:
        assert row["normalized"][out["normalized_start"] : out["normalized_end"]] == out["normalized_text"]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_a_line_holds_it_is_a_record_or_a_refusal(line):
    with pytest.raises(RecordError, match=r"^not "):
        native_record.decode(line)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_record_with_one_odd_value_is_proved_or_refused(value):
    line = native_record.encode(native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], []))
    row = json.loads(line)
    row["annotations"][0]["label"] = value
    row["doc"] = value
    try:
        read = native_record.decode(json.dumps(row).encode())
        native_proof.prove(read)
    except ZhupiError:
        assert value == ""
    else:
        assert json.loads(native_record.encode(read)) == row


def by(annotator, status, id_="5b0e"):
    return replace(annotation_of(RAW, 0, 3), id=id_, annotator=annotator, status=status)


def proved(*items, **fields):
    native_proof.prove(native_record.record(replace(notice_of(RAW), **fields), items, []))


@pytest.mark.parametrize(
    "item",
    [
        by("lin.wei", "accepted", "5b0e.lin.wei"),
        by("lin", "rejected", "5b0e.lin"),
        by("lin", "manual"),
        by("gold", "gold"),
        by("gold", "gold", "5b0e.gold"),
    ],
    ids=lambda item: f"{item.status} {item.id}",
)
def test_everything_but_a_suggestion_is_somebodys(item):
    proved(item)
    with pytest.raises(RecordError, match="by nobody"):
        proved(replace(item, annotator=None))


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (by("chen", "accepted", "5b0e.lin"), "the id of a decision ends with a dot and its annotator; this is by chen"),
        (by("chen", "manual", "5b0e.lin"), "ends with a dot and its annotator"),
        (by("wei", "accepted", "5b0e.lin"), "ends with a dot and its annotator"),
        (by("lin", "accepted", ".lin"), "ends with a dot and its annotator"),
        (by("lin", "accepted"), "has the id of its suggestion, a dot, its annotator"),
        (by("lin", "rejected"), "this is rejected by lin"),
        (by("lin", "manual", "5b0e.lin"), "what is tagged has no dot; this is manual by lin"),
        (by("lin", "gold"), "in the layer gold, and nothing else is; this is gold by lin"),
        (by("gold", "manual"), "this is manual by gold"),
        (by("gold", "accepted", "5b0e.gold"), "this is accepted by gold"),
    ],
)  # fmt: skip
def test_id_status_and_annotator_fit_each_other(item, told):
    with pytest.raises(RecordError, match=told):
        proved(item)


def test_a_decision_may_have_another_label_and_span_than_its_suggestion():
    suggestion = replace(by(None, "suggested"), suggested_by="dates/1")
    moved = replace(annotation_of(RAW, 1, 5, label="OFFICIAL"), id="5b0e.lin", status="accepted")
    proved(suggestion, moved)


def test_a_suggestion_is_nobodys():
    item = replace(annotation_of(RAW, 0, 3), status="suggested", annotator=None, suggested_by="dates/1", score=0.5)
    native_proof.prove(native_record.record(notice_of(RAW), [item], []))
    with pytest.raises(RecordError, match="suggested by lin"):
        native_proof.prove(native_record.record(notice_of(RAW), [replace(item, annotator="lin")], []))


@pytest.mark.parametrize(
    "name", ["all", "suggested", "", " lin", "lin\u3000", "li\nn", "a\x1b[31m", "\u202elin", "l" * 65]
)
def test_whoever_has_said_something_has_a_lawful_name(name):
    row = json.loads(native_record.encode(native_record.record(notice_of(RAW), [annotation_of(RAW, 0, 3)], [])))
    answer = {"annotator": "chen", "text": "否", "created_at": AT}
    question = {"id": "q", "annotation": None, "annotator": "lin", "to": None, "text": "?", "created_at": AT,
                "answers": [answer], "closed_by": None}  # fmt: skip
    review = {"annotator": name, "status": "done", "comment": None, "attributes": {}, "arm": None, "updated_at": AT}
    for changed in (
        {"annotations": [{**row["annotations"][0], "annotator": name}]},
        {"reviews": [review]},
        {"regions": [{**row["regions"][0], "by": name}]},
        {"questions": [{**question, "annotator": name}]},
        {"questions": [{**question, "to": name}]},
        {"questions": [{**question, "closed_by": name}]},
        {"questions": [{**question, "answers": [{**answer, "annotator": name}]}]},
    ):
        read = native_record.decode(json.dumps({**row, **changed}).encode())
        with pytest.raises(RecordError, match="nobody can be called"):
            native_proof.prove(read)


@pytest.mark.parametrize("at", ["2021-02-29", "2021-13-01", "2021-00-10", "0000-01-01", "2021-09-31"])
@pytest.mark.parametrize("key", ["created_at", "updated_at"])
def test_times_are_on_the_calendar(at, key):
    proved(replace(annotation_of(RAW, 0, 3), **{key: "2020-02-29T23:59:59.999Z"}))
    with pytest.raises(RecordError, match=f"{at}T00:00:00.000Z is not a time on the calendar"):
        proved(replace(annotation_of(RAW, 0, 3), **{key: f"{at}T00:00:00.000Z"}))


@pytest.mark.parametrize("at", ["24:00:00", "12:60:00", "12:00:60"])
def test_times_are_on_the_clock(at):
    with pytest.raises(RecordError, match="not a time"):
        native_proof.prove(
            native_record.record(notice_of(RAW), [], [Review("lin", "done", None, f"2021-09-26T{at}.000Z")])
        )


def test_the_adjudicated_layer_is_called_gold():
    item = replace(annotation_of(RAW, 0, 3, annotator="gold"), status="gold")
    native_proof.prove(native_record.record(notice_of(RAW), [item], []))


def test_a_text_with_half_a_character_cannot_be_written():
    notice = replace(notice_of(RAW), raw=RAW + "\ud800")
    with pytest.raises(RecordError, match="cannot be written"):
        native_record.encode(native_record.record(replace(notice, alignment=Alignment.identity(len(RAW) + 1)), [], []))


def test_meta_may_be_as_deep_as_a_row_that_was_imported_and_no_deeper():
    def nested(depth):
        return json.loads('{"a":' * depth + "1" + "}" * depth)

    native_proof.prove(native_record.record(replace(notice_of(RAW), meta={"fields": {"row": nested(100)}}), [], []))
    with pytest.raises(RecordError, match="nested too deeply"):
        native_proof.prove(native_record.record(replace(notice_of(RAW), meta=nested(200)), [], []))


def test_the_spans_format_has_exactly_its_keys_in_order():
    line = spans.encode("关于\x1b", annotation_of(RAW, RawOffset(0), RawOffset(3)))
    assert json.loads(line) == {
        "doc": "关于\x1b", "label": "DATE", "start": 0, "end": 3, "text": "临江县",
        "attributes": {"iso": None, "part": None, "mod": None, "role": None, "approx": None},
        "status": "manual", "annotator": "lin",
    }  # fmt: skip
    keys = ["doc", "label", "start", "end", "text", "attributes", "status", "annotator"]
    assert list(json.loads(line)) == keys
    assert b"\\u4" not in line


def test_the_records_of_the_format_have_every_field_of_the_values():
    assert {field.name for field in msgspec.structs.fields(Annotation)} <= {
        field.name for field in msgspec.structs.fields(native_record.NativeAnnotation)
    }
    assert {field.name for field in msgspec.structs.fields(Review)} <= {
        field.name for field in msgspec.structs.fields(native_record.NativeReview)
    }
