"""Publication dates as rows and meta tags state them: one ISO form from all of them, in China time."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.normalize.published import date_alone, read_published
from annotations.value_checks import is_date


@pytest.mark.parametrize(
    "value",
    [
        "2023-03-01", "2023-3-1", "2023/3/1", "2023/03/01", "2023.03.01", "2023年3月1日", "2023 年 3 月 1 日",
        "２０２３年３月１日", "20230301", 20230301, "民國112年3月1日", "中华民国112年3月1日", "二〇二三年三月一日",
        "2023年3月1日 星期三", " 2023-03-01\n", "发布日期：2023-03-01",
    ],
)  # fmt: skip
def test_days(value):
    assert read_published(value) == "2023-03-01"


@pytest.mark.parametrize(
    "value",
    [
        "2023-03-01 08:00:00", "2023-03-01 8:00", "2023-03-01T08:00", "2023-03-01T08:00:00.000", "2023/3/1 8:00:00",
        "2023年3月1日 08时00分", "2023年3月1日　０８：００", "20230301080000", "202303010800", "20230301 08:00:00",
        "2023-03-01 08:00:00.123456",
    ],
)  # fmt: skip
def test_times(value):
    assert read_published(value) == "2023-03-01T08:00"


@pytest.mark.parametrize(
    "value",
    [
        "2023-03-01T08:00:00+08:00", "2023-03-01T08:00+0800", "2023-03-01 08:00:00 GMT+8", "2023-03-01T00:00:00Z",
        "2023-03-01T00:00:00.000Z", "20230301T000000Z", "2023-03-01T09:00:00+09:00", "2023-02-28 19:00:00-05:00",
        "2023-03-01 00:00 UTC", "2023-03-01T05:30+05:30",
    ],
)  # fmt: skip
def test_a_time_with_a_zone_becomes_china_time(value):
    assert read_published(value) == "2023-03-01T08:00"


@pytest.mark.parametrize(
    "value",
    [1677628800, "1677628800", 1677628800.7, "1677628800.5", 1677628800000, "1677628800000", "１６７７６２８８００"],
)
def test_seconds_and_milliseconds_since_1970(value):
    assert read_published(value) == "2023-03-01T08:00"


@pytest.mark.parametrize(
    "value",
    [
        "", "近日", "2023年5月", "2023-05", "2023", 2023, 12, 0, -1677628800, 123456789, 99999999999, 10**30, True,
        "2023-13-01", "20231301", "2023-02-30", "0000-00-00 00:00:00", "03/01/2023", "23-3-1", "12345678", "1e9",
        "2023-03-01" + "，各单位要于月底前完成整改" * 9,
    ],
)  # fmt: skip
def test_what_is_no_date(value):
    assert read_published(value) is None


@given(st.text() | st.integers() | st.floats(allow_nan=True) | st.datetimes().map(str))
def test_whatever_is_read_is_an_iso_date(value):
    found = read_published(value)
    assert found is None or is_date(found)


@given(st.datetimes(min_value=datetime.fromisoformat("1990-01-02"), max_value=datetime.fromisoformat("2099-12-30")))
def test_every_way_to_write_a_time_gives_the_same(moment):
    written = moment.strftime("%Y-%m-%dT%H:%M")
    assert read_published(moment.isoformat()) == written
    assert read_published(moment.strftime("%Y%m%d%H%M%S")) == written
    assert read_published(moment.isoformat() + "+08:00") == written
    assert read_published(f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}:{moment.minute:02d}") == written


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024年5月26日", "2024-05-26"), ("2024/5/26 8:30", "2024-05-26T08:30"), (" ２０２４.５.２６ ", "2024-05-26"),
        ("20240526", "2024-05-26"), ("二〇二四年五月二十六日", "2024-05-26"), ("民國113年5月26日", "2024-05-26"),
        ("2024-05-26T25:00", None), ("2024年5月26日 8时", None), ("2024-05-26至2024-05-28", None), ("昨天", None),
        ("发布时间:2024-05-26", None), ("2024-02-30", None), ("20240526x", None), ("", None),
    ],
)  # fmt: skip
def test_a_date_alone_is_read_and_no_text_with_one_in_it(text, when):
    assert date_alone(text) == when
