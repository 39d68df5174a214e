"""Differences of two records: nothing where they are the same, and else exactly what was edited."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import normalized_notice
from msgspec.structs import replace

from annotations.annotation import Review
from annotations.formats.native_differences import differences
from annotations.formats.native_record import record
from annotations.labels import default_labels
from annotations.origins import tagged
from annotations.spans import raw_span

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n会议要求,各乡镇要于4月底前完成排查,逐河逐段建立台账。\n"
)
AT = "2026-11-21T08:00:00.000Z"
LAYERS = ("gold", "lin", "mei", None)
STATUS = {"gold": "gold", None: "suggested"}
PLACES = [(start, start + 4) for start in range(0, 48, 6)]
"""Places of annotations, none of which touches another."""


def annotation(place, layer, label="DATE", **changes):
    """The annotation of a layer at one of the places, whose id tells both."""
    start, end = PLACES[place]
    item = tagged(RAW, raw_span(start, end), label, default_labels()[label].attributes(), layer or "lin")
    return replace(
        item, id=f"{layer}{place}", annotator=layer, status=STATUS.get(layer, "manual"), created_at=AT, updated_at=AT,
        **changes,
    )  # fmt: skip


def record_of(items, reviews=(), **changes):
    notice = replace(normalized_notice(RAW), **changes)
    return record(notice, sorted(items, key=lambda item: (item.start, item.end, item.label, item.id)), reviews)


def moved(item):
    return replace(item, start=item.start + 1, text=item.text[1:])


EDITS = {
    "moved": moved,
    "relabelled": lambda item: replace(item, label="OFFICIAL"),
    "attributes": lambda item: replace(item, attributes=item.attributes | {"iso": "2023-04-12"}),
    "status": lambda item: replace(item, status="rejected"),
    "other": lambda item: replace(item, comment="看", unsure=True),
}


def applied(before, found):
    """The record that differences make of another one: what they tell is all that there is to know."""
    if found and found[0].kind == "notice" and found[0].change == "removed":
        return None
    items = {(each.annotator, each.id): each for each in before.annotations} if before is not None else {}
    reviews = {each.annotator: each for each in before.reviews} if before is not None else {}
    title = before.title if before is not None else None
    for each in found:
        if each.kind == "notice":
            title = next((field.after for field in each.fields if field.field == "title"), each.title)
            continue
        kept, key = (items, "id") if each.kind == "annotation" else (reviews, "annotator")
        name = (each.item.annotator, each.item.id) if key == "id" else each.item.annotator
        old = next((field.before for field in each.fields if field.field == "id"), None)
        if old is not None:
            del kept[each.item.annotator, old]
        if each.change == "removed":
            del kept[name]
        else:
            kept[name] = each.item
    return {*map(repr, items.values())}, {*map(repr, reviews.values())}, title


def told(of):
    return {*map(repr, of.annotations)}, {*map(repr, of.reviews)}, of.title


PLAN = st.dictionaries(
    st.tuples(st.integers(0, len(PLACES) - 1), st.sampled_from(LAYERS)),
    st.sampled_from(["same", "added", "removed", *EDITS]),
    max_size=20,
)


@settings(max_examples=40, deadline=None)
@given(PLAN, st.sampled_from([None, "新标题"]), st.sampled_from(["open", "done", None]))
def test_differences_are_exactly_the_edits_and_make_one_record_of_the_other(plan, title, status):
    old = [annotation(*where) for where, edit in plan.items() if edit != "added"]
    new = [
        EDITS[edit](annotation(*where)) if edit in EDITS else annotation(*where)
        for where, edit in plan.items()
        if edit != "removed"
    ]
    reviews = [Review("lin", status, None, AT)] if status else []
    before, after = record_of(old, [Review("lin", "open", None, AT)]), record_of(new, reviews, title=title)
    assert [*differences(before, before)] == [*differences(after, after)] == []
    found = [*differences(before, after)]
    assert sorted(
        (each.layer, each.item.id, each.change, each.aspects) for each in found if each.kind == "annotation"
    ) == sorted(
        (layer or "suggested", f"{layer}{place}", edit if edit not in EDITS else "changed",
         (edit,) if edit in EDITS else ())
        for (place, layer), edit in plan.items()
        if edit != "same"
    )  # fmt: skip
    assert [(each.change, [field.field for field in each.fields]) for each in found if each.kind == "notice"] == (
        [("changed", ["title"])] if before.title != title else []
    )
    assert applied(before, found) == told(after)
    assert applied(after, [*differences(after, before)]) == told(before)
    assert applied(before, [*differences(before, None)]) is None
    assert applied(None, [*differences(None, after)]) == told(after)
    layers = [each.layer for each in found if each.kind == "annotation"]
    assert layers == sorted(layers, key=lambda name: (name != "gold", name == "suggested", name))


@pytest.mark.parametrize(
    ("change", "aspects"),
    [
        ({}, ("other",)),
        ({"start": 1, "text": RAW[1:4]}, ("moved", "other")),
        ({"label": "OFFICIAL"}, ("relabelled", "other")),
        ({"suggested_by": "dates/day@3"}, ("other",)),
    ],
)
def test_a_span_that_was_deleted_and_tagged_anew_has_changed(change, aspects):
    was, item = annotation(0, "lin"), replace(annotation(0, "lin"), id="anew", **change)
    [found] = differences(record_of([was]), record_of([item]))
    assert (found.change, found.aspects, found.item.id) == ("changed", aspects, "anew")
    assert ("id", "lin0", "anew") in [(each.field, each.before, each.after) for each in found.fields]


@pytest.mark.parametrize(
    "other",
    [
        replace(annotation(0, "mei"), id="anew"),
        replace(annotation(1, "lin"), id="anew"),
        replace(moved(annotation(0, "lin", "OFFICIAL")), id="anew"),
    ],
    ids=["another layer", "elsewhere", "another label and span"],
)
def test_what_is_somebody_elses_or_elsewhere_has_come_and_the_other_has_gone(other):
    found = differences(record_of([annotation(0, "lin")]), record_of([other]))
    assert sorted(each.change for each in found) == ["added", "removed"]


def test_of_several_that_can_stand_for_one_the_likest_does():
    was = replace(annotation(0, None), suggested_by="dates@1")
    other = replace(annotation(0, None), id="other", suggested_by="names@1")
    same = replace(annotation(0, None), id="same", suggested_by="dates@1")
    found = [*differences(record_of([was]), record_of([other, same]))]
    assert [(each.change, each.item.id) for each in found] == [("added", "other"), ("changed", "same")]


def test_times_are_no_difference_and_texts_made_anew_are_told_by_their_digests():
    item = annotation(0, "lin")
    later = replace(item, updated_at="2026-12-01T08:00:00.000Z")
    assert [*differences(record_of([item]), record_of([later]))] == []
    before = record_of([item])
    after = replace(before, normalized=before.normalized + "。", normalizer="other", meta={"flag": 1})
    [found] = differences(before, after)
    assert [each.field for each in found.fields] == ["normalizer", "normalized", "meta.flag"]
    assert all(len(side) == 16 for side in (found.fields[1].before, found.fields[1].after))
    assert msgspec.json.encode(found.fields[0]) == b'{"field":"normalizer","from":"zhupi-2","to":"other"}'


def test_thousands_of_suggestions_made_anew_are_each_one_that_has_changed():
    made = record_of([annotation(0, None)])
    one = made.annotations[0]

    def version(number):
        items = [
            replace(one, id=f"{number}-{start}", start=start, end=start + 3, suggested_by=f"dates@{number}")
            for start in range(4000)
        ]
        return replace(made, annotations=items)

    found = [*differences(version(1), version(2))]
    assert len(found) == 4000
    assert {each.aspects for each in found} == {("other",)}
    assert all(each.item.id.partition("-")[2] == each.fields[0].before.partition("-")[2] for each in found)
