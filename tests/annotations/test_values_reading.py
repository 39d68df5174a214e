"""The one door to values: every label, every region, any text; what comes out is always valid."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import annotation_of, notice_of

from annotations.labels import Attribute, Label, LabelSet, default_labels
from annotations.lexicon.lists import SHIPPED
from annotations.normalize import normalize
from annotations.regions import Region
from annotations.spans import RawOffset, raw_span
from annotations.values import offers, read_values

LABELS = default_labels()
RAW = (
    "臨江縣召開河長制工作會\n來源：臨江縣水務局 時間：2023-04-12 09:05\n"
    "4月10日上午，縣領(lǐng)導(dǎo)周建國主持會(huì)議。會(huì)議強(qiáng)調(diào)，各鄉(xiāng)鎮(zhèn)要於4月底前完成。\n"
)
DATES = (
    "2023 年 9 月 12 日 至 、 前 底 以来 上午 下午 18:00 - . “十四五” 期间 春节 秋冬季 季度 上半年 "
    "去年 当日 周 三 廿 〇 民国 99 元 第 起 全年 号 〔 T /"
)
PEOPLE = "临江县 水务局 局长 副 党组 书记 林知远 周平 欧阳 · 同志 领导 区 兼 ( ) （ \x1b \ud800 𠮷 é A \u202e"
CLAUSES = "一是 二要 (三) 要 应 不得 确保 各 部门 和 的 ， 。 ； 会议强调 方面 水 “ 请"
WORDS = st.sampled_from([*f"{DATES} {PEOPLE} {CLAUSES}".split(" "), " ", "\n"])
TEXTS = st.one_of(st.lists(WORDS, max_size=25).map("".join), st.text(max_size=40))
PUBLISHED = st.sampled_from([None, "2023-04-12", "2023-04-12T09:05", "0001-01-01", "9999-12-31", "2024-02-29", "odd"])


def page(raw, **changes):
    made = normalize(raw)
    return msgspec.structs.replace(
        notice_of(raw), title=made.title, source=made.source, published=made.published, normalized=made.normalized,
        regions=made.regions, alignment=made.alignment, **changes,
    )  # fmt: skip


def values_of(notice, label, quote, layer=(), labels=LABELS):
    start = notice.raw.index(quote)
    return read_values(labels[label], notice, raw_span(start, start + len(quote)), labels.lexicon, layer)


def test_values_are_read_from_the_normalized_text_with_all_attributes_in_order():
    notice = page(RAW)
    assert values_of(notice, "DATE", "4月10日上午") == {
        "iso": "2023-04-10", "part": "AM", "mod": None, "role": None, "approx": None,
    }  # fmt: skip
    official = values_of(notice, "OFFICIAL", "縣領(lǐng)導(dǎo)周建國")
    assert list(official) == ["name", "title", "organisation", "organisation_inferred", "mention"]
    assert (official["name"], official["title"], official["mention"]) == ("周建国", "县领导", "full")
    requirement = values_of(notice, "REQUIREMENT", "各鄉(xiāng)鎮(zhèn)要於4月底前完成")
    assert requirement == {
        "addressee": "各乡镇", "cue": "要", "modality": "must", "deadline": "2023-04-30", "item": None,
    }  # fmt: skip


def test_a_byline_which_the_normalized_text_leaves_out_is_read_too():
    notice = page(RAW)
    assert "09:05" not in notice.normalized
    values = values_of(notice, "DATE", "2023-04-12 09:05")
    assert (values["iso"], values["role"]) == ("2023-04-12T09:05", "publication")


def test_a_region_that_a_reviewer_left_out_is_read_in_its_own_script():
    hidden = (Region("boilerplate", RawOffset(0), RawOffset(len(RAW)), None, "lin"),)
    made = normalize(RAW, regions=hidden)
    notice = msgspec.structs.replace(page(RAW), regions=hidden, normalized=made.normalized, alignment=made.alignment)
    assert notice.normalized == ""
    assert values_of(notice, "OFFICIAL", "縣領(lǐng)導(dǎo)周建國")["name"] == "周建国"
    assert values_of(notice, "DATE", "4月10日上午")["part"] == "AM"


def test_a_date_that_a_reviewer_tagged_as_that_of_publication_serves_where_no_rule_found_one():
    raw = "临江县召开工作会\n二三年春发\n9月12日,召开会议。\n"
    notice = notice_of(raw)
    assert values_of(notice, "DATE", "9月12日")["iso"] == "XXXX-09-12"
    tagged = annotation_of(raw, 9, 14)
    tagged.attributes.update(iso="2023-10-01", role="publication")
    assert values_of(notice, "DATE", "9月12日", [tagged])["iso"] == "2023-09-12"


def test_what_was_rejected_says_nothing():
    raw = "县长林知远出席。林知远讲话。"
    notice = notice_of(raw)
    other = annotation_of(raw, 0, 5, "OFFICIAL")
    other.attributes.update(name="林知远", title="副省长", mention="full")
    assert read_values(LABELS["OFFICIAL"], notice, raw_span(8, 11), SHIPPED, [other])["title"] == "副省长"
    rejected = msgspec.structs.replace(other, status="rejected")
    assert read_values(LABELS["OFFICIAL"], notice, raw_span(8, 11), SHIPPED, [rejected])["title"] == "县长"


def test_an_annotation_tells_nothing_about_its_own_span():
    raw = "县长林知远出席。林知远讲话。"
    own = annotation_of(raw, 8, 11, "OFFICIAL")
    own.attributes.update(name="林知远", title="副省长", mention="full")
    assert read_values(LABELS["OFFICIAL"], notice_of(raw), raw_span(8, 11), SHIPPED, [own])["title"] == "县长"


def test_a_label_without_a_reader_has_nothing_filled_in():
    labels = LabelSet((msgspec.structs.replace(LABELS["DATE"], reader=None),))
    assert set(values_of(page(RAW), "DATE", "4月10日上午", labels=labels).values()) == {None}


def test_a_projects_own_label_gets_the_values_that_it_declares_and_can_take():
    label = Label(
        "WHEN", "W", "red", reader="date",
        attribute=(Attribute("comment", "text"), Attribute("iso", "date"), Attribute("part", "boolean")),
    )  # fmt: skip
    labels = LabelSet((label,))
    assert values_of(page(RAW), "WHEN", "4月10日上午", labels=labels) == {
        "comment": None, "iso": "2023-04-10", "part": None,
    }  # fmt: skip
    whole_year = notice_of("2023年工作要点")
    assert read_values(label, whole_year, raw_span(0, 5), SHIPPED)["iso"] is None


def test_the_reader_of_a_label_is_kept_and_a_label_set_made_before_there_were_any_has_none():
    assert [label.reader for label in LABELS] == ["requirement", "official", "date"]
    assert LabelSet.from_json(LABELS.to_json()) == LABELS
    stored = json.loads(LABELS.to_json())
    for label in stored["label"]:
        del label["reader"]
    assert [label.reader for label in LabelSet.from_json(json.dumps(stored))] == [None, None, None]


def test_offers_are_valid_for_their_attribute():
    notice = page(RAW)
    start = RAW.index("4月底前")
    span = raw_span(start, start + 4)
    iso = LABELS["DATE"].attribute[0]
    assert offers(iso, LABELS["DATE"], notice, span, SHIPPED)[0].value == "2023-04-30"
    assert offers(Attribute("iso", "choice", ("x",)), LABELS["DATE"], notice, span, SHIPPED) == []
    assert offers(iso, msgspec.structs.replace(LABELS["DATE"], reader=None), notice, span, SHIPPED) == []


def check(label, notice, span, layer=()):
    values = read_values(label, notice, span, SHIPPED, layer)
    assert list(values.items()) == list(label.attributes(values).items())
    for attribute in label.attribute:
        for offer in offers(attribute, label, notice, span, SHIPPED):
            attribute.check(offer.value)
    return values


@given(before=TEXTS, quote=TEXTS, after=TEXTS, published=PUBLISHED)
def test_reading_never_fails_and_what_is_read_is_valid(before, quote, after, published):
    raw = before + quote + after
    notice = msgspec.structs.replace(
        notice_of("x"), raw=raw, normalized=raw, published=published, alignment=identity(raw), regions=whole(raw)
    )
    layer = []
    span = raw_span(len(before), len(before) + len(quote))
    for label in LABELS:
        values = check(label, notice, span, layer)
        if quote:
            made = annotation_of(raw, span.start, span.end, label.name)
            layer.append(msgspec.structs.replace(made, attributes=values))
    for label in LABELS:
        check(label, notice, span, layer)


@given(raw=TEXTS.filter(lambda text: text.isprintable() and text.strip()), data=st.data())
def test_any_span_of_a_real_page_is_read_whatever_its_regions(raw, data):
    notice = page(f"标题\n来源:临江县 时间:2023-04-12\n{raw}\n第一段文字在这里。\n{raw}\n")
    start = data.draw(st.integers(0, len(notice.raw)))
    end = data.draw(st.integers(start, len(notice.raw)))
    for label in LABELS:
        check(label, notice, raw_span(start, end))


@pytest.mark.parametrize(
    "unit",
    [
        "9",
        "一",
        "各部门",
        "要",
        "9月",
        "今",
        "主任",
        "、",
        "(",
        "王",
        "同志",
        "各级各部门、",
        "一是",
        "二〇二一年九月",
        "“",
    ],
)
def test_a_megabyte_is_no_more_than_a_page(unit):
    raw = (unit * 1_000_000)[:1_000_000]
    notice = notice_of(raw)
    for label in LABELS:
        for start, end in ((0, len(raw)), (500_000, 500_003)):
            check(label, notice, raw_span(start, end))


def test_reading_imports_only_what_the_label_needs():
    script = (
        "import sys; import annotations.values; "
        "print([name for name in sys.modules if name.startswith('annotations.normalize') or name in "
        "('annotations.values.date', 'annotations.values.official', 'annotations.values.requirement')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def identity(raw):
    return notice_of("x" * len(raw)).alignment


def whole(raw):
    return (Region("body", RawOffset(0), RawOffset(len(raw))),) if raw else ()
