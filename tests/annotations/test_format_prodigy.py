"""The Prodigy format: tasks as ``spans.manual`` has them, a character a token, an annotator a line."""

from __future__ import annotations

import pytest
from formats import write
from hard_cases import AT, ATTRIBUTES, differing, item, nothing_found, page
from making import notice_of
from msgspec.structs import replace

from annotations.annotation import Review

SHAPE = {
    "text", "tokens", "spans", "meta", "_view_id", "answer", "_timestamp", "_annotator_id", "_session_id",
}  # fmt: skip


PUBLISHED = {
    "": {"text", "_input_hash", "_task_hash", "tokens", "_view_id", "spans", "answer", "_timestamp", "_annotator_id",
         "_session_id"},
    "tokens": {"text", "start", "end", "id", "ws"},
    "spans": {"start", "end", "token_start", "token_end", "label"},
}  # fmt: skip
"""The keys of a task of ``spans_manual`` that Prodigy 1.12 saved, as a user published it.

Prodigy makes the two hashes when it takes a task that has none.
"""


def test_the_keys_are_those_of_a_task_that_prodigy_saved():
    (row,) = write("prodigy", [page()]).rows
    assert set(row) == PUBLISHED[""] - {"_input_hash", "_task_hash"} | {"meta"}
    assert all(set(token) == PUBLISHED["tokens"] for token in row["tokens"])
    assert all(set(span) >= PUBLISHED["spans"] for span in row["spans"])


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_spans_and_tokens_slice_the_text(text):
    notice = page()[0]
    (row,) = write("prodigy", [page()], text=text).rows
    assert set(row) == SHAPE
    assert row["text"] == getattr(notice, text)
    assert row["meta"] == {"id": notice.id, "doc": "page", "text": text}
    assert "".join(token["text"] for token in row["tokens"]) == row["text"]
    for number, token in enumerate(row["tokens"]):
        assert token == {"text": row["text"][number], "start": number, "end": number + 1, "id": number, "ws": False}
    for span in row["spans"]:
        assert row["text"][span["start"] : span["end"]] == span["text"]
        assert row["tokens"][span["token_start"]]["start"] == span["start"]
        assert row["tokens"][span["token_end"]]["end"] == span["end"]


def test_nested_and_crossing_spans_and_two_labels_on_one_are_all_there():
    (row,) = write("prodigy", [page()]).rows
    found = {(span["label"], span["text"]) for span in row["spans"]}
    assert found >= {
        ("OFFICIAL", "市水务局局长𠮷小河"), ("DATE", "10月15日前"), ("REQUIREMENT", "各乡镇要在10月15日前完成整改"),
        ("OFFICIAL", "15日前完成整改,"), ("DATE", "9月26日上午"), ("OFFICIAL", "9月26日上午"), ("DATE", "关于"),
    }  # fmt: skip
    assert len(row["spans"]) == len(page()[1]) - 1


def test_a_span_keeps_attributes_comment_and_doubt():
    (row,) = write("prodigy", [page()]).rows
    by_text = {(span["label"], span["text"]): span for span in row["spans"]}
    assert by_text["OFFICIAL", "市水务局局长𠮷小河"]["attributes"] == ATTRIBUTES["OFFICIAL"]
    assert by_text["DATE", "会议强调"]["comment"].startswith("为什么?\t“不是”")
    assert by_text["DATE", "讲话"]["unsure"] is True


def test_each_annotator_has_a_task_who_found_nothing_too():
    rows = write("prodigy", [differing()]).rows
    assert [(row["_annotator_id"], [span["text"] for span in row["spans"]]) for row in rows] == [
        ("bai", []), ("lin", ["2023年4月10日前"]), ("wei", ["4月10日"]),
    ]  # fmt: skip
    assert {(row["_view_id"], row["answer"], row["_timestamp"]) for row in rows} == {
        ("spans_manual", "accept", 1795248000),
    }  # fmt: skip
    assert [row["_session_id"] for row in rows] == ["zhupi-bai", "zhupi-lin", "zhupi-wei"]


def test_what_nobody_has_said_is_no_accepted_answer():
    raw = "某县召开会议\n"
    suggested = replace(
        item("s", "会议", raw=raw), annotator=None, status="suggested", suggested_by="dates/1", score=0.5
    )
    (row,) = write("prodigy", [(notice_of(raw), [suggested], [])], layer="suggested").rows
    assert [row[name] for name in ("answer", "_timestamp", "_annotator_id", "_session_id")] == [None] * 4
    assert (row["spans"][0]["suggested_by"], row["spans"][0]["score"]) == ("dates/1", 0.5)
    (row,) = write("prodigy", [(notice_of(raw), [], [Review("lin", "open", None, AT)])], all_notices=True).rows
    assert (row["answer"], row["spans"]) == (None, [])
    (row,) = write("prodigy", [nothing_found()]).rows
    assert (row["answer"], row["spans"]) == ("accept", [])
