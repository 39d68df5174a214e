"""Finding text in a notice: script and readings aside, in all of the page, and in the other copy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.locate.finding import Finder, folded
from annotations.normalize import NORMALIZER, normalize
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.spans import RawOffset, raw_span

BODY = (
    "會(huì)議要求,各鄉(xiāng)鎮要加強(qiáng)生態(tài)保護。林知遠出席會(huì)議。\n"
    "各部門要把河長制工作抓實抓細,做好臺賬登記和日常巡查。\n"
)
PAGE = f"臨江縣(xiàn)召開河長制工作會(huì)議\n來源:臨江縣(xiàn)水務局 時間:2023-04-12\n{BODY}相關新聞\n{BODY}"


def notice_of(raw):
    found, digest = normalize(raw), raw_sha256(raw)
    return Notice(
        id=notice_id(digest), doc="page", sha256=digest, title=found.title, source=found.source,
        published=found.published, url=None, raw=raw, normalized=found.normalized, normalizer=NORMALIZER,
        regions=found.regions, alignment=found.alignment, meta={},
    )  # fmt: skip


@pytest.mark.parametrize("query", ["生态", "生態", "生態(tài)", "强生", "強(qiáng)生態(tài)"])
def test_script_and_readings_do_not_matter(query):
    hits = Finder(notice_of(PAGE)).find(query)
    assert len(hits) == 2
    assert {hit.of(PAGE) for hit in hits} in ({"生態(tài)"}, {"強(qiáng)生"}, {"強(qiáng)生態(tài)"})


def test_what_the_normalized_text_leaves_out_is_found_too():
    hits = Finder(notice_of(PAGE)).find("水务局")
    assert [hit.of(PAGE) for hit in hits] == ["水務局"]
    assert [hit.of(PAGE) for hit in Finder(notice_of(PAGE)).find("相关新闻")] == ["相關新聞"]


def test_nothing_is_found_for_nothing():
    assert Finder(notice_of(PAGE)).find("") == []
    assert Finder(notice_of(PAGE)).find(" \n") == []
    assert Finder(notice_of("")).find("生态") == []


def test_traditional_in_a_simplified_page_is_found():
    raw = "各乡镇要做好巡查。标语写着生態优先。\n"
    assert [hit.of(raw) for hit in Finder(notice_of(raw)).find("生态")] == ["生態"]


def test_the_same_place_in_the_other_copy_and_back():
    notice = notice_of(PAGE)
    assert "duplicate" in [region.kind for region in notice.regions]
    finder = Finder(notice)
    for quote in ("各鄉(xiāng)鎮要加強(qiáng)生態(tài)保護", "林知遠"):
        first = PAGE.index(quote)
        span = raw_span(first, first + len(quote))
        there = finder.in_copy(span)
        assert there is not None
        assert there.start == PAGE.index(quote, first + 1)
        assert there.of(PAGE) == quote
        assert finder.in_copy(there) == span
    # Of two places that read the same, the one in the same place.
    second = PAGE.index("會(huì)議。")
    assert finder.in_copy(raw_span(second, second + 7)).start == PAGE.index("會(huì)議。", second + 1)


def test_what_has_no_other_copy_has_none():
    finder = Finder(notice_of(PAGE))
    assert finder.in_copy(raw_span(0, 2)) is None
    assert Finder(notice_of("各乡镇要做好巡查。\n")).in_copy(raw_span(0, 2)) is None


@given(
    text=st.text(alphabet=st.one_of(st.sampled_from("生態(tài)会a B１\n"), st.characters(codec="utf-8")), max_size=40)
)
def test_a_text_is_compared_the_same_way_twice(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_the_first_places_behind_an_offset_and_then_those_before_it(most):
    raw = "河长巡河。河长制办公室通报河长履职情况,各级河长都要到岗。\n" * 3
    finder = Finder(notice_of(raw))
    everything = finder.find("河长")
    for at in range(len(raw)):
        found, is_all = finder.find_near("河长", RawOffset(at), most)
        behind = [hit for hit in everything if hit.start >= at]
        wanted = (behind + [hit for hit in everything if hit.start < at])[:most]
        assert found == sorted(wanted)
        assert is_all == (most >= len(everything))


def test_a_place_over_the_offset_is_found_too():
    finder = Finder(notice_of("甲乙丙丁\n"))
    for at in range(4):
        assert finder.find_near("甲乙丙丁", RawOffset(at), 9) == (finder.find("甲乙丙丁"), True)
    assert finder.find_near("", RawOffset(0), 9) == ([], True)
