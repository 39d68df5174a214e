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


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("会议要求,各级负责同志需亲自研究部署。", ["各级负责同志需亲自研究部署"]),
        ("部署下一步工作时,罗成指出要紧盯时间节点。", ["要紧盯时间节点"]),
        ("罗成察看了河道,要求有关部门加强巡查。", ["有关部门加强巡查"]),
        ("约谈要求,三家企业要立即整改。", ["三家企业要立即整改"]),
        ("会议部署,三是水务局做好牵头工作,对所有问题逐一整改。", ["三是水务局做好牵头工作,对所有问题逐一整改"]),
        ("会议呼吁,民众要做好回收。", ["民众要做好回收"]),
        ("发言人说:「市民应先清洗容器。」", ["市民应先清洗容器"]),
        ("根据新规例,制造商须备存纪录。", ["制造商须备存纪录"]),
        ("任何人不得在湖边弃置垃圾,违者可被罚款。", ["任何人不得在湖边弃置垃圾,违者可被罚款"]),
        ("1.供应商应为本县企业 |\n时间: | 4月5日", ["1.供应商应为本县企业"]),
        ("反馈意见请注明联系人。", ["反馈意见请注明联系人"]),
        ("会议要求,对于履职不力,落实办法打折扣的现象,特别是整改不力问题要严肃追责。",
         ["对于履职不力,落实办法打折扣的现象,特别是整改不力问题要严肃追责"]),
    ],
)  # fmt: skip
def test_an_obligation_is_drawn_in_whatever_genre(body, spans):
    assert found(body) == spans


@pytest.mark.parametrize(
    "body",
    [
        "环保局为因应气候变迁,积极因应全球情势。",
        "会议要求,县防办将加大督查力度,对工作不力者严肃约谈。",
        "会议要求,督察组始终坚持问题导向,严格执行纪律。",
        "罗成表示,政府将加强清洁工作。",
        "该行为违反了关于重点单位应当安装设备的规定。",
        "会议指出,一些部门履职不到位,河道整治推进缓慢。",
        "罗成说,省政府高度重视环境工作,多次提出明确要求。",
        "检查发现,该公司未按要求安装设备。",
        "我们认为应该可以在年底完成。",
        "罗成呼吁市民减少使用即弃餐具。",
    ],
)
def test_plans_names_and_reports_of_whatever_genre_are_none(body):
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("第一条 为了保护水源,制定本办法。\n第二条 本办法所称水源,是指河流。", []),
        ("第三条 供水单位应当建立制度。", ["第三条 供水单位应当建立制度"]),
        ("第四条 单位取水,应当申请。", ["第四条 单位取水,应当申请"]),
        ("第五条 请假由所在单位提出,报领导小组组长批准。", ["第五条 请假由所在单位提出,报领导小组组长批准"]),
        ("第六条 县水务局负责水源管理。", ["第六条 县水务局负责水源管理"]),
        ("第七条 会议由县长召集和主持。办公室设在县水务局。", []),
        ("第八条 县领导不为会议题词。", ["第八条 县领导不为会议题词"]),
        ("第九条 有下列行为之一的,由水务局处以罚款:\n(一)擅自建设。\n(二)排放污水。", []),
        ("第十条 单位可以举报。本办法自发布之日起施行。", []),
        ("二、县政府工作的准则是,执政为民,依法行政。", ["二、县政府工作的准则是,执政为民,依法行政"]),
    ],
)
def test_a_regulation_binds_by_norms_without_modals(body, spans):
    assert found(body, "临江县水源保护办法\n") == spans


def test_aims_of_an_opinion_bind():
    body = "一、目标任务\n到2022年底,全县水质达标率达到九成。\n二、保障措施\n鼓励企业参与。办公室设在水务局。\n"
    assert found(body, "关于保护水源的实施意见\n") == ["到2022年底,全县水质达标率达到九成"]


def test_a_report_lays_no_obligation_whatever_its_headings_say():
    body = "现将有关情况报告如下:\n一、加强宣传,提升意识\n认真落实各项部署。\n(一)强化监管。确保达标。\n"
    assert found(body, "临江县关于办理审议意见情况的报告\n") == []
    assert found("会议要求,强化监管。\n", "县人大听取环境报告\n") == ["强化监管"]


def test_a_circular_reports_first_and_demands_at_its_end():
    body = "现将案例通报如下:\n一、某公司违法案\n水务局依法移送公安机关。\n现提出以下要求:\n一、开展排查。\n"
    assert found(body, "临江县关于违法案例的通报\n") == ["一、开展排查"]


def test_minutes_bind_by_what_the_meeting_resolved():
    body = (
        "会议认为,水务局做了大量工作。会议决定,由水务局牵头制定方案。\n会议同意孙丽任副局长。\n"
        "会议确定了以下事项:\n一、由财政局安排资金。\n"
    )
    assert found(body, "临江县政府常务会议纪要\n") == ["由水务局牵头制定方案", "一、由财政局安排资金"]


def test_nothing_binds_under_a_heading_of_problems():
    body = "一、存在问题\n管控还要加强。\n二、工作要求\n要加强管控。\n"
    assert found(body, "关于检查的通知\n") == ["要加强管控"]


def test_who_answers_for_an_item_is_no_requirement():
    assert found("一、加强宣传。(县水务局、县教育局按职责分工负责)\n责任单位:县水务局\n", "关于宣传的通知\n") == [
        "一、加强宣传"
    ]
