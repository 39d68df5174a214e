"""Which officials are suggested, how far each reaches, and what is read of them: own sentences, own names."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED
from annotations.suggest.officials import officials_in


def found(text):
    return [
        (text[each.start : each.end], each.name, each.title, each.organisation) for each in officials_in(SHIPPED, text)
    ]


@pytest.mark.parametrize(
    ("text", "span", "name", "title", "organisation"),
    [
        ("会上,市水利局局长林知远汇报了情况。", "市水利局局长林知远", "林知远", "局长", "市水利局"),
        ("县委书记、总河长孟怀远主持会议。", "县委书记、总河长孟怀远", "孟怀远", "书记、总河长", "县委"),
        ("副市长乔安深入一线。", "副市长乔安", "乔安", "副市长", None),
        ("林知远副厅长强调安全。", "林知远副厅长", "林知远", "副厅长", None),
        ("在市委书记孟怀远的带领下。", "市委书记孟怀远", "孟怀远", "书记", "市委"),
        ("市住房和城乡建设局局长田野到会。", "市住房和城乡建设局局长田野", "田野", "局长", "市住房和城乡建设局"),
        ("环保局长王小明说。", "环保局长王小明", "王小明", "局长", "环保局"),
        ("区领导万里出席。", "区领导万里", "万里", "区领导", None),
        ("副县长张 磊参加。", "副县长张 磊", "张磊", "副县长", None),
        ("副主席阿不都·卡德尔致辞。", "副主席阿不都·卡德尔", "阿不都·卡德尔", "副主席", None),
        ("环保局王副局长国栋主持。", "环保局王副局长国栋", "王国栋", "副局长", "环保局"),
        ("副县级干部、分局政委丁大庆参加。", "副县级干部、分局政委丁大庆", "丁大庆", "副县级干部、分局政委", None),
        ("会议传达市委书记孟怀远讲话精神。", "市委书记孟怀远", "孟怀远", "书记", "市委"),
        ("市第一小学校长温柔介绍。", "市第一小学校长温柔", "温柔", "校长", "市第一小学"),
        ("环保局王副局长建国主持。", "环保局王副局长建国", "王建国", "副局长", "环保局"),
        ("县长罗成陪同。", "县长罗成", "罗成", "县长", None),
        ("欧阳青副县长到场。", "欧阳青副县长", "欧阳青", "副县长", None),
    ],
)  # fmt: skip
def test_an_official_is_drawn_and_read(text, span, name, title, organisation):
    assert found(text) == [(span, name, title, organisation)]


@pytest.mark.parametrize(
    "text",
    [
        "各乡镇主要负责人参加,市河长办主任要求落实。",
        "县长和副县长都要到位,党委书记是第一责任人。",
        "深入学习习近平生态文明思想和习近平新时代中国特色社会主义思想。",
        "绿源公司总经理钱七、董事长孙八介绍。",
        "市民李四、记者王五在现场。",
        "全面推行河长制,局长办公会研究。",
        "主任会议听取汇报,县委常委会召开。",
        "有关部门负责人参加。",
        "局长应邀出席,书记任组长。",
    ],
)
def test_what_holds_no_named_office_is_none(text):
    assert found(text) == []


def test_a_list_shares_the_title_and_each_name_is_a_span_of_its_own():
    text = "区领导林知远、苏望、欧阳青,市水利局局长何清出席。"
    assert [(each.name, each.mention, each.title) for each in officials_in(SHIPPED, text)] == [
        ("林知远", "full", "区领导"),
        ("苏望", "list", "区领导"),
        ("欧阳青", "list", "区领导"),
        ("何清", "full", "局长"),
    ]


def test_who_has_an_office_is_found_again_by_the_bare_name_also_before_it():
    text = "林知远到临江调研\n省水利厅厅长林知远一行到临江。林知远指出,要落实。林知远厅长还看望职工。"
    assert [(text[each.start : each.end], each.mention) for each in officials_in(SHIPPED, text)] == [
        ("林知远", "bare"),
        ("省水利厅厅长林知远", "full"),
        ("林知远", "bare"),
        ("林知远厅长", "full"),
    ]


def test_a_name_of_two_characters_is_not_found_inside_other_words():
    text = "副县长高明主持。高明要求落实。措施高明有效,提高明显。"
    assert [(text[each.start : each.end]) for each in officials_in(SHIPPED, text)] == ["副县长高明", "高明"]


def test_honorifics_and_parentheses_stay_outside():
    text = "局长林知远同志(右二)介绍。"
    assert found(text)[0][0] == "局长林知远"


def test_an_organisation_before_a_name_that_a_title_follows_is_in():
    text = "5月18日,省第三专员办公室林知远专员到县里调研,传达林知远专员的要求。"
    assert found(text) == [
        ("省第三专员办公室林知远专员", "林知远", "专员", "省第三专员办公室"),
        ("林知远专员", "林知远", "专员", None),
    ]
