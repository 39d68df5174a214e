"""Attributes of whole notices: what can be declared, which values they take, and what of it becomes gold."""

from __future__ import annotations

import io

import pytest
from formats import INSTALLED, write
from making import notice_of
from msgspec.structs import replace
from pyarrow import parquet

from annotations.adjudication.notice_values import decide_values
from annotations.agreement.comparison import Comparison, agreement
from annotations.agreement.figures import Undefined
from annotations.agreement.resampling import weights
from annotations.annotation import Review
from annotations.errors import AttributeValueError, LabelError
from annotations.formats.registry import format_of
from annotations.labels import LabelSet, default_labels
from annotations.notice_attributes import (
    NoticeAttribute,
    NoticeAttributeChanges,
    all_declared,
    check_values,
    value_words,
)
from annotations.relabelling import changes, relabelled

TOML = """
[[label]]
name = "DATE"
sign = "D"
hue = "blue"

[[notice]]
name = "topic"
type = "choice"
choices = ["水", "大气", "土壤"]
description = "What it is about."

[[notice]]
name = "audience"
type = "several"
choices = ["县", "市", "省"]

[[notice]]
name = "reference"
type = "text"

[[notice]]
name = "in_force"
type = "date"

[[notice]]
name = "urgent"
type = "boolean"
"""
DECLARED = LabelSet.from_toml(TOML, "labels.toml").notice


def test_a_label_set_declares_them_and_is_written_as_the_same():
    labels = LabelSet.from_toml(TOML, "labels.toml")
    assert [each.name for each in labels.notice] == ["topic", "audience", "reference", "in_force", "urgent"]
    assert LabelSet.from_toml(labels.to_toml(), "again") == labels
    assert LabelSet.from_json(labels.to_json()) == labels
    assert default_labels().notice == ()


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"name": "Topic", "type": "text"}, "small letters"),
        ({"name": "topic", "type": "choice"}, "choices go with"),
        ({"name": "topic", "type": "text", "choices": ["水"]}, "choices go with"),
        ({"name": "topic", "type": "choice", "choices": ["水", "水"]}, "stands twice"),
        ({"name": "topic", "type": "several", "choices": [" 水"]}, "white space"),
        ({"name": "topic", "type": "several", "choices": ["水" * 65]}, "64 characters"),
        ({"name": "topic", "type": "period"}, "Invalid enum value 'period'"),
        ({"name": "topic", "type": "text", "colour": "red"}, "unknown field `colour`"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_name(declared, told):
    label = {"name": "DATE", "sign": "D", "hue": "blue"}
    with pytest.raises(LabelError, match=r"labels\.toml") as error:
        LabelSet.from_tables({"label": [label], "notice": [declared]}, "labels.toml")
    assert told in str(error.value)


def test_one_name_is_declared_once():
    twice = [NoticeAttribute("topic", "text"), NoticeAttribute("topic", "boolean")]
    with pytest.raises(LabelError, match="attribute topic of a notice: declared twice"):
        replace(default_labels(), notice=tuple(twice)).check("here")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {
            "topic": "水",
            "audience": ("县", "省"),
            "reference": "临环〔2021〕1号",
            "in_force": "2021-09-26",
            "urgent": False,
        },
        {"topic": None, "urgent": None},
    ],
)
def test_values_of_their_types_are_taken(values):
    check_values(DECLARED, values)


@pytest.mark.parametrize(
    "values",
    [
        {"colour": "red"}, {"topic": "林"}, {"topic": ("水",)}, {"topic": ""}, {"topic": True}, {"audience": "县"},
        {"audience": ()}, {"audience": ("省", "县")}, {"audience": ("县", "县")}, {"audience": ("乡",)},
        {"reference": ""}, {"reference": "\ud800"}, {"in_force": "2021-9-26"}, {"urgent": "true"}, {"urgent": 1},
    ],
)  # fmt: skip
def test_other_values_are_refused(values):
    with pytest.raises(AttributeValueError):
        check_values(DECLARED, values)


def test_a_file_has_all_that_are_declared_in_their_order_and_loses_none():
    assert list(all_declared(DECLARED, {"urgent": True}).items()) == [
        ("topic", None), ("audience", None), ("reference", None), ("in_force", None), ("urgent", True),
    ]  # fmt: skip
    assert all_declared((), {"topic": "水"}) == {"topic": "水"}
    assert [value_words(each) for each in (None, True, False, "水", ("县", "省"))] == ["", "yes", "no", "水", "县、省"]


def test_another_label_set_tells_what_it_changes_in_them():
    before = LabelSet.from_toml(TOML, "labels.toml")
    topic, audience, *rest = before.notice
    wanted = replace(before, notice=(replace(topic, choices=("水",)), *rest, NoticeAttribute("place", "text")))
    after = relabelled(before, wanted, [], [], "labels.toml")
    assert changes(before, after).notice == NoticeAttributeChanges(("place",), ("topic",), ("audience",))
    assert changes(before, before).notice == NoticeAttributeChanges()
    assert audience.name == "audience"


