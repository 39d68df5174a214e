"""What is shared between the spans of a text must not differ from what each would read by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.values.dated_text import DatedText
from annotations.values.expression import expressions

_MARKS = ["(", ")", "（", "）", "，", "。", "；", "、", "：", "\n", "-", ".", " ", "　"]
_PARTS = [
    "3",
    "5",
    "10",
    "一",
    "二",
    "十",
    "年",
    "月",
    "日",
    "前",
    "底",
    "中",
    "来",
    "度",
    "至",
    "期间",
    "以来",
    "民国",
    "要求",
]
_DATES = ["2021", "98年", "2021年", "3月", "5月10日", "上半年", "今天", "月底前", "农历", "第一季度", "18:00"]
_OPENED = ["(星期三，", "(含，", "(农历八月，", "5、", "一、"]
_TEXTS = st.lists(st.sampled_from([*_MARKS, *_MARKS, *_PARTS, *_DATES, *_OPENED]), max_size=30).map("".join)


@given(_TEXTS, _TEXTS, _TEXTS)
@settings(max_examples=400)
def test_the_dates_of_a_part_are_those_that_it_has_by_itself(before, part, behind):
    text = before + part + behind
    start, end = len(before), len(before) + len(part)
    dated = DatedText(text, shared=True)
    assert list(dated.within(start, end)) == list(expressions(part))
    if part:
        joined = dated.before_and_behind(start, end, 4000)
        assert joined == before + behind
        assert list(dated.without(start, end, 4000)) == list(expressions(joined))


def test_the_dates_around_a_part_are_looked_for_no_further_than_wanted():
    text = "2020年3月5日。" + "他说。" * 10 + "要求年底前完成。" + "他说。" * 10 + "2021年3月5日。"
    start = text.index("要求")
    dated = DatedText(text, shared=True)
    assert list(dated.without(start, start + 7, 20)) == []
    assert [each.first.year for each in dated.without(start, start + 7, 200)] == [2020, 2021]


def test_the_signature_is_the_last_line_that_is_a_date():
    def signed(text):
        found = DatedText(text, shared=False).signed
        return found and found.isoformat()

    assert signed("通知\n2021年3月5日\n2021 年 4月 6日 \n\n联系人") == "2021-04-06"
    assert signed("2021年3月5日") == "2021-03-05"
    assert signed("定于2021年3月5日\n开会") is None
    assert signed("12021年3月5日\n2021年13月5日") is None
