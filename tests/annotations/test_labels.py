"""The label set: which attribute takes which value, and which TOML is no label set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import AttributeValueError, LabelError, ZhupiError
from annotations.labels import Attribute, LabelSet, default_labels, default_labels_toml
from annotations.value_checks import is_date

KINDS = {
    "text": Attribute("name", "text"),
    "boolean": Attribute("approx", "boolean"),
    "choice": Attribute("modality", "choice", ("must", "must_not")),
    "date": Attribute("deadline", "date"),
    "period": Attribute("iso", "period"),
}

DAYS = ["2021-09-26", "2020-02-29", "2000-02-29", "XXXX-02-29", "XXXX-12-31", "0001-01-01", "9999-12-31"]
MINUTES = ["2021-01-26T11:56", "XXXX-01-26T00:00", "2021-01-26T23:59:59"]
NO_DATES = [
    "2021-02-29", "1900-02-29", "2021-02-30", "XXXX-02-30", "2021-13-01", "2021-00-10", "2021-01-00", "0000-01-01",
    "2021-9-26", "21-09-26", "20210926", "2021/09/26", "2021-W39-7", "2021-269", "XXX-01-01", "XXXXX-01-01",
    "xxxx-01-01", "XXXX", "2021-XX-01", "２０２１-09-26", "2021-09-26 ", " 2021-09-26", "2021-09-26\n", "-2021-09-26",
    "2021-01-26T24:00", "2021-01-26T11:60", "2021-01-26T11", "2021-01-26T11:5", "2021-01-26 11:56",
    "2021-01-26t11:56",
    "2021-01-26T11:56Z", "2021-01-26T11:56+08:00", "2021-01-26T11:56:60", "2021-01-26T11:56:01.5", "九月二十六日", "T",
]  # fmt: skip
PERIODS = ["2021-09-01/2021-09-30", "2021-09-01/2021-09-01", "2020-12-30/2021-01-02", "XXXX-12-30/XXXX-01-02"]
NO_PERIODS = [
    "2021-09-30/2021-09-01", "2021-09-01/2021-09-31", "2021-09-01/", "/2021-09-30", "2021-09-01/2021-09-30/2021-10-01",
    "2021-09-01T10:00/2021-09-30T11:00", "2021-09-01/30", "2021-09-01--2021-09-30", "2021-09-01 / 2021-09-30",
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS + MINUTES)
def test_a_date_or_date_time_is_one(text):
    assert is_date(text)
    KINDS["date"].check(text)
    KINDS["period"].check(text)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_on_no_calendar_is_no_date(text):
    assert not is_date(text)
    for kind in ("date", "period"):
        with pytest.raises(AttributeValueError, match="it is"):
            KINDS[kind].check(text)


@pytest.mark.parametrize("text", PERIODS)
def test_a_period_of_days_is_a_period_and_no_date(text):
    KINDS["period"].check(text)
    with pytest.raises(AttributeValueError):
        KINDS["date"].check(text)


@pytest.mark.parametrize("text", NO_PERIODS)
def test_a_period_that_ends_before_it_begins_or_is_none_is_refused(text):
    with pytest.raises(AttributeValueError, match="2021-09-01/2021-09-30"):
        KINDS["period"].check(text)


@given(st.dates())
def test_every_day_is_a_date(day):
    assert is_date(day.isoformat())


@given(st.text(max_size=24))
def test_whatever_is_typed_is_a_value_or_a_refusal(text):
    for attribute in KINDS.values():
        try:
            attribute.check(attribute.parse(text))
        except AttributeValueError as error:
            told = str(error)
            assert told.startswith(f"{attribute.name}=")


@pytest.mark.parametrize("kind", KINDS)
def test_empty_text_unsets_and_null_is_always_a_value(kind):
    assert KINDS[kind].parse("") is None
    KINDS[kind].check(None)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("YES", True), ("false", False), ("No", False)])
def test_a_boolean_is_typed_as_a_word(text, value):
    assert KINDS["boolean"].parse(text) is value


@pytest.mark.parametrize("text", ["1", "0", "on", "ja", "truee", "是"])
def test_another_word_is_no_boolean(text):
    with pytest.raises(AttributeValueError, match=f"approx={text}: it is true or false"):
        KINDS["boolean"].parse(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 1), ("text", True), ("text", ["a"]), ("text", 1.5), ("boolean", "true"), ("boolean", 1),
        ("boolean", 0), ("choice", "may"), ("choice", "MUST"), ("choice", True), ("date", 20210926), ("period", False),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(kind, value):
    with pytest.raises(AttributeValueError):
        KINDS[kind].check(value)


@pytest.mark.parametrize("kind", ["text", "choice", "date", "period"])
def test_half_a_character_is_refused_because_no_file_can_hold_it(kind):
    with pytest.raises(AttributeValueError, match=r"half a character|it is"):
        KINDS[kind].check("张\udc80")


def test_a_refused_choice_lists_the_choices():
    with pytest.raises(AttributeValueError, match="must, must_not"):
        KINDS["choice"].parse("may")


def test_the_default_set_is_that_of_the_contract():
    assert {label.name: [attribute.name for attribute in label.attribute] for label in default_labels()} == {
        "REQUIREMENT": ["addressee", "cue", "modality", "deadline", "item"],
        "OFFICIAL": ["name", "title", "organisation", "organisation_inferred", "mention"],
        "DATE": ["iso", "part", "mod", "role", "approx"],
    }
    assert [label.key for label in default_labels()] == ["r", "o", "d"]
    by_name = {attribute.name: attribute for label in default_labels() for attribute in label.attribute}
    assert by_name["modality"].choices == ("must", "must_not", "imperative")
    assert by_name["mention"].choices == ("full", "list", "bare")
    assert by_name["part"].choices == ("AM", "PM")
    assert by_name["mod"].choices == ("before", "after")
    assert by_name["role"].choices == ("publication",)
    assert by_name["approx"].type == "boolean"
    assert by_name["iso"].type == "period"
    assert by_name["deadline"].type == "date"


def test_all_declared_attributes_are_always_present_in_their_order():
    assert list(default_labels()["DATE"].attributes({"approx": True, "iso": "2021-09-26"}).items()) == [
        ("iso", "2021-09-26"), ("part", None), ("mod", None), ("role", None), ("approx", True),
    ]  # fmt: skip


def test_an_unknown_attribute_is_refused_with_the_known_ones():
    with pytest.raises(AttributeValueError, match="DATE has no attribute colour; it has approx, iso, mod, part, role"):
        default_labels()["DATE"].attributes({"colour": "red"})


def test_pairs_are_read_as_typed():
    found = default_labels()["OFFICIAL"].parse(["name=林知远", "title=a=b", "organisation="])
    assert (found["name"], found["title"], found["organisation"]) == ("林知远", "a=b", None)


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (["name"], "NAME=VALUE"),
        ([""], "NAME=VALUE"),
        (["=林"], "no attribute"),
        (["Name=林"], "no attribute Name"),
        (["name=a", "name=b"], "name is given twice"),
        (["mention=all"], "full, list, bare"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(pairs, told):
    with pytest.raises(AttributeValueError, match=told):
        default_labels()["OFFICIAL"].parse(pairs)


def test_an_unknown_label_is_refused_with_the_known_ones():
    with pytest.raises(LabelError, match="unknown label NOSUCH; the label set has REQUIREMENT, OFFICIAL, DATE"):
        default_labels()["NOSUCH"]
    assert default_labels().get("NOSUCH") is None
    assert "DATE" in default_labels()
    assert "NOSUCH" not in default_labels()


def test_a_label_set_survives_the_database():
    assert LabelSet.from_json(default_labels().to_json()) == default_labels()


def test_the_file_that_ships_is_one_that_can_be_given_back():
    assert LabelSet.from_toml(default_labels_toml(), "labels.toml") == default_labels()


ONE = '[[label]]\nname = "AMOUNT"\nkey = "p"\nsign = "A"\nhue = "red"\n'


def attribute(**keys):
    return ONE + "[[label.attribute]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("", "missing required field `label`"),
        ("label = []", "0 labels"),
        ("label = 3", "label"),
        ("[[label]", "not TOML"),
        ("a = " + "[" * 5000, "nested too deeply|not TOML"),
        (ONE.replace('sign = "A"\n', ""), "missing required field `sign`"),
        (ONE + 'colour = "red"\n', "colour"),
        (ONE.replace("red", "mauve"), "mauve"),
        (ONE.replace("AMOUNT", "Amount"), "label Amount: a name is capitals"),
        (ONE.replace("AMOUNT", "1AMOUNT"), "a name is capitals"),
        (ONE.replace("AMOUNT", "AM\\nOUNT"), "a name is capitals"),
        (ONE.replace("AMOUNT", "AMOUNT\\n"), "a name is capitals"),
        (ONE.replace("AMOUNT", ""), "a name is capitals"),
        (ONE.replace('"p"', '"P"'), "its key is one small letter, not P"),
        (ONE.replace('"p"', '"pp"'), "its key is one small letter"),
        (ONE.replace('"p"', '"é"'), "its key is one small letter"),
        (ONE.replace('"p"', "1"), "key"),
        (ONE.replace('"A"', '"金"'), "its sign is one capital or digit"),
        (ONE + ONE, "two labels have the name AMOUNT"),
        (ONE + ONE.replace("AMOUNT", "SUM"), "two labels have the key p"),
        (ONE + ONE.replace("AMOUNT", "SUM").replace('"p"', '"t"'), "two labels have the sign A"),
        ("".join(
            ONE.replace("AMOUNT", f"L{n}").replace('"p"', f'"{"abcdefghij"[n]}"').replace('"A"', f'"{n}"')
            for n in range(10)
        ), "10 labels; there must be 1 to 9"),
        (attribute(name='"iso"', type='"number"'), "number"),
        (attribute(name='"iso"'), "type"),
        (attribute(name='"Iso"', type='"text"'), "attribute Iso: a name is small letters"),
        (attribute(name='"i-so"', type='"text"'), "a name is small letters"),
        (attribute(name='"iso"', type='"choice"'), "choices go with type choice"),
        (attribute(name='"iso"', type='"choice"', choices="[]"), "choices go with type choice"),
        (attribute(name='"iso"', type='"text"', choices='["a"]'), "choices go with type choice"),
        (attribute(name='"iso"', type='"choice"', choices="[1]"), "choices"),
        (attribute(name='"iso"', type='"text"') +
         '[[label.attribute]]\nname = "iso"\ntype = "date"\n', "declared twice"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_label_set_is_refused_by_name_and_reason(toml, told):
    with pytest.raises(LabelError, match=f"^coast.toml: (?s:.*)(?:{told})"):
        LabelSet.from_toml(toml, "coast.toml")


@given(st.text(max_size=80))
def test_whatever_a_file_holds_is_a_label_set_or_a_refusal(text):
    with pytest.raises(ZhupiError, match=r"^x\.toml: "):
        LabelSet.from_toml(text, "x.toml")


def test_a_label_without_a_letter_is_tagged_by_its_digit():
    labels = LabelSet.from_toml(ONE.replace('key = "p"\n', ""), "coast.toml")
    assert labels.label[0].key is None
