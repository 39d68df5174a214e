"""The Label Studio format: a list of tasks, offsets in UTF-16 units, and a label config that has every control."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from formats import write
from hard_cases import AT, ATTRIBUTES, differing, item, page
from making import notice_of
from msgspec.structs import replace

from annotations.annotation import Review
from annotations.formats.base import Context
from annotations.formats.label_studio import label_config
from annotations.formats.losses import Losses
from annotations.labels import default_labels


def tasks(*said, **options):
    return json.loads(write("label-studio", said, **options).text)


def utf16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_regions_are_utf_16_units_of_the_text(text):
    notice, items, _ = page()
    (task,) = tasks(page(), text=text)
    assert task["data"] == {
        "text": getattr(notice, text), "zhupi_id": notice.id, "zhupi_doc": "page", "zhupi_text": text,
    }  # fmt: skip
    (annotation,) = task["annotations"]
    labelled = [result for result in annotation["result"] if result["type"] == "labels"]
    for result in labelled:
        value = result["value"]
        assert utf16(task["data"]["text"], value["start"], value["end"]) == value["text"]
    assert len(labelled) == len(items) - (text == "normalized")
    assert task["predictions"] == []


def test_every_attribute_is_a_result_of_its_region():
    (task,) = tasks(page())
    results = task["annotations"][0]["result"]
    for name, label in (("astral", "OFFICIAL"), ("outer", "REQUIREMENT"), ("inner", "DATE")):
        region = [result for result in results if result["id"] == name]
        assert region[0]["value"]["labels"] == [label]
        assert len({(result["value"]["start"], result["value"]["end"]) for result in region}) == 1
        told = {result["from_name"]: result["value"].get("choices") or result["value"]["text"] for result in region[1:]}
        assert told == {
            f"{label}-{key}": ["true" if value is True else value] for key, value in ATTRIBUTES[label].items()
        }


def test_a_comment_and_doubt_are_notes_of_a_region():
    (task,) = tasks(page())
    metas = {result["id"]: result["meta"] for result in task["annotations"][0]["result"] if result["meta"]}
    assert {name: meta["text"] for name, meta in metas.items() if "text" in meta} == {
        "comment": ["为什么?\t“不是”<b>要求</b>\n第二行"], "unsure": ["unsure"],
    }  # fmt: skip
    assert {tuple(meta["status"]) for meta in metas.values()} == {("manual",)}


def test_each_annotator_has_an_annotation_and_label_studio_needs_to_know_none_of_them():
    (task,) = tasks(differing())
    assert [(each["annotator"], each["completed_by"], len(each["result"])) for each in task["annotations"]] == [
        ("bai", None, 0), ("lin", None, 1), ("wei", None, 1),
    ]  # fmt: skip
    raw = "某县召开会议\n"
    gold = replace(item("g", "会议", raw=raw), annotator="gold", status="gold")
    (task,) = tasks((notice_of(raw), [gold], []))
    assert [(each["annotator"], each["ground_truth"]) for each in task["annotations"]] == [("gold", True)]


def test_suggestions_are_predictions_of_their_rule():
    raw = "某县召开会议\n"
    first = replace(item("1", "会议", raw=raw), annotator=None, status="suggested", suggested_by="dates/1", score=0.5)
    items = [first, replace(first, id="2", score=0.25), replace(first, id="3", suggested_by="a/1", score=None)]
    (task,) = tasks((notice_of(raw), items, [Review("lin", "open", None, AT)]), layer="suggested")
    assert task["annotations"] == []
    assert [(each["model_version"], each["score"], len(each["result"])) for each in task["predictions"]] == [
        ("a/1", None, 1), ("dates/1", 0.25, 2),
    ]  # fmt: skip


def test_an_empty_list_is_one():
    assert tasks() == []


def test_the_label_config_has_a_control_for_whatever_is_written():
    context = Context(default_labels(), "", "normalized", None, "0", Losses())
    ((ending, config),) = label_config(context).items()
    assert ending == ".config.xml"
    root = ET.fromstring(config)
    assert [label.get("value") for label in root.iter("Label")] == ["REQUIREMENT", "OFFICIAL", "DATE"]
    controls = {each.get("name"): each for each in root.iter() if each.get("toName") == "text"}
    (task,) = tasks(page())
    for result in task["annotations"][0]["result"]:
        control = controls[result["from_name"]]
        assert control.tag.lower() == result["type"]
        if result["type"] == "choices":
            assert set(result["value"]["choices"]) <= {each.get("value") for each in control}
