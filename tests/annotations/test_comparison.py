"""Layers beside each other: what they agree on, and of what kind each difference is."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import annotation_of
from msgspec.structs import replace

from annotations.adjudication import matching
from annotations.adjudication.comparison import compare, meant
from annotations.alignment import Alignment
from annotations.labels import LabelSet, default_labels
from annotations.normalize import normalize
from annotations.origins import decided
from annotations.spans import raw_span

TEXT = "甲乙丙丁戊己庚辛壬癸" * 4
NAMES = ("li", "wang", "zhao", "sun")


def said(start, end, label="X", owner="li", **values):
    item = annotation_of(TEXT, start, end, "DATE")
    return replace(item, label=label, annotator=owner, attributes={"iso": None, "part": None, **values})


def layers_of(*layers):
    """Layers of names in order; each item is (start, end), (start, end, label) or an annotation."""
    return {
        name: [said(*item, owner=name) if isinstance(item, tuple) else item for item in items]
        for name, items in zip(NAMES, layers, strict=False)
    }


def seen(members):
    return tuple([(item.start, item.end, item.label) for item in items] for items in members)


def differences(*layers):
    return [(found.kind, seen(found.members)) for found in compare(layers_of(*layers)).differences]


X = "X"


def test_what_all_say_is_agreed_and_the_rest_is_told_in_the_order_of_the_text():
    found = compare(layers_of([(0, 4), (10, 12)], [(10, 12), (6, 8)], [(10, 12)]))
    assert [seen(each.members) for each in found.agreed] == [([(10, 12, X)],) * 3]
    assert [(each.kind, seen(each.members)) for each in found.differences] == [
        ("only", ([(0, 4, X)], [], [])),
        ("only", ([], [(6, 8, X)], [])),
    ]
    assert found.layers == ("li", "wang", "zhao")
    assert found.people == 3


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # An edge: near, and far as long as they overlap.
        (([(0, 10)], [(0, 8)]), [("edge", ([(0, 10, X)], [(0, 8, X)]))]),
        (([(0, 10)], [(9, 20)]), [("edge", ([(0, 10, X)], [(9, 20, X)]))]),
        # Those that only touch are two.
        (([(0, 10)], [(10, 20)]), [("only", ([(0, 10, X)], [])), ("only", ([], [(10, 20, X)]))]),
        # The same span, or nearly, under another label.
        (([(0, 10)], [(0, 10, "Y")]), [("label", ([(0, 10, X)], [(0, 10, "Y")]))]),
        (([(0, 10)], [(1, 10, "Y")]), [("label", ([(0, 10, X)], [(1, 10, "Y")]))]),
        # One nested in another of another label is a thing of its own.
        (([(0, 10)], [(2, 5, "Y")]), [("only", ([(0, 10, X)], [])), ("only", ([], [(2, 5, "Y")]))]),
        # Of two labels on one span the common one is agreed.
        (([(0, 4), (0, 4, "Y")], [(0, 4)]), [("only", ([(0, 4, "Y")], []))]),
        (
            ([(0, 4), (0, 4, "Y")], [(0, 4, "Z")]),
            [("label", ([(0, 4, X)], [(0, 4, "Z")])), ("only", ([(0, 4, "Y")], []))],
        ),
        # Split against whole, with edges that are not quite the same.
        (([(0, 10)], [(0, 4), (5, 11)]), [("split", ([(0, 10, X)], [(0, 4, X), (5, 11, X)]))]),
        (
            ([(0, 20)], [(0, 4), (5, 9), (10, 20)], [(0, 19)]),
            [("split", ([(0, 20, X)], [(0, 4, X), (5, 9, X), (10, 20, X)], [(0, 19, X)]))],
        ),
        (
            ([(0, 20)], [(0, 12), (13, 20)], [(13, 19)]),
            [("split", ([(0, 20, X)], [(0, 12, X), (13, 20, X)], [(13, 19, X)]))],
        ),
        # Crossing: no whole and no parts.
        (
            ([(0, 10), (10, 20)], [(5, 15)]),
            [("edge", ([(0, 10, X)], [(5, 15, X)])), ("only", ([(10, 20, X)], []))],
        ),
        # Nested under one label: the inner one is no part beside others.
        (
            ([(0, 20), (5, 8)], [(0, 19)]),
            [("edge", ([(0, 20, X)], [(0, 19, X)])), ("only", ([(5, 8, X)], []))],
        ),
        (
            ([(0, 20), (5, 8)], [(5, 9)]),
            [("only", ([(0, 20, X)], [])), ("edge", ([(5, 8, X)], [(5, 9, X)]))],
        ),
        # The nearest are paired, whatever comes first.
        (
            ([(0, 10), (8, 18)], [(8, 17)]),
            [("only", ([(0, 10, X)], [])), ("edge", ([(8, 18, X)], [(8, 17, X)]))],
        ),
        # Another label on the very span is nearer than an overlap of a few characters.
        (
            ([(0, 10)], [(0, 10, "Y"), (9, 30)]),
            [("label", ([(0, 10, X)], [(0, 10, "Y")])), ("only", ([], [(9, 30, X)]))],
        ),
        # Three layers, of which two say the same.
        (([(0, 4)], [(0, 4)], []), [("only", ([(0, 4, X)], [(0, 4, X)], []))]),
        (([(0, 4)], [(0, 4)], [(0, 5)]), [("edge", ([(0, 4, X)], [(0, 4, X)], [(0, 5, X)]))]),
        # Said twice by one layer is one vote; both stand in the group.
        (([(0, 4), (0, 4)], []), [("only", ([(0, 4, X), (0, 4, X)], []))]),
    ],
)  # fmt: skip
def test_each_kind_of_difference(layers, expected):
    assert differences(*layers) == expected


def test_attributes_that_alone_differ_are_a_difference_and_those_without_a_value_none():
    one, other = said(0, 4, iso="2023-04-12"), said(0, 4, owner="wang", iso="2023-04-12", mod=None)
    assert not compare({"li": [one], "wang": [other]}).differences
    found = compare({"li": [one], "wang": [said(0, 4, owner="wang", iso="2023-04-13")]}).differences
    assert [each.kind for each in found] == ["attribute"]


def test_one_span_with_two_readings_agrees_where_a_reading_is_the_same():
    twice = [said(0, 4, iso="2023-04-12"), said(0, 4, iso="2024-04-12")]
    found = compare({"li": twice, "wang": [said(0, 4, owner="wang", iso="2024-04-12")]})
    assert [seen(each.members) for each in found.agreed] == [([(0, 4, X)], [(0, 4, X)])]
    assert [each.members[0][0].attributes["iso"] for each in found.differences] == ["2023-04-12"]


def test_what_one_layer_says_twice_is_agreed_with_what_the_other_says_once():
    found = compare(layers_of([(0, 4), (0, 4)], [(0, 4)]))
    assert [seen(each.members) for each in found.agreed] == [([(0, 4, X), (0, 4, X)], [(0, 4, X)])]
    assert not found.differences


def test_rejections_and_what_is_no_statement_about_the_span_count_as_nothing():
    suggestion = replace(said(0, 4, owner=None), status="suggested", suggested_by="rule")
    rejected, accepted = (
        decided(suggestion, name, status) for name, status in [("li", "rejected"), ("wang", "accepted")]
    )
    assert not compare({"li": [rejected], "wang": []}).differences
    found = compare({"li": [rejected], "wang": [accepted]}).differences
    assert [(each.kind, seen(each.members)) for each in found] == [("only", ([], [(0, 4, X)]))]
    doubted = replace(said(0, 4, owner="zhao"), unsure=True, comment="?")
    assert compare({"wang": [accepted], "zhao": [doubted]}).agreed


def test_edges_within_an_artefact_are_no_difference():
    raw = "關(guān)于開(kāi)展檢(jiǎn)查的通知\n縣(xiàn)河長(zhǎng)辦(bàn)要開(kāi)展排查。\n"
    found = normalize(raw)
    at = raw.index("縣")
    within, beyond = raw_span(at, raw.index("要")), raw_span(at, raw.index("(bàn)"))
    assert found.alignment.to_normalized(within) == found.alignment.to_normalized(beyond)
    items = [
        replace(said(0, 1, owner=name), start=span.start, end=span.end, text=span.of(raw))
        for name, span in [("li", within), ("wang", beyond)]
    ]
    layers = {item.annotator: [item] for item in items}
    assert len(compare(layers, found.alignment).agreed) == 1
    assert [each.kind for each in compare(layers).differences] == ["edge"]
    assert meant(beyond, found.alignment) == within


def test_what_the_normalized_text_leaves_out_means_itself():
    alignment = Alignment([(0, 4, 0, 4)], 10, 4)
    assert meant(raw_span(5, 8), alignment) == raw_span(5, 8)
    assert [each.kind for each in compare(layers_of([(5, 8)], [(5, 9)]), alignment).differences] == ["edge"]


# Fingerprints


def only_fingerprint(layers, **options):
    found = compare(layers, **options)
    (one,) = (*found.agreed, *found.differences)
    return one.fingerprint


def test_a_fingerprint_stays_while_nothing_else_is_said():
    before = layers_of([(0, 4)], [(0, 5)])
    again = layers_of([(0, 4)], [(0, 5)])
    assert before["li"][0].id != again["li"][0].id
    assert only_fingerprint(before) == only_fingerprint(again)
    doubled = {**again, "li": [*again["li"], *before["li"]]}
    assert only_fingerprint(doubled) == only_fingerprint(before)
    commented = {**again, "li": [replace(again["li"][0], comment="?", unsure=True)]}
    assert only_fingerprint(commented) == only_fingerprint(before)
    silent = {**again, "zhao": []}
    assert only_fingerprint(silent) == only_fingerprint(before)


@pytest.mark.parametrize(
    "changed",
    [
        layers_of([(0, 3)], [(0, 5)]),
        layers_of([(0, 4)], [(0, 4)]),
        layers_of([(0, 5)], [(0, 4)]),
        layers_of([(0, 4, "Y")], [(0, 5)]),
        layers_of([(0, 4)], [(0, 5)], [(0, 5)]),
        layers_of([said(0, 4, iso="2023")], [(0, 5)]),
        layers_of([(0, 4)], []),
    ],
)
def test_a_fingerprint_is_another_when_something_else_is_said(changed):
    assert only_fingerprint(changed) != only_fingerprint(layers_of([(0, 4)], [(0, 5)]))


def test_a_fingerprint_outlasts_another_name_of_the_label():
    label = replace(default_labels().label[0], name="X")
    old, new = (LabelSet(label=(each,)) for each in (label, replace(label, name="NEW", former_names=("X",))))
    before, after = layers_of([(0, 4)], []), layers_of([(0, 4, "NEW")], [])
    assert only_fingerprint(before, labels=old) == only_fingerprint(after, labels=new)


# Suggestions as layers


def suggested(start, end, label="X"):
    return replace(said(start, end, label, owner=None), status="suggested", suggested_by="rule")


def test_suggestions_never_undo_what_people_agree_on():
    people = layers_of([(0, 4), (10, 14)], [(0, 4), (10, 15)])
    rules = [suggested(0, 5), suggested(10, 14), suggested(20, 22)]
    found = compare(people, suggestions={"rules": rules})
    assert found.layers == ("li", "wang", "rules")
    assert found.people == 2
    assert [seen(each.members) for each in found.agreed] == [([(0, 4, X)], [(0, 4, X)], [(0, 5, X)])]
    assert [(each.kind, seen(each.members)) for each in found.differences] == [
        ("edge", ([(10, 14, X)], [(10, 15, X)], [(10, 14, X)])),
        ("only", ([], [], [(20, 22, X)])),
    ]
    without = compare(people)
    assert [each.fingerprint for each in found.agreed] == [each.fingerprint for each in without.agreed]
    assert found.differences[0].fingerprint == without.differences[0].fingerprint


def test_very_many_spans_over_one_another_are_compared_with_the_nearest_alone(monkeypatch):
    compared = []
    steps = matching._steps
    monkeypatch.setattr(matching, "_steps", lambda *given, **more: compared.append(given) or steps(*given, **more))
    layers = {
        owner: [said(start, 40, f"L{at}", owner) for at in range(9) for start in range(first, 30, 2)]
        for first, owner in enumerate(("li", "wang"))
    }
    found = compare(layers)
    places = sum(map(len, layers.values()))
    assert len(compared) <= 64 * places < (places // 2) ** 2
    assert all(each.kind == "edge" for each in found.differences)


def test_a_whole_meets_all_its_parts_however_many_they_are():
    whole, parts = (0, 200), [(start, start + 1) for start in range(0, 200, 2)]
    layers = {"li": [long_said(*whole, "li")], "wang": [long_said(*part, "wang") for part in parts]}
    (found,) = compare(layers).differences
    assert (found.kind, len(found.members[1])) == ("split", len(parts))


def long_said(start, end, owner):
    return replace(said(0, 1, owner=owner), id=f"{owner}{start}", start=start, end=end, text=TEXT[:1] * (end - start))


# Properties

attributes = st.sampled_from([None, "2023-04-12", "2023-04-13"])
items = st.builds(
    lambda start, length, label, iso: (start, min(start + length, 30), label, iso),
    st.integers(0, 29), st.integers(1, 12), st.sampled_from("XXY"), attributes,
)  # fmt: skip
sets_of_layers = st.lists(st.lists(items, max_size=6), min_size=1, max_size=4)


def built(drawn):
    return {
        name: [said(start, end, label, name, iso=iso) for start, end, label, iso in items]
        for name, items in zip(NAMES, drawn, strict=False)
    }


def contents(item):
    return item.start, item.end, item.label, item.attributes["iso"]


@given(sets_of_layers)
def test_each_annotation_is_in_one_group_under_its_layer(drawn):
    layers = built(drawn)
    found = compare(layers)
    ids = {name: [] for name in layers}
    for group in (*found.agreed, *found.differences):
        for name, members in zip(found.layers, group.members, strict=True):
            ids[name] += [item.id for item in members]
            assert all(group.span.start <= item.start < item.end <= group.span.end for item in members)
    assert {name: sorted(of) for name, of in ids.items()} == {
        name: sorted(item.id for item in of) for name, of in layers.items()
    }
    spans = [group.span for group in found.differences]
    assert spans == sorted(spans)


@given(sets_of_layers)
def test_agreed_is_what_all_layers_say_and_nothing_else(drawn):
    layers = built(drawn)
    found = compare(layers)
    common = set.intersection(*({contents(item) for item in of} for of in layers.values()))
    assert {contents(group.members[0][0]) for group in found.agreed} == common
    for group in found.agreed:
        assert len({contents(item) for members in group.members for item in members}) == 1
    assert not common & {contents(item) for each in found.differences for of in each.members for item in of}


@given(sets_of_layers)
def test_the_order_of_layers_and_of_annotations_has_no_say(drawn):
    layers = built(drawn)
    expected = groups_of(compare(layers))
    for names in permutations(layers):
        assert groups_of(compare({name: layers[name][::-1] for name in names})) == expected


@given(sets_of_layers)
def test_the_names_of_layers_have_no_say(drawn):
    layers = built(drawn)
    names = list(layers)
    renamed = {f"other-{len(names) - at}": layers[name] for at, name in enumerate(names)}
    assert groups_of(compare(renamed), by_name=False) == groups_of(compare(layers), by_name=False)


def groups_of(found, *, by_name=True):
    def entry(name, members):
        return name if by_name else "", tuple(sorted(item.id for item in members))

    return [
        [
            (
                getattr(each, "kind", "agreed"),
                each.span,
                each.fingerprint if by_name else None,
                sorted(entry(name, members) for name, members in zip(found.layers, each.members, strict=True)),
            )
            for each in groups
        ]
        for groups in (found.agreed, found.differences)
    ]


@given(sets_of_layers)
def test_a_kind_says_how_the_layers_of_a_group_differ(drawn):
    for each in compare(built(drawn)).differences:
        spoken = [members for members in each.members if members]
        spans = {(item.start, item.end) for members in spoken for item in members}
        labels = {item.label for members in spoken for item in members}
        said_by = {frozenset(map(contents, members)) for members in spoken}
        if each.kind == "only":
            assert len(said_by) == 1
        elif each.kind == "attribute":
            assert len(spans) == len(labels) == 1 < len(said_by)
        elif each.kind == "edge":
            assert len(labels) == 1 < len(spans)
        elif each.kind == "label":
            assert len(labels) > 1
        else:
            assert any(len({item.span for item in members}) > 1 for members in spoken)
        assert each.kind == "split" or all(len({item.span for item in members}) == 1 for members in spoken)


@given(sets_of_layers)
def test_parts_of_one_layer_in_a_group_stand_side_by_side(drawn):
    for each in compare(built(drawn)).differences:
        for members in each.members:
            spans = sorted({item.span for item in members})
            assert all(one.end <= other.start for one, other in pairwise(spans))


@given(sets_of_layers, st.lists(items, max_size=6), st.lists(items, max_size=6))
def test_suggestions_change_nothing_of_what_people_say(drawn, rules, learned):
    layers = built(drawn)
    machines = {
        name: [suggested(start, end, label) for start, end, label, _ in given]
        for name, given in (("rules", rules), ("learned", learned))
    }
    found, without = compare(layers, suggestions=machines), compare(layers)
    groups = [each for each in (*found.agreed, *found.differences) if any(each.members[: len(layers)])]
    people = [(each.members[: len(layers)], each.fingerprint) for each in groups]
    expected = [(each.members, each.fingerprint) for each in (*without.agreed, *without.differences)]
    assert sorted(map(repr, people)) == sorted(map(repr, expected))
    seen_ids = sorted(
        item.id for each in (*found.agreed, *found.differences) for of in each.members[len(layers) :] for item in of
    )
    assert seen_ids == sorted(item.id for given in machines.values() for item in given)


@given(sets_of_layers)
def test_fingerprints_are_as_many_as_groups(drawn):
    found = compare(built(drawn))
    prints = [each.fingerprint for each in (*found.agreed, *found.differences)]
    assert len(prints) == len(set(prints))
