"""Another label set: what changes, which names stay whose, and what annotations become under it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.errors import LabelError
from annotations.labels import Attribute, Label, LabelSet, default_labels
from annotations.relabelling import LabelChanges, changes, fitted, followed, relabelled, renamed, same_suggestions

LABELS = default_labels()


def label_set(*names, **changed):
    """The labels of the default set with these names, some of them changed; a new name is a label of its own."""
    return LabelSet(tuple(replace(of(name), **changed.get(name, {})) for name in names))


def of(name):
    return LABELS.get(name) or Label(name, name[0], "red", name[0].lower())


def became(before, wanted, renames=(), hide=()):
    return relabelled(before, wanted, renames, hide, "f.toml")


def test_what_changes_is_told_by_kind():
    wanted = label_set("PLACE", "REQUIREMENT", "DAY", DAY={"key": "y"}, REQUIREMENT={"hue": "cyan"})
    after = became(LABELS, wanted, [("DATE", "DAY")], ["OFFICIAL"])
    assert [label.name for label in after.shown] == ["PLACE", "REQUIREMENT", "DAY"]
    assert [label.name for label in after] == ["PLACE", "REQUIREMENT", "DAY", "OFFICIAL"]
    assert after["DAY"].former_names == ("DATE",)
    assert after["DAY"].first_name == "DATE"
    told = changes(LABELS, after)
    assert told == LabelChanges(
        added=("PLACE",), renamed=(("DATE", "DAY"),), hidden=("OFFICIAL",), changed=("REQUIREMENT", "DAY")
    )
    assert changes(after, after) == LabelChanges()
    assert changes(after, LabelSet(after.label[:-1])).dropped == ("OFFICIAL",)


def test_a_hidden_label_stays_where_a_file_leaves_it_out_and_is_shown_again_where_it_stands():
    hidden = became(LABELS, label_set("REQUIREMENT", "DATE"), hide=["OFFICIAL"])
    assert became(hidden, label_set("REQUIREMENT", "DATE"))["OFFICIAL"].hidden
    shown = became(hidden, LABELS)
    assert changes(hidden, shown).shown == ("OFFICIAL",)
    assert shown == LABELS


def test_a_renamed_label_can_be_hidden_under_either_name():
    wanted = renamed(LABELS, [("DATE", "DAY")])
    for name in ("DATE", "DAY"):
        after = became(LABELS, wanted, [("DATE", "DAY")], [name])
        assert after["DAY"].hidden


def test_a_name_stays_that_of_its_label_and_can_be_taken_back():
    day = became(LABELS, renamed(LABELS, [("DATE", "DAY")]), [("DATE", "DAY")])
    with pytest.raises(LabelError, match=r"DATE is a name that DAY has had.*--rename DAY=DATE"):
        became(day, LABELS)
    with pytest.raises(LabelError, match="DATE is a name that DAY has had"):
        became(day, LabelSet((*day.label, of("DATE"))))
    back = became(day, renamed(day, [("DAY", "DATE")]), [("DAY", "DATE")])
    assert back["DATE"].first_name == "DATE"
    assert back.resolve("DAY").name == back.resolve("DATE").name == "DATE"


@pytest.mark.parametrize(
    ("names", "renames", "hide", "told"),
    [
        (("REQUIREMENT",), [("NOSUCH", "DAY")], [], "no label is called NOSUCH; the label set has REQUIREMENT"),
        (("REQUIREMENT",), [("DATE", "DAY")], [], "f.toml has no label DAY"),
        (("DATE", "PLACE"), [("DATE", "PLACE")], [], "f.toml still has DATE"),
        (("OFFICIAL",), [("DATE", "OFFICIAL")], [], "OFFICIAL is a label already, and two labels never become one"),
        (("PLACE", "TIME"), [("DATE", "PLACE"), ("DATE", "TIME")], [], "DATE gets another name already"),
        (("PLACE",), [("DATE", "PLACE"), ("OFFICIAL", "PLACE")], [], "PLACE is a label already"),
        (("REQUIREMENT",), [], ["NOSUCH"], "--hide NOSUCH: no label has that name"),
        (("REQUIREMENT",), [], ["REQUIREMENT"], "0 labels"),
        (("PLACE", "DISTRICT"), [], ["DATE"], "two labels have the sign D: DISTRICT and DATE .hidden."),
    ],
)
def test_what_cannot_be_is_told_by_name(names, renames, hide, told):
    with pytest.raises(LabelError, match=told):
        became(LABELS, label_set(*names), renames, hide)


def test_labels_that_clash_are_both_named_and_a_hidden_one_frees_its_key():
    with pytest.raises(LabelError, match="f: two labels have the key d: DATE and DISTRICT"):
        LabelSet((of("DATE"), replace(of("DISTRICT"), sign="X"))).check("f")
    with pytest.raises(LabelError, match="f: two labels have the name DATE: DATE and DAY"):
        LabelSet((of("DATE"), Label("DAY", "Y", "red", former_names=("DATE",)))).check("f")
    LabelSet((replace(of("DATE"), hidden=True), replace(of("DISTRICT"), sign="X"))).check("f")


def test_nine_labels_that_are_not_hidden_are_enough():
    names = "ABCDEFGHIJK"
    labels = [Label(f"{name}X", name, "red") for name in names]
    LabelSet((*labels[:9], *(replace(each, hidden=True) for each in labels[9:]))).check("f")
    with pytest.raises(LabelError, match="10 labels"):
        LabelSet(tuple(labels[:10])).check("f")


def test_an_annotation_has_the_present_name_and_every_attribute():
    item = replace(annotation_of(RAW, 0, 3), attributes={"iso": "2023-04-12", "part": None, "mod": None})
    day = became(LABELS, renamed(LABELS, [("DATE", "DAY")]), [("DATE", "DAY")])
    after = followed(item, day)
    assert after.label == "DAY"
    assert after.attributes == day["DAY"].attributes({"iso": "2023-04-12"})
    assert followed(after, day) is after
    assert followed(replace(item, label="NOSUCH"), day).label == "NOSUCH"


def test_a_value_that_no_attribute_takes_is_kept_for_whoever_checks_and_left_out_by_undo():
    only = LabelSet(
        (replace(of("DATE"), attribute=(Attribute("iso", "text"), Attribute("mod", "choice", ("until",)))),)
    )
    item = replace(annotation_of(RAW, 0, 3), attributes={"iso": "1", "part": "AM", "mod": "before", "role": None})
    assert followed(item, only).attributes == {"iso": "1", "mod": "before", "part": "AM"}
    assert fitted(item, only).attributes == {"iso": "1", "mod": None}


def test_suggesters_find_the_same_after_a_new_name_and_something_else_after_more():
    day = became(LABELS, renamed(LABELS, [("DATE", "DAY")]), [("DATE", "DAY")])
    assert same_suggestions(LABELS, day)
    assert same_suggestions(LABELS, LabelSet(LABELS.label[::-1]))
    assert not same_suggestions(LABELS, became(LABELS, LABELS, hide=["DATE"]))
    assert not same_suggestions(LABELS, label_set("REQUIREMENT", "OFFICIAL", "DATE", "PLACE"))


def test_a_label_set_goes_to_toml_and_back():
    hidden = became(LABELS, renamed(LABELS, [("DATE", "DAY")]), [("DATE", "DAY")], ["OFFICIAL"])
    for labels in (LABELS, hidden):
        assert LabelSet.from_toml(labels.to_toml(), "f") == labels


@given(st.text())
def test_any_description_goes_to_toml_and_back(text):
    labels = LabelSet((Label("PLACE", "P", "red", description=text.encode(errors="replace").decode()),))
    assert LabelSet.from_toml(labels.to_toml(), "f") == labels
