"""Dates as notices write them, and where each lies on the calendar."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED
from annotations.values import date
from annotations.values.expression import expressions
from annotations.values.passage import Passage, Stated

PUBLISHED = "2023-09-14"

DAYS = {
    "2023年9月12日": "2023-09-12",
    "9月12日": "2023-09-12",
    "9月12号": "2023-09-12",
    "12日": "2023-09-12",
    "28日": "2023-08-28",
    "9月15日": "2022-09-15",
    "2023-09-12": "2023-09-12",
    "2023-9-12": "2023-09-12",
    "2023.9.12": "2023-09-12",
    "2023/09/12": "2023-09-12",
    "20230912": "2023-09-12",
    "２０２３－０９－１２": "2023-09-12",
    "2023 年 9 月 12 日": "2023-09-12",
    "二〇二三年九月十二日": "2023-09-12",
    "二零二三年九月廿一日": "2023-09-21",
    "三月二十八日": "2023-03-28",
    "十五日": "2023-08-15",
    "9月12日(星期二)": "2023-09-12",
    "23年9月12日": "2023-09-12",
    "民国112年9月12日": "2023-09-12",
    "112年9月12日": "2023-09-12",
    "112.9.12": "2023-09-12",
    "民国元年1月1日": "1912-01-01",
    "今天": "2023-09-14",
    "昨日": "2023-09-13",
    "前天": "2023-09-12",
    "明天": "2023-09-15",
    "本周五": "2023-09-15",
    "上周五": "2023-09-08",
    "星期一": "2023-09-11",
    "2月29日": "2020-02-29",
    "2020年2月29日": "2020-02-29",
    "2月30日": None,
    "2023年13月": None,
    "2023年0月": None,
}

PERIODS = {
    "2023年": "2023-01-01/2023-12-31",
    "2023年度": "2023-01-01/2023-12-31",
    "二〇二三年": "2023-01-01/2023-12-31",
    "民国112年": "2023-01-01/2023-12-31",
    "99年12月": "1999-12-01/1999-12-31",
    "今年": "2023-01-01/2023-12-31",
    "本年度": "2023-01-01/2023-12-31",
    "全年": "2023-01-01/2023-12-31",
    "去年": "2022-01-01/2022-12-31",
    "前年": "2021-01-01/2021-12-31",
    "明年": "2024-01-01/2024-12-31",
    "2023年9月": "2023-09-01/2023-09-30",
    "2023-09": "2023-09-01/2023-09-30",
    "2023.9": "2023-09-01/2023-09-30",
    "二〇二三年二月": "2023-02-01/2023-02-28",
    "9月份": "2023-09-01/2023-09-30",
    "10月": "2022-10-01/2022-10-31",
    "元月": "2023-01-01/2023-01-31",
    "去年12月": "2022-12-01/2022-12-31",
    "明年3月": "2024-03-01/2024-03-31",
    "本月": "2023-09-01/2023-09-30",
    "上个月": "2023-08-01/2023-08-31",
    "下月": "2023-10-01/2023-10-31",
    "本周": "2023-09-11/2023-09-17",
    "1-8月份": "2023-01-01/2023-08-31",
    "1—8月": "2023-01-01/2023-08-31",
    "1至8月": "2023-01-01/2023-08-31",
    "7、8月": "2023-07-01/2023-08-31",
    "前8个月": "2023-01-01/2023-08-31",
    "上半年": "2023-01-01/2023-06-30",
    "下半年": "2023-07-01/2023-12-31",
    "2022年下半年": "2022-07-01/2022-12-31",
    "一季度": "2023-01-01/2023-03-31",
    "第三季度": "2023-07-01/2023-09-30",
    "四季度": "2022-10-01/2022-12-31",
    "前三季度": "2023-01-01/2023-09-30",
    "一至三季度": "2023-01-01/2023-09-30",
    "5月10日至12日": "2023-05-10/2023-05-12",
    "5月10-12日": "2023-05-10/2023-05-12",
    "5月10日、11日": "2023-05-10/2023-05-11",
    "5月10日—6月2日": "2023-05-10/2023-06-02",
    "12月28日至1月3日": "2022-12-28/2023-01-03",
    "2022年12月28日至1月3日": "2022-12-28/2023-01-03",
    "2022年12月28日至2023年1月3日": "2022-12-28/2023-01-03",
    "2023.5.10-5.12": "2023-05-10/2023-05-12",
    "2023.5.10-12": "2023-05-10/2023-05-12",
    "2023-05-10至2023-05-12": "2023-05-10/2023-05-12",
    "2022年11月至2023年3月": "2022-11-01/2023-03-31",
    "2019—2035年": "2019-01-01/2035-12-31",
    "2022年至2024年": "2022-01-01/2024-12-31",
    "2022、2023年": "2022-01-01/2023-12-31",
    "9月1日起至12月31日": "2023-09-01/2023-12-31",
    "十三五": "2016-01-01/2020-12-31",
    "“十四五”": "2021-01-01/2025-12-31",
    "“十四五”时期": "2021-01-01/2025-12-31",
    "今昨两天": "2023-09-13/2023-09-14",
    "今年以来": "2023-01-01/2023-09-14",
    "去年以来": "2022-01-01/2023-09-14",
    "7月1日以来": "2023-07-01/2023-09-14",
    "“十四五”以来": "2021-01-01/2023-09-14",
}

UNPLACED = [
    "日前",
    "近日",
    "目前",
    "当前",
    "近年来",
    "下一步",
    "今后",
    "长期",
    "三年以上",
    "第二轮",
    "会议",
    "",
    " ",
    "〔2014〕",
    "当日",
]


def read(text, published=PUBLISHED, before="", **more):
    passage = Passage(before + text, len(before), len(before) + len(text), SHIPPED, published, **more)
    return {name: value for name, value in date.read(passage).items() if value is not None}


@pytest.mark.parametrize(("text", "iso"), {**DAYS, **PERIODS}.items())
def test_a_date_lies_where_the_page_means_it(text, iso):
    assert read(text).get("iso") == iso


@pytest.mark.parametrize("text", UNPLACED)
def test_what_lies_nowhere_is_left_unset(text):
    assert "iso" not in read(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2023-04-12 09:05", {"iso": "2023-04-12T09:05"}),
        ("2023年4月12日 9时05分", {"iso": "2023-04-12T09:05"}),
        ("2023-04-12T09:05:59", {"iso": "2023-04-12T09:05"}),
        ("4月12日9:00-11:30", {"iso": "2023-04-12T09:00"}),
        ("4月12日下午", {"iso": "2023-04-12", "part": "PM"}),
        ("4月12日上午9点", {"iso": "2023-04-12T09:00", "part": "AM"}),
        ("4月12日下午3点半", {"iso": "2023-04-12T15:30", "part": "PM"}),
        ("4月12日晚上8时", {"iso": "2023-04-12T20:00", "part": "PM"}),
        ("昨晚", {"iso": "2023-09-13", "part": "PM"}),
        ("4月12日24时", {"iso": "2023-04-12"}),
        ("4月12日25:70", {"iso": "2023-04-12"}),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read(text, values):
    assert read(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10月底前", {"iso": "2023-10-31", "mod": "before"}),
        ("7月15日18：00前", {"iso": "2023-07-15T18:00", "mod": "before"}),
        ("年底前", {"iso": "2023-12-31", "mod": "before"}),
        ("2025年底前", {"iso": "2025-12-31", "mod": "before"}),
        ("三季度末前", {"iso": "2023-09-30", "mod": "before"}),
        ("1月底前", {"iso": "2024-01-31", "mod": "before"}),
        ("8月底前", {"iso": "2023-08-31", "mod": "before"}),
        ("9月20日之前", {"iso": "2023-09-20", "mod": "before"}),
        ("9月20日（含）前", {"iso": "2023-09-20", "mod": "before"}),
        ("9月1日起", {"iso": "2023-09-01", "mod": "after"}),
        ("9月1日之后", {"iso": "2023-09-01", "mod": "after"}),
        ("9月底", {"iso": "2023-09-30"}),
        ("月底", {"iso": "2023-09-30"}),
        ("2023年底", {"iso": "2023-12-31"}),
        ("“十四五”末", {"iso": "2025-12-31"}),
    ],
)  # fmt: skip
def test_a_limit_looks_ahead(text, values):
    assert read(text) == values


@pytest.mark.parametrize(
    ("text", "published", "iso"),
    [
        ("秋冬季", "2023-01-20", "2022-10-01/2023-03-31"),
        ("秋冬季", "2023-08-20", "2023-10-01/2024-03-31"),
        ("2021年秋冬季", "2023-08-20", "2021-10-01/2022-03-31"),
        ("春节期间", "2023-01-10", "2023-01-21/2023-01-27"),
        ("春节期间", "2023-11-10", "2024-02-10/2024-02-17"),
        ("2022年春节", "2023-11-10", "2022-01-31/2022-02-06"),
        ("国庆期间", "2019-09-20", "2019-10-01/2019-10-07"),
        ("国庆、中秋期间", "2023-09-20", "2023-09-29/2023-10-06"),
        ("冬季", "2024-01-20", "2023-12-01/2024-02-29"),
        ("汛期", "2023-05-20", "2023-06-01/2023-09-30"),
        ("9月上旬", "2023-09-14", "2023-09-01/2023-09-10"),
        ("2月下旬", "2023-09-14", "2023-02-21/2023-02-28"),
        ("9月20日左右", "2023-09-24", "2023-09-20"),
        ("年初", "2023-09-24", "2023-01-01"),
        ("月初", "2023-09-24", "2023-09-01"),
    ],
)  # fmt: skip
def test_what_the_calendar_says_only_roughly_is_marked(text, published, iso):
    assert read(text, published) == {"iso": iso, "approx": True}


def test_a_holiday_of_a_year_that_no_table_has_is_left_unset():
    assert read("1949年春节") == {}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("9月12日", "XXXX-09-12"),
        ("2月29日", "XXXX-02-29"),
        ("2月", "XXXX-02-01/XXXX-02-28"),
        ("今年", "XXXX-01-01/XXXX-12-31"),
        ("1-8月份", "XXXX-01-01/XXXX-08-31"),
        ("12月28日至1月3日", "XXXX-12-28/XXXX-01-03"),
        ("秋冬季", "XXXX-10-01/XXXX-03-31"),
        ("十三五", "2016-01-01/2020-12-31"),
        ("2023年9月12日", "2023-09-12"),
        ("今年以来", None),
        ("春节期间", None),
        ("12日", None),
        ("昨天", None),
    ],
)
def test_without_a_date_of_publication_the_year_is_unknown(text, iso):
    assert read(text, published=None).get("iso") == iso


def test_the_year_comes_from_dates_in_the_text_when_none_of_publication_is_known():
    assert read("9月12日", None, "2019年3月1日起施行。会后,") == {"iso": "2019-09-12"}
    assert read("9月12日", None, "2019年要点。2019年,到2035年底建成,") == {"iso": "2019-09-12"}


@pytest.mark.parametrize("document", ["环发〔2014〕1号", "环发[2014]12号", "环发(2014)1号", "第2014号", "12014年"])
def test_the_year_never_comes_from_a_document_number(document):
    assert read("9月12日", None, f"按照{document}文件,") == {"iso": "XXXX-09-12"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("下午", {"iso": "2023-09-08", "part": "PM"}),
        ("当日", {"iso": "2023-09-08"}),
        ("当天下午", {"iso": "2023-09-08", "part": "PM"}),
        ("次日", {"iso": "2023-09-09"}),
        ("当晚", {"iso": "2023-09-08", "part": "PM"}),
        ("下午3点", {"iso": "2023-09-08T15:00", "part": "PM"}),
        ("10日", {"iso": "2023-09-10"}),
    ],
)
def test_a_time_of_day_refers_to_the_day_stated_before_it(text, values):
    assert read(text, before="9月上旬部署。9月8日,召开会议。2023年工作开始。") == values


def test_a_time_of_day_without_a_stated_day_is_only_that():
    assert read("下午") == {"part": "PM"}


def test_what_a_reviewer_made_of_the_day_goes_before_what_the_text_says():
    before = "9月8日,召开会议。"
    layer = (Stated("DATE", 0, 4, {"iso": "2020-09-08"}),)
    assert read("下午", before=before, layer=layer) == {"iso": "2020-09-08", "part": "PM"}
    unknown = (Stated("DATE", 0, 4, {"iso": "XXXX-09-08"}),)
    assert read("次日", before=before, layer=unknown) == {"iso": "XXXX-09-09"}


def test_the_date_of_the_byline_is_that_of_publication():
    assert read("2023-09-14", in_byline=True) == {"iso": "2023-09-14", "role": "publication"}
    assert read("2023-09-14") == {"iso": "2023-09-14"}
    assert read("2023-09-01", in_byline=True) == {"iso": "2023-09-01"}


def test_a_span_that_is_wider_than_its_date_is_read_all_the_same():
    assert read("于4月12日下午召开") == {"iso": "2023-04-12", "part": "PM"}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("要在9月30日前完成整改。", "2023-09-30"),
        ("于9月30日之前报县水务局", "2023-09-30"),
        ("9月30日(含)前报送", "2023-09-30"),
        ("9月30日起施行", "2023-09-30"),
        ("9月30日,县里召开会议", "2022-09-30"),
        ("9月30日前往临江镇调研", "2022-09-30"),
        ("9月30日至10月8日前", "2022-09-30"),
    ],
)
def test_a_limit_behind_the_span_tells_that_a_day_lies_ahead(text, iso):
    at = text.index("9月30日")
    passage = Passage(text, at, at + len("9月30日"), SHIPPED, published=PUBLISHED)
    values = {name: value for name, value in date.read(passage).items() if value is not None}
    assert values == {"iso": iso}


@pytest.mark.parametrize("text", ["9月20日前往", "9月20日前后", "9月后勤", "4月12日起草"])
def test_words_that_begin_like_a_limit_are_none(text):
    assert "mod" not in read(text)


def test_expressions_of_a_sentence_are_found_in_order():
    text = "4月12日上午,县里召开会议,总结去年工作,要求5月底前完成,“十四五”期间见效。"
    assert [text[each.start : each.end] for each in expressions(text)] == [
        "4月12日上午", "去年", "5月底前", "十四五”期间",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10月底前", ["2023-10-31"]),
        ("10月", ["2022-10-01/2022-10-31", "2022-10-31", "2023-10-01/2023-10-31"]),
        ("9月12日", ["2023-09-12", "2024-09-12", "2022-09-12"]),
        ("2023年9月12日", ["2023-09-12"]),
        ("上半年", ["2023-01-01/2023-06-30", "2023-06-30"]),
        ("日前", []),
    ],
)
def test_a_form_is_offered_what_a_date_may_stand_for(text, values):
    offered = [each.value for each in date.offers("iso", Passage(text, 0, len(text), SHIPPED, PUBLISHED))]
    assert offered[: len(values)] == values
    assert bool(offered) == bool(values)
    assert len(set(offered)) == len(offered)