def test_what_layers_agree_on_becomes_gold_and_the_rest_is_left_open():
    li = {"topic": "水", "audience": ("县",), "urgent": True, "reference": "1号"}
    wang = {"topic": "水", "audience": ("市",), "urgent": True}
    chen = {"topic": "水", "audience": ("市",), "urgent": False}
    layers = {"li": li, "wang": wang, "chen": chen}
    by_all = decide_values(DECLARED, layers, {})
    assert (by_all.taken, by_all.open) == ({"topic": "水"}, ("audience", "reference", "urgent"))
    by_most = decide_values(DECLARED, layers, {}, "majority")
    # That most say nothing of the reference is what most say.
    assert (by_most.taken, by_most.open) == ({"topic": "水", "audience": ("市",), "urgent": True}, ())
    decided = decide_values(DECLARED, layers, {"audience": ("省",), "urgent": False, "reference": "2号"})
    assert (decided.taken, decided.open) == ({"topic": "水"}, ())


def test_gold_is_asked_for_again_once_all_layers_say_something_else():
    one = {"topic": "水"}
    assert decide_values(DECLARED, {"li": one, "wang": one}, {"topic": "大气"}).open == ("topic",)
    assert decide_values(DECLARED, {"li": {}, "wang": {}}, {"topic": "大气"}).open == ("topic",)
    assert decide_values(DECLARED, {}, {"topic": "大气"}).open == ()


def said_of(notice, **by):
    """A notice that people have finished, with what each says of the whole of it."""
    reviews = [Review(name, "done", None, "2026-11-21T08:00:00.000Z", values) for name, values in sorted(by.items())]
    return notice, [], reviews


LABELS = LabelSet.from_toml(TOML, "labels.toml")
NOTHING = {"topic": None, "audience": None, "reference": None, "in_force": None, "urgent": None}


def test_datasets_have_a_column_of_them_where_some_are_declared():
    one = said_of(notice_of("甲"), li={"topic": "水", "audience": ("县", "省"), "urgent": True}, wang={"topic": "水"})
    two = said_of(notice_of("乙"), gold={"in_force": "2021-09-26"}, li={"in_force": "2021-09-27"})
    three = said_of(notice_of("丙"), li={"topic": "水", "urgent": False}, wang={"topic": "大气"})
    written = write("hf", [one, two, three], LABELS)
    rows = written.rows_of("train.jsonl")
    assert [row["attributes"] for row in rows] == [
        {**NOTHING, "topic": "水", "audience": ["县", "省"], "urgent": True},
        {**NOTHING, "in_force": "2021-09-26"},
        {**NOTHING, "urgent": False},
    ]
    # What two say differently is told, and which notice it is.
    assert written.lost == {"notice_attributes_that_differ": [three[0].id]}
    card = written.files["README.md"].decode()
    assert "  - name: attributes\n    struct:\n    - name: topic\n      dtype: string\n    - name: audience\n" in card
    assert "      list: string\n" in card
    assert "    - name: in_force\n      dtype: timestamp[s]\n    - name: urgent\n      dtype: bool\n---\n" in card
    assert "| `attributes` | what was said of the whole notice" in card
    table = parquet.ParquetFile(io.BytesIO(write("parquet", [one, two, three], LABELS).files[""])).read()
    assert table.to_pylist() == rows
    assert "attributes" not in write("hf", [one]).rows_of("train.jsonl")[0]
    assert list(format_of("parquet").read_binary(io.BytesIO(write("parquet", [one], LABELS).files[""]), print, "raw"))


@pytest.mark.parametrize("name", [name for name in INSTALLED if name not in ("jsonl", "hf", "parquet")])
def test_what_has_no_place_for_them_counts_them_as_not_carried(name):
    said = said_of(notice_of("甲乙丙"), li={"topic": "水"})
    assert write(name, [said], LABELS).lost == {"notice_attributes": [said[0].id]}
    assert write(name, [said_of(notice_of("甲乙丙"), li={})], LABELS).lost == {}


def test_agreement_on_them_is_apart_from_spans():
    comparison = Comparison(LABELS)
    pairs = [("水", "水"), ("水", "大气"), ("大气", "大气"), ("土壤", "土壤"), (None, "土壤"), (None, None)]
    for at, (one, other) in enumerate(pairs):
        first, second = ({} if value is None else {"topic": value} for value in (one, other))
        comparison.add_notice(first, second, weights(str(at)))
    found = agreement(comparison.ratios())
    topic, urgent = found.notice[0], found.notice[-1]
    assert (topic.attribute, topic.notices, topic.same.value) == ("topic", 5, 3 / 5)
    # Cohen's kappa by its definition, unset being a category.
    observed = sum(one == other for one, other in pairs) / len(pairs)
    chance = (
        sum(
            sum(one == value for one, _ in pairs) * sum(other == value for _, other in pairs)
            for value in ("水", "大气", "土壤", None)
        )
        / len(pairs) ** 2
    )
    assert topic.kappa.value == pytest.approx((observed - chance) / (1 - chance))
    assert urgent.same == Undefined("nobody has set it")
    assert urgent.kappa == Undefined("both have all notices in one category")
    assert agreement(comparison.ratios(), "DATE").notice == []
