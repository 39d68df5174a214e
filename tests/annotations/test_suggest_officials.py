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
        ("署理环境局局长陆明到场。", "署理环境局局长陆明", "陆明", "署理局长", "环境局"),
        ("环运局常任秘书长郭家良表示。", "环运局常任秘书长郭家良", "郭家良", "常任秘书长", "环运局"),
        ("时任县委书记谷雨晴违规。", "时任县委书记谷雨晴", "谷雨晴", "时任书记", "县委"),
        ("1.县水利局原党组书记、局长谷雨晴违纪。", "县水利局原党组书记、局长谷雨晴", "谷雨晴", "原党组书记、局长",
         "县水利局"),
        ("太原市长谷雨晴说。", "太原市长谷雨晴", "谷雨晴", "市长", "太原市"),
        ("原平市水利局局长谷雨晴说。", "原平市水利局局长谷雨晴", "谷雨晴", "局长", "原平市水利局"),
        ("候任行政长官李家和表示。", "候任行政长官李家和", "李家和", "候任行政长官", None),
        ("政务司司长林郑月华28日表示。", "政务司司长林郑月华", "林郑月华", "司长", "政务司"),
        ("食物及卫生局局长高永年说。", "食物及卫生局局长高永年", "高永年", "局长", "食物及卫生局"),
        ("环境保护署助理署长(废物管理)黎耀辉先生", "环境保护署助理署长(废物管理)黎耀辉", "黎耀辉", "助理署长",
         "环境保护署"),
        ("发展局局长陈茂良写了一篇网志。", "发展局局长陈茂良", "陈茂良", "局长", "发展局"),
        ("县议员陈文清指出。", "县议员陈文清", "陈文清", "县议员", None),
        ("副主任由市司法局副局长盛大有兼任。", "市司法局副局长盛大有", "盛大有", "副局长", "市司法局"),
        ("市长乌兰图雅主持会议。", "市长乌兰图雅", "乌兰图雅", "市长", None),
        ("县长扎西多吉讲话。", "县长扎西多吉", "扎西多吉", "县长", None),
        ("副市长裔学明出席。", "副市长裔学明", "裔学明", "副市长", None),
        ("央行货币司司长邹远说。", "央行货币司司长邹远", "邹远", "司长", "央行货币司"),
        ("市委、市政府督查室主任连云通报。", "市委、市政府督查室主任连云", "连云", "主任", "市委、市政府督查室"),
        ("兼任县河长办主任的县水利局局长何清介绍。", "县水利局局长何清", "何清", "局长", "县水利局"),
        ("省生态环境厅副厅长，省核安全局局长赵军一行到临江。", "省生态环境厅副厅长，省核安全局局长赵军", "赵军",
         "副厅长，省核安全局局长", "省生态环境厅"),
                ("获县长林知远应允。", "县长林知远", "林知远", "县长", None),
        ("组织时任省委委员、省财政厅厅长林知远聚餐。", "时任省委委员、省财政厅厅长林知远", "林知远",
         "时任委员、省财政厅厅长", "省委"),
        ("记者从市文化广电和旅游局局长林知远处获悉。", "市文化广电和旅游局局长林知远", "林知远", "局长",
         "市文化广电和旅游局"),
        ("贯彻落实市长林知远讲话。", "市长林知远", "林知远", "市长", None),
        ("陪同的有市委组织部部长林知远。", "市委组织部部长林知远", "林知远", "部长", "市委组织部"),
        ("财政司司长陈茂波及市民。", "财政司司长陈茂波", "陈茂波", "司长", "财政司"),
        ("民主党市议员林知远批评。", "民主党市议员林知远", "林知远", "市议员", "民主党"),
        ("出席：张副局长明道、", "张副局长明道", "张明道", "副局长", None),
        ("防总副总指挥林知远会商。", "防总副总指挥林知远", "林知远", "副总指挥", "防总"),
        ("市广播电视局局长林知远。", "市广播电视局局长林知远", "林知远", "局长", "市广播电视局"),
        ("州委书记多杰扎西。", "州委书记多杰扎西", "多杰扎西", "书记", "州委"),
        ("经发局王局长国栋到场。", "经发局王局长国栋", "王国栋", "局长", "经发局"),
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
        "要强化组织领导和监督巡查,选优配强各级领导班子。",
        "新架构由四名副署长管理。",
        "甲乙研究院研究总监严明说,丙丁协会会长何清表示。",
        "项目负责人：王大力,招标代理机构负责人李明,联系人：林先生。",
        "民间团体绿色之友总干事文志远、环保之声主席谭凯批评。",
        "县议员连番炮轰,局长谈话,村长张贴公告,主任温馨提示。",
        "公屋联会主席文裕批评,云溪大学党委书记到会。",
        "局长许可证,处长范围,区长余额,主任云溪市人民政府,队长宣讲,厅长申请人一次办结。",
        "由局长审批,秘书长负责会务,党员干部带头,项目经理持证上岗,副科长职责。",
        "首席研究员李宇说,广播公司原总经理廖永赞成。",
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


