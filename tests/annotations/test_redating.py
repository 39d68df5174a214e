"""Values by another date of publication: what was read follows, what somebody set stays."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import notice_of
from msgspec.structs import replace

from annotations.labels import default_labels
from annotations.normalize import normalize
from annotations.origins import decided, tagged
from annotations.redating import redated
from annotations.spans import raw_span
from annotations.suggest import suggest, suggester_of
from annotations.values import read_values

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查,今年以来任务已过半。去年9月,县里部署过。\n"
    "3月8日下午,副县长林知远到云溪镇调研。当日,镇里开会。会期3天,2021年5月结束。\n"
)
QUOTES = [
    ("2023-04-12", "DATE"),
    ("各乡镇要于4月底前完成排查", "REQUIREMENT"),
    ("4月底前", "DATE"),
    ("今年以来", "DATE"),
    ("去年9月", "DATE"),
    ("3月8日下午", "DATE"),
    ("副县长林知远", "OFFICIAL"),
    ("当日", "DATE"),
    ("2021年5月", "DATE"),
]
LABELS = default_labels()
RULES = [suggester_of("dates"), suggester_of("requirements")]
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2040, 12, 31)).map(date.isoformat)


def page(published="2023-04-12"):
    made = normalize(RAW)
    return replace(
        notice_of(RAW), normalized=made.normalized, regions=made.regions, alignment=made.alignment, published=published
    )


def tags(notice, annotator="lin"):
    """Each span tagged in turn, as the app does."""
    layer = []
    for quote, label in QUOTES:
        span = raw_span(RAW.index(quote), RAW.index(quote) + len(quote))
        values = read_values(LABELS[label], notice, span, LABELS.lexicon, layer)
        layer.append(tagged(RAW, span, label, values, annotator))
    return sorted(layer, key=lambda item: item.order)


def after(notice, published, items):
    """All annotations as they are by another date, by their text and label."""
    changed = {before.id: item for before, item in redated(notice, published, items, LABELS)}
    return {(item.text, item.label): changed.get(item.id, item).attributes for item in items}


@given(DAYS, DAYS)
def test_tags_by_one_date_become_those_by_another(first, second):
    by_first, by_second = tags(page(first)), tags(page(second))
    wanted = {(item.text, item.label): item.attributes for item in by_second}
    assert after(page(first), second, by_first) == wanted


@given(DAYS, DAYS)
def test_suggestions_by_one_date_become_those_by_another(first, second):
    by_first = suggest(page(first), LABELS, RULES)
    wanted = {item.id: item.attributes for item in suggest(page(second), LABELS, RULES)}
    changed = {before.id: item for before, item in redated(page(first), second, by_first, LABELS)}
    for item in by_first:
        # The rules no longer suggest a byline that is not of the day of publication; it is only no publication then.
        if item.id in wanted:
            assert changed.get(item.id, item).attributes == wanted[item.id]
    assert all(item.created_at == item.updated_at for item in changed.values())


def test_the_same_date_changes_nothing():
    notice = page()
    items = [*tags(notice), *suggest(notice, LABELS, RULES)]
    assert redated(notice, notice.published, items, LABELS) == []


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_a_decision_follows_unless_it_says_that_nothing_is_there(status):
    notice = page()
    one = next(item for item in suggest(notice, LABELS, RULES) if item.text == "3月8日下午")
    mine = decided(one, "lin", status)
    changed = {item.id: item.attributes["iso"] for _, item in redated(notice, "2021-09-01", [one, mine], LABELS)}
    assert changed[one.id] == "2021-03-08"
    assert changed.get(mine.id) == ("2021-03-08" if status == "accepted" else None)


def test_each_value_stands_for_itself():
    notice = page()
    items = [
        replace(item, attributes={**item.attributes, "part": "AM"}) if item.text == "3月8日下午" else item
        for item in tags(notice)
    ]
    found = after(notice, "2021-09-01", items)
    assert found["3月8日下午", "DATE"] == {
        "iso": "2021-03-08", "part": "AM", "mod": None, "role": None, "approx": None,
    }  # fmt: skip
    by_hand = [replace(item, attributes={**item.attributes, "iso": "2020-02-02"}) for item in tags(notice)[5:6]]
    assert redated(notice, "2021-09-01", by_hand, LABELS) == []


def test_a_label_of_another_set_is_left_alone():
    notice = page()
    items = [replace(item, label="PLACE") for item in tags(notice)]
    assert redated(notice, "2021-09-01", items, LABELS) == []
