"""The stretch of text that versions are shown in: whole sentences where there is room, and always the edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.adjudicate.excerpt import excerpt

TEXT = "会议召开。各镇要在月底前完成排查,村干部要逐户登记。副县长讲话。\n下一段。"
LONG = "各镇要完成" + "甲" * 500 + "乙丙丁" + "戊" * 500 + "。"


def shown(found):
    return [found.text[row.start : row.end] if row.kind == "text" else row.label for row in found.rows]


def test_the_sentence_around_a_span_with_what_ends_it():
    at = TEXT.index("月底")
    found = excerpt(TEXT, (at, at + 2), (), 60, 5)
    assert shown(found) == ["各镇要在月底前完成排查,村干部要逐户登记。"]
    assert found.start == TEXT.index("各镇")


def test_a_span_over_two_sentences_shows_both():
    found = excerpt(TEXT, (TEXT.index("登记"), TEXT.index("讲话")), (), 100, 5)
    assert shown(found) == ["各镇要在月底前完成排查,村干部要逐户登记。副县长讲话。"]


def test_a_span_over_two_lines_shows_each_in_rows_of_its_own():
    found = excerpt(TEXT, (TEXT.index("讲话"), TEXT.index("一段")), (), 100, 5)
    assert shown(found) == ["副县长讲话。", "下一段。"]


def test_what_lies_between_the_edges_of_a_long_span_is_folded():
    start, middle = LONG.index("各镇"), LONG.index("乙丙丁")
    found = excerpt(LONG, (start, len(LONG) - 1), (middle, middle + 3), 20, 7)
    rows = shown(found)
    assert len(rows) <= 7
    assert rows[0].startswith("各镇要完成")
    assert sum("characters" in row for row in rows) == 2
    assert any("乙丙丁" in row for row in rows)
    assert rows[-1].endswith("。")


def test_an_empty_text_has_an_empty_row():
    assert shown(excerpt("", (0, 0), (), 20, 3)) == [""]


@pytest.mark.parametrize("columns", [1, 2, 7])
def test_the_narrowest_column_shows_something(columns):
    assert shown(excerpt(TEXT, (0, 2), (), columns, 1))


@given(
    st.text(alphabet="甲乙,。;\n a\u0301\x1b", max_size=200), st.integers(0, 200), st.integers(0, 40),
    st.lists(st.integers(0, 200), max_size=6), st.integers(1, 30), st.integers(1, 9),
)  # fmt: skip
def test_rows_rise_and_no_edge_is_left_out(text, start, length, edges, columns, most):
    start = min(start, len(text))
    end = min(start + length, len(text))
    found = excerpt(text, (start, end), edges, columns, most)
    places = [(row.start, row.end) for row in found.rows]
    assert places == sorted(places)
    assert all(0 <= low <= high <= len(found.text) for low, high in places)
    kept = {at for row in found.rows if row.kind == "text" for at in range(row.start, row.end)}
    folded = {at for row in found.rows if row.kind == "fold" for at in range(row.start, row.end)}
    assert not kept & folded
    assert not {start - found.start, end - 1 - found.start} & folded
