"""The W3C format: an annotation a line, with a target in each text."""

from __future__ import annotations

import json

import pytest
from formats import write
from hard_cases import ATTRIBUTES, item, page
from making import notice_of
from msgspec.structs import replace


def by_id(rows):
    return {row["id"].removeprefix("urn:x-zhupi:annotation:"): row for row in rows}


@pytest.mark.parametrize("text", [None, "raw", "normalized"])
def test_selectors_slice_the_texts_that_were_asked_for(text):
    notice = page()[0]
    texts = {f"urn:x-zhupi:notice:{notice.id}:{kind}": getattr(notice, kind) for kind in ("raw", "normalized")}
    rows = write("w3c", [page()], text=text).rows
    assert len(rows) == len(page()[1]) - (text == "normalized")
    for row in rows:
        for target in row["target"]:
            position, quote = target["selector"]
            source = texts[target["source"]["id"]]
            start, end = position["start"], position["end"]
            assert source[start:end] == quote["exact"]
            assert source[:start].endswith(quote["prefix"])
            assert source[end:].startswith(quote["suffix"])
    wanted = {None: ["raw", "normalized"]}.get(text, [text])
    assert [target["source"]["id"].rpartition(":")[2] for target in by_id(rows)["astral"]["target"]] == wanted
    if text is None:
        assert len(by_id(rows)["left-out"]["target"]) == 1


def test_bodies_tell_label_attributes_comment_status_and_doubt():
    rows = by_id(write("w3c", [page()]).rows)
    bodies = {body["purpose"]: body["value"] for body in rows["astral"]["body"]}
    assert (bodies["tagging"], bodies["assessing"]) == ("OFFICIAL", "manual")
    assert json.loads(bodies["describing"]) == ATTRIBUTES["OFFICIAL"]
    assert {"type": "TextualBody", "purpose": "questioning", "value": "unsure"} in rows["unsure"]["body"]
    assert [body["value"][:4] for body in rows["comment"]["body"] if body["purpose"] == "commenting"] == ["为什么?"]


def test_who_said_it_and_what_suggested_it_are_told():
    raw = "某县召开会议\n"
    made = replace(item("0" * 32, "会议", raw=raw), suggested_by="dates/1", status="accepted")
    (row,) = write("w3c", [(replace(notice_of(raw), url="https://example.org/1"), [made], [])]).rows
    assert row["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert row["id"] == f"urn:uuid:{'0' * 32}"
    assert row["creator"] == {"type": "Person", "nickname": "lin"}
    assert row["generator"] == {"type": "Software", "name": "dates/1"}
    assert {target["scope"] for target in row["target"]} == {"https://example.org/1"}
    suggestion = replace(made, annotator=None, status="suggested")
    (row,) = write("w3c", [(notice_of(raw), [suggestion], [])], layer="suggested").rows
    assert row["creator"] == {"type": "Software", "name": "dates/1"}
    assert "generator" not in row
