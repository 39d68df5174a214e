"""Suggesters as a whole: what they give is lawful, repeatable, anchored in raw text, and linear in its cost."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import notice_of
from msgspec.structs import replace

from annotations.annotation import in_order
from annotations.errors import SuggesterError
from annotations.labels import LabelSet, default_labels
from annotations.normalize import normalize
from annotations.spans import raw_span
from annotations.suggest import RULES, Suggester, Suggestion, suggest, suggester_of, suggesters

USING = [suggester_of(name) for name in RULES]
PAGE = (
    "臨江縣召開會(huì)議\n来源:临江县水务局 时间:2023-04-12 09:30\n4月10日,副縣長(zhǎng)林知遠(yuǎn)出席會(huì)議。\n"
    "會(huì)議(yì)要求,各鄉(xiāng)鎮(zhèn)要於4月底前完成排查。\n"
)


def page(raw):
    made = normalize(raw)
    return replace(
        notice_of(raw), published=made.published, normalized=made.normalized, regions=made.regions,
        alignment=made.alignment, meta={"flags": list(made.flags)},
    )  # fmt: skip


def test_suggestions_are_anchored_in_raw_text_with_their_artefacts_and_values():
    found = {(item.label, item.text): item for item in suggest(page(PAGE), default_labels(), USING)}
    official = found["OFFICIAL", "副縣長(zhǎng)林知遠(yuǎn)"]
    assert (official.attributes["name"], official.attributes["title"]) == ("林知远", "副县长")
    assert found["DATE", "4月底前"].attributes["iso"] == "2023-04-30"
    assert found["DATE", "2023-04-12 09:30"].attributes["role"] == "publication"
    requirement = found["REQUIREMENT", "各鄉(xiāng)鎮(zhèn)要於4月底前完成排查"]
    assert requirement.attributes["deadline"] == "2023-04-30"
    assert requirement.suggested_by == "requirements/modal@2"


def test_every_suggestion_is_lawful_and_a_second_run_makes_the_same_ids():
    notice = page(PAGE)
    first, second = (suggest(notice, default_labels(), USING) for _ in range(2))
    assert [item.id for item in first] == [item.id for item in second]
    assert in_order(first)
    for item in first:
        item.check_quote(notice.raw)
        item.check_attributes(default_labels())
        assert (item.annotator, item.status) == (None, "suggested")
        assert 0 < item.score <= 1


def test_the_repeated_copy_of_a_body_gets_none():
    body = "会议要求,各乡镇要于4月底前完成排查。\n副县长林知远出席会议并讲话,县水务局局长苏望汇报情况。\n" * 1
    raw = f"临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n{body}\n{body}"
    notice = page(raw)
    copies = [region for region in notice.regions if region.kind == "duplicate"]
    assert copies
    found = suggest(notice, default_labels(), USING)
    assert found
    assert not [item for item in found for copy in copies if copy.start < item.end and item.start < copy.end]


def test_a_label_set_without_the_label_gets_none_and_another_name_gets_its_own():
    attribute = '{name = "iso", type = "period"}'
    text = f'label = [{{name = "WHEN", sign = "W", hue = "red", reader = "date", attribute = [{attribute}]}}]'
    found = suggest(page(PAGE), LabelSet.from_toml(text, "labels.toml"), USING)
    assert {item.label for item in found} == {"WHEN"}
    assert all(list(item.attributes) == ["iso"] for item in found)


def test_a_suggester_that_fails_is_named():
    class Broken:
        name, version = "broken", "1"

        def suggest(self, page):
            raise RuntimeError("no")

    class Outside:
        name, version = "outside", "1"

        def suggest(self, page):
            yield Suggestion(raw_span(0, 10**6), "DATE", {}, "all", 0.5)

    assert isinstance(Broken(), Suggester)
    for broken in (Broken(), Outside()):
        with pytest.raises(SuggesterError, match=broken.name):
            suggest(page(PAGE), default_labels(), [broken])


def test_an_unknown_suggester_is_refused_with_those_that_there_are():
    with pytest.raises(SuggesterError, match="dates, officials, requirements"):
        suggesters(["nonsense"])


PIECES = st.sampled_from(
    [*"年月日要应须一二三是、,，。;；:：“”（）()\n会议要求强调指出各市县区局长书记林知远于至—0123456789",
     "会议要求", "一是", "副县长", "十四五",
     "今年以来", "习近平", "领导", "不得", "确保", "强调,", "“", "”", "(一)", "2021年", "周三", "、王五"]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=120).map("".join))
def test_whatever_a_page_says_suggestions_are_lawful(text):
    notice = notice_of("某县召开会议\n" + text)
    found = suggest(notice, default_labels(), USING)
    assert in_order(found)
    for item in found:
        item.check_quote(notice.raw)
        item.check_attributes(default_labels())
        assert item.text.strip()


def steps(text):
    """How many calls suggesting on a text makes; a count of steps that no slow machine changes."""
    notice, count = notice_of("某县召开会议\n" + text), 0

    def counting(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    suggest(notice, default_labels(), USING)  # word lists and patterns are made once
    sys.setprofile(counting)
    try:
        suggest(notice, default_labels(), USING)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "要", "。", "“", "”", "(", "年", "1", "一", "一是", "会议强调", "强调,", "局长", "副县长林知远、", "林知远",
        "2021年", "十四五", "、", ";“",
        "各单位", "“要;”", "习近平", "至5月", "书记、", "市", "周", "对", "要求", " ", "要)", "(一)", "5月10日、",
        "正月", "今天(4月1日)", "一、十、", "3、6、", "2021年3月1日,3年的", "1.", "(北京时间)", "2050人", "初八",
        "林知远 局长 ", "任命林知远为", "林知远等局长", "县委、县政府", "时任县长", "林知远,局长", "的职务",
        "组长:\n林知远\n", "乌兰", "局长林知远和", "阿卜·杜",
    ],
)  # fmt: skip
def test_steps_grow_with_the_text_whatever_it_repeats(unit):
    few, many = (steps(unit * (size // len(unit))) for size in (2_000, 16_000))
    assert many < 8 * few * 1.6 + 20_000
