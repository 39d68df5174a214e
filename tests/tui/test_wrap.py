"""Rows are set as Chinese is: nothing lost, nothing too wide, punctuation and words where they belong."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal import width
from tui.terminal.display import visible
from tui.text import wrap


def rows(text: str, columns: int) -> list[str]:
    shown = visible(text)
    return [
        text[start:end]
        for line_start, line_end in wrap.lines(text, 0, len(text))
        for start, end in wrap.rows(text, shown, line_start, line_end, columns)
    ]


MIXED = st.text(st.sampled_from("中文，。（“”）ab1 -\n\r\u0301\u200d\ufe0f☎👨\U0001f1e8\x1b\ud800……"), max_size=80)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("各部门要密切配合", 8, ["各部门要", "密切配合"]),
        ("各部门要，密切", 8, ["各部门", "要，密切"]),
        ("各部门（重点）", 8, ["各部门", "（重点）"]),
        ("要求：“加强”巡查", 7, ["要求：", "“加强”", "巡查"]),
        ("at the river", 8, ["at the ", "river"]),
        ("截至2021年", 7, ["截至", "2021年"]),
        ("于12:30前报送", 6, ["于", "12:30", "前报送"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("完成……目标", 5, ["完", "成……", "目标"]),
        ("中文", 1, ["中", "文"]),
        ("。。。。", 4, ["。。", "。。"]),
        ("葛\U000e0100城葛\U000e0100", 5, ["葛\U000e0100城", "葛\U000e0100"]),
        ("", 8, []),
        ("一\r\n\n二\r三", 8, ["一", "", "二", "三"]),
        ("一\n", 8, ["一"]),
        ("一\u2028二\x0b三\x85四", 80, ["一\u2028二\x0b三\x85四"]),
    ],
)
def test_rows(text, columns, expected):
    assert rows(text, columns) == expected


def test_a_row_does_not_begin_with_closing_punctuation():
    text = "会议强调，各县区要落实责任；要加强巡查、完善机制。（重点区域）先行。" * 20
    for columns in range(8, 40):
        for row in rows(text, columns):
            assert row[0] not in "，。；、）"
            assert row[-1] != "（"


def test_a_mark_is_never_left_without_its_base():
    assert rows("a\u0301" * 6, 4) == ["a\u0301" * 4, "a\u0301" * 2]
    assert rows("中\u0301文\u0301", 1) == ["中\u0301", "文\u0301"]


def test_what_belongs_together_stays_in_one_row():
    assert rows("一二👨\u200d👩", 7) == ["一二", "👨\u200d👩"]
    assert rows("一二☎\ufe0f", 5) == ["一二", "☎\ufe0f"]


@given(MIXED, st.integers(1, 24))
def test_rows_cover_the_text_and_fit(text, columns):
    shown = visible(text)
    covered = ""
    for start, end in wrap.lines(text, 0, len(text)):
        at = start
        for row_start, row_end in wrap.rows(text, shown, start, end, columns):
            assert row_start == at
            assert row_end > row_start or start == end
            alone = width.cells(shown[row_start : row_start + 1]) > columns
            assert width.cells(shown[row_start:row_end]) <= columns or alone
            at = row_end
        assert at == end
        covered += text[start:end]
    assert covered == text.replace("\n", "").replace("\r", "")


@pytest.mark.parametrize(
    "text", ["中" * 20_000, "ab cd " * 5_000, "x" * 20_000, "。" * 20_000, "\u0301" * 20_000], ids=range(5)
)
def test_a_line_longer_than_what_is_measured_at_a_time(text):
    shown = visible(text)
    ends = wrap.row_ends(text, shown, 0, len(text), 57)
    assert ends[-1] == len(text)
    starts = [0, *ends[:-1]]
    assert all(0 < width.cells(shown[start:end]) <= 57 for start, end in zip(starts, ends, strict=True))
    whole_rows = [width.cells(shown[start:end]) for start, end in zip(starts, ends, strict=True)][:-1]
    assert min(whole_rows) > 57 - 6


def test_no_character_is_wider_than_two_cells():
    # The layout does not measure lines that fit for this reason.
    reach = width.reach(visible("".join(map(chr, range(0x20000)))))
    assert max(after - before for before, after in pairwise(reach)) == 2
