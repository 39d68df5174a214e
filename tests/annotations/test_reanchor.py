"""Places of annotations on a page that was scraped again: sure only where nothing about them has changed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import notice_of
from msgspec.structs import replace

from annotations.errors import SpanError
from annotations.locate.matching import common_passages
from annotations.locate.reanchor import reanchor
from annotations.normalize import normalize
from annotations.spans import raw_span

TITLE = "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
FIRST = "会议通报了一季度全县水环境质量情况，分析了存在的主要问题。\n"
SECOND = "会议要求，各乡镇要于4月底前完成排查，建立台账，逐项整改。\n"
THIRD = "县水务局要会同有关部门加强督导，确保任务落实到位。副县长林知远出席会议并讲话。\n"
PAGE = TITLE + FIRST + SECOND + THIRD


def page(raw):
    """A notice as an import makes it."""
    found = normalize(raw)
    return replace(notice_of(raw), normalized=found.normalized, regions=found.regions, alignment=found.alignment)


def span_of(raw, quote, nth=1):
    at = -1
    for _ in range(nth):
        at = raw.index(quote, at + 1)
    return raw_span(at, at + len(quote))


def placed(old, new, quote, nth=1):
    """The text and the doubt of the place that a quote of the old page has in the new one."""
    old, new = page(old), page(new)
    (place,) = reanchor(old, new, [span_of(old.raw, quote, nth)])
    return place and (place.span.of(new.raw), place.doubt)


@pytest.mark.parametrize("quote", ["4月底前", "各乡镇要于4月底前完成排查", "林知远", "2023-04-12", "副县长林知远"])
@pytest.mark.parametrize(
    "new",
    [
        PAGE,
        "打开APP 阅读全文\n" + PAGE,
        PAGE + "责任编辑:周闻\n",
        PAGE.replace(FIRST, ""),
        PAGE.replace(FIRST, FIRST + "与会人员观看了警示片，三个乡镇作了表态发言。\n"),
        PAGE.replace("一季度", "上半年"),
        PAGE.replace("\n", "\r\n\r\n　　").replace("，", "， "),
        PAGE.replace("河长制工作会", "河长制推进会").replace(FIRST, "会议指出，形势依然严峻。\n"),
    ],
)
def test_a_quote_in_its_context_is_sure_whatever_changes_elsewhere(quote, new):
    assert placed(PAGE, new, quote) == (quote, None)


def test_which_of_several_equal_quotes_follows_from_the_order():
    rows = [f"{name}乡：6月底前完成，责任人待定。\n" for name in "甲乙丙丁戊己庚辛"]
    old = TITLE + "".join(rows)
    new = TITLE + "".join([*rows[:3], "新增一个乡：6月底前完成，责任人待定。\n", *rows[3:]])
    for nth, name in enumerate("甲乙丙丁戊己庚辛", 1):
        (place,) = reanchor(page(old), page(new), [span_of(old, "6月底前", nth)])
        assert new[: place.span.start].endswith(f"\n{name}乡：")


@pytest.mark.parametrize(
    ("new", "quote", "found", "doubt"),
    [
        (PAGE.replace("要于4月底前", "不再于4月底前"), "4月底前", "4月底前", "the text around it has changed"),
        (PAGE.replace("4月底前", "5月底前"), "4月底前", "5月底前", "its wording has changed"),
        (PAGE.replace("4月底前", "12月底前"), "4月底前", "12月底前", "its wording has changed"),
        (PAGE.replace("林知远", "林志远"), "林知远", "林志远", "its wording has changed"),
        (
            PAGE.replace("完成排查，", "全面完成各类问题排查，"), "各乡镇要于4月底前完成排查，建立台账，逐项整改",
            "各乡镇要于4月底前全面完成各类问题排查，建立台账，逐项整改", "its wording has changed",
        ),
        (TITLE + THIRD + FIRST + SECOND, "副县长林知远", "副县长林知远", "it has moved"),
        (
            PAGE.replace("会议要求，各乡镇", "会议要求，各乡\u200b镇"), "各乡镇要", "各乡\u200b镇要",
            "it is the same only without readings, script and white space",
        ),
    ],
)  # fmt: skip
def test_what_has_changed_is_found_with_a_doubt(new, quote, found, doubt):
    assert placed(PAGE, new, quote) == (found, doubt)


def test_a_page_that_is_traditional_and_full_of_readings_now_is_found_by_its_normalized_text():
    old = "临江县通知\n会议要求，关于整改的问题，各单位要于4月底前报送县应急办，逾期不报的通报批评。\n"
    new = (
        "臨江縣通知\r\n\r\n　　會議要求，關(guān)于整改的問(wèn)題(tí)，"
        "各單位要于4月底前報(bào)送縣應(yīng)急辦，逾期不報的通報批評。\r\n"
    )
    doubt = "it is the same only without readings, script and white space"
    assert placed(old, new, "关于整改的问题") == ("關(guān)于整改的問(wèn)題(tí)", doubt)
    assert placed(old, new, "报送县应急办") == ("報(bào)送縣應(yīng)急辦", doubt)
    assert placed(old, new, "4月底前")[0] == "4月底前"
    # And back again.
    assert placed(new, old, "關(guān)于整改的問(wèn)題(tí)") == ("关于整改的问题", doubt)


def test_what_is_gone_is_not_found():
    for quote in ("各乡镇要于4月底前完成排查", "4月底前", "会议要求"):
        assert placed(PAGE, PAGE.replace(SECOND, ""), quote) is None
    assert placed(PAGE, "此页面不存在。", "副县长林知远") is None


def test_a_copy_of_the_body_that_comes_or_goes_does_not_disturb_the_one_that_is_read():
    body = FIRST + SECOND + THIRD
    assert any(region.kind == "duplicate" for region in page(PAGE + body).regions)
    for old, new in ((PAGE, PAGE + body), (PAGE + body, PAGE)):
        assert placed(old, new, "各乡镇要于4月底前完成排查") == ("各乡镇要于4月底前完成排查", None)
    # The second copy's own annotations have lost their place.
    _, doubt = placed(PAGE + body, PAGE, "4月底前", 2)
    assert doubt


def test_rows_that_nothing_tells_apart_are_never_sure_near_a_change():
    old, new = "是\n否\n" * 20, "是\n否\n" * 21
    # The first and the last rows are told apart by where the text begins and ends.
    places = reanchor(notice_of(old), notice_of(new), [raw_span(at, at + 1) for at in range(30, 50, 2)])
    assert all(place.doubt for place in places)


def test_a_span_that_would_divide_a_reading_from_its_character_is_widened():
    old = "开会讨论。關于整改的通知要傳達下去，各單位認真辦理並抓緊落實。\n"
    new = "开会讨论。關(guān)于整改的通知要傳(chuán)達下去，各單位認(rèn)真辦理並抓緊落實。\n"
    text, doubt = placed(old, new, "。關")
    assert text == "。關(guān)"
    assert doubt


def test_a_span_outside_the_text_is_refused():
    with pytest.raises(SpanError):
        reanchor(notice_of("临江"), notice_of("临江县"), [raw_span(1, 3)])


TEXT = st.text("县乡镇要于月底前完成4。，\n 關(guān)", min_size=1, max_size=120)


@st.composite
def spans(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    return raw_span(start, draw(st.integers(start + 1, len(text))))


@given(TEXT, st.data())
def test_on_the_same_text_every_span_is_sure_and_the_same(text, data):
    wanted = data.draw(st.lists(spans(text), max_size=5))
    found = reanchor(page(text), page(text), wanted)
    assert [(place.span, place.doubt) for place in found] == [(span, None) for span in wanted]


@given(TEXT, TEXT, st.data())
def test_places_are_inside_the_text_and_a_sure_one_has_the_same_quote(old, new, data):
    wanted = data.draw(st.lists(spans(old), min_size=1, max_size=5))
    there = page(new)
    for span, place in zip(wanted, reanchor(page(old), there, wanted), strict=True):
        if place is None:
            continue
        assert 0 <= place.span.start < place.span.end <= len(new)
        if place.doubt is None:
            assert place.span.of(new) == span.of(old)
        elif place.span.of(new) != span.of(old):
            assert there.alignment.snap(place.span, new) == place.span


@given(TEXT, st.text("县乡镇月。\n", max_size=30), st.data())
def test_a_change_elsewhere_keeps_each_quote(old, put, data):
    """Text put in or taken out outside of a span; it may be unsure which place is meant, the quote is there."""
    span = data.draw(spans(old))
    first, last = data.draw(
        st.tuples(st.integers(0, span.start), st.integers(0, span.start)).map(sorted)
        | st.tuples(st.integers(span.end, len(old)), st.integers(span.end, len(old))).map(sorted)
    )
    new = old[:first] + put + old[last:]
    (place,) = reanchor(notice_of(old), notice_of(new), [span])
    assert place is not None
    assert place.span.of(new) == span.of(old)


@given(st.lists(st.integers(1, 9), min_size=4, max_size=12, unique=True), st.data())
def test_far_from_a_change_the_place_is_sure_and_shifted_by_it(numbers, data):
    """Paragraphs of their own: an edit of one leaves all annotations on the others sure."""
    lines = [f"第{n}项任务由{n}号乡镇牵头办理，{'各村配合，' * n}务必在{n}月底前全部完成并报告。\n" for n in numbers]
    old = TITLE + "".join(lines)
    edited = data.draw(st.integers(1, len(lines) - 2))
    lines[edited] = data.draw(st.sampled_from(["", "本项取消。\n", lines[edited] * 2, "另行通知。\n" + lines[edited]]))
    new = TITLE + "".join(lines)
    for number, n in enumerate(numbers):
        if number != edited:
            quote = f"务必在{n}月底前全部完成"
            (place,) = reanchor(notice_of(old), notice_of(new), [span_of(old, quote)])
            assert (place.span, place.doubt) == (span_of(new, quote), None)


@given(st.text("甲乙丙，\n", max_size=60), st.text("甲乙丙，\n", max_size=60))
def test_common_passages_are_common_in_order_and_reach_both_ends(old, new):
    passages = common_passages(old, new)
    for old_at, new_at, length in passages:
        assert length > 0
        assert old[old_at : old_at + length] == new[new_at : new_at + length]
    for first, second in itertools.pairwise(passages):
        assert first.old + first.length <= second.old
        assert first.new + first.length <= second.new
        assert (first.old + first.length, first.new + first.length) != (second.old, second.new)
    if old and old == new:
        assert passages == [(0, 0, len(old))]


def test_a_page_of_one_long_line_with_hundreds_of_changes_is_no_different():
    clauses = [f"{n:x}号文件要求各乡镇于{n % 12 + 1}月底前完成" for n in range(40_000)]
    old, new = "".join(clauses), "".join(clause for n, clause in enumerate(clauses) if n % 97)
    span = span_of(old, clauses[20_000])
    (place,) = reanchor(notice_of(old), notice_of(new), [span])
    assert (place.span.of(new), place.doubt) == (clauses[20_000], None)
