"""Words, clauses, sentences and paragraphs: found near an offset, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text import motion

TEXT = "会议要求,各乡镇要于10月底前完成整改;确保落实。\n  副县长林知远出席并讲话。"
ANY = st.text(alphabet=st.one_of(st.sampled_from("会议要求,。;\n \r(ab12"), st.characters()), max_size=80)


def walk(unit, step=motion.next_start):
    at, found = 0, []
    while at < len(TEXT):
        found.append(at)
        at = step(TEXT, at, unit)
    return [TEXT[a:b] for a, b in zip(found, [*found[1:], len(TEXT)], strict=True)]


def test_words_pass_over_punctuation_and_line_ends():
    assert walk("word")[:3] == ["会议", "要求,", "各乡镇"]
    assert [part.strip() for part in walk("sentence")] == [
        "会议要求,各乡镇要于10月底前完成整改;", "确保落实。", "副县长林知远出席并讲话。",
    ]  # fmt: skip
    assert len(walk("paragraph")) == 2
    assert walk("paragraph")[1].startswith("副县长")


@pytest.mark.parametrize(
    ("unit", "quote"),
    [
        ("clause", "各乡镇要于10月底前完成整改"),
        ("sentence", "会议要求,各乡镇要于10月底前完成整改"),
        ("paragraph", "会议要求,各乡镇要于10月底前完成整改;确保落实。"),
    ],
)
def test_what_is_around_a_place_leaves_the_mark_that_ends_it_out(unit, quote):
    at = TEXT.index("月底")
    start, end = motion.around(TEXT, at, at + 1, unit)
    assert TEXT[start:end] == quote


def test_a_comma_in_a_number_and_a_colon_in_a_time_end_no_clause():
    text = "拨付1,200万元,18:00前到位"
    assert motion.around(text, 3, 4, "clause") == (0, text.index(",18"))
    assert motion.around(text, len(text) - 1, len(text), "clause") == (text.index("18"), len(text))


def test_a_line_of_a_megabyte_is_cut_into_words_near_the_cursor_only(monkeypatch):
    import rjieba

    cut, asked = rjieba.cut, []
    monkeypatch.setattr(rjieba, "cut", lambda text: asked.append(len(text)) or cut(text))
    text = "全面落实河长制工作要求" * 100_000
    assert motion.next_start(text, 500_000, "word") > 500_000
    assert max(asked) < 1000


@given(text=ANY, data=st.data(), unit=st.sampled_from(motion.UNITS))
def test_steps_go_on_and_stay_inside(text, data, unit):
    offset = data.draw(st.integers(0, len(text)))
    if offset < len(text):
        assert offset < motion.next_start(text, offset, unit) <= len(text)
        assert offset < motion.next_end(text, offset, unit) <= len(text)
    assert 0 <= motion.previous_start(text, offset, unit) <= offset
    assert 0 <= motion.previous_end(text, offset, unit) <= max(0, offset)
    if offset:
        assert motion.previous_start(text, offset, unit) < offset
        assert 0 <= motion.next_edge(text, offset, -1) < offset
    if offset < len(text):
        assert offset < motion.next_edge(text, offset, 1) <= len(text)
        end = data.draw(st.integers(offset + 1, len(text)))
        start, stop = motion.around(text, offset, end, unit)
        assert 0 <= start <= offset
        assert end <= stop <= len(text)
