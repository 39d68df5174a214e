"""The attributes of an annotation, edited in place: typed, checked, never changed where nobody touched them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from forms import HOSTILE, UNSAFE, FormApp, drawn
from hypothesis import given
from hypothesis import strategies as st
from making import RAW, annotation_of
from msgspec.structs import replace
from textual import events
from textual.widgets import Static

from annotations.labels import Attribute, Label, LabelSet, default_labels
from annotations.value_checks import is_date
from tui.forms.attribute_field import AttributeField, moved_day
from tui.forms.attributes import AttributeForm, Edited
from tui.widgets.offer_list import OfferList


class Offer(NamedTuple):
    value: str
    gloss: str


DEADLINES = [Offer("2021-10-31", "10月底前"), Offer("2021-10-25", "10月25日前")]


def no_offers(_):
    return []


def deadlines(attribute):
    return DEADLINES if attribute.type == "date" else []


def form_app(label="DATE", offers=no_offers, quote="9月31日下午", *, unsure=False, comment=None, **attributes):
    labels = default_labels()
    label = label if isinstance(label, Label) else labels[label]
    item = replace(
        annotation_of(RAW, 0, 3),
        label=label.name,
        attributes={**{each.name: None for each in label.attribute}, **attributes},
        unsure=unsure,
        comment=comment,
    )
    return FormApp(lambda: AttributeForm(item, label, quote, offers))


def field(app, name):
    return next(each for each in app.screen.query(AttributeField) if each.attribute.name == name)


def current(app):
    return next(each.attribute.name for each in app.screen.query(AttributeField) if each.editor.has_focus)


def hint(app):
    return app.screen.query_one("#form-hint").text


# Saving and leaving


async def test_ctrl_s_saves_what_is_marked_too_and_goes_on():
    app = form_app("REQUIREMENT", deadlines)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab", "down", "down", "ctrl+s")
        [edited] = app.answers
        assert (edited.attributes["deadline"], edited.goes_on) == ("2021-10-25", True)
    app = form_app("DATE", iso="9月")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "ctrl+s and next" in "\n".join(drawn(app))
        await pilot.press("ctrl+s")
        assert app.answers == []


async def test_enter_saves_every_declared_attribute_in_order():
    app = form_app("REQUIREMENT", addressee="各乡镇")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "要", "tab", "m", "tab", *"2021-10-31", "tab", "一", "enter")
        [edited] = app.answers
        assert list(edited.attributes.items()) == [
            ("addressee", "各乡镇"),
            ("cue", "要"),
            ("modality", "must"),
            ("deadline", "2021-10-31"),
            ("item", "一"),
        ]
        assert (edited.unsure, edited.comment) == (False, None)
        assert len(app.screen_stack) == 1


async def test_escape_leaves_without_a_change():
    app = form_app(iso="2021-09-26")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "escape")
        assert app.answers == [None]


@pytest.mark.parametrize("value", [HOSTILE, " 临江 ", "甲\n乙", "", "x" * 5000])
async def test_what_nobody_touched_stays_as_it_was(value):
    app = form_app("OFFICIAL", name=value, title=value, mention="list", unsure=True, comment=value or None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab", "tab", "tab", "tab", "enter")
        [edited] = app.answers
        assert edited == Edited(
            {"name": value, "title": value, "organisation": None, "organisation_inferred": None, "mention": "list"},
            unsure=True,
            comment=value or None,
        )


async def test_an_emptied_field_is_unset_and_blanks_at_the_edges_go():
    app = form_app("OFFICIAL", name="郏明溪", title="县长")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("backspace", "tab", "space", "县", "space", "enter")
        assert app.answers[0].attributes["name"] is None
        assert app.answers[0].attributes["title"] == "县"


async def test_unsure_and_a_comment_are_edited_at_the_end():
    app = form_app(iso="2021-09-26")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", *"年份?", "shift+tab", "space", "enter")
        assert app.answers == [Edited(app.answers[0].attributes, unsure=True, comment="年份?")]


async def test_letters_are_letters_in_text_and_keys_typed_ahead_stay_in_order():
    app = form_app("OFFICIAL")
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead(*"qjb", "left", "x", "tab", *"shui", "tab", "tab", "tab", "f", "enter")
        await pilot.pause()
        assert app.answers[0].attributes == {
            "name": "qjxb", "title": "shui", "organisation": None, "organisation_inferred": None, "mention": "full",
        }  # fmt: skip


async def test_a_label_without_attributes_has_unsure_and_a_comment():
    app = form_app(Label("BARE", "B", "blue"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y", "enter")
        assert app.answers == [Edited({}, unsure=True, comment=None)]


async def test_attributes_that_are_called_as_the_form_calls_its_own():
    label = Label("ODD", "O", "blue", attribute=(Attribute("comment", "text"), Attribute("unsure", "text")))
    app = form_app(label, comment="their own", unsure=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "tab", "b", "enter")
        assert app.answers == [Edited({"comment": "a", "unsure": "b"}, unsure=True, comment="their own")]


# Wrong values


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("2021-09-26", "2021-09-26"),
        ("2021-09-26T11:56", "2021-09-26T11:56"),
        ("2021-09-01/2021-09-30", "2021-09-01/2021-09-30"),
        ("XXXX-09-29", "XXXX-09-29"),
        ("２０２１－０９－２６", "2021-09-26"),
        (" 2021-09-26 ", "2021-09-26"),
    ],
)
async def test_a_right_period_is_saved(typed, saved):
    app = form_app(iso="2020-01-01")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(events.Paste(typed))
        await pilot.press("enter")
        assert app.answers[0].attributes["iso"] == saved


@pytest.mark.parametrize("typed", ["2021-09-31", "2021-9-6", "26 Sept", "2021-09-30/2021-09-01", "[/b]: it is not"])
async def test_a_wrong_period_says_what_is_right_blocks_saving_and_gets_the_focus(typed):
    app = form_app(iso="2020-01-01")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(events.Paste(typed))
        await pilot.press("tab", "tab")
        assert current(app) == "mod"
        await pilot.press("enter")
        assert app.answers == []
        assert current(app) == "iso"
        assert hint(app) == ("! it is 2021-09-26, 2021-09-26T11:56 or 2021-09-01/2021-09-30 (XXXX for an unknown year)")
        assert any("!iso" in row for row in drawn(app))
        await pilot.press(*["backspace"] * 30, *"2021-09-26", "enter")
        assert app.answers[0].attributes["iso"] == "2021-09-26"


async def test_a_value_that_was_wrong_before_has_the_focus_at_once():
    app = form_app("REQUIREMENT", deadline="soon")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert current(app) == "deadline"
        assert hint(app).startswith("! it is a date, 2021-09-26")


async def test_a_choice_that_the_label_no_longer_has_is_shown_and_must_be_chosen_anew():
    app = form_app("OFFICIAL", mention="elsewhere[/b]")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert any("[elsewhere[/b]]" in row for row in drawn(app))
        await pilot.press("enter")
        assert (app.answers, current(app)) == ([], "mention")
        assert "full, list, bare" in hint(app)
        await pilot.press("2", "enter")
        assert app.answers[0].attributes["mention"] == "list"


async def test_a_value_of_another_type_counts_as_unset():
    app = form_app("DATE", iso=True, approx="yes")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert app.answers[0].attributes["iso"] is None
        assert app.answers[0].attributes["approx"] is None


async def test_half_a_character_pasted_is_refused_and_told():
    app = form_app("OFFICIAL", name="甲")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(events.Paste("\ud83d"))
        await pilot.pause()
        assert "it holds half a character" in hint(app)
        await pilot.press("乙")
        assert hint(app) == "The person's name, Simplified."


# Choices


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["1"], "must"),
        (["2"], "must_not"),
        (["３"], "imperative"),
        (["9"], None),
        (["i"], "imperative"),
        (["m"], "must"),
        (["m", "m"], "must_not"),
        (["m", "m", "m"], "must"),
        (["space"], "must"),
        (["space"] * 4, None),
        (["right", "right"], "must_not"),
        (["left"], "imperative"),
        (["2", "0"], None),
        (["2", "backspace"], None),
        (["2", "x"], "must_not"),
    ],
)
async def test_one_key_chooses(keys, value):
    app = form_app("REQUIREMENT")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", *keys, "enter")
        assert app.answers[0].attributes["modality"] is value or app.answers[0].attributes["modality"] == value


async def test_space_takes_a_boolean_through_true_false_and_unset():
    app = form_app(iso="2021-09-26")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["tab"] * 4)
        seen = []
        for _ in range(3):
            await pilot.press("space")
            seen.append(field(app, "approx").read())
        assert seen == [True, False, None]


async def test_unsure_is_never_unset():
    app = form_app(unsure=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", "shift+tab", "backspace", "0", "enter")
        assert app.answers[0].unsure is True


async def test_many_long_choices_show_the_chosen_one_alone():
    label = Label(
        "MANY",
        "M",
        "blue",
        attribute=(Attribute("one", "choice", tuple("很长的选择" * 3 + str(n) for n in range(12))),),
    )
    app = form_app(label)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("left")
        assert any("[" + "很长的选择" * 3 + "11] › 12/12" in row for row in drawn(app))
        await pilot.press("enter")
        assert app.answers[0].attributes["one"].endswith("11")


async def test_choices_and_names_can_be_clicked():
    app = form_app("REQUIREMENT")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        choice = field(app, "modality").editor
        await pilot.click(choice, offset=(10, 0))
        assert choice.value == "must_not"
        await pilot.click(choice, offset=(10, 0))
        assert choice.value is None
        await pilot.click(choice, offset=(60, 0))
        assert choice.value is None
        await pilot.click(field(app, "item").query_one(Static))
        assert current(app) == "item"


# Days


async def test_offers_are_asked_for_once_chosen_with_down_and_taken_with_enter():
    asked = []

    def offers(attribute):
        asked.append(attribute.name)
        return deadlines(attribute)

    app = form_app("REQUIREMENT", offers)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab")
        assert current(app) == "deadline"
        rows = drawn(app)
        assert any("2021-10-31  10月底前" in row for row in rows)
        await pilot.press("down", "down", "up", "enter")
        assert app.answers == []
        assert field(app, "deadline").editor.value == "2021-10-31"
        await pilot.press("shift+tab", "tab", "enter")
        assert app.answers[0].attributes["deadline"] == "2021-10-31"
        assert sorted(asked) == ["addressee", "cue", "deadline"]


async def test_offers_are_there_for_keys_typed_ahead():
    app = form_app("REQUIREMENT", deadlines)
    async with app.run_test(size=(80, 24)) as pilot:
        app.type_ahead("tab", "tab", "tab", "down", "down", "enter", "enter")
        await pilot.pause()
        assert app.answers[0].attributes["deadline"] == "2021-10-25"


async def test_up_from_the_first_offer_leads_back_to_the_field_and_then_away():
    app = form_app("REQUIREMENT", deadlines)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab", "down", "up")
        assert (current(app), field(app, "deadline").offers.marked) == ("deadline", None)
        await pilot.press("up")
        assert current(app) == "modality"
        await pilot.press("up", "up", "up")
        assert current(app) == "comment"


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24), (50, 30)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_offers_hide_nothing_and_repeat_neither_the_value_nor_each_other(size):
    offered = [
        Offer("各镇", "same"),
        Offer("各村", "text"),
        Offer("各村", "again"),
        *(Offer(f"镇{n}", "") for n in range(4)),
    ]
    app = form_app("REQUIREMENT", lambda _: offered, addressee="各镇")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = "\n".join(drawn(app))
        assert field(app, "addressee").offers.count == 5
        assert shown.count("各镇") == shown.count("各村") == 1
        for text in ("cue", "1 must  2 must_not  3 imperative", "deadline", "item", "镇2"):
            assert text in shown
        # What is typed is not offered either, and what was there before is.
        await pilot.press("backspace", *"各村")
        assert [value for value, _ in field(app, "addressee").offers._offers][:2] == ["各镇", "镇0"]


async def test_an_offer_can_be_clicked():
    app = form_app("REQUIREMENT", deadlines)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab")
        await pilot.pause()
        await pilot.click(field(app, "deadline").query_one(OfferList), offset=(4, 1))
        await pilot.press("enter")
        assert app.answers[0].attributes["deadline"] == "2021-10-25"


async def test_the_day_is_moved_and_keeps_its_precision():
    app = form_app(iso="2021-02-28T11:56")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+up", "shift+up", "alt+up", "ctrl+down", "enter")
        assert app.answers[0].attributes["iso"] == "2021-03-02T11:56"


async def test_the_end_of_a_period_that_is_moved_is_the_one_at_the_cursor():
    app = form_app(iso="2021-01-01/2021-12-31")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+up", "home", "ctrl+down", "ctrl+down", "enter")
        assert app.answers[0].attributes["iso"] == "2020-12-30/2022-01-01"


async def test_there_is_no_day_to_move_in_other_fields_or_wrong_values():
    app = form_app("REQUIREMENT", cue="2021-09-26")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "ctrl+up", "tab", "ctrl+up", "tab", "ctrl+up", "x", "ctrl+up")
        assert field(app, "cue").editor.value == "2021-09-26"
        assert field(app, "deadline").editor.value == "x"


@pytest.mark.parametrize(
    ("text", "by", "moved"),
    [
        ("2021-12-31", 1, "2022-01-01"),
        ("XXXX-12-31", 1, "XXXX-01-01"),
        ("XXXX-02-28", 1, "XXXX-02-29"),
        ("2021-03-01T08:30:59", -1, "2021-02-28T08:30:59"),
        ("2021-01-01/2021-01-31", 1, "2021-01-01/2021-02-01"),
        ("9999-12-31", 1, None),
        ("0001-01-01", -1, None),
        ("", 1, None),
        ("2021-02-30", 1, None),
        ("2021-01-01/2021-01-02/2021-01-03", 1, None),
        ("/", 1, None),
    ],
)
def test_a_day_moved(text, by, moved):
    assert moved_day(text, by) == moved


@given(st.dates(date(2, 1, 1), date(9998, 1, 1)), st.integers(-400, 400), st.sampled_from(["", "T00:00", "T23:59:59"]))
def test_a_day_moved_there_and_back_is_the_same_day(day, by, clock):
    text = day.isoformat() + clock
    there = moved_day(text, by)
    assert there == (day + timedelta(days=by)).isoformat() + clock
    assert is_date(there)
    assert moved_day(there, -by) == text


# Hostile text, small screens


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 5)])
async def test_hostile_text_is_shown_as_stand_ins(size):
    label = LabelSet.from_toml(
        '[[label]]\nname = "ODD"\nsign = "O"\nhue = "red"\ndescription = "d"\n'
        '[[label.attribute]]\nname = "one"\ntype = "choice"\n'
        'choices = ["\\u001b[2J[/b]", "[@click=app.quit]x[/]"]\ndescription = "\\u001b[2J[/b]\\u202e"\n'
        '[[label.attribute]]\nname = "two"\ntype = "text"\ndescription = "\\u001b]0;owned\\u0007"\n'
        '[[label.attribute]]\nname = "when"\ntype = "date"\n',
        "labels.toml",
    )["ODD"]
    app = form_app(
        label,
        lambda _: [Offer(HOSTILE, HOSTILE)],
        HOSTILE * 30,
        one=HOSTILE,
        two=HOSTILE,
        when=HOSTILE,
        comment=HOSTILE,
    )
    async with app.run_test(size=size) as pilot:
        for _ in range(6):
            await pilot.press("tab", "down", "space")
            assert not set("".join(drawn(app))) & UNSAFE
        assert app.answers == []


async def test_a_small_screen_scrolls_to_the_field_and_keeps_hint_and_keys():
    app = form_app("OFFICIAL", lambda _: [Offer("甲", "")] * 3)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        for attribute in [*default_labels()["OFFICIAL"].attribute, Attribute("unsure", "text")]:
            await pilot.pause()
            rows = drawn(app)
            assert any(f"▌ {attribute.name[:11]}" in row for row in rows)
            assert "enter save" in rows[-2]
            await pilot.press("tab")
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        assert "organisation_inferred: The organisation" in hint(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_form_looks_as_it_should(snap_compare, size):
    app = form_app(
        "REQUIREMENT",
        deadlines,
        "各乡镇要于10月底前完成排查,村干部要逐户登记,不得以抽查代替普查",
        addressee="各乡镇;村干部",
        cue="要",
        modality="must",
        deadline="2021-10-32",
        comment="[/b] 年份?",
    )

    app.below = True

    async def mark_an_offer(pilot):
        await pilot.press("down")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=mark_an_offer)
