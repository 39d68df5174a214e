"""Title, source and publication date as bylines state them, with labels and without."""

from __future__ import annotations

import pytest

from annotations.normalize import normalize
from annotations.normalize.byline import byline, iso
from annotations.normalize.fields import read_fields
from annotations.normalize.folding import fold

TITLE = "青禾市召开水污染防治推进会"
BODY = "3月4日上午,青禾市召开水污染防治推进会。\n会议要求,各县区要在5月底前完成整治。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-09-28", "2021-09-28"),
        ("2021/9/8", "2021-09-08"),
        ("2021.09.28", "2021-09-28"),
        ("2021年9月28日", "2021-09-28"),
        ("2021 年 9 月 28 日", "2021-09-28"),
        ("２０２１－０９－２８", "2021-09-28"),
        ("二〇二一年九月二十八日", "2021-09-28"),
        ("二○二一年十月十日", "2021-10-10"),
        ("二零二一年十二月三十一日", "2021-12-31"),
        ("民國112年5月8日", "2023-05-08"),
        ("中華民國101年12月1日", "2012-12-01"),
        ("2021-01-26 11:56", "2021-01-26T11:56"),
        ("2021-01-26T11:56:30", "2021-01-26T11:56"),
        ("2021年1月26日 9:05", "2021-01-26T09:05"),
        ("2021年01月26日 11时56分", "2021-01-26T11:56"),
        ("2021-01-26 星期二 11:56", "2021-01-26T11:56"),
        ("2021-01-26 25:56", "2021-01-26"),
        ("2021-02-30", None),
        ("2021-13-01", None),
        ("1月26日", None),
        ("12021-01-26", None),
        ("2021-01", None),
        ("二〇二一年", None),
    ],
)
def test_dates(text, expected):
    assert iso(fold(text)) == expected


@pytest.mark.parametrize(
    ("line", "source", "published"),
    [
        ("来源:青禾市水利局 时间:2022-03-05", "青禾市水利局", "2022-03-05"),
        ("来源：青禾市水利局\u3000发布时间：2022-03-05 09:42", "青禾市水利局", "2022-03-05T09:42"),
        ("來源：青禾市水利局 發布日期：2022-03-05", "青禾市水利局", "2022-03-05"),
        ("發(fā)布時(shí)間(jiān):2022-03-05 信息來(lái)源:青禾報(bào)", "青禾报", "2022-03-05"),
        ("发布日期:2022-03-05 11:56 信息来源:青禾 访问量:? 字体 :[ 大 ][ 中 ][ 小 ]", "青禾", "2022-03-05T11:56"),
        ("青禾新闻网 \xa0\xa0时间:2022-03-05", "青禾新闻网", "2022-03-05"),
        ("青禾日报 2022-03-05 08:30", "青禾日报", "2022-03-05T08:30"),
        ("2022-03-05 08:30 来源:青禾日报 作者:殷实", "青禾日报", "2022-03-05T08:30"),
        ("来源:青禾日报 2022-03-05", "青禾日报", "2022-03-05"),
        ("2022年3月5日", None, "2022-03-05"),
        ("来 源:青禾日报 时 间:2022-03-05", "青禾日报", "2022-03-05"),
        ("【来源:青禾日报】 【发布时间:2022-03-05】", "青禾日报", "2022-03-05"),
        ("来源:人民网 - 青禾频道 时间:2022-03-05", "人民网 - 青禾频道", "2022-03-05"),
        ("更新时间:2022-03-09 发布时间:2022-03-05 来源:青禾网", "青禾网", "2022-03-05"),
        ("时间:2022-03-05 浏览:33次 来源:\u200b青禾网", "青禾网", "2022-03-05"),
        ("来源:湴(bàn)岭县 时间:2022-03-05", "湴(bàn)岭县", "2022-03-05"),
        ("来源:\n青禾网\n时间:\n2022-03-05", "青禾网", "2022-03-05"),
        ("青禾网\n转自:青禾发布\n2022-03-05", None, "2022-03-05"),
        ("作者:殷实", None, None),
    ],
)
def test_bylines_under_a_title(line, source, published):
    notice = normalize(f"{TITLE}\n{line}\n{BODY}")
    assert (notice.source, notice.published) == (source, published)


@pytest.mark.parametrize("script", ["simplified", "traditional", "artefacts"])
def test_fields_are_normalized_as_the_page_is(script):
    line = {
        "simplified": "来源:青禾县环境处 时间:2022-03-05",
        "traditional": "來源:青禾縣環境處 時間:2022-03-05",
        "artefacts": "來(lái)源:青禾縣(xiàn)環(huán)境處(chù) 時(shí)間(jiān):2022-03-05",
    }[script]
    body = BODY if script == "simplified" else "會議要求,各縣區要在5月底前完成整治,確保達標。"
    notice = normalize(f"{TITLE}\n{line}\n{body}")
    assert (notice.source, notice.published) == ("青禾县环境处", "2022-03-05")


def test_a_label_stretched_to_the_width_of_others_is_no_source():
    table = [
        "发文机关：市水务局 成文日期：2023-11-10 18:14",
        "文       号：临水发〔2023〕14号发布日期： 2023-11-10 18:14",
    ]
    assert read_fields(table)[1:3] == ("市水务局", "2023-11-10T18:14")


def test_the_label_of_a_title_serves_where_no_line_is_one():
    assert read_fields(["标题:青禾市防汛通知", "发布日期:2022-03-05"]).title == "青禾市防汛通知"


@pytest.mark.parametrize(
    "text",
    [
        "会议要求,来源:青禾。",
        "时间:下午三点",
        "会议时间:2022年3月5日",
        "会议在2022年3月5日召开",
        "2022年3月5日青禾市召开推进会",
        "数据来源:统计局",
        "来源:" + "很长的名字" * 7,
        "一、时间:2022年3月5日",
        "x" * 301 + " 2022-03-05",
        "转自:青禾发布",
    ],
)
def test_lines_that_are_no_byline(text):
    assert byline(text) is None


def test_an_invitation_keeps_its_time_and_a_signature_its_date():
    raw = (
        "关于召开会议的通知\n各县区:\n有关事项通知如下:\n时间:2022年3月5日上午9:00\n地点:市政府会议室\n"
        "请准时参加。\n青禾市水利局\n2022年3月1日\n"
    )
    notice = normalize(raw)
    assert notice.normalized == raw.rstrip("\n")
    assert (notice.title, notice.published, notice.flags) == ("关于召开会议的通知", "2022-03-01", ("date-signature",))