def values(text):
    return [
        (text[each.start : each.end], each.title, each.organisation, each.mention)
        for each in officials_in(SHIPPED, text)
    ]


def test_in_a_list_of_members_the_office_stands_behind_the_name_one_person_a_line():
    text = (
        "防汛领导小组名单\n组 长：宋远 市委副书记、市长\n副组长：林大江 市政府副市长\n"
        "成 员：游 昕 市公安局常务副局长；\n高国明    市政府副秘书长、办公室副主任\n各镇主要负责人"
    )
    assert values(text) == [
        ("宋远 市委副书记、市长", "副书记、市长", "市委", "full"),
        ("林大江 市政府副市长", "副市长", "市政府", "full"),
        ("游 昕 市公安局常务副局长", "常务副局长", "市公安局", "full"),
        ("高国明    市政府副秘书长、办公室副主任", "副秘书长、办公室副主任", "市政府", "full"),
    ]


def test_a_list_of_members_in_one_line_is_parted_at_its_names():
    text = "组长：宋远 市委书记 副组长：林大江 副市长 成员：高国明 市司法局局长 贾小川 市教育局局长"
    assert [each[0] for each in values(text)] == [
        "宋远 市委书记", "林大江 副市长", "高国明 市司法局局长", "贾小川 市教育局局长",
    ]  # fmt: skip


def test_a_list_that_has_the_office_first_is_read_so():
    text = "成员：市司法局局长 高国明 市教育局局长 贾小川"
    assert [each[0] for each in values(text)] == ["市司法局局长 高国明", "市教育局局长 贾小川"]


def test_who_is_appointed_or_removed_is_a_bare_name_with_the_office():
    text = (
        "任命林知远为市水利局局长；\n免去苏望的市司法局副局长职务。\n何清同志任市财政局局长。\n"
        "乔安，男，汉族，现任市审计局副局长，拟任他职。\n任命他们为监督员，以局长为组长。"
    )
    assert values(text) == [
        ("林知远", "局长", "市水利局", "bare"),
        ("苏望", "副局长", "市司法局", "bare"),
        ("何清", "局长", "市财政局", "bare"),
        ("乔安", "副局长", "市审计局", "bare"),
    ]


def test_a_name_below_the_line_of_its_office_is_a_bare_mention():
    assert values("县人大常委会主任\n林知远\n机构职能") == [("林知远", "主任", "县人大常委会", "bare")]
    assert values("主任委员\n林知远、苏望") == [
        ("林知远", "主任委员", None, "bare"), ("苏望", "主任委员", None, "bare"),
    ]  # fmt: skip


def test_names_before_a_title_that_they_share_are_spans_of_their_own():
    assert values("林知远、苏望等市领导出席,王红等同志参加。") == [
        ("林知远", "市领导", None, "list"), ("苏望", "市领导", None, "list"),
    ]  # fmt: skip


def test_each_of_a_row_of_names_with_the_same_title_is_its_own():
    assert [each[0] for each in values("出席委员：林知远议员(主席) 苏望议员,JP 何清议员")] == [
        "林知远议员", "苏望议员", "何清议员",
    ]  # fmt: skip


def test_a_name_before_its_office_in_apposition_is_a_bare_mention():
    text = "1.林知远,县水利局原局长,违规。\n2.苏望,群众,举报。"
    assert values(text) == [("林知远", "原局长", "县水利局", "bare")]


def test_a_title_may_be_written_with_spaces_to_fill_a_column():
    assert values("主 任：林知远\n副 主 任：苏望\n成 员：何清\n地 点：会议室") == [
        ("主 任：林知远", "主任", None, "full"), ("副 主 任：苏望", "副主任", None, "full"),
    ]  # fmt: skip
