"""Which sentences are suggested as requirements, and where each begins and ends: own sentences for each rule."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED
from annotations.suggest.requirements import requirements_in

TITLE = "临江县召开会议\n"


def found(body, title=TITLE):
    text = title + body
    return [text[each.start : each.end] for each in requirements_in(SHIPPED, text, len(title) - 1)]


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("会议要求,要加强领导,落实责任。", ["要加强领导,落实责任"]),
        ("罗成强调,各乡镇务必高度重视。", ["各乡镇务必高度重视"]),
        ("会议指出,形势依然严峻,各级各部门要提高认识。", ["各级各部门要提高认识"]),
        ("会议要求,一是压实责任;二是强化预警。", ["一是压实责任", "二是强化预警"]),
        ("会议强调,水污染防治方面,一要查清底数,二要限期整改。", ["一要查清底数", "二要限期整改"]),
        ("会议要求,在大气治理方面,要从严抓好工地降尘。", ["在大气治理方面,要从严抓好工地降尘"]),
        ("会议要求,加强巡查值守,确保安全度汛。", ["加强巡查值守,确保安全度汛"]),
        ("罗成要求充分利用好现有设施。", ["充分利用好现有设施"]),
        ("各村不得焚烧秸秆。", ["各村不得焚烧秸秆"]),
        ("罗成强调:“要守住底线。要严肃追责。”", ["要守住底线", "要严肃追责"]),
        ("会议强调,要落实“即知即改;立查立改”要求。", ["要落实“即知即改;立查立改”要求"]),
        ("罗成提出三点要求:一要传达精神。二要抓好整改。", ["一要传达精神", "二要抓好整改"]),
        ("在听取汇报后,罗成指出,要加快进度。", ["要加快进度"]),
        ("同时,请各单位于6月20日前反馈。", ["请各单位于6月20日前反馈"]),
        ("会议要求,当发布红色预警时,各村必须转移群众。", ["当发布红色预警时,各村必须转移群众"]),
        ("他要求车站人员严格执行规定,坚决防止带病车上路。", ["车站人员严格执行规定,坚决防止带病车上路"]),
        ("会议希望,各部门要再接再厉。", ["各部门要再接再厉"]),
    ],
)
def test_an_obligation_is_drawn(body, spans):
    assert found(body) == spans


@pytest.mark.parametrize(
    "body",
    [
        "去年以来,全县坚持绿色发展,取得明显成效。",
        "为深入贯彻上级部署,县里召开会议,部署任务。",
        "赵军对工作提出了具体要求。",
        "县水务局将开展专项检查,将追究责任。",
        "主要负责人汇报了需要解决的重要问题。",
        "会议希望广大干部再创佳绩。",
        "治理河湖是千年大计。",
        "会议指出,推行河长制是落实绿色发展理念的必然要求。",
        "会议要求:\n一、组织领导\n",
        "加强巡查值守,空气越来越好了。",
        "罗成表示,将以此次调研为契机,认真落实指示要求,全力抓好各项工作。",
        "要求各级各部门看到,当前形势严峻。",
    ],
)
def test_what_binds_nobody_is_none(body):
    assert found(body) == []


def test_a_title_holds_no_requirement():
    assert found("某局", "各地要加强防火工作\n") == []


def test_the_operative_part_of_a_notice_commands_without_modals_and_other_parts_do_not():
    body = (
        "现将有关事项通知如下:\n一、工作目标\n全面排查隐患,提升水平。\n二、重点任务\n(一)落实主体责任。建立健全制度。\n"
        "(二)动员部署阶段(9月15日至25日)。制定方案。\n三、工作要求\n加强领导。\n联系人:孙丽,做好联系工作。\n"
    )
    assert found(body, "关于开展检查的通知\n") == [
        "全面排查隐患,提升水平",
        "(一)落实主体责任",
        "建立健全制度",
        "制定方案",
        "加强领导",
    ]


def test_an_item_of_several_sentences_gives_a_span_for_each():
    assert found("会议要求,一要压实责任。各乡镇要靠前指挥。加强督查。") == [
        "一要压实责任",
        "各乡镇要靠前指挥",
        "加强督查",
    ]


def test_a_report_after_the_demands_ends_their_context():
    assert found("会议要求,落实责任。\n会议还通报了考核结果。加强值班备勤的单位有三家。") == ["落实责任"]
