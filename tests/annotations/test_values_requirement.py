"""What a requirement says of itself: whom it binds, by which modal, until when, as which item."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED
from annotations.values import requirement
from annotations.values.passage import Passage

PUBLISHED = "2023-04-12"


def read(text, before="", published=PUBLISHED):
    return requirement.read(Passage(before + text, len(before), len(before) + len(text), SHIPPED, published))


@pytest.mark.parametrize(
    ("text", "cue", "modality"),
    [
        ("各乡镇要加强巡查", "要", "must"),
        ("各单位应建立台账", "应", "must"),
        ("各单位应当建立台账", "应当", "must"),
        ("水库必须留足库容", "必须", "must"),
        ("水库须留足库容", "须", "must"),
        ("务必守住底线", "务必", "must"),
        ("请各单位反馈", "请", "must"),
        ("不得擅自排放", "不得", "must_not"),
        ("严禁乱倒垃圾", "严禁", "must_not"),
        ("任何单位不准占用河道", "不准", "must_not"),
        ("加强巡查,确保水质达标", "确保", "must"),
        ("确保不让污水入河", "确保", "must"),
        ("各乡镇要加强巡查,确保水质达标,不得反弹", "要", "must"),
        ("严防反弹,杜绝新增", None, "imperative"),
        ("加强巡查", None, "imperative"),
        ("解决主要问题", None, "imperative"),
        ("落实重要任务和工作要求", None, "imperative"),
        ("满足应急需要,提高应对气候变化能力", None, "imperative"),
        ("做到应收尽收、应治尽治", None, "imperative"),
        ("抓好申请和请示工作", None, "imperative"),
        ("做到“要我干”变“我要干”", None, "imperative"),
        ("落实《禁止乱排条例》", None, "imperative"),
        ("各地应对照清单整改", "应", "must"),
        ("业主要加强管护", "要", "must"),
        ("处理不得力的从严问责", None, "imperative"),
        ("负责同志需亲自研究", "需", "must"),
        ("项目3日内需完成", "需", "must"),
        ("满足发展需要,扩大内需", None, "imperative"),
        ("如需查询,无需预约", None, "imperative"),
        ("积极因应形势,响应号召", None, "imperative"),
        ("各地应接受监督,应征求意见", "应", "must"),
        ("做到应改未改清零,应接不暇", None, "imperative"),
        ("要领会精神,掌握要领", "要", "must"),
        ("对不能提供证明的家庭,暂停办理", None, "imperative"),
        ("对不能提供证明的家庭,要暂停办理", "要", "must"),
        ("其他应当提交的材料", None, "imperative"),
        ("取消不能再申请贷款的限制", None, "imperative"),
        ("问题严重的要依法处理", "要", "must"),
        ("完善制度(须附原始材料),加强管理", None, "imperative"),
        ("进入法律法规未明确禁止的领域", None, "imperative"),
        ("请勿在河边烧烤", "请勿", "must_not"),
        ("顺应民生之需", None, "imperative"),
        ("", None, "imperative"),
    ],
)  # fmt: skip
def test_the_first_modal_governs(text, cue, modality):
    values = read(text)
    assert (values["cue"], values["modality"]) == (cue, modality)


@pytest.mark.parametrize(
    ("text", "addressee"),
    [
        ("各乡镇要加强巡查", "各乡镇"),
        ("各级、各部门要加强巡查", "各级、各部门"),
        ("各级各有关部门要加强巡查", "各级各有关部门"),
        ("临江县水务局要加强巡查", "临江县水务局"),
        ("青石镇要进一步加强巡查", "青石镇"),
        ("各级河长也要加强巡查", "各级河长"),
        ("同时,各单位都要加强巡查", "各单位"),
        ("二要加强巡查,县直有关单位要主动配合", "县直有关单位"),
        ("三要全县上下协同配合,县直有关单位在做好工作的同时,加强指导", "全县上下;县直有关单位"),
        ("一是压实责任,各镇成立由主要领导任组长的小组,辖区村居党组织、学校成立专班", "各镇;辖区村居党组织、学校"),
        ("县河长制工作领导小组办公室加大督导力度,确保完成", "县河长制工作领导小组办公室"),
        ("各县(区)要加强巡查", "各县(区)"),
        ("请各单位反馈", "各单位"),
        ("要加强巡查", None),
        ("在水质监测方面,要加密频次", None),
        ("对于整改不力的现象,要严肃问责", None),
        ("加强巡查,督促责任单位整改", None),
        ("全面开展一次排查", None),
        ("措施要实", None),
        ("四是强化考核,组织有关部门按职责分工落实", None),
        ("市县两级组委会要抓好督导", "市县两级组委会"),
        ("生态环境局做好牵头工作", "生态环境局"),
        ("省商务厅、人力资源社会保障厅要加强配合", "省商务厅、人力资源社会保障厅"),
        ("任何单位和个人不得占用河道", "任何单位和个人"),
        ("民众要做好回收", "民众"),
        ("考核由县城管局牵头,县农业农村局配合", "县城管局;县农业农村局"),
        ("加快省委巡视等交办问题的整改", None),
        ("县政府制发的文件,由县长签署", None),
        ("加强与平台合作,鼓励企业参与", None),
        ("县大气办每月通报各镇排名", "县大气办"),
        ("", None),
    ],
)
def test_the_subjects_are_the_addressees(text, addressee):
    assert read(text)["addressee"] == addressee


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("各镇要在7月15日18:00前上报", "2023-07-15T18:00"),
        ("要于4月底前完成", "2023-04-30"),
        ("年底前完成整改", "2023-12-31"),
        ("2025年底前全面达标", "2025-12-31"),
        ("请于2023年5月8日前反馈", "2023-05-08"),
        ("10月前完成", "2023-10-31"),
        ("要在5月10日至12日之前报送", "2023-05-12"),
        ("要尽快完成", None),
        ("按时完成全年任务", None),
        ("落实4月10日会议精神", None),
        ("4月20日前往现场检查", None),
    ],
)
def test_a_deadline_is_read_where_a_limit_is_stated(text, deadline):
    assert read(text)["deadline"] == deadline


def test_a_deadline_of_an_unknown_year_says_so():
    assert read("要于4月底前完成", published=None)["deadline"] == "XXXX-04-30"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("一是加强巡查", "一"),
        ("二要加强巡查", "二"),
        ("十二、加强巡查", "十二"),
        ("(三)加强巡查", "三"),
        ("（三）加强巡查", "三"),
        ("第四,加强巡查", "四"),
        ("其五,加强巡查", "五"),
        ("6.加强巡查", "6"),
        ("7、加强巡查", "7"),
        ("第十二条 供水单位应当公开信息", "十二"),
        ("3.2 县水务局应当及时报告", "3.2"),
        ("①加强巡查", "①"),
        ("加强巡查", None),
        ("一律整改", None),
        ("3.5万亩要复绿", None),
    ],
)
def test_an_enumerator_is_the_item(text, item):
    assert read(text)["item"] == item


def test_a_sentence_without_enumerator_is_of_the_item_it_stands_in():
    assert read("抓紧整改", "会议要求,一是加强巡查。二是落实责任。")["item"] == "二"
    assert read("抓紧整改", "会议要求,一是加强巡查。\n")["item"] is None
    assert read("抓紧整改", "会议要求,一是加强巡查。会议强调,")["item"] is None


def test_enumerations_side_by_side_are_told_apart_by_their_topic():
    assert read("一要加密监测", "水环境治理方面,")["item"] == "水一"
    assert read("二要控制扬尘", "水环境治理方面,一要加密监测。大气治理方面,一要限行。")["item"] == "气二"
    assert read("一要严格执法", "队伍建设方面,")["item"] == "一"


def test_a_form_is_offered_the_dates_of_the_text_limits_first():
    text = "落实4月10日会议精神,于4月底前完成,6月10日前验收"
    passage = Passage(text, 0, len(text), SHIPPED, PUBLISHED)
    offered = requirement.offers("deadline", passage)
    assert [tuple(each) for each in offered] == [
        ("2023-04-30", "4月底前"), ("2023-06-10", "6月10日前"), ("2023-04-10", "4月10日"),
    ]  # fmt: skip


def test_a_form_is_offered_each_modal_and_each_subject():
    text = "各镇要加强巡查,县直单位应配合,不得推诿"
    passage = Passage(text, 0, len(text), SHIPPED, PUBLISHED)
    assert [each.value for each in requirement.offers("cue", passage)] == ["要", "应", "不得"]
    assert [each.value for each in requirement.offers("addressee", passage)] == ["各镇;县直单位", "各镇", "县直单位"]
