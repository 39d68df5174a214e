"""Which dates are suggested, how far each reaches, and where it lies: own sentences for each rule of the guideline."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED
from annotations.suggest.dates import dates_in

PUBLISHED = "2022-10-12"


def found(text, published=PUBLISHED, *, republican=False):
    return [
        (text[written.start : written.end], placed.iso if placed else None)
        for written, placed, _, _ in dates_in(SHIPPED, text, published, republican=republican)
    ]


@pytest.mark.parametrize(
    ("text", "quote", "iso"),
    [
        ("10月8日下午,县里开会。", "10月8日下午", "2022-10-08"),
        ("会议定于10月9日上午9时30分召开。", "10月9日上午9时30分", "2022-10-09T09:30"),
        ("今年以来,空气转好。", "今年以来", "2022-01-01/2022-10-12"),
        ("截至9月底,完成大半。", "9月底", "2022-09-30"),
        ("自10月15日起施行。", "10月15日起", "2022-10-15"),
        ("到2025年,全部达标。", "2025年", "2025-01-01/2025-12-31"),
        ("“十四五”开局良好。", "十四五", "2021-01-01/2025-12-31"),
        ("“十四五”期间再建三处。", "“十四五”期间", "2021-01-01/2025-12-31"),
        ("2018—2035年规划已批。", "2018—2035年", "2018-01-01/2035-12-31"),
        ("5月10日至12日检查。", "5月10日至12日", "2022-05-10/2022-05-12"),
        ("上半年任务过半。", "上半年", "2022-01-01/2022-06-30"),
        ("前三季度增长。", "前三季度", "2022-01-01/2022-09-30"),
        ("1至9月份共降雨三场。", "1至9月份", "2022-01-01/2022-09-30"),
        ("年底前全部完工。", "年底前", "2022-12-31"),
        ("10月底前上报。", "10月底前", "2022-10-31"),
        ("请于10月20日18：00前报送。", "10月20日18：00前", "2022-10-20T18:00"),
        ("二〇二二年三月五日立。", "二〇二二年三月五日", "2022-03-05"),
        ("２０２２年３月５日立。", "２０２２年３月５日", "2022-03-05"),
        ("2022 年 3 月 5 日立。", "2022 年 3 月 5 日", "2022-03-05"),
        ("去年12月开工。", "去年12月", "2021-12-01/2021-12-31"),
        ("昨天下午,记者见到。", "昨天下午", "2022-10-11"),
        ("民国101年5月设立。", "民国101年5月", "2012-05-01/2012-05-31"),
        ("秋冬季攻坚。", "秋冬季", "2022-10-01/2023-03-31"),
        ("检查国庆期间值守。", "国庆期间", "2022-10-01/2022-10-07"),
        ("市府昨(11)日表示。", "昨(11)日", "2022-10-11"),
        ("本周五前交齐。", "本周五前", "2022-10-14"),
    ],
)
def test_a_date_is_drawn_and_placed(text, quote, iso):
    assert found(text) == [(quote, iso)]


@pytest.mark.parametrize(
    "text",
    [
        "近日,记者从市局获悉,目前进展顺利。",
        "下一步,今后一个时期长期坚持。",
        "水发〔2021〕15号文件要求。",
        "联系电话:0535-2021123。",
        "工期15日,10日内办结,3年以上。",
        "第二轮督察,第12号公告,7号楼。",
        "每年6月5日是环境日,每月5日前报送。",
        "十五条措施,十五个项目。",
        "荣获五一劳动奖章。",
        "局长张国庆到会。",
        "24小时值班,三点要求。",
        "有120年历史。",
        "进驻期间,工作开展以来。",
        "环保热线12369,9.4万吨。",
        "11·9事故。",
        "比例为3:15。",
        "岁末年初,遇事第一时间报告。",
    ],
)
def test_what_only_looks_like_a_date_is_none(text):
    assert found(text) == []


def test_two_dates_side_by_side_are_two_and_a_list_of_days_is_one():
    assert [quote for quote, _ in found("完成2020年及“十三五”任务。")] == ["2020年", "十三五"]
    assert [quote for quote, _ in found("5月10日、11日连续检查。")] == ["5月10日、11日"]


def test_a_part_of_the_day_counts_once_a_day_is_stated():
    assert found("上午,会议召开。") == []
    assert found("10月8日,会议召开。上午,代表报到。")[1] == ("上午", "2022-10-08")


def test_a_bare_year_of_three_digits_is_of_the_republic_only_where_the_page_may_mean_it():
    assert found("110年3月1日施行。") == []
    assert found("110年3月1日施行。", republican=True) == [("110年3月1日", "2021-03-01")]


def test_without_a_date_of_publication_the_signature_tells_the_year():
    assert found("请于9月20日前报送。\n某局\n2021年9月1日", None)[0] == ("9月20日前", "2021-09-20")
    assert found("请于9月20日前报送。", None) == [("9月20日前", "XXXX-09-20")]
